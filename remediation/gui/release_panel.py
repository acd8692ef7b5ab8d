"""Today's cards: how many became active, more on request, the exam and the time for it.

The size of the queue is shown only to those who ask for it.
"""

from __future__ import annotations

from typing import Callable

from anki.collection import Collection, OpChanges
from aqt.main import AnkiQt
from aqt.operations import CollectionOp
from aqt.qt import QPushButton, QVBoxLayout, QWidget, pyqtSignal, qconnect
from aqt.utils import tooltip

from ..collection.release_queue import ReleaseOverview, ReleasePlan, release
from ..settings import Settings
from . import addon_settings
from .exam_date_dialog import ExamDateDialog
from .layouts import from_left, row, sentence
from .release_dialog import ReleaseDialog
from .release_words import became_active, exam_sentence, hint, waiting_sentence
from .sync_watch import DECKS_LATER, SyncWatch


class ReleasePanel(QWidget):
    """Shows today's cards.

    `overview` is what is shown, None so far. `dialog` is the one opened last. Where something
    could not be written, `reading_requested` asks for what is so now.
    """

    reading_requested = pyqtSignal()

    def __init__(self, parent: QWidget, mw: AnkiQt, sync: SyncWatch) -> None:
        super().__init__(parent)
        self._mw = mw
        self._sync = sync
        self.overview: ReleaseOverview | None = None
        self.dialog: ReleaseDialog | ExamDateDialog | None = None
        self._asked = False
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
        for widget in (self._hint, self._waiting, self._exam):
            widget.hide()
        for button in (self.more_button, self.waiting_button, self.exam_button):
            button.setEnabled(False)

    # Showing
    ######################################################################

    def show_overview(self, overview: ReleaseOverview, *, by_itself: bool) -> None:
        """Shows this; `by_itself` says whether cards become active without being asked for."""
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
        qconnect(dialog.accepted, lambda: self._release(dialog.plan, settings))
        dialog.open()

    def _release(self, plan: ReleasePlan, settings: Settings) -> None:
        later = not self._sync.may_write
        self._write(lambda col: release(col, settings, plan, decks_later=later).changes)
        if later:
            tooltip(DECKS_LATER, parent=self)

    def _choose_exam_date(self) -> None:
        if self.overview is None:
            return
        dialog = ExamDateDialog(self, self.overview)
        self.dialog = dialog
        settings = addon_settings.load(self._mw)
        qconnect(dialog.accepted, lambda: self._write(dialog.answer(settings)))
        dialog.open()

    def _write(self, write: Callable[[Collection], OpChanges]) -> None:
        CollectionOp(self, write).failure(self._on_not_written).run_in_background(initiator=self)

    def _on_not_written(self, error: Exception) -> None:
        self._mw.update_undo_actions()
        addon_settings.show_error(self, error)
        self.reading_requested.emit()
