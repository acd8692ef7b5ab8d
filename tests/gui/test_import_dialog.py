"""The import window in a whole Anki."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.anking import GeneratedCollection, printed_results, results_table
from tests.collections import differences, snapshot, some_questions
from tests.gui.conftest import addon_module, apply, open_import, paste, shown_text
from tests.sources.pdfs import printed_table
from tests.whole_anki import close, open_profile, process_events, wait_until

if TYPE_CHECKING:
    from aqt.main import AnkiQt

    from remediation.gui.import_dialog import ImportDialog


def test_the_main_job_from_paste_to_studying_and_back(
    mw: AnkiQt, dialog: ImportDialog, template: GeneratedCollection
) -> None:
    before = snapshot(mw.col)
    paste(dialog, results_table(some_questions(template, 12)))
    dialog.panel.form.choose_total(40)
    wait_until(lambda: dialog.preview is not None)
    assert "UWorld Step 1, 40 questions, 12 missed, today" in shown_text(dialog)
    assert "12 of 12 misses have cards" in shown_text(dialog)
    assert "Nothing changed yet." in shown_text(dialog)
    assert differences(before, snapshot(mw.col)) == {}
    apply(dialog)
    assert len(mw.col.find_notes("tag:Remediation")) > 0
    assert mw.col.undo_status().undo == "Import 12 missed questions"

    dialog.result_panel.study_button.click()
    wait_until(lambda: mw.state == "review" and mw.reviewer.card is not None, "a card")
    assert mw.col.decks.name(mw.col.decks.get_current_id()) == "Remediation::Mixed"
    mw.reviewer._showAnswer()
    wait_until(lambda: mw.reviewer.state == "answer")
    card = mw.reviewer.card
    assert card
    mw.reviewer._answerCard(3)
    wait_until(lambda: mw.reviewer.card is not None and mw.reviewer.card.id != card.id)

    # The answer, the choice of the deck to study (a step of Anki's), the import.
    for _ in range(3):
        step = mw.col.undo_status().last_step
        mw.undo()
        wait_until(lambda: mw.col.undo_status().last_step != step)  # noqa: B023
    assert differences(before, snapshot(mw.col)) == {}


def test_undo_in_the_window_takes_it_back_and_the_preview_returns(
    mw: AnkiQt, dialog: ImportDialog, template: GeneratedCollection
) -> None:
    before = snapshot(mw.col)
    paste(dialog, " ".join(some_questions(template, 5)))
    apply(dialog)
    assert dialog.result_panel.undo_button.isEnabled()
    dialog.result_panel.undo_button.click()
    wait_until(lambda: dialog.preview is not None and dialog.apply_button.isEnabled())
    assert differences(before, snapshot(mw.col)) == {}


def test_after_applying_the_box_waits_for_the_next_block(
    mw: AnkiQt, dialog: ImportDialog, template: GeneratedCollection
) -> None:
    ids = some_questions(template, 8)
    paste(dialog, " ".join(ids[:5]))
    apply(dialog)
    assert dialog.input.text == ""
    assert "Imported" in dialog.input.box.placeholderText()
    dialog.input.box.insertPlainText(" ".join(ids[5:]))
    wait_until(lambda: dialog.preview is not None and len(dialog.preview.questions) == 3)
    assert not dialog.result_panel.isVisible()


def test_the_undo_button_is_dead_once_something_else_was_done(
    mw: AnkiQt, dialog: ImportDialog, template: GeneratedCollection
) -> None:
    from aqt.operations.tag import add_tags_to_notes

    paste(dialog, " ".join(some_questions(template, 5)))
    apply(dialog)
    notes = mw.col.find_notes("")[:1]
    add_tags_to_notes(parent=mw, note_ids=notes, space_separated_tags="mine").run_in_background()
    wait_until(lambda: not dialog.result_panel.undo_button.isEnabled(), "the button to go dead")
    after = snapshot(mw.col)
    dialog.result_panel.undo_button.click()
    process_events()
    assert differences(after, snapshot(mw.col)) == {}


def test_the_same_paste_again_has_nothing_to_apply_but_can_be_said_to_be_done_again(
    mw: AnkiQt, dialog: ImportDialog, template: GeneratedCollection
) -> None:
    text = " ".join(some_questions(template, 5))
    paste(dialog, text)
    apply(dialog)
    dialog.input.clear()
    wait_until(lambda: dialog.reading is None)
    paste(dialog, text)
    assert not dialog.apply_button.isEnabled()
    assert "already imported" in shown_text(dialog)
    assert dialog.panel.again_box.isVisible()
    dialog.panel.again_box.setChecked(True)
    wait_until(lambda: dialog.apply_button.isEnabled(), "the new preview")


def test_the_exam_is_asked_for_and_remembered(
    mw: AnkiQt, dialog: ImportDialog, template: GeneratedCollection
) -> None:
    dialog.panel.form.choose_exam(None)
    dialog.input.box.setPlainText(" ".join(some_questions(template, 3)))
    wait_until(lambda: dialog.reading is not None)
    assert "Which exam" in shown_text(dialog)
    assert not dialog.apply_button.isEnabled()
    dialog.panel.form.choose_exam("step1")
    wait_until(lambda: dialog.preview is not None)
    apply(dialog)
    dialog.close()
    again = open_import(mw)
    assert again.panel.form.answers().exam == "step1"
    again.close()


def test_printed_results_from_a_file_ask_for_no_outcome(
    mw: AnkiQt, dialog: ImportDialog, template: GeneratedCollection, tmp_path: Path
) -> None:
    path = tmp_path / "block 3 ü.txt"
    path.write_text(printed_results(some_questions(template, 20)), encoding="utf-8")
    dialog.input.open_file(str(path))
    wait_until(lambda: dialog.reading is not None)
    dialog.panel.form.choose_exam("step1")
    wait_until(lambda: dialog.preview is not None)
    assert dialog.panel.form._outcome_field.isHidden()
    assert dialog.panel.form.answers().total == 20
    assert "20 questions, " in shown_text(dialog)


def test_results_printed_to_pdf(
    mw: AnkiQt, dialog: ImportDialog, template: GeneratedCollection, tmp_path: Path
) -> None:
    ids = some_questions(template, 12)
    path = tmp_path / "Results.pdf"
    path.write_bytes(printed_table([], [[line] for line in printed_results(ids).splitlines()]))
    dialog.input.open_file(str(path))
    wait_until(lambda: dialog.reading is not None)
    dialog.panel.form.choose_exam("step1")
    wait_until(lambda: dialog.preview is not None)
    assert dialog.preview
    assert [question.key.id for question in dialog.preview.questions] == ids
    assert {question.missed for question in dialog.preview.questions} == {True, False}


def test_a_file_that_cannot_be_used_says_what_to_do(dialog: ImportDialog, tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))
    dialog.input.open_file(str(path))
    wait_until(lambda: "photo.png" in dialog.input.status, "the message")
    assert not dialog.apply_button.isEnabled()
    dialog.input.clear()
    wait_until(lambda: dialog.input.status == "")


def test_five_thousand_rows_are_shown_filtered_and_found(
    dialog: ImportDialog, template: GeneratedCollection
) -> None:
    ids = some_questions(template, 10_000)
    ids += [str(900_000 + number) for number in range(5_000 - len(ids))]
    paste(dialog, "\n".join(ids))
    filters = addon_module("gui.question_table").Filter
    assert dialog.panel.questions.table.count(filters.ALL) == 5_000
    without = dialog.panel.questions.table.count(filters.NO_CARD)
    assert without == sum(int(id) >= 900_000 for id in ids)
    started = time.perf_counter()
    dialog.panel.questions.table.set_filter(filters.NO_CARD, "")
    assert dialog.panel.questions.table._shown.rowCount() == without
    dialog.panel.questions.table.set_filter(filters.ALL, ids[0])
    assert 0 < dialog.panel.questions.table._shown.rowCount() < 50
    dialog.panel.questions.table.sortByColumn(1, _ascending())
    dialog.panel.questions.table.grab()
    assert time.perf_counter() - started < 5  # seconds; a hang would be minutes


def _ascending() -> Any:
    from aqt.qt import Qt

    return Qt.SortOrder.AscendingOrder


def test_ids_without_a_card_are_copied(dialog: ImportDialog, template: GeneratedCollection) -> None:
    from aqt.qt import QApplication

    paste(dialog, " ".join([*some_questions(template, 2), "999998", "999999"]))
    dialog.panel.questions.copy_button.click()
    clipboard = QApplication.clipboard()
    assert clipboard
    assert clipboard.text() == "999998, 999999"


def test_a_row_opens_its_notes_in_the_browser(
    mw: AnkiQt, dialog: ImportDialog, template: GeneratedCollection
) -> None:
    import aqt

    (id,) = some_questions(template, 1)
    paste(dialog, id)
    dialog.panel.questions.table.selectRow(0)
    dialog.panel.questions.table.open_selected()
    browser = aqt.dialogs._dialogs["Browser"][1]
    wait_until(lambda: browser.table.len() > 0, "the browser")
    shown = {browser.table._model.get_card(index).nid for index in _rows(browser)}
    assert shown == set(template.questions["uworld", "step1", id])
    browser.close()
    wait_until(lambda: aqt.dialogs._dialogs["Browser"][1] is None)


def _rows(browser: Any) -> list[Any]:
    model = browser.table._model
    return [model.index(row, 0) for row in range(model.rowCount())]


def test_stopping_leaves_nothing_and_the_window_usable(
    mw: AnkiQt, dialog: ImportDialog, template: GeneratedCollection
) -> None:
    before = snapshot(mw.col)
    dialog.input.box.setPlainText(" ".join(some_questions(template, 50)))
    wait_until(lambda: dialog.reading is not None)
    dialog.panel.form.choose_exam("step1")
    dialog.stop_button.click()
    assert "Stopped" in dialog.input.status
    for _ in range(20):
        process_events()
    assert dialog.preview is None
    assert differences(before, snapshot(mw.col)) == {}
    paste(dialog, " ".join(some_questions(template, 3)))
    assert dialog.apply_button.isEnabled()


def test_an_error_while_applying_changes_nothing_and_is_shown(
    mw: AnkiQt,
    dialog: ImportDialog,
    template: GeneratedCollection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    undo_step = addon_module("collection.undo").UndoStep
    write = undo_step.write
    count = 0

    def fail_at_the_fifth(self: Any, *args: Any) -> Any:
        nonlocal count
        count += 1
        if count == 5:
            raise OSError("disk full")
        return write(self, *args)

    shown: list[Exception] = []
    before = snapshot(mw.col)
    paste(dialog, " ".join(some_questions(template, 5)))
    monkeypatch.setattr(undo_step, "write", fail_at_the_fifth)
    # Only the modal message is replaced: nobody is there to close it.
    monkeypatch.setattr(
        addon_module("gui.addon_settings"), "show_error", lambda _parent, error: shown.append(error)
    )
    dialog.apply_button.click()
    wait_until(lambda: shown and dialog.preview is not None, "the error")
    assert differences(before, snapshot(mw.col)) == {}
    assert not dialog.result_panel.isVisible()


def test_a_collection_changed_meanwhile_gets_a_new_preview_instead_of_being_written(
    mw: AnkiQt, dialog: ImportDialog, template: GeneratedCollection
) -> None:
    paste(dialog, " ".join(some_questions(template, 5)))
    mw.col.tags.bulk_add(mw.col.find_notes("")[:1], "changed")
    before = snapshot(mw.col)
    old = dialog.preview
    dialog.apply_button.click()
    wait_until(lambda: dialog.preview is not None and dialog.preview is not old)
    assert differences(before, snapshot(mw.col)) == {}
    apply(dialog)
    assert mw.col.find_notes("tag:Remediation")


def test_switching_profiles_closes_the_window(mw: AnkiQt, template: GeneratedCollection) -> None:
    opened = open_import(mw)
    opened.input.box.setPlainText(" ".join(some_questions(template, 50)))
    wait_until(lambda: opened.reading is not None)
    opened.panel.form.choose_exam("step1")
    close(mw)
    assert not opened.isVisible()
    open_profile(mw)
    again = open_import(mw)
    paste(again, " ".join(some_questions(template, 3)))
    again.close()


def test_the_keyboard_is_enough(
    mw: AnkiQt, dialog: ImportDialog, template: GeneratedCollection
) -> None:
    from aqt.qt import QKeySequence

    paste(dialog, " ".join(some_questions(template, 3)))
    assert dialog.apply_button.shortcut() == QKeySequence("Ctrl+Return")
    assert dialog.input.box.tabChangesFocus()
    dialog.apply_button.animateClick()
    wait_until(lambda: dialog.result_panel.isVisible())
    wait_until(lambda: not mw.progress.busy())
    assert dialog.result_panel.study_button.isEnabled()


def test_what_one_input_says_does_not_stick_to_the_next(
    dialog: ImportDialog, template: GeneratedCollection
) -> None:
    ids = some_questions(template, 12)
    log = "Date,Question Bank,Question ID\n2026-01-05,UWorld,2108\n"
    dialog.panel.form.choose_exam("step1")
    dialog.input.box.setPlainText(log)
    wait_until(lambda: dialog.preview is not None)
    assert dialog.panel.form.answers().when.date().isoformat() == "2026-01-05"
    for columns in [dialog.columns_dialog]:
        if columns:
            columns.reject()
    dialog.input.box.setPlainText(printed_results(ids))
    wait_until(lambda: dialog.preview is not None and len(dialog.preview.questions) == 12)
    assert dialog.panel.form.answers().when.date() == datetime.now().date()
    assert dialog.panel.form.answers().total == 12
    dialog.input.box.setPlainText(" ".join(ids[:3]))
    wait_until(lambda: dialog.preview is not None and len(dialog.preview.questions) == 3)
    assert dialog.panel.form.answers().total is None
    dialog.panel.form.choose_total(40)
    dialog.input.box.setPlainText(" ".join(ids[:4]))
    wait_until(lambda: dialog.preview is not None and len(dialog.preview.questions) == 4)
    assert dialog.panel.form.answers().total == 40  # what the student said stays


def test_after_a_file_the_next_block_can_simply_be_pasted(
    dialog: ImportDialog, template: GeneratedCollection, tmp_path: Path
) -> None:
    from aqt.qt import QMimeData

    ids = some_questions(template, 6)
    path = tmp_path / "block.txt"
    path.write_text(" ".join(ids[:2]), encoding="utf-8")
    dialog.panel.form.choose_exam("step1")
    dialog.input.open_file(str(path))
    wait_until(lambda: dialog.preview is not None and len(dialog.preview.questions) == 2)
    assert "block.txt" in dialog.input.box.placeholderText()
    pasted = QMimeData()
    pasted.setText(" ".join(ids[2:]))
    dialog.input.box.insertFromMimeData(pasted)
    wait_until(lambda: dialog.preview is not None and len(dialog.preview.questions) == 4)
    assert dialog.input.path is None
