"""UWorld pages saved as HTML: one question, or the results of a test (FORMATS 5).

Of a question page its number, result, time and classification are taken, of a results page the
cells of its table. Stem, choices and explanation are never part of what is returned.

The rows of a results page are handed over as the table that one would have copied from it, so that
they are understood in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from ..model.attempts import Attempt, Outcome, Problem
from ..model.banks import UWORLD
from ..model.progress import Progress
from . import cells
from .gathering import Gathering, Tally
from .markup import cleaned, is_web_page, plain
from .reading import MOST_ATTEMPTS, Document, Reading, UnusableInput
from .results_page import ResultsPage
from .uworld_table import UWorldTable

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_SAVE_AGAIN = (
    "Open the results of one test (or one question with its answer) on UWorld's page and save it "
    "again, or select the table, copy it and paste it here."
)

# --- Results page -----------------------------------------------------------------------

_ROW = re.compile(r"(?=<(?:tr|mat-row|mat-header-row)\b)")
_ROWS_PER_REPORT = 50
_COLUMN = re.compile(r"(?:mat|cdk)-column-([\w-]+)")
_LONGEST_CELL = 300
_MOST_CELLS = 30
_LONGEST_LINE_OUTSIDE = 100
_MOST_LINES_OUTSIDE = 400
_SHOWN_OF = re.compile(r"^\d[\d,]*\s*[-–—]\s*(\d[\d,]*) of (\d[\d,]*)$")
# The order in which the copied table has them.
_TITLES = {
    "subject": "SUBJECTS",
    "system": "SYSTEMS",
    "category": "CATEGORIES",
    "topic": "TOPICS",
    "percent": "% CORRECT OTHERS",
    "seconds": "TIME SPENT",
    "others_seconds": "AVG TIME SPENT",
}
_MARKS = {Outcome.CORRECT: "✓", Outcome.INCORRECT: "✗", Outcome.OMITTED: "∅"}

# How icons are called in Font Awesome and Material.
_ICONS = {
    **dict.fromkeys(
        ("fa-check", "fa-check-circle", "check", "check_circle", "done", "check-circle"),
        Outcome.CORRECT,
    ),
    **dict.fromkeys(
        (
            "fa-times", "fa-times-circle", "fa-xmark", "fa-close", "close", "clear", "cancel",
            "highlight_off",
        ),
        Outcome.INCORRECT,
    ),
    **dict.fromkeys(
        ("fa-ban", "fa-minus-circle", "fa-circle-minus", "block", "remove_circle_outline"),
        Outcome.OMITTED,
    ),
}  # fmt: skip
# A class with one of these says how many others were right.
_OTHERS_CORRECT = frozenset(("percent", "percentage", "others", "rate", "answered"))
_MAY_BE_ICONS = ("mat-icon", "i", "span", "td", "mat-cell")
_WORDS_OF_CLASS = re.compile(r"[-_\s]+")

# --- Question page ----------------------------------------------------------------------

_QUESTION_ID = re.compile(r"\bquestion\s*id\s*[:#]?\s*(\d{1,12})\b", re.IGNORECASE)
_ITEM = re.compile(r"\bitem\s*:?\s*(\d{1,3})\s*of\s*(\d{1,3})\b", re.IGNORECASE)
_ANSWERED = re.compile(r"answered\s+correctly", re.IGNORECASE)
_PERCENT_ANSWERED = re.compile(
    r"(\d{1,3}(?:\.\d+)?\s*%)\s*(?:of\s+\w+\s+)?answered\s+correctly", re.IGNORECASE
)
_TIME_SPENT = re.compile(
    r"((?:\d{1,2}\s*hrs?\.?,?\s*)?(?:\d{1,3}\s*min\w*\.?,?\s*)?\d{1,5}\s*(?:hrs?|min\w*|sec\w*|s)\b"
    r"\.?|\d{1,2}:\d{2})\s*time\s+spent"
    r"|time\s+spent\s*:?\s*(\d{1,2}:\d{2}|(?:\d{1,3}\s*min\w*\.?,?\s*)?\d{1,5}\s*(?:min\w*|sec\w*"
    r"|s)\b)",
    re.IGNORECASE,
)
# A stats bar holds less text than this; what holds more holds the stem too.
_LONGEST_STATS = 400
_MOST_CLIMBED = 8
_NOT_IN_BAR = re.compile("choice|option|distractor|standard-header|stem", re.IGNORECASE)
_NAMES = ("subject", "system", "category", "topic")


class UWorldHtml:
    """Reads saved pages of questions and results."""

    key = "uworld-html"
    name = "UWorld page, saved as HTML"

    def certainty(self, document: Document) -> float:
        """The source of a web page is for this reader only."""
        return 1.0 if is_web_page(document.text) else 0.0

    def read(self, document: Document, progress: Progress) -> Reading:
        """Reads the rows of a results page, or else the one question."""
        progress("Reading", 0, len(document.text))
        page = cleaned(document, progress)
        results = _Results(document)
        if results.read(page, progress):
            return results.reading(progress)
        return _question(document, page, progress)


class _Results:
    """The table of a results page, as the text one would copy from it."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._page = ResultsPage()
        self._titles: dict[str, str] = {}
        self._rows: list[str] = []
        self._unmarked = Tally()
        self._marked = 0
        self._shown: tuple[int, int] | None = None
        self._is_cut = False

    def read(self, page: str, progress: Progress) -> bool:
        """Takes in all rows; returns whether there is any."""
        starts = _ROW.split(page)
        self._outside(_soup(starts[0]))
        for count, text in enumerate(starts[1:]):
            if count % _ROWS_PER_REPORT == 0:
                progress("Reading rows", count, len(starts))
            is_last = count == len(starts) - 2
            if "-column-" in text or is_last:
                row = _soup(text)
                self._row(row, is_whole="</tr" in text or "</mat-row" in text)
                if is_last:
                    self._outside(row)
        return bool(self._rows)

    def reading(self, progress: Progress) -> Reading:
        header = "\t".join(("ID", *_TITLES.values()))
        table = Document("\n".join((header, *self._rows)), self._document.name)
        reading = UWorldTable().read(table, progress)
        problems = [*self._document.problems]
        if self._unmarked.count and self._marked:
            problems.append(
                Problem(
                    self._unmarked.first,
                    "Whether this question was answered correctly could not be read"
                    f"{self._unmarked.more}.",
                )
            )
        if self._is_cut:
            problems.append(
                Problem(
                    f"row {len(self._rows) + 1}",
                    "The file ends inside this row, which was left out. Save the page again.",
                )
            )
        total = None
        if self._shown and self._shown[1] >= len(reading.attempts):
            total = self._shown[1]
            if total > len(self._rows):
                problems.append(
                    Problem(
                        "page",
                        f"The saved page shows {len(self._rows)} of {total} questions. Show all "
                        "on one page before saving, or save the other pages too.",
                    )
                )
        problems += (replace(problem, where=_row(problem.where)) for problem in reading.problems)
        return replace(
            reading,
            reader=UWorldHtml.key,
            attempts=tuple(replace(a, where=_row(a.where)) for a in reading.attempts),
            problems=tuple(problems),
            name=self._page.name,
            mode=self._page.mode,
            total=total,
        )

    def _row(self, row: BeautifulSoup, is_whole: bool) -> None:
        columns: dict[str, Tag] = {}
        for cell in row.find_all(class_=_COLUMN, limit=_MOST_CELLS):
            if cell.name in ("th", "mat-header-cell"):
                self._header_cell(cell)
                continue
            title = self._title(_column(cell))
            if title and title not in columns:
                columns[title] = cell
        if "id" not in columns:
            return
        if not is_whole:
            self._is_cut = True
            return
        if len(self._rows) == MOST_ATTEMPTS:
            raise UnusableInput(
                f"{self._document.name} has more than {MOST_ATTEMPTS:,} rows, more than any bank, "
                f"and nothing was read from it. {_SAVE_AGAIN}"
            )
        where = f"row {len(self._rows) + 1}"
        id = _text(columns["id"])
        result = columns.get("outcome")
        outcome = (_outcome(result) if result else None) or _outcome(columns["id"])
        self._unmarked.add(where) if outcome is None else None
        self._marked += outcome is not None
        given = [_text(columns[title]) if title in columns else "" for title in _TITLES]
        mark = [_MARKS[outcome]] if outcome else []
        self._rows.append("\t".join([*mark, id, *given]))

    def _header_cell(self, cell: Tag) -> None:
        title = _title_of(_text(cell))
        if title:
            self._titles[_column(cell)] = title

    def _title(self, column: str) -> str:
        return self._titles.get(column) or _title_of(column)

    def _outside(self, part: BeautifulSoup) -> None:
        """Looks for the test's number, mode and how many questions it has."""
        for count, text in enumerate(part.stripped_strings):
            if count == _MOST_LINES_OUTSIDE:
                break
            line = plain(text)
            if len(line) <= _LONGEST_LINE_OUTSIDE:
                self._page.outside(line, before_rows=False)
                shown = _SHOWN_OF.match(line)
                if shown:
                    until, total = (int(number.replace(",", "")) for number in shown.groups())
                    self._shown = (until, total)


def _question(document: Document, page: str, progress: Progress) -> Reading:
    soup = _soup(page)
    gathering = Gathering(document, UWorldHtml.key)
    progress("Reading", len(document.text), len(document.text))
    text = plain(soup.get_text(" "))
    found = _QUESTION_ID.search(text)
    # At the very end the number itself may be cut off.
    id = UWORLD.normal_id(found.group(1)) if found and found.end() < len(text) else None
    if id is None:
        raise UnusableInput(
            f"{document.name} is a web page without UWorld's results table or question id. "
            f"{_SAVE_AGAIN}"
        )
    item = _ITEM.search(text)
    position, total = (int(number) for number in item.groups()) if item else (None, None)
    names = _names(soup, gathering)
    stats = _stats(soup)
    said = plain(stats.get_text(" ")) if stats else ""
    percent = _PERCENT_ANSWERED.search(said)
    time = _TIME_SPENT.search(said)
    outcome = _outcome_of_stats(stats) if stats else None
    if outcome is None:
        gathering.problem(
            "page", f"Whether question {id} was answered correctly could not be read."
        )
    gathering.add(
        Attempt(
            id=id,
            outcome=outcome,
            position=position or None,
            subject=names.get("subject", ""),
            system=names.get("system", ""),
            category=names.get("category", ""),
            topic=names.get("topic", ""),
            percent_others=cells.percent(percent.group(1)) if percent else None,
            seconds=cells.seconds(next(filter(None, time.groups()), "")) if time else None,
            where="page",
        )
    )
    return gathering.reading(
        advice=_SAVE_AGAIN,
        bank=UWORLD.key,
        exam=cells.exam_of({names.get("subject", "")}, {names.get("system", "")}),
        total=total,
    )


def _names(soup: BeautifulSoup, gathering: Gathering) -> dict[str, str]:
    """The classification: a heading and what it says, as pairs."""
    names: dict[str, str] = {}
    for heading in soup.find_all(class_="standard-header", limit=_MOST_CELLS):
        title = plain(heading.get_text(" ")[:_LONGEST_CELL]).rstrip(":").casefold()
        title = "category" if title == "categories" else title.rstrip("s")
        said = heading.find_next_sibling(class_="standard-description")
        if said is None and heading.parent is not None:
            said = heading.parent.find(class_="standard-description")
        text = plain(said.get_text(" ")) if said else ""
        if title not in _NAMES or title in names or cells.is_missing(text):
            continue
        if not cells.is_name(text):
            gathering.problem(
                "page",
                f"The {title} is not a name (it is too long, or holds code or a formula) and was "
                "left out. The rest was read.",
            )
            continue
        names[title] = text
    if "subject" in names:
        names["subject"] = cells.completed_subject(names["subject"]).name
    if "system" in names:
        names["system"] = cells.completed_system(names["system"]).name
    if "category" in names:
        names["category"] = cells.completed_category(
            names["category"], names.get("system", "")
        ).name
    return names


def _stats(soup: BeautifulSoup) -> Tag | None:
    """The bar with the result: the largest part around "Answered correctly" without the stem."""
    said = soup.find(string=_ANSWERED) or soup.find(string=re.compile("time spent", re.IGNORECASE))
    part = said.parent if said else None
    best = None
    for _ in range(_MOST_CLIMBED):
        if part is None or part.name == "[document]" or not _is_bar(part):
            break
        best, part = part, part.parent
    return best


def _is_bar(part: Tag) -> bool:
    """Whether `part` holds nothing but the bar: no stem, choices, classification or heading."""
    if part.find(class_=_NOT_IN_BAR):
        return False
    length = 0
    for string in part.strings:
        length += len(string.strip())
        if length > _LONGEST_STATS or _QUESTION_ID.search(string) or _ITEM.search(string):
            return False
    return True


def _outcome_of_stats(stats: Tag) -> Outcome | None:
    for string in stats.stripped_strings:
        outcome = cells.outcome(plain(string))
        if outcome:
            return outcome
    return _outcome(stats)


def _outcome(part: Tag) -> Outcome | None:
    """What icons, classes and labels in a cell or the stats bar say."""
    found: list[Outcome] = []
    for tag in [part, *part.find_all(True, limit=100)]:
        text = plain(tag.get_text(" ")[:40]) if tag.name in _MAY_BE_ICONS else ""
        labels = [text, *(str(tag.get(name) or "") for name in ("title", "aria-label"))]
        icons = [str(tag.get(name) or "") for name in ("svgicon", "fonticon", "data-mat-icon-name")]
        classes = tag.get_attribute_list("class")
        for label in labels:
            outcome = cells.outcome(label) or _ICONS.get(label)
            if outcome:
                found.append(outcome)
        for name in (*icons, *map(str, classes)):
            outcome = _ICONS.get(name.lower()) or _outcome_of_class(name.lower())
            if outcome:
                found.append(outcome)
    for outcome in (Outcome.INCORRECT, Outcome.OMITTED, Outcome.CORRECT):
        if outcome in found:
            return outcome
    return None


def _outcome_of_class(name: str) -> Outcome | None:
    if "column" in name:
        return None
    words = _WORDS_OF_CLASS.split(name)
    if "incorrect" in words or "iconincorrect" in words or "wrong" in words:
        return Outcome.INCORRECT
    if "omitted" in words:
        return Outcome.OMITTED
    is_correct = words[-1] == "correct" and not _OTHERS_CORRECT.intersection(words)
    return Outcome.CORRECT if is_correct else None


def _title_of(column: str) -> str:
    """Which of our columns a class or a printed title means, empty for another."""
    name = re.sub(r"[\W\d_]", "", column).casefold()
    if name in ("id", "questionid", "qid", "questionindex"):
        return "id"
    if name in ("flag", "status", "result", "outcome", "mark", "icon", "iscorrect", "correct"):
        return "outcome"
    for start in ("subject", "system", "categor", "topic"):
        if name.startswith(start):
            return "category" if start == "categor" else start
    if "time" in name:
        is_others = any(word in name for word in ("other", "avg", "average"))
        return "others_seconds" if is_others else "seconds"
    return "percent" if "percent" in name or "others" in name else ""


def _column(cell: Tag) -> str:
    found = _COLUMN.search(" ".join(map(str, cell.get_attribute_list("class"))))
    return found.group(1) if found else ""


def _text(cell: Tag) -> str:
    return plain(" ".join(_strings(cell)))[:_LONGEST_CELL]


def _strings(cell: Tag) -> Iterator[str]:
    length = 0
    for string in cell.strings:
        # The names of icons are written as text.
        if string.parent is None or string.parent.name != "mat-icon":
            yield string
        length += len(string)
        if length > 2 * _LONGEST_CELL:
            return


def _row(where: str) -> str:
    """The place in the page for a place in the table made of it."""
    return re.sub(r"line (\d+)", lambda found: f"row {int(found.group(1)) - 1}", where)


def _soup(text: str) -> BeautifulSoup:
    from bs4 import BeautifulSoup

    return BeautifulSoup(text, "html.parser")
