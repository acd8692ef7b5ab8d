"""The suggested reason for a miss, how strong it is, and why, in one plain sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from ..model.attempts import AnswerChange, Confidence, Outcome
from ..model.reasons import Family
from .evidence import MissEvidence, NoteEvidence, weights
from .knowledge import clock_probability, p_knowledge
from .recall import Knowledge

# A family is called likely, or perhaps, from these probabilities; below, nothing is suggested.
LIKELY = 0.75
PERHAPS = 0.5

# Of misses that were not missing knowledge, the share that could not use it, before anything is
# known of the attempt. Judgement: Binks et al. 2022 leave 5 of 24 neither to learning nor to
# test-taking, but count some of what could not be used as learning.
_APPLICATION_SHARE = 0.3
# Below and above these parts of the others' time a question was answered quickly or slowly.
QUICK = 0.67
SLOW = 1.5
# Up to and from these per cent of others correct a question is hard or easy.
HARD = 45.0
EASY = 75.0
# Odds factors for "could not use it" against reading and choosing. Judgement: those who know the
# facts and think long, or miss what most miss, lack the way from fact to answer; those who are
# quick, or miss what most get right, more often passed over something. No source gives sizes.
_WHEN_QUICK = 0.4
_WHEN_SLOW = 3.0
_WHEN_HARD = 3.0
_WHEN_EASY = 0.5
_WHEN_RIGHT_TO_WRONG = 0.15
_WHEN_UNSURE = 2.5
_WHEN_OMITTED = 0.5
# From this many lapses on, the sentence says that the card keeps slipping away.
_MANY_LAPSES = 3


class Strength(Enum):
    """How strong a suggestion is, in the word shown beside it."""

    LIKELY = "likely"
    PERHAPS = "perhaps"
    NONE = ""


@dataclass(frozen=True)
class Suggestion:
    """A suggested reason.

    `family` is None where the evidence leaves it open; `group` ("1" to "5") and `code` (of a
    reason, or the group's key where that is as far as the evidence goes) are then empty.
    `p_knowledge` is the probability (0-1) that the miss was missing knowledge, `p_family` that of
    the suggested family (of the best one where none is), which `strength` puts in a word. `why` is
    one sentence for the student.
    """

    family: Family | None
    group: str
    code: str
    p_knowledge: float
    p_family: float
    strength: Strength
    why: str


def suggest(evidence: MissEvidence, shift: float = 0.0) -> Suggestion:
    """The reason that the evidence speaks for most, if it speaks at all.

    `shift` is the student's own shift of the prior in log-odds (`knowledge.prior_shift`). History
    alone decides between knowledge and the rest; the attempt chooses within the rest. Where no
    card is matched and nothing is known of the attempt, nothing is suggested: the prior alone is
    no evidence about this miss.
    """
    missing = p_knowledge(evidence, shift)
    clock = clock_probability(evidence)
    application = max(1 - missing - clock, 0.0) * _application_share(evidence)
    chances = {
        Family.KNOWLEDGE: missing,
        Family.APPLICATION: application,
        Family.TEST_TAKING: 1 - missing - application,
    }
    family = max(chances, key=lambda each: chances[each])
    chance = chances[family]
    strength = strength_of(chance)
    group, code = _reason(evidence, family, clock, chances[Family.TEST_TAKING])
    fact = _fact(evidence, family, code)
    if strength is Strength.NONE or not (evidence.notes or fact):
        # Who knew all facts is told so, also where nothing says what else it was.
        open_ = "probably not a gap in knowledge" if 1 - missing >= LIKELY else "the reason is open"
        why = f"{_history(evidence)}: {open_}."
        return Suggestion(None, "", "", missing, chance, Strength.NONE, _capital(why))
    if family is Family.KNOWLEDGE and (not evidence.notes or evidence.main_notes_were_solid):
        # Mostly the prior; or notes that may have little to do with the question.
        strength = Strength.PERHAPS
    clauses = _clauses(evidence, family, fact)
    why = f"{clauses}: {_WORDS[strength]} {_name(evidence, code)}."
    return Suggestion(family, group, code, missing, chance, strength, _capital(why))


def strength_of(probability: float) -> Strength:
    """The word for a family's probability (0-1)."""
    if probability >= LIKELY:
        return Strength.LIKELY
    return Strength.PERHAPS if probability >= PERHAPS else Strength.NONE


def _application_share(evidence: MissEvidence) -> float:
    """Of what neither knowledge nor the clock explains, the share that could not use it."""
    odds = _APPLICATION_SHARE / (1 - _APPLICATION_SHARE)
    attempt = evidence.attempt
    ratio, others = evidence.time_ratio, attempt.percent_others
    if ratio is not None and not evidence.is_omitted:
        odds *= _WHEN_QUICK if ratio <= QUICK else _WHEN_SLOW if ratio >= SLOW else 1.0
    if others is not None:
        odds *= _WHEN_HARD if others <= HARD else _WHEN_EASY if others >= EASY else 1.0
    if attempt.change is AnswerChange.RIGHT_TO_WRONG:
        odds *= _WHEN_RIGHT_TO_WRONG
    if evidence.is_omitted:
        odds *= _WHEN_OMITTED
    if _is_unsure(evidence):
        odds *= _WHEN_UNSURE
    return odds / (1 + odds)


def _is_unsure(evidence: MissEvidence) -> bool:
    attempt = evidence.attempt
    unsure = attempt.confidence in (Confidence.UNSURE, Confidence.GUESSED)
    return unsure or attempt.outcome is Outcome.UNSURE


def _reason(
    evidence: MissEvidence, family: Family, clock: float, test_taking: float
) -> tuple[str, str]:
    """The group's key and the code of the reason, or the key once more."""
    if family is Family.APPLICATION:
        return "3", "K5"
    if family is Family.TEST_TAKING:
        if clock >= test_taking / 2:
            return "5", "T6"
        if evidence.is_omitted:
            return "5", "5"
        right_to_wrong = evidence.attempt.change is AnswerChange.RIGHT_TO_WRONG
        return ("4", "T5") if right_to_wrong else ("4", "4")
    if evidence.attempt.confidence is Confidence.SURE:
        return "2", "K3"
    if not evidence.notes:
        return "1", "1"
    # What is likelier not to have been known: what was never met, or what was met and faded.
    never_met = faded = 0.0
    for weight, note in zip(weights(evidence.notes), evidence.notes):
        if note.recall is None:
            never_met += weight * (1 - note.chance_known)
        else:
            faded += weight * (1 - note.chance_known)
    return ("1", "K1") if never_met > faded else ("1", "K2")


# --- Words ----------------------------------------------------------------------------------------

_WORDS = {Strength.LIKELY: "probably", Strength.PERHAPS: "perhaps"}

# What a suggestion names, to stand after "probably" and "perhaps".
_NAMES = {
    "1": "not known",
    "K1": "not learned yet",
    "K2": "forgotten, or not firm yet",
    "K3": "a fact remembered wrongly",
    "K5": "known, but hard to use here",
    "4": "reading or choosing",
    "T5": "talked out of the right answer",
    "5": "clock or nerves",
    "T6": "the clock",
}


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _name(evidence: MissEvidence, code: str) -> str:
    if code == "K2" and evidence.lapses >= _MANY_LAPSES:
        return f"forgotten again, after {evidence.lapses} lapses"
    return _NAMES[code]


def _clauses(evidence: MissEvidence, family: Family, fact: str) -> str:
    """What the cards say and what the attempt says, joined."""
    if not fact:
        return _history(evidence, family)
    if not evidence.notes:
        return fact
    agree = evidence.main_notes_were_solid is not (family is Family.KNOWLEDGE)
    if family is Family.KNOWLEDGE and evidence.attempt.confidence is Confidence.SURE:
        agree = False
    return f"{_history(evidence, family)}, {'and' if agree else 'but'} {fact}"


def _fact(evidence: MissEvidence, family: Family, code: str) -> str:
    """What the attempt says for the suggested reason; empty where it says nothing."""
    attempt = evidence.attempt
    if code == "T6":
        where = "near the end of the block"
        return f"it was left open {where}" if evidence.is_omitted else f"time was short {where}"
    if code == "5":
        return "it was left open"
    if code == "T5":
        return "your first answer was right"
    ratio, others = evidence.time_ratio, attempt.percent_others
    timed = ratio is not None and not evidence.is_omitted
    if family is Family.KNOWLEDGE:
        if attempt.outcome is Outcome.UNSURE:
            return "you marked it as a guess"
        return _SAID_WORDS[attempt.confidence] if attempt.confidence else ""
    if family is Family.APPLICATION:
        if timed and ratio is not None and ratio >= SLOW:
            return "you took longer than others"
        if others is not None and others <= HARD:
            return "most others missed it too"
        return "you were not sure" if _is_unsure(evidence) else ""
    if timed and ratio is not None and ratio <= QUICK:
        return "you were quick"
    return "most others got it right" if others is not None and others >= EASY else ""


_SAID_WORDS = {
    Confidence.SURE: "you were sure of your answer",
    Confidence.UNSURE: "you were not sure",
    Confidence.GUESSED: "you guessed",
}


def _history(evidence: MissEvidence, family: Family | None = None) -> str:
    """What the core notes were like at that moment: "both notes were solid that day"."""
    notes = evidence.main_notes
    if not notes:
        return "no card carries this question"
    words = [(state, sum(note.state is state for note in notes)) for state in _STATES]
    told = [(state, count) for state, count in words if count]
    if len(told) > 1:
        parts = " and ".join(f"{count} {state.value}" for state, count in told)
        return f"of {len(notes)} notes that day, {parts.replace(' and ', ', ', len(told) - 2)}"
    state = told[0][0]
    if state is Knowledge.SOLID and len(notes) < len(evidence.notes):
        weak = [note.state for note in evidence.weak_notes]
        rest = len(evidence.notes) - len(notes)
        if weak:
            others = "the other note" if rest == 1 else f"{len(weak)} of {rest} other notes"
            named = family is Family.KNOWLEDGE and len(set(weak)) == 1
            were = weak[0].value if named else "not"
            return f"{_all(notes, 'main ')} solid that day, {others} {were}"
    if state is Knowledge.SOLID and family is Family.KNOWLEDGE:
        return f"{_all(notes)} only just solid that day"
    return f"{_all(notes)} {state.value} that day"


_STATES = (Knowledge.NEW, Knowledge.SHAKY, Knowledge.SOLID)


def _all(notes: Sequence[NoteEvidence], which: str = "") -> str:
    if len(notes) == 1:
        return f"the {which}note was"
    return f"both {which}notes were" if len(notes) == 2 else f"all {len(notes)} {which}notes were"
