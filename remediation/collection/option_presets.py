"""Changing Anki's option presets through the request of its options screen, exactly.

The request sets more than presets: for the whole collection, what it leaves out is switched off.
Without `fsrs`, FSRS would be off and all memory states deleted.
"""

from __future__ import annotations

from collections.abc import Iterable

from anki.deck_config_pb2 import DeckConfig, DeckConfigsForUpdate
from anki.decks import DeckConfigId, DeckId, UpdateDeckConfigs


def preset_request(
    deck_id: DeckId,
    shown: DeckConfigsForUpdate,
    preset: DeckConfig,
    *,
    removed: Iterable[DeckConfigId] = (),
) -> UpdateDeckConfigs:
    """The request that gives the deck this preset, removes others, and changes nothing else.

    `shown` is what Anki shows for the deck. Presets that are not in the request stay as they are.
    Sent back as they are shown, those with parameters of an earlier FSRS only would be written anew
    (Anki 25.09 and 26.09). The fields for the whole collection are not listed by name, since later
    versions of Anki add more.
    """
    limits = shown.current_deck.limits
    # Limits of an earlier day are shown too; sent back, they would be today's.
    if not limits.review_today_active:
        limits.ClearField("review_today")
    if not limits.new_today_active:
        limits.ClearField("new_today")
    known = shown.DESCRIPTOR.fields_by_name
    names = (field.name for field in UpdateDeckConfigs.DESCRIPTOR.fields)
    of_collection = {name: getattr(shown, name) for name in names if name in known}
    return UpdateDeckConfigs(
        target_deck_id=deck_id,
        configs=[preset],
        removed_config_ids=list(removed),
        limits=limits,
        **of_collection,
    )
