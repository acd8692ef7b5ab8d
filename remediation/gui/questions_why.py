"""Why each question of a block was in it: shown after the block."""

from __future__ import annotations

from aqt.qt import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
    qconnect,
)
from aqt.utils import disable_help_button, restoreGeom, saveGeom

from ..collection.question_block import GivenBlock
from . import questions_words
from .layouts import sentence

_GEOMETRY = "remediationWhyTheseQuestions"
_HEADERS = ("Question", "Why")


class WhyDialog(QDialog):
    """A table of the block's questions in their order, each with the miss it is there for."""

    def __init__(self, parent: QWidget, given: GivenBlock) -> None:
        super().__init__(parent)
        disable_help_button(self)
        self.setWindowTitle(f"Why these questions ({questions_words.day(given.block.day)})")
        self.table = _table(self, given)
        about = sentence(self)
        about.setText(questions_words.counts(given.block))
        if not given.is_done:
            about.setText(f"{about.text()} {questions_words.BEFORE_RESULT}")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        layout = QVBoxLayout(self)
        layout.addWidget(about)
        layout.addWidget(self.table, 1)
        layout.addWidget(buttons)
        qconnect(buttons.rejected, self.reject)
        qconnect(self.finished, lambda _code: saveGeom(self, _GEOMETRY))
        self.resize(480, 420)
        restoreGeom(self, _GEOMETRY)


def _table(parent: QWidget, given: GivenBlock) -> QTableWidget:
    questions = given.block.questions
    table = QTableWidget(len(questions), len(_HEADERS), parent)
    table.setAccessibleName("Why these questions")
    table.setHorizontalHeaderLabels(list(_HEADERS))
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setTabKeyNavigation(False)
    vertical, horizontal = table.verticalHeader(), table.horizontalHeader()
    # Compared with None, since an empty header counts as false.
    if vertical is not None and horizontal is not None:
        vertical.hide()
        horizontal.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        horizontal.setStretchLastSection(True)
    for row, question in enumerate(questions):
        for column, text in enumerate((question.key.id, questions_words.why(question))):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            table.setItem(row, column, item)
    return table
