from __future__ import annotations

from typing import Any

import pytest
from anki.collection import Collection

from remediation.collection import note_refs
from remediation.collection.database import database
from remediation.collection.note_refs import resolve_notes
from remediation.model.records import NoteRef


class Counted:
    """A database that counts what it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, col: Collection) -> Any:
        self.asked += 1
        return database(col)


def test_notes_by_id_else_by_guid(col: Collection) -> None:
    rows = database(col).all("select id, guid from notes order by id limit 3")
    by_id, by_guid, odd = (NoteRef(id, guid) for id, guid in rows)
    moved = NoteRef(5, by_guid.guid)
    gone = NoteRef(6, 'it\'s "gone"')
    col.db.execute("update notes set guid = ? where id = ?", "o'dd,)\"", odd.id)  # type: ignore[union-attr]
    renamed = NoteRef(7, "o'dd,)\"")
    found = resolve_notes(col, [by_id, moved, gone, renamed])
    assert found == {by_id: by_id.id, moved: by_guid.id, renamed: odd.id}


def test_of_two_notes_with_a_guid_it_is_the_older_one(col: Collection) -> None:
    first, second = database(col).list("select id from notes order by id limit 2")
    col.db.execute("update notes set guid = 'same' where id in (?, ?)", first, second)  # type: ignore[union-attr]
    wanted = NoteRef(5, "same")
    assert resolve_notes(col, [wanted]) == {wanted: first}


def test_any_number_of_missing_notes_is_looked_for_at_once(
    col: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    for number in (2, 200):
        counted = Counted()
        monkeypatch.setattr(note_refs, "database", counted)
        assert resolve_notes(col, [NoteRef(n, f"guid {n}") for n in range(1, number + 1)]) == {}
        asked.append(counted.asked)
    assert asked[0] == asked[1]
