"""Days and moments: Anki counts days from the collection's creation, from 4 o'clock on."""

from __future__ import annotations

import random
import time

ROLLOVER_HOUR = 4
#: Reviews go back about 18 months.
HISTORY_DAYS = 545
_DAY_MS = 86_400_000
_HOUR_MS = 3_600_000


class Calendar:
    """The days of one collection; day 0 is its creation, `today` the day of `now`."""

    def __init__(self, now: int) -> None:
        self.now = now
        self.today = HISTORY_DAYS + 15
        local = time.localtime(now)
        midnight = now - local.tm_hour * 3600 - local.tm_min * 60 - local.tm_sec
        start_of_today = midnight + ROLLOVER_HOUR * 3600
        if start_of_today > now:
            start_of_today -= 86_400
        #: Seconds: goes into the collection's `crt`.
        self.created = start_of_today - self.today * 86_400
        self._taken: set[int] = set()

    def moment(self, day: int, rng: random.Random) -> int:
        """Milliseconds at which the student sits down on a day, between 7 and 22 o'clock.

        Today it is early enough for a quarter of an hour to have passed.
        """
        start = self.created * 1000 + day * _DAY_MS
        if day < self.today:
            return start + 3 * _HOUR_MS + int(rng.random() * 15 * _HOUR_MS)
        latest = max(start, self.now * 1000 - 1_000_000)
        return start + int(rng.random() * (latest - start))

    def unique(self, moment: int) -> int:
        """That moment, or the next free millisecond: ids of reviews must differ."""
        moment = min(moment, self.now * 1000)
        while moment in self._taken:
            moment += 1
        self._taken.add(moment)
        return moment
