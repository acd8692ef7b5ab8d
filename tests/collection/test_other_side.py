"""The other side of what was mixed up: which cards are found by free words, and which are not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from anki.collection import Collection
from anki.decks import DeckId
from anki.notes import NoteId

from remediation.collection.importing import apply_import, preview_import
from remediation.collection.other_side import OtherSide, find_other_side
from remediation.collection.topic_index import forget_topic_index, topic_index
from remediation.matching.words import MAX_LENGTH
from remediation.model.progress import Cancelled, no_progress
from remediation.settings import Settings
from tests.anking import GeneratedCollection
from tests.anking.systems import TOPICS
from tests.collections import missed, snapshot, some_questions

ROOT = Settings.tag_root
STEP_1 = "#AK_Step1_v12"
COLITIS = f"{STEP_1}::#FirstAid::09_Gastrointestinal::04_Pathology::21_Ulcerative_Colitis"
CROHN = f"{STEP_1}::#FirstAid::09_Gastrointestinal::04_Pathology::20_Crohn_Disease"
LAMBERT = f"{STEP_1}::^Systems::Neuro::LambertEaton"
HIGH, LOW = (f"{STEP_1}::#Low/HighYield::{name}" for name in ("1-HighYield", "5-LowYield"))
GI = "Gastrointestinal"


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    forget_topic_index()
    yield
    forget_topic_index()


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Collection]:
    """A collection without a note."""
    collection = Collection(str(tmp_path / "collection.anki2"))
    # Anki writes the hour at which a day begins when it is first asked for the day.
    assert collection.sched.today == 0
    yield collection
    collection.close()


def _ids(*questions: int) -> str:
    return " ".join(f"{STEP_1}::#UWorld::Step::{id}" for id in questions)


def _add(col: Collection, tags: str, text: str = "A fact.") -> NoteId:
    type_ = col.models.by_name("Basic")
    assert type_
    note = col.new_note(type_)
    note.fields = [text, "because"]
    note.tags = tags.split()
    col.add_note(note, DeckId(1))
    return note.id


def _find(
    col: Collection, words: str, system: str = "", without: Iterable[int] = (), most: int = 2
) -> OtherSide:
    left_out = {NoteId(id) for id in without}
    return find_other_side(col, words, without=left_out, system=system, most=most, own_root=ROOT)


def _note_ids(found: OtherSide) -> list[int]:
    return [ref.id for ref in found.notes]


# --- By topic -------------------------------------------------------------------------------------


def test_the_notes_of_the_topic_are_found_specific_and_high_yield_first(bare: Collection) -> None:
    broad = _add(bare, f"{COLITIS} {_ids(1, 2, 3)} {HIGH}")
    unasked = _add(bare, f"{COLITIS} {HIGH}")
    low = _add(bare, f"{COLITIS} {_ids(4)} {LOW}")
    high = _add(bare, f"{COLITIS} {_ids(5)} {HIGH}")
    _add(bare, f"{CROHN} {_ids(6)} {HIGH}", "Not ulcerative colitis.")
    found = _find(bare, " ulcerative  colitis ", GI, most=9)
    assert (found.words, found.topic) == ("ulcerative colitis", "Ulcerative Colitis")
    assert _note_ids(found) == [high, low, broad, unasked]
    assert bare.db
    assert [ref.guid for ref in found.notes] == [
        bare.db.scalar("select guid from notes where id = ?", id) for id in _note_ids(found)
    ]
    assert _note_ids(_find(bare, "ulcerative colitis", GI)) == [high, low]
    assert _find(bare, "ulcerative colitis", GI, most=9) == found


@pytest.mark.parametrize(
    "words", ["UC vs", "Ulcerative colitus", "colitis, ulcerative", "ulcerative"]
)
def test_short_forms_and_letters_wrong_are_understood(bare: Collection, words: str) -> None:
    note = _add(bare, COLITIS)
    _add(bare, CROHN)
    found = _find(bare, words, GI)
    assert (found.topic, _note_ids(found)) == ("Ulcerative Colitis", [note])


def test_the_questions_own_notes_are_left_out(bare: Collection) -> None:
    own, other = _add(bare, f"{COLITIS} {CROHN}"), _add(bare, COLITIS)
    assert set(_note_ids(_find(bare, "ulcerative colitis", GI))) == {own, other}
    assert _note_ids(_find(bare, "ulcerative colitis", GI, [own])) == [other]
    found = _find(bare, "ulcerative colitis", GI, [own, other])
    assert found == OtherSide("ulcerative colitis", "Ulcerative Colitis", ())


def test_the_other_side_may_belong_to_another_system(bare: Collection) -> None:
    note = _add(bare, LAMBERT)
    _add(bare, COLITIS)
    for system in ("NervousSystem", GI, "", "NoSuchSystem"):
        found = _find(bare, "Lambert Eaton", system)
        assert (found.topic, _note_ids(found)) == ("Lambert Eaton", [note]), system


def test_a_sure_name_elsewhere_beats_a_doubtful_one_in_the_system(bare: Collection) -> None:
    note = _add(bare, LAMBERT)
    _add(bare, f"{STEP_1}::^Systems::GI::LambertEatonReflux")
    assert _note_ids(_find(bare, "Lambert Eaton", GI)) == [note]


def test_of_equal_names_the_one_in_the_system_is_meant(bare: Collection) -> None:
    one = _add(bare, f"{STEP_1}::^Systems::GI::Tumors")
    other = _add(bare, f"{STEP_1}::^Systems::Neuro::Tumors")
    assert _note_ids(_find(bare, "tumors", GI)) == [one]
    assert _note_ids(_find(bare, "tumors", "NervousSystem")) == [other]


def test_a_whole_organ_system_is_no_other_side(bare: Collection) -> None:
    _add(bare, COLITIS)
    _add(bare, f"{STEP_1}::^Systems::GI::Achalasia")
    assert _find(bare, "Gastrointestinal", GI) == OtherSide("Gastrointestinal", "", ())


def test_topics_of_a_whole_deck_are_found(col: Collection) -> None:
    tags = " ".join(col.tags.all())
    asked = 0
    for topic in TOPICS[::12]:
        name = "".join(word[:1].upper() + word[1:] for word in topic.name.split())
        tag = f"{STEP_1}::^Systems::{topic.system.tag}::{name}"
        if f" {tag} " not in f" {tags} ":
            continue
        asked += 1
        notes = {int(id) for id in col.find_notes(col.build_search_string(f'"tag:{tag}"'))}
        found = _find(col, topic.name, most=len(notes) + 50)
        assert found.topic, topic
        assert notes <= set(_note_ids(found)), topic
    assert asked > 10


# --- By text --------------------------------------------------------------------------------------


def test_where_no_tag_has_the_name_the_text_is_searched(bare: Collection) -> None:
    _add(bare, COLITIS)
    note = _add(bare, f"{STEP_1}::^Systems::GI::Liver", "{{c1::Fibroscan}} measures stiffness.")
    found = _find(bare, "fibroscan", GI)
    assert (found.topic, _note_ids(found)) == ("", [note])
    assert _note_ids(_find(bare, "fibroscan", GI, [note])) == []


def test_of_many_texts_those_that_are_most_about_the_words_are_taken(bare: Collection) -> None:
    about = [_add(bare, LOW, "fibroscan, a fibroscan") for _ in range(10)]
    passing = "a long text about many other things of the liver and the spleen, " * 4
    for _ in range(20):
        _add(bare, f"{_ids(1)} {HIGH}", f"{passing} fibroscan")
    assert set(_note_ids(_find(bare, "fibroscan"))) <= set(about)


def test_without_any_tags_the_text_is_searched(bare: Collection) -> None:
    note = _add(bare, "", "Ulcerative colitis begins in the rectum.")
    _add(bare, "", "Something else.")
    assert _note_ids(_find(bare, "ulcerative colitis", GI)) == [note]


# --- What does not fit, and odd words -------------------------------------------------------------


def test_an_empty_collection_has_no_other_side(bare: Collection) -> None:
    assert _find(bare, "ulcerative colitis", GI) == OtherSide("ulcerative colitis", "", ())


@pytest.mark.parametrize(
    "words",
    ["", "  \t\n ", "xyzzy", "???", "the of and", '"', "''", "*", "-", "(", "NEAR(", "\x00"],
)
def test_words_that_mean_nothing_find_nothing(bare: Collection, words: str) -> None:
    _add(bare, COLITIS, "Ulcerative colitis begins in the rectum.")
    found = _find(bare, words, GI)
    assert (found.topic, found.notes) == ("", ())


@pytest.mark.parametrize(
    "words",
    [
        '"ulcerative colitis"',
        "ulcerative-colitis",
        "ulcerative* colitis*",
        "-ulcerative colitis",
        "name: ulcerative colitis",
        "'; drop table notes; -- ulcerative colitis",
        "ulcerative NEAR colitis",
        "ulcerative AND NOT colitis",
        "%ulcerative_colitis%",
    ],
)
def test_marks_of_queries_do_no_harm(bare: Collection, words: str) -> None:
    note = _add(bare, COLITIS, "Ulcerative colitis begins in the rectum.")
    before = snapshot(bare, everything=True)
    assert set(_note_ids(_find(bare, words, GI))) <= {note}
    assert snapshot(bare, everything=True) == before


@pytest.mark.parametrize("long", ["colitis " * 100_000, "a" * 1_000_000, "." * 1_000_000])
def test_very_long_words_are_cut(bare: Collection, long: str) -> None:
    note = _add(bare, COLITIS)
    found = _find(bare, f"ulcerative colitis {long}", GI)
    assert len(found.words) <= MAX_LENGTH
    assert set(_note_ids(found)) <= {note}


@pytest.mark.parametrize("most", [-1, 0, 1, 3])
def test_at_most_so_many(bare: Collection, most: int) -> None:
    for _ in range(4):
        _add(bare, COLITIS)
    assert len(_find(bare, "ulcerative colitis", GI, most=most).notes) == max(0, most)


# --- The add-on's own tags ------------------------------------------------------------------------


def test_the_addons_own_tags_do_not_count(bare: Collection) -> None:
    note = _add(bare, f"{ROOT}::System::UlcerativeColitis {ROOT}::Source::#UWorld::7 {COLITIS}")
    asked = _add(bare, f"{COLITIS} {_ids(1)}")
    only_own = _add(bare, f"{ROOT.lower()}::system::Ulcerative_Colitis")
    found = _find(bare, "ulcerative colitis", GI, most=9)
    assert _note_ids(found) == [asked, note]
    assert only_own not in _note_ids(found)


def test_after_an_import_nothing_else_is_found(
    col: Collection, template: GeneratedCollection
) -> None:
    words = [topic.name for topic in TOPICS[::40]]
    before = [_find(col, name, most=5) for name in words]
    assert any(found.notes for found in before)
    preview = preview_import(col, missed(some_questions(template, 5), total=40), Settings())
    apply_import(col, preview, Settings())
    assert [_find(col, name, most=5) for name in words] == before
    assert _find(col, "Remediation").notes == ()


# --- Reading only, and cancelling -----------------------------------------------------------------


def test_it_writes_nothing(col: Collection) -> None:
    before = snapshot(col, everything=True)
    for words in ("asthma", "first-line management", "no such thing"):
        _find(col, words)
    assert snapshot(col, everything=True) == before


def test_it_can_be_cancelled_at_every_step(col: Collection) -> None:
    def find(cancel_at: int) -> list[str]:
        labels: list[str] = []

        def progress(label: str, _done: int, _total: int) -> None:
            labels.append(label)
            if len(labels) == cancel_at:
                raise Cancelled

        find_other_side(col, "asthma", without=(), system="", own_root=ROOT, progress=progress)
        return labels

    # With the index kept there are only the steps of its own.
    topic_index(col, no_progress, ROOT)
    steps = find(0)
    assert len(steps) == 2
    for step in range(1, len(steps) + 1):
        with pytest.raises(Cancelled):
            find(step)
    forget_topic_index()
    with pytest.raises(Cancelled):
        find(2)
    assert find(0)[-1] == steps[-1]
