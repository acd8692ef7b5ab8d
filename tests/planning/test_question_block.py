"""Which questions make today's block, and on which days there is one."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remediation.model.banks import QuestionKey
from remediation.planning.question_block import (
    MOST_QUESTIONS,
    Candidate,
    Hindrance,
    Kind,
    choose_block,
    first_day,
    hindrance,
    named_in,
    next_block_day,
    next_week,
    sources,
)

steady = settings(derandomize=True, deadline=None, max_examples=200)

TODAY = date(2026, 3, 11)  # a Wednesday
MONDAY = 5  # days until the next one
STEP1 = ("uworld", "step1")
SYSTEMS = ("Cardiovascular", "Renal", "Endocrine", "")


def key(id: int | str, bank: str = "uworld", exam: str = "step1") -> QuestionKey:
    return QuestionKey(bank, exam, str(id))


def sibling(id: int, of: int, days: int = 8, system: str = "", times: int = 1) -> Candidate:
    return Candidate(
        key(id), Kind.SIBLING, key(of), system, TODAY - timedelta(days), times_missed=times
    )


def repeat(id: int, days: int = 20, system: str = "", times: int = 1) -> Candidate:
    return Candidate(key(id), Kind.REPEAT, key(id), system, TODAY - timedelta(days), times)


@st.composite
def some_candidates(draw: st.DrawFn) -> list[Candidate]:
    """Misses of two exams with their siblings, some of which are siblings of several misses."""
    candidates = []
    for number in range(1, 1 + draw(st.integers(0, 50))):
        exam = draw(st.sampled_from(["step1", "step1", "step2"]))
        system = draw(st.sampled_from(SYSTEMS))
        missed = TODAY - timedelta(draw(st.integers(0, 30)))
        times = draw(st.integers(1, 3))
        miss = key(number, exam=exam)
        if draw(st.booleans()):
            candidates.append(Candidate(miss, Kind.REPEAT, miss, system, missed, times))
        for other in draw(st.sets(st.integers(100, 140), max_size=4)):
            question = key(other, exam=exam)
            candidates.append(Candidate(question, Kind.SIBLING, miss, system, missed, times))
    return candidates


CANDIDATES = some_candidates()


# --- What is chosen -------------------------------------------------------------------------------


@steady
@given(CANDIDATES)
def test_a_block_keeps_every_promise(candidates: list[Candidate]) -> None:
    block = choose_block(candidates, TODAY)
    ready = [c for c in candidates if c.first_day <= TODAY]
    assert (block is None) == (not ready)
    if block is None:
        return
    assert len(block.questions) <= MOST_QUESTIONS
    assert set(block.questions) <= set(ready)
    assert len({q.key for q in block.questions}) == len(block.questions)
    assert len({q.miss for q in block.questions}) == len(block.questions)
    assert {(q.key.bank, q.key.exam) for q in block.questions} == {block.source}
    assert block.source == sources(candidates, TODAY)[0]
    for question in block.questions:
        days = (TODAY - question.missed).days
        assert days >= (2 if question.kind is Kind.SIBLING else 14)


@steady
@given(CANDIDATES.flatmap(lambda c: st.tuples(st.just(c), st.permutations(c))))
def test_the_same_day_gives_the_same_block(
    orders: tuple[list[Candidate], list[Candidate]],
) -> None:
    assert choose_block(orders[0], TODAY) == choose_block(iter(orders[1]), TODAY)


@steady
@given(CANDIDATES)
def test_no_place_is_left_free_without_need(candidates: list[Candidate]) -> None:
    block = choose_block(candidates, TODAY, source=STEP1)
    chosen = block.questions if block else ()
    if len(chosen) < MOST_QUESTIONS:
        taken = {key for q in chosen for key in (q.key, q.miss)}
        left = [c for c in candidates if c.first_day <= TODAY and c.key.exam == "step1"]
        assert not [c for c in left if c.key not in taken and c.miss not in taken]


@steady
@given(CANDIDATES, st.integers(1, 10))
def test_siblings_at_their_best_come_first_and_repeats_last(
    candidates: list[Candidate], most: int
) -> None:
    block = choose_block(candidates, TODAY, source=STEP1, most=most)
    if block is None:
        return
    assert len(block.questions) <= most
    latest = max(question.turn(TODAY) for question in block.questions)
    taken = {key for q in block.questions for key in (q.key, q.miss)}
    earlier = [
        c
        for c in candidates
        if c.first_day <= TODAY and c.key.exam == "step1" and c.turn(TODAY) < latest
    ]
    assert not [c for c in earlier if c.key not in taken and c.miss not in taken]


SPREAD = list(enumerate(["Renal"] * 50 + ["Endocrine"] * 9 + ["Cardiovascular"] * 3, 1))


@pytest.mark.parametrize(
    "candidates",
    [
        [sibling(1000 + n, n, system=system) for n, system in SPREAD],
        [sibling(1000 + n, n, days=3, system=system) for n, system in SPREAD],
        [repeat(n, system=system) for n, system in SPREAD],
    ],
)
def test_places_are_shared_out_over_systems(candidates: list[Candidate]) -> None:
    block = choose_block(candidates, TODAY)
    assert block
    counts = Counter(question.system for question in block.questions)
    assert counts["Cardiovascular"] == 3
    assert {counts["Endocrine"], counts["Renal"]} == {8, 9}


def test_repeats_go_to_the_systems_that_siblings_left_out() -> None:
    siblings = [sibling(1000 + n, n, system="Renal") for n in range(1, 11)]
    repeats = [repeat(n, system="Renal" if n < 60 else "Endocrine") for n in range(50, 75)]
    block = choose_block([*siblings, *repeats], TODAY)
    assert block
    assert block.count(Kind.SIBLING) == block.count(Kind.REPEAT) == 10
    assert Counter(q.system for q in block.questions) == {"Renal": 10, "Endocrine": 10}


def test_what_was_missed_most_often_comes_first() -> None:
    once = [sibling(1000 + n, n, times=1) for n in range(1, 60)]
    often = [sibling(2000 + n, 100 + n, times=2) for n in range(1, 6)]
    block = choose_block([*once, *often], TODAY, most=8)
    assert block
    assert set(often) <= set(block.questions)


def test_a_miss_that_shares_its_sibling_gets_another_one() -> None:
    block = choose_block([sibling(1000, 1), sibling(1000, 2), sibling(1001, 2)], TODAY)
    assert block
    assert {q.miss for q in block.questions} <= {key(1), key(2)}
    assert len({q.key for q in block.questions}) == len(block.questions)


def test_other_days_and_more_misses_bring_other_questions() -> None:
    candidates = [sibling(1000 + n, n, days=10) for n in range(1, 200)]
    blocks = [choose_block(candidates, TODAY + timedelta(day)) for day in range(3)]
    assert len({block.keys for block in blocks if block}) == 3


def test_the_order_does_not_follow_the_system() -> None:
    candidates = [
        sibling(1000 + n, n, system=SYSTEMS[n // 5])
        for n in range(20)  # in order of their systems
    ]
    block = choose_block(candidates, TODAY)
    assert block
    assert len(block.questions) == 20
    systems = [question.system for question in block.questions]
    changes = sum(one != other for one, other in zip(systems, systems[1:]))
    assert changes > 6  # 3 in order of systems


@steady
@given(CANDIDATES, st.data())
def test_what_is_kept_stays_and_free_places_are_filled(
    candidates: list[Candidate], data: st.DataObject
) -> None:
    block = choose_block(candidates, TODAY)
    if block is None:
        return
    refused = data.draw(st.sets(st.sampled_from(block.questions), max_size=len(block.keys) - 1))
    keep = [question for question in block.questions if question not in refused]
    gone = {question.key for question in refused}
    filled = choose_block([c for c in candidates if c.key not in gone], TODAY, keep=keep)
    assert filled
    assert set(keep) <= set(filled.questions)
    assert not gone & set(filled.keys)
    assert len(filled.questions) <= MOST_QUESTIONS
    assert filled.source == block.source
    assert len({q.miss for q in filled.questions}) == len(filled.questions)


def test_the_bank_with_the_most_misses_is_taken_or_the_one_asked_for() -> None:
    amboss = Candidate(
        key("0jae_4", "amboss", ""), Kind.SIBLING, key("x", "amboss", ""), "", date(2026, 1, 1)
    )
    many = [sibling(1000 + n, 1) for n in range(9)] + [sibling(2000, 2)]
    assert sources([amboss, *many], TODAY) == (STEP1, ("amboss", ""))
    block = choose_block([amboss, *many], TODAY, source=("amboss", ""))
    assert block
    assert block.text == "0jae_4"
    assert choose_block(many, TODAY, source=("amboss", "")) is None
    assert sources([sibling(1, 2, days=1)], TODAY) == ()


def test_ids_are_written_as_banks_take_them() -> None:
    block = choose_block([repeat(5), repeat(118154)], TODAY)
    assert block
    assert block.text in ("5, 118154", "118154, 5")


def test_the_first_day_is_that_of_the_first_question() -> None:
    assert first_day([]) is None
    assert first_day([repeat(1, days=0), sibling(2, 1, days=0)]) == TODAY + timedelta(2)
    assert first_day([repeat(1, days=0)]) == TODAY + timedelta(14)


# --- On which days --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("blocks", "per_week", "exam", "expected"),
    [
        ([], 2, None, None),
        ([TODAY - timedelta(1)], 2, None, None),
        ([TODAY - timedelta(2), TODAY - timedelta(1)], 2, None, Hindrance.WEEK_IS_FULL),
        ([TODAY - timedelta(1), TODAY - timedelta(1)], 2, None, None),
        ([TODAY - timedelta(3), TODAY - timedelta(4)], 2, None, None),
        ([], 0, None, Hindrance.TURNED_OFF),
        ([], 2, TODAY, Hindrance.LAST_WEEK),
        ([], 2, TODAY + timedelta(7), Hindrance.LAST_WEEK),
        ([], 2, TODAY + timedelta(8), None),
        ([], 2, TODAY - timedelta(1), None),
    ],
)
def test_two_blocks_a_week_and_none_in_the_last(
    blocks: list[date], per_week: int, exam: date | None, expected: Hindrance | None
) -> None:
    assert hindrance(TODAY, blocks, per_week, exam) is expected


@pytest.mark.parametrize(
    ("first", "blocks", "exam", "expected"),
    [
        (0, [], None, 0),
        (3, [], None, 3),
        (0, [-2, -1], None, MONDAY),
        (0, [-2, -1, MONDAY, MONDAY + 2], None, MONDAY + 7),
        (0, [-2, -1], MONDAY + 8, MONDAY),
        (0, [-2, -1], MONDAY + 7, None),
        (0, [], 7, None),
        (3, [], 10, None),
        (3, [], 11, 3),
        (9, [], 8, None),
        (9, [], -1, 9),
        (0, [-2, -1], -1, MONDAY),
    ],
)
def test_the_next_block_waits_for_its_day_or_the_exam_comes_first(
    first: int, blocks: list[int], exam: int | None, expected: int | None
) -> None:
    def day(number: int | None) -> date | None:
        return None if number is None else TODAY + timedelta(number)

    days = [TODAY + timedelta(number) for number in blocks]
    found = next_block_day(TODAY, TODAY + timedelta(first), days, 2, day(exam))
    assert found == day(expected)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_the_next_week_begins_on_the_next_monday(day: date) -> None:
    monday = next_week(day)
    assert monday.weekday() == 0
    assert 1 <= (monday - day).days <= 7


# --- What the bank refuses ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("1234", ["1234"]),
        ("Invalid question ids: 5678;1234.", ["1234", "5678"]),
        ("QID#1234\nuw-5678", ["1234", "5678"]),
        ("12345, 234, 123456789", []),
        ("１２３４", ["1234"]),
        ("<b>1234</b>\x00", ["1234"]),
        ("0001234, 1 234", ["1234"]),
        ("999,999 1,234", ["1234", "999999"]),
        ("1234-5678 1234/5678", ["1234", "5678"]),
        ("1234\u20135678", ["1234", "5678"]),
        ("The following 5 of 20 ids are invalid: 1234", ["1234"]),
        ("5 and 20", ["5", "20"]),
    ],
)
def test_refused_ids_are_found_in_what_the_bank_says(text: str, found: list[str]) -> None:
    keys = [key("1234"), key("5678"), key("999999"), key("5"), key("20")]
    assert [k.id for k in named_in(text, keys)] == found


def test_ids_of_letters_are_found_however_they_are_written() -> None:
    keys = [key(id, "amboss", "") for id in ("-aaDMQ", "0jae_4", "3_0SLi", "ab-cd1", "7thers")]
    text = "not found: -aaDMQ,0JAE_4 3_0sli ab\u2011cd1"
    assert named_in(text, keys) == tuple(keys[:4])


@steady
@given(st.text(max_size=300))
def test_any_text_is_borne(text: str) -> None:
    assert set(named_in(text, [key("1"), key("22")])) <= {key("1"), key("22")}
