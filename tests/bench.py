"""How fast the add-on is, as ratios against what Anki itself needs, in one run.

    python3 dev.py bench [--json] [--sizes 10000 35000 100000]

Absolute times say more about the machine than about the add-on, so each figure stands beside the
cost of the same reads or writes by Anki alone, measured in the same process. Collections are made
once and kept under build/bench.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from anki.buildinfo import version as anki_version
from anki.collection import Collection, SearchNode

from remediation.collection.database import ids_in, pieces
from remediation.collection.deck_update import plan_deck_update
from remediation.collection.evidence import diagnose
from remediation.collection.importing import apply_import, preview_import
from remediation.collection.ledger import read_ledger
from remediation.collection.naming import Naming, name_reasons
from remediation.collection.question_scan import scan_questions
from remediation.collection.release_queue import read_overview
from remediation.collection.repair import plan_repair
from remediation.collection.repair_states import repair_states
from remediation.collection.today import read_today
from remediation.collection.topic_index import forget_topic_index, topic_index
from remediation.collection.undo import UndoStep
from remediation.diagnosis.recall import SECONDS_PER_DAY
from remediation.matching.topics import TopicIndex
from remediation.model.decisions import DecidedBy
from remediation.model.misses import latest_misses
from remediation.model.progress import no_progress
from remediation.model.systems import systems_from_name
from remediation.settings import Settings
from remediation.sources import documents, registry
from tests import simulation
from tests.anking import generate_collection
from tests.anking.systems import TOPICS
from tests.bench_readers import INPUTS
from tests.collections import missed
from tests.matching import topic_pairs
from tests.whole_anki import ROOT

SIZES = (10_000, 35_000, 100_000)
MISSES = 4_000
IDS_BY_OR = 40
_RUNS = 3
# How long before the diagnosis the sitting was, for cards answered since.
_DAYS_AGO = 60
# Rows of the short and the long input for each reader.
_ROWS = (500, 5_000)
# Figures whose growth with the collection is one more figure.
_GROWING = ("match", "apply", "whole", "diagnose")
_KEPT = ROOT / "build" / "bench"


@dataclass(frozen=True)
class Figure:
    """One line of the table. `target` is the most that `ratio` (or `seconds`) may be, if any."""

    what: str
    notes: int
    seconds: float
    beside: str = ""
    ratio: float | None = None
    target: float | None = None
    unit: str = "x"
    # Whether `target` is the least instead.
    at_least: bool = False

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        if self.target is None:
            return None
        value = self.ratio if self.ratio is not None else self.seconds
        return value >= self.target if self.at_least else value <= self.target


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the benchmark; returns 0, also where a target is missed (the table says so)."""
    parser = argparse.ArgumentParser(prog="dev.py bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="NOTES")
    options = parser.parse_args(arguments)
    figures: list[Figure] = []
    for size in options.sizes:
        print(f"measuring {size:,} notes …", file=sys.stderr)
        figures += _measure(size)
    figures += _growth(figures)
    figures.append(_start_up())
    figures += _topic_quality()
    figures += _reader_growth()
    figures += _diagnosis_quality()
    if options.json:
        rows = [{**asdict(figure), "met": figure.met} for figure in figures]
        print(json.dumps({"anki": anki_version, "figures": rows}))
    else:
        print(_table(figures))
    return 0


def _measure(size: int) -> Iterator[Figure]:
    """All figures for one size."""
    with _collection(size) as (col, ids):
        assert col.db
        database = col.db
        request = missed(ids)
        keys = request.sittings[0].question_keys()
        read = _median(lambda: database.all("select id, tags from notes"))
        match = _median(lambda: scan_questions(col, keys, no_progress))
        yield Figure(
            f"match {len(ids):,} missed ids", size, match, "one read of the tags", match / read, 3
        )
        joined = " or ".join(
            col.build_search_string(SearchNode(tag=f"#AK_Step1_v12::#UWorld::Step::{id}"))
            for id in ids[:IDS_BY_OR]
        )
        by_or = _median(lambda: col.find_notes(joined), runs=1)
        forty = _median(lambda: scan_questions(col, keys[:IDS_BY_OR], no_progress))
        yield Figure(
            f"{IDS_BY_OR} ids joined by OR, in Anki",
            size,
            by_or,
            "matching them here",
            by_or / forty,
        )
        preview_seconds = _median(lambda: preview_import(col, request, Settings()), runs=1)
        yield Figure(
            "whole preview (core, evidence, tags)",
            size,
            preview_seconds,
            "one read of the tags",
            preview_seconds / read,
        )
        yield from _topic_search(col, size)
        yield _apply(col, size, ids)
        yield from _diagnosis(col, size, f"diagnose {len(ids):,} misses")
        yield from _afterwards(col, size, len(ids))
    with _collection(size) as (col, ids):
        when = int(time.time()) - _DAYS_AGO * SECONDS_PER_DAY
        apply_import(col, preview_import(col, missed(ids, when=when), Settings()), Settings())
        yield from _diagnosis(col, size, f"diagnose {len(ids):,} misses, {_DAYS_AGO} days later")
    yield _memory(size)
    yield _topic_memory(size)


def _apply(col: Collection, size: int, ids: list[str]) -> Figure:
    """Applying, beside the sum of the calls to Anki that it makes."""
    chosen = Settings(cards_unsuspended_per_day=9999, mixed_deck_limit=500, system_deck_limit=500)
    preview = preview_import(col, missed(ids), chosen)
    inside = 0.0
    write = UndoStep.write

    def timed(self: UndoStep, operation: Callable[..., Any], *args: object) -> Any:
        def measured(*args: object) -> Any:
            nonlocal inside
            started = time.perf_counter()
            try:
                return operation(*args)
            finally:
                inside += time.perf_counter() - started

        return write(self, measured, *args)

    UndoStep.write = timed  # type: ignore[method-assign,assignment]
    try:
        started = time.perf_counter()
        apply_import(col, preview, chosen)
        seconds = time.perf_counter() - started
    finally:
        UndoStep.write = write  # type: ignore[method-assign]
    return Figure(
        f"apply {len(ids):,} misses",
        size,
        seconds,
        "Anki's own calls for the same writes",
        seconds / inside,
        1.5,
    )


def _afterwards(col: Collection, size: int, misses: int) -> Iterator[Figure]:
    """What a student waits for, or Anki does in the background, with all these misses recorded."""
    settings = Settings()
    ledger = read_ledger(col)
    newest = list(latest_misses(ledger.sittings, ledger.questions).values())
    first, second = (Naming(miss, "K2", DecidedBy.CONFIRMED) for miss in newest[:2])
    name_reasons(col, settings, [first])
    for what, work in (
        ("name one reason", lambda: name_reasons(col, settings, [second])),
        ("state of every repair", lambda: repair_states(col, ledger)),
        ("read today", lambda: read_today(col, settings)),
        ("see whether decks would change", lambda: plan_deck_update(col, settings)),
        ("order the cards that wait", lambda: read_overview(col, settings)),
        ("see whether tags need repair", lambda: plan_repair(col, settings, decks_too=False)),
    ):
        yield Figure(f"{what}, {misses:,} misses", size, _median(work, runs=1))


def _diagnosis(col: Collection, size: int, what: str) -> Iterator[Figure]:
    """Diagnosing all misses, beside one read of each row that it needs.

    Anki's own call for a card answered since is a figure of its own, and left out of the first.
    """
    inside: list[float] = []
    card_stats = Collection.card_stats_data

    def timed(self: Collection, card_id: Any) -> Any:
        started = time.perf_counter()
        try:
            return card_stats(self, card_id)
        finally:
            inside.append(time.perf_counter() - started)

    own, cards = [], 0
    Collection.card_stats_data = timed  # type: ignore[method-assign]
    try:
        for _ in range(_RUNS):
            inside.clear()
            started = time.perf_counter()
            diagnoses = diagnose(col)
            own.append(time.perf_counter() - started - sum(inside))
            cards = len(inside)
    finally:
        Collection.card_stats_data = card_stats  # type: ignore[method-assign]
    notes = sorted({note for diagnosis in diagnoses for note, _ in diagnosis.notes})
    read = _median(lambda: _read_for_diagnosis(col, notes))
    seconds = statistics.median(own)
    yield Figure(what, size, seconds, "one read of the needed rows", seconds / read, 3)
    if cards:
        yield Figure(
            f"Anki's memory states of {cards:,} cards answered since",
            size,
            sum(inside),
            "for each card",
            sum(inside) / cards * 1000,
            unit="ms",
        )


def _read_for_diagnosis(col: Collection, note_ids: Sequence[int]) -> None:
    """Each row that diagnosing needs, once: tags, ledger, cards of these notes, their reviews."""
    assert col.db
    database = col.db
    database.all("select id, tags from notes")
    database.all(
        "select id, flds from notes where mid in"
        " (select id from notetypes where name glob 'Remediation *')"
    )
    card_ids: list[int] = []
    for some in pieces(note_ids):
        rows = database.all(
            "select id, nid, type, queue, ivl, due, odue, odid, data from cards"
            f" where nid in {ids_in(some)}"
        )
        card_ids += [row[0] for row in rows]
    for some in pieces(card_ids):
        database.all(
            f"select id, cid, ease, ivl, type, factor from revlog where cid in {ids_in(some)}"
        )


# Runs in a fresh process, so that the highest use of memory is that of the import alone.
_MEMORY = """
import json, sys
from anki.collection import Collection
from remediation.collection.importing import apply_import, preview_import
from remediation.settings import Settings
from remediation.sources import documents, registry
from tests.bench import highest_memory
from tests.collections import missed
col = Collection(sys.argv[1])
col.find_cards("")
before = highest_memory()
preview = preview_import(col, missed(json.loads(sys.stdin.read())), Settings())
apply_import(col, preview, Settings())
print(highest_memory() - before)
col.close()
"""


def _memory(size: int) -> Figure:
    megabytes = _megabytes_used(_MEMORY, size)
    return Figure("memory above Anki's, MB", size, 0.0, "", megabytes, 300, "MB")


def _megabytes_used(script: str, size: int) -> float:
    """What a script that prints its use of memory needs on a copy of the collection.

    The script is given the copy's path, and the ids to miss as JSON on its standard input.
    """
    path, ids = _made(size)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copy(path, folder))
        run = subprocess.run(
            [sys.executable, "-c", script, str(copy)],
            input=json.dumps(ids),
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
    return int(run.stdout) / 1024**2


def _topic_search(col: Collection, size: int) -> Iterator[Figure]:
    """Building the index of topics, and asking it for each topic and category there is."""

    def build() -> None:
        forget_topic_index()
        topic_index(col, no_progress)

    # Its target is for the large collection that most students have.
    yield Figure(
        "build the topic index", size, _median(build), target=2 if size <= 35_000 else None
    )
    index = topic_index(col, no_progress)
    kept = _median(lambda: topic_index(col, no_progress))
    yield Figure("the topic index again, unchanged", size, kept)
    asked = {(name, t.system.uworld) for t in TOPICS for name in (t.name, t.category)}
    # Words that no tag has are looked for in the texts.
    asked |= {("feared complication in newborns", ""), ("best next test", "")}
    times = []
    for words, system in sorted(asked):
        systems = systems_from_name(system)
        started = time.perf_counter()
        index.find(words, systems[0] if systems else None)
        times.append(time.perf_counter() - started)
    times.sort()
    for name, seconds in (
        ("median", statistics.median(times)),
        ("99 of 100", times[len(times) * 99 // 100]),
    ):
        yield Figure(f"topic query, {name}", size, 0.0, "", seconds * 1000, 20, "ms")
    forget_topic_index()


_TOPIC_MEMORY = """
import sys
from anki.collection import Collection
from remediation.collection.topic_index import topic_index
from remediation.model.decisions import DecidedBy
from remediation.model.misses import latest_misses
from remediation.model.progress import no_progress
from tests.bench import highest_memory
col = Collection(sys.argv[1])
before = highest_memory()
topic_index(col, no_progress)
print(highest_memory() - before)
col.close()
"""


def _topic_memory(size: int) -> Figure:
    megabytes = _megabytes_used(_TOPIC_MEMORY, size)
    return Figure("memory of the topic index, MB", size, 0.0, "", megabytes, unit="MB")


def _topic_quality() -> Iterator[Figure]:
    """How often the topic search is right, on the pairs of tests/matching/topic_pairs.py."""
    index = TopicIndex.build(topic_pairs.rows())
    for name, pairs in (("tuned", topic_pairs.TUNED), ("held out", topic_pairs.HELD_OUT)):
        first, in_five = topic_pairs.quality(index, pairs)
        of = f"of {len(pairs)} pairs, {name}"
        yield Figure(f"right topic first, {name}", 0, 0.0, of, first, 0.9, "", at_least=True)
        yield Figure(f"right topic in five, {name}", 0, 0.0, of, in_five, 0.95, "", at_least=True)


def _diagnosis_quality() -> Iterator[Figure]:
    """How far from the best possible answers the diagnosis is, on the records of Anki's own
    scheduler; see tests/simulation.py for what is simulated.
    """
    for figure in simulation.figures():
        yield Figure(figure.what, 0, 0.0, "", figure.value, figure.target, "")


def _reader_growth() -> Iterator[Figure]:
    """A row's time in a long input beside that in a short one: 1 is linear."""
    for key, made in INPUTS.items():
        reader = registry.reader_by_key(key)
        seconds = {}
        for rows in _ROWS:
            document = documents.from_text(made(rows))
            seconds[rows] = _median(partial(reader.read, document, no_progress))
        short, long = _ROWS
        ratio = (seconds[long] / long) / (seconds[short] / short)
        what = f"read {long:,} rows as {key}"
        yield Figure(what, 0, seconds[long], f"a row, against {short:,}", ratio, 1.5)


def highest_memory() -> int:
    """The most memory this process has used, in bytes. Linux only: 0 elsewhere."""
    try:
        # Not getrusage: its figure is handed down from the process that started this one.
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def _growth(figures: list[Figure]) -> Iterator[Figure]:
    """Time for each note at the largest size beside that at the smallest: 1 is linear."""
    sizes = sorted({figure.notes for figure in figures})
    if len(sizes) < 2:
        return
    names = dict.fromkeys(f.what for f in figures if f.what.startswith(_GROWING))
    for what in names:
        by_size = {figure.notes: figure.seconds for figure in figures if figure.what == what}
        small, large = sizes[0], sizes[-1]
        ratio = (by_size[large] / large) / (by_size[small] / small)
        yield Figure(
            f"growth of: {what}", large, by_size[large], f"a note, against {small:,}", ratio, 1.5
        )


_START_UP = """
import time, aqt, aqt.main, aqt.operations
started = time.perf_counter()
import remediation.addon, remediation.gui.menu
print(time.perf_counter() - started)
"""


def _start_up() -> Figure:
    def once() -> float:
        run = subprocess.run(
            [sys.executable, "-c", _START_UP], cwd=ROOT, check=True, capture_output=True, text=True
        )
        return float(run.stdout.split()[-1])

    return Figure(
        "added to Anki's start", 0, statistics.median(once() for _ in range(_RUNS)), "", None, 0.03
    )


def _median(work: Callable[[], object], runs: int = _RUNS) -> float:
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def _made(size: int) -> tuple[Path, list[str]]:
    """A collection of this size, made on first use, and the ids to miss."""
    path = _KEPT / f"{anki_version}-{size}.anki2"
    ids_path = path.with_suffix(".json")
    if not ids_path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        for old in path.parent.glob(f"{path.name}*"):
            old.unlink()
        made = generate_collection(path, notes=size)
        ids = [id for bank, exam, id in made.questions if (bank, exam) == ("uworld", "step1")]
        # A small collection has fewer questions; ids without a card make up the number.
        ids += [str(999_999 - missing) for missing in range(MISSES - len(ids))]
        ids_path.write_text(json.dumps(ids[:MISSES]))
    return path, list(json.loads(ids_path.read_text()))


@contextmanager
def _collection(size: int) -> Iterator[tuple[Collection, list[str]]]:
    """A copy of the collection, open; thrown away afterwards."""
    path, ids = _made(size)
    with tempfile.TemporaryDirectory() as folder:
        col = Collection(shutil.copy(path, folder))
        try:
            yield col, ids
        finally:
            col.close()


def _digits(figure: Figure) -> str:
    """Shares, without a unit, are told more exactly than ratios."""
    return ".2f" if figure.unit else ".3f"


def _table(figures: list[Figure]) -> str:
    header = ("what", "notes", "seconds", "ratio", "target", "beside")
    rows = [
        (
            figure.what,
            f"{figure.notes:,}" if figure.notes else "",
            f"{figure.seconds:.3f}" if figure.seconds else "",
            f"{figure.ratio:{_digits(figure)}} {figure.unit}" if figure.ratio is not None else "",
            ""
            if figure.target is None
            else f"{figure.target:g}" + (" ok" if figure.met else " MISSED"),
            figure.beside,
        )
        for figure in figures
    ]
    widths = [max(len(row[i]) for row in (header, *rows)) for i in range(len(header))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()
        for row in (header, tuple("-" * width for width in widths), *rows)
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
