"""A student's own log in the import window: columns asked once, then remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remediation.collection.ledger import read_ledger
from tests.anking import GeneratedCollection
from tests.collections import differences, snapshot, some_questions
from tests.gui.conftest import apply
from tests.whole_anki import wait_until

if TYPE_CHECKING:
    from aqt.main import AnkiQt

    from remediation.gui.import_dialog import ImportDialog


def _log(ids: list[str]) -> str:
    rows = [f"2026-11-{day:02}\tUWorld\t{id}\tKnowledge gap" for day, id in enumerate(ids, 1)]
    return "\n".join(["Date\tQuestion Bank\tQuestion ID\tError Type", *rows])


def columns_decided(dialog: ImportDialog) -> bool:
    """Whether the columns of the log that is shown were chosen, now or before."""
    return bool(dialog._input and dialog._input.columns and dialog._input.columns.decided)


def test_columns_are_asked_once_and_remembered(
    mw: AnkiQt, dialog: ImportDialog, template: GeneratedCollection
) -> None:
    ids = some_questions(template, 8)
    before = snapshot(mw.col)
    dialog.panel.form.choose_exam("step1")
    dialog.input.box.setPlainText(_log(ids[:4]))
    wait_until(lambda: dialog.columns_dialog is not None, "the columns")
    columns = dialog.columns_dialog
    assert columns
    assert columns.mapping().fields[2].value == "id"
    columns.accept()
    wait_until(lambda: dialog.preview is not None and columns_decided(dialog), "the preview")
    assert dialog.preview
    assert [q.key.id for q in dialog.preview.questions] == ids[:4]
    # Each day is a sitting of its own.
    assert len(dialog.preview.request.sittings) == 4
    apply(dialog)
    assert any(name.startswith("columns ") for name in read_ledger(mw.col).remembered)
    first = dialog.columns_dialog

    dialog.input.clear()
    wait_until(lambda: dialog.reading is None)
    dialog.input.box.setPlainText(_log(ids))
    wait_until(lambda: dialog.preview is not None, "the preview")
    assert dialog.columns_dialog is first
    assert dialog.panel.columns_button.isVisible()
    mw.undo()
    wait_until(lambda: not read_ledger(mw.col).remembered)
    assert differences(before, snapshot(mw.col)) == {}


def test_cancelling_the_columns_keeps_the_guess(
    mw: AnkiQt, dialog: ImportDialog, template: GeneratedCollection
) -> None:
    dialog.panel.form.choose_exam("step1")
    dialog.input.box.setPlainText(_log(some_questions(template, 2)))
    wait_until(lambda: dialog.columns_dialog is not None)
    assert dialog.columns_dialog
    dialog.columns_dialog.reject()
    wait_until(lambda: dialog.preview is not None, "the preview")
    assert not columns_decided(dialog)
    assert dialog.preview
    assert len(dialog.preview.questions) == 2
