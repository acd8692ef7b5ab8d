"""Choosing what to study in rapid-fire mode, and for how long."""

from __future__ import annotations

from typing import Any

import aqt
from anki.collection import Collection
from anki.decks import DeckId
from aqt.main import AnkiQt
from aqt.operations import QueryOp
from aqt.qt import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QGroupBox,
    QKeySequence,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QRadioButton,
    QSpinBox,
    Qt,
    QVBoxLayout,
    QWidget,
    qconnect,
)
from aqt.utils import disable_help_button, restoreGeom, saveGeom

from ..collection.waiting_decks import WaitingDecks, waiting_decks
from ..planning.session import Goal, GoalKind, Options
from . import addon_settings, rapid_fire_words
from .layouts import from_left, sentence
from .rapid_fire import RapidFire
from .windows import IMPORT_DIALOG
from .words import count

_GEOMETRY = "remediationRapidFire"
# Where the last choices are kept: in Anki's profile, as they belong to this computer.
LAST_CHOICES = "remediationRapidFireChoices"
_MOST_CARDS, _MOST_MINUTES, _MOST_SECONDS = 999, 240, 600
_CARDS, _MINUTES, _REVEAL, _LIMIT = 20, 15, 20, 60


class RapidFireDialog(QDialog):
    """The window of Tools > Remediation > Rapid-fire review…"""

    # Told by aqt.dialogs that it may be closed without asking: nothing is lost by it.
    silentlyClose = True

    def __init__(self, mw: AnkiQt, rapid_fire: RapidFire) -> None:
        super().__init__(mw, Qt.WindowType.Window)
        self.mw = mw
        self._rapid_fire = rapid_fire
        # The decks with cards; None until they were counted.
        self.waiting: WaitingDecks | None = None
        disable_help_button(self)
        self.setWindowTitle("Rapid-fire review")
        self._build()
        self._restore_choices()
        self.setMinimumSize(420, 420)
        self.resize(480, 520)
        restoreGeom(self, _GEOMETRY)
        self.refresh()
        self.show()

    # Building
    ######################################################################

    def _build(self) -> None:
        self.status = sentence(self)
        self.decks = QListWidget(self)
        self.decks.setAccessibleName("What to study")
        heading = QLabel("&What to study:", self)
        heading.setBuddy(self.decks)
        self._heading = heading
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.start_button = QPushButton("&Start", self)
        self.start_button.setShortcut(QKeySequence("Ctrl+Return"))
        buttons.addButton(self.start_button, QDialogButtonBox.ButtonRole.AcceptRole)
        layout = QVBoxLayout(self)
        self.import_button = QPushButton("&Import misses…", self)
        layout.addWidget(self.status)
        layout.addLayout(from_left(self.import_button))
        layout.addWidget(heading)
        layout.addWidget(self.decks, 1)
        self._goal_box = self._build_goal()
        layout.addWidget(self._goal_box)
        self.more_box = QCheckBox("&Pace and time limits (off by default)", self)
        layout.addWidget(self.more_box)
        self._more = self._build_more()
        layout.addWidget(self._more)
        layout.addStretch(0)
        layout.addWidget(buttons)
        qconnect(self.more_box.toggled, self._more.setVisible)
        qconnect(self.decks.itemDoubleClicked, lambda _item: self._start())
        qconnect(self.import_button.clicked, lambda _checked: self._import())
        qconnect(buttons.accepted, self._start)
        qconnect(buttons.rejected, self.reject)
        qconnect(self.finished, lambda _code: saveGeom(self, _GEOMETRY))

    def _build_goal(self) -> QWidget:
        box = QGroupBox("Stop after", self)
        self.cards = _number(box, _CARDS, _MOST_CARDS, "Cards")
        self.minutes = _number(box, _MINUTES, _MOST_MINUTES, "Minutes")
        self.kinds = {
            GoalKind.CARDS: QRadioButton("&cards", box),
            GoalKind.MINUTES: QRadioButton("&minutes", box),
            GoalKind.ALL: QRadioButton("&all cards that are waiting", box),
        }
        group = QButtonGroup(box)
        for button in self.kinds.values():
            group.addButton(button)
        layout = QVBoxLayout(box)
        layout.addLayout(from_left(self.kinds[GoalKind.CARDS], self.cards))
        layout.addLayout(from_left(self.kinds[GoalKind.MINUTES], self.minutes))
        layout.addWidget(self.kinds[GoalKind.ALL])
        # Whoever changes a number means that goal.
        for kind, number in ((GoalKind.CARDS, self.cards), (GoalKind.MINUTES, self.minutes)):
            button = self.kinds[kind]
            qconnect(number.valueChanged, lambda _value, b=button: b.setChecked(True))
        return box

    def _build_more(self) -> QWidget:
        more = QWidget(self)
        self.pace = QCheckBox("Show &how long an answer takes", more)
        self.reveals = QCheckBox("Show the answ&er after", more)
        self.reveal_after = _number(more, _REVEAL, _MOST_SECONDS, "Seconds until the answer")
        self.limits = QCheckBox("&Limit each card to", more)
        self.card_limit = _number(more, _LIMIT, _MOST_SECONDS, "Seconds a card")
        for number in (self.reveal_after, self.card_limit):
            number.setSuffix(" seconds")
        self._hint = sentence(more)
        self._hint.setText(
            "Speed is not the aim. When a limit is over the answer is shown; which button you "
            "press stays yours."
        )
        layout = QVBoxLayout(more)
        layout.setContentsMargins(20, 0, 0, 0)
        layout.addWidget(self.pace)
        layout.addLayout(from_left(self.reveals, self.reveal_after))
        layout.addLayout(from_left(self.limits, self.card_limit))
        layout.addWidget(self._hint)
        return more

    # Counting
    ######################################################################

    def refresh(self) -> None:
        """Counts the cards anew."""
        settings = addon_settings.load(self.mw)

        def count_cards(col: Collection) -> WaitingDecks:
            return rapid_fire_words.named(waiting_decks(col, settings))

        def on_failure(error: Exception) -> None:
            addon_settings.show_error(self, error)

        self.status.setText("Counting cards…")
        self._show_choices(False)
        self.import_button.hide()
        QueryOp(parent=self, op=count_cards, success=self._show).failure(
            on_failure
        ).run_in_background()

    def _show(self, waiting: WaitingDecks) -> None:
        self.waiting = waiting
        self.decks.clear()
        for deck in waiting.mixed:
            self._add(deck.name, deck.cards, [deck.deck])
        if len(waiting.systems) > 1:
            cards = sum(deck.cards for deck in waiting.systems)
            decks = [deck.deck for deck in waiting.systems]
            self._add(rapid_fire_words.ALL_SYSTEMS, cards, decks)
        for deck in waiting.systems:
            self._add(deck.name, deck.cards, [deck.deck])
        there_is_one = self.decks.count() > 0
        self.status.setText("" if there_is_one else rapid_fire_words.NOTHING_WAITS)
        self._show_choices(there_is_one)
        self.import_button.setVisible(not there_is_one)
        (self.start_button if there_is_one else self.import_button).setDefault(True)
        self.decks.setCurrentRow(0)
        (self.decks if there_is_one else self.import_button).setFocus()

    def _add(self, name: str, cards: int, decks: list[int]) -> None:
        item = QListWidgetItem(f"{name}  ({count(cards, 'card')})")
        item.setData(Qt.ItemDataRole.UserRole, decks)
        self.decks.addItem(item)

    def _show_choices(self, shown: bool) -> None:
        self.status.setVisible(not shown)
        for widget in (self._heading, self.decks, self._goal_box, self.more_box):
            widget.setVisible(shown)
        self._more.setVisible(shown and self.more_box.isChecked())
        self.start_button.setEnabled(shown)

    # Choices
    ######################################################################

    def goal(self) -> Goal:
        """The goal that is chosen."""
        if self.kinds[GoalKind.CARDS].isChecked():
            return Goal(GoalKind.CARDS, self.cards.value())
        if self.kinds[GoalKind.MINUTES].isChecked():
            return Goal(GoalKind.MINUTES, self.minutes.value())
        return Goal()

    def options(self) -> Options:
        """The options that are chosen; hidden ones are off."""
        if not self.more_box.isChecked():
            return Options()
        return Options(
            reveal_after=self.reveal_after.value() if self.reveals.isChecked() else 0,
            card_limit=self.card_limit.value() if self.limits.isChecked() else 0,
            shows_pace=self.pace.isChecked(),
        )

    def _restore_choices(self) -> None:
        last: Any = (self.mw.pm.profile or {}).get(LAST_CHOICES)
        last = last if isinstance(last, dict) else {}
        for name, number in self._numbers().items():
            if isinstance(last.get(name), int):
                number.setValue(last[name])
        for name, box in self._boxes().items():
            box.setChecked(last.get(name) is True)
        kinds = {kind.value: button for kind, button in self.kinds.items()}
        kinds.get(last.get("kind", ""), self.kinds[GoalKind.CARDS]).setChecked(True)

    def _remember_choices(self) -> None:
        if self.mw.pm.profile is None:
            return
        chosen: dict[str, Any] = {name: n.value() for name, n in self._numbers().items()}
        chosen.update({name: box.isChecked() for name, box in self._boxes().items()})
        chosen["kind"] = self.goal().kind.value
        self.mw.pm.profile[LAST_CHOICES] = chosen

    def _numbers(self) -> dict[str, QSpinBox]:
        return {
            "cards": self.cards,
            "minutes": self.minutes,
            "reveal_after": self.reveal_after,
            "card_limit": self.card_limit,
        }

    def _boxes(self) -> dict[str, QCheckBox]:
        return {
            "more": self.more_box,
            "pace": self.pace,
            "reveals": self.reveals,
            "limits": self.limits,
        }

    def _import(self) -> None:
        aqt.dialogs.open(IMPORT_DIALOG, self.mw)
        self.close()

    # Starting
    ######################################################################

    def _start(self) -> None:
        item = self.decks.currentItem()
        if item is None or not self.start_button.isEnabled():
            return
        self._remember_choices()
        decks = [DeckId(deck) for deck in item.data(Qt.ItemDataRole.UserRole)]
        if self._rapid_fire.start(decks, self.goal(), self.options()):
            self.accept()
        else:
            self.refresh()


def _number(parent: QWidget, value: int, most: int, name: str) -> QSpinBox:
    number = QSpinBox(parent)
    number.setRange(1, most)
    number.setValue(value)
    number.setAccessibleName(name)
    return number
