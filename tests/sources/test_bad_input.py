"""Files that no reader gets to see; test_every_reader.py has what readers refuse."""

from __future__ import annotations

from pathlib import Path

import pytest

from remediation.sources import documents
from remediation.sources.reading import UnusableInput
from tests.sources import pdfs


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 64,
        b"PK\x03\x04" + bytes(1_000),
        b"\x89PNG\r\n\x1a\n" + bytes(1_000),
        pdfs.protected(),
        b"%PDF-1.7 cut off",
    ],
    ids=["binary", "spreadsheet", "picture", "protected PDF", "broken PDF"],
)
def test_wrong_types_are_refused_before_any_reader(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "block3.txt"
    path.write_bytes(data)
    with pytest.raises(UnusableInput, match=r"^block3\.txt ") as caught:
        documents.from_file(path)
    assert any(word in str(caught.value) for word in ("paste", "Save"))


@pytest.mark.parametrize("data", [b"", b" \n", b"\xff\xfe", b"\0\0"])
def test_empty_files(data: bytes) -> None:
    with pytest.raises(UnusableInput, match=r"no text in a\.txt"):
        documents.from_bytes(data, "a.txt")


def test_pdf_without_text() -> None:
    with pytest.raises(UnusableInput, match="without text"):
        documents.from_bytes(pdfs.scan(), "block3.pdf")
