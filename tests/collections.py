"""Comparing collections, and requests to import, for tests."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import date
from typing import Any

from anki.collection import Collection

from remediation.collection.anki_days import anki_days
from remediation.collection.importing import ImportRequest
from remediation.collection.release_queue import (
    ReleasePlan,
    ReleaseResult,
    plan_daily_release,
    read_overview,
    release,
)
from remediation.model.attempts import Attempt, Outcome
from remediation.model.records import Sitting
from remediation.settings import Settings
from tests.anking import GeneratedCollection

# What may differ after undo, listed once for all comparisons: times and numbers of changes, marks
# of what was deleted, the position of the next new card, the current deck, the review log.
_FREE_COLUMNS = {
    "col": {"mod", "ls", "usn", "scm"},
    "notes": {"mod", "usn"},
    "cards": {"mod", "usn"},
    "decks": {"mtime_secs", "usn"},
    "notetypes": {"mtime_secs", "usn"},
    "tags": {"usn"},
    "config": {"mtime_secs", "usn"},
    "deck_config": {"mtime_secs", "usn"},
}
_FREE_TABLES = {"graves", "revlog", "sqlite_stat1", "sqlite_stat4"}
_FREE_CONFIG = {"nextPos", "curDeck", "curModel", "activeDecks", "creationOffset", "localOffset"}

Snapshot = dict[str, list[tuple[Any, ...]]]


def snapshot(col: Collection, *, everything: bool = False) -> Snapshot:
    """Every table of a collection, less what may differ; with `everything` really all of it."""
    assert col.db is not None
    tables = col.db.list(
        "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"
    )
    shot: Snapshot = {}
    for table in tables:
        if table in _FREE_TABLES and not everything:
            continue
        columns = col.db.list(f"select name from pragma_table_info('{table}')")
        free = set() if everything else _FREE_COLUMNS.get(table, set())
        kept = [f'"{column}"' for column in columns if column not in free]
        rows = [tuple(row) for row in col.db.all(f"select {', '.join(kept)} from {table}")]
        if table == "config" and not everything:
            rows = [row for row in rows if row[0] not in _FREE_CONFIG]
        shot[table] = sorted(rows, key=repr)
    return shot


def some_questions(
    template: GeneratedCollection, number: int, bank: str = "uworld", exam: str = "step1"
) -> list[str]:
    """Ids of questions that the collection has cards for."""
    return [i for b, e, i in sorted(template.questions) if (b, e) == (bank, exam)][:number]


def missed(
    ids: Iterable[str], *, exam: str = "step1", bank: str = "uworld", **request: Any
) -> ImportRequest:
    """A request to import these ids as missed, with further fields of the request or sitting."""
    sitting_fields = {
        name: request.pop(name) for name in ("total", "when", "name", "dated") if name in request
    }
    sitting_fields.setdefault("when", int(time.time()))
    attempts = tuple(Attempt(id=id, outcome=Outcome.INCORRECT) for id in ids)
    sitting = Sitting(bank, exam, attempts=attempts, **sitting_fields)
    return ImportRequest((sitting,), **request)


def differences(before: Snapshot, after: Snapshot) -> dict[str, tuple[list[Any], list[Any]]]:
    """The rows of each table that only one of two snapshots has: easier to read than both."""
    return {
        table: (
            [row for row in before.get(table, []) if row not in after.get(table, [])],
            [row for row in after.get(table, []) if row not in before.get(table, [])],
        )
        for table in sorted(before.keys() | after.keys())
        if before.get(table) != after.get(table)
    }


def today(col: Collection) -> date:
    """The date of what Anki counts as today."""
    return date.fromordinal(anki_days(col).today())


def read_plan(col: Collection, settings: Settings) -> ReleasePlan:
    """Which cards would become active today."""
    return read_overview(col, settings).plan


def release_daily(col: Collection, settings: Settings) -> ReleaseResult:
    """Makes what is left of today's share active, as it happens by itself each day."""
    plan = plan_daily_release(col, settings)
    return release(col, settings, plan) if plan else ReleaseResult()
