"""Tools > Remediation."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING

import aqt
from aqt.main import AnkiQt
from aqt.qt import QAction, QDialog, QMenu, qconnect

from . import marking
from .repair import repair_after_sync, run_repair
from .sync_watch import SyncWatch
from .windows import IMPORT_DIALOG, NAMING_WINDOW, RULES_DIALOG

if TYPE_CHECKING:
    from ..model.banks import QuestionKey


def add_to(mw: AnkiQt) -> None:
    """Adds the menu to the main window, and what else starts with it."""
    aqt.dialogs.register_dialog(IMPORT_DIALOG, _import_dialog)
    watch = SyncWatch(mw)
    aqt.dialogs.register_dialog(NAMING_WINDOW, partial(_naming_window, watch))
    aqt.dialogs.register_dialog(RULES_DIALOG, _rules_dialog)
    menu = QMenu("&Remediation", mw)
    for title, act in (
        ("&Import misses…", lambda: aqt.dialogs.open(IMPORT_DIALOG, mw)),
        ("&Name reasons…", lambda: aqt.dialogs.open(NAMING_WINDOW, mw)),
        ("Rules and &habits…", lambda: aqt.dialogs.open(RULES_DIALOG, mw)),
        ("&Repair tags and decks", lambda: run_repair(mw)),
    ):
        action = QAction(title, mw)
        qconnect(action.triggered, act)
        menu.addAction(action)
    mw.form.menuTools.addSeparator()
    mw.form.menuTools.addMenu(menu)
    repair_after_sync(mw, watch)
    marking.watch(mw)


# Windows are imported when they are first opened: starting Anki must not wait for them.


def _import_dialog(mw: AnkiQt) -> QDialog:
    from .import_dialog import ImportDialog

    return _kept(ImportDialog(mw), IMPORT_DIALOG)


def _naming_window(
    watch: SyncWatch, mw: AnkiQt, only: Collection[QuestionKey] | None = None
) -> QDialog:
    from .naming_window import NamingWindow

    return _kept(NamingWindow(mw, watch, only), NAMING_WINDOW)


def _rules_dialog(mw: AnkiQt) -> QDialog:
    from .rules_dialog import RulesDialog

    return _kept(RulesDialog(mw), RULES_DIALOG)


def _kept(window: QDialog, name: str) -> QDialog:
    qconnect(window.finished, lambda _code: aqt.dialogs.markClosed(name))
    return window
