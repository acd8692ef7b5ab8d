#!/usr/bin/env python3
"""The one entry point for developers: demo, test, bench, import, read, diagnose, package, vendor.

    python3 dev.py test

It needs nothing but Python. The first start makes an environment of its own with the pinned Anki
and tools in `.venv` (on Debian, as root, also the system packages that Qt needs); later starts
find it ready. The work itself then runs inside that environment; no product logic lives here.
What this file says goes to stderr, so that stdout belongs to the command.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent
BUILD = ROOT / "build"
VENDOR = ROOT / "remediation" / "vendor"

# --- Pins -----------------------------------------------------------------------------------------

# The last releases that run on Python 3.9, and the newest.
OLD_TOOLS = ("pytest==8.4.2", "hypothesis==6.141.1", "mypy==1.19.1")
TOOLS = ("pytest==9.2.0", "hypothesis==6.170.15", "mypy==2.4.1", "ruff==0.17.6")


@dataclass(frozen=True)
class Release:
    """A supported release of Anki and what its environment is made of."""

    anki: str
    """Version as on the package index (Anki itself writes 25.2.7 as 25.02.7)."""
    ships: tuple[int, int]
    """The Python that this Anki is shipped with."""
    oldest: tuple[int, int]
    """The oldest Python that these pins install on."""
    pins: tuple[str, ...]


RELEASES = (
    # This release does not pin its Qt; 6.6 was current in its day.
    Release(
        anki="25.2.7",
        ships=(3, 9),
        oldest=(3, 9),
        pins=(
            "aqt==25.2.7",
            "PyQt6==6.6.1",
            "PyQt6-Qt6==6.6.1",
            "PyQt6-WebEngine==6.6.0",
            "PyQt6-WebEngine-Qt6==6.6.1",
            *OLD_TOOLS,
        ),
    ),
    Release("25.9.5", ships=(3, 13), oldest=(3, 10), pins=("aqt[qt]==25.9.5", *TOOLS)),
    Release("26.9.3", ships=(3, 13), oldest=(3, 10), pins=("aqt[qt]==26.9.3", *TOOLS)),
)
OLDEST = RELEASES[0]
NEWEST = RELEASES[-1]
PYTHONS = ((3, 13), (3, 12), (3, 11), (3, 10), (3, 9))

# What every library of Qt that Anki loads asks for on Debian and its relatives (the oldest and the
# newest Qt above), a font, and a screen for pictures. "a | b": whichever of the two there is.
QT_PACKAGES = (
    "fonts-dejavu",
    "libasound2t64 | libasound2",
    "libatomic1",
    "libbrotli1",
    "libdbus-1-3",
    "libdrm2",
    "libegl1",
    "libexpat1",
    "libfontconfig1",
    "libfreetype6",
    "libgbm1",
    "libgl1",
    "libglib2.0-0t64 | libglib2.0-0",
    "libgssapi-krb5-2",
    "libnss3",
    "libpulse0",
    "libudev1",
    "libwayland-client0",
    "libwayland-cursor0",
    "libwayland-egl1",
    "libx11-xcb1",
    "libxcb-cursor0",
    "libxcb-dri3-0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-render-util0",
    "libxcb-render0",
    "libxcb-shape0",
    "libxcb-shm0",
    "libxcb-sync1",
    "libxcb-util1",
    "libxcb-xfixes0",
    "libxcb-xinerama0",
    "libxcb-xkb1",
    "libxcomposite1",
    "libxdamage1",
    "libxext6",
    "libxfixes3",
    "libxi6",
    "libxkbcommon-x11-0",
    "libxkbcommon0",
    "libxkbfile1",
    "libxrandr2",
    "libxrender1",
    "libxshmfence1",
    "libxtst6",
    "libzstd1",
    "xvfb",
)


@dataclass(frozen=True)
class VendoredFile:
    """One file taken out of an archive."""

    member: str
    """Path inside the archive."""
    name: str
    """File name under remediation/vendor."""
    sha256: str


@dataclass(frozen=True)
class Vendored:
    """Someone else's release of which files are shipped inside the add-on."""

    registry: str
    """"pypi" or "npm"."""
    name: str
    version: str
    integrity: str
    """Of the archive: sha256 in hexadecimal for pypi, "sha512-" and base64 for npm."""
    files: tuple[VendoredFile, ...]


VENDORED = (
    Vendored(
        registry="pypi",
        name="xlsx2csv",
        version="0.8.6",
        integrity="415341e348b4c474cc84a4c23c4d116e0be07c89be6a84c5fde5e4c948db1943",
        files=(
            VendoredFile(
                "xlsx2csv.py",
                "xlsx2csv.py",
                "a06915dd0b43071e47ee02089709663990f71bf090ab3d8310a5a383c8fdd450",
            ),
            VendoredFile(
                "xlsx2csv-0.8.6.dist-info/licenses/LICENSE.txt",
                "xlsx2csv-LICENSE.txt",
                "3ce09a34b7a59225989c964b7932044c546b59491ecf8e00bde16b4a6ebdf57f",
            ),
        ),
    ),
)
VENDOR_INIT = b'"""Written by dev.py: the files that `VENDORED` there lists, unchanged."""\n'

# What goes into the package, and nothing else.
REQUIRED_FILES = ("LICENSE", "__init__.py", "manifest.json")
OPTIONAL_FILES = ("CHANGELOG.md", "config.json", "config.md", "config.schema.json")
WEB_SUFFIXES = frozenset({".css", ".html", ".js", ".json", ".png", ".svg", ".txt"})
COMPILED_SUFFIXES = frozenset({".dll", ".dylib", ".exe", ".pyc", ".pyd", ".pyo", ".so"})

# Commands that are handed over as they are: the module to run and what it is for.
HANDED_OVER = {
    "demo": ("tests.demo", "a whole Anki with the add-on and made-up data"),
    "bench": ("tests.bench", "measure the speed targets"),
    "import": ("remediation.headless", "import a file into a collection, without a window"),
    "read": ("remediation.headless", "show what a file is read as, without a collection"),
    "diagnose": ("remediation.headless", "show what the evidence suggests for each open question"),
}
TEST_LIMIT_SECONDS = 30 * 60
STDERR = 2


class DevError(Exception):
    """Something the developer has to put right; the message says what."""


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def run(command: Sequence[str | Path], **environment: str) -> None:
    """Run `command` with its output on stderr; `environment` is added to the variables."""
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words, stdout=STDERR, env={**os.environ, **environment}, cwd=ROOT, check=False
        )
    except OSError as error:
        raise DevError(f"could not run {words[0]}: {error}") from error
    if done.returncode != 0:
        raise DevError(f"this command failed (exit code {done.returncode}): {shlex.join(words)}")


@contextlib.contextmanager
def setup_lock() -> Iterator[None]:
    """Let one process at a time change the environments; the system frees a dead one's lock."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "setup.lock").open("w") as lock:
        if sys.platform == "win32":
            import msvcrt

            while True:
                with contextlib.suppress(OSError):  # gives up after ten seconds
                    msvcrt.locking(lock.fileno(), msvcrt.LK_LOCK, 1)
                    break
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# --- Finding a Python -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Python:
    executable: str
    version: tuple[int, int]


def find_python(release: Release) -> Python:
    """The best Python on this machine for `release`."""
    current = sys.version_info[:2]
    for version in python_order(release, current):
        for command in python_commands(version):
            executable = ask_python(command, version)
            if executable:
                return Python(executable, version)
    oldest = ".".join(map(str, release.oldest))
    raise DevError(
        f"Anki {release.anki} needs Python {oldest} or newer, and this is"
        f" {current[0]}.{current[1]}. No newer one was found on PATH or with pyenv:"
        f" install one (for example python3.13) and run this again."
    )


def python_order(release: Release, current: tuple[int, int]) -> list[tuple[int, int]]:
    """The versions to try for `release`, best first.

    The newest Anki takes the Python at hand; an older one the Python it is shipped with, since that
    is what its users have.
    """
    preferred = (current,) if release is NEWEST else (release.ships, current)
    return [v for v in dict.fromkeys((*preferred, *PYTHONS)) if v >= release.oldest]


def python_commands(version: tuple[int, int]) -> Iterator[list[str]]:
    """Commands that may start a Python of `version`."""
    name = f"{version[0]}.{version[1]}"
    if version == sys.version_info[:2]:
        yield [getattr(sys, "_base_executable", None) or sys.executable]
    on_path = shutil.which(f"python{name}")
    if on_path:
        yield [on_path]
    if os.name == "nt":
        if shutil.which("py"):
            yield ["py", f"-{name}"]
    else:
        pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
        for python in sorted(pyenv.glob(f"versions/{name}.*/bin/python"), reverse=True):
            yield [str(python)]


def ask_python(command: Sequence[str], version: tuple[int, int]) -> str | None:
    """The path of the interpreter that `command` starts; None when it is not of `version`.

    Asked, not guessed: pyenv puts a `python3.13` on PATH that fails when 3.13 is not switched on.
    """
    question = "import sys; print(*sys.version_info[:2]); print(sys.executable)"
    try:
        done = subprocess.run(
            [*command, "-c", question], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = done.stdout.splitlines()
    if done.returncode != 0 or len(lines) != 2 or lines[0] != f"{version[0]} {version[1]}":
        return None
    return lines[1]


# --- Environments ---------------------------------------------------------------------------------


def environment(release: Release) -> Path:
    """The Python of `release`'s environment, made or made again when its pins have changed."""
    if release is NEWEST:
        folder = ROOT / ".venv"
        if is_ready(folder, release):
            return venv_python(folder)
        python = find_python(release)
    else:
        python = find_python(release)
        name = f"anki-{release.anki}-python{python.version[0]}.{python.version[1]}"
        folder = BUILD / "env" / name
    if not is_ready(folder, release):
        with setup_lock():
            if not is_ready(folder, release):
                make_environment(folder, release, python)
    return venv_python(folder)


def venv_python(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def stamp_file(folder: Path) -> Path:
    return folder / "remediation-pins.sha256"


def fingerprint(release: Release) -> str:
    return hashlib.sha256("\n".join(release.pins).encode()).hexdigest()


def is_ready(folder: Path, release: Release) -> bool:
    try:
        stamp = stamp_file(folder).read_text(encoding="ascii")
    except OSError:
        return False
    return stamp == fingerprint(release) and venv_python(folder).exists()


def make_environment(folder: Path, release: Release, python: Python) -> None:
    version = ".".join(map(str, python.version))
    say(f"Setting up Anki {release.anki} on Python {version} (once, a minute or two) ...")
    install_qt_packages()
    need_venv_module(python)
    run([python.executable, "-m", "venv", "--clear", folder])
    pip(venv_python(folder), "install", *release.pins)
    stamp_file(folder).write_text(fingerprint(release), encoding="ascii")


def pip(python: Path, *arguments: str) -> None:
    run([python, "-m", "pip", "--disable-pip-version-check", "-qq", *arguments])


def environment_version(python: Path) -> str:
    """The version of an environment's Python, as in "3.13"."""
    settings = (python.parent.parent / "pyvenv.cfg").read_text(encoding="utf-8")
    found = re.search(r"^version\s*=\s*(\d+\.\d+)", settings, re.MULTILINE)
    return found[1] if found else "?"


# --- System packages ------------------------------------------------------------------------------


def install_qt_packages() -> None:
    """On Debian, install what Qt misses; without the right to, say how, and go on."""
    if not (shutil.which("dpkg-query") and shutil.which("apt-get")):
        return
    missing = missing_packages(QT_PACKAGES)
    if not missing:
        return
    if is_root():
        try:
            apt_install(missing)
        except DevError as error:
            say(f"Qt may not start: {error}")
    else:
        names = " ".join(map(available_package, missing))
        say(
            "Qt may not start without some system packages. To install them:\n"
            f"    sudo apt-get update && sudo apt-get install -y {names}"
        )


def missing_packages(wanted: Iterable[str]) -> list[str]:
    wanted = list(wanted)
    names = [name for entry in wanted for name in alternatives(entry)]
    # It fails when it does not know one of them, and lists the others all the same.
    listed = output("dpkg-query", "-W", "-f=${Package} ${db:Status-Status}\n", *names)
    installed = {line.split()[0] for line in listed.splitlines() if line.endswith(" installed")}
    return [entry for entry in wanted if installed.isdisjoint(alternatives(entry))]


def alternatives(entry: str) -> list[str]:
    return entry.split(" | ")


def available_package(entry: str) -> str:
    """The first alternative of `entry` that this system's package lists hold."""
    names = alternatives(entry)
    return next((name for name in names if output("apt-cache", "show", name)), names[-1])


def apt_install(entries: Iterable[str]) -> None:
    with contextlib.suppress(DevError):  # one unreachable source is no reason not to try the rest
        run(["apt-get", "update", "-qq"])
    names = [available_package(entry) for entry in entries]
    options = ["-y", "-qq", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0"]
    run(["apt-get", "install", *options, *names], DEBIAN_FRONTEND="noninteractive")


def need_venv_module(python: Python) -> None:
    """Debian packs the part of Python that makes environments apart from the rest."""
    check = [python.executable, "-c", "import ensurepip, venv"]

    def present() -> bool:
        return subprocess.run(check, capture_output=True, check=False).returncode == 0

    if present():
        return
    package = f"python{python.version[0]}.{python.version[1]}-venv"
    if is_root() and shutil.which("apt-get"):
        apt_install([package])
    if not present():
        raise DevError(
            f"{python.executable} cannot make environments: it lacks venv or ensurepip."
            f" On Debian: sudo apt-get install -y {package}"
        )


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def output(*command: str) -> str:
    """What `command` prints, whether or not it succeeds."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout


# --- Vendored parts -------------------------------------------------------------------------------


def fetch_vendored() -> None:
    """Bring remediation/vendor to what VENDORED says; without a download when it is already so."""
    if all(map(is_vendored, VENDORED)) and vendor_init().is_file():
        return
    python = environment(NEWEST)
    with setup_lock():
        VENDOR.mkdir(exist_ok=True)
        vendor_init().write_bytes(VENDOR_INIT)
        for part in VENDORED:
            if not is_vendored(part):
                fetch(part, python)


def vendor_init() -> Path:
    return VENDOR / "__init__.py"


def is_vendored(part: Vendored, folder: Path = VENDOR) -> bool:
    return all(
        (folder / file.name).is_file() and sha256((folder / file.name).read_bytes()) == file.sha256
        for file in part.files
    )


def fetch(part: Vendored, python: Path) -> None:
    say(f"Fetching {part.name} {part.version} ...")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if part.registry == "pypi":
            download_from_pypi(part, folder, python)
        else:
            download_from_npm(part, folder)
        (archive,) = (path for path in folder.iterdir() if path.suffix != ".in")
        unpack(part, archive, VENDOR)


def download_from_pypi(part: Vendored, folder: Path, python: Path) -> None:
    requirements = folder / "requirements.in"
    requirements.write_text(f"{part.name}=={part.version} --hash=sha256:{part.integrity}\n")
    what = ("--no-deps", "--only-binary=:all:", "--require-hashes", f"--requirement={requirements}")
    pip(python, "download", *what, f"--dest={folder}")


def download_from_npm(part: Vendored, folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise DevError(f"{part.name} comes from npm, which was not found: install Node.js")
    wanted = f"{part.name}@{part.version}"
    options = ["--ignore-scripts", "--loglevel=error"]
    run([npm, "pack", wanted, *options, "--pack-destination", folder])


def unpack(part: Vendored, archive: Path, folder: Path) -> None:
    """Check `archive`, then write the files of `part` into `folder`: all of them or none."""
    if archive_integrity(part, archive.read_bytes()) != part.integrity:
        raise DevError(f"{part.name} {part.version}: the archive is not the pinned one")
    contents = read_members(archive, [file.member for file in part.files])
    for file, content in zip(part.files, contents):
        if sha256(content) != file.sha256:
            raise DevError(f"{part.name} {part.version}: {file.member} is not the pinned one")
    for file, content in zip(part.files, contents):
        (folder / file.name).write_bytes(content)


def archive_integrity(part: Vendored, archive: bytes) -> str:
    if part.registry == "npm":
        return "sha512-" + base64.b64encode(hashlib.sha512(archive).digest()).decode()
    return sha256(archive)


def read_members(archive: Path, members: Iterable[str]) -> list[bytes]:
    if archive.suffix == ".tgz":
        with tarfile.open(archive) as tar:
            files = [tar.extractfile(member) for member in members]
            return [file.read() if file else b"" for file in files]
    with zipfile.ZipFile(archive) as wheel:
        return [wheel.read(member) for member in members]


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


# --- Package --------------------------------------------------------------------------------------


def version(root: Path = ROOT) -> str:
    """The add-on's version. pyproject.toml holds it; Anki reads the manifest's copy."""
    project = (root / "pyproject.toml").read_text(encoding="utf-8")
    found = re.search(r'^version = "([^"]+)"$', project, re.MULTILINE)
    if not found:
        raise DevError("pyproject.toml has no version")
    manifest = json.loads((root / "manifest.json").read_text(encoding="utf-8"))
    if manifest["human_version"] != found[1]:
        raise DevError(f"manifest.json's human_version is not pyproject.toml's version {found[1]}")
    return found[1]


def package_files(root: Path = ROOT) -> list[str]:
    """The files to ship, relative to `root`; raises DevError for one that nobody allowed."""
    for name in REQUIRED_FILES:
        if not (root / name).is_file():
            raise DevError(f"{name} is missing")
    for part in VENDORED:
        if not is_vendored(part, root / "remediation" / "vendor"):
            raise DevError(f"{part.name} is missing: python3 dev.py vendor")
    names = [*REQUIRED_FILES, *(name for name in OPTIONAL_FILES if (root / name).is_file())]
    for path in (root / "remediation").rglob("*"):
        inside = path.relative_to(root)
        name = inside.as_posix()
        if path.is_dir() or any(part.startswith((".", "__pycache__")) for part in inside.parts):
            continue
        if COMPILED_SUFFIXES.intersection(path.suffixes):
            raise DevError(f"{name} is compiled: the add-on must be pure Python")
        if not is_allowed(name):
            raise DevError(f"{name} would be left out: allow it in dev.py, or remove it")
        names.append(name)
    return sorted(names)


def is_allowed(name: str) -> bool:
    """Whether a file under remediation/ is shipped."""
    path = Path(name)
    if name.startswith("remediation/vendor/"):
        vendored = {file.name for part in VENDORED for file in part.files}
        return name.split("/", 2)[2] in {"__init__.py", *vendored}
    if name.startswith("remediation/web/"):
        return path.suffix in WEB_SUFFIXES | {".py"}
    return path.suffix == ".py"


def build_package(target: Path, root: Path = ROOT) -> None:
    """Write the .ankiaddon file `target`; the same files give the same bytes."""
    names = package_files(root)
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        for name in names:
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3  # Unix, whatever system builds it
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, (root / name).read_bytes())


def package_command() -> int:
    fetch_vendored()
    target = BUILD / f"remediation-{version()}.ankiaddon"
    build_package(target)
    print(target.relative_to(ROOT).as_posix())
    return 0


# --- Handing over ---------------------------------------------------------------------------------


def hand_over(command: str, arguments: Sequence[str]) -> int:
    """Run the module behind `command`: stdin, stdout, folder and exit code are its own."""
    fetch_vendored()
    python = environment(NEWEST)
    module, _ = HANDED_OVER[command]
    first = [command] if module == "remediation.headless" else []
    variables = child_variables(offscreen=command != "demo" or not has_display())
    # Without this, Python 3.11 and later would import a `json.py` in the caller's folder.
    variables["PYTHONSAFEPATH"] = "1"
    if module == "remediation.headless":
        variables["QT_QPA_PLATFORM"] = "offscreen"
    done = subprocess.run(
        [str(python), "-m", module, *first, *arguments], env=variables, check=False
    )
    return shell_code(done.returncode)


def child_variables(*, offscreen: bool) -> dict[str, str]:
    variables = dict(os.environ)
    paths = [str(ROOT), variables.get("PYTHONPATH", "")]
    variables["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    if offscreen:
        variables.setdefault("QT_QPA_PLATFORM", "offscreen")
    if offscreen or is_root():  # Chromium refuses to start its sandbox as root
        variables.setdefault("QTWEBENGINE_CHROMIUM_FLAGS", "--no-sandbox --disable-gpu")
    return variables


def has_display() -> bool:
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def shell_code(returncode: int) -> int:
    """A process killed by a signal counts as 128 + the signal, as in a shell."""
    return returncode if returncode >= 0 else 128 - returncode


# --- Tests ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """One line of the report."""

    name: str
    python: str
    passed: int
    failed: int
    skipped: int
    seconds: float


def test_command(all_anki: bool, arguments: Sequence[str]) -> int:
    releases = RELEASES if all_anki else (NEWEST,)
    pythons = {release: environment(release) for release in releases}
    fetch_vendored()
    outcomes = [static_check(*check) for check in static_checks(pythons)]
    outcomes += [run_tests(release, pythons[release], arguments) for release in releases]
    print_report(outcomes, notes(pythons))
    return 1 if any(outcome.failed for outcome in outcomes) else 0


def static_checks(pythons: dict[Release, Path]) -> list[tuple[str, Path, list[str]]]:
    """Name, Python and module call of each check. ruff's target, Python 3.9, is in pyproject."""
    newest = pythons[NEWEST]
    checks = [
        ("ruff check", newest, ["ruff", "check", "."]),
        ("ruff format", newest, ["ruff", "format", "--check", "."]),
        ("mypy", newest, ["mypy"]),
    ]
    if OLDEST in pythons:
        # Needed for the newest, an ignore may be unused here.
        mypy = ["mypy", "--python-version=3.9", "--no-warn-unused-ignores"]
        checks.append((f"mypy, Anki {OLDEST.anki}", pythons[OLDEST], mypy))
    return checks


def static_check(name: str, python: Path, call: Sequence[str]) -> Outcome:
    print(f"\n== {name}", flush=True)
    start = time.monotonic()
    done = subprocess.run([str(python), "-m", *call], cwd=ROOT, check=False)
    passed = int(done.returncode == 0)
    seconds = time.monotonic() - start
    return Outcome(name, environment_version(python), passed, 1 - passed, 0, seconds)


def run_tests(release: Release, python: Path, arguments: Sequence[str]) -> Outcome:
    name = f"Anki {release.anki}"
    print(f"\n== {name}", flush=True)
    junit = BUILD / "test" / f"anki-{release.anki}.xml"
    junit.parent.mkdir(parents=True, exist_ok=True)
    junit.unlink(missing_ok=True)
    variables = child_variables(offscreen=True)
    profile = []
    if variables.pop("CI", None):
        # With CI set, pytest shows a failed comparison of two collections in full: megabytes.
        profile = ["--hypothesis-profile=ci"]
    start = time.monotonic()
    try:
        returncode = subprocess.run(
            [str(python), "-m", "pytest", f"--junit-xml={junit}", *profile, *arguments],
            cwd=ROOT,
            env=variables,
            timeout=TEST_LIMIT_SECONDS,
            check=False,
        ).returncode
    except subprocess.TimeoutExpired:
        print(f"stopped after {TEST_LIMIT_SECONDS} seconds", flush=True)
        returncode = 1
    passed, failed, skipped = read_junit(junit)
    if returncode != 0 and failed == 0:
        failed = 1  # a crash, a usage error, no tests at all
    seconds = time.monotonic() - start
    return Outcome(name, environment_version(python), passed, failed, skipped, seconds)


def read_junit(path: Path) -> tuple[int, int, int]:
    """Passed, failed and skipped tests of a pytest run; zeros when it wrote no report."""
    try:
        suites = ElementTree.parse(path).getroot().iter("testsuite")
    except (OSError, ElementTree.ParseError):
        return 0, 0, 0
    total = failed = skipped = 0
    for suite in suites:
        total += int(suite.get("tests", 0))
        failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped += int(suite.get("skipped", 0))
    return max(total - failed - skipped, 0), failed, skipped


def notes(pythons: dict[Release, Path]) -> list[str]:
    if OLDEST not in pythons or environment_version(pythons[OLDEST]) == "3.9":
        return []
    return [
        f"!!! Python 3.9 was NOT found: Anki {OLDEST.anki}, which is shipped with it, was tested on"
        f" Python {environment_version(pythons[OLDEST])}.",
        "!!! For Python 3.9 the code was only checked statically (ruff for py39, mypy for 3.9).",
    ]


def print_report(outcomes: Sequence[Outcome], remarks: Iterable[str]) -> None:
    print(f"\n{'':24}{'Python':>8}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}")
    for one in outcomes:
        counts = f"{one.passed:>8}{one.failed:>8}{one.skipped:>9}{one.seconds:>9.1f}"
        print(f"{one.name:24}{one.python:>8}{counts}")
    print(*remarks, "", sep="\n")
    passed = sum(one.passed for one in outcomes)
    failed = sum(one.failed for one in outcomes)
    skipped = sum(one.skipped for one in outcomes)
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)


# --- Command line ---------------------------------------------------------------------------------


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="dev.py", description=(__doc__ or "").split("\n")[0])
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command, (_, purpose) in HANDED_OVER.items():
        commands.add_parser(command, help=purpose, add_help=False)
    test = commands.add_parser(
        "test",
        help="all checks and tests; further arguments go to pytest",
        allow_abbrev=False,
    )
    test.add_argument(
        "--all-anki",
        action="store_true",
        help=f"on Anki {', '.join(release.anki for release in RELEASES)} (else the newest only)",
    )
    commands.add_parser("package", help="build the .ankiaddon file")
    commands.add_parser("vendor", help="fetch the parts that are not kept in the repository")
    return top


def main(arguments: Sequence[str]) -> int:
    if arguments and arguments[0] in HANDED_OVER:  # argparse would reorder the rest
        return hand_over(arguments[0], arguments[1:])
    top = parser()
    options, rest = top.parse_known_args(arguments)
    if options.command == "test":
        return test_command(options.all_anki, rest)
    if rest:
        top.error(f"unknown arguments: {' '.join(rest)}")
    if options.command == "package":
        return package_command()
    fetch_vendored()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except DevError as problem:
        sys.exit(f"dev.py: {problem}")
    except KeyboardInterrupt:
        sys.exit(130)
