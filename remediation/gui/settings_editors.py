"""One widget for each kind of setting. None lets the wheel change it while the page is scrolled."""

from __future__ import annotations

from datetime import date
from typing import Any, Union

from aqt.qt import (
    QCheckBox,
    QComboBox,
    QDate,
    QDateEdit,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QWidget,
    pyqtSignal,
    qconnect,
)

from ..setting_kinds import Choice, Day, Kind, OnOff, WholeNumber
from .layouts import leave_wheel_to_page

# Where the calendar opens as long as there is no day. Judgement: most exams are some weeks away.
_MONTHS_AHEAD = 3


class NumberEditor(QSpinBox):
    """For a whole number; only those of its range can be typed."""

    edited = pyqtSignal()

    def __init__(self, parent: QWidget, kind: WholeNumber) -> None:
        super().__init__(parent)
        self.setRange(kind.least, kind.most)
        self.setSpecialValueText(kind.lowest)
        leave_wheel_to_page(self)
        qconnect(self.valueChanged, lambda _value: self.edited.emit())

    def current(self) -> Any:
        """The value that is shown."""
        return self.value()

    def show_value(self, value: Any) -> None:
        """Shows this value."""
        self.setValue(value)


class OnOffEditor(QCheckBox):
    """For yes or no."""

    edited = pyqtSignal()

    def __init__(self, parent: QWidget, label: str) -> None:
        super().__init__(label.replace("&", "&&"), parent)
        qconnect(self.toggled, lambda _on: self.edited.emit())

    def current(self) -> Any:
        """The value that is shown."""
        return self.isChecked()

    def show_value(self, value: Any) -> None:
        """Shows this value."""
        self.setChecked(value)


class ChoiceEditor(QComboBox):
    """For one of several."""

    edited = pyqtSignal()

    def __init__(self, parent: QWidget, kind: Choice) -> None:
        super().__init__(parent)
        for stored, words in kind.choices:
            self.addItem(words, stored)
        leave_wheel_to_page(self)
        qconnect(self.currentIndexChanged, lambda _index: self.edited.emit())

    def current(self) -> Any:
        """The value that is shown."""
        return self.currentData()

    def show_value(self, value: Any) -> None:
        """Shows this value."""
        self.setCurrentIndex(self.findData(value))


class TextEditor(QLineEdit):
    """For a name or a key."""

    edited = pyqtSignal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        qconnect(self.textChanged, lambda _text: self.edited.emit())

    def current(self) -> Any:
        """The value that is shown."""
        return self.text()

    def show_value(self, value: Any) -> None:
        """Shows this value."""
        self.setText(value)


class DayEditor(QWidget):
    """For a date that may be open yet."""

    edited = pyqtSignal()

    def __init__(self, parent: QWidget, kind: Day) -> None:
        super().__init__(parent)
        self.day = QDateEdit(QDate.currentDate().addMonths(_MONTHS_AHEAD), self)
        self.day.setCalendarPopup(True)
        self.day.setDisplayFormat("d MMMM yyyy")
        self.none = QCheckBox(kind.none, self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.day)
        layout.addWidget(self.none)
        layout.addStretch(1)
        self.setFocusProxy(self.none)
        leave_wheel_to_page(self.day)
        qconnect(self.none.toggled, self._on_none)
        qconnect(self.day.dateChanged, lambda _day: self.edited.emit())

    def current(self) -> Any:
        """The value that is shown."""
        return "" if self.none.isChecked() else self.day.date().toPyDate().isoformat()

    def show_value(self, value: Any) -> None:
        """Shows this value."""
        if value:
            day = date.fromisoformat(value)
            self.day.setDate(QDate(day.year, day.month, day.day))
        self.none.setChecked(not value)
        self.day.setEnabled(bool(value))

    def _on_none(self, none: bool) -> None:
        self.day.setEnabled(not none)
        self.edited.emit()


Editor = Union[NumberEditor, OnOffEditor, ChoiceEditor, TextEditor, DayEditor]


def editor_for(parent: QWidget, kind: Kind, label: str) -> Editor:
    """The widget for a kind of setting; `label` is for those that carry it themselves."""
    if isinstance(kind, WholeNumber):
        return NumberEditor(parent, kind)
    if isinstance(kind, OnOff):
        return OnOffEditor(parent, label)
    if isinstance(kind, Choice):
        return ChoiceEditor(parent, kind)
    if isinstance(kind, Day):
        return DayEditor(parent, kind)
    return TextEditor(parent)
