"""A miss that the student remembers at a card: the notes are known, perhaps the question too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from anki.collection import Collection, OpChanges

from ..matching.question_tags import QuestionTag, questions_of_note
from ..model.attempts import Attempt, Outcome
from ..model.banks import QuestionKey
from ..model.decisions import DecidedBy
from ..model.misses import Miss, latest_misses
from ..model.reasons import group_of
from ..model.records import Sitting
from ..settings import Settings
from .database import database, ids_in
from .deck_update import update_decks
from .filtered_decks import build_later
from .found_notes import tags_of_notes
from .importing import ImportPreview, ImportRequest, apply_import, preview_import
from .ledger import own_types, read_ledger
from .naming import Naming, name_reasons
from .note_refs import core_note_ids
from .recorded import earlier_misses
from .undo import UndoStep

UNDO_NAME = "Record a missed question"
# Seconds. Several cards of one question come up soon after each other; within this time it is more
# likely the same miss than another one.
_SAME_MISS = 86_400


class NotesGone(Exception):
    """None of the notes is in the collection any more."""


@dataclass(frozen=True)
class NamedQuestion:
    """A question that tags of the chosen notes name, and how many of these notes name it."""

    tag: QuestionTag
    notes: int


@dataclass(frozen=True)
class MarkedMiss:
    """What the student says: this question was missed, and these notes are about it.

    `id` is None where the student does not know it; the notes then stand for the question. `exam`
    is what the student prepares for, also for a bank that has the same ids in every exam. `reason`
    is a reason's code, a group's key, or "" for later; `when` is in seconds since the epoch.
    """

    bank: str
    exam: str
    id: str | None
    note_ids: tuple[int, ...]
    reason: str
    when: int

    @property
    def sitting(self) -> Sitting:
        """The miss as a sitting of its own."""
        attempt = Attempt(
            id=self.id,
            outcome=Outcome.INCORRECT,
            reason=self.reason,
            note_ids=tuple(sorted(self.note_ids)),
        )
        return Sitting(self.bank, self.exam, self.when, (attempt,), dated=True)

    @property
    def key(self) -> QuestionKey:
        """The question's key."""
        return self.sitting.question_keys()[0]


@dataclass
class MarkedResult:
    """What was written.

    `recorded` says that a miss was added, `named` that the reason of an earlier one was set.
    `notes_added` counts notes that now count as being about the question and did not before.
    `waiting` are cards that the daily limit leaves suspended. `undo_step` is 0 where nothing had to
    be written. Not frozen, since Anki's CollectionOp asks for a result whose `changes` can be set.
    """

    changes: OpChanges = field(default_factory=OpChanges)
    undo_step: int = 0
    recorded: bool = False
    named: bool = False
    notes_added: int = 0
    cards_unsuspended: int = 0
    waiting: int = 0


def named_questions(col: Collection, note_ids: Sequence[int]) -> list[NamedQuestion]:
    """The questions that the notes' tags name, those that most of the notes name first."""
    counts = Counter(
        tag for tags in tags_of_notes(col, note_ids).values() for tag in questions_of_note(tags)
    )
    named = [NamedQuestion(tag, count) for tag, count in counts.items()]
    # Shorter numbers first, so that 95 comes before 1234.
    return sorted(
        named, key=lambda q: (-q.notes, q.tag.bank, q.tag.exam or "", len(q.tag.id), q.tag.id)
    )


def are_own_notes(col: Collection, note_ids: Iterable[int]) -> bool:
    """Whether one of the notes is a record of the add-on and not the student's."""
    types = database(col).list(f"select distinct mid from notes where id in {ids_in(note_ids)}")
    return not own_types(col).isdisjoint(types)


def recorded_misses(col: Collection) -> dict[QuestionKey, Miss]:
    """The newest recorded miss of each question."""
    ledger = read_ledger(col)
    return latest_misses(ledger.sittings, ledger.questions)


def unnamed_misses(col: Collection, note_ids: Iterable[int]) -> set[QuestionKey]:
    """The missed questions that these notes are about and whose newest miss has no reason yet."""
    chosen = set(note_ids)
    unnamed = {key: miss for key, miss in recorded_misses(col).items() if not miss.reason}
    core = core_note_ids(col, (miss.question for miss in unnamed.values()))
    return {key for key, notes in core.items() if not chosen.isdisjoint(notes)}


def is_another_miss(earlier: Miss, when: int) -> bool:
    """Whether a miss remembered at a moment is likely another one than the one recorded last."""
    return when - earlier.sitting.when >= _SAME_MISS


def record_miss(
    col: Collection,
    settings: Settings,
    marked: MarkedMiss,
    *,
    again: bool | None = None,
    decks_later: bool = False,
) -> MarkedResult:
    """Records the miss with its notes as core notes, as one undo step.

    `decks_later` leaves the decks as they are for now (see `Projection.with_decks_later`).
    Where the question was missed before, `again` says whether this is another miss; None leaves it
    to `is_another_miss`. If it is the same, its notes are added to those of the question and the
    reason, if there is one, is set. Raises NotesGone.
    """
    ids = ids_in(marked.note_ids)
    if not database(col).scalar(f"select count() from notes where id in {ids}"):
        raise NotesGone
    ledger = read_ledger(col)
    earlier = latest_misses(ledger.sittings, ledger.questions).get(marked.key)
    if again is None:
        again = earlier is not None and is_another_miss(earlier, marked.when)
    if earlier and not again:
        return _add_to(col, settings, marked, earlier, decks_later=decks_later)
    request = ImportRequest(
        (marked.sitting,), again=earlier_misses(ledger)[marked.key] > 0, all_cards=True
    )
    preview = preview_import(col, request, settings)
    if not preview.records.sittings:  # pressed twice within the same second
        return MarkedResult()
    with UndoStep(col, UNDO_NAME) as step:
        step.write(apply_import, col, preview, settings, decks_later=decks_later)
    return _result(step, preview, earlier, recorded=True)


def _add_to(
    col: Collection, settings: Settings, marked: MarkedMiss, earlier: Miss, *, decks_later: bool
) -> MarkedResult:
    """Adds notes and reason to a miss that is recorded already."""
    core = core_note_ids(col, [earlier.question])[earlier.key]
    named = marked.reason != "" and not _says_less(marked.reason, earlier.reason)
    if not named and set(marked.note_ids) <= set(core):
        return MarkedResult()
    # The very attempt that is recorded, so that the import adds the notes and no sitting.
    attempt = Attempt(id=earlier.key.id, outcome=earlier.attempt.outcome, note_ids=marked.note_ids)
    sitting = Sitting(
        earlier.sitting.bank,
        earlier.sitting.exam,
        earlier.sitting.when,
        (attempt,),
        dated=earlier.sitting.dated,
    )
    request = ImportRequest((sitting,), all_cards=True)
    with UndoStep(col, UNDO_NAME) as step:
        # The reason first: it decides whether the added notes' cards become active.
        if named:
            naming = Naming(earlier, marked.reason, DecidedBy.ASKED_FIRST)
            step.write(name_reasons, col, settings, [naming])
        preview = preview_import(col, request, settings)
        step.write(apply_import, col, preview, settings, decks_later=decks_later)
        if named and decks_later:
            build_later(col, step)
        elif named:
            step.write(update_decks, col, settings)
    return _result(step, preview, earlier, named=named)


def _says_less(reason: str, known: str) -> bool:
    """Whether a reason is known already, as it is or as the group of the one known."""
    return reason == known or (known != "" and group_of(known).key == reason)


def _result(
    step: UndoStep,
    preview: ImportPreview,
    earlier: Miss | None,
    *,
    recorded: bool = False,
    named: bool = False,
) -> MarkedResult:
    before = {ref.id for ref in earlier.question.core} if earlier else set()
    core: set[int] = {note_id for question in preview.questions for note_id in question.core}
    return MarkedResult(
        step.changes,
        step.target,
        recorded,
        named,
        len(core - before),
        len(preview.projection.unsuspend),
        len(preview.waiting),
    )
