"""How an import stands some time after it was applied."""

from __future__ import annotations

from collections.abc import Collection as AnyCollection
from dataclasses import dataclass

from anki.collection import Collection

from ..model.misses import latest_misses
from ..settings import Settings
from .filtered_decks import BuiltDeck, existing_decks
from .ledger import read_ledger
from .projection import decks_to_study


@dataclass(frozen=True)
class ImportStand:
    """How many misses of the import have no reason yet, and the add-on's decks as they are now."""

    unnamed: int
    decks: tuple[BuiltDeck, ...]


def read_import_stand(
    col: Collection, settings: Settings, sittings: AnyCollection[str]
) -> ImportStand:
    """How the import of these sittings (their keys in the ledger) stands now. Only reads."""
    ledger = read_ledger(col)
    misses = latest_misses(ledger.sittings, ledger.questions).values()
    unnamed = sum(miss.sitting_key in sittings and not miss.reason for miss in misses)
    decks = existing_decks(col, settings, decks_to_study(col, settings, ledger))
    return ImportStand(unnamed, tuple(decks))
