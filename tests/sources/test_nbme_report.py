"""Score reports of NBME self-assessments and failing USMLE reports."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remediation.model.attempts import Band, GroupKind, QuestionGroup
from remediation.model.disciplines import disciplines_from_name
from remediation.model.exam_weights import DISCIPLINE_WEIGHTS, SYSTEM_WEIGHTS
from remediation.model.progress import no_progress
from remediation.model.systems import systems_from_name
from remediation.sources import documents, registry
from remediation.sources.nbme_report import (
    EQUATED,
    LOW_PASS,
    PROBABILITY,
    RESULT,
    SCORE,
    NBMEReport,
    ReportRow,
    result_from_text,
    rows_to_ask,
    typed_report,
)
from remediation.sources.reading import Document, Reading, UnusableInput
from tests.sources import pdfs

quick = settings(max_examples=60, deadline=None)

WEIGHTS = {
    weight.name.replace("Respiratory &", "Respiratory and"): f"{weight.low:g}-{weight.high:g}%"
    for table in (SYSTEM_WEIGHTS, DISCIPLINE_WEIGHTS)
    for exam in ("step2", "step1")
    for weight in table[exam]
}
HEAD = """National Board of Medical Examiners
Comprehensive Basic Science Self-Assessment (CBSSA)
Name: Jane Doe          NBME ID: 1234567
Test Date: 11/02/2025   Form 30
Total Equated Percent Correct Score: 58%
Your estimated probability of passing Step 1 if you take it within one week: 43%
Low-pass range: 62-68%
"""
REPORT = (
    HEAD
    + """Performance by System
Reproductive & Endocrine Systems 12-16% 61%
Respiratory and Renal/Urinary Systems (11-15%) 55%
Behavioral Health & Nervous
Systems/Special Senses 10-14% 49%
Blood & Lymphoreticular/Immune
9-13%
47%
Systems
Multisystem Processes & Disorders
8-12%
70%
Musculoskeletal, Skin & Subcutaneous 8-12% 52.5%
Tissue
Cardiovascular System 7% - 11% 50%
Gastrointestinal System 6-
10% 66%
Jane Doe 1234567                Page 1 of 2
\fPerformance by Discipline
Pathology 45-55% 51%
Physiology 30-40% 62%
Microbiology & Immunology 15-35% 54%
Gross Anatomy & Embryology
Pharmacology
Behavioral Sciences
10-20%
10-20%
10-15%
40%
41%
42%
Biochemistry & Nutrition\t5-15%\t43%
Histology & Cell Biology|5-15%|44%
Genetics 5-10% 45%
Jane Doe 1234567                Page 2 of 2
"""
)
STEP_1_RESULTS = [61, 55, 49, 47, 70, 52.5, 50, 66, 51, 62, 54, 40, 41, 42, 43, 44, 45]


def read(text: str) -> Reading:
    return registry.read(documents.from_text(text, "report.pdf"))


def percents(reading: Reading) -> dict[str, float | None]:
    return {group.name: group.percent for group in reading.groups}


def bands(reading: Reading) -> dict[str, Band | None]:
    return {group.name: group.band for group in reading.groups}


def refusal(text: str) -> str:
    with pytest.raises(UnusableInput) as caught:
        NBMEReport().read(documents.from_text(text, "report.pdf"), no_progress)
    return str(caught.value)


def test_a_whole_report_as_pdfs_give_it() -> None:
    reading = read(REPORT)
    assert reading.reader == "nbme-report"
    assert [(g.kind, g.name, g.percent) for g in reading.groups] == [
        (row.kind, row.name, result) for row, result in zip(rows_to_ask("step1"), STEP_1_RESULTS)
    ]
    assert reading.problems == ()
    assert (reading.bank, reading.exam) == ("nbme", "step1")
    assert reading.when == datetime(2025, 11, 2)
    assert reading.name == "CBSSA Form 30"
    assert reading.summary == {EQUATED: "58%", PROBABILITY: "43%", LOW_PASS: "62-68%"}
    assert reading.groups[2].where == "page 1, line 11"


def test_a_report_printed_to_pdf() -> None:
    names = "".join(
        f"<tr><td width=170>{row.name}</td><td>{WEIGHTS.get(row.name, '15-35%')}</td>"
        f"<td>{result}%</td></tr>"
        for row, result in zip(rows_to_ask("step1"), STEP_1_RESULTS)
    )
    data = pdfs.printed_html(f"<pre>{HEAD}</pre><table>{names}</table>")
    reading = NBMEReport().read(documents.from_bytes(data, "report.pdf"), no_progress)
    assert [group.percent for group in reading.groups] == STEP_1_RESULTS


def test_the_examinee_is_never_kept() -> None:
    texts = [REPORT, REPORT.replace("Genetics 5-10% 45%", "Jane Doe 45%\nDoe, Jane 1234567 62%")]
    for text in texts:
        for seen in (repr(read(text)), refusal(HEAD + "Jane Doe 61%\nDoe Lower")):
            assert "Jane" not in seen
            assert "Doe" not in seen
            assert "1234567" not in seen


def test_every_row_maps_to_systems_or_disciplines() -> None:
    for exam, systems, disciplines in (("step1", 8, 9), ("step2", 15, 5)):
        rows = rows_to_ask(exam)
        kinds = [row.kind for row in rows]
        assert kinds == [GroupKind.SYSTEM] * systems + [GroupKind.DISCIPLINE] * disciplines
        for row in rows:
            is_system = row.kind is GroupKind.SYSTEM
            assert systems_from_name(row.name) if is_system else disciplines_from_name(row.name)
    assert rows_to_ask("comlex") == ()


@pytest.mark.parametrize("weight", ["", " 7-11%", " (7-11%)", " 7%–11%", " 7 - 11 %", " 7% to 11%"])
@pytest.mark.parametrize("result", ["61%", "61 %", "61", "61.0%", "61,0%"])
def test_weights_are_not_results(weight: str, result: str) -> None:
    name = "Cardiovascular System"
    for line in (
        f"{name}{weight} {result}",
        f"{name} {result}{weight}",
        f"{name}{weight}\n{result}",
    ):
        assert percents(NBMEReport().read(Document(line), no_progress)) == {name: 61.0}


def test_a_weight_alone_is_no_result() -> None:
    message = refusal("Cardiovascular System 7-11%\nPathology 45-55%")
    assert "No result was found for Cardiovascular System, Pathology" in message
    reading = read("Cardiovascular System 7-11%\nPathology 45-55% 61%")
    assert percents(reading) == {"Pathology": 61.0}
    assert reading.problems[0].where == "line 1"


def test_columns_one_after_the_other() -> None:
    names = [row.name for row in rows_to_ask("step1")[:8]]
    weights = [WEIGHTS[name] for name in names]
    results = [f"{50 + i}%" for i in range(8)]
    reading = read("\n".join([*names, "Exam weights", *weights, "Your score", *results]))
    assert list(percents(reading).values()) == [50.0 + i for i in range(8)]
    # One number is missing: nothing is guessed.
    message = refusal("\n".join([*names, *weights, *results[1:]]))
    assert "8 names stand here together and 7 results" in message


def test_numbers_before_names() -> None:
    reading = read("61% Cardiovascular System\n55% Pathology\n50% Genetics")
    assert percents(reading) == {"Cardiovascular System": 61, "Pathology": 55, "Genetics": 50}
    reading = read("Physiology\n61% Cardiovascular System\nPathology 3%")
    assert percents(reading) == {"Pathology": 3}
    assert any("which of two rows" in p.message for p in reading.problems)


@pytest.mark.parametrize(
    ("words", "band"),
    [
        ("Lower", Band.LOWER),
        ("lower performance", Band.LOWER),
        ("Below", Band.LOWER),
        ("Same", Band.SAME),
        ("About the same", Band.SAME),
        ("Borderline", Band.SAME),
        ("Borderline Performance", Band.SAME),
        ("Similar", Band.SAME),
        ("Higher", Band.HIGHER),
        ("HIGHER than average", Band.HIGHER),
        ("Above", Band.HIGHER),
    ],
)
def test_bands_as_words(words: str, band: Band) -> None:
    for text in (
        f"Cardiovascular System (7-11%) {words}",
        f"Cardiovascular System\t7-11%\t{words}",
        f"Cardiovascular System 7-11%\n{words}",
        f"Cardiovascular\nSystem {words}",
    ):
        assert bands(read(text + "\nGenetics Lower")) == {
            "Cardiovascular System": band,
            "Genetics": Band.LOWER,
        }


def test_the_failing_report() -> None:
    reading = read(
        "United States Medical Licensing Examination\nUSMLE Step 1 Score Report\n"
        "Doe, Jane T   USMLE ID: 1-234-567-8\nTest Date: March 3, 2025\nResult: FAIL\n"
        "Lower means that your performance was lower than that of low-pass examinees.\n"
        "Content Area\tWeight\tLower\tSame\tHigher\n"
        "Cardiovascular System\t7-11%\tX\t\t\n"
        "Gastrointestinal System\t6-10%\t\t●\t\n"
        "Pathology\t45-55%\t\t\t✓\n"
    )
    assert bands(reading) == {
        "Cardiovascular System": Band.LOWER,
        "Gastrointestinal System": Band.SAME,
        "Pathology": Band.HIGHER,
    }
    assert reading.exam == "step1"
    assert reading.summary == {RESULT: "fail"}
    assert reading.problems == ()
    assert "Jane" not in repr(reading)


@pytest.mark.parametrize(
    "header",
    ["", "Lower\tSame\tHigher\n", "\tLower\tSame\tHigher\n", "Area\tLower\tBorderline\tHigher\n"],
)
def test_marks_in_columns(header: str) -> None:
    text = (
        f"{header}Cardiovascular System\tX\t\t\nGastrointestinal System\t\tX\t\nPathology\t\t\tX\n"
    )
    if not header:
        assert "Type lower, same or higher" in refusal(text)
        return
    assert list(bands(read(text)).values()) == [Band.LOWER, Band.SAME, Band.HIGHER]


def test_marks_below_words_in_text_with_its_blanks() -> None:
    reading = read(
        "                          Lower Performance   Borderline Performance  Higher Performance\n"
        "Behavioral Sciences         xxxxxxxx\n"
        "Cardiovascular System                               xxxxxxxxx\n"
        "Genetics                                                                  *****\n"
    )
    assert list(bands(reading).values()) == [Band.LOWER, Band.SAME, Band.HIGHER]


def test_marks_whose_column_is_lost_are_reported() -> None:
    reading = read("Lower Same Higher\nCardiovascular System X\nGenetics Higher")
    assert bands(reading) == {"Genetics": Band.HIGHER}
    assert any(p.where == "line 2" and "cannot be told" in p.message for p in reading.problems)


@pytest.mark.parametrize(
    ("boxes", "band"),
    [("[x] [ ] [ ]", Band.LOWER), ("☐ ☒ ☐", Band.SAME), ("○ ○ ●", Band.HIGHER)],
)
def test_boxes(boxes: str, band: Band) -> None:
    assert bands(read(f"Cardiovascular System {boxes}\nGenetics {boxes}")) == {
        "Cardiovascular System": band,
        "Genetics": band,
    }


def test_a_per_cent_and_a_band() -> None:
    group = read("Cardiovascular System (7-11%) 61% Lower\nGenetics 5%").groups[0]
    assert (group.percent, group.band) == (61.0, Band.LOWER)


def test_other_names_are_kept_as_printed() -> None:
    reading = read("Cardio: 61%\nRenal - 40 %\nPharm 33%\nBiostats Lower\n")
    assert [(g.kind.value, g.name) for g in reading.groups] == [
        ("system", "Cardio"),
        ("system", "Renal"),
        ("discipline", "Pharm"),
        ("discipline", "Biostats"),
    ]
    in_section = read("Performance by System\nPathology 61%\nImmuno 40%\n")
    assert [g.kind.value for g in in_section.groups] == ["discipline", "system"]


def test_tasks_are_categories_as_in_insights() -> None:
    reading = read("Performance by Physician Task\nPatient Care: Diagnosis 20-25% 61%\nGenetics 5%")
    assert reading.groups[0] == QuestionGroup(
        GroupKind.CATEGORY, "Patient Care: Diagnosis", percent=61.0
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("Physiology 126%", "126 is more than 100"),
        ("Physiology 126", "126 is more than 100"),
        ("Physiology 12 20", "several results"),
        ("Physiology 12% 20% 30%", "several results"),
        ("Physiology", "No result was found for Physiology"),
        ("Cardiovascular System 62%", "another result"),
        ("Flower arranging 62%", "no known system"),
        ("Behavioral Health & Nervous 10-14% 55%", "its end was not found"),
    ],
)
def test_what_does_not_fit_is_reported(line: str, message: str) -> None:
    reading = read(f"NBME\nCardiovascular System 61%\nGenetics 50%\n{line}\n")
    assert percents(reading) == {"Cardiovascular System": 61, "Genetics": 50}
    assert [p.where for p in reading.problems] == ["line 4"]
    assert message in reading.problems[0].message


def test_a_second_per_cent_is_said_to_be_the_others() -> None:
    reading = read("Cardiovascular System 7-11% 61% 70%\nGenetics 50% 66%")
    assert percents(reading) == {"Cardiovascular System": 61, "Genetics": 50}
    assert "two per cents (and 1 more below)" in reading.problems[0].message


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("Your Total Equated Percent Correct Score is 58 %", {EQUATED: "58%"}),
        ("Total Equated Percent Correct\n58%", {EQUATED: "58%"}),
        ("58%\nTotal Equated Percent Correct", {EQUATED: "58%"}),
        ("Equated percent correct scores range from 0-100%", {}),
        ("Estimated probability of passing: >99%", {PROBABILITY: ">99%"}),
        ("Probability of Passing Step 1\n43%", {PROBABILITY: "43%"}),
        ("Low-Pass Range 62% – 68%", {LOW_PASS: "62% – 68%"}),
        ("Assessment Score: 380", {SCORE: "380"}),
        ("Total Score 231", {SCORE: "231"}),
        ("Outcome: Pass", {RESULT: "pass"}),
    ],
)
def test_totals(text: str, summary: dict[str, str]) -> None:
    for lines in (f"{text}\nGenetics 50%", f"Genetics 50%\n\n{text}"):
        reading = read(lines)
        assert reading.summary == summary
        assert percents(reading) == {"Genetics": 50}


@pytest.mark.parametrize(
    ("text", "exam", "name"),
    [
        ("CBSSA Form 26", "step1", "CBSSA Form 26"),
        ("Comprehensive Clinical Science Self-Assessment\nForm: 9", "step2", "CCSSA Form 9"),
        ("Medicine 40%", "step2", ""),
        ("Pathology 40%", "step1", ""),
        ("", None, ""),
    ],
)
def test_exams(text: str, exam: str | None, name: str) -> None:
    reading = read(f"{text}\nCardiovascular System 50%\nGastrointestinal System 4%")
    assert (reading.exam, reading.name) == (exam, name)


def test_a_uworld_report_is_not_an_nbme_report() -> None:
    report = (
        "NAME USAGE CORRECT Q INCORRECT Q OMITTED Q P-RANK\n"
        "Microbiology  20/348 9 (45%) 10 (50%) 1 (5%) 31st\n"
        "Pathology  20/348 9 (45%) 10 (50%) 1 (5%) 31st\n"
    )
    assert NBMEReport().certainty(Document(report)) == 0


# --- Typed ----------------------------------------------------------------------------------------


def test_a_typed_report() -> None:
    when = datetime(2026, 1, 5)
    reading = typed_report(
        "step1",
        {
            "Cardiovascular System": 61,
            "Gastrointestinal System": Band.LOWER,
            "Pathology": "52.5 %",
            "Physiology": "about the same",
            "Genetics": "",
            "Pharmacology": None,
        },
        name="CBSSA Form 30",
        when=when,
        summary={EQUATED: " 58% ", PROBABILITY: ""},
    )
    assert reading == Reading(
        "nbme-report",
        bank="nbme",
        exam="step1",
        when=when,
        name="CBSSA Form 30",
        groups=(
            QuestionGroup(GroupKind.SYSTEM, "Cardiovascular System", percent=61.0),
            QuestionGroup(GroupKind.SYSTEM, "Gastrointestinal System", band=Band.LOWER),
            QuestionGroup(GroupKind.DISCIPLINE, "Pathology", percent=52.5),
            QuestionGroup(GroupKind.DISCIPLINE, "Physiology", band=Band.SAME),
        ),
        summary={EQUATED: "58%"},
    )


def test_what_is_typed_wrong_is_reported() -> None:
    reading = typed_report(
        None,
        {"Genetics": 5, "genetics": 6, "Pathology": "126", "Physiology": -1, "Zzz": "5", "GI": "x"},
    )
    assert percents(reading) == {"Genetics": 5}
    assert [p.where for p in reading.problems] == [
        "genetics",
        "Pathology",
        "Physiology",
        "Zzz",
        "GI",
    ]
    with pytest.raises(UnusableInput, match="at least one row"):
        typed_report("step1", {})


@pytest.mark.parametrize(
    "text", ["101", "-1", "61%%", "nan", "1e3", "61-65%", "lowest", "<b>", "=1"]
)
def test_no_results(text: str) -> None:
    with pytest.raises(ValueError, match="neither a per cent"):
        result_from_text(text)


# --- Bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["2108, 118154", "61%", "Lower Same Higher", "<html>", HEAD])
def test_what_is_not_a_report(text: str) -> None:
    document = Document(text, "report.pdf")
    assert NBMEReport().certainty(document) == 0
    with pytest.raises(UnusableInput, match=r"report\.pdf"):
        NBMEReport().read(document, no_progress)


def test_truncated_anywhere_no_result_changes() -> None:
    whole = percents(NBMEReport().read(Document(REPORT), no_progress))
    for end in range(0, len(REPORT), 7):
        try:
            found = percents(NBMEReport().read(Document(REPORT[:end]), no_progress))
        except UnusableInput:
            continue
        for name, percent in list(found.items())[:-1]:
            assert whole.get(name) == percent


def test_digits_of_other_scripts() -> None:
    text = "Cardiovascular System 7-11% 61%\nGenetics 50%"
    arabic = text.translate({ord("0") + i: chr(0x660 + i) for i in range(10)})
    assert percents(read(arabic)) == percents(read(text))


def test_code_in_the_text() -> None:
    reading = read("Genetics 50%\n<script>Pathology 61%</script>\n=Pathology 3%\nPhysiology =5")
    assert percents(reading) == {"Genetics": 50, "Pathology": 3, "Physiology": 5}
    assert "script" not in repr(reading)


def test_a_page_as_one_line() -> None:
    text = " ".join(
        f"{row.name} {WEIGHTS.get(row.name, '1-2%')} {i}%"
        for i, row in enumerate(rows_to_ask("step1"))
    )
    assert list(percents(read(text)).values()) == [float(i) for i in range(17)]


# --- Properties -----------------------------------------------------------------------------------

_RESULTS = st.one_of(st.integers(0, 100).map(float), st.sampled_from(list(Band)))


@quick
@given(data=st.data(), exam=st.sampled_from(["step1", "step2"]))
def test_reports_are_read_back(data: st.DataObject, exam: str) -> None:
    """Names wrapped anywhere, the weight before or after, cells on lines of their own or not."""
    rows = data.draw(
        st.lists(st.sampled_from(rows_to_ask(exam)), min_size=2, unique=True), label="rows"
    )
    lines = []
    groups = []
    for row in rows:
        result = data.draw(_RESULTS)
        words = row.name.split(" ")
        broken = data.draw(st.integers(0, len(words)))
        name = (
            " ".join(words[:broken]) + "\n" * (0 < broken < len(words)) + " ".join(words[broken:])
        )
        shown = result.value if isinstance(result, Band) else f"{result:g}%"
        weight = WEIGHTS.get(row.name, "5-15%")
        shape = data.draw(
            st.sampled_from(
                ["{n} {w} {r}", "{n} ({w}) {r}", "{n} {r} {w}", "{n}\n{w}\n{r}", "{n}\t{w}\t{r}",
                 "{n} {w}\n{r}", "{n} {r}", "| {n} | {w} | {r} |"]
            )
        )  # fmt: skip
        lines.append(shape.format(n=name, w=weight, r=shown))
        groups.append(
            QuestionGroup(
                row.kind,
                row.name,
                percent=result if isinstance(result, float) else None,
                band=result if isinstance(result, Band) else None,
            )
        )
    reading = read(HEAD + "\n".join(lines))
    assert list(reading.groups) == groups
    assert reading.problems == ()


@quick
@given(results=st.dictionaries(st.sampled_from(rows_to_ask("step1")), _RESULTS, min_size=1))
def test_typed_reports_are_kept_exactly(results: dict[ReportRow, float | Band]) -> None:
    reading = typed_report("step1", {row.name: result for row, result in results.items()})
    assert {(g.kind, g.name): g.percent if g.band is None else g.band for g in reading.groups} == {
        (row.kind, row.name): result for row, result in results.items()
    }


def test_two_beginnings_in_one_word() -> None:
    """Found by a long run of random texts."""
    assert percents(read("Blood’Behavioral Sciences 5%\nGenetics 50%")) == {"Genetics": 50}


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=30))
def test_any_entry_is_a_result_or_refused(text: str) -> None:
    try:
        result = result_from_text(text)
    except ValueError:
        return
    assert result is None or isinstance(result, Band) or 0 <= result <= 100
