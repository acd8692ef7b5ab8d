"""Reads an input with what the student has decided about such inputs before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from anki.collection import Collection

from ..model.progress import Progress
from ..sources import error_log, registry
from ..sources.error_log import ErrorLog, LogPreview
from ..sources.log_columns import ColumnMapping, header_fingerprint
from ..sources.reading import Document, Reading, UnusableInput
from .ledger import read_ledger


@dataclass(frozen=True)
class LogColumns:
    """The columns of a student's log: what is in them, and what each was taken for.

    `decided` is true where the student has chosen, now or before; else they are guessed.
    """

    preview: LogPreview
    mapping: ColumnMapping
    decided: bool

    def to_remember(self) -> Mapping[str, Any]:
        """The choice, for the ledger; nothing where it was only guessed."""
        return {_name(self.preview): self.mapping.to_json()} if self.decided else {}


@dataclass(frozen=True)
class Input:
    """A document and what was understood of it; `columns` where it is a student's log."""

    document: Document
    reading: Reading
    columns: LogColumns | None = None


def read_input(
    col: Collection,
    document: Document,
    reader_key: str | None,
    mapping: ColumnMapping | None,
    progress: Progress,
) -> Input:
    """Reads a document as `reader_key` says, or as what it looks like.

    A log is read with `mapping`, else as its columns were chosen before, else as guessed. Raises
    UnusableInput where nothing can be used, Cancelled where `progress` does.
    """
    fitting = [reader_key] if reader_key else [r.key for r in registry.detect(document)[:1]]
    if fitting == [ErrorLog.key]:
        try:
            return _read_log(col, document, mapping, progress)
        except UnusableInput:
            if reader_key:
                raise
    return Input(document, registry.read(document, reader_key, progress))


def _read_log(
    col: Collection, document: Document, mapping: ColumnMapping | None, progress: Progress
) -> Input:
    preview = error_log.preview(document, progress)
    if mapping is None:
        stored = read_ledger(col).remembered.get(_name(preview))
        mapping = ColumnMapping.from_json(stored) if stored is not None else None
    decided = mapping is not None
    columns = LogColumns(preview, mapping or preview.mapping, decided)
    return Input(document, error_log.read_with(document, columns.mapping, progress), columns)


def _name(preview: LogPreview) -> str:
    return f"columns {header_fingerprint(preview.header)}"
