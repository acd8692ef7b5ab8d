"""What of a sitting the ledger holds already.

A list that repeats an earlier one is taken for the same, pasted twice; one that repeats part of it
continues it. Only where the student says so, or both inputs give different moments, was it done
again. The sample, which is made up, is never repeated by what the student did.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Optional

from ..model.attempts import Outcome
from ..model.banks import QuestionKey
from ..model.records import Sitting
from .ledger import Ledger

# A question and how it was answered: what tells whether an attempt was recorded before.
Answer = tuple[QuestionKey, Optional[Outcome]]


class RecordedAnswers:
    """All answers of a ledger; read once, and asked for each sitting of an input."""

    def __init__(self, ledger: Ledger) -> None:
        # The sittings that hold an answer, each with its moment where the input gave one.
        self._sittings: dict[Answer, dict[str, int | None]] = {}
        for name, parts in ledger.sittings.items():
            for part in parts:
                when = part.when if part.dated else None
                for key, attempt in zip(part.question_keys(), part.attempts):
                    self._sittings.setdefault((key, attempt.outcome), {})[name] = when
        self._samples = {name for name, parts in ledger.sittings.items() if parts[0].sample}

    def repeated_by(self, sitting: Sitting) -> dict[Answer, set[str]]:
        """Those that this sitting may be repeating, with their sittings."""
        answers = {(k, a.outcome) for k, a in zip(sitting.question_keys(), sitting.attempts)}
        moments = (None, sitting.when)
        found = {
            answer: {
                name
                for name, when in self._sittings.get(answer, {}).items()
                if (name in self._samples) == sitting.sample
                and (not sitting.dated or when in moments)
            }
            for answer in answers
        }
        return {answer: names for answer, names in found.items() if names}


def earlier_misses(ledger: Ledger) -> Counter[QuestionKey]:
    """How often each question was missed in all that is recorded, the sample aside."""
    return Counter(
        key
        for part in ledger.without_sample().all_sittings()
        for key, attempt in zip(part.question_keys(), part.attempts)
        if attempt.outcome and attempt.outcome.is_miss
    )


def new_sitting(
    ledger: Ledger, sitting: Sitting, recorded: dict[Answer, set[str]], *, again: bool
) -> Sitting | None:
    """The sitting to record: without the attempts that earlier ones hold, None where none is left.

    A report (groups, no attempts) is recorded once.
    """
    if again:
        repeated = replace(sitting, repeats=True)
        return None if repeated.key in ledger.sittings else repeated
    new, extends = [], set()
    for key, attempt in zip(sitting.question_keys(), sitting.attempts):
        names = recorded.get((key, attempt.outcome), set())
        extends |= names
        if not names:
            new.append(attempt)
    left = replace(sitting, attempts=tuple(new), extends=tuple(sorted(extends)))
    if new or (sitting.groups and replace(sitting, attempts=()).key not in ledger.sittings):
        return left
    return None
