"""The rules and the ids of today's questions, and a place for what the bank refused."""

from __future__ import annotations

from aqt.qt import (
    QCheckBox,
    QComboBox,
    QContextMenuEvent,
    QKeyEvent,
    QKeySequence,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
    pyqtSignal,
    qconnect,
)

from ..collection.question_block import TodaysQuestions
from ..model.banks import QuestionKey
from ..planning.question_block import Block, named_in
from . import questions_words
from .layouts import from_left, large, row, sentence, told

_LINES_OF_IDS = 3


class _IdsBox(QPlainTextEdit):
    """The ids to read; copying any of them copies all, since a part of a block is no block."""

    copy_requested = pyqtSignal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setAccessibleName("Question ids")
        self.setFixedHeight(_LINES_OF_IDS * self.fontMetrics().lineSpacing() + 12)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.matches(QKeySequence.StandardKey.Copy):
            self.copy_requested.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:
        if event is not None:
            event.accept()


def _group(parent: QWidget) -> tuple[QWidget, QVBoxLayout]:
    widget = QWidget(parent)
    layout = QVBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    return widget, layout


class QuestionsPage(QWidget):
    """What there is to see and do about a block, from before it to when the bank has it."""

    rules_requested = pyqtSignal()
    copy_requested = pyqtSignal()
    # The bank and exam to take; whether siblings are wanted; the questions that the bank refused.
    source_chosen = pyqtSignal(object)
    siblings_switched = pyqtSignal(bool)
    refused = pyqtSignal(object)
    # Refused ids were typed, or they are gone: Enter means something else now.
    typed = pyqtSignal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._block: Block | None = None
        self._build()

    def _build(self) -> None:
        self._rules = QWidget(self)
        self.rules_button = QPushButton("Choose &rules…", self)
        self.counts = sentence(self)
        self.source_box = QComboBox(self)
        self.source_box.setAccessibleName("Bank and exam")
        self.source_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.ids = _IdsBox(self)
        self.copy_button = QPushButton("&Copy ids", self)
        self._told = sentence(self)
        self._how = sentence(self)
        self.siblings_box = QCheckBox("Ask &siblings too", self)
        self._siblings_note = told(self, questions_words.WHAT_SIBLINGS_ARE)
        self.refused_edit = QLineEdit(self)
        self.refused_edit.setPlaceholderText("The bank refused some? Paste their ids here")
        self.refused_edit.setAccessibleName("Ids that the bank refused")
        self._refused = sentence(self)
        self.retire_button = QPushButton("Re&member as retired", self)
        self.retire_button.setToolTip(questions_words.ABOUT_RETIRING)
        for button in (self.rules_button, self.copy_button, self.retire_button):
            button.setAutoDefault(button is self.copy_button)
        # Shown and hidden together: what belongs to a block, and what comes after copying it.
        self._of_block, inner = _group(self)
        inner.addWidget(self._rules)
        inner.addLayout(from_left(self.rules_button))
        inner.addSpacing(self.fontMetrics().height())
        inner.addWidget(self.counts)
        inner.addLayout(from_left(self.source_box))
        inner.addWidget(self.ids)
        beside_copy = row(self.copy_button, self._told)
        beside_copy.setStretch(1, 1)
        inner.addLayout(beside_copy)
        inner.addWidget(self._how)
        self._after_copying, after = _group(self)
        after.addWidget(told(self, questions_words.AFTERWARDS))
        after.addLayout(row(self.refused_edit, self.retire_button))
        after.addWidget(self._refused)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._of_block)
        layout.addWidget(self._after_copying)
        layout.addWidget(self.siblings_box)
        layout.addWidget(self._siblings_note)
        layout.addStretch(1)
        qconnect(self.rules_button.clicked, lambda: self.rules_requested.emit())
        qconnect(self.copy_button.clicked, lambda: self.copy_requested.emit())
        qconnect(self.ids.copy_requested, self.copy_requested.emit)
        qconnect(self.source_box.activated, self._on_source)
        qconnect(self.siblings_box.clicked, self.siblings_switched.emit)
        qconnect(self.refused_edit.textChanged, lambda _text: self._on_refused_typed())
        qconnect(self.retire_button.clicked, lambda: self._retire())

    def show_questions(self, found: TodaysQuestions, *, with_siblings: bool) -> None:
        """Shows today's block, or only what can be set where there is none."""
        changed = found.block != self._block
        self._block = found.block
        self._of_block.setVisible(found.block is not None)
        self._after_copying.setVisible(found.block is not None and found.was_copied)
        # What was copied stays as it is today.
        can_switch = not found.was_copied and not found.hindrance and bool(found.misses)
        self.siblings_box.setChecked(with_siblings)
        for widget in (self.siblings_box, self._siblings_note):
            widget.setVisible(can_switch)
        if found.block is None:
            return
        self._show_rules(found)
        self.counts.setText(questions_words.counts(found.block))
        self._show_sources(found)
        if changed:
            self.ids.setPlainText(found.block.text)
            self.refused_edit.clear()
            self.tell(questions_words.about_copying(found))
        self.copy_button.setText("&Copy ids again" if found.is_copied else "&Copy ids")
        self._how.setText(questions_words.how_to_use(found.block))
        self._show_refused()

    def tell(self, text: str) -> None:
        """Says beside the ids what was done with them."""
        self._told.setText(text)

    def _show_rules(self, found: TodaysQuestions) -> None:
        rules = QWidget(self)
        layout = QVBoxLayout(rules)
        layout.setContentsMargins(0, 0, 0, 0)
        if found.rules:
            layout.addWidget(told(rules, questions_words.KEEP_IN_MIND))
        for rule in found.rules:
            layout.addWidget(large(rules, rule.text))
        if not found.rules:
            layout.addWidget(told(rules, questions_words.NO_RULE))
        inner = self._of_block.layout()
        if inner is not None:
            inner.replaceWidget(self._rules, rules)
            rules.show()
        self._rules.deleteLater()
        self._rules = rules
        self.rules_button.setVisible(not found.rules)

    def _show_sources(self, found: TodaysQuestions) -> None:
        self.source_box.clear()
        for source in found.sources:
            self.source_box.addItem(questions_words.source(source), source)
        if found.block is not None and found.block.source in found.sources:
            self.source_box.setCurrentIndex(found.sources.index(found.block.source))
        self.source_box.setVisible(len(found.sources) > 1)

    def _on_source(self, index: int) -> None:
        self.source_chosen.emit(self.source_box.itemData(index))

    # What the bank refused
    ######################################################################

    def _refused_keys(self) -> tuple[QuestionKey, ...]:
        return named_in(self.refused_edit.text(), self._block.keys) if self._block else ()

    def _on_refused_typed(self) -> None:
        self._show_refused()
        self.typed.emit()

    def _show_refused(self) -> None:
        keys = self._refused_keys()
        text = self.refused_edit.text().strip()
        self._refused.setText(questions_words.refused(keys) if text else "")
        self._refused.setVisible(bool(text))
        self.retire_button.setEnabled(bool(keys))

    def _retire(self) -> None:
        keys = self._refused_keys()
        if keys:
            self.refused.emit(keys)
