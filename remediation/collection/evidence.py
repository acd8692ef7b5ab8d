"""Reads what the collection knows about each miss, for the diagnosis of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from anki.cards import CardId
from anki.collection import Collection
from anki.notes import NoteId

from ..diagnosis.evidence import MissEvidence, NoteEvidence, note_evidence
from ..diagnosis.suggestion import Suggestion, suggest
from ..model.attempts import Attempt
from ..model.banks import QuestionKey
from ..model.progress import Progress, no_progress
from ..model.records import Sitting
from .cards import CardFacts, Past, cards_at, cards_of_notes
from .found_notes import find_notes
from .ledger import Ledger, read_ledger
from .projection import core_note_ids


@dataclass(frozen=True)
class Diagnosis:
    """What is suggested for the latest miss of a question, and what it was suggested on."""

    key: QuestionKey
    suggestion: Suggestion
    notes: tuple[tuple[NoteId, NoteEvidence], ...]


@dataclass(frozen=True)
class _Miss:
    key: QuestionKey
    attempt: Attempt
    sitting: Sitting


def diagnose(col: Collection, progress: Progress = no_progress) -> list[Diagnosis]:
    """A suggestion for every question of the ledger, in the order first missed.

    Raises Cancelled where `progress` does.
    """
    ledger = read_ledger(col)
    misses = _latest_misses(ledger)
    attempts = {key: miss.attempt for key, miss in misses.items()}
    found, _tags = find_notes(col, attempts, progress, other_exams=False)
    core = core_note_ids(col, (q for key, q in ledger.questions.items() if key in misses))
    notes = {key: tuple(dict.fromkeys((*core.get(key, ()), *found[key].notes))) for key in misses}
    progress("Reading cards", 0, 0)
    cards = cards_of_notes(col, sorted({note for some in notes.values() for note in some}))
    diagnoses: dict[QuestionKey, Diagnosis] = {}
    by_sitting: dict[int, list[_Miss]] = {}
    for miss in misses.values():
        by_sitting.setdefault(miss.sitting.when, []).append(miss)
    for done, (when, missed) in enumerate(by_sitting.items()):
        progress("Reading reviews", done, len(by_sitting))
        past = cards_at(col, _cards(cards, (n for m in missed for n in notes[m.key])), when)
        for miss in missed:
            known = set(core.get(miss.key, ()))
            evidence = tuple(
                (note, _note_evidence(cards.get(note, []), past, is_core=note in known))
                for note in notes[miss.key]
            )
            suggestion = suggest(
                MissEvidence(tuple(e for _, e in evidence), miss.attempt, miss.sitting.total)
            )
            diagnoses[miss.key] = Diagnosis(miss.key, suggestion, evidence)
    return [diagnoses[key] for key in misses]


def _latest_misses(ledger: Ledger) -> dict[QuestionKey, _Miss]:
    """The newest miss of each question, the questions in the order first missed."""
    misses: dict[QuestionKey, _Miss] = {}
    for sitting in sorted(ledger.all_sittings(), key=lambda sitting: sitting.when):
        for key, attempt in zip(sitting.question_keys(), sitting.attempts):
            if key in ledger.questions and attempt.outcome and attempt.outcome.is_miss:
                misses[key] = _Miss(key, attempt, sitting)
    return misses


def _cards(cards: dict[int, list[CardFacts]], notes: Iterable[int]) -> list[CardFacts]:
    return [card for note in dict.fromkeys(notes) for card in cards.get(note, [])]


def _note_evidence(
    cards: list[CardFacts], past: dict[CardId, Past], *, is_core: bool
) -> NoteEvidence:
    then = [past[card.id] for card in cards]
    return note_evidence([p.recall for p in then], [p.lapses for p in then], is_core=is_core)
