"""All misses to name as a list, for those who go through many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aqt.qt import QPushButton, Qt, QVBoxLayout, QWidget

from ..collection.evidence import Diagnosis
from ..model.banks import QuestionKey
from ..model.reasons import name_of
from ..model.systems import system_by_key
from . import naming_words
from .layouts import from_left, sentence
from .tables import Column, RowTable


class NamingListPage(QWidget):
    """The list with its buttons; the window that shows it acts on them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._named: Mapping[QuestionKey, str] = {}
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
        hint.setText("Select rows, then 1 to 5 for their reason. Enter looks at one.")
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
            Column("Suggested", _suggested),
            Column("How sure", _strength, lambda d: -d.suggestion.p_family * (not _is_blind(d))),
            Column("Named", self._reason),
            Column("Why", _why),
        )

    def _reason(self, diagnosis: Diagnosis) -> str:
        code = self._named.get(diagnosis.key, "")
        return name_of(code) if code else ""

    def show_misses(
        self, misses: Sequence[Diagnosis], named: Mapping[QuestionKey, str], likely: int
    ) -> None:
        """Shows these misses, of those named the reason, and how many suggestions are likely."""
        self._named = named
        self.table.show_rows(misses)
        self.accept_button.setText(f"&Accept the {likely:,} likely ones")
        self.accept_button.setEnabled(bool(likely))

    def selected(self) -> set[QuestionKey]:
        """The questions of the selected rows."""
        return {diagnosis.key for diagnosis in self.table.selected_rows()}


def _is_blind(diagnosis: Diagnosis) -> bool:
    """Whether the suggestion must not be seen yet."""
    return diagnosis.miss.asked_first and not diagnosis.miss.decision


def _number(diagnosis: Diagnosis) -> str:
    return str(diagnosis.miss.attempt.position or "")


def _system(diagnosis: Diagnosis) -> str:
    system = system_by_key(diagnosis.miss.question.system)
    return system.name if system else diagnosis.miss.attempt.system


def _suggested(diagnosis: Diagnosis) -> str:
    return "asked first" if _is_blind(diagnosis) else naming_words.suggested_name(diagnosis)


def _strength(diagnosis: Diagnosis) -> str:
    return "" if _is_blind(diagnosis) else diagnosis.suggestion.strength.value


def _why(diagnosis: Diagnosis) -> str:
    return "" if _is_blind(diagnosis) else diagnosis.suggestion.why
