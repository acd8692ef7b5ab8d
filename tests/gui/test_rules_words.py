"""What the window about rules and habits says."""

from __future__ import annotations

from datetime import date

import pytest

from remediation.gui import rules_words
from remediation.planning.habits import Block, Frequency, Habit, SlipWeek, habit_rates


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [
        ((6, 120), (14, 120), "6 in the last 120 questions, 14 in the 120 before: fewer."),
        ((14, 120), (6, 120), "14 in the last 120 questions, 6 in the 120 before: more."),
        (
            (7, 120),
            (14, 120),
            "7 in the last 120 questions, 14 in the 120 before: could be chance.",
        ),
        ((6, 120), (6, 120), "6 in the last 120 questions, 6 in the 120 before: the same."),
        (
            (6, 120),
            (1, 20),
            "6 in the last 120 questions, 1 in the 20 before: too few yet.",
        ),
        ((1, 40), (0, 0), "1 in the last 40 questions: too few yet."),
        ((1, 1), (0, 0), "1 in the last 1 question: too few yet."),
        ((0, 0), (0, 0), "no fresh timed questions yet."),
    ],
)
def test_a_habit_in_a_sentence(now: tuple[int, int], before: tuple[int, int], told: str) -> None:
    habit = Habit("T2", Frequency(*now), Frequency(*before))
    assert rules_words.habit(habit) == f"Passed over a clue: {told}"


def test_misses_without_a_reason_are_told() -> None:
    blocks = [Block(2, 120, ("T1",), unnamed=5), Block(1, 120, unnamed=2)]
    assert rules_words.unnamed(habit_rates(blocks)) == (
        "No reason yet: 5 misses in the last 120 questions, 2 in the 120 before. "
        "Any of them could belong here."
    )
    assert rules_words.unnamed(habit_rates([Block(2, 40, unnamed=1)])) == (
        "No reason yet: 1 miss in the last 40 questions. Any of them could belong here."
    )
    assert not rules_words.unnamed(habit_rates([Block(2, 40, ("T1",))]))


def test_slips_are_told_with_what_helps() -> None:
    first, last = date(2026, 11, 3).toordinal(), date(2026, 11, 8).toordinal()
    assert rules_words.slips(SlipWeek(3, first, last)) == (
        "3 slips in one week, from 3 November to 8 November: a short check before you submit "
        "helps. Reread the lead-in, the units and the sign."
    )
    assert rules_words.slips(SlipWeek(4, last, last)).startswith(
        "4 slips in one week, on 8 November: "
    )
    assert not rules_words.slips(None)
