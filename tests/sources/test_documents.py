"""Files, bytes and pasted text: encodings, cleaning, and what is refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from remediation.sources import documents
from remediation.sources.documents import LARGEST, from_bytes, from_file, from_text
from remediation.sources.reading import UnusableInput

TABLE = "1 – 118154\tNaïve café ✓\n2 - 8425\tMénière\n"
LATIN = "1 – 118154\tNaïve café\n2 - 8425\tMénière\n"
ASCII = "2108, 118154, 8425\n" * 3


@pytest.mark.parametrize(
    ("text", "encoding", "mark"),
    [
        (TABLE, "utf-8", b""),
        (TABLE, "utf-8", b"\xef\xbb\xbf"),
        (TABLE, "utf-16-le", b"\xff\xfe"),
        (TABLE, "utf-16-be", b"\xfe\xff"),
        (TABLE, "utf-32-le", b"\xff\xfe\0\0"),
        (TABLE, "utf-32-be", b"\0\0\xfe\xff"),
        (TABLE, "utf-16-le", b""),
        (TABLE, "utf-16-be", b""),
        (ASCII, "utf-16-le", b""),
        ("5", "utf-16-le", b""),
        (LATIN, "cp1252", b""),
        (ASCII, "ascii", b""),
    ],
)
def test_encodings(text: str, encoding: str, mark: bytes) -> None:
    document = from_bytes(mark + text.encode(encoding), "list.txt")
    assert (document.text, document.name, document.problems) == (text, "list.txt", ())


def test_line_ends_become_one_kind() -> None:
    assert from_text("1\r\n2\r3\n4\u20285\x856\v7").text == "1\n2\n3\n4\n5\n6\n7"


def test_invisible_marks_go_and_zero_width_spaces_part() -> None:
    assert from_text("\u200f2108\u200e, \u202a8425\u202c\ufeff 11\u00ad8\u200b9").text == (
        "2108, 8425 118 9"
    )


def test_stray_nul_is_removed_and_reported() -> None:
    document = from_bytes(b"2108\n84\x0025\n9\n", "list.txt")
    assert document.text == "2108\n8425\n9\n"
    [problem] = document.problems
    assert problem.where == "line 2"
    assert "NUL" in problem.message


def test_places_of_problems_count_pages_too() -> None:
    assert from_text("1\f2\n3\x01").problems[0].where == "page 2, line 2"


def test_lone_surrogates_do_not_survive() -> None:
    from_text("2108 \ud83d 8425").text.encode("utf-8")


def test_mixed_encodings_are_both_read_and_reported() -> None:
    data = "naïve – 2108\n".encode() + "café 8425\n".encode("cp1252")
    document = from_bytes(data, "list.txt")
    assert document.text == "naïve – 2108\ncafé 8425\n"
    [problem] = document.problems
    assert problem.where == "line 2"
    assert "two encodings" in problem.message


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16"])
def test_cut_off_utf_16_is_reported(encoding: str) -> None:
    document = from_bytes(("2108\n" * 50).encode(encoding)[:-1], "list.txt")
    assert document.text.startswith("2108\n2108\n")
    assert "cut off" in document.problems[0].message


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (b"PK\x03\x04", "Save it as CSV"),
        (b"PK\x05\x06", "Save it as CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Save it as CSV"),
        (b"{\\rtf1\\ansi 2108}", "plain text"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"\xff\xd8\xff\xe0", "picture"),
        (b"GIF89a", "picture"),
        (b"BM6\0\0\0", "picture"),
        (b"RIFF1234WEBPVP8 ", "picture"),
        (b"\0\0\0\x18ftypheic", "picture"),
        (b"\x1f\x8b\x08", "Unpack"),
        (b"SQLite format 3\0", "database"),
        (b"\0\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f\x10" * 40, "not a text file"),
    ],
)
def test_other_formats_are_named_with_what_to_do(start: bytes, said: str) -> None:
    with pytest.raises(UnusableInput) as caught:
        from_bytes(start + b" 2108" * 40, "block 3.xyz")
    message = str(caught.value)
    assert message.startswith("block 3.xyz is ")
    assert said in message


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\0\0\0\0"])
def test_empty(data: bytes) -> None:
    with pytest.raises(UnusableInput, match=r"There is no text in empty\.txt"):
        from_bytes(data, "empty.txt")


def test_text_that_only_begins_like_something_else_is_text() -> None:
    assert from_text("BM 2108").text == "BM 2108"
    assert from_bytes(b"BM, 2108", "a.txt").text == "BM, 2108"
    assert from_text("<2108>, 8425").text == "<2108>, 8425"


def test_empty_paste() -> None:
    with pytest.raises(UnusableInput, match=r"There is no text in pasted text"):
        from_text("\u200b\n")


def test_file_is_read_and_named_without_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "block ü3.txt"
    path.write_bytes(b"2108")
    document = from_file(path)
    assert (document.text, document.name) == ("2108", "block ü3.txt")


def test_missing_file_folder_and_odd_names(tmp_path: Path) -> None:
    with pytest.raises(UnusableInput, match=r"^gone\.txt is not there any more"):
        from_file(tmp_path / "gone.txt")
    with pytest.raises(UnusableInput, match="is a folder"):
        from_file(tmp_path)
    with pytest.raises(UnusableInput):
        from_file("a\0b")
    with pytest.raises(UnusableInput):
        from_file(tmp_path / ("x" * 5_000))


def test_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "locked.txt"
    path.write_bytes(b"2108")

    def denied(*_args: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(UnusableInput, match=r"^locked\.txt may not be read"):
        from_file(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnusableInput, match=r"is not a file"):
        from_file(tmp_path / "pipe")


def test_more_than_50_mb_is_refused_without_reading_on(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(20 * LARGEST)
    with pytest.raises(UnusableInput, match=r"^large\.txt is larger than 50 MB"):
        from_file(path)
    with pytest.raises(UnusableInput, match=r"^pasted text is larger than 50 MB"):
        from_text("1" * (LARGEST + 1))


def test_exactly_50_mb_of_text_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    path.write_bytes(b"2108\n" * (LARGEST // 5) + b"\n" * (LARGEST % 5))
    assert len(documents.from_file(path).text) == LARGEST
