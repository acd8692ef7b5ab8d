"""One act of the student is one step in Anki's undo list, whole or not at all."""

from __future__ import annotations

from types import TracebackType
from typing import Callable, TypeVar

from anki.collection import Collection, OpChanges
from anki.errors import AnkiException, DBError, UndoEmpty

T = TypeVar("T")


class UndoStep:
    """Writes that are undone together, and that are taken back when one of them fails.

    Use as a context manager and make each write through `write`. Anki keeps about thirty steps,
    so each write is merged at once: merging at the end fails when there were more. A step within
    another (`step.write` of a function that makes one) becomes part of it.

    All writes are one transaction of the database, so a killed process leaves none of them. When
    the block raises, the collection is as it was before:

    - Where the block itself raises, the step is undone, and what could be undone before still can.
    - Where Anki refuses an operation, it drops its whole undo list, which no one can bring back.
      The transaction is rolled back then: the collection is exact, the undo list is empty.

    Nothing is taken back only where Anki's list was lost and something else got on top meanwhile:
    that would be another's.
    """

    def __init__(
        self, col: Collection, name: str, before_write: Callable[[], None] = lambda: None
    ) -> None:
        """`name` is shown in Edit > Undo. `before_write` is called before each write; raising in
        it cancels the step.
        """
        self._col = col
        self._name = name
        self._before_write = before_write
        self._is_outermost = False
        self.target = 0
        self.changes = OpChanges()

    def __enter__(self) -> UndoStep:
        self.target = self._col.add_custom_undo_entry(self._name)
        try:
            # Anki's own `db.transact` takes a function, which no block can be.
            self._col._backend.db_begin()
            self._is_outermost = True
        except DBError:  # within the transaction of another step
            self._is_outermost = False
        return self

    def write(self, operation: Callable[..., T], *args: object, **kwargs: object) -> T:
        """Runs one of Anki's undoable operations as part of this step; returns its result."""
        self._before_write()
        result = operation(*args, **kwargs)
        self.changes = self._col.merge_undo_entries(self.target)
        return result

    def __exit__(
        self,
        _type: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self._take_back()
        elif self._is_outermost:
            try:
                self._col._backend.db_commit()
            except AnkiException:  # no place on the disk
                self._take_back()
                raise

    def _take_back(self) -> None:
        undone = self._undo()
        if not self._is_outermost:
            return
        if undone or not self._col.undo_status().undo:
            self._col._backend.db_rollback()
        else:
            self._col._backend.db_commit()

    def _undo(self) -> bool:
        """Whether the step could be undone. Then nothing of it can be redone either."""
        try:
            self._col.merge_undo_entries(self.target)
            if not is_last_step(self._col, self.target):
                return False
            self._col.undo()
        except UndoEmpty:
            return True
        except AnkiException:  # the step is gone
            return False
        # The half would now be offered as Redo: an empty step in its place takes that away.
        self._col.add_custom_undo_entry(self._name)
        self._col.undo()
        return True


def is_last_step(col: Collection, step: int) -> bool:
    """Whether this step (`UndoStep.target`) is what Undo would take back now."""
    status = col.undo_status()
    return bool(status.undo) and status.last_step == step
