"""Shorthand typed for a whole block."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remediation.model.reasons import GROUPS, REASONS, is_code
from remediation.sources.shorthand import MOST_ENTRIES, Shorthand, parse_shorthand

quick = settings(derandomize=True, deadline=None, max_examples=200)

PIECES = st.sampled_from(
    [
        *("17", "4", "0", "5-8", "8-5", "50/50", "１７", "q3", "#9", "9" * 12, "118,154"),
        *("new", "misread", "two", "t4", "K2", "guess", "second guess", "down to 2", "didn't know"),
        *("sure, but wrong", "what", "and", "&", "=", ":", "-", "→", "!", "\ud800", "\0", "é"),
    ]
)
GAPS = st.sampled_from([" ", "", ", ", ",", "; ", "\n", "\r\n", " and ", "\u2028"])
TYPED = st.lists(st.tuples(PIECES, GAPS), max_size=25).map(
    lambda pairs: "".join(piece + gap for piece, gap in pairs)
)
SAYINGS = st.sampled_from(
    [
        ("misread", "T1"),
        ("new", "K1"),
        ("down to 2", "T4"),
        ("50/50", "T4"),
        ("sure, but wrong", "K3"),
        ("tired, tense, blank", "T7"),
        ("k4", "K4"),
        ("didn't know", "1"),
    ]
)


def codes(shorthand: Shorthand) -> dict[int, str]:
    return {named.position: named.code for named in shorthand.named}


def where(text: str) -> list[str]:
    return [problem.where for problem in parse_shorthand(text).problems]


# --- What is understood ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("17 misread, 22 new, 31 two", {17: "T1", 22: "K1", 31: "T4"}),
        ("17 misread; 22 new\n31 two", {17: "T1", 22: "K1", 31: "T4"}),
        ("17 misread 22 new 31 two", {17: "T1", 22: "K1", 31: "T4"}),
        ("17 misread and 22 new & 31 4", {17: "T1", 22: "K1", 31: "4"}),
        ("17, 19 and 22 new", {17: "K1", 19: "K1", 22: "K1"}),
        ("17, 19, and 22 new", {17: "K1", 19: "K1", 22: "K1"}),
        ("17 19 22 new", {17: "K1", 19: "K1", 22: "K1"}),
        ("17,19,22 new,31 two", {17: "K1", 19: "K1", 22: "K1", 31: "T4"}),
        ("5-8 clock", {5: "T6", 6: "T6", 7: "T6", 8: "T6"}),
        ("5 – 6, 9 clock", {5: "T6", 6: "T6", 9: "T6"}),
        ("17 4", {17: "4"}),
        ("17=4", {17: "4"}),
        ("17:4, 18: 2", {17: "4", 18: "2"}),
        ("17 = 4.", {17: "4"}),
        ("5-6 3", {5: "3", 6: "3"}),
        ("1 4, 2 5, 3 1", {1: "4", 2: "5", 3: "1"}),
        ("17 19=4", {17: "4", 19: "4"}),
        ("17 T4", {17: "T4"}),
        ("17k2", {17: "K2"}),
        ("Q17: misread", {17: "T1"}),
        ("#17 -> new", {17: "K1"}),
        ("question 17 - new", {17: "K1"}),
        ("- 17 new\n* 18 two\n• 19 4", {17: "K1", 18: "T4", 19: "4"}),
        ("(17) new; 18) clue", {17: "K1", 18: "T2"}),
        ("31 50/50, 32 50-50, 33 new", {31: "T4", 32: "T4", 33: "K1"}),
        ("31 down to 2, 17 new", {31: "T4", 17: "K1"}),
        ("22 sure, but wrong, 31 two", {22: "K3", 31: "T4"}),
        ("22 tired, tense, blank", {22: "T7"}),
        ("22 misread, missed a clue", {22: "4"}),
        ("22 clock, nerves, slip", {22: "5"}),
        ("１７ new", {17: "K1"}),
        ("118154 forgot", {118154: "K2"}),
        ("17 New!", {17: "K1"}),
        ("", {}),
        (" ,; \n, ", {}),
    ],
)
def test_clear_shorthand(text: str, expected: dict[int, str]) -> None:
    read = parse_shorthand(text)
    assert codes(read) == expected
    assert not read.problems


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("new", "K1"),
        ("forgot", "K2"),
        ("shaky", "K2"),
        ("sure", "K3"),
        ("wrong", "2"),
        ("mixed", "K4"),
        ("apply", "K5"),
        ("misread", "T1"),
        ("clue", "T2"),
        ("early", "T3"),
        ("two", "T4"),
        ("changed", "T5"),
        ("clock", "T6"),
        ("time", "T6"),
        ("tired", "T7"),
        ("slip", "T8"),
    ],
)
def test_short_words(word: str, code: str) -> None:
    assert codes(parse_shorthand(f"17 {word}")) == {17: code}


def test_every_name_and_code_is_understood() -> None:
    for reason in REASONS:
        for said in (reason.name, reason.code, reason.code.lower()):
            assert codes(parse_shorthand(f"17 {said}, 18 new")) == {17: reason.code, 18: "K1"}
    for group in GROUPS:
        for said in (group.name, group.key):
            assert codes(parse_shorthand(f"17 {said}, 18 new")) == {17: group.key, 18: "K1"}


@pytest.mark.parametrize(
    ("text", "code", "guessed"),
    [
        ("17 guess", "", True),
        ("17 lucky guess", "", True),
        ("17 guessed, new", "K1", True),
        ("17 guess two", "T4", True),
        ("17 second guess", "T5", False),
        ("17 50 50 guess", "T4", False),
        ("17 new", "K1", False),
    ],
)
def test_guesses(text: str, code: str, guessed: bool) -> None:
    (named,) = parse_shorthand(text).named
    assert (named.position, named.code, named.guessed) == (17, code, guessed)


def test_the_number_stays_as_typed_and_the_place_is_told() -> None:
    named = parse_shorthand("3 new; 017,  q19 two").named
    assert [(n.number, n.position, n.where) for n in named] == [
        ("3", 3, "3 new"),
        ("017", 17, "017, q19 two"),
        ("19", 19, "017, q19 two"),
    ]


# --- What is not ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected", "unclear", "message"),
    [
        ("17 foo, 22 new", {22: "K1"}, ["17 foo"], "17=4"),
        ("17 misread or not", {}, ["17 misread or not"], "not clear"),
        ("17 misread, since I was late", {17: "T1"}, ["since I was late"], "one reason"),
        ("17", {}, ["17"], "No reason"),
        ("17, 4", {}, ["17, 4"], "No reason"),
        ("3 and 4", {}, ["3 and 4"], "No reason"),
        ("17 - 4", {}, ["17 - 4"], "No reason"),
        ("17 18 4", {}, ["17 18 4"], "No reason"),
        ("1, 2\n3 new", {3: "K1"}, ["1, 2"], "No reason"),
        ("1, 2; 3 new", {3: "K1"}, ["1, 2"], "No reason"),
        ("new, 17 two", {17: "T4"}, ["new"], "Begin with the number"),
        ("new 17", {}, ["new 17"], "Begin with the number"),
        ("17=6, 18 new", {18: "K1"}, ["17=6"], "from 1 to 5"),
        ("31 down to 2 17 new", {}, ["31 down to 2 17 new"], "comma"),
        ("5, 6, 7 what, 8 new", {8: "K1"}, ["5, 6, 7 what"], "not clear"),
        ("17 misread, tired", {17: "T1"}, ["tired"], "one reason"),
        ("0, 3 new", {3: "K1"}, ["0"], "from 1 up"),
        ("1234567890, 3 new", {3: "K1"}, ["1234567890"], "digits"),
        ("8-5, 3 new", {3: "K1"}, ["8-5"], "range"),
        ("5-5 new", {}, ["5-5"], "range"),
        ("1-401 new", {}, ["1-401"], "400"),
        ("118,154 new, 3 two", {3: "T4"}, ["118,154 new"], "without commas"),
        ("118,154, 3 new", {3: "K1"}, ["118,154"], "without commas"),
        ("5, 118,154", {}, ["5, 118,154"], "without commas"),
        ("17 4,118 new", {}, ["17 4,118 new"], "without commas"),
        ("1. 17 new", {}, ["1. 17 new"], "not clear"),
        ("5/8 clock", {}, ["5/8 clock"], "not clear"),
    ],
)
def test_what_is_not_clear_is_reported(
    text: str, expected: dict[int, str], unclear: list[str], message: str
) -> None:
    read = parse_shorthand(text)
    assert codes(read) == expected
    assert [problem.where for problem in read.problems] == unclear
    assert message in read.problems[0].message


def test_a_number_named_twice_has_its_last_reason() -> None:
    read = parse_shorthand("17 new, 18 two, 17 forgot")
    assert codes(read) == {17: "K2", 18: "T4"}
    (problem,) = read.problems
    assert problem.where == "17"
    assert "twice" in problem.message
    assert "17 forgot" in problem.message


def test_a_long_part_is_shown_short() -> None:
    (shown,) = where("17 " + "what " * 100)
    assert len(shown) == 60
    assert shown.endswith("…")


@pytest.mark.parametrize("separator", [", ", "\n", " "])
def test_a_limit_to_what_is_read(separator: str) -> None:
    text = separator.join(f"{i} new" for i in range(1, MOST_ENTRIES + 500))
    read = parse_shorthand(text)
    assert list(codes(read)) == list(range(1, MOST_ENTRIES + 1))
    (problem,) = read.problems
    assert problem.where == str(MOST_ENTRIES + 1)
    assert "not read" in problem.message
    whole = parse_shorthand(separator.join(f"{i} new" for i in range(1, MOST_ENTRIES + 1)))
    assert len(whole.named) == MOST_ENTRIES
    assert not whole.problems


def test_a_very_long_text_is_cut_between_words() -> None:
    read = parse_shorthand("22 new\n" + "\n" * 199_990 + "22 new\n23 two")
    assert codes(read) == {22: "K1"}
    assert "not read" in read.problems[-1].message
    assert read.problems[-1].where in ("22 new 23 two", "new 23 two")


@pytest.mark.parametrize(
    "piece",
    [
        "1 ",
        "17 new ",
        "17,",
        "17 new,",
        "a",
        "9",
        "- ",
        "a b ",
        "50-",
        "q ",
        "17 new, a",
        "&",
        "\n",
    ],
)
def test_the_work_grows_with_the_length_only(piece: str) -> None:
    """Quadratic work would take minutes for these, and far more than four times as long."""

    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        start = time.process_time()
        parse_shorthand(text)
        return time.process_time() - start

    short = min(seconds(45_000) for _ in range(3))
    assert min(seconds(180_000) for _ in range(2)) < 12 * short + 0.1


# --- Whatever is typed ----------------------------------------------------------------------------


@quick
@given(st.text(max_size=120) | TYPED)
def test_any_text_is_read_or_reported(text: str) -> None:
    read = parse_shorthand(text)
    positions = [named.position for named in read.named]
    assert len(set(positions)) == len(positions)
    for named in read.named:
        assert int(named.number) == named.position > 0
        assert is_code(named.code) or (named.guessed and not named.code)
    for problem in read.problems:
        assert problem.message.endswith(".")
        assert len(problem.where) <= 60
    if any(character.isalnum() for character in text):
        assert read.named or read.problems
    assert parse_shorthand(text) == read


@quick
@given(
    st.dictionaries(st.integers(1, 999_999), SAYINGS, min_size=1, max_size=30),
    st.sampled_from([", ", "; ", "\n", " ,", ";", " , and "]),
    st.sampled_from([" ", ": ", "=", " - ", ") "]),
)
def test_what_is_written_is_read_back(
    meant: dict[int, tuple[str, str]], between: str, sign: str
) -> None:
    read = parse_shorthand(between.join(f"{i}{sign}{said}" for i, (said, _) in meant.items()))
    assert codes(read) == {i: code for i, (_, code) in meant.items()}
    assert not read.problems
