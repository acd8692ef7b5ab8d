"""What was begun and not saved, as it is kept between two openings of the window."""

from __future__ import annotations

import pytest

from remediation.gui.naming_draft import Draft, from_profile, to_profile
from remediation.model.attempts import Confidence


def test_what_was_written_comes_back() -> None:
    draft = Draft("T4", Confidence.GUESSED, "a cue", "a rule", "another thing", wants_cards=True)
    assert from_profile(to_profile({"UWorld Step 1 1": draft})) == {"UWorld Step 1 1": draft}


def test_a_pick_alone_is_not_kept() -> None:
    assert to_profile({"UWorld Step 1 1": Draft("4", Confidence.SURE)}) == {}


def test_the_newest_are_kept() -> None:
    kept = to_profile({str(number): Draft(cue="a cue") for number in range(150)})
    assert list(kept) == [str(number) for number in range(50, 150)]


@pytest.mark.parametrize("stored", [None, [], "x", {"1": 3}])
def test_what_cannot_be_read_is_left_out(stored: object) -> None:
    assert from_profile(stored) == {}


def test_a_reason_that_is_none_is_left_out() -> None:
    stored = {"1": {"code": "Z9", "confidence": "very", "cue": "a cue"}}
    assert from_profile(stored) == {"1": Draft(cue="a cue")}
