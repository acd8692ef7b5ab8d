"""From a sitting to what would be written, and the writing of it.

`preview_import` reads and decides; it writes nothing. `apply_import` writes what the preview
shows, as one undo step, or nothing at all.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import Optional

from anki.cards import CardId
from anki.collection import Collection, OpChanges
from anki.notes import NoteId

from ..diagnosis.recall import SECONDS_PER_DAY, Knowledge, knowledge
from ..matching.core_notes import Candidate, core_notes, siblings, yield_rank
from ..matching.question_tags import How, TagScan, questions_of_note
from ..model.attempts import Attempt, Outcome
from ..model.banks import QuestionKey
from ..model.progress import Progress, no_progress
from ..model.records import NoteRef, Question, Release, Sitting
from ..model.systems import system_from_tags, systems_from_name
from ..settings import Settings
from . import filtered_decks, projection
from .cards import CardFacts, cards_of_notes, recall_at
from .database import database, ids_in, pieces
from .filtered_decks import BuiltDeck
from .ledger import Ledger, NewRecords, count_notes, read_ledger, write_records
from .projection import Projection
from .question_scan import scan_questions
from .undo import UndoStep

# A question and how it was answered: what tells whether an attempt was recorded before.
_Answer = tuple[QuestionKey, Optional[Outcome]]


class CollectionChanged(Exception):
    """The collection was changed after the preview was made; make and show a new one."""


@dataclass(frozen=True)
class ImportRequest:
    """What the student asks for.

    `sitting` has an outcome for every attempt. `again` says that attempts equal to recorded ones
    were done again. `all_cards` takes every matching note instead of the core notes.
    `other_exams` also takes notes tagged with the same number in another exam of the bank.
    """

    sitting: Sitting
    again: bool = False
    all_cards: bool = False
    other_exams: bool = False


@dataclass(frozen=True)
class QuestionPreview:
    """One attempt, and what was found for it.

    `notes` are all notes that carry the question's id, `core` those that are really about it
    (only for a miss). `cards` counts the cards of the core notes, `matching_cards` those of all
    notes; `suspended` are the suspended ones of the core. `missed_before` counts the misses
    recorded earlier; `recorded` is true where this attempt itself is already recorded.
    """

    key: QuestionKey
    attempt: Attempt
    notes: tuple[NoteId, ...] = ()
    core: tuple[NoteId, ...] = ()
    siblings: tuple[str, ...] = ()
    how: How | None = None
    system: str = ""
    cards: int = 0
    matching_cards: int = 0
    suspended: tuple[CardId, ...] = ()
    knowledge: Knowledge = Knowledge.NO_CARD
    missed_before: int = 0
    recorded: bool = False
    problem: str = ""

    @property
    def missed(self) -> bool:
        """Whether the attempt was a miss."""
        return bool(self.attempt.outcome and self.attempt.outcome.is_miss)


@dataclass(frozen=True)
class ImportPreview:
    """Everything that applying would do, and what it was decided on.

    `unsuspend` are the cards that become active now; `waiting` those that the daily limit leaves
    suspended. `collection_mod` is the collection's modification time the preview was made at.
    """

    request: ImportRequest
    questions: tuple[QuestionPreview, ...]
    records: NewRecords
    projection: Projection
    waiting: tuple[CardId, ...]
    decks: tuple[filtered_decks.FilteredDeck, ...]
    collection_mod: int
    seconds_matching: float = 0.0

    @property
    def unmatched(self) -> tuple[QuestionPreview, ...]:
        """The misses that no note carries the id of."""
        return tuple(q for q in self.questions if q.missed and not q.notes)

    @property
    def recorded(self) -> int:
        """How many of the attempts were recorded by an earlier import."""
        return sum(q.recorded for q in self.questions)

    @property
    def is_empty(self) -> bool:
        """Whether applying would write nothing."""
        return not (self.records or self.projection)


@dataclass
class ImportResult:
    """What was written. `changes` is for Anki's screens; `undo_step` names the step to undo.

    Not frozen, since Anki's CollectionOp asks for a result whose `changes` can be set.
    """

    changes: OpChanges = field(default_factory=OpChanges)
    undo_step: int = 0
    notes_tagged: int = 0
    cards_unsuspended: int = 0
    ledger_added: int = 0
    ledger_updated: int = 0
    decks: tuple[BuiltDeck, ...] = ()


def preview_import(
    col: Collection,
    request: ImportRequest,
    settings: Settings,
    progress: Progress = no_progress,
) -> ImportPreview:
    """What an import would do. Raises Cancelled where `progress` does."""
    modified = int(col.mod)
    ledger = read_ledger(col)
    now = int(time.time())
    started = time.perf_counter()
    attempts = _attempts_by_key(request.sitting)
    scan = scan_questions(col, attempts.keys(), progress)
    matching = time.perf_counter() - started

    progress("Reading cards", 0, 0)
    match = _Matcher(col, request, settings, ledger, scan)
    questions = match.previews(attempts, progress)
    sitting = _new_sitting(request, ledger)
    added, changed = _question_records(col, ledger, questions)
    kept = {**ledger.questions, **{q.key: q for q in added}, **{q.key: q for _, q in changed}}

    progress("Comparing tags", 0, 0)
    new = {question.key for question in added} | {question.key for _, question in changed}
    unsuspend, waiting = _release(
        [q for q in questions if q.key in new], _budget_left(col, ledger, settings)
    )
    releases = Release(now, unsuspend).split()
    projected, decks = projection.project(
        col, settings, list(kept.values()), ledger.releases, unsuspend
    )
    if not filtered_decks.are_as_wanted(col, decks):
        projected = replace(projected, rebuild=decks)
    return ImportPreview(
        request,
        tuple(questions),
        NewRecords((sitting,) if sitting else (), releases, tuple(added), tuple(changed)),
        projected,
        waiting,
        decks,
        modified,
        matching,
    )


def apply_import(
    col: Collection,
    preview: ImportPreview,
    settings: Settings,
    progress: Progress = no_progress,
) -> ImportResult:
    """Writes what the preview shows, as one undo step; nothing where it is empty.

    The records come first, so that what a killed process left undone can be seen and mended.
    Raises CollectionChanged where the collection is not as the preview saw it, and Cancelled where
    `progress` does; nothing is left behind then.
    """
    if int(col.mod) != preview.collection_mod:
        raise CollectionChanged
    if preview.is_empty:
        return ImportResult(decks=tuple(filtered_decks.existing_decks(col, preview.decks)))
    missed = sum(q.missed and not q.recorded for q in preview.questions)
    name = f"Import {missed} missed question{'' if missed == 1 else 's'}"
    with UndoStep(col, name, lambda: progress("Writing", 0, 0)) as step:
        write_records(col, step, preview.records, deck_parent=settings.deck_parent)
        decks = preview.projection.write(col, step)
    return ImportResult(
        step.changes,
        step.target,
        preview.projection.tags.notes_tagged(),
        len(preview.projection.unsuspend),
        count_notes(preview.records),
        len(preview.records.changed_questions),
        tuple(decks or filtered_decks.existing_decks(col, preview.decks)),
    )


def _attempts_by_key(sitting: Sitting) -> dict[QuestionKey, Attempt]:
    return dict(zip(sitting.question_keys(), sitting.attempts))


class _Matcher:
    """Finds the notes, core notes and cards of each attempt of a request."""

    def __init__(
        self,
        col: Collection,
        request: ImportRequest,
        settings: Settings,
        ledger: Ledger,
        scan: TagScan,
    ) -> None:
        self._col = col
        self._request = request
        self._settings = settings
        self._ledger = ledger
        self._scan = scan
        self._recorded = _recorded_attempts(ledger, request.sitting)
        self._misses = _earlier_misses(ledger)
        self._seen = {key for part in ledger.all_sittings() for key in part.question_keys()}
        self._seen |= self._scan.found.keys()
        self._cards_of: dict[int, list[CardFacts]] = {}

    def previews(
        self, attempts: Mapping[QuestionKey, Attempt], progress: Progress
    ) -> list[QuestionPreview]:
        self._cards_of = cards_of_notes(self._col, sorted(self._scan.tags))
        kept = projection.core_note_ids(
            self._col, (q for key, q in self._ledger.questions.items() if key in attempts)
        )
        found = []
        for count, (key, attempt) in enumerate(attempts.items()):
            if count % 500 == 0:
                progress("Choosing core cards", count, len(attempts))
            found.append(self._preview(key, attempt, kept.get(key, ())))
        return self._with_knowledge(found)

    def _preview(
        self, key: QuestionKey, attempt: Attempt, kept: Sequence[NoteId]
    ) -> QuestionPreview:
        found = self._scan.found[key]
        notes, how = found.best(other_exams=self._request.other_exams)
        problem = ""
        if found.other_case and not notes:
            names = ", ".join(sorted(found.other_case))
            problem = f"Anki cannot tell this id from {names}: look at the cards yourself"
        elif not notes and How.ID_OTHER_EXAM in found.by_how:
            problem = "only cards of another exam have this number"
        recorded = (key, attempt.outcome) in self._recorded
        preview = QuestionPreview(
            key,
            attempt,
            tuple(map(NoteId, notes)),
            how=how,
            # Where this very attempt is recorded, it is not one from before.
            missed_before=max(0, self._misses[key] - (recorded and not self._request.again)),
            recorded=recorded,
            problem=problem,
        )
        if not preview.missed:
            return replace(preview, system=self._system(key, attempt, notes))
        candidates = {note_id: self._candidate(note_id) for note_id in notes}
        if self._request.all_cards:
            core = tuple(dict.fromkeys((*kept, *map(NoteId, notes))))
        else:
            core = tuple(kept) or tuple(
                map(NoteId, core_notes(candidates.values(), self._settings.core_notes_per_question))
            )
        cards = [card for note_id in core for card in self._cards(note_id)]
        return replace(
            preview,
            core=core,
            siblings=siblings(key, (candidates[n] for n in core if n in candidates), self._seen),
            system=self._system(key, attempt, core),
            cards=len(cards),
            matching_cards=sum(len(self._cards(n)) for n in {*notes, *core}),
            suspended=tuple(card.id for card in cards if card.suspended),
        )

    def _candidate(self, note_id: int) -> Candidate:
        tags = self._scan.tags[note_id]
        # A note is recalled as badly as its worst card.
        recall = min((card.recall for card in self._cards(note_id)), default=0.0)
        return Candidate(note_id, questions_of_note(tags), yield_rank(tags), recall)

    def _cards(self, note_id: int) -> list[CardFacts]:
        return self._cards_of.get(note_id, [])

    def _system(self, key: QuestionKey, attempt: Attempt, notes: Sequence[int]) -> str:
        """The organ system the bank prints, made single by the notes' tags where it is several."""
        known = self._ledger.questions.get(key)
        if known and known.system:
            return known.system
        printed = systems_from_name(attempt.system)
        if len(printed) == 1:
            return printed[0].key
        # The add-on's own tags would only repeat what was decided earlier.
        own = f"{self._settings.tag_root}::"
        tags = [
            tag
            for note_id in notes
            for tag in self._scan.tags.get(note_id, ())
            if not tag.startswith(own)
        ]
        tagged = system_from_tags(tags)
        if tagged and (not printed or tagged in printed):
            return tagged.key
        return printed[0].key if printed else ""

    def _with_knowledge(self, questions: list[QuestionPreview]) -> list[QuestionPreview]:
        """Adds what the core cards say about the moment of the sitting."""
        cards = {q.key: [card for n in q.core for card in self._cards(n)] for q in questions}
        wanted = {card for core_cards in cards.values() for card in core_cards}
        recalls = recall_at(self._col, wanted, self._request.sitting.when)
        return [
            replace(q, knowledge=knowledge([recalls[card.id] for card in cards[q.key]]))
            for q in questions
        ]


def _recorded_attempts(ledger: Ledger, sitting: Sitting) -> dict[_Answer, set[str]]:
    """The answers recorded so far that this sitting may be repeating, with their sittings.

    Two sittings whose inputs give different moments cannot be the same.
    """
    recorded: dict[_Answer, set[str]] = {}
    for name, parts in ledger.sittings.items():
        for part in parts:
            if part.dated and sitting.dated and part.when != sitting.when:
                continue
            for key, attempt in zip(part.question_keys(), part.attempts):
                recorded.setdefault((key, attempt.outcome), set()).add(name)
    return recorded


def _earlier_misses(ledger: Ledger) -> Counter[QuestionKey]:
    return Counter(
        key
        for part in ledger.all_sittings()
        for key, attempt in zip(part.question_keys(), part.attempts)
        if attempt.outcome and attempt.outcome.is_miss
    )


def _new_sitting(request: ImportRequest, ledger: Ledger) -> Sitting | None:
    """The sitting to record: without the attempts that earlier ones hold, None where none is left.

    A list that repeats part of an earlier one continues it, unless the student says that it was
    done again.
    """
    if request.again:
        return replace(request.sitting, repeats=True)
    recorded = _recorded_attempts(ledger, request.sitting)
    new, extends = [], set()
    for key, attempt in zip(request.sitting.question_keys(), request.sitting.attempts):
        names = recorded.get((key, attempt.outcome))
        extends |= names or set()
        if not names:
            new.append(attempt)
    if not new:
        return None
    return replace(request.sitting, attempts=tuple(new), extends=tuple(sorted(extends)))


def _question_records(
    col: Collection, ledger: Ledger, questions: Sequence[QuestionPreview]
) -> tuple[list[Question], list[tuple[NoteId, Question]]]:
    """The question records to add, and those to change because they now have other core notes."""
    guids: dict[int, str] = {}
    for some in pieces(sorted({n for q in questions for n in q.core})):
        rows = database(col).all(f"select id, guid from notes where id in {ids_in(some)}")
        guids.update((id, guid) for id, guid in rows)
    added, changed = [], []
    for preview in questions:
        if not preview.missed:
            continue
        core = tuple(NoteRef(int(id), guids[id]) for id in preview.core if id in guids)
        known = ledger.questions.get(preview.key)
        note_id = ledger.question_notes.get(preview.key)
        if note_id is None:
            added.append(Question(preview.key, core, preview.system))
        elif known is None:  # its record is damaged: written anew into the same note
            changed.append((note_id, Question(preview.key, core, preview.system)))
        elif {ref.id for ref in core} - {ref.id for ref in known.core}:
            changed.append(
                (note_id, replace(known, core=core, system=known.system or preview.system))
            )
    return added, changed


def _release(
    questions: Sequence[QuestionPreview], budget: int
) -> tuple[tuple[CardId, ...], tuple[CardId, ...]]:
    """The suspended core cards that become active within the budget, and those that wait.

    One card for each question comes first, then the second of each: with a small budget every
    miss gets something. A question's own cards are already in the order of its core notes.
    """
    rounds = (card for cards in zip_longest(*(q.suspended for q in questions)) for card in cards)
    queue = tuple(dict.fromkeys(card for card in rounds if card is not None))
    return queue[:budget], queue[budget:]


def _budget_left(col: Collection, ledger: Ledger, settings: Settings) -> int:
    """How many more cards may be unsuspended in what Anki counts as today."""
    day_began = col.sched.day_cutoff - SECONDS_PER_DAY
    released = sum(len(r.cards) for r in ledger.releases.values() if r.at >= day_began)
    return max(0, settings.cards_unsuspended_per_day - released)
