"""What a reader makes of an input, and the interface that every reader has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from ..model.attempts import Attempt, Problem, QuestionGroup
from ..model.progress import Progress

# No bank has more questions than this, and no student does this many in a sitting. A longer input
# is the wrong file, and stopping there keeps memory bounded.
MOST_ATTEMPTS = 20_000
# Problems beyond this are counted, not listed: nobody reads the thousandth.
MOST_PROBLEMS = 200
# The `reader` of a made-up reading (collection/sample.py); no file is ever read as it.
SAMPLE = "sample"


class UnusableInput(Exception):
    """The input as a whole cannot be used.

    The message is for the student: it names the file, the place and what to do instead.
    """


@dataclass(frozen=True)
class Document:
    """An input as text: pasted, or read from a file.

    `name` is what to call it in messages ("pasted text", "block3.pdf"). Pages of a PDF are parted
    by form feeds. `problems` is what went wrong while it became text; it belongs to every Reading
    of the document. `kind` is "spreadsheet" where the text is the cells of one, parted by tabs, a
    line for each row.
    """

    text: str
    name: str = "pasted text"
    problems: tuple[Problem, ...] = ()
    kind: str = ""


@dataclass(frozen=True)
class Reading:
    """What was understood of one document.

    `bank`, `exam`, `when`, `name`, `mode` and `total` are what the input itself says, None or empty
    where it does not; `total` is how many questions the sitting had in all. `when` is local time.
    An attempt without an outcome was listed without saying how it was answered: ask. `groups` are
    the rows of a report that counts questions together; `summary` its totals, as printed, by name.
    `further` are the other sittings of the same input, each a Reading without `problems` (those of
    the whole input are here) and without a `further` of its own.
    """

    reader: str
    attempts: tuple[Attempt, ...] = ()
    problems: tuple[Problem, ...] = ()
    bank: str | None = None
    exam: str | None = None
    when: datetime | None = None
    name: str = ""
    mode: str = ""
    total: int | None = None
    groups: tuple[QuestionGroup, ...] = ()
    summary: Mapping[str, str] = field(default_factory=dict)
    further: tuple[Reading, ...] = ()


class Reader(Protocol):
    """One input format. Add a format by adding a file with one of these to the registry.

    `key` is stored and used on the command line; `name` is shown to the student.
    """

    key: str
    name: str

    def certainty(self, document: Document) -> float:
        """How sure this reader is, from a look at the beginning, that the format is its own.

        0 is "not mine", 1 is "certainly mine".
        """

    def read(self, document: Document, progress: Progress) -> Reading:
        """Reads everything that can be read; what cannot is a problem naming its line.

        Raises UnusableInput where nothing can be used, Cancelled where `progress` does.
        """
