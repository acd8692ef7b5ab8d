"""The results of a UWorld test printed to PDF, as text (FORMATS 3).

    × 1 - 104520 Surgery Hematology & Oncology Hemostasis and thrombosis Hypovolemic shock 37%
    31 sec 99 sec

Only blanks part the cells. A row can wrap onto several lines, and some PDFs give a whole page as
one line, so the text is read as a stream: a row begins with its mark, number and id and ends with
its times.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..model.attempts import Attempt, Outcome
from ..model.banks import UWORLD
from ..model.progress import Progress, no_progress
from . import cells
from .gathering import Gathering, Tally
from .lines import Line, head, lines
from .reading import Document, Reading, UnusableInput
from .results_page import ResultsPage

_LONGEST_ROW = 600
_ROWS_PER_REPORT = 200

_ROW_START = re.compile(
    rf"(?<!\S)(?:(?P<mark>(?i:{cells.MARK}))\s*)?(?P<block>(?i:block)\s*)?"
    rf"(?P<row>\d{{1,5}})\s*{cells.DASH}\s*(?P<id>\d{{1,12}})"
    r"(?=\s+(?:[A-Z(]|-\s|\d{1,3}\s*%)|\s*$)"
)
# What may be the beginning of a row at the end of a line (a mark, a number, or both and the dash),
# and how the next line goes on if it is.
_BROKEN_START = re.compile(
    rf"(?<!\S)(?:{cells.MARK}|(?:{cells.MARK}\s*)?\d{{1,5}}(?:\s*{cells.DASH})?)\s*$", re.IGNORECASE
)
_REST_OF_START = re.compile(rf"\d|{cells.DASH}\s*(?:\d|$)")
_TIME = (
    r"(?:\d{1,2}:\d{2}(?!\d)"
    r"|(?:\d{1,2}\s*hrs?\.?\s+)?(?:\d{1,3}\s*mins?\.?\s+)?\d{1,5}\s*(?:hrs?|mins?|secs?|s)\b\.?"
    r"|-(?!\S))"
)
_ROW_END = re.compile(
    rf"(?P<percent>\d{{1,3}}(?:\.\d+)?\s*%|(?<!\S)-)\s*(?P<own>{_TIME})(?:\s*(?P<others>{_TIME}))?",
    re.IGNORECASE,
)
_ONLY_TIME = re.compile(_TIME, re.IGNORECASE)
_UNKNOWN_SIGN = re.compile(r"[^\w\s]{1,2}")


class UWorldPrint:
    """Reads the text of a printed results page."""

    key = "uworld-print"
    name = "UWorld results, printed to PDF"

    def certainty(self, document: Document) -> float:
        """Sure as soon as one row is whole."""
        try:
            reading = self.read(head(document), no_progress)
        except UnusableInput:
            return 0.0
        return 0.9 if any(a.seconds is not None for a in reading.attempts) else 0.0

    def read(self, document: Document, progress: Progress) -> Reading:
        """Reads all rows, and compares the marks with the score the page states."""
        return _Reader(document).read(progress)


@dataclass
class _Row:
    """A row being read: the text after its id, and where a page break cut that."""

    where: str
    id: str | None
    position: int | None
    outcome: Outcome | None
    text: str = ""
    broken_at: int | None = None
    end: re.Match[str] | None = None
    others: str = ""
    begun_time: str = ""  # a number behind the end: the others' time, if "sec" is in the next line

    def break_here(self) -> None:
        """Notes that what follows may hold what stands between two pages."""
        if not self.end and self.broken_at is None:
            self.broken_at = len(self.text)


class _Reader:
    def __init__(self, document: Document) -> None:
        self._gathering = Gathering(document, UWorldPrint.key)
        self._page = ResultsPage()
        self._row: _Row | None = None
        self._carried = ""
        self._stray = Tally()
        self._unmarked = Tally()
        self._glued = Tally()

    def read(self, progress: Progress) -> Reading:
        page = 0
        for line in lines(self._gathering.document, progress):
            if line.page != page and self._row:
                self._row.break_here()
            page = line.page
            self._take(line, progress)
        self._text("the end", self._carried)
        self._finish_row()
        self._summarise()
        attempts = self._gathering.attempts
        self._check_score()
        return self._gathering.reading(
            advice=(
                "On UWorld's results page of one test, print to PDF and open that file here, or "
                "select the table, copy it and paste it."
            ),
            bank=UWORLD.key,
            exam=cells.exam_of({a.subject for a in attempts}, {a.system for a in attempts}),
            name=self._page.name,
            mode=self._page.mode,
            total=len(attempts),
        )

    def _take(self, line: Line, progress: Progress) -> None:
        text = line.text.strip()
        if self._carried and _REST_OF_START.match(text):
            text = f"{self._carried} {text}"
        elif self._carried and text:
            self._text(line.where, self._carried)
        elif self._carried:
            return
        done = 0
        for count, start in enumerate(_ROW_START.finditer(text), start=1):
            if count % _ROWS_PER_REPORT == 0:
                progress("Reading", done, len(text))
            sign = self._text(line.where, text[done : start.start()])
            self._finish_row()
            self._start_row(line.where, start, sign)
            done = start.end()
        rest = text[done:]
        broken = _BROKEN_START.search(rest[-20:])
        self._carried = broken.group().strip() if broken else ""
        self._text(line.where, rest[: len(rest) - len(broken.group())] if broken else rest)

    def _start_row(self, where: str, start: re.Match[str], sign: str) -> None:
        id = UWORLD.normal_id(start["id"])
        outcome = cells.outcome(start["mark"] or "")
        if sign and id and not outcome:
            self._gathering.problem(
                where,
                f'The sign "{sign}" before question {id} is not known, so whether it was right is '
                "open.",
            )
        position = None if start["block"] else int(start["row"]) or None
        self._row = _Row(where, id, position, outcome)

    def _text(self, where: str, text: str) -> str:
        """Takes in what stands between two row starts; returns a sign left over at its end."""
        text = text.strip()
        row = self._row
        if row and not row.end and text:
            return self._continue_row(where, row, text)
        if not text or _UNKNOWN_SIGN.fullmatch(text):
            return text
        if row and row.end and not row.others:
            time = f"{row.begun_time} {text}".strip()
            if _ONLY_TIME.fullmatch(time):
                row.others = time
                return ""
            if time.isdecimal():
                row.begun_time = time
                return ""
        self._outside(where, text)
        return ""

    def _continue_row(self, where: str, row: _Row, text: str) -> str:
        longer = f"{row.text} {text[: _LONGEST_ROW + 1]}".strip()
        end = _ROW_END.search(longer)
        added = longer[len(row.text) : end.end() if end else None]
        # A number or a sign alone is rather part of a name: "Vitamin B / 12", "Hematology / &".
        if self._page.is_furniture(added) and not re.fullmatch(r"\d+|\W+", text):
            row.break_here()
            self._page.outside(text, before_rows=False)
            return ""
        if end:
            row.text, row.end, row.others = longer, end, end["others"] or ""
            rest = longer[end.end() :].strip()
            return self._text(where, rest)
        if len(longer) > _LONGEST_ROW:
            self._finish_row()
        else:
            row.text = longer
        return ""

    def _outside(self, where: str, text: str) -> None:
        before_rows = self._row is None and not self._gathering.attempts
        if not self._page.outside(text, before_rows):
            self._stray.add(where)

    def _finish_row(self) -> None:
        row, self._row = self._row, None
        if row is None:
            return
        if row.id is None:
            self._gathering.problem(
                row.where, "The number of this row is not a question id (1 to 6 digits)."
            )
            return
        if row.outcome is None:
            self._unmarked.add(row.where)
        names = self._names(row)
        self._gathering.add(
            Attempt(
                id=row.id,
                outcome=row.outcome,
                position=row.position,
                subject=names.subject,
                system=names.system,
                category=names.category,
                topic=names.topic,
                percent_others=cells.percent(row.end["percent"]) if row.end else None,
                seconds=cells.seconds(row.end["own"]) if row.end else None,
                others_seconds=cells.seconds(row.others),
                where=row.where,
            )
        )

    def _names(self, row: _Row) -> cells.Names:
        names = cells.split_names(row.text[: row.end.start()] if row.end else row.text)
        if row.end is None:
            self._gathering.problem(
                row.where,
                f"The row of question {row.id} has no per cent and time at its end. Its topic was "
                "left out.",
            )
            return names._replace(topic="")
        if row.broken_at is not None:
            # What follows the break may hold the head of the next page, with the student's name.
            before = cells.split_names(row.text[: row.broken_at])
            self._gathering.problem(
                row.where,
                f"A page ends inside the row of question {row.id}, so its topic may be incomplete.",
            )
            return names._replace(topic=before.topic if before[:3] == names[:3] else "")
        if not cells.is_name(names.topic):
            self._gathering.problem(
                row.where,
                f"The topic of question {row.id} is not a name (it is too long, or holds code or a "
                "formula) and was left out. The rest of the row was read.",
            )
            return names._replace(topic="")
        if names.topic and not names.category:
            self._glued.add(row.where)
        return names

    def _summarise(self) -> None:
        gathering, glued, unmarked, stray = (
            self._gathering,
            self._glued,
            self._unmarked,
            self._stray,
        )
        if unmarked.count and any(attempt.outcome for attempt in gathering.attempts):
            gathering.summary(
                unmarked.first, f"This row has no mark (✓ or ✗) that can be read{unmarked.more}."
            )
        if glued.count:
            gathering.summary(
                glued.first,
                f"Not all names of this row are known{glued.more}. What could not be told from the "
                "topic was kept as the topic.",
            )
        if stray.count:
            gathering.summary(
                stray.first, f"This line belongs to no row and was left out{stray.more}."
            )

    def _check_score(self) -> None:
        outcomes = [attempt.outcome for attempt in self._gathering.attempts]
        stated = self._page.score
        if stated is None or not outcomes or None in outcomes:
            return
        correct = outcomes.count(Outcome.CORRECT)
        counted = 100 * correct / len(outcomes)
        if abs(counted - stated) >= 1:
            self._gathering.summary(
                self._gathering.attempts[0].where,
                f"The page states a score of {stated} %, but the marks give {correct} of "
                f"{len(outcomes)}, {counted:.0f} %. Some rows or marks may be missing: please "
                "compare them.",
            )
