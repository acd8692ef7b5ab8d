"""The built .ankiaddon file, as Anki will see it."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pytest

import dev
from tests import whole_anki
from tests.anking import GeneratedCollection
from tests.collections import some_questions

if TYPE_CHECKING:
    from aqt.main import AnkiQt


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real package of this repository, freshly built."""
    path = tmp_path_factory.mktemp("package") / "remediation.ankiaddon"
    dev.build_package(path)
    return path


@pytest.fixture
def names(package: Path) -> list[str]:
    with zipfile.ZipFile(package) as archive:
        return archive.namelist()


def test_files_are_at_the_root_sorted_and_once(names: list[str]) -> None:
    assert {"__init__.py", "manifest.json", "LICENSE", "remediation/__init__.py"} <= set(names)
    assert names == sorted(set(names))


def test_nothing_private_generated_or_compiled(names: list[str]) -> None:
    for name in names:
        path = PurePosixPath(name)
        assert path.name != "meta.json"
        assert not {"__pycache__", "tests", "user_files"}.intersection(path.parts)
        assert not dev.COMPILED_SUFFIXES.intersection(path.suffixes)


def test_vendored_parts_and_their_licences_are_in(names: list[str]) -> None:
    wanted = {f"remediation/vendor/{file.name}" for part in dev.VENDORED for file in part.files}
    assert wanted <= set(names)


def test_every_module_of_the_addon_is_in(names: list[str]) -> None:
    modules = {
        path.relative_to(dev.ROOT).as_posix() for path in (dev.ROOT / "remediation").rglob("*.py")
    }
    assert modules == {name for name in names if name.endswith(".py")} - {"__init__.py"}


def test_building_again_gives_the_same_bytes(package: Path, tmp_path: Path) -> None:
    dev.build_package(tmp_path / "again.ankiaddon")
    assert (tmp_path / "again.ankiaddon").read_bytes() == package.read_bytes()


def test_anki_installs_it(anki: AnkiQt, package: Path, names: list[str]) -> None:
    # Not above: importing aqt fixes the user name by which Anki knows a second instance.
    from aqt.addons import InstallOk

    manager = anki.addonManager
    folder = Path(manager.addonsFolder("remediation"))
    try:
        result = manager.install(str(package))
        assert isinstance(result, InstallOk)
        assert result.compatible
        assert not result.conflicts
        meta = manager.addon_meta("remediation")
        assert (meta.human_version, meta.enabled) == (dev.version(), True)
        installed = {
            path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
        }
        assert installed == {*names, "meta.json"}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_anki_knows_every_key_of_the_manifest(anki: AnkiQt, package: Path) -> None:
    with zipfile.ZipFile(package) as archive:
        understood = anki.addonManager.readManifestFile(archive)
        assert understood == json.loads(archive.read("manifest.json"))


def test_the_main_job_runs_from_the_package_under_a_numeric_folder_name(
    mw: AnkiQt, names: list[str], template: GeneratedCollection
) -> None:
    """As every test below tests/gui: Anki installed the package where AnkiWeb would put it."""
    import aqt

    folder = Path(mw.addonManager.addonsFolder(whole_anki.ADDON_ID))
    assert whole_anki.ADDON_ID.isdecimal()
    assert {*names} <= {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    }
    dialog = aqt.dialogs.open("RemediationImport", mw)
    assert type(dialog).__module__ == f"{whole_anki.ADDON_ID}.remediation.gui.import_dialog"
    dialog.input.box.setPlainText(" ".join(some_questions(template, 3)))
    whole_anki.wait_until(lambda: dialog.reading is not None)
    dialog.panel.form.choose_exam("step1")
    whole_anki.wait_until(dialog.apply_button.isEnabled)
    dialog.apply_button.click()
    whole_anki.wait_until(lambda: dialog.result_panel.isVisible() and not mw.progress.busy())
    assert mw.col.find_notes("tag:Remediation")
    dialog.close()
