"""What the tests for every reader (test_every_reader.py) need of each: its entry in SAMPLES."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import escape

from remediation.model.banks import NBME
from remediation.sources.nbme_report import rows_to_ask
from remediation.sources.reading import Reading


@dataclass(frozen=True)
class Sample:
    """Inputs of one format, made of rows; a row is about a number, such as a question's id."""

    row: Callable[[int, str], str]
    """The row about a number; the words are its topic, where a row has one."""
    bad: Callable[[int], str]
    """The row of that place, one that a problem must be said of."""
    line: str
    """What one long line repeats."""
    idle: str
    """A line that says nothing; whatever its number, nothing of it is kept."""
    pieces: tuple[str, ...]
    """Pieces of real inputs: shuffled, they find more than letters at random."""
    repeated: tuple[str, ...]
    """What, repeated, could make a careless pattern try every way to divide it."""
    head: str = ""
    between: str = "\n"
    foot: str = "\n"
    numbers: tuple[int, ...] = (2108, 118154, 8425)
    """The rows of `good`."""
    item: Callable[[int, str], str] = lambda number, words: str(number)
    """What `items` gives for that row."""
    private: tuple[str, ...] = ()
    """What stands in `head` or `row` and is never kept."""
    starts: tuple[str, ...] = ("",)
    """What stands before `pieces` and `repeated`."""
    gaps: tuple[str, ...] = (" ", " ", "\n", "\t", "", "\f")
    passes_over_code: bool = False
    """Whether it says nothing of code, as of any text that is none of its own."""
    is_whole: bool = False
    """Whether it is read as a whole, not line by line: line ends mean nothing in it."""
    most_rows: str = "more than 20,000 questions"
    """What is said of 20,001 different rows; empty where there cannot be so many."""
    long_rows: int = 0
    """How many rows make a long input, where idle lines do not."""
    line_calls: int = 2
    """How often progress is reported within a long line, or more often."""
    passes: int = 1
    """How often a long line is gone through."""
    characters: int = 16_000
    """How long an input has to be that its time can be measured."""
    check: Callable[[str, Reading], None] = lambda text, reading: None
    """What else holds for the reading of any text."""

    def of(self, rows: Iterable[str]) -> str:
        """An input of these rows."""
        return self.head + self.between.join(rows) + self.foot

    @property
    def good(self) -> str:
        """An input of three rows, read without a problem."""
        return self.of(self.row(number, "Itch") for number in self.numbers)

    @property
    def long(self) -> str:
        """An input long enough that progress is reported several times."""
        if self.long_rows:
            return self.of(self.row(number, "Itch") for number in range(1, self.long_rows))
        return self.good + (self.idle if self.is_whole else "nothing here\n") * 8_000

    @property
    def long_line(self) -> str:
        """90,000 characters without a line end."""
        head = self.head.replace("\n", " ")
        return head + self.line * (90_000 // len(self.line)) + self.foot


def items(reading: Reading) -> list[str]:
    """What was read, a text for each row, in the order of the rows."""
    attempts = [attempt for one in (reading, *reading.further) for attempt in one.attempts]
    if reading.further:
        attempts.sort(key=lambda attempt: attempt.where)
    return [
        attempt.id or ",".join(map(str, attempt.note_ids + attempt.card_ids))
        for attempt in attempts
    ] + [group.name for group in reading.groups]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# --- UWorld's results, and ids ----------------------------------------------------------

_QUESTION_PIECES = _words(
    """
    2108 118154 8425 5 007 1 2 3 45% 37 31sec sec min 1:05 1/15/26 2024 Block block Test Item of
    QID Id: Question #12 uw-77 nid:150 cid:1,2 Incorrect: Correct wrong x ✓ ✗ × ! - – — . , ; :
    / ( ) [x] = + < <b> @ UserId ... … Surgery Dermatology Pathology Psychiatric/Behavioral &
    Miscellaneous (General Principles) ID SUBJECTS TOPICS 0jae_4 -aaDMQ AnKing 1234567 ２１ ٣٤ é
    ü9 1-2108 12-15 2,108 9999999999999 Mode Timed about:blank
    """
)
_QUESTION_GAPS = (" ", " ", " ", "\n", "\t", ", ", "", "\n\n", "\f", "\u00a0", "\r\n")
_QUESTION_REPEATED = (
    "1", "-", "_", "a", " ", ",", "\t", "1 ", "1\t", "1,", "1.", "1-", "1 - ", "1/", "1:", "#1",
    "- ", "x ", "x", "✗", "%", "1% ", "nid:1,", "QID ", "QID: ", "aB3_dE ", "a1 ", "user ",
    "user  ", "<b>", "<", "test id ", "mode timed ", "37% 31 ", "37% 31 sec ", "1 - 2108 ", "1 of ",
    "ids :", "jan 1 ", "+1 ", "(1", "[x", "1 - 2108\t", "1 - 2108\n", "...", "Pathology ", "1 min ",
    "\u202f1", "ü", "ü1", "１", "\0", "\r", "\f", "\n", "1 - 2108 Pathology 5% 3 sec ", "| ", "— ",
)  # fmt: skip
_QUICK_BROWN_FOX = "the quick brown 45% fox at 9:05\n"


def _table_row(number: int, words: str) -> str:
    return f"1 - {number}\tPathology\tDermatology\tMiscellaneous\t{words}\t52%\t45 sec"


def _print_row(number: int, words: str) -> str:
    return f"✓ 1 - {number} Pathology Dermatology Miscellaneous {words} 52% 45 sec 60 sec"


def _no_id_is_invented(text: str, reading: Reading) -> None:
    digits = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    runs = {run.lstrip("0") for run in re.findall("[0-9]+", digits)}
    assert reading.attempts
    for attempt in reading.attempts:
        id = attempt.id or ""
        assert id in runs or (reading.bank == "amboss" and id and id in digits)
        assert attempt.where.startswith(("line ", "page "))


def _html_row(number: int, words: str) -> str:
    names = zip(("subject", "system", "topic"), ("Pathology", "Dermatology", escape(words)))
    cells = "".join(f"<td class='mat-cell mat-column-{name}'>{cell}</td>" for name, cell in names)
    id_cell = f"<td class='mat-cell mat-column-id'>1 - {number}</td>"
    return f"<tr class='mat-row'><td><i class='fa-check'></i></td>{id_cell}{cells}</tr>"


def _json_row(number: int, words: str) -> str:
    return f'{{"questionId": "{number}", "wasCorrect": true, "stem": "secret", "topic": "{words}"}}'


def _some_attempts(_text: str, reading: Reading) -> None:
    assert reading.attempts
    assert all(attempt.id for attempt in reading.attempts)


# --- UWorld's reports --------------------------------------------------------------------


def _no_user_id(text: str, reading: Reading) -> None:
    assert reading.groups or reading.summary
    for group in reading.groups:
        assert group.name
        assert len(group.name) <= 200
    if len(re.findall(r"UserId\s*:\s*1234567", text)) == text.count("1234567"):
        assert "1234567" not in repr(reading.summary)


# --- NBME --------------------------------------------------------------------------------

_TITLES = (
    "Correct / Incorrect,Seq,Question Id,Content Topic,Content Description,Answer Selected,"
    "Time (sec),Timing,Exam Take,Answer Explanation"
)
_REPORT_ROWS = [row.name for row in rows_to_ask("step1")]


def _insights_row(number: int, words: str) -> str:
    return (
        f"Incorrect,2,SAAA{number}MAA0003,Diagnosis,{words},B,81.360,Standard-Paced,"
        "Comp Basic Sci SELF | Form 30 | 11/02/2023 | 9:05AM,https://example.invalid/secret.pdf"
    )


def _ids_are_nbmes(_text: str, reading: Reading) -> None:
    for one in (reading, *reading.further):
        assert one.attempts
        for attempt in one.attempts:
            assert attempt.id is None or NBME.normal_id(attempt.id) == attempt.id
            assert attempt.id or attempt.system or attempt.topic


def _results_of_no_student(_text: str, reading: Reading) -> None:
    assert reading.groups
    assert "Jane" not in repr(reading)
    for group in reading.groups:
        assert (group.percent, group.band) != (None, None)
        assert group.percent is None or 0 <= group.percent <= 100


def _items_of_a_form(_text: str, reading: Reading) -> None:
    for one in (reading, *reading.further):
        assert one.attempts
        for attempt in one.attempts:
            assert attempt.id
            assert NBME.normal_id(attempt.id) == attempt.id
            assert 1 <= (attempt.position or 0) <= 120


# --- Others ------------------------------------------------------------------------------


def _notes_and_no_more(_text: str, reading: Reading) -> None:
    assert reading.attempts
    for attempt in reading.attempts:
        assert attempt.id is None
        assert attempt.outcome is None
        assert attempt.note_ids or attempt.card_ids
        assert all(id > 0 for id in attempt.note_ids + attempt.card_ids)


def _says_what_it_is_about(_text: str, reading: Reading) -> None:
    for one in (reading, *reading.further):
        assert one.attempts
        for a in one.attempts:
            assert a.id or a.system or a.topic or a.subject or a.category or a.position


# By the key of the reader, in the order of the registry.
SAMPLES: Mapping[str, Sample] = {
    "uworld-html": Sample(
        row=_html_row,
        bad=lambda n: _html_row(12345678, "Itch"),
        line="<b>x</b>",
        idle="<b></b>\n",
        pieces=(
            "<html>", "<div class='standard-header'>", "</div>", "<tr>",
            "<td class='mat-column-id'>", "1 - 2108", "Question Id: 12345", "Item 1 of 40", "<!--",
            "-->", "<", ">", '"', "'", "<a x='", "<script>", "</script>", "&#xD800;", "&#0;",
            "&amp", "67% Answered correctly", "Time Spent", "58 secs",
            "<div class='standard-description'>", "Subject", "Pathology", "</td>", "\0", "é",
            "<i class='fa-times'>", "1 – 40 of 85", "<svg>", "<![CDATA[", "</", "<?", "＜b＞", "٣٤",
            "MIME-Version: 1.0\n", 'boundary="x"\n', "--x\nContent-Type: text/html\n\n",
            "Mode Timed",
        ),
        repeated=(
            "<", "<a ", "<a", '<a "', "<a '", "<a x='\"", "</", "<!", "<!--", "<!-- ", "<?",
            "<div>", "<div class=x>", "</div>", "<tr>", "<td class='mat-column-id'>", "<script>",
            "<script></script>", "<svg>", "&", "&amp;", "x", " ", "Question Id: ", "Item 1 of ",
            "1 ", "Time Spent", "58 secs ", "67% Answered correctly ",
            "<p>67% Answered correctly</p>", "<div class='standard-header'>",
            "<tr><td class='mat-column-id'>1 - 2108</td></tr>", "<i class='standard-header'></i>",
            "--x\n",
        ),
        head="<html><body><p>Jane Doe</p><table class='mat-table'>",
        foot="</table></body></html>",
        private=("Jane",),
        starts=("<html>",),
        gaps=("",),
        is_whole=True,
        most_rows="far larger",
        characters=40_000,
        check=_some_attempts,
    ),
    "browser-json": Sample(
        row=_json_row,
        bad=lambda n: _json_row(200_000 + n, "<b>"),
        line="[],",
        idle="[],\n",
        pieces=(
            '"questionId"', '"id"', '"topic"', '"wasCorrect"', '"omitted"', '"status"', '"exam"',
            '"percentCorrect"', '"timeSpentSecs"', ":", ":", ":", ",", ",", "{", "}", "[", "]",
            "118154", '"118154"', '"0jae_4"', '"Pathology"', '"52%"', "true", "null", "NaN", "1e9",
            "-5", '"', "\\", "\\ud800", "é", "\0", '{"questionId": 1}',
        ),
        repeated=(
            "[", "]", "{", "}", '{"a":', "[{", ",", '"', "\\", '"a":[{', "1", " ", "\n", "[{}],",
            "{},", '{"questionId":1},', '{"a":[{"b":[', "x", "-", "1e", "nul",
            '{"questionId": 1} x ',
        ),
        head="[",
        between=",",
        foot="]",
        private=("secret",),
        starts=("", '{"a":[{"questionId": 1, "topic": "x"},'),
        gaps=("", "", " ", "\n"),
        is_whole=True,
        long_rows=1_200,
        line_calls=1,
        characters=64_000,
    ),
    "nbme-insights": Sample(
        row=_insights_row,
        bad=lambda n: "Incorrect,2,,,,B,81,,,",
        line=_insights_row(2108, "Itch"),
        idle=',,,,,"",,,,\n',
        pieces=(*_TITLES.split(","), ",", "\n", '"', ";", "\t", "AAA1", "Correct", "|", "9:05AM"),
        repeated=('"\n', '"', '"a,b\n', ",", "x,\n", '",\n'),
        head=_TITLES + "\n",
        item=lambda number, words: f"SAAA{number}MAA0003",
        private=("secret",),
        starts=(f"{_TITLES}\n{_insights_row(2108, 'Itch')}\n",),
        gaps=("", "", ",", "\n", "\f"),
        check=_ids_are_nbmes,
    ),
    "uworld-table": Sample(
        row=_table_row,
        bad=lambda n: _table_row(12345678, "Itch"),
        line=_table_row(8425, "Itch") + " ",
        idle=_QUICK_BROWN_FOX,
        pieces=_QUESTION_PIECES,
        repeated=_QUESTION_REPEATED,
        head="Jane Doe\nID\tSUBJECTS\tSYSTEMS\tCATEGORIES\tTOPICS\t% CORRECT OTHERS\tTIME SPENT\n",
        private=("Jane",),
        gaps=_QUESTION_GAPS,
        check=_no_id_is_invented,
    ),
    "uworld-print": Sample(
        row=_print_row,
        bad=lambda n: _print_row(12345678, "Itch"),
        line=_print_row(8425, "Itch") + " ",
        idle=_QUICK_BROWN_FOX,
        pieces=_QUESTION_PIECES,
        repeated=_QUESTION_REPEATED,
        head="Jane Doe\nCustom Test Id: 123\nYour Score 100%\nMode Timed\n",
        private=("Jane",),
        gaps=_QUESTION_GAPS,
        line_calls=4,
        check=_no_id_is_invented,
    ),
    "uworld-report": Sample(
        row=lambda n, words: f"{words} {n} 20 30 9 (45%) 10 (50%) 1 (5%)",
        bad=lambda n: f"Topic x{n} 9 10 2 (67%) 1 (33%) 0 (0%)",
        line="Anatomy 1/2 1 (100%) 0 (0%) 0 (0%) 1st ",
        idle="the quick brown 45% fox at 9:05 (1)\n",
        pieces=_words(
            """
            NAME USAGE CORRECT Q INCORRECT OMITTED P-RANK USED TOTAL Microbiology Dermatology
            (General Principles) Miscellaneous 20/348 9 (45%) 10 (50%) 1 (5%) 31st - 0 (0%) Jane
            UserId : 1234567 about:blank 1/2 1/15/26, 9:05 PM Total Correct 300 Your Score 62%
            Systems Topics ... 12 99999999 1,234 <b> é ２１ 10/164 Disorder Psychiatric/Behavioral
            & Use disorders
            """
        ),
        repeated=(
            "1", "1 ", "1/", "1/2 ", "1 (", "1 (5%) ", "9 (45%) 10 (50%) ", "(", ")",
            "1 (5%) 1 (5%) 1\n", "Total ", "Total Correct ", "Total 1 ", "NAME ", "CORRECT Q ",
            "user ", "UserId : ", "a ", "a\n", "about:blank ", "1/15/26, 9:05 PM ",
            "Anatomy 1/2 1 (100%) 0 (0%) 0 (0%) 1st ", "-", "Jane\nUserId : 1\n", "Anatomy\n",
            "Psychiatric/Behavioral &\n", "Systems\n", "...", "1,", ",",
            "Anatomy 1/2 1 (100%) 0 (0%) 0 (0%) 1st\nuse ", "1\n", "\f", "１",
        ),
        head="Jane Doe\nUserId : 1234567\nNAME USED Q TOTAL Q CORRECT Q INCORRECT Q OMITTED Q\n",
        item=lambda number, words: f"{words} {number}",
        private=("Jane", "1234567"),
        gaps=(" ", " ", " ", "\n", "\n", "\t", "", "\f"),
        most_rows="more than 20,000 rows",
        passes=2,
        line_calls=4,
        check=_no_user_id,
    ),
    "nbme-report": Sample(
        row=lambda n, words: f"{_REPORT_ROWS[n % 17]} {n % 101}%\n{words}",
        bad=lambda n: f"Pathology {50 + n % 2}%",
        line="Genetics 50% ",
        idle=_QUICK_BROWN_FOX,
        pieces=(
            *_REPORT_ROWS,
            *_words("61% 12-16% 126% 45 Lower Same Higher X [x] [ ] ☐ 1/2/25 Form NBME Pass 1-"),
            "Score:", "Performance by System", "Low-pass range", "probability of passing",
            "Jane Doe", "Blood &",
        ),
        repeated=(
            "1", "-", "a", " ", "\t", "%", "1 ", "1% ", "Genetics ", "Genetics\n", "Genetics 5%\n",
            "x", "[ ", "Blood & ", "Behavioral Health & Nervous ",
            "Behavioral Health & Nervous\n", "same ", "about  ", "probability of passing the ",
            "equated percent correct ", "= ", "\f", "1-", "low-pass range 1",
            "Lower Same Higher\n", "Pathology X\n", "☐", "user id ",
        ),
        head="Name: Jane Doe          NBME ID: 1234567\n",
        numbers=(8, 9, 10),
        item=lambda number, words: _REPORT_ROWS[number],
        private=("Jane", "1234567"),
        gaps=(" ", " ", "\n", "\n", "\t", "  ", "|", "\f", ""),
        passes_over_code=True,
        most_rows="",
        line_calls=4,
        check=_results_of_no_student,
    ),
    "free-120": Sample(
        row=lambda n, words: f"{n} - {words}",
        bad=lambda n: "121",
        line="121, ",
        idle=_QUICK_BROWN_FOX,
        pieces=_words(
            """
            Free 120 2024 Free120 step 1 Block 2 3 17 121 3-9 78% wrong ✗ correct: #5 Q7 item -
            : , . UWorld user id old 1. 2) 9:05 <b> =3 x
            """
        ),
        repeated=(
            "1", "-", "a", " ", "\t", "1 ", "3, ", "3\n", "x", "Free 120 ", "Free 120\n",
            "sample ", "#", "Q", "block 2 ", "3 - a ", "3 wrong\n", "1/", "usmle step 1 ", "step ",
            "2024 ", "ü", "\f",
        ),
        head="jane@example.com\nFree 120 2024:\n",
        numbers=(3, 17, 41),
        item=lambda number, words: f"Free120-2024-{number}",
        private=("jane",),
        starts=("Free 120 2024: 5\n",),
        gaps=(" ", " ", "\n", "\t", ", ", "", "\f"),
        most_rows="",
        line_calls=4,
        check=_items_of_a_form,
    ),
    "error-log": Sample(
        row=lambda n, words: f"{n},Cardio,{words}",
        bad=lambda n: "12345678,Cardio,Itch",
        line="2108,Cardio,Itch,",
        idle=",,,,,,,,,,,,,,,,,,,,\n",
        pieces=_words(
            """
            QID Date System Topic Result Notes Stem ID Time % Bank Confidence 2108 118154
            1/2/2026 Cardio GI ✗ Yes silly 52% 0.5 1:05 UWorld Kaplan #N/A =1+1 <b> 99999999
            0jae_4 guessed ٣ 46037 - " "a
            """
        ),
        repeated=('"\n', '"', '"a,b\n', ",", "x,\n", '",\n', "2108,\n", "\n", "2108 ", "silly,\n"),
        head="QID,System,Topic\n",
        starts=("QID,System,Topic\n2108,GI,AKI\n",),
        gaps=(",", ",", ";", "\n", "\n", "\t", "|", " "),
        check=_says_what_it_is_about,
    ),
    "note-lists": Sample(
        row=lambda n, words: f"{words}: nid:{n}",
        bad=lambda n: "nid:2108",
        line="nid:1 OR ",
        idle=_QUICK_BROWN_FOX,
        pieces=_words(
            """
            nid:1 cid:2,3 OR or and ( ) " , -nid:4 deck:x 2108 5 : nid: 0 not
            """
        ),
        repeated=(
            "1", "-", "a", " ", "\t", "1 ", "1,", "1 ,", "nid:", "nid:1", "nid:1 ", "nid:1,",
            "nid:1\n", "or ", "not ", "(", '"', "nid : ", "1502298033753,", "1502298033753 ,",
            "-nid:1 ", "\f", "a: nid:1\n",
        ),
        starts=("nid:5,\n",),
        gaps=(" ", " ", "\n", "\t", "", "\f", ","),
        most_rows="more than 20,000 notes",
        line_calls=4,
        check=_notes_and_no_more,
    ),
    "question-ids": Sample(
        row=lambda n, words: f"{n}\n{words}",
        bad=lambda n: "12345678",
        line="2108, ",
        idle=_QUICK_BROWN_FOX,
        pieces=_QUESTION_PIECES,
        repeated=_QUESTION_REPEATED,
        gaps=_QUESTION_GAPS,
        line_calls=4,
        check=_no_id_is_invented,
    ),
}  # fmt: skip
