"""The small things that result tables are made of: id cells, marks, per cents, times, names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from ..model.attempts import Outcome
from ..model.banks import STEP_1, STEP_2, UWORLD
from ..model.uworld_names import (
    CATEGORIES,
    STEP1_CATEGORIES,
    STEP1_SUBJECTS,
    STEP1_SYSTEMS,
    STEP2_SUBJECTS,
    STEP2_SYSTEMS,
    SUBJECT_VARIANTS,
    SUBJECTS,
    SYSTEM_VARIANTS,
    SYSTEMS,
    complete,
)

# Hyphen, non-breaking hyphen, figure dash, en dash, em dash, bar, minus.
DASH = "[-\u2010\u2011\u2012\u2013\u2014\u2015\u2212]"

MARKS = {
    # U+00D7 is the multiplication sign. The last of each is the icon's own code in Font Awesome,
    # as some PDF viewers copy it.
    **dict.fromkeys("✓✔√✅\uf00c", Outcome.CORRECT),
    **dict.fromkeys("\u00d7✗✘✕✖❌xX\uf00d", Outcome.INCORRECT),
    **dict.fromkeys("⊘∅\uf05e", Outcome.OMITTED),
}
OUTCOME_WORDS = {
    **dict.fromkeys(("correct", "right"), Outcome.CORRECT),
    **dict.fromkeys(("incorrect", "wrong", "missed"), Outcome.INCORRECT),
    **dict.fromkeys(("omitted", "skipped", "unanswered"), Outcome.OMITTED),
}
MARK = f"(?:[{''.join(MARKS)}]\ufe0f?|{'|'.join(OUTCOME_WORDS)})"

_MARK = re.compile(MARK, re.IGNORECASE)
_ID_CELL = re.compile(
    rf"(?P<mark>{MARK})?\s*(?:(?P<block>block|test)\s*)?(?P<row>\d{{1,5}})\s*{DASH}\s*(?P<id>\d+)",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"(\d{1,3}(?:[.,]\d{1,2})?)\s*%")
_TIME = re.compile(
    r"(?:(?P<hours>\d{1,2})\s*(?:h|hrs?|hours?)\.?,?\s*)?"
    r"(?:(?P<minutes>\d{1,4})\s*(?:m|mins?|minutes?)\.?,?\s*)?"
    r"(?:(?P<seconds>\d{1,5}(?:\.\d{1,3})?)\s*(?:s|secs?|seconds?)\.?)?",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})")
# A printed name is shorter than this; a longer cell is something else.
_LONGEST_NAME = 200
_NOT_A_NAME = re.compile(r"<[A-Za-z/!?]|^[=+@]|\x00")
_MISSING = {"", "-", "--", "\u2013", "\u2014", "n/a", "na", "none", "null", "nan", "?"}


class IdCell(NamedTuple):
    """What the first cell of a row says: `1 - 118154`, `Block 3 - 12345`, `✗ 4 - 2108`.

    `id` is None where the number is not a question id.
    """

    id: str | None
    position: int | None
    outcome: Outcome | None


def id_cell(text: str) -> IdCell | None:
    """The parts of an id cell, or None where `text` is not one."""
    cell = _ID_CELL.fullmatch(text.strip())
    if not cell:
        return None
    position = None if cell["block"] else int(cell["row"]) or None
    return IdCell(UWORLD.normal_id(cell["id"]), position, outcome(cell["mark"] or ""))


def outcome(text: str) -> Outcome | None:
    """What a mark or a word says about the answer, None where it says nothing."""
    text = text.strip().rstrip("\ufe0f")
    return MARKS.get(text) or OUTCOME_WORDS.get(text.casefold())


def is_missing(text: str) -> bool:
    """Whether a cell says in one way or another that it is empty."""
    return text.strip().casefold() in _MISSING


def percent(text: str) -> float | None:
    """A per cent from 0 to 100 (`52%`), None where `text` is none."""
    found = _PERCENT.fullmatch(text.strip())
    if not found:
        return None
    value = float(found.group(1).replace(",", "."))
    return value if value <= 100 else None


def seconds(text: str) -> float | None:
    """A time in seconds (`45 sec`, `1 min 5 sec`, `1:05`), None where `text` is none."""
    text = text.strip()
    clock = _CLOCK.fullmatch(text)
    if clock:
        hours, minutes, rest = (int(part or 0) for part in clock.groups())
        return float(hours * 3600 + minutes * 60 + rest) if rest < 60 else None
    time = _TIME.fullmatch(text)
    if not text or not time:
        return None
    parts = time.groupdict(default="0")
    return int(parts["hours"]) * 3600 + int(parts["minutes"]) * 60 + float(parts["seconds"])


class Names(NamedTuple):
    """How the bank classifies a question."""

    subject: str
    system: str
    category: str
    topic: str


def split_names(text: str) -> Names:
    """Parts the names of one row that only blanks hold together, by the lists of known names.

    The longest known subject, system and category are taken in turn from the front, what is left
    is the topic. Where the front is no known name, nothing is guessed: the rest is the topic.
    """
    text = " ".join(text.split())
    subject, rest = _take(text, SUBJECTS)
    system, after_system = _take(rest, SYSTEMS)
    if subject and not system:
        # "Genetics (General Principles)" is a system, with the subject missing before it.
        system, after_system = _take(text, SYSTEMS)
        subject = "" if system else subject
    rest = after_system if system else rest
    category, rest = _take(rest, _categories(system)) if system else ("", rest)
    return Names(subject, system, category, rest)


def is_name(text: str) -> bool:
    """Whether `text` can be a printed name: not too long, no HTML or script, no formula."""
    return len(text) <= _LONGEST_NAME and not _NOT_A_NAME.search(text)


class Completed(NamedTuple):
    """A name, and whether it is still cut off (`...`) since no single known name begins so."""

    name: str
    is_cut: bool


@lru_cache(maxsize=4096)
def completed_subject(text: str) -> Completed:
    """`text` as a subject, completed where it was cut."""
    return _completed(text, SUBJECTS)


@lru_cache(maxsize=4096)
def completed_system(text: str) -> Completed:
    """`text` as a system, completed where it was cut."""
    return _completed(text, SYSTEMS)


@lru_cache(maxsize=4096)
def completed_category(text: str, system: str) -> Completed:
    """`text` as a category of `system`, completed where it was cut."""
    return _completed(text, _categories(system))


def is_subject(text: str) -> bool:
    """Whether `text` can stand for a known subject, cut or not."""
    return bool(complete(text, SUBJECTS))


def is_system(text: str) -> bool:
    """Whether `text` can stand for a known system, cut or not."""
    return bool(complete(text, SYSTEMS))


def is_category(text: str) -> bool:
    """Whether `text` can stand for a known category, cut or not."""
    return bool(complete(text, CATEGORIES))


def is_cut(text: str) -> bool:
    """Whether a name ends as the bank's page ends the names it cuts."""
    return text.rstrip().endswith(("...", "…"))


def exam_of(subjects: Iterable[str], systems: Iterable[str]) -> str | None:
    """The key of the exam whose bank uses these names, None where they do not decide it."""
    subjects, systems = set(subjects), set(systems)
    step_1 = subjects & set(STEP1_SUBJECTS) or systems & (set(STEP1_SYSTEMS) - set(STEP2_SYSTEMS))
    step_2 = subjects & {*STEP2_SUBJECTS, *SUBJECT_VARIANTS} or systems & (
        set(STEP2_SYSTEMS) - set(STEP1_SYSTEMS)
    )
    if bool(step_1) == bool(step_2):
        return None
    return STEP_1.key if step_1 else STEP_2.key


def _completed(text: str, among: Sequence[str]) -> Completed:
    names = complete(text, among)
    if len(names) == 1:
        return Completed(names[0], False)
    return Completed(text, is_cut(text))


def _categories(system: str) -> Sequence[str]:
    return STEP1_CATEGORIES.get(SYSTEM_VARIANTS.get(system, system), CATEGORIES)


def _take(text: str, names: Sequence[str]) -> tuple[str, str]:
    """The longest of `names` that `text` begins with, and the rest of `text`."""
    found = _beginning(tuple(names)).match(text)
    if found:
        return complete(found.group(), names)[0], text[found.end() :].strip()
    start, dots, rest = text[:_LONGEST_NAME].replace("…", "...").partition("...")
    fitting = complete(start + dots, names) if start and dots else ()
    if len(fitting) == 1:
        return fitting[0], (rest + text[_LONGEST_NAME:]).strip()
    return "", text


@lru_cache(maxsize=64)
def _beginning(names: tuple[str, ...]) -> re.Pattern[str]:
    # Cells wrap after a slash or a hyphen too: "Psychiatric/ Behavioral & Substance Use Disorder".
    longest_first = sorted(names, key=len, reverse=True)
    spellings = (
        re.escape(name).replace(r"\ ", r"\s+").replace("/", r"/\s?").replace(r"\-", r"-\s?")
        for name in longest_first
    )
    return re.compile(rf"(?:{'|'.join(spellings)})(?!\S)", re.IGNORECASE | re.ASCII)
