"""The misses to name, one after the other: where the student is, and what was said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ..collection.evidence import Diagnosis
from ..collection.naming import Naming
from ..diagnosis.suggestion import Strength
from ..model.banks import QuestionKey
from ..model.decisions import DecidedBy, family_of
from ..model.reasons import Family


class NamingQueue:
    """Keeps no collection: what is written stands in the ledger."""

    def __init__(self, diagnoses: Iterable[Diagnosis]) -> None:
        self.diagnoses = list(diagnoses)
        # What was named in this window, by question.
        self.named: dict[QuestionKey, str] = {}
        self.skipped: list[QuestionKey] = []
        self._current: QuestionKey | None = None
        self.go_on()

    @property
    def current(self) -> Diagnosis | None:
        """The miss to look at now; None when nothing is left."""
        return next((d for d in self.diagnoses if d.key == self._current), None)

    @property
    def left(self) -> list[Diagnosis]:
        """The misses without a reason, in order, skipped ones last."""
        open_ = [d for d in self.diagnoses if d.key not in self.named]
        return sorted(open_, key=lambda d: d.key in self.skipped)

    def go_on(self) -> None:
        """Goes to the next miss without a reason."""
        left = self.left
        self._current = left[0].key if left else None

    def go_to(self, key: QuestionKey) -> None:
        """Looks at a certain miss."""
        self._current = key

    def skip(self) -> None:
        """Puts the present miss behind all others."""
        if self._current is None:
            return
        key = self._current
        self.skipped = [other for other in self.skipped if other != key]
        left = self.left
        place = next((i for i, d in enumerate(left) if d.key == key), 0)
        self.skipped.append(key)
        following = [d.key for d in left[place + 1 :]] or [d.key for d in self.left]
        self._current = following[0] if following else None

    def name(self, keys: Iterable[QuestionKey], reasons: Iterable[str]) -> None:
        """Notes that these were named, and goes on from the present one if it is among them."""
        self.named.update(zip(keys, reasons))
        if self._current in self.named:
            self.go_on()

    def take_back(self, keys: Iterable[QuestionKey]) -> None:
        """Notes that these have no reason any more, and returns to the first of them."""
        keys = list(keys)
        for key in keys:
            self.named.pop(key, None)
        if keys:
            self._current = keys[0]

    @property
    def likely(self) -> list[Diagnosis]:
        """The misses whose suggestion may be accepted with others: likely, and not asked first."""
        return [
            d
            for d in self.left
            if d.suggestion.strength is Strength.LIKELY
            and d.suggestion.code
            and not (d.miss.asked_first and not d.miss.decision)
        ]

    def families(self) -> Counter[Family]:
        """How many of the named misses each family has."""
        return Counter(filter(None, map(family_of, self.named.values())))


def naming_of(diagnosis: Diagnosis, reason: str, **said: object) -> Naming:
    """What is recorded when the student names a reason after looking at this miss."""
    # Who changes a reason has seen the suggestion before.
    first = diagnosis.miss.asked_first and not diagnosis.miss.decision
    how = DecidedBy.ASKED_FIRST if first else DecidedBy.CONFIRMED
    return _naming(diagnosis, reason, how, **said)


def accepted(diagnosis: Diagnosis) -> Naming:
    """What is recorded when a suggestion is accepted together with others."""
    return _naming(diagnosis, diagnosis.suggestion.code, DecidedBy.ACCEPTED)


def _naming(diagnosis: Diagnosis, reason: str, how: DecidedBy, **said: object) -> Naming:
    return Naming(
        diagnosis.miss,
        reason,
        how,
        diagnosis.suggestion.code,
        round(diagnosis.p_unshifted, 4),
        **said,  # type: ignore[arg-type]
    )
