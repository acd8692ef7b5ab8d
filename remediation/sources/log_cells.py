"""What single cells of a student's log say: ids, results, confidence, where a question is from."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from ..model.attempts import Confidence, Outcome
from ..model.banks import AMBOSS, COMLEX, NBME, STEP_1, STEP_2, STEP_3, UWORLD, Bank
from . import cells

_LONGEST = 60
_MOST_IDS_IN_A_CELL = 500
_LONGEST_IDS = 4_000
_MOST_POSITION = 1_000

# --- Ids ------------------------------------------------------------------------------------

_BETWEEN_IDS = re.compile(r"[;|\n/&]|,(?!\d{3}(?:\D|$))|,(?=\d{3},)|\s(?:and|und|y|e|et)\s")
_LABEL = re.compile(
    r"^(?:(?:uworld|uw|amboss|question|quest|q|id|ids|qids?|qbank|no|nr)\b[\s._:#-]*|#\s*){1,4}|^uw(?=\d)"
    r"|^q(?=\d{4})",
    re.IGNORECASE,
)
_EXCEL_NUMBER = re.compile(r"(\d+)\.0+")
_BRACKETS = "()[]{}'\"*.`"
_NUMBER = re.compile(r"\d+")


class IdsCell(NamedTuple):
    """The ids of a cell, the position in the block where it says so, and what is no id."""

    ids: tuple[str, ...]
    position: int | None = None
    outcome: Outcome | None = None
    refused: tuple[str, ...] = ()


def ids(text: str, bank: Bank | None) -> IdsCell:
    """The ids of a cell: `2108`, `2108, 118154`, `1 - 118154`, `QID: 2108`, `2108 118154`.

    Without a `bank`, numbers are UWorld's, and codes that hold letters and digits are AMBOSS's.
    """
    if len(text) > _LONGEST_IDS or text.startswith(("=", "@")):  # text, or a formula
        return IdsCell((), refused=(text,))
    found: list[str] = []
    refused: list[str] = []
    position = outcome = None
    for part in _BETWEEN_IDS.split(text)[:_MOST_IDS_IN_A_CELL]:
        part = part.strip().strip(_BRACKETS).strip()
        row = cells.id_cell(part)
        if row and row.id and (bank is None or bank is UWORLD):
            found.append(row.id)
            position, outcome = row.position, row.outcome
            continue
        part = _LABEL.sub("", part).strip()
        for token in part.split():
            token = token.strip(_BRACKETS + ",:;#")
            whole = _EXCEL_NUMBER.fullmatch(token)
            id = _id(whole[1] if whole else token, bank)
            if id:
                found.append(id)
            elif token and token != "-":
                refused.append(token)
    several = len(found) > 1
    return IdsCell(
        tuple(dict.fromkeys(found)), None if several else position, outcome, tuple(refused)
    )


def _id(token: str, bank: Bank | None) -> str | None:
    if bank is not None:
        if bank is AMBOSS and token.isalpha() and (token.islower() or token.istitle()):
            return None  # a word
        if bank is NBME and len(token) < 5:
            return None  # an item number
        return bank.normal_id(token)
    if token.isdecimal():
        return UWORLD.normal_id(token)
    mixed = any(map(str.isdecimal, token)) and any(map(str.isalpha, token))
    return AMBOSS.normal_id(token) if mixed and len(token) in (6, 10) else None


def position(text: str) -> int | None:
    """A position in a block: `12`, `#12`, `12 of 40`; None where `text` is none."""
    found = re.fullmatch(
        r"(?:q(?:uestion)?\s?)?#?\s?(\d{1,4})(?:\.0)?(?:\s?(?:of|/)\s?\d{1,4})?", text.strip(), re.I
    )
    return int(found[1]) if found and 0 < int(found[1]) <= _MOST_POSITION else None


# --- Words ----------------------------------------------------------------------------------

_MORE_OUTCOMES = {
    **dict.fromkeys(
        (
            "correct answer", "answered correctly", "c", "r", "richtig", "correcta", "correcto",
            "certo", "acertei", "bien", "juste", "got it right", "pass", "passed", "ok",
        ),
        Outcome.CORRECT,
    ),
    **dict.fromkeys(
        (
            "i", "w", "incorrecto", "incorrecta", "falsch", "errado", "errei", "faux", "miss",
            "wrong answer", "answered incorrectly", "got it wrong", "got wrong", "mal", "fail",
            "failed", "incorrect answer", "not correct",
        ),
        Outcome.INCORRECT,
    ),
    **dict.fromkeys(
        (
            "o", "omit", "skip", "not answered", "left blank", "unattempted", "unused",
            "ausgelassen", "omitida", "omitido",
        ),
        Outcome.OMITTED,
    ),
    **dict.fromkeys(
        (
            "guess", "guessed", "lucky guess", "guessed right", "guessed correctly", "unsure",
            "correct guess", "correct but guessed", "correct guessed", "right but unsure",
            "correct but unsure", "correct unsure", "marked", "right guess", "educated guess",
            "correct marked", "correct flagged", "right but guessed", "flagged",
        ),
        Outcome.UNSURE,
    ),
}  # fmt: skip
_YES = frozenset(
    ("yes", "y", "true", "1", "1.0", "ja", "si", "sí", "sim", "oui", "checked", "wahr", "verdadero")
)
_NO = frozenset(("no", "n", "false", "0", "0.0", "nein", "não", "nao", "non", "unchecked", "falso"))
_MISS_WORDS = re.compile(r"incorrect|wrong|miss|falsch|error|incorrecto")

_CONFIDENCE = {
    **dict.fromkeys(
        (
            "sure", "certain", "confident", "very confident", "high", "very high", "100%",
            "very sure", "hoch", "sicher", "alta", "alto",
        ),
        Confidence.SURE,
    ),
    **dict.fromkeys(
        (
            "unsure", "uncertain", "eliminated", "elimination", "low", "very low", "medium",
            "moderate", "somewhat confident", "not sure", "somewhat", "50/50", "50%",
            "not confident", "unsicher", "down to two", "narrowed", "narrowed down", "mittel",
            "niedrig", "baja", "media",
        ),
        Confidence.UNSURE,
    ),
    **dict.fromkeys(
        (
            "guess", "guessed", "guessing", "blind guess", "random guess", "pure guess", "geraten",
            "no idea", "complete guess", "total guess",
        ),
        Confidence.GUESSED,
    ),
}  # fmt: skip


@lru_cache(maxsize=4096)
def outcome(text: str, column: str = "") -> Outcome | None:
    """What a result says; yes and no go by what the `column` is called: "Correct?", "Missed?"."""
    if len(text) > _LONGEST:
        return None
    found = cells.outcome(text)
    if found:
        return found
    plain = _plain(text)
    found = cells.outcome(plain) or _MORE_OUTCOMES.get(plain)
    if found:
        return found
    if plain in _YES or plain in _NO:
        column = column.casefold()
        if _MISS_WORDS.search(column) and re.search(
            r"(?<!in)correct\W+(?:or\W+)?incorrect|right", column
        ):
            return None
        says_miss = bool(_MISS_WORDS.search(column))
        if not says_miss and not re.search(r"correct|right|richtig|acierto", column):
            return None
        return Outcome.INCORRECT if (plain in _YES) == says_miss else Outcome.CORRECT
    return None


@lru_cache(maxsize=1024)
def confidence(text: str) -> Confidence | None:
    """What the student says about how sure the answer was, None where it is not clear."""
    if len(text) > _LONGEST:
        return None
    return _CONFIDENCE.get(text.strip().casefold()) or _CONFIDENCE.get(_plain(text))


class Source(NamedTuple):
    """Where a question is from: keys of a bank and an exam, and what else names the test.

    `other_bank` is true for a bank whose ids no deck carries: its numbers mean nothing here.
    """

    bank: str | None = None
    exam: str | None = None
    name: str = ""
    other_bank: bool = False


_BANKS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (AMBOSS.key, re.compile(r"\bamboss\b")),
    (
        NBME.key,
        re.compile(
            r"\b(?:nbme|cbssa|ccssa|cbse|free ?12[01]|free ?1[23]7|insights|shelf|cms form)\b"
        ),
    ),
    (UWORLD.key, re.compile(r"\b(?:u ?world|uw|uwsa ?\d?|usmle ?world)\b")),
)
_OTHER_BANKS = re.compile(
    r"\b(?:kaplan|true ?learn|com ?bank|board ?vitals|rx|usmle ?rx|rosh|lecturio|com ?quest|pathoma"
    r"|becker|mehl ?man|pre ?test|case files|anki|first aid|osmosis|bnb|pyq|marrow|prepladder)\b"
)
_EXAMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (COMLEX.key, re.compile(r"\b(?:comlex|comsae|comat|comquest|combank)\b")),
    (STEP_1.key, re.compile(r"\b(?:step ?(?:1|i|one)|s1|cbssa)\b")),
    (STEP_2.key, re.compile(r"\b(?:step ?(?:2|ii|two)(?: ?ck)?|s2|2 ?ck|ccssa)\b")),
    (STEP_3.key, re.compile(r"\b(?:step ?(?:3|iii|three)|s3)\b")),
)
_WHOLE_NAMES = frozenset(("uworld", "uw", "amboss", "nbme", "u world", "usmle world"))


@lru_cache(maxsize=2048)
def source_of(text: str) -> Source:
    """What a cell (or a column's name) says about bank, exam and test: `UWorld Step 2 - UWSA1`."""
    text = text.strip()
    if not text or len(text) > _LONGEST or is_missing(text):
        return Source()
    plain = re.sub(r"[\W_]+", " ", text.replace("&", " & ")).casefold().strip()
    bank = next((key for key, pattern in _BANKS if pattern.search(plain)), None)
    exams = [key for key, pattern in _EXAMS if pattern.search(plain)]
    other = bank is None and bool(_OTHER_BANKS.search(plain))
    is_plain = plain in _WHOLE_NAMES or (
        bool(exams) and bank is None and not other and len(plain) < 12
    )
    name = "" if is_plain or not cells.is_name(text) else text
    return Source(bank, exams[0] if len(exams) == 1 else None, name, other)


# --- Numbers --------------------------------------------------------------------------------


def percent(text: str) -> float | None:
    """A per cent, with or without its sign; None where `text` is none."""
    found = cells.percent(text)
    return found if found is not None else _number(text, 100)


def seconds(text: str) -> float | None:
    """A time in seconds, with or without its unit; None where `text` is none."""
    found = _number(text, 86_400)
    return found if found is not None else cells.seconds(text)


def is_missing(text: str) -> bool:
    """Whether a cell is empty, says so, or shows a spreadsheet's error (`#N/A`)."""
    return cells.is_missing(text) or (
        text.startswith("#") and text.rstrip("!?").isupper() and not _NUMBER.search(text)
    )


def _number(text: str, most: float) -> float | None:
    if not re.fullmatch(r"\d{1,6}(?:[.,]\d{1,9})?", text.strip(), re.ASCII):
        return None
    value = float(text.strip().replace(",", "."))
    return value if value <= most else None


def _plain(text: str) -> str:
    """A word or two without case, signs and pictures: `❌ Incorrect` is `incorrect`."""
    return " ".join(re.findall(r"[^\W_]+", text)).casefold()
