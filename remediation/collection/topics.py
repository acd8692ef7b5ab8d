"""Cards for questions that no card carries the id of: found by their topic.

The candidates come from a search over tags and text. What is certain enough is used, the rest is
the student's choice, and a choice is remembered for its topic.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Callable

from anki.collection import Collection

from ..matching.topics import SURE, TopicCandidate
from ..model.attempts import Attempt, GroupKind, Outcome, QuestionGroup
from ..model.banks import QuestionKey, bank_by_key, exam_by_key, question_key
from ..model.progress import Progress
from ..model.records import Sitting, topic_slug
from ..model.systems import System, systems_from_name
from .tagged_notes import tags_below

# Cards from a score report or an NBME come from at most this many topics: seventy approvals would
# not be given, and seventy topics would not be learned.
MOST_CHOSEN_TOPICS = 3
# A row of a report stands for many questions, so it gets more core notes than one question.
NOTES_OF_A_ROW = 10
# Rows of a report offered as topics, those answered worst first.
_MOST_OFFERED = 12
_CANDIDATES = 5


@dataclass(frozen=True)
class TopicChoice:
    """What the student chose for a topic: a tag branch, or notes picked by hand; neither is "none".

    `automatic` is true where the search was certain enough and nobody had to choose.
    """

    branch: str = ""
    note_ids: tuple[int, ...] = ()
    automatic: bool = False

    def to_json(self) -> dict[str, Any]:
        """As remembered."""
        return {"branch": self.branch, "notes": list(self.note_ids)}

    @staticmethod
    def from_json(value: object) -> TopicChoice | None:
        """None where the value is not one that `to_json` wrote."""
        if not isinstance(value, dict) or not isinstance(value.get("branch"), str):
            return None
        notes = value.get("notes", [])
        if not isinstance(notes, list) or not all(isinstance(note, int) for note in notes):
            return None
        return TopicChoice(value["branch"], tuple(notes))


@dataclass(frozen=True)
class Topic:
    """A topic of missed questions, with their keys; `key` names it among the remembered choices."""

    key: str
    words: str
    system: str
    questions: tuple[QuestionKey, ...]


@dataclass(frozen=True)
class TopicPreview:
    """A topic with the branches that may be about it, best first, and what was chosen."""

    topic: Topic
    candidates: tuple[TopicCandidate, ...] = ()
    choice: TopicChoice | None = None

    @property
    def note_ids(self) -> tuple[int, ...]:
        """The notes of the choice; none where nothing was chosen."""
        if self.choice is None:
            return ()
        if self.choice.note_ids:
            return self.choice.note_ids
        for candidate in self.candidates:
            if is_choice(candidate, self.choice):
                return candidate.note_ids
        return ()


def choice_of(candidate: TopicCandidate, *, automatic: bool = False) -> TopicChoice:
    """The choice of a candidate; notes that were found by their text have no branch to name."""
    notes = () if candidate.branch else candidate.note_ids
    return TopicChoice(candidate.branch, tuple(notes), automatic)


def is_choice(candidate: TopicCandidate, choice: TopicChoice) -> bool:
    """Whether a choice is of this candidate: of any of its branches, or of just its notes."""
    if choice.branch:
        return choice.branch in (candidate.branch, *candidate.branches)
    return bool(choice.note_ids) and choice_of(candidate).note_ids == choice.note_ids


def topics_of(attempts: Mapping[QuestionKey, Attempt]) -> list[Topic]:
    """The topics of these questions, in their order; a question that says nothing has none."""
    grouped: dict[str, tuple[str, str, list[QuestionKey]]] = {}
    for key, attempt in attempts.items():
        words = attempt.topic or attempt.category or attempt.system
        if words:
            system = _system_name(attempt)
            name = f"topic {topic_slug(system)} {topic_slug(words)}"
            grouped.setdefault(name, (words, system, []))[2].append(key)
    return [
        Topic(name, words, system, tuple(keys)) for name, (words, system, keys) in grouped.items()
    ]


def _system_name(attempt: Attempt) -> str:
    return attempt.system if attempt.topic or attempt.category else ""


def attempts_of_groups(sitting: Sitting) -> dict[QuestionKey, Attempt]:
    """The rows of a report that went worst, as if each were one missed question.

    They are how cards for a report are found; they are not recorded as attempts.
    """
    bank, exam = bank_by_key(sitting.bank), exam_by_key(sitting.exam)
    wanted = {GroupKind.SYSTEM, GroupKind.CATEGORY, GroupKind.TOPIC}
    rows = [group for group in sitting.groups if group.kind in wanted and _share(group) < 1]
    rows.sort(key=lambda group: (_share(group), -(group.seen or 0)))
    return {
        question_key(bank, exam, f"topic-{topic_slug(group.name)}"): Attempt(
            topic=group.name, system=_parent_system(group), outcome=Outcome.INCORRECT
        )
        for group in rows[:_MOST_OFFERED]
    }


def _parent_system(group: QuestionGroup) -> str:
    return group.name if group.kind is GroupKind.SYSTEM else group.parent


def _share(group: QuestionGroup) -> float:
    """The share (0-1) of a row's questions that were right; bands stand for typical shares."""
    if group.seen and group.correct is not None:
        return group.correct / group.seen
    if group.percent is not None:
        return group.percent / 100
    return {"lower": 0.4, "same": 0.6, "higher": 0.8}[group.band.value] if group.band else 1.0


def preview_topics(
    col: Collection,
    topics: Iterable[Topic],
    chosen: Mapping[str, TopicChoice],
    remembered: Mapping[str, Any],
    progress: Progress,
    automatic: Callable[[Topic], bool],
    own_root: str,
) -> tuple[TopicPreview, ...]:
    """Candidates and choices for each topic.

    `chosen` are the student's choices by topic key, `remembered` those of the ledger. Where
    `automatic` allows it, the first candidate is taken if it is certain enough. `own_root` is the
    root of the add-on's own tags, which say nothing about topics.
    """
    topics = list(topics)
    if not topics:
        return ()
    # Only where a topic is looked for: most imports need no index.
    from .topic_index import topic_index

    index = topic_index(col, progress, own_root)
    previews = []
    for done, topic in enumerate(topics):
        progress("Looking for topics", done, len(topics))
        candidates = tuple(index.find(topic.words, _system(topic), _CANDIDATES))
        choice = chosen.get(topic.key) or TopicChoice.from_json(remembered.get(topic.key))
        sure = bool(candidates) and candidates[0].certainty >= SURE
        if choice is None and sure and automatic(topic):
            choice = choice_of(candidates[0], automatic=True)
        if choice and choice.branch and not any(is_choice(c, choice) for c in candidates):
            notes = tuple(note_id for note_id, _tags in tags_below(col, choice.branch))
            candidates += (TopicCandidate(choice.branch, notes, "chosen before", 1.0),)
        previews.append(TopicPreview(topic, candidates, choice))
    return tuple(previews)


def _system(topic: Topic) -> System | None:
    systems = systems_from_name(topic.system)
    return systems[0] if len(systems) == 1 else None
