"""Repairs read from real collections: cards answered with Anki's scheduler, days that pass.

Anki takes the time from the clock, which cannot be set. Instead the past of the whole collection is
moved back: its reviews and due dates. The miss is recorded as one of three weeks ago, and what was
reviewed since is taken away first.
"""

from __future__ import annotations

import shutil
import time
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from anki.cards import CardId
from anki.collection import Collection
from anki.decks import DeckId
from anki.scheduler.v3 import CardAnswer

from remediation.collection.anki_days import AnkiDays, anki_days
from remediation.collection.importing import ImportRequest, apply_import, preview_import
from remediation.collection.ledger import read_ledger
from remediation.collection.naming import Naming, name_reasons
from remediation.collection.repair_states import repair_states
from remediation.diagnosis.repair import Repair, RepairState
from remediation.model.attempts import Attempt, Outcome
from remediation.model.banks import QuestionKey
from remediation.model.decisions import DecidedBy
from remediation.model.misses import latest_misses
from remediation.model.progress import Cancelled
from remediation.model.records import Sitting
from remediation.settings import Settings
from tests import sync_server
from tests.anking import GeneratedCollection, generate_collection
from tests.collections import missed, snapshot

DAY = 86_400
MISSED_DAYS_AGO = 21
SETTINGS = Settings(cards_unsuspended_per_day=9999)
AGAIN, GOOD = CardAnswer.AGAIN, CardAnswer.GOOD
OPEN, HALF_WAY, REPAIRED = RepairState.OPEN, RepairState.HALF_WAY, RepairState.REPAIRED


@pytest.fixture(scope="session")
def by_ease(tmp_path_factory: pytest.TempPathFactory) -> GeneratedCollection:
    """A small collection scheduled by ease, made once."""
    path = tmp_path_factory.mktemp("by ease") / "collection.anki2"
    return generate_collection(path, notes=150, seed=7, fsrs=False)


class _Student:
    """A question missed three weeks ago, its core cards active and not answered since."""

    def __init__(self, col: Collection, made: GeneratedCollection) -> None:
        self.col = col
        # The day must not end while the test runs.
        _set_rollover(col, (time.localtime().tm_hour + 12) % 24)
        self.missed_at = int(time.time()) - MISSED_DAYS_AGO * DAY
        assert col.db
        col.db.execute("delete from revlog where id >= ?", (self.missed_at - DAY) * 1000)
        self.key, self.siblings = _with_siblings(made)
        self.sit(self.key.id, Outcome.INCORRECT, at=self.missed_at)

    def sit(self, id: str, outcome: Outcome, *, at: int = 0) -> None:
        """Records a sitting of one question, now or at a moment."""
        attempts = (Attempt(id=id, outcome=outcome),)
        sitting = Sitting("uworld", "step1", at or int(time.time()), attempts, dated=True)
        request = ImportRequest((sitting,), again=True)
        apply_import(self.col, preview_import(self.col, request, SETTINGS), SETTINGS)

    @property
    def cards(self) -> list[CardId]:
        """The core cards of the question."""
        question = read_ledger(self.col).questions[self.key]
        notes = ",".join(str(ref.id) for ref in question.core)
        return list(self.col.find_cards(f"nid:{notes}"))

    def repair(self) -> Repair:
        """How far it has come."""
        return _repair(self.col, self.key)

    @property
    def state(self) -> RepairState:
        return self.repair().state

    def answer(self, *ratings: Any, cards: Sequence[CardId] | None = None) -> None:
        """Gives each core card these answers."""
        for card_id in self.cards if cards is None else cards:
            for rating in ratings:
                _answer(self.col, card_id, rating)

    def days_pass(self, days: int) -> None:
        """Moves what happened to all cards back, and nothing else."""
        assert self.col.db
        self.col.db.execute("update revlog set id = id - ?", days * DAY * 1000)
        self.col.db.execute("update cards set due = due - ? where type = 2", days)

    def name(self, reason: str) -> None:
        """Names the reason of the newest miss."""
        ledger = read_ledger(self.col)
        miss = latest_misses(ledger.sittings, ledger.questions)[self.key]
        name_reasons(self.col, SETTINGS, [Naming(miss, reason, DecidedBy.CONFIRMED)])


def _set_rollover(col: Collection, hour: int) -> None:
    preferences = col.get_preferences()
    preferences.scheduling.rollover = hour
    col.set_preferences(preferences)


def _with_siblings(made: GeneratedCollection) -> tuple[QuestionKey, list[str]]:
    """A question whose few notes name at least two others."""
    ids_of_note: dict[int, set[str]] = {}
    for (bank, exam, id), notes in made.questions.items():
        if (bank, exam) == ("uworld", "step1"):
            for note in notes:
                ids_of_note.setdefault(note, set()).add(id)
    for (bank, exam, id), notes in sorted(made.questions.items()):
        if (bank, exam) == ("uworld", "step1") and len(notes) <= 2:
            others = set.union(*(ids_of_note[note] for note in notes)) - {id}
            if len(others) >= 2:
                return QuestionKey(bank, exam, id), sorted(others)
    raise LookupError("no question has siblings")


def _repair(col: Collection, key: QuestionKey) -> Repair:
    return repair_states(col, read_ledger(col))[key]


def _answer(col: Collection, card_id: CardId, rating: CardAnswer.Rating.V) -> None:
    card = col.get_card(card_id)
    card.start_timer()
    scheduler: Any = col.sched
    states = col._backend.get_scheduling_states(card_id)
    scheduler.answer_card(scheduler.build_answer(card=card, states=states, rating=rating))


@pytest.fixture(params=["FSRS", "SM-2"])
def student(
    request: pytest.FixtureRequest,
    template: GeneratedCollection,
    by_ease: GeneratedCollection,
    tmp_path: Path,
) -> Iterator[_Student]:
    """A student with FSRS, then one without."""
    made = template if request.param == "FSRS" else by_ease
    col = Collection(shutil.copy(str(made.path), str(tmp_path / "either.anki2")))
    yield _Student(col, made)
    col.close()


@pytest.fixture
def fsrs_student(col: Collection, template: GeneratedCollection) -> _Student:
    """A student with FSRS, where the scheduler makes no difference."""
    return _Student(col, template)


def test_two_recalls_a_week_apart_repair_it(student: _Student) -> None:
    assert student.state is OPEN
    student.answer(GOOD)
    today = anki_days(student.col).today()
    half = student.repair()
    assert (half.state, half.since, half.next_day) == (HALF_WAY, today, today + 7)
    assert half.missed == today - MISSED_DAYS_AGO
    assert half.cards == half.cards_begun == len(student.cards)
    student.days_pass(6)
    student.answer(GOOD)
    assert student.state is HALF_WAY
    student.days_pass(1)
    student.answer(GOOD)
    whole = student.repair()
    assert (whole.state, whole.since, whole.next_day) == (REPAIRED, today, None)
    student.days_pass(5)
    student.answer(AGAIN)  # forgotten later: Anki shows it again, and the miss stays repaired
    assert student.state is REPAIRED


def test_the_first_answer_of_a_day_decides(student: _Student) -> None:
    student.answer(AGAIN, GOOD, GOOD)
    assert student.state is OPEN
    student.days_pass(1)
    student.answer(GOOD, AGAIN)
    assert student.repair().cards_begun == len(student.cards)


def test_an_answer_taken_back_takes_the_state_back(fsrs_student: _Student) -> None:
    student = fsrs_student
    (first, *_) = student.cards
    student.answer(GOOD, cards=[first])
    assert student.state is HALF_WAY
    student.col.undo()
    assert student.state is OPEN


@pytest.mark.parametrize("reschedule", [True, False])
def test_recalling_in_a_filtered_deck_is_recalling(student: _Student, reschedule: bool) -> None:
    col, cards = student.col, student.cards
    for deck in [d for d in col.decks.all() if d["dyn"]]:
        col.sched.empty_filtered_deck(deck["id"])
    deck = col.sched.get_or_create_filtered_deck(DeckId(0))
    deck.name = "Cram"
    del deck.config.search_terms[1:]
    deck.config.search_terms[0].search = " or ".join(f"cid:{card}" for card in cards)
    deck.config.reschedule = reschedule
    col.sched.add_or_update_filtered_deck(deck)
    home = {card: col.get_card(card).odid for card in cards}
    assert any(home.values())
    student.answer(GOOD, cards=[card for card in cards if home[card]])
    assert student.state is HALF_WAY


def test_what_is_no_answer_counts_for_nothing(student: _Student) -> None:
    student.col.sched.set_due_date(student.cards, "0")
    student.col.sched.schedule_cards_as_new(student.cards)
    student.col.sched.set_due_date(student.cards, "5!")
    assert student.state is OPEN


def test_nothing_counts_on_the_day_of_the_miss(student: _Student) -> None:
    student.answer(GOOD)
    student.days_pass(MISSED_DAYS_AGO)
    assert student.state is OPEN
    student.days_pass(-1)
    assert student.state is HALF_WAY
    # A card answered before the miss says nothing about after it.
    student.days_pass(2)
    assert student.state is OPEN


def test_every_active_core_card_is_needed_and_no_suspended_one(fsrs_student: _Student) -> None:
    student = fsrs_student
    col = student.col
    old = student.cards
    note = col.get_card(old[0]).note()
    note.fields[0] += " {{c18::one more}} {{c19::another}}"
    col.update_note(note)
    one, another = set(student.cards) - set(old)
    for days in (7, 0):
        student.answer(GOOD, cards=old)
        student.days_pass(days)
    assert student.repair().cards == len(old) + 2
    assert student.state is HALF_WAY
    col.sched.suspend_cards([one, another])
    repair = student.repair()
    assert (repair.state, repair.cards, repair.suspended) == (REPAIRED, len(old), 2)
    col.sched.unsuspend_cards([another])
    assert student.state is HALF_WAY
    col.sched.bury_cards([another])  # back tomorrow
    assert student.state is HALF_WAY


def test_a_sibling_right_after_a_recall_repairs_it(student: _Student) -> None:
    student.answer(GOOD)
    student.days_pass(2)
    sibling = student.siblings[0]
    assert student.repair().siblings == len(student.siblings)
    # One that was met before, even missed, is a sibling all the same.
    student.sit(sibling, Outcome.CORRECT, at=student.missed_at - DAY)
    assert student.state is HALF_WAY
    student.sit(sibling, Outcome.UNSURE)
    assert student.state is HALF_WAY
    student.sit(student.key.id, Outcome.CORRECT)
    assert student.state is HALF_WAY
    assert student.repair().last_same
    student.sit(sibling, Outcome.CORRECT)
    assert student.state is REPAIRED


def test_a_sibling_right_on_the_day_of_the_recall_is_not_later(fsrs_student: _Student) -> None:
    fsrs_student.answer(GOOD)
    fsrs_student.sit(fsrs_student.siblings[0], Outcome.CORRECT)
    assert fsrs_student.state is HALF_WAY


def test_application_needs_two_siblings_and_test_taking_a_name(fsrs_student: _Student) -> None:
    student = fsrs_student
    student.answer(GOOD)
    student.days_pass(5)
    student.name("K5")
    assert student.state is OPEN
    first, second, *_ = student.siblings
    student.sit(first, Outcome.CORRECT, at=int(time.time()) - 3 * DAY)
    assert student.state is HALF_WAY
    student.sit(first, Outcome.CORRECT, at=int(time.time()) - DAY)
    assert student.state is HALF_WAY
    student.sit(second, Outcome.CORRECT)
    assert student.state is REPAIRED
    student.name("T2")
    assert student.state is RepairState.FILED
    student.name("")
    assert student.state is REPAIRED  # like knowledge: recalled, then a sibling right


def test_a_repeat_miss_opens_it_again_until_there_is_something_new(student: _Student) -> None:
    for days in (7, 3):
        student.answer(GOOD)
        student.days_pass(days)
    assert student.state is REPAIRED
    student.sit(student.key.id, Outcome.INCORRECT, at=int(time.time()) - DAY)
    again = student.repair()
    assert again.state is RepairState.RE_OPENED
    assert again.repaired_before == again.missed - 2
    student.answer(GOOD)
    assert student.state is HALF_WAY


def test_a_miss_before_the_repair_only_starts_again(student: _Student) -> None:
    student.answer(GOOD)
    student.days_pass(3)
    student.sit(student.key.id, Outcome.OMITTED, at=int(time.time()) - DAY)
    assert student.state is OPEN


def test_all_questions_at_once_twice_and_nothing_is_written(
    fsrs_student: _Student, template: GeneratedCollection
) -> None:
    col = fsrs_student.col
    ids = [id for bank, exam, id in sorted(template.questions) if (bank, exam) == ("uworld", "")]
    ids += [id for b, e, id in sorted(template.questions) if (b, e) == ("uworld", "step1")][:30]
    request = missed([*ids, "999999"], when=fsrs_student.missed_at + DAY, dated=True)
    apply_import(col, preview_import(col, request, SETTINGS), SETTINGS)
    fsrs_student.answer(GOOD)
    ledger = read_ledger(col)
    before = snapshot(col, everything=True)
    states = repair_states(col, ledger)
    assert snapshot(col, everything=True) == before
    assert repair_states(col, ledger) == states
    assert list(states) == list(latest_misses(ledger.sittings, ledger.questions))
    assert states.keys() == ledger.questions.keys()
    without_cards = states[QuestionKey("uworld", "step1", "999999")]
    assert (without_cards.state, without_cards.cards) == (OPEN, 0)
    assert without_cards.next_day is None


def test_it_can_be_cancelled_at_every_point(fsrs_student: _Student) -> None:
    ledger = read_ledger(fsrs_student.col)
    labels: list[str] = []
    repair_states(fsrs_student.col, ledger, lambda label, _done, _total: labels.append(label))
    assert labels == ["Reading cards", "Reading reviews", "Judging repairs"]
    for stop_at in labels:

        def cancel(label: str, _done: int, _total: int, stop_at: str = stop_at) -> None:
            if label == stop_at:
                raise Cancelled

        with pytest.raises(Cancelled):
            repair_states(fsrs_student.col, ledger, cancel)


def test_without_records_there_is_nothing_to_judge(
    col: Collection, template: GeneratedCollection
) -> None:
    assert repair_states(col, read_ledger(col)) == {}
    student = _Student(col, template)
    # As where the sitting's record is damaged: nothing says when it was missed.
    assert repair_states(col, replace(read_ledger(col), sittings={})) == {}
    assert student.state is OPEN


def test_notes_that_are_gone_and_reviews_of_a_wrong_clock(fsrs_student: _Student) -> None:
    student = fsrs_student
    student.answer(GOOD)
    student.days_pass(-3)  # logged for the day after tomorrow
    assert student.state is OPEN
    assert student.col.db
    student.col.db.execute("update revlog set id = id - 1700000000000")  # about 1973
    assert student.state is OPEN
    question = read_ledger(student.col).questions[student.key]
    student.col.remove_notes([student.col.get_card(card).nid for card in student.cards])
    assert question.core
    assert (student.state, student.repair().cards) == (OPEN, 0)


def test_a_miss_dated_in_the_future_or_long_ago_waits_or_counts(
    col: Collection, template: GeneratedCollection
) -> None:
    student = _Student(col, template)
    student.answer(GOOD)
    student.sit(student.key.id, Outcome.INCORRECT, at=int(time.time()) + 90 * DAY)
    assert student.state is OPEN
    # Nor does a sibling right in the future count already.
    student.name("K5")
    student.sit(student.siblings[0], Outcome.CORRECT, at=int(time.time()) + 99 * DAY)
    assert student.state is OPEN
    old = student.siblings[1]
    student.sit(old, Outcome.INCORRECT, at=40 * 365 * DAY // 10)
    assert _repair(col, replace(student.key, id=old)).missed < student.repair().missed


def test_reviews_on_the_phone_count_once_they_are_synced(
    template: GeneratedCollection, tmp_path: Path
) -> None:
    with sync_server.sync_server(tmp_path / "server") as address:
        paths = [tmp_path / "desk.anki2", tmp_path / "phone.anki2"]
        shutil.copy(template.path, paths[0])
        desk, phone = (Collection(str(path)) for path in paths)
        try:
            at_desk = _Student(desk, template)
            at_desk.answer(GOOD)
            at_desk.days_pass(7)
            auth = sync_server.log_in(desk, address)
            sync_server.upload(desk, auth)
            sync_server.download(phone, auth)
            for card_id in at_desk.cards:
                _answer(phone, card_id, GOOD)
            assert at_desk.state is HALF_WAY
            sync_server.sync(phone, auth)
            sync_server.sync(desk, auth)
            assert at_desk.state is REPAIRED
            assert repair_states(phone, read_ledger(phone)) == repair_states(
                desk, read_ledger(desk)
            )
        finally:
            desk.close()
            phone.close()


# --- Days -----------------------------------------------------------------------------------------


@pytest.fixture(params=["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
def time_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Another time zone for Python; Lord Howe changes its clocks by half an hour."""
    if not hasattr(time, "tzset"):
        pytest.skip("the time zone of a process cannot be set here")
    with monkeypatch.context() as patched:
        patched.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("time_zone")
@pytest.mark.parametrize("rollover", [0, 2, 4, 23])
def test_days_begin_at_the_rollover_hour_summer_and_winter(rollover: int) -> None:
    days = AnkiDays(rollover)
    start = int(datetime(2025, 12, 31, 12).timestamp())
    moments = range(start, start + 366 * DAY, 900)
    found = [days.day(moment) for moment in moments]
    assert found == sorted(found)
    # As Anki does it: the date, and the day before where the hour has not come yet.
    for moment, day in zip(moments, found):
        local = time.localtime(moment)
        date = datetime(local.tm_year, local.tm_mon, local.tm_mday)
        passed = local.tm_hour >= rollover
        began = (date if passed else date - timedelta(days=1)).toordinal()
        # Named by the date of most of its hours.
        assert day == (began if rollover < 12 else began + 1)
    # Looking up among the beginnings gives the same.
    begins = [days.begin(day) for day in range(found[0], found[-1] + 1)]
    assert found == [found[0] + bisect_right(begins, moment) - 1 for moment in moments]


def test_an_answer_at_three_belongs_to_the_day_before(fsrs_student: _Student) -> None:
    student = fsrs_student
    col = student.col
    _set_rollover(col, 4)
    miss_day = datetime.fromtimestamp(student.missed_at) - timedelta(hours=4)
    next_morning = datetime(miss_day.year, miss_day.month, miss_day.day) + timedelta(days=1)
    student.answer(GOOD)
    for hour, state in ((3, OPEN), (5, HALF_WAY)):
        at = int((next_morning + timedelta(hours=hour)).timestamp() * 1000)
        assert col.db
        col.db.execute(
            "update revlog set id = ? + (select count() from cards where cards.id < cid)"
            " where id > ?",
            at,
            (student.missed_at - DAY) * 1000,
        )
        assert student.state is state


def test_today_is_that_of_anki(col: Collection) -> None:
    for rollover in (0, 4, 23):
        _set_rollover(col, rollover)
        days = anki_days(col)
        tomorrow = days.begin(days.today() + 1)
        # In the night in which the clocks change Anki counts 24 hours all the same.
        assert abs(tomorrow - col.sched.day_cutoff) <= 3600
