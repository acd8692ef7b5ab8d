from __future__ import annotations

import pytest

from remediation.model.banks import QuestionKey
from remediation.model.reasons import GROUPS, REASONS, Family, group_of
from remediation.model.records import Question
from remediation.planning.treatment import next_step, takes_cards

CODES = [*(group.key for group in GROUPS), *(reason.code for reason in REASONS)]
QUESTION = Question(QuestionKey("uworld", "step1", "1"))
ASKED_FOR = Question(QUESTION.key, wants_cards=True)


@pytest.mark.parametrize("code", CODES)
def test_cards_are_for_knowledge_and_for_those_who_ask(code: str) -> None:
    assert takes_cards(QUESTION, code) is (group_of(code).family is Family.KNOWLEDGE)
    assert takes_cards(ASKED_FOR, code)


def test_until_a_reason_is_named_the_cards_stay() -> None:
    assert takes_cards(QUESTION, "")


@pytest.mark.parametrize("code", CODES)
def test_each_reason_has_its_next_step_in_plain_words(code: str) -> None:
    said = next_step(code)
    assert said.endswith(".")
    assert "!" not in said
    assert "careless" not in said


def test_a_card_that_keeps_being_forgotten_is_rebuilt_rather_than_drilled() -> None:
    assert "rebuild" not in next_step("K2", 2)
    assert "forgotten 3 times: rebuild" in next_step("K2", 3)
    assert "rebuild" in next_step("1", 3)
    for code in ("K1", "K3", "K4", "T4"):
        assert next_step(code, 9) == next_step(code)


def test_an_unknown_reason_is_refused() -> None:
    with pytest.raises(KeyError):
        next_step("X9")
