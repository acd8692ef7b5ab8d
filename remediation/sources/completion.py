"""From what an input says, and what the student adds to it, to the sittings to record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from ..model.attempts import Outcome
from ..model.records import Sitting
from .reading import SAMPLE, Reading


@dataclass(frozen=True)
class Answers:
    """What the student says where the input does not.

    `exam` and `outcome` are None while they have not been chosen; `total` where it is not known.
    `when` is local time.
    """

    bank: str
    exam: str | None
    outcome: Outcome | None
    when: datetime
    total: int | None = None


def needs_outcome(reading: Reading) -> bool:
    """Whether some attempts do not say how they were answered."""
    return any(a.outcome is None for one in all_sittings(reading) for a in one.attempts)


def all_sittings(reading: Reading) -> tuple[Reading, ...]:
    """The reading itself and the further sittings in the same input."""
    return (reading, *reading.further)


def question_count(reading: Reading) -> int:
    """How many attempts the input holds in all its sittings."""
    return sum(len(one.attempts) for one in all_sittings(reading))


def sittings(reading: Reading, answers: Answers) -> tuple[Sitting, ...]:
    """The sittings of an input, completed. Raises ValueError while an answer is missing."""
    several = bool(reading.further)
    return tuple(_sitting(one, answers, several=several) for one in all_sittings(reading))


def _sitting(reading: Reading, answers: Answers, *, several: bool) -> Sitting:
    """One sitting. Of several, each keeps the bank, exam and moment that the input names for it."""
    said = reading if several else Reading(reading.reader)
    exam = said.exam or answers.exam
    if exam is None or (answers.outcome is None and needs_outcome(replace(reading, further=()))):
        raise ValueError("the exam or the outcome is not known yet")
    total = reading.total or (None if several else answers.total)
    return Sitting(
        bank=said.bank or answers.bank,
        exam=exam,
        when=int((said.when or answers.when).timestamp()),
        attempts=tuple(
            attempt if attempt.outcome else replace(attempt, outcome=answers.outcome)
            for attempt in reading.attempts
        ),
        dated=reading.when is not None,
        name=reading.name,
        mode=reading.mode,
        total=max(total, len(reading.attempts)) if total else None,
        groups=reading.groups,
        summary=tuple(reading.summary.items()),
        sample=reading.reader == SAMPLE,
    )
