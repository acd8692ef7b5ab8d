"""How likely a miss was missing knowledge: slip and guess, and what the attempt itself says."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ..model.attempts import AnswerChange, Confidence, Outcome
from .evidence import MissEvidence, known_probability

# The share of misses that were missing knowledge where no card says anything. Source: Binks et al.,
# Teaching and Learning in Medicine 2022: 76 % of 3,775 errors from learning, 19 % from test-taking.
PRIOR_KNOWLEDGE = 0.76
# The chance to be right though not knowing. Items of Step 1 have about five options.
GUESS = 0.2
# The chance to miss though knowing all facts; using them wrongly counts too. With 60 % right and
# 24 % of the misses not for want of knowledge (Binks et al.): 0.40 * 0.24 of all questions are such
# misses; 0.40 * 0.76 / (1 - GUESS) = 0.38 were not known, so 0.62 were: 0.096 / 0.62.
SLIP = 0.155
# Memory and match are never certain: `known` is kept this far from 0 and 1. Judgement.
LEAST_DOUBT = 0.02

# How much more often a right first answer is given up by those who only guessed it. Judgement.
_CHANGES_WHEN_GUESSED = 3.0
# Odds factors of what the student said about the answer. Confidence follows correctness, but
# loosely (BMC Medical Education 2020 s12909-020-02352-6); the sizes are judgement and small.
_SAID: dict[Confidence, float] = {
    Confidence.SURE: 0.6,
    Confidence.UNSURE: 1.3,
    Confidence.GUESSED: 2.5,
}
# A right answer is marked as a guess so much more often where it was one. Judgement.
_MARKED_WHEN_GUESSED = 10.0

# The chance that the clock alone was the cause. Judgement.
_CLOCK_LEFT_OPEN = 0.8  # late in the block and no answer
_CLOCK_RUSHED = 0.5  # late in the block and answered in at most this part of the others' time:
_RUSHED_RATIO = 0.4

# A student's own prior: the standard deviation of the shift among students, and its bound, both
# in log-odds. A few blind answers hardly move it; the odds change by a factor of 2.7 at most.
SHIFT_DEVIATION = 0.5
MOST_SHIFT = 1.0
# The share of blind answers that are wrong is not known either: the student names the reason from
# memory. All of these are held equally likely beforehand. Judgement.
ANSWER_ERRORS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.25)
# Shifts are tried in so many steps each way; log-odds of answers are rounded to such steps.
_SHIFT_STEPS = 20
_LOG_ODDS_STEP = 0.1


def slip_and_guess(known: float, slip: float = SLIP, guess: float = GUESS) -> float:
    """P(knowledge | miss) where everything needed was known with the probability `known`.

    (1 - known)(1 - guess) / ((1 - known)(1 - guess) + known * slip), by Bayes' rule. Source of
    the slip and the guess: knowledge tracing, Corbett and Anderson, User Modeling and User-Adapted
    Interaction 1995. All values are probabilities. Where a miss was impossible (all known, no
    slip), this is 0.
    """
    missing = (1 - known) * (1 - guess)
    return missing / (missing + known * slip) if missing > 0 else 0.0


def clock_probability(evidence: MissEvidence) -> float:
    """The probability (0-1) that the clock alone was the cause, whatever the student knew.

    0 for an answer that was right: time did not run out for it.
    """
    if evidence.attempt.outcome is Outcome.UNSURE or not evidence.is_late:
        return 0.0
    if evidence.is_omitted:
        return _CLOCK_LEFT_OPEN
    ratio = evidence.time_ratio
    return _CLOCK_RUSHED if ratio is not None and ratio <= _RUSHED_RATIO else 0.0


def p_knowledge(evidence: MissEvidence, shift: float = 0.0) -> float:
    """The probability (0-1) that a miss was missing knowledge.

    From the cards by slip and guess, or the prior where no card is matched; then by the student's
    own `shift` of the prior (log-odds, from `prior_shift`; what exceeds MOST_SHIFT does not count)
    and by what is known of the attempt. An answer left open was no lucky or unlucky guess. A first
    answer that was right means that knowing it competes with having guessed it. What the clock
    explains, knowledge does not. Seconds and others' per cent do not enter otherwise: they choose
    among the rest.
    """
    known = None
    if evidence.notes:
        known = min(max(known_probability(evidence.notes), LEAST_DOUBT), 1 - LEAST_DOUBT)
    guess = 0.0 if evidence.is_omitted else GUESS
    p = PRIOR_KNOWLEDGE if known is None else slip_and_guess(known, guess=guess)
    odds = p / (1 - p) * math.exp(_bounded(shift)) * _factor_of_attempt(evidence)
    return (1 - clock_probability(evidence)) * odds / (1 + odds)


def _bounded(shift: float) -> float:
    return min(max(shift, -MOST_SHIFT), MOST_SHIFT)


def _factor_of_attempt(evidence: MissEvidence) -> float:
    """By how much the attempt itself changes the odds of missing knowledge."""
    attempt = evidence.attempt
    # P(first answer right | not known) / P(the same | known), in place of that of a miss.
    right_first = GUESS / (1 - SLIP) / ((1 - GUESS) / SLIP)
    if attempt.outcome is Outcome.UNSURE:
        return right_first * _MARKED_WHEN_GUESSED
    factor = _SAID[attempt.confidence] if attempt.confidence else 1.0
    if attempt.change is AnswerChange.RIGHT_TO_WRONG:
        factor *= right_first * _CHANGES_WHEN_GUESSED
    return factor


@dataclass(frozen=True)
class BlindAnswer:
    """What a student named before any suggestion was shown.

    `p_knowledge` is the unshifted probability that the model would have said.
    """

    p_knowledge: float
    is_knowledge: bool


def prior_shift(answers: Iterable[BlindAnswer]) -> float:
    """How far the student's misses differ from the usual ones, in log-odds of knowledge.

    Only answers given blind belong here: agreeing with a suggestion is no evidence for it. The
    expected shift given the answers, if shifts among students are normal around 0 with
    SHIFT_DEVIATION and a share of the answers, one of ANSWER_ERRORS, is wrong; never beyond
    MOST_SHIFT either way; 0 without answers. Source: updating an intercept with the model's
    log-odds as offset (Steyerberg, Clinical Prediction Models), by Bayes' rule over a grid.
    """
    counts = Counter(
        (round(_log_odds(answer.p_knowledge) / _LOG_ODDS_STEP), answer.is_knowledge)
        for answer in answers
    )
    if not counts:
        return 0.0
    logs: dict[tuple[float, float], float] = {}
    for step in range(-_SHIFT_STEPS, _SHIFT_STEPS + 1):
        shift = MOST_SHIFT * step / _SHIFT_STEPS
        chances = [
            (_logistic(place * _LOG_ODDS_STEP + shift), is_knowledge, count)
            for (place, is_knowledge), count in counts.items()
        ]
        for error in ANSWER_ERRORS:
            told = (
                count * math.log(_told(p if is_knowledge else 1 - p, error))
                for p, is_knowledge, count in chances
            )
            logs[shift, error] = math.fsum(told) - (shift / SHIFT_DEVIATION) ** 2 / 2
    best = max(logs.values())
    weights = {key: math.exp(log - best) for key, log in logs.items()}
    mean = math.fsum(w * shift for (shift, _), w in weights.items()) / math.fsum(weights.values())
    return _bounded(mean)


def _told(chance: float, error: float) -> float:
    """The chance that something of this chance is answered, where some answers are wrong."""
    return error + (1 - 2 * error) * chance


def _log_odds(p: float) -> float:
    p = min(max(p, 0.001), 0.999)
    return math.log(p / (1 - p))


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))
