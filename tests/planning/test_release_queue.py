"""The order in which suspended cards become active, and how many in a day."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remediation.model.banks import QuestionKey
from remediation.model.rates import Rate
from remediation.planning.release_queue import (
    LEAST_A_DAY,
    NOTHING_NEW_DAYS,
    MissRates,
    WaitingCard,
    cards_a_day,
    in_order,
)

steady = settings(derandomize=True, deadline=None, max_examples=200)

WEIGHTS = st.none() | st.tuples(st.floats(0, 20), st.floats(0, 20))
CARDS = st.builds(
    WaitingCard,
    card=st.integers(1, 30),
    question=st.integers(1, 12).map(lambda id: QuestionKey("uworld", "step1", str(id))),
    system=st.sampled_from(["Cardiovascular", "Renal", ""]),
    round=st.integers(0, 4),
    is_open=st.booleans(),
    misses=st.integers(1, 4),
    missed_at=st.integers(0, 2_000_000_000),
    exam_weight=WEIGHTS,
    yield_rank=st.integers(1, 5),
    miss_rate=st.floats(0, 1),
)
QUEUES = st.lists(CARDS, max_size=25, unique_by=lambda card: (card.card, card.question))

PLAIN = WaitingCard(
    card=1,
    question=QuestionKey("uworld", "step1", "1"),
    system="Renal",
    round=0,
    is_open=True,
    misses=1,
    missed_at=1_700_000_000,
    exam_weight=(4.0, 8.0),
    yield_rank=3,
    miss_rate=0.4,
)


def other(**fields: object) -> WaitingCard:
    """Another card, of another question, that differs in these fields."""
    key = QuestionKey("uworld", "step1", "2")
    return replace(PLAIN, card=2, question=key, **fields)  # type: ignore[arg-type]


# --- The order ------------------------------------------------------------------------------------


@steady
@given(QUEUES, st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_how_the_cards_were_found(
    queue: list[WaitingCard], chance: random.Random
) -> None:
    shuffled = list(queue)
    chance.shuffle(shuffled)
    ordered = in_order(queue)
    assert in_order(shuffled) == ordered == in_order(ordered)


@steady
@given(QUEUES)
def test_each_card_waits_once_and_none_is_lost(queue: list[WaitingCard]) -> None:
    ordered = in_order(queue)
    assert sorted(card.card for card in ordered) == sorted({card.card for card in queue})
    assert set(ordered) <= set(queue)


@steady
@given(QUEUES)
def test_open_misses_come_first_and_one_card_of_each_before_the_second(
    queue: list[WaitingCard],
) -> None:
    ordered = in_order(queue)
    places = [(not card.is_open, card.round) for card in ordered]
    assert places == sorted(places)


@steady
@given(QUEUES)
def test_a_card_that_is_added_changes_the_order_of_no_other(queue: list[WaitingCard]) -> None:
    ordered = in_order(queue)
    added = replace(PLAIN, card=99)
    assert [card for card in in_order([*queue, added]) if card.card != 99] == ordered


@pytest.mark.parametrize(
    "first",
    [
        {"misses": 2},
        {"exam_weight": (7.0, 11.0)},
        {"yield_rank": 2},
        {"miss_rate": 0.41},
        {"missed_at": PLAIN.missed_at + 1},
    ],
)
def test_of_cards_that_are_equal_otherwise(first: dict[str, object]) -> None:
    assert in_order([PLAIN, other(**first)])[0].card == 2


@pytest.mark.parametrize(
    ("first", "than"),
    [
        ({"is_open": True, "round": 3}, {"is_open": False, "misses": 9}),
        ({"round": 0}, {"round": 1, "misses": 9}),
        ({"misses": 2}, {"exam_weight": (20.0, 20.0)}),
        ({"exam_weight": (7.0, 11.0)}, {"yield_rank": 1}),
        ({"yield_rank": 2}, {"miss_rate": 1.0}),
        ({"miss_rate": 0.5}, {"missed_at": PLAIN.missed_at + 10}),
    ],
)
def test_what_counts_before_what(first: dict[str, object], than: dict[str, object]) -> None:
    ahead = replace(PLAIN, **first)  # type: ignore[arg-type]
    assert in_order([other(**than), ahead])[0] == ahead


def test_weights_that_differ_less_than_an_outline_can_tell_are_equal() -> None:
    """Otherwise the higher yield would decide only within one system."""
    assert in_order([PLAIN, other(exam_weight=(4.5, 8.5))])[0] == PLAIN
    assert in_order([replace(PLAIN, exam_weight=(4.5, 8.5)), other(yield_rank=1)])[0].card == 2


def test_a_system_without_a_weight_stands_in_the_middle() -> None:
    cards = [
        other(exam_weight=(1.0, 3.0)),
        replace(PLAIN, exam_weight=None),
        replace(PLAIN, card=3, exam_weight=(7.0, 11.0)),
    ]
    assert [card.card for card in in_order(cards)] == [3, 1, 2]


def test_a_card_of_two_questions_stands_at_the_better_place() -> None:
    again = replace(PLAIN, question=QuestionKey("uworld", "step1", "9"), misses=3)
    assert in_order([PLAIN, other(misses=2), again]) == [again, other(misses=2)]


# --- How many in a day ----------------------------------------------------------------------------

DAYS = st.none() | st.integers(-400, 400)


@steady
@given(st.integers(0, 9999), st.integers(0, 9999), DAYS)
def test_never_more_than_the_student_allows(most: int, waiting: int, days: int | None) -> None:
    assert 0 <= cards_a_day(most, waiting, days) <= most


@steady
@given(st.integers(1, 500), st.integers(0, 9999), st.integers(-400, NOTHING_NEW_DAYS))
def test_nothing_new_in_the_last_days_and_after_the_exam(most: int, waiting: int, day: int) -> None:
    assert cards_a_day(most, waiting, day) == 0


@steady
@given(st.integers(0, 500), st.integers(0, 2000), st.integers(NOTHING_NEW_DAYS + 1, 200))
def test_the_queue_is_through_before_the_exam_where_the_limit_allows_it(
    most: int, waiting: int, days: int
) -> None:
    left = waiting
    for day in range(days, -1, -1):
        left -= min(left, cards_a_day(most, left, day))
    assert left == max(0, waiting - most * (days - NOTHING_NEW_DAYS))


@steady
@given(st.integers(0, 500), st.integers(0, 2000), st.integers(NOTHING_NEW_DAYS + 1, 200))
def test_skipped_days_are_not_made_up_for_beyond_the_limit(
    most: int, waiting: int, days: int
) -> None:
    skipped = max(NOTHING_NEW_DAYS + 1, days // 2)
    assert cards_a_day(most, waiting, days) <= cards_a_day(most, waiting, skipped) <= most


def test_some_days() -> None:
    assert cards_a_day(20, 1000, None) == 20
    assert cards_a_day(20, 3, None) == 20
    assert cards_a_day(20, 2000, 60) == 20
    assert cards_a_day(20, 570, 60) == 10
    assert cards_a_day(20, 30, 60) == LEAST_A_DAY
    assert cards_a_day(3, 30, 60) == 3
    assert cards_a_day(20, 1000, NOTHING_NEW_DAYS + 1) == 20


# --- Miss rates -----------------------------------------------------------------------------------


def test_few_questions_say_little() -> None:
    rates = MissRates({"Renal": Rate(2, 0), "Cardiovascular": Rate(100, 40), "": Rate(98, 60)})
    assert rates.of("Cardiovascular") > rates.of("Renal") > rates.of("Skin") > rates.of("")
    assert rates.of("Skin") == pytest.approx(0.5)


def test_without_any_rate_all_systems_are_equal() -> None:
    assert MissRates({}).of("Renal") == MissRates({}).of("") == 0


@steady
@given(
    st.dictionaries(
        st.sampled_from(["Renal", "Skin", ""]),
        st.tuples(st.floats(0, 1e4), st.floats(0, 1)).map(lambda r: Rate(r[0], r[0] * r[1])),
    )
)
def test_a_rate_is_a_share(rates: dict[str, Rate]) -> None:
    for system in (*rates, "Eye"):
        assert -1e-9 <= MissRates(rates).of(system) <= 1 + 1e-9
