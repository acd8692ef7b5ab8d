"""Removing everything leaves a collection as it would be without the add-on."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from anki.cards import CardId
from anki.collection import Collection
from anki.consts import QUEUE_TYPE_SUSPENDED
from anki.decks import DeckId
from anki.errors import BackendIOError
from anki.scheduler_pb2 import CardAnswer

from remediation.collection import changing_settings
from remediation.collection.changing_settings import change_settings
from remediation.collection.deck_update import update_decks
from remediation.collection.importing import CollectionChanged, apply_import, preview_import
from remediation.collection.ledger import own_types, read_ledger
from remediation.collection.missed_questions_field import FIELD_NAME
from remediation.collection.naming import Naming, name_reasons
from remediation.collection.removal import (
    UNDO_NAME,
    NoBackup,
    RemovalPlan,
    back_up,
    plan_removal,
    remove_everything,
)
from remediation.collection.repair import plan_repair
from remediation.collection.shared_settings import with_shared
from remediation.collection.undo import UndoStep
from remediation.model import codec
from remediation.model.decisions import DecidedBy
from remediation.model.misses import latest_misses
from remediation.model.progress import Cancelled
from remediation.settings import Settings
from tests.anking import GeneratedCollection, generate_collection
from tests.collections import (
    Snapshot,
    differences,
    missed,
    release_daily,
    snapshot,
    some_questions,
)

SETTINGS = Settings(rules_in_missed_questions_field=True)
# What Anki's own options screen writes with any change, where nothing was written before: the
# values that hold without it.
ANKIS_DEFAULTS = {
    "applyAllParentLimits",
    "cardStateCustomizer",
    "fsrsHealthCheck",
    "newCardsIgnoreReviewLimit",
}
PRESET_NAME = "Remediation rules"
# Of an earlier version of FSRS: Anki shows them as those of the newest as well.
OLD_PARAMETERS = [
    *[0.4, 0.6, 2.4, 5.8, 4.93, 0.94, 0.86, 0.01, 1.49],
    *[0.14, 0.94, 2.18, 0.05, 0.34, 1.26, 0.29, 2.61],
]


def use(col: Collection, template: GeneratedCollection, settings: Settings = SETTINGS) -> None:
    """Imports a block, names reasons with rules, makes cards active and builds the decks."""
    few = Settings(**{**settings.__dict__, "cards_unsuspended_per_day": 5})
    request = missed(some_questions(template, 30), when=1_750_000_000, total=40)
    apply_import(col, preview_import(col, request, few), few)
    ledger = read_ledger(col)
    misses = list(latest_misses(ledger.sittings, ledger.questions).values())
    named = [
        Naming(miss, "T1" if number % 2 else "K2", DecidedBy.CONFIRMED, cue="long", rule="read it")
        for number, miss in enumerate(misses[:10])
    ]
    name_reasons(col, settings, named)
    release_daily(col, settings)
    update_decks(col, settings)


def plan_of(col: Collection, settings: Settings = SETTINGS) -> RemovalPlan:
    return plan_removal(col, with_shared(col, settings)[0])


def remove(
    col: Collection,
    plan: RemovalPlan | None = None,
    *,
    suspend_studied: bool = False,
    remove_types: bool = False,
    **more: Any,
) -> UndoStep | None:
    return remove_everything(
        col,
        plan or plan_of(col),
        suspend_studied=suspend_studied,
        remove_types=remove_types,
        **more,
    )


def without_what_stays(col: Collection, shot: Snapshot, *, types: bool = True) -> Snapshot:
    """A snapshot without the emptied note types, the preset, and Anki's own defaults."""
    ids = own_types(col) if types else set()
    config = {f"_nt_{id}_" for id in ids}
    left_out: dict[str, Callable[[Any], bool]] = {
        "notetypes": lambda row: row[0] in ids,
        "fields": lambda row: row[0] in ids,
        "templates": lambda row: row[0] in ids,
        "config": lambda row: row[0] in ANKIS_DEFAULTS or row[0].startswith(tuple(config)),
        "deck_config": lambda row: types and row[1] == PRESET_NAME,
    }
    return {
        table: [row for row in rows if table not in left_out or not left_out[table](row)]
        for table, rows in shot.items()
    }


def assert_as_before(col: Collection, before: Snapshot, *, types: bool = True) -> None:
    after = without_what_stays(col, snapshot(col), types=types)
    assert differences(without_what_stays(col, before, types=types), after) == {}


def answer(col: Collection, card_id: CardId) -> None:
    card = col.get_card(card_id)
    card.start_timer()
    states = col._backend.get_scheduling_states(card_id)
    scheduler: Any = col.sched
    scheduler.answer_card(scheduler.build_answer(card=card, states=states, rating=CardAnswer.GOOD))


def cards_of(shot: Snapshot) -> dict[int, tuple[Any, ...]]:
    return {row[0]: row for row in shot["cards"]}


def suspended(col: Collection) -> set[int]:
    assert col.db
    return set(col.db.list(f"select id from cards where queue = {QUEUE_TYPE_SUSPENDED}"))


# --- Exactly --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "settings",
    [
        SETTINGS,
        Settings(deck_mode="cram"),
        Settings(decks_by="notes", rules_in_missed_questions_field=True),
        Settings(
            tag_root="My.Q::Rem", deck_parent="Études::Mon Rem", systems_deck_name="By::System"
        ),
        Settings(mixed_deck=False, system_decks=False, recall_cards=False),
    ],
)
def test_nothing_is_left_but_the_emptied_types(
    col: Collection, template: GeneratedCollection, settings: Settings
) -> None:
    before = snapshot(col)
    use(col, template, settings)
    used = snapshot(col, everything=True)
    plan = plan_of(col, settings)
    assert snapshot(col, everything=True) == used
    step = remove(col, plan)
    assert step
    assert_as_before(col, before)
    assert col.undo_status().undo == UNDO_NAME
    assert col.undo_status().last_step == step.target
    again = plan_of(col, settings)
    assert again.is_empty
    assert again.has_types
    assert remove(col, again) is None
    assert not plan_repair(col, settings, decks_too=True)
    col.undo()
    assert differences(used, snapshot(col, everything=True)) == {}
    assert plan_of(col, settings) == RemovalPlan(**{**plan.__dict__, "collection_mod": col.mod})


def test_what_the_plan_counts(col: Collection, template: GeneratedCollection) -> None:
    before = suspended(col)
    use(col, template)
    now = suspended(col)
    plan = plan_of(col)
    ledger = read_ledger(col)
    released = {card for release in ledger.releases.values() for card in release.cards}
    assert (plan.sittings, plan.questions, plan.rules) == (1, 30, 10)
    assert set(plan.suspend) == before - now == released
    assert len(released) == 20
    assert plan.studied == ()
    assert plan.unreadable == 0
    assert {col.decks.name(deck) for deck in plan.decks} == {
        "Remediation",
        "Remediation::Records",
        "Remediation::My rules",
        "Remediation::Systems",
    }
    assert plan.kept_decks == ()
    assert plan.cards_returned == sum(
        col.decks.card_count(deck, include_subdecks=False) for deck in plan.filtered_decks
    )
    assert plan.cards_returned > 0
    assert plan.config_keys == ("remediationDecks",)
    assert len(plan.types) == 2
    assert len(plan.presets) == 1
    assert plan.kept_presets == ()
    assert plan.tagged_notes == len(col.find_notes("tag:Remediation::*"))
    assert len(plan.fields.rules) == len(col.find_notes(f'"{FIELD_NAME}:*remediation*"')) > 0
    assert len(plan.notes) == len(col.find_notes("Key:_*")) == plan.questions + 4 - 1


def test_with_a_full_sync_the_types_and_the_preset_go_too(
    col: Collection, template: GeneratedCollection
) -> None:
    assert col.db
    before = snapshot(col)
    use(col, template)
    schema = col.db.scalar("select scm from col")
    used = snapshot(col, everything=True)
    assert remove(col, remove_types=True)
    assert_as_before(col, before, types=False)
    assert col.db.scalar("select scm from col") > schema
    assert not plan_of(col).has_types
    col.undo()
    assert differences(used, snapshot(col, everything=True)) == {}
    remove(col)
    assert col.db.scalar("select scm from col") == schema
    # The types can also go later.
    left = plan_of(col)
    assert left.is_empty
    assert remove(col, left, remove_types=True)
    assert_as_before(col, before, types=False)


@pytest.mark.parametrize("fsrs", [True, False])
def test_removing_the_preset_changes_no_other(tmp_path: Path, *, fsrs: bool) -> None:
    made = generate_collection(tmp_path / "set up.anki2", notes=150, seed=5, fsrs=fsrs)
    col = Collection(str(made.path))
    default = col.decks.config_dict_for_deck_id(DeckId(1))
    default["fsrsWeights"] = OLD_PARAMETERS
    col.decks.update_config(default)
    first = min(d["id"] for d in col.decks.all() if not d["dyn"] and d["conf"] != default["id"])
    for deck_id in (DeckId(1), first):
        deck = col.decks.get(deck_id)
        assert deck
        deck["newLimit"], deck["reviewLimit"] = 3, 50
        deck["reviewLimitToday"] = {"limit": 7, "today": col.sched.today - 2}
        deck["newLimitToday"] = {"limit": 4, "today": col.sched.today}
        col.decks.save(deck)
    before = snapshot(col)
    use(col, made)
    assert plan_of(col).presets
    remove(col, remove_types=True)
    assert_as_before(col, before, types=False)
    col.close()


def test_a_preset_that_could_not_go_alone_stays(
    col: Collection, template: GeneratedCollection
) -> None:
    for config in col.decks.all_config():
        config["fsrsParams6"] = config["fsrsParams5"] = []
        config["fsrsWeights"] = OLD_PARAMETERS
        col.decks.update_config(config)
    use(col, template)
    before = snapshot(col)["deck_config"]
    plan = plan_of(col)
    assert (plan.presets, plan.kept_presets) == ((), (PRESET_NAME,))
    remove(col, plan, remove_types=True)
    assert snapshot(col)["deck_config"] == before
    assert not plan_of(col).has_types


def test_whether_a_full_sync_is_new(col: Collection, template: GeneratedCollection) -> None:
    assert col.db
    use(col, template)
    col.db.execute("update col set ls = 0")
    assert not plan_of(col).forces_full_sync
    col.db.execute("update col set ls = scm")
    assert plan_of(col).forces_full_sync
    col.db.execute("update col set ls = scm - 1")
    assert not plan_of(col).forces_full_sync


def test_used_again_and_removed_again(col: Collection, template: GeneratedCollection) -> None:
    before = snapshot(col)
    for _time in range(2):
        use(col, template)
        remove(col)
        assert_as_before(col, before)


def test_after_settings_were_changed(col: Collection, template: GeneratedCollection) -> None:
    before = snapshot(col)
    use(col, template)
    change_settings(col, SETTINGS, {"tag_root": "Fehler::Rem", "deck_parent": "Neu::Rem"})
    remove(col)
    assert_as_before(col, before)


CHANGES: list[list[dict[str, Any]]] = [
    [{"systems_deck_name": "Organs"}],
    [{"systems_deck_name": "By::Organ"}, {"systems_deck_name": "Systems"}],
    [{"deck_parent": "Neu::Rem"}, {"deck_parent": "Remediation"}],
    [{"deck_parent": "A::B"}, {"deck_parent": "C"}, {"deck_parent": "A"}],
    [{"mixed_deck_name": "Daily::Mixed"}, {"mixed_deck_name": "Mixed"}],
    [
        {"deck_parent": "Q", "mixed_deck_name": "D::M"},
        {"systems_deck_name": "S"},
        {"tag_root": "T"},
    ],
    [{"mixed_deck_name": "Systems", "systems_deck_name": "Mixed"}],
    [{"system_decks": False}, {"mixed_deck": False}],
]


def used_further(col: Collection, template: GeneratedCollection) -> None:
    """Another block, with the settings as they are now."""
    settings = with_shared(col, SETTINGS)[0]
    request = missed(some_questions(template, 40)[30:])
    apply_import(col, preview_import(col, request, settings), settings)


@pytest.mark.parametrize("changes", CHANGES)
@pytest.mark.parametrize("further", [False, True])
def test_after_names_were_changed_nothing_is_left_either(
    col: Collection, template: GeneratedCollection, changes: list[dict[str, Any]], further: bool
) -> None:
    before = snapshot(col)
    use(col, template)
    for change in changes:
        change_settings(col, SETTINGS, change)
    if further:
        used_further(col, template)
    plan = plan_of(col)
    assert plan.kept_decks == ()
    remove(col, plan)
    assert_as_before(col, before)


@pytest.mark.parametrize("name", ["Study", "study::Rem", "Study::Rem::Deeper"])
@pytest.mark.parametrize("back", [False, True])
def test_a_deck_that_was_there_when_it_was_chosen_stays(
    col: Collection, template: GeneratedCollection, name: str, back: bool
) -> None:
    """It is empty, and as old as what the add-on made."""
    use(col, template)
    removed = col.decks.id("Study::Rem")
    assert removed
    before = snapshot(col)["decks"]
    own = {row[0] for row in before if row[1] in ("Study", "Study\x1fRem")}
    change_settings(col, SETTINGS, {"deck_parent": name})
    if back:
        change_settings(col, SETTINGS, {"deck_parent": "Remediation"})
    remove(col)
    after = {row[0]: row for row in snapshot(col)["decks"]}
    assert {deck: after[deck] for deck in own} == {row[0]: row for row in before if row[0] in own}
    assert not [
        row for row in after.values() if row[1].startswith(("Remediation", "Study\x1fRem\x1f"))
    ]
    assert plan_of(col).is_empty


def test_a_deck_of_the_students_below_ours_stays(
    col: Collection, template: GeneratedCollection
) -> None:
    use(col, template)
    own = col.decks.id("Remediation::Daily")
    change_settings(col, SETTINGS, {"mixed_deck_name": "Daily::Mixed"})
    change_settings(col, SETTINGS, {"mixed_deck_name": "Mixed"})
    plan = plan_of(col)
    assert plan.kept_decks == ("Remediation",)
    remove(col, plan)
    assert col.decks.name_if_exists(DeckId(own or 0)) == "Remediation::Daily"


def test_decks_that_an_earlier_version_left_empty_go_too(
    col: Collection, template: GeneratedCollection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It took its decks along and left what was above them."""
    before = snapshot(col)
    use(col, template)
    with monkeypatch.context() as earlier:
        earlier.setattr(changing_settings, "remove_emptied", lambda *_: None)
        change_settings(col, SETTINGS, {"deck_parent": "Neu::Rem"})
        change_settings(col, SETTINGS, {"systems_deck_name": "By::Organ"})
        change_settings(col, SETTINGS, {"mixed_deck_name": "Daily::Mixed"})
        change_settings(col, SETTINGS, {"mixed_deck_name": "Mixed", "systems_deck_name": "S"})
        change_settings(col, SETTINGS, {"deck_parent": "Remediation"})
    assert col.decks.id_for_name("Neu")
    assert plan_of(col).kept_decks == ()
    remove(col)
    assert_as_before(col, before)


def test_an_unused_collection_has_nothing_to_remove(col: Collection) -> None:
    before = snapshot(col, everything=True)
    plan = plan_of(col)
    assert plan.is_empty
    assert not plan.has_types
    assert remove(col, plan, suspend_studied=True, remove_types=True) is None
    assert snapshot(col, everything=True) == before


# --- Cards studied since --------------------------------------------------------------------------


def test_cards_studied_since_stay_active_unless_the_student_says_so(
    col: Collection, template: GeneratedCollection
) -> None:
    before = snapshot(col)
    was_suspended = suspended(col)
    use(col, template)
    released = sorted(plan_of(col).suspend)
    for card in released[:3]:
        answer(col, card)
    col.sched.suspend_cards(released[2:4])
    used = snapshot(col, everything=True)
    plan = plan_of(col)
    assert plan.studied == tuple(released[:2])
    assert plan.suspend == tuple(released[4:])

    remove(col, plan)
    assert was_suspended - suspended(col) == set(released[:2])
    old, new = cards_of(before), cards_of(snapshot(col))
    assert old.keys() == new.keys()
    assert {card for card in old if old[card] != new[card]} == set(released[:3])
    for shot in (before, now := snapshot(col)):
        shot["cards"] = [row for row in shot["cards"] if row[0] not in released[:3]]
    assert differences(without_what_stays(col, before), without_what_stays(col, now)) == {}
    col.undo()
    assert differences(used, snapshot(col, everything=True)) == {}

    remove(col, suspend_studied=True)
    assert suspended(col) == was_suspended


def test_answers_from_before_and_dates_set_by_hand_are_no_studying(
    col: Collection, template: GeneratedCollection
) -> None:
    assert col.db
    use(col, template)
    first, second = plan_of(col).suspend[:2]
    long_ago = (int(time.time()) - 90_000) * 1000
    col.db.execute("insert into revlog values (?, ?, -1, 3, 10, 5, 2500, 4000, 1)", long_ago, first)
    col.sched.set_due_date([second], "3")
    plan = plan_of(col)
    assert plan.studied == ()
    assert {first, second} <= set(plan.suspend)


def test_released_cards_in_a_filtered_deck_of_the_students_go_home(
    col: Collection, template: GeneratedCollection
) -> None:
    before = snapshot(col)
    settings = Settings(mixed_deck=False, system_decks=False)
    use(col, template, settings)
    taken = plan_of(col, settings).suspend[:4]
    deck = col.sched.get_or_create_filtered_deck(DeckId(0))
    deck.name = "Exam week"
    del deck.config.search_terms[1:]
    deck.config.search_terms[0].search = "cid:" + ",".join(map(str, taken))
    deck.config.search_terms[0].limit = 50
    deck_id = DeckId(col.sched.add_or_update_filtered_deck(deck).id)
    assert col.decks.card_count(deck_id, include_subdecks=False) == len(taken)
    remove(col, plan_of(col, settings))
    assert col.decks.name(deck_id) == "Exam week"
    col.decks.remove([deck_id])
    assert_as_before(col, before)


# --- What is the student's ------------------------------------------------------------------------


def test_decks_tags_and_presets_of_the_students_stay(
    col: Collection, template: GeneratedCollection
) -> None:
    assert col.db
    students = DeckId(col.decks.id("Remediation::Systems") or 0)
    mine = DeckId(col.decks.id("Remediation::Mine") or 0)
    note_ids = list(col.find_notes("deck:current OR deck:*")[:3])
    col.tags.bulk_add(note_ids, "Remediation::mine Remediation::Systems Remedy::Source")
    parent = col.decks.id_for_name("Remediation")
    before = snapshot(col)
    use(col, template)
    preset = col.decks.config_dict_for_deck_id(
        DeckId(col.decks.id_for_name("Remediation::My rules") or 0)
    )
    deck = col.decks.get(mine)
    assert deck
    col.decks.set_config_id_for_deck_dict(deck, preset["id"])
    plan = plan_of(col)
    assert {col.decks.name(deck) for deck in plan.decks} == {
        "Remediation::Records",
        "Remediation::My rules",
    }
    assert (plan.presets, plan.kept_presets) == ((), (PRESET_NAME,))
    remove(col, plan, remove_types=True)
    assert {parent, students, mine} <= {deck.id for deck in col.decks.all_names_and_ids()}
    assert col.decks.config_dict_for_deck_id(mine)["name"] == PRESET_NAME
    after = snapshot(col)
    assert before["notes"] == after["notes"]
    assert before["tags"] == after["tags"]


def test_cards_that_the_student_put_into_a_deck_of_ours(
    col: Collection, template: GeneratedCollection
) -> None:
    use(col, template)
    assert col.db
    other = next(c for c in col.find_cards("deck:*") if c in suspended(col))
    rules = DeckId(col.decks.id_for_name("Remediation::My rules") or 0)
    systems = DeckId(col.decks.id_for_name("Remediation::Systems") or 0)
    inside = col.db.scalar(f"select id from cards where did = {plan_of(col).filtered_decks[0]}")
    moved = (other, inside)
    col.set_deck([other], rules)
    col.db.execute("update cards set odid = ? where id = ?", systems, inside)
    plan = plan_of(col)
    assert plan.kept_decks == ("Remediation", "Remediation::My rules", "Remediation::Systems")
    remove(col, plan)
    assert col.get_card(moved[0]).did == rules
    assert col.get_card(moved[-1]).did == systems
    assert col.decks.id_for_name("Remediation::Records") is None
    assert not col.find_cards(f"mid:{min(own_types(col))}")


def test_renamed_decks_go_too(col: Collection, template: GeneratedCollection) -> None:
    before = snapshot(col)
    use(col, template)
    for old, new in (
        ("Remediation", "Rem"),
        ("Rem::My rules", "Rem::Meine Regeln"),
        ("Rem::Systems", "Rem::Organe"),
        ("Rem::Mixed", "Rem::Gemischt"),
    ):
        col.decks.rename(DeckId(col.decks.id_for_name(old) or 0), new)
    plan = plan_of(col)
    names = {col.decks.name(deck) for deck in (*plan.decks, *plan.filtered_decks)}
    assert {"Rem", "Rem::Records", "Rem::Meine Regeln", "Rem::Organe", "Rem::Gemischt"} <= names
    remove(col, plan)
    assert_as_before(col, before)


def test_a_rule_that_the_student_edited_stays_in_the_field(
    col: Collection, template: GeneratedCollection
) -> None:
    use(col, template)
    note = col.get_note(next(iter(plan_of(col).fields.rules)))
    note[FIELD_NAME] = note[FIELD_NAME].replace("read it", "read it twice")
    col.update_note(note)
    remove(col)
    note.load()
    assert "read it twice" in note[FIELD_NAME]
    assert "data-remediation" not in note[FIELD_NAME]


def test_names_of_tags_that_nobody_uses_go_from_the_list(
    col: Collection, template: GeneratedCollection
) -> None:
    before = snapshot(col)
    use(col, template)
    for name in ("Remediation", "Remediation::System", "Remediation::System::Gone"):
        col.tags.set_collapsed(name, False)
    remove(col)
    assert_as_before(col, before)
    assert not [tag for tag in col.tags.all() if tag.startswith(("Remediation", "AnkiHub_Protect"))]


def test_damaged_records_go_and_are_counted(col: Collection, template: GeneratedCollection) -> None:
    use(col, template)
    for note_id in col.find_notes("Key:Release*"):
        note = col.get_note(note_id)
        note["Data"] = note["Data"][:-4]
        col.update_note(note)
    plan = plan_of(col)
    assert plan.unreadable == 2
    assert plan.suspend == ()
    remove(col, plan)
    assert plan_of(col).is_empty


# --- Whole or not at all --------------------------------------------------------------------------


def test_a_stale_plan_is_refused(col: Collection, template: GeneratedCollection) -> None:
    use(col, template)
    plan = plan_of(col)
    note = col.get_note(col.find_notes("deck:*")[0])
    note.add_tag("new")
    col.update_note(note)
    before = snapshot(col, everything=True)
    with pytest.raises(CollectionChanged):
        remove(col, plan)
    assert snapshot(col, everything=True) == before


def test_cancelled_at_any_write_nothing_is_left_behind(
    col: Collection, template: GeneratedCollection
) -> None:
    use(col, template)
    used = snapshot(col, everything=True)
    for stop_at in range(1, 100):
        calls = 0

        def progress(_label: str, _done: int, _total: int) -> None:
            nonlocal calls
            calls += 1
            if calls == stop_at:  # noqa: B023
                raise Cancelled

        try:
            remove(col, remove_types=True, progress=progress)
        except Cancelled:
            assert differences(used, snapshot(col, everything=True)) == {}
            continue
        break
    assert stop_at > 8
    assert plan_of(col).is_empty


def test_reading_can_be_cancelled(col: Collection) -> None:
    def progress(_label: str, _done: int, _total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        plan_removal(col, SETTINGS, progress)


def test_an_error_in_the_middle_leaves_all_as_it_was(
    col: Collection, template: GeneratedCollection, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(col, template)
    used = snapshot(col, everything=True)
    plan = plan_of(col)

    def fail(*_args: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(col, "remove_notes", fail)
    with pytest.raises(OSError, match="disk full"):
        remove(col, plan)
    assert differences(used, snapshot(col, everything=True)) == {}


def test_a_backup_before_leaves_the_plan_and_the_undo_list(
    col: Collection, template: GeneratedCollection, tmp_path: Path
) -> None:
    use(col, template)
    plan = plan_of(col)
    last = col.undo_status().last_step
    folder = tmp_path / "backups"
    folder.mkdir()
    back_up(col, str(folder))
    assert len(list(folder.iterdir())) == 1
    back_up(col, str(folder))  # nothing changed: the one that is there will do
    assert len(list(folder.iterdir())) == 1
    assert col.undo_status().last_step == last
    assert remove(col, plan)


def test_a_backup_that_fails_says_so_each_time(
    col: Collection, template: GeneratedCollection, tmp_path: Path
) -> None:
    use(col, template)
    folder = tmp_path / "backups"
    folder.write_text("a file is in the way")
    with pytest.raises(BackendIOError):
        back_up(col, str(folder))
    # Anki itself now takes the collection as backed up.
    with pytest.raises(NoBackup):
        back_up(col, str(folder))


def test_records_of_a_newer_version_go_too(col: Collection, template: GeneratedCollection) -> None:
    use(col, template)
    note = col.get_note(col.find_notes("Key:Release*")[0])
    note["Data"] = codec.encode({"kind": "from the future"})
    col.update_note(note)
    remove(col)
    assert not col.find_notes("Key:_*")
