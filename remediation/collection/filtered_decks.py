"""The filtered decks of the add-on: a mixed one, and one for each organ system.

A card can be in one filtered deck only, so decks built earlier take what they match first. The
decks hang below a normal parent, since a filtered deck cannot have children. They find their cards
by the add-on's tags, or by the notes' ids, so that a phone can build them anew in the same way.

What is due comes first by a search of its own, since no order of Anki's puts it before the others.
Each search has its own limit, which is fixed until this add-on builds the deck again. So what a
phone builds later is never larger than the deck; where more is due by then than the first search
may take, the rest is chosen among all others.
"""

from __future__ import annotations

from collections.abc import Collection as AnyCollection
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from anki.cards import CardId
from anki.collection import Collection
from anki.decks import DeckId, FilteredDeckConfig
from anki.notes import NoteId

from ..settings import Settings
from . import tags
from .database import database
from .deck_contents import DeckCard, could_be_chosen, eligible, read_cards
from .deck_counts import DeckCount, count_cards
from .ledger import ensure_deck
from .own_decks import (
    MIXED,
    SYSTEM_NAMES,
    ExistingDeck,
    OwnDecks,
    RememberedDeck,
    all_filtered_decks,
    by_tag,
    own_decks,
    remember_decks,
    remembered_decks,
    searches,
    system_key,
)
from .undo import UndoStep

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
            matching = by_tag(col, tag)
        full_name = _below_normal_decks(col, f"{settings.deck_parent}::{name}")
        found_by = searches(col, matching, study=study)
        return FilteredDeck(key, full_name, found_by, limit, order, study, ids)

    systems = [
        deck(
            system_key(system),
            f"{settings.systems_deck_name}::{name}",
            tags.system_tag(root, system),
            settings.system_deck_limit,
            notes_of_system[system],
        )
        for system, name in SYSTEM_NAMES.items()
        if settings.system_decks and notes_of_system.get(system)
    ]
    everything = [note for notes in notes_of_system.values() for note in notes]
    if not (settings.mixed_deck and everything):
        return systems
    tag = tags.systems_root(root)
    name = settings.mixed_deck_name
    mixed = deck(MIXED, name, tag, settings.mixed_deck_limit, everything)
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


def _order(col: Collection, name: str) -> int:
    if name == "random":
        return int(_Order.RANDOM)
    if name == "due":
        return int(_Order.DUE)
    # Without FSRS, Anki 26.9.3 fails to build a deck ordered by retrievability.
    if col.get_config("fsrs", False):
        return int(_Order.RETRIEVABILITY_ASCENDING)
    return int(_Order.INTERVALS_ASCENDING)


# Comparing
##########################################################################


def _names(decks: Iterable[FilteredDeck]) -> dict[str, str]:
    return {deck.key: deck.name for deck in decks}


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
    own = own_decks(col, settings, _names(wanted))
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
    own = own_decks(col, settings, _names(wanted))
    if own.others:
        return False
    existing = [(own.by_key.get(deck.key), deck) for deck in wanted]
    return all(found and _is_set_up(own, found, deck) for found, deck in existing)


def _is_set_up(own: OwnDecks, existing: ExistingDeck, deck: FilteredDeck) -> bool:
    # Where the first search finds enough, there is no second one.
    searches = tuple(search for search, _limit, _order in existing.terms)
    return (
        searches == deck.searches[: len(searches)]
        and _are_limits_of([limit for _search, limit, _order in existing.terms], deck)
        and all(order == deck.order for _search, _limit, order in existing.terms)
        and existing.study == deck.study
        and existing.name == own.name_for(deck.key, deck.name)
    )


def _limits(deck: FilteredDeck, found: int) -> list[int]:
    """The limits of the deck's searches, of which the first finds so many cards.

    Together they are the deck's, so that a phone builds no larger one. A first search that finds
    nothing keeps its place with a limit of 1.
    """
    if len(deck.searches) == 1 or found >= deck.limit:
        return [deck.limit]
    return [max(found, 1), deck.limit - found]


def _are_limits_of(limits: Sequence[int], deck: FilteredDeck) -> bool:
    """Whether the deck's searches had these limits once."""
    return any(limits == _limits(deck, found) for found in {0, limits[0]})


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
    own = own_decks(col, settings, _names(wanted))
    cards = _cards(col, wanted, ranked=False)
    names = {deck.id: deck.name for deck in all_filtered_decks(col)}
    counts = []
    for deck in wanted:
        existing = own.by_key.get(deck.key)
        deck_id = existing.id if existing else None
        name = own.name_for(deck.key, deck.name)
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
    own = own_decks(col, settings, _names(plan.wanted))
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
    col: Collection, step: UndoStep, own: OwnDecks, deck: FilteredDeck, found: int
) -> DeckId:
    """Builds one deck, of which the first search finds so many cards."""
    name = own.name_for(deck.key, deck.name)
    existing = own.by_key.get(deck.key)
    if existing is None or existing.name != name:
        ensure_deck(col, step, name.rpartition("::")[0])
    update = col.sched.get_or_create_filtered_deck(existing.id if existing else DeckId(0))
    update.name = name
    update.allow_empty = True
    update.config.reschedule = deck.study
    del update.config.search_terms[:]
    for search, limit in zip(deck.searches, _limits(deck, found)):
        update.config.search_terms.append(
            FilteredDeckConfig.SearchTerm(search=search, limit=limit, order=deck.order)  # type: ignore[arg-type]
        )
    return DeckId(step.write(col.sched.add_or_update_filtered_deck, update).id)


def _remember(
    col: Collection,
    step: UndoStep,
    own: OwnDecks,
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
        decks[deck.key] = RememberedDeck(built[deck.key], wanted_name, name)
    remember_decks(col, step, decks, day=col.sched.today)


def build_later(col: Collection, step: UndoStep) -> None:
    """Leaves building to the next update of the decks, as part of an undo step.

    That looks at them then even if they were built today (`built_today`).
    """
    remember_decks(col, step, remembered_decks(col), day=0)


def existing_decks(
    col: Collection, settings: Settings, wanted: Sequence[FilteredDeck]
) -> list[BuiltDeck]:
    """Those of the wanted decks that exist, as they are."""
    own = own_decks(col, settings, _names(wanted)).by_key
    return [_built(col, own[deck.key].id) for deck in wanted if deck.key in own]


def _built(col: Collection, deck_id: DeckId) -> BuiltDeck:
    count = col.decks.card_count(deck_id, include_subdecks=False)
    return BuiltDeck(deck_id, col.decks.name(deck_id), count)
