"""The settings dialog in a whole Anki, and the configuration it stands on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, fields, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from remediation.collection.changing_settings import UNDO_NAME, change_settings
from remediation.collection.importing import apply_import, preview_import
from remediation.collection.shared_settings import shared_values
from remediation.settings import ABOUT, CONFIG_VERSION, VERSION_KEY, Kept, Settings, names_kept
from tests.anking import GeneratedCollection
from tests.collections import differences, missed, snapshot, some_questions
from tests.gui.conftest import addon_module
from tests.whole_anki import press, process_events, wait_until

if TYPE_CHECKING:
    from aqt.main import AnkiQt

    from remediation.gui.settings_dialog import SettingsDialog


@pytest.fixture(autouse=True)
def clean_configuration(mw: AnkiQt) -> Iterator[None]:
    """Each test starts as after installing; nothing of it reaches other tests."""
    _reset(mw)
    yield
    _reset(mw)


def _reset(mw: AnkiQt) -> None:
    manager, addon = mw.addonManager, addon_module("gui.addon_settings").ADDON
    meta = manager.addonMeta(addon)
    meta.pop("config", None)
    manager.writeAddonMeta(addon, meta)
    old_file(mw).unlink(missing_ok=True)


def store(mw: AnkiQt, config: Any) -> None:
    """Makes this the configuration, as an earlier version or another hand may have left it."""
    mw.addonManager.writeConfig(addon_module("gui.addon_settings").ADDON, config)


def stored(mw: AnkiQt) -> Any:
    """The configuration as it is on disk."""
    return mw.addonManager.addonMeta(addon_module("gui.addon_settings").ADDON).get("config")


def old_file(mw: AnkiQt) -> Path:
    """Where a configuration that was repaired is kept."""
    module = addon_module("gui.addon_settings")
    return Path(mw.addonManager.addonsFolder(module.ADDON), module.OLD_CONFIG)


def load(mw: AnkiQt) -> dict[str, Any]:
    """The settings as the add-on's windows read them."""
    return asdict(addon_module("gui.addon_settings").load(mw))


def load_quietly(mw: AnkiQt) -> dict[str, Any]:
    """The settings as the add-on's hooks read them."""
    return asdict(addon_module("gui.addon_settings").load_quietly(mw))


def open_settings(mw: AnkiQt) -> SettingsDialog:
    """Tools > Remediation > Settings…, with its first preview."""
    dialog: SettingsDialog = addon_module("gui.settings_dialog").SettingsDialog(mw)
    previewed(dialog)
    return dialog


@pytest.fixture
def dialog(mw: AnkiQt, template: GeneratedCollection) -> Iterator[SettingsDialog]:
    """The dialog on a collection with one import."""
    request = missed(some_questions(template, 15))
    apply_import(mw.col, preview_import(mw.col, request, Settings()), Settings())
    opened = open_settings(mw)
    yield opened
    close(opened)


def close(dialog: SettingsDialog) -> None:
    """Closes whatever is left open, without saving."""
    if dialog.isVisible():
        dialog.reject()
        if dialog.question:
            answer(dialog, "Discard")


def previewed(dialog: SettingsDialog) -> None:
    wait_until(lambda: dialog.preview is not None, "the preview")


def enter(dialog: SettingsDialog, name: str, value: Any) -> None:
    """Changes a setting as the student does."""
    dialog.fields[name].editor.show_value(value)


def save(dialog: SettingsDialog) -> None:
    """Clicks Save and waits until it is done."""
    assert dialog.save_button.isEnabled()
    dialog.save_button.click()
    wait_until(lambda: not dialog.isVisible() and not dialog.mw.progress.busy(), "saving")


def answer(dialog: SettingsDialog, name: str) -> None:
    """Answers the question about changes that are not saved."""
    from aqt.qt import QMessageBox

    assert dialog.question
    button = dialog.question.button(getattr(QMessageBox.StandardButton, name))
    assert button
    button.click()
    process_events()


# --- All settings are there -----------------------------------------------------------------------


def test_every_setting_is_shown_with_its_explanation(dialog: SettingsDialog) -> None:
    assert set(dialog.fields) == {field.name for field in fields(Settings)}
    assert dialog.values() == asdict(Settings())
    for name, field in dialog.fields.items():
        assert field.explanation.text().startswith(ABOUT[name].explanation)
        assert field.editor.accessibleName() == ABOUT[name].label


def test_each_is_under_its_tab(dialog: SettingsDialog) -> None:
    titles = [dialog.tabs.tabText(place) for place in range(dialog.tabs.count())]
    assert titles == [tab.value for tab in dialog.pages]
    for tab, page in dialog.pages.items():
        assert {ABOUT[name].tab.name for name in page.fields} == {tab.name}


def test_no_two_letters_open_the_same(dialog: SettingsDialog) -> None:
    titles = [dialog.tabs.tabText(place) for place in range(dialog.tabs.count())]
    titles += [dialog.save_button.text(), dialog.restore_button.text()]
    letters = [title[title.index("&") + 1].casefold() for title in titles]
    assert len(set(letters)) == len(letters)


def test_nothing_is_cut_off_in_the_smallest_window(dialog: SettingsDialog) -> None:
    dialog.resize(dialog.minimumSize())
    for place, page in enumerate(dialog.pages.values()):
        dialog.tabs.setCurrentIndex(place)
        process_events()
        content, viewport = page.widget(), page.viewport()
        assert content
        assert viewport
        assert content.width() <= viewport.width()


def test_every_editor_gives_back_what_it_shows(dialog: SettingsDialog) -> None:
    other: dict[str, Any] = {
        "exam_date": "2027-03-14",
        "deck_order": "due",
        "deck_mode": "cram",
        "deck_priority": "systems",
        "decks_by": "notes",
    }
    for name, value in asdict(Settings()).items():
        if isinstance(value, bool):
            other[name] = not value
        elif isinstance(value, int):
            other[name] = value + 1
        elif name.startswith("shortcut"):
            other[name] = "F7"
        else:
            other.setdefault(name, f"Other_{name}")
        enter(dialog, name, other[name])
    assert dialog.values() == other
    assert dialog.changes() == other
    assert not dialog.complaints()


# --- Checking while one types ---------------------------------------------------------------------

WRONG = [
    ("tag_root", "a b", "Advanced"),
    ("tag_root", "", "Advanced"),
    ("deck_parent", 'a"b', "Advanced"),
    ("shortcut_missed_in_question", "Ctrl+", "Import"),
    ("systems_deck_name", "Mixed::Systems", "Decks"),
    ("systems_deck_name", "Mixed ", "Decks"),
    ("mixed_deck_name", "Systems::Cardiovascular::Mixed", "Decks"),
    ("deck_parent", "a\ud800", "Advanced"),
    ("exam_date", "2020-01-01", "Exam"),
]


@pytest.mark.parametrize(("name", "value", "tab"), WRONG)
def test_what_is_wrong_is_said_beside_it_and_cannot_be_saved(
    dialog: SettingsDialog, name: str, value: str, tab: str
) -> None:
    enter(dialog, name, value)
    field = dialog.fields[name]
    assert field.complaint.text()
    assert not field.complaint.isHidden()
    assert not dialog.save_button.isEnabled()
    assert tab in dialog.status.text()
    enter(dialog, name, getattr(Settings(), name))
    assert field.complaint.isHidden()
    assert dialog.status.text() == ""


def test_a_blank_beside_a_name_is_no_change(dialog: SettingsDialog) -> None:
    enter(dialog, "deck_parent", " Remediation ")
    assert dialog.changes() == {}
    assert not dialog.save_button.isEnabled()


def test_a_day_that_went_by_may_stay(mw: AnkiQt) -> None:
    change_settings(mw.col, Settings(), {"exam_date": "2020-01-01"})
    opened = open_settings(mw)
    try:
        enter(opened, "question_blocks_per_week", 5)
        assert not opened.complaints()
        enter(opened, "exam_date", "2020-01-02")
        assert opened.complaints() == {"exam_date": "This is in the past."}
    finally:
        close(opened)


def test_the_calendar_opens_some_weeks_ahead(dialog: SettingsDialog) -> None:
    editor: Any = dialog.fields["exam_date"].editor
    editor.none.click()
    day = date.fromisoformat(dialog.values()["exam_date"])
    assert timedelta(weeks=8) < day - date.today() < timedelta(weeks=20)
    previewed(dialog)
    assert not dialog.complaints()
    editor.none.click()
    assert dialog.changes() == {}


def test_a_name_that_is_taken_is_refused_beside_it(dialog: SettingsDialog) -> None:
    col = dialog.mw.col
    col.tags.bulk_add(col.find_notes("")[:1], "Mine::System::Heart")
    col.decks.id("Yours::Records")
    enter(dialog, "tag_root", "Mine")
    enter(dialog, "deck_parent", "Yours")
    previewed(dialog)
    assert "Mine::System::Heart" in dialog.fields["tag_root"].complaint.text()
    assert "Yours::Records" in dialog.fields["deck_parent"].complaint.text()
    assert not dialog.save_button.isEnabled()


def test_a_name_that_was_taken_since_the_preview_is_refused(dialog: SettingsDialog) -> None:
    enter(dialog, "tag_root", "Mine")
    previewed(dialog)
    col = dialog.mw.col
    col.tags.bulk_add(col.find_notes("")[:1], "Mine::System::Heart")
    before = snapshot(col)
    dialog.save_button.click()
    wait_until(lambda: dialog.fields["tag_root"].complaint.text(), "the refusal")
    assert dialog.isVisible()
    assert differences(before, snapshot(col)) == {}


# --- Previews -------------------------------------------------------------------------------------


def test_it_says_which_decks_would_be_built(dialog: SettingsDialog) -> None:
    from remediation.settings import Tab

    page = next(page for tab, page in dialog.pages.items() if tab.name == Tab.DECKS.name)
    assert "Remediation::Mixed: up to 10 cards" in page.preview.text()
    enter(dialog, "mixed_deck_name", "Today")
    enter(dialog, "mixed_deck_limit", 1)
    previewed(dialog)
    assert "Remediation::Today: up to 1 card\n" in page.preview.text()
    enter(dialog, "mixed_deck", False)
    enter(dialog, "system_decks", False)
    previewed(dialog)
    assert page.preview.text().startswith("No deck")


def test_without_misses_it_says_where_to_begin(mw: AnkiQt) -> None:
    opened = open_settings(mw)
    try:
        assert any("import" in page.preview.text() for page in opened.pages.values())
    finally:
        close(opened)


def test_it_says_what_new_names_would_touch(dialog: SettingsDialog) -> None:
    col = dialog.mw.col
    notes = len(col.find_notes("tag:Remediation"))
    col.tags.bulk_add(col.find_notes("")[:1], "Mine::a Mine::b")
    enter(dialog, "tag_root", "Mine")
    enter(dialog, "deck_parent", "Yours")
    before = snapshot(col, everything=True)
    previewed(dialog)
    assert dialog.fields["tag_root"].preview.text() == (
        f"{notes} notes would be tagged anew. "
        "2 tags of yours are there already and stay as they are."
    )
    decks = sum(d.name.startswith("Remediation") for d in col.decks.all_names_and_ids())
    assert f"{decks} decks would be renamed" in dialog.fields["deck_parent"].preview.text()
    assert differences(before, snapshot(col, everything=True)) == {}
    enter(dialog, "tag_root", "Remediation")
    assert dialog.fields["tag_root"].preview.isHidden()


# --- Saving ---------------------------------------------------------------------------------------


def test_saving_writes_each_where_it_is_kept(dialog: SettingsDialog) -> None:
    mw = dialog.mw
    enter(dialog, "question_blocks_per_week", 5)
    enter(dialog, "shortcut_pause_rapid_fire", "F7")
    save(dialog)
    assert stored(mw) == {VERSION_KEY: CONFIG_VERSION, "shortcut_pause_rapid_fire": "F7"}
    assert shared_values(mw.col) == {"question_blocks_per_week": 5}
    expected = replace(Settings(), question_blocks_per_week=5, shortcut_pause_rapid_fire="F7")
    assert load(mw) == load_quietly(mw) == asdict(expected)


def test_saving_is_one_step_that_undo_takes_back(dialog: SettingsDialog) -> None:
    mw = dialog.mw
    before = snapshot(mw.col)
    enter(dialog, "tag_root", "Mine")
    enter(dialog, "deck_parent", "Yours")
    enter(dialog, "system_deck_limit", 3)
    save(dialog)
    assert mw.col.find_notes("tag:Mine")
    assert mw.col.decks.id_for_name("Yours::Records")
    assert mw.col.undo_status().undo == UNDO_NAME
    mw.undo()
    wait_until(lambda: differences(before, snapshot(mw.col)) == {}, "undo")
    assert load(mw) == asdict(Settings())


def test_during_a_full_sync_it_waits_and_goes_on_afterwards(
    dialog: SettingsDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    mw = dialog.mw
    shown: list[Exception] = []
    module = addon_module("gui.addon_settings")
    monkeypatch.setattr(module, "show_error", lambda _parent, error: shown.append(error))
    enter(dialog, "mixed_deck_limit", 7)
    mw.col.close_for_full_sync()
    asked: list[bool] = []
    dialog._timer.timeout.connect(lambda: asked.append(True))
    try:
        wait_until(lambda: len(asked) > 1, "the preview to be tried again")
        dialog.save_button.click()
        process_events()
        assert dialog.isVisible()
        assert dialog.preview is None
    finally:
        mw.col.reopen(after_full_sync=True)
    previewed(dialog)
    assert shown == []
    save(dialog)
    assert load(mw)["mixed_deck_limit"] == 7


def test_only_a_key_of_this_computer_writes_nothing_to_the_collection(
    dialog: SettingsDialog,
) -> None:
    before = snapshot(dialog.mw.col, everything=True)
    enter(dialog, "shortcut_missed_in_question", "")
    save(dialog)
    assert load(dialog.mw)["shortcut_missed_in_question"] == ""
    assert differences(before, snapshot(dialog.mw.col, everything=True)) == {}


def test_defaults_are_filled_in_and_not_saved(mw: AnkiQt) -> None:
    change_settings(mw.col, Settings(), {"mixed_deck_limit": 7})
    store(mw, {VERSION_KEY: CONFIG_VERSION, "shortcut_pause_rapid_fire": "F7"})
    opened = open_settings(mw)
    try:
        assert not opened.save_button.isEnabled()
        opened.restore_button.click()
        assert opened.values() == asdict(Settings())
        assert load(mw)["mixed_deck_limit"] == 7
        save(opened)
        assert load(mw) == asdict(Settings())
    finally:
        close(opened)


def test_the_day_of_the_exam_outlives_the_defaults(dialog: SettingsDialog) -> None:
    enter(dialog, "exam_date", "2027-03-14")
    enter(dialog, "mixed_deck_limit", 3)
    dialog.restore_button.click()
    assert dialog.changes() == {"exam_date": "2027-03-14"}


def test_saving_leaves_what_a_newer_version_wrote(mw: AnkiQt) -> None:
    newer = {VERSION_KEY: CONFIG_VERSION + 1, "of_the_future": [1], "tag_root": 5}
    store(mw, newer)
    opened = open_settings(mw)
    enter(opened, "shortcut_pause_rapid_fire", "F7")
    save(opened)
    assert stored(mw) == {**newer, "shortcut_pause_rapid_fire": "F7"}


# --- Closing --------------------------------------------------------------------------------------


def _press_escape(dialog: SettingsDialog) -> None:
    from aqt.qt import Qt

    press(dialog, Qt.Key.Key_Escape.value)


def test_without_changes_escape_closes(dialog: SettingsDialog) -> None:
    _press_escape(dialog)
    assert not dialog.isVisible()


def test_with_changes_escape_asks_and_cancel_goes_on(dialog: SettingsDialog) -> None:
    enter(dialog, "mixed_deck_limit", 7)
    _press_escape(dialog)
    assert dialog.isVisible()
    answer(dialog, "Cancel")
    assert dialog.isVisible()
    assert dialog.values()["mixed_deck_limit"] == 7
    _press_escape(dialog)
    answer(dialog, "Discard")
    assert not dialog.isVisible()
    assert load(dialog.mw) == asdict(Settings())


def test_the_question_can_save(dialog: SettingsDialog) -> None:
    enter(dialog, "question_blocks_per_week", 7)
    dialog.close()
    assert dialog.isVisible()
    answer(dialog, "Save")
    wait_until(lambda: not dialog.isVisible(), "saving")
    assert load(dialog.mw)["question_blocks_per_week"] == 7


def test_what_is_wrong_cannot_be_saved_in_closing_either(dialog: SettingsDialog) -> None:
    from aqt.qt import QMessageBox

    enter(dialog, "tag_root", "a b")
    dialog.reject()
    assert dialog.question
    assert dialog.question.button(QMessageBox.StandardButton.Save) is None
    answer(dialog, "Discard")
    assert not dialog.isVisible()


def test_a_profile_that_closes_waits_for_the_answer(dialog: SettingsDialog) -> None:
    called: list[bool] = []
    enter(dialog, "question_blocks_per_week", 7)
    dialog.closeWithCallback(lambda: called.append(True))
    answer(dialog, "Cancel")
    process_events()
    assert not called
    assert dialog.isVisible()
    dialog.closeWithCallback(lambda: called.append(True))
    answer(dialog, "Save")
    wait_until(lambda: called, "the call")
    assert load(dialog.mw)["question_blocks_per_week"] == 7


def test_a_profile_that_closes_does_not_wait_without_changes(dialog: SettingsDialog) -> None:
    called: list[bool] = []
    dialog.closeWithCallback(lambda: called.append(True))
    wait_until(lambda: called, "the call")
    assert not dialog.isVisible()


def test_what_changes_elsewhere_is_shown_unless_one_is_typing(dialog: SettingsDialog) -> None:
    from aqt.operations import CollectionOp

    def change(blocks: int) -> None:
        done: list[object] = []

        def act(col: Any) -> Any:
            step = change_settings(col, Settings(), {"question_blocks_per_week": blocks})
            assert step
            return step.changes

        CollectionOp(dialog.mw, act).success(done.append).run_in_background()
        wait_until(lambda: done and not dialog.mw.progress.busy(), "the change")

    change(5)
    assert dialog.values()["question_blocks_per_week"] == 5
    assert not dialog.changes()
    enter(dialog, "question_blocks_per_week", 6)
    change(4)
    assert dialog.values()["question_blocks_per_week"] == 6


def test_the_wheel_changes_nothing_that_one_is_not_in(dialog: SettingsDialog) -> None:
    from aqt.qt import QApplication, QPoint, QPointF, Qt, QWheelEvent

    editor = dialog.fields["mixed_deck_limit"].editor
    dialog.tabs.setFocus()
    event = QWheelEvent(
        QPointF(5, 5),
        QPointF(editor.mapToGlobal(QPoint(5, 5))),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(editor, event)
    assert dialog.values()["mixed_deck_limit"] == 10


# --- The configuration on this computer -----------------------------------------------------------


def test_without_a_configuration_nothing_is_written(mw: AnkiQt) -> None:
    assert load(mw) == asdict(Settings())
    assert stored(mw) is None
    assert not old_file(mw).exists()


DAMAGED: list[Any] = [
    ["a", "list"],
    "text",
    5,
    None,
    {VERSION_KEY: CONFIG_VERSION, "tag_root": 5, "shortcut_pause_rapid_fire": "F7"},
    {VERSION_KEY: CONFIG_VERSION, "no_such_setting": 1},
    {"shortcut_pause_rapid_fire": "F7", "mixed_deck_limit": 0},
]


@pytest.mark.parametrize("config", DAMAGED)
def test_a_damaged_or_outdated_one_is_repaired_once_and_the_old_one_kept(
    mw: AnkiQt, monkeypatch: pytest.MonkeyPatch, config: Any
) -> None:
    told: list[str] = []
    module = addon_module("gui.addon_settings")
    monkeypatch.setattr(module, "tooltip", lambda words, **_more: told.append(words))
    store(mw, config)
    assert load_quietly(mw) == load(mw)
    assert len(told) == 1
    assert "config.old.json" in told[0]
    assert json.loads(old_file(mw).read_text(encoding="utf-8")) == config
    assert stored(mw)[VERSION_KEY] == CONFIG_VERSION
    first = load(mw)
    assert len(told) == 1
    if isinstance(config, dict) and "shortcut_pause_rapid_fire" in config:
        assert first["shortcut_pause_rapid_fire"] == "F7"


def test_what_cannot_be_used_is_said_once(mw: AnkiQt, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    module = addon_module("gui.addon_settings")
    monkeypatch.setattr(module, "tooltip", lambda words, **_more: told.append(words))
    store(mw, {VERSION_KEY: CONFIG_VERSION + 1, "tag_root": "a once"})
    for _reading in range(3):
        load(mw)
    assert len(told) == 1
    assert "a once" in told[0]
    store(mw, {VERSION_KEY: CONFIG_VERSION + 1, "tag_root": "a once", "deck_parent": "::"})
    load(mw)
    assert len(told) == 2
    assert "a once" not in told[1]


def test_the_hooks_neither_speak_nor_write(mw: AnkiQt, monkeypatch: pytest.MonkeyPatch) -> None:
    module = addon_module("gui.addon_settings")
    monkeypatch.setattr(module, "tooltip", lambda *_a, **_k: pytest.fail("it spoke"))
    store(mw, ["damaged"])
    assert load_quietly(mw) == asdict(Settings())
    assert stored(mw) == ["damaged"]


def test_what_the_old_one_said_of_the_collection_holds_until_it_is_set(mw: AnkiQt) -> None:
    store(mw, {"tag_root": "Mine", "deck_parent": "Mine", "mixed_deck_limit": 3})
    assert load(mw) == asdict(Settings(tag_root="Mine", deck_parent="Mine", mixed_deck_limit=3))
    change_settings(mw.col, Settings(tag_root="Mine"), {"mixed_deck_limit": 4})
    assert load(mw)["mixed_deck_limit"] == 4
    assert stored(mw)["mixed_deck_limit"] == 3
    mw.col.undo()
    assert load(mw)["mixed_deck_limit"] == 3


def test_only_keys_are_said_to_be_of_this_computer(dialog: SettingsDialog) -> None:
    here = [
        name
        for name, field in dialog.fields.items()
        if field.explanation.text().endswith("Only on this computer.")
    ]
    assert here == list(names_kept(Kept.COMPUTER))
