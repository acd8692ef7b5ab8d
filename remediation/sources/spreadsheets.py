"""Spreadsheets (.xlsx) as tab separated text, with nothing in them trusted.

The cells are read by xlsx2csv. What it would follow or fill without end is looked at first: how
much a part unpacks to, document types and entities (its XML parsers would expand them), row, column
and span numbers (it fills the gaps), and very long texts. Links to other files are never followed;
a cell with a formula gives the value that was last shown. Other office files are refused with what
to do.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
import zipfile
from collections.abc import Mapping
from typing import Any, NamedTuple
from xml.parsers import expat

from ..model.attempts import Problem
from ..model.progress import Cancelled, Progress
from .lines import MOST_LINES
from .log_columns import looks_like_a_log
from .reading import UnusableInput
from .tables import MOST_COLUMNS

_SAVE_AS = "Save it as CSV or .xlsx and open that, or copy the cells and paste them here."
_MB = 1024 * 1024
# What all parts that are read may unpack to: 20,000 rows of 40 columns need about half of it.
_MOST_UNPACKED = 120 * _MB
# Parts that are read as a whole tree. The styles of the most colourful sheets stay below.
_MOST_UNPACKED_TREE = 4 * _MB
# Sheets of many equal rows shrink to about 1 %; what shrinks more is made to fill the memory.
_MOST_RATIO = 250
_ALWAYS_FINE = 2 * _MB
_LONGEST_LIST = 2 * _MB
_LARGE_ARCHIVE = 0xFFFFFFFF  # the length is written elsewhere, since it has no room here
# Excel's own limits.
_MOST_ROWS = 1_048_576
_MOST_CELL_TEXT = 40_000
_MOST_SHEETS = 100
# How many rows tell whether a sheet is a log.
_SAMPLE_ROWS = 30
_ROWS_PER_REPORT = 500
_LONGEST_SHOWN = 40

_ROW = re.compile(r"[1-9][0-9]{0,6}")
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_NOT_1904 = re.compile(rb"""date1904\s*=\s*["'](?:0|false|off)["']""", re.IGNORECASE)
_CONTENT_TYPES = "[content_types].xml"
_OLE_NAMES = (
    (
        "EncryptedPackage",
        "protected with a password",
        "Open it in Excel, remove the password (File > Info > Protect Workbook) and save it, or "
        "copy the cells and paste them here.",
    ),
    ("Workbook", "an Excel file of the older kind (.xls)", _SAVE_AS),
    ("Book", "an Excel file of the older kind (.xls)", _SAVE_AS),
)


class Cells(NamedTuple):
    """The cells of one sheet as tab separated text, a line for each row, and what to say of it."""

    text: str
    problems: list[Problem]


def is_zip(data: bytes) -> bool:
    """Whether a file is packed as .xlsx files are."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def is_older(data: bytes) -> bool:
    """Whether a file is packed as .xls files and encrypted workbooks are."""
    return data.startswith(b"\xd0\xcf\x11\xe0")


def older_refusal(data: bytes, name: str) -> UnusableInput:
    """What to say about a file that `is_older`."""
    for entry, what, advice in _OLE_NAMES:
        if entry.encode("utf-16-le") in data:
            return UnusableInput(f"{name} is {what}, which cannot be read. {advice}")
    return UnusableInput(f"{name} is an older office document, which cannot be read. {_SAVE_AS}")


def cells_of(data: bytes, name: str, progress: Progress) -> Cells:
    """The cells of the first sheet that looks like a log, else of the first that is not empty.

    Raises UnusableInput where the file is no spreadsheet, cannot be read or is not safe to read;
    Cancelled where `progress` does.
    """
    # The list of an archive's parts is at its end, and is read as a whole.
    end = data.rfind(b"PK\x05\x06")
    length = int.from_bytes(data[end + 12 : end + 16], "little") if end >= 0 else 0
    if _LONGEST_LIST < length <= len(data) or length == _LARGE_ARCHIVE:
        raise _refused(name, "has far too many parts")
    try:
        with _unpacked(data, name) as archive:
            return _Workbook(archive, name, progress).cells()
    except (UnusableInput, Cancelled):
        raise
    except zipfile.BadZipFile:
        raise _cut_off(name) from None
    except MemoryError:
        raise _refused(name, "needs more memory than there is") from None
    # What xlsx2csv raises where a file is not as it should be is not written down anywhere.
    except Exception as error:
        raise _refused(
            name, f"is not built as a spreadsheet should be ({type(error).__name__})"
        ) from error


def _unpacked(data: bytes, name: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError):
        # Python 3.9 raises ValueError where the list of contents points outside the file.
        raise _cut_off(name) from None


def _cut_off(name: str) -> UnusableInput:
    return UnusableInput(
        f"{name} is damaged or was cut off: it cannot be unpacked. Download it again. If your "
        f"spreadsheet program still opens it: {_SAVE_AS}"
    )


class _Workbook:
    def __init__(self, archive: zipfile.ZipFile, name: str, progress: Progress) -> None:
        self._archive = archive
        self._name = name
        self._progress = progress
        self._parts = {info.filename.lower().lstrip("/"): info for info in archive.infolist()}
        self._unpacked = 0

    def cells(self) -> Cells:
        """The cells of the sheet to use."""
        self._refuse_other_kinds()
        from ..vendor import xlsx2csv

        types = self._tree(xlsx2csv.ContentTypes(), _CONTENT_TYPES)
        path = _plain(types.types["workbook"] or xlsx2csv.DEFAULT_WORKBOOK_PATH)
        book = self._tree(xlsx2csv.Workbook(), path)
        if book.date1904 and _NOT_1904.search(self._bytes(path)):
            book.date1904 = False
        folder, _, file = path.rpartition("/")
        links = self._tree(xlsx2csv.Relationships(), f"{folder}/_rels/{file}.rels", needed=False)
        styles = self._tree(
            xlsx2csv.Styles(), _plain(types.types["styles"] or f"{folder}/styles.xml"), needed=False
        )
        strings = self._strings(
            xlsx2csv.SharedStrings(),
            _plain(types.types["shared_strings"] or f"{folder}/sharedstrings.xml"),
        )
        visible = [sheet for sheet in book.sheets if sheet["state"] not in ("hidden", "veryHidden")]
        read: list[tuple[str, _Rows, bool]] = []
        chosen: _Rows | None = None
        for sheet in (visible or book.sheets)[:_MOST_SHEETS]:
            part = self._part_of(sheet, links, folder)
            if part is None:
                continue
            rows = _Rows(self._name, sheet["name"], self._progress)
            self._read(
                xlsx2csv.Sheet(book, strings, styles, self._open(part)), rows, chosen is not None
            )
            is_log = looks_like_a_log(rows.sample)
            if rows.sample:
                read.append((sheet["name"], rows, is_log))
            if is_log and chosen is None:
                chosen = rows
        if not read:
            raise UnusableInput(
                f"{self._name} has no cells with anything in them. Open it, check which file it "
                "is, or copy the cells and paste them here."
            )
        chosen = chosen or read[0][1]
        text, problems = chosen.text(), chosen.problems
        others = [(name, is_log) for name, rows, is_log in read if rows is not chosen]
        if others:
            problems.insert(0, _sheet_problem(chosen.sheet, others))
        return Cells(text, problems)

    # Reading parts
    ######################################################################

    def _read(self, sheet: Any, rows: _Rows, only_sample: bool) -> None:
        """Lets xlsx2csv read one sheet into `rows`, with what it is given kept within bounds."""
        rows.stop_after = _SAMPLE_ROWS if only_sample else None
        start, text = sheet.handleStartElement, sheet.handleCharData

        def on_start(tag: str, attributes: dict[str, str]) -> None:
            tag = tag.rpartition(":")[2]
            checked = rows.checked(tag, attributes)
            if checked is not None:
                start(tag, checked)

        def on_text(data: str) -> None:
            if len(data) > _MOST_CELL_TEXT or len(sheet.data or "") > _MOST_CELL_TEXT:
                raise _refused(
                    self._name, f"has a cell of more than {_MOST_CELL_TEXT:,} characters"
                )
            text(data)

        def on_end(tag: str) -> None:
            end(tag.rpartition(":")[2])

        end = sheet.handleEndElement
        sheet.handleStartElement, sheet.handleCharData = on_start, on_text
        sheet.handleEndElement = on_end
        sheet.set_dateformat("%Y-%m-%d %H:%M:%S")
        sheet.set_timeformat("%H:%M:%S")
        sheet.set_skip_empty_lines(True)
        # xlsx2csv asks its options what to do with a value that does not fit its format.
        sheet.options = rows.options
        try:
            sheet.to_csv(rows.bound_to(sheet))
        except _Enough:
            pass
        finally:
            sheet.filehandle.close()
            sheet.close()

    def _strings(self, strings: Any, part: str) -> Any:
        if part not in self._parts:
            return strings
        add = strings.handleCharData

        def on_text(data: str) -> None:
            if len(strings.value) > _MOST_CELL_TEXT:
                raise _refused(
                    self._name, f"has a cell of more than {_MOST_CELL_TEXT:,} characters"
                )
            add(data)
            if len(strings.strings) % 10_000 == 0:
                self._progress("Reading the spreadsheet", 0, 0)

        strings.handleCharData = on_text
        with self._open(part) as file:
            strings.parse(file)
        return strings

    def _tree(self, parser: Any, part: str, *, needed: bool = True) -> Any:
        """Lets `parser` read a part that is small in every honest file."""
        if part not in self._parts:
            if needed:
                raise _refused(self._name, f"lacks {_shown(part)}")
            return parser
        if self._parts[part].file_size > _MOST_UNPACKED_TREE:
            raise _refused(self._name, f"has a part ({_shown(part)}) that is far too large")
        with self._open(part) as file:
            parser.parse(file)
        return parser

    def _bytes(self, part: str) -> bytes:
        with self._open(part) as file:
            return bytes(file.read())

    def _open(self, part: str) -> Any:
        """A part of the file, once its size and its first lines are known to be harmless."""
        info = self._parts[part]
        if info.flag_bits & 1:
            raise UnusableInput(
                f"{self._name} is protected with a password, which cannot be read. Save it "
                "without one, or copy the cells and paste them here."
            )
        self._unpacked += info.file_size
        ratio = info.file_size / max(info.compress_size, 1)
        if self._unpacked > _MOST_UNPACKED or (
            info.file_size > _ALWAYS_FINE and ratio > _MOST_RATIO
        ):
            raise _refused(self._name, "unpacks to far more than any list of questions needs")
        self._refuse_document_type(info)
        self._progress("Reading the spreadsheet", 0, 0)
        return self._archive.open(info)

    def _refuse_document_type(self, info: zipfile.ZipInfo) -> None:
        """Raises where the XML declares a document type: the only place for entities."""
        parser = expat.ParserCreate()
        found: list[bool] = []

        def on_document_type(*_: object) -> None:
            found.append(True)
            raise _Enough

        def on_element(*_: object) -> None:
            raise _Enough

        parser.StartDoctypeDeclHandler = on_document_type
        parser.StartElementHandler = on_element
        with self._archive.open(info) as file, contextlib.suppress(_Enough):
            parser.ParseFile(file)
        if found:
            raise _refused(
                self._name, "declares a document type or entities, which no spreadsheet needs"
            )

    # What the file is
    ######################################################################

    def _part_of(self, sheet: Mapping[str, Any], links: Any, folder: str) -> str | None:
        """The part that holds a sheet, None where it is elsewhere or holds no cells (a chart)."""
        link = links.relationships.get(sheet["relation_id"])
        if link:
            if not str(link["type"] or "").endswith("/worksheet"):
                return None
            target = str(link["target"] or "")
            path = _plain(target) if target.startswith("/") else _plain(f"{folder}/{target}")
            return path if path in self._parts else None
        guesses = (f"{folder}/worksheets/sheet{sheet['index']}.xml",)
        return next((guess for guess in guesses if guess in self._parts), None)

    def _refuse_other_kinds(self) -> None:
        """Raises, with what to do, where the archive is something other than an .xlsx file."""
        names = self._parts
        if _CONTENT_TYPES in names and any(n.startswith("xl/") for n in names):
            if any(n.startswith("xl/workbook") and n.endswith(".bin") for n in names):
                raise self._other("a binary Excel workbook (.xlsb)", _SAVE_AS)
            return
        if "word/document.xml" in names:
            raise self._other(
                "a Word document", "Open it, select the questions, copy them and paste them here."
            )
        if any(n.startswith("ppt/") for n in names):
            raise self._other(
                "a presentation", "Open it, select the questions, copy them and paste them here."
            )
        if "content.xml" in names and "mimetype" in names:
            raise self._other("an OpenDocument file", _SAVE_AS)
        if any(n.endswith(".iwa") for n in names):
            raise self._other("a Numbers or Pages file", "Export it as CSV and open that.")
        inside = [
            i.filename
            for i in names.values()
            if i.filename.lower().endswith((".csv", ".xlsx", ".tsv"))
        ]
        if inside:
            raise self._other(
                "a zip archive",
                f"Unpack it and open the file inside ({_shown(inside[0].rpartition('/')[2])}).",
            )
        if not names:
            raise self._other("an empty zip archive", _SAVE_AS)
        if not any(names) or _CONTENT_TYPES in names:
            raise self._other("an office document, but no spreadsheet", _SAVE_AS)
        raise self._other("a zip archive", "Unpack it and open the file inside, if it is a list.")

    def _other(self, what: str, advice: str) -> UnusableInput:
        return UnusableInput(f"{self._name} is {what}, which cannot be read. {advice}")


class _Enough(Exception):
    """Ends reading early; never leaves this module."""


class _Rows:
    """What xlsx2csv writes the rows of a sheet to, in place of a CSV file."""

    def __init__(self, name: str, sheet: str, progress: Progress) -> None:
        self.sheet = sheet
        self.sample: list[list[str]] = []
        self.problems: list[Problem] = []
        self.stop_after: int | None = None
        self.options = _Options(self)
        self._name = name
        self._progress = progress
        self._source: Any = None
        self._out = io.StringIO()
        self._writer = csv.writer(self._out, delimiter="\t", lineterminator="\n")
        self._written = 0
        self._row = 0
        self._rows_seen = 0
        self._misfits = 0
        self._first_misfit = ""

    def bound_to(self, sheet: Any) -> _Rows:
        self._source = sheet
        return self

    def text(self) -> str:
        if self._misfits:
            more = f" ({self._misfits:,} cells in all)" if self._misfits > 1 else ""
            self.problems.append(
                Problem(
                    self._first_misfit,
                    "A cell here is formatted as a date or number and holds none. It was left "
                    f"out{more}.",
                )
            )
        return self._out.getvalue()

    def misfit(self) -> None:
        """A cell's value does not fit its format; it is left empty."""
        self._misfits += 1
        self._first_misfit = self._first_misfit or f"row {self._source.rowNum}"

    def checked(self, tag: str, attributes: dict[str, str]) -> dict[str, str] | None:
        """The attributes that xlsx2csv may see, None where it should not see the element.

        It would fill a sheet up to any size, row, span or column that it is told.
        """
        if tag == "dimension":
            return None
        if tag == "row":
            return self._checked_row(attributes)
        return self._checked_cell(attributes) if tag == "c" else attributes

    def _checked_row(self, attributes: dict[str, str]) -> dict[str, str]:
        number = attributes.get("r") or str(self._row + 1)
        if not _ROW.fullmatch(number) or not self._row < int(number) <= _MOST_ROWS:
            raise _refused(self._name, f'has a row with the number "{_shown(number)}"')
        self._row = int(number)
        self._rows_seen += 1
        if self._rows_seen % _ROWS_PER_REPORT == 0:
            self._progress("Reading the spreadsheet", 0, 0)
        return {"r": number}

    def _checked_cell(self, attributes: dict[str, str]) -> dict[str, str] | None:
        kept = {key: value for key, value in attributes.items() if key in ("t", "s")}
        place = attributes.get("r")
        if place is None:
            return kept
        found = _CELL.fullmatch(place)
        if not found or found[2] != str(self._row):
            raise _refused(self._name, f'has a cell with the place "{_shown(place)}"')
        column = 0
        for letter in found[1]:
            column = column * 26 + ord(letter) - 64
        return {**kept, "r": place} if column <= MOST_COLUMNS else None

    def writerow(self, cells: list[str]) -> None:
        """Takes one row from xlsx2csv."""
        cells = [" ".join(cell.split()) for cell in cells[:MOST_COLUMNS]]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            return
        number = int(self._source.rowNum)
        if number > MOST_LINES:
            raise UnusableInput(
                f"{self._name} has more than {MOST_LINES:,} rows, and nothing was read from it. A "
                "list of questions is shorter, so this is probably another file. If not, copy the "
                "cells with the questions and paste them here."
            )
        # Line numbers of the text are row numbers of the sheet.
        self._out.write("\n" * (number - 1 - self._written))
        self._writer.writerow(cells)
        self._written = max(number, self._written + 1)
        if len(self.sample) < _SAMPLE_ROWS:
            self.sample.append(cells)
        if self.stop_after is not None and len(self.sample) >= self.stop_after:
            raise _Enough


class _Options(dict[str, bool]):
    """Asked by xlsx2csv only where a value does not fit its cell's format."""

    def __init__(self, rows: _Rows) -> None:
        super().__init__()
        self._rows = rows

    def __missing__(self, _key: str) -> bool:
        self._rows.misfit()
        return True


def _sheet_problem(chosen: str, others: list[tuple[str, bool]]) -> Problem:
    logs = [f'"{_shown(name)}"' for name, is_log in others if is_log]
    message = f'Only the sheet "{_shown(chosen)}" was read, of {len(others) + 1}.'
    if logs:
        more = f" and {len(logs) - 3:,} more" if len(logs) > 3 else ""
        message += f" {', '.join(logs[:3])}{more} may be lists too: save each as CSV to read it."
    return Problem("the whole file", message)


def _shown(text: str) -> str:
    return text[:_LONGEST_SHOWN]


def _plain(path: str) -> str:
    """The path of a part as `_Workbook` keeps it, with `..` resolved."""
    steps: list[str] = []
    for step in path.lower().split("/"):
        if step == "..":
            del steps[-1:]
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)


def _refused(name: str, why: str) -> UnusableInput:
    return UnusableInput(
        f"{name} {why}, so it was not read. Open it in your spreadsheet program and save it as "
        "CSV, or copy the cells and paste them here."
    )
