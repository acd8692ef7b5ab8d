"""The text of PDFs, and what is said of those that give none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from remediation.model.progress import Cancelled
from remediation.sources import documents, registry
from remediation.sources.pdf import pdf_text
from remediation.sources.reading import UnusableInput
from tests.sources import pdfs

ROOT = Path(__file__).parents[2]
SYSTEM = "Psychiatric/Behavioral & Substance Use Disorder"


def results(rows: int) -> bytes:
    return pdfs.printed_table(
        ["Jane Doe", "UserId : 1234567", "Custom Test Id: 123", "Mode Timed"],
        [
            (
                "✓" if i % 3 else "×",
                f"{i} - {104520 + i}",
                "Surgery",
                SYSTEM,
                "Mood disorders",
                "Bipolar disorder",
                "37%",
                "31 sec",
                "99 sec",
            )
            for i in range(1, rows + 1)
        ],
    )


def test_pages_are_parted_by_form_feeds_and_places_name_the_page() -> None:
    document = documents.from_bytes(results(60), "block3.pdf")
    assert document.text.count("\f") >= 1
    reading = registry.read(document)
    assert reading.reader == "uworld-print"
    assert [attempt.id for attempt in reading.attempts] == [str(104520 + i) for i in range(1, 61)]
    assert all(attempt.outcome for attempt in reading.attempts)
    assert all(attempt.system == SYSTEM for attempt in reading.attempts)
    assert all(attempt.others_seconds == 99 for attempt in reading.attempts)
    assert (reading.name, reading.mode, reading.total) == ("Test 123", "Timed", 60)
    places = {attempt.where.split(",")[0] for attempt in reading.attempts}
    assert {"page 1", "page 2"} <= places
    assert "Jane" not in repr(reading)
    assert "1234567" not in repr(reading)


def test_progress_names_each_page_and_cancel_stops_there() -> None:
    seen: list[tuple[str, int, int]] = []
    pdf_text(results(60), "a.pdf", lambda *step: seen.append(step))
    pages = seen[0][2]
    assert [done for _, done, _ in seen] == list(range(pages + 1))

    def cancel(_label: str, done: int, _total: int) -> None:
        if done == 1:
            raise Cancelled

    with pytest.raises(Cancelled):
        pdf_text(results(60), "a.pdf", cancel)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (pdfs.protected(), "password"),
        (pdfs.protected(handler=b"Adobe.PubSec"), "password"),
        (b"%PDF-1.7\n", "damaged"),
        (b"%PDF-1.4\n" + bytes(range(256)) * 20, "damaged"),
    ],
)
def test_unusable_pdfs_say_what_to_do(data: bytes, said: str) -> None:
    with pytest.raises(UnusableInput) as caught:
        documents.from_bytes(data, "block3.pdf")
    message = str(caught.value)
    assert message.startswith("block3.pdf")
    assert said in message
    assert "paste here" in message


def test_truncated_pdf_is_damaged() -> None:
    data = results(5)
    with pytest.raises(UnusableInput, match="damaged"):
        documents.from_bytes(data[: len(data) // 2], "block3.pdf")


def test_pdf_with_an_empty_password_is_no_obstacle_but_has_no_text() -> None:
    with pytest.raises(UnusableInput, match="without text"):
        documents.from_bytes(pdfs.protected(b""), "block3.pdf")


def test_scan_has_no_text() -> None:
    with pytest.raises(UnusableInput, match=r"without text.*select all, copy"):
        documents.from_bytes(pdfs.scan(), "scan.pdf")


def test_qt_without_its_pdf_module(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PyQt6.QtPdf", None)
    with pytest.raises(UnusableInput, match=r"without the part that reads PDFs.*copy, and paste"):
        pdf_text(b"%PDF-1.4", "block3.pdf")


def test_reads_without_any_application_and_imports_no_qt_before(tmp_path: Path) -> None:
    path = tmp_path / "block3.pdf"
    path.write_bytes(results(3))
    code = (
        "import sys\n"
        "from remediation.sources import documents, registry\n"
        "assert not any(name.startswith(('PyQt6', 'anki', 'aqt')) for name in sys.modules)\n"
        "print(len(registry.read(documents.from_file(sys.argv[1])).attempts))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={name: value for name, value in os.environ.items() if name != "QT_QPA_PLATFORM"},
    )
    assert done.stdout.strip() == "3"
