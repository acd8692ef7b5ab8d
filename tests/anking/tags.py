"""Tags that say what a note is about: systems, resources, yield, and odd ones.

Question ids are tags too; they are in `questions`.
"""

from __future__ import annotations

import random
import re
from functools import cache

from .systems import SYSTEMS, TOPICS, Topic

STEP1 = "#AK_Step1_v12"
STEP1_OLD = "#AK_Step1_v11"
STEP2 = "#AK_Step2_v12"

LONGEST_TAG_LENGTH = 233

YIELD_LEVELS = (
    "1-HighYield",
    "2-RelativelyHighYield",
    "3-MediumYield",
    "4-RelativelyLowYield",
    "5-LowYield",
)

_FIRST_AID_SECTIONS = (
    "01_Embryology",
    "02_Anatomy",
    "03_Physiology",
    "04_Pathology",
    "05_Pharmacology",
)


def _words(name: str) -> list[str]:
    return re.split(r"[\s/]+", name)


def _snake(name: str) -> str:
    """`Heart murmurs` as `Heart_Murmurs`."""
    return "_".join(word[:1].upper() + word[1:] for word in _words(name))


def _lower(name: str) -> str:
    """`Heart murmurs` as `heart_murmurs`: leaves are not all in the same case."""
    return "_".join(_words(name)).lower()


def _camel(name: str) -> str:
    """`Heart murmurs` as `HeartMurmurs`."""
    return "".join(word[:1].upper() + word[1:] for word in _words(name))


def _mojibake(name: str) -> str:
    """UTF-8 read as Windows-1252, as some old tags really are."""
    return name.replace("'", "’").encode("utf-8").decode("cp1252")


@cache
def main_topic_tags(topic: Topic) -> tuple[str, ...]:
    """The tags that practically every note of a topic carries."""
    system = topic.system
    chapter = SYSTEMS.index(system) + 3
    section = _FIRST_AID_SECTIONS[topic.index % len(_FIRST_AID_SECTIONS)]
    page = topic.index % 60 + 1
    category = _snake(topic.category)
    return (
        f"{STEP1}::^Systems::{system.tag}::{_camel(topic.name)}",
        f"{STEP1}::#FirstAid::{system.first_aid}::{section}::{page:02}_{_snake(topic.name)}",
        f"{STEP1}::#B&B::{chapter:02}_{system.boards}::{category}"
        f"::{page % 20 + 1:02}_{_snake(topic.name)}",
    )


@cache
def other_topic_tags(topic: Topic) -> tuple[str, ...]:
    """Further tags of a topic; each note carries some of them.

    The older v11 tree numbers chapters one lower, has leaves in lower case, and
    its non-ASCII names were garbled long ago.
    """
    system = topic.system
    chapter = SYSTEMS.index(system) + 3
    category = _snake(topic.category)
    leaf = _snake(topic.name)
    old_leaf = _mojibake(_lower(topic.name))
    number = topic.index % 30 + 1
    tags = [
        f"{STEP1_OLD}::^Systems::{system.tag}::{old_leaf}",
        f"{STEP1_OLD}::#B&B::{chapter - 1:02}_{system.boards}::{old_leaf}",
        f"{STEP1_OLD}::#FirstAid::{system.first_aid}::{number:02}_{old_leaf}",
        f"{STEP1}::#Bootcamp::{system.boards}::{category}::{leaf}",
        f"{STEP1}::#Subjects::{system.boards}::{category}",
        f"{STEP1}::#Physeo::{chapter:02}_{system.boards}",
        f"{STEP1}::#Pathoma::{chapter:02}_{system.boards}::{category}::{number % 9 + 1}",
        f"{STEP2}::^Systems::{system.tag}::{category}",
        f"#AK_Original_Decks::Step_1::Zanki::{system.boards}",
        f"#AK_Original_Decks::Step_2::Dorian::{system.boards}",
        f"{STEP1}::#NBME::{topic.index % 31 + 1}",
        f"{STEP2}::#NBME::Form_{topic.index % 8 + 9}::{topic.index % 50 + 1}",
        f"{STEP1}::#Free120::{topic.index % 120 + 1}",
        f"{STEP1}::^Other::^TableOfContents::{system.tag}",
    ]
    if topic.index % 2:
        tags.append(f"{STEP1}::#Sketchy{system.tag}::{number:02}_{leaf}")
    else:
        tags.append(f"{STEP1}::#Pixorize::{system.boards}::{_lower(topic.name)}")
    if system.clinical:
        tags.append(f"{STEP2}::#OME::{system.boards}::{leaf}")
    return tuple(tags)


def yield_tags(level: int) -> tuple[str, str]:
    """The v12 and the v11 tag for a yield from 1 (high) to 5 (low)."""
    name = YIELD_LEVELS[level - 1]
    return f"{STEP1}::#Low/HighYield::{name}", f"{STEP1_OLD}::^Other::^HighYield::{name}"


def _longest_tag() -> str:
    """A tag as deep (10 levels) and as long as the deepest and longest real ones."""
    levels = [
        STEP1,
        "#B&B",
        "05_Cardiology",
        "Valvular_Heart_Diseases",
        "02_Extra",
        "01_Murmurs_that_change_with_maneuvers",
        "03_Standing_and_Valsalva_(less_preload)",
        "02_Squatting_and_passive_leg_raise",
        "Exceptions",
    ]
    start = "::".join(levels) + "::"
    return (
        start + ("Hypertrophic_cardiomyopathy_and_prolapse_" * 3)[: LONGEST_TAG_LENGTH - len(start)]
    )


#: Real tags contain such characters. None looks like a question id, though some
#: end in a number.
ODD_TAGS: tuple[str, ...] = (
    _longest_tag(),
    f"{STEP1}::^Other::Drugs*_(see_table)",
    f"{STEP1}::^Other::Na+/K+_ATPase",
    f"{STEP1}::^Other::T:B_cell_ratio",
    f"{STEP1}::^Other::[H+]_and_pH",
    f"{STEP1}::^Other::Women's_health",
    f"{STEP1}::^Other::Salt,_water,_acid&base",
    f"{STEP1}::^Other::2^nd_messengers",
    f"{STEP1}::^Other::{_mojibake('Crohn’s_vs_UC')}",
    f"{STEP1}::#UWorld::#UWSA1",
    f"{STEP1_OLD}::#UWorld::#UWSA1",
    f"{STEP2}::#UWorld::#UWSA2",
    "!FLAG_THESE_CARDS::typo",
    "!my_tags::missed::block_12",
    "AnkiHub_Optional::Mnemonics::7",
    "marked",
)


def tags_about(topic: Topic, wanted: int, rng: random.Random) -> set[str]:
    """About `wanted` tags for a note on `topic`.

    A note often belongs to a second topic of the same system as well; its tags are
    also the reserve when a note needs more than one topic offers.
    """
    tags = set(main_topic_tags(topic))
    # Most cards of the deck are high yield.
    new, old = yield_tags(min(5, int(rng.expovariate(0.8)) + 1))
    if rng.random() < 0.5:
        tags.add(new)
    if rng.random() < 0.7:
        tags.add(old)
    if rng.random() < 0.02:
        tags.add(rng.choice(ODD_TAGS))
    others = other_topic_tags(topic)
    missing = max(2, wanted - len(tags))
    tags.update(rng.sample(others, min(missing, len(others))))
    for _ in range(4):
        if len(tags) >= wanted:
            break
        near = _neighbour(topic, rng)
        reserve = (*main_topic_tags(near), *other_topic_tags(near))
        tags.update([tag for tag in reserve if tag not in tags][: wanted - len(tags)])
    return tags


def _neighbour(topic: Topic, rng: random.Random) -> Topic:
    """Another topic of the same system."""
    step = rng.choice((-2, -1, 1, 2))
    for near in (topic.index + step, topic.index - step):
        if 0 <= near < len(TOPICS) and TOPICS[near].system is topic.system:
            return TOPICS[near]
    return topic
