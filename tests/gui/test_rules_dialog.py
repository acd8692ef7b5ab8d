"""Rules and habits in a whole Anki, with records in its collection."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from remediation.collection.ledger import NewRecords, read_ledger, write_records
from remediation.collection.rules import active_rules, rule_use
from remediation.collection.undo import UndoStep
from remediation.model.attempts import AnswerChange, Attempt, Outcome
from remediation.model.decisions import DecidedBy, Decision
from remediation.model.records import Question, Sitting
from remediation.model.rules import rules_for
from tests.collections import differences, snapshot
from tests.whole_anki import process_events, wait_until

if TYPE_CHECKING:
    from anki.collection import Collection
    from aqt.main import AnkiQt

    from remediation.gui.rules_dialog import RulesDialog

CLUES, TWO, CLOCK, CHANGED = (rules_for(code)[0].text for code in ("T2", "T4", "T6", "T5"))
LONG = "Two diagnoses that fit and one day left before the exam: " + "say the difference " * 60


def open_window(mw: AnkiQt) -> RulesDialog:
    """Tools > Remediation > Rules and habits…, with what it read."""
    import aqt

    menu = next(a.menu() for a in mw.form.menuTools.actions() if a.text() == "&Remediation")
    assert menu
    (action,) = (a for a in menu.actions() if "habits" in a.text())
    action.trigger()
    opened: RulesDialog = aqt.dialogs._dialogs["RemediationRules"][1]
    wait_until(lambda: opened.overview is not None, "the records")
    return opened


@pytest.fixture
def window(mw: AnkiQt) -> Iterator[RulesDialog]:
    """The window, on a collection without records."""
    opened = open_window(mw)
    yield opened
    opened.close()


def record(col: Collection, blocks: int = 6, misses: int = 15, *, named: bool = True) -> None:
    """Records timed blocks of 40, one a day; every third miss passed over a clue."""
    start = int(time.time()) - blocks * 86_400
    sittings, questions = [], []
    for number in range(blocks):
        attempts = tuple(
            Attempt(
                id=str(100_000 + 40 * number + place),
                outcome=Outcome.INCORRECT if place < misses else Outcome.CORRECT,
                change=AnswerChange.RIGHT_TO_WRONG if place == 0 else None,
            )
            for place in range(40)
        )
        when = start + number * 86_400
        sitting = Sitting("uworld", "step1", when, attempts, mode="Timed", total=40)
        sittings.append(sitting)
        for place, key in enumerate(sitting.question_keys()[:misses]):
            reason = "T2" if place % 3 == 0 else "K2"
            decision = Decision(sitting.key, reason, DecidedBy.CONFIRMED, when + 60)
            questions.append(
                Question(
                    key,
                    decisions=(decision,) if named and place else (),
                    rule="Say the enzyme first" if not place and not number else "",
                )
            )
    with UndoStep(col, "Records") as step:
        write_records(
            col,
            step,
            NewRecords(sittings=tuple(sittings), questions=tuple(questions)),
            deck_parent="Remediation",
        )


def slip(col: Collection, days_ago: int, number: int) -> None:
    """Records a miss of so many days ago that was a slip."""
    when = int(time.time()) - days_ago * 86_400
    attempt = Attempt(id=str(200_000 + number), outcome=Outcome.INCORRECT)
    sitting = Sitting("uworld", "step1", when, (attempt,), dated=True)
    decision = Decision(sitting.key, "T8", DecidedBy.CONFIRMED, when + 60)
    question = Question(sitting.question_keys()[0], decisions=(decision,))
    records = NewRecords(sittings=(sitting,), questions=(question,))
    with UndoStep(col, "Records") as step:
        write_records(col, step, records, deck_parent="Remediation")


def shown(window: RulesDialog) -> str:
    """All sentences that can be seen on the page."""
    from aqt.qt import QLabel

    return " ".join(label.text() for label in window.findChildren(QLabel) if label.isVisible())


def _is_shown(window: RulesDialog, words: str) -> bool:
    return words in shown(window)


def cells(window: RulesDialog) -> dict[str, list[str]]:
    """The rows of the table by their first cell."""
    table = window.habits.table
    rows: dict[str, list[str]] = {}
    for row in range(table.rowCount()):
        first, *others = [table.item(row, column) for column in range(4)]
        assert first
        assert all(others)
        rows[first.text()] = [item.text() for item in others if item]
    return rows


def items(picker: Any) -> dict[str, Any]:
    """The rules of the picker by their words."""
    found = {}
    for top in range(picker.tree.topLevelItemCount()):
        head = picker.tree.topLevelItem(top)
        found.update({head.child(i).text(0): head.child(i) for i in range(head.childCount())})
    return found


def tick(picker: Any, words: str, *, on: bool = True) -> None:
    """Ticks a rule, or takes its tick away."""
    from aqt.qt import Qt

    state = Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
    items(picker)[words].setCheckState(0, state)


def ticked(picker: Any) -> set[str]:
    """The words of the rules with a tick."""
    from aqt.qt import Qt

    checked = Qt.CheckState.Checked
    return {words for words, item in items(picker).items() if item.checkState(0) == checked}


def choose(window: RulesDialog, *rules: str) -> None:
    """Chooses rules in the picker and waits until they are active."""
    window.before.choose_button.click()
    picker = window.picker
    assert picker
    for rule in rules:
        tick(picker, rule)
    picker.accept()
    wait_until(lambda: active(window) == [*rules] and not window.mw.progress.busy(), "the rules")


def active(window: RulesDialog) -> list[str]:
    assert window.overview
    return [rule.text for rule in window.overview.active]


def tap(window: RulesDialog, words: str, answer: str) -> None:
    """Taps an answer for a rule."""
    from aqt.qt import QRadioButton

    (button,) = (
        b
        for b in window.after.findChildren(QRadioButton)
        if b.accessibleName() == f"{answer}: {words}" and b.isVisible()
    )
    button.click()


def undo(window: RulesDialog) -> None:
    """Edit > Undo, until the window shows what is left."""
    shown_before = window.overview
    window.mw.undo()
    wait_until(lambda: window.overview is not shown_before, "the undone records")


def press(window: Any, key: str) -> None:
    """Presses a key where the focus of the window is."""
    from aqt.qt import QApplication, QEvent, QKeyEvent, Qt

    target = window.focusWidget() or window
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, getattr(Qt.Key, f"Key_{key}"), Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(target, event)
    process_events()


# --- Before a block -------------------------------------------------------------------------------


def test_without_rules_every_page_says_what_to_do_next(window: RulesDialog) -> None:
    assert "Choose one" in shown(window)
    assert window.before.choose_button.isDefault()
    window.tabs.setCurrentIndex(1)
    assert "Choose one before a block" in shown(window)
    assert window.after.choose_button.isDefault()
    assert not window.after.save_button.isVisible()
    window.tabs.setCurrentIndex(2)
    assert "Import a block first" in shown(window)
    assert window.habits.import_button.isDefault()
    assert not window.habits.table.isVisible()


def test_rules_are_chosen_shown_large_and_undone_in_one_step(window: RulesDialog) -> None:
    from aqt.qt import QLabel

    before = snapshot(window.mw.col)
    choose(window, CLUES, TWO)
    (label,) = (b for b in window.before.findChildren(QLabel) if b.text() == CLUES)
    assert label.font().pointSizeF() > 1.3 * window.font().pointSizeF()
    assert "Passed over a clue. Not checked after a block yet." in shown(window)
    assert window.mw.col.undo_status().undo == "Change rules"
    undo(window)
    assert active(window) == []
    assert differences(before, snapshot(window.mw.col)) == {}


def test_leaving_the_picker_or_choosing_the_same_writes_nothing(window: RulesDialog) -> None:
    choose(window, CLUES)
    step = window.mw.col.undo_status().last_step
    window.before.choose_button.click()
    assert window.picker
    tick(window.picker, TWO)
    window.picker.reject()
    window.before.choose_button.click()
    assert ticked(window.picker) == {CLUES}
    window.picker.accept()
    wait_until(lambda: not window.mw.progress.busy())
    process_events()
    assert active(window) == [CLUES]
    assert window.mw.col.undo_status().last_step == step


def test_a_fourth_rule_asks_which_one_goes(window: RulesDialog) -> None:
    choose(window, CLUES, TWO, CLOCK)
    window.before.choose_button.click()
    picker = window.picker
    assert picker
    tick(picker, CHANGED)
    assert picker.replace_dialog
    assert picker.replace_dialog.isVisible()
    picker.replace_dialog.reject()
    assert ticked(picker) == {CLUES, TWO, CLOCK}
    tick(picker, CHANGED)
    picker.replace_dialog.list.setCurrentRow(1)
    picker.replace_dialog.accept()
    assert ticked(picker) == {CLUES, CHANGED, CLOCK}
    picker.accept()
    wait_until(lambda: active(window) == [CLUES, CHANGED, CLOCK], "the rules")


def test_a_line_of_ones_own_is_taken_with_enter(window: RulesDialog) -> None:
    window.before.choose_button.click()
    picker = window.picker
    assert picker
    picker.line.setFocus()
    picker.line.setText("  Old man,  back pain: think of the marrow ")
    press(picker, "Return")
    assert picker.isVisible()
    assert picker.line.text() == ""
    assert ticked(picker) == {"Old man, back pain: think of the marrow"}
    picker.line.setText("and another")  # not added, and meant all the same
    picker.accept()
    own = ["Old man, back pain: think of the marrow", "and another"]
    wait_until(lambda: active(window) == own, "the rules")
    assert {r.code for r in active_rules(read_ledger(window.mw.col))} == {"4"}


def test_a_line_too_many_is_not_lost_and_keeps_the_picker_open(window: RulesDialog) -> None:
    choose(window, CLUES, TWO, CLOCK)
    window.before.choose_button.click()
    picker = window.picker
    assert picker
    picker.line.setText("mine")
    picker.accept()
    assert picker.isVisible()
    assert picker.replace_dialog
    picker.replace_dialog.accept()
    picker.accept()
    wait_until(lambda: active(window) == ["mine", TWO, CLOCK], "the rules")


def test_the_picker_offers_the_most_frequent_reason_first_and_ones_own(mw: AnkiQt) -> None:
    record(mw.col)
    window = open_window(mw)
    window.before.choose_button.click()
    picker = window.picker
    assert picker
    heads = [picker.tree.topLevelItem(i) for i in range(picker.tree.topLevelItemCount())]
    assert [head.text(0) for head in heads if head][:2] == [
        "My own rules",
        "Passed over a clue (24 misses)",
    ]
    assert "Say the enzyme first" in items(picker)
    picker.reject()
    window.close()


def test_long_rules_are_shown_in_full_and_do_not_widen_the_window(window: RulesDialog) -> None:
    from aqt.qt import QLabel

    window.resize(480, 420)
    window.before.choose_button.click()
    picker = window.picker
    assert picker
    picker.line.setText(LONG)
    assert picker.line.text() == LONG[:300]
    picker.accept()
    wait_until(lambda: len(active(window)) == 1, "the rule")
    assert window.width() == 480
    (label,) = (b for b in window.before.findChildren(QLabel) if b.text() == LONG[:300].strip())
    assert label.width() <= 480
    assert label.height() >= label.heightForWidth(label.width())


# --- After a block --------------------------------------------------------------------------------


def test_one_tap_and_enter_record_what_was_used(window: RulesDialog) -> None:
    choose(window, CLUES, TWO, CLOCK)
    window.tabs.setCurrentIndex(1)
    before = snapshot(window.mw.col)
    assert not window.after.save_button.isEnabled()
    tap(window, CLUES, "Used")
    tap(window, TWO, "Not used")
    tap(window, CLOCK, "Did not come up")
    press(window, "Return")
    wait_until(lambda: "Used in the last block." in shown(window), "the record")
    assert "Not used in the last block." in shown(window)
    assert "Saved." in shown(window)
    assert not window.after.save_button.isEnabled()
    ledger = read_ledger(window.mw.col)
    (check,) = ledger.rule_checks.values()
    assert check.used == ((CLUES, True), (TWO, False))
    assert rule_use(ledger, CLOCK).blocks == 0
    assert window.mw.col.undo_status().undo == "Record rules used"
    undo(window)
    assert "Saved." not in shown(window)
    assert "Used in the last block." not in shown(window)
    assert differences(before, snapshot(window.mw.col)) == {}


def test_enter_saves_also_where_the_rules_were_read_again_in_between(window: RulesDialog) -> None:
    choose(window, CLUES)
    window.tabs.setCurrentIndex(1)
    tap(window, CLUES, "Used")
    assert window.overview
    window._show(window.overview)
    press(window, "Return")
    wait_until(lambda: "Used in the last block." in shown(window), "the record")


def test_use_in_several_blocks_is_told(window: RulesDialog) -> None:
    choose(window, CLUES)
    window.tabs.setCurrentIndex(1)
    for answer, told in (("Used", "Used in the last block."), ("Not used", "Used in 1 of")):
        wait_until(lambda: not window.mw.progress.busy())
        tap(window, CLUES, answer)
        window.after.save_button.click()
        wait_until(partial(_is_shown, window, told), "the record")
    assert "Used in 1 of the last 2 blocks." in shown(window)


def test_a_tap_that_is_not_saved_yet_outlives_a_change_elsewhere(window: RulesDialog) -> None:
    choose(window, CLUES)
    window.tabs.setCurrentIndex(1)
    tap(window, CLUES, "Used")
    overview = window.overview
    record(window.mw.col, blocks=1)
    from aqt.operations import CollectionOp

    note = window.mw.col.get_note(window.mw.col.find_notes("deck:AnKing")[0])
    note.fields[0] += " and more"
    CollectionOp(window.mw, lambda col: col.update_note(note)).run_in_background()
    wait_until(lambda: window.overview is not overview, "the new records")
    assert window.after.save_button.isEnabled()
    window.after.save_button.click()
    wait_until(lambda: read_ledger(window.mw.col).rule_checks, "the record")


# --- Habits ---------------------------------------------------------------------------------------


def test_habits_stand_beside_those_before_with_what_is_not_named(mw: AnkiQt) -> None:
    record(mw.col)
    window = open_window(mw)
    window.tabs.setCurrentIndex(2)
    now, before, compared = cells(window)["Passed over a clue"]
    assert now == before
    assert now.startswith("12, or 4.0 in 40\nlikely 2.")
    assert compared == "the same"
    headers = [window.habits.table.horizontalHeaderItem(i) for i in range(4)]
    assert [h.text() for h in headers if h] == ["Reason", "Last 120", "120 before", "Compared"]
    text = shown(window)
    assert "No reason yet: 3 misses in the last 120 questions" in text
    assert "right to wrong 6, wrong to right 0." in text
    window.habits.table.setCurrentCell(1, 0)
    assert "Passed over a clue: 12 in the last 120 questions, 12 in the 120 before" in shown(window)
    window.close()


def test_too_few_questions_are_said_to_be_too_few(mw: AnkiQt) -> None:
    record(mw.col, blocks=1)
    window = open_window(mw)
    window.tabs.setCurrentIndex(2)
    assert cells(window)["Passed over a clue"][1:] == ["", "too few yet"]
    window.close()


def test_misses_without_a_reason_lead_to_naming_them(mw: AnkiQt) -> None:
    import aqt

    record(mw.col, blocks=1, misses=3, named=False)
    window = open_window(mw)
    window.tabs.setCurrentIndex(2)
    assert "3 misses have no reason yet." in shown(window)
    assert window.habits.naming_button.isDefault()
    window.habits.naming_button.click()
    naming = aqt.dialogs._dialogs["RemediationNaming"][1]
    assert naming.isVisible()
    naming.close()
    window.close()


def test_thousands_of_misses_open_at_once_or_show_that_they_are_read(mw: AnkiQt) -> None:
    import aqt

    record(mw.col, blocks=200, misses=25)
    start = time.perf_counter()
    window: RulesDialog = aqt.dialogs.open("RemediationRules", mw)
    assert time.perf_counter() - start < 0.5
    assert "Reading your records" in shown(window)
    wait_until(lambda: window.overview is not None, "the records")
    assert window.overview
    assert window.overview.misses == 5_000
    assert "Reading your records" not in shown(window)
    window.close()


# --- Keys and closing -----------------------------------------------------------------------------


def test_the_pages_and_buttons_have_keys(window: RulesDialog) -> None:
    titles = [window.tabs.tabText(i) for i in range(3)]
    buttons = [window.before.choose_button.text(), window.after.save_button.text(), "&Close"]
    letters = [text[text.index("&") + 1].lower() for text in (*titles, *buttons)]
    assert len(set(letters)) == len(letters)


def test_it_opens_again_after_escape_and_closing_with_the_profile(mw: AnkiQt) -> None:
    import aqt

    window = open_window(mw)
    press(window, "Escape")
    assert not window.isVisible()
    assert aqt.dialogs._dialogs["RemediationRules"][1] is None
    again = open_window(mw)
    assert again is not window
    closed: list[bool] = []
    aqt.dialogs.closeAll(lambda: closed.append(True))
    wait_until(lambda: closed)
    assert not again.isVisible()


def test_closing_while_it_reads_is_harmless(mw: AnkiQt) -> None:
    import aqt

    record(mw.col, blocks=30)
    window: RulesDialog = aqt.dialogs.open("RemediationRules", mw)
    window.close()
    done: list[object] = []
    mw.taskman.run_in_background(lambda: None, lambda future: done.append(future))
    wait_until(lambda: done)
    for _ in range(5):
        process_events()
    assert window.overview is None


def test_three_slips_in_a_week_are_pointed_out(mw: AnkiQt) -> None:
    record(mw.col)
    for number, days_ago in enumerate((10, 4, 3)):
        slip(mw.col, days_ago, number)
    window = open_window(mw)
    window.tabs.setCurrentWidget(window.habits)
    assert not _is_shown(window, "slips in one week")
    window.close()
    slip(mw.col, 1, 4)
    window = open_window(mw)
    window.tabs.setCurrentWidget(window.habits)
    assert _is_shown(window, "3 slips in one week, from ")
    assert _is_shown(window, "Reread the lead-in, the units and the sign.")
    window.close()
