"""Organ systems and disciplines, and what each question bank and tag tree calls them."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from .topics import TOPIC_NAMES


@dataclass(frozen=True)
class System:
    """One organ system or discipline.

    `name` is the plain name used for ground truth, `uworld` the name as UWorld prints it, `tag`
    the segment below `^Systems` and the deck's name, `first_aid` and `boards` the chapters of two
    resources, the second without its number. `clinical` says whether notes can speak of findings,
    tests and treatments.
    """

    name: str
    uworld: str
    tag: str
    first_aid: str
    boards: str
    clinical: bool = True


SYSTEMS: tuple[System, ...] = (
    System("Immunology", "Allergy & Immunology", "Immuno", "02_Immunology", "Immunology"),
    System(
        "Dermatology",
        "Dermatology",
        "Derm",
        "11_Musculoskeletal,_Skin_and_Connective_Tissue",
        "Dermatology",
    ),
    System("Cardiovascular", "Cardiovascular System", "Cardio", "07_Cardiovascular", "Cardiology"),
    System("Pulmonary", "Pulmonary & Critical Care", "Pulm", "16_Respiratory", "Pulmonary"),
    System(
        "Gastrointestinal",
        "Gastrointestinal & Nutrition",
        "GI",
        "09_Gastrointestinal",
        "Gastroenterology",
    ),
    System(
        "Hematology & Oncology",
        "Hematology & Oncology",
        "HemeOnc",
        "10_Hematology_and_Oncology",
        "Hematology",
    ),
    System("Renal", "Renal, Urinary Systems & Electrolytes", "Renal", "14_Renal", "Renal"),
    System("Neurology", "Nervous System", "Neuro", "12_Neurology", "Neurology"),
    System(
        "Musculoskeletal",
        "Rheumatology/Orthopedics & Sports",
        "MSK",
        "11_Musculoskeletal,_Skin_and_Connective_Tissue",
        "Musculoskeletal",
    ),
    System(
        "Infectious Diseases", "Infectious Diseases", "ID", "03_Microbiology", "Infectious_Disease"
    ),
    System(
        "Endocrine", "Endocrine, Diabetes & Metabolism", "Endo", "08_Endocrine", "Endocrinology"
    ),
    System(
        "Female Reproductive",
        "Female Reproductive System & Breast",
        "Gyn",
        "15_Reproductive",
        "Reproductive_(Female)",
    ),
    System(
        "Male Reproductive",
        "Male Reproductive System",
        "Andro",
        "15_Reproductive",
        "Reproductive_(Male)",
    ),
    System(
        "Pregnancy", "Pregnancy, Childbirth & Puerperium", "OB", "15_Reproductive", "Obstetrics"
    ),
    System(
        "Biostatistics",
        "Biostatistics & Epidemiology",
        "Biostats",
        "06_Public_Health_Sciences",
        "Biostatistics/Epidemiology",
        clinical=False,
    ),
    System("Ear, Nose & Throat", "Ear, Nose & Throat (ENT)", "ENT", "12_Neurology", "ENT"),
    System(
        "Psychiatry",
        "Psychiatric/Behavioral & Substance Use Disorder",
        "Psych",
        "13_Psychiatry",
        "Psychiatry",
    ),
    System(
        "Toxicology", "Poisoning & Environmental Exposure", "Tox", "05_Pharmacology", "Toxicology"
    ),
    System("Ophthalmology", "Ophthalmology", "Ophtho", "12_Neurology", "Ophthalmology"),
    System(
        "Ethics",
        "Social Sciences (Ethics/Legal/Professional)",
        "Ethics",
        "06_Public_Health_Sciences",
        "Behavioral_Science",
        clinical=False,
    ),
    System(
        "Biochemistry",
        "Biochemistry (General Principles)",
        "Biochem",
        "01_Biochemistry",
        "Biochemistry",
        clinical=False,
    ),
    System(
        "Genetics",
        "Genetics (General Principles)",
        "Genetics",
        "01_Biochemistry",
        "Genetics",
        clinical=False,
    ),
    System(
        "Microbiology",
        "Microbiology (General Principles)",
        "Micro",
        "03_Microbiology",
        "Microbiology",
        clinical=False,
    ),
    System(
        "Pathology",
        "Pathology (General Principles)",
        "GeneralPath",
        "04_Pathology",
        "Pathology",
        clinical=False,
    ),
    System(
        "Pharmacology",
        "Pharmacology (General Principles)",
        "GeneralPharm",
        "05_Pharmacology",
        "Pharmacology",
        clinical=False,
    ),
)


@dataclass(frozen=True)
class Topic:
    """One topic, with the UWorld category and the system it belongs to."""

    index: int
    name: str
    category: str
    system: System


def _all_topics() -> tuple[Topic, ...]:
    topics: list[Topic] = []
    for system in SYSTEMS:
        for category, names in TOPIC_NAMES[system.uworld].items():
            for name in names:
                topics.append(Topic(len(topics), name, category, system))
    return tuple(topics)


TOPICS: tuple[Topic, ...] = _all_topics()


def topic_of_question(bank: str, exam: str, number: str) -> Topic:
    """The topic a generated question asks about; the same in every collection.

    Tying it to the id alone lets the results pages name the topic of a question
    whose cards are in a collection, without having the collection at hand.
    """
    return TOPICS[zlib.crc32(f"{bank}/{exam}/{number}".encode()) % len(TOPICS)]
