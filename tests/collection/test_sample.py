"""The sample: which questions it is made of, that it counts nowhere, and that it goes whole."""

from __future__ import annotations

from collections.abc import Collection as AnyCollection
from dataclasses import replace
from datetime import datetime

import pytest
from anki.cards import CardId
from anki.collection import Collection
from anki.consts import QUEUE_TYPE_SUSPENDED
from anki.scheduler.v3 import Scheduler
from anki.scheduler_pb2 import CardAnswer

from remediation.collection.exam_date import set_exam_date
from remediation.collection.importing import (
    ImportRequest,
    apply_import,
    preview_import,
)
from remediation.collection.ledger import has_ledger, own_types, read_ledger
from remediation.collection.naming import Naming, name_reasons
from remediation.collection.question_block import gather_candidates
from remediation.collection.repair import repair
from remediation.collection.rules import habit_blocks, read_overview
from remediation.collection.sample import (
    REMOVE_UNDO_NAME,
    Presence,
    presence,
    remove_sample,
    sample_reading,
)
from remediation.collection.undo import UndoStep
from remediation.model.attempts import Outcome
from remediation.model.decisions import DecidedBy
from remediation.model.misses import latest_misses
from remediation.model.rates import rates_by_system
from remediation.settings import Settings
from remediation.sources.completion import Answers, sittings
from tests.anking import GeneratedCollection
from tests.collections import Snapshot, differences, missed, snapshot, some_questions

SETTINGS = Settings()
WHEN = datetime(2026, 3, 11, 14, 0)


def sample_request(col: Collection) -> ImportRequest:
    reading = sample_reading(col, "", SETTINGS.tag_root)
    answers = Answers("uworld", "step1", Outcome.INCORRECT, WHEN)
    return ImportRequest(sittings(reading, answers))


def bring_in(col: Collection, request: ImportRequest, settings: Settings = SETTINGS) -> None:
    apply_import(col, preview_import(col, request, settings), settings)


def sample_ids(col: Collection) -> list[str]:
    return [attempt.id or "" for attempt in sample_request(col).sittings[0].attempts]


def other_questions(col: Collection, template: GeneratedCollection, number: int) -> list[str]:
    """Questions that the sample does not have; half of them share notes with some of it."""
    taken = sample_ids(col)
    return [id for id in some_questions(template, number + len(taken)) if id not in taken][:number]


def name_some(col: Collection, rule: str = "") -> None:
    """Names reasons, as a student who looks around does."""
    ledger = read_ledger(col)
    misses = list(latest_misses(ledger.sittings, ledger.questions).values())
    how = DecidedBy.CONFIRMED
    namings = [Naming(miss, "T1", how, rule=rule) for miss in misses]
    name_reasons(col, SETTINGS, [*namings[:3], *(Naming(m, "K2", how) for m in misses[3:5])])


def active(col: Collection) -> set[CardId]:
    assert col.db is not None
    return set(col.db.list(f"select id from cards where queue != {QUEUE_TYPE_SUSPENDED}"))


def answer(col: Collection, card_id: CardId) -> None:
    scheduler = col.sched
    assert isinstance(scheduler, Scheduler)
    card = col.get_card(card_id)
    card.start_timer()
    states = col._backend.get_scheduling_states(card_id)
    good = CardAnswer.GOOD
    scheduler.answer_card(scheduler.build_answer(card=card, states=states, rating=good))


def without_types(shot: Snapshot, ids: AnyCollection[int]) -> Snapshot:
    """A snapshot without these note types: emptied ones only go with a full sync."""
    config = tuple(f"_nt_{id}_" for id in ids)
    return {
        **{table: [row for row in shot[table] if row[0] not in ids] for table in shot},
        "config": [row for row in shot["config"] if not row[0].startswith(config)],
    }


def decks_unshuffled(shot: Snapshot) -> Snapshot:
    """A snapshot without the places of new cards in filtered decks: chance gives them anew."""
    type_, due, odid = 4, 6, 13
    cards = [
        (*row[:due], 0, *row[due + 1 :]) if row[type_] == 0 and row[odid] else row
        for row in shot["cards"]
    ]
    return {**shot, "cards": cards}


# Which questions
######################################################################


def test_without_a_choice_it_is_of_step_1(col: Collection) -> None:
    # Of Step 2 there are more questions: Step 1 is still what most of these students failed.
    notes = col.find_notes("")
    for number in range(3_000):
        col.tags.bulk_add(notes[:1], f"#AK_Step2_v12::#UWorld::Step::{900_000 + number}")
    reading = sample_reading(col, "", SETTINGS.tag_root)
    assert (reading.bank, reading.exam) == ("uworld", "step1")
    assert sample_reading(col, "step2", SETTINGS.tag_root).exam == "step2"


def test_a_tag_root_of_the_decks_own_does_not_hide_its_tags(col: Collection) -> None:
    assert sample_reading(col, "", "#AK_Step1_v12") == sample_reading(col, "", "Remediation")


# It counts nowhere
######################################################################


def test_it_is_recorded_as_a_sample(col: Collection) -> None:
    assert presence(col) is Presence.NONE
    bring_in(col, sample_request(col))
    assert [part.sample for part in read_ledger(col).all_sittings()] == [True]
    assert presence(col) is Presence.ALONE
    again = preview_import(col, sample_request(col), SETTINGS)
    assert again.is_empty
    assert all(q.recorded and not q.missed_before for q in again.questions)


def test_it_counts_in_no_rate_habit_or_block(
    col: Collection, template: GeneratedCollection
) -> None:
    bring_in(col, sample_request(col))
    name_some(col)
    ledger = read_ledger(col)
    assert rates_by_system(ledger.all_sittings()) == {}
    assert habit_blocks(ledger) == []
    assert gather_candidates(col, ledger, (), with_siblings=True) == []
    overview = read_overview(col)
    assert (overview.misses, overview.blocks) == (0, 0)

    # The same as the student's own does, so that this is not for want of anything else.
    own = sample_request(col).sittings[0]
    bring_in(col, ImportRequest((replace(own, sample=False, name="Own"),)))
    ledger = read_ledger(col)
    assert len(habit_blocks(ledger)) == 1
    assert gather_candidates(col, ledger, (), with_siblings=True)
    assert read_overview(col).misses == 10


def test_ones_own_block_does_not_repeat_it(col: Collection) -> None:
    bring_in(col, sample_request(col))
    own = preview_import(col, missed(sample_ids(col)[:4]), SETTINGS)
    assert [(q.recorded, q.missed_before) for q in own.questions] == [(False, 0)] * 4
    (sitting,) = own.records.sittings
    assert len(sitting.attempts) == 4
    assert sitting.extends == ()
    apply_import(col, own, SETTINGS)
    assert presence(col) is Presence.AMONG_OTHERS


# Taking it out
######################################################################


def test_without_a_sample_there_is_nothing_to_take_out(
    col: Collection, template: GeneratedCollection
) -> None:
    assert remove_sample(col, SETTINGS) is None
    bring_in(col, missed(some_questions(template, 5)))
    before = snapshot(col)
    assert remove_sample(col, SETTINGS) is None
    assert differences(before, snapshot(col)) == {}


def test_alone_it_goes_whole(col: Collection) -> None:
    before = snapshot(col)
    bring_in(col, sample_request(col))
    name_some(col)
    with_sample = snapshot(col)
    step = remove_sample(col, SETTINGS)
    assert isinstance(step, UndoStep)
    assert col.undo_status().undo == REMOVE_UNDO_NAME
    assert differences(before, without_types(snapshot(col), own_types(col))) == {}
    col.undo()
    assert differences(with_sample, snapshot(col)) == {}


def test_beside_what_is_remembered_it_goes_whole(col: Collection) -> None:
    set_exam_date(col, SETTINGS, None)
    before = snapshot(col)
    bring_in(col, sample_request(col))
    remove_sample(col, SETTINGS)
    new = own_types(col) - {row[0] for row in before["notetypes"]}
    assert differences(before, without_types(snapshot(col), new)) == {}


@pytest.mark.parametrize("decks_by", ["tags", "notes"])
@pytest.mark.parametrize("named", [False, True])
def test_beside_ones_own_it_goes_whole(
    col: Collection, template: GeneratedCollection, decks_by: str, named: bool
) -> None:
    settings = Settings(decks_by=decks_by)
    bring_in(col, missed(other_questions(col, template, 12), total=40), settings)
    before = decks_unshuffled(snapshot(col))
    bring_in(col, sample_request(col), settings)
    assert differences(before, decks_unshuffled(snapshot(col)))
    if named:
        ledger = read_ledger(col)
        misses = latest_misses(ledger.sittings, ledger.questions).values()
        made_up = [miss for miss in misses if miss.sitting.sample]
        name_reasons(col, settings, [Naming(m, "T1", DecidedBy.CONFIRMED) for m in made_up[:4]])
    remove_sample(col, settings)
    assert differences(before, decks_unshuffled(snapshot(col))) == {}
    assert presence(col) is Presence.NONE
    # Nothing is left to repair, and nothing comes back by it.
    assert repair(col, settings, decks_too=True) is None


def test_cards_that_were_studied_stay_active_and_on_record(col: Collection) -> None:
    suspended = set(col.find_cards("is:suspended"))
    bring_in(col, sample_request(col))
    made_active = sorted(active(col) & suspended)
    assert len(made_active) > 2
    answer(col, made_active[0])
    remove_sample(col, SETTINGS)
    assert active(col) & suspended == {made_active[0]}
    assert col.find_notes("tag:Remediation") == []
    # Removing everything later still knows that it was suspended before.
    assert made_active[0] in {c for r in read_ledger(col).releases.values() for c in r.cards}


def test_a_question_that_was_missed_in_earnest_stays(col: Collection) -> None:
    bring_in(col, sample_request(col))
    name_some(col, "Read the end first.")
    ledger = read_ledger(col)
    first = next(iter(latest_misses(ledger.sittings, ledger.questions)))
    bring_in(col, missed([first.id], exam=first.exam))
    remove_sample(col, SETTINGS)
    ledger = read_ledger(col)
    (question,) = ledger.questions.values()
    assert (question.key, question.rule) == (first, "Read the end first.")
    assert question.decisions == ()  # what was said of the made-up miss is gone
    assert [part.sample for part in ledger.all_sittings()] == [False]
    core = {ref.id for ref in question.core}
    assert set(col.find_notes("tag:Remediation::System")) == core
    cards = {card for note in core for card in col.card_ids_of_note(note)}  # type: ignore[arg-type]
    assert cards <= active(col)


def test_after_it_is_gone_it_can_be_looked_at_again(col: Collection) -> None:
    bring_in(col, sample_request(col))
    first = sample_ids(col)
    remove_sample(col, SETTINGS)
    assert has_ledger(col)  # the emptied note types are there
    again = preview_import(col, sample_request(col), SETTINGS)
    assert not again.is_empty
    assert [question.key.id for question in again.questions] == first
