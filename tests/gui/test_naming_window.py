"""Naming reasons in a whole Anki, by its keys."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from aqt.qt import QApplication, QLabel, QMessageBox, Qt, QWidget

from remediation.collection.deck_update import DECKS_UNDO_NAME
from remediation.collection.importing import ImportRequest, apply_import, preview_import
from remediation.collection.ledger import read_ledger
from remediation.collection.repair import plan_repair
from remediation.model.attempts import Attempt, Confidence, Outcome
from remediation.model.decisions import DecidedBy
from remediation.model.misses import Miss, latest_misses
from remediation.model.records import Question, Sitting
from remediation.settings import Settings
from tests import whole_anki
from tests.anking import GeneratedCollection
from tests.collections import differences, snapshot, some_questions
from tests.whole_anki import idle, process_events, wait_until

if TYPE_CHECKING:
    from aqt.main import AnkiQt

    from remediation.collection.evidence import Diagnosis
    from remediation.gui.naming_window import NamingWindow

NOW = int(time.time())


def import_block(mw: AnkiQt, ids: list[str], *, when: int = NOW, name: str = "Block 1") -> None:
    """Imports a block with these misses, done then or shortly before.

    The first eight show their suggestion and, of more, some are asked first: which ones depends on
    the moment.
    """
    attempts = tuple(
        Attempt(
            id=id,
            outcome=Outcome.INCORRECT,
            position=2 * place,
            system="Cardiovascular System",
            topic="Aortic stenosis",
            seconds=45,
            others_seconds=80,
            percent_others=62,
        )
        for place, id in enumerate(ids, 1)
    )
    sitting = Sitting("uworld", "step1", when, attempts, dated=True, name=name, total=40)
    while any(asked_first(sitting)[:8]) or not any([*asked_first(sitting)[8:], len(ids) <= 8]):
        sitting = replace(sitting, when=sitting.when - 1)
    request = ImportRequest((sitting,))
    apply_import(mw.col, preview_import(mw.col, request, Settings()), Settings())


def asked_first(sitting: Sitting) -> list[bool]:
    """Which misses of a block are asked before their suggestion is shown."""
    key = sitting.key
    questions = [Question(question) for question in sitting.question_keys()]
    return [
        Miss(question, attempt, sitting, key, 0).asked_first
        for question, attempt in zip(questions, sitting.attempts)
    ]


def open_window(mw: AnkiQt) -> NamingWindow:
    """Tools > Remediation > Name reasons…, once it has read."""
    import aqt

    menu = next(a.menu() for a in mw.form.menuTools.actions() if a.text() == "&Remediation")
    assert menu
    next(a for a in menu.actions() if "Name" in a.text()).trigger()
    opened: NamingWindow = aqt.dialogs._dialogs["RemediationNaming"][1]
    wait_until(lambda: not mw.progress.busy(), "the misses")
    process_events()
    return opened


def forget_what_was_put_off(mw: AnkiQt) -> None:
    """All tests share a profile."""
    assert mw.pm.profile is not None
    for name in ("remediationNamingSkipped", "remediationNamingDrafts"):
        mw.pm.profile.pop(name, None)


@pytest.fixture
def window(mw: AnkiQt, template: GeneratedCollection) -> Iterator[NamingWindow]:
    forget_what_was_put_off(mw)
    import_block(mw, some_questions(template, 8))
    opened = open_window(mw)
    yield opened
    opened.close()
    idle(mw)


@pytest.fixture
def blind_window(mw: AnkiQt, template: GeneratedCollection) -> Iterator[NamingWindow]:
    """With enough misses that some are asked first."""
    forget_what_was_put_off(mw)
    import_block(mw, some_questions(template, 40))
    opened = open_window(mw)
    yield opened
    opened.close()
    idle(mw)


def press(window: NamingWindow, *keys: Qt.Key) -> None:
    """Presses keys where the student's keys go."""
    for key in keys:
        whole_anki.press(window.focusWidget() or window, key)


def write(field: QWidget, words: str) -> None:
    """Types words in a field."""
    field.setFocus()
    for letter in words:
        whole_anki.press(field, ord(letter))


def misses(mw: AnkiQt) -> dict[str, Miss]:
    ledger = read_ledger(mw.col)
    return {k.id: m for k, m in latest_misses(ledger.sittings, ledger.questions).items()}


def shown(window: NamingWindow) -> str:
    return " ".join(label.text() for label in window.findChildren(QLabel) if label.isVisible())


def current_id(window: NamingWindow) -> str:
    assert window.queue.current
    return window.queue.current.key.id


def test_it_shows_what_is_known_of_the_miss(window: NamingWindow) -> None:
    text = shown(window)
    assert "2" in text
    assert f"UWorld Step 1 {current_id(window)}" in text
    assert "Aortic stenosis" in text
    assert "you 0:45, others 1:20" in text
    assert "62 % of others right" in text
    assert "could you have said the fact?" in text
    assert window.windowFlags() & Qt.WindowType.WindowStaysOnTopHint
    press(window, Qt.Key.Key_C)
    assert window.page.shows_cards
    assert "●" in shown(window)
    press(window, Qt.Key.Key_C)
    assert not window.page.shows_cards


def test_keys_name_a_group_a_reason_or_accept_the_suggestion(
    mw: AnkiQt, window: NamingWindow
) -> None:
    first = current_id(window)
    press(window, Qt.Key.Key_1, Qt.Key.Key_Return)
    second = current_id(window)
    assert second != first
    press(window, Qt.Key.Key_4, Qt.Key.Key_2, Qt.Key.Key_Return)
    third = current_id(window)
    assert window.queue.current
    suggested = window.queue.current.suggestion.code
    if suggested:
        press(window, Qt.Key.Key_Return)
    else:
        press(window, Qt.Key.Key_2, Qt.Key.Key_Return)
    idle(mw)
    found = misses(mw)
    assert found[first].reason == "1"
    assert found[second].reason == "T2"
    assert found[third].reason == (suggested or "2")
    decision = found[third].decision
    assert decision
    assert decision.how is DecidedBy.CONFIRMED
    assert decision.suggested == suggested
    assert decision.p_knowledge is not None


def test_undo_takes_back_one_after_the_other(mw: AnkiQt, window: NamingWindow) -> None:
    before = snapshot(mw.col)
    first = current_id(window)
    press(window, Qt.Key.Key_1, Qt.Key.Key_Return, Qt.Key.Key_4, Qt.Key.Key_Return)
    idle(mw)
    assert len(window.queue.named) == 2
    press(window, Qt.Key.Key_U)
    idle(mw)
    press(window, Qt.Key.Key_U)
    idle(mw)
    assert window.queue.named == {}
    assert current_id(window) == first
    assert differences(before, snapshot(mw.col)) == {}
    press(window, Qt.Key.Key_U)  # nothing of this window is left to undo
    idle(mw)
    assert differences(before, snapshot(mw.col)) == {}


def test_undo_in_the_main_window_is_seen(mw: AnkiQt, window: NamingWindow) -> None:
    first = current_id(window)
    press(window, Qt.Key.Key_1, Qt.Key.Key_Return)
    idle(mw)
    mw.undo()
    wait_until(lambda: not window.queue.named and not mw.progress.busy(), "the list read again")
    assert current_id(window) == first


def test_space_puts_a_miss_off_and_it_is_remembered(mw: AnkiQt, window: NamingWindow) -> None:
    first = current_id(window)
    press(window, Qt.Key.Key_Space)
    assert current_id(window) != first
    assert window.queue.left[-1].key.id == first
    window.close()
    again = open_window(mw)
    assert again.queue.diagnoses[-1].key.id == first
    again.close()


def go_to_a_blind_one(window: NamingWindow) -> Diagnosis:
    """Puts misses off until one is shown that is asked first, and has a suggestion."""
    for _ in window.queue.diagnoses:
        current = window.queue.current
        assert current
        if current.miss.asked_first and current.suggestion.code:
            return current
        press(window, Qt.Key.Key_Space)
    raise AssertionError("none of these is asked first")


def test_some_are_asked_before_their_suggestion(mw: AnkiQt, blind_window: NamingWindow) -> None:
    window = blind_window
    blind = go_to_a_blind_one(window)
    assert "asked first" in shown(window)
    assert blind.suggestion.why not in shown(window)
    press(window, Qt.Key.Key_Return)
    assert current_id(window) == blind.key.id  # there is nothing to accept
    assert "Pick 1 to 5" in shown(window)
    press(window, Qt.Key.Key_2, Qt.Key.Key_Return)
    assert "You said: Sure, but wrong" in shown(window) or "You said" in shown(window)
    idle(mw)
    decision = misses(mw)[blind.key.id].decision
    assert decision
    assert decision.how is DecidedBy.ASKED_FIRST
    assert "You said" in shown(window)


def test_an_answer_changed_after_its_suggestion_was_seen_is_not_given_first(
    mw: AnkiQt, blind_window: NamingWindow
) -> None:
    window = blind_window
    id = go_to_a_blind_one(window).key.id

    def how() -> DecidedBy:
        decision = misses(mw)[id].decision
        assert decision
        return decision.how

    press(window, Qt.Key.Key_2, Qt.Key.Key_Return, Qt.Key.Key_U)
    idle(mw)
    assert current_id(window) == id
    assert "asked first" not in shown(window)
    press(window, Qt.Key.Key_Backspace, Qt.Key.Key_1, Qt.Key.Key_Return)
    idle(mw)
    assert how() is DecidedBy.CONFIRMED


def test_an_answer_given_first_stays_one_when_words_are_added(
    mw: AnkiQt, blind_window: NamingWindow
) -> None:
    window = blind_window
    blind = go_to_a_blind_one(window)
    press(window, Qt.Key.Key_2, Qt.Key.Key_Return)
    idle(mw)
    window.queue.go_to(blind.key)
    window._show_current()
    write(window.page.cue, "the murmur")
    press(window, Qt.Key.Key_Return)
    idle(mw)
    decision = misses(mw)[blind.key.id].decision
    assert decision
    assert (decision.how, decision.reason) == (DecidedBy.ASKED_FIRST, "2")
    assert misses(mw)[blind.key.id].question.cue == "the murmur"
    window.queue.go_to(blind.key)
    window._show_current()
    press(window, Qt.Key.Key_5, Qt.Key.Key_Return)
    idle(mw)
    decision = misses(mw)[blind.key.id].decision
    assert decision
    assert (decision.how, decision.reason) == (DecidedBy.CONFIRMED, "5")


def test_what_the_student_writes_is_saved_with_the_reason(mw: AnkiQt, window: NamingWindow) -> None:
    first = current_id(window)
    press(window, Qt.Key.Key_4, Qt.Key.Key_4)
    for letter in "12 options left":
        whole_anki.press(window.page.cue, ord(letter))
    window.page.rule.setCurrentIndex(0)
    chosen = window.page.rule.currentText()
    press(window, Qt.Key.Key_S)
    whole_anki.press(window.page.cue, Qt.Key.Key_Return)
    idle(mw)
    question = misses(mw)[first].question
    assert (question.deficit, question.cue, question.rule) == ("T4", "12 options left", chosen)
    assert question.decisions[-1].confidence is Confidence.SURE


def test_shorthand_names_a_block_at_once(mw: AnkiQt, window: NamingWindow) -> None:
    by_position = {d.miss.attempt.position: d.key.id for d in window.queue.diagnoses}
    window.shorthand.setText("2 misread, 4 new; 6-8 2, 99 new, 12 blurb")
    window.shorthand.setFocus()
    whole_anki.press(window.shorthand, Qt.Key.Key_Return)
    idle(mw)
    found = misses(mw)
    assert found[by_position[2]].reason == "T1"
    assert found[by_position[4]].reason == "K1"
    assert found[by_position[6]].reason == found[by_position[8]].reason == "2"
    assert found[by_position[12]].reason == ""
    assert "99 is not among the misses of this block." in shown(window)
    assert window.shorthand.text() == "12 blurb, 7 2, 99 new"
    assert "Name 4 reasons" in mw.col.undo_status().undo


def test_the_list_names_many_and_accepts_the_likely_ones(mw: AnkiQt, window: NamingWindow) -> None:
    likely = [d.key.id for d in window.queue.likely]
    press(window, Qt.Key.Key_L)
    assert window.list_page.table.isVisible()
    assert f"the {len(likely)} likely" in window.list_page.accept_button.text()
    window.list_page.accept_button.click()
    idle(mw)
    found = misses(mw)
    accepted = {id for id, m in found.items() if m.decision}
    assert accepted == set(likely)
    assert all(m.decision.how is DecidedBy.ACCEPTED for m in found.values() if m.decision)
    assert not any(m.asked_first for m in found.values() if m.decision)
    window.list_page.table.selectAll()
    press(window, Qt.Key.Key_5)
    idle(mw)
    assert {m.reason for m in misses(mw).values()} == {"5"}
    assert "Every miss" in shown(window) or "of 8 misses" in shown(window)


def test_enter_in_the_list_looks_at_a_miss_and_saves_nothing(
    mw: AnkiQt, window: NamingWindow
) -> None:
    press(window, Qt.Key.Key_L)
    table = window.list_page.table
    table.selectRow(2)
    whole_anki.press(table, Qt.Key.Key_Return)
    wait_until(lambda: window.page.isVisible(), "the miss")
    idle(mw)
    assert current_id(window) == window.queue.diagnoses[2].key.id
    assert window.queue.named == {}


def test_decks_follow_when_it_is_closed(mw: AnkiQt, window: NamingWindow) -> None:
    window.list_page.table.selectAll()
    press(window, Qt.Key.Key_L)
    window.list_page.table.selectAll()
    press(window, Qt.Key.Key_4)
    idle(mw)
    assert [d for d in mw.col.decks.all() if d["dyn"] and d["name"].startswith("Remediation")]
    window.close()
    idle(mw)
    assert mw.col.undo_status().undo == DECKS_UNDO_NAME
    assert not [d for d in mw.col.decks.all() if d["dyn"] and d["name"].startswith("Remediation")]
    assert not plan_repair(mw.col, Settings(), decks_too=True)


def test_with_an_account_the_decks_wait_for_the_sync(
    mw: AnkiQt, template: GeneratedCollection
) -> None:
    from aqt import gui_hooks

    from tests.whole_anki import close, open_profile

    import_block(mw, some_questions(template, 4))
    mw.pm.set_sync_key("a key")
    try:
        close(mw)
        open_profile(mw)
        opened = open_window(mw)
        press(opened, Qt.Key.Key_4, Qt.Key.Key_Return)
        idle(mw)
        opened.close()
        idle(mw)
        assert mw.col.undo_status().undo == "Name reason"
        assert mw.col.db
        mw.col.db.execute("update col set ls = ls + 1000")
        gui_hooks.sync_did_finish()
        wait_until(lambda: mw.col.undo_status().undo == DECKS_UNDO_NAME, "the decks")
        idle(mw)
    finally:
        mw.pm.set_sync_key(None)


def test_what_is_being_written_survives_changes_elsewhere(mw: AnkiQt, window: NamingWindow) -> None:
    from aqt.operations.tag import add_tags_to_notes

    first = current_id(window)
    window.page.cue.setText("half a sentence")
    note = mw.col.find_notes("")[0]
    add_tags_to_notes(parent=mw, note_ids=[note], space_separated_tags="x").run_in_background()
    idle(mw)
    assert (current_id(window), window.page.cue.text()) == (first, "half a sentence")
    press(window, Qt.Key.Key_1, Qt.Key.Key_Return)
    idle(mw)
    assert misses(mw)[first].question.cue == "half a sentence"


def test_closing_anki_with_the_window_open_loses_nothing(mw: AnkiQt, window: NamingWindow) -> None:
    from tests.whole_anki import close, open_profile

    first = current_id(window)
    press(window, Qt.Key.Key_4, Qt.Key.Key_Return)
    close(mw)
    process_events()
    boxes = [box for box in QApplication.topLevelWidgets() if isinstance(box, QMessageBox)]
    assert not any(box.isVisible() for box in boxes)
    open_profile(mw)
    idle(mw)
    assert misses(mw)[first].reason == "4"


def test_a_reason_can_be_changed_later(mw: AnkiQt, window: NamingWindow) -> None:
    import aqt

    assert window.queue.current
    key = window.queue.current.key
    press(window, Qt.Key.Key_1, Qt.Key.Key_Return)
    idle(mw)
    window.close()
    again: NamingWindow = aqt.dialogs.open("RemediationNaming", mw, only={key})
    wait_until(lambda: again.queue.current is not None, "the miss")
    assert current_id(again) == key.id
    assert again.page.picker.code == "1"
    press(again, Qt.Key.Key_5, Qt.Key.Key_1, Qt.Key.Key_Return)
    idle(mw)
    assert misses(mw)[key.id].reason == "T6"
    again.close()


def test_what_was_learnt_is_shown_and_can_be_forgotten(
    mw: AnkiQt, blind_window: NamingWindow
) -> None:
    go_to_a_blind_one(blind_window)
    press(blind_window, Qt.Key.Key_4, Qt.Key.Key_Return)
    idle(mw)
    blind_window.close()
    again = open_window(mw)
    assert "1 answer given first" in shown(again)
    assert again.naming_list.shift.log_odds < 0
    again.controls.forget.click()
    wait_until(lambda: not again.naming_list.shift.answers, "the list read again")
    assert "given first" not in shown(again)
    again.close()


def test_copying_the_id(window: NamingWindow) -> None:
    whole_anki.press(window, Qt.Key.Key_C, control=True)
    clipboard = QApplication.clipboard()
    assert clipboard
    assert clipboard.text() == current_id(window)


def test_without_misses_it_says_what_to_do_first(mw: AnkiQt) -> None:
    opened = open_window(mw)
    assert "Import a block first" in shown(opened)
    opened.close()


def test_an_old_pile_offers_a_sample_first(mw: AnkiQt, template: GeneratedCollection) -> None:
    ids = some_questions(template, 30) + [str(900_000 + n) for n in range(1_000)]
    import_block(mw, ids)
    opened = open_window(mw)
    assert "1,030 misses have no reason yet" in shown(opened)
    opened._choice.sample_button.click()
    wait_until(lambda: opened.queue.diagnoses and not mw.progress.busy(), "the sample")
    assert len(opened.queue.diagnoses) == 40
    for _ in range(40):
        press(opened, Qt.Key.Key_1, Qt.Key.Key_Return)
    idle(mw)
    assert "in this sample of 40 misses" in shown(opened)
    assert "990 more" in shown(opened)
    opened.close()


def test_a_key_is_answered_at_once_whatever_the_ledger_holds(
    mw: AnkiQt, template: GeneratedCollection
) -> None:
    ids = some_questions(template, 30) + [str(900_000 + n) for n in range(3_000)]
    import_block(mw, ids)
    opened = open_window(mw)
    opened._choice.all_button.click()
    wait_until(lambda: opened.queue.diagnoses and not mw.progress.busy(), "the misses")
    times = []
    for key in (Qt.Key.Key_1, Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_C) * 5:
        started = time.perf_counter()
        press(opened, key)
        times.append(time.perf_counter() - started)
        idle(mw)
    assert statistics.median(times) < 0.05
    opened.close()
