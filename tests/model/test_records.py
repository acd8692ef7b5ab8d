"""The ledger's records: written, read back, named, split, and refused when they are not whole."""

from __future__ import annotations

import json
import random
import string
from dataclasses import fields, replace
from typing import Any, Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remediation.model.attempts import (
    AnswerChange,
    Attempt,
    Band,
    Confidence,
    GroupKind,
    Outcome,
    QuestionGroup,
)
from remediation.model.banks import AMBOSS, BANKS, EXAMS, UWORLD, QuestionKey, question_key
from remediation.model.codec import DamagedRecord, decode, encode
from remediation.model.decisions import DecidedBy, Decision
from remediation.model.records import (
    MOST_DATA_CHARS,
    NoteRef,
    Question,
    Release,
    Remembered,
    Sitting,
    question_key_from_text,
)

steady = settings(derandomize=True, deadline=None, max_examples=60)

# --- Arbitrary records ----------------------------------------------------------------------------

TEXTS = st.text(max_size=20)
WHOLE = st.integers(-(2**63) + 1, 2**63 - 1)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53)
# Until 2100, and not close to 0, which no time zone makes negative.
MOMENTS = st.integers(100_000, 4_102_444_800)

ATTEMPTS = st.builds(
    Attempt,
    id=st.none() | TEXTS,
    outcome=st.none() | st.sampled_from(Outcome),
    position=st.none() | WHOLE,
    subject=TEXTS,
    system=TEXTS,
    category=TEXTS,
    topic=TEXTS,
    percent_others=st.none() | NUMBERS,
    seconds=st.none() | NUMBERS,
    others_seconds=st.none() | NUMBERS,
    change=st.none() | st.sampled_from(AnswerChange),
    confidence=st.none() | st.sampled_from(Confidence),
    reason=TEXTS,
    note_ids=st.lists(WHOLE, max_size=3).map(tuple),
    card_ids=st.lists(WHOLE, max_size=3).map(tuple),
)
GROUPS = st.builds(
    QuestionGroup,
    kind=st.sampled_from(GroupKind),
    name=TEXTS,
    parent=TEXTS,
    seen=st.none() | WHOLE,
    correct=st.none() | WHOLE,
    incorrect=st.none() | WHOLE,
    omitted=st.none() | WHOLE,
    percent=st.none() | NUMBERS,
    band=st.none() | st.sampled_from(Band),
)
SITTINGS = st.builds(
    Sitting,
    bank=st.sampled_from([bank.key for bank in BANKS]),
    exam=st.sampled_from([exam.key for exam in EXAMS]),
    when=MOMENTS,
    attempts=st.lists(ATTEMPTS, max_size=5).map(tuple),
    dated=st.booleans(),
    name=TEXTS,
    mode=TEXTS,
    total=st.none() | WHOLE,
    repeats=st.booleans(),
    extends=st.lists(TEXTS, max_size=3).map(tuple),
    groups=st.lists(GROUPS, max_size=3).map(tuple),
    summary=st.lists(st.tuples(TEXTS, TEXTS), max_size=3).map(tuple),
    part=WHOLE,
    parts=WHOLE,
)

JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**30, -(10**400), 2**63])
    | st.floats()
    | TEXTS,
    lambda children: st.lists(children, max_size=4) | st.dictionaries(TEXTS, children, max_size=4),
    max_leaves=10,
)
QUESTION_KEYS = st.builds(
    question_key, st.sampled_from(BANKS), st.sampled_from(EXAMS), st.text(min_size=1, max_size=12)
)
QUESTIONS = st.builds(
    Question,
    key=QUESTION_KEYS,
    core=st.lists(st.builds(NoteRef, WHOLE, TEXTS), max_size=4).map(tuple),
    system=TEXTS,
)
REMEMBERED = st.builds(Remembered, MOMENTS, st.dictionaries(TEXTS, TEXTS | WHOLE, max_size=3))
RELEASES = st.builds(Release, MOMENTS, st.lists(WHOLE, max_size=9).map(tuple))

# Small sittings for the tests that look at one thing.
ATTEMPT = Attempt("2108", Outcome.INCORRECT, 3, "Pathology", seconds=65.0)
SITTING = Sitting("uworld", "step1", 1_700_000_000, (ATTEMPT, Attempt("5", Outcome.CORRECT)))


def stored(record: Any) -> dict[str, Any]:
    """The record as the next start of Anki finds it."""
    return decode(encode(record.to_json()))


@steady
@given(SITTINGS)
def test_every_sitting_comes_back(sitting: Sitting) -> None:
    assert Sitting.from_json(stored(sitting)) == sitting


@steady
@given(QUESTIONS)
def test_every_question_comes_back(question: Question) -> None:
    assert Question.from_json(stored(question)) == question


@steady
@given(RELEASES)
def test_every_release_comes_back(release: Release) -> None:
    assert Release.from_json(stored(release)) == release


@steady
@given(REMEMBERED)
def test_every_remembered_choice_comes_back(remembered: Remembered) -> None:
    assert Remembered.from_json(stored(remembered)) == remembered


def test_where_an_attempt_stood_in_the_input_is_not_recorded() -> None:
    sitting = replace(SITTING, attempts=(replace(ATTEMPT, where="line 3 of Jane's notes"),))
    assert "Jane" not in json.dumps(sitting.to_json())


def test_what_was_not_given_takes_no_room() -> None:
    assert Sitting("amboss", "step2", 1_700_000_000, (Attempt("0jae_4"),)).to_json() == {
        "kind": "sitting",
        "bank": "amboss",
        "exam": "step2",
        "when": 1_700_000_000,
        "attempts": [{"id": "0jae_4"}],
    }


def test_zero_and_empty_are_not_the_same_as_not_given() -> None:
    attempt = Attempt(id="", position=0, percent_others=0.0, seconds=0.0)
    sitting = replace(SITTING, attempts=(attempt,), total=0)
    assert Sitting.from_json(stored(sitting)) == sitting


def test_numbers_are_read_as_the_type_they_have() -> None:
    read = Sitting.from_json(stored(SITTING)).attempts[0]
    assert (type(read.seconds), type(read.position)) == (float, int)


def test_every_field_is_written_and_read() -> None:
    """A field that is added to a noun must be added to its reader as well."""
    attempt = Attempt(
        id="id",
        outcome=Outcome.UNSURE,
        position=1,
        subject="subject",
        system="system",
        category="category",
        topic="topic",
        percent_others=1.5,
        seconds=2.5,
        others_seconds=3.5,
        change=AnswerChange.RIGHT_TO_WRONG,
        confidence=Confidence.GUESSED,
        reason="knowledge gap",
        note_ids=(1, 2),
        card_ids=(3,),
    )
    group = QuestionGroup(
        kind=GroupKind.SYSTEM,
        name="name",
        parent="parent",
        seen=1,
        correct=2,
        incorrect=3,
        omitted=4,
        percent=5.5,
        band=Band.LOWER,
    )
    sitting = Sitting(
        bank="uworld",
        exam="step1",
        when=1_700_000_000,
        attempts=(attempt,),
        dated=True,
        name="name",
        mode="mode",
        total=40,
        repeats=True,
        sample=True,
        extends=("Sitting x",),
        groups=(group,),
        summary=(("Your Score", "62%"),),
        part=2,
        parts=3,
    )
    for record in (attempt, group, sitting):
        for field in fields(record):
            if field.compare:
                assert getattr(record, field.name) != field.default, field.name
    assert Sitting.from_json(stored(sitting)) == sitting


# --- What a newer version wrote -------------------------------------------------------------------


@steady
@given(
    QUESTIONS,
    st.dictionaries(
        TEXTS.filter(lambda name: name not in {"kind", "bank", "exam", "id", "core", "system"}),
        JSON_VALUES.filter(lambda value: value == value and "NaN" not in json.dumps(value)),
        max_size=4,
    ),
)
def test_unknown_fields_of_a_question_survive(question: Question, unknown: dict[str, Any]) -> None:
    record = {**stored(question), **unknown}
    read = Question.from_json(record)
    assert read.key == question.key
    assert stored(read) == record
    assert stored(replace(read, system="Renal")) == {**record, "system": "Renal"}


def test_unknown_fields_of_sittings_and_attempts_are_no_damage() -> None:
    record = {**SITTING.to_json(), "weather": "fine", "v": [2]}
    record["attempts"] = [{**attempt, "mood": {}} for attempt in record["attempts"]]
    assert Sitting.from_json(record) == SITTING
    assert Release.from_json({"at": 1_700_000_000, "cards": [], "why": 1}).cards == ()


def test_known_fields_win_over_unread_ones() -> None:
    key = question_key(UWORLD, EXAMS[0], "1")
    question = Question(key, system="Renal", unread={"system": "Eye", "id": "2", "new": 1})
    assert Question.from_json(stored(question)) == replace(question, unread={"new": 1})


def test_merging_keeps_what_either_computer_knows() -> None:
    key = question_key(UWORLD, EXAMS[0], "1")
    first, second, third = NoteRef(1, "a"), NoteRef(2, "b"), NoteRef(3, "c")
    named = Decision("a", "K2", DecidedBy.CONFIRMED, 10)
    accepted = Decision("a", "K1", DecidedBy.ACCEPTED, 20)
    later = Decision("b", "T4", DecidedBy.ASKED_FIRST, 15)
    one = Question(
        key, (first, second), decisions=(named,), cue="two left", rule="x", unread={"p": 1, "q": 1}
    )
    other = Question(
        key,
        (third, second),
        "Renal",
        (accepted, later),
        wants_cards=True,
        mixed_with="gout",
        other_side=(third,),
        cue="two left",
        rule="y",
        unread={"r": "y", "q": 2},
    )
    assert one.merged(other) == Question(
        key,
        (first, second, third),
        "Renal",
        (named, later),
        True,
        "gout",
        (third,),
        "two left",
        "x\ny",
        {"p": 1, "q": 1, "r": "y"},
    )
    assert one.merged(one) == one


# --- Records that are not whole -------------------------------------------------------------------

WRONG_FOR_TEXT: tuple[Any, ...] = (None, 1, 1.5, True, ["a"], {"a": 1})
WRONG_FOR_WHOLE: tuple[Any, ...] = (None, "1", 1.0, 1.5, True, [1], {}, 2**63, -(10**400))
NOT_FINITE = (float("nan"), float("inf"), -float("inf"), 10**400)
WRONG_FOR_NUMBER: tuple[Any, ...] = (None, "1", True, [1], {}, *NOT_FINITE)
WRONG_FOR_TRUTH: tuple[Any, ...] = (None, 0, 1, "true", "", [], {})
WRONG_FOR_LIST: tuple[Any, ...] = (None, 0, True, "", "abc", "[]", {}, {"id": "1"})
WRONG_FOR_CHOICE: tuple[Any, ...] = (*WRONG_FOR_TEXT, "", "no such bank", "Correct")
WRONG_FOR_DATE: tuple[Any, ...] = (*WRONG_FOR_WHOLE, 2**62, 10**15)

WRONG_IN_SITTING: dict[str, tuple[Any, ...]] = {
    "bank": (*WRONG_FOR_CHOICE, "UWorld"),
    "exam": (*WRONG_FOR_CHOICE, "Step 1"),
    "when": WRONG_FOR_DATE,
    "attempts": (*WRONG_FOR_LIST, ["abc"], ["id"], [1], [None], [[]], [["id"]], [{"id": 5}]),
    "dated": WRONG_FOR_TRUTH,
    "name": WRONG_FOR_TEXT,
    "mode": WRONG_FOR_TEXT,
    "total": WRONG_FOR_WHOLE,
    "repeats": WRONG_FOR_TRUTH,
    "sample": WRONG_FOR_TRUTH,
    "extends": (*WRONG_FOR_LIST, [1], [None], ["a", ["b"]]),
    "groups": (*WRONG_FOR_LIST, ["abc"], [1], [[]], [{}], [{"kind": "a", "name": "b"}]),
    "summary": (*WRONG_FOR_LIST, ["ab"], [1], [["a"]], [["a", 1]], [["a", "b", "c"]]),
    "part": WRONG_FOR_WHOLE,
    "parts": WRONG_FOR_WHOLE,
}
WRONG_IN_ATTEMPT: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(("id", "subject", "system", "category", "topic", "reason"), WRONG_FOR_TEXT),
    **dict.fromkeys(("note_ids", "card_ids"), (*WRONG_FOR_LIST, [None], ["1"], [1.5], [True])),
    **dict.fromkeys(("percent_others", "seconds", "others_seconds"), WRONG_FOR_NUMBER),
    **dict.fromkeys(("outcome", "change", "confidence"), WRONG_FOR_CHOICE),
    "position": WRONG_FOR_WHOLE,
}
WRONG_IN_QUESTION: dict[str, tuple[Any, ...]] = {
    "bank": WRONG_FOR_CHOICE,
    "exam": (*WRONG_FOR_TEXT, "no such bank"),
    "id": WRONG_FOR_TEXT,
    "core": (
        *WRONG_FOR_LIST,
        [1],
        ["1a"],
        [[]],
        [[1]],
        [[1, 2]],
        [["1", "a"]],
        [[None, "a"]],
        [[2**63, "a"]],
        [[1, "a", "b"]],
        [{"id": 1}],
    ),
    "system": WRONG_FOR_TEXT,
}
WRONG_IN_RELEASE: dict[str, tuple[Any, ...]] = {
    "at": WRONG_FOR_DATE,
    "cards": (*WRONG_FOR_LIST, [None], ["1"], [1.0], [True], [[1]], [2**63]),
}

QUESTION = Question(question_key(UWORLD, EXAMS[0], "5"), (NoteRef(1, "a"),), "Renal")
RELEASE = Release(1_700_000_000, (1, 2))
REMEMBER = Remembered(1_700_000_000, {"topic": "branch"})
WHOLE_RECORDS: tuple[tuple[dict[str, Any], Callable[[Any], Any], set[str]], ...] = (
    (SITTING.to_json(), Sitting.from_json, {"bank", "exam", "when", "attempts"}),
    (QUESTION.to_json(), Question.from_json, {"bank", "exam", "id"}),
    (RELEASE.to_json(), Release.from_json, {"at", "cards"}),
    (REMEMBER.to_json(), Remembered.from_json, {"at", "values"}),
)


each_whole_record = pytest.mark.parametrize(
    ("record", "read", "needed"), WHOLE_RECORDS, ids=["sitting", "question", "release", "settings"]
)


def each(wrong: dict[str, tuple[Any, ...]]) -> pytest.MarkDecorator:
    cases = [(name, value) for name, values in wrong.items() for value in values]
    ids = [f"{name}-{number}" for number, (name, _) in enumerate(cases)]
    return pytest.mark.parametrize(("name", "value"), cases, ids=ids)


@each(WRONG_IN_SITTING)
def test_wrong_value_in_a_sitting(name: str, value: Any) -> None:
    with pytest.raises(DamagedRecord):
        Sitting.from_json({**SITTING.to_json(), name: value})


@each(WRONG_IN_ATTEMPT)
def test_wrong_value_in_an_attempt(name: str, value: Any) -> None:
    with pytest.raises(DamagedRecord):
        Sitting.from_json({**SITTING.to_json(), "attempts": [{"id": "1", name: value}]})


@each(WRONG_IN_QUESTION)
def test_wrong_value_in_a_question(name: str, value: Any) -> None:
    with pytest.raises(DamagedRecord):
        Question.from_json({**QUESTION.to_json(), name: value})


@each(WRONG_IN_RELEASE)
def test_wrong_value_in_a_release(name: str, value: Any) -> None:
    with pytest.raises(DamagedRecord):
        Release.from_json({**RELEASE.to_json(), name: value})


def test_every_field_has_its_wrong_values_above() -> None:
    assert WRONG_IN_SITTING.keys() == {field.name for field in fields(Sitting)}
    assert WRONG_IN_ATTEMPT.keys() == {field.name for field in fields(Attempt)} - {"where"}
    assert WRONG_IN_QUESTION.keys() == QUESTION.to_json().keys() - {"kind"}
    assert WRONG_IN_RELEASE.keys() == RELEASE.to_json().keys() - {"kind"}


@pytest.mark.parametrize(
    ("record", "read", "needed"), WHOLE_RECORDS, ids=["sitting", "q", "r", "s"]
)
def test_missing_fields(
    record: dict[str, Any], read: Callable[[Any], Any], needed: set[str]
) -> None:
    for name in record:
        shortened = {key: value for key, value in record.items() if key != name}
        if name in needed:
            with pytest.raises(DamagedRecord):
                read(shortened)
        else:
            read(shortened)


@pytest.mark.parametrize(
    ("record", "read", "needed"), WHOLE_RECORDS, ids=["sitting", "q", "r", "s"]
)
@pytest.mark.parametrize("garbage", [None, 0, "", "kind", [], ["kind"], {}, [[]], 1.5, True])
def test_no_record_at_all(
    record: dict[str, Any], read: Callable[[Any], Any], needed: set[str], garbage: Any
) -> None:
    with pytest.raises(DamagedRecord):
        read(garbage)


@pytest.mark.parametrize(
    ("record", "read", "needed"), WHOLE_RECORDS, ids=["sitting", "q", "r", "s"]
)
@steady
@given(data=st.data())
def test_garbage_is_read_as_what_it_says_or_refused(
    record: dict[str, Any], read: Callable[[Any], Any], needed: set[str], data: st.DataObject
) -> None:
    """Nothing but DamagedRecord is raised, and what is accepted can be written again."""
    names = st.sampled_from(sorted(record.keys() | {"id", "part", "total", "extends"}))
    garbage = data.draw(
        JSON_VALUES
        | st.dictionaries(names, JSON_VALUES, max_size=3).map(lambda wrong: {**record, **wrong})
    )
    try:
        accepted = read(garbage)
    except DamagedRecord:
        return
    again = read(stored(accepted))
    assert json.dumps(again.to_json(), sort_keys=True) == json.dumps(
        accepted.to_json(), sort_keys=True
    )


def test_a_deeply_nested_value_is_refused() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(DamagedRecord):
        Sitting.from_json({**SITTING.to_json(), "name": deep})
    with pytest.raises(DamagedRecord):
        Sitting.from_json({**SITTING.to_json(), "attempts": [{"outcome": deep}]})
    while deep:  # taken apart, since freeing it at one go can overflow an old Python's stack
        deep = deep.pop()


def test_the_message_says_what_kind_of_record_it_was() -> None:
    with pytest.raises(DamagedRecord, match="sitting"):
        Sitting.from_json({})
    with pytest.raises(DamagedRecord, match="question"):
        Question.from_json({})
    with pytest.raises(DamagedRecord, match="release"):
        Release.from_json({})


# --- The name of a sitting ------------------------------------------------------------------------


@steady
@given(SITTINGS, MOMENTS)
def test_an_undated_list_has_one_name_whenever_it_is_imported(
    sitting: Sitting, other_moment: int
) -> None:
    undated = replace(sitting, dated=False, repeats=False)
    assert undated.key == replace(undated, when=other_moment).key


@steady
@given(SITTINGS, MOMENTS, st.sampled_from([(True, False), (False, True), (True, True)]))
def test_the_moment_tells_dated_and_repeated_ones_apart(
    sitting: Sitting, other_moment: int, dated_and_repeats: tuple[bool, bool]
) -> None:
    dated, repeats = dated_and_repeats
    sitting = replace(sitting, dated=dated, repeats=repeats)
    other = replace(sitting, when=other_moment)
    assert (sitting.key == other.key) == (sitting.when == other_moment)


def test_a_list_done_again_has_another_name_than_the_first_time() -> None:
    assert SITTING.key != replace(SITTING, repeats=True).key


@steady
@given(SITTINGS, st.lists(ATTEMPTS, max_size=5).map(tuple))
def test_other_attempts_other_name(sitting: Sitting, attempts: tuple[Attempt, ...]) -> None:
    other = replace(sitting, attempts=attempts)
    assert (sitting.key == other.key) == (sitting.attempts == attempts)


@pytest.mark.parametrize(
    "change",
    [
        {"bank": "amboss"},
        {"exam": "step2"},
        {"name": "Test 7"},
        {"attempts": SITTING.attempts[::-1]},
        {"attempts": SITTING.attempts[:1]},
        {"attempts": (replace(ATTEMPT, outcome=Outcome.OMITTED), SITTING.attempts[1])},
        {"attempts": (replace(ATTEMPT, seconds=66), SITTING.attempts[1])},
    ],
)
def test_what_makes_it_another_sitting(change: dict[str, Any]) -> None:
    assert replace(SITTING, **change).key != SITTING.key


@steady
@given(SITTINGS)
def test_the_name_survives_being_stored(sitting: Sitting) -> None:
    assert Sitting.from_json(stored(sitting)).key == sitting.key


def test_equal_sittings_have_equal_names() -> None:
    """A bank that prints 65 and a table that says 65.0 mean the same time."""
    whole = replace(SITTING, attempts=(replace(ATTEMPT, seconds=65), *SITTING.attempts[1:]))
    assert whole == SITTING
    assert whole.key == SITTING.key


def test_where_it_stood_and_how_it_is_stored_do_not_change_the_name() -> None:
    moved = tuple(replace(attempt, where="line 9") for attempt in SITTING.attempts)
    other = replace(SITTING, attempts=moved, part=2, parts=3, extends=("Sitting x",))
    assert other.key == SITTING.key


def test_the_name_reads_well() -> None:
    named = replace(SITTING, name="Test 7")
    assert (SITTING.title, named.title) == ("UWorld Step 1", "UWorld Step 1 Test 7")
    assert named.key.startswith("Sitting UWorld Step 1 Test 7 ")


def test_names_of_releases_differ() -> None:
    assert Release(1_700_000_000, (1, 2)).key.startswith("Release 2023-11-1")
    keys = {Release(at, cards).key for at in (86_400, 86_401) for cards in ((), (1,), (1, 2))}
    assert len(keys) == 6


# --- Parts of a long sitting ----------------------------------------------------------------------


def noise(rng: random.Random, length: int) -> str:
    """Text that hardly gets shorter when packed."""
    return "".join(rng.choices(string.ascii_letters + string.digits, k=length))


def check_parts(sitting: Sitting) -> tuple[Sitting, ...]:
    parts = sitting.split()
    assert [part.part for part in parts] == list(range(1, len(parts) + 1))
    assert {part.parts for part in parts} == {len(parts)}
    together = tuple(attempt for part in parts for attempt in part.attempts)
    assert replace(parts[0], attempts=together, part=1, parts=1) == sitting
    for part in parts:
        assert len(encode(part.to_json())) <= MOST_DATA_CHARS
        assert Sitting.from_json(stored(part)) == part
    return parts


@steady
@given(SITTINGS)
def test_a_short_sitting_is_one_part(sitting: Sitting) -> None:
    sitting = replace(sitting, part=1, parts=1)
    assert sitting.split() == (sitting,)


def test_four_thousand_attempts_with_long_topics() -> None:
    rng = random.Random(1)
    attempts = tuple(
        Attempt(str(number), Outcome.INCORRECT, number, topic=noise(rng, 200), seconds=number / 7)
        for number in range(1, 4_001)
    )
    parts = check_parts(replace(SITTING, attempts=attempts, total=5_000, dated=True))
    assert 10 <= len(parts) <= 40


def test_parts_at_the_very_limit_still_fit_once_they_are_numbered() -> None:
    rng = random.Random(2)
    topics = [noise(rng, 40_000) for _ in range(4)]

    def sitting(length: int, attempts: int) -> Sitting:
        cut = [Attempt(str(number), topic=topic[:length]) for number, topic in enumerate(topics)]
        return replace(SITTING, attempts=tuple(cut[:attempts]))

    fits, too_long = 20_000, 40_000  # lengths of topic of which two attempts make a full note
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if len(encode(sitting(middle, 2).to_json())) <= MOST_DATA_CHARS:
            fits = middle
        else:
            too_long = middle
    counts = {len(check_parts(sitting(length, 4))) for length in range(fits - 60, fits + 10, 2)}
    assert counts >= {2, 4}


def test_one_attempt_is_never_cut() -> None:
    huge = Attempt("1", topic=noise(random.Random(3), 100_000))
    sitting = replace(SITTING, attempts=(huge, ATTEMPT))
    assert [part.attempts for part in sitting.split()] == [(huge,), (ATTEMPT,)]


def test_a_sitting_without_attempts_is_one_part() -> None:
    sitting = replace(SITTING, attempts=())
    assert sitting.split() == (sitting,)


# --- Keys of questions ----------------------------------------------------------------------------


def test_an_amboss_question_is_one_in_every_exam() -> None:
    sittings = [Sitting("amboss", e.key, 1, (Attempt("a_b-c", Outcome.OMITTED),)) for e in EXAMS]
    keys = {key for sitting in sittings for key in sitting.question_keys()}
    assert keys == {QuestionKey("amboss", "", "a_b-c")}


def test_a_question_without_an_id_is_named_by_what_is_known_of_it() -> None:
    attempts = (
        Attempt(topic="Sickle cell disease", system="Blood"),
        Attempt(topic="Sickle cell disease", system="Blood", seconds=5.0),
        Attempt(topic="Sickle cell disease", system="Immune"),
        Attempt(category="Biostat: study design"),
        Attempt(),
        Attempt(topic="x" * 500),
    )
    keys = Sitting("nbme", "step1", 1, attempts).question_keys()
    assert keys[0] == keys[1]
    assert len(set(keys)) == 5
    assert str(keys[0]).startswith("NBME Step 1 sickle-cell-disease-")
    assert all(len(str(key)) < 80 and " " not in key.id for key in keys)


# --- Question keys as text ------------------------------------------------------------------------

BANK_AND_ID = st.sampled_from(BANKS).flatmap(
    lambda bank: st.tuples(st.just(bank), st.from_regex(bank.id_pattern, fullmatch=True))
)


@steady
@given(BANK_AND_ID, st.sampled_from(EXAMS))
def test_every_question_key_is_read_back_from_its_text(bank_and_id: Any, exam: Any) -> None:
    bank, id = bank_and_id
    key = question_key(bank, exam, id)
    assert question_key_from_text(str(key)) == key


@pytest.mark.parametrize("exam", EXAMS, ids=lambda exam: exam.key)
@pytest.mark.parametrize("id", ["0jae_4", "-aaDMQ", "-----", "_____", "012345", "FLaJnh0OIM"])
def test_amboss_keys_with_odd_ids_are_read_back(exam: Any, id: str) -> None:
    key = question_key(AMBOSS, exam, id)
    assert question_key_from_text(str(key)) == key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "UWorld",
        "UWorld 1234",
        "UWorld Step 1",
        "UWorld Step 1 ",
        "UWorld Step 1 0",
        "UWorld Step 1 1234567",
        "UWorld Step 11 1",
        "UWorld Step 4 12",
        "uworld step 1 12",
        " UWorld Step 1 12",
        "AMBOSS",
        "AMBOSS a b c d",
        "AMBOSS Step 1 0jae_4",
        "NBME 16",
        SITTING.key,
        RELEASE.key,
    ],
)
def test_text_that_names_no_question(text: str) -> None:
    assert question_key_from_text(text) is None


@steady
@given(st.sampled_from(["", "UWorld Step 1 ", "AMBOSS "]), st.text())
def test_any_text_names_a_question_or_none(start: str, text: str) -> None:
    key = question_key_from_text(start + text)
    assert key is None or question_key_from_text(str(key)) == key
