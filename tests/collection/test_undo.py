from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from anki.collection import Collection
from anki.decks import DeckId
from anki.errors import FilteredDeckError, NotFoundError
from anki.notes import NoteId

from remediation.collection.importing import apply_import, preview_import
from remediation.collection.undo import UndoStep, is_last_step
from remediation.settings import Settings
from tests.anking import GeneratedCollection
from tests.collections import differences, missed, snapshot, some_questions
from tests.whole_anki import ROOT

KILLED = 9


def _notes(col: Collection) -> list[NoteId]:
    return list(col.find_notes(""))


def _fail_after(col: Collection, work: Callable[[UndoStep], object]) -> None:
    with UndoStep(col, "Half") as step:
        work(step)
        raise ZeroDivisionError


def test_four_hundred_writes_are_one_step(col: Collection) -> None:
    before = snapshot(col)
    with UndoStep(col, "Many") as step:
        for number in range(400):
            step.write(col.tags.bulk_add, _notes(col)[:1], f"many::{number}")
    assert col.undo_status().undo == "Many"
    assert is_last_step(col, step.target)
    col.undo()
    assert differences(before, snapshot(col)) == {}


def test_an_exception_leaves_nothing_behind_and_nothing_to_redo(col: Collection) -> None:
    col.tags.bulk_add(_notes(col)[:1], "mine")
    before = snapshot(col)
    undo_before = col.undo_status().undo
    with pytest.raises(ZeroDivisionError):
        _fail_after(col, lambda step: step.write(col.tags.bulk_add, _notes(col), "half"))
    assert differences(before, snapshot(col)) == {}
    assert col.undo_status().undo == undo_before
    if col.undo_status().redo:
        col.redo()
    assert differences(before, snapshot(col)) == {}


def test_a_failure_before_the_first_write_leaves_nothing(col: Collection) -> None:
    before = snapshot(col)

    def cancel() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError), UndoStep(col, "None", cancel) as step:
        step.write(col.tags.bulk_add, _notes(col), "half")
    assert differences(before, snapshot(col)) == {}


def test_another_step_on_top_is_not_undone(col: Collection) -> None:
    """Where history was lost meanwhile, what is on top is not ours to take back."""

    def write(step: UndoStep) -> None:
        step.write(col.tags.bulk_add, _notes(col)[:1], "ours")
        assert col.db
        col.db.execute("update col set mod = mod")  # clears Anki's undo list
        col.tags.bulk_add(_notes(col)[:1], "theirs")

    with pytest.raises(ZeroDivisionError):
        _fail_after(col, write)
    assert col.find_notes("tag:theirs")


def test_the_step_is_not_last_once_something_else_was_done(col: Collection) -> None:
    with UndoStep(col, "Ours") as step:
        step.write(col.tags.bulk_add, _notes(col)[:1], "ours")
    col.tags.bulk_add(_notes(col)[:1], "theirs")
    assert not is_last_step(col, step.target)


def test_the_step_is_not_last_once_it_was_undone(col: Collection) -> None:
    col.tags.bulk_add(_notes(col)[:1], "before")
    with UndoStep(col, "Ours") as step:
        step.write(col.tags.bulk_add, _notes(col)[:1], "ours")
    assert is_last_step(col, step.target)
    col.undo()
    assert not is_last_step(col, step.target)


# --- Where Anki refuses ---------------------------------------------------------------------------


def _refused(col: Collection) -> None:
    """An operation that Anki refuses after it wrote something."""
    deck = col.decks.new_deck()
    deck.name = "Refused::Deck::Below"
    made = col.decks.add_deck(deck).id
    col.decks.rename(DeckId(made + 1), "Nothing of that id")


def test_what_anki_refuses_in_the_middle_leaves_nothing_behind(col: Collection) -> None:
    """Anki drops its undo list with it, so there is nothing to take back by."""
    col.tags.bulk_add(_notes(col)[:1], "mine")
    before = snapshot(col, everything=True)

    def write(step: UndoStep) -> None:
        step.write(col.tags.bulk_add, _notes(col), "half")
        step.write(_refused, col)

    with pytest.raises(NotFoundError):
        _fail_after(col, write)
    assert differences(before, snapshot(col, everything=True)) == {}
    assert not col.undo_status().undo
    assert not col.undo_status().redo
    assert "half" not in col.tags.all()
    assert col.decks.id_for_name("Refused") is None
    _can_be_written_and_undone(col)


def _can_be_written_and_undone(col: Collection) -> None:
    before = snapshot(col)
    with UndoStep(col, "Next") as step:
        step.write(col.tags.bulk_add, _notes(col), "next")
    assert col.find_notes("tag:next")
    col.undo()
    assert differences(before, snapshot(col)) == {}


def test_the_block_failing_leaves_even_times_and_numbers_of_changes(col: Collection) -> None:
    col.tags.bulk_add(_notes(col)[:1], "mine")
    before = snapshot(col, everything=True)
    with pytest.raises(ZeroDivisionError):
        _fail_after(col, lambda step: step.write(col.tags.bulk_add, _notes(col), "half"))
    assert differences(before, snapshot(col, everything=True)) == {}
    col.undo()
    assert not col.find_notes("tag:mine")
    _can_be_written_and_undone(col)


def test_a_step_within_a_step_is_part_of_it(col: Collection) -> None:
    before = snapshot(col)

    def inner(fails: bool) -> None:
        with UndoStep(col, "Inner") as step:
            step.write(col.tags.bulk_add, _notes(col), "inner")
            if fails:
                step.write(_refused, col)

    with UndoStep(col, "Outer") as step:
        step.write(col.tags.bulk_add, _notes(col), "outer")
        step.write(inner, fails=False)
    assert col.undo_status().undo == "Outer"
    col.undo()
    assert differences(before, snapshot(col)) == {}

    before = snapshot(col, everything=True)

    def write(step: UndoStep) -> None:
        step.write(col.tags.bulk_add, _notes(col), "outer")
        step.write(inner, fails=True)

    with pytest.raises(NotFoundError):
        _fail_after(col, write)
    assert differences(before, snapshot(col, everything=True)) == {}
    _can_be_written_and_undone(col)


def test_an_import_that_anki_refuses_at_its_decks_leaves_nothing_behind(
    col: Collection, template: GeneratedCollection
) -> None:
    """Records, tags and active cards are written by then."""
    impossible = Settings(mixed_deck_name="A", systems_deck_name="A::B")
    before = snapshot(col, everything=True)
    preview = preview_import(col, missed(some_questions(template, 15)), impossible)
    with pytest.raises(FilteredDeckError):
        apply_import(col, preview, impossible)
    assert differences(before, snapshot(col, everything=True)) == {}
    good = Settings()
    apply_import(col, preview_import(col, missed(some_questions(template, 15)), good), good)
    assert col.decks.id_for_name("Remediation::Mixed")
    col.undo()
    assert differences(before, snapshot(col, everything=True)).keys() <= {"col", "graves"}


_WRITE_AND_DIE = f"""
import os, sys
from anki.collection import Collection
from remediation.collection.undo import UndoStep
col = Collection(sys.argv[1])
with UndoStep(col, "Half") as step:
    step.write(col.tags.bulk_add, list(col.find_notes("")), "half")
    os._exit({KILLED})
"""


def test_a_process_killed_in_a_step_leaves_nothing_of_it(
    template: GeneratedCollection, tmp_path: Path
) -> None:
    path = tmp_path / "collection.anki2"
    shutil.copy(template.path, path)
    col = Collection(str(path))
    before = snapshot(col)
    col.close()
    run = subprocess.run([sys.executable, "-c", _WRITE_AND_DIE, str(path)], cwd=ROOT, check=False)
    assert run.returncode == KILLED
    col.reopen()
    assert differences(before, snapshot(col)) == {}
    col.close()
