from __future__ import annotations

from remediation.model.attempts import Attempt, Outcome
from remediation.model.banks import QuestionKey
from remediation.model.decisions import DecidedBy, Decision
from remediation.model.misses import ASK_FIRST_EVERY, Miss, all_misses, latest_misses, named_reasons
from remediation.model.records import Question, Sitting
from remediation.planning.naming_order import naming_order, sample


def _sitting(when: int, ids: list[str], *, reason: str = "") -> Sitting:
    attempts = tuple(
        Attempt(id=id, outcome=Outcome.INCORRECT, position=40 - place, reason=reason)
        for place, id in enumerate(ids)
    )
    return Sitting("uworld", "step1", when, attempts, dated=True)


def _ledger(
    *sittings: Sitting,
) -> tuple[dict[str, tuple[Sitting, ...]], dict[QuestionKey, Question]]:
    questions = {key: Question(key) for sitting in sittings for key in sitting.question_keys()}
    return {sitting.key: (sitting,) for sitting in sittings}, questions


def _misses(*sittings: Sitting) -> list[Miss]:
    by_key, questions = _ledger(*sittings)
    return list(latest_misses(by_key, questions).values())


def test_the_newest_sitting_comes_first_in_block_order_and_what_was_put_off_last() -> None:
    misses = _misses(_sitting(1_000, ["1", "2"]), _sitting(2_000, ["3", "4", "5"]))
    put_off = {miss.key for miss in misses if miss.key.id == "4"}
    assert [miss.key.id for miss in naming_order(misses, put_off)] == ["5", "3", "2", "1", "4"]


def test_what_has_a_reason_is_not_offered() -> None:
    first = _sitting(1_000, ["1", "2", "3"])
    by_key, questions = _ledger(first)
    keys = list(questions)
    questions[keys[0]] = questions[keys[0]].decided(
        Decision(first.key, "K2", DecidedBy.CONFIRMED, 5)
    )
    misses = list(latest_misses(by_key, questions).values())
    assert [miss.key.id for miss in naming_order(misses)] == ["3", "2"]
    logged = _misses(_sitting(1_000, ["7"], reason="T1"), _sitting(1_001, ["8"], reason="odd one"))
    assert [miss.key.id for miss in naming_order(logged)] == ["8"]


def test_a_repeat_miss_has_no_reason_whatever_the_first_one_had() -> None:
    first, again = _sitting(1_000, ["1"]), _sitting(9_000, ["1"])
    by_key, questions = _ledger(first, again)
    (key,) = questions
    questions[key] = questions[key].decided(Decision(first.key, "T4", DecidedBy.CONFIRMED, 5))
    assert list(named_reasons(by_key, questions).values()) == [""]
    assert [m.reason for m in all_misses(by_key, questions)] == ["T4", ""]


def test_the_same_sample_whenever_asked_and_in_order() -> None:
    misses = naming_order(_misses(_sitting(1_000, [str(n) for n in range(1, 1_001)])))
    picked = sample(misses)
    assert len(picked) == 40
    assert picked == [miss for miss in misses if miss in picked]
    assert sample(list(reversed(misses)))[::-1] == picked
    assert sample(misses[:7]) == misses[:7]


def test_every_fifth_miss_is_asked_first() -> None:
    misses = _misses(_sitting(1_000, [str(n) for n in range(1, 41)]))
    assert [miss.number for miss in misses if miss.asked_first] == list(
        range(ASK_FIRST_EVERY, 41, ASK_FIRST_EVERY)
    )
