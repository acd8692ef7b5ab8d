"""What a line of shorthand says about the misses of a block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..collection.evidence import Diagnosis
from ..model.attempts import Problem
from ..sources.shorthand import parse_shorthand

_NO_REASON = "A guess has a reason too. Which one?"


@dataclass(frozen=True)
class Taken:
    """Misses with the code of the reason that was typed for each, and what was not taken."""

    named: tuple[tuple[Diagnosis, str], ...]
    problems: tuple[Problem, ...]

    @property
    def rest(self) -> str:
        """The parts of the line that were not taken, to be mended."""
        return ", ".join(dict.fromkeys(problem.where for problem in self.problems))


def take_shorthand(text: str, block: Sequence[Diagnosis]) -> Taken:
    """Finds the misses of `block` that a line names; never raises."""
    parsed = parse_shorthand(text)
    named, problems = [], list(parsed.problems)
    for said in parsed.named:
        diagnosis = _by_number(block, said.number, said.position)
        if diagnosis is None:
            alone = [other for other in parsed.named if other.where == said.where] == [said]
            where = said.where if alone or not said.code else f"{said.number} {said.code}"
            message = f"{said.number} is not among the misses of this block."
            problems.append(Problem(where, message))
        elif said.code:
            named.append((diagnosis, said.code))
        else:
            problems.append(Problem(said.where, _NO_REASON))
    return Taken(tuple(named), tuple(problems))


def _by_number(block: Sequence[Diagnosis], number: str, position: int) -> Diagnosis | None:
    """The miss with this place in the block; where places are not known, or none fits, this id."""
    for diagnosis in block:
        if diagnosis.miss.attempt.position == position:
            return diagnosis
    return next((d for d in block if d.key.id == number.lstrip("#")), None)
