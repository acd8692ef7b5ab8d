"""Finding notes by topic: how well, how fast, and what happens on odd input."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable
from threading import Thread
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from remediation.matching import abbreviations
from remediation.matching.abbreviations import readings
from remediation.matching.topics import SURE, TopicCandidate, TopicIndex, TopicSearchMissing
from remediation.matching.words import american, one_edit_apart, singular, tokens
from remediation.model.progress import Cancelled
from remediation.model.systems import System, system_by_key, systems_from_name
from tests.matching.topic_pairs import ABSENT, HELD_OUT, TUNED, Pair, branches, quality, rows

STEP_1 = "#AK_Step1_v12"


@pytest.fixture(scope="module")
def index() -> TopicIndex:
    return TopicIndex.build(rows())


def system_of(name: str) -> System | None:
    systems = systems_from_name(name)
    return systems[0] if len(systems) == 1 else None


def find(index: TopicIndex, pair: Pair) -> list[TopicCandidate]:
    return index.find(pair.words, system_of(pair.system))


def small(*notes: tuple[str, str]) -> TopicIndex:
    """An index of notes given as tags and text; their ids count from 1."""
    return TopicIndex.build((number, *note) for number, note in enumerate(notes, start=1))


# --- Quality --------------------------------------------------------------------------------------


def test_the_test_set_is_large_and_its_tags_are_there() -> None:
    assert len(branches()) >= 600
    assert len(TUNED) >= 200
    assert len(HELD_OUT) >= 60
    assert len(ABSENT) >= 30
    assert not {pair.words for pair in TUNED} & {pair.words for pair in HELD_OUT}
    segments = {segment for tag in branches() for segment in tag.split("::")}
    for pair in (*TUNED, *HELD_OUT):
        assert any(map(pair.is_answer, segments)), pair
        assert not pair.system or system_of(pair.system), pair


@pytest.mark.parametrize("pairs", [TUNED, HELD_OUT], ids=["tuned", "held out"])
def test_the_right_branch_comes_first_or_among_five(
    index: TopicIndex, pairs: tuple[Pair, ...]
) -> None:
    precision, recall = quality(index, pairs)
    wrong = [p.words for p in pairs if not any(p.is_answer(c.branch) for c in find(index, p))]
    assert precision >= 0.9, wrong
    assert recall >= 0.95, wrong


@pytest.mark.parametrize("pairs", [TUNED, HELD_OUT], ids=["tuned", "held out"])
def test_nothing_wrong_is_sure(index: TopicIndex, pairs: tuple[Pair, ...]) -> None:
    wrong = [
        (pair.words, candidate.branch, candidate.certainty)
        for pair in pairs
        for candidate in find(index, pair)
        if candidate.certainty >= SURE and not pair.is_answer(candidate.branch)
    ]
    assert not wrong


def test_most_of_the_right_ones_are_sure(index: TopicIndex) -> None:
    """Else the student would be asked about each topic."""
    sure = [pair for pair in TUNED if any(c.certainty >= SURE for c in find(index, pair)[:1])]
    assert len(sure) >= 0.7 * len(TUNED)


@pytest.mark.parametrize(("words", "system"), ABSENT)
def test_what_is_not_there_is_never_sure(index: TopicIndex, words: str, system: str) -> None:
    assert all(c.certainty < SURE for c in index.find(words, system_of(system)))


def test_a_candidate_is_one_name_only(index: TopicIndex) -> None:
    """Joining what differs would make every answer right."""
    for pair in TUNED:
        for candidate in find(index, pair):
            assert candidate.branch in (*candidate.branches, "")
            words = {frozenset(readings(b.split("::")[-1])[0].words) for b in candidate.branches}
            if not candidate.reason.startswith("All of "):
                assert len(words) <= 2, candidate


# --- What is found --------------------------------------------------------------------------------


def test_branches_of_one_name_are_one_candidate_with_all_notes() -> None:
    index = small(
        (f"{STEP_1}::^Systems::OB::PlacentaPrevia", ""),
        (f"{STEP_1}::#B&B::20_Repro::04_Pregnancy::01_Placenta_Previa", ""),
        (
            f"{STEP_1}::^Systems::OB::PlacentaPrevia "
            f"{STEP_1}::#FirstAid::15_Reproductive::04_Pathology::47_placenta_previa",
            "",
        ),
        (f"{STEP_1}::^Systems::OB::VasaPrevia", ""),
    )
    (first, *_) = index.find("Placenta previa", system_by_key("Pregnancy"))
    assert len(first.branches) == 3
    assert first.note_ids == (3, 1, 2), "those that more branches name come first"
    assert first.branch == f"{STEP_1}::^Systems::OB::PlacentaPrevia"
    assert first.certainty >= SURE
    assert first.reason == "The tag “Placenta Previa” has this name."


def test_a_branch_holds_the_notes_below_it() -> None:
    index = small(
        (f"{STEP_1}::#Pathoma::08_Cardiac::Valves::3", ""),
        (f"{STEP_1}::#Pathoma::08_Cardiac::Valves::Endocarditis", ""),
        (f"{STEP_1}::#Pathoma::08_Cardiac::Tumors", ""),
    )
    (first, *_) = index.find("valves")
    assert first.note_ids == (1, 2)


def test_the_system_decides_between_equal_names() -> None:
    index = small(
        (f"{STEP_1}::^Systems::GI::Congenital_anomalies", ""),
        (f"{STEP_1}::^Systems::Renal::Congenital_anomalies", ""),
    )
    (renal, *_) = index.find("Congenital anomalies", system_by_key("Renal"))
    assert renal.note_ids == (2,)
    assert renal.certainty >= SURE
    unknown = index.find("Congenital anomalies")
    assert len(unknown) == 2
    assert all(candidate.certainty < SURE for candidate in unknown)


def test_an_abbreviation_means_what_the_system_says() -> None:
    index = small(
        (f"{STEP_1}::^Systems::Cardio::MitralStenosis", ""),
        (f"{STEP_1}::^Systems::Neuro::MultipleSclerosis", ""),
    )
    assert index.find("MS", system_by_key("Cardiovascular"))[0].note_ids == (1,)
    (neuro, *_) = index.find("MS", system_by_key("NervousSystem"))
    assert neuro.note_ids == (2,)
    assert "MS read as multiple sclerosis" in neuro.reason
    assert all(candidate.certainty < SURE for candidate in index.find("MS"))
    index = small((f"{STEP_1}::^Systems::Neuro::MS", ""))
    assert index.find("MS")[0].certainty < SURE
    assert index.find("MS", system_by_key("NervousSystem"))[0].certainty >= SURE


def test_elsewhere_only_where_the_system_has_nothing_and_says_so() -> None:
    index = small((f"{STEP_1}::^Systems::Cardio::HypovolemicShock", ""))
    (found,) = index.find("Hypovolemic shock", system_by_key("HematologyOncology"))
    assert found.note_ids == (1,)
    assert found.certainty < SURE
    assert "not in Hematology & Oncology" in found.reason


def test_a_whole_system_takes_a_click() -> None:
    index = small(
        (f"{STEP_1}::#FirstAid::07_Cardiovascular::03_Physiology::01_Murmurs", ""),
        (f"{STEP_1}::^Systems::Cardio::MI", ""),
        (f"{STEP_1}::^Systems::Renal::AKI", ""),
    )
    (whole, *_) = index.find("Cardiovascular System")
    assert set(whole.note_ids) == {1, 2}
    assert whole.certainty < SURE
    assert whole.reason == "All of Cardiovascular, which is what these words name."


def test_a_chapter_with_many_notes_takes_a_click() -> None:
    index = small(*[(f"{STEP_1}::^Systems::Renal::Physiology::{n}", "") for n in range(400)])
    assert index.find("physiology", system_by_key("Renal"))[0].certainty < SURE


def test_acute_is_not_chronic() -> None:
    index = small((f"{STEP_1}::^Systems::GI::ChronicPancreatitis", ""))
    assert all(found.certainty < 0.6 for found in index.find("Acute pancreatitis"))
    index = small((f"{STEP_1}::^Systems::Heme::Hemophilia_B", ""))
    assert all(found.certainty < 0.6 for found in index.find("Hemophilia A"))


def test_a_letter_wrong_is_found_and_takes_a_click() -> None:
    index = small((f"{STEP_1}::^Systems::Endo::HashimotoThyroiditis", ""))
    (found,) = index.find("Hashimotto thyroiditis")
    assert found.note_ids == (1,)
    assert 0.5 < found.certainty < SURE
    assert "hashimotto read as hashimoto" in found.reason


def test_words_of_the_text_lead_to_the_branch_of_the_notes_that_have_them() -> None:
    text = "Painless {{c1::vaginal bleeding::what}}<br>in the <b>third</b> trimester"
    index = small(
        (f"{STEP_1}::^Systems::OB::PlacentaPrevia", text),
        (f"{STEP_1}::^Systems::OB::PlacentaPrevia", text),
        (f"{STEP_1}::^Systems::OB::NormalLabor", "Contractions"),
        ("", "Haematemesis after <i>vomiting</i>"),
    )
    branch, notes = index.find("third trimester painless bleeding")
    assert branch.note_ids == notes.note_ids == (1, 2)
    assert branch.branch.endswith("PlacentaPrevia")
    assert branch.reason.startswith("2 of the 2 notes that have")
    assert notes.branch == ""
    (british,) = index.find("hematemesis")
    assert british.note_ids == (4,)
    assert max(branch.certainty, notes.certainty, british.certainty) < SURE
    assert not index.find("what"), "a cloze's hint is not in the text"


def test_question_ids_own_tags_and_marks_are_no_topics() -> None:
    rows = [
        (1, "#AK_Step1_v12::#UWorld::Step::2108 marked leech", ""),
        (2, "#AK_Step1_v12::#AMBOSS::heart", ""),
        (3, "Remediation::System::Heart_murmurs", ""),
        (4, "#AK_Step1_v12::#Low/HighYield::1-HighYield", ""),
    ]
    index = TopicIndex.build(rows, own=["remediation::system"])
    for words in ("step", "heart murmurs", "marked", "high yield", "uworld", "leech"):
        assert not index.find(words), words
    assert len(index) == 4


def test_only_branches_that_are_the_addons_own_are_no_topics() -> None:
    rows = [
        (1, "#AK_Step1_v12::#B&B::Heart_murmurs", ""),
        (2, "#AK_Step1_v12::System::Asthma", ""),
        (3, "#AK_Step1_v12::Systems::Asthma", ""),
    ]
    index = TopicIndex.build(rows, own=["#AK_Step1_v12::System", "#AK_Step1_v12::Source"])
    assert [found.note_ids for found in index.find("heart murmurs")] == [(1,)]
    assert [found.note_ids for found in index.find("asthma")] == [(3,)]


def test_no_more_than_asked_for_and_best_first(index: TopicIndex) -> None:
    for most in (0, 1, 3, 7):
        found = index.find("heart failure", system_by_key("Cardiovascular"), most)
        assert len(found) <= most
        assert found == sorted(found, key=lambda c: -c.certainty)
    assert len(index.find("heart failure")) == 5


def test_reasons_are_one_sentence(index: TopicIndex) -> None:
    for pair in (*TUNED, *HELD_OUT):
        for candidate in find(index, pair):
            assert candidate.reason.endswith(".")
            assert "\n" not in candidate.reason
            assert 0 <= candidate.certainty <= 1
            assert candidate.note_ids


# --- Odd input ------------------------------------------------------------------------------------


@given(words=st.text(), most=st.integers(-1, 10))
@example(words='" OR 1', most=5)
@example(words="name : * NEAR(", most=5)
@example(words="heart AND NOT failure", most=5)
@example(words="\x00\ud800 heart", most=5)
@example(words="心臓 сердце ＭＩ", most=5)
@example(words="heart failure " * 10_000, most=5)
@example(words="MS " * 500, most=5)
@example(words="...", most=5)
@example(words="heart...", most=5)
@example(words="a: b: c", most=5)
def test_any_words_can_be_looked_for(index: TopicIndex, words: str, most: int) -> None:
    for system in (None, system_by_key("Renal")):
        assert len(index.find(words, system, most)) <= max(0, most)


@given(st.lists(st.tuples(st.integers(1, 10**13), st.text(), st.text(alphabet="<>{}:c1a &;\x1f"))))
@example([(1, "::::", ""), (2, "a:: ::b", "{{c1::")])
@example([(1, "MÃ¼llerian::é", "<img src=x")])
def test_any_tags_and_texts_can_be_indexed(notes: list[tuple[int, str, str]]) -> None:
    index = TopicIndex.build(notes)
    assert len(index) == len(notes)
    index.find("a")


def test_an_empty_index_finds_nothing() -> None:
    assert TopicIndex.build([]).find("heart failure") == []


def test_building_tells_its_progress_and_can_be_cancelled() -> None:
    told: list[int] = []

    def cancel_at(_label: str, done: int, _total: int) -> None:
        told.append(done)
        if done >= 4_000:
            raise Cancelled

    with pytest.raises(Cancelled):
        TopicIndex.build(((number, "a::b", "c") for number in range(50_000)), cancel_at)
    assert told == [0, 2_000, 4_000]


def test_without_full_text_search_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    class WithoutFts5(sqlite3.Connection):
        def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
            if "fts5" in sql:
                raise sqlite3.OperationalError("no such module: fts5")
            return super().execute(sql, parameters)

    connect = sqlite3.connect
    monkeypatch.setattr(
        sqlite3, "connect", lambda name, **given: connect(name, factory=WithoutFts5, **given)
    )
    with pytest.raises(TopicSearchMissing, match="built without full-text search"):
        TopicIndex.build([])


def test_it_answers_in_other_threads_than_it_was_built_in(index: TopicIndex) -> None:
    found: list[str] = []

    def look() -> None:
        for pair in TUNED[:40]:
            found.extend(candidate.branch for candidate in find(index, pair)[:1])

    threads = [Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3 * 40


def test_a_query_is_quick(index: TopicIndex) -> None:
    """The bench measures it on large collections; here only that nothing is far off."""
    started = time.perf_counter()
    for pair in TUNED:
        find(index, pair)
    assert (time.perf_counter() - started) / len(TUNED) < 0.02


# --- Words and abbreviations ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "same",
    [
        ("07_HeartMurmurs", "heart murmur", "Heart_Murmurs", "HEART MURMURS"),
        ("Guillain-Barré syndrome", "guillain_barre_syndrome"),
        ("mÃ©niÃ¨re's_disease", "Ménière disease"),
        ("Oesophageal tumours", "esophageal_tumor"),
        ("Haemorrhage", "hemorrhage"),
        ("Diarrhoea", "diarrhea"),
        ("pre-eclampsia", "Preeclampsia", "pre eclampsia"),
        ("Type II", "type_2", "Type2"),
        ("vertebrae", "vertebra"),
        ("diagnoses", "diagnosis"),
        ("Leukaemias", "leukemia"),
        ("McArdle", "mcardle"),
        ("Crohn's", "Crohn", "crohns"),
        ("β-blockers", "beta blockers"),
        ("paralysed", "paralyzed"),
        ("fibre", "fiber"),
        ("IgA", "iga", "IGA"),
        ("mRNA", "mrna"),
    ],
)
def test_spellings_are_one(same: tuple[str, ...]) -> None:
    assert len({tokens(text) for text in same}) == 1


def test_a_letter_that_means_something_stays() -> None:
    assert tokens("Hepatitis A") == tokens("hepatitis_a") != tokens("Hepatitis B")
    assert tokens("11_21-hydroxylase")[0] == "21"
    assert tokens("role of a drug") == ("role", "drug")


def test_there_are_enough_abbreviations_and_none_is_written_twice() -> None:
    known = abbreviations._lines(abbreviations._ABBREVIATIONS)
    assert len({shown.casefold() for shown, _, _ in known}) >= 150
    for table in (abbreviations._ABBREVIATIONS, abbreviations._OTHER_NAMES):
        lines = [line.casefold() for line in table.strip().splitlines()]
        assert len(lines) == len(set(lines))
    for _, meaning, system in abbreviations._lines(abbreviations._ABBREVIATIONS):
        assert tokens(meaning)
        assert not system or system_by_key(system)


@pytest.mark.parametrize("line", abbreviations._ABBREVIATIONS.strip().splitlines())
def test_every_abbreviation_is_read(line: str) -> None:
    shown, _, right = line.partition(" = ")
    meaning, _, system = right.partition(" @")
    meant = readings(meaning)[0].words
    assert any(meant == reading.words for reading in readings(shown, system)), line


def test_english_words_are_abbreviations_in_capitals_only() -> None:
    assert len(readings("all of it")[0].words) == 2
    assert "leukemia" in readings("treatment of ALL")[0].words
    assert "leukemia" in readings("all")[0].words, "alone it can be nothing else"


@given(st.text())
def test_any_text_has_words(text: str) -> None:
    for form in tokens(text):
        assert form
        assert singular(american(form))
    assert readings(text)


@given(st.text("ab", max_size=4), st.text("ab", max_size=4))
def test_one_edit_is_one_edit(one: str, other: str) -> None:
    assert one_edit_apart(one, other) == (other in set(_edits(one)) - {one})


def _edits(word: str) -> Iterable[str]:
    for position in range(len(word) + 1):
        start, end = word[:position], word[position:]
        yield start + end[1:]
        for letter in "ab":
            yield start + letter + end
            if end:
                yield start + letter + end[1:]
        if len(end) > 1:
            yield start + end[1] + end[0] + end[2:]
