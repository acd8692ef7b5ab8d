"""One act of the student is one step in Anki's undo list, whole or not at all."""

from __future__ import annotations

from types import TracebackType
from typing import Callable, TypeVar

from anki.collection import Collection, OpChanges
from anki.errors import UndoEmpty

T = TypeVar("T")


class UndoStep:
    """Writes that are undone together, and that are taken back when one of them fails.

    Use as a context manager and make each write through `write`. Anki keeps about thirty steps,
    so each write is merged at once: merging at the end fails when there were more.

    When the block raises, what was written so far is undone before the exception goes on, unless
    some other step got on top meanwhile (then nothing is undone, since it would be theirs).
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
        self.target = 0
        self.changes = OpChanges()

    def __enter__(self) -> UndoStep:
        self.target = self._col.add_custom_undo_entry(self._name)
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

    def _take_back(self) -> None:
        try:
            self._col.merge_undo_entries(self.target)
        except Exception:  # Anki raises its general error where the step is gone
            return
        if not is_last_step(self._col, self.target):
            return
        try:
            self._col.undo()
        except UndoEmpty:
            return
        # The half would now be offered as Redo: an empty step in its place takes that away.
        self._col.add_custom_undo_entry(self._name)
        self._col.undo()


def is_last_step(col: Collection, step: int) -> bool:
    """Whether this step (`UndoStep.target`) is what Undo would take back now."""
    status = col.undo_status()
    return bool(status.undo) and status.last_step == step
