"""What the student decided about a miss, and how that decision came about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from .attempts import Confidence
from .reasons import Family, group_of


class DecidedBy(Enum):
    """How a reason was given. Only answers given before a suggestion was seen say anything new."""

    # Asked before the suggestion was shown.
    ASKED_FIRST = "asked first"
    # Named, or a suggestion confirmed, one by one.
    CONFIRMED = "confirmed"
    # Suggestions accepted together; counts as accepted, not as confirmed.
    ACCEPTED = "accepted"


@dataclass(frozen=True)
class Decision:
    """The reason named for one missed attempt.

    `sitting` is the key of the attempt's sitting. `reason` is a reason's code or a group's key, ""
    where the student took it back. `at` is the moment of the decision (seconds since the epoch).
    `suggested` is what the model had suggested ("" for nothing) and `p_knowledge` the probability
    (0-1) of missing knowledge it said before the student's own shift, since Anki computes memory
    states anew when its parameters change. `confidence` is how sure the student was of the answer.
    `unread` are fields that a newer version wrote.
    """

    sitting: str
    reason: str
    how: DecidedBy
    at: int
    suggested: str = ""
    p_knowledge: float | None = None
    confidence: Confidence | None = None
    unread: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def is_own(self) -> bool:
        """Whether the student looked at this very miss."""
        return self.how is not DecidedBy.ACCEPTED


def family_of(reason: str) -> Family | None:
    """The family of a reason's code or a group's key; None for "". Raises KeyError otherwise."""
    return group_of(reason).family if reason else None


def merged_decisions(
    some: tuple[Decision, ...], others: tuple[Decision, ...]
) -> tuple[Decision, ...]:
    """The decisions of two computers, one for each sitting, in the order made.

    What the student looked at goes before what was accepted together, then the later one counts.
    """
    best: dict[str, Decision] = {}
    for decision in (*some, *others):
        known = best.get(decision.sitting)
        if known is None or (decision.is_own, decision.at) > (known.is_own, known.at):
            best[decision.sitting] = decision
    return tuple(sorted(best.values(), key=lambda decision: (decision.at, decision.sitting)))
