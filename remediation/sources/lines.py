"""A document line by line: with its place, plain digits, progress, and bounded work."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from ..model.progress import Progress, no_progress
from .reading import Document, UnusableInput

# The longest honest input is MOST_ATTEMPTS rows copied with every cell on its own line and a blank
# line after each. More than this is the wrong file, refused before any work is done.
MOST_LINES = 500_000
# MOST_ATTEMPTS labelled ids on one line are half of this.
MOST_IN_A_LINE = 1_000_000
# How far certainty() looks.
_HEAD_CHARACTERS = 20_000
_LINES_PER_REPORT = 2_000

_LINE_END = re.compile(r"[\n\f]")
_FOREIGN_DIGIT = re.compile(r"(?![0-9])\d")


class Line(NamedTuple):
    """One line of a document, without its line end.

    `number` counts from 1 on its `page`; `page` is 0 where the document has no pages. Digits of
    other scripts (full-width, Arabic) are ASCII digits already.
    """

    text: str
    number: int
    page: int

    @property
    def where(self) -> str:
        """The place for messages: "line 3", or "page 2, line 14"."""
        return f"page {self.page}, line {self.number}" if self.page else f"line {self.number}"


def lines(document: Document, progress: Progress = no_progress) -> Iterator[Line]:
    """The lines of `document`, one at a time, so that memory does not grow with their number.

    Calls `progress` every few thousand lines. Raises UnusableInput, before the first line, where
    there are more than MOST_LINES, and at a line of more than MOST_IN_A_LINE characters.
    """
    text = document.text
    pages = text.count("\f")
    total = text.count("\n") + pages + 1
    if total > MOST_LINES:
        raise UnusableInput(
            f"{document.name} has {total:,} lines, and nothing was read from it. A list of "
            f"questions has at most {MOST_LINES:,} lines, so this is probably another file. "
            "Copy only the part with the questions and paste it."
        )
    page = 1 if pages else 0
    number = start = 0
    for done in range(total):
        if done % _LINES_PER_REPORT == 0:
            progress("Reading", done, total)
        number += 1
        found = _LINE_END.search(text, start)
        end = found.start() if found else len(text)
        line = Line(_with_plain_digits(text[start:end]), number, page)
        if end - start > MOST_IN_A_LINE:
            raise UnusableInput(
                f"{document.name} has a line of {end - start:,} characters ({line.where}), more "
                "than any list of questions, and nothing was read from it. This is probably "
                "another file. Copy only the part with the questions and paste it."
            )
        yield line
        if found and found.group() == "\f":
            page, number = page + 1, 0
        start = end + 1
    progress("Reading", total, total)


def head(document: Document) -> Document:
    """The beginning of `document`, enough to recognise a format by."""
    if len(document.text) <= _HEAD_CHARACTERS:
        return document
    start = document.text[:_HEAD_CHARACTERS]
    return Document(start[: start.rfind("\n") + 1] or start, document.name, kind=document.kind)


def _with_plain_digits(text: str) -> str:
    if text.isascii():
        return text
    return _FOREIGN_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit.group())), text)
