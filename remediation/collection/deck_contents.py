"""Which cards Anki would put into a filtered deck, told without building it.

Building marks every card as changed, and such a card wins over a review of it on the phone that
has not arrived yet. So what a deck would hold is compared first, with the rules of Anki's own
search and building (rslib/src/search and rslib/src/scheduler/filtered).
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Collection as AnyCollection
from collections.abc import Iterable, Sequence, Set
from typing import NamedTuple

from anki.cards import CardId
from anki.collection import Collection
from anki.consts import (
    CARD_TYPE_LRN,
    CARD_TYPE_NEW,
    CARD_TYPE_RELEARNING,
    CARD_TYPE_REV,
    QUEUE_TYPE_MANUALLY_BURIED,
    QUEUE_TYPE_SIBLING_BURIED,
    QUEUE_TYPE_SUSPENDED,
)
from anki.decks import DeckId, FilteredDeckConfig

from ..diagnosis.recall import SECONDS_PER_DAY, MemoryState, memory_state
from .database import database, ids_in, pieces

_BURIED = (QUEUE_TYPE_MANUALLY_BURIED, QUEUE_TYPE_SIBLING_BURIED)
# Anki's own line between a day and a moment in the column `due`.
_LEAST_MOMENT = 1_000_000_000
# As low as Anki lets a student set it, with room to spare.
_LEAST_RETENTION = 0.5
# By definition of the stability in FSRS; also the retention that Anki proposes.
_RECALL_AT_STABILITY = 0.9
_LEAST_OVERDUE = 1e-6
# Ranks that differ by less count as equal: the overdueness, a logarithm, by 5 %, days not at all.
# Anki computes in other steps of time, and no card is to move for so little.
_SAME_RANK = 0.05

_Order = FilteredDeckConfig.SearchTerm.Order


class DeckCard(NamedTuple):
    """A card as Anki sees it when it builds a filtered deck, or would, were it at home.

    `deck` is where it is now, `filtered` whether that is a filtered deck. `rank` says which come
    first, the lowest; None where Anki's versions differ, or where chance decides.
    """

    id: CardId
    deck: DeckId
    filtered: bool
    suspended: bool
    buried: bool
    learning: bool
    due_or_new: bool
    answered_today: bool
    rank: float | None


def read_cards(
    col: Collection,
    note_ids: AnyCollection[int],
    order: int,
    activated: AnyCollection[CardId] = (),
) -> dict[int, list[DeckCard]]:
    """The cards of each note, for decks of this order (of FilteredDeckConfig.SearchTerm.Order).

    Cards that are `activated` are taken as not suspended.
    """
    moment = _Moment(col.sched.today, col.sched.day_cutoff, time.time())
    answered = set(
        database(col).list(
            "select distinct cid from revlog where ease > 0 and id > ?",
            (moment.cutoff - SECONDS_PER_DAY) * 1000,
        )
    )
    active = set(activated)
    found: dict[int, list[DeckCard]] = {}
    for some in pieces(note_ids):
        rows = database(col).all(
            "select nid, id, did, odid, type, queue,"
            " case when odid and odue then odue else due end, ivl, data"
            f" from cards where nid in {ids_in(some)}"
        )
        for note_id, id, deck, home, type_, queue, due, interval, data in rows:
            learning = type_ in (CARD_TYPE_LRN, CARD_TYPE_RELEARNING)
            is_due = due <= (moment.cutoff if due > _LEAST_MOMENT else moment.today)
            card = DeckCard(
                CardId(id),
                DeckId(deck),
                home != 0,
                queue == QUEUE_TYPE_SUSPENDED and id not in active,
                queue in _BURIED,
                learning,
                is_due or type_ == CARD_TYPE_NEW,
                id in answered,
                _rank(order, moment, type_, due, interval, data),
            )
            found.setdefault(note_id, []).append(card)
    return found


class _Moment(NamedTuple):
    """`today` in Anki's days, `cutoff` (when they end) and `now` in seconds since the epoch."""

    today: int
    cutoff: int
    now: float


def _rank(
    order: int, moment: _Moment, type_: int, due: int, interval: int, data: str
) -> float | None:
    if order == _Order.DUE:
        if due > _LEAST_MOMENT:
            return due
        return (due - moment.today) * SECONDS_PER_DAY + moment.now
    if order == _Order.INTERVALS_ASCENDING:
        return interval
    memory = memory_state(data)
    # Where cards in learning and those without a memory state come differs between versions.
    if order != _Order.RETRIEVABILITY_ASCENDING or memory is None or type_ != CARD_TYPE_REV:
        return None
    overdueness = _overdueness(moment, due, interval, data, memory)
    # A date set by hand may be further ahead than the interval: the last review is then to come,
    # and what Anki makes of that differs between versions too.
    return None if overdueness < 0 else -math.log(max(overdueness, _LEAST_OVERDUE))


def _overdueness(moment: _Moment, due: int, interval: int, data: str, memory: MemoryState) -> float:
    """How overdue a card is: 1 where recall has fallen to the retention that is aimed at.

    With the forgetting curve of FSRS (`recall_probability`): (R ^ (-1 / decay) - 1), divided by the
    same for the retention. Anki orders by it (extract_fsrs_relative_retrievability in
    rslib/src/storage/sqlite.rs); with one retention for all cards, that is the order by recall.
    """
    stored = json.loads(data)  # `memory_state` has read it
    retention, last_review = stored.get("dr"), stored.get("lrt")
    if not isinstance(retention, float) or not _LEAST_RETENTION <= retention < 1:
        retention = _RECALL_AT_STABILITY
    if isinstance(last_review, int):
        elapsed = (moment.now - last_review) / SECONDS_PER_DAY
    else:
        elapsed = moment.today - (due - interval)

    def fallen_to(recall: float) -> float:
        return float(recall ** (-1 / memory.decay) - 1)

    fallen = fallen_to(_RECALL_AT_STABILITY) * elapsed / memory.stability
    return fallen / fallen_to(retention)


def eligible(
    cards: Iterable[DeckCard], own_decks: AnyCollection[DeckId], *, study: bool
) -> tuple[list[DeckCard], list[DeckCard]]:
    """The cards that Anki could take: those due or new, and those that fill up afterwards.

    `own_decks` are the add-on's: cards in them go home before. Without `study` all are in the
    first list.
    """
    first: list[DeckCard] = []
    then: list[DeckCard] = []
    for card in cards:
        if card.suspended or card.buried or (card.filtered and card.deck not in own_decks):
            continue
        if not study or (card.due_or_new and not card.answered_today):
            first.append(card)
        elif not card.answered_today and not card.learning:
            then.append(card)
    return first, then


def could_be_chosen(
    inside: Set[CardId], first: Sequence[DeckCard], then: Sequence[DeckCard], limit: int
) -> bool:
    """Whether these cards are what a deck could hold that was built just now."""
    if not inside <= {card.id for card in (*first, *then)}:
        return False
    return _are_the_first(inside, first, limit) and _are_the_first(
        inside, then, max(0, limit - len(first))
    )


def _are_the_first(inside: Set[CardId], cards: Sequence[DeckCard], limit: int) -> bool:
    if sum(card.id in inside for card in cards) != min(limit, len(cards)):
        return False
    ranked = [(card.rank, card.id in inside) for card in cards if card.rank is not None]
    last = max((rank for rank, is_inside in ranked if is_inside), default=-math.inf)
    next_ = min((rank for rank, is_inside in ranked if not is_inside), default=math.inf)
    return limit == 0 or next_ >= last - _SAME_RANK
