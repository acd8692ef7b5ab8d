"""Topics of questions that no card carries the id of, and the cards to take for each."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import aqt
from aqt.main import AnkiQt
from aqt.qt import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QInputDialog,
    QLabel,
    QPushButton,
    Qt,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
    pyqtSignal,
    qconnect,
)
from aqt.utils import tooltip

from ..collection.topics import (
    MOST_CHOSEN_TOPICS,
    TopicChoice,
    TopicPreview,
    choice_of,
    is_choice,
)
from ..matching.topics import TopicCandidate
from . import words

_TOPIC, _QUESTIONS, _CHOICE, _WHY = range(4)
_NONE = "No cards"


class TopicTable(QWidget):
    """Emits `chosen` with a topic's key and a TopicChoice when the student decides."""

    chosen = pyqtSignal(str, object)

    def __init__(self, parent: QWidget, mw: AnkiQt) -> None:
        super().__init__(parent)
        self._mw = mw
        self._topics: Sequence[TopicPreview] = ()
        self._limited = False
        self._hint = QLabel(self)
        self._hint.setWordWrap(True)
        self.table = QTableWidget(0, 4, self)
        self.table.setAccessibleName("Topics")
        self.table.setHorizontalHeaderLabels(["Topic", "Questions", "Cards from", "Why"])
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        vertical, horizontal = self.table.verticalHeader(), self.table.horizontalHeader()
        if vertical is not None and horizontal is not None:
            vertical.hide()
            horizontal.setStretchLastSection(True)
            horizontal.setSectionResizeMode(_CHOICE, QHeaderView.ResizeMode.Interactive)
        narrow = QPushButton("&Narrow…", self)
        browse = QPushButton("Show in &browser", self)
        self.take_button = QPushButton("Use notes selected in the bro&wser", self)
        buttons = QHBoxLayout()
        for button, act in (
            (narrow, self._narrow),
            (browse, self._browse),
            (self.take_button, self._take_selected),
        ):
            button.setAutoDefault(False)
            qconnect(button.clicked, act)
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.addWidget(self._hint)
        layout.addWidget(self.table, 1)
        layout.addLayout(buttons)

    def show_topics(self, topics: Sequence[TopicPreview], *, limited: bool) -> None:
        """Shows topics with their candidates; `limited` allows three choices in all."""
        self._topics, self._limited = topics, limited
        self._hint.setText(
            f"No card is tagged with these. Choose up to {MOST_CHOSEN_TOPICS} topics to work on."
            if limited
            else "No card is tagged with the id of these. Choose by topic; it is remembered."
        )
        row = max(0, self.table.currentRow())
        self.table.setRowCount(len(topics))
        for number, preview in enumerate(topics):
            self._show_row(number, preview)
        self.table.resizeColumnsToContents()
        self.table.setColumnWidth(_CHOICE, self.fontMetrics().averageCharWidth() * 44)
        if topics:
            self.table.setCurrentCell(min(row, len(topics) - 1), _TOPIC)

    def _show_row(self, row: int, preview: TopicPreview) -> None:
        choice = preview.choice
        box = QComboBox(self.table)
        box.setAccessibleName(f"Cards for {preview.topic.words}")
        box.addItem(_NONE, TopicChoice())
        chosen = _chosen(preview)
        for number, candidate in enumerate(preview.candidates, 1):
            box.addItem(_title(candidate), choice_of(candidate))
            box.setItemData(number, candidate.branch, Qt.ItemDataRole.ToolTipRole)
            if candidate is chosen:
                box.setCurrentIndex(number)
        if choice and choice.note_ids and chosen is None:
            notes = words.count(len(choice.note_ids), "note")
            box.addItem(f"{notes} chosen by hand", choice)
            box.setCurrentIndex(box.count() - 1)
        qconnect(box.currentIndexChanged, partial(self._on_chosen, preview, box))
        self.table.setCellWidget(row, _CHOICE, box)
        texts = {
            _TOPIC: preview.topic.words,
            _QUESTIONS: f"{len(preview.topic.questions):,}",
            _WHY: _why(preview),
        }
        for column, text in texts.items():
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            self.table.setItem(row, column, item)

    def _on_chosen(self, preview: TopicPreview, box: QComboBox, index: int) -> None:
        choice: TopicChoice = box.itemData(index)
        self._choose(preview, choice)

    def _choose(self, preview: TopicPreview, choice: TopicChoice) -> None:
        others = sum(p.topic.key != preview.topic.key and bool(p.note_ids) for p in self._topics)
        takes_notes = bool(choice.branch or choice.note_ids)
        if self._limited and takes_notes and others >= MOST_CHOSEN_TOPICS:
            tooltip(
                f"{MOST_CHOSEN_TOPICS} topics are chosen. Set one to “{_NONE}” first.", parent=self
            )
            self.show_topics(self._topics, limited=self._limited)
            return
        self.chosen.emit(preview.topic.key, choice)

    def _current(self) -> TopicPreview | None:
        row = self.table.currentRow()
        return self._topics[row] if 0 <= row < len(self._topics) else None

    def _current_branch(self) -> str:
        preview = self._current()
        if preview is None:
            return ""
        if preview.choice and preview.choice.branch:
            return preview.choice.branch
        return preview.candidates[0].branch if preview.candidates else ""

    def _narrow(self) -> None:
        """Offers the tags below the branch."""
        preview, branch = self._current(), self._current_branch()
        below = (
            [t for t in self._mw.col.tags.all() if t.startswith(f"{branch}::")] if branch else []
        )
        if preview is None or not below:
            tooltip("There is no tag below this one.", parent=self)
            return
        shown = [tag[len(branch) + 2 :] for tag in sorted(below)]
        text, accepted = QInputDialog.getItem(
            self, "Narrow", f"Tags below {short_branch(branch)}:", shown, 0, False
        )
        if accepted and text:
            self._choose(preview, TopicChoice(f"{branch}::{text}"))

    def _browse(self) -> None:
        preview, branch = self._current(), self._current_branch()
        if preview is not None:
            search = f'"tag:{branch}"' if branch else preview.topic.words
            aqt.dialogs.open("Browser", self._mw, search=(search,))

    def _take_selected(self) -> None:
        preview = self._current()
        browser = aqt.dialogs._dialogs["Browser"][1]
        notes = list(browser.selected_notes()) if browser else []
        if preview is None or not notes:
            tooltip("Select notes in the browser first.", parent=self)
            return
        self._choose(preview, TopicChoice(note_ids=tuple(map(int, notes))))


def _chosen(preview: TopicPreview) -> TopicCandidate | None:
    choice = preview.choice
    return next((c for c in preview.candidates if choice and is_choice(c, choice)), None)


def _title(candidate: TopicCandidate) -> str:
    name = short_branch(candidate.branch) if candidate.branch else "in their text"
    return f"{name} ({words.count(len(candidate.note_ids), 'note')})"


def _why(preview: TopicPreview) -> str:
    if not preview.candidates:
        return "Nothing in your cards is named like this."
    return (_chosen(preview) or preview.candidates[0]).reason


def short_branch(branch: str) -> str:
    """The last two parts of a tag: enough to know it, short enough to read."""
    return " › ".join(branch.split("::")[-2:]).replace("_", " ")
