"""Import misses: paste, look at what would happen, apply."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import aqt
from anki.decks import DeckId
from aqt.main import AnkiQt
from aqt.operations import CollectionOp
from aqt.qt import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QKeySequence,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QSplitter,
    QStackedWidget,
    Qt,
    QTabWidget,
    QVBoxLayout,
    QWidget,
    qconnect,
)
from aqt.utils import disable_help_button, restoreGeom, saveGeom, tooltip

from ..collection.importing import (
    CollectionChanged,
    ImportPreview,
    ImportRequest,
    ImportResult,
    apply_import,
    is_tagged,
)
from ..collection.reading_input import Input
from ..collection.topics import TopicChoice
from ..model.attempts import Outcome
from ..model.progress import Cancelled
from ..sources import completion
from ..sources.reading import Reading
from . import addon_settings, words
from .background import main_thread_progress
from .column_mapping import ColumnMappingDialog
from .input_panel import InputPanel
from .preview_runner import PreviewRunner, RunnerCallbacks
from .question_table import Filter, QuestionTable
from .rates_table import RatesTable
from .report_form import ReportForm
from .report_table import ReportTable
from .result_panel import ResultPanel
from .sitting_form import SittingForm
from .topic_table import TopicTable

_GEOMETRY = "remediationImport"
# Places of the tabs.
_QUESTIONS, _TOPICS, _REPORT, _RATES = range(4)
# Where the last choices are kept: in Anki's profile, since they belong to this computer.
_LAST_CHOICES = "remediationImportChoices"


class ImportDialog(QDialog):
    """The window of Tools > Remediation > Import misses…"""

    # Told by aqt.dialogs that it may be closed without asking: nothing is lost by it.
    silentlyClose = True

    def __init__(self, mw: AnkiQt) -> None:
        super().__init__(mw, Qt.WindowType.Window)
        self.mw = mw
        # What was understood, and what applying it would do; None until it is known.
        self._input: Input | None = None
        self.columns_dialog: ColumnMappingDialog | None = None
        self.reading: Reading | None = None
        self.preview: ImportPreview | None = None
        self._topic_choices: dict[str, TopicChoice] = {}
        self._settings = addon_settings.load(mw)
        self._runner = PreviewRunner(
            mw,
            self,
            RunnerCallbacks(
                self._on_progress,
                self._on_input_read,
                self._on_preview,
                self._on_unusable,
                self._on_failed,
            ),
        )
        disable_help_button(self)
        self.setWindowTitle("Import misses")
        self._build()
        self.setMinimumSize(560, 420)
        self.resize(900, 680)
        restoreGeom(self, _GEOMETRY)
        self._restore_choices()
        self._show_nothing()
        self._pages.hide()
        self.show()
        self.input.box.setFocus()

    # Building
    ######################################################################

    def _build(self) -> None:
        self.input = InputPanel(self)
        self.form = SittingForm(self, datetime.now())
        self.table = QuestionTable(self)
        self.topics = TopicTable(self, self.mw)
        self.report = ReportTable(self)
        self.rates = RatesTable(self)
        self.result_panel = ResultPanel(self, self.mw)
        self._filter = QComboBox(self)
        self._filter.setAccessibleName("Which questions to show")
        self._search = QLineEdit(self)
        self._search.setPlaceholderText("Find in the table")
        self._search.setClearButtonEnabled(True)
        self.copy_button = QPushButton("&Copy ids without a card", self)
        self.copy_button.setAutoDefault(False)
        self.columns_button = QPushButton("Col&umns of your log…", self)
        self.columns_button.setAutoDefault(False)
        self.columns_button.hide()
        self._totals = _sentence(self)
        self._plan = _sentence(self)
        self.again_box = QCheckBox("I did these a&gain at the time above", self)
        self._all_cards = QCheckBox("Use a&ll matching cards, not only the core cards", self)
        self._by_topic = QCheckBox("Look for cards by &topic where there is none by id", self)
        self._other_exams = QCheckBox("Also use cards of another e&xam with the same number", self)
        self._most = QSpinBox(self)
        self._most.setRange(0, 9999)
        self._most.setValue(self._settings.cards_unsuspended_per_day)
        self._most.setAccessibleName("Cards to make active today, at most")
        self._progress = QProgressBar(self)
        self._progress.setTextVisible(True)
        self.stop_button = QPushButton("Sto&p", self)
        self.stop_button.setAutoDefault(False)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.apply_button = QPushButton("&Apply", self)
        self.apply_button.setDefault(True)
        self.apply_button.setShortcut(QKeySequence("Ctrl+Return"))
        self.apply_button.setToolTip("Ctrl+Enter")
        self._buttons.addButton(self.apply_button, QDialogButtonBox.ButtonRole.ApplyRole)

        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._preview_page())
        self._pages.addWidget(self.result_panel)
        splitter = QSplitter(Qt.Orientation.Vertical, self)
        splitter.addWidget(self.input)
        splitter.addWidget(self._pages)
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 4)
        splitter.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.addWidget(splitter, 1)
        layout.addLayout(_row(self._progress, self.stop_button))
        layout.addWidget(self._buttons)

        qconnect(self.input.changed, self._read)
        qconnect(self.input.report_requested, self._type_report)
        qconnect(self.form.changed, self._match)
        qconnect(self._filter.currentIndexChanged, self._filter_rows)
        qconnect(self._search.textChanged, self._filter_rows)
        qconnect(self.copy_button.clicked, self._copy_unmatched)
        qconnect(self.columns_button.clicked, self._ask_for_columns)
        for box in (self.again_box, self._all_cards, self._other_exams, self._by_topic):
            qconnect(box.toggled, self._match)
        qconnect(self.topics.chosen, self._on_topic_chosen)
        qconnect(self._most.valueChanged, self._match)
        qconnect(self.stop_button.clicked, self._on_stop)
        qconnect(self.apply_button.clicked, self._apply)
        qconnect(self._buttons.rejected, self.reject)
        qconnect(self.table.opened, self._open_in_browser)
        qconnect(self.result_panel.undone, self._on_undone)
        qconnect(self.result_panel.study_requested, self._study)
        qconnect(self.finished, self._on_finished)

    def _preview_page(self) -> QWidget:
        page = QWidget(self)
        questions = QWidget(self)
        question_layout = QVBoxLayout(questions)
        question_layout.setContentsMargins(0, 4, 0, 0)
        question_layout.addLayout(_row(self._filter, self._search, self.copy_button))
        question_layout.addWidget(self.table, 1)
        self._tabs = QTabWidget(self)
        self._tabs.setDocumentMode(True)
        for number, (tab, title) in enumerate(
            (
                (questions, "Questions"),
                (self.topics, "Topics"),
                (self.report, "Report"),
                (self.rates, "So far"),
            )
        ):
            self._tabs.addTab(tab, title)
            self._tabs.setTabVisible(number, number == _QUESTIONS)
        limit = _row(QLabel("Make at most"), self._most, QLabel("cards active today"))
        limit.addStretch(1)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.form)
        layout.addWidget(self.columns_button, alignment=Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._totals)
        layout.addWidget(self._tabs, 1)
        for widget in (self.again_box, self._other_exams, self._by_topic, self._all_cards):
            layout.addWidget(widget)
        layout.addLayout(limit)
        layout.addWidget(self._plan)
        return page

    # From input to preview
    ######################################################################

    def _read(self) -> None:
        self._pages.setCurrentIndex(0)
        self._input = self.reading = None
        self.columns_button.hide()
        self._topic_choices = {}
        for box in (self.again_box, self._by_topic):
            box.setChecked(False)
        self._show_nothing()
        if self.input.path or self.input.text.strip():
            self._runner.read(self.input.path, self.input.text, self.input.reader_key)
        else:
            self._runner.cancel()
            self._pages.hide()
            self.input.set_status("")

    def _type_report(self) -> None:
        form = ReportForm(self)
        if form.exec() and form.reading:
            self.take_reading(form.reading)

    def take_reading(self, reading: Reading) -> None:
        """Goes on with what was typed instead of pasted."""
        self.input.clear()
        # Otherwise the empty box would be read next, and take its place.
        self.input.stop_waiting()
        self._topic_choices = {}
        self._input = None
        self._pages.setCurrentIndex(0)
        self._on_read(reading)

    def _on_input_read(self, read: Input) -> None:
        self._input = read
        self._on_read(read.reading)
        # A log whose columns were never looked at: the student is asked once.
        if read.columns and not read.columns.decided:
            self._ask_for_columns()

    @property
    def columns_decided(self) -> bool:
        """Whether the columns of the log that is shown were chosen, now or before."""
        return bool(self._input and self._input.columns and self._input.columns.decided)

    def _ask_for_columns(self) -> None:
        """Shows the columns of a log; what is chosen is read at once and remembered on Apply."""
        read = self._input
        if read is None or read.columns is None:
            return
        self.columns_dialog = ColumnMappingDialog(self, read.columns.preview, read.columns.mapping)
        dialog, document = self.columns_dialog, read.document
        qconnect(dialog.accepted, lambda: self._runner.read_again(document, dialog.mapping()))
        dialog.open()

    def _on_read(self, reading: Reading) -> None:
        self.reading = reading
        self.input.show_format(reading.reader)
        self.columns_button.setVisible(bool(self._input and self._input.columns))
        self._pages.show()
        self._filter.setCurrentIndex(0)
        self._search.clear()
        self.form.show_reading(reading)
        self._match()

    def _match(self) -> None:
        if self.reading is None:
            return
        self.preview = None
        self.apply_button.setEnabled(False)
        request = self._request(self.reading)
        if request is None:
            self._runner.cancel()
            self._idle()
            self.table.show_rows([], self.reading.problems)
            self._fill_filter()
            self._totals.setText("Which exam are these questions from? Choose it above.")
            self._plan.setText("")
            self.input.set_status(words.understood(self.reading))
            return
        settings = replace(self._settings, cards_unsuspended_per_day=self._most.value())
        self._runner.preview(request, settings)

    def _request(self, reading: Reading) -> ImportRequest | None:
        answers = self.form.answers()
        if answers.exam is None:
            return None
        columns = self._input.columns if self._input else None
        return ImportRequest(
            completion.sittings(reading, answers),
            again=self.again_box.isChecked(),
            all_cards=self._all_cards.isChecked(),
            other_exams=self._other_exams.isChecked(),
            by_topic=self._by_topic.isChecked(),
            topic_choices=dict(self._topic_choices),
            remember=columns.to_remember() if columns else {},
        )

    def _on_preview(self, preview: ImportPreview) -> None:
        self._idle()
        self.preview = preview
        reading = self.reading
        if reading:
            self.table.show_rows(preview.questions, reading.problems)
            self.input.set_status(words.understood(reading))
        self._fill_filter()
        self._totals.setText(words.totals(preview))
        self._plan.setText(words.plan(preview))
        self._show_tabs(preview)
        # A choice is shown only where it changes something.
        self.again_box.setVisible(preview.recorded > 0 or self.again_box.isChecked())
        only_other = any(q.how is None and q.problem for q in preview.unmatched)
        self._other_exams.setVisible(only_other or self._other_exams.isChecked())
        has_topic = any(
            q.attempt.id and is_tagged(q.key) and (q.attempt.topic or q.attempt.category)
            for q in preview.unmatched
        )
        self._by_topic.setVisible(has_topic or self._by_topic.isChecked())
        more = sum(len(q.notes) > len(q.core) for q in preview.questions if q.missed)
        self._all_cards.setVisible(more > 0 or self._all_cards.isChecked())
        self.copy_button.setEnabled(bool(preview.unmatched))
        self.apply_button.setEnabled(not preview.is_empty)
        if not preview.is_empty and not self.input.box.hasFocus():
            self.apply_button.setFocus()

    def _show_tabs(self, preview: ImportPreview) -> None:
        """Shows the tabs that have something in them, and the one to start with."""
        groups = [group for sitting in preview.request.sittings for group in sitting.groups]
        self.report.show_groups(groups)
        limited = any(not is_tagged(k) or groups for t in preview.topics for k in t.topic.questions)
        self.topics.show_topics(preview.topics, limited=limited)
        questions = any(sitting.attempts for sitting in preview.request.sittings)
        first = not self._tabs.isTabVisible(_TOPICS) and not self._tabs.isTabVisible(_REPORT)
        problems = len(self.reading.problems) if self.reading else 0
        rows = (len(preview.questions), "Questions") if questions else (problems, "Problems")
        for tab, title, number in (
            (_QUESTIONS, rows[1], rows[0]),
            (_TOPICS, "Topics", len(preview.topics)),
            (_REPORT, "Report", len(groups)),
        ):
            self._tabs.setTabText(tab, f"{title} ({number:,})")
            self._tabs.setTabVisible(tab, bool(number) or (tab == _QUESTIONS and not groups))
        self.rates.show_rates(preview.rates)
        self._tabs.setTabVisible(_RATES, bool(preview.rates))
        visible = sum(map(self._tabs.isTabVisible, range(self._tabs.count())))
        bar = self._tabs.tabBar()
        if bar is not None:
            bar.setVisible(visible > 1)
        if first and preview.topics:
            self._tabs.setCurrentIndex(_TOPICS)

    def _on_topic_chosen(self, key: str, choice: TopicChoice) -> None:
        self._topic_choices[key] = choice
        self._match()

    def _show_nothing(self) -> None:
        self._idle()
        self.preview = None
        self.table.show_rows([], [])
        for tab in (_TOPICS, _REPORT, _RATES):
            self._tabs.setTabVisible(tab, False)
        self._fill_filter()
        self._totals.setText("")
        self._plan.setText("")
        for box in (self.again_box, self._other_exams, self._by_topic, self._all_cards):
            box.hide()
        self.copy_button.setEnabled(False)
        self.apply_button.setEnabled(False)

    def _on_unusable(self, message: str) -> None:
        self._show_nothing()
        self._pages.hide()
        self.input.set_status(message)

    def _on_failed(self, error: Exception) -> None:
        self._show_nothing()
        self.input.set_status("Something went wrong; nothing was changed.")
        addon_settings.show_error(self, error)

    # Progress
    ######################################################################

    def _on_progress(self, label: str, done: int, total: int) -> None:
        self._progress.setRange(0, total)
        self._progress.setValue(done)
        self._progress.setFormat(f"{label} %p%" if total else label)
        self._progress.show()
        self.stop_button.show()

    def _idle(self) -> None:
        self._progress.hide()
        self.stop_button.hide()

    def _on_stop(self) -> None:
        self._runner.cancel()
        self._show_nothing()
        self.input.set_status("Stopped. Nothing was changed.")

    # The table
    ######################################################################

    def _fill_filter(self) -> None:
        chosen = self._filter.currentData() or Filter.ALL
        self._filter.blockSignals(True)
        self._filter.clear()
        for filter in Filter:
            self._filter.addItem(f"{filter.value} ({self.table.count(filter):,})", filter)
        self._filter.setCurrentIndex(self._filter.findData(chosen))
        self._filter.blockSignals(False)
        self._filter_rows()

    def _filter_rows(self) -> None:
        self.table.set_filter(self._filter.currentData() or Filter.ALL, self._search.text())

    def _open_in_browser(self, note_ids: list[int]) -> None:
        search = f"nid:{','.join(map(str, note_ids))}"
        aqt.dialogs.open("Browser", self.mw, search=(search,))

    def _copy_unmatched(self) -> None:
        clipboard = QApplication.clipboard()
        if self.preview and clipboard:
            ids = [question.key.id for question in self.preview.unmatched]
            clipboard.setText(", ".join(ids))
            tooltip(f"{words.count(len(ids), 'id')} copied", parent=self)

    # Applying
    ######################################################################

    def _apply(self) -> None:
        preview = self.preview
        if preview is None or preview.is_empty:
            return
        self.apply_button.setEnabled(False)
        settings, progress = self._settings, main_thread_progress(self.mw)
        CollectionOp(self, lambda col: apply_import(col, preview, settings, progress)).success(
            self._on_applied
        ).failure(self._on_not_applied).run_in_background(initiator=self)

    def _on_applied(self, result: ImportResult) -> None:
        self._save_choices()
        self.result_panel.show_result(result)
        self._pages.setCurrentIndex(1)
        self.input.set_status("Imported. Paste or drop the next block any time.")

    def _on_not_applied(self, error: Exception) -> None:
        self.mw.update_undo_actions()
        if isinstance(error, CollectionChanged):
            tooltip("Your collection changed meanwhile. Please look at the numbers again.")
        elif not isinstance(error, Cancelled):
            addon_settings.show_error(self, error)
            self.input.set_status("Something went wrong; nothing was changed.")
        self._match()

    def _on_undone(self) -> None:
        self._pages.setCurrentIndex(0)
        self._match()

    def _study(self, deck_id: int) -> None:
        self.mw.col.decks.set_current(DeckId(deck_id))
        self.mw.moveToState("review")
        self.mw.activateWindow()
        self.close()

    # Choices and closing
    ######################################################################

    def _restore_choices(self) -> None:
        last: dict[str, Any] = (self.mw.pm.profile or {}).get(_LAST_CHOICES) or {}
        try:
            outcome = Outcome(last.get("outcome"))
        except ValueError:
            outcome = Outcome.INCORRECT
        self.form.prefer(str(last.get("bank", "")), last.get("exam"), outcome)

    def _save_choices(self) -> None:
        answers = self.form.answers()
        if self.mw.pm.profile is not None:
            self.mw.pm.profile[_LAST_CHOICES] = {
                "bank": self.form.usual_bank,
                "exam": answers.exam,
                "outcome": answers.outcome.value if answers.outcome else None,
            }

    def _on_finished(self, _code: int) -> None:
        self._runner.cancel()
        self.result_panel.cleanup()
        saveGeom(self, _GEOMETRY)


def _sentence(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    for widget in widgets:
        row.addWidget(widget)
    return row
