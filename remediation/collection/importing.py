"""From a sitting to what would be written, and the writing of it.

`preview_import` reads and decides; it writes nothing. `apply_import` writes what the preview
shows, as one undo step, or nothing at all.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from anki.cards import CardId
from anki.collection import Collection, OpChanges
from anki.notes import NoteId

from ..matching.question_tags import How
from ..model.attempts import Attempt
from ..model.banks import QuestionKey, bank_by_key
from ..model.progress import Progress, no_progress
from ..model.rates import Rate, rates_by_system
from ..model.records import NoteRef, Question, Release, Remembered, Sitting
from ..planning.release_queue import WaitingCard
from ..settings import Settings
from . import filtered_decks, projection, topics
from .database import database, ids_in, pieces
from .filtered_decks import BuiltDeck
from .found_notes import Found, find_notes, tags_of_notes
from .ledger import Ledger, NewRecords, count_notes, read_ledger, remember, write_records
from .projection import Projection
from .question_preview import QuestionPreview, QuestionPreviewer
from .recorded import Answer, RecordedAnswers, earlier_misses, new_sitting
from .release_queue import budget_left, waiting_cards
from .topics import TopicChoice, TopicPreview
from .undo import UndoStep


class CollectionChanged(Exception):
    """The collection was changed after the preview was made; make and show a new one."""


@dataclass(frozen=True)
class ImportRequest:
    """What the student asks for.

    Each of the `sittings` has an outcome for every attempt. `again` says that attempts equal to
    recorded ones were done again. `all_cards` takes every matching note instead of the core notes.
    `other_exams` also takes notes tagged with the same number in another exam of the bank.
    `topic_choices` are what was chosen for topics, by their key; `by_topic` looks for cards by
    topic also where a question has an id, which nothing is taken from without a choice.
    `remember` are further choices to keep in the ledger, by name.
    """

    sittings: tuple[Sitting, ...]
    again: bool = False
    all_cards: bool = False
    other_exams: bool = False
    by_topic: bool = False
    topic_choices: Mapping[str, TopicChoice] = field(default_factory=dict)
    remember: Mapping[str, Any] = field(default_factory=dict)

    @property
    def total(self) -> int | None:
        """How many questions the sittings had together; None where one does not say."""
        totals = [sitting.total for sitting in self.sittings]
        return sum(t for t in totals if t) if totals and all(totals) else None


@dataclass(frozen=True)
class ImportPreview:
    """Everything that applying would do, and what it was decided on.

    `topics` are those that cards are looked for by. `waiting` are the cards that the daily limit
    leaves suspended. `rates` are those of each organ system with these sittings. `collection_mod`
    is the collection's modification time at the preview.
    """

    request: ImportRequest
    questions: tuple[QuestionPreview, ...]
    topics: tuple[TopicPreview, ...]
    records: NewRecords
    projection: Projection
    waiting: tuple[CardId, ...]
    decks: tuple[filtered_decks.FilteredDeck, ...]
    collection_mod: int
    rates: Mapping[str, Rate] = field(default_factory=dict)
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

    `decks_later` says that the decks are still to be built anew with the next update of the decks.
    Not frozen, since Anki's CollectionOp asks for a result whose `changes` can be set.
    """

    changes: OpChanges = field(default_factory=OpChanges)
    undo_step: int = 0
    notes_tagged: int = 0
    cards_unsuspended: int = 0
    ledger_added: int = 0
    ledger_updated: int = 0
    decks: tuple[BuiltDeck, ...] = ()
    decks_later: bool = False


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
    plan = _Plan(col, request, settings, ledger, progress)
    questions = plan.questions
    added, changed = _question_records(col, ledger, questions)
    kept = {**ledger.questions, **{q.key: q for q in added}, **{q.key: q for _, q in changed}}

    progress("Comparing tags", 0, 0)
    new = {question.key for question in added} | {question.key for _, question in changed}
    sittings = {**ledger.sittings, **{s.key: (s,) for s in plan.new_sittings}}
    unsuspend, waiting = _release(
        waiting_cards(col, sittings, {key: kept[key] for key in new}, ledger.releases.values()),
        budget_left(col, ledger, settings),
    )
    projected, decks = projection.project(
        col, settings, replace(ledger, questions=kept, sittings=sittings), unsuspend
    )
    if not (projected.rebuild or filtered_decks.are_set_up(col, settings, decks)):
        plan_of_decks = filtered_decks.plan_decks(col, settings, decks, unsuspend)
        projected = replace(projected, rebuild=plan_of_decks)
    records = NewRecords(
        tuple(plan.new_sittings),
        Release(now, unsuspend).split(),
        tuple(added),
        tuple(changed),
        _choices_to_remember(request.remember, plan.topics, ledger),
    )
    return ImportPreview(
        request,
        tuple(questions),
        plan.topics,
        records,
        projected,
        waiting,
        decks,
        modified,
        rates_by_system([*ledger.all_sittings(), *plan.new_sittings]),
        plan.seconds_matching,
    )


def _undo_name(preview: ImportPreview) -> str:
    missed = sum(q.missed and not q.recorded for q in preview.questions)
    if not missed and any(sitting.groups for sitting in preview.request.sittings):
        return "Import score report"
    return f"Import {missed} missed question{'' if missed == 1 else 's'}"


class _Plan:
    """What the sittings of a request hold, matched: the reading half of a preview."""

    def __init__(
        self,
        col: Collection,
        request: ImportRequest,
        settings: Settings,
        ledger: Ledger,
        progress: Progress,
    ) -> None:
        self._col = col
        self._request = request
        self._settings = settings
        self._ledger = ledger
        self._progress = progress
        self._misses = earlier_misses(ledger)
        self.seconds_matching = 0.0
        self.topics: tuple[TopicPreview, ...] = ()
        self.questions: list[QuestionPreview] = []
        self.new_sittings: list[Sitting] = []
        self._match([dict(zip(s.question_keys(), s.attempts)) for s in request.sittings])

    def _match(self, attempts_of: list[dict[QuestionKey, Attempt]]) -> None:
        """Finds the notes of all sittings at one go, then looks at each sitting by itself."""
        everything = {key: a for attempts in attempts_of for key, a in attempts.items()}
        started = time.perf_counter()
        found, tags = find_notes(
            self._col, everything, self._progress, other_exams=self._request.other_exams
        )
        self.seconds_matching = time.perf_counter() - started
        offered = [topics.attempts_of_groups(sitting) for sitting in self._request.sittings]
        by_topic = self._by_topic(everything, offered, found)
        found.update(by_topic)
        tags.update(tags_of_notes(self._col, (n for f in by_topic.values() for n in f.notes)))

        answers = RecordedAnswers(self._ledger)
        previewer = QuestionPreviewer(
            self._col,
            self._settings,
            self._ledger,
            found,
            tags,
            all_cards=self._request.all_cards,
        )
        for sitting, attempts, rows in zip(self._request.sittings, attempts_of, offered):
            # A row of a report becomes a question once the student has chosen cards for it.
            attempts.update({key: attempt for key, attempt in rows.items() if key in by_topic})
            recorded = answers.repeated_by(sitting)
            left = new_sitting(self._ledger, sitting, recorded, again=self._request.again)
            self.new_sittings += [left] if left else []
            previews = previewer.previews(attempts, sitting.when, self._progress)
            self.questions += [self._compared(question, recorded) for question in previews]

    def _by_topic(
        self,
        attempts: Mapping[QuestionKey, Attempt],
        offered: Sequence[Mapping[QuestionKey, Attempt]],
        found: Mapping[QuestionKey, Found],
    ) -> dict[QuestionKey, Found]:
        """Notes by topic for missed questions that have none by their id."""
        has_core = {key for key, question in self._ledger.questions.items() if question.core}
        open_ = {
            key: attempt
            for key, attempt in attempts.items()
            if not found[key].notes
            and key not in has_core
            and attempt.outcome
            and attempt.outcome.is_miss
            and (self._request.by_topic or not (attempt.id and is_tagged(key)))
        }
        rows = {key: attempt for more in offered for key, attempt in more.items()}
        self.topics = topics.preview_topics(
            self._col,
            topics.topics_of({**open_, **rows}),
            self._request.topic_choices,
            self._ledger.remembered,
            self._progress,
            # Nothing is taken without a click where there is an id that should have found it, for
            # a bank whose questions no deck knows, or for a report.
            automatic=lambda topic: all(
                is_tagged(key) and key in open_ and not open_[key].id for key in topic.questions
            ),
            own_root=self._settings.tag_root,
        )
        return {
            key: Found(
                tuple(map(NoteId, preview.note_ids)),
                How.TOPIC,
                most_core=topics.NOTES_OF_A_ROW if key in rows else None,
            )
            for preview in self.topics
            if preview.note_ids
            for key in preview.topic.questions
        }

    def _compared(
        self, question: QuestionPreview, recorded: Mapping[Answer, set[str]]
    ) -> QuestionPreview:
        """The preview with what the ledger says about earlier attempts."""
        is_recorded = (question.key, question.attempt.outcome) in recorded
        # Where this very attempt is recorded, it is not one from before.
        itself = is_recorded and not self._request.again
        return replace(
            question,
            missed_before=max(0, self._misses[question.key] - itself),
            recorded=is_recorded,
        )


def is_tagged(key: QuestionKey) -> bool:
    """Whether decks tag their cards with the ids of this bank."""
    return bank_by_key(key.bank).tag_segment is not None


def _choices_to_remember(
    choices: Mapping[str, Any], previews: Sequence[TopicPreview], ledger: Ledger
) -> tuple[Remembered, ...]:
    """The choices that the student made here and that the ledger does not hold yet."""
    values = dict(choices)
    values.update(
        (preview.topic.key, preview.choice.to_json())
        for preview in previews
        if preview.choice and not preview.choice.automatic
    )
    new = {name: value for name, value in values.items() if ledger.remembered.get(name) != value}
    return (remember(ledger, new),) if new else ()


def apply_import(
    col: Collection,
    preview: ImportPreview,
    settings: Settings,
    progress: Progress = no_progress,
    *,
    decks_later: bool = False,
) -> ImportResult:
    """Writes what the preview shows, as one undo step; nothing where it is empty.

    `decks_later` leaves the decks as they are for now (see `Projection.with_decks_later`).
    The records come first, so that what a killed process left undone can be seen and mended.
    Raises CollectionChanged where the collection is not as the preview saw it, and Cancelled where
    `progress` does; nothing is left behind then.
    """
    if int(col.mod) != preview.collection_mod:
        raise CollectionChanged
    if decks_later:
        preview = replace(preview, projection=preview.projection.with_decks_later())
    if preview.is_empty:
        existing = filtered_decks.existing_decks(col, settings, preview.decks)
        return ImportResult(decks=tuple(existing))
    with UndoStep(col, _undo_name(preview), lambda: progress("Writing", 0, 0)) as step:
        write_records(col, step, preview.records, deck_parent=settings.deck_parent)
        decks = preview.projection.write(col, step, settings)
    return ImportResult(
        step.changes,
        step.target,
        preview.projection.tags.notes_tagged(),
        len(preview.projection.unsuspend),
        count_notes(preview.records),
        len(preview.records.changed_questions),
        tuple(decks or filtered_decks.existing_decks(col, settings, preview.decks)),
        preview.projection.rebuild_later,
    )


def _question_records(
    col: Collection, ledger: Ledger, questions: Sequence[QuestionPreview]
) -> tuple[list[Question], list[tuple[NoteId, Question]]]:
    """The question records to add, and those to change because they now have other core notes."""
    guids: dict[int, str] = {}
    for some in pieces(sorted({n for q in questions for n in q.core})):
        rows = database(col).all(f"select id, guid from notes where id in {ids_in(some)}")
        guids.update((id, guid) for id, guid in rows)
    added, changed = [], []
    missed = {question.key: question for question in reversed(questions) if question.missed}
    for preview in reversed(missed.values()):
        core = tuple(NoteRef(int(id), guids[id]) for id in preview.core if id in guids)
        known = ledger.questions.get(preview.key)
        note_id = ledger.question_notes.get(preview.key)
        if note_id is None:
            added.append(Question(preview.key, core, preview.system))
        elif known is None:  # its record is damaged: written anew into the same note
            question = replace(ledger.unreadable[preview.key], core=core, system=preview.system)
            changed.append((note_id, question))
        elif {ref.id for ref in core} - {ref.id for ref in known.core}:
            changed.append(
                (note_id, replace(known, core=core, system=known.system or preview.system))
            )
    return added, changed


def _release(
    queue: Sequence[WaitingCard], budget: int
) -> tuple[tuple[CardId, ...], tuple[CardId, ...]]:
    """The suspended core cards that become active within the budget, and those that wait."""
    cards = tuple(CardId(waiting.card) for waiting in queue)
    return cards[:budget], cards[budget:]
