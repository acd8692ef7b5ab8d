"""A rapid-fire session without Anki: goal, time, counts, what comes next."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remediation.planning.session import (
    Answer,
    Goal,
    GoalKind,
    MissStep,
    Options,
    Progress,
    Session,
    Step,
    Tally,
    Waiting,
    progress,
)

steady = settings(derandomize=True, deadline=None)


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def running(goal: Goal | None = None) -> tuple[Session, Clock]:
    clock = Clock()
    session = Session(goal or Goal(), clock)
    session.resume()
    return session, clock


# --- Time -----------------------------------------------------------------------------------------


def test_a_new_session_waits_until_time_is_to_count() -> None:
    clock = Clock()
    session = Session(Goal(), clock)
    clock.now += 50
    assert (session.is_paused, session.seconds) == (True, 0)


def test_pauses_do_not_count() -> None:
    session, clock = running()
    clock.now += 10
    session.pause()
    session.pause()
    clock.now += 3600
    assert session.seconds == 10
    session.resume()
    session.resume()
    clock.now += 5
    assert session.seconds == 15


def test_the_time_of_a_card_leaves_out_pauses_too() -> None:
    session, clock = running()
    clock.now += 7
    session.begin_card()
    clock.now += 4
    session.pause()
    clock.now += 100
    session.resume()
    clock.now += 2
    assert session.card_seconds == 6


def test_a_clock_that_is_set_back_takes_nothing_away() -> None:
    session, clock = running()
    clock.now -= 500
    assert session.seconds == 0


@steady
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 100)), max_size=20))
def test_only_the_time_between_pauses_counts(steps: list[tuple[bool, int]]) -> None:
    session, clock = running()
    expected, counts = 0, True
    for pauses, seconds in steps:
        counts = not pauses
        (session.pause if pauses else session.resume)()
        clock.now += seconds
        expected += seconds if counts else 0
    assert session.seconds == expected


# --- Counts ---------------------------------------------------------------------------------------


def test_the_first_answer_to_a_card_decides() -> None:
    session, _clock = running()
    given = [(1, False), (2, True), (2, False), (1, True)]
    session.answers = [Answer(card, again) for card, again in given]
    assert session.tally == Tally(cards=2, right=1)
    assert session.tally.again == 1
    assert session.cards == {1, 2}


def test_the_pace_is_of_all_answers() -> None:
    session, clock = running()
    assert session.pace is None
    clock.now += 30
    session.answers = 3 * [Answer(7, again=True)]
    assert session.pace == 10
    session.answers = session.answers[:2]
    assert session.pace == 15


@steady
@given(st.lists(st.builds(Answer, st.integers(1, 5), st.booleans()), max_size=30))
def test_right_and_again_are_all_cards(answers: list[Answer]) -> None:
    session, _clock = running()
    session.answers = answers
    assert session.tally.cards == len({a.card for a in answers}) == len(session.cards)
    assert 0 <= session.tally.right <= session.tally.cards


# --- Goals ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [0, -1])
def test_a_goal_of_nothing_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="from 1"):
        Goal(GoalKind.CARDS, number)


def test_a_goal_in_cards_counts_different_cards() -> None:
    session, _clock = running(Goal(GoalKind.CARDS, 2))
    session.answers = [Answer(1, again=True), Answer(1, again=False)]
    assert not session.is_reached
    assert (session.cards_left(9), session.cards_left(0)) == (1, 0)
    before = session.answers
    session.answers = [*before, Answer(2, again=False)]
    assert session.is_reached
    assert session.cards_left(9) == 0
    session.answers = before
    assert not session.is_reached


def test_a_goal_in_minutes_counts_minutes_that_have_begun() -> None:
    session, clock = running(Goal(GoalKind.MINUTES, 2))
    assert session.minutes_left == 2
    clock.now += 61
    assert (session.minutes_left, session.is_reached) == (1, False)
    session.pause()
    clock.now += 600
    assert not session.is_reached
    session.resume()
    clock.now += 59
    assert (session.minutes_left, session.is_reached) == (0, True)
    assert session.cards_left(4) == 4


def test_without_a_goal_it_goes_on() -> None:
    session, clock = running()
    session.answers = [Answer(1, again=False)]
    clock.now += 1e6
    assert not session.is_reached
    assert (session.cards_left(3), session.minutes_left) == (3, 0)


@pytest.mark.parametrize(
    ("reveal", "limit", "expected"), [(0, 0, 0), (20, 0, 20), (0, 60, 60), (20, 60, 20), (9, 5, 5)]
)
def test_the_answer_shows_at_whichever_limit_is_first(
    reveal: int, limit: int, expected: int
) -> None:
    assert Options(reveal_after=reveal, card_limit=limit).shows_answer_after == expected


# --- What it came to ------------------------------------------------------------------------------


def test_the_next_step_is_the_first_deck_with_cards() -> None:
    session, clock = running()
    session.answers = [Answer(1, again=False)]
    clock.now += 90
    decks = [Waiting(1, "Heart", 0), Waiting(2, "Kidney", 12), Waiting(3, "Lung", 4)]
    summary = session.summary(Progress(half_way=1), decks)
    assert (summary.tally, summary.seconds) == (Tally(1, 1), 90)
    assert (summary.progress, summary.next) == (Progress(half_way=1), decks[1])
    assert session.summary(Progress(), decks[:1]).next is None
    assert session.summary(Progress(), []).next is None


def _miss(question: str, step: Step, *cards: int) -> MissStep:
    return MissStep(question, step, frozenset(cards))


def test_only_misses_whose_cards_were_answered_and_that_came_further_count() -> None:
    before = [
        _miss("a", Step.OPEN, 1),
        _miss("b", Step.HALF_WAY, 2),
        _miss("c", Step.OPEN, 3),
        _miss("d", Step.HALF_WAY, 4),
        _miss("e", Step.REPAIRED, 5),
        _miss("g", Step.HALF_WAY, 7),
    ]
    after = [
        _miss("a", Step.HALF_WAY, 1),
        _miss("b", Step.REPAIRED, 2),
        _miss("c", Step.HALF_WAY, 3),  # its card was not answered
        _miss("d", Step.HALF_WAY, 4),  # it stayed
        _miss("e", Step.HALF_WAY, 5),  # it fell back
        _miss("f", Step.HALF_WAY, 6, 1),  # it is new
        _miss("g", Step.OPEN, 7),
        _miss("h", Step.REPAIRED),  # it has no cards
    ]
    assert progress(before, after, {1, 2, 4, 5, 7}) == Progress(half_way=2, repaired=1)
    assert progress(before, before, {1, 2, 3, 4, 5}) == Progress()
