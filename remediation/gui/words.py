"""The sentences of the import screen. Plain words, true numbers, and what to do next."""

from __future__ import annotations

from collections import Counter

from ..collection.importing import ImportPreview, ImportResult
from ..collection.question_preview import QuestionPreview
from ..diagnosis.recall import Knowledge
from ..model.attempts import Outcome
from ..sources.completion import question_count
from ..sources.reading import Reading
from ..sources.registry import reader_by_key


def count(number: int, singular: str, plural: str = "") -> str:
    """A number with its noun: "1 card", "1,234 cards"."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def understood(reading: Reading) -> str:
    """What the input was taken for: "UWorld results table: 17 questions. 2 places not read."."""
    name = reader_by_key(reading.reader).name
    found = []
    if question_count(reading):
        found.append(count(question_count(reading), "question"))
    if reading.groups:
        found.append(count(len(reading.groups), "row of a report", "rows of a report"))
    if reading.further:
        found.append(f"in {count(len(reading.further) + 1, 'sitting')}")
    sentence = f"{name}: {', '.join(found)}."
    if reading.problems:
        sentence += (
            f" {count(len(reading.problems), 'remark')} about the input: see Problems below."
        )
    return sentence


def totals(preview: ImportPreview) -> str:
    """What was missed and what the cards say: "17 of 40 missed. 15 have cards: ..."."""
    missed = [q for q in preview.questions if q.missed]
    total = preview.request.total
    groups = [group for sitting in preview.request.sittings for group in sitting.groups]
    if groups and not any(sitting.attempts for sitting in preview.request.sittings):
        rows = count(len(groups), "row")
        return f"A report with {rows}. Choose up to three topics to work on. Nothing changed yet."
    if not missed:
        return "None of these were missed. There is nothing to make cards active for."
    of = f" of {total:,}" if total else ""
    sentence = f"{len(missed):,}{of} missed. {_knowledge(missed)}."
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
        return "None of them has a card in this collection"
    states = (Knowledge.NEW, Knowledge.SHAKY, Knowledge.SOLID)
    parts = [f"{known[state]:,} {state.value}" for state in states if known[state]]
    have = "has cards" if with_cards == 1 else "have cards"
    return f"{with_cards:,} {have}: {', '.join(parts)} that day"


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
        parts.append(f"makes {count(len(preview.projection.unsuspend), 'suspended card')} active")
    if preview.projection.rebuild:
        parts.append(f"sets up {count(len(preview.projection.rebuild), 'deck')}")
    sentence = f"Apply {_listed(parts)}." if parts else "Apply updates the records."
    repaired = sum(q.missed and q.key in preview.projection.repaired for q in preview.questions)
    if repaired:
        are = "is" if repaired == 1 else "are"
        sentence += f" {repaired:,} {are} repaired already: you recalled the cards since."
    if preview.waiting:
        verb = "waits" if len(preview.waiting) == 1 else "wait"
        sentence += f" {count(len(preview.waiting), 'card')} {verb} for another day."
    return sentence


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def done(result: ImportResult) -> str:
    """What was done, after applying."""
    in_decks = sum(deck.cards for deck in result.decks)
    filled = sum(1 for deck in result.decks if deck.cards)
    ready = f"{count(in_decks, 'card')} ready in {count(filled, 'deck')}."
    return (
        f"{count(result.cards_unsuspended, 'card')} made active, "
        f"{count(result.notes_tagged, 'note')} tagged. "
        f"{ready if in_decks else 'No card is ready to study today.'}"
    )


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
