"""The question list of NBME INSIGHTS."""

from __future__ import annotations

import csv
import io
import random
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remediation.model.attempts import Attempt, Outcome
from remediation.model.progress import no_progress
from remediation.sources import documents, registry
from remediation.sources.nbme_insights import NBMEInsights
from remediation.sources.reading import Document, Reading, UnusableInput
from remediation.sources.sittings import MOST_SITTINGS

quick = settings(max_examples=60, deadline=None)

TITLES = (
    "Correct / Incorrect",
    "Seq",
    "Question Id",
    "Content Topic",
    "Content Description",
    "Answer Selected",
    "Time (sec)",
    "Timing",
    "Exam Take",
    "Answer Explanation",
)
FORM_30 = "Comp Basic Sci SELF | Form 30 | 11/02/2023 | 9:05AM"
FORM_29 = "Comp Basic Sci SELF | Form 29 | 10/01/2023 | 12:30PM"


def row(**given: str) -> dict[str, str]:
    """A row as NBME prints it, by title, with what is `given` in place of the usual."""
    usual = {
        "outcome": "Incorrect",
        "seq": "2",
        "id": "SAAA0003MAA0003",
        "task": "Biostatistics/epidemiology",
        "content": "Biostat: sensitivity, specificity, predictive values",
        "answer": "B",
        "time": "81.360",
        "timing": "Standard-Paced",
        "take": FORM_30,
        "explanation": "https://example.invalid/c.pdf",
    }
    return dict(zip(TITLES, {**usual, **given}.values()))


def rendered(
    rows: list[dict[str, str]], titles: tuple[str, ...] = TITLES, delimiter: str = ","
) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(
        out, titles, delimiter=delimiter, extrasaction="ignore", lineterminator="\n"
    )
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def read(text: str) -> Reading:
    return registry.read(documents.from_text(text, "Question_List_1700000000000.csv"))


def test_the_printed_shape() -> None:
    reading = read(rendered([row(), row(outcome="Correct", seq="7", id="SAAA0004MAA0003")]))
    assert reading.reader == "nbme-insights"
    assert reading.attempts == (
        Attempt(
            "SAAA0003MAA0003",
            Outcome.INCORRECT,
            2,
            system="Biostat",
            category="Biostatistics/epidemiology",
            topic="sensitivity, specificity, predictive values",
            seconds=81.36,
        ),
        Attempt(
            "SAAA0004MAA0003",
            Outcome.CORRECT,
            7,
            system="Biostat",
            category="Biostatistics/epidemiology",
            topic="sensitivity, specificity, predictive values",
            seconds=81.36,
        ),
    )
    assert (reading.bank, reading.exam) == ("nbme", "step1")
    assert reading.when == datetime(2023, 11, 2, 9, 5)
    assert reading.name == "Comp Basic Sci SELF Form 30"
    assert reading.mode == "Standard-Paced"
    assert reading.total == 2
    assert reading.problems == ()
    assert reading.attempts[0].where == "line 2"


def test_answers_and_explanations_are_not_kept() -> None:
    reading = read(rendered([row(answer="Q", explanation="https://example.invalid/secret.pdf")]))
    assert "secret" not in repr(reading)
    assert "'Q'" not in repr(reading)


def test_mixed_forms_become_sittings_the_earliest_first() -> None:
    reading = read(
        rendered(
            [
                row(id="AAA1"),
                row(id="AAA2", take=FORM_29),
                row(id="AAA3", outcome="Correct"),
                # The same question again, on another day, is another attempt.
                row(id="AAA1", take=FORM_29, outcome="Correct"),
                row(id="AAA9", take=""),
            ]
        )
    )
    sittings = (reading, *reading.further)
    assert [one.name[-7:] for one in sittings] == ["Form 29", "Form 30", ""]
    assert [[a.id for a in one.attempts] for one in sittings] == [
        ["AAA2", "AAA1"],
        ["AAA1", "AAA3"],
        ["AAA9"],
    ]
    assert [one.when for one in sittings] == [
        datetime(2023, 10, 1, 12, 30),
        datetime(2023, 11, 2, 9, 5),
        None,
    ]
    assert [one.total for one in sittings] == [2, 2, None]
    assert reading.problems == ()


def test_columns_go_by_their_titles() -> None:
    titles = ("Exam Take", "Something new", *reversed(TITLES[:8]))
    reading = read("\ufeff" + rendered([row()], titles))
    assert reading.attempts[0].id == "SAAA0003MAA0003"
    assert reading.attempts[0].seconds == 81.36
    assert reading.name == "Comp Basic Sci SELF Form 30"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("missing", TITLES)
def test_any_column_can_be_missing(missing: str, delimiter: str) -> None:
    titles = tuple(title for title in TITLES if title != missing)
    reading = read(rendered([row(), row(id="AAA2")], titles, delimiter))
    assert reading.reader == "nbme-insights"
    assert len(reading.attempts) == 2


@pytest.mark.parametrize(
    ("take", "name", "exam", "when"),
    [
        (FORM_30, "Comp Basic Sci SELF Form 30", "step1", datetime(2023, 11, 2, 9, 5)),
        ("CBSSA | Form 26", "CBSSA Form 26", "step1", None),
        ("Comp Clinical Science SELF | Form 9 | 1/2/24 | 12:00AM", "Comp Clinical Science SELF "
         "Form 9", "step2", datetime(2024, 1, 2)),
        ("CCSSA | Form 9 | 2024-01-02 13:15", "CCSSA Form 9", "step2",
         datetime(2024, 1, 2, 13, 15)),
        ("CCMSA | 01/02/2024", "CCMSA", "step3", datetime(2024, 1, 2)),
        ("Surgery | Form 3 | 31/12/2023 | 9:05AM", "Surgery Form 3", None, None),
        ("Medicine | Form 3 | 12/31/2023 | 19:05PM", "Medicine Form 3", None, None),
    ],
)  # fmt: skip
def test_exam_takes(take: str, name: str, exam: str | None, when: datetime | None) -> None:
    reading = read(rendered([row(take=take)]))
    assert (reading.name, reading.exam, reading.when) == (name, exam, when)
    assert bool(reading.problems) == (when is None)


@pytest.mark.parametrize(
    ("word", "outcome"),
    [
        ("Correct", Outcome.CORRECT),
        ("INCORRECT", Outcome.INCORRECT),
        ("Not answered", Outcome.OMITTED),
        ("Omitted", Outcome.OMITTED),
        ("maybe", None),
        ("", None),
    ],
)
def test_outcomes(word: str, outcome: Outcome | None) -> None:
    reading = read(rendered([row(outcome=word)]))
    assert reading.attempts[0].outcome is outcome
    assert bool(reading.problems) == (outcome is None)


def test_incorrect_without_an_answer_was_omitted_and_is_said() -> None:
    reading = read(rendered([row(id="AAA1"), row(id="AAA2", answer="")]))
    assert [a.outcome for a in reading.attempts] == [Outcome.INCORRECT, Outcome.OMITTED]
    assert "read as omitted (1 in all)" in reading.problems[0].message
    # Where no row has an answer, the column says nothing.
    reading = read(rendered([row(answer="")]))
    assert reading.attempts[0].outcome is Outcome.INCORRECT


@pytest.mark.parametrize(
    ("content", "system", "topic"),
    [
        ("Cardio: valvular disease: mitral", "Cardio", "valvular disease: mitral"),
        ("GenPrin: cell/tissue structure, regulation, function", "GenPrin",
         "cell/tissue structure, regulation, function"),
        ("Renal/Urin", "Renal/Urin", ""),
        ("<script>x</script>: a", "", ""),
        ("=1+1", "", ""),
    ],
)  # fmt: skip
def test_content_descriptions(content: str, system: str, topic: str) -> None:
    reading = read(rendered([row(content=content)]))
    assert (reading.attempts[0].system, reading.attempts[0].topic) == (system, topic)


@pytest.mark.parametrize(
    ("text", "seconds", "problems"),
    [("81.360", 81.36, 0), ("81,5", 81.5, 0), ("0", 0, 0), ("1:05", 65, 0), ("", None, 0),
     ("-3", None, 1), ("=9", None, 1), ("999999", None, 1), ("nan", None, 0)],
)  # fmt: skip
def test_times(text: str, seconds: float | None, problems: int) -> None:
    reading = read(rendered([row(time=text)]))
    assert reading.attempts[0].seconds == seconds
    assert len(reading.problems) == problems


def test_a_row_without_an_id_is_kept_by_its_topic() -> None:
    reading = read(rendered([row(id="=1+1"), row(id="")]))
    assert [a.id for a in reading.attempts] == [None, None]
    assert reading.attempts[0].system == "Biostat"
    assert [p.where for p in reading.problems] == ["line 2"]
    assert "1 more" in reading.problems[0].message


def test_a_row_that_names_nothing_is_reported() -> None:
    reading = read(rendered([row(), row(id="", content="")]))
    assert len(reading.attempts) == 1
    assert any(p.where == "line 3" and "names no question" in p.message for p in reading.problems)


def test_the_same_question_twice_in_a_sitting() -> None:
    reading = read(rendered([row(), row(outcome="Correct")]))
    assert [a.outcome for a in reading.attempts] == [Outcome.INCORRECT]
    assert "please check" in reading.problems[0].message


def test_quotation_marks_that_do_not_close_cost_one_row() -> None:
    lines = rendered([row(id="AAA1"), row(id="AAA2"), row(id="AAA3")]).splitlines()
    lines[2] = lines[2].replace('values"', "values")
    reading = read("\n".join(lines))
    assert {"AAA1", "AAA3"} <= {a.id for a in reading.attempts}
    assert any("do not close" in p.message and p.where == "line 3" for p in reading.problems)


def test_a_quoted_cell_over_two_lines() -> None:
    text = rendered([row(content="Cardio: valvular\ndisease"), row(id="AAA2")])
    reading = read(text)
    assert reading.attempts[0].topic == "valvular disease"
    assert [a.id for a in reading.attempts] == ["SAAA0003MAA0003", "AAA2"]
    assert reading.problems == ()


def test_two_lists_in_one_text() -> None:
    text = rendered([row(id="AAA1")]) + rendered([row(id="AAA2")], TITLES[::-1])
    assert [a.id for a in read(text).attempts] == ["AAA1", "AAA2"]


# --- Bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["", " \n", "hello, world", "ID,SUBJECTS\n1 - 2108,Surgery", ",".join(TITLES), "2108, 118154",
     "Question Id,Topic,Date\n2108,Heart,2024-01-01", "\0\0", '"' * 5_000, "\x00".join("ab")],
)  # fmt: skip
def test_what_is_not_a_question_list(text: str) -> None:
    document = Document(text, "a.csv")
    assert NBMEInsights().certainty(document) == 0
    with pytest.raises(UnusableInput, match=r"a\.csv"):
        NBMEInsights().read(document, no_progress)


def test_other_encodings_and_digits() -> None:
    text = rendered([row(content="Cardio: Ménière")])
    for data in (text.encode("cp1252"), text.encode("utf-16"), text.encode("utf-8-sig")):
        reading = NBMEInsights().read(documents.from_bytes(data, "a.csv"), no_progress)
        assert reading.attempts[0].topic == "Ménière"
    full_width = text.translate({ord("0") + i: chr(ord("０") + i) for i in range(10)})
    assert read(full_width).attempts == read(text).attempts


def test_too_many_exam_takes() -> None:
    reader = NBMEInsights()
    with pytest.raises(UnusableInput, match=f"more than {MOST_SITTINGS} exam takes"):
        reader.read(Document(rendered([row(take=f"Form {i}") for i in range(300)])), no_progress)


# --- Properties -----------------------------------------------------------------------------------

_WORDS = st.sampled_from(["valvular disease", "a, b", "motor systems", "HIV (AIDS)", 'the "x" one'])


@st.composite
def _sittings(draw: st.DrawFn) -> list[tuple[str, datetime, list[Attempt]]]:
    moments = draw(
        st.lists(
            st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1)).map(
                lambda moment: moment.replace(second=0, microsecond=0)
            ),
            min_size=1,
            max_size=4,
            unique=True,
        )
    )
    ids = st.from_regex(r"S[A-Z]{3}[0-9]{4}", fullmatch=True)
    return [
        (
            f"Form {25 + number}",
            moment,
            [
                Attempt(
                    id,
                    draw(st.sampled_from([Outcome.CORRECT, Outcome.INCORRECT])),
                    draw(st.integers(1, 200)),
                    system=draw(st.sampled_from(["Cardio", "Renal/Urin", "F Repro"])),
                    category=draw(st.sampled_from(["Diagnosis", "Making decisions"])),
                    topic=draw(_WORDS),
                    seconds=draw(st.integers(0, 900_000)) / 1000,
                )
                for id in draw(st.lists(ids, min_size=1, max_size=8, unique=True))
            ],
        )
        for number, moment in enumerate(sorted(moments))
    ]


@quick
@given(
    sittings=_sittings(),
    titles=st.permutations(TITLES),
    delimiter=st.sampled_from(",;\t"),
    seed=st.randoms(use_true_random=False),
)
def test_lists_are_read_back(
    sittings: list[tuple[str, datetime, list[Attempt]]],
    titles: list[str],
    delimiter: str,
    seed: random.Random,
) -> None:
    queues = [
        [
            row(
                outcome=a.outcome.value if a.outcome else "",
                seq=str(a.position),
                id=a.id or "",
                task=a.category,
                content=f"{a.system}: {a.topic}",
                time=f"{a.seconds:.3f}",
                take=f"Comp Basic Sci SELF | {form} | {when:%m/%d/%Y} | {when:%I:%M%p}",
            )
            for a in attempts
        ]
        for form, when, attempts in sittings
    ]
    mixed = []
    while any(queues):
        mixed.append(seed.choice([queue for queue in queues if queue]).pop(0))
    reading = read(rendered(mixed, tuple(titles), delimiter))
    found = [(one.name, one.when, list(one.attempts)) for one in (reading, *reading.further)]
    assert found == [(f"Comp Basic Sci SELF {form}", *rest) for form, *rest in sittings]
    assert reading.problems == ()
