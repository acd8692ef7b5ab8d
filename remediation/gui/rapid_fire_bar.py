"""The slim bar above the card while a rapid-fire session runs."""

from __future__ import annotations

from aqt.qt import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    Qt,
    QWidget,
    pyqtSignal,
    qconnect,
)

_MARGIN, _SLIM = 8, 3


class RapidFireBar(QFrame):
    """Shows what it is told to show. It never takes the keyboard from the card."""

    pause_requested = pyqtSignal()
    end_requested = pyqtSignal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Rapid-fire")
        self.left = self._label()
        self.tally = self._label()
        self.pace = self._label()
        self.message = self._label()
        self.message.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        bold = self.left.font()
        bold.setBold(True)
        self.left.setFont(bold)
        self.pause_button = self._button()
        self.end_button = self._button()
        self.end_button.setText("E&nd")
        self.end_button.setToolTip("End here and see what you did")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(_MARGIN, _SLIM, _MARGIN, _SLIM)
        layout.setSpacing(_MARGIN)
        for label in (self.left, self.tally, self.pace):
            layout.addWidget(label)
        layout.addWidget(self.message, 1)
        layout.addWidget(self.pause_button)
        layout.addWidget(self.end_button)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        qconnect(self.pause_button.clicked, lambda _checked: self.pause_requested.emit())
        qconnect(self.end_button.clicked, lambda _checked: self.end_requested.emit())

    def _label(self) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        return label

    def _button(self) -> QPushButton:
        button = QPushButton(self)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setAutoDefault(False)
        return button

    def show_counts(self, left: str, tally: str, pace: str) -> None:
        """Shows what is left, what was right, and the pace ("" for none)."""
        self.left.setText(left)
        self.tally.setText(tally)
        self.pace.setText(pace)
        self.pace.setVisible(bool(pace))

    def show_message(self, message: str) -> None:
        """Shows a sentence, or none."""
        self.message.setText(message)
        # The bar may be too narrow for it.
        self.message.setToolTip(message)

    def show_paused(self, paused: bool, key: str) -> None:
        """Offers to go on, or to pause; `key` does the same ("" for none)."""
        text = "&Go on" if paused else "&Pause"
        self.pause_button.setText(f"{text} ({key})" if key else text)
