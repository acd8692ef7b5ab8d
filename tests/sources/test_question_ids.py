"""Lists of ids as students really paste them."""

from __future__ import annotations

import pytest

from remediation.model.attempts import Outcome
from remediation.model.progress import no_progress
from remediation.sources.question_ids import QuestionIds
from remediation.sources.reading import Document, Reading, UnusableInput

RIGHT, WRONG, OMITTED = Outcome.CORRECT, Outcome.INCORRECT, Outcome.OMITTED


def read(text: str) -> Reading:
    return QuestionIds().read(Document(text), no_progress)


def ids(text: str) -> list[str | None]:
    return [attempt.id for attempt in read(text).attempts]


def refusal(text: str) -> str:
    with pytest.raises(UnusableInput) as caught:
        read(text)
    return str(caught.value)


THREE = ["2108", "118154", "8425"]


@pytest.mark.parametrize(
    "text",
    [
        "2108, 118154, 8425",
        "2108,118154,8425",
        "2108 118154 8425",
        "2108\n118154\n8425\n",
        "2108,\n118154,\n8425,",
        "2108, 118154,\n8425",
        "2108;118154;8425",
        "2108\t118154\t8425",
        "2108|118154|8425",
        "2108/118154/8425",
        "2108 / 118154 / 8425",
        "2108 - 118154 - 8425",
        "2108 – 118154 – 8425",
        "2108.\n118154.\n8425.",
        "2108. 118154. 8425.",
        "2108, 118154 and 8425",
        "2108 & 118154 & 8425",
        "2108、118154，8425",
        "２１０８　１１８１５４　８４２５",
        "٢١٠٨ ١١٨١٥٤ ٨٤٢٥",
        "(2108) [118154] {8425}",
        "['2108', \"118154\", “8425”]",
        '{"ids": [2108, 118154, 8425]}',
        "- 2108\n- 118154\n- 8425",
        "-2108\n-118154\n-8425",
        "• 2108\n• 118154\n• 8425",
        "* 2108\n* 118154\n* 8425",
        "- [x] 2108\n- [ ] 118154\n- [x] 8425",
        "> 2108\n> 118154\n>> 8425",
        "#2108\n#118154\n#8425",
        "#2108 #118154 #8425",
        "Question Id: 2108\nQuestion Id: 118154\nQuestion Id: 8425",
        "QId: 2108\nQID 118154\nqid:8425",
        "QId:2108, 118154, 8425",
        "QIDs: 2108, 118154 and 8425",
        "Q. Id 2108; Q.ID: 118154; q-id=8425",
        "question_id=2108&question_id=118154&question_id=8425",
        "ID: 2108\nID: 118154\nID: 8425",
        "IDs: 2108, 118154, 8425",
        "UW Id: 2108\nUWorld QID 118154\nUWorld Question ID #8425",
        "uw-2108 uw-118154 uw-8425",
        "UW2108, uw#118154, uworld_8425",
        "UWorld: 2108, 118154, 8425",
        "Q2108 Q118154 Q8425",
        "002108, 118154, 08425",
        "2108 😭 118154 😅 8425",
        "my list of questions: 2108, 118154, 8425",
        "Missed today: 2108, 118154, 8425",
        "Cardio: 2108, 118154\nRenal: 8425",
        "Cardio - week: 2108, 118154; 8425",
        "[15/01/26, 21:05:33] Jane Doe: 2108 118154\n[15/01/26, 21:06:01] Jane Doe: 8425",
        "15/01/2026, 21:05 - +49 170 1234567: 2108, 118154\n15/01/2026, 21:06 - Max: 8425",
        "1/15/26, 9:05\u202fPM - Jane: 2108, 118154, 8425",
        "2108,  118154,,8425,",
    ],
)
def test_three_ids_in_every_spelling(text: str) -> None:
    reading = read(text)
    assert [attempt.id for attempt in reading.attempts] == THREE
    assert reading.problems == ()


@pytest.mark.parametrize(
    "text",
    [
        "1. 2108\n2. 118154\n3. 8425",
        "1) 2108\n2)118154\n(3) 8425",
        "1: 2108\n2: 118154\n3: 8425",
        "#1 2108\n#2: 118154\n#3. 8425",
        "1 - 2108\n2 - 118154\n3 - 8425",
        "1 – 2108, 2 – 118154, 3 – 8425",
        "1. QID 2108\n2. QID: 118154\n3. uw-8425",
        "1. 2108 - asthma\n2. 118154: missed the clue\n3. 8425 (again)",
    ],
)
def test_numbers_of_the_list_are_positions(text: str) -> None:
    reading = read(text)
    assert [(a.id, a.position) for a in reading.attempts] == list(zip(THREE, (1, 2, 3)))
    assert reading.problems == ()


def test_row_numbers_without_a_sign_are_told_from_ids_and_reported() -> None:
    reading = read("1 2108\n2 118154\n3\t8425")
    assert [(a.id, a.position) for a in reading.attempts] == list(zip(THREE, (1, 2, 3)))
    [problem] = reading.problems
    assert problem.where == "line 1"
    assert "(and 2 more below)" in problem.message


def test_blocks_before_ids() -> None:
    assert ids("Block 3 - 12345\nBlock 4 – 12346\nTest 12 - 4321") == ["12345", "12346", "4321"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Incorrect: 2108, 118154\nCorrect: 8425", [WRONG, WRONG, RIGHT]),
        ("Incorrect:\n2108\n\n118154\nCorrect\n8425", [WRONG, WRONG, RIGHT]),
        ("Incorrect: 2108,\n118154\n\n8425", [WRONG, WRONG, None]),
        ("wrong 2108 118154 right 8425", [WRONG, WRONG, RIGHT]),
        ("2108 wrong, 118154 right, 8425 omitted", [WRONG, RIGHT, OMITTED]),
        ("2108 ✗ 118154 ✓ 8425 ✗", [WRONG, RIGHT, WRONG]),
        ("✗ 2108\n✓ 118154\n× 8425", [WRONG, RIGHT, WRONG]),
        ("x 2108\n√ 118154\n✘ 8425 - asthma", [WRONG, RIGHT, WRONG]),
        ("I got these wrong: 2108, 118154, 8425", [WRONG, WRONG, WRONG]),
        ("Incorrect (3):\n2108\n118154\n8425", [WRONG, WRONG, WRONG]),
        ("Omitted\n2108\n118154\nBlock 4\n8425", [OMITTED, OMITTED, None]),
        ("Correct to incorrect: 2108, 118154, 8425", [None, None, None]),
        ("Not correct: 2108, 118154, 8425", [None, None, None]),
        ("2108 - correct diagnosis was asthma\n118154\n8425", [None, None, None]),
        ("[x] 2108\n[ ] 118154\n8425", [None, None, None]),
    ],
)
def test_outcomes_where_the_text_says_them(text: str, expected: list[Outcome | None]) -> None:
    attempts = read(text).attempts
    assert [attempt.id for attempt in attempts] == THREE
    assert [attempt.outcome for attempt in attempts] == expected


def test_unclear_marks_are_reported_and_left_out() -> None:
    reading = read("2108 118154 8425 wrong")
    assert [attempt.outcome for attempt in reading.attempts] == [None, None, None]
    assert "not clear" in reading.problems[0].message


def test_a_count_is_neither_an_id_nor_a_heading() -> None:
    reading = read("Correct: 28\nIncorrect: 12\nOmitted: 0\n\nIds:\n2108, 118154, 8425")
    assert [attempt.id for attempt in reading.attempts] == THREE
    assert {attempt.outcome for attempt in reading.attempts} == {None}
    assert [problem.where for problem in reading.problems] == ["line 1", "line 2", "line 3"]


def test_short_ids_are_taken_with_a_warning() -> None:
    reading = read("Incorrect: 12, 15, 18")
    assert [a.id for a in reading.attempts] == ["12", "15", "18"]
    assert {a.outcome for a in reading.attempts} == {WRONG}
    [problem] = reading.problems
    assert "positions in a block" in problem.message


def test_one_two_three_among_ids_is_warned_about() -> None:
    assert "positions" in read("1\n2108\n2\n8425\n3\n118154").problems[0].message
    assert read("12, 2108, 99, 8425").problems == ()


# What looks like an id in a place where it may be something else: said, and not taken.
@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("45%", "45% (a per cent)"),
        ("scored 45 %", "45 % (a per cent)"),
        ("3.5", "3.5 (a decimal number)"),
        ("1.2108", "1.2108 (a decimal number)"),
        ("12:30", "12:30 (a time)"),
        ("at 9:05 PM", "9:05 PM (a time)"),
        ("1/15/26", "1/15/26 (a date)"),
        ("2026-01-15", "2026-01-15 (a date)"),
        ("2026-01-15T21:05:00", "2026-01-15T21:05:00 (a date)"),
        ("15.01.2026", "15.01.2026 (a date)"),
        ("Jan 15, 2026", "Jan 15, 2026 (a date)"),
        ("15 January", "15 January (a date)"),
        ("May 2026", "May 2026 (a date)"),
        ("in 2024", "2024 (next to words)"),
        ("Block 3", "Block 3 (a block"),
        ("Block #3", "Block #3 (a block"),
        ("NBME 31", "NBME 31 (a block"),
        ("Step 1", "Step 1 (a block"),
        ("Score: 62", "Score: 62 (a block"),
        ("Question 12", "Question 12 (a block"),
        ("Item 17 of 40", "Item 17 of 40 (a block"),
        ("17 of 40", "17 of 40 (a part"),
        ("17/40", "17/40 (a part"),
        ("40 questions", "40 questions (a count"),
        ("45 sec", "45 sec (a count"),
        ("1500 mg daily", "1500 mg (a count"),
        ("12 wrong", "12 (short"),
        ("I missed 12 today", "12 (next to words)"),
        ("missed 9999 of them somehow", "9999 (next to words)"),
        ("2023 - what a year", "2023 (next to words)"),
        ("2110-2115", "2110-2115 (a range"),
        ("555-1234", "555-1234 (a range"),
        ("+1 555 123 4567", "+1 555 123 4567 (a number with a sign)"),
        ("=2110", "=2110 (a number with a sign)"),
        ("≥ 50", "≥ 50 (a number with a sign)"),
        ("118,155", "118,155 (one number or two?"),
        ("2\u00a0110", "2'110 (one number or two?"),
        ("1234567", "1234567 (more than 6 digits)"),
        ("1502298033753", "1502298033753 (a note or card id of Anki)"),
        ("2110a", "2110a (letters and digits together)"),
        ("ü2110", "ü2110 (letters and digits together)"),
        ("0", "0 (no question has this number)"),
        ("Custom Test Id: 987654", "Test Id: 987654 (the id of something else)"),
        ("https://apps.example/test/16449853/2110", "a link (a web address)"),
        ("https://next.amboss.com/us/article/AbC123", "an AMBOSS article, not a question"),
        ("0jaeX4_A3b", "0jaeX4_A3b (looks like an AMBOSS id"),
    ],
)
def test_what_may_be_something_else_is_said_and_not_taken(line: str, said: str) -> None:
    reading = read(f"2108\n118154\n{line}\n8425")
    assert [attempt.id for attempt in reading.attempts] == THREE
    [problem] = reading.problems
    assert problem.where == "line 3"
    assert said in problem.message


@pytest.mark.parametrize("line", ["Block 3: 12, 15, 18", "Questions: 12, 15, 18"])
def test_positions_in_a_block_are_not_ids(line: str) -> None:
    assert "short, may be a position" in refusal(line)


@pytest.mark.parametrize(
    "line", ["", "Cardio", "Incorrect:", "these were hard", "———", "***", "Jane Doe", "____"]
)
def test_lines_without_digits_are_no_problem(line: str) -> None:
    reading = read(f"2108\n118154\n{line}\n8425")
    assert [attempt.id for attempt in reading.attempts] == THREE
    assert reading.problems == ()


def test_labelled_ids_are_found_in_a_copied_question() -> None:
    reading = read(
        "Item 17 of 40\nQuestion Id: 2128\n"
        "A 45-year-old man has a blood pressure of 120/80 mm Hg. Which of 5 drugs...\n"
        "67% Answered correctly\n58 secs Time Spent\n"
    )
    assert [attempt.id for attempt in reading.attempts] == ["2128"]
    assert [problem.where for problem in reading.problems] == [
        "line 1",
        "line 3",
        "line 4",
        "line 5",
    ]


def test_messages_quote_numbers_but_no_words_of_the_line() -> None:
    reading = read("2108\nJane Doe missed 17 things about asthma in 2024\n")
    assert "17" in reading.problems[0].message
    for word in ("Jane", "Doe", "asthma"):
        assert word not in repr(reading)


def test_lines_with_user_ids_or_addresses_are_left_out_unquoted() -> None:
    reading = read("Jane UserId : 765432\njane99@example.invalid 4321\n2108")
    assert [attempt.id for attempt in reading.attempts] == ["2108"]
    assert [problem.where for problem in reading.problems] == ["line 1", "line 2"]
    for text in ("Jane", "765432", "jane99", "4321"):
        assert text not in repr(reading)


def test_doubles_are_kept_once() -> None:
    reading = read("2108, 118154\n8425\n02108")
    assert [attempt.id for attempt in reading.attempts] == THREE
    [problem] = reading.problems
    assert problem.where == "line 3"
    assert "2108 was already listed (line 1)" in problem.message


AMBOSS_IDS = ["-aaDMQ", "0jae_4", "3_0SLi", "FLaJnh0OIM"]


@pytest.mark.parametrize(
    "text",
    [
        "-aaDMQ\n0jae_4\n3_0SLi\nFLaJnh0OIM",
        "-aaDMQ, 0jae_4, 3_0SLi, FLaJnh0OIM",
        "AMBOSS: -aaDMQ 0jae_4 3_0SLi FLaJnh0OIM",
        "1. -aaDMQ\n2. 0jae_4\n3. 3_0SLi\n4. FLaJnh0OIM",
        "Question ID: -aaDMQ\nQuestion ID: 0jae_4\nQID: 3_0SLi\nAMBOSS ID: FLaJnh0OIM",
        "Missed:\n- -aaDMQ\n- 0jae_4\n- 3_0SLi\n- FLaJnh0OIM",
    ],
)
def test_amboss_ids(text: str) -> None:
    reading = read(text)
    assert [attempt.id for attempt in reading.attempts] == AMBOSS_IDS
    assert reading.bank == "amboss"
    assert reading.problems == ()


def test_amboss_ids_that_look_like_names_only_among_others() -> None:
    assert ids("-aaDMQ\nAbCdEf\n0jae_4") == ["-aaDMQ", "AbCdEf", "0jae_4"]
    assert ids("2108\nAnKing\nPubMed") == ["2108"]
    assert ids("-aaDMQ\nUWorld\nAMBOSS\nQID: abcdef") == ["-aaDMQ", "abcdef"]


@pytest.mark.parametrize("line", ["Cardio", "abcdef", "week10", "2108", "CYP2D6", "-aaDMQ again"])
def test_among_amboss_ids_what_may_be_a_word_or_number_is_reported(line: str) -> None:
    reading = read(f"0jae_4\n3_0SLi\n{line}")
    assert [attempt.id for attempt in reading.attempts] == ["0jae_4", "3_0SLi"]
    assert [problem.where for problem in reading.problems] == ["line 3"]


def test_anki_ids_are_named_with_what_to_do() -> None:
    for text in (
        "nid:1502298033753 OR nid:1502298033755",
        "(nid:1502298033753 or nid:1502298033755)",
        "nid:1502298033753,1502298033755",
        "cid:1502298033753\ncid:1502298033755",
    ):
        message = refusal(text)
        assert "2 ids here are Anki's own ids" in message
        assert "Paste the question ids instead" in message


@pytest.mark.parametrize(
    ("text", "bank"),
    [
        ("2108", None),
        ("UWorld\n2108", "uworld"),
        ("uw-2108", "uworld"),
        ("UW2108", "uworld"),
        ("QID 2108", None),
    ],
)
def test_bank_only_where_the_text_says_it(text: str, bank: str | None) -> None:
    reading = read(text)
    assert (reading.bank, reading.exam, reading.total) == (bank, None, None)


def test_nothing_to_read() -> None:
    assert refusal("hello world").startswith("No questions could be read from pasted text. Paste")


def test_long_line_is_read_in_pieces_without_cutting_an_id() -> None:
    expected = [str(number) for number in range(100_000, 105_000)]
    for separator in (", ", ",", " ", ";", "\t"):
        reading = read(separator.join(expected))
        assert [attempt.id for attempt in reading.attempts] == expected
        assert reading.problems == ()


def test_run_without_a_blank_is_reported_without_its_content() -> None:
    reading = read("2108\n" + "secret" * 1_000)
    assert [attempt.id for attempt in reading.attempts] == ["2108"]
    assert "6,000 characters" in reading.problems[0].message
    assert "secret" not in reading.problems[0].message


def test_code_in_cells_gives_no_ids() -> None:
    reading = read("2108\n<script>alert(4321)</script>\n=SUM(4321)\n<b>4322</b>")
    assert [attempt.id for attempt in reading.attempts] == ["2108"]
    assert len(reading.problems) == 3
