"""The student's rules in a real collection, and the blocks that habits are counted in."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace

import pytest
from anki.collection import Collection

from remediation.collection.ledger import Ledger, NewRecords, read_ledger, write_records
from remediation.collection.rules import (
    CHANGE_UNDO_NAME,
    CHECK_UNDO_NAME,
    AnswerChanges,
    RuleUse,
    active_rules,
    answer_changes,
    check_rules,
    habit_blocks,
    read_overview,
    rule_use,
    set_active_rules,
    students_rules,
)
from remediation.collection.undo import UndoStep
from remediation.model.attempts import AnswerChange, Attempt, Outcome
from remediation.model.codec import DamagedRecord
from remediation.model.decisions import DecidedBy, Decision
from remediation.model.records import Question, Remembered, Sitting
from remediation.model.rules import MOST_ACTIVE, ActiveRule, RuleCheck, rules_for
from remediation.planning.habits import Block
from remediation.settings import Settings
from tests.collections import differences, snapshot

SETTINGS = Settings()
RULES = tuple(ActiveRule(code, rules_for(code)[0].text) for code in ("T2", "T4", "T6", "T5"))
DAY = 86_400
START = 1_700_000_000


def write(col: Collection, **records: tuple[object, ...]) -> None:
    with UndoStep(col, "Records") as step:
        write_records(
            col,
            step,
            NewRecords(**records),  # type: ignore[arg-type]
            deck_parent=SETTINGS.deck_parent,
        )


def remember(col: Collection, value: object, at: int = START) -> None:
    write(col, remembered=(Remembered(at, {"active-rules": value}),))


# --- Active rules ---------------------------------------------------------------------------------


def test_rules_are_set_as_one_step_to_undo(col: Collection) -> None:
    assert active_rules(read_ledger(col)) == ()
    before = snapshot(col)
    step = set_active_rules(col, SETTINGS, RULES[:3])
    assert step
    assert col.undo_status().undo == CHANGE_UNDO_NAME
    assert active_rules(read_ledger(col)) == RULES[:3]
    col.undo()
    assert differences(before, snapshot(col)) == {}


def test_setting_the_same_rules_again_writes_nothing(col: Collection) -> None:
    set_active_rules(col, SETTINGS, RULES[:2])
    before = snapshot(col, everything=True)
    assert set_active_rules(col, SETTINGS, RULES[:2]) is None
    assert snapshot(col, everything=True) == before


def test_the_latest_choice_counts_even_within_one_second(col: Collection) -> None:
    for rules in (RULES[:1], RULES[1:3], (), RULES[2:4], RULES[:3], RULES[:1], ()):
        assert set_active_rules(col, SETTINGS, rules)
        assert active_rules(read_ledger(col)) == rules


def test_a_choice_counts_although_another_computers_clock_was_ahead(col: Collection) -> None:
    remember(col, [RULES[0].to_json()], at=int(time.time()) + 90 * DAY)
    before = snapshot(col)
    set_active_rules(col, SETTINGS, RULES[1:2])
    assert active_rules(read_ledger(col)) == RULES[1:2]
    col.undo()
    assert differences(before, snapshot(col)) == {}


def test_more_rules_than_can_be_kept_in_mind_are_refused(col: Collection) -> None:
    before = snapshot(col, everything=True)
    with pytest.raises(ValueError, match="4 rules"):
        set_active_rules(col, SETTINGS, RULES)
    with pytest.raises(DamagedRecord):
        set_active_rules(col, SETTINGS, [ActiveRule("T2", "  ")])
    with pytest.raises(DamagedRecord):
        set_active_rules(col, SETTINGS, [ActiveRule("T99", "look up")])
    assert snapshot(col, everything=True) == before


def test_a_rule_given_twice_counts_once(col: Collection) -> None:
    set_active_rules(col, SETTINGS, [*RULES[:3], *RULES[:3]])
    assert active_rules(read_ledger(col)) == RULES[:3]


@pytest.mark.parametrize(
    ("stored", "kept"),
    [
        ("T2", ()),
        ({"code": "T2", "text": "look"}, ()),
        (None, ()),
        ([1, None, "T2", [], {"code": "T2"}, {"code": "X", "text": "x"}, RULES[1].to_json()], [1]),
        ([{"code": "T2", "text": ""}, RULES[0].to_json(), RULES[0].to_json()], [0]),
        ([rule.to_json() for rule in RULES], [0, 1, 2]),
    ],
)
def test_damaged_rules_are_left_out(col: Collection, stored: object, kept: Iterable[int]) -> None:
    remember(col, stored)
    assert active_rules(read_ledger(col)) == tuple(RULES[i] for i in kept)
    assert len(active_rules(read_ledger(col))) <= MOST_ACTIVE


def test_what_was_used_is_one_step_to_undo(col: Collection) -> None:
    set_active_rules(col, SETTINGS, RULES[:2])
    before = snapshot(col)
    check_rules(col, SETTINGS, [(RULES[0].text, True), (RULES[1].text, False)])
    assert col.undo_status().undo == CHECK_UNDO_NAME
    ledger = read_ledger(col)
    assert rule_use(ledger, RULES[0].text) == RuleUse(1, 1)
    assert rule_use(ledger, RULES[1].text) == RuleUse(0, 1)
    assert rule_use(ledger, RULES[2].text) == RuleUse(0, 0)
    col.undo()
    assert differences(before, snapshot(col)) == {}


def test_use_looks_back_on_the_last_five_blocks_in_which_the_rule_came_up(col: Collection) -> None:
    used = [True, True, True, False, True, True, True, False]
    checks = [RuleCheck(START + i * DAY, (("mine", u),)) for i, u in enumerate(used)]
    checks.append(RuleCheck(START + 20 * DAY, (("another", True),)))
    write(col, rule_checks=tuple(reversed(checks)))
    assert rule_use(read_ledger(col), "mine") == RuleUse(3, 5)


def test_long_words_come_back_as_they_were(col: Collection) -> None:
    rule = ActiveRule("4", 'Ä < b & "c" [sound:x.mp3] {{c1::y}}: ' + "say it " * 2_000)
    set_active_rules(col, SETTINGS, [rule])
    check_rules(col, SETTINGS, [(rule.text, True)])
    assert active_rules(read_ledger(col)) == (rule,)
    assert rule_use(read_ledger(col), rule.text) == RuleUse(1, 1)


# --- Habits ---------------------------------------------------------------------------------------


def block(
    day: int,
    ids: Iterable[int] = (),
    *,
    right: Iterable[int] = (),
    total: int | None = 40,
    mode: str = "Timed",
    **fields: object,
) -> Sitting:
    """A block in which `ids` were missed; the first of them is question 1 of the bank."""
    attempts = [Attempt(id=str(1_000 + id), outcome=Outcome.INCORRECT) for id in ids]
    attempts += [Attempt(id=str(1_000 + id), outcome=Outcome.CORRECT) for id in right]
    return Sitting(
        "uworld",
        "step1",
        START + day * DAY,
        tuple(attempts),
        mode=mode,
        total=total,
        **fields,  # type: ignore[arg-type]
    )


def ledger_of(*sittings: Sitting, reasons: dict[int, str] | None = None) -> Ledger:
    """A ledger with these sittings; `reasons` are those of questions in the sitting they are in."""
    ledger = Ledger({s.key: (s,) for s in sittings}, {}, {}, {}, {}, {}, {}, ())
    for sitting in sittings:
        for key, attempt in zip(sitting.question_keys(), sitting.attempts):
            if attempt.outcome is Outcome.CORRECT:
                continue
            question = ledger.questions.get(key, Question(key))
            reason = (reasons or {}).get(int(attempt.id or 0) - 1_000)
            if reason:
                question = question.decided(
                    Decision(sitting.key, reason, DecidedBy.CONFIRMED, sitting.when)
                )
            ledger.questions[key] = question
    return ledger


def test_a_block_counts_its_named_and_unnamed_misses() -> None:
    ledger = ledger_of(block(0, [1, 2, 3, 4]), reasons={1: "T2", 2: "4", 3: "K1"})
    assert habit_blocks(ledger) == [Block(START, 40, ("T2", "4", "K1"), 1)]


def test_the_right_answers_say_how_many_questions_there_were() -> None:
    ledger = ledger_of(block(0, [1, 2], right=range(3, 21), total=None))
    assert habit_blocks(ledger) == [Block(START, 20, (), 2)]
    assert habit_blocks(ledger_of(block(0, [1, 2], total=None))) == []


@pytest.mark.parametrize(
    ("mode", "counts"),
    [
        ("", True),
        ("Timed", True),
        ("Standard-Paced", True),
        ("Tutor", False),
        ("Untimed tutor", False),
        ("Tutor timed", False),
        ("Untimed", False),
        ("Self-Paced", False),
        ("Standard-Paced, Self-Paced", False),
    ],
)
def test_only_what_may_have_been_timed_counts(mode: str, counts: bool) -> None:
    assert bool(habit_blocks(ledger_of(block(0, [1], mode=mode)))) is counts


def test_questions_seen_before_do_not_count() -> None:
    first = block(0, [1, 2, 3], mode="Tutor")
    second = block(1, [3, 4], name="second")
    third = block(2, [5], right=[1, 4, 6, 7], total=None)
    ledger = ledger_of(third, second, first, reasons={3: "T2", 4: "T1", 5: "T3"})
    assert habit_blocks(ledger) == [
        Block(START + DAY, 39, ("T1",)),
        Block(START + 2 * DAY, 3, ("T3",)),
    ]


def test_a_block_done_again_does_not_count_and_neither_does_its_rest() -> None:
    again = block(1, [1, 2], repeats=True)
    rest = block(2, [3], extends=(again.key,), name="rest")
    first = block(0, [1, 2])
    of_first = block(3, [4], extends=(again.key, first.key), name="rest of the first")
    assert habit_blocks(ledger_of(again, rest)) == []
    assert habit_blocks(ledger_of(first, again, of_first)) == [Block(START, 40, (), 3)]


def test_sittings_that_extend_each_other_are_one_block() -> None:
    first = block(0, [1, 2])
    second = block(1, [3], extends=(first.key,))
    third = block(2, [4], extends=(first.key, second.key), total=None)
    ledger = ledger_of(third, first, second, reasons={1: "T1", 4: "T4"})
    assert habit_blocks(ledger) == [Block(START, 40, ("T1", "T4"), 2)]


def test_a_list_that_goes_on_with_two_blocks_has_the_questions_of_both() -> None:
    first, second = block(0, [1]), block(1, [2])
    both = block(2, [3], extends=(first.key, second.key), total=None)
    assert habit_blocks(ledger_of(first, second, both)) == [Block(START, 80, (), 3)]


def test_a_question_marked_again_in_the_rest_of_its_block_counts_once() -> None:
    first = block(0, [1], right=range(2, 41))
    marked = replace(
        block(1, extends=(first.key,)), attempts=(Attempt(id="1002", outcome=Outcome.UNSURE),)
    )
    ledger = ledger_of(first, marked, reasons={2: "T5"})
    assert habit_blocks(ledger) == [Block(START, 40, ("T5",), 1)]


def test_a_block_of_which_some_is_gone_or_which_contradicts_itself_does_not_count() -> None:
    gone = block(0, [1])
    rest = block(1, [2], extends=(gone.key,))
    assert habit_blocks(ledger_of(rest)) == []
    half = replace(block(0, [1]), parts=2)
    assert habit_blocks(ledger_of(half)) == []
    log = block(0, range(50), total=None)
    assert habit_blocks(ledger_of(log, block(1, [60], extends=(log.key,)))) == []
    assert habit_blocks(ledger_of(replace(block(0), attempts=()))) == []


def test_sittings_that_extend_each_other_in_a_circle_do_not_hang() -> None:
    one, other = block(0, [1]), block(1, [2])
    one = replace(one, extends=(other.key,))
    other = replace(other, extends=(one.key,))
    assert habit_blocks(ledger_of(one, other)) == [Block(START, 40, (), 2)]


def test_misses_whose_record_was_deleted_are_left_out() -> None:
    ledger = ledger_of(block(0, [1, 2]))
    del ledger.questions[next(iter(ledger.questions))]
    assert habit_blocks(ledger) == [Block(START, 39, (), 1)]


def test_changes_are_counted_both_ways_and_one_sided_lists_are_told() -> None:
    to_wrong = AnswerChange.RIGHT_TO_WRONG
    misses = Attempt(id="1", outcome=Outcome.INCORRECT, change=to_wrong)
    right = Attempt(id="2", outcome=Outcome.CORRECT, change=AnswerChange.WRONG_TO_RIGHT)
    whole = replace(block(0), attempts=(misses, right))
    alone = replace(block(1), attempts=(replace(misses, id="3"), Attempt(id="4")))
    ledger = Ledger({"a": (whole,), "b": (alone,)}, {}, {}, {}, {}, {}, {}, ())
    assert answer_changes(ledger) == AnswerChanges(2, 1, 0, one_sided=1)


# --- The student's own rules ----------------------------------------------------------------------


def test_own_rules_come_newest_first_with_their_reason() -> None:
    ledger = ledger_of(
        block(0, [1, 2]), block(1, [3], name="b"), block(2, [4, 5], name="c", total=None),
        reasons={1: "T1", 3: "T3", 4: "K4"},
    )  # fmt: skip
    texts = {"1": "first", "2": "  no\nreason ", "3": "third", "4": "first", "5": " \n"}
    for key, question in ledger.questions.items():
        ledger.questions[key] = replace(question, rule=texts[key.id.lstrip("10") or "1"])
    assert students_rules(ledger) == (
        ActiveRule("K4", "first"),
        ActiveRule("T3", "third"),
        ActiveRule("4", "no reason"),
    )


def test_the_overview_of_an_empty_collection_is_empty(col: Collection) -> None:
    before = snapshot(col, everything=True)
    overview = read_overview(col)
    assert (overview.active, overview.own, overview.misses, overview.blocks) == ((), (), 0, 0)
    assert snapshot(col, everything=True) == before


def test_the_overview_counts_what_was_recorded(col: Collection) -> None:
    sitting = block(0, [1, 2, 3])
    ledger = ledger_of(sitting, reasons={1: "T2", 2: "T2"})
    write(col, sittings=(sitting,), questions=tuple(ledger.questions.values()))
    set_active_rules(col, SETTINGS, RULES[:1])
    overview = read_overview(col)
    assert overview.active == RULES[:1]
    assert overview.uses == (RuleUse(0, 0),)
    assert dict(overview.reasons) == {"T2": 2}
    assert (overview.misses, overview.blocks) == (3, 1)
    assert (overview.habits.now.questions, overview.habits.now.unnamed) == (40, 1)
