"""A coverage-guided fuzzer for one reader.

    python -m tests.fuzz READER [--minutes 10] [--as-bytes]

Needs the package atheris, which the other tools do not. Whatever a reader raises but UnusableInput
or Cancelled is a finding, and so is an input that takes longer than two seconds or a Reading that
the ledger could not store. Findings are kept as cases in tests/sources/test_fuzz_findings.py.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import atheris

from tests.whole_anki import ROOT

with atheris.instrument_imports(include=["remediation"]):
    from remediation.model.codec import decode, encode
    from remediation.model.records import Sitting
    from remediation.sources import completion, documents, registry
    from remediation.sources.reading import UnusableInput

from datetime import datetime

from remediation.model.attempts import Outcome
from remediation.model.progress import Cancelled

_SLOW_SECONDS = 2.0
_ANSWERS = completion.Answers("uworld", "step1", Outcome.INCORRECT, datetime(2026, 11, 20, 21))
_SEEDS = ROOT / "tests" / "fuzz_seeds"


def check(data: bytes, reader_key: str, *, as_bytes: bool) -> None:
    """Reads the data as the reader's format, and stores what comes out."""
    started = time.monotonic()
    try:
        if as_bytes:
            document = documents.from_bytes(data, "input")
        else:
            document = documents.from_text(data.decode("utf-8", "replace"))
        reading = registry.read(document, reader_key)
    except (UnusableInput, Cancelled):
        return
    finally:
        if time.monotonic() - started > _SLOW_SECONDS:
            raise TimeoutError(f"{time.monotonic() - started:.1f} seconds")
    for sitting in completion.sittings(reading, _ANSWERS):
        for part in sitting.split():
            if Sitting.from_json(decode(encode(part.to_json()))) != part:
                raise AssertionError("what was read is not what was stored")


def main() -> None:
    """Runs until the time is over or something is found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reader", choices=[reader.key for reader in registry.READERS])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--as-bytes", action="store_true", help="as a file, not as pasted text")
    options = parser.parse_args()
    corpus = ROOT / "build" / "fuzz" / options.reader
    corpus.mkdir(parents=True, exist_ok=True)
    seeds = _SEEDS / options.reader
    arguments = [
        sys.argv[0],
        f"-max_total_time={round(options.minutes * 60)}",
        "-max_len=4000",
        "-timeout=10",
        f"-artifact_prefix={corpus}-found-",
        str(corpus),
        *([str(seeds)] if Path(seeds).is_dir() else []),
    ]
    atheris.Setup(arguments, lambda data: check(data, options.reader, as_bytes=options.as_bytes))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
