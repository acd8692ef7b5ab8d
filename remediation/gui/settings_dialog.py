"""Settings: all of them, checked as one types, saved together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any, Callable

from anki.collection import Collection, OpChanges
from aqt import gui_hooks
from aqt.main import AnkiQt
from aqt.operations import CollectionOp
from aqt.qt import (
    QDialog,
    QDialogButtonBox,
    QKeySequence,
    QMessageBox,
    QPushButton,
    Qt,
    QTabWidget,
    QTimer,
    QVBoxLayout,
    qconnect,
)
from aqt.utils import disable_help_button, restoreGeom, saveGeom, tooltip

from ..collection.changing_settings import ChangePreview, change_settings, preview_change
from ..collection.renaming import CannotRename
from ..setting_kinds import Day
from ..settings import ABOUT, Kept, Settings, Tab, conflicts, names_kept, normal
from . import addon_settings, settings_words
from .background import LatestReading, changes_of
from .layouts import sentence
from .settings_page import SettingField, SettingsPage

_GEOMETRY = "remediationSettings"
# Long enough for the next letter of a name to be typed before it is looked up.
_PREVIEW_AFTER_MS = 300


class SettingsDialog(QDialog):
    """The window of Tools > Remediation > Settings…, and of the Config button of the add-on."""

    def __init__(self, mw: AnkiQt) -> None:
        super().__init__(mw, Qt.WindowType.Window)
        self.mw = mw
        self.fields: dict[str, SettingField] = {}
        self.pages: dict[Tab, SettingsPage] = {}
        # What the settings are until something is saved.
        self.saved = addon_settings.load(mw)
        # What those that are shown would do; None until it is known.
        self.preview: ChangePreview | None = None
        self.question: QMessageBox | None = None
        # Called when the window has closed because the profile closes.
        self._after_closing: Callable[[], None] | None = None
        self._previewing = LatestReading(self)
        self._is_showing = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PREVIEW_AFTER_MS)
        disable_help_button(self)
        self.setWindowTitle("Remediation settings")
        self._build()
        self.setMinimumSize(490, 320)
        self.resize(620, 560)
        restoreGeom(self, _GEOMETRY)
        gui_hooks.operation_did_execute.append(self._on_operation)
        self._show_settings(self.saved)
        self.show()

    def _build(self) -> None:
        self.tabs = QTabWidget(self)
        for tab in Tab:
            names = [name for name, about in ABOUT.items() if about.tab is tab]
            if names:
                page = SettingsPage(self, tab.title, names)
                self.pages[tab] = page
                self.fields.update(page.fields)
                self.tabs.addTab(page, tab.value)
                qconnect(page.edited, self._on_edited)
        self.tabs.setUsesScrollButtons(True)
        self.status = sentence(self)
        kinds = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kinds.Cancel, self)
        self.save_button = QPushButton("&Save", self)
        self.save_button.setDefault(True)
        self.save_button.setShortcut(QKeySequence("Ctrl+Return"))
        self.save_button.setToolTip("Ctrl+Enter")
        self.restore_button = QPushButton("Restore &defaults", self)
        self.restore_button.setAutoDefault(False)
        buttons.addButton(self.save_button, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(self.restore_button, QDialogButtonBox.ButtonRole.ResetRole)
        layout = QVBoxLayout(self)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self.status)
        layout.addWidget(buttons)
        qconnect(buttons.rejected, self.reject)
        qconnect(self.save_button.clicked, lambda _checked: self._save())
        qconnect(self.restore_button.clicked, lambda _checked: self._restore_defaults())
        qconnect(self._timer.timeout, self._start_preview)
        qconnect(self.finished, self._on_finished)

    # Values
    ######################################################################

    def values(self) -> dict[str, Any]:
        """What is shown, by the settings' names."""
        return {name: normal(name, field.editor.current()) for name, field in self.fields.items()}

    def changes(self) -> dict[str, Any]:
        """What differs from the settings as they are."""
        saved = asdict(self.saved)
        return {name: value for name, value in self.values().items() if value != saved[name]}

    def complaints(self) -> dict[str, str]:
        """What is wrong with what is shown, by the settings' names."""
        values, saved = self.values(), asdict(self.saved)
        found = {}
        for name, value in values.items():
            kind = ABOUT[name].kind
            complaint = kind.complaint(value)
            is_new_day = isinstance(kind, Day) and value not in ("", saved[name])
            if is_new_day and value < date.today().isoformat():
                complaint = "is in the past"
            if complaint:
                found[name] = complaint
        found = {**conflicts(replace(self.saved, **values)), **found}
        refused = self.preview.refusals if self.preview else {}
        return {**{name: f"This {words}." for name, words in found.items()}, **refused}

    def _show_settings(self, settings: Settings) -> None:
        self._is_showing = True
        for name, value in asdict(settings).items():
            self.fields[name].editor.show_value(value)
        self._is_showing = False
        self._on_edited()

    def _restore_defaults(self) -> None:
        """Fills in the defaults; a date that the student gave is no matter of taste and stays."""
        days = {n: v for n, v in self.values().items() if isinstance(ABOUT[n].kind, Day)}
        self._show_settings(replace(Settings(), **days))

    def _on_edited(self) -> None:
        if self._is_showing:
            return
        # What is being worked out belongs to other values.
        self._previewing.stop()
        self.preview = None
        for name in ("tag_root", "deck_parent"):
            self.fields[name].show_preview("")
        self._check()
        if self.complaints():
            self._timer.stop()
            self.pages[Tab.DECKS].show_preview("")
        else:
            self._timer.start()

    def _check(self) -> None:
        complaints = self.complaints()
        for name, field in self.fields.items():
            field.complain(complaints.get(name, ""))
        changed = bool(self.changes())
        self.save_button.setEnabled(changed and not complaints)
        unsaved = settings_words.UNSAVED if changed else ""
        self.status.setText(settings_words.where_wrong(complaints) or unsaved)

    # Previews
    ######################################################################

    def _start_preview(self) -> None:
        if not addon_settings.is_open(self.mw):
            # As during a full sync; it is asked again until the collection is back.
            self._timer.start()
            return
        before, after = self.saved, replace(self.saved, **self.values())

        def on_failure(error: Exception) -> None:
            if addon_settings.is_open(self.mw):
                addon_settings.show_error(self, error)
            else:
                self._timer.start()

        self._previewing.read(
            lambda col: preview_change(col, before, after),
            lambda preview: self._show_preview(preview, after),
            on_failure,
        )

    def _show_preview(self, preview: ChangePreview, settings: Settings) -> None:
        self.preview = preview
        renamed = self.changes().keys() - preview.refusals.keys()
        if "tag_root" in renamed:
            self.fields["tag_root"].show_preview(settings_words.new_tags(preview))
        if "deck_parent" in renamed:
            self.fields["deck_parent"].show_preview(settings_words.new_deck_names(preview))
        self.pages[Tab.DECKS].show_preview(settings_words.decks_to_build(settings, preview.decks))
        self._check()

    # Saving
    ######################################################################

    def _save(self) -> None:
        if self.complaints():
            return
        if not addon_settings.is_open(self.mw):
            tooltip(settings_words.NOT_NOW, parent=self)
            return
        changes, computer = self.changes(), addon_settings.load_computers(self.mw)
        if not changes.keys() & {*names_kept(Kept.COLLECTION)}:
            self._on_saved(changes)
            return

        def change(col: Collection) -> OpChanges:
            return changes_of(change_settings(col, computer, changes))

        self.save_button.setEnabled(False)
        CollectionOp(self, change).success(lambda _changes: self._on_saved(changes)).failure(
            self._on_not_saved
        ).run_in_background(initiator=self)

    def _on_saved(self, changes: Mapping[str, Any]) -> None:
        here = {name: changes[name] for name in names_kept(Kept.COMPUTER) if name in changes}
        if here:
            addon_settings.save_computers(self.mw, here)
        renamed = changes.keys() & {"tag_root", "deck_parent"}
        words = settings_words.SAVED_RENAMED if renamed else settings_words.SAVED
        tooltip(words, parent=self.mw, period=5000 if renamed else 3000)
        self.accept()

    def _on_not_saved(self, error: Exception) -> None:
        self._after_closing = None
        self.mw.update_undo_actions()
        if isinstance(error, CannotRename):
            # The collection changed since the preview, which the next one shows.
            self._start_preview()
        else:
            addon_settings.show_error(self, error)
        self._check()

    def _on_operation(self, changes: OpChanges, handler: object | None) -> None:
        # Records are notes: another window's, a sync's, and Undo. What is being typed stays.
        if changes.note and handler is not self and not self.changes():
            self.saved = addon_settings.load(self.mw)
            self._show_settings(self.saved)

    # Closing
    ######################################################################

    def reject(self) -> None:
        if self.changes():
            self._ask()
        else:
            super().reject()

    def discard(self) -> None:
        """Closes without asking; what was changed here and not saved is lost."""
        if self.question is not None:
            self.question.reject()
        super().reject()

    def closeWithCallback(self, callback: Callable[[], None]) -> None:
        """Called by aqt.dialogs when the profile closes; without the call it stays open."""
        self._after_closing = callback
        self.reject()

    def _ask(self) -> None:
        """Asks what is to become of the changes."""
        if self.question is not None:
            return
        choices = QMessageBox.StandardButton
        self.question = QMessageBox(self)
        self.question.setWindowTitle("Remediation settings")
        self.question.setIcon(QMessageBox.Icon.Question)
        self.question.setText(settings_words.UNSAVED)
        can_save = not self.complaints()
        save = choices.Save if can_save else choices.NoButton
        self.question.setStandardButtons(save | choices.Discard | choices.Cancel)
        self.question.setDefaultButton(choices.Save if can_save else choices.Cancel)
        self.question.setEscapeButton(choices.Cancel)
        qconnect(self.question.finished, self._on_answer)
        self.question.open()

    def _on_answer(self, answer: int) -> None:
        self.question = None
        if answer == QMessageBox.StandardButton.Save:
            self._save()
        elif answer == QMessageBox.StandardButton.Discard:
            super().reject()
        else:
            self._after_closing = None

    def _on_finished(self, _code: int) -> None:
        self._previewing.stop()
        self._timer.stop()
        gui_hooks.operation_did_execute.remove(self._on_operation)
        saveGeom(self, _GEOMETRY)
        if self._after_closing is not None:
            # Once the window counts as closed, which its other listeners see to.
            self.mw.taskman.run_on_main(self._after_closing)
