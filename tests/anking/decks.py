"""Decks: the AnKing tree, the student's preset, and two filtered decks of their own."""

from __future__ import annotations

from typing import Any

from .systems import SYSTEMS

TOP_DECK = "AnKing"
STEPS = ("Step 1", "Step 2")
#: Names and searches of the student's own filtered decks; the first only previews.
FILTERED_DECKS = (
    ("Cram before the exam", "deck:AnKing is:review prop:lapses>=2", 20, False),
    ("Cram the rest", "deck:AnKing is:review prop:lapses=1", 30, True),
)
_ORDER_ADDED = 5


def add_preset(col: Any, config_id: int) -> None:
    """Add the student's option preset with that id; reopen the collection afterwards."""
    config = col.decks.add_config("AnKing")
    config["new"]["delays"] = [15, 1440]
    config["lapse"]["delays"] = [15]
    config["new"]["perDay"] = 40
    config["rev"]["perDay"] = 9999
    config["rev"]["maxIvl"] = 365
    config["maxTaken"] = 60
    col.decks.update_config(config)
    col.db.execute("update deck_config set id = ? where id = ?", config_id, config["id"])


def add_decks(col: Any, first_id: int, config_id: int) -> dict[tuple[str, str], int]:
    """Add the tree of normal decks; ids by step and system name."""
    next_id = first_id
    decks: dict[tuple[str, str], int] = {}

    def add(name: str) -> int:
        nonlocal next_id
        deck = col.decks.new_deck_legacy(False)
        deck.update(id=next_id, name=name, conf=config_id)
        # Only with preserve_usn does Anki add a deck that brings its own id.
        col.decks.update(deck, preserve_usn=True)
        next_id += 1
        return next_id - 1

    add(TOP_DECK)
    for step in STEPS:
        add(f"{TOP_DECK}::{step}")
        for system in SYSTEMS:
            name = f"{TOP_DECK}::{step}::{system.tag}"
            decks[step, system.name] = add(name)
    return decks


def add_filtered_decks(col: Any, first_id: int) -> None:
    """Let Anki build the student's filtered decks from the cards that are there."""
    for deck_id, (name, search, limit, reschedule) in enumerate(FILTERED_DECKS, start=first_id):
        deck = col.decks.new_deck_legacy(True)
        deck.update(id=deck_id, name=name, resched=reschedule)
        deck["terms"] = [[search, limit, _ORDER_ADDED]]
        col.decks.update(deck, preserve_usn=True)
        col.sched.rebuild_filtered_deck(deck_id)
