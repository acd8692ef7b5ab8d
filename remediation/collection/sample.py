"""A made-up block of the student's own cards: shows what an import does to those without a file.

It is recorded as a sample, counts nowhere, and is taken out again whenever the student likes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from enum import Enum
from itertools import chain, zip_longest
from typing import Any, TypeVar

from anki.cards import CardId
from anki.collection import Collection
from anki.decks import DeckId
from anki.notes import NoteId

from ..matching.question_tags import QuestionTag, question_of_tag
from ..model.attempts import Attempt, Outcome
from ..model.banks import BANKS, OTHER_BANK, STEP_1
from ..model.misses import named_reasons
from ..model.records import Question, Release
from ..model.systems import system_from_tags
from ..model.tag_names import not_below
from ..settings import Settings
from ..sources.reading import SAMPLE, Reading, UnusableInput
from . import filtered_decks
from .database import database, ids_in, pieces
from .found_notes import titles_of_notes
from .ledger import (
    QUESTION_DECK,
    Ledger,
    NewRecords,
    log_records,
    own_types,
    read_ledger,
    write_records,
)
from .note_refs import resolve_notes
from .own_decks import CONFIG_KEY
from .projection import project
from .recorded import earlier_misses
from .removal import plan_removal, released_cards, remove_everything, suspend_at_home
from .tagged_notes import forget_unused_tags
from .tags import branches, wanted_tags
from .undo import UndoStep

REMOVE_UNDO_NAME = "Remove the sample"
# What its sitting is called wherever sittings are listed.
SAMPLE_NAME = "Sample"
# As many as are usually missed in a quarter of an hour, in a block of the usual length.
_MISSED = 10
_BLOCK = 40

# Question ids by what their notes are about (the key of a system), each with the number of
# questions that its note names.
_Ids = dict[str, dict[str, int]]
T = TypeVar("T")


def has_notes(col: Collection) -> bool:
    """Whether there is any note besides the add-on's own."""
    own = ids_in(own_types(col))
    return bool(database(col).list(f"select id from notes where mid not in {own} limit 1"))


def has_question_tags(col: Collection) -> bool:
    """Whether a tag names a question of a bank, as those of the AnKing deck do."""
    patterns = _patterns()
    rows = database(col).list(f"select tag from tags where {_like('tag', patterns)}", *patterns)
    return any(map(question_of_tag, rows))


def sample_reading(col: Collection, exam: str, own_root: str) -> Reading:
    """A block of which ten questions were missed, the same each time; nothing is written.

    The questions are those that tags name, of `exam` (a key; "" is Step 1) where there are any,
    spread over organ systems. Where no tag names one, ten notes stand for them. The add-on's own
    tags, whose root is `own_root`, are not looked at. Raises UnusableInput where the collection has
    no notes.
    """
    exam = exam or STEP_1.key
    attempts, bank, exam_of_bank = _tagged(col, exam, own_root)
    if not attempts:
        attempts, bank = _notes(col, own_root), OTHER_BANK.key
    if not attempts:
        raise UnusableInput(
            "There are no notes in this collection yet, so no sample can be made of them. Add a "
            "deck first, or sync."
        )
    return Reading(
        SAMPLE,
        attempts,
        bank=bank,
        exam=exam_of_bank or exam,
        name=SAMPLE_NAME,
        total=_BLOCK,
    )


def _tagged(col: Collection, wanted: str, own_root: str) -> tuple[tuple[Attempt, ...], str, str]:
    """Attempts at questions of the wanted exam or else that of most questions; its bank, and it.

    Of several banks it is the one that most students use.
    """
    found: dict[tuple[str, str], _Ids] = {}
    patterns = _patterns()
    own = ids_in(own_types(col))
    for tags in database(col).list(
        f"select tags from notes where ({_like('tags', patterns)}) and mid not in {own}", *patterns
    ):
        words = not_below(tags.split(), branches(own_root))
        questions = set(filter(None, map(question_of_tag, words)))
        system = system_from_tags(words) if questions else None
        for question in questions:
            _add(found, question, system.key if system else "", len(questions))
    if not found:
        return (), "", ""

    def place(source: tuple[str, str]) -> tuple[bool, bool, int]:
        is_usual = source[0] == BANKS[0].key
        return source[1] == wanted, is_usual, sum(map(len, found[source].values()))

    bank, exam = max(found, key=place)
    groups = found[bank, exam]
    # Ids that share their note with few others are what the note is really about.
    ids = _spread([sorted(ids, key=lambda id: (ids[id], id)) for ids in _largest_first(groups)])
    return tuple(Attempt(id=id, outcome=Outcome.INCORRECT) for id in ids), bank, exam


def _add(
    found: dict[tuple[str, str], _Ids], question: QuestionTag, system: str, on_note: int
) -> None:
    """Counts a question, unless its tag leaves open which exam it is of."""
    if question.exam is None:
        return
    groups = found.setdefault((question.bank, question.exam), {})
    if not any(question.id in ids for ids in groups.values()):
        groups.setdefault(system, {})[question.id] = on_note


def _largest_first(groups: _Ids) -> list[dict[str, int]]:
    return [groups[name] for name in sorted(groups, key=lambda name: (-len(groups[name]), name))]


def _notes(col: Collection, own_root: str) -> tuple[Attempt, ...]:
    """Attempts that name a note each, spread over systems and decks."""
    groups: dict[str, list[int]] = {}
    rows = database(col).all(
        "select n.id, n.tags, min(case when c.odid then c.odid else c.did end) from notes n "
        f"join cards c on c.nid = n.id where n.mid not in {ids_in(own_types(col))} "
        "group by n.id order by n.id"
    )
    for note_id, tags, deck_id in rows:
        system = system_from_tags(not_below(tags.split(), branches(own_root)))
        groups.setdefault(system.key if system else str(deck_id), []).append(note_id)
    chosen = _spread(sorted(groups.values(), key=lambda notes: (-len(notes), notes)))
    titles = titles_of_notes(col, chosen)
    return tuple(
        Attempt(outcome=Outcome.INCORRECT, topic=titles[NoteId(id)], note_ids=(id,))
        for id in chosen
    )


def _spread(groups: Iterable[Sequence[T]]) -> list[T]:
    """The first of each group, then the second of each, until there are enough."""
    in_turn = chain.from_iterable(zip_longest(*groups))
    return [one for one in in_turn if one is not None][:_MISSED]


def _patterns() -> list[str]:
    return [f"%{bank.tag_segment}%" for bank in BANKS if bank.tag_segment]


def _like(column: str, patterns: Sequence[str]) -> str:
    return " or ".join(f"{column} like ?" for _ in patterns)


# Taking it out again
######################################################################


class Presence(Enum):
    """Whether the sample is recorded, and whether anything else is."""

    NONE = "none"
    ALONE = "alone"
    AMONG_OTHERS = "among others"


def presence(col: Collection) -> Presence:
    """Whether the sample is recorded here. Only reads."""
    sittings = [r for _note, _key, r in log_records(col) if r.get("kind") == "sitting"]
    samples = sum(map(_is_sample, sittings))
    if not samples:
        return Presence.NONE
    return Presence.ALONE if samples == len(sittings) else Presence.AMONG_OTHERS


def _is_sample(record: Mapping[str, Any]) -> bool:
    return record.get("kind") == "sitting" and record.get("sample") is True


def remove_sample(col: Collection, settings: Settings) -> UndoStep | None:
    """Takes the sample out as one undo step; None where there is none.

    With it go its questions, unless they were missed in another sitting too, and what follows from
    them. Cards that became active for them are suspended again; those that were studied since, or
    are cards of another question as well, stay as they are.
    """
    ledger = read_ledger(col)
    left = ledger.without_sample()
    if left.sittings.keys() == ledger.sittings.keys():
        return None
    missed = earlier_misses(ledger)
    made_up = {k for part in ledger.all_sittings() if part.sample for k in part.question_keys()}
    gone = {key: q for key, q in ledger.questions.items() if key in made_up and not missed[key]}
    questions = {key: q for key, q in ledger.questions.items() if key not in gone}
    left = replace(left, questions=questions)
    if not (questions or left.sittings or left.remembered or left.rule_checks or left.damaged):
        everything = plan_removal(col, settings)
        if not everything.studied:
            with UndoStep(col, REMOVE_UNDO_NAME) as step:
                how = {"suspend_studied": False, "remove_types": False}
                step.write(remove_everything, col, everything, **how)
            return step
    suspend = _made_active_for(col, ledger, gone.values(), questions.values())
    notes, releases = _records_of(col, ledger, suspend)
    for key in gone:
        notes += (ledger.question_notes[key], *ledger.doubles.get(key, ()))
    projected, decks = project(col, settings, replace(left, releases=releases))
    plan = filtered_decks.plan_decks(col, settings, decks)
    changed = _without_its_decisions(ledger, questions.values())
    reasons = named_reasons(ledger.sittings, gone)
    names = {*wanted_tags(settings.tag_root, gone.values(), {}, reasons)}
    names.update(*projected.tags.remove)
    with UndoStep(col, REMOVE_UNDO_NAME) as step:
        replace(projected, rebuild=plan).write(col, step, settings)
        suspend_at_home(col, step, suspend)
        forget_unused_tags(col, step, names)
        records = NewRecords(changed_questions=changed)
        write_records(col, step, records, deck_parent=settings.deck_parent)
        step.write(col.remove_notes, notes)
        if not questions:
            step.write(col.decks.remove, _emptied_decks(col, settings))
            step.write(col.remove_config, CONFIG_KEY)
    return step


def _emptied_decks(col: Collection, settings: Settings) -> list[DeckId]:
    """The decks for rules and for those of systems, where nothing is in or below them."""
    names = (QUESTION_DECK, settings.systems_deck_name)
    ids = [col.decks.id_for_name(f"{settings.deck_parent}::{name}") for name in names]
    return [
        id
        for id in ids
        if id and not (col.decks.children(id) or col.decks.card_count(id, include_subdecks=True))
    ]


def _made_active_for(
    col: Collection, ledger: Ledger, gone: Iterable[Question], kept: Iterable[Question]
) -> set[CardId]:
    """The cards that became active for these questions, for no other, and were not studied."""
    notes = _note_ids(col, gone) - _note_ids(col, kept)
    unstudied, _studied = released_cards(col, ledger.releases.values())
    cards: set[CardId] = set()
    for some in pieces(sorted(notes)):
        cards.update(database(col).list(f"select id from cards where nid in {ids_in(some)}"))
    return cards.intersection(unstudied)


def _note_ids(col: Collection, questions: Iterable[Question]) -> set[NoteId]:
    refs = (ref for q in questions for ref in (*q.core, *q.other_side))
    return set(resolve_notes(col, refs).values())


def _records_of(
    col: Collection, ledger: Ledger, suspended: set[CardId]
) -> tuple[list[NoteId], dict[str, Release]]:
    """The log notes of the sample and of releases that are taken back whole, and other releases."""
    back = {key for key, release in ledger.releases.items() if suspended.issuperset(release.cards)}
    notes = [id for id, key, record in log_records(col) if key in back or _is_sample(record)]
    return notes, {key: r for key, r in ledger.releases.items() if key not in back}


def _without_its_decisions(
    ledger: Ledger, questions: Iterable[Question]
) -> tuple[tuple[NoteId, Question], ...]:
    """Questions about whose miss in the sample something was decided, without that."""
    samples = {name for name, parts in ledger.sittings.items() if parts[0].sample}
    return tuple(
        (
            ledger.question_notes[q.key],
            replace(q, decisions=tuple(d for d in q.decisions if d.sitting not in samples)),
        )
        for q in questions
        if any(decision.sitting in samples for decision in q.decisions)
    )
