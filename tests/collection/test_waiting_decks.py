"""The decks that are offered for studying, where the student moved or renamed them."""

from __future__ import annotations

import pytest
from anki.collection import Collection
from anki.decks import DeckId, FilteredDeckConfig

from remediation.collection.importing import apply_import, preview_import
from remediation.collection.own_decks import CONFIG_KEY
from remediation.collection.waiting_decks import WaitingDecks, waiting_decks
from remediation.settings import Settings
from tests.anking import GeneratedCollection
from tests.collections import missed, some_questions

SETTINGS = Settings()
MIXED = "Remediation::Mixed"


@pytest.fixture
def imported(col: Collection, template: GeneratedCollection) -> Collection:
    request = missed(some_questions(template, 20))
    settings = Settings(mixed_deck_limit=5)
    apply_import(col, preview_import(col, request, settings), settings)
    found = waiting_decks(col, SETTINGS)
    assert [deck.name for deck in found.mixed] == ["Mixed"]
    assert found.systems
    return col


def _cards(found: WaitingDecks) -> tuple[dict[int, int], dict[int, int]]:
    mixed, systems = ({d.deck: d.cards for d in decks} for decks in (found.mixed, found.systems))
    return mixed, systems


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Remediation", "What I missed"),
        ("Remediation", "Step 1::Remediation"),
        (MIXED, "Mine"),
        (MIXED, "Remediation::Systems::Everything"),
        ("Remediation::Systems", "By organ"),
    ],
)
@pytest.mark.parametrize("config_is_lost", [False, True])
def test_where_the_student_put_them(
    imported: Collection, old: str, new: str, config_is_lost: bool
) -> None:
    before = _cards(waiting_decks(imported, SETTINGS))
    deck_id = imported.decks.id_for_name(old)
    assert deck_id
    imported.decks.rename(deck_id, new)
    if config_is_lost:
        imported.remove_config(CONFIG_KEY)
    assert _cards(waiting_decks(imported, SETTINGS)) == before


@pytest.mark.parametrize("name", ["Remediation::Mine", "Remediation::Systems::Mine"])
def test_a_deck_of_the_students_own_is_not_offered(imported: Collection, name: str) -> None:
    before = _cards(waiting_decks(imported, SETTINGS))
    deck = imported.sched.get_or_create_filtered_deck(DeckId(0))
    deck.name = name
    term = FilteredDeckConfig.SearchTerm(search="is:new -is:suspended", limit=3, order=0)  # type: ignore[arg-type]
    del deck.config.search_terms[:]
    deck.config.search_terms.append(term)
    made = DeckId(imported.sched.add_or_update_filtered_deck(deck).id)
    assert imported.decks.card_count(made, include_subdecks=False)
    assert _cards(waiting_decks(imported, SETTINGS)) == before


def test_before_the_first_import(col: Collection) -> None:
    assert waiting_decks(col, SETTINGS) == WaitingDecks()
