"""Name reasons: a small window that stays on top while the block is reviewed in the bank."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Callable

import aqt
from anki.collection import OpChanges
from aqt import gui_hooks
from aqt.main import AnkiQt
from aqt.operations import CollectionOp, QueryOp
from aqt.qt import (
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QKeyEvent,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    Qt,
    QTimer,
    QVBoxLayout,
    QWidget,
    qconnect,
)
from aqt.utils import disable_help_button, restoreGeom, saveGeom, tooltip

from ..collection.evidence import Diagnosis, Shift
from ..collection.found_notes import titles_of_notes
from ..collection.naming import Naming, NamingResult, forget_shift, name_reasons, update_decks
from ..collection.naming_list import NamingList, read_naming_list
from ..collection.other_side import OtherSide, find_other_side
from ..collection.undo import is_last_step
from ..matching.topics import TopicSearchMissing
from ..model.banks import QuestionKey
from ..model.progress import Cancelled
from ..model.reasons import name_of
from ..model.records import NoteRef
from ..planning.naming_order import GOOD_STOP
from ..settings import Settings
from ..sources.shorthand import parse_shorthand
from . import addon_settings, naming_words
from .background import main_thread_progress
from .layouts import sentence
from .miss_page import MissPage
from .naming_choice import ChoicePage
from .naming_list_page import NamingListPage
from .naming_queue import NamingQueue, accepted, naming_of
from .sync_watch import SyncWatch
from .windows import IMPORT_DIALOG, RULES_DIALOG
from .words import count

_GEOMETRY = "remediationNaming"
# Which questions were put off: in Anki's profile, since nothing is lost with it.
_SKIPPED = "remediationNamingSkipped"
_MOST_SKIPPED = 500
_LIST_WIDTH = 760
_WAIT_MS = 20


class NamingWindow(QDialog):
    """The window of Tools > Remediation > Name reasons…"""

    def __init__(
        self, mw: AnkiQt, watch: SyncWatch, only: Collection[QuestionKey] | None = None
    ) -> None:
        super().__init__(mw, Qt.WindowType.Window | Qt.WindowType.WindowStaysOnTopHint)
        self.mw = mw
        self._watch = watch
        self._only = only
        addon_settings.load(mw)  # says what is wrong with them
        self.queue = NamingQueue(())
        self.naming_list = NamingList((), 0, 0, Shift())
        # The questions of each act of this window that can be undone, and the number that Anki's
        # undo list had after the last one.
        self._steps: list[tuple[QuestionKey, ...]] = []
        self._last_step = 0
        self._narrow = 0
        self._writing = 0
        # Whether something else changed notes while the student was in the middle of a miss.
        self._stale = False
        self._moved_cards = False
        self._other_side: tuple[NoteRef, ...] | None = None
        disable_help_button(self)
        self.setWindowTitle("Name reasons")
        self._build()
        self.setMinimumSize(380, 420)
        self.resize(460, 640)
        restoreGeom(self, _GEOMETRY)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        gui_hooks.operation_did_execute.append(self._on_operation)
        qconnect(self.finished, self._on_finished)
        self.show()
        self._load()

    def reopen(self, _mw: AnkiQt, only: Collection[QuestionKey] | None = None) -> None:
        """Called by aqt.dialogs where the window is open already."""
        self._only = only
        self._load()

    @property
    def _settings(self) -> Settings:
        """The settings as they are now: they can be changed while the window is open."""
        return addon_settings.load_quietly(self.mw)

    # Building
    ######################################################################

    def _build(self) -> None:
        self.page = MissPage(self)
        self.message = sentence(self)
        self.pages = QStackedWidget(self)
        self._choice = ChoicePage(self)
        self.list_page = NamingListPage(self)
        for page in (self.page, self._choice, self.list_page):
            self.pages.addWidget(page)
        self.shorthand = QLineEdit(self)
        self.shorthand.setPlaceholderText("Several at once: 17 misread, 22 new, 31 two")
        self.shorthand.setAccessibleName("Reasons of several questions, in short")
        self.save_button = _button(self, "Save (Enter)")
        self.skip_button = _button(self, "Later (Space)")
        self.undo_button = _button(self, "Undo (U)")
        self.browser_button = _button(self, "Browser (B)")
        self.cards_button = _button(self, "Cards (C)")
        self.list_button = _button(self, "List (L)")
        for button, tip in (
            (self.save_button, "Saves the reason and goes on"),
            (self.skip_button, "Puts this one behind the others"),
            (self.undo_button, "Takes the last reason back"),
            (self.browser_button, "Shows the cards in the browser"),
            (self.cards_button, "The cards as they were that day"),
            (self.list_button, "All of them as a list"),
        ):
            button.setToolTip(tip)
        self._learned = sentence(self)
        self.forget_button = _button(self, "Forget")
        self.forget_button.setToolTip(
            "Suggestions are made as at the beginning. The reasons you named stay."
        )
        actions = QGridLayout()
        for place, button in enumerate(
            (
                self.save_button,
                self.skip_button,
                self.undo_button,
                self.cards_button,
                self.browser_button,
                self.list_button,
            )
        ):
            actions.addWidget(button, place // 3, place % 3)
        learned = QHBoxLayout()
        learned.addWidget(self._learned, 1)
        learned.addWidget(self.forget_button)
        layout = QVBoxLayout(self)
        layout.addWidget(self.message)
        layout.addWidget(self.pages, 1)
        layout.addLayout(actions)
        layout.addWidget(self.shorthand)
        layout.addLayout(learned)
        qconnect(self.save_button.clicked, self.save)
        qconnect(self.skip_button.clicked, self.skip)
        qconnect(self.undo_button.clicked, self.undo_last)
        qconnect(self.browser_button.clicked, self.open_browser)
        qconnect(self.cards_button.clicked, self.toggle_cards)
        qconnect(self.list_button.clicked, self.toggle_list)
        qconnect(self.forget_button.clicked, self.forget_learned)
        qconnect(self.list_page.back_button.clicked, self.toggle_list)
        qconnect(self.list_page.accept_button.clicked, self.accept_all)
        qconnect(self.list_page.table.opened, self._open_row)
        qconnect(self._choice.sample_button.clicked, lambda: self._load(sampled=True))
        qconnect(self._choice.all_button.clicked, lambda: self._load(whole_pile=True))
        qconnect(self._choice.import_button.clicked, self._open_import)
        qconnect(self._choice.rules_button.clicked, self._open_rules)

    # Reading
    ######################################################################

    def _load(self, *, whole_pile: bool = False, sampled: bool = False) -> None:
        skipped = self._profile().get(_SKIPPED) or []
        only, progress = self._only, main_thread_progress(self.mw)
        op = QueryOp(
            parent=self,
            op=lambda col: read_naming_list(
                col,
                only=only,
                skipped=skipped,
                whole_pile=whole_pile,
                sampled=sampled,
                progress=progress,
            ),
            success=self._on_loaded,
        )
        op.failure(self._on_failed).with_progress("Reading records").run_in_background()

    def _on_loaded(self, naming_list: NamingList) -> None:
        self.naming_list = naming_list
        self.queue = NamingQueue(naming_list.diagnoses)
        self._stale = False
        self._learned.setText(naming_words.shift(naming_list.shift))
        self._steps.clear()
        self._last_step = self.mw.col.undo_status().last_step
        self._show_current()

    def _on_failed(self, error: Exception) -> None:
        self.mw.update_undo_actions()
        if isinstance(error, Cancelled):
            self.message.setText("Stopped. Nothing was changed.")
        else:
            addon_settings.show_error(self, error)
        self._show_current()

    def _on_operation(self, changes: OpChanges, handler: object | None) -> None:
        if handler is not self and not self._writing:
            self._steps.clear()
        # Undo in the main window, an import, a sync: what is shown may no longer be so.
        self._stale |= handler is not self and changes.note_text
        if self._stale and not self._writing and not self.page.is_touched:
            self._load_again()

    def _load_again(self) -> None:
        self._load(sampled=self.naming_list.is_sample, whole_pile=bool(self.queue.diagnoses))

    # Showing
    ######################################################################

    def _show_current(self) -> None:
        diagnosis = self.queue.current
        working = diagnosis is not None and self.pages.currentWidget() is not self.list_page
        for button in (
            self.save_button,
            self.skip_button,
            self.cards_button,
            self.browser_button,
            self.list_button,
        ):
            button.setVisible(working)
        self.undo_button.setVisible(bool(self.queue.diagnoses))
        self.shorthand.setVisible(diagnosis is not None)
        for widget in (self._learned, self.forget_button):
            widget.setVisible(diagnosis is not None and bool(self.naming_list.shift.answers))
        self._update_undo()
        if diagnosis is None:
            self._show_choice()
            return
        self._other_side = None
        if self.pages.currentWidget() is self.list_page:
            self._show_table()
        else:
            self.pages.setCurrentWidget(self.page)
            self.page.show_miss(diagnosis)
            self.setFocus()
        self._show_progress()

    def _show_progress(self) -> None:
        named, left = len(self.queue.named), len(self.queue.left)
        if named and named % GOOD_STOP == 0:
            self.message.setText(naming_words.stop(named, left))
        else:
            self.message.setText(f"{count(left, 'miss', 'misses')} to name" if left else "")

    def _show_choice(self) -> None:
        """What there is to do when no miss is shown."""
        self.pages.setCurrentWidget(self._choice)
        found = self.naming_list
        self.message.setText("")
        self._choice.show_state(
            pile=found.unnamed if found.is_pile else 0,
            done=naming_words.done(
                self.queue.families(),
                found.unnamed - len(self.queue.named),
                sampled=found.is_sample,
            )
            if self.queue.named
            else "",
            nothing=not found.misses,
            more=found.is_sample and found.unnamed > len(self.queue.named),
        )
        self.setFocus()

    def _show_table(self) -> None:
        queue = self.queue
        self.list_page.show_misses(queue.diagnoses, queue.named, len(queue.likely))

    def toggle_list(self) -> None:
        """Shows all misses as a list, or one by one again."""
        if self.pages.currentWidget() is self.list_page:
            self.pages.setCurrentWidget(self.page)
            self.resize(self._narrow, self.height())
        elif self.queue.current is not None:
            self.pages.setCurrentWidget(self.list_page)
            self._narrow = self.width()
            self.resize(max(self.width(), _LIST_WIDTH), self.height())
        self._show_current()
        if self.pages.currentWidget() is self.list_page:
            self.list_page.table.setFocus()

    def _open_row(self, diagnosis: Diagnosis) -> None:
        def open_it() -> None:
            self.queue.go_to(diagnosis.key)
            self.pages.setCurrentWidget(self.page)
            self._show_current()

        # Later: the Enter that opens a row also comes to the window, and would save at once.
        QTimer.singleShot(0, open_it)

    def toggle_cards(self) -> None:
        """Shows the question's cards as they were at the moment, or takes them away."""
        diagnosis = self.queue.current
        if diagnosis is None:
            return
        if self.page.shows_cards:
            self.page.hide_cards()
        else:
            self.page.show_cards(titles_of_notes(self.mw.col, diagnosis.note_ids))

    def open_browser(self) -> None:
        """Shows the question's notes in Anki's browser."""
        diagnosis = self.queue.current
        if diagnosis is None:
            return
        if not diagnosis.note_ids:
            tooltip("No card carries this question.", parent=self)
            return
        search = f"nid:{','.join(map(str, diagnosis.note_ids))}"
        aqt.dialogs.open("Browser", self.mw, search=(search,))

    # Saying
    ######################################################################

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None or not self._on_key(event):
            super().keyPressEvent(event)

    def _on_key(self, event: QKeyEvent) -> bool:
        """Whether a key meant something here; letters do not while the student types."""
        key = event.key()
        typing = isinstance(self.focusWidget(), (QLineEdit, QComboBox))
        if key == Qt.Key.Key_Escape and typing:
            self.setFocus()
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.focusWidget() is self.shorthand:
                self._name_shorthand()
            elif self.focusWidget() is self.page.mixed_with:
                self._find_other_side(self.page.mixed_with.text())
            else:
                self.save()
            return True
        if typing or self.queue.current is None:
            return False
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if key == Qt.Key.Key_C:
                self.page.copy_id()
                tooltip("Id copied", parent=self)
                return True
            return False
        in_list = self.pages.currentWidget() is self.list_page
        if Qt.Key.Key_1 <= key <= Qt.Key.Key_5:
            number = key - Qt.Key.Key_0
            if in_list:
                self._name_selected(str(number))
                return True
            return self.page.picker.press(number)
        acts = {
            Qt.Key.Key_Space: self.skip,
            Qt.Key.Key_U: self.undo_last,
            Qt.Key.Key_B: self.open_browser,
            Qt.Key.Key_C: self.toggle_cards,
            Qt.Key.Key_S: self.page.next_confidence,
            Qt.Key.Key_L: self.toggle_list,
            Qt.Key.Key_Backspace: self.page.picker.back,
        }
        if key not in acts or (in_list and key not in (Qt.Key.Key_U, Qt.Key.Key_L)):
            return False
        acts[Qt.Key(key)]()
        return True

    def save(self) -> None:
        """Saves the reason that is picked, and goes on."""
        diagnosis, code = self.page.diagnosis, self.page.picker.code
        if self.queue.current is None or diagnosis is None:
            return
        if self.pages.currentWidget() is not self.page:
            return
        if not code:
            self.message.setText("Pick 1 to 5 first, or Space for later.")
            return
        said: dict[str, Any] = {
            "confidence": self.page.confidence,
            "cue": self.page.cue.text(),
            "rule": self.page.rule.currentText(),
            "wants_cards": self.page.wants_cards.isChecked(),
            "mixed_with": self.page.mixed_with.text() if code == "K4" else None,
            "other_side": self._other_side,
        }
        self._write([naming_of(diagnosis, code, **said)])
        if diagnosis.miss.asked_first and diagnosis.suggestion.code:
            suggested = naming_words.suggested_name(diagnosis)
            self.message.setText(f"You said: {name_of(code)}. The cards suggested: {suggested}.")

    def skip(self) -> None:
        """Puts this miss behind the others."""
        self.queue.skip()
        self._show_current()

    def accept_all(self) -> None:
        """Accepts all likely suggestions as one step."""
        self._write([accepted(diagnosis) for diagnosis in self.queue.likely])

    def _name_selected(self, code: str) -> None:
        chosen = self.list_page.selected()
        self._write([naming_of(d, code) for d in self.queue.diagnoses if d.key in chosen])

    def _name_shorthand(self) -> None:
        current = self.queue.current
        if current is None:
            return
        parsed = parse_shorthand(self.shorthand.text())
        block = [d for d in self.queue.diagnoses if d.miss.sitting_key == current.miss.sitting_key]
        named, problems = [], [f"{p.where}: {p.message}" for p in parsed.problems]
        for said in parsed.named:
            diagnosis = _by_number(block, said.number, said.position)
            if diagnosis is None:
                problems.append(f"{said.number}: not among the misses of this block.")
            elif said.code:
                named.append(naming_of(diagnosis, said.code))
            else:
                problems.append(f"{said.number}: a guess has a reason too. Which one?")
        if named:
            self._write(named)
            self.shorthand.clear()
        if problems:
            self.message.setText("\n".join(problems[:4]))

    def _write(self, namings: Sequence[Naming]) -> None:
        """Records these in the background; the window goes on at once."""
        if not namings:
            return
        settings = self._settings
        keys = tuple(naming.miss.key for naming in namings)
        self.queue.name(keys, [naming.reason for naming in namings])
        self._writing += 1

        def on_success(result: NamingResult) -> None:
            self._writing -= 1
            self._moved_cards |= result.moved_cards
            if result.undo_step:
                if result.undo_step != self._last_step + 1:
                    self._steps.clear()  # something else came between: not ours to undo
                self._steps.append(keys)
                self._last_step = result.undo_step
            self._update_undo()
            if self._stale and not self._writing:
                self._load_again()

        def on_failure(error: Exception) -> None:
            self._writing -= 1
            self._steps.clear()
            self.queue.take_back(keys)
            self._on_failed(error)

        progress = main_thread_progress(self.mw)
        CollectionOp(self, lambda col: name_reasons(col, settings, namings, progress)).success(
            on_success
        ).failure(on_failure).run_in_background(initiator=self)
        self._show_current()

    def _find_other_side(self, words: str) -> None:
        """Looks for the cards of what it was mixed up with."""
        diagnosis = self.queue.current
        if diagnosis is None or not words.strip():
            return
        core = [note for note, evidence in diagnosis.notes if evidence.is_core]
        system, root = diagnosis.miss.question.system, self._settings.tag_root
        progress = main_thread_progress(self.mw)

        def on_found(found: OtherSide) -> None:
            if self.queue.current is not diagnosis:
                return
            self._other_side = found.notes
            titles = titles_of_notes(self.mw.col, (ref.id for ref in found.notes))
            lines = [f"● {title}" for title in titles.values()]
            head = f"Comes too: {found.topic}" if found.topic else "Comes too:"
            self.page.show_other_side(
                "\n".join([head, *lines]) if lines else "No other cards found for this."
            )
            self.setFocus()

        def on_failure(error: Exception) -> None:
            if isinstance(error, TopicSearchMissing):
                self.page.show_other_side(str(error))
            else:
                self._on_failed(error)

        op = QueryOp(
            parent=self,
            op=lambda col: find_other_side(
                col, words, without=core, system=system, own_root=root, progress=progress
            ),
            success=on_found,
        )
        op.failure(on_failure).with_progress("Looking for cards").run_in_background()

    def forget_learned(self) -> None:
        """Makes suggestions as at the beginning again; one step to undo."""
        settings = self._settings

        def work(col: Any) -> OpChanges:
            return forget_shift(col, settings).changes

        # Its change to the ledger is seen like any other, and the list read again.
        CollectionOp(self, work).run_in_background()

    # Undo
    ######################################################################

    def _can_undo(self) -> bool:
        """Whether the newest step in Anki's undo list is the newest one of this window."""
        return (
            bool(self._steps) and not self._writing and is_last_step(self.mw.col, self._last_step)
        )

    def _update_undo(self) -> None:
        self.undo_button.setEnabled(self._can_undo())

    def undo_last(self) -> None:
        """Takes the last act of this window back, if nothing else was done since."""
        if not self._can_undo():
            tooltip("Nothing to undo here. Edit > Undo in the main window goes on.", parent=self)
            return
        keys = self._steps.pop()
        self._writing += 1

        def on_done(_changes: object) -> None:
            self._writing -= 1
            # An undo counts as a step too.
            self._last_step = self.mw.col.undo_status().last_step
            self.queue.take_back(keys)
            self._show_current()

        CollectionOp(self, lambda col: col.undo()).success(on_done).failure(
            self._on_failed
        ).run_in_background(initiator=self)

    # Elsewhere
    ######################################################################

    def _open_import(self) -> None:
        aqt.dialogs.open(IMPORT_DIALOG, self.mw)

    def _open_rules(self) -> None:
        aqt.dialogs.open(RULES_DIALOG, self.mw)

    def _profile(self) -> dict[str, Any]:
        return self.mw.pm.profile or {}

    def closeWithCallback(self, callback: Callable[[], None]) -> None:
        """Called by aqt.dialogs when the profile closes: what is being written is let finish."""
        if self._writing:
            QTimer.singleShot(_WAIT_MS, lambda: self.closeWithCallback(callback))
            return
        # There is no time for it any more; the decks follow when the profile is opened again.
        self._moved_cards = False
        self.close()
        callback()

    def _on_finished(self, _code: int) -> None:
        gui_hooks.operation_did_execute.remove(self._on_operation)
        skipped = [str(key) for key in self.queue.skipped if key not in self.queue.named]
        if self.mw.pm.profile is not None and self.queue.diagnoses:
            self.mw.pm.profile[_SKIPPED] = skipped[-_MOST_SKIPPED:]
        saveGeom(self, _GEOMETRY)
        if self._moved_cards and not self._watch.when_safe(self._update_decks):
            tooltip("The decks follow after the next sync.")

    def _update_decks(self) -> None:
        """Moves cards between the decks as the reasons call for, once the window is closed."""
        settings = self._settings

        def work(col: Any) -> OpChanges:
            step = update_decks(col, settings)
            return step.changes if step else OpChanges()

        def on_failure(error: Exception) -> None:
            # Nobody asked for it just now; the decks follow with the next import or repair.
            logger = self.mw.addonManager.get_logger(addon_settings.ADDON)
            logger.warning("decks not updated", exc_info=error)

        CollectionOp(self.mw, work).failure(on_failure).run_in_background()


def _by_number(block: Sequence[Diagnosis], number: str, position: int) -> Diagnosis | None:
    """The miss with this place in the block; where places are not known, or none fits, this id."""
    for diagnosis in block:
        if diagnosis.miss.attempt.position == position:
            return diagnosis
    return next((d for d in block if d.key.id == number.lstrip("#")), None)


def _button(parent: QWidget, title: str) -> QPushButton:
    button = QPushButton(title, parent)
    button.setAutoDefault(False)
    # Reached by Tab; a click leaves the keys with the window.
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
