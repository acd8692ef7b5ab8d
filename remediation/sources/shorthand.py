"""Typed shorthand that gives the misses of a whole block their reasons.

    17 misread, 22 new, 31 two
    5-8 clock; 12 and 14 k2; 19=4, 20 4

A number is followed by what it was: a word for a reason, its code, or the key of a group (1 to 5).
Several numbers can share one word. Whether they are positions in the block or ids of questions is
for the caller to say. To add a short word, add a line to _SHORT_WORDS; a word that is clear in any
log belongs to `model/reasons.py`.

Commas, semicolons and line ends separate. Numbers go over commas to the next word, but not over
semicolons or line ends, so that a forgotten word is noticed. Two numbers alone, the second from 1
to 5, are a question and its group. What is not clear is reported and not taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from ..model.attempts import Problem
from ..model.reasons import GROUPS, LONGEST_WORDS, code_from_words, word_key

# Far more than a block or a test has; numbers and problems count.
MOST_ENTRIES = 5_000
_MOST_CHARACTERS = 200_000
# No block or test has more questions, and ids are not given as ranges.
_LONGEST_RANGE = 400
_MOST_DIGITS = 9
_LONGEST_SHOWN = 60

# Words that are clear here, where every word is a reason for a miss, and in a log may not be.
_SHORT_WORDS = {
    "new": "K1",
    "wrong": "2",  # "sure, but wrong" or "mixed up": only their group is certain
    "sure": "K3",
    "mixed": "K4",
    "apply": "K5",
    "use": "K5",
    "clue": "T2",
    "clues": "T2",
    "early": "T3",
    "two": "T4",
    "between": "T4",
    "changed": "T5",
    "change": "T5",
    "switched": "T5",
    "click": "T8",
    "sign": "T8",
    "unit": "T8",
}
# A right answer that was guessed is looked at like a miss; it can have a reason beside it.
_GUESS_WORDS = frozenset(("guess", "guessed", "guessing", "lucky"))
_KEYS = frozenset(group.key for group in GROUPS)

_NO_NUMBER = 'No number stands before this. Begin with the number of the question: "17 misread".'
_NO_REASON = 'No reason stands behind this. Write a word or a group behind it: "17 new" or "17=4".'
_UNCLEAR = (
    "It is not clear which reason this means, and it was not taken. Write one of these words: new, "
    "forgot, sure, mixed, apply, misread, clue, early, two, changed, clock, tired, slip; or a "
    'group from 1 to 5, as in "17=4". A comma goes between questions.'
)
_ONE_REASON = "Only the first reason was taken, not this. One question has one reason."
_BAD_NUMBER = f"Not taken: a question has a number from 1 up, of at most {_MOST_DIGITS} digits."
_BAD_RANGE = (
    'Not taken: a range goes up, as in "5-8", over at most '
    f'{_LONGEST_RANGE} questions. A group is written as in "17=4".'
)
_ONE_OR_TWO = "One number or several? Write it without commas, or with a blank behind each comma."
_TOO_MUCH = "This and what follows was not read. Give the reasons of one block at a time."

_DASH = "[-–—]"
# "50/50" and the like; of "50 50/50" the first is the number of a question.
_FIFTY = rf"50\s?(?:/|{_DASH}|\s)\s?50(?!\d|\s?/)"
_TOKEN = re.compile(
    "|".join(
        f"(?P<{kind}>{pattern})"
        for kind, pattern in (
            ("fifty", _FIFTY),
            ("thousands", r"\d{1,3}(?:,\d{3})+(?!\d)"),
            ("range", rf"\d+\s?{_DASH}\s?(?!{_FIFTY})\d+"),
            ("number", r"(?:(?:questions?|q|nr|no)\b\.?\s?|q|#\s?)?\d+"),
            ("and", r"(?:and|und)\b|[&+]"),
            ("comma", ","),
            ("sign", rf"[=:.()>→*•]|{_DASH}"),
            ("word", r"[^\W\d_][^\s,]*"),
            ("other", r"\S"),
        )
    ),
    re.IGNORECASE,
)
# The line ends that str.splitlines() knows, and the semicolon.
_PART = re.compile(r"[^;\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
# They stand around numbers and words without a meaning.
_AROUND = frozenset(("sign", "comma", "and"))
_DIGITS = re.compile(r"\d+")
_END = re.compile(r"[,;\s]")


@dataclass(frozen=True)
class Named:
    """What was typed for one question.

    `number` is as typed, `position` the same as a whole number. `code` is the reason's code or the
    group's key, empty where the student said only that it was guessed (`guessed`). `where` is the
    part of the text; it is for messages only.
    """

    number: str
    position: int
    code: str
    guessed: bool = False
    where: str = field(default="", compare=False)


@dataclass(frozen=True)
class Shorthand:
    """What was understood, each question once, and what was not."""

    named: tuple[Named, ...]
    problems: tuple[Problem, ...]


def parse_shorthand(text: str) -> Shorthand:
    """Reads shorthand; whatever is not clear becomes a problem. Never raises.

    Where a question stands twice, the last one counts. At most MOST_ENTRIES are read.
    """
    reader = _Reader()
    beginning = text
    if len(text) > _MOST_CHARACTERS:
        ends = [found.end() for found in _END.finditer(text, 0, _MOST_CHARACTERS)]
        beginning = text[: ends[-1]] if ends else ""
    for part in _PART.finditer(beginning):
        if reader.not_read:
            break
        reader.read(part.group())
    not_read = reader.not_read or text[len(beginning) :]
    if not_read:
        reader.problems.append(Problem(_shown(not_read), _TOO_MUCH))
    return Shorthand(tuple(reader.named.values()), tuple(reader.problems))


class _Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int

    @property
    def is_item(self) -> bool:
        return self.kind in ("number", "range", "thousands")


class _Meaning(NamedTuple):
    """What words stand for, and the words behind them that were left out."""

    code: str
    guessed: bool
    left_out: str = ""


class _Statement(NamedTuple):
    items: list[_Token]
    meaning: _Meaning


class _Reader:
    """Collects what the parts of a text say."""

    def __init__(self) -> None:
        self.named: dict[int, Named] = {}
        self.problems: list[Problem] = []
        self.not_read = ""
        self._count = 0

    def read(self, text: str) -> None:
        """Reads one part: a line, or what stands between semicolons."""
        waiting: list[_Token] = []
        for tokens in _pieces(text):
            items, rest = _items_and_rest(tokens)
            where = text[(waiting or tokens)[0].start : tokens[-1].end]
            if any(token.kind == "thousands" for token in tokens):
                self._problem(where, _ONE_OR_TWO)
            elif items and not rest:
                waiting += items
                continue
            elif statements := _statements(text, tokens):
                waiting += statements[0].items
                for items, meaning in ((waiting, statements[0].meaning), *statements[1:]):
                    self._take(items, meaning, where)
            else:
                self._problem(where, _UNCLEAR if items else _NO_NUMBER)
            waiting = []
        if waiting:
            self._problem(text[waiting[0].start :], _NO_REASON)

    def _take(self, items: list[_Token], meaning: _Meaning, where: str) -> None:
        for item in items:
            numbers = _DIGITS.findall(item.text)
            if any(len(number) > _MOST_DIGITS or not int(number) for number in numbers):
                self._problem(item.text, _BAD_NUMBER)
            elif item.kind == "number":
                self._name(numbers[0], meaning, where)
            elif 0 < int(numbers[1]) - int(numbers[0]) < _LONGEST_RANGE:
                for position in range(int(numbers[0]), int(numbers[1]) + 1):
                    self._name(str(position), meaning, where)
            else:
                self._problem(item.text, _BAD_RANGE)
        if meaning.left_out:
            self._problem(meaning.left_out, _ONE_REASON)

    def _name(self, number: str, meaning: _Meaning, where: str) -> None:
        if not self._has_room(number):
            return
        position = int(number)
        if self.named.pop(position, None):
            self._problem(
                number, f'Number {number} stands here twice; the last, "{_shown(where)}", counts.'
            )
        self.named[position] = Named(number, position, meaning.code, meaning.guessed, _shown(where))

    def _problem(self, where: str, message: str) -> None:
        if self._has_room(where):
            self.problems.append(Problem(_shown(where), message))

    def _has_room(self, where: str) -> bool:
        """Counts one entry more; the first for which there is no room is remembered."""
        self._count += 1
        if self._count > MOST_ENTRIES and not self.not_read:
            self.not_read = where
        return self._count <= MOST_ENTRIES


def _pieces(text: str) -> Iterator[list[_Token]]:
    """The tokens between commas; a comma separates only where a number follows it.

    "22 sure, but wrong, 31 two" is about two questions.
    """
    piece: list[_Token] = []
    between: list[_Token] = []
    for found in _TOKEN.finditer(text):
        token = _Token(found.lastgroup or "", found.group(), found.start(), found.end())
        if token.kind == "comma" or (between and token.kind in ("and", "sign")):
            between.append(token)
            continue
        if between and token.is_item:
            yield from filter(None, [piece])
            piece = []
        else:
            piece += between
        between = []
        piece.append(token)
    yield from filter(None, [piece])


def _items_and_rest(tokens: list[_Token]) -> tuple[list[_Token], list[_Token]]:
    """The numbers that a piece begins with, and what is said of them, without signs around it.

    Of a number (or a range) and the key of a group alone, the key is what is said.
    """
    start, stop = 0, len(tokens)
    while start < stop and tokens[start].kind in _AROUND:
        start += 1
    while stop > start and tokens[stop - 1].kind in _AROUND:
        stop -= 1
    end = start
    while end < stop and (tokens[end].is_item or tokens[end].kind == "and"):
        end += 1
    said = tokens[start:end]
    if end == stop and len(said) == 2 and said[0].is_item and said[1].text in _KEYS:
        return said[:1], said[1:]
    while end < stop and tokens[end].kind == "sign":
        end += 1
    return [token for token in said if token.is_item], tokens[end:stop]


def _statements(text: str, tokens: list[_Token]) -> list[_Statement]:
    """What a piece says: one thing, or several without commas ("17 misread 22 new").

    Nothing where any of it is not clear: a number among the words may be part of them.
    """
    items, rest = _items_and_rest(tokens)
    meaning = _meaning(text[rest[0].start : rest[-1].end]) if items and rest else None
    if meaning:
        return [_Statement(items, meaning)]
    statements: list[_Statement] = []
    for piece in _cut_at_numbers(tokens):
        items, rest = _items_and_rest(piece)
        meaning = _meaning(text[rest[0].start : rest[-1].end]) if items and rest else None
        if not meaning:
            return []
        statements.append(_Statement(items, meaning))
    return statements


def _cut_at_numbers(tokens: list[_Token]) -> Iterator[list[_Token]]:
    """Cuts before each number that stands behind a word, with or without "and" between."""
    piece: list[_Token] = []
    behind_word = False
    for token in tokens:
        if token.is_item and behind_word:
            yield piece
            piece = []
        behind_word = token.kind in ("word", "fifty") or (behind_word and token.kind == "and")
        piece.append(token)
    yield piece


def _meaning(said: str) -> _Meaning | None:
    """What the words stand for; of several between commas, all together or else the first."""
    whole = _meaning_of_all(said)
    if whole or "," not in said:
        return whole
    first, _, others = said.partition(",")
    meaning = _meaning_of_all(first)
    return meaning and meaning._replace(left_out=others.strip())


def _meaning_of_all(said: str) -> _Meaning | None:
    if len(said) > LONGEST_WORDS:
        return None
    code = _code(said)
    if code:
        return _Meaning(code, False)
    words = word_key(said).split()
    others = [word for word in words if word not in _GUESS_WORDS]
    if len(others) == len(words):
        return None
    code = _code(" ".join(others)) if others else ""
    return None if code is None else _Meaning(code, True)


def _code(said: str) -> str | None:
    key = said.rstrip(" .)")
    if key in _KEYS:
        return key
    return code_from_words(said) or _SHORT_WORDS.get(word_key(said))


def _shown(text: str) -> str:
    """A part of the text as typed, on one line and not too long for a message."""
    plain = " ".join(text[: 2 * _LONGEST_SHOWN].split())
    return plain if len(plain) <= _LONGEST_SHOWN else plain[: _LONGEST_SHOWN - 1] + "…"
