"""What a reason calls for. Knowledge is studied with cards; reading and choosing are not."""

from __future__ import annotations

from ..model.decisions import family_of
from ..model.reasons import Family
from ..model.records import Question

# The reason that asks: with what?
_MIXED_UP = "K4"


def takes_cards(question: Question, reason: str) -> bool:
    """Whether a question's cards are to be studied.

    `reason` is the code or key named for its latest miss, "" as long as none is: until then its
    cards stay, since most misses are missing knowledge. What was known and not used, or not read,
    gets a rule and other questions instead, and cards only where the student asks for them.
    """
    return question.wants_cards or family_of(reason) in (None, Family.KNOWLEDGE)


def takes_other_side(reason: str) -> bool:
    """Whether the cards of what it was mixed up with are studied too: where that is the reason."""
    return reason == _MIXED_UP


# What helps next, by reason. Source: the column "what to do" of the taxonomy, see model/reasons.py.
_NEXT_STEP: dict[str, str] = {
    "1": "Study its core cards.",
    "K1": "Read its source first, then its core cards from tomorrow on.",
    "K2": "Study the core card, and say the fact on a blank page.",
    "2": "Write both halves: what you thought, and what is so.",
    "K3": "Write both halves: what you thought, and what is so. Check again after a week.",
    "K4": "Say with what it was mixed up: the cards of the other side come too.",
    "3": "Do up to three other questions on it: say stem, mechanism, answer.",
    "K5": "Do up to three other questions on it: say stem, mechanism, answer.",
    "4": "A rule for the next block, no cards.",
    "T1": "Name the task before you look at the options. A rule, no cards.",
    "T2": "List the abnormal findings first. A rule, no cards.",
    "T3": "Find one alternative, and one finding against it. A rule, no cards.",
    "T4": "Name the difference, find it in the stem, choose, flag, go on. A rule, no cards.",
    "T5": "Change an answer only for a clue you can name. A rule, no cards.",
    "5": "No cards. Look at the clock and at your breaks.",
    "T6": "Set checkpoints on fresh timed blocks. No cards, no retest of this one.",
    "T7": "A shorter block, or a break. No cards. If it keeps coming, talk to someone.",
    "T8": "Nothing, unless it happens three times in a week.",
}
# From this many lapses on, drilling a card on does not help.
_REBUILD_LAPSES = 3
# What may be a card that keeps being forgotten: what was never met or mixed up is not.
_REBUILD_REASONS = ("1", "K2", "2")


def next_step(reason: str, lapses: int = 0) -> str:
    """What to do about a miss of this reason, in a sentence for the student.

    `lapses` is how often the worst card that was not solid then was forgotten. Raises KeyError for
    an unknown reason.
    """
    if reason in _REBUILD_REASONS and lapses >= _REBUILD_LAPSES:
        return f"One of its cards was forgotten {lapses} times: rebuild it rather than drill it."
    return _NEXT_STEP[reason]
