"""A real, whole Anki in this process: main window, profile, collection, and the add-on in it.

For tests and for the demo. Nothing of Anki is replaced; the add-on is loaded by Anki's own add-on
manager from a folder with a number as its name, as AnkiWeb installs it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aqt.main import AnkiQt
    from aqt.qt import QWidget

ROOT = Path(__file__).resolve().parent.parent
ADDON_ID = "1234567890"
PROFILE = "Student"
# As in aqt.theme.Theme, which cannot be imported before there is an application.
_DAY, _NIGHT = 1, 2
# Far longer than anything takes: it only ends a run that hangs.
_PATIENCE_SECONDS = 60
# A web view tells that its page is ready, but not that it is on the screen.
_DRAWING_SECONDS = 0.7
# Qt's keys below this number are the signs they write.
_FIRST_SPECIAL_KEY = 0x01000000


def install_from_source(base: Path) -> None:
    """Puts the add-on into an Anki folder as it stands in this checkout."""
    target = base / "addons21" / ADDON_ID
    if target.exists():
        shutil.rmtree(target)
    target.mkdir(parents=True)
    for name in ("__init__.py", "manifest.json", "config.json", "config.md"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, target / name)
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "remediation", target / "remediation", ignore=ignore)


def make_profile(base: Path, *, night: bool = False) -> Path:
    """Makes a profile that Anki opens without asking anything; returns where its collection is."""
    from anki.lang import set_lang
    from aqt.profiles import ProfileManager

    set_lang("en_US")
    manager = ProfileManager(ProfileManager.get_created_base_folder(str(base)))
    manager.setupMeta()
    manager.setLang("en_US")
    # It would ask for the language, and look for updates where there is no network.
    manager.meta["firstRun"] = False
    manager.set_update_check(False)
    manager.set_last_addon_update_check(int(time.time()) + 86_400)
    manager.meta["theme"] = _NIGHT if night else _DAY
    manager.create(PROFILE)
    manager.openProfile(PROFILE)
    if manager.profile is None or manager.db is None:
        raise RuntimeError("the profile did not open")
    manager.profile["autoSync"] = False
    manager.save()
    manager.db.close()
    folder = base / PROFILE
    folder.mkdir(exist_ok=True)
    return folder / "collection.anki2"


def start(base: Path, *options: str) -> AnkiQt:
    """Starts Anki on a base folder that `make_profile` prepared; the main window is loaded then.

    `options` are further ones of Anki's command line.
    """
    os.environ.setdefault("QTWEBENGINE_CHROMIUM_FLAGS", "--no-sandbox --disable-gpu")
    be_a_user_of_ones_own()
    import aqt

    words = ["anki", "-b", str(base), "-p", PROFILE, "-l", "en_US", *options]
    app = aqt._run(words, exec=False)
    if app is None or aqt.mw is None:
        raise RuntimeError("Anki did not start")
    mw = aqt.mw
    wait_until(lambda: mw.col is not None and mw.state == "deckBrowser")
    return mw


# Runs in a process of its own: Anki loads add-ons only when it starts.
_INSTALL = """
import os, sys
from pathlib import Path
from tests import whole_anki
base, package, folder = sys.argv[1:]
mw = whole_anki.start(Path(base))
result = mw.addonManager.install(package, manifest={"package": folder})
whole_anki.close(mw)
print(type(result).__name__)
sys.stdout.flush()
os._exit(0)
"""


def install_package(base: Path, package: Path) -> None:
    """Installs a built package through Anki's add-on manager, as AnkiWeb's downloads are.

    Raises RuntimeError where Anki refuses it.
    """
    run = subprocess.run(
        [sys.executable, "-c", _INSTALL, str(base), str(package), ADDON_ID],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if not run.stdout.strip().endswith("InstallOk"):
        raise RuntimeError(f"Anki did not install the package: {run.stdout} {run.stderr}")


def open_profile(mw: AnkiQt) -> None:
    """Opens the profile again after `close`, as Anki does when profiles are switched."""
    mw.pm.openProfile(PROFILE)
    mw.loadProfile()
    wait_until(lambda: mw.state == "deckBrowser", "the deck list")


def be_a_user_of_ones_own() -> None:
    """Lets this process have an Anki beside others; call it before aqt is imported.

    Anki allows one instance for each user, and finds the user's name in this variable.
    """
    os.environ["LOGNAME"] = f"student-{os.getpid()}"


def process_events() -> None:
    """Lets Qt do what is waiting."""
    from aqt.qt import QCoreApplication, QEventLoop

    QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


def wait_until(condition: Callable[[], Any], what: str = "") -> None:
    """Runs the event loop until the condition holds. Raises TimeoutError after a minute."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"waited in vain for {what or condition}")
        process_events()


def idle(mw: AnkiQt) -> None:
    """Waits until what was started in the background has ended.

    What is planned there is then written there, and that is then read again by the windows.
    """
    for _ in range(3):
        done: list[object] = []
        mw.taskman.run_in_background(lambda: None, done.append)
        wait_until(lambda: done and not mw.progress.busy(), "the background")  # noqa: B023
        process_events()


def placed(window: QWidget) -> None:
    """Waits until Anki has put a window where it was when it was last open.

    Its timer for that refers to the window. Python collects both as garbage where the window is
    gone sooner, and the timer then calls what is not there any more: Anki crashes.
    """
    from aqt.qt import Qt, QTimer

    children = Qt.FindChildOption.FindDirectChildrenOnly
    wait_until(
        lambda: not any(t.isActive() for t in window.findChildren(QTimer, options=children)),
        "the window's place",
    )


def press(window: QWidget, key: int, *, control: bool = False) -> None:
    """Presses and releases a key (of Qt.Key, or the code of a sign) in a window."""
    from aqt.qt import QCoreApplication, QEvent, QKeyEvent, Qt

    text = chr(key) if key < _FIRST_SPECIAL_KEY else ""
    held = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, key, held, text)
        QCoreApplication.sendEvent(window, event)


def settle(window: QWidget) -> None:
    """Lets a window and its web pages finish drawing what was asked of them."""
    from aqt.webview import AnkiWebView

    for page in window.findChildren(AnkiWebView):
        if page.isVisible():
            answered: list[object] = []
            page.evalWithCallback(
                "new Promise(done => requestAnimationFrame(() => done())) && 1", answered.append
            )
            wait_until(lambda: answered, "a web page")  # noqa: B023
    end = time.monotonic() + _DRAWING_SECONDS
    while time.monotonic() < end:
        process_events()


def close(mw: AnkiQt | None) -> None:
    """Closes the profile as Anki does when it quits."""
    if mw is None or mw.pm.profile is None:
        return
    closed: list[bool] = []
    mw.unloadProfile(lambda: closed.append(True))
    wait_until(lambda: bool(closed), "the profile to close")
