"""Which of the notes that carry a question's id are really about it, and what else asks them.

Decks tag every note that an explanation touches, one to ten a question and sometimes sixty, so
taking them all would drag in several cards for each miss that has little to do with it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from ..model.banks import QuestionKey
from .question_tags import QuestionTag

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


def siblings(
    key: QuestionKey, core: Iterable[Candidate], seen: Collection[QuestionKey]
) -> tuple[str, ...]:
    """Ids of other questions of the same bank and exam on the core notes, not seen so far.

    They ask for the same facts in another way: getting one right shows that the fact is known,
    where the same question again mostly shows that its explanation is remembered.
    """
    ids = {
        question.id
        for candidate in core
        for question in candidate.questions
        if (question.bank, question.exam) == (key.bank, key.exam)
        and QuestionKey(key.bank, key.exam, question.id) not in seen
    }
    return tuple(sorted(ids - {key.id}, key=lambda id: (len(id), id)))
