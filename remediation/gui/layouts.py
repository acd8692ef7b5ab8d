"""Small pieces that several windows are built of."""

from __future__ import annotations

from aqt.qt import (
    QEvent,
    QFrame,
    QHBoxLayout,
    QLabel,
    QModelIndex,
    QObject,
    QScrollArea,
    QSize,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    Qt,
    QWidget,
)

# How much larger than other text a rule is, so that it can be read at a glance.
_LARGER = 1.5
# Pixels between the words of two rows, some of which have several lines.
_SPACE_BETWEEN = 6


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


def from_left(*widgets: QWidget) -> QHBoxLayout:
    """The widgets beside each other, no wider than they need to be."""
    layout = row(*widgets)
    layout.addStretch(1)
    return layout


def large(parent: QWidget, text: str) -> QLabel:
    """A rule, in large type."""
    label = told(parent, text)
    font = label.font()
    font.setPointSizeF(_LARGER * font.pointSizeF())
    label.setFont(font)
    return label


def told(parent: QWidget, text: str) -> QLabel:
    """A sentence, in usual type."""
    label = sentence(parent)
    label.setText(text)
    return label


class Scrolled(QScrollArea):
    """A place for what may be longer than the window; `name` is for screen readers."""

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)

    def show_content(self, content: QWidget) -> None:
        """Shows this instead of the present content, on the background of what is around."""
        self.setWidget(content)
        content.setAutoFillBackground(False)
        viewport = self.viewport()
        if viewport is not None:
            viewport.setAutoFillBackground(False)


def leave_wheel_to_page(field: QWidget) -> None:
    """Lets the wheel scroll the page and not change this field, unless the student is in it."""
    field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    field.installEventFilter(_WheelToPage(field))


class _WheelToPage(QObject):
    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is None or event.type() != QEvent.Type.Wheel:
            return False
        if isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False


class RoomyRows(QStyledItemDelegate):
    """Keeps rows of several lines apart from each other."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        size = super().sizeHint(option, index)
        size.setHeight(size.height() + _SPACE_BETWEEN)
        return size
