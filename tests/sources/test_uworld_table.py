"""The results table copied from the page."""

from __future__ import annotations

import pytest

from remediation.model.attempts import Attempt, Outcome
from remediation.model.progress import no_progress
from remediation.sources.reading import Document, Reading, UnusableInput
from remediation.sources.uworld_table import UWorldTable
from tests.anking import results_table

HEADER = "ID\tSUBJECTS\tSYSTEMS\tCATEGORIES\tTOPICS\t% CORRECT OTHERS\tTIME SPENT\n"
ROWS = (
    "1 - 118154\tOBGYN\tPregnancy, Childbirth & Pue...\tNormal pregnancy\tPlacenta previa\t52%"
    "\t45 sec\n"
    "2 – 8425\tMedicine\tCardiovascular System\tCoronary heart dis...\tStable angina\t37%\t71 sec\n"
)
PLACENTA = Attempt(
    "118154",
    None,
    1,
    "OBGYN",
    "Pregnancy, Childbirth & Puerperium",
    "Normal pregnancy",
    "Placenta previa",
    52.0,
    45.0,
)
ANGINA = Attempt(
    "8425",
    None,
    2,
    "Medicine",
    "Cardiovascular System",
    "Coronary heart disease",
    "Stable angina",
    37.0,
    71.0,
)


def read(text: str) -> Reading:
    return UWorldTable().read(Document(text), no_progress)


@pytest.mark.parametrize(
    "text",
    [
        HEADER + ROWS,
        ROWS,
        ROWS.rstrip(),
        ROWS.replace("\n", "\n\n"),
        ROWS.replace("\n", "\t\n"),
        "\t" + ROWS.replace("\n", "\n\t", 1),
        HEADER + "\t" + ROWS.replace("\n", "\n\t", 1),
        ROWS.replace("\t", "\n"),
        ROWS.replace("\t", "\n\n"),
        ROWS.replace("\t", "\t\n"),
        ROWS.replace("\t", " \t "),
        HEADER.replace("\t", "\n") + ROWS.replace("\t", "\n"),
        ROWS.replace("1 - ", "1 — ").replace("2 – ", "2 − "),
        ROWS.replace("...", "…"),
        "Custom Test\nSearch\n" + HEADER + ROWS,
        ROWS.replace("45 sec", "45 secs").replace("71 sec", "1 min 11 sec"),
        ROWS.replace("45 sec", "0:45").replace("71 sec", "1:11"),
        ROWS.replace("% CORRECT", "x"),
        ROWS.replace("Normal pregnancy", "Normal\npregnancy"),
    ],
)
def test_two_rows_in_every_copied_form(text: str) -> None:
    reading = read(text)
    assert reading.attempts == (PLACENTA, ANGINA)
    assert reading.problems == ()
    assert (reading.reader, reading.bank, reading.exam) == ("uworld-table", "uworld", "step2")


def test_places_are_the_lines_of_the_rows() -> None:
    assert [a.where for a in read(HEADER + ROWS).attempts] == ["line 2", "line 3"]


def test_the_others_time_is_a_further_column() -> None:
    more = ROWS.replace("45 sec", "45 sec\t90 sec").replace("71 sec", "71 sec\t1:05")
    for text in (more, HEADER + more, more.replace("\t", "\n")):
        assert [a.others_seconds for a in read(text).attempts] == [90, 65]
    header = HEADER.replace("SPENT", "SPENT\tAVG TIME SPENT")
    assert [a.others_seconds for a in read(header + more).attempts] == [90, 65]


def test_header_gives_the_order_of_the_columns() -> None:
    reading = read(
        "Result\tID\tTIME SPENT\tTOPICS\tSYSTEMS\t% CORRECT OTHERS\n"
        "Incorrect\t1 - 2108\t45\tAsthma\tDermatology\t52\n"
        "Correct\t8425\t71 sec\tItch\tDermatology\t37%\n"
    )
    assert reading.attempts == (
        Attempt("2108", Outcome.INCORRECT, 1, "", "Dermatology", "", "Asthma", 52.0, 45.0),
        Attempt("8425", Outcome.CORRECT, None, "", "Dermatology", "", "Itch", 37.0, 71.0),
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("✗\t1 - 2108", "✓\t2 - 8425"),
        ("✗ 1 - 2108", "✓ 2 - 8425"),
        ("×1 - 2108", "√2 - 8425"),
        ("Incorrect\t1 - 2108", "Correct\t2 - 8425"),
    ],
)
def test_marks_where_the_copy_has_them(first: str, second: str) -> None:
    rest = "\tPathology\tDermatology\tMiscellaneous\tItch\t52%\t45 sec\n"
    reading = read(first + rest + second + rest)
    assert [a.outcome for a in reading.attempts] == [Outcome.INCORRECT, Outcome.CORRECT]
    assert reading.exam == "step1"


@pytest.mark.parametrize(
    "row",
    [
        "3 - 777\t\tDermatology\t\t\t\t",
        "3 - 777\t-\tDermatology\t-\t-\t-\t-",
        "3 - 777\tN/A\tDermatology\tN/A\tN/A\tN/A\tN/A",
        "3 - 777\t\tDermatology",
        "3 - 777\t\tDermatology\t\t",
    ],
)
def test_missing_cells_are_empty_in_any_state(row: str) -> None:
    for text in (HEADER + row, row):
        reading = read(ROWS + text) if text == row else read(text)
        assert reading.attempts[-1] == Attempt("777", None, 3, system="Dermatology")


def test_single_missing_numbers_do_not_shift_the_others() -> None:
    names = "\tPathology\tDermatology\tMiscellaneous\tItch"
    reading = read(
        f"1 - 11{names}\t\t45 sec\n2 - 12{names}\t-\t45 sec\t99 sec\n3 - 13{names}\t52%\t\t99 sec\n"
        f"4 - 14{names}\t52%\t-\n"
    )
    numbers = [(a.percent_others, a.seconds, a.others_seconds) for a in reading.attempts]
    assert numbers == [(None, 45, None), (None, 45, 99), (52, None, 99), (52, None, None)]
    assert {a.topic for a in reading.attempts} == {"Itch"}
    assert reading.problems == ()


def test_rows_with_fewer_names_are_told_apart_and_reported() -> None:
    reading = read("1 - 11\tPathology\tDermatology\tItch\t52%\t45 sec\n")
    assert reading.attempts == (
        Attempt("11", None, 1, "Pathology", "Dermatology", "", "Itch", 52.0, 45.0),
    )
    assert "3 names where 4 are usual" in reading.problems[0].message


def test_wrapped_cells_line_by_line_are_joined_by_the_lists_and_reported() -> None:
    reading = read(
        "1 - 11\nPathology\nRheumatology/Orthopedics\n& Sports\n"
        "Bone tumors and tumor-like lesions\nEwing\nsarcoma\n52%\n45 sec\n"
    )
    assert reading.attempts == (
        Attempt(
            "11",
            None,
            1,
            "Pathology",
            "Rheumatology/Orthopedics & Sports",
            "Bone tumors and tumor-like lesions",
            "Ewing sarcoma",
            52.0,
            45.0,
        ),
    )
    assert len(reading.problems) == 1


def test_cut_names_that_fit_several_are_kept_and_reported_once() -> None:
    row = "\tPatho...\tP...\tMiscellaneous\tItch\t52%\t45 sec\n"
    reading = read(f"1 - 11{row}2 - 12{row}")
    assert reading.attempts[0].subject == "Patho..."
    assert reading.attempts[0].system == "P..."
    assert [problem.where for problem in reading.problems] == ["line 1", "line 1"]
    assert '"Patho..." is cut off' in reading.problems[0].message
    assert reading.exam is None


def test_cut_topics_are_counted() -> None:
    row = "\tPathology\tDermatology\tMiscellaneous\tItchy sk...\t52%\t45 sec\n"
    reading = read(f"1 - 11{row}2 - 12{row}")
    [problem] = reading.problems
    assert problem.where == "line 1"
    assert problem.message == (
        "The topic is cut off in the copied text (and 1 more below). It was kept as it is."
    )


def test_unreadable_rows_and_cells_are_reported_and_the_rest_is_read() -> None:
    names = "\tPathology\tDermatology\tMiscellaneous"
    reading = read(
        f"1 - 11{names}\tItch\t520%\t45 sec\n"
        f"2 - 1Z{names}\tItch\t52%\t45 sec\n"
        f"3 - 1234567{names}\tItch\t52%\t45 sec\n"
        f"4 - 14{names}\tItch\t52%\tlong\n"
        f"5 - 15{names}\t<script>alert(1)</script>\t52%\t45 sec\n"
        f'6 - 16{names}\t=HYPERLINK("http://x")\t52%\t45 sec\n'
        "Some words below\n"
    )
    assert [a.id for a in reading.attempts] == ["11", "14", "15", "16"]
    assert [a.seconds for a in reading.attempts] == [45, None, 45, 45]
    assert [a.topic for a in reading.attempts[2:]] == ["", ""]
    assert sorted(p.where for p in reading.problems) == [f"line {n}" for n in range(1, 8)]
    assert "script" not in repr(reading)
    assert "HYPERLINK" not in repr(reading)


def test_page_around_the_table_is_left_out_without_a_word_of_it() -> None:
    reading = read(
        "Jane Doe\nUserId : 1234567\nCustom Test Id: 4321\nYour Score\n62%\nMode: Tutor, Timed\n"
        + HEADER
        + ROWS
        + "Items per page: 10\n1 – 10 of 40\njane@example.invalid\nJane Doe\n"
    )
    assert [a.id for a in reading.attempts] == ["118154", "8425"]
    assert (reading.name, reading.mode) == ("Test 4321", "Tutor timed")
    for text in ("Jane", "1234567", "jane@"):
        assert text not in repr(reading)


@pytest.mark.parametrize("exam", ["step1", "step2"])
def test_generated_tables(exam: str) -> None:
    questions = [("uworld", exam, str(number)) for number in range(4000, 4400)]
    reading = read(results_table(questions))
    assert [a.id for a in reading.attempts] == [number for _, _, number in questions]
    assert [a.position for a in reading.attempts] == list(range(1, 401))
    assert reading.exam == exam
    assert all(a.subject and a.system and a.category and a.topic for a in reading.attempts)
    assert all(a.percent_others and a.seconds for a in reading.attempts)
    assert not any(a.system.endswith("...") for a in reading.attempts)


def test_mixed_subjects_leave_the_exam_open() -> None:
    rest = "\tDermatology\tMiscellaneous\tItch\t52%\t45 sec\n"
    assert read(f"1 - 11\tPathology{rest}2 - 12\tSurgery{rest}").exam is None
    assert read(f"1 - 11\t{rest}").exam is None


def test_doubles_across_blocks_are_kept_once() -> None:
    rest = "\tPathology\tDermatology\tMiscellaneous\tItch\t52%\t45 sec\n"
    reading = read(f"Block 3 - 12345{rest}Block 4 - 12345{rest}")
    assert [(a.id, a.position) for a in reading.attempts] == [("12345", None)]
    assert len(reading.problems) == 1


def test_nothing_to_read_says_how_to_copy() -> None:
    with pytest.raises(UnusableInput, match="select the table"):
        read("hello\tworld")


def test_certainty() -> None:
    reader = UWorldTable()
    assert reader.certainty(Document(HEADER + ROWS)) > 0.9
    assert reader.certainty(Document(ROWS.replace("\t", "\n"))) > 0.9
    for text in ("2108, 8425", "1 - 2108\n2 - 8425", HEADER, "hello", ""):
        assert reader.certainty(Document(text)) == 0
