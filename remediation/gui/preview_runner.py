"""Reads and matches in the background while the student goes on typing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from anki.collection import Collection
from aqt.main import AnkiQt
from aqt.operations import QueryOp
from aqt.qt import QWidget

from ..collection.importing import ImportPreview, ImportRequest, preview_import
from ..collection.reading_input import Input, read_input
from ..model.progress import Cancelled, Progress
from ..settings import Settings
from ..sources import documents
from ..sources.error_log import ErrorLog
from ..sources.log_columns import ColumnMapping
from ..sources.reading import Document, UnusableInput


@dataclass(frozen=True)
class RunnerCallbacks:
    """What to call, always on the main thread, and only for the latest run."""

    progress: Callable[[str, int, int], None]
    read: Callable[[Input], None]
    previewed: Callable[[ImportPreview], None]
    unusable: Callable[[str], None]
    failed: Callable[[Exception], None]


class PreviewRunner:
    """Runs one reading or preview at a time; a new one cancels the one before."""

    def __init__(self, mw: AnkiQt, parent: QWidget, callbacks: RunnerCallbacks) -> None:
        self._mw = mw
        self._parent = parent
        self._callbacks = callbacks
        self._run = 0

    def cancel(self) -> None:
        """Stops what is running; none of its callbacks will be called."""
        self._run += 1

    def read(self, path: Path | None, text: str, reader_key: str | None) -> None:
        """Reads a file or pasted text, as the format named or else as what it looks like."""

        def work(col: Collection, progress: Progress) -> Input:
            document = documents.from_file(path, progress) if path else documents.from_text(text)
            return read_input(col, document, reader_key, None, progress)

        self._start(work, self._callbacks.read)

    def read_again(self, document: Document, mapping: ColumnMapping) -> None:
        """Reads a student's log once more, with other columns."""
        self._start(
            lambda col, progress: read_input(col, document, ErrorLog.key, mapping, progress),
            self._callbacks.read,
        )

    def preview(self, request: ImportRequest, settings: Settings) -> None:
        """Works out what importing would do."""
        self._start(
            lambda col, progress: preview_import(col, request, settings, progress),
            self._callbacks.previewed,
        )

    def _start(
        self,
        work: Callable[[Collection, Progress], object],
        done: Callable[..., None],
    ) -> None:
        self.cancel()
        run = self._run

        def progress(label: str, at: int, total: int) -> None:
            if self._run != run:
                raise Cancelled
            self._mw.taskman.run_on_main(
                lambda: self._callbacks.progress(label, at, total) if self._run == run else None
            )

        def on_success(result: object) -> None:
            if self._run == run:
                done(result)

        def on_failure(error: Exception) -> None:
            if self._run != run or isinstance(error, Cancelled):
                return
            if isinstance(error, UnusableInput):
                self._callbacks.unusable(str(error))
            else:
                self._callbacks.failed(error)

        QueryOp(
            parent=self._parent, op=lambda col: work(col, progress), success=on_success
        ).failure(on_failure).run_in_background()
