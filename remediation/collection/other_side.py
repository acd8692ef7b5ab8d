"""The cards of what a question's subject was mixed up with, found by the student's own words.

Two things are told apart by learning both, so the other side's cards are wanted too. They are
found as a topic is (see topics.py); where no tag has such a name, by their text.
"""

from __future__ import annotations

import re
from collections.abc import Collection as AnyCollection
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from anki.collection import Collection
from anki.notes import NoteId

from ..matching.core_notes import Candidate, core_notes, yield_rank
from ..matching.question_tags import questions_of_note
from ..matching.topics import SURE, TopicCandidate, TopicIndex
from ..matching.words import MAX_LENGTH, plain
from ..model.progress import Progress, no_progress
from ..model.records import NoteRef
from ..model.systems import system_by_key, system_from_tags
from ..model.tag_names import not_below
from .cards import CardFacts, cards_of_notes
from .database import database, ids_in
from .found_notes import tags_of_notes
from .tags import branches
from .topic_index import topic_index

# At and above this certainty a name is taken, since the student sees it beside the cards: of the
# pairs in tests/matching/topic_pairs.py, 37 of the 38 between this and SURE are right. The index
# itself searches texts only below this.
_FITS = 0.6
# Notes found by their text: in those that rank lower the words stand in passing.
_TEXT_HITS = 10
_NEW_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True)
class OtherSide:
    """What was found for `words`, which are as they were looked for.

    `topic` is the name of the topic that they mean, "" where the notes were found by their text
    or nothing was found. `notes` are the best of it, best first.
    """

    words: str
    topic: str
    notes: tuple[NoteRef, ...]


def find_other_side(
    col: Collection,
    words: str,
    *,
    without: AnyCollection[NoteId],
    system: str,
    most: int = 2,
    own_root: str,
    progress: Progress = no_progress,
) -> OtherSide:
    """Up to `most` notes that are about `words`, none of them in `without`.

    `system` is the key of the question's organ system ("" where unknown): the other side is looked
    for there first. The add-on's own tags, whose root is `own_root`, do not count.
    Call it in the background: the first call after an edit builds the index of topics.

    Raises TopicSearchMissing where SQLite has no full-text search, and Cancelled where `progress`
    does.
    """
    words = " ".join(words[:MAX_LENGTH].split())
    if not words:
        return OtherSide(words, "", ())
    progress("Looking for the other side", 0, 0)
    index = topic_index(col, progress, own_root)
    found = _candidate(index, words, system)
    if found is None:
        return OtherSide(words, "", ())
    progress("Choosing cards", 0, 0)
    ids = found.note_ids if found.branch else found.note_ids[:_TEXT_HITS]
    best = _best_notes(col, set(ids).difference(without), most, own_root)
    return OtherSide(words, _topic_name(found.branch), _refs(col, best))


def _candidate(index: TopicIndex, words: str, system: str) -> TopicCandidate | None:
    """The surest topic, or the notes with these words in their text."""
    near = index.find(words, system_by_key(system))
    # What is mixed up may belong to another system: a sure name there beats a doubtful one here.
    for candidates in (near, index.find(words)):
        if candidates and candidates[0].certainty >= SURE:
            return candidates[0]
    for candidate in near:
        if candidate.branch and candidate.certainty >= _FITS and not _is_system(candidate.branch):
            return candidate
    return next((candidate for candidate in near if not candidate.branch), None)


def _is_system(branch: str) -> bool:
    """Whether a branch holds a whole organ system, which nobody mixes up with a fact."""
    above, _, _ = branch.rpartition("::")
    return system_from_tags((branch,)) is not None and system_from_tags((above,)) is None


def _topic_name(branch: str) -> str:
    """The last segment of a tag for people: `12_Heart_Failure` and `HeartFailure` alike."""
    name = plain(branch.split("::")[-1]).replace("_", " ").strip("#^!&* ")
    return " ".join(_NEW_WORD.sub(" ", name).split())


def _best_notes(
    col: Collection, note_ids: Iterable[int], most: int, own_root: str
) -> tuple[int, ...]:
    """Those with cards that are most worth learning: first those that questions ask about."""
    cards = cards_of_notes(col, sorted(note_ids))
    tags = tags_of_notes(col, cards)
    candidates = [_note(id, tags[id], cards[id], own_root) for id in cards if id in tags]
    asked = core_notes((c for c in candidates if c.questions), len(candidates))
    others = core_notes((c for c in candidates if not c.questions), len(candidates))
    return (*asked, *others)[: max(0, most)]


def _note(
    note_id: int, tags: Iterable[str], cards: Sequence[CardFacts], own_root: str
) -> Candidate:
    tags = not_below(tags, branches(own_root))
    # A note is recalled as badly as its worst card.
    recall = min(card.recall for card in cards)
    return Candidate(note_id, questions_of_note(tags), yield_rank(tags), recall)


def _refs(col: Collection, note_ids: Sequence[int]) -> tuple[NoteRef, ...]:
    rows = database(col).all(f"select id, guid from notes where id in {ids_in(note_ids)}")
    refs = {id: NoteRef(int(id), guid) for id, guid in rows}
    return tuple(refs[id] for id in note_ids)
