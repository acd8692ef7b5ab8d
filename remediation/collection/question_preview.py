"""What is known of each question of an import: its notes, its core, its cards, that day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from anki.cards import CardId
from anki.collection import Collection
from anki.notes import NoteId

from ..diagnosis.evidence import note_evidence
from ..diagnosis.recall import Knowledge, knowledge
from ..matching.core_notes import Candidate, core_notes, yield_rank
from ..matching.question_tags import How, questions_of_note
from ..model.attempts import Attempt
from ..model.banks import QuestionKey
from ..model.progress import Progress
from ..model.systems import system_from_tags, systems_from_name
from ..model.tag_names import not_below
from ..settings import Settings
from .cards import CardFacts, cards_at, cards_of_notes
from .found_notes import Found
from .ledger import Ledger
from .note_refs import core_note_ids
from .tags import branches


@dataclass(frozen=True)
class QuestionPreview:
    """One attempt, and what was found for it.

    `notes` are all notes that carry the question's id, `core` those that are really about it
    (only for a miss). `cards` counts the cards of the core notes, `matching_cards` those of all
    notes; `suspended` are the suspended ones of the core. `missed_before` counts the misses
    recorded earlier; `recorded` is true where this attempt itself is already recorded.
    """

    key: QuestionKey
    attempt: Attempt
    notes: tuple[NoteId, ...] = ()
    core: tuple[NoteId, ...] = ()
    how: How | None = None
    system: str = ""
    cards: int = 0
    matching_cards: int = 0
    suspended: tuple[CardId, ...] = ()
    knowledge: Knowledge = Knowledge.NO_CARD
    missed_before: int = 0
    recorded: bool = False
    problem: str = ""

    @property
    def missed(self) -> bool:
        """Whether the attempt was a miss."""
        return bool(self.attempt.outcome and self.attempt.outcome.is_miss)


class QuestionPreviewer:
    """Makes the previews of an import's questions.

    `found` are the notes of each question and `tags` the tags of those notes.
    """

    def __init__(
        self,
        col: Collection,
        settings: Settings,
        ledger: Ledger,
        found: Mapping[QuestionKey, Found],
        tags: Mapping[int, tuple[str, ...]],
        *,
        all_cards: bool,
    ) -> None:
        self._col = col
        self._settings = settings
        self._ledger = ledger
        self._found = found
        self._tags = tags
        self._all_cards = all_cards
        self._kept: dict[QuestionKey, tuple[NoteId, ...]] = {}
        self._cards_of: dict[int, list[CardFacts]] = {}
        # Notes already given to a question of a topic: its next question gets the next notes.
        self._given: set[int] = set()

    def previews(
        self, attempts: Mapping[QuestionKey, Attempt], when: int, progress: Progress
    ) -> list[QuestionPreview]:
        """The preview of each attempt of a sitting, in their order.

        `when` is the moment of the sitting (seconds since the epoch).
        """
        known = (self._ledger.questions.get(key) for key in attempts)
        self._kept = core_note_ids(self._col, filter(None, known))
        # Only this sitting's: the notes of all sittings would be read once for each of them.
        notes = {note for key in attempts for note in self._found[key].notes}
        notes |= {note for core in self._kept.values() for note in core}
        self._cards_of = cards_of_notes(self._col, sorted(notes))
        self._given = set()
        previews = []
        for count, (key, attempt) in enumerate(attempts.items()):
            if count % 500 == 0:
                progress("Choosing core cards", count, len(attempts))
            previews.append(self._preview(key, attempt))
        return self._with_knowledge(previews, when)

    def _preview(self, key: QuestionKey, attempt: Attempt) -> QuestionPreview:
        found = self._found[key]
        preview = QuestionPreview(key, attempt, found.notes, how=found.how, problem=found.problem)
        if not preview.missed:
            return replace(preview, system=self._system(key, attempt, found.notes))
        candidates = {note_id: self._candidate(note_id) for note_id in found.notes}
        core = self._core(key, found, candidates)
        cards = [card for note_id in core for card in self._cards(note_id)]
        return replace(
            preview,
            core=core,
            system=self._system(key, attempt, core),
            cards=len(cards),
            matching_cards=sum(len(self._cards(n)) for n in {*found.notes, *core}),
            suspended=tuple(card.id for card in cards if card.suspended),
        )

    def _core(
        self, key: QuestionKey, found: Found, candidates: Mapping[NoteId, Candidate]
    ) -> tuple[NoteId, ...]:
        """The core notes: those decided earlier, else the best of those found."""
        kept = self._kept.get(key, ())
        if self._all_cards:
            return tuple(dict.fromkeys((*kept, *found.notes)))
        if kept:
            return kept
        most = found.most_core or self._settings.core_notes_per_question
        free = candidates
        if found.how is How.TOPIC:
            free = {id: c for id, c in candidates.items() if id not in self._given} or candidates
        core = tuple(map(NoteId, core_notes(free.values(), most)))
        if found.how is How.TOPIC:
            self._given.update(core)
        return core

    def _candidate(self, note_id: int) -> Candidate:
        tags = self._tags[note_id]
        # A note is recalled as badly as its worst card.
        recall = min((card.recall for card in self._cards(note_id)), default=0.0)
        return Candidate(note_id, questions_of_note(tags), yield_rank(tags), recall)

    def _cards(self, note_id: int) -> list[CardFacts]:
        return self._cards_of.get(note_id, [])

    def _system(self, key: QuestionKey, attempt: Attempt, notes: Sequence[int]) -> str:
        """The organ system the bank prints, made single by the notes' tags where it is several."""
        known = self._ledger.questions.get(key)
        if known and known.system:
            return known.system
        printed = systems_from_name(attempt.system)
        if len(printed) == 1:
            return printed[0].key
        # The add-on's own tags would only repeat what was decided earlier.
        words = (tag for note_id in notes for tag in self._tags.get(note_id, ()))
        tagged = system_from_tags(not_below(words, branches(self._settings.tag_root)))
        if tagged and (not printed or tagged in printed):
            return tagged.key
        return printed[0].key if printed else ""

    def _with_knowledge(self, questions: list[QuestionPreview], when: int) -> list[QuestionPreview]:
        """Adds what the core notes say about that moment, as the diagnosis will."""
        notes = {note for q in questions for note in q.core}
        past = cards_at(self._col, {c for note in notes for c in self._cards(note)}, when)
        recalls = {
            note: note_evidence(past[card.id].recall for card in self._cards(note)).recall
            for note in notes
        }
        return [replace(q, knowledge=knowledge([recalls[n] for n in q.core])) for q in questions]
