from __future__ import annotations

import pytest
from anki.collection import Collection
from anki.notes import NoteId

from remediation.collection.deck_update import update_decks
from remediation.collection.evidence import diagnose
from remediation.collection.importing import apply_import, preview_import
from remediation.collection.ledger import read_ledger
from remediation.collection.naming import Naming, name_reasons
from remediation.collection.repair import plan_repair
from remediation.model.decisions import DecidedBy
from remediation.model.misses import Miss, latest_misses
from remediation.model.progress import Cancelled
from remediation.model.records import NoteRef
from remediation.settings import Settings
from tests.anking import GeneratedCollection
from tests.collections import differences, missed, snapshot, some_questions

SETTINGS = Settings()


@pytest.fixture
def misses(col: Collection, template: GeneratedCollection) -> list[Miss]:
    """The misses of an imported block, without a reason yet."""
    request = missed(some_questions(template, 8))
    apply_import(col, preview_import(col, request, SETTINGS), SETTINGS)
    return _misses(col)


def _misses(col: Collection) -> list[Miss]:
    ledger = read_ledger(col)
    return list(latest_misses(ledger.sittings, ledger.questions).values())


def _name(col: Collection, miss: Miss, reason: str, **said: object) -> int:
    naming = Naming(miss, reason, DecidedBy.CONFIRMED, **said)  # type: ignore[arg-type]
    return name_reasons(col, SETTINGS, [naming]).undo_step


def _tags(col: Collection, note_ids: list[NoteId]) -> set[str]:
    return {t for id in note_ids for t in col.get_note(id).tags if t.startswith("Remediation::")}


def _core(miss: Miss) -> list[NoteId]:
    return [NoteId(ref.id) for ref in miss.question.core]


def _alone(misses: list[Miss]) -> Miss:
    """A miss whose core notes belong to no other one."""
    for miss in misses:
        others = {ref for other in misses if other is not miss for ref in other.question.core}
        if miss.question.core and not others & set(miss.question.core):
            return miss
    raise LookupError


def test_a_knowledge_reason_tags_the_core_notes_and_is_one_step_to_undo(
    col: Collection, misses: list[Miss]
) -> None:
    miss = _alone(misses)
    before = snapshot(col)
    _name(col, miss, "K2")
    tags = _tags(col, _core(miss))
    assert "Remediation::Deficit::1_Didn't_know::K2_Shaky_or_forgotten" in tags
    assert any(tag.startswith("Remediation::System::") for tag in tags)
    (named,) = (m for m in _misses(col) if m.key == miss.key)
    assert named.reason == "K2"
    note = col.get_note(read_ledger(col).question_notes[miss.key])
    assert note["Deficit"] == "Shaky or forgotten"
    col.undo()
    assert differences(before, snapshot(col)) == {}


def test_a_test_taking_reason_takes_the_cards_out_and_asking_brings_them_back(
    col: Collection, misses: list[Miss]
) -> None:
    miss = _alone(misses)
    assert _tags(col, _core(miss))
    _name(col, miss, "T1")
    assert _tags(col, _core(miss)) == set()
    _name(col, miss, "T1", wants_cards=True)
    assert "Remediation::Deficit::4_Reading_or_choosing::T1_Answered_another_question" in _tags(
        col, _core(miss)
    )


def test_changing_a_reason_moves_the_tags(col: Collection, misses: list[Miss]) -> None:
    miss = _alone(misses)
    _name(col, miss, "K1")
    _name(col, miss, "2")
    deficits = {t for t in _tags(col, _core(miss)) if "::Deficit::" in t}
    assert deficits == {"Remediation::Deficit::2_Wrong_or_mixed_up"}
    _name(col, miss, "")
    assert not {t for t in _tags(col, _core(miss)) if "::Deficit::" in t}
    assert {t for t in _tags(col, _core(miss)) if "::System::" in t}


def test_saying_the_same_again_writes_nothing(col: Collection, misses: list[Miss]) -> None:
    assert _name(col, misses[0], "K2", rule="say it first")
    before = snapshot(col, everything=True)
    assert not _name(col, _misses(col)[0], "K2", rule="say it first")
    assert snapshot(col, everything=True) == before
    assert not plan_repair(col, SETTINGS, decks_too=False)


def test_what_the_student_writes_is_kept_as_text(col: Collection, misses: list[Miss]) -> None:
    cue, rule = "a < b & c", "first line\nsecond <b>line</b>"
    _name(col, misses[0], "T4", cue=cue, rule=rule)
    question = read_ledger(col).questions[misses[0].key]
    assert (question.cue, question.rule) == (cue, rule)
    note = col.get_note(read_ledger(col).question_notes[misses[0].key])
    assert note["Rule"] == "first line<br>second &lt;b&gt;line&lt;/b&gt;"


def test_the_other_side_is_tagged_and_made_active(
    col: Collection, misses: list[Miss], template: GeneratedCollection
) -> None:
    core = {ref.id for miss in misses for ref in miss.question.core}
    assert col.db
    (note_id,) = col.db.list(
        "select nid from cards where queue = -1 group by nid having count() = 1 limit 1"
    )
    assert note_id not in core
    other = NoteRef(note_id, col.get_note(note_id).guid)
    settings = Settings(cards_unsuspended_per_day=9999)
    naming = Naming(misses[0], "K4", DecidedBy.CONFIRMED, mixed_with="gout", other_side=(other,))
    name_reasons(col, settings, [naming])
    assert "Remediation::Deficit::2_Wrong_or_mixed_up::K4_Mixed_up" in _tags(col, [NoteId(note_id)])
    (card,) = col.get_note(NoteId(note_id)).cards()
    assert card.queue != -1
    assert any(card.id in release.cards for release in read_ledger(col).releases.values())


@pytest.mark.parametrize("reason", ["K1", "2", ""])
def test_the_other_side_goes_with_the_reason_that_asked_for_it(
    col: Collection, misses: list[Miss], reason: str
) -> None:
    core = {ref.id for miss in misses for ref in miss.question.core}
    note_id = next(id for id in col.find_notes("-tag:Remediation::*") if id not in core)
    other = NoteRef(note_id, col.get_note(note_id).guid)
    _name(col, misses[0], "K4", mixed_with="gout", other_side=(other,))
    assert _tags(col, [note_id])
    _name(col, misses[0], reason)
    assert not _tags(col, [note_id])
    assert not plan_repair(col, SETTINGS, decks_too=False)
    # What was said is kept, and counts again with the reason.
    _name(col, misses[0], "K4")
    assert "Remediation::Deficit::2_Wrong_or_mixed_up::K4_Mixed_up" in _tags(col, [note_id])


def test_decks_follow_and_empty_ones_go(col: Collection, misses: list[Miss]) -> None:
    cards_before = {
        id: (ivl, due, factor, reps)
        for id, ivl, due, factor, reps in col.db.all(  # type: ignore[union-attr]
            "select id, ivl, case when odid then odue else due end, factor, reps from cards"
        )
    }
    for miss in misses:
        _name(col, miss, "T2")
    step = update_decks(col, SETTINGS)
    assert step
    assert not [d for d in col.decks.all() if d["dyn"] and d["name"].startswith("Remediation")]
    after = col.db.all(  # type: ignore[union-attr]
        "select id, ivl, case when odid then odue else due end, factor, reps from cards"
    )
    assert {row[0]: tuple(row[1:]) for row in after} == cards_before
    assert update_decks(col, SETTINGS) is None


def test_an_error_or_a_cancel_leaves_nothing_behind(
    col: Collection, misses: list[Miss], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = snapshot(col)
    naming = [Naming(miss, "T2", DecidedBy.ACCEPTED) for miss in misses]

    for stop_at in range(1, 4):
        calls = 0

        def cancel(_label: str, _done: int, _total: int) -> None:
            nonlocal calls
            calls += 1
            if calls == stop_at:  # noqa: B023
                raise Cancelled

        with pytest.raises(Cancelled):
            name_reasons(col, SETTINGS, naming, cancel)
        assert differences(before, snapshot(col)) == {}

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(col.tags, "bulk_remove", fail)
    with pytest.raises(OSError, match="disk full"):
        name_reasons(col, SETTINGS, naming)
    assert differences(before, snapshot(col)) == {}


def test_many_at_once_are_one_step(col: Collection, misses: list[Miss]) -> None:
    before = snapshot(col)
    result = name_reasons(col, SETTINGS, [Naming(miss, "1", DecidedBy.ACCEPTED) for miss in misses])
    assert result.named == len(misses)
    assert col.undo_status().undo == f"Name {len(misses)} reasons"
    col.undo()
    assert differences(before, snapshot(col)) == {}


def test_a_repeat_miss_opens_the_question_again(col: Collection, misses: list[Miss]) -> None:
    miss = _alone(misses)
    _name(col, miss, "T1")
    assert not _tags(col, _core(miss))
    again = missed([miss.key.id], when=miss.sitting.when + 86_400, dated=True, again=True)
    apply_import(col, preview_import(col, again, SETTINGS), SETTINGS)
    (now,) = (m for m in _misses(col) if m.key == miss.key)
    assert now.reason == ""
    assert _tags(col, _core(miss))
    assert now.question.decision(miss.sitting_key) is not None


def test_answers_asked_first_shift_the_suggestions_and_accepted_ones_do_not(
    col: Collection, misses: list[Miss]
) -> None:
    before = {d.key: d.suggestion.p_knowledge for d in diagnose(col)}
    name_reasons(
        col,
        SETTINGS,
        [Naming(m, "T1", DecidedBy.ACCEPTED, p_knowledge=before[m.key]) for m in misses],
    )
    assert {d.key: d.suggestion.p_knowledge for d in diagnose(col)} == before
    name_reasons(
        col,
        SETTINGS,
        [Naming(m, "T1", DecidedBy.ASKED_FIRST, p_knowledge=before[m.key]) for m in misses],
    )
    after = {d.key: d.suggestion.p_knowledge for d in diagnose(col)}
    assert all(after[key] < before[key] for key in before)
    assert {d.key: d.p_unshifted for d in diagnose(col)} == before
