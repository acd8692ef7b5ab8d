"""Disciplines: what UWorld calls subjects and NBME score reports disciplines, with their names.

The other way to sort questions: every question is about an organ system (`systems.py`) and belongs
to one or more disciplines. Step 1 reports basic sciences, Step 2 CK and COMLEX Level 2 clerkships.
To add a name, add it to the line of its discipline.

Sources of the names. `uworld`: subjects of its Step 1 and Step 2 banks and spellings seen in
exports. `nbme`: disciplines of NBME score reports and the USMLE content outlines. `short`: what
students write.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from .name_index import MAX_NAME_LENGTH, NameIndex


@dataclass(frozen=True)
class Discipline:
    """A discipline; `key` is stored and never changes, `name` is for people."""

    key: str
    name: str
    uworld: tuple[str, ...] = ()
    nbme: tuple[str, ...] = ()
    short: tuple[str, ...] = ()


DISCIPLINES: tuple[Discipline, ...] = (
    Discipline("Anatomy", "Anatomy", nbme=("Gross Anatomy",), short=("Anat",)),
    Discipline("Embryology", "Embryology", short=("Embryo", "Embryo & Anatomy")),
    Discipline("Histology", "Histology", nbme=("Histology & Cell Biology",), short=("Histo",)),
    Discipline("Physiology", "Physiology", short=("Physio", "Phys")),
    Discipline(
        "Biochemistry",
        "Biochemistry",
        nbme=("Biochemistry & Nutrition",),
        short=("Biochem", "Nutrition"),
    ),
    Discipline("Genetics", "Genetics", short=("Medical Genetics",)),
    Discipline("Microbiology", "Microbiology", short=("Micro",)),
    Discipline("Immunology", "Immunology", short=("Immuno",)),
    Discipline("Pathology", "Pathology", short=("Path",)),
    Discipline("Pathophysiology", "Pathophysiology", short=("Pathophys", "Pathophysio")),
    Discipline("Pharmacology", "Pharmacology", short=("Pharm", "Pharma")),
    Discipline(
        "BehavioralScience",
        "Behavioral Science",
        uworld=("Behavioral science",),
        nbme=("Behavioral Sciences",),
        short=("Behavioral",),
    ),
    Discipline(
        "Biostatistics",
        "Biostatistics",
        short=("Biostats", "Biostat", "Biostatistics & Epidemiology", "Epidemiology"),
    ),
    Discipline(
        "Medicine",
        "Medicine",
        uworld=("Medicine (IM)", "Internal Medicine"),
        short=("IM", "Int Med"),
    ),
    Discipline("Surgery", "Surgery", short=("Surg", "General Surgery")),
    Discipline("Pediatrics", "Pediatrics", short=("Peds", "Paediatrics")),
    Discipline(
        "ObstetricsGynecology",
        "Obstetrics & Gynecology",
        uworld=("OBGYN", "Obstetrics and Gynecology"),
        short=("OB", "Obstetrics", "Gynecology", "Gyn", "OBG"),
    ),
    Discipline("Psychiatry", "Psychiatry", short=("Psych",)),
    # Clerkships with a shelf exam and tags in the AnKing deck, though no bank prints them.
    Discipline("FamilyMedicine", "Family Medicine", short=("FM", "Fam Med")),
    Discipline("EmergencyMedicine", "Emergency Medicine", short=("EM", "Emergency")),
    Discipline(
        "OsteopathicMedicine",
        "Osteopathic Medicine",
        nbme=("OPP and Manipulative Treatment", "OPP/OMT"),  # these two are the NBOME's
        short=("OMM", "OMT", "OPP"),
    ),
)

# Names that stand for several. (`Microbiology & Immunology` needs no line: it is taken apart.)
COMBINED_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"Gross Anatomy & Embryology": ("Anatomy", "Embryology")}
)

_BY_KEY = {discipline.key: discipline for discipline in DISCIPLINES}
_POSITION = {discipline.key: position for position, discipline in enumerate(DISCIPLINES)}


def disciplines_from_name(name: str) -> tuple[Discipline, ...]:
    """The disciplines that a printed or typed name stands for, in the order of `DISCIPLINES`.

    Read as leniently as `systems.systems_from_name`; nothing where the name is not known.
    """
    return _disciplines_from_name(name) if len(name) <= MAX_NAME_LENGTH else ()


@lru_cache(maxsize=1024)
def _disciplines_from_name(name: str) -> tuple[Discipline, ...]:
    return tuple(_BY_KEY[key] for key in sorted(_names().find(name), key=_POSITION.__getitem__))


def names_of(discipline: Discipline) -> tuple[str, ...]:
    """Every name that stands for this discipline alone, its key and own name included."""
    given = (*discipline.uworld, *discipline.nbme, *discipline.short)
    return tuple(dict.fromkeys((discipline.key, discipline.name, *given)))


@lru_cache(maxsize=1)
def _names() -> NameIndex:
    names: list[tuple[str, tuple[str, ...]]] = []
    for discipline in DISCIPLINES:
        names.extend((name, (discipline.key,)) for name in names_of(discipline))
    names.extend(COMBINED_NAMES.items())
    return NameIndex(names)
