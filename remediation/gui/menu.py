"""Tools > Remediation, and what else starts with Anki.

Windows are imported when they are first opened: starting Anki must not wait for them.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Callable

import aqt
from aqt.main import AnkiQt
from aqt.qt import QAction, QDialog, QMenu, qconnect

from . import addon_settings, marking, windows
from .daily_release import release_daily
from .deck_update import DeckUpdates
from .repair import repair_after_sync, run_repair
from .sync_watch import SyncWatch

if TYPE_CHECKING:
    from ..model.banks import QuestionKey
    from .rapid_fire import RapidFire


def add_to(mw: AnkiQt) -> None:
    """Adds the menu to the main window, and watches for what is done without being asked."""
    watch = SyncWatch(mw)
    repair_after_sync(mw, watch)
    release_daily(mw, watch)
    decks = DeckUpdates(mw, watch)
    marking.watch(mw, watch)
    makers = _Windows(mw, watch, decks)
    menu = QMenu("&Remediation", mw)
    for title, name, make in (
        ("&Today…", windows.TODAY_WINDOW, makers.today),
        ("&Import misses…", windows.IMPORT_DIALOG, makers.import_misses),
        ("&Name reasons…", windows.NAMING_WINDOW, makers.name_reasons),
        ("Today's &questions…", windows.QUESTIONS_DIALOG, makers.questions),
        ("Rapid-&fire review…", windows.RAPID_FIRE_DIALOG, makers.start_rapid_fire),
        ("Rules and &habits…", windows.RULES_DIALOG, makers.rules),
        ("&Settings…", windows.SETTINGS_DIALOG, makers.settings),
        ("Remo&ve everything…", windows.REMOVAL_DIALOG, makers.removal),
    ):
        aqt.dialogs.register_dialog(name, _kept(name, make))
        _add(menu, title, partial(aqt.dialogs.open, name, mw))
    menu.addSeparator()
    _add(menu, "&Update decks", decks.update_now)
    _add(menu, "&Repair tags and decks", lambda: run_repair(mw, watch))
    mw.addonManager.setConfigAction(
        addon_settings.ADDON, partial(aqt.dialogs.open, windows.SETTINGS_DIALOG, mw)
    )
    mw.form.menuTools.addSeparator()
    mw.form.menuTools.addMenu(menu)


def _add(menu: QMenu, title: str, act: Callable[[], object]) -> None:
    action = QAction(title, menu)
    qconnect(action.triggered, lambda _checked: act())
    menu.addAction(action)


def _kept(name: str, make: Callable[..., QDialog]) -> Callable[..., QDialog]:
    """Makes a window that Anki is told of when it closes."""

    def made(*arguments: Any, **named: Any) -> QDialog:
        window = make(*arguments, **named)
        qconnect(window.finished, lambda _code: aqt.dialogs.markClosed(name))
        return window

    return made


class _Windows:
    """Makes each window when it is asked for."""

    def __init__(self, mw: AnkiQt, watch: SyncWatch, decks: DeckUpdates) -> None:
        self._mw = mw
        self._watch = watch
        self._decks = decks

    def today(self, mw: AnkiQt) -> QDialog:
        from .today_window import TodayWindow

        return TodayWindow(mw, self._watch, self._decks.update_now)

    def import_misses(self, mw: AnkiQt) -> QDialog:
        from .import_dialog import ImportDialog

        return ImportDialog(mw, self._watch)

    def name_reasons(self, mw: AnkiQt, only: Collection[QuestionKey] | None = None) -> QDialog:
        from .naming_window import NamingWindow

        return NamingWindow(mw, self._watch, only)

    def questions(self, mw: AnkiQt) -> QDialog:
        from .questions_dialog import QuestionsDialog

        return QuestionsDialog(mw)

    def start_rapid_fire(self, mw: AnkiQt) -> QDialog:
        from .rapid_fire_dialog import RapidFireDialog

        return RapidFireDialog(mw, self._rapid_fire)

    def rules(self, mw: AnkiQt) -> QDialog:
        from .rules_dialog import RulesDialog

        return RulesDialog(mw)

    def settings(self, mw: AnkiQt) -> QDialog:
        from .settings_dialog import SettingsDialog

        return SettingsDialog(mw)

    def removal(self, mw: AnkiQt) -> QDialog:
        from .removal_dialog import RemovalDialog

        return RemovalDialog(mw)

    @cached_property
    def _rapid_fire(self) -> RapidFire:
        from .rapid_fire import RapidFire

        return RapidFire(self._mw)
