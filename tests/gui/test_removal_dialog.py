"""Remove everything, in a whole Anki."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.anking import GeneratedCollection
from tests.collections import differences, snapshot, some_questions
from tests.gui.conftest import addon_module
from tests.whole_anki import ADDON_ID, press, process_events, wait_until

if TYPE_CHECKING:
    from aqt.main import AnkiQt

    from remediation.gui.removal_dialog import RemovalDialog
    from remediation.gui.settings_dialog import SettingsDialog


@pytest.fixture
def used(mw: AnkiQt, template: GeneratedCollection) -> AnkiQt:
    """An Anki in which a block of misses was imported."""
    module, settings = addon_module("collection.importing"), addon_module("settings").Settings()
    attempts = addon_module("model.attempts")
    missed = tuple(
        attempts.Attempt(id=id, outcome=attempts.Outcome.INCORRECT)
        for id in some_questions(template, 30)
    )
    sitting = addon_module("model.records").Sitting("uworld", "step1", 1_750_000_000, missed)
    request = module.ImportRequest((sitting,))
    module.apply_import(mw.col, module.preview_import(mw.col, request, settings), settings)
    return mw


@pytest.fixture
def dialog(used: AnkiQt) -> Iterator[RemovalDialog]:
    """The window on a collection in which the add-on was used."""
    opened = open_dialog(used)
    yield opened
    opened.close()
    process_events()


def open_dialog(mw: AnkiQt) -> RemovalDialog:
    opened: RemovalDialog = addon_module("gui.removal_dialog").RemovalDialog(mw)
    wait_until(lambda: opened.plan is not None, "the plan")
    return opened


def shown(dialog: RemovalDialog) -> str:
    """All sentences that are visible."""
    from aqt.qt import QLabel

    return " ".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


def remove(dialog: RemovalDialog) -> None:
    dialog.remove_button.click()
    wait_until(lambda: dialog.removed is not None and not dialog.mw.progress.busy(), "the removal")


def backups(mw: AnkiQt) -> set[tuple[str, int]]:
    """The names of the backups and when each was written: two of one second have one name."""
    from pathlib import Path

    files = Path(mw.pm.backupFolder()).iterdir()
    return {(file.name, file.stat().st_mtime_ns) for file in files}


def test_nothing_to_remove(mw: AnkiQt) -> None:
    dialog = open_dialog(mw)
    assert "There is nothing of Remediation to remove" in shown(dialog)
    assert "Tools > Add-ons" in shown(dialog)
    assert "Then nothing is left of it." in shown(dialog)
    assert not dialog.remove_button.isVisible()
    assert not dialog.types_box.isVisible()
    assert dialog.reset_button.isVisible()
    assert dialog.cancel_button.text() == "Close"
    assert dialog.cancel_button.hasFocus()
    dialog.close()


def test_the_preview_writes_nothing_and_cancel_is_the_usual_answer(
    dialog: RemovalDialog, used: AnkiQt
) -> None:
    from aqt.qt import Qt

    before = snapshot(used.col, everything=True)
    assert dialog.plan
    assert f"tags on {dialog.plan.tagged_notes} notes" in shown(dialog)
    assert f"{len(dialog.plan.suspend)} cards that were made active" in shown(dialog)
    assert "Your own notes, cards, tags, decks and all reviews." in shown(dialog)
    assert "A button to reset them comes next." in shown(dialog)
    assert not dialog.studied_box.isVisible()
    assert dialog.types_box.isVisible()
    assert not dialog.types_box.isChecked()
    assert not dialog.undo_button.isVisible()
    assert dialog.cancel_button.isDefault()
    assert dialog.cancel_button.hasFocus()
    press(dialog, Qt.Key.Key_Return)
    process_events()
    assert not dialog.isVisible()
    assert snapshot(used.col, everything=True) == before


def test_escape_closes_it(dialog: RemovalDialog, used: AnkiQt) -> None:
    from aqt import gui_hooks
    from aqt.qt import Qt

    watching = gui_hooks.operation_did_execute.count()
    before = snapshot(used.col, everything=True)
    press(dialog, Qt.Key.Key_Escape)
    process_events()
    assert not dialog.isVisible()
    assert gui_hooks.operation_did_execute.count() == watching - 1
    assert snapshot(used.col, everything=True) == before


def test_a_backup_then_one_step_that_the_button_undoes(dialog: RemovalDialog, used: AnkiQt) -> None:
    before, there = snapshot(used.col, everything=True), backups(used)
    remove(dialog)
    assert len(backups(used) - there) == 1
    assert "Remediation is taken out" in shown(dialog)
    assert "nothing is left of it but 2 note types without notes." in shown(dialog)
    assert not dialog.remove_button.isVisible()
    assert not used.col.find_notes("tag:Remediation*")
    assert used.col.decks.id_for_name("Remediation") is None
    assert dialog.undo_button.isEnabled()
    dialog.undo_button.click()
    wait_until(lambda: dialog.removed is None and dialog.plan is not None, "the plan again")
    assert differences(before, snapshot(used.col, everything=True)) == {}
    assert dialog.remove_button.isEnabled()


def test_undone_in_the_main_window_the_preview_is_shown_again(
    dialog: RemovalDialog, used: AnkiQt
) -> None:
    remove(dialog)
    used.undo()
    wait_until(lambda: dialog.removed is None and dialog.plan is not None, "the plan again")
    assert "What goes" in shown(dialog)


def test_the_undo_button_goes_dead_once_something_else_was_done(
    dialog: RemovalDialog, used: AnkiQt
) -> None:
    from aqt.operations.tag import add_tags_to_notes

    remove(dialog)
    note_ids = list(used.col.find_notes("deck:*"))[:1]
    add_tags_to_notes(
        parent=used, note_ids=note_ids, space_separated_tags="mine"
    ).run_in_background()
    wait_until(lambda: not dialog.undo_button.isEnabled(), "the button to go dead")
    assert "Something else was done since" in dialog.undo_button.toolTip()
    assert "Remediation is taken out" in shown(dialog)


def test_closed_during_the_backup_nothing_is_removed(dialog: RemovalDialog, used: AnkiQt) -> None:
    before, there = snapshot(used.col), backups(used)
    dialog.remove_button.click()
    dialog.reject()
    wait_until(lambda: backups(used) != there and not used.progress.busy(), "the backup")
    process_events()
    assert dialog.removed is None
    assert differences(before, snapshot(used.col)) == {}


def test_types_go_when_asked_for(dialog: RemovalDialog, used: AnkiQt) -> None:
    dialog.types_box.setChecked(True)
    remove(dialog)
    assert "Then nothing is left of it." in shown(dialog)
    assert not addon_module("collection.ledger").own_types(used.col)


def test_types_can_go_later(dialog: RemovalDialog, used: AnkiQt) -> None:
    remove(dialog)
    dialog.close()
    later = open_dialog(used)
    assert "There is nothing of Remediation to remove" in shown(later)
    assert later.remove_button.isVisible()
    assert not later.remove_button.isEnabled()
    later.types_box.setChecked(True)
    assert later.remove_button.isEnabled()
    remove(later)
    assert not addon_module("collection.ledger").own_types(used.col)
    later.close()


def test_the_warning_about_a_full_sync(used: AnkiQt) -> None:
    used.col.db.execute("update col set ls = 0")  # type: ignore[union-attr]
    dialog = open_dialog(used)
    assert "full sync" not in shown(dialog) + dialog.types_box.text()
    dialog.close()
    used.col.db.execute("update col set ls = scm")  # type: ignore[union-attr]
    dialog = open_dialog(used)
    assert "would be lost. Sync everywhere first." in shown(dialog)
    assert "full sync" in dialog.types_box.text()
    dialog.close()


def test_cards_studied_since_are_a_choice(used: AnkiQt) -> None:
    from anki.consts import QUEUE_TYPE_SUSPENDED
    from anki.scheduler_pb2 import CardAnswer

    settings = addon_module("settings").Settings()
    removal = addon_module("collection.removal")
    answered = removal.plan_removal(used.col, settings).suspend[:3]
    scheduler: Any = used.col.sched
    for card_id in answered:
        card = used.col.get_card(card_id)
        card.start_timer()
        states = used.col._backend.get_scheduling_states(card_id)
        scheduler.answer_card(
            scheduler.build_answer(card=card, states=states, rating=CardAnswer.GOOD)
        )
    dialog = open_dialog(used)
    assert "3 cards were suspended before Remediation, and answered by you since." in shown(dialog)
    assert not dialog.studied_box.isChecked()
    dialog.studied_box.setChecked(True)
    remove(dialog)
    assert {used.col.get_card(c).queue for c in answered} == {QUEUE_TYPE_SUSPENDED}
    dialog.close()


@pytest.fixture
def no_place_for_backups(used: AnkiQt) -> Iterator[None]:
    """A file stands where Anki keeps its backups."""
    from pathlib import Path

    folder = Path(used.pm.backupFolder())
    aside = folder.with_name("backups aside")
    folder.rename(aside)
    folder.write_text("in the way")
    yield
    folder.unlink()
    aside.rename(folder)


@pytest.mark.usefixtures("no_place_for_backups")
def test_without_a_backup_it_asks_and_no_is_the_usual_answer(
    dialog: RemovalDialog, used: AnkiQt
) -> None:
    from aqt.qt import QMessageBox

    before = snapshot(used.col, everything=True)
    for answer in (QMessageBox.StandardButton.No, QMessageBox.StandardButton.Yes):
        dialog.question = None
        dialog.remove_button.click()
        wait_until(lambda: dialog.question is not None and not used.progress.busy(), "the question")
        question: Any = dialog.question
        assert "Anki could not make a backup" in question.text()
        assert question.defaultButton() is question.button(QMessageBox.StandardButton.No)
        assert snapshot(used.col, everything=True) == before
        question.button(answer).click()
        process_events()
        if answer is QMessageBox.StandardButton.No:
            assert dialog.removed is None
            assert dialog.remove_button.isEnabled()
    wait_until(lambda: dialog.removed is not None, "the removal")


def test_a_changed_collection_is_looked_at_again(dialog: RemovalDialog, used: AnkiQt) -> None:
    plan = dialog.plan
    assert plan
    used.col.tags.bulk_add([used.col.find_notes("deck:*")[0]], "mine")
    dialog.remove_button.click()
    wait_until(lambda: dialog.plan not in (None, plan), "the new plan")
    assert dialog.removed is None
    assert used.col.find_notes("tag:Remediation*")
    remove(dialog)


def test_settings_are_put_back(dialog: RemovalDialog, used: AnkiQt) -> None:
    import aqt

    manager, profile = used.addonManager, used.pm.profile
    assert profile is not None
    defaults = manager.addonConfigDefaults(ADDON_ID)
    assert defaults
    manager.writeConfig(ADDON_ID, {**defaults, "core_notes_per_question": 5})
    profile["remediationImportChoices"] = {"bank": "uworld"}
    aqt.dialogs.open("RemediationImport", used)
    remove(dialog)
    dialog.reset_button.click()
    wait_until(lambda: aqt.dialogs._dialogs["RemediationImport"][1] is None, "the window to close")
    assert manager.getConfig(ADDON_ID) == defaults
    dialog.close()
    assert not [key for key in profile if key.startswith("remediation")]
    assert not dialog.reset_button.isEnabled()
    assert "reset" in dialog.reset_button.text()


def test_other_profiles_are_named(used: AnkiQt) -> None:
    from pathlib import Path

    assert "other profile" not in shown_after_removal(used)
    names = ["B & <Co>", "Zoe"]
    for name in names:
        used.pm.create(name)
        Path(used.pm.base, name).mkdir(exist_ok=True)
    try:
        text = shown_after_removal(used)
        assert "Do the same in your other profiles (B & <Co>, Zoe) before you delete" in text
    finally:
        assert used.pm.db
        for name in names:
            used.pm.db.execute("delete from profiles where name = ?", name)
            Path(used.pm.base, name).rmdir()


def shown_after_removal(mw: AnkiQt) -> str:
    """What is said once there is nothing (more) to remove."""
    dialog = open_dialog(mw)
    if dialog.remove_button.isEnabled():
        remove(dialog)
    text = shown(dialog)
    dialog.close()
    return text


def test_settings_that_are_not_saved_do_not_come_back(dialog: RemovalDialog, used: AnkiQt) -> None:
    import aqt

    settings = open_settings(used)
    settings.fields["mixed_deck_limit"].editor.show_value(7)
    remove(dialog)
    assert not settings.isVisible()
    assert settings.question is None
    wait_until(lambda: aqt.dialogs._dialogs["RemediationSettings"][1] is None, "the window")
    assert dialog.reset_button.isEnabled()
    settings = open_settings(used)
    settings.fields["mixed_deck_limit"].editor.show_value(8)
    settings.reject()
    assert settings.question
    dialog.reset_button.click()
    process_events()
    assert not settings.isVisible()
    assert dialog.reset_button.text() == "The settings are reset"
    assert not used.col.find_notes("Key:_*")
    assert addon_module("collection.shared_settings").shared_values(used.col) == {}


def open_settings(mw: AnkiQt) -> SettingsDialog:
    """Tools > Remediation > Settings…"""
    import aqt

    opened: SettingsDialog = aqt.dialogs.open("RemediationSettings", mw)
    wait_until(lambda: opened.preview is not None, "the preview")
    return opened
