"""The generated collections are what they claim to be, by Anki's judgement and by counting."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from anki.buildinfo import version as anki_version
from anki.collection import Collection
from anki.scheduler.v3 import CardAnswer

from . import GeneratedCollection, generate_collection
from .questions import QuestionKey, v11_range
from .systems import SYSTEMS, TOPICS
from .tags import LONGEST_TAG_LENGTH, ODD_TAGS

NOTES = 900
NOW = 1_750_000_000  # a fixed moment: June 2025
DAY = 86_400
VERSION = tuple(int(part) for part in anki_version.split(".")[:2])
KEEPS_LAST_REVIEW = VERSION >= (25, 9)

Tables = dict[str, list[Any]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> GeneratedCollection:
    return generate_collection(tmp_path_factory.mktemp("made") / "a.anki2", notes=NOTES)


@pytest.fixture
def col(made: GeneratedCollection) -> Iterator[Collection]:
    """The generated collection, opened again; only to read from."""
    collection = Collection(str(made.path))
    yield collection
    collection.close()


def rows(col: Collection, sql: str, *args: Any) -> list[Any]:
    db: Any = col.db
    return list(db.all(sql, *args))


def value(col: Collection, sql: str, *args: Any) -> Any:
    db: Any = col.db
    return db.scalar(sql, *args)


def tables(col: Collection) -> Tables:
    """All rows of all tables."""
    names = rows(col, "select name from sqlite_master where type = 'table'")
    return {
        name: rows(col, f"select * from {name}")
        for (name,) in names
        if not name.startswith("sqlite")
    }


def tables_of(made: GeneratedCollection) -> Tables:
    collection = Collection(str(made.path))
    found = tables(collection)
    collection.close()
    return found


def copy_of(col: Collection, folder: Path) -> Collection:
    """A collection to write to."""
    path = folder / "copy.anki2"
    shutil.copy(col.path, path)
    return Collection(str(path))


def tags_of_notes(col: Collection) -> dict[int, list[str]]:
    return {
        note_id: tags.strip(" ").split(" ")
        for note_id, tags in rows(col, "select id, tags from notes")
    }


# --- Tags and ground truth ------------------------------------------------------------------------


def scan(tag: str) -> QuestionKey | None:
    """The question a tag carries, by the literal form of each scheme."""
    for step in "12":
        for root in (
            f"#AK_Step{step}_v12",
            f"#AK_Step{step}_v13",
            f"!AK_Step{step}_v12",
            f"#Zank::#Step{step}_v12",
        ):
            if tag.startswith(f"{root}::#UWorld::Step::"):
                return "uworld", f"step{step}", tag[len(f"{root}::#UWorld::Step::") :]
            if tag.startswith(f"{root}::#UWorld::COMLEX::"):
                return "uworld", "comlex", tag[len(f"{root}::#UWorld::COMLEX::") :]
            if tag.startswith(f"{root}::#AMBOSS::"):
                return "amboss", "", tag[len(f"{root}::#AMBOSS::") :]
        if tag.startswith(f"#AK_Step{step}_v11::#UWorld::") and not tag.endswith("#UWSA1"):
            return "uworld", f"step{step}", tag.split("::")[-1].lstrip("0")
    for root in ("#AK_Step3_v12", "#AK_Step3_v13", "!AK_Step3_v12", "#Zank::#Step3_v12"):
        if tag.startswith(f"{root}::#UWorld::"):
            return "uworld", "step3", tag[len(f"{root}::#UWorld::") :]
    return None


def test_ground_truth_is_what_the_tags_say(made: GeneratedCollection, col: Collection) -> None:
    found: dict[QuestionKey, set[int]] = defaultdict(set)
    for note_id, tags in tags_of_notes(col).items():
        for tag in tags:
            key = scan(tag)
            if key is not None:
                found[key].add(note_id)
            else:
                assert not re.search(r"::#(UWorld|AMBOSS)::(?!#UWSA\d$)", tag)
    assert {key: tuple(sorted(notes)) for key, notes in found.items()} == made.questions


def test_ids_take_all_the_shapes_that_matter(made: GeneratedCollection) -> None:
    ids: dict[str, set[str]] = defaultdict(set)
    for bank, exam, number in made.questions:
        ids[exam or bank].add(number)
    assert set(ids) == {"step1", "step2", "step3", "comlex", "amboss"}
    assert len(ids["step1"] & ids["step2"]) == 2
    assert len(ids["step1"] & ids["comlex"]) >= 5
    assert {"123", "1234", "12345"} <= ids["step1"]
    assert {"0jae_4", "0jaeX4", "-aaDMQ"} <= ids["amboss"]
    assert all(
        re.fullmatch("[1-9][0-9]{0,5}", i) for exam in ids for i in ids[exam] - ids["amboss"]
    )
    assert len({i.lower() for i in ids["amboss"]}) == len(ids["amboss"])


def test_ids_are_shared_by_few_notes_and_now_and_then_by_many(made: GeneratedCollection) -> None:
    sizes = sorted(len(notes) for notes in made.questions.values())
    ids_of_note = Counter(note_id for notes in made.questions.values() for note_id in notes)
    assert sizes[0] == 1
    assert sizes[len(sizes) // 2] <= 4
    assert sizes[len(sizes) * 9 // 10] <= 11
    assert 50 <= max(ids_of_note.values()) <= 75


def test_notes_of_a_question_are_mostly_about_one_system(made: GeneratedCollection) -> None:
    ids = Counter(note_id for notes in made.questions.values() for note_id in notes)
    long_note = ids.most_common(1)[0][0]
    few = [
        notes for notes in made.questions.values() if 1 < len(notes) <= 5 and long_note not in notes
    ]
    one_system = [notes for notes in few if len({made.system_of_note[n] for n in notes}) == 1]
    assert len(one_system) > 0.75 * len(few)


@pytest.mark.parametrize(
    ("number", "ranges"),
    [
        (5, "0-99::05"),
        (99, "0-99::99"),
        (123, "100-999::100-199::123"),
        (1234, "1000-9999::1000-1999::1234"),
        (14993, "10000-99999::14000-14999::14993"),
        (106510, "22000+::106510"),
    ],
)
def test_v11_nests_ids_in_ranges(number: int, ranges: str) -> None:
    assert v11_range(number) == ranges


def test_tags_look_like_the_real_ones(made: GeneratedCollection, col: Collection) -> None:
    of_notes = tags_of_notes(col)
    distinct = set().union(*of_notes.values())
    counts = sorted(len(tags) for tags in of_notes.values())
    assert counts[0] >= 17
    assert 20 <= counts[len(counts) // 2] <= 25
    assert set(ODD_TAGS) <= distinct
    assert max(map(len, distinct)) == LONGEST_TAG_LENGTH
    assert max(tag.count("::") + 1 for tag in distinct) == 10
    for character in "&*()/,^:+[]'€Ã":
        assert any(character in tag.replace("::", "") for tag in distinct), character
    assert not any(re.search(r"\s", tag) for tag in distinct)
    # Anki would merge names that differ only in case, parents included.
    levels = {tag.rsplit("::", up)[0] for tag in distinct for up in range(tag.count("::") + 1)}
    assert len({level.casefold() for level in levels}) == len(levels)
    assert {tag for (tag,) in rows(col, "select tag from tags")} == distinct
    assert set(made.system_of_note) == set(of_notes)
    assert set(made.system_of_note.values()) == {system.name for system in SYSTEMS}


def test_notes_mention_their_topic(made: GeneratedCollection, col: Collection) -> None:
    names: dict[str, list[str]] = defaultdict(list)
    for topic in TOPICS:
        names[topic.system.name].append(topic.name)
    for note_id, fields in rows(col, "select id, flds from notes"):
        assert any(name in fields for name in names[made.system_of_note[note_id]])


# --- Anki's judgement -----------------------------------------------------------------------------


def test_check_finds_nothing_to_repair(col: Collection, tmp_path: Path) -> None:
    before = tables(col)
    copy = copy_of(col, tmp_path)
    message, fine = copy.fix_integrity()
    after = tables(copy)
    copy.close()
    assert fine, message
    # The check itself changes the time of the collection and re-registers each tag.
    for shot in (before, after):
        shot["col"] = [row[:2] + row[3:] for row in shot["col"]]
        shot["tags"] = [(tag, collapsed) for tag, _, collapsed, _ in shot["tags"]]
    assert after == before


def test_sort_field_and_checksum_are_ankis(col: Collection, tmp_path: Path) -> None:
    copy = copy_of(col, tmp_path)
    sql = "select id, sfld, csum from notes order by random() limit 60"
    for note_id, sort_field, checksum in rows(copy, sql):
        note = copy.get_note(note_id)
        note.fields[1] += "."
        copy.update_note(note)
        computed = rows(copy, "select sfld, csum from notes where id = ?", note_id)
        assert computed == [[sort_field, checksum]]
    copy.close()


def test_rows_are_in_the_form_that_anki_writes(col: Collection, tmp_path: Path) -> None:
    copy = copy_of(col, tmp_path)
    before = tables(copy)
    copy.update_cards([copy.get_card(row[0]) for row in before["cards"]])
    copy.update_notes([copy.get_note(row[0]) for row in before["notes"]])
    after = tables(copy)
    copy.close()
    # Times of change and numbers of changes aside.
    for shot in (before, after):
        shot["cards"] = [row[:4] + row[6:] for row in shot["cards"]]
        shot["notes"] = [row[:3] + row[5:] for row in shot["notes"]]
    assert after["cards"] == before["cards"]
    assert after["notes"] == before["notes"]


def test_clozes_have_the_cards_anki_would_make(col: Collection) -> None:
    cards: dict[int, list[int]] = defaultdict(list)
    for note_id, ord in rows(col, "select nid, ord from cards order by nid, ord"):
        cards[note_id].append(ord)
    for note_id, fields in rows(col, "select id, flds from notes"):
        clozes = {int(number) - 1 for number in re.findall(r"\{\{c(\d)::", fields)}
        assert cards[note_id] == sorted(clozes or {0})
    assert {len(ords) for ords in cards.values()} == {1, 2, 3, 4}
    assert not col.get_empty_cards().notes


def test_memory_states_are_what_anki_computes_from_the_reviews(col: Collection) -> None:
    if VERSION < (25, 9):
        pytest.skip("this Anki still computes FSRS-5")
    for card_id, data in rows(col, "select id, data from cards where type > 0 limit 150"):
        computed = col.compute_memory_state(card_id)
        written = json.loads(data)
        assert computed.stability == pytest.approx(written["s"], rel=0.01)
        assert computed.difficulty == pytest.approx(written["d"], abs=0.01)


def test_anki_reads_memory_state_and_answers_cards(col: Collection, tmp_path: Path) -> None:
    copy = copy_of(col, tmp_path)
    scheduler: Any = copy.sched
    card_id = value(copy, "select id from cards where type = 2 and queue = 2 and odid = 0")
    assert copy.get_card(card_id).memory_state is not None
    queued = scheduler.get_queued_cards(fetch_limit=1).cards[0]
    card = copy.get_card(queued.card.id)
    card.start_timer()
    answer = scheduler.build_answer(card=card, states=queued.states, rating=CardAnswer.GOOD)
    scheduler.answer_card(answer)
    answered = value(copy, "select cid from revlog order by id desc limit 1")
    copy.close()
    assert answered == card.id


# --- Cards and reviews ----------------------------------------------------------------------------


def test_two_thirds_of_the_cards_are_suspended_and_the_rest_in_every_state(
    col: Collection,
) -> None:
    assert 0.6 < value(col, "select avg(queue = -1) from cards") < 0.7
    states = {tuple(row) for row in rows(col, "select distinct type, queue from cards")}
    new, learning, review, relearning = 0, 1, 2, 3
    assert states >= {(new, 0), (new, -1), (learning, 1), (learning, 3), (review, 2)}
    assert states >= {(review, -1), (review, -2), (review, -3), (relearning, 1)}
    assert value(col, "select count() from cards where flags > 0") > 0
    assert len(col.find_cards("is:due -is:suspended")) > 20


def test_leeches_are_tagged_and_suspended(col: Collection) -> None:
    leeches = set(col.find_cards("tag:leech prop:lapses>=8 is:suspended"))
    assert len(leeches) >= 5
    assert leeches == set(col.find_cards("prop:lapses>=8"))


def test_filtered_decks_hold_cards(col: Collection) -> None:
    filtered = sorted((d for d in col.decks.all() if d["dyn"]), key=lambda d: int(d["id"]))
    assert [deck["resched"] for deck in filtered] == [False, True]
    for deck in filtered:
        assert value(col, "select count() from cards where did = ?", deck["id"]) > 5
    homes = {deck for (deck,) in rows(col, "select distinct odid from cards where odid")}
    assert not homes & {deck["id"] for deck in filtered}


def test_reviews_span_18_months_up_to_now(col: Collection) -> None:
    first, last = rows(col, "select min(id) / 1000, max(id) / 1000 from revlog")[0]
    now = time.time()
    assert now - 560 * DAY < first < now - 500 * DAY
    assert last <= now
    start_of_today = col.sched.day_cutoff - DAY
    today = value(col, "select count() from revlog where id >= ?", start_of_today * 1000)
    assert 0 < today < 200
    kinds = {kind for (kind,) in rows(col, "select distinct type from revlog")}
    assert kinds == {0, 1, 2, 3, 4}


def test_cards_agree_with_their_reviews(col: Collection) -> None:
    created = value(col, "select crt from col")
    logs: dict[int, list[Any]] = defaultdict(list)
    for row in rows(col, "select cid, id, ease, ivl, lastIvl, factor, type from revlog"):
        logs[row[0]].append(row[1:])
    for card_id, type_, due, odue, ivl, reps, lapses, data in rows(
        col, "select id, type, due, odue, ivl, reps, lapses, data from cards"
    ):
        answers = [r for r in logs[card_id] if r[1] > 0 and not (r[5] == 3 and r[4] == 0)]
        assert len(answers) == reps
        assert lapses == sum(1 for r in answers if r[1] == 1 and r[3] > 0)
        if not answers:
            assert data == "{}"
            continue
        moment, ease, last_ivl = answers[-1][0] // 1000, answers[-1][1], answers[-1][2]
        assert json.loads(data).get("lrt") == (moment if KEEPS_LAST_REVIEW else None)
        if type_ == 2:
            day = (moment - created) // DAY
            assert ease > 1
            assert ivl == last_ivl > 0
            assert (odue or due) == day + ivl
        elif type_ in (1, 3):
            assert last_ivl < 0
        real = [r for r in logs[card_id] if not (r[5] == 3 and r[4] == 0)]
        assert [r[3] for r in real[1:]] == [r[2] for r in real[:-1]] or any(r[1] == 1 for r in real)


def test_without_fsrs_there_is_no_memory_state(tmp_path: Path) -> None:
    path = generate_collection(tmp_path / "sm2.anki2", notes=300, fsrs=False).path
    collection = Collection(str(path))
    assert collection.get_config("fsrs") is False
    data = " ".join(d for (d,) in rows(collection, "select data from cards"))
    factors = rows(
        collection, "select min(factor), max(factor) from revlog where type < 3 and factor > 0"
    )
    eases = rows(collection, "select min(factor), max(factor) from cards where type = 2")
    learning = value(collection, "select max(factor) from revlog where type = 0 and ivl < 0")
    message, fine = collection.fix_integrity()
    collection.close()
    assert '"s":' not in data
    assert ('"lrt":' in data) == KEEPS_LAST_REVIEW
    assert factors[0][0] == eases[0][0] == 1300
    assert min(factors[0][1], eases[0][1]) > 2500
    assert learning == 0
    assert fine, message


# --- Sizes, repetition, refusals ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("notes", "reviews"),
    [(1, 0), (1, 1), (1, 50), (7, 30), (60, 0), (60, 5), (60, 1000), (60, 3000)],
)
def test_any_size(notes: int, reviews: int, tmp_path: Path) -> None:
    made = generate_collection(tmp_path / "a.anki2", notes=notes, reviews=reviews)
    collection = Collection(str(made.path))
    counted = (
        value(collection, "select count() from notes"),
        value(collection, "select count() from revlog"),
    )
    _, fine = collection.fix_integrity()
    collection.close()
    assert made.notes == len(made.system_of_note) == notes
    assert counted == (notes, reviews)
    assert fine


def test_reviews_are_28_a_note(made: GeneratedCollection, col: Collection) -> None:
    assert value(col, "select count() from revlog") == round(NOTES * 1_000_000 / 35_000)


def test_same_arguments_give_the_same_collection(tmp_path: Path) -> None:
    first = generate_collection(tmp_path / "1.anki2", notes=150, seed=3, now=NOW)
    second = generate_collection(tmp_path / "2.anki2", notes=150, seed=3, now=NOW)
    other = generate_collection(tmp_path / "3.anki2", notes=150, seed=4, now=NOW)
    assert tables_of(first) == tables_of(second)
    assert first.questions == second.questions
    assert first.questions != other.questions


def test_all_dates_are_before_now(tmp_path: Path) -> None:
    found = tables_of(generate_collection(tmp_path / "a.anki2", notes=150, now=NOW))
    for table in ("notes", "cards", "revlog"):
        assert max(row[0] for row in found[table]) <= NOW * 1000
    assert max(row[3] for row in found["notes"]) <= NOW
    assert max(row[4] for row in found["cards"]) <= NOW


@pytest.mark.parametrize("seconds_after_four", [0, 30, 3600])
def test_right_after_the_day_begins(seconds_after_four: int, tmp_path: Path) -> None:
    local = time.localtime(NOW)
    four = NOW - local.tm_hour * 3600 - local.tm_min * 60 - local.tm_sec + 4 * 3600
    now = four + seconds_after_four
    found = tables_of(generate_collection(tmp_path / "a.anki2", notes=100, now=now))
    # Reviews of one card must differ by a millisecond, also where there is no time for it.
    assert max(row[0] for row in found["revlog"]) <= now * 1000 + 100


def test_looks_as_if_just_synced(col: Collection) -> None:
    for table in ("notes", "cards", "revlog", "tags", "decks", "notetypes", "config"):
        assert value(col, f"select count() from {table} where usn != 0") == 0
    assert value(col, "select count() from graves") == 0


def test_refuses_to_overwrite(made: GeneratedCollection) -> None:
    with pytest.raises(FileExistsError):
        generate_collection(made.path, notes=10)


@pytest.mark.parametrize(("notes", "reviews"), [(0, None), (10, -1), (10, 501)])
def test_refuses_impossible_numbers(notes: int, reviews: int | None, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"at least one note|a note"):
        generate_collection(tmp_path / "a.anki2", notes=notes, reviews=reviews)
    assert not (tmp_path / "a.anki2").exists()
