"""What stands around the rows of a UWorld results page: its head, and the page's furniture."""

from __future__ import annotations

import re

_HEAD_LINES = 100
_LONGEST_LINE = 300

_PRIVATE = re.compile(r"@|user\s*-?_?(?:id|name)|e-?mail", re.IGNORECASE)
_TEST = re.compile(r"\btest\s*id\W{0,5}(\d{1,12})\b", re.IGNORECASE)
_SCORE = re.compile(r"\b(?:your score|points scored)\W{0,5}(\d{1,3})(?:\.\d+)?\s*%", re.IGNORECASE)
_MODE = re.compile(
    r"\bmode\W{0,5}((?:untimed|timed|tutor)(?:\W{1,3}(?:untimed|timed|tutor)\b)*)", re.IGNORECASE
)
_FURNITURE = re.compile(
    r"\d{1,2}/\d{1,2}/\d{2,4},?\s+\d{1,2}:\d{2}\b.*"  # when it was printed
    r"|(?:about:|https?://|www\.).*"
    r"|(?:page\s+)?\d+\s*(?:/|of)\s*\d+"
    r"|\d{1,3}"  # a page number
    r"|[\W_]+"
    r"|(?:(?:id|subjects?|systems?|category|categories|topics?|%|correct|others'?|time|spent|avg\.?"
    r"|average|by|your|\(sec\))\s*){2,}",  # "Systems" alone can be the wrapped end of a name
    re.IGNORECASE,
)


def is_private(text: str) -> bool:
    """Whether a line holds a user id or an address: never kept, never quoted."""
    return bool(_PRIVATE.search(text))


class ResultsPage:
    """Collects the test's number, score and mode, and knows the lines that repeat on every page.

    The first lines of a print hold the student's name: they are kept only to recognise them again,
    never in a Reading or a message.
    """

    def __init__(self) -> None:
        self.score: int | None = None
        self.mode = ""
        self._test = ""
        self._before = ""
        self._head: set[str] = set()

    @property
    def name(self) -> str:
        """What the test is called: "Test 123", or empty."""
        return self._test and f"Test {self._test}"

    def outside(self, text: str, before_rows: bool) -> bool:
        """Takes in a line that is not part of a row; returns whether it is nothing to report."""
        text = text[:_LONGEST_LINE].strip()
        if before_rows and len(self._head) < _HEAD_LINES:
            self._head.add(text)
        known = before_rows or self.is_furniture(text)
        said = f"{self._before} {text}"  # the word and its value can stand on two lines
        test, score, mode = _TEST.search(said), _SCORE.search(said), _MODE.search(said)
        if test:
            self._test = self._test or test.group(1)
        if score:
            self.score = int(score.group(1)) if self.score is None else self.score
        if mode:
            self.mode = self.mode or " ".join(re.findall(r"\w+", mode.group(1))).capitalize()
        self._before = text
        return bool(known or test or score or mode)

    def is_furniture(self, text: str) -> bool:
        """Whether `text` is a header or footer that browsers and the page put on every sheet."""
        text = text.strip()
        if text in self._head or is_private(text):
            return True
        return len(text) <= _LONGEST_LINE and bool(_FURNITURE.fullmatch(text))
