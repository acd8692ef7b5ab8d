"""The sentences of the window that names reasons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ..collection.evidence import Diagnosis, Shift
from ..diagnosis.evidence import NoteEvidence
from ..diagnosis.suggestion import Strength
from ..matching.source_paths import source_paths
from ..model.attempts import AnswerChange, Attempt, Confidence, Outcome, Problem
from ..model.banks import bank_by_key
from ..model.dates import short_date
from ..model.decisions import family_of
from ..model.misses import Miss
from ..model.reasons import Family, name_of
from ..model.systems import system_by_key
from ..planning.treatment import next_step
from .words import count

ASKED_FIRST = "This one is asked first: the suggestion comes after your answer."
_UNOPTIMISED = (
    "FSRS has not been optimised for your cards: suggestions will be surer after"
    " Deck options > FSRS > Optimize."
)
_AMONG_OTHERS = "What was not solid is among its other notes: C shows them, B opens the browser."
_MOST_SIBLINGS = 3
_MOST_PROBLEMS = 4
# A shift of the odds in log-odds: by less than a tenth, and from half as much again on.
_HARDLY = 0.1
_CLEARLY = 0.4

_OUTCOMES = {
    Outcome.INCORRECT: "wrong",
    Outcome.OMITTED: "left open",
    Outcome.UNSURE: "right, but marked",
}
_CHANGES = {
    AnswerChange.RIGHT_TO_WRONG: "changed from right to wrong",
    AnswerChange.WRONG_TO_RIGHT: "changed from wrong to right",
    AnswerChange.WRONG_TO_WRONG: "changed from wrong to wrong",
}
CONFIDENCE = {
    None: "Sure of it?",
    Confidence.SURE: "I was sure",
    Confidence.UNSURE: "I was unsure",
    Confidence.GUESSED: "I guessed",
}


def where(miss: Miss) -> str:
    """Which sitting a miss is from: "Sat 21 Nov 14:05, Block 12"."""
    when = datetime.fromtimestamp(miss.sitting.when)
    moment = f"{short_date(when)} {when:%H:%M}"
    return f"{moment}, {miss.sitting.name}" if miss.sitting.name else moment


def classification(miss: Miss) -> str:
    """What the bank prints about the question: "Cardiovascular › Valves › Aortic stenosis"."""
    attempt = miss.attempt
    system = system_by_key(miss.question.system)
    parts = [attempt.system or (system.name if system else ""), attempt.category, attempt.topic]
    parts = list(dict.fromkeys(part for part in parts if part))
    if attempt.subject and attempt.subject not in parts:
        parts.insert(0, attempt.subject)
    return " › ".join(parts)


def facts(attempt: Attempt) -> str:
    """How it was answered: "wrong · you 0:45, others 1:20 · 62 % of others right"."""
    parts = [_OUTCOMES.get(attempt.outcome, "")] if attempt.outcome else []
    if attempt.seconds is not None:
        parts.append(f"you {_clock(attempt.seconds)}")
        if attempt.others_seconds is not None:
            parts[-1] += f", others {_clock(attempt.others_seconds)}"
    if attempt.percent_others is not None:
        parts.append(f"{attempt.percent_others:.0f} % of others right")
    if attempt.change:
        parts.append(_CHANGES[attempt.change])
    if attempt.reason and len(attempt.reason) > 2:
        parts.append(f"your log says: {attempt.reason}")
    return " · ".join(part for part in parts if part)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"


def suggestion(diagnosis: Diagnosis) -> str:
    """The suggestion in one sentence, and how strong it is."""
    said = diagnosis.suggestion
    return f"{said.why} ({said.strength.value})" if said.strength is not Strength.NONE else said.why


def probability(diagnosis: Diagnosis) -> str:
    """The numbers behind the suggestion, for those who ask."""
    said = diagnosis.suggestion
    lines = [f"Missing knowledge: {100 * said.p_knowledge:.0f} %"]
    if said.family not in (None, Family.KNOWLEDGE):
        lines.append(f"{suggested_name(diagnosis)}: {100 * said.p_family:.0f} %")
    if diagnosis.is_unoptimised:
        lines.append(_UNOPTIMISED)
    return "\n".join(lines)


def suggested_name(diagnosis: Diagnosis) -> str:
    """What is suggested, in two or three words; "" for nothing."""
    return name_of(diagnosis.suggestion.code) if diagnosis.suggestion.code else ""


def note_state(evidence: NoteEvidence) -> str:
    """What a note was like at the moment: "solid, 93 %", "shaky, 61 %, forgotten 3 times"."""
    words = evidence.state.value
    if evidence.recall is not None:
        words += f", {100 * evidence.recall:.0f} %"
    if evidence.lapses:
        times = "once" if evidence.lapses == 1 else f"{evidence.lapses} times"
        words += f", forgotten {times}"
    return words


def what_to_do(diagnosis: Diagnosis, reason: str) -> str:
    """What a reason calls for with this question, as lines."""
    about = diagnosis.about
    lines = [next_step(reason, about.lapses)]
    if family_of(reason) is Family.KNOWLEDGE and about.main_notes_were_solid and about.weak_notes:
        lines.append(_AMONG_OTHERS)
    if reason == "K1":
        paths = source_paths(diagnosis.core_tags)
        lines += [f"Read: {path.text}" for path in paths]
    return "\n".join(lines)


def siblings(diagnosis: Diagnosis) -> tuple[str, ...]:
    """The ids of other questions on the same facts to do for it, all of one bank."""
    banks = [other.bank for other in diagnosis.siblings]
    ids = [other.id for other in diagnosis.siblings if other.bank == banks[0]]
    return tuple(ids[:_MOST_SIBLINGS])


def siblings_line(diagnosis: Diagnosis) -> str:
    """The same as a line that names their bank where it is another one; "" for none."""
    if not diagnosis.siblings:
        return ""
    bank = diagnosis.siblings[0].bank
    where = "" if bank == diagnosis.key.bank else f" in {bank_by_key(bank).name}"
    return f"Other questions on it{where}: {', '.join(siblings(diagnosis))}"


def stop(named: int, left: int) -> str:
    """Said after every fifth reason."""
    rest = f"{count(left, 'miss', 'misses')} left; this is kept" if left else "None left"
    return f"{count(named, 'reason')} named. A good place to stop. {rest}."


def done(families: dict[Family, int], *, sampled: bool) -> str:
    """What the named misses have in common, when all that was asked is answered."""
    total = sum(families.values())
    if not total:
        return "Nothing is named yet."
    kinds = (
        (Family.KNOWLEDGE, "missing knowledge"),
        (Family.APPLICATION, "knowing but not using it"),
        (Family.TEST_TAKING, "reading, choosing or the clock"),
    )
    parts = [f"{families[family]:,} {words}" for family, words in kinds if families.get(family)]
    of = "in this sample of" if sampled else "of"
    return f"{', '.join(parts)}, {of} {count(total, 'miss', 'misses')}."


def not_taken(problems: Sequence[Problem]) -> str:
    """What of a line of shorthand was not understood: each remark once, with where it applies."""
    places: dict[str, list[str]] = {}
    for problem in problems[:_MOST_PROBLEMS]:
        places.setdefault(problem.message, []).append(f"“{problem.where}”")
    lines = [f"{', '.join(where)}: {message}" for message, where in places.items()]
    if len(problems) > _MOST_PROBLEMS:
        lines.append(f"and {len(problems) - _MOST_PROBLEMS:,} more, still in the line below.")
    return "\n".join(lines)


def shift(learned: Shift) -> str:
    """What was learnt from the answers given first; "" before there are any."""
    if not learned.answers:
        return ""
    towards = "missing knowledge" if learned.log_odds > 0 else "the rest"
    size = abs(learned.log_odds)
    answers = count(learned.answers, "answer")
    if size < _HARDLY:
        return f"{answers} given first: the suggestions fit you as they are."
    strength = "a little" if size < _CLEARLY else "clearly"
    return f"{answers} given first: suggestions lean {strength} more towards {towards}."
