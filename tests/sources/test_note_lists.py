"""Lists of Anki's own ids."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remediation.model.attempts import Attempt
from remediation.model.progress import no_progress
from remediation.sources import documents, registry
from remediation.sources.note_lists import NoteLists
from remediation.sources.reading import Document, Reading, UnusableInput

quick = settings(max_examples=60, deadline=None)

A, B, C = 1502298033753, 1502298033755, 1502298033999


def read(text: str) -> Reading:
    return registry.read(documents.from_text(text))


def lists(reading: Reading) -> list[tuple[int, ...]]:
    return [attempt.note_ids + attempt.card_ids for attempt in reading.attempts]


@pytest.mark.parametrize(
    "text",
    [
        f"nid:{A} OR nid:{B}",
        f"nid:{A} or nid:{B}",
        f"(nid:{A} OR nid:{B})",
        f"nid:{A},{B}",
        f"nid:{A}, {B}",
        f"nid: {A} nid: {B}",
        f'"nid:{A}" OR "nid:{B}"',
        f"NID:{A} Or NID:{B} OR nid:{A}",
        f"nid:{A} OR\nnid:{B}",
        f"nid:{A}\nOR nid:{B}",
        f"nid:{A},\n{B}",
        f"(\nnid:{A} OR\nnid:{B}\n)",
        f"nid:１５０２２９８０３３７５３,{B}",
    ],
)
def test_a_list_is_one_attempt(text: str) -> None:
    reading = read(text)
    assert reading.reader == "note-lists"
    assert reading.attempts == (Attempt(note_ids=(A, B)),)
    assert (reading.bank, reading.exam, reading.total) == (None, None, None)
    assert reading.problems == ()


def test_short_ids() -> None:
    assert lists(read("nid:1,2")) == [(1, 2)]
    assert lists(read("nid:123 OR nid:456")) == [(123, 456)]


def test_cards_and_notes() -> None:
    assert read(f"cid:{A},{B}").attempts == (Attempt(card_ids=(A, B)),)
    assert read(f"nid:{A} OR cid:{B}").attempts == (Attempt(note_ids=(A,), card_ids=(B,)),)


def test_each_line_is_a_list() -> None:
    reading = read(f"nid:{A}\nnid:{B} OR nid:{C}\n\ncid:{A}")
    assert lists(reading) == [(A,), (B, C), (A,)]
    assert [attempt.where for attempt in reading.attempts] == ["line 1", "line 2", "line 4"]


def test_a_label_becomes_the_topic() -> None:
    reading = read(f"Aortic stenosis: nid:{A}\nCHF - nid:{B} OR nid:{C}\n=cmd: nid:5")
    assert [attempt.topic for attempt in reading.attempts] == ["Aortic stenosis", "CHF", ""]


@pytest.mark.parametrize(
    ("line", "found", "message"),
    [
        (f"deck:AnKing nid:{B}", [(A,), (B,)], "other words"),
        (f"nid:{B} -is:suspended", [(A,), (B,)], "other words"),
        (f"nid:{B} -nid:{C}", [(A,), (B,)], "minus or NOT"),
        (f"nid:{A}", [(A,)], "already there (line 1)"),
        ("nid:0,5", [(A,), (5,)], "no id of a note"),
        (f"nid:{'9' * 30}", [(A,)], "no id of a note"),
        ("2108, 8425", [(A,)], "no list of notes"),
        ("some words", [(A,)], "no list of notes"),
        ("nid:abc", [(A,)], "no list of notes"),
        (f"xnid:{B}", [(A,)], "no list of notes"),
    ],
)
def test_what_does_not_fit_is_reported(
    line: str, found: list[tuple[int, ...]], message: str
) -> None:
    reading = NoteLists().read(Document(f"nid:{A}\n{line}"), no_progress)
    assert lists(reading) == found
    assert [problem.where for problem in reading.problems] == ["line 2"]
    assert message in reading.problems[0].message


def test_question_ids_with_one_list_stay_question_ids() -> None:
    reading = read(f"2108\n8425\n118154\nnid:{A}")
    assert reading.reader == "question-ids"
    assert len(reading.attempts) == 3


def test_a_long_recommendation_on_one_line() -> None:
    ids = tuple(range(A, A + 3_000))
    for text in (
        " OR ".join(f"nid:{id}" for id in ids),
        "nid:" + ",".join(map(str, ids)),
        "nid:" + ", ".join(map(str, ids)),
    ):
        reading = read(text)
        assert lists(reading) == [ids]
        assert reading.problems == ()


@pytest.mark.parametrize("text", ["nid:", "nid:0", "2108", "<b>nid", f"-nid:{A}"])
def test_nothing_to_read(text: str) -> None:
    document = Document(text, "a.txt")
    assert NoteLists().certainty(document) == 0
    with pytest.raises(UnusableInput, match=r"a\.txt"):
        NoteLists().read(document, no_progress)


def test_private_lines_are_not_quoted() -> None:
    reading = read(f"nid:{A}\njane@example.com nid:{B}")
    assert "jane" not in repr(reading)


_LISTS = st.lists(
    st.lists(st.integers(1, 10**14), min_size=1, max_size=12, unique=True).map(tuple),
    min_size=1,
    max_size=8,
    unique=True,
)


@quick
@given(
    given_lists=_LISTS,
    kind=st.sampled_from("nc"),
    form=st.sampled_from(["or", "comma", "brackets"]),
    end=st.sampled_from(["\n", "\n\n", "\r\n"]),
)
def test_lists_are_read_back(
    given_lists: list[tuple[int, ...]], kind: str, form: str, end: str
) -> None:
    def joined(ids: tuple[int, ...]) -> str:
        if form == "comma":
            return f"{kind}id:" + ",".join(map(str, ids))
        terms = [f"{kind}id:{id}" for id in ids]
        return " OR ".join(terms) if form == "or" else f"({' or '.join(terms)})"

    reading = read(end.join(joined(ids) for ids in given_lists))
    assert lists(reading) == given_lists
    assert reading.problems == ()
