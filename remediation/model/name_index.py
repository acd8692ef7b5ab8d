"""Finding what a printed or typed name stands for, for tables such as `systems.py`.

Banks, score reports, deck tags and students write the same thing in many ways: `Hematology &
Oncology`, `05_Heme_Onc`, `HemeOnc`, `heme/onc`. Names are therefore compared by their letters
and digits only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# No printed name is longer. Longer text is some other thing, and is not looked at.
MAX_NAME_LENGTH = 200

_WORD = re.compile(r"[^\W_]+")
_FILLERS = frozenset({"and", "the"})
_BETWEEN_NAMES = re.compile(r"[/,;&+]|\band\b")

# Words around a name that do not change which system or discipline it names:
# `Zanki_Cardiovascular`, `peds_ophtho`; `Cardiac_Pathology`, `Obstetrics_REDO`.
_BEFORE_A_NAME = frozenset({"zanki", "uw", "peds", "pediatric", "adult", "clinical"})
_AFTER_A_NAME = frozenset(
    {
        "system",
        "systems",
        "disorder",
        "disorders",
        "disease",
        "diseases",
        "pathology",
        "path",
        "pharmacology",
        "pharm",
        "physiology",
        "physio",
        "anatomy",
        "embryology",
        "embryo",
        "histology",
        "drugs",
        "medicine",
        "redo",
    }
)


def squeezed(name: str) -> str:
    """The form in which names are compared: `Heme/Onc` and `05_Heme_Onc` are `hemeonc`."""
    return "".join(_words(_plain(name)))


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name[:MAX_NAME_LENGTH]).casefold()


def _words(plain: str) -> list[str]:
    """The words that count: no punctuation, no `and`, no number in front (`07_Cardiovascular`)."""
    found = _WORD.findall(plain)
    while found and found[0].isdecimal():
        del found[0]
    return [word for word in found if word not in _FILLERS]


class NameIndex:
    """Names and the keys they stand for; a name with no keys is known, and stands for nothing."""

    def __init__(self, names: Iterable[tuple[str, tuple[str, ...]]]) -> None:
        self._keys = {squeezed(name): keys for name, keys in names}

    def find(self, name: str) -> tuple[str, ...]:
        """The keys that `name` stands for; none where it is unknown or not clear.

        Tried in this order: the whole name; what precedes a colon (`Cardio: heart failure`); a
        list of names, all of which must be known (`Renal & Repro`); the name without words such
        as `disorders` around it. A name cut with `...` stands for what every longer name that
        begins like it stands for, and for nothing where they differ.
        """
        if len(name) > MAX_NAME_LENGTH:
            return ()
        plain = _plain(name).rstrip()
        if plain.endswith(".."):
            return self._find_cut("".join(_words(plain)))
        keys = self._keys.get("".join(_words(plain)))
        if keys is None and ":" in plain:
            plain = plain.partition(":")[0]
            keys = self._keys.get("".join(_words(plain)))
        if keys is None:
            keys = self._find_list(_BETWEEN_NAMES.split(plain.replace("_", " ")))
        if keys is None:
            keys = self._find_one(_words(plain))
        return keys or ()

    def _find_one(self, words: list[str]) -> tuple[str, ...] | None:
        """The keys of one name; None where it is not known, which is not the same as no keys."""
        keys = self._keys.get("".join(words))
        if keys is None and len(words) > 1 and words[0] in _BEFORE_A_NAME:
            words = words[1:]
            keys = self._keys.get("".join(words))
        while keys is None and len(words) > 1 and words[-1] in _AFTER_A_NAME:
            words = words[:-1]
            keys = self._keys.get("".join(words))
        return keys

    def _find_list(self, parts: list[str]) -> tuple[str, ...] | None:
        if len(parts) == 1:
            return None
        found: dict[str, None] = {}
        for words in filter(None, map(_words, parts)):
            keys = self._find_one(words)
            if not keys:
                return None
            found.update(dict.fromkeys(keys))
        return tuple(found)

    def _find_cut(self, start: str) -> tuple[str, ...]:
        if not start:
            return ()
        longer = {
            keys for name, keys in self._keys.items() if name.startswith(start) and name != start
        }
        if longer:
            return longer.pop() if len(longer) == 1 else ()
        return self._keys.get(start, ())
