"""Today's questions in a real collection: what is asked, what is remembered, and undo."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Callable

import pytest
from anki.collection import Collection

from remediation.collection.evidence import diagnose
from remediation.collection.exam_date import set_exam_date
from remediation.collection.ledger import NewRecords, read_ledger, write_records
from remediation.collection.question_block import (
    ASK_AGAIN_UNDO_NAME,
    COPY_UNDO_NAME,
    RETIRE_UNDO_NAME,
    TodaysQuestions,
    ask_again,
    gather_candidates,
    given_blocks,
    read_todays_questions,
    record_block,
    retire_ids,
    retired_ids,
)
from remediation.collection.repair_states import repair_states
from remediation.collection.undo import UndoStep
from remediation.diagnosis.repair import RepairState
from remediation.gui.naming_words import siblings, siblings_line
from remediation.matching.question_tags import questions_of_note
from remediation.model.attempts import Attempt, Outcome
from remediation.model.banks import QuestionKey
from remediation.model.decisions import DecidedBy, Decision
from remediation.model.records import NoteRef, Question, Remembered, Sitting
from remediation.planning.question_block import Block, Hindrance, Kind
from remediation.settings import Settings
from tests.anking import GeneratedCollection
from tests.collections import differences, snapshot, some_questions

SETTINGS = Settings()
ONLY_REPEATS = Settings(siblings_in_blocks=False)
DAY = 86_400

Miss = Callable[..., None]


def days_ago(days: float) -> int:
    """A moment in the middle of Anki's day of so many days ago."""
    return int(time.time() - days * DAY)


@pytest.fixture
def miss(col: Collection, template: GeneratedCollection) -> Miss:
    """Records questions as missed so many days ago, with two notes that carry each as its core."""

    def record(ids: Iterable[str], days: float, exam: str = "step1", when: int = 0) -> None:
        ids = tuple(ids)
        attempts = tuple(Attempt(id=id, outcome=Outcome.INCORRECT) for id in ids)
        sitting = Sitting("uworld", exam, when or days_ago(days), attempts)
        questions = []
        for number, key in enumerate(sitting.question_keys()):
            notes = map(col.get_note, template.questions["uworld", exam, key.id][:2])  # type: ignore[arg-type]
            core = tuple(NoteRef(note.id, note.guid) for note in notes)
            questions.append(Question(key, core, ("Renal", "Endocrine", "")[number % 3]))
        write(col, NewRecords(sittings=(sitting,), questions=tuple(questions)))

    return record


def write(col: Collection, records: NewRecords) -> None:
    with UndoStep(col, "Records") as step:
        write_records(col, step, records, deck_parent=SETTINGS.deck_parent)


def answer(
    col: Collection, keys: Iterable[QuestionKey], outcome: Outcome = Outcome.CORRECT
) -> None:
    """Records a sitting of now, without anything else that an import would write."""
    keys = tuple(keys)
    attempts = tuple(Attempt(id=key.id, outcome=outcome) for key in keys)
    sitting = Sitting("uworld", keys[0].exam or "step1", int(time.time()), attempts)
    write(col, NewRecords(sittings=(sitting,)))


def remember(col: Collection, values: dict[str, object], at: int = 1_700_000_000) -> None:
    write(col, NewRecords(remembered=(Remembered(at, values),)))


def read(col: Collection, settings: Settings = SETTINGS) -> TodaysQuestions:
    return read_todays_questions(col, settings)


def todays_block(col: Collection, settings: Settings = SETTINGS) -> Block:
    block = read(col, settings).block
    assert block
    return block


def of_kind(block: Block, kind: Kind) -> list[str]:
    return [question.key.id for question in block.questions if question.kind is kind]


# --- What is asked --------------------------------------------------------------------------------


def test_siblings_are_unseen_questions_on_core_notes_of_misses(
    col: Collection, template: GeneratedCollection, miss: Miss
) -> None:
    ids = some_questions(template, 12)
    miss(ids, 8)
    before = snapshot(col, everything=True)
    found = read(col)
    assert snapshot(col, everything=True) == before
    block = found.block
    assert block
    assert block.count(Kind.SIBLING) == len(block.questions) > 3
    questions = read_ledger(col).questions
    for question in block.questions:
        assert question.key.id not in ids
        assert question.miss.id in ids
        core = [col.get_note(ref.id).tags for ref in questions[question.miss].core]  # type: ignore[arg-type]
        named = {(q.bank, q.exam, q.id) for tags in core for q in questions_of_note(tags)}
        assert (question.key.bank, question.key.exam, question.key.id) in named
        assert question.system == questions[question.miss].system
    assert found.sources == (("uworld", "step1"),)
    assert read(col) == found


def test_siblings_wait_for_two_days_and_repeats_for_fourteen(
    col: Collection, template: GeneratedCollection, miss: Miss
) -> None:
    miss(some_questions(template, 12), 1)
    found = read(col)
    assert (found.block, found.hindrance) == (None, None)
    assert found.next_day == found.first_day == found.today + timedelta(1)
    found = read(col, ONLY_REPEATS)
    assert found.block is None
    assert found.first_day == found.today + timedelta(13)


@pytest.mark.parametrize(("days", "asked"), [(13, False), (14, True)])
def test_open_misses_come_again_after_fourteen_days(
    col: Collection, template: GeneratedCollection, miss: Miss, days: int, asked: bool
) -> None:
    ids = some_questions(template, 5)
    miss(ids, days)
    block = read(col, ONLY_REPEATS).block
    repairs = repair_states(col, read_ledger(col))
    repaired = {k.id for k, repair in repairs.items() if repair.state is RepairState.REPAIRED}
    assert repaired  # by reviews since
    expected = set(ids) - repaired if asked else set()
    assert set(of_kind(block, Kind.REPEAT) if block else ()) == expected


def test_what_any_sitting_holds_is_no_sibling_any_more(
    col: Collection, template: GeneratedCollection, miss: Miss
) -> None:
    miss(some_questions(template, 12), 8)
    seen = todays_block(col).keys
    answer(col, seen, Outcome.OMITTED)
    block = read(col).block
    assert not set(seen) & set(block.keys if block else ())


def test_a_missed_question_that_was_right_since_is_not_asked_again(
    col: Collection, template: GeneratedCollection, miss: Miss
) -> None:
    ids = some_questions(template, 3)
    miss(ids, 20)
    answer(col, [QuestionKey("uworld", "step1", ids[0])])
    assert set(of_kind(todays_block(col, ONLY_REPEATS), Kind.REPEAT)) == set(ids[1:])


def test_habits_and_repaired_misses_are_not_asked(
    col: Collection, template: GeneratedCollection, miss: Miss
) -> None:
    ids = some_questions(template, 3)
    miss(ids, 20)
    ledger = read_ledger(col)
    (sitting,) = ledger.sittings
    changed = []
    for id, reason in zip(ids, ("T2", "K1", "5")):
        key = QuestionKey("uworld", "step1", id)
        decision = Decision(sitting, reason, DecidedBy.CONFIRMED, days_ago(20))
        changed.append((ledger.question_notes[key], ledger.questions[key].decided(decision)))
    write(col, NewRecords(changed_questions=tuple(changed)))
    assert of_kind(todays_block(col, ONLY_REPEATS), Kind.REPEAT) == [ids[1]]
    assert {q.miss.id for q in todays_block(col).questions} == {ids[1]}


def test_only_banks_that_take_ids_and_questions_that_have_one(col: Collection) -> None:
    when = days_ago(20)
    attempts = (
        Attempt(id="SAAA0003MAA0003", outcome=Outcome.INCORRECT),
        Attempt(topic="Heart murmurs", outcome=Outcome.INCORRECT),
    )
    sittings = [Sitting(bank, "step1", when, attempts) for bank in ("nbme", "other")]
    sittings.append(Sitting("uworld", "step1", when, attempts[1:]))
    sittings.append(Sitting("amboss", "step1", when, (Attempt("0jae_4", Outcome.INCORRECT),)))
    keys = [key for sitting in sittings for key in sitting.question_keys()]
    questions = tuple(map(Question, keys))
    write(col, NewRecords(sittings=tuple(sittings), questions=questions))
    block = todays_block(col)
    assert block.source == ("amboss", "")
    assert block.text == "0jae_4"


def test_misses_of_a_bank_without_tests_from_ids_have_siblings_elsewhere(
    col: Collection, template: GeneratedCollection
) -> None:
    ids = some_questions(template, 12)
    attempts = tuple(
        Attempt(topic="Heart failure", position=number, outcome=Outcome.INCORRECT)
        for number in range(len(ids))
    )
    sitting = Sitting("nbme", "step1", days_ago(20), attempts, name="NBME 30")
    questions = []
    for id, key in zip(ids, sitting.question_keys()):
        note = col.get_note(template.questions["uworld", "step1", id][0])  # type: ignore[arg-type]
        questions.append(Question(key, (NoteRef(note.id, note.guid),)))
    write(col, NewRecords(sittings=(sitting,), questions=tuple(questions)))
    block = todays_block(col)
    assert block.source == ("uworld", "step1")
    assert block.count(Kind.SIBLING) == len(block.keys)
    assert {q.miss for q in block.questions} <= set(sitting.question_keys())
    record_block(col, SETTINGS, block)
    assert todays_block(col) == block
    # A right answer to one proves something.
    key = block.questions[0].miss
    assert repair_states(col, read_ledger(col))[key].last_sibling is None
    answer(col, block.keys[:1])
    repair = repair_states(col, read_ledger(col))[key]
    assert repair.last_sibling == read(col).today.toordinal()
    assert repair.siblings > 0
    (diagnosis,) = diagnose(col, only={key})
    assert block.keys[0] not in diagnosis.siblings
    assert {other.bank for other in diagnosis.siblings} <= {"uworld"}
    # Their bank is named, since the miss is from another one.
    (before,) = diagnose(col, only={block.questions[1].miss})
    told = ", ".join(siblings(before))
    assert siblings_line(before) == f"Other questions on it in UWorld: {told}"


def test_each_bank_and_exam_has_a_block_of_its_own(
    col: Collection, template: GeneratedCollection, miss: Miss
) -> None:
    miss(some_questions(template, 12), 8)
    miss(some_questions(template, 2, exam="step2"), 20, exam="step2")
    found = read(col)
    assert found.sources == (("uworld", "step1"), ("uworld", "step2"))
    assert found.block
    assert found.block.source == ("uworld", "step1")
    other = read_todays_questions(col, SETTINGS, ("uworld", "step2")).block
    assert other
    assert {key.exam for key in other.keys} == {"step2"}
    assert read_todays_questions(col, SETTINGS, ("uworld", "step3")) == found


def test_a_day_begins_at_the_hour_of_the_collection(
    col: Collection, template: GeneratedCollection, miss: Miss
) -> None:
    found = read(col)
    night = datetime.combine(found.today - timedelta(9), datetime.min.time()).timestamp()
    when = int(night) + 3 * 3600
    miss(some_questions(template, 12), 0, when=when)
    assert {q.missed for q in todays_block(col).questions} == {found.today - timedelta(10)}


def test_without_records_there_is_nothing_and_nothing_in_sight(col: Collection) -> None:
    found = read(col)
    assert (found.block, found.first_day, found.last, found.misses) == (None, None, None, 0)


# --- What was copied ------------------------------------------------------------------------------


def test_copying_is_one_step_to_undo_and_shows_the_same_block_again(
    col: Collection, template: GeneratedCollection, miss: Miss
) -> None:
    miss(some_questions(template, 12), 8)
    block = todays_block(col)
    before = snapshot(col)
    step = record_block(col, SETTINGS, block)
    assert step
    assert col.undo_status().undo == COPY_UNDO_NAME
    after = snapshot(col, everything=True)
    assert record_block(col, SETTINGS, block) is None
    assert snapshot(col, everything=True) == after
    found = read(col)
    assert (found.block, found.is_copied, found.is_done) == (block, True, False)
    assert found.last
    assert found.last.block == block
    col.undo()
    assert differences(before, snapshot(col)) == {}
    assert not read(col).is_copied


def test_what_was_copied_stays_whatever_comes_in_during_the_day(
    col: Collection, template: GeneratedCollection, miss: Miss
) -> None:
    miss(some_questions(template, 6), 8)
    block = todays_block(col)
    record_block(col, SETTINGS, block)
    miss(some_questions(template, 20)[6:], 30)
    for settings in (SETTINGS, ONLY_REPEATS, Settings(question_blocks_per_week=0)):
        assert read(col, settings).block == block
    set_exam_date(col, SETTINGS, date.today() + timedelta(1))
    assert read(col).block == block


def test_a_block_is_done_once_any_of_its_questions_comes_back(
    col: Collection, template: GeneratedCollection, miss: Miss
) -> None:
    ids = some_questions(template, 12)
    miss(ids, 20)
    block = todays_block(col)
    record_block(col, SETTINGS, block)
    answer(col, block.keys[:1], Outcome.INCORRECT)
    found = read(col)
    assert (found.is_done, found.block) == (True, None)
    assert found.last
    assert found.last.is_done
    # A list of misses does not name what was right: the whole block counts as seen.
    yesterday = replace(block, day=block.day - timedelta(1))
    remember(col, {f"question-block {block.day}": None}, at=int(time.time()) + DAY)
    record_block(col, SETTINGS, yesterday)
    after = read(col).block
    assert not set(block.keys) & set(after.keys if after else ())


def test_a_block_is_not_done_by_another_one_that_holds_a_question_of_it(
    col: Collection, template: GeneratedCollection, miss: Miss
) -> None:
    miss(some_questions(template, 30), 20)
    block = todays_block(col)
    record_block(col, SETTINGS, block)
    others = [replace(block.keys[0], id=str(99_000 + number)) for number in range(3)]
    answer(col, [*block.keys[:2], *others])
    found = read(col)
    assert (found.is_done, found.block) == (False, block)
    # What the sitting held is seen; the rest is asked again.
    candidates = gather_candidates(col, read_ledger(col), (), with_siblings=True)
    assert set(block.keys) - {c.key for c in candidates} == set(block.keys[:2])


def test_a_sitting_does_the_block_it_holds_most_of(
    col: Collection, template: GeneratedCollection, miss: Miss
) -> None:
    miss(some_questions(template, 30), 20)
    block = todays_block(col)
    yesterday, before = (replace(block, day=block.day - timedelta(n)) for n in (1, 2))
    for given in (
        replace(before, questions=block.questions[:12]),
        replace(yesterday, questions=block.questions[:15]),
    ):
        record_block(col, SETTINGS, given)
    answer(col, block.keys[3:15])
    assert [given.is_done for given in given_blocks(col, read_ledger(col))] == [False, True]
    asked = gather_candidates(col, read_ledger(col), (), with_siblings=True)
    assert not {c.key for c in asked} & set(block.keys[:15])


def test_what_was_copied_and_not_done_is_just_offered_again(
    col: Collection, template: GeneratedCollection, miss: Miss
) -> None:
    miss(some_questions(template, 4), 8)
    block = todays_block(col)
    record_block(col, SETTINGS, replace(block, day=block.day - timedelta(9)))
    found = read(col)
    assert found.block == block
    assert found.last
    assert not found.last.is_done


def test_a_third_block_in_a_week_waits_for_monday(
    col: Collection, template: GeneratedCollection, miss: Miss
) -> None:
    miss(some_questions(template, 12), 8)
    block = todays_block(col)
    monday = block.day - timedelta(block.day.weekday())
    others = [monday + timedelta(n) for n in range(7) if monday + timedelta(n) != block.day]
    record_block(col, SETTINGS, replace(block, day=others[0]))
    assert read(col).block
    record_block(col, SETTINGS, replace(block, day=others[1]))
    assert (read(col).block, read(col).hindrance) == (None, Hindrance.WEEK_IS_FULL)
    assert read(col).next_day == monday + timedelta(7)
    # Exam in the week after: on that Monday its last week has begun.
    set_exam_date(col, SETTINGS, monday + timedelta(14))
    assert (read(col).hindrance, read(col).next_day) in (
        (Hindrance.WEEK_IS_FULL, None),
        (Hindrance.LAST_WEEK, None),
    )
    set_exam_date(col, SETTINGS, None)
    assert read(col, Settings(question_blocks_per_week=3)).block
    assert read(col, Settings(question_blocks_per_week=0)).hindrance is Hindrance.TURNED_OFF


@pytest.mark.parametrize(("days", "expected"), [(5, Hindrance.LAST_WEEK), (30, None), (-3, None)])
def test_the_last_week_before_the_exam_has_no_block(
    col: Collection,
    template: GeneratedCollection,
    miss: Miss,
    days: int,
    expected: Hindrance | None,
) -> None:
    miss(some_questions(template, 12), 8)
    set_exam_date(col, SETTINGS, read(col).today + timedelta(days))
    assert read(col).hindrance is expected


WHOLE = {"id": "1", "kind": "repeat", "miss": "1", "system": "", "missed": "2026-01-01", "times": 1}


def stored_block(question: object = WHOLE, **fields: object) -> dict[str, object]:
    """A block as it is stored, with something else in some of its fields."""
    return {"bank": "uworld", "exam": "step1", "questions": [question], **fields}


def test_the_block_that_the_next_test_damages_is_whole(col: Collection) -> None:
    remember(col, {"question-block 2026-01-20": stored_block()})
    (given,) = given_blocks(col, read_ledger(col))
    assert (given.block.day, given.block.text) == (date(2026, 1, 20), "1")


@pytest.mark.parametrize(
    "stored",
    [
        None,
        5,
        "x",
        [],
        {},
        stored_block(questions=[]),
        stored_block(questions="text"),
        stored_block(bank="nobody"),
        stored_block(bank=[]),
        stored_block(exam="step9"),
        stored_block(exam=[]),
        stored_block(5),
        stored_block({**WHOLE, "id": 1}),
        stored_block({**WHOLE, "kind": "x"}),
        stored_block({**WHOLE, "miss": None}),
        stored_block({**WHOLE, "miss_bank": "nobody"}),
        stored_block({**WHOLE, "miss_exam": []}),
        stored_block({**WHOLE, "system": []}),
        stored_block({**WHOLE, "missed": "soon"}),
        stored_block({**WHOLE, "missed": None}),
        stored_block({**WHOLE, "times": "often"}),
    ],
)
def test_damaged_blocks_are_left_out(
    col: Collection, template: GeneratedCollection, miss: Miss, stored: object
) -> None:
    miss(some_questions(template, 4), 8)
    block = todays_block(col)
    remember(
        col,
        {f"question-block {block.day}": stored, "question-block soon": stored, "retired x": True},
    )
    assert given_blocks(col, read_ledger(col)) == []
    assert retired_ids(read_ledger(col)) == frozenset()
    assert read(col).block == block


# --- What the bank refuses ------------------------------------------------------------------------


def test_refused_ids_are_one_step_to_undo_and_never_asked_again(
    col: Collection, template: GeneratedCollection, miss: Miss
) -> None:
    miss(some_questions(template, 12), 20)
    block = todays_block(col)
    refused = block.keys[:2]
    before = snapshot(col)
    assert retire_ids(col, SETTINGS, refused)
    assert col.undo_status().undo == RETIRE_UNDO_NAME
    assert retired_ids(read_ledger(col)) == set(refused)
    assert not set(refused) & set(todays_block(col).keys)
    after = snapshot(col, everything=True)
    assert retire_ids(col, SETTINGS, refused) is None
    assert retire_ids(col, SETTINGS, ()) is None
    assert snapshot(col, everything=True) == after
    col.undo()
    assert differences(before, snapshot(col)) == {}
    assert read(col).block == block


def test_refused_ids_are_asked_again_on_request_as_one_step_to_undo(
    col: Collection, template: GeneratedCollection, miss: Miss
) -> None:
    miss(some_questions(template, 12), 20)
    block = todays_block(col)
    retire_ids(col, SETTINGS, block.keys[:3])
    before = snapshot(col)
    assert read(col).retired == tuple(sorted(block.keys[:3]))
    assert ask_again(col, SETTINGS, block.keys[1:])
    assert col.undo_status().undo == ASK_AGAIN_UNDO_NAME
    assert read(col).retired == block.keys[:1]
    assert ask_again(col, SETTINGS, block.keys[1:]) is None
    assert ask_again(col, SETTINGS, block.keys[:1])
    assert todays_block(col) == block
    col.undo()
    col.undo()
    assert differences(before, snapshot(col)) == {}


def test_others_take_the_places_of_refused_ids_in_a_copied_block(
    col: Collection, template: GeneratedCollection, miss: Miss
) -> None:
    miss(some_questions(template, 30), 20)
    block = todays_block(col)
    assert len(block.keys) == 20
    record_block(col, SETTINGS, block)
    retire_ids(col, SETTINGS, block.keys[:3])
    found = read(col)
    assert found.block
    assert not found.is_copied
    assert len(found.block.keys) == 20
    assert set(block.keys[3:]) < set(found.block.keys)
    record_block(col, SETTINGS, found.block)
    assert read(col).is_copied
    assert len(given_blocks(col, read_ledger(col))) == 1


def test_a_block_of_which_everything_was_refused_may_end_with_nothing(
    col: Collection, template: GeneratedCollection, miss: Miss
) -> None:
    miss(some_questions(template, 1), 20)
    while True:
        found = read(col)
        if not found.block:
            break
        record_block(col, SETTINGS, found.block)
        retire_ids(col, SETTINGS, found.block.keys)
    assert found.hindrance is None


def test_ids_refused_on_two_computers_add_up(
    col: Collection, template: GeneratedCollection
) -> None:
    ids = some_questions(template, 4)
    for number, id in enumerate(ids):
        remember(col, {f"retired UWorld Step 1 {id}": True}, at=1_700_000_000 - number)
    remember(col, {"retired AMBOSS 0jae_4": True, f"retired UWorld Step 1 {ids[0]}": False})
    keys = {QuestionKey("uworld", "step1", id) for id in ids}
    retired = retired_ids(read_ledger(col))
    assert retired - keys == {QuestionKey("amboss", "", "0jae_4")}
    assert keys - retired <= {QuestionKey("uworld", "step1", ids[0])}
