"""Today's cards: how many became active, more on request, the exam and the time for it.

The size of the queue is shown only to those who ask for it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Callable

from anki.collection import Collection, OpChanges
from aqt import gui_hooks
from aqt.main import AnkiQt
from aqt.operations import CollectionOp, QueryOp
from aqt.qt import (
    QCheckBox,
    QDate,
    QDateEdit,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPushButton,
    QSpinBox,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
    qconnect,
)
from aqt.utils import disable_help_button, restoreGeom, saveGeom

from ..collection.exam_date import set_exam_date
from ..collection.release_queue import ReleaseOverview, ReleasePlan, read_overview, release
from ..model.systems import system_by_key
from ..planning.release_queue import NOTHING_NEW_DAYS, WaitingCard
from ..planning.study_time import StudyTime
from ..settings import ABOUT
from . import addon_settings
from .layouts import from_left, row, sentence
from .settings_editors import editor_for
from .words import count

_GEOMETRY = "remediationRelease"
# How many more are suggested: few enough to study today. Judgement.
_SUGGESTED = 10
# The last column of the preview.
_WHY = 3
# Of 1 (highest) to 5.
_HIGH_YIELD = 2


class ReleasePanel(QWidget):
    """Reads and shows today's cards, and reads again whenever something changed.

    `overview` is what is shown, None until it was read. `dialog` is the one opened last.
    """

    def __init__(self, parent: QWidget, mw: AnkiQt) -> None:
        super().__init__(parent)
        self._mw = mw
        self.overview: ReleaseOverview | None = None
        self.dialog: ReleaseDialog | ExamDateDialog | None = None
        self._asked = False
        # Only the latest reading is shown, and none after `cleanup`.
        self._run = 0
        self._today = sentence(self)
        font = self._today.font()
        font.setBold(True)
        self._today.setFont(font)
        self._hint = sentence(self)
        self.more_button = QPushButton("Release &more now…", self)
        self.waiting_button = QPushButton("How many &wait?", self)
        self._waiting = sentence(self)
        self._exam = sentence(self)
        self.exam_button = QPushButton("E&xam and time…", self)
        for button in (self.more_button, self.waiting_button, self.exam_button):
            button.setAutoDefault(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._today)
        layout.addWidget(self._hint)
        layout.addLayout(from_left(self.more_button, self.waiting_button))
        layout.addWidget(self._waiting)
        exam = row(self._exam, self.exam_button)
        exam.setStretch(0, 1)
        layout.addLayout(exam)
        qconnect(self.more_button.clicked, lambda _checked: self._choose_more())
        qconnect(self.waiting_button.clicked, lambda _checked: self._show_waiting())
        qconnect(self.exam_button.clicked, lambda _checked: self._choose_exam_date())
        gui_hooks.operation_did_execute.append(self._on_operation)
        self._show_reading()
        self.read()

    def cleanup(self) -> None:
        """Stops watching the collection; call it when the window closes."""
        self._run += 1
        gui_hooks.operation_did_execute.remove(self._on_operation)

    def read(self) -> None:
        """Reads what became active and what waits, in the background."""
        self._run += 1
        run = self._run
        settings = addon_settings.load(self._mw)

        def on_read(overview: ReleaseOverview) -> None:
            if self._run == run:
                self._show(overview, by_itself=settings.release_daily)

        def on_failure(error: Exception) -> None:
            if self._run == run:
                self._today.setText("Your records could not be read.")
                addon_settings.show_error(self, error)

        QueryOp(parent=self, op=lambda col: read_overview(col, settings), success=on_read).failure(
            on_failure
        ).run_in_background()

    def _on_operation(self, changes: OpChanges, _handler: object | None) -> None:
        # Records are notes, and suspending is a change of cards.
        if changes.note or changes.card:
            self.read()

    # Showing
    ######################################################################

    def _show_reading(self) -> None:
        self._today.setText("Reading your records…")
        for widget in (self._hint, self._waiting, self._exam):
            widget.hide()
        for button in (self.more_button, self.waiting_button, self.exam_button):
            button.setEnabled(False)

    def _show(self, overview: ReleaseOverview, *, by_itself: bool) -> None:
        self.overview = overview
        plan = overview.plan
        self._today.setText(became_active(plan.released_today))
        self._hint.setText(hint(overview, by_itself=by_itself))
        self._exam.setText(exam_sentence(overview))
        self._hint.show()
        self._exam.show()
        self.more_button.setEnabled(bool(plan.queue))
        self.more_button.setToolTip("" if plan.queue else "No card waits")
        self.waiting_button.setEnabled(overview.has_misses)
        self.exam_button.setEnabled(True)
        if self._asked:
            self._show_waiting()

    def _show_waiting(self) -> None:
        if self.overview is None:
            return
        self._asked = True
        self._waiting.setText(waiting_sentence(self.overview.plan.waiting))
        self._waiting.show()

    # Acting
    ######################################################################

    def _choose_more(self) -> None:
        if self.overview is None or not self.overview.plan.queue:
            return
        dialog = ReleaseDialog(self, self.overview.plan)
        self.dialog = dialog
        settings = addon_settings.load(self._mw)
        qconnect(
            dialog.accepted,
            lambda: self._write(lambda col: release(col, settings, dialog.plan).changes),
        )
        dialog.open()

    def _choose_exam_date(self) -> None:
        if self.overview is None:
            return
        dialog = ExamDateDialog(self, self.overview)
        self.dialog = dialog
        settings = addon_settings.load(self._mw)

        def write(col: Collection) -> OpChanges:
            step = set_exam_date(col, settings, dialog.day, dialog.minutes.current())
            return step.changes if step else OpChanges()

        qconnect(dialog.accepted, lambda: self._write(write))
        dialog.open()

    def _write(self, write: Callable[[Collection], OpChanges]) -> None:
        CollectionOp(self, write).failure(self._on_not_written).run_in_background(initiator=self)

    def _on_not_written(self, error: Exception) -> None:
        self._mw.update_undo_actions()
        addon_settings.show_error(self, error)
        self.read()


class ReleaseDialog(QDialog):
    """Asks how many more cards become active, and shows which; `plan` is what was chosen."""

    def __init__(self, parent: QWidget, plan: ReleasePlan) -> None:
        super().__init__(parent)
        self.plan = replace(plan, number=min(_SUGGESTED, plan.waiting))
        disable_help_button(self)
        self.setWindowTitle("Release more cards")
        self.number = QSpinBox(self)
        self.number.setRange(1, plan.waiting)
        self.number.setValue(self.plan.number)
        self.number.setAccessibleName("Cards to make active now")
        before = QLabel("&Make", self)
        before.setBuddy(self.number)
        self._summary = sentence(self)
        self.list = QTreeWidget(self)
        self.list.setAccessibleName("Questions whose cards become active")
        self.list.setHeaderLabels(["Question", "System", "Cards", "Why now"])
        self.list.setRootIsDecorated(False)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.release_button = QPushButton("&Release", self)
        buttons.addButton(self.release_button, QDialogButtonBox.ButtonRole.AcceptRole)
        self.release_button.setDefault(True)
        layout = QVBoxLayout(self)
        layout.addLayout(from_left(before, self.number, QLabel("more cards active now", self)))
        layout.addWidget(self._summary)
        layout.addWidget(self.list, 1)
        layout.addWidget(buttons)
        qconnect(self.number.valueChanged, self._on_number)
        qconnect(buttons.accepted, self.accept)
        qconnect(buttons.rejected, self.reject)
        qconnect(self.finished, lambda _code: saveGeom(self, _GEOMETRY))
        self.setMinimumSize(420, 300)
        self.resize(680, 420)
        restoreGeom(self, _GEOMETRY)
        self._show()
        self.number.selectAll()
        self.number.setFocus()

    def _on_number(self, number: int) -> None:
        self.plan = replace(self.plan, number=number)
        self._show()

    def _show(self) -> None:
        self._summary.setText(release_summary(self.plan))
        self.list.clear()
        cards = Counter(card.question for card in self.plan.cards)
        first = {card.question: card for card in reversed(self.plan.cards)}
        for key in cards:
            card = first[key]
            system = system_by_key(card.system)
            name = system.name if system else ""
            item = QTreeWidgetItem([str(key), name, f"{cards[key]}", why_now(card)])
            item.setToolTip(_WHY, why_now(card))
            self.list.addTopLevelItem(item)
        for column in range(_WHY):
            self.list.resizeColumnToContents(column)


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

    def _on_no_date(self, no_date: bool) -> None:
        self.date.setEnabled(not no_date)
        if not no_date:
            self.date.setFocus()


# Words
######################################################################


def became_active(number: int) -> str:
    """The headline: what became active today."""
    return (
        f"{count(number, 'card')} became active today." if number else "No new card today so far."
    )


def hint(overview: ReleaseOverview, *, by_itself: bool) -> str:
    """What comes next. `by_itself` says whether cards become active without being asked for."""
    plan, days = overview.plan, overview.plan.days_to_exam
    if not overview.has_misses:
        return (
            "Import the questions that you missed first (Tools > Remediation > Import misses)."
            " Their suspended cards become active from here, a few each day."
        )
    if not plan.queue:
        return "No card waits. New ones come with the next questions you import."
    if days is not None and days < 0:
        return (
            "Your exam date has passed, so nothing comes by itself. Say when the next one is, or"
            " that there is no date yet."
        )
    if days is not None and days <= NOTHING_NEW_DAYS:
        return (
            "Nothing new comes by itself in the last days before the exam: this is time for what"
            " you have already begun."
        )
    if not (by_itself and plan.most_a_day):
        return "Cards become active when you release them."
    if plan.number:
        return f"{count(plan.number, 'more card')} can become active today.{_time_taken(plan.time)}"
    if plan.time.is_limited and not plan.time.room:
        return (
            f"Enough for today: Anki's cards fill your {count(plan.time.minutes, 'minute')}, so"
            " nothing new comes by itself."
        )
    return "That is enough for today. The next ones come tomorrow."


def _time_taken(time: StudyTime) -> str:
    """How much of the student's time today's cards take; nothing where they set no limit."""
    if not time.is_limited:
        return ""
    taken, limit = math.ceil(time.taken), count(time.minutes, "minute")
    return f" Those that Anki has for today take about {taken:,} of your {limit}."


def waiting_sentence(waiting: int) -> str:
    """How many wait, for those who asked."""
    if not waiting:
        return "No card waits."
    return f"{count(waiting, 'card waits', 'cards wait')}. They come a few at a time."


def exam_sentence(overview: ReleaseOverview) -> str:
    """When the exam is."""
    days = overview.plan.days_to_exam
    if overview.exam is None or days is None:
        return "Exam: no date yet." if overview.is_said else "When is your exam?"
    day = f"{overview.exam.day} {overview.exam:%B %Y}"
    if days < 0:
        return f"Exam: it was on {day}."
    when = ("today", "tomorrow")[days] if days < 2 else f"in {days:,} days"
    return f"Exam: {day}, {when}."


def release_summary(plan: ReleasePlan) -> str:
    """What releasing does: "10 cards of 8 questions in 4 systems. With them it is 18 today."."""
    cards = plan.cards
    questions = len({card.question for card in cards})
    systems = len({card.system for card in cards if card.system})
    where = f" in {count(systems, 'system')}" if systems else ""
    text = f"{count(len(cards), 'card')} of {count(questions, 'question')}{where}."
    if plan.released_today:
        text += f" With those that came earlier it is {plan.released_today + len(cards):,} today."
    minutes = math.ceil(plan.time.for_new(len(cards)))
    text += f" They take about {count(minutes, 'minute')} today."
    return f"{text} Edit > Undo takes it back."


def why_now(card: WaitingCard) -> str:
    """Why a card is among the first, in a few words."""
    reasons: Sequence[str] = (
        f"missed {card.misses} times" if card.misses > 1 else "",
        f"{round(sum(card.exam_weight) / 2)} % of the exam" if card.exam_weight else "",
        "high yield" if card.yield_rank <= _HIGH_YIELD else "",
    )
    return ", ".join(filter(None, reasons))
