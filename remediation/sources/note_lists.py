"""Lists of Anki's own ids: AMBOSS recommendations and searches of Anki's browser (FORMATS 1).

    nid:1502298033753 OR nid:1502298033755
    nid:1502298033753,1502298033755
    Aortic stenosis: cid:1502298033999

Such a list says which notes or cards are about what was missed, not which question it was. Each
list (a line, or lines joined by OR or a comma) is one attempt with those notes and no question id.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model.attempts import Attempt
from ..model.progress import Progress, no_progress
from . import cells
from .gathering import Gathering, Tally
from .lines import Line, head, lines
from .reading import MOST_ATTEMPTS, Document, Reading, UnusableInput
from .results_page import is_private

# Anki's ids are milliseconds since 1970: 13 digits. More than these are none.
_MOST_DIGITS = 16
_LONGEST_PIECE = 2_000
_LONGEST_TOPIC = 80
_LONGEST_SHOWN = 40

_TOKEN = re.compile(
    r"(?P<term>(?P<not>-|\bnot\s+)?(?<![\w:])\"?(?P<kind>[nc])id\s?:\s?\"?(?P<ids>\d+(?:\s?,\s?\d+)*)\"?"
    r"(?![\w:]))"
    r"|(?P<joint>\b(?:or|and)\b|[(),;|\s\"])"
    r"|(?P<other>[^\s(),;|\"]+)",
    re.IGNORECASE,
)
_LIST = re.compile(r"(?<![\w:])[nc]id\s?:\s?\"?\d", re.IGNORECASE)
_GOES_ON = re.compile(r"(?:\bor|[,(|])\s*$", re.IGNORECASE)
_CONTINUES = re.compile(r"\s*(?:or\b|[,)|])", re.IGNORECASE)
# How a list goes on behind the comma at which a line was broken.
_MORE_IDS = re.compile(r"(?:, ?)?\d{12,14}(?: ?, ?\d{12,14})*(?: ?,)? ?(?!\w)")


class NoteLists:
    """Reads lists of note and card ids."""

    key = "note-lists"
    name = "Anki notes or cards (nid:, cid:), as AMBOSS gives them"

    def certainty(self, document: Document) -> float:
        """Sure where most lines are such lists; a list of question ids can hold one too."""
        start = head(document)
        found = [line for line in start.text.splitlines() if line.strip()]
        lists = sum(bool(_LIST.search(line)) for line in found)
        if not lists:
            return 0.0
        try:
            self.read(start, no_progress)
        except UnusableInput:
            return 0.0
        return 0.2 + 0.7 * lists / len(found)

    def read(self, document: Document, progress: Progress) -> Reading:
        """Reads each list as one attempt, without an outcome and without a question id."""
        return _Reader(document).read(progress)


class _Reader:
    def __init__(self, document: Document) -> None:
        self._gathering = Gathering(document, NoteLists.key)
        self._seen: dict[tuple[tuple[int, ...], tuple[int, ...]], str] = {}
        self._notes: dict[int, None] = {}
        self._cards: dict[int, None] = {}
        self._where = ""
        self._topic = ""
        self._last_kind = ""
        self._goes_on = False
        self._ids = 0
        self._excluded = Tally()
        self._words = Tally()
        self._left_out = Tally()

    def read(self, progress: Progress) -> Reading:
        for line in lines(self._gathering.document, progress):
            for is_first, text in _pieces(line, progress):
                self._take(line.where, text, is_first)
        self._finish()
        self._summarise()
        return self._gathering.reading(
            advice="Paste lists as nid:1502298033753 OR nid:1502298033755, one on each line."
        )

    def _take(self, where: str, text: str, is_first: bool) -> None:
        text = " ".join(text.split())
        continues = not is_first or self._goes_on or bool(_CONTINUES.match(text))
        if not text:
            return
        if not (continues and (self._notes or self._cards)):
            self._finish()
            self._last_kind = ""
        more = _MORE_IDS.match(text) if self._last_kind and continues else None
        if more:
            self._ids_of(where, self._last_kind, more.group())
        rest = text[more.end() :] if more else text
        if is_private(rest):
            self._left_out.add(where)
            return
        if rest:
            self._terms(where, rest)
        self._goes_on = bool(_GOES_ON.search(text))

    def _terms(self, where: str, text: str) -> None:
        before: list[str] = []
        others = 0
        had_term = False
        for token in _TOKEN.finditer(text):
            if token["term"]:
                had_term = True
                if token["not"]:
                    self._excluded.add(where)
                    continue
                self._last_kind = token["kind"].casefold()
                self._ids_of(where, self._last_kind, token["ids"])
            elif token["other"]:
                if had_term:
                    others += 1
                else:
                    before.append(token["other"])
        if not had_term:
            if before:
                self._left_out.add(where)
            return
        topic = " ".join(before)
        label = topic.rstrip(" :=-–—")
        if label != topic and len(label) <= _LONGEST_TOPIC and cells.is_name(label) and label:
            self._topic = self._topic or label
        elif before:
            others += 1
        if others:
            self._words.add(where)

    def _ids_of(self, where: str, kind: str, text: str) -> None:
        ids = self._notes if kind == "n" else self._cards
        for digits in re.findall(r"\d+", text):
            id = int(digits) if len(digits) <= _MOST_DIGITS else 0
            if not id:
                self._gathering.problem(
                    where,
                    f"{digits[:_LONGEST_SHOWN]} is no id of a note or card and was left out.",
                )
                continue
            self._where = self._where or where
            if id not in ids:
                ids[id] = None
                self._ids += 1
        if self._ids > MOST_ATTEMPTS:
            raise UnusableInput(
                f"{self._gathering.document.name} lists more than {MOST_ATTEMPTS:,} notes and "
                f"cards (given up at {where}), and nothing was read from it. Paste only the lists "
                "of the questions you missed."
            )

    def _finish(self) -> None:
        """Ends the list that is being read."""
        notes, cards = tuple(self._notes), tuple(self._cards)
        where, topic = self._where, self._topic
        self._notes, self._cards, self._where, self._topic = {}, {}, "", ""
        self._goes_on = False
        if not notes and not cards:
            return
        known = self._seen.setdefault((notes, cards), where)
        if known != where:
            self._gathering.problem(
                where, f"This list was already there ({known}). It was kept once."
            )
            return
        self._gathering.add(Attempt(topic=topic, note_ids=notes, card_ids=cards, where=where))

    def _summarise(self) -> None:
        gathering = self._gathering
        if self._excluded.count:
            gathering.summary(
                self._excluded.first,
                f"Ids with a minus or NOT before them are left out{self._excluded.more}.",
            )
        if self._words.count:
            gathering.summary(
                self._words.first,
                "Only the ids of this line were read; other words and search terms on it were "
                f"left out{self._words.more}.",
            )
        if self._left_out.count:
            gathering.summary(
                self._left_out.first,
                "This line holds no list of notes or cards (nid:, cid:) and was left out"
                f"{self._left_out.more}. Import question ids on their own.",
            )


def _pieces(line: Line, progress: Progress) -> Iterator[tuple[bool, str]]:
    """The text of a line, a long one in pieces that are cut at blanks or commas."""
    text, start = line.text, 0
    while len(text) - start > _LONGEST_PIECE:
        progress("Reading", start, len(text))
        window = text[start : start + _LONGEST_PIECE]
        cut = max(window.rfind(","), window.rfind(" OR "), window.rfind(" or ")) + 1
        cut = cut or window.rfind(" ") + 1
        yield start == 0, text[start : start + (cut or _LONGEST_PIECE)]
        start += cut or _LONGEST_PIECE
    yield start == 0, text[start:]
