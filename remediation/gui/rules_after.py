"""After a block: one tap for each active rule."""

from __future__ import annotations

from aqt.qt import (
    QButtonGroup,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
    pyqtSignal,
    qconnect,
)

from ..collection.rules import RulesOverview
from ..model.rules import ActiveRule
from . import rules_words
from .layouts import Scrolled, from_left, row, sentence, told

# What can be tapped, and what is recorded for it: nothing where the rule could not be used.
_ANSWERS = (("Used", True), ("Not used", False), ("Did not come up", None))


class AfterPage(QWidget):
    """Asks whether each rule was used; `saved` has the words of those that came up, and whether."""

    saved = pyqtSignal(object)
    choice_requested = pyqtSignal()
    # Something was tapped, or is not any more.
    tapped = pyqtSignal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._active: tuple[ActiveRule, ...] = ()
        self._groups: list[QButtonGroup] = []
        self._question = sentence(self)
        self._rules = Scrolled(self, "Rules to check")
        self._status = sentence(self)
        self.save_button = QPushButton("&Save", self)
        self.choose_button = QPushButton("Choose &rules…", self)
        qconnect(self.save_button.clicked, lambda _checked: self._save())
        qconnect(self.choose_button.clicked, lambda _checked: self.choice_requested.emit())
        layout = QVBoxLayout(self)
        layout.addWidget(self._question)
        layout.addWidget(self._rules, 1)
        buttons = row(self.save_button, self.choose_button, self._status)
        buttons.setStretch(2, 1)
        layout.addLayout(buttons)

    def show_overview(self, overview: RulesOverview) -> None:
        """Shows these rules; what was tapped and not saved yet stays where they are the same."""
        tapped = {rule: group.checkedId() for rule, group in zip(self._active, self._groups)}
        self._active, self._groups = overview.active, []
        self._question.setText(
            rules_words.AFTER_A_BLOCK if overview.active else rules_words.NOTHING_TO_CHECK
        )
        content = QWidget(self)
        layout = QVBoxLayout(content)
        for rule, use in zip(overview.active, overview.uses):
            title = told(content, rule.text)
            font = title.font()
            font.setBold(True)
            title.setFont(font)
            group = QButtonGroup(content)
            buttons = []
            for id, (answer, _used) in enumerate(_ANSWERS):
                button = QRadioButton(answer, content)
                button.setAccessibleName(f"{answer}: {rule.text}")
                button.setChecked(tapped.get(rule) == id)
                group.addButton(button, id)
                buttons.append(button)
            qconnect(group.idToggled, lambda _id, _checked: self._on_tapped())
            # On macOS a click leaves the focus on a button, which Enter would then press.
            qconnect(group.buttonClicked, lambda button: button.setFocus())
            self._groups.append(group)
            layout.addWidget(title)
            answers = from_left(*buttons)
            # Otherwise a word stands as near to the next circle as to its own.
            answers.setSpacing(content.fontMetrics().height())
            layout.addLayout(answers)
            layout.addWidget(told(content, f"{rules_words.use(use)}."))
            layout.addSpacing(content.fontMetrics().height())
        layout.addStretch(1)
        self._rules.show_content(content)
        self.save_button.setVisible(bool(overview.active))
        self.choose_button.setVisible(not overview.active)
        self._update_button()

    def show_saved(self) -> None:
        """Says that it was recorded, and is ready for the next block."""
        for group in self._groups:
            group.setExclusive(False)
            for button in group.buttons():
                button.setChecked(False)
            group.setExclusive(True)
        self._status.setText("Saved. Edit > Undo takes it back.")

    def forget_saved(self) -> None:
        """Stops saying so: something else was done since."""
        self._status.clear()

    def _on_tapped(self) -> None:
        self.forget_saved()
        self._update_button()

    def _update_button(self) -> None:
        self.save_button.setEnabled(any(group.checkedId() >= 0 for group in self._groups))
        self.tapped.emit()

    def _save(self) -> None:
        answers = [
            (rule.text, _ANSWERS[group.checkedId()][1])
            for rule, group in zip(self._active, self._groups)
            if group.checkedId() >= 0
        ]
        self.save_button.setEnabled(False)
        self.saved.emit(tuple(answer for answer in answers if answer[1] is not None))
