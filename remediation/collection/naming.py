"""Writes the reasons that the student names, with what follows from them, as one undo step."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from anki.cards import CardId
from anki.collection import Collection, OpChanges
from anki.notes import NoteId

from ..model.attempts import Confidence
from ..model.decisions import DecidedBy, Decision
from ..model.misses import Miss
from ..model.progress import Progress, no_progress
from ..model.records import NoteRef, Question, Release
from ..settings import Settings
from . import tags
from .ledger import Ledger, NewRecords, read_ledger, write_records
from .projection import project
from .recall_cards import recall_changes
from .release_queue import budget_left, waiting_cards
from .undo import UndoStep


@dataclass(frozen=True)
class Naming:
    """What the student says about one miss; what is None stays as it is.

    `reason` is a reason's code or a group's key, "" to take it back; `how` is how it came about.
    `suggested` and `p_knowledge` are what the model said (see Decision). `wants_cards` asks for
    cards whatever the reason. `mixed_with` is what it was mixed up with, in the student's words,
    and `other_side` the notes about that.
    """

    miss: Miss
    reason: str
    how: DecidedBy
    suggested: str = ""
    p_knowledge: float | None = None
    confidence: Confidence | None = None
    cue: str | None = None
    rule: str | None = None
    wants_cards: bool | None = None
    mixed_with: str | None = None
    other_side: tuple[NoteRef, ...] | None = None


@dataclass
class NamingResult:
    """What was written. `undo_step` names the step to undo, 0 where nothing had to be written.

    `questions` are the records that changed, as they are now. `moved_cards` says that cards belong
    into other decks now (see deck_update.py). Not frozen, since Anki's CollectionOp asks for a
    result whose `changes` can be set.
    """

    changes: OpChanges = field(default_factory=OpChanges)
    undo_step: int = 0
    named: int = 0
    moved_cards: bool = False
    questions: tuple[Question, ...] = ()


def name_reasons(
    col: Collection,
    settings: Settings,
    namings: Iterable[Naming],
    progress: Progress = no_progress,
) -> NamingResult:
    """Records the reasons, and moves tags and cards as they call for.

    The filtered decks are left as they are (see deck_update.py), so that naming one reason after
    the other stays fast. Nothing is written where all was said before. Raises Cancelled where
    `progress` does; nothing is left behind then.
    """
    progress("Reading records", 0, 0)
    ledger = read_ledger(col)
    now = int(time.time())
    changed: dict[NoteId, Question] = {}
    for naming in namings:
        known = ledger.questions.get(naming.miss.key)
        if known is None:
            continue  # its note was deleted meanwhile
        note_id = ledger.question_notes[known.key]
        question = _named(changed.get(note_id, known), naming, now)
        if question != known:
            changed[note_id] = question
    if not changed:
        return NamingResult()
    kept = {**ledger.questions, **{q.key: q for q in changed.values()}}
    released = _to_release(col, settings, ledger, changed.values())
    projected, _decks = project(col, settings, replace(ledger, questions=kept), released)
    recall = recall_changes(col, settings, kept, ledger.question_notes)
    projected = replace(projected, recall=recall, rebuild=None)
    records = NewRecords(
        releases=Release(now, released).split(), changed_questions=tuple(changed.items())
    )
    title = "Name reason" if len(changed) == 1 else f"Name {len(changed):,} reasons"
    with UndoStep(col, title, lambda: progress("Writing", 0, 0)) as step:
        write_records(col, step, records, deck_parent=settings.deck_parent)
        projected.write(col, step, settings)
    rule_tag = tags.rule_tag(settings.tag_root)
    # Without tags, the decks' own searches say what moved.
    moved = settings.decks_by == "notes" or projected.tags.other_than(rule_tag)
    return NamingResult(
        step.changes,
        step.target,
        len(changed),
        moved or bool(projected.unsuspend),
        tuple(changed.values()),
    )


def _named(question: Question, naming: Naming, now: int) -> Question:
    """The question with what is said; the same one where all of it was said before."""
    decision = Decision(
        naming.miss.sitting_key,
        naming.reason,
        naming.how,
        now,
        naming.suggested,
        naming.p_knowledge,
        naming.confidence,
    )
    known = question.decision(decision.sitting)
    if known is None or replace(known, at=now) != decision:
        question = question.decided(decision)
    said = {
        "cue": naming.cue,
        "rule": naming.rule,
        "wants_cards": naming.wants_cards,
        "mixed_with": naming.mixed_with,
        "other_side": naming.other_side,
    }
    given: dict[str, Any] = {name: value for name, value in said.items() if value is not None}
    return replace(question, **given)


def _to_release(
    col: Collection,
    settings: Settings,
    ledger: Ledger,
    changed: Iterable[Question],
) -> tuple[CardId, ...]:
    """Suspended cards that the reasons newly ask for, within the day's budget.

    Those of the other side of what was mixed up, and those that the student asked for in spite of
    the reason. The other core cards were released, or wait, since the import.
    """
    asked = {}
    for question in changed:
        before = ledger.questions[question.key]
        refs = [ref for ref in question.other_side if ref not in before.other_side]
        if question.wants_cards and not before.wants_cards:
            refs += question.core
        if refs:
            asked[question.key] = replace(question, core=tuple(refs), other_side=())
    if not asked:
        return ()
    queue = waiting_cards(col, ledger.sittings, asked, ledger.releases.values())
    return tuple(CardId(waiting.card) for waiting in queue[: budget_left(col, ledger, settings)])
