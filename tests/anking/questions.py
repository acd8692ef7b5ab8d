"""Question ids, the tags that carry them, and which notes carry which id."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .systems import Topic, topic_of_question

#: Bank, exam and id of a question: ("uworld", "step1", "2108"), ("amboss", "", "0jae_4").
QuestionKey = tuple[str, str, str]

UWORLD_EXAMS = ("step1", "step2", "step3", "comlex")

# Questions per note, so that 35,000 notes come to about 20,000 distinct tags.
_QUESTIONS_PER_NOTE = {
    "step1": 0.095,
    "step2": 0.095,
    "step3": 0.025,
    "comlex": 0.045,
    "amboss": 0.06,
}
# Ids inside other ids, and a single digit, which v11 pads with a zero.
_STEP1_FIRST = ("5", "123", "1234", "12345", "2108", "23456", "106510", "14993")
_IN_BOTH_STEPS = ("2108", "14993")
_COMLEX_FIRST = ("1234", "25217", "101689", "12")
_STEP2_FIRST = (*_IN_BOTH_STEPS, "4406", "440", "44", "114406", "7", "15000")
_STEP3_FIRST = ("12574", "1257", "125")
# `_` is a wildcard in SQL's LIKE and in Anki's search: 0jae_4 also finds 0jaeX4.
_AMBOSS_FIRST = ("0jae_4", "0jaeX4", "-aaDMQ", "3_0SLi", "3q0SLi", "FLaJnh0OIM")
_AMBOSS_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"

_STEP1_ROOTS = ("#AK_Step1_v12", "#Zank::#Step1_v12", "!AK_Step1_v12", "#AK_Step1_v13")
_STEP2_ROOTS = ("#AK_Step2_v12", "#Zank::#Step2_v12", "!AK_Step2_v12", "#AK_Step2_v13")
_STEP3_ROOTS = ("#AK_Step3_v12", "#Zank::#Step3_v12", "!AK_Step3_v12", "#AK_Step3_v13")
_RENAMED_SHARE = 0.015

_MOST_IDS_ON_A_NOTE = 60
_MOST_NOTES_OF_AN_ID = 60


@dataclass(frozen=True)
class Question:
    """A question of a bank and the tags that notes about it may carry.

    `tags` are all its spellings; the first is the usual one.
    """

    key: QuestionKey
    topic: Topic
    tags: tuple[str, ...]


def v11_range(number: int) -> str:
    """The ranges below `#UWorld` in v11: `100-999::100-199::123`, `22000+::106510`."""
    if number < 100:
        return f"0-99::{number:02}"
    if number < 1000:
        low = number // 100 * 100
        return f"100-999::{low}-{low + 99}::{number}"
    if number >= 22000:
        return f"22000+::{number}"
    low = number // 1000 * 1000
    outer = "1000-9999" if number < 10000 else "10000-99999"
    return f"{outer}::{low}-{low + 999}::{number}"


def make_questions(notes: int, rng: random.Random) -> list[Question]:
    """The questions of a collection of that many notes.

    Exactly two ids are in both Step 1 and Step 2, and many COMLEX ids are Step 1
    ids too.
    """
    only_step2 = [number for number in _STEP2_FIRST if number not in _IN_BOTH_STEPS]
    step1 = _numbers(_wanted("step1", notes), _STEP1_FIRST, only_step2, rng)
    step2 = _numbers(_wanted("step2", notes), _STEP2_FIRST, step1, rng)
    step3 = _numbers(_wanted("step3", notes), _STEP3_FIRST, (), rng)
    comlex_count = _wanted("comlex", notes)
    colliding = tuple(rng.sample(list(step1), comlex_count // 3))
    comlex_first = tuple(dict.fromkeys((*_COMLEX_FIRST, *colliding)))
    comlex = _numbers(comlex_count, comlex_first, (), rng)
    questions: list[Question] = []
    for number in step1:
        tags = _step_tags(1, _STEP1_ROOTS, number, 0.6, rng)
        questions.append(_question("uworld", "step1", number, tags))
    for number in step2:
        tags = _step_tags(2, _STEP2_ROOTS, number, 0.35, rng)
        questions.append(_question("uworld", "step2", number, tags))
    for number in step3:
        roots = _roots(_STEP3_ROOTS, rng)
        tags = [f"{root}::#UWorld::{number}" for root in roots]
        questions.append(_question("uworld", "step3", number, tags))
    for number in comlex:
        roots = _step1_or_2(rng)
        tags = [f"{root}::#UWorld::COMLEX::{number}" for root in roots]
        questions.append(_question("uworld", "comlex", number, tags))
    for name in _amboss_ids(_wanted("amboss", notes), rng):
        # Lookalikes must be below one root to be mistaken for each other.
        roots = [_STEP1_ROOTS[0]] if name in _AMBOSS_FIRST else _step1_or_2(rng)
        tags = [f"{root}::#AMBOSS::{name}" for root in roots]
        questions.append(_question("amboss", "", name, tags))
    return questions


def share_out(
    questions: Iterable[Question],
    topics: Sequence[Topic],
    tags: Sequence[set[str]],
    rng: random.Random,
) -> dict[QuestionKey, tuple[int, ...]]:
    """Put each question's tags on notes about its topic.

    `topics` and `tags` have one entry a note; `tags` is added to. Returns the
    positions of the notes that carry each question.
    """
    questions = list(questions)
    by_topic: dict[int, list[int]] = {}
    by_system: dict[str, list[int]] = {}
    for position, topic in enumerate(topics):
        by_topic.setdefault(topic.index, []).append(position)
        by_system.setdefault(topic.system.name, []).append(position)
    anywhere = list(range(len(topics)))

    carriers: dict[QuestionKey, set[int]] = {}
    for question in questions:
        about = by_topic.get(question.topic.index, [])
        near = by_system.get(question.topic.system.name) or anywhere
        wanted = _notes_of_an_id(len(topics), rng)
        chosen = set(rng.sample(about, min(len(about), max(1, round(wanted * 0.75)))))
        chosen.update(rng.sample(near, min(len(near), wanted - len(chosen))))
        carriers[question.key] = chosen

    # A few long notes carry very many ids.
    most = min(_MOST_IDS_ON_A_NOTE, len(questions) // 3)
    for position in rng.sample(anywhere, max(1, len(topics) // 5000)):
        for question in rng.sample(questions, most):
            carriers[question.key].add(position)

    for question in questions:
        for position in sorted(carriers[question.key]):
            tags[position].update(_spellings(question, rng))
    return {key: tuple(sorted(found)) for key, found in carriers.items()}


def _question(bank: str, exam: str, number: str, tags: Iterable[str]) -> Question:
    topic = topic_of_question(bank, exam, number)
    return Question((bank, exam, number), topic, tuple(tags))


def _wanted(kind: str, notes: int) -> int:
    return max(8, round(notes * _QUESTIONS_PER_NOTE[kind]))


def _numbers(
    count: int,
    first: Sequence[str],
    taken: Iterable[str],
    rng: random.Random,
) -> dict[str, None]:
    """Distinct ids of 1 to 6 digits in a fixed order, `first` among them.

    None of `taken` is drawn, though `first` may contain some. A dict, because the
    order of a set of strings changes from run to run.
    """
    taken = frozenset(taken)
    numbers = dict.fromkeys(first[:count])
    long_ids = min(900_000, max(30_000, 4 * count))
    while len(numbers) < count:
        kind = rng.random()
        if kind < 0.08:
            number = rng.randrange(1, 1000)
        elif kind < 0.75:
            number = rng.randrange(1000, 22_000)
        else:
            number = 100_000 + rng.randrange(long_ids)
        if str(number) not in taken:
            numbers[str(number)] = None
    return numbers


def _amboss_ids(count: int, rng: random.Random) -> list[str]:
    """Distinct AMBOSS ids, no two of which differ only in case.

    Anki would merge tags that do. Some are twins but for one `_`.
    """
    ids = list(_AMBOSS_FIRST)
    seen = {name.lower() for name in ids}
    while len(ids) < count:
        length = 10 if rng.random() < 0.1 else 6
        name = "".join(rng.choice(_AMBOSS_LETTERS) for _ in range(length))
        if rng.random() < 0.08:
            name = "-" + name[1:]
        twin = name.replace("_", rng.choice("abcXYZ789"), 1)
        for candidate in {name: None, twin: None}:
            if candidate.lower() not in seen and not candidate.isdigit():
                seen.add(candidate.lower())
                ids.append(candidate)
    return ids[:count]


def _step_tags(
    step: int, roots: Sequence[str], number: str, v11_share: float, rng: random.Random
) -> list[str]:
    tags = [f"{root}::#UWorld::Step::{number}" for root in _roots(roots, rng)]
    if rng.random() < v11_share:
        tags.append(f"#AK_Step{step}_v11::#UWorld::{v11_range(int(number))}")
    return tags


def _roots(roots: Sequence[str], rng: random.Random) -> list[str]:
    """The usual root, and now and then one the student renamed or a later one."""
    if rng.random() < _RENAMED_SHARE:
        return [roots[0], rng.choice(roots[1:])]
    return [roots[0]]


def _step1_or_2(rng: random.Random) -> list[str]:
    """COMLEX and AMBOSS ids are below the root of either Step, or of both."""
    first = rng.choice((_STEP1_ROOTS, _STEP2_ROOTS))
    roots = _roots(first, rng)
    if rng.random() < 0.15:
        roots.append((_STEP2_ROOTS if first is _STEP1_ROOTS else _STEP1_ROOTS)[0])
    return roots


def _notes_of_an_id(notes: int, rng: random.Random) -> int:
    """Usually 1 to 10 notes, rarely up to 60."""
    if rng.random() < 0.003:
        return min(rng.randint(30, _MOST_NOTES_OF_AN_ID), max(1, notes // 8))
    return min(10, 1 + int(rng.expovariate(0.38)))


def _spellings(question: Question, rng: random.Random) -> list[str]:
    """The tags one note carries for a question: often one, sometimes all."""
    if len(question.tags) == 1:
        return [question.tags[0]]
    kind = rng.random()
    if kind < 0.4:
        return list(question.tags)
    if kind < 0.8:
        return [question.tags[0]]
    return [rng.choice(question.tags[1:])]
