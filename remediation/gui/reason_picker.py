"""Five buttons for the groups of reasons, and a second row for the reasons inside one."""

from __future__ import annotations

from aqt.qt import (
    QGridLayout,
    QPushButton,
    QSizePolicy,
    Qt,
    QVBoxLayout,
    QWidget,
    pyqtSignal,
    qconnect,
)

from ..model.reasons import GROUPS, REASONS, group_of
from .layouts import sentence


class ReasonPicker(QWidget):
    """What was picked is in `code`: a group's key, a reason's code, or "" for nothing yet.

    The group alone is a complete answer. The same keys 1 to 5 pick the group first and then, where
    the student goes on, the reason inside it; a number that the group does not have picks a group
    again.
    """

    picked = pyqtSignal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.code = ""
        # Whether the student picked it: then the next key goes to the reasons inside the group.
        self.was_picked = False
        self._groups = {g.key: self._button(f"{g.key}  {g.name}") for g in GROUPS}
        self._reasons: dict[str, QPushButton] = {}
        for group in GROUPS:
            inside = [reason for reason in REASONS if reason.group == group.key]
            for number, reason in enumerate(inside, 1):
                button = self._button(f"{number}  {reason.name}")
                button.setToolTip(reason.meaning)
                self._reasons[reason.code] = button
        outer = QGridLayout()
        for place, button in enumerate(self._groups.values()):
            outer.addWidget(button, place // 2, place % 2)
        inner = QGridLayout()
        for reason in REASONS:
            place = _number(reason.code) - 1
            inner.addWidget(self._reasons[reason.code], place // 2, place % 2)
        self._hint = sentence(self)
        self._hint.setText("Backspace or 0 goes back to the groups.")
        inner.addWidget(self._hint, inner.rowCount(), 0, 1, 2)
        self._inner = QWidget(self)
        self._inner.setLayout(inner)
        inner.setContentsMargins(16, 0, 0, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(outer)
        layout.addWidget(self._inner)
        for key, button in self._groups.items():
            qconnect(button.clicked, lambda _on, key=key: self._pick(key))
        for code, button in self._reasons.items():
            qconnect(button.clicked, lambda _on, code=code: self._pick(code))
        # Anki's own style hardly shows which button is down.
        self.setStyleSheet(
            "QPushButton:checked { background: palette(highlight);"
            " color: palette(highlighted-text); font-weight: bold; }"
        )
        self.show_code("")

    def _button(self, title: str) -> QPushButton:
        button = QPushButton(title.replace("&", "&&"), self)
        button.setCheckable(True)
        button.setAutoDefault(False)
        # Reached by Tab, but a click leaves the keys with the window.
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return button

    def show_code(self, code: str, *, was_picked: bool = False) -> None:
        """Shows this as picked; unless the student did so, the next key picks a group."""
        self.code = code
        self.was_picked = was_picked
        self._show()

    def press(self, number: int) -> bool:
        """A key from 1 to 5; returns whether it meant something here."""
        if self.was_picked and self.code:
            group = group_of(self.code).key
            inside = [r.code for r in REASONS if r.group == group]
            if number <= len(inside):
                self._pick(inside[number - 1])
                return True
        key = str(number)
        if key not in self._groups:
            return False
        self._pick(key)
        return True

    def back(self) -> None:
        """Takes the pick back, so that the next key picks a group."""
        self.show_code("")
        self.picked.emit("")

    def _pick(self, code: str) -> None:
        self.code = code
        self.was_picked = True
        self._show()
        self.picked.emit(code)

    def _show(self) -> None:
        group = group_of(self.code).key if self.code else ""
        for key, button in self._groups.items():
            button.setChecked(key == group)
        for reason in REASONS:
            button = self._reasons[reason.code]
            button.setVisible(reason.group == group)
            button.setChecked(reason.code == self.code)
        self._hint.setVisible(self.was_picked)
        self._inner.setVisible(bool(group))


def _number(code: str) -> int:
    """The place of a reason inside its group, from 1."""
    group = group_of(code).key
    return [reason.code for reason in REASONS if reason.group == group].index(code) + 1
