"""What the window of Remove everything says."""

from __future__ import annotations

from collections.abc import Sequence

from ..collection.removal import RemovalPlan
from .words import count

_NAMED = 3


def goes(plan: RemovalPlan) -> list[str]:
    """What is removed, a sentence for each kind."""
    lines = []
    if plan.notes:
        sittings = count(plan.sittings, "sitting")
        line = f"The records of {sittings} and {count(plan.questions, 'question')}"
        if plan.rules:
            line += f", with {count(plan.rules, 'rule')} that you wrote"
        lines.append(f"{line} ({count(len(plan.notes), 'note')}).")
    if plan.tagged_notes:
        lines.append(f"Remediation's tags on {count(plan.tagged_notes, 'note')}.")
    elif plan.tags:
        lines.append(f"{count(len(plan.tags), 'unused name')} of tags.")
    if plan.fields:
        notes = count(len(plan.fields.rules), "note")
        lines.append(f"Your rules in the field “Missed Questions” of {notes}.")
    if plan.filtered_decks:
        line = count(len(plan.filtered_decks), "filtered deck")
        if plan.cards_returned:
            cards = count(plan.cards_returned, "card goes", "cards go")
            line += f". {cards} back where they came from"
        lines.append(f"{line}.")
    if plan.decks:
        lines.append(f"{count(len(plan.decks), 'deck')} with nothing of yours in.")
    if plan.suspend:
        cards = count(len(plan.suspend), "card that was", "cards that were")
        lines.append(f"{cards} made active, and not answered since, will be suspended again.")
    if not lines:
        lines.append("What Remediation noted about its decks.")
    return lines


def stays(plan: RemovalPlan) -> list[str]:
    """What is left as it is, a sentence for each kind."""
    lines = ["Your own notes, cards, tags, decks and all reviews."]
    if plan.kept_decks:
        names = [name.replace("::", " › ") for name in plan.kept_decks]
        lines.append(f"Decks that hold something of yours: {_some(names)}.")
    if plan.kept_presets:
        lines.append(
            f"The option preset {', '.join(plan.kept_presets)}. You can delete it in the options"
            " of a deck."
        )
    if plan.fields:
        lines.append("Rules in “Missed Questions” that you changed there yourself.")
    if plan.unreadable:
        records = count(plan.unreadable, "damaged record")
        lines.append(f"Cards that {records} had made active: which ones cannot be told any more.")
    lines.append("Settings of this computer. A button to reset them comes next.")
    return lines


def studied(plan: RemovalPlan) -> str:
    """The choice about the cards that were answered since."""
    cards = count(len(plan.studied), "card was", "cards were")
    return (
        f"{cards} suspended before Remediation, and answered by you since. They stay active, unless"
        " you say so here."
    )


def types(plan: RemovalPlan) -> str:
    """The choice about note types and presets, with what it may cost."""
    text = f"Left in Anki's lists: {_listed(plan)}."
    if plan.forces_full_sync:
        text += (
            " Removing them makes Anki ask for a full sync in one direction: reviews on a phone"
            " or computer that has not synced yet would be lost. Sync everywhere first."
        )
    return text


def _listed(plan: RemovalPlan) -> str:
    parts = []
    if plan.types:
        parts.append(count(len(plan.types), "note type") + " without notes")
    if plan.presets:
        parts.append(count(len(plan.presets), "option preset"))
    return " and ".join(parts)


def left_over(plan: RemovalPlan, *, types_removed: bool = False) -> str:
    """What stays in Anki's lists after removing; "" for nothing."""
    parts = ["" if types_removed else _listed(plan)]
    if plan.kept_presets:
        parts.append(f"the option preset {', '.join(plan.kept_presets)}")
    return " and ".join(filter(None, parts))


def how_to_delete(left: str, other_profiles: Sequence[str]) -> str:
    """How to delete the add-on, and what is left then (`left_over`).

    `other_profiles` are the names of those that it may have been used in as well.
    """
    text = (
        "Anki's Undo does not cover the settings of this computer, so they have a button of their"
        " own. "
    )
    if other_profiles:
        profiles = "profile" if len(other_profiles) == 1 else "profiles"
        text += (
            f"Do the same in your other {profiles} ({_some(other_profiles)}) before you delete the"
            " add-on. "
        )
    return text + (
        "To delete the add-on, open Tools > Add-ons, choose Remediation, press Delete and start"
        f" Anki again. Then nothing is left of it{f' but {left}' if left else ''}."
    )


def _some(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")
