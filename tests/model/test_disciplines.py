from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediation.model import uworld_names
from remediation.model.disciplines import (
    COMBINED_NAMES,
    DISCIPLINES,
    Discipline,
    disciplines_from_name,
    names_of,
)
from remediation.model.name_index import squeezed

PRINTED = {
    # UWorld Step 1
    "Anatomy": "Anatomy",
    "Behavioral science": "BehavioralScience",
    "Biochemistry": "Biochemistry",
    "Biostatistics": "Biostatistics",
    "Embryology": "Embryology",
    "Genetics": "Genetics",
    "Histology": "Histology",
    "Immunology": "Immunology",
    "Microbiology": "Microbiology",
    "Pathology": "Pathology",
    "Pathophysiology": "Pathophysiology",
    "Pharmacology": "Pharmacology",
    "Physiology": "Physiology",
    # UWorld Step 2
    "Medicine": "Medicine",
    "Obstetrics & Gynecology": "ObstetricsGynecology",
    "Pediatrics": "Pediatrics",
    "Psychiatry": "Psychiatry",
    "Surgery": "Surgery",
    "OBGYN": "ObstetricsGynecology",
    "Obstetrics and Gynecology": "ObstetricsGynecology",
    "Medicine (IM)": "Medicine",
    "Internal Medicine": "Medicine",
    # NBME score report
    "Microbiology & Immunology": "Microbiology Immunology",
    "Gross Anatomy & Embryology": "Anatomy Embryology",
    "Behavioral Sciences": "BehavioralScience",
    "Biochemistry & Nutrition": "Biochemistry",
    "Histology & Cell Biology": "Histology",
    # students
    "peds": "Pediatrics",
    "IM": "Medicine",
    "OB/GYN": "ObstetricsGynecology",
    "surg": "Surgery",
    "psych": "Psychiatry",
    "FM": "FamilyMedicine",
    "EM": "EmergencyMedicine",
    "pathophys": "Pathophysiology",
    "physio": "Physiology",
    "path/pharm": "Pathology Pharmacology",
    "OPP/OMT": "OsteopathicMedicine",
    # cut
    "Obstetrics & Gyne...": "ObstetricsGynecology",
    "Behavioral sci...": "BehavioralScience",
    "Patho...": "",
    # unknown
    "": "",
    "...": "",
    "Cardiology": "",
}


def keys_from_name(name: str) -> str:
    return " ".join(discipline.key for discipline in disciplines_from_name(name))


@pytest.mark.parametrize(("name", "keys"), PRINTED.items())
def test_printed_names(name: str, keys: str) -> None:
    assert keys_from_name(name) == keys
    assert keys_from_name(f"  {name.upper()}") == keys


@pytest.mark.parametrize("subject", uworld_names.SUBJECTS)
def test_every_uworld_subject_is_one_discipline(subject: str) -> None:
    assert len(disciplines_from_name(subject)) == 1


def test_keys_are_unique_and_can_be_tags() -> None:
    assert len({discipline.key.casefold() for discipline in DISCIPLINES}) == len(DISCIPLINES)
    assert all(re.fullmatch(r"[A-Z][A-Za-z0-9]*", discipline.key) for discipline in DISCIPLINES)


def test_no_name_is_claimed_twice() -> None:
    claimed: dict[str, Discipline] = {}
    for discipline in DISCIPLINES:
        for name in names_of(discipline):
            assert claimed.setdefault(squeezed(name), discipline) == discipline, name
            assert disciplines_from_name(name) == (discipline,)
    assert not {squeezed(name) for name in COMBINED_NAMES} & set(claimed)


@given(st.text() | st.lists(st.sampled_from([*PRINTED, "/", " & ", "..."])).map("".join))
def test_any_name(name: str) -> None:
    found = disciplines_from_name(name)
    assert list(found) == [discipline for discipline in DISCIPLINES if discipline in found]
