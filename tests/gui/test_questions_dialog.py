"""Today's questions in a whole Anki: what is shown, the clipboard, and the way back."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from remediation.collection.exam_date import set_exam_date
from remediation.collection.ledger import NewRecords, read_ledger, write_records
from remediation.collection.question_block import given_blocks, retired_ids
from remediation.collection.rules import set_active_rules
from remediation.collection.shared_settings import with_shared
from remediation.collection.undo import UndoStep
from remediation.gui import questions_words
from remediation.matching.core_notes import TAKES_IDS
from remediation.model.attempts import Attempt, Outcome
from remediation.model.banks import QuestionKey, bank_by_key
from remediation.model.records import NoteRef, Question, Remembered, Sitting
from remediation.model.rules import ActiveRule, rules_for
from remediation.model.systems import SYSTEMS
from remediation.planning.question_block import Block, Candidate, Kind
from remediation.settings import Settings
from tests.anking import GeneratedCollection
from tests.collections import differences, snapshot, some_questions
from tests.gui.conftest import addon_module, apply, open_import, paste
from tests.whole_anki import process_events, wait_until

if TYPE_CHECKING:
    from anki.collection import Collection
    from aqt.main import AnkiQt

    from remediation.gui.questions_dialog import QuestionsDialog

DAY = 86_400
RULE = rules_for("T2")[0].text


def open_window(mw: AnkiQt) -> QuestionsDialog:
    """The window, with what it read."""
    window: QuestionsDialog = addon_module("gui.questions_dialog").QuestionsDialog(mw)
    wait_until(lambda: window.found is not None, "the records")
    return window


@pytest.fixture
def windows(mw: AnkiQt) -> Iterator[list[QuestionsDialog]]:
    """Windows to close at the end."""
    import aqt

    opened: list[QuestionsDialog] = []
    yield opened
    for window in opened:
        window.close()
    aqt.dialogs.closeAll(lambda: None)
    wait_until(lambda: not mw.progress.busy())


@pytest.fixture
def window(
    mw: AnkiQt, windows: list[QuestionsDialog], template: GeneratedCollection
) -> QuestionsDialog:
    """The window on misses of 20 days ago: with siblings, and old enough to come again."""
    miss(mw.col, template, some_questions(template, 30), 20)
    windows.append(open_window(mw))
    return windows[0]


def miss(
    col: Collection,
    template: GeneratedCollection,
    ids: Iterable[str],
    days: int,
    exam: str = "step1",
) -> None:
    """Records questions as missed so many days ago, with two notes that carry each as its core."""
    attempts = tuple(Attempt(id=id, outcome=Outcome.INCORRECT) for id in ids)
    sitting = Sitting("uworld", exam, int(time.time()) - days * DAY, attempts)
    questions = []
    for number, key in enumerate(sitting.question_keys()):
        notes = map(col.get_note, template.questions["uworld", exam, key.id][:2])  # type: ignore[arg-type]
        core = tuple(NoteRef(note.id, note.guid) for note in notes)
        questions.append(Question(key, core, SYSTEMS[number % 5].key))
    write(col, NewRecords(sittings=(sitting,), questions=tuple(questions)))


def write(col: Collection, records: NewRecords) -> None:
    with UndoStep(col, "Records") as step:
        write_records(col, step, records, deck_parent="Remediation")


def shown(window: QuestionsDialog) -> str:
    """All sentences and boxes that can be seen."""
    from aqt.qt import QAbstractButton, QLabel

    labels = [label.text() for label in window.findChildren(QLabel) if label.isVisible()]
    buttons = [b.text() for b in window.findChildren(QAbstractButton) if b.isVisible()]
    return "\n".join([*labels, *buttons, window.page.ids.toPlainText()])


def clipboard() -> str:
    from aqt.qt import QApplication

    board = QApplication.clipboard()
    assert board
    return board.text()


def block_of(window: QuestionsDialog) -> Any:
    assert window.found
    assert window.found.block
    return window.found.block


def copy(window: QuestionsDialog) -> None:
    """Copies the ids and waits until that is remembered."""
    window.page.copy_button.click()
    wait_until(lambda: window.found and window.found.is_copied, "the record")


def press(window: Any, key: str, *, control: bool = False) -> None:
    """Presses a key where the focus of the window is."""
    from aqt.qt import QApplication, QEvent, QKeyEvent, Qt

    target = window.focusWidget() or window
    held = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(target, QKeyEvent(kind, getattr(Qt.Key, f"Key_{key}"), held))
    process_events()


# --- Nothing to ask -------------------------------------------------------------------------------


def test_without_misses_the_next_step_is_to_import(
    mw: AnkiQt, windows: list[QuestionsDialog]
) -> None:
    import aqt

    window = open_window(mw)
    windows.append(window)
    assert "Import a block first" in shown(window)
    assert window.import_button.isDefault()
    assert not window.why_button.isVisible()
    assert not window.page.copy_button.isVisible()
    press(window, "Return")
    assert aqt.dialogs._dialogs["RemediationImport"][1].isVisible()


def test_misses_of_today_are_told_when_they_come(
    mw: AnkiQt, windows: list[QuestionsDialog], template: GeneratedCollection
) -> None:
    miss(mw.col, template, some_questions(template, 5), 0)
    window = open_window(mw)
    windows.append(window)
    assert window.found
    day = window.found.today + timedelta(2)
    assert "Siblings come 2 days after a miss, the missed question itself after 14." in shown(
        window
    )
    assert f", {day.day} " in shown(window)
    assert window.page.siblings_box.isVisible()
    window.page.siblings_box.click()
    wait_until(lambda: "Missed questions come again after 14 days." in shown(window))


def test_two_blocks_a_week_are_enough(window: QuestionsDialog) -> None:
    block = block_of(window)
    monday = block.day - timedelta(block.day.weekday())
    others = [monday + timedelta(n) for n in range(7) if monday + timedelta(n) != block.day]
    stored = {"id": "1", "kind": "repeat", "miss": "1", "system": "", "missed": "2026-01-01"}
    value = {"bank": "uworld", "exam": "step1", "questions": [{**stored, "times": 1}]}
    values = {f"question-block {day}": value for day in others[:2]}
    write(window.mw.col, NewRecords(remembered=(Remembered(int(time.time()), values),)))
    again = open_window(window.mw)
    next_monday = monday + timedelta(7)
    assert "Two blocks this week: enough. The next from Monday, " in shown(again)
    assert f", {next_monday.day} " in shown(again)
    assert not again.page.ids.isVisible()
    again.close()


def test_where_no_block_is_left_before_the_exam_no_day_is_named(
    mw: AnkiQt, windows: list[QuestionsDialog], template: GeneratedCollection
) -> None:
    miss(mw.col, template, some_questions(template, 5), 0)
    window = open_window(mw)
    windows.append(window)
    assert window.found
    set_exam_date(mw.col, Settings(), window.found.today + timedelta(8))
    again = open_window(mw)
    assert "Nothing to ask today." in shown(again)
    assert "No more block before the exam." in shown(again)
    again.close()


def test_the_last_week_has_its_own_words(window: QuestionsDialog) -> None:
    set_exam_date(window.mw.col, Settings(), block_of(window).day + timedelta(3))
    again = open_window(window.mw)
    assert "No block in the last week before the exam." in shown(again)
    assert not again.page.siblings_box.isVisible()
    again.close()


# --- Before the block -----------------------------------------------------------------------------


def test_the_ids_are_shown_with_counts_and_without_topics(window: QuestionsDialog) -> None:
    block = block_of(window)
    siblings = sum(question.kind.value == "sibling" for question in block.questions)
    counts = f"20 questions: {siblings} siblings of open misses, {20 - siblings} missed before."
    text = shown(window)
    assert counts in text
    assert "In UWorld:" in text
    assert block.text in text
    assert not [s.name for s in SYSTEMS if s.name in text]
    assert "uses up a question that you have not seen" in text
    assert window.page.copy_button.isDefault()
    assert not window.page.refused_edit.isVisible()
    assert not window.why_button.isVisible()


def test_active_rules_come_first_and_large(window: QuestionsDialog) -> None:
    import aqt
    from aqt.qt import QLabel

    assert "No rule to keep in mind yet." in shown(window)
    window.page.rules_button.click()
    assert aqt.dialogs._dialogs["RemediationRules"][1].isVisible()
    set_active_rules(window.mw.col, Settings(), [ActiveRule("T2", RULE)])
    again = open_window(window.mw)
    process_events()
    (label,) = (b for b in again.page.findChildren(QLabel) if b.text() == RULE)
    assert label.font().pointSizeF() > 1.3 * again.font().pointSizeF()
    assert (
        label.mapTo(again, label.rect().topLeft()).y()
        < again.page.ids.mapTo(again, again.page.ids.rect().topLeft()).y()
    )
    assert not again.page.rules_button.isVisible()
    again.close()


def test_enter_copies_in_the_banks_form_and_remembers_it_once(window: QuestionsDialog) -> None:
    col = window.mw.col
    block = block_of(window)
    before = snapshot(col)
    press(window, "Return")
    wait_until(lambda: window.found and window.found.is_copied, "the record")
    assert clipboard() == block.text == ", ".join(key.id for key in block.keys)
    assert "20 ids copied. Paste them into the bank." in shown(window)
    assert window.import_button.isDefault()
    assert col.undo_status().undo == "Copy today's questions"
    last = col.undo_status().last_step
    window.page.copy_button.click()
    wait_until(lambda: not window.mw.progress.busy())
    process_events()
    assert col.undo_status().last_step == last
    again = open_window(window.mw)
    assert again.page.ids.toPlainText() == block.text
    assert "Copied today." in shown(again)
    again.close()
    window.mw.undo()
    wait_until(lambda: window.found and not window.found.is_copied, "the undone record")
    assert differences(before, snapshot(col)) == {}
    assert block_of(window).keys == block.keys


def test_after_a_night_the_new_ids_are_shown_before_they_are_copied(
    window: QuestionsDialog,
) -> None:
    from aqt.qt import QApplication

    block, found = block_of(window), window.found
    assert found
    yesterday = found.today - timedelta(1)
    # As it was read yesterday.
    window._show(
        replace(found, today=yesterday, block=replace(block, questions=block.questions[1:]))
    )
    window.page.tell("")
    board = QApplication.clipboard()
    assert board
    board.setText("something else")
    window.page.copy_button.click()
    wait_until(lambda: window.found and window.found.today == found.today, "today's block")
    assert window.page.ids.toPlainText() == block.text
    assert "A new day: these are today's ids." in shown(window)
    assert clipboard() == "something else"
    assert not given_blocks(window.mw.col, read_ledger(window.mw.col))
    copy(window)
    assert clipboard() == block.text


def test_copying_from_the_box_copies_the_whole_block(window: QuestionsDialog) -> None:
    from aqt.qt import QTextCursor

    window.page.ids.setFocus()
    cursor = window.page.ids.textCursor()
    cursor.movePosition(QTextCursor.MoveOperation.EndOfWord, QTextCursor.MoveMode.KeepAnchor)
    window.page.ids.setTextCursor(cursor)
    press(window.page.ids, "C", control=True)
    wait_until(lambda: window.found and window.found.is_copied, "the record")
    assert clipboard() == block_of(window).text


def test_without_siblings_only_missed_questions_are_asked(window: QuestionsDialog) -> None:
    col = window.mw.col
    before = snapshot(col)
    window.page.siblings_box.click()
    wait_until(lambda: "sibling" not in window.page.counts.text(), "the other block")
    assert not with_shared(col, Settings())[0].siblings_in_blocks
    assert all(question.kind.value == "repeat" for question in block_of(window).questions)
    window.mw.undo()
    wait_until(lambda: "sibling" in window.page.counts.text(), "the first block")
    assert window.page.siblings_box.isChecked()
    assert differences(before, snapshot(col)) == {}


def test_another_exam_is_chosen_where_there_are_several(
    window: QuestionsDialog, template: GeneratedCollection
) -> None:
    assert not window.page.source_box.isVisible()
    miss(window.mw.col, template, some_questions(template, 3, exam="step2"), 20, "step2")
    again = open_window(window.mw)
    box = again.page.source_box
    assert [box.itemText(i) for i in range(box.count())] == ["UWorld Step 1", "UWorld Step 2"]
    assert box.currentIndex() == 0
    box.setCurrentIndex(1)
    box.activated.emit(1)
    wait_until(lambda: block_of(again).source == ("uworld", "step2"), "the other block")
    assert box.currentText() == "UWorld Step 2"
    again.close()


def test_a_small_window_keeps_everything_in_reach(window: QuestionsDialog) -> None:
    window.resize(window.minimumSize())
    process_events()
    assert window.width() <= 420
    page = window.page
    assert page.width() <= window.width()
    assert page.ids.width() <= page.width()


@pytest.mark.parametrize("bank", sorted(TAKES_IDS))
def test_every_bank_that_takes_ids_has_a_line_about_how(bank: str) -> None:
    key = QuestionKey(bank, "", "0jae_4")
    block = Block(date(2026, 1, 1), (Candidate(key, Kind.REPEAT, key, "", date(2025, 12, 1)),))
    assert questions_words.how_to_use(block).startswith(f"In {bank_by_key(bank).name}: ")


# --- What the bank refuses ------------------------------------------------------------------------


def test_refused_ids_are_remembered_with_enter_and_others_take_their_places(
    window: QuestionsDialog,
) -> None:
    copy(window)
    block = block_of(window)
    refused = block.keys[:2]
    page = window.page
    assert not page.retire_button.isEnabled()
    page.refused_edit.setFocus()
    page.refused_edit.setText("no such question: 999999")
    assert "None of these ids is in the block." in shown(window)
    assert not page.retire_button.isEnabled()
    assert window.import_button.isDefault()
    page.refused_edit.setText(f"Invalid: {refused[1].id} and {refused[0].id}.")
    assert f"2 ids of this block: {refused[0].id}, {refused[1].id}" in shown(window)
    before = snapshot(window.mw.col)
    press(window, "Return")
    wait_until(lambda: window.found and not window.found.is_copied, "the new block")
    assert {key.id for key in retired_ids(read_ledger(window.mw.col))} == {k.id for k in refused}
    new = block_of(window)
    assert len(new.keys) == 20
    assert set(block.keys[2:]) < set(new.keys)
    assert "The refused ids are out. Copy the ids again." in shown(window)
    assert page.refused_edit.text() == ""
    assert page.copy_button.isDefault()
    assert window.mw.col.undo_status().undo == "Remember refused ids"
    window.mw.undo()
    wait_until(lambda: window.found and window.found.is_copied, "the undone record")
    assert block_of(window).keys == block.keys
    assert differences(before, snapshot(window.mw.col)) == {}


def test_refused_ids_are_asked_again_from_the_reasons(window: QuestionsDialog) -> None:
    copy(window)
    block = block_of(window)
    window.page.refused_edit.setText(f"{block.keys[0].id} {block.keys[1].id}")
    window.page.retire_button.click()
    wait_until(lambda: window.found and window.found.retired, "the record")
    window.why_button.click()
    why = window.why_dialog
    assert why
    assert not why.again_button.isEnabled()
    rows = why.table.rowCount()
    last = [why.table.item(row, 0) for row in (rows - 2, rows - 1)]
    assert {item.text() for item in last if item} == {key.id for key in block.keys[:2]}
    assert rows == len(block.keys)
    why.table.selectRow(0)
    assert not why.again_button.isEnabled()
    why.table.selectAll()
    why.again_button.click()
    wait_until(lambda: window.found and not window.found.retired, "the record")
    assert not retired_ids(read_ledger(window.mw.col))
    assert window.mw.col.undo_status().undo == "Ask refused ids again"
    assert why.table.rowCount() == len(block.keys)
    assert not why.again_button.isVisible()
    assert block_of(window).keys == block.keys
    why.reject()


# --- After the block ------------------------------------------------------------------------------


def test_the_result_comes_back_through_the_import_and_then_the_reasons_show(
    window: QuestionsDialog,
) -> None:
    copy(window)
    block = block_of(window)
    assert window.why_button.text() == "&Why these, before the result…"
    window.import_button.click()
    dialog = open_import(window.mw)
    paste(dialog, clipboard())
    apply(dialog)
    wait_until(lambda: window.found and window.found.is_done, "the result")
    assert "Today's block is done." in shown(window)
    assert not window.page.ids.isVisible()
    assert window.why_button.isDefault()
    press(window, "Return")
    why = window.why_dialog
    assert why
    assert why.isVisible()
    rows = [
        [item.text() for item in (why.table.item(row, 0), why.table.item(row, 1)) if item]
        for row in range(why.table.rowCount())
    ]
    assert [id for id, _ in rows] == [key.id for key in block.keys]
    for question, (_, reason) in zip(block.questions, rows):
        is_sibling = question.kind.value == "sibling"
        assert reason.startswith(f"Sibling of {question.miss.id}, m" if is_sibling else "Missed")
    why.reject()


def test_reasons_before_the_result_are_shown_on_request_with_a_word_about_it(
    window: QuestionsDialog,
) -> None:
    from aqt.qt import QLabel

    copy(window)
    window.why_button.click()
    why = window.why_dialog
    assert why
    text = " ".join(label.text() for label in why.findChildren(QLabel))
    assert "It is meant for after the block." in text
    why.reject()


def test_closing_while_it_reads_is_harmless(window: QuestionsDialog) -> None:
    other = addon_module("gui.questions_dialog").QuestionsDialog(window.mw)
    other.close()
    wait_until(lambda: not window.mw.progress.busy())
    process_events()
    assert other.found is None
    assert len(given_blocks(window.mw.col, read_ledger(window.mw.col))) == 0
