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


def naming_order(misses: Iterable[Miss], skipped: Collection[QuestionKey] = ()) -> list[Miss]:
    """The misses without a reason: newest sitting first, in block order; skipped ones last."""
    unnamed = [miss for miss in misses if not miss.reason]
    return sorted(
        unnamed,
        key=lambda miss: (
            miss.key in skipped,
            -miss.sitting.when,
            miss.sitting_key,
            miss.attempt.position or 0,
            miss.number,
        ),
    )


def sample(misses: Iterable[Miss], size: int = SAMPLE) -> list[Miss]:
    """So many misses picked by chance, in their order; the same ones whenever asked again."""
    misses = list(misses)
    picked = sorted(misses, key=lambda miss: zlib.crc32(str(miss.key).encode()))[:size]
    keys = {miss.key for miss in picked}
    return [miss for miss in misses if miss.key in keys]
