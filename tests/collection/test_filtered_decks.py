"""The filtered decks: what they take, what they leave alone, and when they would change."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from anki.cards import CardId
from anki.collection import Collection
from anki.decks import DeckId, FilteredDeckConfig
from anki.scheduler.v3 import CardAnswer

from remediation.collection.deck_contents import eligible, read_cards
from remediation.collection.deck_counts import DeckCount
from remediation.collection.deck_update import plan_deck_update, update_decks
from remediation.collection.filtered_decks import (
    FilteredDeck,
    are_set_up,
    build_decks,
    deck_counts,
    plan_decks,
)
from remediation.collection.importing import apply_import, preview_import
from remediation.collection.ledger import read_ledger
from remediation.collection.own_decks import CONFIG_KEY, built_today
from remediation.collection.projection import decks_to_study
from remediation.collection.today import read_today
from remediation.collection.undo import UndoStep
from remediation.model.progress import Cancelled
from remediation.setting_kinds import Choice
from remediation.settings import ABOUT, Settings
from tests.anking import GeneratedCollection, generate_collection
from tests.collections import differences, missed, snapshot, some_questions

SETTINGS = Settings(cards_unsuspended_per_day=500)
MIXED = "Remediation::Mixed"


def _choices(name: str) -> list[str]:
    kind = ABOUT[name].kind
    assert isinstance(kind, Choice)
    return [stored for stored, _words in kind.choices]


DECK_ORDERS, DECK_MODES, DECKS_BY = map(_choices, ("deck_order", "deck_mode", "decks_by"))


@pytest.fixture(scope="module", params=[True, False], ids=["fsrs", "sm2"])
def student(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> GeneratedCollection:
    """A collection of a student with FSRS, and of one without."""
    path = tmp_path_factory.mktemp("student") / "collection.anki2"
    return generate_collection(path, notes=400, seed=11, fsrs=request.param)


@pytest.fixture
def col(student: GeneratedCollection, tmp_path: Path) -> Iterator[Collection]:
    """A copy of the student's collection, with a block imported and its decks built."""
    path = tmp_path / "collection.anki2"
    shutil.copy(student.path, path)
    collection = Collection(str(path))
    request = missed(some_questions(student, 40))
    apply_import(collection, preview_import(collection, request, SETTINGS), SETTINGS)
    yield collection
    collection.close()


def _own(col: Collection) -> dict[str, list[CardId]]:
    """The filtered decks below the add-on's parent, with their cards."""
    return {
        deck["name"]: sorted(col.decks.cids(deck["id"]))
        for deck in col.decks.all()
        if deck["dyn"] and deck["name"].startswith("Remediation::")
    }


def _wanted(col: Collection, settings: Settings = SETTINGS) -> tuple[FilteredDeck, ...]:
    return decks_to_study(col, settings, read_ledger(col))


def _deck_id(col: Collection, name: str = MIXED) -> DeckId:
    deck_id = col.decks.id_for_name(name)
    assert deck_id
    return deck_id


def _cards(col: Collection, where: str = "1") -> dict[int, tuple[Any, ...]]:
    """Everything about cards but when they were written."""
    assert col.db
    rows = col.db.all(
        "select id, nid, did, ord, type, queue, due, ivl, factor, reps, lapses, left, odue, odid,"
        f" flags, data from cards where {where} order by id"
    )
    return {row[0]: tuple(row[1:]) for row in rows}


def _make_filtered(col: Collection, name: str, search: str, limit: int = 100) -> DeckId:
    """A filtered deck of the student's own."""
    deck = col.sched.get_or_create_filtered_deck(DeckId(0))
    deck.name = name
    deck.allow_empty = True
    del deck.config.search_terms[:]
    deck.config.search_terms.append(
        FilteredDeckConfig.SearchTerm(
            search=search, limit=limit, order=FilteredDeckConfig.SearchTerm.Order.ADDED
        )
    )
    return DeckId(col.sched.add_or_update_filtered_deck(deck).id)


def _change(col: Collection, settings: Settings) -> None:
    """The student changes settings and asks for the decks."""
    update_decks(col, settings)
    assert not plan_deck_update(col, settings)


# What they take
##########################################################################


@pytest.mark.parametrize("mode", DECK_MODES)
@pytest.mark.parametrize("by", DECKS_BY)
@pytest.mark.parametrize("order", DECK_ORDERS)
def test_what_was_built_would_not_change_and_a_second_run_writes_nothing(
    col: Collection, order: str, by: str, mode: str
) -> None:
    settings = replace(
        SETTINGS, deck_order=order, decks_by=by, deck_mode=mode, mixed_deck_limit=7,
        system_deck_limit=5,
    )  # fmt: skip
    update_decks(col, settings)
    assert any(_own(col).values())
    assert built_today(col)
    before = snapshot(col, everything=True)
    assert update_decks(col, settings) is None
    assert snapshot(col, everything=True) == before


@pytest.mark.parametrize("by", DECKS_BY)
@pytest.mark.parametrize("mode", DECK_MODES)
def test_the_cards_told_without_building_are_those_that_anki_finds(
    col: Collection, mode: str, by: str
) -> None:
    settings = replace(SETTINGS, deck_mode=mode, decks_by=by)
    wanted = _wanted(col, settings)
    for deck in col.decks.all():
        if deck["dyn"] and deck["name"].startswith("Remediation::"):
            col.sched.empty_filtered_deck(deck["id"])
    for deck_wanted in wanted:
        cards = read_cards(col, deck_wanted.notes, deck_wanted.order)
        first, then = eligible(
            (card for cards_ in cards.values() for card in cards_), (), study=deck_wanted.study
        )
        found = set(col.find_cards(f"({deck_wanted.searches[0]}) -deck:filtered"))
        assert {card.id for card in first} == found
        if deck_wanted.study:
            rest = col.find_cards(f"({deck_wanted.searches[1]}) -deck:filtered")
            assert {card.id for card in then} == set(rest) - found


def test_in_study_mode_due_and_new_cards_come_first_and_none_answered_today(
    col: Collection,
) -> None:
    assert col.db
    settings = replace(SETTINGS, system_decks=False, mixed_deck_limit=9999)
    update_decks(col, settings)
    everything = set(_own(col)[MIXED])
    assert not set(col.find_cards("rated:1")) & everything
    (deck,) = _wanted(col, settings)
    cards = [card for some in read_cards(col, deck.notes, deck.order).values() for card in some]
    first, then = eligible(cards, [_deck_id(col)], study=True)
    assert everything == {card.id for card in (*first, *then)}
    assert len(first) > 3
    assert then

    update_decks(col, replace(settings, mixed_deck_limit=len(first) - 2))
    assert set(_own(col)[MIXED]) < {card.id for card in first}
    update_decks(col, replace(settings, mixed_deck_limit=len(first) + 1))
    assert len(_own(col)[MIXED]) == len(first) + 1
    assert set(_own(col)[MIXED]) > {card.id for card in first}


def test_the_weakest_come_first(col: Collection) -> None:
    """Of the cards known to FSRS, or by their intervals where it is off."""
    settings = replace(SETTINGS, system_decks=False, mixed_deck_limit=5, deck_mode="cram")
    update_decks(col, settings)
    (deck,) = _wanted(col, settings)
    inside = set(_own(col)[MIXED])
    cards = [card for some in read_cards(col, deck.notes, deck.order).values() for card in some]
    able, _then = eligible(cards, [_deck_id(col)], study=False)
    ranks = [card.rank for card in able if card.rank is not None and card.id not in inside]
    assert ranks
    assert max(
        (card.rank for card in able if card.rank is not None and card.id in inside),
        default=min(ranks),
    ) <= min(ranks)


def test_a_cram_deck_takes_cards_answered_today_and_leaves_intervals(col: Collection) -> None:
    settings = replace(SETTINGS, deck_mode="cram", mixed_deck_limit=9999, system_decks=False)
    reviewed = next(id for ids in _own(col).values() for id in ids if col.get_card(id).type == 2)
    update_decks(col, settings)
    before = _home(col)[reviewed]
    col.decks.set_current(_deck_id(col))
    card = col.get_card(reviewed)
    states = col._backend.get_scheduling_states(reviewed)
    card.start_timer()
    scheduler: Any = col.sched
    answer = scheduler.build_answer(card=card, states=states, rating=CardAnswer.GOOD)
    scheduler.answer_card(answer)
    assert set(col.find_cards("rated:1")) >= {reviewed}
    update_decks(col, settings)
    assert reviewed in _own(col)[MIXED]
    assert _home(col)[reviewed] == before


def test_who_is_first_is_a_setting(col: Collection) -> None:
    mixed_first = _own(col)
    assert len(mixed_first[MIXED]) == SETTINGS.mixed_deck_limit
    _change(col, replace(SETTINGS, deck_priority="systems", system_deck_limit=9999))
    systems_first = _own(col)
    assert not systems_first[MIXED]
    assert sum(map(len, systems_first.values())) == sum(map(len, mixed_first.values()))


def test_decks_can_be_turned_off(col: Collection) -> None:
    _change(col, replace(SETTINGS, mixed_deck=False))
    assert MIXED not in _own(col)
    assert len(_own(col)) > 1
    _change(col, replace(SETTINGS, system_decks=False))
    assert set(_own(col)) == {MIXED}
    _change(col, replace(SETTINGS, system_decks=False, mixed_deck=False))
    assert _own(col) == {}


# When they would change
##########################################################################


def test_a_deck_changes_when_a_card_in_it_was_suspended_and_it_goes_home(col: Collection) -> None:
    settings = replace(SETTINGS, system_decks=False, mixed_deck_limit=9999)
    update_decks(col, settings)
    card_id = _own(col)[MIXED][0]
    col.sched.suspend_cards([card_id])
    assert plan_deck_update(col, settings)
    update_decks(col, settings)
    assert card_id not in _own(col)[MIXED]
    assert col.get_card(card_id).queue == -1
    assert not plan_deck_update(col, settings)


def test_only_decks_that_change_are_built_anew(col: Collection) -> None:
    """A card that is not marked as changed cannot win over its review on the phone."""
    assert col.db
    settings = replace(SETTINGS, mixed_deck=False, system_deck_limit=9999)
    update_decks(col, settings)
    decks = {name: cards for name, cards in _own(col).items() if cards}
    changed, *others = decks
    col.sched.suspend_cards([decks[changed][0]])
    col.db.execute("update cards set mod = 1000, usn = 0")
    plan = plan_deck_update(col, settings)
    assert [deck.name for deck in plan.build] == [changed]
    update_decks(col, settings)
    touched = set(col.db.list("select id from cards where mod != 1000 or usn != 0"))
    assert touched == set(decks[changed])
    assert others


def test_cards_that_become_active_in_the_same_step_count(col: Collection) -> None:
    settings = replace(SETTINGS, system_decks=False, mixed_deck_limit=9999)
    update_decks(col, settings)
    card_id = _own(col)[MIXED][0]
    col.sched.suspend_cards([card_id])
    update_decks(col, settings)
    wanted = _wanted(col, settings)
    assert not plan_decks(col, settings, wanted)
    assert plan_decks(col, settings, wanted, [card_id])


def test_a_tag_that_is_gone_leaves_nothing_to_build_for_ever(col: Collection) -> None:
    """Another add-on removed the tags, and the student let the decks be built all the same."""
    col.tags.remove("Remediation")
    for settings in (replace(SETTINGS, deck_mode="cram"), replace(SETTINGS, decks_by="notes")):
        update_decks(col, settings)
    assert any(_own(col).values())


# What they leave alone
##########################################################################


def _home(col: Collection) -> dict[int, tuple[Any, ...]]:
    """Everything about cards as it would be at home."""
    homes = {}
    for id, row in _cards(col).items():
        nid, did, ord_, type_, _queue, due, *rest = row
        odue, odid = rest[5], rest[6]
        rest = [*rest[:5], *rest[7:]]
        homes[id] = (nid, odid or did, ord_, type_, (odue or due) if odid else due, *rest)
    return homes


@pytest.mark.parametrize("mode", DECK_MODES)
def test_cards_outside_stay_as_they_are_and_all_come_home_as_they_were(
    student: GeneratedCollection, tmp_path: Path, mode: str
) -> None:
    path = tmp_path / "c.anki2"
    shutil.copy(student.path, path)
    col = Collection(str(path))
    try:
        before = _cards(col)
        homes = _home(col)
        settings = replace(SETTINGS, cards_unsuspended_per_day=0, deck_mode=mode)
        request = missed(some_questions(student, 40))
        apply_import(col, preview_import(col, request, settings), settings)
        inside = {card for cards in _own(col).values() for card in cards}
        assert len(inside) > 10
        after = _cards(col)
        assert {id: row for id, row in before.items() if id not in inside} == {
            id: row for id, row in after.items() if id in before and id not in inside
        }
        assert {id: row for id, row in _home(col).items() if id in homes} == homes
        for number, name in enumerate(_own(col)):
            if number % 2:
                col.sched.empty_filtered_deck(_deck_id(col, name))
            else:
                col.decks.remove([_deck_id(col, name)])
        assert {id: row for id, row in _cards(col).items() if id in before} == before
    finally:
        col.close()


def test_undo_brings_everything_back(col: Collection) -> None:
    before = snapshot(col)
    step = update_decks(
        col, replace(SETTINGS, deck_mode="cram", decks_by="notes", mixed_deck_name="Today")
    )
    assert step
    col.undo()
    assert differences(before, snapshot(col)) == {}


def test_the_current_deck_stays_current(col: Collection) -> None:
    own = DeckId(col.decks.id("AnKing") or 0)
    col.decks.set_current(own)
    assert update_decks(col, replace(SETTINGS, mixed_deck_limit=3))
    assert col.decks.get_current_id() == own


@pytest.mark.parametrize(
    ("name", "search"),
    [
        ("Cram IM", "tag:Remediation::System"),
        ("My heart", "tag:Remediation::System is:due"),
        (f"{MIXED}+", "tag:Remediation::System (is:due OR is:new) -rated:1"),
        ("Remediation::Mine", "tag:Remediation::System -is:suspended"),
    ],
)
def test_a_deck_of_the_students_own_with_the_add_ons_tags_stays_theirs(
    col: Collection, name: str, search: str
) -> None:
    for deck in list(_own(col)):
        col.sched.empty_filtered_deck(_deck_id(col, deck))
    deck_id = _make_filtered(col, name, search, limit=6)
    theirs, config = sorted(col.decks.cids(deck_id)), col.decks.get(deck_id)
    assert theirs
    for settings in (
        SETTINGS,
        replace(SETTINGS, deck_mode="cram"),
        replace(SETTINGS, decks_by="notes"),
        replace(SETTINGS, mixed_deck=False, system_decks=False),
    ):
        update_decks(col, settings)
        assert sorted(col.decks.cids(deck_id)) == theirs
        assert col.decks.get(deck_id) == config


def test_a_deck_whose_search_the_student_changed_is_theirs(col: Collection) -> None:
    deck_id = _deck_id(col)
    deck = col.sched.get_or_create_filtered_deck(deck_id)
    deck.config.search_terms[0].search = "deck:AnKing is:review"
    col.sched.add_or_update_filtered_deck(deck)
    theirs = sorted(col.decks.cids(deck_id))
    _change(col, SETTINGS)
    _change(col, replace(SETTINGS, decks_by="notes"))
    assert sorted(col.decks.cids(deck_id)) == theirs
    assert sum(name.startswith(MIXED) for name in _own(col)) == 2


def test_a_normal_deck_with_our_name_stays(col: Collection) -> None:
    col.decks.remove([_deck_id(col)])
    theirs = DeckId(col.decks.id(MIXED) or 0)
    card = col.find_cards("-deck:filtered is:new")[0]
    col.set_deck([card], theirs)
    update_decks(col, SETTINGS)
    assert col.decks.cids(theirs) == [card]
    assert not col.decks.is_filtered(theirs)
    assert f"{MIXED}+" in _own(col)
    assert not plan_deck_update(col, SETTINGS)
    _change(col, replace(SETTINGS, deck_mode="cram"))
    assert sum(name.startswith(MIXED) for name in _own(col)) == 1


# Finding them again
##########################################################################


@pytest.mark.parametrize("forgotten", [False, True])
@pytest.mark.parametrize(
    "change",
    [
        {"deck_mode": "cram"},
        {"deck_order": "random"},
        {"mixed_deck_limit": 3},
        {"deck_priority": "systems"},
    ],
)
def test_changed_settings_change_the_decks_that_are_there(
    col: Collection, change: dict[str, Any], forgotten: bool
) -> None:
    """Also where the collection's config was lost, as when another computer's one wins."""
    before = {name: _deck_id(col, name) for name in _own(col)}
    if forgotten:
        col.remove_config(CONFIG_KEY)
    settings = replace(SETTINGS, **change)
    _change(col, settings)
    assert {name: _deck_id(col, name) for name in _own(col)} == before
    assert are_set_up(col, settings, _wanted(col, settings))


@pytest.mark.parametrize("forgotten", [False, True])
def test_between_tags_and_notes_the_decks_stay_the_same_ones(
    col: Collection, forgotten: bool
) -> None:
    before = {name: _deck_id(col, name) for name in _own(col)}
    for by in ("notes", "tags", "notes"):
        _change(col, replace(SETTINGS, decks_by=by))
        if forgotten and by == "notes":
            # Nothing but the name tells a deck of notes then.
            col.remove_config(CONFIG_KEY)
    assert {name: _deck_id(col, name) for name in _own(col)} == before


@pytest.mark.parametrize("by", DECKS_BY)
def test_the_students_name_for_a_deck_stays(col: Collection, by: str) -> None:
    settings = replace(SETTINGS, decks_by=by)
    update_decks(col, settings)
    deck_id = _deck_id(col)
    col.decks.rename(deck_id, "My mix")
    assert not plan_deck_update(col, settings)
    for changed in (replace(settings, mixed_deck_limit=4), replace(settings, deck_mode="cram")):
        _change(col, changed)
        assert col.decks.name(deck_id) == "My mix"
        assert MIXED not in _own(col)
    _change(col, replace(settings, mixed_deck_name="Today"))
    assert col.decks.name(deck_id) == "My mix"


def test_a_name_changed_in_the_settings_renames_the_deck(col: Collection) -> None:
    ids = {_deck_id(col, name) for name in _own(col)}
    settings = replace(SETTINGS, mixed_deck_name="Today", systems_deck_name="Rapid fire")
    _change(col, settings)
    assert {_deck_id(col, name) for name in _own(col)} == ids
    assert "Remediation::Today" in _own(col)
    assert all(
        name == "Remediation::Today" or name.startswith("Remediation::Rapid fire::")
        for name in _own(col)
    )


def test_decks_that_two_computers_made_become_one(col: Collection) -> None:
    term = col.sched.get_or_create_filtered_deck(_deck_id(col)).config.search_terms[0]
    double = _make_filtered(col, f"{MIXED}+", term.search)
    _change(col, SETTINGS)
    assert not col.decks.get(double, default=False)
    assert MIXED in _own(col)


@pytest.mark.parametrize(
    "junk", [None, 5, "x", [], {"decks": 5}, {"decks": {"mixed": "x"}}, {"decks": {"mixed": [1]}},
             {"day": "today", "decks": {"mixed": [1.5, "a", "b"], "x": None}}],
)  # fmt: skip
def test_a_config_that_cannot_be_read_does_no_harm(col: Collection, junk: Any) -> None:
    before = {name: _deck_id(col, name) for name in _own(col)}
    col.set_config(CONFIG_KEY, junk)
    assert not built_today(col)
    _change(col, replace(SETTINGS, mixed_deck_limit=4))
    assert {name: _deck_id(col, name) for name in _own(col)} == before


def test_without_tags_no_note_carries_one_and_the_decks_hold_the_same(
    student: GeneratedCollection, tmp_path: Path
) -> None:
    path = tmp_path / "c.anki2"
    shutil.copy(student.path, path)
    col = Collection(str(path))
    try:
        settings = replace(SETTINGS, decks_by="notes", deck_order="due", system_deck_limit=9999)
        request = missed(some_questions(student, 15))
        apply_import(col, preview_import(col, request, settings), settings)
        assert not col.find_notes("tag:Remediation")
        by_notes = _own(col)
        assert any(by_notes.values())
        assert preview_import(col, request, settings).is_empty
        more = missed(some_questions(student, 60))
        apply_import(col, preview_import(col, more, settings), settings)
        assert sum(map(len, _own(col).values())) > sum(map(len, by_notes.values()))
    finally:
        col.close()


# On a phone
##########################################################################


def _days_later(col: Collection, days: int) -> None:
    """Lets Anki's days pass, as its clock does."""
    assert col.db
    col.db.execute("update col set crt = crt - ?", days * 86_400)
    col.close()
    col.reopen()


@pytest.mark.parametrize("order", _choices("deck_order"))
@pytest.mark.parametrize("nothing_due", [False, True])
def test_rebuilt_on_a_phone_a_deck_is_not_larger(
    col: Collection, order: str, nothing_due: bool
) -> None:
    """Anki's own Rebuild, the same day and later, when more is due than the add-on found."""
    everything = replace(SETTINGS, system_decks=False, mixed_deck_limit=9999, deck_order=order)
    update_decks(col, replace(everything, mixed_deck=False))
    found = col.find_cards(f"{_wanted(col, everything)[0].searches[0]} -deck:filtered")
    due = set() if nothing_due else set(found[:20])
    col.sched.set_due_date([card for card in found if card not in due], "3")
    limit = len(due) + 5
    _change(col, replace(everything, mixed_deck_limit=limit))
    assert len(_own(col)[MIXED]) == limit
    for days in (0, 4, 20):
        _days_later(col, days)
        col.sched.rebuild_filtered_deck(_deck_id(col))
        rebuilt = _own(col)[MIXED]
        # A first search without a card keeps a place.
        assert limit <= len(rebuilt) <= limit + nothing_due
        assert days or due <= set(rebuilt)


# Counts
##########################################################################


def test_every_card_is_counted_once_and_the_sentence_says_where(col: Collection) -> None:
    settings = replace(SETTINGS, system_decks=False, mixed_deck_limit=9999)
    update_decks(col, settings)
    inside = _own(col)[MIXED]
    in_other = _make_filtered(col, "Cram::Cram IM", "deck:AnKing -deck:filtered", 0)
    before = read_today(col, settings).decks[0]
    assert before.ready == len(inside)
    col.sched.suspend_cards(inside[:3])
    col.sched.bury_cards(inside[3:5], manual=True)
    col.sched.empty_filtered_deck(_deck_id(col))
    deck = col.sched.get_or_create_filtered_deck(in_other)
    deck.config.search_terms[0].search = f"cid:{','.join(map(str, inside[5:9]))}"
    deck.config.search_terms[0].limit = 4
    col.sched.add_or_update_filtered_deck(deck)
    update_decks(col, settings)
    (count,) = read_today(col, settings).decks
    assert count.total == before.total
    assert count.suspended == before.suspended + 3
    assert count.buried == before.buried + 2
    assert count.elsewhere["Cram::Cram IM"] == 4
    assert count.ready == len(_own(col)[MIXED]) == len(inside) - 9
    parts = (count.suspended, count.buried, count.answered_today, count.later)
    assert count.ready + sum(parts) + sum(count.elsewhere.values()) == count.total
    assert "4 already in Cram IM" in count.sentence()


def test_a_deck_that_does_not_exist_has_no_cards(col: Collection) -> None:
    wanted = _wanted(col)
    col.decks.remove([_deck_id(col)])
    count = deck_counts(col, SETTINGS, wanted)[0]
    assert (count.name, count.ready) == (MIXED, 0)
    assert count.total


def test_sentences() -> None:
    count = DeckCount("X", 40, 12, suspended=20, elsewhere={"A::Cram IM": 8})
    assert count.sentence() == "12 of 40: 20 suspended, 8 already in Cram IM"
    assert DeckCount("X", 1_200, 1_200).sentence() == "1,200 of 1,200"
    many = DeckCount("X", 20, 0, later=1, elsewhere={"A": 1, "B": 9, "C": 2, "D": 3, "E": 4})
    assert many.sentence() == (
        "0 of 20: 9 already in B, 4 already in E, 3 already in D, 3 already in 2 other decks, "
        "1 left for later"
    )


# Going wrong
##########################################################################


def test_a_filtered_deck_where_a_parent_is_due_stays(col: Collection) -> None:
    """A filtered deck cannot have decks below it."""
    theirs = _make_filtered(col, "Remediation::Rapid", "deck:AnKing -deck:filtered", 3)
    cards = sorted(col.decks.cids(theirs))
    settings = replace(SETTINGS, systems_deck_name="Rapid")
    _change(col, settings)
    assert sorted(col.decks.cids(theirs)) == cards
    assert any(name.startswith("Remediation::Rapid+::") for name in _own(col))
    assert not any(name.startswith("Remediation::Systems::") for name in _own(col))


def test_a_cancel_at_any_write_leaves_nothing_behind(col: Collection) -> None:
    settings = replace(SETTINGS, deck_mode="cram", system_decks=False)
    before = snapshot(col)
    for stop_at in range(1, 5):
        writes = 0

        def count(stop_at: int = stop_at) -> None:
            nonlocal writes
            writes += 1
            if writes == stop_at:
                raise Cancelled

        plan = plan_deck_update(col, settings)
        with pytest.raises(Cancelled), UndoStep(col, "x", count) as step:
            build_decks(col, step, settings, plan)
        assert differences(before, snapshot(col)) == {}


def test_without_a_ledger_there_is_nothing_to_do(
    student: GeneratedCollection, tmp_path: Path
) -> None:
    path = tmp_path / "c.anki2"
    shutil.copy(student.path, path)
    col = Collection(str(path))
    try:
        assert update_decks(col, SETTINGS) is None
        assert read_today(col, SETTINGS).decks == ()
    finally:
        col.close()
