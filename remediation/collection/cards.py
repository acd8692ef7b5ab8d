"""Reads the state of cards, now and at the moment of a question, in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection as AnyCollection
from collections.abc import Sequence
from dataclasses import dataclass

from anki.cards import CardId
from anki.collection import Collection
from anki.consts import QUEUE_TYPE_SUSPENDED
from anki.notes import NoteId

from ..diagnosis.recall import (
    SECONDS_PER_DAY,
    days_of_interval,
    memory_state,
    recall_probability,
)
from .database import database, ids_in, pieces

# Rows of the review log that are answers: learn, review, relearn, filtered. Manual and
# rescheduled rows have no answer (ease 0).
_FORGOTTEN_EASE = 0


@dataclass(frozen=True)
class CardFacts:
    """A card as it is now. `recall` is the probability (0-1) of recalling it, 0 when new."""

    id: CardId
    note_id: NoteId
    suspended: bool
    recall: float


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
            recall = _recall_now(type_, interval, due_day, today, data)
            facts[note_id].append(
                CardFacts(CardId(id), NoteId(note_id), queue == QUEUE_TYPE_SUSPENDED, recall)
            )
    return facts


def _recall_now(type_: int, interval: int, due: int, today: int, data: str) -> float:
    if type_ == 0:
        return 0.0
    # Learning cards are due at a time of day; they were answered today or just before.
    elapsed = today - (due - interval) if type_ == 2 else 0
    state = memory_state(data)
    if state:
        return recall_probability(elapsed, state.stability, state.decay)
    return recall_probability(elapsed, days_of_interval(interval))


def recall_at(col: Collection, card_ids: Sequence[int], moment: int) -> dict[int, float | None]:
    """The probability of recalling each card at a moment (seconds since the epoch).

    Only reviews before the moment count: cards studied after the question say nothing about it.
    None means never answered before (or reset since its last answer). Where the card was not
    answered again after the moment, today's memory state is that of the last answer before it;
    otherwise the interval then given stands in for the stability.
    """
    recalls: dict[int, float | None] = dict.fromkeys(card_ids)
    for some in pieces(card_ids):
        rows = database(col).all(
            "select r.cid, r.id, r.ease, r.ivl, c.data,"
            " (select max(id) from revlog where cid = r.cid and ease > 0)"
            " from revlog r join cards c on c.id = r.cid"
            f" where r.cid in {ids_in(some)} and r.id < ? order by r.cid, r.id",
            moment * 1000,
        )
        for card_id, reviewed_ms, ease, interval, data, newest in rows:
            if ease == _FORGOTTEN_EASE:
                if interval == 0:
                    recalls[card_id] = None
                continue
            elapsed = (moment - reviewed_ms / 1000) / SECONDS_PER_DAY
            state = memory_state(data) if reviewed_ms == newest else None
            recalls[card_id] = (
                recall_probability(elapsed, state.stability, state.decay)
                if state
                else recall_probability(elapsed, days_of_interval(interval))
            )
    return recalls
