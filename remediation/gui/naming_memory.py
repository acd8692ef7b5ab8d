"""What the window that names reasons remembers on this computer: what was put off, and drafts.

In Anki's profile, since nothing of the ledger is lost with it.
"""

from __future__ import annotations

from typing import Any

from .naming_draft import Draft, from_profile, to_profile
from .naming_queue import NamingQueue

_SKIPPED = "remediationNamingSkipped"
_DRAFTS = "remediationNamingDrafts"
_MOST_SKIPPED = 500


def drafts(profile: dict[str, Any] | None) -> dict[str, Draft]:
    """What was begun and not saved, by the question's key as text."""
    return from_profile((profile or {}).get(_DRAFTS))


def put_off(profile: dict[str, Any] | None, queue: NamingQueue) -> list[str]:
    """The questions put off, before and now, as text; last those that were put off last."""
    now = dict.fromkeys(map(str, queue.skipped))
    before = [key for key in (profile or {}).get(_SKIPPED) or [] if key not in now]
    named = set(map(str, queue.named))
    return [key for key in (*before, *now) if key not in named][-_MOST_SKIPPED:]


def remember(profile: dict[str, Any] | None, queue: NamingQueue) -> None:
    """Keeps both for the next time; nothing where the profile is closed."""
    if profile is not None:
        profile[_SKIPPED] = put_off(profile, queue)
        profile[_DRAFTS] = to_profile(queue.drafts)
