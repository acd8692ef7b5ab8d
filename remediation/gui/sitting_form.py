"""What the input does not say about a sitting: bank, exam, result, moment and number."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from aqt.qt import (
    QComboBox,
    QDate,
    QDateEdit,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QTime,
    QTimeEdit,
    QVBoxLayout,
    QWidget,
    pyqtSignal,
    qconnect,
)

from ..model.attempts import Outcome
from ..model.banks import BANKS, EXAMS, may_be_exam
from ..sources.completion import Answers, needs_outcome, question_count
from ..sources.reading import MOST_ATTEMPTS, Reading

_OUTCOMES = (
    (Outcome.INCORRECT, "answered wrong"),
    (Outcome.OMITTED, "left out"),
    (Outcome.UNSURE, "right, but unsure"),
    (Outcome.CORRECT, "answered right"),
)
# Places in the list of days; the first two are as many days ago as their place.
_TODAY, _YESTERDAY, _DATE = range(3)


class SittingForm(QWidget):
    """A row of choices; emits `changed` when the student changes one."""

    changed = pyqtSignal()

    def __init__(self, parent: QWidget, now: datetime) -> None:
        super().__init__(parent)
        self._now = now
        # Whether these came from the last input, and go with it; the student's own stay.
        self._when_was_read = self._total_was_read = False
        # The bank for input that does not name one: what the student chose last.
        self.usual_bank = BANKS[0].key
        self._bank = QComboBox(self)
        for bank in BANKS:
            self._bank.addItem(bank.name, bank.key)
        self._exam = QComboBox(self)
        self._exam.addItem("Choose…", None)
        for exam in EXAMS:
            self._exam.addItem(exam.name, exam.key)
        self._outcome = QComboBox(self)
        for outcome, words in _OUTCOMES:
            self._outcome.addItem(words, outcome)
        self._day = QComboBox(self)
        self._day.addItems(["today", "yesterday", "on a date"])
        self._date = QDateEdit(QDate(now.year, now.month, now.day), self)
        self._date.setCalendarPopup(True)
        self._date.setMaximumDate(self._date.date())
        self._date.hide()
        self._time = QTimeEdit(QTime(now.hour, now.minute), self)
        self._total = QSpinBox(self)
        self._total.setRange(0, MOST_ATTEMPTS)
        self._total.setSpecialValueText("not known")
        self._total.setToolTip("How many questions the block had. Needed for rates.")

        self._outcome_field = _field(self, "These &were", [self._outcome])
        self._when_field = _field(self, "Do&ne", [self._day, self._date, self._time])
        self._total_field = _field(self, "O&ut of", [self._total])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for fields in (
            [
                _field(self, "&Bank", [self._bank]),
                _field(self, "&Exam", [self._exam]),
                self._outcome_field,
            ],
            [
                self._when_field,
                self._total_field,
            ],
        ):
            row = QHBoxLayout()
            row.setSpacing(18)
            for field in fields:
                row.addWidget(field)
            row.addStretch(1)
            layout.addLayout(row)
        for box in (self._bank, self._exam, self._outcome, self._day):
            qconnect(box.currentIndexChanged, self._on_change)
        qconnect(self._bank.activated, self._on_bank_chosen)
        qconnect(self._date.dateChanged, self._on_change)
        qconnect(self._time.timeChanged, self._on_change)
        qconnect(self._total.valueChanged, self._on_change)
        self.setFocusProxy(self._bank)

    def answers(self) -> Answers:
        """What is chosen now. The moment is never in the future."""
        return Answers(
            self._bank.currentData(),
            self._exam.currentData(),
            self._outcome.currentData(),
            min(self._when(), datetime.now()),
            self._total.value() or None,
        )

    def choose_exam(self, key: str | None) -> None:
        """Chooses an exam as the student would."""
        self._exam.setCurrentIndex(self._exam.findData(key))

    def ask_for_exam(self) -> None:
        """Takes the keyboard to the choice of the exam."""
        self._exam.setFocus()

    def choose_total(self, total: int) -> None:
        """Says how many questions there were, as the student would."""
        self._total.setValue(total)

    def prefer(self, bank: str, exam: str | None, outcome: Outcome) -> None:
        """Chooses what the student chose last time."""
        if self._bank.findData(bank) >= 0:
            self.usual_bank = bank
        _choose(self._bank, self.usual_bank)
        _choose(self._exam, exam)
        _choose(self._outcome, outcome)

    def show_reading(self, reading: Reading) -> None:
        """Takes over what the input says, and asks only for what it does not say."""
        # An input that does not name its bank is from the student's, not from that of the last one.
        _choose(self._bank, reading.bank or self.usual_bank)
        if reading.exam and not may_be_exam(reading.exam, self._exam.currentData()):
            _choose(self._exam, reading.exam)
        unmarked = needs_outcome(reading)
        self._outcome_field.setVisible(unmarked)
        # Several sittings say themselves when they were; one answer would not fit them all.
        for field in (self._when_field, self._total_field):
            field.setVisible(not reading.further)
        if reading.when:
            self._set_when(reading.when)
        elif self._when_was_read:
            self._set_when(datetime.now())
        self._when_was_read = reading.when is not None
        # A list with right and wrong answers is the whole block, where it does not say otherwise.
        total = reading.total or (0 if unmarked else question_count(reading))
        if total or self._total_was_read:
            self._total.blockSignals(True)
            self._total.setValue(total)
            self._total.blockSignals(False)
        self._total_was_read = total > 0

    def _set_when(self, when: datetime) -> None:
        for widget in (self._day, self._date, self._time):
            widget.blockSignals(True)
        self._day.setCurrentIndex(_TODAY if when.date() == self._now.date() else _DATE)
        self._date.setDate(QDate(when.year, when.month, when.day))
        self._date.setVisible(self._day.currentIndex() == _DATE)
        self._time.setTime(QTime(when.hour, when.minute))
        for widget in (self._day, self._date, self._time):
            widget.blockSignals(False)

    def _when(self) -> datetime:
        date = self._date.date().toPyDate()
        if self._day.currentIndex() != _DATE:
            date = self._now.date() - timedelta(days=self._day.currentIndex())
        chosen = self._time.time()
        return datetime.combine(date, time(chosen.hour(), chosen.minute()))

    def _on_bank_chosen(self, _index: int) -> None:
        self.usual_bank = self._bank.currentData()

    def _on_change(self) -> None:
        self._date.setVisible(self._day.currentIndex() == _DATE)
        self.changed.emit()


def _choose(box: QComboBox, value: object) -> None:
    index = box.findData(value)
    if index >= 0:
        box.blockSignals(True)
        box.setCurrentIndex(index)
        box.blockSignals(False)


def _field(parent: QWidget, label: str, widgets: list[QWidget]) -> QWidget:
    field = QWidget(parent)
    row = QHBoxLayout(field)
    row.setContentsMargins(0, 0, 0, 0)
    caption = QLabel(label, field)
    caption.setBuddy(widgets[0])
    row.addWidget(caption)
    for widget in widgets:
        row.addWidget(widget)
    return field
