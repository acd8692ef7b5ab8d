"""What was done, and what comes next: name the reasons, study, say when the exam is; or undo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from aqt.main import AnkiQt
from aqt.operations.collection import undo
from aqt.qt import (
    QGridLayout,
    QPushButton,
    Qt,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
    pyqtSignal,
    qconnect,
)

from ..collection.filtered_decks import BuiltDeck
from ..collection.import_stand import ImportStand, read_import_stand
from ..collection.importing import ImportResult
from ..collection.undo import is_last_step
from ..model.reasons import is_code
from ..model.records import Sitting
from . import addon_settings, words
from .background import ChangeWatch, LatestReading, log_quietly
from .exam_step import ExamStep
from .layouts import from_left, sentence


class ResultPanel(QWidget):
    """Shown in place of the preview once it was applied."""

    undone = pyqtSignal()
    # The id of a deck: too large for a signal of type int.
    study_requested = pyqtSignal(object)
    naming_requested = pyqtSignal()
    # A first round of a few cards.
    review_requested = pyqtSignal()

    def __init__(self, parent: QWidget, mw: AnkiQt) -> None:
        super().__init__(parent)
        self._mw = mw
        self.result = ImportResult()
        # The keys of the sittings that were recorded, and how many misses had no reason then.
        self._sittings: frozenset[str] = frozenset()
        self._misses = 0
        self._summary = sentence(self)
        self._decks = QTreeWidget(self)
        self._decks.setAccessibleName("Decks")
        self._decks.setHeaderLabels(["Deck (double-click to study)", "Cards"])
        self._decks.setRootIsDecorated(False)
        self.name_button = QPushButton("&Name reasons…", self)
        self.name_button.setAutoDefault(False)
        self._name = sentence(self)
        self.review_button = QPushButton("&Review five cards…", self)
        self.review_button.setAutoDefault(False)
        self._review = sentence(self)
        self._review.setText("A first short round, two minutes or so.")
        self.exam = ExamStep(self, mw)
        self.study_button = QPushButton("&Study now", self)
        self.study_button.setToolTip("Studies the chosen deck, as long as you like")
        self.study_button.setAutoDefault(False)
        self.undo_button = QPushButton("&Undo", self)
        self.undo_button.setAutoDefault(False)
        next_steps = QGridLayout()
        next_steps.setColumnStretch(1, 1)
        next_steps.setHorizontalSpacing(12)
        next_steps.addWidget(self.name_button, 0, 0)
        next_steps.addWidget(self._name, 0, 1)
        next_steps.addWidget(self.review_button, 1, 0)
        next_steps.addWidget(self._review, 1, 1)
        self.exam.add_to(next_steps, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._summary)
        layout.addLayout(next_steps)
        layout.addWidget(self._decks, 1)
        layout.addLayout(from_left(self.study_button, self.undo_button))
        layout.addStretch(0)
        qconnect(self.study_button.clicked, self._study)
        qconnect(self.name_button.clicked, lambda: self.naming_requested.emit())
        qconnect(self.review_button.clicked, lambda: self.review_requested.emit())
        qconnect(self.undo_button.clicked, self._undo)
        qconnect(self._decks.itemActivated, lambda item, _column: self._study_deck(item))
        self._reading = LatestReading(self)
        # Whatever is done takes the place of this import in Anki's undo list.
        self._watch = ChangeWatch(mw, lambda _changes: True, self._read)

    def cleanup(self) -> None:
        """Stops watching the collection; call it when the window closes."""
        self._reading.stop()
        self._watch.stop()

    def show_result(
        self, result: ImportResult, sittings: Sequence[Sitting], *, is_sample: bool
    ) -> None:
        """Says what was done, what comes next, and lists the decks with their cards.

        `sittings` are those that were recorded.
        """
        self._reading.stop()
        self.result = result
        self._sittings = frozenset(sitting.key for sitting in sittings)
        self._misses = _unnamed_misses(sittings)
        self._summary.setText(words.done(result))
        self._show_naming(self._misses)
        # The exam of those who only look around is nobody's business yet.
        if is_sample:
            self.exam.hide()
        else:
            self.exam.read()
        self._show_decks(result.decks)
        self._update_undo_button()
        filled = any(deck.cards for deck in result.decks)
        if self._misses:
            self.name_button.setFocus()
        else:
            (self.review_button if filled else self.undo_button).setFocus()

    def _show_naming(self, misses: int) -> None:
        """Says of how many misses the reason is still to be named."""
        still = misses < self._misses
        self._name.setText(words.still_to_name(misses) if still else words.name_reasons(misses))
        for widget in (self.name_button, self._name):
            widget.setVisible(misses > 0)

    def _show_decks(self, decks: Sequence[BuiltDeck]) -> None:
        filled = [deck for deck in decks if deck.cards]
        current = self._decks.currentItem()
        chosen = current.data(0, Qt.ItemDataRole.UserRole) if current else None
        self._decks.clear()
        for deck in filled:
            item = QTreeWidgetItem([deck.name.replace("::", " › "), f"{deck.cards:,}"])
            item.setData(0, Qt.ItemDataRole.UserRole, deck.id)
            self._decks.addTopLevelItem(item)
            if deck.id == chosen:
                self._decks.setCurrentItem(item)
        self._decks.setVisible(bool(filled))
        self._decks.resizeColumnToContents(0)
        for widget in (self.review_button, self._review, self.study_button):
            widget.setVisible(bool(filled))

    def _read(self) -> None:
        """Looks how the import stands now: reasons were named, or decks changed."""
        self._update_undo_button()
        if not self.isVisible():
            return
        settings, sittings = addon_settings.load_quietly(self._mw), self._sittings
        self._reading.read(
            lambda col: read_import_stand(col, settings, sittings),
            self._show_stand,
            lambda error: log_quietly(self._mw, "result of the import not read again", error),
        )

    def _show_stand(self, stand: ImportStand) -> None:
        self._summary.setText(words.done(replace(self.result, decks=stand.decks)))
        self._show_naming(stand.unnamed)
        self._show_decks(stand.decks)

    def _update_undo_button(self) -> None:
        step = self.result.undo_step
        alive = bool(step) and is_last_step(self._mw.col, step)
        self.undo_button.setEnabled(alive)
        self.undo_button.setToolTip(
            "" if alive else "Something else was done since. Use Edit > Undo in the main window."
        )

    def _study(self) -> None:
        chosen = self._decks.currentItem() or self._decks.topLevelItem(0)
        if chosen is not None:
            self._study_deck(chosen)

    def _study_deck(self, item: QTreeWidgetItem) -> None:
        self.study_requested.emit(item.data(0, Qt.ItemDataRole.UserRole))

    def _undo(self) -> None:
        if not is_last_step(self._mw.col, self.result.undo_step):
            self._update_undo_button()
            return
        undo(parent=self)
        self.undone.emit()


def _unnamed_misses(sittings: Sequence[Sitting]) -> int:
    """How many misses come without a reason; a student's own log may give them."""
    return sum(
        bool(attempt.outcome and attempt.outcome.is_miss and not is_code(attempt.reason))
        for sitting in sittings
        for attempt in sitting.attempts
    )
