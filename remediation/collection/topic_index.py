"""The index of topics over the collection's tags and texts, kept while these stay as they are."""

from __future__ import annotations

import time
from collections.abc import Iterator
from threading import Lock
from typing import Union

from anki.collection import Collection

from ..matching.topics import TopicIndex
from ..model.progress import Progress
from ..settings import Settings
from .database import database, ids_in
from .ledger import own_types
from .tags import branches

# Notes read at a time: keeps memory bounded, and lets a cancel through.
_PIECE = 2_000
# Of a note's fields, the first: text and the beginning of the explanation. The rest of a real
# note is pictures and copied pages, which name much that the note is not about.
_CHARACTERS = 1_200

_Key = tuple[Union[str, int, None], ...]
_lock = Lock()
_kept: tuple[_Key, TopicIndex] | None = None


def topic_index(
    col: Collection, progress: Progress, own_root: str = Settings.tag_root
) -> TopicIndex:
    """The index, built anew only where notes were added, removed or edited since the last call.

    The add-on's own tags, whose root is `own_root`, are not in it. Call it in the background:
    building takes a second or two on a large collection. Raises TopicSearchMissing where SQLite has
    no full-text search, and what `progress` raises; then nothing is kept.
    """
    global _kept
    with _lock:
        kept = _kept
    own = ids_in(own_types(col))
    key = (own_root, *_state(col, own))
    if kept is not None and kept[0] == key:
        return kept[1]
    # Not two large indexes at a time.
    forget_topic_index()
    del kept
    index = TopicIndex.build(_rows(col, own), progress, branches(own_root))
    with _lock:
        _kept = (key, index)
    return index


def forget_topic_index() -> None:
    """Frees the kept index, as when a profile is closed."""
    global _kept
    with _lock:
        _kept = None


def _state(col: Collection, own: str) -> _Key:
    """What is the same as long as no note was added, removed or edited, reviews aside.

    Every edit of a note's tags or fields sets its `mod`, in seconds; multiplied with part of the
    id so that two changes do not cancel out. A note edited this very second could be edited once
    more within it, so until that has passed the collection's own `mod`, in milliseconds, counts.
    """
    ((count, last, total),) = database(col).all(
        f"select count(), max(mod), sum(mod * (id % 4093 + 1)) from notes where mid not in {own}"
    )
    fresh = last is not None and last >= int(time.time()) - 1
    return (col.path, count, last, total, col.mod if fresh else 0)


def _rows(col: Collection, own: str) -> Iterator[tuple[int, str, str]]:
    last = 0
    while True:
        rows = database(col).all(
            f"select id, tags, substr(flds, 1, {_CHARACTERS}) from notes "
            f"where id > ? and mid not in {own} order by id limit {_PIECE}",
            last,
        )
        if not rows:
            return
        for note_id, tags, fields in rows:
            yield int(note_id), tags, fields
        last = rows[-1][0]
