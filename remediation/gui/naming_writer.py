"""Writes the reasons that are named in a window, and takes them back, one act after the other."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Callable

from anki.collection import Collection
from anki.errors import UndoEmpty
from aqt.main import AnkiQt
from aqt.operations import CollectionOp
from aqt.qt import QObject, QWidget, pyqtSignal
from aqt.utils import tooltip

from ..collection.evidence import Diagnosis
from ..collection.naming import Naming, NamingResult, name_reasons
from ..collection.other_side import OtherSide, find_other_side
from ..collection.undo import is_last_step
from ..matching.topics import TopicSearchMissing
from ..model.progress import Progress
from ..settings import Settings
from .background import main_thread_progress
from .naming_queue import Before, NamingQueue

_NOTHING = "Nothing to undo here. Edit > Undo in the main window goes on."


@dataclass(frozen=True)
class _Step:
    """One act of the window that can be undone, and its number in Anki's undo list."""

    number: int
    before: Sequence[Before]


class NamingWriter(QObject):
    """Takes acts at once and does them in their order, so that Undo right after Save undoes it.

    Emits `settled` after each act; `undone` where something was taken back, `found` with the
    OtherSide whose cards came with a reason, and `failed` with an error.
    """

    settled = pyqtSignal()
    undone = pyqtSignal()
    found = pyqtSignal(object)
    failed = pyqtSignal(object)

    def __init__(self, window: QWidget, mw: AnkiQt, queue: NamingQueue) -> None:
        super().__init__(window)
        self._window = window
        self._mw = mw
        self._queue = queue
        self._acts: list[Callable[[], None]] = []
        self._is_acting = False
        self._steps: list[_Step] = []
        # Whether a reason was written for which cards belong into other decks now.
        self.moved_cards = False

    @property
    def is_busy(self) -> bool:
        """Whether something is being written, or taken back, or waits to be."""
        return self._is_acting

    @property
    def can_undo(self) -> bool:
        """Whether Undo would find something of this window."""
        # What is being written can be undone once it is.
        return self.is_busy or self._newest_is_ours()

    def write(
        self,
        settings: Settings,
        namings: Sequence[Naming],
        *,
        from_page: bool = False,
        mixed_up: tuple[Diagnosis, str] | None = None,
    ) -> None:
        """Names these reasons: in the queue at once, in the collection when it is their turn.

        `from_page` says that they are all that is said of these. `mixed_up` are a miss and the
        words it was mixed up with, where the cards of those are to be found first.
        """
        if not namings:
            return
        before = self._queue.name(namings, from_page=from_page)
        self._do(lambda: self._write(settings, namings, before, mixed_up))

    def undo(self) -> None:
        """Takes the newest act of the window back, if nothing else was done since."""
        self._do(self._undo)

    def when_idle(self, act: Callable[[], None]) -> None:
        """Calls `act` now, or once everything is written."""

        def then() -> None:
            self._next()
            act()

        self._do(then)

    def _do(self, act: Callable[[], None]) -> None:
        self._acts.append(act)
        if not self._is_acting:
            self._next()

    def _next(self) -> None:
        self._is_acting = bool(self._acts)
        if self._acts:
            self._acts.pop(0)()

    def _finish(self) -> None:
        self._next()
        self.settled.emit()

    def _write(
        self,
        settings: Settings,
        namings: Sequence[Naming],
        before: Sequence[Before],
        mixed_up: tuple[Diagnosis, str] | None,
    ) -> None:
        progress = main_thread_progress(self._mw)
        found: list[OtherSide] = []

        def work(col: Collection) -> NamingResult:
            said = namings
            if mixed_up is not None:
                # Where the search is missing, the words are kept and no cards come.
                with suppress(TopicSearchMissing):
                    found.append(other_side_of(col, settings, *mixed_up, progress))
                    said = [replace(naming, other_side=found[0].notes) for naming in namings]
            return name_reasons(col, settings, said, progress)

        def on_success(result: NamingResult) -> None:
            for other_side in found:
                self.found.emit(other_side)
            self.moved_cards |= result.moved_cards
            self._queue.written(result.questions)
            if result.undo_step:
                if self._steps and result.undo_step != self._steps[-1].number + 1:
                    self._steps.clear()  # something else came between: not ours to undo
                self._steps.append(_Step(result.undo_step, before))
            self._finish()

        def on_failure(error: Exception) -> None:
            self._steps.clear()
            self._queue.take_back(before)
            self._finish()
            self.failed.emit(error)

        CollectionOp(self._window, work).success(on_success).failure(on_failure).run_in_background(
            initiator=self._window
        )

    def _newest_is_ours(self) -> bool:
        return bool(self._steps) and is_last_step(self._mw.col, self._steps[-1].number)

    def _undo(self) -> None:
        if not self._newest_is_ours():
            tooltip(_NOTHING, parent=self._window)
            self._finish()
            return
        step = self._steps.pop()

        def on_success(_changes: object) -> None:
            # An undo counts as a step too.
            if self._steps:
                last = self._mw.col.undo_status().last_step
                self._steps[-1] = replace(self._steps[-1], number=last)
            self._queue.take_back(step.before)
            self.undone.emit()
            self._finish()

        def on_failure(error: Exception) -> None:
            self._steps.clear()
            self._finish()
            if isinstance(error, UndoEmpty):
                tooltip(_NOTHING, parent=self._window)
            else:
                self.failed.emit(error)

        CollectionOp(self._window, lambda col: col.undo()).success(on_success).failure(
            on_failure
        ).run_in_background(initiator=self._window)


def other_side_of(
    col: Collection, settings: Settings, diagnosis: Diagnosis, words: str, progress: Progress
) -> OtherSide:
    """The cards of what a miss was mixed up with, `words` being the student's.

    Raises TopicSearchMissing and Cancelled as find_other_side does.
    """
    return find_other_side(
        col,
        words,
        without=[note for note, evidence in diagnosis.notes if evidence.is_core],
        system=diagnosis.miss.question.system,
        own_root=settings.tag_root,
        progress=progress,
    )
