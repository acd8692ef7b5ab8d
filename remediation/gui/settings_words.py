"""What the settings dialog says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..collection.changing_settings import ChangePreview
from ..collection.filtered_decks import FilteredDeck
from ..settings import ABOUT, Kept, Settings

ONLY_HERE = "Only on this computer."
UNSAVED = "Your changes are not saved yet."
NOT_NOW = "Anki is busy with your collection. Save again in a moment."
SAVED = "Settings saved."
SAVED_RENAMED = "Settings saved. Edit > Undo gives tags and decks their old names again."


def explanation(name: str) -> str:
    """What stands below a setting."""
    about = ABOUT[name]
    here = f" {ONLY_HERE}" if about.kept is Kept.COMPUTER else ""
    return about.explanation + here


def where_wrong(complaints: Mapping[str, str]) -> str:
    """Where the marked fields are; "" where there is none."""
    tabs = dict.fromkeys(about.tab for name, about in ABOUT.items() if name in complaints)
    if not tabs:
        return ""
    return f"See what is marked under {' and '.join(tab.title for tab in tabs)}."


def new_tags(preview: ChangePreview) -> str:
    """What a new tag root would touch."""
    notes, others = preview.tags.notes, preview.tags.others
    words = f"{_number(notes, 'note')} would be tagged anew."
    if others:
        stay = "is there already and stays as it is"
        if others > 1:
            stay = "are there already and stay as they are"
        words += f" {_number(others, 'tag')} of yours {stay}."
    return words


def new_deck_names(preview: ChangePreview) -> str:
    """What a new deck parent would touch."""
    return (
        f"{_number(preview.deck_parent.decks, 'deck')} would be renamed. "
        "Decks of your own stay where they are."
    )


def decks_to_build(settings: Settings, decks: Sequence[FilteredDeck]) -> str:
    """Which decks there would be."""
    if not (settings.mixed_deck or settings.system_decks):
        return "No deck would be built, and those that are there would go."
    if not decks:
        return "No miss asks for cards now, so no deck would be built. It starts with an import."
    lines = [f"{deck.name}: up to {_number(deck.limit, 'card')}" for deck in decks]
    return "\n".join(["These decks would be built, in this order:", *lines])


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
