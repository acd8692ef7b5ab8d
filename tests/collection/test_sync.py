"""Two computers of a student, through Anki's real sync server."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from anki.collection import Collection
from anki.sync import SyncAuth

from remediation.collection.importing import apply_import, preview_import
from remediation.collection.ledger import read_ledger
from remediation.collection.repair import repair
from remediation.settings import Settings
from tests import sync_server
from tests.anking import GeneratedCollection
from tests.collections import missed, some_questions

SETTINGS = Settings()


@pytest.fixture
def computers(
    template: GeneratedCollection, tmp_path: Path
) -> Iterator[tuple[Collection, Collection, SyncAuth]]:
    """Two collections that hold the same and sync with one server."""
    with sync_server.sync_server(tmp_path / "server") as address:
        paths = [tmp_path / "desk.anki2", tmp_path / "laptop.anki2"]
        shutil.copy(template.path, paths[0])
        desk, laptop = (Collection(str(path)) for path in paths)
        try:
            auth = sync_server.log_in(desk, address)
            sync_server.upload(desk, auth)
            sync_server.download(laptop, auth)
            yield desk, laptop, auth
        finally:
            desk.close()
            laptop.close()


def _import(col: Collection, ids: list[str]) -> None:
    request = missed(ids, when=1_750_000_000)
    apply_import(col, preview_import(col, request, SETTINGS), SETTINGS)


def _state(col: Collection) -> dict[str, object]:
    tags = {
        note: sorted(tag for tag in col.get_note(note).tags if tag.startswith("Remediation"))
        for note in col.find_notes("tag:Remediation")
    }
    return {"tags": tags, "active": sorted(col.find_cards("tag:Remediation -is:suspended"))}


def test_an_import_reaches_the_other_computer_with_its_ledger(
    computers: tuple[Collection, Collection, SyncAuth], template: GeneratedCollection
) -> None:
    desk, laptop, auth = computers
    ids = some_questions(template, 8)
    _import(desk, ids)
    sync_server.sync(desk, auth)
    sync_server.sync(laptop, auth)
    assert read_ledger(laptop).questions == read_ledger(desk).questions
    assert _state(laptop) == _state(desk)
    assert laptop.decks.id_for_name("Remediation::Mixed")
    # The same list on the other computer is known there.
    assert preview_import(laptop, missed(ids), SETTINGS).is_empty


def test_both_import_before_they_sync(
    computers: tuple[Collection, Collection, SyncAuth], template: GeneratedCollection
) -> None:
    """Each makes the note types, decks and records; none is lost, and repairing makes them one."""
    desk, laptop, auth = computers
    ids = some_questions(template, 12)
    _import(desk, ids[:8])
    _import(laptop, ids[4:])
    for col in (desk, laptop, desk):
        sync_server.sync(col, auth)
    for col in (desk, laptop):
        ledger = read_ledger(col)
        assert {key.id for key in ledger.questions} == set(ids)
        assert len(ledger.sittings) == 2
        assert len(ledger.doubles) == 4
        assert not ledger.damaged
    assert repair(desk, SETTINGS, decks_too=True)
    sync_server.sync(desk, auth)
    sync_server.sync(laptop, auth)
    assert not read_ledger(laptop).doubles
    assert repair(desk, SETTINGS, decks_too=False) is None
    assert repair(laptop, SETTINGS, decks_too=False) is None
    assert _state(laptop) == _state(desk)
    for col in (desk, laptop):
        message, ok = col.fix_integrity()
        assert ok, message


def test_reviews_on_the_other_computer_survive_a_repair_after_the_sync(
    computers: tuple[Collection, Collection, SyncAuth], template: GeneratedCollection
) -> None:
    """The order that the add-on keeps: sync first, then repair."""
    desk, laptop, auth = computers
    _import(desk, some_questions(template, 8))
    sync_server.sync(desk, auth)
    sync_server.sync(laptop, auth)
    deck = laptop.decks.id_for_name("Remediation::Mixed")
    assert deck
    laptop.decks.set_current(deck)
    card = laptop.sched.getCard()
    assert card
    laptop.sched.answerCard(card, 3)
    answered = laptop.get_card(card.id)
    sync_server.sync(laptop, auth)

    for note_id in desk.find_notes("tag:Remediation"):  # another add-on took the tags away
        note = desk.get_note(note_id)
        note.tags = [tag for tag in note.tags if not tag.startswith("Remediation")]
        desk.update_note(note)
    sync_server.sync(desk, auth)
    assert repair(desk, SETTINGS, decks_too=False)
    sync_server.sync(desk, auth)
    sync_server.sync(laptop, auth)
    for col in (desk, laptop):
        now = col.get_card(card.id)
        assert (now.reps, now.ivl, now.due or now.odue) == (
            answered.reps,
            answered.ivl,
            answered.due or answered.odue,
        )
        assert col.find_notes("tag:Remediation")
        assert col.db
        assert col.db.scalar("select count() from revlog where cid = ?", card.id) >= 1
