"""Settings that the collection keeps: the same on every computer, undone like anything else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from anki.collection import Collection
from anki.errors import DBError

from remediation import headless
from remediation.collection.changing_settings import UNDO_NAME, change_settings, decks_to_build
from remediation.collection.exam_date import exam_date
from remediation.collection.importing import apply_import, preview_import
from remediation.collection.ledger import NewRecords, read_ledger, write_records
from remediation.collection.renaming import CannotRename
from remediation.collection.repair import plan_repair
from remediation.collection.shared_settings import former_names, shared_values, with_shared
from remediation.collection.undo import UndoStep
from remediation.model.records import Remembered
from remediation.settings import Kept, Settings, names_kept
from tests.anking import GeneratedCollection
from tests.collections import differences, missed, snapshot, some_questions

SETTINGS = Settings()


@pytest.fixture
def imported(col: Collection, template: GeneratedCollection) -> Collection:
    """A collection with one import: tags, decks and records."""
    request = missed(some_questions(template, 15))
    apply_import(col, preview_import(col, request, SETTINGS), SETTINGS)
    return col


def remember(col: Collection, at: int, **values: Any) -> None:
    """Records a choice as another computer might have."""
    named = {name.replace("_", "-"): value for name, value in values.items()}
    with UndoStep(col, "Choice") as step:
        records = NewRecords(remembered=(Remembered(at, named),))
        write_records(col, step, records, deck_parent="Remediation")


# --- Reading --------------------------------------------------------------------------------------


def test_without_records_the_computers_configuration_holds(imported: Collection) -> None:
    computer = Settings(tag_root="Mine", mixed_deck_limit=3)
    assert shared_values(imported) == {}
    assert with_shared(imported, computer) == (computer, [])


def test_a_collection_without_a_ledger_has_none(col: Collection) -> None:
    assert with_shared(col, SETTINGS) == (SETTINGS, [])


def test_what_the_collection_keeps_wins(imported: Collection) -> None:
    remember(imported, 100, mixed_deck_limit=7, deck_order="due")
    found, problems = with_shared(imported, Settings(mixed_deck_limit=3, tag_root="Mine"))
    assert (found.mixed_deck_limit, found.deck_order, found.tag_root) == (7, "due", "Mine")
    assert problems == []


def test_the_latest_choice_counts_whenever_it_was_synced(imported: Collection) -> None:
    remember(imported, 200, mixed_deck_limit=7)
    remember(imported, 100, mixed_deck_limit=8)
    assert with_shared(imported, SETTINGS)[0].mixed_deck_limit == 7


def test_keys_of_this_computer_are_never_taken_from_the_collection(imported: Collection) -> None:
    values: dict[str, Any] = dict.fromkeys(names_kept(Kept.COMPUTER), "F9")
    remember(imported, 100, **values)
    assert with_shared(imported, SETTINGS)[0] == SETTINGS


@pytest.mark.parametrize("wrong", [None, "a b", 5, [], {"a": 1}])
def test_what_cannot_be_used_is_named_and_costs_nothing_else(
    imported: Collection, wrong: Any
) -> None:
    remember(imported, 100, tag_root=wrong, mixed_deck_limit=7)
    found, problems = with_shared(imported, Settings(tag_root="Mine"))
    assert (found.tag_root, found.mixed_deck_limit) == ("Mine", 7)
    assert [problem.partition(":")[0] for problem in problems] == ["tag_root"]


def test_a_damaged_record_is_left_out(imported: Collection) -> None:
    remember(imported, 100, mixed_deck_limit=7)
    remember(imported, 200, mixed_deck_limit=8)
    note_id = max(imported.find_notes('"note:Remediation Log" Key:Settings*'))
    note = imported.get_note(note_id)
    note["Data"] = note["Data"][:-5]
    imported.update_note(note)
    assert with_shared(imported, SETTINGS)[0].mixed_deck_limit == 7


def test_a_note_of_the_students_that_looks_like_a_record_is_none(imported: Collection) -> None:
    remember(imported, 100, mixed_deck_limit=7)
    record = imported.get_note(max(imported.find_notes('"note:Remediation Log" Key:Settings*')))
    imported.remove_notes([record.id])
    note = imported.new_note(imported.models.by_name("Basic") or imported.models.all()[0])
    for place in range(len(note.fields)):
        note.fields[place] = record["Data"]
    note.fields[0] = record["Key"]
    imported.add_note(note, imported.decks.all_names_and_ids()[0].id)  # type: ignore[arg-type]
    assert shared_values(imported) == {}


# --- Changing -------------------------------------------------------------------------------------


def test_a_change_is_kept_and_taken_back_exactly(imported: Collection) -> None:
    before = snapshot(imported)
    assert change_settings(imported, SETTINGS, {"question_blocks_per_week": 5})
    assert with_shared(imported, SETTINGS)[0] == replace(SETTINGS, question_blocks_per_week=5)
    assert imported.undo_status().undo == UNDO_NAME
    imported.undo()
    assert differences(before, snapshot(imported)) == {}
    assert with_shared(imported, SETTINGS)[0] == SETTINGS


def test_a_change_back_to_the_default_counts(imported: Collection) -> None:
    change_settings(imported, SETTINGS, {"question_blocks_per_week": 5})
    assert change_settings(imported, SETTINGS, {"question_blocks_per_week": 2})
    assert with_shared(imported, Settings(question_blocks_per_week=7))[0] == SETTINGS


def test_what_is_so_already_writes_nothing(imported: Collection) -> None:
    before = snapshot(imported, everything=True)
    assert change_settings(imported, SETTINGS, {"tag_root": "Remediation"}) is None
    assert change_settings(imported, SETTINGS, {}) is None
    assert change_settings(imported, SETTINGS, {"shortcut_pause_rapid_fire": "F9"}) is None
    assert differences(before, snapshot(imported, everything=True)) == {}


def test_what_one_computer_had_before_becomes_that_of_all(imported: Collection) -> None:
    computer = Settings(system_deck_limit=33)
    change_settings(imported, computer, {"question_blocks_per_week": 5})
    assert with_shared(imported, SETTINGS)[0].system_deck_limit == 33


def test_the_first_change_of_all_needs_no_import(col: Collection) -> None:
    change_settings(col, SETTINGS, {"tag_root": "Mine", "deck_parent": "Mine"})
    assert with_shared(col, SETTINGS)[0] == Settings(tag_root="Mine", deck_parent="Mine")
    assert col.decks.id_for_name("Mine::Records")
    assert col.decks.id_for_name("Remediation") is None


def test_tags_and_decks_move_in_the_same_step(imported: Collection) -> None:
    before = snapshot(imported)
    tagged = imported.find_notes("tag:Remediation")
    change_settings(imported, SETTINGS, {"tag_root": "Mine", "deck_parent": "My decks"})
    settings, _problems = with_shared(imported, SETTINGS)
    assert imported.find_notes("tag:Mine") == tagged
    assert imported.decks.id_for_name("My decks::Records")
    assert imported.decks.id_for_name("Remediation") is None
    assert not plan_repair(imported, settings, decks_too=True)
    imported.undo()
    assert differences(before, snapshot(imported)) == {}


def test_a_refused_name_leaves_everything_as_it_was(imported: Collection) -> None:
    imported.tags.bulk_add(imported.find_notes("")[:1], "Mine::System::Heart")
    before = snapshot(imported)
    with pytest.raises(CannotRename):
        change_settings(imported, SETTINGS, {"deck_parent": "My decks", "tag_root": "Mine"})
    assert differences(before, snapshot(imported)) == {}
    assert with_shared(imported, SETTINGS)[0] == SETTINGS


def test_a_change_that_anki_refuses_in_the_middle_leaves_nothing_behind(
    imported: Collection,
) -> None:
    """The tags are renamed by then; the record of it cannot be added."""
    assert imported.db
    imported.db.execute(
        "create trigger refuse before insert on notes begin select raise(abort, 'no'); end"
    )
    before = snapshot(imported, everything=True)
    with pytest.raises(DBError):
        change_settings(imported, SETTINGS, {"tag_root": "Mine", "deck_parent": "Yours"})
    assert differences(before, snapshot(imported, everything=True)) == {}
    assert with_shared(imported, SETTINGS)[0] == SETTINGS
    assert imported.find_notes("tag:Remediation")
    assert imported.decks.id_for_name("Yours") is None
    imported.db.execute("drop trigger refuse")
    assert change_settings(imported, SETTINGS, {"tag_root": "Mine", "deck_parent": "Yours"})


@pytest.mark.parametrize(
    "names",
    [
        {"mixed_deck_name": "A", "systems_deck_name": "A "},
        {"mixed_deck_name": "A", "systems_deck_name": " A"},
        {"mixed_deck_name": "A", "systems_deck_name": "A ::B"},
        {"mixed_deck_name": "A:", "systems_deck_name": "A:::B"},
        {"mixed_deck_name": "Systems::Cardiovascular::M", "deck_priority": "systems"},
        {"mixed_deck_name": " Systems ::cardiovascular", "deck_priority": "mixed"},
    ],
)
def test_what_anki_would_refuse_is_refused_before(
    imported: Collection, names: dict[str, Any]
) -> None:
    before, undo = snapshot(imported, everything=True), imported.undo_status().undo
    with pytest.raises(ValueError, match="deck_name"):
        change_settings(imported, SETTINGS, names)
    assert differences(before, snapshot(imported, everything=True)) == {}
    assert imported.undo_status().undo == undo


def test_names_are_kept_as_anki_keeps_them(imported: Collection) -> None:
    change_settings(imported, SETTINGS, {"deck_parent": " Mine:: Rem ", "mixed_deck_name": "All "})
    settings, problems = with_shared(imported, SETTINGS)
    assert (settings.deck_parent, settings.mixed_deck_name) == ("Mine::Rem", "All")
    assert problems == []
    assert imported.decks.id_for_name("Mine::Rem::All")
    assert not plan_repair(imported, settings, decks_too=True)
    assert change_settings(imported, SETTINGS, {"deck_parent": "Mine::Rem "}) is None


def test_decks_that_a_change_empties_go_in_the_same_step(imported: Collection) -> None:
    def normal_decks() -> set[str]:
        return {deck["name"] for deck in imported.decks.all() if not deck["dyn"]}

    theirs = {name for name in normal_decks() if not name.startswith("Remediation")}
    for changes, expected in (
        ({"deck_parent": "Neu::Rem"}, {"Neu", "Neu::Rem", "Neu::Rem::Systems"}),
        (
            {"deck_parent": "Remediation", "systems_deck_name": "Organs"},
            {"Remediation", "Remediation::Organs"},
        ),
        (
            {"mixed_deck_name": "Daily::Mixed", "systems_deck_name": "Daily::Systems"},
            {"Remediation", "Remediation::Daily", "Remediation::Daily::Systems"},
        ),
        ({"system_decks": False}, {"Remediation", "Remediation::Daily"}),
        ({"mixed_deck": False}, {"Remediation"}),
    ):
        used = snapshot(imported)
        assert change_settings(imported, SETTINGS, changes)
        changed = snapshot(imported)
        parent = with_shared(imported, SETTINGS)[0].deck_parent
        records = {f"{parent}::Records", f"{parent}::My rules"}
        assert normal_decks() == theirs | expected | records
        imported.undo()
        assert differences(used, snapshot(imported)) == {}
        imported.redo()
        assert differences(changed, snapshot(imported)) == {}


def test_a_deck_that_was_empty_before_is_left_alone(imported: Collection) -> None:
    imported.decks.id("Remediation::Systems::Mine")
    imported.decks.id("Organs")
    change_settings(imported, SETTINGS, {"systems_deck_name": "Organs"})
    assert imported.decks.id_for_name("Remediation::Systems::Mine")
    assert imported.decks.id_for_name("Organs")


def test_back_to_the_default_from_this_computers_configuration(imported: Collection) -> None:
    computer = Settings(mixed_deck_limit=7)
    assert change_settings(imported, computer, {"mixed_deck_limit": Settings.mixed_deck_limit})
    assert with_shared(imported, computer)[0] == SETTINGS


def test_a_root_that_was_ours_can_be_taken_again(imported: Collection) -> None:
    """Another computer may have tagged with it before it heard of the new one."""
    change_settings(imported, SETTINGS, {"tag_root": "Mine"})
    change_settings(imported, SETTINGS, {"tag_root": "Yours"})
    imported.tags.bulk_add(imported.find_notes("")[:1], "Mine::System::Renal")
    assert former_names(imported, "tag_root") == {"Remediation", "Mine", "Yours"}
    assert change_settings(imported, SETTINGS, {"tag_root": "Mine"})
    assert with_shared(imported, SETTINGS)[0].tag_root == "Mine"


def test_the_root_of_one_computers_configuration_stays_known_as_ours(
    col: Collection, template: GeneratedCollection
) -> None:
    computer = Settings(tag_root="Mine")
    request = missed(some_questions(template, 5))
    apply_import(col, preview_import(col, request, computer), computer)
    change_settings(col, computer, {"tag_root": "Yours"})
    assert former_names(col, "tag_root") == {"Remediation", "Mine", "Yours"}
    assert with_shared(col, computer)[0].tag_root == "Yours"


def test_decks_are_built_as_the_settings_then_say(imported: Collection) -> None:
    change_settings(imported, SETTINGS, {"mixed_deck": False, "system_deck_limit": 1})
    assert imported.decks.id_for_name("Remediation::Mixed") is None
    decks = [d for d in imported.decks.all() if d["dyn"] and d["name"].startswith("Remediation::")]
    assert decks
    assert {deck["terms"][0][1] for deck in decks} == {1}


def test_a_deck_that_the_student_deleted_comes_back_only_for_a_setting_of_decks(
    imported: Collection,
) -> None:
    mixed = imported.decks.id_for_name("Remediation::Mixed")
    assert mixed
    imported.decks.remove([mixed])
    change_settings(imported, SETTINGS, {"question_blocks_per_week": 5})
    assert imported.decks.id_for_name("Remediation::Mixed") is None
    change_settings(imported, SETTINGS, {"mixed_deck_limit": 4})
    assert imported.decks.id_for_name("Remediation::Mixed")


@pytest.mark.parametrize(
    "changes",
    [
        {"tag_root": "a b"},
        {"mixed_deck_limit": 0},
        {"exam_date": "soon"},
        {"mixed_deck_name": "Drill", "systems_deck_name": "Drill::Systems"},
    ],
)
def test_a_value_that_cannot_be_used_is_refused(
    imported: Collection, changes: dict[str, Any]
) -> None:
    before = snapshot(imported, everything=True)
    with pytest.raises(ValueError, match=next(reversed(changes))):
        change_settings(imported, SETTINGS, changes)
    assert differences(before, snapshot(imported, everything=True)) == {}


def test_the_exam_date_is_the_one_that_the_other_windows_know(imported: Collection) -> None:
    change_settings(imported, SETTINGS, {"exam_date": "2027-03-14"})
    day = exam_date(read_ledger(imported))
    assert day
    assert day.isoformat() == "2027-03-14"


# --- Which decks ----------------------------------------------------------------------------------


def test_the_decks_to_build_are_those_that_are_there_after_an_import(imported: Collection) -> None:
    names = [deck.name for deck in decks_to_build(imported, SETTINGS)]
    assert names[0] == "Remediation::Mixed"
    assert all(imported.decks.id_for_name(name) for name in names)
    without = decks_to_build(imported, Settings(mixed_deck=False, deck_parent="Mine"))
    assert [deck.name for deck in without] == [
        name.replace("Remediation", "Mine") for name in names[1:]
    ]


def test_looking_writes_nothing(imported: Collection) -> None:
    before = snapshot(imported, everything=True)
    decks_to_build(imported, Settings(tag_root="Other", deck_mode="cram"))
    assert differences(before, snapshot(imported, everything=True)) == {}


# --- Two computers --------------------------------------------------------------------------------


def test_another_computer_follows_whatever_its_own_configuration_says(
    imported: Collection, tmp_path: Path
) -> None:
    change_settings(imported, SETTINGS, {"tag_root": "Mine"})
    target = tmp_path / "other.anki2"
    assert imported.db
    imported.db.execute("vacuum into ?", str(target))
    other = Collection(str(target))
    try:
        settings, _problems = with_shared(other, Settings(tag_root="Theirs"))
        assert settings.tag_root == "Mine"
        assert not plan_repair(other, settings, decks_too=True)
    finally:
        other.close()


def test_the_command_line_takes_what_the_collection_keeps(
    imported: Collection, template: GeneratedCollection, tmp_path: Path
) -> None:
    change_settings(imported, SETTINGS, {"tag_root": "Mine", "deck_parent": "Yours"})
    path, ids = imported.path, tmp_path / "ids.txt"
    ids.write_text(" ".join(some_questions(template, 20)[15:]), encoding="utf-8")
    imported.close()
    choices = ["--bank", "uworld", "--exam", "step1", "--outcome", "incorrect"]
    assert headless.main(["import", "--collection", path, *choices, str(ids)]) == 0
    imported.reopen()
    assert not imported.find_notes("tag:Remediation")
    assert imported.decks.id_for_name("Remediation") is None
