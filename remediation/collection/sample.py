"""A made-up block of the student's own cards: shows what an import does to those without a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, zip_longest
from typing import TypeVar

from anki.collection import Collection
from anki.notes import NoteId

from ..matching.question_tags import QuestionTag, question_of_tag
from ..model.attempts import Attempt, Outcome
from ..model.banks import BANKS, OTHER_BANK, STEP_1
from ..model.systems import system_from_tags
from ..sources.reading import Reading, UnusableInput
from .database import database, ids_in
from .found_notes import titles_of_notes
from .ledger import own_types

# The `reader` of a made-up reading; no file is ever read as it.
SAMPLE = "sample"
# What its sitting is called wherever sittings are listed.
SAMPLE_NAME = "Sample"
# As many as are usually missed in a quarter of an hour, in a block of the usual length.
_MISSED = 10
_BLOCK = 40

# Question ids by what their notes are about (the key of a system), each with the number of
# questions that its note names.
_Ids = dict[str, dict[str, int]]
T = TypeVar("T")


def has_notes(col: Collection) -> bool:
    """Whether there is any note besides the add-on's own."""
    own = ids_in(own_types(col))
    return bool(database(col).list(f"select id from notes where mid not in {own} limit 1"))


def has_question_tags(col: Collection) -> bool:
    """Whether a tag names a question of a bank, as those of the AnKing deck do."""
    patterns = _patterns()
    rows = database(col).list(f"select tag from tags where {_like('tag', patterns)}", *patterns)
    return any(map(question_of_tag, rows))


def sample_reading(col: Collection, exam: str, own_root: str) -> Reading:
    """A block of which ten questions were missed, the same each time; nothing is written.

    The questions are those that tags name, of `exam` (a key, or "") where there are any, spread
    over organ systems. Where no tag names one, ten notes stand for them. Tags below `own_root`, the
    add-on's own, are not looked at. Raises UnusableInput where the collection has no notes.
    """
    attempts, bank, exam_of_bank = _tagged(col, exam, own_root)
    if not attempts:
        attempts, bank = _notes(col, own_root), OTHER_BANK.key
    if not attempts:
        raise UnusableInput(
            "There are no notes in this collection yet, so no sample can be made of them. Add a "
            "deck first, or sync."
        )
    return Reading(
        SAMPLE,
        attempts,
        bank=bank,
        exam=exam_of_bank or exam or STEP_1.key,
        name=SAMPLE_NAME,
        total=_BLOCK,
    )


def _tagged(col: Collection, wanted: str, own_root: str) -> tuple[tuple[Attempt, ...], str, str]:
    """Attempts at questions of the wanted exam or else that of most questions; its bank, and it.

    Of several banks it is the one that most students use.
    """
    found: dict[tuple[str, str], _Ids] = {}
    patterns = _patterns()
    own = ids_in(own_types(col))
    for tags in database(col).list(
        f"select tags from notes where ({_like('tags', patterns)}) and mid not in {own}", *patterns
    ):
        words = _without(tags.split(), own_root)
        questions = set(filter(None, map(question_of_tag, words)))
        system = system_from_tags(words) if questions else None
        for question in questions:
            _add(found, question, system.key if system else "", len(questions))
    if not found:
        return (), "", ""

    def place(source: tuple[str, str]) -> tuple[bool, bool, int]:
        is_usual = source[0] == BANKS[0].key
        is_wanted = bool(wanted) and source[1] == wanted
        return is_wanted, is_usual, sum(map(len, found[source].values()))

    bank, exam = max(found, key=place)
    groups = found[bank, exam]
    # Ids that share their note with few others are what the note is really about.
    ids = _spread([sorted(ids, key=lambda id: (ids[id], id)) for ids in _largest_first(groups)])
    return tuple(Attempt(id=id, outcome=Outcome.INCORRECT) for id in ids), bank, exam


def _add(
    found: dict[tuple[str, str], _Ids], question: QuestionTag, system: str, on_note: int
) -> None:
    """Counts a question, unless its tag leaves open which exam it is of."""
    if question.exam is None:
        return
    groups = found.setdefault((question.bank, question.exam), {})
    if not any(question.id in ids for ids in groups.values()):
        groups.setdefault(system, {})[question.id] = on_note


def _largest_first(groups: _Ids) -> list[dict[str, int]]:
    return [groups[name] for name in sorted(groups, key=lambda name: (-len(groups[name]), name))]


def _notes(col: Collection, own_root: str) -> tuple[Attempt, ...]:
    """Attempts that name a note each, spread over systems and decks."""
    groups: dict[str, list[int]] = {}
    rows = database(col).all(
        "select n.id, n.tags, min(case when c.odid then c.odid else c.did end) from notes n "
        f"join cards c on c.nid = n.id where n.mid not in {ids_in(own_types(col))} "
        "group by n.id order by n.id"
    )
    for note_id, tags, deck_id in rows:
        system = system_from_tags(_without(tags.split(), own_root))
        groups.setdefault(system.key if system else str(deck_id), []).append(note_id)
    chosen = _spread(sorted(groups.values(), key=lambda notes: (-len(notes), notes)))
    titles = titles_of_notes(col, chosen)
    return tuple(
        Attempt(outcome=Outcome.INCORRECT, topic=titles[NoteId(id)], note_ids=(id,))
        for id in chosen
    )


def _spread(groups: Iterable[Sequence[T]]) -> list[T]:
    """The first of each group, then the second of each, until there are enough."""
    in_turn = chain.from_iterable(zip_longest(*groups))
    return [one for one in in_turn if one is not None][:_MISSED]


def _without(tags: Iterable[str], root: str) -> list[str]:
    below = f"{root}::".casefold()
    return [tag for tag in tags if not tag.casefold().startswith(below)]


def _patterns() -> list[str]:
    return [f"%{bank.tag_segment}%" for bank in BANKS if bank.tag_segment]


def _like(column: str, patterns: Sequence[str]) -> str:
    return " or ".join(f"{column} like ?" for _ in patterns)
