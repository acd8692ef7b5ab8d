"""UWorld's own names, looked up quickly: reports try every way in which lines may be one name."""

from __future__ import annotations

import unicodedata

from ..model.uworld_names import (
    CATEGORIES,
    STEP1_CATEGORIES,
    SUBJECTS,
    SYSTEM_VARIANTS,
    SYSTEMS,
    complete,
)

_LONGEST = 200


def known_name(text: str) -> str | None:
    """The subject, system or category that `text` is, as UWorld writes it; None where it is none.

    White space and case do not matter, since names wrap anywhere. One that is cut (`...`) counts
    where a single name begins so.
    """
    if not text or len(text) > _LONGEST:
        return None
    squeezed = _squeezed(text)
    found = _NAMES.get(squeezed)
    if found or not squeezed.endswith(".."):
        return found
    names = complete(text, _ALL)
    return names[0] if len(names) == 1 else None


def category_belongs(name: str, system: str) -> bool:
    """Whether UWorld has a category `name` below `system`; true where nobody knows."""
    categories = STEP1_CATEGORIES.get(SYSTEM_VARIANTS.get(system, system))
    return categories is None or name in categories


def _squeezed(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


_ALL = (*SUBJECTS, *SYSTEMS, *CATEGORIES)
_NAMES = {_squeezed(name): name for name in reversed(_ALL)}
