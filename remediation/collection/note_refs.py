"""The notes that the ledger refers to, as they are now."""

from __future__ import annotations

from collections.abc import Iterable

from anki.collection import Collection
from anki.notes import NoteId

from ..model.banks import QuestionKey
from ..model.records import NoteRef, Question
from .database import database, ids_in, pieces


def resolve_notes(col: Collection, refs: Iterable[NoteRef]) -> dict[NoteRef, NoteId]:
    """The notes that references stand for now: by id, else by guid; those gone are left out."""
    wanted = set(refs)
    found: dict[NoteRef, NoteId] = {}
    for some in pieces(sorted(wanted)):
        ids = set(
            database(col).list(f"select id from notes where id in {ids_in(r.id for r in some)}")
        )
        found.update((ref, NoteId(ref.id)) for ref in some if ref.id in ids)
    gone = wanted - found.keys()
    for guids in pieces(sorted({ref.guid for ref in gone})):
        # Of several notes the oldest one, on every computer alike.
        rows = database(col).all(
            f"select guid, id from notes where guid in ({','.join('?' * len(guids))})"
            " order by id desc",
            *guids,
        )
        ids_by_guid = {guid: NoteId(id) for guid, id in rows}
        found.update((ref, ids_by_guid[ref.guid]) for ref in gone if ref.guid in ids_by_guid)
    return found


def core_note_ids(
    col: Collection, questions: Iterable[Question]
) -> dict[QuestionKey, tuple[NoteId, ...]]:
    """The core notes of each question that still exist, in their order."""
    questions = list(questions)
    found = resolve_notes(col, (ref for question in questions for ref in question.core))
    return {q.key: tuple(found[ref] for ref in q.core if ref in found) for q in questions}
