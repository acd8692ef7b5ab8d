"""Spreadsheets as text, and all that is refused."""

from __future__ import annotations

import csv
import io
import time
import zipfile
from contextlib import suppress
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remediation.model.progress import Cancelled
from remediation.sources.documents import from_bytes
from remediation.sources.reading import Document, UnusableInput
from tests.sources.workbooks import Cell, packed, sheet_of, workbook

HEADER: list[Cell] = ["QID", "Date", "System"]
LOG: list[list[Cell]] = [HEADER, [2108, "2026-01-05", "Cardio"], [118154, "2026-01-06", "Renal"]]
SHEET = "xl/worksheets/sheet1.xml"


def read(data: bytes) -> Document:
    return from_bytes(data, "log.xlsx")


def refusal(data: bytes) -> str:
    with pytest.raises(UnusableInput) as caught:
        read(data)
    message = str(caught.value)
    assert message.startswith("log.xlsx ")
    assert any(word in message for word in ("Save it", "save it", "copy", "Unpack", "Export"))
    return message


def test_cells_of_every_kind() -> None:
    row: list[Cell] = [
        2108, 0.52, True, datetime(2026, 1, 5), datetime(2026, 1, 5, 14, 30), ("=A1", "7"),
        ("=B1", "text"), None, 'with "quotes"', "a\tb\nc", "Ménière ✓ <b> & co", 81.36,
    ]  # fmt: skip
    document = read(workbook({"Log": [row]}))
    assert document.kind == "spreadsheet"
    assert document.text == (
        "2108\t52%\tTRUE\t2026-01-05 00:00:00\t2026-01-05 14:30:00\t7\ttext\t\t"
        '"with ""quotes"""\ta b c\tMénière ✓ <b> & co\t81.36\n'
    )


def test_lines_are_rows_of_the_sheet() -> None:
    assert read(workbook({"Log": [[], ["a"], [], [None, "b"]]})).text == "\na\n\n\tb\n"


def test_the_sheet_that_looks_like_a_log_is_read_and_the_others_are_named() -> None:
    sheets: dict[str, list[list[Cell]]] = {
        "About": [["My log of 2026"]],
        "Misses": LOG,
        "Old": LOG,
        "Plan": [["Monday", "x"]],
    }
    document = read(workbook(sheets))
    assert document.text.startswith("QID\tDate")
    [problem] = document.problems
    assert 'Only the sheet "Misses" was read, of 4' in problem.message
    assert '"Old"' in problem.message
    assert "Plan" not in problem.message


def test_hidden_and_empty_sheets_are_passed_over() -> None:
    document = read(workbook({"Lists": LOG, "Empty": [], "Log": LOG[:2]}, hidden=["Lists"]))
    assert document.text.count("\n") == 2
    assert document.problems == ()


def test_empty_workbook() -> None:
    assert "no cells with anything" in refusal(workbook({"Sheet1": []}))


def test_dates_of_macintosh_workbooks() -> None:
    book = workbook({"Log": [[datetime(2026, 1, 5)]]})
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        xml = archive.read("xl/workbook.xml").decode()
    for value, year in (("1", "2030"), ("true", "2030"), ("0", "2026"), ("false", "2026")):
        changed = xml.replace("<workbookPr/>", f'<workbookPr date1904="{value}"/>')
        text = read(
            workbook({"Log": [[datetime(2026, 1, 5)]]}, parts={"xl/workbook.xml": changed})
        ).text
        assert text.startswith(year)


def test_rows_and_cells_without_numbers() -> None:
    xml = sheet_of("<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>")
    assert read(workbook({"Log": []}, parts={SHEET: xml})).text == "1\t2\n3\n"


def test_a_value_that_does_not_fit_its_format_is_left_out_and_reported() -> None:
    xml = sheet_of(
        '<row r="1"><c r="A1" s="1" t="d"><v>2026-01-05T00:00:00</v></c>'
        '<c r="B1"><v>5</v></c></row>'
    )
    document = read(workbook({"Log": []}, parts={SHEET: xml}))
    assert document.text == "\t5\n"
    assert document.problems[0].where == "row 1"


# --- Refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "start",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://example.invalid/x.dtd">',
        "<!DOCTYPE x>",
    ],
)
@pytest.mark.parametrize(
    "part",
    [SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml", "[Content_Types].xml"],
)
def test_document_types_and_entities(part: str, start: str) -> None:
    good = workbook({"Log": LOG})
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        xml = archive.read(part).decode()
    for text in (start + xml, f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- x -->{start}{xml}'):
        assert "document type or entities" in refusal(workbook({"Log": LOG}, parts={part: text}))
    wide = f'<?xml version="1.0" encoding="UTF-16"?>{start}{xml}'.encode("utf-16")
    assert "document type or entities" in refusal(workbook({"Log": LOG}, parts={part: wide}))


def test_zip_bombs_are_refused_at_once() -> None:
    bomb = sheet_of("<row>" + " " * 100_000_000 + "</row>")
    for part in (SHEET, "xl/sharedStrings.xml", "xl/styles.xml"):
        data = workbook({"Log": LOG}, parts={part: bomb})
        started = time.perf_counter()
        message = refusal(data)
        assert time.perf_counter() - started < 1
        assert "far more than" in message or "far too large" in message


def test_parts_nobody_asks_for_are_not_unpacked() -> None:
    data = workbook({"Log": LOG}, parts={"xl/media/picture.png": bytes(150_000_000)})
    assert read(data).text.startswith("QID")


@pytest.mark.parametrize(
    "xml",
    [
        '<row r="99999999"><c r="A99999999"><v>1</v></c></row>',
        '<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>',
        '<row r="-1"><c r="A-1"><v>1</v></c></row>',
        '<row r="x"><c r="Ax"><v>1</v></c></row>',
        '<row r="1"><c r="ZZZZZZZZ1"><v>1</v></c></row>',
        '<row r="1"><c r="A7"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>77</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>x</v></c></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><t>' + "x" * 60_000 + "</t></is></c></row>",
        '<row r="1"><c r="A1"><v>1</v>',
        '<row r="1048576"><c r="A1048576"><v>1</v></c></row>',
    ],
    ids=lambda xml: xml[:40],
)
def test_sheets_that_are_wrong(xml: str) -> None:
    refusal(workbook({"Log": LOG}, parts={SHEET: sheet_of(xml)}))


def test_sizes_that_are_only_claimed_are_not_filled() -> None:
    xml = sheet_of(
        '<row r="1" spans="1:2000000000"><c r="A1"><v>1</v></c><c r="XFD1"><v>2</v></c></row>'
    ).replace("<sheetData>", '<dimension ref="A1:ZZZZZZZZZ9999999"/><sheetData>')
    assert read(workbook({"Log": []}, parts={SHEET: xml})).text == "1\n"


def test_a_shared_text_that_is_too_long() -> None:
    parts = {"xl/sharedStrings.xml": f"<sst><si><t>{'x ' * 100_000}</t></si></sst>"}
    assert "characters" in refusal(workbook({"Log": LOG}, parts=parts))


def test_a_sheet_in_another_file_is_not_followed() -> None:
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" TargetMode="External" Type="http://x/worksheet" '
        'Target="http://example.invalid/sheet1.xml"/></Relationships>'
    )
    message = refusal(workbook({"Log": LOG}, parts={"xl/_rels/workbook.xml.rels": links}))
    assert "no cells" in message


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"word/document.xml": "x", "[Content_Types].xml": "x"}, "Word document"),
        ({"ppt/slides/slide1.xml": "x"}, "presentation"),
        ({"mimetype": "x", "content.xml": "x"}, "OpenDocument"),
        ({"Index/Document.iwa": "x"}, "Export it as CSV"),
        ({"[Content_Types].xml": "x", "xl/workbook.bin": "x"}, "xlsb"),
        ({"Export/Log 12ab.csv": "x"}, "Log 12ab.csv"),
        ({"readme.txt": "x"}, "zip archive"),
        ({}, "empty zip"),
    ],
)
def test_other_archives_are_named_with_what_to_do(files: dict[str, str], said: str) -> None:
    assert said in refusal(packed(files))


def test_older_and_protected_workbooks() -> None:
    start = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
    assert ".xls" in refusal(start + "Workbook".encode("utf-16-le") + bytes(100))
    assert "password" in refusal(start + "EncryptedPackage".encode("utf-16-le") + bytes(100))
    assert "older office document" in refusal(start)


def test_a_protected_archive() -> None:
    data = bytearray(workbook({"Log": LOG}))
    for sign, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = data.find(sign)
        while at >= 0:
            data[at + place] |= 1
            at = data.find(sign, at + 4)
    assert "password" in refusal(bytes(data))


def test_cut_off_anywhere() -> None:
    data = workbook({"Log": LOG})
    for end in range(4, len(data) - 1, 97):
        assert "damaged or was cut off" in refusal(data[:end])


def test_cancelling() -> None:
    def cancel(_label: str, _done: int, _total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        from_bytes(workbook({"Log": LOG}), "log.xlsx", cancel)


def test_time_is_linear_and_progress_regular() -> None:
    def seconds(count: int) -> float:
        rows: list[list[Cell]] = [HEADER]
        rows += [[i, "2026-01-05", "Cardio"] for i in range(count)]
        data = workbook({"Log": rows})
        calls: list[int] = []
        started = time.perf_counter()
        from_bytes(data, "log.xlsx", lambda _l, _d, _t: calls.append(1))
        assert len(calls) >= count // 500
        return time.perf_counter() - started

    assert seconds(8_000) < 9 * max(seconds(2_000), 0.01)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damaged_anywhere_nothing_but_a_refusal_is_raised(data: st.DataObject) -> None:
    book = bytearray(workbook({"Log": LOG}))
    for _ in range(data.draw(st.integers(1, 4))):
        book[data.draw(st.integers(4, len(book) - 1))] = data.draw(st.integers(0, 255))
    with suppress(UnusableInput):
        read(bytes(book))


_XML = st.lists(
    st.sampled_from(
        [
            '<row r="1">', "<row>", "</row>", '<c r="A1">', '<c r="B1" t="s">', '<c t="b" s="1">',
            "</c>", "<v>", "</v>", "1", "x", "1e999", "-5", "<is><t>", "</t></is>", "<f>A1</f>",
            '<c r="A1" s="99">', '<c r="C1" s="1">', "0.5", "99999999999", "</sheetData>",
        ]
    ),
    max_size=14,
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(_XML)
def test_any_sheet_is_read_or_refused(parts: list[str]) -> None:
    with suppress(UnusableInput):
        read(workbook({"Log": LOG}, parts={SHEET: sheet_of("".join(parts))}))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(
            st.one_of(
                st.integers(0, 10**6),
                st.text(
                    st.characters(codec="utf-8", exclude_categories=("C", "Z")),
                    min_size=1,
                    max_size=9,
                ),
            ),
            min_size=1,
            max_size=5,
        ),
        min_size=1,
        max_size=8,
    )
)
def test_what_was_written_is_read_back(table: list[list[Cell]]) -> None:
    document = read(workbook({"Log": table}))
    found = list(csv.reader(document.text.splitlines(), delimiter="\t"))
    assert len(found) == len(table)
    for row, expected in zip(found, table):
        for cell, value in zip(row, expected):
            assert cell == str(value)


def test_a_list_of_a_great_many_parts_is_not_read() -> None:
    files = {"[Content_Types].xml": "", **{f"xl/{i:050}.xml": "" for i in range(25_000)}}
    started = time.perf_counter()
    data = packed(files)
    packing = time.perf_counter() - started
    started = time.perf_counter()
    assert "far too many parts" in refusal(data)
    assert time.perf_counter() - started < packing / 4
