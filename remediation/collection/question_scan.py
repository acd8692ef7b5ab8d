"""Looks up the notes of questions in the collection's tags."""

from __future__ import annotations

from collections.abc import Collection as AnyCollection

from anki.collection import Collection

from ..matching.question_tags import TagScan
from ..model.banks import QuestionKey
from ..model.progress import Progress
from .database import database

# Notes read at a time: keeps memory bounded on large collections, and lets a cancel through.
_PIECE = 10_000


def scan_questions(
    col: Collection, wanted: AnyCollection[QuestionKey], progress: Progress
) -> TagScan:
    """One pass over all notes for the wanted questions.

    Anki's own tag search costs such a pass for each tag it is asked for, so that forty ids joined
    by OR take seconds and a thousand fail.
    """
    scan = TagScan(wanted)
    if not wanted:
        return scan
    total = col.note_count()
    done, last = 0, 0
    while True:
        rows = database(col).all(
            "select id, tags from notes where id > ? order by id limit ?", last, _PIECE
        )
        if not rows:
            return scan
        add = scan.add
        for note_id, tags in rows:
            add(note_id, tags)
        done += len(rows)
        last = rows[-1][0]
        progress("Looking for cards", done, total)
