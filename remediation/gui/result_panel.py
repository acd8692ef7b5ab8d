"""What was done, and what comes next: study, name the reasons, or undo."""

from __future__ import annotations

from anki.collection import OpChanges
from aqt import gui_hooks
from aqt.main import AnkiQt
from aqt.operations.collection import undo
from aqt.qt import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    Qt,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
    pyqtSignal,
    qconnect,
)

from ..collection.importing import ImportResult
from ..collection.undo import is_last_step
from . import words


class ResultPanel(QWidget):
    """Shown in place of the preview once it was applied."""

    undone = pyqtSignal()
    # The id of a deck: too large for a signal of type int.
    study_requested = pyqtSignal(object)
    naming_requested = pyqtSignal()

    def __init__(self, parent: QWidget, mw: AnkiQt) -> None:
        super().__init__(parent)
        self._mw = mw
        self.result = ImportResult()
        self._summary = QLabel(self)
        self._summary.setWordWrap(True)
        self._summary.setTextFormat(Qt.TextFormat.PlainText)
        self._decks = QTreeWidget(self)
        self._decks.setAccessibleName("Decks")
        self._decks.setHeaderLabels(["Deck (double-click to study)", "Cards"])
        self._decks.setRootIsDecorated(False)
        self.study_button = QPushButton("&Study now", self)
        self.name_button = QPushButton("&Name reasons…", self)
        self.name_button.setToolTip("Say why each was missed, while you review the block")
        self.name_button.setAutoDefault(False)
        self.undo_button = QPushButton("&Undo", self)
        self.undo_button.setAutoDefault(False)
        buttons = QHBoxLayout()
        buttons.addWidget(self.study_button)
        buttons.addWidget(self.name_button)
        buttons.addWidget(self.undo_button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._summary)
        layout.addLayout(buttons)
        layout.addWidget(self._decks, 1)
        layout.addStretch(0)
        qconnect(self.study_button.clicked, self._study)
        qconnect(self.name_button.clicked, lambda: self.naming_requested.emit())
        qconnect(self.undo_button.clicked, self._undo)
        qconnect(self._decks.itemActivated, lambda item, _column: self._study_deck(item))
        gui_hooks.operation_did_execute.append(self._on_operation)

    def cleanup(self) -> None:
        """Stops watching Anki's undo list; call it when the window closes."""
        gui_hooks.operation_did_execute.remove(self._on_operation)

    def show_result(self, result: ImportResult) -> None:
        """Says what was done, and lists the decks with their cards."""
        self.result = result
        self._summary.setText(words.done(result))
        filled = [deck for deck in result.decks if deck.cards]
        self._decks.clear()
        for deck in filled:
            item = QTreeWidgetItem([deck.name.replace("::", " › "), f"{deck.cards:,}"])
            item.setData(0, Qt.ItemDataRole.UserRole, deck.id)
            self._decks.addTopLevelItem(item)
        self._decks.setVisible(bool(filled))
        self._decks.resizeColumnToContents(0)
        self.study_button.setEnabled(bool(filled))
        self._update_undo_button()
        (self.study_button if filled else self.undo_button).setFocus()

    def _on_operation(self, _changes: OpChanges, _handler: object | None) -> None:
        self._update_undo_button()

    def _update_undo_button(self) -> None:
        step = self.result.undo_step
        alive = bool(step) and is_last_step(self._mw.col, step)
        self.undo_button.setEnabled(alive)
        self.undo_button.setToolTip(
            "" if alive else "Something else was done since. Use Edit > Undo in the main window."
        )

    def _study(self) -> None:
        first = self._decks.topLevelItem(0)
        if first is not None:
            self._study_deck(first)

    def _study_deck(self, item: QTreeWidgetItem) -> None:
        self.study_requested.emit(item.data(0, Qt.ItemDataRole.UserRole))

    def _undo(self) -> None:
        if not is_last_step(self._mw.col, self.result.undo_step):
            self._update_undo_button()
            return
        undo(parent=self)
        self.undone.emit()
