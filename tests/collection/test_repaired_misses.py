"""What becomes of the tags, decks and waiting cards of misses that are repaired."""

from __future__ import annotations

import time

import pytest
from anki.collection import Collection

from remediation.collection.deck_update import update_decks
from remediation.collection.importing import apply_import, preview_import
from remediation.collection.ledger import read_ledger
from remediation.collection.miss_steps import miss_steps
from remediation.collection.repair import plan_repair, repair
from remediation.collection.repair_states import in_state, repair_states
from remediation.collection.today import read_today
from remediation.diagnosis.repair import RepairState
from remediation.model.banks import QuestionKey
from remediation.planning.session import Step
from remediation.settings import Settings
from tests.anking import GeneratedCollection
from tests.collections import differences, missed, read_plan, snapshot, some_questions

DAY = 86_400
# Long enough ago for the generated reviews since to have repaired some.
LONG_AGO = int(time.time()) - 200 * DAY
# Nothing becomes active: what is repaired then depends on the reviews alone.
NO_NEW = Settings(cards_unsuspended_per_day=0)


def _import(
    col: Collection, ids: list[str], when: int, settings: Settings, *, again: bool = False
) -> None:
    request = missed(ids, when=when, dated=True, again=again)
    apply_import(col, preview_import(col, request, settings), settings)


@pytest.fixture
def studied(col: Collection, template: GeneratedCollection) -> Collection:
    _import(col, some_questions(template, 40), LONG_AGO, NO_NEW)
    return col


def _repaired(col: Collection) -> frozenset[QuestionKey]:
    return in_state(repair_states(col, read_ledger(col)), RepairState.REPAIRED)


def _notes(col: Collection, *, repaired: bool) -> set[int]:
    """Core notes of the misses that are, or are not, repaired."""
    ledger = read_ledger(col)
    done = _repaired(col)
    return {
        ref.id
        for key, question in ledger.questions.items()
        if (key in done) is repaired
        for ref in question.core
    }


def test_repaired_misses_carry_no_tag_and_are_in_no_deck(studied: Collection) -> None:
    done, open_ = _notes(studied, repaired=True), _notes(studied, repaired=False)
    assert done - open_
    assert open_
    tagged = set(studied.find_notes("tag:Remediation::*"))
    assert tagged == open_
    in_decks = {studied.get_card(c).nid for c in studied.find_cards("deck:Remediation::Systems*")}
    assert in_decks <= open_
    assert not plan_repair(studied, NO_NEW, decks_too=True)


def test_the_optional_tag_is_kept_and_goes_with_the_setting(studied: Collection) -> None:
    before = snapshot(studied)
    keeping = Settings(cards_unsuspended_per_day=0, repaired_tag=True)
    assert repair(studied, keeping, decks_too=False)
    tagged = set(studied.find_notes("tag:Remediation::Repaired::*"))
    assert tagged == _notes(studied, repaired=True)
    assert not plan_repair(studied, keeping, decks_too=False)
    assert repair(studied, NO_NEW, decks_too=False)
    assert differences(before, snapshot(studied)).keys() <= {"tags"}


def test_a_repeat_miss_brings_tags_and_decks_back_in_one_step(studied: Collection) -> None:
    ledger = read_ledger(studied)
    key = sorted(_repaired(studied))[0]
    core = {ref.id for ref in ledger.questions[key].core}
    before = snapshot(studied)
    _import(studied, [key.id], int(time.time()), NO_NEW, again=True)
    repairs = repair_states(studied, read_ledger(studied))
    assert repairs[key].state is RepairState.RE_OPENED
    assert core <= set(studied.find_notes("tag:Remediation::*"))
    studied.undo()
    assert differences(before, snapshot(studied)) == {}


def test_nothing_waits_for_what_is_repaired(studied: Collection) -> None:
    done = _repaired(studied)
    plan = read_plan(studied, Settings())
    assert plan.queue
    assert not done & {waiting.question for waiting in plan.queue}


def test_reconciling_after_an_import_that_activates_cards_writes_nothing(
    col: Collection, template: GeneratedCollection
) -> None:
    settings = Settings(cards_unsuspended_per_day=9999)
    _import(col, some_questions(template, 40), LONG_AGO, settings)
    assert not plan_repair(col, settings, decks_too=True)
    assert update_decks(col, settings) is None


def test_today_and_the_sessions_agree_with_the_states(studied: Collection) -> None:
    today = read_today(studied, NO_NEW)
    repairs = repair_states(studied, read_ledger(studied))
    assert {miss.key: miss.repair for miss in today.misses} == repairs
    assert today.count(RepairState.REPAIRED) == sum(
        repair.state is RepairState.REPAIRED for repair in repairs.values()
    )
    assert today.unnamed == len(repairs)
    steps = {miss.question: miss.step for miss in miss_steps(studied)}
    assert {key for key, step in steps.items() if step is Step.REPAIRED} == _repaired(studied)


def test_without_a_ledger_today_is_empty(col: Collection) -> None:
    before = snapshot(col)
    assert read_today(col, Settings()).misses == ()
    assert miss_steps(col) == []
    assert snapshot(col) == before
