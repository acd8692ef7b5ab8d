"""Reads how far the repair of each missed question has come: from reviews and sittings, in bulk.

Nothing is stored, so the same collection always says the same, and reviews done on the phone count
as soon as they are synced. (The repair of tags and decks is in repair.py.)

What counts as an answer to a card: every row of the review log with a button, also one from a
filtered deck that does not reschedule, since recalling is recalling. Due dates set by hand or by
Anki are no answers. The first answer of a day decides; the steps after it repeat what was just
read.

Days are Anki's, see anki_days.py.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection as AnyCollection
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain

from anki.collection import Collection
from anki.consts import (
    QUEUE_TYPE_SUSPENDED,
    REVLOG_CRAM,
    REVLOG_LRN,
    REVLOG_RELRN,
    REVLOG_REV,
)
from anki.notes import NoteId

from ..diagnosis.repair import (
    CoreCard,
    MissDay,
    Repair,
    RepairEvidence,
    RepairState,
    SiblingRight,
    repair_of,
)
from ..matching.core_notes import Siblings
from ..matching.question_tags import questions_of_note
from ..model.attempts import Outcome
from ..model.banks import QuestionKey
from ..model.decisions import family_of
from ..model.misses import Miss, all_misses
from ..model.progress import Progress, no_progress
from .anki_days import AnkiDays, anki_days
from .database import database, ids_in, pieces
from .found_notes import tags_of_notes
from .ledger import Ledger
from .note_refs import core_note_ids

_AGAIN = 1
_ANSWERS = f"ease > 0 and type in ({REVLOG_LRN}, {REVLOG_REV}, {REVLOG_RELRN}, {REVLOG_CRAM})"
# Anki's first release: no review is older, whatever a clock says.
_FIRST_DAY = date(2006, 10, 5)
_QUESTIONS_PER_PROGRESS = 200


def repair_states(
    col: Collection,
    ledger: Ledger,
    progress: Progress = no_progress,
    *,
    activated: AnyCollection[int] = (),
) -> dict[QuestionKey, Repair]:
    """How far the repair of each question of the ledger has come, in the order first missed.

    Questions of which no sitting says that they were missed, since its record is damaged or not
    synced yet, are left out. Cards that are `activated` (their ids) are taken as not suspended.
    Nothing is written. Raises Cancelled where `progress` does.
    """
    misses: dict[QuestionKey, list[Miss]] = {}
    for miss in all_misses(ledger.sittings, ledger.questions):
        misses.setdefault(miss.key, []).append(miss)
    if not misses:
        return {}
    days = anki_days(col)
    today = days.today()
    progress("Reading cards", 0, 0)
    core = core_note_ids(col, (some[-1].question for some in misses.values()))
    note_ids = sorted({note for notes in core.values() for note in notes})
    since = min(days.day(some[0].sitting.when) for some in misses.values())
    cards = _core_cards(col, note_ids, days, since, today, activated, progress)
    siblings = Siblings(ledger.questions)
    named = {n: questions_of_note(tags) for n, tags in tags_of_notes(col, note_ids).items()}
    rights = _days_right(ledger, days, today)
    states = {}
    for done, (key, some) in enumerate(misses.items()):
        if done % _QUESTIONS_PER_PROGRESS == 0:
            progress("Judging repairs", done, len(misses))
        others = siblings.of(key, chain.from_iterable(named[note] for note in core[key]), ())
        states[key] = repair_of(
            RepairEvidence(
                tuple(MissDay(days.day(m.sitting.when), family_of(m.reason)) for m in some),
                tuple(card for note in core[key] for card in cards.get(note, ())),
                len(others),
                tuple(
                    SiblingRight(day, other.id) for other in others for day in rights.get(other, ())
                ),
                tuple(rights.get(key, ())),
            )
        )
    return states


def in_state(repairs: Mapping[QuestionKey, Repair], *states: RepairState) -> frozenset[QuestionKey]:
    """The questions whose repair is in one of these states."""
    return frozenset(key for key, repair in repairs.items() if repair.state in states)


@dataclass
class _Answers:
    """The answers to one card."""

    recalled: list[int] = field(default_factory=list)
    last_day: int | None = None

    def add(self, day: int, ease: int) -> None:
        """Adds the next answer in time; only the first one of its day says what was recalled."""
        if day != self.last_day:
            self.last_day = day
            if ease > _AGAIN:
                self.recalled.append(day)


def _core_cards(
    col: Collection,
    note_ids: Sequence[NoteId],
    days: AnkiDays,
    since: int,
    today: int,
    activated: AnyCollection[int],
    progress: Progress,
) -> dict[int, list[CoreCard]]:
    """The cards of each note with their answers from the day `since` until today.

    Cards that are `activated` are taken as not suspended.
    """
    rows = [
        row
        for some in pieces(note_ids)
        for row in database(col).all(
            f"select id, nid, queue from cards where nid in {ids_in(some)} order by nid, ord"
        )
    ]
    answers = _answers(col, [id for id, _, _ in rows], days, since, today, progress)
    cards: dict[int, list[CoreCard]] = defaultdict(list)
    for id, note_id, queue in rows:
        said = answers.get(id, _Answers())
        suspended = queue == QUEUE_TYPE_SUSPENDED and id not in activated
        cards[note_id].append(CoreCard(tuple(said.recalled), said.last_day, suspended))
    return cards


def _answers(
    col: Collection,
    card_ids: AnyCollection[int],
    days: AnkiDays,
    since: int,
    today: int,
    progress: Progress,
) -> dict[int, _Answers]:
    """The answers to each card from the day `since` until today; cards without any are left out."""
    first = max(since, _FIRST_DAY.toordinal())
    # Looking up a review among the beginnings of days is ten times faster than asking the calendar.
    begins = [days.begin(day) * 1000 for day in range(first, today + 2)]
    if len(begins) < 2:
        return {}
    answers: dict[int, _Answers] = defaultdict(_Answers)
    done = 0
    for some in pieces(card_ids):
        progress("Reading reviews", done, len(card_ids))
        # A review logged for tomorrow or later, by a wrong clock, is left out.
        for card_id, at, ease in database(col).all(
            f"select cid, id, ease from revlog where cid in {ids_in(some)} and {_ANSWERS}"
            " and id >= ? and id < ? order by cid, id",
            int(begins[0]),
            int(begins[-1]),
        ):
            answers[card_id].add(first + bisect_right(begins, at) - 1, ease)
        done += len(some)
    return answers


def _days_right(ledger: Ledger, days: AnkiDays, today: int) -> Mapping[QuestionKey, set[int]]:
    """The days until today on which each question was answered right, and surely so."""
    rights: dict[QuestionKey, set[int]] = defaultdict(set)
    for part in ledger.all_sittings():
        day = days.day(part.when)
        if day > today:
            continue
        for key, attempt in zip(part.question_keys(), part.attempts):
            if attempt.outcome is Outcome.CORRECT:
                rights[key].add(day)
    return rights
