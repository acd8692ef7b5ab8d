"""What holds for every input."""

from __future__ import annotations

import re

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from remediation.model.attempts import Attempt, Outcome
from remediation.model.uworld_names import STEP1_CATEGORIES, STEP1_SUBJECTS, STEP2_SUBJECTS
from remediation.sources import documents, registry
from remediation.sources.reading import Document, UnusableInput
from tests.sources.samples import SAMPLES

quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
# Pieces of real pastes, shuffled, find more than letters at random.
_PIECES = st.sampled_from(SAMPLES["question-ids"].pieces)
_GAPS = st.sampled_from(SAMPLES["question-ids"].gaps)
_PASTES = st.lists(st.tuples(_PIECES, _GAPS), max_size=40).map(
    lambda pairs: "".join(piece + gap for piece, gap in pairs)
)
_TEXTS = st.one_of(st.text(max_size=200), _PASTES)


@quick
@given(text=_TEXTS)
def test_the_registry_raises_refusals_only(text: str) -> None:
    try:
        document = documents.from_text(text)
        reading = registry.read(document)
    except UnusableInput:
        return
    assert registry.read(document) == reading


@quick
@given(data=st.one_of(st.binary(max_size=300), _TEXTS.map(lambda t: t.encode("utf-16", "replace"))))
def test_any_bytes_become_clean_text_or_a_refusal(data: bytes) -> None:
    try:
        document = documents.from_bytes(data, "a.bin")
    except UnusableInput:
        return
    document.text.encode("utf-8")
    assert not re.search("[\0-\x08\x0e-\x1f\x7f\u200e\u200f\u202a-\u202e\r]", document.text)


@quick
@given(
    text=st.text(st.characters(min_codepoint=32, max_codepoint=0xD7FF), min_size=1),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
)
def test_bytes_and_paste_give_the_same_text(text: str, encoding: str) -> None:
    try:
        pasted = documents.from_text(text, "a.txt")
    except UnusableInput:
        return
    data = text.encode(encoding)
    assume(b"%PDF-" not in data and not data.startswith((b"BM", b"PK", b"7z", b"Rar!", b"{\\rtf")))
    assert documents.from_bytes(data, "a.txt").text == pasted.text


_ID = st.integers(1, 999_999).map(str)
_UNIQUE_IDS = st.lists(_ID, min_size=1, max_size=60, unique=True)


@quick
@given(
    ids=_UNIQUE_IDS,
    separators=st.lists(st.sampled_from([", ", "\n", ",\n", "; ", " | ", "\t", " "]), min_size=60),
)
def test_lists_are_read_back(ids: list[str], separators: list[str]) -> None:
    text = "".join(id + separator for id, separator in zip(ids, separators))
    # "1 2108" on the first line could be a row number and an id, and is said to be.
    assume(not any(re.fullmatch(r"\d{1,3}\D+\d{4,}\D*", line) for line in text.splitlines()))
    reading = registry.read(Document(text))
    assert [attempt.id for attempt in reading.attempts] == ids
    assert all("positions in a" in problem.message for problem in reading.problems)


@quick
@given(
    ids=_UNIQUE_IDS,
    form=st.sampled_from(["QID {}", "Question Id: {}", "#{}", "uw-{}", "- {}", "{},", "UW Id: {}"]),
)
def test_labelled_lists_are_read_back(ids: list[str], form: str) -> None:
    reading = registry.read(Document("\n".join(form.format(id) for id in ids)))
    assert [attempt.id for attempt in reading.attempts] == ids


@quick
@given(ids=_UNIQUE_IDS)
def test_numbered_lists_are_read_back_with_positions(ids: list[str]) -> None:
    reading = registry.read(Document("\n".join(f"{i}. {id}" for i, id in enumerate(ids, 1))))
    assert [(a.position, a.id) for a in reading.attempts] == list(enumerate(ids, 1))


_TOPICS = (
    "Asthma",
    "Fragile X syndrome",
    "5-HT receptors",
    "Vitamin B 12",
    "HIV (AIDS)",
    "Drug-induced lupus",
    "Sickle cell disease/trait",
    "Type 1 vs. type 2",
    "Anemia, iron deficiency",
    "α-thalassemia",
    "NSAIDs & kidney",
    "Crohn's disease",
    "Ménière",
)


@st.composite
def _classified(draw: st.DrawFn) -> tuple[str, str, str, str]:
    system = draw(st.sampled_from(list(STEP1_CATEGORIES)))
    return (
        draw(st.sampled_from(STEP1_SUBJECTS + STEP2_SUBJECTS)),
        system,
        draw(st.sampled_from(STEP1_CATEGORIES[system])),
        draw(st.sampled_from(_TOPICS)),
    )


@st.composite
def _attempts(draw: st.DrawFn, *, whole: bool, marked: bool) -> list[Attempt]:
    ids = draw(st.lists(_ID, min_size=1, max_size=12, unique=True))
    number = st.integers(0, 100).map(float)
    time = st.integers(0, 900).map(float)
    rows = []
    for position, id in enumerate(ids, start=1):
        names = draw(_classified())
        if not whole:
            names = tuple(name if draw(st.booleans()) else "" for name in names)  # type: ignore[assignment]
        outcome = st.sampled_from([Outcome.CORRECT, Outcome.INCORRECT, Outcome.OMITTED])
        rows.append(
            Attempt(
                id,
                draw(outcome) if marked else None,
                position,
                *names,
                draw(number if whole else st.none() | number),
                draw(time if whole else st.none() | time),
                draw(time if whole else st.none() | time),
            )
        )
    return rows


def percent(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}%"


def seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.0f} sec"


@quick
@given(
    attempts=_attempts(whole=False, marked=False),
    header=st.booleans(),
    dash=st.sampled_from("-–—−"),
    end=st.sampled_from(["\n", "\r\n", "\n\n"]),
)
def test_tables_are_read_back(attempts: list[Attempt], header: bool, dash: str, end: str) -> None:
    titles = "ID SUBJECTS SYSTEMS CATEGORIES TOPICS %_CORRECT_OTHERS TIME_SPENT AVG_TIME_SPENT"
    lines = [titles.replace(" ", "\t").replace("_", " ")] if header else []
    lines += [
        "\t".join(
            (
                f"{a.position} {dash} {a.id}",
                *(a.subject, a.system, a.category, a.topic),
                *(percent(a.percent_others), seconds(a.seconds), seconds(a.others_seconds)),
            )
        )
        for a in attempts
    ]
    reading = registry.read(Document(end.join(lines)), "uworld-table")
    assert list(reading.attempts) == attempts
    assert reading.problems == ()


@quick
@given(attempts=_attempts(whole=True, marked=False))
def test_tables_with_a_cell_a_line_are_read_back(attempts: list[Attempt]) -> None:
    text = "".join(
        f"{a.position} - {a.id}\n{a.subject}\n{a.system}\n{a.category}\n{a.topic}\n"
        f"{percent(a.percent_others)}\n{seconds(a.seconds)}\n{seconds(a.others_seconds)}\n"
        for a in attempts
    )
    reading = registry.read(Document(text))
    assert reading.reader == "uworld-table"
    assert list(reading.attempts) == attempts
    assert reading.problems == ()


@quick
@given(
    attempts=_attempts(whole=True, marked=True),
    marks=st.sampled_from(["✓×⊘", "✔✗⊘", "√✘⊘", "✓x⊘"]),
    breaks=st.lists(st.sampled_from([" ", " ", " ", "\n"]), min_size=1, max_size=50),
    page=st.sampled_from(["\n", " ", "\nabout:blank 1/2\n\f", "\n1/15/26, 9:05 PM about:blank\n"]),
)
def test_prints_are_read_back(
    attempts: list[Attempt], marks: str, breaks: list[str], page: str
) -> None:
    mark = dict(zip((Outcome.CORRECT, Outcome.INCORRECT, Outcome.OMITTED), marks))
    rows = []
    for a in attempts:
        assert a.outcome
        names = f"{a.subject} {a.system} {a.category} {a.topic}"
        numbers = f"{percent(a.percent_others)} {seconds(a.seconds)} {seconds(a.others_seconds)}"
        words = f"{mark[a.outcome]} {a.position} - {a.id} {names} {numbers}".split(" ")
        gaps = (breaks * (len(words) // len(breaks) + 1))[: len(words) - 1]
        rows.append("".join(word + gap for word, gap in zip(words, [*gaps, ""])))
    reading = registry.read(Document(page.join(rows)), "uworld-print")
    assert list(reading.attempts) == attempts
    assert reading.problems == ()
    assert reading.total == len(attempts)
