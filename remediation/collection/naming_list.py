"""Which misses have no reason yet, in the order in which they are offered."""

from __future__ import annotations

from collections.abc import Collection as AnyCollection
from dataclasses import dataclass
from enum import Enum

from anki.collection import Collection

from ..model.banks import QuestionKey
from ..model.misses import latest_misses
from ..model.progress import Progress, no_progress
from ..planning.naming_order import OLD_PILE, in_order, newest_block, sample
from .evidence import Diagnosis, Shift, diagnose, students_shift
from .ledger import read_ledger


class Portion(Enum):
    """Which of the misses without a reason the student wants to look at."""

    NEWEST = "newest block"
    SAMPLE = "sample"
    ALL = "all"


@dataclass(frozen=True)
class NamingList:
    """Misses to name with their diagnoses, in order.

    `unnamed` is how many of all misses have no reason; `portion` is what the student asked for,
    None where that was not said. `is_pile` says that they are so many that the student is asked
    first what to look at; nothing is diagnosed then. `newest` and `sample` are then how many the
    newest block and the sample would offer, `newest` 0 where it is no way around the pile.
    """

    diagnoses: tuple[Diagnosis, ...]
    unnamed: int
    misses: int
    shift: Shift
    portion: Portion | None = None
    is_pile: bool = False
    newest: int = 0
    sample: int = 0

    @property
    def others(self) -> int:
        """How many misses without a reason are not in this list."""
        return self.unnamed - sum(not d.miss.reason for d in self.diagnoses)


def read_naming_list(
    col: Collection,
    *,
    only: AnyCollection[QuestionKey] | None = None,
    also: AnyCollection[QuestionKey] = (),
    skipped: AnyCollection[str] = (),
    portion: Portion | None = None,
    progress: Progress = no_progress,
) -> NamingList:
    """The misses to name: all that have no reason, or those of the questions in `only`.

    Those of the questions in `also` are among all whatever they have. `skipped` are questions (as
    text) that come last. Where there are very many, nothing is diagnosed unless `portion` says how
    to go on. Raises Cancelled where `progress` does.
    """
    progress("Reading records", 0, 0)
    ledger = read_ledger(col)
    misses = list(latest_misses(ledger.sittings, ledger.questions).values())
    ordered = in_order(misses, {miss.key for miss in misses if str(miss.key) in skipped})
    unnamed = [miss for miss in ordered if not miss.reason]
    shift = students_shift(ledger)
    newest = newest_block(unnamed)
    if only is not None:
        chosen = [miss for miss in ordered if miss.key in only]
    elif portion is Portion.NEWEST:
        chosen = newest
    elif portion is Portion.SAMPLE:
        chosen = sample(ordered)
    elif portion is None and len(unnamed) >= OLD_PILE:
        return NamingList(
            (),
            len(unnamed),
            len(misses),
            shift,
            is_pile=True,
            newest=len(newest) if len(newest) < OLD_PILE else 0,
            sample=len(sample(ordered)),
        )
    else:
        chosen = [miss for miss in ordered if not miss.reason or miss.key in also]
    keys = [miss.key for miss in chosen]
    found = {d.key: d for d in diagnose(col, progress, ledger=ledger, only=set(keys))}
    diagnoses = tuple(found[key] for key in keys)
    return NamingList(diagnoses, len(unnamed), len(misses), shift, portion)
