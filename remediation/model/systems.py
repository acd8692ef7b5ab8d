"""Organ systems: one list for the whole add-on, with every name that is used for each.

A student's misses come with the names of a question bank or a score report, the cards with the
names of their tags, and the student's own log with abbreviations. All of them lead to one of the
systems below. To add a name, add it to the one line of its system that says where it is from.

Why these 27. They are the blocks that the UWorld performance page lists and that students review
one by one, with four differences:

- Infectious diseases and general microbiology are one: cards do not tell them apart (First Aid
  and Sketchy have one chapter for both).
- Human Development is the exam outline's; no bank has it.
- General Principles and Multisystem stay, though they name no organ: UWorld Step 2, NBME INSIGHTS
  and the exam outline have questions under them and nowhere else.
- Biochemistry, genetics, general pathology and general pharmacology are systems here, as on the
  UWorld page, since that is where a miss in them is reviewed. As subjects of questions on any
  organ they are in `disciplines.py`.

Sources of the names. `uworld`: its Step 1 performance page (March 2026), its Step 2 tables, older
spellings. `nbme`: the USMLE content outlines, NBME score reports, prefixes of the NBME INSIGHTS
question list. `comlex`: the NBOME's dimensions. `tags`: branches of the AnKing deck, v11 and v12
(its own `^Systems`, First Aid, Boards & Beyond, Sketchy, Pathoma, Physeo, OnlineMedEd, AMBOSS).
`short`: what students write.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from .name_index import MAX_NAME_LENGTH, NameIndex, squeezed


@dataclass(frozen=True)
class System:
    """An organ system, or another block that is reviewed like one.

    `key` is stored, becomes part of a tag, and never changes; `name` is for people and deck names.
    `general` is true where it names no organ system. The others are the names it goes by; of
    `tags`, a name with `::` counts below that parent only.
    """

    key: str
    name: str
    uworld: tuple[str, ...] = ()
    nbme: tuple[str, ...] = ()
    comlex: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    general: bool = False


# In the order of lists and decks. Where a note's tags speak for several equally, the first wins:
# organs first, then systems of the whole body, then what is general.
SYSTEMS: tuple[System, ...] = (
    System(
        "Cardiovascular",
        "Cardiovascular",
        uworld=("Cardiovascular System",),
        nbme=("Cardio",),
        tags=("Cardiology", "Cardiac", "Vascular"),
        short=("Cards", "CV", "CVS", "Heart", "Circulatory"),
    ),
    System(
        "Respiratory",
        "Respiratory",
        uworld=("Pulmonary & Critical Care", "Pulmonary"),
        nbme=("Respiratory System", "Resp"),
        tags=("Pulm", "Pulmonology", "Pulm & Critical Care", "Pulm CC"),
        short=("Pulmo", "Lung", "Lungs", "Chest", "Critical Care", "PCCM"),
    ),
    System(
        "Renal",
        "Renal & Urinary",
        uworld=("Renal, Urinary Systems & Electrolytes",),
        nbme=("Renal/Urinary System", "Renal/Urinary", "Renal/Urin"),
        tags=("Renal", "Nephrology", "Nephro", "Urology", "Uro", "Renal & Genitourinary"),
        short=("Kidney", "Kidneys", "Neph", "Urinary", "GU", "Genitourinary", "Electrolytes"),
    ),
    System(
        "Gastrointestinal",
        "Gastrointestinal",
        uworld=("Gastrointestinal & Nutrition",),
        nbme=("Gastrointestinal System", "Gastro"),
        comlex=("Gastrointestinal System and Nutritional Health",),
        tags=(
            "GI",
            "GI & Nutrition",
            "Gastroenterology",
            "Hepatobiliary",
            "Hepatology",
            "Exocrine, Pancreas, Gallbladder, & Liver",
        ),
        short=("GE", "GIT", "Liver", "Hepato", "Digestive"),
    ),
    System(
        "Endocrine",
        "Endocrine",
        uworld=("Endocrine, Diabetes & Metabolism",),
        nbme=("Endocrine System", "Endo"),
        comlex=("Endocrine System and Metabolism",),
        tags=("Endocrinology", "Endocrine & Metabolism"),
        short=("Endocrine/Diabetes", "Diabetes"),
    ),
    System(
        "HematologyOncology",
        "Hematology & Oncology",
        nbme=("Blood & Lymphoreticular System", "Blood & Lymphoreticular", "Blood"),
        comlex=("Hematologic System",),
        tags=(
            "Hematology",
            "Oncology",
            "HemeOnc",
            "Hem/Onc",
            "HematOnco",
            "RBC",
            "WBC",
            "Hemostasis",
            "Myeloid & Lymphoid",
            "Antineoplastics",
        ),
        short=("Heme", "Hem", "Onc", "H/O", "Hematologic", "Haematology", "Haem"),
    ),
    System(
        "NervousSystem",
        "Nervous System",
        uworld=("Nervous System",),
        nbme=("CNS",),
        tags=("Neuro", "Neurology", "Neuroscience", "Neuroanatomy", "Neuropathology"),
        short=("Brain", "Nervous", "Neurological"),
    ),
    System(
        "Eye",
        "Eye",
        uworld=("Ophthalmology",),
        tags=("Ophtho", "Ophthal"),
        short=("Eyes", "Ophth", "Optho"),
    ),
    System(
        "EarNoseThroat",
        "Ear, Nose & Throat",
        uworld=("Ear, Nose & Throat (ENT)",),
        tags=("ENT", "Ear", "Otolaryngology"),
        short=("HEENT", "ORL", "Otolaryngology (ENT)"),
    ),
    System(
        "Psychiatry",
        "Psychiatry",
        uworld=(
            "Psychiatric/Behavioral & Substance Use Disorder",
            "Psychiatric/Behavioral & Substance Abuse",
        ),
        nbme=("Behavioral Health", "Behavioral"),
        comlex=("Mental Health",),
        tags=("Psych", "Psychology"),
        short=("Psychiatric", "Substance Use", "Substance Abuse", "Psychiatry/Behavioral"),
    ),
    System(
        "Musculoskeletal",
        "Musculoskeletal",
        uworld=("Rheumatology/Orthopedics & Sports",),
        nbme=("MSK",),
        comlex=("Musculoskeletal System",),
        tags=("Rheumatology", "Rheum", "Orthopedics", "Ortho", "Connective Tissue"),
        short=("MSS", "Bones", "Sports Medicine", "Orthopaedics"),
    ),
    System(
        "Skin",
        "Skin",
        uworld=("Dermatology",),
        nbme=("Skin & Subcutaneous Tissue", "Skin/Subq"),
        comlex=("Integumentary System",),
        tags=("Derm",),
        short=("Integumentary",),
    ),
    System(
        "FemaleReproductive",
        "Female Reproductive & Breast",
        uworld=("Female Reproductive System & Breast",),
        nbme=("Female Reproductive", "Female Reproductive System", "F Repro"),
        tags=(
            "Female",
            "Female Repro",
            "Gynecology",
            "Gyn",
            "Gyne",
            "Breast",
            "Ovary",
            "Vagina, Cervix, Uterus",
        ),
        short=("Gynaecology", "Female Repro & Breast", "Women's Health"),
    ),
    System(
        "MaleReproductive",
        "Male Reproductive",
        uworld=("Male Reproductive System",),
        nbme=("M Repro",),
        tags=("Male", "Male Repro", "Male GU"),
        short=("Andrology", "Men's Health"),
    ),
    System(
        "Pregnancy",
        "Pregnancy & Childbirth",
        uworld=("Pregnancy, Childbirth & Puerperium",),
        nbme=("Pregnancy, Childbirth & the Puerperium", "OB"),
        tags=("Pregnancy", "Obstetrics", "Gestational"),
        short=("Obs", "L&D", "Labor & Delivery"),
    ),
    System(
        "Immunology",
        "Allergy & Immunology",
        nbme=("Immune System", "Immune"),
        tags=("Immunology", "Immuno", "SketchyImmunology"),
        short=("Allergy", "A/I", "Allergy/Immuno", "Immunity"),
    ),
    System(
        "InfectiousDiseases",
        "Infectious Diseases",
        uworld=("Infectious Diseases", "Microbiology (General Principles)"),
        tags=(
            "Microbiology",
            "Micro",
            "SketchyMicro",
            "Infectious Disease",
            "Bacteria",
            "Viruses",
            "Fungi",
            "Parasites",
            "Antimicrobials",
            "Antibiotics",
        ),
        short=("ID", "Infection", "Infections", "Infectious", "Bugs", "Bugs & Drugs", "Micro/ID"),
    ),
    System(
        "Multisystem",
        "Multisystem",
        uworld=("Miscellaneous (Multisystem)",),
        nbme=("Multisystem Processes & Disorders", "Multi"),
        short=("Multi-system Processes",),
        general=True,
    ),
    System(
        "PoisoningEnvironment",
        "Poisoning & Environment",
        uworld=("Poisoning & Environmental Exposure",),
        tags=("Toxicology",),
        short=("Tox", "Poisoning", "Environmental Exposure"),
        general=True,
    ),
    System(
        "HumanDevelopment",
        "Human Development",
        nbme=("Human Development",),
        tags=("Development", "Developmental Milestones"),
        short=("Human Dev", "Growth & Development", "Milestones"),
        general=True,
    ),
    System(
        "Biostatistics",
        "Biostatistics & Epidemiology",
        uworld=("Biostatistics & Epidemiology",),
        nbme=("Biostatistics & Epidemiology/Population Health", "Biostat"),
        comlex=("Practice-Based Learning and Improvement", "PBLI"),
        tags=(
            "Biostatistics",
            "Biostats",
            "Biostatists",  # sic: `#B&B::04_Biostatists/epi`
            "Epidemiology",
            "Stats",
        ),
        short=("Epi", "Statistics", "Population Health", "EBM", "Evidence-Based Medicine"),
        general=True,
    ),
    System(
        "SocialSciences",
        "Social Sciences & Ethics",
        uworld=("Social Sciences (Ethics/Legal/Professional)",),
        nbme=(
            "Social Sciences: Communication and Interpersonal Skills",
            (
                "Social Sciences (Legal/Ethical, Professionalism, Systems-based Practice, "
                "Patient Safety)"
            ),
            "Communication and Interpersonal Skills",
            "SocialSci",
        ),
        comlex=(
            "Interpersonal and Communication Skills",
            "ICS",
            "Professionalism",
            "Systems-Based Practice",
            "SBP",
        ),
        tags=(
            "Ethics",
            "Healthcare Delivery",
            "Healthcare Delivery & Quality and Safety",
            # The chapter on ethics and public health, not on psychiatry.
            "B&B::Behavioral",
            "B&B::Behavioral Science",
            "BnB::Behavioral",
        ),
        short=("Social Sciences", "Communication", "Patient Safety", "Quality & Safety", "Legal"),
        general=True,
    ),
    System(
        "Biochemistry",
        "Biochemistry",
        uworld=("Biochemistry (General Principles)",),
        tags=("Biochem", "SketchyBiochem", "Cell Bio", "Cell Biology", "Molecular Biology"),
        short=("Metabolism", "Molecular", "Biochemistry & Nutrition"),
        general=True,
    ),
    System(
        "Genetics",
        "Genetics",
        uworld=("Genetics (General Principles)",),
        tags=("Genetic Disorders",),
        short=("Genes", "Medical Genetics"),
        general=True,
    ),
    System(
        "Pathology",
        "Pathology (general)",
        uworld=("Pathology (General Principles)",),
        tags=(
            "Pathology",
            "Neoplasia",
            "Pathoma::Growth Adaptations",
            "Pathoma::Inflammation",
        ),
        short=("General Pathology", "Path", "Gen Path"),
        general=True,
    ),
    System(
        "Pharmacology",
        "Pharmacology (general)",
        uworld=("Pharmacology (General Principles)",),
        tags=("Pharmacology", "Pharm", "Basic Pharm", "Basic Pharmacology", "SketchyPharm"),
        short=("General Pharmacology", "Pharma", "Drugs"),
        general=True,
    ),
    System(
        "GeneralPrinciples",
        "General Principles",
        uworld=("General Principles",),
        nbme=("GenPrin",),
        short=("Gen Prin", "Foundational Principles"),
        general=True,
    ),
)

# Names that stand for several systems, from all sources. The keys are in the order of `SYSTEMS`.
# (`Renal & Repro` and other lists of names above need no line: they are taken apart.)
_REPRODUCTIVE = ("FemaleReproductive", "MaleReproductive", "Pregnancy")
_SPECIAL_SENSES = ("Eye", "EarNoseThroat")

COMBINED_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        # USMLE Step 1 outline and NBME score reports
        "Reproductive & Endocrine Systems": ("Endocrine", *_REPRODUCTIVE),
        "Respiratory & Renal/Urinary Systems": ("Respiratory", "Renal"),
        "Behavioral Health & Nervous Systems/Special Senses": (
            "NervousSystem",
            *_SPECIAL_SENSES,
            "Psychiatry",
        ),
        "Blood & Lymphoreticular/Immune Systems": ("HematologyOncology", "Immunology"),
        "Musculoskeletal, Skin & Subcutaneous Tissue": ("Musculoskeletal", "Skin"),
        # USMLE Step 2 CK outline. It has pregnancy in a line of its own.
        "Renal/Urinary & Reproductive Systems": ("Renal", "FemaleReproductive", "MaleReproductive"),
        "Nervous System & Special Senses": ("NervousSystem", *_SPECIAL_SENSES),
        "Musculoskeletal System/Skin & Subcutaneous Tissue": ("Musculoskeletal", "Skin"),
        # First Aid's chapter
        "Neurology and Special Senses": ("NervousSystem", *_SPECIAL_SENSES),
        # COMLEX dimension 2
        "Human Development, Reproduction, and Sexuality": (*_REPRODUCTIVE, "HumanDevelopment"),
        "Nervous System and Mental Health": ("NervousSystem", "Psychiatry"),
        "Genitourinary/Renal System and Breasts": (
            "Renal",
            "FemaleReproductive",
            "MaleReproductive",
        ),
        "Circulatory and Hematologic Systems": ("Cardiovascular", "HematologyOncology"),
        # Tags and students
        "Reproductive": _REPRODUCTIVE,
        "Repro": _REPRODUCTIVE,
        "Reproduction": _REPRODUCTIVE,
        "Reproductive & GU": ("Renal", *_REPRODUCTIVE),
        "Obstetrics & Gynecology": ("FemaleReproductive", "Pregnancy"),
        "OB/GYN": ("FemaleReproductive", "Pregnancy"),
        "OBG": ("FemaleReproductive", "Pregnancy"),
        "Special Senses": _SPECIAL_SENSES,
        "Musculoskeletal, Skin, and Connective Tissue": ("Musculoskeletal", "Skin"),
        "ENT, Allergy, Immuno": ("EarNoseThroat", "Immunology"),
        "Cardiopulmonary": ("Cardiovascular", "Respiratory"),
        "Cardiorenal": ("Cardiovascular", "Renal"),
        "Neuropsych": ("NervousSystem", "Psychiatry"),
        "Behavioral Science": ("Psychiatry", "SocialSciences"),
        "Behavioral Sciences": ("Psychiatry", "SocialSciences"),
        "Public Health Sciences": ("Biostatistics", "SocialSciences"),
        "Public Health": ("Biostatistics", "SocialSciences"),
    }
)

_A_DISCIPLINE = "a discipline: its questions are on every organ system"
_A_CLERKSHIP = "a clerkship: its questions are on every organ system"
_A_TASK = "what is asked of the physician; the organ system is printed in another column"

# Names that are known and stand for no system on purpose, with the reason.
DELIBERATELY_UNMAPPED: Mapping[str, str] = MappingProxyType(
    {
        "Miscellaneous": "UWorld's category for the rest of whichever system it is printed below",
        "Misc": "the rest of something",
        "Other": "the rest of something",
        "Anatomy": _A_DISCIPLINE,
        "Gross Anatomy & Embryology": _A_DISCIPLINE,
        "Embryology": _A_DISCIPLINE,
        "Histology": _A_DISCIPLINE,
        "Histology & Cell Biology": _A_DISCIPLINE,
        "Physiology": _A_DISCIPLINE,
        "Pathophysiology": _A_DISCIPLINE,
        "Medicine": _A_CLERKSHIP,
        "Medicine (IM)": _A_CLERKSHIP,
        "Internal Medicine": _A_CLERKSHIP,
        "IM": _A_CLERKSHIP,
        "Family Medicine": _A_CLERKSHIP,
        "FM": _A_CLERKSHIP,
        "Emergency Medicine": _A_CLERKSHIP,
        "EM": _A_CLERKSHIP,
        "Surgery": _A_CLERKSHIP,
        "Pediatrics": _A_CLERKSHIP,
        "Peds": _A_CLERKSHIP,
        "Community Health and Patient Presentations Related to Wellness": (
            "COMLEX: prevention and screening in every organ system, with some epidemiology"
        ),
        "OPP and Manipulative Treatment": "COMLEX: osteopathic treatment of every organ system",
        "OPP/OMT": "COMLEX: osteopathic treatment of every organ system",
        "OMM": "COMLEX: osteopathic treatment of every organ system",
        "Osteopathic Patient Care and Procedural Skills": _A_TASK,
        "Patient Care and Procedural Skills": _A_TASK,
        "Application of Knowledge": _A_TASK,
        "Medical Knowledge: Applying Foundational Science Concepts": _A_TASK,
        "Patient Care: Diagnosis": _A_TASK,
        "Foundational science": _A_TASK,
        "Diagnosis": _A_TASK,
        "History/physical exam": _A_TASK,
        "Gathering information": _A_TASK,
        "Making decisions": _A_TASK,
        "Supporting emotions": _A_TASK,
        "Principles of EBM/application of pt care": _A_TASK,
    }
)

# --- Finding a system -------------------------------------------------------------------

_BY_KEY = {system.key: system for system in SYSTEMS}
_POSITION = {system.key: position for position, system in enumerate(SYSTEMS)}


def system_by_key(key: str) -> System | None:
    """The system stored as `key`, or None where there is none (a newer version's, say)."""
    return _BY_KEY.get(key)


def systems_from_name(name: str) -> tuple[System, ...]:
    """The systems that a printed or typed name stands for, in the order of `SYSTEMS`.

    Case, punctuation, numbers in front (`07_Cardiovascular`) and `&` or `and` do not matter. A
    name cut with `...` is completed where only one meaning fits. One name may stand for several
    systems (`Reproductive & Endocrine Systems`). Nothing where the name is unknown, ambiguous,
    or listed in `DELIBERATELY_UNMAPPED`.
    """
    return _systems_from_name(name) if len(name) <= MAX_NAME_LENGTH else ()


@lru_cache(maxsize=4096)
def _systems_from_name(name: str) -> tuple[System, ...]:
    return tuple(_BY_KEY[key] for key in sorted(_names().find(name), key=_POSITION.__getitem__))


def names_of(system: System) -> tuple[str, ...]:
    """Every name that stands for this system alone, its key and own name included."""
    given = (*system.uworld, *system.nbme, *system.comlex, *system.tags, *system.short)
    single = (name for name in given if "::" not in name)
    return tuple(dict.fromkeys((system.key, system.name, *single)))


@lru_cache(maxsize=1)
def _names() -> NameIndex:
    names: list[tuple[str, tuple[str, ...]]] = []
    for system in SYSTEMS:
        names.extend((name, (system.key,)) for name in names_of(system))
    names.extend(COMBINED_NAMES.items())
    names.extend((name, ()) for name in DELIBERATELY_UNMAPPED)
    return NameIndex(names)


# --- Finding a note's system from its tags ----------------------------------------------

# Branches that say when a card was studied, not what it is about.
_IGNORED_BRANCHES = frozenset({"shelf", "eor", "rotations"})

# What AnKing keeps below another system's branch: `#B&B::15_Neuro::05_Eye`.
_BELOW: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "NervousSystem": frozenset(_SPECIAL_SENSES),
        "FemaleReproductive": frozenset({"Pregnancy"}),
        "Biochemistry": frozenset({"Genetics"}),
    }
)


def system_from_tags(tags: Iterable[str]) -> System | None:
    """The system that most of a note's tags speak for, or None where no tag names one.

    Each tag is one vote; a tag below a combined branch (`#FirstAid::15_Reproductive`) is one for
    each of its systems, so that other tags decide between them. Where votes are equal the first
    in `SYSTEMS` wins, so organ systems beat what is general. Leave out the add-on's own tags:
    they repeat an earlier answer.
    """
    votes: dict[int, int] = {}
    for tag in tags:
        for position in _positions_from_tag(tag):
            votes[position] = votes.get(position, 0) + 1
    if not votes:
        return None
    return SYSTEMS[min(votes, key=lambda position: (-votes[position], position))]


# More than the 20,000 tags of a large collection, so that each is worked out once.
@lru_cache(maxsize=65536)
def _positions_from_tag(tag: str) -> tuple[int, ...]:
    """Where in `SYSTEMS` the systems are that one tag speaks for.

    The first segment that names an organ system counts, whatever the root above it is; if none
    does, the first that names a general one. Deeper segments only narrow that down: `Pathology`
    below `^Systems::Cardio` is cardiology, `06_Male_Disorders` below `#B&B::20_Repro` the male
    part of it.
    """
    found: tuple[str, ...] = ()
    found_general: tuple[str, ...] = ()
    parent = ""
    for segment in tag.split("::"):
        name, keys = _read_segment(segment)
        if name in _IGNORED_BRANCHES:
            return ()
        keys = _branches().get((parent, name), keys)
        parent = name
        if not keys:
            continue
        if all(_BY_KEY[key].general for key in keys):
            found_general = _narrowed(found_general, keys)
        else:
            found = _narrowed(found, keys)
    return tuple(_POSITION[key] for key in found or found_general)


def _narrowed(found: tuple[str, ...], keys: tuple[str, ...]) -> tuple[str, ...]:
    """`keys` where they are a part of what was `found` above them, or nothing was."""
    parts = set(found).union(*(_BELOW.get(key, ()) for key in found))
    return keys if not found or parts.issuperset(keys) else found


# Tags share most of their segments.
@lru_cache(maxsize=8192)
def _read_segment(segment: str) -> tuple[str, tuple[str, ...]]:
    return squeezed(segment), _names().find(segment)


@lru_cache(maxsize=1)
def _branches() -> Mapping[tuple[str, str], tuple[str, ...]]:
    """The names in `tags` that count below one parent only."""
    return {
        (squeezed(parent), squeezed(name)): (system.key,)
        for system in SYSTEMS
        for parent, mark, name in (branch.partition("::") for branch in system.tags)
        if mark
    }
