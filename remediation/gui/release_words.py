"""The sentences about cards that became active, cards that wait, and the exam."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..collection.release_queue import ReleaseOverview, ReleasePlan
from ..model.dates import full_date
from ..planning.release_queue import NOTHING_NEW_DAYS, WaitingCard
from ..planning.study_time import StudyTime
from .words import count

# Of 1 (highest) to 5.
_HIGH_YIELD = 2


def became_active(number: int) -> str:
    """The headline: what became active today."""
    return (
        f"{count(number, 'card')} became active today." if number else "No new card today so far."
    )


def hint(overview: ReleaseOverview, *, by_itself: bool) -> str:
    """What comes next. `by_itself` says whether cards become active without being asked for."""
    plan, days = overview.plan, overview.plan.days_to_exam
    if not overview.has_misses:
        return (
            "Import the questions that you missed first (Tools > Remediation > Import misses)."
            " Their suspended cards become active from here, a few each day."
        )
    if not plan.queue:
        return "No card waits. New ones come with the next questions you import."
    if days is not None and days < 0:
        return (
            "Your exam date has passed, so nothing comes by itself. Say when the next one is, or"
            " that there is no date yet."
        )
    if days is not None and days <= NOTHING_NEW_DAYS:
        return (
            "Nothing new comes by itself in the last days before the exam: this is time for what"
            " you have already begun."
        )
    if not (by_itself and plan.most_a_day):
        return "Cards become active when you release them."
    if plan.number:
        return f"{count(plan.number, 'more card')} can become active today.{_time_taken(plan.time)}"
    if plan.time.is_limited and not plan.time.room:
        return (
            f"Enough for today: Anki's cards fill your {count(plan.time.minutes, 'minute')}, so"
            " nothing new comes by itself."
        )
    return "That is enough for today. The next ones come tomorrow."


def _time_taken(time: StudyTime) -> str:
    """How much of the student's time today's cards take; nothing where they set no limit."""
    if not time.is_limited:
        return ""
    taken, limit = math.ceil(time.taken), count(time.minutes, "minute")
    return f" Those that Anki has for today take about {taken:,} of your {limit}."


def waiting_sentence(waiting: int) -> str:
    """How many wait, for those who asked."""
    if not waiting:
        return "No card waits."
    return f"{count(waiting, 'card waits', 'cards wait')}. They come a few at a time."


def exam_sentence(overview: ReleaseOverview) -> str:
    """When the exam is."""
    days = overview.plan.days_to_exam
    if overview.exam is None or days is None:
        return "Exam: no date yet." if overview.is_said else "When is your exam?"
    day = full_date(overview.exam)
    if days < 0:
        return f"Exam: it was on {day}."
    when = ("today", "tomorrow")[days] if days < 2 else f"in {days:,} days"
    return f"Exam: {day}, {when}."


def release_summary(plan: ReleasePlan) -> str:
    """What releasing does: "10 cards of 8 questions in 4 systems, about 5 minutes today."."""
    cards = plan.cards
    questions = len({card.question for card in cards})
    systems = len({card.system for card in cards if card.system})
    where = f" in {count(systems, 'system')}" if systems else ""
    minutes = count(math.ceil(plan.time.for_new(len(cards))), "minute")
    text = f"{count(len(cards), 'card')} of {count(questions, 'question')}{where}"
    text += f", about {minutes} today."
    if plan.released_today:
        together = count(plan.released_today + len(cards), "card")
        text += f" With those that came earlier it is {together} today."
    return f"{text} Edit > Undo takes it back."


def why_now(card: WaitingCard) -> str:
    """Why a card is among the first, in a few words."""
    reasons: Sequence[str] = (
        f"missed {card.misses} times" if card.misses > 1 else "",
        f"{round(sum(card.exam_weight) / 2)} % of the exam" if card.exam_weight else "",
        "high yield" if card.yield_rank <= _HIGH_YIELD else "",
    )
    return ", ".join(filter(None, reasons))
