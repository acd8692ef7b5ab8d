from __future__ import annotations

import random
import string
import time
from dataclasses import replace

import pytest
from anki.collection import Collection
from anki.notes import NoteId

from remediation.collection.importing import apply_import, preview_import
from remediation.collection.ledger import NewRecords, read_ledger, remember, write_records
from remediation.collection.repair import repair
from remediation.collection.undo import UndoStep
from remediation.model.attempts import Attempt, Outcome
from remediation.model.banks import QuestionKey
from remediation.model.records import NoteRef, Question, Release, Remembered, Sitting
from remediation.settings import Settings
from tests.collections import differences, missed, snapshot

KEY = QuestionKey("uworld", "step1", "1234")


def _write(col: Collection, records: NewRecords) -> None:
    with UndoStep(col, "Records") as step:
        write_records(col, step, records, deck_parent="Remediation")


def _sitting(number: int = 3, topic: str = "") -> Sitting:
    attempts = tuple(
        Attempt(id=str(1000 + n), outcome=Outcome.INCORRECT, topic=topic) for n in range(number)
    )
    return Sitting("uworld", "step1", 1_700_000_000, attempts, total=40)


def _note_named(col: Collection, key: str) -> NoteId:
    (note_id,) = col.find_notes(f'"Key:{key}"')
    return note_id


def test_what_is_written_is_read_back(col: Collection) -> None:
    sitting, release = _sitting(), Release(1_700_000_000, (1, 2, 3))
    question = Question(KEY, (NoteRef(5, "guid"),), "Renal")
    _write(col, NewRecords((sitting,), (release,), (question,)))
    ledger = read_ledger(col)
    assert ledger.sittings == {sitting.key: (sitting,)}
    assert ledger.questions == {KEY: question}
    assert ledger.releases == {release.key: release}
    assert ledger.damaged == ()
    assert ledger.question_notes[KEY] == _note_named(col, str(KEY))


def test_undo_takes_the_note_types_and_decks_along(col: Collection) -> None:
    before = snapshot(col)
    _write(col, NewRecords((_sitting(),), (), (Question(KEY),)))
    assert snapshot(col) != before
    col.undo()
    assert differences(before, snapshot(col)) == {}


def test_its_cards_are_suspended_and_plain_searches_do_not_find_the_data(col: Collection) -> None:
    _write(col, NewRecords((_sitting(),), (), (Question(KEY),)))
    ours = 'note:"Remediation *"'
    assert len(col.find_cards(f"{ours} is:suspended")) == len(col.find_cards(ours)) == 2
    assert not col.find_notes(f"{ours} v1")
    assert col.find_notes(f"{ours} 1234")
    # Every field excluded would make any search by pattern fail in the whole collection.
    assert len(col.find_notes("re:UWorld nc:UWorld " + ours)) == 2


def test_a_type_that_the_student_renamed_is_still_ours(col: Collection) -> None:
    _write(col, NewRecords((_sitting(),)))
    notetype = col.models.by_name("Remediation Log")
    assert notetype
    notetype["name"] = "Etwas anderes"
    col.models.update_dict(notetype)
    _write(col, NewRecords((_sitting(4),)))
    assert len(read_ledger(col).sittings) == 2
    assert not col.models.by_name("Remediation Log")


def test_types_and_records_of_two_computers_are_read_once(col: Collection) -> None:
    """Both made the type and recorded the same block before they synced."""
    first, second = NoteRef(5, "a"), NoteRef(6, "b")
    _write(col, NewRecords((_sitting(),), (), (Question(KEY, (first,)),)))
    names = ("Remediation Log", "Remediation Question")
    for name in names:
        notetype = col.models.by_name(name)
        assert notetype
        copy = col.models.copy(notetype, add=False)
        copy["name"] = name + "+"
        col.models.add_dict(copy)
        for note_id in col.find_notes(f'"note:{name}"'):
            note = col.get_note(note_id)
            twin = col.new_note(col.models.by_name(name + "+"))  # type: ignore[arg-type]
            twin.fields = list(note.fields)
            if name == names[1]:
                from remediation.model import codec

                twin["Data"] = codec.encode(Question(KEY, (second,), "Renal").to_json())
            col.add_note(twin, col.decks.id("Default"))  # type: ignore[arg-type]
    ledger = read_ledger(col)
    assert len(ledger.sittings) == 1
    assert [len(parts) for parts in ledger.sittings.values()] == [1]
    assert ledger.questions[KEY].core == (first, second)
    assert ledger.questions[KEY].system == "Renal"


def test_a_damaged_record_is_reported_and_the_others_are_read(col: Collection) -> None:
    other = QuestionKey("uworld", "step1", "77")
    _write(col, NewRecords((_sitting(),), (), (Question(KEY), Question(other))))
    note = col.get_note(_note_named(col, str(KEY)))
    note["Data"] = note["Data"][:-5]
    col.update_note(note)
    ledger = read_ledger(col)
    assert [damage.key for damage in ledger.damaged] == [str(KEY)]
    assert list(ledger.questions) == [other]
    assert ledger.question_notes[KEY] == note.id  # so that it is mended in place, not doubled


def test_what_was_written_into_a_damaged_note_is_kept_when_it_is_mended(col: Collection) -> None:
    _write(col, NewRecords((), (), (Question(KEY, cue="two left", rule="name the difference"),)))
    note = col.get_note(_note_named(col, str(KEY)))
    note["Data"] = note["Data"][:-5]
    col.update_note(note)
    assert read_ledger(col).unreadable[KEY].rule == "name the difference"

    request = missed([KEY.id], exam=KEY.exam, bank=KEY.bank)
    apply_import(col, preview_import(col, request, Settings()), Settings())
    mended = read_ledger(col)
    assert mended.damaged == ()
    assert mended.unreadable == {}
    question = mended.questions[KEY]
    assert (question.cue, question.rule) == ("two left", "name the difference")
    assert mended.question_notes[KEY] == note.id


@pytest.mark.parametrize("damaged_one", [0, 1])
def test_what_was_written_into_a_damaged_double_is_kept(col: Collection, damaged_one: int) -> None:
    for rule in ("the first", "the second"):
        _write(col, NewRecords((_sitting(),), (), (Question(KEY, rule=rule),)))
    notes = [col.get_note(id) for id in col.find_notes(f'"key:{KEY}"')]
    damaged = notes[damaged_one]
    damaged["Data"] = damaged["Data"][:-5]
    col.update_note(damaged)
    # Only the older note is written over; a damaged one beside it is left as it is.
    assert bool(read_ledger(col).doubles) is (damaged_one == 0)
    repair(col, Settings(), decks_too=False)
    left = [col.get_note(id)["Rule"] for id in col.find_notes(f'"key:{KEY}"')]
    assert all(any(rule in text for text in left) for rule in ("the first", "the second"))


@pytest.mark.parametrize("wrap", ["<div>{}</div>", "{}<br>", "&nbsp;{}\n"])
def test_markup_that_the_editor_adds_does_no_harm(col: Collection, wrap: str) -> None:
    _write(col, NewRecords((), (), (Question(KEY, (NoteRef(5, "g"),)),)))
    note = col.get_note(_note_named(col, str(KEY)))
    note["Data"] = wrap.format(note["Data"])
    col.update_note(note)
    assert read_ledger(col).questions[KEY].core == (NoteRef(5, "g"),)


def test_a_long_sitting_is_spread_over_notes_of_at_most_64_kilobytes(col: Collection) -> None:
    noise = random.Random(1)
    attempts = tuple(
        Attempt(
            id=str(n + 1),
            outcome=Outcome.CORRECT,
            topic="".join(noise.choices(string.printable, k=60)),
        )
        for n in range(4000)
    )
    sitting = Sitting("uworld", "step1", 1_700_000_000, attempts)
    _write(col, NewRecords((sitting,)))
    assert col.db
    assert col.db.scalar("select max(length(flds)) from notes where flds like 'Sitting %'") > 0
    assert col.db.scalar("select max(length(flds)) from notes where flds like 'Sitting %'") < 65536
    (parts,) = read_ledger(col).sittings.values()
    assert len(parts) > 1
    assert tuple(a for part in parts for a in part.attempts) == attempts


def test_a_question_keeps_what_the_student_wrote_when_its_record_changes(col: Collection) -> None:
    _write(col, NewRecords((), (), (Question(KEY),)))
    note = col.get_note(_note_named(col, str(KEY)))
    note["Cue"], note["Rule"] = "two options left", "name the difference"
    col.update_note(note)
    written = read_ledger(col).questions[KEY]
    assert (written.cue, written.rule) == ("two options left", "name the difference")
    changed = replace(written, core=(NoteRef(5, "g"),), system="Renal")
    _write(col, NewRecords((), (), (), ((note.id, changed),)))
    note.load()
    assert (note["Cue"], note["Rule"]) == ("two options left", "name the difference")
    assert note["System"] == "Renal & Urinary"
    assert read_ledger(col).questions[KEY] == changed


def test_empty_cards_offers_none_of_its_notes_for_deletion(col: Collection) -> None:
    _write(col, NewRecords((_sitting(),), (), (Question(KEY),)))
    ours = set(col.find_notes('note:"Remediation *"'))
    assert not ours & {note.note_id for note in col.get_empty_cards().notes}


def test_the_last_choice_counts_also_within_a_second_or_after_a_clock_ahead(
    col: Collection,
) -> None:
    ahead = Remembered(int(time.time()) + 86_400, {"tag": "first"})
    _write(col, NewRecords(remembered=(ahead,)))
    for value in ("second", "third", "a", "z"):
        chosen = remember(read_ledger(col), {"tag": value})
        _write(col, NewRecords(remembered=(chosen,)))
        assert read_ledger(col).remembered == {"tag": value}
