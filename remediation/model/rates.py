"""How many questions were answered, and how many rightly, by organ system.

Reports of a bank count the same questions that its blocks hold, so adding both would count them
twice. What is decided, for each bank and exam:

- A report is a running total at its moment. Only the newest one counts, and with it only the blocks
  done after it: earlier ones are in it already.
- A self-assessment (NBME) prints one report for each form. Its report counts on its own, unless the
  questions of that form (the same name) were imported too; then the questions count.
- Where a report has no row for a system, the blocks alone count for that system.
- A list of misses alone says nothing of how many were right in a system, so it does not count.
- The sample is made up, so it does not count.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .attempts import GroupKind, Outcome, QuestionGroup
from .banks import NBME
from .records import Sitting
from .systems import systems_from_name


@dataclass(frozen=True)
class Rate:
    """Questions `seen` and of those answered right; both can be fractions.

    A row of a report that is about several systems counts for each of them in equal parts.
    """

    seen: float = 0.0
    correct: float = 0.0

    def plus(self, seen: float, correct: float) -> Rate:
        """This rate and some more questions."""
        return Rate(self.seen + seen, self.correct + correct)


def rates_by_system(sittings: Iterable[Sitting]) -> dict[str, Rate]:
    """The rate of each organ system (its key) over all sittings; "" is for unknown systems.

    Answers that were right but unsure count as right here: this is what the bank counts.
    """
    sittings = [sitting for sitting in sittings if not sitting.sample]
    rates: dict[str, Rate] = {}
    reports = _counting_reports(sittings)
    covered: dict[tuple[str, str, str], int] = {}
    for report in reports:
        for group in _system_rows(report):
            systems = systems_from_name(group.name)
            for system in systems:
                seen, correct = group.seen or 0, group.correct or 0
                _add(rates, system.key, seen / len(systems), correct / len(systems))
                if report.bank != NBME.key:
                    covered[report.bank, report.exam, system.key] = report.when
    for sitting in sittings:
        _add_attempts(rates, sitting, covered)
    return rates


def _counting_reports(sittings: list[Sitting]) -> list[Sitting]:
    """The reports that count: the newest of a bank and exam, and each form of a self-assessment."""
    forms = {(s.bank, s.exam, s.name) for s in sittings if s.attempts and s.bank == NBME.key}
    newest: dict[tuple[str, ...], Sitting] = {}
    for sitting in sittings:
        if not sitting.groups:
            continue
        form = (sitting.bank, sitting.exam, sitting.name)
        key = form if sitting.bank == NBME.key else (sitting.bank, sitting.exam)
        if sitting.bank == NBME.key and form in forms:
            continue
        if key not in newest or sitting.when > newest[key].when:
            newest[key] = sitting
    return list(newest.values())


def _system_rows(report: Sitting) -> list[QuestionGroup]:
    """The rows by system that have counts; percentages without counts say nothing of how many."""
    return [g for g in report.groups if g.kind is GroupKind.SYSTEM and g.seen is not None]


def _add_attempts(
    rates: dict[str, Rate], sitting: Sitting, covered: dict[tuple[str, str, str], int]
) -> None:
    if not _is_whole(sitting):
        return
    for attempt in sitting.attempts:
        systems = systems_from_name(attempt.system)
        keys = [system.key for system in systems] or [""]
        right = attempt.outcome in (Outcome.CORRECT, Outcome.UNSURE)
        for key in keys:
            if sitting.when <= covered.get((sitting.bank, sitting.exam, key), -1):
                continue
            _add(rates, key, 1 / len(keys), right / len(keys))


def _is_whole(sitting: Sitting) -> bool:
    """Whether the right answers are listed too, and not only what was missed."""
    if sitting.total is not None and sitting.total <= len(sitting.attempts):
        return True
    return any(attempt.outcome is Outcome.CORRECT for attempt in sitting.attempts)


def _add(rates: dict[str, Rate], system: str, seen: float, correct: float) -> None:
    rates[system] = rates.get(system, Rate()).plus(seen, correct)
