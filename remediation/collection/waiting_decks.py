"""The add-on's filtered decks with the cards that wait in them now."""

from __future__ import annotations

from collections.abc import Collection as Container
from collections.abc import Iterator
from dataclasses import dataclass

from anki.collection import Collection
from anki.decks import DeckId, DeckTreeNode

from ..planning.session import Waiting


@dataclass(frozen=True)
class WaitingDecks:
    """The decks right below the add-on's parent, mixed over the systems, and those of systems.

    Each has its own name without those above it, and the cards that Anki would show now.
    """

    mixed: tuple[Waiting, ...] = ()
    systems: tuple[Waiting, ...] = ()

    def started_with(self, first: Container[int]) -> list[Waiting]:
        """All of them, those with these ids before the others."""
        return sorted((*self.mixed, *self.systems), key=lambda deck: deck.deck not in first)


def waiting_decks(col: Collection, parent: str) -> WaitingDecks:
    """The filtered decks below `parent` (a deck's full name) that have cards to show."""
    top = col.decks.id_for_name(parent)
    root = col.sched.deck_due_tree(top) if top else None
    if root is None:
        return WaitingDecks()
    mixed = [node for node in root.children if node.filtered]
    systems = [node for child in root.children for node in _below(child) if node.filtered]
    return WaitingDecks(_with_cards(mixed), _with_cards(systems))


def cards_waiting(col: Collection, decks: Container[DeckId]) -> dict[DeckId, int]:
    """How many cards Anki would show now, for each of these decks that exists."""
    nodes = ((DeckId(node.deck_id), node) for node in _below(col.sched.deck_due_tree()))
    return {deck: _cards(node) for deck, node in nodes if deck in decks}


def _with_cards(nodes: list[DeckTreeNode]) -> tuple[Waiting, ...]:
    found = (Waiting(node.deck_id, node.name, _cards(node)) for node in nodes)
    return tuple(deck for deck in found if deck.cards)


def _cards(node: DeckTreeNode) -> int:
    return node.new_count + node.learn_count + node.review_count


def _below(node: DeckTreeNode) -> Iterator[DeckTreeNode]:
    for child in node.children:
        yield child
        yield from _below(child)
