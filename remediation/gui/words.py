"""The sentences of the import screen. Plain words, true numbers, and what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from ..collection.importing import ImportPreview, ImportResult
from ..collection.question_preview import QuestionPreview
from ..diagnosis.recall import Knowledge
from ..model.attempts import Attempt, Outcome
from ..model.banks import OTHER_BANK, exam_by_key
from ..model.dates import full_date
from ..model.records import Sitting
from ..sources.completion import question_count
from ..sources.reading import Reading
from ..sources.registry import reader_by_key
from .sync_watch import DECKS_LATER

# A time is told in steps of so many minutes: nobody knows it better, and nothing needs it.
_MINUTES = 5


def count(number: int, singular: str, plural: str = "") -> str:
    """A number with its noun: "1 card", "1,234 cards"."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def understood(reading: Reading) -> str:
    """What was read, while its exam is not known: "UWorld results table: 17 questions."."""
    name = reader_by_key(reading.reader).name
    found = []
    if question_count(reading):
        found.append(count(question_count(reading), "question"))
    if reading.groups:
        found.append(count(len(reading.groups), "row of a report", "rows of a report"))
    if reading.further:
        found.append(f"in {count(len(reading.further) + 1, 'sitting')}")
    return f"{name}: {', '.join(found)}."


def remarks(reading: Reading) -> str:
    """How many places of the input are remarked on; "" for none."""
    if not reading.problems:
        return ""
    return f"{count(len(reading.problems), 'remark')} about the input: see Problems below."


SAMPLE = (
    "This is a sample: made-up misses from your own cards. Nothing is written before Apply, and "
    "one button takes all of it out again."
)


def taken_for(sittings: Sequence[Sitting], now: datetime) -> str:
    """What the input is taken for: "UWorld Step 1, 40 questions, 17 missed, today about 14:00."."""
    first = sittings[0]
    several = len(sittings) > 1
    titles = list(dict.fromkeys(replace(one, name="").title for one in sittings))
    parts = [" and ".join(titles) if several else _title(first)]
    if several:
        parts.append(count(len(sittings), "sitting"))
    attempts = [attempt for one in sittings for attempt in one.attempts]
    asked = sum(one.total or len(one.attempts) for one in sittings)
    if attempts:
        parts += [count(asked, "question"), _how_answered(attempts, asked)]
    else:
        parts.append("a score report")
    if not several:
        parts.append(_when(datetime.fromtimestamp(first.when), now, with_time=bool(attempts)))
    return f"{', '.join(parts)}."


def _title(sitting: Sitting) -> str:
    """Its bank, exam and name; a bank that nobody can name is left out beside a name."""
    if sitting.bank == OTHER_BANK.key and sitting.name:
        return f"{exam_by_key(sitting.exam).name} {sitting.name}"
    return sitting.title


_ALL = {
    Outcome.CORRECT: "right",
    Outcome.INCORRECT: "missed",
    Outcome.OMITTED: "left out",
    Outcome.UNSURE: "right but unsure",
}


def _how_answered(attempts: Sequence[Attempt], asked: int) -> str:
    outcomes = {attempt.outcome for attempt in attempts}
    if len(outcomes) == 1 and len(attempts) == asked:
        (outcome,) = outcomes
        said = _ALL[outcome] if outcome else ""
        return f"all {said}" if asked > 1 else said
    missed = sum(bool(a.outcome and a.outcome.is_miss) for a in attempts)
    return f"{missed:,} missed" if missed else "none missed"


def _when(when: datetime, now: datetime, *, with_time: bool) -> str:
    """The moment of a sitting; a time of midnight means that only the day is known."""
    days = (now.date() - when.date()).days
    day = ("today", "yesterday")[days] if 0 <= days < 2 else f"on {full_date(when)}"
    if not with_time or (when.hour, when.minute) == (0, 0):
        return day
    return f"{day} about {when.hour}:{when.minute // _MINUTES * _MINUTES:02}"


def totals(preview: ImportPreview) -> str:
    """What the cards of the misses say: "15 of 17 misses have cards: ..."."""
    missed = [q for q in preview.questions if q.missed]
    groups = [group for sitting in preview.request.sittings for group in sitting.groups]
    if groups and not any(sitting.attempts for sitting in preview.request.sittings):
        rows = count(len(groups), "row")
        return f"A report with {rows}. Choose up to three topics to work on. Nothing changed yet."
    if not missed:
        return "None of these were missed. There is nothing to make cards active for."
    sentence = f"{_knowledge(missed)}."
    if preview.topics:
        sentence += f" {count(len(preview.topics), 'topic')} to choose cards for."
    again = sum(1 for q in missed if q.missed_before)
    if again:
        sentence += f" {again:,} missed before."
    return f"{sentence} Nothing changed yet."


def _knowledge(missed: list[QuestionPreview]) -> str:
    known = Counter(q.knowledge for q in missed)
    with_cards = len(missed) - known[Knowledge.NO_CARD]
    if not with_cards:
        return "No miss has a card in this collection"
    states = (Knowledge.NEW, Knowledge.SHAKY, Knowledge.SOLID)
    parts = [f"{known[state]:,} {state.value}" for state in states if known[state]]
    of = f"{with_cards:,} of {count(len(missed), 'miss', 'misses')}"
    have = "has cards" if with_cards == 1 else "have cards"
    return f"{of} {have}: {', '.join(parts)} that day"


def plan(preview: ImportPreview) -> str:
    """What Apply would do, with its counts."""
    if preview.is_empty:
        if preview.recorded:
            return "This is already imported. There is nothing to add."
        return "There is nothing to write."
    parts = []
    if preview.records.sittings:
        report = any(sitting.groups for sitting in preview.records.sittings)
        parts.append("records the report" if report else "records the block")
    if preview.projection.tags:
        parts.append(f"tags {count(preview.projection.tags.notes_tagged(), 'note')}")
    if preview.projection.unsuspend:
        parts.append(f"makes {_made_active(preview)} active")
    if preview.projection.rebuild:
        parts.append(f"sets up {count(len(preview.projection.rebuild), 'deck')}")
    sentence = f"Apply {_listed(parts)}." if parts else "Apply updates the records."
    repaired = sum(q.missed and q.key in preview.projection.repaired for q in preview.questions)
    if repaired:
        are = "is" if repaired == 1 else "are"
        sentence += f" {repaired:,} {are} repaired already: you recalled the cards since."
    if preview.waiting:
        sentence += f" {_left_waiting(preview)}"
    return sentence


def _made_active(preview: ImportPreview) -> str:
    active, waiting = len(preview.projection.unsuspend), len(preview.waiting)
    if not waiting:
        return count(active, "suspended card")
    return f"the likeliest {active:,} of {active + waiting:,} suspended cards"


def _left_waiting(preview: ImportPreview) -> str:
    waiting = len(preview.waiting)
    verb = "waits" if waiting == 1 else "wait"
    if preview.projection.unsuspend:
        return f"The other {waiting:,} {verb} for another day."
    return f"{count(waiting, 'suspended card')} {verb} for another day."


# How the release queue orders them, for those who ask.
LIKELIEST = (
    "First one card for each miss; among these what you missed more often, what the exam asks "
    "more about, higher yield, and your weaker systems."
)


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def done(result: ImportResult) -> str:
    """What was done, after applying."""
    in_decks = sum(deck.cards for deck in result.decks)
    filled = sum(1 for deck in result.decks if deck.cards)
    ready = f"{count(in_decks, 'card')} ready in {count(filled, 'deck')}."
    parts = [
        f"{count(number, noun)} {what}"
        for number, noun, what in (
            (result.cards_unsuspended, "card", "made active"),
            (result.notes_tagged, "note", "tagged"),
        )
        if number
    ]
    if result.decks_later:
        ready = f"{ready} {DECKS_LATER}" if in_decks else DECKS_LATER
    elif not in_decks:
        ready = "No card is ready to study today."
    return f"Done{': ' if parts else ''}{', '.join(parts)}. {ready}"


def name_reasons(misses: int) -> str:
    """Why the misses just recorded are named, and that a few are a start."""
    if misses == 1:
        return "Say why it was missed."
    number = "Three" if misses > 3 else "Two or three"
    return f"Say why each was missed, a key or two each. {number} are a good start."


def still_to_name(misses: int) -> str:
    """How many of the misses just recorded have no reason after some were named."""
    has = "has" if misses == 1 else "have"
    return f"{count(misses, 'miss', 'misses')} of this import still {has} no reason."


_OUTCOMES = {
    Outcome.CORRECT: "right",
    Outcome.INCORRECT: "wrong",
    Outcome.OMITTED: "omitted",
    Outcome.UNSURE: "unsure",
}


def outcome(question: QuestionPreview) -> str:
    """How the question was answered, for the table."""
    return _OUTCOMES[question.attempt.outcome] if question.attempt.outcome else ""


def cards(question: QuestionPreview) -> str:
    """How many cards it has, for the table."""
    if not question.notes:
        return "no card"
    if not question.missed:
        return ""
    if question.cards == question.matching_cards:
        return f"{question.cards:,}"
    return f"{question.cards:,} of {question.matching_cards:,}"


def remark(question: QuestionPreview) -> str:
    """What is special about a question, for the table."""
    if question.problem:
        return question.problem
    if question.recorded:
        return "already imported"
    if question.how is not None and question.how.value != "id":
        return f"found by {question.how.value}"
    return ""
