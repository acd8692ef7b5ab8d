"""Rules for the next block: what to do when a cue comes, for each reason.

A rule names a cue that can be noticed and an act that can be done, so that the student can say
afterwards whether it was used. To add or improve one, change the lines of its reason in _RULES; the
first rule of a reason is the one that is offered first. Source: the column "what to do" of
DIAGNOSIS.md.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .codec import DamagedRecord
from .reasons import REASONS, group_by_key, is_code

# More than a few rules at once are not kept in mind during a block.
MOST_ACTIVE = 3
# A group with few reasons offers more of each, so that there is a choice.
_FEWEST_OF_A_GROUP = 3
# Whole numbers have 8 bytes in a collection and in Anki's messages; a larger one is damage.
_MOST_WHOLE_NUMBER = 2**63 - 1


@dataclass(frozen=True)
class Rule:
    """What to do (`act`) when something is noticed (`cue`), in the student's own voice."""

    cue: str
    act: str

    @property
    def text(self) -> str:
        """The rule as one sentence."""
        return f"{self.cue}: {self.act}."


_RULES: dict[str, tuple[Rule, ...]] = {
    "K1": (
        Rule("Never met this", "its source first, its core cards tomorrow"),
        Rule("A new word in the stem", "answer from what I know, look the word up after the block"),
        Rule("Source read", "close it and say three things it told me"),
        Rule(
            "The same topic is new to me twice",
            "go through its whole section once, then more questions on it",
        ),
    ),
    "K2": (
        Rule(
            "Looked familiar and would not come",
            "after the block, say it on a blank page, then see its core card",
        ),
        Rule("It almost comes", "say the mechanism from the start, then choose, flag, go on"),
        Rule("I only recognise the back of a card", "press Again and say it without looking"),
        Rule("A card fails for the third time", "rebuild it: split it or add a picture"),
    ),
    "K3": (
        Rule("Sure and wrong", "write both halves, what I thought and what is so"),
        Rule("That topic comes up again", "say both halves before I choose"),
        Rule("A week after a sure miss", "say the fact once more and check it"),
        Rule("Sure at once", "name the finding that makes it so"),
    ),
    "K4": (
        Rule("One of a pair I mix up", "say the one line that separates them, then choose"),
        Rule("Mixed two up", "write with what, and study the cards of both sides"),
        Rule("One side fits", "say what the stem would have to show for the other side"),
    ),
    "K5": (
        Rule("I know the fact and not the answer", "say stem, mechanism, answer"),
        Rule("A known fact in a new story", "say what it changes here, one step at a time"),
        Rule(
            "None of the options is the fact",
            "say what the fact predicts, then look for that among the options",
        ),
        Rule("Missed a use of a fact", "do up to three other questions on it, on other days"),
    ),
    "T1": (
        Rule("Before the options", "name the task: diagnosis, cause, next step or other"),
        Rule("A long stem", "read its last sentence first"),
        Rule("Except, not or least", "say in my words what the right answer must be"),
        Rule("An option looks right", "read the last sentence again and see if it answers that"),
    ),
    "T2": (
        Rule("Stem read", "list the abnormal findings before the options"),
        Rule("A finding does not fit", "say what would explain it, then choose"),
        Rule("A table of values", "say which are high and which are low before I read on"),
        Rule("An age, a place, a medicine", "ask what it is there for"),
    ),
    "T3": (
        Rule("An answer comes at once", "name one alternative and one finding against it"),
        Rule("An early option fits", "read all the others before I choose"),
        Rule("The second half of the stem", "ask whether it still fits my first idea"),
    ),
    "T4": (
        Rule("Two options left", "name the difference, find it in the stem, choose, flag, go on"),
        Rule("Both options are true", "take the one that answers the last sentence"),
        Rule("Still two after a minute", "take the one with a finding for it, flag, go on"),
    ),
    "T5": (
        Rule("I want to change an answer", "name the clue I had not used, or leave it"),
        Rule("I add something to the stem", "go back to what is printed there"),
        Rule("It seems too easy", "check the task once, choose, go on"),
        Rule("Answer changed", "count it after the block, right to wrong or wrong to right"),
    ),
    "T6": (
        Rule(
            "Question 10, 20, 30",
            "look at the clock, a quarter of an hour for every ten questions",
        ),
        Rule("Two minutes on one question", "choose, flag, go on"),
        Rule("Five minutes left", "answer every open question, then the flagged ones"),
    ),
    "T7": (
        Rule("My mind goes blank", "look away, three slow breaths, read the last sentence"),
        Rule("Tired before I begin", "a break first, or a shorter block"),
        Rule("A hard block is over", "take a break without cards"),
        Rule("Tense or blank in block after block", "talk to someone about it"),
    ),
    "T8": (
        Rule("Before I go on", "check that the marked option is the one I mean"),
        Rule("A number to work out", "write its sign and its unit beside it"),
        Rule("Three slips in a week", "say the option to myself as I click it"),
    ),
}


def rules_for(code: str) -> tuple[Rule, ...]:
    """The rules for a reason (its code), or for a group (its key), the best first.

    A group gives the first rule of each of its reasons, or more of each where that is too short a
    list. Raises KeyError where there is neither.
    """
    if code in _RULES:
        return _RULES[code]
    group = group_by_key(code)
    codes = [reason.code for reason in REASONS if reason.group == group.key]
    of_each = -(-_FEWEST_OF_A_GROUP // len(codes))
    return tuple(_RULES[code][i] for i in range(of_each) for code in codes)


@dataclass(frozen=True)
class ActiveRule:
    """A rule the student chose to keep in mind: its reason or group, and its words.

    The words are kept as they were chosen, since the student may write a rule of their own.
    """

    code: str
    text: str

    def to_json(self) -> dict[str, Any]:
        """As stored."""
        return {"code": self.code, "text": self.text}

    @staticmethod
    def from_json(record: Mapping[str, Any]) -> ActiveRule:
        """Raises DamagedRecord where a field is missing or wrong, or the code is unknown."""
        try:
            code, text = record["code"], record["text"]
        except (KeyError, TypeError, IndexError) as error:
            raise DamagedRecord(f"not a whole rule: {error!r}") from error
        if not isinstance(code, str) or not is_code(code):
            raise DamagedRecord(f"not a whole rule: no reason or group has the code {code!r}")
        return ActiveRule(code, _words(text))


@dataclass(frozen=True)
class RuleCheck:
    """The tap after a block: which of the active rules were used.

    `at` is the moment (seconds since the epoch); `used` has the words of each rule and whether it
    was used.
    """

    at: int
    used: tuple[tuple[str, bool], ...]

    @property
    def key(self) -> str:
        """The name of the record."""
        plain = json.dumps([self.at, self.used])
        day = datetime.fromtimestamp(self.at).strftime("%Y-%m-%d")
        return f"Rules {day} {hashlib.sha256(plain.encode()).hexdigest()[:12]}"

    def to_json(self) -> dict[str, Any]:
        """As stored."""
        return {"kind": "rule-check", "at": self.at, "used": [list(pair) for pair in self.used]}

    @staticmethod
    def from_json(record: Mapping[str, Any]) -> RuleCheck:
        """Raises DamagedRecord where a needed field is missing or of the wrong type."""
        try:
            at, used = record["at"], record["used"]
        except (KeyError, TypeError, IndexError) as error:
            raise DamagedRecord(f"not a whole rule check: {error!r}") from error
        if not isinstance(used, list):
            raise DamagedRecord("a rule check without its list of rules")
        return RuleCheck(_moment(at), tuple(_used(pair) for pair in used))


def _moment(value: Any) -> int:
    if type(value) is not int or abs(value) > _MOST_WHOLE_NUMBER:
        raise DamagedRecord("a rule check whose moment is not a whole number of 8 bytes")
    try:
        datetime.fromtimestamp(value)
    except (ValueError, OverflowError, OSError) as error:
        raise DamagedRecord("a rule check with an impossible date") from error
    return value


def _used(pair: Any) -> tuple[str, bool]:
    if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[1], bool):
        raise DamagedRecord("a rule check where a rule with true or false is due")
    return _words(pair[0]), pair[1]


def _words(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise DamagedRecord("a rule without words")
    return value
