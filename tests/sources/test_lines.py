"""Lines with their places, and the limits that stop a wrong file."""

from __future__ import annotations

import tracemalloc

import pytest

from remediation.sources.lines import MOST_IN_A_LINE, MOST_LINES, head, lines
from remediation.sources.reading import Document, UnusableInput


def test_places_are_lines_or_pages_and_lines() -> None:
    assert [line.where for line in lines(Document("a\nb\n"))] == ["line 1", "line 2", "line 3"]
    places = [(line.where, line.text) for line in lines(Document("a\nb\fc\nd"))]
    assert places == [
        ("page 1, line 1", "a"),
        ("page 1, line 2", "b"),
        ("page 2, line 1", "c"),
        ("page 2, line 2", "d"),
    ]


def test_digits_of_other_scripts_become_ascii_and_superscripts_stay() -> None:
    [line] = lines(Document("１２３ ٤٥٦ 𝟕 2108²"))
    assert line.text == "123 456 7 2108²"


def test_progress_is_called_every_few_thousand_lines() -> None:
    seen: list[tuple[int, int]] = []
    for _ in lines(Document("2108\n" * 10_000), lambda _label, *step: seen.append(step)):
        pass
    assert seen[0] == (0, 10_001)
    assert seen[-1] == (10_001, 10_001)
    assert max(b[0] - a[0] for a, b in zip(seen, seen[1:])) <= 2_000


def test_too_many_lines_are_refused_before_the_first() -> None:
    with pytest.raises(UnusableInput, match=r"^log\.txt has 1,000,001 lines") as caught:
        next(lines(Document("\n" * 1_000_000, "log.txt")))
    assert f"{MOST_LINES:,}" in str(caught.value)


def test_too_long_line_is_refused_at_its_place() -> None:
    text = "2108\n" + "x" * (MOST_IN_A_LINE + 1)
    with pytest.raises(UnusableInput, match=r"1,000,001 characters \(line 2\)"):
        list(lines(Document(text)))


def test_memory_does_not_grow_with_the_number_of_lines() -> None:
    document = Document("2108\n" * 50_000)
    tracemalloc.start()
    for _ in lines(document):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100_000


def test_head_ends_with_a_whole_line() -> None:
    assert head(Document("2108\n" * 10)).text == "2108\n" * 10
    short = head(Document("2108 \n" * 10_000)).text
    assert len(short) <= 20_000
    assert short.endswith("\n")
