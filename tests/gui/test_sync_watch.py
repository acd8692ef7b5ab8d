"""What is written by itself around a sync, in a whole Anki with Anki's real sync server."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from anki.collection import Collection
from anki.scheduler.v3 import CardAnswer
from anki.sync import SyncAuth

from remediation.collection.importing import apply_import, preview_import
from remediation.collection.ledger import read_ledger
from remediation.collection.own_decks import built_today
from remediation.settings import Settings
from tests import sync_server
from tests.anking import GeneratedCollection
from tests.collections import missed, some_questions
from tests.gui.conftest import (
    addon_module,
    apply,
    open_import,
    paste,
    shown_text,
    sync_watch,
)
from tests.whole_anki import PROFILE, close, idle, open_profile, wait_until

if TYPE_CHECKING:
    from aqt.main import AnkiQt

DAY = 86_400
CARDS = 20
MIXED = "Remediation::Mixed"
DECKS_LATER = "The decks follow after the next sync."


class Student:
    """An Anki with an account, which has not synced yet today, and the student's phone.

    Both hold an import whose suspended cards all wait. `watch` tells as the add-on's own does.
    """

    def __init__(self, mw: AnkiQt, phone: Collection, auth: SyncAuth, server: ExitStack) -> None:
        self.mw = mw
        self.watch = addon_module("gui.sync_watch").SyncWatch(mw)
        self.phone = phone
        self.auth = auth
        self._server = server

    def stop_server(self) -> None:
        self._server.close()

    def sync(self) -> None:
        """As by the Sync button; a question of Anki's is left open."""
        from aqt import gui_hooks

        done: list[bool] = []

        def on_finished() -> None:
            done.append(True)

        gui_hooks.sync_did_finish.append(on_finished)
        try:
            self.mw._sync_collection_and_media(self.mw._refresh_after_sync)
            wait_until(lambda: done or self.question(), "the sync")
        finally:
            gui_hooks.sync_did_finish.remove(on_finished)
        idle(self.mw)

    def question(self) -> Any:
        """A box of Anki's that waits for an answer; None where there is none."""
        from aqt.qt import QApplication, QMessageBox

        boxes = [w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox)]
        return next((box for box in boxes if box.isVisible()), None)

    def answer(self, button: str) -> None:
        from aqt import gui_hooks

        done: list[bool] = []

        def on_finished() -> None:
            done.append(True)

        gui_hooks.sync_did_finish.append(on_finished)
        try:
            next(b for b in self.question().buttons() if button in b.text()).click()
            wait_until(lambda: done, "the sync")
        finally:
            gui_hooks.sync_did_finish.remove(on_finished)
        idle(self.mw)

    def review_on_phone(self, number: int) -> dict[int, list[int]]:
        """Answers cards of ours on the phone and syncs it; what is then true of them."""
        found = self.phone.find_cards("tag:Remediation is:review -is:suspended -is:buried")
        for card_id in found[:number]:
            card = self.phone.get_card(card_id)
            card.start_timer()
            scheduler: Any = self.phone.sched
            states = self.phone._backend.get_scheduling_states(card_id)
            scheduler.answer_card(
                scheduler.build_answer(card=card, states=states, rating=CardAnswer.GOOD)
            )
        sync_server.sync(self.phone, self.auth)
        return {card_id: _answered(self.phone, card_id) for card_id in found[:number]}

    def released(self) -> int:
        return sum(len(release.cards) for release in read_ledger(self.mw.col).releases.values())

    def last_sync(self) -> int:
        assert self.mw.col.db
        return int(self.mw.col.db.scalar("select ls from col"))


def _answered(col: Collection, card_id: int) -> list[int]:
    assert col.db
    (row,) = col.db.all("select reps, ivl from cards where id = ?", card_id)
    return list(row)


@pytest.fixture
def student(mw: AnkiQt, template: GeneratedCollection, tmp_path: Path) -> Iterator[Student]:
    none = Settings(cards_unsuspended_per_day=0)
    request = missed(some_questions(template, CARDS), when=int(time.time()) - DAY, dated=True)
    apply_import(mw.col, preview_import(mw.col, request, none), none)
    mixed = mw.col.decks.id_for_name(MIXED)
    assert mixed
    mw.col.decks.remove([mixed])  # so that decks are to be built anew, although they were today
    desk_path = mw.col.path
    assert mw.pm.profile
    mw.pm.profile.pop("remediationReleaseDay", None)
    close(mw)
    phone_path = tmp_path / "phone.anki2"
    shutil.copy(desk_path, phone_path)
    with ExitStack() as server:
        address = server.enter_context(sync_server.sync_server(tmp_path / "server"))
        desk, phone = Collection(desk_path), Collection(str(phone_path))
        auth = sync_server.log_in(desk, address)
        sync_server.upload(desk, auth)
        desk.close()
        sync_server.download(phone, auth)
        mw.pm.openProfile(PROFILE)
        assert mw.pm.profile
        mw.pm.profile.update(autoSync=False, syncMedia=False)
        mw.pm.set_sync_key(auth.hkey)
        mw.pm.set_custom_sync_url(address)
        mw.loadProfile()
        wait_until(lambda: mw.state == "deckBrowser", "the deck list")
        idle(mw)
        sync_server.sync(mw.col, auth)  # what Anki itself writes when it first opens a collection
        close(mw)
        made = Student(mw, phone, auth, server)
        open_profile(mw)
        idle(mw)
        try:
            yield made
        finally:
            if mw.col is not None:
                idle(mw)
            phone.close()
            if made.question():
                made.question().close()
            mw.pm.profile["autoSync"] = False
            mw.pm.set_sync_key(None)
            mw.pm.set_custom_sync_url(None)
            mw.pm.set_current_sync_url(None)
            mw.pm.save()
            if mw.col is None:
                open_profile(mw)


# Which syncs count
##########################################################################


def test_nothing_is_written_before_the_sync(student: Student) -> None:
    student.mw.deckBrowser.refresh()
    idle(student.mw)
    assert student.released() == 0


def test_a_sync_that_finds_nothing_to_exchange(student: Student) -> None:
    before = student.last_sync()
    student.sync()
    wait_until(lambda: student.released() == CARDS, "the release")
    assert student.last_sync() == before


def test_a_sync_that_exchanges_something(student: Student) -> None:
    student.phone.set_config("something", 1)
    sync_server.sync(student.phone, student.auth)
    student.sync()
    wait_until(lambda: student.released() == CARDS, "the release")


def test_a_sync_without_a_server(student: Student) -> None:
    student.stop_server()
    student.sync()
    assert student.question()  # Anki says that it failed
    assert student.released() == 0


def test_a_sync_that_the_server_refuses(student: Student) -> None:
    student.mw.pm.set_sync_key("wrong")
    student.sync()
    student.mw.deckBrowser.refresh()
    idle(student.mw)
    assert student.released() == 0


@pytest.mark.parametrize(
    ("button", "server_runs", "counts"),
    [
        ("Cancel", True, False),
        ("Download", True, True),
        ("Download", False, False),
        ("Upload", True, True),
        ("Upload", False, False),
    ],
)
def test_a_one_way_sync(student: Student, button: str, server_runs: bool, counts: bool) -> None:
    student.phone.mod_schema(check=False)
    sync_server.upload(student.phone, student.auth)
    student.mw.col.set_config("something", 1)
    student.sync()
    assert student.question()
    if not server_runs:
        student.stop_server()
    student.answer(button)
    if counts:
        wait_until(lambda: student.released() == CARDS, "the release")
    assert student.released() == (CARDS if counts else 0)


def test_the_sync_at_closing_begins_nothing(student: Student) -> None:
    from aqt import gui_hooks

    done: list[bool] = []

    def on_finished() -> None:
        done.append(True)

    path = student.mw.col.path
    assert student.mw.pm.profile
    student.mw.pm.profile["autoSync"] = True
    gui_hooks.sync_did_finish.append(on_finished)
    close(student.mw)
    gui_hooks.sync_did_finish.remove(on_finished)
    assert done
    closed = Collection(path)
    assert not read_ledger(closed).releases
    closed.close()


# What the student asks for before the sync
##########################################################################


def _release_more(student: Student, template: GeneratedCollection) -> None:
    import aqt

    window = aqt.dialogs.open("RemediationToday", student.mw)
    wait_until(lambda: window.release.overview is not None, "the reading")
    window.release.more_button.click()
    assert window.release.dialog.isVisible()
    window.release.dialog.number.setValue(5)
    assert window.release.dialog.plan.number == 5
    window.release.dialog.release_button.click()
    wait_until(lambda: student.released() > 0, "the release")
    assert student.released() == 5
    window.close()


def _import_more(student: Student, template: GeneratedCollection) -> None:
    dialog = open_import(student.mw)
    paste(dialog, " ".join(some_questions(template, CARDS + 10)[CARDS:]))
    apply(dialog)
    assert DECKS_LATER in shown_text(dialog)
    dialog.close()
    assert len(read_ledger(student.mw.col).questions) == CARDS + 10


def _mark_a_miss(student: Student, template: GeneratedCollection) -> None:
    notes = template.questions["uworld", "step1", some_questions(template, CARDS + 1)[CARDS]]
    mw = student.mw
    dialog = addon_module("gui.marking").ask(mw, student.watch, sorted(notes), mw)
    wait_until(lambda: dialog.recorded is not None, "the records")
    dialog.question.choose(0)
    dialog.save_button.click()
    wait_until(lambda: len(read_ledger(student.mw.col).questions) == CARDS + 1, "the miss")


def _repair(student: Student, template: GeneratedCollection) -> None:
    col = student.mw.col
    note = col.get_note(col.find_notes("tag:Remediation")[0])
    before = note.tags
    note.tags = []  # by another add-on
    col.update_note(note)
    menu = next(
        action.menu()
        for action in student.mw.form.menuTools.actions()
        if action.text() == "&Remediation"
    )
    assert menu
    next(a for a in menu.actions() if "Repair" in a.text()).trigger()
    wait_until(lambda: set(before) & set(col.get_note(note.id).tags), "the tags")


@pytest.mark.parametrize("act", [_release_more, _import_more, _mark_a_miss, _repair])
def test_reviews_on_the_phone_survive_what_is_done_before_the_sync(
    student: Student, template: GeneratedCollection, act: Callable[..., None]
) -> None:
    reviewed = student.review_on_phone(10)
    assert len(reviewed) == 10
    col = student.mw.col
    assert built_today(col)
    act(student, template)
    idle(student.mw)
    assert not col.decks.id_for_name(MIXED)
    student.sync()
    wait_until(lambda: col.decks.id_for_name(MIXED), "the decks")
    idle(student.mw)
    assert {card: _answered(col, card) for card in reviewed} == reviewed
    sync_server.sync(col, student.auth)
    sync_server.sync(student.phone, student.auth)
    assert {card: _answered(student.phone, card) for card in reviewed} == reviewed


# Without an account
##########################################################################


@pytest.fixture
def alone(mw: AnkiQt, template: GeneratedCollection) -> Iterator[tuple[AnkiQt, Any]]:
    """An Anki without an account in the evening, with misses whose cards wait until tomorrow.

    And what watches it, for the release of the day and the repair.
    """
    from aqt import gui_hooks

    hooks: tuple[Any, ...] = (gui_hooks.deck_browser_did_render, gui_hooks.profile_did_open)
    before = [list(hook._hooks) for hook in hooks]
    none = Settings(cards_unsuspended_per_day=0)
    request = missed(some_questions(template, CARDS), when=int(time.time()) - DAY, dated=True)
    apply_import(mw.col, preview_import(mw.col, request, none), none)
    watch = sync_watch(mw)
    addon_module("gui.daily_release").release_daily(mw, watch)
    addon_module("gui.repair").repair_after_sync(mw, watch)
    assert mw.pm.profile
    mw.pm.profile["remediationReleaseDay"] = mw.col.sched.today
    idle(mw)
    yield mw, watch
    idle(mw)  # the records are written first, and are what the tests wait for
    for hook, kept in zip(hooks, before):
        hook._hooks[:] = kept


def _night_passes(mw: AnkiQt, watch: Any) -> None:
    watch._day -= DAY
    assert mw.pm.profile
    mw.pm.profile["remediationReleaseDay"] -= 1


def _released(mw: AnkiQt) -> int:
    return sum(len(release.cards) for release in read_ledger(mw.col).releases.values())


def test_a_night_with_anki_open(alone: tuple[AnkiQt, Any]) -> None:
    mw, watch = alone
    mw.deckBrowser.refresh()
    idle(mw)
    assert _released(mw) == 0
    _night_passes(mw, watch)
    mw.deckBrowser.refresh()
    wait_until(lambda: _released(mw) == CARDS, "the release")


@pytest.mark.parametrize("begun", ["before", "while it is planned"])
def test_nothing_is_written_in_a_review(alone: tuple[AnkiQt, Any], begun: str) -> None:
    mw, watch = alone
    col = mw.col
    note = col.get_note(col.find_notes("tag:Remediation")[0])
    tags, note.tags = note.tags, []  # by another add-on
    col.update_note(note)
    mixed = col.decks.id_for_name(MIXED)
    assert mixed
    col.decks.set_current(mixed)
    _night_passes(mw, watch)
    if begun == "before":
        mw.moveToState("review")
        wait_until(lambda: mw.state == "review" and mw.reviewer.card, "a card")
        watch._tell()
    else:
        go_on = Event()
        mw.taskman.run_in_background(go_on.wait)  # what is planned comes after it
        watch._tell()
        mw.moveToState("review")
        go_on.set()
    idle(mw)
    assert mw.state == "review"
    assert _released(mw) == 0
    assert not col.get_note(note.id).tags
    mw.moveToState("deckBrowser")
    wait_until(lambda: _released(mw) == CARDS, "the release")
    wait_until(lambda: set(tags) & set(col.get_note(note.id).tags), "the tags")
