"""What a setting may be: a number in a range, one of several, the name of a deck, and so on."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Any, Union

# Halves of a character that stand alone, which nothing can store.
_HALVES = r"\ud800-\udfff"
_CONTROL = r"\x00-\x1f\x7f"
# Only what Anki keeps as it is: it would turn "a::::b" into "a::blank::b" and leave out control
# characters, and the add-on would then not find its own tags again.
_TAG_PART = rf'[^\s:"*\\{_CONTROL}{_HALVES}]+'
_TAG = re.compile(f"{_TAG_PART}(?:::{_TAG_PART})*")
# What Anki leaves out at the ends of each part of a deck's name.
_DECK_ENDS = re.compile(r"^[\s:]+|[\s:]+$")
_NOT_IN_DECKS = re.compile(f"[{_CONTROL}{_HALVES}]")
# As Qt reads it: each modifier at most once, then one key. "+" and "," have a meaning of their own.
_SHORTCUT = re.compile(
    r"(?:(Ctrl|Alt|Shift|Meta)\+(?!(?:\w+\+)*\1\+))*(?:F(?:[1-9]|1[0-2])|[!-*\--~])", re.IGNORECASE
)


class _Plain:
    """A kind whose values are kept as they are given."""

    def normal(self, value: Any) -> Any:
        """A value in the one form in which it is kept."""
        return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


@dataclass(frozen=True)
class WholeNumber(_Plain):
    """A whole number in a range, the ends included; `lowest` says what the least one means."""

    least: int
    most: int
    lowest: str = ""

    def complaint(self, value: Any) -> str:
        """What is wrong with a value, to be put after it; "" for nothing."""
        if isinstance(value, bool) or not isinstance(value, int):
            return f"is not a whole number from {self.least} to {self.most}"
        if not self.least <= value <= self.most:
            return f"is not from {self.least} to {self.most}"
        return ""


@dataclass(frozen=True)
class OnOff(_Plain):
    """Yes or no."""

    def complaint(self, value: Any) -> str:
        """What is wrong with a value, to be put after it; "" for nothing."""
        return "" if isinstance(value, bool) else "is neither true nor false"


@dataclass(frozen=True)
class Choice(_Plain):
    """One of several: each as stored, and in words."""

    choices: tuple[tuple[str, str], ...]

    def complaint(self, value: Any) -> str:
        """What is wrong with a value, to be put after it; "" for nothing."""
        stored = [choice for choice, _words in self.choices]
        return "" if value in stored else f"is none of {', '.join(stored)}"


@dataclass(frozen=True)
class TagName(_Plain):
    """The name of a tag, with those above it."""

    def complaint(self, value: Any) -> str:
        """What is wrong with a value, to be put after it; "" for nothing."""
        if not isinstance(value, str) or not _TAG.fullmatch(value):
            return 'is not a tag: it cannot hold blanks, single colons, ", * or \\'
        return ""


@dataclass(frozen=True)
class DeckName(_Plain):
    """The name of a deck, with those above it."""

    def normal(self, value: Any) -> Any:
        """A name as Anki keeps it: without blanks and colons at the ends of its parts."""
        if not isinstance(value, str):
            return value
        return "::".join(_DECK_ENDS.sub("", part) for part in super().normal(value).split("::"))

    def complaint(self, value: Any) -> str:
        """What is wrong with a value, to be put after it; "" for nothing."""
        if not isinstance(value, str) or not all(self.normal(value).split("::")):
            return "is not a deck name"
        if _NOT_IN_DECKS.search(value):
            return "has a character in it that Anki cannot keep"
        return 'has a " in it, which Anki cannot search for' if '"' in value else ""


@dataclass(frozen=True)
class Shortcut(_Plain):
    """A key with its modifiers, or "" for none."""

    def complaint(self, value: Any) -> str:
        """What is wrong with a value, to be put after it; "" for nothing."""
        if value == "" or (isinstance(value, str) and _SHORTCUT.fullmatch(value)):
            return ""
        return 'is not a key such as "Ctrl+Shift+M"; leave it empty for none'


@dataclass(frozen=True)
class Day(_Plain):
    """A date such as "2027-03-14", or "" for none; `none` says that in words."""

    none: str

    def complaint(self, value: Any) -> str:
        """What is wrong with a value, to be put after it; "" for nothing."""
        if isinstance(value, str):
            try:
                # Newer Pythons also read other ways of writing a date than is stored here.
                if not value or date.fromisoformat(value).isoformat() == value:
                    return ""
            except ValueError:
                pass
        return 'is not a date such as "2027-03-14"; "" is for none'


Kind = Union[WholeNumber, OnOff, Choice, TagName, DeckName, Shortcut, Day]
