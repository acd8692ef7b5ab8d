"""The filtered decks of the add-on: a mixed one, and one for each organ system.

A card can be in one filtered deck only, so decks built earlier take what they match first. The
decks hang below a normal parent, since a filtered deck cannot have children. They find their cards
by the add-on's tags, or by the notes' ids, so that a phone can build them anew in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Collection as AnyCollection
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from anki.cards import CardId
from anki.collection import Collection, SearchNode
from anki.decks import DeckId, FilteredDeckConfig
from anki.notes import NoteId

from ..model.systems import SYSTEMS
from ..settings import Settings
from . import tags
from .database import database
from .deck_contents import (
    DeckCard,
    DeckCount,
    could_be_chosen,
    count_cards,
    eligible,
    read_cards,
)
from .ledger import ensure_deck
from .undo import UndoStep

NO_SYSTEM_NAME = "Other"
# In the collection's config, which may be lost: then decks are found by their searches.
CONFIG_KEY = "remediationDecks"

_MIXED = "mixed"
_SYSTEM_NAMES = {**{system.key: system.name for system in SYSTEMS}, "": NO_SYSTEM_NAME}
# Anki asks for it too. It marks a search as the add-on's, which a student's own hardly begins with.
_OURS = "-is:suspended -is:buried"
_LOOKS_OURS = re.compile(rf'{_OURS} (?:"?tag:\S+::System\b|nid:\d)')
_DUE_OR_NEW = "(is:due OR is:new)"
# A card answered today is left out: early repeats in a rescheduling deck inflate intervals.
_NOT_TODAY = "-rated:1"

_Order = FilteredDeckConfig.SearchTerm.Order


@dataclass(frozen=True)
class FilteredDeck:
    """A filtered deck as it should be.

    `key` tells it from the others, `name` is complete, with its parents. `searches` are one or
    two: what the first finds comes first, and only when it finds less than `limit` the second fills
    up. `notes` are those whose cards the searches find. `study` decks reschedule their cards.
    """

    key: str
    name: str
    searches: tuple[str, ...]
    limit: int
    order: int
    study: bool
    notes: tuple[NoteId, ...]


@dataclass(frozen=True)
class BuiltDeck:
    """A filtered deck as it is now, with the number of cards in it."""

    id: DeckId
    name: str
    cards: int


@dataclass(frozen=True)
class DeckPlan:
    """The decks to build of those wanted, in this order, and those to take away."""

    wanted: tuple[FilteredDeck, ...] = ()
    build: tuple[FilteredDeck, ...] = ()
    remove: tuple[DeckId, ...] = ()

    def __len__(self) -> int:
        """How many decks change."""
        return len(self.build) + len(self.remove)


def wanted_decks(
    col: Collection, settings: Settings, notes_of_system: Mapping[str, AnyCollection[NoteId]]
) -> list[FilteredDeck]:
    """The decks for the notes to study of each system (its key; "" for none), in building order.

    A note may be in several systems; systems without notes get no deck.
    """
    root = settings.tag_root
    order = _order(col, settings.deck_order)
    study = settings.deck_mode == "study"

    def deck(key: str, name: str, tag: str, limit: int, notes: Iterable[NoteId]) -> FilteredDeck:
        ids = tuple(sorted(set(notes)))
        if settings.decks_by == "notes":
            matching = f"nid:{','.join(map(str, ids))}"
        else:
            matching = _by_tag(col, tag)
        searches = _searches(col, matching, study=study)
        full_name = _below_normal_decks(col, f"{settings.deck_parent}::{name}")
        return FilteredDeck(key, full_name, searches, limit, order, study, ids)

    systems = [
        deck(
            _system_key(system),
            f"{settings.systems_deck_name}::{name}",
            tags.system_tag(root, system),
            settings.system_deck_limit,
            notes_of_system[system],
        )
        for system, name in _SYSTEM_NAMES.items()
        if settings.system_decks and notes_of_system.get(system)
    ]
    everything = [note for notes in notes_of_system.values() for note in notes]
    if not (settings.mixed_deck and everything):
        return systems
    tag = tags.systems_root(root)
    name = settings.mixed_deck_name
    mixed = deck(_MIXED, name, tag, settings.mixed_deck_limit, everything)
    return [*systems, mixed] if settings.deck_priority == "systems" else [mixed, *systems]


def _below_normal_decks(col: Collection, name: str) -> str:
    """The name, with a + where a filtered deck of the student's stands as one of its parents."""
    *parents, leaf = name.split("::")
    above = ""
    for part in parents:
        above += part
        deck_id = col.decks.id_for_name(above)
        while deck_id is not None and col.decks.is_filtered(deck_id):
            above += "+"
            deck_id = col.decks.id_for_name(above)
        above += "::"
    return above + leaf


def _system_key(system: str) -> str:
    return f"system:{system}"


def _by_tag(col: Collection, tag: str) -> str:
    return col.build_search_string(SearchNode(tag=tag))


def _searches(col: Collection, matching: str, *, study: bool) -> tuple[str, ...]:
    """The searches in the form in which Anki keeps them."""
    if not study:
        return (col.build_search_string(f"{_OURS} {matching}"),)
    first = f"{_OURS} {matching} {_DUE_OR_NEW} {_NOT_TODAY}"
    # A card in learning that is not due would take a place and not be shown.
    return (
        col.build_search_string(first),
        col.build_search_string(f"{_OURS} {matching} -is:learn {_NOT_TODAY}"),
    )


def _order(col: Collection, name: str) -> int:
    if name == "random":
        return int(_Order.RANDOM)
    if name == "due":
        return int(_Order.DUE)
    # Without FSRS, Anki 26.9.3 fails to build a deck ordered by retrievability.
    if col.get_config("fsrs", False):
        return int(_Order.RETRIEVABILITY_ASCENDING)
    return int(_Order.INTERVALS_ASCENDING)


# Finding the decks
##########################################################################


@dataclass(frozen=True)
class _Existing:
    """A filtered deck as it is. `terms` are its searches, each with limit and order."""

    id: DeckId
    name: str
    terms: tuple[tuple[str, int, int], ...]
    study: bool


@dataclass(frozen=True)
class _Remembered:
    """A deck as the add-on built it last: what it was to be called, and what Anki called it."""

    id: int
    wanted_name: str
    name: str


@dataclass(frozen=True)
class _OwnDecks:
    """The add-on's decks by their key, and further ones built for the same or for nothing now."""

    by_key: Mapping[str, _Existing]
    others: tuple[DeckId, ...]
    remembered: Mapping[str, _Remembered]

    def ids(self) -> set[DeckId]:
        return {*(deck.id for deck in self.by_key.values()), *self.others}

    def name_for(self, wanted: FilteredDeck) -> str:
        """What the deck is to be called: as the student calls it, unless the setting changed."""
        existing = self.by_key.get(wanted.key)
        if existing is None:
            return wanted.name
        last = self.remembered.get(wanted.key)
        renamed_by_setting = last and last.wanted_name != wanted.name and last.name == existing.name
        return wanted.name if renamed_by_setting else existing.name


def _own_decks(col: Collection, settings: Settings, wanted: Iterable[FilteredDeck]) -> _OwnDecks:
    """Finds the add-on's decks, whatever the student has called them or set since.

    By the id remembered; else by a search that only the add-on writes, since another computer may
    have made the deck; else by name, where it lists notes. A deck whose search the student wrote
    or changed is theirs, even with the add-on's tags in it. The search of the first versions could
    be a student's own, so it counts below the deck parent only.
    """
    filtered = {deck.id: deck for deck in _filtered(col)}
    remembered = _remembered(col)
    key_of = _keys_by_search(col, settings)
    first_key_of = _keys_by_first_search(col, settings)
    names = {deck.name: deck.key for deck in wanted}
    found: dict[str, _Existing] = {}
    for key, last in remembered.items():
        by_id = filtered.get(DeckId(last.id))
        if by_id and _LOOKS_OURS.match(by_id.terms[0][0]):
            found[key] = filtered.pop(by_id.id)
    others = []
    for deck in sorted(filtered.values(), key=lambda deck: deck.id):
        search = deck.terms[0][0]
        this = key_of.get(search) or (_LOOKS_OURS.match(search) and names.get(deck.name))
        if not this and deck.name.startswith(f"{settings.deck_parent}::"):
            this = first_key_of.get(search)
        if this in found:
            others.append(deck.id)
        elif this:
            found[this] = deck
    keys = {deck.key for deck in wanted}
    others += [deck.id for key, deck in found.items() if key not in keys]
    kept = {key: deck for key, deck in found.items() if key in keys}
    return _OwnDecks(kept, tuple(others), remembered)


def _keys_by_search(col: Collection, settings: Settings) -> dict[str, str]:
    """The deck that each first search by tag is for, in either mode."""
    return {
        _searches(col, _by_tag(col, tag), study=study)[0]: key
        for key, tag in _tags_by_key(settings).items()
        for study in (True, False)
    }


def _keys_by_first_search(col: Collection, settings: Settings) -> dict[str, str]:
    """The deck that each search is for with which the first versions of the add-on built it."""
    return {f"{_by_tag(col, tag)} {_NOT_TODAY}": key for key, tag in _tags_by_key(settings).items()}


def _tags_by_key(settings: Settings) -> dict[str, str]:
    root = settings.tag_root
    tag_of = {_system_key(system): tags.system_tag(root, system) for system in _SYSTEM_NAMES}
    return {**tag_of, _MIXED: tags.systems_root(root)}


def _filtered(col: Collection) -> list[_Existing]:
    """Every filtered deck that has a search."""
    return [
        _Existing(
            DeckId(deck["id"]),
            deck["name"],
            tuple((search, limit, order) for search, limit, order in deck["terms"]),
            bool(deck["resched"]),
        )
        for deck in col.decks.all()
        if deck["dyn"] and deck["terms"]
    ]


def _config(col: Collection) -> dict[str, Any]:
    config = col.get_config(CONFIG_KEY, {})
    return config if isinstance(config, dict) else {}


def _remembered(col: Collection) -> dict[str, _Remembered]:
    stored = _config(col).get("decks")
    decks: dict[str, _Remembered] = {}
    for key, value in stored.items() if isinstance(stored, dict) else ():
        if isinstance(value, list) and [type(part) for part in value] == [int, str, str]:
            decks[key] = _Remembered(*value)
    return decks


def built_today(col: Collection) -> bool:
    """Whether decks were built today, on this computer or another."""
    return bool(_config(col).get("day") == col.sched.today)


# Comparing
##########################################################################


def plan_decks(
    col: Collection,
    settings: Settings,
    wanted: Sequence[FilteredDeck],
    activated: AnyCollection[CardId] = (),
) -> DeckPlan:
    """What to build for the decks to hold what they should, and nothing that holds it already.

    `activated` are cards that become active in the same step. Differences that chance makes, or a
    few per cent of recall, are none.
    """
    own = _own_decks(col, settings, wanted)
    own_ids = own.ids()
    cards = _cards(col, wanted, activated)
    build: list[FilteredDeck] = []
    taken: set[CardId] = set()
    # What decks to be built choose from: the later ones get what they leave.
    open_choice: set[CardId] = set()
    for deck in wanted:
        first, then = eligible(_of(deck, cards, taken), own_ids, study=deck.study)
        choice = {card.id for card in (*first, *then)}
        existing = own.by_key.get(deck.key)
        if existing and _is_set_up(own, existing, deck) and not choice & open_choice:
            inside = _card_ids(col, existing.id)
            if could_be_chosen(inside, first, then, deck.limit):
                taken |= inside
                continue
        build.append(deck)
        if len(choice) <= deck.limit and not choice & open_choice:
            taken |= choice
        else:
            open_choice |= choice
    return DeckPlan(tuple(wanted), tuple(build), own.others)


def are_set_up(col: Collection, settings: Settings, wanted: Sequence[FilteredDeck]) -> bool:
    """Whether exactly these decks of the add-on exist, as the settings say, whatever they hold."""
    own = _own_decks(col, settings, wanted)
    if own.others:
        return False
    existing = [(own.by_key.get(deck.key), deck) for deck in wanted]
    return all(found and _is_set_up(own, found, deck) for found, deck in existing)


def _is_set_up(own: _OwnDecks, existing: _Existing, deck: FilteredDeck) -> bool:
    # Where the first search finds enough, there is no second one.
    searches = tuple(search for search, _limit, _order in existing.terms)
    return (
        searches == deck.searches[: len(searches)]
        and existing.terms[0][1] == deck.limit
        and all(order == deck.order for _search, _limit, order in existing.terms)
        and existing.study == deck.study
        and existing.name == own.name_for(deck)
    )


def _cards(
    col: Collection,
    decks: Sequence[FilteredDeck],
    activated: AnyCollection[CardId] = (),
    *,
    ranked: bool = True,
) -> dict[int, list[DeckCard]]:
    if not decks:
        return {}
    notes = sorted({note for deck in decks for note in deck.notes})
    return read_cards(col, notes, decks[0].order if ranked else int(_Order.RANDOM), activated)


def _of(
    deck: FilteredDeck,
    cards: Mapping[int, Sequence[DeckCard]],
    without: AnyCollection[CardId] = (),
) -> list[DeckCard]:
    return [card for note in deck.notes for card in cards.get(note, ()) if card.id not in without]


def _card_ids(col: Collection, deck: DeckId) -> set[CardId]:
    return set(database(col).list("select id from cards where did = ?", deck))


def deck_counts(
    col: Collection, settings: Settings, wanted: Sequence[FilteredDeck]
) -> list[DeckCount]:
    """What became of the cards that belong into each deck, as it is now."""
    own = _own_decks(col, settings, wanted)
    cards = _cards(col, wanted, ranked=False)
    names = {deck.id: deck.name for deck in _filtered(col)}
    counts = []
    for deck in wanted:
        existing = own.by_key.get(deck.key)
        deck_id = existing.id if existing else None
        name = own.name_for(deck)
        counts.append(count_cards(name, deck_id, _of(deck, cards), names, study=deck.study))
    return counts


# Building
##########################################################################


def build_decks(
    col: Collection, step: UndoStep, settings: Settings, plan: DeckPlan
) -> list[BuiltDeck]:
    """Builds and removes decks as planned; returns all the wanted ones that are there then.

    Those to build are emptied first, so that what an earlier one takes does not depend on what a
    later one happened to hold. Cards of removed decks return home. The student's current deck stays
    current.
    """
    own = _own_decks(col, settings, plan.wanted)
    current = col.decks.get_current_id()
    if plan.remove:
        step.write(col.decks.remove, list(plan.remove))
    for deck in plan.build:
        if deck.key in own.by_key:
            step.write(col.sched.empty_filtered_deck, own.by_key[deck.key].id)
    built = {key: existing.id for key, existing in own.by_key.items()}
    cards = _cards(col, plan.build, ranked=False)
    taken: set[CardId] = set()
    for deck in plan.build:
        first, _then = eligible(_of(deck, cards, taken), (), study=deck.study)
        built[deck.key] = _build(col, step, own, deck, len(first))
        taken |= _card_ids(col, built[deck.key])
    if current not in plan.remove and col.decks.get_current_id() != current:
        step.write(col.decks.set_current, current)
    if plan:
        _remember(col, step, own, plan, built)
    return [_built(col, built[deck.key]) for deck in plan.wanted if deck.key in built]


def _build(
    col: Collection, step: UndoStep, own: _OwnDecks, deck: FilteredDeck, found: int
) -> DeckId:
    """Builds one deck, of which the first search finds so many cards."""
    name = own.name_for(deck)
    existing = own.by_key.get(deck.key)
    if existing is None or existing.name != name:
        ensure_deck(col, step, name.rpartition("::")[0])
    update = col.sched.get_or_create_filtered_deck(existing.id if existing else DeckId(0))
    update.name = name
    update.allow_empty = True
    update.config.reschedule = deck.study
    del update.config.search_terms[:]
    # Each search has a limit of its own, so the second gets what the first leaves.
    for search, limit in zip(deck.searches, (deck.limit, deck.limit - found)):
        if limit > 0:
            update.config.search_terms.append(
                FilteredDeckConfig.SearchTerm(search=search, limit=limit, order=deck.order)  # type: ignore[arg-type]
            )
    return DeckId(step.write(col.sched.add_or_update_filtered_deck, update).id)


def _remember(
    col: Collection,
    step: UndoStep,
    own: _OwnDecks,
    plan: DeckPlan,
    built: Mapping[str, DeckId],
) -> None:
    new = {deck.key for deck in plan.build}
    decks = {}
    for deck in plan.wanted:
        last = own.remembered.get(deck.key)
        if deck.key not in built or (last is None and deck.key not in new):
            continue
        wanted_name = deck.name
        name = col.decks.name(built[deck.key])
        # A name that the student gave stays theirs, also when it is the deck's at a rebuild.
        existing = own.by_key.get(deck.key)
        if last and existing and existing.name != last.name:
            wanted_name, name = last.wanted_name, last.name
        decks[deck.key] = [built[deck.key], wanted_name, name]
    config = {"day": col.sched.today, "decks": decks}
    if config != _config(col):
        step.write(partial(col.set_config, CONFIG_KEY, config, undoable=True))


def existing_decks(
    col: Collection, settings: Settings, wanted: Sequence[FilteredDeck]
) -> list[BuiltDeck]:
    """Those of the wanted decks that exist, as they are."""
    own = _own_decks(col, settings, wanted).by_key
    return [_built(col, own[deck.key].id) for deck in wanted if deck.key in own]


def _built(col: Collection, deck_id: DeckId) -> BuiltDeck:
    count = col.decks.card_count(deck_id, include_subdecks=False)
    return BuiltDeck(deck_id, col.decks.name(deck_id), count)
