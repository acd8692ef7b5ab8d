"""Lists of Anki's own ids."""

from __future__ import annotations

import contextlib
import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remediation.model.attempts import Attempt
from remediation.model.progress import Cancelled, no_progress
from remediation.sources import documents, registry
from remediation.sources.note_lists import NoteLists
from remediation.sources.reading import MOST_PROBLEMS, Document, Reading, UnusableInput

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


@pytest.mark.parametrize(
    "text", ["", "hello", "\0", "nid:", "nid:0", "2108", "<b>nid", f"-nid:{A}"]
)
def test_nothing_to_read(text: str) -> None:
    document = Document(text, "a.txt")
    assert NoteLists().certainty(document) == 0
    with pytest.raises(UnusableInput, match=r"a\.txt"):
        NoteLists().read(document, no_progress)


def test_private_lines_are_not_quoted() -> None:
    reading = read(f"nid:{A}\njane@example.com nid:{B}")
    assert "jane" not in repr(reading)


def test_limits() -> None:
    reader = NoteLists()
    with pytest.raises(UnusableInput, match="1,000,001 lines"):
        reader.read(Document("nid:1\n" * 1_000_000), no_progress)
    with pytest.raises(UnusableInput, match="a line of"):
        reader.read(Document("nid:1 OR " * 200_000), no_progress)
    with pytest.raises(UnusableInput, match="more than 20,000 notes"):
        reader.read(Document("\n".join(f"nid:{i}" for i in range(1, 20_010))), no_progress)
    reading = reader.read(Document("nid:1\n" * 2_000), no_progress)
    assert len(reading.problems) <= MOST_PROBLEMS + 5


def test_cancelling() -> None:
    def cancel(_label: str, done: int, _total: int) -> None:
        if done:
            raise Cancelled

    for text in ("nid:1\n" * 5_000, "nid:1 OR " * 1_000):
        with pytest.raises(Cancelled):
            NoteLists().read(Document(text), cancel)


@pytest.mark.parametrize(
    "repeated",
    ["1", "-", "a", " ", "\t", "1 ", "1,", "1 ,", "nid:", "nid:1", "nid:1 ", "nid:1,", "nid:1\n",
     "or ", "not ", "(", '"', "nid : ", "1502298033753,", "1502298033753 ,", "-nid:1 ", "\f",
     "a: nid:1\n"],
)  # fmt: skip
def test_time_is_linear(repeated: str) -> None:
    def seconds(characters: int) -> float:
        document = Document("nid:5,\n" + repeated * (characters // len(repeated)))
        best = 10.0
        for _ in range(2):
            started = time.process_time()
            with contextlib.suppress(UnusableInput):
                NoteLists().read(document, no_progress)
            best = min(best, time.process_time() - started)
            if best < 0.01:
                break
        return best

    assert seconds(16_000) < 9 * max(seconds(4_000), 0.003)


def test_memory_grows_with_what_is_kept_only() -> None:
    def peak(lines: int) -> int:
        document = Document("nid:5\n" + "the quick brown 45% fox at 9:05\n" * lines)
        tracemalloc.start()
        NoteLists().read(document, no_progress)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    small = peak(500)
    assert peak(2_500) < small + 50_000


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


_PIECES = st.sampled_from(
    'nid:1 cid:2,3 OR or and ( ) " , -nid:4 deck:x 2108 5 : nid: 0 not'.split()  # noqa: SIM905
)
_GAPS = st.sampled_from([" ", " ", "\n", "\t", "", "\f", ","])


@settings(max_examples=150, deadline=None)
@given(
    text=st.one_of(
        st.text(max_size=200),
        st.lists(st.tuples(_PIECES, _GAPS), max_size=30).map(
            lambda pairs: "".join(piece + gap for piece, gap in pairs)
        ),
    )
)
def test_nothing_but_refusals_is_raised(text: str) -> None:
    document = Document(text)
    assert 0 <= NoteLists().certainty(document) <= 1
    try:
        reading = NoteLists().read(document, no_progress)
    except UnusableInput:
        return
    assert reading.attempts
    for attempt in reading.attempts:
        assert attempt.id is None
        assert attempt.outcome is None
        assert attempt.note_ids or attempt.card_ids
        assert all(id > 0 for id in attempt.note_ids + attempt.card_ids)
