"""A UWorld report: how many questions were right in each row, without ids (FORMATS 4).

    NAME USAGE CORRECT Q INCORRECT Q OMITTED Q P-RANK
    Microbiology  20/348 9 (45%) 10 (50%) 1 (5%) 31st
    Microbiology (General Principles) 10/30 4 (40%) 6 (60%) 0 (0%) -

Names wrap, numbers stick to them, and some extractors give the numbers of a wrapped row, or every
cell, a line of their own. So the text is read as a stream: a row is what ends in its numbers, and
the text between two rows belongs to the later one, unless UWorld's own names say otherwise. A row
with an ordinal rank is a parent, the rows ending in a dash are the parts of it.

The first lines, and some heads of pages, hold the student's name. They are kept only to recognise
them again, never in a Reading or a message.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ..model.attempts import GroupKind, QuestionGroup
from ..model.banks import UWORLD
from ..model.progress import Progress, no_progress
from . import cells
from .gathering import Gathering, Tally
from .lines import head, lines
from .reading import MOST_ATTEMPTS, Document, Reading, UnusableInput
from .report_names import category_belongs, known_name
from .results_page import ResultsPage, is_private

_ROWS_PER_REPORT = 200
_LONGEST_FRAGMENT = 300
_MOST_FRAGMENTS = 12
_MOST_WRAPPED = 3
_MOST_WORDS = 8
_MOST_HEAD_LINES = 100
_LONGEST_SUMMARY_LINE = 400
_MOST_SUMMARY = 100
_SURE_SUMMARY = 2

_N = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d{1,6}(?!\d))"
_PERCENT = r"\d{1,3}(?:\.\d{1,2})?"


def _count(name: str) -> str:
    return rf"(?P<{name}>{_N})\s?\(\s?(?P<{name}_percent>{_PERCENT})\s?%\s?\)"


_ORDINAL = r"\d{1,3}(?:st|nd|rd|th)(?![a-z])"
_RANK = rf"(?:{_ORDINAL}|{cells.DASH}(?=[\sA-Z]|$))"
_NUMBERS = re.compile(
    rf"(?<!\d)(?P<used>{_N})"
    rf"(?:\s?/\s?(?P<of>{_N})(?:\s?\(\s?{_PERCENT}\s?%\s?\))?|\s(?P<second>{_N}))?"
    rf"\s{_count('correct')}\s?{_count('incorrect')}\s?{_count('omitted')}(?:\s?(?P<rank>{_RANK}))?"
)
_RANK_ALONE = re.compile(rf"{_RANK}(?!\S)")

# The titles of the columns: in one line, or as wrapped or single cells (then in capitals).
_TITLE = r"(?:usage|used\sq|total\sq|correct\sq|incorrect\sq|omitted\sq|p-\s?rank|percentile\srank)"
_HEADER = re.compile(
    rf"(?:\b(?P<first>name|subjects?|systems?|categor(?:y|ies)|topics?)\s)?(?:\b{_TITLE}\s?){{3,}}",
    re.IGNORECASE,
)
_HEADER_CELLS = re.compile(
    r"(?:(?:NAME|SUBJECTS?|SYSTEMS?|CATEGOR(?:Y|IES)|TOPICS?|USAGE|USED|TOTAL|CORRECT|INCORRECT"
    r"|OMITTED|P-|P-RANK|RANK|Q)(?:\s|$))+"
)
_SECTION = re.compile(r"(subject|system|categor|topic)(?:s|y|ies)?", re.IGNORECASE)
_KINDS = {
    "subject": GroupKind.SUBJECT,
    "system": GroupKind.SYSTEM,
    "categor": GroupKind.CATEGORY,
    "topic": GroupKind.TOPIC,
}

_ADDRESS = r"(?:about:\S*|https?://\S*|www\.\S*)(?:\s\d{1,4}/\d{1,4})?"
_PRINTED_AT = r"\d{1,2}/\d{1,2}/\d{2,4},\s\d{1,2}:\d{2}(?:\s?[AP]M)?"
_FURNITURE_LINE = re.compile(
    rf"{_PRINTED_AT}(?!\d).*|{_ADDRESS}.*|page\s\d+(?:\s?(?:of|/)\s?\d+)?|\d+\sof\s\d+",
    re.IGNORECASE,
)
_FURNITURE = re.compile(rf"(?:{_PRINTED_AT}(?:\s{_ADDRESS})?|{_ADDRESS})(?!\S)", re.IGNORECASE)
_USER_ID = re.compile(r"user\s?-?_?(?:id|name)\s?[:#]?\s?\S*", re.IGNORECASE)

# Only labels made of these words are taken: nobody is called so.
_WORD = (
    r"(?:all|answers?|answered|attempted|available|average|avg|by|changed?|changes|completed"
    r"|correct|count|created|ended|incorrect|marked|median|mean|of|omitted|on|others?'?s?|overall"
    r"|percentile|per|points|qbank|questions?|rank|remaining|score|scored|secs?|seconds|spent"
    r"|suspended|tests?|the|time|to|total|unanswered|unused|usage|used|your|\(secs?\)|\(%\))"
)
_LABEL = rf"{_WORD}(?:\s{_WORD}){{0,7}}"
_VALUE = (
    rf"(?:{_ORDINAL}|\d[\d,]{{0,9}}(?:\.\d{{1,2}})?(?:\s?%|\s?secs?|\s?/\s?\d[\d,]{{0,9}})?"
    r"|N/A|-)(?!\S)"
)
_SUMMARY_ITEM = re.compile(rf"({_LABEL})\s?:?\s({_VALUE})\s?", re.IGNORECASE)
_SUMMARY_LABEL = re.compile(rf"({_LABEL})\s?:?", re.IGNORECASE)
_SUMMARY_WORD = re.compile(rf"{_WORD}(?!\S)", re.IGNORECASE)
_SUMMARY_VALUE = re.compile(_VALUE, re.IGNORECASE)
_ONLY_NUMBERS = re.compile(r"[\d\W_]+")
_PART_OF_PAGES = re.compile(r"\d+\s?(?:/|of)\s?\d+")
_JOINED_WITHOUT_BLANK = re.compile(r"(?:\w-|/)$")


class UWorldReport:
    """Reads the counts of a report, and the totals of its summary."""

    key = "uworld-report"
    name = "UWorld report (subjects, systems, topics; no question ids)"

    def certainty(self, document: Document) -> float:
        """Sure as soon as one row is whole; less so with nothing but totals."""
        try:
            reading = self.read(head(document), no_progress)
        except UnusableInput:
            return 0.0
        if reading.groups:
            return 0.93
        return 0.6 if len(reading.summary) >= _SURE_SUMMARY else 0.1

    def read(self, document: Document, progress: Progress) -> Reading:
        """Reads all rows and totals, and reports those that do not add up."""
        return _Reader(document).read(progress)


@dataclass(frozen=True)
class _Fragment:
    """A line, or what is left of it beside a row's numbers: a name or a part of one.

    One that is not sure may be something else, and counts only where it completes a known name.
    """

    text: str
    where: str
    is_sure: bool = True
    after_break: bool = False


@dataclass
class _Row:
    """The numbers of a row, and what may be its name."""

    where: str
    used: int
    of: int | None
    correct: int
    incorrect: int
    omitted: int
    percents: tuple[float, float, float]
    rank: str | None
    kind: GroupKind | None  # what its header says
    is_topic: bool
    has_header: bool
    fragments: list[_Fragment] = field(default_factory=list)
    name: str = ""
    is_known: bool = False
    parent: _Row | None = None
    parts: list[_Row] = field(default_factory=list)

    @property
    def counts(self) -> tuple[int, int, int, int]:
        return self.used, self.correct, self.incorrect, self.omitted

    @property
    def title(self) -> str:
        """For messages: the name where it is one of UWorld's own, which nobody is called."""
        return f'"{self.name}"' if self.is_known else "this row"


class _Reader:
    def __init__(self, document: Document) -> None:
        self._gathering = Gathering(document, UWorldReport.key)
        self._page = ResultsPage()
        self._rows: list[_Row] = []
        self._row: _Row | None = None  # the last one, whose name may go on behind its numbers
        self._open: list[_Fragment] = []
        self._head: set[str] = set()
        self._has_begun = False  # with a header or a row; before, there is the student's name
        self._header: set[str] = set()
        self._header_is_open = False
        self._section: GroupKind | None = None
        self._section_is_last = False
        self._is_after_break = False
        self._fragment_is_last = False  # no line was taken since the last fragment
        self._label = ""
        self._summary: dict[str, str] = {}
        self._stray = Tally()
        self._counted = 0

    def read(self, progress: Progress) -> Reading:
        page = 0
        for line in lines(self._gathering.document, progress):
            if line.page != page:
                page = line.page
                self._break_page()
            text = " ".join(line.text.split())
            if text:
                self._take(text, line.where, progress)
        self._finish(self._continuing(self._open, 0))
        self._drop(self._open)
        _arrange(self._rows)
        self._check(progress)
        groups = self._groups()
        if self._stray.count:
            self._gathering.summary(
                self._stray.first,
                f"This line belongs to no row and was left out{self._stray.more}.",
            )
        return self._gathering.reading(
            advice=(
                "On UWorld's performance pages (subjects, systems, topics) or the analysis of a "
                "test, print to PDF and open that file here, or select all, copy and paste it."
            ),
            bank=UWORLD.key,
            exam=cells.exam_of(
                {group.name for group in groups if group.kind is GroupKind.SUBJECT},
                {group.name for group in groups if group.kind is GroupKind.SYSTEM},
            ),
            name=self._page.name,
            mode=self._page.mode,
            groups=groups,
            summary=self._summary,
        )

    # --- Lines ----------------------------------------------------------------------------

    def _take(self, text: str, where: str, progress: Progress) -> None:
        row = self._row
        if row and row.rank is None and not self._open:
            rank = _RANK_ALONE.match(text)
            if rank:
                row.rank = rank.group()
                text = text[rank.end() :].strip()
                if not text:
                    return
        open_fragments = self._open
        before = "".join(f"{fragment.text}\n" for fragment in open_fragments)
        whole = before + text
        done = 0
        found = _NUMBERS.finditer(whole) if "%" in text else iter(())
        for count, numbers in enumerate(found, start=1):
            if count % _ROWS_PER_REPORT == 0:
                progress("Reading", done, len(whole))
            if not done:
                self._open = _cut(open_fragments, numbers.start())
            self._between(whole[max(done, len(before)) : numbers.start()], where)
            self._start_row(whole, numbers, where)
            done = numbers.end()
        if done:
            self._between(whole[done:], where)
        else:
            self._line(text, where)

    def _between(self, text: str, where: str) -> None:
        """Takes in what stands beside the numbers of rows: all pages can be one line."""
        text = text.strip()
        user_ids = list(_USER_ID.finditer(text))
        if user_ids:
            self._private(self._fragment_is_last)
            text = text[user_ids[-1].end() :].strip()
        headers = list(_HEADER.finditer(text))
        if headers:
            self._take_header(headers[-1].group())
            text = text[headers[-1].end() :].strip()
        text = _FURNITURE.sub("\n", text)
        for part in text.split("\n"):
            if part.strip():
                self._line(part.strip(), where)

    def _line(self, text: str, where: str) -> None:
        """Takes in a line, or a part of one, that holds no row's numbers."""
        fragment_was_last, self._fragment_is_last = self._fragment_is_last, False
        if is_private(text):
            self._private(fragment_was_last)
        elif _FURNITURE_LINE.fullmatch(text[:_LONGEST_FRAGMENT]):
            self._break_page()
        elif text in self._head:
            return
        elif self._is_header(text):
            self._take_header(text)
        elif not self._is_summary(text):
            self._header_is_open = False
            self._fragment(text, where)
        self._page.outside(text, before_rows=False)

    def _fragment(self, text: str, where: str) -> None:
        section = _SECTION.fullmatch(text)
        if section:
            # Several in turn are the page's tabs, and say nothing.
            self._section = None if self._section_is_last else _KINDS[section.group(1).lower()]
        self._section_is_last = bool(section)
        if len(self._open) == _MOST_FRAGMENTS:
            self._drop(self._open[:1])
            del self._open[0]
        # Of a long line only the end can be a name. A title may be the first word of one.
        self._open.append(
            _Fragment(text[-_LONGEST_FRAGMENT:], where, not section, self._is_after_break)
        )
        self._fragment_is_last = True

    def _is_header(self, text: str) -> bool:
        if len(text) > _LONGEST_FRAGMENT:
            return False
        cells_only = _HEADER_CELLS.fullmatch(text)
        if not cells_only:
            return bool(_HEADER.fullmatch(text))
        return self._header_is_open or text.startswith("NAME") or len(text.split()) > 1

    def _take_header(self, text: str) -> None:
        if not self._header_is_open:
            self._header = set()
            self._after_header()
        self._header_is_open = True
        words = [word.strip("-").casefold() for word in text.split()]
        self._header.update(words)
        section = _SECTION.fullmatch(words[0])
        if section:
            self._section = _KINDS[section.group(1)]

    def _after_header(self) -> None:
        """What stands above a header is no name, but for one that the end of a page cut."""
        if not self._has_begun:
            self._has_begun = True
            self._is_after_break = False
            self._remember_head(self._open)
            self._open = []
            return
        self._drop([f for f in self._open if f.after_break])
        self._open = [
            replace(f, is_sure=f.is_sure and self._is_after_break)
            for f in self._open
            if not f.after_break
        ]
        self._is_after_break = False

    def _private(self, is_after_fragment: bool) -> None:
        """The line before a user id is the student's name."""
        if not self._has_begun:
            self._remember_head(self._open)
            self._open = []
        elif is_after_fragment and self._open and not known_name(self._open[-1].text):
            self._remember_head(self._open[-1:])
            del self._open[-1]

    def _remember_head(self, fragments: Sequence[_Fragment]) -> None:
        for fragment in fragments:
            if len(self._head) < _MOST_HEAD_LINES and not known_name(fragment.text):
                self._head.add(fragment.text)

    def _break_page(self) -> None:
        self._is_after_break = True

    def _is_summary(self, text: str) -> bool:
        """Whether a line holds totals or their labels; takes them in."""
        if len(text) > _LONGEST_SUMMARY_LINE:
            return False
        label, self._label = self._label, ""
        if label and _SUMMARY_VALUE.fullmatch(text):
            self._total(label, text)
            return True
        if not _SUMMARY_WORD.match(text):
            return False
        items = _SUMMARY_ITEM.findall(text)
        if items and not _SUMMARY_ITEM.sub("", text).strip():
            for name, value in items:
                self._total(name, value)
            return True
        alone = _SUMMARY_LABEL.fullmatch(text)
        if alone:
            self._label = alone.group(1)
        return bool(alone)

    def _total(self, label: str, value: str) -> None:
        if len(self._summary) < _MOST_SUMMARY:
            self._summary.setdefault(label, value)

    # --- Rows -----------------------------------------------------------------------------

    def _start_row(self, text: str, numbers: re.Match[str], where: str) -> None:
        self._counted += 1
        if self._counted > MOST_ATTEMPTS:
            raise UnusableInput(
                f"{self._gathering.document.name} has more than {MOST_ATTEMPTS:,} rows, more than "
                f"any report (given up at {where}), so it is probably another file, and nothing "
                "was read from it. Copy only the report and paste it."
            )
        used, of, glued = _usage(numbers, text[numbers.start() - 1 : numbers.start()], self._header)
        fragments = self._open
        if glued:
            last = fragments[-1] if fragments else _Fragment("", where)
            is_same_line = numbers.start() == 0 or text[numbers.start() - 1] != "\n"
            gap = "" if not text[numbers.start() - 1 : numbers.start()].isspace() else " "
            if fragments and is_same_line:
                fragments[-1] = replace(last, text=f"{last.text}{gap}{glued}")
            else:
                fragments.append(_Fragment(glued, where))
        self._open = []
        self._finish(self._continuing(fragments, 1))
        self._label = ""
        self._header_is_open = False
        is_topic = {"used", "total"} <= self._header or bool(self._header & {"topic", "topics"})
        if not self._header:
            is_topic = of is not None and not numbers["of"]
        self._row = _Row(
            where=where,
            used=used,
            of=of,
            correct=_number(numbers["correct"]),
            incorrect=_number(numbers["incorrect"]),
            omitted=_number(numbers["omitted"]),
            percents=(
                float(numbers["correct_percent"]),
                float(numbers["incorrect_percent"]),
                float(numbers["omitted_percent"]),
            ),
            rank=numbers["rank"],
            kind=self._section,
            is_topic=is_topic and not numbers["rank"],
            has_header=self._has_begun,
            fragments=fragments,
        )
        self._has_begun = True
        self._is_after_break = False

    def _continuing(self, fragments: list[_Fragment], rest: int) -> list[_Fragment]:
        """Takes from `fragments` those that complete the last row's name; returns these.

        At least `rest` fragments are left for the next row.
        """
        row = self._row
        if row is None:
            return []
        count = 0
        if not row.is_topic:
            for more in range(1, min(len(fragments) - rest, _MOST_WRAPPED) + 1):
                if known_name(_joined([*row.fragments, *fragments[:more]])):
                    count = more
            if not count and fragments:
                return self._words_continuing(row, fragments)
        else:
            # Names begin with a capital letter or a number.
            most = min(len(fragments) - rest, _MOST_WRAPPED)
            while count < most and fragments[count].text[0].islower():
                count += 1
        taken = fragments[:count]
        del fragments[:count]
        return taken

    def _words_continuing(self, row: _Row, fragments: list[_Fragment]) -> list[_Fragment]:
        """The same where a whole page is one line: the first words of what stands between rows."""
        first = fragments[0]
        words = first.text.split(" ", _MOST_WORDS)
        for count in range(min(len(words) - 1, _MOST_WORDS), 0, -1):
            taken = replace(first, text=" ".join(words[:count]))
            if known_name(_joined([*row.fragments, taken])):
                fragments[0] = replace(first, text=" ".join(words[count:]))
                return [taken]
        return []

    def _finish(self, more: Sequence[_Fragment]) -> None:
        row, self._row = self._row, None
        if row is None:
            return
        row.fragments.extend(more)
        known = None if row.is_topic else self._known(row)
        row.name, row.is_known = known or self._unknown(row), bool(known)
        if not row.name:
            self._gathering.problem(
                row.where, "The numbers of this row have no name before them. It was left out."
            )
        elif not cells.is_name(row.name):
            self._gathering.problem(
                row.where,
                "The name of this row is too long, or holds code or a formula. It was left out.",
            )
        elif row.name.casefold() in ("total", "overall", "all"):
            counts = f"{row.correct} correct, {row.incorrect} incorrect, {row.omitted} omitted"
            self._total(row.name, f"{row.used} used, {counts}")
        else:
            self._rows.append(row)

    def _known(self, row: _Row) -> str | None:
        fragments = [f for f in row.fragments if not _ONLY_NUMBERS.fullmatch(f.text)]
        for start in range(len(fragments)):
            name = known_name(_joined(fragments[start:]))
            if name:
                self._drop(fragments[:start])
                return name
        if not row.has_header and fragments:
            # Pasted without its header: the line may begin with anything.
            words = fragments[-1].text.split()[-12:]
            for start in range(1, len(words)):
                name = known_name(" ".join(words[start:]))
                if name:
                    return name
        return None

    def _unknown(self, row: _Row) -> str:
        fragments = [f for f in row.fragments if not _PART_OF_PAGES.fullmatch(f.text)]
        sure = [f for f in fragments if f.is_sure]
        while len(sure) > 1 and _ONLY_NUMBERS.fullmatch(sure[0].text):
            del sure[0]
        if len(sure) > _MOST_WRAPPED or not row.has_header:
            sure = sure[-1:]
        self._drop([f for f in fragments if f not in sure])
        return "" if sure and _ONLY_NUMBERS.fullmatch(_joined(sure)) else _joined(sure)

    def _drop(self, fragments: Sequence[_Fragment]) -> None:
        for fragment in fragments:
            if not self._page.is_furniture(fragment.text) and not _SECTION.fullmatch(fragment.text):
                self._stray.add(fragment.where)

    # --- What does not fit ----------------------------------------------------------------

    def _check(self, progress: Progress) -> None:
        for count, row in enumerate(self._rows):
            if count % _ROWS_PER_REPORT == 0:
                progress("Checking", count, len(self._rows))
            self._check_counts(row)
            self._check_parts(row)
        totals = {label.casefold(): value for label, value in self._summary.items()}
        parts = [_total(totals, f"total {name}") for name in ("correct", "incorrect", "omitted")]
        used = _total(totals, "used questions")
        known = [part for part in parts if part is not None]
        if used is not None and len(known) == len(parts) and sum(known) != used:
            self._gathering.summary(
                "summary",
                f"The totals do not add up: {known[0]:,} correct, {known[1]:,} incorrect and "
                f"{known[2]:,} omitted, but {used:,} used. They were kept as printed.",
            )

    def _check_counts(self, row: _Row) -> None:
        what = []
        answered = row.correct + row.incorrect + row.omitted
        if answered != row.used:
            what.append(
                f"{row.correct:,} correct, {row.incorrect:,} incorrect and {row.omitted:,} omitted "
                f"make {answered:,}, but {row.used:,} were used"
            )
        if row.of is not None and row.used > row.of:
            what.append(f"{row.used:,} were used of only {row.of:,}")
        counts = (("correct", row.correct), ("incorrect", row.incorrect), ("omitted", row.omitted))
        if not what:
            for (title, count), percent in zip(counts, row.percents):
                right = 100 * count / row.used if row.used else 0
                # Rounded up, down or to the nearest: less than one off.
                if abs(right - percent) >= 1:
                    what.append(f"{count:,} {title} is {right:.0f} %, but {percent:g} % is printed")
        if what:
            self._gathering.problem(
                row.where,
                f"The numbers of {row.title} do not fit: {'; '.join(what)}. They were kept as "
                "printed: please compare them.",
            )

    def _check_parts(self, row: _Row) -> None:
        if not row.parts:
            return
        names = ("used", "correct", "incorrect", "omitted")
        sums = [sum(counts) for counts in zip(*(part.counts for part in row.parts))]
        wrong = [
            f"{total:,} of {count:,} {name}"
            for name, total, count in zip(names, sums, row.counts)
            if total != count
        ]
        if wrong:
            self._gathering.problem(
                row.where,
                f"The {len(row.parts)} rows below {row.title} do not add up to it: "
                f"{', '.join(wrong)}. All were kept as printed: a row may be missing.",
            )

    def _groups(self) -> list[QuestionGroup]:
        groups: dict[QuestionGroup, str] = {}
        names: dict[tuple[GroupKind | None, str, str], str] = {}
        for row in self._rows:
            parent = row.parent.name if row.parent else ""
            group = QuestionGroup(
                kind=row.kind or GroupKind.TOPIC,
                name=row.name,
                parent=parent,
                seen=row.used,
                correct=row.correct,
                incorrect=row.incorrect,
                omitted=row.omitted,
                where=row.where,
            )
            first = names.setdefault((row.kind, parent, row.name), row.where)
            if group in groups:
                self._gathering.problem(
                    row.where, f"This row was already listed ({groups[group]}). It was kept once."
                )
                continue
            groups[group] = row.where
            if first != row.where:
                self._gathering.problem(
                    row.where,
                    f"A row of this name was already listed ({first}), with other numbers. Both "
                    "were kept. If they count the same questions, import only one.",
                )
        return list(groups)


def _usage(numbers: re.Match[str], before: str, header: set[str]) -> tuple[int, int | None, str]:
    """How many questions were used, of how many, and what of the digits belongs to the name.

    A name can end in a number ("Trisomy 21"), with a blank before the row's own or without. The
    row's counts say what its own is.
    """
    sum_ = sum(_number(numbers[name]) for name in ("correct", "incorrect", "omitted"))
    text, second = numbers["used"], numbers["second"]
    of = _number(numbers["of"] or second) if numbers["of"] or second else None
    used = _number(text)
    if second and not numbers["of"]:
        has_one = "total" in header and "used" not in header
        fits_as_two = used == sum_ and of is not None and of >= used
        if has_one or (not header and not fits_as_two and of == sum_):
            return _number(second), None, text
    is_glued = bool(before) and not before.isspace()
    own = str(sum_)
    if (
        used != sum_
        and text.endswith(own)
        and len(text) > len(own)
        and (is_glued or (of is not None and used > of))
    ):
        return sum_, of, text[: -len(own)]
    return used, of, ""


def _arrange(rows: Sequence[_Row]) -> None:
    """Finds what each row counts, and which row it is a part of."""
    is_nested = _subjects_hold_systems(rows)
    parent: _Row | None = None
    before: _Row | None = None
    for i, row in enumerate(rows):
        said = row.kind
        if row.is_topic:
            row.kind, parent = GroupKind.TOPIC, None
            continue
        known = _kind_of_name(row)
        if row.rank is not None and row.rank[0].isdigit():
            is_part = False
        elif row.rank is not None:
            is_part = parent is not None and not (
                parent.kind is known or (known is GroupKind.SUBJECT)
            )
        else:
            is_part = parent is not None and (
                (known is GroupKind.CATEGORY and category_belongs(row.name, parent.name))
                or (known is GroupKind.SYSTEM and parent.kind is GroupKind.SUBJECT and is_nested)
            )
        if is_part and parent is not None:
            row.parent = parent
            row.kind = GroupKind.SYSTEM if parent.kind is GroupKind.SUBJECT else GroupKind.CATEGORY
            parent.parts.append(row)
        else:
            row.kind = known or said
            if row.rank is not None:
                near = (before.kind if before and not before.parent else None) or next(
                    (kind for kind in map(_kind_of_name, rows[i : i + 20]) if kind), None
                )
                row.kind = known or (parent.kind if parent else None) or said or near
                row.kind = row.kind or GroupKind.SYSTEM
            elif row.kind is None:
                row.kind = before.kind if before and before.kind else GroupKind.TOPIC
            if row.kind in (GroupKind.SUBJECT, GroupKind.SYSTEM):
                parent = row
        before = row


def _kind_of_name(row: _Row) -> GroupKind | None:
    if not row.is_known:
        return None
    if cells.is_subject(row.name):
        return GroupKind.SUBJECT
    return GroupKind.SYSTEM if cells.is_system(row.name) else GroupKind.CATEGORY


def _subjects_hold_systems(rows: Sequence[_Row]) -> bool:
    """Whether, in rows without ranks, systems stand below their subjects and not in a list."""
    kinds = [_kind_of_name(row) for row in rows if row.rank is None and not row.is_topic]
    if GroupKind.SYSTEM not in kinds:
        return False
    return GroupKind.SUBJECT in kinds[kinds.index(GroupKind.SYSTEM) :]


def _cut(fragments: Sequence[_Fragment], length: int) -> list[_Fragment]:
    """The fragments as far as their joined text goes up to `length`."""
    cut: list[_Fragment] = []
    start = 0
    for fragment in fragments:
        text = fragment.text[: max(0, length - start)].strip()
        if text:
            cut.append(replace(fragment, text=text))
        start += len(fragment.text) + 1
    return cut


def _joined(fragments: Sequence[_Fragment]) -> str:
    """The name that wrapped onto several lines: also behind a slash or a hyphen."""
    name = ""
    for fragment in fragments:
        gap = "" if not name or _JOINED_WITHOUT_BLANK.search(name[-2:]) else " "
        name += gap + fragment.text
    return name


def _number(text: str) -> int:
    return int(text.replace(",", ""))


def _total(totals: dict[str, str], label: str) -> int | None:
    text = totals.get(label, "").replace(",", "")
    return int(text) if text.isdecimal() else None
