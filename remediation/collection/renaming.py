"""Moves the add-on's tags below another root, and its decks below another parent.

Only what the add-on made moves: the student's own tags and decks stay, also those that stand among
them. Filtered decks keep their cards; only the searches by which they are built again change.
"""

from __future__ import annotations

from collections.abc import Collection as AnyCollection
from dataclasses import dataclass

from anki.collection import Collection
from anki.decks import DeckId, DeckTreeNode

from ..model.tag_names import is_below
from ..settings import Settings
from . import tags
from .ledger import LOG_DECK, QUESTION_DECK
from .normal_decks import decks_there_before, has_cards
from .own_decks import (
    RememberedDeck,
    own_decks,
    remember_decks,
    remembered_decks,
    searches_by_tag,
)
from .tagged_notes import tags_below
from .undo import UndoStep


class CannotRename(ValueError):
    """What is in the way of a new name, for the student."""


# Tags
######################################################################


@dataclass(frozen=True)
class TagRenaming:
    """What a new tag root would touch.

    `notes` is how many get new tags. `others` is how many tags are not the add-on's and stay, but
    are the new root or below it.
    """

    notes: int = 0
    others: int = 0


def plan_tag_root(
    col: Collection, old: str, new: str, former: AnyCollection[str] = ()
) -> TagRenaming:
    """What another tag root would touch; `former` are roots that were the add-on's before.

    Raises CannotRename where the new tags would be among tags that are not the add-on's, since
    they could not be told apart afterwards, or below one of the add-on's.
    """
    if new.casefold() == old.casefold():
        return TagRenaming()
    ours = tags.branches(old)
    if any(is_below(new, branch) for branch in ours):
        raise CannotRename(f"{new} is itself a tag of Remediation. Please choose another one.")
    foreign = {
        tag
        for _note, words in tags_below(col, new)
        for tag in words
        if not any(is_below(tag, branch) for branch in ours)
    }
    taken = [tag for tag in foreign if any(is_below(tag, b) for b in tags.branches(new))]
    if taken and new.casefold() not in map(str.casefold, former):
        raise CannotRename(
            f"There is a tag {min(taken)} already, and Remediation could not tell it from its own. "
            "Please choose another one."
        )
    notes = sum(
        any(is_below(tag, branch) for tag in words for branch in ours)
        for _note, words in tags_below(col, old)
    )
    return TagRenaming(notes, len(foreign) - len(taken))


def rename_tag_root(
    col: Collection,
    step: UndoStep,
    settings: Settings,
    new: str,
    former: AnyCollection[str] = (),
) -> None:
    """Moves the add-on's tags from the root in `settings` to another, as part of an undo step.

    The searches of its filtered decks follow. Raises CannotRename as `plan_tag_root` does.
    """
    plan_tag_root(col, settings.tag_root, new, former)
    for old_branch, new_branch in zip(tags.branches(settings.tag_root), tags.branches(new)):
        step.write(col.tags.rename, old_branch, new_branch)
    old_searches = searches_by_tag(col, settings.tag_root)
    new_searches = searches_by_tag(col, new)
    follows = {
        old_search: new_search
        for key, searches in old_searches.items()
        for old_search, new_search in zip(searches, new_searches[key])
    }
    for deck_id in _filtered_decks(col, settings):
        deck = col.decks.get(deck_id, default=False)
        if deck and any(term[0] in follows for term in deck["terms"]):
            for term in deck["terms"]:
                term[0] = follows.get(term[0], term[0])
            step.write(col.decks.update_dict, deck)


def _filtered_decks(col: Collection, settings: Settings) -> set[DeckId]:
    """All filtered decks of the add-on, those that are wanted and those that are not."""
    return own_decks(col, settings, {}).ids()


# Decks
######################################################################


@dataclass(frozen=True)
class DeckRenaming:
    """What a new parent would touch.

    `moves` are the decks to rename with their new names; those below them follow. `decks` is how
    many get another name in all.
    """

    moves: tuple[tuple[DeckId, str], ...] = ()
    decks: int = 0


def plan_deck_parent(col: Collection, settings: Settings, new: str) -> DeckRenaming:
    """What another parent than that in `settings` would touch.

    The parent itself is renamed where all in it is the add-on's; else its decks leave it. Raises
    CannotRename where a deck of that name is in the way.
    """
    old = settings.deck_parent
    parts = new.split("::")
    for length in range(1, len(parts) + 1):
        above = col.decks.by_name("::".join(parts[:length]))
        if above and above["dyn"]:
            raise CannotRename(
                f"{above['name']} is a filtered deck, which cannot have decks below it. "
                "Please choose another one."
            )
    parent = col.decks.id_for_name(old)
    if parent is None or new == old:
        return DeckRenaming()
    root = col.decks.find_deck_in_tree(col.decks.deck_tree(), parent)
    if root is None:
        return DeckRenaming()
    return _Mover(col, settings).plan(root, new)


def rename_deck_parent(col: Collection, step: UndoStep, settings: Settings, new: str) -> None:
    """Moves the add-on's decks below another parent, as part of an undo step.

    What they leave empty stays (see `normal_decks.remove_emptied`). Raises CannotRename as
    `plan_deck_parent` does.
    """
    plan = plan_deck_parent(col, settings, new)
    names = {deck_id: col.decks.name(deck_id) for deck_id in _filtered_decks(col, settings)}
    for deck_id, name in plan.moves:
        step.write(col.decks.rename, deck_id, name)
    _follow(col, step, settings.deck_parent, new, names)


class _Mover:
    """Finds which of the decks below a parent are the add-on's, and where they go."""

    def __init__(self, col: Collection, settings: Settings) -> None:
        self._col = col
        self._filtered = _filtered_decks(col, settings)
        self._there_before = decks_there_before(col)
        self._records = {
            deck_id
            for name in (LOG_DECK, QUESTION_DECK)
            for deck_id in [col.decks.id_for_name(f"{settings.deck_parent}::{name}")]
            if deck_id is not None and not has_cards(col, deck_id, besides_records=True)
        }
        self._moves: list[tuple[DeckId, str]] = []
        self._count = 0

    def plan(self, parent: DeckTreeNode, new: str) -> DeckRenaming:
        """The moves that bring everything below `parent` that is the add-on's below `new`."""
        self._collect(parent, new)
        return DeckRenaming(tuple(self._moves), self._count)

    def _collect(self, deck: DeckTreeNode, target: str) -> None:
        if self._is_ours(deck):
            self._move(deck, target)
            return
        for child in deck.children:
            self._collect(child, f"{target}::{child.name}")

    def _is_ours(self, deck: DeckTreeNode) -> bool:
        """Whether the add-on made the deck and all below it, or it holds nothing but such.

        What the student had before stays where it is, also where all in it is the add-on's.
        """
        if not all(self._is_ours(child) for child in deck.children):
            return False
        deck_id = DeckId(deck.deck_id)
        if deck_id in self._filtered or deck_id in self._records:
            return True
        if deck_id in self._there_before or has_cards(self._col, deck_id):
            return False
        return bool(deck.children)

    def _move(self, deck: DeckTreeNode, target: str) -> None:
        deck_id = DeckId(deck.deck_id)
        there = self._col.decks.id_for_name(target)
        if there is None or there == deck_id:
            self._moves.append((deck_id, target))
            self._count += _size(deck)
            return
        if not deck.children or self._col.decks.is_filtered(there):
            raise CannotRename(
                f"There is a deck {target} already. Rename it, or choose another parent."
            )
        for child in deck.children:
            self._move(child, f"{target}::{child.name}")


def _size(deck: DeckTreeNode) -> int:
    return 1 + sum(map(_size, deck.children))


def _follow(
    col: Collection, step: UndoStep, old: str, new: str, names_before: dict[DeckId, str]
) -> None:
    """Notes the new names where filtered decks are known by their names."""
    remembered = remembered_decks(col)
    followed = {}
    for key, deck in remembered.items():
        wanted_name, name = deck.wanted_name, deck.name
        if wanted_name.startswith(f"{old}::"):
            wanted_name = new + wanted_name[len(old) :]
        # A deck that the student renamed stays known as such.
        if names_before.get(DeckId(deck.id)) == name:
            name = col.decks.name(DeckId(deck.id))
        followed[key] = RememberedDeck(deck.id, wanted_name, name)
    if remembered:
        remember_decks(col, step, followed)
