"""All misses to name as a list, for those who go through many at once."""

from __future__ import annotations

from aqt.qt import QPushButton, Qt, QVBoxLayout, QWidget

from ..collection.evidence import Diagnosis
from ..model.banks import QuestionKey
from ..model.reasons import name_of
from ..model.systems import system_by_key
from . import naming_words
from .layouts import from_left, sentence
from .naming_queue import NamingQueue
from .tables import Column, RowTable


class NamingListPage(QWidget):
    """The list with its buttons; the window that shows it acts on them."""

    def __init__(self, parent: QWidget, queue: NamingQueue) -> None:
        super().__init__(parent)
        self._queue = queue
        self._keys: list[QuestionKey] = []
        self.table = RowTable(self, "Misses to name", self._columns())
        self.accept_button = QPushButton(self)
        self.accept_button.setToolTip(
            "They count as accepted, not as confirmed. Those asked first are left for you."
        )
        self.back_button = QPushButton("&One by one", self)
        for button in (self.accept_button, self.back_button):
            button.setAutoDefault(False)
            # Reached by Tab; a click leaves the keys with the window.
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        hint = sentence(self)
        hint.setText("Select rows, then 1 to 5 for their reason. Enter looks at one, L goes back.")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(hint)
        layout.addWidget(self.table, 1)
        layout.addLayout(from_left(self.accept_button, self.back_button))

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column("No.", _number, lambda d: (-d.miss.sitting.when, d.miss.attempt.position or 0)),
            Column("Question", lambda d: d.key.id, lambda d: (len(d.key.id), d.key.id)),
            Column("System", _system),
            Column("Suggested", self._suggested),
            Column("How sure", self._strength, self._probability),
            Column("Named", self._reason),
            Column("Why", self._why),
        )

    def _reason(self, diagnosis: Diagnosis) -> str:
        code = self._queue.named.get(diagnosis.key) or diagnosis.miss.reason
        return name_of(code) if code else ""

    def _suggested(self, diagnosis: Diagnosis) -> str:
        if self._queue.is_blind(diagnosis):
            return "asked first"
        return naming_words.suggested_name(diagnosis)

    def _strength(self, diagnosis: Diagnosis) -> str:
        return "" if self._queue.is_blind(diagnosis) else diagnosis.suggestion.strength.value

    def _probability(self, diagnosis: Diagnosis) -> float:
        return 0.0 if self._queue.is_blind(diagnosis) else -diagnosis.suggestion.p_family

    def _why(self, diagnosis: Diagnosis) -> str:
        return "" if self._queue.is_blind(diagnosis) else diagnosis.suggestion.why

    def refresh(self) -> None:
        """Shows the misses of the queue, of those named the reason; the same ones stay selected."""
        misses, likely = self._queue.diagnoses, len(self._queue.likely)
        keys = [diagnosis.key for diagnosis in misses]
        if keys == self._keys:
            self.table.show_contents(misses)
        else:
            self._keys = keys
            self.table.show_rows(misses)
        self.accept_button.setText(f"&Accept the {likely:,} likely ones")
        self.accept_button.setEnabled(bool(likely))

    def selected(self) -> set[QuestionKey]:
        """The questions of the selected rows."""
        return {diagnosis.key for diagnosis in self.table.selected_rows()}


def _number(diagnosis: Diagnosis) -> str:
    return str(diagnosis.miss.attempt.position or "")


def _system(diagnosis: Diagnosis) -> str:
    system = system_by_key(diagnosis.miss.question.system)
    return system.name if system else diagnosis.miss.attempt.system
