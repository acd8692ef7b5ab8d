"""How long the cards of a day take, told by how long such cards took before."""

from __future__ import annotations

import math
from dataclasses import dataclass

# What is supposed of a student who has answered few cards: one answer to a card that is due, and
# about three to a new one, of ten seconds each. Judgement; so many cards weigh as much as what is
# supposed.
_SECONDS_A_REVIEW = 10.0
_SECONDS_A_NEW_CARD = 30.0
_PRIOR_CARDS = 20


@dataclass(frozen=True)
class Answered:
    """Cards that were answered, each counted once a day, and the seconds of all their answers."""

    cards: int = 0
    seconds: float = 0.0

    def a_card(self, supposed: float) -> float:
        """Seconds that one takes in a day, drawn towards what is `supposed` where they are few."""
        return (self.seconds + supposed * _PRIOR_CARDS) / (self.cards + _PRIOR_CARDS)


@dataclass(frozen=True)
class StudyTime:
    """What a day's cards take.

    `minutes` is what the student has for cards in a day, 0 where they did not say. `spent` are the
    seconds of today's answers, `reviews` and `new` the cards that Anki still has for today: `new`
    are those that are new or being learned. `reviewed` and `learned` tell how long such cards took.
    """

    minutes: int = 0
    spent: float = 0.0
    reviews: int = 0
    new: int = 0
    reviewed: Answered = Answered()
    learned: Answered = Answered()

    @property
    def is_limited(self) -> bool:
        """Whether the student said how much time there is."""
        return self.minutes > 0

    @property
    def taken(self) -> float:
        """Minutes that today's cards take, those already answered included."""
        reviews = self.reviews * self.reviewed.a_card(_SECONDS_A_REVIEW)
        return (self.spent + reviews) / 60 + self.for_new(self.new)

    @property
    def room(self) -> int:
        """For how many more new cards today leaves time; asked only where it `is_limited`."""
        return max(0, math.floor((self.minutes - self.taken) / self.for_new(1)))

    def for_new(self, cards: int) -> float:
        """Minutes that so many new cards take on their first day."""
        return cards * self.learned.a_card(_SECONDS_A_NEW_CARD) / 60
