"""Several sittings in one input: NBME's question list holds all forms a student took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ..model.attempts import Attempt, Outcome
from .reading import Reading

# No student took more. More different names mean that the column holds something else.
MOST_SITTINGS = 200


@dataclass(frozen=True)
class SittingHead:
    """What an input says about one of its sittings; empty or None where it does not."""

    name: str = ""
    exam: str | None = None
    when: datetime | None = None
    mode: str = ""


def parted(
    reading: Reading,
    heads: Sequence[SittingHead],
    sittings: Sequence[int],
    *,
    lists_all: bool,
) -> Reading:
    """`reading` of everything in an input as one Reading for each sitting.

    `sittings` gives, for each attempt of `reading`, the place of its sitting in `heads`. The
    earliest sitting is the Reading itself and keeps the problems, the others are `further` in it;
    those without a date come last, in the order of the input. `lists_all` says that the input lists
    all questions of a sitting, unless it was filtered to those missed: where right answers are
    there, the number of questions is the sitting's total.
    """
    attempts: list[list[Attempt]] = [[] for _ in heads]
    for attempt, place in zip(reading.attempts, sittings):
        attempts[place].append(attempt)
    readings = [
        replace(
            reading,
            attempts=tuple(own),
            problems=(),
            exam=head.exam,
            when=head.when,
            name=head.name,
            mode=head.mode,
            total=len(own) if lists_all and _has_correct(own) else None,
        )
        for head, own in zip(heads, attempts)
        if own
    ]
    readings.sort(key=lambda one: one.when or datetime.max)
    return replace(readings[0], problems=reading.problems, further=tuple(readings[1:]))


def _has_correct(attempts: Sequence[Attempt]) -> bool:
    return any(attempt.outcome is Outcome.CORRECT for attempt in attempts)
