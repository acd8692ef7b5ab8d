"""The names UWorld prints for subjects, systems and categories.

A result row names its question's subject (the discipline), system, category (below the system)
and topic, in this order. Topics are too many to list; the other three are closed lists, and telling
them apart in a printed PDF needs them.

Source: the performance pages of the Step 1 bank as printed in March 2026, the result tables of the
Step 2 bank, and older spellings seen in students' exports. Spelling, case and punctuation are
UWorld's own. What a name means (which organ system it is) is in `systems.py`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

# --- Subjects ---------------------------------------------------------------------------

STEP1_SUBJECTS: tuple[str, ...] = (
    "Anatomy",
    "Behavioral science",
    "Biochemistry",
    "Biostatistics",
    "Embryology",
    "Genetics",
    "Histology",
    "Immunology",
    "Microbiology",
    "Pathology",
    "Pathophysiology",
    "Pharmacology",
    "Physiology",
)

STEP2_SUBJECTS: tuple[str, ...] = (
    "Medicine",
    "Obstetrics & Gynecology",
    "Pediatrics",
    "Psychiatry",
    "Surgery",
)

# Other spelling -> the present one.
SUBJECT_VARIANTS: Mapping[str, str] = MappingProxyType(
    {
        "OBGYN": "Obstetrics & Gynecology",
        "Obstetrics and Gynecology": "Obstetrics & Gynecology",
        "Medicine (IM)": "Medicine",
        "Internal Medicine": "Medicine",
    }
)

# Every spelling a reader may meet.
SUBJECTS: tuple[str, ...] = STEP1_SUBJECTS + STEP2_SUBJECTS + tuple(SUBJECT_VARIANTS)

# --- Systems and the categories below them ----------------------------------------------

# Step 1. The last five, "(General Principles)", are one system in Step 2.
STEP1_CATEGORIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Allergy & Immunology": (
            "Anaphylaxis and allergic reactions",
            "Autoimmune diseases",
            "Transplant medicine",
            "Immune deficiencies",
            "Principles of immunology",
            "Miscellaneous",
        ),
        "Dermatology": (
            "Skin and soft tissue infections",
            "Skin tumors and tumor-like lesions",
            "Normal structure and function of skin",
            "Inflammatory dermatoses and bullous diseases",
            "Disorders of epidermal appendages",
            "Miscellaneous",
        ),
        "Cardiovascular System": (
            "Aortic and peripheral artery diseases",
            "Congenital heart disease",
            "Coronary heart disease",
            "Valvular heart diseases",
            "Myopericardial diseases",
            "Cardiac arrhythmias",
            "Cardiovascular drugs",
            "Hypertension",
            "Heart failure and shock",
            "Normal structure and function of the cardiovascular system",
            "Miscellaneous",
        ),
        "Pulmonary & Critical Care": (
            "Pulmonary infections",
            "Obstructive lung disease",
            "Pulmonary vascular disease",
            "Normal pulmonary structure and function",
            "Critical care medicine",
            "Lung cancer",
            "Interstitial lung disease",
            "Congenital and developmental anomalies",
            "Sleep disorders",
            "Miscellaneous",
        ),
        "Gastrointestinal & Nutrition": (
            "Hepatic disorders",
            "Biliary tract disorders",
            "Tumors of the GI tract",
            "Intestinal and colorectal disorders",
            "Congenital and developmental anomalies",
            "Normal structure and function of the GI tract",
            "Gastroesophageal disorders",
            "Pancreatic disorders",
            "Disorders of nutrition",
            "Miscellaneous",
        ),
        "Hematology & Oncology": (
            "White blood cell disorders",
            "Platelet disorders",
            "Red blood cell disorders",
            "Hemostasis and thrombosis",
            "Normal hematologic structure and function",
            "Principles of oncology",
            "Transfusion medicine",
            "Plasma cell disorders",
            "Miscellaneous",
        ),
        "Renal, Urinary Systems & Electrolytes": (
            "Glomerular diseases",
            "Congenital and developmental anomalies",
            "Cystic kidney diseases",
            "Neoplasms of the kidneys and urinary tract",
            "Diabetes insipidus",
            "Chronic kidney disease",
            "Bone metabolism",
            "Fluid, electrolytes, and acid-base",
            "Normal structure and function of the kidneys and urinary system",
            "Acute kidney injury",
            "Nephrolithiasis and urinary tract obstruction",
            "Urinary incontinence",
            "Miscellaneous",
        ),
        "Nervous System": (
            "Cerebrovascular disease",
            "Hydrocephalus",
            "Neurodegenerative disorders and dementias",
            "Spinal cord disorders",
            "Disorders of peripheral nerves and muscles",
            "CNS infections",
            "Seizures and epilepsy",
            "Congenital and developmental anomalies",
            "Traumatic brain injuries",
            "Sleep disorders",
            "Headache",
            "Normal structure and function of the nervous system",
            "Tumors of the nervous system",
            "Anesthesia",
            "Demyelinating diseases",
            "Miscellaneous",
        ),
        "Rheumatology/Orthopedics & Sports": (
            "Arthritis and spondyloarthropathies",
            "Autoimmune disorders and vasculitides",
            "Bone/joint injuries and infections",
            "Spinal disorders and back pain",
            "Metabolic bone disorders",
            "Congenital and developmental anomalies",
            "Normal structure and function of the musculoskeletal system",
            "Bone tumors and tumor-like lesions",
            "Miscellaneous",
        ),
        "Infectious Diseases": (
            "Viral infections",
            "HIV and sexually transmitted infections",
            "Parasitic and helminthic infections",
            "Fungal infections",
            "Bacterial infections",
            "Antimicrobial drugs",
            "Infection control",
            "Miscellaneous",
        ),
        "Endocrine, Diabetes & Metabolism": (
            "Obesity and dyslipidemia",
            "Hypothalamus and pituitary disorders",
            "Reproductive endocrinology",
            "Endocrine tumors",
            "Congenital and developmental anomalies",
            "Adrenal disorders",
            "Diabetes mellitus",
            "Thyroid disorders",
            "Normal structure and function of endocrine glands",
            "Miscellaneous",
        ),
        "Female Reproductive System & Breast": (
            "Genitourinary tract infections",
            "Genital tract tumors and tumor-like lesions",
            "Normal structure and function of the female reproductive system and breast",
            "Congenital and developmental anomalies",
            "Menstrual disorders and contraception",
            "Breast disorders",
            "Miscellaneous",
        ),
        "Male Reproductive System": (
            "Normal structure and function of the male reproductive system",
            "Disorders of the male reproductive system",
        ),
        "Pregnancy, Childbirth & Puerperium": (
            "Disorders of pregnancy, childbirth, and puerperium",
            "Normal pregnancy, childbirth, and puerperium",
        ),
        "Biostatistics & Epidemiology": (
            "Probability and principles of testing",
            "Study design and interpretation",
            "Epidemiology and population health",
            "Measures and distribution of data",
            "Miscellaneous",
        ),
        "Ear, Nose & Throat (ENT)": ("Disorders of the ear, nose, and throat",),
        "Psychiatric/Behavioral & Substance Use Disorder": (
            "Psychotic disorders",
            "Anxiety and trauma-related disorders",
            "Substance use disorders",
            "Mood disorders",
            "Normal behavior and development",
            "Eating disorders",
            "Personality disorders",
            "Neurodevelopmental disorders",
            "Somatoform disorders",
            "Miscellaneous",
        ),
        "Poisoning & Environmental Exposure": (
            "Toxicology",
            "Environmental exposure",
        ),
        "Ophthalmology": (
            "Normal structure and function of the eye and associated structures",
            "Disorders of the eye and associated structures",
        ),
        "Social Sciences (Ethics/Legal/Professional)": (
            "Healthcare policy and economics",
            "Patient safety",
            "Communication and interpersonal skills",
            "Medical ethics and jurisprudence",
            "System based-practice and quality improvement",
            "Miscellaneous",
        ),
        "Miscellaneous (Multisystem)": ("Miscellaneous",),
        "Biochemistry (General Principles)": (
            "Cell and molecular biology",
            "Amino acids, proteins, and enzymes",
            "Bioenergetics and carbohydrate metabolism",
            "Lipid metabolism",
            "Miscellaneous",
        ),
        "Genetics (General Principles)": (
            "Clinical genetics",
            "DNA structure, replication, and repair",
            "RNA structure, synthesis, and processing",
            "Gene expression and regulation",
            "Protein synthesis",
            "Miscellaneous",
        ),
        "Microbiology (General Principles)": (
            "Virology",
            "Mycology",
            "Bacteriology",
            "Parasitology",
            "Miscellaneous",
        ),
        "Pathology (General Principles)": (
            "Cellular pathology",
            "Neoplasia",
            "Inflammation and repair",
        ),
        "Pharmacology (General Principles)": (
            "Drug metabolism and toxicity",
            "Pharmacokinetics",
            "Drug receptors and pharmacodynamics",
            "Miscellaneous",
        ),
    }
)

STEP1_SYSTEMS: tuple[str, ...] = tuple(STEP1_CATEGORIES)

STEP2_SYSTEMS: tuple[str, ...] = (
    "Allergy & Immunology",
    "Biostatistics & Epidemiology",
    "Cardiovascular System",
    "Dermatology",
    "Ear, Nose & Throat (ENT)",
    "Endocrine, Diabetes & Metabolism",
    "Female Reproductive System & Breast",
    "Gastrointestinal & Nutrition",
    "General Principles",
    "Hematology & Oncology",
    "Infectious Diseases",
    "Male Reproductive System",
    "Miscellaneous (Multisystem)",
    "Nervous System",
    "Ophthalmology",
    "Poisoning & Environmental Exposure",
    "Pregnancy, Childbirth & Puerperium",
    "Psychiatric/Behavioral & Substance Use Disorder",
    "Pulmonary & Critical Care",
    "Renal, Urinary Systems & Electrolytes",
    "Rheumatology/Orthopedics & Sports",
    "Social Sciences (Ethics/Legal/Professional)",
)

# Other spelling -> the present one.
SYSTEM_VARIANTS: Mapping[str, str] = MappingProxyType(
    {
        "Psychiatric/Behavioral & Substance Abuse": (
            "Psychiatric/Behavioral & Substance Use Disorder"
        ),
    }
)

# Every spelling a reader may meet.
SYSTEMS: tuple[str, ...] = tuple(
    dict.fromkeys(STEP1_SYSTEMS + STEP2_SYSTEMS + tuple(SYSTEM_VARIANTS))
)

# Every category once: "Miscellaneous" and a few more stand below several systems.
CATEGORIES: tuple[str, ...] = tuple(
    dict.fromkeys(category for categories in STEP1_CATEGORIES.values() for category in categories)
)


def complete(name: str, among: Sequence[str]) -> tuple[str, ...]:
    """Which of the names in `among` a printed name can stand for, in the order of `among`.

    UWorld's page cuts long names (`Pregnancy, Childbirth & Pue...`). Case and white space do not
    matter; both `...` and `…` mark a cut.

    A name that is not cut stands for itself only: `Genetics` is never `Genetics (General
    Principles)`. A cut name stands for every longer name that begins like it, or, if there is
    none, for the name that equals what is left. An older spelling is left out where the present
    one fits as well, so more than one in the answer means that the cut name is really ambiguous.
    An empty answer means that it is unknown.
    """
    wanted = _squeeze(name)
    if not wanted.endswith(".."):
        return tuple(candidate for candidate in among if _squeeze_known(candidate) == wanted)
    start = wanted.rstrip(".")
    if not start:
        return ()
    fitting = [candidate for candidate in among if _squeeze_known(candidate).startswith(start)]
    longer = [candidate for candidate in fitting if _squeeze_known(candidate) != start]
    return _without_older_spellings(longer or fitting)


def _without_older_spellings(names: Sequence[str]) -> tuple[str, ...]:
    present = {**SUBJECT_VARIANTS, **SYSTEM_VARIANTS}
    return tuple(name for name in names if present.get(name) not in names)


def _squeeze(name: str) -> str:
    """`name` without white space, in one case; compatibility forms (`…`) spelled out."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


# The closed lists are compared with every row of a file: worth remembering.
# (Text from a file is not: one line of it may be megabytes long.)
_squeeze_known = lru_cache(maxsize=1024)(_squeeze)
