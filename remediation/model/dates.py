"""Days in the words of a sentence.

Never by `strftime`, which names them in the language of the system: these sentences have one of
their own, as Anki's interface has.
"""

from __future__ import annotations

from datetime import date

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
# Letters of a short name.
_SHORT = 3


def weekday(day: date) -> str:
    """The day of the week: "Tuesday"."""
    return _WEEKDAYS[day.weekday()]


def day_and_month(day: date) -> str:
    """A day of this year: "3 November"."""
    return f"{day.day} {_MONTHS[day.month - 1]}"


def full_date(day: date) -> str:
    """A day of any year: "3 November 2026"."""
    return f"{day_and_month(day)} {day.year}"


def short_date(day: date) -> str:
    """A day of this year where there is little room: "Tue 3 Nov"."""
    return f"{weekday(day)[:_SHORT]} {day.day} {_MONTHS[day.month - 1][:_SHORT]}"
