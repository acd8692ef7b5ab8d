"""What the tables of many questions have in common."""

from __future__ import annotations

from aqt.qt import QAbstractItemView, QHeaderView, Qt, QTableView


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
