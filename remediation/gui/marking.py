""" "I missed this in a question…": the key and the menus, in the reviewer and in the browser."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Callable

import aqt
from aqt import gui_hooks
from aqt.main import AnkiQt
from aqt.operations import QueryOp
from aqt.qt import QAction, QKeySequence, QMenu, QWidget, qconnect
from aqt.reviewer import Reviewer
from aqt.utils import tooltip

from . import addon_settings
from .sync_watch import SyncWatch
from .windows import NAMING_WINDOW

if TYPE_CHECKING:
    from aqt.browser.browser import Browser

    from ..model.banks import QuestionKey
    from .missed_card_dialog import MissedCardDialog

TITLE = "I missed this in a question…"
NAME_TITLE = "Name the reason of the miss…"
# Names of the browser's entries, by which they are found again.
_MISSED = "remediationMissedInQuestion"
_NAME = "remediationNameReason"
# A question has few notes: more were hardly selected for one.
MOST_NOTES = 20


def watch(mw: AnkiQt, sync: SyncWatch) -> None:
    """Adds the key and the menu entries, from now on and wherever they belong."""
    _Reviewing(mw, sync)
    _Browsing(mw, sync)


def ask(
    mw: AnkiQt, sync: SyncWatch, note_ids: Iterable[int], parent: QWidget
) -> MissedCardDialog | None:
    """Opens the dialog about these notes; where there is nothing to ask it says why (None)."""
    from ..collection.marked_miss import are_own_notes
    from .missed_card_dialog import MissedCardDialog

    chosen = tuple(dict.fromkeys(note_ids))
    if not chosen:
        refusal = "No note is selected. Select the notes of the question you missed first."
    elif len(chosen) > MOST_NOTES:
        refusal = (
            f"{len(chosen):,} notes are selected. This is meant for the notes of one question: "
            f"select up to {MOST_NOTES}."
        )
    elif are_own_notes(mw.col, chosen):
        refusal = (
            "These are Remediation's own records. Select the notes that you study for the question."
        )
    else:
        dialog = MissedCardDialog(mw, sync, chosen, parent)
        dialog.open()
        return dialog
    tooltip(refusal, parent=parent, period=5000)
    return None


# In the reviewer
######################################################################


class _Reviewing:
    """The key and the entry of the reviewer's menu, for the card in front of the student."""

    def __init__(self, mw: AnkiQt, sync: SyncWatch) -> None:
        self._mw = mw
        self._sync = sync
        gui_hooks.state_shortcuts_will_change.append(self._add_key)
        gui_hooks.reviewer_will_show_context_menu.append(self._add_entry)

    def _add_key(self, state: str, shortcuts: list[tuple[str, Callable[[], Any]]]) -> None:
        if state != "review":
            return
        key = addon_settings.load_quietly(self._mw).shortcut_missed_in_question
        # Of two equal keys Qt obeys neither, so Anki and other add-ons keep theirs.
        if key and all(QKeySequence(key) != QKeySequence(taken) for taken, _ in shortcuts):
            shortcuts.append((key, self._ask))

    def _add_entry(self, _reviewer: Reviewer, menu: QMenu) -> None:
        menu.addSeparator()
        action = QAction(TITLE, menu)
        action.setShortcut(
            QKeySequence(addon_settings.load_quietly(self._mw).shortcut_missed_in_question)
        )
        qconnect(action.triggered, self._ask)
        menu.addAction(action)

    def _ask(self) -> None:
        card = self._mw.reviewer.card
        if card is not None:
            ask(self._mw, self._sync, (card.nid,), self._mw)


# In the browser
######################################################################


class _Browsing:
    """The entries of the browser's Notes menu and of the menu on the selection."""

    def __init__(self, mw: AnkiQt, sync: SyncWatch) -> None:
        self._mw = mw
        self._sync = sync
        gui_hooks.browser_menus_did_init.append(self._add_entries)
        gui_hooks.browser_will_show_context_menu.append(self._add_to_selection)

    def _add_entries(self, browser: Browser) -> None:
        menu = browser.form.menu_Notes
        menu.addSeparator()
        for name, title, act in (
            (_MISSED, TITLE, lambda: self._ask(browser)),
            (_NAME, NAME_TITLE, lambda: _name_reasons(self._mw, browser)),
        ):
            action = QAction(title, browser)
            action.setObjectName(name)
            qconnect(action.triggered, act)
            menu.addAction(action)
        qconnect(menu.aboutToShow, lambda: self._offer(browser))

    def _ask(self, browser: Browser) -> None:
        ask(self._mw, self._sync, browser.selected_notes(), browser)

    def _add_to_selection(self, browser: Browser, menu: QMenu) -> None:
        self._offer(browser)
        # Where notes are listed, Anki has put the whole Notes menu here already.
        new = [entry for entry in _entries(browser).values() if entry not in menu.actions()]
        if new:
            menu.addSeparator()
            menu.addActions(new)

    def _offer(self, browser: Browser) -> None:
        """Shows the second entry where it can have something to do.

        A menu must not wait for the records, which are read once the entry is chosen; and tags do
        not say it: not every student has them, and AnkiHub removes them.
        """
        from ..collection.ledger import has_ledger

        few = 0 < browser.table.len_selection() <= MOST_NOTES
        for name, entry in _entries(browser).items():
            if name == _NAME:
                entry.setVisible(few and has_ledger(self._mw.col))


def _entries(browser: Browser) -> dict[str, QAction]:
    """Our own entries of the Notes menu, by name."""
    actions = browser.form.menu_Notes.actions()
    return {a.objectName(): a for a in actions if a.objectName() in (_MISSED, _NAME)}


def _name_reasons(mw: AnkiQt, browser: Browser) -> None:
    from ..collection.marked_miss import unnamed_misses

    notes = tuple(browser.selected_notes())

    def on_found(keys: set[QuestionKey]) -> None:
        if keys:
            aqt.dialogs.open(NAMING_WINDOW, mw, only=keys)
        else:
            tooltip("These notes have no miss without a reason.", parent=browser)

    op = QueryOp(parent=browser, op=lambda col: unnamed_misses(col, notes), success=on_found)
    op.failure(lambda error: addon_settings.show_error(browser, error)).run_in_background()
