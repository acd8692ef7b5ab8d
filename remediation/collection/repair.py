"""Brings tags and released cards back in line with the ledger.

Other add-ons remove tags, a process can be killed between two writes, and a second computer syncs
its own state. The ledger says what should be; this writes the difference, and nothing where there
is none.
"""

from __future__ import annotations

from dataclasses import replace

from anki.collection import Collection

from ..settings import Settings
from . import filtered_decks
from .ledger import has_ledger, read_ledger
from .projection import Projection, project
from .undo import UndoStep

UNDO_NAME = "Repair Remediation tags and decks"


def plan_repair(col: Collection, settings: Settings, *, decks_too: bool) -> Projection:
    """What has to be written. Decks that are missing count only with `decks_too`.

    Without it, a deck that the student deleted stays deleted until the next import.
    """
    if not has_ledger(col):
        return Projection()
    ledger = read_ledger(col)
    projected, decks = project(col, settings, list(ledger.questions.values()), ledger.releases)
    if decks_too and not filtered_decks.are_as_wanted(col, decks):
        return replace(projected, rebuild=decks)
    return projected


def repair(col: Collection, settings: Settings, *, decks_too: bool) -> UndoStep | None:
    """Plans and writes, as one undo step; None where there was nothing to write."""
    projected = plan_repair(col, settings, decks_too=decks_too)
    if not projected:
        return None
    with UndoStep(col, UNDO_NAME) as step:
        projected.write(col, step)
    return step
