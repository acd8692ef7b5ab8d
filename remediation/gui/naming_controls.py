"""What there is to press and to type below a miss, and below the list of misses."""

from __future__ import annotations

from aqt.main import AnkiQt
from aqt.qt import QGridLayout, QHBoxLayout, QLineEdit, QPushButton, Qt, QVBoxLayout, QWidget

from ..collection.waiting_decks import WaitingDecks, waiting_decks
from . import addon_settings
from .background import LatestReading, log_quietly
from .layouts import sentence


class NamingControls(QWidget):
    """The buttons, the line for shorthand, and what was learnt; the window acts on them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.save = tab_button(self, "Save (Enter)", "Saves the reason and goes on")
        self.skip = tab_button(self, "Later (Space)", "Puts this one behind the others")
        self.undo = tab_button(self, "Undo (U)", "Takes the last reason back")
        self.cards = tab_button(self, "Cards (C)", "The cards as they were that day")
        self.browser = tab_button(self, "Browser (B)", "Shows the cards in the browser")
        self.list = tab_button(self, "List (L)", "All of them as a list")
        self.shorthand = QLineEdit(self)
        self.shorthand.setPlaceholderText("Several at once: 17 misread, 22 new, 31 two")
        self.shorthand.setAccessibleName("Reasons of several questions, in short")
        self._learned = sentence(self)
        self.forget = tab_button(
            self, "Forget", "Suggestions are made as at the beginning. The reasons you named stay."
        )
        grid = QGridLayout()
        buttons = (self.save, self.skip, self.undo, self.cards, self.browser, self.list)
        for place, button in enumerate(buttons):
            grid.addWidget(button, place // 3, place % 3)
        learned = QHBoxLayout()
        learned.addWidget(self._learned, 1)
        learned.addWidget(self.forget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(grid)
        layout.addWidget(self.shorthand)
        layout.addLayout(learned)

    def show_for(self, *, is_miss: bool, is_left: bool, was_any: bool, learned: str) -> None:
        """Shows what is of use: for one miss, while one is left, or after the last one."""
        for button in (self.save, self.skip, self.cards, self.browser, self.list):
            button.setVisible(is_miss)
        self.undo.setVisible(was_any)
        self.shorthand.setVisible(is_left)
        self._learned.setText(learned)
        for widget in (self._learned, self.forget):
            widget.setVisible(is_left and bool(learned))


class ReviewButton(QPushButton):
    """A way from the reasons to the cards, shown only where some are ready."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Review &five cards…", parent)
        self.setAutoDefault(False)
        self.setToolTip("A first short round, two minutes or so")
        self._counting = LatestReading(self)
        self.hide()

    def offer(self, mw: AnkiQt) -> None:
        """Counts the cards, and appears where there are any."""
        settings = addon_settings.load_quietly(mw)

        def show(waiting: WaitingDecks) -> None:
            self.setVisible(bool(waiting.mixed or waiting.systems))

        self._counting.read(
            lambda col: waiting_decks(col, settings),
            show,
            lambda error: log_quietly(mw, "cards not counted", error),
        )

    def withdraw(self) -> None:
        """Goes away, and does not come back by what is being counted."""
        self._counting.stop()
        self.hide()


def tab_button(parent: QWidget, title: str, tip: str) -> QPushButton:
    """A button that Tab reaches; a click leaves the keys with the window."""
    button = QPushButton(title, parent)
    button.setToolTip(tip)
    button.setAutoDefault(False)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
