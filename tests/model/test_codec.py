"""Records as text in a note's field: exact, hard to damage unseen, safe to read."""

from __future__ import annotations

import base64
import json
import random
import re
import zlib
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from remediation.model.codec import DamagedRecord, decode, encode

steady = settings(derandomize=True, deadline=None, max_examples=50)

# Half a surrogate pair is text to Python and to JSON, though not to plain UTF-8.
TEXTS = st.text(st.characters(exclude_categories=()), max_size=30)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda children: st.lists(children, max_size=5) | st.dictionaries(TEXTS, children, max_size=5),
    max_leaves=20,
)
RECORDS = st.dictionaries(TEXTS, JSON_VALUES, max_size=8)

RECORD = {"kind": "question", "bank": "uworld", "id": "2108", "core": [[1700000000000, "aB3_-"]]}
TEXT = encode(RECORD)
LONG_STYLE = '<span style="' + "font-family: &quot;Helvetica Neue&quot;; color: red; " * 9 + '">'


def same(one: object, other: object) -> bool:
    """Equal and of the same types: 1, 1.0 and True are different values in JSON."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def sealed(payload: str) -> str:
    """Any text with its right checksum, as only someone with bad intent would write it."""
    return f"v1.{zlib.crc32(payload.encode()):08x}.{payload}"


def packed(plain: bytes) -> str:
    return base64.urlsafe_b64encode(zlib.compress(plain)).decode()


# --- Round trip -----------------------------------------------------------------------------------


@steady
@given(RECORDS)
def test_every_record_comes_back_from_text_that_nothing_reacts_to(record: dict[str, Any]) -> None:
    text = encode(record)
    assert re.fullmatch(r"v1\.[0-9a-f]{8}\.[A-Za-z0-9_=-]+", text)
    assert same(decode(text), record)


def test_html_and_media_references_come_back() -> None:
    record = {"rule": '<b>K⁺</b> & "Na" [sound:x.mp3] {{c1::a}} \x1f\0\n', "empty": {}}
    assert decode(encode(record)) == record


def test_half_a_surrogate_pair_comes_back() -> None:
    assert decode(encode({"topic": "\ud83d alone"})) == {"topic": "\ud83d alone"}


def test_order_of_fields_does_not_matter() -> None:
    record = {"b": {"y": 1, "x": 2}, "a": 1}
    assert encode(record) == encode({"a": 1, "b": {"x": 2, "y": 1}})


def test_format_is_the_one_already_in_collections() -> None:
    """Written by the first version; a later one must still read it."""
    text = "v1.bec36e6f.eNqrVkpUsoo21DGO1VFKUrJSOrxSqRYAOEIF3A=="
    assert decode(text) == {"a": [1, 3], "b": "é"}


# --- What an editor does to it --------------------------------------------------------------------

INSERTED = st.sampled_from(
    [
        *["<div>", "</div>", "<br>", "<br />", "<b>", "</b>", "<!-- -->"],
        *["&nbsp;", " ", "\n", "\r\n", "\xa0"],
        *[LONG_STYLE, "</span>", '<font color="#0000ff">'],
    ]
)


@steady
@given(RECORDS, st.lists(st.tuples(st.integers(0), INSERTED), max_size=12))
def test_markup_and_blanks_put_in_anywhere_are_ignored(
    record: dict[str, Any], insertions: list[tuple[int, str]]
) -> None:
    text = encode(record)
    places = sorted(((place % (len(text) + 1), piece) for place, piece in insertions), reverse=True)
    for place, piece in places:
        text = text[:place] + piece + text[place:]
    assert same(decode(text), record)


def test_wrapped_as_a_whole() -> None:
    lines = "<br>".join(TEXT[start : start + 20] for start in range(0, len(TEXT), 20))
    assert decode(f'<div style="text-align: left;">{lines}</div>\n<div><br></div>') == RECORD


def test_many_opened_brackets_take_no_time() -> None:
    with pytest.raises(DamagedRecord):
        decode("v1." + "<" * 500_000)


# --- Damage is always seen ------------------------------------------------------------------------


@pytest.mark.parametrize("place", range(len(TEXT)))
def test_every_other_character_at_every_place_is_seen(place: int) -> None:
    for number in range(33, 127):
        if chr(number) != TEXT[place]:
            with pytest.raises(DamagedRecord):
                decode(TEXT[:place] + chr(number) + TEXT[place + 1 :])


@steady
@given(RECORDS, st.integers(0), st.characters(exclude_categories=()))
def test_one_changed_character_is_seen(record: dict[str, Any], place: int, character: str) -> None:
    text = encode(record)
    place %= len(text)
    if character != text[place]:
        with pytest.raises(DamagedRecord):
            decode(text[:place] + character + text[place + 1 :])


@steady
@given(RECORDS, st.integers(0), st.sampled_from("aZ0-_.=+/é<>&"))
def test_one_added_character_is_seen(record: dict[str, Any], place: int, character: str) -> None:
    text = encode(record)
    place %= len(text) + 1
    with pytest.raises(DamagedRecord):
        decode(text[:place] + character + text[place:])


@pytest.mark.parametrize("length", range(len(TEXT)))
def test_every_cut_at_either_end_is_seen(length: int) -> None:
    for rest in (TEXT[:length], TEXT[len(TEXT) - length :]):
        with pytest.raises(DamagedRecord):
            decode(rest)


@steady
@given(RECORDS, st.integers(0), st.integers(1))
def test_a_cut_in_the_middle_is_seen(record: dict[str, Any], start: int, length: int) -> None:
    text = encode(record)
    start %= len(text)
    end = start + 1 + length % (len(text) - start)
    with pytest.raises(DamagedRecord):
        decode(text[:start] + text[end:])


def test_find_and_replace_is_seen() -> None:
    for old in set(TEXT) - {"="}:
        with pytest.raises(DamagedRecord):
            decode(TEXT.replace(old, "Q" if old != "Q" else "q"))


def test_changed_case_is_seen() -> None:
    with pytest.raises(DamagedRecord):
        decode(TEXT.lower())
    with pytest.raises(DamagedRecord):
        decode(TEXT.upper())


@pytest.mark.parametrize(
    "text",
    ["", "v1", "v1.", "v1..", "v1.00000000.", "...", '{"kind": "question"}', "[sound:x.mp3]"],
)
def test_text_that_is_no_record(text: str) -> None:
    with pytest.raises(DamagedRecord):
        decode(text)


def test_newer_version_is_named_as_the_reason() -> None:
    with pytest.raises(DamagedRecord, match="another version"):
        decode(TEXT.replace("v1", "v2", 1))


@steady
@given(st.text(st.characters(exclude_categories=())))
@example("v1.\ud800.\ud800")
def test_any_text_is_refused_in_one_way(text: str) -> None:
    with pytest.raises(DamagedRecord):
        decode(text)


# --- Text made to do harm, with a right checksum --------------------------------------------------


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param("", id="nothing"),
        pytest.param("é", id="not ASCII"),
        pytest.param("AAAA+/==", id="not base64"),
        pytest.param("AAA", id="cut base64"),
        pytest.param("AAAA", id="not zlib"),
        pytest.param(packed(b"{}" * 99)[:-8], id="cut zlib"),
        pytest.param(packed(b""), id="no JSON"),
        pytest.param(packed(b'{"a":'), id="cut JSON"),
        pytest.param(packed(b"{} {}"), id="two records"),
        pytest.param(packed(b'{"a": "\xff"}'), id="not UTF-8"),
        pytest.param(packed(b"[]"), id="list"),
        pytest.param(packed(b'"text"'), id="text"),
        pytest.param(packed(b"null"), id="null"),
        pytest.param(packed(b"[" * 200_000), id="deep list"),
        pytest.param(packed(b'{"a":' * 200_000), id="deep record"),
    ],
)
def test_anything_but_a_record_is_refused(payload: str) -> None:
    with pytest.raises(DamagedRecord):
        decode(sealed(payload))


def test_a_number_longer_than_python_reads_is_refused_or_read() -> None:
    """Python 3.11 and later, and 3.9 from some release on, refuse numbers of over 4,300 digits."""
    try:
        record = decode(sealed(packed(b'{"a": ' + b"9" * 5_000 + b"}")))
    except DamagedRecord:
        return
    assert record == {"a": 10**5_000 - 1}


@steady
@given(st.binary(max_size=200))
def test_any_bytes_are_refused_in_one_way(content: bytes) -> None:
    with pytest.raises(DamagedRecord):
        decode(sealed(base64.urlsafe_b64encode(content).decode()))
    with pytest.raises(DamagedRecord):
        decode(sealed(packed(b"\0" + content)))


def test_a_small_text_that_unpacks_to_very_much_is_refused() -> None:
    bomb = packed(b" " * (17 * 1024 * 1024) + b"{}")
    assert len(bomb) < 64 * 1024
    with pytest.raises(DamagedRecord, match="too long"):
        decode(sealed(bomb))


def test_a_whole_note_of_incompressible_data_comes_back() -> None:
    rng = random.Random(1)
    record = {"text": "".join(rng.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=64_000))}
    assert decode(encode(record)) == record
