"""Id cells, marks, per cents, times and names."""

from __future__ import annotations

import pytest

from remediation.model.attempts import Outcome
from remediation.model.uworld_names import STEP1_CATEGORIES, SUBJECTS, SYSTEMS
from remediation.sources import cells
from remediation.sources.cells import IdCell, Names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 - 118154", IdCell("118154", 1, None)),
        ("12 – 2108", IdCell("2108", 12, None)),
        ("3 — 2108", IdCell("2108", 3, None)),
        ("3 − 2108", IdCell("2108", 3, None)),
        ("3-5", IdCell("5", 3, None)),
        (" 3 - 0005 ", IdCell("5", 3, None)),
        ("Block 3 - 12345", IdCell("12345", None, None)),
        ("block 3 – 12345", IdCell("12345", None, None)),
        ("✗ 4 - 2108", IdCell("2108", 4, Outcome.INCORRECT)),
        ("✓4 - 2108", IdCell("2108", 4, Outcome.CORRECT)),
        ("Omitted 4 - 2108", IdCell("2108", 4, Outcome.OMITTED)),
        ("4 - 1234567", IdCell(None, 4, None)),
        ("2108", None),
        ("4 - 21O8", None),
        ("1 – 40 of 40", None),
        ("", None),
    ],
)
def test_id_cell(text: str, expected: IdCell | None) -> None:
    assert cells.id_cell(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("✓", Outcome.CORRECT),
        ("✔️", Outcome.CORRECT),
        ("√", Outcome.CORRECT),
        ("×", Outcome.INCORRECT),
        ("✗", Outcome.INCORRECT),
        ("✘", Outcome.INCORRECT),
        ("x", Outcome.INCORRECT),
        (" Incorrect ", Outcome.INCORRECT),
        ("OMITTED", Outcome.OMITTED),
        ("", None),
        ("!", None),
        ("maybe", None),
    ],
)
def test_outcome(text: str, expected: Outcome | None) -> None:
    assert cells.outcome(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("52%", 52), (" 52 % ", 52), ("52.5%", 52.5), ("52,5%", 52.5), ("0%", 0), ("100%", 100)]
    + [(text, None) for text in ("101%", "52", "%", "", "-5%", "5 2%", "٪")],
)
def test_percent(text: str, expected: float | None) -> None:
    assert cells.percent(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("45 sec", 45),
        ("45 secs", 45),
        ("45s", 45),
        ("45 seconds", 45),
        ("1 min 5 sec", 65),
        ("1 min, 5 sec", 65),
        ("1m 5s", 65),
        ("2 min", 120),
        ("1 hr 2 min 3 sec", 3723),
        ("1:05", 65),
        ("0:45", 45),
        ("01:01:05", 3665),
        ("81.360 sec", 81.36),
        ("0 sec", 0),
        ("45", None),
        ("1:65", None),
        ("sec", None),
        ("", None),
        ("-", None),
        ("45 sec ago", None),
    ],
)
def test_seconds(text: str, expected: float | None) -> None:
    assert cells.seconds(text) == expected


@pytest.mark.parametrize("text", ["", " ", "-", "–", "--", "N/A", "n/a", "None", "null"])
def test_missing(text: str) -> None:
    assert cells.is_missing(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Surgery Hematology & Oncology Hemostasis and thrombosis Hypovolemic shock",
            Names(
                "Surgery", "Hematology & Oncology", "Hemostasis and thrombosis", "Hypovolemic shock"
            ),
        ),
        (
            "Medicine (IM) Nervous System Headache Migraine",
            Names("Medicine (IM)", "Nervous System", "Headache", "Migraine"),
        ),
        (
            "Pathology Pathology (General Principles) Neoplasia Metastasis",
            Names("Pathology", "Pathology (General Principles)", "Neoplasia", "Metastasis"),
        ),
        (
            "Genetics (General Principles) Clinical genetics Trisomy",
            Names("", "Genetics (General Principles)", "Clinical genetics", "Trisomy"),
        ),
        (
            "Medicine Psychiatric/\nBehavioral & Substance\nAbuse Mood disorders Mania",
            Names(
                "Medicine", "Psychiatric/Behavioral & Substance Abuse", "Mood disorders", "Mania"
            ),
        ),
        (
            "OBGYN Pregnancy, Childbirth & Pue... Normal pregnancy Placenta previa",
            Names(
                "OBGYN",
                "Pregnancy, Childbirth & Puerperium",
                "",
                "Normal pregnancy Placenta previa",
            ),
        ),
        (
            "medicine DERMATOLOGY miscellaneous Itch",
            Names("Medicine", "Dermatology", "Miscellaneous", "Itch"),
        ),
        ("Surgeryx Dermatology", Names("", "", "", "Surgeryx Dermatology")),
        ("Surgery", Names("Surgery", "", "", "")),
        ("", Names("", "", "", "")),
    ],
)
def test_split_names(text: str, expected: Names) -> None:
    assert cells.split_names(text) == expected


def test_every_known_combination_is_split_again() -> None:
    for system, categories in STEP1_CATEGORIES.items():
        for category in categories:
            for subject in ("Pathology", "Genetics", "Medicine"):
                names = Names(subject, system, category, "Some topic")
                assert cells.split_names(" ".join(names)) == names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pregnancy, Childbirth & Pue...", ("Pregnancy, Childbirth & Puerperium", False)),
        ("Gastrointestinal & Nutr…", ("Gastrointestinal & Nutrition", False)),
        ("P...", ("P...", True)),
        ("Zebra...", ("Zebra...", True)),
        ("Zebras", ("Zebras", False)),
        ("", ("", False)),
    ],
)
def test_cut_system_is_completed_where_one_fits(text: str, expected: tuple[str, bool]) -> None:
    assert cells.completed_system(text) == expected


def test_category_is_completed_within_its_system() -> None:
    completed = cells.completed_category("Normal structure and functi...", "Dermatology")
    assert completed == ("Normal structure and function of skin", False)
    assert cells.completed_category("Normal structure and functi...", "").is_cut


@pytest.mark.parametrize(
    ("subjects", "systems", "expected"),
    [
        (["Pathology", "Physiology"], [], "step1"),
        (["Medicine", "OBGYN"], ["Dermatology"], "step2"),
        ([], ["General Principles"], "step2"),
        ([], ["Genetics (General Principles)"], "step1"),
        ([], ["Dermatology"], None),
        (["Medicine", "Pathology"], [], None),
        ([], [], None),
        ([""], [""], None),
    ],
)
def test_exam_only_where_the_names_decide(
    subjects: list[str], systems: list[str], expected: str | None
) -> None:
    assert cells.exam_of(subjects, systems) == expected


def test_names_are_told_from_code_and_text() -> None:
    assert all(cells.is_name(name) for name in (*SUBJECTS, *SYSTEMS, "pH < 7.2"))
    code = ["<script>alert(1)</script>", "<b>x", '=HYPERLINK("x")', "@SUM(A1)", "x" * 201]
    assert not any(cells.is_name(text) for text in code)
