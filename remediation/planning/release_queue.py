"""In which order suspended cards become active, and how many of them in a day."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..model.banks import QuestionKey
from ..model.rates import Rate

# So many days before the exam nothing new comes: what is met for the first time then is seen once
# or twice at most, and takes the time of what is nearly known. Judgement.
NOTHING_NEW_DAYS = 3
# A short queue is not stretched until the exam: it gets at least so many cards a day. Judgement;
# the rest of the day's number is left for what is missed that day.
LEAST_A_DAY = 5
# Outlines print ranges about four per cent wide, so smaller differences of weight mean nothing.
_WEIGHT_STEP = 4.0
# A system that the outline does not print stands in the middle: an exam is about some twenty.
_UNKNOWN_WEIGHT = 100 / 20
# Rates of systems with few questions are drawn towards the rate of all. Judgement.
_PRIOR_QUESTIONS = 10


@dataclass(frozen=True)
class WaitingCard:
    """A suspended card that a missed question calls for, and what its place depends on.

    `round` counts the cards of the question before it, active ones included. `is_open` is false
    where the miss is half-way repaired. `misses` says how often the question was missed,
    `missed_at` when last (seconds since the epoch, 0 where unknown). `system` is the key of its
    organ system, `exam_weight` how much of the exam is about it (low and high end in per cent, None
    where unknown), `miss_rate` the share of its questions that were missed (0-1). `yield_rank` is
    1 (highest) to 5.
    """

    card: int
    question: QuestionKey
    system: str
    round: int
    is_open: bool
    misses: int
    missed_at: int
    exam_weight: tuple[float, float] | None
    yield_rank: int
    miss_rate: float

    @property
    def weight_step(self) -> int:
        """The exam weight in steps that mean a difference."""
        weight = sum(self.exam_weight) / 2 if self.exam_weight else _UNKNOWN_WEIGHT
        return int(weight // _WEIGHT_STEP)


def in_order(waiting: Iterable[WaitingCard]) -> list[WaitingCard]:
    """The cards in the order in which they become active, each once, at its best place.

    Open misses come before half-way ones, and one card of each miss before the second of any. Then
    what was missed more often, what the exam asks more about, the higher yield, the weaker system.
    Only between equals the newer miss is first: otherwise older ones would wait for ever while
    blocks are done every day.
    """
    places: dict[int, WaitingCard] = {}
    for card in sorted(waiting, key=_place):
        places.setdefault(card.card, card)
    return list(places.values())


def _place(card: WaitingCard) -> tuple[object, ...]:
    return (
        not card.is_open,
        card.round,
        -card.misses,
        -card.weight_step,
        card.yield_rank,
        -card.miss_rate,
        -card.missed_at,
        card.question,
        card.card,
    )


def cards_a_day(most: int, waiting: int, days_to_exam: int | None) -> int:
    """How many of the waiting cards become active today by themselves.

    `most` is what the student allows in a day, `waiting` how many there were when the day began.
    Until the exam they are spread over its days, never more than `most` on one: days on which
    nothing was done are not made up for. In the last days before it there is nothing new, and
    nothing after it, until there is a new date; without a date (None) it is `most`.
    """
    if days_to_exam is None:
        return most
    days = days_to_exam - NOTHING_NEW_DAYS
    if days <= 0:
        return 0
    return min(most, max(LEAST_A_DAY, math.ceil(waiting / days)))


class MissRates:
    """The share of questions missed (0-1) in each organ system, from its rate.

    Few questions say little, so they count together with ten more at the rate of all systems.
    """

    def __init__(self, rates: Mapping[str, Rate]) -> None:
        self._rates = rates
        seen = sum(rate.seen for rate in rates.values())
        correct = sum(rate.correct for rate in rates.values())
        self._overall = (seen - correct) / seen if seen else 0.0

    def of(self, system: str) -> float:
        """The rate of a system (its key)."""
        rate = self._rates.get(system, Rate())
        missed = rate.seen - rate.correct + _PRIOR_QUESTIONS * self._overall
        return missed / (rate.seen + _PRIOR_QUESTIONS)
