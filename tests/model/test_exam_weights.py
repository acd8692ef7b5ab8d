from __future__ import annotations

from collections.abc import Mapping

import pytest

from remediation.model.banks import COMLEX, EXAMS, STEP_1, STEP_2
from remediation.model.disciplines import disciplines_from_name
from remediation.model.exam_weights import (
    DISCIPLINE_WEIGHTS,
    SYSTEM_WEIGHTS,
    Weight,
    exam_weight,
)
from remediation.model.systems import SYSTEMS, system_by_key, systems_from_name

# As printed.
STEP_1_SYSTEMS = {
    "Human Development": "1-3",
    "Blood & Lymphoreticular/Immune Systems": "9-13",
    "Behavioral Health & Nervous Systems/Special Senses": "10-14",
    "Musculoskeletal, Skin & Subcutaneous Tissue": "8-12",
    "Cardiovascular System": "7-11",
    "Respiratory & Renal/Urinary Systems": "11-15",
    "Gastrointestinal System": "6-10",
    "Reproductive & Endocrine Systems": "12-16",
    "Multisystem Processes & Disorders": "8-12",
    "Biostatistics & Epidemiology/Population Health": "4-6",
    "Social Sciences: Communication and Interpersonal Skills": "6-9",
}
STEP_2_SYSTEMS = {
    "Social Sciences (Legal/Ethical, Professionalism, Systems-based Practice, Patient Safety)": (
        "10-15"
    ),
    "Renal/Urinary & Reproductive Systems": "7-13",
    "Cardiovascular System": "6-12",
    "Musculoskeletal System/Skin & Subcutaneous Tissue": "6-12",
    "Behavioral Health": "5-10",
    "Nervous System & Special Senses": "5-10",
    "Respiratory System": "5-10",
    "Gastrointestinal System": "5-10",
    "Multisystem Processes & Disorders": "4-8",
    "Pregnancy, Childbirth & the Puerperium": "3-7",
    "Endocrine System": "3-7",
    "Blood & Lymphoreticular System": "3-6",
    "Immune System": "3-5",
    "Biostatistics & Epidemiology/Population Health": "3-5",
    "Human Development": "2-4",
}
COMLEX_SYSTEMS = {
    "Community Health and Patient Presentations Related to Wellness": "12-12",
    "Human Development, Reproduction, and Sexuality": "5-5",
    "Endocrine System and Metabolism": "5-5",
    "Nervous System and Mental Health": "10-10",
    "Musculoskeletal System": "13-13",
    "Genitourinary/Renal System and Breasts": "5-5",
    "Gastrointestinal System and Nutritional Health": "10-10",
    "Circulatory and Hematologic Systems": "10-10",
    "Respiratory System": "10-10",
    "Integumentary System": "5-5",
}
STEP_1_DISCIPLINES = {
    "Pathology": "45-55",
    "Physiology": "30-40",
    "Pharmacology": "10-20",
    "Biochemistry & Nutrition": "5-15",
    "Microbiology": "10-20",
    "Immunology": "5-15",
    "Gross Anatomy & Embryology": "10-20",
    "Histology & Cell Biology": "5-15",
    "Behavioral Sciences": "10-15",
    "Genetics": "5-10",
}
STEP_2_DISCIPLINES = {
    "Medicine": "55-65",
    "Surgery": "20-30",
    "Pediatrics": "17-27",
    "Obstetrics & Gynecology": "10-20",
    "Psychiatry": "10-15",
}


@pytest.mark.parametrize(
    ("lines", "printed"),
    [
        (SYSTEM_WEIGHTS[STEP_1.key], STEP_1_SYSTEMS),
        (SYSTEM_WEIGHTS[STEP_2.key], STEP_2_SYSTEMS),
        (SYSTEM_WEIGHTS[COMLEX.key], COMLEX_SYSTEMS),
        (DISCIPLINE_WEIGHTS[STEP_1.key], STEP_1_DISCIPLINES),
        (DISCIPLINE_WEIGHTS[STEP_2.key], STEP_2_DISCIPLINES),
    ],
)
def test_the_tables_are_as_printed(lines: tuple[Weight, ...], printed: Mapping[str, str]) -> None:
    assert {line.name: f"{line.low}-{line.high}" for line in lines} == printed


ALL_SYSTEM_LINES = [line for lines in SYSTEM_WEIGHTS.values() for line in lines]
ALL_DISCIPLINE_LINES = [line for lines in DISCIPLINE_WEIGHTS.values() for line in lines]


@pytest.mark.parametrize("line", ALL_SYSTEM_LINES, ids=lambda line: line.name)
def test_a_line_is_shared_by_the_systems_its_name_stands_for(line: Weight) -> None:
    assert all(system_by_key(key) for key in line.shares)
    assert all(share > 0 for share in line.shares.values())
    named = {system.key for system in systems_from_name(line.name)}
    # "Multisystem Processes & Disorders" is also about what the outline names nowhere else.
    assert set(line.shares) - named <= {"InfectiousDiseases", "PoisoningEnvironment"}
    assert named <= set(line.shares)


@pytest.mark.parametrize("line", ALL_DISCIPLINE_LINES, ids=lambda line: line.name)
def test_a_line_is_shared_by_the_disciplines_its_name_stands_for(line: Weight) -> None:
    assert {each.key for each in disciplines_from_name(line.name)} == set(line.shares)


@pytest.mark.parametrize("exam", SYSTEM_WEIGHTS)
def test_the_parts_add_up_to_what_is_printed(exam: str) -> None:
    weights = [exam_weight(system, exam) for system in SYSTEMS]
    lines = [line for line in SYSTEM_WEIGHTS[exam] if line.shares]
    assert sum(low for low, _ in filter(None, weights)) == pytest.approx(
        sum(line.low for line in lines)
    )
    assert sum(high for _, high in filter(None, weights)) == pytest.approx(
        sum(line.high for line in lines)
    )
    assert all(0 < low <= high for low, high in filter(None, weights))


@pytest.mark.parametrize(
    ("key", "exam", "expected"),
    [
        ("Cardiovascular", "step1", (7, 11)),
        ("Cardiovascular", "step2", (6, 12)),
        ("Musculoskeletal", "comlex", (13, 13)),
        # 72 and 66 of 138 questions
        ("Respiratory", "step1", (11 * 72 / 138, 15 * 72 / 138)),
        ("Renal", "step1", (11 * 66 / 138, 15 * 66 / 138)),
        ("Endocrine", "step1", (12 * 60 / 150, 16 * 60 / 150)),
        ("Eye", "step2", (0.5, 1)),
        ("InfectiousDiseases", "step1", (4, 6)),
        # in two lines of the outline
        ("FemaleReproductive", "comlex", (5 * 36 / 114 + 0.5, 5 * 36 / 114 + 0.5)),
        # not in the outline
        ("Pathology", "step1", None),
        ("GeneralPrinciples", "step2", None),
        ("Immunology", "comlex", None),
        # no outline
        ("Cardiovascular", "step3", None),
        ("Cardiovascular", "", None),
    ],
)
def test_exam_weight(key: str, exam: str, expected: tuple[float, float] | None) -> None:
    system = system_by_key(key)
    assert system is not None
    weight = exam_weight(system, exam)
    assert weight == (expected if expected is None else pytest.approx(expected))


def test_every_exam_with_weights_exists() -> None:
    assert {*SYSTEM_WEIGHTS, *DISCIPLINE_WEIGHTS} <= {exam.key for exam in EXAMS}
