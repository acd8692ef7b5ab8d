"""The cards: who is new, suspended, buried, learning, a leech; and their rows."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

from .days import HISTORY_DAYS, Calendar
from .history import (
    LEARNING_STEP_SECONDS,
    LEECH_LAPSES,
    History,
    HistoryWriter,
    ReviewKind,
)
from .memory import DECAY, DESIRED_RETENTION


class Kind(Enum):
    """What has become of a card."""

    NEW = "new"
    NEW_SUSPENDED = "new, suspended"
    REVIEW = "review"
    REVIEW_SUSPENDED = "review, suspended"
    LEECH = "leech, suspended"
    LEARNING = "learning"
    RELEARNING = "relearning"
    BURIED_BY_USER = "review, buried by the user"
    BURIED_BY_ANKI = "review, buried by Anki"
    FORGOTTEN = "reset to new"


# Shares of all cards: about two thirds suspended, half of those studied before.
_SHARES = {
    Kind.NEW: 0.045,
    Kind.NEW_SUSPENDED: 0.34,
    Kind.REVIEW: 0.265,
    Kind.REVIEW_SUSPENDED: 0.295,
    Kind.LEECH: 0.02,
    Kind.LEARNING: 0.01,
    Kind.RELEARNING: 0.008,
    Kind.BURIED_BY_USER: 0.005,
    Kind.BURIED_BY_ANKI: 0.008,
    Kind.FORGOTTEN: 0.004,
}
_FEWEST_ROWS = {Kind.LEECH: 2 * LEECH_LAPSES + 4, Kind.RELEARNING: 3, Kind.FORGOTTEN: 3}
_UNSTUDIED = (Kind.NEW, Kind.NEW_SUSPENDED)
_SUSPENDED = (Kind.NEW_SUSPENDED, Kind.REVIEW_SUSPENDED, Kind.LEECH)
_USUAL_ROWS_PER_CARD = 6
MOST_REVIEWS_PER_NOTE = 50
NEW_KINDS = (Kind.NEW, Kind.NEW_SUSPENDED, Kind.FORGOTTEN)

_QUEUE_NEW, _QUEUE_LEARN, _QUEUE_REVIEW, _QUEUE_DAY_LEARN = 0, 1, 2, 3
_QUEUE_SUSPENDED, _QUEUE_BURIED_BY_ANKI, _QUEUE_BURIED_BY_USER = -1, -2, -3
_TYPE_NEW, _TYPE_LEARN, _TYPE_REVIEW, _TYPE_RELEARN = 0, 1, 2, 3

_QUEUE_INSTEAD = {
    Kind.NEW_SUSPENDED: _QUEUE_SUSPENDED,
    Kind.REVIEW_SUSPENDED: _QUEUE_SUSPENDED,
    Kind.LEECH: _QUEUE_SUSPENDED,
    Kind.BURIED_BY_USER: _QUEUE_BURIED_BY_USER,
    Kind.BURIED_BY_ANKI: _QUEUE_BURIED_BY_ANKI,
}

_SIBLINGS_ALIKE = 0.85
_FLAGGED_SHARE = 0.04


@dataclass
class Card:
    """A card before it is written."""

    id: int
    note_id: int
    deck_id: int
    ord: int
    position: int
    kind: Kind
    rows: int = 0


def choose_kinds(cards_of_notes: Sequence[int], rng: random.Random) -> list[Kind]:
    """A kind for each card; the cards of a note usually share theirs."""
    kinds, shares = list(_SHARES), list(_SHARES.values())
    chosen: list[Kind] = []
    for cards in cards_of_notes:
        first = rng.choices(kinds, shares)[0]
        chosen.append(first)
        for _ in range(cards - 1):
            alike = rng.random() < _SIBLINGS_ALIKE
            chosen.append(first if alike else rng.choices(kinds, shares)[0])
    return chosen


def share_reviews(cards: Sequence[Card], reviews: int, rng: random.Random) -> None:
    """Give each studied card its number of rows, exactly `reviews` together.

    With few reviews, cards that then would have none become new again.
    """
    studied = [card for card in cards if card.kind not in _UNSTUDIED]
    rng.shuffle(studied)
    if reviews and not studied:
        studied = [cards[0]]
    if studied:
        # Someone must be able to take any number of rows.
        studied[0].kind = Kind.REVIEW_SUSPENDED if studied[0].kind in _SUSPENDED else Kind.REVIEW
    keep = min(len(studied), -(-reviews // _USUAL_ROWS_PER_CARD))
    for card in studied:
        few = rng.choice((1, 2)) if card.kind is Kind.LEARNING else 1
        card.rows = _FEWEST_ROWS.get(card.kind, few)
    left = reviews - sum(card.rows for card in studied[:keep])
    while left < 0:
        keep -= 1
        left += studied[keep].rows
    for card in studied[keep:]:
        suspended = card.kind in _SUSPENDED
        card.kind = Kind.NEW_SUSPENDED if suspended else Kind.NEW
        card.rows = 0

    able = [card for card in studied[:keep] if card.kind is not Kind.LEARNING]
    weights = [rng.lognormvariate(0, 0.45) for _ in able]
    total = sum(weights)
    used, so_far = 0, 0.0
    for card, weight in zip(able, weights):
        so_far += weight
        share = round(left * so_far / total) - used
        card.rows += share
        used += share


class _State(NamedTuple):
    """What the studying has left in a card's row, in the order of the columns."""

    modified: int
    type: int
    queue: int
    due: int
    interval: int = 0
    ease: int = 0
    answers: int = 0
    lapses: int = 0
    steps_left: int = 0
    data: str = "{}"


class CardWriter:
    """Turns cards into rows of the tables `cards` and `revlog`."""

    def __init__(self, calendar: Calendar, fsrs: bool, usn: int, rng: random.Random) -> None:
        self._calendar = calendar
        self._fsrs = fsrs
        self._usn = usn
        self._rng = rng
        self._histories = HistoryWriter(fsrs, rng)
        self.reviews: list[tuple[int, ...]] = []

    def row(self, card: Card) -> tuple[Any, ...]:
        """The row of a card; its reviews are appended to `reviews`."""
        flags = self._rng.randint(1, 7) if self._rng.random() < _FLAGGED_SHARE else 0
        state = self._untouched(card) if card.kind in _UNSTUDIED else self._studied(card)
        modified, type_, queue, due, interval, ease, answers, lapses, left, data = state
        queue = _QUEUE_INSTEAD.get(card.kind, queue)
        return (
            *(card.id, card.note_id, card.deck_id, card.ord, modified, self._usn),
            *(type_, queue, due, interval, ease, answers, lapses, left),
            *(0, 0, flags, data),
        )

    def _untouched(self, card: Card) -> _State:
        modified = self._calendar.created + int(self._rng.random() * 86_400)
        return _State(modified, _TYPE_NEW, _QUEUE_NEW, card.position)

    def _studied(self, card: Card) -> _State:
        history, last_day = self._study(card)
        answered, modified = self._log(card, history, last_day)
        done = history.answers, history.lapses
        if card.kind is Kind.FORGOTTEN:
            data = self._data(None, None, answered)
            return _State(modified, _TYPE_NEW, _QUEUE_NEW, card.position, 0, 0, *done, 0, data)
        data = self._data(card.position, history, answered)
        interval, ease, step = history.interval, history.ease, history.reviews[-1].interval
        if step >= 0:
            type_, queue, due, left = _TYPE_REVIEW, _QUEUE_REVIEW, last_day + interval, 0
        elif step == -LEARNING_STEP_SECONDS:
            relearning = card.kind is not Kind.LEARNING
            type_, left = (_TYPE_RELEARN, 1) if relearning else (_TYPE_LEARN, 2)
            queue, due = _QUEUE_LEARN, answered + LEARNING_STEP_SECONDS
        else:
            type_, queue, due, left = _TYPE_LEARN, _QUEUE_DAY_LEARN, last_day + 1, 1
        return _State(modified, type_, queue, due, interval, ease, *done, left, data)

    def _study(self, card: Card) -> tuple[History, int]:
        """A history that fits the card's kind, and the day of its last review."""
        rng = self._rng
        today = self._calendar.today
        kind = card.kind
        if kind is Kind.LEARNING:
            history = self._histories.learning(card.rows)
            days_ago = 0
            if history.reviews[-1].ease > 1 and rng.random() < 0.5:
                days_ago = 1
            return history, today - days_ago
        rested = rng.randint(20, 300) if kind in _SUSPENDED else 0
        days = int((HISTORY_DAYS - rested) * (0.35 + 0.65 * rng.random()))
        days = min(HISTORY_DAYS - 1, max(days, card.rows + 2))
        if kind is Kind.LEECH:
            relearning = rng.random() < 0.3
            recall = 0.5
            lapses = LEECH_LAPSES - relearning + int(3 * rng.random())
            lapses = min(lapses, (card.rows - 3) // 2)
            history = self._histories.reviewed(card.rows, days, recall, lapses, relearning)
        elif kind is Kind.RELEARNING:
            recall = 0.75
            history = self._histories.reviewed(card.rows, days, recall, 0, True)
        else:
            recall = 0.78 + 0.2 * rng.random()
            rows = card.rows - 1 if kind is Kind.FORGOTTEN else card.rows
            history = self._histories.reviewed(rows, days, recall)
            if kind is Kind.FORGOTTEN:
                self._histories.forget(history)
        length = history.reviews[-1].day
        days_ago = min(max(rested, self._rest(kind, history)), HISTORY_DAYS - length)
        return history, today - days_ago

    def _rest(self, kind: Kind, history: History) -> int:
        """Days since the last review: few cards are overdue, and few are from today."""
        rng = self._rng
        chance = rng.random()
        interval = max(1, history.interval)
        if kind is Kind.RELEARNING or (kind is Kind.REVIEW and chance < 0.01):
            return 0
        if kind in (Kind.BURIED_BY_ANKI, Kind.BURIED_BY_USER) or chance < 0.13:
            return interval + int(rng.expovariate(0.25))
        return 1 + int(rng.random() * (interval - 1))

    def _log(self, card: Card, history: History, last_day: int) -> tuple[int, int]:
        """Log the reviews; the seconds of the last real answer, and of the last entry."""
        calendar = self._calendar
        rows = self.reviews
        shift = last_day - history.reviews[-1].day
        day, moment = -1, 0
        answered = last = 0
        for review in history.reviews:
            if review.day != day:
                day = review.day
                moment = calendar.moment(day + shift, self._rng)
            last = calendar.unique(moment + review.seconds_later * 1000)
            preview = review.kind is ReviewKind.FILTERED and review.factor == 0
            if not preview and review.kind is not ReviewKind.MANUAL:
                answered = last
            rows.append(
                (
                    *(last, card.id, self._usn, review.ease, review.interval),
                    *(review.last_interval, review.factor, review.milliseconds),
                    int(review.kind),
                )
            )
        return answered // 1000, last // 1000

    def _data(self, position: int | None, history: History | None, answered: int) -> str:
        """A card's `data` with all that Anki 26 keeps there; older versions keep less.

        The moment of the last answer is there also without FSRS. New cards have no data. In the end
        Anki writes it once itself (see `collection`), for each version rounds in its own way.
        """
        parts = []
        if position is not None:
            parts.append(f'"pos":{position}')
        if self._fsrs:
            if history is not None:
                parts.append(f'"s":{round(history.stability, 4)}')
                parts.append(f'"d":{round(history.difficulty, 3)}')
            parts.append(f'"dr":{DESIRED_RETENTION}')
            parts.append(f'"decay":{DECAY}')
        parts.append(f'"lrt":{answered}')
        return "{" + ",".join(parts) + "}"
