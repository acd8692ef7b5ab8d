"""Notes for what has no question id: a system, a category, a topic, or the student's own words.

Decks say what a note is about in their tags, each resource in a tree of its own:

    #AK_Step1_v12::^Systems::OB::PlacentaPrevia
    #AK_Step1_v12::#FirstAid::15_Reproductive::04_Pathology::47_Placenta_Previa

The branches that have the same name and are about the same organ system are one candidate. The
words are looked up in an SQLite index (FTS5, ranked by BM25) of these names, and what it returns
is compared with the words asked for. Where no name fits, the texts of the notes are searched, and
the branch that most of the found notes stand on, or the notes alone, are the candidates.
"""

from __future__ import annotations

import math
import re
import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice
from threading import Lock
from weakref import finalize

from ..model.name_index import squeezed
from ..model.progress import Progress, no_progress
from ..model.systems import System, names_of, system_by_key, system_from_tags, systems_from_name
from ..model.tag_names import is_below
from .abbreviations import Reading, alike, readings
from .question_tags import question_of_tag
from .words import american, one_edit_apart, plain, root, tokens, without_number, words_of

# At and above this certainty a candidate may be applied without a click. Set on the tuned part of
# tests/matching/topic_pairs.py as the lowest tenth above everything wrong: the most certain wrong
# one of five suggestions is at 0.87 there (`Heart Failure Basics` for heart failure, after the
# right one), at 0.80 in the part held out, and four of five topics are answered above it.
SURE = 0.9

# Below this, what was found in the asked system is not good enough not to look elsewhere.
_GOOD = 0.6
# Below this a candidate is noise.
_LEAST = 0.25

# Branches that say where a note comes from, not what it is about.
_NOT_TOPICS = words_of(
    "uworld amboss nbme free lowhighyield highyield uwsa marked leech shelf eor flagthesecards "
    "ankihubprotect ankihubdeck ankihubsubdeck"
)

_ROOT_SEGMENT = re.compile(r"^[\W_]*(?:AK|AnKing|Zank|USMLE|Step)[\W_]", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]+")

# Words of so many names that they say little.
_GENERIC = frozenset(
    token
    for word in words_of(
        "disease disorder syndrome condition normal structure function principle miscellaneous "
        "overview introduction general basic other common management approach clinical related "
        "associated type lesion system tract medical manifestation feature"
    )
    for token in tokens(word)
)
_GENERIC_WEIGHT = 0.35
# Words of the organ system's own name, where that system was asked for.
_IMPLIED_WEIGHT = 0.4

# How alike two words are.
_SAME_ROOT, _ALIKE, _ON_THE_PATH = 0.95, 0.85, 0.6

# One of these for another makes it another topic: acute and chronic pancreatitis.
_OPPOSITES = tuple(
    frozenset(token for word in group.split() for token in tokens(word))
    for group in (
        "acute chronic",
        "primary secondary tertiary",
        "upper lower",
        "left right",
        "positive negative",
        "male female",
        "small large",
        "systolic diastolic",
        "anterior posterior",
        "direct indirect",
        "benign malignant",
        "viral bacterial fungal parasitic",
        "dominant recessive",
        "open closed angle",
        "ischemic hemorrhagic",
        "nephrotic nephritic",
        "central peripheral nephrogenic",
        "restrictive obstructive dilated hypertrophic",
        "macrocytic microcytic normocytic",
        "stenosis regurgitation",
        "myeloid lymphoid lymphocytic lymphoblastic",
        "acidosis alkalosis",
        "aortic mitral tricuspid pulmonic",
        "atrial ventricular",
        "subdural epidural subarachnoid",
    )
)

_BETWEEN_PARTS = re.compile(r"[,;:/&]|\band\b", re.IGNORECASE)
_MOST_PARTS = 4
# What a name is worth that answers one part of a list.
_PART = 0.7
_CUT = re.compile(r"(?:\.\.+|…)\s*$")
_MARKUP = re.compile(r"<[^>]*(?:>|$)|\{\{c\d+::|::[^{}<]*\}\}|\}\}|&#?\w+;|\[sound:[^\]]*\]|\x1f")
_TEXT_LENGTH = 500
_ROWS_AT_A_TIME = 2_000
_LOOKED_AT = 60
_TEXT_HITS = 40
_MOST_RANKED = 2_000
_MOST_QUERY_WORDS = 16
# A candidate with more notes is a chapter rather than a topic: it takes a click.
_MOST_NOTES_WHEN_SURE = 300
_BELOW_SURE = SURE - 0.1
_WHOLE_SYSTEM = SURE - 0.05


class TopicSearchMissing(RuntimeError):
    """This computer's SQLite was built without full-text search."""


@dataclass(frozen=True)
class TopicCandidate:
    """Notes that may be about what was asked for.

    `branch` is a tag, the one with the most notes of all that are named so (`branches`), or ""
    where the notes were found by their text and stand on no branch together. `note_ids` are the
    notes on all `branches`, those first that most of them name. `reason` is a sentence for
    people, `certainty` 0 to 1: see `SURE`.
    """

    branch: str
    note_ids: tuple[int, ...]
    reason: str
    certainty: float
    branches: tuple[str, ...] = ()


@dataclass
class _Node:
    """One segment of a tag, with the path to it."""

    path: str
    segment: str
    parent: int
    children: list[int] = field(default_factory=list)
    notes: array[int] = field(default_factory=lambda: array("I"))
    systems: frozenset[str] = frozenset()
    # Its words and those above it, down from the system or the resource.
    words: frozenset[str] = frozenset()
    may_be_topic: bool = True

    @property
    def system(self) -> str:
        """The key of the system it is about; empty where none or several are possible."""
        return next(iter(self.systems)) if len(self.systems) == 1 else ""


@dataclass
class _Group:
    """Branches of one name and one organ system (of several, where only their chapter is known)."""

    name: str
    words: tuple[frozenset[str], ...]
    systems: frozenset[str]
    path: set[str]
    nodes: list[int]
    is_system: bool = False


@dataclass(frozen=True)
class _Question:
    """What is asked for, in one of its readings."""

    reading: Reading
    words: tuple[str, ...]
    # What the last word begins with, where the text was cut off.
    beginning: str = ""
    corrected: tuple[tuple[str, str], ...] = ()
    # Whether it is one part of a list: "Seizures and epilepsy".
    is_part: bool = False


@dataclass(frozen=True)
class _Scored:
    """A group with its score, and what of the question it has."""

    group: int
    score: float
    question: _Question
    missing: tuple[str, ...]
    extra: tuple[str, ...]


class TopicIndex:
    """The index. `build` it once, then `find`; both may run in different threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._database = _new_database()
        finalize(self, self._database.close)
        self._note_ids = array("q")
        self._nodes: list[_Node] = []
        self._node_by_path: dict[str, int] = {}
        # Node of each tag seen; -1 for tags that are about no topic.
        self._node_by_tag: dict[str, int] = {}
        self._nodes_of_notes = array("I")
        self._first_node_of_note = array("I", [0])
        self._groups: list[_Group] = []
        self._groups_of_node: dict[int, int] = {}
        self._group_of_system: dict[str, int] = {}
        self._weights: dict[str, float] = {}

    def __len__(self) -> int:
        """How many notes are in it."""
        return len(self._note_ids)

    @classmethod
    def build(
        cls,
        rows: Iterable[tuple[int, str, str]],
        progress: Progress = no_progress,
        own: Sequence[str] = (),
    ) -> TopicIndex:
        """An index of all notes: id, tags as stored (separated by blanks), and fields.

        HTML and clozes in the fields do not matter. Tags below `own` are left out: they
        repeat what was once found. Raises TopicSearchMissing where SQLite has no FTS5, and what
        `progress` raises to cancel.
        """
        index = cls()
        rows = iter(rows)
        # One transaction: FTS5 writes its segments at the end of each.
        index._database.execute("begin")
        while True:
            progress("Reading topics", len(index._note_ids), 0)
            piece = list(islice(rows, _ROWS_AT_A_TIME))
            if not piece:
                break
            index._add_notes(piece, own)
        progress("Sorting topics", len(index._note_ids), len(index._note_ids))
        index._make_groups(progress)
        index._database.execute("commit")
        return index

    def find(self, words: str, system: System | None = None, most: int = 5) -> list[TopicCandidate]:
        """The candidates for a system's, category's or topic's name or other words, best first.

        Only branches of `system` are looked at where it is given, unless nothing there fits. A
        name cut with `...` and a system in front (`Cardio: heart failure`) are understood. Never
        raises; empty where nothing comes near.
        """
        words, system = _without_system(words, system)
        found = self._by_name(words, system, most)
        if not found or found[0].certainty < _GOOD:
            found = _best([*found, *self._by_text(words, system)], most)
        return found

    # --- Building ---------------------------------------------------------------------------

    def _add_notes(self, rows: Sequence[tuple[int, str, str]], own: Sequence[str]) -> None:
        texts: list[tuple[int, str]] = []
        node_by_tag = self._node_by_tag
        nodes = self._nodes
        for note_id, tags, text in rows:
            position = len(self._note_ids)
            self._note_ids.append(note_id)
            names = tags.split()
            if not all(map(node_by_tag.__contains__, names)):
                for tag in names:
                    if tag not in node_by_tag:
                        node_by_tag[tag] = self._add_tag(tag, own)
            found = [node for node in map(node_by_tag.__getitem__, names) if node >= 0]
            for node in found:
                nodes[node].notes.append(position)
            self._nodes_of_notes.extend(found)
            self._first_node_of_note.append(len(self._nodes_of_notes))
            text = _plain_text(text)
            if text:
                texts.append((position, text))
        self._database.executemany("insert into note (rowid, text) values (?, ?)", texts)

    def _add_tag(self, tag: str, own: Sequence[str]) -> int:
        segments = tag.split("::")
        if (
            any(is_below(tag, branch) for branch in own)
            or not all(map(_may_be_topic, segments))
            or question_of_tag(tag)
        ):
            return -1
        # `Pathoma::08_Cardiac::3`: the page's number has no name, its notes are the chapter's.
        while segments and not _LETTERS.search(segments[-1]):
            segments.pop()
        node = -1
        path = ""
        for segment in segments:
            path = f"{path}::{segment}" if path else segment
            known = self._node_by_path.get(path)
            if known is None:
                known = len(self._nodes)
                self._nodes.append(_Node(path, segment, node))
                self._node_by_path[path] = known
                if node >= 0:
                    self._nodes[node].children.append(known)
            node = known
        return node

    def _make_groups(self, progress: Progress) -> None:
        self._read_segments(progress)
        by_name: dict[frozenset[str], list[int]] = {}
        for number, node in enumerate(self._nodes):
            if node.may_be_topic and (node.parent >= 0 or not node.children):
                name = _all_words(node.segment, node.system)
                by_name.setdefault(name, []).append(number)
        by_name.pop(frozenset(), None)
        for numbers in by_name.values():
            self._groups.extend(self._split_by_system(numbers))
        for number, group in enumerate(self._groups):
            if not group.is_system:  # as the newest deck version writes it
                group.name = _shown(max(self._branches(group)).split("::")[-1])
            for place in group.nodes:
                self._groups_of_node[place] = number
        self._weigh()
        self._database.executemany(
            "insert into branch (rowid, name, path, system) values (?, ?, ?, ?)",
            (self._indexed(number) for number in range(len(self._groups))),
        )
        self._node_by_tag.clear()
        self._node_by_path.clear()

    def _read_segments(self, progress: Progress) -> None:
        """Finds out which branches are systems, which are above them, and which are topics."""
        for number, node in enumerate(self._nodes):
            if not number % _ROWS_AT_A_TIME:
                progress("Sorting topics", number, len(self._nodes))
            parent = self._nodes[node.parent] if node.parent >= 0 else None
            node.systems = _systems_of(node.path)
            if parent and parent.systems:
                node.words = parent.words | _all_words(node.segment, node.system)
            elif node.systems and systems_from_name(_named(node.segment)):
                node.words = _all_words(node.segment, node.system)
                self._add_to_system(number)
            elif parent and not _ROOT_SEGMENT.match(node.segment):
                node.words = parent.words | _all_words(node.segment, node.system)

    def _add_to_system(self, number: int) -> None:
        """Makes a branch part of its system; what is above it is a resource, and no topic."""
        node = self._nodes[number]
        node.may_be_topic = False
        above = node.parent
        while above >= 0:
            self._nodes[above].may_be_topic = False
            above = self._nodes[above].parent
        system = system_by_key(node.system)
        if system is None:
            return
        known = self._group_of_system.setdefault(system.key, len(self._groups))
        if known == len(self._groups):
            self._groups.append(_Group(system.name, (), node.systems, set(), [], True))
        self._groups[known].nodes.append(number)

    def _split_by_system(self, numbers: list[int]) -> list[_Group]:
        """Groups of branches of one name: those about the same system, or the same notes."""
        groups: list[_Group] = []
        notes: dict[int, set[int]] = {}

        def share_notes(group: _Group, number: int) -> bool:
            for place in (*group.nodes, number):
                if place not in notes:
                    notes[place] = set(self._notes_below(place))
            mine = notes[number]
            return any(
                2 * len(mine & notes[place]) >= min(len(mine), len(notes[place])) > 0
                for place in group.nodes
            )

        # Branches whose system is known for sure come first, so that others find their group.
        numbers.sort(key=lambda number: _unsureness(self._nodes[number].systems))
        for number in numbers:
            node = self._nodes[number]
            fitting = [group for group in groups if group.systems & node.systems]
            fitting = fitting or [group for group in groups if share_notes(group, number)]
            if not node.systems and len(groups) == 1:
                fitting = groups
            if fitting:
                group = fitting[0]
                group.systems |= node.systems if node.system else frozenset()
            else:
                name = _named(node.segment)
                words = [frozenset(reading.words) for reading in readings(name, node.system)]
                words.append(frozenset(tokens(name)))
                group = _Group("", tuple(dict.fromkeys(words)), node.systems, set(), [])
                groups.append(group)
            group.nodes.append(number)
            if node.parent >= 0:
                group.path |= self._nodes[node.parent].words
        return groups

    def _weigh(self) -> None:
        """How much each word of a name says: less the more names have it."""
        counts: dict[str, int] = {}
        for group in self._groups:
            for word in frozenset().union(*group.words):
                counts[word] = counts.get(word, 0) + 1
        most = math.log(1 + len(self._groups))
        for word, count in counts.items():
            weight = max(0.2, math.log(1 + len(self._groups) / count) / most)
            self._weights[word] = weight * (_GENERIC_WEIGHT if word in _GENERIC else 1)

    def _indexed(self, number: int) -> tuple[int, str, str, str]:
        group = self._groups[number]
        name = _with_roots(frozenset().union(*group.words))
        path = _with_roots(group.path.union(*map(_words_of_system, group.systems)))
        return number, " ".join(name), " ".join(path), " ".join(group.systems) or "any"

    # --- Finding by name --------------------------------------------------------------------

    def _by_name(self, words: str, system: System | None, most: int) -> list[TopicCandidate]:
        questions = self._questions(words, system)
        named = self._whole_system(words)
        if not questions:
            return named[:most]
        key = system.key if system and not _is_anything(system) else ""
        inside = self._scored(questions, key)
        if not key or (inside and inside[0].score >= _GOOD):
            return _best([*self._candidates(inside), *named], most)
        outside = self._scored(questions, "")
        known = {scored.group for scored in inside}
        outside = [scored for scored in outside if scored.group not in known]
        where = system.name if system else ""
        return _best(
            [
                *self._candidates(inside),
                *self._candidates(outside, where),
                *named,
            ],
            most,
        )

    def _questions(
        self, words: str, system: System | None, *, whole: bool = True
    ) -> list[_Question]:
        beginning = ""
        if _CUT.search(words):
            words = _CUT.sub("", words)
            pieces = _LETTERS.findall(plain(words))
            beginning = american(pieces[-1].lower()) if pieces else ""
        found: dict[tuple[str, ...], _Question] = {}
        read = readings(words, system.key if system else "")
        for reading in read:
            asked = tuple(dict.fromkeys(reading.words))[:_MOST_QUERY_WORDS]
            if beginning and asked:
                asked = asked[:-1]
            if any(word not in _GENERIC for word in asked) or (beginning and asked):
                asked, corrected = self._corrected(asked)
                found.setdefault(asked, _Question(reading, asked, beginning, corrected))
        as_written = tuple(dict.fromkeys(tokens(words)))[:_MOST_QUERY_WORDS]
        if not beginning and any(word not in _GENERIC for word in as_written):
            # An abbreviation may be meant, and tagged, just as it is written.
            reading = Reading(as_written, (), all(one.is_certain for one in read))
            found.setdefault(as_written, _Question(reading, as_written))
        if whole:
            for part in self._parts(words):
                for question in self._questions(part, system, whole=False):
                    found.setdefault(question.words, replace(question, is_part=True))
        return list(found.values())

    @staticmethod
    def _parts(words: str) -> list[str]:
        """The parts of a list: `Amino acids, proteins, and enzymes`."""
        parts = [part for part in _BETWEEN_PARTS.split(words) if tokens(part)]
        return parts[:_MOST_PARTS] if len(parts) > 1 else []

    def _corrected(
        self, words: tuple[str, ...]
    ) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
        """Words that no branch has, replaced by one that is a letter away, if one only is."""
        result: list[str] = []
        changes: list[tuple[str, str]] = []
        for word in words:
            if word not in self._weights and len(word) > 5 and not alike(word):
                near = [known for known in self._weights if one_edit_apart(word, known)]
                if len(near) == 1 and root(word) != root(near[0]):
                    changes.append((word, near[0]))
                    word = near[0]
            result.append(word)
        return tuple(result), tuple(changes)

    def _scored(self, questions: list[_Question], system: str) -> list[_Scored]:
        best: dict[int, _Scored] = {}
        for question in questions:
            for number in self._retrieve(question, system):
                scored = self._score(question, number, system)
                known = best.get(number)
                if scored and (known is None or scored.score > known.score):
                    best[number] = scored
        return sorted(best.values(), key=lambda s: (-s.score, self._groups[s.group].name))

    def _retrieve(self, question: _Question, system: str) -> list[int]:
        asked = set(_with_roots(frozenset(question.words)))
        for word in question.words:
            asked |= _with_roots(alike(word))
        terms = [_quoted(term) for term in sorted(asked)]
        if question.beginning:
            terms.append(_quoted(question.beginning) + "*")
        if not terms:
            return []
        match = f"{{name path}} : ({' OR '.join(terms)})"
        if system:
            match = f"({match}) AND system : ({_quoted(system.lower())} OR any)"
        return self._rows(
            "select rowid from branch where branch match ? order by bm25(branch, 10, 1, 0) limit ?",
            match,
            _LOOKED_AT,
        )

    def _score(self, question: _Question, number: int, system: str) -> _Scored | None:
        group = self._groups[number]
        scored = [self._compared(question, words, group, system) for words in group.words]
        kept = [one for one in scored if one]
        if not kept:
            return None
        score, missing, extra = max(kept)
        return _Scored(number, score, question, missing, extra)

    def _compared(
        self, question: _Question, name: frozenset[str], group: _Group, system: str
    ) -> tuple[float, tuple[str, ...], tuple[str, ...]] | None:
        """How well a name answers a question: 1 where both say the same."""
        implied = _words_of_system(system) if system else frozenset()
        context = group.path.union(*map(_words_of_system, group.systems))
        asked_weight = asked_found = 0.0
        missing: list[str] = []
        met: set[str] = set()
        for word in question.words:
            weight = self._weight(word) * (_IMPLIED_WEIGHT if word in implied else 1)
            likeness, other = _closest(word, name)
            if other:
                met.add(other)
            else:
                missing.append(word)
                likeness = _ON_THE_PATH if _closest(word, context)[1] else 0.0
            asked_weight += weight
            asked_found += weight * likeness
        if question.beginning:
            begun = {word for word in name - met if word.startswith(question.beginning[:12])}
            met |= begun
            asked_weight += 0.5
            asked_found += 0.5 * bool(begun)
        if not met or not asked_weight:
            return None
        extra = sorted(name - met)
        name_weight = name_found = 0.0
        for word in name:
            weight = self._weight(word) * (_IMPLIED_WEIGHT if word in implied else 1)
            name_weight += weight
            name_found += weight * (word in met)
        covered = 1.0 if question.beginning else name_found / name_weight
        score = asked_found / asked_weight * (0.55 + 0.45 * covered)
        if _are_opposed(missing, extra):
            score *= 0.6
        if not any(word not in _GENERIC and word not in implied for word in met) and (
            missing or extra
        ):
            score *= 0.7
        if question.is_part:
            score *= _PART
        return score, tuple(missing), tuple(extra)

    def _weight(self, word: str) -> float:
        known = self._weights.get(word)
        return known if known is not None else (_GENERIC_WEIGHT if word in _GENERIC else 1.0)

    # --- Candidates -------------------------------------------------------------------------

    def _candidates(self, scored: list[_Scored], not_in: str = "") -> Iterator[TopicCandidate]:
        """The best of them; `not_in` names the system that was asked for and has none of them."""
        scored = [one for one in scored if one.score >= _LEAST][:8]
        for one in scored:
            group = self._groups[one.group]
            notes, branch = self._notes_and_branch(group)
            certainty = 0.98 * one.score
            if not_in:
                certainty *= 0.85
            if not one.question.reading.is_certain:
                certainty *= 0.9
            if one.question.corrected:
                certainty = min(certainty, 0.7)
            if len(notes) > _MOST_NOTES_WHEN_SURE or self._has_rival(one, scored):
                certainty = min(certainty, _BELOW_SURE)
            yield TopicCandidate(
                branch,
                notes,
                self._reason(one, group, not_in),
                round(certainty, 3),
                self._branches(group),
            )

    def _has_rival(self, one: _Scored, scored: list[_Scored]) -> bool:
        """Whether another candidate fits about as well and is about other notes."""
        notes: set[int] = set()
        for other in scored:
            if other is one or other.score < 0.97 * one.score:
                continue
            notes = notes or set(self._notes_of(self._groups[one.group]))
            theirs = set(self._notes_of(self._groups[other.group]))
            if len(notes & theirs) < 0.5 * min(len(notes), len(theirs)):
                return True
        return False

    def _whole_system(self, words: str) -> list[TopicCandidate]:
        """A system by its own name. It takes a click: a system is never one topic."""
        found = []
        systems = systems_from_name(words)
        for system in systems:
            # Not what students write for short: `Diabetes` is more often the disease.
            names = set(map(squeezed, names_of(system))) - set(map(squeezed, system.short))
            is_its_name = len(systems) == 1 and squeezed(words) in names
            number = self._group_of_system.get(system.key)
            if number is not None:
                group = self._groups[number]
                notes, branch = self._notes_and_branch(group)
                found.append(
                    TopicCandidate(
                        branch,
                        notes,
                        f"All of {system.name}, which is what these words name.",
                        _WHOLE_SYSTEM if is_its_name else _GOOD,
                        self._branches(group),
                    )
                )
        return found

    def _notes_below(self, node: int) -> Iterator[int]:
        waiting = [node]
        while waiting:
            here = self._nodes[waiting.pop()]
            yield from here.notes
            waiting.extend(here.children)

    def _notes_of(self, group: _Group) -> tuple[int, ...]:
        return self._notes_and_branch(group)[0]

    def _notes_and_branch(self, group: _Group) -> tuple[tuple[int, ...], str]:
        """Its notes, those first that most branches name, and the branch with the most notes.

        Of branches with equally many, the one of the newest deck version.
        """
        named: dict[int, int] = {}
        sizes: list[tuple[int, str]] = []
        for node in group.nodes:
            here = set(self._notes_below(node))
            sizes.append((len(here), self._nodes[node].path))
            for position in here:
                named[position] = named.get(position, 0) + 1
        ordered = sorted(named, key=lambda position: (-named[position], position))
        return tuple(self._note_ids[position] for position in ordered), max(sizes)[1]

    def _branches(self, group: _Group) -> tuple[str, ...]:
        return tuple(self._nodes[node].path for node in group.nodes)

    def _reason(self, one: _Scored, group: _Group, not_in: str) -> str:
        question = one.question
        known = [part for part in question.reading.expanded if set(tokens(part[1])) & _met(one)]
        parts = [f"{short} read as {meaning}" for short, meaning in known]
        parts += [f"{wrong} read as {right}" for wrong, right in question.corrected]
        about = ", ".join(parts)
        if one.missing:
            says = f"The tag “{group.name}” has some of the words, not “{' '.join(one.missing)}”"
        elif one.extra and not question.beginning:
            says = f"The tag “{group.name}” has all of the words and more"
        else:
            says = f"The tag “{group.name}” has this name"
        if not_in:
            says += f"; it is not in {not_in}, where nothing fits well"
        return f"{says} ({about})." if about else f"{says}."

    # --- Finding by text --------------------------------------------------------------------

    def _by_text(self, words: str, system: System | None) -> list[TopicCandidate]:
        asked: dict[tuple[str, ...], None] = {}
        for reading in (Reading(tokens(_CUT.sub("", words))), *readings(words)):
            strong = tuple(dict.fromkeys(w for w in reading.words if w not in _GENERIC))
            if strong:
                asked.setdefault(strong[:_MOST_QUERY_WORDS])
        if not asked:
            return []
        match = " OR ".join(
            "(" + " AND ".join(_quoted(word) for word in reading) + ")" for reading in asked
        )
        hits = self._rows(
            # What more notes say is about none of them, and ranking all of them takes long.
            "select rowid from (select rowid, rank as place from note where note match ? "
            f"limit {_MOST_RANKED}) order by place limit ?",
            match,
            _TEXT_HITS,
        )
        if not hits:
            return []
        shown = " ".join(words.split())[:80]
        few_words = min(map(len, asked)) < 2
        certainty = 0.35 if few_words else 0.45
        number = len(hits) if len(hits) < _TEXT_HITS else f"{len(hits)} or more"
        notes = "1 note has" if len(hits) == 1 else f"{number} notes have"
        found = [
            TopicCandidate(
                "",
                tuple(self._note_ids[position] for position in hits),
                f"No tag has this name; {notes} “{shown}” in the text.",
                certainty,
            )
        ]
        shared = self._branch_of_hits(hits, system)
        if shared is not None:
            group, share = shared
            notes_on_it, branch = self._notes_and_branch(group)
            found.append(
                TopicCandidate(
                    branch,
                    notes_on_it,
                    f"{share} of the {len(hits)} notes that have “{shown}” in the text "
                    f"are tagged “{group.name}”.",
                    round(certainty + 0.1, 3),
                    self._branches(group),
                )
            )
        return found

    def _branch_of_hits(
        self, hits: Sequence[int], system: System | None
    ) -> tuple[_Group, int] | None:
        """The smallest group of branches that at least half of the notes found stand on."""
        counts: dict[int, int] = {}
        for position in hits:
            start, end = self._first_node_of_note[position : position + 2]
            nodes = self._nodes_of_notes[start:end]
            numbers = {self._groups_of_node[n] for n in nodes if n in self._groups_of_node}
            for number in numbers:
                group = self._groups[number]
                elsewhere = system and group.systems and system.key not in group.systems
                if not group.is_system and not elsewhere:
                    counts[number] = counts.get(number, 0) + 1
        often = {number: count for number, count in counts.items() if 2 * count >= len(hits)}
        if not often:
            return None
        sizes = {number: len(self._notes_of(self._groups[number])) for number in often}
        number = max(often, key=lambda number: (often[number] / sizes[number], often[number]))
        return self._groups[number], often[number]

    def _rows(self, query: str, match: str, most: int) -> list[int]:
        with self._lock:
            return [row[0] for row in self._database.execute(query, (match, most))]


def _new_database() -> sqlite3.Connection:
    # Built in one thread, asked in another, never by two at a time: see the lock.
    database = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
    try:
        database.execute(
            "create virtual table branch using fts5 (name, path, system, content='', "
            "tokenize='unicode61')"
        )
        database.execute(
            "create virtual table note using fts5 (text, content='', "
            "detail=none, tokenize='porter unicode61 remove_diacritics 2')"
        )
    except sqlite3.OperationalError as error:
        database.close()
        raise TopicSearchMissing(
            "Cards cannot be found by topic here: this Python's SQLite was built without "
            f"full-text search (FTS5). Questions with ids are matched all the same. ({error})"
        ) from error
    return database


def _best(candidates: Iterable[TopicCandidate], most: int) -> list[TopicCandidate]:
    kept: dict[tuple[str, tuple[int, ...]], TopicCandidate] = {}
    for candidate in sorted(candidates, key=lambda c: -c.certainty):
        kept.setdefault((candidate.branch, candidate.note_ids), candidate)
    return list(kept.values())[: max(0, most)]


def _without_system(words: str, system: System | None) -> tuple[str, System | None]:
    """`Cardio: heart failure` as heart failure, in cardiology."""
    prefix, mark, rest = words.partition(":")
    named = systems_from_name(prefix) if mark and rest.strip() else ()
    if len(named) == 1:
        return rest, system or named[0]
    return (rest, system) if named else (words, system)


def _is_anything(system: System) -> bool:
    return system.key in {"Multisystem", "GeneralPrinciples"}


def _met(one: _Scored) -> set[str]:
    return set(one.question.words) - set(one.missing)


def _are_opposed(missing: Sequence[str], extra: Sequence[str]) -> bool:
    """Whether one says acute and the other chronic, or type 1 and type 2."""
    for group in _OPPOSITES:
        if not group.isdisjoint(missing) and not group.isdisjoint(extra):
            return True
    numbers = [[w for w in words if w.isdecimal() or len(w) == 1] for words in (missing, extra)]
    return all(numbers)


def _closest(word: str, name: frozenset[str] | set[str]) -> tuple[float, str]:
    """How alike the most similar word of a name is, and that word."""
    if word in name:
        return 1.0, word
    near = alike(word) & name
    stem = root(word)
    for other in name:
        if root(other) == stem:
            return _SAME_ROOT, other
    return (_ALIKE, min(near)) if near else (0.0, "")


def _unsureness(systems: frozenset[str]) -> int:
    return len(systems) or 1_000


def _quoted(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'


def _with_roots(words: frozenset[str] | set[str]) -> set[str]:
    return set(words) | {root(word) for word in words}


@lru_cache(maxsize=64)
def _words_of_system(key: str) -> frozenset[str]:
    """The words of all names of an organ system."""
    system = system_by_key(key)
    if system is None:
        return frozenset()
    return frozenset(word for name in names_of(system) for word in tokens(name))


@lru_cache(maxsize=32768)
def _may_be_topic(segment: str) -> bool:
    return "".join(_LETTERS.findall(segment)).casefold() not in _NOT_TOPICS


def _systems_of(path: str) -> frozenset[str]:
    """The keys of the systems a branch may be about: several below `15_Reproductive`."""
    system = system_from_tags((path,))
    if system is None:
        return frozenset()
    keys = frozenset({system.key})
    for segment in path.split("::"):
        named = frozenset(found.key for found in systems_from_name(segment))
        if named == {system.key}:
            return named
        if system.key in named:
            keys = named
    return keys


@lru_cache(maxsize=32768)
def _all_words(segment: str, system: str = "") -> frozenset[str]:
    """The words of a segment, abbreviations written out where there is no doubt."""
    first = readings(_named(segment), system)[0]
    return frozenset(first.words if first.is_certain else tokens(_named(segment)))


def _named(segment: str) -> str:
    return without_number(segment).replace("_", " ").strip("#^!& ")


def _shown(segment: str) -> str:
    """A segment for people to read: `12_Heart_Failure` and `HeartFailure` as Heart Failure."""
    return " ".join(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain(_named(segment))).split())


def _plain_text(fields: str) -> str:
    """A note's fields without HTML, clozes and sounds, as its words are looked for."""
    text = _MARKUP.sub(" ", fields)[:_TEXT_LENGTH].lower()
    return text.replace("ae", "e").replace("oe", "e").replace("our", "or").strip()
