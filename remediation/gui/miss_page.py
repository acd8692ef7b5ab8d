"""One miss, as it is looked at while the block is reviewed in the bank."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from anki.notes import NoteId
from aqt.qt import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    Qt,
    QVBoxLayout,
    QWidget,
    qconnect,
)

from ..collection.evidence import Diagnosis
from ..collection.other_side import OtherSide
from ..matching.words import MAX_LENGTH
from ..model.attempts import Confidence
from ..model.decisions import family_of
from ..model.reasons import Family
from ..model.rules import rules_for
from ..planning.treatment import takes_other_side
from . import naming_words
from .layouts import leave_wheel_to_page, sentence
from .naming_draft import Draft
from .reason_picker import ReasonPicker

# Some questions have sixty notes; the first ones are its core.
_MOST_CARDS = 8
# A block's number is read from across the desk.
_NUMBER_SCALE = 2.4


class MissPage(QWidget):
    """Shows a diagnosis and takes what the student says about it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        # As it was given to be shown, and with what the student says of being sure.
        self.shown: Diagnosis | None = None
        self.diagnosis: Diagnosis | None = None
        self._is_blind = False
        self._found: OtherSide | None = None
        self.confidence: Confidence | None = None
        self._titles: Mapping[NoteId, str] = {}
        self._number = QLabel(self)
        font = self._number.font()
        font.setPointSizeF(font.pointSizeF() * _NUMBER_SCALE)
        font.setBold(True)
        self._number.setFont(font)
        self._name, self._where = sentence(self), sentence(self)
        bold = self._name.font()
        bold.setBold(True)
        self._name.setFont(bold)
        self._class, self._facts = sentence(self), sentence(self)
        self._question, self._suggestion = sentence(self), sentence(self)
        self._question.setFont(bold)
        self._question.setText("Before the explanation, could you have said the fact?")
        self.copy_button = _small_button(self, "Copy id")
        self.copy_button.setToolTip("Ctrl+C")
        self.confidence_button = _small_button(self, "")
        self.confidence_button.setToolTip("S: how sure you were of your answer")
        self.picker = ReasonPicker(self)
        self._todo = sentence(self)
        self._siblings = sentence(self)
        self._siblings.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.siblings_button = _small_button(self, "Copy these ids")
        self.wants_cards = QCheckBox("Study its &cards too", self)
        self.mixed_with = QLineEdit(self)
        self.mixed_with.setPlaceholderText(
            "With what? For example: ulcerative colitis. Enter finds it"
        )
        self.mixed_with.setMaxLength(MAX_LENGTH)
        self._other_side = sentence(self)
        self.cue = QLineEdit(self)
        self.cue.setPlaceholderText("What I saw, in my words (optional)")
        self.rule = QComboBox(self)
        self.rule.setEditable(True)
        # The words are the student's: nothing is completed, nor kept for the next miss.
        self.rule.setCompleter(None)
        self.rule.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        leave_wheel_to_page(self.rule)
        line = self.rule.lineEdit()
        if line is not None:
            line.setPlaceholderText("What I do next time: my words, or pick one")
        self._cards = sentence(self)
        self._build()
        qconnect(self.picker.picked, self._on_picked)
        qconnect(self.copy_button.clicked, self.copy_id)
        qconnect(self.siblings_button.clicked, self._copy_siblings)
        qconnect(self.confidence_button.clicked, self.next_confidence)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._number)
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self._name)
        names.addWidget(self._where)
        head.addLayout(names, 1)
        head.addWidget(self.copy_button, 0, Qt.AlignmentFlag.AlignTop)
        fact_row = QHBoxLayout()
        fact_row.addWidget(self._facts, 1)
        fact_row.addWidget(self.confidence_button, 0, Qt.AlignmentFlag.AlignTop)
        texts = QGridLayout()
        for place, (name, field) in enumerate((("C&ue", self.cue), ("Ru&le", self.rule))):
            label = QLabel(name, self)
            label.setBuddy(field)
            texts.addWidget(label, place, 0)
            texts.addWidget(field, place, 1)
        texts.setColumnStretch(1, 1)
        siblings = QHBoxLayout()
        siblings.addWidget(self._siblings, 1)
        siblings.addWidget(self.siblings_button)
        content = QWidget(self)
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 4, 0)
        layout.addLayout(head)
        layout.addWidget(self._class)
        layout.addLayout(fact_row)
        layout.addWidget(self._cards)
        layout.addWidget(_line(self))
        layout.addWidget(self._question)
        layout.addWidget(self._suggestion)
        layout.addWidget(self.picker)
        layout.addWidget(self._todo)
        layout.addWidget(self.mixed_with)
        layout.addWidget(self._other_side)
        layout.addLayout(siblings)
        layout.addWidget(self.wants_cards, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addLayout(texts)
        layout.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    # Showing
    ######################################################################

    def show_miss(
        self, diagnosis: Diagnosis, *, is_blind: bool, draft: Draft | None = None
    ) -> None:
        """Shows a miss with what was named, or suggested unless the student is asked first.

        `draft` is what the student had begun to say about it.
        """
        self.shown = self.diagnosis = diagnosis
        self._is_blind = is_blind
        miss = diagnosis.miss
        self.confidence = diagnosis.about.attempt.confidence
        position = miss.attempt.position
        self._number.setText(str(position) if position else "")
        self._number.setToolTip("Its number in the block")
        self._number.setVisible(bool(position))
        self._name.setText(str(miss.key))
        self._where.setText(naming_words.where(miss))
        _show(self._class, naming_words.classification(miss))
        _show(self._facts, naming_words.facts(miss.attempt))
        self._cards.hide()
        self._other_side.hide()
        said = draft or self._unchanged(diagnosis)
        if said.confidence is not self.confidence:
            self._be_sure(said.confidence)
        self._found = said.found
        self.mixed_with.setText(said.mixed_with)
        self.cue.setText(said.cue)
        self.wants_cards.setChecked(said.wants_cards)
        self._show_confidence()
        self._show_suggestion()
        if said.code:
            self.picker.show_code(said.code, was_picked=True)
        self._show_reason()
        self.rule.setEditText(said.rule)

    def clear(self) -> None:
        """Forgets what is on the page: it was saved, or is kept elsewhere."""
        self.shown = self.diagnosis = None

    def show_cards(self, titles: Mapping[NoteId, str]) -> None:
        """Shows the question's cards as they were at that moment; `titles` are of its notes."""
        if self.diagnosis is None:
            return
        lines = [
            f"{'●' if note.is_core else '○'} {titles.get(id, '')}: {naming_words.note_state(note)}"
            for id, note in self.diagnosis.notes[:_MOST_CARDS]
        ]
        more = len(self.diagnosis.notes) - len(lines)
        if more > 0:
            lines.append(f"and {more} more: B shows them in the browser")
        self._cards.setText("\n".join(lines) or "No card carries this question.")
        self._cards.setToolTip("● core cards, ○ others that carry this question")
        self._cards.show()

    def hide_cards(self) -> None:
        """Takes the cards away again."""
        self._cards.hide()

    @property
    def shows_cards(self) -> bool:
        """Whether the cards are shown."""
        return self._cards.isVisible()

    def show_other_side(self, text: str, found: OtherSide | None = None) -> None:
        """Says what was found for the other side of what was mixed up."""
        self._found = found
        _show(self._other_side, text)

    def _show_suggestion(self) -> None:
        diagnosis = self.diagnosis
        if diagnosis is None:
            return
        if self._is_blind:
            self._suggestion.setText(naming_words.ASKED_FIRST)
            self._suggestion.setToolTip("")
            self.picker.show_code("")
        else:
            self._suggestion.setText(naming_words.suggestion(diagnosis))
            self._suggestion.setToolTip(naming_words.probability(diagnosis))
            self.picker.show_code(diagnosis.miss.reason or diagnosis.suggestion.code)

    def _on_picked(self, code: str) -> None:
        asked = self.mixed_with.hasFocus()
        self._show_reason()
        if takes_other_side(code):
            self.mixed_with.setFocus()
        elif asked:
            # Qt would go on to the next line, where the keys of the reasons would be typed.
            self.setFocus()

    def _show_reason(self) -> None:
        """Shows what the picked reason calls for."""
        code, diagnosis = self.picker.code, self.diagnosis
        if diagnosis is None:
            return
        _show(self._todo, naming_words.what_to_do(diagnosis, code) if code else "")
        self.mixed_with.setVisible(takes_other_side(code))
        if not takes_other_side(code):
            self._other_side.hide()
        family = family_of(code)
        others = naming_words.siblings_line(diagnosis)
        _show(self._siblings, "" if family in (None, Family.KNOWLEDGE) else others)
        self.siblings_button.setVisible(bool(self._siblings.text()))
        self.wants_cards.setVisible(
            family not in (None, Family.KNOWLEDGE) and bool(diagnosis.miss.question.core)
        )
        written = self.rule.currentText()
        self.rule.clear()
        if code:
            self.rule.addItems([rule.text for rule in rules_for(code)])
        self.rule.setEditText(written)

    # What the student says
    ######################################################################

    def draft(self) -> Draft | None:
        """What the student has begun to say, None for nothing."""
        if self.shown is None:
            return None
        said = Draft(
            self.picker.code if self.picker.was_picked else "",
            self.confidence,
            self.cue.text(),
            self.rule.currentText(),
            self.mixed_with.text(),
            self.wants_cards.isChecked(),
            self._found,
        )
        return said if said != self._unchanged(self.shown) else None

    @staticmethod
    def _unchanged(diagnosis: Diagnosis) -> Draft:
        """What is on the page of a miss while nothing is said about it."""
        question = diagnosis.miss.question
        return Draft(
            "",
            diagnosis.about.attempt.confidence,
            question.cue,
            question.rule,
            question.mixed_with,
            question.wants_cards,
        )

    def said(self) -> dict[str, Any]:
        """What to record beside the reason (see Naming): only what the student changed."""
        if self.shown is None:
            return {}
        question = self.shown.miss.question
        now: dict[str, Any] = {
            "cue": self.cue.text(),
            "rule": self.rule.currentText(),
            "wants_cards": self.wants_cards.isChecked(),
        }
        if takes_other_side(self.picker.code):
            now["mixed_with"] = self.mixed_with.text()
            if not self.mixed_with.text().strip():
                now["other_side"] = ()
            elif self._found is not None and not self.words_to_find:
                now["other_side"] = self._found.notes
        changed = {name: new for name, new in now.items() if new != getattr(question, name)}
        return {"confidence": self.confidence, **changed}

    @property
    def words_to_find(self) -> str:
        """What it was mixed up with, where nobody has looked for the cards of that yet; or ""."""
        words = " ".join(self.mixed_with.text().split())
        if not takes_other_side(self.picker.code) or self.shown is None or not words:
            return ""
        if self._found is not None:
            return words if self._found.words != words else ""
        question = self.shown.miss.question
        is_known = question.other_side and self.mixed_with.text() == question.mixed_with
        return "" if is_known else words

    def next_confidence(self) -> None:
        """Goes on to the next answer to "were you sure?", and suggests anew."""
        if self.diagnosis is None:
            return
        choices = list(naming_words.CONFIDENCE)
        self._be_sure(choices[(choices.index(self.confidence) + 1) % len(choices)])
        self._show_confidence()
        picked = self.picker.code if self.picker.was_picked else None
        self._show_suggestion()
        if picked is not None:
            self.picker.show_code(picked, was_picked=True)
        self._show_reason()

    def _be_sure(self, confidence: Confidence | None) -> None:
        self.confidence = confidence
        if self.diagnosis is not None:
            self.diagnosis = self.diagnosis.with_confidence(confidence)

    def _show_confidence(self) -> None:
        self.confidence_button.setText(f"{naming_words.CONFIDENCE[self.confidence]} (S)")

    def copy_id(self) -> None:
        """Copies the question's id."""
        clipboard = QApplication.clipboard()
        if clipboard and self.diagnosis:
            clipboard.setText(self.diagnosis.key.id)

    def _copy_siblings(self) -> None:
        clipboard = QApplication.clipboard()
        if clipboard and self.diagnosis:
            clipboard.setText(", ".join(naming_words.siblings(self.diagnosis)))


def _show(label: QLabel, text: str) -> None:
    label.setText(text)
    label.setVisible(bool(text))


def _small_button(parent: QWidget, title: str) -> QPushButton:
    button = QPushButton(title, parent)
    button.setAutoDefault(False)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def _line(parent: QWidget) -> QFrame:
    line = QFrame(parent)
    line.setFrameShape(QFrame.Shape.HLine)
    return line
