"""What a screen does in the background: reading, watching for changes, telling how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, TypeVar

from anki.collection import Collection, OpChanges
from aqt import gui_hooks
from aqt.main import AnkiQt
from aqt.operations import QueryOp
from aqt.qt import QWidget

from ..model.progress import Cancelled, Progress
from . import addon_settings

if TYPE_CHECKING:
    from ..collection.undo import UndoStep

Result = TypeVar("Result")


class LatestReading:
    """Reads for a screen; only what was asked for last is shown."""

    def __init__(self, parent: QWidget) -> None:
        self._parent = parent
        self._run = 0

    def read(
        self,
        op: Callable[[Collection], Result],
        show: Callable[[Result], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Reads with `op` in the background; `show` gets the result, or `failed` the error.

        Neither is called where something else was asked for meanwhile.
        """
        self._run += 1
        run = self._run

        def on_read(result: Result) -> None:
            if self._run == run:
                show(result)

        def on_failure(error: Exception) -> None:
            if self._run == run:
                failed(error)

        QueryOp(parent=self._parent, op=op, success=on_read).failure(on_failure).run_in_background()

    def stop(self) -> None:
        """Shows nothing of what is being read, as when the screen was closed."""
        self._run += 1


class ChangeWatch:
    """Calls `read` whenever something changed that `concerns` a screen.

    Each answered card is a change, and the next one would have to wait for the reading. So what
    changes by reviewing is read once the student leaves the reviewer.
    """

    def __init__(
        self, mw: AnkiQt, concerns: Callable[[OpChanges], bool], read: Callable[[], None]
    ) -> None:
        self._mw = mw
        self._concerns = concerns
        self._read = read
        self._is_stale = False
        gui_hooks.operation_did_execute.append(self._on_operation)
        gui_hooks.state_did_change.append(self._on_state)

    def stop(self) -> None:
        """Watches no more; call it when the screen closes."""
        gui_hooks.operation_did_execute.remove(self._on_operation)
        gui_hooks.state_did_change.remove(self._on_state)

    def _on_operation(self, changes: OpChanges, handler: object | None) -> None:
        if not self._concerns(changes):
            return
        self._is_stale = True
        # What is done beside the review, in this window or another one, shows at once.
        if self._mw.state != "review" or handler is not self._mw.reviewer:
            self._read_again()

    def _on_state(self, state: str, _before: str) -> None:
        if state != "review" and self._is_stale:
            self._read_again()

    def _read_again(self) -> None:
        self._is_stale = False
        self._read()


def changes_of(step: UndoStep | None) -> OpChanges:
    """What a step changed, for a CollectionOp; nothing where nothing had to be written."""
    return step.changes if step else OpChanges()


def log_quietly(mw: AnkiQt, what: str, error: Exception) -> None:
    """Notes in the add-on's log what went wrong (`what`) that the student did not ask for just now.

    No message: most often the profile was closed meanwhile, and the next chance comes by itself.
    """
    mw.addonManager.get_logger(addon_settings.ADDON).warning(what, exc_info=error)


def main_thread_progress(mw: AnkiQt) -> Progress:
    """A Progress for use inside a CollectionOp; Esc in Anki's progress window cancels."""

    def show(label: str, done: int, total: int) -> None:
        if mw.progress.busy():  # the operation may have ended meanwhile
            mw.progress.update(label=label, value=done, max=total or None)

    def progress(label: str, done: int, total: int) -> None:
        if mw.progress.want_cancel():
            raise Cancelled
        mw.taskman.run_on_main(lambda: show(label, done, total))

    return progress
