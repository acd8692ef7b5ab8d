"""The rules for each reason, those a student chose, and the tap after a block."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remediation.model.codec import DamagedRecord, decode, encode
from remediation.model.reasons import GROUPS, REASONS
from remediation.model.rules import MOST_ACTIVE, ActiveRule, RuleCheck, rules_for

steady = settings(derandomize=True, deadline=None, max_examples=60)

CODES = [reason.code for reason in REASONS]
KEYS = [group.key for group in GROUPS]
ALL_RULES = [rule for code in CODES for rule in rules_for(code)]

WORDS = st.text(max_size=30).filter(str.strip)
# Until 2100, and not close to 0, which no time zone makes negative.
MOMENTS = st.integers(100_000, 4_102_444_800)
CHECKS = st.builds(
    RuleCheck, MOMENTS, st.lists(st.tuples(WORDS, st.booleans()), max_size=4).map(tuple)
)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=4), children, max_size=3)
    ),
    max_leaves=8,
)

# --- Rules ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", CODES)
def test_every_reason_has_a_short_list(code: str) -> None:
    assert 3 <= len(rules_for(code)) <= 5


@pytest.mark.parametrize("key", KEYS)
def test_a_group_gives_the_first_rules_of_its_reasons(key: str) -> None:
    of_group = [reason.code for reason in REASONS if reason.group == key]
    assert 3 <= len(rules_for(key)) <= 5
    assert rules_for(key)[: len(of_group)] == tuple(rules_for(code)[0] for code in of_group)
    assert {rule for code in of_group for rule in rules_for(code)} >= set(rules_for(key))


@pytest.mark.parametrize("code", ["", "K9", "6", "k1", "new"])
def test_nothing_else_has_rules(code: str) -> None:
    with pytest.raises(KeyError):
        rules_for(code)


def test_a_rule_is_one_short_sentence_with_a_cue_and_an_act() -> None:
    assert rules_for("T4")[0].text == (
        "Two options left: name the difference, find it in the stem, choose, flag, go on."
    )
    for rule in ALL_RULES:
        assert rule.cue[0].isupper()
        assert rule.act
        assert not re.search(r"[.:]$", rule.cue + "|" + rule.act)
        assert len(rule.text) <= 100


def test_no_rule_stands_under_two_reasons() -> None:
    assert len({rule.text for rule in ALL_RULES}) == len(ALL_RULES)
    assert len({rule.cue for rule in ALL_RULES}) == len(ALL_RULES)


def test_rules_are_kind_and_ask_for_nothing_vague() -> None:
    unkind = r"careless|stupid|silly|focus|concentrat|attention|be careful|try harder|always|!"
    assert not [rule.text for rule in ALL_RULES if re.search(unkind, rule.text, re.IGNORECASE)]


# --- Active rules ---------------------------------------------------------------------------------


@steady
@given(st.builds(ActiveRule, st.sampled_from(CODES + KEYS), WORDS))
def test_every_active_rule_comes_back(rule: ActiveRule) -> None:
    assert ActiveRule.from_json(decode(encode(rule.to_json()))) == rule


def test_at_most_three_are_active() -> None:
    assert MOST_ACTIVE == 3


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"code": "T4"},
        {"text": "Two left: choose."},
        {"code": "T9", "text": "Two left: choose."},
        {"code": 4, "text": "Two left: choose."},
        {"code": ["T4"], "text": "Two left: choose."},
        {"code": "T4", "text": None},
        {"code": "T4", "text": " "},
        [],
        None,
        "T4",
    ],
)
def test_a_wrong_active_rule_is_damage(record: Any) -> None:
    with pytest.raises(DamagedRecord):
        ActiveRule.from_json(record)


# --- The tap after a block ------------------------------------------------------------------------

CHECK = RuleCheck(1_795_348_800, (("Two left: choose.", True), ("Stem read: list.", False)))


@steady
@given(CHECKS)
def test_every_check_comes_back(check: RuleCheck) -> None:
    assert RuleCheck.from_json(decode(encode(check.to_json()))) == check


def test_a_check_is_named_by_its_day_and_what_it_says() -> None:
    day = datetime.fromtimestamp(CHECK.at).strftime("%Y-%m-%d")
    assert re.fullmatch(rf"Rules {day} [0-9a-f]{{12}}", CHECK.key)
    assert CHECK.to_json()["kind"] == "rule-check"
    assert RuleCheck(CHECK.at, CHECK.used).key == CHECK.key
    others = [RuleCheck(CHECK.at + 1, CHECK.used), RuleCheck(CHECK.at, CHECK.used[:1])]
    assert len({CHECK.key, *(other.key for other in others)}) == 3


@pytest.mark.parametrize(
    "change",
    [
        {"at": None},
        {"at": True},
        {"at": 1.5},
        {"at": 10**30},
        {"at": 2**62},
        {"used": None},
        {"used": "Two left"},
        {"used": [["Two left", 1]]},
        {"used": [["Two left"]]},
        {"used": [["Two left", True, False]]},
        {"used": [[None, True]]},
        {"used": [["", True]]},
        {"used": ["ab"]},
    ],
)
def test_a_wrong_check_is_damage(change: dict[str, Any]) -> None:
    with pytest.raises(DamagedRecord):
        RuleCheck.from_json({**CHECK.to_json(), **change})


@pytest.mark.parametrize("field", ["at", "used"])
def test_a_check_needs_its_fields(field: str) -> None:
    record = CHECK.to_json()
    del record[field]
    with pytest.raises(DamagedRecord):
        RuleCheck.from_json(record)


@steady
@given(st.dictionaries(st.sampled_from(["at", "used", "code", "text"]), JSON_VALUES) | JSON_VALUES)
def test_any_values_are_a_record_or_damage(record: Any) -> None:
    for kind in (RuleCheck, ActiveRule):
        try:
            read: Any = kind.from_json(record)
        except DamagedRecord:
            continue
        assert kind.from_json(decode(encode(read.to_json()))) == read
