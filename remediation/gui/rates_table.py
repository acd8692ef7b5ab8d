"""How many questions of each organ system were right so far."""

from __future__ import annotations

from collections.abc import Mapping

from aqt.qt import QAbstractItemView, Qt, QTableWidget, QTableWidgetItem, QWidget

from ..model.rates import Rate
from ..model.systems import SYSTEMS

_HEADERS = ("System", "Right", "Questions", "Per cent")


class RatesTable(QTableWidget):
    """Shows the rates of all sittings, these included; no question counts twice."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(0, len(_HEADERS), parent)
        self.setAccessibleName("Right answers by system so far")
        self.setHorizontalHeaderLabels(list(_HEADERS))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        vertical = self.verticalHeader()
        if vertical is not None:
            vertical.hide()

    def show_rates(self, rates: Mapping[str, Rate]) -> None:
        """Shows these rates instead of the present ones, in the order of the systems."""
        names = {**{system.key: system.name for system in SYSTEMS}, "": "System not known"}
        rows = [(name, rates[key]) for key, name in names.items() if key in rates]
        self.setRowCount(len(rows))
        for row, (name, rate) in enumerate(rows):
            share = f"{100 * rate.correct / rate.seen:.0f} %" if rate.seen else ""
            for column, text in enumerate((name, _count(rate.correct), _count(rate.seen), share)):
                item = QTableWidgetItem(text)
                if column:
                    item.setTextAlignment(
                        Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                    )
                self.setItem(row, column, item)
        self.resizeColumnsToContents()


def _count(number: float) -> str:
    """A count; a row about several systems gives each of them a part."""
    return f"{number:,.0f}" if number == int(number) else f"{number:,.1f}"
