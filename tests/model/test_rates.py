from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from remediation.model.attempts import Attempt, GroupKind, Outcome, QuestionGroup
from remediation.model.rates import Rate, rates_by_system
from remediation.model.records import Sitting

RIGHT, WRONG = Outcome.CORRECT, Outcome.INCORRECT


def _block(
    when: int, *answers: tuple[str, Outcome], bank: str = "uworld", name: str = ""
) -> Sitting:
    attempts = tuple(Attempt(system=system, outcome=outcome) for system, outcome in answers)
    return Sitting(bank, "step1", when, attempts, name=name, total=len(attempts))


def _report(
    when: int, *rows: tuple[str, int, int], bank: str = "uworld", name: str = ""
) -> Sitting:
    groups = tuple(
        QuestionGroup(GroupKind.SYSTEM, system, seen=seen, correct=correct)
        for system, seen, correct in rows
    )
    return Sitting(bank, "step1", when, (), groups=groups, name=name)


def test_blocks_add_up() -> None:
    blocks = [
        _block(1, ("Cardiovascular System", RIGHT), ("Cardiovascular System", WRONG)),
        _block(2, ("Cardiovascular System", Outcome.OMITTED), ("Dermatology", Outcome.UNSURE)),
    ]
    assert rates_by_system(blocks) == {"Cardiovascular": Rate(3, 1), "Skin": Rate(1, 1)}


def test_a_report_takes_the_place_of_the_blocks_before_it() -> None:
    before = _block(1, *[("Cardiovascular System", WRONG)] * 10)
    report = _report(5, ("Cardiovascular System", 40, 30))
    after = _block(9, *[("Cardiovascular System", RIGHT)] * 4)
    assert rates_by_system([before, report, after]) == {"Cardiovascular": Rate(44, 34)}


def test_only_the_newest_report_counts() -> None:
    old, new = _report(5, ("Dermatology", 10, 1)), _report(6, ("Dermatology", 20, 9))
    assert rates_by_system([new, old]) == rates_by_system([old, new]) == {"Skin": Rate(20, 9)}


def test_a_system_the_report_does_not_have_is_counted_from_the_blocks() -> None:
    block = _block(1, ("Dermatology", RIGHT))
    rates = rates_by_system([block, _report(5, ("Cardiovascular System", 40, 30))])
    assert rates == {"Skin": Rate(1, 1), "Cardiovascular": Rate(40, 30)}


def test_a_report_of_one_bank_says_nothing_about_another() -> None:
    other = _block(1, ("Dermatology", RIGHT), bank="amboss")
    rates = rates_by_system([other, _report(5, ("Dermatology", 10, 5))])
    assert rates == {"Skin": Rate(11, 6)}


def test_each_form_of_a_self_assessment_counts_once() -> None:
    first = _report(1, ("Cardio", 20, 10), bank="nbme", name="Form 30")
    second = _report(2, ("Cardio", 20, 14), bank="nbme", name="Form 31")
    items = _block(2, *[("Cardio", RIGHT)] * 3, bank="nbme", name="Form 31")
    assert rates_by_system([first, second]) == {"Cardiovascular": Rate(40, 24)}
    assert rates_by_system([first, second, items]) == {"Cardiovascular": Rate(23, 13)}


def test_a_row_about_several_systems_is_shared_out() -> None:
    rates = rates_by_system([_report(1, ("Respiratory and Renal/Urinary Systems", 20, 10))])
    assert rates == {"Respiratory": Rate(10, 5), "Renal": Rate(10, 5)}


def test_a_list_of_misses_alone_does_not_count() -> None:
    misses = tuple(Attempt(system="Dermatology", outcome=WRONG) for _ in range(3))
    assert rates_by_system([Sitting("uworld", "step1", 1, misses)]) == {}
    assert rates_by_system([Sitting("uworld", "step1", 1, misses, total=40)]) == {}
    assert rates_by_system([Sitting("uworld", "step1", 1, misses, total=3)]) == {"Skin": Rate(3, 0)}


def test_a_sample_does_not_count() -> None:
    block = _block(1, ("Cardiovascular System", RIGHT), ("Cardiovascular System", WRONG))
    report = _report(5, ("Dermatology", 10, 1))
    made_up = [replace(sitting, sample=True) for sitting in (block, report)]
    assert rates_by_system(made_up) == {}
    assert rates_by_system([*made_up, block]) == rates_by_system([block])


def test_percentages_without_counts_are_not_made_into_questions() -> None:
    group = QuestionGroup(GroupKind.SYSTEM, "Cardiovascular System", percent=60.0)
    assert rates_by_system([Sitting("nbme", "step1", 1, (), groups=(group,))]) == {}


@given(
    st.lists(
        st.tuples(
            st.integers(0, 9),
            st.sampled_from(["Dermatology", "Cardiovascular System", "?", "Renal & Endocrine"]),
            st.sampled_from(Outcome),
        ),
        max_size=30,
    )
)
def test_every_question_is_counted_exactly_once(answers: list[tuple[int, str, Outcome]]) -> None:
    rates = rates_by_system(_block(when, (system, outcome)) for when, system, outcome in answers)
    assert round(sum(rate.seen for rate in rates.values()), 6) == len(answers)
    assert all(0 <= rate.correct <= rate.seen for rate in rates.values())
