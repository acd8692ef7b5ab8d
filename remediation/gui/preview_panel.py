"""What would happen: the sitting's details, what was found, the choices, and what Apply does."""

from __future__ import annotations

from datetime import datetime

from aqt.main import AnkiQt
from aqt.qt import (
    QCheckBox,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QTabWidget,
    QVBoxLayout,
    QWidget,
    pyqtSignal,
    qconnect,
)

from ..collection.importing import ImportPreview, ImportRequest, is_tagged
from ..collection.reading_input import LogColumns
from ..collection.topics import TopicChoice
from ..sources import completion
from ..sources.reading import SAMPLE, Reading
from . import words
from .layouts import row, sentence
from .question_panel import QuestionPanel
from .rates_table import RatesTable
from .report_table import ReportTable
from .sitting_form import SittingForm
from .topic_table import TopicTable

# Places of the tabs.
_QUESTIONS, _TOPICS, _REPORT, _RATES = range(4)


class PreviewPanel(QWidget):
    """Emits `changed` when the student changes an answer or a choice.

    `columns_requested` is emitted where the student wants to see the columns of a log.
    """

    changed = pyqtSignal()
    columns_requested = pyqtSignal()

    def __init__(self, parent: QWidget, mw: AnkiQt, cards_per_day: int) -> None:
        super().__init__(parent)
        self._topic_choices: dict[str, TopicChoice] = {}
        self._taken = sentence(self)
        self._taken.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        font = self._taken.font()
        font.setBold(True)
        self._taken.setFont(font)
        self.change_button = QPushButton("C&hange?", self)
        self.change_button.setToolTip("Bank, exam, when it was, and how many questions in all")
        self.change_button.setCheckable(True)
        self.change_button.setAutoDefault(False)
        self._sample = sentence(self)
        self._sample.setText(words.SAMPLE)
        self.form = SittingForm(self, datetime.now())
        self.form.hide()
        self.questions = QuestionPanel(self, mw)
        self.topics = TopicTable(self, mw)
        self._report = ReportTable(self)
        self._rates = RatesTable(self)
        self.columns_button = QPushButton("Col&umns of your log…", self)
        self.columns_button.setAutoDefault(False)
        self._totals = sentence(self)
        self._plan = sentence(self)
        self.again_box = QCheckBox("I did these a&gain at the time above", self)
        self._all_cards = QCheckBox("Use a&ll matching cards, not only the core cards", self)
        self._by_topic = QCheckBox("Look for cards by &topic where there is none by id", self)
        self._other_exams = QCheckBox("Also use cards of another e&xam with the same number", self)
        self._choices = (self.again_box, self._other_exams, self._by_topic, self._all_cards)
        self._most = QSpinBox(self)
        self._most.setRange(0, 9999)
        self._most.setValue(cards_per_day)
        self._most.setAccessibleName("Cards to make active today, at most")
        self._most.setToolTip(words.LIKELIEST)
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        for tab in (self.questions, self.topics, self._report, self._rates):
            self.tabs.addTab(tab, "")
        self.tabs.setTabText(_RATES, "So far")

        limit = row(QLabel("Make at most"), self._most, QLabel("cards active today"))
        limit.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(row(self._taken, self.columns_button, self.change_button))
        layout.addWidget(self._sample)
        layout.addWidget(self.form)
        layout.addWidget(self._totals)
        layout.addWidget(self.tabs, 1)
        for box in self._choices:
            layout.addWidget(box)
            qconnect(box.toggled, self.changed.emit)
        layout.addLayout(limit)
        layout.addWidget(self._plan)
        qconnect(self.change_button.toggled, self.form.setVisible)
        qconnect(self.change_button.clicked, self._on_change_clicked)
        qconnect(self.form.changed, self.changed.emit)
        qconnect(self._most.valueChanged, self.changed.emit)
        qconnect(self.topics.chosen, self._on_topic_chosen)
        qconnect(self.columns_button.clicked, self.columns_requested.emit)
        self.show_nothing()

    @property
    def most_cards(self) -> int:
        """How many cards may become active today."""
        return self._most.value()

    def request(self, reading: Reading, columns: LogColumns | None) -> ImportRequest | None:
        """What the student asks for now; None while the exam has not been chosen."""
        answers = self.form.answers()
        if answers.exam is None:
            return None
        return ImportRequest(
            completion.sittings(reading, answers),
            again=self.again_box.isChecked(),
            all_cards=self._all_cards.isChecked(),
            other_exams=self._other_exams.isChecked(),
            by_topic=self._by_topic.isChecked(),
            topic_choices=dict(self._topic_choices),
            remember=columns.to_remember() if columns else {},
        )

    def forget_choices(self) -> None:
        """Takes back what was chosen for the last input."""
        self._topic_choices = {}
        for box in (self.again_box, self._by_topic):
            box.blockSignals(True)
            box.setChecked(False)
            box.blockSignals(False)

    def show_reading(self, reading: Reading, *, has_columns: bool) -> None:
        """Takes over what a new input says, and asks for what it does not say."""
        self.columns_button.setVisible(has_columns)
        self.questions.show_all()
        self.form.show_reading(reading)
        self._taken.setText("")
        self._sample.setVisible(reading.reader == SAMPLE)
        # What must be asked stays in sight; what was understood can be changed.
        asks = self.form.answers().exam is None
        self.change_button.setChecked(asks)
        self.change_button.setVisible(not asks)

    def ask_for_exam(self, reading: Reading) -> None:
        """Says that nothing can be looked for before the exam is chosen."""
        self.questions.show_rows([], reading.problems)
        self._taken.setText(words.understood(reading))
        self._totals.setText("Which exam are these questions from? Choose it above.")
        self._plan.setText("")

    def show_preview(self, preview: ImportPreview, reading: Reading) -> None:
        """Shows what was found, and what Apply would do."""
        self.questions.show_rows(preview.questions, reading.problems)
        self._taken.setText(words.taken_for(preview.request.sittings, datetime.now()))
        self.change_button.show()
        self._totals.setText(words.totals(preview))
        self._plan.setText(words.plan(preview))
        self._show_tabs(preview, reading)
        self._show_choices(preview)

    def show_nothing(self) -> None:
        """Shows that nothing is known yet."""
        self.questions.show_rows([], [])
        self.tabs.setTabText(_QUESTIONS, "Questions")
        for tab in (_TOPICS, _REPORT, _RATES):
            self.tabs.setTabVisible(tab, False)
        self._show_bar()
        self._totals.setText("")
        self._plan.setText("")
        self._taken.setText("")
        self._sample.hide()
        self.change_button.setChecked(False)
        self.change_button.hide()
        self.columns_button.hide()
        for box in self._choices:
            box.hide()

    def _show_tabs(self, preview: ImportPreview, reading: Reading) -> None:
        """Shows the tabs that have something in them, and the one to start with."""
        groups = [group for sitting in preview.request.sittings for group in sitting.groups]
        asked = [key for topic in preview.topics for key in topic.topic.questions]
        questions = any(sitting.attempts for sitting in preview.request.sittings)
        first = not self.tabs.isTabVisible(_TOPICS) and not self.tabs.isTabVisible(_REPORT)
        self._report.show_groups(groups)
        self._rates.show_rates(preview.rates)
        limited = bool(groups) or not all(map(is_tagged, asked))
        self.topics.show_topics(preview.topics, limited=limited)

        if questions or not groups:
            self._show_tab(_QUESTIONS, "Questions", len(preview.questions), always=True)
        else:
            self._show_tab(_QUESTIONS, "Problems", len(reading.problems))
        self._show_tab(_TOPICS, "Topics", len(preview.topics))
        self._show_tab(_REPORT, "Report", len(groups))
        self.tabs.setTabVisible(_RATES, bool(preview.rates))
        self._show_bar()
        if first and preview.topics:
            self.tabs.setCurrentIndex(_TOPICS)

    def _show_bar(self) -> None:
        """A single tab needs no bar."""
        bar = self.tabs.tabBar()
        if bar is not None:
            bar.setVisible(sum(map(self.tabs.isTabVisible, range(self.tabs.count()))) > 1)

    def _show_tab(self, tab: int, title: str, number: int, *, always: bool = False) -> None:
        self.tabs.setTabText(tab, f"{title} ({number:,})")
        self.tabs.setTabVisible(tab, always or number > 0)

    def _show_choices(self, preview: ImportPreview) -> None:
        """A choice is shown where it changes something, or where it is made already."""
        for box, useful in (
            (self.again_box, preview.recorded > 0),
            (self._other_exams, any(q.how is None and q.problem for q in preview.unmatched)),
            (
                self._by_topic,
                any(
                    q.attempt.id and is_tagged(q.key) and (q.attempt.topic or q.attempt.category)
                    for q in preview.unmatched
                ),
            ),
            (
                self._all_cards,
                any(len(q.notes) > len(q.core) for q in preview.questions if q.missed),
            ),
        ):
            box.setVisible(useful or box.isChecked())

    def _on_change_clicked(self, unfolded: bool) -> None:
        if unfolded:
            self.form.setFocus()

    def _on_topic_chosen(self, key: str, choice: TopicChoice) -> None:
        self._topic_choices[key] = choice
        self.changed.emit()
