"""Brings tags and released cards back in line with the ledger.

Other add-ons remove tags, a process can be killed between two writes, and a second computer syncs
its own state. The ledger says what should be; this writes the difference, and nothing where there
is none.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from anki.collection import Collection

from ..settings import Settings
from . import filtered_decks
from .ledger import Ledger, has_ledger, merge_doubles, read_ledger
from .projection import Projection, project
from .recall_cards import recall_changes
from .undo import UndoStep

UNDO_NAME = "Repair Remediation tags and decks"


@dataclass(frozen=True)
class Repair:
    """What has to be written: question notes that are there twice, and what follows from all."""

    ledger: Ledger | None = None
    projection: Projection = field(default_factory=Projection)

    def __bool__(self) -> bool:
        return bool(self.projection or (self.ledger and self.ledger.doubles))


def plan_repair(col: Collection, settings: Settings, *, decks_too: bool) -> Repair:
    """What has to be written. Decks that are missing count only with `decks_too`.

    Without it, a deck that the student deleted stays deleted until the decks are built anew: by the
    update of the next day, or by an import.
    """
    if not has_ledger(col):
        return Repair()
    ledger = read_ledger(col)
    projected, decks = project(col, settings, ledger, everywhere=True)
    recall = recall_changes(col, settings, ledger.questions, ledger.question_notes)
    projected = replace(projected, recall=recall)
    if decks_too and not (projected.rebuild or filtered_decks.are_set_up(col, settings, decks)):
        projected = replace(projected, rebuild=filtered_decks.plan_decks(col, settings, decks))
    return Repair(ledger, projected)


def repair(
    col: Collection, settings: Settings, *, decks_too: bool, decks_later: bool = False
) -> UndoStep | None:
    """Plans and writes, as one undo step; None where there was nothing to write.

    `decks_later` leaves the decks as they are for now (see `Projection.with_decks_later`).
    """
    planned = plan_repair(col, settings, decks_too=decks_too)
    if decks_later:
        planned = replace(planned, projection=planned.projection.with_decks_later())
    if not planned or planned.ledger is None:
        return None
    with UndoStep(col, UNDO_NAME) as step:
        merge_doubles(col, step, planned.ledger)
        planned.projection.write(col, step, settings)
    return step
