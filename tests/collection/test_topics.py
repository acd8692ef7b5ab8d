"""Importing what no card carries the id of: topics, reports, lists of notes."""

from __future__ import annotations

from dataclasses import replace

from anki.collection import Collection

from remediation.collection.importing import (
    ImportPreview,
    ImportRequest,
    ImportResult,
    apply_import,
    preview_import,
)
from remediation.collection.ledger import read_ledger
from remediation.collection.topics import NOTES_OF_A_ROW, TopicChoice, TopicPreview
from remediation.matching.question_tags import How
from remediation.model.attempts import Attempt, Band, GroupKind, Outcome, QuestionGroup
from remediation.model.records import Sitting
from remediation.settings import Settings
from tests.anking import GeneratedCollection
from tests.collections import differences, snapshot, some_questions

SETTINGS = Settings(cards_unsuspended_per_day=500)
WHEN = 1_750_000_000


def _import(col: Collection, request: ImportRequest) -> tuple[ImportPreview, ImportResult]:
    preview = preview_import(col, request, SETTINGS)
    return preview, apply_import(col, preview, SETTINGS)


def _nbme(*topics: str, when: int = WHEN) -> Sitting:
    attempts = tuple(
        Attempt(id=f"SAAA{number:04}", outcome=Outcome.INCORRECT, topic=topic)
        for number, topic in enumerate(topics, 1)
    )
    return Sitting("nbme", "step1", when, attempts, dated=True, name="Form 30")


def _a_topic(col: Collection) -> str:
    """Something that cards of the collection are tagged with."""
    tags = [tag for tag in col.tags.all() if "#FirstAid::" in tag and tag.count("::") >= 3]
    return max(tags, key=lambda tag: len(col.find_notes(f'"tag:{tag}"'))).split("::")[-1]


def _first(preview: ImportPreview) -> TopicPreview:
    return next(topic for topic in preview.topics if topic.candidates)


def test_nothing_is_taken_for_an_nbme_item_without_a_choice(col: Collection) -> None:
    preview, result = _import(col, ImportRequest((_nbme(_a_topic(col)),)))
    assert _first(preview).candidates
    assert _first(preview).choice is None
    assert (result.ledger_added, result.notes_tagged, result.cards_unsuspended) == (2, 0, 0)
    assert [q.key.id for q in preview.unmatched] == ["SAAA0001"]


def test_a_chosen_topic_gives_core_cards_and_is_remembered(col: Collection) -> None:
    topic = _a_topic(col)
    sitting = _nbme(topic, topic)
    before = snapshot(col)
    offered = _first(preview_import(col, ImportRequest((sitting,)), SETTINGS))
    choice = TopicChoice(offered.candidates[0].branch)
    preview, result = _import(
        col, ImportRequest((sitting,), topic_choices={offered.topic.key: choice})
    )
    assert {q.how for q in preview.questions} == {How.TOPIC}
    assert result.notes_tagged > 0
    first, second = (set(q.core) for q in preview.questions)
    assert first <= set(offered.candidates[0].note_ids)
    # Two misses of one topic get different cards while there are enough.
    assert not first & second or len(offered.candidates[0].note_ids) < 4
    assert read_ledger(col).remembered == {offered.topic.key: choice.to_json()}

    again = preview_import(col, ImportRequest((sitting,)), SETTINGS)
    assert again.is_empty
    later, _ = _import(col, ImportRequest((_nbme("", topic, when=WHEN + 90_000),)))
    assert later.questions[1].core
    col.undo()
    col.undo()
    assert differences(before, snapshot(col)) == {}


def test_notes_picked_by_hand_are_used(col: Collection) -> None:
    sitting = _nbme("something that no card is named like")
    key = preview_import(col, ImportRequest((sitting,)), SETTINGS).topics[0].topic.key
    notes = tuple(int(note) for note in col.find_notes("")[:2])
    preview, _ = _import(
        col, ImportRequest((sitting,), topic_choices={key: TopicChoice(note_ids=notes)})
    )
    assert set(preview.questions[0].core) == set(notes)
    assert set(col.find_notes("tag:Remediation")) == set(notes)


def test_a_row_of_the_students_log_takes_what_is_certain_enough(col: Collection) -> None:
    topic = _a_topic(col)
    sitting = Sitting(
        "uworld",
        "step1",
        WHEN,
        (
            Attempt(outcome=Outcome.INCORRECT, topic=topic),
            Attempt(outcome=Outcome.INCORRECT, topic="zzz qqq"),
        ),
    )
    preview, _ = _import(col, ImportRequest((sitting,)))
    known, unknown = preview.questions
    chosen = next(topic for topic in preview.topics if known.key in topic.topic.questions)
    if chosen.choice:
        assert chosen.choice.automatic
        assert known.core
    assert not unknown.core
    # What nobody chose is not remembered as a choice.
    assert read_ledger(col).remembered == {}
    assert preview_import(col, ImportRequest((sitting,)), SETTINGS).is_empty


def test_an_id_without_a_card_is_looked_for_by_topic_only_on_request(col: Collection) -> None:
    attempt = Attempt(id="999999", outcome=Outcome.INCORRECT, topic=_a_topic(col))
    sitting = Sitting("uworld", "step1", WHEN, (attempt,))
    assert not preview_import(col, ImportRequest((sitting,)), SETTINGS).topics
    preview = preview_import(col, ImportRequest((sitting,), by_topic=True), SETTINGS)
    assert _first(preview).candidates
    assert _first(preview).choice is None


def _report(*groups: QuestionGroup) -> Sitting:
    return Sitting("nbme", "step1", WHEN, (), dated=True, name="Form 30", groups=groups)


def test_a_failing_report_alone_is_a_valid_start(col: Collection) -> None:
    report = _report(
        QuestionGroup(GroupKind.SYSTEM, "Cardiovascular System", band=Band.LOWER),
        QuestionGroup(GroupKind.SYSTEM, "Gastrointestinal System", band=Band.HIGHER),
        QuestionGroup(GroupKind.DISCIPLINE, "Pathology", percent=40.0),
    )
    before = snapshot(col)
    preview = preview_import(col, ImportRequest((report,)), SETTINGS)
    assert preview.topics[0].topic.words == "Cardiovascular System"
    assert preview.questions == ()
    weakest = preview.topics[0]
    assert weakest.candidates
    choices = {weakest.topic.key: TopicChoice(weakest.candidates[0].branch)}
    preview, result = _import(col, ImportRequest((report,), topic_choices=choices))
    assert 0 < result.notes_tagged <= NOTES_OF_A_ROW
    (stored,) = read_ledger(col).sittings.values()
    assert stored[0].groups == report.groups
    assert stored[0].attempts == ()
    assert col.undo_status().undo.startswith("Import")
    assert preview_import(col, ImportRequest((report,)), SETTINGS).is_empty
    col.undo()
    assert differences(before, snapshot(col)) == {}


def test_a_report_without_a_choice_is_recorded_once(col: Collection) -> None:
    report = _report(QuestionGroup(GroupKind.SYSTEM, "Cardiovascular System", seen=20, correct=8))
    _, first = _import(col, ImportRequest((report,)))
    assert (first.ledger_added, first.notes_tagged) == (1, 0)
    assert col.undo_status().undo == "Import score report"
    preview, second = _import(col, ImportRequest((report,)))
    assert preview.is_empty
    assert second.ledger_added == 0


def test_a_list_of_notes_is_one_question_about_them(col: Collection) -> None:
    notes = tuple(int(note) for note in col.find_notes("")[:3])
    (card,) = col.find_cards(f"nid:{col.find_notes('')[5]}")[:1]
    attempt = Attempt(outcome=Outcome.INCORRECT, note_ids=(*notes, 123), card_ids=(int(card),))
    sitting = Sitting("amboss", "step1", WHEN, (attempt,))
    preview, result = _import(col, ImportRequest((sitting,), all_cards=True))
    (question,) = preview.questions
    assert question.how is How.NAMED
    assert set(question.notes) == {*notes, col.get_card(card).nid}
    assert result.notes_tagged == 4
    assert not preview.unmatched


def test_several_sittings_of_one_input_are_one_step(
    col: Collection, template: GeneratedCollection
) -> None:
    ids = some_questions(template, 6)
    days = [
        Sitting(
            "uworld",
            "step1",
            WHEN + day * 86_400,
            tuple(Attempt(id=id, outcome=Outcome.INCORRECT) for id in some),
            dated=True,
        )
        for day, some in enumerate((ids[:4], ids[2:]))
    ]
    before = snapshot(col)
    preview, result = _import(col, ImportRequest(tuple(days)))
    assert len(preview.questions) == 8
    assert result.ledger_added == 2 + 6 + 1  # sittings, questions, the release
    assert len(read_ledger(col).questions) == 6
    assert preview_import(col, ImportRequest(tuple(days)), SETTINGS).is_empty
    changed = replace(days[1], when=days[1].when + 86_400)
    assert preview_import(col, ImportRequest((changed,)), SETTINGS).records.sittings
    col.undo()
    assert differences(before, snapshot(col)) == {}
