"""Tools > Remediation."""

from __future__ import annotations

import aqt
from aqt.main import AnkiQt
from aqt.qt import QAction, QDialog, QMenu, qconnect

# The name under which Anki keeps the window, so that there is one at a time.
IMPORT_DIALOG = "RemediationImport"


def add_to(mw: AnkiQt) -> None:
    """Adds the menu to the main window."""
    aqt.dialogs.register_dialog(IMPORT_DIALOG, _import_dialog)
    menu = QMenu("&Remediation", mw)
    action = QAction("&Import misses…", mw)
    qconnect(action.triggered, lambda: aqt.dialogs.open(IMPORT_DIALOG, mw))
    menu.addAction(action)
    mw.form.menuTools.addSeparator()
    mw.form.menuTools.addMenu(menu)


def _import_dialog(mw: AnkiQt) -> QDialog:
    # Imported when it is first opened: starting Anki must not wait for it.
    from .import_dialog import ImportDialog

    return ImportDialog(mw)
