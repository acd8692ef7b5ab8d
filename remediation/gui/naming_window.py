"""Name reasons: a small window that stays on top while the block is reviewed in the bank."""

from __future__ import annotations

import html
from collections.abc import Collection
from typing import Any, Callable

import aqt
from anki.collection import OpChanges
from aqt import gui_hooks
from aqt.main import AnkiQt
from aqt.operations import CollectionOp, QueryOp
from aqt.qt import (
    QComboBox,
    QDialog,
    QKeyEvent,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    Qt,
    QTimer,
    QVBoxLayout,
    qconnect,
)
from aqt.utils import disable_help_button, restoreGeom, saveGeom, tooltip

from ..collection.deck_update import update_decks
from ..collection.evidence import Diagnosis, Shift, forget_shift
from ..collection.found_notes import titles_of_notes
from ..collection.naming_list import NamingList, Portion, read_naming_list
from ..collection.other_side import OtherSide
from ..matching.topics import TopicSearchMissing
from ..model.banks import QuestionKey
from ..model.progress import Cancelled
from ..model.reasons import name_of
from ..planning.naming_order import GOOD_STOP
from ..settings import Settings
from . import addon_settings, naming_memory, naming_words
from .background import changes_of, log_quietly, main_thread_progress
from .layouts import from_left, sentence
from .miss_page import MissPage
from .naming_choice import ChoicePage
from .naming_controls import NamingControls, ReviewButton
from .naming_list_page import NamingListPage
from .naming_queue import NamingQueue, accepted
from .naming_shorthand import take_shorthand
from .naming_writer import NamingWriter, other_side_of
from .sync_watch import DECKS_LATER, SyncWatch
from .windows import IMPORT_DIALOG, RAPID_FIRE_DIALOG, RULES_DIALOG
from .words import count

_GEOMETRY = "remediationNaming"
_LIST_WIDTH = 760
# Where keys are letters.
_LINES = (QLineEdit, QComboBox)
# A first short round, as after an import.
_FIRST_CARDS = 5


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
        self.queue = NamingQueue()
        self.queue.drafts = naming_memory.drafts(mw.pm.profile)
        self.naming_list = NamingList((), 0, 0, Shift())
        self.writer = NamingWriter(self, mw, self.queue)
        self._narrow = 0
        # What was asked to be read last; what was asked before is not shown any more.
        self._reading = 0
        # Whether something else changed notes while the student was in the middle of a miss.
        self._stale = False
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
        again = only is None and self._only is None and self.queue.current is not None
        self._only = only
        self._load(self.naming_list.portion if again else None, again=again)

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
        self.list_page = NamingListPage(self, self.queue)
        for page in (self.page, self._choice, self.list_page):
            self.pages.addWidget(page)
        self.controls = NamingControls(self)
        self.shorthand = self.controls.shorthand
        self.review_button = ReviewButton(self)
        layout = QVBoxLayout(self)
        layout.addWidget(self.message)
        layout.addLayout(from_left(self.review_button))
        layout.addWidget(self.pages, 1)
        layout.addWidget(self.controls)
        qconnect(self.controls.save.clicked, self.save)
        qconnect(self.controls.skip.clicked, self.skip)
        qconnect(self.controls.undo.clicked, self.writer.undo)
        qconnect(self.controls.browser.clicked, self.open_browser)
        qconnect(self.controls.cards.clicked, self.toggle_cards)
        qconnect(self.controls.list.clicked, self.toggle_list)
        qconnect(self.controls.forget.clicked, self.forget_learned)
        qconnect(self.list_page.back_button.clicked, self.toggle_list)
        qconnect(self.list_page.accept_button.clicked, self.accept_all)
        qconnect(self.list_page.table.opened, self._open_row)
        choice = self._choice
        for button, portion in (
            (choice.newest_button, Portion.NEWEST),
            (choice.sample_button, Portion.SAMPLE),
            (choice.all_button, Portion.ALL),
        ):
            qconnect(button.clicked, lambda _on, portion=portion: self._load(portion))
        qconnect(choice.others_button.clicked, self._load_others)
        qconnect(choice.import_button.clicked, self._open_import)
        qconnect(choice.rules_button.clicked, self._open_rules)
        for button in (choice.review_button, self.review_button):
            qconnect(button.clicked, self._review)
        qconnect(self.writer.settled, self._on_settled)
        qconnect(self.writer.undone, self._show_current)
        qconnect(self.writer.found, self._on_other_side)
        qconnect(self.writer.failed, self._on_failed)

    # Reading
    ######################################################################

    def _load(self, portion: Portion | None = None, *, again: bool = False) -> None:
        """Reads what there is to name; `again` is the same list once more."""
        only = self._only
        also: Collection[QuestionKey] = ()
        wanted = portion
        if again and only is None:
            if portion in (Portion.NEWEST, Portion.SAMPLE):
                # What is named meanwhile would make room for others.
                only = {diagnosis.key for diagnosis in self.queue.diagnoses}
            elif self.queue.diagnoses:
                wanted, also = Portion.ALL, set(self.queue.named)
        skipped = naming_memory.put_off(self.mw.pm.profile, self.queue)
        progress = main_thread_progress(self.mw)
        self._reading += 1
        reading = self._reading

        def on_success(naming_list: NamingList) -> None:
            if reading != self._reading:
                return
            if self.writer.is_busy:
                # What was read is older than what is being written.
                self.writer.when_idle(lambda: self._load(portion, again=again))
            else:
                self._on_loaded(naming_list, again=again)

        op = QueryOp(
            parent=self,
            op=lambda col: read_naming_list(
                col, only=only, also=also, skipped=skipped, portion=wanted, progress=progress
            ),
            success=on_success,
        ).failure(self._on_failed)
        if not again:
            op = op.with_progress("Reading records")
        op.run_in_background()

    def _load_others(self) -> None:
        self._only = None
        self._load()

    def _on_loaded(self, naming_list: NamingList, *, again: bool) -> None:
        self._stale = False
        self._keep_draft()
        self.naming_list = naming_list
        self.queue.load(naming_list.diagnoses, again=again)
        self._show_current()

    def _on_failed(self, error: Exception) -> None:
        self.mw.update_undo_actions()
        self._show_current()
        if isinstance(error, Cancelled):
            self.message.setText("Stopped. Nothing was changed.")
        else:
            addon_settings.show_error(self, error)

    def _on_operation(self, changes: OpChanges, handler: object | None) -> None:
        # Undo in the main window, an import, a sync: what is shown may no longer be so.
        self._stale |= handler is not self and changes.note_text
        self._update_undo()
        self._load_if_stale()

    def _on_settled(self) -> None:
        self._update_undo()
        # Held by the queue as it is written now.
        if self.queue.current is not None:
            self._show_page(self.queue.current)
        self._load_if_stale()

    def _load_if_stale(self) -> None:
        """Reads again what changed elsewhere, unless the student is in the middle of something."""
        typing = isinstance(self.focusWidget(), _LINES) or bool(self.shorthand.text())
        if self._stale and not self.writer.is_busy and not typing and self.isVisible():
            self._load(self.naming_list.portion, again=True)

    # Showing
    ######################################################################

    def _show_current(self, said: str = "") -> None:
        diagnosis = self.queue.current
        self.controls.show_for(
            is_miss=diagnosis is not None and self.pages.currentWidget() is not self.list_page,
            is_left=diagnosis is not None,
            was_any=bool(self.queue.diagnoses),
            learned=naming_words.shift(self.naming_list.shift),
        )
        self._update_undo()
        if diagnosis is None:
            self._show_choice()
            return
        if self.pages.currentWidget() is self._choice:
            self.pages.setCurrentWidget(self.page)
        self._show_page(diagnosis)
        self._show_progress(said)

    def _show_page(self, diagnosis: Diagnosis) -> None:
        """Shows the list or the miss; what is on the page already stays as it is."""
        if self.pages.currentWidget() is self.list_page:
            self.list_page.refresh()
            return
        if diagnosis is self.page.shown:
            return
        self._keep_draft()
        is_other = self.page.shown is None or self.page.shown.key != diagnosis.key
        self.page.show_miss(
            diagnosis,
            is_blind=self.queue.is_blind(diagnosis),
            draft=self.queue.drafts.get(str(diagnosis.key)),
        )
        if is_other and not (self.focusWidget() is self.shorthand and self.shorthand.text()):
            self.setFocus()

    def _keep_draft(self) -> None:
        """Remembers what the student has begun to say about the miss on the page."""
        if self.page.shown is None:
            return
        key, draft = str(self.page.shown.key), self.page.draft()
        if draft:
            self.queue.drafts[key] = draft
        else:
            self.queue.drafts.pop(key, None)

    def _show_progress(self, said: str) -> None:
        named = len(self.queue.named)
        left = len(self.queue.diagnoses) - named
        is_stop = bool(named) and named % GOOD_STOP == 0
        if is_stop:
            progress = naming_words.stop(named, left)
            self.review_button.offer(self.mw)
        else:
            progress = f"{count(left, 'miss', 'misses')} to name" if left else ""
            self.review_button.withdraw()
        self.message.setText("\n".join(filter(None, (said, progress))))

    def _show_choice(self) -> None:
        """What there is to do when no miss is shown."""
        self._keep_draft()
        self.page.clear()
        self.pages.setCurrentWidget(self._choice)
        found = self.naming_list
        self.message.setText("")
        for button in (self.review_button, self._choice.review_button):
            button.withdraw()
        self.setFocus()
        if found.is_pile:
            self._choice.show_pile(found)
            return
        sampled = found.portion is Portion.SAMPLE
        named = self.queue.named
        done = naming_words.done(self.queue.families(), sampled=sampled) if named else ""
        self._choice.show_end(found, done)
        if done:
            self._choice.review_button.offer(self.mw)

    def toggle_list(self) -> None:
        """Shows all misses as a list, or one by one again."""
        if self.pages.currentWidget() is self.list_page:
            self.pages.setCurrentWidget(self.page)
            self.resize(self._narrow, self.height())
            self.setFocus()
        elif self.queue.current is not None:
            self.pages.setCurrentWidget(self.list_page)
            self._narrow = self.width()
            self.resize(max(self.width(), _LIST_WIDTH), self.height())
            self.list_page.table.setFocus()
        self._show_current()

    def _open_row(self, diagnosis: Diagnosis) -> None:
        def open_it() -> None:
            self.queue.go_to(diagnosis.key)
            self.toggle_list()

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
        if event.isAutoRepeat():
            return True  # a key held down is pressed once
        key, focused = event.key(), self.focusWidget()
        typing = isinstance(focused, _LINES)
        if key == Qt.Key.Key_Escape and typing:
            self.setFocus()
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if isinstance(focused, QPushButton):
                focused.click()
            elif focused is self.shorthand:
                self._name_shorthand()
            elif focused is self.page.mixed_with and self.page.words_to_find:
                self._find_other_side(self.page.words_to_find)
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
            Qt.Key.Key_U: self.writer.undo,
            Qt.Key.Key_B: self.open_browser,
            Qt.Key.Key_C: self.toggle_cards,
            Qt.Key.Key_S: self.page.next_confidence,
            Qt.Key.Key_L: self.toggle_list,
            Qt.Key.Key_Backspace: self.page.picker.back,
            Qt.Key.Key_0: self.page.picker.back,
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
        words = self.page.words_to_find
        naming = self.queue.naming_of(diagnosis, code, **self.page.said())
        said = ""
        if self.queue.is_blind(diagnosis) and diagnosis.suggestion.code:
            suggested = naming_words.suggested_name(diagnosis)
            said = f"You said: {name_of(code)}. The cards suggested: {suggested}."
        self._keep_draft()
        self.page.clear()
        self.writer.write(
            self._settings,
            [naming],
            from_page=True,
            mixed_up=(diagnosis, words) if words else None,
        )
        self._show_current(said)

    def skip(self) -> None:
        """Puts this miss behind the others."""
        self.queue.skip()
        self._show_current()
        self._load_if_stale()

    def accept_all(self) -> None:
        """Accepts all likely suggestions as one step."""
        self.writer.write(self._settings, [accepted(diagnosis) for diagnosis in self.queue.likely])
        self._show_current()

    def _name_selected(self, code: str) -> None:
        chosen, queue = self.list_page.selected(), self.queue
        namings = [queue.naming_of(d, code) for d in queue.diagnoses if d.key in chosen]
        self.writer.write(self._settings, namings)
        self._show_current()

    def _name_shorthand(self) -> None:
        current = self.queue.current
        if current is None:
            return
        block = [d for d in self.queue.diagnoses if d.miss.sitting_key == current.miss.sitting_key]
        taken = take_shorthand(self.shorthand.text(), block)
        self.shorthand.setText(taken.rest)
        namings = [self.queue.naming_of(diagnosis, code) for diagnosis, code in taken.named]
        self.writer.write(self._settings, namings)
        self._show_current(naming_words.not_taken(taken.problems))
        if not taken.rest:
            self.setFocus()

    def _find_other_side(self, words: str) -> None:
        """Looks for the cards of what it was mixed up with."""
        diagnosis, settings = self.queue.current, self._settings
        if diagnosis is None:
            return
        progress = main_thread_progress(self.mw)

        def on_found(found: OtherSide) -> None:
            if self.queue.current is diagnosis:
                self.page.show_other_side(self._comes_too(found), found)
                self.setFocus()

        def on_failure(error: Exception) -> None:
            if isinstance(error, TopicSearchMissing):
                self.page.show_other_side(str(error), OtherSide(words, "", ()))
            else:
                self._on_failed(error)

        op = QueryOp(
            parent=self,
            op=lambda col: other_side_of(col, settings, diagnosis, words, progress),
            success=on_found,
        )
        op.failure(on_failure).with_progress("Looking for cards").run_in_background()

    def _comes_too(self, found: OtherSide) -> str:
        titles = titles_of_notes(self.mw.col, (ref.id for ref in found.notes))
        if not titles:
            return "No other cards found for this."
        head = f"Comes too: {found.topic}" if found.topic else "Comes too:"
        return "\n".join([head, *(f"● {title}" for title in titles.values())])

    def _on_other_side(self, found: OtherSide) -> None:
        """Says which cards came with a reason that was saved before the student saw them."""
        lines = self._comes_too(found).splitlines()
        tooltip("<br>".join(map(html.escape, lines)), parent=self)

    def forget_learned(self) -> None:
        """Makes suggestions as at the beginning again; one step to undo."""
        settings = self._settings

        def work(col: Any) -> OpChanges:
            return forget_shift(col, settings).changes

        # Its change to the ledger is seen like any other, and the list read again.
        CollectionOp(self, work).run_in_background()

    def _update_undo(self) -> None:
        self.controls.undo.setEnabled(self.writer.can_undo)

    # Elsewhere
    ######################################################################

    def _open_import(self) -> None:
        aqt.dialogs.open(IMPORT_DIALOG, self.mw)

    def _review(self) -> None:
        """Offers a first short round; the decks follow the reasons before it is counted."""
        self.close()
        aqt.dialogs.open(RAPID_FIRE_DIALOG, self.mw).cards.setValue(_FIRST_CARDS)

    def _open_rules(self) -> None:
        aqt.dialogs.open(RULES_DIALOG, self.mw)

    def closeWithCallback(self, callback: Callable[[], None]) -> None:
        """Called by aqt.dialogs when the profile closes: what is being written is let finish."""

        def close() -> None:
            # There is no time for it any more; the decks follow when the profile is opened again.
            self.writer.moved_cards = False
            self.close()
            callback()

        # Later: Anki still ends the last act, with the collection.
        self.writer.when_idle(lambda: QTimer.singleShot(0, close))

    def _on_finished(self, _code: int) -> None:
        gui_hooks.operation_did_execute.remove(self._on_operation)
        self._keep_draft()
        naming_memory.remember(self.mw.pm.profile, self.queue)
        saveGeom(self, _GEOMETRY)
        self.writer.when_idle(self._let_decks_follow)

    def _let_decks_follow(self) -> None:
        if self.writer.moved_cards and not self._watch.when_safe(self._update_decks):
            tooltip(DECKS_LATER)

    def _update_decks(self) -> None:
        """Moves cards between the decks as the reasons call for, once the window is closed."""
        settings = self._settings

        def work(col: Any) -> OpChanges:
            return changes_of(update_decks(col, settings))

        def on_failure(error: Exception) -> None:
            # Nobody asked for it just now; the decks follow with the next import or day.
            log_quietly(self.mw, "decks not updated", error)

        CollectionOp(self.mw, work).failure(on_failure).run_in_background()
