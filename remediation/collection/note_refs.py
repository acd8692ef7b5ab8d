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
    for ref in wanted - found.keys():
        note_id = database(col).scalar("select id from notes where guid = ?", ref.guid)
        if note_id is not None:
            found[ref] = NoteId(note_id)
    return found


def core_note_ids(
    col: Collection, questions: Iterable[Question]
) -> dict[QuestionKey, tuple[NoteId, ...]]:
    """The core notes of each question that still exist, in their order."""
    questions = list(questions)
    found = resolve_notes(col, (ref for question in questions for ref in question.core))
    return {q.key: tuple(found[ref] for ref in q.core if ref in found) for q in questions}
