"""Evidence to suggestion: against brute force, by properties, at the limits, and in words."""

from __future__ import annotations

import itertools
import math
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remediation.diagnosis.evidence import (
    KNOWN_WITHOUT_CARD,
    NEEDED_CHANCES,
    MissEvidence,
    NoteEvidence,
    known_probability,
    note_evidence,
    weights,
)
from remediation.diagnosis.knowledge import (
    ANSWER_ERRORS,
    GUESS,
    LEAST_DOUBT,
    MOST_SHIFT,
    PRIOR_KNOWLEDGE,
    SLIP,
    BlindAnswer,
    clock_probability,
    p_knowledge,
    prior_shift,
    slip_and_guess,
)
from remediation.diagnosis.recall import Knowledge, knowledge
from remediation.diagnosis.suggestion import (
    LIKELY,
    PERHAPS,
    Strength,
    Suggestion,
    strength_of,
    suggest,
)
from remediation.model.attempts import AnswerChange, Attempt, Confidence, Outcome
from remediation.model.reasons import Family, group_of, is_code

steady = settings(derandomize=True, deadline=None)

CHANCES = st.floats(0, 1)
NOTES = st.builds(NoteEvidence, st.none() | CHANCES, st.integers(0, 9), st.booleans())
NOTE_LISTS = st.lists(NOTES, max_size=7).map(tuple)
ATTEMPTS = st.builds(
    Attempt,
    outcome=st.sampled_from([Outcome.INCORRECT, Outcome.OMITTED, Outcome.UNSURE]),
    position=st.none() | st.integers(1, 40),
    percent_others=st.none() | st.floats(0, 100),
    seconds=st.none() | st.floats(0, 4000),
    others_seconds=st.none() | st.floats(0, 4000),
    change=st.none() | st.sampled_from(AnswerChange),
    confidence=st.none() | st.sampled_from(Confidence),
)
MISSES = st.builds(MissEvidence, NOTE_LISTS, ATTEMPTS, st.none() | st.integers(1, 40))
WRONG = Attempt(outcome=Outcome.INCORRECT)


def notes(*recalls: float | None, core: int = 2, lapses: int = 0) -> tuple[NoteEvidence, ...]:
    """Notes of these recalls, the first ones core notes."""
    return tuple(NoteEvidence(r, lapses, is_core=i < core) for i, r in enumerate(recalls))


def of(*recalls: float | None, attempt: Attempt = WRONG, core: int = 2) -> Suggestion:
    return suggest(MissEvidence(notes(*recalls, core=core), attempt, 40))


# --- Which notes were needed ----------------------------------------------------------------------


def by_brute_force(some: tuple[NoteEvidence, ...]) -> float:
    """The definition, one subset after the other."""
    known = total = 0.0
    for size, chance in enumerate(NEEDED_CHANCES[: len(some)], 1):
        subsets = list(itertools.combinations(zip(weights(some), some), size))
        sizes = [math.prod(weight for weight, _ in subset) for subset in subsets]
        recalled = [math.prod(note.chance_known for _, note in subset) for subset in subsets]
        known += chance * sum(w * r for w, r in zip(sizes, recalled)) / sum(sizes)
        total += chance
    return known / total


@steady
@given(NOTE_LISTS.filter(bool))
def test_known_equals_brute_force(some: tuple[NoteEvidence, ...]) -> None:
    assert known_probability(some) == pytest.approx(by_brute_force(some), abs=1e-12)


@pytest.mark.parametrize(
    ("recalls", "expected"),
    [
        ([0.7], 0.7),  # the one note was needed
        # One of the two (0.4) or both (0.3): (0.4 * 0.7 + 0.3 * 0.48) / 0.7.
        ([0.6, 0.8], (0.4 * 0.7 + 0.3 * 0.48) / 0.7),
        ([None], KNOWN_WITHOUT_CARD),
        ([1.0] * 60, 1.0),
        # One to four of notes that are forgotten, and known all the same as if never answered.
        ([0.0] * 60, 0.4 * 0.2 + 0.3 * 0.2**2 + 0.2 * 0.2**3 + 0.1 * 0.2**4),
    ],
)
def test_known_worked_out_by_hand(recalls: list[float | None], expected: float) -> None:
    assert known_probability(notes(*recalls, core=0)) == pytest.approx(expected, abs=1e-12)


@steady
@given(NOTE_LISTS.filter(bool), st.data(), CHANCES)
def test_higher_recall_never_raises_missing_knowledge(
    some: tuple[NoteEvidence, ...], data: st.DataObject, recall: float
) -> None:
    place = data.draw(st.integers(0, len(some) - 1))
    attempt = data.draw(ATTEMPTS)
    better = max(recall, some[place].chance_known)
    higher = (*some[:place], replace(some[place], recall=better), *some[place + 1 :])
    assert known_probability(higher) >= known_probability(some) - 1e-12
    before, after = (p_knowledge(MissEvidence(each, attempt, 40)) for each in (some, higher))
    assert after <= before + 1e-12


@steady
@given(NOTE_LISTS.filter(bool), st.randoms())
def test_the_order_of_notes_does_not_matter(some: tuple[NoteEvidence, ...], random: object) -> None:
    assert known_probability(some[::-1]) == pytest.approx(known_probability(some), abs=1e-12)


@given(CHANCES)
def test_an_answered_note_is_never_known_less_than_one_never_answered(recall: float) -> None:
    assert NoteEvidence(recall).chance_known >= NoteEvidence(None).chance_known


def test_core_notes_count_more() -> None:
    core_weak = (NoteEvidence(0.2, is_core=True), NoteEvidence(0.95))
    core_firm = (NoteEvidence(0.95, is_core=True), NoteEvidence(0.2))
    assert known_probability(core_firm) > known_probability(core_weak) + 0.1


def test_many_other_notes_do_not_make_every_miss_one_of_knowledge() -> None:
    """A question with sixty notes, most never studied, whose core notes are solid."""
    many = notes(0.97, 0.97, *[None] * 58)
    assert known_probability(many) > 0.3
    all_needed = math.prod(note.chance_known for note in many)
    assert all_needed < 1e-30


def test_time_grows_with_the_notes_and_not_with_their_subsets() -> None:
    some = notes(*[0.5] * 3_000)
    started = time.perf_counter()
    known_probability(some)
    assert time.perf_counter() - started < 1  # there are 3,000^4 / 24 subsets


def test_without_a_note_there_is_nothing_known() -> None:
    with pytest.raises(ValueError, match="no note"):
        known_probability(())


@pytest.mark.parametrize("recall", [-0.1, 1.1, math.nan, math.inf])
def test_a_recall_is_a_probability(recall: float) -> None:
    with pytest.raises(ValueError, match="no probability"):
        NoteEvidence(recall)


def test_a_note_of_several_cards() -> None:
    assert note_evidence([0.5, 0.9, None], [1, 4, 0]) == NoteEvidence(0.7, 4)
    assert note_evidence([None, None], is_core=True) == NoteEvidence(None, 0, is_core=True)
    assert note_evidence([]) == NoteEvidence(None)


# --- Slip and guess -------------------------------------------------------------------------------


def test_slip_and_guess_by_hand() -> None:
    # known 0.6, slip 0.1, guess 0.2: 0.4 * 0.8 = 0.32 against 0.06.
    assert slip_and_guess(0.6, 0.1, 0.2) == pytest.approx(0.32 / 0.38)


def test_limits_of_slip_and_guess() -> None:
    assert slip_and_guess(0.0) == 1
    assert slip_and_guess(1.0) == 0
    assert slip_and_guess(0.5, slip=0) == 1
    assert slip_and_guess(0.5, guess=1) == 0
    assert slip_and_guess(1.0, slip=0) == 0
    assert slip_and_guess(0.0, guess=1) == 0


@steady
@given(CHANCES, CHANCES, CHANCES, CHANCES)
def test_slip_and_guess_fall_with_what_is_known(a: float, b: float, slip: float, g: float) -> None:
    low, high = sorted((a, b))
    assert 0 <= slip_and_guess(high, slip, g) <= slip_and_guess(low, slip, g) + 1e-12 <= 1 + 1e-9


def test_the_cards_alone_are_slip_and_guess() -> None:
    evidence = MissEvidence(notes(0.9, 0.6, None), WRONG)
    expected = slip_and_guess(known_probability(evidence.notes))
    assert p_knowledge(evidence) == pytest.approx(expected)


def test_memory_is_never_certain() -> None:
    sure = p_knowledge(MissEvidence(notes(1.0, 1.0), WRONG))
    assert sure == pytest.approx(slip_and_guess(1 - LEAST_DOUBT))
    assert p_knowledge(MissEvidence(notes(0.0), WRONG)) < 1


def test_no_card_leaves_the_prior() -> None:
    assert p_knowledge(MissEvidence((), WRONG)) == pytest.approx(PRIOR_KNOWLEDGE)


@steady
@given(MISSES, st.floats(-9, 9))
def test_a_probability_is_one(evidence: MissEvidence, shift: float) -> None:
    assert 0 < p_knowledge(evidence, shift) < 1


# --- The attempt ----------------------------------------------------------------------------------


def changed(**facts: object) -> float:
    """The probability for two half-known cards with these facts of the attempt."""
    return p_knowledge(MissEvidence(notes(0.6, 0.7), replace(WRONG, **facts), 40))  # type: ignore[arg-type]


def test_what_the_attempt_says_points_the_right_way() -> None:
    plain = changed()
    assert changed(change=AnswerChange.RIGHT_TO_WRONG) < plain - 0.1
    assert changed(confidence=Confidence.SURE) < plain
    assert plain < changed(confidence=Confidence.UNSURE) < changed(confidence=Confidence.GUESSED)
    assert changed(outcome=Outcome.OMITTED, position=3) > plain
    assert changed(outcome=Outcome.OMITTED, position=40) < 0.25
    assert changed(seconds=10.0, others_seconds=90.0, position=39) < plain - 0.1


def test_time_and_others_choose_only_among_the_rest() -> None:
    facts = {"seconds": 20.0, "others_seconds": 80.0, "percent_others": 20.0, "position": 5}
    assert changed(**facts) == changed()


def test_a_first_answer_that_was_right_was_known_or_guessed() -> None:
    """By Bayes' rule: right first and then given up, by knowing or by guessing three times more."""
    known = known_probability(notes(0.6, 0.7))
    by_guess = (1 - known) * GUESS * 3
    by_knowing = known * (1 - SLIP)
    expected = by_guess / (by_guess + by_knowing)
    assert changed(change=AnswerChange.RIGHT_TO_WRONG) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("position", "total", "late"),
    [(40, 40, True), (35, 40, True), (34, 40, False), (None, 40, False), (40, None, False)],
)
def test_the_end_of_a_block(position: int | None, total: int | None, late: bool) -> None:
    attempt = replace(WRONG, outcome=Outcome.OMITTED, position=position)
    assert (clock_probability(MissEvidence((), attempt, total)) > 0) is late


def test_an_answer_that_was_right_did_not_run_out_of_time() -> None:
    marked = Attempt(outcome=Outcome.UNSURE, seconds=10, others_seconds=90, position=40)
    assert clock_probability(MissEvidence((), marked, 40)) == 0
    assert clock_probability(MissEvidence((), replace(marked, outcome=Outcome.INCORRECT), 40)) > 0
    assert suggest(MissEvidence(notes(0.95), marked, 40)).code != "T6"


# --- The suggestion -------------------------------------------------------------------------------

NO_CARD = "No card carries this question: the reason is open."


@pytest.mark.parametrize(
    ("recalls", "facts", "family", "code", "strength", "why"),
    [
        (
            (0.95, 0.97),
            {"seconds": 40, "others_seconds": 80, "percent_others": 85},
            Family.TEST_TAKING,
            "4",
            "perhaps",
            "Both notes were solid that day, and you were quick: perhaps reading or choosing.",
        ),
        (
            (1.0, 1.0),
            {"seconds": 40, "others_seconds": 80, "percent_others": 85},
            Family.TEST_TAKING,
            "4",
            "likely",
            "Both notes were solid that day, and you were quick: probably reading or choosing.",
        ),
        (
            (0.95, 0.97),
            {"percent_others": 30, "seconds": 150, "others_seconds": 80},
            Family.APPLICATION,
            "K5",
            "perhaps",
            "Both notes were solid that day, and you took longer than others:"
            " perhaps known, but hard to use here.",
        ),
        (
            (0.95, 0.97),
            {"change": AnswerChange.RIGHT_TO_WRONG},
            Family.TEST_TAKING,
            "T5",
            "likely",
            "Both notes were solid that day, and your first answer was right:"
            " probably talked out of the right answer.",
        ),
        (
            (None, None),
            {},
            Family.KNOWLEDGE,
            "K1",
            "likely",
            "Both notes were new to you that day: probably not learned yet.",
        ),
        (
            (0.6,),
            {},
            Family.KNOWLEDGE,
            "K2",
            "likely",
            "The note was shaky that day: probably forgotten, or not firm yet.",
        ),
        (
            (None, 0.7),
            {},
            Family.KNOWLEDGE,
            "K1",
            "likely",
            "Of 2 notes that day, 1 new to you and 1 shaky: probably not learned yet.",
        ),
        (
            (0.95, 0.97, None, None),
            {},
            Family.KNOWLEDGE,
            "K1",
            "perhaps",
            "Both main notes were solid that day, 2 of 2 other notes new to you:"
            " perhaps not learned yet.",
        ),
        (
            (0.95, 0.97, 0.2),
            {},
            Family.KNOWLEDGE,
            "K2",
            "perhaps",
            "Both main notes were solid that day, the other note shaky:"
            " perhaps forgotten, or not firm yet.",
        ),
        (
            (0.95, 0.97, 0.98, 0.3, None, None),
            {},
            Family.KNOWLEDGE,
            "K1",
            "perhaps",
            "Both main notes were solid that day, 3 of 4 other notes not: perhaps not learned yet.",
        ),
        (
            (0.99, 0.99, 0.3),
            {"change": AnswerChange.RIGHT_TO_WRONG},
            Family.TEST_TAKING,
            "T5",
            "perhaps",
            "Both main notes were solid that day, the other note not, and your first answer was"
            " right: perhaps talked out of the right answer.",
        ),
        (
            (0.5, 0.5),
            {"confidence": Confidence.SURE},
            Family.KNOWLEDGE,
            "K3",
            "likely",
            "Both notes were shaky that day, but you were sure of your answer:"
            " probably a fact remembered wrongly.",
        ),
        (
            (0.95, 0.97),
            {"outcome": Outcome.OMITTED, "position": 39},
            Family.TEST_TAKING,
            "T6",
            "likely",
            "Both notes were solid that day, and it was left open near the end of the block:"
            " probably the clock.",
        ),
        (
            (None,),
            {"outcome": Outcome.OMITTED, "position": 39},
            Family.TEST_TAKING,
            "T6",
            "likely",
            "The note was new to you that day, but it was left open near the end of the block:"
            " probably the clock.",
        ),
        ((), {}, None, "", "", NO_CARD),
        ((), {"percent_others": 90.0}, None, "", "", NO_CARD),
        (
            (),
            {"confidence": Confidence.GUESSED},
            Family.KNOWLEDGE,
            "1",
            "perhaps",
            "You guessed: perhaps not known.",
        ),
        (
            (0.9, 0.85),
            {},
            Family.KNOWLEDGE,
            "K2",
            "perhaps",
            "Both notes were only just solid that day: perhaps forgotten, or not firm yet.",
        ),
        ((0.88,), {}, None, "", "", "The note was solid that day: the reason is open."),
        (
            (0.95,),
            {"outcome": Outcome.UNSURE},
            None,
            "",
            "",
            "The note was solid that day: probably not a gap in knowledge.",
        ),
    ],
)
def test_suggestions(
    recalls: tuple[float | None, ...],
    facts: dict[str, object],
    family: Family | None,
    code: str,
    strength: str,
    why: str,
) -> None:
    found = of(*recalls, attempt=replace(WRONG, **facts))  # type: ignore[arg-type]
    assert (found.family, found.code, found.strength.value) == (family, code, strength)
    assert found.why == why


def test_a_card_that_keeps_slipping_away_is_named() -> None:
    found = suggest(MissEvidence(notes(0.6, lapses=4), WRONG))
    assert found.why == "The note was shaky that day: probably forgotten again, after 4 lapses."


def test_lapses_are_those_of_notes_that_were_not_solid() -> None:
    solid, weak = NoteEvidence(0.97, 7, is_core=True), NoteEvidence(0.5, 4, is_core=True)
    new, other = NoteEvidence(None, 0, is_core=True), NoteEvidence(0.3, 5)
    assert MissEvidence((solid, weak, other), WRONG).lapses == 4
    assert MissEvidence((solid, new, other), WRONG).lapses == 0
    # What is not known then is among the others.
    assert MissEvidence((solid, other), WRONG).lapses == 5
    assert MissEvidence((solid,), WRONG).lapses == MissEvidence((), WRONG).lapses == 0
    found = suggest(MissEvidence((solid, weak), WRONG))
    assert found.why.endswith("probably forgotten again, after 4 lapses.")


@steady
@given(MISSES)
def test_where_the_core_was_solid_missing_knowledge_is_perhaps_at_most(
    evidence: MissEvidence,
) -> None:
    found = suggest(evidence)
    solid = all(note.state is Knowledge.SOLID for note in evidence.main_notes)
    if solid and found.family is Family.KNOWLEDGE:
        assert found.strength is Strength.PERHAPS


@steady
@given(NOTE_LISTS.filter(bool))
def test_the_sentence_agrees_with_what_the_preview_says(some: tuple[NoteEvidence, ...]) -> None:
    evidence = MissEvidence(some, WRONG)
    said = suggest(evidence).why
    state = knowledge([note.recall for note in evidence.main_notes])
    assert state is not Knowledge.NO_CARD
    main = said.partition(":")[0].partition(" other note")[0]
    named = [each for each in Knowledge if each.value in main]
    if state is Knowledge.SOLID:
        assert named == [Knowledge.SOLID]
    else:
        assert state in named
        assert (Knowledge.SHAKY in named) is (state is Knowledge.SHAKY)


def test_the_shift_moves_the_suggestion() -> None:
    evidence = MissEvidence(notes(0.9, 0.85), WRONG)
    assert suggest(evidence).family is Family.KNOWLEDGE
    assert suggest(evidence, -1.0).family is Family.TEST_TAKING


def test_words_for_strength() -> None:
    assert strength_of(LIKELY) is Strength.LIKELY
    assert strength_of(LIKELY - 0.01) is strength_of(PERHAPS) is Strength.PERHAPS
    assert strength_of(PERHAPS - 0.01) is Strength.NONE


@settings(steady, max_examples=400)
@given(MISSES)
def test_every_suggestion_is_whole(evidence: MissEvidence) -> None:
    found = suggest(evidence)
    assert found.p_knowledge == p_knowledge(evidence)
    assert 1 / 3 - 1e-9 <= found.p_family <= 1
    if found.family is None:
        assert (found.group, found.code, found.strength) == ("", "", Strength.NONE)
    else:
        assert is_code(found.code)
        assert group_of(found.code).key == found.group
        assert group_of(found.code).family is found.family
        assert found.p_family >= PERHAPS
        assert (found.strength is Strength.LIKELY) <= (found.p_family >= LIKELY)
        assert ("probably" in found.why) is (found.strength is Strength.LIKELY)
    assert found.why[0].isupper()
    assert found.why.endswith(".")
    assert found.why.count(".") == found.why.count(":") == 1
    assert not set("!?%") & set(found.why)
    assert "  " not in found.why
    assert "careless" not in found.why
    assert len(found.why) <= 140


# --- The blind fifth ------------------------------------------------------------------------------


def blind(p: float, yes: int, no: int) -> list[BlindAnswer]:
    return [BlindAnswer(p, True)] * yes + [BlindAnswer(p, False)] * no


def test_no_answers_shift_nothing() -> None:
    assert prior_shift([]) == 0


def test_answers_as_expected_shift_next_to_nothing() -> None:
    assert prior_shift(blind(0.5, 50, 50)) == pytest.approx(0, abs=1e-6)


def test_few_answers_shift_little_and_many_shift_more() -> None:
    shifts = [-prior_shift(blind(0.6, 2 * n, 8 * n)) for n in (1, 3, 30)]
    assert 0 < shifts[0] < shifts[1] < shifts[2] <= MOST_SHIFT
    assert 0 < -prior_shift(blind(0.6, 0, 1)) < 0.15


@pytest.mark.parametrize("p", [0.0, 0.02, 0.5, 0.98, 1.0])
def test_the_shift_is_bounded(p: float) -> None:
    assert 0 <= prior_shift(blind(p, 10_000, 0)) <= MOST_SHIFT
    assert 0 >= prior_shift(blind(p, 0, 10_000)) >= -MOST_SHIFT


def test_answers_in_doubt_of_certain_misses_count_as_wrong_answers() -> None:
    """A tenth of slips in naming, where nearly all is knowledge, does not pull the prior down."""
    assert max(ANSWER_ERRORS) >= 0.1
    assert abs(prior_shift(blind(0.97, 88, 12))) < 0.35


BLIND = st.lists(st.builds(BlindAnswer, CHANCES, st.booleans()), max_size=30)


@steady
@given(BLIND)
def test_the_shift_knows_no_side(answers: list[BlindAnswer]) -> None:
    mirrored = [BlindAnswer(1 - a.p_knowledge, not a.is_knowledge) for a in answers]
    assert prior_shift(mirrored) == pytest.approx(-prior_shift(answers), abs=0.02)  # rounding


@steady
@given(st.lists(CHANCES, min_size=1, max_size=30), st.booleans())
def test_answers_that_all_agree_shift_their_way(said: list[float], is_knowledge: bool) -> None:
    shift = prior_shift([BlindAnswer(p, is_knowledge) for p in said])
    assert 0 < (shift if is_knowledge else -shift) <= MOST_SHIFT


def test_a_shift_out_of_bounds_does_not_count() -> None:
    evidence = MissEvidence(notes(0.9), WRONG)
    assert p_knowledge(evidence, 1e9) == p_knowledge(evidence, MOST_SHIFT)
    assert p_knowledge(evidence, -1e9) == p_knowledge(evidence, -MOST_SHIFT)
