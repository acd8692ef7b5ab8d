"""Progress and cancelling for long work, without knowing who shows it."""

from __future__ import annotations

from typing import Callable

# Called with a short label ("Reading"), the amount done and the amount in all (0: not known).
# It raises Cancelled where the user no longer wants the result.
Progress = Callable[[str, int, int], None]


class Cancelled(Exception):
    """The user cancelled; whoever catches this leaves nothing half done."""


def no_progress(_label: str, _done: int, _total: int) -> None:
    """A Progress that shows nothing and never cancels."""
