"""The results table of a UWorld test, copied from the page (FORMATS 2).

    ID	SUBJECTS	SYSTEMS	CATEGORIES	TOPICS	% CORRECT OTHERS	TIME SPENT
    1 - 118154	OBGYN	Pregnancy, Childbirth & Pue...	Normal pregnancy	Vasa previa	52%	45 sec

The header may be missing, a further column may give the others' average time, and some browsers put
every cell on a line of its own. Whether an answer was right is an icon, which is not copied.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..model.attempts import Attempt, Outcome
from ..model.banks import UWORLD
from ..model.progress import Progress, no_progress
from . import cells
from .gathering import Gathering, Tally
from .lines import Line, head, lines
from .reading import Document, Reading, UnusableInput
from .results_page import ResultsPage, is_private

_LONGEST_LINE = 4_000
_MOST_CELLS = 16

# The printed titles of the columns, letters only, in one case.
_COLUMNS = {
    **dict.fromkeys(("id", "ids", "questionid", "qid"), "id"),
    **dict.fromkeys(("subject", "subjects"), "subject"),
    **dict.fromkeys(("system", "systems"), "system"),
    **dict.fromkeys(("category", "categories"), "category"),
    **dict.fromkeys(("topic", "topics"), "topic"),
    **dict.fromkeys(("correctothers", "percentcorrectothers", "otherscorrect"), "percent"),
    **dict.fromkeys(("timespent", "timespentsec", "yourtime", "time"), "seconds"),
    **dict.fromkeys(
        ("avgtimespent", "averagetimespent", "averagetime", "avgtime", "otherstime"),
        "others_seconds",
    ),
    **dict.fromkeys(("timespentothers", "timespentbyothers", "othersavgtime"), "others_seconds"),
    **dict.fromkeys(("result", "status", "outcome"), "outcome"),
}
_NAMES = ("subject", "system", "category", "topic")


class UWorldTable:
    """Reads the copied results table."""

    key = "uworld-table"
    name = "UWorld results table (copied from the page)"

    def certainty(self, document: Document) -> float:
        """Sure as soon as one row carries more than its id."""
        try:
            reading = self.read(head(document), no_progress)
        except UnusableInput:
            return 0.0
        full = [a for a in reading.attempts if a.system or a.subject or a.seconds is not None]
        return 0.95 if full else 0.0

    def read(self, document: Document, progress: Progress) -> Reading:
        """Reads all rows; cells that cannot be read are left out and reported."""
        return _Reader(document).read(progress)


@dataclass
class _Row:
    """The cells of one row, and whether its last line was tab separated."""

    where: str
    id: cells.IdCell
    outcome: Outcome | None
    cells: list[str] = field(default_factory=list)
    tabs: bool = True
    one_line: bool = True

    @property
    def times(self) -> int:
        return sum(cells.seconds(cell) is not None for cell in self.cells)

    @property
    def is_whole(self) -> bool:
        """Whether all cells are there, but perhaps the others' time."""
        return self.times > 0 or (self.one_line and len(self.cells) > len(_NAMES) + 1)


class _Reader:
    def __init__(self, document: Document) -> None:
        self._gathering = Gathering(document, UWorldTable.key)
        self._page = ResultsPage()
        self._columns: dict[str, int] = {}
        self._row: _Row | None = None
        self._stray = Tally()
        self._cut_names: set[str] = set()
        self._cut_topics = Tally()

    def read(self, progress: Progress) -> Reading:
        for line in lines(self._gathering.document, progress):
            self._take(line)
        self._finish_row()
        self._summarise()
        attempts = self._gathering.attempts
        return self._gathering.reading(
            advice=(
                "On UWorld's results page, select the table from its first to its last row, copy "
                "it and paste it here."
            ),
            bank=UWORLD.key,
            exam=cells.exam_of({a.subject for a in attempts}, {a.system for a in attempts}),
            name=self._page.name,
            mode=self._page.mode,
        )

    def _take(self, line: Line) -> None:
        if len(line.text) > _LONGEST_LINE:
            self._gathering.problem(
                line.where,
                f"This line has {len(line.text):,} characters, too many for one row, and was left "
                "out. Its line breaks may have been lost: copy the table again.",
            )
            return
        parts = [part.strip() for part in line.text.split("\t")]
        if not any(parts):
            return
        if self._is_header(parts):
            return
        start = self._start_of_row(line.where, parts)
        if start:
            self._finish_row()
            self._row = start
        elif not self._continues_row(line.text, parts):
            self._outside(line, parts)

    def _is_header(self, parts: Sequence[str]) -> bool:
        titles = [_COLUMNS.get(re.sub(r"[\W\d_]", "", part).casefold(), "") for part in parts]
        if sum(map(bool, titles)) * 2 <= len([part for part in parts if part]):
            return False
        if len(set(titles) - {""}) > 2 and "id" in titles:
            zero = titles.index("id") + 1
            self._columns = {title: i - zero for i, title in enumerate(titles) if title}
        return True

    def _start_of_row(self, where: str, parts: list[str]) -> _Row | None:
        """The row that begins with this line, if one does: its id stands in the first cells."""
        mark = None
        for i, part in enumerate(parts[:3]):
            id = cells.id_cell(part) or self._plain_id(part, parts[i + 1 :])
            if id:
                tabs = len(parts) > 1
                return _Row(where, id, id.outcome or mark, parts[i + 1 :], tabs)
            if part and not cells.outcome(part):
                break
            mark = cells.outcome(part)
        return None

    def _plain_id(self, part: str, rest: Sequence[str]) -> cells.IdCell | None:
        """An id without the row's number before it, where the rest of the line is a row."""
        id = UWORLD.normal_id(part)
        if id is None or not part.isdecimal() or len(rest) < 3:
            return None
        a_row = self._columns or any(cells.percent(c) is not None for c in rest)
        return cells.IdCell(id, None, None) if a_row else None

    def _continues_row(self, text: str, parts: list[str]) -> bool:
        row = self._row
        if row is None or len(row.cells) + len(parts) > _MOST_CELLS:
            return False
        if row.is_whole:
            if row.times > 1 or len(parts) > 1 or cells.seconds(parts[0]) is None:
                return False
        elif len(parts) > len(_NAMES) or self._page.is_furniture(text):
            return False
        if row.tabs and row.cells:
            row.cells[-1] = f"{row.cells[-1]} {parts[0]}".strip()
            parts = parts[1:]
        row.cells += parts
        row.tabs = "\t" in text
        row.one_line = False
        return True

    def _outside(self, line: Line, parts: Sequence[str]) -> None:
        before_rows = self._row is None and not self._gathering.attempts
        if any(cells.percent(p) is not None or cells.seconds(p) is not None for p in parts[3:]):
            first = next(part for part in parts if part)
            quote = "" if is_private(line.text) else f' ("{first[:40]}")'
            self._gathering.problem(
                line.where,
                f"This row does not begin with its number and question id{quote} and was left out.",
            )
        elif not self._page.outside(line.text, before_rows):
            self._stray.add(line.where)

    def _finish_row(self) -> None:
        row, self._row = self._row, None
        if row is None:
            return
        if row.id.id is None:
            self._gathering.problem(
                row.where, "The number of this row is not a question id (1 to 6 digits)."
            )
            return
        found = self._by_columns(row) if self._columns and row.one_line else self._by_shape(row)
        names = self._named(row.where, found)
        self._gathering.add(
            Attempt(
                id=row.id.id,
                outcome=row.outcome or cells.outcome(found.get("outcome", "")),
                position=row.id.position,
                subject=names.subject,
                system=names.system,
                category=names.category,
                topic=names.topic,
                percent_others=self._number(row.where, "per cent", found.get("percent", ""), "%"),
                seconds=self._number(row.where, "time", found.get("seconds", ""), " sec"),
                others_seconds=self._number(
                    row.where, "others' time", found.get("others_seconds", ""), " sec"
                ),
                where=row.where,
            )
        )

    def _by_columns(self, row: _Row) -> dict[str, str]:
        found = {
            title: row.cells[i]
            for title, i in self._columns.items()
            if title != "id" and 0 <= i < len(row.cells)
        }
        beyond = row.cells[max(self._columns.values()) + 1 :]
        if beyond and cells.seconds(beyond[0]) is not None:
            found.setdefault("others_seconds", beyond[0])
        return found

    def _by_shape(self, row: _Row) -> dict[str, str]:
        """The cells by what they look like: names, a per cent, the own time, the others' time."""
        found: dict[str, str] = {}
        rest = []
        for cell in row.cells:
            if cells.outcome(cell):
                found["outcome"] = cell
            else:
                rest.append(cell)
        if row.one_line and _is_usual(rest):
            return dict(zip((*_NAMES, "percent", "seconds", "others_seconds"), rest))
        numbers = [i for i, cell in enumerate(rest) if _is_number(cell)]
        first = numbers[0] if numbers else min(len(rest), len(_NAMES))
        if numbers and cells.percent(rest[first]) is None:
            # The per cent is missing, so its empty cell may stand before the time.
            names = rest[:first]
            has_gap = len(names) > len(_NAMES) and cells.is_missing(names[-1])
            found["seconds"], *others = rest[first:]
            names = names[:-1] if has_gap else names
        else:
            names = rest[:first]
            found["percent"], found["seconds"], *others = [*rest[first:], "", ""]
        found["others_seconds"] = next((cell for cell in others if cell), "")
        found.update(self._names_by_shape(row, names))
        return found

    def _names_by_shape(self, row: _Row, names: list[str]) -> dict[str, str]:
        if len(names) == len(_NAMES):
            return dict(zip(_NAMES, names))
        names = [name for name in names if not cells.is_missing(name)]
        if len(names) > len(_NAMES):
            # Cells that wrapped onto several lines.
            split = cells.split_names(" ".join(names))
            known = dict(zip(_NAMES, split))
        else:
            known = _by_lists(names)
        if names:
            self._gathering.problem(
                row.where,
                f"This row has {len(names)} names where 4 are usual (subject, system, category, "
                "topic). They were told apart by UWorld's own lists: please check them.",
            )
        return known

    def _named(self, where: str, found: dict[str, str]) -> cells.Names:
        """The four names, cut ones completed where only one name fits."""
        text = {title: self._name(where, title, found.get(title, "")) for title in _NAMES}
        subject = cells.completed_subject(text["subject"])
        system = cells.completed_system(text["system"])
        category = cells.completed_category(text["category"], system.name)
        for title, name in (("subject", subject), ("system", system), ("category", category)):
            if name.is_cut and name.name not in self._cut_names:
                self._cut_names.add(name.name)
                self._gathering.problem(
                    where,
                    f'The {title} "{name.name[:40]}" is cut off, and no single known name begins '
                    "so. It was kept as it is.",
                )
        if cells.is_cut(text["topic"]):
            self._cut_topics.add(where)
        return cells.Names(subject.name, system.name, category.name, text["topic"])

    def _name(self, where: str, title: str, text: str) -> str:
        text = " ".join(text.split())
        if cells.is_missing(text):
            return ""
        if cells.is_name(text):
            return text
        self._gathering.problem(
            where,
            f"The {title} is not a name (it is too long, or holds code or a formula) and was left "
            "out. The rest of the row was read.",
        )
        return ""

    def _number(self, where: str, title: str, text: str, unit: str) -> float | None:
        if cells.is_missing(text):
            return None
        read = cells.percent if unit == "%" else cells.seconds
        value = read(text)
        value = read(text + unit) if value is None else value
        if value is None:
            self._gathering.problem(
                where, f'The {title} "{text[:40]}" could not be read. The rest of the row was read.'
            )
        return value

    def _summarise(self) -> None:
        topics, stray = self._cut_topics, self._stray
        if topics.count:
            self._gathering.summary(
                topics.first,
                f"The topic is cut off in the copied text{topics.more}. It was kept as it is.",
            )
        if stray.count:
            self._gathering.summary(
                stray.first, f"This line belongs to no row and was left out{stray.more}."
            )


def _is_usual(row: Sequence[str]) -> bool:
    """Whether the cells stand where the page has them, missing ones too."""
    numbers = row[len(_NAMES) :]
    return (
        len(numbers) > 1
        and not any(map(_is_number, row[: len(_NAMES)]))
        and (cells.is_missing(numbers[0]) or cells.percent(numbers[0]) is not None)
        and all(cells.is_missing(time) or cells.seconds(time) is not None for time in numbers[1:])
    )


def _is_number(cell: str) -> bool:
    return cells.percent(cell) is not None or cells.seconds(cell) is not None


def _by_lists(names: Sequence[str]) -> dict[str, str]:
    """Fewer than four names: each is what UWorld's lists say, the last unknown one the topic."""
    found: dict[str, str] = {}
    for name in names:
        if "subject" not in found and cells.is_subject(name) and "system" not in found:
            found["subject"] = name
        elif "system" not in found and cells.is_system(name):
            found["system"] = name
        elif "category" not in found and cells.is_category(name):
            found["category"] = name
        else:
            found["topic"] = f"{found.get('topic', '')} {name}".strip()
    return found
