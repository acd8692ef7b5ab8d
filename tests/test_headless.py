"""`dev.py import`: the main job on a collection file, from outside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from anki.collection import Collection

from remediation import headless
from remediation.collection.ledger import read_ledger
from remediation.collection.naming import Naming, name_reasons
from remediation.collection.repair_states import repair_states
from remediation.diagnosis.repair import RepairState
from remediation.model.banks import QuestionKey
from remediation.model.decisions import DecidedBy
from remediation.model.misses import latest_misses
from remediation.settings import Settings
from tests.anking import GeneratedCollection, printed_results
from tests.collections import differences, snapshot, some_questions
from tests.whole_anki import ROOT


def _run(
    *arguments: str | Path, text: str = "", command: str = "import"
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "remediation.headless", command, *map(str, arguments)],
        input=text,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        check=False,
    )


def _import(path: Path, *arguments: str | Path, text: str = "") -> dict[str, Any]:
    run = _run(
        "--collection",
        path,
        *("--bank", "uworld", "--exam", "step1", "--json"),
        *arguments,
        text=text,
    )
    assert run.returncode == 0, run.stderr
    report: dict[str, Any] = json.loads(run.stdout)
    return report


def _snapshot(path: Path) -> Any:
    col = Collection(str(path))
    try:
        return snapshot(col, everything=True)
    finally:
        col.close()


def test_the_report_says_what_was_done(
    collection_path: Path, template: GeneratedCollection
) -> None:
    ids = some_questions(template, 6)
    report = _import(
        collection_path, "--outcome", "incorrect", text=", ".join([*ids, "999999", ids[0]])
    )
    assert list(report) == [
        "attempts",
        "problems",
        "questions",
        "unmatched",
        "notes_tagged",
        "cards_unsuspended",
        "ledger_added",
        "ledger_updated",
        "decks",
        "seconds",
    ]
    assert report["attempts"] == 7
    assert report["unmatched"] == ["999999"]
    assert [problem["where"] for problem in report["problems"]]  # the id that was given twice
    first = report["questions"][0]
    assert list(first) == [
        *("key", "bank", "exam", "id", "outcome", "system", "notes", "core", "how"),
    ]
    assert first["key"] == f"UWorld Step 1 {ids[0]}"
    assert (first["bank"], first["exam"], first["id"]) == ("uworld", "step1", ids[0])
    assert (first["outcome"], first["how"]) == ("incorrect", "id")
    assert sorted(first["notes"]) == sorted(template.questions["uworld", "step1", ids[0]])
    assert set(first["core"]) <= set(first["notes"])
    assert set(report["seconds"]) == {"read", "match", "apply"}

    col = Collection(str(collection_path))
    try:
        core = {note for question in report["questions"] for note in question["core"]}
        assert set(col.find_notes("tag:Remediation")) == core
        assert report["notes_tagged"] == len(core)
        for deck in report["decks"]:
            deck_id = col.decks.id_for_name(deck["name"])
            assert deck_id
            assert len(col.decks.cids(deck_id)) == deck["cards"]
    finally:
        col.close()


def test_a_second_import_writes_nothing_unless_it_was_done_again(
    collection_path: Path, template: GeneratedCollection
) -> None:
    text = " ".join(some_questions(template, 5))
    arguments = ("--outcome", "incorrect", "--when", "2026-11-20T21:00")
    _import(collection_path, *arguments, text=text)
    before = _snapshot(collection_path)
    second = _import(collection_path, *arguments, text=text)
    assert (second["ledger_added"], second["notes_tagged"], second["cards_unsuspended"]) == (
        0,
        0,
        0,
    )
    assert second["decks"]
    assert differences(before, _snapshot(collection_path)) == {}
    again = _import(
        collection_path,
        "--outcome",
        "incorrect",
        "--when",
        "2026-11-21T21:00",
        "--again",
        text=text,
    )
    assert again["ledger_added"] == 1


def test_a_dry_run_reports_the_same_and_leaves_the_file_alone(
    collection_path: Path, template: GeneratedCollection
) -> None:
    text = " ".join(some_questions(template, 5))
    before = collection_path.read_bytes()
    dry = _import(collection_path, "--outcome", "incorrect", "--dry-run", text=text)
    assert collection_path.read_bytes() == before
    real = _import(collection_path, "--outcome", "incorrect", text=text)
    for report in (dry, real):
        report.pop("seconds")
    assert dry == real


def test_printed_results_in_a_file_need_no_outcome(
    collection_path: Path, template: GeneratedCollection, tmp_path: Path
) -> None:
    path = tmp_path / "block.txt"
    path.write_text(printed_results(some_questions(template, 12)), encoding="utf-8")
    report = _import(collection_path, path)
    assert report["attempts"] == 12
    assert {question["outcome"] for question in report["questions"]} == {"correct", "incorrect"}
    assert all(not q["core"] for q in report["questions"] if q["outcome"] == "correct")


def test_all_cards(collection_path: Path, template: GeneratedCollection) -> None:
    broad = max(some_questions(template, 500), key=lambda id: _notes(template, id))
    report = _import(collection_path, "--outcome", "incorrect", "--all-cards", text=broad)
    assert len(report["questions"][0]["core"]) == _notes(template, broad) > 2


def _notes(template: GeneratedCollection, id: str) -> int:
    return len(template.questions["uworld", "step1", id])


def test_without_json_it_is_told_to_a_person(
    collection_path: Path, template: GeneratedCollection
) -> None:
    run = _run(
        *("--collection", collection_path, "--bank", "uworld", "--exam", "step1"),
        *("--outcome", "incorrect", "--dry-run"),
        text=" ".join([*some_questions(template, 3), "999999"]),
    )
    assert run.returncode == 0
    assert "4 questions read." in run.stdout
    assert "Without a card: 999999" in run.stdout
    assert "dry run" in run.stdout


@pytest.mark.parametrize(
    ("arguments", "text", "said"),
    [
        (("--outcome", "incorrect"), "", "no text"),
        (("--outcome", "incorrect"), "nothing that could be an id", ""),
        ((), "2108, 118154", "--outcome"),
        (("--outcome", "incorrect", "no such file.txt"), "", "no such file.txt"),
    ],
)
def test_input_that_cannot_be_used_exits_with_2_and_writes_nothing(
    collection_path: Path, arguments: tuple[str, ...], text: str, said: str
) -> None:
    before = collection_path.read_bytes()
    run = _run(
        *("--collection", collection_path, "--bank", "uworld", "--exam", "step1", "--json"),
        *arguments,
        text=text,
    )
    assert run.returncode == 2
    assert run.stdout == ""
    assert said in run.stderr
    assert run.stderr.strip()
    assert "Traceback" not in run.stderr
    assert collection_path.read_bytes() == before


@pytest.mark.parametrize("content", [None, b"", b"not a collection" * 100])
def test_a_file_that_is_no_collection_exits_with_2(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "collection.anki2"
    if content is not None:
        path.write_bytes(content)
    arguments = ("--bank", "uworld", "--exam", "step1", "--outcome", "incorrect")
    run = _run("--collection", path, *arguments, text="2108")
    assert run.returncode == 2
    assert "Traceback" not in run.stderr
    assert path.exists() is (content is not None)
    if content is not None:
        assert path.read_bytes() == content


def test_a_collection_that_anki_has_open_exits_with_2(collection_path: Path) -> None:
    col = Collection(str(collection_path))
    try:
        run = _run(
            *("--collection", collection_path, "--bank", "uworld", "--exam", "step1"),
            *("--outcome", "incorrect"),
            text="2108",
        )
    finally:
        col.close()
    assert run.returncode == 2
    assert "Anki" in run.stderr


@pytest.mark.parametrize("when", ["yesterday", "2026-13-45"])
def test_a_time_that_is_none_exits_with_2(collection_path: Path, when: str) -> None:
    run = _run(
        *("--collection", collection_path, "--bank", "uworld", "--exam", "step1"),
        *("--outcome", "incorrect", "--when", when),
        text="2108",
    )
    assert run.returncode == 2
    assert "2026-11-20T21:00" in run.stderr


def test_the_exam_that_was_asked_for_wins_over_the_names_in_the_input(
    collection_path: Path, template: GeneratedCollection
) -> None:
    (id,) = some_questions(template, 1)
    row = f"1 - {id}\tSurgery\tHematology & Oncology\tHemostasis\tHypovolemic shock\t37%\t31 sec\n"
    report = _import(collection_path, "--outcome", "incorrect", text=row)
    assert report["questions"][0]["notes"]
    assert any("Step 2" in problem["message"] for problem in report["problems"])


_REPORT = """Jane Doe
UserId : 1234567
NAME USAGE CORRECT Q INCORRECT Q OMITTED Q P-RANK
Microbiology  20/348 9 (45%) 10 (50%) 1 (5%) 31st
Microbiology (General Principles) 20/30 9 (45%) 10 (50%) 1 (5%) -
"""


def test_read_shows_a_report_without_its_owner() -> None:
    run = _run("--json", text=_REPORT, command="read")
    assert run.returncode == 0, run.stderr
    report = json.loads(run.stdout)
    assert list(report)[:5] == ["reader", "attempts", "groups", "summary", "problems"]
    assert report["reader"] == "uworld-report"
    assert report["attempts"] == []
    parent, child = report["groups"]
    assert {"kind", "name", "parent", "seen", "correct", "incorrect", "omitted", "band"} <= set(
        parent
    )
    assert (child["name"], child["parent"]) == ("Microbiology (General Principles)", "Microbiology")
    assert [child[name] for name in ("seen", "correct", "incorrect", "omitted")] == [20, 9, 10, 1]
    assert "Jane" not in run.stdout
    assert "1234567" not in run.stdout


def test_read_shows_all_that_a_table_gives_about_an_attempt() -> None:
    row = "1 - 118154\tPathology\tDermatology\tMiscellaneous\tScabies\t52%\t45 sec\n"
    (attempt,) = json.loads(_run("--json", text=row, command="read").stdout)["attempts"]
    assert attempt == {
        "id": "118154",
        "position": 1,
        "subject": "Pathology",
        "system": "Dermatology",
        "category": "Miscellaneous",
        "topic": "Scabies",
        "percent_others": 52.0,
        "seconds": 45.0,
    }


def test_read_tells_a_person_too_and_takes_a_format() -> None:
    run = _run("--as", "question-ids", text="2108, 118154", command="read")
    assert run.returncode == 0
    assert "List of question ids" in run.stdout
    assert "id 2108" in run.stdout


def test_read_of_what_cannot_be_used_exits_with_2() -> None:
    run = _run("--json", text="", command="read")
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr


def test_a_report_is_imported_and_counted_once(collection_path: Path) -> None:
    first = _import(collection_path, text=_REPORT)
    assert (first["attempts"], first["ledger_added"], first["notes_tagged"]) == (0, 1, 0)
    second = _import(collection_path, text=_REPORT)
    assert second["ledger_added"] == 0


def test_diagnose_lists_every_open_question_and_leaves_the_file_alone(
    collection_path: Path, template: GeneratedCollection
) -> None:
    ids = some_questions(template, 5)
    _import(collection_path, "--outcome", "incorrect", text=" ".join(ids))
    before = collection_path.read_bytes()
    run = _run("--collection", collection_path, "--json", command="diagnose")
    assert run.returncode == 0, run.stderr
    rows = json.loads(run.stdout)
    assert [row["key"] for row in rows] == [f"UWorld Step 1 {id}" for id in ids]
    for row in rows:
        assert list(row) == ["key", "family", "code", "p_knowledge", "evidence", "reason"]
        assert row["family"] in ("knowledge", "application", "test-taking", "none")
        assert row["evidence"]
    assert collection_path.read_bytes() == before
    table = _run("--collection", collection_path, command="diagnose").stdout.splitlines()
    assert [line.partition(":")[0] for line in table] == [row["key"] for row in rows]


def test_what_anki_prints_is_no_part_of_the_report(
    collection_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As Anki up to 25.09 does about what took it long."""
    with headless._collection(collection_path, copied=True) as col:
        print(col.card_count())
    print("report")
    printed = capsys.readouterr()
    assert printed.out == "report\n"
    assert printed.err.split()[-1].isdigit()


def test_diagnose_leaves_out_what_is_repaired_or_filed(
    collection_path: Path, template: GeneratedCollection
) -> None:
    ids = some_questions(template, 12)
    long_ago = datetime.now() - timedelta(days=30)
    when = ("--when", long_ago.isoformat(timespec="minutes"))
    _import(collection_path, "--outcome", "incorrect", *when, text=" ".join(ids))
    col = Collection(str(collection_path))
    settings = Settings()
    ledger = read_ledger(col)
    assert col.db
    # The first is recalled twice, a fortnight apart.
    repaired = ledger.questions[QuestionKey("uworld", "step1", ids[0])]
    notes = ",".join(str(ref.id) for ref in repaired.core)
    for card_id in col.find_cards(f"nid:{notes}"):
        for days_ago in (20, 6):
            at = int((time.time() - days_ago * 86_400) * 1000)
            while col.db.scalar("select 1 from revlog where id = ?", at):
                at += 1
            review = "insert into revlog values (?, ?, -1, 3, 30, 10, 2500, 5000, 1)"
            col.db.execute(review, at, card_id)
    misses = latest_misses(ledger.sittings, ledger.questions)
    for id, reason in ((ids[1], "T2"), (ids[2], "K1")):
        miss = misses[QuestionKey("uworld", "step1", id)]
        name_reasons(col, settings, [Naming(miss, reason, DecidedBy.CONFIRMED)])
    states = {key.id: found.state for key, found in repair_states(col, read_ledger(col)).items()}
    col.close()
    assert (states[ids[0]], states[ids[1]]) == (RepairState.REPAIRED, RepairState.FILED)
    open_ = [id for id in ids if not states[id].is_done]
    assert ids[2] in open_
    run = _run("--collection", collection_path, "--json", command="diagnose")
    assert [row["key"] for row in json.loads(run.stdout)] == [f"UWorld Step 1 {id}" for id in open_]
    told = _run("--collection", collection_path, command="diagnose").stdout
    assert told.count("Named: K1.") == 1
