"""Which notes each question of an import has: by its id, or because the input names them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from anki.collection import Collection
from anki.notes import NoteId

from ..matching.question_tags import FoundNotes, How
from ..model.attempts import Attempt
from ..model.banks import QuestionKey
from ..model.progress import Progress
from .database import database, ids_in, pieces
from .field_text import text_of_field
from .question_scan import scan_questions

_LONGEST_TITLE = 90


@dataclass(frozen=True)
class Found:
    """The notes of one question, how they were found, and what is doubtful about it.

    `most_core` is how many of them may be its core notes, where that is not the student's setting.
    """

    notes: tuple[NoteId, ...] = ()
    how: How | None = None
    problem: str = ""
    most_core: int | None = None


def find_notes(
    col: Collection,
    attempts: Mapping[QuestionKey, Attempt],
    progress: Progress,
    *,
    other_exams: bool,
) -> tuple[dict[QuestionKey, Found], dict[int, tuple[str, ...]]]:
    """The notes of each question, and the tags of every note found."""
    scan = scan_questions(col, [key for key, a in attempts.items() if a.id], progress)
    found = {key: _by_id(by_id, other_exams=other_exams) for key, by_id in scan.found.items()}
    named = {
        key: Found(_existing(col, attempt), How.NAMED)
        for key, attempt in attempts.items()
        if attempt.note_ids or attempt.card_ids
    }
    found.update({key: here for key, here in named.items() if here.notes})
    tags = dict(scan.tags)
    tags.update(tags_of_notes(col, (n for here in named.values() for n in here.notes)))
    return {key: found.get(key, Found()) for key in attempts}, tags


def _by_id(found: FoundNotes, *, other_exams: bool) -> Found:
    notes, how = found.best(other_exams=other_exams)
    problem = ""
    if found.other_case and not notes:
        names = ", ".join(sorted(found.other_case))
        problem = f"Anki cannot tell this id from {names}: look at the cards yourself"
    elif not notes and How.ID_OTHER_EXAM in found.by_how:
        problem = "only cards of another exam have this number"
    return Found(tuple(map(NoteId, notes)), how, problem)


def _existing(col: Collection, attempt: Attempt) -> tuple[NoteId, ...]:
    """Those of the notes and cards that an attempt names which are in the collection."""
    notes = set(database(col).list(f"select id from notes where id in {ids_in(attempt.note_ids)}"))
    notes |= set(
        database(col).list(f"select nid from cards where id in {ids_in(attempt.card_ids)}")
    )
    return tuple(NoteId(id) for id in sorted(notes))


def tags_of_notes(col: Collection, note_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """The tags of each of the notes."""
    tags: dict[int, tuple[str, ...]] = {}
    for some in pieces(sorted(set(note_ids))):
        rows = database(col).all(f"select id, tags from notes where id in {ids_in(some)}")
        tags.update((id, tuple(words.split())) for id, words in rows)
    return tags


def titles_of_notes(col: Collection, note_ids: Iterable[int]) -> dict[NoteId, str]:
    """The beginning of each note's text, without HTML; notes that are gone are left out.

    The first field with several words: those of picture notes begin with an id.
    """
    titles: dict[NoteId, str] = {}
    for some in pieces(sorted(set(note_ids))):
        rows = database(col).all(f"select id, flds from notes where id in {ids_in(some)}")
        for id, fields in rows:
            texts = list(map(_plain_title, fields.split("\x1f")))
            titles[NoteId(id)] = next((text for text in texts if " " in text), texts[0])
    return titles


# As in "{{c1::aortic stenosis::valve}}": what is asked for, and a hint.
_CLOZE = re.compile(r"\{\{c\d+::(.*?)(?:::[^{}]*?)?\}\}", re.DOTALL)


def _plain_title(field: str) -> str:
    words = " ".join(_CLOZE.sub(r"\1", text_of_field(field)).split())
    return words if len(words) <= _LONGEST_TITLE else f"{words[: _LONGEST_TITLE - 1]}…"
