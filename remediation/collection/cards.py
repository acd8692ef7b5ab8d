"""Reads the state of cards, now and at the moment of a question, in bulk."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection as AnyCollection
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from anki.cards import CardId
from anki.collection import Collection
from anki.consts import (
    CARD_TYPE_REV,
    QUEUE_TYPE_SUSPENDED,
    REVLOG_CRAM,
    REVLOG_LRN,
    REVLOG_RELRN,
    REVLOG_RESCHED,
    REVLOG_REV,
)
from anki.decks import DeckId
from anki.errors import AnkiException
from anki.notes import NoteId

from ..diagnosis.recall import (
    SECONDS_PER_DAY,
    Aim,
    MemoryState,
    aim_of_intervals,
    memory_state,
    recall_probability,
    stability_of_interval,
)
from ..model.progress import Progress, no_progress
from .database import database, ids_in, pieces

_AGAIN = 1
# Filtered decks log their own kind; without rescheduling the factor is 0, and the card stays as it
# was: Anki's last review and FSRS leave such rows out too.
_RESCHEDULED_CRAM = f"(type = {REVLOG_CRAM} and factor > 0)"
# An ease of 0 is no answer: the card was rescheduled, by hand or by Anki.
_ANSWER = (
    f"(ease > 0 and (type in ({REVLOG_LRN}, {REVLOG_REV}, {REVLOG_RELRN}) or {_RESCHEDULED_CRAM}))"
)
_LAPSE = f"(ease = {_AGAIN} and (type = {REVLOG_REV} or {_RESCHEDULED_CRAM}))"
# How Anki itself tells a forgotten card from one given a due date: that one may have interval 0 too
# (source: rslib/src/scheduler/fsrs/params.rs, reviews_for_fsrs).
_FORGOTTEN = f"(ease = 0 and type = {REVLOG_RESCHED} and factor = 0)"
# Of the rows before the moment, `ease` and `ivl` are those of the newest: SQLite takes bare columns
# from the row that has the maximum.
_LAST_BEFORE = f"""
select cid, max(case when id < ?1 then id end), ease, ivl, sum(id < ?1 and {_LAPSE}),
    sum(id >= ?1 and {_ANSWER})
from revlog where cid in {{}} and ({_ANSWER} or {_FORGOTTEN}) group by cid
"""
# Anki takes up to a millisecond a card.
_CARDS_PER_PROGRESS = 50


@dataclass(frozen=True)
class CardFacts:
    """A card as it is now.

    `recall` is the probability (0-1) of recalling it, 0 when new; `memory` what FSRS stores; `aim`
    what its intervals aim at; `deck_id` its deck, while it is in a filtered one its own.
    """

    id: CardId
    note_id: NoteId
    suspended: bool
    recall: float
    memory: MemoryState | None
    aim: Aim
    deck_id: DeckId


def cards_of_notes(col: Collection, note_ids: AnyCollection[int]) -> dict[int, list[CardFacts]]:
    """The cards of each note, in template order. Notes without a card are not in the result."""
    today = col.sched.today
    fsrs = col.get_config("fsrs", False)
    facts: dict[int, list[CardFacts]] = defaultdict(list)
    for some in pieces(note_ids):
        rows = database(col).all(
            "select id, nid, type, queue, ivl, due, odue, odid, did, data from cards"
            f" where nid in {ids_in(some)} order by nid, ord"
        )
        for id, note_id, type_, queue, interval, due, original_due, home, deck, data in rows:
            due_day = original_due if home and original_due else due
            memory = memory_state(data)
            # Without FSRS intervals aim at nothing; they come near a recall of 90 %.
            aim = aim_of_intervals(data) if fsrs else Aim()
            recall = _recall_now(type_, interval, due_day, today, memory, aim)
            suspended = queue == QUEUE_TYPE_SUSPENDED
            card_id, deck_id = CardId(id), DeckId(home or deck)
            card = CardFacts(card_id, NoteId(note_id), suspended, recall, memory, aim, deck_id)
            facts[note_id].append(card)
    return facts


def _recall_now(
    type_: int, interval: int, due: int, today: int, memory: MemoryState | None, aim: Aim
) -> float:
    if type_ == 0:
        return 0.0
    # Learning cards are due at a time of day; they were answered today or just before.
    elapsed = today - (due - interval) if type_ == CARD_TYPE_REV else 0
    return _recall(elapsed, memory, interval, aim)


def _recall(elapsed_days: float, memory: MemoryState | None, interval: int, aim: Aim) -> float:
    """From the memory state where there is one; else the interval stands in for the stability."""
    if memory:
        return recall_probability(elapsed_days, memory.stability, memory.decay)
    return recall_probability(elapsed_days, stability_of_interval(interval, aim), aim.decay)


class Past(NamedTuple):
    """A card as it was at a moment.

    `recall` is the probability (0-1) of recalling it then, None where it was never answered before
    (or forgotten since its last answer); `lapses` counts how often a review of it had failed.
    """

    recall: float | None = None
    lapses: int = 0


class _LastAnswer(NamedTuple):
    """The last answer before a moment: `at` in seconds since the epoch, `interval` as logged."""

    at: float
    interval: int
    lapses: int
    answered_since: bool


# The stability in days after the answer to a card at a time (whole seconds since the epoch).
_Stabilities = dict[tuple[CardId, int], float]


def cards_at(
    col: Collection, cards: Iterable[CardFacts], moment: int, progress: Progress = no_progress
) -> dict[CardId, Past]:
    """The cards as they were at a moment; see `cards_at_moments`."""
    return cards_at_moments(col, {moment: cards}, progress)[moment]


def cards_at_moments(
    col: Collection,
    cards: Mapping[int, Iterable[CardFacts]],
    progress: Progress = no_progress,
) -> dict[int, dict[CardId, Past]]:
    """The cards as they were at each moment (seconds since the epoch).

    Only reviews before the moment count: cards studied after the question say nothing about it.
    Where a card was not answered again after the moment, today's memory state is that of the last
    answer before it. Otherwise Anki is asked for the state of that time, once for each card; where
    it knows none, the interval then given stands in for the stability. A card whose reviews are
    lost is taken to have been answered once, when the card itself says so.

    Raises Cancelled where `progress` does.
    """
    asked = {moment: {card.id: card for card in some} for moment, some in cards.items()}
    last: dict[int, dict[CardId, _LastAnswer]] = {}
    for done, (moment, some) in enumerate(asked.items()):
        progress("Reading reviews", done, len(asked))
        last[moment] = _last_answers(col, some, moment)
    stabilities: _Stabilities = {}
    # Without FSRS Anki would compute with parameters that nobody chose. A state found in a card all
    # the same is that of its last answer: answering without FSRS takes it away.
    if col.get_config("fsrs", False):
        wanted: dict[CardId, set[int]] = defaultdict(set)
        for moment, answers in last.items():
            for id, answer in answers.items():
                if answer.answered_since and answer.at and asked[moment][id].memory:
                    wanted[id].add(int(answer.at))
        stabilities = _stabilities(col, wanted, progress)
    return {
        moment: {
            id: _past(card, last[moment].get(id), stabilities, moment) for id, card in some.items()
        }
        for moment, some in asked.items()
    }


def _past(
    card: CardFacts, answer: _LastAnswer | None, stabilities: _Stabilities, moment: int
) -> Past:
    if answer is None:
        return Past()
    if not answer.at:
        return Past(None, answer.lapses)
    memory = card.memory
    if memory and answer.answered_since:
        then = stabilities.get((card.id, int(answer.at)))
        memory = memory._replace(stability=then) if then else None
    elapsed_days = (moment - answer.at) / SECONDS_PER_DAY
    return Past(_recall(elapsed_days, memory, answer.interval, card.aim), answer.lapses)


def _last_answers(
    col: Collection, cards: Mapping[CardId, CardFacts], moment: int
) -> dict[CardId, _LastAnswer]:
    """The last answer before the moment. Cards that were never answered are not in the result.

    One that was forgotten since, or answered only afterwards, has the time 0.
    """
    last: dict[CardId, _LastAnswer] = {}
    for some in pieces(sorted(cards)):
        rows = database(col).all(_LAST_BEFORE.format(ids_in(some)), moment * 1000)
        for card_id, at_ms, ease, interval, lapses, since in rows:
            at = at_ms / 1000 if at_ms and ease else 0.0
            last[card_id] = _LastAnswer(at, interval, lapses, since > 0)
    # A card that can be recalled, and no answer is logged: then the log was lost.
    lost = [id for id, card in cards.items() if card.recall and id not in last]
    last.update(_by_their_own_rows(col, lost, moment))
    return last


def _by_their_own_rows(
    col: Collection, card_ids: Iterable[CardId], moment: int
) -> dict[CardId, _LastAnswer]:
    """The last answers of cards without a review log, where they lie before the moment."""
    last: dict[CardId, _LastAnswer] = {}
    for some in pieces(card_ids):
        rows = database(col).all(
            "select id, type, ivl, due, odue, odid, lapses, data from cards"
            f" where id in {ids_in(some)} and reps > 0"
        )
        for id, type_, interval, due, original_due, home, lapses, data in rows:
            at = _last_review(data)
            if not at and type_ == CARD_TYPE_REV:
                due_day = original_due if home and original_due else due
                days_ago = col.sched.today - (due_day - interval)
                at = col.sched.day_cutoff - (days_ago + 1) * SECONDS_PER_DAY
            if 0 < at < moment:
                last[id] = _LastAnswer(at, interval, lapses, answered_since=False)
    return last


def _last_review(card_data: str) -> int:
    """When a card was last answered, as Anki keeps it from 25.07 on; 0 where it does not."""
    try:
        return int(json.loads(card_data)["lrt"])
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return 0


def _stabilities(
    col: Collection, wanted: Mapping[CardId, set[int]], progress: Progress
) -> _Stabilities:
    """What FSRS computes today for the answers to these cards at these times.

    Answers are missing where Anki cannot tell, as with a card whose deck or note is gone. Anki
    completes the time of the last answer in a card's row where it is missing, as it does when the
    card's statistics are opened; nothing is marked as changed.
    """
    stabilities: _Stabilities = {}
    for done, (card_id, times) in enumerate(wanted.items()):
        if done % _CARDS_PER_PROGRESS == 0:
            progress("Asking Anki about cards answered since", done, len(wanted))
        try:
            entries = col.card_stats_data(card_id).revlog
        except AnkiException:
            continue
        # The newest come first, and of several answers in one second the newest counts. A due date
        # set in that second is left out: Anki may give it a later state.
        for entry in entries:
            if entry.time in times and entry.button_chosen > 0:
                stabilities.setdefault((card_id, entry.time), entry.memory_state.stability)
    return stabilities
