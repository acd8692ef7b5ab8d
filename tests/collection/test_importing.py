from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from anki.collection import Collection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from remediation.collection.importing import (
    CollectionChanged,
    ImportPreview,
    ImportRequest,
    ImportResult,
    apply_import,
    preview_import,
)
from remediation.collection.ledger import read_ledger
from remediation.collection.undo import UndoStep
from remediation.diagnosis.recall import Knowledge
from remediation.model.progress import Cancelled
from remediation.settings import Settings
from tests.anking import GeneratedCollection
from tests.collections import differences, missed, snapshot, some_questions

SETTINGS = Settings()


def _import(
    col: Collection, request: ImportRequest, chosen: Settings = SETTINGS
) -> tuple[ImportPreview, ImportResult]:
    preview = preview_import(col, request, chosen)
    return preview, apply_import(col, preview, chosen)


def _tagged(col: Collection) -> set[int]:
    return set(col.find_notes("tag:Remediation"))


# What it does
##########################################################################


def test_core_notes_are_tagged_unsuspended_and_in_decks(
    col: Collection, template: GeneratedCollection
) -> None:
    ids = some_questions(template, 12)
    preview, result = _import(col, missed(ids, total=40), Settings(cards_unsuspended_per_day=500))
    core = {note for q in preview.questions for note in q.core}
    assert _tagged(col) == core
    assert result.notes_tagged == len(core) > 0
    suspended = {card for q in preview.questions for card in q.suspended}
    assert result.cards_unsuspended == len(suspended) > 0
    assert not any(col.get_card(card).queue == -1 for card in suspended)
    assert {deck.name for deck in result.decks} >= {"Remediation::Mixed"}
    assert any(deck.name.startswith("Remediation::Systems::") for deck in result.decks)
    for question in preview.questions:
        assert question.core == question.notes or len(question.core) == 2
        for note_id in question.core:
            tags = col.get_note(note_id).tags
            assert f"Remediation::System::{question.system or 'Other'}" in tags
            assert "Remediation::Source::UWorld_Step_1" in tags


def test_every_question_finds_exactly_its_notes(
    col: Collection, template: GeneratedCollection
) -> None:
    for bank, exam in sorted({(bank, exam) for bank, exam, _ in template.questions}):
        ids = some_questions(template, 10_000, bank, exam)
        request = missed(ids, bank=bank, exam=exam or "step1")
        for question in preview_import(col, request, SETTINGS).questions:
            expected = template.questions[bank, exam, question.key.id]
            assert sorted(question.notes) == sorted(expected), question.key


def test_the_cards_in_the_decks_are_those_of_the_core_notes(
    col: Collection, template: GeneratedCollection
) -> None:
    ids = some_questions(template, 30)
    preview, result = _import(col, missed(ids), Settings(cards_unsuspended_per_day=500))
    in_decks = {card for deck in result.decks for card in col.decks.cids(deck.id)}
    core_cards = {
        card for q in preview.questions for note in q.core for card in col.card_ids_of_note(note)
    }
    assert in_decks <= core_cards
    assert sum(deck.cards for deck in result.decks) == len(in_decks)
    # Every core card that Anki lets into a filtered deck is in one, up to the decks' limits.
    left = col.find_cards("tag:Remediation -is:suspended -is:buried -deck:filtered -rated:1")
    assert not left
    mixed = result.decks[0]
    assert mixed.name == "Remediation::Mixed"
    assert mixed.cards == min(SETTINGS.mixed_deck_limit, len(in_decks))


def test_the_current_deck_stays_current(col: Collection, template: GeneratedCollection) -> None:
    deck = col.decks.id("Somewhere")
    col.decks.set_current(deck)  # type: ignore[arg-type]
    _import(col, missed(some_questions(template, 5)))
    assert col.decks.get_current_id() == deck


def test_the_students_own_filtered_decks_are_not_touched(
    col: Collection, template: GeneratedCollection
) -> None:
    def own() -> dict[int, list[int]]:
        return {
            deck.id: sorted(col.decks.cids(deck.id))  # type: ignore[arg-type]
            for deck in col.decks.all_names_and_ids()
            if col.decks.is_filtered(deck.id) and not deck.name.startswith("Remediation")  # type: ignore[arg-type]
        }

    before = own()
    assert any(before.values())
    _import(col, missed(some_questions(template, 60)), Settings(cards_unsuspended_per_day=500))
    assert own() == before


def test_no_card_changes_but_by_unsuspending_and_moving(
    col: Collection, template: GeneratedCollection
) -> None:
    """Never costs a student a card or an interval."""
    assert col.db
    query = (
        "select id, nid, ord, type, reps, lapses, left, ivl, factor, data, flags,"
        " case when odid then odid else did end, case when odid then odue else due end"
        " from cards where id <= ? order by id"
    )
    newest = col.db.scalar("select max(id) from cards")
    reviews = col.db.all("select * from revlog order by id")
    before = col.db.all(query, newest)
    _import(col, missed(some_questions(template, 40)), Settings(cards_unsuspended_per_day=500))
    assert col.db.all(query, newest) == before
    assert col.db.all("select * from revlog order by id") == reviews


def test_with_fsrs_off_too(tmp_path: Path) -> None:
    from tests.anking import generate_collection

    made = generate_collection(tmp_path / "c.anki2", notes=100, seed=3, fsrs=False)
    col = Collection(str(made.path))
    try:
        _preview, result = _import(col, missed(some_questions(made, 10)))
        assert result.decks
        for order in ("random", "due"):
            _, result = _import(col, missed([]), Settings(deck_order=order))
            assert result.decks
    finally:
        col.close()


# The daily limit
##########################################################################


def test_no_more_cards_than_the_daily_limit_and_every_miss_gets_one_first(
    col: Collection, template: GeneratedCollection
) -> None:
    chosen = Settings(cards_unsuspended_per_day=7)
    preview, result = _import(col, missed(some_questions(template, 40)), chosen)
    assert result.cards_unsuspended == 7
    assert preview.waiting
    owners = [
        next(q.key for q in preview.questions if card in q.suspended)
        for card in preview.projection.unsuspend
    ]
    assert len(set(owners)) == len(owners)


def test_the_limit_is_for_the_day_not_for_the_import(
    col: Collection, template: GeneratedCollection
) -> None:
    chosen = Settings(cards_unsuspended_per_day=7)
    ids = some_questions(template, 60)
    _import(col, missed(ids[:20]), chosen)
    _, second = _import(col, missed(ids[20:]), chosen)
    assert second.cards_unsuspended == 0
    col.undo()
    col.undo()
    _, again = _import(col, missed(ids[20:]), chosen)
    assert again.cards_unsuspended == 7


def test_a_limit_of_zero_unsuspends_nothing(col: Collection, template: GeneratedCollection) -> None:
    chosen = Settings(cards_unsuspended_per_day=0)
    preview, result = _import(col, missed(some_questions(template, 20)), chosen)
    assert result.cards_unsuspended == 0
    assert preview.waiting
    assert not read_ledger(col).releases


def test_what_was_released_is_recorded(col: Collection, template: GeneratedCollection) -> None:
    preview, _ = _import(col, missed(some_questions(template, 20)))
    (release,) = read_ledger(col).releases.values()
    assert release.cards == preview.projection.unsuspend


# Again, overlap, other exams
##########################################################################


def test_the_same_import_twice_writes_nothing(
    col: Collection, template: GeneratedCollection
) -> None:
    request = missed(some_questions(template, 20), total=40)
    _import(col, request)
    before = snapshot(col, everything=True)
    later = missed(some_questions(template, 20), total=40, when=int(time.time()) + 3600)
    preview, result = _import(col, later)
    assert preview.is_empty
    assert preview.recorded == 20
    assert not result.undo_step
    assert snapshot(col, everything=True) == before


def test_the_same_list_done_again_is_another_sitting(
    col: Collection, template: GeneratedCollection
) -> None:
    ids = some_questions(template, 5)
    _import(col, missed(ids))
    again = missed(ids, when=int(time.time()) + 3600, again=True)
    preview, result = _import(col, again)
    assert result.ledger_added == 1
    assert len(read_ledger(col).sittings) == 2
    assert all(question.missed_before == 1 for question in preview.questions)
    # Said twice of the same moment, it is the same.
    assert preview_import(col, again, SETTINGS).is_empty
    assert preview_import(col, missed(ids), SETTINGS).is_empty


def test_an_overlapping_list_adds_only_what_is_new_and_names_what_it_continues(
    col: Collection, template: GeneratedCollection
) -> None:
    ids = some_questions(template, 10)
    _import(col, missed(ids[:6]))
    (first,) = read_ledger(col).sittings
    preview, _ = _import(col, missed(ids, total=40))
    assert preview.recorded == 6
    new = read_ledger(col).sittings
    (second,) = set(new) - {first}
    assert [attempt.id for attempt in new[second][0].attempts] == ids[6:]
    assert new[second][0].extends == (first,)


def test_another_exam_is_used_only_on_request_and_then_said(
    col: Collection, template: GeneratedCollection
) -> None:
    steps = {exam: set(some_questions(template, 10_000, exam=exam)) for exam in ("step1", "step2")}
    only_second = sorted(steps["step2"] - steps["step1"])[:5]
    preview = preview_import(col, missed(only_second), SETTINGS)
    assert [q.key.id for q in preview.unmatched] == only_second
    assert all(q.problem for q in preview.questions)
    preview = preview_import(col, missed(only_second, other_exams=True), SETTINGS)
    assert not preview.unmatched
    assert {q.how.value for q in preview.questions if q.how} == {"id of another exam"}


def test_a_question_without_a_card_is_recorded_and_found_once_a_card_comes(
    col: Collection, template: GeneratedCollection
) -> None:
    preview, result = _import(col, missed(["999999"]))
    assert [q.key.id for q in preview.unmatched] == ["999999"]
    assert (result.ledger_added, result.notes_tagged) == (2, 0)
    note = col.find_notes("-tag:Remediation")[0]
    col.tags.bulk_add([note], "#AK_Step1_v12::#UWorld::Step::999999")
    _, result = _import(col, missed(["999999"]))
    assert (result.ledger_updated, result.notes_tagged) == (1, 1)


def test_all_cards_takes_every_matching_note(
    col: Collection, template: GeneratedCollection
) -> None:
    broad = [id for id in some_questions(template, 10_000) if _notes(template, id) > 2][:3]
    assert broad
    preview, _ = _import(col, missed(broad, all_cards=True))
    for question in preview.questions:
        assert set(question.core) == set(question.notes)
    assert preview_import(col, missed(broad), SETTINGS).is_empty


def _notes(template: GeneratedCollection, id: str) -> int:
    return len(template.questions["uworld", "step1", id])


def test_a_question_answered_right_gets_no_tags(
    col: Collection, template: GeneratedCollection
) -> None:
    from dataclasses import replace

    from remediation.model.attempts import Outcome

    request = missed(some_questions(template, 10))
    (sitting,) = request.sittings
    right = tuple(replace(a, outcome=Outcome.CORRECT) for a in sitting.attempts)
    preview, result = _import(col, ImportRequest((replace(sitting, attempts=right),)))
    assert result.ledger_added == 1
    assert not _tagged(col)
    assert not result.decks
    assert all(not q.core for q in preview.questions)


# Knowledge at the moment
##########################################################################


def test_only_reviews_before_the_moment_count(
    col: Collection, template: GeneratedCollection
) -> None:
    ids = some_questions(template, 60)
    now = preview_import(col, missed(ids), SETTINGS)
    assert {q.knowledge for q in now.questions} >= {Knowledge.NEW, Knowledge.SHAKY}
    long_ago = preview_import(col, missed(ids, when=1_000_000_000), SETTINGS)
    assert {q.knowledge for q in long_ago.questions} == {Knowledge.NEW}


# One step, or nothing
##########################################################################


@given(chosen=st.data())
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_import_and_undo_is_as_if_nothing_happened(
    col: Collection, template: GeneratedCollection, chosen: st.DataObject
) -> None:
    exam = chosen.draw(st.sampled_from(["step1", "step2", "step3", "comlex"]))
    ids = [*some_questions(template, 10_000, exam=exam), "999998", "999999"]
    some = chosen.draw(st.lists(st.sampled_from(ids), unique=True, max_size=30))
    limit = chosen.draw(st.integers(0, 50))
    before = snapshot(col)
    _import(
        col,
        missed(some, exam=exam, all_cards=chosen.draw(st.booleans())),
        Settings(cards_unsuspended_per_day=limit),
    )
    if some:
        assert snapshot(col) != before
        assert col.undo_status().undo.startswith("Import ")
        col.undo()
    assert differences(before, snapshot(col)) == {}


def _writes(col: Collection, request: ImportRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many writes the import makes; they are undone again."""
    count = 0
    write = UndoStep.write

    def counting(self: UndoStep, *args: Any, **kwargs: Any) -> Any:
        nonlocal count
        count += 1
        return write(self, *args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(UndoStep, "write", counting)
        _import(col, request)
    col.undo()
    return count


@pytest.mark.parametrize("moment", ["before", "after"])
def test_an_exception_at_any_write_leaves_nothing(
    col: Collection,
    template: GeneratedCollection,
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
) -> None:
    request = missed(some_questions(template, 15))
    number = _writes(col, request, monkeypatch)
    assert number > 10
    before = snapshot(col)
    write = UndoStep.write
    for failing in range(number):
        seen = 0

        def break_there(self: UndoStep, operation: Callable[..., Any], *args: Any) -> Any:
            nonlocal seen
            seen += 1
            if seen == failing + 1:  # noqa: B023
                if moment == "after":
                    operation(*args)
                raise OSError("disk full")
            return write(self, operation, *args)

        with monkeypatch.context() as patched:
            patched.setattr(UndoStep, "write", break_there)
            with pytest.raises(OSError, match="disk full"):
                _import(col, request)
        assert differences(before, snapshot(col)) == {}, f"write {failing}"
    assert not col.fix_integrity()[0].count("missing")
    _, result = _import(col, request)
    assert result.notes_tagged


def test_a_cancel_at_any_stage_leaves_nothing(
    col: Collection, template: GeneratedCollection
) -> None:
    request = missed(some_questions(template, 15))
    before = snapshot(col)
    stage = 0
    while True:
        calls = 0

        def cancel(_label: str, _done: int, _total: int) -> None:
            nonlocal calls
            calls += 1
            if calls > stage:  # noqa: B023
                raise Cancelled

        try:
            preview = preview_import(col, request, SETTINGS, cancel)
            apply_import(col, preview, SETTINGS, cancel)
            break
        except Cancelled:
            assert differences(before, snapshot(col)) == {}, f"stage {stage}"
        stage += 1
    assert stage > 15


def test_a_preview_of_an_older_state_is_refused(
    col: Collection, template: GeneratedCollection
) -> None:
    preview = preview_import(col, missed(some_questions(template, 5)), SETTINGS)
    col.tags.bulk_add(col.find_notes("")[:1], "changed")
    before = snapshot(col, everything=True)
    with pytest.raises(CollectionChanged):
        apply_import(col, preview, SETTINGS)
    assert snapshot(col, everything=True) == before


# Mending
##########################################################################


def test_tags_that_another_add_on_removed_come_back_with_the_next_import(
    col: Collection, template: GeneratedCollection
) -> None:
    ids = some_questions(template, 10)
    _import(col, missed(ids))
    tagged = _tagged(col)
    for note_id in sorted(tagged)[:4]:
        note = col.get_note(note_id)  # type: ignore[arg-type]
        note.tags = [tag for tag in note.tags if not tag.startswith("Remediation")]
        col.update_note(note)
    _import(col, missed(ids))
    assert _tagged(col) == tagged
    assert preview_import(col, missed(ids), SETTINGS).is_empty


def test_a_core_note_that_was_deleted_and_added_again_is_found_by_its_guid(
    col: Collection, template: GeneratedCollection
) -> None:
    ids = some_questions(template, 3)
    preview, _ = _import(col, missed(ids))
    old = col.get_note(preview.questions[0].core[0])
    fresh = col.new_note(old.note_type())  # type: ignore[arg-type]
    fresh.fields, fresh.guid = list(old.fields), old.guid
    col.remove_notes([old.id])
    col.add_note(fresh, 1)  # type: ignore[arg-type]
    _import(col, missed(ids))
    assert fresh.id in _tagged(col)


def test_tags_of_the_student_below_the_root_are_left_alone(
    col: Collection, template: GeneratedCollection
) -> None:
    note = col.find_notes("")[0]
    col.tags.bulk_add([note], "Remediation::mine Remediation::Systematic::x")
    _import(col, missed(some_questions(template, 5)))
    assert {"Remediation::mine", "Remediation::Systematic::x"} <= set(col.get_note(note).tags)


@pytest.mark.parametrize("root", ["#AK_Step1_v12", "#AK_Step1_v12::^Systems"])
def test_a_tag_root_of_the_decks_own_does_not_hide_its_tags(
    col: Collection, template: GeneratedCollection, root: str
) -> None:
    col.tags.remove(" ".join(t for t in col.tags.all() if not t.startswith("#AK_Step1_v12::")))
    request = missed(some_questions(template, 20))
    usual = preview_import(col, request, SETTINGS).questions
    assert any(question.system for question in usual)
    below = Settings(tag_root=root)
    assert preview_import(col, request, below).questions == usual
    # The add-on's own tags are the ones that do not count, however they are written.
    col.tags.bulk_add(list({n for q in usual for n in q.notes}), f"{root.lower()}::system::Renal")
    assert preview_import(col, request, below).questions == usual


# How much work it is
##########################################################################


class Walked(dict):  # type: ignore[type-arg]
    """A dict that counts how often all of it is walked through."""

    walks = 0

    def values(self) -> Any:
        Walked.walks += 1
        return super().values()

    def items(self) -> Any:
        Walked.walks += 1
        return super().items()


def test_more_sittings_do_not_read_all_records_more_often(
    col: Collection, template: GeneratedCollection, monkeypatch: pytest.MonkeyPatch
) -> None:
    from remediation.collection import importing

    ids = some_questions(template, 40)
    _import(col, missed(ids[:20]))

    def counting(col: Collection) -> Any:
        ledger = read_ledger(col)
        return replace(ledger, sittings=Walked(ledger.sittings), questions=Walked(ledger.questions))

    monkeypatch.setattr(importing, "read_ledger", counting)
    walks = []
    for number in (2, 20):
        Walked.walks = 0
        sittings = [
            missed([id], when=n * 86_400, dated=True).sittings[0]
            for n, id in enumerate(ids[20 : 20 + number], 1)
        ]
        preview_import(col, ImportRequest(tuple(sittings)), SETTINGS)
        walks.append(Walked.walks)
    assert walks[0] == walks[1]
