"""The notes: two note types like AnKing's, made-up sentences, and rows for the database."""

from __future__ import annotations

import copy
import hashlib
import random
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .systems import Topic

CLOZE_TYPE_NAME = "AnKingOverhaul (AnKing Step Deck / AnKingMed)"
IMAGE_TYPE_NAME = "IO-one by one (AnKing Step Deck / AnKingMed)"

CLOZE_FIELDS = (
    "Text",
    "Extra",
    "Lecture Notes",
    "Missed Questions",
    "Pathoma",
    "Boards and Beyond",
    "First Aid",
    "Sketchy",
    "Sketchy Extra",
    "Physeo",
    "Bootcamp",
    "OME",
    "Additional Resources",
    "One by one",
    "ankihub_id",
)
IMAGE_FIELDS = (
    "ID (hidden)",
    "Header",
    "Image",
    "Question Mask",
    "Footer",
    "Remarks",
    "Sources",
    "Extra 1",
    "Extra 2",
    "Answer Mask",
    "Original Mask",
)
_IMAGE_SHARE = 0.08

# How many cards a cloze note has: 1 to 4.
_CLOZES = (1,) * 60 + (2,) * 25 + (3,) * 10 + (4,) * 5

# What is shown, and after the bar what the cloze hides.
_CLINICAL_SENTENCES = (
    "{topic}: the classic presentation is {gap}|{finding}",
    "{topic}: the best next test is {gap}|{test}",
    "{topic}: first-line management is {gap}|{treatment}",
    "{topic}: a feared complication is {gap}|{complication}",
    "{topic}: most often relevant in {gap}|{patient}",
    "Think of {gap} when you read of {finding} and are shown {test}|{topic}",
)
_CONCEPT_SENTENCES = (
    "{topic}: what matters most is {gap}|{factor}",
    "{topic}: without {factor} it would {gap}|{effect}",
    "{topic}: the typical exam question hinges on {gap}|{factor}",
    "The term for this is {gap}, and it changes with {factor}|{topic}",
)
_WORDS: dict[str, tuple[str, ...]] = {
    "finding": (
        "fever and fatigue for two weeks",
        "sudden pain that wakes the patient",
        "painless swelling",
        "shortness of breath on exertion",
        "weight loss and night sweats",
        "a new rash on the trunk",
        "weakness that is worse in the evening",
        "an abnormal screening test only",
    ),
    "test": (
        "a computed tomography scan",
        "an ultrasound",
        "a tissue biopsy",
        "a blood smear",
        "a serum electrolyte panel",
        "magnetic resonance imaging",
        "an antibody titer",
        "a 24-hour urine collection",
    ),
    "treatment": (
        "watchful waiting",
        "a short course of corticosteroids",
        "surgical removal",
        "intravenous fluids",
        "treating the underlying cause",
        "a beta-blocker",
        "broad-spectrum antibiotics",
        "stopping the responsible drug",
    ),
    "complication": (
        "kidney injury",
        "secondary infection",
        "perforation",
        "thrombosis",
        "permanent vision loss",
        "malignant transformation",
    ),
    "patient": (
        "young women",
        "men over 60",
        "newborns",
        "people who smoke",
        "school-age children",
        "patients taking several drugs",
    ),
    "factor": (
        "the prevalence in the population",
        "enzyme saturation",
        "the rate of transcription",
        "receptor density",
        "the sample size",
        "what the patient understands",
        "membrane permeability",
    ),
    "effect": (
        "increase",
        "decrease",
        "stay the same",
        "shift to the right",
        "no longer be valid",
    ),
}
_GUID_LETTERS = (
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&()*+,-./:;<=>?@[]^_`{|}~"
)
_HTML_TAG = re.compile(r"<[^>]+>")
_MISSED_QUESTIONS_SHARE = 0.04


@dataclass(frozen=True)
class Note:
    """A note before it is written: fields, number of cards, and a row's other values."""

    id: int
    guid: str
    notetype_id: int
    modified: int
    fields: tuple[str, ...]
    cards: int


def add_note_types(col: Any, cloze_id: int, image_id: int) -> None:
    """Add both note types to the collection, with the given ids."""
    stock = col.models.by_name("Cloze")
    back = "".join(
        f"{{{{#{name}}}}}<hr><b>{name}</b><br>{{{{{name}}}}}{{{{/{name}}}}}\n"
        for name in CLOZE_FIELDS[1:-1]
    )
    front = "{{cloze:Text}}"
    _add_type(col, stock, cloze_id, CLOZE_TYPE_NAME, CLOZE_FIELDS, front, front + "\n" + back)
    stock = col.models.by_name("Basic")
    front = "<b>{{Header}}</b><br>{{Image}}<br>{{Question Mask}}"
    back = "<b>{{Header}}</b><br>{{Image}}<br>{{Answer Mask}}<hr>{{Remarks}}"
    _add_type(col, stock, image_id, IMAGE_TYPE_NAME, IMAGE_FIELDS, front, back)


def make_note(
    note_id: int,
    topic: Topic,
    modified: int,
    cloze_id: int,
    image_id: int,
    rng: random.Random,
) -> Note:
    """A note about `topic`, of the cloze type or now and then of the image type."""
    guid = "".join(rng.choices(_GUID_LETTERS, k=10))
    if rng.random() < _IMAGE_SHARE:
        fields = _image_fields(topic, rng)
        return Note(note_id, guid, image_id, modified, fields, 1)
    cards = rng.choice(_CLOZES)
    fields = _cloze_fields(topic, cards, rng)
    return Note(note_id, guid, cloze_id, modified, fields, cards)


def note_row(note: Note, tags: Iterable[str], usn: int) -> tuple[Any, ...]:
    """The row of the `notes` table: sort field and checksum as Anki computes them."""
    plain = _plain_text(note.fields[0])
    return (
        note.id,
        note.guid,
        note.notetype_id,
        note.modified,
        usn,
        f" {' '.join(sorted(tags, key=str.lower))} ",
        "\x1f".join(note.fields),
        plain,
        int(hashlib.sha1(plain.encode()).hexdigest()[:8], 16),
        0,
        "",
    )


def _add_type(
    col: Any,
    stock: dict[str, Any],
    type_id: int,
    name: str,
    fields: tuple[str, ...],
    front: str,
    back: str,
) -> None:
    notetype = copy.deepcopy(stock)
    notetype["id"] = type_id
    notetype["name"] = name
    notetype["originalStockKind"] = 0
    shape = notetype["flds"][0]
    notetype["flds"] = [
        {**shape, "name": field, "ord": ord, "id": type_id + ord, "tag": None}
        for ord, field in enumerate(fields)
    ]
    notetype["tmpls"] = notetype["tmpls"][:1]
    notetype["tmpls"][0].update(qfmt=front, afmt=back, id=type_id)
    col.models.update(notetype)


def _cloze_fields(topic: Topic, cards: int, rng: random.Random) -> tuple[str, ...]:
    sentences = _CLINICAL_SENTENCES if topic.system.clinical else _CONCEPT_SENTENCES
    parts = []
    for number, sentence in enumerate(rng.sample(sentences, cards), start=1):
        words = {name: rng.choice(choices) for name, choices in _WORDS.items()}
        words["topic"] = topic.name
        shown, hidden = sentence.split("|")
        gap = f"{{{{c{number}::{hidden.format(**words)}}}}}"
        text = shown.format(gap=gap, **words)
        parts.append(text[0].upper() + text[1:] + ".")
    text = "<br>".join(parts)
    if rng.random() < 0.1:
        text = text.replace(topic.name, f"<b>{topic.name}</b>")
    values = dict.fromkeys(CLOZE_FIELDS, "")
    values["Text"] = text
    values["Extra"] = f"{topic.name}: {topic.category}."
    if rng.random() < _MISSED_QUESTIONS_SHARE:
        values["Missed Questions"] = "Mixed this up again, read the stem twice."
    if rng.random() < 0.3:
        values["First Aid"] = f"See the page on {topic.name}."
    if rng.random() < 0.2:
        values["Lecture Notes"] = f"Lecture on {topic.system.name.lower()}."
    number = rng.getrandbits(128)
    values["ankihub_id"] = "-".join(
        f"{number:032x}"[start:end]
        for start, end in ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32))
    )
    return tuple(values.values())


def _image_fields(topic: Topic, rng: random.Random) -> tuple[str, ...]:
    """An image note whose picture is drawn in the field: no media file is needed."""

    def picture(color: str) -> str:
        return f'<svg width="120" height="40"><rect width="120" height="40" fill="{color}"/></svg>'

    values = dict.fromkeys(IMAGE_FIELDS, "")
    values["ID (hidden)"] = f"{rng.getrandbits(128):032x}-ao-1"
    values["Header"] = f"{topic.name}: which structure is marked?"
    values["Image"] = picture("lightgray")
    values["Question Mask"] = picture("salmon")
    values["Answer Mask"] = picture("lightgreen")
    values["Remarks"] = f"{topic.name} ({topic.category})"
    return tuple(values.values())


def _plain_text(html: str) -> str:
    """The text without HTML tags, as Anki strips it for sort field and checksum."""
    return _HTML_TAG.sub("", html)
