"""Today's questions: the rules, the ids to give to the bank, and what the bank made of them."""

from __future__ import annotations

from typing import Callable

import aqt
from anki.collection import Collection, OpChanges
from aqt.main import AnkiQt
from aqt.operations import CollectionOp
from aqt.qt import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QPushButton,
    Qt,
    QVBoxLayout,
    qconnect,
)
from aqt.utils import disable_help_button, restoreGeom, saveGeom

from ..collection.changing_settings import change_settings
from ..collection.question_block import (
    TodaysQuestions,
    ankis_today,
    ask_again,
    read_todays_questions,
    record_block,
    retire_ids,
)
from ..collection.undo import UndoStep
from ..model.banks import QuestionKey
from ..planning.question_block import BankAndExam
from . import addon_settings, questions_words
from .background import ChangeWatch, LatestReading, changes_of
from .layouts import Scrolled, from_left, sentence
from .questions_page import QuestionsPage
from .questions_why import WhyDialog
from .windows import IMPORT_DIALOG, RULES_DIALOG

_GEOMETRY = "remediationQuestions"


class QuestionsDialog(QDialog):
    """The window of Tools > Remediation > Today's questions…"""

    # Told by aqt.dialogs that it may be closed without asking: nothing is lost by it.
    silentlyClose = True

    def __init__(self, mw: AnkiQt) -> None:
        super().__init__(mw, Qt.WindowType.Window)
        self.mw = mw
        # What is shown; None until it was read.
        self.found: TodaysQuestions | None = None
        self.why_dialog: WhyDialog | None = None
        self._source: BankAndExam | None = None
        self._reading = LatestReading(self)
        disable_help_button(self)
        self.setWindowTitle("Today's questions")
        self._build()
        self.setMinimumSize(420, 380)
        self.resize(600, 520)
        restoreGeom(self, _GEOMETRY)
        # Records are notes, and what a recall repairs is not asked about any more.
        self._watch = ChangeWatch(mw, lambda changes: changes.note or changes.card, self._read)
        self._read()
        self.show()

    def _build(self) -> None:
        self.message = sentence(self)
        self.page = QuestionsPage(self)
        self._scrolled = Scrolled(self, "Today's questions")
        self._scrolled.show_content(self.page)
        self.import_button = QPushButton("I did the block: &import the result…", self)
        self.why_button = QPushButton(self)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self._close_button: QPushButton | None = buttons.button(
            QDialogButtonBox.StandardButton.Close
        )
        layout = QVBoxLayout(self)
        layout.addWidget(self.message)
        layout.addWidget(self._scrolled, 1)
        layout.addLayout(from_left(self.import_button, self.why_button))
        layout.addWidget(buttons)
        qconnect(buttons.rejected, self.reject)
        qconnect(self.import_button.clicked, lambda: aqt.dialogs.open(IMPORT_DIALOG, self.mw))
        qconnect(self.why_button.clicked, self._show_why)
        qconnect(self.page.rules_requested, lambda: aqt.dialogs.open(RULES_DIALOG, self.mw))
        qconnect(self.page.copy_requested, self._copy)
        qconnect(self.page.source_chosen, self._choose_source)
        qconnect(self.page.siblings_switched, self._switch_siblings)
        qconnect(self.page.refused, self._retire)
        qconnect(self.page.typed, self._set_default)
        qconnect(self.finished, self._on_finished)

    # Reading
    ######################################################################

    def _read(self) -> None:
        if self.found is None:
            self.message.setText(questions_words.READING)
            for widget in (self._scrolled, self.import_button, self.why_button):
                widget.hide()
        settings, source = addon_settings.load(self.mw), self._source
        self._reading.read(
            lambda col: read_todays_questions(col, settings, source), self._show, self._on_not_read
        )

    def _on_not_read(self, error: Exception) -> None:
        self.message.setText("Your records could not be read.")
        self.message.show()
        addon_settings.show_error(self, error)

    def _show(self, found: TodaysQuestions) -> None:
        before, self.found = self.found, found
        news = before is None or (found.block, found.is_copied) != (before.block, before.is_copied)
        settings = addon_settings.load(self.mw)
        self.message.setText("" if found.block else questions_words.no_block(found, settings))
        self.message.setVisible(not found.block)
        self._scrolled.show()
        self.page.show_questions(found, with_siblings=settings.siblings_in_blocks)
        if before and before.today != found.today:
            self.page.tell(questions_words.NEW_DAY)
        if self.why_dialog:
            self.why_dialog.show_retired(found.retired)
        waits = found.last is not None and not found.last.is_done
        self.import_button.setText(
            "I did the block: &import the result…" if waits else "&Import misses…"
        )
        self.import_button.setVisible(waits or not found.misses)
        self.why_button.setVisible(found.last is not None)
        self.why_button.setText("&Why these, before the result…" if waits else "&Why these…")
        button = self._set_default()
        # The cursor only moves where something happened to the block itself.
        if button is not None and news:
            button.setFocus()

    def _set_default(self) -> QPushButton | None:
        """Lets Enter do what comes next, and returns the button for that."""
        found, button = self.found, self._close_button
        if found and found.block and self.page.retire_button.isEnabled():
            button = self.page.retire_button
        elif found and found.block:
            button = self.import_button if found.is_copied else self.page.copy_button
        elif found and found.is_done:
            button = self.why_button
        elif found and not found.misses:
            button = self.import_button
        if button is not None:
            button.setDefault(True)
        return button

    # Acting
    ######################################################################

    def _copy(self) -> None:
        block = self.found.block if self.found else None
        clipboard = QApplication.clipboard()
        if self.found is None or block is None or clipboard is None:
            return
        if self.found.today != ankis_today(self.mw.col):
            # The window stayed open overnight.
            self._read()
            return
        clipboard.setText(block.text)
        self.page.tell(questions_words.copied(len(block.keys)))
        settings = addon_settings.load(self.mw)
        self._write(lambda col: record_block(col, settings, block))

    def _retire(self, keys: tuple[QuestionKey, ...]) -> None:
        settings = addon_settings.load(self.mw)
        self._write(lambda col: retire_ids(col, settings, keys))

    def _write(self, act: Callable[[Collection], UndoStep | None]) -> None:
        def write(col: Collection) -> OpChanges:
            return changes_of(act(col))

        CollectionOp(self, write).failure(self._on_not_written).run_in_background(initiator=self)

    def _on_not_written(self, error: Exception) -> None:
        self.mw.update_undo_actions()
        addon_settings.show_error(self, error)
        self._read()

    def _choose_source(self, source: BankAndExam) -> None:
        self._source = source
        self._read()

    def _switch_siblings(self, on: bool) -> None:
        computer = addon_settings.load_computers(self.mw)
        self._write(lambda col: change_settings(col, computer, {"siblings_in_blocks": on}))

    def _show_why(self) -> None:
        if self.found and self.found.last:
            self.why_dialog = WhyDialog(self, self.found.last, self.found.retired)
            qconnect(self.why_dialog.asked_again, self._ask_again)
            self.why_dialog.open()

    def _ask_again(self, keys: tuple[QuestionKey, ...]) -> None:
        settings = addon_settings.load(self.mw)
        self._write(lambda col: ask_again(col, settings, keys))

    def _on_finished(self, _code: int) -> None:
        self._reading.stop()
        self._watch.stop()
        saveGeom(self, _GEOMETRY)
