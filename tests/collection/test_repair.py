from __future__ import annotations

import pytest
from anki.collection import Collection

from remediation.collection.importing import apply_import, preview_import
from remediation.collection.ledger import read_ledger
from remediation.collection.repair import plan_repair, repair
from remediation.model import codec
from remediation.model.records import NoteRef, Question
from remediation.settings import Settings
from tests.anking import GeneratedCollection
from tests.collections import differences, missed, snapshot, some_questions

SETTINGS = Settings()


@pytest.fixture
def imported(col: Collection, template: GeneratedCollection) -> Collection:
    """A collection with one import."""
    request = missed(some_questions(template, 15))
    apply_import(col, preview_import(col, request, SETTINGS), SETTINGS)
    return col


def test_there_is_nothing_to_repair_in_a_collection_without_a_ledger(col: Collection) -> None:
    before = snapshot(col, everything=True)
    assert repair(col, SETTINGS, decks_too=True) is None
    assert differences(before, snapshot(col, everything=True)) == {}


def test_there_is_nothing_to_repair_after_an_import(imported: Collection) -> None:
    before = snapshot(imported, everything=True)
    assert repair(imported, SETTINGS, decks_too=True) is None
    assert differences(before, snapshot(imported, everything=True)) == {}


def test_tags_removed_by_another_add_on_come_back_in_one_step(imported: Collection) -> None:
    tagged = imported.find_notes("tag:Remediation")
    tags = {note: imported.get_note(note).tags for note in tagged}
    for note_id in tagged[::2]:
        note = imported.get_note(note_id)
        note.tags = [tag for tag in note.tags if not tag.startswith("Remediation")]
        imported.update_note(note)
    assert repair(imported, SETTINGS, decks_too=False)
    assert {note: imported.get_note(note).tags for note in tagged} == tags
    assert repair(imported, SETTINGS, decks_too=False) is None
    imported.undo()
    assert len(imported.find_notes("tag:Remediation")) < len(tagged)


def test_a_tag_on_a_note_that_should_not_have_it_goes(imported: Collection) -> None:
    stray = imported.find_notes("-tag:Remediation")[:2]
    imported.tags.bulk_add(stray, "Remediation::System::Renal")
    assert repair(imported, SETTINGS, decks_too=False)
    assert not any(
        tag.startswith("Remediation") for note in stray for tag in imported.get_note(note).tags
    )


def test_a_deck_the_student_deleted_comes_back_only_on_request(imported: Collection) -> None:
    deck_id = imported.decks.id_for_name("Remediation::Mixed")
    assert deck_id
    imported.decks.remove([deck_id])
    assert not plan_repair(imported, SETTINGS, decks_too=False)
    assert repair(imported, SETTINGS, decks_too=True)
    assert imported.decks.id_for_name("Remediation::Mixed")


def test_a_card_the_student_suspended_again_stays_suspended(imported: Collection) -> None:
    cards = imported.find_cards("tag:Remediation -is:suspended")
    # Anki counts whole seconds; the release was some of them ago.
    assert imported.db
    imported.sched.suspend_cards(cards)
    assert not plan_repair(imported, SETTINGS, decks_too=False)


def test_a_deck_that_the_student_renamed_is_not_made_twice(imported: Collection) -> None:
    deck_id = imported.decks.id_for_name("Remediation::Mixed")
    assert deck_id
    imported.decks.rename(deck_id, "My mix")
    assert repair(imported, SETTINGS, decks_too=True) is None
    assert not imported.decks.id_for_name("Remediation::Mixed")


def test_question_notes_of_two_computers_become_one_and_keep_both_texts(
    imported: Collection,
) -> None:
    ledger = read_ledger(imported)
    key, first_id = next(iter(ledger.question_notes.items()))
    first = imported.get_note(first_id)
    first["Rule"] = "name the difference"
    imported.update_note(first)
    second = imported.new_note(first.note_type())  # type: ignore[arg-type]
    second.fields = list(first.fields)
    second["Cue"], second["Rule"] = "two options left", "look at the age"
    other = Question(key, (NoteRef(imported.find_notes("-tag:Remediation")[0], "x"),), "Renal")
    second["Data"] = codec.encode(other.to_json())
    imported.add_note(second, first.cards()[0].did)
    before = snapshot(imported)

    assert read_ledger(imported).doubles == {key: (second.id,)}
    assert repair(imported, SETTINGS, decks_too=False)
    merged = read_ledger(imported)
    assert merged.doubles == {}
    assert merged.question_notes[key] == first_id
    assert set(merged.questions[key].core) == {*ledger.questions[key].core, *other.core}
    first.load()
    assert first["Cue"] == "two options left"
    assert "name the difference" in first["Rule"]
    assert "look at the age" in first["Rule"]
    assert repair(imported, SETTINGS, decks_too=False) is None
    imported.undo()
    assert differences(before, snapshot(imported)) == {}
