"""FSRS-6 with its default parameters, so that memory states fit the reviews.

Formulas: https://github.com/open-spaced-repetition/awesome-fsrs/wiki/The-Algorithm
("FSRS-6"). Stability is in days, difficulty from 1 to 10, ratings from 1 (Again) to
4 (Easy).
"""

from __future__ import annotations

from math import exp

DESIRED_RETENTION = 0.9
#: As Anki writes it into a card's data.
DECAY = 0.154

_W = (
    *(0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194),
    *(0.001, 1.8722, 0.1666, 0.796, 1.4835, 0.0614, 0.2629),
    *(1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542),
)
_FACTOR = 0.9 ** (-1 / _W[20]) - 1
_EASIEST_START = _W[4] - exp(_W[5] * 3) + 1
_SAME_DAY_DIVISOR = exp(_W[17] * _W[18])


def first_state(rating: int) -> tuple[float, float]:
    """Stability and difficulty after the first answer to a new card."""
    difficulty = _W[4] - exp(_W[5] * (rating - 1)) + 1
    return _W[rating - 1], min(10.0, max(1.0, difficulty))


def next_state(stability: float, difficulty: float, rating: int, days: int) -> tuple[float, float]:
    """Stability and difficulty after an answer `days` after the one before."""
    if days == 0:
        change = exp(_W[17] * (rating - 3 + _W[18])) * stability ** -_W[19]
        new = stability * (max(1.0, change) if rating >= 3 else change)
    else:
        forgotten = 1 - recall_probability(stability, days)
        if rating == 1:
            new = (
                _W[11]
                * difficulty ** -_W[12]
                * ((stability + 1) ** _W[13] - 1)
                * exp(forgotten * _W[14])
            )
            new = min(new, stability / _SAME_DAY_DIVISOR)
        else:
            growth = (
                exp(_W[8]) * (11 - difficulty) * stability ** -_W[9] * (exp(forgotten * _W[10]) - 1)
            )
            if rating == 2:
                growth *= _W[15]
            elif rating == 4:
                growth *= _W[16]
            new = stability * (1 + growth)
    moved = difficulty - _W[6] * (rating - 3) * (10 - difficulty) / 9
    moved += _W[7] * (_EASIEST_START - moved)
    return max(0.001, new), min(10.0, max(1.0, moved))


def recall_probability(stability: float, days: float) -> float:
    """Probability, 0 to 1, of recalling a card that many days after its last review."""
    return float((1 + _FACTOR * days / stability) ** -_W[20])
