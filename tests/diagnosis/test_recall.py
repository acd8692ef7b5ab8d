"""The forgetting curve against numbers worked out by hand, and whatever Anki stores with a card."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from remediation.diagnosis.recall import (
    DEFAULT_DECAY,
    SOLID_RECALL,
    Aim,
    Knowledge,
    MemoryState,
    aim_of_intervals,
    knowledge,
    memory_state,
    recall_probability,
    stability_of_interval,
)

steady = settings(derandomize=True, deadline=None)

DAYS = st.floats(0, 40_000)
STABILITIES = st.floats(0.001, 36_500)  # the bounds FSRS itself keeps, in days
DECAYS = st.floats(0.1, 0.8)  # likewise

# --- The curve ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("elapsed", "stability", "decay", "expected"),
    [
        # FSRS 4.5 and 5: decay 1/2, factor (10/9)^2 - 1 = 19/81.
        (0, 10, 0.5, 1.0),
        (10, 10, 0.5, 0.9),
        (20, 10, 0.5, 9 / math.sqrt(119)),  # (1 + 38/81)^-1/2 = 0.825
        (5, 10, 0.5, 18 / math.sqrt(362)),  # (1 + 19/162)^-1/2 = 0.946
        (10 * 243 / 19, 10, 0.5, 0.5),  # 1 + 3 = 2^2
        (1 * 81 * 99 / 19, 1, 0.5, 0.1),  # 1 + 99 = 10^2
        # FSRS 6 with its default decay: factor exp(0.1053605 / 0.1542) - 1 = 0.980345, and so
        # exp(-0.1542 * ln 2.96069) = exp(-0.167372), exp(-0.1542 * ln 10.80345) = exp(-0.366975).
        (30, 30, 0.1542, 0.9),
        (60, 30, 0.1542, 0.845885),
        (300, 30, 0.1542, 0.692827),
        # What Anki 26.9.3 shows in a card's info for such cards.
        (40, 10, 0.154, 0.782209),
        (60, 30, 0.5, 0.825029),
        (1, 3, 0.8, 0.963981),
        # Decay 1: factor 1/9, a plain hyperbola.
        (90, 10, 1.0, 0.5),
        (720, 10, 1.0, 1 / 9),
    ],
)
def test_values_worked_out_by_hand(
    elapsed: float, stability: float, decay: float, expected: float
) -> None:
    assert recall_probability(elapsed, stability, decay) == pytest.approx(expected, abs=5e-6)


def test_decay_before_fsrs_6_is_the_default() -> None:
    assert DEFAULT_DECAY == 0.5
    assert recall_probability(20, 10) == recall_probability(20, 10, 0.5)


@steady
@given(STABILITIES, st.floats(0.01, 10))
def test_recall_is_ninety_per_cent_once_the_stability_has_passed(
    stability: float, decay: float
) -> None:
    assert recall_probability(stability, stability, decay) == pytest.approx(0.9)


@steady
@given(DAYS, DAYS, STABILITIES, DECAYS)
def test_recall_falls_with_time(one: float, other: float, stability: float, decay: float) -> None:
    sooner, later = sorted((one, other))
    now = recall_probability(sooner, stability, decay)
    then = recall_probability(later, stability, decay)
    assert 0 < then <= now <= 1
    if later > sooner + stability * 0.001 and later < stability * 1000:
        assert then < now


@steady
@given(DAYS, STABILITIES, STABILITIES, DECAYS)
def test_recall_rises_with_stability(
    elapsed: float, one: float, other: float, decay: float
) -> None:
    weaker, stronger = sorted((one, other))
    assert recall_probability(elapsed, weaker, decay) <= recall_probability(
        elapsed, stronger, decay
    )


@steady
@given(DAYS, STABILITIES, DECAYS, st.floats(0.01, 100))
def test_only_the_ratio_of_time_to_stability_counts(
    elapsed: float, stability: float, decay: float, unit: float
) -> None:
    assert recall_probability(elapsed * unit, stability * unit, decay) == pytest.approx(
        recall_probability(elapsed, stability, decay)
    )


def test_a_review_in_the_future_counts_as_just_done() -> None:
    """The clocks of two computers differ."""
    assert recall_probability(-3, 10) == 1.0


@pytest.mark.parametrize(("stability", "decay"), [(0, 0.5), (-1, 0.5), (10, 0), (10, -0.5)])
def test_nothing_is_recalled_without_a_memory(stability: float, decay: float) -> None:
    assert recall_probability(1, stability, decay) == 0.0


# --- What Anki stores -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "state"),
    [
        # written by Anki 26.9.3 and 25.02.7
        (
            '{"pos":1,"s":13.0461,"d":1.0,"dr":0.9,"decay":0.154,"lrt":1795352366}',
            MemoryState(13.0461, 0.154),
        ),
        (
            '{"pos":1,"s":19.9147,"d":1.0,"dr":0.9,"decay":0.154,"cd":"{\\"s\\": 5}"}',
            MemoryState(19.9147, 0.154),
        ),
        ('{"pos":1,"s":37.027,"d":2.131,"dr":0.9}', MemoryState(37.027, 0.5)),
        ('{"s":1,"d":5,"decay":null}', MemoryState(1.0, 0.5)),
        ("", None),
        ("{}", None),
        ('{"pos":4012}', None),
        ('{"cd":"{\\"s\\": 5}"}', None),
    ],
)
def test_memory_state_of_real_cards(data: str, state: MemoryState | None) -> None:
    assert memory_state(data) == state


@pytest.mark.parametrize(
    "data",
    [
        '"s"',
        '["s"]',
        '{"s"',
        '{"s":',
        '{"s":}',
        '{"s":null}',
        '{"s":"much"}',
        '{"s":[5]}',
        '{"s":{"s":5}}',
        '{"s":0}',
        '{"s":-5}',
        '{"s":NaN}',
        '{"s":Infinity}',
        '{"s":-Infinity}',
        '{"s":1e999}',
        '{"s":1' + "0" * 400 + "}",
        '{"s":1' + "0" * 5_000 + "}",
        '{"s":5,"decay":"x"}',
        '{"s":5,"decay":NaN}',
        '{"s":5,"decay":Infinity}',
        '{"s":5,"decay":-0.5}',
        '{"s":5,"decay":0.00001}',
        '{"s":5,"decay":[0.5]}',
        '{"x":{"s":5}}',
        '{"s":' + "[" * 100_000,
        "\x00" + '{"s":5}',
    ],
)
def test_a_memory_state_that_cannot_be_used_is_none(data: str) -> None:
    assert memory_state(data) is None


ODD_NUMBERS: st.SearchStrategy[Any] = st.sampled_from(
    [10**400, 1e-320, 1e308, 0, -1, "5", "", None, True, [1], {}]
)
VALUES = st.none() | st.floats() | st.integers() | st.text(max_size=5) | ODD_NUMBERS
CARD_DATA = st.builds(
    lambda s, dr, decay, rest: json.dumps({**rest, "s": s, "dr": dr, "decay": decay}),
    VALUES,
    VALUES,
    VALUES,
    st.dictionaries(st.text(max_size=5), VALUES, max_size=3),
)


@steady
@given(
    st.text() | CARD_DATA | st.tuples(CARD_DATA, st.text(max_size=3)).map("".join),
    st.floats(allow_nan=False),
)
@example('{"s":1e-300,"decay":0.01}', 1e300)
@example('{"s":1e300,"decay":1e300}', 1e-300)
def test_any_card_data_gives_a_probability_or_nothing(data: str, elapsed: float) -> None:
    state = memory_state(data)
    if state is not None:
        assume(math.isfinite(elapsed))
        assert 0 <= recall_probability(elapsed, state.stability, state.decay) <= 1
    assert 0 < stability_of_interval(10, aim_of_intervals(data)) < math.inf


@pytest.mark.parametrize(
    ("interval", "days"),
    [(1, 1), (365, 365), (-172_800, 2), (-86_400, 1), (-600, 1), (-1, 1), (0, 1)],
)
def test_intervals_of_anki_are_days_or_negative_seconds(interval: int, days: float) -> None:
    """A step of ten minutes is when it is asked again, not when it is forgotten: who has just
    learned a card would next day count as knowing it less than who never saw it.
    """
    assert stability_of_interval(interval, Aim()) == days


AIMS = st.builds(Aim, st.floats(0.5, 0.99), DECAYS)


@steady
@given(st.integers(1, 36_500), AIMS)
def test_at_the_end_of_an_interval_recall_is_what_it_aims_at(interval: int, aim: Aim) -> None:
    stability = stability_of_interval(interval, aim)
    assert recall_probability(interval, stability, aim.decay) == pytest.approx(aim.recall)


def test_an_interval_of_fsrs_as_anki_gave_it() -> None:
    """Anki 26.9.3 gave a new card of stability 8.2956 an interval of 29 days, aiming at 80 %."""
    data = '{"dr":0.8,"decay":0.154,"lrt":1795376432}'
    assert stability_of_interval(29, aim_of_intervals(data)) == pytest.approx(8.3, abs=0.5)


@pytest.mark.parametrize(
    ("data", "aim"),
    [
        ('{"dr":0.8,"decay":0.154,"lrt":1795376432}', Aim(0.8, 0.154)),
        ('{"dr":0.85}', Aim(0.85, 0.5)),
        ("", Aim(0.9, 0.5)),
        ('{"pos":3}', Aim()),
        ('{"dr":0}', Aim()),
        ('{"dr":1}', Aim()),
        ('{"dr":NaN}', Aim()),
        ('{"dr":"x"}', Aim()),
        ('{"dr":0.8,"decay":0.00001}', Aim()),
        ('["dr"]', Aim()),
    ],
)
def test_aims_of_real_and_of_unusable_data(data: str, aim: Aim) -> None:
    assert aim_of_intervals(data) == aim


# --- What the cards say together ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("recalls", "known"),
    [
        ([], Knowledge.NO_CARD),
        ([None], Knowledge.NEW),
        ([None, None], Knowledge.NEW),
        ([0.0], Knowledge.SHAKY),
        ([SOLID_RECALL - 1e-9], Knowledge.SHAKY),
        ([SOLID_RECALL], Knowledge.SOLID),
        ([1.0, 0.95], Knowledge.SOLID),
        ([1.0, 0.3, 0.95], Knowledge.SHAKY),
        ([None, 0.95], Knowledge.NEW),
        ([0.3, None], Knowledge.SHAKY),
    ],
)
def test_knowledge(recalls: list[float | None], known: Knowledge) -> None:
    assert knowledge(recalls) is known


@steady
@given(st.lists(st.none() | st.floats(0, 1)))
def test_the_order_of_the_notes_says_nothing(recalls: list[float | None]) -> None:
    assert knowledge(recalls) is knowledge(recalls[::-1])


@steady
@given(st.lists(st.none() | st.floats(0, 1), min_size=1), st.floats(0, SOLID_RECALL - 0.01))
def test_one_weak_fact_makes_the_whole_shaky(recalls: list[float | None], weak: float) -> None:
    assert knowledge([*recalls, weak]) is Knowledge.SHAKY
