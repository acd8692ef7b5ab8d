"""Rapid-fire review: a session with a goal, inside Anki's own reviewer.

The student answers as always; this only watches, goes on to the next deck when one is finished,
and shows a bar and, at the end, what was done. It writes nothing but which deck is the current
one, and puts that back.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Callable

from anki.cards import Card, CardId
from anki.collection import Collection, OpChanges
from anki.decks import DeckId
from anki.errors import InvalidInput
from aqt import gui_hooks
from aqt.main import AnkiQt
from aqt.operations import QueryOp
from aqt.qt import QKeySequence, QTimer, qconnect
from aqt.reviewer import Reviewer
from aqt.sound import av_player
from aqt.utils import current_window, tooltip

from ..collection.session_answers import answers_since, cards_in
from ..collection.waiting_decks import WaitingDecks, cards_waiting, waiting_decks
from ..planning.session import (
    Goal,
    GoalKind,
    MissStep,
    Options,
    Progress,
    Session,
    Waiting,
    progress,
)
from ..settings import from_config
from . import addon_settings, rapid_fire_words
from .background import log_quietly
from .rapid_fire_bar import RapidFireBar

if TYPE_CHECKING:
    from .rapid_fire_summary import RapidFireSummary

# How often the bar and the limits of a card look at the clock.
_TICK_MILLISECONDS = 250
# Whether a page shows something, and how often and how long to look until it does.
_HAS_TEXT = "document.body.innerText.trim() !== ''"
_LOOK_AGAIN_MILLISECONDS = 30
_MOST_LOOKS = 60


class RapidFire:
    """Runs sessions, one at a time. One object for the whole of Anki; idle it watches nothing."""

    def __init__(
        self,
        mw: AnkiQt,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._mw = mw
        self._clock = clock
        # The session that runs, or None.
        self.session: Session | None = None
        self.bar: RapidFireBar | None = None
        # What the last session came to, as long as it is shown.
        self.summary: RapidFireSummary | None = None
        self._unwatch: list[Callable[[], None]] = []
        self._decks: list[DeckId] = []
        self._options = Options()
        self._timer: QTimer | None = None
        self._deck_before = DeckId(0)
        # The moment of the start (seconds since the epoch), and all cards the decks had since.
        self._began = 0.0
        self._cards: set[CardId] = set()
        # Cards in the decks that were not opened yet, and all that waited when last looked.
        self._to_come: dict[DeckId, int] = {}
        self._waiting = 0
        # The first step in Anki's undo list that belongs to the session, 0 before there is one.
        self._first_step = 0
        # The key that pauses, "" where it is taken.
        self._key = ""
        self._is_ending = False
        # Whether Anki's auto-advance was on when the session was paused.
        self._advances = False
        self._steps_before: Sequence[MissStep] | None = None

    # Starting and ending
    ######################################################################

    def start(self, decks: Sequence[DeckId], goal: Goal, options: Options | None = None) -> bool:
        """Begins a session on these decks, one after another; a session that runs is left.

        Returns whether there was a card to show; otherwise nothing has changed.
        """
        self.stop()
        col = self._mw.col
        self._decks = list(decks)
        self._options = options or Options()
        self._deck_before = col.decks.get_current_id()
        self._began = time.time()
        self._cards = set()
        self._look_into_decks()
        self._first_step = 0
        self._is_ending = False
        self._steps_before = None
        step = col.undo_status().last_step
        if not any(self._to_come.values()):
            return False
        if not self._choose_deck(self._decks):
            self._restore_deck()
            return False
        self._first_step = step + 1
        if self.summary is not None:
            self.summary.close()
        self.session = Session(goal, self._clock)
        self._watch()
        self._show_bar(goal)
        self._read_steps_before()
        self._go_on()
        return True

    def stop(self) -> None:
        """Ends the session at once, without a summary. Does nothing where none runs."""
        if self.session is None:
            return
        self.session = None
        for remove in self._unwatch:
            remove()
        self._unwatch.clear()
        if self._timer is not None:
            self._timer.stop()
            self._timer.deleteLater()
            self._timer = None
        if self.bar is not None:
            self._mw.mainLayout.removeWidget(self.bar)
            self.bar.hide()
            self.bar.deleteLater()
            self.bar = None
        self._let_advance()
        self._restore_deck()

    def end(self) -> None:
        """Ends the session, leaves the reviewer and shows what was done."""
        if self.session is None:
            return
        self.session.pause()
        self._is_ending = True
        if self._mw.state == "overview":
            self._when_drawn(self._finish)
        else:
            self._finish()

    def _finish(self) -> None:
        session = self.session
        try:
            if self._mw.state in ("review", "overview"):
                self._mw.moveToState("deckBrowser")
        finally:
            self.stop()
        if session is not None and session.cards:
            self._summarise(session)
        else:
            tooltip(rapid_fire_words.NOTHING_ANSWERED, parent=self._mw)

    def _show_bar(self, goal: Goal) -> None:
        mw = self._mw
        self.bar = RapidFireBar(mw.form.centralwidget)
        qconnect(self.bar.pause_requested, self.toggle_pause)
        qconnect(self.bar.end_requested, self.end)
        mw.mainLayout.insertWidget(mw.mainLayout.indexOf(mw.web), self.bar)
        self.bar.show()
        self._timer = QTimer(mw)
        self._timer.setInterval(_TICK_MILLISECONDS)
        qconnect(self._timer.timeout, self._guarded(self._on_tick))
        options = self._options
        needs_clock = options.shows_answer_after or options.shows_pace
        if needs_clock or goal.kind is GoalKind.MINUTES:
            self._timer.start()

    # Hooks
    ######################################################################

    def _watch(self) -> None:
        hooks: tuple[tuple[Any, Callable[..., None]], ...] = (
            (gui_hooks.reviewer_did_show_question, self._on_question),
            (gui_hooks.reviewer_did_show_answer, self._on_shown_answer),
            (gui_hooks.reviewer_did_answer_card, self._on_answered),
            (gui_hooks.operation_did_execute, self._on_operation),
            (gui_hooks.state_did_change, self._on_state),
            (gui_hooks.state_shortcuts_will_change, self._add_key),
        )
        for hook, act in hooks:
            guarded = self._guarded(act)
            hook.append(guarded)
            self._unwatch.append(partial(hook.remove, guarded))
        closing = self._guarded(self.stop)
        gui_hooks.profile_will_close.append(closing)
        # Not from within: Anki would then pass over the function that stands behind it.
        remove = partial(gui_hooks.profile_will_close.remove, closing)
        self._unwatch.append(partial(QTimer.singleShot, 0, remove))

    def _guarded(self, act: Callable[..., None]) -> Callable[..., None]:
        """The same without ever raising: an error here must not stand between two cards.

        Nothing that leads to another screen is guarded: the errors of others there are theirs.
        """

        def guarded(*arguments: Any) -> None:
            try:
                act(*arguments)
            except Exception as error:
                self._log(error)

        return guarded

    def _log(self, error: Exception) -> None:
        log_quietly(self._mw, "rapid-fire", error)

    def _on_question(self, _card: Card) -> None:
        if self.session is None or not self._is_here():
            return
        self.session.begin_card()
        self._show_message("")
        self._count_waiting()

    def _on_shown_answer(self, _card: Card) -> None:
        # Whoever looks at the answer works again.
        if self.session is not None and self.session.is_paused and self._is_here():
            self._resume()

    def _on_answered(self, _reviewer: Reviewer, _card: Card, _ease: int) -> None:
        session = self.session
        if session is None or not self._is_here():
            return
        # The session has a goal of its own: Anki's timebox would ask in the middle of it.
        self._mw.col.startTimebox()
        self._count_answers(session)
        if session.is_reached or (self._is_finished() and not self._next_deck()):
            self._end_soon()

    def _on_operation(self, changes: OpChanges, handler: object | None) -> None:
        # Undo and redo, which take answers back and give them again, and what others do.
        session = self.session
        if session is None or not changes.study_queues:
            return
        self._count_answers(session)
        if handler is self._mw.reviewer:
            self._refresh()
            if session.is_reached and not self._is_ending:
                # Another add-on's error kept the answer from being told.
                self._end_soon()
            return
        self._look_into_decks()
        self._to_come.pop(self._mw.col.decks.get_current_id(), None)
        self._count_waiting()

    def _count_answers(self, session: Session) -> None:
        # By the review log, which knows what was undone, and what nobody told.
        session.answers = answers_since(self._mw.col, self._began, self._cards)

    def _add_key(self, state: str, shortcuts: list[tuple[Any, Callable[[], Any]]]) -> None:
        if state != "review":
            return
        config = self._mw.addonManager.getConfig(addon_settings.ADDON) or {}
        key = from_config(config)[0].shortcut_pause_rapid_fire
        # A key that Anki or another add-on uses here stays theirs; the button is always there.
        is_free = all(QKeySequence(key) != QKeySequence(taken) for taken, _ in shortcuts)
        self._key = key if is_free else ""
        if self._key:
            shortcuts.append((key, self.toggle_pause))

    def _on_state(self, new: str, old: str) -> None:
        # The reviewer may have left again before Anki says that it came.
        if self.session is None or self._is_ending or new != self._mw.state:
            return
        if new == "review":
            if self._is_here():
                self._resume()
        elif new == "overview" and old == "review" and self._is_here() and self._is_finished():
            self._when_drawn(self._leave_overview)
        else:
            self._pause(rapid_fire_words.AWAY)

    def _leave_overview(self) -> None:
        if self._mw.state != "overview":
            return
        if self._next_deck():
            self._show_card()
        else:
            self.end()

    # Decks
    ######################################################################

    def _look_into_decks(self) -> None:
        self._to_come = cards_waiting(self._mw.col, self._decks)
        self._cards |= cards_in(self._mw.col, self._decks)

    def _is_here(self) -> bool:
        """Whether the current deck is one of the session's."""
        return self._mw.col.decks.get_current_id() in self._decks

    def _is_finished(self) -> bool:
        """Whether the current deck has nothing to show now."""
        return not any(self._mw.col.sched.counts())

    def _next_deck(self) -> bool:
        """Goes to the next deck that has a card to show; returns whether there is one.

        After the last comes the first again: cards may have come back there.
        """
        current = self._mw.col.decks.get_current_id()
        at = self._decks.index(current) + 1 if current in self._decks else 0
        return self._choose_deck([*self._decks[at:], *self._decks[:at]])

    def _choose_deck(self, decks: Sequence[DeckId]) -> bool:
        """Makes the first of these that has a card to show the current deck."""
        for deck in decks:
            if self._mw.col.decks.name_if_exists(deck) is not None:
                self._set_deck(deck)
                if not self._is_finished():
                    self._to_come.pop(deck, None)
                    return True
        return False

    def _set_deck(self, deck: DeckId) -> None:
        col = self._mw.col
        if col.decks.get_current_id() == deck:
            return
        step = col.undo_status().last_step
        col.decks.set_current(deck)
        if self._first_step and step >= self._first_step:
            # One step with what came before it, so that Undo takes an answer back and not the
            # deck. After an undo there is nothing that it could be joined to.
            with suppress(InvalidInput):
                col.merge_undo_entries(step)

    def _restore_deck(self) -> None:
        before = self._deck_before
        if self._is_here() and self._mw.col.decks.name_if_exists(before) is not None:
            self._set_deck(before)

    def _go_on(self) -> None:
        """Shows the current deck's next card, unless the student goes elsewhere meanwhile."""
        state = self._mw.state

        def show_card() -> None:
            if self._mw.state == state:
                self._show_card()

        self._when_drawn(show_card)

    def _show_card(self) -> None:
        self._mw.col.startTimebox()
        self._mw.moveToState("review")
        self._mw.activateWindow()

    def _when_drawn(self, act: Callable[[], None]) -> None:
        """Does this once the present screen is complete.

        Anki's screens count cards in the background before they draw themselves, and a page takes
        time to arrive: what is late would come in the place of the card. The page about a finished
        deck also asks Anki for its text, and complains in a window when it is left before.
        """
        session, mw = self.session, self._mw
        script = _HAS_TEXT if mw.state == "overview" else "true"
        looks = 0

        def look() -> None:
            mw.web.evalWithCallback(script, on_page)

        def on_looked(is_complete: object) -> None:
            nonlocal looks
            looks += 1
            if is_complete or looks >= _MOST_LOOKS:
                mw.bottomWeb.evalWithCallback("true", on_last)
            else:
                mw.progress.single_shot(_LOOK_AGAIN_MILLISECONDS, self._guarded(look))

        def on_last(_answer: object) -> None:
            if session is not None and self.session is session:
                act()

        on_page = self._guarded(on_looked)
        counted = self._guarded(lambda _nothing: look())
        op = QueryOp(parent=mw, op=lambda _col: None, success=counted)
        op.failure(self._log).run_in_background()

    def _end_soon(self) -> None:
        """Ends once the reviewer has done what it does after an answer."""
        self._is_ending = True
        self._mw.progress.single_shot(0, self.end)

    # Pause, and the clock
    ######################################################################

    def toggle_pause(self) -> None:
        """Pauses, or goes on; from another screen it goes back to the cards."""
        if self.session is None:
            return
        if not self.session.is_paused:
            self._pause(rapid_fire_words.PAUSED)
        elif self._mw.state == "review" and self._is_here():
            self._resume()
        elif (self._is_here() and not self._is_finished()) or self._next_deck():
            self._go_on()
        else:
            self.end()

    def _pause(self, message: str) -> None:
        if self.session is not None:
            self.session.pause()
            # It would grade cards while nobody looks at them. Leaving the reviewer ends it.
            self._advances = self._mw.reviewer.auto_advance_enabled
            self._mw.reviewer.auto_advance_enabled = False
            self._show_message(message)
            self._refresh()

    def _resume(self) -> None:
        if self.session is not None:
            self.session.resume()
            self._let_advance()
            self._show_message("")
            self._count_waiting()

    def _let_advance(self) -> None:
        """Turns Anki's auto-advance on again where the pause turned it off."""
        if self._advances and self._mw.state == "review":
            self._mw.reviewer.auto_advance_enabled = True
            self._mw.reviewer.auto_advance_if_enabled()
        self._advances = False

    def _on_tick(self) -> None:
        session, reviewer = self.session, self._mw.reviewer
        if session is None or session.is_paused or self._mw.state != "review":
            return
        # Whoever asks the collection waits until a long operation, such as a sync, has ended.
        if self._mw.progress.busy() or self._mw.col is None:
            return
        self._refresh()
        limit = self._options.card_limit
        if limit and session.card_seconds >= limit and reviewer.state in ("question", "answer"):
            self._show_message(rapid_fire_words.TIME_IS_UP)
        after = self._options.shows_answer_after
        if not after or session.card_seconds < after or reviewer.state != "question":
            return
        # Not behind another window, and not into the middle of a sound.
        if current_window() is self._mw and not av_player.current_player:
            # As the student's own key does it: what was typed so far is kept and compared.
            reviewer.onEnterKey()

    # The bar
    ######################################################################

    def _show_message(self, message: str) -> None:
        if self.bar is not None:
            self.bar.show_message(message)

    def _count_waiting(self) -> None:
        """Shows how many cards are left now."""
        if self._is_here():
            self._waiting = sum(self._mw.col.sched.counts()) + sum(self._to_come.values())
        self._refresh()

    def _refresh(self) -> None:
        """Shows what is known, without asking the collection."""
        session = self.session
        if session is None or self.bar is None:
            return
        pace = rapid_fire_words.pace(session) if self._options.shows_pace else ""
        left = rapid_fire_words.left(session, self._waiting)
        self.bar.show_counts(left, rapid_fire_words.tally(session.tally), pace)
        self.bar.show_paused(session.is_paused, self._key)

    # The summary
    ######################################################################

    def _read_steps_before(self) -> None:
        session = self.session

        def on_read(steps: Sequence[MissStep]) -> None:
            if self.session is session:
                self._steps_before = steps

        op = QueryOp(parent=self._mw, op=_read_steps, success=on_read)
        op.failure(self._log).run_in_background()

    def _summarise(self, session: Session) -> None:
        before, decks = self._steps_before, self._decks
        settings = addon_settings.load(self._mw)

        def gather(col: Collection) -> tuple[Progress, WaitingDecks]:
            made = Progress()
            if before is not None:
                made = progress(before, _read_steps(col), session.cards)
            return made, rapid_fire_words.named(waiting_decks(col, settings))

        def on_gathered(found: tuple[Progress, WaitingDecks]) -> None:
            made, waiting = found
            self._show_summary(session, made, waiting.started_with(decks))

        op = QueryOp(parent=self._mw, op=gather, success=on_gathered)
        op.failure(self._log).run_in_background()

    def _show_summary(self, session: Session, made: Progress, waiting: Sequence[Waiting]) -> None:
        from .rapid_fire_summary import RapidFireSummary

        options = self._options
        summary = RapidFireSummary(self._mw, session.summary(made, waiting))

        def go_on(deck: int) -> None:
            if not self.start([DeckId(deck)], session.goal, options):
                summary.show_emptied()

        qconnect(summary.next_requested, go_on)
        self.summary = summary
        summary.show()


def _read_steps(col: Collection) -> Sequence[MissStep]:
    # Imported in the background: the first card must not wait for it.
    from ..collection.miss_steps import miss_steps

    return miss_steps(col)
