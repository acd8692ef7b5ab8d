"""Notes by the tags that they carry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from anki.collection import Collection
from anki.notes import NoteId

from ..model.tag_names import is_below
from .database import database
from .undo import UndoStep


def tags_below(col: Collection, parent: str) -> Iterator[tuple[NoteId, list[str]]]:
    """Every note with this tag or one below it, with those of its tags."""
    escaped = parent.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    rows = database(col).execute(
        r"select id, tags from notes where tags like ? escape '\' or tags like ? escape '\'",
        f"% {escaped} %",
        f"% {escaped}::%",
    )
    for note_id, words in rows:
        below = [tag for tag in words.split() if is_below(tag, parent)]
        if below:
            yield NoteId(note_id), below


def forget_unused_tags(col: Collection, step: UndoStep, names: Iterable[str]) -> None:
    """Takes names out of Anki's list of tags that nothing stands at or below any more.

    Anki keeps the name of a tag once it was used.
    """
    for name in sorted(set(names), reverse=True):  # those below before those above
        listed = (tag for tag in col.tags.all() if is_below(tag, name))
        if len(list(listed)) == 1 and not any(tags_below(col, name)):
            step.write(col.tags.remove, name)
