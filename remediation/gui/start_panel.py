"""How to begin: four ways to start, shown wherever nothing is there yet."""

from __future__ import annotations

from enum import Enum

from aqt.main import AnkiQt
from aqt.qt import QGridLayout, QPushButton, Qt, QVBoxLayout, QWidget, pyqtSignal, qconnect

from ..collection.sample import has_notes, has_question_tags
from .layouts import sentence


class Start(Enum):
    """A way to start, as its button says."""

    BLOCK = "A &block…"
    REPORT = "An NBM&E or score report…"
    IDS = "A few &ids"
    SAMPLE = "A sa&mple"


_HOW = {
    Start.BLOCK: "In the bank, open the block's results and print the page (Save as PDF). Then "
    "choose that file.",
    Start.REPORT: "The question list of NBME INSIGHTS (CSV), or the report as PDF or text. It can "
    "also be typed in.",
    Start.IDS: "Paste or type the question ids that you missed: 2108, 118154, 8425.",
    Start.SAMPLE: "No file at hand? See what happens with ten made-up misses from your own cards. "
    "Nothing is written before Apply, and one button takes all of it out again.",
}
_WITHOUT_QUESTION_TAGS = (
    "Your cards carry no question ids, as those of the AnKing deck do. It works without: cards are "
    "found by topic, by the notes you name (nid:…), or from your own log. And on any card, in the "
    'browser or while you review, "I missed this in a question…" records a miss.'
)
_NO_NOTES = (
    "There are no notes in this collection yet. Add your deck or sync first. What you import "
    "before that is kept, but finds no cards."
)


class StartPanel(QWidget):
    """Emits `chosen` with a Start when the student picks one."""

    chosen = pyqtSignal(object)

    def __init__(self, parent: QWidget, mw: AnkiQt) -> None:
        super().__init__(parent)
        self._mw = mw
        heading = sentence(self)
        heading.setText("Start with:")
        font = heading.font()
        font.setBold(True)
        heading.setFont(font)
        self.buttons: dict[Start, QPushButton] = {}
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        grid.setHorizontalSpacing(12)
        for place, start in enumerate(Start):
            button = QPushButton(start.value, self)
            button.setAutoDefault(False)
            how = sentence(self)
            how.setText(_HOW[start])
            # Read aloud together with the button.
            button.setAccessibleDescription(_HOW[start])
            grid.addWidget(button, place, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(how, place, 1)
            qconnect(button.clicked, lambda _checked, s=start: self.chosen.emit(s))
            self.buttons[start] = button
        self._note = sentence(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(heading)
        layout.addLayout(grid)
        layout.addWidget(self._note)
        layout.addStretch(1)
        self.refresh()

    def refresh(self) -> None:
        """Says how it works without question ids where the collection has none."""
        col = self._mw.col
        with_notes = has_notes(col)
        self._note.setText(_WITHOUT_QUESTION_TAGS if with_notes else _NO_NOTES)
        self._note.setVisible(not (with_notes and has_question_tags(col)))
        self.buttons[Start.SAMPLE].setEnabled(with_notes)
