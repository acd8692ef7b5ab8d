"""All misses to name, for those who go through many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Callable

from aqt.qt import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QSortFilterProxyModel,
    Qt,
    QTableView,
    QWidget,
    pyqtSignal,
    qconnect,
)

from ..collection.evidence import Diagnosis
from ..model.banks import QuestionKey
from ..model.reasons import name_of
from ..model.systems import system_by_key
from . import naming_words
from .tables import show_many_rows


@dataclass(frozen=True)
class _Column:
    title: str
    text: Callable[[Diagnosis], str]
    sort_key: Callable[[Diagnosis], Any]


def _system(diagnosis: Diagnosis) -> str:
    system = system_by_key(diagnosis.miss.question.system)
    return system.name if system else diagnosis.miss.attempt.system


def _suggested(diagnosis: Diagnosis) -> str:
    if diagnosis.miss.asked_first:
        return "asked first"
    return naming_words.suggested_name(diagnosis)


def _strength(diagnosis: Diagnosis) -> str:
    return "" if diagnosis.miss.asked_first else diagnosis.suggestion.strength.value


def _why(diagnosis: Diagnosis) -> str:
    return "" if diagnosis.miss.asked_first else diagnosis.suggestion.why


_COLUMNS: tuple[_Column, ...] = (
    _Column(
        "No.",
        lambda d: str(d.miss.attempt.position or ""),
        lambda d: (-d.miss.sitting.when, d.miss.attempt.position or 0),
    ),
    _Column("Question", lambda d: d.key.id, lambda d: (len(d.key.id), d.key.id)),
    _Column("System", _system, _system),
    _Column("Suggested", _suggested, _suggested),
    _Column("How sure", _strength, lambda d: -d.suggestion.p_family * (not d.miss.asked_first)),
    _Column("Why", _why, _why),
)
# The reason named comes before the long sentence.
_REASON = 5
_HEADERS = [column.title for column in _COLUMNS]
_HEADERS.insert(_REASON, "Named")


class _Model(QAbstractTableModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: Sequence[Diagnosis] = ()
        self.named: Mapping[QuestionKey, str] = {}

    def set_rows(self, rows: Sequence[Diagnosis], named: Mapping[QuestionKey, str]) -> None:
        self.beginResetModel()
        self.rows, self.named = rows, named
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(_HEADERS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        shown = role == Qt.ItemDataRole.DisplayRole
        return _HEADERS[section] if shown and orientation is Qt.Orientation.Horizontal else None

    def data(self, index: QModelIndex, role: int = 0) -> Any:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        diagnosis = self.rows[index.row()]
        if index.column() == _REASON:
            return self.reason(diagnosis)
        return _COLUMNS[index.column() - (index.column() > _REASON)].text(diagnosis)

    def reason(self, diagnosis: Diagnosis) -> str:
        code = self.named.get(diagnosis.key, "")
        return name_of(code) if code else ""


class _Sorted(QSortFilterProxyModel):
    def __init__(self, parent: QObject, model: _Model) -> None:
        super().__init__(parent)
        self._model = model
        self.setSourceModel(model)

    def lessThan(self, left: QModelIndex, right: QModelIndex) -> bool:
        first, second = (self._model.rows[index.row()] for index in (left, right))
        if left.column() == _REASON:
            return self._model.reason(first) < self._model.reason(second)
        key = _COLUMNS[left.column() - (left.column() > _REASON)].sort_key
        return bool(key(first) < key(second))


class NamingTable(QTableView):
    """Emits `opened` with the question of a row that the student opens."""

    opened = pyqtSignal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = _Model(self)
        self._shown = _Sorted(self, self._model)
        self.setModel(self._shown)
        self.setAccessibleName("Misses to name")
        show_many_rows(self)
        qconnect(self.doubleClicked, self._open)

    def show_rows(self, rows: Sequence[Diagnosis], named: Mapping[QuestionKey, str]) -> None:
        """Shows these misses, and of those named the reason."""
        kept = set(self.selected())
        self._model.set_rows(rows, named)
        self.resizeColumnsToContents()
        self._select(kept)

    def selected(self) -> list[QuestionKey]:
        """The questions of the selected rows."""
        selection = self.selectionModel()
        rows = selection.selectedRows() if selection else []
        return [self._model.rows[self._shown.mapToSource(index).row()].key for index in rows]

    def _select(self, keys: set[QuestionKey]) -> None:
        if not keys:
            return
        for row, diagnosis in enumerate(self._model.rows):
            if diagnosis.key in keys:
                self.selectRow(self._shown.mapFromSource(self._model.index(row, 0)).row())
                return

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(self._model.rows[self._shown.mapToSource(index).row()].key)
