"""The normal decks that the add-on made: for its records, and above its filtered decks.

Nothing in a deck says who made it. The ids of decks and of notes are the moments when they were
made (milliseconds since the epoch), and the add-on makes a deck when it has a record to add or a
filtered deck to build.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection as AnyCollection
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import product

from anki.collection import Collection
from anki.decks import DEFAULT_DECK_ID, DeckId

from ..settings import Settings
from .database import database, ids_in
from .ledger import LOG_DECK, QUESTION_DECK, own_types
from .own_decks import own_decks
from .shared_settings import decks_noted, former_names
from .undo import UndoStep

# Anki makes missing parents together with a deck. Judgement: nobody makes one by hand so soon.
_SAME_MOMENT_MS = 10_000
# What Anki adds to a name that is taken.
_PLUS = re.compile(r"\++(?=::|$)")


def made_decks(col: Collection, settings: Settings, filtered: AnyCollection[DeckId]) -> set[DeckId]:
    """The normal decks that the add-on made; `filtered` are its filtered ones.

    Those are called as the add-on calls its own. Where a name is none of these settings any more,
    or was given by the student, the deck was made in the same moment as something of the add-on's.
    """
    id_of = _ids_by_name(col)
    named = {id_of[name] for name in _own_names(settings) if name in id_of}
    types = ids_in(own_types(col))
    notes = database(col).list(f"select id from notes where mid in {types}")
    moments = sorted({*notes, *filtered, *named})
    former = _former_names(col, settings)
    once_named = {deck for name, deck in id_of.items() if _PLUS.sub("", name) in former}
    homes = {home for home in homes_of_cards(col, f"n.mid in {types}") if _is_near(home, moments)}
    ours = named | homes
    above = {
        id_of[higher]
        for name, deck in id_of.items()
        if deck in ours or deck in filtered
        for higher in _path(name)[:-1]
        if higher in id_of
    }
    ours |= {deck for deck in above | once_named if _is_near(deck, moments)}
    there_before = decks_there_before(col)
    return {deck for deck in ours - there_before if not col.decks.is_filtered(deck)}


def decks_there_before(col: Collection) -> set[DeckId]:
    """The decks that the student had before the add-on used them, whatever their names.

    Those older than the add-on's note types, and those that were noted when a name was chosen.
    """
    oldest = max(min(own_types(col), default=0), DEFAULT_DECK_ID + 1)
    return decks_noted(col) | {deck for deck in _ids_by_name(col).values() if deck < oldest}


def decks_to_note(col: Collection, before: Settings, after: Settings) -> set[DeckId]:
    """The decks of the student's that these settings would use, and that have to be noted.

    Afterwards they could not be told from those that the add-on makes.
    """
    new = {*_own_names(after), *_path(after.deck_parent.casefold())} - {*_own_names(before)}
    id_of = _ids_by_name(col)
    found = {id_of[name] for name in new if name in id_of}
    if not found:
        return set()
    ours = made_decks(col, before, own_decks(col, before, {}).ids())
    return found - ours - decks_there_before(col)


def decks_in_use(col: Collection, settings: Settings) -> set[DeckId]:
    """The normal decks that the add-on made and that hold something."""
    made = made_decks(col, settings, own_decks(col, settings, {}).ids())
    return {deck for deck in made if col.decks.children(deck) or has_cards(col, deck)}


def remove_emptied(col: Collection, step: UndoStep, decks: Iterable[DeckId]) -> None:
    """Removes those of the decks that hold nothing any more, as part of an undo step."""
    names = {deck: col.decks.name_if_exists(deck) for deck in decks}
    for deck in sorted(names, key=lambda deck: (names[deck] or "").count("::"), reverse=True):
        if names[deck] and not col.decks.children(deck) and not has_cards(col, deck):
            step.write(col.decks.remove, [deck])


def has_cards(col: Collection, deck: DeckId, *, besides_records: bool = False) -> bool:
    """Whether cards are in the deck or at home there; with `besides_records` not the ledger's."""
    others = f" and n.mid not in {ids_in(own_types(col))}" if besides_records else ""
    return bool(
        database(col).scalar(
            "select 1 from cards c join notes n on n.id = c.nid"
            f" where (c.did = ? or c.odid = ?){others} limit 1",
            deck,
            deck,
        )
    )


def homes_of_cards(col: Collection, which: str) -> set[DeckId]:
    """The decks in which cards `which` (SQL about cards c and notes n) are at home."""
    return set(
        database(col).list(
            "select distinct case when c.odid then c.odid else c.did end"
            f" from cards c join notes n on n.id = c.nid where {which}"
        )
    )


def _own_names(settings: Settings) -> list[str]:
    """What the add-on calls its normal decks."""
    parent = settings.deck_parent
    above_mixed = _path(settings.mixed_deck_name)[:-1]
    below = (LOG_DECK, QUESTION_DECK, *_path(settings.systems_deck_name), *above_mixed)
    return [name.casefold() for name in (parent, *(f"{parent}::{name}" for name in below))]


def _former_names(col: Collection, settings: Settings) -> set[str]:
    """What they may have been called once, and what is above them."""
    chosen = [
        {getattr(settings, name), *former_names(col, name)}
        for name in ("deck_parent", "systems_deck_name", "mixed_deck_name")
    ]
    names: set[str] = set()
    for parent, systems, mixed in product(*chosen):
        once = replace(
            settings, deck_parent=parent, systems_deck_name=systems, mixed_deck_name=mixed
        )
        names.update(_own_names(once), _path(parent.casefold()))
    return names


def _path(name: str) -> list[str]:
    """The names of the decks above one, and its own."""
    parts = name.split("::")
    return ["::".join(parts[:length]) for length in range(1, len(parts) + 1)]


def _ids_by_name(col: Collection) -> dict[str, DeckId]:
    """Upper and lower case are the same to Anki."""
    return {deck.name.casefold(): DeckId(deck.id) for deck in col.decks.all_names_and_ids()}


def _is_near(moment: int, moments: Sequence[int]) -> bool:
    """Whether any of the moments, which are in order, is as good as the same."""
    place = bisect_left(moments, moment - _SAME_MOMENT_MS)
    return place < len(moments) and moments[place] <= moment + _SAME_MOMENT_MS
