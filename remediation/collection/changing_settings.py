"""Changes settings that the collection keeps, and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from anki.collection import Collection

from ..model.records import Remembered
from ..settings import ABOUT, Kept, Settings, Tab, conflicts, names_kept, normal
from .filtered_decks import FilteredDeck
from .ledger import NewRecords, read_ledger, remember, write_records
from .normal_decks import decks_in_use, decks_to_note, remove_emptied
from .projection import decks_to_study
from .recall_cards import RecallChanges, write_preset
from .renaming import (
    CannotRename,
    DeckRenaming,
    TagRenaming,
    plan_deck_parent,
    plan_tag_root,
    rename_deck_parent,
    rename_tag_root,
)
from .repair import plan_repair
from .shared_settings import former_names, note_decks, shared_values, stored_name, with_shared
from .undo import UndoStep

UNDO_NAME = "Change settings"
# What these settings say can be seen in the collection; the others count from their next use on.
_SHOWN_AT_ONCE = {Tab.DECKS, Tab.DIAGNOSIS}
# What tags and decks are called by.
_NAMES = ("tag_root", "deck_parent", "systems_deck_name", "mixed_deck_name")


def change_settings(
    col: Collection, computer: Settings, changes: Mapping[str, Any]
) -> UndoStep | None:
    """Keeps these values (by name) in the collection and brings all in line, as one undo step.

    `computer` are the settings in this computer's configuration. Of `changes` only what the
    collection keeps is taken; None where it is so already. A changed tag root or deck parent
    renames what exists, and decks and rules become what the settings then say. Raises CannotRename
    where a name is taken, and ValueError for a value that cannot be used.
    """
    before, _problems = with_shared(col, computer)
    kept = names_kept(Kept.COLLECTION)
    shared = {name: normal(name, value) for name, value in changes.items() if name in kept}
    for name, value in shared.items():
        complaint = ABOUT[name].kind.complaint(value)
        if complaint:
            raise ValueError(f"{name}: {value!r} {complaint}")
    after = replace(before, **shared)
    if conflicts(after):
        raise ValueError("; ".join(f"{name} {wrong}" for name, wrong in conflicts(after).items()))
    if after == before:
        return None
    with UndoStep(col, UNDO_NAME) as step:
        in_use, noted = decks_in_use(col, before), decks_to_note(col, before, after)
        if after.tag_root != before.tag_root:
            rename_tag_root(col, step, before, after.tag_root, former_names(col, "tag_root"))
        if after.deck_parent != before.deck_parent:
            rename_deck_parent(col, step, before, after.deck_parent)
        _keep(col, step, before, after, note_decks(noted))
        changed = {ABOUT[n].tab for n in shared if getattr(after, n) != getattr(before, n)}
        recall = RecallChanges()
        if changed & _SHOWN_AT_ONCE:
            projected = plan_repair(col, after, decks_too=Tab.DECKS in changed).projection
            recall = projected.recall
            replace(projected, recall=replace(recall, preset_deck=None)).write(col, step, after)
        remove_emptied(col, step, in_use)
        write_preset(col, step, recall)  # must be the last
    return step


def _keep(
    col: Collection, step: UndoStep, before: Settings, after: Settings, noted: Mapping[str, Any]
) -> None:
    """Records what is changed, or is not in the collection and not the default either.

    So a choice that this computer's configuration held before is then the same on every computer.
    `noted` is remembered beside it.
    """
    known = {**_values(Settings()), **shared_values(col)}
    earlier = _values(before)
    new = {
        stored_name(name): value
        for name, value in _values(after).items()
        if value != known[name] or value != earlier[name]
    }
    chosen = remember(read_ledger(col), {**new, **noted})
    records = [chosen]
    # From now on only the ledger can tell that what is called so was the add-on's.
    left = {name: earlier[name] for name in _NAMES if earlier[name] not in former_names(col, name)}
    if left:
        records.insert(0, Remembered(chosen.at - 1, {stored_name(n): v for n, v in left.items()}))
    write_records(col, step, NewRecords(remembered=tuple(records)), deck_parent=after.deck_parent)


def _values(settings: Settings) -> dict[str, Any]:
    return {name: getattr(settings, name) for name in names_kept(Kept.COLLECTION)}


def decks_to_build(col: Collection, settings: Settings) -> tuple[FilteredDeck, ...]:
    """The decks that these settings ask for, for what there is to study now, in their order."""
    return decks_to_study(col, settings, read_ledger(col))


@dataclass(frozen=True)
class ChangePreview:
    """What changed settings would do.

    `tags` and `deck_parent` say what new names would touch. `refusals` say for a setting (its name)
    why its value cannot be. `decks` are those that would be built, in their order.
    """

    tags: TagRenaming
    deck_parent: DeckRenaming
    refusals: Mapping[str, str]
    decks: tuple[FilteredDeck, ...]


def preview_change(col: Collection, before: Settings, after: Settings) -> ChangePreview:
    """What going from these settings to those would do; writes nothing."""
    refusals = {}
    renamed_tags, renamed_decks = TagRenaming(), DeckRenaming()
    if after.tag_root != before.tag_root:
        try:
            former = former_names(col, "tag_root")
            renamed_tags = plan_tag_root(col, before.tag_root, after.tag_root, former)
        except CannotRename as refusal:
            refusals["tag_root"] = str(refusal)
    if after.deck_parent != before.deck_parent:
        try:
            renamed_decks = plan_deck_parent(col, before, after.deck_parent)
        except CannotRename as refusal:
            refusals["deck_parent"] = str(refusal)
    return ChangePreview(renamed_tags, renamed_decks, refusals, decks_to_build(col, after))
