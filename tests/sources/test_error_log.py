"""A student's own log: rows to attempts, days to sittings."""

from __future__ import annotations

import csv
import io
import time
import tracemalloc
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remediation.model.attempts import Attempt, Confidence, Outcome
from remediation.model.progress import no_progress
from remediation.sources import documents
from remediation.sources.error_log import ErrorLog, preview, read_with
from remediation.sources.log_columns import ColumnMapping, Field
from remediation.sources.reading import Document, Reading, UnusableInput
from tests.sources.workbooks import workbook

LOG = """\
Date,Description,Organ System,Topic,Error Type,Confidence,Next Steps,Question Bank,QID,% Correct
1/15/2026,my words,Cardio,Heart failure,Knowledge gap,guessed,read FA,UWorld,"118154, 2108",52%
1/16/2026,my words,Renal,AKI,silly,certain,,AMBOSS,0jae_4,61%
1/16/2026,my words,GI,Crohn's,Time,eliminated,,Kaplan,77,40%
"""


def read(text: str) -> Reading:
    return ErrorLog().read(documents.from_text(text, "log.csv"), no_progress)


def sittings(reading: Reading) -> list[Reading]:
    return [reading, *reading.further]


def attempts(reading: Reading) -> list[Attempt]:
    return [attempt for one in sittings(reading) for attempt in one.attempts]


def said(reading: Reading) -> str:
    return "\n".join(f"{p.where}: {p.message}" for p in reading.problems)


def test_rows_become_attempts_and_days_and_banks_sittings() -> None:
    reading = read(LOG)
    assert [(one.bank, one.when, len(one.attempts)) for one in sittings(reading)] == [
        ("uworld", datetime(2026, 1, 15), 2),
        ("amboss", datetime(2026, 1, 16), 1),
        ("other", datetime(2026, 1, 16), 1),
    ]
    assert list(reading.attempts) == [
        Attempt(
            id, system="Cardio", topic="Heart failure", confidence=Confidence.GUESSED, reason="1"
        )
        for id in ("118154", "2108")
    ]
    amboss, kaplan = (one.attempts[0] for one in reading.further)
    assert (amboss.id, amboss.reason, amboss.percent_others) == ("0jae_4", "silly", 61)
    assert (kaplan.id, kaplan.topic, kaplan.reason) == (None, "Crohn's", "T6")
    assert all(attempt.outcome is None for attempt in attempts(reading))
    assert all(not one.problems and not one.further for one in reading.further)


def test_problems_say_what_was_not_read_and_what_is_not_clear() -> None:
    text = said(read(LOG))
    assert 'the columns: Not read: "Description", "Next Steps"' in text
    assert 'line 3: "silly": reasons that can mean several things' in text
    assert "line 4: This row is from a bank whose question ids no deck carries" in text


def test_nothing_of_the_bank_and_no_notes_are_kept() -> None:
    text = (
        "QID,Question Text,Explanation,Notes,Next Steps,Topic\n"
        "2108,SECRET stem,SECRET why,SECRET note,SECRET step,AKI\n"
    )
    assert "SECRET" not in repr(read(text))
    # Not even where the mapping says so.
    fields = (Field.ID, Field.TOPIC, Field.SYSTEM, Field.NOTHING, Field.NOTHING, Field.CATEGORY)
    reading = read_with(documents.from_text(text), ColumnMapping(fields))
    assert "SECRET" not in repr(reading)
    assert reading.attempts[0].category == "AKI"


def test_texts_too_long_for_a_name_are_not_kept() -> None:
    reading = read(
        f"QID,Topic,Error type\n2108,{'A man with a cough. ' * 20},Time\n9,AKI,{'x ' * 99}\n"
    )
    assert [a.topic for a in reading.attempts] == ["", "AKI"]
    assert [a.reason for a in reading.attempts] == ["T6", ""]
    assert "too long" in said(reading)


def test_results_of_every_wording() -> None:
    reading = read(
        "QID;Result\n1001;Incorrect\n1002;✓\n1003;skipped\n1004;lucky guess\n1005;hm\n1006;\n"
    )
    assert [a.outcome for a in reading.attempts] == [
        Outcome.INCORRECT, Outcome.CORRECT, Outcome.OMITTED, Outcome.UNSURE, None, None,
    ]  # fmt: skip
    assert 'line 6: "hm": no clear results' in said(reading)


def test_the_students_choices_count() -> None:
    document = documents.from_text(
        "QID,Result,Date,Error type\n1001,hm,3/4/2024,silly\n1002,,,odd\n"
    )
    mapping = replace(
        preview(document).mapping,
        bank="uworld",
        exam="step2",
        outcome=Outcome.INCORRECT,
        day_first=True,
        reasons={"silly": "T8", "odd": ""},
        outcomes={"hm": Outcome.UNSURE},
    )
    first, second = sittings(read_with(document, mapping))
    assert (first.bank, first.exam, first.when) == ("uworld", "step2", datetime(2024, 4, 3))
    assert (first.attempts[0].outcome, first.attempts[0].reason) == (Outcome.UNSURE, "T8")
    assert (second.attempts[0].outcome, second.attempts[0].reason) == (Outcome.INCORRECT, "odd")
    assert first.problems == ()


def test_unclear_dates_are_read_as_in_the_us_and_said() -> None:
    reading = read("QID,Date\n1001,3/4/2024\n1002,3/5/2024\n")
    assert reading.when == datetime(2024, 3, 4)
    assert "whether the month or the day comes first" in said(reading)
    assert "whether" not in said(read("QID,Date\n1001,3/4/2024\n1002,25/5/2024\n"))


def test_dates_that_cannot_be() -> None:
    future = datetime.now() + timedelta(days=400)
    reading = read(
        f"QID,Date\n1001,{future:%Y-%m-%d}\n1002,1999-01-01\n1003,soon\n1004,2026-01-05\n"
    )
    assert [one.when for one in sittings(reading)] == [datetime(2026, 1, 5), None]
    assert "in the future or before 2000" in said(reading)
    assert '"soon": no dates' in said(reading)


def test_the_earliest_time_of_a_day_counts() -> None:
    reading = read("QID,Timestamp\n1001,1/15/2026 15:00:01\n1002,1/15/2026 14:05:33\n")
    assert reading.when == datetime(2026, 1, 15, 14, 5, 33)
    assert reading.further == ()


def test_the_same_question_on_two_days_is_two_attempts_and_on_one_day_one() -> None:
    reading = read("QID,Date\n1001,2026-01-05\n1001,2026-01-09\n1001,2026-01-05\n")
    assert [len(one.attempts) for one in sittings(reading)] == [1, 1]
    assert "already listed (line 2)" in said(reading)


def test_bank_and_exam_from_names_of_columns() -> None:
    text = "Organ System\tUWorld QIDs\tCOMLEX QIDs\nCardio\t2108, 2109\t33\nRenal\t5108\t\n"
    first, second = sittings(read(text))
    assert (first.bank, first.exam, [a.id for a in first.attempts]) == (
        "uworld", None, ["2108", "2109", "5108"],
    )  # fmt: skip
    assert (second.exam, [a.id for a in second.attempts]) == ("comlex", ["33"])


def test_rows_without_ids() -> None:
    reading = read(
        "source,examBlock,system,topic,errorType\nNBME 30,2,Neuro,MS,Trap / Misread\n"
        "NBME 30,2,,,Trap\nUWorld,,Renal,,Time\n"
    )
    first, second = sittings(reading)
    assert (first.bank, first.name) == ("nbme", "Block 2")
    assert first.attempts == (Attempt(system="Neuro", topic="MS", reason="4"),)
    assert second.attempts == (Attempt(system="Renal", reason="T6"),)
    with pytest.raises(UnusableInput, match="its id, or with a system"):
        read("Date,Error Type,System\n2026-01-05,Time,\n")


def test_item_numbers_of_an_nbme_form() -> None:
    reading = read("Source,Question ID,System\nNBME 30,41,Neuro\nNBME 30,SAAA0003MAA0003,GI\n")
    assert [(a.id, a.position) for a in reading.attempts] == [(None, 41), ("SAAA0003MAA0003", None)]
    assert reading.problems == ()


def test_numbers() -> None:
    reading = read(
        "QID,National %,Time (min),Avg time\n1001,0.52,1.5,1:05\n1002,0.4,2,45 sec\n1003,x,,\n"
    )
    assert [(a.percent_others, a.seconds, a.others_seconds) for a in reading.attempts] == [
        (52, 90, 65), (40, 120, 45), (None, None, None),
    ]  # fmt: skip
    assert '"x": no numbers' in said(reading)


def test_numbers_that_belong_to_one_question_are_not_given_to_several() -> None:
    reading = read('QID,Time spent,System\n"1001, 1002",45,GI\n1003,45,GI\n')
    assert [(a.id, a.seconds) for a in reading.attempts] == [
        ("1001", None), ("1002", None), ("1003", 45),
    ]  # fmt: skip


def test_what_is_no_id_is_reported_and_the_rest_read() -> None:
    reading = read('QID,System\n"2108, 12345678",GI\n"118,154",GI\n,GI\nx,\n')
    assert [a.id for a in reading.attempts] == ["2108", None, None]
    assert 'line 2: Not taken as question ids: "12345678".' in said(reading)
    assert "line 3: Not taken" in said(reading)
    assert "line 5: This row says neither" in said(reading)


def test_names_repeated_below_and_titles_above() -> None:
    reading = read("My log\n\nQID,System\n2108,GI\nQID,System\n2109,GI\n")
    assert [a.id for a in reading.attempts] == ["2108", "2109"]
    assert reading.problems == ()


def test_a_spreadsheet() -> None:
    data = workbook(
        {
            "About": [["My log"]],
            "Log": [
                ["QID", "Date", "System", "Result", "% others", "Time spent"],
                [2108, datetime(2026, 4, 3, 14, 5), "Cardio", "✗", 0.52, "01:05:00"],
                [118154, datetime(2026, 4, 3), "Renal", "Correct", 0.41, "00:45:00"],
                [7, datetime(2026, 4, 4), "Renal", "Correct", 1, "02:00:00"],
            ],
        }
    )
    reading = ErrorLog().read(documents.from_bytes(data, "log.xlsx"), no_progress)
    assert reading.when == datetime(2026, 4, 3, 14, 5)
    assert [(a.id, a.outcome, a.percent_others, a.seconds) for a in attempts(reading)] == [
        ("2108", Outcome.INCORRECT, 52, 65),
        ("118154", Outcome.CORRECT, 41, 45),
        ("7", Outcome.CORRECT, 1, 120),
    ]
    assert 'Only the sheet "Log" was read' in said(reading)
    assert "minutes and seconds" in said(reading)
    assert reading.attempts[0].where == "row 2"


# --- Preview --------------------------------------------------------------------------------


def test_preview() -> None:
    found = preview(documents.from_text(LOG))
    assert found.header[:2] == ("Date", "Description")
    assert found.first_rows[0][8] == "118154, 2108"
    assert found.mapping.columns(Field.ID) == (8,)
    assert found.unclear_reasons(found.mapping) == ("silly",)
    assert found.unclear_outcomes(found.mapping) == ()
    assert found.certainty > 0.9
    assert not found.dates_are_unclear(found.mapping)


def test_words_to_ask_about_come_from_the_whole_log_once_each_most_frequent_first() -> None:
    text = "QID,Error type\n" + "".join(
        f"{i},{word}\n"
        for i, word in enumerate(["Time"] * 3_000 + ["reasoning", "silly", "Silly!", "silly"], 1001)
    )
    found = preview(documents.from_text(text))
    assert found.unclear_reasons(found.mapping) == ("silly", "reasoning")


def test_preview_of_no_table() -> None:
    for text in ("just words", "2108\n2109", '{"a": 1}'):
        with pytest.raises(UnusableInput, match="is no table"):
            preview(documents.from_text(text))
    assert ErrorLog().certainty(documents.from_text("2108, 2109, 33")) < 0.3
    assert ErrorLog().certainty(documents.from_text('[{"QID": 1,\n"System": 2}]')) == 0


# --- Bad input ------------------------------------------------------------------------------


def test_a_preview_of_a_million_lines_stops_at_once() -> None:
    started = time.perf_counter()
    document = Document("QID,System\n" + "2108,GI\n" * 1_000_000, "log.csv")
    with pytest.raises(UnusableInput, match="lines, and nothing was read"):
        preview(document)
    assert time.perf_counter() - started < 2


def test_many_ids_in_each_cell_are_bounded() -> None:
    cell = '"' + ", ".join(str(i) for i in range(1000, 1700)) + '"'
    started = time.perf_counter()
    with pytest.raises(UnusableInput):
        read("QID,Date\n" + "".join(f"{cell},2026-01-{i % 28 + 1}\n" for i in range(2_000)))
    assert time.perf_counter() - started < 5


def test_time_is_linear_and_memory_is_what_is_kept() -> None:
    def work(rows: int) -> tuple[float, int]:
        body = "".join(
            f"{i},2026-01-{i % 28 + 1:02},Cardio,Time,{'z' * 200}\n" for i in range(rows)
        )
        document = Document("QID,Date,System,Error type,Notes\n" + body)
        started = time.perf_counter()
        ErrorLog().read(document, no_progress)
        spent = time.perf_counter() - started
        tracemalloc.start()
        ErrorLog().read(document, no_progress)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return spent, most

    (small, little), (large, much) = work(1_000), work(4_000)
    assert large < 9 * max(small, 0.01)
    assert much < 6 * little


_NAMES = st.sampled_from(
    [
        "QID", "Date", "System", "Topic", "Result", "Notes", "Stem", "ID", "#", "Time", "%", "Bank",
        "Confidence", "Exam", "Category", "x", "Error type", "Question Number", "",
    ]
)  # fmt: skip
_VALUES = st.sampled_from(
    [
        "2108", "1 - 118154", "2108, 77", "1/2/2026", "2026-01-05 14:05", "Cardio", "GI", "✗",
        "Yes", "silly", "Knowledge gap", "52%", "0.5", "1:05", "UWorld", "Kaplan", "NBME 30", "",
        "Step 1",
        "-", "#N/A", "=1+1", "<b>x</b>", '"', '"a', "x" * 300, "99999999", "0jae_4", "guessed", "٣",
        "46037", "12 of 40", "a\nb",
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    names=st.lists(_NAMES, min_size=1, max_size=6),
    rows=st.lists(st.lists(_VALUES, max_size=7), max_size=8),
    delimiter=st.sampled_from(",;\t|"),
    quoted=st.booleans(),
    fields=st.lists(st.sampled_from(Field), max_size=8),
)
def test_nothing_but_refusals_is_raised(
    names: list[str], rows: list[list[str]], delimiter: str, quoted: bool, fields: list[Field]
) -> None:
    out = io.StringIO()
    if quoted:
        rows = [[f'"{cell}"' for cell in row] for row in rows]
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows([names, *rows])
    document = Document(out.getvalue())
    assert 0 <= ErrorLog().certainty(document) <= 1
    mapping = ColumnMapping(tuple(fields))
    found: list[Reading] = []
    with suppress(UnusableInput):
        found += sittings(ErrorLog().read(document, no_progress))
    with suppress(UnusableInput):
        found += sittings(read_with(document, mapping))
    for one in found:
        assert one.attempts
        ids = [a.id for a in one.attempts if a.id]
        assert len(ids) == len(set(ids))
        for a in one.attempts:
            assert a.id or a.system or a.topic or a.subject or a.category or a.position
            assert a.percent_others is None or 0 <= a.percent_others <= 100
            assert a.seconds is None or a.seconds >= 0


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=120))
def test_any_text_has_a_preview_or_is_refused(text: str) -> None:
    with suppress(UnusableInput):
        preview(Document(text))


_SYSTEMS = ["Cardio", "Renal", "GI", "Neuro"]


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.integers(1_000, 999_999),
            st.dates(datetime(2020, 1, 1).date(), datetime(2025, 12, 31).date()),
            st.sampled_from(_SYSTEMS),
            st.sampled_from([Outcome.CORRECT, Outcome.INCORRECT, Outcome.OMITTED]),
            st.integers(0, 100),
            st.integers(0, 900),
        ),
        min_size=1,
        max_size=20,
        unique_by=lambda row: row[0],
    ),
    delimiter=st.sampled_from(",;\t"),
    form=st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%B %d, %Y"]),
    order=st.permutations(range(6)),
)
def test_logs_are_read_back(
    rows: list[tuple[int, datetime, str, Outcome, int, int]],
    delimiter: str,
    form: str,
    order: list[int],
) -> None:
    names = ["Question ID", "Date", "System", "Result", "% Correct Others", "Time (sec)"]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow([names[i] for i in order])
    for id, day, system, outcome, share, spent in rows:
        cells = [str(id), day.strftime(form), system, outcome.value, f"{share}%", str(spent)]
        writer.writerow([cells[i] for i in order])
    reading = ErrorLog().read(documents.from_text(out.getvalue()), no_progress)
    found = {
        (
            int(a.id or 0),
            one.when.date() if one.when else None,
            a.system,
            a.outcome,
            a.percent_others,
            a.seconds,
        )
        for one in sittings(reading)
        for a in one.attempts
    }
    assert found == set(rows)
    assert reading.problems == ()
