"""The window with what there is to do today, in a whole Anki."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from aqt.qt import QLabel

from remediation.collection.importing import apply_import, preview_import
from remediation.settings import Settings
from tests.anking import GeneratedCollection
from tests.collections import missed, some_questions
from tests.gui.conftest import addon_module
from tests.whole_anki import idle, wait_until

if TYPE_CHECKING:
    from aqt.main import AnkiQt

    from remediation.gui.today_window import TodayWindow


def open_today(mw: AnkiQt) -> TodayWindow:
    import aqt

    menu = next(a.menu() for a in mw.form.menuTools.actions() if a.text() == "&Remediation")
    assert menu
    next(a for a in menu.actions() if a.text() == "&Today…").trigger()
    opened: TodayWindow = aqt.dialogs._dialogs["RemediationToday"][1]
    wait_until(lambda: opened.today is not None, "today")
    return opened


def import_block(mw: AnkiQt, ids: list[str], when: int) -> None:
    request = missed(ids, when=when, dated=True)
    apply_import(mw.col, preview_import(mw.col, request, Settings()), Settings())


@pytest.fixture
def window(mw: AnkiQt, template: GeneratedCollection) -> Iterator[TodayWindow]:
    import_block(mw, some_questions(template, 20), int(time.time()) - 3_600)
    opened = open_today(mw)
    yield opened
    opened.close()


def _review(mw: AnkiQt) -> None:
    """Begins to review a deck of the add-on's."""
    deck_id = mw.col.decks.id_for_name("Remediation::Mixed")
    assert deck_id
    mw.col.decks.set_current(deck_id)
    mw.moveToState("review")
    wait_until(lambda: mw.state == "review" and mw.reviewer.card, "a card")
    idle(mw)


def _answers(mw: AnkiQt) -> int:
    assert mw.col.db
    return int(mw.col.db.scalar("select count() from revlog where ease > 0"))


def shown(window: TodayWindow) -> str:
    return " ".join(label.text() for label in window.findChildren(QLabel) if label.isVisible())


def test_the_decks_with_their_true_counts(mw: AnkiQt, window: TodayWindow) -> None:
    assert window.today
    ready = sum(deck.ready for deck in window.today.decks)
    assert ready
    assert f"{ready} cards are ready." in shown(window)
    # How many wait is told only of a deck that is chosen.
    assert window.deck_count.text() == "Choose a deck to see where its other cards are."
    for row in range(window.decks.topLevelItemCount()):
        item = window.decks.topLevelItem(row)
        assert item
        window.decks.setCurrentItem(item)
        deck = next(d for d in window.today.decks if d.name.endswith(f"::{item.text(0)}"))
        assert f"{item.text(0)}: {deck.sentence()}." in shown(window)
        assert item.text(1) == str(deck.ready)
    filtered = [deck for deck in mw.col.decks.all() if deck["dyn"]]
    assert {deck.name for deck in window.today.decks} <= {deck["name"] for deck in filtered}


def test_a_miss_is_opened_to_name_its_reason(mw: AnkiQt, window: TodayWindow) -> None:
    import aqt

    window.tabs.setCurrentIndex(1)
    assert "20 still to do" in window.stand.text() or "half-way" in window.stand.text()
    window.misses.activated.emit(window.misses.model().index(0, 0))  # type: ignore[union-attr]
    naming = aqt.dialogs._dialogs["RemediationNaming"][1]
    wait_until(lambda: naming.queue.current is not None, "the miss")
    assert len(naming.queue.diagnoses) == 1
    naming.close()


def test_it_follows_what_happens_elsewhere(
    mw: AnkiQt, window: TodayWindow, template: GeneratedCollection
) -> None:
    assert window.today
    before = len(window.today.misses)
    mw.undo()
    wait_until(lambda: window.today and len(window.today.misses) < before, "the undo")
    assert window.rapid_fire_button.isHidden()


def test_cards_that_are_answered_beside_it_are_read_once_the_review_ends(
    mw: AnkiQt, window: TodayWindow
) -> None:
    before = window.today
    assert before
    _review(mw)
    for _ in range(3):
        card, answers = mw.reviewer.card, _answers(mw)
        assert card
        mw.reviewer._showAnswer()
        mw.reviewer._answerCard(3)
        wait_until(lambda: _answers(mw) > answers, "the answer")  # noqa: B023
        idle(mw)
    assert mw.state == "review"
    assert window.today is before
    mw.moveToState("deckBrowser")
    wait_until(lambda: window.today is not before, "the new reading")
    settings = addon_module("gui.addon_settings").load(mw)
    assert window.today == addon_module("collection.today").read_today(mw.col, settings)
    assert window.today != before


def test_what_is_done_in_it_beside_a_review_shows_at_once(mw: AnkiQt, window: TodayWindow) -> None:
    before = window.today
    assert before
    assert before.release
    _review(mw)
    window.release.more_button.click()
    assert window.release.dialog
    window.release.dialog.accept()
    wait_until(lambda: window.today is not before, "the new reading")
    assert mw.state == "review"
    assert window.today
    assert window.today.release
    assert window.today.release.plan.released_today > before.release.plan.released_today


def test_a_closed_window_watches_no_more(mw: AnkiQt, window: TodayWindow) -> None:
    from aqt import gui_hooks

    hooks = (gui_hooks.operation_did_execute, gui_hooks.state_did_change)
    watching = [hook.count() for hook in hooks]
    window.close()
    with_the_notice = 2
    assert [hook.count() for hook in hooks] == [number - with_the_notice for number in watching]


def test_with_nothing_yet_it_says_how_to_start(mw: AnkiQt) -> None:
    import aqt

    opened = open_today(mw)
    assert "Start with:" in shown(opened)
    start = addon_module("gui.start_panel").Start
    assert all(opened.start_panel.buttons[way].isVisible() for way in start)
    assert not opened.rapid_fire_button.isVisible()
    opened.start_panel.buttons[start.SAMPLE].click()
    dialog = aqt.dialogs._dialogs["RemediationImport"][1]
    wait_until(lambda: dialog.preview is not None, "the sample")
    dialog.apply_button.click()
    wait_until(lambda: opened.today and opened.today.misses, "today with the sample")
    assert not opened.start_panel.isVisible()
    assert opened.rapid_fire_button.isVisible()
    wait_until(lambda: not mw.progress.busy())
    dialog.close()
    opened.close()
