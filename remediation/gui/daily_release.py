"""Makes the day's cards active by itself, once a day and only when it is safe to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anki.collection import Collection
from aqt.main import AnkiQt
from aqt.operations import CollectionOp
from aqt.utils import tooltip

from . import addon_settings
from .background import log_quietly
from .sync_watch import SyncWatch

if TYPE_CHECKING:
    from ..collection.release_queue import ReleasePlan, ReleaseResult
    from ..settings import Settings

# The Anki day (`col.sched.today`) of the last release by itself, in Anki's profile: if the student
# takes it back, it is not done again that day.
_DAY = "remediationReleaseDay"


def release_daily(mw: AnkiQt, watch: SyncWatch) -> None:
    """Releases the day's cards whenever it becomes safe to write, unless it was done today."""
    watch.each_time(lambda: _release_if_due(mw, watch))


def _release_if_due(mw: AnkiQt, watch: SyncWatch) -> None:
    settings = addon_settings.load(mw)
    profile = mw.pm.profile
    day = mw.col.sched.today
    if profile is None or not settings.release_daily or profile.get(_DAY) == day:
        return

    def writing(plan: ReleasePlan) -> CollectionOp[ReleaseResult]:
        return CollectionOp(mw, lambda col: _release(col, settings, plan)).success(on_released)

    def on_released(result: ReleaseResult) -> None:
        # Not before: a day on which it failed is tried again.
        profile[_DAY] = day
        if result.cards:
            tooltip("Today's cards from your misses are active.")

    def on_failure(error: Exception) -> None:
        log_quietly(mw, "cards not released", error)

    watch.write_if_needed(lambda col: _plan(col, settings), writing, on_failure)


# Imported in the background: opening a profile must not wait for it.


def _plan(col: Collection, settings: Settings) -> ReleasePlan | None:
    from ..collection.release_queue import plan_daily_release

    return plan_daily_release(col, settings)


def _release(col: Collection, settings: Settings, plan: ReleasePlan) -> ReleaseResult:
    from ..collection.release_queue import release

    return release(col, settings, plan)
