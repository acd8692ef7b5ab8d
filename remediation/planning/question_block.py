"""Today's questions: which questions to ask the bank for, and on which days.

A sibling is another question on the core notes of a miss: getting it right shows that the fact is
known. The missed question itself is practice, since its explanation is remembered for a while.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from ..model.banks import QuestionKey, bank_by_key

# Half of a usual block of 40, so that it leaves time for what it shows. Judgement.
MOST_QUESTIONS = 20
# Days after a miss. What was corrected can be wrong again a week later, so an earlier right answer
# says less (Butler, Fazio and Marsh, Psychonomic Bulletin & Review 2011). The exact numbers are
# judgement.
FIRST_SIBLING_DAY = 2
BEST_SIBLING_DAY = 7
FIRST_REPEAT_DAY = 14
# Days before the exam without such blocks: what they show could not be repaired in time.
LAST_DAYS = 7
_DAYS_IN_WEEK = 7
# A block has fewer than a hundred questions.
_DIGITS_OF_A_COUNT = 2
_DASHES = re.compile("[\u2010-\u2015\u2212]")

# The keys of a bank and an exam, as in a QuestionKey.
BankAndExam = tuple[str, str]


class Kind(Enum):
    """Why a question is asked; the values are stored."""

    SIBLING = "sibling"
    REPEAT = "repeat"


@dataclass(frozen=True)
class Candidate:
    """A question that may be asked because of a miss.

    `miss` is the missed question, the same as `key` for a repeat; `system` the key of its organ
    system, "" where unknown; `missed` the day of its latest miss (Anki's days); `times_missed` how
    often it was missed.
    """

    key: QuestionKey
    kind: Kind
    miss: QuestionKey
    system: str
    missed: date
    times_missed: int = 1

    @property
    def first_day(self) -> date:
        """The first day on which it may be asked."""
        wait = FIRST_SIBLING_DAY if self.kind is Kind.SIBLING else FIRST_REPEAT_DAY
        return self.missed + timedelta(wait)

    def turn(self, today: date) -> int:
        """When it gets its turn: siblings at their best first (0), then other siblings, repeats."""
        if self.kind is Kind.REPEAT:
            return 2
        return 0 if today >= self.missed + timedelta(BEST_SIBLING_DAY) else 1


@dataclass(frozen=True)
class Block:
    """Questions of one bank and exam, in the order in which they are asked on `day`."""

    day: date
    questions: tuple[Candidate, ...]

    @property
    def source(self) -> BankAndExam:
        """The bank and exam of its questions."""
        return _source(self.questions[0])

    @property
    def keys(self) -> tuple[QuestionKey, ...]:
        """The keys of its questions."""
        return tuple(question.key for question in self.questions)

    @property
    def text(self) -> str:
        """The ids as banks take them: "1234, 5678"."""
        return ", ".join(key.id for key in self.keys)

    def count(self, kind: Kind) -> int:
        """How many of the questions are of a kind."""
        return sum(question.kind is kind for question in self.questions)


def choose_block(
    candidates: Iterable[Candidate],
    today: date,
    source: BankAndExam | None = None,
    *,
    keep: Iterable[Candidate] = (),
    most: int = MOST_QUESTIONS,
) -> Block | None:
    """The block for a day: up to `most` questions, the same ones whenever asked; None for nothing.

    `source` is the bank and exam to take, else the one with questions for the most misses. `keep`
    are questions that stay in the block. A miss gets one place. Siblings come before repeats, each
    place goes to the system that has fewest so far, and within a system misses that were missed
    most often come first. The order of the block is left to chance, so that it tells no topic.
    """
    kept = list(keep)
    ready = [candidate for candidate in candidates if candidate.first_day <= today]
    if kept:
        source = _source(kept[0])
    if source is None:
        source = next(iter(sources(ready, today)), None)
    chosen = _Choice(kept)
    for turn in sorted({candidate.turn(today) for candidate in ready}):
        chosen.fill(
            (c for c in ready if c.turn(today) == turn and _source(c) == source), today, most
        )
    if not chosen.questions:
        return None
    return Block(today, tuple(sorted(chosen.questions, key=lambda c: _chance(today, c.key))))


class _Choice:
    def __init__(self, kept: list[Candidate]) -> None:
        self.questions = kept
        self._taken = {key for question in kept for key in (question.key, question.miss)}
        self._of_system = Counter(question.system for question in kept)

    def fill(self, candidates: Iterable[Candidate], today: date, most: int) -> None:
        """Gives free places to these, the system with fewest questions first."""
        queues = _by_system(candidates, today)
        while queues and len(self.questions) < most:
            system = min(queues, key=lambda name: (self._of_system[name], _chance(today, name)))
            free = next((c for c in queues[system] if self._is_free(c)), None)
            if free is None:
                del queues[system]
                continue
            self.questions.append(free)
            self._taken.update((free.key, free.miss))
            self._of_system[system] += 1

    def _is_free(self, candidate: Candidate) -> bool:
        return candidate.key not in self._taken and candidate.miss not in self._taken


def _by_system(candidates: Iterable[Candidate], today: date) -> dict[str, Iterator[Candidate]]:
    """The questions of each system, those of the most urgent miss first."""
    grouped: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        grouped.setdefault(candidate.system, []).append(candidate)
    return {
        system: iter(
            sorted(
                some,
                key=lambda c: (-c.times_missed, _chance(today, c.miss), _chance(today, c.key)),
            )
        )
        for system, some in grouped.items()
    }


def _chance(today: date, about: object) -> str:
    """A place left to chance, which is the same for the whole day."""
    return hashlib.sha256(f"{today} {about}".encode()).hexdigest()


def _source(candidate: Candidate) -> BankAndExam:
    return (candidate.key.bank, candidate.key.exam)


def sources(candidates: Iterable[Candidate], today: date) -> tuple[BankAndExam, ...]:
    """The banks and exams that have questions today, those for the most misses first."""
    misses: dict[BankAndExam, set[QuestionKey]] = {}
    for candidate in candidates:
        if candidate.first_day <= today:
            misses.setdefault(_source(candidate), set()).add(candidate.miss)
    return tuple(sorted(misses, key=lambda source: (-len(misses[source]), source)))


def first_day(candidates: Iterable[Candidate]) -> date | None:
    """The first day on which any of these may be asked."""
    return min((candidate.first_day for candidate in candidates), default=None)


# Limits
######################################################################


class Hindrance(Enum):
    """Why there is no block today."""

    TURNED_OFF = "turned off"
    LAST_WEEK = "last week before the exam"
    WEEK_IS_FULL = "enough blocks this week"


def hindrance(
    today: date, block_days: Iterable[date], per_week: int, exam_day: date | None
) -> Hindrance | None:
    """Why there is no new block today, None where there may be one.

    `block_days` are the days of earlier blocks; a week runs from Monday to Sunday. `exam_day` is
    None where no exam is planned; one that is over does not count.
    """
    if per_week <= 0:
        return Hindrance.TURNED_OFF
    if exam_day is not None and 0 <= (exam_day - today).days <= LAST_DAYS:
        return Hindrance.LAST_WEEK
    this_week = {day for day in block_days if next_week(day) == next_week(today)}
    return Hindrance.WEEK_IS_FULL if len(this_week) >= per_week else None


def next_block_day(
    today: date, first: date, block_days: Iterable[date], per_week: int, exam_day: date | None
) -> date | None:
    """The first day from `first` on with a new block, None where none is before the exam.

    The others are as for `hindrance`.
    """
    days = list(block_days)
    while hindrance(first, days, per_week, exam_day) is Hindrance.WEEK_IS_FULL:
        first = next_week(first)
    if exam_day is not None and exam_day >= today and (exam_day - first).days <= LAST_DAYS:
        return None
    return first


def next_week(day: date) -> date:
    """The Monday after a day."""
    return day + timedelta(_DAYS_IN_WEEK - day.weekday())


# What the bank refuses
######################################################################


def named_in(text: str, keys: Collection[QuestionKey]) -> tuple[QuestionKey, ...]:
    """Those of the questions whose ids stand in a text, such as a bank's message, in their order.

    Ids are whole words of it, or whole numbers, as somebody may write them; what else the text says
    does not matter. Beside longer ids, numbers of one or two digits are taken as counts.
    """
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", text))
    words = {*re.findall(r"[-\w]+", plain), *re.findall(r"\d+", plain)}
    words.update(number.replace(",", "") for number in re.findall(r"\d{1,3}(?:,\d{3})+", plain))
    banks = {bank_by_key(key.bank) for key in keys}
    ids = {(bank.normal_id(word) or "").casefold() for bank in banks for word in words}
    named = tuple(key for key in keys if key.id.casefold() in ids)
    longer = tuple(key for key in named if len(key.id) > _DIGITS_OF_A_COUNT)
    return longer or named
