"""Tells when something may be written that the student did not just ask for.

A write on a computer that has not synced yet wins over newer reviews from the phone. So nothing
automatic is written before: without a sync account from the profile's opening on, with one from
the first sync of the session that succeeded.
"""

from __future__ import annotations

from typing import Callable

from anki.collection import Collection
from aqt import gui_hooks
from aqt.main import AnkiQt


class SyncWatch:
    """Watches the syncs of this session; one for the whole of Anki."""

    def __init__(self, mw: AnkiQt) -> None:
        self._mw = mw
        self._last_sync = 0
        self._may_write = False
        self._waiting: list[Callable[[], None]] = []
        self._after_sync: list[Callable[[], None]] = []
        gui_hooks.profile_did_open.append(self._on_profile_open)
        gui_hooks.sync_did_finish.append(self._on_sync_finished)

    def each_time(self, act: Callable[[], None]) -> None:
        """Calls `act` whenever writing becomes safe: at a profile's opening or after a sync."""
        self._after_sync.append(act)

    def when_safe(self, act: Callable[[], None]) -> bool:
        """Calls `act` now or, where that is not safe yet, after the session's first sync.

        Returns whether it was now. What waits when the profile closes is forgotten.
        """
        if self._may_write:
            act()
        else:
            self._waiting.append(act)
        return self._may_write

    def _on_profile_open(self) -> None:
        self._last_sync = _last_sync(self._mw.col)
        self._waiting.clear()
        self._may_write = self._mw.pm.sync_auth() is None
        if self._may_write:
            self._tell()

    def _on_sync_finished(self) -> None:
        # Anki says so after a failed sync too; only a successful one moves the mark.
        if _last_sync(self._mw.col) > self._last_sync:
            self._last_sync = _last_sync(self._mw.col)
            self._may_write = True
            self._tell()

    def _tell(self) -> None:
        waiting, self._waiting = self._waiting, []
        for act in (*self._after_sync, *waiting):
            act()


def _last_sync(col: Collection) -> int:
    """When the collection last synced (milliseconds since the epoch), 0 for never."""
    return int(col.db.scalar("select ls from col") or 0) if col.db else 0
