from __future__ import annotations

from collections.abc import Iterable

from remediation.model.attempts import Attempt, Outcome
from remediation.model.banks import QuestionKey
from remediation.model.decisions import DecidedBy, Decision
from remediation.model.misses import Miss, all_misses, latest_misses, named_reasons
from remediation.model.records import Question, Sitting
from remediation.planning.naming_order import in_order, naming_order, newest_block, sample


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


def test_one_in_five_is_asked_first_and_stays_so_whatever_is_imported_later() -> None:
    blocks = [_sitting(9_000 + n, [str(100 * n + i) for i in range(40)]) for n in range(50)]
    asked = {miss.key for miss in _misses(*blocks) if miss.asked_first}
    assert 0.18 * 2_000 < len(asked) < 0.22 * 2_000
    older = _sitting(1_000, [str(900_000 + n) for n in range(7)])
    with_older = {miss.key for miss in _misses(older, *blocks) if miss.asked_first}
    assert with_older >= asked
    assert all(int(key.id) >= 900_000 for key in with_older - asked)


def test_one_in_five_of_a_sample_is_asked_first_too() -> None:
    pile = _misses(_sitting(1_000, [str(n) for n in range(100_000, 104_000)]))
    share = sum(miss.asked_first for miss in sample(pile, 400)) / 400
    assert 0.15 < share < 0.25


def test_the_sample_is_completed_and_then_there_is_another_one() -> None:
    sitting = _sitting(1_000, [str(n) for n in range(1, 1_001)])
    by_key, questions = _ledger(sitting)

    def misses() -> list[Miss]:
        return in_order(latest_misses(by_key, questions).values())

    def name(keys: Iterable[QuestionKey]) -> None:
        for key in keys:
            decision = Decision(sitting.key, "K2", DecidedBy.CONFIRMED, 5)
            questions[key] = questions[key].decided(decision)

    first = [miss.key for miss in sample(misses())]
    name(first[:15])
    assert [miss.key for miss in sample(misses())] == first[15:]
    name(first[15:])
    second = [miss.key for miss in sample(misses())]
    assert len(second) == 40
    assert not set(first) & set(second)
    name(key for key in questions if key not in second[:3])
    assert [miss.key for miss in sample(misses())] == second[:3]


def test_the_newest_block_of_those_without_a_reason() -> None:
    misses = naming_order(_misses(_sitting(1_000, ["1", "2"]), _sitting(2_000, ["3", "4"])))
    assert [miss.key.id for miss in newest_block(misses)] == ["4", "3"]
    assert [miss.key.id for miss in newest_block(misses[2:])] == ["2", "1"]
    assert newest_block([]) == []
