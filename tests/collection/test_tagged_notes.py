from __future__ import annotations

import pytest
from anki.collection import Collection
from anki.notes import NoteId

from remediation.collection.tagged_notes import forget_unused_tags, tags_below
from remediation.collection.undo import UndoStep


def tagged(col: Collection, *names: str) -> list[NoteId]:
    """A note for each of the tags."""
    notes = list(col.find_notes(""))[: len(names)]
    for note, name in zip(notes, names):
        col.tags.bulk_add([note], name)
    return notes


@pytest.mark.parametrize("name", ["Own", "100%", "a_b", "a\\b", "Größe::x", "*"])
def test_the_tag_and_those_below_it(col: Collection, name: str) -> None:
    first, second, *_others = tagged(
        col, name, f"{name}::One::two", f"{name}x", f"x::{name}", "aXb", "100percent"
    )
    assert dict(tags_below(col, name)) == {first: [name], second: [f"{name}::One::two"]}


def test_case_is_nothing(col: Collection) -> None:
    (note,) = tagged(col, "Own::Part")
    assert dict(tags_below(col, "oWN")) == {note: ["Own::Part"]}


def test_names_that_are_in_use_are_not_forgotten(col: Collection) -> None:
    notes = tagged(col, "Own::a", "Own::b::c", "Own::d", "Own::d::e")
    col.tags.bulk_remove([notes[0], *notes[2:]], "Own::a Own::d Own::d::e")
    with UndoStep(col, "Forget") as step:
        forget_unused_tags(col, step, ["Own::a", "Own::b", "Own::b::c", "Own::d", "Own::d::e"])
    assert [tag for tag in col.tags.all() if tag.startswith("Own")] == ["Own::b::c"]
    assert dict(tags_below(col, "Own")) == {notes[1]: ["Own::b::c"]}
