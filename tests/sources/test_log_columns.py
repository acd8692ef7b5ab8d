"""What columns hold, from their names and from what stands in them."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remediation.model.attempts import Confidence, Outcome
from remediation.model.banks import AMBOSS, NBME
from remediation.model.reasons import GROUPS, REASONS
from remediation.sources import log_cells, log_dates
from remediation.sources.log_columns import (
    Basis,
    ColumnMapping,
    Field,
    field_of_name,
    guess,
    header_fingerprint,
    is_content_name,
    looks_like_a_log,
    plain_name,
)

# Templates of students' logs and of exports, as they are printed.
TEMPLATES: dict[str, dict[str, Field]] = {
    "a": {
        "Date": Field.DATE, "Description": Field.NOTHING, "Organ System": Field.SYSTEM,
        "Topic": Field.TOPIC, "Error Type": Field.REASON, "Confidence": Field.CONFIDENCE,
        "Next Steps": Field.NOTHING, "Tags": Field.NOTHING, "Question Bank": Field.BANK,
        "Question ID": Field.ID, "National % Correct": Field.PERCENT_OTHERS,
        "Next Q-Bank Review": Field.NOTHING,
    },
    "b": {
        "source": Field.BANK, "examBlock": Field.BLOCK, "system": Field.SYSTEM,
        "topic": Field.TOPIC, "errorType": Field.REASON, "missedPattern": Field.NOTHING,
        "fix": Field.NOTHING, "priority": Field.NOTHING, "entryDate": Field.DATE,
    },
    "c": {
        "qid": Field.ID, "topic": Field.TOPIC, "system": Field.SYSTEM, "attempt1": Field.OUTCOME,
        "attempt2": Field.NOTHING, "studyGuide": Field.NOTHING, "date": Field.DATE,
    },
    "d": {
        "question_id": Field.ID, "choosed_alternative": Field.NOTHING,
        "wrong_alternative": Field.NOTHING, "full_explanation": Field.NOTHING,
        "educational_objective": Field.NOTHING, "system_tag": Field.SYSTEM,
        "topic_tag": Field.TOPIC, "concept_tags": Field.NOTHING,
    },
    "e": {
        "Category": Field.CATEGORY, "Question Number": Field.POSITION, "Result": Field.OUTCOME,
        "Question Text": Field.NOTHING, "Error Type": Field.REASON,
        "Confidence Level": Field.CONFIDENCE, "Time Spent": Field.SECONDS,
        "Difficulty Level": Field.NOTHING, "Notes": Field.NOTHING, "Timestamp": Field.DATE,
    },
    "f": {
        "#": Field.NOTHING, "Date": Field.DATE, "Source (Test/PYQ)": Field.BANK,
        "Topic": Field.TOPIC, "Error Type": Field.REASON, "Description of Mistake": Field.NOTHING,
        "Correct Approach": Field.NOTHING, "Prevention Strategy": Field.NOTHING,
    },
    "ids": {
        "Organ System": Field.SYSTEM, "Section": Field.CATEGORY, "Video/Topic": Field.TOPIC,
        "UWorld QIDs": Field.ID, "COMLEX QIDs": Field.ID, "Order": Field.NOTHING,
    },
    "uworld": {
        "questionId": Field.ID, "itemNumber": Field.POSITION, "totalItems": Field.NOTHING,
        "questionPlain": Field.NOTHING, "questionHtml": Field.NOTHING, "choices": Field.NOTHING,
        "correctAnswer": Field.NOTHING, "correctLetter": Field.NOTHING,
        "selectedAnswer": Field.NOTHING, "selectedLetter": Field.NOTHING,
        "wasCorrect": Field.OUTCOME, "educationalObjective": Field.NOTHING,
        "explanationHtml": Field.NOTHING, "explanationPlain": Field.NOTHING,
        "subject": Field.SUBJECT, "system": Field.SYSTEM, "topic": Field.TOPIC,
        "percentCorrect": Field.PERCENT_OTHERS, "timeSpentSecs": Field.SECONDS,
    },
    "amboss": {
        "questionId": Field.ID, "source": Field.BANK, "itemNumber": Field.POSITION,
        "totalItems": Field.NOTHING, "choices": Field.NOTHING, "correctLetter": Field.NOTHING,
        "selectedLetter": Field.NOTHING, "wasCorrect": Field.OUTCOME,
        "subject(null)": Field.SUBJECT, "system(null)": Field.SYSTEM, "topic": Field.TOPIC,
        "percentCorrect": Field.PERCENT_OTHERS, "difficulty": Field.NOTHING,
        "attendingTip": Field.NOTHING,
    },
    "German": {
        "Frage-ID": Field.ID, "Datum": Field.DATE, "Thema": Field.TOPIC, "Fach": Field.SUBJECT,
        "Ergebnis": Field.OUTCOME, "Fehlertyp": Field.REASON, "Notizen": Field.NOTHING,
    },
    "Spanish": {
        "ID de la pregunta": Field.ID, "Fecha": Field.DATE, "Tema": Field.TOPIC,
        "Sistema": Field.SYSTEM, "Resultado": Field.OUTCOME, "Tipo de error": Field.REASON,
    },
    "Notion": {
        "QID": Field.ID, "Created time": Field.DATE, "Q Bank": Field.BANK, "Exam": Field.EXAM,
        "Why I got it wrong": Field.REASON, "Got it right?": Field.OUTCOME,
        "Takeaway": Field.NOTHING, "Last edited time": Field.NOTHING,
        "Files & media": Field.NOTHING,
    },
}  # fmt: skip
# What stands below the names, in the templates' kind.
VALUES: dict[Field, list[str]] = {
    Field.NOTHING: ["some words of one's own", "others", "and more"],
    Field.ID: ["118154", "2108, 8425", "7011"],
    Field.OUTCOME: ["Incorrect", "Correct", "Omitted"],
    Field.DATE: ["1/15/2026", "1/16/2026", "1/17/2026"],
    Field.SYSTEM: ["Cardio", "Renal", "GI"],
    Field.TOPIC: ["Heart failure", "AKI", "Crohn's"],
    Field.SUBJECT: ["Pathology", "Physiology", "Medicine"],
    Field.CATEGORY: ["Chapter A", "Chapter B", "Chapter C"],
    Field.REASON: ["Knowledge gap", "silly", "Time"],
    Field.CONFIDENCE: ["guessed", "certain", "eliminated"],
    Field.BANK: ["UWorld", "AMBOSS", "NBME 30"],
    Field.EXAM: ["Step 1", "Step 2", "Step 1"],
    Field.BLOCK: ["Block 1", "Block 2", "3"],
    Field.POSITION: ["12", "33", "7"],
    Field.SECONDS: ["45", "61", "120"],
    Field.PERCENT_OTHERS: ["52%", "61%", "40%"],
}


def guessed(names: list[str], columns: list[list[str]]) -> dict[str, Field]:
    found = guess([names, *(list(row) for row in zip(*columns))])
    assert found.header == 0
    return {name: column.field for name, column in zip(names, found.columns)}


@pytest.mark.parametrize("template", TEMPLATES)
def test_templates(template: str) -> None:
    expected = TEMPLATES[template]
    values = [VALUES[field] for field in expected.values()]
    if template == "f":
        values[0] = ["1", "2", "3"]
    assert guessed(list(expected), values) == expected
    rows = [list(expected), *(list(row) for row in zip(*values))]
    assert looks_like_a_log(rows)


@pytest.mark.parametrize(
    "change", [str.upper, str.lower, lambda name: f" {name}: ", lambda name: f"📚 {name}"]
)
def test_case_and_signs_of_names_do_not_matter(change: object) -> None:
    assert callable(change)
    for names in TEMPLATES.values():
        for name in names:
            if "(" not in name and name.upper() != name and name.islower() == (" " not in name):
                assert field_of_name(change(name)) == field_of_name(name), name


def test_content_of_the_bank_is_known_by_its_name() -> None:
    for name in ("Question Text", "Stem", "Explanation", "Answer choices", "Educational Objective",
                 "questionHtml", "Correct answer", "Vignette"):  # fmt: skip
        assert is_content_name(name)
        assert field_of_name(name) is Field.NOTHING
    assert not is_content_name("Question ID")


@pytest.mark.parametrize(
    ("name", "values", "field"),
    [
        ("Question Number", ["118154", "2108", "7011"], Field.ID),
        ("Question Number", ["12", "7", "33"], Field.POSITION),
        ("Question", ["A 45-year-old man has a cough", "A woman", "A child"], Field.NOTHING),
        ("Question", ["118154", "2108", "7011"], Field.ID),
        ("ID", ["1", "2", "3", "4"], Field.POSITION),
        ("ID", ["118154", "2108", "7011", "9"], Field.ID),
        ("ID", ["b0e1c2d3-11", "b0e1c2d3-12", "c0e1c2d3-13"], Field.NOTHING),
        ("Category", ["Cardiology", "Renal", "GI"], Field.SYSTEM),
        ("Category", ["Knowledge gap", "Misread", "Time"], Field.REASON),
        ("Status", ["Not started", "Done", "In progress"], Field.NOTHING),
        ("Status", ["Incorrect", "Correct", "Correct"], Field.OUTCOME),
        ("Day", ["Monday", "Tuesday", "Monday"], Field.NOTHING),
        ("Time", ["9:05 AM", "10:15 PM", "8:00 AM"], Field.NOTHING),
        ("Time", ["1:05", "0:45", "1:30"], Field.SECONDS),
        ("Answer", ["Correct", "Incorrect", "Correct"], Field.OUTCOME),
        ("Foo", ["✗", "✓", "✗"], Field.OUTCOME),
        ("Foo", ["UWorld", "AMBOSS", "UWorld"], Field.BANK),
        ("Foo", ["2026-01-05", "2026-01-06", "2026-01-07"], Field.DATE),
        ("Foo", ["Cardio", "Renal", "GI"], Field.SYSTEM),
        ("Foo", ["one", "two", "three"], Field.NOTHING),
    ],
)  # fmt: skip
def test_content_decides_where_the_name_does_not(
    name: str, values: list[str], field: Field
) -> None:
    rows = [["Topic", name], *([f"Topic of row {i} here", value] for i, value in enumerate(values))]
    assert guess(rows).columns[1].field is field


def test_names_may_stand_below_a_title_or_be_missing() -> None:
    rows = [["My log 2026"], ["", ""], ["QID", "System"], ["2108", "Cardio"], ["2109", "GI"]]
    assert guess(rows).header == 2
    bare = guess([["2108", "Cardio", "✗"], ["118154", "Renal", "✓"], ["7011", "GI", "✗"]])
    assert bare.header is None
    assert [c.field for c in bare.columns] == [Field.ID, Field.SYSTEM, Field.OUTCOME]
    assert {c.basis for c in bare.columns} == {Basis.CONTENT}
    assert bare.certainty < 0.3


def test_one_column_for_a_field_but_several_for_ids() -> None:
    rows = [["Date", "Date added", "UWorld QIDs", "COMLEX QIDs"], ["", "1/5/2026", "2108", "33"]]
    assert [c.field for c in guess(rows).columns] == [
        Field.NOTHING, Field.DATE, Field.ID, Field.ID,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "rows",
    [
        [["Correct / Incorrect", "Seq", "Question Id", "Content Topic", "Content Description",
          "Answer Selected", "Time (sec)", "Exam Take"],
         ["Incorrect", "2", "SAAA0003", "Diagnosis", "Cardio: x", "B", "81.3", "Form 30"]],
        [["Name", "Phone"], ["Jane", "555"]],
        [["Shopping", "Price"], ["Milk", "2"]],
        [["Date", "Amount"], ["1/5/2026", "20"]],
        [["2108", "118154"], ["8425", "9"]],
        [],
        [[]],
    ],
)  # fmt: skip
def test_what_is_no_log(rows: list[list[str]]) -> None:
    assert not looks_like_a_log(rows)


# --- Mappings -------------------------------------------------------------------------------

_MAPPINGS = st.builds(
    ColumnMapping,
    fields=st.lists(st.sampled_from(Field), max_size=12).map(tuple),
    bank=st.sampled_from([None, "uworld", "amboss", "nbme"]),
    exam=st.sampled_from([None, "step1", "comlex"]),
    outcome=st.none() | st.sampled_from(Outcome),
    day_first=st.none() | st.booleans(),
    reasons=st.dictionaries(
        st.text(max_size=9),
        st.sampled_from(["", *(r.code for r in REASONS), *(g.key for g in GROUPS)]),
    ),
    outcomes=st.dictionaries(st.text(max_size=9), st.none() | st.sampled_from(Outcome)),
)


@settings(max_examples=50, deadline=None)
@given(_MAPPINGS)
def test_mappings_survive_storing(mapping: ColumnMapping) -> None:
    assert ColumnMapping.from_json(json.loads(json.dumps(mapping.to_json()))) == mapping


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["fields", "bank", "exam", "outcome", "reasons", "outcomes", "x"]), inner
    ),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(_JSON)
def test_whatever_is_stored_is_read(stored: object) -> None:
    mapping = ColumnMapping.from_json(stored)
    assert mapping.bank in (None, "uworld", "amboss", "nbme")


def test_fingerprints() -> None:
    same = {header_fingerprint(names) for names in (["QID", "Error Type"], ["qid ", "errorType:"])}
    assert len(same) == 1
    assert header_fingerprint(["Error Type", "QID"]) not in same
    assert header_fingerprint(["QID Error", "Type"]) not in same
    assert header_fingerprint(["QID", "Error Type"]) == "8399e443c19d8975"


# --- Cells ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "ids", "refused"),
    [
        ("2108", ("2108",), 0),
        ("2108, 118154;8425\n77 | 88", ("2108", "118154", "8425", "77", "88"), 0),
        ("2108,118154", ("2108", "118154"), 0),
        ("QID: 2108", ("2108",), 0),
        ("Question Id: 2128 and #77", ("2128", "77"), 0),
        ("uw-12345", ("12345",), 0),
        ("1 - 118154", ("118154",), 0),
        ("Block 3 - 12345", ("12345",), 0),
        ("(2108)", ("2108",), 0),
        ("2108.0", ("2108",), 0),
        ("0jae_4", ("0jae_4",), 0),
        ("118,154", (), 1),
        ("1234567", (), 1),
        ("2108 (unsure)", ("2108",), 1),
        ("<b>2108</b>", (), 2),
        ("=2108+1", (), 1),
        ("x" * 10_000, (), 1),
    ],
)
def test_id_cells(text: str, ids: tuple[str, ...], refused: int) -> None:
    cell = log_cells.ids(text, None)
    assert (cell.ids, len(cell.refused)) == (ids, refused)


def test_ids_of_other_banks() -> None:
    assert log_cells.ids("FLaJnh0OIM, -aaDMQ", AMBOSS).ids == ("FLaJnh0OIM", "-aaDMQ")
    assert log_cells.ids("missed", AMBOSS).ids == ()
    assert log_cells.ids("41", NBME).ids == ()
    assert log_cells.ids("1 - 118154", None).position == 1


@pytest.mark.parametrize(
    ("text", "column", "outcome"),
    [
        ("Incorrect", "", Outcome.INCORRECT),
        ("❌ Wrong", "", Outcome.INCORRECT),
        ("✓", "", Outcome.CORRECT),
        ("C", "", Outcome.CORRECT),
        ("Correct (guessed)", "", Outcome.UNSURE),
        ("skipped", "", Outcome.OMITTED),
        ("false", "wasCorrect", Outcome.INCORRECT),
        ("TRUE", "wasCorrect", Outcome.CORRECT),
        ("Yes", "Missed?", Outcome.INCORRECT),
        ("No", "Got it right?", Outcome.INCORRECT),
        ("0", "Correct", Outcome.INCORRECT),
        ("Yes", "Correct / Incorrect", None),
        ("Yes", "Result", None),
        ("maybe", "Result", None),
    ],
)
def test_results(text: str, column: str, outcome: Outcome | None) -> None:
    assert log_cells.outcome(text, column) is outcome


def test_confidence_words() -> None:
    words = ["guessed", "eliminated", "confident", "certain", "3", "so-so"]
    assert [log_cells.confidence(word) for word in words] == [
        Confidence.GUESSED, Confidence.UNSURE, Confidence.SURE, Confidence.SURE, None, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "bank", "exam", "name", "other"),
    [
        ("UWorld", "uworld", None, "", False),
        ("UWorld Step 2 CK", "uworld", "step2", "UWorld Step 2 CK", False),
        ("UWSA1", "uworld", None, "UWSA1", False),
        ("NBME 30", "nbme", None, "NBME 30", False),
        ("Free 120", "nbme", None, "Free 120", False),
        ("Step 1", None, "step1", "", False),
        ("COMLEX", None, "comlex", "", False),
        ("Kaplan", None, None, "Kaplan", True),
        ("Block 3", None, None, "Block 3", False),
        ("", None, None, "", False),
    ],
)
def test_where_a_question_is_from(
    text: str, bank: str | None, exam: str | None, name: str, other: bool
) -> None:
    assert log_cells.source_of(text) == (bank, exam, name, other)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-15", "2026/1/15", "1/15/2026", "1/15/26", "01-15-2026", "15.01.2026", "15.1.26",
        "Jan 15, 2026", "January 15, 2026", "15 Jan 2026", "15-Jan-26", "Thu, Jan 15, 2026",
        "15. Januar 2026", "15 de enero de 2026", "@January 15, 2026", "46037",
        "January 15, 2026 → January 17, 2026", "2026-01-15 00:00:00", "2026. 1. 15",
        "Thursday, January 15, 2026", "15th January 2026",
    ],
)  # fmt: skip
def test_dates(text: str) -> None:
    written = log_dates.parse(text)
    assert written
    assert written.moment() == datetime(2026, 1, 15)
    assert written.time is None


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-15 14:05", "2026-01-15T14:05:00", "1/15/2026 2:05 PM", "1/15/26, 2:05PM",
        "January 15, 2026 2:05 PM", "15.01.2026 14:05", "46037.5868055556", "1/15/2026 14:05:00",
        "January 15, 2026 at 2:05 p.m.", "2026-01-15 14:05:00.123",
    ],
)  # fmt: skip
def test_dates_with_times(text: str) -> None:
    written = log_dates.parse(text)
    assert written
    assert written.moment() == datetime(2026, 1, 15, 14, 5)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "13/13/2026", "2026-02-30", "2108", "118154", "1/15", "Monday", "99999", "9:05"],
)
def test_no_dates(text: str) -> None:
    assert log_dates.parse(text) is None


@pytest.mark.parametrize(
    ("texts", "day_first"),
    [
        (["1/15/2026", "3/4/2026"], False),
        (["15/1/2026", "3/4/2026"], True),
        (["15/1/2026", "1/15/2026"], None),
        (["3/4/2026", "4/4/2026"], None),
        # 4 December has not come yet
        (["4/12/2026"], False),
        (["12/4/2026"], True),
        # in order the other way round only
        (["10/2/2025", "12/2/2025", "3/3/2025", "5/3/2025"], True),
        (["1/12/2025", "2/1/2025", "2/9/2025"], False),
        (["1/3/2025", "2/3/2025", "3/3/2025"], None),
        (["2026-01-15"], None),
        ([], None),
    ],
)
def test_which_way_round_a_column_is(texts: list[str], day_first: bool | None) -> None:
    written = [date for date in map(log_dates.parse, texts) if date]
    assert log_dates.day_comes_first(written, datetime(2026, 6, 1)) is day_first


@settings(max_examples=60, deadline=None)
@given(st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)))
def test_dates_are_read_back(moment: datetime) -> None:
    moment = moment.replace(second=0, microsecond=0)
    for form in ("%Y-%m-%d %H:%M", "%m/%d/%Y %I:%M %p", "%B %d, %Y %H:%M", "%d.%m.%Y %H:%M"):
        written = log_dates.parse(moment.strftime(form))
        assert written
        assert written.moment() == moment


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("0129/-.: TZ+JanPM,→@é ٣"), max_size=25))
def test_any_cell_is_understood_or_not(text: str) -> None:
    log_dates.parse(text)
    log_cells.ids(text, None)
    log_cells.outcome(text, text)
    log_cells.source_of(text)
    log_cells.seconds(text)
    log_cells.percent(text)
    plain_name(text)
    guess([[text, text], [text], []])
