"""The ledger: what the add-on knows, kept as notes in the student's collection.

Notes sync, are backed up and are undone together with tags and decks. There are two note types:
*log* notes are only ever added (sittings, releases); there is one *question* note for each
question that was ever missed. Their human fields may be edited; their Data field holds the record.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NewType

from anki.collection import AddNoteRequest, Collection
from anki.decks import DeckId
from anki.models import NotetypeDict, NotetypeId
from anki.notes import Note, NoteId

from ..model import codec
from ..model.attempts import Attempt
from ..model.banks import QuestionKey
from ..model.reasons import name_of
from ..model.records import Question, Release, Remembered, Sitting, question_key_from_text
from ..model.rules import RuleCheck
from ..model.systems import system_by_key
from .database import database, ids_in
from .field_text import field_of_text, text_of_field
from .undo import UndoStep

LOG_DECK = "Records"
QUESTION_DECK = "My rules"

RecordKey = NewType("RecordKey", str)


@dataclass(frozen=True)
class _LedgerType:
    """A note type of the add-on, told from the student's own by its marker and its fields."""

    name: str
    marker: str
    fields: tuple[str, ...]
    front: str
    back: str


# Changing fields of a type forces every student into a full sync, so two are kept in reserve.
_SPARE = ("Spare 1", "Spare 2")
_STYLE = ".card { font-family: sans-serif; text-align: center; } .key { color: #888; }"
_LOG = _LedgerType(
    "Remediation Log",
    "/* remediation: log */",
    ("Key", "Summary", "Data", *_SPARE),
    "{{Key}}",
    "{{Key}}<hr id=answer>{{Summary}}",
)
# The key is always on the front: a card whose front could be empty is offered for deletion.
_QUESTION = _LedgerType(
    "Remediation Question",
    "/* remediation: question */",
    ("Key", "Cue", "Rule", "Deficit", "System", "Data", *_SPARE),
    "{{Cue}}<p class=key>{{Key}}</p>",
    "{{FrontSide}}<hr id=answer>{{Rule}}",
)


@dataclass(frozen=True)
class DamagedNote:
    """A ledger note whose record cannot be read; it is left as it is."""

    note_id: NoteId
    key: str
    reason: str


@dataclass(frozen=True)
class Ledger:
    """Everything recorded so far. A sitting that two computers recorded is here once.

    `question_notes` says in which note a question's record stands, `doubles` which further notes
    hold one, since two computers may each have made one before they synced. `remembered` are the
    student's choices that hold on every computer, each as made last. `rule_checks` say after which
    blocks which rules were used. `unreadable` has the student's own text, and nothing else, of
    questions whose only record is damaged.
    """

    sittings: dict[str, tuple[Sitting, ...]]
    questions: dict[QuestionKey, Question]
    question_notes: dict[QuestionKey, NoteId]
    doubles: dict[QuestionKey, tuple[NoteId, ...]]
    releases: dict[str, Release]
    remembered: dict[str, Any]
    rule_checks: dict[str, RuleCheck]
    damaged: tuple[DamagedNote, ...]
    # When the newest of what is remembered was chosen (seconds since the epoch).
    newest_choice: int = 0
    unreadable: dict[QuestionKey, Question] = field(default_factory=dict)

    def all_sittings(self) -> list[Sitting]:
        """Every part of every sitting, in the order recorded."""
        return [part for parts in self.sittings.values() for part in parts]

    def without_sample(self) -> Ledger:
        """The same without sittings that are made up, for all that counts or asks questions."""
        real = {name: parts for name, parts in self.sittings.items() if not parts[0].sample}
        return replace(self, sittings=real)


def own_types(col: Collection) -> set[NotetypeId]:
    """The note types of the add-on that are in the collection."""
    return {type_id for kind in (_LOG, _QUESTION) for type_id in _existing_types(col, kind)}


def has_ledger(col: Collection) -> bool:
    """Whether anything was ever recorded in this collection."""
    return bool(_existing_types(col, _LOG))


def read_ledger(col: Collection) -> Ledger:
    """Reads all records; those that cannot be read are listed as damaged."""
    reader = _LedgerReader()
    for kind in (_LOG, _QUESTION):
        for type_id in _existing_types(col, kind):
            rows = database(col).all(
                "select id, flds from notes where mid = ? order by id", type_id
            )
            for note_id, joined in rows:
                fields = joined.split("\x1f")
                reader.add(NoteId(note_id), dict(zip(kind.fields, fields)))
    return reader.ledger()


def log_records(col: Collection) -> Iterator[tuple[NoteId, str, dict[str, Any]]]:
    """The note, key and record of every note of the log; those that are damaged are left out."""
    for type_id in _existing_types(col, _LOG):
        rows = database(col).all("select id, flds from notes where mid = ? order by id", type_id)
        for note_id, joined in rows:
            fields = dict(zip(_LOG.fields, joined.split("\x1f")))
            try:
                record = codec.decode(fields["Data"])
            except codec.DamagedRecord:
                continue
            yield NoteId(note_id), fields["Key"], record


class _LedgerReader:
    def __init__(self) -> None:
        self._parts: dict[str, dict[int, Sitting]] = {}
        self._ledger = Ledger({}, {}, {}, {}, {}, {}, {}, ())
        self._remembered: list[Remembered] = []
        self._damaged: list[DamagedNote] = []

    def add(self, note_id: NoteId, fields: dict[str, str]) -> None:
        key = fields["Key"]
        is_text_damaged = True
        try:
            record = codec.decode(fields["Data"])
            is_text_damaged = False
            self._add_record(note_id, fields, record)
        except codec.DamagedRecord as damage:
            self._damaged.append(DamagedNote(note_id, key, str(damage)))
            # A whole record that cannot be understood, or in another form, is a newer version's:
            # that will read it, and it must not be written over.
            is_newer = not is_text_damaged or isinstance(damage, codec.NewerRecord)
            question_key = None if is_newer else question_key_from_text(key)
            if question_key:  # its decisions are lost to us, but the note is still to be updated
                kept = self._ledger.question_notes.setdefault(question_key, note_id)
                if kept == note_id:
                    written = _with_text(Question(question_key), fields)
                    self._ledger.unreadable[question_key] = written

    def _add_record(self, note_id: NoteId, fields: dict[str, str], record: dict[str, Any]) -> None:
        key, kind = fields["Key"], record.get("kind")
        if kind == "sitting":
            sitting = Sitting.from_json(record)
            name = key.rpartition(" part ")[0] if sitting.parts > 1 else key
            self._parts.setdefault(name, {}).setdefault(sitting.part, sitting)
        elif kind == "question":
            question = _with_text(Question.from_json(record), fields)
            self._add_question(note_id, question)
        elif kind == "release":
            self._ledger.releases.setdefault(key, Release.from_json(record))
        elif kind == "rule-check":
            self._ledger.rule_checks.setdefault(key, RuleCheck.from_json(record))
        elif kind == "settings":
            self._remembered.append(Remembered.from_json(record))
        # Any other kind was written by a newer version, which will read it.

    def _add_question(self, note_id: NoteId, question: Question) -> None:
        known = self._ledger.questions.get(question.key)
        known = known or self._ledger.unreadable.pop(question.key, None)
        self._ledger.questions[question.key] = known.merged(question) if known else question
        kept = self._ledger.question_notes.setdefault(question.key, note_id)
        if kept != note_id:
            # The older note stays, on every computer alike.
            older, newer = sorted((kept, note_id))
            self._ledger.question_notes[question.key] = older
            doubles = self._ledger.doubles
            doubles[question.key] = (*doubles.get(question.key, ()), newer)

    def ledger(self) -> Ledger:
        for key, parts in self._parts.items():
            self._ledger.sittings[key] = tuple(parts[number] for number in sorted(parts))
        newest = 0
        for remembered in sorted(self._remembered, key=lambda r: (r.at, r.key)):
            self._ledger.remembered.update(remembered.values)
            newest = remembered.at
        return replace(self._ledger, damaged=tuple(self._damaged), newest_choice=newest)


def _with_text(question: Question, fields: Mapping[str, str]) -> Question:
    """The question with the student's own text, which stands in fields of its note."""
    cue, rule = (text_of_field(fields.get(name, "")) for name in ("Cue", "Rule"))
    return replace(question, cue=cue, rule=rule)


def remember(ledger: Ledger, values: Mapping[str, Any]) -> Remembered:
    """The record of a choice made now.

    It counts from now on, also after another choice of this very second or one of a computer whose
    clock is ahead.
    """
    return Remembered(max(int(time.time()), ledger.newest_choice + 1), values)


@dataclass(frozen=True)
class NewRecords:
    """Records to add to the ledger, and questions whose record changed."""

    sittings: tuple[Sitting, ...] = ()
    releases: tuple[Release, ...] = ()
    questions: tuple[Question, ...] = ()
    changed_questions: tuple[tuple[NoteId, Question], ...] = ()
    remembered: tuple[Remembered, ...] = ()
    rule_checks: tuple[RuleCheck, ...] = ()

    def __bool__(self) -> bool:
        return bool(
            self.sittings
            or self.releases
            or self.questions
            or self.changed_questions
            or self.remembered
            or self.rule_checks
        )


def write_records(
    col: Collection, step: UndoStep, records: NewRecords, *, deck_parent: str
) -> None:
    """Adds and updates ledger notes as part of an undo step.

    Makes the note types and decks on first use. The new cards are suspended: a log note is never
    studied, and a question note only once the student has written a rule.
    """
    log: list[tuple[str, str, dict[str, Any]]] = []
    for sitting in records.sittings:
        log += [(key, _summary(part), part.to_json()) for key, part in _keyed_parts(sitting)]
    log += [(r.key, f"{len(r.cards)} cards unsuspended", r.to_json()) for r in records.releases]
    log += [(r.key, "choices: " + ", ".join(r.values), r.to_json()) for r in records.remembered]
    log += [(r.key, _checked(r), r.to_json()) for r in records.rule_checks]

    requests = []
    if log:
        type_, deck = _ensure(col, step, _LOG, f"{deck_parent}::{LOG_DECK}")
        for key, summary, record in log:
            fields = {"Key": key, "Summary": summary, "Data": codec.encode(record)}
            note = col.new_note(type_)
            for name, text in fields.items():
                note[name] = text
            requests.append(AddNoteRequest(note, deck))
    if records.questions:
        type_, deck = _ensure(col, step, _QUESTION, f"{deck_parent}::{QUESTION_DECK}")
        for question in records.questions:
            note = col.new_note(type_)
            _fill(note, question)
            requests.append(AddNoteRequest(note, deck))
    if requests:
        step.write(col.add_notes, requests)
        note_ids = [request.note.id for request in requests]
        step.write(col.sched.suspend_cards, _cards_of_notes(col, note_ids))
    if records.changed_questions:
        notes = []
        for note_id, question in records.changed_questions:
            note = col.get_note(note_id)
            _fill(note, question)
            notes.append(note)
        step.write(col.update_notes, notes)


def merge_doubles(col: Collection, step: UndoStep, ledger: Ledger) -> None:
    """Makes one note of each question that has several: what either holds is kept."""
    notes = []
    gone: list[NoteId] = []
    for key, doubles in ledger.doubles.items():
        note = col.get_note(ledger.question_notes[key])
        _fill(note, ledger.questions[key])
        notes.append(note)
        gone += doubles
    if notes:
        step.write(col.update_notes, notes)
        step.write(col.remove_notes, gone)


def count_notes(records: NewRecords) -> int:
    """How many notes `write_records` adds for these records."""
    parts = sum(len(sitting.split()) for sitting in records.sittings)
    others = (records.releases, records.questions, records.remembered, records.rule_checks)
    return sum(map(len, others), parts)


def _keyed_parts(sitting: Sitting) -> list[tuple[str, Sitting]]:
    parts = sitting.split()
    if len(parts) == 1:
        return [(sitting.key, parts[0])]
    return [(f"{sitting.key} part {part.part} of {part.parts}", part) for part in parts]


def _checked(check: RuleCheck) -> str:
    return f"{sum(used for _, used in check.used)} of {len(check.used)} rules used"


def _summary(sitting: Sitting) -> str:
    when = datetime.fromtimestamp(sitting.when).strftime("%Y-%m-%d %H:%M")
    return f"{when}: {missed_of(sitting.attempts, sitting.total)}"


def missed_of(attempts: Iterable[Attempt], total: int | None) -> str:
    """ "17 missed of 40", in the words used everywhere for it."""
    missed = sum(1 for a in attempts if a.outcome and a.outcome.is_miss)
    return f"{missed} missed of {total}" if total else f"{missed} missed"


def _fill(note: Note, question: Question) -> None:
    """Writes a question into its note; text that the student wrote is only touched to change it."""
    system = system_by_key(question.system)
    note["Key"] = str(question.key)
    note["Deficit"] = name_of(question.deficit) if question.deficit else ""
    note["System"] = system.name if system else ""
    note["Data"] = codec.encode(question.to_json())
    for name, text in (("Cue", question.cue), ("Rule", question.rule)):
        if text_of_field(note[name]) != text:
            note[name] = field_of_text(text)


def _cards_of_notes(col: Collection, note_ids: list[NoteId]) -> list[Any]:
    return list(database(col).list(f"select id from cards where nid in {ids_in(note_ids)}"))


def _ensure(
    col: Collection, step: UndoStep, kind: _LedgerType, deck_name: str
) -> tuple[NotetypeDict, DeckId]:
    types = _existing_types(col, kind)
    type_id = types[0] if types else _make_type(col, step, kind)
    type_ = col.models.get(type_id)
    if type_ is None:
        raise LookupError(f"the note type {kind.name} is gone")
    return type_, ensure_deck(col, step, deck_name)


def ensure_deck(col: Collection, step: UndoStep, name: str) -> DeckId:
    """The normal deck of that name, made where it does not exist."""
    deck_id = col.decks.id_for_name(name)
    if deck_id is not None:
        return deck_id
    deck = col.decks.new_deck()
    deck.name = name
    return DeckId(step.write(col.decks.add_deck, deck).id)


def _existing_types(col: Collection, kind: _LedgerType) -> list[NotetypeId]:
    """Types of this kind, oldest first: two computers may each have made one before syncing."""
    found = []
    for type_id in database(col).list("select ntid from fields where ord = 0 and name = 'Key'"):
        type_ = col.models.get(NotetypeId(type_id))
        if type_ and kind.marker in type_["css"]:
            names = tuple(field["name"] for field in type_["flds"])
            if names[: len(kind.fields)] == kind.fields:
                found.append(NotetypeId(type_id))
    return sorted(found)


def _make_type(col: Collection, step: UndoStep, kind: _LedgerType) -> NotetypeId:
    type_ = col.models.new(kind.name)
    type_["css"] = f"{kind.marker}\n{_STYLE}"
    for name in kind.fields:
        field = col.models.new_field(name)
        field["plainText"] = True
        # At least one field must stay in plain searches, or searches by pattern fail.
        field["excludeFromSearch"] = field["collapsed"] = name != "Key"
        col.models.add_field(type_, field)
    template = col.models.new_template("Card 1")
    template["qfmt"], template["afmt"] = kind.front, kind.back
    col.models.add_template(type_, template)
    return NotetypeId(step.write(col.models.add_dict, type_).id)
