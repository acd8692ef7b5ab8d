from __future__ import annotations

from collections.abc import Callable

import pytest
from anki.collection import Collection
from anki.notes import NoteId

from remediation.collection.undo import UndoStep, is_last_step
from tests.collections import differences, snapshot


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
