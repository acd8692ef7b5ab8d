"""One miss, as it is looked at while the block is reviewed in the bank."""

from __future__ import annotations

from collections.abc import Mapping

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
from ..model.attempts import Confidence
from ..model.decisions import family_of
from ..model.reasons import Family
from ..model.rules import rules_for
from . import naming_words
from .layouts import sentence
from .reason_picker import ReasonPicker

_MIXED_UP = "K4"
# Some questions have sixty notes; the first ones are its core.
_MOST_CARDS = 8
# A block's number is read from across the desk.
_NUMBER_SCALE = 2.4


class MissPage(QWidget):
    """Shows a diagnosis and takes what the student says about it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.diagnosis: Diagnosis | None = None
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
        self._other_side = sentence(self)
        self.cue = QLineEdit(self)
        self.cue.setPlaceholderText("What I saw, in my words (optional)")
        self.rule = QComboBox(self)
        self.rule.setEditable(True)
        line = self.rule.lineEdit()
        if line is not None:
            line.setPlaceholderText("What I do next time: my words, or pick one")
        self._cards = sentence(self)
        self._build()
        qconnect(self.picker.picked, lambda _code: self._show_reason())
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

    def show_miss(self, diagnosis: Diagnosis) -> None:
        """Shows a miss, with the suggestion picked unless it is asked first."""
        self.diagnosis = diagnosis
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
        question = miss.question
        self.mixed_with.setText(question.mixed_with)
        self.cue.setText(question.cue)
        self.wants_cards.setChecked(question.wants_cards)
        self._show_confidence()
        self._show_suggestion()
        self._show_reason()
        self.rule.setEditText(question.rule)

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

    def show_other_side(self, text: str) -> None:
        """Says what was found for the other side of what was mixed up."""
        _show(self._other_side, text)

    def _show_suggestion(self) -> None:
        diagnosis = self.diagnosis
        if diagnosis is None:
            return
        if diagnosis.miss.asked_first and not diagnosis.miss.decision:
            self._suggestion.setText(naming_words.ASKED_FIRST)
            self._suggestion.setToolTip("")
            self.picker.show_code("")
        else:
            self._suggestion.setText(naming_words.suggestion(diagnosis))
            self._suggestion.setToolTip(naming_words.probability(diagnosis))
            self.picker.show_code(diagnosis.miss.reason or diagnosis.suggestion.code)

    def _show_reason(self) -> None:
        """Shows what the picked reason calls for."""
        code, diagnosis = self.picker.code, self.diagnosis
        if diagnosis is None:
            return
        _show(self._todo, naming_words.what_to_do(diagnosis, code) if code else "")
        self.mixed_with.setVisible(code == _MIXED_UP)
        if code != _MIXED_UP:
            self._other_side.hide()
        family = family_of(code)
        others = naming_words.siblings(diagnosis) if family not in (None, Family.KNOWLEDGE) else ()
        _show(self._siblings, f"Other questions on it: {', '.join(others)}" if others else "")
        self.siblings_button.setVisible(bool(others))
        self.wants_cards.setVisible(
            family not in (None, Family.KNOWLEDGE) and bool(diagnosis.miss.question.core)
        )
        written = self.rule.currentText()
        self.rule.clear()
        if code:
            self.rule.addItems([rule.text for rule in rules_for(code)])
        self.rule.setEditText(written)

    @property
    def is_touched(self) -> bool:
        """Whether the student has begun to say something about the miss."""
        if self.diagnosis is None:
            return False
        question = self.diagnosis.miss.question
        written = (self.cue.text(), self.rule.currentText(), self.mixed_with.text())
        return self.picker.was_picked or written != (
            question.cue,
            question.rule,
            question.mixed_with,
        )

    # What the student says
    ######################################################################

    def next_confidence(self) -> None:
        """Goes on to the next answer to "were you sure?", and suggests anew."""
        if self.diagnosis is None:
            return
        choices = list(naming_words.CONFIDENCE)
        self.confidence = choices[(choices.index(self.confidence) + 1) % len(choices)]
        self.diagnosis = self.diagnosis.with_confidence(self.confidence)
        self._show_confidence()
        picked = self.picker.code if self.picker.was_picked else None
        self._show_suggestion()
        if picked is not None:
            self.picker.show_code(picked, was_picked=True)
        self._show_reason()

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
