"""The questions that were understood: a table with filters, and the ids without a card."""

from __future__ import annotations

from collections.abc import Sequence

import aqt
from aqt.main import AnkiQt
from aqt.qt import (
    QApplication,
    QComboBox,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
    qconnect,
)
from aqt.utils import tooltip

from ..collection.question_preview import QuestionPreview
from ..model.attempts import Problem
from . import words
from .layouts import row
from .question_table import Filter, QuestionTable


class QuestionPanel(QWidget):
    """A row for each question and each place that could not be read."""

    def __init__(self, parent: QWidget, mw: AnkiQt) -> None:
        super().__init__(parent)
        self._mw = mw
        self._unmatched: list[str] = []
        self.table = QuestionTable(self)
        self.filter_box = QComboBox(self)
        self.filter_box.setAccessibleName("Which questions to show")
        self._search = QLineEdit(self)
        self._search.setPlaceholderText("Find in the table")
        self._search.setClearButtonEnabled(True)
        self.copy_button = QPushButton("&Copy ids without a card", self)
        self.copy_button.setAutoDefault(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.addLayout(row(self.filter_box, self._search, self.copy_button))
        layout.addWidget(self.table, 1)
        qconnect(self.filter_box.currentIndexChanged, self._filter_rows)
        qconnect(self._search.textChanged, self._filter_rows)
        qconnect(self.copy_button.clicked, self._copy_unmatched)
        qconnect(self.table.opened, self._open_in_browser)

    def show_rows(self, questions: Sequence[QuestionPreview], problems: Sequence[Problem]) -> None:
        """Shows these rows instead of the present ones; the filter stays."""
        self.table.show_rows(questions, problems)
        self._unmatched = [q.key.id for q in questions if q.missed and not q.notes]
        self.copy_button.setEnabled(bool(self._unmatched))
        chosen = self.filter_box.currentData() or Filter.ALL
        self.filter_box.blockSignals(True)
        self.filter_box.clear()
        for filter in Filter:
            self.filter_box.addItem(f"{filter.value} ({self.table.count(filter):,})", filter)
        self.filter_box.setCurrentIndex(self.filter_box.findData(chosen))
        self.filter_box.blockSignals(False)
        self._filter_rows()

    def show_all(self) -> None:
        """Takes the filters off, for another input."""
        self.filter_box.setCurrentIndex(0)
        self._search.clear()

    def _filter_rows(self) -> None:
        self.table.set_filter(self.filter_box.currentData() or Filter.ALL, self._search.text())

    def _open_in_browser(self, note_ids: list[int]) -> None:
        search = f"nid:{','.join(map(str, note_ids))}"
        aqt.dialogs.open("Browser", self._mw, search=(search,))

    def _copy_unmatched(self) -> None:
        clipboard = QApplication.clipboard()
        if clipboard:
            clipboard.setText(", ".join(self._unmatched))
            tooltip(f"{words.count(len(self._unmatched), 'id')} copied", parent=self)
