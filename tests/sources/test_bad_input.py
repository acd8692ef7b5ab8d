"""The list at the end of FORMATS, for every reader: clear refusals, bounded work, no surprises."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path

import pytest

from remediation.model.progress import no_progress
from remediation.sources import documents, registry
from remediation.sources.reading import (
    MOST_PROBLEMS,
    Document,
    Reader,
    Reading,
    UnusableInput,
)
from tests.anking import printed_results, results_table
from tests.sources import pdfs

IDS = ["2108", "118154", "8425"]
# A good input of each reader.
GOOD = {
    "uworld-table": results_table(IDS),
    "uworld-print": printed_results(IDS),
    "question-ids": "\n".join(IDS),
}
# The other readers have such tests beside their own.
each_reader = pytest.mark.parametrize(
    "reader",
    [reader for reader in registry.READERS if reader.key in GOOD],
    ids=lambda reader: reader.key,
)


def reading_or_refusal(reader: Reader, document: Document) -> Reading | str:
    try:
        return reader.read(document, no_progress)
    except UnusableInput as error:
        message = str(error)
        assert document.name in message
        assert len(message) < 1_500
        return message


@each_reader
@pytest.mark.parametrize("data", [b"", b" \n", b"\xff\xfe", b"\0\0"])
def test_empty(reader: Reader, data: bytes) -> None:
    with pytest.raises(UnusableInput, match=r"no text in a\.txt"):
        reader.read(documents.from_bytes(data, "a.txt"), no_progress)
    assert isinstance(reading_or_refusal(reader, Document("", "a.txt")), str)


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


def test_pdf_without_text() -> None:
    with pytest.raises(UnusableInput, match="without text"):
        documents.from_bytes(pdfs.scan(), "block3.pdf")


@each_reader
def test_truncated_anywhere(reader: Reader) -> None:
    text = GOOD[reader.key]
    for end in range(0, len(text), 3):
        result = reading_or_refusal(reader, Document(text[:end]))
        if isinstance(result, Reading):
            found = [attempt.id or "" for attempt in result.attempts]
            # The last id itself may have been cut.
            assert found[:-1] == IDS[: len(found) - 1]
            assert IDS[len(found) - 1].startswith(found[-1])


@each_reader
def test_nul_bytes(reader: Reader) -> None:
    text = GOOD[reader.key]
    place = text.index("118154") + 2
    data = (text[:place] + "\0" + text[place:]).encode()
    reading = reader.read(documents.from_bytes(data, "a.txt"), no_progress)
    assert [attempt.id for attempt in reading.attempts] == IDS
    assert any("NUL" in problem.message for problem in reading.problems)


@each_reader
def test_mixed_encodings(reader: Reader) -> None:
    data = "café – naïve\n".encode() + "Ménière\n".encode("cp1252") + GOOD[reader.key].encode()
    reading = reader.read(documents.from_bytes(data, "a.txt"), no_progress)
    assert [attempt.id for attempt in reading.attempts] == IDS
    assert any("two encodings" in problem.message for problem in reading.problems)


@each_reader
@pytest.mark.parametrize(
    "zero", ["０", "٠", "۰", "०"], ids=["full-width", "Arabic", "Persian", "Hindi"]
)
def test_digits_of_other_scripts_and_directions(reader: Reader, zero: str) -> None:
    digits = {ord("0") + i: chr(ord(zero) + i) for i in range(10)}
    text = GOOD[reader.key].translate(digits)
    marked = "".join(f"\u200f{line}\u202c\n" for line in text.splitlines())
    reading = reader.read(documents.from_text(marked), no_progress)
    assert [attempt.id for attempt in reading.attempts] == IDS


@each_reader
@pytest.mark.parametrize(
    "code",
    ["<script>alert(7777)</script>", "<b>7777</b>", "=7777+1", "=HYPERLINK(7777)", "@SUM(7777)"],
)
def test_code_and_formulas_in_cells(reader: Reader, code: str) -> None:
    lines = GOOD[reader.key].splitlines()
    topic = "Itch"
    if reader.key != "question-ids":
        row = lines[-1].replace("8425", "9999")
        names = row.split("\t") if "\t" in row else None
        if names:
            names[4] = code
            row = "\t".join(names)
        else:
            row = f"✓ 4 - 9999 Pathology Dermatology Miscellaneous {code} 52% 45 sec 60 sec"
        lines.append(row)
        topic = reader.read(Document("\n".join(lines)), no_progress).attempts[-1].topic
        assert topic == ""
    else:
        lines.append(code)
    reading = reader.read(Document("\n".join(lines)), no_progress)
    assert "7777" not in [attempt.id for attempt in reading.attempts]
    assert reading.problems
    for attempt in reading.attempts:
        assert "<" not in repr(attempt.topic)


@each_reader
def test_a_million_lines_stop_at_once(reader: Reader) -> None:
    line = GOOD[reader.key].splitlines()[-1]
    document = Document(f"{line}\n" * 1_000_000, "log.txt")
    started = time.perf_counter()
    with pytest.raises(UnusableInput, match=r"^log\.txt has 1,000,001 lines.*nothing was read"):
        reader.read(document, no_progress)
    with pytest.raises(UnusableInput):
        registry.read(document)
    stopped = time.perf_counter() - started
    started = time.perf_counter()
    document.text.splitlines()
    # Looking for line ends is all that is done: about as fast as splitting.
    assert stopped < 5 * (time.perf_counter() - started) + 0.5


@each_reader
def test_a_line_of_5_mb_stops_at_once(reader: Reader) -> None:
    for start in ("2108, ", GOOD[reader.key].splitlines()[-1] + " "):
        document = Document(start * (5_000_000 // len(start)), "log.txt")
        with pytest.raises(
            UnusableInput, match=r"^log\.txt has a line of \d,\d{3},\d{3} char.*line 1"
        ):
            reader.read(document, no_progress)


@each_reader
def test_problems_are_limited(reader: Reader) -> None:
    good = GOOD[reader.key]
    bad = good.splitlines()[-1].replace("8425", "12345678") + "\n"
    reading = reader.read(Document(good + bad * 5_000), no_progress)
    assert MOST_PROBLEMS < len(reading.problems) <= MOST_PROBLEMS + 5
    assert "4,800 more" in reading.problems[-1].message


@each_reader
def test_a_table_with_too_many_questions_is_the_wrong_file(reader: Reader) -> None:
    row = GOOD[reader.key].splitlines()[-1]
    text = "\n".join(row.replace("8425", str(number)) for number in range(100_000, 120_001))
    with pytest.raises(UnusableInput, match=r"more than 20,000 questions.*line 20001"):
        reader.read(Document(text), no_progress)


# Repeated, each could make a careless pattern try every way to divide it.
_REPEATED = [
    "1", "-", "_", "a", " ", ",", "\t", "1 ", "1\t", "1,", "1.", "1-", "1 - ", "1/", "1:", "#1",
    "- ", "x ", "x", "✗", "%", "1% ", "nid:1,", "QID ", "QID: ", "aB3_dE ", "a1 ", "user ",
    "user  ", "<b>", "<", "test id ", "mode timed ", "37% 31 ", "37% 31 sec ", "1 - 2108 ", "1 of ",
    "ids :", "jan 1 ", "+1 ", "(1", "[x", "1 - 2108\t", "1 - 2108\n", "...", "Pathology ", "1 min ",
    "\u202f1", "ü", "ü1", "１", "\0", "\r", "\f", "\n", "1 - 2108 Pathology 5% 3 sec ", "| ", "— ",
]  # fmt: skip


@each_reader
@pytest.mark.parametrize("repeated", _REPEATED, ids=repr)
def test_time_is_linear(reader: Reader, repeated: str) -> None:
    def seconds(characters: int) -> float:
        document = Document(repeated * (characters // len(repeated)))
        best = 10.0
        for _ in range(2):
            started = time.perf_counter()
            reading_or_refusal(reader, document)
            best = min(best, time.perf_counter() - started)
            if best < 0.01:
                break
        return best

    # Four times the text may take four times as long; quadratic work would take sixteen times.
    assert seconds(16_000) < 9 * max(seconds(4_000), 0.003)


@each_reader
def test_memory_grows_with_what_is_kept_only(reader: Reader) -> None:
    def peak(lines: int) -> int:
        document = Document("the quick brown 45% fox at 9:05\n" * lines)
        tracemalloc.start()
        reading_or_refusal(reader, document)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    small, large = peak(1_000), peak(6_000)
    assert large < small + 50_000
