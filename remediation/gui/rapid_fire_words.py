"""The sentences of rapid-fire mode: true facts and the next step."""

from __future__ import annotations

from dataclasses import replace

from ..collection.waiting_decks import WaitingDecks
from ..planning.session import GoalKind, Progress, Session, Summary, Tally, Waiting
from .words import count

NOTHING_WAITS = "No cards are waiting in today's decks. Import misses first, or come back tomorrow."
ALL_SYSTEMS = "All systems, one after another"
# Short, since the window may be narrow.
TIME_IS_UP = "Time is up"
PAUSED = "Paused"
AWAY = "Rapid-fire is paused"
NOTHING_ANSWERED = "No card was answered. To start again: Tools > Remediation > Rapid-fire review…"
EMPTIED = "No card is waiting there any more."
_TODAY = "Today's mixed deck"


def named(waiting: WaitingDecks) -> WaitingDecks:
    """The same decks, the only mixed one by what it is for."""
    if len(waiting.mixed) != 1:
        return waiting
    return replace(waiting, mixed=(replace(waiting.mixed[0], name=_TODAY),))


def left(session: Session, waiting: int) -> str:
    """What is left of a session, while so many cards wait: "8 cards left"."""
    if session.goal.kind is not GoalKind.MINUTES:
        return f"{count(session.cards_left(waiting), 'card')} left"
    if session.is_reached:
        return "Last card"
    return f"{session.minutes_left:,} min left"


def tally(counts: Tally) -> str:
    """The counts for the bar: "12 right, 3 again"."""
    return f"{counts.right:,} right, {counts.again:,} again"


def pace(session: Session) -> str:
    """How long an answer takes: "14 s a card"."""
    return "" if session.pace is None else f"{session.pace:,.0f} s a card"


def headline(summary: Summary) -> str:
    """How many cards of how many were right: "34 of 40 right"."""
    return f"{summary.tally.right:,} of {summary.tally.cards:,} right"


def details(summary: Summary) -> list[str]:
    """What else is true about a session, a sentence each."""
    minutes = max(1, round(summary.seconds / 60))
    sentences = [
        f"{count(summary.tally.cards, 'card')} in {count(minutes, 'minute')}. "
        "Each counts by its first answer."
    ]
    if summary.tally.again:
        were = "was" if summary.tally.again == 1 else "were"
        sentences.append(f"{count(summary.tally.again, 'card')} {were} Again at first.")
    if steps(summary.progress):
        sentences.append(steps(summary.progress))
    return sentences


def steps(made: Progress) -> str:
    """Misses that came further: "2 misses half-way, 1 repaired."; empty for none."""
    if made.half_way and made.repaired:
        return f"{count(made.half_way, 'miss', 'misses')} half-way, {made.repaired:,} repaired."
    if made.half_way:
        return f"{count(made.half_way, 'miss', 'misses')} half-way."
    return f"{count(made.repaired, 'miss', 'misses')} repaired." if made.repaired else ""


def next_step(following: Waiting | None) -> str:
    """What to do after a session: "Next: Renal (12 cards)"."""
    if following is None:
        return "Enough for today."
    return f"Next: {following.name} ({count(following.cards, 'card')}), or stop here for today."
