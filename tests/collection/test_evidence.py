from __future__ import annotations

import time
from typing import Any

import pytest
from anki.cards import CardId
from anki.collection import Collection
from anki.scheduler.v3 import CardAnswer

from remediation.collection.cards import Past, cards_at, cards_of_notes
from remediation.collection.evidence import diagnose
from remediation.collection.importing import apply_import, preview_import
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


def test_without_a_ledger_there_is_nothing_to_diagnose(col: Collection) -> None:
    assert diagnose(col) == []
