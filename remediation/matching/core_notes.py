"""Which of the notes that carry a question's id are really about it, and what else asks them.

Decks tag every note that an explanation touches, one to ten a question and sometimes sixty, so
taking them all would drag in several cards for each miss that has little to do with it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from ..model.banks import AMBOSS, UWORLD, QuestionKey
from .question_tags import QuestionTag

# The banks that make a test from ids. NBME does not, and nobody knows it of the others.
TAKES_IDS = (UWORLD.key, AMBOSS.key)

# "#Low/HighYield::1-HighYield" (v12), "^Other::^HighYield::5-LowYield" (v11): 1 is the highest.
_YIELD = re.compile(r"::([1-5])-[^:]*yield[^:]*$", re.IGNORECASE)
# A note without a yield tag stands in the middle: nobody has said that it is low.
_UNKNOWN_YIELD = 3


@dataclass(frozen=True)
class Candidate:
    """A note that carries a question's id.

    `questions` are all questions its tags name; `yield_rank` is 1 (highest) to 5; `recall` the
    probability (0-1) that the student recalls it now, 0 for a note never studied.
    """

    note_id: int
    questions: frozenset[QuestionTag]
    yield_rank: int
    recall: float


def yield_rank(tags: Iterable[str]) -> int:
    """How high the deck rates a note's yield, 1 (highest) to 5."""
    ranks = [int(match.group(1)) for match in map(_YIELD.search, tags) if match]
    return min(ranks, default=_UNKNOWN_YIELD)


def core_notes(candidates: Iterable[Candidate], most: int) -> tuple[int, ...]:
    """The `most` notes that are most about the question, best first.

    A note that few questions name is about those few; of equals the one with the higher yield,
    then the one recalled worst, comes first.
    """
    ranked = sorted(candidates, key=lambda c: (len(c.questions), c.yield_rank, c.recall, c.note_id))
    return tuple(candidate.note_id for candidate in ranked[:most])


class Siblings:
    """Finds the other questions that ask for the same facts in another way.

    Getting one right shows that the fact is known, where the same question again mostly shows that
    its explanation is remembered. They are of the same bank and exam; a miss of a bank that makes
    no tests from ids has its siblings in those that do and that the student uses, for the same
    exam. `recorded` are the questions of the student's records, which show what is used.
    """

    def __init__(self, recorded: Iterable[QuestionKey]) -> None:
        self._used = {(key.bank, key.exam) for key in recorded if key.bank in TAKES_IDS}

    def of(
        self, key: QuestionKey, named: Iterable[QuestionTag], seen: Collection[QuestionKey]
    ) -> tuple[QuestionKey, ...]:
        """Those of the questions `named` by a miss's core notes that were not seen so far."""
        sources = self._sources(key)
        found = {
            QuestionKey(tag.bank, tag.exam, tag.id)
            for tag in named
            if tag.exam is not None and (tag.bank, tag.exam) in sources
        }
        unseen = (other for other in found if other != key and other not in seen)
        return tuple(sorted(unseen, key=lambda k: (TAKES_IDS.index(k.bank), len(k.id), k.id)))

    def _sources(self, key: QuestionKey) -> set[tuple[str, str]]:
        """The banks and exams that its siblings are of."""
        if key.bank in TAKES_IDS:
            return {(key.bank, key.exam)}
        used = {(bank, exam) for bank, exam in self._used if exam in ("", key.exam)}
        return used or {(UWORLD.key, key.exam)}
