"""Tells when something may be written that the student did not just ask for.

A write on a computer that has not synced yet wins over newer reviews from the phone. So nothing
automatic is written before: without a sync account from the profile's opening on, with one from
the first sync of the session that succeeded.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Callable, TypeVar

from anki.collection import Collection
from aqt import gui_hooks
from aqt.main import AnkiQt
from aqt.operations import CollectionOp, QueryOp

from .background import log_quietly

# Said where `may_write` does not hold yet.
DECKS_LATER = "The decks follow after the next sync."


Plan = TypeVar("Plan")


class SyncWatch:
    """Watches the syncs of this session; one for the whole of Anki."""

    def __init__(self, mw: AnkiQt) -> None:
        self._mw = mw
        self._last_sync = 0
        # Whether the sync that runs is a one-way one, and whether Anki went on to the media.
        self._is_one_way = False
        self._reached_media = False
        self._may_write = False
        # Not while the profile closes: Anki syncs then too, and what begins after that sync would
        # reach the other devices only with the next one.
        self._is_open = False
        # Another number after each closing of a profile.
        self._session = 0
        # The day that was told of last, as the second that it ends at.
        self._day = 0
        self._waiting: list[Callable[[], None]] = []
        self._after_sync: list[Callable[[], None]] = []
        self._after_review: list[Callable[[], None]] = []
        gui_hooks.profile_did_open.append(self._on_profile_open)
        gui_hooks.sync_will_start.append(self._on_sync_start)
        gui_hooks.collection_did_temporarily_close.append(self._on_one_way_sync)
        gui_hooks.media_sync_did_start_or_stop.append(self._on_media_sync)
        gui_hooks.sync_did_finish.append(self._on_sync_finished)
        gui_hooks.deck_browser_did_render.append(self._on_deck_list)
        gui_hooks.profile_will_close.append(self._on_profile_close)

    @property
    def may_write(self) -> bool:
        """Whether cards may be written that could have newer reviews on another device.

        Where they may not, what the student asks for is written, and the decks follow later.
        """
        return self._may_write

    def each_time(self, act: Callable[[], None]) -> None:
        """Calls `act` whenever something may be written that nobody asked for.

        At a profile's opening, or after a sync; where there is no account, also when a day begins
        with Anki open. It never is in a review (see `outside_review`).
        """
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

    def outside_review(self, act: Callable[[], None]) -> None:
        """Calls `act` now or, in a review, once the student is back at the list of decks.

        Otherwise a deck would be built anew while it is studied.
        """
        if self._mw.state != "review":
            act()
        elif act not in self._after_review:
            self._after_review.append(act)

    def write_if_needed(
        self,
        plan: Callable[[Collection], Plan | None],
        writing: Callable[[Plan], CollectionOp[Any]],
        failed: Callable[[Exception], None],
    ) -> None:
        """Plans in the background, and writes that outside a review where there is something to do.

        Nothing is written once the profile was closed: the next one may be somebody else's, and
        may not have synced.
        """
        session = self._session

        def on_planned(planned: Plan | None) -> None:
            # Most often there is nothing to do, and then no step appears in Anki's undo list.
            if planned and self._session == session:
                self.outside_review(writing(planned).failure(failed).run_in_background)

        QueryOp(parent=self._mw, op=plan, success=on_planned).failure(failed).run_in_background()

    def _on_profile_open(self) -> None:
        self._is_open = True
        self._last_sync = _last_sync(self._mw.col)
        self._may_write = self._mw.pm.sync_auth() is None
        if self._may_write:
            self._tell()

    def _on_profile_close(self) -> None:
        self._is_open = self._may_write = False
        self._session += 1
        self._waiting.clear()
        self._after_review.clear()

    def _on_sync_start(self) -> None:
        self._is_one_way = self._reached_media = False

    def _on_one_way_sync(self, _col: Collection) -> None:
        self._is_one_way = True

    def _on_media_sync(self, running: bool) -> None:
        self._reached_media |= running

    def _on_sync_finished(self) -> None:
        """Anki says so after a sync that failed or was stopped, too.

        One that exchanged something moves the mark. One that found nothing to exchange does not,
        but then Anki goes on to the media, also where those are not synced. Of the one-way syncs
        that fail an upload moves the mark and a download goes on to the media, but none does both.
        """
        # After a one-way sync that failed Anki may be without a collection.
        if not self._is_open or self._mw.col is None:
            return
        before, self._last_sync = self._last_sync, _last_sync(self._mw.col)
        signs = (self._last_sync != before, self._reached_media)
        if all(signs) if self._is_one_way else any(signs):
            self._may_write = True
            self._tell()

    def _on_deck_list(self, _deck_browser: Any) -> None:
        waiting, self._after_review = self._after_review, []
        self._do(waiting)
        # Where there is an account, the phone may have been used over night: the sync tells then.
        if not self._may_write or self._mw.pm.sync_auth():
            return
        if self._mw.col.sched.day_cutoff != self._day:
            self._tell()

    def _tell(self) -> None:
        self._day = self._mw.col.sched.day_cutoff
        waiting, self._waiting = self._waiting, []
        self._do((*self._after_sync, *waiting))

    def _do(self, acts: Iterable[Callable[[], None]]) -> None:
        """One that fails does not keep the others from being done."""
        for act in acts:
            try:
                self.outside_review(act)
            except Exception as error:
                log_quietly(self._mw, "not done by itself", error)


def _last_sync(col: Collection) -> int:
    """When the collection last synced (milliseconds since the epoch), 0 for never."""
    return int(col.db.scalar("select ls from col") or 0) if col.db else 0
