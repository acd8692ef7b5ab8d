"""Cards as of a moment, in the states that real collections are found in."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from anki.cards import CardId
from anki.collection import Collection
from anki.decks import DeckId
from anki.scheduler.v3 import CardAnswer

from remediation.collection.cards import (
    CardFacts,
    Past,
    cards_at,
    cards_at_moments,
    cards_of_notes,
)
from remediation.diagnosis.evidence import KNOWN_WITHOUT_CARD
from remediation.diagnosis.recall import DEFAULT_DECAY, recall_probability
from remediation.model.progress import Cancelled
from tests.anking import GeneratedCollection, generate_collection
from tests.collections import differences, snapshot

DAY = 86_400
ASKING = "Asking Anki about cards answered since"


@pytest.fixture(scope="session")
def without_fsrs(tmp_path_factory: pytest.TempPathFactory) -> GeneratedCollection:
    """A small collection scheduled by ease, made once."""
    path = tmp_path_factory.mktemp("sm2") / "collection.anki2"
    return generate_collection(path, notes=150, seed=7, fsrs=False)


@pytest.fixture(params=["FSRS", "SM-2"])
def either(
    request: pytest.FixtureRequest,
    template: GeneratedCollection,
    without_fsrs: GeneratedCollection,
    tmp_path: Path,
) -> Iterator[Collection]:
    """A collection with FSRS, then one without."""
    made = template if request.param == "FSRS" else without_fsrs
    collection = Collection(shutil.copy(str(made.path), str(tmp_path / "either.anki2")))
    yield collection
    collection.close()


def _studied(col: Collection) -> CardId:
    return _studied_cards(col)[0]


def _studied_cards(col: Collection) -> list[CardId]:
    """Review cards with history, in no filtered deck, last answered a week ago or earlier."""
    found = col.find_cards(
        "is:review -is:learn -is:suspended -is:buried -deck:filtered prop:reps>4 -rated:7"
    )
    return list(found)


def _new(col: Collection) -> CardId:
    return col.find_cards("is:new -is:suspended -is:buried prop:reps=0")[0]


def _facts(col: Collection, card_ids: Iterable[CardId]) -> list[CardFacts]:
    wanted = list(card_ids)
    facts = cards_of_notes(col, {col.get_card(id).nid for id in wanted})
    return [card for some in facts.values() for card in some if card.id in wanted]


def _past(col: Collection, card_id: CardId, moment: int) -> Past:
    return cards_at(col, _facts(col, [card_id]), moment)[card_id]


def _answer(
    col: Collection, card_id: CardId, rating: CardAnswer.Rating.V = CardAnswer.GOOD
) -> None:
    card = col.get_card(card_id)
    card.start_timer()
    scheduler: Any = col.sched
    states = col._backend.get_scheduling_states(card_id)
    scheduler.answer_card(scheduler.build_answer(card=card, states=states, rating=rating))


def _set_back(col: Collection, card_id: CardId, days: int) -> None:
    """As if all reviews of the card had happened some days earlier."""
    assert col.db
    col.db.execute("update revlog set id = id - ? where cid = ?", days * DAY * 1000, card_id)


def _rows(col: Collection, card_id: CardId) -> list[Any]:
    assert col.db
    return list(
        col.db.all(
            "select id, ease, ivl, type, factor from revlog where cid = ? order by id", card_id
        )
    )


def _only_in_filtered_deck(col: Collection, card_id: CardId, *, reschedule: bool) -> None:
    deck = col.sched.get_or_create_filtered_deck(DeckId(0))
    deck.name = f"Only {card_id}"
    del deck.config.search_terms[1:]
    deck.config.search_terms[0].search = f"cid:{card_id}"
    deck.config.reschedule = reschedule
    col.sched.add_or_update_filtered_deck(deck)


def _now() -> int:
    """A moment after everything that has happened."""
    return int(time.time()) + 1


def test_with_fsrs_the_memory_of_then_is_asked_for(col: Collection) -> None:
    card_id = _studied(col)
    moment = _now() - DAY
    then = [e for e in col.card_stats_data(card_id).revlog if e.time < moment and e.button_chosen]
    _answer(col, card_id, CardAnswer.AGAIN)
    (fact,) = _facts(col, [card_id])
    assert fact.memory
    elapsed = (moment - then[0].time) / DAY
    wanted = recall_probability(elapsed, then[0].memory_state.stability, fact.memory.decay)
    found = _past(col, card_id, moment).recall
    assert found == pytest.approx(wanted, abs=0.001)
    # Neither what is stored today nor the interval would have given it.
    today = recall_probability(elapsed, fact.memory.stability, fact.memory.decay)
    assert found != pytest.approx(today, abs=0.001)
    assert found != pytest.approx(
        recall_probability(elapsed, _rows(col, card_id)[-2][2]), abs=0.001
    )


def test_of_several_answers_in_one_second_the_newest_counts(col: Collection) -> None:
    card_id = _studied(col)
    moment = _now() - DAY
    assert col.db
    older, newer = (row[0] for row in _rows(col, card_id)[-2:])
    second = newer // 1000 * 1000
    again = "update revlog set id = ?, ease = 1 where id = ?"
    col.db.execute(again, second + 10, newer)
    col.db.execute("update revlog set id = ? where id = ?", second + 5, older)
    # A due date set in the same second is no answer.
    manual = "insert into revlog values (?, ?, -1, 0, 9, 9, 2500, 0, 4)"
    col.db.execute(manual, second + 15, card_id)
    _answer(col, card_id, CardAnswer.AGAIN)
    entries = col.card_stats_data(card_id).revlog
    newest = next(e for e in entries if e.time == second // 1000 and e.button_chosen)
    (fact,) = _facts(col, [card_id])
    assert fact.memory
    wanted = recall_probability(
        (moment - second / 1000) / DAY, newest.memory_state.stability, fact.memory.decay
    )
    assert _past(col, card_id, moment).recall == pytest.approx(wanted, abs=0.001)


def test_a_card_is_asked_for_once_whatever_the_moments(col: Collection) -> None:
    card_ids = _studied_cards(col)[:3]
    for card_id in card_ids:
        _answer(col, card_id)
    facts = _facts(col, card_ids)
    moments = [_now() - days * DAY for days in (1, 2, 3)]
    asked: list[tuple[int, int]] = []

    def progress(label: str, done: int, total: int) -> None:
        if label == ASKING:
            asked.append((done, total))

    past = cards_at_moments(col, dict.fromkeys(moments, facts), progress)
    assert asked == [(0, 3)]
    assert past == {moment: cards_at(col, facts, moment) for moment in moments}
    cards_at(col, facts, _now(), progress)
    assert asked == [(0, 3)]


def test_asking_can_be_cancelled_and_writes_nothing(col: Collection) -> None:
    card_id = _studied(col)
    _answer(col, card_id)
    facts = _facts(col, [card_id])
    before = snapshot(col, everything=True)

    def cancel(label: str, _done: int, _total: int) -> None:
        if label == ASKING:
            raise Cancelled

    with pytest.raises(Cancelled):
        cards_at(col, facts, _now() - DAY, cancel)
    first = cards_at(col, facts, _now() - DAY)
    assert cards_at(col, facts, _now() - DAY) == first
    assert differences(before, snapshot(col, everything=True)) == {}


def test_where_anki_cannot_tell_the_interval_stands_in(col: Collection) -> None:
    card_id = _studied(col)
    moment = _now() - DAY
    last_ms, _, interval, _, _ = _rows(col, card_id)[-1]
    _answer(col, card_id)
    facts = _facts(col, [card_id])
    assert col.db
    col.db.execute("update cards set did = 4242 where id = ?", card_id)
    assert facts[0].memory
    elapsed = (moment - last_ms / 1000) / DAY
    wanted = recall_probability(elapsed, interval, facts[0].memory.decay)
    assert cards_at(col, facts, moment)[card_id].recall == pytest.approx(wanted)


def test_without_a_later_review_todays_memory_is_that_of_then(col: Collection) -> None:
    card_id = _studied(col)
    moment = _now() - DAY
    (fact,) = _facts(col, [card_id])
    assert fact.memory
    elapsed = (moment - _rows(col, card_id)[-1][0] / 1000) / DAY
    wanted = recall_probability(elapsed, *fact.memory)
    assert _past(col, card_id, moment).recall == pytest.approx(wanted)


def test_a_memory_state_left_without_fsrs_is_that_of_the_last_answer(col: Collection) -> None:
    kept, answered = _studied_cards(col)[:2]
    moment = _now() - DAY
    before = {id: _past(col, id, moment) for id in (kept, answered)}
    col.set_config("fsrs", False)
    last_ms, _, interval, _, _ = _rows(col, answered)[-1]
    _answer(col, answered)
    assert _past(col, kept, moment) == before[kept]
    # Anki took the state away with the answer.
    assert _facts(col, [answered])[0].memory is None
    wanted = recall_probability((moment - last_ms / 1000) / DAY, interval)
    assert _past(col, answered, moment).recall == pytest.approx(wanted)


def test_without_fsrs_anki_is_not_asked(col: Collection) -> None:
    card_id = _studied(col)
    moment = _now() - DAY
    last_ms, _, interval, _, _ = _rows(col, card_id)[-1]
    _answer(col, card_id)
    col.set_config("fsrs", False)
    facts = _facts(col, [card_id])
    assert facts[0].memory

    labels: list[str] = []
    past = cards_at(col, facts, moment, lambda label, _done, _total: labels.append(label))
    wanted = recall_probability((moment - last_ms / 1000) / DAY, interval)
    assert past[card_id].recall == pytest.approx(wanted)
    assert labels == ["Reading reviews"]


def test_by_ease_the_interval_is_the_stability(either: Collection) -> None:
    col = either
    col.set_config("fsrs", False)
    card_id = _studied(col)
    moment = _now() - DAY
    _answer(col, card_id)
    last_ms, _, interval, _, _ = _rows(col, card_id)[-2]
    wanted = recall_probability((moment - last_ms / 1000) / DAY, interval)
    assert _past(col, card_id, moment).recall == pytest.approx(wanted)


def test_a_preview_in_a_filtered_deck_is_no_review(either: Collection) -> None:
    col = either
    card_id = _studied(col)
    before = _past(col, card_id, _now() + DAY)
    _only_in_filtered_deck(col, card_id, reschedule=False)
    _answer(col, card_id)
    assert _rows(col, card_id)[-1][3:] == [3, 0]
    # Anki logs an interval of 0 there, which would make the card look forgotten.
    assert _past(col, card_id, _now() + DAY).recall == pytest.approx(before.recall, abs=0.001)
    assert _past(col, card_id, _now() + DAY).lapses == before.lapses


def test_a_preview_of_a_new_card_leaves_it_new(either: Collection) -> None:
    card_id = _new(either)
    _only_in_filtered_deck(either, card_id, reschedule=False)
    _answer(either, card_id)
    assert _rows(either, card_id)
    assert _past(either, card_id, _now()) == Past()


def test_a_rescheduling_filtered_deck_gives_reviews(either: Collection) -> None:
    col = either
    card_id = _studied(col)
    before = _past(col, card_id, _now())
    _only_in_filtered_deck(col, card_id, reschedule=True)
    _answer(col, card_id, CardAnswer.AGAIN)
    after = _past(col, card_id, _now())
    assert after.lapses == before.lapses + 1
    # A moment after the answer even a forgotten card is known.
    assert (after.recall or 0) > 0.95
    assert _past(col, card_id, _now() + 60 * DAY).recall != before.recall
    earlier = _past(col, card_id, _now() - DAY)
    assert earlier.lapses == before.lapses
    assert earlier.recall is not None


def test_a_due_date_set_by_hand_is_no_answer(either: Collection) -> None:
    col = either
    card_id = _studied(col)
    before = _past(col, card_id, _now() + DAY)
    for days in ("0", "40", "3!"):
        col.sched.set_due_date([card_id], days)
        found = _past(col, card_id, _now() + DAY)
        assert found.recall == pytest.approx(before.recall, abs=0.001)
        assert found.lapses == before.lapses


def test_a_new_card_given_a_due_date_was_never_answered(either: Collection) -> None:
    card_id = _new(either)
    either.sched.set_due_date([card_id], "3")
    assert _past(either, card_id, _now()) == Past()


def test_a_learning_card_given_a_due_date_is_not_forgotten(either: Collection) -> None:
    card_id = _new(either)
    _answer(either, card_id)
    either.sched.set_due_date([card_id], "3")
    assert (_past(either, card_id, _now()).recall or 0) > 0.9


@pytest.mark.parametrize("reset_counts", [False, True])
def test_a_card_forgotten_after_the_moment_was_known_at_it(
    either: Collection, reset_counts: bool
) -> None:
    col = either
    card_id = _studied(col)
    moment = _now() - DAY
    last_ms, _, interval, _, _ = _rows(col, card_id)[-1]
    memory = _facts(col, [card_id])[0].memory
    col.sched.schedule_cards_as_new([card_id], reset_counts=reset_counts)
    found = _past(col, card_id, moment)
    elapsed, decay = (moment - last_ms / 1000) / DAY, memory.decay if memory else DEFAULT_DECAY
    assert found.recall == pytest.approx(recall_probability(elapsed, interval, decay))
    assert _past(col, card_id, _now()) == Past(None, found.lapses)


def test_an_interval_that_aims_at_less_stands_for_less(col: Collection) -> None:
    """Where the memory is gone, an interval of FSRS is no stability, unless it aims at 90 %."""
    card_id = _new(col)
    preset = col.decks.config_dict_for_deck_id(col.get_card(card_id).current_deck_id())
    preset["desiredRetention"] = 0.8
    col.decks.update_config(preset)
    _answer(col, card_id, CardAnswer.EASY)
    (fact,) = _facts(col, [card_id])
    assert fact.memory
    assert _rows(col, card_id)[-1][2] > 1.5 * fact.memory.stability
    moment = _now() + 20 * DAY
    before = _past(col, card_id, moment).recall
    assert col.db
    # As where Anki has lost the state, which leaves the rest.
    col.db.execute("update cards set data = json_remove(data, '$.s', '$.d') where id = ?", card_id)
    assert _past(col, card_id, moment).recall == pytest.approx(before, abs=0.02)
    col.set_config("fsrs", False)
    assert _past(col, card_id, moment).recall != pytest.approx(before, abs=0.02)


def test_a_card_forgotten_and_learned_again_counts_from_then(either: Collection) -> None:
    col = either
    card_id = _studied(col)
    before = _past(col, card_id, _now() - DAY)
    col.sched.schedule_cards_as_new([card_id])
    _answer(col, card_id)
    assert (_past(col, card_id, _now()).recall or 0) > 0.9
    # Whether Anki still knows the memory of before differs with its version; some value is found.
    found = _past(col, card_id, _now() - DAY)
    assert found.recall is not None
    assert found.recall == pytest.approx(before.recall, abs=0.5)
    assert found.lapses == before.lapses


def test_between_being_forgotten_and_learned_again_a_card_is_new(either: Collection) -> None:
    col = either
    card_id = _studied(col)
    col.sched.schedule_cards_as_new([card_id])
    _set_back(col, card_id, 10)
    _answer(col, card_id)
    assert _past(col, card_id, _now() - 5 * DAY).recall is None


def test_a_lost_review_log_does_not_make_a_card_new(either: Collection) -> None:
    col = either
    card_id = _studied(col)
    moment = _now()
    before = _past(col, card_id, moment)
    lapses = col.get_card(card_id).lapses
    answered = _rows(col, card_id)[-1][0] // 1000
    assert col.db
    col.db.execute("delete from revlog where cid = ?", card_id)
    found = _past(col, card_id, moment)
    assert found.recall == pytest.approx(before.recall, abs=0.1)
    assert found.lapses == lapses
    # What was before its last answer nobody knows any more.
    assert _past(col, card_id, answered - 2 * DAY) == Past()


@pytest.mark.parametrize("data", ["", "[]", '{"lrt":"x"}', '{"lrt":1e999}', "{"])
def test_a_lost_review_log_and_unreadable_data(either: Collection, data: str) -> None:
    card_id = _studied(either)
    assert either.db
    either.db.execute("delete from revlog where cid = ?", card_id)
    either.db.execute("update cards set data = ? where id = ?", data, card_id)
    found = _past(either, card_id, _now()).recall
    # The day it is due, less its interval, is the day it was answered.
    assert found is not None
    assert 0 < found < 1


def test_a_new_card_without_reviews_stays_new(either: Collection) -> None:
    assert _past(either, _new(either), _now()) == Past()


def test_reviews_logged_by_a_wrong_clock_do_no_harm(either: Collection) -> None:
    col = either
    card_id = _studied(col)
    moment = _now()
    assert col.db
    last = _rows(col, card_id)[-1][0]
    # The newest in the future, one from before the card was made, one from 1970.
    first, second = (row[0] for row in _rows(col, card_id)[:2])
    col.db.execute("update revlog set id = ? where id = ?", (moment + 30 * DAY) * 1000, last)
    col.db.execute("update revlog set id = ? where id = ?", int(card_id) - DAY * 1000, first)
    col.db.execute("update revlog set id = 5 where id = ?", second)
    found = _past(col, card_id, moment).recall
    assert found is not None
    assert 0 < found < 1
    assert _past(col, card_id, moment + 31 * DAY).recall is not None
    assert _past(col, card_id, 1).recall is not None
    assert _past(col, card_id, 0) == Past()


def test_an_answer_in_the_very_second_of_the_moment_is_after_it(either: Collection) -> None:
    card_id = _new(either)
    _answer(either, card_id)
    second = _rows(either, card_id)[-1][0] // 1000
    assert either.db
    either.db.execute("update revlog set id = ? where cid = ?", second * 1000, card_id)
    assert _past(either, card_id, second) == Past()
    assert _past(either, card_id, second + 1).recall is not None


def test_siblings_are_told_apart(either: Collection) -> None:
    col = either
    assert col.db
    studied = _studied_cards(col)
    some = ",".join(map(str, studied))
    note_id = col.db.scalar(
        f"select nid from cards where id in ({some}) group by nid having count() > 1"
    )
    cards = cards_of_notes(col, [note_id])[note_id]
    first = next(card.id for card in cards if card.id in studied)
    before = cards_at(col, cards, _now())
    col.sched.schedule_cards_as_new([first])
    after = cards_at(col, cards, _now())
    assert after.pop(first).recall is None
    assert before.pop(first).recall is not None
    assert {id: p.recall for id, p in after.items()} == pytest.approx(
        {id: p.recall for id, p in before.items()}, abs=0.001
    )
    assert after


def test_suspending_and_burying_change_nothing(either: Collection) -> None:
    col = either
    suspended, buried = _studied_cards(col)[:2]
    moment = _now()
    before = [_past(col, id, moment) for id in (suspended, buried)]
    col.sched.suspend_cards([suspended])
    col.sched.bury_cards([buried])
    assert [_past(col, id, moment) for id in (suspended, buried)] == before


def test_a_learning_card_is_forgotten_within_weeks(either: Collection) -> None:
    col = either
    card_id = _new(col)
    _answer(col, card_id, CardAnswer.AGAIN)
    assert _rows(col, card_id)[-1][2] < 0
    recalls = [_past(col, card_id, _now() + days * DAY).recall or 0.0 for days in (0, 1, 7, 60)]
    assert recalls == sorted(recalls, reverse=True)
    assert recalls[0] > 0.9
    # The next day it is not less known than one that was never seen.
    assert recalls[1] > recalls[2] > KNOWN_WITHOUT_CARD
    assert 0 < recalls[3] < 0.8
    assert _past(col, card_id, _now() - DAY) == Past()


def test_a_card_in_its_steps_is_known_a_day_later_though_its_reviews_are_lost(
    either: Collection,
) -> None:
    """Such a card has no interval yet; when it was answered Anki keeps from 25.07 on."""
    card_id = _new(either)
    _answer(either, card_id, CardAnswer.AGAIN)
    assert either.db
    either.db.execute("delete from revlog where cid = ?", card_id)
    answered = f'{{"lrt":{_now() - 2}}}'
    either.db.execute("update cards set data = ? where id = ?", answered, card_id)
    assert (_past(either, card_id, _now() + DAY).recall or 0) > KNOWN_WITHOUT_CARD


def test_no_cards_and_cards_that_are_gone(either: Collection) -> None:
    assert cards_at(either, [], _now()) == {}
    assert cards_at_moments(either, {}) == {}
    card_id = _studied(either)
    facts = _facts(either, [card_id])
    either.remove_notes([either.get_card(card_id).nid])
    # Anki keeps the reviews of deleted cards.
    assert cards_at(either, facts, _now())[card_id].recall is not None
    assert either.db
    later = "insert into revlog values (?, ?, -1, 3, 9, 9, 0, 0, 1)"
    either.db.execute(later, _now() * 1000, card_id)
    assert cards_at(either, facts, _now() - DAY)[card_id].recall is not None
