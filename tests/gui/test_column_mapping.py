"""The dialog for the columns of a student's own log, in a whole Anki."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.whole_anki import ADDON_ID, process_events, settle

if TYPE_CHECKING:
    from aqt.main import AnkiQt

LOG = (
    "Date,Question Bank,Question ID,Organ System,Topic,Error Type,Question Text,"
    "National average of all who answered this question correctly in per cent,Next Steps\n"
    '3/4/2026,UWorld,"118154, 2108",Cardio,Heart failure,Knowledge gap,A man comes,52%,read FA\n'
    "3/5/2026,UWorld,8425,Renal,A very long name of a topic that does not fit,silly,A woman,61%,\n"
    "3/5/2026,UWorld,8426,GI,Crohn's,reasoning,A child,70%,watch it again\n"
)


def _module(name: str) -> Any:
    return importlib.import_module(f"{ADDON_ID}.remediation.{name}")


def _preview(text: str) -> Any:
    return _module("sources.error_log").preview(_module("sources.documents").from_text(text))


@contextmanager
def _opened(mw: AnkiQt, text: str = LOG, mapping: Any = None) -> Iterator[Any]:
    dialog = _module("gui.column_mapping").ColumnMappingDialog(mw, _preview(text), mapping)
    dialog.show()
    process_events()
    yield dialog
    dialog.close()


def _fields(dialog: Any) -> list[str]:
    return [box.currentText() for box in dialog.fields]


def _ok(dialog: Any) -> Any:
    from aqt.qt import QDialogButtonBox

    return dialog._buttons.button(QDialogButtonBox.StandardButton.Ok)


def test_shows_the_guess_above_the_first_rows(anki: AnkiQt) -> None:
    with _opened(anki) as dialog:
        assert _fields(dialog) == [
            "date",
            "question bank",
            "question id",
            "organ system",
            "topic",
            "reason",
            "not read",
            "% of others correct",
            "not read",
        ]
        assert dialog._table.item(1, 2).text() == "118154, 2108"
        assert dialog._table.rowCount() == 4
        assert _ok(dialog).isEnabled()
        assert not dialog.fields[6].isEnabled()
        assert "never kept" in dialog.fields[6].toolTip()


def test_untouched_gives_the_guess_and_cancel_gives_nothing(anki: AnkiQt) -> None:
    with _opened(anki) as dialog:
        guess = dialog._preview.mapping
        assert dialog.mapping().fields == guess.fields
        assert (dialog.mapping().bank, dialog.mapping().outcome) == (None, None)
        _ok(dialog).click()
        assert dialog.result() == 1
    with _opened(anki) as dialog:
        dialog.reject()
        assert dialog.result() == 0


def test_what_is_chosen_is_in_the_mapping_and_reads_the_log(anki: AnkiQt) -> None:
    fields = _module("sources.log_columns").Field
    with _opened(anki) as dialog:
        dialog.choose(4, fields.CATEGORY)
        dialog.exam_box.setCurrentIndex(dialog.exam_box.findText("Step 1"))
        dialog.outcome_box.setCurrentIndex(dialog.outcome_box.findText("wrong"))
        mapping = dialog.mapping()
    reading = _module("sources.error_log").read_with(
        _module("sources.documents").from_text(LOG), mapping
    )
    assert (reading.bank, reading.exam) == ("uworld", "step1")
    assert reading.attempts[0].category == "Heart failure"
    assert reading.attempts[0].outcome.value == "incorrect"


def test_unclear_words_are_asked_once(anki: AnkiQt) -> None:
    with _opened(anki) as dialog:
        assert list(dialog.word_boxes) == ["reason silly", "reason reasoning"]
        assert dialog._words_area.isVisible()
        box = dialog.word_boxes["reason silly"]
        box.setCurrentIndex(box.findData("T8"))
        assert dialog.mapping().reasons == {"silly": "T8", "reasoning": ""}
        remembered = dialog.mapping()
    with _opened(anki, LOG, remembered) as again:
        assert again.word_boxes["reason silly"].currentText().strip() == "Slip"


def test_no_words_no_question(anki: AnkiQt) -> None:
    with _opened(anki, "QID,System\n2108,Cardio\n2109,GI\n") as dialog:
        assert not dialog._words_area.isVisible()
        assert not dialog._words_title.isVisible()
        assert dialog.outcome_box.isVisible()
        assert not dialog.order_box.isVisible()


def test_unclear_dates_and_results_are_asked_for(anki: AnkiQt) -> None:
    text = "QID,Date,Result\n2108,3/4/2024,Correct\n2109,3/5/2024,hmm\n2110,3/4/2024,Wrong\n"
    with _opened(anki, text) as dialog:
        assert dialog.order_box.isVisible()
        assert not dialog.outcome_box.isVisible()
        assert list(dialog.word_boxes) == ["result hmm"]
        dialog.order_box.setCurrentIndex(2)
        box = dialog.word_boxes["result hmm"]
        box.setCurrentIndex(box.findText("left out"))
        mapping = dialog.mapping()
    assert mapping.day_first is True
    reading = _module("sources.error_log").read_with(
        _module("sources.documents").from_text(text), mapping
    )
    assert [one.when.month for one in (reading, *reading.further)] == [4, 5]
    assert reading.further[0].attempts[0].outcome.value == "omitted"


def test_a_field_stands_for_one_column_and_something_must_name_the_question(anki: AnkiQt) -> None:
    fields = _module("sources.log_columns").Field
    with _opened(anki, "QID,System,Notes\n2108,Cardio,x\n2109,GI,y\n") as dialog:
        dialog.choose(2, fields.SYSTEM)
        assert _fields(dialog) == ["question id", "not read", "organ system"]
        dialog.choose(1, fields.ID)
        assert _fields(dialog) == ["question id", "question id", "organ system"]
        for column in range(3):
            dialog.choose(column, fields.NOTHING)
        assert not _ok(dialog).isEnabled()
        assert "Which column has the question ids" in dialog._status.text()
        assert dialog._status.isVisible()


def test_forty_columns_with_long_names_and_the_keyboard(anki: AnkiQt) -> None:
    from aqt.qt import QApplication

    names = ["Question ID", *(f"A name that nobody would call short {i}" for i in range(39))]
    text = "\t".join(names) + "\n" + "\t".join(["2108", *["word " * 30] * 39]) + "\n"
    with _opened(anki, text) as dialog:
        assert len(dialog.fields) == 40
        assert dialog.width() < 2_000
        assert dialog._table.horizontalHeaderItem(1).toolTip() == names[1]
        dialog.activateWindow()
        dialog.fields[0].setFocus()
        bar = dialog._table.horizontalScrollBar()
        assert bar.value() == 0
        for _ in range(39):
            dialog.focusNextChild()
        assert QApplication.focusWidget() in (dialog.fields[39], None)
        if QApplication.focusWidget() is None:  # a window system without focus
            dialog._show_column(39)
        assert bar.value() > 0
        assert dialog._table.columnViewportPosition(39) < dialog._table.viewport().width()


def test_html_in_the_log_is_shown_as_text(anki: AnkiQt) -> None:
    text = "QID,Error type\n2108,<b>boo</b>\n2109,<b>boo</b>\n"
    with _opened(anki, text) as dialog:
        from aqt.qt import QLabel, Qt

        captions = [label for label in dialog.findChildren(QLabel) if "boo" in label.text()]
        assert captions
        assert all(label.textFormat() == Qt.TextFormat.PlainText for label in captions)


@pytest.mark.parametrize("night", [False, True], ids=["light", "night"])
def test_looks_right_by_day_and_by_night(anki: AnkiQt, tmp_path: Path, night: bool) -> None:
    """Set REMEDIATION_SHOTS to a folder to look at the pictures."""
    from aqt.theme import Theme

    was = anki.pm.theme()
    anki.set_theme(Theme.DARK if night else Theme.LIGHT)
    try:
        with _opened(anki) as dialog:
            settle(dialog)
            picture = dialog.grab()
            folder = Path(os.environ.get("REMEDIATION_SHOTS") or tmp_path)
            assert picture.save(str(folder / f"columns-{'night' if night else 'light'}.png"))
            image = picture.toImage()
            corner = image.pixelColor(3, image.height() - 3).lightness()
            assert (corner < 128) == night
    finally:
        anki.set_theme(was)
