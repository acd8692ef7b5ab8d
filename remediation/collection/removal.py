"""Takes out everything that the add-on made: the collection is then as it would be without it.

The ledger goes after all that follows from it, so that a killed process leaves what is needed to
finish.

Removing a note type or an option preset makes Anki ask for a full sync, which can discard reviews.
So the emptied note types and the preset stay unless the student accepts that.
"""

from __future__ import annotations

from collections.abc import Collection as AnyCollection
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from anki.cards import CardId
from anki.collection import Collection
from anki.consts import QUEUE_TYPE_SUSPENDED
from anki.decks import DeckConfigId, DeckDict, DeckId, UpdateDeckConfigs
from anki.models import NotetypeId
from anki.notes import NoteId

from ..model.progress import Progress, no_progress
from ..model.records import Release
from ..settings import Settings
from . import missed_questions_field
from .database import database, ids_in, pieces
from .filtered_decks import FilteredDeck
from .importing import CollectionChanged
from .ledger import Ledger, own_types, read_ledger
from .missed_questions_field import FieldChanges
from .normal_decks import homes_of_cards, made_decks
from .option_presets import preset_request
from .own_decks import own_decks
from .projection import decks_to_study
from .recall_cards import own_presets
from .shared_settings import former_names
from .tags import branches
from .undo import UndoStep

UNDO_NAME = "Remove everything of Remediation"

# How the add-on's keys in the collection's config begin.
_CONFIG_PREFIX = "remediation"


@dataclass(frozen=True)
class RemovalPlan:
    """Everything that removing would do.

    `notes` are the ledger's, with `sittings` recorded sittings, `questions` questions and `rules`
    rules that the student wrote. `tags` are names of tags, `tagged_notes` is how many notes carry
    one. `fields` are the notes whose "Missed Questions" holds rules. `filtered_decks` give back
    `cards_returned` cards; `decks` are normal ones; `kept_decks` are names of the add-on's decks
    that hold something of the student's.

    `suspend` are cards that the add-on made active and that were not answered since; `studied` are
    those that were. `unreadable` counts damaged records of what was made active.

    `types` and `presets` only go where the student accepts a full sync; `forces_full_sync` says
    whether that is new. `kept_presets` are names of presets that stay in any case.
    `collection_mod` is the collection's modification time.
    """

    notes: tuple[NoteId, ...] = ()
    sittings: int = 0
    questions: int = 0
    rules: int = 0
    tags: tuple[str, ...] = ()
    tagged_notes: int = 0
    fields: FieldChanges = field(default_factory=FieldChanges)
    filtered_decks: tuple[DeckId, ...] = ()
    cards_returned: int = 0
    decks: tuple[DeckId, ...] = ()
    kept_decks: tuple[str, ...] = ()
    suspend: tuple[CardId, ...] = ()
    studied: tuple[CardId, ...] = ()
    unreadable: int = 0
    config_keys: tuple[str, ...] = ()
    types: tuple[NotetypeId, ...] = ()
    presets: tuple[DeckConfigId, ...] = ()
    kept_presets: tuple[str, ...] = ()
    forces_full_sync: bool = False
    collection_mod: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left, except perhaps for what needs a full sync."""
        return not (
            self.notes
            or self.tags
            or self.fields
            or self.filtered_decks
            or self.decks
            or self.config_keys
        )

    @property
    def has_types(self) -> bool:
        """Whether there is anything that only goes with a full sync."""
        return bool(self.types or self.presets)


# Planning
######################################################################


def plan_removal(
    col: Collection, settings: Settings, progress: Progress = no_progress
) -> RemovalPlan:
    """What removing would do. Only reads. Raises Cancelled where `progress` does."""
    modified = int(col.mod)
    progress("Reading records", 0, 0)
    types = tuple(sorted(own_types(col)))
    ledger = read_ledger(col)
    progress("Reading notes", 0, 0)
    wanted = decks_to_study(col, settings, ledger)
    with_rules = missed_questions_field.notes_with_marks(col)
    roots = {settings.tag_root, *former_names(col, "tag_root")}
    names, tagged_notes = _tags(col, roots)
    progress("Reading cards", 0, 0)
    filtered = _filtered_decks(col, settings, wanted)
    decks, kept_decks = _normal_decks(col, settings, types, filtered)
    presets, kept_presets = _presets(col, decks)
    suspend, studied = released_cards(col, ledger.releases.values())
    return RemovalPlan(
        notes=_notes_of_types(col, types),
        sittings=len(ledger.sittings),
        questions=len(ledger.questions),
        rules=sum(bool(question.rule) for question in ledger.questions.values()),
        tags=names,
        tagged_notes=tagged_notes,
        fields=missed_questions_field.field_changes(col, {}, with_rules),
        filtered_decks=filtered,
        cards_returned=_count_cards(col, filtered),
        decks=decks,
        kept_decks=kept_decks,
        suspend=suspend,
        studied=studied,
        unreadable=_unreadable_releases(ledger),
        config_keys=_config_keys(col),
        types=types,
        presets=presets,
        kept_presets=kept_presets,
        forces_full_sync=_is_in_sync(col),
        collection_mod=modified,
    )


def _notes_of_types(col: Collection, types: Iterable[NotetypeId]) -> tuple[NoteId, ...]:
    ids = database(col).list(f"select id from notes where mid in {ids_in(types)} order by id")
    return tuple(map(NoteId, ids))


def _unreadable_releases(ledger: Ledger) -> int:
    return sum(note.key.startswith("Release ") for note in ledger.damaged)


def _is_in_sync(col: Collection) -> bool:
    """Whether the collection syncs, and a full sync is not due anyway."""
    return bool(database(col).scalar("select ls > 0 and scm <= ls from col"))


def _config_keys(col: Collection) -> tuple[str, ...]:
    keys = database(col).list("select key from config order by key")
    return tuple(key for key in keys if key.startswith(_CONFIG_PREFIX))


# Tags


def _tags(col: Collection, roots: Iterable[str]) -> tuple[tuple[str, ...], int]:
    """The tags that go, also those that no note carries any more, and how many notes carry one.

    Anki keeps the name of a tag once it was used. What is above the add-on's tags goes too, where
    nobody else uses it: Anki notes such a name when its branch is opened in the browser.
    """
    below = tuple(f"{branch}::".casefold() for root in roots for branch in branches(root))
    above = {name.casefold() for root in roots for name in (root, *branches(root))}
    used: set[str] = set()
    tagged = 0
    for words in database(col).list("select tags from notes where tags != ''"):
        names = words.split()
        used.update(names)
        tagged += any(name.casefold().startswith(below) for name in names)
    known = {*used, *col.tags.all()}
    gone = {name for name in known if name.casefold().startswith(below)}
    others = {name.casefold() for name in known - gone if name.casefold() not in above}
    others |= {name.casefold() for name in used - gone}
    gone.update(
        name
        for name in known - gone
        if name.casefold() in above
        and not any(f"{other}::".startswith(f"{name.casefold()}::") for other in others)
    )
    return tuple(sorted(gone)), tagged


# Decks


def _filtered_decks(
    col: Collection, settings: Settings, wanted: Sequence[FilteredDeck]
) -> tuple[DeckId, ...]:
    """Every filtered deck of the add-on; one that lists notes may only be known as wanted."""
    return tuple(sorted(own_decks(col, settings, {d.key: d.name for d in wanted}).ids()))


def _count_cards(col: Collection, decks: Iterable[DeckId]) -> int:
    return int(database(col).scalar(f"select count() from cards where did in {ids_in(decks)}"))


def _normal_decks(
    col: Collection,
    settings: Settings,
    types: AnyCollection[NotetypeId],
    filtered: AnyCollection[DeckId],
) -> tuple[tuple[DeckId, ...], tuple[str, ...]]:
    """The normal decks that go, and the names of those that hold something of the student's."""
    id_of = {str(deck.name): DeckId(deck.id) for deck in col.decks.all_names_and_ids()}
    ours = made_decks(col, settings, filtered)
    gone = {*filtered, *(ours - homes_of_cards(col, f"n.mid not in {ids_in(types)}"))}
    # Removing a deck removes those below it.
    for name, deck in sorted(id_of.items(), reverse=True):
        if deck not in gone:
            gone -= {id_of[above] for above in _parents(name) if above in id_of}
    kept = sorted(name for name, deck in id_of.items() if deck in ours - gone)
    return tuple(sorted(gone & ours)), tuple(kept)


def _parents(name: str) -> list[str]:
    """The names of the decks above one."""
    parts = name.split("::")
    return ["::".join(parts[:length]) for length in range(1, len(parts))]


def _presets(
    col: Collection, decks: AnyCollection[DeckId]
) -> tuple[tuple[DeckConfigId, ...], tuple[str, ...]]:
    """The add-on's option presets that can go with these decks, and the names of those that stay.

    Those stay that another deck uses, and all where none can be removed without a change to others.
    """
    ours = {DeckConfigId(id): name for id, name in own_presets(col).items()}
    used = {int(deck["conf"]) for deck in _decks_with_presets(col) if deck["id"] not in decks}
    gone = tuple(id for id in sorted(ours) if id not in used)
    if not gone or _deck_to_send(col, gone) is None:
        return (), tuple(sorted(ours.values()))
    return gone, tuple(sorted(name for id, name in ours.items() if id in used))


def _decks_with_presets(col: Collection) -> list[DeckDict]:
    return [deck for deck in col.decks.all() if not deck["dyn"]]


def _deck_to_send(col: Collection, presets: AnyCollection[DeckConfigId]) -> DeckId | None:
    """A deck that can be sent with its preset to remove `presets` and that stays as it is by that.

    Anki clears parameters of an earlier FSRS from any preset that is sent without newer ones.
    """
    for deck in sorted(_decks_with_presets(col), key=lambda deck: int(deck["id"])):
        if deck["conf"] not in presets:
            config = col._backend.get_deck_config(int(deck["conf"])).config
            names = (name for name in config.DESCRIPTOR.fields_by_name if name.startswith("fsrs_p"))
            parameters = [getattr(config, name) for name in sorted(names)]
            if parameters[-1] or not any(parameters):
                return DeckId(deck["id"])
    return None


# Cards


def released_cards(
    col: Collection, releases: Iterable[Release]
) -> tuple[tuple[CardId, ...], tuple[CardId, ...]]:
    """The cards that the add-on made active and that still are: not answered since, and answered.

    Cards that are suspended now are as they were before, or the student suspended them.
    """
    released_at: dict[int, int] = {}
    for release in releases:
        for card in release.cards:
            released_at[card] = min(release.at, released_at.get(card, release.at))
    unstudied: list[CardId] = []
    studied: list[CardId] = []
    for some in pieces(sorted(released_at)):
        cards = ids_in(some)
        active = database(col).list(
            f"select id from cards where queue != {QUEUE_TYPE_SUSPENDED} and id in {cards}"
            " order by id"
        )
        # Answers have a rating; a date that was set or computed anew has none.
        answered: dict[int, int] = {}
        answered.update(
            (card, last)
            for card, last in database(col).all(
                f"select cid, max(id) from revlog where ease > 0 and cid in {cards} group by cid"
            )
        )
        for card in active:
            was_answered = answered.get(card, 0) > released_at[card] * 1000
            (studied if was_answered else unstudied).append(CardId(card))
    return tuple(unstudied), tuple(studied)


# Removing
######################################################################


class NoBackup(Exception):
    """There is no backup of the collection as it is now; the words are for the student."""


def back_up(col: Collection, folder: str) -> None:
    """Lets Anki make a backup in the folder where it keeps them.

    Raises an error of Anki's where it cannot, and NoBackup where it does not try: Anki takes a
    collection as backed up that did not change since the last time, also where that failed.
    """
    if col.create_backup(backup_folder=folder, force=True, wait_for_completion=True):
        return
    changed = int(col.mod) / 1000
    if not any(file.stat().st_mtime >= changed for file in Path(folder).glob("*.colpkg")):
        raise NoBackup("an earlier attempt failed.")


def remove_everything(
    col: Collection,
    plan: RemovalPlan,
    *,
    suspend_studied: bool,
    remove_types: bool,
    progress: Progress = no_progress,
) -> UndoStep | None:
    """Removes what the plan says as one undo step; None where there is nothing to remove.

    `suspend_studied` also suspends the cards that were answered since they became active;
    `remove_types` also removes note types and presets. Raises CollectionChanged where the
    collection is not as it was planned for, and Cancelled where `progress` does; nothing is changed
    then.
    """
    if int(col.mod) != plan.collection_mod:
        raise CollectionChanged
    if plan.is_empty and not (remove_types and plan.has_types):
        return None
    with UndoStep(col, UNDO_NAME, lambda: progress("Removing", 0, 0)) as step:
        if remove_types and plan.presets:
            # The first write: an operation that Anki refuses takes the whole undo list with it.
            step.write(col.decks.update_deck_configs, _without_presets(col, plan.presets))
        if plan.filtered_decks:
            step.write(col.decks.remove, list(plan.filtered_decks))
        suspend = (*plan.suspend, *plan.studied) if suspend_studied else plan.suspend
        suspend_at_home(col, step, suspend)
        _take_out_rules(col, step, plan.fields)
        if plan.tags:
            step.write(col.tags.remove, " ".join(plan.tags))
        for key in plan.config_keys:
            step.write(col.remove_config, key)
        if plan.notes:
            step.write(col.remove_notes, list(plan.notes))
        if plan.decks:
            step.write(col.decks.remove, list(plan.decks))
        for type_id in plan.types if remove_types else ():
            step.write(col.models.remove, type_id)
    return step


def _without_presets(col: Collection, presets: AnyCollection[DeckConfigId]) -> UpdateDeckConfigs:
    """The request that removes presets and changes nothing else.

    It needs a deck and the preset that this deck has, which is sent as it is stored.
    """
    deck = _deck_to_send(col, presets)
    if deck is None:
        raise CollectionChanged
    shown = col.decks.get_deck_configs_for_update(deck)
    preset = col._backend.get_deck_config(shown.current_deck.config_id)
    return preset_request(deck, shown, preset, removed=presets)


def suspend_at_home(col: Collection, step: UndoStep, cards: Iterable[CardId]) -> None:
    """Suspends cards; those that a filtered deck of the student's took go home first.

    Suspended in there they would stay inside, where they never were without the add-on.
    """
    cards = sorted(cards)
    away: dict[DeckId, list[CardId]] = {}
    for some in pieces(cards):
        for card, home in database(col).all(
            f"select id, odid from cards where odid != 0 and id in {ids_in(some)} order by id"
        ):
            away.setdefault(DeckId(home), []).append(CardId(card))
    for home, some in away.items():
        step.write(col.set_deck, some, home)
    if cards:
        step.write(col.sched.suspend_cards, cards)


def _take_out_rules(col: Collection, step: UndoStep, fields: FieldChanges) -> None:
    """Takes rules out of fields, and the names of tags that went with them out of Anki's list."""
    if not fields:
        return
    before = _tags_of(col, fields.rules)
    missed_questions_field.write_fields(col, step, fields)
    gone = before - _tags_of(col, fields.rules)
    for name in sorted(gone):
        below = name.casefold() + "::"
        words = database(col).list("select tags from notes where tags like ?", f"%{name}%")
        used = {word.casefold() for some in words for word in some.split()}
        listed = {tag.casefold() for tag in col.tags.all()}
        in_use = name.casefold() in used or any(tag.startswith(below) for tag in used | listed)
        if not in_use:
            step.write(col.tags.remove, name)


def _tags_of(col: Collection, notes: Iterable[NoteId]) -> set[str]:
    found: set[str] = set()
    for some in pieces(sorted(notes)):
        for words in database(col).list(f"select tags from notes where id in {ids_in(some)}"):
            found.update(words.split())
    return found
