"""Builds the filtered decks anew when a day starts, and when the student asks for it.

Building marks cards as changed, and on a computer that has not synced yet that would win over
newer reviews from the phone. So nothing is built by itself before this session's sync succeeded,
nor, where there is an account, after a night with Anki open before the next one did.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anki.collection import Collection, OpChanges
from aqt import gui_hooks
from aqt.main import AnkiQt
from aqt.operations import CollectionOp, QueryOp
from aqt.utils import ask_user_dialog, tooltip

from . import addon_settings
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
        # The profile that this is about: the sync of a profile that closes comes after its end.
        self._profile: str | None = None
        self._waiting = False
        watch.each_time(self._look)
        gui_hooks.deck_browser_did_render.append(self._on_deck_list)
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
        self._waiting = False

    def _on_deck_list(self, _deck_browser: Any) -> None:
        """A day may have begun with Anki open, or a review have ended that was waited for."""
        if self._waiting or (self._day and self._mw.pm.sync_auth() is None):
            self._look()

    def _look(self) -> None:
        """Updates the decks unless that was done today; in a review, when it has ended."""
        day = self._mw.col.sched.day_cutoff
        profile = self._mw.pm.name
        if (profile, day) == (self._profile, self._day):
            return
        self._waiting = self._mw.state == "review"
        if self._waiting:
            return
        self._profile, self._day = profile, day
        settings = addon_settings.load(self._mw)

        def is_needed(col: Collection) -> bool:
            # Imported in the background: opening a profile must not wait for it.
            from ..collection.filtered_decks import built_today
            from ..collection.naming import plan_deck_update

            return not built_today(col) and bool(plan_deck_update(col, settings))

        def on_planned(needed: bool) -> None:
            # Most often there is nothing to do, and then no step appears in Anki's undo list.
            if not needed:
                return
            if self._mw.state == "review":
                self._day = 0
                self._waiting = True
                return
            op = CollectionOp(self._mw, lambda col: _update(col, settings))
            op.failure(self._log).run_in_background()

        op = QueryOp(parent=self._mw, op=is_needed, success=on_planned)
        op.failure(self._log).run_in_background()

    def _log(self, error: Exception) -> None:
        """Notes what went wrong with something the student did not ask for.

        No message: most often the profile was closed meanwhile, and the next day comes by itself.
        """
        logger = self._mw.addonManager.get_logger(addon_settings.ADDON)
        logger.warning("decks not updated", exc_info=error)


def _update(col: Collection, settings: Settings) -> OpChanges:
    from ..collection.naming import update_decks

    step = update_decks(col, settings)
    return step.changes if step else OpChanges()
