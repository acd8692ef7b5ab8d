"""The words of a tag, a topic or a note's text, in one form for comparing.

`07_HeartMurmurs`, `heart murmur` and `Murmurs, heart` have the same words, as have `Oesophageal
tumours` and `Esophageal_Tumor`. The forms are for comparing only and are never shown: rules are
simple and apply to both sides alike, so that it does no harm where one meets a word it was not
made for (`source` becomes `sorce`).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache


def words_of(text: str) -> frozenset[str]:
    """The words of a table that is written as one text, as they stand there."""
    return frozenset(text.split())


# Longer text is cut before it is looked at: no topic and no tag is longer.
MAX_LENGTH = 400

# Numbers that sort segments: "07_Cardiovascular", "1.2_Shock", "3) Shock"; not "21-hydroxylase".
_SORTING_NUMBER = re.compile(r"^[\W_]*\d+(?:\.\d+)*(?:_|[.)](?!\d))[_\s]*(?=.*[^\W\d_])")
_POSSESSIVE = re.compile(r"(?<=\w)['’´`](?:s\b)?", re.IGNORECASE)
_PIECE = re.compile(
    r"""
      Ig[AGMED](?![a-z])             # IgA
    | [a-z]{1,2}[A-Z]{2,}(?![a-z])   # mRNA
    | pH(?![a-z])
    | [A-Z]{2,}s(?![a-z])            # ARBs
    | [A-Z]+(?![a-z])                # MI, and the MI of MIComplications
    | (?:Mc|Mac|Di|De|Le)[A-Z][a-z]+ # McArdle
    | [A-Z]?[a-z]+                   # Heart, and the Heart of HeartMurmurs
    | \d+
    | [^\W\d_]+                      # letters of other scripts
    """,
    re.VERBOSE,
)
_GREEK = str.maketrans(
    {"α": "alpha ", "β": "beta ", "γ": "gamma ", "δ": "delta ", "κ": "kappa ", "μ": "mu "}
)

_STOP_WORDS = words_of("the of and in to with due by for on at from or vs versus its is are as per")
_ARTICLES = frozenset({"a", "an"})

# Written with a hyphen, a blank or neither: pre-eclampsia, post partum.
_JOINED_TO_THE_NEXT = words_of(
    "pre post anti non hyper hypo peri intra extra sub neo pseudo poly trans inter hemi"
)
_ROMAN = {
    "ii": "2",
    "iii": "3",
    "vi": "6",
    "vii": "7",
    "viii": "8",
    "ix": "9",
    "xi": "11",
    "xii": "12",
}
# One letter, or `iv`, is a number only behind such a word.
_ROMAN_BEHIND = {"i": "1", "iv": "4", "v": "5", "x": "10"}
_NUMBERED = words_of("type class stage grade factor phase nerve cn bipolar mhc group")

_IRREGULAR = {
    "bacteria": "bacterium",
    "fungi": "fungus",
    "cocci": "coccus",
    "emboli": "embolus",
    "thrombi": "thrombus",
    "nuclei": "nucleus",
    "bacilli": "bacillus",
    "metastases": "metastasis",
    "biases": "bias",
    "mycoses": "mycosis",
    "diuretics": "diuretic",
    "feet": "foot",
    "children": "child",
    "women": "woman",
    "men": "men",
    "ova": "ovum",
    "septa": "septum",
    "criteria": "criterion",
    "phenomena": "phenomenon",
    "ganglia": "ganglion",
    "veins": "vein",
    "venous": "vein",
    "embolism": "embolus",
    "viral": "virus",
    "pregnant": "pregnancy",
    "psychiatric": "psychiatry",
}
_SULPH_LEUC = (("sulph", "sulf"), ("leuc", "leuk"), ("faec", "fec"), ("disk", "disc"))
_RE_ENDING = re.compile(r"(?<=[bt])re$")
_ISE = re.compile(r"is(?=(?:e|ed|es|ing|ation)$)")
_YSE = re.compile(r"ys(?=(?:e|ed|ing)$)")
_ROOT_ENDINGS = tuple(
    sorted(
        words_of(
            "ical ics ic ias ia iac ial al ar ary ious ous ive ion ions ism ist tic y e a us um es "
            "is er ed ing"
        ),
        key=len,
        reverse=True,
    )
)
_SHORTEST_ROOT = 5


@lru_cache(maxsize=32768)
def tokens(text: str) -> tuple[str, ...]:
    """The words of a text in the form for comparing, in order, without `of`, `the` and the like."""
    return tuple(word for word, _ in tokens_with_case(text))


def tokens_with_case(text: str) -> tuple[tuple[str, bool], ...]:
    """As `tokens`, each with whether it was written in capitals, as abbreviations are.

    Where all of a longer text is in capitals, they say nothing and no word counts as so written.
    """
    pieces = _PIECE.findall(plain(text))
    shouting = len(pieces) > 1 and not any(piece.upper() != piece for piece in pieces)
    shouting = shouting and any(len(piece) > 5 for piece in pieces)
    found: list[tuple[str, bool]] = []
    waiting = ""
    after_a_stop = True
    for piece in pieces:
        is_upper = not shouting and len(piece) > 1 and piece.rstrip("s").isupper()
        lower = piece.lower()
        if is_upper and piece.endswith("s"):
            lower = lower[:-1]
        if lower in _STOP_WORDS and not is_upper:
            after_a_stop = True
            continue
        if lower in _ARTICLES and after_a_stop and piece != "A":
            continue
        after_a_stop = False
        if waiting:
            lower, waiting = waiting + lower, ""
        elif lower in _JOINED_TO_THE_NEXT:
            waiting = lower
            continue
        found.append((_number_or_word(lower, found), is_upper))
    if waiting:
        found.append((word(waiting), False))
    return tuple(found)


def without_number(segment: str) -> str:
    """A segment without the number that sorts it."""
    return _SORTING_NUMBER.sub("", segment)


def plain(text: str) -> str:
    """Without sorting numbers, accents, possessives and mojibake; Greek letters spelt out."""
    text = text[:MAX_LENGTH]
    if not text.isascii():
        text = _without_mojibake(text).translate(_GREEK)
        text = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in text if not unicodedata.combining(letter))
    return _POSSESSIVE.sub("", _SORTING_NUMBER.sub("", text))


def _without_mojibake(text: str) -> str:
    """UTF-8 that was once read as Windows-1252, put right; other text as it is."""
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text


def _number_or_word(lower: str, before: list[tuple[str, bool]]) -> str:
    if lower in _ROMAN:
        return _ROMAN[lower]
    if lower in _ROMAN_BEHIND and before and before[-1][0] in _NUMBERED:
        return _ROMAN_BEHIND[lower]
    return lower.lstrip("0") or "0" if lower.isdecimal() else word(lower)


@lru_cache(maxsize=32768)
def word(lower: str) -> str:
    """One word in American spelling and in the singular."""
    return singular(american(lower))


def american(lower: str) -> str:
    """British `haematoma`, `oedema`, `tumour`, `fibre`, `ischaemia` in American spelling."""
    if len(lower) < 4:
        return lower
    if lower.endswith("ae"):
        lower = lower[:-1]
    lower = lower.replace("ae", "e").replace("oe", "e")
    if len(lower) > 4:
        lower = _RE_ENDING.sub("er", lower.replace("our", "or"))
        for british, spelling in _SULPH_LEUC:
            lower = lower.replace(british, spelling)
    if len(lower) > 6:
        lower = _YSE.sub("yz", _ISE.sub("iz", lower))
    return lower


def singular(lower: str) -> str:
    """A word in the singular, as far as English and medical Latin are regular."""
    if lower in _IRREGULAR:
        return _IRREGULAR[lower]
    if len(lower) < 4:
        return lower
    if lower.endswith("mata"):
        return lower[:-2]
    if not lower.endswith("s") or lower.endswith(("ss", "us", "is")):
        return lower
    if len(lower) > 6 and lower.endswith(("oses", "yses", "eses")):
        return lower[:-2] + "is"
    if len(lower) > 4 and lower.endswith("ies"):
        return lower[:-3] + "y"
    if lower.endswith(("xes", "ches", "shes", "sses", "uses")):
        return lower[:-2]
    return lower[:-1]


@lru_cache(maxsize=32768)
def root(form: str) -> str:
    """What `placenta` and `placental`, `diabetes` and `diabetic` have in common."""
    if form.endswith("otic") and len(form) > 6:
        form = form[:-3] + "sis"
    for ending in _ROOT_ENDINGS:
        if form.endswith(ending) and len(form) - len(ending) >= _SHORTEST_ROOT:
            return form[: -len(ending)]
    return form


def one_edit_apart(one: str, other: str) -> bool:
    """Whether one letter more, less, another, or two exchanged make the same word."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    if len(one) == len(other):
        exchanged = one[start + 1 : start + 2] + one[start : start + 1] + one[start + 2 :]
        return one[start + 1 :] == other[start + 1 :] or exchanged == other[start:]
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return longer[start + 1 :] == shorter[start:]
