"""The table of what was understood: one row for each question and each unreadable place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Callable, Optional

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

from ..collection.question_preview import QuestionPreview
from ..model.attempts import Problem
from ..model.systems import system_by_key
from . import words
from .tables import show_many_rows

Row = tuple[Optional[QuestionPreview], Optional[Problem]]


class Filter(Enum):
    """Which rows are shown."""

    ALL = "All"
    WITH_CARDS = "With cards"
    NO_CARD = "Without a card"
    SUSPENDED = "With suspended cards"
    SEEN = "Missed before"
    PROBLEMS = "Problems"

    def accepts(self, row: Row) -> bool:
        """Whether a row passes."""
        question, _problem = row
        if self is Filter.ALL:
            return True
        if self is Filter.PROBLEMS:
            return question is None or bool(question.problem)
        if question is None or not question.missed:
            return False
        return {
            Filter.WITH_CARDS: bool(question.notes),
            Filter.NO_CARD: not question.notes,
            Filter.SUSPENDED: bool(question.suspended),
            Filter.SEEN: question.missed_before > 0,
        }[self]


@dataclass(frozen=True)
class _Column:
    title: str
    tip: str
    text: Callable[[QuestionPreview], str]
    sort_key: Callable[[QuestionPreview], Any]
    right: bool = False


def _system_name(question: QuestionPreview) -> str:
    system = system_by_key(question.system)
    return system.name if system else question.attempt.system


def _number(value: int) -> str:
    return f"{value:,}" if value else ""


_COLUMNS: tuple[_Column, ...] = (
    _Column(
        "Question",
        "The question's id in the bank",
        lambda q: q.key.id,
        lambda q: (len(q.key.id), q.key.id),
    ),
    _Column("System", "Organ system", _system_name, _system_name),
    _Column(
        "Cards",
        "Core cards, those of the notes that are most about this question, of all that match",
        words.cards,
        lambda q: q.cards if q.notes else -1,
        right=True,
    ),
    _Column(
        "Suspended",
        "How many of the core cards are suspended",
        lambda q: _number(len(q.suspended)),
        lambda q: len(q.suspended),
        right=True,
    ),
    _Column(
        "That day",
        "What your reviews before that moment say about the core cards",
        lambda q: q.knowledge.value if q.missed and q.notes else "",
        lambda q: q.knowledge.value if q.missed and q.notes else "",
    ),
    _Column(
        "Missed before",
        "How often it was missed in earlier imports",
        lambda q: _number(q.missed_before),
        lambda q: q.missed_before,
        right=True,
    ),
    _Column("Result", "How it was answered", words.outcome, words.outcome),
    _Column("Topic", "As the bank prints it", lambda q: q.attempt.topic, lambda q: q.attempt.topic),
    _Column("Remark", "Anything to look at", words.remark, words.remark),
)
_REMARK = len(_COLUMNS) - 1
# Where the row of an unreadable place has its message, over all further columns.
_MESSAGE = 1


class QuestionModel(QAbstractTableModel):
    """The rows as Qt wants them; text is made only for the cells that are seen."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        # The questions, and after them the problems.
        self.rows: list[Row] = []
        self.problems = 0

    def set_rows(self, questions: Sequence[QuestionPreview], problems: Sequence[Problem]) -> None:
        """Shows these rows instead of the present ones."""
        self.beginResetModel()
        self.rows = [(question, None) for question in questions]
        self.rows += [(None, problem) for problem in problems]
        self.problems = len(problems)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(_COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return _COLUMNS[section].title
        if role == Qt.ItemDataRole.ToolTipRole:
            return _COLUMNS[section].tip
        return None

    def data(self, index: QModelIndex, role: int = 0) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.text(self.rows[index.row()], index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole and _COLUMNS[index.column()].right:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    @staticmethod
    def text(row: Row, column: int) -> str:
        """What a cell shows."""
        question, problem = row
        if question:
            return _COLUMNS[column].text(question)
        if problem and column <= _MESSAGE:
            return problem.message if column == _MESSAGE else problem.where
        return ""


class _SortedFiltered(QSortFilterProxyModel):
    def __init__(self, parent: QObject, model: QuestionModel) -> None:
        super().__init__(parent)
        self._model = model
        self.filter = Filter.ALL
        self.words = ""
        self.setSourceModel(model)

    def filterAcceptsRow(self, row: int, _parent: QModelIndex) -> bool:
        shown = self._model.rows[row]
        if not self.filter.accepts(shown):
            return False
        if not self.words:
            return True
        text = " ".join(QuestionModel.text(shown, column) for column in range(len(_COLUMNS)))
        return self.words in text.casefold()

    def lessThan(self, left: QModelIndex, right: QModelIndex) -> bool:
        first, second = (self._model.rows[index.row()][0] for index in (left, right))
        if first is None or second is None:
            return first is not None
        key = _COLUMNS[left.column()].sort_key
        return bool(key(first) < key(second))


class QuestionTable(QTableView):
    """Emits `opened` with the rows' note ids when the student opens rows."""

    opened = pyqtSignal(list)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = QuestionModel(self)
        self._shown = _SortedFiltered(self, self._model)
        self.setModel(self._shown)
        self.setAccessibleName("Questions understood")
        show_many_rows(self)
        qconnect(self.activated, lambda _index: self.open_selected())
        qconnect(self._shown.layoutChanged, self._span_messages)

    def show_rows(self, questions: Sequence[QuestionPreview], problems: Sequence[Problem]) -> None:
        """Shows these questions and, after them, what could not be read."""
        self._model.set_rows(questions, problems)
        self.clearSpans()
        self.resizeColumnsToContents()
        widest = self.fontMetrics().averageCharWidth() * 30
        for column in range(_REMARK):
            self.setColumnWidth(column, min(self.columnWidth(column), widest))
        self._span_messages()

    def set_filter(self, filter: Filter, words: str) -> None:
        """Shows only rows that pass the filter and contain the words."""
        self._shown.filter, self._shown.words = filter, words.strip().casefold()
        self._shown.invalidateFilter()
        self._span_messages()

    def _span_messages(self) -> None:
        """Gives the messages about unreadable places the width of the row; there are few."""
        self.clearSpans()
        questions = len(self._model.rows) - self._model.problems
        for row in range(questions, len(self._model.rows)):
            shown = self._shown.mapFromSource(self._model.index(row, 0))
            if shown.isValid():
                self.setSpan(shown.row(), _MESSAGE, 1, len(_COLUMNS) - _MESSAGE)

    def count(self, filter: Filter) -> int:
        """How many rows a filter would show."""
        return sum(map(filter.accepts, self._model.rows))

    def open_selected(self) -> None:
        """Asks for the notes of the selected rows to be opened."""
        selection = self.selectionModel()
        notes: list[int] = []
        for index in selection.selectedRows() if selection else []:
            question = self._model.rows[self._shown.mapToSource(index).row()][0]
            notes += question.notes if question else ()
        if notes:
            self.opened.emit(notes)
