"""The misses to name, one after the other: where the student is, and what was said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..collection.evidence import Diagnosis
from ..collection.naming import Naming
from ..diagnosis.suggestion import Strength
from ..model.banks import QuestionKey
from ..model.decisions import DecidedBy, family_of
from ..model.reasons import Family
from ..model.records import Question
from .naming_draft import Draft


@dataclass(frozen=True)
class Before:
    """What a question was like before it was named: the reason named in this window, if any."""

    diagnosis: Diagnosis
    reason: str | None
    draft: Draft | None


class NamingQueue:
    """Keeps no collection: what is written stands in the ledger."""

    def __init__(self) -> None:
        self._diagnoses: dict[QuestionKey, Diagnosis] = {}
        # What was named in this window, by question.
        self.named: dict[QuestionKey, str] = {}
        # In the order put off; only the keys count.
        self.skipped: dict[QuestionKey, None] = {}
        # By the question's key as text, since those of other questions are kept as well.
        self.drafts: dict[str, Draft] = {}
        # Asked first, and answered: the suggestion was shown then.
        self._revealed: set[QuestionKey] = set()
        self._current: QuestionKey | None = None

    def load(self, diagnoses: Iterable[Diagnosis], *, again: bool = False) -> None:
        """Holds these misses instead of the present ones.

        `again` says that they are the same list read anew: then what was named in this window is
        still so, as far as the ledger says so too, and the student stays at the same miss. Where a
        reason was taken back elsewhere, its miss is looked at.
        """
        self._diagnoses = {d.key: d for d in diagnoses}
        named = self.named if again else {}
        reasons = {key: self._diagnoses[key].miss.reason for key in named if key in self._diagnoses}
        self.named = {key: reason for key, reason in reasons.items() if reason}
        taken_back = next((key for key, reason in reasons.items() if not reason), None)
        if taken_back:
            self._current = taken_back
        elif not again or self._current not in self._diagnoses or self._current in self.named:
            self.go_on()

    @property
    def diagnoses(self) -> list[Diagnosis]:
        """All misses, named ones too, in order."""
        return list(self._diagnoses.values())

    @property
    def current(self) -> Diagnosis | None:
        """The miss to look at now; None when nothing is left."""
        return self._diagnoses.get(self._current) if self._current else None

    @property
    def left(self) -> list[Diagnosis]:
        """The misses without a reason, in order, skipped ones last."""
        left = [d for key, d in self._diagnoses.items() if key not in self.named]
        return sorted(left, key=lambda d: d.key in self.skipped) if self.skipped else left

    def is_blind(self, diagnosis: Diagnosis) -> bool:
        """Whether the student is asked about this miss before the suggestion is shown."""
        miss = diagnosis.miss
        return miss.asked_first and not miss.decision and miss.key not in self._revealed

    def go_on(self) -> None:
        """Goes to the next miss without a reason."""
        left = self.left
        self._current = left[0].key if left else None

    def go_to(self, key: QuestionKey) -> None:
        """Looks at a certain miss."""
        self._current = key

    def skip(self) -> None:
        """Puts the present miss behind all others."""
        key = self._current
        if key is None:
            return
        if key in self.named:
            self.go_on()
            return
        self.skipped.pop(key, None)
        left = self.left
        place = next(i for i, d in enumerate(left) if d.key == key)
        self.skipped[key] = None
        following = left[place + 1 :] or self.left
        self._current = following[0].key

    # Naming
    ######################################################################

    def naming_of(self, diagnosis: Diagnosis, reason: str, **said: object) -> Naming:
        """What is recorded when the student names a reason after looking at this miss."""
        decision = diagnosis.miss.decision
        # An answer given first stays one while the student only adds words to it.
        same = decision and decision.how is DecidedBy.ASKED_FIRST and decision.reason == reason
        first = same or self.is_blind(diagnosis)
        how = DecidedBy.ASKED_FIRST if first else DecidedBy.CONFIRMED
        return _naming(diagnosis, reason, how, **said)

    def name(self, namings: Iterable[Naming], *, from_page: bool = False) -> list[Before]:
        """Notes what is being written, and goes on from the present miss if it is among it.

        `from_page` says that it is all that the student has said about these. Returns what
        `take_back` needs.
        """
        before = []
        for naming in namings:
            key = naming.miss.key
            draft = self.drafts.pop(str(key), None)
            before.append(Before(self._diagnoses[key], self.named.get(key), draft))
            if draft and not from_page:
                self.drafts[str(key)] = replace(draft, code="")
            self.named[key] = naming.reason
            if naming.miss.asked_first:
                self._revealed.add(key)
        if self._current in self.named:
            self.go_on()
        return before

    def written(self, questions: Iterable[Question]) -> None:
        """Holds these questions as they are in the ledger now."""
        for question in questions:
            known = self._diagnoses.get(question.key)
            if known is not None:
                miss = replace(known.miss, question=question)
                self._diagnoses[question.key] = replace(known, miss=miss)

    def take_back(self, before: Iterable[Before]) -> None:
        """Makes these what they were before they were named, and returns to the first of them."""
        known = [one for one in before if one.diagnosis.key in self._diagnoses]
        for one in known:
            key = one.diagnosis.key
            self._diagnoses[key] = one.diagnosis
            if one.reason is None:
                self.named.pop(key, None)
            else:
                self.named[key] = one.reason
            if one.draft:
                self.drafts[str(key)] = one.draft
        if known:
            self._current = known[0].diagnosis.key

    @property
    def likely(self) -> list[Diagnosis]:
        """The misses whose suggestion may be accepted with others: likely, and not asked first."""
        return [
            d
            for d in self.left
            if d.suggestion.strength is Strength.LIKELY
            and d.suggestion.code
            and not self.is_blind(d)
        ]

    def families(self) -> Counter[Family]:
        """How many of the named misses each family has."""
        return Counter(filter(None, map(family_of, self.named.values())))


def accepted(diagnosis: Diagnosis) -> Naming:
    """What is recorded when a suggestion is accepted together with others."""
    return _naming(diagnosis, diagnosis.suggestion.code, DecidedBy.ACCEPTED)


def _naming(diagnosis: Diagnosis, reason: str, how: DecidedBy, **said: object) -> Naming:
    decision = diagnosis.miss.decision
    said = {"confidence": decision.confidence if decision else None, **said}
    return Naming(
        diagnosis.miss,
        reason,
        how,
        diagnosis.suggestion.code,
        round(diagnosis.p_unshifted, 4),
        **said,  # type: ignore[arg-type]
    )
