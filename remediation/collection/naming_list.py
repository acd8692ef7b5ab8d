"""Which misses have no reason yet, in the order in which they are offered."""

from __future__ import annotations

from collections.abc import Collection as AnyCollection
from dataclasses import dataclass

from anki.collection import Collection

from ..model.banks import QuestionKey
from ..model.misses import latest_misses
from ..model.progress import Progress, no_progress
from ..planning.naming_order import OLD_PILE, naming_order, sample
from .evidence import Diagnosis, Shift, diagnose, students_shift
from .ledger import read_ledger


@dataclass(frozen=True)
class NamingList:
    """Misses to name with their diagnoses, in order.

    `unnamed` is how many misses have no reason at all; `is_sample` that only some of them are here.
    `is_pile` says that they are so many that the student is asked first what to look at; nothing is
    diagnosed then.
    """

    diagnoses: tuple[Diagnosis, ...]
    unnamed: int
    misses: int
    shift: Shift
    is_sample: bool = False
    is_pile: bool = False


def read_naming_list(
    col: Collection,
    *,
    only: AnyCollection[QuestionKey] | None = None,
    skipped: AnyCollection[str] = (),
    whole_pile: bool = False,
    sampled: bool = False,
    progress: Progress = no_progress,
) -> NamingList:
    """The misses to name: all that have no reason, or those of the questions in `only`.

    `skipped` are questions (as text) that come last. Where there are very many, nothing is
    diagnosed unless `whole_pile` or `sampled` says how to go on. Raises Cancelled where `progress`
    does.
    """
    progress("Reading records", 0, 0)
    ledger = read_ledger(col)
    misses = list(latest_misses(ledger.sittings, ledger.questions).values())
    behind = {miss.key for miss in misses if str(miss.key) in skipped}
    unnamed = naming_order(misses, behind)
    shift = students_shift(ledger)
    if only is not None:
        chosen = [miss for miss in misses if miss.key in only]
    elif sampled:
        picked = {miss.key for miss in sample(misses)}
        chosen = [miss for miss in unnamed if miss.key in picked]
    elif len(unnamed) >= OLD_PILE and not whole_pile:
        return NamingList((), len(unnamed), len(misses), shift, is_pile=True)
    else:
        chosen = unnamed
    keys = [miss.key for miss in chosen]
    found = {d.key: d for d in diagnose(col, progress, ledger=ledger, only=set(keys))}
    diagnoses = tuple(found[key] for key in keys)
    return NamingList(diagnoses, len(unnamed), len(misses), shift, is_sample=sampled)
