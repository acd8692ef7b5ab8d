"""Repairs tags in the background, but never before this session's sync has succeeded.

Where the student syncs by hand and not at all, the menu has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from anki.collection import Collection, OpChanges
from aqt.main import AnkiQt
from aqt.operations import CollectionOp
from aqt.utils import tooltip

from . import addon_settings
from .background import changes_of, log_quietly
from .sync_watch import DECKS_LATER, SyncWatch

if TYPE_CHECKING:
    from ..settings import Settings


def repair_after_sync(mw: AnkiQt, watch: SyncWatch) -> None:
    """Repairs tags whenever it has become safe to write."""
    watch.each_time(lambda: _repair_if_needed(mw, watch))


def _repair_if_needed(mw: AnkiQt, watch: SyncWatch) -> None:
    settings = addon_settings.load(mw)

    def is_needed(col: Collection) -> bool:
        # Imported in the background: opening a profile must not wait for it.
        from ..collection.repair import plan_repair

        return bool(plan_repair(col, settings, decks_too=False))

    def on_failure(error: Exception) -> None:
        log_quietly(mw, "repair not done", error)

    def writing(_needed: bool) -> CollectionOp[OpChanges]:
        return CollectionOp(mw, lambda col: _repair(col, settings, decks_too=False))

    watch.write_if_needed(is_needed, writing, on_failure)


def run_repair(mw: AnkiQt, watch: SyncWatch) -> None:
    """Repairs tags and decks because the student asked for it, and says what came of it."""
    settings = addon_settings.load(mw)
    later = not watch.may_write

    def on_done(changes: OpChanges) -> None:
        if not mw.col.op_made_changes(changes):
            tooltip("Everything is as it should be.")
        else:
            tooltip(f"Tags repaired. {DECKS_LATER}" if later else "Tags and decks repaired.")

    op = CollectionOp(mw, lambda col: _repair(col, settings, decks_too=True, decks_later=later))
    op.success(on_done).run_in_background()


def _repair(
    col: Collection, settings: Settings, *, decks_too: bool, decks_later: bool = False
) -> OpChanges:
    from ..collection.repair import repair

    return changes_of(repair(col, settings, decks_too=decks_too, decks_later=decks_later))
