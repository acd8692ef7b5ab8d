"""From the ledger to the tags and decks that follow from it.

The ledger is the truth. Everything here can be computed again, so that a crash, another add-on or
a second computer is mended by comparing and writing the difference; where there is none, nothing
is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from anki.cards import CardId
from anki.collection import Collection
from anki.consts import QUEUE_TYPE_SUSPENDED
from anki.notes import NoteId

from ..model.banks import QuestionKey
from ..model.records import NoteRef, Question, Release
from ..planning.treatment import takes_cards
from ..settings import Settings
from . import filtered_decks, tags
from .database import database, ids_in, pieces
from .filtered_decks import BuiltDeck, FilteredDeck
from .undo import UndoStep


@dataclass(frozen=True)
class TagChanges:
    """Notes that lack tags they should carry, and notes that carry tags they should not.

    The keys are the tags to add or remove together, so that each note is written once.
    """

    add: Mapping[tuple[str, ...], Sequence[NoteId]] = field(default_factory=dict)
    remove: Mapping[tuple[str, ...], Sequence[NoteId]] = field(default_factory=dict)

    def notes_tagged(self) -> int:
        """How many notes get a tag."""
        return sum(len(notes) for notes in self.add.values())

    def __bool__(self) -> bool:
        return bool(self.add or self.remove)


def resolve_notes(col: Collection, refs: Iterable[NoteRef]) -> dict[NoteRef, NoteId]:
    """The notes that references stand for now: by id, else by guid; those gone are left out."""
    wanted = set(refs)
    found: dict[NoteRef, NoteId] = {}
    for some in pieces(sorted(wanted)):
        ids = set(
            database(col).list(f"select id from notes where id in {ids_in(r.id for r in some)}")
        )
        found.update((ref, NoteId(ref.id)) for ref in some if ref.id in ids)
    for ref in wanted - found.keys():
        note_id = database(col).scalar("select id from notes where guid = ?", ref.guid)
        if note_id is not None:
            found[ref] = NoteId(note_id)
    return found


def core_note_ids(
    col: Collection, questions: Iterable[Question]
) -> dict[QuestionKey, tuple[NoteId, ...]]:
    """The core notes of each question that still exist, in their order."""
    questions = list(questions)
    found = resolve_notes(col, (ref for question in questions for ref in question.core))
    return {q.key: tuple(found[ref] for ref in q.core if ref in found) for q in questions}


def notes_to_study(
    col: Collection, questions: Iterable[Question], named: Mapping[QuestionKey, str]
) -> dict[QuestionKey, tuple[NoteId, ...]]:
    """The notes to study for each question whose reason (in `named`) calls for cards.

    The core notes, and those about what it was mixed up with; notes that are gone are left out.
    """
    studied = [q for q in questions if takes_cards(q, named.get(q.key, ""))]
    found = resolve_notes(col, (ref for q in studied for ref in (*q.core, *q.other_side)))
    return {
        q.key: tuple(dict.fromkeys(found[ref] for ref in (*q.core, *q.other_side) if ref in found))
        for q in studied
    }


def tag_changes(
    col: Collection,
    settings: Settings,
    questions: Sequence[Question],
    note_ids: Mapping[QuestionKey, Sequence[NoteId]],
    named: Mapping[QuestionKey, str],
) -> TagChanges:
    """What has to change for exactly the right notes to carry the add-on's tags.

    `note_ids` are the notes to study for each question, `named` its reason.
    """
    wanted_of_note: dict[int, set[str]] = {}
    for tag, notes in tags.wanted_tags(settings.tag_root, questions, note_ids, named).items():
        for note_id in notes:
            wanted_of_note.setdefault(note_id, set()).add(tag)
    present_of_note = _our_tags(col, settings.tag_root)
    add: dict[tuple[str, ...], list[NoteId]] = {}
    remove: dict[tuple[str, ...], list[NoteId]] = {}
    for note_id in sorted(wanted_of_note.keys() | present_of_note.keys()):
        # Anki keeps one spelling of a tag, so upper and lower case do not matter.
        wanted = {tag.casefold(): tag for tag in wanted_of_note.get(note_id, ())}
        present = {tag.casefold(): tag for tag in present_of_note.get(note_id, ())}
        for changes, these, others in ((add, wanted, present), (remove, present, wanted)):
            difference = tuple(sorted(these[name] for name in these.keys() - others.keys()))
            if difference:
                changes.setdefault(difference, []).append(NoteId(note_id))
    return TagChanges(add, remove)


def _our_tags(col: Collection, root: str) -> dict[int, list[str]]:
    """The add-on's tags on every note that has any: those below the branches it makes."""
    branches = tuple(f"{branch}::".casefold() for branch in tags.branches(root))
    escaped = root.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    rows = database(col).execute(
        r"select id, tags from notes where tags like ? escape '\'", f"% {escaped}::%"
    )
    found = {
        note_id: [tag for tag in words.split() if tag.casefold().startswith(branches)]
        for note_id, words in rows
    }
    return {note_id: ours for note_id, ours in found.items() if ours}


def write_tags(col: Collection, step: UndoStep, changes: TagChanges) -> None:
    """Writes the changes as part of an undo step."""
    for words, notes in changes.remove.items():
        step.write(col.tags.bulk_remove, list(notes), " ".join(words))
    for words, notes in changes.add.items():
        step.write(col.tags.bulk_add, list(notes), " ".join(words))


def interrupted_release(col: Collection, releases: Iterable[Release]) -> list[CardId]:
    """Cards whose release was recorded but which were never unsuspended: Anki was killed between.

    A card that the student suspended again was modified after its release and is left alone.
    """
    released_at: dict[int, int] = {}
    for release in releases:
        for card_id in release.cards:
            released_at[card_id] = max(release.at, released_at.get(card_id, 0))
    interrupted = []
    for some in pieces(released_at):
        rows = database(col).all(
            f"select id, mod from cards where queue = {QUEUE_TYPE_SUSPENDED}"
            f" and id in {ids_in(some)} order by id"
        )
        interrupted += [CardId(id) for id, modified in rows if modified < released_at[id]]
    return interrupted


@dataclass(frozen=True)
class Projection:
    """What has to be written for tags, cards and decks to follow from the ledger."""

    tags: TagChanges = field(default_factory=TagChanges)
    unsuspend: tuple[CardId, ...] = ()
    rebuild: tuple[FilteredDeck, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.tags or self.unsuspend or self.rebuild)

    def write(self, col: Collection, step: UndoStep, settings: Settings) -> list[BuiltDeck]:
        """Writes it as part of an undo step; returns the decks built."""
        write_tags(col, step, self.tags)
        if self.unsuspend:
            step.write(col.sched.unsuspend_cards, list(self.unsuspend))
        if not self.rebuild:
            return []
        return filtered_decks.build_decks(col, step, settings, self.rebuild)


def project(
    col: Collection,
    settings: Settings,
    questions: Mapping[QuestionKey, Question],
    named: Mapping[QuestionKey, str],
    releases: Mapping[str, Release],
    unsuspend: Sequence[CardId] = (),
) -> tuple[Projection, tuple[FilteredDeck, ...]]:
    """What has to be written for these questions and their reasons, and the decks that follow.

    `named` is the reason of each question's newest miss (`misses.named_reasons`). `unsuspend` are
    cards to make active besides those of an interrupted release. The decks are built anew where
    tags or cards change, since a card that joins one deck leaves another.
    """
    note_ids = notes_to_study(col, questions.values(), named)
    systems = {questions[key].system for key, notes in note_ids.items() if notes}
    decks = tuple(filtered_decks.wanted_decks(col, settings, systems))
    changes = tag_changes(col, settings, list(questions.values()), note_ids, named)
    active = (*unsuspend, *interrupted_release(col, releases.values()))
    return Projection(changes, active, decks if changes or active else ()), decks
