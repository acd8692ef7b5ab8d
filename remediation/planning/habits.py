"""How often each test-taking habit occurs, lately and before: whether a rule helps.

A test-taking reason is a habit and not an item, so what improves is its rate on fresh timed
questions. The last 120 questions stand beside the 120 before. What is decided:

- A block is never cut: which of its questions was missed for which reason is not known here. Each
  of the two windows takes whole blocks, newest first, while at least half of the next block still
  fits. With blocks of 40 it has 120 questions; the number it really has is always given.
- A miss whose reason is only the group ("4") counts for the group and for none of its reasons.
- A miss without a reason yet could be anything. It counts nowhere and is told beside the counts.
- Questions count as independent of each other. With intervals of 90 %, up to one habit in ten that
  did not change will look changed, so a trend is a hint and never proof.

Sources: E. B. Wilson, Journal of the American Statistical Association 1927, 22:209-212 (interval of
a proportion); R. G. Newcombe, Statistics in Medicine 1998, 17:857-872 (method 3: the same) and
17:873-890 (method 10: interval of a difference, made of the two).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from math import sqrt
from statistics import NormalDist

from ..model.reasons import GROUPS, REASONS, Family, group_by_key, group_of, is_code, name_of

# Questions in each of the two windows: three blocks of 40.
WINDOW = 120
# Fewer questions than one block of an exam say nothing about a rate.
FEWEST_QUESTIONS = 40
LEVEL = 0.90
_BLOCK = 40
SLIP = "T8"
# A slip calls for nothing, so many within seven days do. Source: the taxonomy's "what to do".
_SLIPS = 3
_WEEK = 7
# What was longer ago is past. Days; judgement.
_RECENT = 28


@dataclass(frozen=True)
class Block:
    """One block of fresh timed questions.

    `when` is its moment (seconds since the epoch), `questions` how many it had. `reasons` has the
    code of the reason, or the key of the group, for each miss that has one; those that are not
    about test-taking are ignored. `unnamed` is how many misses have no reason yet. Raises
    ValueError where there are more misses than questions, or less than none.
    """

    when: int
    questions: int
    reasons: tuple[str, ...] = ()
    unnamed: int = 0

    def __post_init__(self) -> None:
        if self.questions < 0 or self.unnamed < 0:
            raise ValueError("a block with less than no questions")
        if len(self.reasons) + self.unnamed > self.questions:
            raise ValueError("a block with more misses than questions")


@dataclass(frozen=True)
class Window:
    """The questions of some blocks in a row, and how many misses in them have no reason yet."""

    questions: int
    unnamed: int


@dataclass(frozen=True)
class Frequency:
    """How often something happened (`count`) in so many questions."""

    count: int
    questions: int

    @property
    def per_block(self) -> float | None:
        """How often in 40 questions, None where there were no questions."""
        return _BLOCK * self.count / self.questions if self.questions else None

    @property
    def interval(self) -> tuple[float, float]:
        """Where the proportion (0-1) lies with 90 % confidence."""
        return wilson_interval(self.count, self.questions)


class Trend(Enum):
    """How a habit changed from one window to the next."""

    FEWER = "fewer"
    MORE = "more"
    UNCLEAR = "unclear"
    TOO_FEW = "too few questions"


@dataclass(frozen=True)
class Habit:
    """A test-taking reason, or a group of them as a whole, in two windows.

    `code` is the reason's code or the group's key.
    """

    code: str
    now: Frequency
    before: Frequency

    @property
    def name(self) -> str:
        """What the reason or group is called."""
        return name_of(self.code)

    @property
    def change(self) -> tuple[float, float]:
        """Where the difference of the proportions (-1 to 1), now less before, lies with 90 %."""
        return newcombe_interval(
            self.now.count, self.now.questions, self.before.count, self.before.questions
        )

    @property
    def trend(self) -> Trend:
        """Whether the difference is larger than chance alone makes likely."""
        if min(self.now.questions, self.before.questions) < FEWEST_QUESTIONS:
            return Trend.TOO_FEW
        low, high = self.change
        if high < 0:
            return Trend.FEWER
        return Trend.MORE if low > 0 else Trend.UNCLEAR


@dataclass(frozen=True)
class SlipWeek:
    """So many slips within seven days that something is to be done about them.

    `first` and `last` are the days of the first and the last of them, each the number of its date
    (`date.toordinal`).
    """

    slips: int
    first: int
    last: int


@dataclass(frozen=True)
class Habits:
    """The habits in the newest questions and in those before.

    `habits` has each test-taking group, even at nought, and after it those of its reasons that
    occur in either window.
    """

    now: Window
    before: Window
    habits: tuple[Habit, ...]


def habit_rates(blocks: Iterable[Block], window: int = WINDOW) -> Habits:
    """How often each test-taking habit occurs in the last `window` questions and those before.

    The order of the blocks does not matter. Raises ValueError where the window is less than one.
    """
    if window < 1:
        raise ValueError("a window without questions")
    newest_first = sorted(
        (block for block in blocks if block.questions),
        key=lambda block: (block.when, block.questions, block.unnamed, sorted(block.reasons)),
        reverse=True,
    )
    size = _blocks_in(newest_first, window)
    newer, rest = newest_first[:size], newest_first[size:]
    older = rest[: _blocks_in(rest, window)]
    now, before = _window(newer), _window(older)
    now_counts, before_counts = _counts(newer), _counts(older)
    return Habits(
        now,
        before,
        tuple(
            Habit(
                code,
                Frequency(now_counts[code], now.questions),
                Frequency(before_counts[code], before.questions),
            )
            for code in _test_taking_codes()
            if now_counts[code] or before_counts[code] or code == group_of(code).key
        ),
    )


def slip_week(days: Iterable[int], today: int) -> SlipWeek | None:
    """The newest week with three slips or more, where that was in the last four weeks.

    `days` has the day of each slip, in any order; `today` is the day that it is now (both as in
    `SlipWeek`).
    """
    newest_first = sorted((day for day in days if day > today - _RECENT), reverse=True)
    for place, last in enumerate(newest_first):
        week = [day for day in newest_first[place:] if day > last - _WEEK]
        if len(week) >= _SLIPS:
            return SlipWeek(len(week), week[-1], last)
    return None


def wilson_interval(count: int, questions: int, level: float = LEVEL) -> tuple[float, float]:
    """The score interval of a proportion at a confidence `level` (0-1); 0 to 1 for no questions.

    `count` is from 0 to `questions`. Wilson 1927; Newcombe 1998, method 3, without continuity
    correction.
    """
    if not questions:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + level) / 2)
    middle = 2 * count + z * z
    spread = z * sqrt(z * z + 4 * count * (questions - count) / questions)
    whole = 2 * (questions + z * z)
    # At the ends the formula gives exactly 0 and 1, less what rounding leaves.
    low = (middle - spread) / whole if count else 0.0
    high = (middle + spread) / whole if count < questions else 1.0
    return low, high


def newcombe_interval(
    count: int, questions: int, other_count: int, other_questions: int, level: float = LEVEL
) -> tuple[float, float]:
    """The interval of the first proportion less the other, at a confidence `level` (0-1).

    From -1 to 1 where one of them has no questions. Newcombe 1998, method 10: the score intervals
    of both, squared and added, without continuity correction.
    """
    if not questions or not other_questions:
        return -1.0, 1.0
    first, other = count / questions, other_count / other_questions
    low, high = wilson_interval(count, questions, level)
    other_low, other_high = wilson_interval(other_count, other_questions, level)
    difference = first - other
    return (
        difference - sqrt((first - low) ** 2 + (other_high - other) ** 2),
        difference + sqrt((high - first) ** 2 + (other - other_low) ** 2),
    )


def _blocks_in(newest_first: list[Block], window: int) -> int:
    """How many of the blocks belong to a window that begins with the newest one."""
    questions = 0
    for number, block in enumerate(newest_first):
        if number and questions + block.questions / 2 > window:
            return number
        questions += block.questions
    return len(newest_first)


def _window(blocks: list[Block]) -> Window:
    return Window(sum(block.questions for block in blocks), sum(block.unnamed for block in blocks))


def _counts(blocks: list[Block]) -> Counter[str]:
    """How often each code occurs; a group has the misses of its reasons too."""
    counts: Counter[str] = Counter()
    for block in blocks:
        for code in filter(is_code, block.reasons):
            counts.update({code, group_of(code).key})
    return counts


def _test_taking_codes() -> list[str]:
    keys = [group.key for group in GROUPS if group.family is Family.TEST_TAKING]
    return [
        code
        for key in keys
        for code in (group_by_key(key).key, *(r.code for r in REASONS if r.group == key))
    ]
