"""Puts a whole collection together: the one function everything else is for."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anki.collection import Collection

from .cards import (
    MOST_REVIEWS_PER_NOTE,
    NEW_KINDS,
    Card,
    CardWriter,
    Kind,
    choose_kinds,
    share_reviews,
)
from .days import Calendar
from .decks import add_decks, add_filtered_decks
from .empty import Ids, create_empty, settle
from .notes import Note, make_note, note_row
from .questions import QuestionKey, make_questions, share_out
from .systems import TOPICS, Topic
from .tags import ODD_TAGS, tags_about

REVIEWS_PER_NOTE = 1_000_000 / 35_000
_FEWEST_TAGS, _MOST_TAGS = 17, 28
_FEWEST_TOPIC_TAGS = 8
_STEP1_SHARE = 0.65
_MARKED_SHARE = 0.01

#: As after a full sync: later changes then stand out with usn -1.
_USN = 0
_ROWS_A_CALL = 20_000
# Columns of the table `cards`.
_ID, _MODIFIED, _FLAGS, _DATA = 0, 4, 16, 17


@dataclass(frozen=True)
class GeneratedCollection:
    """Where a generated collection is, and the truth about it.

    `questions` gives, for (bank, exam, id), the ids of all notes that carry the
    question, ascending; bank is "uworld" or "amboss", exam "step1", "step2",
    "step3" or "comlex", and "" for amboss; ids are without leading zeros.
    `system_of_note` names the organ system each note was made for.
    """

    path: Path
    notes: int
    questions: Mapping[QuestionKey, tuple[int, ...]]
    system_of_note: Mapping[int, str]


def generate_collection(
    path: str | os.PathLike[str],
    *,
    notes: int = 2_000,
    reviews: int | None = None,
    seed: int = 1,
    fsrs: bool = True,
    now: float | None = None,
) -> GeneratedCollection:
    """Create a collection at `path` that looks like an AnKing user's, and close it.

    `notes` is the number of notes and `reviews` the number of rows in the review
    log (default: about 28 a note, at most 50 a note). All dates lie before `now`
    (seconds since the epoch, default: the present). The same arguments give the
    same collection on the same version of Anki and in the same time zone.

    Raises FileExistsError if there is a file at `path`, ValueError if the numbers
    are out of range.
    """
    path = Path(path)
    if path.exists():
        raise FileExistsError(f"there is already a file at {path}")
    if notes < 1:
        raise ValueError("a collection needs at least one note")
    if reviews is None:
        reviews = round(notes * REVIEWS_PER_NOTE)
    if not 0 <= reviews <= notes * MOST_REVIEWS_PER_NOTE:
        raise ValueError(f"reviews must be from 0 to {MOST_REVIEWS_PER_NOTE} a note, got {reviews}")
    calendar = Calendar(int(time.time() if now is None else now))
    rng = random.Random(f"{seed} {notes} {reviews}")
    ids = Ids(calendar)

    create_empty(path, calendar, ids, fsrs)
    col = Collection(str(path))
    try:
        decks = add_decks(col, ids.first_deck, ids.preset)
        topics = _topics(notes, rng)
        made = _notes(topics, ids, rng)
        tags: list[set[str]] = [set() for _ in topics]
        questions = share_out(make_questions(notes, rng), topics, tags, rng)
        for topic, own in zip(topics, tags):
            wanted = rng.randint(_FEWEST_TAGS, _MOST_TAGS)
            own |= tags_about(topic, max(_FEWEST_TOPIC_TAGS, wanted - len(own)), rng)

        cards = _cards(made, topics, decks, ids, rng)
        share_reviews(cards, reviews, rng)
        _tag_single_notes(made, cards, tags, rng)
        writer = CardWriter(calendar, fsrs, _USN, rng)
        _write(col, made, tags, cards, writer)
        new = (card.position for card in cards if card.kind in NEW_KINDS)
        col.set_config("nextPos", max(new, default=0) + 1)
        col.set_config("lastUnburied", calendar.today)
        add_filtered_decks(col, ids.first_filtered_deck)
        col.set_config("curDeck", ids.first_deck)
        col.set_config("activeDecks", [ids.first_deck])
        settle(col, calendar, _USN)
    finally:
        col.close()
    return GeneratedCollection(
        path=path,
        notes=notes,
        questions={
            key: tuple(made[position].id for position in positions)
            for key, positions in questions.items()
        },
        system_of_note={note.id: topic.system.name for note, topic in zip(made, topics)},
    )


def _topics(notes: int, rng: random.Random) -> list[Topic]:
    """A topic for each note: each at least once if possible, some far more often."""
    topics = list(TOPICS)
    rng.shuffle(topics)
    weights = [rng.lognormvariate(0, 1) for _ in topics]
    more = rng.choices(topics, weights, k=max(0, notes - len(topics)))
    chosen = topics[:notes] + more
    rng.shuffle(chosen)
    return chosen


def _notes(topics: Sequence[Topic], ids: Ids, rng: random.Random) -> list[Note]:
    made = []
    note_id = ids.first_note
    for topic in topics:
        note_id += rng.randint(1, 1000)
        modified = ids.created // 1000 + rng.randrange(80_000)
        made.append(make_note(note_id, topic, modified, ids.cloze_type, ids.image_type, rng))
    return made


def _cards(
    notes: Sequence[Note],
    topics: Sequence[Topic],
    decks: Mapping[tuple[str, str], int],
    ids: Ids,
    rng: random.Random,
) -> list[Card]:
    kinds = iter(choose_kinds([note.cards for note in notes], rng))
    cards: list[Card] = []
    for note, topic in zip(notes, topics):
        step = "Step 1" if rng.random() < _STEP1_SHARE else "Step 2"
        deck_id = decks[step, topic.system.name]
        for ord in range(note.cards):
            number = len(cards)
            card_id = ids.first_card + number
            cards.append(Card(card_id, note.id, deck_id, ord, number + 1, next(kinds)))
    return cards


def _tag_single_notes(
    notes: Sequence[Note],
    cards: Iterable[Card],
    tags: Sequence[set[str]],
    rng: random.Random,
) -> None:
    """Each odd tag on at least one note, Anki's own tags on marked notes and leeches."""
    for number, tag in enumerate(ODD_TAGS):
        tags[number * 5 % len(notes)].add(tag)
    for own in tags:
        if rng.random() < _MARKED_SHARE:
            own.add("marked")
    position = {note.id: number for number, note in enumerate(notes)}
    for card in cards:
        if card.kind is Kind.LEECH:
            tags[position[card.note_id]].add("leech")


def _write(
    col: Collection,
    notes: Sequence[Note],
    tags: Sequence[set[str]],
    cards: Iterable[Card],
    writer: CardWriter,
) -> None:
    """Fill the tables in one transaction."""
    db: Any = col.db
    card_rows = [writer.row(card) for card in cards]
    writer.reviews.sort()

    def write() -> None:
        _insert(db, "notes", [note_row(n, t, _USN) for n, t in zip(notes, tags)])
        _insert(db, "cards", card_rows)
        _insert(db, "revlog", writer.reviews)
        every_tag = sorted(set().union(*tags))
        _insert(db, "tags", [(tag, _USN, 1, None) for tag in every_tag])

    db.transact(write)
    _let_anki_write_data(col, card_rows)


def _let_anki_write_data(col: Collection, card_rows: Iterable[Sequence[Any]]) -> None:
    """Have Anki itself write the `data` of studied cards, in the form of its version.

    Versions differ in what they keep there and in how they round. In a foreign form, undoing a
    change of a card would not bring the same row back.
    """
    studied = {row[_ID]: row for row in card_rows if row[_DATA] != "{}"}
    # Setting a flag writes the cards that have another.
    red, orange = 1, 2
    col.set_user_flag_for_cards(red, [i for i, row in studied.items() if row[_FLAGS] != red])
    col.set_user_flag_for_cards(orange, [i for i, row in studied.items() if row[_FLAGS] == red])
    db: Any = col.db
    changes = [(row[_MODIFIED], row[_FLAGS], _USN, card_id) for card_id, row in studied.items()]
    db.executemany("update cards set mod = ?, flags = ?, usn = ? where id = ?", changes)


def _insert(db: Any, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if not rows:
        return
    places = ",".join("?" * len(rows[0]))
    for start in range(0, len(rows), _ROWS_A_CALL):
        part = rows[start : start + _ROWS_A_CALL]
        db.executemany(f"insert into {table} values ({places})", part)
