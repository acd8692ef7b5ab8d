"""When the exam is, and how much time there is for cards until then."""

from __future__ import annotations

from datetime import date
from typing import Callable

from anki.collection import Collection, OpChanges
from aqt.qt import (
    QCheckBox,
    QDate,
    QDateEdit,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QVBoxLayout,
    QWidget,
    qconnect,
)
from aqt.utils import disable_help_button

from ..collection.exam_date import set_exam_date
from ..collection.release_queue import ReleaseOverview
from ..planning.release_queue import NOTHING_NEW_DAYS
from ..settings import ABOUT, Settings
from .background import changes_of
from .layouts import from_left, sentence
from .settings_editors import editor_for


class ExamDateDialog(QDialog):
    """Asks for the day of the exam and the time for cards until then.

    `day` is the first answer, None for no date yet; `minutes` holds the second.
    """

    def __init__(self, parent: QWidget, overview: ReleaseOverview) -> None:
        super().__init__(parent)
        disable_help_button(self)
        self.setWindowTitle("Exam and time")
        self.date = QDateEdit(self)
        self.date.setCalendarPopup(True)
        self.date.setDisplayFormat("d MMMM yyyy")
        self.date.setMinimumDate(QDate.currentDate())
        day = overview.exam
        self.date.setDate(
            QDate(day.year, day.month, day.day) if day else QDate.currentDate().addMonths(3)
        )
        caption = QLabel("&Day of your exam:", self)
        caption.setBuddy(self.date)
        self.no_date = QCheckBox("&No date yet", self)
        self.no_date.setChecked(day is None)
        self.date.setEnabled(day is not None)
        days = sentence(self)
        days.setText(
            "Until then the waiting cards are spread over the days. In the last"
            f" {NOTHING_NEW_DAYS} days nothing new comes by itself."
        )
        about = ABOUT["minutes_per_day"]
        self.minutes = editor_for(self, about.kind, about.label)
        self.minutes.show_value(overview.plan.time.minutes)
        minutes = QLabel(f"&{about.label}:", self)
        minutes.setBuddy(self.minutes)
        time = sentence(self)
        time.setText(about.explanation)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        layout = QVBoxLayout(self)
        layout.addWidget(self.no_date)
        layout.addLayout(from_left(caption, self.date))
        layout.addWidget(days)
        layout.addSpacing(8)
        layout.addLayout(from_left(minutes, self.minutes))
        layout.addWidget(time)
        layout.addWidget(buttons)
        self.setMinimumWidth(360)
        qconnect(self.no_date.toggled, self._on_no_date)
        qconnect(buttons.accepted, self.accept)
        qconnect(buttons.rejected, self.reject)
        (self.no_date if day is None else self.date).setFocus()

    @property
    def day(self) -> date | None:
        """The day chosen."""
        if self.no_date.isChecked():
            return None
        chosen = self.date.date()
        return date(chosen.year(), chosen.month(), chosen.day())

    def answer(self, settings: Settings) -> Callable[[Collection], OpChanges]:
        """What writes the answers as they are now, for a CollectionOp."""
        day, minutes = self.day, self.minutes.current()
        return lambda col: changes_of(set_exam_date(col, settings, day, minutes))

    def _on_no_date(self, no_date: bool) -> None:
        self.date.setEnabled(not no_date)
        if not no_date:
            self.date.setFocus()
