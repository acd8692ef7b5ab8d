"""The answers of a rapid-fire session, as the review log has them."""

from __future__ import annotations

from collections.abc import Collection as Container
from collections.abc import Iterable

from anki.cards import CardId
from anki.collection import Collection
from anki.decks import DeckId

from ..planning.session import Answer
from .database import database, ids_in

_AGAIN = 1


def cards_in(col: Collection, decks: Iterable[DeckId]) -> set[CardId]:
    """The cards that are in these decks now."""
    return set(database(col).list(f"select id from cards where did in {ids_in(decks)}"))


def answers_since(col: Collection, moment: float, cards: Container[int]) -> list[Answer]:
    """The answers to these cards since a moment (seconds since the epoch), in their order.

    Answers that were undone are not among them.
    """
    rows = database(col).all(
        "select cid, ease from revlog where id > ? and ease > 0 order by id", int(moment * 1000)
    )
    return [Answer(card, again=ease == _AGAIN) for card, ease in rows if card in cards]
