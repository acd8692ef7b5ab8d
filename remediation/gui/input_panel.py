"""Where the student pastes, drops or opens what the question bank shows."""

from __future__ import annotations

from pathlib import Path

from aqt.qt import (
    QComboBox,
    QDragEnterEvent,
    QDropEvent,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMimeData,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    Qt,
    QTimer,
    QVBoxLayout,
    QWidget,
    pyqtSignal,
    qconnect,
)

from ..sources.registry import READERS

# Long enough that a paste or a burst of typing is read once, short enough to feel immediate.
_SETTLE_MS = 250
# More text than this is not shown in the box: laying it out would freeze the window.
_MOST_SHOWN_CHARS = 500_000

_PLACEHOLDER = "Paste question ids or a results table here, or drop a file on this window."
_NEXT = "Paste or drop the next one here."


class _PasteBox(QPlainTextEdit):
    """A text box that hands over dropped files, and pasted text too long to show."""

    file_dropped = pyqtSignal(str)
    long_text_pasted = pyqtSignal(str)

    def canInsertFromMimeData(self, source: QMimeData | None) -> bool:
        return _file_in(source) is not None or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData | None) -> None:
        path = _file_in(source)
        if path:
            self.file_dropped.emit(path)
        elif source and len(source.text()) > _MOST_SHOWN_CHARS:
            self.long_text_pasted.emit(source.text())
        else:
            super().insertFromMimeData(source)


class InputPanel(QWidget):
    """Emits `changed` once the input has settled; `path` or `text` then say what it is.

    `report_requested` is emitted where the student wants to type a score report in.
    """

    changed = pyqtSignal()
    report_requested = pyqtSignal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._path: Path | None = None
        self._long_text: str | None = None
        self._reader_key: str | None = None
        self.setAcceptDrops(True)

        self.box = _PasteBox(self)
        self.box.setPlaceholderText(_PLACEHOLDER)
        self.box.setAccessibleName("Question ids or results")
        self.box.setTabChangesFocus(True)
        self.box.setMinimumHeight(70)
        self.box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._open_button = QPushButton("Open &file…", self)
        self._open_button.setAutoDefault(False)
        self._report_button = QPushButton("T&ype a score report…", self)
        self._report_button.setAutoDefault(False)
        self._format = QComboBox(self)
        self._format.setAccessibleName("Read as")
        self._format.setToolTip("What the input is read as. Choose another if this is wrong.")
        self._format.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._format.setMinimumContentsLength(24)
        for reader in READERS:
            self._format.addItem(f"Read as: {reader.name}", reader.key)
        self._format.hide()
        self._clear_button = QPushButton("C&lear", self)
        self._clear_button.setAutoDefault(False)
        self._status = QLabel(self)
        self._status.setWordWrap(True)
        self._status.setTextFormat(Qt.TextFormat.PlainText)

        buttons = QHBoxLayout()
        buttons.addWidget(self._format)
        buttons.addStretch(1)
        buttons.addWidget(self._report_button)
        buttons.addWidget(self._clear_button)
        buttons.addWidget(self._open_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.box)
        layout.addLayout(buttons)
        layout.addWidget(self._status)

        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        qconnect(self._settle.timeout, self.changed.emit)
        qconnect(self.box.textChanged, self._on_text_changed)
        qconnect(self.box.file_dropped, self.open_file)
        qconnect(self.box.long_text_pasted, self._use_long_text)
        qconnect(self._open_button.clicked, self.choose_file)
        qconnect(self._report_button.clicked, self.report_requested.emit)
        qconnect(self._format.activated, lambda _: self.choose_format(self._format.currentData()))
        qconnect(self._clear_button.clicked, self.clear)

    @property
    def path(self) -> Path | None:
        """The file to read; None where the text is the input."""
        return self._path

    @property
    def text(self) -> str:
        """The text that was pasted or typed."""
        return self._long_text if self._long_text is not None else self.box.toPlainText()

    @property
    def status(self) -> str:
        """What is said below the box."""
        return self._status.text()

    @property
    def reader_key(self) -> str | None:
        """The format that the student chose; None where it is to be detected."""
        return self._reader_key

    def show_format(self, reader_key: str) -> None:
        """Shows what the input was read as, so that another format can be chosen."""
        self._format.setCurrentIndex(self._format.findData(reader_key))
        self._format.setVisible(reader_key in {reader.key for reader in READERS})

    def set_status(self, text: str) -> None:
        """Says below the box what was understood."""
        self._status.setText(text)

    def open_file(self, path: str) -> None:
        """Takes a file as the input; the box then names it."""
        self._replace(f"File: {Path(path).name}")
        self._path = Path(path)

    def clear(self) -> None:
        """Takes everything out again."""
        self._replace("")
        self.box.setFocus()

    def make_room(self, said: str) -> None:
        """Empties the box for the next paste; what was understood of the last one stays."""
        self._replace(said)
        self.stop_waiting()

    def stop_waiting(self) -> None:
        """Forgets a change that was not announced yet."""
        self._settle.stop()

    def _use_long_text(self, text: str) -> None:
        self._replace(f"Pasted text of {len(text):,} characters")
        self._long_text = text

    def _replace(self, shown: str) -> None:
        """Empties the box for an input that is not its text, and names that input in it.

        The box stays ready for the next paste, which then takes its place.
        """
        self._path = self._long_text = self._reader_key = None
        self._format.hide()
        self.box.blockSignals(True)
        self.box.clear()
        self.box.blockSignals(False)
        self.box.setPlaceholderText(f"{shown}\n\n{_NEXT}" if shown else _PLACEHOLDER)
        self._settle.start()

    def _on_text_changed(self) -> None:
        if self.box.toPlainText():
            self._path = self._long_text = None
            self.box.setPlaceholderText(_PLACEHOLDER)
        self._reader_key = None
        self._settle.start()

    def choose_format(self, reader_key: str) -> None:
        """Reads the input as this format, whatever it looks like."""
        self._format.setCurrentIndex(self._format.findData(reader_key))
        self._reader_key = reader_key
        self._settle.start()

    def choose_file(self) -> None:
        """Asks for a file and takes it as the input."""
        path, _ = QFileDialog.getOpenFileName(
            self,
            "Open results",
            "",
            "Results (*.pdf *.html *.htm *.csv *.tsv *.xlsx *.json *.txt);;All files (*)",
        )
        if path:
            self.open_file(path)

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        if event and _file_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent | None) -> None:
        path = _file_in(event.mimeData()) if event else None
        if event and path:
            event.acceptProposedAction()
            self.open_file(path)


def _file_in(source: QMimeData | None) -> str | None:
    if source is None or not source.hasUrls():
        return None
    files = [url.toLocalFile() for url in source.urls() if url.isLocalFile()]
    return files[0] if files else None
