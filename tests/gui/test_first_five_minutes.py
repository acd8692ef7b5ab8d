"""A new student's first five minutes, in a whole Anki."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from anki.collection import Collection

from remediation.collection.sample import has_question_tags, sample_reading
from remediation.model.attempts import Attempt, Outcome
from remediation.model.records import Sitting
from remediation.sources.reading import UnusableInput
from tests.anking import GeneratedCollection, printed_results
from tests.collections import differences, snapshot, some_questions
from tests.gui.conftest import addon_module, apply, open_import, paste, shown_text
from tests.whole_anki import process_events, wait_until

if TYPE_CHECKING:
    from aqt.main import AnkiQt

    from remediation.gui.import_dialog import ImportDialog


@pytest.fixture
def dialog(mw: AnkiQt) -> Iterator[ImportDialog]:
    """The window as someone sees it who never imported anything."""
    assert mw.pm.profile
    mw.pm.profile.pop(addon_module("gui.addon_settings").LAST_CHOICES, None)
    opened = open_import(mw)
    yield opened
    opened.close()


def start_with(dialog: ImportDialog, way: str) -> None:
    start = addon_module("gui.start_panel").Start
    dialog.start_panel.buttons[start[way]].click()


def sample(dialog: ImportDialog) -> None:
    start_with(dialog, "SAMPLE")
    wait_until(lambda: dialog.preview is not None, "the sample")


def leave_only(col: Collection, notes: int) -> None:
    """Makes of the collection one of Basic notes without tags."""
    col.remove_notes(col.find_notes(""))
    col.tags.clear_unused_tags()
    notetype = col.models.by_name("Basic")
    assert notetype
    for number in range(notes):
        note = col.new_note(notetype)
        note["Front"] = f"What is number {number}?"
        col.add_note(note, col.decks.id(f"Deck {number % 3}") or 0)  # type: ignore[arg-type]


# The sample
######################################################################


def test_a_sample_of_the_questions_that_tags_name(mw: AnkiQt, dialog: ImportDialog) -> None:
    before = snapshot(mw.col)
    sample(dialog)
    assert dialog.preview
    questions = dialog.preview.questions
    assert len(questions) == 10
    assert all(question.missed and question.notes for question in questions)
    assert {question.key.bank for question in questions} == {"uworld"}
    assert len({question.system for question in questions}) > 5
    assert "Sample, 40 questions, 10 missed, today" in shown_text(dialog)
    assert "This is a sample" in shown_text(dialog)
    assert differences(before, snapshot(mw.col)) == {}

    # Enter is enough from here.
    assert dialog.focusWidget() is dialog.apply_button
    apply(dialog)
    assert mw.col.find_notes("tag:Remediation")
    wait_until(lambda: "the sample's made-up misses" in shown_text(dialog), "the notice")
    assert not dialog.result_panel.exam.button.isVisible()
    dialog.result_panel.undo_button.click()
    wait_until(lambda: dialog.start_panel.isVisible(), "the start")
    assert differences(before, snapshot(mw.col)) == {}


def test_a_sample_without_question_tags_is_of_notes(mw: AnkiQt, dialog: ImportDialog) -> None:
    leave_only(mw.col, 30)
    dialog.start_panel.refresh()
    assert "It works without" in shown_text(dialog)
    before = snapshot(mw.col)
    sample(dialog)
    assert dialog.preview
    questions = dialog.preview.questions
    assert len({question.core for question in questions}) == 10
    cards = [card for q in questions for note in q.core for card in mw.col.card_ids_of_note(note)]
    assert len({mw.col.get_card(card).did for card in cards}) == 3
    apply(dialog)
    assert len(mw.col.find_notes("tag:Remediation")) == 10
    dialog.result_panel.undo_button.click()
    wait_until(lambda: dialog.start_panel.isVisible(), "the start")
    assert differences(before, snapshot(mw.col)) == {}


def test_without_notes_there_is_no_sample_and_it_says_what_to_do(
    mw: AnkiQt, dialog: ImportDialog
) -> None:
    leave_only(mw.col, 0)
    dialog.start_panel.refresh()
    assert "no notes in this collection yet" in shown_text(dialog)
    start = addon_module("gui.start_panel").Start
    assert not dialog.start_panel.buttons[start.SAMPLE].isEnabled()
    dialog.start_with(start.SAMPLE)
    wait_until(lambda: "no sample" in dialog.input.status, "the message")
    assert dialog.preview is None


def test_a_sample_does_not_choose_the_exam_of_what_comes_next(
    dialog: ImportDialog, template: GeneratedCollection
) -> None:
    assert dialog.panel.form.answers().exam is None
    sample(dialog)
    apply(dialog)
    dialog.result_panel.undo_button.click()
    wait_until(lambda: dialog.start_panel.isVisible(), "the start")
    assert dialog.panel.form.answers().exam is None


def test_what_is_pasted_while_a_sample_is_made_is_what_counts(
    dialog: ImportDialog, template: GeneratedCollection
) -> None:
    start_with(dialog, "SAMPLE")
    paste(dialog, " ".join(some_questions(template, 3)))
    for _ in range(10):
        process_events()
    assert dialog.preview
    assert len(dialog.preview.questions) == 3


def test_the_sample_is_of_the_exam_asked_for_and_always_the_same(col: Collection) -> None:
    assert has_question_tags(col)
    first = sample_reading(col, "step2", "Remediation")
    assert (first.exam, first.name) == ("step2", "Sample")
    # The add-on's own tags, which an import leaves on these notes, make no difference.
    col.tags.bulk_add(col.find_notes(""), "Remediation::System::Cardiovascular")
    assert sample_reading(col, "step2", "Remediation") == first


def test_a_sample_needs_notes(col: Collection) -> None:
    leave_only(col, 0)
    assert not has_question_tags(col)
    with pytest.raises(UnusableInput, match="no notes"):
        sample_reading(col, "", "Remediation")


# The sentence, with Change
######################################################################


def test_the_form_is_folded_where_nothing_must_be_asked(
    dialog: ImportDialog, template: GeneratedCollection, tmp_path: Path
) -> None:
    path = tmp_path / "block.txt"
    path.write_text(" ".join(some_questions(template, 20)), encoding="utf-8")
    dialog.input.open_file(str(path))
    wait_until(lambda: dialog.reading is not None)
    # The exam is not known: it is asked, in sight.
    assert dialog.panel.form.isVisible()
    assert not dialog.panel.change_button.isVisible()
    dialog.panel.form.choose_exam("step1")
    wait_until(lambda: dialog.preview is not None)
    assert dialog.panel.form.isVisible()
    assert "20 questions, all missed" in shown_text(dialog)

    dialog.input.clear()
    wait_until(lambda: dialog.start_panel.isVisible())
    dialog.input.open_file(str(path))
    wait_until(lambda: dialog.preview is not None)
    assert not dialog.panel.form.isVisible()
    dialog.panel.change_button.click()
    assert dialog.panel.form.isVisible()
    dialog.panel.form.choose_total(44)
    wait_until(lambda: "44 questions" in shown_text(dialog), "the new sentence")
    dialog.panel.change_button.click()
    assert not dialog.panel.form.isVisible()


def test_the_keyboard_stays_in_what_is_being_changed(
    dialog: ImportDialog, template: GeneratedCollection
) -> None:
    paste(dialog, " ".join(some_questions(template, 3)))
    dialog.panel.form.setFocus()
    before, focused = dialog.preview, dialog.focusWidget()
    dialog.panel.form.choose_total(40)
    wait_until(lambda: dialog.preview is not None and dialog.preview is not before)
    assert dialog.focusWidget() is focused


@pytest.mark.parametrize(
    ("outcomes", "fields", "sentence"),
    [
        ("iic", {}, "UWorld Step 1, 3 questions, 2 missed, today about 14:05."),
        ("ii", {"total": 40}, "UWorld Step 1, 40 questions, 2 missed, today about 14:05."),
        ("ii", {}, "UWorld Step 1, 2 questions, all missed, today about 14:05."),
        ("i", {}, "UWorld Step 1, 1 question, missed, today about 14:05."),
        ("oo", {}, "UWorld Step 1, 2 questions, all left out, today about 14:05."),
        ("cc", {"total": 3}, "UWorld Step 1, 3 questions, none missed, today about 14:05."),
        ("ii", {"days": 1}, "UWorld Step 1, 2 questions, all missed, yesterday about 14:05."),
        ("ii", {"bank": "other", "name": "Kaplan 3"}, "Step 1 Kaplan 3, 2 questions, all missed"),
        ("ii", {"midnight": True}, "UWorld Step 1, 2 questions, all missed, today."),
    ],
)
def test_the_sentence(outcomes: str, fields: dict[str, Any], sentence: str) -> None:
    from remediation.gui.words import taken_for

    now = datetime(2026, 3, 12, 15, 0)
    when = datetime(2026, 3, 12 - fields.pop("days", 0), 14, 7)
    if fields.pop("midnight", False):
        when = when.replace(hour=0, minute=0)
    named = {"i": Outcome.INCORRECT, "o": Outcome.OMITTED, "c": Outcome.CORRECT}
    attempts = tuple(
        Attempt(id=str(number), outcome=named[one]) for number, one in enumerate(outcomes, 1)
    )
    bank = fields.pop("bank", "uworld")
    sitting = Sitting(bank, "step1", int(when.timestamp()), attempts, **fields)
    assert taken_for([sitting], now).startswith(sentence)


def test_several_sittings_in_one_sentence() -> None:
    from remediation.gui.words import taken_for

    now = datetime(2026, 3, 12, 15, 0)
    sittings = [
        Sitting("uworld", exam, int(now.timestamp()), (Attempt(id="1", outcome=Outcome.INCORRECT),))
        for exam in ("step1", "step2", "step1")
    ]
    expected = "UWorld Step 1 and UWorld Step 2, 3 sittings, 3 questions, all missed."
    assert taken_for(sittings, now) == expected


# The likeliest cards, and what comes next
######################################################################


def test_the_first_cards_of_the_queue_become_active(
    mw: AnkiQt, dialog: ImportDialog, template: GeneratedCollection
) -> None:
    paste(dialog, " ".join(some_questions(template, 40)))
    assert dialog.preview
    dialog.panel._most.setValue(12)
    wait_until(lambda: dialog.preview and len(dialog.preview.projection.unsuspend) == 12)
    rest = len(dialog.preview.waiting)
    assert f"makes the likeliest 12 of {12 + rest} suspended cards active" in shown_text(dialog)
    assert f"The other {rest} wait for another day." in shown_text(dialog)
    # One card of each question first.
    notes = {mw.col.get_card(card).nid for card in dialog.preview.projection.unsuspend}
    assert len(notes) == 12


def test_after_applying_reasons_then_five_cards_then_the_exam(
    mw: AnkiQt, dialog: ImportDialog, template: GeneratedCollection
) -> None:
    import aqt

    paste(dialog, " ".join(some_questions(template, 12)))
    apply(dialog)
    result = dialog.result_panel
    wait_until(lambda: result.exam.button.isVisible(), "the exam")
    steps = (result.name_button, result.review_button, result.exam.button)
    heights = [button.y() for button in steps]
    assert heights == sorted(heights)
    assert result.name_button.hasFocus() or dialog.focusWidget() is result.name_button
    assert "Three are a good start" in shown_text(dialog)

    result.exam.button.click()
    assert result.exam.dialog
    assert result.exam.dialog.no_date.isChecked()
    result.exam.dialog.accept()
    wait_until(lambda: "Exam: no date yet." in shown_text(dialog), "the answer")

    result.review_button.click()
    rapid_fire = aqt.dialogs._dialogs["RemediationRapidFire"][1]
    wait_until(lambda: rapid_fire.waiting is not None, "the decks")
    goal = rapid_fire.goal()
    assert (goal.kind.name, goal.number) == ("CARDS", 5)
    assert not dialog.isVisible()
    rapid_fire.close()


def test_the_exam_is_asked_for_once(
    mw: AnkiQt, dialog: ImportDialog, template: GeneratedCollection
) -> None:
    exam_date = addon_module("collection.exam_date")
    settings = addon_module("settings").Settings()
    exam_date.set_exam_date(mw.col, settings, None)
    paste(dialog, " ".join(some_questions(template, 3)))
    apply(dialog)
    wait_until(lambda: dialog.result_panel.exam.overview is not None, "the exam")
    assert not dialog.result_panel.exam.button.isVisible()


# Starting otherwise
######################################################################


def test_a_few_ids_begin_in_the_box(dialog: ImportDialog) -> None:
    start = addon_module("gui.start_panel").Start
    dialog.start_panel.buttons[start.IDS].setFocus()
    start_with(dialog, "IDS")
    assert dialog.focusWidget() is dialog.input.box


def test_a_file_can_be_dropped_anywhere(
    dialog: ImportDialog, template: GeneratedCollection, tmp_path: Path
) -> None:
    from aqt.qt import QDropEvent, QMimeData, QPointF, Qt, QUrl

    path = tmp_path / "block.txt"
    path.write_text(printed_results(some_questions(template, 5)), encoding="utf-8")
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(path))])
    dialog.dropEvent(
        QDropEvent(
            QPointF(200, 400),
            Qt.DropAction.CopyAction,
            dropped,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    wait_until(lambda: dialog.reading is not None, "the file")
    assert dialog.input.path == path


def test_after_something_unusable_the_ways_to_start_are_shown(dialog: ImportDialog) -> None:
    dialog.input.box.setPlainText("nothing of use")
    wait_until(lambda: "looks like question ids" in dialog.input.status, "the message")
    assert dialog.start_panel.isVisible()
