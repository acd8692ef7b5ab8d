"""Which reader reads what."""

from __future__ import annotations

import json

import pytest

from remediation.model.progress import Cancelled
from remediation.sources import registry
from remediation.sources.reading import Document, Reader, UnusableInput
from tests.anking import printed_results, results_table

IDS = [str(number) for number in range(4000, 4040)]
TABLE = results_table(IDS)
PRINT = printed_results(IDS)


def test_keys_and_names_are_different_and_found_again() -> None:
    keys = [reader.key for reader in registry.READERS]
    assert len(set(keys)) == len(keys)
    assert keys[-1] == "question-ids"
    assert len({reader.name for reader in registry.READERS}) == len(keys)
    for reader in registry.READERS:
        assert registry.reader_by_key(reader.key) is reader
    with pytest.raises(KeyError):
        registry.reader_by_key("none")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (TABLE, "uworld-table"),
        (results_table(IDS, header=False), "uworld-table"),
        (TABLE.replace("\t", "\n"), "uworld-table"),
        (PRINT, "uworld-print"),
        (printed_results(IDS, header=False), "uworld-print"),
        (PRINT.replace("\n", " "), "uworld-print"),
        ("\n".join(IDS), "question-ids"),
        (", ".join(IDS), "question-ids"),
        ("\n".join(f"{i} - {id}" for i, id in enumerate(IDS, 1)), "question-ids"),
        ("Missed today, 52% right:\n" + "\n".join(IDS), "question-ids"),
    ],
)
def test_surest_reader_comes_first_and_reads_all(text: str, key: str) -> None:
    document = Document(text)
    assert registry.detect(document)[0].key == key
    reading = registry.read(document)
    assert reading.reader == key
    assert [attempt.id for attempt in reading.attempts] == IDS


def test_reader_can_be_chosen() -> None:
    reading = registry.read(Document(TABLE), "question-ids")
    assert reading.reader == "question-ids"
    assert [attempt.id for attempt in reading.attempts] == IDS
    with pytest.raises(UnusableInput):
        registry.read(Document(", ".join(IDS)), "uworld-table")


def test_what_no_reader_knows() -> None:
    assert registry.detect(Document("hello world")) == ()
    with pytest.raises(UnusableInput, match=r"^Nothing in notes\.txt looks like.*What can be read"):
        registry.read(Document("hello world", "notes.txt"))


def test_refusal_of_the_only_reader_is_passed_on() -> None:
    with pytest.raises(UnusableInput, match="an AMBOSS article"):
        registry.read(Document("https://next.amboss.com/us/article/AbC123"))


def test_printed_report_gives_groups_and_no_name() -> None:
    report = (
        "Jane Doe\nUserId : 1234567\n"
        "NAME USAGE CORRECT Q INCORRECT Q OMITTED Q P-RANK\n"
        "Microbiology  20/348 9 (45%) 10 (50%) 1 (5%) 31st\n"
        "Psychiatric/Behavioral & Substance Use\nDisorder 6/140 3 (50%) 3 (50%) 0 (0%) -\n"
        "1/15/26, 9:05 PM about:blank\nabout:blank 1/2\n"
    )
    reading = registry.read(Document(report))
    assert reading.reader == "uworld-report"
    assert len(reading.groups) == 2
    assert "Jane" not in repr(reading)
    assert "1234567" not in repr(reading)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("<html><p>QId: 2108, 118154</p></html>", "uworld-html"),
        ('[{"stem": "A 45-year-old man, QId: 2108"}]', "browser-json"),
        ('[{"questionId": "21', "browser-json"),
    ],
)
def test_nobody_else_reads_pages_and_json(text: str, key: str) -> None:
    document = Document(text)
    assert [reader.key for reader in registry.detect(document)] == [key]
    with pytest.raises(UnusableInput):
        registry.read(document)


# Each reader's own format; lines that repeat keep the test quick.
LONG = {
    "uworld-table": TABLE.splitlines()[1] + "\n" + "\n" * 8_000,
    "uworld-print": PRINT.splitlines()[-1] + "\n" + "\n" * 8_000,
    "question-ids": "2108\n" + "nothing here\n" * 8_000,
    "nbme-insights": "Question Id,Content Topic,Content Description\nAAA1,,Cardio\n" + "\n" * 8_000,
    "nbme-report": "Genetics 50%\n" + "nothing here\n" * 8_000,
    "free-120": "Free 120: 3\n" + "nothing here\n" * 8_000,
    "uworld-report": "Anatomy 1/2 1 (100%) 0 (0%) 0 (0%) 1st\n" + "nothing here\n" * 8_000,
    "uworld-html": "<html>Question Id: 2108 Item 1 of 2" + "<b></b>" * 10_000,
    "browser-json": json.dumps([{"questionId": n, "topic": "x"} for n in range(1, 1_200)]),
    "note-lists": "nid:1\n" + "nothing here\n" * 8_000,
    "error-log": "QID,System\n2108,Cardio\n" + "\n" * 8_000,
}


@pytest.mark.parametrize("reader", registry.READERS, ids=lambda reader: reader.key)
def test_progress_is_regular_and_cancelling_works_at_any_call(reader: Reader) -> None:
    calls = 0

    def count(_label: str, done: int, total: int) -> None:
        nonlocal calls
        calls += 1
        assert 0 <= done <= total

    document = Document(LONG[reader.key])
    reader.read(document, count)
    assert 5 <= calls <= 8

    def cancel_at(call: int) -> None:
        left = call

        def cancel(_label: str, _done: int, _total: int) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                raise Cancelled

        reader.read(document, cancel)

    for call in (1, 2, calls // 2, calls):
        with pytest.raises(Cancelled):
            cancel_at(call)


@pytest.mark.parametrize("key", ["uworld-print", "question-ids"])
def test_progress_within_one_long_line(key: str) -> None:
    row = PRINT.splitlines()[-1] if key == "uworld-print" else "2108,"
    calls: list[int] = []
    reader = registry.reader_by_key(key)
    reader.read(Document(f"{row} " * (90_000 // len(row))), lambda _l, at, _t: calls.append(at))
    assert len(calls) >= 4
    assert calls[1:-1] == sorted(calls[1:-1])


def test_cancelling_is_not_swallowed_by_the_registry() -> None:
    def cancel(_label: str, _done: int, _total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        registry.read(Document(TABLE), progress=cancel)
