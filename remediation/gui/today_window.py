"""Today: decks, questions, new cards, and how the misses stand."""

from __future__ import annotations

from typing import Callable

import aqt
from anki.collection import OpChanges
from aqt.main import AnkiQt
from aqt.qt import (
    QBrush,
    QDialog,
    QLabel,
    QPalette,
    QPushButton,
    Qt,
    QTabWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
    qconnect,
)
from aqt.utils import disable_help_button, restoreGeom, saveGeom

from ..collection.deck_counts import DeckCount
from ..collection.today import MissProgress, Today, read_today
from ..diagnosis.repair import RepairState
from ..settings import Settings
from . import addon_settings
from .background import ChangeWatch, LatestReading
from .layouts import from_left, sentence
from .misses_table import MissesTable
from .release_panel import ReleasePanel
from .sample_notice import SampleNotice
from .start_panel import Start, StartPanel
from .sync_watch import SyncWatch
from .windows import (
    IMPORT_DIALOG,
    NAMING_WINDOW,
    QUESTIONS_DIALOG,
    RAPID_FIRE_DIALOG,
    RULES_DIALOG,
)

_GEOMETRY = "remediationToday"
_CHOOSE_A_DECK = "Choose a deck to see where its other cards are."


class TodayWindow(QDialog):
    """The window of Tools > Remediation > Today…; `update_decks` builds the decks anew."""

    # Told by aqt.dialogs that it may be closed without asking: nothing is lost by it.
    silentlyClose = True

    def __init__(self, mw: AnkiQt, sync: SyncWatch, update_decks: Callable[[], None]) -> None:
        super().__init__(mw, Qt.WindowType.Window)
        self.mw = mw
        # What is shown; None until it was read.
        self.today: Today | None = None
        self._reading = LatestReading(self)
        disable_help_button(self)
        self.setWindowTitle("Today")
        self._build(sync, update_decks)
        self.setMinimumHeight(440)
        self.resize(620, 560)
        restoreGeom(self, _GEOMETRY)
        self._watch = ChangeWatch(mw, _concerns, self._read)
        qconnect(self.finished, self._on_finished)
        self._read()
        self.show()

    # Building
    ######################################################################

    def _build(self, sync: SyncWatch, update_decks: Callable[[], None]) -> None:
        self.tabs = QTabWidget(self)
        self.tabs.addTab(self._today_page(sync, update_decks), "&Today")
        self.tabs.addTab(self._misses_page(), "My &misses")
        layout = QVBoxLayout(self)
        layout.addWidget(self.tabs)

    def _today_page(self, sync: SyncWatch, update_decks: Callable[[], None]) -> QWidget:
        page = QWidget(self)
        self.headline = sentence(page)
        font = self.headline.font()
        font.setBold(True)
        self.headline.setFont(font)
        self.decks = QTreeWidget(page)
        self.decks.setAccessibleName("Decks")
        self.decks.setHeaderLabels(["Deck", "Cards ready"])
        self.decks.setRootIsDecorated(False)
        self.deck_count = sentence(page)
        qconnect(self.decks.currentItemChanged, lambda item, _before: self._show_count(item))
        self.rapid_fire_button = _opening(page, "Rapid-&fire review…", RAPID_FIRE_DIALOG, self.mw)
        self.rapid_fire_button.setDefault(True)
        self.questions_button = _opening(page, "Today's &questions…", QUESTIONS_DIALOG, self.mw)
        self.name_button = _opening(page, "&Name reasons…", NAMING_WINDOW, self.mw)
        self.rules_button = _opening(page, "&Rules and habits…", RULES_DIALOG, self.mw)
        self.import_button = _opening(page, "&Import misses…", IMPORT_DIALOG, self.mw)
        self.update_button = QPushButton("&Update decks", page)
        self.update_button.setAutoDefault(False)
        qconnect(self.update_button.clicked, lambda _checked: update_decks())
        self.release = ReleasePanel(page, self.mw, sync)
        qconnect(self.release.reading_requested, self._read)
        self.sample_notice = SampleNotice(page, self.mw)
        self.start_panel = StartPanel(page, self.mw)
        self.start_panel.hide()
        qconnect(self.start_panel.chosen, self._start)
        heading = QLabel("<b>New cards from your misses</b>", page)
        layout = QVBoxLayout(page)
        layout.addWidget(self.headline)
        layout.addWidget(self.sample_notice)
        layout.addWidget(self.start_panel)
        layout.addWidget(self.decks, 1)
        layout.addWidget(self.deck_count)
        layout.addLayout(from_left(self.rapid_fire_button, self.questions_button, self.name_button))
        layout.addLayout(from_left(self.rules_button, self.import_button, self.update_button))
        layout.addSpacing(8)
        layout.addWidget(heading)
        layout.addWidget(self.release)
        layout.addStretch(0)
        # What has a use only once there are misses.
        self._later = (
            self.decks,
            self.deck_count,
            self.rapid_fire_button,
            self.update_button,
            self.questions_button,
            self.name_button,
            self.rules_button,
            self.import_button,
            heading,
            self.release,
        )
        return page

    def _misses_page(self) -> QWidget:
        page = QWidget(self)
        self.stand = sentence(page)
        self.misses = MissesTable(page)
        hint = sentence(page)
        hint.setText("Enter or a double click names or changes the reason.")
        layout = QVBoxLayout(page)
        layout.addWidget(self.stand)
        layout.addWidget(self.misses, 1)
        layout.addWidget(hint)
        qconnect(self.misses.opened, self._name)
        return page

    # Reading
    ######################################################################

    def _read(self) -> None:
        if self.today is None:
            self.headline.setText("Reading your records…")
        settings = addon_settings.load(self.mw)
        self._reading.read(
            lambda col: read_today(col, settings),
            lambda today: self._show(today, settings),
            self._on_not_read,
        )

    def _on_not_read(self, error: Exception) -> None:
        self.headline.setText("Your records could not be read.")
        addon_settings.show_error(self, error)

    def _show(self, today: Today, settings: Settings) -> None:
        self.today = today
        self.headline.setText(_headline(today))
        for widget in self._later:
            widget.setVisible(bool(today.misses))
        self.start_panel.setVisible(not today.misses)
        self.start_panel.refresh()
        current = self.decks.indexOfTopLevelItem(self.decks.currentItem())
        self.decks.clear()
        faint = self.palette().brush(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
        # Decks with cards first, otherwise in the order in which they take them.
        for deck in sorted(today.decks, key=lambda deck: not deck.ready):
            self.decks.addTopLevelItem(_row_of(deck, faint))
        self.decks.resizeColumnToContents(0)
        # How many cards wait is told of the deck that the student chooses, not unasked.
        if current >= 0:
            self.decks.setCurrentItem(self.decks.topLevelItem(current))
        self._show_count(self.decks.currentItem())
        self.rapid_fire_button.setEnabled(any(deck.ready for deck in today.decks))
        self.name_button.setEnabled(bool(today.unnamed))
        if today.release is not None:
            self.release.show_overview(today.release, by_itself=settings.release_daily)
        self.stand.setText(_stand(today))
        self.misses.show_misses(today.misses, today.day)

    def _show_count(self, item: QTreeWidgetItem | None) -> None:
        """Says of the chosen deck what became of all cards that belong into it."""
        said = item.data(0, Qt.ItemDataRole.UserRole) if item else _CHOOSE_A_DECK
        self.deck_count.setText(said)

    def _start(self, start: Start) -> None:
        aqt.dialogs.open(IMPORT_DIALOG, self.mw).start_with(start)

    def _name(self, miss: MissProgress) -> None:
        aqt.dialogs.open(NAMING_WINDOW, self.mw, only={miss.key})

    def _on_finished(self, _code: int) -> None:
        self._reading.stop()
        self._watch.stop()
        self.sample_notice.cleanup()
        saveGeom(self, _GEOMETRY)


def _concerns(changes: OpChanges) -> bool:
    """Whether something changed that is shown: records are notes, and releasing changes cards."""
    return changes.note or changes.card or changes.deck


def _opening(parent: QWidget, title: str, window: str, mw: AnkiQt) -> QPushButton:
    """A button that opens one of the add-on's windows."""
    button = QPushButton(title, parent)
    button.setAutoDefault(False)
    qconnect(button.clicked, lambda _checked: aqt.dialogs.open(window, mw))
    return button


def _row_of(deck: DeckCount, faint: QBrush) -> QTreeWidgetItem:
    name = deck.name.rpartition("::")[2]
    item = QTreeWidgetItem([name, f"{deck.ready:,}"])
    item.setData(0, Qt.ItemDataRole.UserRole, f"{name}: {deck.sentence()}.")
    item.setToolTip(0, deck.name.replace("::", " › "))
    if not deck.ready:
        for column in range(2):
            item.setForeground(column, faint)
    return item


def _headline(today: Today) -> str:
    if not today.misses:
        return "No misses yet."
    ready = sum(deck.ready for deck in today.decks)
    if ready:
        return f"{ready:,} {'card is' if ready == 1 else 'cards are'} ready."
    return "No card is waiting now. Enough for today, or do a few questions."


def _stand(today: Today) -> str:
    """How many misses have come how far; what is done comes first."""
    parts = [
        (today.count(RepairState.REPAIRED), "repaired"),
        (today.count(RepairState.HALF_WAY), "half-way"),
        (today.count(RepairState.FILED), "filed as a habit"),
        (today.count(RepairState.OPEN, RepairState.RE_OPENED), "still to do"),
    ]
    said = ", ".join(f"{number:,} {words}" for number, words in parts if number)
    return f"{said}." if said else "No misses yet."
