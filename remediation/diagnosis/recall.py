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
# Anki lets nobody aim at a recall below 70 % or of 100 %; what is far from that is no aim.
_AIMS = (0.5, 0.999)
# A fact recalled with at least this probability counts as solid. Anki schedules cards to be
# reviewed at 90 %; a card some days overdue is still known by most meanings of the word.
SOLID_RECALL = 0.8
# The stability in days of a card still in its steps, where FSRS stores none. The steps are minutes,
# after which it is asked again and not forgotten. Judgement.
STABILITY_IN_STEPS = 1.0

SECONDS_PER_DAY = 86_400


class MemoryState(NamedTuple):
    """What FSRS stores with a card: `stability` in days, `decay` of its forgetting curve."""

    stability: float
    decay: float


class Aim(NamedTuple):
    """What an interval aims at: the `recall` (0-1) at its end, on a curve of this `decay`."""

    recall: float = _RECALL_AT_STABILITY
    decay: float = DEFAULT_DECAY


class Knowledge(Enum):
    """What the cards say about facts at the moment of the question."""

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
    factor = _factor(_RECALL_AT_STABILITY, decay)
    return float((1 + factor * max(elapsed_days, 0.0) / stability) ** -decay)


def _factor(recall: float, decay: float) -> float:
    """The factor with which the curve has fallen to this recall at t = S."""
    return float(recall ** (-1 / decay)) - 1


def memory_state(card_data: str) -> MemoryState | None:
    """The memory state in a card's `data` column; None where FSRS has stored none that is usable.

    Never raises, whatever the column holds.
    """
    stability, decay = _with_decay(card_data, "s")
    return MemoryState(stability, decay) if 0 < stability < math.inf and decay else None


def aim_of_intervals(card_data: str) -> Aim:
    """What FSRS aims at with the intervals of a card, which its `data` column keeps.

    A recall of 90 % where nothing usable is stored. Never raises, whatever the column holds.
    """
    recall, decay = _with_decay(card_data, "dr")
    return Aim(recall, decay) if _AIMS[0] <= recall <= _AIMS[1] and decay else Aim()


def _with_decay(card_data: str, name: str) -> tuple[float, float]:
    """A number of a card's data and the decay of its curve; 0 for what cannot be used."""
    if f'"{name}"' not in card_data:
        return 0.0, 0.0
    try:
        data = json.loads(card_data)
        number, decay = float(data[name]), float(data.get("decay") or DEFAULT_DECAY)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        return 0.0, 0.0
    return number, decay if _LEAST_DECAY <= decay < math.inf else 0.0


def stability_of_interval(interval: int, aim: Aim) -> float:
    """The stability in days that the interval of a review-log row or a card stands for.

    Anki writes the steps of a card that is being learned as negative seconds, in a card as 0.
    """
    if interval <= 0:
        return max(-interval / SECONDS_PER_DAY, STABILITY_IN_STEPS)
    return interval * _factor(_RECALL_AT_STABILITY, aim.decay) / _factor(*aim)


def knowledge(recalls: list[float | None]) -> Knowledge:
    """What a question's core notes say together.

    `recalls` has one probability for each note, None for one never answered. A question needs all
    its facts, so one shaky note makes it shaky; where none is, one never answered makes it new.
    """
    if not recalls:
        return Knowledge.NO_CARD
    if any(recall is not None and recall < SOLID_RECALL for recall in recalls):
        return Knowledge.SHAKY
    return Knowledge.NEW if None in recalls else Knowledge.SOLID
