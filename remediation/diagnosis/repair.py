"""Whether a missed question's cause is repaired: by later recalls and other questions, not by time.

What counts, by the family of the newest miss's reason:

- Knowledge, and as long as no reason is named, since most misses are missing knowledge: each core
  card recalled on two days at least a week apart; or one core card recalled, and another question
  on it (a sibling) answered right on a later day.
- Application: two different siblings answered right, on different days.
- Test-taking: a habit and not an item. The miss is filed once its reason is named; what improves is
  the habit's rate.

Only days after the day of the miss count: on the day itself the explanation was just read. The same
question answered right again is practice, since its explanation is remembered, and never proof.
A repeat miss starts all over. A day is given as the number of its date (`date.toordinal`).

Sources: Butler, Journal of Experimental Psychology: Applied 2017 (different examples transfer
better than the same one again); Butler, Fazio and Marsh, Psychonomic Bulletin & Review 2011
(errors made with confidence come back within a week); how many recalls and siblings are enough is
judgement.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from itertools import chain
from typing import NamedTuple

from ..model.dates import short_date
from ..model.reasons import Family

# Days between the two recalls of a card. What was corrected can be wrong again a week later, so an
# earlier second recall says little (Butler, Fazio and Marsh 2011). The exact number is judgement.
RECALLS_APART = 7
# Judgement: one right answer may be a guess, and each sibling uses the fact in another way.
_SIBLINGS_NEEDED = 2


class RepairState(Enum):
    """How far the repair of a miss has come."""

    OPEN = "open"
    HALF_WAY = "half-way"
    REPAIRED = "repaired"
    # Missed again after it was repaired, and nothing counts towards a new repair yet.
    RE_OPENED = "re-opened"
    # A test-taking miss whose reason is named: there is no item to repair.
    FILED = "filed"

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do for the miss itself."""
        return self in (RepairState.REPAIRED, RepairState.FILED)


class MissDay(NamedTuple):
    """The day of a miss, and the family of the reason named for it, None where none is."""

    day: int
    family: Family | None = None


class SiblingRight(NamedTuple):
    """A day on which another question on the same core notes, of this id, was answered right."""

    day: int
    id: str


@dataclass(frozen=True)
class CoreCard:
    """A core card of a question.

    `recalled` are the days whose first answer was not Again, in order; `last_answered` is the last
    day with any answer, None where there is none.
    """

    recalled: tuple[int, ...] = ()
    last_answered: int | None = None
    suspended: bool = False

    def counts(self, missed: int) -> bool:
        """Whether the card has to be recalled to repair a miss of that day.

        One that is suspended and was not answered since will not be shown, and would keep the miss
        open for ever.
        """
        answered = self.last_answered is not None and self.last_answered > missed
        return answered or not self.suspended


@dataclass(frozen=True)
class RepairEvidence:
    """What is known of one question's repair.

    `misses` are all its misses in the order they happened, at least one. `siblings` is how many
    other questions on the core notes are known, `siblings_right` those answered right; `same_right`
    are the days on which the question itself was. Days without order are fine, and days before the
    newest miss say only whether that miss re-opened the question.
    """

    misses: tuple[MissDay, ...]
    cards: tuple[CoreCard, ...] = ()
    siblings: int = 0
    siblings_right: tuple[SiblingRight, ...] = ()
    same_right: tuple[int, ...] = ()


@dataclass(frozen=True)
class Repair:
    """The state of a question's repair, and what it rests on.

    `missed` is the day of the newest miss and `family` the one of its reason. `since` is the day on
    which the state was reached: the first that counts for half-way, the last needed for repaired,
    else the day of the miss. `next_day` is the first day on which another recall (or, for
    application, another sibling) takes it further, None where none is needed or none can come.
    `repaired_before` is the day on which an earlier miss was last repaired.

    Of the `cards` that count, `cards_done` have been recalled twice, far enough apart, and
    `cards_begun` once; `suspended` cards do not count. `first_recall` is the first day since the
    miss on which one was recalled, `last_sibling` and `last_same` the last on which a sibling, or
    the question itself, was right.
    """

    state: RepairState
    missed: int
    family: Family | None
    since: int
    next_day: int | None = None
    repaired_before: int | None = None
    cards: int = 0
    cards_done: int = 0
    cards_begun: int = 0
    suspended: int = 0
    siblings: int = 0
    first_recall: int | None = None
    last_sibling: int | None = None
    last_same: int | None = None


def repair_of(evidence: RepairEvidence) -> Repair:
    """How far a question's repair has come. Raises ValueError where there is no miss."""
    if not evidence.misses:
        raise ValueError("a question that was never missed needs no repair")
    newest = evidence.misses[-1]
    seen = _Seen(evidence, newest.day)
    state, since, next_day = _judged(newest, seen)
    repaired_before = _repaired_before(evidence)
    if state is RepairState.OPEN and repaired_before is not None:
        state = RepairState.RE_OPENED
    return Repair(
        state,
        newest.day,
        newest.family,
        since,
        next_day,
        repaired_before,
        cards=len(seen.cards),
        cards_done=sum(_done(days) is not None for days in seen.cards),
        cards_begun=sum(bool(days) and _done(days) is None for days in seen.cards),
        suspended=len(evidence.cards) - len(seen.cards),
        siblings=evidence.siblings,
        first_recall=min(chain.from_iterable(seen.cards), default=None),
        last_sibling=max((right.day for right in seen.siblings), default=None),
        last_same=max((day for day in evidence.same_right if day > newest.day), default=None),
    )


class _Seen:
    """What counts after the day of a miss, and before another day where one is given.

    `cards` has the days of recall for each core card that counts.
    """

    def __init__(self, evidence: RepairEvidence, missed: int, before: int | None = None) -> None:
        def counts(day: int) -> bool:
            return day > missed and (before is None or day < before)

        self.cards = [
            sorted(filter(counts, card.recalled)) for card in evidence.cards if card.counts(missed)
        ]
        self.siblings = sorted(right for right in evidence.siblings_right if counts(right.day))
        self.siblings_known = evidence.siblings


class _Judged(NamedTuple):
    state: RepairState
    since: int
    next_day: int | None = None


def _judged(miss: MissDay, seen: _Seen) -> _Judged:
    """The state that these recalls and answers give, leaving earlier misses aside."""
    if miss.family is Family.TEST_TAKING:
        return _Judged(RepairState.FILED, miss.day)
    repaired = _repaired_on(miss, seen)
    if repaired is not None:
        return _Judged(RepairState.REPAIRED, repaired)
    days = [right.day for right in seen.siblings]
    if miss.family is not Family.APPLICATION:
        days += chain.from_iterable(seen.cards)
    next_day = _next_day(miss, seen)
    if days:
        return _Judged(RepairState.HALF_WAY, min(days), next_day)
    return _Judged(RepairState.OPEN, miss.day, next_day)


def _repaired_on(miss: MissDay, seen: _Seen) -> int | None:
    """The day on which the last that is needed happened; None as long as something is missing."""
    if miss.family is Family.TEST_TAKING:
        return None
    if miss.family is Family.APPLICATION:
        return _siblings_enough(seen.siblings)
    ways = (_recalled_enough(seen.cards), _recalled_and_used(seen))
    return min((day for day in ways if day is not None), default=None)


def _recalled_enough(cards: Iterable[Sequence[int]]) -> int | None:
    """The day on which each card had been recalled twice; None also where no card counts."""
    done = [_done(days) for days in cards]
    days = [day for day in done if day is not None]
    return max(days) if days and len(days) == len(done) else None


def _done(days: Sequence[int]) -> int | None:
    """The day of the second recall that is far enough from the first; the days are in order."""
    return next((day for day in days if day >= days[0] + RECALLS_APART), None)


def _recalled_and_used(seen: _Seen) -> int | None:
    """The day on which a sibling was right, after the day on which a core card was recalled."""
    first = min(chain.from_iterable(seen.cards), default=None)
    if first is None:
        return None
    return next((right.day for right in seen.siblings if right.day > first), None)


def _siblings_enough(rights: Sequence[SiblingRight]) -> int | None:
    """The day on which two different siblings had been right on two different days."""
    days: set[int] = set()
    ids: set[str] = set()
    for right in rights:
        days.add(right.day)
        ids.add(right.id)
        if min(len(days), len(ids)) >= _SIBLINGS_NEEDED:
            return right.day
    return None


def _next_day(miss: MissDay, seen: _Seen) -> int | None:
    """The first day on which a recall or sibling takes it further; None where none can come."""
    after_miss = miss.day + 1
    if miss.family is Family.APPLICATION:
        if seen.siblings_known < _SIBLINGS_NEEDED:
            return None
        return seen.siblings[0].day + 1 if seen.siblings else after_miss
    days = [
        days[0] + RECALLS_APART if days else after_miss
        for days in seen.cards
        if _done(days) is None
    ]
    return min(days, default=None)


def _repaired_before(evidence: RepairEvidence) -> int | None:
    """The last day on which an earlier miss was repaired, before it was missed again."""
    repaired = None
    for miss, following in zip(evidence.misses, evidence.misses[1:]):
        day = _repaired_on(miss, _Seen(evidence, miss.day, following.day))
        repaired = repaired if day is None else day
    return repaired


# What to say about it
######################################################################

_FILED = "Filed: a habit, not an item. Its rate on fresh timed questions shows what improves."
_ONLY_PRACTICE = "The same question right again is practice, not proof."


def repair_step(repair: Repair, today: int) -> str:
    """Where a repair stands and what comes next, in a sentence or two for the student.

    `today` is the number of Anki's today. "Half-way: recalled once on Tue 3 Nov; once more from
    Tue 10 Nov on."
    """
    if repair.state is RepairState.FILED:
        return _FILED
    if repair.state is RepairState.REPAIRED:
        return f"Repaired on {_date(repair.since)}."
    by_siblings = repair.family is Family.APPLICATION
    told = _siblings_step(repair, today) if by_siblings else _cards_step(repair, today)
    if repair.state is RepairState.RE_OPENED and repair.repaired_before is not None:
        head = (
            f"Re-opened: missed again on {_date(repair.missed)}, after it was repaired on"
            f" {_date(repair.repaired_before)}. {told[:1].upper()}{told[1:]}"
        )
    else:
        head = f"{repair.state.value.capitalize()}: {told}"
    return f"{head} {_ONLY_PRACTICE}" if repair.last_same is not None else head


def _siblings_step(repair: Repair, today: int) -> str:
    if repair.last_sibling is not None:
        told = f"another question on it was right on {_date(repair.last_sibling)}"
        if repair.next_day is None:
            return f"{told}, the only one that its cards name."
        return f"{told}; a different one on another day, {_from(repair.next_day, today)}."
    if repair.next_day is None:
        known = "only one" if repair.siblings else "none"
        return f"two other questions on it show that it is repaired, and its cards name {known}."
    return (
        f"get two other questions on it right, on different days, {_from(repair.next_day, today)}."
    )


def _cards_step(repair: Repair, today: int) -> str:
    if not repair.cards:
        if repair.suspended:
            return "its cards are suspended; it can be repaired once one of them is active."
        return "it has no cards, and without them nothing shows that it is known."
    when = _from(repair.next_day, today) if repair.next_day is not None else ""
    or_sibling = _or_sibling(repair)
    if repair.first_recall is None:
        which = "its card" if repair.cards == 1 else f"each of its {repair.cards} cards"
        told = f"recall {which} on two days at least a week apart, {when}{or_sibling}."
        if repair.last_sibling is None:
            return told
        return f"another question on it was right on {_date(repair.last_sibling)}; {told}"
    if repair.cards == 1:
        return f"recalled once on {_date(repair.first_recall)}; once more {when}{or_sibling}."
    done = f"{repair.cards_done} of {repair.cards} cards recalled twice a week apart"
    return f"{done}, {repair.cards_begun} once; the next {when}{or_sibling}."


def _or_sibling(repair: Repair) -> str:
    """The shorter way, where there is a sibling to take it."""
    if not repair.siblings:
        return ""
    if repair.first_recall is None:
        which = "" if repair.cards == 1 else "one of them "
        return f", or {which}once and then another question on it right on a later day"
    return ", or another question on it right on a later day"


def _from(day: int, today: int) -> str:
    return "from today on" if day <= today else f"from {_date(day)} on"


def _date(day: int) -> str:
    return short_date(date.fromordinal(day))
