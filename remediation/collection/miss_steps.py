"""How far every miss has come, with its cards: what a rapid-fire session compares."""

from __future__ import annotations

from anki.collection import Collection

from ..diagnosis.repair import RepairState
from ..planning.session import MissStep, Step
from .database import database, ids_in, pieces
from .ledger import read_ledger
from .note_refs import core_note_ids
from .repair_states import repair_states

_STEPS = {RepairState.HALF_WAY: Step.HALF_WAY, RepairState.REPAIRED: Step.REPAIRED}


def miss_steps(col: Collection) -> list[MissStep]:
    """The misses that have something to repair, each with the cards of its core notes."""
    ledger = read_ledger(col)
    repairs = {
        key: repair
        for key, repair in repair_states(col, ledger).items()
        if repair.state is not RepairState.FILED
    }
    notes = core_note_ids(col, (ledger.questions[key] for key in repairs))
    cards: dict[int, list[int]] = {}
    for some in pieces(sorted({note for found in notes.values() for note in found})):
        query = f"select nid, id from cards where nid in {ids_in(some)}"
        for note_id, card_id in database(col).execute(query):
            cards.setdefault(note_id, []).append(card_id)
    return [
        MissStep(
            key,
            _STEPS.get(repair.state, Step.OPEN),
            frozenset(card for note in notes[key] for card in cards.get(note, ())),
        )
        for key, repair in repairs.items()
    ]
