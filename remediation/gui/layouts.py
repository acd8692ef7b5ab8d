"""Small pieces that several windows are built of."""

from __future__ import annotations

from aqt.qt import QHBoxLayout, QLabel, Qt, QWidget


def sentence(parent: QWidget) -> QLabel:
    """A label for a sentence of any length, shown as it is written."""
    label = QLabel(parent)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def row(*widgets: QWidget) -> QHBoxLayout:
    """The widgets beside each other."""
    layout = QHBoxLayout()
    for widget in widgets:
        layout.addWidget(widget)
    return layout
