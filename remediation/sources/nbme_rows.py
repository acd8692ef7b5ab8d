"""The rows of NBME and USMLE score reports: their printed names, and finding those in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ..model.attempts import GroupKind
from ..model.banks import STEP_1, STEP_2
from ..model.exam_weights import DISCIPLINE_WEIGHTS, SYSTEM_WEIGHTS


@dataclass(frozen=True)
class ReportRow:
    """A row of a score report: what it counts together, and its name as printed."""

    kind: GroupKind
    name: str


def _rows(kind: GroupKind, *names: str) -> tuple[ReportRow, ...]:
    return tuple(ReportRow(kind, name) for name in names)


# What a Step 1 self-assessment (CBSSA) and the official Step 1 report print, in their order.
_STEP_1 = (
    *_rows(
        GroupKind.SYSTEM,
        "Reproductive & Endocrine Systems",
        "Respiratory and Renal/Urinary Systems",
        "Behavioral Health & Nervous Systems/Special Senses",
        "Blood & Lymphoreticular/Immune Systems",
        "Multisystem Processes & Disorders",
        "Musculoskeletal, Skin & Subcutaneous Tissue",
        "Cardiovascular System",
        "Gastrointestinal System",
    ),
    *_rows(
        GroupKind.DISCIPLINE,
        "Pathology",
        "Physiology",
        "Microbiology & Immunology",
        "Gross Anatomy & Embryology",
        "Pharmacology",
        "Behavioral Sciences",
        "Biochemistry & Nutrition",
        "Histology & Cell Biology",
        "Genetics",
    ),
)
_STEP_2 = (
    *_rows(GroupKind.SYSTEM, *(weight.name for weight in SYSTEM_WEIGHTS[STEP_2.key])),
    *_rows(GroupKind.DISCIPLINE, *(weight.name for weight in DISCIPLINE_WEIGHTS[STEP_2.key])),
)
_BY_EXAM = {STEP_1.key: _STEP_1, STEP_2.key: _STEP_2}

# Further rows of older and official reports.
_OLDER = (
    *_rows(
        GroupKind.SYSTEM,
        *(weight.name for weight in SYSTEM_WEIGHTS[STEP_1.key]),
        "General Principles of Foundational Science",
        "General Principles",
        "Nervous System",
        "Musculoskeletal System",
        "Musculoskeletal System & Connective Tissue",
        "Skin & Subcutaneous Tissue",
        "Skin & Connective Tissue",
        "Musculoskeletal, Skin & Connective Tissue",
        "Hematopoietic & Lymphoreticular Systems",
        "Renal/Urinary System",
        "Renal & Urinary System",
        "Reproductive System",
        "Male & Female Reproductive Systems",
        "Female Reproductive System & Breast",
        "Male Reproductive System",
        "Biostatistics & Epidemiology",
        "Biostatistics & Evidence-Based Medicine",
        "Social Sciences",
        "Social Sciences/Ethics",
    ),
    *_rows(
        GroupKind.DISCIPLINE,
        "Microbiology",
        "Immunology",
        "Biochemistry",
        "Nutrition",
        "Gross Anatomy",
        "Embryology",
        "Histology",
        "Obstetrics and Gynecology",
    ),
    # What is asked of the physician; INSIGHTS prints the same as its Content Topic.
    *_rows(
        GroupKind.CATEGORY,
        "Medical Knowledge/Scientific Concepts",
        "Medical Knowledge: Applying Foundational Science Concepts",
        "Applying Foundational Science Concepts",
        "Foundational Science Concepts",
        "Patient Care: Diagnosis",
        "Patient Care: History/Physical Exam",
        "Patient Care: Laboratory/Diagnostic Studies",
        "Patient Care: Management",
        "Patient Care: Health Maintenance, Pharmacotherapy, Intervention & Management",
        "Diagnosis",
        "Health Maintenance/Disease Prevention",
        "Health Maintenance, Prevention & Surveillance",
        "Pharmacotherapy",
        "Pharmacotherapy, Interventions & Management",
        "Communication and Interpersonal Skills",
        "Communication/Interpersonal Skills",
        "Practice-based Learning & Improvement",
        "Systems-based Practice & Patient Safety",
        "Professionalism",
        "Interpretation of the Medical Literature",
    ),
)

_WORD = re.compile(r"[^\W\d_]+|&")
# Words that stand for the same between the words of a name.
_SAME = {"&": "and", "systems": "system", "sciences": "science", "disorders": "disorder"}
_FILLERS = frozenset(("the",))


def rows_to_ask(exam: str) -> tuple[ReportRow, ...]:
    """The rows that the report of an NBME self-assessment for `exam` (an exam's key) prints.

    In their printed order, systems first. Empty where no such report exists (COMLEX).
    """
    return _BY_EXAM.get(exam, ())


def row_words(text: str) -> list[str]:
    """The words by which the name of a row is recognised."""
    words = (_SAME.get(word, word) for word in _WORD.findall(text.casefold()))
    return [word for word in words if word not in _FILLERS]


def known_row(text: str) -> ReportRow | None:
    """The row whose name is `text`, but for case, `&` and plural."""
    node = _tree().after(row_words(text[:200]))
    return node.row if node else None


class Node:
    """A step into the names: what can follow, and the row whose name ends here."""

    def __init__(self) -> None:
        self.children: dict[str, Node] = {}
        self.row: ReportRow | None = None

    def after(self, words: Iterable[str]) -> Node | None:
        """Where `words` lead from here, None where no name goes on so."""
        node: Node | None = self
        for word in words:
            node = node.children.get(word) if node else None
        return node


@lru_cache(maxsize=1)
def _tree() -> Node:
    return _tree_of((*_STEP_1, *_STEP_2, *_OLDER))


def names_tree() -> Node:
    """All known names, word by word. Not to be changed."""
    return _tree()


def _tree_of(rows: Iterable[ReportRow]) -> Node:
    tree = Node()
    for row in rows:
        node = tree
        for word in row_words(row.name):
            node = node.children.setdefault(word, Node())
        node.row = node.row or row
    return tree


def exam_of_rows(rows: Sequence[ReportRow]) -> str | None:
    """The key of the exam whose reports alone print some of `rows`, None where several do."""
    found = {(row.kind, *row_words(row.name)) for row in rows}
    keys = {exam: _keys(exam) for exam in _BY_EXAM}
    exams = [
        exam
        for exam, own in keys.items()
        if found & own.difference(*(others for other, others in keys.items() if other != exam))
    ]
    return exams[0] if len(exams) == 1 else None


@lru_cache(maxsize=8)
def _keys(exam: str) -> frozenset[tuple[object, ...]]:
    return frozenset((row.kind, *row_words(row.name)) for row in _BY_EXAM[exam])
