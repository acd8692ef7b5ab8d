"""What a rapid-fire session came to, and what comes next."""

from __future__ import annotations

from aqt.main import AnkiQt
from aqt.qt import (
    QDialog,
    QDialogButtonBox,
    QPushButton,
    Qt,
    QVBoxLayout,
    pyqtSignal,
    qconnect,
)
from aqt.utils import disable_help_button

from ..planning.session import Summary
from . import rapid_fire_words
from .layouts import large, told

_WIDTH = 420


class RapidFireSummary(QDialog):
    """A calm page at the end of a session."""

    # Told by Anki that it may be closed without asking: nothing is lost by it.
    silentlyClose = True

    # The id of a deck: too large for a signal of type int.
    next_requested = pyqtSignal(object)

    def __init__(self, mw: AnkiQt, summary: Summary) -> None:
        super().__init__(mw, Qt.WindowType.Window)
        disable_help_button(self)
        self.setWindowTitle("Rapid-fire: what you did")
        self.setMinimumWidth(_WIDTH)
        self.headline = large(self, rapid_fire_words.headline(summary))
        self.details = [told(self, sentence) for sentence in rapid_fire_words.details(summary)]
        self.next_step = told(self, rapid_fire_words.next_step(summary.next))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.next_button: QPushButton | None = None
        following = summary.next
        if following is not None:
            self.next_button = QPushButton("&Go on", self)
            self.next_button.setToolTip(f"Study {following.name} with the same goal")
            self.next_button.setAutoDefault(False)
            buttons.addButton(self.next_button, QDialogButtonBox.ButtonRole.ActionRole)
            deck = following.deck
            qconnect(self.next_button.clicked, lambda _checked: self.next_requested.emit(deck))
        layout = QVBoxLayout(self)
        space = self.fontMetrics().height()
        layout.addWidget(self.headline)
        for sentence in self.details:
            layout.addWidget(sentence)
        layout.addSpacing(space)
        layout.addWidget(self.next_step)
        layout.addStretch(1)
        layout.addSpacing(space)
        layout.addWidget(buttons)
        qconnect(buttons.rejected, self.reject)
        self._close = buttons.button(QDialogButtonBox.StandardButton.Close)
        if self._close is not None:
            self._close.setDefault(True)
            self._close.setFocus()

    def show_emptied(self) -> None:
        """Says that the deck to go on with has no cards any more."""
        self.next_step.setText(rapid_fire_words.EMPTIED)
        if self._close is not None:
            self._close.setFocus()
        if self.next_button is not None:
            self.next_button.hide()
