"""What is known about one miss, and how likely everything the question needed was known."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..model.attempts import Attempt, Outcome
from .recall import Knowledge, knowledge

# How many of the matched notes an answer needed: chances of one, two, three, four (cut off and
# scaled up where fewer are matched). Items of Step 1 ask for one or two steps of reasoning on one
# or two facts, seldom more. Judgement; no source counts it on notes of a deck.
NEEDED_CHANCES = (0.4, 0.3, 0.2, 0.1)
# A core note is needed with this weight against 1 of a note that merely carries the id. Judgement.
CORE_WEIGHT = 3.0
# A fact whose card was never answered may be known from lectures or books. Judgement: a fifth, so
# that such a card is strong evidence for a gap, but not proof of one. A card that was answered is
# never taken for less: whoever saw it has had these sources as well.
KNOWN_WITHOUT_CARD = 0.2

# Late in a block: the last 15 %, in a block of 40 the last six. Judgement.
_LATE_PART = 0.85


@dataclass(frozen=True)
class NoteEvidence:
    """What the reviews before the moment of the attempt say about one matched note.

    `recall` is the probability (0-1) of recalling it at that moment, None where it was never
    answered before. `lapses` counts how often it was forgotten. `is_core` says that it is one of
    the question's core notes. Raises ValueError where `recall` is no probability.
    """

    recall: float | None
    lapses: int = 0
    is_core: bool = False

    def __post_init__(self) -> None:
        if self.recall is not None and not 0 <= self.recall <= 1:
            raise ValueError(f"a recall of {self.recall} is no probability")

    @property
    def chance_known(self) -> float:
        """The probability (0-1) that the fact was known at the moment."""
        return max(self.recall or 0.0, KNOWN_WITHOUT_CARD)

    @property
    def state(self) -> Knowledge:
        """What the note was like at the moment: new, shaky or solid."""
        return knowledge([self.recall])


def note_evidence(
    recalls: Iterable[float | None], lapses: Iterable[int] = (), *, is_core: bool = False
) -> NoteEvidence:
    """A note's evidence from its cards: `recalls` and `lapses` have one value for each card.

    The question needed one of the note's cards and nobody knows which, so its recall is the mean.
    Cards never answered count only where none was: a note's further cards often ask for other
    details, and many students keep them suspended. The lapses are those of the worst card.
    Raises ValueError where a recall is no probability.
    """
    answered = [recall for recall in recalls if recall is not None]
    mean = math.fsum(answered) / len(answered) if answered else None
    return NoteEvidence(mean, max(lapses, default=0), is_core)


@dataclass(frozen=True)
class MissEvidence:
    """One miss: the notes matched to its question, the attempt, and how long its block was.

    `total` is the number of questions in the block, None where unknown.
    """

    notes: tuple[NoteEvidence, ...]
    attempt: Attempt
    total: int | None = None

    @property
    def main_notes(self) -> tuple[NoteEvidence, ...]:
        """The core notes; all notes where none is marked as one."""
        return tuple(note for note in self.notes if note.is_core) or self.notes

    @property
    def main_notes_were_solid(self) -> bool:
        """Whether there are main notes, and each of them was solid at the moment."""
        return knowledge([note.recall for note in self.main_notes]) is Knowledge.SOLID

    @property
    def weak_notes(self) -> tuple[NoteEvidence, ...]:
        """The notes that were not solid: main ones, or others where all main ones were solid."""
        notes = self.notes if self.main_notes_were_solid else self.main_notes
        return tuple(note for note in notes if note.state is not Knowledge.SOLID)

    @property
    def lapses(self) -> int:
        """How often the worst of the weak notes was forgotten; 0 where there is none."""
        return max((note.lapses for note in self.weak_notes), default=0)

    @property
    def is_omitted(self) -> bool:
        """Whether no answer was given."""
        return self.attempt.outcome is Outcome.OMITTED

    @property
    def is_late(self) -> bool:
        """Whether the question stood near the end of its block; False where that is unknown."""
        position = self.attempt.position
        return bool(position and self.total and position > self.total * _LATE_PART)

    @property
    def time_ratio(self) -> float | None:
        """The student's seconds by the others' seconds; None where one is unknown or zero."""
        own, others = self.attempt.seconds, self.attempt.others_seconds
        return own / others if own and others and own > 0 and others > 0 else None


def known_probability(notes: Sequence[NoteEvidence]) -> float:
    """The probability (0-1) that everything the question needed was known.

    Decks tag more notes with a question than its answer needed, so this is the mean over which of
    them were needed. Assumed: one to four were, with NEEDED_CHANCES; of all choices of that size,
    each is as likely as the product of its notes' weights says; facts are known independently.
    With weights w, recalls r and the elementary symmetric polynomials e_k that is the sum over k of
    chance(k) * e_k(w r) / e_k(w), which takes four steps a note. Source of the polynomials as
    normalising constants of such a choice: Chen, Dempster, Liu, "Weighted finite population
    sampling to maximize entropy", Biometrika 1994.

    Raises ValueError where there is no note.
    """
    if not notes:
        raise ValueError("no note says anything about the question")
    heavy = weights(notes)
    most = min(len(NEEDED_CHANCES), len(notes))
    of_all = _elementary(heavy, most)
    of_known = _elementary([w * n.chance_known for w, n in zip(heavy, notes)], most)
    chances = NEEDED_CHANCES[:most]
    known = sum(c * k / a for c, k, a in zip(chances, of_known, of_all)) / sum(chances)
    return min(known, 1.0)  # rounding


def weights(notes: Sequence[NoteEvidence]) -> list[float]:
    """How likely each note was needed, against 1 of a note that is no core note."""
    core = sum(note.is_core for note in notes)
    # However many notes carry the id, the core notes together weigh no less than the others.
    heavy = max(CORE_WEIGHT, (len(notes) - core) / core) if core else 1.0
    return [heavy if note.is_core else 1.0 for note in notes]


def _elementary(values: Iterable[float], most: int) -> list[float]:
    """The elementary symmetric polynomials of degree 1 to `most`."""
    sums = [1.0] + [0.0] * most
    for value in values:
        for degree in range(most, 0, -1):
            sums[degree] += sums[degree - 1] * value
    return sums[1:]
