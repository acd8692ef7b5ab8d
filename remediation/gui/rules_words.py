"""The sentences of the window about rules and habits."""

from __future__ import annotations

from datetime import date

from ..collection.rules import AnswerChanges, RulesOverview, RuleUse
from ..model.dates import day_and_month
from ..model.reasons import name_of
from ..model.rules import MOST_ACTIVE
from ..planning.habits import Frequency, Habit, Habits, SlipWeek, Trend
from . import words

PICK_ONE = (
    "No rule yet.\n\nA rule says what to do when something happens during a block. Choose one, and "
    "read it here before you start."
)
NOTHING_TO_CHECK = (
    "No rule yet.\n\nChoose one before a block. Afterwards, one tap here says whether you used it."
)
AFTER_A_BLOCK = "Did you use it in the block you just did?"
NO_MISSES = (
    "Habits are counted from your misses.\n\n"
    "Import a block first: Tools > Remediation > Import misses…"
)
NO_BLOCK = (
    "No block can be counted yet.\n\nA block counts when its questions were new to you, it was "
    "timed, and it is known how many questions it had. You can say how many when you import it."
)

_VERDICTS = {
    Trend.FEWER: "fewer",
    Trend.MORE: "more",
    Trend.UNCLEAR: "could be chance",
    Trend.TOO_FEW: "too few yet",
}


def no_reasons(overview: RulesOverview) -> str:
    """What to do where misses are there and none has a reason."""
    have = "has" if overview.misses == 1 else "have"
    return (
        f"{words.count(overview.misses, 'miss', 'misses')} {have} no reason yet.\n\n"
        "Name the reasons of a block first: Tools > Remediation > Name reasons…"
    )


def use(use: RuleUse) -> str:
    """How often a rule was used: "Used in 4 of the last 5 blocks"."""
    if not use.blocks:
        return "Not checked after a block yet"
    if use.blocks == 1:
        return "Used in the last block" if use.used else "Not used in the last block"
    return f"Used in {use.used} of the last {use.blocks} blocks"


def reason_with_use(code: str, rule_use: RuleUse) -> str:
    """What stands below a rule: its reason, and how often it was used."""
    return f"{name_of(code)}. {use(rule_use)}."


def ticked(number: int) -> str:
    """How many rules are chosen, in the picker."""
    return f"Tick up to {MOST_ACTIVE} rules to keep in mind. {number} of {MOST_ACTIVE} ticked."


def missed(code: str, count: int) -> str:
    """The head of a reason's rules in the picker."""
    if not count:
        return name_of(code)
    return f"{name_of(code)} ({words.count(count, 'miss', 'misses')})"


def last(questions: int) -> str:
    """The head of the column about the newest questions."""
    return f"Last {questions:,}" if questions else "Last"


def before(questions: int) -> str:
    """The head of the column about the questions before those."""
    return f"{questions:,} before" if questions else "Before"


def frequency(frequency: Frequency) -> str:
    """A count, and below it the rate in 40 questions with its interval; empty for no questions."""
    if frequency.per_block is None:
        return ""
    low, high = (40 * end for end in frequency.interval)
    return (
        f"{frequency.count:,}, or {frequency.per_block:.1f} in 40\nlikely {low:.1f} to {high:.1f}"
    )


FREQUENCY_TIP = (
    "How often it was the reason for a miss, and how often that is in 40 questions. The true rate "
    "is within the second line in nine of ten such cases."
)


def compared(habit: Habit) -> str:
    """What comparing both says, in a word or three."""
    same = habit.now.per_block == habit.before.per_block
    return "the same" if habit.trend is Trend.UNCLEAR and same else _VERDICTS[habit.trend]


def habit(habit: Habit) -> str:
    """A habit in plain words: "Slip: 6 in the last 120 questions, 14 in the 120 before: fewer."

    It says when the difference could be chance, or when there are too few questions to compare.
    """
    now, before = habit.now, habit.before
    if not now.questions:
        return f"{habit.name}: no fresh timed questions yet."
    counts = f"{now.count} in the last {words.count(now.questions, 'question')}"
    if before.questions:
        counts += f", {before.count} in the {before.questions} before"
    return f"{habit.name}: {counts}: {compared(habit)}."


def unnamed(habits: Habits) -> str:
    """How many misses have no reason yet, so that the counts are not complete; empty for none."""
    now, before = habits.now, habits.before
    if not now.unnamed and not before.unnamed:
        return ""
    misses = words.count(now.unnamed, "miss", "misses")
    told = f"No reason yet: {misses} in the last {words.count(now.questions, 'question')}"
    if before.questions:
        told += f", {before.unnamed} in the {before.questions} before"
    return f"{told}. Any of them could belong here."


def slips(week: SlipWeek | None) -> str:
    """What helps against slips, where there were many in a week; empty where there were not."""
    if week is None:
        return ""
    first, last = date.fromordinal(week.first), date.fromordinal(week.last)
    when = f"from {day_and_month(first)} to {day_and_month(last)}"
    if first == last:
        when = f"on {day_and_month(last)}"
    return (
        f"{week.slips} slips in one week, {when}: a short check before you submit helps. Reread "
        "the lead-in, the units and the sign."
    )


def changes(changes: AnswerChanges) -> str:
    """The tally of changed answers; empty where none is known."""
    total = changes.right_to_wrong + changes.wrong_to_right + changes.wrong_to_wrong
    if not total:
        return ""
    told = (
        "Changing an answer is not bad as such. Yours so far: right to wrong "
        f"{changes.right_to_wrong:,}, wrong to right {changes.wrong_to_right:,}"
    )
    if changes.wrong_to_wrong:
        told += f", wrong to wrong {changes.wrong_to_wrong:,}"
    told += "."
    if changes.one_sided:
        come = "comes from a list" if changes.one_sided == 1 else "come from lists"
        told += (
            f" {changes.one_sided:,} of these {come} of misses only, where a change to the right "
            "answer cannot be seen."
        )
    return told
