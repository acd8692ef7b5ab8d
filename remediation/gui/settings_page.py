"""A tab of the settings dialog: its settings, each explained, with messages beside them."""

from __future__ import annotations

from collections.abc import Sequence

from aqt import colors
from aqt.qt import (
    QFrame,
    QGridLayout,
    QLabel,
    QScrollArea,
    Qt,
    QVBoxLayout,
    QWidget,
    pyqtSignal,
    qconnect,
)
from aqt.theme import theme_manager

from ..settings import ABOUT
from . import settings_words
from .layouts import sentence
from .settings_editors import Editor, OnOffEditor, TextEditor, editor_for

# Pixels between two settings.
_SPACE_BETWEEN = 14
# How much smaller than other text an explanation is.
_SMALLER = 0.9


class SettingField:
    """One setting on a page: what to change it with, and the lines below."""

    def __init__(self, parent: QWidget, name: str) -> None:
        about = ABOUT[name]
        self.editor: Editor = editor_for(parent, about.kind, about.label)
        self.label = QLabel(about.label, parent)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setBuddy(self.editor)
        self.explanation = sentence(parent)
        self.explanation.setText(settings_words.explanation(name))
        font = self.explanation.font()
        font.setPointSizeF(_SMALLER * font.pointSizeF())
        self.explanation.setFont(font)
        self.complaint = sentence(parent)
        red = theme_manager.var(colors.ACCENT_DANGER)
        self.complaint.setStyleSheet(f"color: {red}; font-weight: bold;")
        self.preview = sentence(parent)
        self.editor.setAccessibleName(about.label)
        self.editor.setAccessibleDescription(self.explanation.text())
        self.complain("")
        self.show_preview("")

    def complain(self, words: str) -> None:
        """Shows what is wrong with the value; "" for nothing."""
        self.complaint.setText(words)
        self.complaint.setVisible(bool(words))

    def show_preview(self, words: str) -> None:
        """Shows what the value would do; "" for nothing."""
        self.preview.setText(words)
        self.preview.setVisible(bool(words))


class SettingsPage(QScrollArea):
    """The settings of one tab (their names)."""

    edited = pyqtSignal()

    def __init__(self, parent: QWidget, title: str, names: Sequence[str]) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        content = QWidget(self)
        self.fields = {name: SettingField(content, name) for name in names}
        # What all the settings of the tab together would do.
        self.preview = sentence(content)
        self.preview.hide()
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        for field in self.fields.values():
            _add(grid, field)
            qconnect(field.editor.edited, self.edited.emit)
        layout = QVBoxLayout(content)
        layout.addLayout(grid)
        layout.addWidget(self.preview)
        layout.addStretch(1)
        self.setWidget(content)
        content.setAutoFillBackground(False)
        viewport = self.viewport()
        if viewport is not None:
            viewport.setAutoFillBackground(False)

    def show_preview(self, words: str) -> None:
        """Shows what the settings of this tab would do; "" for nothing."""
        self.preview.setText(words)
        self.preview.setVisible(bool(words))


def _add(grid: QGridLayout, field: SettingField) -> None:
    row = grid.rowCount()
    if isinstance(field.editor, OnOffEditor):
        field.label.hide()
        grid.addWidget(field.editor, row, 0, 1, 2)
    else:
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        grid.addWidget(field.label, row, 0)
        if isinstance(field.editor, TextEditor):
            grid.addWidget(field.editor, row, 1)
        else:
            grid.addWidget(field.editor, row, 1, left)
    for place, line in enumerate((field.complaint, field.explanation, field.preview), row + 1):
        grid.addWidget(line, place, 0, 1, 2)
    grid.setRowMinimumHeight(row + 4, _SPACE_BETWEEN)
