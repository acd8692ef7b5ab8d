"""Start-up: checks that this Anki is recent enough, then adds the menu. Nothing else happens here.

Dialogs, readers and everything heavy are imported when the student opens them, so that starting
Anki stays as fast as without the add-on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aqt.main import AnkiQt

# 25.02.7, the oldest Anki this is tested on, in the form of anki.utils.point_version().
OLDEST_ANKI = 250207


def start(mw: AnkiQt) -> None:
    """Adds the add-on to a running Anki. With too old a version it only says so."""
    complaint = unsupported()
    if complaint:
        from aqt import gui_hooks
        from aqt.utils import showWarning

        def complain() -> None:
            showWarning(complaint, title="Remediation")

        gui_hooks.main_window_did_init.append(complain)
        return
    from .gui import menu

    menu.add_to(mw)


def unsupported() -> str:
    """Why the add-on cannot run in this Anki, for the student; empty where it can."""
    from anki.utils import point_version

    if point_version() < OLDEST_ANKI:
        return "Remediation needs Anki 25.02.7 or newer. Please update Anki, then start it again."
    from aqt.qt import qtmajor

    if qtmajor < 6:
        return "Remediation needs the Qt 6 version of Anki. Please install it from Anki's web site."
    return ""
