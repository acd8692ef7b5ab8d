"""Rules in the field "Missed Questions": added, replaced and taken away to the byte."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from anki.collection import Collection
from anki.notes import Note, NoteId
from hypothesis import given
from hypothesis import strategies as st

from remediation.collection.importing import apply_import, preview_import
from remediation.collection.ledger import read_ledger
from remediation.collection.missed_questions_field import (
    checksum,
    notes_with_marks,
    rule_html,
    with_rules,
)
from remediation.collection.naming import Naming, name_reasons
from remediation.collection.projection import project
from remediation.collection.repair import plan_repair, repair
from remediation.collection.undo import UndoStep
from remediation.model import codec
from remediation.model.banks import STEP_1, UWORLD, QuestionKey, question_key
from remediation.model.decisions import DecidedBy
from remediation.model.misses import Miss, latest_misses
from remediation.model.records import Question
from remediation.settings import Settings
from tests.anking import GeneratedCollection
from tests.collections import differences, missed, snapshot, some_questions
from tests.whole_anki import settle, wait_until

if TYPE_CHECKING:
    from aqt.main import AnkiQt

OFF = Settings()
ON = Settings(rules_in_missed_questions_field=True)
FIELD = "Missed Questions"
TAG = "Remediation::Rule::Missed_Questions"
PROTECT = "AnkiHub_Protect::Missed_Questions"
RULE = "name the difference"

# --- The text of a field --------------------------------------------------------------------------


def _question(rule: str, cue: str = "", id: str = "1234") -> Question:
    return Question(question_key(UWORLD, STEP_1, id), cue=cue, rule=rule)


MARKUP = st.sampled_from(
    (
        *[
            "<div>",
            "</div>",
            "<div",
            '<div class="a">',
            "<b>",
            "</b>",
            "<br>",
            "<!--",
            "-->",
            "&lt;",
        ],
        *["<script>", '<a href="', "\\(x<y\\)", "{{c1::", "}}", "&nbsp;", '<img src="a.png">', ">"],
    )
)
TEXT = st.lists(MARKUP | st.text(max_size=8), max_size=8).map("".join)
RULES = st.lists(
    st.builds(
        lambda rule, cue, id: rule_html(_question(rule, cue, str(id))),
        st.text(max_size=20) | TEXT,
        st.text(max_size=8),
        st.integers(1, 999_999),
    ).filter(bool),
    min_size=1,
    max_size=3,
    unique=True,
)
BARE = st.just("") | st.text().map(checksum)


@given(TEXT, TEXT, RULES, BARE)
def test_taking_rules_away_leaves_what_was_there(
    before: str, after: str, rules: list[str], bare: str
) -> None:
    held = with_rules(before, rules, bare)
    assert held.startswith(before)
    assert all(rule in held for rule in rules)
    assert with_rules(held, ()) == before
    assert with_rules(held + after, ()) == before + after


@given(TEXT, TEXT, RULES, RULES, BARE)
def test_other_rules_stand_where_the_first_ones_stood(
    before: str, after: str, rules: list[str], others: list[str], bare: str
) -> None:
    held = with_rules(before, rules, bare) + after
    replaced = with_rules(held, others, bare)
    assert with_rules(replaced, others, bare) == replaced
    assert replaced.startswith(before)
    assert replaced.endswith(after)
    assert with_rules(replaced, ()) == before + after
    if not set(rules) & set(others):
        assert replaced == with_rules(before, others, bare) + after


@given(TEXT, TEXT, RULES, st.data())
def test_what_the_student_writes_into_a_rule_is_kept(
    before: str, after: str, rules: list[str], data: st.DataObject
) -> None:
    written = data.draw(st.text(min_size=1).filter(lambda text: "<" not in text))
    held = with_rules(before, rules[:1])
    inner = len(held) - len(rules[0]) - len("</div>")
    at = data.draw(st.integers(inner, len(held) - len("</div>")))
    edited = held[:at] + written + held[at:] + after
    assert with_rules(edited, rules[:1]) == edited
    words = f"{before}<div>{held[inner:at]}{written}{held[at:]}{after}"
    if checksum(held[inner:at] + written + held[at : -len("</div>")]) != checksum(rules[0]):
        assert with_rules(edited, ()) == words
        assert with_rules(with_rules(edited, rules[1:]), ()) == words


def _held(*rules: str) -> str:
    return with_rules("", rules)


A, B = (rule_html(_question(rule)) for rule in ("look at the age", "say it first"))


@pytest.mark.parametrize(
    ("name", "field", "left"),
    [
        ("start tag without an end", f"a{_held(A)[: -len('</div>')]}", f"a<div>{A}"),
        ("end tag alone", f"a{A}</div>", f"a{A}</div>"),
        ("element inside", _held(A).replace(A, f"{A}<div>x</div>"), f"<div>{A}<div>x</div></div>"),
        (
            "picture inside",
            _held(A).replace(A, f'{A}<img src="x">'),
            f'<div>{A}<img src="x"></div>',
        ),
        ("mark copied by Enter", _held(A) + _held(A).replace(A, "mine"), "<div>mine</div>"),
        ("empty copy", "a" + _held(A) + _held(A).replace(A, "<br>"), "a"),
        ("emptied", "a" + _held(A).replace(A, "") + "b", "ab"),
        ("style added", "a" + _held(A).replace('">', '" style="text-align: left">'), "a"),
        ("style before", "a" + _held(A).replace("<div", '<div class="x"'), "a"),
        ("pasted twice", _held(A) + "b" + _held(A), "b"),
        ("one in the other", _held(A).replace(A, A + _held(B)), f"<div>{A}</div>"),
        ("not our mark", '<div data-remediation-rule="zz">x</div>', None),
    ],
)
def test_damaged_marks(name: str, field: str, left: str | None) -> None:
    left = field if left is None else left
    assert with_rules(field, ()) == left
    assert with_rules(left, ()) == left
    again = with_rules(field, [A])
    assert with_rules(again, [A]) == again


def test_a_rule_that_the_student_emptied_is_not_written_again() -> None:
    emptied = "a" + _held(A).replace(A, "<br>")
    assert with_rules(emptied, [A]) == emptied


def test_an_edited_rule_stays_beside_the_changed_one() -> None:
    edited = _held(A).replace(A, "mine")
    assert with_rules(edited, [B]) == _held(B) + "<div>mine</div>"


@pytest.mark.parametrize(
    ("cue", "rule", "html"),
    [
        ("", RULE, f"UWorld Step 1 1234: {RULE}"),
        ("two options left", RULE, f"UWorld Step 1 1234: two options left → {RULE}"),
        ("two options left", "", ""),
        ("", " \n\x00\xa0", ""),
        ("a < b", "</div> & <b>c</b>", "UWorld Step 1 1234: a &lt; b → &lt;/div&gt; &amp; "
         "&lt;b&gt;c&lt;/b&gt;"),
        ("", "one\r\n  two\tthree\n\nfour", "UWorld Step 1 1234: one<br>two three<br><br>four"),
        ("", "a\x00b\x1fc\x7fd", "UWorld Step 1 1234: abcd"),
        ("", "{{c1::x}}", "UWorld Step 1 1234: {\u2060{c1::x}}"),
        ("", "[sound:a.mp3]", "UWorld Step 1 1234: [\u2060sound:a.mp3]"),
        ("", "la\u0308sion", "UWorld Step 1 1234: l\xe4sion"),
    ],
)  # fmt: skip
def test_a_rule_as_the_field_holds_it(cue: str, rule: str, html: str) -> None:
    assert rule_html(_question(rule, cue)) == html


# --- Notes ----------------------------------------------------------------------------------------


@pytest.fixture
def misses(col: Collection, template: GeneratedCollection) -> list[Miss]:
    """Misses whose core notes have the field, and belong to no other miss."""
    request = missed(some_questions(template, 12))
    apply_import(col, preview_import(col, request, OFF), OFF)
    found = _misses(col)
    cores = [ref for miss in found for ref in miss.question.core]
    return [
        miss
        for miss in found
        if miss.question.core
        and all(cores.count(ref) == 1 for ref in miss.question.core)
        and all(FIELD in note for note in _core(col, miss))
    ]


def _misses(col: Collection) -> list[Miss]:
    ledger = read_ledger(col)
    return list(latest_misses(ledger.sittings, ledger.questions).values())


def _core(col: Collection, miss: Miss) -> list[Note]:
    return [col.get_note(NoteId(ref.id)) for ref in miss.question.core]


def _write(col: Collection, miss: Miss, rule: str, cue: str = "", settings: Settings = ON) -> None:
    naming = Naming(miss, "T1", DecidedBy.CONFIRMED, cue=cue, rule=rule)
    name_reasons(col, settings, [naming])


def _set(col: Collection, note: Note, text: str, *tags: str) -> None:
    note[FIELD] = text
    note.tags += tags
    col.update_note(note)


def _rows(col: Collection) -> list[Any]:
    """Every note of the student's: its fields, and its tags in any order."""
    assert col.db
    return [
        (id, flds, sorted(tags.split()))
        for id, flds, tags in col.db.execute(
            "select n.id, n.flds, n.tags from notes n join notetypes t on t.id = n.mid"
            " where t.name not like 'Remediation %' order by n.id"
        )
    ]


def _nothing_to_do(col: Collection, settings: Settings) -> None:
    before = snapshot(col, everything=True)
    assert not plan_repair(col, settings, decks_too=False)
    assert repair(col, settings, decks_too=False) is None
    assert snapshot(col, everything=True) == before


HTML = '{{c1::x}} \\(a&lt;b\\) <b>bold <img src="a.png">&nbsp;<div>old</div><!-- c --> <i>open'


def test_a_rule_is_appended_and_goes_again_to_the_byte(col: Collection, misses: list[Miss]) -> None:
    (note, *_others) = _core(col, misses[0])
    _set(col, note, HTML)
    _write(col, misses[0], "", settings=OFF)
    before, shot = _rows(col), snapshot(col)

    _write(col, misses[0], RULE, "two options left")
    note.load()
    key = misses[0].key
    assert note[FIELD].startswith(HTML + "<div ")
    assert note[FIELD].endswith(f">{key}: two options left → {RULE}</div>")
    assert {TAG, PROTECT} <= set(note.tags)
    assert all(RULE in other[FIELD] for other in _core(col, misses[0]))
    _nothing_to_do(col, ON)
    col.undo()
    assert differences(shot, snapshot(col)) == {}
    col.redo()

    _write(col, misses[0], "say it first")
    note.load()
    assert note[FIELD].count("data-remediation-rule") == 1
    assert note[FIELD].endswith(f">{key}: say it first</div>")
    _nothing_to_do(col, ON)

    _write(col, misses[0], "")
    assert _rows(col) == before
    _nothing_to_do(col, ON)


def test_nothing_is_written_where_the_setting_is_off(col: Collection, misses: list[Miss]) -> None:
    _write(col, misses[0], "", settings=OFF)
    before = _rows(col)
    _write(col, misses[0], RULE, settings=OFF)
    assert _rows(col) == before


def test_repair_follows_the_setting(col: Collection, misses: list[Miss]) -> None:
    for miss in misses[:3]:
        _write(col, miss, RULE, settings=OFF)
    before = _rows(col)
    decks = col.db.all("select id, did, mod from cards")  # type: ignore[union-attr]
    assert repair(col, ON, decks_too=False)
    assert all(RULE in note[FIELD] for miss in misses[:3] for note in _core(col, miss))
    _nothing_to_do(col, ON)
    assert repair(col, OFF, decks_too=False)
    assert _rows(col) == before
    assert col.db.all("select id, did, mod from cards") == decks  # type: ignore[union-attr]
    _nothing_to_do(col, OFF)
    col.undo()
    col.undo()
    assert _rows(col) == before


def test_two_questions_on_one_note(col: Collection, misses: list[Miss]) -> None:
    first, second = sorted(misses[:2], key=lambda miss: miss.key)
    _share_core(col, second, first)
    (first, second) = (_current(col, miss.key) for miss in (first, second))
    (note, *_others) = _core(col, first)
    text = note[FIELD]
    _write(col, second, "rule of the second")
    _write(col, first, "rule of the first")
    note.load()
    assert "rule of the first" in note[FIELD]
    assert "rule of the second" in note[FIELD]
    after = "<div>mine, written later</div>"
    _set(col, note, note[FIELD] + after)
    _write(col, second, "")
    note.load()
    assert note[FIELD].startswith(f"{text}<div data-remediation-rule=")
    assert note[FIELD].endswith(f">{first.key}: rule of the first</div>{after}")
    assert PROTECT in note.tags
    _write(col, first, "")
    note.load()
    assert note[FIELD] == text + after
    assert TAG not in note.tags
    # AnkiHub would overwrite what the student wrote while the add-on protected the field.
    assert PROTECT in note.tags


def _share_core(col: Collection, miss: Miss, other: Miss) -> None:
    """Gives a question the core notes of another one."""
    _rewrite(col, miss, core=other.question.core)


def _rewrite(col: Collection, miss: Miss, **changes: Any) -> None:
    ledger = read_ledger(col)
    note = col.get_note(ledger.question_notes[miss.key])
    note["Data"] = codec.encode(replace(ledger.questions[miss.key], **changes).to_json())
    col.update_note(note)
    repair(col, OFF, decks_too=False)


def _current(col: Collection, key: QuestionKey) -> Miss:
    return next(miss for miss in _misses(col) if miss.key == key)


@pytest.mark.parametrize(
    "own", [PROTECT, "ankihub_protect::missed_questions", "AnkiHub_Protect::All"]
)
def test_a_protect_tag_of_the_students_own_stays(
    col: Collection, misses: list[Miss], own: str
) -> None:
    _write(col, misses[0], "", settings=OFF)
    for note in _core(col, misses[0]):
        _set(col, note, note[FIELD], own)
    before = _rows(col)
    _write(col, misses[0], RULE)
    for note in _core(col, misses[0]):
        assert [tag for tag in note.tags if tag.lower().startswith("ankihub_protect")] == [own]
    _write(col, misses[0], "")
    assert _rows(col) == before


def test_a_protect_tag_that_went_comes_back_and_goes_with_the_rule(
    col: Collection, misses: list[Miss]
) -> None:
    (note, *_others) = _core(col, misses[0])
    _set(col, note, "old", PROTECT)
    _write(col, misses[0], RULE)
    note.load()
    note.remove_tag(PROTECT)
    col.update_note(note)
    assert repair(col, ON, decks_too=False)
    note.load()
    assert PROTECT in note.tags
    _nothing_to_do(col, ON)
    _write(col, misses[0], "")
    note.load()
    assert PROTECT not in note.tags
    assert note[FIELD] == "old"


def test_a_rule_goes_although_ankihub_removed_its_tag(col: Collection, misses: list[Miss]) -> None:
    _write(col, misses[0], RULE, settings=OFF)
    before = _rows(col)
    repair(col, ON, decks_too=False)
    col.tags.bulk_remove([note.id for note in _core(col, misses[0])], TAG)
    assert repair(col, OFF, decks_too=False)
    assert _rows(col) == before


def test_a_field_that_ankihub_overwrote_gets_its_rule_back(
    col: Collection, misses: list[Miss]
) -> None:
    _write(col, misses[0], RULE)
    (note, *_others) = _core(col, misses[0])
    note[FIELD] = "AnkiHub's text"
    note.tags = [tag for tag in note.tags if tag != TAG]
    col.update_note(note)
    assert repair(col, ON, decks_too=False)
    note.load()
    assert note[FIELD].startswith("AnkiHub's text<div ")
    assert note[FIELD].endswith(f"{RULE}</div>")
    assert TAG in note.tags


@pytest.mark.parametrize("tag_too", [False, True])
def test_a_rule_goes_with_its_question(col: Collection, misses: list[Miss], tag_too: bool) -> None:
    """Without its tag it is found only by reading all notes."""
    core = [note.id for note in _core(col, misses[0])]
    (note, *_others) = _core(col, misses[0])
    text = note[FIELD]
    _write(col, misses[0], RULE)
    col.remove_notes([read_ledger(col).question_notes[misses[0].key]])
    if tag_too:
        col.tags.bulk_remove(core, TAG)
    assert set(notes_with_marks(col)) == set(core)
    projected, _decks = project(col, ON, read_ledger(col), everywhere=tag_too)
    assert set(projected.fields.rules) == set(core)
    if not tag_too:
        assert repair(col, ON, decks_too=False)
        note.load()
        assert note[FIELD] == text
        assert not {TAG, PROTECT} & set(note.tags)
        assert notes_with_marks(col) == []


def test_a_note_that_is_no_longer_core_loses_the_rule(col: Collection, misses: list[Miss]) -> None:
    first, second = misses[:2]
    (note, *_others) = _core(col, first)
    text = note[FIELD]
    _write(col, first, RULE)
    _rewrite(col, first, core=second.question.core)
    repair(col, ON, decks_too=False)
    note.load()
    assert note[FIELD] == text
    assert all(RULE in other[FIELD] for other in _core(col, second))
    _nothing_to_do(col, ON)


def test_a_note_type_without_the_field_is_left_alone(col: Collection, misses: list[Miss]) -> None:
    (note, *_others) = _core(col, misses[0])
    type_ = note.note_type()
    assert type_
    field = next(field for field in type_["flds"] if field["name"] == FIELD)
    col.models.rename_field(type_, field, "My misses")
    col.models.update_dict(type_)
    _write(col, misses[0], "", settings=OFF)
    before = _rows(col)
    _write(col, misses[0], RULE)
    assert _rows(col) == before
    assert notes_with_marks(col) == []
    _nothing_to_do(col, ON)


def test_a_field_of_another_case_is_meant_too(col: Collection, misses: list[Miss]) -> None:
    (note, *_others) = _core(col, misses[0])
    type_ = note.note_type()
    assert type_
    field = next(field for field in type_["flds"] if field["name"] == FIELD)
    col.models.rename_field(type_, field, "missed questions")
    col.models.update_dict(type_)
    _write(col, misses[0], RULE)
    note = col.get_note(note.id)
    assert RULE in note["missed questions"]
    assert "AnkiHub_Protect::missed_questions" in note.tags


@pytest.mark.parametrize(
    "rule",
    [
        "x" * 60_000,
        "long line\n" * 3_000,
        "a\x00\x01b\x7f",
        "l\u0061\u0308sion \u0338 \u2028 \xa0x\u3000",
        "<\u0338 >\u0338 </div><script>",
        "{{c1::x}} [sound:x.mp3] [latex]x[/latex] \\(x<y\\)",
        "emoji 😀 日本 עברית",
    ],
)
def test_odd_rules_are_written_once_and_go_again(
    col: Collection, misses: list[Miss], rule: str
) -> None:
    _write(col, misses[0], "", settings=OFF)
    before = _rows(col)
    _write(col, misses[0], rule, rule[:9])
    assert _rows(col) != before
    _nothing_to_do(col, ON)
    assert not [n for n in _core(col, misses[0]) if not unicodedata.is_normalized("NFC", n[FIELD])]
    _write(col, misses[0], "")
    assert _rows(col) == before


def test_what_was_typed_between_the_plan_and_the_writing_is_kept(
    col: Collection, misses: list[Miss]
) -> None:
    _write(col, misses[0], RULE, settings=OFF)
    planned = plan_repair(col, ON, decks_too=False).projection
    (note, *others) = _core(col, misses[0])
    _set(col, note, "typed meanwhile", "new_tag")
    col.remove_notes([other.id for other in others])
    before = snapshot(col)
    with UndoStep(col, "Test") as step:
        planned.write(col, step, ON)
    note.load()
    assert note[FIELD].startswith("typed meanwhile<div ")
    assert {"new_tag", TAG, PROTECT} <= set(note.tags)
    col.undo()
    assert differences(before, snapshot(col)) == {}


def test_an_error_while_writing_leaves_nothing_behind(
    col: Collection, misses: list[Miss], monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(col, misses[0], RULE, settings=OFF)
    before = snapshot(col)

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(col, "update_notes", fail)
    with pytest.raises(OSError, match="disk full"):
        repair(col, ON, decks_too=False)
    assert differences(before, snapshot(col)) == {}


# --- Anki's editor --------------------------------------------------------------------------------

# Puts the cursor to the field's start or end and types as the student does.
_TYPE = """
(() => {
    const host = document.querySelectorAll(".rich-text-editable")[%d];
    const field = host?.shadowRoot?.querySelector("anki-editable");
    if (!field) { return false; }
    field.focus();
    const range = document.createRange();
    range.selectNodeContents(field);
    range.collapse(%s);
    const selection = host.shadowRoot.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    if (%s) { document.execCommand("insertParagraph"); }
    return document.execCommand("insertText", false, "mine");
})()
"""


@pytest.mark.parametrize(
    ("at_start", "enter", "left"),
    [
        ("true", "false", "mine{text}"),
        ("false", "false", "{text}<div>{rule}mine</div>"),
        ("false", "true", "{text}<div>mine</div>"),
    ],
)
def test_what_is_typed_in_ankis_editor_is_told_from_the_rule(
    mw: AnkiQt, at_start: str, enter: str, left: str
) -> None:
    import aqt

    text = 'old <b>bold</b> \\(a\\) <img src="a.png">'
    rule = rule_html(_question("one & <two>\n\\(x<y\\) {{c1::z}}", 'it\'s "left"'))
    held = with_rules(text, [rule], checksum(text))
    note_id = mw.col.find_notes(f'"{FIELD}:*"')[0]
    note = mw.col.get_note(note_id)
    _set(mw.col, note, held)
    browser = aqt.dialogs.open("Browser", mw, search=(f"nid:{note_id}",))
    try:
        editor = browser.editor
        wait_until(lambda: editor.note is not None and editor.note.id == note_id, "the note")
        settle(browser)
        script = _TYPE % (list(note.keys()).index(FIELD), at_start, enter)
        answers: list[object] = []

        def typed() -> bool:
            editor.web.evalWithCallback(script, answers.append)
            asked = len(answers)
            wait_until(lambda: len(answers) > asked, "the editor")
            return bool(answers[-1])

        wait_until(typed, "the field")
        settle(browser)
        saved: list[bool] = []
        editor.call_after_note_saved(lambda: saved.append(True))
        wait_until(lambda: saved, "the note to be saved")
        wait_until(lambda: "mine" in mw.col.get_note(note_id)[FIELD], "the text")
    finally:
        browser.close()
    edited = mw.col.get_note(note_id)[FIELD]
    assert with_rules(edited, [rule], checksum(text)) == edited
    assert with_rules(edited, ()) == left.format(text=text, rule=rule)
