"""Import misses: start, look at what would happen, apply."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import aqt
from anki.collection import Collection
from anki.decks import DeckId
from aqt.main import AnkiQt
from aqt.operations import CollectionOp, QueryOp
from aqt.qt import (
    QDialog,
    QDialogButtonBox,
    QDragEnterEvent,
    QDropEvent,
    QKeySequence,
    QProgressBar,
    QPushButton,
    QSplitter,
    QStackedWidget,
    Qt,
    QVBoxLayout,
    qconnect,
)
from aqt.utils import disable_help_button, restoreGeom, saveGeom, tooltip

from ..collection.importing import CollectionChanged, ImportPreview, ImportResult, apply_import
from ..collection.reading_input import Input
from ..collection.sample import sample_reading
from ..model.attempts import Outcome
from ..model.progress import Cancelled
from ..settings import Settings
from ..sources.reading import SAMPLE, Reading, UnusableInput
from . import addon_settings, words
from .background import main_thread_progress
from .column_mapping import ColumnMappingDialog
from .input_panel import InputPanel
from .layouts import row
from .preview_panel import PreviewPanel
from .preview_runner import PreviewRunner, RunnerCallbacks
from .report_form import ReportForm
from .result_panel import ResultPanel
from .sample_notice import SampleNotice
from .start_panel import Start, StartPanel
from .sync_watch import SyncWatch
from .windows import NAMING_WINDOW, RAPID_FIRE_DIALOG

_GEOMETRY = "remediationImport"
# A first round: enough to see how it goes, done in two minutes.
_FIRST_CARDS = 5


class ImportDialog(QDialog):
    """The window of Tools > Remediation > Import misses…; `start_with` begins."""

    # Told by aqt.dialogs that it may be closed without asking: nothing is lost by it.
    silentlyClose = True

    def __init__(self, mw: AnkiQt, sync: SyncWatch) -> None:
        super().__init__(mw, Qt.WindowType.Window)
        self.mw = mw
        self._sync = sync
        # What was understood, and what applying it would do; None until it is known.
        self._input: Input | None = None
        self.reading: Reading | None = None
        self.preview: ImportPreview | None = None
        self.columns_dialog: ColumnMappingDialog | None = None
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
        self.setMinimumSize(560, 520)
        self.resize(900, 680)
        restoreGeom(self, _GEOMETRY)
        self._restore_choices()
        self._show_start()
        self.show()
        self.input.box.setFocus()

    @property
    def _settings(self) -> Settings:
        """The settings as they are now: they can be changed while the window is open."""
        return addon_settings.load_quietly(self.mw)

    # Building
    ######################################################################

    def _build(self) -> None:
        self.setAcceptDrops(True)
        self.input = InputPanel(self)
        self.start_panel = StartPanel(self, self.mw)
        self.panel = PreviewPanel(
            self, self.mw, addon_settings.load(self.mw).cards_unsuspended_per_day
        )
        self.result_panel = ResultPanel(self, self.mw)
        self.sample_notice = SampleNotice(self, self.mw)
        self._progress = QProgressBar(self)
        self._progress.setTextVisible(True)
        self.stop_button = QPushButton("Sto&p", self)
        self.stop_button.setAutoDefault(False)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.apply_button = QPushButton("&Apply", self)
        self.apply_button.setDefault(True)
        self.apply_button.setShortcut(QKeySequence("Ctrl+Return"))
        self.apply_button.setToolTip("Ctrl+Enter")
        buttons.addButton(self.apply_button, QDialogButtonBox.ButtonRole.ApplyRole)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.start_panel)
        self._pages.addWidget(self.panel)
        self._pages.addWidget(self.result_panel)
        splitter = QSplitter(Qt.Orientation.Vertical, self)
        splitter.addWidget(self.input)
        splitter.addWidget(self._pages)
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 4)
        splitter.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.addWidget(self.sample_notice)
        layout.addWidget(splitter, 1)
        layout.addLayout(row(self._progress, self.stop_button))
        layout.addWidget(buttons)

        qconnect(self.input.changed, self._read)
        qconnect(self.input.report_requested, self._type_report)
        qconnect(self.start_panel.chosen, self.start_with)
        qconnect(self.panel.changed, self._match)
        qconnect(self.panel.columns_requested, self._ask_for_columns)
        qconnect(self.stop_button.clicked, self._on_stop)
        qconnect(self.apply_button.clicked, self._apply)
        qconnect(buttons.rejected, self.reject)
        qconnect(self.result_panel.undone, self._on_undone)
        qconnect(self.sample_notice.removed, self._on_sample_removed)
        qconnect(self.result_panel.study_requested, self._study)
        qconnect(self.result_panel.naming_requested, self._name_reasons)
        qconnect(self.result_panel.review_requested, self._review)
        qconnect(self.finished, self._on_finished)

    # Starting
    ######################################################################

    def start_with(self, start: Start) -> None:
        """Begins as the student chose."""
        if start is Start.SAMPLE:
            self._make_sample()
        elif start is Start.IDS:
            self.input.box.setFocus()
        else:
            self.input.choose_file()

    def _make_sample(self) -> None:
        exam, root = self.panel.form.answers().exam or "", self._settings.tag_root

        def on_made(reading: Reading) -> None:
            # What was entered meanwhile is what the student wants.
            if self.isVisible() and not self._has_input:
                self.take_reading(reading)

        def on_failure(error: Exception) -> None:
            if isinstance(error, UnusableInput):
                self._on_unusable(str(error))
            else:
                self._on_failed(error)

        self.input.set_status("Making a sample…")
        QueryOp(
            parent=self, op=lambda col: sample_reading(col, exam, root), success=on_made
        ).failure(on_failure).run_in_background()

    def _show_start(self) -> None:
        self._show_nothing()
        self.start_panel.refresh()
        self._pages.setCurrentWidget(self.start_panel)

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        self.input.dragEnterEvent(event)

    def dropEvent(self, event: QDropEvent | None) -> None:
        self.input.dropEvent(event)

    # From input to preview
    ######################################################################

    @property
    def _has_input(self) -> bool:
        return bool(self.input.path or self.input.text.strip())

    def _read(self) -> None:
        self._start_anew()
        self.reading = None
        if self._has_input:
            self._show_nothing()
            self._runner.read(self.input.path, self.input.text, self.input.reader_key)
        else:
            self._runner.cancel()
            self._show_start()
            self.input.set_status("")

    def _start_anew(self) -> None:
        """Forgets the last input and what was chosen for it."""
        self._input = None
        self.panel.forget_choices()
        if self._is_sample:
            self._restore_choices()

    @property
    def _is_sample(self) -> bool:
        return self.reading is not None and self.reading.reader == SAMPLE

    def _type_report(self) -> None:
        form = ReportForm(self)
        if form.exec() and form.reading:
            self.take_reading(form.reading)

    def take_reading(self, reading: Reading) -> None:
        """Goes on with what was typed instead of pasted."""
        self.input.clear()
        # Otherwise the empty box would be read next, and take its place.
        self.input.stop_waiting()
        self._start_anew()
        self._on_read(reading)

    def _on_input_read(self, read: Input) -> None:
        self._input = read
        self._on_read(read.reading)
        # A log whose columns were never looked at: the student is asked once.
        if read.columns and not read.columns.decided:
            self._ask_for_columns()

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
        self._pages.setCurrentWidget(self.panel)
        has_columns = bool(self._input and self._input.columns)
        self.panel.show_reading(reading, has_columns=has_columns)
        if self.panel.form.answers().exam is None and not self._is_typing():
            self.panel.form.ask_for_exam()
        self._match()

    def _match(self) -> None:
        if self.reading is None:
            return
        self.preview = None
        self.apply_button.setEnabled(False)
        request = self.panel.request(self.reading, self._input.columns if self._input else None)
        if request is None:
            self._runner.cancel()
            self._idle()
            self.panel.ask_for_exam(self.reading)
            self.input.set_status(words.remarks(self.reading))
            return
        settings = replace(self._settings, cards_unsuspended_per_day=self.panel.most_cards)
        self._runner.preview(request, settings)

    def _on_preview(self, preview: ImportPreview) -> None:
        self._idle()
        if self.reading is None:
            return
        self.preview = preview
        self.panel.show_preview(preview, self.reading)
        self.input.set_status(words.remarks(self.reading))
        self.apply_button.setEnabled(not preview.is_empty)
        if not preview.is_empty and not (self._is_typing() or self._is_changing()):
            self.apply_button.setFocus()

    def _is_typing(self) -> bool:
        """Whether the student may go on in the box; files and samples leave it empty."""
        return self.input.box.hasFocus() and bool(self.input.box.toPlainText())

    def _is_changing(self) -> bool:
        """Whether the keyboard is at an answer or a choice."""
        focused = self.focusWidget()
        return focused is not None and focused.isVisible() and self.panel.isAncestorOf(focused)

    def _show_nothing(self) -> None:
        self._idle()
        self.preview = None
        self.panel.show_nothing()
        self.apply_button.setEnabled(False)

    def _on_unusable(self, message: str) -> None:
        self._show_start()
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

    # Applying
    ######################################################################

    def _apply(self) -> None:
        preview = self.preview
        if preview is None or preview.is_empty:
            return
        self.apply_button.setEnabled(False)
        settings, progress = self._settings, main_thread_progress(self.mw)
        later = not self._sync.may_write

        def work(col: Collection) -> ImportResult:
            return apply_import(col, preview, settings, progress, decks_later=later)

        CollectionOp(self, work).success(self._on_applied).failure(
            self._on_not_applied
        ).run_in_background(initiator=self)

    def _on_applied(self, result: ImportResult) -> None:
        if not self._is_sample:
            self._save_choices()
        sittings = self.preview.records.sittings if self.preview else ()
        self.result_panel.show_result(result, sittings, is_sample=self._is_sample)
        self._pages.setCurrentWidget(self.result_panel)
        self.input.make_room("Imported.")
        self.input.set_status("")

    def _on_not_applied(self, error: Exception) -> None:
        self.mw.update_undo_actions()
        if isinstance(error, CollectionChanged):
            tooltip("Your collection changed meanwhile. Please look at the numbers again.")
        elif not isinstance(error, Cancelled):
            addon_settings.show_error(self, error)
            self.input.set_status("Something went wrong; nothing was changed.")
        self._match()

    def _on_undone(self) -> None:
        if self._is_sample:
            self.input.clear()
            return
        self._pages.setCurrentWidget(self.panel)
        self.input.box.setFocus()
        self._match()

    def _on_sample_removed(self) -> None:
        if self._is_sample:
            self.input.clear()
        elif self._pages.currentWidget() is self.panel:
            self._match()

    def _study(self, deck_id: int) -> None:
        self.mw.col.decks.set_current(DeckId(deck_id))
        self.mw.moveToState("review")
        self.mw.activateWindow()
        self.close()

    def _review(self) -> None:
        """Offers a first short round."""
        aqt.dialogs.open(RAPID_FIRE_DIALOG, self.mw).cards.setValue(_FIRST_CARDS)
        self.close()

    def _name_reasons(self) -> None:
        """Opens the naming window on top; the result below says what comes after it."""
        aqt.dialogs.open(NAMING_WINDOW, self.mw)

    # Choices and closing
    ######################################################################

    def _restore_choices(self) -> None:
        last: dict[str, Any] = (self.mw.pm.profile or {}).get(addon_settings.LAST_CHOICES) or {}
        try:
            outcome = Outcome(last.get("outcome"))
        except ValueError:
            outcome = Outcome.INCORRECT
        self.panel.form.prefer(str(last.get("bank", "")), last.get("exam"), outcome)

    def _save_choices(self) -> None:
        answers = self.panel.form.answers()
        if self.mw.pm.profile is not None:
            self.mw.pm.profile[addon_settings.LAST_CHOICES] = {
                "bank": self.panel.form.usual_bank,
                "exam": answers.exam,
                "outcome": answers.outcome.value if answers.outcome else None,
            }

    def _on_finished(self, _code: int) -> None:
        self._runner.cancel()
        self.result_panel.cleanup()
        self.sample_notice.cleanup()
        saveGeom(self, _GEOMETRY)
