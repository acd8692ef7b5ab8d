"""How well the model of diagnosis tells missing knowledge from the rest, where the truth is known.

    python -m tests.simulation [--json] [--misses 5000]

Students with known facts and forgetting curves study cards day by day. They answer questions that
need one to four facts; decks tag one to ten notes with each, of which only some were needed. Each
miss is known to be one of knowledge (a needed fact was not known) or not (a slip in the sense of
knowledge tracing). The model sees what a collection would show: the recall estimated from the
reviews before the question, or that a note was never answered.

The model is compared with

- two baselines: always knowledge; the share of matched notes never answered ("share seen");
- the ceiling: the exact posterior under this simulation's own distributions from the *true* recall
  of all matched notes, without knowing which were needed;
- the estimated ceiling: the same from the recall that the reviews show. What lies between the two
  ceilings is lost in the reviews, and no model of the question can bring it back;
- the observer: the exact posterior of one who also knows which notes were needed.

The parameters below were set before the model was and are not to be fitted to it. Nothing here
is measured on students: it shows that the model computes well what it says, not that students are
like this.
"""

from __future__ import annotations

import argparse
import json
import math
import random
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from typing import NamedTuple

from remediation.diagnosis.evidence import MissEvidence, NoteEvidence
from remediation.diagnosis.knowledge import BlindAnswer, p_knowledge, prior_shift
from remediation.diagnosis.recall import recall_probability
from remediation.model.attempts import Attempt, Outcome

# --- Parameters, fixed before the model -----------------------------------------------------------

SEED = 20261120
MISSES = 5_000


@dataclass(frozen=True)
class Student:
    """A kind of student; all values but `delay` are probabilities or medians.

    `studied`: share of notes whose cards were ever answered. `elsewhere`: chance that a fact is
    known although its card was never answered. `stability`: median days of memory after the first
    answer. `memory`: the true growth of stability as a multiple of what the scheduler believes.
    `delay`: median factor by which reviews come later than scheduled. `slip`: chance of a miss
    though all was known; `guess`: chance of a right answer though not.
    """

    name: str
    studied: float
    elsewhere: float
    stability: float
    memory: float
    delay: float
    slip: float
    guess: float


STUDENTS = (
    Student("beginner", 0.40, 0.10, 3.0, 1.0, 1.2, 0.12, 0.22),
    Student("middling", 0.75, 0.20, 4.0, 1.0, 1.2, 0.15, 0.22),
    Student("strong", 0.95, 0.35, 6.0, 1.1, 1.0, 0.15, 0.25),
    Student("careless", 0.85, 0.25, 4.0, 1.0, 1.2, 0.35, 0.20),
    Student("forgetful", 0.85, 0.15, 2.0, 0.8, 2.0, 0.12, 0.22),
)

# Chances of one, two, ... matched notes; the mean is 4.4.
MATCHED = (0.12, 0.16, 0.16, 0.14, 0.12, 0.10, 0.08, 0.06, 0.04, 0.02)
# Chances that one, two, three, four of them were needed (as many as there are, at most).
NEEDED = (0.40, 0.30, 0.20, 0.10)
# The two core notes are drawn as needed with this weight against 1 of the others.
CORE_NOTES = 2
CORE_DRAW = 3.0

TOPICS = 150
NOTES_OF_A_TOPIC = 30
# Topics are studied together: the share studied of a topic is Beta-distributed around the
# student's with this concentration.
TOPIC_CONCENTRATION = 1.5

DAYS = 240
FIRST_QUESTION_DAY = 60
# Scheduler: reviews at this recall; stability grows by this factor, and by this after a lapse.
DESIRED_RECALL_DAYS = 1.0  # in stabilities: 90 %
GROWTH = 2.2
AFTER_LAPSE = 0.3
LEAST_STABILITY = 0.5
# Log-normal spread of: facts' difficulty (on first stability and on growth), review delays.
SPREAD_FIRST = 0.5
SPREAD_GROWTH = 0.25
SPREAD_DELAY = 0.4

# Every fifth miss is asked blind; this share of the answers is wrong.
BLIND_EVERY = 5
BLIND_WRONG = 0.1

TRUTH_BINS = 10

# --- Students who study ---------------------------------------------------------------------------


class State(NamedTuple):
    """A fact after a review: the true stability and the one that the scheduler believes (days)."""

    day: float
    true: float
    believed: float
    lapses: int


@dataclass(frozen=True)
class Fact:
    """A note's fact with its states, oldest first; no states where it was never answered."""

    days: tuple[float, ...]
    states: tuple[State, ...]

    def at(self, day: float) -> State | None:
        """The state after the last review before the day."""
        place = bisect_left(self.days, day)
        return self.states[place - 1] if place else None


def study(student: Student, rng: random.Random) -> list[list[Fact]]:
    """The facts of each topic with all their reviews."""
    topics = []
    for _ in range(TOPICS):
        alpha = student.studied * TOPIC_CONCENTRATION
        share = rng.betavariate(alpha, TOPIC_CONCENTRATION - alpha)
        topics.append([_fact(student, rng, share) for _ in range(NOTES_OF_A_TOPIC)])
    return topics


def _fact(student: Student, rng: random.Random, share: float) -> Fact:
    if rng.random() >= share:
        return Fact((), ())
    first = rng.uniform(0, DAYS * 0.8)
    true = student.stability * rng.lognormvariate(0, SPREAD_FIRST)
    growth = 1 + (GROWTH - 1) * student.memory * rng.lognormvariate(0, SPREAD_GROWTH)
    states = [State(first, true, student.stability, 0)]
    while True:
        last = states[-1]
        wait = last.believed * DESIRED_RECALL_DAYS
        wait = max(wait * student.delay * rng.lognormvariate(0, SPREAD_DELAY), 0.5)
        day = last.day + wait
        if day > DAYS:
            break
        if rng.random() < recall_probability(wait, last.true):
            after = State(day, last.true * growth, last.believed * GROWTH, last.lapses)
        else:
            after = State(
                day,
                max(last.true * AFTER_LAPSE, LEAST_STABILITY),
                max(last.believed * AFTER_LAPSE, LEAST_STABILITY),
                last.lapses + 1,
            )
        states.append(after)
    return Fact(tuple(state.day for state in states), tuple(states))


# --- Questions ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Miss:
    """A missed question: what a collection shows of it, and what only the simulation knows.

    `true_recalls` and `believed_recalls` have one probability for each matched note, core notes
    first; a note never answered has the student's chance to know it from elsewhere.
    """

    evidence: MissEvidence
    core: int
    true_recalls: tuple[float, ...]
    believed_recalls: tuple[float, ...]
    needed: tuple[int, ...]
    is_knowledge: bool


def misses_of(student: Student, how_many: int, seed: int = SEED) -> tuple[list[Miss], int]:
    """So many misses of a student, and how many questions were answered for them."""
    rng = random.Random(f"{seed} {student.name}")
    topics = study(student, rng)
    misses: list[Miss] = []
    questions = 0
    while len(misses) < how_many:
        questions += 1
        matched = rng.choices(range(1, len(MATCHED) + 1), MATCHED)[0]
        day = rng.uniform(FIRST_QUESTION_DAY, DAYS)
        facts = rng.sample(rng.choice(topics), matched)
        states = [fact.at(day) for fact in facts]
        true = tuple(student.elsewhere if s is None else _recall(s, day, s.true) for s in states)
        core = min(CORE_NOTES, matched)
        needed = _draw_needed(matched, core, rng)
        is_known = all(rng.random() < true[i] for i in needed)
        is_right = rng.random() < ((1 - student.slip) if is_known else student.guess)
        if is_right:
            continue
        seen = [None if s is None else _recall(s, day, s.believed) for s in states]
        believed = tuple(student.elsewhere if recall is None else recall for recall in seen)
        lapses = [state.lapses if state else 0 for state in states]
        misses.append(
            Miss(
                evidence=_evidence(seen, lapses, core),
                core=core,
                true_recalls=true,
                believed_recalls=believed,
                needed=needed,
                is_knowledge=not is_known,
            )
        )
    return misses, questions


def _evidence(recalls: Sequence[float | None], lapses: Sequence[int], core: int) -> MissEvidence:
    notes = tuple(
        NoteEvidence(recall, lapsed, is_core=i < core)
        for i, (recall, lapsed) in enumerate(zip(recalls, lapses))
    )
    return MissEvidence(notes, Attempt(outcome=Outcome.INCORRECT))


def _recall(state: State, day: float, stability: float) -> float:
    return recall_probability(day - state.day, stability)


def _draw_needed(matched: int, core: int, rng: random.Random) -> tuple[int, ...]:
    """One note after the other, without putting back, core notes with more weight."""
    sizes = range(1, min(len(NEEDED), matched) + 1)
    how_many = rng.choices(sizes, NEEDED[: len(sizes)])[0]
    left = list(range(matched))
    for _ in range(how_many):
        drawn = rng.choices(left, [CORE_DRAW if i < core else 1.0 for i in left])[0]
        left.remove(drawn)
    return tuple(i for i in range(matched) if i not in left)


# --- The best possible answers --------------------------------------------------------------------


def posterior(known: float, student: Student) -> float:
    """The exact probability that a miss of this student was missing knowledge."""
    missing = (1 - known) * (1 - student.guess)
    return missing / (missing + known * student.slip)


def known_exactly(recalls: Sequence[float], core: int) -> float:
    """The probability that all needed notes were known, under the drawing above.

    How many of the needed are core notes has a distribution; given the number, all choices of core
    notes are equally likely, and all choices of the others.
    """
    sizes = range(1, min(len(NEEDED), len(recalls)) + 1)
    total = sum(NEEDED[: len(sizes)])
    of_core, of_others = _means(recalls[:core]), _means(recalls[core:])
    known = 0.0
    for size in sizes:
        chances = _core_among_needed(size, core, len(recalls) - core)
        known += (
            NEEDED[size - 1]
            / total
            * sum(chance * of_core[j] * of_others[size - j] for j, chance in chances.items())
        )
    return known


_drawn: dict[tuple[int, int, int], dict[int, float]] = {}


def _core_among_needed(size: int, core: int, others: int) -> dict[int, float]:
    """The chances that 0, 1, ... of so many drawn notes are core notes."""
    key = size, core, others
    if key not in _drawn:
        chances = {0: 1.0}
        for done in range(size):
            after: dict[int, float] = {}
            for j, chance in chances.items():
                weight_core = CORE_DRAW * (core - j)
                weight_others = others - (done - j)
                share = weight_core / (weight_core + weight_others)
                if share > 0:
                    after[j + 1] = after.get(j + 1, 0.0) + chance * share
                if share < 1:
                    after[j] = after.get(j, 0.0) + chance * (1 - share)
            chances = after
        _drawn[key] = chances
    return _drawn[key]


def _means(recalls: Sequence[float]) -> list[float]:
    """The mean product over all choices of 0, 1, 2, ... of these recalls."""
    sums = [1.0] + [0.0] * len(recalls)
    for count, recall in enumerate(recalls, 1):
        for size in range(count, 0, -1):
            sums[size] += sums[size - 1] * recall
    return [value / math.comb(len(recalls), size) for size, value in enumerate(sums)]


# --- Measures -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bin:
    """A row of a reliability table: how many answers, their mean, and the share that was true."""

    size: int
    said: float
    found: float


@dataclass(frozen=True)
class Score:
    """How good probabilities were: accuracy at one half, area under the ROC curve, calibration.

    `gap` is the largest difference between said and found over `bins`, tenths of the answers by
    rank. The share of 500 answers is itself uncertain by 0.02, so that a gap of 0.03 to 0.05 is
    found for exact probabilities too (see the ceiling's).
    """

    accuracy: float
    auc: float
    brier: float
    gap: float
    bins: tuple[Bin, ...]


def auc(said: Sequence[float], truth: Sequence[bool]) -> float:
    """The area under the ROC curve: how often a true one ranks above another, ties half.

    Source: Mann and Whitney's U over the number of pairs. One half where there are no pairs.
    """
    order = sorted(zip(said, truth))
    below = 0.0
    wins = 0.0
    for _, group in groupby(order, key=lambda pair: pair[0]):
        truths = [is_true for _, is_true in group]
        true, false = sum(truths), len(truths) - sum(truths)
        wins += true * (below + false / 2)
        below += false
    pairs = below * (len(order) - below)
    return wins / pairs if pairs else 0.5


def score(said: Sequence[float], truth: Sequence[bool]) -> Score:
    """The measures of probabilities against the truth."""
    pairs = sorted(zip(said, truth), key=lambda pair: pair[0])  # equal ones as they came
    bins = []
    for number in range(TRUTH_BINS):
        part = pairs[number * len(pairs) // TRUTH_BINS : (number + 1) * len(pairs) // TRUTH_BINS]
        if part:
            said_here = sum(p for p, _ in part) / len(part)
            bins.append(Bin(len(part), said_here, sum(t for _, t in part) / len(part)))
    return Score(
        accuracy=sum((p >= 0.5) == t for p, t in pairs) / len(pairs),
        auc=auc(said, truth),
        brier=sum((p - t) ** 2 for p, t in pairs) / len(pairs),
        gap=max(abs(b.said - b.found) for b in bins),
        bins=tuple(bins),
    )


@dataclass(frozen=True)
class KindResult:
    """The scores of one kind of student, or of all together ("pooled").

    `model` knows nothing of the student; `after_blind` has a prior shifted by every fifth miss,
    which is asked blind, and is scored on the other misses. `shift` is that shift in log-odds.
    """

    kind: str
    misses: int
    questions: int
    knowledge_share: float
    shift: float
    model: Score
    after_blind: Score
    always_knowledge: Score
    share_seen: Score
    ceiling: Score
    estimated_ceiling: Score
    observer: Score

    @property
    def distance(self) -> float:
        """How far the model's area under the curve is below the ceiling's."""
        return self.ceiling.auc - self.model.auc


@dataclass(frozen=True)
class Result:
    """What `measure` found: one entry for each kind of student, and all misses pooled."""

    kinds: tuple[KindResult, ...]
    pooled: KindResult


@dataclass(frozen=True)
class _Answers:
    truth: list[bool]
    model: list[float]
    after_blind: list[float]
    truth_not_blind: list[bool]
    always_knowledge: list[float]
    share_seen: list[float]
    ceiling: list[float]
    estimated_ceiling: list[float]
    observer: list[float]


def measure(misses: int = MISSES, seed: int = SEED) -> Result:
    """Simulates so many misses for each kind of student and scores all answers."""
    kinds, all_answers, questions = [], [], 0
    for student in STUDENTS:
        found, answered = misses_of(student, misses, seed)
        answers, shift = _answers(student, found, seed)
        kinds.append(_result(student.name, answered, shift, answers))
        all_answers.append(answers)
        questions += answered
    pooled = _Answers(
        *(
            [x for one in all_answers for x in getattr(one, name)]
            for name in _Answers.__annotations__
        )
    )
    return Result(tuple(kinds), _result("pooled", questions, math.nan, pooled))


def _answers(student: Student, misses: list[Miss], seed: int) -> tuple[_Answers, float]:
    rng = random.Random(f"{seed} {student.name} blind")
    model = [p_knowledge(miss.evidence) for miss in misses]
    is_blind = [number % BLIND_EVERY == 0 for number in range(len(misses))]
    shift = prior_shift(
        BlindAnswer(said, miss.is_knowledge != (rng.random() < BLIND_WRONG))
        for said, miss, blind in zip(model, misses, is_blind)
        if blind
    )
    others = [miss for miss, blind in zip(misses, is_blind) if not blind]

    def each(answer: Callable[[Miss], float]) -> list[float]:
        return [answer(miss) for miss in misses]

    answers = _Answers(
        truth=[miss.is_knowledge for miss in misses],
        model=model,
        after_blind=[p_knowledge(miss.evidence, shift) for miss in others],
        truth_not_blind=[miss.is_knowledge for miss in others],
        always_knowledge=[1.0] * len(misses),
        share_seen=each(
            lambda m: sum(note.recall is None for note in m.evidence.notes) / len(m.evidence.notes)
        ),
        ceiling=each(lambda m: posterior(known_exactly(m.true_recalls, m.core), student)),
        estimated_ceiling=each(
            lambda m: posterior(known_exactly(m.believed_recalls, m.core), student)
        ),
        observer=each(lambda m: posterior(math.prod(m.true_recalls[i] for i in m.needed), student)),
    )
    return answers, shift


def _result(kind: str, questions: int, shift: float, answers: _Answers) -> KindResult:
    truth = answers.truth
    return KindResult(
        kind=kind,
        misses=len(truth),
        questions=questions,
        knowledge_share=sum(truth) / len(truth),
        shift=shift,
        model=score(answers.model, truth),
        after_blind=score(answers.after_blind, answers.truth_not_blind),
        always_knowledge=score(answers.always_knowledge, truth),
        share_seen=score(answers.share_seen, truth),
        ceiling=score(answers.ceiling, truth),
        estimated_ceiling=score(answers.estimated_ceiling, truth),
        observer=score(answers.observer, truth),
    )


# --- Command line ---------------------------------------------------------------------------------

_ROWS = (
    "always_knowledge",
    "share_seen",
    "model",
    "after_blind",
    "estimated_ceiling",
    "ceiling",
    "observer",
)


def table(result: Result) -> str:
    """The result in lines to read."""
    lines = []
    for kind in (*result.kinds, result.pooled):
        right = 1 - kind.misses / kind.questions
        lines.append(
            f"{kind.kind}: {kind.misses} misses of {kind.questions} questions"
            f" ({right:.0%} right), {kind.knowledge_share:.0%} of them knowledge"
        )
        lines.append(f"  {'':20}{'AUC':>8}{'accuracy':>10}{'Brier':>8}{'gap':>8}")
        for name in _ROWS:
            s: Score = getattr(kind, name)
            words = name.replace("_", " ")
            lines.append(f"  {words:20}{s.auc:8.3f}{s.accuracy:10.3f}{s.brier:8.3f}{s.gap:8.3f}")
        bins = "  ".join(f"{b.said:.2f}:{b.found:.2f}" for b in kind.model.bins)
        lines.append(f"  model, said:found   {bins}")
        lines.append(f"  below the ceiling   {kind.distance:.3f}")
        if not math.isnan(kind.shift):
            lines.append(f"  shift of the prior  {kind.shift:+.2f} in log-odds")
    return "\n".join(lines)


def main() -> None:
    """Prints the table or JSON."""
    parser = argparse.ArgumentParser(description="Simulate misses and score the diagnosis.")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--misses", type=int, default=MISSES, help="for each kind of student")
    options = parser.parse_args()
    result = measure(options.misses)
    if options.json:
        pooled = replace(result.pooled, shift=0.0)  # JSON has no NaN; a pool has no shift
        print(json.dumps(asdict(replace(result, pooled=pooled)), indent=1))
    else:
        print(table(result))


if __name__ == "__main__":
    main()
