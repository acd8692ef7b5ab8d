"""Rapid-fire review in a whole Anki: real sessions in its reviewer."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pytest
from anki.decks import DeckId, FilteredDeckConfig
from aqt import gui_hooks
from aqt.utils import current_window

from remediation.collection.importing import apply_import, preview_import
from remediation.collection.own_decks import CONFIG_KEY
from remediation.collection.waiting_decks import waiting_decks
from remediation.settings import Settings
from tests.anking import GeneratedCollection
from tests.collections import missed, snapshot, some_questions
from tests.gui.conftest import addon_module
from tests.whole_anki import close, open_profile, process_events, settle, wait_until

if TYPE_CHECKING:
    from anki.cards import CardId
    from anki.collection import Collection
    from aqt.main import AnkiQt

    from remediation.gui.rapid_fire import RapidFire
    from remediation.gui.rapid_fire_dialog import RapidFireDialog
    from remediation.gui.rapid_fire_summary import RapidFireSummary
    from remediation.planning.session import Goal, Options

AGAIN, GOOD = 1, 3
# The budget of one hook is a millisecond; tests run beside others on a slow machine.
PATIENT_MILLISECONDS = 5
HOOKS = (
    gui_hooks.reviewer_did_show_question,
    gui_hooks.reviewer_did_show_answer,
    gui_hooks.reviewer_did_answer_card,
    gui_hooks.operation_did_execute,
    gui_hooks.state_did_change,
    gui_hooks.state_shortcuts_will_change,
    gui_hooks.profile_will_close,
)


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def fire(mw: AnkiQt, clock: Clock) -> Iterator[RapidFire]:
    """Rapid-fire mode, with nothing in front of Anki's main window."""
    idle(mw)
    _come_to_the_front(mw)
    made: RapidFire = addon_module("gui.rapid_fire").RapidFire(mw, clock=clock)
    yield made
    made.stop()
    if made.summary is not None:
        made.summary.close()
    if mw.state != "deckBrowser":
        mw.moveToState("deckBrowser")
    idle(mw)


def _come_to_the_front(mw: AnkiQt) -> None:
    """Gives the main window the focus, without which Anki waits before it shows another card.

    Offscreen, a window that was hidden and shown gets it back from another window only.
    """
    from aqt.qt import QDialog

    other = QDialog(mw)
    other.show()
    other.activateWindow()
    wait_until(lambda: current_window() is not mw, "the other window")
    process_events()
    other.close()
    mw.activateWindow()
    mw.web.setFocus()
    wait_until(lambda: current_window() is mw, "the focus")


def idle(mw: AnkiQt) -> None:
    """Waits until what was started in the background is on the screen."""
    done: list[object] = []
    mw.taskman.run_in_background(lambda: None, done.append)
    wait_until(lambda: done and not mw.progress.busy(), "the background")
    settle(mw)


def a_deck(
    col: Collection, name: str, cards: int, search: str = "is:review -is:suspended"
) -> DeckId:
    """A filtered deck of the add-on with so many cards."""
    notes = ",".join(map(str, (1, *col.find_notes(search))))
    update = col.sched.get_or_create_filtered_deck(DeckId(0))
    update.name = f"Remediation::{name}"
    update.allow_empty = True
    del update.config.search_terms[:]
    update.config.search_terms.append(
        FilteredDeckConfig.SearchTerm(
            search=f"-is:suspended -is:buried nid:{notes} ({search})",
            limit=cards,
            order=0,  # type: ignore[arg-type]
        )
    )
    update.config.reschedule = True
    deck_id = DeckId(col.sched.add_or_update_filtered_deck(update).id)
    config = col.get_config(CONFIG_KEY, {"decks": {}})
    key = "mixed" if name == "Mixed" else name
    config["decks"][key] = [deck_id, update.name, update.name]
    col.set_config(CONFIG_KEY, config)
    return deck_id


def a_goal(kind: str = "ALL", number: int = 1) -> Goal:
    module = addon_module("planning.session")
    goal: Goal = module.Goal(module.GoalKind[kind], number)
    return goal


def some_options(**chosen: Any) -> Options:
    options: Options = addon_module("planning.session").Options(**chosen)
    return options


def start(
    fire: RapidFire, decks: Sequence[DeckId], goal: Goal | None = None, **options: Any
) -> None:
    """Starts a session and waits for its first card."""
    assert fire.start(decks, goal or a_goal(), some_options(**options))
    wait_for_cards(fire)


def wait_for_cards(fire: RapidFire) -> None:
    """Waits until the session shows a question and its time counts."""
    wait_until(lambda: fire.session and not fire.session.is_paused, "the session")
    wait_for_question(fire)


def wait_for_question(fire: RapidFire) -> CardId:
    """Waits for a question in the reviewer; returns its card."""
    reviewer = fire._mw.reviewer
    wait_until(
        lambda: fire._mw.state == "review" and reviewer.card and reviewer.state == "question",
        "a question",
    )
    assert reviewer.card
    return reviewer.card.id


def answer(fire: RapidFire, ease: int = GOOD) -> CardId:
    """Looks at the answer and presses a button; returns which card it was."""
    reviewer = fire._mw.reviewer
    session = fire.session
    assert session
    card = wait_for_question(fire)
    reviewer.onEnterKey()
    wait_until(lambda: reviewer.state == "answer", "the answer")
    before = len(session.answers)
    reviewer._answerCard(ease)  # type: ignore[arg-type]
    wait_until(lambda: len(session.answers) > before, "the count")
    wait_until(lambda: fire.session is None or reviewer.state != "transition", "what comes next")
    for _ in range(3):
        process_events()
    return card


def the_summary(fire: RapidFire) -> RapidFireSummary:
    wait_until(lambda: fire.summary is not None and fire.summary.isVisible(), "the summary")
    assert fire.summary
    return fire.summary


def said(summary: RapidFireSummary) -> str:
    labels = [summary.headline, *summary.details, summary.next_step]
    return " ".join(label.text() for label in labels)


def in_bar(fire: RapidFire) -> str:
    assert fire.bar
    labels = (fire.bar.left, fire.bar.tally, fire.bar.pace, fire.bar.message)
    return " | ".join(label.text() for label in labels if label.text())


def side(mw: AnkiQt) -> str:
    """The side of the card that is shown."""
    return str(mw.reviewer.state)


def undo(mw: AnkiQt) -> None:
    """Edit > Undo, and what Anki shows then."""
    heard: list[object] = []
    gui_hooks.state_did_undo.append(heard.append)
    mw.undo()
    wait_until(lambda: heard and not mw.progress.busy(), "the undo")
    gui_hooks.state_did_undo.remove(heard.append)
    for _ in range(3):
        process_events()


def hook_counts() -> list[int]:
    return [hook.count() for hook in HOOKS]


def bars(mw: AnkiQt) -> int:
    kind = addon_module("gui.rapid_fire_bar").RapidFireBar
    return sum(1 for bar in mw.findChildren(kind) if bar.isVisible())


# --- A whole session ------------------------------------------------------------------------------


def test_a_goal_in_cards_ends_with_what_was_done(fire: RapidFire, mw: AnkiQt) -> None:
    deck = a_deck(mw.col, "Systems::Renal", 12)
    start(fire, [deck], a_goal("CARDS", 4))
    assert in_bar(fire) == "4 cards left | 0 right, 0 again"
    for ease in (GOOD, AGAIN, GOOD):
        answer(fire, ease)
    assert in_bar(fire) == "1 card left | 2 right, 1 again"
    answer(fire)
    summary = the_summary(fire)
    assert summary.headline.text() == "3 of 4 right"
    assert "4 cards in 1 minute." in said(summary)
    assert "1 card was Again at first." in said(summary)
    assert "Next: Renal (" in said(summary)
    assert (mw.state, fire.session, fire.bar, bars(mw)) == ("deckBrowser", None, None, 0)


def test_it_leaves_no_setting_and_no_hook_behind(fire: RapidFire, mw: AnkiQt) -> None:
    decks = [a_deck(mw.col, "Systems::Renal", 3), a_deck(mw.col, "Systems::Heart", 3)]
    home = mw.col.decks.id("Home")
    assert home
    mw.col.decks.set_current(home)
    hooks, shot = hook_counts(), snapshot(mw.col, everything=True)
    profile = dict(mw.pm.profile or {})
    widgets = mw.mainLayout.count()
    start(fire, decks, reveal_after=30, card_limit=60, shows_pace=True)
    while fire.session is not None:
        answer(fire)
    the_summary(fire).close()
    after = snapshot(mw.col, everything=True)
    for table in ("config", "deck_config", "decks"):
        rows = [_without_times(table, row) for row in shot[table]]
        assert [_without_times(table, row) for row in after[table]] == rows, table
    assert mw.col.decks.get_current_id() == home
    assert hook_counts() == hooks
    assert mw.mainLayout.count() == widgets
    assert dict(mw.pm.profile or {}) == profile
    assert not mw.reviewer.auto_advance_enabled
    assert mw.col.undo_status().undo == "Answer Card"


def _without_times(table: str, row: tuple[Any, ...]) -> tuple[Any, ...]:
    # The current deck was another for a while; the deck counts what was studied in it today.
    if table == "config":
        return tuple(row[:1]) + tuple(row[3:])
    if table == "decks":
        return tuple(row[:2]) + tuple(row[5:])
    return row


def test_decks_are_finished_one_after_another(fire: RapidFire, mw: AnkiQt) -> None:
    decks = [a_deck(mw.col, f"Systems::{name}", 2) for name in ("A", "B", "C")]
    states: list[str] = []
    gui_hooks.state_did_change.append(lambda new, _old: states.append(new))
    start(fire, decks)
    assert in_bar(fire).startswith("6 cards left")
    seen = []
    for left in (5, 4, 3, 2, 1):
        seen.append(mw.col.decks.get_current_id())
        answer(fire)
        assert in_bar(fire).startswith(f"{left} card")
    answer(fire)
    summary = the_summary(fire)
    gui_hooks.state_did_change._hooks.pop()
    assert seen == [decks[0], decks[0], decks[1], decks[1], decks[2]]
    assert summary.headline.text() == "6 of 6 right"
    assert summary.next_button is None
    assert "Enough for today." in said(summary)
    # From deck to deck without another screen.
    assert states.count("review") == 1


def test_it_begins_with_the_first_deck_wherever_the_student_is(fire: RapidFire, mw: AnkiQt) -> None:
    decks = [a_deck(mw.col, f"Systems::{name}", 2) for name in ("A", "B")]
    for current in decks:
        mw.col.decks.set_current(current)
        start(fire, decks)
        assert mw.col.decks.get_current_id() == decks[0]
        fire.stop()
        assert mw.col.decks.get_current_id() == current


def test_a_goal_in_minutes_ends_after_the_card(fire: RapidFire, mw: AnkiQt, clock: Clock) -> None:
    start(fire, [a_deck(mw.col, "Mixed", 12)], a_goal("MINUTES", 2))
    assert in_bar(fire).startswith("2 min left")
    clock.now += 70
    answer(fire)
    assert in_bar(fire).startswith("1 min left")
    clock.now += 55
    wait_until(lambda: in_bar(fire).startswith("Last card"), "the clock of the bar")
    assert mw.state == "review"
    answer(fire)
    summary = the_summary(fire)
    assert "2 cards in 2 minutes." in said(summary)
    assert "Next: Today's mixed deck (10 cards), or stop here for today." in said(summary)


def test_the_summary_goes_on_with_the_next_deck(fire: RapidFire, mw: AnkiQt) -> None:
    first, second = a_deck(mw.col, "Systems::A", 1), a_deck(mw.col, "Systems::B", 3)
    start(fire, [first], a_goal("CARDS", 1))
    answer(fire)
    summary = the_summary(fire)
    assert "Next: B (3 cards)" in said(summary)
    assert summary.next_button
    idle(mw)
    summary.next_button.click()
    wait_for_question(fire)
    assert not summary.isVisible()
    assert mw.col.decks.get_current_id() == second
    answer(fire)
    assert the_summary(fire) is not summary


def test_a_second_session_takes_the_place_of_the_first(fire: RapidFire, mw: AnkiQt) -> None:
    first, second = a_deck(mw.col, "Systems::A", 3), a_deck(mw.col, "Systems::B", 3)
    hooks = hook_counts()
    start(fire, [first])
    while_running = hook_counts()
    answer(fire)
    start(fire, [second])
    process_events()
    assert (hook_counts(), bars(mw)) == (while_running, 1)
    assert in_bar(fire) == "3 cards left | 0 right, 0 again"
    fire.stop()
    process_events()
    assert (hook_counts(), bars(mw)) == (hooks, 0)


@pytest.mark.parametrize("kind", ["empty", "deleted", "none"])
def test_without_a_card_nothing_begins(fire: RapidFire, mw: AnkiQt, kind: str) -> None:
    deck = a_deck(mw.col, "Systems::A", 2, search="tag:nothing" if kind == "empty" else "is:review")
    if kind == "deleted":
        mw.col.decks.remove([deck])
    hooks, current = hook_counts(), mw.col.decks.get_current_id()
    assert not fire.start([] if kind == "none" else [deck], a_goal())
    assert (fire.session, bars(mw), hook_counts()) == (None, 0, hooks)
    assert mw.col.decks.get_current_id() == current
    assert mw.state == "deckBrowser"


def test_an_end_without_an_answer_says_so_and_what_comes_next(fire: RapidFire, mw: AnkiQt) -> None:
    import aqt.utils

    start(fire, [a_deck(mw.col, "Systems::A", 2)])
    assert fire.bar
    fire.bar.end_button.click()
    process_events()
    assert (fire.session, fire.summary, mw.state) == (None, None, "deckBrowser")
    label = aqt.utils._tooltipLabel
    assert label
    assert "No card was answered. To start again: Tools > Remediation > Rapid" in label.text()


def test_the_summary_does_not_go_on_where_no_card_waits_any_more(
    fire: RapidFire, mw: AnkiQt
) -> None:
    first, second = a_deck(mw.col, "Systems::A", 1), a_deck(mw.col, "Systems::B", 3)
    start(fire, [first], a_goal("CARDS", 1))
    answer(fire)
    summary = the_summary(fire)
    idle(mw)
    mw.col.sched.empty_filtered_deck(second)
    assert summary.next_button
    summary.next_button.click()
    assert fire.session is None
    assert summary.isVisible()
    assert summary.next_step.text() == "No card is waiting there any more."
    assert not summary.next_button.isVisible()


def test_the_timebox_of_anki_does_not_ask_in_the_middle(fire: RapidFire, mw: AnkiQt) -> None:
    deck = a_deck(mw.col, "Systems::A", 4)
    mw.col.conf["timeLim"] = 60
    try:
        start(fire, [deck], a_goal("CARDS", 2))
        shot = snapshot(mw.col, everything=True)["config"]
        for _ in range(2):
            # As if the whole time had gone by with this card. A question of Anki's would hang here.
            mw.col._startTime = time.time() - 100
            answer(fire)
        assert the_summary(fire).headline.text() == "2 of 2 right"
        after = snapshot(mw.col, everything=True)["config"]
        assert [_without_times("config", row) for row in after] == [
            _without_times("config", row) for row in shot
        ]
    finally:
        mw.col.conf["timeLim"] = 0


def test_misses_that_came_further_are_in_the_summary(
    mw: AnkiQt, fire: RapidFire, template: GeneratedCollection
) -> None:
    three_days_ago = int(time.time()) - 3 * 86_400
    request = missed(some_questions(template, 6), when=three_days_ago)
    apply_import(mw.col, preview_import(mw.col, request, Settings()), Settings())
    deck = waiting_decks(mw.col, Settings()).mixed[0].deck
    start(fire, [DeckId(deck)])
    wait_until(lambda: fire._steps_before is not None, "the misses")
    answer(fire, AGAIN)
    fire.end()
    assert "half-way" not in said(the_summary(fire))
    start(fire, [DeckId(deck)])
    wait_until(lambda: fire._steps_before is not None, "the misses")
    for _ in range(4):
        answer(fire)
    fire.end()
    assert "half-way." in said(the_summary(fire))


# --- Undo -----------------------------------------------------------------------------------------


def test_undo_takes_an_answer_back_and_redo_gives_it_again(fire: RapidFire, mw: AnkiQt) -> None:
    start(fire, [a_deck(mw.col, "Systems::A", 5)])
    first = answer(fire, AGAIN)
    answer(fire)
    assert in_bar(fire).endswith("1 right, 1 again")
    undo(mw)
    undo(mw)
    assert in_bar(fire) == "5 cards left | 0 right, 0 again"
    assert wait_for_question(fire) == first
    mw.redo()
    wait_until(lambda: in_bar(fire).endswith("0 right, 1 again"), "the redo")
    answer(fire)
    assert in_bar(fire).endswith("1 right, 1 again")


def test_undo_goes_back_into_a_finished_deck(fire: RapidFire, mw: AnkiQt) -> None:
    first, second = a_deck(mw.col, "Systems::A", 2), a_deck(mw.col, "Systems::B", 2)
    start(fire, [first, second])
    answer(fire)
    last = answer(fire, GOOD)
    assert mw.col.decks.get_current_id() == second
    wait_for_question(fire)
    undo(mw)
    wait_until(lambda: mw.reviewer.card and mw.reviewer.card.id == last, "the card of before")
    assert mw.col.decks.get_current_id() == first
    assert in_bar(fire) == "3 cards left | 1 right, 0 again"
    answer(fire, AGAIN)
    assert in_bar(fire).endswith("1 right, 1 again")


# --- Cards that leave, and leaving ----------------------------------------------------------------


@pytest.mark.parametrize("act", ["bury_current_card", "suspend_current_card"])
def test_cards_may_be_buried_or_suspended(fire: RapidFire, mw: AnkiQt, act: str) -> None:
    first, second = a_deck(mw.col, "Systems::A", 2), a_deck(mw.col, "Systems::B", 2)
    start(fire, [first, second])
    answer(fire)
    gone = wait_for_question(fire)
    getattr(mw.reviewer, act)()
    # It was the deck's last card.
    wait_until(lambda: mw.reviewer.card and mw.reviewer.card.id != gone, "the next deck")
    wait_for_question(fire)
    assert mw.col.decks.get_current_id() == second
    assert in_bar(fire) == "2 cards left | 1 right, 0 again"
    settle(mw)
    assert "qa" in _page(mw)
    answer(fire)
    getattr(mw.reviewer, act)()
    assert the_summary(fire).headline.text() == "2 of 2 right"


def _page(mw: AnkiQt) -> str:
    """The ids of the elements in the main web view."""
    found: list[str] = []
    script = "[...document.querySelectorAll('[id]')].map(e => e.id).join(' ')"
    mw.web.evalWithCallback(script, found.append)
    wait_until(lambda: found, "the page")
    return found[0]


def test_leaving_pauses_and_the_bar_brings_back(fire: RapidFire, mw: AnkiQt, clock: Clock) -> None:
    start(fire, [a_deck(mw.col, "Systems::A", 4)])
    answer(fire)
    clock.now += 20
    mw.moveToState("deckBrowser")
    assert fire.session
    assert fire.bar
    assert fire.session.is_paused
    assert "Rapid-fire is paused" in in_bar(fire)
    assert fire.summary is None
    clock.now += 5000
    fire.bar.pause_button.click()
    wait_for_cards(fire)
    assert fire.session.seconds == 20
    assert "paused" not in in_bar(fire)
    answer(fire)
    mw.moveToState("deckBrowser")
    fire.bar.end_button.click()
    assert the_summary(fire).headline.text() == "2 of 2 right"
    assert mw.state == "deckBrowser"


def test_the_overview_of_an_unfinished_deck_pauses_and_studying_on_resumes(
    fire: RapidFire, mw: AnkiQt
) -> None:
    start(fire, [a_deck(mw.col, "Systems::A", 4)])
    mw.onOverview()
    assert fire.session
    assert fire.session.is_paused
    mw.onStudyKey()
    wait_for_question(fire)
    assert not fire.session.is_paused


def test_cards_of_another_deck_are_not_counted(fire: RapidFire, mw: AnkiQt) -> None:
    deck, other = a_deck(mw.col, "Systems::A", 4), a_deck(mw.col, "Systems::B", 4)
    start(fire, [deck])
    answer(fire)
    mw.moveToState("deckBrowser")
    mw.col.decks.set_current(other)
    mw.moveToState("review")
    wait_for_question(fire)
    assert fire.session
    mw.reviewer._showAnswer()
    asked = mw.reviewer.card
    mw.reviewer._answerCard(3)
    wait_until(lambda: mw.reviewer.card is not asked and mw.reviewer.state == "question")
    assert fire.session.is_paused
    assert fire.session.tally.cards == 1
    fire.toggle_pause()
    wait_for_cards(fire)
    assert mw.col.decks.get_current_id() == deck


def test_a_deck_that_is_deleted_meanwhile_is_passed_over(fire: RapidFire, mw: AnkiQt) -> None:
    decks = [a_deck(mw.col, f"Systems::{name}", 1) for name in ("A", "B", "C")]
    start(fire, decks)
    mw.col.decks.remove([decks[1]])
    answer(fire)
    wait_for_question(fire)
    assert mw.col.decks.get_current_id() == decks[2]


def test_closing_the_profile_ends_it_quietly(fire: RapidFire, mw: AnkiQt) -> None:
    after_ours: list[str] = []
    hooks = hook_counts()
    start(fire, [a_deck(mw.col, "Systems::A", 4)])
    answer(fire)
    gui_hooks.profile_will_close.append(lambda: after_ours.append("told"))
    close(mw)
    gui_hooks.profile_will_close._hooks.pop()
    process_events()
    assert after_ours == ["told"]
    assert (fire.session, fire.summary, bars(mw)) == (None, None, 0)
    assert hook_counts() == hooks
    open_profile(mw)


# --- Pause, pace and limits -----------------------------------------------------------------------


def _pause_keys(mw: AnkiQt) -> list[Any]:
    from aqt.qt import QKeySequence

    return [s for s in mw.stateShortcuts if s.key() == QKeySequence("P")]


def test_the_key_pauses_and_goes_on(fire: RapidFire, mw: AnkiQt, clock: Clock) -> None:
    start(fire, [a_deck(mw.col, "Systems::A", 4)])
    assert fire.session
    assert fire.bar
    assert "(P)" in fire.bar.pause_button.text()
    (key,) = _pause_keys(mw)
    key.activated.emit()
    assert in_bar(fire).endswith("Paused")
    clock.now += 500
    key.activated.emit()
    clock.now += 3
    assert fire.session.seconds == 3
    key.activated.emit()
    answer(fire)  # whoever looks at the answer goes on
    assert not fire.session.is_paused
    fire.end()
    the_summary(fire).close()
    mw.onOverview()
    mw.moveToState("review")
    assert not _pause_keys(mw)


def test_a_key_that_is_taken_stays_with_whom_it_belongs(fire: RapidFire, mw: AnkiQt) -> None:
    pressed: list[str] = []

    def take(_state: str, shortcuts: list[Any]) -> None:
        shortcuts.append(("p", lambda: pressed.append("theirs")))

    gui_hooks.state_shortcuts_will_change.append(take)
    try:
        start(fire, [a_deck(mw.col, "Systems::A", 4)])
        (key,) = _pause_keys(mw)
        key.activated.emit()
    finally:
        gui_hooks.state_shortcuts_will_change.remove(take)
    assert pressed == ["theirs"]
    assert fire.session
    assert fire.bar
    assert not fire.session.is_paused
    assert fire.bar.pause_button.text() == "&Pause"
    fire.bar.pause_button.click()
    assert fire.session.is_paused


def test_the_bar_never_takes_the_keyboard(fire: RapidFire, mw: AnkiQt) -> None:
    from aqt.qt import Qt, QWidget

    start(fire, [a_deck(mw.col, "Systems::A", 4)])
    assert fire.bar
    parts = [fire.bar, *fire.bar.findChildren(QWidget)]
    assert {part.focusPolicy() for part in parts} == {Qt.FocusPolicy.NoFocus}
    assert fire.bar.minimumSizeHint().width() <= mw.web.minimumWidth()


@pytest.mark.parametrize("message", ["Paused", ""])
def test_counts_give_way_in_a_narrow_bar(mw: AnkiQt, message: str) -> None:
    from aqt.qt import QWidget

    around = QWidget(mw)
    bar = addon_module("gui.rapid_fire_bar").RapidFireBar(around)
    bar.show_counts("12 cards left", "34 right, 12 again", "14 s a card")
    bar.show_paused(True, "P")
    bar.show_message(message)
    around.show()
    seen = set()
    for width in range(900, 150, -10):
        bar.resize(width, 30)
        process_events()
        shown = (bar.pace.isVisible(), bar.tally.isVisible())
        seen.add(shown)
        parts = (bar.left, bar.tally, bar.pace, bar.message, bar.pause_button)
        whole = all(p.width() >= p.sizeHint().width() for p in parts if p.isVisible())
        assert whole or shown == (False, False), width
        assert bar.left.isVisible()
    assert seen == {(True, True), (False, True), (False, False)}
    bar.resize(900, 30)
    process_events()
    assert bar.pace.isVisible()
    assert bar.tally.isVisible()
    around.close()
    around.deleteLater()


def test_pace_and_limits_are_off_by_default(fire: RapidFire, mw: AnkiQt, clock: Clock) -> None:
    start(fire, [a_deck(mw.col, "Systems::A", 4)])
    answer(fire)
    clock.now += 10_000
    fire._on_tick()
    assert in_bar(fire) == "3 cards left | 1 right, 0 again"
    assert mw.reviewer.state == "question"


def test_the_answer_shows_by_itself_but_no_button_is_pressed(
    fire: RapidFire, mw: AnkiQt, clock: Clock
) -> None:
    start(fire, [a_deck(mw.col, "Systems::A", 4)], reveal_after=20, card_limit=60, shows_pace=True)
    clock.now += 19
    fire._on_tick()
    process_events()
    assert side(mw) == "question"
    clock.now += 1
    wait_until(lambda: mw.reviewer.state == "answer", "the answer")
    assert "Time is up" not in in_bar(fire)
    clock.now += 40
    wait_until(lambda: "Time is up" in in_bar(fire), "the limit")
    clock.now += 1000
    fire._on_tick()
    process_events()
    assert side(mw) == "answer"
    assert fire.session
    assert not fire.session.answers
    mw.reviewer._answerCard(3)
    wait_until(lambda: fire.session and fire.session.answers, "the answer's count")
    wait_for_question(fire)
    assert in_bar(fire) == "3 cards left | 1 right, 0 again | 1,060 s a card"


@pytest.fixture
def advancing(mw: AnkiQt) -> None:
    """Presets with which Anki's auto-advance shows answers and presses Good, both very late."""
    for preset in mw.col.decks.all_config():
        preset.update(secondsToShowQuestion=900, secondsToShowAnswer=900, answerAction=2)
        mw.col.decks.update_config(preset)


@pytest.mark.usefixtures("advancing")
def test_a_pause_stops_the_auto_advance_of_anki_and_going_on_lets_it_go_on(
    fire: RapidFire, mw: AnkiQt
) -> None:
    reviewer = mw.reviewer
    start(fire, [a_deck(mw.col, "Systems::A", 4)])
    assert fire.session
    reviewer.toggle_auto_advance()
    fire.toggle_pause()
    reviewer._on_show_answer_timeout()  # what its timer does
    assert (side(mw), fire.session.is_paused) == ("question", True)
    fire.toggle_pause()
    assert reviewer.auto_advance_enabled
    assert reviewer._show_answer_timer
    reviewer._on_show_answer_timeout()
    assert side(mw) == "answer"
    fire.toggle_pause()
    reviewer._on_show_question_timeout()
    assert (side(mw), fire.session.is_paused) == ("answer", True)
    fire.toggle_pause()
    assert reviewer._show_question_timer
    reviewer._on_show_question_timeout()
    wait_until(lambda: fire.session and fire.session.answers, "the grade")
    wait_for_question(fire)
    fire.toggle_pause()
    fire.stop()
    assert reviewer.auto_advance_enabled


def test_a_pause_turns_no_auto_advance_on(fire: RapidFire, mw: AnkiQt) -> None:
    start(fire, [a_deck(mw.col, "Systems::A", 4)])
    for _ in range(2):
        fire.toggle_pause()
        assert not mw.reviewer.auto_advance_enabled


def test_the_clock_asks_nothing_of_the_collection_during_a_long_operation(
    fire: RapidFire, mw: AnkiQt, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anki's window would stand still until the end of the operation, as of a sync."""
    from threading import Event

    from aqt.operations import QueryOp

    calls: list[object] = []
    run = mw.col._backend._run_command

    def told(*call: Any) -> bytes:
        calls.append(call)
        return run(*call)

    def ticks() -> list[object]:
        calls.clear()
        fire._on_tick()
        return calls

    start(fire, [a_deck(mw.col, "Systems::A", 6)], a_goal("MINUTES", 15), reveal_after=90)
    settle(mw)
    clock.now += 60
    monkeypatch.setattr(mw.col._backend, "_run_command", told)
    assert not ticks()
    assert in_bar(fire).startswith("14 min left")
    clock.now += 60
    done = Event()
    op = QueryOp(parent=mw, op=lambda _col: done.wait(), success=lambda _ended: None)
    op.with_progress("As a sync does").run_in_background()
    try:
        assert mw.progress.busy()
        assert not ticks()
        assert side(mw) == "question"
    finally:
        done.set()
    wait_until(lambda: not mw.progress.busy(), "the end of the operation")
    wait_until(lambda: side(mw) == "answer", "the answer")


def test_nothing_shows_by_itself_while_paused_or_behind_a_window(
    fire: RapidFire, mw: AnkiQt, clock: Clock
) -> None:
    from aqt.qt import QDialog, QLineEdit, QVBoxLayout

    start(fire, [a_deck(mw.col, "Systems::A", 4)], reveal_after=5)
    fire.toggle_pause()
    clock.now += 60
    fire._on_tick()
    process_events()
    assert mw.reviewer.state == "question"
    fire.toggle_pause()
    other = QDialog(mw)
    line = QLineEdit(other)
    QVBoxLayout(other).addWidget(line)
    other.show()
    other.activateWindow()
    line.setFocus()
    wait_until(line.hasFocus, "the other window")
    clock.now += 60
    fire._on_tick()
    process_events()
    assert mw.reviewer.state == "question"
    other.close()
    mw.activateWindow()
    mw.web.setFocus()
    wait_until(lambda: mw.reviewer.state == "answer", "the answer")


# --- Kinds of cards -------------------------------------------------------------------------------


def _note(col: Collection, notetype: Any, fields: dict[str, str]) -> int:
    note = col.new_note(notetype)
    for name, value in fields.items():
        note[name] = value
    deck = col.decks.id("Made for this")
    assert deck
    col.add_note(note, deck)
    return int(note.id)


def test_typed_answers_are_kept_when_the_answer_shows_by_itself(
    fire: RapidFire, mw: AnkiQt, clock: Clock
) -> None:
    notetype = mw.col.models.by_name("Basic (type in the answer)")
    note = _note(mw.col, notetype, {"Front": "Enzyme?", "Back": "lipoxygenase"})
    deck = a_deck(mw.col, "Systems::A", 4, search=f"nid:{note}")
    start(fire, [deck], reveal_after=20)
    settle(mw)
    mw.web.eval("document.getElementById('typeans').value = 'lipoxidase'")
    clock.now += 20
    wait_until(lambda: mw.reviewer.state == "answer", "the answer")
    assert mw.reviewer.typedAnswer == "lipoxidase"
    mw.reviewer._answerCard(1)
    wait_until(lambda: "0 right, 1 again" in in_bar(fire), "the count")


def test_image_occlusion_cards_work(fire: RapidFire, mw: AnkiQt) -> None:
    mw.col.add_image_occlusion_notetype()
    notetype = mw.col.models.by_name("Image Occlusion")
    shapes = "".join(
        f"{{{{c{n}::image-occlusion:rect:left=.{n}:top=.1:width=.1:height=.1}}}}" for n in (1, 2)
    )
    fields = {"Occlusion": shapes, "Image": '<img src="heart.png">', "Header": "Heart"}
    note = _note(mw.col, notetype, fields)
    deck = a_deck(mw.col, "Systems::A", 4, search=f"nid:{note}")
    start(fire, [deck], a_goal("CARDS", 2))
    answer(fire)
    answer(fire)
    assert the_summary(fire).headline.text() == "2 of 2 right"


def test_a_cram_deck_counts_too(fire: RapidFire, mw: AnkiQt) -> None:
    deck = a_deck(mw.col, "Cram", 3)
    update = mw.col.sched.get_or_create_filtered_deck(deck)
    update.config.reschedule = False
    mw.col.sched.add_or_update_filtered_deck(update)
    start(fire, [deck])
    answer(fire, GOOD)
    answer(fire, GOOD)
    assert in_bar(fire).startswith("1 card left | 2 right, 0 again")
    undo(mw)
    assert in_bar(fire).startswith("2 cards left | 1 right, 0 again")


# --- Beside other add-ons -------------------------------------------------------------------------


def test_an_answer_that_another_addon_refuses_is_not_counted(fire: RapidFire, mw: AnkiQt) -> None:
    def refuse(answer: tuple[bool, Any], *_others: object) -> tuple[bool, Any]:
        return (False, answer[1])

    start(fire, [a_deck(mw.col, "Systems::A", 4)])
    gui_hooks.reviewer_will_answer_card.append(refuse)
    try:
        mw.reviewer._showAnswer()
        mw.reviewer._answerCard(3)
        process_events()
    finally:
        gui_hooks.reviewer_will_answer_card.remove(refuse)
    assert fire.session
    assert not fire.session.answers


@pytest.mark.parametrize("first", [True, False])
def test_an_answer_counts_though_another_addon_fails_there(
    fire: RapidFire, mw: AnkiQt, first: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anki then tells nobody else of the answer, and shows no other card."""
    errors = errors_told(monkeypatch)

    def fail(*_arguments: object) -> None:
        raise RuntimeError("theirs")

    hook = gui_hooks.reviewer_did_answer_card
    if first:
        hook.append(fail)
    start(fire, [a_deck(mw.col, "Systems::A", 4)], a_goal("CARDS", 1))
    if not first:
        hook.append(fail)
    wait_for_question(fire)
    mw.reviewer._showAnswer()
    mw.reviewer._answerCard(3)
    assert the_summary(fire).headline.text() == "1 of 1 right"
    assert errors == ["theirs"]


def errors_told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What would be shown in Anki's window about errors."""
    import sys

    told: list[str] = []
    monkeypatch.setattr(sys, "excepthook", lambda _kind, error, _where: told.append(str(error)))
    return told


def test_the_errors_of_others_at_the_end_are_told_as_without_this(
    fire: RapidFire, mw: AnkiQt, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors = errors_told(monkeypatch)

    def fail(new: str, _old: str) -> None:
        if new == "deckBrowser":
            raise RuntimeError("theirs")

    start(fire, [a_deck(mw.col, "Systems::A", 4)])
    answer(fire)
    assert fire.bar
    gui_hooks.state_did_change.append(fail)
    fire.bar.end_button.click()
    wait_until(lambda: errors == ["theirs"], "the error")
    assert (fire.session, bars(mw)) == (None, 0)


def test_an_error_of_ours_stops_no_review(
    fire: RapidFire, mw: AnkiQt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anki would drop a hook that raises, and show a window in the middle of it all."""
    start(fire, [a_deck(mw.col, "Systems::A", 4)])

    def fail(*_arguments: object) -> str:
        raise RuntimeError("on purpose")

    words = addon_module("gui.rapid_fire_words")
    while_running = hook_counts()
    with monkeypatch.context() as patched:
        patched.setattr(words, "left", fail)
        answer(fire)
        wait_for_question(fire)
    assert hook_counts() == while_running
    answer(fire)
    assert in_bar(fire) == "2 cards left | 2 right, 0 again"


def test_a_card_costs_next_to_nothing(
    fire: RapidFire, mw: AnkiQt, monkeypatch: pytest.MonkeyPatch
) -> None:
    spent: dict[str, list[float]] = {}
    guarded = fire._guarded

    def timed(act: Any) -> Any:
        inner = guarded(act)

        def run(*arguments: Any) -> None:
            began = time.perf_counter()
            inner(*arguments)
            spent.setdefault(act.__name__, []).append(1000 * (time.perf_counter() - began))

        return run

    monkeypatch.setattr(fire, "_guarded", timed)
    start(fire, [a_deck(mw.col, "Systems::A", 30)])
    for _ in range(25):
        answer(fire)
    for name in ("_on_question", "_on_shown_answer", "_on_answered"):
        middle = sorted(spent[name])[len(spent[name]) // 2]
        assert middle < PATIENT_MILLISECONDS, (name, spent[name])


# --- The dialog -----------------------------------------------------------------------------------


def open_dialog(fire: RapidFire) -> RapidFireDialog:
    made: RapidFireDialog = addon_module("gui.rapid_fire_dialog").RapidFireDialog(fire._mw, fire)
    wait_until(lambda: made.waiting is not None, "the cards")
    return made


@pytest.fixture
def _no_choices(mw: AnkiQt) -> Iterator[None]:
    name = addon_module("gui.rapid_fire_dialog").LAST_CHOICES
    assert mw.pm.profile is not None
    mw.pm.profile.pop(name, None)
    yield
    mw.pm.profile.pop(name, None)


def offered(dialog: RapidFireDialog) -> list[str]:
    items = map(dialog.decks.item, range(dialog.decks.count()))
    return [item.text() for item in items if item]


@pytest.mark.usefixtures("_no_choices")
def test_the_dialog_offers_what_has_cards(fire: RapidFire, mw: AnkiQt) -> None:
    a_deck(mw.col, "Mixed", 3)
    a_deck(mw.col, "Systems::Renal", 4)
    a_deck(mw.col, "Systems::Heart", 2)
    a_deck(mw.col, "Systems::Lung", 2, search="tag:nothing")
    dialog = open_dialog(fire)
    assert offered(dialog) == [
        "Today's mixed deck  (3 cards)",
        "All systems, one after another  (6 cards)",
        "Heart  (2 cards)",
        "Renal  (4 cards)",
    ]
    assert dialog.decks.hasFocus() or not dialog.isActiveWindow()
    assert dialog.start_button.isDefault()
    assert not dialog.import_button.isVisible()
    dialog.close()


@pytest.mark.usefixtures("_no_choices")
def test_enter_starts_what_is_chosen_and_it_is_remembered(fire: RapidFire, mw: AnkiQt) -> None:
    from aqt.qt import Qt
    from PyQt6.QtTest import QTest

    a_deck(mw.col, "Systems::Heart", 2)
    deck = a_deck(mw.col, "Systems::Renal", 4)
    dialog = open_dialog(fire)
    assert dialog.options() == some_options()
    dialog.minutes.setValue(7)
    dialog.more_box.setChecked(True)
    dialog.limits.setChecked(True)
    dialog.card_limit.setValue(45)
    dialog.decks.setCurrentRow(2)
    click: Any = QTest.keyClick  # its stubs want an instance
    click(dialog.decks, Qt.Key.Key_Return)
    wait_for_question(fire)
    assert not dialog.isVisible()
    assert fire.session
    assert fire.session.goal == a_goal("MINUTES", 7)
    assert mw.col.decks.get_current_id() == deck
    fire.end()
    again = open_dialog(fire)
    assert again.goal() == a_goal("MINUTES", 7)
    assert again.options() == some_options(card_limit=45)
    again.more_box.setChecked(False)
    assert again.options() == some_options()
    again.kinds[again.goal().kind.ALL].setChecked(True)
    assert again.goal() == a_goal()
    again.close()


@pytest.mark.usefixtures("_no_choices")
def test_all_systems_start_with_the_first(fire: RapidFire, mw: AnkiQt) -> None:
    decks = [a_deck(mw.col, f"Systems::{name}", 2) for name in ("Heart", "Renal")]
    dialog = open_dialog(fire)
    dialog.start_button.click()
    wait_for_question(fire)
    assert fire._decks == decks
    assert in_bar(fire).startswith("4 cards left")


@pytest.mark.parametrize("last", [None, "?", {"cards": "x", "kind": 5, "more": 1}, {"cards": -9}])
def test_choices_that_cannot_be_read_are_the_defaults(
    fire: RapidFire, mw: AnkiQt, last: Any
) -> None:
    assert mw.pm.profile is not None
    name = addon_module("gui.rapid_fire_dialog").LAST_CHOICES
    mw.pm.profile[name] = last
    dialog = open_dialog(fire)
    assert dialog.goal().number in (1, 20)
    assert dialog.options() == some_options()
    dialog.close()
    mw.pm.profile.pop(name)


def test_without_cards_the_dialog_says_what_to_do(fire: RapidFire) -> None:
    import aqt

    dialog = open_dialog(fire)
    assert "Import misses first, or come back tomorrow." in dialog.status.text()
    assert dialog.status.isVisible()
    assert not dialog.start_button.isEnabled()
    assert not dialog.decks.isVisible()
    assert dialog.import_button.isDefault()
    dialog.import_button.click()
    opened = aqt.dialogs._dialogs["RemediationImport"][1]
    assert opened.isVisible()
    opened.close()


def test_a_deck_emptied_meanwhile_is_counted_anew(fire: RapidFire, mw: AnkiQt) -> None:
    deck = a_deck(mw.col, "Systems::Heart", 2)
    dialog = open_dialog(fire)
    mw.col.sched.empty_filtered_deck(deck)
    dialog.start_button.click()
    wait_until(lambda: dialog.status.isVisible() and "No cards" in dialog.status.text())
    assert fire.session is None
    dialog.close()
