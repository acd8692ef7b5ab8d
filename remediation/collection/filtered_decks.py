"""The filtered decks of the add-on: a mixed one first, then one for each organ system.

A card can be in one filtered deck only, so decks built earlier take what they match first. The
decks hang below a normal parent, since a filtered deck cannot have children.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from anki.collection import Collection, SearchNode
from anki.decks import DeckId, FilteredDeckConfig

from ..model.systems import SYSTEMS
from ..settings import Settings
from . import tags
from .ledger import ensure_deck
from .undo import UndoStep

MIXED = "Mixed"
SYSTEMS_PARENT = "Systems"
NO_SYSTEM_NAME = "Other"

_Order = FilteredDeckConfig.SearchTerm.Order


@dataclass(frozen=True)
class FilteredDeck:
    """A filtered deck as it should be. `name` is complete, with its parents."""

    name: str
    search: str
    limit: int
    order: int


@dataclass(frozen=True)
class BuiltDeck:
    """A filtered deck as it is now, with the number of cards in it."""

    id: DeckId
    name: str
    cards: int


def wanted_decks(col: Collection, settings: Settings, systems: Iterable[str]) -> list[FilteredDeck]:
    """The decks for these systems (keys; "" for none), in the order to build them."""
    order = _order(col, settings.deck_order)
    present = set(systems)
    keys = [system.key for system in SYSTEMS if system.key in present]
    keys += [""] if "" in present else []
    decks = []
    if settings.mixed_deck_limit and keys:
        search = _search(col, tags.systems_root(settings.tag_root))
        name = f"{settings.deck_parent}::{MIXED}"
        decks.append(FilteredDeck(name, search, settings.mixed_deck_limit, order))
    names = {system.key: system.name for system in SYSTEMS}
    for key in keys:
        search = _search(col, tags.system_tag(settings.tag_root, key))
        leaf = names.get(key, NO_SYSTEM_NAME)
        name = f"{settings.deck_parent}::{SYSTEMS_PARENT}::{leaf}"
        decks.append(FilteredDeck(name, search, settings.system_deck_limit, order))
    return decks


def _search(col: Collection, tag: str) -> str:
    # A card answered today is left out: early repeats in a rescheduling deck inflate intervals.
    return f"{col.build_search_string(SearchNode(tag=tag))} -rated:1"


def _order(col: Collection, name: str) -> int:
    if name == "random":
        return int(_Order.RANDOM)
    if name == "due":
        return int(_Order.DUE)
    # Without FSRS, Anki 26.9.3 fails to build a deck ordered by retrievability.
    if col.get_config("fsrs", False):
        return int(_Order.RETRIEVABILITY_ASCENDING)
    return int(_Order.INTERVALS_ASCENDING)


def are_as_wanted(col: Collection, settings: Settings, wanted: Sequence[FilteredDeck]) -> bool:
    """Whether exactly these decks of the add-on exist, with the right limit and order."""
    if obsolete_decks(col, settings, wanted):
        return False
    return all(_is_as_wanted(col, deck) for deck in wanted)


def _is_as_wanted(col: Collection, deck: FilteredDeck) -> bool:
    deck_id = _find(col, deck)
    if deck_id is None:
        return False
    first = col.sched.get_or_create_filtered_deck(deck_id).config.search_terms[0]
    return (first.limit, int(first.order)) == (deck.limit, deck.order)


def obsolete_decks(
    col: Collection, settings: Settings, wanted: Iterable[FilteredDeck]
) -> list[DeckId]:
    """Filtered decks built for a system, or the mixed one, that are not among those wanted now."""
    root = settings.tag_root
    ours = {tags.system_tag(root, key) for key in ("", *(system.key for system in SYSTEMS))}
    searches = {_search(col, tag) for tag in (tags.systems_root(root), *ours)}
    searches -= {deck.search for deck in wanted}
    return [deck_id for deck_id, _name, search in _filtered(col) if search in searches]


def build_decks(
    col: Collection, step: UndoStep, settings: Settings, decks: Sequence[FilteredDeck]
) -> list[BuiltDeck]:
    """Makes or rebuilds the decks in this order; the student's current deck stays current.

    They are emptied first, so that what an earlier deck takes does not depend on what a later one
    happened to hold. Decks of systems with nothing left to study go; their cards return home.
    Raises FilteredDeckError where a filtered deck stands where a parent is due.
    """
    gone = obsolete_decks(col, settings, decks)
    if gone:
        step.write(col.decks.remove, gone)
    if not decks:
        return []
    current = col.decks.get_current_id()
    ids = {deck.name: _find(col, deck) for deck in decks}
    for existing in filter(None, ids.values()):
        step.write(col.sched.empty_filtered_deck, existing)
    built = []
    for deck in decks:
        ensure_deck(col, step, deck.name.rpartition("::")[0])
        update = col.sched.get_or_create_filtered_deck(ids[deck.name] or DeckId(0))
        if not update.id:
            update.name = deck.name
        update.allow_empty = True
        del update.config.search_terms[:]
        update.config.search_terms.append(
            FilteredDeckConfig.SearchTerm(search=deck.search, limit=deck.limit, order=deck.order)  # type: ignore[arg-type]
        )
        update.config.reschedule = True
        built.append(DeckId(step.write(col.sched.add_or_update_filtered_deck, update).id))
    if col.decks.get_current_id() != current:
        step.write(col.decks.set_current, current)
    return [_built(col, deck_id) for deck_id in built]


def existing_decks(col: Collection, wanted: Iterable[FilteredDeck]) -> list[BuiltDeck]:
    """Those of the wanted decks that exist, as they are."""
    return [_built(col, id) for id in (_find(col, deck) for deck in wanted) if id is not None]


def _built(col: Collection, deck_id: DeckId) -> BuiltDeck:
    count = col.decks.card_count(deck_id, include_subdecks=False)
    return BuiltDeck(deck_id, col.decks.name(deck_id), count)


def _find(col: Collection, deck: FilteredDeck) -> DeckId | None:
    """The deck that was built for this search, whatever the student has called it since."""
    same_name = None
    for deck_id, name, search in _filtered(col):
        if search == deck.search:
            return deck_id
        if name == deck.name:
            same_name = deck_id
    return same_name


def _filtered(col: Collection) -> Iterator[tuple[DeckId, str, str]]:
    """Every filtered deck with its name and its first search."""
    for found in col.decks.all_names_and_ids(skip_empty_default=True):
        full = col.decks.get(DeckId(found.id), default=False)
        if full and full["dyn"] and full["terms"]:
            yield DeckId(found.id), found.name, full["terms"][0][0]
