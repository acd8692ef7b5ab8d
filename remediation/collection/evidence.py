"""Reads what the collection knows about each miss, for the diagnosis of it."""

from __future__ import annotations

import time
from collections.abc import Collection as AnyCollection
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from anki.cards import CardId
from anki.collection import Collection
from anki.decks import DeckId
from anki.notes import NoteId

from ..diagnosis.evidence import MissEvidence, NoteEvidence, note_evidence
from ..diagnosis.knowledge import BlindAnswer, p_knowledge, prior_shift
from ..diagnosis.suggestion import Suggestion, suggest
from ..matching.core_notes import Siblings
from ..matching.question_tags import questions_of_note
from ..model.attempts import Attempt, Confidence
from ..model.banks import QuestionKey
from ..model.decisions import DecidedBy, family_of
from ..model.misses import Miss, latest_misses
from ..model.progress import Progress, no_progress
from ..model.reasons import Family
from ..settings import Settings
from .cards import CardFacts, Past, cards_at_moments, cards_of_notes
from .found_notes import find_notes, tags_of_notes
from .ledger import Ledger, NewRecords, read_ledger, remember, write_records
from .note_refs import core_note_ids
from .undo import UndoStep

# The name under which the ledger remembers when the student's own shift was last set back to none.
_SHIFT_RESET = "shift-reset"

# How Anki's names of a preset's parameters for FSRS begin, whatever the version of FSRS.
_PARAMETERS = ("fsrsParams", "fsrsWeights")


@dataclass(frozen=True)
class Diagnosis:
    """What is suggested for the latest miss of a question, and what it was suggested on.

    `about` is the evidence and `shift` the student's own shift it was suggested with (log-odds).
    `note_ids` are all notes matched to the question, its core notes first, as in `about`.
    `siblings` are questions on the core notes that no sitting holds. `core_tags` are the
    tags of the core notes. `is_unoptimised` says that the reviews were judged with the parameters
    that FSRS comes with, since no preset of the notes has others.
    """

    miss: Miss
    suggestion: Suggestion
    about: MissEvidence
    shift: float
    note_ids: tuple[NoteId, ...]
    siblings: tuple[QuestionKey, ...] = ()
    core_tags: tuple[str, ...] = ()
    is_unoptimised: bool = False

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
    reset = ledger.remembered.get(_SHIFT_RESET)
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


def forget_shift(col: Collection, settings: Settings) -> UndoStep:
    """Lets only answers from now on shift the suggestions, as one undo step."""
    chosen = remember(read_ledger(col), {_SHIFT_RESET: int(time.time())})
    records = NewRecords(remembered=(chosen,))
    with UndoStep(col, "Forget what answers taught") as step:
        write_records(col, step, records, deck_parent=settings.deck_parent)
    return step


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
    progress("Reading cards", 0, 0)
    cards = cards_of_notes(col, sorted({note for some in notes.values() for note in some}))
    evidence = _evidence(col, misses, notes, core, cards, progress)
    unoptimised = _unoptimised(col, {card.deck_id for some in cards.values() for card in some})
    shift = students_shift(ledger).log_odds
    siblings = Siblings(ledger.questions)
    diagnoses = []
    for key, miss in misses.items():
        about = MissEvidence(evidence[key], _attempt(miss), miss.sitting.total)
        core_tags = tuple(tag for note in core[key] for tag in tags.get(note, ()))
        others = siblings.of(key, questions_of_note(core_tags), seen)
        suggestion = suggest(about, shift)
        answered = any(note.recall is not None for note in evidence[key])
        decks = {card.deck_id for card in _cards(cards, notes[key])}
        is_unoptimised = answered and decks <= unoptimised
        diagnoses.append(
            Diagnosis(miss, suggestion, about, shift, notes[key], others, core_tags, is_unoptimised)
        )
    return diagnoses


def _unoptimised(col: Collection, deck_ids: Iterable[DeckId]) -> set[DeckId]:
    """Those of the decks whose preset has no parameters for FSRS; none where FSRS is off."""
    if not col.get_config("fsrs", False):
        return set()
    presets = {
        id: col.decks.config_dict_for_deck_id(id)
        for id in deck_ids
        if col.decks.get(id, default=False)
    }
    return {
        id
        for id, preset in presets.items()
        if not any(value for name, value in preset.items() if name.startswith(_PARAMETERS))
    }


def _attempt(miss: Miss) -> Attempt:
    """The attempt, with how sure the student was of it where only the decision says so."""
    confidence = miss.decision.confidence if miss.decision else None
    return replace(miss.attempt, confidence=confidence) if confidence else miss.attempt


def _evidence(
    col: Collection,
    misses: Mapping[QuestionKey, Miss],
    notes: Mapping[QuestionKey, tuple[NoteId, ...]],
    core: Mapping[QuestionKey, tuple[NoteId, ...]],
    cards: dict[int, list[CardFacts]],
    progress: Progress,
) -> dict[QuestionKey, tuple[NoteEvidence, ...]]:
    """What the reviews say about each note of each miss at its moment."""
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
