"""Two people, or two exams, in one Anki: each profile has its own, and nothing goes over."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from anki.collection import Collection

from remediation.collection.changing_settings import change_settings
from remediation.collection.deck_update import plan_deck_update
from remediation.collection.exam_date import exam_date, set_exam_date
from remediation.collection.importing import apply_import, preview_import
from remediation.collection.ledger import has_ledger, read_ledger
from remediation.collection.own_decks import CONFIG_KEY, built_today
from remediation.settings import Settings
from tests.anking import GeneratedCollection
from tests.collections import differences, missed, snapshot, some_questions
from tests.gui.conftest import addon_module
from tests.whole_anki import PROFILE, idle, wait_until

if TYPE_CHECKING:
    from aqt.main import AnkiQt

OTHER = "Zweites Profil ü"
WINDOWS = ("RemediationToday", "RemediationImport", "RemediationNaming", "RemediationRules")


@pytest.fixture
def two(mw: AnkiQt, template: GeneratedCollection) -> Iterator[AnkiQt]:
    """The first profile is open, with misses; the other one has a collection without any."""
    apply_import(mw.col, _preview(mw.col, template), Settings())
    mw.pm.create(OTHER)
    folder = Path(mw.pm.base) / OTHER
    folder.mkdir()
    shutil.copy(template.path, folder / "collection.anki2")
    yield mw
    if mw.pm.name != PROFILE:
        switch(mw, PROFILE)
    mw.pm.db.execute("delete from profiles where name = ?", OTHER)  # type: ignore[union-attr]
    shutil.rmtree(folder)


def _preview(col: Collection, template: GeneratedCollection) -> Any:
    return preview_import(col, missed(some_questions(template, 12)), Settings())


def switch(mw: AnkiQt, profile: str) -> None:
    """File > Switch Profile, as a student does it."""
    mw.unloadProfileAndShowProfileManager()
    wait_until(lambda: mw.state == "profileManager", "the profiles")
    mw.profileForm.profiles.setCurrentRow(mw.pm.profiles().index(profile))
    mw.onOpenProfile()
    wait_until(lambda: mw.state == "deckBrowser" and mw.pm.name == profile, profile)
    idle(mw)


def misses_today(mw: AnkiQt) -> int:
    """How many misses the Today window shows."""
    import aqt

    window = aqt.dialogs.open("RemediationToday", mw)
    wait_until(lambda: window.today is not None, "today")
    return len(window.today.misses)


def test_each_profile_shows_and_keeps_its_own(two: AnkiQt) -> None:
    set_exam_date(two.col, Settings(), date(2027, 3, 14))
    change_settings(two.col, Settings(), {"tag_root": "Mine", "mixed_deck_limit": 7})
    first = snapshot(two.col)
    load = addon_module("gui.addon_settings").load_quietly
    assert misses_today(two) == 12

    switch(two, OTHER)
    other = snapshot(two.col)
    assert not has_ledger(two.col)
    assert misses_today(two) == 0
    assert (load(two).tag_root, load(two).mixed_deck_limit) == ("Remediation", 10)
    assert exam_date(read_ledger(two.col)) is None
    assert differences(other, snapshot(two.col)) == {}

    switch(two, PROFILE)
    assert misses_today(two) == 12
    assert (load(two).tag_root, load(two).mixed_deck_limit) == ("Mine", 7)
    assert exam_date(read_ledger(two.col)) == date(2027, 3, 14)
    assert differences(first, snapshot(two.col)) == {}


def test_windows_of_a_profile_close_with_it(two: AnkiQt) -> None:
    import aqt

    for name in WINDOWS:
        aqt.dialogs.open(name, two)
    naming = aqt.dialogs._dialogs["RemediationNaming"][1]
    wait_until(lambda: len(naming.queue.diagnoses) == 12, "the misses to name")
    assert misses_today(two) == 12
    switch(two, OTHER)
    assert [name for name in WINDOWS if aqt.dialogs._dialogs[name][1] is not None] == []
    # Opened anew, they are about this profile.
    naming = aqt.dialogs.open("RemediationNaming", two)
    idle(two)
    assert not naming.queue.diagnoses
    naming.close()


def test_what_the_menu_does_is_about_the_profile_that_is_open(two: AnkiQt) -> None:
    switch(two, OTHER)
    other = snapshot(two.col)
    menu = next(a.menu() for a in two.form.menuTools.actions() if a.text() == "&Remediation")
    assert menu
    for title in ("Update decks", "Repair tags and decks"):
        next(a for a in menu.actions() if a.text().replace("&", "") == title).trigger()
        idle(two)
    assert differences(other, snapshot(two.col)) == {}


def test_a_session_of_rapid_fire_ends_with_its_profile(two: AnkiQt) -> None:
    from aqt import gui_hooks

    session = addon_module("planning.session")
    fire = addon_module("gui.rapid_fire").RapidFire(two)
    mixed = two.col.decks.id_for_name("Remediation::Mixed")
    before = len(gui_hooks.reviewer_did_answer_card._hooks)
    assert fire.start([mixed], session.Goal(session.GoalKind.ALL, 1))
    wait_until(lambda: two.state == "review", "the first card")
    switch(two, OTHER)
    assert (fire.session, fire.bar) == (None, None)
    assert len(gui_hooks.reviewer_did_answer_card._hooks) == before


@pytest.mark.parametrize("syncs_at_the_end", [False, True])
def test_the_decks_of_each_profile_are_updated(
    two: AnkiQt, template: GeneratedCollection, syncs_at_the_end: bool
) -> None:
    """The first profile's day must not count for the other one, also if that syncs at its end."""
    from aqt import gui_hooks

    switch(two, OTHER)
    apply_import(two.col, _preview(two.col, template), Settings())
    config = two.col.get_config(CONFIG_KEY)
    two.col.set_config(CONFIG_KEY, {**config, "day": config["day"] - 1})
    mixed = two.col.decks.id_for_name("Remediation::Mixed")
    assert mixed
    two.col.sched.empty_filtered_deck(mixed)
    assert plan_deck_update(two.col, Settings())
    switch(two, PROFILE)

    def sync() -> None:
        assert two.col.db
        two.col.db.execute("update col set ls = ls + 1000")
        gui_hooks.sync_did_finish()

    if syncs_at_the_end:
        gui_hooks.profile_will_close.append(sync)
    try:
        two.unloadProfileAndShowProfileManager()
        wait_until(lambda: two.state == "profileManager", "the profiles")
    finally:
        if syncs_at_the_end:
            gui_hooks.profile_will_close.remove(sync)
    two.profileForm.profiles.setCurrentRow(two.pm.profiles().index(OTHER))
    two.onOpenProfile()
    wait_until(lambda: two.col is not None and two.state == "deckBrowser", "the other profile")
    wait_until(lambda: built_today(two.col), "the decks")
    idle(two)
