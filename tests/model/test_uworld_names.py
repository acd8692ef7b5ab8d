from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediation.model.uworld_names import (
    CATEGORIES,
    STEP1_CATEGORIES,
    STEP1_SUBJECTS,
    STEP1_SYSTEMS,
    STEP2_SUBJECTS,
    STEP2_SYSTEMS,
    SUBJECT_VARIANTS,
    SUBJECTS,
    SYSTEM_VARIANTS,
    SYSTEMS,
    complete,
)


@pytest.mark.parametrize(
    "names", [SUBJECTS, SYSTEMS, CATEGORIES, *STEP1_CATEGORIES.values(), STEP2_SYSTEMS]
)
def test_names_are_unique_and_clean(names: tuple[str, ...]) -> None:
    assert names
    assert len(set(names)) == len(names)
    assert all(name == " ".join(name.split()) for name in names)


def test_the_lists_are_complete() -> None:
    assert len(STEP1_SUBJECTS) == 13
    assert len(STEP2_SUBJECTS) == 5
    assert len(STEP1_SYSTEMS) == 26
    assert len(STEP2_SYSTEMS) == 22
    assert set(SUBJECTS) == {*STEP1_SUBJECTS, *STEP2_SUBJECTS, *SUBJECT_VARIANTS}
    assert set(SYSTEMS) == {*STEP1_SYSTEMS, *STEP2_SYSTEMS, *SYSTEM_VARIANTS}
    assert set(CATEGORIES) == {name for below in STEP1_CATEGORIES.values() for name in below}


def test_step_2_differs_from_step_1_in_general_principles_only() -> None:
    general = {name for name in STEP1_SYSTEMS if name.endswith("(General Principles)")}
    assert len(general) == 5
    assert set(STEP1_SYSTEMS) - set(STEP2_SYSTEMS) == general
    assert set(STEP2_SYSTEMS) - set(STEP1_SYSTEMS) == {"General Principles"}


def test_variants_lead_to_present_names() -> None:
    assert set(SUBJECT_VARIANTS.values()) <= {*STEP1_SUBJECTS, *STEP2_SUBJECTS}
    assert set(SYSTEM_VARIANTS.values()) <= {*STEP1_SYSTEMS, *STEP2_SYSTEMS}


@pytest.mark.parametrize(
    ("name", "among", "completed"),
    [
        # not cut
        ("Genetics", SUBJECTS, ["Genetics"]),
        ("Genetics", SYSTEMS, []),
        ("nervous  SYSTEM\n", SYSTEMS, ["Nervous System"]),
        ("Psychiatric/Behavioral & Substance Use\nDisorder", SYSTEMS, [
            "Psychiatric/Behavioral & Substance Use Disorder"
        ]),
        ("OBGYN", SUBJECTS, ["OBGYN"]),
        ("", SYSTEMS, []),
        # cut
        ("Pregnancy, Childbirth & Pue...", SYSTEMS, ["Pregnancy, Childbirth & Puerperium"]),
        ("Pregnancy, Childbirth & Pue…", SYSTEMS, ["Pregnancy, Childbirth & Puerperium"]),
        ("pregnancy,childbirth ...", SYSTEMS, ["Pregnancy, Childbirth & Puerperium"]),
        ("Genetics...", SYSTEMS + SUBJECTS, ["Genetics (General Principles)"]),
        ("Genetics...", SUBJECTS, ["Genetics"]),
        ("Normal structure and functi...", STEP1_CATEGORIES["Dermatology"], [
            "Normal structure and function of skin"
        ]),
        # an older spelling gives way to the present one
        ("Psychiatric/Behavioral & Su...", SYSTEMS, [
            "Psychiatric/Behavioral & Substance Use Disorder"
        ]),
        ("Psychiatric/Behavioral & Substance A...", SYSTEMS, [
            "Psychiatric/Behavioral & Substance Abuse"
        ]),
        ("Obstetrics...", SUBJECTS, ["Obstetrics & Gynecology"]),
        # ambiguous
        ("Path...", SUBJECTS, ["Pathology", "Pathophysiology"]),
        ("P...", STEP2_SUBJECTS, ["Pediatrics", "Psychiatry"]),
        # says nothing
        ("...", SYSTEMS, []),
        ("…", SYSTEMS, []),
        ("Xyz...", SYSTEMS, []),
    ],
)  # fmt: skip
def test_complete(name: str, among: tuple[str, ...], completed: list[str]) -> None:
    assert complete(name, among) == tuple(completed)


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_system_cut_as_uworld_cuts_is_not_ambiguous(name: str) -> None:
    for length in range(24, len(name)):
        (completed,) = complete(name[:length] + "...", SYSTEMS)
        assert completed == SYSTEM_VARIANTS.get(name, name) or completed == name


@given(st.text() | st.sampled_from(SYSTEMS), st.integers(min_value=0, max_value=60))
def test_any_text(text: str, length: int) -> None:
    for name in (text, text[:length] + "...", text[:length] + "…"):
        completed = complete(name, SYSTEMS)
        assert set(completed) <= set(SYSTEMS)
        assert list(completed) == [system for system in SYSTEMS if system in completed]


@given(st.sampled_from(SUBJECTS + SYSTEMS + CATEGORIES))
def test_a_whole_name_stands_for_itself(name: str) -> None:
    for among in (SUBJECTS, SYSTEMS, CATEGORIES):
        assert complete(name, among) == ((name,) if name in among else ())
