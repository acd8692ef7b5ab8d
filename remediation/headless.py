"""The main job without a window, on any collection file.

For reproducing a student's problem on a copy of the collection, and for scripts. `dev.py` runs it;
see `dev.py import --help`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

from anki.collection import Collection
from anki.errors import DBError

from .collection.evidence import Diagnosis, diagnose
from .collection.importing import (
    ImportPreview,
    ImportRequest,
    ImportResult,
    apply_import,
    preview_import,
)
from .collection.ledger import read_ledger
from .collection.repair_states import repair_states
from .collection.shared_settings import with_shared
from .model.attempts import Attempt, Outcome, Problem, QuestionGroup
from .model.banks import BANKS, EXAMS, exam_by_key, may_be_exam
from .model.records import Sitting
from .settings import Settings
from .sources import completion, documents, registry
from .sources.reading import Reading, UnusableInput

EXIT_UNUSABLE = 2
# How every SQLite file begins.
_SQLITE = b"SQLite format 3\0"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; returns the exit code: 0 when done, 2 for input that cannot be used."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except UnusableInput as problem:
        print(problem, file=sys.stderr)
        return EXIT_UNUSABLE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dev.py", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add = commands.add_parser("import", help="import misses into a collection file")
    add.set_defaults(run=_import)
    add.add_argument("--collection", type=Path, required=True, metavar="FILE")
    add.add_argument("--bank", choices=[bank.key for bank in BANKS], required=True)
    add.add_argument("--exam", choices=[exam.key for exam in EXAMS], required=True)
    add.add_argument(
        "--outcome",
        choices=[outcome.value for outcome in Outcome],
        help="how the questions were answered, where the input does not say",
    )
    add.add_argument(
        "--when", type=_moment, metavar="TIME", help="when they were done: 2026-11-20T21:00"
    )
    add.add_argument("--total", type=int, metavar="N", help="how many questions the block had")
    add.add_argument("--again", action="store_true", help="an equal list was done again")
    add.add_argument("--all-cards", action="store_true", help="all matching notes, not the core")
    add.add_argument(
        "--other-exams", action="store_true", help="fall back to the same number in other exams"
    )
    add.add_argument("--dry-run", action="store_true", help="write nothing to the file")
    add.add_argument("--json", action="store_true", help="print one JSON object")
    add.add_argument(
        "input", nargs="?", default="-", metavar="INPUT", help="a file, or - (default)"
    )
    why = commands.add_parser("diagnose", help="what the evidence suggests for each open question")
    why.set_defaults(run=_diagnose)
    why.add_argument("--collection", type=Path, required=True, metavar="FILE")
    why.add_argument("--json", action="store_true", help="print a JSON list")
    show = commands.add_parser("read", help="show what a file is understood as")
    show.set_defaults(run=_show)
    show.add_argument("--json", action="store_true", help="print one JSON object")
    show.add_argument(
        "--as",
        dest="reader",
        choices=[reader.key for reader in registry.READERS],
        help="the format",
    )
    show.add_argument(
        "input", nargs="?", default="-", metavar="FILE", help="a file, or - (default)"
    )
    return parser


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time like 2026-11-20T21:00") from None


def _import(options: argparse.Namespace) -> int:
    started = time.perf_counter()
    reading = _read(options.input)
    seconds_reading = time.perf_counter() - started
    request = ImportRequest(
        _sittings(reading, options),
        again=options.again,
        all_cards=options.all_cards,
        other_exams=options.other_exams,
    )
    with _collection(options.collection, copied=options.dry_run) as col:
        settings, _problems = with_shared(col, Settings())
        preview = preview_import(col, request, settings)
        started = time.perf_counter()
        result = apply_import(col, preview, settings)
        seconds_applying = time.perf_counter() - started
    seconds = {
        "read": seconds_reading,
        "match": preview.seconds_matching,
        "apply": seconds_applying,
    }
    report = _report(reading, preview, result, seconds)
    if options.json:
        print(json.dumps(report, ensure_ascii=False))
    else:
        print(_told(report, dry_run=options.dry_run))
    return 0


def _diagnose(options: argparse.Namespace) -> int:
    # On a copy: opening a collection can already change the file, and nothing here has to.
    with _collection(options.collection, copied=True) as col:
        ledger = read_ledger(col)
        # A named reason says what helps, and does not close the question.
        open_ = {
            key for key, found in repair_states(col, ledger).items() if not found.state.is_done
        }
        diagnoses = diagnose(col, ledger=ledger, only=open_)
    if options.json:
        print(json.dumps([_diagnosed(each) for each in diagnoses], ensure_ascii=False))
        return 0
    for each in diagnoses:
        said, reason = each.suggestion, each.miss.reason
        named = f" Named: {reason}." if reason else ""
        code = said.code or "none"
        print(f"{each.key}: {code} ({said.strength.value or 'open'}) {said.why}{named}")
    return 0


def _diagnosed(diagnosis: Diagnosis) -> dict[str, Any]:
    """A row of the JSON list. Scripts rely on exactly these keys."""
    suggestion = diagnosis.suggestion
    return {
        "key": str(diagnosis.key),
        "family": suggestion.family.value if suggestion.family else "none",
        "code": suggestion.code,
        "p_knowledge": round(suggestion.p_knowledge, 4),
        "evidence": [
            {
                "note": note,
                "core": evidence.is_core,
                "recall": None if evidence.recall is None else round(evidence.recall, 4),
                "lapses": evidence.lapses,
            }
            for note, evidence in diagnosis.notes
        ],
        "reason": suggestion.why,
    }


def _show(options: argparse.Namespace) -> int:
    reading = _read(options.input, options.reader)
    parts = completion.all_sittings(reading)
    report: dict[str, Any] = {
        "reader": reading.reader,
        "attempts": [_given(attempt) for part in parts for attempt in part.attempts],
        "groups": [_all(group) for part in parts for group in part.groups],
        "summary": {name: value for part in parts for name, value in part.summary.items()},
        "problems": [asdict(problem) for problem in reading.problems],
        "sittings": [
            {
                "bank": part.bank,
                "exam": part.exam,
                "when": part.when.isoformat(timespec="minutes") if part.when else None,
                "name": part.name,
                "mode": part.mode,
                "total": part.total,
                "attempts": len(part.attempts),
            }
            for part in parts
        ],
    }
    if options.json:
        print(json.dumps(report, ensure_ascii=False))
        return 0
    print(f"Read as: {registry.reader_by_key(reading.reader).name}")
    for name in ("sittings", "attempts", "groups", "problems"):
        print(f"{name} ({len(report[name])})")
        for row in report[name]:
            told = (f"{key} {value}" for key, value in row.items() if value not in (None, ""))
            print("  " + ", ".join(told))
    for name, value in reading.summary.items():
        print(f"{name}: {value}")
    return 0


def _given(attempt: Attempt) -> dict[str, Any]:
    """The fields of an attempt that the source gave."""
    return {name: value for name, value in _all(attempt).items() if value not in (None, "", ())}


def _all(record: Attempt | QuestionGroup) -> dict[str, Any]:
    fields = asdict(record)
    del fields["where"]
    return {name: v.value if isinstance(v, Enum) else v for name, v in fields.items()}


def _read(source: str, reader: str | None = None) -> Reading:
    if source == "-":
        document = documents.from_bytes(sys.stdin.buffer.read(), "standard input")
    else:
        document = documents.from_file(Path(source))
    return registry.read(document, reader)


def _sittings(reading: Reading, options: argparse.Namespace) -> tuple[Sitting, ...]:
    """The sittings, completed from the command line. Raises UnusableInput where they disagree."""
    if reading.bank and not reading.further and reading.bank != options.bank:
        raise UnusableInput(f"The input is from {reading.bank}, not from {options.bank}.")
    outcome = Outcome(options.outcome) if options.outcome else None
    if outcome is None and completion.needs_outcome(reading):
        raise UnusableInput(
            "The input does not say how the questions were answered. "
            "Say it with --outcome, for example --outcome incorrect."
        )
    when = reading.when or options.when or datetime.now()
    answers = completion.Answers(options.bank, options.exam, outcome, when, options.total)
    return completion.sittings(reading, answers)


@contextmanager
def _collection(path: Path, *, copied: bool) -> Iterator[Collection]:
    """The collection, or a copy of it that is thrown away: a dry run does the real work there."""
    if not path.is_file():
        raise UnusableInput(f"There is no collection at {path}.")
    with path.open("rb") as file:
        # Anki would take an empty file for a new collection and fill it.
        if file.read(len(_SQLITE)) != _SQLITE:
            raise UnusableInput(f"{path.name} is not a collection.")
    # Up to 25.09 Anki prints what took it long; standard output belongs to the report.
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(sys.stderr):
        if copied:
            target = Path(folder) / path.name
            for part in (path, path.with_name(path.name + "-wal")):
                if part.exists():
                    shutil.copy(part, target.with_name(part.name))
            path = target
        try:
            col = Collection(str(path))
        except (DBError, OSError) as error:
            raise UnusableInput(
                f"{path.name} cannot be opened. Is it a collection, and is Anki closed? ({error})"
            ) from error
        try:
            yield col
        finally:
            col.close()


def _report(
    reading: Reading, preview: ImportPreview, result: ImportResult, seconds: dict[str, float]
) -> dict[str, Any]:
    exam = preview.request.sittings[0].exam
    problems = (*reading.problems, *_exam_doubt(reading, exam), *_problems(preview))
    return {
        "attempts": completion.question_count(reading),
        "problems": [asdict(problem) for problem in problems],
        "questions": [
            {
                "key": str(q.key),
                "bank": q.key.bank,
                "exam": q.key.exam or exam,
                "id": q.key.id,
                "outcome": q.attempt.outcome.value if q.attempt.outcome else "",
                "system": q.system,
                "notes": list(q.notes),
                "core": list(q.core),
                "how": q.how.value if q.how else "",
            }
            for q in preview.questions
        ],
        "unmatched": [q.key.id for q in preview.unmatched],
        "notes_tagged": result.notes_tagged,
        "cards_unsuspended": result.cards_unsuspended,
        "ledger_added": result.ledger_added,
        "ledger_updated": result.ledger_updated,
        "decks": [{"name": deck.name, "cards": deck.cards} for deck in result.decks],
        "seconds": {name: round(value, 4) for name, value in seconds.items()},
    }


def _exam_doubt(reading: Reading, exam: str) -> Iterator[Problem]:
    if reading.exam and not may_be_exam(reading.exam, exam):
        said, asked = exam_by_key(reading.exam).name, exam_by_key(exam).name
        yield Problem("input", f"The names look like {said}; read as {asked}, as asked.")


def _problems(preview: ImportPreview) -> Iterator[Problem]:
    for question in preview.questions:
        if question.problem:
            yield Problem(str(question.key), question.problem)


def _told(report: dict[str, Any], *, dry_run: bool) -> str:
    """The report for a person."""
    lines = [f"{report['attempts']} questions read."]
    lines += [f"  {problem['where']}: {problem['message']}" for problem in report["problems"]]
    if report["unmatched"]:
        lines.append(f"Without a card: {', '.join(report['unmatched'])}")
    lines.append(
        f"{report['notes_tagged']} notes tagged, {report['cards_unsuspended']} cards unsuspended, "
        f"{report['ledger_added']} records added, {report['ledger_updated']} updated."
    )
    lines += [f"  {deck['cards']:>5}  {deck['name']}" for deck in report["decks"]]
    if dry_run:
        lines.append("This was a dry run: the collection file is as it was.")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
