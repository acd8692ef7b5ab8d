"""Doubles, limits and what is said when nothing was found."""

from __future__ import annotations

import pytest

from remediation.model.attempts import Attempt, Outcome, Problem
from remediation.sources.gathering import Gathering
from remediation.sources.reading import MOST_ATTEMPTS, MOST_PROBLEMS, Document, UnusableInput


def gathering(*attempts: Attempt) -> Gathering:
    made = Gathering(Document("", "list.txt"), "some-reader")
    for attempt in attempts:
        made.add(attempt)
    return made


def test_same_id_is_kept_once_with_the_fuller_data() -> None:
    reading = gathering(
        Attempt("2108", seconds=0.0, where="line 3"),
        Attempt("8425", where="line 4"),
        Attempt("2108", Outcome.INCORRECT, 7, seconds=45.0, topic="Asthma", where="line 7"),
    ).reading(advice="")
    assert reading.attempts == (
        Attempt("2108", Outcome.INCORRECT, 7, seconds=0.0, topic="Asthma"),
        Attempt("8425"),
    )
    assert reading.problems == (
        Problem("line 7", "Question 2108 was already listed (line 3). It was kept once."),
    )


def test_conflicting_marks_keep_the_first_and_are_reported() -> None:
    reading = gathering(
        Attempt("2108", Outcome.INCORRECT, where="line 3"),
        Attempt("2108", Outcome.CORRECT, where="line 7"),
    ).reading(advice="")
    assert [attempt.outcome for attempt in reading.attempts] == [Outcome.INCORRECT]
    [problem] = reading.problems
    assert problem.where == "line 7"
    assert "incorrect on line 3 and correct here" in problem.message


def test_attempts_without_id_are_never_doubles() -> None:
    assert len(gathering(Attempt(topic="Asthma"), Attempt(topic="Asthma"))) == 2


def test_further_problems_are_counted() -> None:
    made = gathering(Attempt("1"))
    for number in range(MOST_PROBLEMS + 1_234):
        made.problem(f"line {number}", "?")
    made.summary("line 9", "the whole")
    problems = made.reading(advice="").problems
    assert problems[0] == Problem("line 9", "the whole")
    assert len(problems) == 1 + MOST_PROBLEMS + 1
    assert problems[-1].where == f"from line {MOST_PROBLEMS}"
    assert "1,234 more" in problems[-1].message


def test_more_questions_than_any_bank_has_are_the_wrong_file() -> None:
    made = gathering(*(Attempt(str(number)) for number in range(MOST_ATTEMPTS)))
    assert len(made.reading(advice="").attempts) == MOST_ATTEMPTS
    with pytest.raises(UnusableInput, match=r"^list\.txt has more than 20,000 questions.*line 5"):
        made.add(Attempt("one more", where="line 5"))


def test_endless_repetition_and_endless_problems_are_the_wrong_file() -> None:
    made = gathering(Attempt("1"))
    for _ in range(MOST_ATTEMPTS):
        made.add(Attempt("1"))
    with pytest.raises(UnusableInput, match="repeats ids more than 20,000 times"):
        made.add(Attempt("1"))
    made = gathering(Attempt("1"))
    for _ in range(100_000 + MOST_PROBLEMS):
        made.problem("line 1", "?")
    with pytest.raises(UnusableInput, match="more than 100,000 places"):
        made.problem("line 1", "?")


def test_nothing_found_says_what_was_seen_and_what_to_do() -> None:
    made = gathering()
    made.problem("line 1", "This is a date.")
    with pytest.raises(UnusableInput) as caught:
        made.reading(advice="Paste ids.")
    assert str(caught.value) == (
        "No questions could be read from list.txt. Paste ids. line 1: This is a date."
    )


def test_problems_of_the_document_come_first() -> None:
    problem = Problem("line 2", "Two encodings.")
    made = Gathering(Document("", problems=(problem,)), "some-reader")
    made.add(Attempt("1"))
    assert made.reading(advice="").problems == (problem,)
