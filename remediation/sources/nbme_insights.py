"""The question list of NBME INSIGHTS, saved as CSV (FORMATS 6).

    Correct / Incorrect,Seq,Question Id,Content Topic,Content Description,Answer Selected,...
    Incorrect,2,SAAA0003MAA0003,Diagnosis,"Cardio: valvular disease",B,81.360,Standard-Paced,...

Columns go by their titles: in any order, some may be missing, unknown ones are not looked at. One
file holds every form a student took, mixed; each exam take becomes a sitting. The letter that was
answered and the address of the explanation are not kept.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from ..model.attempts import Attempt, Outcome
from ..model.banks import NBME, STEP_1, STEP_2, STEP_3
from ..model.progress import Progress, no_progress
from . import cells
from .gathering import Gathering, Tally
from .lines import Line, head, lines
from .reading import Document, Reading, UnusableInput
from .sittings import MOST_SITTINGS, SittingHead, parted

# A row is longer than this only where quotation marks do not close.
_LONGEST_ROW = 4_000
_MOST_LINES_OF_A_ROW = 10
_MOST_POSITION = 1_000
_LONGEST_TIME = 86_400.0  # seconds
_LONGEST_MODE = 40

# The printed titles of the columns, letters only, in one case.
_COLUMNS = {
    **dict.fromkeys(("correctincorrect", "result", "outcome", "status"), "outcome"),
    **dict.fromkeys(("seq", "sequence", "item", "itemnumber"), "position"),
    **dict.fromkeys(("questionid", "qid", "itemid"), "id"),
    **dict.fromkeys(("contenttopic", "physiciantask"), "category"),
    **dict.fromkeys(("contentdescription", "contentarea"), "description"),
    **dict.fromkeys(("answerselected", "selectedanswer", "youranswer"), "answer"),
    **dict.fromkeys(("timesec", "timeseconds", "timeinsec", "time"), "seconds"),
    **dict.fromkeys(("timing", "pacing"), "mode"),
    **dict.fromkeys(("examtake", "exam", "form"), "take"),
}
# Titles that only this list has.
_OWN_TITLES = {
    "correctincorrect",
    "contenttopic",
    "contentdescription",
    "answerselected",
    "examtake",
    "answerexplanation",
}
_DELIMITERS = ",;\t"

_OUTCOMES = {
    **dict.fromkeys(("correct", "right", "c"), Outcome.CORRECT),
    **dict.fromkeys(("incorrect", "wrong", "i"), Outcome.INCORRECT),
    **dict.fromkeys(
        ("omitted", "unanswered", "notanswered", "noresponse", "skipped", "incomplete"),
        Outcome.OMITTED,
    ),
}
_EXAMS = (
    (re.compile(r"cbssa|cbse|comp\w*\W+basic\W+sci|step\W?1\b"), STEP_1),
    (re.compile(r"ccssa|ccse|comp\w*\W+clin\w*\W+sci|step\W?2\b"), STEP_2),
    (re.compile(r"ccmsa|comp\w*\W+clin\w*\W+med|step\W?3\b"), STEP_3),
)
_SECONDS = re.compile(r"\d{1,6}(?:[.,]\d{1,6})?")
_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})|(\d{4})-(\d{1,2})-(\d{1,2})")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?\s*([ap])?\.?m?\.?", re.IGNORECASE)


class NBMEInsights:
    """Reads the saved question list."""

    key = "nbme-insights"
    name = "NBME INSIGHTS question list (CSV)"

    def certainty(self, document: Document) -> float:
        """Sure where the titles are there and a row below them can be read."""
        try:
            self.read(head(document), no_progress)
        except UnusableInput:
            return 0.0
        return 0.98

    def read(self, document: Document, progress: Progress) -> Reading:
        """Reads all rows, a sitting for each exam take: the earliest first, the rest `further`."""
        return _Reader(document).read(progress)


def exam_of_form(name: str) -> str | None:
    """The key of the exam that an NBME form or report of this name prepares for, if it says so."""
    name = name.casefold()
    return next((exam.key for pattern, exam in _EXAMS if pattern.search(name)), None)


@dataclass
class _Columns:
    """Where the columns are, by what they hold."""

    places: dict[str, int] = field(default_factory=dict)
    delimiter: str = ","
    count: int = 0

    def cell(self, row: Sequence[str], name: str) -> str:
        place = self.places.get(name, len(row))
        return " ".join(row[place].split()) if place < len(row) else ""


class _Take(NamedTuple):
    form: str
    when: datetime | None
    is_whole: bool


class _Reader:
    def __init__(self, document: Document) -> None:
        self._gathering = Gathering(document, NBMEInsights.key)
        self._columns: _Columns | None = None
        self._heads: list[SittingHead] = []
        self._place_of_take: dict[str, int] = {}
        self._sittings: list[int] = []
        self._without_answer: list[int] = []
        self._some_answer = False
        self._unread: dict[str, Tally] = {}

    def read(self, progress: Progress) -> Reading:
        for where, row in self._rows(lines(self._gathering.document, progress)):
            self._take(where, row)
        if self._columns is None:
            raise UnusableInput(
                f"{self._gathering.document.name} has no line with the titles of NBME's question "
                "list (Correct / Incorrect, Question Id, Content Description, ...). Download the "
                "list again from INSIGHTS, or copy it with its first line."
            )
        self._summarise()
        reading = self._gathering.reading(
            advice="In NBME INSIGHTS, download the question list as CSV and open that file here.",
            bank=NBME.key,
        )
        reading = replace(reading, attempts=self._with_omissions(reading.attempts))
        return parted(reading, self._heads, self._sittings, lists_all=True)

    def _rows(self, source: Iterator[Line]) -> Iterator[tuple[str, list[str]]]:
        """The rows below the titles, with their places; a quoted cell can go over several lines."""
        waiting: deque[Line] = deque()
        while True:
            line = waiting.popleft() if waiting else next(source, None)
            if line is None:
                return
            if not line.text.strip():
                continue
            columns = _columns(line.text)
            if columns:
                self._columns = columns
                continue
            if self._columns is None:
                continue
            if len(line.text) > _LONGEST_ROW:
                self._gathering.problem(
                    line.where,
                    f"This line has {len(line.text):,} characters, too many for one row, and was "
                    "left out. Its line breaks may have been lost: download the list again.",
                )
                continue
            text, used = line.text, 0
            while text.count('"') % 2 and used < _MOST_LINES_OF_A_ROW:
                if used == len(waiting):
                    following = next(source, None)
                    if following is None:
                        break
                    waiting.append(following)
                if len(text) + len(waiting[used].text) > _LONGEST_ROW:
                    break
                text += "\n" + waiting[used].text
                used += 1
            row = _split(text, self._columns.delimiter)
            if used and (text.count('"') % 2 or len(row) > self._columns.count):
                row = _split(line.text, self._columns.delimiter)
                used = 0
            if used == 0 and line.text.count('"') % 2:
                self._unread_cell("quotation marks", line.where)
            for _ in range(used):
                waiting.popleft()
            yield line.where, row

    def _take(self, where: str, row: list[str]) -> None:
        columns = self._columns or _Columns()
        if not any(cell.strip() for cell in row):
            return
        position = columns.cell(row, "position")
        system, topic = self._description(where, columns.cell(row, "description"))
        attempt = Attempt(
            id=self._id(where, columns.cell(row, "id")),
            outcome=self._outcome(where, columns.cell(row, "outcome")),
            position=int(position)
            if position.isdecimal() and len(position) < 5 and 0 < int(position) <= _MOST_POSITION
            else None,
            system=system,
            category=self._name(where, "Content Topic", columns.cell(row, "category")),
            topic=topic,
            seconds=self._seconds(where, columns.cell(row, "seconds")),
            where=where,
        )
        if not (attempt.id or attempt.system or attempt.topic):
            self._gathering.problem(
                where, "This row names no question, system or topic, and was left out."
            )
            return
        take = self._name(where, "Exam Take", columns.cell(row, "take"))
        mode = columns.cell(row, "mode")
        sitting = self._sitting(
            where, take, mode if len(mode) <= 40 and cells.is_name(mode) else ""
        )
        before = len(self._gathering)
        self._gathering.add(attempt, str(sitting))
        if len(self._gathering) == before:
            return
        self._sittings.append(sitting)
        if columns.cell(row, "answer"):
            self._some_answer = True
        elif "answer" in columns.places and attempt.outcome is Outcome.INCORRECT:
            self._without_answer.append(before)

    def _id(self, where: str, text: str) -> str | None:
        id = NBME.normal_id(text)
        if id is None:
            self._unread_cell("Question Id", where)
        return id

    def _outcome(self, where: str, text: str) -> Outcome | None:
        outcome = _OUTCOMES.get(re.sub(r"\W", "", text[:40]).casefold()) or cells.outcome(text)
        if outcome is None:
            self._unread_cell("Correct / Incorrect", where)
        return outcome

    def _seconds(self, where: str, text: str) -> float | None:
        if cells.is_missing(text):
            return None
        if _SECONDS.fullmatch(text):
            seconds: float | None = float(text.replace(",", "."))
        else:
            seconds = cells.seconds(text)
        if seconds is None or seconds > _LONGEST_TIME:
            self._unread_cell("Time", where)
            return None
        return seconds

    def _description(self, where: str, text: str) -> tuple[str, str]:
        """`Cardio: valvular disease` as system and topic; without a colon all is the system."""
        text = self._name(where, "Content Description", text)
        system, _, topic = text.partition(":")
        return system.strip(), topic.strip()

    def _name(self, where: str, column: str, text: str) -> str:
        if cells.is_missing(text):
            return ""
        if cells.is_name(text):
            return text
        self._unread_cell(column, where)
        return ""

    def _sitting(self, where: str, take: str, mode: str) -> int:
        key = take.casefold()
        place = self._place_of_take.get(key)
        if place is None:
            if len(self._heads) == MOST_SITTINGS:
                raise UnusableInput(
                    f"{self._gathering.document.name} names more than {MOST_SITTINGS} exam takes "
                    f"(given up at {where}), so it is probably another file, and nothing was read "
                    "from it. Download the question list from NBME INSIGHTS and open that."
                )
            place = self._place_of_take[key] = len(self._heads)
            form, when, is_whole = _take(take)
            if not is_whole:
                self._unread_cell("date in Exam Take", where)
            self._heads.append(SittingHead(form, exam_of_form(form), when, mode))
        known = self._heads[place]
        if mode and mode not in known.mode.split(", ") and len(known.mode) <= _LONGEST_MODE:
            self._heads[place] = replace(
                known, mode=f"{known.mode}, {mode}" if known.mode else mode
            )
        return place

    def _with_omissions(self, attempts: tuple[Attempt, ...]) -> tuple[Attempt, ...]:
        """What was counted as incorrect since nothing was selected, was omitted."""
        if not self._some_answer:
            return attempts
        changed = list(attempts)
        for place in self._without_answer:
            changed[place] = replace(changed[place], outcome=Outcome.OMITTED)
        return tuple(changed)

    def _unread_cell(self, column: str, where: str) -> None:
        self._unread.setdefault(column, Tally()).add(where)

    def _summarise(self) -> None:
        gathering = self._gathering
        for column, tally in self._unread.items():
            message = _UNREAD.get(
                column, f"What stands under {column} is not a name and was left out{{}}."
            )
            gathering.summary(tally.first, message.format(tally.more))
        if self._some_answer and self._without_answer:
            count = len(self._without_answer)
            gathering.summary(
                gathering.attempts[self._without_answer[0]].where,
                f"Incorrect with no answer selected: read as omitted ({count:,} in all).",
            )


_UNREAD = {
    "quotation marks": (
        "The quotation marks of this row do not close, so its cells may be wrong{}. Please "
        "compare it."
    ),
    "Question Id": (
        "This row has no question id that can be read{}. It was kept by its system and topic."
    ),
    "Correct / Incorrect": "This row does not say Correct or Incorrect{}, so that is open.",
    "Time": "The time of this row cannot be read and was left out{}.",
    "date in Exam Take": (
        "The exam take of this row does not end in a date as 11/02/2023 and a time{}. Please "
        "enter when you took it."
    ),
}


def _columns(text: str) -> _Columns | None:
    """The columns, where `text` is the line of titles."""
    if len(text) > _LONGEST_ROW:
        return None
    letters = re.sub(r"[\W\d_]", "", text).casefold()
    if not any(title in letters for title in _OWN_TITLES):
        return None
    for delimiter in _DELIMITERS:
        row = _split(text, delimiter)
        titles = [re.sub(r"[\W\d_]", "", cell).casefold() for cell in row]
        places: dict[str, int] = {}
        for place, title in enumerate(titles):
            if title in _COLUMNS:
                places.setdefault(_COLUMNS[title], place)
        if len(_OWN_TITLES.intersection(titles)) > 1 and {"id", "description"} & places.keys():
            return _Columns(places, delimiter, len(row))
    return None


def _split(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([text.replace("\0", "")], delimiter=delimiter), [])
    except csv.Error:
        return text.split(delimiter)


def _take(text: str) -> _Take:
    """`Comp Basic Sci SELF | Form 30 | 11/02/2023 | 9:05AM` as its form and moment."""
    names: list[str] = []
    date = time = None
    for part in (part.strip() for part in text.split("|")):
        if date is None and _DATE.match(part):
            date, _, rest = part.partition(" ")
            part = rest.strip()
            if not part:
                continue
        if time is None and _TIME.fullmatch(part):
            time = part
        elif part:
            names.append(part)
    when = _when(date or "", time or "")
    return _Take(" ".join(names), when, not text or when is not None)


def _when(date: str, time: str) -> datetime | None:
    """The moment; midnight where there is a date only."""
    found, clock = _DATE.fullmatch(date), _TIME.fullmatch(time)
    if not found:
        return None
    month, day, year = (int(part) for part in found.groups()[:3] if part) if found[1] else (0, 0, 0)
    if found[4]:
        year, month, day = (int(found[i]) for i in (4, 5, 6))
    hour = int(clock[1]) if clock else 0
    if clock and clock[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if clock[3] in "pP" else 0)
    try:
        return datetime(
            year + 2000 if year < 100 else year, month, day, hour, int(clock[2]) if clock else 0
        )
    except ValueError:
        return None
