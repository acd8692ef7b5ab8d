"""Delimited text (CSV, TSV, semicolons, bars) as rows of cells, in one pass and bounded memory.

Which sign parts the cells is found from the content: the one that gives most rows equally many
cells. Quoted cells may hold that sign, doubled quotes and line breaks. A quote that is never closed
would swallow the rest of the file; here it is an ordinary character, and its place is reported.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from itertools import islice
from typing import Callable, NamedTuple

from ..model.progress import Progress, no_progress
from .lines import Line, head, lines
from .reading import Document

# Wider tables are something else; what stands further right is not read.
MOST_COLUMNS = 200
# A cell in quotes that makes its row longer than this was not meant to be quoted.
_LONGEST_ROW = 200_000
_MOST_LINES_OF_A_ROW = 2_000
# After so many quotes that are never closed, quotes mean nothing in this file.
_MOST_UNCLOSED = 5
_DELIMITERS = "\t;,|"
_SAMPLE_ROWS = 40
# Excel's own way to say it, on a line before the header.
_SAID = re.compile(r'"?sep=(?P<sign>[\t;,|])"?\s*', re.IGNORECASE)
_RULE = re.compile(r"[\s|:=+-]*")

# Told about the place of a problem and what it is.
Report = Callable[[str, str], None]


class Row(NamedTuple):
    """One row that is not empty; `where` is its place for messages."""

    cells: list[str]
    where: str


def delimiter_of(document: Document) -> str | None:
    """The sign that parts the cells, None where the beginning is no table."""
    beginning = head(document)
    said = _SAID.fullmatch(beginning.text.partition("\n")[0])
    if said:
        return said["sign"]
    best, best_score = None, 0.0
    for delimiter in _DELIMITERS:
        if delimiter in beginning.text:
            score = _score(islice(rows(beginning, delimiter), _SAMPLE_ROWS))
            if score > best_score:
                best, best_score = delimiter, score
    return best


def rows(
    document: Document,
    delimiter: str,
    progress: Progress = no_progress,
    report: Report | None = None,
) -> Iterator[Row]:
    """The rows that are not empty, one at a time; cells have no blanks around them.

    `report` is told about quotes that are never closed. Raises UnusableInput and calls `progress`
    as `lines` does.
    """
    place = "row" if document.kind == "spreadsheet" else "line"
    waiting: deque[Line] = deque()
    source = lines(document, progress)
    unclosed, is_first = 0, True
    while True:
        line = waiting.popleft() if waiting else next(source, None)
        if line is None:
            return
        where = line.where if line.page else f"{place} {line.number}"
        if is_first and _SAID.fullmatch(line.text):
            continue
        is_first = False
        row = _RowText(delimiter, quotes=unclosed < _MOST_UNCLOSED)
        taken: list[Line] = []
        row.take(line.text)
        while row.is_open:
            more = waiting.popleft() if waiting else next(source, None)
            if more is not None:
                taken.append(more)
            if more is None or not row.has_room(len(taken)):
                break
            row.take(more.text)
        if row.is_open:
            waiting.extendleft(reversed(taken))
            unclosed += 1
            row = _RowText(delimiter, quotes=False)
            row.take(line.text)
            if report:
                report(
                    where,
                    "A quotation mark on this line is never closed. It was read as an ordinary "
                    "character: please check this row.",
                )
        cells = [" ".join(cell.split()) for cell in row.cells[:MOST_COLUMNS]]
        if delimiter == "|":
            cells = _without_frame(cells, line.text)
        if any(cells):
            yield Row(cells, where)


class _RowText:
    """The cells of one row, taken in a line at a time; every character is looked at once."""

    def __init__(self, delimiter: str, *, quotes: bool) -> None:
        self.cells: list[str] = []
        self.is_open = False
        self._delimiter = delimiter
        self._quotes = quotes
        self._parts: list[str] = []
        self._length = 0

    def has_room(self, lines_taken: int) -> bool:
        return self._length < _LONGEST_ROW and lines_taken < _MOST_LINES_OF_A_ROW

    def take(self, text: str) -> None:
        self._length += len(text)
        if not self.is_open and (not self._quotes or '"' not in text):
            self.cells = text.split(self._delimiter)
            return
        start = self._end_of_quoted(text, 0) if self.is_open else 0
        while start is not None and start <= len(text):
            quote = start
            while text[quote : quote + 1] == " ":
                quote += 1
            if text[quote : quote + 1] == '"':
                self._parts = []
                start = self._end_of_quoted(text, quote + 1)
            else:
                end = self._next(text, start)
                self.cells.append(text[start:end])
                start = end + 1

    def _end_of_quoted(self, text: str, start: int) -> int | None:
        """Takes a quoted cell to its end; where the next begins, None where it goes on below."""
        while True:
            quote = text.find('"', start)
            if quote < 0:
                self._parts += (text[start:], " ")
                self.is_open = True
                return None
            self._parts.append(text[start:quote])
            start = quote + 1
            if text[start : start + 1] != '"':
                break
            self._parts.append('"')
            start += 1
        end = self._next(text, start)
        self.cells.append("".join(self._parts) + text[start:end])
        self.is_open = False
        return end + 1

    def _next(self, text: str, start: int) -> int:
        end = text.find(self._delimiter, start)
        return end if end >= 0 else len(text)


def _without_frame(cells: list[str], text: str) -> list[str]:
    """The cells of a table drawn with bars (`| a | b |`); none of the line below its header."""
    if _RULE.fullmatch(text):
        return []
    if cells and not cells[0]:
        cells = cells[1:]
    return cells[:-1] if cells and not cells[-1] and text.rstrip().endswith("|") else cells


def _score(sample: Iterator[Row]) -> float:
    """How much like a table rows look: which part of them has the most frequent width."""
    widths = Counter(len(row.cells) for row in sample)
    several = {width: count for width, count in widths.items() if width > 1}
    if not several:
        return 0.0
    width, count = max(several.items(), key=lambda item: (item[1], item[0]))
    total = sum(widths.values())
    # Of two signs that fit equally well, the one that makes more columns.
    return count / total + min(width, MOST_COLUMNS) / (10 * MOST_COLUMNS)
