"""The records of the ledger, and how each is written as plain JSON values.

Sittings and releases are only ever added. A question's record changes when the student decides
something about it; fields that a newer version wrote are kept as they are.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from enum import Enum
from typing import Any, Callable

from .attempts import AnswerChange, Attempt, Confidence, Outcome
from .banks import BANKS, EXAMS, QuestionKey, bank_by_key, exam_by_key, question_key
from .codec import DamagedRecord, encode

# Well under the 64 KB that is the most for one note, so that a summary and a key fit beside it.
MOST_DATA_CHARS = 60_000


@dataclass(frozen=True)
class Sitting:
    """One block, test, self-assessment or pasted list of attempts, as it happened.

    `when` is the moment it was done (seconds since the epoch); `dated` is true where the input
    itself said so, false where the student did. `total` is how many questions it had in all,
    None where nobody knows. `extends` names earlier sittings that hold other attempts of the same
    block: together they have `total` questions. `part` and `parts` count the notes a long sitting
    is spread over.
    """

    bank: str
    exam: str
    when: int
    attempts: tuple[Attempt, ...]
    dated: bool = False
    name: str = ""
    mode: str = ""
    total: int | None = None
    repeats: bool = False
    extends: tuple[str, ...] = ()
    part: int = 1
    parts: int = 1

    @property
    def title(self) -> str:
        """What to call it: "UWorld Step 1" and its name, if it has one."""
        return " ".join(
            part
            for part in (bank_by_key(self.bank).name, exam_by_key(self.exam).name, self.name)
            if part
        )

    @property
    def key(self) -> str:
        """The name of the record: the same on two computers that import the same list.

        The moment is part of it only where it tells two sittings apart: where the input gives it,
        or where the student said that an equal list was done again.
        """
        when = self.when if self.dated or self.repeats else None
        told = [self.bank, self.exam, self.name, when, [_attempt_json(a) for a in self.attempts]]
        plain = json.dumps(told, ensure_ascii=False, sort_keys=True)
        return f"Sitting {self.title} {hashlib.sha256(plain.encode()).hexdigest()[:12]}"

    def question_keys(self) -> list[QuestionKey | None]:
        """The key of each attempt's question; None for one without an id."""
        bank, exam = bank_by_key(self.bank), exam_by_key(self.exam)
        return [question_key(bank, exam, a.id) if a.id else None for a in self.attempts]

    def to_json(self) -> dict[str, Any]:
        """As stored."""
        return {
            **_given(self, skip={"attempts"}),
            "kind": "sitting",
            "attempts": [_attempt_json(attempt) for attempt in self.attempts],
        }

    @staticmethod
    def from_json(record: Mapping[str, Any]) -> Sitting:
        """Raises DamagedRecord where a needed field is missing or of the wrong type."""
        with _Reading("sitting"):
            known = _known(Sitting, record)
            known["attempts"] = tuple(_attempt(item) for item in record["attempts"])
            known["extends"] = tuple(str(key) for key in record.get("extends", ()))
            sitting = Sitting(**known)
            bank_by_key(sitting.bank), exam_by_key(sitting.exam)
            datetime.fromtimestamp(sitting.when)
            return sitting

    def split(self) -> tuple[Sitting, ...]:
        """The sitting as parts that each fit into one note and can be read alone."""
        pieces = _halves_that_fit(self)
        return tuple(
            replace(self, attempts=attempts, part=number, parts=len(pieces))
            for number, attempts in enumerate(pieces, 1)
        )


def _halves_that_fit(sitting: Sitting) -> list[tuple[Attempt, ...]]:
    if len(encode(sitting.to_json())) <= MOST_DATA_CHARS or len(sitting.attempts) <= 1:
        return [sitting.attempts]
    middle = len(sitting.attempts) // 2
    return [
        piece
        for half in (sitting.attempts[:middle], sitting.attempts[middle:])
        for piece in _halves_that_fit(replace(sitting, attempts=half))
    ]


@dataclass(frozen=True, order=True)
class NoteRef:
    """A note by two names, since other add-ons delete notes or overwrite one of them."""

    id: int
    guid: str


@dataclass(frozen=True)
class Question:
    """What is kept of a question that was ever missed.

    `core` are the notes that are really about it; `system` the key of its organ system, empty
    where unknown. `unread` are fields that a newer version of the add-on wrote.
    """

    key: QuestionKey
    core: tuple[NoteRef, ...] = ()
    system: str = ""
    unread: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As stored; fields that this version does not know come back unchanged."""
        return {
            **self.unread,
            "kind": "question",
            "bank": self.key.bank,
            "exam": self.key.exam,
            "id": self.key.id,
            "core": [[ref.id, ref.guid] for ref in self.core],
            "system": self.system,
        }

    @staticmethod
    def from_json(record: Mapping[str, Any]) -> Question:
        """Raises DamagedRecord where a needed field is missing or of the wrong type."""
        with _Reading("question"):
            key = QuestionKey(str(record["bank"]), str(record["exam"]), str(record["id"]))
            str(key)  # an unknown bank or exam is damage too
            return Question(
                key,
                tuple(NoteRef(int(id), str(guid)) for id, guid in record.get("core", ())),
                str(record.get("system", "")),
                {k: v for k, v in record.items() if k not in _QUESTION_FIELDS},
            )

    def merged(self, other: Question) -> Question:
        """One record of two that different computers made for the same question."""
        core = dict.fromkeys(self.core + other.core)
        return replace(
            self,
            core=tuple(core),
            system=self.system or other.system,
            unread={**other.unread, **self.unread},
        )


_QUESTION_FIELDS = frozenset({"kind", "bank", "exam", "id", "core", "system"})


@dataclass(frozen=True)
class Release:
    """Cards that were about to be unsuspended at a moment (seconds since the epoch).

    Written before they are, so that *Remove everything* knows which cards to suspend again.
    """

    at: int
    cards: tuple[int, ...]

    @property
    def key(self) -> str:
        """The name of the record."""
        plain = json.dumps([self.at, self.cards])
        day = datetime.fromtimestamp(self.at).strftime("%Y-%m-%d")
        return f"Release {day} {hashlib.sha256(plain.encode()).hexdigest()[:12]}"

    def to_json(self) -> dict[str, Any]:
        """As stored."""
        return {"kind": "release", "at": self.at, "cards": list(self.cards)}

    @staticmethod
    def from_json(record: Mapping[str, Any]) -> Release:
        """Raises DamagedRecord where a needed field is missing or of the wrong type."""
        with _Reading("release"):
            datetime.fromtimestamp(int(record["at"]))
            return Release(int(record["at"]), tuple(int(card) for card in record["cards"]))


def missed_questions(sittings: Iterable[Sitting]) -> dict[QuestionKey, Attempt]:
    """Every question that was ever missed, in the order met, with the first attempt that did."""
    missed: dict[QuestionKey, Attempt] = {}
    for sitting in sittings:
        for key, attempt in zip(sitting.question_keys(), sitting.attempts):
            if key and attempt.outcome and attempt.outcome.is_miss:
                missed.setdefault(key, attempt)
    return missed


def question_key_from_text(text: str) -> QuestionKey | None:
    """The key that `str(QuestionKey)` wrote; None where the text is not one."""
    for bank in BANKS:
        for exam in EXAMS:
            sample = question_key(bank, exam, "")
            prefix = str(sample) + " "
            id = bank.normal_id(text[len(prefix) :]) if text.startswith(prefix) else None
            if id:
                return replace(sample, id=id)
    return None


def _given(record: Any, skip: set[str]) -> dict[str, Any]:
    """The fields of a record that say something: those that differ from their default."""
    return {
        f.name: _plain(getattr(record, f.name))
        for f in fields(record)
        if f.name not in skip and getattr(record, f.name) != f.default
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return list(value) if isinstance(value, tuple) else value


def _attempt_json(attempt: Attempt) -> dict[str, Any]:
    return _given(attempt, skip={"where"})


# How each field of an attempt is read back; text and numbers are checked, never trusted.
_ATTEMPT_FIELDS: dict[str, Callable[[Any], Any]] = {
    "id": str,
    "outcome": Outcome,
    "position": int,
    "subject": str,
    "system": str,
    "category": str,
    "topic": str,
    "percent_others": float,
    "seconds": float,
    "others_seconds": float,
    "change": AnswerChange,
    "confidence": Confidence,
}


def _attempt(record: Mapping[str, Any]) -> Attempt:
    return Attempt(**{k: read(record[k]) for k, read in _ATTEMPT_FIELDS.items() if k in record})


_SITTING_FIELDS: dict[str, Callable[[Any], Any]] = {
    "bank": str,
    "exam": str,
    "when": int,
    "dated": bool,
    "name": str,
    "mode": str,
    "total": int,
    "repeats": bool,
    "part": int,
    "parts": int,
}


def _known(_kind: type[Sitting], record: Mapping[str, Any]) -> dict[str, Any]:
    return {k: read(record[k]) for k, read in _SITTING_FIELDS.items() if k in record}


class _Reading:
    """Turns whatever goes wrong while a record is read into DamagedRecord."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def __enter__(self) -> None:
        return None

    def __exit__(self, _type: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, (KeyError, ValueError, TypeError, AttributeError, OverflowError)):
            raise DamagedRecord(f"not a whole {self._kind}: {error!r}") from error
        if isinstance(error, OSError):
            raise DamagedRecord(f"a {self._kind} with an impossible date") from error
