"""What every reader does, and the list at the end of FORMATS for each: clear refusals, bounded
work, no surprises. A new reader needs an entry in samples.py."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Iterable, Sequence
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from remediation.model.progress import Cancelled, no_progress
from remediation.sources import documents, registry
from remediation.sources.reading import (
    MOST_PROBLEMS,
    Document,
    Reader,
    Reading,
    UnusableInput,
)
from tests.sources.samples import SAMPLES, Sample, items

PAIRS = [(reader, SAMPLES[reader.key]) for reader in registry.READERS if reader.key in SAMPLES]


def each(pairs: Iterable[tuple[Reader, Sample]]) -> pytest.MarkDecorator:
    cases = [pytest.param(reader, sample, id=reader.key) for reader, sample in pairs]
    return pytest.mark.parametrize(("reader", "sample"), cases)


each_reader = each(PAIRS)


def reading_or_refusal(reader: Reader, document: Document) -> Reading | str:
    try:
        return reader.read(document, no_progress)
    except UnusableInput as error:
        message = str(error)
        assert document.name in message
        assert len(message) < 1_500
        return message


def wanted(sample: Sample, words: Sequence[str] = ("Itch", "Itch", "Itch")) -> list[str]:
    return list(map(sample.item, sample.numbers, words))


def test_every_reader_has_its_sample() -> None:
    assert list(SAMPLES) == [reader.key for reader in registry.READERS]


@each_reader
def test_the_sample_is_read_without_a_problem(reader: Reader, sample: Sample) -> None:
    reading = registry.read(documents.from_text(sample.good))
    assert reading.reader == reader.key
    assert items(reading) == wanted(sample)
    assert reading.problems == ()
    assert not [word for word in sample.private if word in repr(reading)]


# --- Bad input --------------------------------------------------------------------------


@each_reader
def test_nothing_to_read(reader: Reader, sample: Sample) -> None:
    for text in ("", " \n", "\0", "\0\0", "x", "hello", "hello, world", "<html>"):
        document = Document(text, "a.txt")
        assert isinstance(reading_or_refusal(reader, document), str)
        assert reader.certainty(document) == 0 or text == "<html>"


@each_reader
def test_truncated_anywhere(reader: Reader, sample: Sample) -> None:
    text, whole = sample.good, wanted(sample)
    for end in range(0, len(text), 3):
        result = reading_or_refusal(reader, Document(text[:end]))
        if isinstance(result, Reading):
            found = items(result)
            # The last one itself may have been cut.
            assert found[:-1] == whole[: len(found) - 1]
            assert whole[len(found) - 1].startswith(found[-1])
            assert not [word for word in sample.private if word in repr(result)]


@each_reader
def test_nul_bytes(reader: Reader, sample: Sample) -> None:
    text = sample.good
    place = text.index(str(sample.numbers[1])) + 2
    data = (text[:place] + "\0" + text[place:]).encode()
    reading = reader.read(documents.from_bytes(data, "a.txt"), no_progress)
    assert items(reading) == wanted(sample)
    assert any("NUL" in problem.message for problem in reading.problems)


@each_reader
def test_mixed_encodings(reader: Reader, sample: Sample) -> None:
    words = ("Ménière – naïve", "Sjögren", "Itch")
    text = sample.of(map(sample.row, sample.numbers, words))
    data = text.encode().replace("Sjögren".encode(), "Sjögren".encode("cp1252"))
    reading = reader.read(documents.from_bytes(data, "a.txt"), no_progress)
    assert items(reading) == wanted(sample, words)
    assert any("two encodings" in problem.message for problem in reading.problems)


@each_reader
@pytest.mark.parametrize(
    "zero", ["０", "٠", "۰", "०"], ids=["full-width", "Arabic", "Persian", "Hindi"]
)
def test_digits_of_other_scripts_and_directions(reader: Reader, sample: Sample, zero: str) -> None:
    digits = {ord("0") + i: chr(ord(zero) + i) for i in range(10)}
    text = sample.good.translate(digits)
    marked = "".join(f"\u200f{line}\u202c\n" for line in text.splitlines())
    reading = reader.read(documents.from_text(marked), no_progress)
    assert items(reading) == wanted(sample)


@each_reader
@pytest.mark.parametrize(
    "code",
    ["<script>alert(7777)</script>", "<b>7777</b>", "=7777+1", "=HYPERLINK(7777)", "@SUM(7777)"],
)
def test_code_and_formulas_in_cells(reader: Reader, sample: Sample, code: str) -> None:
    rows = [sample.row(number, "Itch") for number in sample.numbers]
    reading = reader.read(Document(sample.of([*rows, sample.row(99, code)])), no_progress)
    assert items(reading)[:3] == wanted(sample)
    assert "7777" not in repr((reading.attempts, reading.groups, reading.further))
    assert reading.problems or sample.passes_over_code


@each_reader
def test_a_million_lines_stop_at_once(reader: Reader, sample: Sample) -> None:
    first = sample.row(sample.numbers[0], "Itch") + sample.between
    document = Document(sample.head + first + sample.idle * 1_000_000 + sample.foot, "log.txt")
    started = time.process_time()
    with pytest.raises(UnusableInput, match=r"^log\.txt ") as caught:
        reader.read(document, no_progress)
    with pytest.raises(UnusableInput):
        registry.read(document)
    # Looking for line ends is all that is done, which takes hundredths of a second.
    assert time.process_time() - started < 0.5
    if not sample.is_whole:
        lines = document.text.count("\n") + 1
        assert f"{lines:,} lines, and nothing was read" in str(caught.value)


@each_reader
def test_a_line_of_5_mb_stops_at_once(reader: Reader, sample: Sample) -> None:
    head = sample.head.replace("\n", " ")
    if sample.is_whole:
        document = Document(head + sample.line * (5_000_000 // len(sample.line) + 1), "log.txt")
        assert isinstance(reading_or_refusal(reader, document), str)
        return
    for line in ("2108, ", sample.line):
        document = Document(head + line * (5_000_000 // len(line) + 1), "log.txt")
        with pytest.raises(
            UnusableInput, match=r"^log\.txt has a line of \d,\d{3},\d{3} char.*line 1"
        ):
            reader.read(document, no_progress)


@each_reader
def test_problems_are_limited(reader: Reader, sample: Sample) -> None:
    rows = [sample.row(number, "Itch") for number in sample.numbers]
    text = sample.of([*rows, *(sample.bad(number) for number in range(2_000))])
    reading = reader.read(Document(text), no_progress)
    assert MOST_PROBLEMS < len(reading.problems) <= MOST_PROBLEMS + 3
    assert "1,800 more" in reading.problems[-1].message


@each(pair for pair in PAIRS if pair[1].most_rows)
def test_too_many_rows_are_the_wrong_file(reader: Reader, sample: Sample) -> None:
    rows = [sample.row(number, "Itch") for number in range(100_000, 120_001)]
    document = Document(sample.of(rows), "log.txt")
    with pytest.raises(UnusableInput, match=rf"^log\.txt .*{sample.most_rows}") as caught:
        reader.read(document, no_progress)
    if not sample.is_whole:
        line = document.text.count("\n", 0, document.text.rindex(rows[-1])) + 1
        assert f"line {line})" in str(caught.value)


# --- Bounded work -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reader", "sample", "start", "repeated"),
    [
        pytest.param(reader, sample, start, repeated, id=f"{reader.key}-{start[:9]!r}-{repeated!r}")
        for reader, sample in PAIRS
        for start in sample.starts
        for repeated in sample.repeated
    ],
)
def test_time_is_linear(reader: Reader, sample: Sample, start: str, repeated: str) -> None:
    def seconds(characters: int) -> float:
        document = Document(start + repeated * (characters // len(repeated)))
        started = time.process_time()
        reading_or_refusal(reader, document)
        return time.process_time() - started

    # Four times the text may take four times as long; quadratic work would take sixteen times.
    times, least = 9, 0.003
    spent = seconds(sample.characters)
    if spent >= times * least:
        few = sample.characters // 4
        most = times * max(least, min(seconds(few), seconds(few)))
        assert spent < most or seconds(sample.characters) < most


@each(pair for pair in PAIRS if not pair[1].is_whole)
def test_memory_grows_with_what_is_kept_only(reader: Reader, sample: Sample) -> None:
    def peak(lines: int) -> int:
        document = Document(sample.good + sample.idle * lines)
        tracemalloc.start()
        reading_or_refusal(reader, document)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    small, large = peak(1_000), peak(3_500)
    assert large < small + 25_000


@each_reader
@pytest.mark.parametrize("shape", ["lines", "one line"])
def test_progress_is_regular_and_cancelling_works_at_any_call(
    reader: Reader, sample: Sample, shape: str
) -> None:
    document = Document(sample.long if shape == "lines" else sample.long_line)
    calls: list[int] = []

    def count(_label: str, done: int, total: int) -> None:
        calls.append(done)
        assert 0 <= done <= total

    def cancel_at(call: int) -> None:
        left = call

        def cancel(_label: str, _done: int, _total: int) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                raise Cancelled

        reader.read(document, cancel)

    with suppress(UnusableInput):
        reader.read(document, count)
    if shape == "lines":
        assert 5 <= len(calls) <= 8
    else:
        assert len(calls) >= sample.line_calls
        back = sum(after < before for before, after in zip(calls[1:-1], calls[2:-1]))
        assert back <= 2 * (sample.passes - 1)
    middle = max(1, len(calls) // 2)
    for call in (1, 2, middle, len(calls)) if shape == "lines" else (1, middle):
        with pytest.raises(Cancelled):
            cancel_at(call)


# --- Any text ---------------------------------------------------------------------------


@each_reader
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_nothing_but_refusals_is_raised(
    reader: Reader, sample: Sample, data: st.DataObject
) -> None:
    pairs = st.tuples(st.sampled_from(sample.pieces), st.sampled_from(sample.gaps))
    pieces = st.lists(pairs, max_size=60).map(
        lambda chosen: "".join(piece + gap for piece, gap in chosen)
    )
    letters = st.text(max_size=200)
    starts = st.sampled_from([*sample.starts, sample.head])
    text = data.draw(letters | pieces | st.tuples(starts, letters | pieces).map("".join))
    document = Document(text)
    assert 0 <= reader.certainty(document) <= 1
    result = reading_or_refusal(reader, document)
    if isinstance(result, str):
        return
    assert items(result) or result.summary
    for one in (result, *result.further):
        ids = [attempt.id for attempt in one.attempts if attempt.id]
        assert len(set(ids)) == len(ids)
        for attempt in one.attempts:
            assert attempt.percent_others is None or 0 <= attempt.percent_others <= 100
            assert attempt.seconds is None or attempt.seconds >= 0
            assert attempt.where
            for name in (attempt.subject, attempt.system, attempt.category, attempt.topic):
                name.encode()
                assert len(name) <= 200
    assert len(result.problems) <= MOST_PROBLEMS + 6
    for problem in result.problems:
        assert problem.where
        assert len(problem.message) < 600
    sample.check(text, result)
