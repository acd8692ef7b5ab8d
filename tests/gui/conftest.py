"""The import window, opened as a student opens it."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.whole_anki import ADDON_ID, wait_until

if TYPE_CHECKING:
    from aqt.main import AnkiQt

    from remediation.gui.import_dialog import ImportDialog


@pytest.fixture
def dialog(mw: AnkiQt) -> Iterator[ImportDialog]:
    """The window, on a fresh collection."""
    opened = open_import(mw)
    yield opened
    opened.close()


def open_import(mw: AnkiQt) -> ImportDialog:
    """Tools > Remediation > Import misses…"""
    import aqt

    menu = next(a.menu() for a in mw.form.menuTools.actions() if a.text() == "&Remediation")
    assert menu
    next(action for action in menu.actions() if "Import" in action.text()).trigger()
    opened: ImportDialog = aqt.dialogs._dialogs["RemediationImport"][1]
    assert opened.isVisible()
    return opened


def addon_module(name: str) -> Any:
    """A module of the add-on as Anki loaded it: below the folder with a number as its name."""
    return importlib.import_module(f"{ADDON_ID}.remediation.{name}")


def sync_watch(mw: AnkiQt) -> Any:
    """What watches the syncs, as after the opening of a profile without an account."""
    watch = addon_module("gui.sync_watch").SyncWatch(mw)
    watch._on_profile_open()
    assert watch.may_write
    return watch


def paste(dialog: ImportDialog, text: str, exam: str = "step1") -> None:
    """Pastes text, chooses the exam and waits for the preview."""
    dialog.input.box.setPlainText(text)
    wait_until(lambda: dialog.reading is not None, "the reading")
    dialog.panel.form.choose_exam(exam)
    wait_until(lambda: dialog.preview is not None, "the preview")


def apply(dialog: ImportDialog) -> None:
    """Applies and waits for the result."""
    dialog.apply_button.click()
    wait_until(lambda: dialog.result_panel.isVisible() and not dialog.mw.progress.busy(), "apply")


def shown_text(dialog: ImportDialog) -> str:
    """All sentences that are visible."""
    from aqt.qt import QLabel

    return " ".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())
