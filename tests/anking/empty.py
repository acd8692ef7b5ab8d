"""An empty collection for the student, and the last touches when it is full.

Anki takes ids and modification times from the clock and from chance. Here they all
follow from the calendar, so that two runs give the same collection.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from anki.collection import Collection

from .days import Calendar
from .decks import add_preset
from .notes import add_note_types


class Ids:
    """The ids of everything: milliseconds, as Anki's own are."""

    def __init__(self, calendar: Calendar) -> None:
        self.created = created = calendar.created * 1000
        self.cloze_type = created + 1
        self.image_type = created + 1001
        self.first_stock_type = created + 2001
        self.preset = created + 10_001
        self.first_deck = created + 20_001
        self.first_filtered_deck = created + 30_001
        self.first_card = created + 60_000
        # The notes of the deck are older than the student's collection.
        self.first_note = created - 3 * 365 * 86_400_000


def create_empty(path: Path, calendar: Calendar, ids: Ids, fsrs: bool) -> None:
    """Create a collection with AnKing's note types and the student's settings."""
    col = Collection(str(path))
    try:
        add_note_types(col, ids.cloze_type, ids.image_type)
        _replace_stock_types(col, ids)
        add_preset(col, ids.preset)
        col.set_config("curModel", ids.cloze_type)
        col.set_config("fsrs", fsrs)
        db: Any = col.db
        db.execute("update col set crt = ?", calendar.created)
    finally:
        col.close()


def settle(col: Collection, calendar: Calendar, usn: int) -> None:
    """Make the collection look as if the student had just synced it in full."""
    db: Any = col.db
    db.execute("update cards set mod = ? where odid != 0", calendar.now)
    for table in ("decks", "deck_config", "notetypes", "config"):
        db.execute(f"update {table} set mtime_secs = ?", calendar.created)
    for table in ("cards", "decks", "deck_config", "notetypes", "templates", "config"):
        db.execute(f"update {table} set usn = ?", usn)
    db.execute("update templates set mtime_secs = ?", calendar.created)
    db.execute("delete from graves")
    db.execute(
        "update col set mod = ?, ls = ?, scm = ?, usn = ?",
        *(calendar.now * 1000, calendar.now * 1000, calendar.created * 1000, usn),
    )


def _replace_stock_types(col: Collection, ids: Ids) -> None:
    """Exchange Anki's stock note types for copies with ids of ours."""
    models: Any = col.models
    stock = [
        models.get(entry.id)
        for entry in models.all_names_and_ids()
        if entry.id not in (ids.cloze_type, ids.image_type)
    ]
    stock.sort(key=lambda notetype: str(notetype["name"]))
    for number, old in enumerate(stock):
        models.remove(old["id"])
        notetype = copy.deepcopy(old)
        notetype["id"] = ids.first_stock_type + 100 * number
        for part in ("flds", "tmpls"):
            for ord, entry in enumerate(notetype[part]):
                entry["id"] = notetype["id"] + ord
        models.update(notetype)
