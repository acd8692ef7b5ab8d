"""How many more cards are to become active now, and which."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from aqt.qt import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPushButton,
    QSpinBox,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
    qconnect,
)
from aqt.utils import disable_help_button, restoreGeom, saveGeom

from ..collection.release_queue import ReleasePlan
from ..model.systems import system_by_key
from .layouts import from_left, sentence
from .release_words import release_summary, why_now

_GEOMETRY = "remediationRelease"
# How many more are suggested: few enough to study today. Judgement.
_SUGGESTED = 10
# The last column of the preview.
_WHY = 3


class ReleaseDialog(QDialog):
    """Asks how many more cards become active, and shows which; `plan` is what was chosen."""

    def __init__(self, parent: QWidget, plan: ReleasePlan) -> None:
        super().__init__(parent)
        self.plan = replace(plan, number=min(_SUGGESTED, plan.waiting))
        disable_help_button(self)
        self.setWindowTitle("Release more cards")
        self.number = QSpinBox(self)
        self.number.setRange(1, plan.waiting)
        self.number.setValue(self.plan.number)
        self.number.setAccessibleName("Cards to make active now")
        before = QLabel("&Make", self)
        before.setBuddy(self.number)
        self._summary = sentence(self)
        self.list = QTreeWidget(self)
        self.list.setAccessibleName("Questions whose cards become active")
        self.list.setHeaderLabels(["Question", "System", "Cards", "Why now"])
        self.list.setRootIsDecorated(False)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.release_button = QPushButton("&Release", self)
        buttons.addButton(self.release_button, QDialogButtonBox.ButtonRole.AcceptRole)
        self.release_button.setDefault(True)
        layout = QVBoxLayout(self)
        layout.addLayout(from_left(before, self.number, QLabel("more cards active now", self)))
        layout.addWidget(self._summary)
        layout.addWidget(self.list, 1)
        layout.addWidget(buttons)
        qconnect(self.number.valueChanged, self._on_number)
        qconnect(buttons.accepted, self.accept)
        qconnect(buttons.rejected, self.reject)
        qconnect(self.finished, lambda _code: saveGeom(self, _GEOMETRY))
        self.setMinimumSize(420, 300)
        self.resize(680, 420)
        restoreGeom(self, _GEOMETRY)
        self._show()
        self.number.selectAll()
        self.number.setFocus()

    def _on_number(self, number: int) -> None:
        self.plan = replace(self.plan, number=number)
        self._show()

    def _show(self) -> None:
        self._summary.setText(release_summary(self.plan))
        self.list.clear()
        cards = Counter(card.question for card in self.plan.cards)
        first = {card.question: card for card in reversed(self.plan.cards)}
        for key in cards:
            card = first[key]
            system = system_by_key(card.system)
            name = system.name if system else ""
            item = QTreeWidgetItem([str(key), name, f"{cards[key]}", why_now(card)])
            item.setToolTip(_WHY, why_now(card))
            self.list.addTopLevelItem(item)
        for column in range(_WHY):
            self.list.resizeColumnToContents(column)
