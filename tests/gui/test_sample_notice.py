"""The sample in a whole Anki: it is told from the student's own, and goes when they like."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from aqt.qt import Qt

from remediation.collection.importing import apply_import, preview_import
from remediation.collection.ledger import read_ledger
from remediation.collection.sample import REMOVE_UNDO_NAME
from remediation.settings import Settings
from tests import whole_anki
from tests.anking import GeneratedCollection
from tests.collections import missed, some_questions
from tests.gui.conftest import addon_module, apply, open_import, paste, shown_text
from tests.whole_anki import idle, wait_until

if TYPE_CHECKING:
    from aqt.main import AnkiQt

    from remediation.gui.import_dialog import ImportDialog
    from remediation.gui.naming_window import NamingWindow

NOTICE = "All misses so far are the sample's made-up misses."
AMONG_YOURS = "The sample's made-up misses are among yours."


def take_sample(dialog: ImportDialog) -> None:
    start = addon_module("gui.start_panel").Start
    dialog.start_panel.buttons[start.SAMPLE].click()
    wait_until(lambda: dialog.preview is not None, "the sample")
    apply(dialog)


def begin_anew(dialog: ImportDialog) -> None:
    dialog.input.clear()
    wait_until(lambda: dialog.start_panel.isVisible(), "the start")


def name_one(window: NamingWindow) -> None:
    for key in (Qt.Key.Key_2, Qt.Key.Key_Return):
        whole_anki.press(window.focusWidget() or window, key)


def open_naming(dialog: ImportDialog) -> NamingWindow:
    import aqt

    dialog.result_panel.name_button.click()
    window: NamingWindow = aqt.dialogs._dialogs["RemediationNaming"][1]
    wait_until(lambda: window.queue.current is not None, "the first miss")
    return window


@pytest.fixture
def dialog(mw: AnkiQt) -> Iterator[ImportDialog]:
    opened = open_import(mw)
    yield opened
    opened.close()
    idle(mw)


def test_without_a_sample_nothing_is_said(
    mw: AnkiQt, dialog: ImportDialog, template: GeneratedCollection
) -> None:
    paste(dialog, " ".join(some_questions(template, 3)))
    apply(dialog)
    idle(mw)
    assert "sample" not in shown_text(dialog)
    assert not dialog.sample_notice.isVisible()


def test_it_goes_after_naming_and_a_restart(mw: AnkiQt, dialog: ImportDialog) -> None:
    notes = set(mw.col.find_notes(""))
    active = set(mw.col.find_cards("-is:suspended"))
    take_sample(dialog)
    wait_until(lambda: NOTICE in shown_text(dialog), "the notice")
    window = open_naming(dialog)
    name_one(window)
    wait_until(lambda: named(mw) == 1, "the reason")
    window.close()
    dialog.close()
    idle(mw)
    whole_anki.close(mw)
    whole_anki.open_profile(mw)
    assert not mw.col.undo_status().undo

    opened = open_import(mw)
    wait_until(lambda: NOTICE in shown_text(opened), "the notice")
    opened.sample_notice.button.click()
    wait_until(lambda: not opened.sample_notice.isVisible(), "the sample to go")
    assert mw.col.undo_status().undo == REMOVE_UNDO_NAME
    assert set(mw.col.find_notes("")) == notes
    assert set(mw.col.find_cards("-is:suspended")) == active
    assert not [tag for tag in mw.col.tags.all() if tag.startswith("Remediation")]
    mw.undo()
    wait_until(lambda: NOTICE in shown_text(opened), "the notice again")
    opened.close()
    idle(mw)


def named(mw: AnkiQt) -> int:
    return sum(bool(question.decisions) for question in read_ledger(mw.col).questions.values())


def test_from_its_own_result_one_begins_anew(mw: AnkiQt, dialog: ImportDialog) -> None:
    take_sample(dialog)
    wait_until(lambda: dialog.sample_notice.isVisible(), "the notice")
    dialog.sample_notice.button.click()
    wait_until(lambda: dialog.start_panel.isVisible(), "the start")
    assert not read_ledger(mw.col).sittings


def test_it_can_go_before_and_after_ones_own_is_imported(
    mw: AnkiQt, dialog: ImportDialog, template: GeneratedCollection
) -> None:
    take_sample(dialog)
    begin_anew(dialog)
    ids = some_questions(template, 40)[30:]
    paste(dialog, " ".join(ids))
    wait_until(lambda: NOTICE in shown_text(dialog), "the notice")
    apply(dialog)
    wait_until(lambda: AMONG_YOURS in shown_text(dialog), "the other notice")
    with_sample = shown_decks(dialog)
    dialog.sample_notice.button.click()
    wait_until(lambda: not dialog.sample_notice.isVisible(), "the sample to go")
    # The result below stays, and tells the decks as they are now.
    wait_until(lambda: shown_decks(dialog) != with_sample, "the decks")
    assert dialog.result_panel.isVisible()
    assert {key.id for key in read_ledger(mw.col).questions} == set(ids)


def test_going_during_a_preview_it_is_looked_at_again(
    mw: AnkiQt, dialog: ImportDialog, template: GeneratedCollection
) -> None:
    take_sample(dialog)
    begin_anew(dialog)
    paste(dialog, " ".join(some_questions(template, 4)))
    before = dialog.preview
    wait_until(lambda: dialog.sample_notice.isVisible(), "the notice")
    dialog.sample_notice.button.click()
    wait_until(lambda: dialog.preview is not None and dialog.preview is not before, "the preview")
    apply(dialog)
    assert len(read_ledger(mw.col).questions) == 4


def shown_decks(dialog: ImportDialog) -> list[tuple[str, str]]:
    tree = dialog.result_panel._decks
    items = (tree.topLevelItem(row) for row in range(tree.topLevelItemCount()))
    return [(item.text(0), item.text(1)) for item in items if item]


# What comes after an import
######################################################################


def test_the_result_stays_below_the_naming_window_and_stays_true(
    mw: AnkiQt, dialog: ImportDialog, template: GeneratedCollection
) -> None:
    settings = Settings()
    earlier = missed(some_questions(template, 40)[36:], when=1_700_000_000, dated=True)
    apply_import(mw.col, preview_import(mw.col, earlier, settings), settings)
    paste(dialog, " ".join(some_questions(template, 3)))
    apply(dialog)
    panel = dialog.result_panel
    wait_until(lambda: panel.exam.button.isVisible(), "the exam")
    window = open_naming(dialog)
    assert dialog.isVisible()
    for left in ("2 misses of this import still have", "1 miss of this import still has"):
        name_one(window)
        wait_until(lambda left=left: f"{left} no reason." in shown_text(dialog), left)  # type: ignore[misc]
        idle(mw)
    name_one(window)
    wait_until(lambda: not panel.name_button.isVisible(), "the step to be done")
    assert panel.review_button.isVisible()
    assert panel.exam.button.isVisible()
    window.close()
    idle(mw)
    assert dialog.isVisible()
