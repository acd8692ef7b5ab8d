"""Every entry of Tools > Remediation, in a whole Anki."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aqt
from aqt.qt import QMenu

from tests.whole_anki import ADDON_ID, process_events, wait_until

if TYPE_CHECKING:
    from aqt.main import AnkiQt


def _menu(mw: AnkiQt) -> QMenu:
    menu = next(a.menu() for a in mw.form.menuTools.actions() if a.text() == "&Remediation")
    assert isinstance(menu, QMenu)
    return menu


def _open_windows() -> dict[str, object]:
    ours = {name: held for name, held in aqt.dialogs._dialogs.items() if "Remediation" in name}
    return {name: held[1] for name, held in ours.items() if held[1] is not None}


def test_each_window_opens_closes_and_opens_again(mw: AnkiQt) -> None:
    entries = [a for a in _menu(mw).actions() if a.text().endswith("…")]
    names = set()
    for entry in entries * 2:
        assert not _open_windows()
        entry.trigger()
        ((name, window),) = _open_windows().items()
        names.add(name)
        assert window.isVisible()  # type: ignore[attr-defined]
        wait_until(lambda: not mw.progress.busy(), "what it reads")
        process_events()
        window.close()  # type: ignore[attr-defined]
        wait_until(lambda: not _open_windows(), "it to close")
    assert len(names) == len(entries)


def test_no_two_entries_have_the_same_key(mw: AnkiQt) -> None:
    titles = [a.text() for a in _menu(mw).actions() if a.text()]
    keys = [title[title.index("&") + 1].casefold() for title in titles]
    assert len(set(keys)) == len(keys)


def test_the_config_button_opens_the_settings(mw: AnkiQt) -> None:
    mw.addonManager.configAction(ADDON_ID)()
    ((name, window),) = _open_windows().items()
    assert name == "RemediationSettings"
    window.close()  # type: ignore[attr-defined]
    wait_until(lambda: not _open_windows(), "it to close")
