"""Inputs of any length in the shape of each format, for measuring how a reader's time grows."""

from __future__ import annotations

from collections.abc import Callable, Mapping

_SYSTEM = "Cardiovascular System"
_CATEGORY = "Hypertension"


def _table(rows: int) -> str:
    lines = (
        f"{n} - {100_000 + n}\tPathology\t{_SYSTEM}\t{_CATEGORY}\tTopic {n}\t52%\t45 sec"
        for n in range(1, rows + 1)
    )
    return "\n".join(lines)


def _print(rows: int) -> str:
    lines = (
        f"× {n} - {100_000 + n} Pathology {_SYSTEM} {_CATEGORY} Topic {n} 52% 45 sec 99 sec"
        for n in range(1, rows + 1)
    )
    return "\n".join(lines)


def _report(rows: int) -> str:
    lines = (f"Topic number {n} 6/140 3 (50%) 3 (50%) 0 (0%) -" for n in range(1, rows + 1))
    return "\n".join(["NAME USAGE CORRECT Q INCORRECT Q OMITTED Q P-RANK", *lines])


def _html(rows: int) -> str:
    names = ("id", "subjects", "systems", "categories", "topics")
    body = "".join(
        "<tr class='mat-row'>"
        + "".join(
            f"<td class='mat-cell mat-column-{name}'>{text}</td>"
            for name, text in zip(
                names, (f"{n} - {100_000 + n}", "Pathology", _SYSTEM, _CATEGORY, f"Topic {n}")
            )
        )
        + "</tr>"
        for n in range(1, rows + 1)
    )
    return f"<html><body><table class='mat-table'>{body}</table></body></html>"


def _json(rows: int) -> str:
    items = (
        f'{{"questionId": "{100_000 + n}", "wasCorrect": false, "system": "{_SYSTEM}"}}'
        for n in range(1, rows + 1)
    )
    return f"[{','.join(items)}]"


def _insights(rows: int) -> str:
    lines = (
        f"Incorrect,{n},SAAA{n:06}MAA0003,Diagnosis,Cardio: heart failure,B,81.360,Standard-Paced,"
        "Comp Basic Sci SELF | Form 30 | 11/02/2023 | 9:05AM,"
        for n in range(1, rows + 1)
    )
    header = (
        "Correct / Incorrect,Seq,Question Id,Content Topic,Content Description,Answer Selected,"
        "Time (sec),Timing,Exam Take,Answer Explanation"
    )
    return "\n".join([header, *lines])


def _log(rows: int) -> str:
    lines = (
        f"2026-11-20,UWorld,{100_000 + n},Cardio,Topic {n},Knowledge gap"
        for n in range(1, rows + 1)
    )
    return "\n".join(["Date,Question Bank,Question ID,Organ System,Topic,Error Type", *lines])


def _notes(rows: int) -> str:
    return "\n".join(f"nid:{1_500_000_000_000 + n}" for n in range(rows))


def _ids(rows: int) -> str:
    return "\n".join(str(100_000 + n) for n in range(1, rows + 1))


# By the key of the reader. A score report and the Free 120 have a page of rows, not thousands.
INPUTS: Mapping[str, Callable[[int], str]] = {
    "uworld-table": _table,
    "uworld-print": _print,
    "uworld-report": _report,
    "uworld-html": _html,
    "browser-json": _json,
    "nbme-insights": _insights,
    "error-log": _log,
    "note-lists": _notes,
    "question-ids": _ids,
}
