"""Rules and habits: what to keep in mind before a block, and whether it helps."""

from __future__ import annotations

from typing import Callable

import aqt
from anki.collection import Collection, OpChanges
from aqt import gui_hooks
from aqt.main import AnkiQt
from aqt.operations import CollectionOp
from aqt.qt import (
    QDialog,
    QDialogButtonBox,
    QPushButton,
    Qt,
    QTabWidget,
    QVBoxLayout,
    qconnect,
)
from aqt.utils import disable_help_button, restoreGeom, saveGeom

from ..collection.rules import RulesOverview, check_rules, read_overview, set_active_rules
from ..collection.undo import UndoStep
from ..model.rules import ActiveRule
from . import addon_settings
from .background import LatestReading, changes_of
from .layouts import sentence
from .rules_after import AfterPage
from .rules_before import BeforePage
from .rules_habits import HabitsPage
from .rules_picker import RulesPicker
from .windows import IMPORT_DIALOG, NAMING_WINDOW

_GEOMETRY = "remediationRules"


class RulesDialog(QDialog):
    """The window of Tools > Remediation > Rules and habits…"""

    # Told by aqt.dialogs that it may be closed without asking: nothing is lost by it.
    silentlyClose = True

    def __init__(self, mw: AnkiQt) -> None:
        super().__init__(mw, Qt.WindowType.Window)
        self.mw = mw
        # What is shown; None until it was read.
        self.overview: RulesOverview | None = None
        self.picker: RulesPicker | None = None
        self._reading = LatestReading(self)
        disable_help_button(self)
        self.setWindowTitle("Rules and habits")
        self._build()
        self.setMinimumSize(480, 420)
        self.resize(640, 520)
        restoreGeom(self, _GEOMETRY)
        gui_hooks.operation_did_execute.append(self._on_operation)
        self._read()
        self.show()

    def _build(self) -> None:
        self._status = sentence(self)
        self.before = BeforePage(self)
        self.after = AfterPage(self)
        self.habits = HabitsPage(self)
        self.tabs = QTabWidget(self)
        self.tabs.addTab(self.before, "&Before a block")
        self.tabs.addTab(self.after, "&After a block")
        self.tabs.addTab(self.habits, "&Habits")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self._close_button: QPushButton | None = buttons.button(
            QDialogButtonBox.StandardButton.Close
        )
        layout = QVBoxLayout(self)
        layout.addWidget(self._status)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(buttons)
        qconnect(buttons.rejected, self.reject)
        qconnect(self.tabs.currentChanged, lambda _tab: self._set_default())
        qconnect(self.before.choice_requested, self._choose)
        qconnect(self.after.choice_requested, self._choose)
        qconnect(self.after.tapped, self._set_default)
        qconnect(self.after.saved, self._save)
        qconnect(self.habits.import_requested, lambda: self._open(IMPORT_DIALOG))
        qconnect(self.habits.naming_requested, lambda: self._open(NAMING_WINDOW))
        qconnect(self.finished, self._on_finished)

    # Reading
    ######################################################################

    def _read(self) -> None:
        if self.overview is None:
            self._status.setText("Reading your records…")
            self.tabs.setEnabled(False)
        self._reading.read(read_overview, self._show, self._on_not_read)

    def _on_not_read(self, error: Exception) -> None:
        self._status.setText("Your records could not be read.")
        addon_settings.show_error(self, error)

    def _show(self, overview: RulesOverview) -> None:
        self.overview = overview
        self._status.hide()
        self.tabs.setEnabled(True)
        self.before.show_overview(overview)
        self.after.show_overview(overview)
        self.habits.show_overview(overview)
        self._set_default()

    def _set_default(self) -> None:
        """Lets Enter do what comes next on the page that is shown."""
        without_rules = self.overview is not None and not self.overview.active
        page = self.tabs.currentWidget()
        button = self._close_button
        if page is self.before and without_rules:
            button = self.before.choose_button
        elif page is self.after and without_rules:
            button = self.after.choose_button
        elif page is self.habits and self.habits.next_button is not None:
            button = self.habits.next_button
        elif page is self.after and self.after.save_button.isEnabled():
            button = self.after.save_button
        if button is not None:
            button.setDefault(True)

    def _on_operation(self, changes: OpChanges, handler: object | None) -> None:
        if handler is not self:
            self.after.forget_saved()
        # Records are notes: this window's own changes, a sync's, and Undo.
        if changes.note:
            self._read()

    # Acting
    ######################################################################

    def _choose(self) -> None:
        if self.overview is None:
            return
        self.picker = RulesPicker(self, self.overview)
        picker = self.picker
        qconnect(picker.accepted, lambda: self._change(picker.rules))
        picker.open()

    def _change(self, rules: tuple[ActiveRule, ...]) -> None:
        self.after.forget_saved()
        settings = addon_settings.load(self.mw)
        self._write(lambda col: set_active_rules(col, settings, rules), lambda: None)

    def _save(self, used: tuple[tuple[str, bool], ...]) -> None:
        settings = addon_settings.load(self.mw)
        self._write(lambda col: check_rules(col, settings, used), self.after.show_saved)

    def _write(
        self, act: Callable[[Collection], UndoStep | None], done: Callable[[], None]
    ) -> None:
        def write(col: Collection) -> OpChanges:
            return changes_of(act(col))

        CollectionOp(self, write).success(lambda _changes: done()).failure(
            self._on_not_written
        ).run_in_background(initiator=self)

    def _on_not_written(self, error: Exception) -> None:
        self.mw.update_undo_actions()
        addon_settings.show_error(self, error)
        self._read()

    def _open(self, window: str) -> None:
        aqt.dialogs.open(window, self.mw)

    def _on_finished(self, _code: int) -> None:
        self._reading.stop()
        gui_hooks.operation_did_execute.remove(self._on_operation)
        saveGeom(self, _GEOMETRY)
