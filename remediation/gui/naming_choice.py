"""What there is to do when no miss is shown in the window that names reasons."""

from __future__ import annotations

from aqt.qt import QPushButton, Qt, QVBoxLayout, QWidget

from ..collection.naming_list import NamingList
from ..planning.naming_order import SAMPLE
from .layouts import sentence
from .naming_controls import ReviewButton
from .words import count


class ChoicePage(QWidget):
    """Shown where there is no miss to look at: what there is to do next."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = sentence(self)
        self.newest_button = QPushButton(self)
        self.sample_button = QPushButton(self)
        self.all_button = QPushButton(self)
        self.review_button = ReviewButton(self)
        self.others_button = QPushButton(self)
        self.import_button = QPushButton("&Import misses…", self)
        self.rules_button = QPushButton("&Rules and habits…", self)
        self._buttons = (
            self.newest_button,
            self.sample_button,
            self.all_button,
            self.others_button,
            self.import_button,
            self.rules_button,
        )
        layout = QVBoxLayout(self)
        layout.addWidget(self._text)
        for button in (self.review_button, *self._buttons):
            button.setAutoDefault(False)
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch(1)

    def show_pile(self, found: NamingList) -> None:
        """Offers ways around a pile, the first of them at once for Enter."""
        self._text.setText(f"{found.unnamed:,} misses have no reason yet. {_sample(found.sample)}")
        self.newest_button.setText(f"The &newest block ({found.newest:,})")
        self.sample_button.setText(
            f"A &sample of {SAMPLE}"
            if found.sample == SAMPLE
            else f"The rest of the &sample ({found.sample:,})"
        )
        self.all_button.setText(f"&All {found.unnamed:,}, newest first")
        offered = [self.sample_button, self.all_button]
        if found.newest:
            offered.insert(0, self.newest_button)
        self._offer(*offered)
        offered[0].setFocus()

    def show_end(self, found: NamingList, done: str) -> None:
        """Says what was `done` ("" for nothing), and offers what comes next."""
        if not found.misses:
            text = "No misses yet. Import a block first, then say here why each was missed."
        elif done:
            text = f"{done} What you named is saved, and tags and decks follow."
            if found.others:
                text += f" {count(found.others, 'more has', 'more have')} no reason yet."
        elif found.others:
            text = f"{count(found.others, 'miss has', 'misses have')} no reason yet."
        else:
            text = "Every miss has a reason."
        self._text.setText(text)
        self.others_button.setText(f"Name the &others ({found.others:,})")
        self._offer(self.import_button)
        self.rules_button.setVisible(bool(found.misses))
        self.others_button.setVisible(bool(found.others))

    def _offer(self, *buttons: QPushButton) -> None:
        for button in self._buttons:
            button.setVisible(button in buttons)


def _sample(left: int) -> str:
    """What a sample is good for; `left` are its misses without a reason."""
    what = f"A sample of {SAMPLE}, picked by chance,"
    if left < SAMPLE:
        what = f"{left:,} more, picked by chance, complete a sample of {SAMPLE} that"
    return f"{what} shows what they have in common; the rest can stay as it is."
