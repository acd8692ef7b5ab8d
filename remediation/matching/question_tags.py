"""Which questions a note's tags name.

Decks tag a note with the ids of the questions that ask about it. The tag's root differs between
deck versions and students rename it, so only two things are relied on: a segment that announces
the bank, and the last segment, which is the id:

    #AK_Step1_v12::#UWorld::Step::2108               UWorld Step 1 2108
    #AK_Step1_v11::#UWorld::0-99::05                 UWorld Step 1 5
    #AK_Step2_v12::#UWorld::COMLEX::101689           UWorld COMLEX 101689
    #AK_Step3_v12::#UWorld::12574                    UWorld Step 3 12574
    #Zank::#Step1_v12::#UWorld::Step::23456          UWorld Step 1 23456
    #AK_Step1_v12::#AMBOSS::0jae_4                   AMBOSS 0jae_4
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache

from ..model.banks import BANKS, COMLEX, Bank, QuestionKey

# Marks and numbers that decks put before a segment's name to sort it: "#", "!", "^", "07_".
_DECORATION = re.compile(r"^[\W\d_]+")
_STEP = re.compile(r"step[\W_]*([123])(?!\d)", re.IGNORECASE)
# UWorld's self-assessments number their own items; those numbers are not question ids.
_SELF_ASSESSMENT = re.compile(r"uwsa", re.IGNORECASE)
# About as many distinct question tags as a whole deck has; a look-up costs a tenth of a reading.
_REMEMBERED_TAGS = 65_536


@dataclass(frozen=True)
class QuestionTag:
    """What one tag says: `exam` is None where the tag names none, "" where the bank needs none."""

    bank: str
    exam: str | None
    id: str


@lru_cache(maxsize=_REMEMBERED_TAGS)
def question_of_tag(tag: str) -> QuestionTag | None:
    """The question that a tag names, or None for every other tag."""
    segments = tag.split("::")
    for segment in segments[:-1]:
        bank = _announced_bank(segment)
        if bank is None:
            continue
        id = bank.normal_id(segments[-1])
        if id is None or any(map(_SELF_ASSESSMENT.search, segments[:-1])):
            return None
        return QuestionTag(bank.key, _exam_of(bank, segments), id)
    return None


def _announced_bank(segment: str) -> Bank | None:
    name = _DECORATION.sub("", segment).casefold()
    for bank in BANKS:
        announced = bank.tag_segment
        if announced and name.startswith(announced) and not name[len(announced) :][:1].isalpha():
            return bank
    return None


def _exam_of(bank: Bank, segments: list[str]) -> str | None:
    if bank.shares_ids:
        return ""
    path = "::".join(segments[:-1])
    if COMLEX.key in path.casefold():
        return COMLEX.key
    named = {f"step{number}" for number in _STEP.findall(path)}
    return named.pop() if len(named) == 1 else None


class How(Enum):
    """How a question's notes were found, surest first."""

    ID = "id"
    # The tag names the bank and the id but no exam, and no other tag names this exam.
    ID_EXAM_NOT_NAMED = "id, exam not named in the tag"
    # Only on request: the same number in another exam of the bank.
    ID_OTHER_EXAM = "id of another exam"
    # The input names the notes or cards themselves.
    NAMED = "named in the input"
    # By what the question is about, where no card carries its id.
    TOPIC = "topic"


@dataclass
class FoundNotes:
    """The notes whose tags name a question, by how they were found."""

    by_how: dict[How, list[int]] = field(default_factory=dict)
    # Ids written in other upper and lower case, which Anki cannot keep apart.
    other_case: set[str] = field(default_factory=set)

    def best(self, *, other_exams: bool) -> tuple[tuple[int, ...], How | None]:
        """The notes found in the surest way there is, and that way."""
        for how in How:
            if how in self.by_how and (other_exams or how is not How.ID_OTHER_EXAM):
                return tuple(self.by_how[how]), how
        return (), None


class TagScan:
    """Finds the notes of wanted questions in one pass over all notes.

    Feed it every note once. A note costs one split and two set look-ups; each distinct tag is
    read once, whatever the number of notes that carry it.
    """

    def __init__(self, wanted: Collection[QuestionKey]) -> None:
        self.found: dict[QuestionKey, FoundNotes] = {key: FoundNotes() for key in wanted}
        # The tags of every note found, for those who ask what else it says.
        self.tags: dict[int, tuple[str, ...]] = {}
        self._by_id: dict[tuple[str, str], list[QuestionKey]] = {}
        for key in wanted:
            self._by_id.setdefault((key.bank, key.id.casefold()), []).append(key)
        self._read: set[str] = set()
        self._hits: dict[str, QuestionTag] = {}

    def add(self, note_id: int, tags: str) -> None:
        """Looks at one note; `tags` are as stored, separated by blanks."""
        words = tags.split()
        if not self._read.issuperset(words):
            self._read_tags(words)
        if not self._hits.keys().isdisjoint(words):
            self._add_hit(note_id, words)

    def _read_tags(self, tags: Iterable[str]) -> None:
        for tag in tags:
            if tag not in self._read:
                self._read.add(tag)
                named = question_of_tag(tag)
                if named and (named.bank, named.id.casefold()) in self._by_id:
                    self._hits[tag] = named

    def _add_hit(self, note_id: int, tags: list[str]) -> None:
        for tag in tags:
            named = self._hits.get(tag)
            if named is None:
                continue
            for key in self._by_id[named.bank, named.id.casefold()]:
                found = self.found[key]
                if named.id != key.id:
                    found.other_case.add(named.id)
                    continue
                notes = found.by_how.setdefault(_how(named, key), [])
                if not notes or notes[-1] != note_id:
                    notes.append(note_id)
                self.tags[note_id] = tuple(tags)


def _how(named: QuestionTag, key: QuestionKey) -> How:
    if named.exam == key.exam:
        return How.ID
    return How.ID_EXAM_NOT_NAMED if named.exam is None else How.ID_OTHER_EXAM


def questions_of_note(tags: Iterable[str]) -> frozenset[QuestionTag]:
    """Every question that a note's tags name, each once."""
    return frozenset(filter(None, map(question_of_tag, tags)))
