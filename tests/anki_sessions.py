"""What a student does in Anki from one start to the next: a session is one start of Anki.

Anki loads add-ons only when it starts, so that each session needs a process of its own, which tells
what it saw as JSON. The add-on is a package of the same name as this checkout's: nothing of the
checkout's may be imported here.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests import whole_anki

if TYPE_CHECKING:
    from aqt.main import AnkiQt

# The folder that Anki gives to an add-on that is installed from a file: its package's name.
FOLDER = "remediation"
SHORTCUT = "F9"
CONFIG = {"config_version": 1, "shortcut_missed_in_question": SHORTCUT}
OLD_CONFIG = {"tag_root": "of long ago"}
MIXED_DECK = "Remediation::Mixed"

Seen = dict[str, Any]
Session = Callable[..., Seen]


def run(session: Session, base: Path, *arguments: str) -> Seen:
    """Runs a session of this module in a process of its own; returns what it saw.

    With it comes all "output", where Anki also writes errors that it catches. Raises RuntimeError
    where the session did not end as it should.
    """
    variables = {**os.environ, "XDG_DATA_HOME": str(base / "data")}  # where Anki's waste goes
    done = subprocess.run(
        [sys.executable, "-m", "tests.anki_sessions", session.__name__, str(base), *arguments],
        cwd=whole_anki.ROOT,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{session.__name__}: {done.stdout}\n{done.stderr}")
    seen: Seen = json.loads(done.stdout.splitlines()[-1])
    return {**seen, "output": done.stdout + done.stderr}


# Sessions
######################################################################


def double_click(base: str, package: str) -> Seen:
    """Anki runs, and the student opens the package's file and says yes."""
    mw = whole_anki.start(Path(base))
    boxes = _answer_boxes(yes=True)
    mw.onAppMsg(package)
    whole_anki.wait_until(lambda: not mw.progress.busy(), "the installation")
    return {**_seen(mw), "boxes": boxes, **_installed(mw)}


def update_and_disable(base: str, package: str) -> Seen:
    """The student sets something, installs a newer package over this one, and disables it."""
    mw = whole_anki.start(Path(base))
    started = _seen(mw)
    mw.addonManager.writeConfig(FOLDER, CONFIG)
    kept = Path(mw.addonManager.addonsFolder(FOLDER)) / "user_files" / "config.old.json"
    kept.parent.mkdir()
    kept.write_text(json.dumps(OLD_CONFIG))
    told, errors = mw.addonManager.processPackages([package])
    before = _installed(mw)
    mw.addonManager.toggleEnabled(FOLDER, enable=False)
    old_config = json.loads(kept.read_text())
    return {**started, **before, "told": told, "errors": errors, "old config": old_config}


def study_and_enable(base: str) -> Seen:
    """The add-on is disabled: a card of one of its decks is studied, and it is enabled again."""
    mw = whole_anki.start(Path(base))
    seen = _seen(mw)
    deck = mw.col.decks.id_for_name(MIXED_DECK)
    if deck is None:
        raise LookupError(MIXED_DECK)
    mw.col.decks.set_current(deck)
    mw.moveToState("review")
    whole_anki.wait_until(lambda: mw.reviewer.card and mw.reviewer.state == "question", "a card")
    card = mw.reviewer.card
    if card is None:
        raise LookupError("no card")
    answers = card.reps
    mw.reviewer._showAnswer()
    whole_anki.wait_until(lambda: mw.reviewer.state == "answer", "the answer")
    mw.reviewer._answerCard(3)
    whole_anki.wait_until(lambda: mw.col.get_card(card.id).reps == answers + 1, "the next card")
    mw.moveToState("deckBrowser")
    mw.addonManager.toggleEnabled(FOLDER, enable=True)
    return seen


def look(base: str, *options: str) -> Seen:
    """Anki is started, perhaps with an option such as --safemode."""
    mw = whole_anki.start(Path(base), *options)
    return {**_seen(mw), **_installed(mw)}


def look_today(base: str) -> Seen:
    """The student looks at what there is to do, and at the settings."""
    import aqt

    mw = whole_anki.start(Path(base))
    window = aqt.dialogs.open("RemediationToday", mw)
    whole_anki.wait_until(lambda: window.today is not None, "today")
    settings = importlib.import_module(f"{FOLDER}.remediation.gui.addon_settings").load(mw)
    seen = {"misses": len(window.today.misses), "shortcut": settings.shortcut_missed_in_question}
    window.close()
    return {**_seen(mw), **_installed(mw), **seen}


def too_old(base: str) -> Seen:
    """An Anki older than the add-on needs: only the number that it gives is another."""
    import anki.utils

    anki.utils.point_version = lambda: 250206
    return _refused(base)


def too_old_qt(base: str) -> Seen:
    """An Anki on Qt 5: only the number that it gives is another."""
    import aqt.qt

    aqt.qt.qtmajor = 5
    return _refused(base)


def _refused(base: str) -> Seen:
    from aqt import gui_hooks

    boxes: list[str] = []
    # Before the add-on's own: Anki's event loop stands still once its message is open.
    gui_hooks.main_window_did_init.append(lambda: boxes.extend(_answer_boxes(yes=False, to=boxes)))
    mw = whole_anki.start(Path(base))
    whole_anki.wait_until(lambda: boxes, "a message")
    return {**_seen(mw), "boxes": boxes}


# What can be seen
######################################################################


def _answer_boxes(*, yes: bool, to: list[str] | None = None) -> list[str]:
    """Answers every message from now on; the list that is returned gets their texts."""
    import aqt
    from aqt.qt import QApplication, QMessageBox, QTimer, qconnect

    texts: list[str] = [] if to is None else to

    def answer() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            texts.append(box.text())
            button = box.button(QMessageBox.StandardButton.Yes) if yes else None
            (button or box.buttons()[0]).click()

    timer = QTimer(aqt.mw)
    qconnect(timer.timeout, answer)
    timer.start(20)
    return [] if to is not None else texts


def _seen(mw: AnkiQt) -> Seen:
    """Whether anything of the add-on runs: its menus, its modules and its hooks."""
    from aqt import gui_hooks

    modules = {name for name in sys.modules if name.partition(".")[0] == FOLDER}
    hooks = [
        act.__module__
        for hook in vars(gui_hooks).values()
        for act in getattr(hook, "_hooks", ())
        if getattr(act, "__module__", "").partition(".")[0] == FOLDER
    ]
    titles = [action.text() for action in mw.form.menuTools.actions()]
    return {
        "menus": titles.count("&Remediation"),
        "modules": sorted(modules),
        "hooks": len(hooks),
        "decks": sorted(deck.name for deck in mw.col.decks.all_names_and_ids()),
        "state": mw.state,
    }


def _installed(mw: AnkiQt) -> Seen:
    """What Anki's add-on manager has in its folder, and knows of it."""
    folder = Path(mw.addonManager.addonsFolder(FOLDER))
    meta = mw.addonManager.addonMeta(FOLDER)
    return {
        "files": sorted(
            path.relative_to(folder).as_posix()
            for path in folder.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        ),
        "version": meta.get("human_version"),
        "config": meta.get("config"),
        "is disabled": meta.get("disabled", False),
    }


def main(name: str, *arguments: str) -> None:
    """Runs the session of that name, closes its Anki and writes what it saw."""
    whole_anki.be_a_user_of_ones_own()
    seen = globals()[name](*arguments)
    import aqt

    whole_anki.close(aqt.mw)
    sys.stdout.write(f"\n{json.dumps(seen)}\n")
    sys.stdout.flush()
    os._exit(0)  # Python and Qt crash now and then when they take web views apart


if __name__ == "__main__":
    main(*sys.argv[1:])
