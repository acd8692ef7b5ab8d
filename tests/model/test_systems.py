"""Organ systems. The expected lists are written out here, independent of the tables they check."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediation.model import systems, uworld_names
from remediation.model.name_index import squeezed
from remediation.model.systems import (
    COMBINED_NAMES,
    DELIBERATELY_UNMAPPED,
    SYSTEMS,
    names_of,
    system_by_key,
    system_from_tags,
    systems_from_name,
)

# --- The table --------------------------------------------------------------------------

# Keys are stored in collections: this list may grow, but none of it may change or go.
STORED_KEYS = {
    "Cardiovascular",
    "Respiratory",
    "Renal",
    "Gastrointestinal",
    "Endocrine",
    "HematologyOncology",
    "NervousSystem",
    "Eye",
    "EarNoseThroat",
    "Psychiatry",
    "Musculoskeletal",
    "Skin",
    "FemaleReproductive",
    "MaleReproductive",
    "Pregnancy",
    "Immunology",
    "InfectiousDiseases",
    "Multisystem",
    "PoisoningEnvironment",
    "HumanDevelopment",
    "Biostatistics",
    "SocialSciences",
    "Biochemistry",
    "Genetics",
    "Pathology",
    "Pharmacology",
    "GeneralPrinciples",
}


def test_no_stored_key_was_changed() -> None:
    assert {system.key for system in SYSTEMS} >= STORED_KEYS


def test_keys_and_names_are_unique() -> None:
    assert len({system.key.casefold() for system in SYSTEMS}) == len(SYSTEMS)
    assert len({system.name.casefold() for system in SYSTEMS}) == len(SYSTEMS)


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.key)
def test_key_can_be_a_tag_and_name_a_deck(system: systems.System) -> None:
    # A letter first, then letters and digits: also no `_` or `*`, wildcards in Anki's search.
    assert re.fullmatch(r"[A-Z][A-Za-z0-9]*", system.key)
    assert "::" not in system.name
    assert '"' not in system.name
    assert system.name == system.name.strip()
    assert 0 < len(system.name) <= 30


def test_organ_systems_come_before_what_is_general() -> None:
    generals = [system.general for system in SYSTEMS]
    assert generals == sorted(generals)


def test_no_name_is_claimed_twice() -> None:
    claimed: dict[str, str] = {}
    for system in SYSTEMS:
        for name in names_of(system):
            assert claimed.setdefault(squeezed(name), system.key) == system.key, name
    for name in (*COMBINED_NAMES, *DELIBERATELY_UNMAPPED):
        assert squeezed(name) not in claimed, name
    assert not {squeezed(name) for name in COMBINED_NAMES} & {
        squeezed(name) for name in DELIBERATELY_UNMAPPED
    }


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.key)
def test_a_system_is_found_by_each_of_its_names(system: systems.System) -> None:
    for name in names_of(system):
        assert squeezed(name)
        assert systems_from_name(name) == (system,), name


def test_combined_names_are_in_the_order_of_systems() -> None:
    for name, keys in COMBINED_NAMES.items():
        assert [system.key for system in systems_from_name(name)] == list(keys), name
        assert len(keys) > 1


def test_each_unmapped_name_has_a_reason() -> None:
    for name, reason in DELIBERATELY_UNMAPPED.items():
        assert systems_from_name(name) == ()
        assert reason.strip()


def test_system_by_key() -> None:
    assert [system_by_key(system.key) for system in SYSTEMS] == list(SYSTEMS)
    for unknown in ("", "cardiovascular", "Spleen", "Other"):
        assert system_by_key(unknown) is None


# --- Printed names ----------------------------------------------------------------------

UWORLD_STEP1 = {
    "Allergy & Immunology": "Immunology",
    "Dermatology": "Skin",
    "Cardiovascular System": "Cardiovascular",
    "Pulmonary & Critical Care": "Respiratory",
    "Gastrointestinal & Nutrition": "Gastrointestinal",
    "Hematology & Oncology": "HematologyOncology",
    "Renal, Urinary Systems & Electrolytes": "Renal",
    "Nervous System": "NervousSystem",
    "Rheumatology/Orthopedics & Sports": "Musculoskeletal",
    "Infectious Diseases": "InfectiousDiseases",
    "Endocrine, Diabetes & Metabolism": "Endocrine",
    "Female Reproductive System & Breast": "FemaleReproductive",
    "Male Reproductive System": "MaleReproductive",
    "Pregnancy, Childbirth & Puerperium": "Pregnancy",
    "Biostatistics & Epidemiology": "Biostatistics",
    "Ear, Nose & Throat (ENT)": "EarNoseThroat",
    "Psychiatric/Behavioral & Substance Use Disorder": "Psychiatry",
    "Psychiatric/Behavioral & Substance Abuse": "Psychiatry",
    "Poisoning & Environmental Exposure": "PoisoningEnvironment",
    "Ophthalmology": "Eye",
    "Social Sciences (Ethics/Legal/Professional)": "SocialSciences",
    "Miscellaneous (Multisystem)": "Multisystem",
    "Biochemistry (General Principles)": "Biochemistry",
    "Genetics (General Principles)": "Genetics",
    "Microbiology (General Principles)": "InfectiousDiseases",
    "Pathology (General Principles)": "Pathology",
    "Pharmacology (General Principles)": "Pharmacology",
}

UWORLD_STEP2_ONLY = {"General Principles": "GeneralPrinciples"}

NBME_SCORE_REPORT = {
    "Reproductive & Endocrine Systems": ("Endocrine FemaleReproductive MaleReproductive Pregnancy"),
    "Respiratory and Renal/Urinary Systems": "Respiratory Renal",
    "Behavioral Health & Nervous Systems/Special Senses": (
        "NervousSystem Eye EarNoseThroat Psychiatry"
    ),
    "Blood & Lymphoreticular/Immune Systems": "HematologyOncology Immunology",
    "Multisystem Processes & Disorders": "Multisystem",
    "Musculoskeletal, Skin & Subcutaneous Tissue": "Musculoskeletal Skin",
    "Cardiovascular System": "Cardiovascular",
    "Gastrointestinal System": "Gastrointestinal",
}

NBME_INSIGHTS = {
    "Behavioral": "Psychiatry",
    "Biostat": "Biostatistics",
    "Blood": "HematologyOncology",
    "CNS": "NervousSystem",
    "Cardio": "Cardiovascular",
    "Endo": "Endocrine",
    "F Repro": "FemaleReproductive",
    "Gastro": "Gastrointestinal",
    "GenPrin": "GeneralPrinciples",
    "Immune": "Immunology",
    "M Repro": "MaleReproductive",
    "MSK": "Musculoskeletal",
    "Multi": "Multisystem",
    "OB": "Pregnancy",
    "Renal/Urin": "Renal",
    "Resp": "Respiratory",
    "Skin/Subq": "Skin",
    "SocialSci": "SocialSciences",
    "Biostatistics/epidemiology": "Biostatistics",
}

STEP1_OUTLINE = {
    "Human Development": "HumanDevelopment",
    "Respiratory & Renal/Urinary Systems": "Respiratory Renal",
    "Biostatistics & Epidemiology/Population Health": "Biostatistics",
    "Social Sciences: Communication and Interpersonal Skills": "SocialSciences",
    "Communication and Interpersonal Skills": "SocialSciences",
    "Practice-based Learning & Improvement": "Biostatistics",
}

STEP2_OUTLINE = {
    "Social Sciences (Legal/Ethical, Professionalism, Systems-based Practice, Patient Safety)": (
        "SocialSciences"
    ),
    "Renal/Urinary & Reproductive Systems": "Renal FemaleReproductive MaleReproductive",
    "Musculoskeletal System/Skin & Subcutaneous Tissue": "Musculoskeletal Skin",
    "Behavioral Health": "Psychiatry",
    "Nervous System & Special Senses": "NervousSystem Eye EarNoseThroat",
    "Respiratory System": "Respiratory",
    "Pregnancy, Childbirth & the Puerperium": "Pregnancy",
    "Endocrine System": "Endocrine",
    "Blood & Lymphoreticular System": "HematologyOncology",
    "Immune System": "Immunology",
}

COMLEX = {
    "Human Development, Reproduction, and Sexuality": (
        "FemaleReproductive MaleReproductive Pregnancy HumanDevelopment"
    ),
    "Endocrine System and Metabolism": "Endocrine",
    "Nervous System and Mental Health": "NervousSystem Psychiatry",
    "Musculoskeletal System": "Musculoskeletal",
    "Genitourinary/Renal System and Breasts": "Renal FemaleReproductive MaleReproductive",
    "Gastrointestinal System and Nutritional Health": "Gastrointestinal",
    "Circulatory and Hematologic Systems": "Cardiovascular HematologyOncology",
    "Respiratory System": "Respiratory",
    "Integumentary System": "Skin",
    "Practice-Based Learning and Improvement": "Biostatistics",
    "Interpersonal and Communication Skills": "SocialSciences",
    "Professionalism": "SocialSciences",
    "Systems-Based Practice": "SocialSciences",
    "PBLI": "Biostatistics",
    "ICS": "SocialSciences",
    "SBP": "SocialSciences",
}

FIRST_AID_CHAPTERS = {
    "Biochemistry": "Biochemistry",
    "Immunology": "Immunology",
    "Microbiology": "InfectiousDiseases",
    "Pathology": "Pathology",
    "Pharmacology": "Pharmacology",
    "Public_Health_Sciences": "Biostatistics SocialSciences",
    "Cardiovascular": "Cardiovascular",
    "Endocrine": "Endocrine",
    "Gastrointestinal": "Gastrointestinal",
    "Hematology_and_Oncology": "HematologyOncology",
    "Musculoskeletal_Skin_and_Connective_Tissue": "Musculoskeletal Skin",
    "Neurology_and_Special_Senses": "NervousSystem Eye EarNoseThroat",
    "Psychiatry": "Psychiatry",
    "Renal": "Renal",
    "Reproductive": "FemaleReproductive MaleReproductive Pregnancy",
    "Respiratory": "Respiratory",
}

STUDENTS = {
    "cards": "Cardiovascular",
    "cardio": "Cardiovascular",
    "CV": "Cardiovascular",
    "GI": "Gastrointestinal",
    "neuro": "NervousSystem",
    "heme/onc": "HematologyOncology",
    "Heme-Onc": "HematologyOncology",
    "HemeOnc": "HematologyOncology",
    "heme": "HematologyOncology",
    "MSK": "Musculoskeletal",
    "rheum": "Musculoskeletal",
    "ortho": "Musculoskeletal",
    "derm": "Skin",
    "psych": "Psychiatry",
    "ID": "InfectiousDiseases",
    "micro": "InfectiousDiseases",
    "endo": "Endocrine",
    "repro": "FemaleReproductive MaleReproductive Pregnancy",
    "renal": "Renal",
    "nephro": "Renal",
    "GU": "Renal",
    "pulm": "Respiratory",
    "Pulm/CC": "Respiratory",
    "OB/GYN": "FemaleReproductive Pregnancy",
    "obgyn": "FemaleReproductive Pregnancy",
    "gyn": "FemaleReproductive",
    "ophtho": "Eye",
    "ENT": "EarNoseThroat",
    "biostats": "Biostatistics",
    "epi": "Biostatistics",
    "ethics": "SocialSciences",
    "immuno": "Immunology",
    "biochem": "Biochemistry",
    "genetics": "Genetics",
    "pharm": "Pharmacology",
    "path": "Pathology",
    "tox": "PoisoningEnvironment",
    "Haematology": "HematologyOncology",
}

ALL_PRINTED = {
    **UWORLD_STEP1,
    **UWORLD_STEP2_ONLY,
    **NBME_SCORE_REPORT,
    **NBME_INSIGHTS,
    **STEP1_OUTLINE,
    **STEP2_OUTLINE,
    **COMLEX,
    **FIRST_AID_CHAPTERS,
    **STUDENTS,
}

NO_SYSTEM_ON_PURPOSE = [
    "Miscellaneous",
    "Community Health and Patient Presentations Related to Wellness",
    "OPP and Manipulative Treatment",
    "Osteopathic Patient Care and Procedural Skills",
    "Application of Knowledge",
    "OPP/OMT",
    "Patient Care and Procedural Skills",
    "Medical Knowledge: Applying Foundational Science Concepts",
    "Patient Care: Diagnosis",
    "Foundational science",
    "Diagnosis",
    "History/physical exam",
    "Gathering information",
    "Making decisions",
    "Supporting emotions",
    "Principles of EBM/application of pt care",
    "Anatomy",
    "Embryology",
    "Histology",
    "Pathophysiology",
    "Physiology",
    "Medicine",
    "Internal Medicine",
    "Medicine (IM)",
    "Pediatrics",
    "Surgery",
]


def keys_from_name(name: str) -> str:
    return " ".join(system.key for system in systems_from_name(name))


@pytest.mark.parametrize(("name", "keys"), ALL_PRINTED.items())
def test_printed_names(name: str, keys: str) -> None:
    assert keys_from_name(name) == keys


@pytest.mark.parametrize("name", NO_SYSTEM_ON_PURPOSE)
def test_names_without_a_system_are_known(name: str) -> None:
    assert systems_from_name(name) == ()
    assert squeezed(name) in {squeezed(unmapped) for unmapped in DELIBERATELY_UNMAPPED}


def test_every_system_of_uworld_is_in_the_expected_lists() -> None:
    assert set(uworld_names.SYSTEMS) == {*UWORLD_STEP1, *UWORLD_STEP2_ONLY}


@pytest.mark.parametrize(("name", "keys"), ALL_PRINTED.items())
def test_case_marks_numbers_and_white_space_do_not_matter(name: str, keys: str) -> None:
    for variant in (
        name.upper(),
        name.lower(),
        f"  {name}\t",
        f"07_{name}",
        f"#{name}",
        name.replace(" ", "_"),
        name.replace(" ", "  "),
        name.replace(" ", "\n"),
        name.replace("&", "and"),
        name.replace(" and ", " & "),
    ):
        assert keys_from_name(variant) == keys, variant


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        # words around a name
        ("Cardiovascular pathology", "Cardiovascular"),
        ("Renal Physiology + Embryo, Anatomy", "Renal"),
        ("Zanki_Cardiovascular", "Cardiovascular"),
        ("kidney disease", "Renal"),
        ("Clinical Genetics", "Genetics"),
        # what precedes a colon
        ("Cardio: heart failure", "Cardiovascular"),
        ("Biostat: sensitivity, specificity, predictive values", "Biostatistics"),
        ("F Repro: congenital disorders: uterus", "FemaleReproductive"),
        # lists of names
        ("Cardio/Pulm", "Cardiovascular Respiratory"),
        ("renal & repro", "Renal FemaleReproductive MaleReproductive Pregnancy"),
        ("Psych, Neuro", "NervousSystem Psychiatry"),
        ("ENT, Allergy, & Immunology", "EarNoseThroat Immunology"),
        ("GI + GI", "Gastrointestinal"),
        ("Path/Pharm", "Pathology Pharmacology"),
        ("Cardio/Pulm: shock", "Cardiovascular Respiratory"),
        # full-width letters
        ("Ｃａｒｄｉｏ", "Cardiovascular"),
    ],
)
def test_names_read_leniently(name: str, keys: str) -> None:
    assert keys_from_name(name) == keys


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "...",
        "…",
        "12",
        "07_",
        "&",
        "and",
        "/",
        ":",
        "Placenta previa",
        "Heart failure",
        "Cardio and something else",
        "Surgery & GI",  # one of the two has no system: rather none than half
        "Renalx",
        "C",
        "Cardiovascular " * 100,
        "x" * 5_000_000,
        "\x00",
        "心臓",
    ],
)
def test_unknown_names(name: str) -> None:
    assert systems_from_name(name) == ()


# --- Names cut with dots ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("Pregnancy, Childbirth & Pue...", "Pregnancy"),
        ("Pregnancy, Childbirth & Pue…", "Pregnancy"),
        ("PREGNANCY, CHILDBIRTH & P ...", "Pregnancy"),
        ("Psychiatric/Behavioral & Su...", "Psychiatry"),
        ("Renal, Urinary Systems & El...", "Renal"),
        ("Gastrointestinal & Nutriti...", "Gastrointestinal"),
        ("Female Reproductive System ...", "FemaleReproductive"),
        ("Rheumatology/Orthopedics & ...", "Musculoskeletal"),
        ("Endocrine, Diabetes & Metab...", "Endocrine"),
        ("Poisoning & Environmental E...", "PoisoningEnvironment"),
        ("Social Sciences (Ethics/Leg...", "SocialSciences"),
        ("Biochemistry (General Princ...", "Biochemistry"),
        ("Microbiology (General Princ...", "InfectiousDiseases"),
        ("Pharmacology (General Princ...", "Pharmacology"),
        ("Genetics (General Principl...", "Genetics"),
        ("Miscellaneous (Multisyste...", "Multisystem"),
        ("Miscellaneous...", "Multisystem"),  # cut, so more followed
        ("Behavioral Health & Nervous...", "NervousSystem Eye EarNoseThroat Psychiatry"),
        ("Dermatology...", "Skin"),  # nothing longer is known
        # several fit and differ
        ("Renal...", ""),
        ("P...", ""),
        ("Musculoskeletal...", ""),
        # nothing fits
        ("Pregnancy, Childbirth & Xyz...", ""),
    ],
)
def test_cut_names(name: str, keys: str) -> None:
    assert keys_from_name(name) == keys


@pytest.mark.parametrize("name", [*UWORLD_STEP1, *UWORLD_STEP2_ONLY])
def test_uworld_names_are_recognised_however_late_they_are_cut(name: str) -> None:
    # UWorld's page shows about 27 characters of a name.
    for length in range(24, len(name)):
        assert keys_from_name(name[:length] + "...") == ALL_PRINTED[name]


# --- Tags -------------------------------------------------------------------------------

AK1 = "#AK_Step1_v12"
AK2 = "#AK_Step2_v12"

# Shapes of real tags: AnKing v11 and v12, other decks, roots renamed by their owners.
TAGS = {
    # AnKing's own systems, v12 and v11, leaf case mixed
    f"{AK1}::^Systems::Cardio::HeartSounds": "Cardiovascular",
    f"{AK1}::^Systems::Biochem::genetics": "Genetics",
    "#AK_Step1_v11::^Systems::Biochem::metabolism::carbs": "Biochemistry",
    "#AK_Step1_v11::^Systems::Biostats::TheWellPatient": "Biostatistics",
    "#AK_Step1_v11::^Systems::Cardio::Pathology": "Cardiovascular",
    "#AK_Step1_v11::^Systems::Dermatology::JBadds": "Skin",
    "#AK_Step1_v11::^Systems::Endocrine::Pathology::MEN_Syndromes": "Endocrine",
    "#AK_Step1_v11::^Systems::GI::biochem": "Gastrointestinal",
    "#AK_Step1_v11::^Systems::GI::pharm": "Gastrointestinal",
    "#AK_Step1_v11::^Systems::HemeOnc::RBC::ABO/Rh": "HematologyOncology",
    "#AK_Step1_v11::^Systems::Immunology::IL/Cytokine/SurfaceProtein": "Immunology",
    "#AK_Step1_v11::^Systems::Musculoskeletal::Anatomy": "Musculoskeletal",
    "#AK_Step1_v11::^Systems::Neuro::CranialNerves": "NervousSystem",
    "#AK_Step1_v11::^Systems::Neuro::ear": "EarNoseThroat",
    "#AK_Step1_v11::^Systems::Neuro::eye": "Eye",
    "#AK_Step1_v11::^Systems::Psychology": "Psychiatry",
    "#AK_Step1_v11::^Systems::Renal::Physiology::acidbase": "Renal",
    "#AK_Step1_v11::^Systems::Reproductive::MaleReproductive": "MaleReproductive",
    "#AK_Step1_v11::^Systems::Respiratory::Embryology": "Respiratory",
    # First Aid
    f"{AK1}::#FirstAid::07_Cardiovascular::03_Physiology::10_Heart_Murmurs": "Cardiovascular",
    f"{AK1}::#FirstAid::03_Microbiology::07_Antimicrobials::01_Penicillin": "InfectiousDiseases",
    f"{AK1}::#FirstAid::01_Biochem::06_Metabolism::42_Metabolic_fuel_use": "Biochemistry",
    f"{AK1}::#FirstAid::01_Biochem::04_Genetics::02_Anticipation": "Genetics",
    f"{AK1}::#FirstAid::02_Immunology::01_Lymphoid_Structures::02_Lymph_node": "Immunology",
    f"{AK1}::#FirstAid::04_Pathology::02_Neoplasia": "Pathology",
    f"{AK1}::#FirstAid::06_Public_Health_Sciences::02_Ethics::01_Consent": "SocialSciences",
    f"{AK1}::#FirstAid::FA2024::17_Respiratory::Obstructive_Lung_Disease": "Respiratory",
    "#AK_Step1_v11::#FirstAid::11_MSK,_Skin,_&_Connective_Tissue::*Basics": "Musculoskeletal",
    "#AK_Step1_v11::#FirstAid::10_Hematology_and_Oncology::04_Pathology": "HematologyOncology",
    "#FirstAid::12_Neurology_and_Special_Senses::05_Ophthalmology::Cataract": "Eye",
    # Boards and Beyond: numbers differ between versions
    f"{AK1}::#B&B::12_Hematology::01_Hemostasis::04_Hypercoagulable_States": "HematologyOncology",
    "#AK_Step1_v11::#B&B::11_Hematology::01_Hemostasis": "HematologyOncology",
    "#AK_Step1_v11::#B&B::01_Basic_Pharm::01_General::05_Pharmacokinetics": "Pharmacology",
    "#AK_Step1_v11::#B&B::02_Behavioral::01_General::02_Informed_Consent": "SocialSciences",
    "!AK_Step1_v12::!BnB::02_Behavioral::01_General::03_Confidentiality": "SocialSciences",
    "#AK_Step1_v11::#B&B::04_Biostatists/epi::02_Epidemiology::06_Bias": "Biostatistics",
    "#AK_Step1_v11::#B&B::06_Cell_Bio::02_Lab_Techniques::04_ELISA": "Biochemistry",
    "#AK_Step1_v11::#B&B::08_Endocrinology::04_Repro::02_Male_Repro_Hormones": "Endocrine",
    "#AK_Step1_v11::#B&B::15_Neuro::05_Eye::08_Glaucoma": "Eye",
    "#AK_Step1_v11::#B&B::15_Neuro::07_Other::08_Parkinson‚Äôs,_Huntington‚Äôs,_&_More": (
        "NervousSystem"
    ),
    "#AK_Step1_v11::#B&B::17_Psych::02_Pathology::10_Mood_Disorders": "Psychiatry",
    "#AK_Step1_v11::#B&B::18_Pulm::02_Obstructive_&_Restrictive_Diseases": "Respiratory",
    "#AK_Step1_v11::#B&B::20_Repro::02_Pregnancy::09_TORCH_Infections": "Pregnancy",
    "#AK_Step1_v11::#B&B::20_Repro::03_Vagina,_Cervix,_Uterus::02_Cervical_Cancer": (
        "FemaleReproductive"
    ),
    "#AK_Step1_v11::#B&B::20_Repro::06_Male_Disorders::04_Prostate": "MaleReproductive",
    "#AK_Step2_v11::#B&B::08_Renal_&_Genitourinary::05_Other_topics": "Renal",
    "#AK_Step2_v11::#B&B::09_Emergency_medicine::01_Emergencies::02_Toxicology::03_Cyanide": (
        "PoisoningEnvironment"
    ),
    f"{AK2}::#B&B::14_Pulmonary_Critical_Care::01_Pulmonary_Disease::02_Asthma": "Respiratory",
    # Pathoma
    f"{AK1}::#Pathoma::01_Growth_Adaptations::03_Cell_Death": "Pathology",
    f"{AK1}::#Pathoma::02_Inflammation::01_Acute_Inflammation::1": "Pathology",
    "#AK_Step1_v11::#Pathoma::06_WBC::02_Acute_Leukemia": "HematologyOncology",
    "#AK_Step1_v11::#Pathoma::07_Vascular::01_Vasculitis": "Cardiovascular",
    "#AK_Step1_v11::#Pathoma::11_Exocrine,Pancreas,Gallbladder,&Liver::03_Liver": (
        "Gastrointestinal"
    ),
    "#AK_Step1_v11::#Pathoma::13_Female::07_Gestational": "Pregnancy",
    "#AK_Step1_v11::#Pathoma::14_Male::04_Prostate": "MaleReproductive",
    "#AK_Step1_v11::#Pathoma::16_Breast::04_Breast_Cancer": "FemaleReproductive",
    # Sketchy
    "#AK_Step1_v11::#SketchyMicro::01_Bacteria::01_Gram_(+)_Cocci::01_Staph_aureus": (
        "InfectiousDiseases"
    ),
    "#AK_Step1_v11::#SketchyBiochem::05_Clinical_Genetics::04_Trisomy_Diseases": "Genetics",
    "#AK_Step1_v11::#SketchyPharm::Immunology-&-Biochemistry-Pharmacology::Immuno-suppressives": (
        "Immunology"
    ),
    f"{AK1}::#SketchyPharm::02_Autonomic_Drugs::01_Parasympathetic": "Pharmacology",
    f"{AK1}::#SketchyPharm::07_Antimicrobials::01_Cell_Wall": "InfectiousDiseases",
    f"{AK1}::#SketchyPharm::05_GI_&_Endocrine::02_Diabetes": "Endocrine",
    f"{AK1}::#SketchyPath::13_Neuro::04_Congenital_&_Neurocutaneous": "NervousSystem",
    "!AK_Step2_v12::!SketchyIM::01_Cardiology::01_Ischemic_Heart_Disease::05_UA/NSTEMI": (
        "Cardiovascular"
    ),
    # Physeo: discipline first
    "!AK_Step1_v12::!Physeo::11_Pathology::01_Cardiac_Pathology::09_EKG": "Cardiovascular",
    f"{AK1}::#Physeo::01_Embryology::07_Neuro::01_Neural_Tube": "NervousSystem",
    f"{AK1}::#Physeo::07_Pharmacology::10_Hem/Onc_Pharmacology": "HematologyOncology",
    # Step 2
    f"{AK2}::#Resources_by_rotation::FM::ome::pulm::asthma": "Respiratory",
    f"{AK2}::#Subjects::Cardiology::02_Coronary_Artery_Disease::Angina": "Cardiovascular",
    "#AK_Step2_v11::#Subjects::Orthopedics_&_Rheumatology::01_Anatomy": "Musculoskeletal",
    "#AK_Step2_v11::#Subjects::Obstetrics_&_Gynecology::02_Obstetrics_REDO::02_Delivery": (
        "Pregnancy"
    ),
    "#AK_Step2_v11::#OME_banner::Clinical::18_Epidemiology_and_Stats::06_Bias": "Biostatistics",
    "#AK_Step2_v11::#OME::11_Pediatrics::22_Ophthalmology": "Eye",
    "#AK_Step2_v11::#B&B::06_ObGyn::Gyne::08_PID": "FemaleReproductive",
    "#AK_Step2_v11::Original_decks::Zanki_Step_2::IM::Rheum/Ortho": "Musculoskeletal",
    "#AK_Step2_v11::Original_decks::Dorian::surg::amboss::cardio&vascular": "Cardiovascular",
    # other roots and decks
    "#Zank::#Step1_v12::^Systems::Renal::Pharmacology": "Renal",
    "#AK_Original_Decks::Step_1::Zanki_Step_Decks::Zanki_GI::GI_Physiology_+_Embryo,_Anatomy": (
        "Gastrointestinal"
    ),
    "#AK_Original_Decks::Step_1::Zanki_Step_Decks::Zanki_Psychiatry_/_Psychology": "Psychiatry",
    "#AK_Step1_v11::#AMBOSS::HematOnco": "HematologyOncology",
    "#AK_Step1_v11::#AMBOSS::GeneralPrinciples": "GeneralPrinciples",
    "#PANCE::PULM::obstructive_pulmonary_diseases": "Respiratory",
    "OMS::Heme::Lecture_3": "HematologyOncology",
    "derm": "Skin",
}

TAGS_WITHOUT_A_SYSTEM = [
    "",
    "::",
    "::::::",
    "leech",
    "marked",
    f"{AK1}::#UWorld::Step::2108",
    "#AK_Step1_v11::#UWorld::10000-99999::14000-14999::14993",
    "#AK_Step1_v11::#UWorld::#UWSA1",
    f"{AK1}::#AMBOSS::0jae_4",
    f"{AK1}::#AMBOSS::-aaDMQ",
    f"{AK1}::#Low/HighYield::1-HighYield",
    f"{AK1}::#NBME::16",
    "#AK_Step1_v11::#Pathoma::Pathoma2018",
    "#AK_Step1_v11::$AnKingUpdates::$Errata::v06",
    "#AK_Other::Card_Features::^One_By_One",
    # the exam a card was studied for is not what it is about
    "#AK_Step2_v11::!Shelf::Neuro::no_dupes::only_step2",
    "#PANCE::EOR::Psych",
    "ROTATIONS::Psych",
    f"{AK1}::Heartburn",
    "x" * 5_000_000,
    "::" * 100_000,
]


@pytest.mark.parametrize(("tag", "key"), TAGS.items())
def test_system_of_one_tag(tag: str, key: str) -> None:
    system = system_from_tags([tag])
    assert system is not None
    assert system.key == key


@pytest.mark.parametrize("tag", TAGS_WITHOUT_A_SYSTEM, ids=lambda tag: tag[:40])
def test_tags_without_a_system(tag: str) -> None:
    assert system_from_tags([tag]) is None


@pytest.mark.parametrize(
    ("tags", "key"),
    [
        # most tags win, whatever their order
        (["a::Cardio", "b::Renal", "c::Renal"], "Renal"),
        (["c::Renal", "b::Renal", "a::Cardio"], "Renal"),
        # an organ wins over what is general, but only where they are equal
        ([f"{AK1}::^Systems::Biochem", f"{AK1}::^Systems::Renal"], "Renal"),
        (
            [
                "#AK_Step1_v11::#SketchyPharm::02_Autonomic_Drugs",
                f"{AK1}::#FirstAid::05_Pharmacology::02_Autonomic_Drugs",
                f"{AK1}::^Systems::Cardio",
            ],
            "Pharmacology",
        ),
        # equal organs: the first of the list; an organ before infections and immunology
        (["a::Renal", "b::Respiratory"], "Respiratory"),
        (["a::Micro", "b::Pulm"], "Respiratory"),
        # other tags decide what a combined branch means
        (
            [f"{AK1}::#FirstAid::15_Reproductive::03_Pathology", "#Pathoma::14_Male::02_Testicle"],
            "MaleReproductive",
        ),
        (
            [
                "#FirstAid::11_Musculoskeletal_Skin_and_Connective_Tissue::Psoriasis",
                "#B&B::07_Derm::03_Skin_Disorders_I",
            ],
            "Skin",
        ),
        ([f"{AK1}::#FirstAid::15_Reproductive"], "FemaleReproductive"),
        # a real note: an electrocardiogram, tagged by discipline and by rotation
        (
            [
                "!AK_UpdateTags::Step2decks::Cheesy-Dorian-(M3)::Internal-Medicine::1-OME",
                "!AK_Original_Decks::Step_2::Cheesy_Dorian_(M3)",
                "!AK_Step1_v12::!BnB::05_Cardio::03_EKGs::01_EKG_Basics",
                "!AK_Step1_v12::!Physeo::11_Pathology::01_Cardiac_Pathology::09_Basic_EKG",
                "!AK_Step2_v12::!Shelf::IM::no_dupes::only_step2",
                "!AK_Step2_v12::!OME::01_Medicine::01_Cardiology::10_ACLS_Rhythms",
                "!AK_Step2_v12::!Resources_by_rotation::IM::ome::cardio::ecg",
                "!PANCE::EOR::IM",
                "ROTATIONS::IM",
            ],
            "Cardiovascular",
        ),
        # tuberculosis: microbiology and lung equally often
        (
            [
                "#SketchyMicro::01_Bacteria::08_Mycobacteria::01_Tuberculosis",
                "#FirstAid::03_Microbiology::02_Clinical_Bacteriology::20_Mycobacteria",
                "#B&B::18_Pulm::03_Other::06_Tuberculosis",
                "#Pathoma::09_Respiratory::03_Pulmonary_Infections",
            ],
            "Respiratory",
        ),
        # question ids and shelves have no say
        (
            [f"{AK2}::!Shelf::Psych", f"{AK2}::!Shelf::Psych::no_dupes", "a::^Systems::Endocrine"],
            "Endocrine",
        ),
    ],
)
def test_system_of_a_note(tags: list[str], key: str) -> None:
    system = system_from_tags(tags)
    assert system is not None
    assert system.key == key


def test_a_note_without_tags() -> None:
    assert system_from_tags([]) is None


def test_a_tag_is_worked_out_once() -> None:
    cache = systems._positions_from_tag
    cache.cache_clear()
    note = list(TAGS)
    for _ in range(100):
        system_from_tags(note)
    assert cache.cache_info().misses == len(note)
    assert cache.cache_info().hits == 99 * len(note)


# --- Whatever the input -----------------------------------------------------------------

_SEPARATORS = st.sampled_from(["", " ", "_", "/", " & ", ", ", ": ", "::", "...", "…", "07_", "#"])
NAME_LIKE = st.lists(st.sampled_from([*ALL_PRINTED]) | _SEPARATORS | st.text(max_size=5)).map(
    "".join
)


@given(NAME_LIKE | st.text())
def test_any_name(name: str) -> None:
    found = systems_from_name(name)
    assert set(found) <= set(SYSTEMS)
    assert list(found) == [system for system in SYSTEMS if system in found]
    assert found == systems_from_name(name)


@pytest.mark.parametrize("cut", sorted({n[:end] for n in ALL_PRINTED for end in range(len(n))}))
def test_a_cut_name_is_never_another_system(cut: str) -> None:
    found = {system.key for system in systems_from_name(cut + "...")}
    others = [
        keys.split()
        for printed, keys in ALL_PRINTED.items()
        if squeezed(printed).startswith(squeezed(cut)) and squeezed(printed) != squeezed(cut)
    ]
    if others and found:
        assert all(found == set(keys) for keys in others)


@given(st.lists(st.sampled_from([*TAGS]) | NAME_LIKE | st.text(), max_size=8))
def test_any_tags(tags: list[str]) -> None:
    found = system_from_tags(tags)
    assert found is None or found in SYSTEMS
    assert found == system_from_tags(reversed(tags))


@given(st.lists(st.sampled_from([*TAGS])))
def test_case_of_tags_does_not_matter(tags: list[str]) -> None:
    assert system_from_tags(map(str.upper, tags)) == system_from_tags(map(str.lower, tags))


@given(st.lists(st.sampled_from([*TAGS]), min_size=1), st.lists(st.sampled_from([*TAGS])))
def test_the_answer_is_what_some_tag_speaks_for(some: list[str], more: list[str]) -> None:
    found = system_from_tags([*some, *more])
    named = {
        SYSTEMS[position].key
        for tag in (*some, *more)
        for position in systems._positions_from_tag(tag)
    }
    assert found is not None
    assert found.key in named
