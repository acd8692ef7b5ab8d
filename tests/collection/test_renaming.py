"""Tags and decks under another name: the add-on's move, the student's stay, all in one step."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from anki.collection import Collection
from anki.decks import DeckId
from hypothesis import given
from hypothesis import strategies as st

from remediation.collection.importing import apply_import, preview_import
from remediation.collection.normal_decks import decks_in_use, remove_emptied
from remediation.collection.renaming import (
    CannotRename,
    TagRenaming,
    plan_deck_parent,
    plan_tag_root,
    rename_deck_parent,
    rename_tag_root,
)
from remediation.collection.repair import plan_repair
from remediation.collection.undo import UndoStep
from remediation.settings import ABOUT, Settings, normal
from tests.anking import GeneratedCollection
from tests.collections import differences, missed, snapshot, some_questions

SETTINGS = Settings()


@pytest.fixture
def imported(col: Collection, template: GeneratedCollection) -> Collection:
    """A collection with one import: tags, decks and records."""
    request = missed(some_questions(template, 15))
    apply_import(col, preview_import(col, request, SETTINGS), SETTINGS)
    return col


def rename_tags(col: Collection, new: str, settings: Settings = SETTINGS, **more: Any) -> None:
    """Renames as one step."""
    with UndoStep(col, "Rename") as step:
        rename_tag_root(col, step, settings, new, **more)


def rename_decks(col: Collection, new: str, settings: Settings = SETTINGS) -> None:
    """Renames as one step, and takes away what is empty then."""
    with UndoStep(col, "Rename") as step:
        in_use = decks_in_use(col, settings)
        rename_deck_parent(col, step, settings, new)
        remove_emptied(col, step, in_use)


def tags_of_notes(col: Collection) -> dict[int, list[str]]:
    """All tags of all notes."""
    assert col.db
    return {id: words.split() for id, words in col.db.all("select id, tags from notes")}


def below(col: Collection, parent: str) -> set[str]:
    """The names of the decks below this one, less the parent's part."""
    names = (deck.name for deck in col.decks.all_names_and_ids())
    return {name[len(parent) + 2 :] for name in names if name.startswith(f"{parent}::")}


def cards_in_decks(col: Collection) -> dict[int, tuple[int, int]]:
    """Where each card is, and where it is at home."""
    assert col.db
    return {id: (did, odid) for id, did, odid in col.db.all("select id, did, odid from cards")}


# --- Tags -----------------------------------------------------------------------------------------

ROOTS = [
    "Mine",
    "Mine::Misses",
    "#My_%root",
    "Remediation::Sub",
    "Läsion",
    "(x)*".replace("*", "+"),
]


@pytest.mark.parametrize("new", ROOTS)
def test_the_tags_are_the_same_below_another_root(imported: Collection, new: str) -> None:
    before = tags_of_notes(imported)
    tagged = imported.find_notes("tag:Remediation")
    assert plan_tag_root(imported, "Remediation", new) == TagRenaming(len(tagged), 0)
    rename_tags(imported, new)
    expected = {
        note: sorted(
            new + tag[len("Remediation") :] if tag.startswith("Remediation::") else tag
            for tag in words
        )
        for note, words in before.items()
    }
    assert {note: sorted(words) for note, words in tags_of_notes(imported).items()} == expected


@pytest.mark.parametrize("new", ROOTS)
def test_after_new_tags_there_is_nothing_to_repair(imported: Collection, new: str) -> None:
    where = cards_in_decks(imported)
    rename_tags(imported, new)
    assert not plan_repair(imported, replace(SETTINGS, tag_root=new), decks_too=True)
    assert cards_in_decks(imported) == where


@pytest.mark.parametrize("mode", ["study", "cram"])
def test_the_decks_find_the_same_cards_when_they_are_built_again(
    col: Collection, template: GeneratedCollection, mode: str
) -> None:
    settings = Settings(deck_mode=mode)
    request = missed(some_questions(template, 15))
    apply_import(col, preview_import(col, request, settings), settings)
    rename_tags(col, "Mine", settings)
    decks = [d for d in col.decks.all() if d["dyn"] and d["name"].startswith("Remediation::")]
    assert len(decks) > 2
    for deck in decks:
        assert all("tag:Mine::System" in term[0] for term in deck["terms"])
    where = cards_in_decks(col)
    filtered = [DeckId(deck["id"]) for deck in decks]
    assert sum(len(col.decks.cids(deck)) for deck in filtered) > 5
    for deck_id in filtered:
        col.sched.rebuild_filtered_deck(deck_id)
    assert cards_in_decks(col) == where


def test_new_tags_are_taken_back_exactly_in_one_step(imported: Collection) -> None:
    before = snapshot(imported)
    rename_tags(imported, "Mine")
    assert differences(before, snapshot(imported))
    imported.undo()
    assert differences(before, snapshot(imported)) == {}


def test_there_and_back_is_where_it_was(imported: Collection) -> None:
    before = tags_of_notes(imported)
    rename_tags(imported, "Mine::Misses")
    rename_tags(imported, "Mine", replace(SETTINGS, tag_root="Mine::Misses"))
    rename_tags(imported, "Remediation", replace(SETTINGS, tag_root="Mine"))
    assert tags_of_notes(imported) == before


def test_the_students_tags_below_either_root_stay(imported: Collection) -> None:
    notes = imported.find_notes("")[:3]
    imported.tags.bulk_add(notes, "Remediation::my_own Mine::own Mine Remediation_2::System::x")
    planned = plan_tag_root(imported, "Remediation", "Mine")
    assert planned.others == 2
    rename_tags(imported, "Mine")
    for note in notes:
        words = imported.get_note(note).tags
        assert {"Remediation::my_own", "Mine::own", "Mine", "Remediation_2::System::x"} <= {*words}


def test_tags_that_could_not_be_told_apart_are_refused(imported: Collection) -> None:
    note = imported.find_notes("")[:1]
    imported.tags.bulk_add(note, "Mine::system::Heart")
    before = snapshot(imported, everything=True)
    with pytest.raises(CannotRename, match="Mine::system::Heart"):
        rename_tags(imported, "Mine")
    assert differences(before, snapshot(imported, everything=True)) == {}
    rename_tags(imported, "Mine", former=["mine"])
    assert imported.find_notes("tag:Mine::System::*")


def test_a_root_among_the_own_tags_is_refused(imported: Collection) -> None:
    with pytest.raises(CannotRename):
        plan_tag_root(imported, "Remediation", "remediation::Source")
    with pytest.raises(CannotRename):
        plan_tag_root(imported, "Remediation", "Remediation::Source::UWorld")


def test_another_spelling_of_the_same_root_touches_no_note(imported: Collection) -> None:
    assert plan_tag_root(imported, "Remediation", "REMEDIATION") == TagRenaming(0, 0)
    rename_tags(imported, "REMEDIATION")
    assert not plan_repair(imported, replace(SETTINGS, tag_root="REMEDIATION"), decks_too=True)


def test_a_collection_without_our_tags_is_left_alone(col: Collection) -> None:
    before = snapshot(col, everything=True)
    rename_tags(col, "Mine")
    rename_decks(col, "Mine")
    assert differences(before, snapshot(col, everything=True)) == {}


def test_a_deck_whose_search_the_student_wrote_keeps_it(imported: Collection) -> None:
    deck = imported.sched.get_or_create_filtered_deck(DeckId(0))
    deck.name = "Tonight"
    deck.config.search_terms[0].search = "tag:Remediation::System::* is:due"
    deck.allow_empty = True
    made = imported.sched.add_or_update_filtered_deck(deck).id
    before = imported.decks.get(DeckId(made))
    rename_tags(imported, "Mine")
    assert before
    after = imported.decks.get(DeckId(made))
    assert after
    assert after["terms"] == before["terms"]


# --- Decks ----------------------------------------------------------------------------------------

PARENTS = ["Mine", "Mine::Misses", "Remediation::Sub", "remediation", "Läsion (x)*_"]


@pytest.mark.parametrize("new", PARENTS)
def test_the_decks_are_the_same_below_another_parent(imported: Collection, new: str) -> None:
    before, where = below(imported, "Remediation"), cards_in_decks(imported)
    planned = plan_deck_parent(imported, SETTINGS, new)
    rename_decks(imported, new)
    assert below(imported, new) == before
    assert planned.decks == len(before) + 1
    assert cards_in_decks(imported) == where
    settings = replace(SETTINGS, deck_parent=new)
    assert not plan_repair(imported, settings, decks_too=True)
    assert plan_deck_parent(imported, settings, new).decks == 0


@pytest.mark.parametrize("new", PARENTS)
def test_new_deck_names_are_taken_back_exactly_in_one_step(imported: Collection, new: str) -> None:
    before = snapshot(imported)
    rename_decks(imported, new)
    assert differences(before, snapshot(imported))
    imported.undo()
    assert differences(before, snapshot(imported)) == {}


def test_out_of_a_deck_into_the_one_above_it(imported: Collection) -> None:
    before = below(imported, "Remediation")
    rename_decks(imported, "Mine::Misses")
    rename_decks(imported, "Mine", replace(SETTINGS, deck_parent="Mine::Misses"))
    assert below(imported, "Mine") == before
    assert not plan_repair(imported, replace(SETTINGS, deck_parent="Mine"), decks_too=True)


def test_the_students_decks_among_ours_stay_with_their_cards(imported: Collection) -> None:
    own = imported.decks.id("Remediation::My own::Deeper")
    assert own
    before = below(imported, "Remediation")
    rename_decks(imported, "Mine")
    assert below(imported, "Remediation") == {"My own", "My own::Deeper"}
    assert below(imported, "Mine") == before - {"My own", "My own::Deeper"}
    assert not plan_repair(imported, replace(SETTINGS, deck_parent="Mine"), decks_too=True)


def test_a_parent_with_cards_of_the_students_stays(imported: Collection) -> None:
    parent = imported.decks.id_for_name("Remediation")
    assert parent
    card = imported.find_cards("-deck:Remediation")[0]
    imported.set_deck([card], parent)
    rename_decks(imported, "Mine")
    assert imported.get_card(card).did == parent
    assert imported.decks.name(parent) == "Remediation"
    assert not below(imported, "Remediation")
    assert "Mixed" in below(imported, "Mine")


def test_a_deck_named_like_ours_with_the_students_cards_stays(imported: Collection) -> None:
    parent = replace(SETTINGS, deck_parent="Theirs")
    deck = imported.decks.id("Theirs::Records")
    assert deck
    card = imported.find_cards("-deck:Remediation")[0]
    imported.set_deck([card], DeckId(deck))
    rename_decks(imported, "Mine", parent)
    assert imported.decks.name(DeckId(deck)) == "Theirs::Records"


def test_a_deck_that_the_student_took_out_stays_where_they_put_it(imported: Collection) -> None:
    mixed = imported.decks.id_for_name("Remediation::Mixed")
    assert mixed
    imported.decks.rename(mixed, "Tonight")
    rename_decks(imported, "Mine")
    assert imported.decks.name(mixed) == "Tonight"
    assert not plan_repair(imported, replace(SETTINGS, deck_parent="Mine"), decks_too=True)


def test_a_name_that_the_student_gave_below_ours_is_kept(imported: Collection) -> None:
    mixed = imported.decks.id_for_name("Remediation::Mixed")
    assert mixed
    imported.decks.rename(mixed, "Remediation::Tonight")
    rename_decks(imported, "Mine")
    assert imported.decks.name(mixed) == "Mine::Tonight"
    assert not plan_repair(imported, replace(SETTINGS, deck_parent="Mine"), decks_too=True)


def test_a_name_set_afterwards_still_reaches_the_deck(imported: Collection) -> None:
    """The deck is not taken for one that the student renamed."""
    mixed = imported.decks.id_for_name("Remediation::Mixed")
    assert mixed
    rename_decks(imported, "Mine")
    settings = replace(SETTINGS, deck_parent="Mine", mixed_deck_name="Today")
    planned = plan_repair(imported, settings, decks_too=True)
    with UndoStep(imported, "Repair") as step:
        planned.projection.write(imported, step, settings)
    assert imported.decks.name(mixed) == "Mine::Today"


def test_into_a_deck_that_exists(imported: Collection) -> None:
    imported.decks.id("Mine::Systems::Theirs")
    before = below(imported, "Remediation")
    rename_decks(imported, "Mine")
    assert below(imported, "Mine") == before | {"Systems::Theirs"}
    assert imported.decks.id_for_name("Remediation") is None


@pytest.mark.parametrize("taken", ["Mine::Mixed", "Mine::Records", "mine::systems::Renal"])
def test_a_name_that_is_taken_is_refused(imported: Collection, taken: str) -> None:
    imported.decks.id(taken)
    if taken.endswith("Renal"):
        names = below(imported, "Remediation")
        system = min(name for name in names if name.startswith("Systems::"))
        imported.decks.id(f"Mine::{system}")
    before = snapshot(imported, everything=True)
    with pytest.raises(CannotRename, match=r"(?i)mine::"):
        rename_decks(imported, "Mine")
    assert differences(before, snapshot(imported, everything=True)) == {}


def test_a_filtered_deck_cannot_be_a_parent(imported: Collection) -> None:
    deck = imported.sched.get_or_create_filtered_deck(DeckId(0))
    deck.name, deck.allow_empty = "Tonight", True
    imported.sched.add_or_update_filtered_deck(deck)
    for new in ("Tonight", "tonight::Deeper"):
        with pytest.raises(CannotRename, match="Tonight"):
            plan_deck_parent(imported, SETTINGS, new)


def test_a_filtered_deck_where_ours_would_hold_decks_is_refused(imported: Collection) -> None:
    imported.decks.id("Mine")
    deck = imported.sched.get_or_create_filtered_deck(DeckId(0))
    deck.name, deck.allow_empty = "Mine::Systems", True
    imported.sched.add_or_update_filtered_deck(deck)
    before = snapshot(imported, everything=True)
    with pytest.raises(CannotRename, match="Mine::Systems"):
        rename_decks(imported, "Mine")
    assert differences(before, snapshot(imported, everything=True)) == {}


def test_what_fails_midway_leaves_nothing_behind(imported: Collection) -> None:
    before = snapshot(imported)

    class Failure(Exception):
        pass

    def fail_at_third() -> None:
        writes.append(1)
        if len(writes) == 3:
            raise Failure

    writes: list[int] = []
    with pytest.raises(Failure), UndoStep(imported, "Rename", fail_at_third) as step:
        rename_tag_root(imported, step, SETTINGS, "Mine")
    assert differences(before, snapshot(imported)) == {}
    imported.redo()
    assert differences(before, snapshot(imported)) == {}


# --- All names that the settings allow ------------------------------------------------------------

PART = st.text("aB1_%-#(&'ä", min_size=1, max_size=4)
NAME = st.lists(PART, min_size=1, max_size=3).map("::".join)


@given(NAME)
def test_planning_never_fails_otherwise(imported_once: Collection, name: str) -> None:
    for plan in (
        lambda: plan_tag_root(imported_once, "Remediation", name),
        lambda: plan_deck_parent(imported_once, SETTINGS, name),
    ):
        with suppress(CannotRename):
            plan()


ANY_NAME = st.lists(st.text(" :a\t\x00é\u0301\u3000\ud800", max_size=4), max_size=3)


@given(ANY_NAME.map("::".join))
def test_a_name_that_is_taken_is_kept_by_anki_as_it_is(
    imported_once: Collection, name: str
) -> None:
    kept = normal("deck_parent", name)
    assert normal("deck_parent", kept) == kept
    if not ABOUT["deck_parent"].kind.complaint(kept):
        deck = imported_once.decks.new_deck()
        deck.name = kept
        made = DeckId(imported_once.decks.add_deck(deck).id)
        assert imported_once.decks.name(made) == kept
        imported_once.undo()


@pytest.fixture(scope="module")
def imported_once(template: GeneratedCollection, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One collection for many examples that write nothing."""
    path = tmp_path_factory.mktemp("renaming") / "collection.anki2"
    shutil.copy(template.path, path)
    collection = Collection(str(path))
    request = missed(some_questions(template, 5))
    apply_import(collection, preview_import(collection, request, SETTINGS), SETTINGS)
    yield collection
    collection.close()
