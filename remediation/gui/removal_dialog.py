"""Remove everything: what goes, what stays, and how to delete the add-on afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

from anki.collection import Collection, OpChanges
from aqt import gui_hooks
from aqt.main import AnkiQt
from aqt.operations import CollectionOp, QueryOp
from aqt.operations.collection import undo
from aqt.qt import (
    QApplication,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QLabel,
    QMessageBox,
    QPushButton,
    QScrollArea,
    Qt,
    QVBoxLayout,
    QWidget,
    qconnect,
)
from aqt.utils import ask_user, disable_help_button, tooltip

from ..collection.importing import CollectionChanged
from ..collection.removal import UNDO_NAME, RemovalPlan, back_up, plan_removal, remove_everything
from ..collection.undo import is_last_step
from ..model.progress import Cancelled
from . import addon_settings, removal_words
from .background import LatestReading, main_thread_progress
from .layouts import from_left, sentence
from .settings_dialog import SettingsDialog
from .words import count

# How the names begin under which Anki's profile keeps something for the add-on.
_PROFILE_PREFIX = "remediation"


@dataclass
class Removed:
    """What was written. `undo_step` names the step to undo, 0 where nothing was written.

    Not frozen, since Anki's CollectionOp asks for a result whose `changes` can be set.
    """

    changes: OpChanges = field(default_factory=OpChanges)
    undo_step: int = 0


class RemovalDialog(QDialog):
    """The window of Tools > Remediation > Remove everything…

    `plan` is what is shown, None until it was read. `removed` is what was done, `question` the one
    asked last. Its size is not kept: that would be one thing more to take away.
    """

    # Told by aqt.dialogs that it may be closed without asking: nothing is lost by it.
    silentlyClose = True

    def __init__(self, mw: AnkiQt) -> None:
        super().__init__(mw, Qt.WindowType.Window)
        self.mw = mw
        self.plan: RemovalPlan | None = None
        self.removed: Removed | None = None
        self.question: QMessageBox | None = None
        self._reading = LatestReading(self)
        disable_help_button(self)
        self.setWindowTitle("Remove everything")
        self._build()
        self.setMinimumSize(360, 280)
        self.resize(600, 560)
        gui_hooks.operation_did_execute.append(self._on_operation)
        self._read()
        self.show()
        self.cancel_button.setFocus()

    # Building
    ######################################################################

    def _build(self) -> None:
        self._headline = sentence(self)
        font = self._headline.font()
        font.setBold(True)
        self._headline.setFont(font)
        self._remark = sentence(self)
        self._goes = _list(self)
        self._stays = _list(self)
        self.studied_box = QCheckBox(self)
        self._studied_remark = sentence(self)
        self.types_box = QCheckBox(self)
        self._types_remark = sentence(self)
        self.undo_button = QPushButton("&Undo", self)
        self._delete_remark = sentence(self)
        self.reset_button = QPushButton("Reset the add-on's se&ttings too", self)
        for button in (self.undo_button, self.reset_button):
            button.setAutoDefault(False)

        page = QWidget(self)
        inside = QVBoxLayout(page)
        for widget in (
            self._headline,
            self._remark,
            self._goes,
            self._stays,
            self._studied_remark,
            self.studied_box,
            self._types_remark,
            self.types_box,
        ):
            inside.addWidget(widget)
        inside.addLayout(from_left(self.undo_button))
        inside.addWidget(self._delete_remark)
        inside.addLayout(from_left(self.reset_button))
        inside.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(page)

        buttons = QDialogButtonBox(self)
        self.remove_button = QPushButton("Remove &everything", self)
        self.remove_button.setAutoDefault(False)
        self.cancel_button = QPushButton("Cancel", self)
        self.cancel_button.setDefault(True)
        buttons.addButton(self.remove_button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self.cancel_button, QDialogButtonBox.ButtonRole.RejectRole)
        layout = QVBoxLayout(self)
        layout.addWidget(scroll, 1)
        layout.addWidget(buttons)

        qconnect(self.types_box.toggled, lambda _checked: self._update_remove_button())
        qconnect(self.remove_button.clicked, lambda _checked: self._back_up())
        qconnect(self.undo_button.clicked, lambda _checked: self._undo())
        qconnect(self.reset_button.clicked, lambda _checked: self._reset_settings())
        qconnect(buttons.rejected, self.reject)
        qconnect(self.finished, lambda _code: self._on_finished())

    # Reading
    ######################################################################

    def _read(self) -> None:
        self.plan = None
        self.removed = None
        self._show_only(self._headline)
        self._headline.setText("Reading your collection…")
        self._update_remove_button()
        settings = addon_settings.load(self.mw)

        self._reading.read(
            lambda col: plan_removal(col, settings), self._show_plan, self._on_not_read
        )

    def _on_not_read(self, error: Exception) -> None:
        self._headline.setText("Your collection could not be read. Nothing was changed.")
        addon_settings.show_error(self, error)

    def _on_operation(self, _changes: OpChanges, handler: object | None) -> None:
        if self.removed is not None and self.mw.col.undo_status().redo != UNDO_NAME:
            self._update_undo_button()
        elif handler is not self:
            self._read()

    # Showing
    ######################################################################

    def _show_only(self, *widgets: QWidget) -> None:
        for widget in (
            self._remark,
            self._goes,
            self._stays,
            self._studied_remark,
            self.studied_box,
            self._types_remark,
            self.types_box,
            self.undo_button,
            self._delete_remark,
            self.reset_button,
        ):
            widget.setVisible(widget in widgets)

    def _show_plan(self, plan: RemovalPlan) -> None:
        self.plan = plan
        shown: list[QWidget] = []
        if plan.is_empty:
            self._headline.setText("There is nothing of Remediation to remove in this collection.")
            self._delete_remark.setText(self._how_to_delete(removal_words.left_over(plan)))
            shown += [self._delete_remark, self.reset_button]
        else:
            self._headline.setText("This takes Remediation out of your collection.")
            self._remark.setText(
                "Anki makes a backup first, and Edit > Undo takes all of it back. If you also use"
                " Anki elsewhere, sync there and here before you go on."
            )
            self._goes.setText(_html("What goes", removal_words.goes(plan)))
            self._stays.setText(_html("What stays", removal_words.stays(plan)))
            shown += [self._remark, self._goes, self._stays]
            if plan.studied:
                self._studied_remark.setText(removal_words.studied(plan))
                cards = count(len(plan.studied), "card")
                self.studied_box.setText(f"&Suspend {cards} that I have studied, too")
                shown += [self._studied_remark, self.studied_box]
        if plan.has_types:
            self._types_remark.setText(removal_words.types(plan))
            self.types_box.setText(
                "Also &remove these, with a full sync"
                if plan.forces_full_sync
                else "Also &remove these"
            )
            shown += [self._types_remark, self.types_box]
        self.studied_box.setChecked(False)
        self.types_box.setChecked(False)
        self._show_only(*shown)
        self._update_remove_button()
        self.cancel_button.setFocus()

    def _update_remove_button(self) -> None:
        plan = self.plan
        only_types = plan is not None and plan.is_empty
        something = plan is not None and (not plan.is_empty or self.types_box.isChecked())
        nothing = only_types and plan is not None and not plan.has_types
        self.remove_button.setVisible(self.removed is None and not nothing)
        self.remove_button.setEnabled(something)
        self.remove_button.setText("Remove th&ese" if only_types else "Remove &everything")
        ended = self.removed is not None or only_types
        self.cancel_button.setText("Close" if ended else "Cancel")

    def _show_removed(self, removed: Removed, left: str) -> None:
        self.removed = removed
        self._delete_remark.setText(self._how_to_delete(left))
        self._headline.setText("Remediation is taken out of your collection.")
        self._remark.setText(
            "Your notes, cards and reviews are still there. If you changed your mind, undo it"
            " before you do anything else."
        )
        self._show_only(self._remark, self.undo_button, self._delete_remark, self.reset_button)
        self._update_remove_button()
        self._update_undo_button()
        self.cancel_button.setFocus()

    def _update_undo_button(self) -> None:
        step = self.removed.undo_step if self.removed else 0
        alive = bool(step) and is_last_step(self.mw.col, step)
        self.undo_button.setEnabled(alive)
        self.undo_button.setToolTip(
            "" if alive else "Something else was done since. Use Edit > Undo in the main window."
        )

    # Acting
    ######################################################################

    def _back_up(self) -> None:
        plan = self.plan
        if plan is None:
            return
        self.remove_button.setEnabled(False)
        folder = self.mw.pm.backupFolder()

        def on_backed_up(_nothing: None) -> None:
            # Closed or read again meanwhile, it is not what the student agreed to.
            if self.plan is plan:
                self._remove(plan)

        def on_failure(error: Exception) -> None:
            if self.plan is plan:
                self._ask_without_backup(error, plan)

        QueryOp(parent=self, op=lambda col: back_up(col, folder), success=on_backed_up).failure(
            on_failure
        ).with_progress("Anki makes a backup…").run_in_background()

    def _ask_without_backup(self, error: Exception, plan: RemovalPlan) -> None:
        def on_answer(yes: bool) -> None:
            if yes:
                self._remove(plan)
            else:
                self._update_remove_button()

        self.question = ask_user(
            f"Anki could not make a backup: {error}\n\nUndo would still take everything back, as"
            " long as Anki stays open. Remove everything without a backup?",
            on_answer,
            defaults_yes=False,
            parent=self,
            title="No backup",
            textFormat=Qt.TextFormat.PlainText,
        )

    def _remove(self, plan: RemovalPlan) -> None:
        suspend_studied, remove_types = self.studied_box.isChecked(), self.types_box.isChecked()
        progress = main_thread_progress(self.mw)

        def write(col: Collection) -> Removed:
            step = remove_everything(
                col,
                plan,
                suspend_studied=suspend_studied,
                remove_types=remove_types,
                progress=progress,
            )
            return Removed(step.changes, step.target) if step else Removed()

        def on_removed(removed: Removed) -> None:
            # The deck on the screen may be one of those that went.
            if self.mw.state in ("overview", "review"):
                self.mw.moveToState("deckBrowser")
            # What is open there with changes would be written on top of the removal.
            self._close(window for window in _windows() if isinstance(window, SettingsDialog))
            left = removal_words.left_over(plan, types_removed=remove_types)
            self._show_removed(removed, left)

        CollectionOp(self, write).success(on_removed).failure(
            self._on_not_removed
        ).run_in_background(initiator=self)

    def _on_not_removed(self, error: Exception) -> None:
        self.mw.update_undo_actions()
        if isinstance(error, CollectionChanged):
            tooltip("Your collection changed meanwhile. Please look at the numbers again.")
        elif not isinstance(error, Cancelled):
            addon_settings.show_error(self, error)
        self._read()

    def _undo(self) -> None:
        if self.removed is None or not is_last_step(self.mw.col, self.removed.undo_step):
            self._update_undo_button()
            return
        undo(parent=self)

    def _reset_settings(self) -> None:
        """Puts back this computer's settings, and what Anki's profile keeps for the add-on."""
        # They keep their size when they are closed.
        others = [window for window in _windows() if window is not self]
        if not self._close(others):
            tooltip("Please close the other windows of Remediation first.", parent=self)
            return
        manager = self.mw.addonManager
        defaults = manager.addonConfigDefaults(addon_settings.ADDON) or {}
        manager.writeConfig(addon_settings.ADDON, defaults)
        profile = self.mw.pm.profile
        if profile is not None:
            for name in [key for key in profile if key.startswith(_PROFILE_PREFIX)]:
                del profile[name]
            self.mw.pm.save()
        self.reset_button.setEnabled(False)
        self.reset_button.setText("The settings are reset")

    def _close(self, windows: Iterable[QWidget]) -> bool:
        """Closes windows of the add-on; whether all are closed now. Settings are not saved."""
        windows = list(windows)
        for window in windows:
            if isinstance(window, SettingsDialog):
                window.discard()
            else:
                window.close()
        return not any(window.isVisible() for window in windows)

    def _how_to_delete(self, left: str) -> str:
        manager = self.mw.pm
        others = [name for name in manager.profiles() if name != manager.name]
        return removal_words.how_to_delete(left, others)

    def _on_finished(self) -> None:
        self._reading.stop()
        self.plan = None
        gui_hooks.operation_did_execute.remove(self._on_operation)


def _windows() -> list[QWidget]:
    """The windows of the add-on that are open."""
    return [
        window
        for window in QApplication.topLevelWidgets()
        if type(window).__module__.partition(".")[0] == addon_settings.ADDON and window.isVisible()
    ]


def _list(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.RichText)
    return label


def _html(title: str, lines: Sequence[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<b>{escape(title)}</b><ul style='margin: 4px 0 4px -22px'>{items}</ul>"
