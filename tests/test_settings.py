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

from remediation.model.systems import SYSTEMS
from remediation.setting_kinds import Choice, Shortcut, WholeNumber
from remediation.settings import (
    ABOUT,
    CONFIG_VERSION,
    VERSION_KEY,
    Kept,
    Settings,
    conflicts,
    from_config,
    names_kept,
    normal,
    repaired,
)

ROOT = Path(__file__).parent.parent
NAMES = [field.name for field in fields(Settings)]

steady = settings(derandomize=True, deadline=None)

# --- One set of settings in three places ----------------------------------------------------------


def test_config_json_has_every_setting_with_its_default_in_the_same_order() -> None:
    config = json.loads((ROOT / "config.json").read_text(encoding="utf-8"))
    expected = {VERSION_KEY: CONFIG_VERSION, **asdict(Settings())}
    assert list(config.items()) == list(expected.items())


@pytest.mark.parametrize("name", NAMES)
def test_config_md_explains_every_setting(name: str) -> None:
    text = (ROOT / "config.md").read_text(encoding="utf-8")
    heading = rf"#+ .*\b{name}\b"
    entry = rf"\s*[-*] (?:\*\*`?{name}`?\*\*|`{name}`)"
    assert re.search(rf"^(?:{heading}|{entry})", text, re.MULTILINE)


def test_config_md_explains_nothing_that_is_no_setting() -> None:
    text = (ROOT / "config.md").read_text(encoding="utf-8")
    assert set(re.findall(r"[`*]([a-z]+(?:_[a-z]+)+)[`*]", text)) <= {*NAMES, VERSION_KEY}


def test_config_md_gives_every_default() -> None:
    text = (ROOT / "config.md").read_text(encoding="utf-8")
    given = dict(re.findall(r"^- \*\*(\w+)\*\* \(.*?default `?([^`)]*)`?\)", text, re.MULTILINE))
    assert given.keys() == set(NAMES)
    for name, value in asdict(Settings()).items():
        stored = value if isinstance(value, str) else json.dumps(value)
        assert given[name] == (stored or "empty")


def test_config_md_gives_every_range() -> None:
    text = (ROOT / "config.md").read_text(encoding="utf-8")
    for name, about in ABOUT.items():
        if isinstance(about.kind, WholeNumber):
            assert f"- **{name}** ({about.kind.least} to {about.kind.most}, default" in text


def test_config_md_tells_which_settings_belong_to_this_computer() -> None:
    text = (ROOT / "config.md").read_text(encoding="utf-8")
    (told,) = re.findall(r"^.*belong to this computer: (.*?)\. ", text, re.MULTILINE)
    assert re.findall(r"`(\w+)`", told) == list(names_kept(Kept.COMPUTER))


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_is_explained_in_one_line(name: str) -> None:
    """The settings dialog is made of these."""
    about = ABOUT[name]
    assert 3 <= len(about.label) <= 50
    assert not about.label.endswith((".", ":"))
    assert 10 <= len(about.explanation) <= 120
    assert about.explanation.endswith(".")
    assert "!" not in about.label + about.explanation


def test_only_keys_belong_to_one_computer() -> None:
    """What decides about tags, decks and cards must be the same on all, or they would quarrel."""
    assert {type(ABOUT[name].kind) for name in names_kept(Kept.COMPUTER)} == {Shortcut}


CHOICES = {
    name: [stored for stored, _words in about.kind.choices]
    for name, about in ABOUT.items()
    if isinstance(about.kind, Choice)
}


def test_the_default_is_one_of_the_choices() -> None:
    assert set(CHOICES) == {"deck_order", "deck_mode", "deck_priority", "decks_by"}
    for name, choices in CHOICES.items():
        assert getattr(Settings(), name) in choices


@pytest.mark.parametrize("choice", [choice for choices in CHOICES.values() for choice in choices])
def test_config_md_names_every_choice(choice: str) -> None:
    assert re.search(rf"`{choice}`", (ROOT / "config.md").read_text(encoding="utf-8"))


# --- Good values ----------------------------------------------------------------------------------


def test_defaults_are_good_values() -> None:
    assert from_config(asdict(Settings())) == (Settings(), [])
    assert from_config({}) == (Settings(), [])


GOOD: dict[str, tuple[Any, ...]] = {
    "exam_date": ("", "2027-03-14", "2028-02-29"),
    "minutes_per_day": (0, 1, 960),
    "tag_root": ("R", "#Remediation", "!Mine::Misses", "a::b::c", "läsion", "(x)_%-1", "日本"),
    "deck_parent": ("R", "My decks::Remediation", "Q & A: misses", "a*b_c", "日本"),
    "core_notes_per_question": (1, 20),
    "cards_unsuspended_per_day": (0, 9999),
    "release_daily": (True, False),
    "mixed_deck": (True, False),
    "mixed_deck_name": ("Today", "A & B", "日本", "Mine::Today"),
    "mixed_deck_limit": (1, 9999),
    "system_decks": (True, False),
    "systems_deck_name": ("Rapid fire", "A & B", "日本", "Mine::Systems"),
    "system_deck_limit": (1, 9999),
    **{name: tuple(choices) for name, choices in CHOICES.items()},
    "shortcut_missed_in_question": (
        "",
        "q",
        "F8",
        "Ctrl+Shift+M",
        "alt+F12",
        "Meta+Ctrl+.",
        "Ctrl+-",
    ),
    "shortcut_pause_rapid_fire": ("", "P", "p", "Ctrl+P", "F9"),
    "repaired_tag": (True, False),
    "rules_in_missed_questions_field": (True, False),
    "question_blocks_per_week": (0, 7),
    "siblings_in_blocks": (True, False),
    "recall_cards": (True, False),
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


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("A ", "A"),
        (" A", "A"),
        ("A ::B", "A::B"),
        ("A::\u3000B\xa0", "A::B"),
        ("A:", "A"),
        (" : A : ::B", "A::B"),
        ("A:::B", "A::B"),
        ("A:b c", "A:b c"),
    ],
)
def test_deck_names_are_taken_without_what_anki_leaves_out(given: str, kept: str) -> None:
    for name in ("deck_parent", "mixed_deck_name", "systems_deck_name"):
        found, problems = from_config({name: given})
        assert (getattr(found, name), problems) == (kept, [])
        assert normal(name, kept) == kept


@pytest.mark.parametrize(
    ("mixed", "systems", "wrong"),
    [
        ("Drill", "Drill", "systems_deck_name"),
        ("Drill", "drill", "systems_deck_name"),
        ("Drill", "Drill ", "systems_deck_name"),
        (" Drill", "Drill ::Systems", "systems_deck_name"),
        ("Drill", "Drill::Systems", "systems_deck_name"),
        ("Systems", "Systems", "systems_deck_name"),
        ("Drill::Endocrine", "Drill", "mixed_deck_name"),
        ("Drill::Other", "Drill", "mixed_deck_name"),
        ("drill::cardiovascular::M", "Drill", "mixed_deck_name"),
    ],
)
def test_no_deck_is_to_hang_below_a_filtered_one(mixed: str, systems: str, wrong: str) -> None:
    config = {"mixed_deck_name": mixed, "systems_deck_name": systems}
    found, problems = from_config(config)
    assert found == Settings()
    assert len(problems) == 1
    assert problems[0].startswith(f"{wrong}: ")
    normalised = {name: normal(name, value) for name, value in config.items()}
    assert conflicts(Settings(**normalised)).keys() == {wrong}


@pytest.mark.parametrize("mixed", ["Drill::All", "Drill 2", "Renal", "Drills::Renal"])
def test_the_mixed_deck_may_stand_beside_the_decks_of_the_systems(mixed: str) -> None:
    assert SYSTEMS
    config = {"mixed_deck_name": mixed, "systems_deck_name": "Drill"}
    assert from_config(config)[1] == []


def test_keys_that_no_setting_has_are_ignored() -> None:
    assert from_config({"old_setting": 5, "": None, "Tag_root": 1}) == (Settings(), [])


# --- Wrong values ---------------------------------------------------------------------------------

NO_TEXT: tuple[Any, ...] = (None, 5, 1.5, True, [], ["R"], {}, "", " ", "\t", "\u3000")
NO_NUMBER: tuple[Any, ...] = (None, "5", "", 5.0, 1.5, True, False, [], [5], {}, -1, 10_000, 10**30)
NO_BOOLEAN: tuple[Any, ...] = (None, 0, 1, "true", "", [], [True], {})
# Anki leaves out control characters, and nothing stores half a character.
NOT_KEPT = ("a\0b", "a\tb", "a\x7f", "a\ud800", "\udfffa")
WRONG: dict[str, tuple[Any, ...]] = {
    "exam_date": (
        *(value for value in NO_TEXT if value != ""),
        *["2027-3-14", "14.03.2027", "20270314", "2027-02-29", "2027-W10-1", "2027-03-14T00:00"],
    ),
    "minutes_per_day": (*NO_NUMBER, 961),
    "tag_root": (
        *NO_TEXT,
        "a\ud800",
        *["a b", "a\u3000b", "a\xa0b", "a\nb", " a", "a "],  # blanks part tags
        *["::", ":", "::a", "a::", ":a", "a:", "a::::b", "a:::b", "re:a"],
        *['a"b', "a*b", "a\\b", "a\0b", "a\x7fb"],
    ),
    "deck_parent": (*NO_TEXT, "::", "::a", "a::", "a:: ::b", "a::::b", 'a"b', *NOT_KEPT),
    "core_notes_per_question": (*NO_NUMBER, 0, 21),
    "cards_unsuspended_per_day": NO_NUMBER,
    "release_daily": (None, 0, 1, "true", "", [], [True], {}),
    "mixed_deck": NO_BOOLEAN,
    "mixed_deck_name": (*NO_TEXT, "::", "a::", 'a"b', *NOT_KEPT),
    "mixed_deck_limit": (*NO_NUMBER, 0),
    "system_decks": NO_BOOLEAN,
    "systems_deck_name": (*NO_TEXT, "::", "a::", 'a"b', *NOT_KEPT),
    "system_deck_limit": (*NO_NUMBER, 0),
    "deck_priority": (*NO_TEXT, "system", "Mixed"),
    "deck_order": (*NO_TEXT, "Weakest", "weak", "weakest ", ["weakest"]),
    "deck_mode": (*NO_TEXT, "Study", "both"),
    "decks_by": (*NO_TEXT, "tag", "nid"),
    "shortcut_missed_in_question": (
        *(value for value in NO_TEXT if value != ""),
        *["Ctrl+", "Ctrl", "+", "Ctrl++", ",", "Ctrl+MM", "Ctrl+Ctrl+M", "Ctrl+Alt+ctrl+M"],
        *["Ctrl M", "Ctrl+ M", "Ctrl+M ", "Strg+M", "F13", "Ctrl+K, Ctrl+M", "Ctrl+\n", "日本"],
    ),
    "shortcut_pause_rapid_fire": (
        *(value for value in NO_TEXT if value != ""),
        *["PP", "Ctrl+", "P, P", "F13", "Ctrl+Ctrl+P"],
    ),
    "repaired_tag": (None, 0, 1, "true", "", [], [True], {}),
    "rules_in_missed_questions_field": (None, 0, 1, "true", "", [], [True], {}),
    "question_blocks_per_week": (*NO_NUMBER, 8),
    "siblings_in_blocks": (None, 0, 1, "true", "", [], [True], {}),
    "recall_cards": (None, 0, 1, "false", "", [], [False], {}),
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
    assert [problem.partition(":")[0] for problem in problems] == ["deck_order", "tag_root"]


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda children: st.lists(children) | st.dictionaries(st.text(max_size=5), children),
    max_leaves=8,
)


@steady
@given(
    st.dictionaries(
        st.sampled_from(NAMES) | st.text(max_size=5),
        JSON_VALUES
        | st.sampled_from([*CHOICES["deck_order"], *range(25)])
        | st.text(":ab", max_size=6),
    )
)
def test_any_configuration_gives_settings_that_can_be_used(config: dict[str, Any]) -> None:
    found, problems = from_config(config)
    assert from_config(asdict(found)) == (found, [])
    assert len(problems) <= len(NAMES)


# --- Configurations of earlier versions, and damaged ones -----------------------------------------

# As an add-on manager stores it that never heard of versions: what main had before there was one.
VERSION_0 = {
    "tag_root": "Mine",
    "deck_parent": "Mine",
    "core_notes_per_question": 3,
    "cards_unsuspended_per_day": 0,
    "mixed_deck_limit": 12,
    "system_deck_limit": 40,
    "deck_order": "due",
    "shortcut_missed_in_question": "F8",
    "rules_in_missed_questions_field": True,
}


def test_a_configuration_without_a_version_keeps_all_its_values() -> None:
    config, told = repaired(VERSION_0)
    assert config == {VERSION_KEY: CONFIG_VERSION, **VERSION_0}
    assert len(told) == 1
    assert repaired(config) == (config, [])


def test_no_cards_for_the_mixed_deck_meant_no_mixed_deck() -> None:
    config, _told = repaired({**VERSION_0, "mixed_deck_limit": 0})
    assert from_config(config)[0].mixed_deck is False
    assert from_config(config)[0].mixed_deck_limit == Settings.mixed_deck_limit


def test_a_configuration_of_this_version_is_left_as_it_is() -> None:
    config = {VERSION_KEY: CONFIG_VERSION, "tag_root": "Mine", "mixed_deck_limit": 5}
    assert repaired(config) == (config, [])


def test_a_configuration_of_a_newer_version_is_left_as_it_is() -> None:
    """The student may go back to it; what this version can use of it still holds."""
    config = {VERSION_KEY: CONFIG_VERSION + 1, "tag_root": 5, "of_the_future": [1]}
    assert repaired(config) == (config, [])


@pytest.mark.parametrize("config", [None, [], [1], "text", 5, True, 1.5])
def test_what_is_no_configuration_gives_the_defaults_and_a_message(config: Any) -> None:
    found, told = repaired(config)
    assert from_config(found) == (Settings(), [])
    assert len(told) == 1


@pytest.mark.parametrize("version", [None, "1", True, -1, 1.0, [], {}])
def test_a_damaged_version_costs_no_value(version: Any) -> None:
    config, told = repaired({VERSION_KEY: version, "tag_root": "Mine"})
    assert config == {VERSION_KEY: CONFIG_VERSION, "tag_root": "Mine"}
    assert told


def test_wrong_values_and_unknown_names_go_and_are_named() -> None:
    config, told = repaired(
        {VERSION_KEY: CONFIG_VERSION, "tag_root": "a b", "deck_order": "due", "tag_rot": "x", "": 1}
    )
    assert config == {VERSION_KEY: CONFIG_VERSION, "deck_order": "due"}
    assert [line.partition(":")[0] for line in told] == ["tag_root", "", "tag_rot"]


@steady
@given(
    JSON_VALUES
    | st.dictionaries(st.sampled_from([*NAMES, VERSION_KEY]) | st.text(max_size=5), JSON_VALUES)
)
def test_repairing_again_changes_nothing(config: Any) -> None:
    found, told = repaired(config)
    assert repaired(found) == (found, [])
    if told:
        assert from_config(found)[1] == []


def test_every_good_value_survives_a_repair() -> None:
    for name, values in GOOD.items():
        for value in values:
            assert repaired({name: value})[0][name] == normal(name, value)
