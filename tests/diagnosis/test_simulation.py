"""The model on simulated students: near the best possible; and the simulation's own arithmetic."""

from __future__ import annotations

import itertools
import json
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests import simulation
from tests.simulation import (
    FEWER_NEEDED,
    KindResult,
    Result,
    auc,
    known_exactly,
    measure,
    misses_of,
    score,
)
from tests.simulation_study import STUDENTS

ROOT = Path(__file__).parents[2]
MISSES = 500  # a kind; the area under the curve is then uncertain by about 0.02


@pytest.fixture(scope="module")
def result() -> Result:
    return measure(MISSES)


KINDS = [student.name for student in STUDENTS]


def kind(result: Result, name: str) -> KindResult:
    return next(kind for kind in result.kinds if kind.kind == name)


@pytest.mark.parametrize("name", KINDS)
def test_near_the_ceiling_and_above_the_baselines(result: Result, name: str) -> None:
    """Model and ceiling answer the same misses, so their distance is surer than either."""
    found = kind(result, name)
    assert found.misses == MISSES
    assert found.distance < 0.02
    assert found.model.auc > 0.75
    assert found.observer.auc > found.ceiling.auc + 0.03
    assert found.model.brier <= found.always_knowledge.brier
    assert found.model.brier < found.share_seen.brier
    assert found.model.brier < found.ceiling.brier + 0.03


@pytest.mark.parametrize("name", ["beginner", "middling", "strong"])
def test_calibrated_where_the_student_is_as_assumed(result: Result, name: str) -> None:
    """Tenths of 500 are 50 answers: their share is uncertain by 0.07, the largest gap by more."""
    assert kind(result, name).model.gap < 0.15


def test_pooled(result: Result) -> None:
    assert result.pooled.misses == MISSES * len(KINDS)
    assert result.pooled.model.gap < 0.08
    assert result.pooled.distance < 0.03


def test_blind_answers_help_where_the_student_is_not_as_assumed(result: Result) -> None:
    careless, forgetful = kind(result, "careless"), kind(result, "forgetful")
    assert careless.shift < -0.2
    assert forgetful.shift > 0.1
    for found in (careless, forgetful):
        assert found.after_all_blind.brier < found.model.brier + 0.005
        assert found.after_40_blind.brier < found.model.brier + 0.005


# --- Its own arithmetic ---------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_result() -> None:
    first, again = measure(60), measure(60)
    assert first.kinds == again.kinds
    assert first.kinds != measure(60, seed=1).kinds


def test_other_numbers_of_needed_notes_are_another_truth() -> None:
    student = STUDENTS[1]
    few, _ = misses_of(student, 60, sizes=FEWER_NEEDED)
    assert {len(miss.needed) for miss in few} == {1, 2}
    recalls = (0.9, 0.4, 0.7)
    one = known_exactly(recalls, 3, (1.0,))
    two = known_exactly(recalls, 3, (0.0, 1.0))
    assert known_exactly(recalls, 3, FEWER_NEEDED) == pytest.approx(0.7 * one + 0.3 * two)
    assert one == pytest.approx(2 / 3)


def test_the_ceiling_is_what_drawing_gives() -> None:
    """Against a hundred thousand draws of the notes that were needed."""
    rng = random.Random(5)
    recalls = (0.9, 0.4, 0.7, 0.2, 0.95)
    drawn = Counter(simulation._draw_needed(5, 2, rng) for _ in range(100_000))
    mean = 0.0
    for needed, count in drawn.items():
        chance = 1.0
        for place in needed:
            chance *= recalls[place]
        mean += chance * count / 100_000
    assert known_exactly(recalls, 2) == pytest.approx(mean, abs=0.005)


@pytest.mark.parametrize(("matched", "core"), [(1, 1), (2, 2), (3, 2), (10, 2)])
def test_the_ceiling_at_its_limits(matched: int, core: int) -> None:
    assert known_exactly((1.0,) * matched, core) == pytest.approx(1)
    assert known_exactly((0.0,) * matched, core) == 0


def test_area_under_the_curve_equals_counting_pairs() -> None:
    rng = random.Random(3)
    said = [rng.randrange(6) / 5 for _ in range(80)]
    truth = [rng.random() < 0.3 + p / 3 for p in said]
    wins = [
        (a > b) + (a == b) / 2
        for (a, is_a), (b, is_b) in itertools.product(zip(said, truth), repeat=2)
        if is_a and not is_b
    ]
    assert auc(said, truth) == pytest.approx(sum(wins) / len(wins))
    assert auc([0.1, 0.9], [False, True]) == 1
    assert auc([0.9, 0.1], [False, True]) == 0
    assert auc([0.5] * 4, [True] * 4) == 0.5


def test_measures_by_hand() -> None:
    perfect = score([1.0] * 10 + [0.0] * 10, [True] * 10 + [False] * 10)
    assert (perfect.accuracy, perfect.auc, perfect.brier, perfect.gap) == (1, 1, 0, 0)
    off = score([0.8] * 20, [True, False] * 10)
    assert (off.accuracy, off.auc) == (0.5, 0.5)
    assert off.gap == pytest.approx(0.3)
    assert off.brier == pytest.approx((0.04 + 0.64) / 2)


def test_the_command_prints_json() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.simulation", "--json", "--misses", "40"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    results = json.loads(run.stdout)
    assert list(results) == ["power curve", simulation.SENSITIVITY]
    printed = results["power curve"]
    assert [kind["kind"] for kind in printed["kinds"]] == KINDS
    assert printed["pooled"]["misses"] == 40 * len(KINDS)
