"""Reads what the collection knows about each miss, for the diagnosis of it."""

from __future__ import annotations

from collections.abc import Collection as AnyCollection
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from anki.cards import CardId
from anki.collection import Collection
from anki.notes import NoteId

from ..diagnosis.evidence import MissEvidence, NoteEvidence, note_evidence
from ..diagnosis.knowledge import BlindAnswer, p_knowledge, prior_shift
from ..diagnosis.suggestion import Suggestion, suggest
from ..matching.core_notes import Candidate, siblings
from ..matching.question_tags import questions_of_note
from ..model.attempts import Attempt, Confidence
from ..model.banks import QuestionKey
from ..model.decisions import DecidedBy, family_of
from ..model.misses import Miss, latest_misses
from ..model.progress import Progress, no_progress
from ..model.reasons import Family
from .cards import CardFacts, Past, cards_at_moments, cards_of_notes
from .found_notes import find_notes, tags_of_notes
from .ledger import Ledger, read_ledger
from .note_refs import core_note_ids

# The name under which the ledger remembers when the student's own shift was last set back to none.
SHIFT_RESET = "shift-reset"


@dataclass(frozen=True)
class Diagnosis:
    """What is suggested for the latest miss of a question, and what it was suggested on.

    `about` is the evidence and `shift` the student's own shift it was suggested with (log-odds).
    `note_ids` are all notes matched to the question, its core notes first, as in `about`.
    `siblings` are ids of questions on the core notes that no sitting holds. `core_tags` are the
    tags of the core notes.
    """

    miss: Miss
    suggestion: Suggestion
    about: MissEvidence
    shift: float
    note_ids: tuple[NoteId, ...]
    siblings: tuple[str, ...] = ()
    core_tags: tuple[str, ...] = ()

    @property
    def key(self) -> QuestionKey:
        """The question's key."""
        return self.miss.key

    @property
    def notes(self) -> tuple[tuple[NoteId, NoteEvidence], ...]:
        """The matched notes with what is known of each."""
        return tuple(zip(self.note_ids, self.about.notes))

    @property
    def p_unshifted(self) -> float:
        """The probability (0-1) of missing knowledge before the student's own shift."""
        return p_knowledge(self.about)

    def with_confidence(self, confidence: Confidence | None) -> Diagnosis:
        """The diagnosis where the student says how sure they were of the answer."""
        about = replace(self.about, attempt=replace(self.about.attempt, confidence=confidence))
        return replace(self, about=about, suggestion=suggest(about, self.shift))


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
        about = MissEvidence(evidence[key], _attempt(miss), miss.sitting.total)
        others = siblings(key, (_candidate(note, tags) for note in core[key]), seen)
        core_tags = tuple(tag for note in core[key] for tag in tags.get(note, ()))
        suggestion = suggest(about, shift)
        diagnoses.append(Diagnosis(miss, suggestion, about, shift, notes[key], others, core_tags))
    return diagnoses


def _attempt(miss: Miss) -> Attempt:
    """The attempt, with how sure the student was of it where only the decision says so."""
    confidence = miss.decision.confidence if miss.decision else None
    return replace(miss.attempt, confidence=confidence) if confidence else miss.attempt


def _candidate(note: NoteId, tags: Mapping[int, tuple[str, ...]]) -> Candidate:
    return Candidate(note, questions_of_note(tags.get(note, ())), 0, 0.0)


def _evidence(
    col: Collection,
    misses: Mapping[QuestionKey, Miss],
    notes: Mapping[QuestionKey, tuple[NoteId, ...]],
    core: Mapping[QuestionKey, tuple[NoteId, ...]],
    progress: Progress,
) -> dict[QuestionKey, tuple[NoteEvidence, ...]]:
    """What the reviews say about each note of each miss at its moment."""
    progress("Reading cards", 0, 0)
    cards = cards_of_notes(col, sorted({note for some in notes.values() for note in some}))
    at_moment: dict[int, list[NoteId]] = {}
    for key, miss in misses.items():
        at_moment.setdefault(miss.sitting.when, []).extend(notes[key])
    past = cards_at_moments(
        col, {when: _cards(cards, some) for when, some in at_moment.items()}, progress
    )
    return {
        key: tuple(
            _note_evidence(cards.get(note, []), past[miss.sitting.when], is_core=note in core[key])
            for note in notes[key]
        )
        for key, miss in misses.items()
    }


def _cards(cards: dict[int, list[CardFacts]], notes: Iterable[int]) -> list[CardFacts]:
    return [card for note in dict.fromkeys(notes) for card in cards.get(note, [])]


def _note_evidence(
    cards: list[CardFacts], past: dict[CardId, Past], *, is_core: bool
) -> NoteEvidence:
    then = [past[card.id] for card in cards]
    return note_evidence([p.recall for p in then], [p.lapses for p in then], is_core=is_core)
