"""How long today's cards take, read from a real collection."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from anki.cards import CardId
from anki.collection import Collection

from remediation.collection import exam_date
from remediation.collection.importing import apply_import, preview_import
from remediation.collection.ledger import read_ledger
from remediation.collection.release_queue import plan_daily_release, release
from remediation.collection.shared_settings import with_shared
from remediation.collection.study_time import read_study_time
from remediation.planning.study_time import Answered
from remediation.settings import Settings
from tests.anking import GeneratedCollection
from tests.collections import (
    differences,
    missed,
    read_plan,
    release_daily,
    snapshot,
    some_questions,
    today,
)

SETTINGS = Settings(cards_unsuspended_per_day=6, minutes_per_day=30)
NOTHING_YET = Settings(cards_unsuspended_per_day=0)
DAY = 86_400


@pytest.fixture
def waiting(col: Collection, template: GeneratedCollection) -> Collection:
    """A collection with misses, none of whose suspended cards is active, without reviews."""
    request = missed(some_questions(template, 30), total=40)
    apply_import(col, preview_import(col, request, NOTHING_YET), NOTHING_YET)
    assert col.db
    col.db.execute("delete from revlog")
    return col


def answer(
    col: Collection, card: int, *, days_ago: float = 0, seconds: float = 8, kind: int = 1
) -> None:
    """Puts an answer into the review log."""
    assert col.db
    at = int((time.time() - days_ago * DAY) * 1000)
    while col.db.scalar("select count() from revlog where id = ?", at):
        at -= 1
    col.db.execute(
        "insert into revlog values (?, ?, -1, ?, 1, 1, 2500, ?, ?)",
        *(at, card, 0 if kind == 4 else 3, seconds * 1000, kind),
    )


def due_cards(col: Collection, number: int) -> list[CardId]:
    """Active cards, as many as asked for, that are made due today; all others are not."""
    assert col.db
    later = col.sched.today + 50
    col.db.execute("update cards set due = ? where queue = 2 and odid = 0", later)
    col.db.execute("update cards set odue = ? where queue = 2 and odid", later)
    cards = [CardId(id) for id in col.db.list("select id from cards where odid = 0 and queue = 2")]
    col.sched.set_due_date(cards[:number], "0")
    return cards[:number]


def test_answers_of_the_last_days_tell_the_time_a_card_takes(waiting: Collection) -> None:
    answer(waiting, 1, days_ago=2, seconds=10)
    answer(waiting, 1, days_ago=2, seconds=6, kind=2)  # again on the same day: one card
    answer(waiting, 1, days_ago=9, seconds=4)
    answer(waiting, 2, days_ago=3, seconds=30, kind=0)
    answer(waiting, 3, days_ago=3, seconds=50, kind=4)  # rescheduled by hand: no answer
    answer(waiting, 4, days_ago=40, seconds=50)  # too long ago
    found = read_study_time(waiting, SETTINGS)
    assert found.reviewed == Answered(2, 20.0)
    assert found.learned == Answered(1, 30.0)
    assert found.spent == 0
    answer(waiting, 5, seconds=12)
    assert read_study_time(waiting, SETTINGS).spent == 12


def test_what_is_for_today_is_what_anki_says(waiting: Collection) -> None:
    due_cards(waiting, 0)
    before = read_study_time(waiting, SETTINGS)
    due_cards(waiting, 7)
    after = read_study_time(waiting, SETTINGS)
    assert after == replace(before, reviews=before.reviews + 7)


def test_a_card_brought_forward_into_our_decks_is_not_for_today(waiting: Collection) -> None:
    due_cards(waiting, 0)
    release(waiting, SETTINGS, read_plan(waiting, replace(SETTINGS, minutes_per_day=0)))
    before = read_study_time(waiting, SETTINGS)
    assert waiting.db
    card = waiting.find_cards("deck:Remediation::Mixed is:new")[0]
    waiting.db.execute(
        f"update cards set type = 2, queue = 2, odue = ?, ivl = 60 where id = {card}",
        waiting.sched.today + 9,
    )
    brought_forward = replace(before, new=before.new - 1)
    assert read_study_time(waiting, SETTINGS) == brought_forward
    waiting.db.execute(f"update cards set odue = ? where id = {card}", waiting.sched.today)
    due = replace(brought_forward, reviews=before.reviews + 1)
    assert read_study_time(waiting, SETTINGS) == due


def test_reading_writes_nothing(waiting: Collection) -> None:
    before = snapshot(waiting, everything=True)
    read_study_time(waiting, SETTINGS)
    assert snapshot(waiting, everything=True) == before


def test_nothing_new_comes_where_the_day_is_full(waiting: Collection) -> None:
    due_cards(waiting, 20)
    for number in range(40):
        answer(waiting, number, days_ago=1, seconds=60)
    full = replace(SETTINGS, minutes_per_day=5)
    assert read_study_time(waiting, full).room == 0
    assert not plan_daily_release(waiting, full)
    assert release_daily(waiting, full).cards == 0
    # What the student asks for comes all the same.
    asked = replace(read_plan(waiting, full), number=2)
    assert release(waiting, full, asked).cards == 2


def test_as_many_come_as_there_is_time_for(waiting: Collection) -> None:
    due_cards(waiting, 0)
    already = read_study_time(waiting, SETTINGS).taken
    settings = replace(SETTINGS, minutes_per_day=int(already) + 2)
    room = read_study_time(waiting, settings).room
    assert 0 < room < SETTINGS.cards_unsuspended_per_day
    assert release_daily(waiting, settings).cards == room


def test_minutes_are_said_with_the_exam_date_as_one_step(col: Collection) -> None:
    day = today(col) + timedelta(days=30)
    before = snapshot(col)
    assert exam_date.set_exam_date(col, Settings(), day, 45)
    said, problems = with_shared(col, Settings())
    assert (said.minutes_per_day, said.exam_date, problems) == (45, day.isoformat(), [])
    assert exam_date.set_exam_date(col, said, day, 45) is None
    assert exam_date.set_exam_date(col, said, day) is None
    assert exam_date.set_exam_date(col, said, day, 0)
    assert with_shared(col, Settings())[0].minutes_per_day == 0
    assert exam_date.exam_date(read_ledger(col)) == day
    col.undo()
    col.undo()
    assert differences(before, snapshot(col)) == {}
