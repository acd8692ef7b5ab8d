"""Names of tags: which of them stand below others."""

from __future__ import annotations

from collections.abc import Iterable


def is_below(tag: str, parent: str) -> bool:
    """Whether it is that tag or below it; Anki keeps one spelling of a tag, so case is nothing."""
    return f"{tag}::".casefold().startswith(f"{parent}::".casefold())


def not_below(tags: Iterable[str], parents: Iterable[str]) -> list[str]:
    """Those of the tags that are neither one of the parents nor below one."""
    below = tuple(f"{parent}::".casefold() for parent in parents)
    return [tag for tag in tags if not f"{tag}::".casefold().startswith(below)]
