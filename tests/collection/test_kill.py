"""A process killed in the middle of an import: nothing is lost, and the next import mends it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from anki.collection import Collection

from remediation.collection.importing import apply_import, preview_import
from remediation.settings import Settings
from tests.anking import GeneratedCollection
from tests.collections import missed, some_questions
from tests.whole_anki import ROOT

KILLED = 9
WHEN = 1_750_000_000

# Runs in a process of its own, which ends at once, with no chance to clean up.
_IMPORT_AND_DIE = f"""
import os, sys
from anki.collection import Collection
from remediation.collection.importing import apply_import, preview_import
from remediation.collection.undo import UndoStep
from remediation.settings import Settings
from tests.collections import missed

path, dies_after, *ids = sys.argv[1:]
write, seen = UndoStep.write, 0

def write_and_die(self, *args):
    global seen
    result = write(self, *args)
    seen += 1
    if seen == int(dies_after):
        self._col._backend.db_commit()  # as where each write was a transaction of its own
        os._exit({KILLED})
    return result

UndoStep.write = write_and_die
col = Collection(path)
preview = preview_import(col, missed(ids, when={WHEN}), Settings())
apply_import(col, preview, Settings())
col.close()
"""


def _state(col: Collection) -> dict[str, object]:
    tags = {
        note: sorted(t for t in col.get_note(note).tags if t.startswith("Remediation"))
        for note in col.find_notes("tag:Remediation")
    }
    decks = {
        deck.name: len(col.decks.cids(deck.id))  # type: ignore[arg-type]
        for deck in col.decks.all_names_and_ids()
        if deck.name.startswith("Remediation")
    }
    active = sorted(col.find_cards("tag:Remediation -is:suspended"))
    ledger = len(col.find_notes('note:"Remediation *" -Key:Release*'))
    return {"tags": tags, "decks": decks, "active": active, "ledger": ledger}


def _import(col: Collection, ids: list[str]) -> None:
    preview = preview_import(col, missed(ids, when=WHEN), Settings())
    apply_import(col, preview, Settings())


def test_a_killed_import_is_mended_by_the_next(
    template: GeneratedCollection, tmp_path: Path
) -> None:
    ids = some_questions(template, 8)
    whole = tmp_path / "whole.anki2"
    shutil.copy(template.path, whole)
    col = Collection(str(whole))
    _import(col, ids)
    expected = _state(col)
    col.close()

    dies_after = 0
    while True:
        dies_after += 1
        path = tmp_path / f"killed{dies_after}.anki2"
        shutil.copy(template.path, path)
        run = subprocess.run(
            [sys.executable, "-c", _IMPORT_AND_DIE, str(path), str(dies_after), *ids],
            cwd=ROOT,
            check=False,
        )
        if run.returncode == 0:
            break
        assert run.returncode == KILLED
        col = Collection(str(path))
        message, ok = col.fix_integrity()
        assert ok, message
        assert "rebuilt and optimized" in message
        assert len(message.splitlines()) == 1, message
        _import(col, ids)
        mended = _state(col)
        for what, value in expected.items():
            if what == "decks":  # which card is in which deck depends on when it became active
                assert set(mended[what]) == set(value)  # type: ignore[call-overload]
            else:
                assert mended[what] == value, f"{what} after being killed at write {dies_after}"
        col.close()
    assert dies_after > 10
