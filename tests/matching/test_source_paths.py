"""Where to read about notes: every real shape of tag, and which place is taken of several."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediation.matching.source_paths import SourcePath, source_paths
from tests.anking.systems import TOPICS
from tests.anking.tags import ODD_TAGS, main_topic_tags, other_topic_tags

STEP_1 = "#AK_Step1_v12"
STEP_1_OLD = "#AK_Step1_v11"
MURMURS = f"{STEP_1}::#FirstAid::07_Cardiovascular::03_Physiology::10_Heart_Murmurs"

# --- One tag --------------------------------------------------------------------------------------

TEXTS = {
    MURMURS: "First Aid › Cardiovascular › Physiology › Heart Murmurs",
    f"{STEP_1}::#B&B::12_Hematology::02_Red_Blood_Cells::03_Anemia": (
        "Boards & Beyond › Hematology › Red Blood Cells › Anemia"
    ),
    f"{STEP_1}::#Pathoma::08_Cardiac::03_Valvular": "Pathoma › Cardiac › Valvular",
    f"{STEP_1_OLD}::#FirstAid::07_Cardiovascular::10_heart_murmurs": (
        "First Aid › Cardiovascular › heart murmurs"
    ),
    # Sketchy's courses
    f"{STEP_1}::#SketchyMicro::01_Bacteria::01_Gram_(+)_Cocci::02_Staph": (
        "Sketchy › Micro › Bacteria › Gram (+) Cocci › Staph"
    ),
    f"{STEP_1}::#Sketchy::Micro::01_Gram+::02_Listeria": "Sketchy › Micro › Gram+ › Listeria",
    f"{STEP_1}::#SketchyPharm::03_Cardio::Statins": "Sketchy › Pharm › Cardio › Statins",
    f"{STEP_1}::#SketchyPath::11_Immunology": "Sketchy › Path › Immunology",
    "#AK_Step2_v12::#SketchyIM::03_Pulmonology": "Sketchy › IM › Pulmonology",
    "#ak_step1_v12::#sketchy_micro::a": "Sketchy › micro › a",
    # the others
    f"{STEP_1}::#Physeo::03_Cardio": "Physeo › Cardio",
    f"{STEP_1}::#Pixorize::02_Immunology::02_Complement*": "Pixorize › Immunology › Complement",
    f"{STEP_1}::#Bootcamp::Cardiology::09_Cardiac_Cycle": "Bootcamp › Cardiology › Cardiac Cycle",
    f"{STEP_1}::#OME::PreClinical::Cardiac::Cardiac_3": (
        "OnlineMedEd › PreClinical › Cardiac › Cardiac 3"
    ),
    f"{STEP_1}::#NinjaNerd::02_Immunology": "Ninja Nerd › Immunology",
    f"{STEP_1}::#DirtyMedicine::Biochem": "Dirty Medicine › Biochem",
    # roots that students and later versions have
    "!AK_Step1_v12::#FirstAid::07_Cardiovascular": "First Aid › Cardiovascular",
    "#Zank::#Step1_v12::#B&B::05_Cardiology": "Boards & Beyond › Cardiology",
    "FirstAid::07_Cardiovascular": "First Aid › Cardiovascular",
    "school::07_first_aid::cardio": "First Aid › cardio",
    "Boards_and_Beyond::Renal": "Boards & Beyond › Renal",
    # what is no chapter
    f"{STEP_1}::#Pathoma::08_Cardiac::03_Valvular::3": "Pathoma › Cardiac › Valvular",
    f"{STEP_1}::#FirstAid::FA2024::03_Respiratory": "First Aid › Respiratory",
    f"{STEP_1}::#FirstAid::2019::03_Respiratory": "First Aid › Respiratory",
    f"{STEP_1}::#B&B::03_Biochem::04_Ammonia::Extra": "Boards & Beyond › Biochem › Ammonia",
    f"{STEP_1}::#B&B::03_Biochem::04_Ammonia::*aside::05_x": "Boards & Beyond › Biochem › Ammonia",
    # odd marks
    f"{STEP_1}::#B&B::Crohnâ€™s_vs_UC": "Boards & Beyond › Crohn’s vs UC",
    f"{STEP_1}::#B&B::Crohn’s_vs_UC": "Boards & Beyond › Crohn’s vs UC",
    f"{STEP_1}::#FirstAid::21-hydroxylase_deficiency": "First Aid › 21-hydroxylase deficiency",
    f"{STEP_1}::#FirstAid::T:B_cell_ratio::Na+/K+_ATPase": (
        "First Aid › T:B cell ratio › Na+/K+ ATPase"
    ),
    f"{STEP_1}::#FirstAid::免疫": "First Aid › 免疫",
}


@pytest.mark.parametrize(("tag", "text"), TEXTS.items())
def test_a_tag_is_a_place_in_a_source(tag: str, text: str) -> None:
    assert [found.text for found in source_paths([tag])] == [text]


@pytest.mark.parametrize(
    "tag",
    [
        "",
        "::",
        "marked",
        "FirstAid",
        f"{STEP_1}::#FirstAid",
        f"{STEP_1}::#FirstAid::",
        f"{STEP_1}::#FirstAid::07",
        f"{STEP_1}::#FirstAid::FA2024",
        f"{STEP_1}::#FirstAid::Extra",
        f"{STEP_1}::#FirstAid::##_Retired_Lessons::Old",
        "#AK_Step2_v12::#OME::Removed::Cardiology",
        f"{STEP_1}::#SketchyMicro",
        f"{STEP_1}::^Systems::Emergency::First_Aid",
        f"{STEP_1}::^Systems::Cardio::HeartMurmurs",
        f"{STEP_1}::#UWorld::Step::2108",
        f"{STEP_1}::#Low/HighYield::1-HighYield",
        f"{STEP_1}::#Physeology::Cardio",
        "#AK_Original_Decks::Step_1::Zanki::Cardiology",
        "Remediation::Source::UWorld_Step_1",
        *ODD_TAGS[1:],
    ],
)
def test_other_tags_are_none(tag: str) -> None:
    assert source_paths([tag]) == ()


def test_a_word_that_begins_so_is_retired_is_still_a_lesson() -> None:
    (found,) = source_paths([f"{STEP_1}::#B&B::Ethics::01_Retirement"])
    assert found.path == ("Ethics", "Retirement")


# --- Several tags ---------------------------------------------------------------------------------


def test_sources_come_in_the_order_of_reading() -> None:
    tags = [f"{STEP_1}::#{name}::A" for name in ("Physeo", "Pathoma", "SketchyPath", "OME")]
    tags += [f"{STEP_1}::#{name}::A" for name in ("Bootcamp", "B&B", "FirstAid")]
    names = ["First Aid", "Boards & Beyond", "Sketchy", "Pathoma", "Bootcamp", "Physeo"]
    names.append("OnlineMedEd")
    assert [found.source for found in source_paths(tags, 99)] == names
    assert [found.source for found in source_paths(tags)] == names[:3]
    assert source_paths(tags, 0) == source_paths(tags, -1) == ()


def _first_aid(*paths: str) -> tuple[str, ...]:
    (found,) = source_paths([f"{STEP_1}::#FirstAid::{path}" for path in paths])
    return found.path


def test_of_one_note_the_deepest_place_is_taken() -> None:
    assert _first_aid("A::B", "A", "A::B::C") == ("A", "B", "C")
    assert _first_aid("Z::Y", "A::B::C") == ("A", "B", "C")


def test_the_place_that_most_notes_share_is_taken() -> None:
    deep = "A::B::C::D"
    assert _first_aid("Z::Y", "Z::Y", deep) == ("Z", "Y")
    assert _first_aid("Z", "Z", "Z::Y") == ("Z",)


def test_where_none_is_shared_the_chapter_that_most_notes_share_decides() -> None:
    assert _first_aid("Z::X", "A::B::C::D", "Z::Y")[0] == "Z"


def test_tags_of_two_deck_versions_are_one_note() -> None:
    both = [f"{STEP_1}::#FirstAid::07_A::03_B", f"{STEP_1_OLD}::#FirstAid::06_A::02_b"]
    others = [f"{STEP_1}::#FirstAid::07_A::04_C::05_D"]
    assert source_paths([*both, *others])[0].path == ("A", "C", "D")
    assert source_paths(both) == (SourcePath("First Aid", ("A", "B")),)


# --- Whole notes, and any text --------------------------------------------------------------------


def test_every_note_of_the_deck_has_a_first_aid_path_to_its_topic() -> None:
    for topic in TOPICS:
        found = source_paths((*main_topic_tags(topic), *other_topic_tags(topic)))
        assert [place.source for place in found] == [
            "First Aid",
            "Boards & Beyond",
            found[2].source,
        ]
        for place in found[:2]:
            assert (
                place.path[-1].casefold()
                == " ".join(topic.name.replace("/", " ").split()).casefold()
            )


SEGMENTS = st.sampled_from(
    [
        "#FirstAid",
        "#B&B",
        "#SketchyMicro",
        "#Sketchy",
        "#Pathoma",
        "01_A",
        "02_B",
        "b",
        "Extra",
        "7",
    ]
)
TAGS = st.one_of(st.text(), st.lists(st.one_of(SEGMENTS, st.text(max_size=6))).map("::".join))


@given(st.lists(TAGS, max_size=12), st.integers(-2, 12), st.randoms(use_true_random=False))
def test_any_tags_are_read(tags: list[str], most: int, rng: random.Random) -> None:
    found = source_paths(tags, most)
    assert len(found) <= max(0, most)
    assert len({place.source for place in found}) == len(found)
    for place in found:
        assert place.path
        assert all(segment and segment == segment.strip() for segment in place.path)
        assert place.text.startswith(f"{place.source} › ")
        assert "_" not in place.text
    shuffled = list(tags)
    rng.shuffle(shuffled)
    assert source_paths(shuffled, most) == found
    assert source_paths(tags * 3, most) == found
    assert source_paths(tags, most + 1)[: max(0, most)] == found


def test_a_very_long_tag_is_read_quickly() -> None:
    (found,) = source_paths([f"{MURMURS}::" + "a::" * 100_000])
    assert found.path[:3] == ("Cardiovascular", "Physiology", "Heart Murmurs")
