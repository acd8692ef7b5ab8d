"""What the student has begun to say about a miss and not saved yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..collection.other_side import OtherSide
from ..model.attempts import Confidence
from ..model.reasons import is_code

# More than anybody leaves half done; the newest are kept.
_MOST = 100


@dataclass(frozen=True)
class Draft:
    """What is on the page of a miss and not in the ledger.

    `code` is what the student picked, "" for nothing yet. `found` are the cards of the other side
    of what was mixed up, None where nobody looked for them.
    """

    code: str = ""
    confidence: Confidence | None = None
    cue: str = ""
    rule: str = ""
    mixed_with: str = ""
    wants_cards: bool = False
    found: OtherSide | None = field(default=None, compare=False)

    @property
    def has_words(self) -> bool:
        """Whether the student wrote something."""
        return bool(self.cue or self.rule or self.mixed_with)


def to_profile(drafts: Mapping[str, Draft]) -> dict[str, dict[str, Any]]:
    """Those drafts that hold words of the student, as they are kept in Anki's profile."""
    written = [(key, draft) for key, draft in drafts.items() if draft.has_words]
    return {
        key: {
            "code": draft.code,
            "confidence": draft.confidence.value if draft.confidence else "",
            "cue": draft.cue,
            "rule": draft.rule,
            "mixed_with": draft.mixed_with,
            "wants_cards": draft.wants_cards,
        }
        for key, draft in written[-_MOST:]
    }


def from_profile(stored: Any) -> dict[str, Draft]:
    """The drafts of `to_profile`; whatever cannot be read is left out."""
    if not isinstance(stored, dict):
        return {}
    return {str(key): _draft(value) for key, value in stored.items() if isinstance(value, dict)}


def _draft(stored: Mapping[str, Any]) -> Draft:
    code = str(stored.get("code", ""))
    sure = {confidence.value: confidence for confidence in Confidence}
    return Draft(
        code if is_code(code) else "",
        sure.get(str(stored.get("confidence", ""))),
        str(stored.get("cue", "")),
        str(stored.get("rule", "")),
        str(stored.get("mixed_with", "")),
        bool(stored.get("wants_cards", False)),
    )
