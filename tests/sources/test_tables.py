"""Delimited text as rows."""

from __future__ import annotations

import csv
import io
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remediation.sources.reading import Document, UnusableInput
from remediation.sources.tables import MOST_COLUMNS, delimiter_of, rows


def cells(text: str, delimiter: str = ",") -> list[list[str]]:
    return [row.cells for row in rows(Document(text), delimiter)]


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b\n1,5;2\n3,5;4\n", ";"),
        ("a\tb, c\n1\t2\n", "\t"),
        ("sep=;\na;b\n", ";"),
        ('"sep=,"\na,b\n', ","),
        ('name;note\n1;"x, y, z"\n2;"p, q"\n', ";"),
        ('id,topics\n1,"a; b; c"\n2,"d; e"\n', ","),
        ("| a | b |\n|---|---|\n| 1 | 2 |\n", "|"),
        ("one line without any", None),
        ("2108\n2109\n", None),
        ("", None),
    ],
)
def test_the_sign_is_found_from_the_content(text: str, delimiter: str | None) -> None:
    assert delimiter_of(Document(text)) == delimiter


def test_rows_know_their_place_and_empty_ones_are_left_out() -> None:
    found = list(rows(Document("a,b\n\n,,\n1, 2 \n"), ","))
    assert [(row.cells, row.where) for row in found] == [
        (["a", "b"], "line 1"),
        (["1", "2"], "line 4"),
    ]
    [row] = rows(Document("\n\n1\t2", kind="spreadsheet"), "\t")
    assert row.where == "row 3"


def test_quotes() -> None:
    assert cells('1,"a, b","say ""so""", "x" \n') == [["1", "a, b", 'say "so"', "x"]]
    assert cells('1,5" pipe,a"b\n2,,\n') == [["1", '5" pipe', 'a"b'], ["2", "", ""]]
    assert cells('"",""\n1,"a"b\n') == [["1", "ab"]]


def test_line_breaks_in_cells() -> None:
    found = list(rows(Document('id,note\n1,"first\nsecond\n\nthird",x\n2,b,c\n'), ","))
    assert [row.cells for row in found[1:]] == [["1", "first second third", "x"], ["2", "b", "c"]]
    assert [row.where for row in found] == ["line 1", "line 2", "line 6"]


def test_a_quote_that_is_never_closed_loses_no_row_and_is_reported() -> None:
    problems: list[tuple[str, str]] = []
    text = 'id,note\n1,"oops\n2,b\n3,c\n'
    found = list(
        rows(Document(text), ",", report=lambda where, what: problems.append((where, what)))
    )
    assert [row.cells for row in found[1:]] == [["1", '"oops'], ["2", "b"], ["3", "c"]]
    assert [where for where, _ in problems] == ["line 2"]


def test_many_quotes_that_are_never_closed_cost_no_more_time() -> None:
    text = "id,note\n" + '1,"oops" "\n2,"\n' * 2_001 + "3,c\n" * 100
    assert cells(text)[-1] == ["3", "c"]


def test_limits() -> None:
    with pytest.raises(UnusableInput, match="lines"):
        cells("a,b\n" * 600_000)
    [row] = cells("x," * 5_000)
    assert len(row) == MOST_COLUMNS


def test_memory_does_not_grow_with_the_rows() -> None:
    def peak(count: int) -> int:
        document = Document('1,"a, b",c\n' * count)
        tracemalloc.start()
        for _ in rows(document, ","):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(8_000) < peak(1_000) + 20_000


_CELL = st.text(st.sampled_from('ab1 ,;"\t|-é'), max_size=8)


@settings(max_examples=100, deadline=None)
@given(
    table=st.lists(st.lists(_CELL, min_size=1, max_size=5), max_size=6),
    delimiter=st.sampled_from(",;\t"),
)
def test_what_was_written_as_csv_is_read_back(table: list[list[str]], delimiter: str) -> None:
    out = io.StringIO()
    # A cell that begins with blanks and a quote is written in quotes by no program.
    table = [[cell.strip() for cell in row] for row in table]
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(table)
    expected = [[" ".join(cell.split()) for cell in row] for row in table]
    assert cells(out.getvalue(), delimiter) == [row for row in expected if any(row)]


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from('a1,"\n;|\t '), max_size=60))
def test_any_text_is_read_without_losing_letters(text: str) -> None:
    delimiter = delimiter_of(Document(text)) or ","
    found = "".join(cell for row in cells(text, delimiter) for cell in row)
    assert sorted(c for c in found if c in "a1") == sorted(c for c in text if c in "a1")
