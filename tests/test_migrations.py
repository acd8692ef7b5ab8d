"""Whatever an earlier version on `main` stored is read by this one, and nothing of it is lost.

Every stored form is here as it was written, made up by hand, with the commit that brought it. Who
changes what is stored adds the new form and leaves the old ones. What a newer version stored is
left alone.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

import pytest
from anki.cards import CardId
from anki.collection import Collection
from anki.decks import DeckId, FilteredDeckConfig
from anki.models import NotetypeDict
from anki.notes import Note, NoteId

from remediation.collection.exam_date import exam_date
from remediation.collection.importing import apply_import, preview_import
from remediation.collection.ledger import (
    NewRecords,
    own_types,
    read_ledger,
    remember,
    write_records,
)
from remediation.collection.naming import Naming, name_reasons
from remediation.collection.question_block import given_blocks, retired_ids
from remediation.collection.repair import repair
from remediation.collection.rules import active_rules
from remediation.collection.shared_settings import with_shared
from remediation.collection.topics import TopicChoice
from remediation.collection.undo import UndoStep
from remediation.model import codec
from remediation.model.attempts import Attempt, QuestionGroup
from remediation.model.banks import QuestionKey
from remediation.model.decisions import DecidedBy, Decision
from remediation.model.misses import latest_misses
from remediation.model.records import Question, Release, Remembered, Sitting
from remediation.model.rules import RuleCheck
from remediation.model.systems import system_by_key
from remediation.settings import Settings, from_config, repaired
from remediation.sources.log_columns import ColumnMapping, Field
from tests.anking import GeneratedCollection
from tests.collections import missed, some_questions

Record = Mapping[str, Any]

SETTINGS = Settings(cards_unsuspended_per_day=500)
WHEN = 1_700_000_000


# How a record is written into a field
######################################################################


def first_text(record: Record) -> str:
    """As the versions from 2ee9412 to e6c9865 wrote it: the checksum is that of the bytes."""
    packed = _packed(record)
    return f"v1.{zlib.crc32(packed):08x}.{base64.urlsafe_b64encode(packed).decode()}"


def second_text(record: Record) -> str:
    """As the versions from 9d33510 on write it: the checksum is that of the text."""
    text = base64.urlsafe_b64encode(_packed(record))
    return f"v1.{zlib.crc32(text):08x}.{text.decode()}"


def _packed(record: Record) -> bytes:
    plain = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return zlib.compress(plain.encode(), 9)


QUESTION: Record = {
    "kind": "question",
    "bank": "uworld",
    "exam": "step1",
    "id": "1234",
    "core": [[5, "guid"]],
    "system": "Renal",
}
_TEXT = (
    "eNoVyjsOgCAQhOG7TE2Dj4Zj2BIL1I0h4qICUWO8u2s38-d7MDheYFDOeIQJCmM8CMbaVmEufkLfK9DlVjEp06aF"
    "SDXQVd3IXjz_by-Uso8sJd3ift4Ru4D3A_QIHqE="
)


@pytest.mark.parametrize("checksum", ["e2887f9f", "d89a0c47"], ids=["2ee9412", "9d33510"])
def test_a_text_that_a_version_wrote_is_read(checksum: str) -> None:
    assert codec.decode(f"v1.{checksum}.{_TEXT}") == QUESTION


def test_this_version_writes_the_second_form() -> None:
    assert codec.encode(dict(QUESTION)) == second_text(QUESTION)


@pytest.mark.parametrize("place", range(3, 140, 9))
def test_a_changed_character_in_the_first_form_is_seen(place: int) -> None:
    text = first_text(QUESTION)
    changed = "0" if text[place] != "0" else "1"
    with pytest.raises(codec.DamagedRecord):
        codec.decode(text[:place] + changed + text[place + 1 :])


# What is in each record
######################################################################


@dataclass(frozen=True)
class Form:
    """A record as the versions from a commit on stored it; every field that they knew is in it."""

    since: str
    record: Record


_ATTEMPT: Record = {
    "id": "1234",
    "outcome": "incorrect",
    "position": 3,
    "subject": "Pathology",
    "system": "Renal",
    "category": "Glomerular disease",
    "topic": "Nephrotic syndrome",
    "percent_others": 65.0,
    "seconds": 71.5,
    "others_seconds": 80.0,
    "change": "right to wrong",
    "confidence": "unsure",
}
_ATTEMPT_OF_E6568E3: Record = {**_ATTEMPT, "reason": "K2", "note_ids": [5, 6], "card_ids": [7]}
_GROUP: Record = {
    "kind": "system",
    "name": "Renal",
    "parent": "Systems",
    "seen": 10,
    "correct": 6,
    "incorrect": 3,
    "omitted": 1,
    "percent": 60.0,
    "band": "lower",
}
_SITTING: Record = {
    "kind": "sitting",
    "bank": "uworld",
    "exam": "step1",
    "when": WHEN,
    "dated": True,
    "name": "Übung <3>",
    "mode": "Timed",
    "total": 40,
    "repeats": True,
    "extends": ["Sitting UWorld Step 1 0123456789ab"],
    "part": 2,
    "parts": 3,
    "attempts": [_ATTEMPT],
}
_DECISION: Record = {
    "sitting": "Sitting UWorld Step 1 0123456789ab",
    "reason": "K4",
    "how": "asked first",
    "at": WHEN + 60,
    "suggested": "T5",
    "p_knowledge": 0.25,
    "confidence": "guessed",
}

SITTINGS = [
    Form("2ee9412", _SITTING),
    Form("e6568e3", {
        **_SITTING,
        "attempts": [_ATTEMPT_OF_E6568E3],
        "groups": [_GROUP],
        "summary": [["Total", "61"]],
    }),
    Form("c240b1b", {
        **_SITTING,
        "attempts": [_ATTEMPT_OF_E6568E3],
        "groups": [_GROUP],
        "summary": [["Total", "61"]],
        "sample": True,
    }),
]  # fmt: skip
QUESTIONS = [
    Form("2ee9412", QUESTION),
    Form("36197ed", {
        **QUESTION,
        "decisions": [_DECISION],
        "wants_cards": True,
        "mixed_with": "minimal change disease",
        "other_side": [[6, "other guid"]],
    }),
]  # fmt: skip
RELEASES = [
    Form("2ee9412", {"kind": "release", "at": WHEN, "cards": [11, 12]}),
    # From e6568e3 on, so many are spread over several records.
    Form("2ee9412", {"kind": "release", "at": WHEN, "cards": list(range(1, 5_001))}),
]
CHOICES = [Form("f9781d7", {"kind": "settings", "at": WHEN, "values": {"any": [1, None, "x"]}})]
RULE_CHECKS = [
    Form("36197ed", {"kind": "rule-check", "at": WHEN, "used": [["Stem read: list", True]]}),
]

_READERS: tuple[tuple[Callable[[Record], Any], list[Form]], ...] = (
    (Sitting.from_json, SITTINGS),
    (Question.from_json, QUESTIONS),
    (Release.from_json, RELEASES),
    (Remembered.from_json, CHOICES),
    (RuleCheck.from_json, RULE_CHECKS),
)
FORMS = [
    pytest.param(read, form, id=f"{form.record['kind']}-{form.since}-{number}")
    for read, forms in _READERS
    for number, form in enumerate(forms)
]


@pytest.mark.parametrize(("read", "form"), FORMS)
def test_every_field_of_a_record_is_read_and_written_again(
    read: Callable[[Record], Any], form: Form
) -> None:
    again = json.loads(json.dumps(read(form.record).to_json()))
    assert {name: again[name] for name in form.record} == form.record


def test_fields_that_came_later_are_as_if_not_given() -> None:
    (first, *_), (question, *_) = SITTINGS, QUESTIONS
    sitting = Sitting.from_json(first.record)
    assert (sitting.groups, sitting.summary) == ((), ())
    assert (sitting.attempts[0].reason, sitting.attempts[0].card_ids) == ("", ())
    assert Question.from_json(question.record).decisions == ()


@pytest.mark.parametrize(
    ("kind", "stored", "elsewhere"),
    [
        (Sitting, SITTINGS[-1].record, set()),
        (Attempt, _ATTEMPT_OF_E6568E3, {"where"}),
        (QuestionGroup, _GROUP, {"where"}),
        (Question, {**QUESTIONS[-1].record, "key": ""}, {"cue", "rule", "unread"}),
        (Decision, _DECISION, {"unread"}),
        (Release, RELEASES[-1].record, set()),
        (Remembered, CHOICES[-1].record, set()),
        (RuleCheck, RULE_CHECKS[-1].record, set()),
    ],
)
def test_the_newest_form_above_has_every_field(
    kind: type[Any], stored: Record, elsewhere: set[str]
) -> None:
    """A new field needs a new form above, beside those without it."""
    assert {field.name for field in fields(kind)} - elsewhere <= stored.keys()


# The note types, and a collection that the first version wrote into
######################################################################


_STYLE = ".card { font-family: sans-serif; text-align: center; } .key { color: #888; }"


def _first_type(
    col: Collection, name: str, marker: str, names: tuple[str, ...], front: str, back: str
) -> NotetypeDict:
    """A note type as 47d688b made it."""
    type_ = col.models.new(name)
    type_["css"] = f"{marker}\n{_STYLE}"
    for field_name in names:
        field = col.models.new_field(field_name)
        field["plainText"] = True
        field["excludeFromSearch"] = field["collapsed"] = field_name != "Key"
        col.models.add_field(type_, field)
    template = col.models.new_template("Card 1")
    template["qfmt"], template["afmt"] = front, back
    col.models.add_template(type_, template)
    col.models.add_dict(type_)
    made = col.models.by_name(name)
    assert made
    return made


@dataclass(frozen=True)
class FirstVersion:
    """What the first version left in a collection: a block of misses with its tags and decks."""

    keys: tuple[QuestionKey, ...]
    log_notes: tuple[NoteId, ...]
    question_notes: tuple[NoteId, ...]
    mixed_deck: DeckId
    sitting: str


def _add(col: Collection, type_: NotetypeDict, deck: str, **texts: str) -> Note:
    note = col.new_note(type_)
    for name, text in texts.items():
        note[name] = text
    deck_id = col.decks.id(deck)
    assert deck_id
    col.add_note(note, deck_id)
    col.sched.suspend_cards(note.card_ids())
    return note


@pytest.fixture(params=[first_text, second_text], ids=["2ee9412", "9d33510"])
def old(
    col: Collection, template: GeneratedCollection, request: pytest.FixtureRequest
) -> FirstVersion:
    """A collection as versions before c3dd90e left it, in either form of the text."""
    text: Callable[[Record], str] = request.param
    previewed = preview_import(col, missed(some_questions(template, 3)), SETTINGS)
    log_type = _first_type(
        col,
        "Remediation Log",
        "/* remediation: log */",
        ("Key", "Summary", "Data", "Spare 1", "Spare 2"),
        "{{Key}}",
        "{{Key}}<hr id=answer>{{Summary}}",
    )
    question_type = _first_type(
        col,
        "Remediation Question",
        "/* remediation: question */",
        ("Key", "Cue", "Rule", "Deficit", "System", "Data", "Spare 1", "Spare 2"),
        "{{Cue}}<p class=key>{{Key}}</p>",
        "{{FrontSide}}<hr id=answer>{{Rule}}",
    )
    questions: list[NoteId] = []
    cards: dict[CardId, None] = {}
    for preview in previewed.questions:
        core = []
        for note_id in preview.core:
            note = col.get_note(note_id)
            note.tags.append(f"Remediation::System::{preview.system or 'Other'}")
            note.tags.append("Remediation::Source::UWorld_Step_1")
            col.update_note(note)
            core.append([note.id, note.guid])
            cards.update(dict.fromkeys(note.card_ids()))
        key = preview.key
        record = {**QUESTION, "id": key.id, "core": core, "system": preview.system}
        questions.append(
            _add(
                col,
                question_type,
                "Remediation::My rules",
                Key=str(key),
                Data=text(record),
                Rule="say the <b>mechanism</b>",
            ).id
        )
    col.sched.unsuspend_cards(list(cards))
    # The name is made otherwise today: with letters that ASCII lacks as they are.
    sitting = "Sitting UWorld Step 1 Übung 3 0123456789ab"
    attempts = [{"id": p.key.id, "outcome": "incorrect"} for p in previewed.questions]
    block = {**_SITTING, "name": "Übung 3", "attempts": attempts, "extends": [], "repeats": False}
    logs = {
        sitting: {**block, "part": 1, "parts": 1},
        "Release 2023-11-14 0123456789ab": {"kind": "release", "at": WHEN, "cards": list(cards)},
    }
    return FirstVersion(
        tuple(p.key for p in previewed.questions),
        tuple(
            _add(col, log_type, "Remediation::Records", Key=key, Data=text(record)).id
            for key, record in logs.items()
        ),
        tuple(questions),
        _first_deck(col, "Remediation::Mixed", "tag:Remediation::System -rated:1"),
        sitting,
    )


def _first_deck(col: Collection, name: str, search: str) -> DeckId:
    """A filtered deck as the versions from 47d688b to 36197ed built it."""
    deck = col.sched.get_or_create_filtered_deck(DeckId(0))
    deck.name = name
    deck.config.reschedule = deck.allow_empty = True
    del deck.config.search_terms[:]
    deck.config.search_terms.append(
        FilteredDeckConfig.SearchTerm(search=search, limit=10, order=0)  # type: ignore[arg-type]
    )
    return DeckId(col.sched.add_or_update_filtered_deck(deck).id)


def _texts(col: Collection, note_ids: tuple[NoteId, ...]) -> list[list[str]]:
    return [list(col.get_note(note_id).fields) for note_id in note_ids]


def test_all_of_it_is_read(col: Collection, old: FirstVersion) -> None:
    ledger = read_ledger(col)
    assert ledger.damaged == ()
    assert set(ledger.questions) == set(old.keys)
    assert all(q.core and q.rule == "say the mechanism" for q in ledger.questions.values())
    assert list(ledger.sittings) == [old.sitting]
    (release,) = ledger.releases.values()
    assert release.cards


def test_its_note_types_are_used_again(col: Collection, old: FirstVersion) -> None:
    types = own_types(col)
    assert len(types) == 2
    with UndoStep(col, "Records") as step:
        chosen = remember(read_ledger(col), {"any": 1})
        records = NewRecords(questions=(Question(QuestionKey("uworld", "step1", "77")),))
        write_records(col, step, replace(records, remembered=(chosen,)), deck_parent="Remediation")
    assert own_types(col) == types
    assert not col.models.by_name("Remediation Log+")


def test_repairing_takes_its_decks_over_and_changes_no_record(
    col: Collection, old: FirstVersion
) -> None:
    before = _texts(col, (*old.log_notes, *old.question_notes))
    system = system_by_key(next(iter(read_ledger(col).questions.values())).system)
    assert system
    renamed = "Remediation::Systems::Mine"
    system_deck = _first_deck(col, renamed, f"tag:Remediation::System::{system.key} -rated:1")
    assert repair(col, SETTINGS, decks_too=True)
    assert _texts(col, (*old.log_notes, *old.question_notes)) == before
    assert col.decks.id_for_name("Remediation::Mixed") == old.mixed_deck
    assert not col.decks.id_for_name("Remediation::Mixed+")
    assert col.decks.name(system_deck) == renamed
    assert not col.decks.id_for_name(f"Remediation::Systems::{system.name}")
    assert col.find_cards(f"did:{old.mixed_deck}")
    assert repair(col, SETTINGS, decks_too=True) is None


def test_a_deck_of_the_students_own_with_the_same_search_stays_theirs(
    col: Collection, old: FirstVersion
) -> None:
    own = _first_deck(col, "My own", "tag:Remediation::System::Renal -rated:1")
    repair(col, SETTINGS, decks_too=True)
    (term,) = col.sched.get_or_create_filtered_deck(own).config.search_terms
    assert term.search == "tag:Remediation::System::Renal -rated:1"


def test_the_same_list_again_is_known(col: Collection, old: FirstVersion) -> None:
    preview = preview_import(col, missed([key.id for key in old.keys]), SETTINGS)
    assert preview.recorded == len(old.keys)
    assert not preview.records.sittings


def test_naming_a_reason_keeps_what_was_there(col: Collection, old: FirstVersion) -> None:
    ledger = read_ledger(col)
    before = _texts(col, old.log_notes)
    for miss in latest_misses(ledger.sittings, ledger.questions).values():
        name_reasons(col, SETTINGS, [Naming(miss, "K2", DecidedBy.CONFIRMED)])
    assert _texts(col, old.log_notes) == before
    named = read_ledger(col)
    assert named.question_notes == ledger.question_notes
    for key, question in named.questions.items():
        known = ledger.questions[key]
        assert (question.core, question.system) == (known.core, known.system)
        assert question.rule == "say the mechanism"
        (decision,) = question.decisions
        assert (decision.sitting, decision.reason) == (old.sitting, "K2")


def test_a_miss_of_which_only_the_topic_is_known(col: Collection, old: FirstVersion) -> None:
    """Until f9781d7 such a question had no key, and so no record of its own."""
    note = col.get_note(old.log_notes[0])
    attempts = [{"topic": "Sarcoidosis", "outcome": "incorrect"}]
    note["Data"] = first_text({**_SITTING, "attempts": attempts, "part": 1, "parts": 1})
    col.update_note(note)
    ledger = read_ledger(col)
    assert ledger.damaged == ()
    (key,) = ledger.sittings[old.sitting][0].question_keys()
    assert key.id.startswith("sarcoidosis-")
    repair(col, SETTINGS, decks_too=True)
    assert repair(col, SETTINGS, decks_too=True) is None


# What the student chose
######################################################################


def _remember(col: Collection, *records: Remembered) -> None:
    with UndoStep(col, "Choices") as step:
        write_records(col, step, NewRecords(remembered=records), deck_parent="Remediation")


def test_choices_are_understood_as_they_were_stored(col: Collection) -> None:
    stored = {
        # f81393d
        "topic sarcoidosis": {"branch": "#AK_Step1_v12::#FirstAid::Sarcoid", "notes": [5]},
        # cfd2291
        "columns 0123456789ab": {
            "fields": ["id", "outcome", "", "reason"],
            "bank": "uworld",
            "exam": "step1",
            "outcome": "incorrect",
            "day_first": True,
            "reasons": {"silly": "T8"},
            "outcomes": {"x": "incorrect", "ok": None},
        },
        # 4e1b627
        "active-rules": [{"code": "T2", "text": "Stem read: list the abnormal findings."}],
        # bf43c77
        "exam-date": "2027-03-14",
        # 9ef49cd
        "retired UWorld Step 1 1234": True,
        "question-block 2026-11-20": {
            "bank": "uworld",
            "exam": "step1",
            "questions": [
                {
                    "id": "1234",
                    "kind": "repeat",
                    "miss": "1234",
                    "system": "Renal",
                    "missed": "2026-11-01",
                    "times": 2,
                }
            ],
        },
        # 676f1f8
        "tag-root": "Mine",
        "mixed-deck-limit": 7,
    }
    _remember(col, Remembered(WHEN, stored))
    ledger = read_ledger(col)
    remembered = ledger.remembered
    assert TopicChoice.from_json(remembered["topic sarcoidosis"]) == TopicChoice(
        "#AK_Step1_v12::#FirstAid::Sarcoid", (5,)
    )
    mapping = ColumnMapping.from_json(remembered["columns 0123456789ab"])
    assert mapping.fields == (Field.ID, Field.OUTCOME, Field.NOTHING, Field.REASON)
    assert mapping.to_json() == stored["columns 0123456789ab"]
    (rule,) = active_rules(ledger)
    assert rule.code == "T2"
    assert exam_date(ledger) == date(2027, 3, 14)
    assert retired_ids(ledger) == {QuestionKey("uworld", "step1", "1234")}
    (given,) = given_blocks(col, ledger)
    assert given.block.day == date(2026, 11, 20)
    settings, problems = with_shared(col, Settings())
    assert problems == []
    assert (settings.tag_root, settings.mixed_deck_limit) == ("Mine", 7)


# The configuration
######################################################################


CONFIGS: dict[str, Mapping[str, Any]] = {
    "2ee9412": {
        "tag_root": "Mine",
        "deck_parent": "Exam",
        "core_notes_per_question": 3,
        "cards_unsuspended_per_day": 30,
        "mixed_deck_limit": 12,
        "system_deck_limit": 40,
        "deck_order": "due",
    },
    "30a4a31": {
        "tag_root": "Mine",
        "deck_parent": "Exam",
        "core_notes_per_question": 3,
        "cards_unsuspended_per_day": 30,
        "mixed_deck_limit": 12,
        "system_deck_limit": 40,
        "deck_order": "random",
        "shortcut_missed_in_question": "F8",
        "rules_in_missed_questions_field": True,
    },
    "676f1f8": {
        "config_version": 1,
        "exam_date": "2027-03-14",
        "core_notes_per_question": 3,
        "cards_unsuspended_per_day": 30,
        "release_daily": False,
        "shortcut_missed_in_question": "",
        "repaired_tag": True,
        "rules_in_missed_questions_field": True,
        "recall_cards": False,
        "mixed_deck": False,
        "mixed_deck_name": "Mix",
        "mixed_deck_limit": 12,
        "system_decks": False,
        "systems_deck_name": "Organs",
        "system_deck_limit": 40,
        "deck_priority": "systems",
        "deck_order": "due",
        "deck_mode": "cram",
        "decks_by": "notes",
        "shortcut_pause_rapid_fire": "F9",
        "question_blocks_per_week": 1,
        "siblings_in_blocks": False,
        "tag_root": "Mine",
        "deck_parent": "Exam",
    },
}
CONFIGS["efc6dbf"] = {**CONFIGS["676f1f8"], "minutes_per_day": 45}


@pytest.mark.parametrize("since", CONFIGS)
def test_no_setting_is_lost(since: str) -> None:
    stored = CONFIGS[since]
    config, told = repaired(stored)
    settings, problems = from_config(config)
    assert problems == []
    for name, value in stored.items():
        assert name == "config_version" or getattr(settings, name) == value
    assert bool(told) == ("config_version" not in stored)
    assert repaired(config) == (config, [])


def test_the_newest_configuration_above_has_every_setting() -> None:
    """A new setting needs a new configuration above, beside those without it."""
    *_, newest = CONFIGS.values()
    assert {field.name for field in fields(Settings)} == newest.keys() - {"config_version"}


# What a newer version stored
######################################################################


def _newer_field(text: str) -> str:
    return "v2" + text[2:]


def _newer_reason(text: str) -> str:
    decision = {**_DECISION, "reason": "K99"}
    return codec.encode({**codec.decode(text), "decisions": [decision]})


def _newer_kind(text: str) -> str:
    return codec.encode({**codec.decode(text), "kind": "question of the future"})


@pytest.fixture(params=[_newer_field, _newer_reason, _newer_kind])
def newer(col: Collection, template: GeneratedCollection, request: pytest.FixtureRequest) -> Note:
    """A question's note as a newer version left it, which this one cannot read."""
    import_again(col, some_questions(template, 3), WHEN)
    key = next(iter(read_ledger(col).questions))
    note = col.get_note(read_ledger(col).question_notes[key])
    note["Rule"] = "kept"
    note["Data"] = request.param(note["Data"])
    col.update_note(note)
    return note


def import_again(col: Collection, ids: list[str], when: int) -> None:
    request = missed(ids, when=when, dated=True)
    apply_import(col, preview_import(col, request, SETTINGS), SETTINGS)


def test_a_newer_record_is_never_written_over(
    col: Collection, template: GeneratedCollection, newer: Note
) -> None:
    before = list(newer.fields)
    ledger = read_ledger(col)
    assert newer.id not in ledger.question_notes.values()
    import_again(col, some_questions(template, 3), WHEN + 86_400)
    repair(col, SETTINGS, decks_too=True)
    newer.load()
    assert newer.fields == before
    # This version works on beside it, once.
    (key,) = (key for key in read_ledger(col).questions if str(key) == newer["Key"])
    import_again(col, some_questions(template, 3), WHEN + 2 * 86_400)
    assert len(col.find_notes(f'"Key:{key}"')) == 2


def test_the_newer_version_makes_one_of_both_again(
    col: Collection, template: GeneratedCollection, newer: Note
) -> None:
    import_again(col, some_questions(template, 3), WHEN + 86_400)
    (key,) = (key for key in read_ledger(col).questions if str(key) == newer["Key"])
    # As soon as it can be read: here, because it is written in today's form.
    newer["Data"] = codec.encode(Question(key, mixed_with="minimal change disease").to_json())
    col.update_note(newer)
    repair(col, SETTINGS, decks_too=False)
    assert len(col.find_notes(f'"Key:{key}"')) == 1
    question = read_ledger(col).questions[key]
    assert (question.mixed_with, question.rule) == ("minimal change disease", "kept")
    assert question.core


def test_newer_fields_of_a_question_and_of_its_decisions_survive_a_new_reason(
    col: Collection, template: GeneratedCollection
) -> None:
    import_again(col, some_questions(template, 1), WHEN)
    import_again(col, some_questions(template, 1), WHEN + 86_400)
    ledger = read_ledger(col)
    first, second = ledger.sittings
    ((key, miss),) = latest_misses(ledger.sittings, ledger.questions).items()
    assert miss.sitting_key == second
    note = col.get_note(ledger.question_notes[key])
    decision = {**_DECISION, "sitting": first, "mood": "calm"}
    note["Data"] = codec.encode(
        {**codec.decode(note["Data"]), "decisions": [decision], "tutor": {"name": "Ada"}}
    )
    col.update_note(note)
    name_reasons(col, SETTINGS, [Naming(miss, "T2", DecidedBy.CONFIRMED)])
    note.load()
    stored = codec.decode(note["Data"])
    assert stored["tutor"] == {"name": "Ada"}
    assert stored["decisions"][0] == decision
    assert stored["decisions"][1]["reason"] == "T2"


def test_newer_log_records_are_kept_as_they_are(
    col: Collection, template: GeneratedCollection
) -> None:
    import_again(col, some_questions(template, 3), WHEN)
    ledger = read_ledger(col)
    (log,) = col.find_notes('"Key:Sitting*"')
    note = col.get_note(log)
    texts = {
        "of a kind of the future": codec.encode({"kind": "plan", "days": 30}),
        "in the form of the future": "v2.abc",
        "with an outcome of the future": codec.encode(
            {**_SITTING, "attempts": [{"id": "7", "outcome": "half right"}]}
        ),
    }
    type_ = note.note_type()
    assert type_
    kept = tuple(
        _add(col, type_, "Remediation::Records", Key=key, Data=text).id
        for key, text in texts.items()
    )
    before = _texts(col, kept)
    again = read_ledger(col)
    assert again.sittings == ledger.sittings
    assert {damage.key for damage in again.damaged} == {*texts} - {"of a kind of the future"}
    import_again(col, some_questions(template, 4), WHEN + 86_400)
    repair(col, SETTINGS, decks_too=True)
    assert _texts(col, kept) == before
