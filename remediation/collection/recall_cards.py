"""The recall cards: the cards of question notes, studied once the student has written a rule.

The front shows the cue, the back the rule. Answers to them say how well the rule is remembered and
nothing about the question. The cards come back after 2 days, after 7, and then every 5 to 7 days,
which an option preset of the deck "My rules" does without the add-on, on a phone too.

Which cards are studied follows from the ledger and from the cards themselves: a card that was never
studied and is suspended waits for its rule, and one that the add-on suspended since says so in its
custom data. A card that the student suspended says nothing, and stays as it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from anki.cards import Card, CardId
from anki.collection import Collection
from anki.consts import (
    CARD_TYPE_LRN,
    CARD_TYPE_NEW,
    LEECH_TAGONLY,
    QUEUE_TYPE_DAY_LEARN_RELEARN,
    QUEUE_TYPE_SUSPENDED,
)
from anki.deck_config_pb2 import DeckConfig
from anki.decks import DEFAULT_DECK_CONF_ID, DeckId, UpdateDeckConfigs
from anki.errors import AnkiException
from anki.notes import NoteId

from ..model.banks import QuestionKey
from ..model.records import Question
from ..settings import Settings
from .database import database, ids_in, pieces
from .ledger import own_types
from .option_presets import preset_request
from .undo import UndoStep

PRESET_NAME = "Remediation rules"
# The student may rename the preset, so it is told from others by this key and value.
_PRESET_MARK = {"remediation": "rules"}

_MINUTES_PER_DAY = 1_440
_STEPS_DAYS = (2, 5)
_RELEARNING_DAYS = 2
_LONGEST_DAYS = 7
_AFTER_LAPSE_DAYS = 5
_MOST_REVIEWS = 9_999
_RETENTION = 0.9

# The card's custom data while the add-on keeps it suspended. Anki allows keys of 8 characters and
# 100 characters in all.
_CARD_MARK = "remedsus"
_MOST_CUSTOM_DATA = 100


@dataclass(frozen=True)
class RecallChanges:
    """Recall cards that are not as the rules ask for.

    `begin` are studied for the first time, `resume` again where they were; `suspend` have no rule
    any more. `unmark` are active although marked as suspended by the add-on: the student made them
    active. `preset_deck` is the deck that lacks the preset.
    """

    begin: tuple[CardId, ...] = ()
    resume: tuple[CardId, ...] = ()
    suspend: tuple[CardId, ...] = ()
    unmark: tuple[CardId, ...] = ()
    preset_deck: DeckId | None = None

    def __bool__(self) -> bool:
        cards = self.begin or self.resume or self.suspend or self.unmark
        return bool(cards) or self.preset_deck is not None


def recall_changes(
    col: Collection,
    settings: Settings,
    questions: Mapping[QuestionKey, Question],
    note_ids: Mapping[QuestionKey, NoteId],
) -> RecallChanges:
    """What has to change for exactly the questions with a rule to have a recall card.

    `note_ids` are the questions' notes; a question whose note or card is gone is left out.
    """
    wanted = {
        note_ids[key]: settings.recall_cards and bool(question.rule)
        for key, question in questions.items()
        if key in note_ids
    }
    begin: list[CardId] = []
    resume: list[CardId] = []
    suspend: list[CardId] = []
    unmark: list[CardId] = []
    # The decks of the cards that are studied.
    decks: set[DeckId] = set()
    for card in _cards(col, wanted):
        if not wanted[card.note_id]:
            if not card.is_suspended:
                suspend.append(card.id)
            continue
        if not card.is_suspended:
            if card.is_marked:
                unmark.append(card.id)
        elif card.begins_anew and not card.is_in_filtered_deck:
            begin.append(card.id)
        elif card.is_marked:
            resume.append(card.id)
        else:
            continue
        decks.add(card.deck)
    preset_deck = next((deck for deck in sorted(decks) if _lacks_preset(col, deck)), None)
    return RecallChanges(tuple(begin), tuple(resume), tuple(suspend), tuple(unmark), preset_deck)


def write_cards(col: Collection, step: UndoStep, changes: RecallChanges) -> None:
    """Writes what has to change in cards as part of an undo step."""
    if changes.begin:
        due = col.sched.today + _STEPS_DAYS[0]
        cards = [_unmarked(col.get_card(card_id)) for card_id in changes.begin]
        for card in cards:
            card.type, card.queue = CARD_TYPE_LRN, QUEUE_TYPE_DAY_LEARN_RELEARN
            card.due, card.left = due, len(_STEPS_DAYS)
        step.write(col.update_cards, cards)
    if changes.suspend:
        # The mark first: a card that is active and marked can be told from the student's.
        step.write(col.update_cards, [_marked(col.get_card(id)) for id in changes.suspend])
        step.write(col.sched.suspend_cards, list(changes.suspend))
    if changes.resume:
        step.write(col.sched.unsuspend_cards, list(changes.resume))
    if changes.resume or changes.unmark:
        active = (*changes.resume, *changes.unmark)
        step.write(col.update_cards, [_unmarked(col.get_card(card_id)) for card_id in active])


def write_preset(col: Collection, step: UndoStep, changes: RecallChanges) -> None:
    """Gives the deck its preset as the last write of an undo step.

    Where Anki refuses, the cards are studied with the preset that the deck has: what the step
    wrote before is worth more. It must be the last, since an operation that fails takes Anki's
    whole undo list with it, and with that the step that later writes would join.
    """
    if changes.preset_deck is None:
        return
    try:
        step.write(col.decks.update_deck_configs, _preset_request(col, changes.preset_deck))
    except AnkiException:
        return


# Cards
######################################################################


@dataclass(frozen=True)
class _RecallCard:
    id: CardId
    note_id: NoteId
    # Where it is when it is in no filtered deck.
    deck: DeckId
    is_new: bool
    is_answered: bool
    is_suspended: bool
    is_in_filtered_deck: bool
    is_marked: bool

    @property
    def begins_anew(self) -> bool:
        """Whether it has no schedule to go on with, and is not one that the student put aside."""
        if self.is_marked:
            return self.is_new or not self.is_answered
        return self.is_new and not self.is_answered


def _cards(col: Collection, note_ids: Iterable[NoteId]) -> list[_RecallCard]:
    """The card of each note. Those that the student added by further templates are not ours."""
    cards = []
    for some in pieces(sorted(note_ids)):
        for id, note_id, deck, type_, queue, reps, home, data in database(col).all(
            "select id, nid, did, type, queue, reps, odid, data from cards"
            f" where nid in {ids_in(some)} and ord = 0 order by id"
        ):
            cards.append(
                _RecallCard(
                    CardId(id),
                    NoteId(note_id),
                    DeckId(home or deck),
                    type_ == CARD_TYPE_NEW,
                    reps > 0,
                    queue == QUEUE_TYPE_SUSPENDED,
                    home != 0,
                    _CARD_MARK in data,
                )
            )
    return cards


def _marked(card: Card) -> Card:
    data = json.dumps({**_json_object(card.custom_data), _CARD_MARK: 1}, separators=(",", ":"))
    if len(data) <= _MOST_CUSTOM_DATA:
        card.custom_data = data
    return card


def _unmarked(card: Card) -> Card:
    if _CARD_MARK in card.custom_data:
        data = _json_object(card.custom_data)
        data.pop(_CARD_MARK, None)
        card.custom_data = json.dumps(data, separators=(",", ":")) if data else ""
    return card


def _json_object(text: str | bytes) -> dict[str, Any]:
    """What the text holds; nothing where it is no JSON object."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


# Preset
######################################################################


def _lacks_preset(col: Collection, deck_id: DeckId) -> bool:
    """Whether a deck with recall cards is to be given the preset.

    It is where it has the one that Anki gives new decks, or one that is gone, and where there is no
    preset of ours yet or the deck was made after it. Any other was chosen by the student. A deck
    that has other cards too is left as it is.
    """
    deck = col.decks.get(deck_id, default=False)
    if deck is None or deck["dyn"]:
        return False
    chosen = int(deck["conf"])
    if chosen != DEFAULT_DECK_CONF_ID and any(chosen == c["id"] for c in col.decks.all_config()):
        return False
    presets = [*own_presets(col)]
    if presets and deck_id < presets[0]:
        return False
    return not database(col).scalar(
        "select 1 from cards where (did = ? or odid = ?) and nid not in"
        f" (select id from notes where mid in {ids_in(own_types(col))}) limit 1",
        deck_id,
        deck_id,
    )


def own_presets(col: Collection) -> dict[int, str]:
    """The add-on's presets with their names, oldest first: two computers may each have made one."""
    return {
        config["id"]: config["name"]
        for config in sorted(col.decks.all_config(), key=lambda config: int(config["id"]))
        if all(config.get(key) == value for key, value in _PRESET_MARK.items())
    }


def _preset_request(col: Collection, deck_id: DeckId) -> UpdateDeckConfigs:
    """The request that gives the deck its preset, made where there is none."""
    shown = col.decks.get_deck_configs_for_update(deck_id)
    held = {entry.config.id: entry.config for entry in shown.all_config}
    presets = [*own_presets(col)]
    preset = held[presets[0]] if presets else _new_preset(held[shown.current_deck.config_id])
    return preset_request(deck_id, shown, preset)


def _new_preset(present: DeckConfig) -> DeckConfig:
    """The preset, with all that is not about intervals as in the one that the deck has."""
    preset = DeckConfig()
    preset.CopyFrom(present)
    preset.id = 0
    preset.name = PRESET_NAME
    config = preset.config
    for field in config.DESCRIPTOR.fields:
        if field.name.startswith("fsrs_params"):
            # Of no weight with intervals this short, and Anki refuses those of other versions.
            config.ClearField(field.name)
    config.learn_steps[:] = [days * _MINUTES_PER_DAY for days in _STEPS_DAYS]
    config.relearn_steps[:] = [_RELEARNING_DAYS * _MINUTES_PER_DAY]
    config.graduating_interval_good = config.graduating_interval_easy = _LONGEST_DAYS
    config.maximum_review_interval = _LONGEST_DAYS
    config.minimum_lapse_interval = _AFTER_LAPSE_DAYS
    config.desired_retention = _RETENTION
    config.reviews_per_day = _MOST_REVIEWS
    # Suspended as a leech, a card would look as if the student had suspended it.
    config.leech_action = LEECH_TAGONLY  # type: ignore[assignment]
    config.other = json.dumps({**_json_object(config.other), **_PRESET_MARK}).encode()
    return preset
