"""Progress from a worker thread, shown in Anki's own progress window."""

from __future__ import annotations

from aqt.main import AnkiQt

from ..model.progress import Cancelled, Progress


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
