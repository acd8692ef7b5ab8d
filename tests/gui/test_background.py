"""What is done in the background of a whole Anki, and what keeps it from being done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.gui.conftest import addon_module
from tests.whole_anki import close, idle, open_profile, wait_until

if TYPE_CHECKING:
    from anki.collection import Collection
    from aqt.main import AnkiQt

    from remediation.gui.background import LatestReading
    from remediation.gui.sync_watch import SyncWatch


# Reading
##########################################################################


@pytest.fixture
def reading(mw: AnkiQt) -> LatestReading:
    made: LatestReading = addon_module("gui.background").LatestReading(mw)
    return made


def _raise(_col: Collection) -> str:
    raise ValueError("unreadable")


def test_only_the_latest_reading_is_shown(mw: AnkiQt, reading: LatestReading) -> None:
    shown: list[object] = []
    reading.read(lambda _col: "first", shown.append, shown.append)
    reading.read(_raise, shown.append, shown.append)
    reading.read(lambda col: col.card_count(), shown.append, shown.append)
    idle(mw)
    assert shown == [mw.col.card_count()]


def test_an_error_is_handed_over_and_none_after_the_end(mw: AnkiQt, reading: LatestReading) -> None:
    shown: list[object] = []
    failed: list[Exception] = []
    reading.read(_raise, shown.append, failed.append)
    idle(mw)
    assert [str(error) for error in failed] == ["unreadable"]
    reading.read(_raise, shown.append, failed.append)
    reading.read(lambda _col: "late", shown.append, failed.append)
    reading.stop()
    idle(mw)
    assert not shown
    assert len(failed) == 1


# Acting by itself
##########################################################################


@pytest.fixture
def watch(mw: AnkiQt) -> Iterator[SyncWatch]:
    """A watch beside the add-on's own."""
    from aqt import gui_hooks

    hooks: tuple[Any, ...] = (
        gui_hooks.profile_did_open,
        gui_hooks.sync_will_start,
        gui_hooks.collection_did_temporarily_close,
        gui_hooks.media_sync_did_start_or_stop,
        gui_hooks.sync_did_finish,
        gui_hooks.deck_browser_did_render,
        gui_hooks.profile_will_close,
    )
    before = [list(hook._hooks) for hook in hooks]
    yield addon_module("gui.sync_watch").SyncWatch(mw)
    for hook, kept in zip(hooks, before):
        hook._hooks[:] = kept


def test_an_act_that_fails_does_not_keep_the_next_one_from_being_done(
    mw: AnkiQt, watch: SyncWatch
) -> None:
    told: list[str] = []

    def fail() -> None:
        raise RuntimeError("one that fails")

    watch.each_time(fail)
    watch.each_time(lambda: told.append("next"))
    close(mw)
    open_profile(mw)
    assert told == ["next"]


def test_a_sync_without_a_collection_tells_nobody(mw: AnkiQt, watch: SyncWatch) -> None:
    """Where a one-way sync failed, Anki may be without one while it says that it has finished."""
    from aqt import gui_hooks

    told: list[str] = []
    watch.each_time(lambda: told.append("told"))
    close(mw)
    open_profile(mw)
    wait_until(lambda: told == ["told"], "the opening")
    col = mw.col
    try:
        mw.col = None  # type: ignore[assignment]
        gui_hooks.sync_did_finish()
    finally:
        mw.col = col
    assert told == ["told"]
