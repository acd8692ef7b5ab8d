"""Question ids in tags: every real shape, every lookalike, and a scan that is exact."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from remediation.matching.question_tags import (
    FoundNotes,
    How,
    QuestionTag,
    TagScan,
    question_of_tag,
    questions_of_note,
)
from remediation.model.banks import QuestionKey

steady = settings(derandomize=True, deadline=None)

STEP_1 = "#AK_Step1_v12"
STEP_1_OLD = "#AK_Step1_v11"
STEP_2 = "#AK_Step2_v12"

# --- One tag --------------------------------------------------------------------------------------

UWORLD_TAGS = {
    # v12
    f"{STEP_1}::#UWorld::Step::2108": ("step1", "2108"),
    f"{STEP_2}::#UWorld::Step::4406": ("step2", "4406"),
    "#AK_Step3_v12::#UWorld::12574": ("step3", "12574"),
    # COMLEX questions stand under a Step
    f"{STEP_1}::#UWorld::COMLEX::25217": ("comlex", "25217"),
    f"{STEP_2}::#UWorld::COMLEX::101689": ("comlex", "101689"),
    # v11 nests ids in ranges and pads them
    f"{STEP_1_OLD}::#UWorld::0-99::05": ("step1", "5"),
    f"{STEP_1_OLD}::#UWorld::0-99::99": ("step1", "99"),
    f"{STEP_1_OLD}::#UWorld::100-999::100-199::123": ("step1", "123"),
    f"{STEP_1_OLD}::#UWorld::1000-9999::2000-2999::2108": ("step1", "2108"),
    f"{STEP_1_OLD}::#UWorld::10000-99999::14000-14999::14993": ("step1", "14993"),
    f"{STEP_1_OLD}::#UWorld::22000+::106510": ("step1", "106510"),
    # roots that students and later versions have
    "!AK_Step1_v12::#UWorld::Step::2108": ("step1", "2108"),
    "#AK_Step1_v13::#UWorld::Step::2108": ("step1", "2108"),
    "#Zank::#Step1_v12::#UWorld::Step::23456": ("step1", "23456"),
    "Step_2_CK::UWorld::77": ("step2", "77"),
    "USMLE::Step-3::UWorld::77": ("step3", "77"),
    "Step 1::UWorld::77".replace(" ", "\xa0"): ("step1", "77"),
    "AnKing::Step::2::UWorld::77": ("step2", "77"),
    "STEP1::UWORLD::77": ("step1", "77"),
    "#ak_step1_v12::#uworld::step::2108": ("step1", "2108"),
    "School::UWorld_Step2::77": ("step2", "77"),
    "School::COMLEX_Level_2::07_UWorld::77": ("comlex", "77"),
    "#AK_Step1_v12::#UWorld::comlex::77": ("comlex", "77"),
    f"{STEP_1}::#UWorld::Step::２１０８": ("step1", "2108"),
    # the exam is not named, or two are
    "UWorld::77": (None, "77"),
    "#UWorld::0-99::05": (None, "5"),
    "Zanki_Step_Decks::#UWorld::77": (None, "77"),
    "Step4::UWorld::77": (None, "77"),
    "Step12::UWorld::77": (None, "77"),
    "Step1::Step2::UWorld::77": (None, "77"),
    "Step1_and_Step2::UWorld::77": (None, "77"),
}


@pytest.mark.parametrize(("tag", "exam_and_id"), UWORLD_TAGS.items())
def test_tags_that_name_a_uworld_question(tag: str, exam_and_id: tuple[str | None, str]) -> None:
    assert question_of_tag(tag) == QuestionTag("uworld", *exam_and_id)


@pytest.mark.parametrize("root", [STEP_1, STEP_2, "#AK_Step3_v12", "#Mine", "!AK_Step1_COMLEX"])
@pytest.mark.parametrize("id", ["0jae_4", "0jaeX4", "-aaDMQ", "3_0SLi", "FLaJnh0OIM", "12345"])
def test_an_amboss_id_is_the_same_in_every_exam(root: str, id: str) -> None:
    assert question_of_tag(f"{root}::#AMBOSS::{id}") == QuestionTag("amboss", "", id)


def test_an_amboss_id_may_spell_anything() -> None:
    assert question_of_tag("#AMBOSS::0UwSa4") == QuestionTag("amboss", "", "0UwSa4")


@pytest.mark.parametrize(
    "tag",
    [
        "",
        "::",
        "77",
        "::77",
        "marked",
        "#UWorld",
        "#UWorld::",
        f"{STEP_1}::#UWorld",
        f"{STEP_1}::#UWorld::Step",
        f"{STEP_1}::#UWorld::COMLEX",
        # other things that end in numbers
        "#NBME::16",
        f"{STEP_1}::#NBME::16",
        f"{STEP_2}::#NBME::Form_9::16",
        f"{STEP_1}::#Free120::77",
        f"{STEP_1}::#Pathoma::07_Neoplasia::1",
        f"{STEP_1}::#FirstAid::07_Cardiovascular::03_Physiology::10",
        f"{STEP_1}::#B&B::12_Hematology::3",
        "AnkiHub_Optional::Mnemonics::7",
        "!my_tags::missed::block_12",
        # self-assessments number their own items
        f"{STEP_1}::#UWorld::#UWSA1",
        f"{STEP_1}::#UWorld::#UWSA1::77",
        f"{STEP_2}::#UWorld::Step::#UWSA2::77",
        f"{STEP_1}::UWorld_UWSA1::77",
        f"{STEP_1}::#UWSA::#UWorld::77",
        "UWSA_1::#UWorld::77",
        # ranges
        f"{STEP_1_OLD}::#UWorld::0-99",
        f"{STEP_1_OLD}::#UWorld::100-999::100-199",
        f"{STEP_1_OLD}::#UWorld::22000+",
        f"{STEP_1_OLD}::#UWorld::10000-99999",
        # not quite ids
        f"{STEP_1}::#UWorld::Step::0",
        f"{STEP_1}::#UWorld::Step::1234567",
        f"{STEP_1}::#UWorld::Step::2108a",
        f"{STEP_1}::#UWorld::Step::-2108",
        f"{STEP_1}::#UWorld::Step::2108:",
        f"{STEP_1}::#UWorld::Step::2108::",
        f"{STEP_1}::#UWorld::Step::2108::extra",
        f"{STEP_1}:#UWorld:Step:2108",
        f"{STEP_1}::#UWorld_2108",
        f"{STEP_1}::#AMBOSS::0jae",
        f"{STEP_1}::#AMBOSS::0jae*4",
        f"{STEP_1}::#AMBOSS::1234567890123",
        # not quite banks
        f"{STEP_1}::#UWorlds::2108",
        f"{STEP_1}::#UWorldly::2108",
        f"{STEP_1}::#NotUWorld::2108",
        f"{STEP_1}::#AMBOSSADOR::0jae_4",
        f"{STEP_1}::#U_World::2108",
    ],
)
def test_tags_that_name_no_question(tag: str) -> None:
    assert question_of_tag(tag) is None


@steady
@given(st.lists(st.sampled_from(["#UWorld", "AMBOSS", "Step1", "::", ":", "#", "77"]) | st.text()))
def test_any_text_is_read_without_an_error(pieces: list[str]) -> None:
    tag = "".join(pieces)
    named = question_of_tag(tag)
    assert named is None or "::" in tag


def test_questions_of_a_note_are_named_once() -> None:
    tags = [
        f"{STEP_1}::#UWorld::Step::5",
        f"{STEP_1_OLD}::#UWorld::0-99::05",
        f"{STEP_2}::#UWorld::Step::5",
        f"{STEP_1}::#AMBOSS::0jae_4",
        f"{STEP_2}::#AMBOSS::0jae_4",
        f"{STEP_1}::#NBME::16",
    ]
    assert questions_of_note(tags) == {
        QuestionTag("uworld", "step1", "5"),
        QuestionTag("uworld", "step2", "5"),
        QuestionTag("amboss", "", "0jae_4"),
    }
    assert questions_of_note([]) == frozenset()


# --- A scan, against one that compares everything with everything ---------------------------------

NUMBERS = ("1", "5", "12", "123", "1234", "12345", "2108", "106510")
NAMES = ("0jae_4", "0jaeX4", "0JAE_4", "0jae-4", "-aaDMQ", "12345", "012345")


class MadeTag(NamedTuple):
    """A tag, and what it was made to say: bank, exam (None: not named) and id, or nothing."""

    text: str
    question: tuple[str, str | None, str] | None


def uworld_tags(id: str) -> list[MadeTag]:
    made = [
        MadeTag(f"{STEP_1}::#UWorld::COMLEX::{id}", ("uworld", "comlex", id)),
        MadeTag(f"{STEP_2}::#UWorld::COMLEX::{id}", ("uworld", "comlex", id)),
        MadeTag(f"#AK_Step3_v12::#UWorld::{id}", ("uworld", "step3", id)),
        MadeTag(f"#Mine::UWorld::{id}", ("uworld", None, id)),
    ]
    for step in "12":
        question = ("uworld", f"step{step}", id)
        made += [
            MadeTag(f"#AK_Step{step}_v12::#UWorld::Step::{id}", question),
            MadeTag(f"#AK_Step{step}_v11::#UWorld::0-99::{id:0>2}", question),
            MadeTag(f"#Zank::#Step{step}_v12::#UWorld::Step::{id}", question),
        ]
    lookalikes = (
        f"{STEP_1}::#NBME::{id}",
        f"{STEP_1}::#UWorld::#UWSA1::{id}",
        f"{STEP_1}::#UWorld::Step::{id}0-{id}9",
        f"{STEP_1}::#UWorld::Step::x{id}",
        f"{STEP_1}::#UWorld::Step::{id}::{id}x",
        f"{STEP_1}::Step::{id}",
        id,
    )
    return made + [MadeTag(text, None) for text in lookalikes]


def amboss_tags(id: str) -> list[MadeTag]:
    made = [MadeTag(f"{root}::#AMBOSS::{id}", ("amboss", "", id)) for root in (STEP_1, STEP_2, "X")]
    return [*made, MadeTag(f"{STEP_1}::#Other::{id}", None), MadeTag(f"#AMBOSS::{id}::x", None)]


MADE_TAGS = [made for id in NUMBERS for made in uworld_tags(id)]
MADE_TAGS += [made for id in NAMES for made in amboss_tags(id)]
QUESTIONS = [QuestionKey("amboss", "", id) for id in NAMES] + [
    QuestionKey("uworld", exam, id)
    for exam in ("step1", "step2", "step3", "comlex")
    for id in NUMBERS
]

Notes = list[list[MadeTag]]
NOTES = st.lists(st.lists(st.sampled_from(MADE_TAGS), max_size=8), max_size=12)
WANTED = st.lists(st.sampled_from(QUESTIONS), unique=True, max_size=12)


def scanned(notes: Notes, wanted: list[QuestionKey]) -> TagScan:
    scan = TagScan(wanted)
    for note_id, tags in enumerate(notes):
        scan.add(note_id, f" {' '.join(made.text for made in tags)} ")
    return scan


def naively_found(notes: Notes, key: QuestionKey) -> FoundNotes:
    """Compares the question with what every tag of every note was made to say."""
    found = FoundNotes()
    for note_id, tags in enumerate(notes):
        said = [made.question for made in tags if made.question and made.question[0] == key.bank]
        exams = {exam for _, exam, id in said if id == key.id}
        ways = {
            How.ID: key.exam in exams,
            How.ID_EXAM_NOT_NAMED: None in exams,
            How.ID_OTHER_EXAM: bool(exams - {key.exam, None}),
        }
        for how, is_found in ways.items():
            if is_found:
                found.by_how.setdefault(how, []).append(note_id)
        found.other_case |= {
            id for _, _, id in said if id != key.id and id.lower() == key.id.lower()
        }
    return found


@settings(steady, max_examples=300)
@given(NOTES, WANTED)
@example([MADE_TAGS], QUESTIONS)
@example([[made] for made in MADE_TAGS], QUESTIONS)
def test_scan_finds_what_comparing_everything_finds(
    notes: Notes, wanted: list[QuestionKey]
) -> None:
    scan = scanned(notes, wanted)
    assert scan.found == {key: naively_found(notes, key) for key in wanted}
    found = {
        note_id
        for notes_found in scan.found.values()
        for ids in notes_found.by_how.values()
        for note_id in ids
    }
    assert scan.tags == {id: tuple(made.text for made in notes[id]) for id in found}


@steady
@given(NOTES, WANTED, WANTED)
def test_what_else_is_wanted_makes_no_difference(
    notes: Notes, wanted: list[QuestionKey], others: list[QuestionKey]
) -> None:
    alone = scanned(notes, wanted)
    together = scanned(notes, list(dict.fromkeys(wanted + others)))
    assert all(together.found[key] == alone.found[key] for key in wanted)


@pytest.mark.parametrize("made", MADE_TAGS, ids=lambda made: made.text)
def test_made_tags_are_read_as_they_were_made(made: MadeTag) -> None:
    expected = QuestionTag(*made.question) if made.question else None
    assert question_of_tag(made.text) == expected


# --- What a scan must never confuse ---------------------------------------------------------------


def found_ids(key: QuestionKey, *tags: str, other_exams: bool = False) -> tuple[int, ...]:
    scan = TagScan([key])
    for note_id, text in enumerate(tags, 1):
        scan.add(note_id, text)
    return scan.found[key].best(other_exams=other_exams)[0]


def test_an_id_inside_another_is_not_found() -> None:
    tags = [f"{STEP_1}::#UWorld::Step::{id}" for id in ("123", "12345", "1234", "41234", "012345")]
    assert found_ids(QuestionKey("uworld", "step1", "1234"), *tags) == (3,)
    assert found_ids(QuestionKey("uworld", "step1", "12345"), *tags) == (2, 5)


def test_the_same_number_in_other_exams_is_not_found_unless_asked_for() -> None:
    tags = [
        f"{STEP_2}::#UWorld::Step::1234",
        f"{STEP_1}::#UWorld::COMLEX::1234",
        "#AK_Step3_v12::#UWorld::1234",
    ]
    key = QuestionKey("uworld", "step1", "1234")
    assert found_ids(key, *tags) == ()
    assert found_ids(key, *tags, other_exams=True) == (1, 2, 3)
    assert found_ids(QuestionKey("uworld", "comlex", "1234"), *tags) == (2,)
    assert found_ids(QuestionKey("uworld", "step3", "1234"), *tags, other_exams=True) == (3,)


def test_a_tag_that_names_no_exam_counts_only_where_none_names_it() -> None:
    key = QuestionKey("uworld", "step1", "77")
    exact, unnamed = f"{STEP_1}::#UWorld::Step::77", "#Mine::UWorld::77"
    other = f"{STEP_2}::#UWorld::Step::77"
    assert found_ids(key, unnamed, exact, other, other_exams=True) == (2,)
    assert found_ids(key, unnamed, other, other_exams=True) == (1,)
    assert found_ids(key, unnamed, other) == (1,)


def test_amboss_lookalikes_of_a_wildcard_are_not_found() -> None:
    tags = [f"{STEP_1}::#AMBOSS::{id}" for id in ("0jaeX4", "0jae_4", "0jae-4", "0jae__4")]
    assert found_ids(QuestionKey("amboss", "", "0jae_4"), *tags) == (2,)


def test_amboss_ids_that_differ_in_case_are_reported_and_not_taken() -> None:
    key = QuestionKey("amboss", "", "0jae_4")
    scan = TagScan([key])
    scan.add(1, f" {STEP_1}::#AMBOSS::0JAE_4 ")
    assert scan.found[key] == FoundNotes({}, {"0JAE_4"})
    assert scan.found[key].best(other_exams=True) == ((), None)
    assert scan.tags == {}
    scan.add(2, f" {STEP_1}::#AMBOSS::0jae_4 {STEP_2}::#AMBOSS::0Jae_4 ")
    assert scan.found[key] == FoundNotes({How.ID: [2]}, {"0JAE_4", "0Jae_4"})


def test_a_number_is_looked_for_in_its_own_bank_only() -> None:
    tags = [f"{STEP_1}::#AMBOSS::12345", f"{STEP_1}::#UWorld::Step::12345"]
    assert found_ids(QuestionKey("uworld", "step1", "12345"), *tags, other_exams=True) == (2,)
    assert found_ids(QuestionKey("amboss", "", "12345"), *tags, other_exams=True) == (1,)


def test_a_note_with_several_tags_of_a_question_is_found_once() -> None:
    both = f" {STEP_1}::#UWorld::Step::5 {STEP_1_OLD}::#UWorld::0-99::05 "
    assert found_ids(QuestionKey("uworld", "step1", "5"), both, both) == (1, 2)


def test_notes_without_tags_and_odd_separators() -> None:
    """Anki parts tags with blanks, full-width ones too; a list starts and ends with one."""
    key = QuestionKey("uworld", "step1", "5")
    assert found_ids(key, "", " ", f"  a　{STEP_1}::#UWorld::Step::5  b ") == (3,)


def test_nothing_wanted_nothing_found() -> None:
    scan = TagScan([])
    scan.add(1, f" {STEP_1}::#UWorld::Step::5 ")
    assert (scan.found, scan.tags) == ({}, {})


def test_the_surest_way_comes_first() -> None:
    found = FoundNotes({How.ID_OTHER_EXAM: [3], How.ID_EXAM_NOT_NAMED: [2], How.ID: [1]})
    assert found.best(other_exams=True) == ((1,), How.ID)
    del found.by_how[How.ID]
    assert found.best(other_exams=True) == ((2,), How.ID_EXAM_NOT_NAMED)
    del found.by_how[How.ID_EXAM_NOT_NAMED]
    assert found.best(other_exams=True) == ((3,), How.ID_OTHER_EXAM)
    assert found.best(other_exams=False) == ((), None)
