"""The sentences of the window about today's questions."""

from __future__ import annotations

from datetime import date

from ..collection.question_block import TodaysQuestions
from ..model.banks import AMBOSS, UWORLD, QuestionKey, bank_by_key, exam_by_key
from ..model.dates import day_and_month, weekday
from ..planning.question_block import (
    FIRST_REPEAT_DAY,
    FIRST_SIBLING_DAY,
    BankAndExam,
    Block,
    Candidate,
    Hindrance,
    Kind,
)
from ..settings import Settings
from .words import count

READING = "Reading your records…"
KEEP_IN_MIND = "Keep in mind:"
NO_RULE = "No rule to keep in mind yet."
WHAT_SIBLINGS_ARE = (
    "A sibling is another question on a fact you missed. Each one uses up a question that you have "
    "not seen yet."
)
AFTERWARDS = (
    "Afterwards, import the whole result, right answers too: a sibling right shows that a miss is "
    "repaired."
)
DONE = (
    "Today's block is done.\n\nNext: name the reasons of what was missed in it, if anything was: "
    "Tools > Remediation > Name reasons…"
)
ABOUT_RETIRING = (
    "They are not asked any more, and others take their places. In the window of Why these… they "
    "can be asked again."
)
REFUSED = "The bank refused it"
ASK_AGAIN = "Select refused ids to ask them again."
NEW_DAY = "A new day: these are today's ids."
NOT_REFUSED = "None of these ids is in the block."
BEFORE_RESULT = "This says which facts come up. It is meant for after the block."
_HOW_TO_USE = {
    UWORLD.key: "In UWorld: Create Test, choose the questions by id (Custom), paste, timed.",
    AMBOSS.key: "In AMBOSS: start a custom session, choose the questions by id, paste, exam mode.",
}
_NUMBERS = {1: "One block", 2: "Two blocks", 3: "Three blocks", 4: "Four blocks"}


def source(source: BankAndExam) -> str:
    """A bank and exam: "UWorld Step 1"."""
    bank, exam = source
    name = bank_by_key(bank).name
    return f"{name} {exam_by_key(exam).name}" if exam else name


def counts(block: Block) -> str:
    """What is in a block: "18 questions: 12 siblings of open misses, 6 missed before."."""
    siblings, repeats = block.count(Kind.SIBLING), block.count(Kind.REPEAT)
    parts = []
    if siblings:
        of = "an open miss" if siblings == 1 else "open misses"
        parts.append(f"{count(siblings, 'sibling')} of {of}")
    if repeats:
        parts.append(f"{repeats} missed before")
    return f"{count(len(block.questions), 'question')}: {', '.join(parts)}."


def how_to_use(block: Block) -> str:
    """How the ids get into the bank."""
    return _HOW_TO_USE[block.source[0]]


def copied(number: int) -> str:
    """What to do once the ids were copied."""
    if number == 1:
        return "Copied. Paste it into the bank."
    return f"{number} ids copied. Paste them into the bank."


def about_copying(found: TodaysQuestions) -> str:
    """What is known of the copying when a block is shown."""
    if found.is_copied:
        return "Copied today."
    if found.was_copied:
        return "The refused ids are out. Copy the ids again."
    return ""


def refused(keys: tuple[QuestionKey, ...]) -> str:
    """What was found in what the student pasted."""
    if not keys:
        return NOT_REFUSED
    ids = ", ".join(key.id for key in keys)
    return f"{count(len(keys), 'id')} of this block: {ids}"


def no_block(found: TodaysQuestions, settings: Settings) -> str:
    """Why there is nothing to ask, and what comes next."""
    if found.is_done:
        return DONE
    if found.hindrance is Hindrance.TURNED_OFF:
        return (
            "Today's questions are turned off.\n\nTo turn them on, set question_blocks_per_week in "
            "the add-on's settings."
        )
    if found.hindrance is Hindrance.LAST_WEEK:
        return "No block in the last week before the exam. Your cards are enough now."
    if found.hindrance is Hindrance.WEEK_IS_FULL:
        per_week = settings.question_blocks_per_week
        blocks = _NUMBERS.get(per_week, f"{per_week} blocks")
        return f"{blocks} this week: enough. {_from('The next', found.next_day)}"
    if not found.misses:
        return (
            "Nothing to ask yet.\n\nThe questions come from your misses. Import a block first: "
            "Tools > Remediation > Import misses…"
        )
    return f"Nothing to ask today.\n\n{_what_comes(found, settings)}"


def _what_comes(found: TodaysQuestions, settings: Settings) -> str:
    repeats = f"the missed question itself after {FIRST_REPEAT_DAY}"
    if not settings.siblings_in_blocks:
        rule = f"Missed questions come again after {FIRST_REPEAT_DAY} days."
    else:
        rule = f"Siblings come {FIRST_SIBLING_DAY} days after a miss, {repeats}."
    if found.first_day is None:
        return f"{rule} No open miss has a question left to ask."
    return f"{rule} {_from('The first', found.next_day)}"


def _from(what: str, day: date | None) -> str:
    if day is None:
        return "No more block before the exam."
    return f"{what} from {weekday(day)}, {day_and_month(day)}."


def why(question: Candidate) -> str:
    """Why a question was in the block."""
    when = day_and_month(question.missed)
    times = f", {question.times_missed} times so far" if question.times_missed > 1 else ""
    if question.kind is Kind.SIBLING:
        same_bank = question.miss.bank == question.key.bank
        miss = question.miss.id if same_bank else str(question.miss)
        return f"Sibling of {miss}, missed on {when}{times}"
    return f"Missed on {when}{times}"
