"""Reports of UWorld: rows of counts, however their text was extracted."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from remediation.model.attempts import GroupKind, QuestionGroup
from remediation.model.progress import no_progress
from remediation.model.uworld_names import STEP1_CATEGORIES, STEP1_SUBJECTS, STEP1_SYSTEMS
from remediation.sources.reading import MOST_PROBLEMS, Document, Reading, UnusableInput
from remediation.sources.uworld_report import UWorldReport

quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

RANKED = "NAME USAGE CORRECT Q INCORRECT Q OMITTED Q P-RANK"
TOPICS = "NAME USED Q TOTAL Q CORRECT Q INCORRECT Q OMITTED Q"
TEST = "NAME TOTAL Q CORRECT Q INCORRECT Q OMITTED Q"
HEAD = "Jane Doe\nUserId : 1234567\n"
ROW = "Anatomy 1/2 1 (100%) 0 (0%) 0 (0%) 1st"
FOOT = "1/15/26, 9:05 PM about:blank\nabout:blank 1/2\n"


def read(text: str) -> Reading:
    return UWorldReport().read(Document(text), no_progress)


def rows(reading: Reading) -> list[tuple[str, str, str]]:
    return [(group.kind.value, group.name, group.parent) for group in reading.groups]


def messages(reading: Reading) -> list[str]:
    return [f"{problem.where}: {problem.message}" for problem in reading.problems]


# --- Shapes of FORMATS 4 ----------------------------------------------------------------

SAMPLE = f"""{HEAD}{RANKED}
Microbiology  20/348 9 (45%) 10 (50%) 1 (5%) 31st
Microbiology (General Principles) 14/30 6 (43%) 7 (50%) 1 (7%) -
Psychiatric/Behavioral & Substance Use
Disorder 6/140 3 (50%) 3 (50%) 0 (0%) -
{FOOT}{HEAD}{RANKED}
Renal, Urinary Systems & Electrolytes 10/225 4 (40%) 6 (60%) 0 (0%) 2nd
Nephrolithiasis and urinary tract obstruction10/16 4 (40%) 6 (60%) 0 (0%) -
{FOOT}"""
WRAPPED = "Use\nDisorder 6/140 3 (50%) 3 (50%) 0 (0%) -"
SAMPLE_ROWS = [
    ("subject", "Microbiology", ""),
    ("system", "Microbiology (General Principles)", "Microbiology"),
    ("system", "Psychiatric/Behavioral & Substance Use Disorder", "Microbiology"),
    ("system", "Renal, Urinary Systems & Electrolytes", ""),
    (
        "category",
        "Nephrolithiasis and urinary tract obstruction",
        "Renal, Urinary Systems & Electrolytes",
    ),
]


def test_sample() -> None:
    reading = read(SAMPLE)
    assert rows(reading) == SAMPLE_ROWS
    assert reading.groups[0] == QuestionGroup(
        GroupKind.SUBJECT, "Microbiology", seen=20, correct=9, incorrect=10, omitted=1
    )
    assert reading.groups[0].where == "line 4"
    assert (reading.bank, reading.exam, reading.attempts) == ("uworld", "step1", ())
    assert not reading.problems
    assert UWorldReport().certainty(Document(SAMPLE)) > 0.9


@pytest.mark.parametrize(
    ("change", "by"),
    [
        # numbers on a line of their own, at the end of the name or in its middle
        ("Use\nDisorder 6/140", "Use\nDisorder\n6/140"),
        (WRAPPED, "Use 6/140 3 (50%) 3 (50%) 0 (0%) -\nDisorder"),
        (WRAPPED, "Use\n6/140 3 (50%) 3 (50%) 0 (0%) -\nDisorder"),
        ("Psychiatric/Behavioral", "Psychiatric/\nBehavioral"),
        # the end of a page inside a row
        ("Use\nDisorder", f"Use\n{FOOT}\f{HEAD}{RANKED}\nDisorder"),
        ("Use\nDisorder", f"Use\n{FOOT}Disorder"),
        ("Use\nDisorder", f"Use\n{FOOT}{HEAD}Disorder"),
        # glued in other places
        ("9 (45%)", "9(45%)"),
        ("1 (5%) 31st", "1 (5%)31st"),
        ("0 (0%) -", "0 (0%)-"),
        ("obstruction10/16", "obstruction 10 / 16"),
        ("obstruction10/16", "obstruction\t10/16"),
        ("(40%)", "(40.0 %)"),
        # one line, a line for each cell
        ("\n", " "),
        (" P-RANK", "\nP-RANK"),
        (RANKED, RANKED.replace(" Q", "\nQ")),
        (RANKED, RANKED.replace(" ", "\n")),
        (" 9 (45%) 10 (50%) 1 (5%) 31st", "\n9 (45%)\n10 (50%)\n1 (5%)\n31st"),
        (" 9 (45%) 10 (50%) 1 (5%) 31st", "\n9\n(45%)\n10 (50%)\n1 (5%)\n31st"),
        (f"{WRAPPED}\n{FOOT}{HEAD}{RANKED}\n", "Use 6/140 3 (50%) 3 (50%) 0 (0%) - Disorder "),
        # other furniture, cut names, full-width digits
        ("about:blank 1/2", "https://www.example.invalid/performance 1/2"),
        (FOOT, "Page 1 of 2\n"),
        ("obstruction10/16", "obs... 10/16"),
        ("20/348", "２０/３４８"),
        (RANKED, RANKED.title()),
        ("Renal, Urinary Systems", "Systems\nRenal, Urinary\nSystems"),
    ],
)  # fmt: skip
def test_the_same_rows_however_they_are_extracted(change: str, by: str) -> None:
    assert change in SAMPLE
    reading = read(SAMPLE.replace(change, by))
    assert rows(reading) == SAMPLE_ROWS
    assert [group.seen for group in reading.groups] == [20, 14, 6, 10, 10]
    assert not reading.problems


def test_without_its_first_lines() -> None:
    text = SAMPLE.split("\n", 3)[3]
    assert rows(read(text)) == SAMPLE_ROWS
    assert rows(read(f"Jane Doe {text}"))[0] == ("subject", "Microbiology", "")


def test_the_name_is_kept_nowhere() -> None:
    for text in (
        SAMPLE,
        SAMPLE.replace("\n", " "),
        SAMPLE.replace(f"{HEAD}{RANKED}", HEAD, 1),
        SAMPLE.replace(HEAD, "Jane Doe\n"),
        SAMPLE.replace(HEAD, "Jane Doe\njane@example.invalid\n"),
        SAMPLE.replace(f"{FOOT}{HEAD}", f"{HEAD}"),
        "Jane Doe\n" + TOPICS + "\nItch 3 10 2 (67%) 1 (33%) 0 (0%)\nJane Doe\n"
        "Cough 3 10 2 (67%) 1 (33%) 1 (0%)\nJane Doe\nUserId : 1234567\n",
        TOPICS + "\nItch 3 10 2 (67%) 1 (33%) 0 (0%)\nJane Doe\nUserId : 1234567\n"
        "Cough 3 10 2 (67%) 1 (33%) 1 (0%)\n",
    ):
        reading = read(text)
        assert reading.groups
        assert "Jane" not in repr(reading)
        assert "1234567" not in repr(reading)


def test_topics_report() -> None:
    reading = read(
        f"{HEAD}{TOPICS}\n"
        "Trisomy 21 3 10 2 (67%) 1 (33%) 0 (0%)\n"
        "COVID-193 10 2 (67%) 1 (33%) 0 (0%)\n"
        "Pulmonary manifestations of\nSleep disorders 3 10 2 (67%) 1 (33%) 0 (0%)\n"
        "Abdominal aortic\naneurysm\n3 10 2 (67%) 1 (33%) 0 (0%)\n"
        "Vitamin B12\n3 10 2 (67%) 1 (33%) 0 (0%)\ndeficiency\n"
        "Hypertension 3 10 2 (67%) 1 (33%) 0 (0%)\n"
    )
    assert rows(reading) == [
        ("topic", name, "")
        for name in (
            "Trisomy 21",
            "COVID-19",
            "Pulmonary manifestations of Sleep disorders",
            "Abdominal aortic aneurysm",
            "Vitamin B12 deficiency",
            "Hypertension",
        )
    ]
    assert {group.seen for group in reading.groups} == {3}
    assert not reading.problems


@pytest.mark.parametrize("header", [TEST + "\n", ""])
def test_test_analysis(header: str) -> None:
    reading = read(
        f"Custom Test Id: 123\nYour Score 75%\nMode Timed\n{header}"
        "Medicine  2  2 (100%)  0 (0%)  0 (0%)\n"
        "Surgery 2 1 (50%) 1 (50%) 0 (0%)\n"
        "Cardiovascular System 4 3 (75%) 1 (25%) 0 (0%)\n"
        "Miscellaneous 4 3 (75%) 1 (25%) 0 (0%)\n"
    )
    assert rows(reading) == [
        ("subject", "Medicine", ""),
        ("subject", "Surgery", ""),
        ("system", "Cardiovascular System", ""),
        ("category", "Miscellaneous", "Cardiovascular System"),
    ]
    assert (reading.name, reading.mode, reading.exam) == ("Test 123", "Timed", "step2")
    assert reading.summary == {"Your Score": "75%"}


def test_systems_between_subjects_belong_to_them() -> None:
    reading = read(
        f"{TEST}\nMedicine 2 2 (100%) 0 (0%) 0 (0%)\nDermatology 2 2 (100%) 0 (0%) 0 (0%)\n"
        "Surgery 1 1 (100%) 0 (0%) 0 (0%)\nDermatology 1 1 (100%) 0 (0%) 0 (0%)\n"
    )
    assert rows(reading)[1::2] == [
        ("system", "Dermatology", "Medicine"),
        ("system", "Dermatology", "Surgery"),
    ]


def test_unused_parents_have_no_rank() -> None:
    reading = read(
        f"{RANKED}\nPathology 1/800 1 (100%) 0 (0%) 0 (0%) 9th\n"
        "Dermatology 1/90 1 (100%) 0 (0%) 0 (0%) -\nAnatomy 0/50 0 (0%) 0 (0%) 0 (0%) -\n"
        "Dermatology 1/90 1 (100%) 0 (0%) 0 (0%) 5th\n"
        "Miscellaneous 1/9 1 (100%) 0 (0%) 0 (0%) -\n"
        "Ophthalmology 0/90 0 (0%) 0 (0%) 0 (0%) -\n"
    )
    assert rows(reading) == [
        ("subject", "Pathology", ""),
        ("system", "Dermatology", "Pathology"),
        ("subject", "Anatomy", ""),
        ("system", "Dermatology", ""),
        ("category", "Miscellaneous", "Dermatology"),
        ("system", "Ophthalmology", ""),
    ]
    assert not reading.problems


def test_unknown_names_are_kept_by_their_ranks() -> None:
    reading = read(
        f"{RANKED}\nOsteopathy 1,100/1,800 1,100 (100%) 0 (0%) 0 (0%) 9th\n"
        "New\nbranch 1,100/1,200 1,100 (100%) 0 (0%) 0 (0%) -\n"
    )
    assert rows(reading) == [("system", "Osteopathy", ""), ("category", "New branch", "Osteopathy")]
    assert reading.groups[0].seen == 1100
    assert reading.exam is None


def test_summary() -> None:
    reading = read(
        f"{HEAD}Your Score\nTotal Correct 300\nTotal Incorrect\n150\nTotal Omitted: 50\n"
        "Answer Changes\nCorrect to Incorrect 10 Incorrect to Correct 12\n"
        "Used Questions 500\nTotal Questions 3,659\nYour Average Time Spent (sec) 71\n"
        "Your Rank 31st\nRoom 12\nJane Doe 7\n"
    )
    assert reading.summary == {
        "Total Correct": "300",
        "Total Incorrect": "150",
        "Total Omitted": "50",
        "Correct to Incorrect": "10",
        "Incorrect to Correct": "12",
        "Used Questions": "500",
        "Total Questions": "3,659",
        "Your Average Time Spent (sec)": "71",
        "Your Rank": "31st",
    }
    assert "Jane" not in repr(reading)
    assert not [p for p in reading.problems if "add up" in p.message]


# --- Checks -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            "Anatomy 10/16 4 (40%) 5 (50%) 0 (0%) 1st",
            'line 2: The numbers of "Anatomy" do not fit: 4 correct, 5 incorrect and 0 omitted '
            "make 9, but 10 were used. They were kept as printed: please compare them.",
        ),
        (
            "Anatomy 10/16 4 (40%) 6 (70%) 0 (0%) 1st",
            'line 2: The numbers of "Anatomy" do not fit: 6 incorrect is 60 %, but 70 % is printed.'
            " They were kept as printed: please compare them.",
        ),
        (
            "Jane Doe 10/6 4 (40%) 6 (60%) 0 (0%) 1st",
            "line 2: The numbers of this row do not fit: 10 were used of only 6. They were kept as "
            "printed: please compare them.",
        ),
    ],
)
def test_what_does_not_fit_is_reported_and_kept(row: str, message: str) -> None:
    reading = read(f"{RANKED}\n{row}\n")
    assert messages(reading) == [message]
    assert reading.groups[0].correct == 4


@pytest.mark.parametrize(
    ("count", "used", "percents"), [(1, 3, (33, 34)), (1, 8, (12, 13)), (2, 3, (66, 67))]
)
def test_any_rounding_fits(count: int, used: int, percents: Sequence[int]) -> None:
    for percent in percents:
        row = f"Anatomy {used}/99 {count} ({percent}%) {used - count} ({100 - percent}%) 0 (0%) 1st"
        assert not read(f"{RANKED}\n{row}\n").problems


def test_parts_that_do_not_add_up() -> None:
    reading = read(
        SAMPLE.replace("6/140 3 (50%) 3", "7/140 4 (57%) 3").replace("3 (50%) 0", "3 (43%) 0")
    )
    assert messages(reading) == [
        'line 4: The 2 rows below "Microbiology" do not add up to it: 21 of 20 used, 10 of 9 '
        "correct. All were kept as printed: a row may be missing."
    ]
    assert len(reading.groups) == 5


def test_totals_that_do_not_add_up() -> None:
    reading = read("Total Correct 3\nTotal Incorrect 1\nTotal Omitted 0\nUsed Questions 5\n")
    assert "3 correct, 1 incorrect and 0 omitted, but 5 used" in messages(reading)[0]


def test_rows_printed_twice() -> None:
    reading = read(SAMPLE + SAMPLE)
    assert rows(reading) == SAMPLE_ROWS
    assert len(reading.problems) == 5
    row = "Anatomy {}/99 0 (0%) {} (100%) 0 (0%) 1st\n"
    reading = read(f"{RANKED}\n{row.format(5, 5)}{row.format(6, 6)}")
    assert [group.seen for group in reading.groups] == [5, 6]
    assert "with other numbers" in messages(reading)[0]


def test_names_that_are_none() -> None:
    numbers = "3 10 2 (67%) 1 (33%) 0 (0%)\n"
    reading = read(
        f"{TOPICS}\n<script>alert(1)</script> {numbers}=1+1 {numbers}{'x ' * 140} {numbers}"
        f"{numbers}Itch {numbers}"
    )
    assert rows(reading) == [("topic", "Itch", "")]
    assert len(reading.problems) == 4
    assert "script" not in repr(reading.problems)


# --- Rendered reports are read back -------------------------------------------------------


@dataclass(frozen=True)
class Row:
    name: str
    is_part: bool
    correct: int
    incorrect: int
    omitted: int

    @property
    def used(self) -> int:
        return self.correct + self.incorrect + self.omitted

    def numbers(self, form: str) -> str:
        used = max(self.used, 1)
        counts = " ".join(
            f"{count} ({100 * count / used:.0f}%)"
            for count in (self.correct, self.incorrect, self.omitted)
        )
        if form == RANKED:
            return f"{self.used}/{self.used + 30} {counts} {'-' if self.is_part else '31st'}"
        return (
            f"{self.used} {self.used + 30} {counts}" if form == TOPICS else f"{self.used} {counts}"
        )


def rendered(table: Sequence[Row], form: str, chance: random.Random) -> str:
    """A report as some extractor would give it."""
    out = [HEAD, form, "\n"]
    for row in table:
        words = row.name.split(" ")
        cut = chance.randrange(1, len(words)) if len(words) > 1 and chance.random() < 0.4 else 0
        first, rest = " ".join(words[:cut]), " ".join(words[cut:])
        if first:
            out += [first, "\n"]
            if chance.random() < 0.2:
                out += [FOOT, chance.choice(["", "\f"]), HEAD, form, "\n"]
        ends_in_digit = rest[-1].isdigit()
        gap = chance.choice([" ", "  ", "\t", "\n", " " if ends_in_digit else ""])
        out += [rest, gap, row.numbers(form), "\n"]
        if chance.random() < 0.1:
            out += [FOOT, chance.choice(["", "\f"]), HEAD, form, "\n"]
    return "".join(out) + FOOT


_COUNTS = st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(0, 9))


@st.composite
def _tables(draw: st.DrawFn, parents: Sequence[str], below: bool) -> list[Row]:
    table = []
    for parent in draw(st.lists(st.sampled_from(parents), min_size=1, max_size=5, unique=True)):
        names = STEP1_CATEGORIES[parent] if below else STEP1_SYSTEMS
        parts = [
            Row(name, True, *draw(_COUNTS))
            for name in draw(st.lists(st.sampled_from(names), max_size=4, unique=True))
        ]
        correct, incorrect, omitted = draw(_COUNTS)
        if parts:
            correct = sum(part.correct for part in parts)
            incorrect = sum(part.incorrect for part in parts)
            omitted = sum(part.omitted for part in parts)
        table += [Row(parent, False, correct, incorrect, omitted), *parts]
    return table


@quick
@given(data=st.data(), below=st.booleans(), chance=st.randoms(use_true_random=False))
def test_ranked_reports_are_read_back(
    data: st.DataObject, below: bool, chance: random.Random
) -> None:
    table = data.draw(_tables(STEP1_SYSTEMS if below else STEP1_SUBJECTS, below))
    reading = read(rendered(table, RANKED, chance))
    parent = ""
    expected = []
    for row in table:
        parent = parent if row.is_part else ""
        expected.append((row.name, parent, row.used, row.correct, row.incorrect, row.omitted))
        parent = parent if row.is_part else row.name
    assert [
        (g.name, g.parent, g.seen, g.correct, g.incorrect, g.omitted) for g in reading.groups
    ] == expected
    assert not reading.problems


_WORDS = st.sampled_from(
    "Acute Chronic Vitamin Trisomy B12 21 Hepatitis C Kawasaki disease syndrome COVID-19 T-cell".split()  # noqa: E501, SIM905
)
_TOPIC_NAMES = (
    st.lists(_WORDS, min_size=1, max_size=5)
    .map(" ".join)
    .filter(lambda name: name[0].isupper() and not name.split()[-1].islower())
)


@quick
@given(
    names=st.lists(_TOPIC_NAMES, min_size=1, max_size=8, unique=True),
    counts=st.lists(_COUNTS, min_size=8, max_size=8),
    form=st.sampled_from([TOPICS, RANKED]),
)
def test_topics_are_read_back(
    names: list[str], counts: list[tuple[int, int, int]], form: str
) -> None:
    table = [Row(name, False, *count) for name, count in zip(names, counts)]
    text = "\n".join([HEAD + form, *(f"{row.name} {row.numbers(form)}" for row in table)])
    reading = read(text)
    assert [(g.name, g.seen, g.correct) for g in reading.groups] == [
        (row.name, row.used, row.correct) for row in table
    ]


# --- Anything ---------------------------------------------------------------------------


def test_end_anywhere() -> None:
    for end in range(len(SAMPLE)):
        try:
            reading = read(SAMPLE[:end])
        except UnusableInput:
            continue
        found = [row for row in rows(reading) if row[1] != "Disorder"]
        # The rank of the last row may be cut off, and with it what it belongs to.
        assert [row[1] for row in found] == [row[1] for row in SAMPLE_ROWS[: len(found)]]


def test_problems_are_limited_and_rows_are_not() -> None:
    row = "Topic {} 9 10 2 (67%) 1 (33%) 0 (0%)\n"
    reading = read(TOPICS + "\n" + "".join(row.format(f"x{n}") for n in range(1_000)))
    assert len(reading.groups) == 1_000
    assert len(reading.problems) == MOST_PROBLEMS + 1
