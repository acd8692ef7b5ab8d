"""Repairs tags in the background, but never before this session's sync has succeeded.

Where the student syncs by hand and not at all, the menu has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from anki.collection import Collection, OpChanges
from aqt.main import AnkiQt
from aqt.operations import CollectionOp, QueryOp
from aqt.utils import tooltip

from . import addon_settings
from .sync_watch import SyncWatch

if TYPE_CHECKING:
    from ..settings import Settings


def repair_after_sync(mw: AnkiQt, watch: SyncWatch) -> None:
    """Repairs tags whenever it has become safe to write."""
    watch.each_time(lambda: _repair_if_needed(mw))


def _repair_if_needed(mw: AnkiQt) -> None:
    settings = addon_settings.load(mw)

    def is_needed(col: Collection) -> bool:
        # Imported in the background: opening a profile must not wait for it.
        from ..collection.repair import plan_repair

        return bool(plan_repair(col, settings, decks_too=False))

    def on_planned(needed: bool) -> None:
        # Most often there is nothing to do, and then no step appears in Anki's undo list.
        if needed:
            op = CollectionOp(mw, lambda col: _repair(col, settings, decks_too=False))
            op.failure(lambda error: _log(mw, error)).run_in_background()

    op = QueryOp(parent=mw, op=is_needed, success=on_planned)
    op.failure(lambda error: _log(mw, error)).run_in_background()


def _log(mw: AnkiQt, error: Exception) -> None:
    """Notes what went wrong with something the student did not ask for.

    No message: most often the profile was closed meanwhile, and the next chance comes by itself.
    """
    mw.addonManager.get_logger(addon_settings.ADDON).warning("repair not done", exc_info=error)


def run_repair(mw: AnkiQt) -> None:
    """Repairs tags and decks because the student asked for it, and says what came of it."""
    settings = addon_settings.load(mw)

    def on_done(changes: OpChanges) -> None:
        done = mw.col.op_made_changes(changes)
        tooltip("Tags and decks repaired." if done else "Everything is as it should be.")

    op = CollectionOp(mw, lambda col: _repair(col, settings, decks_too=True))
    op.success(on_done).run_in_background()


def _repair(col: Collection, settings: Settings, *, decks_too: bool) -> OpChanges:
    from ..collection.repair import repair

    step = repair(col, settings, decks_too=decks_too)
    return step.changes if step else OpChanges()
