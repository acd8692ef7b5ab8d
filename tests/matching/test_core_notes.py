"""Which notes are really about a question, and which other questions ask for the same."""

from __future__ import annotations

import random
from collections.abc import Collection

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remediation.matching.core_notes import Candidate, Siblings, core_notes, yield_rank
from remediation.matching.question_tags import QuestionTag
from remediation.model.banks import QuestionKey

steady = settings(derandomize=True, deadline=None)


def questions(*ids: str, bank: str = "uworld", exam: str | None = "step1") -> set[QuestionTag]:
    return {QuestionTag(bank, exam, id) for id in ids}


def candidate(note_id: int, ids: int = 1, yield_rank: int = 3, recall: float = 0.5) -> Candidate:
    named = frozenset(questions(*(str(number) for number in range(1, ids + 1))))
    return Candidate(note_id, named, yield_rank, recall)


# --- Core notes -----------------------------------------------------------------------------------


def test_fewest_ids_then_yield_then_recall_then_oldest_note() -> None:
    in_order = [
        candidate(90, ids=1, yield_rank=5, recall=1.0),
        candidate(80, ids=2, yield_rank=1, recall=0.9),
        candidate(70, ids=2, yield_rank=2, recall=0.0),
        candidate(60, ids=2, yield_rank=2, recall=0.1),
        candidate(61, ids=2, yield_rank=2, recall=0.1),
        candidate(10, ids=60, yield_rank=1, recall=0.0),
    ]
    shuffled = list(in_order)
    random.Random(1).shuffle(shuffled)
    assert core_notes(shuffled, 99) == tuple(c.note_id for c in in_order)


@pytest.mark.parametrize("most", [0, 1, 2, 3, 4, 20])
def test_at_most_so_many(most: int) -> None:
    assert core_notes([candidate(n) for n in (3, 1, 2)], most) == (1, 2, 3)[:most]


def test_no_candidates_no_core() -> None:
    assert core_notes([], 2) == ()


CANDIDATES = st.lists(
    st.builds(
        candidate,
        st.integers(1, 50),
        st.integers(1, 4),
        st.integers(1, 5),
        st.floats(0, 1),
    ),
    unique_by=lambda c: c.note_id,
    max_size=12,
)


@steady
@given(CANDIDATES, st.integers(1, 5), st.randoms(use_true_random=False))
def test_no_note_left_out_is_more_about_the_question(
    candidates: list[Candidate], most: int, rng: random.Random
) -> None:
    chosen = core_notes(candidates, most)
    assert len(chosen) == min(most, len(candidates))
    by_id = {c.note_id: c for c in candidates}
    for left_out in by_id.keys() - set(chosen):
        for note_id in chosen:
            better, worse = by_id[note_id], by_id[left_out]
            assert len(better.questions) <= len(worse.questions)
            if len(better.questions) == len(worse.questions):
                assert better.yield_rank <= worse.yield_rank
                if better.yield_rank == worse.yield_rank:
                    assert better.recall <= worse.recall
    rng.shuffle(candidates)
    assert core_notes(candidates, most) == chosen
    assert core_notes(candidates, most + 1)[:most] == chosen


# --- Yield ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tag", "rank"),
    [
        ("#AK_Step1_v12::#Low/HighYield::1-HighYield", 1),
        ("#AK_Step1_v12::#Low/HighYield::2-RelativelyHighYield", 2),
        ("#AK_Step2_v12::#Low/HighYield::3-MediumYield", 3),
        ("#AK_Step1_v12::#Low/HighYield::4-RelativelyLowYield", 4),
        ("#AK_Step1_v12::#Low/HighYield::5-LowYield", 5),
        ("#AK_Step1_v11::^Other::^HighYield::1-HighYield", 1),
        ("#AK_Step1_v11::^Other::^HighYield::5-LowYield", 5),
        ("#ak_step1_v12::#low/highyield::4-relativelylowyield", 4),
        ("#Mine::5-LowYield-temporary", 5),
    ],
)
def test_yield_of_both_versions_of_the_deck(tag: str, rank: int) -> None:
    assert yield_rank(["marked", tag, "#AK_Step1_v12::#UWorld::Step::1"]) == rank


@pytest.mark.parametrize(
    "tag",
    [
        "#AK_Step1_v12::#Low/HighYield",
        "#AK_Step1_v12::#Low/HighYield::0-HighYield",
        "#AK_Step1_v12::#Low/HighYield::6-LowYield",
        "#AK_Step1_v12::#Low/HighYield::12-LowYield",
        "#AK_Step1_v12::#Low/HighYield::HighYield",
        "#AK_Step1_v12::#Low/HighYield::1-Other",
        "#AK_Step1_v12::1-HighYield::Cardio",
        "#AK_Step1_v12::#UWorld::Step::1",
        "1-HighYield",
    ],
)
def test_without_a_yield_tag_a_note_stands_in_the_middle(tag: str) -> None:
    assert yield_rank([tag]) == 3
    assert yield_rank([]) == 3


def test_the_highest_of_several_yields_counts() -> None:
    tags = [
        f"#AK_Step{step}_v12::#Low/HighYield::{rank}-X_Yield" for step, rank in ((1, 4), (2, 2))
    ]
    assert yield_rank(tags) == yield_rank(reversed(tags)) == 2


# --- Siblings -------------------------------------------------------------------------------------

KEY = QuestionKey("uworld", "step1", "100")
NBME_KEY = QuestionKey("nbme", "step1", "SAAA0003MAA0003")


def siblings(
    key: QuestionKey,
    named: set[QuestionTag],
    seen: Collection[QuestionKey] = (),
    recorded: Collection[QuestionKey] = (),
) -> list[str]:
    """The siblings' ids."""
    return [other.id for other in Siblings(recorded).of(key, named, seen)]


def test_siblings_are_the_other_questions_on_the_core_notes_in_order_of_number() -> None:
    assert siblings(KEY, questions("100", "20", "9", "1000")) == ["9", "20", "1000"]


def test_siblings_are_of_the_same_bank_and_exam() -> None:
    named = {
        *questions("1"),
        *questions("2", exam="step2"),
        *questions("3", exam="comlex"),
        *questions("4", exam=None),
        *questions("12345", bank="amboss", exam=""),
    }
    assert siblings(KEY, named) == ["1"]
    assert siblings(QuestionKey("amboss", "", "0jae_4"), named) == ["12345"]


def test_a_bank_that_makes_no_tests_has_its_siblings_in_those_that_the_student_uses() -> None:
    named = {
        *questions("1", "20"),
        *questions("2", exam="step2"),
        *questions("4", exam=None),
        *questions("12345", bank="amboss", exam=""),
    }
    amboss, step2 = QuestionKey("amboss", "", "abcdef"), QuestionKey("uworld", "step2", "7")
    assert siblings(NBME_KEY, named) == ["1", "20"]
    assert siblings(NBME_KEY, named, recorded=[NBME_KEY, step2]) == ["1", "20"]
    assert siblings(NBME_KEY, named, recorded=[amboss]) == ["12345"]
    assert siblings(NBME_KEY, named, recorded=[amboss, KEY]) == ["1", "20", "12345"]
    assert siblings(KEY, named, recorded=[amboss]) == ["1", "20"]
    assert siblings(NBME_KEY, named, [QuestionKey("uworld", "step1", "1")]) == ["20"]


def test_questions_seen_before_are_no_siblings() -> None:
    named = questions("100", "1", "2", "3")
    seen = {QuestionKey("uworld", "step1", "1"), QuestionKey("uworld", "step2", "2"), KEY}
    assert siblings(KEY, named, seen) == ["2", "3"]
    assert siblings(KEY, named, list(seen)) == ["2", "3"]


def test_the_same_number_in_another_exam_is_not_the_question_itself() -> None:
    named = questions("100") | questions("100", exam="step2")
    assert siblings(KEY, named) == []
    assert siblings(QuestionKey("uworld", "step2", "101"), named) == ["100"]


def test_no_core_notes_no_siblings() -> None:
    assert siblings(KEY, set()) == []


QUESTION_TAGS = st.builds(
    QuestionTag,
    st.sampled_from(["uworld", "amboss"]),
    st.sampled_from(["step1", "step2", "", None]),
    st.sampled_from(["1", "9", "10", "100", "0jae_4"]),
)


@steady
@given(
    st.sets(QUESTION_TAGS, max_size=12),
    st.sets(st.sampled_from([KEY, *(QuestionKey("uworld", "step1", id) for id in "19")])),
)
def test_siblings_are_exactly_the_unseen_questions(
    named: set[QuestionTag], seen: set[QuestionKey]
) -> None:
    found = siblings(KEY, named, seen)
    assert len(set(found)) == len(found)
    for id in ("1", "9", "10", "100", "0jae_4"):
        on_core = QuestionTag("uworld", "step1", id) in named
        is_seen = QuestionKey("uworld", "step1", id) in seen
        assert (id in found) == (on_core and not is_seen and id != KEY.id)
