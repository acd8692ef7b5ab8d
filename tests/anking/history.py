"""The reviews of one card: what was answered on which day, and where that leaves the card.

Days count from the first answer; the module `days` knows the real ones.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

from .memory import first_state, next_state

LEARNING_STEP_SECONDS = 15 * 60
DAY_SECONDS = 86_400
LONGEST_INTERVAL = 365
START_EASE = 2500
LEECH_LAPSES = 8

AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4


class ReviewKind(IntEnum):
    """The `type` column of Anki's review log."""

    LEARNING = 0
    REVIEW = 1
    RELEARNING = 2
    FILTERED = 3
    MANUAL = 4


class Review(NamedTuple):
    """A row of the review log, but for the moment and the card."""

    day: int
    seconds_later: int
    ease: int
    interval: int
    last_interval: int
    factor: int
    milliseconds: int
    kind: ReviewKind


@dataclass
class History:
    """The reviews of a card and the state they leave it in.

    `interval` is in days, `ease` in permille, `stability` in days. `reviewed_day` is
    the day of the last answer that counted: previews in a filtered deck and manual
    changes do not.
    """

    reviews: list[Review] = field(default_factory=list)
    interval: int = 0
    ease: int = 0
    stability: float = 0.0
    difficulty: float = 0.0
    answers: int = 0
    lapses: int = 0
    reviewed_day: int = 0


class HistoryWriter:
    """Answers one card after the other the way a student does.

    With `fsrs` intervals follow the memory state and the log's factor holds the
    difficulty, without it they follow the ease.
    """

    def __init__(self, fsrs: bool, rng: random.Random) -> None:
        self._fsrs = fsrs
        self._rng = rng
        self._history = History()
        self._longest = LONGEST_INTERVAL
        self._last_interval = 0
        self._learning = True

    def learning(self, rows: int) -> History:
        """A card still in its learning steps, after one or two answers on one day."""
        self._start()
        good_first = rows == 1 and self._rng.random() < 0.4
        if not good_first:
            self._answer(0, 0, AGAIN, -LEARNING_STEP_SECONDS, ReviewKind.LEARNING)
        if good_first or rows > 1:
            later = 0 if good_first else LEARNING_STEP_SECONDS
            self._answer(0, later, GOOD, -DAY_SECONDS, ReviewKind.LEARNING)
        return self._history

    def reviewed(
        self,
        rows: int,
        days: int,
        recall: float,
        lapses: int = 0,
        relearning: bool = False,
    ) -> History:
        """A card past learning, with exactly `rows` rows within `days` days.

        `recall` is the probability of a right answer. `lapses` is how often it is
        forgotten at least; with 0 it stays below Anki's leech threshold. With
        `relearning` the last row is a lapse not yet relearned. Raises ValueError
        when the rows do not fit into the days.
        """
        if rows > days or rows < 1 or (relearning and rows < 3):
            raise ValueError(f"{rows} reviews do not fit into {days} days")
        rng = self._rng
        left = rows - 1 if relearning else rows
        self._start()
        left -= self._graduate(left)
        history = self._history
        most_lapses = LEECH_LAPSES - 2 if lapses == 0 else rows
        day = history.reviewed_day
        while left > 0:
            # With many reviews still to come, the student keeps intervals short.
            room = int(1.6 * (days - day) / left)
            self._longest = max(2, min(LONGEST_INTERVAL, room))
            gap, kind = self._gap(day, days - left)
            to_forget = max(0, lapses - history.lapses)
            if left > 2 * to_forget + 2 and gap > 3:
                chance = rng.random()
                if chance < 0.15:
                    self._preview(day + 1 + int(rng.random() * (gap - 1)))
                    left -= 1
                elif chance < 0.155:
                    day += 1
                    self._set_due(day)
                    left -= 1
                    continue
            day += gap
            must = to_forget > 0 and 2 * to_forget >= left - 1
            forgot = must or rng.random() > recall
            if forgot and left >= 2 and history.lapses < most_lapses:
                self._lapse(day, kind)
                self._relearn(day)
                left -= 2
            else:
                self._pass(day, kind)
                left -= 1
        if relearning:
            gap, kind = self._gap(day, days)
            self._lapse(day + gap, kind)
        return history

    def forget(self, history: History) -> None:
        """Reset the card to new by hand, on the day after its last review."""
        day, before = history.reviews[-1].day + 1, history.interval
        history.reviews.append(Review(day, 0, 0, 0, before, 0, 0, ReviewKind.MANUAL))

    def _start(self) -> None:
        self._history = History()
        self._longest = LONGEST_INTERVAL
        self._last_interval = 0
        self._learning = True

    def _graduate(self, most: int) -> int:
        """Take the card through learning in at most `most` rows; return how many."""
        rng = self._rng
        if most == 1:
            self._learned(0, EASY)
            return 1
        rows = 2
        later = 0
        if most > 4 and rng.random() < 0.3:
            self._answer(0, 0, AGAIN, -LEARNING_STEP_SECONDS, ReviewKind.LEARNING)
            later = LEARNING_STEP_SECONDS + 60
            rows = 3
        self._answer(0, later, GOOD, -DAY_SECONDS, ReviewKind.LEARNING)
        self._learned(1, GOOD)
        return rows

    def _learned(self, day: int, ease: int) -> None:
        history = self._history
        history.ease = START_EASE
        self._learning = False
        self._remember(day, ease)
        history.interval = self._interval(4 if ease == EASY else 1)
        self._log(day, 0, ease, history.interval, ReviewKind.LEARNING)

    def _pass(self, day: int, kind: ReviewKind) -> None:
        history = self._history
        chance = self._rng.random()
        ease = GOOD if chance < 0.82 else HARD if chance < 0.93 else EASY
        if ease == HARD:
            growth = 1.2
            history.ease = max(1300, history.ease - 150)
        else:
            growth = history.ease / 1000
        if ease == EASY:
            growth *= 1.3
            history.ease += 150
        self._remember(day, ease)
        history.interval = self._interval(max(1, history.interval) * growth)
        self._log(day, 0, ease, history.interval, kind)

    def _lapse(self, day: int, kind: ReviewKind) -> None:
        history = self._history
        history.lapses += 1
        history.ease = max(1300, history.ease - 200)
        self._answer(day, 0, AGAIN, -LEARNING_STEP_SECONDS, kind)
        history.interval = self._interval(1)

    def _relearn(self, day: int) -> None:
        later = LEARNING_STEP_SECONDS + 30
        history = self._history
        self._remember(day, GOOD)
        history.interval = self._interval(1)
        self._log(day, later, GOOD, history.interval, ReviewKind.RELEARNING)

    def _preview(self, day: int) -> None:
        """A look in a filtered deck that does not reschedule: Anki logs factor 0."""
        review = Review(day, 0, GOOD, 0, -60, 0, self._time(), ReviewKind.FILTERED)
        self._history.reviews.append(review)

    def _set_due(self, day: int) -> None:
        history = self._history
        before = history.interval
        history.interval = after = 1 + int(self._rng.random() * 10)
        history.reviews.append(Review(day, 0, 0, after, before, history.ease, 0, ReviewKind.MANUAL))
        self._last_interval = after

    def _gap(self, day: int, last_day: int) -> tuple[int, ReviewKind]:
        """Days until the next review: on time, late, or early in a filtered deck."""
        interval = self._history.interval
        chance = self._rng.random()
        gap = interval
        if chance < 0.15:
            gap += 1 + int(self._rng.random() * interval * 0.3)
        elif chance < 0.2 and interval > 4:
            gap = int(interval * (0.3 + 0.5 * self._rng.random()))
        gap = max(1, min(gap, last_day - day))
        return gap, ReviewKind.FILTERED if gap < interval else ReviewKind.REVIEW

    def _interval(self, by_ease: float) -> int:
        """Days to the next review, with a little fuzz."""
        days = self._history.stability if self._fsrs else by_ease
        if days > 2:
            days *= 0.93 + 0.14 * self._rng.random()
        return max(1, min(self._longest, int(days + 0.5)))

    def _answer(self, day: int, later: int, ease: int, interval: int, kind: ReviewKind) -> None:
        self._remember(day, ease)
        self._log(day, later, ease, interval, kind)

    def _remember(self, day: int, ease: int) -> None:
        history = self._history
        if history.answers == 0:
            state = first_state(ease)
        else:
            days = day - history.reviewed_day
            state = next_state(history.stability, history.difficulty, ease, days)
        history.stability, history.difficulty = state
        history.answers += 1
        history.reviewed_day = day

    def _log(self, day: int, later: int, ease: int, interval: int, kind: ReviewKind) -> None:
        history = self._history
        if self._fsrs:
            factor = 100 + int((history.difficulty - 1) / 9 * 1000 + 0.5)
        else:
            factor = 0 if self._learning else history.ease
        last, time = self._last_interval, self._time()
        history.reviews.append(Review(day, later, ease, interval, last, factor, time, kind))
        self._last_interval = interval

    def _time(self) -> int:
        """Milliseconds spent on one answer, at most Anki's usual limit of a minute."""
        return 1500 + int(58_000 * self._rng.random() ** 3)
