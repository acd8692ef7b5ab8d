"""Looks up the notes of questions in the collection's tags."""

from __future__ import annotations

from collections.abc import Collection as AnyCollection

from anki.collection import Collection

from ..matching.question_tags import TagScan
from ..model.banks import QuestionKey, bank_by_key
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
    segments = {bank_by_key(key.bank).tag_segment for key in wanted}
    patterns = [f"%{segment}%" for segment in sorted(filter(None, segments))]
    if not patterns:
        return scan
    # Leaves out the notes that no bank is named on, which costs less than reading their tags.
    named = " or ".join("tags like ?" for _ in patterns)
    done, last = 0, 0
    while True:
        progress("Looking for cards", done, 0)
        rows = database(col).all(
            f"select id, tags from notes where id > ? and ({named}) order by id limit ?",
            last,
            *patterns,
            _PIECE,
        )
        if not rows:
            return scan
        add = scan.add
        for note_id, tags in rows:
            add(note_id, tags)
        done += len(rows)
        last = rows[-1][0]
