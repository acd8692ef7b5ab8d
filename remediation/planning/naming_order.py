"""In which order misses are offered for naming their reasons, and when a sample is enough."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable

from ..model.banks import QuestionKey
from ..model.misses import Miss

# A good place to stop, as so many misses can be looked at with care in one go. Judgement.
GOOD_STOP = 5
# From so many misses without a reason on, a sample is offered first. A share found in 40 is known
# to within about 15 per cent (1.96 * sqrt(0.25 / 40)), which is enough to see what to work on.
OLD_PILE = 100
SAMPLE = 40


def in_order(misses: Iterable[Miss], skipped: Collection[QuestionKey] = ()) -> list[Miss]:
    """The misses, newest sitting first, in block order; skipped ones last."""
    return sorted(
        misses,
        key=lambda miss: (
            miss.key in skipped,
            *_newest_first(miss),
            miss.attempt.position or 0,
            miss.number,
        ),
    )


def naming_order(misses: Iterable[Miss], skipped: Collection[QuestionKey] = ()) -> list[Miss]:
    """The misses without a reason, in order."""
    return in_order((miss for miss in misses if not miss.reason), skipped)


def newest_block(misses: Collection[Miss]) -> list[Miss]:
    """Those of the misses that are of the newest sitting among them."""
    newest = min(map(_newest_first, misses), default=None)
    return [miss for miss in misses if _newest_first(miss) == newest]


def sample(misses: Iterable[Miss], size: int = SAMPLE) -> list[Miss]:
    """What is left to name until so many misses picked by chance have a reason, in their order.

    They are the same whenever asked again. Once all of them have one: so many of the others.
    """
    misses = list(misses)
    by_chance = sorted(misses, key=lambda miss: zlib.crc32(str(miss.key).encode()))
    first = [miss for miss in by_chance[:size] if not miss.reason]
    picked = first or [miss for miss in by_chance if not miss.reason][:size]
    keys = {miss.key for miss in picked}
    return [miss for miss in misses if miss.key in keys]


def _newest_first(miss: Miss) -> tuple[int, str]:
    return -miss.sitting.when, miss.sitting_key
