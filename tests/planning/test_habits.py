"""How often test-taking habits occur, and when a difference is called one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remediation.model.reasons import REASONS
from remediation.planning.habits import (
    Block,
    Frequency,
    Habit,
    Habits,
    SlipWeek,
    Trend,
    Window,
    habit_rates,
    newcombe_interval,
    slip_week,
    wilson_interval,
)

steady = settings(derandomize=True, deadline=None, max_examples=150)

CODES = [*"12345", *(reason.code for reason in REASONS)]


@st.composite
def some_blocks(draw: st.DrawFn) -> Block:
    questions = draw(st.integers(0, 60))
    unnamed = draw(st.integers(0, questions))
    reasons = st.lists(st.sampled_from([*CODES, "from a newer version"]), max_size=12)
    return Block(
        draw(st.integers(0, 20)),
        questions,
        tuple(draw(reasons)[: questions - unnamed]),
        unnamed,
    )


BLOCKS = st.lists(some_blocks(), max_size=15)
COUNTS = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
LEVELS = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])


def blocks_with(*reasons: tuple[str, ...]) -> list[Block]:
    """Blocks of 40 questions, the newest first."""
    return [Block(100 - i, 40, named) for i, named in enumerate(reasons)]


def habit_of(habits: Habits, code: str) -> Habit:
    return {habit.code: habit for habit in habits.habits}[code]


def codes_of(habits: Habits) -> list[str]:
    return [habit.code for habit in habits.habits]


# --- The published examples -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "questions", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_as_published(count: int, questions: int, low: float, high: float) -> None:
    """Newcombe, Statistics in Medicine 1998, 17:857-872, table I, method 3."""
    assert wilson_interval(count, questions, 0.95) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("first", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_newcombe_as_published(
    first: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    """Newcombe, Statistics in Medicine 1998, 17:873-890, table II, method 10."""
    assert newcombe_interval(*first, *other, 0.95) == pytest.approx((low, high), abs=5e-5)


# --- Intervals ------------------------------------------------------------------------------------


@steady
@given(COUNTS, LEVELS)
def test_a_proportions_interval_is_within_0_and_1_and_around_it(
    counted: tuple[int, int], level: float
) -> None:
    low, high = wilson_interval(*counted, level)
    assert 0 <= low <= counted[0] / counted[1] <= high <= 1
    assert low < high


@steady
@given(COUNTS, COUNTS, LEVELS)
def test_a_differences_interval_is_within_1_and_around_it(
    first: tuple[int, int], other: tuple[int, int], level: float
) -> None:
    low, high = newcombe_interval(*first, *other, level)
    assert -1 <= low <= first[0] / first[1] - other[0] / other[1] <= high <= 1
    turned = newcombe_interval(*other, *first, level)
    assert turned == pytest.approx((-high, -low))


@steady
@given(COUNTS, COUNTS, st.integers(2, 9))
def test_more_data_and_less_confidence_narrow(
    first: tuple[int, int], other: tuple[int, int], times: int
) -> None:
    def width(interval: tuple[float, float]) -> float:
        return interval[1] - interval[0]

    more_first = (first[0] * times, first[1] * times)
    more_other = (other[0] * times, other[1] * times)
    assert width(wilson_interval(*more_first)) < width(wilson_interval(*first))
    assert width(wilson_interval(*first, 0.8)) < width(wilson_interval(*first, 0.9))
    assert width(newcombe_interval(*more_first, *more_other)) < width(
        newcombe_interval(*first, *other)
    )


def test_without_questions_everything_is_possible() -> None:
    assert wilson_interval(0, 0) == (0, 1)
    assert newcombe_interval(0, 0, 3, 40) == newcombe_interval(3, 40, 0, 0) == (-1, 1)
    assert Frequency(0, 0).per_block is None


# --- Counting -------------------------------------------------------------------------------------


@steady
@given(BLOCKS.flatmap(lambda b: st.tuples(st.just(b), st.permutations(b))), st.integers(1, 200))
def test_the_order_of_blocks_does_not_matter(
    orders: tuple[list[Block], list[Block]], window: int
) -> None:
    assert habit_rates(orders[0], window) == habit_rates(iter(orders[1]), window)


@steady
@given(BLOCKS, st.integers(1, 200))
def test_nothing_is_counted_twice(blocks: list[Block], window: int) -> None:
    rates = habit_rates(blocks, window)
    everything = habit_rates(blocks, 10_000)
    assert everything.now.questions == sum(block.questions for block in blocks)
    assert everything.now.unnamed == sum(block.unnamed for block in blocks)
    for habit in rates.habits:
        total = sum(code == habit.code for block in blocks for code in block.reasons)
        if habit.code.isdecimal():
            of_group = {r.code for r in REASONS if r.group == habit.code}
            total += sum(code in of_group for block in blocks for code in block.reasons)
            inside = [h for h in rates.habits if h.code in of_group]
            assert habit.now.count >= sum(h.now.count for h in inside)
            assert habit.before.count >= sum(h.before.count for h in inside)
        assert habit.now.count + habit.before.count <= total
        assert habit_of(everything, habit.code).now.count == total
    assert rates.now.questions + rates.before.questions <= everything.now.questions
    assert rates.now.unnamed + rates.before.unnamed <= everything.now.unnamed


@steady
@given(BLOCKS, st.integers(1, 200))
def test_a_window_is_as_near_to_its_size_as_whole_blocks_allow(
    blocks: list[Block], window: int
) -> None:
    rates = habit_rates(blocks, window)
    longest = max((block.questions for block in blocks), default=0)
    for found in (rates.now, rates.before):
        assert found.questions <= max(window + longest / 2, longest)
    if rates.before.questions:
        assert rates.now.questions >= window - longest / 2


def test_a_window_without_questions_is_refused() -> None:
    with pytest.raises(ValueError, match="window"):
        habit_rates([], 0)


@pytest.mark.parametrize(
    ("questions", "reasons", "unnamed"), [(2, ("T1", "T1"), 1), (-1, (), 0), (5, (), -1)]
)
def test_an_impossible_block_is_refused(
    questions: int, reasons: tuple[str, ...], unnamed: int
) -> None:
    with pytest.raises(ValueError, match="block"):
        Block(0, questions, reasons, unnamed)


def test_blocks_of_forty_make_two_windows_of_120() -> None:
    named = [("T2",)] * 3 + [("T2", "T2")] * 3 + [("T2",) * 9] * 2
    rates = habit_rates(blocks_with(*named))
    assert (rates.now, rates.before) == (Window(120, 0), Window(120, 0))
    clue = habit_of(rates, "T2")
    assert (clue.now, clue.before) == (Frequency(3, 120), Frequency(6, 120))
    assert (clue.now.per_block, clue.before.per_block) == (1, 2)
    assert clue.now.interval == wilson_interval(3, 120)


def test_a_block_across_the_border_goes_where_most_of_it_is() -> None:
    newest, across, oldest = Block(3, 100, ("T1",)), Block(2, 40, ("T1",)), Block(1, 100)
    assert habit_rates([newest, across, oldest]).now == Window(140, 0)
    longer = replace(across, questions=41)
    assert habit_rates([newest, longer, oldest]).now == Window(100, 0)
    assert habit_rates([newest, longer, oldest]).before == Window(141, 0)


def test_a_block_longer_than_both_windows_is_the_newest_window() -> None:
    rates = habit_rates([Block(2, 280, ("T6",)), Block(1, 40, ("T6",))])
    assert (rates.now, rates.before) == (Window(280, 0), Window(40, 0))


def test_groups_count_their_reasons_and_other_families_do_not_count() -> None:
    reasons = ("T1", "T4", "4", "4", "T8", "K1", "2", "3", "from a newer version")
    rates = habit_rates(blocks_with(reasons))
    counts = {habit.code: habit.now.count for habit in rates.habits}
    assert counts == {"4": 4, "T1": 1, "T4": 1, "5": 1, "T8": 1}
    assert list(counts) == ["4", "T1", "T4", "5", "T8"]


def test_the_groups_are_there_even_without_a_miss() -> None:
    assert codes_of(habit_rates([])) == codes_of(habit_rates([Block(0, 40)])) == ["4", "5"]


# --- Trends ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "before", "trend"),
    [
        ((6, 120), (14, 120), Trend.FEWER),
        ((14, 120), (6, 120), Trend.MORE),
        ((7, 120), (14, 120), Trend.UNCLEAR),
        ((6, 120), (6, 120), Trend.UNCLEAR),
        ((0, 120), (0, 120), Trend.UNCLEAR),
        ((0, 40), (20, 40), Trend.FEWER),
        ((0, 39), (20, 120), Trend.TOO_FEW),
        ((0, 120), (39, 39), Trend.TOO_FEW),
        ((3, 40), (0, 0), Trend.TOO_FEW),
    ],
)
def test_trends(now: tuple[int, int], before: tuple[int, int], trend: Trend) -> None:
    assert Habit("T2", Frequency(*now), Frequency(*before)).trend is trend


@steady
@given(COUNTS, COUNTS)
def test_a_trend_is_the_side_of_nought_on_which_the_whole_interval_lies(
    now: tuple[int, int], before: tuple[int, int]
) -> None:
    habit = Habit("T2", Frequency(*now), Frequency(*before))
    turned = Habit("T2", habit.before, habit.now)
    opposite = {Trend.FEWER: Trend.MORE, Trend.MORE: Trend.FEWER}
    assert turned.trend is opposite.get(habit.trend, habit.trend)
    difference = now[0] / now[1] - before[0] / before[1]
    low, high = habit.change
    assert (habit.trend is Trend.FEWER) <= (difference <= high < 0)
    assert (habit.trend is Trend.MORE) <= (difference >= low > 0)


# --- Slips ----------------------------------------------------------------------------------------

TODAY = 738_000
DAYS = st.lists(st.integers(TODAY - 60, TODAY), max_size=12)


@pytest.mark.parametrize(
    ("days", "week"),
    [
        ((), None),
        ((0, 0), None),
        ((0, 0, 0), SlipWeek(3, 0, 0)),
        ((0, 3, 6), SlipWeek(3, 0, 6)),
        ((0, 3, 7), None),
        ((0, 1, 2, 6, 7), SlipWeek(4, 1, 7)),
        # The newest week, not the one with the most.
        ((0, 0, 0, 0, 10, 11, 12), SlipWeek(3, 10, 12)),
        # A later slip that is alone does not hide it.
        ((0, 1, 2, 20), SlipWeek(3, 0, 2)),
    ],
)
def test_three_slips_within_seven_days_are_a_week_of_slips(
    days: tuple[int, ...], week: SlipWeek | None
) -> None:
    assert slip_week(days, 20) == week
    assert slip_week(reversed(days), 20) == week


def test_a_week_of_slips_is_past_after_four_weeks() -> None:
    assert slip_week((1, 2, 3), 28) == SlipWeek(3, 1, 3)
    assert slip_week((1, 2, 3), 29) is None


@steady
@given(DAYS)
def test_a_week_of_slips_has_three_within_seven_days(days: list[int]) -> None:
    week = slip_week(days, TODAY)
    recent = [day for day in days if day > TODAY - 28]
    some = any(sum(day <= other < day + 7 for other in recent) >= 3 for day in recent)
    assert (week is not None) is some
    if week:
        assert week.last - week.first < 7
        assert week.slips == sum(week.first <= day <= week.last for day in days) >= 3
