"""The free sample items of the USMLE ("Free 120"), by item number and form (FORMATS 7).

    Free 120 2024, missed: 3, 17, 41
    Block 2: 1, 5

Items have no ids: they are numbered through three blocks of 40 (the last has 39 in some forms), or
from 1 in each block. Plain numbers are ids of another bank; they are items only below a line that
says Free 120. The id made of them is `Free120-2024-41`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..model.attempts import Attempt, Outcome
from ..model.banks import NBME, STEP_1, STEP_2, STEP_3
from ..model.progress import Progress, no_progress
from . import cells
from .gathering import Gathering, Tally
from .lines import Line, head, lines
from .reading import Document, Reading, UnusableInput
from .results_page import is_private
from .sittings import MOST_SITTINGS, SittingHead, parted

MOST_ITEMS = 120
ITEMS_IN_A_BLOCK = 40
_BLOCKS = 3

_LONGEST_PIECE = 2_000
# A topic in the student's words is shorter; what is longer may be the question itself.
_LONGEST_TOPIC = 80
_LONGEST_SHOWN = 20
_MOST_SHOWN = 4

_TITLE = re.compile(
    r"\bfree[\s_-]?(?:120|119)\b|\busmle[\s-]+(?:step[\s-]?[123][\s-]+)?sample[\s-]+(?:test|items|questions)"
    r"|\bsample[\s-]+(?:test|items)\b",
    re.IGNORECASE,
)
_OTHER_BANK = re.compile(
    r"\b(?:uworld|uw|uwsa\s?\d?|amboss|truelearn|combank|comquest|kaplan|rosh|boardvitals|q?id)\b"
    r"|\bnbme\s*(?:form\s*)?\d{1,2}\b",
    re.IGNORECASE,
)
_FORM = re.compile(
    r"(?<!\d[/.-])\b(20[012]\d)\b(?![/.-]\d)|\b(old|older|new|newest)\b", re.IGNORECASE
)
_STEP = re.compile(r"\bstep[\s-]*([123])\b(?:\s*ck\b)?", re.IGNORECASE)
_EXAMS = {"1": STEP_1.key, "2": STEP_2.key, "3": STEP_3.key}
_ORDINALS = {"first": 1, "second": 2, "third": 3}
_ROW = re.compile(
    rf"\W{{0,3}}(?:(?:q|item|question|no)\b\.?\s?)?\#?(?P<item>\d{{1,3}})(?:\s*(?:{cells.DASH}|[:.)|\t])\s*|\s+)"
    r"(?P<topic>[^\W\d_].*)",
    re.IGNORECASE,
)
_LIST_NUMBER = re.compile(
    r"\s*\d{1,3}[.)]\s+(?=(?:#|q|item|question)?\s?\d{1,3}\s*$)", re.IGNORECASE
)

_D = cells.DASH
_TOKEN = re.compile(
    "|".join(
        f"(?P<{kind}>{pattern})"
        for kind, pattern in (
            ("odd", r"\d+(?:[.,]\d+)?\s?%|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{1,2}:\d{2}|\d+\.\d+"),
            ("part", r"\d+\s?/\s?\d+|\d+\s(?:out\s)?of\s\d+"),
            ("range", rf"\d+\s?{_D}\s?\d+"),
            ("block", r"\b(?:block|part|section)\s?\#?\s?\d{1,2}(?!\d)"),
            ("block_", r"\b(?:first|second|third)\s(?:block|part|section)\b"),
            ("unit", r"\d+\s?(?:items?|questions?|qs|sec(?:onds?)?|min(?:utes?)?|hours?|hrs?)\b"),
            (
                "item",
                r"(?:\b(?:q|item|question|nr|no)\.?\s?\#?|\#\s?|(?<!\w))\d{1,6}(?!\w)",
            ),
            ("mark", f"[{''.join(mark for mark in cells.MARKS if mark not in 'xX')}]"),
            ("word", r"[^\W\d_]\w*"),
            ("long", r"\d+\w*"),
        )
    ),
    re.IGNORECASE,
)
_ODD = {
    "range": "a range; write its items one by one",
    "long": "no item number",
    "odd": "a date, score or the like",
    "part": "a part of a whole",
    "unit": "a count or time",
}
# Words that say nothing but "here come items".
# fmt: off
_NEUTRAL = frozenset((
    "and", "or", "items", "item", "questions", "question", "numbers", "number", "nbme", "usmle",
    "the", "my", "form", "version", "ck", "free", "sample", "test", "official", "from", "in", "i",
    "got", "what", "q", "qs", "block", "blocks", "s", "old", "older", "new", "newest", "are",
    "were", "is", "was", "have", "these", "of", "on", "for", "step", "all", "also", "plus",
))
# fmt: on


class Free120:
    """Reads item numbers below a line that says Free 120."""

    key = "free-120"
    name = "Free 120, by item numbers"

    def certainty(self, document: Document) -> float:
        """Sure where the text says so and items follow."""
        start = head(document)
        if not _TITLE.search(start.text):
            return 0.0
        try:
            self.read(start, no_progress)
        except UnusableInput:
            return 0.0
        return 0.9

    def read(self, document: Document, progress: Progress) -> Reading:
        """Reads the items, one sitting for each form; forms beyond the first are `further`."""
        return _Reader(document).read(progress)


class _Form(NamedTuple):
    year: str
    exam: str | None

    @property
    def name(self) -> str:
        return f"Free 120 {self.year}".strip()


class _Reader:
    def __init__(self, document: Document) -> None:
        self._gathering = Gathering(document, Free120.key)
        self._form: _Form | None = None
        self._block = 0
        self._outcome: Outcome | None = None
        self._places: dict[_Form, int] = {}
        self._sittings: list[int] = []
        self._outside = Tally()
        self._by_block = Tally()
        self._long = Tally()

    def read(self, progress: Progress) -> Reading:
        for line in lines(self._gathering.document, progress):
            for text in _pieces(line, progress):
                self._take(line.where, text)
        self._summarise()
        reading = self._gathering.reading(
            advice=(
                "Write the form and the item numbers, for example: Free 120 2024: 3, 17, 41. "
                "Items count from 1 to 120, or write Block 2: before those of a block."
            ),
            bank=NBME.key,
        )
        heads = [SittingHead(form.name, form.exam) for form in self._places]
        return parted(reading, heads, self._sittings, lists_all=False)

    def _take(self, where: str, text: str) -> None:
        text = " ".join(text.split())
        if not text:
            return
        title = _TITLE.search(text)
        if title:
            self._start(where, text)
            text = text[: title.start()] + " " + text[title.end() :]
        elif _OTHER_BANK.search(text):
            self._form = None
        if self._form is None or is_private(text):
            if any(map(str.isdigit, text)):
                self._outside.add(where)
            return
        if title or _STEP.search(text):
            text = _STEP.sub(" ", text)
        if title:
            text = _FORM.sub(" ", text, count=1)
        text = _LIST_NUMBER.sub("", text)
        row = None if title else _ROW.fullmatch(text.strip())
        first = _TOKEN.search(text)
        if row and first and first.lastgroup == "item" and self._is_topic(row["topic"]):
            self._row(where, row)
            return
        self._list(where, text, bool(title))

    def _start(self, where: str, text: str) -> None:
        found, step = _FORM.search(text), _STEP.search(text)
        year = found.group().casefold() if found else ""
        self._form = _Form(year, _EXAMS[step[1]] if step else None)
        self._block, self._outcome = 0, None
        if len(self._places) == MOST_SITTINGS and self._form not in self._places:
            raise UnusableInput(
                f"{self._gathering.document.name} names more than {MOST_SITTINGS} forms (given up "
                f"at {where}), and nothing was read from it. Paste only the items you missed."
            )

    def _is_topic(self, text: str) -> bool:
        """Whether words behind an item are about it, and not the next thing in a list."""
        words = [token for token in _TOKEN.finditer(text) if token.lastgroup == "word"]
        return any(
            token.group().casefold() not in _NEUTRAL and not cells.outcome(token.group())
            for token in words
        )

    def _row(self, where: str, row: re.Match[str]) -> None:
        """An item with what it is about: `17 - nephrotic syndrome`."""
        topic = " ".join(row["topic"].split())
        outcome = self._outcome
        first, _, rest = topic.partition(" ")
        first = first.strip(",;:-")
        said = cells.outcome(first)
        if said and not (len(first) == 1 and first.isalpha()):  # "x-ray"
            outcome, topic = said, rest.lstrip(" ,;:|-–—")
        if len(topic) > _LONGEST_TOPIC or not cells.is_name(topic):
            self._long.add(where)
            topic = ""
        refused: list[str] = []
        self._add(where, int(row["item"]), outcome, refused, topic)
        self._refuse(where, refused)

    def _list(self, where: str, text: str, is_title: bool) -> None:
        """Items in a row, behind what was said of them: `Block 2, missed: 3, 17, 41`."""
        tokens = list(_TOKEN.finditer(text))
        start = _start_of_list(text, tokens)
        items = [token for token in tokens if token.lastgroup == "item"]
        said = [token for token in tokens if cells.outcome(token.group())]
        refused: list[str] = []
        if items and said and said[0].start() > items[0].start():
            has_odd = any(token.lastgroup in ("odd", "part", "unit") for token in tokens)
            is_named = not items[0].group().isdecimal()
            is_sure = is_named or not (is_title or has_odd)
            if len(items) == 1 == len(said) and is_sure and start <= items[0].start():
                self._outcome_of_one(where, tokens, items[0], cells.outcome(said[0].group()))
                return
            if len(items) == 1:
                refused.append(f"{items[0].group()[:_LONGEST_SHOWN]} (may be a count)")
                start = len(text)
            elif said[0].start() > items[-1].start():
                self._gathering.problem(
                    where,
                    "It is not clear which of the items on this line the word or mark behind them "
                    "goes for, so they were read without it.",
                )
                said = []
        for token in tokens:
            kind, found = token.lastgroup or "", token.group()
            if kind in ("block", "block_"):
                self._set_block(found, refused)
            elif token in said:
                self._outcome = cells.outcome(found)
            elif kind == "item":
                if token.start() >= start:
                    self._add(where, _item(found), self._outcome, refused)
                elif start < len(text) or not refused:
                    refused.append(f"{found[:_LONGEST_SHOWN]} (next to words)")
            elif kind in _ODD:
                refused.append(f"{found[:_LONGEST_SHOWN]} ({_ODD[kind]})")
        self._refuse(where, refused)

    def _outcome_of_one(
        self,
        where: str,
        tokens: list[re.Match[str]],
        item: re.Match[str],
        outcome: Outcome | None,
    ) -> None:
        refused: list[str] = []
        for token in tokens:
            if token.lastgroup in ("block", "block_"):
                self._set_block(token.group(), refused)
        self._add(where, _item(item.group()), outcome, refused)
        self._refuse(where, refused)

    def _set_block(self, text: str, refused: list[str]) -> None:
        digits = re.findall(r"\d+", text)
        number = int(digits[0]) if digits else _ORDINALS[text.split()[0].casefold()]
        self._block = number if 1 <= number <= _BLOCKS else 0
        if not self._block:
            refused.append(f"{text[:_LONGEST_SHOWN]} (there are three blocks)")

    def _refuse(self, where: str, refused: list[str]) -> None:
        if refused:
            more = len(refused) - _MOST_SHOWN
            self._gathering.problem(
                where,
                f"Not taken as items: {', '.join(refused[:_MOST_SHOWN])}"
                + (f" and {more:,} more." if more > 0 else "."),
            )

    def _add(
        self, where: str, item: int, outcome: Outcome | None, refused: list[str], topic: str = ""
    ) -> None:
        form = self._form
        if form is None:
            return
        number = item
        if self._block and 1 <= item <= ITEMS_IN_A_BLOCK:
            number += (self._block - 1) * ITEMS_IN_A_BLOCK
            if self._block > 1:
                self._by_block.add(where)
        if not 1 <= number <= MOST_ITEMS:
            refused.append(f"{item} (items are 1 to {MOST_ITEMS})")
            return
        place = self._places.setdefault(form, len(self._places))
        id = "-".join(part for part in ("Free120", form.year, str(number)) if part)
        before = len(self._gathering)
        self._gathering.add(
            Attempt(id, outcome, number, topic=topic, where=where), f"{form.exam} {form.year}"
        )
        if len(self._gathering) > before:
            self._sittings.append(place)

    def _summarise(self) -> None:
        gathering = self._gathering
        if any(not form.year for form in self._places) and len(gathering):
            gathering.summary(
                gathering.attempts[0].where,
                "The form is not said. Items of different forms have the same numbers: write the "
                "year behind the name, for example Free 120 2024.",
            )
        if self._by_block.count:
            gathering.summary(
                self._by_block.first,
                f"The numbers below a block were counted within it{self._by_block.more}: item 1 of "
                f"block 2 is item {ITEMS_IN_A_BLOCK + 1} of the form.",
            )
        if self._outside.count:
            gathering.summary(
                self._outside.first,
                "This line has numbers, but does not belong to a Free 120, and was left out"
                f"{self._outside.more}.",
            )
        if self._long.count:
            gathering.summary(
                self._long.first,
                "The words behind this item are too long for a topic, or hold code, and were left "
                f"out{self._long.more}.",
            )


def _item(text: str) -> int:
    return int(re.findall(r"\d+", text)[0])


def _start_of_list(text: str, tokens: list[re.Match[str]]) -> int:
    """Where the part begins that is only items: 0, or behind the colon after the last words."""
    last = 0
    for token in tokens:
        word = token.group().casefold()
        if token.lastgroup == "word" and word not in _NEUTRAL and not cells.outcome(word):
            last = token.end()
    if not last:
        return 0
    colon = text.find(":", last)
    return colon + 1 if colon >= 0 else len(text)


def _pieces(line: Line, progress: Progress) -> Iterator[str]:
    """The text of a line, a long one in pieces that are cut between numbers."""
    text, start = line.text, 0
    while len(text) - start > _LONGEST_PIECE:
        progress("Reading", start, len(text))
        window = text[start : start + _LONGEST_PIECE]
        cut = max(window.rfind(separator) for separator in " ,;") + 1
        yield text[start : start + (cut or _LONGEST_PIECE)]
        start += cut or _LONGEST_PIECE
    yield text[start:]
