"""Made-up UWorld results, as students copy them from the page or print them to PDF."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable
from typing import Union

from .questions import QuestionKey
from .systems import Topic, topic_of_question

_SUBJECTS = {
    "step1": (
        "Anatomy",
        "Behavioral science",
        "Biochemistry",
        "Microbiology",
        "Pathology",
        "Pathophysiology",
        "Pharmacology",
        "Physiology",
    ),
    "step2": ("Medicine", "OBGYN", "Pediatrics", "Psychiatry", "Surgery"),
}
# General principles are one system in Step 2.
_GENERAL_PRINCIPLES = "(General Principles)"
_LONGEST_CELL = 30
_COLUMNS = (
    "ID",
    "SUBJECTS",
    "SYSTEMS",
    "CATEGORIES",
    "TOPICS",
    "% CORRECT OTHERS",
    "TIME SPENT",
)

#: An id of Step 1, or bank, exam and id.
AnyQuestion = Union[str, QuestionKey]


def results_table(questions: Iterable[AnyQuestion], *, header: bool = True, seed: int = 1) -> str:
    """The results table as copied from the page: tab separated, one line a question.

    The mark for right or wrong is an icon, so it is missing here as in real life.
    Long names are cut. Systems, categories and topics fit the generated cards; the
    numbers are drawn from `seed`.
    """
    rng = random.Random(seed)
    lines = ["\t".join(_COLUMNS)] if header else []
    for position, (number, exam, topic) in enumerate(_resolved(questions), start=1):
        dash = "–" if rng.random() < 0.2 else "-"
        names = (
            rng.choice(_subjects(exam)),
            _system(exam, topic),
            topic.category,
            topic.name,
        )
        lines.append(
            "\t".join(
                (
                    f"{position} {dash} {number}",
                    *(_cut(name) for name in names),
                    f"{rng.randint(18, 96)}%",
                    f"{rng.randint(15, 240)} sec",
                )
            )
        )
    return "\n".join(lines) + "\n"


def printed_results(
    questions: Iterable[AnyQuestion],
    *,
    incorrect: Collection[AnyQuestion] | None = None,
    header: bool = True,
    seed: int = 1,
) -> str:
    """The text of the results page printed to PDF, with a mark before each line.

    Columns are separated by blanks only, names are whole, and there is one more
    column, the others' average time. `incorrect` are those of `questions` that were
    answered wrongly (default: about four in ten, drawn from `seed`).
    """
    rng = random.Random(seed)
    asked = list(questions)
    if incorrect is None:
        wrong = [rng.random() < 0.4 for _ in asked]
    else:
        wrong = [question in incorrect for question in asked]
    lines = []
    if header:
        score = round(100 * wrong.count(False) / max(1, len(asked)))
        lines += [
            f"Custom Test Id: {rng.randint(100_000_000, 999_999_999)}",
            f"Your Score {score}% Mode Timed",
            " ".join(_COLUMNS) + " AVG TIME SPENT BY OTHERS",
        ]
    for position, (number, exam, topic) in enumerate(_resolved(asked), start=1):
        lines.append(
            f"{'×' if wrong[position - 1] else '✓'} {position} - {number} "
            f"{rng.choice(_subjects(exam))} {_system(exam, topic)} {topic.category} "
            f"{topic.name} {rng.randint(18, 96)}% {rng.randint(15, 240)} sec "
            f"{rng.randint(40, 120)} sec"
        )
    return "\n".join(lines) + "\n"


def _resolved(questions: Iterable[AnyQuestion]) -> Iterable[tuple[str, str, Topic]]:
    for question in questions:
        if isinstance(question, str):
            question = ("uworld", "step1", question)
        bank, exam, number = question
        yield number, exam, topic_of_question(bank, exam, number)


def _subjects(exam: str) -> tuple[str, ...]:
    """Step 1 and COMLEX have disciplines, Step 2 and 3 have specialties."""
    return _SUBJECTS["step2" if exam in ("step2", "step3") else "step1"]


def _system(exam: str, topic: Topic) -> str:
    name = topic.system.uworld
    if exam in ("step2", "step3") and name.endswith(_GENERAL_PRINCIPLES):
        return "General Principles"
    return name


def _cut(name: str) -> str:
    if len(name) <= _LONGEST_CELL:
        return name
    return name[: _LONGEST_CELL - 3] + "..."
