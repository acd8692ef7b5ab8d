"""The student's own log of questions (FORMATS 8): CSV, spreadsheet, Notion; any column names.

    Date,Question Bank,Question ID,Organ System,Topic,Error Type,Confidence
    1/15/2026,UWorld,"118154, 2108",Cardio,Heart failure,Knowledge gap,guessed

What the columns hold is guessed (`log_columns.py`) and can be changed by the student (`preview`,
then `read_with`). A log spans days and banks: each bank, exam and day becomes a sitting of its own.
Only ids, results, numbers, names and the reason are kept: no question, no explanation, no notes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from ..model import reasons
from ..model.attempts import Attempt, Confidence, Outcome
from ..model.banks import AMBOSS, NBME, OTHER_BANK, Bank, bank_by_key
from ..model.progress import Progress, no_progress
from . import cells, log_cells, log_dates
from .gathering import Gathering, Tally
from .lines import head
from .log_columns import (
    FIELD_NAMES,
    Basis,
    ColumnGuess,
    ColumnMapping,
    Field,
    TableGuess,
    guess,
    plain_name,
)
from .reading import MOST_ATTEMPTS, Document, Reading, UnusableInput
from .tables import Report, Row, delimiter_of, rows

_SAMPLE_ROWS = 100
_FIRST_ROWS = 5
# Different values of a column that are remembered to ask about.
_MOST_VALUES = 60
_LONGEST_VALUE = 60
_SHOWN = 40
_MOST_SHOWN = 6
_NO_TABLE = ("{", "[", "<")
_ADVICE = (
    "A log needs a row of column names, and below it a row for each question with its id, or "
    "with a system or topic."
)


@dataclass(frozen=True)
class LogPreview:
    """What the mapping dialog needs to know about a log.

    `first_rows` are as wide as the `header`. `values` are the different short values of each
    column, the most frequent first. `guesses` say what each column probably holds and why,
    `mapping` is made of them.
    """

    header: tuple[str, ...]
    first_rows: tuple[tuple[str, ...], ...]
    mapping: ColumnMapping
    guesses: tuple[ColumnGuess, ...]
    values: tuple[tuple[str, ...], ...]
    certainty: float

    def unclear_reasons(self, mapping: ColumnMapping) -> tuple[str, ...]:
        """The words in the column of reasons that can mean several things: ask once."""
        return self._unclear(mapping, Field.REASON)

    def unclear_outcomes(self, mapping: ColumnMapping) -> tuple[str, ...]:
        """The words in the column of results that can mean several things: ask once."""
        return self._unclear(mapping, Field.OUTCOME)

    def dates_are_unclear(self, mapping: ColumnMapping) -> bool:
        """Whether dates such as 3/4/2026 occur and nothing shows which way round they are."""
        written = [
            date
            for column in mapping.columns(Field.DATE)[:1]
            for date in map(log_dates.parse, self._values_of(column))
            if date
        ]
        unclear = any(map(log_dates.is_unclear, written))
        return unclear and log_dates.day_comes_first(written, datetime.now()) is None

    def _unclear(self, mapping: ColumnMapping, field: Field) -> tuple[str, ...]:
        found: dict[str, str] = {}
        for column in mapping.columns(field)[:1]:
            for value in self._values_of(column):
                key = reasons.word_key(value)
                if not key or log_cells.is_missing(value) or key in found:
                    continue
                if field is Field.REASON:
                    clear = reasons.is_missing(value) or reasons.code_from_words(value) is not None
                else:
                    clear = log_cells.outcome(value, self.header[column]) is not None
                if not clear:
                    found[key] = value
        return tuple(found.values())

    def _values_of(self, column: int) -> tuple[str, ...]:
        return self.values[column] if column < len(self.values) else ()


class ErrorLog:
    """Reads a student's own log."""

    key = "error-log"
    name = "Your own log (table with column names)"

    def certainty(self, document: Document) -> float:
        """By the names of the columns; without names never sure."""
        if document.text.lstrip()[:1] in _NO_TABLE:
            return 0.0
        table = _Table.of(head(document))
        return table.guess.certainty if table else 0.0

    def read(self, document: Document, progress: Progress) -> Reading:
        """Reads with the guessed mapping; says what was guessed by content and what is not read."""
        table = _table(document)
        return _Reader(document, table, table.mapping).read(progress, say_columns=True)


def preview(document: Document, progress: Progress = no_progress) -> LogPreview:
    """What the columns of a log probably hold, and what to ask.

    Raises UnusableInput where `document` is no table, Cancelled where `progress` does.
    """
    table = _table(document)
    width = len(table.header)
    first: list[tuple[str, ...]] = []
    counts: list[Counter[str]] = [Counter() for _ in range(width)]
    for row in table.data(document, progress):
        padded = tuple([*row.cells, *[""] * width][:width])
        if len(first) < _FIRST_ROWS:
            first.append(padded)
        for count, cell in zip(counts, padded):
            if (
                cell
                and len(cell) <= _LONGEST_VALUE
                and (cell in count or len(count) < _MOST_VALUES)
            ):
                count[cell] += 1
    return LogPreview(
        table.header,
        tuple(first),
        table.mapping,
        table.guess.columns,
        tuple(tuple(value for value, _ in count.most_common()) for count in counts),
        table.guess.certainty,
    )


def read_with(
    document: Document, mapping: ColumnMapping, progress: Progress = no_progress
) -> Reading:
    """Reads a log as `mapping` says. Raises UnusableInput, and Cancelled where `progress` does."""
    return _Reader(document, _table(document), mapping).read(progress)


class _Table(NamedTuple):
    """How a document is a table: what parts its cells, its names, and what the columns hold."""

    delimiter: str
    guess: TableGuess
    header: tuple[str, ...]

    @staticmethod
    def of(document: Document) -> _Table | None:
        """None where the beginning of `document` is no table."""
        delimiter = "\t" if document.kind == "spreadsheet" else delimiter_of(document)
        if delimiter is None:
            return None
        beginning = head(document)
        sample = [row.cells for row in islice(rows(beginning, delimiter), _SAMPLE_ROWS)]
        guessed = guess(sample)
        names = list(sample[guessed.header]) if guessed.header is not None else []
        names += [f"Column {place + 1}" for place in range(len(names), len(guessed.columns))]
        return _Table(delimiter, guessed, tuple(names))

    @property
    def mapping(self) -> ColumnMapping:
        return ColumnMapping(tuple(column.field for column in self.guess.columns))

    def data(
        self, document: Document, progress: Progress, report: Report | None = None
    ) -> Iterator[Row]:
        """The rows below the names; not the names where they are repeated."""
        start = -1 if self.guess.header is None else self.guess.header
        for place, row in enumerate(rows(document, self.delimiter, progress, report)):
            if place > start and tuple(row.cells) != self.header:
                yield row


def _table(document: Document) -> _Table:
    table = _Table.of(document)
    if table is None:
        # The limits of size are said first.
        for _ in rows(document, "\t"):
            break
        raise UnusableInput(f"{document.name} is no table, so no log could be read. {_ADVICE}")
    return table


class _Entry(NamedTuple):
    """One attempt with what decides its sitting."""

    attempt: Attempt
    bank: str | None
    exam: str | None
    name: str
    date: log_dates.Written | None


class _Day(NamedTuple):
    """What tells one sitting of a log from another."""

    bank: str | None
    exam: str | None
    day: datetime | None


class _Reader:
    def __init__(self, document: Document, table: _Table, mapping: ColumnMapping) -> None:
        self._document = document
        self._table = table
        self._mapping = mapping
        self._gathering = Gathering(document, ErrorLog.key)
        # The bank's text is not read, whatever the mapping says.
        guesses = table.guess.columns
        self._columns: dict[Field, list[int]] = {}
        for place, field in enumerate(mapping.fields[: len(guesses)]):
            if field is not Field.NOTHING and not guesses[place].is_banks_text:
                self._columns.setdefault(field, []).append(place)
        self._sources = {
            place: log_cells.source_of(plain_name(table.header[place]))
            for place in self._columns.get(Field.ID, ())
        }
        self._entries: list[_Entry] = []
        self._in_minutes = bool(
            {"min", "mins", "minutes"} & set(plain_name(self._name_of(Field.SECONDS)).split())
        )
        self._nothing = Tally()
        self._other_bank = Tally()
        self._no_date = _Quotes()
        self._impossible = _Quotes()
        self._reasons = _Quotes()
        self._outcomes = _Quotes()
        self._confidence = _Quotes()
        self._long = Tally()
        self._numbers = _Quotes()
        self._clock_only = True

    def read(self, progress: Progress, *, say_columns: bool = False) -> Reading:
        if not self._table.guess.columns:
            raise UnusableInput(f"{self._document.name} has no columns. {_ADVICE}")
        for row in self._table.data(self._document, progress, self._gathering.problem):
            self._take(row)
            if len(self._entries) > 2 * MOST_ATTEMPTS:
                break  # adding them up below says so
        self._settle_numbers()
        sittings = self._sittings()
        self._summarise(say_columns)
        return self._reading(sittings)

    # Rows
    ######################################################################

    def _take(self, row: Row) -> None:
        source = self._source(row)
        names = {
            name: self._text(row, field)
            for name, field in (
                ("subject", Field.SUBJECT),
                ("system", Field.SYSTEM),
                ("category", Field.CATEGORY),
                ("topic", Field.TOPIC),
            )
        }
        if names["system"]:
            names["system"] = cells.completed_system(names["system"]).name
        ids, position, marked, other_bank = self._ids(row, source)
        about = any(names.values())
        if not ids and not about and position is None:
            if any(self._cell(row, field) for field in self._columns):
                self._nothing.add(row.where)
            return
        if not ids and not about and source.bank is None:
            self._nothing.add(row.where)
            return
        if other_bank:
            self._other_bank.add(row.where)
        attempt = Attempt(
            outcome=self._outcome(row) or marked or self._mapping.outcome,
            confidence=self._confidence_of(row),
            reason=self._reason(row),
            where=row.where,
            **names,  # type: ignore[arg-type]  # mypy takes the values for every field's
        )
        if len(ids) < 2:
            attempt = replace(
                attempt,
                position=position or log_cells.position(self._cell(row, Field.POSITION)),
                seconds=self._seconds(row, Field.SECONDS),
                others_seconds=self._seconds(row, Field.OTHERS_SECONDS),
                percent_others=self._percent(row),
            )
        date = self._date(row)
        bank, exam = source.bank or self._mapping.bank, source.exam or self._mapping.exam
        for id, own in ids or ((None, None),):
            self._entries.append(
                _Entry(
                    replace(attempt, id=id),
                    OTHER_BANK.key if other_bank else source.bank or (own and own.bank) or bank,
                    source.exam or (own and own.exam) or exam,
                    source.name,
                    date,
                )
            )

    def _cell(self, row: Row, field: Field) -> str:
        """The first cell of a row for `field` that says something."""
        for place in self._columns.get(field, ()):
            if place < len(row.cells) and not log_cells.is_missing(row.cells[place]):
                return row.cells[place]
        return ""

    def _text(self, row: Row, field: Field) -> str:
        """A printed name; what is too long for one, or is code, is not kept."""
        text = self._cell(row, field)
        if text and not cells.is_name(text):
            self._long.add(row.where)
            return ""
        return text

    def _name_of(self, field: Field) -> str:
        places = self._columns.get(field)
        return self._table.header[places[0]] if places else ""

    def _source(self, row: Row) -> log_cells.Source:
        """What the columns for bank, exam and block say together."""
        said = [log_cells.source_of(self._cell(row, field)) for field in _SOURCE_FIELDS]
        block = self._cell(row, Field.BLOCK)
        names = [one.name for one in reversed(said) if one.name]
        if block.isdecimal() and len(block) < 5:
            names = [f"Block {block}"]
        return log_cells.Source(
            next((one.bank for one in said if one.bank), None),
            next((one.exam for one in said if one.exam), None),
            names[0] if names else "",
            any(one.other_bank for one in said) and not any(one.bank for one in said),
        )

    def _ids(
        self, row: Row, source: log_cells.Source
    ) -> tuple[list[tuple[str, log_cells.Source]], int | None, Outcome | None, bool]:
        """The ids of a row, each with what its column's name says; position, mark, other bank."""
        found: dict[tuple[str, str | None, str | None], tuple[str, log_cells.Source]] = {}
        position: int | None = None
        outcome: Outcome | None = None
        other_bank = source.other_bank
        for place, own in self._sources.items():
            text = row.cells[place] if place < len(row.cells) else ""
            if log_cells.is_missing(text):
                continue
            other_bank = other_bank or (own.other_bank and source.bank is None)
            if other_bank:
                continue
            key = source.bank or own.bank or self._mapping.bank
            bank: Bank | None = bank_by_key(key) if key else None
            cell = log_cells.ids(text, bank)
            position, outcome = position or cell.position, outcome or cell.outcome
            for id in cell.ids:
                its = own
                if bank is None and not id.isdecimal():
                    its = own._replace(bank=AMBOSS.key)
                found[id, its.bank, its.exam] = (id, its)
            if cell.refused:
                item = log_cells.position(text) if bank is NBME else None
                position = position or item
                if item is None:
                    self._refuse(row.where, cell.refused)
        return list(found.values()), position, outcome, other_bank

    def _refuse(self, where: str, refused: Sequence[str]) -> None:
        shown = ", ".join(f'"{text[:_SHOWN]}"' for text in refused[:3])
        more = f" and {len(refused) - 3:,} more" if len(refused) > 3 else ""
        self._gathering.problem(where, f"Not taken as question ids: {shown}{more}.")

    def _outcome(self, row: Row) -> Outcome | None:
        text = self._cell(row, Field.OUTCOME)
        if not text:
            return None
        chosen = self._mapping.outcomes.get(reasons.word_key(text))
        found = chosen or log_cells.outcome(text, self._name_of(Field.OUTCOME))
        if found is None and reasons.word_key(text) not in self._mapping.outcomes:
            self._outcomes.add(row.where, text)
        return found

    def _reason(self, row: Row) -> str:
        text = self._cell(row, Field.REASON)
        if not text or reasons.is_missing(text):
            return ""
        key = reasons.word_key(text)
        code = self._mapping.reasons.get(key) or reasons.code_from_words(text)
        if code:
            return code
        if len(text) > reasons.LONGEST_WORDS or not cells.is_name(text):
            self._long.add(row.where)
            return ""
        if key not in self._mapping.reasons:
            self._reasons.add(row.where, text)
        return text

    def _confidence_of(self, row: Row) -> Confidence | None:
        text = self._cell(row, Field.CONFIDENCE)
        found = log_cells.confidence(text) if text else None
        if text and found is None:
            self._confidence.add(row.where, text)
        return found

    def _seconds(self, row: Row, field: Field) -> float | None:
        text = self._cell(row, field)
        if not text:
            return None
        found = log_cells.seconds(text)
        if found is None:
            self._numbers.add(row.where, text)
            return None
        if field is Field.SECONDS:
            # A spreadsheet takes "1:05" for hours and minutes and gives "01:05:00".
            is_clock = text.count(":") == 2 and text.endswith(":00")
            self._clock_only = self._clock_only and is_clock
            if self._in_minutes and ":" not in text and text[-1:].isdecimal():
                found *= 60
        return found

    def _percent(self, row: Row) -> float | None:
        text = self._cell(row, Field.PERCENT_OTHERS)
        found = log_cells.percent(text) if text else None
        if text and found is None:
            self._numbers.add(row.where, text)
        return found

    def _date(self, row: Row) -> log_dates.Written | None:
        text = self._cell(row, Field.DATE)
        found = log_dates.parse(text) if text else None
        if text and found is None:
            self._no_date.add(row.where, text)
        return found

    # The whole log
    ######################################################################

    def _settle_numbers(self) -> None:
        """What only a whole column shows: `0.52` for 52 %, hours and minutes for minutes."""
        attempts = [entry.attempt for entry in self._entries]
        shares = [a.percent_others for a in attempts if a.percent_others is not None]
        as_fraction = bool(shares) and max(shares) <= 1 and any(0 < one < 1 for one in shares)
        times = [a.seconds for a in attempts if a.seconds is not None]
        as_clock = self._clock_only and len(times) > 2 and self._document.kind == "spreadsheet"
        if not as_fraction and not as_clock:
            return
        for place, entry in enumerate(self._entries):
            share, time = entry.attempt.percent_others, entry.attempt.seconds
            self._entries[place] = entry._replace(
                attempt=replace(
                    entry.attempt,
                    percent_others=round(share * 100, 2) if share and as_fraction else share,
                    seconds=time / 60 if time and as_clock else time,
                )
            )
        if as_clock:
            self._gathering.summary(
                attempts[0].where,
                f'All times in "{self._name_of(Field.SECONDS)[:_SHOWN]}" are whole minutes as the '
                "spreadsheet has them. They were read as minutes and seconds.",
            )

    def _sittings(self) -> dict[_Day, list[tuple[_Entry, datetime | None]]]:
        """The entries by bank, exam and day, the earliest day first, undated ones last."""
        today = datetime.now()
        dates = [entry.date for entry in self._entries if entry.date]
        day_first = self._mapping.day_first
        if day_first is None:
            day_first = log_dates.day_comes_first(dates, today)
            first = next(
                (e for e in self._entries if e.date and log_dates.is_unclear(e.date)), None
            )
            if day_first is None and first:
                self._gathering.summary(
                    first.attempt.where,
                    "The dates do not show whether the month or the day comes first. They were "
                    "read as month/day/year, as in the US.",
                )
        found: dict[_Day, list[tuple[_Entry, datetime | None]]] = {}
        for entry in self._entries:
            moment = entry.date.moment(bool(day_first)) if entry.date else None
            if moment and not log_dates.is_possible(moment, today):
                self._impossible.add(entry.attempt.where, f"{moment:%Y-%m-%d}")
                moment = None
            day = moment.replace(hour=0, minute=0, second=0) if moment else None
            found.setdefault(_Day(entry.bank, entry.exam, day), []).append((entry, moment))
        return dict(sorted(found.items(), key=lambda item: item[0].day or datetime.max))

    def _reading(self, sittings: dict[_Day, list[tuple[_Entry, datetime | None]]]) -> Reading:
        gathering = self._gathering
        starts: list[int] = []
        for number, entries in enumerate(sittings.values()):
            starts.append(len(gathering))
            for entry, _ in entries:
                gathering.add(entry.attempt, str(number))
        whole = gathering.reading(advice=_ADVICE)
        ends = [*starts[1:], len(gathering)]
        readings = [
            replace(
                whole,
                attempts=whole.attempts[start:end],
                problems=(),
                bank=day.bank,
                exam=day.exam,
                when=_start(entries),
                name=_common(entry.name for entry, _ in entries),
            )
            for (day, entries), start, end in zip(sittings.items(), starts, ends)
        ]
        return replace(readings[0], problems=whole.problems, further=tuple(readings[1:]))

    def _summarise(self, say_columns: bool) -> None:
        say = self._gathering.summary
        if say_columns:
            self._say_columns()
        if self._other_bank.count:
            say(
                self._other_bank.first,
                "This row is from a bank whose question ids no deck carries. It was read by its "
                f"system and topic{self._other_bank.more}.",
            )
        if self._nothing.count:
            say(
                self._nothing.first,
                "This row says neither which question it is nor its system or topic, and was left "
                f"out{self._nothing.more}.",
            )
        if self._long.count:
            say(
                self._long.first,
                "A text here is too long for a name or a reason, or holds code, and was not kept"
                f"{self._long.more}.",
            )
        for quotes, what in (
            (self._no_date, "no dates, so these rows have none"),
            (self._impossible, "in the future or before 2000, so these rows have no date"),
            (self._outcomes, "no clear results, so these rows have none"),
            (self._confidence, "no clear words for how sure you were; they were left out"),
            (self._numbers, "no numbers that fit the column; they were left out"),
            (self._reasons, "reasons that can mean several things; they were kept in your words"),
        ):
            if quotes.count:
                say(quotes.first, f"{quotes.shown}: {what}{quotes.more}.")

    def _say_columns(self) -> None:
        names, columns = self._table.header, self._table.guess.columns
        where = "the columns"
        by_content = [
            f'"{names[i][:_SHOWN]}" as {FIELD_NAMES[column.field]}'
            for i, column in enumerate(columns)
            if column.basis is Basis.CONTENT and column.field is not Field.NOTHING
        ]
        if by_content:
            self._gathering.summary(
                where, f"Read by what stands in them: {', '.join(by_content[:_MOST_SHOWN])}."
            )
        unread = [
            f'"{names[i][:_SHOWN]}"'
            for i, column in enumerate(columns)
            if column.field is Field.NOTHING and names[i]
        ]
        if unread:
            more = f" and {len(unread) - _MOST_SHOWN:,} more" if len(unread) > _MOST_SHOWN else ""
            self._gathering.summary(where, f"Not read: {', '.join(unread[:_MOST_SHOWN])}{more}.")


class _Quotes(Tally):
    """A tally that quotes the first few different texts."""

    def __init__(self) -> None:
        super().__init__()
        self._texts: dict[str, None] = {}

    def add(self, where: str, text: str = "") -> None:
        super().add(where)
        if len(self._texts) < _MOST_SHOWN:
            self._texts[text[:_SHOWN]] = None

    @property
    def shown(self) -> str:
        return ", ".join(f'"{text}"' for text in self._texts)


_SOURCE_FIELDS = (Field.BANK, Field.EXAM, Field.BLOCK)


def _start(entries: Sequence[tuple[_Entry, datetime | None]]) -> datetime | None:
    """The earliest time of a day; the day's beginning where no row has a time."""
    moments = [(entry, moment) for entry, moment in entries if moment]
    timed = [moment for entry, moment in moments if entry.date and entry.date.time]
    return min(timed or [moment for _, moment in moments], default=None)


def _common(names: Iterator[str]) -> str:
    """The one name that all share, or nothing."""
    different = set(islice(names, MOST_ATTEMPTS))
    return different.pop() if len(different) == 1 else ""
