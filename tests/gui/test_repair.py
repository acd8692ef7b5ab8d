"""Repairing in a whole Anki: when it may write by itself, and when it must not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aqt import gui_hooks

from remediation.collection.importing import apply_import, preview_import
from remediation.settings import Settings
from tests.anking import GeneratedCollection
from tests.collections import missed, some_questions
from tests.whole_anki import close, idle, open_profile, wait_until

if TYPE_CHECKING:
    from aqt.main import AnkiQt


@pytest.fixture
def stripped(mw: AnkiQt, template: GeneratedCollection) -> AnkiQt:
    """An Anki whose collection has an import, from which another add-on removed the tags."""
    request = missed(some_questions(template, 5))
    apply_import(mw.col, preview_import(mw.col, request, Settings()), Settings())
    mw.col.tags.remove("Remediation")
    assert not mw.col.find_notes("tag:Remediation")
    return mw


def test_without_a_sync_account_tags_come_back_when_the_profile_opens(stripped: AnkiQt) -> None:
    close(stripped)
    open_profile(stripped)
    wait_until(lambda: stripped.col.find_notes("tag:Remediation"), "the repair")


def test_with_an_account_nothing_is_written_before_a_sync_succeeded(stripped: AnkiQt) -> None:
    stripped.pm.set_sync_key("a key")
    try:
        close(stripped)
        open_profile(stripped)
        idle(stripped)
        assert not stripped.col.find_notes("tag:Remediation")
        gui_hooks.sync_will_start()
        gui_hooks.sync_did_finish()  # as after a sync that failed
        idle(stripped)
        assert not stripped.col.find_notes("tag:Remediation")
        assert stripped.col.db
        stripped.col.db.execute("update col set ls = ls + 1000")  # as after one that succeeded
        gui_hooks.sync_did_finish()
        wait_until(lambda: stripped.col.find_notes("tag:Remediation"), "the tags")
    finally:
        stripped.pm.set_sync_key(None)


def test_the_menu_repairs_on_request(stripped: AnkiQt) -> None:
    menu = next(
        action.menu()
        for action in stripped.form.menuTools.actions()
        if action.text() == "&Remediation"
    )
    assert menu
    (action,) = (a for a in menu.actions() if "Repair" in a.text())
    action.trigger()
    wait_until(lambda: stripped.col.find_notes("tag:Remediation"), "the tags")
