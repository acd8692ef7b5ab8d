from __future__ import annotations

import pytest

from remediation.model.tag_names import is_below, not_below


@pytest.mark.parametrize(
    ("tag", "parent", "expected"),
    [
        ("A::b", "A", True),
        ("A", "A", True),
        ("a::B::c", "A::b", True),
        ("Ab", "A", False),
        ("A", "A::b", False),
        ("x::A::b", "A", False),
    ],
)
def test_below(tag: str, parent: str, expected: bool) -> None:
    assert is_below(tag, parent) is expected
    assert not_below([tag], [parent, "other"]) == ([] if expected else [tag])


def test_nothing_is_below_no_parent() -> None:
    assert not_below(["a::b", "c"], []) == ["a::b", "c"]
