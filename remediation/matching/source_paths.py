"""Where a note's subject stands in the books and videos that students learn from.

Decks tag each note with its place in every source, in a tree below a segment that names it:

    #AK_Step1_v12::#FirstAid::07_Cardiovascular::03_Physiology::10_Heart_Murmurs
    #AK_Step1_v11::#B&B::12_Hematology::02_Red_Blood_Cells::03_Anemia
    #Zank::#Step1_v12::#SketchyMicro::01_Bacteria::01_Gram_(+)_Cocci

The root differs between deck versions and students rename it, so only that segment counts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ..model.name_index import squeezed
from .words import MAX_LENGTH, without_number

# How each source is called, in the order of reading, and how segments name it.
_SOURCES: dict[str, tuple[str, ...]] = {
    "First Aid": ("First Aid",),
    "Boards & Beyond": ("B&B", "BnB", "Boards and Beyond", "Boards Beyond"),
    # Its courses stand below it or in its own name: `#Sketchy::Micro`, `#SketchyMicro`.
    "Sketchy": ("Sketchy",),
    "Pathoma": ("Pathoma",),
    "Bootcamp": ("Bootcamp",),
    "Physeo": ("Physeo",),
    "Pixorize": ("Pixorize",),
    "OnlineMedEd": ("OME", "OnlineMedEd"),
    "Costanzo": ("Costanzo",),
    "Dirty Medicine": ("Dirty Medicine",),
    "Ninja Nerd": ("Ninja Nerd",),
}
_SOURCE_BY_NAME = {squeezed(name): source for source, names in _SOURCES.items() for name in names}
_COURSE = re.compile(r"^[\W\d_]*Sketchy[\W_]*(\w.*)$", re.IGNORECASE | re.DOTALL)

# Marks that decks put around a segment's name.
_MARKS = "#^!*&_ "
_LETTER = re.compile(r"[^\W\d_]")
# `#FirstAid::FA2024::03_Respiratory`: the edition is no chapter.
_EDITION = re.compile(r"^[\W_]*FA[\W_]*(?:19|20)\d\d[\W_]*$", re.IGNORECASE)
# `##_Retired_Lessons`, `Removed`: nobody can read these any more.
_GONE = re.compile(r"^[\W\d_]*(?:retired|removed)(?![^\W_])", re.IGNORECASE)
# Branches below a lesson that are none: AnkiHub's links to lessons leave them out too.
_EXTRA, _ASIDE = "extra", "*"


@dataclass(frozen=True)
class SourcePath:
    """A place in a source: its name, and the chapter, section and so on down to the lesson."""

    source: str
    path: tuple[str, ...]

    @property
    def text(self) -> str:
        """For people: "First Aid › Cardiovascular › Physiology › Heart Murmurs"."""
        return " › ".join((self.source, *self.path))


def source_paths(tags: Iterable[str], most: int = 3) -> tuple[SourcePath, ...]:
    """Where to read about notes with these tags: one place in each of up to `most` sources.

    The tags of several notes may be given one after the other, repeated as they are. The place
    that most notes share is taken; of equals one in the part of the source that is named most,
    and there the deepest. Empty where no tag names a source.
    """
    times = Counter(tags)
    by_source: dict[str, _Places] = {}
    # The newest deck version's spelling is seen first and kept.
    for tag in sorted(times, reverse=True):
        found = _path_of_tag(tag)
        if found is not None:
            by_source.setdefault(found.source, _Places()).add(found, times[tag])
    best = [by_source[source].best() for source in _SOURCES if source in by_source]
    return tuple(best[: max(0, most)])


class _Places:
    """The places named in one source, and how often."""

    def __init__(self) -> None:
        self._paths: dict[tuple[str, ...], SourcePath] = {}
        self._notes: dict[tuple[str, ...], int] = {}

    def add(self, found: SourcePath, times: int) -> None:
        key = tuple(segment.casefold() for segment in found.path)
        self._paths.setdefault(key, found)
        # A note that has the tags of two deck versions is still one note.
        self._notes[key] = max(times, self._notes.get(key, 0))

    def best(self) -> SourcePath:
        named: Counter[tuple[str, ...]] = Counter()
        for key, notes in self._notes.items():
            for length in range(1, len(key) + 1):
                named[key[:length]] += notes

        def rank(key: tuple[str, ...]) -> tuple[int, list[int]]:
            # Of two lists that begin alike the longer one is greater: the deeper place.
            return self._notes[key], [named[key[: n + 1]] for n in range(len(key))]

        # The first of equals is that of the newest deck version.
        return self._paths[max(self._paths, key=rank)]


def _path_of_tag(tag: str) -> SourcePath | None:
    """The place that a tag names, or None for every other tag."""
    segments = tag[:MAX_LENGTH].split("::")
    for position, segment in enumerate(segments[:-1]):
        source = _SOURCE_BY_NAME.get(squeezed(segment))
        course = None if source else _COURSE.match(segment)
        if source is None and course is None:
            continue
        below = segments[position + 1 :]
        if any(map(_GONE.match, below)):
            return None
        path = _readable(below)
        if path and course:
            path = (_shown(course.group(1)), *path)
        return SourcePath(source or "Sketchy", path) if path else None
    return None


def _readable(segments: Iterable[str]) -> tuple[str, ...]:
    path: list[str] = []
    for segment in segments:
        if segment.startswith(_ASIDE):
            break
        shown = _shown(segment)
        # A bare number is a page or an edition.
        if _LETTER.search(shown) and not _EDITION.match(segment):
            path.append(shown)
    while path and path[-1].casefold() == _EXTRA:
        path.pop()
    return tuple(path)


def _shown(segment: str) -> str:
    """`10_Heart_Murmurs` as Heart Murmurs."""
    name = without_number(_without_mojibake(segment)).replace("_", " ").strip(_MARKS)
    return " ".join(name.split())


def _without_mojibake(text: str) -> str:
    """UTF-8 that was once read as Windows-1252, put right; other text as it is."""
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text
