"""The main job in a real, whole Anki, through the add-on's own screens.

    python3 dev.py demo [--notes 5000] [--night] [--size 1000x760]

Makes a profile with an AnKing-like collection, pastes a made-up UWorld results table into
Tools > Remediation > Import misses…, looks at the preview, applies it, names two reasons, studies,
and looks at today. With a display Anki stays open for use. Without one, screenshots of each step
are left in build/demo.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tests import whole_anki
from tests.anking import GeneratedCollection, generate_collection, results_table

if TYPE_CHECKING:
    from aqt.main import AnkiQt
    from aqt.qt import QWidget

    from remediation.gui.import_dialog import ImportDialog
    from remediation.gui.naming_window import NamingWindow
    from remediation.gui.rapid_fire_dialog import RapidFireDialog
    from remediation.gui.today_window import TodayWindow

_FOLDER = whole_anki.ROOT / "build" / "demo"
_MISSED = 17
_BLOCK = 40


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the demo; returns the exit code."""
    parser = argparse.ArgumentParser(prog="dev.py demo", description=__doc__)
    parser.add_argument("--notes", type=int, default=5_000, help="size of the collection")
    parser.add_argument("--night", action="store_true", help="in night mode")
    parser.add_argument("--size", default="1000x760", help="of the windows, in pixels")
    parser.add_argument("--close", action="store_true", help="close Anki at the end")
    options = parser.parse_args(arguments)
    width, height = map(int, options.size.split("x"))

    shutil.rmtree(_FOLDER, ignore_errors=True)
    _FOLDER.mkdir(parents=True)
    base = _FOLDER / "anki"
    collection = whole_anki.make_profile(base, night=options.night)
    whole_anki.install_from_source(base)
    print(f"Making a collection of {options.notes:,} notes …")
    made = generate_collection(collection, notes=options.notes)
    print("Starting Anki …")
    mw = whole_anki.start(base)
    mw.resize(width, height)
    _Demo(mw, made, (width, height)).run()
    if _has_display() and not options.close:
        print("Anki stays open: have a look around. Edit > Undo takes the import back.")
        mw.app.exec()
    else:
        whole_anki.close(mw)
        print(f"Screenshots are in {_FOLDER.relative_to(whole_anki.ROOT)}.")
    # Anki's web views do not survive Python's own end of the process.
    sys.stdout.flush()
    os._exit(0)


class _Demo:
    def __init__(self, mw: AnkiQt, made: GeneratedCollection, size: tuple[int, int]) -> None:
        self._mw = mw
        self._made = made
        self._size = size
        self._shots = 0

    def run(self) -> None:
        """The steps of a student's evening."""
        self._say("Anki with the student's collection", self._mw)
        dialog = self._open_dialog()
        self._say("Tools > Remediation > Import misses…, still empty", dialog)
        self._paste(dialog)
        self._say("What would happen", dialog)
        dialog.apply_button.click()
        whole_anki.wait_until(dialog.result_panel.isVisible, "the result")
        whole_anki.wait_until(lambda: not self._mw.progress.busy(), "the end of the import")
        self._say("What was done", dialog)
        for deck in dialog.result_panel.result.decks:
            print(f"      {deck.cards:>4}  {deck.name}")
        self._name_reasons(dialog)
        self._mw.col.decks.set_current(dialog.result_panel.result.decks[0].id)
        self._mw.moveToState("review")
        whole_anki.wait_until(lambda: self._mw.reviewer.card is not None, "a card")
        self._say("Studying the mixed deck", self._mw)
        self._mw.moveToState("deckBrowser")
        self._say("The decks that were built", self._mw)
        self._today()

    def _name_reasons(self, dialog: ImportDialog) -> None:
        import aqt
        from aqt.qt import Qt

        dialog.result_panel.name_button.click()
        window: NamingWindow = aqt.dialogs._dialogs["RemediationNaming"][1]
        whole_anki.wait_until(lambda: window.queue.current is not None, "the misses")
        self._say("Tools > Remediation > Name reasons…", window)
        for keys in ((Qt.Key.Key_Return,), (Qt.Key.Key_4, Qt.Key.Key_1, Qt.Key.Key_Return)):
            for key in keys:
                whole_anki.press(window, key)
        whole_anki.wait_until(lambda: not self._mw.progress.busy(), "the reasons")
        self._say("Two reasons named by their keys", window)
        window.close()
        whole_anki.settle(self._mw)

    def _today(self) -> None:
        import aqt

        today: TodayWindow = aqt.dialogs.open("RemediationToday", self._mw)
        whole_anki.wait_until(lambda: today.today is not None, "today")
        self._say("Tools > Remediation > Today…", today)
        today.close()
        dialog: RapidFireDialog = aqt.dialogs.open("RemediationRapidFire", self._mw)
        whole_anki.wait_until(lambda: dialog.waiting is not None, "the decks")
        self._say("Tools > Remediation > Rapid-fire review…", dialog)
        dialog.start_button.click()
        whole_anki.wait_until(lambda: self._mw.reviewer.card is not None, "a card")
        self._say("A rapid-fire session", self._mw)

    def _open_dialog(self) -> ImportDialog:
        import aqt

        dialog: ImportDialog = aqt.dialogs.open("RemediationImport", self._mw)
        dialog.resize(*self._size)
        return dialog

    def _paste(self, dialog: ImportDialog) -> None:
        ids = [i for bank, exam, i in self._made.questions if (bank, exam) == ("uworld", "step1")]
        # Spread over the whole bank, as in a random block; the last two have no card.
        chosen = [*ids[:: max(1, len(ids) // (_MISSED - 2))][: _MISSED - 2], "999998", "999999"]
        dialog.input.box.setPlainText(results_table(chosen))
        whole_anki.wait_until(lambda: dialog.reading is not None, "the reading")
        dialog.panel.form.choose_exam("step1")
        dialog.panel.form.choose_total(_BLOCK)
        whole_anki.wait_until(lambda: dialog.preview is not None, "the preview")

    def _say(self, what: str, window: QWidget) -> None:
        """Prints a step and takes a picture of it."""
        self._shots += 1
        name = f"{self._shots}-{_file_name(what)}.png"
        whole_anki.settle(window)
        window.grab().save(str(_FOLDER / name))
        print(f"  {self._shots}. {what}  ({name})")


def _file_name(text: str) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in text.lower()).split())


def _has_display() -> bool:
    if os.environ.get("QT_QPA_PLATFORM") == "offscreen":
        return False
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


if __name__ == "__main__":
    sys.exit(main())
