"""Anki's days: each begins at the collection's rollover hour on the clock of this computer.

As that clock was at the time. (Anki's own `rated:` counts back from tonight in days of 24 hours, so
that reviews near the rollover hour change their day when the clocks change. A repair must not.)
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from anki.collection import Collection

_NOON = 12


class AnkiDays:
    """Anki's days, each given as the number of its date (`date.toordinal`).

    A day begins at the hour `rollover` of this computer's clock: an answer at 3 o'clock usually
    belongs to the day before. Its date is that of most of its hours: a day that begins at 23
    o'clock has the date of the next morning. Source: rslib/src/scheduler/timing.rs, which takes
    the hour in the time zone of that moment, summer time or not.
    """

    def __init__(self, rollover: int) -> None:
        # From the midnight at which the date begins.
        self._begin = timedelta(hours=rollover if rollover < _NOON else rollover - 24)

    def day(self, moment: float) -> int:
        """The day of a moment in seconds since the epoch."""
        return (datetime.fromtimestamp(moment) - self._begin).toordinal()

    def today(self) -> int:
        """The day that it is now."""
        return self.day(datetime.now().timestamp())

    def begin(self, day: int) -> float:
        """The moment at which a day begins, in seconds since the epoch."""
        return (datetime.combine(date.fromordinal(day), time()) + self._begin).timestamp()


def anki_days(col: Collection) -> AnkiDays:
    """The days of a collection."""
    return AnkiDays(col.get_preferences().scheduling.rollover)
