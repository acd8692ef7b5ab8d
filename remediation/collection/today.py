"""What there is to do today, and how far the misses have come."""

from __future__ import annotations

from dataclasses import dataclass

from anki.collection import Collection

from ..diagnosis.repair import Repair, RepairState
from ..model.banks import QuestionKey
from ..model.misses import latest_misses
from ..model.progress import Progress, no_progress
from ..settings import Settings
from .anki_days import anki_days
from .deck_counts import DeckCount
from .deck_update import count_decks
from .ledger import has_ledger, read_ledger
from .projection import active_repairs
from .release_queue import ReleaseOverview, release_overview


@dataclass(frozen=True)
class MissProgress:
    """A missed question and how far its repair has come.

    `system` is the key of its organ system, `reason` the code or key of its newest miss's reason;
    each is "" where unknown.
    """

    key: QuestionKey
    system: str
    reason: str
    repair: Repair


@dataclass(frozen=True)
class Today:
    """The filtered decks as they are, and the misses in the order first missed.

    `day` is the number of Anki's today, as `repair_step` takes it. `release` is what is shown
    about new cards, None before there are any records.
    """

    decks: tuple[DeckCount, ...] = ()
    misses: tuple[MissProgress, ...] = ()
    day: int = 0
    release: ReleaseOverview | None = None

    @property
    def unnamed(self) -> int:
        """How many misses have no reason yet."""
        return sum(not miss.reason for miss in self.misses)

    def count(self, *states: RepairState) -> int:
        """How many misses are in one of these states."""
        return sum(miss.repair.state in states for miss in self.misses)


def read_today(col: Collection, settings: Settings, progress: Progress = no_progress) -> Today:
    """Reads it all; nothing is written. Raises Cancelled where `progress` does."""
    if not has_ledger(col):
        return Today()
    ledger = read_ledger(col)
    newest = latest_misses(ledger.sittings, ledger.questions)
    repairs = active_repairs(col, ledger, progress)
    misses = tuple(
        MissProgress(key, newest[key].question.system, newest[key].reason, repair)
        for key, repair in repairs.items()
    )
    progress("Counting cards", 0, 0)
    return Today(
        tuple(count_decks(col, settings, ledger, repairs)),
        misses,
        anki_days(col).today(),
        release_overview(col, settings, ledger, repairs),
    )
