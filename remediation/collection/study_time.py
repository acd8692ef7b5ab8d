"""How much time what Anki has for today takes, by the student's own answers."""

from __future__ import annotations

from collections import Counter

from anki.collection import Collection
from anki.consts import (
    QUEUE_TYPE_DAY_LEARN_RELEARN,
    QUEUE_TYPE_LRN,
    QUEUE_TYPE_NEW,
    QUEUE_TYPE_REV,
    REVLOG_LRN,
)
from anki.decks import DeckId, DeckTreeNode

from ..diagnosis.recall import SECONDS_PER_DAY
from ..planning.study_time import Answered, StudyTime
from ..settings import Settings
from .database import database, ids_in

# Long enough for a slow week not to count too much, short enough to follow the student. Judgement.
_DAYS = 30
_LEARNING = (QUEUE_TYPE_LRN, QUEUE_TYPE_DAY_LEARN_RELEARN)


def read_study_time(col: Collection, settings: Settings) -> StudyTime:
    """What today's cards take; Anki's limits count, cards brought forward into our decks do not."""
    day_began = col.sched.day_cutoff - SECONDS_PER_DAY
    answered = _answered(col)
    spent = database(col).scalar(
        "select sum(time) from revlog where ease > 0 and id > ?", day_began * 1000
    )
    reviews, new = _for_today(col, settings)
    return StudyTime(
        settings.minutes_per_day,
        (spent or 0) / 1000,
        reviews,
        new,
        answered[False],
        answered[True],
    )


def _answered(col: Collection) -> dict[bool, Answered]:
    """The cards of the last days by whether they were being learned."""
    day, now = SECONDS_PER_DAY * 1000, col.sched.day_cutoff * 1000
    rows = database(col).all(
        f"select type = {REVLOG_LRN}, count(distinct cid || ' ' || ((? - id) / {day})), sum(time)"
        " from revlog where ease > 0 and id > ? group by 1",
        now,
        now - _DAYS * day,
    )
    found = {bool(learned): Answered(cards, ms / 1000) for learned, cards, ms in rows}
    return {learned: found.get(learned, Answered()) for learned in (False, True)}


def _for_today(col: Collection, settings: Settings) -> tuple[int, int]:
    """How many reviews, and how many cards new or being learned, there are still for today."""
    tree = col.sched.deck_due_tree()
    reviews, new = _counts(*tree.children)
    parent = col.decks.id_for_name(settings.deck_parent)
    ours = col.decks.find_deck_in_tree(tree, parent) if parent else None
    if parent is None or ours is None:
        return reviews, new
    its_reviews, its_new = _counts(ours)
    queues = _queues_of_due(col, col.decks.deck_and_child_ids(parent))
    return (
        max(0, reviews - its_reviews) + queues[QUEUE_TYPE_REV],
        max(0, new - its_new) + sum(queues[queue] for queue in (QUEUE_TYPE_NEW, *_LEARNING)),
    )


def _counts(*decks: DeckTreeNode) -> tuple[int, int]:
    return (
        sum(deck.review_count for deck in decks),
        sum(deck.new_count + deck.learn_count for deck in decks),
    )


def _queues_of_due(col: Collection, deck_ids: list[DeckId]) -> Counter[int]:
    """The cards in these decks that would be for today at home too, by queue."""
    rows = database(col).all(
        f"select queue, count() from cards where did in {ids_in(deck_ids)} and"
        f" (queue in {ids_in((QUEUE_TYPE_NEW, *_LEARNING))} or queue = {QUEUE_TYPE_REV}"
        " and case when odid then odue else due end <= ?) group by queue",
        col.sched.today,
    )
    queues: Counter[int] = Counter()
    for queue, cards in rows:
        queues[queue] = cards
    return queues
