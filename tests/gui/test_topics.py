"""Topics, reports and formats in the import window of a whole Anki."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.anking import GeneratedCollection
from tests.collections import differences, snapshot, some_questions
from tests.gui.conftest import addon_module, apply, shown_text
from tests.whole_anki import wait_until

if TYPE_CHECKING:
    from aqt.main import AnkiQt

    from remediation.gui.import_dialog import ImportDialog

_HEADER = (
    "Correct / Incorrect,Seq,Question Id,Content Topic,Content Description,Answer Selected,"
    "Time (sec),Timing,Exam Take,Answer Explanation\n"
)


def _insights(mw: AnkiQt, topics: int = 5) -> str:
    """A question list whose topics are those of cards in the collection."""
    tags = sorted(t for t in mw.col.tags.all() if "#FirstAid::" in t and t.count("::") >= 3)
    names = list(dict.fromkeys(tag.split("::")[-1].lstrip("0123456789_") for tag in tags))[:topics]
    return _HEADER + "".join(
        f"Incorrect,{n},SAAA{n:04}MAA0003,Diagnosis,Multi: {name.replace('_', ' ')},B,81.360,"
        "Standard-Paced,Comp Basic Sci SELF | Form 30 | 11/02/2023 | 9:05AM,\n"
        for n, name in enumerate(names, 1)
    )


def _box(dialog: ImportDialog, row: int) -> Any:
    return dialog.panel.topics.table.cellWidget(row, 2)


def _choose(dialog: ImportDialog, row: int) -> None:
    before = dialog.preview
    _box(dialog, row).setCurrentIndex(1)
    wait_until(lambda: dialog.preview is not None and dialog.preview is not before)


def test_an_nbme_list_offers_topics_and_takes_three_at_most(
    mw: AnkiQt, dialog: ImportDialog
) -> None:
    before = snapshot(mw.col)
    dialog.input.box.setPlainText(_insights(mw))
    wait_until(lambda: dialog.preview is not None, "the preview")
    assert dialog.preview
    assert dialog.panel.topics.isVisible()
    assert len(dialog.preview.topics) == 5
    for row in range(3):
        _choose(dialog, row)
    _box(dialog, 3).setCurrentIndex(1)
    assert sum(bool(topic.note_ids) for topic in dialog.preview.topics) == 3
    assert _box(dialog, 3).currentIndex() == 0
    apply(dialog)
    assert mw.col.find_notes("tag:Remediation::Source::NBME_Step_1")
    dialog.result_panel.undo_button.click()
    wait_until(lambda: dialog.preview is not None and dialog.apply_button.isEnabled())
    assert differences(before, snapshot(mw.col)) == {}


def test_notes_selected_in_the_browser_are_taken(mw: AnkiQt, dialog: ImportDialog) -> None:
    import aqt

    dialog.input.box.setPlainText(_insights(mw, topics=1))
    wait_until(lambda: dialog.preview is not None, "the preview")
    browser = aqt.dialogs.open("Browser", mw, search=("deck:AnKing",))
    wait_until(lambda: browser.table.len() > 3, "the browser")
    browser.table.to_first_row()
    wait_until(lambda: browser.selected_notes(), "a selection")
    (note_id,) = browser.selected_notes()
    old = dialog.preview
    dialog.panel.topics.take_button.click()
    wait_until(lambda: dialog.preview is not None and dialog.preview is not old)
    assert dialog.preview
    assert dialog.preview.questions[0].core == (note_id,)
    browser.close()
    wait_until(lambda: aqt.dialogs._dialogs["Browser"][1] is None)


def test_a_typed_report_is_recorded_with_the_topics_chosen_from_it(
    mw: AnkiQt, dialog: ImportDialog
) -> None:
    form = addon_module("gui.report_form").ReportForm(dialog)
    assert not form.ok_button.isEnabled()
    form.enter("Cardiovascular System", "41")
    form.enter("Gastrointestinal System", "lowr")
    assert not form.ok_button.isEnabled()
    form.enter("Gastrointestinal System", "lower")
    assert form.ok_button.isEnabled()
    form.accept()
    dialog.take_reading(form.reading)
    wait_until(lambda: dialog.preview is not None, "the preview")
    assert "A report with 2 rows" in shown_text(dialog)
    assert dialog.preview
    row = next(n for n, t in enumerate(dialog.preview.topics) if t.candidates)
    _choose(dialog, row)
    apply(dialog)
    assert mw.col.undo_status().undo.startswith("Import")
    assert mw.col.find_notes("tag:Remediation")


def test_another_format_can_be_chosen_by_hand(
    dialog: ImportDialog, template: GeneratedCollection
) -> None:
    ids = some_questions(template, 3)
    dialog.input.box.setPlainText("\n".join(ids))
    wait_until(lambda: dialog.reading is not None)
    assert dialog.reading
    assert dialog.reading.reader == "question-ids"
    dialog.input.choose_format("uworld-table")
    wait_until(lambda: dialog.reading is None or dialog.reading.reader != "question-ids")
    wait_until(lambda: bool(dialog.input.status))
    dialog.input.choose_format("question-ids")
    wait_until(lambda: dialog.reading is not None and dialog.reading.reader == "question-ids")


def test_ids_pasted_after_an_nbme_list_are_from_the_students_own_bank(
    mw: AnkiQt, dialog: ImportDialog, template: GeneratedCollection
) -> None:
    dialog.input.box.setPlainText(_insights(mw, topics=1))
    wait_until(lambda: dialog.preview is not None)
    assert dialog.panel.form.answers().bank == "nbme"
    apply(dialog)
    dialog.input.clear()
    wait_until(lambda: dialog.reading is None)
    dialog.input.box.setPlainText(" ".join(some_questions(template, 3)))
    wait_until(lambda: dialog.preview is not None)
    assert dialog.panel.form.answers().bank == "uworld"
    assert dialog.preview
    assert not dialog.preview.unmatched


def test_notes_found_by_their_text_can_be_taken_and_are_remembered(
    mw: AnkiQt, dialog: ImportDialog
) -> None:
    notetype = mw.col.models.by_name("Basic")
    assert notetype
    for number, plain in enumerate(("A", "B", "C")):
        note = mw.col.new_note(notetype)
        note["Front"] = f"Quokka syndrome {plain}: what is it?"
        mw.col.add_note(note, mw.col.decks.id(f"Deck {number}") or 0)  # type: ignore[arg-type]
    notes = set(mw.col.find_notes("quokka"))
    row = "Incorrect,1,SAAA0001MAA0003,Diagnosis,Multi: Quokka syndrome,B,81.360,Standard-Paced,"
    text = f"{_HEADER}{row}Comp Basic Sci SELF | Form 30 | 11/02/2023 | 9:05AM,\n"
    dialog.input.box.setPlainText(text)
    wait_until(lambda: dialog.preview is not None, "the preview")
    assert _box(dialog, 0).itemText(1) == "in their text (3 notes)"
    _choose(dialog, 0)
    assert dialog.preview
    assert set(dialog.preview.topics[0].note_ids) == notes
    assert _box(dialog, 0).currentIndex() == 1
    why = dialog.panel.topics.table.item(0, 3)
    assert why
    assert why.text() == dialog.preview.topics[0].candidates[0].reason
    apply(dialog)

    dialog.input.clear()
    wait_until(lambda: dialog.start_panel.isVisible(), "the start")
    dialog.input.box.setPlainText(
        text.replace("Form 30", "Form 31").replace("SAAA0001", "SAAA0002")
    )
    wait_until(lambda: dialog.preview is not None, "the preview")
    assert _box(dialog, 0).currentText() == "in their text (3 notes)"
