"""The student's rules in the field "Missed Questions" of AnKing's notes, where the setting says so.

Each rule is an element of its own after what the field held before: `<div
data-remediation-rule="code">UWorld Step 1 1234: cue → rule</div>`. The code is a checksum of what
was written between the tags. What still has its checksum is the add-on's, and is taken away or
replaced to the byte; what has another was edited by the student, and only loses the mark. Anki's
editor keeps the attribute, closes the element where it stands, and copies the attribute when Enter
is pressed inside, so that text typed at the field's end is told apart too.

AnkiHub overwrites fields that it is not told to leave alone, so the note gets the tag for that. The
mark says so by a second checksum: of the field without the rules, as it was then.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from anki.collection import Collection
from anki.errors import NotFoundError
from anki.notes import NoteId

from ..model.banks import QuestionKey
from ..model.records import Question
from .database import database, ids_in, pieces
from .field_text import field_of_text
from .undo import UndoStep

FIELD_NAME = "Missed Questions"
_MARK = "data-remediation-rule"
_HAS_MARK = f"flds like '%{_MARK}=%'"
_START = re.compile(
    rf'<div\b[^<>]*?(?P<mark>\s{_MARK}="(?P<code>[0-9a-f]{{8}})(?: (?P<bare>[0-9a-f]{{8}}))?")'
    "[^<>]*>"
)
_END = "</div>"
_BLANK = re.compile(r"(?:\s|&nbsp;|<br>)*")
# AnkiHub protects a field by its name with _ for blanks, upper or lower case, or all fields.
_PROTECT = "AnkiHub_Protect::"
_PROTECT_ALL = f"{_PROTECT}All".casefold()
# Anki leaves these out of fields.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
# What Anki would take for a cloze, a sound or LaTeX. An invisible sign parts it.
_ANKI_MARKS = re.compile(r"\{(?=\{)|\[(?=sound:|latex\])", re.IGNORECASE)
_WORD_JOINER = "\u2060"


@dataclass(frozen=True)
class FieldChanges:
    """Notes whose field does not hold the rules it should, and the rules it should hold.

    The rules are as the field holds them (`rule_html`), in their order.
    """

    rules: Mapping[NoteId, Sequence[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.rules)


def rule_html(question: Question) -> str:
    """A question's rule as a field holds it: its key, cue and rule; "" where it has no rule."""
    cue, rule = _plain(question.cue), _plain(question.rule)
    if not rule:
        return ""
    text = f"{question.key}: {cue} → {rule}" if cue else f"{question.key}: {rule}"
    return unicodedata.normalize("NFC", field_of_text(text))


def wanted_rules(
    col: Collection,
    questions: Iterable[Question],
    note_ids: Mapping[QuestionKey, Iterable[NoteId]],
) -> dict[NoteId, list[str]]:
    """The rules (`rule_html`) that each note's field should hold.

    `note_ids` are the core notes of each question; those whose type lacks the field are left out.
    """
    wanted: dict[NoteId, list[str]] = {}
    for question in sorted(questions, key=lambda q: q.key):
        rule = rule_html(question)
        for note_id in note_ids.get(question.key, ()) if rule else ():
            wanted.setdefault(note_id, []).append(rule)
    having = {row.note_id for row in _rows(col, wanted)}
    return {note_id: rules for note_id, rules in wanted.items() if note_id in having}


def notes_with_marks(col: Collection) -> list[NoteId]:
    """Every note whose field may hold a rule, found by reading all notes that have the field."""
    types = _types_with_field(col)
    if not types:
        return []
    return [
        NoteId(note_id)
        for note_id in database(col).list(
            f"select id from notes where mid in {ids_in(types)} and {_HAS_MARK}"
        )
    ]


def field_changes(
    col: Collection, wanted: Mapping[NoteId, Sequence[str]], others: Iterable[NoteId]
) -> FieldChanges:
    """What has to change for the notes of `wanted` to hold their rules, and `others` none."""
    changed: dict[NoteId, Sequence[str]] = {}
    unwanted = set(others) - wanted.keys()
    for row in (*_rows(col, wanted), *_rows(col, unwanted, only_marked=True)):
        rules = wanted.get(row.note_id, ())
        text, tags = _in_line(row.field_name, row.text, row.tags, rules)
        if (text, tags) != (row.text, row.tags):
            changed[row.note_id] = rules
    return FieldChanges(changed)


def write_fields(col: Collection, step: UndoStep, changes: FieldChanges) -> None:
    """Writes the changes as part of an undo step, after its tags were written.

    Notes are read again, since a note is written whole and may have changed since it was compared.
    """
    types = _types_with_field(col)
    notes = []
    for note_id, rules in changes.rules.items():
        try:
            note = col.get_note(note_id)
        except NotFoundError:
            continue
        if note.mid not in types:
            continue
        index, name = types[note.mid]
        text, tags = _in_line(name, note.fields[index], note.tags, rules)
        if (text, tags) != (note.fields[index], note.tags):
            note.fields[index], note.tags = text, tags
            notes.append(note)
    if notes:
        step.write(col.update_notes, notes)


def with_rules(text: str, rules: Sequence[str], bare: str = "") -> str:
    """A field's text with these rules and no others; everything else stays as it is.

    A rule that is there stays where it is, and so does one that the student edited or emptied. New
    ones go where others were, else to the end. `bare` is noted in every mark: the checksum of the
    field without rules where the add-on protected the field, else "".
    """
    missing = {checksum(rule): rule for rule in rules}
    wanted = set(missing)
    parts: list[str] = []
    place = None
    position = 0
    for line in _lines(text):
        parts.append(text[position : line.start])
        position = line.end
        place = len(parts)
        if line.code in wanted:
            missing.pop(line.code, None)
            parts.append(line.marked(text, bare))
            if line.is_whole:
                place = len(parts)
        elif not line.is_whole:
            parts.append(line.unmarked(text))
    parts.append(text[position:])
    new = "".join(f"<div{_mark(code, bare)}>{rule}{_END}" for code, rule in missing.items())
    parts.insert(len(parts) if place is None else place, new)
    return "".join(parts)


def checksum(text: str) -> str:
    """A short name for a text: the same for all forms of a letter, since Anki keeps only one."""
    return f"{zlib.crc32(unicodedata.normalize('NFC', text).encode()):08x}"


@dataclass(frozen=True)
class _Line:
    """A marked element in a field's text.

    `is_whole` says that nothing in it is the student's: it is as it was written, or empty. Then it
    reaches to the end of its end tag, otherwise only to the end of its start tag, since what the
    student made of the rest cannot be told.
    """

    start: int
    end: int
    mark: tuple[int, int]
    code: str
    bare: str
    is_whole: bool

    def marked(self, text: str, bare: str) -> str:
        """The element with this checksum of the field noted in it."""
        before, after = self.mark
        return f"{text[self.start : before]}{_mark(self.code, bare)}{text[after : self.end]}"

    def unmarked(self, text: str) -> str:
        """The element without its mark: the student's from now on."""
        before, after = self.mark
        return text[self.start : before] + text[after : self.end]


def _lines(text: str) -> Iterator[_Line]:
    for start in _START.finditer(text):
        inner_end = text.find(_END, start.end())
        inner = text[start.end() : inner_end] if inner_end >= 0 else None
        code = start["code"]
        is_whole = inner is not None and (
            checksum(inner) == code or _BLANK.fullmatch(inner) is not None
        )
        end = inner_end + len(_END) if is_whole else start.end()
        yield _Line(start.start(), end, start.span("mark"), code, start["bare"] or "", is_whole)


def _mark(code: str, bare: str) -> str:
    return f' {_MARK}="{code} {bare}"' if bare else f' {_MARK}="{code}"'


def _in_line(
    field_name: str, text: str, tags: Sequence[str], rules: Sequence[str]
) -> tuple[str, list[str]]:
    """A field's text and its note's tags with these rules in the field."""
    bare = checksum(with_rules(text, ()))
    noted = next((line.bare for line in _lines(text) if line.bare), "")
    tag = _PROTECT + field_name.replace(" ", "_")
    names = {name.casefold().replace(" ", "_") for name in tags}
    if rules:
        if names & {tag.casefold(), _PROTECT_ALL}:
            return with_rules(text, rules, noted), list(tags)
        return with_rules(text, rules, noted or bare), [*tags, tag]
    kept = list(tags)
    if noted == bare:  # else there are words of the student's, which AnkiHub would overwrite
        kept = [name for name in tags if name.casefold() != tag.casefold()]
    return with_rules(text, ()), kept


def _plain(text: str) -> str:
    """The student's text as Anki and its editor keep it, with nothing that Anki acts on."""
    lines = (" ".join(line.split()) for line in _CONTROL.sub("", text).strip().split("\n"))
    return _ANKI_MARKS.sub(lambda found: found.group() + _WORD_JOINER, "\n".join(lines))


@dataclass(frozen=True)
class _Row:
    note_id: NoteId
    field_name: str
    text: str
    tags: list[str]


def _rows(
    col: Collection, note_ids: Iterable[NoteId], *, only_marked: bool = False
) -> Iterator[_Row]:
    """The field of each note that has it; with `only_marked`, where it may hold a rule."""
    types = _types_with_field(col)
    if not types:
        return
    marked = f" and {_HAS_MARK}" if only_marked else ""
    for some in pieces(sorted(note_ids)):
        for note_id, type_id, joined, tags in database(col).all(
            "select id, mid, flds, tags from notes"
            f" where mid in {ids_in(types)} and id in {ids_in(some)}{marked}"
        ):
            index, name = types[type_id]
            yield _Row(NoteId(note_id), name, joined.split("\x1f")[index], tags.split())


def _types_with_field(col: Collection) -> dict[int, tuple[int, str]]:
    """The number and the name of the field in each note type that has it."""
    rows = database(col).all("select ntid, ord, name from fields order by ntid, ord")
    return {
        type_id: (index, name)
        for type_id, index, name in rows
        if name.casefold() == FIELD_NAME.casefold()
    }
