"""How long a day's cards take."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediation.planning.study_time import Answered, StudyTime

MANY = 100_000


def test_without_answers_a_review_takes_ten_seconds_and_a_new_card_half_a_minute() -> None:
    assert StudyTime(reviews=6).taken == pytest.approx(1)
    assert StudyTime(new=2).taken == pytest.approx(1)
    assert StudyTime(spent=90).taken == pytest.approx(1.5)


def test_many_answers_of_the_student_decide() -> None:
    time = StudyTime(
        minutes=60,
        reviews=100,
        new=10,
        reviewed=Answered(MANY, MANY * 6.0),
        learned=Answered(MANY, MANY * 60.0),
    )
    assert time.taken == pytest.approx(10 + 10, rel=0.01)
    assert time.room == 40
    assert time.for_new(5) == pytest.approx(5, rel=0.01)


def test_a_few_slow_answers_do_not() -> None:
    assert StudyTime(reviews=1, reviewed=Answered(1, 60.0)).taken * 60 < 13


def test_a_full_day_leaves_no_room() -> None:
    assert StudyTime(minutes=10, reviews=600).room == 0
    assert StudyTime(minutes=10, spent=600).room == 0
    assert StudyTime(minutes=10, spent=570).room == 1


def test_no_minutes_are_no_limit() -> None:
    assert not StudyTime().is_limited
    assert StudyTime(minutes=1).is_limited


@given(
    st.integers(1, 960),
    st.floats(0, 90_000),
    st.integers(0, 40_000),
    st.integers(0, 40_000),
    st.integers(0, 10_000),
)
def test_what_there_is_room_for_fits_and_one_more_does_not(
    minutes: int, spent: float, reviews: int, new: int, cards: int
) -> None:
    learned = Answered(cards, cards * 20.0)
    time = StudyTime(minutes, spent, reviews, new, Answered(cards, cards * 8.0), learned)
    assert time.room >= 0
    if time.room:
        assert time.taken + time.for_new(time.room) <= minutes + 1e-6
    assert time.taken + time.for_new(time.room + 1) > minutes - 1e-6
