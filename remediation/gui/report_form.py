"""A score report typed in: one line for each row that NBME prints."""

from __future__ import annotations

from datetime import datetime, time

from aqt.qt import (
    QComboBox,
    QDate,
    QDateEdit,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
    qconnect,
)
from aqt.utils import disable_help_button, restoreGeom, saveGeom

from ..model.banks import EXAMS
from ..sources.nbme_report import result_from_text, typed_report
from ..sources.nbme_rows import rows_to_ask
from ..sources.reading import Reading

_GEOMETRY = "remediationReport"
_PLACEHOLDER = "62, or lower, same, higher"


class ReportForm(QDialog):
    """Asks for the rows of a report; `reading` is what was typed, once it was accepted."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.reading: Reading | None = None
        self._lines: dict[str, QLineEdit] = {}
        disable_help_button(self)
        self.setWindowTitle("Type a score report")
        self._exam = QComboBox(self)
        for exam in EXAMS:
            if rows_to_ask(exam.key):
                self._exam.addItem(exam.name, exam.key)
        self._name = QLineEdit(self)
        self._name.setPlaceholderText("for example: Form 30, or Step 1 first attempt")
        today = QDate.currentDate()
        self._date = QDateEdit(today, self)
        self._date.setMaximumDate(today)
        self._date.setCalendarPopup(True)
        head = QFormLayout()
        head.addRow("&Exam", self._exam)
        head.addRow("&Name", self._name)
        head.addRow("&Date", self._date)
        hint = QLabel(
            "Enter the per cent correct of each row, or the band. Rows left empty are left out.",
            self,
        )
        hint.setWordWrap(True)
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._complaint = QLabel(self)
        self._complaint.setWordWrap(True)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        if ok is None:
            raise RuntimeError("Qt made no OK button")
        self.ok_button = ok
        layout = QVBoxLayout(self)
        layout.addLayout(head)
        layout.addWidget(hint)
        layout.addWidget(self._scroll, 1)
        layout.addWidget(self._complaint)
        layout.addWidget(buttons)
        qconnect(self._exam.currentIndexChanged, self._show_rows)
        qconnect(buttons.accepted, self.accept)
        qconnect(buttons.rejected, self.reject)
        qconnect(self.finished, lambda _code: saveGeom(self, _GEOMETRY))
        self.resize(520, 600)
        restoreGeom(self, _GEOMETRY)
        self._show_rows()

    def enter(self, row: str, text: str) -> None:
        """Types into a row, named as printed."""
        self._lines[row].setText(text)

    def accept(self) -> None:
        """Takes what was typed; stays open where nothing was."""
        if not self._check():
            return
        date = self._date.date()
        noon = datetime.combine(date.toPyDate(), time(12))
        rows = {name: line.text() for name, line in self._lines.items()}
        name = self._name.text().strip()
        self.reading = typed_report(self._exam.currentData(), rows, name=name, when=noon)
        super().accept()

    def _show_rows(self) -> None:
        page = QWidget(self)
        form = QFormLayout(page)
        self._lines = {}
        for row in rows_to_ask(self._exam.currentData()):
            line = QLineEdit(page)
            line.setPlaceholderText(_PLACEHOLDER)
            line.setAccessibleName(row.name)
            qconnect(line.textChanged, self._check)
            # An ampersand would underline the next letter.
            form.addRow(row.name.replace("&", "&&"), line)
            self._lines[row.name] = line
        self._scroll.setWidget(page)
        self._check()

    def _check(self) -> bool:
        """Says what is wrong as one types; OK works once a row has a result and none is wrong."""
        given, complaint = False, ""
        for name, line in self._lines.items():
            try:
                given |= result_from_text(line.text()) is not None
            except ValueError as error:
                complaint = complaint or f"{name}: {error}"
        self._complaint.setText(complaint)
        self.ok_button.setEnabled(given and not complaint)
        return given and not complaint
