"""Habits: how often each test-taking reason came up lately, and before."""

from __future__ import annotations

from aqt.qt import (
    QAbstractItemView,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
    pyqtSignal,
    qconnect,
)

from ..collection.rules import RulesOverview
from ..model.reasons import group_of
from ..planning.habits import Habit, Habits
from . import rules_words
from .layouts import RoomyRows, from_left, sentence


class HabitsPage(QWidget):
    """Shows the habits, or what to do before there are any."""

    import_requested = pyqtSignal()
    naming_requested = pyqtSignal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._habits: tuple[Habit, ...] = ()
        self._hint = sentence(self)
        self.table = QTableWidget(0, 4, self)
        self.table.setAccessibleName("Habits")
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        self.table.setItemDelegate(RoomyRows(self.table))
        vertical, horizontal = self.table.verticalHeader(), self.table.horizontalHeader()
        if vertical is not None and horizontal is not None:
            vertical.hide()
            vertical.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
            horizontal.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
            horizontal.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
            horizontal.setSectionResizeMode(3, QHeaderView.ResizeMode.Interactive)
            # Its words may stand below each other.
            self.table.setColumnWidth(3, self.fontMetrics().averageCharWidth() * 14)
        self._selected = sentence(self)
        self._slips = sentence(self)
        self._unnamed = sentence(self)
        self._changes = sentence(self)
        self.import_button = QPushButton("&Import misses…", self)
        self.naming_button = QPushButton("&Name reasons…", self)
        for button, asked in (
            (self.import_button, self.import_requested),
            (self.naming_button, self.naming_requested),
        ):
            qconnect(button.clicked, lambda _checked, asked=asked: asked.emit())
        layout = QVBoxLayout(self)
        layout.addWidget(self._hint)
        layout.addWidget(self.table, 1)
        layout.addWidget(self._selected)
        layout.addWidget(self._slips)
        layout.addWidget(self._unnamed)
        layout.addWidget(self._changes)
        layout.addLayout(from_left(self.import_button, self.naming_button))
        layout.addStretch(0)
        qconnect(self.table.itemSelectionChanged, self._on_selected)

    @property
    def next_button(self) -> QPushButton | None:
        """What to do first, before there is anything to see; None where there is."""
        if self.table.isHidden():
            for button in (self.import_button, self.naming_button):
                if not button.isHidden():
                    return button
        return None

    def show_overview(self, overview: RulesOverview) -> None:
        """Shows these habits instead of the present ones."""
        hint = _hint(overview)
        unnamed = rules_words.unnamed(overview.habits)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        slips = rules_words.slips(overview.slips)
        self._slips.setText(slips)
        self._slips.setVisible(bool(slips))
        changes = rules_words.changes(overview.changes)
        self._changes.setText(changes)
        self._changes.setVisible(bool(changes) and not hint)
        self._show_table(overview.habits)
        self.table.setVisible(not hint)
        self._selected.setVisible(not hint)
        self._unnamed.setText(unnamed)
        self._unnamed.setVisible(bool(unnamed) and not hint)
        self.import_button.setVisible(not overview.misses)
        self.naming_button.setVisible(bool(overview.misses and (unnamed or not overview.reasons)))

    def _show_table(self, habits: Habits) -> None:
        row = max(0, self.table.currentRow())
        self._habits = habits.habits
        self.table.setHorizontalHeaderLabels(
            [
                "Reason",
                rules_words.last(habits.now.questions),
                rules_words.before(habits.before.questions),
                "Compared",
            ]
        )
        for column in (1, 2):
            header = self.table.horizontalHeaderItem(column)
            if header is not None:
                header.setToolTip(rules_words.FREQUENCY_TIP)
        self.table.setRowCount(len(self._habits))
        for number, habit in enumerate(self._habits):
            is_group = group_of(habit.code).key == habit.code
            texts = (
                habit.name,
                rules_words.frequency(habit.now),
                rules_words.frequency(habit.before),
                rules_words.compared(habit),
            )
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setToolTip(rules_words.habit(habit))
                font = item.font()
                font.setBold(is_group and not column)
                item.setFont(font)
                self.table.setItem(number, column, item)
        if self._habits:
            self.table.setCurrentCell(min(row, len(self._habits) - 1), 0)
        self._on_selected()

    def _on_selected(self) -> None:
        row = self.table.currentRow()
        shown = 0 <= row < len(self._habits)
        self._selected.setText(rules_words.habit(self._habits[row]) if shown else "")


def _hint(overview: RulesOverview) -> str:
    """What to do first; empty where there is something to show."""
    if not overview.misses:
        return rules_words.NO_MISSES
    if not overview.reasons:
        return rules_words.no_reasons(overview)
    return "" if overview.blocks else rules_words.NO_BLOCK
