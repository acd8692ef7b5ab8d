"""Question banks and exams: the one place to add either.

A question's number alone names nothing: UWorld numbers its Step 1, Step 2, Step 3 and COMLEX
questions separately, so the same number occurs in several. Bank, exam and number together do.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class Exam:
    """An exam that a question bank prepares for.

    `key` is stored in the ledger and never changes; `name` is for people.
    """

    key: str
    name: str


STEP_1 = Exam("step1", "Step 1")
STEP_2 = Exam("step2", "Step 2")
STEP_3 = Exam("step3", "Step 3")
COMLEX = Exam("comlex", "COMLEX")

EXAMS: tuple[Exam, ...] = (STEP_1, STEP_2, STEP_3, COMLEX)


# Exams whose questions are classified with the same printed names, so that names which say
# "Step 2" may as well be from Step 3.
_SAME_NAMES = {STEP_1.key: {COMLEX.key}, STEP_2.key: {STEP_3.key, COMLEX.key}}


def may_be_exam(suggested: str, exam: str) -> bool:
    """Whether input whose names suggest one exam (a key) may be from another."""
    return exam == suggested or exam in _SAME_NAMES.get(suggested, ())


@dataclass(frozen=True)
class Bank:
    """A question bank.

    `id_pattern` is what a whole question id looks like; `tag_segment` the part of a card tag,
    lower case and without leading marks, that announces this bank's ids (None: no deck tags its
    cards with this bank's ids); `shares_ids` is true where one id means the same question in
    every exam, so that the exam is not part of a question's key.
    """

    key: str
    name: str
    id_pattern: re.Pattern[str]
    tag_segment: str | None
    shares_ids: bool = False

    def normal_id(self, text: str) -> str | None:
        """The id as this bank writes it, or None where `text` is not one of its ids.

        Full-width and other digits become ASCII; leading zeros go where the bank writes none, since
        older deck versions tag question 5 as `05`.
        """
        text = unicodedata.normalize("NFKC", text).strip()
        if not self.id_pattern.fullmatch(text) and text.isdecimal() and len(text) <= 12:
            text = str(int(text))
        return text if self.id_pattern.fullmatch(text) else None


UWORLD = Bank("uworld", "UWorld", re.compile(r"[1-9][0-9]{0,5}"), "uworld")
# AMBOSS ids mix letters, digits, "-" and "_"; 6 characters usually, the newer ones 10.
AMBOSS = Bank("amboss", "AMBOSS", re.compile(r"[-_A-Za-z0-9]{5,12}"), "amboss", shares_ids=True)

# NBME's own ids ("SAAA0003MAA0003"), and item numbers with their form for the Free 120
# ("Free120-2024-41"); no card carries either.
NBME = Bank("nbme", "NBME", re.compile(r"[A-Za-z0-9][-A-Za-z0-9]{2,39}"), None)

# Every other bank: no deck tags its cards with their ids, so cards are found by topic.
OTHER_BANK = Bank("other", "Other bank", re.compile(r"[!-%'-;=?-~]{1,40}"), None)

BANKS: tuple[Bank, ...] = (UWORLD, AMBOSS, NBME, OTHER_BANK)


def exam_by_key(key: str) -> Exam:
    """The exam stored as `key`. Raises KeyError where there is none."""
    return _EXAMS_BY_KEY[key]


def bank_by_key(key: str) -> Bank:
    """The bank stored as `key`. Raises KeyError where there is none."""
    return _BANKS_BY_KEY[key]


_EXAMS_BY_KEY = {exam.key: exam for exam in EXAMS}
_BANKS_BY_KEY = {bank.key: bank for bank in BANKS}


@dataclass(frozen=True, order=True)
class QuestionKey:
    """What names one question for ever: bank, exam and id.

    `exam` is empty for a bank whose ids mean the same in every exam (`Bank.shares_ids`).
    """

    bank: str
    exam: str
    id: str

    def __str__(self) -> str:
        """As shown to people and stored in the first field: "UWorld Step 1 1234"."""
        exam = exam_by_key(self.exam).name if self.exam else ""
        return " ".join(part for part in (bank_by_key(self.bank).name, exam, self.id) if part)


def question_key(bank: Bank, exam: Exam, id: str) -> QuestionKey:
    """The key of a question of `bank` met while preparing for `exam`."""
    return QuestionKey(bank.key, "" if bank.shares_ids else exam.key, id)
