"""Asks about a miss that the student remembers at a card: which question, and why."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from anki.collection import Collection
from aqt.main import AnkiQt
from aqt.operations import CollectionOp, QueryOp
from aqt.qt import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFocusEvent,
    QFormLayout,
    QKeySequence,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QShortcut,
    Qt,
    QVBoxLayout,
    QWidget,
    pyqtSignal,
    qconnect,
)
from aqt.utils import disable_help_button, restoreGeom, saveGeom, tooltip

from ..collection.marked_miss import (
    MarkedMiss,
    MarkedResult,
    NotesGone,
    is_another_miss,
    named_questions,
    record_miss,
    recorded_misses,
)
from ..matching.question_tags import QuestionTag
from ..model.attempts import Outcome
from ..model.banks import BANKS, EXAMS, OTHER_BANK, QuestionKey, bank_by_key
from ..model.dates import full_date
from ..model.decisions import family_of
from ..model.misses import Miss
from ..model.reasons import Family, name_of
from . import addon_settings, words
from .layouts import sentence
from .reason_picker import ReasonPicker
from .sync_watch import DECKS_LATER, SyncWatch

_GEOMETRY = "remediationMissedCard"
# Questions shown at once.
_ROWS = 8
_TOOLTIP_MILLISECONDS = 6_000


class _Other(Enum):
    """What the list offers besides the questions that the notes name."""

    TYPED = "Another question: type its id"
    UNKNOWN = "I don't know the id"


@dataclass(frozen=True)
class Chosen:
    """The question as far as it is chosen. `id` is None where the student does not know it."""

    bank: str
    exam: str
    id: str | None


class MissedCardDialog(QDialog):
    """A question that was missed, for the notes that are about it; Save records it."""

    def __init__(
        self, mw: AnkiQt, sync: SyncWatch, note_ids: tuple[int, ...], parent: QWidget
    ) -> None:
        super().__init__(parent)
        mw.garbage_collect_on_dialog_finish(self)
        self._mw = mw
        self._sync = sync
        self._note_ids = note_ids
        # The newest miss of each question; None until the records are read.
        self.recorded: dict[QuestionKey, Miss] | None = None
        disable_help_button(self)
        self.setWindowTitle("I missed this in a question")
        self.question = _QuestionBox(self, mw, note_ids)
        self.reason = _ReasonBox(self)
        self._earlier = sentence(self)
        self.again_box = QCheckBox("It is &another miss: I missed it again since then", self)
        self._status = sentence(self)
        self._build()
        self.resize(640, self.sizeHint().height())
        restoreGeom(self, _GEOMETRY)
        self._on_question_changed()
        self.question.focus()
        op = QueryOp(parent=self, op=recorded_misses, success=self._on_recorded_misses)
        op.failure(self._on_failed).run_in_background()

    def _build(self) -> None:
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel, self
        )
        save = buttons.button(QDialogButtonBox.StandardButton.Save)
        if save is None:
            raise RuntimeError("Qt made no Save button")
        self.save_button = save
        self.save_button.setDefault(True)
        layout = QVBoxLayout(self)
        layout.addWidget(self.question)
        layout.addWidget(self._earlier)
        layout.addWidget(self.again_box)
        layout.addSpacing(8)
        layout.addWidget(self.reason)
        layout.addStretch(1)
        layout.addWidget(self._status)
        layout.addWidget(buttons)
        qconnect(self.question.changed, self._on_question_changed)
        qconnect(buttons.accepted, self._save)
        qconnect(buttons.rejected, self.reject)
        qconnect(self.finished, lambda _code: saveGeom(self, _GEOMETRY))

    def marked(self) -> MarkedMiss | None:
        """What is chosen now; None as long as the question is not clear."""
        chosen = self.question.chosen()
        if chosen is None:
            return None
        return MarkedMiss(
            chosen.bank,
            chosen.exam,
            chosen.id,
            self._note_ids,
            self.reason.reason,
            int(time.time()),
        )

    # Following the choices
    ######################################################################

    def _on_recorded_misses(self, recorded: dict[QuestionKey, Miss]) -> None:
        self.recorded = recorded
        self._on_question_changed()

    def _on_question_changed(self) -> None:
        marked = self.marked()
        self.save_button.setEnabled(marked is not None)
        self._status.setText(self.question.complaint())
        self._status.setVisible(bool(self._status.text()))
        earlier = self.recorded.get(marked.key) if marked and self.recorded else None
        self._earlier.setVisible(earlier is not None)
        self.again_box.setVisible(earlier is not None)
        if marked and earlier:
            self._earlier.setText(_earlier_words(earlier))
            self.again_box.setChecked(is_another_miss(earlier, marked.when))

    # Saving
    ######################################################################

    def _save(self) -> None:
        marked = self.marked()
        if marked is None or not self.save_button.isEnabled():
            return
        self.save_button.setEnabled(False)
        self.question.remember_exam()
        settings = addon_settings.load(self._mw)
        # Where the earlier miss is not shown, the student was not asked.
        again = None if self.again_box.isHidden() else self.again_box.isChecked()
        later = not self._sync.may_write

        def work(col: Collection) -> MarkedResult:
            return record_miss(col, settings, marked, again=again, decks_later=later)

        def on_success(result: MarkedResult) -> None:
            said = _done_words(marked, result, settings.deck_parent)
            if later and result.undo_step:
                said += f" {DECKS_LATER}"
            self.accept()
            tooltip(said, period=_TOOLTIP_MILLISECONDS, parent=self.parentWidget())

        CollectionOp(self, work).success(on_success).failure(self._on_failed).run_in_background(
            initiator=self
        )

    def _on_failed(self, error: Exception) -> None:
        self._mw.update_undo_actions()
        if isinstance(error, NotesGone):
            self._status.setText("The notes were deleted meanwhile. Nothing was changed.")
            self._status.show()
            return
        addon_settings.show_error(self, error)
        self._on_question_changed()


def _earlier_words(miss: Miss) -> str:
    day = full_date(datetime.fromtimestamp(miss.sitting.when))
    reason = f", reason: {name_of(miss.reason)}" if miss.reason else ", without a reason so far"
    if miss.attempt.outcome is Outcome.OMITTED:
        return f"Recorded as left out on {day}{reason}."
    return f"Recorded as missed on {day}{reason}."


def _done_words(marked: MarkedMiss, result: MarkedResult, deck_parent: str) -> str:
    """What was done and what to do next."""
    question = str(marked.key) if marked.id else "A question without an id"
    if not (result.recorded or result.named or result.notes_added):
        return f"{question} is recorded like this already. Nothing was changed."
    said = [question]
    if marked.reason and (result.recorded or result.named):
        said.append(name_of(marked.reason))
    if result.notes_added and not result.recorded:
        said.append(f"{words.count(result.notes_added, 'note')} added")
    sentences = [f"{'Recorded' if result.recorded else 'Updated'}: {', '.join(said)}."]
    if result.cards_unsuspended:
        sentences.append(f"{words.count(result.cards_unsuspended, 'card')} made active.")
    if result.waiting:
        verb = "waits" if result.waiting == 1 else "wait"
        sentences.append(f"{words.count(result.waiting, 'card')} {verb} for another day.")
    family = family_of(marked.reason)
    if family is None:
        sentences.append("Name its reason under Tools > Remediation > Name reasons.")
    elif family is Family.KNOWLEDGE:
        sentences.append(f"Study it in the decks under {deck_parent}.")
    else:
        # Name reasons has no miss any more that is named; My misses opens each.
        sentences.append(
            "A rule helps here: open the question under Tools > Remediation > Today, My misses, "
            "and write it there."
        )
    return " ".join(sentences)


class _QuestionBox(QWidget):
    """Which question it was; emits `changed`."""

    changed = pyqtSignal()

    def __init__(self, parent: QWidget, mw: AnkiQt, note_ids: tuple[int, ...]) -> None:
        super().__init__(parent)
        self._mw = mw
        self._last: dict[str, Any] = (mw.pm.profile or {}).get(addon_settings.LAST_CHOICES) or {}
        self.list = _QuestionList(self)
        self.list.setUniformItemSizes(True)
        title = "&Which question was it?"
        if len(note_ids) > 1:
            title += f" Its {len(note_ids)} notes are selected."
        caption = QLabel(title, self)
        caption.setBuddy(self.list)
        self.bank_box = QComboBox(self)
        for bank in BANKS:
            self.bank_box.addItem(bank.name, bank.key)
        self.id_edit = QLineEdit(self)
        self.id_edit.setPlaceholderText("for example: 1234")
        self.exam_box = QComboBox(self)
        self.exam_box.addItem("Choose…", None)
        for exam in EXAMS:
            self.exam_box.addItem(exam.name, exam.key)
        self._form = QFormLayout()
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
        self._form.addRow("&Bank", self.bank_box)
        self._form.addRow("&Id", self.id_edit)
        self._form.addRow("&Exam", self.exam_box)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(caption)
        layout.addWidget(self.list)
        layout.addLayout(self._form)
        self._fill(note_ids)
        _choose(self.bank_box, self._last.get("bank"))
        _choose(self.exam_box, self._last.get("exam"))
        self._show_fields()
        qconnect(self.list.itemSelectionChanged, self._on_row)
        for box in (self.bank_box, self.exam_box):
            qconnect(box.currentIndexChanged, self.changed.emit)
        qconnect(self.id_edit.textChanged, self.changed.emit)

    def _fill(self, note_ids: tuple[int, ...]) -> None:
        named = named_questions(self._mw.col, note_ids)
        # Of those that equally many notes name, the ones of the student's exam come first.
        exam = self._last.get("exam")
        named.sort(key=lambda question: (-question.notes, question.tag.exam not in (exam, None)))
        for question in named:
            label = str(QuestionKey(question.tag.bank, question.tag.exam or "", question.tag.id))
            if len(note_ids) > 1:
                label += f"   on {question.notes} of {len(note_ids)} notes"
            self._add_row(label, question.tag)
        for other in _Other:
            self._add_row(other.value, other)
        # Nothing is chosen for the student where several are as likely: Enter would record it.
        likely = [q for q in named if q.notes == named[0].notes]
        if len(likely) <= 1:
            self.list.setCurrentRow(0)
        self.list.show_rows(_ROWS)

    def _add_row(self, label: str, data: object) -> None:
        item = QListWidgetItem(label, self.list)
        item.setData(Qt.ItemDataRole.UserRole, data)

    def focus(self) -> None:
        """Puts the cursor where the student begins."""
        (self.id_edit if self._row is _Other.TYPED else self.list).setFocus()

    def choose(self, row: int) -> None:
        """Chooses a row of the list as the student would; the last two are not from tags."""
        self.list.setCurrentRow(row % self.list.count())

    def chosen(self) -> Chosen | None:
        """The question; None as long as something is missing."""
        return None if self.complaint() else self._chosen()

    def _chosen(self) -> Chosen:
        exam = self.exam_box.currentData() or ""
        if isinstance(self._row, QuestionTag):
            return Chosen(self._row.bank, self._row.exam or exam, self._row.id)
        if self._row is _Other.UNKNOWN:
            return Chosen(OTHER_BANK.key, exam, None)
        bank = bank_by_key(self.bank_box.currentData())
        return Chosen(bank.key, exam, bank.normal_id(self.id_edit.text()) or "")

    def complaint(self) -> str:
        """What is missing or wrong, for the student; empty where nothing is."""
        if self._row is None:
            return "Choose the question in the list."
        chosen = self._chosen()
        typed = self.id_edit.text().strip()
        if chosen.id == "":
            bank = bank_by_key(chosen.bank).name
            return f"“{typed}” is not an id of {bank}." if typed else "Type the question's id."
        return "" if chosen.exam else "Which exam is it for?"

    def remember_exam(self) -> None:
        """Keeps the exam for the next time, where it was asked for."""
        profile, exam = self._mw.pm.profile, self.exam_box.currentData()
        if profile is not None and exam and self._form.isRowVisible(self.exam_box):
            profile[addon_settings.LAST_CHOICES] = {**self._last, "exam": exam}

    @property
    def _row(self) -> QuestionTag | _Other | None:
        chosen = self.list.selectedItems()
        row: QuestionTag | _Other | None = (
            chosen[0].data(Qt.ItemDataRole.UserRole) if chosen else None
        )
        return row

    def _on_row(self) -> None:
        self._show_fields()
        self.changed.emit()

    def _show_fields(self) -> None:
        """Asks only for what the chosen row leaves open."""
        row = self._row
        for box in (self.bank_box, self.id_edit):
            self._form.setRowVisible(box, row is _Other.TYPED)
        says_exam = isinstance(row, QuestionTag) and bool(row.exam)
        self._form.setRowVisible(self.exam_box, row is not None and not says_exam)


class _QuestionList(QListWidget):
    def show_rows(self, most: int) -> None:
        """Makes the list as high as its rows, up to so many; the others are a scroll away."""
        rows = min(self.count(), most)
        self.setFixedHeight(rows * self.sizeHintForRow(0) + 2 * self.frameWidth())

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        super().focusInEvent(event)
        # Qt makes the first row the current one without choosing it: Down would pass over it.
        selection = self.selectionModel()
        if selection and not selection.hasSelection():
            selection.clearCurrentIndex()


class _ReasonBox(QWidget):
    """The reason, or none for now: keys as in the window that names reasons."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        question = sentence(self)
        question.setText("Before the explanation, could you have said the fact?")
        self.picker = ReasonPicker(self)
        later = sentence(self)
        later.setText("1 to 5; 0 takes it back. Without a reason you can name it later.")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(question)
        layout.addWidget(self.picker)
        layout.addWidget(later)
        for number in range(6):
            # A button's own shortcut acts a tenth of a second late: a quick Enter would go first.
            shortcut = QShortcut(QKeySequence(str(number)), self)
            qconnect(shortcut.activated, lambda number=number: self.press(number))

    @property
    def reason(self) -> str:
        """The code or key chosen; "" for later."""
        return self.picker.code

    def press(self, number: int) -> None:
        """Chooses what this key stands for; 0 takes the choice back."""
        if number:
            self.picker.press(number)
        else:
            self.picker.back()


def _choose(box: QComboBox, value: object) -> None:
    box.setCurrentIndex(max(0, box.findData(value)))
