"""How far each miss has come, with its cards: what a session of reviews is compared with."""

from __future__ import annotations

from anki.collection import Collection

from ..diagnosis.repair import RepairState
from ..planning.session import MissStep, Step
from .database import database, ids_in, pieces
from .ledger import has_ledger, read_ledger
from .note_refs import core_note_ids
from .repair_states import repair_states

_STEPS = {RepairState.HALF_WAY: Step.HALF_WAY, RepairState.REPAIRED: Step.REPAIRED}


def miss_steps(col: Collection) -> list[MissStep]:
    """Every miss with the cards of its core notes; nothing is written."""
    if not has_ledger(col):
        return []
    ledger = read_ledger(col)
    repairs = repair_states(col, ledger)
    core = core_note_ids(col, (ledger.questions[key] for key in repairs))
    cards: dict[int, list[int]] = {}
    for some in pieces(sorted({note for notes in core.values() for note in notes})):
        for card_id, note_id in database(col).all(
            f"select id, nid from cards where nid in {ids_in(some)}"
        ):
            cards.setdefault(note_id, []).append(card_id)
    return [
        MissStep(
            key,
            _STEPS.get(repair.state, Step.OPEN),
            frozenset(card for note in core[key] for card in cards.get(note, ())),
        )
        for key, repair in repairs.items()
    ]
