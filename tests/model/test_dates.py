"""Days in words, whatever the language of the system."""

from __future__ import annotations

import ast
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from remediation.model.dates import day_and_month, full_date, short_date, weekday

PACKAGE = Path(__file__).parent.parent.parent / "remediation"
# What strftime writes in the system's language. Readers ask it of nobody; they read.
LOCAL = ("%a", "%A", "%b", "%B", "%c", "%x", "%X")


def test_a_day_in_words() -> None:
    day = date(2026, 11, 3)
    assert weekday(day) == "Tuesday"
    assert day_and_month(day) == "3 November"
    assert full_date(day) == "3 November 2026"
    assert short_date(day) == "Tue 3 Nov"
    assert short_date(datetime(2026, 11, 3, 14, 5)) == "Tue 3 Nov"


def test_every_day_of_a_year() -> None:
    """The tests run in the C locale, which is English."""
    for number in range(366):
        day = date(2028, 1, 1) + timedelta(number)
        assert weekday(day) == f"{day:%A}"
        assert full_date(day) == f"{day.day} {day:%B %Y}"
        assert short_date(day) == f"{day:%a} {day.day} {day:%b}"


@pytest.mark.parametrize("part", ["collection", "diagnosis", "gui", "model", "planning"])
def test_no_sentence_asks_the_system_for_a_name(part: str) -> None:
    """Anki sets the system's language for times, so strftime would put it into the sentences."""
    found = [
        f"{path.name}:{node.lineno}: {node.value}"
        for path in sorted((PACKAGE / part).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if any(name in node.value for name in LOCAL)
    ]
    assert not found
