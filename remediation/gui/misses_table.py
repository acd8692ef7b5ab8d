"""How far the repair of each miss has come, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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

from ..collection.today import MissProgress
from ..diagnosis.repair import RepairState, repair_step
from ..model.reasons import name_of
from ..model.systems import system_by_key
from .tables import show_many_rows

_HEADERS = ("Question", "System", "Reason", "State", "How it goes on")
_QUESTION, _SYSTEM, _REASON, _STATE, _STEP = range(len(_HEADERS))
# What is nearest to done comes first.
_ORDER = (
    RepairState.HALF_WAY,
    RepairState.RE_OPENED,
    RepairState.OPEN,
    RepairState.FILED,
    RepairState.REPAIRED,
)


class _Model(QAbstractTableModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: Sequence[MissProgress] = ()
        self._day = 0

    def set_rows(self, rows: Sequence[MissProgress], day: int) -> None:
        self.beginResetModel()
        self.rows, self._day = rows, day
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(_HEADERS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        shown = role == Qt.ItemDataRole.DisplayRole
        return _HEADERS[section] if shown and orientation is Qt.Orientation.Horizontal else None

    def data(self, index: QModelIndex, role: int = 0) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.text(self.rows[index.row()], index.column())
        return None

    def text(self, row: MissProgress, column: int) -> str:
        """What a cell shows; the long sentence is made only for the cells that are seen."""
        if column == _QUESTION:
            return str(row.key)
        if column == _SYSTEM:
            system = system_by_key(row.system)
            return system.name if system else ""
        if column == _REASON:
            return name_of(row.reason) if row.reason else "not named yet"
        if column == _STATE:
            return row.repair.state.value
        return repair_step(row.repair, self._day)


class _Sorted(QSortFilterProxyModel):
    def __init__(self, parent: QObject, model: _Model) -> None:
        super().__init__(parent)
        self._model = model
        self.setSourceModel(model)

    def lessThan(self, left: QModelIndex, right: QModelIndex) -> bool:
        first, second = (self._model.rows[index.row()] for index in (left, right))
        if left.column() in (_STATE, _STEP):
            places = (_ORDER.index(row.repair.state) for row in (first, second))
            return next(places) < next(places)
        texts = (self._model.text(row, left.column()) for row in (first, second))
        return next(texts) < next(texts)


class MissesTable(QTableView):
    """Emits `opened` with the question of a row that the student opens."""

    opened = pyqtSignal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = _Model(self)
        self._shown = _Sorted(self, self._model)
        self.setModel(self._shown)
        self.setAccessibleName("Your misses")
        show_many_rows(self)
        self.sortByColumn(_STATE, Qt.SortOrder.AscendingOrder)
        qconnect(self.activated, self._open)

    def show_misses(self, misses: Sequence[MissProgress], day: int) -> None:
        """Shows these misses; `day` is the number of Anki's today."""
        self._model.set_rows(misses, day)
        self.resizeColumnsToContents()

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(self._model.rows[self._shown.mapToSource(index).row()].key)
