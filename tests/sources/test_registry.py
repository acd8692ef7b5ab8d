"""Which reader reads what."""

from __future__ import annotations

import pytest

from remediation.model.progress import Cancelled
from remediation.sources import registry
from remediation.sources.reading import Document, UnusableInput
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


def test_cancelling_is_not_swallowed_by_the_registry() -> None:
    def cancel(_label: str, _done: int, _total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        registry.read(Document(TABLE), progress=cancel)
