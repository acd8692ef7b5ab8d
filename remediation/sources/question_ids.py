"""Plain lists of question ids, in every spelling students use (FORMATS 1).

`2108, 118154, 8425`, one id a line, `1. 2108`, `QID 2127`, `#2127`, `uw-12345`, `Incorrect: 2108,
8425`, AMBOSS ids such as `0jae_4`.

A number is taken where it cannot well be anything else: in a list, behind a label, or first on its
line before a dash and words. A number that could be a year, a per cent, a time, a count or part of
a sentence is reported with its line and not taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..model.attempts import Attempt, Outcome
from ..model.banks import AMBOSS, UWORLD, Bank
from ..model.progress import Progress, no_progress
from . import cells
from .gathering import Gathering, Tally
from .lines import Line, head, lines
from .reading import Document, Reading, UnusableInput
from .results_page import is_private

# Longer lines are read in pieces, so that the work stays proportional to the length.
_LONGEST_PIECE = 2_000
_PIECES_PER_REPORT = 20
_MOST_SHOWN = 4
_LONGEST_SHOWN = 20
# No block or test has more questions: a number up to this may be a position, not an id.
_MOST_IN_A_TEST = 400
_MOST_IN_A_BLOCK = 120
# A number of so many digits is neither a position nor a per cent, nor usually a count.
_SURE_DIGITS = 4
_LONGEST_HEADING = 6

# --- What stands in a line ----------------------------------------------------------------

_D = cells.DASH
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?:19|20)\d\d"
_UNIT = (
    r"(?:%|seconds?|secs?|s|minutes?|mins?|hours?|hrs?|h|days?|weeks?|months?|years?|yo|mg|mcg|ml|kg"
    r"|g|mmhg|bpm|points?|pts|st|nd|rd|th|times|questions?|qs|q|cards?|blocks?|tests?|items?|more"
    r"|left|total|am|pm)"
)
_THING = (
    r"(?:block|test|item|week|day|step|level|form|nbme|uwsa|free|chapter|part|set|session|quiz|exam"
    r"|section)"
)
_MEASURE = r"(?:score|total|time|average|avg|year|age|page|version|room|no\.?|nr\.?|number)"
_OTHERS_ID = (
    r"(?:test|user|patient|block|session|order|exam|student|form|note|card|deck|article|invoice)"
)
_ID_WORD = (
    r"(?:(?:uworld|uw|amboss)[\s._-]?(?:(?:questions?|q)[\s._-]{0,2})?ids?"
    r"|(?:questions?|quest|qu|q)[\s._-]{0,2}ids?)"
)
_NUMBER = rf"\d{{1,6}}(?!\w|\s?%|[.:]\d|\s?{_D}\s?\d)"
_NEXT_NUMBER = rf"(?:\s?[,;/&]\s?|\s(?:and|or)\s){_NUMBER}(?=\s?(?:[,;|&/)\]]|and\b|or\b|$))"

# One token after the other, the first pattern that fits wins. The kinds in _ODD are digits that
# mean something else.
_TOKEN = re.compile(
    "|".join(
        f"(?P<{kind}>{pattern})"
        for kind, pattern in (
            ("checkbox", r"\[[ x✓]?\]"),
            ("url", r"(?:https?://|www\.)\S+"),
            ("anki", r"[nc]id\s?:\s?\d+(?:\s?,\s?\d+)*"),
            ("others_id", rf"{_OTHERS_ID}\s?-?(?:ids?|numbers?|no|nr)\b\.?\s?[:#=]?\s?\d+"),
            (
                "label",
                rf"(?:{_ID_WORD}\s?[:#=.-]{{0,2}}\s?#?|ids?\s?[:#=]\s?|(?:uworld|uw)[-_#]?(?=\d)"
                rf"|(?:q\s?)?\#\s?|q(?=\d{{4}})){_NUMBER}(?:{_NEXT_NUMBER})*",
            ),
            (
                "code_label",
                rf"(?:{_ID_WORD}\s?[:#=]\s?|amboss\s?[:#=]\s?)(?=\S*[a-z_])[-_a-z0-9]{{5,12}}(?![-\w])",
            ),
            ("date", r"\d{1,4}(?P<by>[./-])\d{1,2}(?P=by)\d{1,4}(?:t\d\d:\d\d\S*)?(?!\w)"),
            ("day", rf"{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s{_YEAR}\b)?"),
            ("day_", rf"\d{{1,2}}(?:st|nd|rd|th)?\.?\s{_MONTH}(?!\w)(?:,?\s{_YEAR}\b)?"),
            ("month", rf"{_MONTH}\s{_YEAR}\b"),
            ("time", r"\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]\.?m\b\.?)?(?!\w)"),
            ("percent", r"\d+(?:[.,]\d+)?\s?%"),
            ("thousands", r"(?<![\w.,])\d{1,3}[,.'\u2019]\d{3}(?![\w%]|[.,'\u2019]\d)"),
            ("decimal", r"\d+(?:\.\d+)+"),
            ("part", r"\d{1,3}\s?/\s?\d+|\d+\s?/\s?\d{1,3}(?!\d)|\d+\s(?:out\s)?of\s\d+"),
            ("signed", r"\+\d[\d\s().-]{5,20}|[<>≤≥~≈+=$€£±^]\s?\d+"),
            ("unit", rf"\d+\s?{_UNIT}(?!\w)"),
            (
                "cell",
                rf"(?:block\s?|test\s?)?\d{{1,3}}\s?{_D}\s?\d{{4,6}}(?![\w%]|\s?{_D}\s?\d|[.:/]\d)",
            ),
            (
                "thing",
                rf"{_MEASURE}s?\s?[:#]?\s?\d+|{_THING}s?\s?(?:#?\s?\d+|:\s?\d{{1,3}}(?!\d))(?:\sof\s\d+)?"
                r"|(?:questions?|q)\s?:?\s?\d{1,3}(?!\d)",
            ),
            ("chain", rf"\d{{4,6}}(?:\s?{_D}\s?\d{{4,6}}){{2,}}(?![\w%])"),
            ("range", rf"\d+\s?{_D}\s?\d+(?:\s?{_D}\s?\d+)*"),
            ("lead", rf"\d{{4,6}}(?=\s?(?:{_D}|[:|(;,])\s?[^\W\d]{{2}})"),
            ("code", r"(?=[-\d]{0,12}[a-z_])[-_a-z0-9]+"),
            ("word", r"\w*[^\W\d]\w*"),
            ("long", r"\d{7,}"),
            ("number", r"\d+"),
            ("mark", f"[{''.join(mark for mark in cells.MARKS if mark not in 'xX')}]"),
            ("colon", ":"),
            ("separator", r"[,;|/&]"),
            ("other", r"\S"),
        )
    ),
    re.IGNORECASE,
)
_CODE_IN_LABEL = re.compile(r"[-_A-Za-z0-9]+$")
_ODD = {
    "others_id": "the id of something else",
    "date": "a date",
    "day": "a date",
    "day_": "a date",
    "month": "a date",
    "time": "a time",
    "percent": "a per cent",
    "thousands": "one number or two? write it without the comma, or a blank after it",
    "decimal": "a decimal number",
    "part": "a part of a whole",
    "signed": "a number with a sign",
    "unit": "a count or measure",
    "thing": "a block, score or the like",
    "range": "a range; write its ids one by one",
}
_NEXT_TO_WORDS = "next to words"
_SHORT = "short, may be a position or a count"
_LETTERS_AND_DIGITS = "letters and digits together"
_OTHER_BANKS = "looks like an AMBOSS id; import those on their own"
_NOT_AMBOSS = "not an AMBOSS id; import UWorld ids on their own"
_MAYBE_AMBOSS = "may be an AMBOSS id"
# Where the student can say that it is an id after all.
_OPEN = {_NEXT_TO_WORDS, _SHORT, _MAYBE_AMBOSS, _ODD["unit"]}

# Words that say nothing but "here come ids".
# fmt: off
_NEUTRAL = frozenset((
    "and", "or", "und", "oder", "y", "et", "id", "ids", "qid", "qids", "q", "qs", "question",
    "questions", "answer", "answers", "uworld", "uw", "amboss", "qbank", "the", "my", "these",
    "ones", "list", "marked", "flagged", "plus", "also",
))
# fmt: on
_NEGATIONS = frozenset(("not", "no", "except", "without", "but"))

_CHAT = re.compile(
    r"\[?\d{1,4}([./-])\d{1,2}\1\d{1,4},?\s\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]\.?\s?m\.?)?\]?\s?(?:-\s)?"
    r"[^:]{1,40}:\s",
    re.IGNORECASE,
)
_MAIL_QUOTE = re.compile(r"(?:>\s?)+")
_LIST_NUMBER = re.compile(
    r"\(?(\d{1,3})(?:\.\s|\)\s?)(?=\S)|(?:#(\d{1,3})[:.)]?\s|(\d{1,3})\s?:\s?)(?=\d{4,6}(?!\d))"
)
_ANOTHER_LIST_NUMBER = re.compile(r"(?<!\S)\d{1,3}[.)](?=\s|$)")
_BLANKS_IN_NUMBER = re.compile(r"(?<!\d)(\d{1,3})[\u00a0\u2009\u202f](?=\d{3}(?!\d))")
_ARTICLE = re.compile(r"amboss\.com/.*\barticle/", re.IGNORECASE)

_LETTERS = re.compile(r"[A-Za-z]+")
_RUNS = re.compile(r"[A-Za-z]+|[0-9]+|_+|-+")
# Shapes of letters that words and names have: lower, UPPER, Capital, CamelCase.
_WORD_SHAPE = re.compile(r"[a-z]+|[A-Z]+|[a-z]?(?:[A-Z][a-z]+)+")
_CAMEL_SHAPE = re.compile(r"[a-z](?:[A-Z][a-z]+)+|(?:[A-Z][a-z]+){2,}")
_AMBOSS_LENGTHS = (6, 10)
# How many runs of letters, digits and signs tell `0jae_4` from `Step_1`.
_VARIED = 4
_IDS = ("id", "number", "code")
_SEPARATOR = re.compile(r"[ ,;|\t]")


class QuestionIds:
    """Reads lists of ids."""

    key = "question-ids"
    name = "List of question ids"

    def certainty(self, document: Document) -> float:
        """Never sure: any table holds numbers too, and its own reader knows more about them."""
        reader = _Reader(head(document))
        try:
            reader.read(no_progress)
        except UnusableInput:
            return 0.1 if reader.refused else 0.0
        return 0.3 + 0.4 * reader.taken / (reader.taken + reader.refused)

    def read(self, document: Document, progress: Progress) -> Reading:
        """Reads the ids, with an outcome where a heading or a mark gives one."""
        return _Reader(document).read(progress)


class _Item(NamedTuple):
    """Something in a line that matters for what the line means.

    Kinds: id (certain), number and code (ids where the line is a list), outcome, word, odd, and
    signs. `reason` says why it is no id.
    """

    kind: str
    text: str
    reason: str = ""
    position: int | None = None
    outcome: Outcome | None = None


class _Reader:
    def __init__(self, document: Document) -> None:
        self._gathering = Gathering(document, QuestionIds.key)
        self._bank = _bank_of(document)
        self._outcome: Outcome | None = None
        self._outcome_stays = False
        self._row = 0
        self._rows = Tally()
        self._anki = Tally()
        self.taken = 0
        self.refused = 0

    def read(self, progress: Progress) -> Reading:
        for line in lines(self._gathering.document, progress):
            for count, (start, piece) in enumerate(_pieces(line.text), start=1):
                if count % _PIECES_PER_REPORT == 0:
                    progress("Reading", start, len(line.text))
                self._take(line, piece, start == 0)
        self._summarise()
        said = self._gathering.document.text[:_LONGEST_PIECE].casefold()
        is_uworld = self._bank is UWORLD and re.search(r"\buw(?:orld)?(?![a-z])", said)
        return self._gathering.reading(
            advice="Paste question ids, for example 2108, 118154, 8425, or one on each line.",
            bank=self._bank.key if is_uworld or self._bank is AMBOSS else None,
        )

    def _take(self, line: Line, text: str, is_beginning: bool) -> None:
        """Reads one line, or one piece of a long one."""
        if not text.strip():
            if not self._outcome_stays:
                self._outcome = None
            return
        if len(text) > _LONGEST_PIECE:
            self._refuse(
                line.where, [(f"{len(text):,} characters", "no blank or comma among them")]
            )
            return
        if is_private(text):
            if any(character.isdecimal() for character in text):
                self._gathering.problem(
                    line.where, "This line holds a user id or an address and was left out."
                )
            return
        text = _BLANKS_IN_NUMBER.sub(r"\1'", text).replace("\t", " ; ")
        text = " ".join(text.split())
        position = None
        if is_beginning:
            text, position = _without_beginning(text)
        items = self._items(line.where, text, is_beginning)
        ids = self._ids(line.where, items, position)
        self.taken += len(ids)
        outcomes = self._outcomes(line.where, items, ids)
        for i, id in ids.items():
            place = id.position or (position if len(ids) == 1 else None)
            self._gathering.add(Attempt(id.text, outcomes[i], place, where=line.where))

    def _items(self, where: str, text: str, is_beginning: bool) -> list[_Item]:
        items: list[_Item] = []
        begins = is_beginning  # nothing but marks so far
        for token in _TOKEN.finditer(text):
            kind, found = token.lastgroup or "", token.group()
            if kind in ("other", "checkbox"):
                continue
            after_separator = begins or (bool(items) and items[-1].kind in ("separator", "colon"))
            items += self._understood(where, kind, found, begins, after_separator)
            begins = begins and (kind == "mark" or found in "xX")
        return items

    def _understood(
        self, where: str, kind: str, text: str, begins: bool, after_separator: bool
    ) -> list[_Item]:
        """What one token means, given its place."""
        if kind in ("label", "chain"):
            return [_Item("id", number) for number in re.findall(r"\d+", text)]
        if kind == "lead":
            return [_Item("id" if begins and not _is_year(text) else "number", text)]
        if kind == "cell":
            cell = cells.id_cell(text)
            if cell and cell.id and after_separator and (cell.position or 0) <= _MOST_IN_A_TEST:
                return [_Item("id", cell.id, position=cell.position)]
            return [_Item("odd", text, _ODD["range"])]
        if kind == "code_label":
            code = _CODE_IN_LABEL.findall(text)[0]
            could_be = self._bank is AMBOSS and len(code) in _AMBOSS_LENGTHS
            is_word = _code_shape(code) == "word" and (not could_be or cells.outcome(code))
            return [_Item("word", code) if is_word else _Item("id", code)]
        if kind == "code":
            return self._word_or_code(text)
        if kind == "word":
            odd = any(character.isdecimal() for character in text)
            return [_Item("odd", text, _LETTERS_AND_DIGITS) if odd else _Item("word", text)]
        if kind == "mark":
            return [_Item("outcome", text, outcome=cells.outcome(text))]
        if kind == "anki":
            for _ in re.findall(r"\d+", text):
                self._anki.add(where)
            return [_Item("odd", text, "")]
        if kind == "url":
            what = "an AMBOSS article, not a question" if _ARTICLE.search(text) else "a web address"
            return [_Item("odd", "a link", what)]
        if kind == "long":
            anki = "a note or card id of Anki" if 12 <= len(text) <= 14 else "more than 6 digits"
            return [_Item("odd", text, anki)]
        if kind in _ODD:
            return [_Item("odd", text, _ODD[kind])]
        return [_Item(kind, text)]

    def _word_or_code(self, text: str) -> list[_Item]:
        word = text.casefold().strip("-_")
        if not word:
            return []
        outcome = cells.outcome(word)
        if outcome:
            return [_Item("outcome", text, outcome=outcome)]
        if word in _NEUTRAL:
            return [_Item("word", text)]
        shape = _code_shape(text)
        if shape in ("code", "camel"):
            if self._bank is AMBOSS:
                return [_Item("code", text)]
            if shape == "code":
                return [_Item("odd", text, _OTHER_BANKS)]
        if shape == "mixed":
            return [_Item("odd", text, _LETTERS_AND_DIGITS)]
        return [_Item("word", text)]

    def _ids(self, where: str, items: list[_Item], position: int | None) -> dict[int, _Item]:
        """Which of the items are question ids, by place; digits that are not are reported."""
        list_start = _start_of_list(items)
        is_clean = list_start == 0 and not any(item.kind == "odd" for item in items)
        numbers = [i for i, item in enumerate(items) if item.kind == "number"]
        has_outcome = any(item.kind == "outcome" for item in items)
        may_be_count = has_outcome and len(numbers) == 1 and position is None
        row_number = self._row_number(where, items, numbers) if is_clean else None
        ids: dict[int, _Item] = {}
        refused: list[tuple[str, str]] = []
        for i, item in enumerate(items):
            reason = item.reason
            if item.kind in ("number", "code") and i < list_start:
                reason = _NEXT_TO_WORDS
            elif item.kind == "number" and i != row_number:
                is_short = len(item.text.lstrip("0")) < _SURE_DIGITS
                before_colon = i + 1 < len(items) and items[i + 1].kind == "colon"
                if is_short and (not is_clean or may_be_count or before_colon):
                    reason = _SHORT
                elif not is_clean and _is_year(item.text):
                    reason = _NEXT_TO_WORDS
            if not reason and item.kind in _IDS and i != row_number:
                id, reason = self._normal_id(item)
                if id:
                    ids[i] = item._replace(text=id)
            if reason:
                refused.append((item.text, reason))
        if self._bank is AMBOSS and _is_one_word(items):
            refused.append(("a single word", _MAYBE_AMBOSS))
        self._refuse(where, refused)
        if row_number is not None:
            return {i: item._replace(position=self._row) for i, item in ids.items()}
        return ids

    def _normal_id(self, item: _Item) -> tuple[str | None, str]:
        """The id as its bank writes it, or why it is none in this list."""
        is_code = item.kind != "number" and not item.text.isdecimal()
        if is_code != (self._bank is AMBOSS):
            return None, _OTHER_BANKS if is_code else _NOT_AMBOSS
        id = self._bank.normal_id(item.text)
        return id, "" if id else "no question has this number"

    def _row_number(self, where: str, items: list[_Item], numbers: list[int]) -> int | None:
        """Which item counts the lines ("1 2108", next line "2 118154"), if one does."""
        if len(numbers) != 2 or any(item.kind in ("id", "colon", "outcome") for item in items):
            return None
        row, id = (items[i].text for i in numbers)
        if len(row) >= _SURE_DIGITS or len(id) < _SURE_DIGITS:
            return None
        if int(row) not in (1, self._row + 1):
            return None
        self._row = int(row)
        self._rows.add(where)
        return numbers[0]

    def _outcomes(
        self, where: str, items: list[_Item], ids: dict[int, _Item]
    ) -> dict[int, Outcome | None]:
        """The outcome of each id: from this line, or from the heading above it."""
        said = [i for i, item in enumerate(items) if item.kind == "outcome"]
        words = [item.text.casefold() for item in items if _is_unknown(item)]
        list_start = _start_of_list(items)
        first_id = min(ids, default=len(items))
        if words:
            heading = {items[i].outcome for i in said if i < first_id}
            is_plain = len(words) <= _LONGEST_HEADING and not _NEGATIONS & set(words)
            self._set_heading(items, heading if is_plain else set(), bool(ids))
            in_list = dict.fromkeys((i for i in ids if i >= list_start), self._outcome)
            if list_start == len(items):
                self._outcome = None
            before = items[0].outcome if first_id == 1 else None
            return {**dict.fromkeys(ids, before), **in_list}
        if not ids:
            if said or any(item.kind in ("number", "odd") for item in items):
                self._set_heading(items, {items[i].outcome for i in said}, False)
            return {}
        if not said:
            return dict.fromkeys(ids, self._outcome)
        if said[0] < first_id:
            return self._outcomes_before(items, ids)
        self._outcome = None
        in_turn = [place for pair in zip(ids, said) for place in pair]
        if len(said) == len(ids) and in_turn == sorted(in_turn):
            return {i: items[j].outcome for i, j in zip(ids, said)}
        self._gathering.problem(
            where,
            "It is not clear which of the ids on this line the words or marks for right and wrong "
            "belong to, so they were read without them.",
        )
        return dict.fromkeys(ids, None)

    def _outcomes_before(
        self, items: list[_Item], ids: dict[int, _Item]
    ) -> dict[int, Outcome | None]:
        """ "Incorrect: 2108, 8425; correct: 118154": each word goes for all ids up to the next."""
        outcomes: dict[int, Outcome | None] = {}
        words: set[Outcome | None] = set()
        after_id = False
        for i, item in enumerate(items):
            if item.kind == "outcome":
                words = {item.outcome} if after_id else words | {item.outcome}
                after_id = False
            elif i in ids:
                after_id = True
                outcomes[i] = next(iter(words)) if len(words) == 1 else None
        self._outcome, self._outcome_stays = next(reversed(outcomes.values())), False
        return outcomes

    def _set_heading(self, items: list[_Item], said: set[Outcome | None], has_ids: bool) -> None:
        """Remembers what a heading says of the ids below it. "Incorrect: 12" is a count."""
        has_digits = any(item.kind in ("number", "odd") for item in items)
        is_heading = has_ids or not has_digits or items[-1].kind == "colon"
        self._outcome = next(iter(said)) if len(said) == 1 and is_heading else None
        self._outcome_stays = not has_ids

    def _refuse(self, where: str, refused: list[tuple[str, str]]) -> None:
        """Reports what was not taken from one line."""
        if not refused:
            return
        self.refused += len(refused)
        shown = [f"{text[:_LONGEST_SHOWN]} ({reason})" for text, reason in refused[:_MOST_SHOWN]]
        more = len(refused) - len(shown)
        message = f"Not taken as question ids: {', '.join(shown)}"
        message += f" and {more:,} more." if more else "."
        if any(reason in _OPEN for _, reason in refused):
            message += ' Write "QID: " before each that is one.'
        self._gathering.problem(where, message)

    def _summarise(self) -> None:
        gathering = self._gathering
        if self._anki.count:
            self.refused += self._anki.count
            gathering.summary(
                self._anki.first,
                f"{self._anki.count:,} ids here are Anki's own ids of notes or cards (nid, cid), "
                "not question ids. Paste the question ids instead, or, to import the notes or "
                "cards they name, paste these alone.",
            )
        if self._rows.count:
            gathering.summary(
                self._rows.first,
                "The number at the beginning of this line was read as the line's own, not as an "
                f"id{self._rows.more}.",
            )
        numbers = [int(a.id) for a in gathering.attempts if a.id and a.id.isdecimal()]
        if not numbers:
            return
        small = [number for number in numbers if number <= _MOST_IN_A_BLOCK]
        if len(small) == len(numbers) or small[:3] == [1, 2, 3]:
            gathering.summary(
                gathering.attempts[numbers.index(small[0])].where,
                f"{len(small):,} of the ids are {max(small)} or less. If they are positions in a "
                "block or numbers of a list, paste the question ids instead.",
            )


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """A long line in pieces, each with its start, cut where no id can be cut."""
    start = 0
    while len(text) - start > _LONGEST_PIECE:
        window = text[start : start + _LONGEST_PIECE]
        cut = max(window.rfind(separator) for separator in " ,;|\t")
        if cut < 0:
            found = _SEPARATOR.search(text, start + _LONGEST_PIECE)
            cut = (found.start() if found else len(text)) - start
        yield start, text[start : start + cut + 1]
        start += cut + 1
    yield start, text[start:]


def _bank_of(document: Document) -> Bank:
    """The bank whose ids most of the beginning looks like."""
    numbers = codes = 0
    for line in lines(head(document)):
        for _, piece in _pieces(line.text):
            if len(piece) > _LONGEST_PIECE:
                continue
            text, _ = _without_beginning(" ".join(piece.split()))
            for token in _TOKEN.finditer(text):
                kind = token.lastgroup
                numbers += kind in ("number", "label", "cell", "lead")
                codes += kind == "code_label"
                codes += kind == "code" and _code_shape(token.group()) == "code"
    return AMBOSS if codes > numbers else UWORLD


def _without_beginning(text: str) -> tuple[str, int | None]:
    """Takes off who wrote a chat message and when, quoting marks, and the number in a list."""
    text = _CHAT.sub("", text, count=1) if _CHAT.match(text) else text
    quote = _MAIL_QUOTE.match(text)
    text = text[quote.end() :] if quote else text
    number = _LIST_NUMBER.match(text)
    if not number or _ANOTHER_LIST_NUMBER.search(text, number.end()):
        return text, None
    return text[number.end() :], int(number[number.lastindex or 0]) or None


def _code_shape(text: str) -> str:
    """ "code": only an AMBOSS id looks so; "camel": an id or a name (AnKing); "mixed"; "word"."""
    letters = _LETTERS.findall(text)
    has_more = len("".join(letters)) < len(text.strip("-_"))
    if letters and len(text) in _AMBOSS_LENGTHS:
        if not all(_WORD_SHAPE.fullmatch(run) for run in letters):
            return "code"
        is_varied = len(_RUNS.findall(text)) >= _VARIED and any(map(str.islower, letters))
        if is_varied and any(character.isdecimal() for character in text):
            return "code"
        if not has_more and len(text.strip("-_")) == len(text) and _CAMEL_SHAPE.fullmatch(text):
            return "camel"
    return "mixed" if any(character.isdecimal() for character in text) else "word"


def _start_of_list(items: list[_Item]) -> int:
    """Where the part begins that holds nothing but ids: 0, or behind the last colon of a heading.

    There is none, and it begins behind the last item, where words stand among or after the numbers.
    """
    last_word = max((i for i, item in enumerate(items) if _is_unknown(item)), default=-1)
    if last_word < 0:
        return 0
    colons = (i for i in range(last_word, len(items)) if items[i].kind == "colon")
    return max(colons, default=len(items) - 1) + 1


def _is_unknown(item: _Item) -> bool:
    return item.kind == "word" and item.text.casefold() not in _NEUTRAL


def _is_one_word(items: list[_Item]) -> bool:
    """Whether a line is a single word as long as an AMBOSS id."""
    return len(items) == 1 and _is_unknown(items[0]) and len(items[0].text) in _AMBOSS_LENGTHS


def _is_year(text: str) -> bool:
    return len(text) == 4 and text[:2] in ("19", "20")
