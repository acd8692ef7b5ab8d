"""Before a block: the active rules in large type."""

from __future__ import annotations

from aqt.qt import QPushButton, QVBoxLayout, QWidget, pyqtSignal, qconnect

from ..collection.rules import RulesOverview
from . import rules_words
from .layouts import Scrolled, from_left, large, told


class BeforePage(QWidget):
    """Shows the active rules, or what to do where there is none."""

    choice_requested = pyqtSignal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rules = Scrolled(self, "Active rules")
        self.choose_button = QPushButton("Choose &rules…", self)
        qconnect(self.choose_button.clicked, lambda _checked: self.choice_requested.emit())
        layout = QVBoxLayout(self)
        layout.addWidget(self._rules, 1)
        layout.addLayout(from_left(self.choose_button))

    def show_overview(self, overview: RulesOverview) -> None:
        """Shows these rules instead of the present ones."""
        content = QWidget(self)
        layout = QVBoxLayout(content)
        if not overview.active:
            layout.addWidget(told(content, rules_words.PICK_ONE))
        for rule, use in zip(overview.active, overview.uses):
            layout.addWidget(large(content, rule.text))
            layout.addWidget(told(content, rules_words.reason_with_use(rule.code, use)))
            layout.addSpacing(content.fontMetrics().height())
        layout.addStretch(1)
        self._rules.show_content(content)
