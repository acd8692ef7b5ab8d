"""Score reports of NBME self-assessments (CBSSA, CCSSA) and failing USMLE reports (FORMATS 7).

    Total Equated Percent Correct Score: 58%
    Performance by System
    Reproductive & Endocrine Systems 12-16% 61%
    Cardiovascular System (7-11%) Lower

Newer reports print the per cent correct of each system and discipline, older and official ones a
band: lower, same (borderline), higher, as a word or as a mark in one of three columns. The share of
the exam beside a name (12-16%) is no result. Text from a PDF wraps the names, puts numbers on lines
of their own, or lists a whole column after the other; where the order does not tell which number
belongs to which row, nothing is guessed and a problem says so.

The same report can be typed: `rows_to_ask` gives the names to ask for, `typed_report` takes what
was entered. A report names the examinee: no line of it is ever kept or quoted, only known names of
rows, numbers and dates.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple, Union

from ..model.attempts import Band, GroupKind, QuestionGroup
from ..model.banks import NBME, STEP_1, STEP_2, STEP_3
from ..model.disciplines import disciplines_from_name
from ..model.progress import Progress, no_progress
from ..model.systems import systems_from_name
from .gathering import Gathering, Tally
from .lines import Line, head, lines
from .nbme_insights import exam_of_form
from .nbme_rows import (
    ReportRow,
    exam_of_rows,
    known_row,
    names_tree,
    row_words,
    rows_to_ask,
)
from .reading import Document, Reading, UnusableInput

__all__ = [
    "EQUATED",
    "LOW_PASS",
    "PROBABILITY",
    "RESULT",
    "SCORE",
    "NBMEReport",
    "ReportRow",
    "result_from_text",
    "rows_to_ask",
    "typed_report",
]

# The totals in a Reading's summary, by the names they have there.
EQUATED = "total equated percent correct"
PROBABILITY = "probability of passing"
LOW_PASS = "low-pass range"
SCORE = "score"
RESULT = "result"

# A report has no more different rows than this.
_MOST_ROWS = 200
# A longer line (some PDFs give a whole page as one) is read in pieces.
_LONGEST_LINE = 1_000
# How far a name goes on, in lines and words.
_LINES_OF_A_NAME = 5
_TOKENS_OF_A_NAME = 30
_WORDS_OF_A_NAME = 8
# How many lines of other text may stand between a column of names and its column of numbers.
_LINES_BETWEEN = 12
_LONGEST_TITLE = 60
_SHOWN = 6

# --- What stands in a line ----------------------------------------------------------------

_DASH = "[-\u2010\u2011\u2012\u2013\u2014\u2212]"
_DATE = r"\d{1,2}/\d{1,2}/\d{2,4}|\d{4}-\d{2}-\d{2}|\d{1,2}:\d{2}(?::\d{2})?"
_TOKEN = re.compile(
    "|".join(
        f"(?P<{kind}>{pattern})"
        for kind, pattern in (
            ("odd", rf"{_DATE}|\d+(?:\s?/\s?\d+)+|\d{{5,}}"),
            ("weight", rf"\d{{1,3}}\s?%?\s?(?:{_DASH}|to\b)\s?\d{{1,3}}(?:\s?%|(?!\w))"),
            ("open_weight", rf"\d{{1,3}}\s?%?\s?{_DASH}\s*$"),
            ("percent", r"(?:[<>≥≤]\s?)?\d{1,4}(?:[.,]\d{1,2})?\s?%"),
            ("number", r"\d{1,4}(?:[.,]\d{1,2})?(?!\w)"),
            (
                "band",
                r"(?:about\s+the\s+)?same\b|similar\b|borderline\b|lower\b|higher\b|below\b|above\b"
                rf"|(?:low|high)\b(?!\s?{_DASH}?\s?pass)",
            ),
            ("filled", r"\[[xX✓✔✗✘*]\]|[☒☑●■◼⬛✓✔✗✘×*▪◆█]+|(?<!\w)[xX]+(?!\w)"),
            ("empty", r"\[\s?\]|[☐□○◯◻⬜▢]"),
            ("word", r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?|&"),
            ("gap", r"\t|\|| {2,}"),
            ("stray", r"\d+"),
        )
    ),
    re.IGNORECASE,
)
_BANDS = {
    **dict.fromkeys(("lower", "below", "low"), Band.LOWER),
    **dict.fromkeys(("same", "similar", "borderline"), Band.SAME),
    **dict.fromkeys(("higher", "above", "high"), Band.HIGHER),
}
_COLUMN_ENDS = ("\t", "|")
_ORDER = (Band.LOWER, Band.SAME, Band.HIGHER)
# Words beside a result that do not make its line something else.
# fmt: off
_NOISE = frozenset((
    "your", "you", "percent", "correct", "score", "performance", "of", "items", "item", "exam",
    "test", "the", "average", "avg", "mean", "comparison", "group", "than", "to", "as", "about",
    "result", "results", "weight", "content", "area", "range", "and", "&", "system", "discipline",
    "by",
))
# A title ends so; a name can follow it where line breaks were lost.
_TITLE_ENDS = frozenset(("system", "discipline", "disciplines", "task", "tasks", "items", "test"))
# Words that no name of a row has.
_PROSE = frozenset((
    "your", "you", "is", "are", "was", "were", "than", "if", "may", "will", "should", "score",
    "scores", "passing", "equated", "examinees", "percentage", "probability", "page", "total",
    "name", "id", "likely", "a",
))
# fmt: on
_SECTIONS = (
    (re.compile(r"\bby\W+(?:organ\W+)?system|^\W*(?:organ )?systems?\W*$"), GroupKind.SYSTEM),
    (re.compile(r"\bby\W+discipline|^\W*disciplines?\W*$"), GroupKind.DISCIPLINE),
    (
        re.compile(r"\bby\W+(?:physician\W+)?(?:task|competenc)|^\W*physician tasks?\b"),
        GroupKind.CATEGORY,
    ),
)

# --- Totals -------------------------------------------------------------------------------

_SAID = r"(?:\s+(?:score|is|was|of|on|estimate))*[\s:=|]*"
_PER_CENT = r"[<>]?\s?\d{1,3}(?:\.\d{1,2})?\s?%"
_RANGE = rf"\d{{1,3}}(?:\.\d)?\s?%?\s?(?:{_DASH}|to)\s?\d{{1,3}}(?:\.\d)?\s?%?"
_TOTALS = (
    (
        EQUATED,
        re.compile(
            r"equated percent correct(?: score)?(?: is| was)?[\s:=|]*"
            rf"(\d{{1,3}}(?:\.\d{{1,2}})?\s?%?)(?![\d.]|\s?(?:{_DASH}|to))"
        ),
    ),
    (EQUATED, re.compile(rf"(?:^|\n)\s*({_PER_CENT})\s+(?:your )?total equated percent correct")),
    (
        PROBABILITY,
        re.compile(
            r"probability of passing(?:\W{1,5}(?:the|usmle|step|[123]|ck|if|you|test|tested|taken"
            r"|take|took|it|within|in|a|one|week|weeks|next|days?|7|your|is|was|of|exam))*?"
            rf"[\W_]{{0,5}}?({_PER_CENT})"
        ),
    ),
    (LOW_PASS, re.compile(rf"low[\s-]?pass(?:ing)?(?: score)? range{_SAID}\(?({_RANGE})")),
    (
        SCORE,
        re.compile(
            r"(?:assessment|total|three-digit|3-digit|overall|equivalent|your|estimated)"
            rf" (?:test )?score{_SAID}([1-8]\d\d)(?![\d%.-])"
        ),
    ),
    (RESULT, re.compile(r"(?:result|outcome|pass/fail|performance)\W{0,5}(pass|fail)(?:ed)?\b")),
)
_TEST_DATE = re.compile(
    r"(?:(?:test|exam|examination|assessment|administration|completion|completed|taken)\W{1,3}dates?"
    r"|dates? (?:of (?:test|exam|administration|assessment)|taken|completed))\W{0,5}"
    r"(\d{1,2})/(\d{1,2})/(\d{4}|\d\d)(?!\d)"
)
_FORM = re.compile(r"\bform\W{0,3}(\d{1,3}|[a-z])\b(?!\W?\d)")
_IS_REPORT = re.compile(
    r"nbme|self-assessment|c[bc]ssa|ccmsa|equated percent|usmle|performance (?:by|profile)"
    r"|low[\s-]?pass|score report"
)
_MAY_BE_TOTAL = re.compile(r"equated|pass|score|result|outcome|date|form")
_REPORT_NAMES = {STEP_1.key: "CBSSA", STEP_2.key: "CCSSA", STEP_3.key: "CCMSA"}

Result = Union[float, Band]


class NBMEReport:
    """Reads the text of a score report."""

    key = "nbme-report"
    name = "NBME or USMLE score report"

    def certainty(self, document: Document) -> float:
        """Sure where rows have results and the report says what it is."""
        reader = _Reader(head(document))
        try:
            reading = reader.read(no_progress)
        except UnusableInput:
            return 0.0
        if len(reading.problems) > len(reading.groups):
            return 0.2  # some other table with such names in it
        if reader.says_report:
            return 0.92 if len(reading.groups) > 2 else 0.75
        return (0.2, 0.5, 0.72)[min(len(reading.groups), 3) - 1]

    def read(self, document: Document, progress: Progress) -> Reading:
        """Reads all rows and totals. Raises UnusableInput where no row has a result."""
        return _Reader(document).read(progress)


def result_from_text(text: str) -> Result | None:
    """What was entered for a row: a per cent from 0 to 100 (`61`, `61.5 %`) or a band (`lower`).

    None where nothing was entered. Raises ValueError, with a message for the student, where it is
    neither.
    """
    text = " ".join(text.split())
    if not text or text in ("-", "–", "—"):
        return None
    token = _TOKEN.fullmatch(text)
    if token and token.lastgroup == "band":
        return _BANDS[text.casefold().split()[-1]]
    if token and token.lastgroup in ("percent", "number") and text[0].isdecimal():
        value = _number(text)
        if value <= 100:
            return value
    raise ValueError(
        f'"{text[:20]}" is neither a per cent from 0 to 100 nor lower, same or higher.'
    )


def typed_report(
    exam: str | None,
    rows: Mapping[str, float | Band | str | None],
    *,
    name: str = "",
    when: datetime | None = None,
    summary: Mapping[str, str] | None = None,
) -> Reading:
    """A score report that was typed into a form.

    `exam` is an exam's key; `rows` gives, by the names of `rows_to_ask` or other printed names, the
    per cent correct (0-100), a Band, or text that is either; rows left empty are left out.
    `summary` holds totals by EQUATED, PROBABILITY, LOW_PASS, SCORE or RESULT, as printed; empty
    ones are left out. What does not fit is a problem that names the row. Raises UnusableInput
    where no row has a result.
    """
    gathering = Gathering(Document("", "the form"), NBMEReport.key)
    groups: dict[tuple[GroupKind, str], QuestionGroup] = {}
    for printed, entered in rows.items():
        shown = " ".join(printed.split())
        row = known_row(shown) or _row_by_name(shown, None)
        if row is None:
            gathering.problem(
                shown[:40], "No row of a score report has this name. It was left out."
            )
            continue
        try:
            result = _checked(entered)
        except ValueError as error:
            gathering.problem(shown[:40], f"{error} The row was left out.")
            continue
        if result is None:
            continue
        key = (row.kind, " ".join(row_words(row.name)))
        if key in groups:
            gathering.problem(shown[:40], "This row is there twice. The first was kept.")
            continue
        groups[key] = QuestionGroup(
            row.kind,
            shown,
            percent=result if isinstance(result, float) else None,
            band=result if isinstance(result, Band) else None,
        )
    reading = gathering.reading(
        advice="Enter the per cent correct, or lower, same or higher, for at least one row.",
        bank=NBME.key,
        exam=exam,
        when=when,
        name=name,
        groups=tuple(groups.values()),
    )
    totals = {key: " ".join(value.split()) for key, value in (summary or {}).items()}
    return replace(reading, summary={key: value for key, value in totals.items() if value})


def _checked(entered: float | Band | str | None) -> Result | None:
    if isinstance(entered, str):
        return result_from_text(entered)
    if entered is None or isinstance(entered, Band):
        return entered
    if 0 <= entered <= 100:
        return float(entered)
    raise ValueError(f"{entered:g} is not a per cent from 0 to 100.")


class _Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


class _Value(NamedTuple):
    """A result beside a row: a per cent, a bare number, or a band."""

    value: Result
    is_bare: bool
    beside: bool  # on the line on which its row's name ends


@dataclass
class _Row:
    """A row found in the text, and its results."""

    row: ReportRow
    where: str


@dataclass
class _Text:
    """A line as tokens."""

    line: Line
    tokens: list[_Token]

    @classmethod
    def of(cls, line: Line) -> _Text:
        text = line.text.rstrip()
        found = (
            _Token(token.lastgroup or "", token.group(), token.start(), token.end())
            for token in _TOKEN.finditer(text)
        )
        return cls(line, list(found))


def _pieces(source: Iterator[Line], progress: Progress) -> Iterator[Line]:
    """The lines, long ones in pieces that are cut at a blank where there is one."""
    for line in source:
        start = 0
        while len(line.text) - start > _LONGEST_LINE:
            progress("Reading", start, len(line.text))
            cut = line.text.rfind(" ", start, start + _LONGEST_LINE) + 1
            cut = cut if cut > start else start + _LONGEST_LINE
            yield line._replace(text=line.text[start:cut])
            start = cut
        yield line._replace(text=line.text[start:]) if start else line


@dataclass
class _Items:
    """What a line says, name by name and value by value."""

    where: str
    # None stands for words between.
    items: list[_Row | _Value | None] = field(default_factory=list)
    unknown: int = 0  # words that are neither
    is_part: bool = False  # a known name begins, and does not go on


class _Reader:
    def __init__(self, document: Document) -> None:
        self._gathering = Gathering(document, NBMEReport.key)
        self._groups: dict[tuple[GroupKind, str], QuestionGroup] = {}
        self._missing: dict[tuple[GroupKind, str], _Row] = {}
        self._section: GroupKind | None = None
        self._header: list[tuple[Band, int, int]] = []  # band, gaps before it, its middle
        self._rows: list[_Row] = []
        self._values: list[_Value] = []
        self._between = 0
        self._seconds = Tally()
        self._unknown = Tally()
        self._parts = Tally()
        self._summary: dict[str, str] = {}
        self._before: deque[str] = deque(maxlen=2)
        self._weight_open = False
        self._when: datetime | None = None
        self._form = ""
        self._exam: str | None = None
        self.says_report = False

    def read(self, progress: Progress) -> Reading:
        source = _pieces(lines(self._gathering.document, progress), progress)
        waiting: deque[_Text] = deque()
        while True:
            while len(waiting) < _LINES_OF_A_NAME:
                line = next(source, None)
                if line is None:
                    break
                waiting.append(_Text.of(line))
            if not waiting:
                break
            self._line(waiting)
        self._settle()
        self._summarise()
        found = [ReportRow(group.kind, group.name) for group in self._groups.values()]
        exam = self._exam or (exam_of_rows(found) if found else None)
        reading = self._gathering.reading(
            advice=(
                "Copy or print the pages with the performance by system and by discipline, "
                "or type their results into the form for score reports."
            ),
            bank=NBME.key,
            exam=exam,
            when=self._when,
            name=self._name(exam),
            groups=tuple(self._groups.values()),
        )
        return replace(reading, summary=self._summary)

    def _name(self, exam: str | None) -> str:
        report = _REPORT_NAMES.get(exam or "", "") if self._form else ""
        return f"{report} {self._form}".strip()

    # --- Lines ----------------------------------------------------------------------------

    def _line(self, waiting: deque[_Text]) -> None:
        """Takes the next line, and those on which its last name goes on."""
        text = waiting.popleft()
        self._look_around(text.line)
        if not text.tokens:
            return
        if self._is_header(text):
            return
        items = _Items(text.line.where)
        titles: list[str] = []
        i = 0
        while i < len(text.tokens):
            token = text.tokens[i]
            if self._weight_open:
                self._weight_open = False
                if token.kind in ("percent", "number"):
                    i += 1
                    continue
            if token.kind == "word" and _may_begin(text.tokens, i):
                match, is_part = _match(text.tokens, i, waiting)
                items.is_part = items.is_part or is_part
                if match:
                    items.items.append(_Row(match.row, text.line.where))
                    between = match.between
                    items.items += [v for t in between if (v := _value(t, True)) is not None]
                    for _ in range(match.lines):
                        text = waiting.popleft()
                        self._look_around(text.line)
                    i = match.end
                    marks, i = self._marks(text, i)
                    items.items += marks
                    continue
            if token.kind == "word":
                titles.append(token.text)
                if token.text.casefold() not in _NOISE:
                    items.unknown += 1
                    items.items.append(None)
            elif token.kind == "open_weight":
                self._weight_open = True
            elif token.kind in ("odd", "stray"):
                items.unknown += 1
            else:
                value = _value(token, any(isinstance(item, _Row) for item in items.items))
                if value is not None:
                    items.items.append(value)
            i += 1
        self._take(items, titles)

    def _look_around(self, line: Line) -> None:
        """Looks for totals, the date, the form and the kind of rows, also over a line's end."""
        text = " ".join(line.text.split()).casefold()
        if not text:
            return
        for pattern, kind in _SECTIONS:
            if len(text) <= _LONGEST_TITLE and pattern.search(text):
                self._section = kind
        self.says_report = self.says_report or bool(_IS_REPORT.search(text))
        if not self._exam and re.search(r"self-assess|c[bc]ssa|ccmsa|comprehensive|usmle", text):
            self._exam = exam_of_form(text)
        window = "\n".join((*self._before, text))
        if _MAY_BE_TOTAL.search(window):
            for name, pattern in _TOTALS:
                found = pattern.search(window)
                if found and name not in self._summary:
                    self._summary[name] = " ".join(found[1].split()).replace(" %", "%")
            date = _TEST_DATE.search(window)
            if date and not self._when:
                self._when = _date(date)
            form = _FORM.search(text)
            if form and not self._form:
                self._form = f"Form {form[1].upper()}"
        self._before.append(text)

    def _is_header(self, text: _Text) -> bool:
        """Whether the line names the columns lower, same and higher."""
        bands = [token for token in text.tokens if token.kind == "band"]
        kinds = {_BANDS[token.text.casefold().split()[-1]] for token in bands}
        if len(kinds) < 2 or len(kinds) < len(bands):
            return False
        if any(token.kind in ("percent", "number", "filled", "empty") for token in text.tokens):
            return False
        words = [token.text.casefold() for token in text.tokens if token.kind == "word"]
        if any(word not in _NOISE for word in words):
            return False
        if self._values:
            self._settle()
        self._header = []
        gaps = 0
        for token in text.tokens:
            gaps += token.text in _COLUMN_ENDS
            if token.kind == "band":
                band = _BANDS[token.text.casefold().split()[-1]]
                self._header.append((band, gaps, (token.start + token.end) // 2))
        return True

    def _marks(self, text: _Text, i: int) -> tuple[list[_Value], int]:
        """A mark in one of three columns beside a row, as a band; and where the line goes on."""
        boxes: list[_Token] = []
        end = i
        for place in range(i, len(text.tokens)):
            token = text.tokens[place]
            if token.kind in ("filled", "empty"):
                boxes.append(token)
                end = place + 1
            elif token.kind not in ("gap", "weight", "band"):
                break
        filled = [token for token in boxes if token.kind == "filled"]
        if not filled:
            return [], i
        order = [band for band, _, _ in self._header] or list(_ORDER)
        band: Band | None = None
        if len(filled) == 1 and len(boxes) == len(order):
            band = order[boxes.index(filled[0])]
        elif len(filled) == 1 and len(boxes) == 1:
            band = self._column(text, filled[0])
        if band is None:
            self._gathering.problem(
                text.line.where,
                "In which column the mark of this row stands cannot be told from the text. Type "
                "lower, same or higher behind the name, or use the form for score reports.",
            )
            return [], end
        return [_Value(band, False, True)], end

    def _column(self, text: _Text, mark: _Token) -> Band | None:
        before = [token for token in text.tokens if token.end <= mark.start]
        gaps = sum(token.text in _COLUMN_ENDS for token in before)
        if gaps:
            if self._header and self._header[0][1] == 0:
                # The titles begin with the first band: the columns before it have none.
                told = [i for i, token in enumerate(before) if token.kind in ("word", "weight")]
                gaps = sum(token.text in _COLUMN_ENDS for token in before[told[-1] :]) - 1
            return next((band for band, column, _ in self._header if column == gaps), None)
        if not before or before[-1].kind != "gap" or len(self._header) < 2:
            return None
        middle = (mark.start + mark.end) // 2
        apart = self._header[1][2] - self._header[0][2]
        band, _, place = min(self._header, key=lambda column: abs(column[2] - middle))
        return band if abs(place - middle) * 2 < apart else None

    def _take(self, items: _Items, titles: list[str]) -> None:
        """Puts what one line says behind what the lines before said."""
        names = [item for item in items.items if isinstance(item, _Row)]
        if not names:
            if not items.unknown:
                self._values += [item for item in items.items if isinstance(item, _Value)]
                if not self._rows:
                    self._values.clear()
                return
            self._other_line(items, titles)
            return
        if items.items and isinstance(items.items[0], _Value) and len(names) == 1:
            values = [item for item in items.items if isinstance(item, _Value)]
            if items.items[-1] is names[0]:
                # "61% Cardiovascular System": the numbers stand first, unless the row above has
                # none yet.
                if len(self._rows) == 1 and not self._values:
                    self._gathering.problem(
                        items.where,
                        "To which of two rows the number on this line belongs is not clear. It "
                        "was left out.",
                    )
                    self._settle()
                    self._remember_missing(names[0])
                    return
                self._settle()
                self._rows, self._values = names, values
                self._settle()
                return
        for item in items.items:
            if isinstance(item, _Row):
                if self._values:
                    self._settle()
                self._rows.append(item)
                self._between = 0
            elif item is None:
                self._settle()
            elif self._rows:
                self._values.append(item)
        if len(self._rows) > _MOST_ROWS:
            self._settle()

    def _other_line(self, items: _Items, titles: list[str]) -> None:
        """A line with other words: the end of the rows before, or a row by another name."""
        if self._values:
            self._settle()
        self._between += 1
        if self._rows and self._between > _LINES_BETWEEN:
            self._settle()
        values = [item for item in items.items if isinstance(item, _Value)]
        if items.is_part:
            self._parts.add(items.where)
            return
        if not values or not 1 <= len(titles) <= _WORDS_OF_A_NAME:
            return
        if any(title.casefold() in _PROSE for title in titles):
            return
        row = _row_by_name(" ".join(titles), self._section)
        if row is None:
            if self._groups and titles[0][0].isupper():
                self._unknown.add(items.where)
            return
        if self._rows:
            self._settle()
        self._rows = [_Row(row, items.where)]
        self._values = [value._replace(beside=True) for value in values]
        self._settle()

    # --- Rows -----------------------------------------------------------------------------

    def _settle(self) -> None:
        """Gives the values gathered to the rows before them, where it is clear which."""
        rows, values = self._rows, self._values
        self._rows, self._values, self._between = [], [], 0
        if not rows:
            return
        if len(rows) == 1 and values and values[0].beside:
            values = [value for value in values if value.beside]  # a page number can follow
        if any(not value.is_bare for value in values):
            values = [value for value in values if not value.is_bare]
        if len(rows) > 1 and values and values[0].beside:
            for row in rows[:-1]:
                self._remember_missing(row)
            rows = rows[-1:]
        percents = [value for value in values if isinstance(value.value, float)]
        bands = [value for value in values if isinstance(value.value, Band)]
        if not values:
            for row in rows:
                self._remember_missing(row)
        elif len(rows) == 1:
            self._settle_one(rows[0], percents, bands)
        elif {len(percents), len(bands)} <= {0, len(rows)}:
            for i, row in enumerate(rows):
                self._add(row, percents[i : i + 1], bands[i : i + 1])
        else:
            self._gathering.problem(
                rows[0].where,
                f"{len(rows)} names stand here together and {len(values)} results after them, so "
                "which belong together is not clear, and they were left out. Put each result "
                "behind its name, or use the form for score reports.",
            )

    def _settle_one(self, row: _Row, percents: list[_Value], bands: list[_Value]) -> None:
        is_bare = bool(percents) and percents[0].is_bare
        if len(percents) > (1 if is_bare else 2) or len(bands) > 1:
            self._gathering.problem(
                row.where,
                f"{row.row.name} has several results, and which is yours is not clear. Leave one "
                "behind the name, or use the form for score reports.",
            )
            return
        if len(percents) == 2:
            self._seconds.add(row.where)
        self._add(row, percents[:1], bands)

    def _add(self, row: _Row, percents: Sequence[_Value], bands: Sequence[_Value]) -> None:
        percent = next((v.value for v in percents if isinstance(v.value, float)), None)
        band = next((v.value for v in bands if isinstance(v.value, Band)), None)
        if percent is not None and percent > 100:
            self._gathering.problem(
                row.where, f"{row.row.name}: {percent:g} is more than 100 % and was left out."
            )
            percent = None
            if band is None:
                return
        key = (row.row.kind, " ".join(row_words(row.row.name)))
        known = self._groups.get(key)
        if known:
            if (known.percent, known.band) != (percent, band):
                self._gathering.problem(
                    row.where,
                    f"{row.row.name} is there already ({known.where}) with another result. The "
                    "first was kept. Read each report on its own.",
                )
            return
        if len(self._groups) == _MOST_ROWS:
            raise UnusableInput(
                f"{self._gathering.document.name} has more than {_MOST_ROWS} rows (given up at "
                f"{row.where}), more than any score report, and nothing was read from it. Copy "
                "only one report and paste it."
            )
        self._groups[key] = QuestionGroup(
            row.row.kind, row.row.name, percent=percent, band=band, where=row.where
        )

    def _remember_missing(self, row: _Row) -> None:
        if len(self._missing) < _MOST_ROWS:
            self._missing.setdefault((row.row.kind, " ".join(row_words(row.row.name))), row)

    def _summarise(self) -> None:
        gathering = self._gathering
        missing = [row for key, row in self._missing.items() if key not in self._groups]
        if missing:
            names = ", ".join(row.row.name for row in missing[:_SHOWN])
            more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
            gathering.summary(missing[0].where, f"No result was found for {names}{more}.")
        if self._seconds.count:
            gathering.summary(
                self._seconds.first,
                f"This row has two per cents{self._seconds.more}. The first was taken as yours, "
                "the second as the average of others: please compare one.",
            )
        if self._parts.count:
            gathering.summary(
                self._parts.first,
                f"The name of a row begins here, but its end was not found{self._parts.more}. If "
                "its result is missing, use the form for score reports.",
            )
        if self._unknown.count:
            gathering.summary(
                self._unknown.first,
                "This line has a result, but its name is no known system, discipline or task"
                f"{self._unknown.more}. It was left out.",
            )


class _Match(NamedTuple):
    """A name found: its row, on which following line and before which token of it it ends."""

    row: ReportRow
    lines: int
    end: int
    between: tuple[_Token, ...]


def _may_begin(tokens: Sequence[_Token], i: int) -> bool:
    """Whether a name can begin here: first on its line, or behind a value or a wide gap."""
    before = i - 1
    if before < 0:
        return True
    if tokens[before].kind == "word":
        return tokens[before].text.casefold() in _TITLE_ENDS
    return tokens[before].kind not in ("odd", "stray")


def _match(
    tokens: Sequence[_Token], start: int, following: Sequence[_Text]
) -> tuple[_Match | None, bool]:
    """The longest known name that begins at `start`, if what follows it can follow a row.

    It can go on over the next lines, also with numbers between, as in a table cell that wraps. The
    second is true where there is none, but the end of a line cut one.
    """
    best: _Match | None = None
    node = names_tree()
    between: list[_Token] = []
    line, i, words_found = 0, start, 0
    may_go_on = True  # no value, or a line end since the last one
    for _ in range(_TOKENS_OF_A_NAME):
        while i == len(tokens):
            if line == len(following):
                return best, not best and words_found > 1
            tokens, i = following[line].tokens, 0
            line += 1
            may_go_on = True
        token = tokens[i]
        i += 1
        if token.kind == "word":
            words = row_words(token.text)
            following_node = node.after(words) if may_go_on else None
            if following_node is None:
                return best, not best and words_found > 1 and (line > 0 or bool(between))
            node = following_node
            words_found += len(words)
            if node.row and _may_follow(tokens, i):
                best = _Match(node.row, line, i, tuple(between))
        elif token.kind in ("weight", "percent", "number"):
            between.append(token)
            may_go_on = False
        elif token.kind != "gap":
            break
    return best, not best and words_found > 1


def _may_follow(tokens: Sequence[_Token], i: int) -> bool:
    """Whether a row can go on so after its name: with a value, or not at all."""
    if i == len(tokens):
        return True
    if tokens[i].kind == "word":
        return False
    return tokens[i].kind not in ("odd", "stray")


def _value(token: _Token, beside: bool) -> _Value | None:
    if token.kind == "percent" and token.text[0].isdecimal():
        return _Value(_number(token.text), False, beside)
    if token.kind == "number":
        return _Value(_number(token.text), True, beside)
    if token.kind == "band":
        return _Value(_BANDS[token.text.casefold().split()[-1]], False, beside)
    return None


def _number(text: str) -> float:
    return float(text.rstrip("% \t").replace(",", "."))


def _row_by_name(name: str, section: GroupKind | None) -> ReportRow | None:
    """The row that another name for a system or discipline stands for, kept as printed."""
    kinds = []
    if systems_from_name(name):
        kinds.append(GroupKind.SYSTEM)
    if disciplines_from_name(name):
        kinds.insert(0, GroupKind.DISCIPLINE)
    if not kinds:
        return None
    return ReportRow(section if section in kinds else kinds[0], name)


def _date(found: re.Match[str]) -> datetime | None:
    month, day, year = (int(part) for part in found.groups())
    try:
        return datetime(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return None
