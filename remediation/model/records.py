"""The records of the ledger, and how each is written as plain JSON values.

Sittings and releases are only ever added. A question's record changes when the student decides
something about it; fields that a newer version wrote are kept as they are.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from enum import Enum
from typing import Any, Callable

from .attempts import (
    AnswerChange,
    Attempt,
    Band,
    Confidence,
    GroupKind,
    Outcome,
    QuestionGroup,
)
from .banks import BANKS, EXAMS, QuestionKey, bank_by_key, exam_by_key, question_key
from .codec import DamagedRecord, encode
from .decisions import DecidedBy, Decision, merged_decisions
from .reasons import is_code

# Well under the 64 KB that is the most for one note, so that a summary and a key fit beside it.
MOST_DATA_CHARS = 60_000
# Card ids of 13 digits take at most about 15 characters each, packed or not.
_MOST_CARDS = 3_000
_SLUG_CHARS = 40
# A field of a note is HTML: these would become something else there.
_HTML_MARKS = re.compile(r"[<>&\"]")
# What "part" and "parts" can add to a part that was measured without them.
_ROOM_FOR_NUMBERS = 100
# Whole numbers have 8 bytes in a collection and in Anki's messages; a larger one is damage.
_MOST_WHOLE_NUMBER = 2**63 - 1


@dataclass(frozen=True)
class Sitting:
    """One block, test, self-assessment or pasted list of attempts, as it happened.

    `when` is the moment it was done (seconds since the epoch); `dated` is true where the input
    itself said so, false where the student did. `total` is how many questions it had in all,
    None where nobody knows. `extends` names earlier sittings that hold other attempts of the same
    block: together they have `total` questions. `groups` are the rows of a report that counts
    questions together, `summary` its totals by name, as printed. `sample` marks one made up for a
    look around. `part` and `parts` count the notes a long sitting is spread over.
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
    groups: tuple[QuestionGroup, ...] = ()
    summary: tuple[tuple[str, str], ...] = ()
    sample: bool = False
    part: int = 1
    parts: int = 1

    @property
    def title(self) -> str:
        """What to call it: "UWorld Step 1" and its name, if it has one, less marks of HTML."""
        name = " ".join(_HTML_MARKS.sub(" ", self.name).split())
        parts = (bank_by_key(self.bank).name, exam_by_key(self.exam).name, name)
        return " ".join(part for part in parts if part)

    @property
    def key(self) -> str:
        """The name of the record: the same on two computers that import the same list.

        The moment is part of it only where it tells two sittings apart: where the input gives it,
        or where the student said that an equal list was done again.
        """
        when = self.when if self.dated or self.repeats else None
        attempts = [_attempt_json(attempt) for attempt in self.attempts]
        told: list[Any] = [self.bank, self.exam, self.name, when, attempts]
        if self.groups or self.summary:
            told += [[_group_json(group) for group in self.groups], self.summary]
        plain = json.dumps(told, sort_keys=True)
        return f"Sitting {self.title} {hashlib.sha256(plain.encode()).hexdigest()[:12]}"

    def question_keys(self) -> list[QuestionKey]:
        """The key of each attempt's question; one without an id is named by what is known of it."""
        bank, exam = bank_by_key(self.bank), exam_by_key(self.exam)
        return [question_key(bank, exam, a.id or _described(a)) for a in self.attempts]

    def to_json(self) -> dict[str, Any]:
        """As stored."""
        return {
            **_given(self, skip={"attempts", "groups"}),
            **({"groups": [_group_json(group) for group in self.groups]} if self.groups else {}),
            "kind": "sitting",
            "attempts": [_attempt_json(attempt) for attempt in self.attempts],
        }

    @staticmethod
    def from_json(record: Mapping[str, Any]) -> Sitting:
        """Raises DamagedRecord where a needed field is missing or of the wrong type."""
        with _Reading("sitting"):
            known = _read(_SITTING_FIELDS, record)
            known["attempts"] = tuple(_attempt(item) for item in _list(record["attempts"]))
            known["extends"] = tuple(_text(key) for key in _list(record.get("extends", [])))
            known["groups"] = tuple(_group(item) for item in _list(record.get("groups", [])))
            known["summary"] = tuple(_pair(item) for item in _list(record.get("summary", [])))
            sitting = Sitting(**known)
            bank_by_key(sitting.bank), exam_by_key(sitting.exam)
            datetime.fromtimestamp(sitting.when)
            return sitting

    def split(self) -> tuple[Sitting, ...]:
        """The sitting as parts that each fit into one note and can be read alone."""
        pieces = _halves_that_fit(self)
        return tuple(
            replace(
                self,
                attempts=attempts,
                groups=self.groups if number == 1 else (),
                part=number,
                parts=len(pieces),
            )
            for number, attempts in enumerate(pieces, 1)
        )


def _halves_that_fit(sitting: Sitting) -> list[tuple[Attempt, ...]]:
    most = MOST_DATA_CHARS - _ROOM_FOR_NUMBERS
    if len(sitting.attempts) <= 1 or len(encode(sitting.to_json())) <= most:
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
    where unknown. `decisions` are the reasons named for its missed attempts, in the order made.
    `wants_cards` says that the student asked for cards although the reason needs none. `mixed_with`
    is what it was mixed up with, in the student's words, `other_side` the notes about that.
    `cue` and `rule` are the student's own text; they stand in fields of the note, where the student
    may edit them, and not in the record. `unread` are fields that a newer version wrote.
    """

    key: QuestionKey
    core: tuple[NoteRef, ...] = ()
    system: str = ""
    decisions: tuple[Decision, ...] = ()
    wants_cards: bool = False
    mixed_with: str = ""
    other_side: tuple[NoteRef, ...] = ()
    cue: str = ""
    rule: str = ""
    unread: Mapping[str, Any] = field(default_factory=dict)

    @property
    def deficit(self) -> str:
        """The code or key of the reason named last; "" where none is."""
        return self.decisions[-1].reason if self.decisions else ""

    def decision(self, sitting: str) -> Decision | None:
        """What was decided about the attempt in the sitting of this key."""
        return next((d for d in self.decisions if d.sitting == sitting), None)

    def decided(self, decision: Decision) -> Question:
        """The question with this decision in place of an earlier one about the same attempt."""
        others = tuple(d for d in self.decisions if d.sitting != decision.sitting)
        return replace(self, decisions=(*others, decision))

    def to_json(self) -> dict[str, Any]:
        """As stored; fields that this version does not know come back unchanged."""
        record: dict[str, Any] = {
            **self.unread,
            "kind": "question",
            "bank": self.key.bank,
            "exam": self.key.exam,
            "id": self.key.id,
            "core": _refs_json(self.core),
            "system": self.system,
        }
        if self.decisions:
            record["decisions"] = [_decision_json(decision) for decision in self.decisions]
        if self.wants_cards:
            record["wants_cards"] = True
        if self.mixed_with:
            record["mixed_with"] = self.mixed_with
        if self.other_side:
            record["other_side"] = _refs_json(self.other_side)
        return record

    @staticmethod
    def from_json(record: Mapping[str, Any]) -> Question:
        """Raises DamagedRecord where a needed field is missing or of the wrong type."""
        with _Reading("question"):
            key = QuestionKey(_text(record["bank"]), _text(record["exam"]), _text(record["id"]))
            str(key)  # an unknown bank or exam is damage too
            return Question(
                key,
                tuple(_note_ref(item) for item in _list(record.get("core", []))),
                _text(record.get("system", "")),
                tuple(_decision(item) for item in _list(record.get("decisions", []))),
                _truth(record.get("wants_cards", False)),
                _text(record.get("mixed_with", "")),
                tuple(_note_ref(item) for item in _list(record.get("other_side", []))),
                unread={k: v for k, v in record.items() if k not in _QUESTION_FIELDS},
            )

    def merged(self, other: Question) -> Question:
        """One record of two that different computers made for the same question."""
        return replace(
            self,
            core=tuple(dict.fromkeys(self.core + other.core)),
            system=self.system or other.system,
            decisions=merged_decisions(self.decisions, other.decisions),
            wants_cards=self.wants_cards or other.wants_cards,
            mixed_with=self.mixed_with or other.mixed_with,
            other_side=tuple(dict.fromkeys(self.other_side + other.other_side)),
            cue=_both(self.cue, other.cue),
            rule=_both(self.rule, other.rule),
            unread={**other.unread, **self.unread},
        )


# fmt: off
_QUESTION_FIELDS = frozenset((
    "kind", "bank", "exam", "id", "core", "system", "decisions", "wants_cards", "mixed_with",
    "other_side",
))
# fmt: on


def _both(text: str, other: str) -> str:
    """The texts of two computers: nothing that the student wrote is lost."""
    return text if other in text else f"{text}\n{other}" if text else other


def _refs_json(refs: tuple[NoteRef, ...]) -> list[list[Any]]:
    return [[ref.id, ref.guid] for ref in refs]


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

    def split(self) -> tuple[Release, ...]:
        """The release as several that each fit into one note."""
        starts = range(0, len(self.cards), _MOST_CARDS)
        return tuple(replace(self, cards=self.cards[s : s + _MOST_CARDS]) for s in starts)

    def to_json(self) -> dict[str, Any]:
        """As stored."""
        return {"kind": "release", "at": self.at, "cards": list(self.cards)}

    @staticmethod
    def from_json(record: Mapping[str, Any]) -> Release:
        """Raises DamagedRecord where a needed field is missing or of the wrong type."""
        with _Reading("release"):
            at = _whole_number(record["at"])
            datetime.fromtimestamp(at)
            return Release(at, tuple(_whole_number(card) for card in _list(record["cards"])))


@dataclass(frozen=True)
class Remembered:
    """Choices of the student that hold on every computer: for each name the latest one counts.

    `at` is when they were made (seconds since the epoch); `values` are plain JSON values.
    """

    at: int
    values: Mapping[str, Any]

    @property
    def key(self) -> str:
        """The name of the record."""
        plain = json.dumps([self.at, self.values], sort_keys=True)
        day = datetime.fromtimestamp(self.at).strftime("%Y-%m-%d")
        return f"Settings {day} {hashlib.sha256(plain.encode()).hexdigest()[:12]}"

    def to_json(self) -> dict[str, Any]:
        """As stored."""
        return {"kind": "settings", "at": self.at, "values": dict(self.values)}

    @staticmethod
    def from_json(record: Mapping[str, Any]) -> Remembered:
        """Raises DamagedRecord where a needed field is missing or of the wrong type."""
        with _Reading("settings"):
            at = _whole_number(record["at"])
            datetime.fromtimestamp(at)
            if not isinstance(record["values"], dict):
                raise TypeError("settings that are no names with values")
            return Remembered(at, record["values"])


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


def _described(attempt: Attempt) -> str:
    """A name for a question without an id: readable, and the same whenever it is read again."""
    told = (
        attempt.position,
        attempt.subject,
        attempt.system,
        attempt.category,
        attempt.topic,
        attempt.note_ids,
        attempt.card_ids,
    )
    digest = hashlib.sha256(json.dumps(told).encode()).hexdigest()[:8]
    words = attempt.topic or attempt.category or attempt.system or "question"
    return f"{topic_slug(words)}-{digest}"


def topic_slug(words: str) -> str:
    """Words as part of a question's key: short, without blanks or marks."""
    slug = "-".join(re.findall(r"[^\W_]+", words.casefold()))
    return slug[:_SLUG_CHARS].rstrip("-") or "question"


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
    if isinstance(value, float) and value.is_integer():
        return int(value)  # 65 and 65.0 are equal, so records with either have the same name
    return list(value) if isinstance(value, tuple) else value


def _group_json(group: QuestionGroup) -> dict[str, Any]:
    return {**_given(group, skip={"where"}), "kind": group.kind.value}


def _decision_json(decision: Decision) -> dict[str, Any]:
    return {**decision.unread, **_given(decision, skip={"unread"})}


def _attempt_json(attempt: Attempt) -> dict[str, Any]:
    return _given(attempt, skip={"where"})


# Text and numbers are checked, never converted: `str(None)` would be a question called "None".


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{type(value).__name__} where text is due")
    return value


def _whole_number(value: Any) -> int:
    if type(value) is not int or abs(value) > _MOST_WHOLE_NUMBER:
        raise TypeError(f"{type(value).__name__} where a whole number of 8 bytes is due")
    return value


def _number(value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):
        raise TypeError(f"{type(value).__name__} where a finite number is due")
    return float(value)


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{type(value).__name__} where true or false is due")
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"{type(value).__name__} where a list is due")
    return value


# How each field of an attempt is read back.
_ATTEMPT_FIELDS: dict[str, Callable[[Any], Any]] = {
    "id": _text,
    "outcome": lambda value: Outcome(_text(value)),
    "position": _whole_number,
    "subject": _text,
    "system": _text,
    "category": _text,
    "topic": _text,
    "percent_others": _number,
    "seconds": _number,
    "others_seconds": _number,
    "change": lambda value: AnswerChange(_text(value)),
    "confidence": lambda value: Confidence(_text(value)),
    "reason": _text,
    "note_ids": lambda value: _numbers(value),
    "card_ids": lambda value: _numbers(value),
}

_SITTING_FIELDS: dict[str, Callable[[Any], Any]] = {
    "bank": _text,
    "exam": _text,
    "when": _whole_number,
    "dated": _truth,
    "name": _text,
    "mode": _text,
    "total": _whole_number,
    "repeats": _truth,
    "sample": _truth,
    "part": _whole_number,
    "parts": _whole_number,
}


def _attempt(record: Any) -> Attempt:
    return Attempt(**_read(_ATTEMPT_FIELDS, record))


_GROUP_FIELDS: dict[str, Callable[[Any], Any]] = {
    "kind": lambda value: GroupKind(_text(value)),
    "name": _text,
    "parent": _text,
    "seen": _whole_number,
    "correct": _whole_number,
    "incorrect": _whole_number,
    "omitted": _whole_number,
    "percent": _number,
    "band": lambda value: Band(_text(value)),
}


def _reason(value: Any) -> str:
    code = _text(value)
    if code and not is_code(code):
        raise ValueError(f"{code!r} is no reason")
    return code


_DECISION_FIELDS: dict[str, Callable[[Any], Any]] = {
    "sitting": _text,
    "reason": _reason,
    "how": lambda value: DecidedBy(_text(value)),
    "at": _whole_number,
    "suggested": _reason,
    "p_knowledge": _number,
    "confidence": lambda value: Confidence(_text(value)),
}


def _decision(record: Any) -> Decision:
    known = _read(_DECISION_FIELDS, record)
    return Decision(**known, unread={k: v for k, v in record.items() if k not in known})


def _group(record: Any) -> QuestionGroup:
    return QuestionGroup(**_read(_GROUP_FIELDS, record))


def _pair(pair: Any) -> tuple[str, str]:
    name, value = _list(pair)
    return _text(name), _text(value)


def _numbers(values: Any) -> tuple[int, ...]:
    return tuple(_whole_number(value) for value in _list(values))


def _note_ref(pair: Any) -> NoteRef:
    id, guid = _list(pair)
    return NoteRef(_whole_number(id), _text(guid))


def _read(readers: Mapping[str, Callable[[Any], Any]], record: Any) -> dict[str, Any]:
    if not isinstance(record, Mapping):
        raise TypeError(f"{type(record).__name__} where fields are due")
    return {name: read(record[name]) for name, read in readers.items() if name in record}


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
