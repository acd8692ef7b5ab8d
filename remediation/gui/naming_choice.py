"""What there is to do when no miss is shown in the window that names reasons."""

from __future__ import annotations

from aqt.qt import QPushButton, Qt, QVBoxLayout, QWidget

from ..planning.naming_order import SAMPLE
from .layouts import sentence


class ChoicePage(QWidget):
    """Shown where there is no miss to look at: what there is to do next."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = sentence(self)
        self.sample_button = QPushButton(f"A &sample of {SAMPLE}", self)
        self.all_button = QPushButton("&All, newest first", self)
        self.import_button = QPushButton("&Import misses…", self)
        self.rules_button = QPushButton("&Rules and habits…", self)
        layout = QVBoxLayout(self)
        layout.addWidget(self._text)
        for button in (
            self.sample_button,
            self.all_button,
            self.import_button,
            self.rules_button,
        ):
            button.setAutoDefault(False)
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch(1)

    def show_state(self, *, pile: int, done: str, nothing: bool, more: bool) -> None:
        """Says what was done and offers what comes next."""
        if nothing:
            text = "No misses yet. Import a block first, then say here why each was missed."
        elif pile:
            text = (
                f"{pile:,} misses have no reason yet. A sample of {SAMPLE}, picked by chance, shows"
                " what they have in common; the rest can stay as it is."
            )
        elif done:
            text = f"{done} What you named is saved, and tags and decks follow."
        else:
            text = "Every miss has a reason."
        self._text.setText(text)
        self.sample_button.setVisible(bool(pile))
        self.all_button.setVisible(bool(pile) or more)
        self.import_button.setVisible(not pile)
        self.rules_button.setVisible(not nothing and not pile)
