"""What became of the cards that belong into a filtered deck, as numbers and as a sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from anki.decks import DeckId

from .deck_contents import DeckCard

# A sentence names so many decks.
_NAMED_DECKS = 3


@dataclass(frozen=True)
class DeckCount:
    """What became of the cards that belong into a filtered deck; each is counted once.

    `ready` are in it and can be studied, of `total`. `elsewhere` are those in other filtered
    decks, by the deck's full name. `later` are over the deck's limit, free only since it was
    built, or in learning and not due.
    """

    name: str
    total: int
    ready: int
    suspended: int = 0
    buried: int = 0
    answered_today: int = 0
    later: int = 0
    elsewhere: Mapping[str, int] = field(default_factory=dict)

    def sentence(self) -> str:
        """As in "12 of 40: 20 suspended, 8 already in Cram IM"."""
        elsewhere = sorted(self.elsewhere.items(), key=lambda item: -item[1])
        others = elsewhere[_NAMED_DECKS:]
        parts = [
            (self.suspended, "suspended"),
            (self.buried, "buried until tomorrow"),
            (self.answered_today, "answered today"),
            *((number, f"already in {_short(name)}") for name, number in elsewhere[:_NAMED_DECKS]),
            (sum(number for _name, number in others), f"already in {len(others)} other decks"),
            (self.later, "left for later"),
        ]
        why = ", ".join(f"{number:,} {what}" for number, what in parts if number)
        return f"{self.ready:,} of {self.total:,}" + (f": {why}" if why else "")


def _short(deck_name: str) -> str:
    return deck_name.rpartition("::")[2]


def count_cards(
    name: str,
    deck: DeckId | None,
    cards: Iterable[DeckCard],
    deck_names: Mapping[DeckId, str],
    *,
    study: bool,
) -> DeckCount:
    """The count of one deck; `deck` is None where it does not exist."""
    counts: Counter[str] = Counter()
    elsewhere: Counter[str] = Counter()
    for card in cards:
        counts["total"] += 1
        if card.suspended:
            counts["suspended"] += 1
        elif card.buried:
            counts["buried"] += 1
        elif card.deck == deck:
            counts["ready"] += 1
        elif card.filtered:
            elsewhere[deck_names.get(card.deck, "")] += 1
        elif study and card.answered_today:
            counts["answered_today"] += 1
        else:
            counts["later"] += 1
    return DeckCount(
        name,
        counts["total"],
        counts["ready"],
        counts["suspended"],
        counts["buried"],
        counts["answered_today"],
        counts["later"],
        dict(elsewhere),
    )
