"""Settings that are kept in the collection, and so are the same on every computer.

They are records of the ledger, the latest by time counting. As long as there is none, what the
computer's own configuration says holds. (They are changed in changing_settings.py.)
"""

from __future__ import annotations

from collections.abc import Collection as AnyCollection
from collections.abc import Sequence
from typing import Any

from anki.collection import Collection
from anki.decks import DeckId

from ..model import codec
from ..model.records import Remembered
from ..settings import Kept, Settings, names_kept, normal, with_values
from .database import database, ids_in
from .ledger import own_types

# How the keys of the records begin (`Remembered.key`).
_KEY = "Settings "
_DECKS = "decks-of-the-student"


def with_shared(col: Collection, settings: Settings) -> tuple[Settings, list[str]]:
    """The settings with those that the collection keeps, and which of these could not be used."""
    return with_values(settings, shared_values(col))


def shared_values(col: Collection) -> dict[str, Any]:
    """What the collection keeps of the settings, by name; unchecked.

    Reads only the records of choices, since it is asked for often.
    """
    remembered: dict[str, Any] = {}
    for record in _records(col):
        remembered.update(record.values)
    return {
        name: remembered[stored_name(name)]
        for name in names_kept(Kept.COLLECTION)
        if stored_name(name) in remembered
    }


def former_names(col: Collection, setting: str) -> set[str]:
    """Every name that was chosen once for a setting (its name), the default included.

    What is called so, or is below it, may have been made by the add-on.
    """
    stored = stored_name(setting)
    chosen = (record.values.get(stored) for record in _records(col))
    names = (normal(setting, name) for name in chosen if isinstance(name, str))
    return {getattr(Settings, setting), *names}


def decks_noted(col: Collection) -> set[DeckId]:
    """The decks noted as the student's when a name of theirs was chosen (`note_decks`)."""
    noted: set[DeckId] = set()
    for record in _records(col):
        ids = record.values.get(_DECKS)
        if isinstance(ids, list):
            noted.update(DeckId(id) for id in ids if isinstance(id, int))
    return noted


def note_decks(decks: AnyCollection[DeckId]) -> dict[str, Any]:
    """What to remember for decks to be noted as the student's."""
    return {_DECKS: sorted(decks)} if decks else {}


def stored_name(name: str) -> str:
    """What a setting is called among the choices that are remembered."""
    return name.replace("_", "-")


def _records(col: Collection) -> Sequence[Remembered]:
    """The records of choices, oldest first; damaged ones are left out."""
    types = own_types(col)
    if not types:
        return ()
    found = []
    for fields in database(col).list(
        f"select flds from notes where mid in {ids_in(types)} and flds like '{_KEY}%'"
    ):
        try:
            record = codec.decode(fields.split("\x1f")[2])
            if record.get("kind") == "settings":
                found.append(Remembered.from_json(record))
        except (codec.DamagedRecord, IndexError):
            continue
    return sorted(found, key=lambda record: (record.at, record.key))
