"""Everything a student can set, typed and checked.

Add a setting here, in config.json (its default) and in config.md (its explanation); a test keeps
the three equal.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Callable

DECK_ORDERS: tuple[str, ...] = ("weakest", "random", "due")

# Only what Anki keeps as it is: it would turn "a::::b" into "a::blank::b" and leave out control
# characters, and the add-on would then not find its own tags again.
_TAG_PART = r'[^\s:"*\\\x00-\x1f\x7f]+'
_TAG = re.compile(f"{_TAG_PART}(?:::{_TAG_PART})*")
# As Qt reads it: each modifier at most once, then one key. "+" and "," have a meaning of their own.
_SHORTCUT = re.compile(
    r"(?:(Ctrl|Alt|Shift|Meta)\+(?!(?:\w+\+)*\1\+))*(?:F(?:[1-9]|1[0-2])|[!-*\--~])", re.IGNORECASE
)


@dataclass(frozen=True)
class Settings:
    """The settings; see config.md for what each does."""

    tag_root: str = "Remediation"
    deck_parent: str = "Remediation"
    core_notes_per_question: int = 2
    cards_unsuspended_per_day: int = 20
    mixed_deck_limit: int = 10
    system_deck_limit: int = 50
    deck_order: str = "weakest"
    shortcut_missed_in_question: str = "Ctrl+Shift+M"
    rules_in_missed_questions_field: bool = False


def from_config(config: Mapping[str, Any]) -> tuple[Settings, list[str]]:
    """The settings in an add-on configuration, and what was wrong with it.

    A value that cannot be used is replaced by its default and named in the second part; keys that
    no setting has are ignored.
    """
    settings = Settings()
    problems = []
    for field in fields(Settings):
        if field.name not in config:
            continue
        value = config[field.name]
        if isinstance(value, str):  # the form in which Anki stores tags and deck names
            value = unicodedata.normalize("NFC", value)
        complaint = _CHECKS[field.name](value)
        if complaint:
            problems.append(f"{field.name}: {complaint}; using {field.default!r} instead.")
        else:
            settings = replace(settings, **{field.name: value})
    return settings, problems


def _whole_number(least: int, most: int) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            return f"{value!r} is not a whole number from {least} to {most}"
        return ""

    return check


def _tag_root(value: Any) -> str:
    if not isinstance(value, str) or not _TAG.fullmatch(value):
        return f'{value!r} is not a tag: names joined by ::, without blanks, colons, ", * or \\'
    return ""


def _deck_name(value: Any) -> str:
    if not isinstance(value, str) or not all(part.strip() for part in value.split("::")):
        return f"{value!r} is not a deck name"
    return f'{value!r} must not have " in it' if '"' in value else ""


def _shortcut(value: Any) -> str:
    if value == "" or (isinstance(value, str) and _SHORTCUT.fullmatch(value)):
        return ""
    return f'{value!r} is not a key such as "Ctrl+Shift+M"; "" is for none'


def _true_or_false(value: Any) -> str:
    return "" if isinstance(value, bool) else f"{value!r} is neither true nor false"


def _one_of(choices: tuple[str, ...]) -> Callable[[Any], str]:
    return lambda value: "" if value in choices else f"{value!r} is none of {', '.join(choices)}"


_CHECKS: dict[str, Callable[[Any], str]] = {
    "tag_root": _tag_root,
    "deck_parent": _deck_name,
    "core_notes_per_question": _whole_number(1, 20),
    "cards_unsuspended_per_day": _whole_number(0, 9999),
    "mixed_deck_limit": _whole_number(0, 9999),
    "system_deck_limit": _whole_number(1, 9999),
    "deck_order": _one_of(DECK_ORDERS),
    "shortcut_missed_in_question": _shortcut,
    "rules_in_missed_questions_field": _true_or_false,
}
