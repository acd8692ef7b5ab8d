"""Question ids as banks write them, and the names of questions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remediation.model.banks import (
    AMBOSS,
    BANKS,
    COMLEX,
    EXAMS,
    STEP_1,
    STEP_2,
    STEP_3,
    UWORLD,
    Bank,
    QuestionKey,
    bank_by_key,
    exam_by_key,
    question_key,
)

steady = settings(derandomize=True, deadline=None)

# Numerals of other scripts, each from 0 to 9: full-width, Arabic-Indic, Persian, Devanagari, bold.
SCRIPTS = ("０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗")

AMBOSS_IDS = ("0jae_4", "-aaDMQ", "3_0SLi", "FLaJnh0OIM", "______", "-----", "Ab3-_xyzABC9")


def in_script(number: int, digits: str) -> str:
    return "".join(digits[int(digit)] for digit in str(number))


# --- UWorld ---------------------------------------------------------------------------------------


@steady
@given(st.integers(1, 999_999), st.integers(0, 6), st.sampled_from(["", " ", "\n", "\xa0", "　"]))
def test_every_number_of_up_to_six_digits_is_an_id(number: int, zeros: int, blank: str) -> None:
    assert UWORLD.normal_id(f"{blank}{'0' * zeros}{number}{blank}") == str(number)


@steady
@given(st.integers(1, 999_999), st.sampled_from(SCRIPTS))
def test_digits_of_other_scripts_become_ascii(number: int, digits: str) -> None:
    assert UWORLD.normal_id(in_script(number, digits)) == str(number)


@steady
@given(st.integers(1_000_000))
def test_numbers_of_seven_digits_and_more_are_refused(number: int) -> None:
    assert UWORLD.normal_id(str(number)) is None
    assert UWORLD.normal_id(in_script(number, SCRIPTS[1])) is None


@pytest.mark.parametrize(
    "text",
    [
        *["", " ", "0", "00", "000000", "٠", "1" * 10_000, "0" * 10_000],
        *["-5", "+5", "5.0", "1e3", "1,234", "1_234", "12 34", "0x5", "½"],
        *["abc", "12a", "#12", "0-99", "22000+", "100-199"],
    ],
)
def test_what_is_no_uworld_id(text: str) -> None:
    assert UWORLD.normal_id(text) is None


# --- AMBOSS ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", AMBOSS_IDS)
def test_amboss_ids_stay_as_they_are(id: str) -> None:
    assert AMBOSS.normal_id(f" {id}\n") == id


@pytest.mark.parametrize("id", ["012345", "000012", "00000", "123456", "0000000001"])
def test_an_amboss_id_of_digits_keeps_its_zeros(id: str) -> None:
    """It is a name and not a number; without its zeros it would be another question's."""
    assert AMBOSS.normal_id(id) == id


@pytest.mark.parametrize(
    "text",
    ["", "abcd", "0jae", "0jae 4", "0jae*4", "0jaé_4", "0jae_4!", "0" * 13, "a" * 13, "0jae.4"],
)
def test_what_is_no_amboss_id(text: str) -> None:
    assert AMBOSS.normal_id(text) is None


def test_case_and_wildcard_lookalikes_are_other_ids() -> None:
    ids = {AMBOSS.normal_id(id) for id in ("0jae_4", "0jaeX4", "0JAE_4")}
    assert len(ids) == 3


# --- Any bank -------------------------------------------------------------------------------------


@pytest.mark.parametrize("bank", BANKS, ids=lambda bank: bank.key)
@steady
@given(text=st.text(max_size=20) | st.text("0123456789٣４ -_aZ", max_size=14))
def test_a_normal_id_fits_the_pattern_and_stays(bank: Bank, text: str) -> None:
    id = bank.normal_id(text)
    assert id is None or (bank.id_pattern.fullmatch(id) and bank.normal_id(id) == id)


def test_keys_are_the_ones_already_in_collections() -> None:
    assert [exam.key for exam in EXAMS][:4] == ["step1", "step2", "step3", "comlex"]
    assert [bank.key for bank in BANKS][:2] == ["uworld", "amboss"]
    assert len({exam.key for exam in EXAMS}) == len(EXAMS)
    assert len({bank.key for bank in BANKS}) == len(BANKS)


def test_banks_and_exams_are_found_by_key() -> None:
    assert all(exam_by_key(exam.key) is exam for exam in EXAMS)
    assert all(bank_by_key(bank.key) is bank for bank in BANKS)
    with pytest.raises(KeyError):
        exam_by_key("")
    with pytest.raises(KeyError):
        bank_by_key("UWorld")


# --- What names a question ------------------------------------------------------------------------


def test_question_names_as_shown_to_people() -> None:
    shown = {str(question_key(UWORLD, exam, "1234")) for exam in EXAMS}
    assert shown >= {"UWorld Step 1 1234", "UWorld Step 3 1234", "UWorld COMLEX 1234"}
    assert str(question_key(AMBOSS, STEP_1, "0jae_4")) == "AMBOSS 0jae_4"


def test_the_same_number_in_two_exams_is_two_questions() -> None:
    keys = {question_key(UWORLD, exam, "1234") for exam in (STEP_1, STEP_2, STEP_3, COMLEX)}
    assert len(keys) == 4


def test_an_id_that_exams_share_is_one_question() -> None:
    assert {question_key(AMBOSS, exam, "0jae_4") for exam in EXAMS} == {
        QuestionKey("amboss", "", "0jae_4")
    }


@steady
@given(
    *[
        st.builds(
            question_key,
            st.sampled_from(BANKS),
            st.sampled_from(EXAMS),
            st.sampled_from(["1", "12", "123", *AMBOSS_IDS]),
        )
        for _ in range(2)
    ]
)
def test_a_name_stands_for_one_question_and_begins_with_a_letter(
    one: QuestionKey, other: QuestionKey
) -> None:
    assert (str(one) == str(other)) == (one == other)
    assert str(one)[0].isalpha()


def test_an_unknown_bank_or_exam_has_no_name() -> None:
    with pytest.raises(KeyError):
        str(QuestionKey("no such bank", "step1", "1"))
    with pytest.raises(KeyError):
        str(QuestionKey("uworld", "step9", "1"))
