"""The model on students who study with Anki; and that their records are as Anki would have them."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from functools import cache, partial

import pytest
from anki.cards import CardId

from remediation.collection.database import database
from tests import simulation
from tests.simulated_collection import _AnkiRecords, anki_records
from tests.simulation import KindResult, figures, measure
from tests.simulation_study import (
    DAYS,
    FIRST_QUESTION_DAY,
    STUDENTS,
    Asked,
    Student,
    StudySource,
    power_curve,
)

MISSES = 1_500
TOPICS = 40
DAY_MS = 86_400_000
STRONG = next(student for student in STUDENTS if student.name == "strong")
FORGETFUL = next(student for student in STUDENTS if student.name == "forgetful")


@cache
def kind(student: Student, *, optimised: bool = False) -> KindResult:
    source = partial(anki_records, optimised=optimised, topics=TOPICS)
    return measure(MISSES, source=source, students=[student]).kinds[0]


@pytest.fixture(scope="module")
def study() -> Iterator[_AnkiRecords]:
    """A few topics of the student whose cards lapse most."""
    with anki_records(FORGETFUL, random.Random(4), topics=4) as found:
        assert isinstance(found, _AnkiRecords)
        yield found


@pytest.mark.parametrize("optimised", [False, True])
@pytest.mark.parametrize("student", [STRONG, FORGETFUL], ids=lambda student: student.name)
def test_near_the_ceiling(student: Student, optimised: bool) -> None:
    """Model and ceiling answer the same misses, so their distance is surer than either.

    At 40,000 misses it is 0.001 to 0.013; at 1,500 chance adds about 0.01 either way.
    """
    found = kind(student, optimised=optimised)
    assert found.misses == MISSES
    assert found.distance < 0.03
    assert found.distance > -0.01
    assert found.observer.auc > found.ceiling.auc + 0.03
    assert found.ceiling.brier < found.model.brier + 0.005
    assert found.model.brier < found.share_seen.brier
    assert found.model.auc > found.share_seen.auc


def test_optimised_parameters_and_blind_answers_mend_calibration() -> None:
    """The default parameters hold a forgetful student's cards for better known than they are."""
    plain, optimised = kind(FORGETFUL), kind(FORGETFUL, optimised=True)
    assert plain.shift > 0.5
    assert plain.after_all_blind.brier < plain.model.brier
    assert optimised.model.brier < plain.model.brier
    assert optimised.model.gap < plain.model.gap
    assert optimised.ceiling == plain.ceiling


def test_without_fsrs_the_intervals_tell_nearly_as_much() -> None:
    source = partial(anki_records, fsrs=False, topics=TOPICS)
    found = measure(MISSES, source=source, students=[STRONG]).kinds[0]
    assert found.distance < 0.05
    assert found.model.brier < found.always_knowledge.brier
    assert found.model.auc > found.share_seen.auc


def test_without_fsrs_no_memory_states_are_kept() -> None:
    with anki_records(STRONG, random.Random(4), fsrs=False, topics=1) as study:
        assert isinstance(study, _AnkiRecords)
        assert not study.desk.col.get_config("fsrs")
        states = database(study.desk.col).all("select data from cards where reps > 0")
        assert states
        assert not [data for (data,) in states if '"s"' in data]
        facts = tuple(study.topics[0])
        (notes,) = study.evidence([Asked(DAYS - 0.5, facts, core=2)])
        for fact, note in zip(facts, notes):
            assert (note.recall is None) == (fact.true_recall(DAYS - 0.5) is None)


def test_the_same_seed_gives_the_same_result() -> None:
    source = partial(anki_records, topics=2)
    first, again = (measure(60, source=source, students=[STRONG]).kinds for _ in range(2))
    assert [one.model for one in first] == [pytest.approx(one.model) for one in again]
    assert first[0].ceiling == again[0].ceiling


# --- Its records ----------------------------------------------------------------------------------


def test_every_answer_is_logged_on_its_day(study: _AnkiRecords) -> None:
    end = study.desk.moment(DAYS) * 1000
    logged: dict[int, set[int]] = {}
    for card_id, review_ms in database(study.desk.col).all("select cid, id from revlog"):
        logged.setdefault(card_id, set()).add(DAYS + (review_ms - end) // DAY_MS)
    facts = [fact for topic in study.topics for fact in topic]
    assert any(fact.truths for fact in facts)
    for fact in facts:
        days = {int(truth.day) for truth in fact.truths}
        assert logged.get(study.desk.note_id(fact.number), set()) == days


def test_kept_memory_states_are_those_of_the_log(study: _AnkiRecords) -> None:
    """What Anki kept as the student answered, against what it computes from all reviews."""
    col = study.desk.col
    rows = database(col).all("select id, data from cards where reps > 2")
    assert len(rows) > 50
    for card_id, data in rows:
        newest = col.card_stats_data(CardId(card_id)).revlog[0]
        assert json.loads(data)["s"] == pytest.approx(newest.memory_state.stability, rel=0.02)


def test_no_card_is_answered_before_it_is_due(study: _AnkiRecords) -> None:
    rows = database(study.desk.col).all("select cid, id, ivl from revlog order by cid, id")
    checked = 0
    for (card, before, interval), (next_card, after, _) in zip(rows, rows[1:]):
        if card == next_card and interval > 0:
            assert (after - before + DAY_MS // 2) // DAY_MS >= interval
            checked += 1
    assert checked > 100


def test_evidence_knows_only_the_reviews_before(study: _AnkiRecords) -> None:
    """A note counts as new exactly until its first answer, though all were given long since."""
    facts = tuple(fact for topic in study.topics for fact in topic)
    col = study.desk.col
    for day in (FIRST_QUESTION_DAY + 0.5, 150.5, DAYS - 0.5):
        (notes,) = study.evidence([Asked(day, facts, core=1)])
        assert [note.is_core for note in notes[:2]] == [True, False]
        for fact, note in zip(facts, notes):
            assert (note.recall is None) == (fact.true_recall(day) is None)
            lapses = database(col).scalar(
                "select count() from revlog where cid = ? and id < ? and ease = 1 and type = 1",
                study.desk.note_id(fact.number),
                study.desk.moment(day) * 1000,
            )
            assert note.lapses == lapses


def test_the_last_evidence_is_what_anki_shows(study: _AnkiRecords) -> None:
    """Half a day before the end, and hence a little more than Anki says for now."""
    facts = tuple(f for topic in study.topics for f in topic if f.true_recall(DAYS - 1))
    (notes,) = study.evidence([Asked(DAYS - 0.5, facts, core=0)])
    compared = 0
    for fact, note in zip(facts, notes):
        if fact.truths[-1].day < DAYS - 0.5:
            stats = study.desk.col.card_stats_data(CardId(study.desk.note_id(fact.number)))
            assert note.recall == pytest.approx(stats.fsrs_retrievability, abs=0.05)
            compared += 1
    assert compared > 20


# --- What is printed ------------------------------------------------------------------------------


SMALL: dict[str, StudySource] = {
    "power curve": power_curve,
    "Anki": partial(anki_records, topics=2),
    "Anki, optimised": partial(anki_records, topics=2, optimised=True),
    "Anki, SM-2": partial(anki_records, topics=2, fsrs=False),
}


def test_figures_name_source_kind_and_target() -> None:
    found = figures(40, SMALL)
    names = [figure.what for figure in found]
    assert len(set(names)) == len(names)
    assert "Anki, optimised, strong: area below the ceiling" in names
    targets = {figure.what.rpartition(": ")[2]: figure.target for figure in found}
    assert targets["area below the ceiling"] == 0.02
    assert targets["calibration gap after 40 blind answers"] == 0.05
    assert targets["calibration gap after all blind answers"] == 0.05
    assert f"{simulation.SENSITIVITY}, strong: calibration gap" in names
    assert targets["area of the ceiling"] is None


@pytest.mark.parametrize("arguments", [["--json"], ["--json", "--anki"]])
def test_the_command_prints_json_for_each_source(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(simulation, "SOURCES", SMALL)
    simulation.main([*arguments, "--misses", "20"])
    printed = json.loads(capsys.readouterr().out)
    sources = list(SMALL) if "--anki" in arguments else ["power curve"]
    assert list(printed) == [*sources, simulation.SENSITIVITY]
    for result in printed.values():
        assert [kind["kind"] for kind in result["kinds"]] == [s.name for s in STUDENTS]


def test_the_command_prints_tables(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(simulation, "SOURCES", SMALL)
    simulation.main(["--anki", "--misses", "20"])
    printed = capsys.readouterr().out
    tables = [*SMALL, simulation.SENSITIVITY]
    assert all(f"{name}\n\nbeginner: 20 misses" in printed for name in tables)
    assert printed.count("below the ceiling") == len(tables) * (len(STUDENTS) + 1)
    assert printed.count("after 40 blind") == len(tables) * (len(STUDENTS) + 1)
