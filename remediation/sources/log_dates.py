"""Dates as students and their programs write them, and which way round a whole column has them.

ISO, US and European numbers, names of months, Notion's ranges, Google's time stamps and Excel's
serial numbers, each with or without a time. 3/4/2026 alone says nothing; a column of them mostly
does: a number above 12 is a day, a day that has not come yet was meant the other way round, and a
log is usually kept in order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

_LONGEST = 60
_EARLIEST_YEAR = 2000
# Excel counts days from here; these are 2000 and 2100.
_EXCEL_START = datetime(1899, 12, 30)
_EXCEL_FIRST, _EXCEL_LAST = 36_526, 73_050

# English, German, Spanish, Portuguese and French, by their first three letters.
# fmt: off
_MONTHS = {
    "jan": 1, "ene": 1, "feb": 2, "fev": 2, "fév": 2, "mar": 3, "mär": 3, "mrz": 3, "apr": 4,
    "abr": 4, "avr": 4, "may": 5, "mai": 5, "jun": 6, "jul": 7, "aug": 8, "ago": 8, "sep": 9,
    "set": 9, "oct": 10, "okt": 10, "out": 10, "nov": 11, "dec": 12, "dez": 12, "dic": 12,
}
# fmt: on
_TIME = (
    r"(?:(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"(?:\s?(?P<half>[ap])\.?\s?m\.?)?)"
)
_ZONE = r"(?:\s?(?P<zone>z|[+-]\d{2}:?\d{2})|\s?\(?(?:gmt|utc|[ecmp][sd]t)[^()]{0,8}\)?)?"
_AFTER = rf"(?:(?:,?\s(?:at\s|um\s)?|t){_TIME}{_ZONE})?"
_WEEKDAY = r"(?:[^\W\d]{2,10}\.?,?\s)?"
_PATTERNS = tuple(
    re.compile(pattern + _AFTER, re.IGNORECASE)
    for pattern in (
        r"(?P<year>\d{4})(?P<by>[-/.])\s?(?P<month>\d{1,2})(?P=by)\s?(?P<day>\d{1,2})\.?",
        rf"{_WEEKDAY}(?P<first>\d{{1,2}})(?P<by>[/.-])(?P<other>\d{{1,2}})(?P=by)(?P<year>\d{{4}}|\d{{2}})",
        rf"{_WEEKDAY}(?P<name>[^\W\d]{{3,10}})\.?\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<year>\d{{4}})",
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\.?[\s-](?:de\s)?(?P<name>[^\W\d]{{3,10}})\.?,?[\s-]"
        r"(?:de\s)?(?P<year>\d{4}|\d{2})",
    )
)
_SERIAL = re.compile(r"\d{5}(?:\.\d{1,12})?")


class Written(NamedTuple):
    """A date as written. Without `is_clear`, `month` and `day` may be the other way round."""

    year: int
    month: int
    day: int
    time: time | None = None
    is_clear: bool = True

    def moment(self, day_first: bool = False) -> datetime | None:
        """The moment, the day's beginning where no time is given; None for a day that is none."""
        month, day = self.month, self.day
        if not self.is_clear and (month > 12 or (day_first and day <= 12)):
            month, day = day, month
        try:
            return datetime.combine(datetime(self.year, month, day), self.time or time())
        except ValueError:
            return None


@lru_cache(maxsize=4096)
def parse(text: str) -> Written | None:
    """What a cell says as a date, None where it is none."""
    text = text.strip().lstrip("@").partition("→")[0].strip()
    if len(text) > _LONGEST:
        return None
    if _SERIAL.fullmatch(text):
        return _from_serial(float(text))
    for pattern in _PATTERNS:
        found = pattern.fullmatch(text)
        if found:
            return _written(found.groupdict())
    return None


def day_comes_first(dates: Iterable[Written], today: datetime) -> bool | None:
    """Whether unclear dates of a column have the day first; None where nothing decides it."""
    unclear: list[Written] = []
    sure: set[bool] = set()
    for date in dates:
        if not date.is_clear:
            if date.month > 12 or date.day > 12:
                sure.add(date.month > 12)
            elif date.month != date.day:
                unclear.append(date)
    if len(sure) == 1:
        return sure.pop()
    if sure or not unclear:
        return None
    ways = {way: [date.moment(way) for date in unclear] for way in (False, True)}
    possible = [
        way
        for way, moments in ways.items()
        if all(moment and moment <= today + timedelta(days=1) for moment in moments)
    ]
    if len(possible) == 1:
        return possible[0]
    if len(set(unclear)) > 2:
        in_order = [way for way, moments in ways.items() if _in_order(moments)]
        if len(in_order) == 1:
            return in_order[0]
    return None


def is_unclear(date: Written) -> bool:
    """Whether `date` is another day the other way round."""
    return not date.is_clear and date.month <= 12 and date.day <= 12 and date.month != date.day


def is_possible(moment: datetime, today: datetime) -> bool:
    """Whether a question can have been answered then: not before 2000, not after tomorrow."""
    return moment.year >= _EARLIEST_YEAR and moment <= today + timedelta(days=1)


def _in_order(moments: Iterable[datetime | None]) -> bool:
    days = [moment for moment in moments if moment]
    return days == sorted(days) or days == sorted(days, reverse=True)


def _from_serial(serial: float) -> Written | None:
    if not _EXCEL_FIRST <= serial < _EXCEL_LAST:
        return None
    moment = _EXCEL_START + timedelta(days=serial)
    # Fractions of a second are what is left of rounding.
    moment = (moment + timedelta(milliseconds=500)).replace(microsecond=0)
    return Written(moment.year, moment.month, moment.day, moment.time() if serial % 1 else None)


def _written(part: dict[str, str | None]) -> Written | None:
    year = int(part["year"] or 0)
    year += 2000 if year < 100 else 0
    moment = _time(part)
    if part.get("first"):
        first, other = int(part["first"] or 0), int(part["other"] or 0)
        if part["by"] == ".":
            written = Written(year, other, first, moment)
        else:
            written = Written(year, first, other, moment, is_clear=False)
            if first > 12 and other > 12:
                return None
        return written if written.moment() or written.moment(True) else None
    if part.get("name"):
        month = _MONTHS.get((part["name"] or "").casefold()[:3])
        if month is None:
            return None
    else:
        month = int(part["month"] or 0)
    written = Written(year, month, int(part["day"] or 0), moment)
    there = written.moment()
    if there is None:
        return None
    zone = part.get("zone")
    if zone and moment:
        try:
            text = "+0000" if zone in "zZ" else zone.replace(":", "")
            there = datetime.strptime(f"{there:%Y-%m-%d %H:%M:%S}{text}", "%Y-%m-%d %H:%M:%S%z")
            there = there.astimezone().replace(tzinfo=None)
        except (ValueError, OverflowError, OSError):
            return written
        return Written(there.year, there.month, there.day, there.time())
    return written


def _time(part: dict[str, str | None]) -> time | None:
    """The time of day, None where none is given; midnight to the second is no time either."""
    if part.get("hour") is None:
        return None
    hour, half = int(part["hour"] or 0), (part.get("half") or "").casefold()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        found = time(hour, int(part["minute"] or 0), int(part["second"] or 0))
    except ValueError:
        return None
    return found if found != time() else None
