"""The reasons for a miss, and the words students use for them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediation.model.reasons import (
    GROUPS,
    REASONS,
    Family,
    code_from_words,
    group_by_key,
    group_of,
    is_code,
    name_of,
    word_key,
)


def test_five_groups_thirteen_reasons_three_families() -> None:
    assert [group.key for group in GROUPS] == list("12345")
    assert [r.code for r in REASONS] == [
        *(f"K{i}" for i in range(1, 6)),
        *(f"T{i}" for i in range(1, 9)),
    ]
    assert [r.group for r in REASONS] == list("1122344444555")
    families = [group.family for group in GROUPS]
    assert families == [Family.KNOWLEDGE] * 2 + [Family.APPLICATION] + [Family.TEST_TAKING] * 2
    for reason in REASONS:
        assert group_of(reason.code) is group_by_key(reason.group)
        assert code_from_words(reason.name) == code_from_words(reason.code) == reason.code
        assert is_code(reason.code)
    for group in GROUPS:
        assert code_from_words(group.name) == group.key
        assert name_of(group.key) == group.name
    with pytest.raises(KeyError):
        group_of("K9")


def test_no_unkind_words() -> None:
    shown = " ".join([*(g.name for g in GROUPS), *(f"{r.name} {r.meaning}" for r in REASONS)])
    assert not re.search(r"careless|stupid|silly|!", shown, re.IGNORECASE)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Knowledge gap", "1"),
        ("KNOWLEDGE  GAP!", "1"),
        ("knowledge", "1"),
        ("Didn’t know", "1"),
        ("Content gap", "1"),
        ("Unfamiliar", "K1"),
        ("never seen it", "K1"),
        ("Memory slip", "K2"),
        ("Memory", "K2"),
        ("I forgot", "K2"),
        ("couldn't recall", "K2"),
        ("confidently wrong", "K3"),
        ("Mixed up", "K4"),
        ("mixed them up", "K4"),
        ("Application error", "K5"),
        ("Misread Question", "T1"),
        ("misread the stem", "T1"),
        ("Missed a key clue", "T2"),
        ("premature closure", "T3"),
        ("narrowed to two", "T4"),
        ("50/50", "T4"),
        ("changed my answer", "T5"),
        ("Second-guessed myself", "T5"),
        ("overthinking", "T5"),
        ("Time", "T6"),
        ("ran out of time", "T6"),
        ("Time management", "T6"),
        ("test anxiety", "T7"),
        ("tired", "T7"),
        ("misclick", "T8"),
        ("Calculation error", "T8"),
        ("Trap answer", "4"),
        ("Trap / Misread", "4"),
        ("Misread/failed to notice key clue", "4"),
        ("Knowledge gap, forgot", "1"),
        ("Wissenslücke", "1"),
        ("k2", "K2"),
    ],
)
def test_clear_words(words: str, code: str) -> None:
    assert code_from_words(words) == code


@pytest.mark.parametrize(
    "words",
    [
        "silly", "Silly mistake", "Reasoning Error", "Reasoning error (wrong rule)", "process",
        "Conceptual", "Assumption", "Timing/guessing", "Wrong Algorithm", "Management Algorithm",
        "guessed", "Knowledge gap, Misread", "not a knowledge gap", "1", "3", "", "?",
        "misread it since the potassium was written below", "error", "time " * 40,
    ],
)  # fmt: skip
def test_words_that_are_asked_for(words: str) -> None:
    assert code_from_words(words) is None


def test_words_are_remembered_without_case_and_signs() -> None:
    assert word_key("Silly!") == word_key(" silly ") == "silly"
    assert word_key("Trap / Misread") == "trap misread"


@given(st.text(max_size=80))
def test_any_text_is_a_code_or_asked_for(text: str) -> None:
    code = code_from_words(text)
    assert code is None or is_code(code)
    word_key(text)
