"""Tables of many questions: whole rows to read, sort, select and open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Callable

from aqt.qt import (
    QAbstractItemView,
    QAbstractTableModel,
    QHeaderView,
    QKeyEvent,
    QModelIndex,
    QObject,
    QSortFilterProxyModel,
    Qt,
    QTableView,
    QWidget,
    pyqtSignal,
    qconnect,
)


@dataclass(frozen=True)
class Column:
    """A column: what it shows of a row, and by what it sorts (by its text where None)."""

    title: str
    text: Callable[[Any], str]
    sort_key: Callable[[Any], Any] | None = None

    def key(self, row: Any) -> Any:
        """What a row sorts by."""
        return self.sort_key(row) if self.sort_key else self.text(row)


class _Rows(QAbstractTableModel):
    """The rows as Qt wants them; text is made only for the cells that are seen."""

    def __init__(self, parent: QObject, columns: Sequence[Column]) -> None:
        super().__init__(parent)
        self.columns = columns
        self.rows: Sequence[Any] = ()

    def set_rows(self, rows: Sequence[Any]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def set_contents(self, rows: Sequence[Any]) -> None:
        self.rows = rows
        if rows:
            last = self.index(len(rows) - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        shown = role == Qt.ItemDataRole.DisplayRole
        return self.columns[section].title if shown and orientation is _ACROSS else None

    def data(self, index: QModelIndex, role: int = 0) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.columns[index.column()].text(self.rows[index.row()])
        return None


_ACROSS = Qt.Orientation.Horizontal


class _Sorted(QSortFilterProxyModel):
    def __init__(self, parent: QObject, model: _Rows) -> None:
        super().__init__(parent)
        self._model = model
        self.setSourceModel(model)

    def lessThan(self, left: QModelIndex, right: QModelIndex) -> bool:
        column, rows = self._model.columns[left.column()], self._model.rows
        return bool(column.key(rows[left.row()]) < column.key(rows[right.row()]))


class RowTable(QTableView):
    """Emits `opened` with a row that the student opens. `name` is for screen readers.

    Keys that write something go to the window: Qt would look for a row that begins so.
    """

    opened = pyqtSignal(object)

    def __init__(self, parent: QWidget, name: str, columns: Sequence[Column]) -> None:
        super().__init__(parent)
        self._model = _Rows(self, columns)
        self._shown = _Sorted(self, self._model)
        self.setModel(self._shown)
        self.setAccessibleName(name)
        show_many_rows(self)
        qconnect(self.activated, lambda index: self.opened.emit(self._row_at(index)))

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.text().strip() and event.text().isprintable():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def show_rows(self, rows: Sequence[Any]) -> None:
        """Shows these rows instead of the present ones."""
        self._model.set_rows(rows)
        self.resizeColumnsToContents()

    def show_contents(self, rows: Sequence[Any]) -> None:
        """Shows what is new in the present rows, as many; the selection stays."""
        self._model.set_contents(rows)

    def selected_rows(self) -> list[Any]:
        """The rows that are selected."""
        selection = self.selectionModel()
        return [self._row_at(index) for index in (selection.selectedRows() if selection else [])]

    def _row_at(self, index: QModelIndex) -> Any:
        return self._model.rows[self._shown.mapToSource(index).row()]


def show_many_rows(table: QTableView) -> None:
    """Makes a table of whole rows to read, sort and select, quick with thousands of them."""
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setTabKeyNavigation(False)
    table.setAlternatingRowColors(True)
    table.setWordWrap(False)
    table.setSortingEnabled(True)
    # In their own order until the student sorts.
    table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    vertical, horizontal = table.verticalHeader(), table.horizontalHeader()
    # Compared with None, since an empty header counts as false.
    if vertical is not None and horizontal is not None:
        vertical.hide()
        # A fixed height: measuring 5,000 rows takes seconds.
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        vertical.setDefaultSectionSize(table.fontMetrics().height() + 8)
        horizontal.setStretchLastSection(True)
        horizontal.setHighlightSections(False)
        # Widths are measured on the rows in view only.
        horizontal.setResizeContentsPrecision(0)
