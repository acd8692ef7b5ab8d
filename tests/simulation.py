"""How well the model of diagnosis tells missing knowledge from the rest, where the truth is known.

    python -m tests.simulation [--json] [--misses 5000] [--anki]

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

The records come from one of four sources (`SOURCES`): a small scheduler of its own, whose belief
follows the same curve as the truth; Anki with FSRS as it comes; Anki after it has optimised the
parameters of FSRS on the student's reviews; Anki without FSRS (SM-2), where intervals stand in for
the memory. With `--anki` all four are measured.

The parameters were set before the model was and are not to be fitted to it. Nothing here is
measured on students: it shows that the model computes well what it says, not that students are
like this. What to bear in mind of its figures:

- The model assumes a slip of 0.155 for everybody. Four kinds of student slip at 0.12 to 0.15, close
  to it; the careless at 0.35, and what is said of their misses is too high until they have
  answered blind often. The same holds for what is known without a card: 0.2 assumed, 0.1 to 0.35
  true.
- How many notes an answer needs, and how much likelier the core notes are among them, is drawn as
  the model assumes. No source counts it. `FEWER_NEEDED` is another truth: what the model says there
  shows how much hangs on it.
- One card a note; no fact is needed that no note carries; nobody names a wrong option for a reason.
  Nothing of the attempt (seconds, confidence, others) enters.
- Chance: with 5,000 misses an area under the curve is uncertain by about 0.01 (its distance to the
  ceiling by less, both answer the same misses) and a share of 500 answers by about 0.02, so that
  exact probabilities have a largest gap of 0.01 to 0.05 as well (see the ceiling's).
- A student gives 40 blind answers in 200 misses; the row "after all blind" has 1,000, more than
  anybody gives. Which 40 they are matters: that row is one draw.
"""

from __future__ import annotations

import argparse
import json
import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import groupby
from typing import NamedTuple

from remediation.diagnosis.evidence import MissEvidence, NoteEvidence
from remediation.diagnosis.knowledge import BlindAnswer, p_knowledge, prior_shift
from remediation.model.attempts import Attempt, Outcome
from tests.simulated_collection import anki_records
from tests.simulation_study import STUDENTS, Asked, Student, Study, StudySource, power_curve

# --- Parameters, fixed before the model; those of the students are in simulation_study ------------

SEED = 20261120
MISSES = 5_000

# Chances of one, two, ... matched notes; the mean is 4.4.
MATCHED = (0.12, 0.16, 0.16, 0.14, 0.12, 0.10, 0.08, 0.06, 0.04, 0.02)
# Chances that one, two, three, four of them were needed (as many as there are, at most).
NEEDED = (0.40, 0.30, 0.20, 0.10)
# The two core notes are drawn as needed with this weight against 1 of the others.
CORE_NOTES = 2
CORE_DRAW = 3.0

# Another truth, which the model does not assume: one note, seldom two.
FEWER_NEEDED = (0.7, 0.3)

# Every fifth miss is asked blind; this share of the answers is wrong.
BLIND_EVERY = 5
BLIND_WRONG = 0.1
# So many blind answers a student may well give.
FEW_BLIND = 40

TRUTH_BINS = 10

# What is asked of the model for each kind of student: its area under the curve so far below the
# ceiling's at most, its probabilities so far from the truth at most.
MOST_DISTANCE = 0.02
MOST_GAP = 0.05

SOURCES: Mapping[str, StudySource] = {
    "power curve": power_curve,
    "Anki": anki_records,
    "Anki, optimised": partial(anki_records, optimised=True),
    "Anki, SM-2": partial(anki_records, fsrs=False),
}

# Not another source, but the first one with other questions.
SENSITIVITY = "power curve, one or two notes needed"

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


@dataclass(frozen=True)
class _Missed:
    """A missed question before the records were read."""

    asked: Asked
    true_recalls: tuple[float, ...]
    needed: tuple[int, ...]
    is_knowledge: bool


def misses_of(
    student: Student,
    how_many: int,
    seed: int = SEED,
    source: StudySource = power_curve,
    sizes: Sequence[float] = NEEDED,
) -> tuple[list[Miss], int]:
    """So many misses of a student, and how many questions were answered for them.

    `sizes` are the chances that one, two, ... notes were needed.
    """
    rng = random.Random(f"{seed} {student.name}")
    with source(student, rng) as study:
        missed: list[_Missed] = []
        questions = 0
        while len(missed) < how_many:
            questions += 1
            miss = _ask(student, study, rng, sizes)
            if miss:
                missed.append(miss)
        shown = study.evidence([miss.asked for miss in missed])
    return [_with_evidence(student, miss, notes) for miss, notes in zip(missed, shown)], questions


def _ask(
    student: Student, study: Study, rng: random.Random, sizes: Sequence[float]
) -> _Missed | None:
    """One question to the student; None where the answer was right."""
    matched = rng.choices(range(1, len(MATCHED) + 1), MATCHED)[0]
    day = study.question_day(rng)
    facts = tuple(rng.sample(rng.choice(study.topics), matched))
    found = [fact.true_recall(day) for fact in facts]
    true = tuple(student.elsewhere if recall is None else recall for recall in found)
    core = min(CORE_NOTES, matched)
    needed = _draw_needed(matched, core, rng, sizes)
    is_known = all(rng.random() < true[i] for i in needed)
    if rng.random() < ((1 - student.slip) if is_known else student.guess):
        return None
    return _Missed(Asked(day, facts, core), true, needed, not is_known)


def _with_evidence(student: Student, miss: _Missed, notes: tuple[NoteEvidence, ...]) -> Miss:
    recalls = (note.recall for note in notes)
    return Miss(
        evidence=MissEvidence(notes, Attempt(outcome=Outcome.INCORRECT)),
        core=miss.asked.core,
        true_recalls=miss.true_recalls,
        believed_recalls=tuple(student.elsewhere if r is None else r for r in recalls),
        needed=miss.needed,
        is_knowledge=miss.is_knowledge,
    )


def _draw_needed(
    matched: int, core: int, rng: random.Random, sizes: Sequence[float] = NEEDED
) -> tuple[int, ...]:
    """One note after the other, without putting back, core notes with more weight."""
    most = min(len(sizes), matched)
    left = list(range(matched))
    for _ in range(rng.choices(range(1, most + 1), sizes[:most])[0]):
        drawn = rng.choices(left, [CORE_DRAW if i < core else 1.0 for i in left])[0]
        left.remove(drawn)
    return tuple(i for i in range(matched) if i not in left)


# --- The best possible answers --------------------------------------------------------------------


def posterior(known: float, student: Student) -> float:
    """The exact probability that a miss of this student was missing knowledge."""
    missing = (1 - known) * (1 - student.guess)
    return missing / (missing + known * student.slip)


def known_exactly(recalls: Sequence[float], core: int, sizes: Sequence[float] = NEEDED) -> float:
    """The probability that all needed notes were known, under the drawing above.

    How many of the needed are core notes has a distribution; given the number, all choices of core
    notes are equally likely, and all choices of the others.
    """
    possible = sizes[: len(recalls)]
    of_core, of_others = _means(recalls[:core]), _means(recalls[core:])
    known = 0.0
    for size, chance_of_size in enumerate(possible, 1):
        chances = _core_among_needed(size, core, len(recalls) - core)
        known += chance_of_size * sum(
            chance * of_core[j] * of_others[size - j] for j, chance in chances.items()
        )
    return known / sum(possible)


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

    `model` knows nothing of the student; `after_all_blind` has a prior shifted by every fifth miss,
    which is asked blind, `after_40_blind` by the first 40 of those; both are scored on the other
    misses. `shift` is the shift by all in log-odds.
    """

    kind: str
    misses: int
    questions: int
    knowledge_share: float
    shift: float
    model: Score
    after_40_blind: Score
    after_all_blind: Score
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
    after_40_blind: list[float]
    after_all_blind: list[float]
    truth_not_blind: list[bool]
    always_knowledge: list[float]
    share_seen: list[float]
    ceiling: list[float]
    estimated_ceiling: list[float]
    observer: list[float]


def measure(
    misses: int = MISSES,
    seed: int = SEED,
    source: StudySource = power_curve,
    students: Sequence[Student] = STUDENTS,
    sizes: Sequence[float] = NEEDED,
) -> Result:
    """Simulates so many misses for each kind of student and scores all answers.

    `sizes` are the true chances that one, two, ... notes were needed.
    """
    kinds, all_answers, questions = [], [], 0
    for student in students:
        found, answered = misses_of(student, misses, seed, source, sizes)
        answers, shift = _answers(student, found, seed, sizes)
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


def _answers(
    student: Student, misses: list[Miss], seed: int, sizes: Sequence[float]
) -> tuple[_Answers, float]:
    rng = random.Random(f"{seed} {student.name} blind")
    model = [p_knowledge(miss.evidence) for miss in misses]
    is_blind = [number % BLIND_EVERY == 0 for number in range(len(misses))]
    given = [
        BlindAnswer(said, miss.is_knowledge != (rng.random() < BLIND_WRONG))
        for said, miss, blind in zip(model, misses, is_blind)
        if blind
    ]
    shift, shift_by_few = prior_shift(given), prior_shift(given[:FEW_BLIND])
    others = [miss for miss, blind in zip(misses, is_blind) if not blind]

    def each(answer: Callable[[Miss], float]) -> list[float]:
        return [answer(miss) for miss in misses]

    answers = _Answers(
        truth=[miss.is_knowledge for miss in misses],
        model=model,
        after_40_blind=[p_knowledge(miss.evidence, shift_by_few) for miss in others],
        after_all_blind=[p_knowledge(miss.evidence, shift) for miss in others],
        truth_not_blind=[miss.is_knowledge for miss in others],
        always_knowledge=[1.0] * len(misses),
        share_seen=each(
            lambda m: sum(note.recall is None for note in m.evidence.notes) / len(m.evidence.notes)
        ),
        ceiling=each(lambda m: posterior(known_exactly(m.true_recalls, m.core, sizes), student)),
        estimated_ceiling=each(
            lambda m: posterior(known_exactly(m.believed_recalls, m.core, sizes), student)
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
        after_40_blind=score(answers.after_40_blind, answers.truth_not_blind),
        after_all_blind=score(answers.after_all_blind, answers.truth_not_blind),
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
    "after_40_blind",
    "after_all_blind",
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


class Figure(NamedTuple):
    """One line for the bench: `target` is the most that `value` may be, None where there is none.

    `what` names the source of the records, the kind of student and the measure.
    """

    what: str
    value: float
    target: float | None = None


def figures(misses: int = MISSES, sources: Mapping[str, StudySource] = SOURCES) -> list[Figure]:
    """Measures with the records of every source, and the sensitivity; some minutes."""
    return [
        Figure(f"{name}, {kind.kind}: {figure.what}", figure.value, figure.target)
        for name, result in _measure_all(misses, sources).items()
        for kind in result.kinds
        for figure in _figures_of(kind)
    ]


def _measure_all(misses: int, sources: Mapping[str, StudySource]) -> dict[str, Result]:
    results = {name: measure(misses, source=source) for name, source in sources.items()}
    results[SENSITIVITY] = measure(misses, sizes=FEWER_NEEDED)
    return results


def _figures_of(kind: KindResult) -> list[Figure]:
    return [
        Figure("area under the curve", kind.model.auc),
        Figure("area of the ceiling", kind.ceiling.auc),
        Figure("area of the observer", kind.observer.auc),
        Figure("area below the ceiling", kind.distance, MOST_DISTANCE),
        Figure("calibration gap", kind.model.gap, MOST_GAP),
        Figure("calibration gap after 40 blind answers", kind.after_40_blind.gap, MOST_GAP),
        Figure("calibration gap after all blind answers", kind.after_all_blind.gap, MOST_GAP),
        Figure("calibration gap of the ceiling", kind.ceiling.gap),
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the tables, or JSON with a result for each source and for the sensitivity."""
    parser = argparse.ArgumentParser(description="Simulate misses and score the diagnosis.")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--misses", type=int, default=MISSES, help="for each kind of student")
    parser.add_argument("--anki", action="store_true", help="with Anki's own records as well")
    options = parser.parse_args(arguments)
    sources = SOURCES if options.anki else {"power curve": power_curve}
    results = _measure_all(options.misses, sources)
    if options.json:
        print(json.dumps({name: _for_json(result) for name, result in results.items()}, indent=1))
    else:
        print("\n\n".join(f"{name}\n\n{table(result)}" for name, result in results.items()))


def _for_json(result: Result) -> dict[str, object]:
    pooled = replace(result.pooled, shift=0.0)  # JSON has no NaN; a pool has no shift
    return asdict(replace(result, pooled=pooled))


if __name__ == "__main__":
    main()
