"""The student's rules for test-taking, and the blocks that show whether they help."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from anki.collection import Collection

from ..model.attempts import AnswerChange, Outcome
from ..model.banks import QuestionKey
from ..model.codec import DamagedRecord
from ..model.misses import Miss, all_misses, latest_misses
from ..model.records import Sitting
from ..model.rules import MOST_ACTIVE, ActiveRule, RuleCheck
from ..planning.habits import SLIP, Block, Habits, SlipWeek, habit_rates, slip_week
from ..settings import Settings
from .anki_days import anki_days
from .ledger import Ledger, NewRecords, read_ledger, remember, write_records
from .undo import UndoStep

CHANGE_UNDO_NAME = "Change rules"
CHECK_UNDO_NAME = "Record rules used"
# Where the active rules stand among what is remembered.
_ACTIVE = "active-rules"
# A rule whose miss has no reason: most rules are about reading or choosing.
_USUAL_REASON = "4"
# Blocks that "used in 4 of the last 5 blocks" looks back on.
_BLOCKS_TO_TELL = 5
# Words of a mode in which the clock does not press, or the answers are shown on the way: UWorld's
# "Untimed" and "Tutor", NBME's "Self-Paced".
_NO_CLOCK = frozenset(("untimed", "tutor", "self"))


# Active rules
######################################################################


def active_rules(ledger: Ledger) -> tuple[ActiveRule, ...]:
    """The rules to keep in mind now, at most MOST_ACTIVE; what cannot be read is left out."""
    stored = ledger.remembered.get(_ACTIVE)
    rules = _readable(stored) if isinstance(stored, list) else ()
    return tuple(dict.fromkeys(rules))[:MOST_ACTIVE]


def _readable(stored: list[Any]) -> Iterator[ActiveRule]:
    for value in stored:
        try:
            yield ActiveRule.from_json(value)
        except DamagedRecord:
            continue


def set_active_rules(
    col: Collection, settings: Settings, rules: Iterable[ActiveRule]
) -> UndoStep | None:
    """Makes these the active rules, as one undo step; None where they are that already.

    A rule that is there twice counts once. Raises ValueError for more than MOST_ACTIVE, and
    DamagedRecord for one without words or with an unknown reason.
    """
    wanted = tuple(dict.fromkeys(ActiveRule.from_json(rule.to_json()) for rule in rules))
    if len(wanted) > MOST_ACTIVE:
        raise ValueError(f"{len(wanted)} rules, where {MOST_ACTIVE} are the most")
    ledger = read_ledger(col)
    if active_rules(ledger) == wanted:
        return None
    chosen = remember(ledger, {_ACTIVE: [rule.to_json() for rule in wanted]})
    with UndoStep(col, CHANGE_UNDO_NAME) as step:
        records = NewRecords(remembered=(chosen,))
        write_records(col, step, records, deck_parent=settings.deck_parent)
    return step


@dataclass(frozen=True)
class RuleUse:
    """In how many of the last blocks in which a rule came up (`blocks`) it was `used`."""

    used: int
    blocks: int


def check_rules(col: Collection, settings: Settings, used: Iterable[tuple[str, bool]]) -> UndoStep:
    """Records after a block which rules were used (their words, and whether), as one undo step.

    A rule that did not come up is left out of `used`.
    """
    check = RuleCheck(int(time.time()), tuple(used))
    with UndoStep(col, CHECK_UNDO_NAME) as step:
        records = NewRecords(rule_checks=(check,))
        write_records(col, step, records, deck_parent=settings.deck_parent)
    return step


def rule_use(ledger: Ledger, words: str) -> RuleUse:
    """How often the rule with these words was used in the last blocks in which it came up."""
    newest_first = sorted(ledger.rule_checks.values(), key=lambda c: (c.at, c.key), reverse=True)
    said = [used for check in newest_first for text, used in check.used if text == words]
    said = said[:_BLOCKS_TO_TELL]
    return RuleUse(sum(said), len(said))


def students_rules(ledger: Ledger) -> tuple[ActiveRule, ...]:
    """The rules that the student wrote for missed questions, with their reasons, newest first.

    Words that were written several times are there once, under the newest reason.
    """
    newest = latest_misses(ledger.sittings, ledger.questions)
    written = []
    for key, question in ledger.questions.items():
        words = " ".join(question.rule.split())
        if words:
            at = question.decisions[-1].at if question.decisions else 0
            reason = newest[key].reason if key in newest else question.deficit
            written.append((at, words, reason or _USUAL_REASON))
    rules: dict[str, ActiveRule] = {}
    for _at, words, reason in sorted(written, reverse=True):
        rules.setdefault(words, ActiveRule(reason, words))
    return tuple(rules.values())


# Habits
######################################################################


def habit_blocks(ledger: Ledger) -> list[Block]:
    """The blocks that can show how often a habit occurs, in the order in which they were done.

    A block counts where it is known how many questions it had: where the student or the bank said
    so, or where the right answers are listed too. Blocks done untimed or with the answers shown
    (tutor mode), and those done again, do not count; where the mode is not known, the block does.
    Questions that were seen earlier are not fresh: they count neither as questions nor as misses.
    Nor do misses whose record the student deleted.

    Sittings that extend each other are one block. It does not count where one of them is gone, or
    where they list more questions than the block had. The sample is left out.
    """
    ledger = ledger.without_sample()
    misses: dict[str, list[Miss]] = {}
    for miss in all_misses(ledger.sittings, ledger.questions):
        misses.setdefault(miss.sitting_key, []).append(miss)
    seen: set[QuestionKey] = set()
    blocks = []
    for done in _done_blocks(ledger.sittings, misses):
        block = done.fresh(seen)
        if block:
            blocks.append(block)
        seen |= done.questions
    return blocks


@dataclass(frozen=True)
class _DoneBlock:
    """The sittings that hold one block, each as its parts, and the misses recorded of them."""

    sittings: tuple[Sequence[Sitting], ...]
    misses: tuple[Miss, ...]
    is_complete: bool

    @property
    def when(self) -> int:
        return min(parts[0].when for parts in self.sittings)

    @cached_property
    def questions(self) -> set[QuestionKey]:
        """The questions that are listed."""
        return {key for parts in self.sittings for part in parts for key in part.question_keys()}

    def fresh(self, seen: set[QuestionKey]) -> Block | None:
        """The block without the questions seen before it; None where it cannot count."""
        number = self._number_of_questions() if self._may_count() else 0
        reasons: dict[QuestionKey, str] = {}
        for miss in self.misses:
            reasons[miss.key] = miss.reason or reasons.get(miss.key, "")
        # A miss without a record cannot be given a reason any more.
        left_out = (self.questions & seen) | (self._missed() - reasons.keys())
        if number <= len(left_out):
            return None
        counted = [reason for key, reason in reasons.items() if key not in left_out]
        named = tuple(filter(None, counted))
        return Block(self.when, number - len(left_out), named, len(counted) - len(named))

    def _may_count(self) -> bool:
        return bool(self.questions and self.is_complete) and all(
            not parts[0].repeats and _may_be_timed(parts[0].mode) for parts in self.sittings
        )

    def _number_of_questions(self) -> int:
        """How many questions the block had; 0 where that is not known."""
        listed = len(self.questions)
        if all(map(_lists_right_answers, self.sittings)):
            return max([listed, *(parts[0].total or 0 for parts in self.sittings)])
        begun = [parts[0].total for parts in self.sittings if not parts[0].extends]
        continued = [parts[0].total for parts in self.sittings if parts[0].extends]
        # What extends several blocks has the questions of all of them.
        number = max([sum(filter(None, begun)) if all(begun) else 0, *filter(None, continued)])
        return number if number >= listed else 0

    def _missed(self) -> set[QuestionKey]:
        return {
            key
            for parts in self.sittings
            for part in parts
            for key, attempt in zip(part.question_keys(), part.attempts)
            if attempt.outcome and attempt.outcome.is_miss
        }


def _done_blocks(
    sittings: Mapping[str, Sequence[Sitting]], misses: Mapping[str, Sequence[Miss]]
) -> list[_DoneBlock]:
    """The blocks of a ledger, in the order in which they were done."""
    members: dict[str, set[str]] = {}
    for name, parts in sittings.items():
        joined = set(members.get(name, {name}))
        for other in _continued(sittings, parts[0]):
            joined |= members.get(other, {other})
        for member in joined:
            members[member] = joined
    blocks = []
    for name in sittings:
        names = sorted(members[name] & sittings.keys())
        if name == names[0]:
            blocks.append(
                _DoneBlock(
                    tuple(sittings[member] for member in names),
                    tuple(miss for member in names for miss in misses.get(member, ())),
                    len(names) == len(members[name])
                    and all(len(sittings[m]) == sittings[m][0].parts for m in names),
                )
            )
    return sorted(blocks, key=lambda block: (block.when, block.sittings[0][0].key))


def _continued(sittings: Mapping[str, Sequence[Sitting]], sitting: Sitting) -> list[str]:
    """The sittings that this one goes on with: the first time a block was done before a repeat."""
    again = [name for name in sitting.extends if name in sittings and sittings[name][0].repeats]
    return [name for name in sitting.extends if name not in again] or again


def _may_be_timed(mode: str) -> bool:
    return not _NO_CLOCK & set(re.findall(r"[^\W_]+", mode.casefold()))


def _lists_right_answers(parts: Sequence[Sitting]) -> bool:
    return any(a.outcome is Outcome.CORRECT for part in parts for a in part.attempts)


# Everything at once
######################################################################


@dataclass(frozen=True)
class AnswerChanges:
    """How often an answer was changed, by direction, over all attempts.

    `one_sided` counts the changes from lists that do not show the right answers: a change to the
    right one could not be seen there.
    """

    right_to_wrong: int
    wrong_to_right: int
    wrong_to_wrong: int
    one_sided: int


def answer_changes(ledger: Ledger) -> AnswerChanges:
    """The student's own tally of changed answers, both ways."""
    counts: Counter[AnswerChange] = Counter()
    one_sided = 0
    for parts in ledger.sittings.values():
        changes = [attempt.change for part in parts for attempt in part.attempts if attempt.change]
        counts.update(changes)
        one_sided += 0 if _lists_right_answers(parts) else len(changes)
    return AnswerChanges(
        counts[AnswerChange.RIGHT_TO_WRONG],
        counts[AnswerChange.WRONG_TO_RIGHT],
        counts[AnswerChange.WRONG_TO_WRONG],
        one_sided,
    )


@dataclass(frozen=True)
class RulesOverview:
    """All that the window about rules and habits shows.

    `uses` are those of the `active` rules, in their order. `own` are the rules that the student
    wrote. `reasons` counts the misses of each reason or group, `misses` all of them. `blocks` is
    how many blocks could be counted for the `habits`. `slips` is a week with many of them.
    """

    active: tuple[ActiveRule, ...]
    uses: tuple[RuleUse, ...]
    own: tuple[ActiveRule, ...]
    reasons: Mapping[str, int]
    misses: int
    blocks: int
    habits: Habits
    changes: AnswerChanges
    slips: SlipWeek | None


def read_overview(col: Collection) -> RulesOverview:
    """Reads the ledger and works all of it out."""
    ledger = read_ledger(col).without_sample()
    active = active_rules(ledger)
    misses = list(all_misses(ledger.sittings, ledger.questions))
    days = anki_days(col)
    slips = (days.day(miss.sitting.when) for miss in misses if miss.reason == SLIP)
    blocks = habit_blocks(ledger)
    return RulesOverview(
        active,
        tuple(rule_use(ledger, rule.text) for rule in active),
        students_rules(ledger),
        Counter(miss.reason for miss in misses if miss.reason),
        len(misses),
        len(blocks),
        habit_rates(blocks),
        answer_changes(ledger),
        slip_week(slips, days.today()),
    )
