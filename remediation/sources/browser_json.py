"""Questions as browser tools save them: JSON objects, one for each (names in error_logs.json).

    {"questionId": 118154, "itemNumber": 1, "totalItems": 40, "wasCorrect": false, "subject":
     "Pathology", "system": "Dermatology", "topic": "Itch", "percentCorrect": 52}

One object, a list of them, one a line, or lists inside other objects. Such files hold stems,
choices and explanations too: only the keys below are taken, everything else is dropped while
parsing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from ..model.attempts import Attempt, Outcome
from ..model.banks import AMBOSS, BANKS, EXAMS, UWORLD, Bank
from ..model.progress import Progress
from . import cells
from .gathering import Gathering, Tally
from .markup import plain
from .reading import Document, Reading, UnusableInput

_OBJECTS_PER_REPORT = 200
# A list of MOST_ATTEMPTS questions with their choices has fewer objects and lists. (The commas of
# explanations count as values here, though they are none.)
_MOST_OBJECTS = 1_000_000
_MOST_VALUES = 10_000_000
_DEEPEST = 8
_LONGEST_VALUE = 400
_LONGEST_NUMBER = 15

_START = re.compile(r'\s*(?:\[\s*)?\{\s*(?:"[^"\n]{1,100}"\s*:|\})')
_BETWEEN = re.compile(r"[\s,\]}]*")
_LIKE_AN_ID = re.compile(r"[-\w.]{1,40}")
# What a question holds: its choices have ids too.
_ANSWERS = re.compile(r"choice|answer|option|explanation", re.IGNORECASE)
_BEGIN_OF_LIST = re.compile(r"[^{}\[\]]{0,200}\[\s*(?=\{)")

# Letters of a key, in one case -> what it says.
_KEYS = {
    **dict.fromkeys(("questionid", "qid", "uworldid", "ambossid"), "id"),
    "id": "maybe_id",
    **dict.fromkeys(("itemnumber", "position", "questionnumber"), "position"),
    **dict.fromkeys(("totalitems", "totalquestions"), "total"),
    **dict.fromkeys(("wascorrect", "iscorrect", "correct"), "right"),
    **dict.fromkeys(("result", "outcome", "status"), "outcome"),
    **dict.fromkeys(("omitted", "wasomitted", "isomitted"), "omitted"),
    "selectedletter": "selected_letter",
    "selectedanswer": "selected_answer",
    "correctletter": "correct_letter",
    **dict.fromkeys(("subject", "subjects"), "subject"),
    **dict.fromkeys(("system", "systems"), "system"),
    **dict.fromkeys(("category", "categories"), "category"),
    **dict.fromkeys(("topic", "topics"), "topic"),
    **dict.fromkeys(("percentcorrect", "percentcorrectothers", "otherscorrect"), "percent"),
    **dict.fromkeys(("timespentsecs", "timespent", "timespentseconds", "seconds"), "seconds"),
    **dict.fromkeys(("source", "bank", "qbank", "questionbank"), "bank"),
    **dict.fromkeys(("exam", "step"), "exam"),
}
_NAMES = ("subject", "system", "category", "topic")
# A question has one of these beside its id.
_TELLING = frozenset((*_NAMES, "right", "outcome", "omitted", "percent", "seconds", "position"))

_Object = dict[str, Any]


class BrowserJson:
    """Reads JSON with one object for each question."""

    key = "browser-json"
    name = "JSON saved by a browser tool"

    def certainty(self, document: Document) -> float:
        """Text that begins as a JSON object is for this reader only."""
        return 1.0 if _START.match(document.text) else 0.0

    def read(self, document: Document, progress: Progress) -> Reading:
        """Reads all objects that are questions; a file that is cut off, up to there."""
        return _Reader(document).read(progress)


class _Reader:
    def __init__(self, document: Document) -> None:
        self._gathering = Gathering(document, BrowserJson.key)
        self._found: list[tuple[str, _Object]] = []
        self._banks: dict[str, int] = {}
        self._unknown_banks = Tally()
        self._exams: set[str] = set()
        self._totals: set[int] = set()
        self._without_id = Tally()
        self._without_outcome = Tally()

    def read(self, progress: Progress) -> Reading:
        document = self._gathering.document
        count = 0
        for value, place in _values(document, self._gathering):
            for question in _questions(value, _DEEPEST):
                if count % _OBJECTS_PER_REPORT == 0:
                    progress("Reading", min(place, len(document.text)), len(document.text))
                count += 1
                self._take(question, f"question {count}")
        progress("Reading", len(document.text), len(document.text))
        bank = self._bank()
        for where, question in self._found:
            self._add(question, where, bank)
        self._summarise()
        attempts = self._gathering.attempts
        exam = next(iter(self._exams)) if len(self._exams) == 1 else None
        if exam is None and bank is UWORLD:
            exam = cells.exam_of({a.subject for a in attempts}, {a.system for a in attempts})
        return self._gathering.reading(
            advice=(
                "What can be read is JSON with one object for each question, with keys such as "
                '"questionId", "wasCorrect", "system" and "topic". If it is another file, copy the '
                "question ids and paste them here."
            ),
            bank=bank.key if bank else None,
            exam=exam,
            total=next(iter(self._totals)) if len(self._totals) == 1 else None,
        )

    def _take(self, question: _Object, where: str) -> None:
        said = _squeezed(_string(question.get("bank")))
        if said:
            bank = next((bank.key for bank in BANKS if bank.key in said), "")
            if bank:
                self._banks[bank] = self._banks.get(bank, 0) + 1
            else:
                self._unknown_banks.add(where)
        exam = _squeezed(_string(question.get("exam")))
        self._exams.update(
            known.key for known in EXAMS if exam and _squeezed(known.name) in (exam, f"step{exam}")
        )
        total = _whole(question.get("total"))
        if total:
            self._totals.add(total)
        self._found.append((where, question))

    def _bank(self) -> Bank | None:
        """The bank most questions name, or the one whose ids these are."""
        if self._banks:
            most = max(self._banks, key=lambda key: self._banks[key])
            return next(bank for bank in BANKS if bank.key == most)
        ids = [id for id in (_id_text(question) for _, question in self._found) if id]
        if self._unknown_banks.count or not ids:
            return None
        for bank in (UWORLD, AMBOSS):
            if all(bank.normal_id(id) for id in ids[:_OBJECTS_PER_REPORT]):
                return bank
        return None

    def _add(self, question: _Object, where: str, bank: Bank | None) -> None:
        text = _id_text(question)
        known = bank.normal_id(text) if bank else text
        id = known if known and _LIKE_AN_ID.fullmatch(known) else None
        names = {name: self._name(question, name, where) for name in _NAMES}
        outcome = _outcome(question)
        if id is None:
            if text:
                quote = f'"{text}"' if _LIKE_AN_ID.fullmatch(text) else "What is given as its id"
                self._gathering.problem(
                    where, f"{quote} is not a question id of {bank.name if bank else 'a bank'}."
                )
            if not (outcome and (names["system"] or names["topic"])):
                if not text:
                    self._without_id.add(where)
                return
        if outcome is None:
            self._without_outcome.add(where)
        self._gathering.add(
            Attempt(
                id=id,
                outcome=outcome,
                position=_whole(question.get("position")),
                subject=cells.completed_subject(names["subject"]).name,
                system=cells.completed_system(names["system"]).name,
                category=names["category"],
                topic=names["topic"],
                percent_others=_percent(question.get("percent")),
                seconds=_seconds(question.get("seconds")),
                where=where,
            )
        )

    def _name(self, question: _Object, name: str, where: str) -> str:
        text = plain(_string(question.get(name)))
        if cells.is_missing(text):
            return ""
        if cells.is_name(text):
            return text
        self._gathering.problem(
            where,
            f"The {name} is not a name (it is too long, or holds code or a formula) and was left "
            "out. The rest was read.",
        )
        return ""

    def _summarise(self) -> None:
        gathering = self._gathering
        if self._unknown_banks.count:
            gathering.summary(
                self._unknown_banks.first,
                f"This question is from a bank that is not known here{self._unknown_banks.more}.",
            )
        if self._without_id.count:
            gathering.summary(
                self._without_id.first,
                f"This has no question id and was left out{self._without_id.more}.",
            )
        without = self._without_outcome
        if without.count and without.count < len(gathering):
            gathering.summary(
                without.first,
                f"Whether this question was answered correctly is not said{without.more}.",
            )


# --- JSON -----------------------------------------------------------------------------------


def _values(document: Document, gathering: Gathering) -> Iterator[tuple[Any, int]]:
    """The values at the top of the document, or those of the list there, and where each ends.

    Goes into a list, or a list in an object that is cut off, so that what is whole is read.
    """
    text, name = document.text, document.name
    objects = text.count("[") + text.count("{")
    if objects > _MOST_OBJECTS or text.count(",") > _MOST_VALUES:
        raise UnusableInput(
            f"{name} holds millions of values, more than any list of questions, and nothing was "
            "read from it. Save only the questions of one test."
        )
    decoder = json.JSONDecoder(
        object_pairs_hook=_kept,
        parse_int=_int,
        parse_float=_float,
        parse_constant=lambda _: None,
    )
    place = _BETWEEN.match(text).end()  # type: ignore[union-attr]
    if text[place : place + 1] == "[":
        place += 1
    entered = 0
    while True:
        place = _BETWEEN.match(text, place).end()  # type: ignore[union-attr]
        if place >= len(text):
            return
        try:
            value, place = decoder.raw_decode(text, place)
        except RecursionError:
            raise UnusableInput(
                f"{name} is JSON that is nested too deeply for a list of questions, and nothing "
                "was read from it. Copy the question ids and paste them here."
            ) from None
        except ValueError:
            inside = _BEGIN_OF_LIST.match(text, place + 1)
            if text[place] == "{" and inside and entered < _DEEPEST and _wraps(inside.group()):
                entered += 1
                place = inside.end()
                continue
            line = text.count("\n", 0, place) + 1
            gathering.problem(
                f"line {line}",
                "From here on the file is not whole JSON, perhaps since it was cut off. What "
                "stands before was read.",
            )
            return
        yield value, place


def _wraps(beginning: str) -> bool:
    """Whether the object that begins so holds a list of questions, and is not one itself."""
    keys = {_squeezed(key) for key in re.findall(r'"([^"]{1,40})"\s*:', beginning)}
    known = {_KEYS.get(key, "") for key in keys} - {"", "maybe_id", "total", "bank", "exam"}
    return not known and not any(map(_ANSWERS.search, keys))


def _kept(pairs: list[tuple[str, Any]]) -> _Object:
    """Of an object what may be read: known keys, and what may hold questions."""
    kept: _Object = {}
    for key, value in pairs:
        known = _KEYS.get(_squeezed(key)) if len(key) <= _LONGEST_VALUE else None
        if isinstance(value, (dict, list)):
            if _ANSWERS.search(key[:_LONGEST_VALUE]):
                continue
            if value and (not isinstance(value, list) or _holds_more(value)):
                kept.setdefault(f"in {len(kept)}", value)
            if known in _NAMES and isinstance(value, list):
                kept.setdefault(known, ", ".join(v for v in value[:5] if isinstance(v, str)))
        elif known and known not in kept and value is not None:
            kept[known] = value[:_LONGEST_VALUE] if isinstance(value, str) else value
        elif known in ("selected_letter", "selected_answer"):
            kept.setdefault(known, None)
    return kept


def _holds_more(values: list[Any]) -> bool:
    return any(isinstance(value, (dict, list)) and value for value in values)


def _questions(value: Any, depth: int) -> Iterator[_Object]:
    """The questions in a value: the value itself, or those it holds."""
    if depth == 0:
        return
    if isinstance(value, list):
        for item in value:
            yield from _questions(item, depth - 1)
    elif isinstance(value, dict):
        if ("id" in value and (len(value) == 1 or _TELLING & value.keys())) or (
            "maybe_id" in value and (_TELLING - {"right"}) & value.keys()
        ):
            yield value
            return
        found = False
        for key, item in value.items():
            if key.startswith("in "):
                for question in _questions(item, depth - 1):
                    found = True
                    yield question
        has_names = {"system", "topic"} & value.keys()
        if not found and ("right" in value or ("outcome" in value and has_names)):
            yield value


# --- Values ---------------------------------------------------------------------------------


def _outcome(question: _Object) -> Outcome | None:
    if question.get("omitted") is True:
        return Outcome.OMITTED
    said = cells.outcome(_string(question.get("outcome")))
    right = question.get("right")
    if isinstance(right, str):
        said = said or cells.outcome(right)
        right = {"true": True, "yes": True, "false": False, "no": False}.get(right.casefold())
    chosen = [question[key] for key in ("selected_letter", "selected_answer") if key in question]
    if said is None and right is not True and chosen and not any(chosen):
        return Outcome.OMITTED
    if (
        said is None
        and not isinstance(right, bool)
        and all(isinstance(question.get(key), str) for key in ("selected_letter", "correct_letter"))
    ):
        right = question["selected_letter"].strip() == question["correct_letter"].strip()
    if said is None and isinstance(right, bool):
        said = Outcome.CORRECT if right else Outcome.INCORRECT
    return said


def _id_text(question: _Object) -> str:
    id = question.get("id", question.get("maybe_id"))
    if isinstance(id, float) and id.is_integer() and id < 10**_LONGEST_NUMBER:
        id = int(id)
    return plain(_string(id))


def _string(value: Any) -> str:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _whole(value: Any) -> int | None:
    text = plain(_string(value))
    return int(text) or None if text.isdecimal() and len(text) <= 4 else None


def _percent(value: Any) -> float | None:
    """Per cent of others who were right, also where it is written as a part of one."""
    if isinstance(value, str):
        value = cells.percent(value) if "%" in value else cells.percent(f"{plain(value)}%")
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 <= value <= 100:
        return None
    return 100.0 * value if 0 < value < 1 else float(value)


def _seconds(value: Any) -> float | None:
    if isinstance(value, str):
        seconds = cells.seconds(value)
        return cells.seconds(f"{plain(value)} sec") if seconds is None else seconds
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 <= value < 1e6:
        return None
    return float(value)


def _int(text: str) -> int | None:
    """Python before 3.11 takes very long for very long numbers."""
    return int(text) if len(text) <= _LONGEST_NUMBER else None


def _float(text: str) -> float | None:
    return float(text) if len(text) <= 3 * _LONGEST_NUMBER else None


def _squeezed(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
