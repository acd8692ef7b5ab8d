"""The day of the exam and the time for it, as the student said. "No date yet" is an answer too."""

from __future__ import annotations

from datetime import date

from anki.collection import Collection

from ..settings import Settings
from .anki_days import anki_days
from .ledger import Ledger, NewRecords, read_ledger, remember, write_records
from .shared_settings import stored_name
from .undo import UndoStep

UNDO_NAME = "Change exam date"
# Where they stand among what is remembered. A date is "2026-03-14", or "" for no date yet.
_EXAM_DATE = stored_name("exam_date")
_MINUTES = stored_name("minutes_per_day")


def exam_date(ledger: Ledger) -> date | None:
    """The day of the exam; None where there is none yet, or what is stored is not a date."""
    stored = ledger.remembered.get(_EXAM_DATE)
    try:
        return date.fromisoformat(stored) if isinstance(stored, str) else None
    except ValueError:
        return None


def is_said(ledger: Ledger) -> bool:
    """Whether the student gave a date, or said that there is none yet."""
    return ledger.remembered.get(_EXAM_DATE) == "" or exam_date(ledger) is not None


def set_exam_date(
    col: Collection, settings: Settings, day: date | None, minutes: int | None = None
) -> UndoStep | None:
    """Records the day of the exam (None for no date yet) as one undo step.

    Also how many `minutes` a day there are for cards (0 for no limit, None to leave it as it is).
    None where the same was said before.
    """
    ledger = read_ledger(col)
    said: dict[str, str | int] = {}
    if not is_said(ledger) or exam_date(ledger) != day:
        said[_EXAM_DATE] = day.isoformat() if day else ""
    if minutes is not None and minutes != settings.minutes_per_day:
        said[_MINUTES] = minutes
    if not said:
        return None
    chosen = remember(ledger, said)
    with UndoStep(col, UNDO_NAME) as step:
        write_records(col, step, NewRecords(remembered=(chosen,)), deck_parent=settings.deck_parent)
    return step


def days_to_exam(col: Collection, ledger: Ledger) -> int | None:
    """In how many of Anki's days the exam is: 0 today, below 0 afterwards, None without a date."""
    day = exam_date(ledger)
    return day.toordinal() - anki_days(col).today() if day else None
