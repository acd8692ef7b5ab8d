"""Waiting cards in a real collection: what waits, what becomes active, and on which day."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from anki.cards import CardId
from anki.collection import Collection
from anki.consts import QUEUE_TYPE_SUSPENDED

from remediation.collection import exam_date, release_queue
from remediation.collection.importing import apply_import, preview_import
from remediation.collection.ledger import NewRecords, read_ledger, write_records
from remediation.collection.naming import Naming, name_reasons
from remediation.collection.release_queue import (
    ReleasePlan,
    plan_daily_release,
    plan_release,
    release,
)
from remediation.collection.repair import plan_repair, repair
from remediation.collection.undo import UndoStep
from remediation.model import codec
from remediation.model.banks import QuestionKey
from remediation.model.decisions import DecidedBy
from remediation.model.misses import latest_misses
from remediation.model.records import NoteRef, Release, Remembered
from remediation.planning.release_queue import LEAST_A_DAY, NOTHING_NEW_DAYS
from remediation.settings import Settings
from tests.anking import GeneratedCollection
from tests.collections import (
    differences,
    missed,
    read_plan,
    release_daily,
    snapshot,
    some_questions,
    today,
)
from tests.whole_anki import ROOT

SETTINGS = Settings(cards_unsuspended_per_day=6)
# An import with these makes no card active: all of them wait.
NOTHING_YET = Settings(cards_unsuspended_per_day=0)
DAY = 86_400
KILLED = 9


@pytest.fixture
def waiting(col: Collection, template: GeneratedCollection) -> Collection:
    """A collection with the misses of a block, none of whose suspended cards is active."""
    request = missed(some_questions(template, 30), total=40)
    apply_import(col, preview_import(col, request, NOTHING_YET), NOTHING_YET)
    return col


def plan(col: Collection, number: int | None = None, **states: Any) -> ReleasePlan:
    return plan_release(col, SETTINGS, read_ledger(col), number, **states)


def suspended(col: Collection) -> set[int]:
    assert col.db
    return set(col.db.list(f"select id from cards where queue = {QUEUE_TYPE_SUSPENDED}"))


def waits(col: Collection) -> list[int]:
    return [card.card for card in plan(col).queue]


def schedules(col: Collection) -> dict[int, tuple[Any, ...]]:
    """What a card's schedule is, wherever it is now."""
    assert col.db
    rows = col.db.all(
        "select id, type, ivl, factor, reps, lapses, left, data,"
        " case when odid then odue else due end, case when odid then odid else did end"
        " from cards order by id"
    )
    return {row[0]: tuple(row[1:]) for row in rows}


def days_pass(col: Collection, days: int = 1) -> None:
    """Puts everything that the add-on and the student did so many days further back."""
    assert col.db
    for note_id in col.find_notes("Key:Release*"):
        note = col.get_note(note_id)
        record = Release.from_json(codec.decode(note["Data"]))
        note["Data"] = codec.encode(replace(record, at=record.at - days * DAY).to_json())
        col.update_note(note)
    col.db.execute("update cards set mod = mod - ?", days * DAY)


# --- Releasing ------------------------------------------------------------------------------------


def test_a_release_is_recorded_first_and_is_one_step_to_undo(waiting: Collection) -> None:
    before, were = snapshot(waiting), suspended(waiting)
    planned = read_plan(waiting, SETTINGS)
    assert (planned.number, planned.released_today, planned.most_a_day) == (6, 0, 6)
    assert planned.waiting > len(planned.cards) == 6
    result = release(waiting, SETTINGS, planned)
    assert result.cards == 6
    cards = [card.card for card in planned.cards]
    now = suspended(waiting)
    ledger_cards = now - were
    assert were - now == set(cards)
    assert {waiting.get_card(CardId(c)).note_type()["name"] for c in ledger_cards} == {
        "Remediation Log"
    }
    (record,) = read_ledger(waiting).releases.values()
    assert list(record.cards) == cards
    assert waiting.undo_status().undo == "Release 6 cards"
    assert result.undo_step == waiting.undo_status().last_step
    waiting.undo()
    assert differences(before, snapshot(waiting)) == {}
    assert read_plan(waiting, SETTINGS) == planned


def test_the_record_is_written_before_the_cards(
    waiting: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = snapshot(waiting)
    recorded: list[int] = []

    def fail(_cards: object) -> None:
        recorded.extend(c for r in read_ledger(waiting).releases.values() for c in r.cards)
        raise OSError("disk full")

    monkeypatch.setattr(waiting.sched, "unsuspend_cards", fail)
    planned = read_plan(waiting, SETTINGS)
    with pytest.raises(OSError, match="disk full"):
        release(waiting, SETTINGS, planned)
    assert recorded == [card.card for card in planned.cards]
    assert differences(before, snapshot(waiting)) == {}


def test_a_single_card_is_called_one(waiting: Collection) -> None:
    assert release(waiting, SETTINGS, plan(waiting, 1)).cards == 1
    assert waiting.undo_status().undo == "Release 1 card"


def test_released_cards_go_into_the_decks(waiting: Collection) -> None:
    planned = plan(waiting, 6)
    release(waiting, SETTINGS, planned)
    decks = {waiting.get_card(CardId(c.card)).did for c in planned.cards}
    assert all(waiting.decks.name(deck).startswith("Remediation::") for deck in decks)
    assert not plan_repair(waiting, SETTINGS, decks_too=True)


@pytest.mark.parametrize("fsrs", [True, False])
def test_no_schedule_is_changed(waiting: Collection, fsrs: bool) -> None:
    waiting.set_config("fsrs", fsrs)
    before, were = schedules(waiting), suspended(waiting)
    planned = plan(waiting, 12)
    release(waiting, SETTINGS, planned)
    after = schedules(waiting)
    assert {id: after[id] for id in before} == before
    assert were - suspended(waiting) == {card.card for card in planned.cards}


def test_a_second_run_on_the_same_day_writes_nothing(waiting: Collection) -> None:
    assert plan_daily_release(waiting, SETTINGS)
    assert release_daily(waiting, SETTINGS).cards == 6
    before = snapshot(waiting, everything=True)
    assert not plan_daily_release(waiting, SETTINGS)
    assert release_daily(waiting, SETTINGS) == release_queue.ReleaseResult()
    assert snapshot(waiting, everything=True) == before


def test_the_same_plan_twice_releases_once(waiting: Collection) -> None:
    planned = read_plan(waiting, SETTINGS)
    release(waiting, SETTINGS, planned)
    before = snapshot(waiting, everything=True)
    assert release(waiting, SETTINGS, planned).cards == 0
    assert snapshot(waiting, everything=True) == before


def test_cards_that_went_or_became_active_meanwhile_are_left_out(waiting: Collection) -> None:
    planned = read_plan(waiting, SETTINGS)
    gone, active, *rest = (CardId(card.card) for card in planned.cards)
    waiting.sched.unsuspend_cards([active])
    waiting.remove_notes([waiting.get_card(gone).nid])
    release(waiting, SETTINGS, planned)
    (record,) = read_ledger(waiting).releases.values()
    assert set(record.cards) <= set(rest)
    assert active not in record.cards


def test_more_can_be_released_than_a_day_takes_and_then_the_day_is_full(
    waiting: Collection,
) -> None:
    first = release(waiting, SETTINGS, read_plan(waiting, SETTINGS))
    more = release(waiting, SETTINGS, plan(waiting, 9))
    assert (first.cards, more.cards) == (6, 9)
    assert plan(waiting).released_today == 15
    assert not plan_daily_release(waiting, SETTINGS)
    days_pass(waiting)
    assert plan(waiting).number == 6


@pytest.mark.parametrize(
    "settings",
    [replace(SETTINGS, release_daily=False), NOTHING_YET],
)
def test_nothing_happens_by_itself_where_the_student_does_not_want_it(
    waiting: Collection, settings: Settings
) -> None:
    assert not plan_daily_release(waiting, settings)


def test_without_records_there_is_nothing_to_release(col: Collection) -> None:
    before = snapshot(col, everything=True)
    assert not plan_daily_release(col, SETTINGS)
    assert read_plan(col, SETTINGS).queue == ()
    assert release_daily(col, SETTINGS).cards == 0
    assert snapshot(col, everything=True) == before


# --- Days -----------------------------------------------------------------------------------------


def test_each_day_has_its_own_budget_until_none_waits(waiting: Collection) -> None:
    queue = waits(waiting)
    released = []
    while queue:
        assert plan_daily_release(waiting, SETTINGS)
        assert release_daily(waiting, SETTINGS).cards == min(6, len(queue))
        released.append(queue[:6])
        left = waits(waiting)
        # A released card may be another miss's first one too, which changes that miss's place.
        assert sorted(left) == sorted(queue[6:])
        queue = left
        days_pass(waiting)
    assert len(released) > 2
    assert not plan_daily_release(waiting, SETTINGS)
    records = sorted(read_ledger(waiting).releases.values(), key=lambda r: r.at)
    assert [list(record.cards) for record in records] == released


def test_skipped_days_do_not_pile_up(waiting: Collection) -> None:
    release_daily(waiting, SETTINGS)
    days_pass(waiting, 9)
    assert release_daily(waiting, SETTINGS).cards == 6
    assert not plan_daily_release(waiting, SETTINGS)


def test_what_an_import_released_counts_for_the_day(
    waiting: Collection, template: GeneratedCollection
) -> None:
    ids = some_questions(template, 38, exam="step2")
    imported = preview_import(
        waiting, missed(ids[:15], exam="step2"), replace(SETTINGS, cards_unsuspended_per_day=4)
    )
    assert apply_import(waiting, imported, SETTINGS).cards_unsuspended == 4
    assert release_daily(waiting, SETTINGS).cards == 2
    further = preview_import(waiting, missed(ids[15:], exam="step2"), SETTINGS)
    assert further.projection.unsuspend == ()
    assert further.waiting


def test_a_card_that_two_computers_released_counts_once(waiting: Collection) -> None:
    cards = tuple(CardId(card.card) for card in plan(waiting).cards)
    release_daily(waiting, SETTINGS)
    with UndoStep(waiting, "Sync") as step:
        other = NewRecords(releases=(Release(int(time.time()) - 60, cards),))
        write_records(waiting, step, other, deck_parent=SETTINGS.deck_parent)
    assert len(read_ledger(waiting).releases) == 2
    assert plan(waiting).released_today == 6


def test_an_import_releases_in_the_order_of_the_queue(
    col: Collection, template: GeneratedCollection
) -> None:
    imported = preview_import(col, missed(some_questions(template, 30)), SETTINGS)
    cards = [*imported.projection.unsuspend, *imported.waiting]
    apply_import(col, imported, SETTINGS)
    assert waits(col) == list(imported.waiting)
    col.undo()
    nothing_yet = preview_import(col, missed(some_questions(template, 30)), NOTHING_YET)
    apply_import(col, nothing_yet, NOTHING_YET)
    assert waits(col) == cards


# --- What waits -----------------------------------------------------------------------------------


def test_only_suspended_cards_of_notes_to_study_wait(waiting: Collection) -> None:
    ledger = read_ledger(waiting)
    core = {ref.id for question in ledger.questions.values() for ref in question.core}
    expected = {card for card in suspended(waiting) if waiting.get_card(CardId(card)).nid in core}
    assert set(waits(waiting)) == expected


def test_cards_that_the_student_suspends_again_are_left_alone(waiting: Collection) -> None:
    cards = [CardId(card.card) for card in plan(waiting).cards]
    release_daily(waiting, SETTINGS)
    days_pass(waiting)
    waiting.sched.suspend_cards(cards[:2])
    before = plan(waiting)
    assert not {card.card for card in before.queue} & set(cards)
    release_daily(waiting, SETTINGS)
    assert set(cards[:2]) <= suspended(waiting)
    assert not plan_repair(waiting, SETTINGS, decks_too=False)


def test_what_is_repaired_does_not_wait_and_half_way_comes_last(waiting: Collection) -> None:
    queue = plan(waiting).queue
    closed, half_way = queue[0].question, queue[1].question
    rest = plan(waiting, closed={closed}, half_way={half_way}).queue
    assert closed not in {card.question for card in rest}
    is_open = [card.question != half_way for card in rest]
    assert is_open == sorted(is_open, reverse=True)
    assert not all(is_open)


def test_recalls_that_repair_a_miss_take_its_other_cards_out(
    col: Collection, template: GeneratedCollection
) -> None:
    block = missed(some_questions(template, 30), when=int(time.time()) - 40 * DAY)
    apply_import(col, preview_import(col, block, NOTHING_YET), NOTHING_YET)
    assert col.db
    col.db.execute("delete from revlog")
    queue = read_plan(col, SETTINGS).queue
    assert all(card.is_open for card in queue)
    untouched = {card.question for card in queue if not card.round}
    key = next(card.question for card in queue if card.question not in untouched)
    core = [ref.id for ref in read_ledger(col).questions[key].core]
    active = [
        card
        for note in core
        for card in col.find_cards(f"nid:{note}")
        if card not in suspended(col)
    ]
    assert active
    for days_ago, state in ((25, "half-way"), (10, "repaired")):
        for number, card in enumerate(active):
            at = (int(time.time()) - days_ago * DAY) * 1000 + number
            col.db.execute("insert into revlog values (?, ?, -1, 3, 10, 5, 2500, 9, 1)", at, card)
        places = {c.is_open for c in read_plan(col, SETTINGS).queue if c.question == key}
        assert places == ({False} if state == "half-way" else set())


def test_a_reason_without_cards_takes_them_out_and_asking_brings_them_back(
    waiting: Collection,
) -> None:
    ledger = read_ledger(waiting)
    queue = plan(waiting).queue
    key = queue[0].question
    miss = latest_misses(ledger.sittings, ledger.questions)[key]
    name_reasons(waiting, NOTHING_YET, [Naming(miss, "T1", DecidedBy.CONFIRMED)])
    assert key not in {card.question for card in plan(waiting).queue}
    naming = Naming(miss, "T1", DecidedBy.CONFIRMED, wants_cards=True)
    name_reasons(waiting, NOTHING_YET, [naming])
    assert {c.card for c in plan(waiting).queue} == {c.card for c in queue}


def test_the_other_side_waits_where_the_day_is_full(waiting: Collection) -> None:
    ledger = read_ledger(waiting)
    miss = next(iter(latest_misses(ledger.sittings, ledger.questions).values()))
    core = {ref.id for question in ledger.questions.values() for ref in question.core}
    card = next(
        card
        for card in map(waiting.get_card, map(CardId, sorted(suspended(waiting))))
        if card.nid not in core
    )
    side = NoteRef(card.nid, waiting.get_note(card.nid).guid)
    naming = Naming(miss, "K4", DecidedBy.CONFIRMED, other_side=(side,))
    name_reasons(waiting, NOTHING_YET, [naming])
    assert not read_ledger(waiting).releases
    assert card.id in waits(waiting)


def test_a_miss_that_has_an_active_card_waits_behind_those_that_have_none(
    waiting: Collection,
) -> None:
    queue = plan(waiting).queue
    several = next(
        key
        for key in (card.question for card in queue)
        if sum(card.question == key for card in queue) > 1
        and next(c for c in queue if c.question == key).round == 0
    )
    first = next(card for card in queue if card.question == several)
    release(waiting, SETTINGS, replace(plan(waiting, 1), queue=(first,)))
    left = plan(waiting).queue
    rounds = [card.round for card in left]
    assert rounds == sorted(rounds)
    assert next(card for card in left if card.question == several).round == 1


def test_what_a_place_depends_on_comes_from_the_collection(
    col: Collection, template: GeneratedCollection
) -> None:
    ids = some_questions(template, 6, "amboss", "")
    shared = replace(missed(ids, bank="amboss").sittings[0], when=1_750_000_000)
    amboss = replace(missed(ids), sittings=(shared,))
    apply_import(col, preview_import(col, amboss, NOTHING_YET), NOTHING_YET)
    again = replace(amboss, sittings=(replace(shared, when=1_750_100_000),), again=True)
    apply_import(col, preview_import(col, again, NOTHING_YET), NOTHING_YET)
    queue = plan(col).queue
    assert queue
    for card in queue:
        assert (card.misses, card.missed_at) == (2, 1_750_100_000)
        assert card.question == QuestionKey("amboss", "", card.question.id)
        assert card.system == read_ledger(col).questions[card.question].system
    # The sitting says which exam an AMBOSS question was done for.
    assert any(card.exam_weight for card in queue)


# --- Interrupted ----------------------------------------------------------------------------------

_RELEASE_AND_DIE = f"""
import os, sys
from anki.collection import Collection
from remediation.collection.undo import UndoStep
from remediation.settings import Settings
from tests.collections import release_daily

path, dies_after = sys.argv[1:]
write, seen = UndoStep.write, 0

def write_and_die(self, *args):
    global seen
    result = write(self, *args)
    seen += 1
    if seen == int(dies_after):
        self._col._backend.db_commit()  # as where each write was a transaction of its own
        os._exit({KILLED})
    return result

UndoStep.write = write_and_die
col = Collection(path)
release_daily(col, Settings(cards_unsuspended_per_day=6))
col.close()
"""


def test_a_killed_release_is_mended_by_a_repair(
    waiting: Collection, collection_path: Path, tmp_path: Path
) -> None:
    # Anki tells by the second whether a card was suspended again after its release.
    assert waiting.db
    waiting.db.execute("update cards set mod = mod - 60")
    cards = [card.card for card in plan(waiting).cards]
    queue = waits(waiting)
    waiting.close()
    dies_after = 0
    while True:
        dies_after += 1
        path = tmp_path / f"killed{dies_after}.anki2"
        shutil.copy(collection_path, path)
        run = subprocess.run(
            [sys.executable, "-c", _RELEASE_AND_DIE, str(path), str(dies_after)],
            cwd=ROOT,
            check=False,
        )
        if run.returncode == 0:
            break
        assert run.returncode == KILLED
        col = Collection(str(path))
        message, ok = col.fix_integrity()
        assert ok, message
        recorded = bool(read_ledger(col).releases)
        assert waits(col) == queue[6:] if recorded else queue
        repair(col, SETTINGS, decks_too=False)
        assert bool(set(cards) & suspended(col)) is not recorded
        # Those that are recorded count for the day, mended or not.
        assert bool(plan_daily_release(col, SETTINGS)) is not recorded
        assert not plan_repair(col, SETTINGS, decks_too=False)
        col.close()
    assert dies_after > 3
    waiting.reopen()


# --- Exam date ------------------------------------------------------------------------------------


def remember(col: Collection, value: object) -> None:
    with UndoStep(col, "Remember") as step:
        records = NewRecords(remembered=(Remembered(int(time.time()), {"exam-date": value}),))
        write_records(col, step, records, deck_parent=SETTINGS.deck_parent)


def test_the_exam_date_is_recorded_as_one_step(col: Collection) -> None:
    assert not exam_date.is_said(read_ledger(col))
    before = snapshot(col)
    assert exam_date.set_exam_date(col, SETTINGS, date(2027, 3, 14))
    assert exam_date.exam_date(read_ledger(col)) == date(2027, 3, 14)
    assert col.undo_status().undo == exam_date.UNDO_NAME
    col.undo()
    assert differences(before, snapshot(col)) == {}


def test_no_date_yet_is_an_answer(col: Collection) -> None:
    assert exam_date.set_exam_date(col, SETTINGS, None)
    ledger = read_ledger(col)
    assert exam_date.is_said(ledger)
    assert exam_date.exam_date(ledger) is None
    assert exam_date.days_to_exam(col, ledger) is None
    before = snapshot(col, everything=True)
    assert exam_date.set_exam_date(col, SETTINGS, None) is None
    assert snapshot(col, everything=True) == before


def test_the_latest_date_counts_also_within_one_second(col: Collection) -> None:
    days: Iterable[date | None] = (date(2027, 1, 1), None, date(2027, 2, 2), date(2027, 1, 1), None)
    for day in days:
        assert exam_date.set_exam_date(col, SETTINGS, day)
        assert exam_date.exam_date(read_ledger(col)) == day
        assert exam_date.set_exam_date(col, SETTINGS, day) is None


@pytest.mark.parametrize(
    "value", ["soon", "2027-02-30", "14.03.2027", 20270314, None, ["2027-03-14"], {}, True, 1.5]
)
def test_a_damaged_date_is_ignored_and_can_be_set_again(col: Collection, value: object) -> None:
    remember(col, value)
    assert exam_date.exam_date(read_ledger(col)) is None
    assert not exam_date.is_said(read_ledger(col))
    assert exam_date.set_exam_date(col, SETTINGS, None)
    assert exam_date.is_said(read_ledger(col))


@pytest.mark.parametrize("rollover", range(0, 24, 4))
def test_today_is_the_date_of_ankis_day(col: Collection, rollover: int) -> None:
    col.set_config("rollover", rollover)
    middle = datetime.fromtimestamp(col.sched.day_cutoff - DAY / 2)
    assert today(col) == middle.date()
    assert abs((today(col) - date.today()).days) <= 1
    exam_date.set_exam_date(col, SETTINGS, today(col) + timedelta(days=10))
    assert exam_date.days_to_exam(col, read_ledger(col)) == 10


@pytest.mark.parametrize("days", [-30, -1, 0, 1, NOTHING_NEW_DAYS])
def test_nothing_new_by_itself_in_the_last_days_but_when_asked_for(
    waiting: Collection, days: int
) -> None:
    exam_date.set_exam_date(waiting, SETTINGS, today(waiting) + timedelta(days=days))
    assert not plan_daily_release(waiting, SETTINGS)
    assert plan(waiting).days_to_exam == days
    assert release(waiting, SETTINGS, plan(waiting, 2)).cards == 2


def test_until_the_exam_the_queue_is_spread_over_the_days(waiting: Collection) -> None:
    settings = replace(SETTINGS, cards_unsuspended_per_day=500)
    in_all = len(waits(waiting))
    now = today(waiting)
    for days, number in (
        (NOTHING_NEW_DAYS + 1, in_all),
        (NOTHING_NEW_DAYS + 2, -(-in_all // 2)),
        (400, LEAST_A_DAY),
    ):
        exam_date.set_exam_date(waiting, settings, now + timedelta(days=days))
        assert read_plan(waiting, settings).number == number
    release_daily(waiting, settings)
    assert not plan_daily_release(waiting, settings)


# Other clocks
##########################################################################


def test_what_was_suspended_again_by_a_slow_clock_stays_suspended(waiting: Collection) -> None:
    """A phone may be minutes behind the computer that released the card."""
    released = release_daily(waiting, SETTINGS)
    assert released.cards
    (record,) = read_ledger(waiting).releases.values()
    waiting.sched.suspend_cards([CardId(card) for card in record.cards])
    assert waiting.db
    for behind in (120, 299):
        waiting.db.execute("update cards set mod = ?", record.at - behind)
        assert not plan_repair(waiting, SETTINGS, decks_too=False).projection.unsuspend
    waiting.db.execute("update cards set mod = ?", record.at - 301)
    assert set(plan_repair(waiting, SETTINGS, decks_too=False).projection.unsuspend) == set(
        record.cards
    )


def test_a_release_of_a_clock_ahead_counts_on_its_own_day(waiting: Collection) -> None:
    release_daily(waiting, SETTINGS)
    ledger = read_ledger(waiting)
    (record,) = ledger.releases.values()
    ends = waiting.sched.day_cutoff
    for at, counts in ((ends - DAY - 1, 0), (ends - DAY, 6), (ends - 1, 6), (ends, 0)):
        assert release_queue.released_today(waiting, [replace(record, at=at)]) == counts
