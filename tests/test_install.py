"""Installing, updating, disabling and refusing, in real Ankis from one start to the next."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from anki.collection import Collection

import dev
from remediation.collection.importing import apply_import, preview_import
from remediation.collection.ledger import read_ledger
from remediation.settings import Settings
from tests import anki_sessions, whole_anki
from tests.anking import GeneratedCollection
from tests.collections import missed, some_questions

MISSES = 12
# What every Anki that ever ran Python 3 has; the start-up of the add-on may need no more of it.
OF_ANY_ANKI = {"anki.utils", "aqt", "aqt.qt", "aqt.utils"}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of this checkout."""
    path = tmp_path_factory.mktemp("download folder ü") / "Remediation (1).ankiaddon"
    dev.build_package(path)
    return path


@pytest.fixture(scope="module")
def other_package(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with another version, one file less and one more: as if it were another release."""
    path = tmp_path_factory.mktemp("other") / "remediation.ankiaddon"
    with zipfile.ZipFile(package) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "manifest.json":
                content = content.replace(dev.version().encode(), b"99.0.0")
            if name != "CHANGELOG.md":
                new.writestr(name, content)
        new.writestr("remediation/new_module.py", "")
    return path


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, template: GeneratedCollection) -> Path:
    """A student's Anki folder, with misses recorded by the add-on before."""
    folder = tmp_path_factory.mktemp("Anki mit Übung und 日本語")
    path = whole_anki.make_profile(folder)
    shutil.copy(template.path, path)
    col = Collection(str(path))
    request = missed(some_questions(template, MISSES))
    apply_import(col, preview_import(col, request, Settings()), Settings())
    col.close()
    return folder


def ledger_notes(base: Path) -> list[list[str]]:
    """The fields of every note of the ledger."""
    col = Collection(str(base / whole_anki.PROFILE / "collection.anki2"))
    try:
        assert len(read_ledger(col).questions) == MISSES
        return [col.get_note(note).fields for note in sorted(col.find_notes('"Key:*"'))]
    finally:
        col.close()


def test_from_the_first_double_click_to_safe_mode(
    base: Path, package: Path, other_package: Path
) -> None:
    """One story, since every chapter needs what the one before left, and an Anki of its own."""
    notes = ledger_notes(base)
    with zipfile.ZipFile(other_package) as archive:
        other_files = {*archive.namelist(), "meta.json"}

    # The file that was downloaded is opened; the add-on runs from the next start on.
    installed = anki_sessions.run(anki_sessions.double_click, base, str(package))
    assert len(installed["boxes"]) == 1
    assert installed["version"] == dev.version()
    assert "LICENSE" in installed["files"]
    assert (installed["menus"], installed["modules"]) == (0, [])

    # Over an older version: everything the student has stays, nothing of the old files does.
    updated = anki_sessions.run(anki_sessions.update_and_disable, base, str(other_package))
    assert updated["menus"] == 1
    assert updated["hooks"] > 0
    assert (len(updated["told"]), updated["errors"]) == (1, [])
    assert updated["version"] == "99.0.0"
    assert set(updated["files"]) == {*other_files, "user_files/config.old.json"}
    assert updated["config"] == anki_sessions.CONFIG
    assert updated["old config"] == anki_sessions.OLD_CONFIG

    # Disabled: Anki is as if it had never been there, and its decks are decks like any other.
    disabled = anki_sessions.run(anki_sessions.study_and_enable, base)
    assert (disabled["menus"], disabled["modules"], disabled["hooks"]) == (0, [], 0)
    assert disabled["decks"] == updated["decks"]

    # Enabled again: everything is as before.
    enabled = anki_sessions.run(anki_sessions.look_today, base)
    assert (enabled["menus"], enabled["hooks"]) == (1, updated["hooks"])
    assert (enabled["misses"], enabled["shortcut"]) == (MISSES, anki_sessions.SHORTCUT)
    assert enabled["config"] == anki_sessions.CONFIG
    assert enabled["version"] == "99.0.0"

    # Safe mode: it does not run, and is not changed by it.
    safe = anki_sessions.run(anki_sessions.look, base, "--safemode")
    assert (safe["menus"], safe["modules"], safe["hooks"]) == (0, [], 0)
    assert (safe["state"], safe["is disabled"]) == ("deckBrowser", False)
    assert safe["files"] == enabled["files"]

    assert ledger_notes(base) == notes
    for seen in (installed, updated, disabled, enabled, safe):
        assert "Traceback" not in seen["output"]


# An Anki that it does not run in
######################################################################


@pytest.mark.parametrize(
    ("session", "needs"),
    [
        (anki_sessions.too_old, "Anki 25.02.7 or newer"),
        (anki_sessions.too_old_qt, "the Qt 6 version of Anki"),
    ],
)
def test_an_anki_that_it_does_not_run_in_gets_a_message(
    session: anki_sessions.Session, needs: str, package: Path, tmp_path: Path
) -> None:
    whole_anki.make_profile(tmp_path)
    with zipfile.ZipFile(package) as archive:
        # As it is after the student went back to an older Anki: the newer one installed it.
        archive.extractall(tmp_path / "addons21" / anki_sessions.FOLDER)
    seen = anki_sessions.run(session, tmp_path)
    (text,) = seen["boxes"]
    assert needs in text
    assert (seen["menus"], seen["hooks"]) == (0, 1)
    assert seen["state"] == "deckBrowser"
    assert seen["modules"] == [
        "remediation",
        "remediation.remediation",
        "remediation.remediation.addon",
    ]
    assert "Traceback" not in seen["output"]


def test_the_manifest_names_the_newest_anki_that_it_is_tested_on() -> None:
    """Positive, so that a newer Anki still loads it: Anki refuses those with a negative number."""
    year, month, patch = map(int, dev.NEWEST.anki.split("."))
    manifest = json.loads((dev.ROOT / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["max_point_version"] == year * 10_000 + month * 100 + patch


STARTING_FILES = ("__init__.py", "remediation/__init__.py", "remediation/addon.py")


@pytest.mark.parametrize("name", STARTING_FILES)
def test_what_runs_before_the_check_needs_nothing_new(name: str) -> None:
    """Older Ankis, with a Python of their time, must get as far as the message."""
    tree = ast.parse((dev.ROOT / name).read_text(encoding="utf-8"), feature_version=(3, 8))
    imported: set[str | None] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            imported.add(node.module)
    assert imported <= {"__future__", "typing", "aqt.main"} | OF_ANY_ANKI


def test_reading_it_without_anki_running_starts_nothing() -> None:
    """As test tools and editors do."""
    script = "import sys; import remediation.addon; sys.exit('anki' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=dev.ROOT, check=False)
    assert done.returncode == 0
