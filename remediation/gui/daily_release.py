"""Makes the day's cards active by itself, once a day and only when it is safe to write."""

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

# The Anki day (`col.sched.today`) of the last release by itself, in Anki's profile: if the student
# takes it back, it is not done again that day.
_DAY = "remediationReleaseDay"


def release_daily(mw: AnkiQt, watch: SyncWatch) -> None:
    """Releases the day's cards whenever it becomes safe to write, unless it was done today."""
    watch.each_time(lambda: _release_if_due(mw))


def _release_if_due(mw: AnkiQt) -> None:
    settings = addon_settings.load(mw)
    profile = mw.pm.profile
    day = mw.col.sched.today
    if profile is None or not settings.release_daily or profile.get(_DAY) == day:
        return

    def is_due(col: Collection) -> bool:
        # Imported in the background: opening a profile must not wait for it.
        from ..collection.release_queue import needs_release

        return needs_release(col, settings)

    def on_known(due: bool) -> None:
        if due:
            profile[_DAY] = day
            op = CollectionOp(mw, lambda col: _release(col, settings))
            op.success(lambda _changes: tooltip("Today's cards from your misses are active."))
            op.failure(lambda error: _log(mw, error)).run_in_background()

    op = QueryOp(parent=mw, op=is_due, success=on_known)
    op.failure(lambda error: _log(mw, error)).run_in_background()


def _release(col: Collection, settings: Settings) -> OpChanges:
    from ..collection.release_queue import release_daily as release

    return release(col, settings).changes


def _log(mw: AnkiQt, error: Exception) -> None:
    """Notes what went wrong with something the student did not ask for just now."""
    logger = mw.addonManager.get_logger(addon_settings.ADDON)
    logger.warning("cards not released", exc_info=error)
