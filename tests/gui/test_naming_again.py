"""Naming reasons in a whole Anki: what is changed, taken back, half done, or changed elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from aqt.qt import (
    QApplication,
    QCoreApplication,
    QEvent,
    QKeyEvent,
    QPoint,
    QPointF,
    Qt,
    QWheelEvent,
)

from remediation.model.decisions import DecidedBy
from tests import whole_anki
from tests.anking import GeneratedCollection
from tests.collections import differences, snapshot, some_questions
from tests.gui.test_naming_window import (
    NOW,
    current_id,
    forget_what_was_put_off,
    import_block,
    misses,
    open_window,
    press,
    shown,
    write,
)
from tests.whole_anki import idle, process_events, wait_until

if TYPE_CHECKING:
    from aqt.main import AnkiQt

    from remediation.gui.naming_window import NamingWindow

Key = Qt.Key


@pytest.fixture
def window(mw: AnkiQt, template: GeneratedCollection) -> Iterator[NamingWindow]:
    forget_what_was_put_off(mw)
    import_block(mw, some_questions(template, 12))
    opened = open_window(mw)
    yield opened
    opened.close()
    idle(mw)


def open_first_row(window: NamingWindow) -> None:
    press(window, Key.Key_L)
    window.list_page.table.selectRow(0)
    press(window, Key.Key_Return)
    wait_until(lambda: window.page.isVisible(), "the miss")
    process_events()


def click(mw: AnkiQt, button: object) -> None:
    button.click()  # type: ignore[attr-defined]
    wait_until(lambda: not mw.progress.busy(), "the misses")
    idle(mw)


# The list
######################################################################


def test_keys_of_the_list_name_what_is_selected_and_it_stays_selected(
    mw: AnkiQt, window: NamingWindow
) -> None:
    press(window, Key.Key_L)
    assert window.focusWidget() is window.list_page.table
    press(window, Key.Key_Down, Key.Key_Down)
    (chosen,) = window.list_page.selected()
    press(window, Key.Key_4)
    idle(mw)
    assert misses(mw)[chosen.id].reason == "4"
    assert window.list_page.selected() == {chosen}
    press(window, Key.Key_U)
    idle(mw)
    assert misses(mw)[chosen.id].reason == ""
    window.list_page.table.selectAll()
    press(window, Key.Key_5)
    idle(mw)
    assert {miss.reason for miss in misses(mw).values()} == {"5"}


def test_l_goes_back_from_the_list(window: NamingWindow) -> None:
    press(window, Key.Key_L, Key.Key_L)
    assert window.page.isVisible()
    assert window.focusWidget() is window


# What was named, and what was begun
######################################################################


def test_a_named_miss_shows_what_was_named_and_keeps_what_is_not_changed(
    mw: AnkiQt, window: NamingWindow
) -> None:
    first = current_id(window)
    press(window, Key.Key_4, Key.Key_2)
    write(window.page.cue, "a word")
    write(window.page.rule, "look twice")
    press(window, Key.Key_Return)
    idle(mw)
    open_first_row(window)
    assert current_id(window) == first
    assert window.page.cue.text() == "a word"
    assert window.page.rule.currentText() == "look twice"
    assert window.page.picker.code == "T2"
    press(window, Key.Key_4, Key.Key_3, Key.Key_Return)
    idle(mw)
    question = misses(mw)[first].question
    assert (question.deficit, question.cue, question.rule) == ("T3", "a word", "look twice")


def test_what_was_begun_comes_back(mw: AnkiQt, window: NamingWindow) -> None:
    import aqt

    def begun() -> tuple[str, str, str]:
        page = window.page
        return page.cue.text(), page.rule.currentText(), page.picker.code

    first = current_id(window)
    key = window.queue.diagnoses[0].key
    assert key.id == first
    press(window, Key.Key_4)
    write(window.page.cue, "my cue")
    write(window.page.rule, "my rule")
    press(window, Key.Key_Escape)
    mine = ("my cue", "my rule", "4")
    press(window, Key.Key_L, Key.Key_L)
    assert begun() == mine

    other = window.queue.left[-1]
    write(window.shorthand, f"{other.miss.attempt.position} misread")
    press(window, Key.Key_Return)
    idle(mw)
    assert misses(mw)[other.key.id].reason == "T1"
    assert (current_id(window), *begun()) == (first, *mine)

    press(window, Key.Key_Space)
    assert begun() != mine
    window.queue.go_to(key)
    window._show_current()
    press(window, Key.Key_Return)
    idle(mw)
    assert misses(mw)[first].reason == "4"
    press(window, Key.Key_U)
    idle(mw)
    assert (current_id(window), *begun()) == (first, *mine)

    assert aqt.dialogs.open("RemediationNaming", mw) is window
    idle(mw)
    assert (current_id(window), *begun()) == (first, *mine)
    press(window, Key.Key_Escape)
    assert not window.isVisible()
    again = open_window(mw)
    again.queue.go_to(key)
    again._show_current()
    assert (again.page.cue.text(), again.page.rule.currentText()) == ("my cue", "my rule")
    press(again, Key.Key_4, Key.Key_Return)
    idle(mw)
    assert misses(mw)[first].question.rule == "my rule"
    again.close()


def test_undoing_a_change_leaves_what_was_named_before(mw: AnkiQt, window: NamingWindow) -> None:
    likely = window.queue.likely[0]
    row = window.queue.diagnoses.index(likely)
    press(window, Key.Key_L)
    window.list_page.table.selectRow(row)
    press(window, Key.Key_5, Key.Key_4, Key.Key_U)
    idle(mw)
    assert misses(mw)[likely.key.id].reason == "5"
    assert window.queue.named[likely.key] == "5"
    window.list_page.accept_button.click()
    idle(mw)
    decision = misses(mw)[likely.key.id].decision
    assert decision
    assert (decision.reason, decision.how) == ("5", DecidedBy.CONFIRMED)


def test_undo_right_after_enter_waits_and_undoes(mw: AnkiQt, window: NamingWindow) -> None:
    before = snapshot(mw.col)
    first = current_id(window)
    press(window, Key.Key_1, Key.Key_Return, Key.Key_1, Key.Key_Return, Key.Key_U, Key.Key_U)
    idle(mw)
    assert window.queue.named == {}
    assert current_id(window) == first
    assert differences(before, snapshot(mw.col)) == {}


def test_an_undo_that_fails_does_not_keep_the_profile_open(
    mw: AnkiQt, window: NamingWindow
) -> None:
    press(window, Key.Key_1, Key.Key_Return)
    idle(mw)
    go = threading.Event()

    def write_past_undo() -> None:
        go.wait()
        assert mw.col.db
        mw.col.db.execute("update col set mod = mod + 1")

    # Anki forgets its undo list when something is written past it.
    mw.taskman.run_in_background(write_past_undo)
    press(window, Key.Key_U)
    assert window.writer.is_busy
    go.set()
    wait_until(lambda: not window.writer.is_busy, "the undo")
    assert len(window.queue.named) == 1
    whole_anki.close(mw)
    whole_anki.open_profile(mw)
    idle(mw)


# The fields
######################################################################


def test_the_rule_is_in_the_students_words(mw: AnkiQt, window: NamingWindow) -> None:
    first = current_id(window)
    press(window, Key.Key_4, Key.Key_4)
    offered = window.page.rule.itemText(0)
    beginning = offered[:11]
    write(window.page.rule, beginning)
    assert window.page.rule.currentText() == beginning
    press(window, Key.Key_Return)
    idle(mw)
    assert misses(mw)[first].question.rule == beginning


def test_the_wheel_over_the_rule_changes_nothing(window: NamingWindow) -> None:
    press(window, Key.Key_4)
    turn = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(0, -120),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    line = window.page.rule.lineEdit()
    assert line
    QApplication.sendEvent(line, turn)
    QApplication.sendEvent(window.page.rule, turn)
    assert window.page.rule.currentText() == ""


def test_words_of_a_mix_up_bring_cards_without_a_search_before(
    mw: AnkiQt, window: NamingWindow
) -> None:
    first = current_id(window)
    press(window, Key.Key_2, Key.Key_2)
    assert window.focusWidget() is window.page.mixed_with
    write(window.page.mixed_with, "heart failure")
    press(window, Key.Key_Escape, Key.Key_Return)
    idle(mw)
    question = misses(mw)[first].question
    assert (question.deficit, question.mixed_with) == ("K4", "heart failure")
    assert question.other_side


def test_another_reason_by_the_mouse_leaves_the_keys_with_the_window(window: NamingWindow) -> None:
    press(window, Key.Key_2, Key.Key_2)
    assert window.focusWidget() is window.page.mixed_with
    window.page.picker._groups["4"].click()
    press(window, Key.Key_1)
    assert window.page.picker.code == "T1"
    assert window.page.cue.text() == ""


def test_what_was_found_is_not_kept_with_another_reason(mw: AnkiQt, window: NamingWindow) -> None:
    first = current_id(window)
    press(window, Key.Key_2, Key.Key_2)
    write(window.page.mixed_with, "heart failure")
    press(window, Key.Key_Return)
    wait_until(lambda: "Comes too" in shown(window) and not mw.progress.busy(), "the cards")
    press(window, Key.Key_Backspace, Key.Key_4, Key.Key_1, Key.Key_Return)
    idle(mw)
    question = misses(mw)[first].question
    assert (question.deficit, question.mixed_with, question.other_side) == ("T1", "", ())


def test_the_picker_follows_a_changed_mind(window: NamingWindow) -> None:
    picker = window.page.picker
    press(window, Key.Key_1)
    assert picker.code == "1"
    assert "goes back to the groups" in shown(window)
    press(window, Key.Key_4)
    assert picker.code == "4"
    press(window, Key.Key_2)
    assert picker.code == "T2"
    press(window, Key.Key_0, Key.Key_2)
    assert picker.code == "2"
    press(window, Key.Key_Backspace)
    assert picker.code == ""


def test_a_key_held_down_is_pressed_once(mw: AnkiQt, window: NamingWindow) -> None:
    press(window, Key.Key_4)
    for key in (Key.Key_Return, Key.Key_Space, Key.Key_2, Key.Key_U):
        first = current_id(window)
        none = Qt.KeyboardModifier.NoModifier
        for _ in range(5):
            event = QKeyEvent(QEvent.Type.KeyPress, key, none, "", True)
            QCoreApplication.sendEvent(window.focusWidget() or window, event)
        assert (current_id(window), window.page.picker.code) == (first, "4")
    idle(mw)
    assert window.queue.named == {}


def test_enter_presses_the_button_that_has_the_focus(mw: AnkiQt, window: NamingWindow) -> None:
    press(window, Key.Key_4)
    window.page.copy_button.setFocus()
    press(window, Key.Key_Return)
    idle(mw)
    assert window.queue.named == {}
    clipboard = QApplication.clipboard()
    assert clipboard
    assert clipboard.text() == current_id(window)


def test_shorthand_that_is_not_clear_stays_in_the_line(mw: AnkiQt, window: NamingWindow) -> None:
    write(window.shorthand, "2 new, 4 misred, 6 blub, 97 bla, 98 bli, 99 blo, 95 blup")
    press(window, Key.Key_Return)
    idle(mw)
    assert window.shorthand.text() == "4 misred, 6 blub, 97 bla, 98 bli, 99 blo, 95 blup"
    assert window.focusWidget() is window.shorthand
    assert window.message.text().count("It is not clear which reason this means") == 1
    assert "and 2 more" in window.message.text()


# Changed elsewhere
######################################################################


def test_a_sync_keeps_the_place_the_count_and_what_was_put_off(
    mw: AnkiQt, window: NamingWindow
) -> None:
    press(window, Key.Key_4, Key.Key_Return)
    idle(mw)
    put_off = current_id(window)
    press(window, Key.Key_Space, Key.Key_Space)
    here = current_id(window)
    reading = window._reading
    mw.reset()
    idle(mw)
    assert window._reading > reading
    assert current_id(window) == here
    assert len(window.queue.named) == 1
    assert put_off in [diagnosis.key.id for diagnosis in window.queue.left[-2:]]


def test_a_sync_leaves_the_line_that_is_being_typed_in(mw: AnkiQt, window: NamingWindow) -> None:
    write(window.shorthand, "4 mis")
    mw.reset()
    idle(mw)
    assert window.focusWidget() is window.shorthand
    press(window, Key.Key_R)
    assert window.shorthand.text().startswith("4 mis")


def test_what_was_put_off_stays_so_whatever_is_opened_between(
    mw: AnkiQt, window: NamingWindow
) -> None:
    import aqt

    first = current_id(window)
    press(window, Key.Key_Space)
    other = window.queue.left[3].key
    window.close()
    between: NamingWindow = aqt.dialogs.open("RemediationNaming", mw, only={other})
    wait_until(lambda: between.queue.current is not None and not mw.progress.busy(), "the miss")
    press(between, Key.Key_4, Key.Key_Return)
    idle(mw)
    assert "11 more have no reason yet" in shown(between)
    click(mw, between._choice.others_button)
    assert between.queue.diagnoses[-1].key.id == first
    assert len(between.queue.diagnoses) == 11
    between.close()
    again = open_window(mw)
    assert again.queue.diagnoses[-1].key.id == first
    again.close()


# Where to stop, and what comes next
######################################################################


def test_the_good_stop_is_said_beside_the_rest_and_leads_to_the_cards(
    mw: AnkiQt, window: NamingWindow
) -> None:
    import aqt

    for _ in range(4):
        press(window, Key.Key_Backspace, Key.Key_1, Key.Key_Return)
    blind = [d for d in window.queue.left if d.miss.asked_first and d.suggestion.code]
    if blind:
        window.queue.go_to(blind[0].key)
        window._show_current()
    press(window, Key.Key_Backspace, Key.Key_1, Key.Key_Return)
    idle(mw)
    assert "A good place to stop" in window.message.text()
    assert ("You said" in window.message.text()) is bool(blind)
    assert window.review_button.isVisible()
    window.review_button.click()
    rapid_fire = aqt.dialogs._dialogs["RemediationRapidFire"][1]
    wait_until(lambda: rapid_fire.waiting is not None, "the decks")
    assert rapid_fire.goal().number == 5
    assert not window.isVisible()
    rapid_fire.close()
    idle(mw)


def test_the_end_leads_to_the_cards(mw: AnkiQt, window: NamingWindow) -> None:
    press(window, Key.Key_L)
    window.list_page.table.selectAll()
    press(window, Key.Key_1)
    idle(mw)
    assert "of 12 misses" in shown(window)
    assert window._choice.review_button.isVisible()
    assert not window._choice.others_button.isVisible()


def test_todays_block_is_offered_before_an_old_pile(
    mw: AnkiQt, template: GeneratedCollection
) -> None:
    forget_what_was_put_off(mw)
    today = some_questions(template, 12)
    import_block(mw, today)
    import_block(mw, [str(900_000 + n) for n in range(200)], when=NOW - 86_400 * 30, name="Old")
    opened = open_window(mw)
    choice = opened._choice
    assert "212 misses have no reason yet" in shown(opened)
    assert choice.newest_button.text() == "The &newest block (12)"
    assert choice.sample_button.text() == "A &sample of 40"
    assert opened.focusWidget() is choice.newest_button
    press(opened, Key.Key_Return)
    wait_until(lambda: opened.queue.diagnoses and not mw.progress.busy(), "the block")
    assert {diagnosis.key.id for diagnosis in opened.queue.diagnoses} == set(today)
    press(opened, Key.Key_4, Key.Key_Return)
    idle(mw)
    mw.reset()
    idle(mw)
    assert {diagnosis.key.id for diagnosis in opened.queue.diagnoses} == set(today)
    press(opened, Key.Key_L)
    opened.list_page.table.selectAll()
    press(opened, Key.Key_1)
    idle(mw)
    assert "200 more have no reason yet" in shown(opened)
    opened.close()
    idle(mw)


def test_many_put_off_keep_the_keys_quick(mw: AnkiQt, template: GeneratedCollection) -> None:
    import statistics
    import time

    forget_what_was_put_off(mw)
    import_block(mw, [str(900_000 + n) for n in range(4_000)])
    opened = open_window(mw)
    click(mw, opened._choice.all_button)
    times = []
    for _ in range(300):
        started = time.perf_counter()
        press(opened, Key.Key_Space)
        times.append(time.perf_counter() - started)
    assert statistics.median(times[-20:]) < 0.05
    opened.close()
