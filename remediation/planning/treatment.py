"""What a reason calls for. Knowledge is studied with cards; reading and choosing are not."""

from __future__ import annotations

from ..model.decisions import family_of
from ..model.reasons import Family
from ..model.records import Question


def takes_cards(question: Question, reason: str) -> bool:
    """Whether a question's cards are to be studied.

    `reason` is the code or key named for its latest miss, "" as long as none is: until then its
    cards stay, since most misses are missing knowledge. What was known and not used, or not read,
    gets a rule and other questions instead, and cards only where the student asks for them.
    """
    return question.wants_cards or family_of(reason) in (None, Family.KNOWLEDGE)
