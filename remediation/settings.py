"""Everything a student can set: what it is, where it is kept, what it may be.

Add a setting here, as a field of Settings, in config.json (its default) and in config.md (its
explanation); a test keeps the three equal, and the settings dialog shows it by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import Enum
from typing import Any

from .model.systems import SYSTEMS
from .setting_kinds import Choice, Day, DeckName, Kind, OnOff, Shortcut, TagName, WholeNumber

# The form of an add-on configuration. 0 is that without a version, before there was a dialog.
CONFIG_VERSION = 1
VERSION_KEY = "config_version"
# What the deck is called for questions whose organ system is unknown.
NO_SYSTEM_NAME = "Other"

# What is known of a setting besides its value
######################################################################


class Tab(Enum):
    """What a setting concerns: its tab in the dialog, in this order.

    The value is the tab's title, with & before the letter that opens it. The dialog's buttons have
    S and D.
    """

    EXAM = "&Exam"
    IMPORT = "&Import"
    DIAGNOSIS = "&Reasons"
    DECKS = "Dec&ks"
    RAPID_FIRE = "Rapid-&fire"
    RETESTS = "&Questions"
    ADVANCED = "&Advanced"

    @property
    def title(self) -> str:
        """The title as it is read."""
        return self.value.replace("&", "")


class Kept(Enum):
    """Where a setting is kept.

    In the collection, it is the same on every computer: whatever decides which tags, decks and
    active cards there are, or two computers would undo each other's. The rest is each computer's.
    """

    COLLECTION = "collection"
    COMPUTER = "computer"


@dataclass(frozen=True)
class About:
    """What a setting is; `label` and `explanation` (one sentence or two) are for the student."""

    tab: Tab
    kind: Kind
    label: str
    explanation: str
    kept: Kept


def setting(
    default: Any,
    tab: Tab,
    kind: Kind,
    label: str,
    explanation: str,
    kept: Kept = Kept.COLLECTION,
) -> Any:
    """A field of Settings."""
    about = About(tab, kind, label, explanation, kept)
    return field(default=default, metadata={"about": about})


@dataclass(frozen=True)
class Settings:
    """The settings; see config.md for more about each."""

    exam_date: str = setting(
        "",
        Tab.EXAM,
        Day("no date yet"),
        "Day of the exam",
        "Waiting cards are spread over the days until then. You can say it later.",
    )
    minutes_per_day: int = setting(
        0,
        Tab.EXAM,
        WholeNumber(0, 960, "no limit"),
        "Minutes a day for cards",
        "New cards come by themselves only where what Anki has for the day leaves time for them.",
    )
    core_notes_per_question: int = setting(
        2,
        Tab.IMPORT,
        WholeNumber(1, 20),
        "Notes for each question",
        "Decks tag many notes with each question. Only the few that are really about it are "
        "tagged and made active.",
    )
    cards_unsuspended_per_day: int = setting(
        20,
        Tab.IMPORT,
        WholeNumber(0, 9999, "none"),
        "Cards made active in a day",
        "At most so many suspended cards a day, by imports and by the daily release together. "
        "The rest wait.",
    )
    release_daily: bool = setting(
        True,
        Tab.IMPORT,
        OnOff(),
        "Make waiting cards active day by day",
        "Once a day, after the first sync. A day you skip is not made up for.",
    )
    shortcut_missed_in_question: str = setting(
        "Ctrl+Shift+M",
        Tab.IMPORT,
        Shortcut(),
        "Key for “I missed this in a question…”",
        "While you review. Empty for no key.",
        Kept.COMPUTER,
    )
    repaired_tag: bool = setting(
        False,
        Tab.DIAGNOSIS,
        OnOff(),
        "Keep a tag on what is repaired",
        "Below Repaired, by organ system. Without it, notes lose all tags of the add-on then.",
    )
    rules_in_missed_questions_field: bool = setting(
        False,
        Tab.DIAGNOSIS,
        OnOff(),
        "Show my rules in the field “Missed Questions”",
        "For AnKing's note types. Your rules are added after what the field holds, and go again "
        "when you turn this off.",
    )
    recall_cards: bool = setting(
        True,
        Tab.DIAGNOSIS,
        OnOff(),
        "Make a card of each rule that I write",
        "It comes after 2 days, after 7, and then every 5 to 7 days, on your phone too.",
    )
    mixed_deck: bool = setting(
        True,
        Tab.DECKS,
        OnOff(),
        "Build a mixed deck",
        "One deck with cards of all systems, right below the deck above all.",
    )
    mixed_deck_name: str = setting(
        "Mixed",
        Tab.DECKS,
        DeckName(),
        "Name of the mixed deck",
        "Used when it is made. A deck that you rename in Anki keeps its name.",
    )
    mixed_deck_limit: int = setting(
        10,
        Tab.DECKS,
        WholeNumber(1, 9999),
        "Cards in the mixed deck",
        "At most so many at a time.",
    )
    system_decks: bool = setting(
        True,
        Tab.DECKS,
        OnOff(),
        "Build a deck for each system",
        "One for each organ system with misses to study.",
    )
    systems_deck_name: str = setting(
        "Systems",
        Tab.DECKS,
        DeckName(),
        "Name above the systems' decks",
        "The deck that holds them. Used when decks are made.",
    )
    system_deck_limit: int = setting(
        50,
        Tab.DECKS,
        WholeNumber(1, 9999),
        "Cards in each system's deck",
        "At most so many at a time.",
    )
    deck_priority: str = setting(
        "mixed",
        Tab.DECKS,
        Choice((("mixed", "the mixed deck"), ("systems", "the systems' decks"))),
        "Which decks take their cards first",
        "A card can be in one of them only.",
    )
    deck_order: str = setting(
        "weakest",
        Tab.DECKS,
        Choice(
            (
                ("weakest", "the weakest"),
                ("random", "any, at random"),
                ("due", "those due longest"),
            )
        ),
        "Which cards come first",
        "The weakest are those that you are least likely to recall now.",
    )
    deck_mode: str = setting(
        "study",
        Tab.DECKS,
        Choice((("study", "study: answers count"), ("cram", "cram: they do not count"))),
        "What an answer does",
        "To study moves the card's next date, and leaves out what you answered today. "
        "To cram changes no date.",
    )
    decks_by: str = setting(
        "tags",
        Tab.DECKS,
        Choice((("tags", "their tags"), ("notes", "lists of notes"))),
        "How decks find their cards",
        "Tags also work when you rebuild a deck on your phone. Lists work where tags are removed.",
    )
    shortcut_pause_rapid_fire: str = setting(
        "P",
        Tab.RAPID_FIRE,
        Shortcut(),
        "Key that pauses and goes on",
        "Empty for no key. The bar has a button for it too.",
        Kept.COMPUTER,
    )
    question_blocks_per_week: int = setting(
        2,
        Tab.RETESTS,
        WholeNumber(0, 7, "none"),
        "Blocks of Today's questions in a week",
        "From Monday to Sunday. There is none in the last week before the exam.",
    )
    siblings_in_blocks: bool = setting(
        True,
        Tab.RETESTS,
        OnOff(),
        "Include new questions on the same facts",
        "One answered right shows that a miss is repaired. It uses up an unseen question of your "
        "bank.",
    )
    tag_root: str = setting(
        "Remediation",
        Tab.ADVANCED,
        TagName(),
        "Tag above all tags",
        "With AnkiHub, add this name to your protected tags, so that a sync leaves them alone.",
    )
    deck_parent: str = setting(
        "Remediation",
        Tab.ADVANCED,
        DeckName(),
        "Deck above all decks",
        "All decks that Remediation makes are below it.",
    )


ABOUT: Mapping[str, About] = {f.name: f.metadata["about"] for f in fields(Settings)}


def names_kept(kept: Kept) -> tuple[str, ...]:
    """The settings that are kept there."""
    return tuple(name for name, about in ABOUT.items() if about.kept is kept)


# Reading a configuration
######################################################################


def from_config(config: Mapping[str, Any]) -> tuple[Settings, list[str]]:
    """The settings in an add-on configuration, and what was wrong with it.

    A value that cannot be used is replaced by its default and named in the second part; keys that
    no setting has are ignored.
    """
    return with_values(Settings(), config)


def with_values(settings: Settings, values: Mapping[str, Any]) -> tuple[Settings, list[str]]:
    """The settings with these values, and which could not be used; those stay as they are."""
    problems = []
    for name, about in ABOUT.items():
        if name not in values:
            continue
        value = about.kind.normal(values[name])
        complaint = about.kind.complaint(value)
        if complaint:
            kept = getattr(settings, name)
            problems.append(f"{name}: {value!r} {complaint}; using {kept!r} instead.")
        else:
            settings = replace(settings, **{name: value})
    wrong = conflicts(settings)
    if wrong:
        names = ("mixed_deck_name", "systems_deck_name")
        defaults = {name: getattr(Settings, name) for name in names}
        told = " and ".join(map(repr, defaults.values()))
        problems += [
            f"{name}: {getattr(settings, name)!r} {complaint}; using {told} instead."
            for name, complaint in wrong.items()
        ]
        settings = replace(settings, **defaults)
    return settings, problems


def conflicts(settings: Settings) -> dict[str, str]:
    """Settings that do not go with others, with what is wrong, to be put after the value.

    A filtered deck cannot have decks below it, nor the name of another deck.
    """
    mixed, systems = settings.mixed_deck_name, settings.systems_deck_name
    if _is_below(systems, mixed):
        return {"systems_deck_name": "must differ from the mixed deck's name, and not be below it"}
    names = (*(system.name for system in SYSTEMS), NO_SYSTEM_NAME)
    if any(_is_below(mixed, f"{systems}::{name}") for name in names):
        return {"mixed_deck_name": "is the deck of a system, or below one"}
    return {}


def _is_below(name: str, above: str) -> bool:
    """Whether it is that deck or below it; for Anki, upper and lower case are the same."""
    return f"{name}::".casefold().startswith(f"{above}::".casefold())


def normal(name: str, value: Any) -> Any:
    """A setting's value in the one form in which it is kept: that which Anki gives to names."""
    return ABOUT[name].kind.normal(value)


def repaired(config: Any) -> tuple[dict[str, Any], list[str]]:
    """What is stored as this computer's configuration, in the form of this version.

    `config` is what was found. The second part says, for the student, what was done; it is empty
    where nothing had to be. A configuration of a newer version is left as it is.
    """
    if config == {}:
        return {}, []
    if not isinstance(config, dict):
        return _stamped({}), ["They could not be read. The defaults are used instead."]
    version = config.get(VERSION_KEY, 0)
    if type(version) is int and version > CONFIG_VERSION:
        return dict(config), []
    is_current = type(version) is int and version == CONFIG_VERSION
    if not is_current:
        config = _from_version_0(config)
    known = {name: normal(name, value) for name, value in config.items() if name in ABOUT}
    settings, told = from_config(known)
    others = config.keys() - known.keys() - {VERSION_KEY}
    told += [f"{name}: there is no such setting." for name in sorted(map(str, others))]
    if not told and not is_current:
        told = ["They were brought up to this version; all of them were kept."]
    good = {name: value for name, value in known.items() if value == getattr(settings, name)}
    return _stamped(good), told


def _from_version_0(config: Mapping[str, Any]) -> dict[str, Any]:
    """No mixed deck was a deck for no cards, before there was a setting for it."""
    changed = dict(config)
    limit = changed.get("mixed_deck_limit")
    if type(limit) is int and limit == 0:
        del changed["mixed_deck_limit"]
        changed["mixed_deck"] = False
    return changed


def _stamped(config: Mapping[str, Any]) -> dict[str, Any]:
    return {VERSION_KEY: CONFIG_VERSION, **config}
