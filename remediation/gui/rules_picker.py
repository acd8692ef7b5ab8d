"""Choosing the rules to keep in mind: good ones for each reason, one's own, and a free line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aqt.qt import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListWidget,
    QModelIndex,
    QPushButton,
    QRect,
    QResizeEvent,
    QSize,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    Qt,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
    qconnect,
)
from aqt.utils import disable_help_button, restoreGeom, saveGeom

from ..collection.rules import RulesOverview
from ..model.reasons import GROUPS, REASONS, Family, group_of
from ..model.rules import MOST_ACTIVE, ActiveRule, rules_for
from . import rules_words
from .layouts import row, sentence

_GEOMETRY = "remediationRulesPicker"
_OWN = "My own rules"
# Longer is no rule that is kept in mind.
_LONGEST_RULE = 300
# More of one's own are there, but do not push the others out of sight.
_MOST_OWN_SHOWN = 5
# Pixels: between two rules, and more than the words of any rule need.
_SPACE_BETWEEN = 4
_VERY_HIGH = 10_000


class RulesPicker(QDialog):
    """Lets the student tick rules; `rules` are those ticked, once it was accepted."""

    def __init__(self, parent: QWidget, overview: RulesOverview) -> None:
        super().__init__(parent)
        self.replace_dialog: ReplaceDialog | None = None
        # In the order ticked, the ones that were active first.
        self.rules: tuple[ActiveRule, ...] = overview.active
        disable_help_button(self)
        self.setWindowTitle("Choose rules")
        self._count = sentence(self)
        self.tree = _RuleTree(self)
        self._own = QTreeWidgetItem([_OWN])
        self._fill(overview)
        self.line = QLineEdit(self)
        self.line.setMaxLength(_LONGEST_RULE)
        self.line.setPlaceholderText("When this happens: do that")
        caption = QLabel("&Write one:", self)
        caption.setBuddy(self.line)
        self.reason = QComboBox(self)
        self.reason.setAccessibleName("Reason that the rule is for")
        for code, name in _reasons():
            self.reason.addItem(name, code)
        self.add_button = QPushButton("A&dd", self)
        self.add_button.setEnabled(False)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        layout = QVBoxLayout(self)
        layout.addWidget(self._count)
        layout.addWidget(self.tree, 1)
        layout.addLayout(row(caption, self.line))
        own = row(self.reason, self.add_button)
        own.insertWidget(0, QLabel("For:", self))
        own.addStretch(1)
        layout.addLayout(own)
        layout.addWidget(buttons)
        qconnect(self.tree.itemChanged, self._on_ticked)
        self._ok_button = buttons.button(QDialogButtonBox.StandardButton.Ok)
        qconnect(self.line.textChanged, self._on_typed)
        qconnect(self.add_button.clicked, lambda _checked: self._add_line())
        qconnect(buttons.accepted, self.accept)
        qconnect(buttons.rejected, self.reject)
        qconnect(self.finished, lambda _code: saveGeom(self, _GEOMETRY))
        self.setMinimumSize(420, 360)
        self.resize(620, 560)
        restoreGeom(self, _GEOMETRY)
        self._show_count()
        self.tree.setFocus()

    def accept(self) -> None:
        # What was typed and not added yet is meant too.
        if self.line.text().strip() and not self._add_line():
            return
        super().accept()

    # The list
    ######################################################################

    def _fill(self, overview: RulesOverview) -> None:
        """The rules for the most frequent reason first; one's own before all."""
        offered = {
            code: [ActiveRule(code, rule.text) for rule in rules_for(code)]
            for code in _by_frequency(overview)
        }
        texts = {rule.text for rules in offered.values() for rule in rules}
        own = [
            rule
            for rule in dict.fromkeys((*overview.active, *overview.own))
            if rule.text not in texts
        ]
        self.tree.addTopLevelItem(self._own)
        for rule in own:
            self._add_rule(self._own, rule)
        self._own.setHidden(not own)
        for code, rules in offered.items():
            head = QTreeWidgetItem([rules_words.missed(code, overview.reasons.get(code, 0))])
            self.tree.addTopLevelItem(head)
            for rule in rules:
                self._add_rule(head, rule)
        self._expand(overview, len(own))

    def _add_rule(self, head: QTreeWidgetItem, rule: ActiveRule) -> QTreeWidgetItem:
        item = QTreeWidgetItem(head, [rule.text])
        item.setData(0, Qt.ItemDataRole.UserRole, rule)
        ticked = any(rule.text == active.text for active in self.rules)
        item.setCheckState(0, Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
        return item

    def _expand(self, overview: RulesOverview, own: int) -> None:
        """Opens what matters: what is ticked, and the reasons that there were misses for."""
        for number in range(self.tree.topLevelItemCount()):
            head = self.tree.topLevelItem(number)
            if head is None:
                continue
            font = head.font(0)
            font.setBold(True)
            head.setFont(0, font)
            head.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            rules = [item.data(0, Qt.ItemDataRole.UserRole) for item in _below(head)]
            matters = (
                own <= _MOST_OWN_SHOWN
                if head is self._own
                else not overview.reasons or any(overview.reasons.get(r.code) for r in rules)
            )
            head.setExpanded(matters or any(rule in self.rules for rule in rules))

    def _items(self) -> Iterator[QTreeWidgetItem]:
        for number in range(self.tree.topLevelItemCount()):
            head = self.tree.topLevelItem(number)
            if head is not None:
                yield from _below(head)

    def _set_tick(self, rule: ActiveRule, *, on: bool) -> None:
        """Shows a tick without acting on it."""
        self.tree.blockSignals(True)
        for item in self._items():
            if item.data(0, Qt.ItemDataRole.UserRole).text == rule.text:
                item.setCheckState(0, Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        self.tree.blockSignals(False)

    # Choosing
    ######################################################################

    def _on_ticked(self, item: QTreeWidgetItem, _column: int) -> None:
        rule: ActiveRule | None = item.data(0, Qt.ItemDataRole.UserRole)
        if rule is None:
            return
        if item.checkState(0) == Qt.CheckState.Checked:
            self._choose(rule)
        else:
            self._leave(rule)

    def _choose(self, rule: ActiveRule) -> bool:
        """Takes a rule; asks which one goes where there are enough, and is False then."""
        if any(rule.text == chosen.text for chosen in self.rules):
            return True
        if len(self.rules) < MOST_ACTIVE:
            self._take((*self.rules, rule))
            return True
        self._set_tick(rule, on=False)
        self.replace_dialog = ReplaceDialog(self, self.rules, rule)
        dialog = self.replace_dialog
        qconnect(dialog.accepted, lambda: self._replace(dialog.gone(), rule))
        dialog.open()
        return False

    def _replace(self, gone: ActiveRule, rule: ActiveRule) -> None:
        self._set_tick(gone, on=False)
        self._take(tuple(rule if chosen == gone else chosen for chosen in self.rules))

    def _leave(self, rule: ActiveRule) -> None:
        self._take(tuple(chosen for chosen in self.rules if chosen.text != rule.text))

    def _take(self, rules: tuple[ActiveRule, ...]) -> None:
        self.rules = rules
        for rule in rules:
            self._set_tick(rule, on=True)
        self._show_count()

    def _show_count(self) -> None:
        self._count.setText(rules_words.ticked(len(self.rules)))

    # The free line
    ######################################################################

    def _on_typed(self, text: str) -> None:
        """Lets Enter add what was typed, and then be OK again."""
        typed = bool(text.strip())
        self.add_button.setEnabled(typed)
        button = self.add_button if typed else self._ok_button
        if button is not None:
            button.setDefault(True)

    def _add_line(self) -> bool:
        """Adds what was typed and ticks it; False where the student is asked something first."""
        text = " ".join(self.line.text().split())
        self.line.clear()
        if not text:
            return True
        known = [item for item in self._items() if item.text(0) == text]
        item = known[0] if known else self._new_own(text)
        self.tree.scrollToItem(item)
        return self._choose(item.data(0, Qt.ItemDataRole.UserRole))

    def _new_own(self, text: str) -> QTreeWidgetItem:
        self.tree.blockSignals(True)
        item = self._add_rule(self._own, ActiveRule(self.reason.currentData(), text))
        self.tree.blockSignals(False)
        self._own.setHidden(False)
        self._own.setExpanded(True)
        return item


class ReplaceDialog(QDialog):
    """Asks which of the active rules goes, so that there is room for another."""

    def __init__(self, parent: QWidget, rules: Sequence[ActiveRule], new: ActiveRule) -> None:
        super().__init__(parent)
        self._rules = rules
        disable_help_button(self)
        self.setWindowTitle("Which rule goes?")
        question = sentence(self)
        question.setText(
            f"{MOST_ACTIVE} rules are as many as can be kept in mind. Which one goes, to make room "
            f"for this one?\n\n{new.text}"
        )
        self.list = QListWidget(self)
        self.list.setAccessibleName("Active rules")
        self.list.setWordWrap(True)
        self.list.setSpacing(_SPACE_BETWEEN)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.addItems([rule.text for rule in rules])
        self.list.setCurrentRow(0)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        replace = QPushButton("&Replace it", self)
        replace.setDefault(True)
        buttons.addButton(replace, QDialogButtonBox.ButtonRole.AcceptRole)
        layout = QVBoxLayout(self)
        layout.addWidget(question)
        layout.addWidget(self.list, 1)
        layout.addWidget(buttons)
        qconnect(self.list.itemDoubleClicked, lambda _item: self.accept())
        qconnect(buttons.accepted, self.accept)
        qconnect(buttons.rejected, self.reject)
        self.resize(420, 300)

    def gone(self) -> ActiveRule:
        """The rule that goes."""
        return self._rules[self.list.currentRow()]


class _RuleTree(QTreeWidget):
    """Reasons with their rules, the words of which are wrapped."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Rules")
        self.setHeaderHidden(True)
        self.setWordWrap(True)
        self.setItemDelegate(_WrappedWords(self))
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = self.header()
        if header is not None:
            header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()  # the words are wrapped elsewhere now


class _WrappedWords(QStyledItemDelegate):
    """Makes room for all the words of a rule: a tree by itself only leaves room for one line."""

    def __init__(self, tree: QTreeWidget) -> None:
        super().__init__(tree)
        self._tree = tree

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        size = super().sizeHint(option, index)
        depth = 2 if index.parent().isValid() else 1
        tick = 2 * option.fontMetrics.height()
        viewport = self._tree.viewport()
        width = viewport.width() if viewport is not None else 0
        room = QRect(0, 0, width - depth * self._tree.indentation() - tick, _VERY_HIGH)
        text = index.data() or ""
        words = option.fontMetrics.boundingRect(room, Qt.TextFlag.TextWordWrap, text)
        size.setHeight(max(size.height(), words.height()) + _SPACE_BETWEEN)
        return size


def _below(head: QTreeWidgetItem) -> Iterator[QTreeWidgetItem]:
    for number in range(head.childCount()):
        item = head.child(number)
        if item is not None:
            yield item


def _by_frequency(overview: RulesOverview) -> list[str]:
    """The codes of the test-taking reasons, those with most misses first."""
    codes = [r.code for r in REASONS if group_of(r.code).family is Family.TEST_TAKING]
    return sorted(codes, key=lambda code: -overview.reasons.get(code, 0))


def _reasons() -> Iterator[tuple[str, str]]:
    """What a rule can be for: the test-taking groups, each with its reasons."""
    for group in GROUPS:
        if group.family is Family.TEST_TAKING:
            yield group.key, group.name
            yield from ((r.code, f"   {r.name}") for r in REASONS if r.group == group.key)
