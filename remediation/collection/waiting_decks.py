"""The add-on's filtered decks with the cards that wait in them now."""

from __future__ import annotations

from collections.abc import Collection as Container
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from anki.collection import Collection
from anki.decks import DeckId, DeckTreeNode

from ..planning.session import Waiting
from ..settings import Settings
from .own_decks import MIXED, deck_names, own_decks


@dataclass(frozen=True)
class WaitingDecks:
    """The deck that is mixed over the systems, and those of systems.

    Each has its own name without those above it, and the cards that Anki would show now.
    """

    mixed: tuple[Waiting, ...] = ()
    systems: tuple[Waiting, ...] = ()

    def started_with(self, first: Container[int]) -> list[Waiting]:
        """All of them, those with these ids before the others."""
        return sorted((*self.mixed, *self.systems), key=lambda deck: deck.deck not in first)


def waiting_decks(col: Collection, settings: Settings) -> WaitingDecks:
    """The add-on's decks that have cards to show, wherever the student has put them."""
    own = own_decks(col, settings, deck_names(settings))
    mixed = {deck.id for key, deck in own.by_key.items() if key == MIXED}
    nodes = [node for node in _below(col.sched.deck_due_tree()) if node.deck_id in own.ids()]
    return WaitingDecks(
        _with_cards(node for node in nodes if node.deck_id in mixed),
        _with_cards(node for node in nodes if node.deck_id not in mixed),
    )


def cards_waiting(col: Collection, decks: Container[DeckId]) -> dict[DeckId, int]:
    """How many cards Anki would show now, for each of these decks that exists."""
    nodes = ((DeckId(node.deck_id), node) for node in _below(col.sched.deck_due_tree()))
    return {deck: _cards(node) for deck, node in nodes if deck in decks}


def _with_cards(nodes: Iterable[DeckTreeNode]) -> tuple[Waiting, ...]:
    found = (Waiting(node.deck_id, node.name, _cards(node)) for node in nodes)
    return tuple(deck for deck in found if deck.cards)


def _cards(node: DeckTreeNode) -> int:
    return node.new_count + node.learn_count + node.review_count


def _below(node: DeckTreeNode) -> Iterator[DeckTreeNode]:
    for child in node.children:
        yield child
        yield from _below(child)
