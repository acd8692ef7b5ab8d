"""Cards that become active by themselves, in a whole Anki."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from remediation.collection.changing_settings import change_settings
from remediation.collection.importing import apply_import, preview_import
from remediation.collection.ledger import read_ledger
from remediation.settings import Settings
from tests.anking import GeneratedCollection
from tests.collections import missed, some_questions
from tests.whole_anki import close, idle, open_profile, wait_until

if TYPE_CHECKING:
    from aqt.main import AnkiQt

DAY = 86_400


@pytest.fixture
def waiting(mw: AnkiQt, template: GeneratedCollection) -> AnkiQt:
    """An Anki with misses whose suspended cards all wait."""
    none = Settings(cards_unsuspended_per_day=0)
    request = missed(some_questions(template, 20), when=int(time.time()) - DAY, dated=True)
    apply_import(mw.col, preview_import(mw.col, request, none), none)
    if mw.pm.profile is not None:
        mw.pm.profile.pop("remediationReleaseDay", None)
    return mw


def _reopen(mw: AnkiQt) -> None:
    close(mw)
    open_profile(mw)
    idle(mw)


def _released(mw: AnkiQt) -> int:
    return sum(len(release.cards) for release in read_ledger(mw.col).releases.values())


def test_the_days_cards_become_active_once(waiting: AnkiQt) -> None:
    _reopen(waiting)
    wait_until(lambda: _released(waiting) == 20, "the release")
    _reopen(waiting)
    assert _released(waiting) == 20


def test_taken_back_it_is_not_done_again_that_day(waiting: AnkiQt) -> None:
    _reopen(waiting)
    wait_until(lambda: waiting.col.undo_status().undo == "Release 20 cards", "the release")
    wait_until(lambda: not waiting.progress.busy())
    waiting.col.undo()
    assert _released(waiting) == 0
    _reopen(waiting)
    assert _released(waiting) == 0


def test_a_release_that_fails_is_tried_again_that_day(waiting: AnkiQt) -> None:
    """Anki may refuse a write: here the database does, as where the disk is full."""
    assert waiting.col.db
    waiting.col.db.execute(
        "create trigger refuse before insert on notes begin select raise(abort, 'refused'); end"
    )
    _reopen(waiting)
    assert _released(waiting) == 0
    db = waiting.col.db
    assert db is not None
    db.execute("drop trigger refuse")
    _reopen(waiting)
    wait_until(lambda: _released(waiting) == 20, "the release")


def test_with_an_account_it_waits_for_the_sync(waiting: AnkiQt) -> None:
    from aqt import gui_hooks

    waiting.pm.set_sync_key("a key")
    try:
        _reopen(waiting)
        assert _released(waiting) == 0
        assert waiting.col.db
        waiting.col.db.execute("update col set ls = ls + 1000")
        gui_hooks.sync_did_finish()
        wait_until(lambda: _released(waiting) == 20, "the release")
    finally:
        waiting.pm.set_sync_key(None)


def test_it_can_be_turned_off(waiting: AnkiQt) -> None:
    change_settings(waiting.col, Settings(), {"release_daily": False})
    _reopen(waiting)
    assert _released(waiting) == 0
