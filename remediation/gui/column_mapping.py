"""What the columns of the student's own log hold: guessed, shown, and changed by the student."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from aqt.qt import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QEvent,
    QFormLayout,
    QHeaderView,
    QLabel,
    QObject,
    QScrollArea,
    QSizePolicy,
    Qt,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
    qconnect,
)
from aqt.utils import disable_help_button, restoreGeom, saveGeom

from ..model.attempts import Outcome
from ..model.banks import BANKS, EXAMS
from ..model.reasons import GROUPS, REASONS, word_key
from ..sources.error_log import LogPreview
from ..sources.log_columns import FIELD_NAMES, ColumnMapping, Field

_GEOMETRY = "remediationColumnMapping"
_LEAVE_OPEN = "leave it open"
# Pixels, at the usual size of text: a column shows its choice and the beginning of its cells.
_COLUMN_WIDTH = 170
# More words than this are not asked about: the log has sentences there, not words.
_MOST_ASKED = 30
# Characters; a cell longer than this is read in its tooltip.
_LONGEST_TIP = 300

_OUTCOMES = (
    (Outcome.INCORRECT, "wrong"),
    (Outcome.CORRECT, "right"),
    (Outcome.OMITTED, "left out"),
    (Outcome.UNSURE, "right, but unsure"),
)


class ColumnMappingDialog(QDialog):
    """Shows the first rows of a log with a choice above each column.

    `mapping` is what to begin with: a remembered one, or else the guess in `preview`. It changes
    nothing by itself; once accepted, `mapping()` is what the student chose.
    """

    def __init__(
        self, parent: QWidget | None, preview: LogPreview, mapping: ColumnMapping | None = None
    ) -> None:
        super().__init__(parent)
        self._preview = preview
        self._start = _fitting(mapping or preview.mapping, preview)
        # Words for reasons and results that were chosen, by `word_key`; kept while columns change.
        self._reasons: dict[str, str] = dict(self._start.reasons)
        self._outcomes: dict[str, Outcome | None] = dict(self._start.outcomes)
        self.fields: list[QComboBox] = []
        self.word_boxes: dict[str, QComboBox] = {}
        disable_help_button(self)
        self.setWindowTitle("Columns of your log")
        self._build()
        self.setMinimumSize(480, 360)
        self.resize(900, 560)
        restoreGeom(self, _GEOMETRY)
        self._update()
        self._first_field().setFocus()

    def mapping(self) -> ColumnMapping:
        """What is chosen now."""
        fields = tuple(box.currentData() for box in self.fields)
        day_first = self._start.day_first
        return replace(
            self._start,
            fields=fields,
            bank=self.bank_box.currentData(),
            exam=self.exam_box.currentData(),
            outcome=self.outcome_box.currentData(),
            day_first=self.order_box.currentData() if self._asks_for_order else day_first,
            reasons=dict(self._reasons),
            outcomes=dict(self._outcomes),
        )

    def choose(self, column: int, field: Field) -> None:
        """Chooses what a column holds, as the student would."""
        box = self.fields[column]
        box.setCurrentIndex(box.findData(field))

    def done(self, result: int) -> None:
        saveGeom(self, _GEOMETRY)
        super().done(result)

    # Building
    ######################################################################

    def _build(self) -> None:
        explanation = QLabel(
            "Your log is read by its columns: check what is chosen below each name. Texts of the "
            "question bank and your notes are not kept.",
            self,
        )
        explanation.setWordWrap(True)
        self._table = self._column_table()
        self.bank_box = _choices(
            self, "ask for it", ((bank.name, bank.key) for bank in BANKS), self._start.bank
        )
        self.exam_box = _choices(
            self, "ask for it", ((exam.name, exam.key) for exam in EXAMS), self._start.exam
        )
        self.outcome_box = _choices(
            self, "ask for it", ((name, value) for value, name in _OUTCOMES), self._start.outcome
        )
        self.order_box = _choices(
            self,
            "find out, else month first",
            (("month/day/year", False), ("day/month/year", True)),
            self._start.day_first,
        )
        self._form = QFormLayout()
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
        self._form.addRow("&Bank, where a row does not say it:", self.bank_box)
        self._form.addRow("&Exam, where a row does not say it:", self.exam_box)
        self._form.addRow("Rows without a &result were:", self.outcome_box)
        self._form.addRow("&Dates such as 3/4/2026 are:", self.order_box)
        self._words_page = QWidget(self)
        self._words = QFormLayout(self._words_page)
        self._words.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
        self._words_area = QScrollArea(self)
        self._words_area.setWidgetResizable(True)
        self._words_area.setWidget(self._words_page)
        self._words_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._words_area.setMinimumHeight(70)
        self._words_title = _line(self, "These words can mean several things. Asked once:")
        self._status = _line(self, "")
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        layout = QVBoxLayout(self)
        layout.addWidget(explanation)
        layout.addWidget(self._table, 3)
        layout.addLayout(self._form)
        layout.addWidget(self._words_title)
        layout.addWidget(self._words_area, 2)
        layout.addWidget(self._status)
        layout.addWidget(self._buttons)
        for box in (*self.fields, self.bank_box, self.exam_box):
            qconnect(box.currentIndexChanged, self._update)
        qconnect(self._buttons.accepted, self.accept)
        qconnect(self._buttons.rejected, self.reject)

    def _column_table(self) -> QTableWidget:
        preview = self._preview
        table = QTableWidget(len(preview.first_rows) + 1, len(preview.header), self)
        table.setAccessibleName("Columns of the log")
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        # The choices are what Tab goes through; the cells are to look at.
        table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        rows_header, header = table.verticalHeader(), table.horizontalHeader()
        if rows_header:
            rows_header.hide()
        if header:
            header.setDefaultSectionSize(_COLUMN_WIDTH)
            header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
            header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            header.setTextElideMode(Qt.TextElideMode.ElideRight)
        for column, name in enumerate(preview.header):
            title = QTableWidgetItem(name)
            title.setToolTip(name[:_LONGEST_TIP])
            table.setHorizontalHeaderItem(column, title)
            box = self._field_box(column, name)
            self.fields.append(box)
            table.setCellWidget(0, column, box)
            for row, cells in enumerate(preview.first_rows, start=1):
                item = QTableWidgetItem(cells[column])
                item.setToolTip(cells[column][:_LONGEST_TIP])
                item.setFlags(Qt.ItemFlag.ItemIsEnabled)
                table.setItem(row, column, item)
        table.resizeRowToContents(0)
        return table

    def _field_box(self, column: int, name: str) -> QComboBox:
        box = QComboBox(self)
        for field, words in FIELD_NAMES.items():
            box.addItem(words, field)
        box.setCurrentIndex(box.findData(self._start.fields[column]))
        box.setAccessibleName(f"What the column {name} holds"[:_LONGEST_TIP])
        box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        if self._preview.guesses[column].is_banks_text:
            box.setEnabled(False)
            box.setToolTip("This is text of the question bank. It is never kept.")
        box.installEventFilter(self)
        return box

    def _first_field(self) -> QComboBox:
        """The first choice that is open."""
        return next((box for box in self.fields if box.isEnabled()), self.bank_box)

    # Following the choices
    ######################################################################

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event and isinstance(watched, QComboBox) and watched in self.fields:
            if event.type() == QEvent.Type.FocusIn:
                self._show_column(self.fields.index(watched))
            elif event.type() == QEvent.Type.Wheel:
                # Scrolling past a choice must not change it.
                event.ignore()
                return True
        return super().eventFilter(watched, event)

    def _show_column(self, column: int) -> None:
        index = self._table.model()
        if index:
            self._table.scrollTo(index.index(0, column))

    @property
    def _asks_for_order(self) -> bool:
        return self._form.isRowVisible(self.order_box)

    def _update(self) -> None:
        sender = self.sender()
        if isinstance(sender, QComboBox) and sender in self.fields:
            self._leave_to_one(self.fields.index(sender))
        mapping = self.mapping()
        has = set(mapping.fields)
        self._form.setRowVisible(self.outcome_box, Field.OUTCOME not in has)
        self._form.setRowVisible(
            self.order_box,
            self._start.day_first is not None or self._preview.dates_are_unclear(mapping),
        )
        self._ask_for_words(mapping)
        self._status.setText(
            ""
            if mapping.names_questions
            else "Which column has the question ids, or at least the system or topic? Choose it "
            "above."
        )
        self._status.setVisible(bool(self._status.text()))
        ok = self._buttons.button(QDialogButtonBox.StandardButton.Ok)
        if ok:
            ok.setEnabled(mapping.names_questions)

    def _leave_to_one(self, column: int) -> None:
        """A field stands for one column, ids excepted: the one chosen last keeps it."""
        chosen = self.fields[column].currentData()
        if chosen in (Field.NOTHING, Field.ID):
            return
        for place, box in enumerate(self.fields):
            if place != column and box.currentData() is chosen:
                box.blockSignals(True)
                box.setCurrentIndex(box.findData(Field.NOTHING))
                box.blockSignals(False)

    def _ask_for_words(self, mapping: ColumnMapping) -> None:
        """One choice for each word that is not clear in the chosen columns."""
        reasons = self._preview.unclear_reasons(mapping)[:_MOST_ASKED]
        outcomes = self._preview.unclear_outcomes(mapping)[:_MOST_ASKED]
        wanted = [f"reason {word}" for word in reasons] + [f"result {word}" for word in outcomes]
        self._words_title.setVisible(bool(wanted))
        self._words_area.setVisible(bool(wanted))
        if wanted == list(self.word_boxes):
            return
        while self._words.rowCount():
            self._words.removeRow(0)
        self.word_boxes.clear()
        for word in reasons:
            self._add_word("reason", word, _reason_choices(), self._reasons)
        for word in outcomes:
            choices = [(name, value) for value, name in _OUTCOMES]
            self._add_word("result", word, choices, self._outcomes)

    def _add_word(
        self, what: str, word: str, choices: Iterable[tuple[str, Any]], chosen: dict[str, Any]
    ) -> None:
        key = word_key(word)
        nothing: object = "" if what == "reason" else None
        # Shown and left alone is an answer too: it is not asked again.
        chosen.setdefault(key, nothing)
        box = _choices(self, _LEAVE_OPEN, choices, chosen[key], nothing)
        box.installEventFilter(self)
        caption = QLabel(f"“{word}” as a {what} means:", self._words_page)
        caption.setTextFormat(Qt.TextFormat.PlainText)
        box.setAccessibleName(caption.text())
        self._words.addRow(caption, box)
        self.word_boxes[f"{what} {word}"] = box

        def on_change() -> None:
            chosen[key] = box.currentData()

        qconnect(box.currentIndexChanged, on_change)


def _fitting(mapping: ColumnMapping, preview: LogPreview) -> ColumnMapping:
    """`mapping` with one field for each column of `preview`."""
    width = len(preview.header)
    fields = [*mapping.fields, *[Field.NOTHING] * width][:width]
    for column, guess in enumerate(preview.guesses[:width]):
        if guess.is_banks_text:
            fields[column] = Field.NOTHING
    return replace(mapping, fields=tuple(fields))


def _choices(
    parent: QWidget,
    nothing: str,
    choices: Iterable[tuple[str, Any]],
    chosen: object,
    nothing_value: object = None,
) -> QComboBox:
    box = QComboBox(parent)
    box.addItem(nothing, nothing_value)
    for name, value in choices:
        box.addItem(name, value)
    box.setCurrentIndex(max(0, box.findData(chosen)))
    return box


def _reason_choices() -> list[tuple[str, str]]:
    """The groups, each with its reasons below it: the group alone is an answer."""
    found: list[tuple[str, str]] = []
    for group in GROUPS:
        found.append((group.name, group.key))
        found += [(f"    {one.name}", one.code) for one in REASONS if one.group == group.key]
    return found


def _line(parent: QWidget, text: str) -> QLabel:
    label = QLabel(text, parent)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
