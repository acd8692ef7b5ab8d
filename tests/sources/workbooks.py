"""Small .xlsx files, written by hand so that they can be wrong in every way."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Union
from xml.sax.saxutils import escape

# A formula and the value that was last shown for it are written ("=A1+1", "5").
Cell = Union[str, int, float, bool, datetime, tuple[str, str], None]

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HIDDEN = ' state="hidden"'
_START = datetime(1899, 12, 30)
STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164" '
    'formatCode="m/d/yyyy h:mm"/></numFmts><cellXfs count="4"><xf numFmtId="0"/>'
    '<xf numFmtId="14"/><xf numFmtId="9"/><xf numFmtId="164"/></cellXfs></styleSheet>'
)


def workbook(
    sheets: Mapping[str, Sequence[Sequence[Cell]]],
    *,
    hidden: Sequence[str] = (),
    parts: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """A workbook of `sheets` by name; `parts` replaces or adds whole parts of the file."""
    names = list(sheets)
    book = "".join(
        f'<sheet name="{escape(name)}" sheetId="{i}" r:id="rId{i}"'
        f"{_HIDDEN if name in hidden else ''}/>"
        for i, name in enumerate(names, 1)
    )
    links = "".join(
        f'<Relationship Id="rId{i}" Type="{_LINKS}/worksheet" Target="worksheets/sheet{i}.xml"/>'
        for i in range(1, len(names) + 1)
    )
    strings: dict[str, int] = {}
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": _types(len(names)),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><workbookPr/>'
        f"<sheets>{book}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{links}'
        "</Relationships>",
        "xl/styles.xml": STYLES,
    }
    for i, name in enumerate(names, 1):
        files[f"xl/worksheets/sheet{i}.xml"] = sheet(sheets[name], strings)
    items = "".join(f"<si><t>{escape(text)}</t></si>" for text in strings)
    files["xl/sharedStrings.xml"] = f'<sst xmlns="{_MAIN}">{items}</sst>'
    files.update(parts or {})
    return packed(files)


def packed(files: Mapping[str, str | bytes]) -> bytes:
    """A zip archive of `files`."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def sheet(rows: Sequence[Sequence[Cell]], strings: dict[str, int]) -> str:
    """The XML of one sheet; texts go to `strings`."""
    xml = []
    for number, row in enumerate(rows, 1):
        cells = "".join(_cell(value, number, i, strings) for i, value in enumerate(row))
        if row:
            xml.append(f'<row r="{number}">{cells}</row>')
    return sheet_of("".join(xml))


def sheet_of(xml: str) -> str:
    """A sheet around the XML of its rows."""
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{xml}</sheetData></worksheet>'


def _cell(value: Cell, row: int, column: int, strings: dict[str, int]) -> str:
    place = f"{_letters(column)}{row}"
    if value is None:
        return ""
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, tuple):
        kind = "" if value[1].replace(".", "").isdecimal() else ' t="str"'
        return f'<c r="{place}"{kind}><f>{escape(value[0])}</f><v>{escape(value[1])}</v></c>'
    if isinstance(value, datetime):
        style = 3 if value.time().hour or value.time().minute else 1
        serial = (value - _START).total_seconds() / 86_400
        return f'<c r="{place}" s="{style}"><v>{serial!r}</v></c>'
    if isinstance(value, float) and 0 < value < 1:
        return f'<c r="{place}" s="2"><v>{value!r}</v></c>'
    if isinstance(value, (int, float)):
        return f'<c r="{place}"><v>{value!r}</v></c>'
    return f'<c r="{place}" t="s"><v>{strings.setdefault(value, len(strings))}</v></c>'


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _types(sheets: int) -> str:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    overrides = "".join(
        f'<Override PartName="/xl/{part}.xml" ContentType="{kind}.{what}+xml"/>'
        for part, what in (
            ("workbook", "sheet.main"),
            ("styles", "styles"),
            ("sharedStrings", "sharedStrings"),
            *((f"worksheets/sheet{i}", "worksheet") for i in range(1, sheets + 1)),
        )
    )
    return f'<Types xmlns="{_PACKAGE}/content-types">{overrides}</Types>'
