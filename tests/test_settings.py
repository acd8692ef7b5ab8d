"""Settings: the code, config.json and config.md agree, and no configuration stops the add-on."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remediation.settings import DECK_ORDERS, Settings, from_config

ROOT = Path(__file__).parent.parent
NAMES = [field.name for field in fields(Settings)]

steady = settings(derandomize=True, deadline=None)

# --- One set of settings in three places ----------------------------------------------------------


def test_config_json_has_every_setting_with_its_default_in_the_same_order() -> None:
    config = json.loads((ROOT / "config.json").read_text(encoding="utf-8"))
    assert list(config.items()) == list(asdict(Settings()).items())


@pytest.mark.parametrize("name", NAMES)
def test_config_md_explains_every_setting(name: str) -> None:
    text = (ROOT / "config.md").read_text(encoding="utf-8")
    heading = rf"#+ .*\b{name}\b"
    entry = rf"\s*[-*] (?:\*\*`?{name}`?\*\*|`{name}`)"
    assert re.search(rf"^(?:{heading}|{entry})", text, re.MULTILINE)


def test_config_md_explains_nothing_that_is_no_setting() -> None:
    text = (ROOT / "config.md").read_text(encoding="utf-8")
    assert set(re.findall(r"[`*]([a-z]+(?:_[a-z]+)+)[`*]", text)) <= set(NAMES)


@pytest.mark.parametrize("order", DECK_ORDERS)
def test_config_md_names_every_choice(order: str) -> None:
    assert re.search(rf"\b{order}\b", (ROOT / "config.md").read_text(encoding="utf-8"))


# --- Good values ----------------------------------------------------------------------------------


def test_defaults_are_good_values() -> None:
    assert from_config(asdict(Settings())) == (Settings(), [])
    assert from_config({}) == (Settings(), [])


GOOD: dict[str, tuple[Any, ...]] = {
    "tag_root": ("R", "#Remediation", "!Mine::Misses", "a::b::c", "läsion", "(x)_%-1", "日本"),
    "deck_parent": ("R", "My decks::Remediation", "Q & A: misses", "a*b_c", "日本"),
    "core_notes_per_question": (1, 20),
    "cards_unsuspended_per_day": (0, 9999),
    "mixed_deck_limit": (0, 9999),
    "system_deck_limit": (1, 9999),
    "deck_order": DECK_ORDERS,
    "shortcut_missed_in_question": (
        "",
        "q",
        "F8",
        "Ctrl+Shift+M",
        "alt+F12",
        "Meta+Ctrl+.",
        "Ctrl+-",
    ),
    "rules_in_missed_questions_field": (True, False),
}


@pytest.mark.parametrize(("name", "value"), [(n, value) for n in GOOD for value in GOOD[n]])
def test_good_value_is_taken(name: str, value: Any) -> None:
    found, problems = from_config({name: value})
    assert (getattr(found, name), problems) == (value, [])
    assert asdict(found) == {**asdict(Settings()), name: value}


def test_names_are_taken_in_the_form_in_which_anki_stores_them() -> None:
    """Otherwise the add-on would look for a tag that Anki never wrote."""
    decomposed = "le\u0301sion"
    found, problems = from_config({"tag_root": decomposed, "deck_parent": decomposed})
    assert (found.tag_root, found.deck_parent, problems) == ("l\xe9sion", "l\xe9sion", [])


def test_keys_that_no_setting_has_are_ignored() -> None:
    assert from_config({"old_setting": 5, "": None, "Tag_root": 1}) == (Settings(), [])


# --- Wrong values ---------------------------------------------------------------------------------

NO_TEXT: tuple[Any, ...] = (None, 5, 1.5, True, [], ["R"], {}, "", " ", "\t", "\u3000")
NO_NUMBER: tuple[Any, ...] = (None, "5", "", 5.0, 1.5, True, False, [], [5], {}, -1, 10_000, 10**30)
WRONG: dict[str, tuple[Any, ...]] = {
    "tag_root": (
        *NO_TEXT,
        *["a b", "a\u3000b", "a\xa0b", "a\nb", " a", "a "],  # blanks part tags
        *["::", ":", "::a", "a::", ":a", "a:", "a::::b", "a:::b", "re:a"],
        *['a"b', "a*b", "a\\b", "a\0b", "a\x7fb"],
    ),
    "deck_parent": (*NO_TEXT, "::", "::a", "a::", "a:: ::b", "a::::b", 'a"b'),
    "core_notes_per_question": (*NO_NUMBER, 0, 21),
    "cards_unsuspended_per_day": NO_NUMBER,
    "mixed_deck_limit": NO_NUMBER,
    "system_deck_limit": (*NO_NUMBER, 0),
    "deck_order": (*NO_TEXT, "Weakest", "weak", "weakest ", [DECK_ORDERS[0]]),
    "shortcut_missed_in_question": (
        *(value for value in NO_TEXT if value != ""),
        *["Ctrl+", "Ctrl", "+", "Ctrl++", ",", "Ctrl+MM", "Ctrl+Ctrl+M", "Ctrl+Alt+ctrl+M"],
        *["Ctrl M", "Ctrl+ M", "Ctrl+M ", "Strg+M", "F13", "Ctrl+K, Ctrl+M", "Ctrl+\n", "日本"],
    ),
    "rules_in_missed_questions_field": (None, 0, 1, "true", "", [], [True], {}),
}


@pytest.mark.parametrize(("name", "value"), [(n, value) for n in WRONG for value in WRONG[n]])
def test_wrong_value_gives_the_default_and_a_message(name: str, value: Any) -> None:
    found, problems = from_config({name: value})
    assert found == Settings()
    assert len(problems) == 1
    assert problems[0].startswith(f"{name}: ")
    assert repr(getattr(Settings(), name)) in problems[0]


def test_every_setting_has_good_and_wrong_values_above() -> None:
    assert set(GOOD) == set(WRONG) == set(NAMES)


def test_a_wrong_value_does_not_spoil_the_others() -> None:
    found, problems = from_config({"tag_root": "", "mixed_deck_limit": 7, "deck_order": "no"})
    assert found == Settings(mixed_deck_limit=7)
    assert [problem.partition(":")[0] for problem in problems] == ["tag_root", "deck_order"]


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda children: st.lists(children) | st.dictionaries(st.text(max_size=5), children),
    max_leaves=8,
)


@steady
@given(
    st.dictionaries(
        st.sampled_from(NAMES) | st.text(max_size=5),
        JSON_VALUES | st.sampled_from([*DECK_ORDERS, *range(25)]) | st.text(":ab", max_size=6),
    )
)
def test_any_configuration_gives_settings_that_can_be_used(config: dict[str, Any]) -> None:
    found, problems = from_config(config)
    assert from_config(asdict(found)) == (found, [])
    assert len(problems) <= len(NAMES)
