"""Recall cards: the ladder, the preset that changes nothing else, and what the student decides."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from anki.cards import Card
from anki.collection import Collection
from anki.consts import LEECH_SUSPEND
from anki.deck_config_pb2 import DeckConfig
from anki.decks import DeckConfigId, DeckId, UpdateDeckConfigs
from anki.errors import InvalidInput
from anki.scheduler_pb2 import CardAnswer

from remediation.collection.evidence import diagnose
from remediation.collection.importing import apply_import, preview_import
from remediation.collection.ledger import read_ledger
from remediation.collection.naming import Naming, name_reasons
from remediation.collection.recall_cards import PRESET_NAME, RecallChanges, recall_changes
from remediation.collection.repair import plan_repair, repair
from remediation.model.decisions import DecidedBy
from remediation.model.misses import Miss, latest_misses
from remediation.settings import Settings
from tests import sync_server
from tests.anking import GeneratedCollection, generate_collection
from tests.collections import differences, missed, snapshot, some_questions
from tests.whole_anki import ROOT

SETTINGS = Settings()
OFF = Settings(recall_cards=False)
DECK = "Remediation::My rules"
# What Anki's own options screen writes with any change, where nothing was written before: the
# values that hold without it.
ANKIS_DEFAULTS = {
    "applyAllParentLimits": False,
    "cardStateCustomizer": "",
    "fsrsHealthCheck": True,
    "newCardsIgnoreReviewLimit": False,
}
NEVER = (-1, 0)


@pytest.fixture
def misses(col: Collection, template: GeneratedCollection) -> list[Miss]:
    """The misses of an imported block, without a reason yet."""
    return _import(col, some_questions(template, 8))


def _import(col: Collection, ids: list[str]) -> list[Miss]:
    request = missed(ids, when=1_750_000_000)
    apply_import(col, preview_import(col, request, SETTINGS), SETTINGS)
    return _misses(col)


def _misses(col: Collection) -> list[Miss]:
    ledger = read_ledger(col)
    return list(latest_misses(ledger.sittings, ledger.questions).values())


def _write_rule(
    col: Collection, miss: Miss, rule: str, settings: Settings = SETTINGS, cue: str | None = None
) -> None:
    name_reasons(col, settings, [Naming(miss, "T1", DecidedBy.CONFIRMED, cue=cue, rule=rule)])


def _card(col: Collection, miss: Miss) -> Card:
    (card,) = col.get_note(read_ledger(col).question_notes[miss.key]).cards()
    return card


def _state(col: Collection, miss: Miss) -> tuple[int, int]:
    card = _card(col, miss)
    return (int(card.queue), int(card.type))


def _days(col: Collection, card: Card) -> int:
    """In how many days the card is due."""
    return int(col.get_card(card.id).due - col.sched.today)


def _deck(col: Collection) -> DeckId:
    deck_id = col.decks.id_for_name(DECK)
    assert deck_id is not None
    return deck_id


def _preset_of_deck(col: Collection) -> DeckConfig:
    shown = col.decks.get_deck_configs_for_update(_deck(col))
    held: dict[int, DeckConfig] = {entry.config.id: entry.config for entry in shown.all_config}
    return held[shown.current_deck.config_id]


def _limits(col: Collection) -> Any:
    return col.decks.get_deck_configs_for_update(_deck(col)).current_deck.limits


def _own_presets(col: Collection) -> list[str]:
    return [config["name"] for config in col.decks.all_config() if config.get("remediation")]


def _let_days_pass(col: Collection, card: Card, days: int) -> None:
    """Moves the past of a card back, as if so many days had passed."""
    assert col.db
    col.db.execute(
        "update cards set due = due - ?1, data = json_replace(data, '$.lrt',"
        " json_extract(data, '$.lrt') - ?1 * 86400) where id = ?2",
        days,
        card.id,
    )
    col.db.execute("update revlog set id = id - ?1 * 86400000 where cid = ?2", days, card.id)


def _answer(col: Collection, card: Card, *, again: bool = False) -> int:
    """Lets the days pass until the card is due and answers it; in how many days it is due then."""
    _let_days_pass(col, card, _days(col, card))
    states = col._backend.get_scheduling_states(card.id)
    now = col.get_card(card.id)
    now.start_timer()
    scheduler: Any = col.sched
    rating = CardAnswer.AGAIN if again else CardAnswer.GOOD
    scheduler.answer_card(scheduler.build_answer(card=now, states=states, rating=rating))
    return _days(col, card)


# --- The card -------------------------------------------------------------------------------------


def test_a_rule_makes_its_card_active_and_nothing_else(col: Collection, misses: list[Miss]) -> None:
    assert {_state(col, miss) for miss in misses} == {NEVER}
    _write_rule(col, misses[0], "read the last line first", cue="long stem")
    card = _card(col, misses[0])
    assert (card.type, card.queue, card.left, _days(col, card)) == (1, 3, 2, 2)
    assert {_state(col, miss) for miss in misses[1:]} == {NEVER}
    assert "long stem" in card.question()
    assert str(misses[0].key) in card.question()
    assert "read the last line first" not in card.question()
    assert "read the last line first" in card.answer()


def test_without_a_cue_the_front_shows_the_question(col: Collection, misses: list[Miss]) -> None:
    _write_rule(col, misses[0], "a rule")
    assert str(misses[0].key) in _card(col, misses[0]).question()
    assert not col._backend.get_empty_cards().notes


def test_one_step_and_a_second_run_writes_nothing(col: Collection, misses: list[Miss]) -> None:
    before = snapshot(col)
    _write_rule(col, misses[0], "a rule")
    after = snapshot(col, everything=True)
    _write_rule(col, _misses(col)[0], "a rule")
    assert not plan_repair(col, SETTINGS, decks_too=False)
    assert repair(col, SETTINGS, decks_too=False) is None
    assert snapshot(col, everything=True) == after
    col.undo()
    assert differences(before, snapshot(col)) == {}
    col.redo()
    assert _state(col, misses[0]) == (3, 1)


@pytest.mark.parametrize("fsrs", [True, False])
def test_the_ladder(col: Collection, misses: list[Miss], fsrs: bool) -> None:
    col.set_config("fsrs", fsrs)
    preset = col.decks.config_dict_for_deck_id(_deck(col))
    preset["lapse"]["leechAction"] = LEECH_SUSPEND
    col.decks.update_config(preset)
    _write_rule(col, misses[0], "a rule")
    card = _card(col, misses[0])
    assert _answer(col, card) == 5  # on day 2; the next is day 7
    intervals = [_answer(col, card) for _ in range(6)]
    assert all(5 <= days <= 7 for days in intervals), intervals
    assert _answer(col, card, again=True) == 2
    after = _answer(col, card)
    assert 2 <= after <= 7
    assert all(4 <= _answer(col, card) <= 7 for _ in range(3))
    assert col.get_card(card.id).queue == 2
    for _ in range(12):  # a card that fails often is a leech, and would be suspended
        assert _answer(col, card, again=True) == 2
        assert col.get_card(card.id).queue == 3
        _answer(col, card)
    assert col.get_card(card.id).note().has_tag("leech")


def test_the_first_answers_can_be_wrong(col: Collection, misses: list[Miss]) -> None:
    _write_rule(col, misses[0], "a rule")
    card = _card(col, misses[0])
    assert [_answer(col, card, again=True), _answer(col, card, again=True)] == [2, 2]
    assert _answer(col, card) == 5


def test_an_emptied_rule_suspends_and_a_new_one_goes_on(
    col: Collection, misses: list[Miss]
) -> None:
    _write_rule(col, misses[0], "a rule")
    card = _card(col, misses[0])
    _answer(col, card)
    _answer(col, card)
    studied = col.get_card(card.id)
    before = snapshot(col)
    _write_rule(col, misses[0], "")
    assert _state(col, misses[0]) == (-1, 2)
    assert not plan_repair(col, SETTINGS, decks_too=False)
    col.undo()
    assert differences(before, snapshot(col)) == {}
    _write_rule(col, misses[0], "")
    _write_rule(col, misses[0], "another rule")
    now = col.get_card(card.id)
    assert (now.queue, now.type, now.due, now.ivl, now.reps, now.custom_data) == (
        *(studied.queue, studied.type, studied.due, studied.ivl, studied.reps),
        "",
    )
    assert not plan_repair(col, SETTINGS, decks_too=False)


def test_a_card_never_answered_begins_anew(col: Collection, misses: list[Miss]) -> None:
    _write_rule(col, misses[0], "a rule")
    _write_rule(col, misses[0], "")
    _let_days_pass(col, _card(col, misses[0]), 30)
    _write_rule(col, misses[0], "a rule")
    card = _card(col, misses[0])
    assert (card.queue, card.left, _days(col, card)) == (3, 2, 2)


def test_changing_the_words_of_a_rule_leaves_the_card(col: Collection, misses: list[Miss]) -> None:
    _write_rule(col, misses[0], "a rule")
    card = _card(col, misses[0])
    _answer(col, card)
    before = [row for row in snapshot(col)["cards"] if row[0] == card.id]
    _write_rule(col, misses[0], "a better rule")
    assert [row for row in snapshot(col)["cards"] if row[0] == card.id] == before


def test_a_rule_written_in_ankis_editor_counts_at_the_next_repair(
    col: Collection, misses: list[Miss]
) -> None:
    note = col.get_note(read_ledger(col).question_notes[misses[0].key])
    note["Rule"] = "written on the phone"
    col.update_note(note)
    assert repair(col, SETTINGS, decks_too=False)
    assert _state(col, misses[0]) == (3, 1)
    note["Rule"] = "<br>"
    col.update_note(note)
    assert repair(col, SETTINGS, decks_too=False)
    assert _state(col, misses[0]) == (-1, 1)


# --- The student decides --------------------------------------------------------------------------


def test_a_card_that_the_student_suspended_stays_so(col: Collection, misses: list[Miss]) -> None:
    for miss in misses[:2]:
        _write_rule(col, miss, "a rule")
    _answer(col, _card(col, misses[1]))
    cards = [_card(col, miss) for miss in misses[:2]]
    col.sched.suspend_cards([card.id for card in cards])
    assert not plan_repair(col, SETTINGS, decks_too=False)
    _write_rule(col, misses[0], "another rule")
    _write_rule(col, misses[1], "")
    _write_rule(col, misses[1], "another rule")
    assert [col.get_card(card.id).queue for card in cards] == [-1, -1]


def test_suspended_by_hand_after_the_add_on_made_way(col: Collection, misses: list[Miss]) -> None:
    """The mark of a suspension by the add-on does not outlive the student's own decision."""
    _write_rule(col, misses[0], "a rule")
    card = _card(col, misses[0])
    _answer(col, card)
    assert repair(col, OFF, decks_too=False)
    col.sched.unsuspend_cards([card.id])
    assert repair(col, SETTINGS, decks_too=False)
    assert col.get_card(card.id).custom_data == ""
    col.sched.suspend_cards([card.id])
    assert not plan_repair(col, SETTINGS, decks_too=False)


def test_a_deleted_card_stays_deleted(col: Collection, misses: list[Miss]) -> None:
    _write_rule(col, misses[0], "a rule")
    col.remove_notes([_card(col, misses[0]).nid])
    assert not plan_repair(col, SETTINGS, decks_too=False).projection.recall
    _write_rule(col, misses[1], "a rule")
    assert misses[0].key not in read_ledger(col).question_notes


def test_turned_off_and_on_again(col: Collection, misses: list[Miss]) -> None:
    _write_rule(col, misses[0], "never a card", settings=OFF)
    assert _state(col, misses[0]) == NEVER
    assert _own_presets(col) == []
    for miss in misses[1:3]:
        _write_rule(col, miss, "a rule")
    assert _state(col, misses[0]) == (3, 1)
    _answer(col, _card(col, misses[1]))
    due = _card(col, misses[1]).due
    assert repair(col, OFF, decks_too=False)
    assert [_card(col, miss).queue for miss in misses[:3]] == [-1, -1, -1]
    assert not plan_repair(col, OFF, decks_too=False)
    assert repair(col, SETTINGS, decks_too=False)
    assert [_card(col, miss).queue for miss in misses[:3]] == [3, 3, 3]
    assert _card(col, misses[1]).due == due
    assert not plan_repair(col, SETTINGS, decks_too=False)


def test_custom_data_of_others_is_kept(col: Collection, misses: list[Miss]) -> None:
    _write_rule(col, misses[0], "a rule")
    card = _card(col, misses[0])
    for others in ({"v": "helper", "seed": 12}, {"full": "x" * 85}):
        card.load()
        card.custom_data = json.dumps(others, separators=(",", ":"))
        col.update_card(card)
        _write_rule(col, misses[0], "")
        assert _state(col, misses[0])[0] == -1
        assert others.items() <= json.loads(_card(col, misses[0]).custom_data).items()
        _write_rule(col, misses[0], "a rule")
        assert json.loads(_card(col, misses[0]).custom_data) == others


def test_cards_in_a_deck_of_the_students(col: Collection, misses: list[Miss]) -> None:
    """Moved or taken into a filtered deck, they are studied all the same."""
    other = DeckId(col.decks.id("My own") or 0)
    col.set_deck([_card(col, misses[0]).id], other)
    _write_rule(col, misses[0], "a rule")
    card = _card(col, misses[0])
    assert (card.queue, card.did) == (3, other)
    assert str(col.decks.config_dict_for_deck_id(other)["name"]) == PRESET_NAME
    _let_days_pass(col, card, 3)
    filtered = col.sched.get_or_create_filtered_deck(DeckId(0))
    filtered.config.search_terms[0].search = 'deck:"My own"'
    filtered_id = DeckId(col.sched.add_or_update_filtered_deck(filtered).id)
    there = col.get_card(card.id)
    assert there.did == filtered_id
    _write_rule(col, misses[0], "")
    assert col.get_card(card.id).queue == -1
    _write_rule(col, misses[0], "a rule")
    back = col.get_card(card.id)
    assert (back.queue, back.due, back.odue) == (3, there.due, there.odue)
    message, ok = col.fix_integrity()
    assert ok, message


# --- The preset -----------------------------------------------------------------------------------


def _change_preset(col: Collection, deck_id: DeckId, change: Callable[[Any], None]) -> None:
    """Changes the options of a deck as Anki's options screen does."""
    shown = col.decks.get_deck_configs_for_update(deck_id)
    known = shown.DESCRIPTOR.fields_by_name
    names = [f.name for f in UpdateDeckConfigs.DESCRIPTOR.fields if f.name in known]
    request = UpdateDeckConfigs(
        target_deck_id=deck_id,
        configs=[e.config for e in shown.all_config if e.config.id == shown.current_deck.config_id],
        limits=shown.current_deck.limits,
        **{name: getattr(shown, name) for name in names},
    )
    change(request)
    col.decks.update_deck_configs(request)


def _students_options(request: Any) -> None:
    """Everything that the request could lose, set to something else than Anki's default."""
    request.card_state_customizer = "states.good.normal.review.easeFactor = 2.5;"
    request.new_cards_ignore_review_limit = True
    request.apply_all_parent_limits = True
    if "fsrs_health_check" in request.DESCRIPTOR.fields_by_name:
        request.fsrs_health_check = False
    request.limits.new = 7
    request.limits.review_today = 33
    if "desired_retention" in request.limits.DESCRIPTOR.fields_by_name:
        request.limits.desired_retention = 0.87
    config = request.configs[0].config
    config.desired_retention = 0.83
    config.easy_days_percentages[:] = [1, 1, 0.5, 1, 1, 0, 1]
    config.other = b'{"of another add-on": {"a": [1, 2]}}'


# Of an earlier version of FSRS: Anki shows them as those of the newest as well.
_OLD_PARAMETERS = [
    *[0.4, 0.6, 2.4, 5.8, 4.93, 0.94, 0.86, 0.01, 1.49],
    *[0.14, 0.94, 2.18, 0.05, 0.34, 1.26, 0.29, 2.61],
]


@pytest.fixture(params=[True, False], ids=["FSRS", "no FSRS"])
def set_up(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Collection]:
    """A collection in which the student has set all there is to set."""
    path = tmp_path / "set up.anki2"
    made = generate_collection(path, notes=150, seed=5, fsrs=request.param)
    col = Collection(str(path))
    deck = col.decks.id_for_name("AnKing")
    assert deck
    _change_preset(col, deck, _students_options)
    _import(col, some_questions(made, 4))
    default = col.decks.config_dict_for_deck_id(DeckId(1))
    default["fsrsWeights"] = _OLD_PARAMETERS
    col.decks.update_config(default)
    yield col
    col.close()


def _config(col: Collection) -> dict[str, Any]:
    assert col.db
    rows = col.db.all("select key, val from config")
    return {key: json.loads(bytes(value)) for key, value in rows}


def test_the_preset_changes_nothing_else(set_up: Collection) -> None:
    col = set_up
    assert col.db
    before, config = snapshot(col), _config(col)
    data = col.db.all("select id, data from cards order by id")
    presets = col.db.all("select * from deck_config order by id")
    decks = {id: row for id, *row in col.db.all("select * from decks")}
    (miss, *_rest) = _misses(col)
    _write_rule(col, miss, "a rule")

    assert _config(col) == config  # all that could be lost was written by the student before
    assert config["applyAllParentLimits"] is True
    now = col.db.all("select * from deck_config order by id")
    assert now[:-1] == presets
    assert now[-1][1] == PRESET_NAME
    changed = {id for id, *row in col.db.all("select * from decks") if decks.get(id) != row}
    assert changed == {_deck(col)}
    card = _card(col, miss)
    assert col.db.all("select id, data from cards order by id") == data
    apart = differences(before, snapshot(col))
    assert {row[0] for row in apart["cards"][1]} == {card.id}
    assert apart.keys() <= {"cards", "deck_config", "decks", "notes", "tags"}
    col.undo()
    assert differences(before, snapshot(col)) == {}


def test_without_any_setting_only_ankis_defaults_are_written(
    col: Collection, misses: list[Miss]
) -> None:
    before = _config(col)
    _write_rule(col, misses[0], "a rule")
    after = _config(col)
    new = {key: value for key, value in after.items() if before.get(key) != value}
    assert new.items() <= ANKIS_DEFAULTS.items()
    assert before.keys() <= after.keys()


def test_the_deck_keeps_its_limits_and_what_is_not_about_intervals(
    col: Collection, misses: list[Miss]
) -> None:
    _change_preset(col, _deck(col), _students_options)
    assert _limits(col).review_today_active
    # A limit of an earlier day must not become one of today.
    deck = col.decks.get(_deck(col))
    assert deck
    deck["reviewLimitToday"]["today"] = col.sched.today - 3
    col.decks.update(deck)
    limits = _limits(col)
    assert (limits.new, limits.review_today, limits.review_today_active) == (7, 33, False)
    _write_rule(col, misses[0], "a rule")
    assert _limits(col) == limits
    kept = col.decks.get(_deck(col))
    assert kept
    assert kept["reviewLimitToday"] == deck["reviewLimitToday"]
    preset = _preset_of_deck(col)
    assert preset.name == PRESET_NAME
    assert list(preset.config.easy_days_percentages) == [1, 1, 0.5, 1, 1, 0, 1]
    assert json.loads(preset.config.other) == {
        "of another add-on": {"a": [1, 2]},
        "remediation": "rules",
    }
    assert list(preset.config.learn_steps) == [2_880, 7_200]
    assert preset.config.maximum_review_interval == 7
    assert preset.config.desired_retention == pytest.approx(0.9)


def test_the_preset_is_made_once_and_is_the_students_from_then_on(
    col: Collection, misses: list[Miss]
) -> None:
    _write_rule(col, misses[0], "a rule")
    assert _own_presets(col) == [PRESET_NAME]

    def rename(request: Any) -> None:
        request.configs[0].name = "My ladder"
        request.configs[0].config.maximum_review_interval = 30

    _change_preset(col, _deck(col), rename)
    _write_rule(col, misses[1], "a rule")
    assert _own_presets(col) == ["My ladder"]
    assert _preset_of_deck(col).config.maximum_review_interval == 30
    deck = col.decks.get(_deck(col))
    assert deck
    col.decks.set_config_id_for_deck_dict(deck, col.decks.all_config()[0]["id"])
    chosen = _preset_of_deck(col).id
    _write_rule(col, misses[2], "a rule")
    assert _preset_of_deck(col).id == chosen
    assert not plan_repair(col, SETTINGS, decks_too=False)


def test_a_deck_made_later_gets_the_preset_that_is_there(
    col: Collection, misses: list[Miss]
) -> None:
    _write_rule(col, misses[0], "a rule")
    first = _preset_of_deck(col).id
    col.decks.rename(_deck(col), "Kept elsewhere")
    col.set_deck([_card(col, misses[1]).id], DeckId(col.decks.id(DECK) or 0))
    _write_rule(col, misses[1], "a rule")
    assert _preset_of_deck(col).id == first
    assert _own_presets(col) == [PRESET_NAME]
    assert not plan_repair(col, SETTINGS, decks_too=False)


@pytest.mark.parametrize("before_the_rule", [True, False])
def test_a_renamed_deck_has_the_ladder(
    col: Collection, misses: list[Miss], before_the_rule: bool
) -> None:
    deck = _deck(col)
    if not before_the_rule:
        _write_rule(col, misses[0], "a rule")
    col.decks.rename(deck, "What I learned")
    _write_rule(col, misses[1], "a rule")
    assert str(col.decks.config_dict_for_deck_id(deck)["name"]) == PRESET_NAME
    assert _answer(col, _card(col, misses[1])) == 5
    assert not plan_repair(col, SETTINGS, decks_too=False)


def test_a_deck_with_other_cards_keeps_its_preset(col: Collection, misses: list[Miss]) -> None:
    students = DeckId(col.db.scalar("select did from cards where queue >= 0 limit 1"))  # type: ignore[union-attr]
    preset = col.decks.config_dict_for_deck_id(students)["id"]
    col.set_deck([_card(col, misses[0]).id], students)
    _write_rule(col, misses[0], "a rule")
    assert col.decks.config_dict_for_deck_id(students)["id"] == preset
    assert _own_presets(col) == []
    assert not plan_repair(col, SETTINGS, decks_too=False)


def test_a_preset_that_the_student_chose_instead_stays(col: Collection, misses: list[Miss]) -> None:
    _write_rule(col, misses[0], "a rule")
    ours = _preset_of_deck(col).id
    students = col.decks.add_config_returning_id("Mine")
    deck = col.decks.get(_deck(col))
    assert deck
    col.decks.set_config_id_for_deck_dict(deck, students)
    col.mod_schema(check=False)  # otherwise Anki asks, where a whole one was started before
    col.decks.remove_config(DeckConfigId(ours))
    _write_rule(col, misses[1], "a rule")
    assert _preset_of_deck(col).id == students
    assert _own_presets(col) == []
    assert not plan_repair(col, SETTINGS, decks_too=False)


def test_a_preset_of_the_same_name_is_left_alone(col: Collection, misses: list[Miss]) -> None:
    students = col.decks.add_config_returning_id(PRESET_NAME)
    before = col.decks.get_config(students)
    _write_rule(col, misses[0], "a rule")
    assert col.decks.get_config(students) == before
    assert _preset_of_deck(col).id != students
    assert len(_own_presets(col)) == 1


def test_naming_is_kept_where_anki_refuses_the_preset(
    col: Collection, misses: list[Miss], monkeypatch: pytest.MonkeyPatch
) -> None:
    write = col.decks.update_deck_configs
    refused = []

    def refuse(request: UpdateDeckConfigs) -> object:
        refused.append(request)
        return write(UpdateDeckConfigs(target_deck_id=request.target_deck_id))

    with pytest.raises(InvalidInput):
        refuse(UpdateDeckConfigs(target_deck_id=_deck(col)))
    monkeypatch.setattr(col.decks, "update_deck_configs", refuse)
    _write_rule(col, misses[0], "a rule")
    assert len(refused) == 2
    (miss,) = (m for m in _misses(col) if m.key == misses[0].key)
    assert (miss.reason, miss.question.rule) == ("T1", "a rule")
    assert _state(col, misses[0]) == (3, 1)
    assert _own_presets(col) == []
    monkeypatch.undo()
    assert repair(col, SETTINGS, decks_too=False)
    assert _preset_of_deck(col).name == PRESET_NAME
    assert _card(col, misses[0]).left == 2


# --- Apart from the questions ---------------------------------------------------------------------


def test_answers_to_a_recall_card_say_nothing_about_the_question(
    col: Collection, misses: list[Miss]
) -> None:
    _write_rule(col, misses[0], "a rule")
    before = [(d.key, d.about, d.suggestion, d.note_ids) for d in diagnose(col)]
    ledger = read_ledger(col)
    card = _card(col, misses[0])
    for again in (False, False, False, True, True, False):
        _answer(col, card, again=again)
    assert [(d.key, d.about, d.suggestion, d.note_ids) for d in diagnose(col)] == before
    assert read_ledger(col) == ledger


def test_the_add_ons_filtered_decks_never_take_recall_cards(
    col: Collection, misses: list[Miss]
) -> None:
    for miss in misses:
        name_reasons(col, SETTINGS, [Naming(miss, "K1", DecidedBy.CONFIRMED, rule="a rule")])
    cards = [_card(col, miss) for miss in misses]
    for card in cards:
        _let_days_pass(col, card, 10)  # due, and so what a filtered deck would take first
    assert repair(col, Settings(mixed_deck_limit=999), decks_too=True)
    for deck in col.decks.all_names_and_ids():
        if col.decks.is_filtered(DeckId(deck.id)):
            col.sched.rebuild_filtered_deck(DeckId(deck.id))
    assert {col.get_card(card.id).did for card in cards} == {_deck(col)}
    assert not any(col.get_note(card.nid).tags for card in cards)


def test_cards_that_are_not_ours_are_as_before(col: Collection, misses: list[Miss]) -> None:
    def others() -> list[tuple[Any, ...]]:
        own = {_card(col, miss).id for miss in misses}
        return [row for row in snapshot(col)["cards"] if row[0] not in own]

    for miss in misses:
        _write_rule(col, miss, "")  # the reason changes tags and decks; the rule does not
    before = others()
    for miss in misses:
        _write_rule(col, miss, "a rule")
    assert others() == before
    for miss in misses:
        _write_rule(col, miss, "")
    assert others() == before


def test_a_further_template_of_the_students_is_left_alone(
    col: Collection, misses: list[Miss]
) -> None:
    notetype = col.get_note(read_ledger(col).question_notes[misses[0].key]).note_type()
    assert notetype
    template = col.models.new_template("Mine")
    template["qfmt"], template["afmt"] = "{{Key}}?", "{{Rule}}"
    col.models.add_template(notetype, template)
    col.models.update_dict(notetype)
    _write_rule(col, misses[0], "a rule")
    first, second = col.get_note(read_ledger(col).question_notes[misses[0].key]).cards()
    assert (first.queue, second.queue, second.type) == (3, 0, 0)


def test_nothing_to_do_without_questions(col: Collection) -> None:
    assert recall_changes(col, SETTINGS, {}, {}) == RecallChanges()
    assert not RecallChanges()


# --- Two computers, and a process killed ----------------------------------------------------------


def test_two_computers(template: GeneratedCollection, tmp_path: Path) -> None:
    """Each makes a preset before they sync; the card is answered on one and stays so on both."""
    with sync_server.sync_server(tmp_path / "server") as address:
        shutil.copy(template.path, tmp_path / "desk.anki2")
        desk, phone = (Collection(str(tmp_path / f"{n}.anki2")) for n in ("desk", "phone"))
        try:
            auth = sync_server.log_in(desk, address)
            misses = _import(desk, some_questions(template, 3))
            sync_server.upload(desk, auth)
            sync_server.download(phone, auth)
            _write_rule(desk, misses[0], "from the desk")
            _write_rule(phone, misses[1], "from the other one")
            for col in (desk, phone, desk):
                sync_server.sync(col, auth)
            for col in (desk, phone):
                assert len(_own_presets(col)) == 2
                assert _preset_of_deck(col).name.startswith(PRESET_NAME)
                assert [_state(col, miss) for miss in misses] == [(3, 1), (3, 1), NEVER]
                assert not plan_repair(col, SETTINGS, decks_too=False)

            card = _card(phone, misses[0])
            _let_days_pass(phone, card, 2)
            phone.decks.set_current(_deck(phone))
            top = phone.sched.getCard()
            assert top is not None
            assert top.id == card.id
            assert "from the desk" in top.answer()
            phone.sched.answerCard(top, 3)
            assert _days(phone, card) == 5
            sync_server.sync(phone, auth)
            sync_server.sync(desk, auth)
            assert repair(desk, SETTINGS, decks_too=False) is None
            _write_rule(desk, misses[2], "one more")
            sync_server.sync(desk, auth)
            sync_server.sync(phone, auth)
            for col in (desk, phone):
                assert (_days(col, card), col.get_card(card.id).reps) == (5, 1)
                assert len(_own_presets(col)) == 2
        finally:
            desk.close()
            phone.close()


def test_both_record_the_question_before_they_sync(
    template: GeneratedCollection, tmp_path: Path
) -> None:
    """Repairing makes one note of the two, with both rules and one active card."""
    with sync_server.sync_server(tmp_path / "server") as address:
        shutil.copy(template.path, tmp_path / "desk.anki2")
        desk, other = (Collection(str(tmp_path / f"{n}.anki2")) for n in ("desk", "other"))
        try:
            auth = sync_server.log_in(desk, address)
            sync_server.upload(desk, auth)
            sync_server.download(other, auth)
            ids = some_questions(template, 2)
            _import(desk, ids)
            _write_rule(other, _import(other, ids)[0], "written on the younger note")
            for col in (desk, other, desk):
                sync_server.sync(col, auth)
            assert len(read_ledger(desk).doubles) == 2
            assert repair(desk, SETTINGS, decks_too=False)
            (miss, second) = _misses(desk)
            assert miss.question.rule == "written on the younger note"
            assert [_state(desk, miss), _state(desk, second)] == [(3, 1), NEVER]
            assert repair(desk, SETTINGS, decks_too=False) is None
        finally:
            desk.close()
            other.close()


KILLED = 9
# Runs in a process of its own, which ends at once, with no chance to clean up.
_NAME_AND_DIE = f"""
import os, sys
from anki.collection import Collection
from remediation.collection.undo import UndoStep
from tests.collection.test_recall_cards import _misses, _write_rule

path, dies_after, rule = sys.argv[1:]
write, seen = UndoStep.write, 0

def write_and_die(self, *args):
    global seen
    result = write(self, *args)
    seen += 1
    if seen == int(dies_after):
        self._col._backend.db_commit()  # as where each write was a transaction of its own
        os._exit({KILLED})
    return result

UndoStep.write = write_and_die
col = Collection(path)
_write_rule(col, _misses(col)[0], rule)
col.close()
"""


@pytest.mark.parametrize("rules", [("", "a rule"), ("a rule", ""), ("a rule", "", "a rule")])
def test_a_killed_naming_is_mended_by_a_repair(
    collection_path: Path, template: GeneratedCollection, tmp_path: Path, rules: tuple[str, ...]
) -> None:
    col = Collection(str(collection_path))
    _import(col, some_questions(template, 2))
    for rule in rules[:-1]:
        _write_rule(col, _misses(col)[0], rule)
    if any(rules[:-1]):
        _answer(col, _card(col, _misses(col)[0]))
    col.close()

    dies_after = 0
    while True:
        dies_after += 1
        path = tmp_path / f"killed{dies_after}.anki2"
        shutil.copy(collection_path, path)
        run = subprocess.run(
            [sys.executable, "-c", _NAME_AND_DIE, str(path), str(dies_after), rules[-1]],
            cwd=ROOT,
            check=False,
        )
        col = Collection(str(path))
        miss = _misses(col)[0]
        assert run.returncode in (0, KILLED)
        if run.returncode:
            repair(col, SETTINGS, decks_too=False)
        assert miss.question.rule == rules[-1]
        assert (_card(col, miss).queue == 3) == bool(rules[-1])
        assert len(_own_presets(col)) == 1
        assert not plan_repair(col, SETTINGS, decks_too=False)
        col.close()
        if run.returncode == 0:
            break
    assert dies_after > 2
