"""The rows of a report that counts questions together."""

from __future__ import annotations

from collections.abc import Sequence

from aqt.qt import QAbstractItemView, QTableWidget, QTableWidgetItem, QWidget

from ..model.attempts import QuestionGroup

_HEADERS = ("Kind", "Name", "Part of", "Seen", "Right", "Wrong", "Omitted", "Result")


class ReportTable(QTableWidget):
    """Shows what was understood of a report, as it was printed."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(0, len(_HEADERS), parent)
        self.setAccessibleName("Rows of the report")
        self.setHorizontalHeaderLabels(list(_HEADERS))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        vertical, horizontal = self.verticalHeader(), self.horizontalHeader()
        if vertical is not None and horizontal is not None:
            vertical.hide()
            horizontal.setStretchLastSection(True)

    def show_groups(self, groups: Sequence[QuestionGroup]) -> None:
        """Shows these rows instead of the present ones."""
        self.setRowCount(len(groups))
        for row, group in enumerate(groups):
            counts = (group.seen, group.correct, group.incorrect, group.omitted)
            cells = [group.kind.value, group.name, group.parent]
            cells += ["" if count is None else f"{count:,}" for count in counts]
            cells.append(_result(group))
            for column, text in enumerate(cells):
                self.setItem(row, column, QTableWidgetItem(text))
        self.resizeColumnsToContents()


def _result(group: QuestionGroup) -> str:
    if group.percent is not None:
        return f"{group.percent:.0f} % right"
    return group.band.value if group.band else ""
