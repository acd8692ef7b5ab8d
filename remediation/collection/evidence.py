"""Reads what the collection knows about each miss, for the diagnosis of it."""

from __future__ import annotations

from collections.abc import Collection as AnyCollection
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from anki.cards import CardId
from anki.collection import Collection
from anki.notes import NoteId

from ..diagnosis.evidence import MissEvidence, NoteEvidence, note_evidence
from ..diagnosis.knowledge import BlindAnswer, prior_shift
from ..diagnosis.suggestion import Suggestion, suggest
from ..matching.core_notes import Candidate, siblings
from ..matching.question_tags import questions_of_note
from ..model.banks import QuestionKey
from ..model.decisions import DecidedBy, family_of
from ..model.misses import Miss, latest_misses
from ..model.progress import Progress, no_progress
from ..model.reasons import Family
from .cards import CardFacts, Past, cards_at, cards_of_notes
from .found_notes import find_notes, tags_of_notes
from .ledger import Ledger, read_ledger
from .projection import core_note_ids

# The name under which the ledger remembers when the student's own shift was last set back to none.
SHIFT_RESET = "shift-reset"


@dataclass(frozen=True)
class Diagnosis:
    """What is suggested for the latest miss of a question, and what it was suggested on.

    `notes` are all notes matched to the question, its core notes first, each with its evidence.
    `siblings` are ids of questions on the core notes that no sitting holds. `core_tags` are the
    tags of the core notes. `p_unshifted` is the probability (0-1) of missing knowledge before the
    student's own shift.
    """

    miss: Miss
    suggestion: Suggestion
    notes: tuple[tuple[NoteId, NoteEvidence], ...]
    siblings: tuple[str, ...] = ()
    core_tags: tuple[str, ...] = ()
    p_unshifted: float = 0.0

    @property
    def key(self) -> QuestionKey:
        """The question's key."""
        return self.miss.key


@dataclass(frozen=True)
class Shift:
    """What the student's own answers say about how often a miss is missing knowledge.

    `log_odds` is added to the model's; `answers` is how many answers it was learnt from: only those
    given before a suggestion was shown.
    """

    log_odds: float = 0.0
    answers: int = 0


def students_shift(ledger: Ledger) -> Shift:
    """The shift learnt from the reasons named first, since it was last reset."""
    reset = ledger.remembered.get(SHIFT_RESET)
    since = reset if isinstance(reset, int) else 0
    answers = [
        BlindAnswer(decision.p_knowledge, family_of(decision.reason) is Family.KNOWLEDGE)
        for question in ledger.questions.values()
        for decision in question.decisions
        if decision.how is DecidedBy.ASKED_FIRST
        and decision.reason
        and decision.p_knowledge is not None
        and decision.at > since
    ]
    return Shift(prior_shift(answers), len(answers))


def diagnose(
    col: Collection,
    progress: Progress = no_progress,
    *,
    ledger: Ledger | None = None,
    only: AnyCollection[QuestionKey] | None = None,
) -> list[Diagnosis]:
    """A suggestion for every question of the ledger, in the order first missed.

    `ledger` is the collection's, where it was read already; `only` names the questions asked for.
    Raises Cancelled where `progress` does.
    """
    ledger = ledger or read_ledger(col)
    misses = latest_misses(ledger.sittings, ledger.questions)
    if only is not None:
        misses = {key: miss for key, miss in misses.items() if key in only}
    found, tags = find_notes(
        col, {key: miss.attempt for key, miss in misses.items()}, progress, other_exams=False
    )
    core = core_note_ids(col, (miss.question for miss in misses.values()))
    untagged = {note for some in core.values() for note in some} - tags.keys()
    tags.update(tags_of_notes(col, untagged))
    notes = {key: tuple(dict.fromkeys((*core[key], *found[key].notes))) for key in misses}
    seen = {key for part in ledger.all_sittings() for key in part.question_keys()}
    evidence = _evidence(col, misses, notes, core, progress)
    shift = students_shift(ledger).log_odds
    diagnoses = []
    for key, miss in misses.items():
        about = MissEvidence(tuple(e for _, e in evidence[key]), miss.attempt, miss.sitting.total)
        suggestion = suggest(about, shift)
        diagnoses.append(
            Diagnosis(
                miss,
                suggestion,
                evidence[key],
                siblings(key, (_candidate(note, tags) for note in core[key]), seen),
                tuple(tag for note in core[key] for tag in tags.get(note, ())),
                suggest(about).p_knowledge if shift else suggestion.p_knowledge,
            )
        )
    return diagnoses


def _candidate(note: NoteId, tags: Mapping[int, tuple[str, ...]]) -> Candidate:
    return Candidate(note, questions_of_note(tags.get(note, ())), 0, 0.0)


def _evidence(
    col: Collection,
    misses: Mapping[QuestionKey, Miss],
    notes: Mapping[QuestionKey, tuple[NoteId, ...]],
    core: Mapping[QuestionKey, tuple[NoteId, ...]],
    progress: Progress,
) -> dict[QuestionKey, tuple[tuple[NoteId, NoteEvidence], ...]]:
    """What the reviews say about each note of each miss at its moment."""
    progress("Reading cards", 0, 0)
    cards = cards_of_notes(col, sorted({note for some in notes.values() for note in some}))
    by_moment: dict[int, list[QuestionKey]] = {}
    for key, miss in misses.items():
        by_moment.setdefault(miss.sitting.when, []).append(key)
    evidence = {}
    for done, (when, keys) in enumerate(by_moment.items()):
        progress("Reading reviews", done, len(by_moment))
        past = cards_at(col, _cards(cards, (n for key in keys for n in notes[key])), when)
        for key in keys:
            evidence[key] = tuple(
                (note, _note_evidence(cards.get(note, []), past, is_core=note in core[key]))
                for note in notes[key]
            )
    return evidence


def _cards(cards: dict[int, list[CardFacts]], notes: Iterable[int]) -> list[CardFacts]:
    return [card for note in dict.fromkeys(notes) for card in cards.get(note, [])]


def _note_evidence(
    cards: list[CardFacts], past: dict[CardId, Past], *, is_core: bool
) -> NoteEvidence:
    then = [past[card.id] for card in cards]
    return note_evidence([p.recall for p in then], [p.lapses for p in then], is_core=is_core)
