"""Repairs tags in the background, but never before this session's sync has succeeded.

A write on a computer that has not synced yet wins over newer reviews from the phone, so nothing
automatic is written before: without a sync account the profile's opening is the moment, with one
the first sync that succeeded. Where the student syncs by hand, the menu has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from anki.collection import Collection, OpChanges
from aqt import gui_hooks
from aqt.main import AnkiQt
from aqt.operations import CollectionOp, QueryOp
from aqt.utils import tooltip

from . import addon_settings

if TYPE_CHECKING:
    from ..settings import Settings


def repair_after_sync(mw: AnkiQt) -> None:
    """Watches for the moments at which tags may be repaired."""
    _Watch(mw)


class _Watch:
    def __init__(self, mw: AnkiQt) -> None:
        self._mw = mw
        self._last_sync = 0
        gui_hooks.profile_did_open.append(self._on_profile_open)
        gui_hooks.sync_did_finish.append(self._on_sync_finished)

    def _on_profile_open(self) -> None:
        self._last_sync = _last_sync(self._mw.col)
        if self._mw.pm.sync_auth() is None:
            _repair_if_needed(self._mw)

    def _on_sync_finished(self) -> None:
        # Anki says so after a failed sync too; only a successful one moves the mark.
        if _last_sync(self._mw.col) > self._last_sync:
            self._last_sync = _last_sync(self._mw.col)
            _repair_if_needed(self._mw)


def _last_sync(col: Collection) -> int:
    """When the collection last synced (milliseconds since the epoch), 0 for never."""
    return int(col.db.scalar("select ls from col") or 0) if col.db else 0


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
