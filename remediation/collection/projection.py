"""From the ledger to the tags, fields and decks that follow from it.

The ledger is the truth. Everything here can be computed again, so that a crash, another add-on or
a second computer is mended by comparing and writing the difference; where there is none, nothing
is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from anki.cards import CardId
from anki.collection import Collection
from anki.consts import QUEUE_TYPE_SUSPENDED
from anki.notes import NoteId

from ..diagnosis.repair import Repair, RepairState
from ..model.banks import QuestionKey
from ..model.misses import named_reasons
from ..model.progress import Progress, no_progress
from ..model.records import Question, Release
from ..planning.treatment import takes_cards, takes_other_side
from ..settings import Settings
from . import filtered_decks, missed_questions_field, recall_cards, tags
from .database import database, ids_in, pieces
from .filtered_decks import BuiltDeck, DeckPlan, FilteredDeck
from .ledger import Ledger
from .missed_questions_field import FieldChanges
from .note_refs import core_note_ids, resolve_notes
from .recall_cards import RecallChanges
from .repair_states import in_state, repair_states
from .tagged_notes import tags_below
from .undo import UndoStep

# Seconds. Anki does not sync where clocks differ by more.
_CLOCK_DIFFERENCE = 300


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

    def other_than(self, tag: str) -> bool:
        """Whether any other tag than this one is added or removed."""
        changed = {word.casefold() for words in (*self.add, *self.remove) for word in words}
        return bool(changed - {tag.casefold()})

    def __bool__(self) -> bool:
        return bool(self.add or self.remove)


def notes_to_study(
    col: Collection, questions: Iterable[Question], named: Mapping[QuestionKey, str]
) -> dict[QuestionKey, tuple[NoteId, ...]]:
    """The notes to study for each question whose reason (in `named`) calls for cards.

    The core notes and, where it was mixed up with something, those about that; notes that are gone
    are left out.
    """
    refs = {}
    for question in questions:
        reason = named.get(question.key, "")
        if takes_cards(question, reason):
            other_side = question.other_side if takes_other_side(reason) else ()
            refs[question.key] = (*question.core, *other_side)
    found = resolve_notes(col, (ref for some in refs.values() for ref in some))
    return {
        key: tuple(dict.fromkeys(found[ref] for ref in some if ref in found))
        for key, some in refs.items()
    }


def tag_changes(
    notes_of_tag: Mapping[str, Iterable[int]], present_of_note: Mapping[NoteId, Sequence[str]]
) -> TagChanges:
    """What has to change for exactly the right notes to carry the add-on's tags.

    `notes_of_tag` are the notes that each tag belongs on, `present_of_note` the add-on's tags that
    notes carry now.
    """
    wanted_of_note: dict[NoteId, set[str]] = {}
    for tag, notes in notes_of_tag.items():
        for note_id in notes:
            wanted_of_note.setdefault(NoteId(note_id), set()).add(tag)
    add: dict[tuple[str, ...], list[NoteId]] = {}
    remove: dict[tuple[str, ...], list[NoteId]] = {}
    for note_id in sorted(wanted_of_note.keys() | present_of_note.keys()):
        # Anki keeps one spelling of a tag, so upper and lower case do not matter.
        wanted = {tag.casefold(): tag for tag in wanted_of_note.get(note_id, ())}
        present = {tag.casefold(): tag for tag in present_of_note.get(note_id, ())}
        for changes, these, others in ((add, wanted, present), (remove, present, wanted)):
            difference = tuple(sorted(these[name] for name in these.keys() - others.keys()))
            if difference:
                changes.setdefault(difference, []).append(note_id)
    return TagChanges(add, remove)


def _our_tags(col: Collection, root: str) -> dict[NoteId, list[str]]:
    """The add-on's tags on every note that has any: those below the branches it makes."""
    branches = tuple(f"{branch}::".casefold() for branch in tags.branches(root))
    found = {
        note_id: [tag for tag in words if tag.casefold().startswith(branches)]
        for note_id, words in tags_below(col, root)
    }
    return {note_id: ours for note_id, ours in found.items() if ours}


def write_tags(col: Collection, step: UndoStep, changes: TagChanges) -> None:
    """Writes the changes as part of an undo step."""
    for words, notes in changes.remove.items():
        step.write(col.tags.bulk_remove, list(notes), " ".join(words))
    for words, notes in changes.add.items():
        step.write(col.tags.bulk_add, list(notes), " ".join(words))


def rules_by_note(
    col: Collection, settings: Settings, questions: Iterable[Question]
) -> dict[NoteId, list[str]]:
    """The rules that each note is to hold in its field "Missed Questions", as the setting says.

    They are shown on a question's core notes whatever its reason: most rules are about reading
    and choosing, where cards are not studied.
    """
    if not settings.rules_in_missed_questions_field:
        return {}
    with_rule = [question for question in questions if question.rule]
    return missed_questions_field.wanted_rules(col, with_rule, core_note_ids(col, with_rule))


def rule_changes(
    col: Collection,
    settings: Settings,
    questions: Iterable[Question],
    wanted: Mapping[NoteId, Sequence[str]],
    present_of_note: Mapping[NoteId, Sequence[str]],
    *,
    everywhere: bool,
) -> FieldChanges:
    """What has to change for exactly the right notes to hold rules, `wanted` (`rules_by_note`).

    Notes with a rule too many are found by their tag among `present_of_note`, and, since AnkiHub
    removes tags, among the core notes of questions with a rule. `everywhere` reads all notes: only
    then a rule is found that has lost both its tag and its question.
    """
    tag = tags.rule_tag(settings.tag_root).casefold()
    others = {id for id, words in present_of_note.items() if tag in map(str.casefold, words)}
    with_rule = [question for question in questions if question.rule]
    others.update(id for ids in core_note_ids(col, with_rule).values() for id in ids)
    if everywhere:
        others.update(missed_questions_field.notes_with_marks(col))
    return missed_questions_field.field_changes(col, wanted, others)


def interrupted_release(col: Collection, releases: Iterable[Release]) -> list[CardId]:
    """Cards whose release was recorded but which were never unsuspended: Anki was killed between.

    A card that the student suspended again was modified after its release and is left alone, also
    by a device whose clock is behind, as far as Anki lets it sync.
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
        interrupted += [
            CardId(id) for id, modified in rows if modified < released_at[id] - _CLOCK_DIFFERENCE
        ]
    return interrupted


@dataclass(frozen=True)
class Projection:
    """What has to be written for tags, fields, cards and decks to follow from the ledger."""

    tags: TagChanges = field(default_factory=TagChanges)
    fields: FieldChanges = field(default_factory=FieldChanges)
    unsuspend: tuple[CardId, ...] = ()
    # None where cards stay in the decks they are in.
    rebuild: DeckPlan | None = None
    # Whether decks are to be built anew with the next update of the decks instead.
    rebuild_later: bool = False
    recall: RecallChanges = field(default_factory=RecallChanges)
    # The questions whose miss is repaired; for those who show it, there is nothing to write.
    repaired: frozenset[QuestionKey] = frozenset()

    def __bool__(self) -> bool:
        changed = self.tags or self.fields or self.unsuspend or self.recall
        return bool(changed or self.rebuild or self.rebuild_later)

    def with_decks_later(self) -> Projection:
        """The same for a computer that may not have the reviews of other devices yet.

        Building marks every card in the decks as changed, and that would win over its reviews.
        Tags and unsuspending do not wait: a card that waits is suspended everywhere and so has no
        review to lose, and of a note only an edit made elsewhere since the last sync can be.
        """
        return replace(self, rebuild=None, rebuild_later=bool(self.rebuild))

    def write(self, col: Collection, step: UndoStep, settings: Settings) -> list[BuiltDeck]:
        """Writes it as part of an undo step; returns the decks built."""
        write_tags(col, step, self.tags)
        missed_questions_field.write_fields(col, step, self.fields)
        if self.unsuspend:
            step.write(col.sched.unsuspend_cards, list(self.unsuspend))
        recall_cards.write_cards(col, step, self.recall)
        built = []
        if self.rebuild:
            built = filtered_decks.build_decks(col, step, settings, self.rebuild)
        elif self.rebuild_later:
            filtered_decks.build_later(col, step)
        recall_cards.write_preset(col, step, self.recall)
        return built


@dataclass(frozen=True)
class _Studied:
    """What is to be studied: the reasons, the notes of each question, and the decks for them."""

    named: Mapping[QuestionKey, str]
    repaired: frozenset[QuestionKey]
    note_ids: Mapping[QuestionKey, Sequence[NoteId]]
    decks: tuple[FilteredDeck, ...]


def _studied(
    col: Collection, settings: Settings, ledger: Ledger, repairs: Mapping[QuestionKey, Repair]
) -> _Studied:
    named = named_reasons(ledger.sittings, ledger.questions)
    repaired = in_state(repairs, RepairState.REPAIRED)
    unrepaired = (q for key, q in ledger.questions.items() if key not in repaired)
    note_ids = notes_to_study(col, unrepaired, named)
    notes_of_system: dict[str, set[NoteId]] = {}
    for key, notes in note_ids.items():
        notes_of_system.setdefault(ledger.questions[key].system, set()).update(notes)
    decks = tuple(filtered_decks.wanted_decks(col, settings, notes_of_system))
    return _Studied(named, repaired, note_ids, decks)


def active_repairs(
    col: Collection, ledger: Ledger, progress: Progress = no_progress
) -> dict[QuestionKey, Repair]:
    """How far each repair has come, the cards of an interrupted release taken as active."""
    active = set(interrupted_release(col, ledger.releases.values()))
    return repair_states(col, ledger, progress, activated=active)


def decks_to_study(
    col: Collection,
    settings: Settings,
    ledger: Ledger,
    repairs: Mapping[QuestionKey, Repair] | None = None,
) -> tuple[FilteredDeck, ...]:
    """The decks that follow from this ledger; for those who need nothing else of `project`.

    `repairs` are the `active_repairs` of the ledger, where they were read already.
    """
    if repairs is None:
        repairs = active_repairs(col, ledger)
    return _studied(col, settings, ledger, repairs).decks


def project(
    col: Collection,
    settings: Settings,
    ledger: Ledger,
    unsuspend: Sequence[CardId] = (),
    *,
    everywhere: bool = False,
) -> tuple[Projection, tuple[FilteredDeck, ...]]:
    """What has to be written for this ledger, and the decks that follow from it.

    `unsuspend` are cards to make active besides those of an interrupted release. Decks are built
    anew where tags or cards change and they would then hold other cards. `everywhere` reads every
    note for rules that should not be there (see `rule_changes`).
    """
    questions = list(ledger.questions.values())
    active = (*unsuspend, *interrupted_release(col, ledger.releases.values()))
    repairs = repair_states(col, ledger, activated=set(active))
    studied = _studied(col, settings, ledger, repairs)
    repaired, decks = studied.repaired, studied.decks
    present = _our_tags(col, settings.tag_root)
    rules = rules_by_note(col, settings, questions)
    wanted = tags.wanted_tags(settings.tag_root, questions, studied.note_ids, studied.named, rules)
    if settings.repaired_tag:
        for key, notes in core_note_ids(col, (ledger.questions[k] for k in repaired)).items():
            tag = tags.repaired_tag(settings.tag_root, ledger.questions[key].system)
            wanted.setdefault(tag, set()).update(notes)
    changes = tag_changes(wanted if settings.decks_by == "tags" else {}, present)
    fields = rule_changes(col, settings, questions, rules, present, everywhere=everywhere)
    moves_cards = active or changes.other_than(tags.rule_tag(settings.tag_root))
    plan = filtered_decks.plan_decks(col, settings, decks, active) if moves_cards else None
    return Projection(changes, fields, active, plan, repaired=repaired), decks
