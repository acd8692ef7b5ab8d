from __future__ import annotations

import time
from typing import Any

import pytest
from anki.cards import CardId
from anki.collection import Collection
from anki.decks import DEFAULT_DECK_ID
from anki.scheduler.v3 import CardAnswer

from remediation.collection.cards import Past, cards_at, cards_of_notes
from remediation.collection.evidence import diagnose
from remediation.collection.importing import apply_import, preview_import
from remediation.diagnosis.recall import Knowledge, knowledge
from remediation.gui import naming_words
from remediation.settings import Settings
from tests.anking import GeneratedCollection
from tests.collections import missed, snapshot, some_questions

DAY = 86_400


def _studied_card(col: Collection) -> CardId:
    """A review card with history, in no filtered deck."""
    return col.find_cards("is:review -is:suspended -is:buried -deck:filtered prop:reps>3")[0]


def _past(col: Collection, card_id: CardId, moment: int) -> Past:
    facts = cards_of_notes(col, [col.get_card(card_id).nid])
    cards = [card for some in facts.values() for card in some if card.id == card_id]
    return cards_at(col, cards, moment)[card_id]


def _answer(
    col: Collection, card_id: CardId, rating: CardAnswer.Rating.V = CardAnswer.GOOD
) -> None:
    card = col.get_card(card_id)
    card.start_timer()
    scheduler: Any = col.sched
    states = col._backend.get_scheduling_states(card_id)
    scheduler.answer_card(scheduler.build_answer(card=card, states=states, rating=rating))


def test_a_review_after_the_moment_changes_nothing_about_it(col: Collection) -> None:
    card_id = _studied_card(col)
    moment = int(time.time()) - DAY
    before = _past(col, card_id, moment)
    assert before.recall is not None
    _answer(col, card_id)
    after = _past(col, card_id, moment)
    assert after.lapses == before.lapses
    assert after.recall is not None
    # Anki computes the memory of then anew, older versions by an older formula.
    assert after.recall == pytest.approx(before.recall, abs=0.05)
    now = _past(col, card_id, int(time.time()) + 1).recall
    assert now is not None
    assert now > 0.99


def test_before_its_first_review_a_card_was_never_answered(col: Collection) -> None:
    assert _past(col, _studied_card(col), 1_000_000_000) == Past(None, 0)


def test_recall_falls_with_time(col: Collection) -> None:
    card_id = _studied_card(col)
    now = int(time.time())
    recalls = [_past(col, card_id, now + days * DAY).recall or 0.0 for days in (0, 30, 365, 3650)]
    assert recalls == sorted(recalls, reverse=True)
    assert recalls[0] > recalls[-1]


def test_a_forgotten_card_counts_as_never_answered(col: Collection) -> None:
    card_id = _studied_card(col)
    col.sched.schedule_cards_as_new([card_id])
    assert _past(col, card_id, int(time.time()) + 1).recall is None


def test_lapses_are_those_of_anki(col: Collection) -> None:
    cards = [col.get_card(id) for id in col.find_cards("prop:lapses>0 -is:new")[:40]]
    assert cards
    later = int(time.time()) + DAY
    close = sum(_past(col, card.id, later).lapses == card.lapses for card in cards)
    assert close >= 0.9 * len(cards)  # cards that were forgotten or rescheduled differ


def test_every_open_question_gets_a_suggestion_and_nothing_is_written(
    col: Collection, template: GeneratedCollection
) -> None:
    ids = some_questions(template, 20)
    request = missed([*ids, "999999"])
    apply_import(col, preview_import(col, request, Settings()), Settings())
    before = snapshot(col, everything=True)
    diagnoses = diagnose(col)
    assert [diagnosis.key.id for diagnosis in diagnoses] == [*ids, "999999"]
    assert snapshot(col, everything=True) == before
    for diagnosis in diagnoses[:-1]:
        assert {note for note, _ in diagnosis.notes} == set(
            template.questions["uworld", "step1", diagnosis.key.id]
        )
        assert any(evidence.is_core for _, evidence in diagnosis.notes)
        assert 0 <= diagnosis.suggestion.p_knowledge <= 1
        assert diagnosis.suggestion.why.endswith(".")
    assert diagnoses[-1].notes == ()
    assert diagnose(col) == diagnoses


def test_what_is_answered_after_the_sitting_does_not_change_its_diagnosis(
    col: Collection, template: GeneratedCollection
) -> None:
    request = missed(some_questions(template, 20), when=int(time.time()) - DAY)
    apply_import(col, preview_import(col, request, Settings()), Settings())
    before = diagnose(col)
    notes = ",".join(str(note) for diagnosis in before for note, _ in diagnosis.notes)
    answered = col.find_cards(f"nid:{notes} is:review -is:suspended -is:buried -deck:filtered")
    assert answered
    for card_id in answered:
        _answer(col, card_id, CardAnswer.AGAIN)
    after = diagnose(col)
    assert [d.suggestion.p_knowledge for d in after] == pytest.approx(
        [d.suggestion.p_knowledge for d in before], abs=0.05
    )


@pytest.mark.parametrize("days_ago", [0, 5, 40, 200])
def test_the_preview_and_the_diagnosis_say_the_same(
    col: Collection, template: GeneratedCollection, days_ago: int
) -> None:
    when = int(time.time()) - days_ago * DAY
    request = missed([*some_questions(template, 80), "999999"], when=when)
    preview = preview_import(col, request, Settings())
    apply_import(col, preview, Settings())
    said = {question.key: question.knowledge for question in preview.questions}
    diagnoses = diagnose(col)
    assert len(diagnoses) == len(said) > 30
    partly_new = 0
    for diagnosis in diagnoses:
        about, preview_says = diagnosis.about, said[diagnosis.key]
        states = [note.state for note in about.main_notes]
        assert preview_says is knowledge([note.recall for note in about.main_notes])
        assert (preview_says is Knowledge.SOLID) is about.main_notes_were_solid
        if Knowledge.NEW in states:
            assert preview_says in (Knowledge.NEW, Knowledge.SHAKY)
            partly_new += Knowledge.SOLID in states
    assert {Knowledge.NEW, Knowledge.NO_CARD} <= set(said.values())
    assert partly_new or days_ago > 5


def _parameters(col: Collection) -> str:
    """Where this version of Anki keeps the newest parameters of a preset."""
    names = col.decks.config_dict_for_deck_id(DEFAULT_DECK_ID)
    return max(name for name in names if name.startswith("fsrsParams"))


def _set_parameters(col: Collection, values: list[float]) -> None:
    for preset in col.decks.all_config():
        preset["fsrsWeights"] = preset["fsrsParams5"] = []
        preset[_parameters(col)] = values
        col.decks.update_config(preset)


def test_fsrs_as_it_comes_is_told_where_it_judged(
    col: Collection, template: GeneratedCollection
) -> None:
    request = missed([*some_questions(template, 40), "999999"])
    apply_import(col, preview_import(col, request, Settings()), Settings())
    _set_parameters(col, [])
    found = diagnose(col)
    judged = [any(note.recall is not None for note in each.about.notes) for each in found]
    assert [each.is_unoptimised for each in found] == judged
    assert set(judged) == {True, False}
    told = ["FSRS has not been optimised" in naming_words.probability(each) for each in found]
    assert told == judged
    _set_parameters(col, [0.4] * 19)
    assert not any(each.is_unoptimised for each in diagnose(col))
    _set_parameters(col, [])
    col.set_config("fsrs", False)
    assert not any(each.is_unoptimised for each in diagnose(col))


def test_what_to_do_fits_the_notes_that_were_not_solid(
    col: Collection, template: GeneratedCollection
) -> None:
    request = missed(some_questions(template, 80), when=int(time.time()) - 5 * DAY)
    apply_import(col, preview_import(col, request, Settings()), Settings())
    rebuilt = among_others = 0
    for diagnosis in diagnose(col):
        about, todo = diagnosis.about, naming_words.what_to_do(diagnosis, "K2")
        forgotten = [note.lapses for note in about.weak_notes]
        assert ("rebuild" in todo) is (max(forgotten, default=0) >= 3)
        assert ("other notes" in todo) is bool(about.main_notes_were_solid and about.weak_notes)
        assert "rebuild" not in naming_words.what_to_do(diagnosis, "K1")
        rebuilt += "rebuild" in todo
        among_others += "other notes" in todo
    assert rebuilt
    assert among_others


def test_without_a_ledger_there_is_nothing_to_diagnose(col: Collection) -> None:
    assert diagnose(col) == []
