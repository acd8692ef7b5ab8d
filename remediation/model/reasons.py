"""Reasons for a miss: three families, five groups, thirteen reasons, and the words for them.

A reason is where the next step is, not a verdict. The group alone is a complete answer; the reason
inside it is optional. To add a word that students use, add it to the line of what it means; a word
that can mean several of them belongs nowhere, so that the student is asked.

Sources: the Error Reflection Method (Binks, Mutcheson, Holt Foerst, LeClair, Teaching and Learning
in Medicine 2022), BMC Medical Education 2018 s12909-018-1372-2 and 2019 s12909-019-1816-3, and the
columns of students' own logs.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

# Longer text is a sentence about one question, not a word that many rows share.
LONGEST_WORDS = 60


class Family(Enum):
    """What kind of work helps: learning, using what is known, or how questions are taken."""

    KNOWLEDGE = "knowledge"
    APPLICATION = "application"
    TEST_TAKING = "test-taking"


@dataclass(frozen=True)
class ReasonGroup:
    """Reasons that share a first answer. `key` ("1" to "5") is also the key to press."""

    key: str
    name: str
    family: Family
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reason:
    """One reason. `code` is stored and never changes; `meaning` is how a student would say it.

    `words` are what students write for it, in regular expressions over plain lower-case words
    without articles ("changed my answer" is "changed answer").
    """

    code: str
    name: str
    group: str
    meaning: str
    words: tuple[str, ...] = ()


GROUPS: tuple[ReasonGroup, ...] = (
    ReasonGroup(
        "1",
        "Didn't know",
        Family.KNOWLEDGE,
        (
            r"(?:(?:pure|lack of|missing|weak|poor|factual|content|fact) )?knowledge"
            r"(?: (?:gap|deficit|deficiency|base|based|lack|issue|related))*",
            r"(?:content|information|fact|learning) (?:gap|deficit)",
            r"gap in knowledge|no knowledge",
            r"(?:did not|didnt|dont|do not|couldnt) know(?: (?:fact|content))*",
            r"not known|wissenslucke|fehlendes wissen|nicht gewusst",
            r"(?:falta|deficit) de conocimientos?|no (?:lo )?sabia|manque de connaissances?",
        ),
    ),
    ReasonGroup("2", "Wrong or mixed up", Family.KNOWLEDGE, (r"wrong or mixed up",)),
    ReasonGroup(
        "3", "Couldn't use it", Family.APPLICATION, (r"(?:could not|couldnt|cannot) use it",)
    ),
    ReasonGroup(
        "4",
        "Reading or choosing",
        Family.TEST_TAKING,
        (
            r"reading or choosing",
            r"test ?taking(?: (?:strategy|skills?))*",
            r"(?:fell for )?(?:trap|distractor)s?(?: answers?)?",
        ),
    ),
    ReasonGroup("5", "Clock, nerves, slip", Family.TEST_TAKING, (r"clock nerves slip",)),
)

REASONS: tuple[Reason, ...] = (
    Reason(
        "K1",
        "New to me",
        "1",
        "I had never met this",
        (
            r"new to me|new (?:topic|content|material|concept|information|info)",
            r"unfamiliar(?: (?:topic|content|material|concept))?",
            r"never (?:seen|met|learned|learnt|studied|heard)(?: (?:of|before))*",
            r"(?:havent|have not|not yet|not) (?:seen|learned|learnt|studied|covered|reviewed)"
            r"(?: yet)?",
            r"unbekannt|nie gelernt|desconocido|nunca visto",
        ),
    ),
    Reason(
        "K2",
        "Shaky or forgotten",
        "1",
        "looked familiar, couldn't bring it up",
        (
            r"shaky or forgotten|shaky",
            r"(?:forgot|forgotten|forgetting)(?: (?:fact|detail|details))?",
            r"memory(?: (?:slip|lapse|gap|failure|error|issue|problem))?",
            r"(?:failed |failure of |poor |recall )?recall(?: (?:error|failure|issue|problem))?",
            r"(?:couldnt|could not|cant) (?:recall|remember|bring up)",
            r"(?:didnt|did not) (?:recall|remember)",
            r"retrieval(?: (?:failure|error))?|retention",
            r"vergessen|olvid[oe]|olvidado|oubli(?:e)?",
        ),
    ),
    Reason(
        "K3",
        "Sure, but wrong",
        "2",
        "I thought one thing, in fact it is another",
        (
            r"sure but wrong|confidently wrong|confident but wrong",
            r"misconceptions?|false belief",
            r"wrong (?:fact|knowledge|information)|learned wrong|misremembered",
        ),
    ),
    Reason(
        "K4",
        "Mixed up",
        "2",
        "couldn't say what separates them",
        (
            r"(?:mixed|mix|mixing)(?: (?:them|things|two))? ?up|mixup",
            r"confused(?: (?:two|them|similar))*"
            r"(?: (?:things|concepts|diagnoses|diseases|topics|terms))?",
            r"confusing (?:two|similar)(?: (?:things|concepts|diagnoses|diseases))?",
            r"confusion (?:of|between)(?: (?:two|similar))*(?: (?:things|concepts|diagnoses))?",
            r"verwechselt|verwechslung|confundi",
        ),
    ),
    Reason(
        "K5",
        "Couldn't apply",
        "3",
        "I knew the fact, not its use here",
        (
            r"(?:could not|couldnt|cant|cannot|didnt|did not|failed to|failure to) (?:apply|use)"
            r"(?: (?:knowledge|fact|concept))*",
            r"(?:knowledge )?application(?: (?:error|gap|issue|problem|mistake|of knowledge))?",
            r"(?:misapplied|misapplication)(?: (?:concept|knowledge))?",
            r"knew(?: (?:fact|content))?(?: but)? (?:couldnt|could not|didnt) (?:apply|use)",
            r"anwendungsfehler|error de aplicacion",
        ),
    ),
    Reason(
        "T1",
        "Answered another question",
        "4",
        "misread the stem or the lead-in",
        (
            r"answered (?:another|wrong|different) question",
            r"mis ?(?:read|reading|interpreted|interpretation|understood)"
            r"(?: (?:of|question|stem|lead in|leadin|prompt|vignette|what was asked|answers?))*",
            r"(?:reading|comprehension) (?:error|mistake)|read (?:wrong|too fast)",
            r"(?:didnt|did not) read (?:question|stem)(?: (?:carefully|properly|fully))?",
            r"falsch gelesen|lesefehler|lei mal|mala lectura|mal lu",
        ),
    ),
    Reason(
        "T2",
        "Passed over a clue",
        "4",
        "a finding I didn't use",
        (
            r"passed over (?:key )?(?:clue|finding|detail)s?",
            r"(?:missed|overlooked|ignored|skipped)(?: (?:key|important))*"
            r"(?: (?:clue|finding|detail|word|keyword|info|information|buzzword)s?)",
            r"(?:failed to|failure to|didnt|did not) (?:notice|see|spot|use)(?: (?:key|important))*"
            r" (?:clue|finding|detail|word|keyword)s?",
            r"overlooked|ubersehen",
        ),
    ),
    Reason(
        "T3",
        "Settled early",
        "4",
        "stopped looking",
        (
            r"settled (?:too )?early|stopped looking",
            r"(?:premature(?:ly)?) (?:closure|closed|commitment)",
            r"anchor(?:ed|ing)?(?: bias)?|jumped to conclusions?",
            r"picked first (?:option|answer|one)",
        ),
    ),
    Reason(
        "T4",
        "Down to two",
        "4",
        "knew the difference, didn't check",
        (
            r"(?:narrowed |got )?down to (?:two|2)(?: (?:options|choices|answers))?",
            r"narrowed to (?:two|2)(?: (?:options|choices|answers))?",
            r"(?:between )?(?:two|2|last two|final two)(?: (?:options|choices|answers))? left",
            r"between (?:two|2)(?: (?:options|choices|answers))?",
            r"(?:50 ?50|fifty fifty)(?: guess)?",
        ),
    ),
    Reason(
        "T5",
        "Talked myself out of it",
        "4",
        "right to wrong, or twisted it",
        (
            r"talked myself out of",
            r"(?:changed|change|changing|switched|switching)(?: (?:correct|right))*"
            r" answers?(?: (?:from )?(?:right|correct) to (?:wrong|incorrect))?",
            r"answer (?:changed?|switch(?:ed)?|changing)",
            r"second guess(?:ed|ing)?(?: (?:myself|answer))*",
            r"over ?(?:thought|thinking|think)",
            r"(?:right|correct) to (?:wrong|incorrect)|zerdacht",
        ),
    ),
    Reason(
        "T6",
        "Clock",
        "5",
        "ran short of time",
        (
            r"clock",
            r"(?:ran |run |running )?(?:out of |short (?:of|on) |low on )?time"
            r"(?: (?:pressure|management|issue|constraint|constraints|out|problem|up|limit))*",
            r"timing(?: (?:issue|problem))?|pacing|timed out|rushed|rushing",
            r"zeitmangel|zeit(?:druck)?",
            r"falta de tiempo|manque de temps|(?:not|no|lack of|insufficient) (?:enough )?time",
        ),
    ),
    Reason(
        "T7",
        "Tired, tense, blank",
        "5",
        "tired, tense, or my mind went blank",
        (
            r"tired|fatigued?|exhausted|exhaustion|burn ?out|sleepy|mude|cansad[oa]|cansancio",
            r"tense|nerves|nervous|(?:test )?anxiety|anxious|stress(?:ed)?|panic(?:ked)?",
            r"(?:mind )?(?:went |drew (?:a )?)?blank(?:ed)?(?: out)?",
            r"(?:lost |lack of |loss of )?(?:focus|concentration)|distracted|unfocused",
        ),
    ),
    Reason(
        "T8",
        "Slip",
        "5",
        "wrong click, sign or unit",
        (
            r"slips?(?: of (?:hand|finger))?",
            r"(?:mis ?click(?:ed)?|(?:click|clicked)(?: on)? wrong(?: (?:one|answer|option))?)",
            r"wrong click",
            r"(?:calculation|arithmetic|math|maths|sign|unit|units) (?:slip|error|mistake)",
            r"miscalculat(?:ed|ion)|typo|rechenfehler",
        ),
    ),
)

_GROUPS = {group.key: group for group in GROUPS}
_REASONS = {reason.code: reason for reason in REASONS}

# Words beside the ones above that do not change what is meant.
# fmt: off
_FILLERS = frozenset((
    "was", "is", "of", "in", "on", "to", "and", "or", "due", "because", "from", "with", "question",
    "questions", "q", "error", "errors", "mistake", "mistakes", "issue", "issues", "problem",
    "type", "reason", "fehler", "by",
))
# fmt: on
_ARTICLES = frozenset(("a", "an", "the", "i", "my", "it", "this", "that"))
_NOTHING = frozenset(("", "none", "n/a", "na", "-", "–", "—", "?", "null", "other", "tbd"))


def group_by_key(key: str) -> ReasonGroup:
    """The group stored as `key`. Raises KeyError where there is none."""
    return _GROUPS[key]


def is_code(text: str) -> bool:
    """Whether `text` is the code of a reason ("K2") or the key of a group ("1")."""
    return text in _REASONS or text in _GROUPS


def group_of(code: str) -> ReasonGroup:
    """The group that a reason's code or a group's key belongs to. Raises KeyError for others."""
    return _GROUPS[_REASONS[code].group if code in _REASONS else code]


def name_of(code: str) -> str:
    """What a reason or a group is called. Raises KeyError where there is neither."""
    return _REASONS[code].name if code in _REASONS else _GROUPS[code].name


def is_missing(text: str) -> bool:
    """Whether a cell for the reason says in one way or another that none was given."""
    return text.strip().casefold() in _NOTHING


def word_key(text: str) -> str:
    """The form in which a student's words are compared and remembered: `Silly!` is `silly`."""
    return " ".join(_words(text[:200]))


@lru_cache(maxsize=2048)
def code_from_words(text: str) -> str | None:
    """The reason or group that a student's words clearly stand for, None where they do not.

    Every word has to be understood: "misread" is clear, "misread, I think on purpose" is not.
    Words for several reasons of one group ("misread / missed a clue") give the group; words for
    several groups are not clear.
    """
    if len(text) > LONGEST_WORDS:
        return None
    if text.strip().upper() in _REASONS:
        return text.strip().upper()
    said = " ".join(_words(text))
    by_name = _by_name().get(said)
    if by_name:
        return by_name
    found: set[str] = set()

    def take(match: re.Match[str]) -> str:
        found.add((match.lastgroup or "_").lstrip("_"))
        return " "

    said = " ".join(word for word in said.split() if word not in _ARTICLES)
    rest = _patterns().sub(take, said)
    if not found or any(word not in _FILLERS for word in rest.split()):
        return None
    if len(found) == 1:
        return found.pop()
    groups = {group_of(code).key for code in found}
    return groups.pop() if len(groups) == 1 else None


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return re.findall(r"[^\W_]+", plain.replace("'", "").replace("\u2019", ""))


@lru_cache(maxsize=1)
def _by_name() -> dict[str, str]:
    names = {" ".join(_words(group.name)): group.key for group in GROUPS}
    names.update({" ".join(_words(reason.name)): reason.code for reason in REASONS})
    return names


@lru_cache(maxsize=1)
def _patterns() -> re.Pattern[str]:
    """All words of all reasons, reasons before groups; a named group for each code."""
    parts = [(reason.code, reason.words) for reason in REASONS]
    # "knowledge application" is K5's, so reasons are tried first at every place.
    parts += [(f"_{group.key}", group.words) for group in GROUPS]
    return re.compile(
        "|".join(rf"(?P<{code}>\b(?:{'|'.join(words)})(?!\w))" for code, words in parts)
    )
