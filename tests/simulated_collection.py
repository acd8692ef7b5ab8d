"""Simulated students who study with Anki: its scheduler, its records, read by the add-on.

Each student has a real collection with FSRS as Anki sets it up (or without it), one note a fact and
one card a note. What is recalled follows from the student's true memory; the intervals, the review
log and the memory states are Anki's own. The evidence is read as in diagnosis of real misses.

Anki takes the time from the clock, which cannot be set. Instead the past of the cards due on a day
is moved back by the days since they were last answered; each is then answered as of today.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from anki.collection import AddNoteRequest, Collection
from anki.consts import CARD_TYPE_LRN, CARD_TYPE_RELEARNING, LEECH_TAGONLY
from anki.deck_config_pb2 import DeckConfig
from anki.decks import DEFAULT_DECK_ID, UpdateDeckConfigs
from anki.scheduler_pb2 import (
    CardAnswer,
    ComputeFsrsParamsRequest,
    ComputeFsrsParamsResponse,
    SchedulingStates,
)

from remediation.collection.cards import CardFacts, Past, cards_at_moments, cards_of_notes
from remediation.collection.database import database, ids_in
from remediation.diagnosis.evidence import NoteEvidence, note_evidence
from remediation.diagnosis.recall import SECONDS_PER_DAY
from tests.simulation_study import (
    DAYS,
    FIRST_QUESTION_DAY,
    NOTES_OF_A_TOPIC,
    TOPICS,
    Asked,
    Fact,
    Memory,
    Student,
    Study,
    Topics,
    Truth,
    draw_delay,
    draw_memory,
    draw_share,
)

if TYPE_CHECKING:
    from anki.cards import CardId  # at run time, before anki.collection, it imports itself

# Questions come half a day after the day's reviews, all of one day at one moment.
_QUESTIONS_LATER = 0.5
# The answers of the last simulated day lie so long ago that none is in the future.
_SECONDS_AGO = 3_600
_ANSWER_MS = 5_000
# Anki lets a card leave its steps after two answers.
_MOST_STEPS = 5


@contextmanager
def anki_records(
    student: Student,
    rng: random.Random,
    *,
    fsrs: bool = True,
    optimised: bool = False,
    topics: int = TOPICS,
) -> Iterator[Study]:
    """Study with Anki, in a collection that is deleted afterwards.

    Cards are answered Again where the fact was forgotten and Good otherwise, late by the student's
    delay, but never before they are due. Further answers on the same day, as the learning steps
    ask for them, are Good and change nothing in what is truly remembered. FSRS has its default
    parameters; with `optimised` the student has Anki optimise them, once, after the last day.
    Without `fsrs` Anki schedules by ease, and keeps no memory states (SM-2).
    """
    with TemporaryDirectory() as folder:
        col = Collection(str(Path(folder) / "collection.anki2"))
        try:
            desk = _Desk(col, topics * NOTES_OF_A_TOPIC, fsrs=fsrs)
            study = _study(student, rng, desk, topics)
            if optimised:
                desk.optimise()
            yield study
        finally:
            col.close()


class _Desk:
    """A collection at which one student answers cards. Cards and notes are numbered from 0."""

    def __init__(self, col: Collection, notes: int, *, fsrs: bool) -> None:
        self.col = col
        now = int(time.time())
        # Seconds since the epoch; the day of it is the last one simulated.
        self._last_day = now - _SECONDS_AGO
        self._prepare(now, fsrs=fsrs)
        self._add_notes(notes)
        # Milliseconds since the day's first answer. They go on from day to day, so that no two
        # answers are logged under the same number, however far their days are moved.
        self._answers = 0

    def moment(self, day: float) -> int:
        """The simulated day as seconds since the epoch."""
        return self._last_day - round((DAYS - day) * SECONDS_PER_DAY)

    def note_id(self, number: int) -> int:
        """Notes and cards have the same ids: Anki draws the spread of intervals from them."""
        return number + 1

    def answer(self, recalled: Mapping[int, bool]) -> dict[int, int]:
        """Answers cards, each recalled or not, until they have left their steps.

        Returns the interval in days that Anki gave each.
        """
        numbers = {self.note_id(number): number for number in recalled}
        for card_id, number in numbers.items():
            self._answer(card_id, recalled=recalled[number])
        for _ in range(_MOST_STEPS):
            in_steps = self._rows(
                "select id from cards where"
                f" type in ({CARD_TYPE_LRN}, {CARD_TYPE_RELEARNING}) and id in {ids_in(numbers)}"
            )
            if not in_steps:
                break
            for (card_id,) in in_steps:
                self._answer(card_id, recalled=True)
        else:
            raise RuntimeError(f"cards are still in their steps after {_MOST_STEPS} answers")
        rows = self._rows(f"select id, ivl from cards where id in {ids_in(numbers)}")
        return {numbers[card_id]: interval for card_id, interval in rows}

    def move_back(self, days: Mapping[int, int]) -> None:
        """Moves all that happened to each of these cards so many days into the past."""
        if not days:
            return
        rows = ",".join(f"({self.note_id(number)},{some})" for number, some in days.items())
        moved = f"with moved(card, days) as (values {rows})"
        db = database(self.col)
        db.execute(
            f"{moved} update revlog set id = revlog.id - moved.days * {SECONDS_PER_DAY * 1000}"
            " from moved where revlog.cid = moved.card"
        )
        # Since 25.07 Anki keeps the time of the last review with the card as well. Without FSRS it
        # may keep nothing.
        db.execute(
            f"{moved} update cards set due = due - moved.days, data = iif(data = '', '',"
            " json_replace(data, '$.lrt',"
            f" json_extract(data, '$.lrt') - moved.days * {SECONDS_PER_DAY}))"
            " from moved where cards.id = moved.card"
        )

    def optimise(self) -> None:
        """Does what Optimize in the deck's options does: the parameters of FSRS from all reviews.

        Anki computes all memory states anew with them; no card is given another date.
        """
        col = self.col
        asked = ComputeFsrsParamsRequest(search="deck:Default", num_of_relearning_steps=1)
        with ThreadPoolExecutor(1) as worker:  # on the main thread Anki prints that it took long
            answer = worker.submit(
                col._backend.compute_fsrs_params_raw, asked.SerializeToString()
            ).result()
        shown = col.decks.get_deck_configs_for_update(DEFAULT_DECK_ID)
        preset = shown.all_config[0].config
        fields = [field.name for field in preset.config.DESCRIPTOR.fields]
        newest = max(name for name in fields if name.startswith("fsrs_params_"))
        found = ComputeFsrsParamsResponse.FromString(answer).params
        preset.config.MergeFrom(DeckConfig.Config(**{newest: found}))
        col.decks.update_deck_configs(
            UpdateDeckConfigs(
                target_deck_id=DEFAULT_DECK_ID,
                configs=[preset],
                limits=shown.current_deck.limits,
                card_state_customizer=shown.card_state_customizer,
                new_cards_ignore_review_limit=shown.new_cards_ignore_review_limit,
                apply_all_parent_limits=shown.apply_all_parent_limits,
                fsrs=shown.fsrs,
            )
        )

    def _prepare(self, now: int, *, fsrs: bool) -> None:
        col = self.col
        col.set_config("fsrs", fsrs)
        # It spreads cards by what else is due, which is not the simulated day's until the end.
        col.set_config("loadBalancerEnabled", False)
        # The day must not end while the student studies.
        col.set_config("rollover", (time.localtime(now).tm_hour + 12) % 24)
        # Thousands of answers need not be safe on the disk: the collection is deleted.
        database(col).execute("pragma synchronous = off")
        database(col).execute("update col set crt = ?", now - (DAYS + 30) * SECONDS_PER_DAY)
        preset = col.decks.config_dict_for_deck_id(DEFAULT_DECK_ID)
        preset["lapse"]["leechAction"] = LEECH_TAGONLY
        col.decks.update_config(preset)

    def _add_notes(self, notes: int) -> None:
        col = self.col
        notetype = col.models.by_name("Basic")
        if notetype is None:
            raise RuntimeError("a new collection has no Basic note type")
        requests = []
        for number in range(notes):
            note = col.new_note(notetype)
            note.fields = [f"fact {number}", "its answer"]
            requests.append(AddNoteRequest(note, DEFAULT_DECK_ID))
        col.add_notes(requests)
        db = database(col)
        for number, (old,) in enumerate(self._rows("select id from notes order by id")):
            db.execute("update notes set id = ? where id = ?", self.note_id(number), old)
            db.execute(
                "update cards set id = ?, nid = ? where nid = ?",
                *(self.note_id(number), self.note_id(number), old),
            )

    def _answer(self, card_id: int, *, recalled: bool) -> None:
        backend = self.col._backend
        states: SchedulingStates = backend.get_scheduling_states(card_id)
        self._answers += 1
        backend.answer_card(
            CardAnswer(
                card_id=card_id,
                current_state=states.current,
                new_state=states.good if recalled else states.again,
                rating=CardAnswer.GOOD if recalled else CardAnswer.AGAIN,
                answered_at_millis=self._last_day * 1000 + self._answers,
                milliseconds_taken=_ANSWER_MS,
            )
        )

    def _rows(self, statement: str) -> Sequence[Sequence[int]]:
        return database(self.col).all(statement)


@dataclass(frozen=True)
class _AnkiRecords:
    topics: Topics
    desk: _Desk

    def question_day(self, rng: random.Random) -> float:
        return rng.randrange(FIRST_QUESTION_DAY, DAYS) + _QUESTIONS_LATER

    def evidence(self, asked: Sequence[Asked]) -> list[tuple[NoteEvidence, ...]]:
        col, note_id = self.desk.col, self.desk.note_id
        facts = {fact.number for question in asked for fact in question.facts}
        cards = cards_of_notes(col, sorted(map(note_id, facts)))
        wanted: dict[int, set[int]] = defaultdict(set)
        for question in asked:
            wanted[self.desk.moment(question.day)].update(note_id(f.number) for f in question.facts)
        past = cards_at_moments(
            col,
            {
                moment: [card for note in sorted(notes) for card in cards[note]]
                for moment, notes in wanted.items()
            },
        )
        found = []
        for question in asked:
            then = past[self.desk.moment(question.day)]
            found.append(
                tuple(
                    _note_evidence(cards[note_id(fact.number)], then, is_core=place < question.core)
                    for place, fact in enumerate(question.facts)
                )
            )
        return found


def _note_evidence(
    cards: Sequence[CardFacts], past: Mapping[CardId, Past], *, is_core: bool
) -> NoteEvidence:
    then = [past[card.id] for card in cards]
    return note_evidence([p.recall for p in then], [p.lapses for p in then], is_core=is_core)


def _study(student: Student, rng: random.Random, desk: _Desk, topics: int) -> _AnkiRecords:
    memories: list[Memory | None] = []
    for _ in range(topics):
        share = draw_share(student, rng)
        memories += [draw_memory(student, share, rng) for _ in range(NOTES_OF_A_TOPIC)]
    known = {number: memory for number, memory in enumerate(memories) if memory}
    truths: list[list[Truth]] = [[] for _ in memories]
    due: dict[int, list[int]] = defaultdict(list)
    for number, memory in known.items():
        due[int(memory.first_day)].append(number)
    for day in range(DAYS + 1):
        today = sorted(due[day])
        _move_back(desk, truths, today, day)
        recalled = {}
        for number in today:
            recalled[number] = _review(known[number], truths[number], day, rng)
        for number, interval in desk.answer(recalled).items():
            wait = max(interval, round(interval * draw_delay(student, rng)))
            due[day + wait].append(number)
    _move_back(desk, truths, known, DAYS)
    facts = [Fact(number, tuple(states)) for number, states in enumerate(truths)]
    starts = range(0, len(facts), NOTES_OF_A_TOPIC)
    return _AnkiRecords([facts[start : start + NOTES_OF_A_TOPIC] for start in starts], desk)


def _review(memory: Memory, truths: list[Truth], day: int, rng: random.Random) -> bool:
    """Adds what is true after a review on that day; returns whether the fact was recalled.

    The first answer comes right after the fact was learnt.
    """
    if not truths:
        truths.append(Truth(day, memory.stability))
        return True
    recalled = rng.random() < truths[-1].recall(day)
    truths.append(Truth(day, memory.after(truths[-1].stability, recalled=recalled)))
    return recalled


def _move_back(desk: _Desk, truths: list[list[Truth]], numbers: Iterable[int], day: int) -> None:
    """Moves the past of these cards to where it is seen from that day."""
    desk.move_back(
        {number: day - int(truths[number][-1].day) for number in numbers if truths[number]}
    )
