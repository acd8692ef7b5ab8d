"""Builds the filtered decks anew where they would then hold other cards."""

from __future__ import annotations

from collections.abc import Mapping

from anki.collection import Collection

from ..diagnosis.repair import Repair
from ..model.banks import QuestionKey
from ..settings import Settings
from . import filtered_decks
from .deck_counts import DeckCount
from .filtered_decks import DeckPlan
from .ledger import Ledger, has_ledger, read_ledger
from .projection import decks_to_study
from .undo import UndoStep

DECKS_UNDO_NAME = "Update Remediation decks"


def plan_deck_update(col: Collection, settings: Settings) -> DeckPlan:
    """What `update_decks` would do; empty where every deck holds what it should."""
    wanted = decks_to_study(col, settings, read_ledger(col)) if has_ledger(col) else ()
    return filtered_decks.plan_decks(col, settings, wanted)


def count_decks(
    col: Collection, settings: Settings, ledger: Ledger, repairs: Mapping[QuestionKey, Repair]
) -> list[DeckCount]:
    """What became of the cards that belong into each filtered deck, as it is now.

    `ledger` is the collection's, with the `repairs` of its questions (`active_repairs`).
    """
    return filtered_decks.deck_counts(col, settings, decks_to_study(col, settings, ledger, repairs))


def update_decks(col: Collection, settings: Settings) -> UndoStep | None:
    """Builds the filtered decks anew that would then hold other cards, as one undo step.

    None where there is none.
    """
    plan = plan_deck_update(col, settings)
    if not plan:
        return None
    with UndoStep(col, DECKS_UNDO_NAME) as step:
        filtered_decks.build_decks(col, step, settings, plan)
    return step
