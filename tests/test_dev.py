"""dev.py and the files around it: pins, version, CI, package, vendored parts, report."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import re
import shutil
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import dev

Maker = Callable[[Path], "tuple[Path, dev.Vendored]"]
MEMBERS = {"thing.py": b"value = 1\n", "LICENSE": b"free\n"}


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def read(name: str) -> str:
    return (dev.ROOT / name).read_text(encoding="utf-8")


# --- Pins and version -----------------------------------------------------------------------------


@pytest.mark.parametrize("release", dev.RELEASES, ids=lambda release: release.anki)
def test_every_pin_is_exact_and_names_the_release(release: dev.Release) -> None:
    assert all(re.fullmatch(r"[\w\[\]-]+==[\d.]+", pin) for pin in release.pins)
    assert release.pins[0].split("==") in (["aqt", release.anki], ["aqt[qt]", release.anki])


def test_python_3_9_gets_the_last_tools_that_run_on_it() -> None:
    assert dev.OLDEST.oldest == (3, 9)
    assert {"pytest==8.4.2", "hypothesis==6.141.1", "mypy==1.19.1"} <= set(dev.OLDEST.pins)


def test_oldest_anki_and_python_are_the_declared_ones() -> None:
    year, month, patch = map(int, dev.OLDEST.anki.split("."))
    manifest = json.loads(read("manifest.json"))
    assert manifest["min_point_version"] == year * 10_000 + month * 100 + patch
    assert 'requires-python = ">=3.9"' in read("pyproject.toml")
    assert 'target-version = "py39"' in read("pyproject.toml")


def test_version_is_the_same_everywhere() -> None:
    assert dev.version() == json.loads(read("manifest.json"))["human_version"]


def test_another_version_in_the_manifest_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.3"\n')
    (tmp_path / "manifest.json").write_text('{"human_version": "1.2.4"}')
    with pytest.raises(dev.DevError, match=r"1\.2\.3"):
        dev.version(tmp_path)


# --- CI and the tests' folder ---------------------------------------------------------------------


def test_ci_runs_the_command_that_the_readme_gives() -> None:
    script = read(".ci/run")
    assert "set -euo pipefail" in script
    assert re.search(r"^python3 dev\.py test( --all-anki)?$", script, re.MULTILINE)
    if (dev.ROOT / "README.md").exists():
        assert "python3 dev.py test" in read("README.md")


@pytest.mark.parametrize("name", ["dev.py", ".ci/run"])
def test_no_address_of_a_machine_or_registry(name: str) -> None:
    assert not re.search(r"https?:|index-url|/home/|/Users/|/root/|/work/", read(name))


def test_the_tests_folder_has_no_package_marker() -> None:
    """With one, pytest takes the clone's folder for a package and imports the add-on's root.

    In a clone named "remediation" it would then not find the real `remediation`.
    """
    assert not (dev.ROOT / "tests" / "__init__.py").exists()


# --- Finding a Python, environments ---------------------------------------------------------------


def test_the_newest_anki_takes_the_python_at_hand() -> None:
    assert dev.python_order(dev.NEWEST, (3, 11))[0] == (3, 11)


def test_a_python_that_is_too_old_is_passed_over() -> None:
    assert dev.python_order(dev.NEWEST, (3, 9)) == [(3, 13), (3, 12), (3, 11), (3, 10)]


def test_an_older_anki_takes_the_python_it_is_shipped_with() -> None:
    assert dev.python_order(dev.OLDEST, (3, 12))[:2] == [(3, 9), (3, 12)]


def test_no_usable_python_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "python_commands", lambda version: [])
    with pytest.raises(dev.DevError, match=r"needs Python 3\.10 or newer"):
        dev.find_python(dev.NEWEST)


def test_a_python_is_believed_only_after_it_was_asked() -> None:
    version = sys.version_info[:2]
    assert dev.ask_python([sys.executable], version) == sys.executable
    assert dev.ask_python([sys.executable], (2, 7)) is None
    assert dev.ask_python(["no-such-python"], version) is None


def test_changed_pins_make_an_environment_stale(tmp_path: Path) -> None:
    python = dev.venv_python(tmp_path)
    python.parent.mkdir()
    python.touch()
    assert not dev.is_ready(tmp_path, dev.NEWEST)
    dev.stamp_file(tmp_path).write_text(dev.fingerprint(dev.NEWEST))
    assert dev.is_ready(tmp_path, dev.NEWEST)
    assert not dev.is_ready(tmp_path, dev.OLDEST)
    python.unlink()
    assert not dev.is_ready(tmp_path, dev.NEWEST)


def test_either_alternative_of_a_system_package_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = "libegl1 installed\nlibnss3 not-installed\nlibasound2t64 installed\n"
    monkeypatch.setattr(dev, "output", lambda *command: listed)
    wanted = ["libegl1", "libnss3", "libasound2t64 | libasound2", "xvfb"]
    assert dev.missing_packages(wanted) == ["libnss3", "xvfb"]


def test_the_alternative_that_the_system_has_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def only_the_second(*command: str) -> str:
        return "Package: b" if command[-1] == "b" else ""

    monkeypatch.setattr(dev, "output", only_the_second)
    assert dev.available_package("a | b") == "b"


def test_without_the_right_to_install_the_command_to_run_is_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev, "is_root", lambda: False)
    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setattr(dev, "output", lambda *command: "")
    monkeypatch.setattr(dev, "QT_PACKAGES", ("libegl1", "b | a"))
    dev.install_qt_packages()
    shown = capsys.readouterr().err
    assert "sudo apt-get update && sudo apt-get install -y libegl1 a\n" in shown


# --- Handing over ---------------------------------------------------------------------------------

ECHO = """
import os, sys
print(sys.argv[1:], os.getcwd(), sys.stdin.read(), os.environ["QT_QPA_PLATFORM"], flush=True)
import dev
sys.exit(7)
"""


def test_a_command_is_handed_over_untouched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "echo_command.py").write_text(ECHO)
    (tmp_path / "folder").mkdir()
    if sys.version_info >= (3, 11):
        (tmp_path / "folder" / "json.py").write_text("raise SystemExit('took the caller's json')")
    (tmp_path / "input").write_text("typed")
    monkeypatch.setitem(dev.HANDED_OVER, "echo", ("echo_command", ""))
    monkeypatch.setattr(dev, "environment", lambda release: Path(sys.executable))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.chdir(tmp_path / "folder")
    with (tmp_path / "input").open() as stdin:
        saved = os.dup(0)
        os.dup2(stdin.fileno(), 0)
        try:
            code = dev.main(["echo", "--flag", "a b", "--", "-h"])
        finally:
            os.dup2(saved, 0)
            os.close(saved)
    assert code == 7
    expected = f"['--flag', 'a b', '--', '-h'] {tmp_path / 'folder'} typed offscreen\n"
    assert capfd.readouterr().out == expected


def test_a_killed_command_gives_the_code_of_a_shell() -> None:
    assert dev.shell_code(-9) == 137
    assert dev.shell_code(3) == 3


def test_pytest_arguments_keep_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[object] = []

    def take(*arguments: object) -> int:
        taken.extend(arguments)
        return 0

    monkeypatch.setattr(dev, "test_command", take)
    dev.main(["test", "-k", "a or b", "--all-anki", "tests/model", "-x"])
    assert taken == [True, ["-k", "a or b", "tests/model", "-x"]]


# --- Vendored parts -------------------------------------------------------------------------------


def vendored(registry: str, integrity: str) -> dev.Vendored:
    files = tuple(
        dev.VendoredFile(member, f"copy-{member}", sha256(content))
        for member, content in MEMBERS.items()
    )
    return dev.Vendored(registry, "thing", "1.0", integrity, files)


def wheel(folder: Path) -> tuple[Path, dev.Vendored]:
    path = folder / "thing-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for member, content in MEMBERS.items():
            archive.writestr(member, content)
    return path, vendored("pypi", sha256(path.read_bytes()))


def npm_archive(folder: Path) -> tuple[Path, dev.Vendored]:
    path = folder / "thing-1.0.tgz"
    with tarfile.open(path, "w:gz") as archive:
        for member, content in MEMBERS.items():
            entry = tarfile.TarInfo(member)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    digest = base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
    return path, vendored("npm", f"sha512-{digest}")


@pytest.mark.parametrize("make", [wheel, npm_archive])
def test_files_of_the_pinned_archive_are_taken(make: Maker, tmp_path: Path) -> None:
    archive, part = make(tmp_path)
    folder = tmp_path / "vendor"
    folder.mkdir()
    assert not dev.is_vendored(part, folder)
    dev.unpack(part, archive, folder)
    assert dev.is_vendored(part, folder)
    (folder / "copy-thing.py").write_bytes(b"value = 2\n")
    assert not dev.is_vendored(part, folder)


@pytest.mark.parametrize("make", [wheel, npm_archive])
def test_another_archive_is_refused(make: Maker, tmp_path: Path) -> None:
    archive, part = make(tmp_path)
    archive.write_bytes(archive.read_bytes() + b"\0")
    folder = tmp_path / "vendor"
    folder.mkdir()
    with pytest.raises(dev.DevError, match="not the pinned one"):
        dev.unpack(part, archive, folder)
    assert not list(folder.iterdir())


def test_one_changed_file_refuses_all_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, part = wheel(tmp_path)
    monkeypatch.setitem(MEMBERS, "LICENSE", b"not free\n")
    archive, _ = wheel(tmp_path)
    monkeypatch.setattr(dev, "archive_integrity", lambda part, archive: part.integrity)
    folder = tmp_path / "vendor"
    folder.mkdir()
    with pytest.raises(dev.DevError, match="LICENSE is not the pinned one"):
        dev.unpack(part, archive, folder)
    assert not list(folder.iterdir())


def test_what_is_vendored_here_is_what_is_pinned() -> None:
    assert all(map(dev.is_vendored, dev.VENDORED))


def test_every_vendored_part_comes_with_its_licence() -> None:
    for part in dev.VENDORED:
        assert any("LICENSE" in file.name for file in part.files)


# --- Package --------------------------------------------------------------------------------------

TREE = (
    "__init__.py",
    "manifest.json",
    "config.json",
    "LICENSE",
    "README.md",
    "dev.py",
    "meta.json",
    "user_files/own.txt",
    "tests/test_a.py",
    "remediation/__init__.py",
    "remediation/model/systems.py",
    "remediation/model/__pycache__/systems.cpython-313.pyc",
    "remediation/web/dashboard.html",
    "remediation/web/dashboard.js",
    "remediation/model/.ruff_cache/CACHEDIR.TAG",
    "remediation/.DS_Store",
)
SHIPPED = [
    "LICENSE",
    "__init__.py",
    "config.json",
    "manifest.json",
    "remediation/__init__.py",
    "remediation/model/systems.py",
    "remediation/web/dashboard.html",
    "remediation/web/dashboard.js",
]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(dev, "VENDORED", ())
    for name in TREE:
        add(tmp_path, name)
    return tmp_path


def add(tree: Path, name: str) -> None:
    path = tree / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{name}\n")


def test_only_what_is_allowed_is_shipped(tree: Path) -> None:
    assert dev.package_files(tree) == SHIPPED


@pytest.mark.parametrize("name", ["fast.so", "fast.cpython-313-darwin.so", "web/fast.pyd", "a.pyc"])
def test_a_compiled_file_fails_the_build(tree: Path, name: str) -> None:
    add(tree, f"remediation/{name}")
    with pytest.raises(dev.DevError, match="compiled"):
        dev.build_package(tree / "build" / "a.ankiaddon", tree)


@pytest.mark.parametrize("name", ["model/names.csv", "web/font.exotic", "vendor/stranger.py"])
def test_a_file_that_nobody_allowed_is_not_dropped_silently(tree: Path, name: str) -> None:
    add(tree, f"remediation/{name}")
    with pytest.raises(dev.DevError, match="would be left out"):
        dev.package_files(tree)


@pytest.mark.parametrize("name", dev.REQUIRED_FILES)
def test_a_missing_file_fails_the_build(tree: Path, name: str) -> None:
    (tree / name).unlink()
    with pytest.raises(dev.DevError, match=f"{name} is missing"):
        dev.package_files(tree)


def test_a_missing_vendored_part_fails_the_build(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev, "VENDORED", (vendored("pypi", ""),))
    with pytest.raises(dev.DevError, match=r"thing is missing: python3 dev\.py vendor"):
        dev.package_files(tree)


def test_the_same_files_give_the_same_bytes(tree: Path) -> None:
    first, second = tree / "build" / "1.ankiaddon", tree / "build" / "2.ankiaddon"
    dev.build_package(first, tree)
    for name in SHIPPED:
        os.utime(tree / name, (0, 1_700_000_000))
        (tree / name).chmod(0o755)
    dev.build_package(second, tree)
    assert first.read_bytes() == second.read_bytes()


# --- Report ---------------------------------------------------------------------------------------

JUNIT = """<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests">
<testsuite name="pytest" errors="1" failures="2" skipped="3" tests="16" time="1.5"/></testsuites>"""


def test_counts_come_from_pytests_report(tmp_path: Path) -> None:
    (tmp_path / "junit.xml").write_text(JUNIT)
    assert dev.read_junit(tmp_path / "junit.xml") == (10, 3, 3)


@pytest.mark.parametrize("content", [None, "", "<testsuites>"])
def test_a_run_that_wrote_no_report_passed_nothing(content: str | None, tmp_path: Path) -> None:
    path = tmp_path / "junit.xml"
    if content is not None:
        path.write_text(content)
    assert dev.read_junit(path) == (0, 0, 0)


def test_a_run_without_tests_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "BUILD", tmp_path)
    (tmp_path / "empty").mkdir()
    outcome = dev.run_tests(
        dev.NEWEST, Path(sys.executable), [str(tmp_path / "empty"), "--rootdir", str(tmp_path)]
    )
    assert (outcome.passed, outcome.failed) == (0, 1)


def test_the_totals_are_the_last_line(capsys: pytest.CaptureFixture[str]) -> None:
    outcomes = [
        dev.Outcome("mypy", "3.13", passed=1, failed=0, skipped=0, seconds=2.0),
        dev.Outcome("Anki 26.9.3", "3.13", passed=10, failed=2, skipped=3, seconds=9.0),
    ]
    dev.print_report(outcomes, ["a remark"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "11 passed, 2 failed, 3 skipped"
    assert "a remark" in lines
