"""What there is to do today, read once."""

from __future__ import annotations

import sys
from collections import Counter
from types import FrameType
from typing import Any, Callable

import pytest
from anki.collection import Collection

from remediation.collection.importing import apply_import, preview_import
from remediation.collection.ledger import read_ledger
from remediation.collection.projection import decks_to_study
from remediation.collection.release_queue import plan_daily_release, read_overview, release
from remediation.collection.repair_states import repair_states
from remediation.collection.today import read_today
from remediation.settings import Settings
from tests.anking import GeneratedCollection
from tests.collections import missed, some_questions

# What reads the whole ledger, and every review of its cards.
READINGS = (read_ledger, repair_states)


@pytest.fixture
def imported(col: Collection, template: GeneratedCollection) -> Collection:
    """A collection with misses whose suspended cards all wait."""
    none = Settings(cards_unsuspended_per_day=0)
    apply_import(col, preview_import(col, missed(some_questions(template, 30)), none), none)
    return col


def readings(act: Callable[[], object]) -> list[int]:
    """How often each of READINGS was done."""
    counts: Counter[object] = Counter()

    def note(frame: FrameType, event: str, _argument: Any) -> None:
        if event == "call":
            counts[frame.f_code] += 1

    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(None)
    return [counts[function.__code__] for function in READINGS]


def test_today_reads_the_records_once(imported: Collection) -> None:
    assert readings(lambda: read_today(imported, Settings())) == [1, 1]


def test_todays_cards_are_those_that_the_other_screens_show(imported: Collection) -> None:
    today = read_today(imported, Settings())
    assert today.release == read_overview(imported, Settings())
    assert today.release is not None
    assert today.release.plan.cards
    wanted = decks_to_study(imported, Settings(), read_ledger(imported))
    assert [deck.name for deck in today.decks] == [deck.name for deck in wanted]


def test_the_daily_release_is_planned_once_and_read_anew_to_write_it(imported: Collection) -> None:
    plan = plan_daily_release(imported, Settings())
    assert plan
    assert readings(lambda: plan_daily_release(imported, Settings())) == [1, 1]
    assert readings(lambda: release(imported, Settings(), plan)) == [1, 1]
