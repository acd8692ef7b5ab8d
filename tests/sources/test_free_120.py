"""Items of the Free 120, by number and form."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remediation.model.attempts import Attempt, Outcome
from remediation.model.progress import no_progress
from remediation.sources import documents, registry
from remediation.sources.free_120 import Free120
from remediation.sources.reading import Document, Reading, UnusableInput

quick = settings(max_examples=60, deadline=None)


def read(text: str) -> Reading:
    return registry.read(documents.from_text(text))


def items(reading: Reading) -> list[tuple[str | None, Outcome | None]]:
    return [(attempt.id, attempt.outcome) for attempt in reading.attempts]


def numbers(reading: Reading) -> list[int | None]:
    return [attempt.position for attempt in reading.attempts]


def test_items_with_their_form() -> None:
    reading = read("Free 120 2024: 3, 17, 41")
    assert reading.reader == "free-120"
    assert reading.attempts == (
        Attempt("Free120-2024-3", position=3),
        Attempt("Free120-2024-17", position=17),
        Attempt("Free120-2024-41", position=41),
    )
    assert (reading.bank, reading.exam, reading.name) == ("nbme", None, "Free 120 2024")
    assert reading.total is None
    assert reading.problems == ()


@pytest.mark.parametrize(
    "text",
    [
        "Free 120 2024\n3 17 41",
        "free120 (2024)\n3\n17\n41",
        "2024 NBME Free-120 items: 3; 17; 41",
        "USMLE sample test 2024: #3 #17 #41",
        "Free 119 (2024): Q3, Q17 and Q41",
        "- Free 120, form 2024\n1. 3\n2. 17\n3. 41",
        "Free 120 2024 items 3 and 17 and 41",
        "Free 120 2024\nBlock 1: 3, 17\nBlock 2: 1",
        "Free 120 2024\nfirst block 3 17\nsecond block 41",
        "FREE 120 ２０２４: ３、１７、４１",
    ],
)
def test_spellings(text: str) -> None:
    reading = read(text)
    assert reading.reader == "free-120"
    assert [a.id for a in reading.attempts] == [f"Free120-2024-{n}" for n in (3, 17, 41)]


@pytest.mark.parametrize("text", ["3, 17, 41", "Block 2: 3, 17, 41", "NBME: 2108, 8425", "2024: 3"])
def test_plain_numbers_stay_ids_of_another_bank(text: str) -> None:
    assert Free120().certainty(Document(text)) == 0
    with pytest.raises(UnusableInput, match="Free 120 2024: 3, 17, 41"):
        Free120().read(Document(text), no_progress)


@pytest.mark.parametrize(
    ("text", "exam", "name"),
    [
        ("Free 120 Step 1 2021: 3", "step1", "Free 120 2021"),
        ("Free 120 (2023, Step 2 CK): 3", "step2", "Free 120 2023"),
        ("Step 3 Free 120: 3", "step3", "Free 120"),
        ("the old Free 120: 3", None, "Free 120 old"),
    ],
)
def test_forms_and_exams(text: str, exam: str | None, name: str) -> None:
    reading = read(text)
    assert (reading.exam, reading.name, numbers(reading)) == (exam, name, [3])


def test_without_a_form_the_problem_says_so() -> None:
    reading = read("Free 120: 3, 17")
    assert [a.id for a in reading.attempts] == ["Free120-3", "Free120-17"]
    assert "write the year" in reading.problems[0].message


def test_blocks() -> None:
    reading = read(
        "Free 120 2024\nBlock 1: 3, 40\nBlock 2: 1, 41, 80\nBlock 3: 40, 120\nBlock 4: 5"
    )
    assert numbers(reading) == [3, 40, 41, 80, 120, 5]
    messages = " ".join(problem.message for problem in reading.problems)
    assert "item 1 of block 2 is item 41" in messages
    assert "Question Free120-2024-41 was already listed" in messages
    assert "there are three blocks" in messages


def test_outcomes() -> None:
    reading = read(
        "Free 120 2024\nIncorrect: 3, 4\n5\nCorrect: 6\nwrong 7, right 8\n9 wrong\n✗ 10\n11 ✓\n"
    )
    by_number = {attempt.position: attempt.outcome for attempt in reading.attempts}
    wrong, right = Outcome.INCORRECT, Outcome.CORRECT
    assert by_number == {3: wrong, 4: wrong, 5: wrong, 6: right, 7: wrong, 8: right, 9: wrong,
                         10: wrong, 11: right}  # fmt: skip


def test_topics_in_the_students_words() -> None:
    reading = read("Free 120 2024\n3 - nephrotic syndrome\n17: wrong, MI vs PE\n41. Heart\n")
    assert [(a.position, a.topic, a.outcome) for a in reading.attempts] == [
        (3, "nephrotic syndrome", None),
        (17, "MI vs PE", Outcome.INCORRECT),
        (41, "Heart", None),
    ]
    reading = read(f"Free 120 2024\n3 - {'a man comes in with ' * 8}\n4 - x <script>\n5 - x ray")
    assert [(a.position, a.topic) for a in reading.attempts] == [(3, ""), (4, ""), (5, "x ray")]
    assert "1 more" in reading.problems[0].message


@pytest.mark.parametrize(
    "line",
    ["121", "0", "999999", "3-9", "78%", "94/120", "3/14/2024", "9:05", "4 hours", "26 items wrong",
     "score 78%, 26 wrong", "took it on March 14", "12ab", "1.5"],
)  # fmt: skip
def test_other_numbers_are_reported(line: str) -> None:
    reading = read(f"Free 120 2024: 3\n{line}")
    assert numbers(reading) == [3]
    assert any(problem.where == "line 2" for problem in reading.problems)


def test_other_banks_on_other_lines() -> None:
    reading = read("UWorld 2108\nFree 120 2024: 3\nUWorld: 55, 2108\n7\nFree 120 2024\n8")
    assert numbers(reading) == [3, 8]
    assert "2 more below" in reading.problems[0].message


def test_two_forms_are_two_sittings() -> None:
    reading = read("Free 120 2021: 3, 4\nFree 120 2024: 3\nFree 120 2021: 5")
    sittings = [(one.name, numbers(one)) for one in (reading, *reading.further)]
    assert sittings == [("Free 120 2021", [3, 4, 5]), ("Free 120 2024", [3])]


@pytest.mark.parametrize("text", ["Free 120", "Free 120 2024: 94/120, 26 wrong", "<html>Free 120"])
def test_nothing_to_read(text: str) -> None:
    document = Document(text, "a.txt")
    assert Free120().certainty(document) == 0
    with pytest.raises(UnusableInput, match=r"a\.txt"):
        Free120().read(document, no_progress)


def test_private_lines_and_code() -> None:
    reading = read("Free 120 2024: 3\nUser id 17\njane@example.com 18\n<b>4</b>\n=5+6")
    assert "jane" not in repr(reading)
    assert 17 not in numbers(reading)
    assert 18 not in numbers(reading)


def test_limits() -> None:
    reader = Free120()
    with pytest.raises(UnusableInput, match="repeats ids"):
        reader.read(Document("Free 120: " + "3, " * 30_000), no_progress)
    many = "".join(f"Free 120 step {s} {y}: 3\n" for s in "123" for y in range(2000, 2030))
    assert len(reader.read(Document(many), no_progress).further) == 89


_NUMBERS = st.lists(st.integers(1, 120), min_size=1, max_size=60, unique=True)


@quick
@given(
    numbers=_NUMBERS,
    title=st.sampled_from(["Free 120 2024: ", "Free 120 2024\n", "NBME free-120 (2024) missed: "]),
    separators=st.lists(st.sampled_from([", ", "\n", "; ", " ", "\t", ",\n"]), min_size=60),
)
def test_lists_are_read_back(numbers: list[int], title: str, separators: list[str]) -> None:
    reading = read(title + "".join(f"{n}{gap}" for n, gap in zip(numbers, separators)))
    assert [a.position for a in reading.attempts] == numbers
    assert [a.id for a in reading.attempts] == [f"Free120-2024-{n}" for n in numbers]
    assert reading.problems == ()
