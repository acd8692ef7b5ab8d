"""Tools > Remediation."""

from __future__ import annotations

import aqt
from aqt.main import AnkiQt
from aqt.qt import QAction, QDialog, QMenu, qconnect

from .repair import repair_after_sync, run_repair

# The name under which Anki keeps the window, so that there is one at a time.
IMPORT_DIALOG = "RemediationImport"


def add_to(mw: AnkiQt) -> None:
    """Adds the menu to the main window, and starts to watch for tags to repair."""
    aqt.dialogs.register_dialog(IMPORT_DIALOG, _import_dialog)
    menu = QMenu("&Remediation", mw)
    for title, act in (
        ("&Import misses…", lambda: aqt.dialogs.open(IMPORT_DIALOG, mw)),
        ("&Repair tags and decks", lambda: run_repair(mw)),
    ):
        action = QAction(title, mw)
        qconnect(action.triggered, act)
        menu.addAction(action)
    mw.form.menuTools.addSeparator()
    mw.form.menuTools.addMenu(menu)
    repair_after_sync(mw)


def _import_dialog(mw: AnkiQt) -> QDialog:
    # Imported when it is first opened: starting Anki must not wait for it.
    from .import_dialog import ImportDialog

    dialog = ImportDialog(mw)
    qconnect(dialog.finished, lambda _code: aqt.dialogs.markClosed(IMPORT_DIALOG))
    return dialog
