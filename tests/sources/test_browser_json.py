"""JSON as browser tools save it: ids, results and classification, and nothing else."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from remediation.model.attempts import Attempt, Outcome
from remediation.model.progress import no_progress
from remediation.sources.browser_json import BrowserJson
from remediation.sources.reading import MOST_PROBLEMS, Document, Reading, UnusableInput

quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

UWORLD: dict[str, Any] = {
    "questionId": 118154,
    "itemNumber": 3,
    "totalItems": 40,
    "questionPlain": "A 45-year-old man, secret, QId: 7777",
    "questionHtml": "<p>secret</p>",
    "choices": [{"letter": "A", "text": "secret", "id": 1, "correct": True}],
    "correctAnswer": "secret",
    "correctLetter": "A",
    "selectedAnswer": "secret",
    "selectedLetter": "B",
    "wasCorrect": False,
    "educationalObjective": "secret",
    "explanationHtml": "<p>secret</p>",
    "explanationPlain": "secret",
    "subject": "Pathology",
    "system": "Hematology & Oncology",
    "topic": "Hypovolemic shock",
    "percentCorrect": 52,
    "timeSpentSecs": 45,
}
AMBOSS: dict[str, Any] = {
    "questionId": "0jae_4",
    "source": "amboss",
    "itemNumber": 1,
    "totalItems": 20,
    "choices": ["secret"],
    "correctLetter": "A",
    "selectedLetter": "A",
    "wasCorrect": True,
    "subject": None,
    "system": None,
    "topic": "Hypovolemic shock",
    "percentCorrect": 52,
    "difficulty": 3,
    "attendingTip": "secret",
}
ATTEMPT = Attempt(
    "118154",
    Outcome.INCORRECT,
    3,
    "Pathology",
    "Hematology & Oncology",
    "",
    "Hypovolemic shock",
    52.0,
    45.0,
)


def read(value: Any) -> Reading:
    text = value if isinstance(value, str) else json.dumps(value)
    return BrowserJson().read(Document(text, "a.json"), no_progress)


def test_uworld() -> None:
    reading = read([UWORLD, {**UWORLD, "questionId": "8425", "wasCorrect": True}])
    assert reading.attempts[0] == ATTEMPT
    assert (reading.attempts[1].id, reading.attempts[1].outcome) == ("8425", Outcome.CORRECT)
    assert [attempt.where for attempt in reading.attempts] == ["question 1", "question 2"]
    assert (reading.bank, reading.exam, reading.total) == ("uworld", "step1", 40)
    assert not reading.problems
    assert "secret" not in repr(reading)


def test_amboss() -> None:
    reading = read([AMBOSS, {**AMBOSS, "questionId": "-aaDMQ", "wasCorrect": False}])
    assert [attempt.id for attempt in reading.attempts] == ["0jae_4", "-aaDMQ"]
    assert reading.attempts[0] == Attempt(
        "0jae_4", Outcome.CORRECT, 1, topic="Hypovolemic shock", percent_others=52
    )
    assert (reading.bank, reading.exam, reading.total) == ("amboss", None, 20)
    assert "secret" not in repr(reading)
    del AMBOSS["source"]
    assert read(AMBOSS).bank == "amboss"


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(UWORLD),
        json.dumps([UWORLD], indent=2),
        json.dumps({"questions": [UWORLD]}),
        json.dumps({"exportedAt": "2026-01-15", "test": {"id": 9, "items": [UWORLD]}}),
        json.dumps({"blocks": [{"name": "x", "data": {"questions": {"0": UWORLD}}}]}),
        json.dumps(UWORLD) + "\n" + json.dumps({"version": 1}) + "\n",
        json.dumps([UWORLD])[:-1],
        json.dumps([UWORLD, UWORLD])[:-9],
        json.dumps({"a": 1, "questions": [UWORLD, UWORLD]})[:-99],
        json.dumps(UWORLD).replace("questionId", "question_id"),
    ],
)
def test_wrappers(text: str) -> None:
    assert BrowserJson().certainty(Document(text)) == 1
    assert read(text).attempts == (ATTEMPT,)


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({"wasCorrect": "true"}, Outcome.CORRECT),
        ({"wasCorrect": None}, Outcome.INCORRECT),
        ({"wasCorrect": None, "selectedLetter": "A"}, Outcome.CORRECT),
        ({"wasCorrect": None, "selectedLetter": None}, None),
        ({"wasCorrect": False, "selectedLetter": None, "selectedAnswer": None}, Outcome.OMITTED),
        ({"wasCorrect": False, "selectedLetter": "", "selectedAnswer": ""}, Outcome.OMITTED),
        ({"wasCorrect": None, "result": "Omitted"}, Outcome.OMITTED),
        ({"wasCorrect": None, "status": "Incorrect"}, Outcome.INCORRECT),
        ({"omitted": True}, Outcome.OMITTED),
        ({"wasCorrect": 7, "correctLetter": None}, None),
    ],
)
def test_outcomes(change: dict[str, Any], outcome: Outcome | None) -> None:
    assert read([{**UWORLD, **change}]).attempts[0].outcome is outcome


@pytest.mark.parametrize(
    ("key", "value", "field", "expected"),
    [
        ("percentCorrect", "52%", "percent_others", 52),
        ("percentCorrect", "52", "percent_others", 52),
        ("percentCorrect", 0.52, "percent_others", 52),
        ("percentCorrect", 152, "percent_others", None),
        ("percentCorrect", float("nan"), "percent_others", None),
        ("percentCorrect", float("inf"), "percent_others", None),
        ("percentCorrect", True, "percent_others", None),
        ("timeSpentSecs", "58 secs", "seconds", 58),
        ("timeSpentSecs", "1:05", "seconds", 65),
        ("timeSpentSecs", -5, "seconds", None),
        ("timeSpentSecs", 10**400, "seconds", None),
        ("itemNumber", "7", "position", 7),
        ("itemNumber", [], "position", None),
        ("topic", "<img src=x>", "topic", ""),
        ("topic", "a\0b\ud800c \n d", "topic", "abc d"),
        ("topic", ["a", "b"], "topic", "a, b"),
        ("topic", {"a": "b"}, "topic", ""),
        ("system", "Hematology & Onc...", "system", "Hematology & Oncology"),
    ],
)
def test_values(key: str, value: Any, field: str, expected: object) -> None:
    attempt = read([{**UWORLD, key: value}]).attempts[0]
    assert getattr(attempt, field) == expected
    assert attempt.id == "118154"


def test_huge_numbers_take_no_time() -> None:
    started = time.perf_counter()
    text = json.dumps(UWORLD).replace("45}", "4" * 1_000_000 + "}").replace("52", "1e" + "9" * 99)
    assert read(text).attempts[0].seconds is None
    assert time.perf_counter() - started < 1


def test_ids_that_are_none() -> None:
    reading = read(
        [
            UWORLD,
            {**UWORLD, "questionId": 12345678, "topic": None, "system": None},
            {**UWORLD, "questionId": "secret stem of a question", "topic": None, "system": None},
            {**UWORLD, "questionId": None},
            {**UWORLD, "questionId": None, "topic": None, "system": None},
        ]
        + [{**UWORLD, "questionId": n, "source": "UWorld"} for n in range(1, 9)]
    )
    assert [attempt.id for attempt in reading.attempts[:2]] == ["118154", None]
    assert "secret" not in repr(reading)
    assert [problem.where for problem in reading.problems] == [
        "question 5", "question 2", "question 3",
    ]  # fmt: skip


def test_other_banks_are_asked_about() -> None:
    reading = read([{**UWORLD, "source": "TrueLearn"}])
    assert reading.bank is None
    assert reading.attempts[0].id == "118154"
    assert "bank that is not known" in reading.problems[0].message
    assert read([{**UWORLD, "exam": "Step 2"}]).exam == "step2"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1}', "No questions could be read from a.json"),
        ('[{"a": 1}]', "No questions could be read"),
        ('{"questionId": 1', "not whole JSON"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000, "not whole JSON|nested too deeply"),
        ('[{"a": 1},' + "1," * 10_000_000, "millions of values"),
        ('[{"a": 1},' + "[]," * 1_000_000, "millions of values"),
        ("hello", "not whole JSON"),
        ("", "No questions"),
        ('[{"questionId": 1}, NaN, Infinity, "\\ud800", ' + "9" * 5_000, None),
    ],
)
def test_refusals(text: str, message: str | None) -> None:
    if message is None:
        assert read(text).attempts[0].id == "1"
    else:
        with pytest.raises(UnusableInput, match=message):
            read(text)


@pytest.mark.parametrize(
    ("text", "certainty"),
    [
        ('{"a": 1}', 1),
        ('[\n {"a":', 1),
        ("[{}]", 1),
        ("[x] 2108", 0),
        ("[2108, 8425]", 0),
        ("{2108}", 0),
        ("", 0),
    ],
)
def test_certainty(text: str, certainty: float) -> None:
    assert BrowserJson().certainty(Document(text)) == certainty


def test_the_same_question_twice_is_kept_once() -> None:
    reading = read([UWORLD, UWORLD])
    assert len(reading.attempts) == 1
    assert "already listed" in reading.problems[0].message


def test_problems_are_limited() -> None:
    reading = read([{"questionId": 1, "topic": "<b>"}] * 3_000)
    assert len(reading.problems) == MOST_PROBLEMS + 1


def test_progress_within_the_questions_is_regular() -> None:
    text = json.dumps([{"questionId": n, "topic": "x"} for n in range(1, 2_000)])
    calls: list[int] = []
    BrowserJson().read(Document(text), lambda _l, done, _t: calls.append(done))
    assert len(calls) >= 10
    assert calls == sorted(calls)


def test_end_anywhere() -> None:
    text = json.dumps([UWORLD, {**UWORLD, "questionId": 8425}])
    for end in range(len(text)):
        try:
            reading = read(text[:end])
        except UnusableInput:
            continue
        assert [a.id for a in reading.attempts] in (["118154"], ["118154", "8425"])
        assert "secret" not in repr(reading)


_KEYS = st.sampled_from([*UWORLD, *AMBOSS, "id", "status", "omitted", "exam", "x", "data"])
_VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=20),
        st.sampled_from(["118154", "0jae_4", "Pathology", "52%", "B", "Incorrect", "2"]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(_KEYS, inner, max_size=8)),
    max_leaves=30,
)


@settings(quick, max_examples=200)
@given(value=_VALUES, end=st.integers(0, 400))
def test_nothing_but_refusals_is_raised(value: Any, end: int) -> None:
    text = json.dumps(value)
    for part in (text, text[:end], text[end:]):
        try:
            reading = read(part)
        except UnusableInput:
            continue
        assert reading.attempts
        for attempt in reading.attempts:
            assert attempt.percent_others is None or 0 <= attempt.percent_others <= 100
            assert attempt.seconds is None or attempt.seconds >= 0
            for name in (attempt.subject, attempt.system, attempt.category, attempt.topic):
                name.encode()
                assert len(name) <= 200


@quick
@given(
    questions=st.lists(
        st.fixed_dictionaries(
            {
                "questionId": st.integers(1, 999_999),
                "wasCorrect": st.booleans(),
                "percentCorrect": st.integers(0, 100),
                "timeSpentSecs": st.integers(0, 9_999),
                "questionPlain": st.text(),
            }
        ),
        min_size=1,
        max_size=20,
        unique_by=lambda question: question["questionId"],
    ),
    indent=st.sampled_from([None, 2]),
    escapes=st.booleans(),
)
def test_questions_are_read_back(
    questions: list[dict[str, Any]], indent: int | None, escapes: bool
) -> None:
    reading = read(json.dumps({"items": questions}, indent=indent, ensure_ascii=escapes))
    assert [
        (a.id, a.outcome is Outcome.CORRECT, a.percent_others, a.seconds) for a in reading.attempts
    ] == [
        (str(q["questionId"]), q["wasCorrect"], q["percentCorrect"], q["timeSpentSecs"])
        for q in questions
    ]
