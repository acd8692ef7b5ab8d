"""Suspended cards of missed questions wait in a queue, and so many become active in a day.

The queue is derived from the ledger and the cards. What became active is recorded first, so that
a killed process is mended and *Remove everything* knows what to suspend again.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection as AnyCollection
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from anki.cards import CardId
from anki.collection import Collection, OpChanges
from anki.consts import QUEUE_TYPE_SUSPENDED
from anki.notes import NoteId

from ..diagnosis.recall import SECONDS_PER_DAY
from ..diagnosis.repair import Repair, RepairState
from ..matching.core_notes import yield_rank
from ..model.banks import QuestionKey
from ..model.exam_weights import exam_weight
from ..model.misses import Miss, all_misses
from ..model.rates import rates_by_system
from ..model.records import Question, Release, Sitting
from ..model.systems import system_by_key
from ..planning.release_queue import MissRates, WaitingCard, cards_a_day, in_order
from ..planning.study_time import StudyTime
from ..settings import Settings
from .database import database, ids_in, pieces
from .exam_date import days_to_exam, exam_date, is_said
from .filtered_decks import BuiltDeck
from .found_notes import tags_of_notes
from .ledger import Ledger, NewRecords, has_ledger, read_ledger, write_records
from .projection import active_repairs, notes_to_study, project
from .repair_states import in_state
from .study_time import read_study_time
from .undo import UndoStep


@dataclass(frozen=True)
class ReleasePlan:
    """The waiting cards in their order, and how many of them are to become active.

    `number` is how many; the default is what is left of today's share. `released_today` became
    active today so far, whatever for; `most_a_day` is what the student allows. `days_to_exam` is
    None without a date, below 0 after the exam. `time` is what today's cards take.
    """

    queue: tuple[WaitingCard, ...]
    number: int
    released_today: int
    most_a_day: int
    days_to_exam: int | None
    time: StudyTime

    @property
    def cards(self) -> tuple[WaitingCard, ...]:
        """Those that are to become active, in their order."""
        return self.queue[: self.number]

    @property
    def waiting(self) -> int:
        """How many wait, those to become active now included."""
        return len(self.queue)


@dataclass
class ReleaseResult:
    """What was written. `undo_step` names the step to undo, 0 where nothing had to be written.

    `cards` is how many became active. Not frozen, since Anki's CollectionOp asks for a result
    whose `changes` can be set.
    """

    changes: OpChanges = field(default_factory=OpChanges)
    undo_step: int = 0
    cards: int = 0
    decks: tuple[BuiltDeck, ...] = ()


# The queue
######################################################################


def waiting_cards(
    col: Collection,
    sittings: Mapping[str, Sequence[Sitting]],
    questions: Mapping[QuestionKey, Question],
    releases: Iterable[Release],
    *,
    closed: AnyCollection[QuestionKey] = (),
    half_way: AnyCollection[QuestionKey] = (),
) -> list[WaitingCard]:
    """The suspended cards of the questions whose reason calls for cards, in their order.

    Cards released before are left out: those that are suspended now the student suspended again,
    or Anki, as leeches; and the few whose release was interrupted are mended by a repair.
    Questions in `closed` are repaired, those in `half_way` on the way to it.
    """
    wanted = {key: question for key, question in questions.items() if key not in closed}
    misses = list(all_misses(sittings, wanted))
    newest = {miss.key: miss for miss in misses}
    times = Counter(miss.key for miss in misses)
    named = {key: miss.reason for key, miss in newest.items()}
    notes = notes_to_study(col, wanted.values(), named)
    cards = _cards_of_notes(col, {note for some in notes.values() for note in some})
    released = {card for release in releases for card in release.cards}
    waiting_notes = {
        note
        for note, some in cards.items()
        if any(suspended and card not in released for card, suspended in some)
    }
    yields = {note: yield_rank(words) for note, words in tags_of_notes(col, waiting_notes).items()}
    rates = MissRates(rates_by_system(part for parts in sittings.values() for part in parts))
    waiting = []
    for key, its_notes in notes.items():
        question, miss = wanted[key], newest.get(key)
        here = [(card, note) for note in its_notes for card in cards.get(note, ())]
        pending = [(c, note) for (c, suspended), note in here if suspended and c not in released]
        waiting += [
            WaitingCard(
                card,
                key,
                question.system,
                round,
                key not in half_way,
                times[key],
                miss.sitting.when if miss else 0,
                _weight(question, miss),
                yields[note],
                rates.of(question.system),
            )
            for round, (card, note) in enumerate(pending, len(here) - len(pending))
        ]
    return in_order(waiting)


def _cards_of_notes(
    col: Collection, note_ids: Iterable[NoteId]
) -> dict[NoteId, list[tuple[CardId, bool]]]:
    """The cards of each note in template order, and whether each is suspended."""
    cards: dict[NoteId, list[tuple[CardId, bool]]] = {}
    for some in pieces(sorted(note_ids)):
        rows = database(col).all(
            f"select id, nid, queue from cards where nid in {ids_in(some)} order by nid, ord"
        )
        for id, note_id, queue in rows:
            cards.setdefault(note_id, []).append((CardId(id), queue == QUEUE_TYPE_SUSPENDED))
    return cards


def _weight(question: Question, miss: Miss | None) -> tuple[float, float] | None:
    """How much of the exam is about the question's system; its sitting may have to say which."""
    system = system_by_key(question.system)
    exam = question.key.exam or (miss.sitting.exam if miss else "")
    return exam_weight(system, exam) if system else None


# The day's budget
######################################################################


def released_today(col: Collection, releases: Iterable[Release]) -> int:
    """How many cards became active in what Anki counts as today.

    A card that two computers released before they synced is one card. What a computer released
    whose clock was ahead counts on the day that it was there.
    """
    day_ends = col.sched.day_cutoff
    day = range(day_ends - SECONDS_PER_DAY, day_ends)
    return len({card for release in releases if release.at in day for card in release.cards})


def budget_left(col: Collection, ledger: Ledger, settings: Settings) -> int:
    """How many more cards may become active today, as the student allows."""
    released = released_today(col, ledger.releases.values())
    return max(0, settings.cards_unsuspended_per_day - released)


# Releasing
######################################################################


def plan_release(
    col: Collection,
    settings: Settings,
    ledger: Ledger,
    number: int | None = None,
    *,
    closed: AnyCollection[QuestionKey] = (),
    half_way: AnyCollection[QuestionKey] = (),
) -> ReleasePlan:
    """Which cards become active next: `number` of them, or what is left of today's share.

    What became active today by an import, or because the student asked for more, counts for today.
    """
    queue = waiting_cards(
        col,
        ledger.sittings,
        ledger.questions,
        ledger.releases.values(),
        closed=closed,
        half_way=half_way,
    )
    done = released_today(col, ledger.releases.values())
    days = days_to_exam(col, ledger)
    most = settings.cards_unsuspended_per_day
    study_time = read_study_time(col, settings)
    if number is None:
        number = max(0, cards_a_day(most, len(queue) + done, days) - done)
        if study_time.is_limited:
            number = min(number, study_time.room)
    return ReleasePlan(tuple(queue), number, done, most, days, study_time)


def _plan_now(
    col: Collection, settings: Settings, ledger: Ledger, repairs: Mapping[QuestionKey, Repair]
) -> ReleasePlan:
    """What would become active today."""
    # Those filed under a habit wait only where the student asked for their cards.
    closed = in_state(repairs, RepairState.REPAIRED)
    half_way = in_state(repairs, RepairState.HALF_WAY)
    return plan_release(col, settings, ledger, closed=closed, half_way=half_way)


@dataclass(frozen=True)
class ReleaseOverview:
    """What a screen about today's cards shows.

    `exam` is the day of the exam; `is_said` whether the student gave one or said that there is
    none yet. `has_misses` says whether any question was missed so far.
    """

    plan: ReleasePlan
    exam: date | None
    is_said: bool
    has_misses: bool


def read_overview(col: Collection, settings: Settings) -> ReleaseOverview:
    """What became active today and what waits, and when the exam is."""
    ledger = read_ledger(col)
    return release_overview(col, settings, ledger, active_repairs(col, ledger))


def release_overview(
    col: Collection, settings: Settings, ledger: Ledger, repairs: Mapping[QuestionKey, Repair]
) -> ReleaseOverview:
    """The same of a ledger that was read already, with its repairs (`active_repairs`)."""
    return ReleaseOverview(
        _plan_now(col, settings, ledger, repairs),
        exam_date(ledger),
        is_said(ledger),
        bool(ledger.questions),
    )


def release(
    col: Collection, settings: Settings, plan: ReleasePlan, *, decks_later: bool = False
) -> ReleaseResult:
    """Makes the cards of the plan active as one undo step; tags and decks follow.

    `decks_later` leaves the decks as they are for now (see `Projection.with_decks_later`). Cards
    that do not wait any more, as they became active or went meanwhile, are left as they are;
    nothing is written where none is left.
    """
    ledger = read_ledger(col)
    cards = _still_waiting(col, [card.card for card in plan.cards], ledger)
    if not cards:
        return ReleaseResult()
    projected, _decks = project(col, settings, ledger, cards)
    if decks_later:
        projected = projected.with_decks_later()
    records = NewRecords(releases=Release(int(time.time()), cards).split())
    title = "Release 1 card" if len(cards) == 1 else f"Release {len(cards):,} cards"
    with UndoStep(col, title) as step:
        write_records(col, step, records, deck_parent=settings.deck_parent)
        decks = projected.write(col, step, settings)
    return ReleaseResult(step.changes, step.target, len(cards), tuple(decks))


def _still_waiting(col: Collection, card_ids: Sequence[int], ledger: Ledger) -> tuple[CardId, ...]:
    released = {card for release in ledger.releases.values() for card in release.cards}
    suspended: set[int] = set()
    for some in pieces(card_ids):
        suspended.update(
            database(col).list(
                f"select id from cards where queue = {QUEUE_TYPE_SUSPENDED}"
                f" and id in {ids_in(some)}"
            )
        )
    return tuple(CardId(id) for id in card_ids if id in suspended and id not in released)


# The daily release
######################################################################


def plan_daily_release(col: Collection, settings: Settings) -> ReleasePlan | None:
    """What is to become active today by itself, for `release`; None where nothing is."""
    if not (settings.release_daily and settings.cards_unsuspended_per_day and has_ledger(col)):
        return None
    ledger = read_ledger(col)
    if not budget_left(col, ledger, settings):
        return None
    plan = _plan_now(col, settings, ledger, active_repairs(col, ledger))
    return plan if plan.cards else None
