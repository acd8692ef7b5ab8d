"""The add-on's own tags: what each is called, and which notes should carry which.

All are below one root. They are derived from the ledger and can be made again at any time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..model import reasons
from ..model.banks import QuestionKey, bank_by_key, exam_by_key
from ..model.records import Question

_NO_SYSTEM = "Other"


def branches(root: str) -> tuple[str, ...]:
    """The tags below which everything is the add-on's; anything else below the root is not."""
    return (
        systems_root(root),
        _sources_root(root),
        _deficits_root(root),
        _repaired_root(root),
        _rules_root(root),
    )


def systems_root(root: str) -> str:
    """The tag above all system tags: every core card of an open miss is below it."""
    return f"{root}::System"


def system_tag(root: str, system: str) -> str:
    """The tag of an organ system (its key; "" where the system is unknown)."""
    return f"{systems_root(root)}::{system or _NO_SYSTEM}"


def _sources_root(root: str) -> str:
    return f"{root}::Source"


def source_tag(root: str, key: QuestionKey) -> str:
    """The tag of the bank and exam that a question comes from."""
    exam = f"_{exam_by_key(key.exam).name}" if key.exam else ""
    return f"{_sources_root(root)}::{bank_by_key(key.bank).name}{exam}".replace(" ", "_")


def _deficits_root(root: str) -> str:
    return f"{root}::Deficit"


def repaired_tag(root: str, system: str) -> str:
    """The tag of the core notes of repaired misses in an organ system, for those who want one."""
    return f"{_repaired_root(root)}::{system or _NO_SYSTEM}"


def _repaired_root(root: str) -> str:
    return f"{root}::Repaired"


def deficit_tag(root: str, reason: str) -> str:
    """The tag of a reason (its code) or of a group of reasons (its key)."""
    group = reasons.group_of(reason)
    tag = f"{_deficits_root(root)}::{group.key}_{group.name}"
    if reason != group.key:
        tag += f"::{reason}_{reasons.name_of(reason)}"
    return tag.replace(",", "").replace(" ", "_")


def _rules_root(root: str) -> str:
    return f"{root}::Rule"


def rule_tag(root: str) -> str:
    """The tag of notes that hold a rule of the student's in their field "Missed Questions"."""
    return f"{_rules_root(root)}::Missed_Questions"


def wanted_tags(
    root: str,
    questions: Iterable[Question],
    note_ids: Mapping[QuestionKey, Iterable[int]],
    named: Mapping[QuestionKey, str],
    with_rule: Iterable[int] = (),
) -> dict[str, set[int]]:
    """Which notes each tag belongs on.

    `note_ids` are the notes of each question that are to be studied, `named` its reason;
    `with_rule` are the notes that are to hold a rule.
    """
    wanted: dict[str, set[int]] = {rule_tag(root): set(with_rule)}
    for question in questions:
        words = [system_tag(root, question.system), source_tag(root, question.key)]
        reason = named.get(question.key)
        if reason:
            words.append(deficit_tag(root, reason))
        for tag in words:
            wanted.setdefault(tag, set()).update(note_ids.get(question.key, ()))
    return wanted
