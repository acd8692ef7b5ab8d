"""The slim bar above the card while a rapid-fire session runs."""

from __future__ import annotations

from aqt.qt import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QResizeEvent,
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
        self._fit()

    def show_message(self, message: str) -> None:
        """Shows a sentence, or none."""
        self.message.setText(message)
        # The bar may be too narrow for it.
        self.message.setToolTip(message)
        self._fit()

    def show_paused(self, paused: bool, key: str) -> None:
        """Offers to go on, or to pause; `key` does the same ("" for none)."""
        text = "&Go on" if paused else "&Pause"
        self.pause_button.setText(f"{text} ({key})" if key else text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Qt's; what is hidden depends on the width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Hides counts where there is no room for all: what is cut reads wrongly."""
        counts = [label for label in (self.pace, self.tally) if label.text()]
        parts = [*counts, self.left, self.message, self.pause_button, self.end_button]
        needed = _MARGIN + sum(part.sizeHint().width() + _MARGIN for part in parts)
        self.pace.setVisible(bool(self.pace.text()))
        for label in counts:
            is_too_much = needed > self.width()
            label.setHidden(is_too_much)
            if is_too_much:
                needed -= label.sizeHint().width() + _MARGIN
