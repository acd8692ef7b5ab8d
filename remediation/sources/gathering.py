"""What a reader has understood so far: attempts without doubles, problems within a limit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime

from ..model.attempts import Attempt, Problem, QuestionGroup
from .reading import MOST_ATTEMPTS, MOST_PROBLEMS, Document, Reading, UnusableInput

# An input that repeats ids, or holds unreadable places, more often than this is the wrong file:
# stopping there keeps the time bounded.
_MOST_REPEATED = MOST_ATTEMPTS
_MOST_UNREADABLE = 100_000
_SHOWN_IN_REFUSAL = 3


class Tally:
    """Counts something that is worth one problem in all, not one for each place."""

    def __init__(self) -> None:
        self.count = 0
        self.first = ""

    def add(self, where: str) -> None:
        """Counts one more, at `where`."""
        self.first = self.first or where
        self.count += 1

    @property
    def more(self) -> str:
        """For the end of a message about the first place: " (and 3 more below)", or nothing."""
        return f" (and {self.count - 1:,} more below)" if self.count > 1 else ""


class Gathering:
    """Collects the attempts and problems of one document.

    The same id again is kept once: what the first one lacks is filled in from the later one, and a
    problem says so. Only the first MOST_PROBLEMS problems are listed, the rest is counted.
    """

    def __init__(self, document: Document, reader: str) -> None:
        self._document = document
        self._reader = reader
        self._attempts: list[Attempt] = []
        self._place_of_id: dict[tuple[str, str], int] = {}
        self._problems: list[Problem] = []
        self._summaries: list[Problem] = []
        self._repeated = 0
        self._unlisted = 0
        self._first_unlisted = ""
        for problem in document.problems:
            self.problem(problem.where, problem.message)

    def __len__(self) -> int:
        """How many different attempts there are so far."""
        return len(self._attempts)

    @property
    def document(self) -> Document:
        """What is being read."""
        return self._document

    @property
    def attempts(self) -> Sequence[Attempt]:
        """The attempts so far."""
        return self._attempts

    def add(self, attempt: Attempt, sitting: str = "") -> None:
        """Adds one attempt. Raises UnusableInput beyond MOST_ATTEMPTS.

        The same id in another `sitting` of the document is another attempt.
        """
        key = (sitting, attempt.id) if attempt.id is not None else None
        known = self._place_of_id.get(key) if key is not None else None
        if known is not None:
            self._repeated += 1
            if self._repeated > _MOST_REPEATED:
                raise self._wrong_file(
                    f"repeats ids more than {_MOST_REPEATED:,} times", attempt.where
                )
            self._attempts[known] = self._merged(self._attempts[known], attempt)
            return
        if len(self._attempts) == MOST_ATTEMPTS:
            raise self._wrong_file(
                f"has more than {MOST_ATTEMPTS:,} questions, more than any bank", attempt.where
            )
        if key is not None:
            self._place_of_id[key] = len(self._attempts)
        self._attempts.append(attempt)

    def problem(self, where: str, message: str) -> None:
        """Notes what could not be read at `where`. Raises UnusableInput where there is no end."""
        if len(self._problems) < MOST_PROBLEMS:
            self._problems.append(Problem(where, message))
            return
        self._first_unlisted = self._first_unlisted or where
        self._unlisted += 1
        if self._unlisted > _MOST_UNREADABLE:
            raise self._wrong_file(
                f"has more than {_MOST_UNREADABLE:,} places that cannot be read", where
            )

    def summary(self, where: str, message: str) -> None:
        """Notes a problem about the whole input: listed first, and always."""
        self._summaries.append(Problem(where, message))

    def reading(
        self,
        *,
        advice: str,
        bank: str | None = None,
        exam: str | None = None,
        when: datetime | None = None,
        name: str = "",
        mode: str = "",
        total: int | None = None,
        groups: Sequence[QuestionGroup] = (),
        summary: Mapping[str, str] | None = None,
    ) -> Reading:
        """Everything gathered.

        Raises UnusableInput, with `advice`, where there is neither an attempt, a group nor a total.
        """
        if not self._attempts and not groups and not summary:
            problems = [*self._summaries, *self._problems]
            seen = [f"{p.where}: {p.message}" for p in problems[:_SHOWN_IN_REFUSAL]]
            raise UnusableInput(
                " ".join([f"No questions could be read from {self._document.name}.", advice, *seen])
            )
        problems = [*self._summaries, *self._problems]
        if self._unlisted:
            problems.append(
                Problem(
                    f"from {self._first_unlisted}",
                    f"{self._unlisted:,} more problems of these kinds are not listed.",
                )
            )
        return Reading(
            self._reader,
            tuple(self._attempts),
            tuple(problems),
            bank,
            exam,
            when,
            name,
            mode,
            total,
            tuple(groups),
            summary or {},
        )

    def _wrong_file(self, what: str, where: str) -> UnusableInput:
        return UnusableInput(
            f"{self._document.name} {what} (given up at {where}), so it is probably another file, "
            "and nothing was read from it. Copy only the questions of one block or test and paste "
            "them."
        )

    def _merged(self, first: Attempt, again: Attempt) -> Attempt:
        message = f"Question {again.id} was already listed ({first.where}). It was kept once."
        if first.outcome and again.outcome and first.outcome is not again.outcome:
            message = (
                f"Question {again.id} is {first.outcome.value} on {first.where} and "
                f"{again.outcome.value} here. The first was kept: please check it."
            )
        self.problem(again.where, message)
        missing = [f.name for f in fields(Attempt) if getattr(first, f.name) in (None, "", ())]
        return replace(first, **{name: getattr(again, name) for name in missing})
