"""Builds the filtered decks anew when a day starts, and when the student asks for it.

Building marks cards as changed, and on a computer that has not synced yet that would win over
newer reviews from the phone. So nothing is built by itself before this session's sync succeeded,
nor, where there is an account, after a night with Anki open before the next one did.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from anki.collection import Collection, OpChanges
from aqt import gui_hooks
from aqt.main import AnkiQt
from aqt.operations import CollectionOp
from aqt.utils import ask_user_dialog, tooltip

from . import addon_settings
from .background import changes_of, log_quietly
from .sync_watch import SyncWatch

if TYPE_CHECKING:
    from ..settings import Settings

_WAIT, _NOW = range(2)


class DeckUpdates:
    """Keeps the filtered decks those of today; one for the whole of Anki."""

    def __init__(self, mw: AnkiQt, watch: SyncWatch) -> None:
        self._mw = mw
        self._watch = watch
        # When the day ends that the decks were last looked at on, in seconds since the epoch.
        self._day = 0
        watch.each_time(self._look)
        gui_hooks.profile_will_close.append(self._on_profile_close)

    def update_now(self) -> None:
        """Updates the decks because the student asked for it, and says what came of it.

        Where reviews from other devices may be missing, the student chooses whether to wait.
        """
        if self._watch.when_safe(self._update_and_tell):
            return

        def on_choice(button: int) -> None:
            if button == _NOW:
                self._update_and_tell()

        ask_user_dialog(
            "Anki has not synced since it was opened. Reviews that you did on your phone "
            "meanwhile could be lost if the decks are updated before they are here.\n\n"
            "Sync first: the decks are then updated by themselves.",
            callback=on_choice,
            buttons=["&Wait for the sync", "&Update now"],
            default_button=_WAIT,
            parent=self._mw,
        )

    def _update_and_tell(self) -> None:
        settings = addon_settings.load(self._mw)

        def on_done(changes: OpChanges) -> None:
            done = self._mw.col.op_made_changes(changes)
            tooltip("Decks updated." if done else "The decks are up to date.")

        op = CollectionOp(self._mw, lambda col: _update(col, settings))
        op.success(on_done).run_in_background()

    def _on_profile_close(self) -> None:
        self._day = 0

    def _look(self) -> None:
        """Updates the decks unless that was done today."""
        day = self._mw.col.sched.day_cutoff
        if day == self._day:
            return
        self._day = day
        settings = addon_settings.load(self._mw)

        def is_needed(col: Collection) -> bool:
            # Imported in the background: opening a profile must not wait for it.
            from ..collection.deck_update import plan_deck_update
            from ..collection.own_decks import built_today

            return not built_today(col) and bool(plan_deck_update(col, settings))

        def writing(_needed: bool) -> CollectionOp[OpChanges]:
            return CollectionOp(self._mw, lambda col: _update(col, settings))

        self._watch.write_if_needed(is_needed, writing, self._log)

    def _log(self, error: Exception) -> None:
        log_quietly(self._mw, "decks not updated", error)


def _update(col: Collection, settings: Settings) -> OpChanges:
    from ..collection.deck_update import update_decks

    return changes_of(update_decks(col, settings))
