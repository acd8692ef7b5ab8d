""" "I missed this in a question…" in a whole Anki: in the reviewer and in the browser."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from remediation.collection.changing_settings import change_settings
from remediation.collection.importing import apply_import, preview_import
from remediation.collection.ledger import read_ledger
from remediation.model.misses import Miss, latest_misses
from remediation.settings import Settings
from tests.anking import GeneratedCollection
from tests.collections import differences, missed, snapshot, some_questions
from tests.gui.conftest import addon_module, sync_watch
from tests.whole_anki import placed, process_events, wait_until

if TYPE_CHECKING:
    from aqt.browser.browser import Browser
    from aqt.main import AnkiQt
    from aqt.qt import QMenu, Qt, QWidget

    from remediation.gui.missed_card_dialog import MissedCardDialog

TITLE = "I missed this in a question…"
NAME_TITLE = "Name the reason of the miss…"
NOTHING_TO_NAME = "These notes have no miss without a reason."
LAST = "remediationImportChoices"


@pytest.fixture(autouse=True)
def _no_earlier_choices(mw: AnkiQt) -> Iterator[None]:
    assert mw.pm.profile is not None
    mw.pm.profile.pop(LAST, None)
    yield
    for dialog in _dialogs(mw):
        dialog.reject()


def _dialogs(mw: AnkiQt) -> list[MissedCardDialog]:
    kind = addon_module("gui.missed_card_dialog").MissedCardDialog
    return [w for w in mw.app.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]


def _dialog(mw: AnkiQt) -> MissedCardDialog:
    """The dialog that is open, once it knows what is recorded."""
    wait_until(lambda: _dialogs(mw), "the dialog")
    (dialog,) = _dialogs(mw)
    wait_until(lambda: dialog.recorded is not None, "the records")
    placed(dialog)
    return dialog


def _ask(mw: AnkiQt, note_ids: Sequence[int], parent: QWidget | None = None) -> MissedCardDialog:
    assert addon_module("gui.marking").ask(mw, sync_watch(mw), note_ids, parent or mw)
    return _dialog(mw)


def _save(dialog: MissedCardDialog) -> str:
    """Saves with Enter; returns what is said about it."""
    from aqt.qt import QLabel, Qt

    mw = dialog._mw
    assert dialog.save_button.isEnabled()
    _press(dialog, Qt.Key.Key_Return)
    wait_until(lambda: not _dialogs(mw) and not mw.progress.busy(), "the dialog to close")
    labels = [w for w in mw.app.allWidgets() if isinstance(w, QLabel) and w.isVisible()]
    return " ".join(w.text() for w in labels if "<table" in w.text())


def _latest(mw: AnkiQt) -> dict[str, Miss]:
    ledger = read_ledger(mw.col)
    return {str(k): m for k, m in latest_misses(ledger.sittings, ledger.questions).items()}


def _notes_of(template: GeneratedCollection, id: str) -> list[int]:
    return sorted(template.questions["uworld", "step1", id])


def _question_with(template: GeneratedCollection, notes: int) -> str:
    """A question that at least so many notes carry."""
    return next(
        id
        for bank, exam, id in sorted(template.questions)
        if (bank, exam) == ("uworld", "step1") and len(_notes_of(template, id)) >= notes
    )


def _choose(dialog: MissedCardDialog, question: str) -> None:
    items = map(dialog.question.list.item, range(dialog.question.list.count()))
    names = [item.text().partition("   ")[0] for item in items if item]
    dialog.question.choose(names.index(question))


def _press(widget: QWidget, key: Qt.Key) -> None:
    """Presses a key on the keyboard."""
    from PyQt6.QtTest import QTest

    click: Any = QTest.keyClick  # its stubs want an instance
    click(widget, key)


def _undo(mw: AnkiQt) -> None:
    step = mw.col.undo_status().last_step
    mw.undo()
    wait_until(lambda: mw.col.undo_status().last_step != step, "the undo")


# --- In the reviewer ------------------------------------------------------------------------------


@pytest.fixture
def reviewing(mw: AnkiQt, template: GeneratedCollection) -> tuple[AnkiQt, str]:
    """An Anki that shows a card of the question named."""
    id = some_questions(template, 1)[0]
    col = mw.col
    note_id = _notes_of(template, id)[0]
    cards = col.find_cards(f"nid:{note_id}")
    col.sched.unsuspend_cards(cards)
    col.sched.set_due_date(cards, "0")
    deck = col.decks.id("Studied")
    assert deck
    col.set_deck(cards, deck)
    col.decks.set_current(deck)
    mw.moveToState("review")
    wait_until(lambda: mw.state == "review" and mw.reviewer.card is not None, "a card")
    assert mw.reviewer.card
    assert mw.reviewer.card.nid == note_id
    return mw, f"UWorld Step 1 {id}"


def _key_of(mw: AnkiQt, keys: str) -> list[Any]:
    from aqt.qt import QKeySequence

    return [s for s in mw.stateShortcuts if s.key() == QKeySequence(keys)]


def test_the_key_records_the_miss_as_one_undo_step(reviewing: tuple[AnkiQt, str]) -> None:
    mw, question = reviewing
    note_id = mw.reviewer.card.nid  # type: ignore[union-attr]
    before = snapshot(mw.col)
    (shortcut,) = _key_of(mw, "Ctrl+Shift+M")
    shortcut.activated.emit()
    dialog = _dialog(mw)
    assert not dialog.again_box.isVisible()
    _choose(dialog, question)
    dialog.reason.press(1)
    said = _save(dialog)
    assert f"Recorded: {question}, Didn't know." in said
    miss = _latest(mw)[question]
    assert miss.reason == "1"
    assert [ref.id for ref in miss.question.core] == [note_id]
    assert mw.col.find_notes("tag:Remediation::*") == [note_id]
    assert mw.col.undo_status().undo == "Record a missed question"
    _undo(mw)
    assert differences(before, snapshot(mw.col)) == {}


def test_cancel_leaves_nothing(reviewing: tuple[AnkiQt, str]) -> None:
    from aqt.qt import Qt

    mw, question = reviewing
    before = snapshot(mw.col, everything=True)
    _key_of(mw, "Ctrl+Shift+M")[0].activated.emit()
    dialog = _dialog(mw)
    _choose(dialog, question)
    _press(dialog, Qt.Key.Key_Escape)
    wait_until(lambda: not _dialogs(mw))
    assert differences(before, snapshot(mw.col, everything=True)) == {}


def test_keys_choose_group_and_reason_but_not_while_an_id_is_typed(
    reviewing: tuple[AnkiQt, str],
) -> None:
    from aqt.qt import Qt

    mw, _question = reviewing
    dialog = _ask(mw, [mw.reviewer.card.nid])  # type: ignore[union-attr]
    dialog.activateWindow()
    dialog.question.list.setFocus()
    wait_until(dialog.question.list.hasFocus)
    _press(dialog.question.list, Qt.Key.Key_4)
    assert dialog.reason.reason == "4"
    _press(dialog.question.list, Qt.Key.Key_2)
    assert dialog.reason.reason == "T2"
    _press(dialog.question.list, Qt.Key.Key_0)
    _press(dialog.question.list, Qt.Key.Key_3)
    assert dialog.reason.reason == "3"
    dialog.question.choose(-2)
    dialog.question.id_edit.setFocus()
    for digit in (Qt.Key.Key_1, Qt.Key.Key_2):
        _press(dialog.question.id_edit, digit)
    assert (dialog.question.id_edit.text(), dialog.reason.reason) == ("12", "3")
    _press(dialog.question.list, Qt.Key.Key_0)
    assert dialog.reason.reason == ""


def test_the_menu_of_the_reviewer_has_the_entry_with_its_key(
    reviewing: tuple[AnkiQt, str],
) -> None:
    from aqt import gui_hooks
    from aqt.qt import QMenu

    mw, _question = reviewing
    menu = QMenu(mw)
    gui_hooks.reviewer_will_show_context_menu(mw.reviewer, menu)
    (action,) = (a for a in menu.actions() if a.text() == TITLE)
    assert action.shortcut().toString() == "Ctrl+Shift+M"
    action.trigger()
    _dialog(mw)


@pytest.mark.parametrize(("key", "expected"), [("", 0), ("Ctrl+Alt+Q", 1), ("no key", 0)])
def test_the_key_is_a_setting(reviewing: tuple[AnkiQt, str], key: str, expected: int) -> None:
    mw, _question = reviewing
    addon = addon_module("gui.addon_settings").ADDON
    config = mw.addonManager.getConfig(addon)
    assert config is not None
    mw.addonManager.writeConfig(addon, {**config, "shortcut_missed_in_question": key})
    try:
        mw.moveToState("overview")
        mw.moveToState("review")
        wait_until(lambda: mw.state == "review")
        assert len(_key_of(mw, "Ctrl+Alt+Q")) == expected
        assert len(_key_of(mw, "Ctrl+Shift+M")) == (key == "no key")
    finally:
        mw.addonManager.writeConfig(addon, config)


def test_a_key_of_ankis_stays_ankis(reviewing: tuple[AnkiQt, str]) -> None:
    mw, _question = reviewing
    addon = addon_module("gui.addon_settings").ADDON
    config = mw.addonManager.getConfig(addon)
    assert config is not None
    mw.addonManager.writeConfig(addon, {**config, "shortcut_missed_in_question": "R"})
    try:
        mw.moveToState("overview")
        mw.moveToState("review")
        wait_until(lambda: mw.state == "review")
        (shortcut,) = _key_of(mw, "r")
        shortcut.activated.emit()
        process_events()
        assert not _dialogs(mw)
    finally:
        mw.addonManager.writeConfig(addon, config)


# --- In the browser -------------------------------------------------------------------------------


@pytest.fixture
def browser(mw: AnkiQt) -> Iterator[Browser]:
    import aqt

    opened: Browser = aqt.dialogs.open("Browser", mw)
    yield opened
    opened.close()
    wait_until(lambda: aqt.dialogs._dialogs["Browser"][1] is None)


def _select(browser: Browser, notes: Sequence[int]) -> None:
    browser.search_for(f"nid:{','.join(map(str, notes))}")
    browser.table.select_all()
    wait_until(lambda: sorted(browser.selected_notes()) == sorted(notes), "the selection")


def _selection_menu(browser: Browser) -> QMenu:
    from aqt import gui_hooks
    from aqt.qt import QMenu

    menu = QMenu(browser)
    gui_hooks.browser_will_show_context_menu(browser, menu)
    return menu


def _shown(menu: QMenu) -> list[str]:
    return [a.text() for a in menu.actions() if a.isVisible() and a.text()]


def _trigger(menu: QMenu, title: str) -> None:
    next(action for action in menu.actions() if action.text() == title).trigger()


@pytest.mark.parametrize("number", [1, 3])
def test_the_selected_notes_are_what_the_question_is_about(
    mw: AnkiQt, browser: Browser, template: GeneratedCollection, number: int
) -> None:
    id = _question_with(template, number)
    notes = _notes_of(template, id)[:number]
    before = snapshot(mw.col)
    _select(browser, notes)
    _trigger(browser.form.menu_Notes, TITLE)
    dialog = _dialog(mw)
    _choose(dialog, f"UWorld Step 1 {id}")
    _save(dialog)
    miss = _latest(mw)[f"UWorld Step 1 {id}"]
    assert sorted(ref.id for ref in miss.question.core) == notes
    assert miss.reason == ""
    assert (miss.sitting.dated, miss.sitting.total, miss.attempt.note_ids) == (
        True,
        None,
        tuple(notes),
    )
    assert sorted(mw.col.find_notes("tag:Remediation::*")) == notes
    _undo(mw)
    assert differences(before, snapshot(mw.col)) == {}


def test_the_menu_on_the_selection_has_the_entry_once(
    browser: Browser, template: GeneratedCollection
) -> None:
    from aqt import gui_hooks
    from aqt.qt import QMenu

    _select(browser, _notes_of(template, some_questions(template, 1)[0]))
    assert _shown(_selection_menu(browser)) == [TITLE]
    notes_menu = QMenu(browser)
    notes_menu.addActions(browser.form.menu_Notes.actions())  # as where notes are listed
    gui_hooks.browser_will_show_context_menu(browser, notes_menu)
    assert _shown(notes_menu).count(TITLE) == 1


def test_the_question_of_most_notes_comes_first_and_none_is_guessed(
    mw: AnkiQt, template: GeneratedCollection
) -> None:
    id = _question_with(template, 3)
    notes = _notes_of(template, id)[:3]
    dialog = _ask(mw, notes)
    first = dialog.question.list.item(0)
    assert first
    assert first.text().endswith("on 3 of 3 notes")
    numbers = [
        int(item.text().rpartition(" on ")[2].split()[0])
        for item in map(dialog.question.list.item, range(dialog.question.list.count() - 2))
        if item
    ]
    assert numbers == sorted(numbers, reverse=True)
    assert dialog.save_button.isEnabled() == (numbers.count(3) == 1)


def test_where_several_questions_are_as_likely_none_is_chosen(
    mw: AnkiQt, template: GeneratedCollection
) -> None:
    from aqt.qt import Qt

    note = mw.col.get_note(mw.col.find_notes("")[0])
    note.tags = ["#AK_Step1_v12::#UWorld::Step::95", "#AK_Step1_v12::#UWorld::Step::1234"]
    mw.col.update_note(note)
    dialog = _ask(mw, [note.id])
    assert not dialog.save_button.isEnabled()
    assert dialog.question.complaint() == "Choose the question in the list."
    dialog.activateWindow()
    dialog.question.list.setFocus()
    wait_until(dialog.question.list.hasFocus)
    _press(dialog.question.list, Qt.Key.Key_Down)
    marked = dialog.marked()
    assert marked
    assert str(marked.key) == "UWorld Step 1 95"


def test_a_question_can_be_typed_and_a_wrong_id_is_explained(
    mw: AnkiQt, template: GeneratedCollection
) -> None:
    note_id = mw.col.find_notes("")[0]
    dialog = _ask(mw, [note_id])
    dialog.question.choose(-2)
    assert dialog.question.complaint() == "Type the question's id."
    dialog.question.id_edit.setText("12a")
    assert dialog.question.complaint() == "“12a” is not an id of UWorld."
    dialog.question.id_edit.setText(" 0999 ")
    assert dialog.question.complaint() == "Which exam is it for?"
    assert not dialog.save_button.isEnabled()
    dialog.question.exam_box.setCurrentIndex(dialog.question.exam_box.findData("step2"))
    _save(dialog)
    assert [ref.id for ref in _latest(mw)["UWorld Step 2 999"].question.core] == [note_id]
    # The exam is offered the next time.
    again = _ask(mw, [note_id])
    again.question.choose(-1)
    assert again.question.exam_box.currentData() == "step2"


def test_an_unknown_id_is_a_question_of_these_notes(
    mw: AnkiQt, template: GeneratedCollection
) -> None:
    notes = sorted(mw.col.find_notes(""))[:2]
    before = snapshot(mw.col)
    dialog = _ask(mw, notes)
    dialog.question.choose(-1)
    dialog.question.exam_box.setCurrentIndex(dialog.question.exam_box.findData("step1"))
    dialog.reason.press(5)
    said = _save(dialog)
    assert "Recorded: A question without an id, Clock, nerves, slip. A rule helps here" in said
    ((name, miss),) = _latest(mw).items()
    assert name.startswith("Other bank Step 1 ")
    assert sorted(ref.id for ref in miss.question.core) == notes
    assert not mw.col.find_notes("tag:Remediation::*")  # a slip needs no cards
    # The same notes, the other way round: the same question, the same miss.
    again = _ask(mw, notes[::-1])
    again.question.choose(-1)
    assert again.again_box.isVisible()
    assert not again.again_box.isChecked()
    assert "is recorded like this already" in _save(again)
    _undo(mw)
    assert differences(before, snapshot(mw.col)) == {}


def test_an_exam_that_the_tag_does_not_name_is_the_one_used_last(mw: AnkiQt) -> None:
    assert mw.pm.profile is not None
    mw.pm.profile[LAST] = {"bank": "amboss", "exam": "step2", "outcome": "incorrect"}
    note = mw.col.get_note(mw.col.find_notes("")[0])
    note.tags = ["mine::#UWorld::77"]
    mw.col.update_note(note)
    dialog = _ask(mw, [note.id])
    assert dialog.question.exam_box.isVisible()
    marked = dialog.marked()
    assert marked
    assert str(marked.key) == "UWorld Step 2 77"
    dialog.question.exam_box.setCurrentIndex(dialog.question.exam_box.findData("step1"))
    _save(dialog)
    assert list(_latest(mw)) == ["UWorld Step 1 77"]
    assert mw.pm.profile[LAST] == {"bank": "amboss", "exam": "step1", "outcome": "incorrect"}


def test_a_rule_is_written_where_the_student_is_told_to(mw: AnkiQt) -> None:
    import aqt

    dialog = _ask(mw, mw.col.find_notes("")[:1])
    dialog.question.choose(-1)
    dialog.question.exam_box.setCurrentIndex(dialog.question.exam_box.findData("step1"))
    dialog.reason.press(4)
    said = _save(dialog)
    assert "open the question under Tools > Remediation > Today, My misses" in said
    today = aqt.dialogs.open("RemediationToday", mw)
    wait_until(lambda: today.today is not None, "today")
    today.misses.activated.emit(today.misses.model().index(0, 0))
    naming = aqt.dialogs._dialogs["RemediationNaming"][1]
    wait_until(lambda: naming.queue.current is not None, "the miss")
    assert naming.queue.current.miss.reason == "4"
    assert naming.page.rule.isVisible()
    naming.close()
    today.close()


# --- Missed before --------------------------------------------------------------------------------


def test_a_miss_recorded_today_gets_notes_and_reason_and_is_not_counted_twice(
    mw: AnkiQt, template: GeneratedCollection
) -> None:
    id = _question_with(template, 3)
    notes = _notes_of(template, id)
    settings = Settings(core_notes_per_question=1)
    apply_import(mw.col, preview_import(mw.col, missed([id]), settings), settings)
    question = f"UWorld Step 1 {id}"
    (core,) = (ref.id for ref in _latest(mw)[question].question.core)
    before = snapshot(mw.col)
    added = next(note for note in notes if note != core)
    dialog = _ask(mw, [added])
    _choose(dialog, question)
    assert dialog.again_box.isVisible()
    assert not dialog.again_box.isChecked()
    dialog.reason.press(2)
    dialog.reason.press(2)
    assert f"Updated: {question}, Mixed up, 1 note added." in _save(dialog)
    miss = _latest(mw)[question]
    assert (miss.reason, len(read_ledger(mw.col).sittings)) == ("K4", 1)
    assert {ref.id for ref in miss.question.core} == {core, added}
    _undo(mw)
    assert differences(before, snapshot(mw.col)) == {}


def test_a_group_does_not_take_the_place_of_the_reason_inside_it(
    mw: AnkiQt, template: GeneratedCollection
) -> None:
    id = some_questions(template, 1)[0]
    note = _notes_of(template, id)[0]
    for keys, reason in (("22", "K4"), ("2", "K4"), ("4", "4"), ("0", "4")):
        dialog = _ask(mw, [note])
        _choose(dialog, f"UWorld Step 1 {id}")
        for key in keys:
            dialog.reason.press(int(key))
        _save(dialog)
        assert _latest(mw)[f"UWorld Step 1 {id}"].reason == reason
    # What needs no cards leaves no deck behind.
    assert not mw.col.find_notes("tag:Remediation::*")
    filtered = [d.name for d in mw.col.decks.all_names_and_ids(include_filtered=True)]
    everything = {d.name for d in mw.col.decks.all_names_and_ids(include_filtered=False)}
    assert not [n for n in filtered if n not in everything and n.startswith("Remediation::")]


def test_a_second_miss_is_recorded_where_the_student_says_so(
    mw: AnkiQt, template: GeneratedCollection
) -> None:
    id = some_questions(template, 1)[0]
    apply_import(mw.col, preview_import(mw.col, missed([id]), Settings()), Settings())
    before = snapshot(mw.col)
    dialog = _ask(mw, _notes_of(template, id)[:1])
    _choose(dialog, f"UWorld Step 1 {id}")
    dialog.again_box.setChecked(True)
    assert f"Recorded: UWorld Step 1 {id}" in _save(dialog)
    assert len(read_ledger(mw.col).sittings) == 2
    _undo(mw)
    assert differences(before, snapshot(mw.col)) == {}


def test_an_old_miss_is_taken_for_another_one(mw: AnkiQt, template: GeneratedCollection) -> None:
    id = some_questions(template, 1)[0]
    request = missed([id], when=1_700_000_000)
    apply_import(mw.col, preview_import(mw.col, request, Settings()), Settings())
    dialog = _ask(mw, _notes_of(template, id)[:1])
    _choose(dialog, f"UWorld Step 1 {id}")
    assert dialog.again_box.isVisible()
    assert dialog.again_box.isChecked()
    _save(dialog)
    assert len(read_ledger(mw.col).sittings) == 2


# --- What is refused ------------------------------------------------------------------------------


def test_nothing_and_too_much_and_our_own_notes_are_refused(
    mw: AnkiQt, template: GeneratedCollection
) -> None:
    from aqt.qt import QLabel

    apply_import(
        mw.col, preview_import(mw.col, missed(some_questions(template, 1)), Settings()), Settings()
    )
    own = list(read_ledger(mw.col).question_notes.values())
    ask = addon_module("gui.marking").ask
    for notes, refusal in (
        ([], "No note is selected."),
        (mw.col.find_notes("")[:21], "21 notes are selected."),
        (own, "Remediation's own records"),
    ):
        assert ask(mw, sync_watch(mw), notes, mw) is None
        labels = [w for w in mw.app.allWidgets() if isinstance(w, QLabel) and w.isVisible()]
        assert any(refusal in label.text() for label in labels)
    assert not _dialogs(mw)


def test_notes_deleted_meanwhile_are_told_of(mw: AnkiQt, template: GeneratedCollection) -> None:
    id = some_questions(template, 1)[0]
    note = _notes_of(template, id)[0]
    dialog = _ask(mw, [note])
    _choose(dialog, f"UWorld Step 1 {id}")
    mw.col.remove_notes([note])  # type: ignore[list-item]
    before = snapshot(mw.col)
    dialog.save_button.click()
    wait_until(lambda: "deleted meanwhile" in dialog._status.text(), "the message")
    assert differences(before, snapshot(mw.col)) == {}


# --- Naming from the browser ----------------------------------------------------------------------


def _is_told(mw: AnkiQt, words: str) -> bool:
    from aqt.qt import QLabel

    labels = [w for w in mw.app.allWidgets() if isinstance(w, QLabel) and w.isVisible()]
    return any(words in label.text() for label in labels)


def _named_by(menu: QMenu) -> set[str]:
    """The questions that the menu's entry opens for naming."""
    import aqt

    opened: list[set[Any]] = []
    registered = aqt.dialogs._dialogs["RemediationNaming"]
    aqt.dialogs.register_dialog("RemediationNaming", lambda _mw, *, only: opened.append(only))
    try:
        _trigger(menu, NAME_TITLE)
        wait_until(lambda: opened, "the window")
    finally:
        aqt.dialogs._dialogs["RemediationNaming"] = registered
    return {str(key) for key in opened[0]}


def test_the_reason_of_a_recorded_miss_can_be_named(
    mw: AnkiQt, browser: Browser, template: GeneratedCollection
) -> None:
    import aqt

    id = some_questions(template, 1)[0]
    apply_import(mw.col, preview_import(mw.col, missed([id]), Settings()), Settings())
    (core, *_) = (ref.id for ref in _latest(mw)[f"UWorld Step 1 {id}"].question.core)
    others = [note for note in mw.col.find_notes("-tag:Remediation::*") if note != core]
    _select(browser, others[:1])
    _trigger(_selection_menu(browser), NAME_TITLE)
    wait_until(lambda: _is_told(mw, NOTHING_TO_NAME), "the answer")
    _select(browser, [core])
    menu = _selection_menu(browser)
    assert _shown(menu) == [TITLE, NAME_TITLE]
    assert _named_by(menu) == {f"UWorld Step 1 {id}"}

    dialog = _ask(mw, [core])
    _choose(dialog, f"UWorld Step 1 {id}")
    dialog.reason.press(1)
    _save(dialog)
    aqt.utils.closeTooltip()
    _trigger(_selection_menu(browser), NAME_TITLE)
    wait_until(lambda: _is_told(mw, NOTHING_TO_NAME), "the answer")


def test_naming_is_offered_once_there_are_records_and_for_few_notes(
    mw: AnkiQt, browser: Browser, template: GeneratedCollection
) -> None:
    _select(browser, mw.col.find_notes("")[:1])
    assert _shown(_selection_menu(browser)) == [TITLE]
    ids = some_questions(template, 1)
    apply_import(mw.col, preview_import(mw.col, missed(ids), Settings()), Settings())
    assert _shown(_selection_menu(browser)) == [TITLE, NAME_TITLE]
    _select(browser, mw.col.find_notes("")[:21])
    assert _shown(_selection_menu(browser)) == [TITLE]


@pytest.mark.parametrize("decks_by", ["tags", "notes"])
def test_a_miss_without_tags_can_be_named_beside_one_that_is(
    mw: AnkiQt, browser: Browser, decks_by: str
) -> None:
    """AnkiHub removes tags, and who has the decks by notes has none at all."""
    note = mw.col.get_note(mw.col.find_notes("")[0])
    note.tags = ["#AK_Step1_v12::#UWorld::Step::95", "#AK_Step1_v12::#UWorld::Step::1234"]
    mw.col.update_note(note)
    change_settings(mw.col, Settings(), {"decks_by": decks_by})
    for id, reason in (("95", 1), ("1234", None)):
        dialog = _ask(mw, [note.id])
        _choose(dialog, f"UWorld Step 1 {id}")
        if reason:
            dialog.reason.press(reason)
        _save(dialog)
    mw.col.tags.remove("Remediation")
    assert not mw.col.find_notes("tag:Remediation::*")
    _select(browser, [note.id])
    assert _named_by(_selection_menu(browser)) == {"UWorld Step 1 1234"}
