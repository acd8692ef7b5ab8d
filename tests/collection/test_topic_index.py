"""The index over a real collection: what is in it, and when it is built anew."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from anki.collection import Collection

from remediation.collection import topic_index as module
from remediation.collection.importing import apply_import, preview_import
from remediation.collection.topic_index import forget_topic_index, topic_index
from remediation.matching.topics import SURE
from remediation.model.progress import Cancelled, no_progress
from remediation.model.systems import systems_from_name
from remediation.settings import Settings
from tests.anking import GeneratedCollection
from tests.anking.systems import TOPICS
from tests.collections import missed, some_questions


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    forget_topic_index()
    yield
    forget_topic_index()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """No note counts as edited just now."""
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + 60)


def test_the_topics_of_the_questions_find_the_notes_tagged_so(col: Collection) -> None:
    index = topic_index(col, no_progress)
    assert len(index) == col.note_count()
    present = 0
    for topic in TOPICS:
        name = "".join(word[:1].upper() + word[1:] for word in topic.name.split())
        tag = f"#AK_Step1_v12::^Systems::{topic.system.tag}::{name}"
        notes = set(col.find_notes(col.build_search_string(f'"tag:{tag}"')))
        if not notes:
            continue
        present += 1
        (system,) = systems_from_name(topic.system.uworld)
        (first, *_) = index.find(topic.name, system)
        assert notes <= set(first.note_ids), topic
        assert first.certainty >= SURE, (topic, first)
    assert present > 100


def test_categories_are_found_too(col: Collection) -> None:
    index = topic_index(col, no_progress)
    tags = set(col.tags.all())
    for category, system_name, boards in {
        (topic.category, topic.system.uworld, topic.system.boards) for topic in TOPICS
    }:
        name = "_".join(word[:1].upper() + word[1:] for word in category.split())
        if f"#AK_Step1_v12::#Subjects::{boards}::{name}" in tags:
            (system,) = systems_from_name(system_name)
            (first, *_) = index.find(category, system)
            assert first.branch.endswith(f"::{name}"), category


def test_it_is_kept_while_cards_are_studied(col: Collection, later: None) -> None:
    index = topic_index(col, no_progress)
    card = col.get_card(col.find_cards("")[0])
    card.due += 1
    col.update_card(card)
    assert topic_index(col, no_progress) is index


def test_it_is_built_anew_after_a_change_of_tags_or_text(col: Collection) -> None:
    seen = [topic_index(col, no_progress)]
    assert not seen[0].find("Moyamoya")
    note_id, other = col.find_notes("")[:2]
    col.tags.bulk_add([note_id], "#AK_Step1_v12::^Systems::Neuro::Moyamoya")
    seen.append(topic_index(col, no_progress))
    assert seen[-1].find("Moyamoya")[0].note_ids == (note_id,)
    note = col.get_note(other)
    note.fields[0] += " xylophone"
    col.update_note(note)
    seen.append(topic_index(col, no_progress))
    assert seen[-1].find("xylophone")[0].note_ids == (other,)
    col.remove_notes([other])
    seen.append(topic_index(col, no_progress))
    assert not seen[-1].find("xylophone")
    col.tags.rename("#AK_Step1_v12::^Systems::Neuro::Moyamoya", "Keratoconus")
    seen.append(topic_index(col, no_progress))
    assert not seen[-1].find("Moyamoya")
    assert len(set(map(id, seen))) == 5
    assert topic_index(col, no_progress) is seen[-1]


def test_two_changes_within_a_second_are_two(col: Collection) -> None:
    note_id = col.find_notes("")[0]
    for word in ("xylophone", "bassoon", "clarinet"):
        note = col.get_note(note_id)
        note.fields[0] = word
        col.update_note(note)
        assert topic_index(col, no_progress).find(word)


def test_an_undone_change_is_gone(col: Collection, later: None) -> None:
    topic_index(col, no_progress)
    col.tags.bulk_add(col.find_notes("")[:1], "#AK_Step1_v12::^Systems::Neuro::Moyamoya")
    assert topic_index(col, no_progress).find("Moyamoya")
    col.undo()
    assert not topic_index(col, no_progress).find("Moyamoya")


def test_what_the_addon_wrote_is_not_in_it(col: Collection, template: GeneratedCollection) -> None:
    notes = col.note_count()
    preview = preview_import(col, missed(some_questions(template, 5), total=40), Settings())
    apply_import(col, preview, Settings())
    assert col.note_count() > notes
    index = topic_index(col, no_progress)
    assert len(index) == notes
    assert not any(
        "Remediation" in branch
        for words in ("UWorld Step 1", "Remediation", "Cardiovascular", "Source")
        for candidate in index.find(words)
        for branch in candidate.branches
    )


def test_a_cancel_keeps_nothing(col: Collection) -> None:
    def cancel(_label: str, _done: int, _total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        topic_index(col, cancel)
    assert module._kept is None
    assert topic_index(col, no_progress).find("Asthma")


def test_another_collection_has_another_index(
    col: Collection, template: GeneratedCollection
) -> None:
    first = topic_index(col, no_progress)
    other = Collection(str(template.path))
    try:
        assert topic_index(other, no_progress) is not first
    finally:
        other.close()


def test_it_writes_nothing(col: Collection) -> None:
    assert col.db
    before = col.mod, col.db.scalar("select total_changes()")
    topic_index(col, no_progress).find("heart failure")
    assert (col.mod, col.db.scalar("select total_changes()")) == before
