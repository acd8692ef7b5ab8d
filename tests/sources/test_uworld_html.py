"""UWorld pages saved as HTML: ids, results and classification, and nothing else."""

from __future__ import annotations

import quopri
from collections.abc import Sequence
from html import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from remediation.model.attempts import Outcome
from remediation.model.progress import no_progress
from remediation.sources.markup import MOST_TAGS, cleaned, is_web_page, plain
from remediation.sources.reading import Document, Reading, UnusableInput
from remediation.sources.uworld_html import UWorldHtml

quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

ICONS = {
    Outcome.CORRECT: '<i class="fas fa-check"></i>',
    Outcome.INCORRECT: '<i class="fas fa-times"></i>',
    Outcome.OMITTED: '<i class="fas fa-ban"></i>',
    None: "",
}
COLUMNS = (
    "subject",
    "system",
    "category",
    "topic",
    "percentCorrectOthers",
    "timeSpent",
    "avgTimeSpent",
)
NAMES = ("Pathology", "Hematology & Oncology", "Hemostasis and thrombosis", "Hypovolemic shock")


def read(text: str) -> Reading:
    return UWorldHtml().read(Document(text, "page.html"), no_progress)


def row(id: str, mark: str, cells: Sequence[str], position: int = 1) -> str:
    parts = [("flag", mark), ("id", f"{position} - {id}"), *zip(COLUMNS, map(escape, cells))]
    return (
        '<tr mat-row role="row" class="mat-row cdk-row ng-star-inserted"><!---->'
        + "".join(
            f'<td mat-cell class="mat-cell cdk-cell cdk-column-{name} mat-column-{name}"> {cell} '
            "</td>"
            for name, cell in parts
        )
        + "</tr>"
    )


def results(rows: Sequence[str], shown: str = "") -> str:
    return (
        "<!DOCTYPE html><html><head><title>UWorld</title>"
        "<script>let row = \"<tr><td class='mat-column-id'>7 - 7777</td></tr>\"</script>"
        "<style>.mat-column-id { width: 9% }</style></head><body><p>Jane Doe</p>"
        "<div>Custom Test Id: 123</div><div>Mode</div><div>Timed</div>"
        '<table class="mat-table"><thead><tr class="mat-header-row">'
        '<th class="mat-header-cell cdk-column-flag"></th>'
        '<th class="mat-header-cell cdk-column-id">ID</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>{shown}</body></html>"
    )


RESULTS = results(
    [
        row("104520", ICONS[Outcome.INCORRECT], [*NAMES, "37%", "31 sec", "99 sec"], 1),
        row("103312", ICONS[Outcome.CORRECT], [*NAMES, "72%", "1 min 4 sec", ""], 2),
        row("8425", ICONS[Outcome.OMITTED], ["Medicine", "Pregnancy, Childbirth & Pue..."], 3),
    ],
    '<div class="mat-paginator-range-label"> 1 – 3 of 3 </div>',
)  # fmt: skip
QUESTION = """<html><body><header><span>Item 2 of 40</span><span>Question Id: 12345</span></header>
<div class="stem">A 45-year-old man, secretstem, has had pain for 12 hours.</div>
<div class="choice correct">A. secretchoice</div><div class="choice incorrect">B.</div>
<div class="stats-bar incorrect-bar"><div><div>Incorrect</div>Correct answer <b>A</b></div>
<div><span>67%</span> <span>Answered correctly</span></div>
<div><span>58 secs</span> <span>Time Spent</span></div></div>
<p>secretexplanation: 135-145 mEq/L</p><table><tr><td>Sodium</td><td>135 - 145</td></tr></table>
<div><div class="standard-description">Pathology</div><div class="standard-header">Subject</div>
</div><div><div class="standard-description">Hematology &amp; Oncology</div>
<div class="standard-header">System</div></div><div><div class="standard-description">Itch</div>
<div class="standard-header">Topic</div></div></body></html>"""


def test_results_page() -> None:
    reading = read(RESULTS)
    first, second, third = reading.attempts
    assert (first.id, first.outcome, first.position) == ("104520", Outcome.INCORRECT, 1)
    assert (first.subject, first.system, first.category, first.topic) == NAMES
    assert (first.percent_others, first.seconds, first.others_seconds) == (37, 31, 99)
    assert (second.outcome, second.seconds, second.others_seconds) == (Outcome.CORRECT, 64, None)
    assert (third.outcome, third.system) == (Outcome.OMITTED, "Pregnancy, Childbirth & Puerperium")
    assert [attempt.where for attempt in reading.attempts] == ["row 1", "row 2", "row 3"]
    assert (reading.reader, reading.bank, reading.exam) == ("uworld-html", "uworld", None)
    assert (reading.name, reading.mode, reading.total) == ("Test 123", "Timed", 3)
    assert not reading.problems
    assert "Jane" not in repr(reading)
    assert "7777" not in repr(reading)


@pytest.mark.parametrize(
    ("icon", "outcome"),
    [
        ('<i class="fa fa-times red"></i>', Outcome.INCORRECT),
        ('<i class="fal fa-check"></i>', Outcome.CORRECT),
        ('<mat-icon class="mat-icon">close</mat-icon>', Outcome.INCORRECT),
        ('<mat-icon class="mat-icon">check</mat-icon>', Outcome.CORRECT),
        ('<mat-icon svgicon="check"></mat-icon>', Outcome.CORRECT),
        ('<span aria-label="Omitted"></span>', Outcome.OMITTED),
        ('<span title="Incorrect">x</span>', Outcome.INCORRECT),
        ('<div class="icon-incorrect"></div>', Outcome.INCORRECT),
        ('<div class="question-correct"></div>', Outcome.CORRECT),
        ("✗", Outcome.INCORRECT),
        ('<span>✓</span><i class="fa fa-flag"></i>', Outcome.CORRECT),
        ('<i class="fa fa-flag"></i>', None),
        ("<svg><path d='M0'/></svg>", None),
    ],
)
def test_marks(icon: str, outcome: Outcome | None) -> None:
    rows = [
        row("104520", icon, NAMES),
        row("103312", ICONS[Outcome.CORRECT], NAMES, 2),
    ]
    reading = read(results(rows))
    assert reading.attempts[0].outcome is outcome
    assert bool(reading.problems) is (outcome is None)


def test_elements_instead_of_a_table_and_newer_classes() -> None:
    text = RESULTS.replace("<tr", "<mat-row").replace("</tr", "</mat-row")
    text = text.replace("<td", "<mat-cell").replace("</td", "</mat-cell")
    text = text.replace('"mat-cell', '"mat-mdc-cell mdc-data-table__cell')
    assert read(text).attempts == read(RESULTS).attempts


def test_columns_by_their_printed_titles() -> None:
    text = RESULTS.replace("column-subject", "column-c7").replace(
        "</tr></thead>", '<th class="mat-header-cell cdk-column-c7">SUBJECTS</th></tr></thead>'
    )
    assert read(text).attempts == read(RESULTS).attempts


def test_a_page_that_shows_only_a_part() -> None:
    reading = read(RESULTS.replace("of 3", "of 40"))
    assert reading.total == 40
    assert "shows 3 of 40" in reading.problems[0].message


def test_question_page() -> None:
    reading = read(QUESTION)
    (attempt,) = reading.attempts
    assert (attempt.id, attempt.outcome, attempt.position) == ("12345", Outcome.INCORRECT, 2)
    assert (attempt.percent_others, attempt.seconds) == (67, 58)
    assert (attempt.subject, attempt.system, attempt.topic) == (NAMES[0], NAMES[1], "Itch")
    assert (reading.exam, reading.total) == ("step1", 40)
    assert not reading.problems
    assert "secret" not in repr(reading)


@pytest.mark.parametrize(
    ("change", "by", "outcome"),
    [
        ("<div>Incorrect</div>Correct answer <b>A</b>", "", Outcome.INCORRECT),
        ("<div>Incorrect</div>Correct answer <b>A</b>", "Omitted", Outcome.OMITTED),
        ("<div>Incorrect</div>", "<div>Correct</div>", Outcome.CORRECT),
        (
            ' incorrect-bar"><div><div>Incorrect</div>Correct answer <b>A</b>',
            ' is-correct"><div>',
            Outcome.CORRECT,
        ),
        (' incorrect-bar"><div><div>Incorrect</div>Correct answer <b>A</b>', '"><div>', None),
    ],
)
def test_result_of_a_question(change: str, by: str, outcome: Outcome | None) -> None:
    assert change in QUESTION
    reading = read(QUESTION.replace(change, by))
    assert reading.attempts[0].outcome is outcome
    assert bool(reading.problems) is (outcome is None)


def test_code_in_names() -> None:
    cells = [*NAMES[:3], "<script>alert(7777)</script>", "37%", "31 sec"]
    reading = read(results([row("104520", ICONS[Outcome.CORRECT], cells)]))
    assert reading.attempts[0].topic == ""
    assert reading.problems
    reading = read(QUESTION.replace(">Itch<", ">&lt;img src=x&gt;<"))
    assert reading.attempts[0].topic == ""
    assert "img" not in repr(reading)
    reading = read(QUESTION.replace(">Itch<", "><b onclick='x()'>It</b>ch&#0;&#xD800;<"))
    reading.attempts[0].topic.encode()


def test_page_saved_as_one_file() -> None:
    for page in (RESULTS, QUESTION):
        body = quopri.encodestring(page.encode()).decode()
        text = (
            "From: <Saved by Blink>\nMIME-Version: 1.0\nContent-Type: multipart/related;\n"
            '\ttype="text/html";\n\tboundary="----Multi--x"\n\n\n------Multi--x\n'
            "Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n"
            f"Content-Location: https://example.invalid/\n\n{body}\n------Multi--x\n"
            "Content-Type: image/png\nContent-Transfer-Encoding: base64\n\nAAAA\n------Multi--x--\n"
        )
        assert UWorldHtml().certainty(Document(text)) == 1
        assert read(text).attempts == read(page).attempts


@pytest.mark.parametrize(
    "text",
    ["<html></html>", "<html>2108, 118154</html>", "MIME-Version: 1.0\n\nx", RESULTS[:400], "x"],
)
def test_other_pages_are_refused(text: str) -> None:
    with pytest.raises(UnusableInput, match=r"page\.html is a web page without UWorld's results"):
        read(text)


def test_end_anywhere() -> None:
    for page in (RESULTS, QUESTION):
        whole = read(page)
        for end in range(0, len(page), 7):
            try:
                reading = read(page[:end])
            except UnusableInput:
                continue
            ids = [attempt.id or "" for attempt in whole.attempts]
            for attempt, id in zip(reading.attempts, ids):
                assert id.startswith(attempt.id or "?")
            assert "secret" not in repr(reading)


def test_progress_within_the_rows_is_regular() -> None:
    page = results([row(str(n), ICONS[Outcome.CORRECT], NAMES) for n in range(1_000, 1_300)])
    calls = 0

    def count(_label: str, done: int, total: int) -> None:
        nonlocal calls
        calls += 1
        assert 0 <= done <= total

    UWorldHtml().read(Document(page), count)
    assert calls >= 7


# --- Markup -----------------------------------------------------------------------------


def test_cleaned() -> None:
    def clean(text: str) -> str:
        return cleaned(Document(text))

    assert clean("a<b c=d class='x y' onclick='z'>e</b>") == 'a<b class="x y">e</b>'
    assert clean("<script>if (a</b> 1 <c>) {}</script>x") == "x"
    assert clean("<SCRIPT src=x>y") == ""
    assert clean("<!-- <b> -->x<!-- <b>") == "x"
    assert clean("<!DOCTYPE html><?xml x?>x") == "x"
    assert clean("1 < 2 <- <3 <") == "1 &lt; 2 &lt;- &lt;3 &lt;"
    assert clean("<b title='\"><i>'>x") == '<b title="><i>">x'
    assert clean("<img src=x onerror=y>x") == " x"
    with pytest.raises(UnusableInput, match="far larger"):
        clean("<b>" * (MOST_TAGS + 1))


@pytest.mark.parametrize(
    ("text", "is_page"),
    [
        ("<!doctype html>", True),
        ("\n<?xml version='1.0'?><html>", True),
        ("<table class='mat-table'>", True),
        ("MIME-Version: 1.0", True),
        ("<5 mg of 2108", False),
        ("2108 <html>", False),
        ("<b>7777</b>", False),
    ],
)
def test_is_web_page(text: str, is_page: bool) -> None:
    assert is_web_page(text) is is_page


_CELL = st.text(st.characters(min_codepoint=33, max_codepoint=0x24F), min_size=1, max_size=30)


@quick
@given(
    rows=st.lists(
        st.tuples(
            st.integers(1, 999_999).map(str),
            st.sampled_from([Outcome.CORRECT, Outcome.INCORRECT, Outcome.OMITTED]),
            _CELL.filter(
                lambda name: name[0].isalpha() and "<" not in name and name == plain(name)
            ),
            st.integers(0, 100),
            st.integers(0, 5_000),
        ),
        min_size=1,
        max_size=20,
        unique_by=lambda row: row[0],
    )
)
def test_results_are_read_back(rows: list[tuple[str, Outcome, str, int, int]]) -> None:
    rows = [row for row in rows if row[2].casefold() not in ("na", "nan", "none", "null", "n/a")]
    if not rows:
        return
    reading = read(
        results(
            [
                row(id, ICONS[outcome], [*NAMES[:3], topic, f"{percent}%", f"{seconds} sec"], i)
                for i, (id, outcome, topic, percent, seconds) in enumerate(rows, 1)
            ]
        )
    )
    assert [
        (a.id, a.outcome, a.topic, a.percent_others, a.seconds) for a in reading.attempts
    ] == rows


@pytest.mark.parametrize(
    "text",
    [
        "<div class='a'>" * 90_000,
        "<b>" * 1_600_000,
        "<html>" + "x" * 5_000_000,
        "<html>" + "x\n" * 1_000_000,
    ],
    ids=["deep", "many tags", "5 MB in one line", "a million lines"],
)
def test_huge_pages(text: str) -> None:
    with pytest.raises(UnusableInput):
        read(text)
