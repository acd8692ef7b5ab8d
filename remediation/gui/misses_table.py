"""How far the repair of each miss has come, as a table."""

from __future__ import annotations

from collections.abc import Sequence

from aqt.qt import Qt, QWidget

from ..collection.today import MissProgress
from ..diagnosis.repair import RepairState, repair_step
from ..model.reasons import name_of
from ..model.systems import system_by_key
from .tables import Column, RowTable

# What is nearest to done comes first.
_ORDER = (
    RepairState.HALF_WAY,
    RepairState.RE_OPENED,
    RepairState.OPEN,
    RepairState.FILED,
    RepairState.REPAIRED,
)
_STATE = 3


class MissesTable(RowTable):
    """Emits `opened` with the MissProgress of a row that the student opens."""

    def __init__(self, parent: QWidget) -> None:
        # The number of Anki's today, for the sentences.
        self._day = 0
        columns = (
            Column("Question", lambda miss: str(miss.key)),
            Column("System", _system),
            Column("Reason", _reason),
            Column("State", lambda miss: miss.repair.state.value, _place),
            Column("How it goes on", lambda miss: repair_step(miss.repair, self._day), _place),
        )
        super().__init__(parent, "Your misses", columns)
        self.sortByColumn(_STATE, Qt.SortOrder.AscendingOrder)

    def show_misses(self, misses: Sequence[MissProgress], day: int) -> None:
        """Shows these misses; `day` is the number of Anki's today."""
        self._day = day
        self.show_rows(misses)


def _system(miss: MissProgress) -> str:
    system = system_by_key(miss.system)
    return system.name if system else ""


def _reason(miss: MissProgress) -> str:
    return name_of(miss.reason) if miss.reason else "not named yet"


def _place(miss: MissProgress) -> int:
    return _ORDER.index(miss.repair.state)
