"""When the decks are built anew in a whole Anki, and when they must not be."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from anki.collection import Collection
from anki.decks import DeckId
from anki.scheduler.v3 import CardAnswer

from remediation.collection.deck_update import DECKS_UNDO_NAME, plan_deck_update
from remediation.collection.importing import apply_import, preview_import
from remediation.collection.own_decks import CONFIG_KEY, built_today
from remediation.settings import Settings
from tests import sync_server
from tests.anking import GeneratedCollection
from tests.collections import missed, some_questions
from tests.gui.conftest import addon_module
from tests.whole_anki import close, idle, open_profile, wait_until

if TYPE_CHECKING:
    from aqt.main import AnkiQt

SETTINGS = Settings()
MIXED = "Remediation::Mixed"


def _mixed(col: Collection) -> DeckId:
    deck_id = col.decks.id_for_name(MIXED)
    assert deck_id
    return deck_id


def _make_yesterdays(col: Collection) -> None:
    """The decks as on the morning after a session: built yesterday, and the mixed one studied."""
    col.sched.empty_filtered_deck(_mixed(col))
    config = col.get_config(CONFIG_KEY)
    col.set_config(CONFIG_KEY, {**config, "day": config["day"] - 1})
    assert plan_deck_update(col, SETTINGS)
    assert not built_today(col)


@pytest.fixture
def updates(mw: AnkiQt, template: GeneratedCollection) -> Iterator[Any]:
    """What keeps the decks, on a collection with an import and the decks of yesterday."""
    from aqt import gui_hooks

    hooks: tuple[Any, ...] = (
        gui_hooks.profile_did_open,
        gui_hooks.sync_did_finish,
        gui_hooks.deck_browser_did_render,
        gui_hooks.profile_will_close,
    )
    before = [list(hook._hooks) for hook in hooks]
    request = missed(some_questions(template, 20))
    apply_import(mw.col, preview_import(mw.col, request, SETTINGS), SETTINGS)
    _make_yesterdays(mw.col)
    watch = addon_module("gui.sync_watch").SyncWatch(mw)
    yield addon_module("gui.deck_update").DeckUpdates(mw, watch)
    for hook, kept in zip(hooks, before):
        hook._hooks[:] = kept


def _reopen(mw: AnkiQt) -> None:
    close(mw)
    open_profile(mw)


def _is_updated(mw: AnkiQt) -> bool:
    return built_today(mw.col)


def test_without_an_account_the_decks_are_updated_when_the_profile_opens(
    mw: AnkiQt, updates: Any
) -> None:
    _reopen(mw)
    wait_until(lambda: _is_updated(mw), "the decks")
    idle(mw)
    assert mw.col.undo_status().undo == DECKS_UNDO_NAME
    assert mw.col.decks.card_count(_mixed(mw.col), include_subdecks=False)
    assert not plan_deck_update(mw.col, SETTINGS)


def test_what_was_built_today_is_not_filled_up_again(mw: AnkiQt, updates: Any) -> None:
    _reopen(mw)
    wait_until(lambda: _is_updated(mw), "the decks")
    idle(mw)
    deck_id = _mixed(mw.col)
    mw.col.sched.empty_filtered_deck(deck_id)  # as when all were studied
    _reopen(mw)
    idle(mw)
    assert mw.col.decks.card_count(deck_id, include_subdecks=False) == 0


def test_a_day_that_begins_with_anki_open(mw: AnkiQt, updates: Any) -> None:
    _reopen(mw)
    wait_until(lambda: _is_updated(mw), "the decks")
    idle(mw)
    _make_yesterdays(mw.col)
    mw.deckBrowser.refresh()
    idle(mw)
    assert not _is_updated(mw)  # the same day still
    # The decks were looked at yesterday.
    updates._day = updates._watch._day = updates._day - 86_400
    mw.deckBrowser.refresh()
    wait_until(lambda: _is_updated(mw), "the decks")


def test_with_an_account_a_new_day_waits_for_the_next_sync(mw: AnkiQt, updates: Any) -> None:
    """The phone may have been used while this Anki stood open over night."""
    from aqt import gui_hooks

    def sync() -> None:
        assert mw.col.db
        mw.col.db.execute("update col set ls = ls + 1000")  # as after a sync that succeeded
        gui_hooks.sync_did_finish()

    mw.pm.set_sync_key("a key")
    try:
        _reopen(mw)
        gui_hooks.sync_will_start()
        gui_hooks.sync_did_finish()  # as after one that failed
        idle(mw)
        assert not _is_updated(mw)
        sync()
        wait_until(lambda: _is_updated(mw), "the decks")
        idle(mw)
        _make_yesterdays(mw.col)
        updates._day = updates._watch._day = updates._day - 86_400
        mw.deckBrowser.refresh()
        idle(mw)
        assert not _is_updated(mw)
        sync()
        wait_until(lambda: _is_updated(mw), "the decks")
    finally:
        mw.pm.set_sync_key(None)


def test_not_in_the_middle_of_a_review(mw: AnkiQt, updates: Any) -> None:
    _reopen(mw)
    wait_until(lambda: _is_updated(mw), "the decks")
    idle(mw)
    _make_yesterdays(mw.col)
    deck_id = next(
        deck.id
        for deck in mw.col.decks.all_names_and_ids()
        if deck.name.startswith("Remediation::Systems::") and mw.col.decks.cids(DeckId(deck.id))
    )
    mw.col.decks.set_current(DeckId(deck_id))
    mw.moveToState("review")
    wait_until(lambda: mw.state == "review" and mw.reviewer.card, "a card")
    updates._day = updates._watch._day = updates._day - 86_400
    updates._look()
    idle(mw)
    assert not _is_updated(mw)
    mw.moveToState("deckBrowser")
    wait_until(lambda: _is_updated(mw), "the decks")


def test_nothing_is_written_where_nothing_would_change(mw: AnkiQt, updates: Any) -> None:
    _reopen(mw)
    wait_until(lambda: _is_updated(mw), "the decks")
    idle(mw)
    config = mw.col.get_config(CONFIG_KEY)
    mw.col.set_config(CONFIG_KEY, {**config, "day": config["day"] - 1})
    modified = mw.col.mod
    _reopen(mw)
    idle(mw)
    assert mw.col.mod == modified
    assert mw.col.undo_status().undo != DECKS_UNDO_NAME


def test_on_request(mw: AnkiQt, updates: Any) -> None:
    mw.pm.set_sync_key(None)
    close(mw)
    open_profile(mw)
    wait_until(lambda: _is_updated(mw), "the decks")
    idle(mw)
    mw.col.sched.empty_filtered_deck(_mixed(mw.col))
    updates.update_now()
    wait_until(lambda: not plan_deck_update(mw.col, SETTINGS), "the decks")
    idle(mw)
    assert mw.col.undo_status().undo == DECKS_UNDO_NAME


@pytest.mark.parametrize("button", ["Wait", "now"])
def test_on_request_before_the_sync_the_student_chooses(
    mw: AnkiQt, updates: Any, button: str
) -> None:
    from aqt.qt import QMessageBox

    mw.pm.set_sync_key("a key")
    try:
        _reopen(mw)
        updates.update_now()
        wait_until(lambda: mw.findChildren(QMessageBox), "the question")
        box = mw.findChildren(QMessageBox)[-1]
        default = box.defaultButton()
        assert default
        assert "Wait" in default.text()
        next(b for b in box.buttons() if button in b.text()).click()
        idle(mw)
        if button == "now":
            wait_until(lambda: _is_updated(mw), "the decks")
        assert _is_updated(mw) == (button == "now")
    finally:
        mw.pm.set_sync_key(None)


# The phone
##########################################################################


def _review(col: Collection, number: int) -> dict[int, list[int]]:
    """Answers cards with Good wherever they are; what is then true of them."""
    cards = col.find_cards("tag:Remediation deck:filtered is:review -is:suspended -is:buried")
    for card_id in cards[:number]:
        card = col.get_card(card_id)
        states = col._backend.get_scheduling_states(card_id)
        card.start_timer()
        scheduler: Any = col.sched
        answer = scheduler.build_answer(card=card, states=states, rating=CardAnswer.GOOD)
        scheduler.answer_card(answer)
    return {card_id: _state(col, card_id) for card_id in cards[:number]}


def _state(col: Collection, card_id: int) -> list[int]:
    assert col.db
    (row,) = col.db.all(
        "select reps, ivl, case when odid and odue then odue else due end from cards where id = ?",
        card_id,
    )
    return list(row)


def test_reviews_on_the_phone_survive_the_morning(mw: AnkiQt, updates: Any, tmp_path: Path) -> None:
    """Ten cards are reviewed and synced on a second collection that this Anki has not seen."""
    desk_path = mw.col.path
    profile = mw.pm.profile
    assert profile
    close(mw)
    phone_path = tmp_path / "phone.anki2"
    shutil.copy(desk_path, phone_path)
    with sync_server.sync_server(tmp_path / "server") as address:
        desk, phone = Collection(desk_path), Collection(str(phone_path))
        auth = sync_server.log_in(desk, address)
        sync_server.upload(desk, auth)
        desk.close()
        sync_server.download(phone, auth)
        answered = _review(phone, 10)
        assert len(answered) == 10
        sync_server.sync(phone, auth)
        try:
            mw.pm.openProfile("Student")
            assert mw.pm.profile
            mw.pm.profile.update(autoSync=False, syncMedia=False)
            mw.pm.set_sync_key(auth.hkey)
            mw.pm.set_custom_sync_url(address)
            mw.loadProfile()
            wait_until(lambda: mw.state == "deckBrowser", "the deck list")
            mw.deckBrowser.refresh()
            idle(mw)
            assert mw.col.db
            assert plan_deck_update(mw.col, SETTINGS)
            assert not _is_updated(mw)
            assert not mw.col.db.scalar("select count() from cards where usn = -1")

            mw._sync_collection_and_media(mw._refresh_after_sync)
            wait_until(lambda: _is_updated(mw), "the decks")
            idle(mw)
            assert mw.col.undo_status().undo == DECKS_UNDO_NAME
            assert {id: _state(mw.col, id) for id in answered} == answered
            assert not set(answered) & set(mw.col.find_cards("deck:Remediation::*"))

            sync_server.sync(mw.col, auth)
            sync_server.sync(phone, auth)
            assert {id: _state(phone, id) for id in answered} == answered
            assert set(phone.decks.cids(_mixed(phone))) == set(mw.col.decks.cids(_mixed(mw.col)))
        finally:
            phone.close()
            if mw.pm.profile is not None:
                mw.pm.set_sync_key(None)
                mw.pm.set_custom_sync_url(None)
                mw.pm.set_current_sync_url(None)
