"""The add-on's filtered decks as they are, whatever the student has called them or set since."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from functools import partial
from typing import Any

from anki.collection import Collection, SearchNode
from anki.decks import DeckId

from ..model.systems import SYSTEMS
from ..settings import NO_SYSTEM_NAME, Settings
from . import tags
from .undo import UndoStep

# In the collection's config, which may be lost: then decks are found by their searches.
CONFIG_KEY = "remediationDecks"
# The key of the mixed deck; the others have `system_key`.
MIXED = "mixed"
# What the deck of each system (its key) is called.
SYSTEM_NAMES = {**{system.key: system.name for system in SYSTEMS}, "": NO_SYSTEM_NAME}

# Anki asks for it too. It marks a search as the add-on's, which a student's own hardly begins with.
_OURS = "-is:suspended -is:buried"
_LOOKS_OURS = re.compile(rf'{_OURS} (?:"?tag:\S+::System\b|nid:\d)')
_DUE_OR_NEW = "(is:due OR is:new)"
# A card answered today is left out: early repeats in a rescheduling deck inflate intervals.
_NOT_TODAY = "-rated:1"


# Searches
##########################################################################


def system_key(system: str) -> str:
    """The key of the deck of a system (its key)."""
    return f"system:{system}"


def by_tag(col: Collection, tag: str) -> str:
    """The search for a tag and those below it."""
    return col.build_search_string(SearchNode(tag=tag))


def searches(col: Collection, matching: str, *, study: bool) -> tuple[str, ...]:
    """The searches of a deck for what `matching` finds, in the form in which Anki keeps them."""
    if not study:
        return (col.build_search_string(f"{_OURS} {matching}"),)
    first = f"{_OURS} {matching} {_DUE_OR_NEW} {_NOT_TODAY}"
    # A card in learning that is not due would take a place and not be shown.
    return (
        col.build_search_string(first),
        col.build_search_string(f"{_OURS} {matching} -is:learn {_NOT_TODAY}"),
    )


def searches_by_tag(col: Collection, root: str) -> dict[tuple[str, bool], tuple[str, ...]]:
    """The searches by tag of each deck (its key), for studying and not, below this tag root."""
    return {
        (key, study): searches(col, by_tag(col, tag), study=study)
        for key, tag in _tags_by_key(root).items()
        for study in (True, False)
    }


def _tags_by_key(root: str) -> dict[str, str]:
    tag_of = {system_key(system): tags.system_tag(root, system) for system in SYSTEM_NAMES}
    return {**tag_of, MIXED: tags.systems_root(root)}


def deck_names(settings: Settings) -> dict[str, str]:
    """What each deck (its key) is called where the student has not renamed it, with its parents."""
    parent = settings.deck_parent
    systems = {
        system_key(system): f"{parent}::{settings.systems_deck_name}::{name}"
        for system, name in SYSTEM_NAMES.items()
    }
    return {**systems, MIXED: f"{parent}::{settings.mixed_deck_name}"}


# Finding the decks
##########################################################################


@dataclass(frozen=True)
class ExistingDeck:
    """A filtered deck as it is. `terms` are its searches, each with limit and order."""

    id: DeckId
    name: str
    terms: tuple[tuple[str, int, int], ...]
    study: bool


@dataclass(frozen=True)
class RememberedDeck:
    """A deck as the add-on built it last: what it was to be called, and what Anki called it."""

    id: int
    wanted_name: str
    name: str


@dataclass(frozen=True)
class OwnDecks:
    """The add-on's decks by their key, and further ones built for the same or for nothing now."""

    by_key: Mapping[str, ExistingDeck]
    others: tuple[DeckId, ...]
    remembered: Mapping[str, RememberedDeck]

    def ids(self) -> set[DeckId]:
        """All of them."""
        return {*(deck.id for deck in self.by_key.values()), *self.others}

    def name_for(self, key: str, wanted_name: str) -> str:
        """What the deck is to be called: as the student calls it, unless the setting changed."""
        existing = self.by_key.get(key)
        if existing is None:
            return wanted_name
        last = self.remembered.get(key)
        renamed_by_setting = last and last.wanted_name != wanted_name and last.name == existing.name
        return wanted_name if renamed_by_setting else existing.name


def own_decks(col: Collection, settings: Settings, wanted: Mapping[str, str]) -> OwnDecks:
    """Finds the add-on's decks; `wanted` are the names of those that there should be, by key.

    By the id remembered; else by a search that only the add-on writes, since another computer may
    have made the deck; else by name, where it lists notes. A deck whose search the student wrote
    or changed is theirs, even with the add-on's tags in it. The search of the first versions could
    be a student's own, so it counts below the deck parent only.
    """
    filtered = {deck.id: deck for deck in all_filtered_decks(col)}
    remembered = remembered_decks(col)
    tagged = searches_by_tag(col, settings.tag_root)
    key_of = {first: key for (key, _study), (first, *_more) in tagged.items()}
    first_key_of = _keys_by_first_search(col, settings)
    key_of_name = {name: key for key, name in wanted.items()}
    found: dict[str, ExistingDeck] = {}
    for key, last in remembered.items():
        by_id = filtered.get(DeckId(last.id))
        if by_id and _LOOKS_OURS.match(by_id.terms[0][0]):
            found[key] = filtered.pop(by_id.id)
    others = []
    for deck in sorted(filtered.values(), key=lambda deck: deck.id):
        search = deck.terms[0][0]
        this = key_of.get(search) or (_LOOKS_OURS.match(search) and key_of_name.get(deck.name))
        if not this and deck.name.startswith(f"{settings.deck_parent}::"):
            this = first_key_of.get(search)
        if this in found:
            others.append(deck.id)
        elif this:
            found[this] = deck
    others += [deck.id for key, deck in found.items() if key not in wanted]
    kept = {key: deck for key, deck in found.items() if key in wanted}
    return OwnDecks(kept, tuple(others), remembered)


def _keys_by_first_search(col: Collection, settings: Settings) -> dict[str, str]:
    """The deck that each search is for with which the first versions of the add-on built it."""
    tag_of = _tags_by_key(settings.tag_root)
    return {f"{by_tag(col, tag)} {_NOT_TODAY}": key for key, tag in tag_of.items()}


def all_filtered_decks(col: Collection) -> list[ExistingDeck]:
    """Every filtered deck that has a search, the student's too."""
    return [
        ExistingDeck(
            DeckId(deck["id"]),
            deck["name"],
            tuple((search, limit, order) for search, limit, order in deck["terms"]),
            bool(deck["resched"]),
        )
        for deck in col.decks.all()
        if deck["dyn"] and deck["terms"]
    ]


# What is remembered of them
##########################################################################


def remembered_decks(col: Collection) -> dict[str, RememberedDeck]:
    """The decks as they were built last, by key."""
    stored = _config(col).get("decks")
    decks: dict[str, RememberedDeck] = {}
    for key, value in stored.items() if isinstance(stored, dict) else ():
        if isinstance(value, list) and [type(part) for part in value] == [int, str, str]:
            decks[key] = RememberedDeck(*value)
    return decks


def remember_decks(
    col: Collection, step: UndoStep, decks: Mapping[str, RememberedDeck], **more: Any
) -> None:
    """Notes how the decks were built, as part of an undo step; `more` is noted beside them."""
    noted = {key: list(astuple(deck)) for key, deck in decks.items()}
    config = {**_config(col), **more, "decks": noted}
    if config != _config(col):
        step.write(partial(col.set_config, CONFIG_KEY, config, undoable=True))


def built_today(col: Collection) -> bool:
    """Whether decks were built today, on this computer or another."""
    return bool(_config(col).get("day") == col.sched.today)


def _config(col: Collection) -> dict[str, Any]:
    config = col.get_config(CONFIG_KEY, {})
    return config if isinstance(config, dict) else {}
