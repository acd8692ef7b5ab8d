"""Says that the sample's made-up misses are among the records, and takes them out again."""

from __future__ import annotations

from aqt.main import AnkiQt
from aqt.operations import CollectionOp
from aqt.qt import QHBoxLayout, QPushButton, QWidget, pyqtSignal, qconnect
from aqt.utils import tooltip

from ..collection.sample import Presence, presence, remove_sample
from . import addon_settings
from .background import ChangeWatch, LatestReading, changes_of
from .layouts import sentence

_SENTENCES = {
    Presence.ALONE: "All misses so far are the sample's made-up misses.",
    Presence.AMONG_OTHERS: "The sample's made-up misses are among yours.",
}


class SampleNotice(QWidget):
    """A sentence with a button; hidden where there is no sample.

    It watches the collection by itself, until `cleanup`. `removed` is emitted once the student took
    the sample out.
    """

    removed = pyqtSignal()

    def __init__(self, parent: QWidget, mw: AnkiQt) -> None:
        super().__init__(parent)
        self._mw = mw
        self._words = sentence(self)
        self.button = QPushButton("Remove the sam&ple", self)
        self.button.setToolTip("Takes its misses, tags and decks out again; Undo brings them back")
        self.button.setAutoDefault(False)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._words, 1)
        layout.addWidget(self.button)
        qconnect(self.button.clicked, lambda _checked: self._remove())
        self._reading = LatestReading(self)
        self._watch = ChangeWatch(mw, lambda changes: changes.note, self._read)
        self.hide()
        self._read()

    def cleanup(self) -> None:
        """Stops watching the collection; call it when the window closes."""
        self._reading.stop()
        self._watch.stop()

    def _read(self) -> None:
        self._reading.read(presence, self._show, self._on_failed)

    def _show(self, found: Presence) -> None:
        self._words.setText(_SENTENCES.get(found, ""))
        self.setVisible(found is not Presence.NONE)

    def _remove(self) -> None:
        settings = addon_settings.load(self._mw)
        CollectionOp(self, lambda col: changes_of(remove_sample(col, settings))).success(
            lambda _changes: self._on_removed()
        ).failure(self._on_failed).run_in_background(initiator=self)

    def _on_removed(self) -> None:
        tooltip("The sample is gone. Undo brings it back.", parent=self.window())
        self.removed.emit()

    def _on_failed(self, error: Exception) -> None:
        self._mw.update_undo_actions()
        addon_settings.show_error(self, error)
