"""Today's questions: gathers what may be asked, and keeps what was given to the bank.

Blocks that were copied and ids that the bank refused are remembered in the ledger, each under a
name of its own, so that what two computers did before they synced adds up.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection as AnyCollection
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from typing import Any, Callable

from anki.collection import Collection

from ..matching.core_notes import TAKES_IDS, Siblings
from ..matching.question_tags import questions_of_note
from ..model.attempts import Outcome
from ..model.banks import QuestionKey, bank_by_key
from ..model.misses import Miss, all_misses, latest_misses
from ..model.progress import Progress, no_progress
from ..model.records import question_key_from_text
from ..model.rules import ActiveRule
from ..planning.question_block import (
    BankAndExam,
    Block,
    Candidate,
    Hindrance,
    Kind,
    choose_block,
    first_day,
    hindrance,
    next_block_day,
    sources,
)
from ..settings import Settings
from .anki_days import anki_days
from .exam_date import exam_date
from .found_notes import tags_of_notes
from .ledger import Ledger, NewRecords, read_ledger, remember, write_records
from .note_refs import core_note_ids
from .repair_states import repair_states
from .rules import active_rules
from .undo import UndoStep

COPY_UNDO_NAME = "Copy today's questions"
RETIRE_UNDO_NAME = "Remember refused ids"
ASK_AGAIN_UNDO_NAME = "Ask refused ids again"
# What is remembered: "question-block 2026-03-11", "retired UWorld Step 1 1234".
_BLOCK = "question-block "
_RETIRED = "retired "

# The day of a moment (seconds since the epoch): Anki's days begin at its rollover hour.
_DayOf = Callable[[float], date]


def _days(col: Collection) -> _DayOf:
    days = anki_days(col)
    return lambda moment: date.fromordinal(days.day(moment))


def ankis_today(col: Collection) -> date:
    """The day that it is now for Anki."""
    return _days(col)(time.time())


# What was given to the bank
######################################################################


@dataclass(frozen=True)
class GivenBlock:
    """A block whose ids were copied; `is_done` once a sitting since then is at least half of it."""

    block: Block
    is_done: bool


def given_blocks(col: Collection, ledger: Ledger) -> list[GivenBlock]:
    """The blocks whose ids were copied, in order; those that cannot be read are left out."""
    return _given_blocks(ledger, _days(col))


def _given_blocks(ledger: Ledger, day_of: _DayOf) -> list[GivenBlock]:
    blocks = []
    for name, stored in ledger.remembered.items():
        block = _block_from_json(name[len(_BLOCK) :], stored) if name.startswith(_BLOCK) else None
        if block:
            blocks.append(block)
    blocks.sort(key=lambda block: block.day)
    done = _days_done(ledger, blocks, day_of)
    return [GivenBlock(block, block.day in done) for block in blocks]


def _days_done(ledger: Ledger, blocks: Iterable[Block], day_of: _DayOf) -> set[date]:
    """The days of the blocks that were done.

    A sitting is the doing of one block, the one that it holds most of and of such the latest, and
    only where at least half of its questions are from there: others hold some of a block by chance.
    """
    keys_of = {block.day: set(block.keys) for block in blocks}
    done = set()
    for parts in ledger.sittings.values():
        keys = {key for part in parts for key in part.question_keys()}
        last = day_of(parts[0].when)
        held = ((len(keys & asked), day) for day, asked in keys_of.items() if day <= last)
        most, day = max(held, default=(0, last))
        if most and 2 * most >= len(keys):
            done.add(day)
    return done


def _block_to_json(block: Block) -> dict[str, Any]:
    bank, exam = block.source
    questions = [
        {
            "id": question.key.id,
            "kind": question.kind.value,
            "miss": question.miss.id,
            "miss_bank": question.miss.bank,
            "miss_exam": question.miss.exam,
            "system": question.system,
            "missed": question.missed.isoformat(),
            "times": question.times_missed,
        }
        for question in block.questions
    ]
    return {"bank": bank, "exam": exam, "questions": questions}


def _block_from_json(day: str, stored: Any) -> Block | None:
    """The block stored for a day ("2026-03-11"); None where nobody can read it."""
    try:
        bank, exam, questions = stored["bank"], stored["exam"], stored["questions"]
        read = tuple(
            Candidate(
                QuestionKey(bank, exam, item["id"]),
                Kind(item["kind"]),
                QuestionKey(item.get("miss_bank", bank), item.get("miss_exam", exam), item["miss"]),
                item["system"],
                date.fromisoformat(item["missed"]),
                item["times"],
            )
            for item in questions
        )
        block = Block(date.fromisoformat(day), read)
        # A key of an unknown bank or exam has no text.
        texts = [
            text
            for q in read
            for key in (q.key, q.miss)
            for text in (str(key), key.exam, key.id, q.system)
        ]
    except (KeyError, TypeError, ValueError):
        return None
    is_whole = all(isinstance(text, str) for text in texts) and all(
        isinstance(question.times_missed, int) for question in read
    )
    return block if read and is_whole else None


def retired_ids(ledger: Ledger) -> frozenset[QuestionKey]:
    """The questions that the bank has refused."""
    names = [n for n, value in ledger.remembered.items() if n.startswith(_RETIRED) and value]
    return frozenset(filter(None, (question_key_from_text(n[len(_RETIRED) :]) for n in names)))


def record_block(col: Collection, settings: Settings, block: Block) -> UndoStep | None:
    """Remembers that a block's ids were copied, as one undo step; None where they are already."""
    values = {f"{_BLOCK}{block.day}": _block_to_json(block)}
    return _remember(col, settings, COPY_UNDO_NAME, values)


def retire_ids(col: Collection, settings: Settings, keys: Iterable[QuestionKey]) -> UndoStep | None:
    """Remembers that the bank refused these, as one undo step; None where that is known already."""
    values = {f"{_RETIRED}{key}": True for key in sorted(set(keys))}
    return _remember(col, settings, RETIRE_UNDO_NAME, values)


def ask_again(col: Collection, settings: Settings, keys: Iterable[QuestionKey]) -> UndoStep | None:
    """Forgets that the bank refused these, as one undo step; None where it did not."""
    refused = retired_ids(read_ledger(col)).intersection(keys)
    values = {f"{_RETIRED}{key}": False for key in sorted(refused)}
    return _remember(col, settings, ASK_AGAIN_UNDO_NAME, values)


def _remember(
    col: Collection, settings: Settings, undo_name: str, values: Mapping[str, Any]
) -> UndoStep | None:
    """Makes these values the latest ones; None where nothing has to be written for it."""
    ledger = read_ledger(col)
    new = {name: v for name, v in values.items() if ledger.remembered.get(name) != v}
    if not new:
        return None
    with UndoStep(col, undo_name) as step:
        records = NewRecords(remembered=(remember(ledger, new),))
        write_records(col, step, records, deck_parent=settings.deck_parent)
    return step


# What may be asked
######################################################################


def gather_candidates(
    col: Collection,
    ledger: Ledger,
    closed: AnyCollection[QuestionKey],
    *,
    with_siblings: bool,
) -> list[Candidate]:
    """Every question that may be asked because of an open miss, now or on a later day.

    Not asked are siblings that any sitting holds, and a missed question that was seen again since,
    since it was right then. A block that was done counts as a sitting of all its questions, as
    lists of misses leave out the others. `closed` are the questions whose miss is not open any
    more: repaired, or filed since it is about test-taking. The sample is left out.
    """
    ledger = ledger.without_sample()
    day_of = _days(col)
    last_seen = _last_seen(ledger, day_of)
    for given in _given_blocks(ledger, day_of):
        if given.is_done:
            for key in given.block.keys:
                last_seen[key] = max(given.block.day, last_seen.get(key, given.block.day))
    misses = {
        key: miss
        for key, miss in latest_misses(ledger.sittings, ledger.questions).items()
        if key not in closed
    }
    times = Counter(miss.key for miss in all_misses(ledger.sittings, ledger.questions))
    retired = retired_ids(ledger)
    siblings = {}
    if with_siblings:
        siblings = _siblings(col, ledger, misses, last_seen.keys() | retired)
    right_since = _right_since(ledger, misses)
    candidates = []
    for key, miss in misses.items():
        missed = day_of(miss.sitting.when)
        system = miss.question.system
        candidates += [
            Candidate(sibling, Kind.SIBLING, key, system, missed, times[key])
            for sibling in siblings.get(key, ())
        ]
        seen_since = last_seen.get(key, missed) > missed or key in right_since
        if not seen_since and key not in retired and _is_id(miss):
            candidates.append(Candidate(key, Kind.REPEAT, key, system, missed, times[key]))
    return candidates


def _is_id(miss: Miss) -> bool:
    """Whether the bank takes the question's id: some questions were recorded without one."""
    key = miss.key
    is_id = bool(miss.attempt.id) and bank_by_key(key.bank).normal_id(key.id) == key.id
    return is_id and key.bank in TAKES_IDS


def _last_seen(ledger: Ledger, day_of: _DayOf) -> dict[QuestionKey, date]:
    """The last day on which each question was in a sitting."""
    seen: dict[QuestionKey, date] = {}
    for part in ledger.all_sittings():
        day = day_of(part.when)
        for key in part.question_keys():
            seen[key] = max(day, seen.get(key, day))
    return seen


def _right_since(ledger: Ledger, misses: Mapping[QuestionKey, Miss]) -> set[QuestionKey]:
    """The questions that were answered right after their latest miss, be it on the same day."""
    return {
        key
        for part in ledger.all_sittings()
        for key, attempt in zip(part.question_keys(), part.attempts)
        if attempt.outcome is Outcome.CORRECT
        and key in misses
        and part.when > misses[key].sitting.when
    }


def _siblings(
    col: Collection,
    ledger: Ledger,
    misses: Mapping[QuestionKey, Miss],
    seen: AnyCollection[QuestionKey],
) -> dict[QuestionKey, tuple[QuestionKey, ...]]:
    """The siblings of each miss that were not seen."""
    core = core_note_ids(col, (miss.question for miss in misses.values()))
    tags = tags_of_notes(col, {note for notes in core.values() for note in notes})
    named = {note: questions_of_note(words) for note, words in tags.items()}
    siblings = Siblings(ledger.questions)
    return {
        key: siblings.of(key, chain.from_iterable(named[note] for note in core[key]), seen)
        for key in misses
    }


# All that the window shows
######################################################################


@dataclass(frozen=True)
class TodaysQuestions:
    """Today's block, or why there is none.

    `block` is what was copied today (`was_copied`), else what is offered; refused ids are out of it
    and others in their place, so `is_copied` says whether it was copied as it is. `is_done` says
    that today's block was done. `hindrance` is why there may be no block; where it is None and
    there is no block, `first_day` is when there will be something to ask (None: nothing in sight).
    `next_day` is the day of the next block, None where none is before the exam. `retired` are the
    questions that the bank refused. `sources` are the banks and exams to choose from, `last` is the
    block copied last, `rules` are the active rules, and `misses` counts the questions ever missed.
    """

    today: date
    rules: tuple[ActiveRule, ...]
    misses: int
    block: Block | None = None
    was_copied: bool = False
    is_copied: bool = False
    is_done: bool = False
    hindrance: Hindrance | None = None
    first_day: date | None = None
    next_day: date | None = None
    retired: tuple[QuestionKey, ...] = ()
    sources: tuple[BankAndExam, ...] = ()
    last: GivenBlock | None = None


def read_todays_questions(
    col: Collection,
    settings: Settings,
    source: BankAndExam | None = None,
    progress: Progress = no_progress,
) -> TodaysQuestions:
    """Reads the ledger and works out today's block; the same whenever it is asked for in a day.

    `source` is the bank and exam that the student asks for. Raises Cancelled where `progress` does.
    """
    ledger = read_ledger(col)
    today = ankis_today(col)
    given = given_blocks(col, ledger)
    last = given[-1] if given else None
    retired = retired_ids(ledger)
    found = TodaysQuestions(
        today,
        active_rules(ledger),
        len(ledger.questions),
        retired=tuple(sorted(retired)),
        last=last,
    )
    copied = next((earlier for earlier in given if earlier.block.day == today), None)
    keep: list[Candidate] = []
    if copied:
        found = replace(found, was_copied=True, is_done=copied.is_done)
        keep = [question for question in copied.block.questions if question.key not in retired]
        if copied.is_done:
            return found
        if len(keep) == len(copied.block.questions):
            return replace(found, block=copied.block, is_copied=True)
    repairs = repair_states(col, ledger, progress)
    closed = {key for key, repair in repairs.items() if repair.state.is_done}
    candidates = gather_candidates(col, ledger, closed, with_siblings=settings.siblings_in_blocks)
    if copied:
        most = len(copied.block.questions)
        source = copied.block.source
        return replace(found, block=choose_block(candidates, today, source, keep=keep, most=most))
    days = [earlier.block.day for earlier in given]
    limits = (days, settings.question_blocks_per_week, exam_date(ledger))
    hindered = hindrance(today, *limits)
    first = first_day(candidates)
    next_day = next_block_day(today, today if hindered else first or today, *limits)
    found = replace(found, hindrance=hindered, first_day=first, next_day=next_day)
    if hindered:
        return found
    choices = sources(candidates, today)
    return replace(
        found,
        block=choose_block(candidates, today, source if source in choices else None),
        sources=choices,
    )
