"""Why each question of a block was in it: shown after the block."""

from __future__ import annotations

from collections.abc import Sequence

from aqt.qt import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QPushButton,
    Qt,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
    pyqtSignal,
    qconnect,
)
from aqt.utils import disable_help_button, restoreGeom, saveGeom

from ..collection.question_block import GivenBlock
from ..model.banks import QuestionKey
from ..model.dates import day_and_month
from . import questions_words
from .layouts import sentence, told

_GEOMETRY = "remediationWhyTheseQuestions"
_HEADERS = ("Question", "Why")


class WhyDialog(QDialog):
    """A table of the block's questions in their order, each with the miss it is there for."""

    # The refused questions to ask again.
    asked_again = pyqtSignal(object)

    def __init__(
        self, parent: QWidget, given: GivenBlock, retired: Sequence[QuestionKey] = ()
    ) -> None:
        super().__init__(parent)
        disable_help_button(self)
        self.setWindowTitle(f"Why these questions ({day_and_month(given.block.day)})")
        self._rows = [(q.key, questions_words.why(q)) for q in given.block.questions]
        self.table = _table(self)
        about = sentence(self)
        about.setText(questions_words.counts(given.block))
        if not given.is_done:
            about.setText(f"{about.text()} {questions_words.BEFORE_RESULT}")
        self.again_note = told(self, questions_words.ASK_AGAIN)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.again_button = QPushButton("&Ask again", self)
        self.again_button.setAutoDefault(False)
        buttons.addButton(self.again_button, QDialogButtonBox.ButtonRole.ActionRole)
        layout = QVBoxLayout(self)
        layout.addWidget(about)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.again_note)
        layout.addWidget(buttons)
        qconnect(buttons.rejected, self.reject)
        qconnect(self.again_button.clicked, lambda: self.asked_again.emit(self._chosen()))
        qconnect(self.table.itemSelectionChanged, self._enable)
        qconnect(self.finished, lambda _code: saveGeom(self, _GEOMETRY))
        self.resize(480, 420)
        restoreGeom(self, _GEOMETRY)
        self.show_retired(retired)

    def show_retired(self, retired: Sequence[QuestionKey]) -> None:
        """Shows the block's questions, and below them those that the bank refused so far."""
        self._retired = retired
        block = [row for row in self._rows if row[0] not in retired]
        rows = block + [(key, questions_words.REFUSED) for key in retired]
        self.table.setRowCount(len(rows))
        for row, (key, why) in enumerate(rows):
            for column, text in enumerate((key.id, why)):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                item.setData(Qt.ItemDataRole.UserRole, key)
                self.table.setItem(row, column, item)
        self.again_note.setVisible(bool(retired))
        self.again_button.setVisible(bool(retired))
        self._enable()

    def _chosen(self) -> tuple[QuestionKey, ...]:
        """The refused questions that are selected."""
        selected = {item.data(Qt.ItemDataRole.UserRole) for item in self.table.selectedItems()}
        return tuple(key for key in self._retired if key in selected)

    def _enable(self) -> None:
        self.again_button.setEnabled(bool(self._chosen()))


def _table(parent: QWidget) -> QTableWidget:
    table = QTableWidget(0, len(_HEADERS), parent)
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
    return table
