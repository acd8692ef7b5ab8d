"""The missed attempts of a ledger, and the reason that each has so far."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from .attempts import Attempt
from .banks import QuestionKey
from .decisions import Decision
from .reasons import is_code
from .records import Question, Sitting

# Of so many misses one is asked before the suggestion is shown (DecidedBy.ASKED_FIRST).
ASK_FIRST_EVERY = 5


@dataclass(frozen=True)
class Miss:
    """One missed attempt of a question.

    `sitting` holds the attempt and `sitting_key` names it in the ledger. `number` counts the
    misses of the ledger from 1, in the order in which they happened.
    """

    question: Question
    attempt: Attempt
    sitting: Sitting
    sitting_key: str
    number: int

    @property
    def key(self) -> QuestionKey:
        """The question's key."""
        return self.question.key

    @property
    def decision(self) -> Decision | None:
        """What the student decided about this attempt, None so far."""
        return self.question.decision(self.sitting_key)

    @property
    def reason(self) -> str:
        """The code or key of its reason: as decided, or as the student's own log says; or ""."""
        if self.decision:
            return self.decision.reason
        return self.attempt.reason if is_code(self.attempt.reason) else ""

    @property
    def asked_first(self) -> bool:
        """Whether the student is asked for the reason before a suggestion is shown.

        One in ASK_FIRST_EVERY on average, picked by a checksum: whatever else is imported later, a
        miss whose suggestion was shown never becomes one that is asked first.
        """
        told = f"{self.sitting_key}\n{self.key}"
        return zlib.crc32(told.encode()) % ASK_FIRST_EVERY == 0


def all_misses(
    sittings: Mapping[str, Sequence[Sitting]], questions: Mapping[QuestionKey, Question]
) -> Iterator[Miss]:
    """Every missed attempt at a question of the ledger, in the order in which they happened.

    `sittings` are the parts of each sitting by its key.
    """
    number = 0
    for name, parts in sorted(sittings.items(), key=lambda item: (item[1][0].when, item[0])):
        for part in parts:
            for key, attempt in zip(part.question_keys(), part.attempts):
                if attempt.outcome and attempt.outcome.is_miss and key in questions:
                    number += 1
                    yield Miss(questions[key], attempt, part, name, number)


def latest_misses(
    sittings: Mapping[str, Sequence[Sitting]], questions: Mapping[QuestionKey, Question]
) -> dict[QuestionKey, Miss]:
    """The newest miss of each question, the questions in the order first missed."""
    return {miss.key: miss for miss in all_misses(sittings, questions)}


def named_reasons(
    sittings: Mapping[str, Sequence[Sitting]], questions: Mapping[QuestionKey, Question]
) -> dict[QuestionKey, str]:
    """The reason of each question's newest miss; "" where none is named."""
    return {key: miss.reason for key, miss in latest_misses(sittings, questions).items()}
