"""Results as copied from the page and as printed, for given questions."""

from __future__ import annotations

import re

from . import printed_results, results_table
from .questions import QuestionKey
from .systems import topic_of_question

IDS = ["2108", "118154", "5", "14993"]
STEP2: list[QuestionKey] = [("uworld", "step2", str(number)) for number in range(4000, 4200)]
ROW = re.compile(r"\d+ [-–] (\d+)\t[^\t]+\t[^\t]+\t[^\t]+\t[^\t]+\t\d+%\t\d+ sec")


def test_table_has_one_line_a_question_in_their_order() -> None:
    lines = results_table(IDS).splitlines()
    assert lines[0].split("\t")[0] == "ID"
    matches = [ROW.fullmatch(line) for line in lines[1:]]
    assert [match and match[1] for match in matches] == IDS
    assert results_table(IDS, header=False).splitlines() == lines[1:]


def test_table_names_the_topic_of_the_cards_and_cuts_long_names() -> None:
    names = [line.split("\t")[2:5] for line in results_table(STEP2).splitlines()[1:]]
    for (_, _, topic), question in zip(names, STEP2):
        whole = topic_of_question(*question).name
        assert topic == whole or whole.startswith(topic[:-3])
    cells = {cell for row in names for cell in row}
    assert max(map(len, cells)) == 30
    assert any(cell.endswith("...") for cell in cells)


def test_printed_lines_bear_marks() -> None:
    lines = printed_results(IDS, incorrect=["5"]).splitlines()
    assert lines[1] == "Your Score 75% Mode Timed"
    assert [line[0] for line in lines[3:]] == ["✓", "✓", "×", "✓"]
    assert all(re.search(r" \d+% \d+ sec \d+ sec$", line) for line in lines[3:])
    assert "\t" not in "".join(lines)
    bare = printed_results(IDS, incorrect=["5"], header=False).splitlines()
    assert [line[:4] for line in bare] == [line[:4] for line in lines[3:]]


def test_pages_depend_on_the_seed_alone() -> None:
    assert results_table(STEP2, seed=5) == results_table(STEP2, seed=5)
    assert results_table(STEP2, seed=5) != results_table(STEP2, seed=6)
    assert printed_results(STEP2, seed=5) == printed_results(STEP2, seed=5)
    marks = [line[0] for line in printed_results(STEP2, header=False).splitlines()]
    assert 50 < marks.count("×") < 110
