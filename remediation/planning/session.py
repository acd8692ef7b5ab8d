"""A rapid-fire session: its goal, what was answered, the time it took, and what comes next.

It knows nothing of Anki: the answers are told to it, and the clock is given to it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Callable

_SECONDS_A_MINUTE = 60


class GoalKind(Enum):
    """What ends a session."""

    CARDS = "cards"
    MINUTES = "minutes"
    ALL = "all"


@dataclass(frozen=True)
class Goal:
    """When a session has reached its end; `number` means nothing for ALL.

    Raises ValueError for a number below 1.
    """

    kind: GoalKind = GoalKind.ALL
    number: int = 1

    def __post_init__(self) -> None:
        if self.number < 1:
            raise ValueError(f"a goal needs a number from 1, got {self.number}")


@dataclass(frozen=True)
class Options:
    """What helps some and hurries others: all of it is off unless chosen."""

    reveal_after: int = 0
    """Seconds until the answer shows by itself, 0 for never."""
    card_limit: int = 0
    """Seconds for a card until the bar says that they are over, 0 for no limit."""
    shows_pace: bool = False
    """Whether the bar says how long an answer takes on average."""

    @property
    def shows_answer_after(self) -> int:
        """Seconds until the answer shows by itself, 0 for never: a limit shows it too."""
        return min(filter(None, (self.reveal_after, self.card_limit)), default=0)


@dataclass(frozen=True)
class Answer:
    """One answer to a card; `again` is whether it was not known."""

    card: int
    again: bool


@dataclass(frozen=True)
class Tally:
    """Different cards answered, and how many of them were right the first time.

    A card that comes back after "Again" is not counted a second time: what it shows then is
    memory of a minute ago.
    """

    cards: int = 0
    right: int = 0

    @property
    def again(self) -> int:
        """Cards that were not right the first time."""
        return self.cards - self.right


@dataclass(frozen=True)
class Waiting:
    """A deck and how many cards wait in it now."""

    deck: int
    name: str
    cards: int


class Step(Enum):
    """How far a miss has come."""

    OPEN = "open"
    HALF_WAY = "half-way"
    REPAIRED = "repaired"


@dataclass(frozen=True)
class MissStep:
    """A miss, how far it has come, and the cards it is about."""

    question: Hashable
    step: Step
    cards: frozenset[int]


@dataclass(frozen=True)
class Progress:
    """Misses that came a step further."""

    half_way: int = 0
    repaired: int = 0


def progress(
    before: Iterable[MissStep], after: Iterable[MissStep], cards: Collection[int]
) -> Progress:
    """Which misses with one of these cards came further between two moments.

    A miss that was not there before counts as open then.
    """
    known = {miss.question: miss.step for miss in before}
    reached = [
        miss.step
        for miss in after
        if not miss.cards.isdisjoint(cards)
        and miss.step is not known.get(miss.question, Step.OPEN)
        and known.get(miss.question) is not Step.REPAIRED
    ]
    return Progress(reached.count(Step.HALF_WAY), reached.count(Step.REPAIRED))


@dataclass(frozen=True)
class Summary:
    """What a session came to. `next` is the deck to go on with, None for enough."""

    tally: Tally
    seconds: float
    progress: Progress = Progress()
    next: Waiting | None = None


class Session:
    """A session while it runs. `clock` gives seconds; only differences matter."""

    def __init__(self, goal: Goal, clock: Callable[[], float]) -> None:
        self.goal = goal
        self._clock = clock
        # All answers that stand, in their order.
        self.answers: Sequence[Answer] = ()
        # Time until the last pause, and when the time since then began; None while paused.
        self._seconds = 0.0
        self._since: float | None = None
        self._card_began = 0.0

    # Time
    ######################################################################

    @property
    def is_paused(self) -> bool:
        """Whether time does not count now. A new session is paused."""
        return self._since is None

    def resume(self) -> None:
        """Lets time count from now on."""
        if self._since is None:
            self._since = self._clock()

    def pause(self) -> None:
        """Stops the time."""
        self._seconds = self.seconds
        self._since = None

    @property
    def seconds(self) -> float:
        """Seconds so far, without pauses."""
        running = 0.0 if self._since is None else max(0.0, self._clock() - self._since)
        return self._seconds + running

    def begin_card(self) -> None:
        """Counts the time for a card from now on."""
        self._card_began = self.seconds

    @property
    def card_seconds(self) -> float:
        """Seconds for the present card, without pauses."""
        return self.seconds - self._card_began

    # Answers
    ######################################################################

    @property
    def cards(self) -> frozenset[int]:
        """The cards answered."""
        return frozenset(answer.card for answer in self.answers)

    @property
    def tally(self) -> Tally:
        """The counts so far."""
        first: dict[int, bool] = {}
        for answer in self.answers:
            first.setdefault(answer.card, answer.again)
        return Tally(len(first), sum(1 for again in first.values() if not again))

    @property
    def pace(self) -> float | None:
        """Seconds an answer took on average, None before the first."""
        return self.seconds / len(self.answers) if self.answers else None

    # The goal
    ######################################################################

    @property
    def is_reached(self) -> bool:
        """Whether the goal is reached."""
        if self.goal.kind is GoalKind.CARDS:
            return self.tally.cards >= self.goal.number
        if self.goal.kind is GoalKind.MINUTES:
            return self.seconds >= self.goal.number * _SECONDS_A_MINUTE
        return False

    def cards_left(self, waiting: int) -> int:
        """Cards still to come, of so many that wait; for a goal in cards never more than that."""
        if self.goal.kind is GoalKind.CARDS:
            return max(0, min(waiting, self.goal.number - self.tally.cards))
        return waiting

    @property
    def minutes_left(self) -> int:
        """Minutes begun that are left of a goal in minutes, 0 for another goal."""
        if self.goal.kind is not GoalKind.MINUTES:
            return 0
        left = self.goal.number * _SECONDS_A_MINUTE - self.seconds
        return max(0, math.ceil(left / _SECONDS_A_MINUTE))

    def summary(self, progress: Progress, waiting: Iterable[Waiting]) -> Summary:
        """What it came to; `waiting` are decks in the order in which to go on."""
        following = next((deck for deck in waiting if deck.cards), None)
        return Summary(self.tally, self.seconds, progress, following)
