"""Simulated students: their kinds, what they truly remember, and how they study.

The parameters were set before the model of diagnosis was and are not to be fitted to it. A `Study`
is the source of a student's reviews. There are two: `power_curve` here, with a small scheduler of
its own whose belief is the truth but for its parameters, and `anki_records` in
`tests.simulated_collection`, where Anki schedules, records, and keeps the memory states.
"""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from remediation.diagnosis.evidence import NoteEvidence
from remediation.diagnosis.recall import recall_probability


@dataclass(frozen=True)
class Student:
    """A kind of student; all values but `memory` and `delay` are probabilities or medians.

    `studied`: share of notes whose cards were ever answered. `elsewhere`: chance that a fact is
    known although its card was never answered. `stability`: median days of memory after the first
    answer. `memory`: the true growth of stability as a multiple of GROWTH, which the scheduler of
    `power_curve` believes. `delay`: median factor by which reviews come later than scheduled.
    `slip`: chance of a miss though all was known; `guess`: chance of a right answer though not.
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

TOPICS = 150
NOTES_OF_A_TOPIC = 30
# Topics are studied together: the share studied of a topic is Beta-distributed around the
# student's with this concentration.
TOPIC_CONCENTRATION = 1.5

DAYS = 240
FIRST_QUESTION_DAY = 60
# Cards are first answered during this part of the days.
NEW_CARDS_PART = 0.8
# True stability grows by this factor at a review recalled, and shrinks by this at a lapse.
GROWTH = 2.2
AFTER_LAPSE = 0.3
LEAST_STABILITY = 0.5
# The scheduler of `power_curve` reviews after so many stabilities: at a recall of 90 %.
DESIRED_RECALL_DAYS = 1.0
# Log-normal spread of: facts' difficulty (on first stability and on growth), review delays.
SPREAD_FIRST = 0.5
SPREAD_GROWTH = 0.25
SPREAD_DELAY = 0.4


@dataclass(frozen=True)
class Memory:
    """How one fact is truly remembered: all that a scheduler does not know.

    `first_day` is when its card is first answered, `stability` (days) that after the first answer,
    `growth` the factor by which a review recalled multiplies it.
    """

    first_day: float
    stability: float
    growth: float

    def after(self, stability: float, *, recalled: bool) -> float:
        """The stability after a review, from that before it."""
        return stability * self.growth if recalled else shrunk(stability)


def shrunk(stability: float) -> float:
    """The stability after a lapse."""
    return max(stability * AFTER_LAPSE, LEAST_STABILITY)


def draw_share(student: Student, rng: random.Random) -> float:
    """The share of a topic's notes that the student studies."""
    alpha = student.studied * TOPIC_CONCENTRATION
    return rng.betavariate(alpha, TOPIC_CONCENTRATION - alpha)


def draw_memory(student: Student, share: float, rng: random.Random) -> Memory | None:
    """How a fact of such a topic is remembered; None where its card is never answered."""
    if rng.random() >= share:
        return None
    return Memory(
        first_day=rng.uniform(0, DAYS * NEW_CARDS_PART),
        stability=student.stability * rng.lognormvariate(0, SPREAD_FIRST),
        growth=1 + (GROWTH - 1) * student.memory * rng.lognormvariate(0, SPREAD_GROWTH),
    )


def draw_delay(student: Student, rng: random.Random) -> float:
    """The factor by which a review comes later than its interval says."""
    return student.delay * rng.lognormvariate(0, SPREAD_DELAY)


class Truth(NamedTuple):
    """The true memory after an answer: the day of it, and the stability since (days)."""

    day: float
    stability: float

    def recall(self, day: float) -> float:
        """The probability (0-1) that the fact is recalled on a later day."""
        return recall_probability(day - self.day, self.stability)


@dataclass(frozen=True)
class Fact:
    """A note's fact with its true states, oldest first; none where it was never answered.

    `number` counts a student's facts from 0.
    """

    number: int
    truths: tuple[Truth, ...]

    def answers_before(self, day: float) -> int:
        """How many of the states come from before the day."""
        return bisect_left(self.truths, (day,))

    def true_recall(self, day: float) -> float | None:
        """The true probability (0-1) of recalling it then; None where not answered before."""
        answers = self.answers_before(day)
        return self.truths[answers - 1].recall(day) if answers else None


Topics = Sequence[Sequence[Fact]]


@dataclass(frozen=True)
class Asked:
    """A question: the day of its answer and the facts matched to it, `core` core notes first."""

    day: float
    facts: tuple[Fact, ...]
    core: int


class Study(Protocol):
    """What a student's study left behind: the truth, and what the records show of it."""

    @property
    def topics(self) -> Topics:
        """The facts of each topic."""

    def question_day(self, rng: random.Random) -> float:
        """A moment to answer a question at, in days since the first."""

    def evidence(self, asked: Sequence[Asked]) -> list[tuple[NoteEvidence, ...]]:
        """What the reviews before each question say of its notes, as diagnosis is to see it."""


# Lets a student study; what it needed is given back when the context ends.
StudySource = Callable[[Student, random.Random], AbstractContextManager[Study]]


# --- With a scheduler of one power curve ----------------------------------------------------------


class _Belief(NamedTuple):
    """What the scheduler holds after an answer: a stability (days) and the lapses so far."""

    stability: float
    lapses: int


@dataclass(frozen=True)
class _PowerCurve:
    topics: Topics
    # Of each fact, one for each of its truths.
    beliefs: Sequence[Sequence[_Belief]]

    def question_day(self, rng: random.Random) -> float:
        return rng.uniform(FIRST_QUESTION_DAY, DAYS)

    def evidence(self, asked: Sequence[Asked]) -> list[tuple[NoteEvidence, ...]]:
        return [
            tuple(
                self._note(fact, question.day, is_core=place < question.core)
                for place, fact in enumerate(question.facts)
            )
            for question in asked
        ]

    def _note(self, fact: Fact, day: float, *, is_core: bool) -> NoteEvidence:
        answers = fact.answers_before(day)
        if not answers:
            return NoteEvidence(None, 0, is_core)
        belief = self.beliefs[fact.number][answers - 1]
        elapsed = day - fact.truths[answers - 1].day
        return NoteEvidence(recall_probability(elapsed, belief.stability), belief.lapses, is_core)


@contextmanager
def power_curve(student: Student, rng: random.Random) -> Iterator[Study]:
    """Study with a scheduler that believes the median student's stability and GROWTH."""
    topics = []
    beliefs: list[list[_Belief]] = []
    for _ in range(TOPICS):
        share = draw_share(student, rng)
        facts = []
        for _ in range(NOTES_OF_A_TOPIC):
            truths, believed = _answers(student, draw_memory(student, share, rng), rng)
            facts.append(Fact(len(beliefs), tuple(truths)))
            beliefs.append(believed)
        topics.append(facts)
    yield _PowerCurve(topics, beliefs)


def _answers(
    student: Student, memory: Memory | None, rng: random.Random
) -> tuple[list[Truth], list[_Belief]]:
    """What is true and what is believed after each answer to one card."""
    if memory is None:
        return [], []
    truths = [Truth(memory.first_day, memory.stability)]
    beliefs = [_Belief(student.stability, 0)]
    while True:
        truth, belief = truths[-1], beliefs[-1]
        wait = max(belief.stability * DESIRED_RECALL_DAYS * draw_delay(student, rng), 0.5)
        day = truth.day + wait
        if day > DAYS:
            return truths, beliefs
        recalled = rng.random() < recall_probability(wait, truth.stability)
        truths.append(Truth(day, memory.after(truth.stability, recalled=recalled)))
        if recalled:
            beliefs.append(_Belief(belief.stability * GROWTH, belief.lapses))
        else:
            beliefs.append(_Belief(shrunk(belief.stability), belief.lapses + 1))
