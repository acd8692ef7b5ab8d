"""Today's cards, shown in a whole Anki."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from math import ceil
from typing import TYPE_CHECKING, Any

import pytest

from remediation.model.dates import full_date
from tests.anking import GeneratedCollection
from tests.collections import differences, snapshot, some_questions, today
from tests.gui.conftest import addon_module, sync_watch
from tests.whole_anki import press, process_events, wait_until

if TYPE_CHECKING:
    from aqt.main import AnkiQt

    from remediation.gui.release_panel import ReleasePanel
    from remediation.gui.today_window import TodayWindow

MOST = 20


@pytest.fixture
def imported(mw: AnkiQt, template: GeneratedCollection) -> AnkiQt:
    """An Anki with a block of misses, all of whose suspended cards wait."""
    module, nothing_yet = addon_module("collection.importing"), _settings(0)
    attempts = addon_module("model.attempts")
    missed = tuple(
        attempts.Attempt(id=id, outcome=attempts.Outcome.INCORRECT)
        for id in some_questions(template, 30)
    )
    sitting = addon_module("model.records").Sitting("uworld", "step1", 1_750_000_000, missed)
    request = module.ImportRequest((sitting,))
    preview = module.preview_import(mw.col, request, nothing_yet)
    module.apply_import(mw.col, preview, nothing_yet)
    return mw


@pytest.fixture
def panel(imported: AnkiQt) -> Iterator[ReleasePanel]:
    """The panel in its place, the window with what there is to do today."""
    import aqt

    window: TodayWindow = aqt.dialogs.open("RemediationToday", imported)
    wait_until(lambda: window.release.overview is not None, "the reading")
    yield window.release
    window.close()


@pytest.fixture
def empty_panel(mw: AnkiQt) -> Iterator[ReleasePanel]:
    """The panel where nothing was imported yet, in a window of its own."""
    from aqt.qt import QDialog, QVBoxLayout

    window = QDialog(mw)
    panel_type = addon_module("gui.release_panel").ReleasePanel
    made: ReleasePanel = panel_type(window, mw, sync_watch(mw))
    QVBoxLayout(window).addWidget(made)
    window.show()
    read = addon_module("collection.release_queue").read_overview
    made.show_overview(read(mw.col, _settings(MOST)), by_itself=True)
    yield made
    window.close()
    window.deleteLater()
    process_events()


def _settings(most: int) -> Any:
    return addon_module("settings").Settings(cards_unsuspended_per_day=most)


def shown(panel: ReleasePanel) -> str:
    """All sentences that are visible."""
    from aqt.qt import QLabel

    return " ".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


def changes(panel: ReleasePanel) -> None:
    """Waits until what was asked for is written and shown."""
    before = panel.overview
    wait_until(lambda: panel.overview is not before, "the new reading")


def set_exam(panel: ReleasePanel, mw: AnkiQt, days: int) -> None:
    """Says that the exam is in so many days."""
    from aqt.operations import CollectionOp

    write = addon_module("collection.exam_date").set_exam_date
    day = today(mw.col) + timedelta(days=days)
    CollectionOp(mw, lambda col: write(col, _settings(MOST), day).changes).run_in_background()
    changes(panel)


def test_without_misses_it_says_what_to_do_first(empty_panel: ReleasePanel) -> None:
    assert "Import the questions that you missed first" in shown(empty_panel)
    assert not empty_panel.more_button.isEnabled()
    assert not empty_panel.waiting_button.isEnabled()
    assert empty_panel.exam_button.isEnabled()


def test_the_size_of_the_queue_is_shown_only_when_asked(panel: ReleasePanel) -> None:
    assert panel.overview
    waiting = panel.overview.plan.waiting
    assert waiting > MOST
    assert str(waiting) not in shown(panel)
    assert "20 more cards can become active today." in shown(panel)
    panel.waiting_button.click()
    assert f"{waiting} cards wait." in shown(panel)


def test_todays_cards_are_shown_as_soon_as_they_came(panel: ReleasePanel, imported: AnkiQt) -> None:
    from aqt.operations import CollectionOp

    module, settings = addon_module("collection.release_queue"), _settings(MOST)
    plan = module.plan_daily_release(imported.col, settings)
    CollectionOp(imported, lambda col: module.release(col, settings, plan)).run_in_background()
    changes(panel)
    assert "20 cards became active today." in shown(panel)
    assert "That is enough for today." in shown(panel)


def test_releasing_more_is_previewed_and_one_step_to_undo(
    panel: ReleasePanel, imported: AnkiQt
) -> None:
    from aqt.qt import Qt

    before = snapshot(imported.col)
    panel.more_button.click()
    dialog = panel.dialog
    assert isinstance(dialog, addon_module("gui.release_dialog").ReleaseDialog)
    assert dialog.focusWidget() is dialog.number
    dialog.number.setValue(3)
    assert dialog.list.topLevelItemCount() == 3
    minutes = ceil(dialog.plan.time.for_new(3))
    assert f", about {minutes} minute" in dialog._summary.text()
    assert dialog.windowTitle() == "Release more cards"
    assert [card.card for card in dialog.plan.cards] == [
        card.card
        for card in panel.overview.plan.queue[:3]  # type: ignore[union-attr]
    ]
    assert differences(before, snapshot(imported.col)) == {}
    press(dialog, Qt.Key.Key_Return)
    changes(panel)
    assert "3 cards became active today." in shown(panel)
    assert imported.col.undo_status().undo == "Release 3 cards"
    panel.more_button.click()
    more = panel.dialog
    assert isinstance(more, addon_module("gui.release_dialog").ReleaseDialog)
    assert more is not dialog
    assert "today. With those that came earlier it is 13 cards today." in more._summary.text()
    more.reject()
    imported.undo()
    changes(panel)
    assert "No new card today so far." in shown(panel)
    assert differences(before, snapshot(imported.col)) == {}


def test_escape_releases_nothing(panel: ReleasePanel, imported: AnkiQt) -> None:
    from aqt.qt import Qt

    before = snapshot(imported.col, everything=True)
    panel.more_button.click()
    assert panel.dialog
    press(panel.dialog, Qt.Key.Key_Escape)
    process_events()
    assert not panel.dialog.isVisible()
    panel.exam_button.click()
    press(panel.dialog, Qt.Key.Key_Escape)
    process_events()
    assert snapshot(imported.col, everything=True) == before


def test_no_date_yet_and_a_date_are_answers(panel: ReleasePanel, imported: AnkiQt) -> None:
    from aqt.qt import QDate

    module = addon_module("collection.exam_date")
    ledger = addon_module("collection.ledger").read_ledger
    assert "When is your exam?" in shown(panel)
    panel.exam_button.click()
    dialog = panel.dialog
    assert isinstance(dialog, addon_module("gui.exam_date_dialog").ExamDateDialog)
    assert dialog.no_date.isChecked()
    assert dialog.day is None
    dialog.accept()
    changes(panel)
    assert "Exam: no date yet." in shown(panel)

    panel.exam_button.click()
    dialog = panel.dialog
    assert isinstance(dialog, addon_module("gui.exam_date_dialog").ExamDateDialog)
    dialog.no_date.setChecked(False)
    day = date.today() + timedelta(days=50)
    dialog.date.setDate(QDate(day.year, day.month, day.day))
    dialog.accept()
    changes(panel)
    assert module.exam_date(ledger(imported.col)) == day
    assert f"Exam: {full_date(day)}, in " in shown(panel)
    assert imported.col.undo_status().undo == module.UNDO_NAME


def test_minutes_a_day_are_asked_with_the_exam_and_told(
    panel: ReleasePanel, imported: AnkiQt
) -> None:
    from aqt.qt import Qt

    assert panel.overview
    assert "minutes" not in shown(panel)
    panel.exam_button.click()
    dialog = panel.dialog
    assert isinstance(dialog, addon_module("gui.exam_date_dialog").ExamDateDialog)
    assert dialog.minutes.current() == 0
    dialog.minutes.show_value(1)
    press(dialog, Qt.Key.Key_Return)
    changes(panel)
    assert panel.overview.plan.time.taken > 1
    assert panel.overview.plan.number == 0
    assert "Anki's cards fill your 1 minute, so nothing new comes by itself." in shown(panel)
    panel.exam_button.click()
    dialog = panel.dialog
    assert isinstance(dialog, addon_module("gui.exam_date_dialog").ExamDateDialog)
    assert dialog.minutes.current() == 1
    dialog.minutes.show_value(900)
    press(dialog, Qt.Key.Key_Return)
    changes(panel)
    assert "20 more cards can become active today." in shown(panel)
    taken = ceil(panel.overview.plan.time.taken)
    assert f"Those that Anki has for today take about {taken} of your 900 minutes." in shown(panel)


@pytest.mark.parametrize(
    ("days", "when", "then"),
    [
        (1, "tomorrow.", "Nothing new comes by itself"),
        (0, "today.", "Nothing new comes by itself"),
        (3, "in 3 days.", "Nothing new comes by itself"),
        (-2, "it was on", "Your exam date has passed"),
        (90, "in 90 days.", "can become active today."),
    ],
)
def test_what_it_says_around_the_exam(
    panel: ReleasePanel, imported: AnkiQt, days: int, when: str, then: str
) -> None:
    set_exam(panel, imported, days)
    assert when in shown(panel)
    assert then in shown(panel)
    assert panel.more_button.isEnabled()
