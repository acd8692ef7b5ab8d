"""One answer to one question, and what a source can say about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class Outcome(Enum):
    """How an attempt ended, as the bank or the student says."""

    CORRECT = "correct"
    INCORRECT = "incorrect"
    OMITTED = "omitted"
    # Right, but the student says it was a guess or marked it: looked at again like a miss.
    UNSURE = "unsure"

    @property
    def is_miss(self) -> bool:
        """Whether the question needs work after this attempt."""
        return self is not Outcome.CORRECT


class AnswerChange(Enum):
    """The direction in which an answer was changed before it was submitted."""

    RIGHT_TO_WRONG = "right to wrong"
    WRONG_TO_RIGHT = "wrong to right"
    WRONG_TO_WRONG = "wrong to wrong"


class Confidence(Enum):
    """What the student said about the answer when giving it."""

    SURE = "sure"
    UNSURE = "unsure"
    GUESSED = "guessed"


@dataclass(frozen=True)
class Attempt:
    """One answer to one question in a sitting.

    Everything a source does not give is None or empty. `position` counts from 1 in the block;
    `seconds` and `others_seconds` are seconds; `percent_others` is the per cent (0-100) of other
    students who answered correctly. `reason` is the deficit in the student's own word, or its code
    where the word is clear. `note_ids` and `card_ids` are Anki's, where the source names those
    instead of a question. `where` says where in the input it stood ("line 3"); it is
    for messages only and is not recorded.
    """

    id: str | None = None
    outcome: Outcome | None = None
    position: int | None = None
    subject: str = ""
    system: str = ""
    category: str = ""
    topic: str = ""
    percent_others: float | None = None
    seconds: float | None = None
    others_seconds: float | None = None
    change: AnswerChange | None = None
    confidence: Confidence | None = None
    reason: str = ""
    note_ids: tuple[int, ...] = ()
    card_ids: tuple[int, ...] = ()
    where: str = field(default="", compare=False)


@dataclass(frozen=True)
class Problem:
    """Something in the input that could not be read, and why.

    `where` names the place ("line 3", "page 2, line 14"); `message` says what is wrong and what
    was done about it, or what to do.
    """

    where: str
    message: str


class GroupKind(Enum):
    """What the questions of a group have in common."""

    SUBJECT = "subject"
    SYSTEM = "system"
    CATEGORY = "category"
    TOPIC = "topic"
    DISCIPLINE = "discipline"


class Band(Enum):
    """A performance band, where a report prints no numbers: against those who passed."""

    LOWER = "lower"
    SAME = "same"
    HIGHER = "higher"


@dataclass(frozen=True)
class QuestionGroup:
    """Questions that a report counts together: a row of it.

    `name` and `parent` (the row above it that it is part of) are as printed. What the report does
    not give is None. `percent` is the per cent correct (0-100) where it gives no counts.
    """

    kind: GroupKind
    name: str
    parent: str = ""
    seen: int | None = None
    correct: int | None = None
    incorrect: int | None = None
    omitted: int | None = None
    percent: float | None = None
    band: Band | None = None
    where: str = field(default="", compare=False)
