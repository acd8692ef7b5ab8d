"""When is the exam, and how much time is there? Asked after the first import.

"No date yet" is an answer.
"""

from __future__ import annotations

from typing import Callable

from aqt.main import AnkiQt
from aqt.operations import CollectionOp, QueryOp
from aqt.qt import QGridLayout, QPushButton, QWidget, qconnect

from ..collection.release_queue import ReleaseOverview, read_overview
from . import addon_settings
from .exam_date_dialog import ExamDateDialog
from .layouts import sentence
from .release_words import exam_sentence


class ExamStep:
    """A row of a grid, hidden from those who answered before.

    `overview` is what was read last; `dialog` the one opened last.
    """

    def __init__(self, parent: QWidget, mw: AnkiQt) -> None:
        self._parent = parent
        self._mw = mw
        self.overview: ReleaseOverview | None = None
        self.dialog: ExamDateDialog | None = None
        self.button = QPushButton("E&xam and time…", parent)
        self.button.setAutoDefault(False)
        self._words = sentence(parent)
        qconnect(self.button.clicked, lambda _checked: self._ask())
        self.hide()

    def add_to(self, grid: QGridLayout, place: int) -> None:
        """Puts it into a row of a grid."""
        grid.addWidget(self.button, place, 0)
        grid.addWidget(self._words, place, 1)

    def hide(self) -> None:
        """Asks nothing."""
        self._show(False)

    def read(self) -> None:
        """Shows the question, unless it was answered before."""
        self.hide()
        self._read(lambda overview: self._show(not overview.is_said))

    def _read(self, then: Callable[[ReleaseOverview], None]) -> None:
        settings = addon_settings.load(self._mw)

        def on_read(overview: ReleaseOverview) -> None:
            self.overview = overview
            then(overview)

        QueryOp(
            parent=self._parent, op=lambda col: read_overview(col, settings), success=on_read
        ).failure(self._on_failed).run_in_background()

    def _show(self, shown: bool) -> None:
        self._words.setText("When is your exam, and how many minutes a day? No date yet is fine.")
        self.button.setVisible(shown)
        self._words.setVisible(shown)

    def _ask(self) -> None:
        if self.overview is None:
            return
        dialog = ExamDateDialog(self._parent, self.overview)
        self.dialog = dialog
        settings = addon_settings.load(self._mw)
        qconnect(
            dialog.accepted,
            lambda: (
                CollectionOp(self._parent, dialog.answer(settings))
                .success(lambda _changes: self._read(self._show_answer))
                .failure(self._on_failed)
                .run_in_background(initiator=self)
            ),
        )
        dialog.open()

    def _show_answer(self, overview: ReleaseOverview) -> None:
        self._words.setText(exam_sentence(overview))

    def _on_failed(self, error: Exception) -> None:
        self._mw.update_undo_actions()
        addon_settings.show_error(self._parent, error)
