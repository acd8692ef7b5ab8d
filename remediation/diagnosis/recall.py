"""How likely a card was recalled at a moment, from its last review before it."""

from __future__ import annotations

import json
import math
from enum import Enum
from typing import NamedTuple

# Decay of the forgetting curve before FSRS 6 made it a parameter: FSRS 4.5 and 5,
# https://github.com/open-spaced-repetition/fsrs4anki/wiki/The-Algorithm
DEFAULT_DECAY = 0.5
# By definition, stability is the time in days after which recall has fallen to 90 %.
_RECALL_AT_STABILITY = 0.9
# FSRS keeps the decay between 0.1 and 0.8; the curve cannot be computed for one near 0.
_LEAST_DECAY = 0.01
# A fact recalled with at least this probability counts as solid. Anki schedules cards to be
# reviewed at 90 %; a card some days overdue is still known by most meanings of the word.
SOLID_RECALL = 0.8

SECONDS_PER_DAY = 86_400


class MemoryState(NamedTuple):
    """What FSRS stores with a card: `stability` in days, `decay` of its forgetting curve."""

    stability: float
    decay: float


class Knowledge(Enum):
    """What the cards say about a fact at the moment of the question."""

    NO_CARD = "no card"
    NEW = "new to you"
    SHAKY = "shaky"
    SOLID = "solid"


def recall_probability(
    elapsed_days: float, stability: float, decay: float = DEFAULT_DECAY
) -> float:
    """The probability (0-1) of recalling a card `elapsed_days` after its last review.

    The power forgetting curve of FSRS: (1 + factor * t / S) ^ -decay, where the factor makes the
    value 0.9 at t = S. Source: the FSRS wiki, "The Algorithm". A stability of zero or less gives 0.
    """
    if stability <= 0 or decay <= 0:
        return 0.0
    factor = _RECALL_AT_STABILITY ** (-1 / decay) - 1
    return float((1 + factor * max(elapsed_days, 0.0) / stability) ** -decay)


def memory_state(card_data: str) -> MemoryState | None:
    """The memory state in a card's `data` column; None where FSRS has stored none that is usable.

    Never raises, whatever the column holds.
    """
    if '"s"' not in card_data:
        return None
    try:
        data = json.loads(card_data)
        state = MemoryState(float(data["s"]), float(data.get("decay") or DEFAULT_DECAY))
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        return None
    usable = all(map(math.isfinite, state)) and state.stability > 0 and state.decay >= _LEAST_DECAY
    return state if usable else None


def days_of_interval(interval: int) -> float:
    """The interval of a review-log row or a card in days; Anki writes seconds as a negative."""
    return interval if interval >= 0 else -interval / SECONDS_PER_DAY


def knowledge(recalls: list[float | None]) -> Knowledge:
    """What a question's core cards say together.

    `recalls` has one probability for each card, None for one never answered. A question needs all
    its facts, so the weakest answered card decides; cards never answered decide only where no
    card was answered, since a note's further cards often ask for other details.
    """
    answered = [recall for recall in recalls if recall is not None]
    if not recalls:
        return Knowledge.NO_CARD
    if not answered:
        return Knowledge.NEW
    return Knowledge.SOLID if min(answered) >= SOLID_RECALL else Knowledge.SHAKY
