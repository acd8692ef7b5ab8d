"""How much of an exam is about each organ system and each discipline, in per cent.

The tables hold the ranges as the outlines print them. Source: USMLE Step 1 and Step 2 CK content
outlines (Step 2 CK read from secondary sources) and the NBOME's COMLEX-USA dimension 2, which
gives one number where the USMLE gives a range.

**Assumption.** The outlines print some systems together (`Respiratory & Renal/Urinary Systems
11-15`). Such a range is split in fixed shares, the same for its low and its high end:

- Most shares are the numbers of questions in six NBME self-assessment forms that one student took
  (1,199 questions by NBME INSIGHTS prefix): Cardio 96, CNS 91, Resp 72, Blood 66, MSK 66,
  Renal/Urin 66, Endo 60, Immune 54, Behavioral 47, Skin/Subq 42, F Repro 36, OB 30, M Repro 24.
- Where nothing was counted the shares are round guesses, marked below: eye and ENT are one tenth
  each of "Nervous System & Special Senses"; half of "Multisystem Processes & Disorders" is
  infections and a tenth poisoning and environment, since the outline has no other line for them.

The parts of a range always add up to the range, so only the split between its parts is assumed.
Systems that the outlines do not print have no weight: general principles, biochemistry, genetics,
general pathology and pharmacology (their questions are counted under organ systems).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from .banks import COMLEX, STEP_1, STEP_2
from .systems import System


@dataclass(frozen=True)
class Weight:
    """One line of an outline: its printed name and range in per cent.

    `shares` are the systems (or disciplines) it is about, by key, with their relative sizes.
    """

    name: str
    low: float
    high: float
    shares: Mapping[str, float] = field(default_factory=dict)


_NERVOUS_AND_SENSES = {"NervousSystem": 8, "Eye": 1, "EarNoseThroat": 1}  # guessed
_MULTISYSTEM = {"Multisystem": 4, "InfectiousDiseases": 5, "PoisoningEnvironment": 1}  # guessed
_MUSCLES_AND_SKIN = {"Musculoskeletal": 66, "Skin": 42}

SYSTEM_WEIGHTS: Mapping[str, tuple[Weight, ...]] = MappingProxyType(
    {
        STEP_1.key: (
            Weight("Human Development", 1, 3, {"HumanDevelopment": 1}),
            Weight(
                "Blood & Lymphoreticular/Immune Systems",
                9,
                13,
                {"HematologyOncology": 66, "Immunology": 54},
            ),
            Weight(
                "Behavioral Health & Nervous Systems/Special Senses",
                10,
                14,
                # CNS 91 is nervous system 8, eye 1, ENT 1 (guessed) of ten.
                {"NervousSystem": 72.8, "Eye": 9.1, "EarNoseThroat": 9.1, "Psychiatry": 47},
            ),
            Weight("Musculoskeletal, Skin & Subcutaneous Tissue", 8, 12, _MUSCLES_AND_SKIN),
            Weight("Cardiovascular System", 7, 11, {"Cardiovascular": 1}),
            Weight(
                "Respiratory & Renal/Urinary Systems",
                11,
                15,
                {"Respiratory": 72, "Renal": 66},
            ),
            Weight("Gastrointestinal System", 6, 10, {"Gastrointestinal": 1}),
            Weight(
                "Reproductive & Endocrine Systems",
                12,
                16,
                {
                    "Endocrine": 60,
                    "FemaleReproductive": 36,
                    "Pregnancy": 30,
                    "MaleReproductive": 24,
                },
            ),
            Weight("Multisystem Processes & Disorders", 8, 12, _MULTISYSTEM),
            Weight("Biostatistics & Epidemiology/Population Health", 4, 6, {"Biostatistics": 1}),
            Weight(
                "Social Sciences: Communication and Interpersonal Skills",
                6,
                9,
                {"SocialSciences": 1},
            ),
        ),
        STEP_2.key: (
            Weight(
                "Social Sciences (Legal/Ethical, Professionalism, Systems-based Practice, "
                "Patient Safety)",
                10,
                15,
                {"SocialSciences": 1},
            ),
            Weight(
                "Renal/Urinary & Reproductive Systems",
                7,
                13,
                {"Renal": 66, "FemaleReproductive": 36, "MaleReproductive": 24},
            ),
            Weight("Cardiovascular System", 6, 12, {"Cardiovascular": 1}),
            Weight("Musculoskeletal System/Skin & Subcutaneous Tissue", 6, 12, _MUSCLES_AND_SKIN),
            Weight("Behavioral Health", 5, 10, {"Psychiatry": 1}),
            Weight("Nervous System & Special Senses", 5, 10, _NERVOUS_AND_SENSES),
            Weight("Respiratory System", 5, 10, {"Respiratory": 1}),
            Weight("Gastrointestinal System", 5, 10, {"Gastrointestinal": 1}),
            Weight("Multisystem Processes & Disorders", 4, 8, _MULTISYSTEM),
            Weight("Pregnancy, Childbirth & the Puerperium", 3, 7, {"Pregnancy": 1}),
            Weight("Endocrine System", 3, 7, {"Endocrine": 1}),
            Weight("Blood & Lymphoreticular System", 3, 6, {"HematologyOncology": 1}),
            Weight("Immune System", 3, 5, {"Immunology": 1}),
            Weight("Biostatistics & Epidemiology/Population Health", 3, 5, {"Biostatistics": 1}),
            Weight("Human Development", 2, 4, {"HumanDevelopment": 1}),
        ),
        COMLEX.key: (
            # Stands for no system: see `systems.DELIBERATELY_UNMAPPED`.
            Weight("Community Health and Patient Presentations Related to Wellness", 12, 12),
            Weight(
                "Human Development, Reproduction, and Sexuality",
                5,
                5,
                # Human development: 2 % of Step 1, so 24 of 1,199 questions.
                {
                    "FemaleReproductive": 36,
                    "Pregnancy": 30,
                    "MaleReproductive": 24,
                    "HumanDevelopment": 24,
                },
            ),
            Weight("Endocrine System and Metabolism", 5, 5, {"Endocrine": 1}),
            Weight(
                "Nervous System and Mental Health",
                10,
                10,
                {"NervousSystem": 91, "Psychiatry": 47},
            ),
            Weight("Musculoskeletal System", 13, 13, {"Musculoskeletal": 1}),
            Weight(
                "Genitourinary/Renal System and Breasts",
                5,
                5,
                {"Renal": 8, "FemaleReproductive": 1, "MaleReproductive": 1},  # guessed
            ),
            Weight(
                "Gastrointestinal System and Nutritional Health", 10, 10, {"Gastrointestinal": 1}
            ),
            Weight(
                "Circulatory and Hematologic Systems",
                10,
                10,
                {"Cardiovascular": 96, "HematologyOncology": 66},
            ),
            Weight("Respiratory System", 10, 10, {"Respiratory": 1}),
            Weight("Integumentary System", 5, 5, {"Skin": 1}),
        ),
    }
)

# Questions count under several disciplines, so these add up to more than 100.
DISCIPLINE_WEIGHTS: Mapping[str, tuple[Weight, ...]] = MappingProxyType(
    {
        STEP_1.key: (
            Weight("Pathology", 45, 55, {"Pathology": 1}),
            Weight("Physiology", 30, 40, {"Physiology": 1}),
            Weight("Pharmacology", 10, 20, {"Pharmacology": 1}),
            Weight("Biochemistry & Nutrition", 5, 15, {"Biochemistry": 1}),
            Weight("Microbiology", 10, 20, {"Microbiology": 1}),
            Weight("Immunology", 5, 15, {"Immunology": 1}),
            # guessed
            Weight("Gross Anatomy & Embryology", 10, 20, {"Anatomy": 1, "Embryology": 1}),
            Weight("Histology & Cell Biology", 5, 15, {"Histology": 1}),
            Weight("Behavioral Sciences", 10, 15, {"BehavioralScience": 1}),
            Weight("Genetics", 5, 10, {"Genetics": 1}),
        ),
        STEP_2.key: (
            Weight("Medicine", 55, 65, {"Medicine": 1}),
            Weight("Surgery", 20, 30, {"Surgery": 1}),
            Weight("Pediatrics", 17, 27, {"Pediatrics": 1}),
            Weight("Obstetrics & Gynecology", 10, 20, {"ObstetricsGynecology": 1}),
            Weight("Psychiatry", 10, 15, {"Psychiatry": 1}),
        ),
    }
)


def exam_weight(system: System, exam: str) -> tuple[float, float] | None:
    """How much of an exam is about `system`: the low and high end, in per cent of questions.

    `exam` is an exam's key (`banks.STEP_1.key`). None where its outline gives the system no
    weight, or no outline is known for the exam. Shares of combined lines are assumed (see above).
    """
    low = high = 0.0
    for line in SYSTEM_WEIGHTS.get(exam, ()):
        if system.key in line.shares:
            share = line.shares[system.key] / sum(line.shares.values())
            low += line.low * share
            high += line.high * share
    return (low, high) if high else None
