"""Reading rows: what Anki's own API has no bulk call for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from anki.collection import Collection
from anki.dbproxy import DBProxy

T = TypeVar("T")
# Keeps a statement short and memory bounded; larger pieces are not faster.
_PIECE = 5_000


def database(col: Collection) -> DBProxy:
    """The collection's database. Raises RuntimeError where the collection was closed meanwhile."""
    if col.db is None:
        raise RuntimeError("the collection is closed")
    return col.db


def ids_in(ids: Iterable[int]) -> str:
    """Ids as an SQL list; they are numbers, so there is nothing to quote."""
    return f"({','.join(str(int(id)) for id in ids)})"


def pieces(items: Iterable[T]) -> Iterator[list[T]]:
    """The items in lists short enough for one statement."""
    items = list(items)
    for start in range(0, len(items), _PIECE):
        yield items[start : start + _PIECE]
