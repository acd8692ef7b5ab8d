"""Reads the state of cards, now and at the moment of a question, in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection as AnyCollection
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from anki.cards import CardId
from anki.collection import Collection
from anki.consts import QUEUE_TYPE_SUSPENDED, REVLOG_CRAM, REVLOG_REV
from anki.notes import NoteId

from ..diagnosis.recall import (
    SECONDS_PER_DAY,
    MemoryState,
    days_of_interval,
    memory_state,
    recall_probability,
)
from .database import database, ids_in, pieces

# The ease of review-log rows that are no answer: rescheduled by hand, or forgotten (interval 0).
_NO_ANSWER = 0
_AGAIN = 1


@dataclass(frozen=True)
class CardFacts:
    """A card as it is now.

    `recall` is the probability (0-1) of recalling it, 0 when new; `memory` what FSRS stores.
    """

    id: CardId
    note_id: NoteId
    suspended: bool
    recall: float
    memory: MemoryState | None


def cards_of_notes(col: Collection, note_ids: AnyCollection[int]) -> dict[int, list[CardFacts]]:
    """The cards of each note, in template order. Notes without a card are not in the result."""
    today = col.sched.today
    facts: dict[int, list[CardFacts]] = defaultdict(list)
    for some in pieces(note_ids):
        rows = database(col).all(
            "select id, nid, type, queue, ivl, due, odue, odid, data from cards"
            f" where nid in {ids_in(some)} order by nid, ord"
        )
        for id, note_id, type_, queue, interval, due, original_due, home, data in rows:
            due_day = original_due if home and original_due else due
            memory = memory_state(data)
            recall = _recall_now(type_, interval, due_day, today, memory)
            suspended = queue == QUEUE_TYPE_SUSPENDED
            facts[note_id].append(CardFacts(CardId(id), NoteId(note_id), suspended, recall, memory))
    return facts


def _counts(kind: int, factor: int) -> bool:
    """Whether an answer of this kind changed the card's schedule as a review.

    Filtered decks log their own kind; without rescheduling the factor is 0.
    """
    return kind == REVLOG_REV or (kind == REVLOG_CRAM and factor > 0)


def _recall_now(
    type_: int, interval: int, due: int, today: int, memory: MemoryState | None
) -> float:
    if type_ == 0:
        return 0.0
    # Learning cards are due at a time of day; they were answered today or just before.
    elapsed = today - (due - interval) if type_ == 2 else 0
    return _recall(elapsed, memory, interval)


def _recall(elapsed_days: float, memory: MemoryState | None, interval: int) -> float:
    """From the memory state where there is one; else the interval stands in for the stability."""
    if memory:
        return recall_probability(elapsed_days, memory.stability, memory.decay)
    return recall_probability(elapsed_days, days_of_interval(interval))


class Past(NamedTuple):
    """A card as it was at a moment.

    `recall` is the probability (0-1) of recalling it then, None where it was never answered before
    (or forgotten since its last answer); `lapses` counts how often a review of it had failed.
    """

    recall: float | None = None
    lapses: int = 0


def cards_at(col: Collection, cards: Iterable[CardFacts], moment: int) -> dict[CardId, Past]:
    """The cards as they were at a moment (seconds since the epoch).

    Only reviews before the moment count: cards studied after the question say nothing about it.
    Where a card was not answered again after the moment, today's memory state is that of the last
    answer before it; otherwise the interval then given stands in for the stability.
    """
    memory = {card.id: card.memory for card in cards}
    moment_ms = moment * 1000
    past: dict[CardId, Past] = dict.fromkeys(memory, Past())
    for some in pieces(sorted(memory)):
        rows = database(col).all(
            "select cid, id, ease, ivl, type, factor from revlog"
            f" where cid in {ids_in(some)} order by cid, id"
        )
        for card_id, card_rows in groupby(rows, itemgetter(0)):
            last = None
            lapses = 0
            answered_since = False
            for _, reviewed_ms, ease, interval, kind, factor in card_rows:
                if reviewed_ms >= moment_ms:
                    answered_since |= ease != _NO_ANSWER
                elif ease != _NO_ANSWER:
                    last = (reviewed_ms, interval)
                    lapses += ease == _AGAIN and _counts(kind, factor)
                elif interval == 0:
                    last = None
            recall = None
            if last:
                elapsed = (moment_ms - last[0]) / 1000 / SECONDS_PER_DAY
                recall = _recall(elapsed, None if answered_since else memory[card_id], last[1])
            past[card_id] = Past(recall, lapses)
    return past
