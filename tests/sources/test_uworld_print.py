"""Results printed to PDF, as text."""

from __future__ import annotations

import random

import pytest

from remediation.model.attempts import Attempt, Outcome
from remediation.model.progress import no_progress
from remediation.sources.reading import Document, Reading, UnusableInput
from remediation.sources.uworld_print import UWorldPrint
from tests.anking import printed_results

HEAD = """Jane Doe
UserId : 1234567
Custom Test Id: 4321
Your Score 50%
Mode Timed
ID SUBJECTS SYSTEMS CATEGORIES TOPICS % CORRECT OTHERS TIME SPENT AVG TIME SPENT
"""
SHOCK_ROW = (
    "× 1 - 104520 Surgery Hematology & Oncology Hemostasis and thrombosis Hypovolemic shock "
    "37% 31 sec 99 sec\n"
)
PROLAPSE_ROW = (
    "✓ 5 - 103312 Surgery Gastrointestinal & Nutrition Intestinal and colorectal disorders "
    "Rectal prolapse 72% 34 sec 73 sec\n"
)
ROWS = SHOCK_ROW + PROLAPSE_ROW
SHOCK = Attempt(
    "104520",
    Outcome.INCORRECT,
    1,
    "Surgery",
    "Hematology & Oncology",
    "Hemostasis and thrombosis",
    "Hypovolemic shock",
    37.0,
    31.0,
    99.0,
)
PROLAPSE = Attempt(
    "103312",
    Outcome.CORRECT,
    5,
    "Surgery",
    "Gastrointestinal & Nutrition",
    "Intestinal and colorectal disorders",
    "Rectal prolapse",
    72.0,
    34.0,
    73.0,
)
FOOT = "1/15/26, 9:05 PM about:blank\nabout:blank 1/2\n"


def read(text: str) -> Reading:
    return UWorldPrint().read(Document(text), no_progress)


def wrapped(text: str, seed: int) -> str:
    """`text` with line ends at random blanks."""
    rng = random.Random(seed)
    return "".join("\n" if c == " " and rng.random() < 0.4 else c for c in text)


@pytest.mark.parametrize(
    "text",
    [
        HEAD + ROWS,
        ROWS,
        ROWS.rstrip(),
        ROWS.replace("\n", "\n\n"),
        HEAD + ROWS + FOOT,
        HEAD + SHOCK_ROW + FOOT + "\f" + HEAD + PROLAPSE_ROW + FOOT,
        HEAD + SHOCK_ROW + FOOT + HEAD + PROLAPSE_ROW + FOOT,
        (HEAD + ROWS).replace("\n", " "),
        ROWS.replace("× ", "×").replace("✓ ", "✓"),
        ROWS.replace("×", "✗").replace("✓", "✔"),
        ROWS.replace("×", "✘").replace("✓", "√"),
        ROWS.replace("×", "x").replace("✓", "✅"),
        ROWS.replace("× ", "×\n").replace("✓ ", "✓\n"),
        ROWS.replace(" - ", " -\n"),
        ROWS.replace(" - ", "\n- "),
        ROWS.replace(" - ", " – "),
        ROWS.replace(" sec ", "\nsec "),
        ROWS.replace(" sec\n", "\nsec\n"),
        ROWS.replace("% ", "%\n"),
        ROWS.replace(" & ", "\n&\n"),
        ROWS.replace("37%", "37 %"),
        ROWS.replace("shock 37% 31", "shock\n37% 31"),
        ROWS.replace("99 sec", "1 min 39 sec").replace("73 sec", "1:13"),
        ROWS.replace(" ", "\u00a0"),
        *(wrapped(ROWS, seed) for seed in range(12)),
    ],
)
def test_two_rows_in_every_printed_form(text: str) -> None:
    reading = read(text)
    assert reading.attempts == (SHOCK, PROLAPSE)
    assert reading.problems == ()
    assert (reading.bank, reading.exam, reading.total) == ("uworld", "step2", 2)


def test_head_gives_name_and_mode_and_drops_the_student() -> None:
    reading = read(HEAD + ROWS + FOOT)
    assert (reading.name, reading.mode, reading.when) == ("Test 4321", "Timed", None)
    assert "Jane" not in repr(reading)
    assert "1234567" not in repr(reading)
    reading = read("Test Id\n77\nMode: Untimed, Tutor\n" + ROWS)
    assert (reading.name, reading.mode) == ("Test 77", "Untimed tutor")


def test_name_between_two_pages_never_gets_into_a_row() -> None:
    start, end = PROLAPSE_ROW.split(" prolapse ")
    for text in (
        f"{HEAD}{SHOCK_ROW}{start}\n{FOOT}{HEAD}prolapse {end}",
        f"{HEAD}{SHOCK_ROW}{start}\n\fJane Doe\nUserId : 1234567\nprolapse {end}",
        f"{HEAD}{SHOCK_ROW}{start}\n\fJohn Smith prolapse {end}",
        f"{HEAD}{SHOCK_ROW}{start} Jane Doe UserId : 1234567 prolapse {end}",
    ):
        reading = read(text)
        assert [a.id for a in reading.attempts] == ["104520", "103312"]
        assert reading.attempts[1].outcome is Outcome.CORRECT
        assert reading.attempts[1].system in ("Gastrointestinal & Nutrition", "")
        assert any("103312" in problem.message for problem in reading.problems)
        for private in ("Jane", "Doe", "John", "Smith", "1234567"):
            assert private not in repr(reading)


def test_score_that_the_marks_do_not_give_is_reported() -> None:
    reading = read("Your Score 62%\n" + ROWS)
    [problem] = reading.problems
    assert "62 %" in problem.message
    assert "1 of 2" in problem.message
    three = ROWS + ROWS.replace("104520", "7").replace("103312", "8").replace("× 1", "✓ 1")
    for score in ("75", "75.0"):
        assert read(f"Points Scored {score}%\n{three}").problems == ()


def test_rows_without_a_mark_are_open_and_reported_beside_marked_ones() -> None:
    reading = read(SHOCK_ROW + PROLAPSE_ROW[2:])
    assert [a.outcome for a in reading.attempts] == [Outcome.INCORRECT, None]
    assert [problem.where for problem in reading.problems] == ["line 2"]
    assert read(SHOCK_ROW[2:] + PROLAPSE_ROW[2:]).problems == ()


def test_unknown_sign_is_not_guessed() -> None:
    reading = read(ROWS.replace("✓", "!"))
    assert [a.outcome for a in reading.attempts] == [Outcome.INCORRECT, None]
    assert any('The sign "!" before question 103312' in p.message for p in reading.problems)
    assert read(ROWS.replace("✓", "⊘")).attempts[1].outcome is Outcome.OMITTED
    assert read(ROWS.replace("✓", "Omitted")).attempts[1].outcome is Outcome.OMITTED


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("37% 31 sec", (37, 31, None)),
        ("37% - 99 sec", (37, None, 99)),
        ("- 31 sec 99 sec", (None, 31, 99)),
        ("37% 31 sec -", (37, 31, None)),
        ("37% 2 min 99 sec", (37, 219, None)),
    ],
)
def test_missing_numbers(end: str, expected: tuple[float | None, ...]) -> None:
    row = SHOCK_ROW.replace("37% 31 sec 99 sec", end)
    [first, second] = read(row + PROLAPSE_ROW).attempts
    assert (first.percent_others, first.seconds, first.others_seconds) == expected
    assert first.topic == "Hypovolemic shock"
    assert second == PROLAPSE


def test_row_without_its_end_keeps_only_known_names() -> None:
    reading = read(SHOCK_ROW.split("37%")[0] + "\nJane Doe was here\n" + PROLAPSE_ROW)
    first = reading.attempts[0]
    assert (first.id, first.category, first.topic) == ("104520", "Hemostasis and thrombosis", "")
    assert "Jane" not in repr(reading)
    assert reading.attempts[1] == PROLAPSE


def test_unknown_names_stay_in_the_topic_and_are_counted() -> None:
    reading = read("1 - 11 Surgery Dermatology New category Itch 37% 31 sec 99 sec\n" + ROWS)
    first = reading.attempts[0]
    assert (first.subject, first.system, first.category) == ("Surgery", "Dermatology", "")
    assert first.topic == "New category Itch"
    assert "Not all names of this row are known." in reading.problems[1].message


def test_lines_between_the_rows_are_counted_and_not_quoted() -> None:
    reading = read(SHOCK_ROW + "Some remark by Jane\n" + PROLAPSE_ROW + "Another one\n")
    assert reading.attempts == (SHOCK, PROLAPSE)
    [problem] = reading.problems
    assert problem.where == "line 2"
    assert problem.message == "This line belongs to no row and was left out (and 1 more below)."


def test_ids_that_are_none_and_code_in_names() -> None:
    reading = read(
        ROWS
        + SHOCK_ROW.replace("104520", "1234567")
        + SHOCK_ROW.replace("104520", "77").replace("Hypovolemic", "<script>alert(1)</script>")
    )
    assert [a.id for a in reading.attempts] == ["104520", "103312", "77"]
    assert reading.attempts[2].topic == ""
    assert [problem.where for problem in reading.problems] == ["line 3", "line 4"]
    assert "script" not in repr(reading)


def test_cut_names_are_completed() -> None:
    [attempt] = read(
        "✓ 2 - 12 OBGYN Pregnancy, Childbirth & Pue... Normal pregnancy, chil... Vasa previa "
        "37% 31 sec 99 sec"
    ).attempts
    assert attempt.system == "Pregnancy, Childbirth & Puerperium"
    assert attempt.category == "Normal pregnancy, childbirth, and puerperium"
    assert attempt.topic == "Vasa previa"


@pytest.mark.parametrize("exam", ["step1", "step2"])
def test_generated_prints(exam: str) -> None:
    questions = [("uworld", exam, str(number)) for number in range(4000, 4200)]
    wrong = questions[::3]
    reading = read(printed_results(questions, incorrect=wrong))
    assert [a.id for a in reading.attempts] == [number for _, _, number in questions]
    missed = [a.id for a in reading.attempts if a.outcome is Outcome.INCORRECT]
    assert missed == [number for _, _, number in wrong]
    assert (reading.exam, reading.total, reading.mode) == (exam, 200, "Timed")
    assert all(a.subject and a.system and a.topic for a in reading.attempts)
    assert all(a.percent_others and a.seconds and a.others_seconds for a in reading.attempts)


def test_more_than_999_rows() -> None:
    numbers = [str(number) for number in range(4000, 6000)]
    reading = read(printed_results(numbers, seed=3))
    assert [a.id for a in reading.attempts] == numbers
    assert [a.position for a in reading.attempts] == list(range(1, 2001))


def test_nothing_to_read_says_what_to_do() -> None:
    with pytest.raises(UnusableInput, match="print to PDF"):
        read("hello world")


def test_certainty() -> None:
    reader = UWorldPrint()
    assert reader.certainty(Document(HEAD + ROWS)) > 0.8
    for text in ("2108, 8425", "1 - 2108\n2 - 8425", HEAD, "hello", ""):
        assert reader.certainty(Document(text)) == 0
