"""What the columns of a student's own log hold, from their names and from what stands in them.

Names vary in wording, case and language (`Question ID`, `qid`, `UWorld QIDs`, `Frage-ID`), so they
are compared in a plain form. To add a name, add it to the line of its field in `_NAMES`. Where a
name can mean two things ("Question Number", "Category"), what stands below it decides.

Columns that hold the bank's text (stems, choices, explanations) are never read, whatever the
mapping says; the student's own notes are not read yet.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from enum import Enum
from typing import Any, Callable, NamedTuple

from ..model import reasons
from ..model.attempts import Outcome
from ..model.banks import BANKS, EXAMS
from ..model.disciplines import disciplines_from_name
from ..model.systems import systems_from_name
from . import cells, log_cells
from .log_dates import parse as parse_date

_SAMPLE = 100  # values of a column that are looked at
_HEADER_WITHIN = 15  # rows; titles and notes stand above it
_LONGEST_NAME = 80
_MOST_REMEMBERED = 200


class Field(Enum):
    """What a column holds; the values are stored and never change."""

    NOTHING = ""
    ID = "id"
    OUTCOME = "outcome"
    DATE = "date"
    SYSTEM = "system"
    TOPIC = "topic"
    SUBJECT = "subject"
    CATEGORY = "category"
    REASON = "reason"
    CONFIDENCE = "confidence"
    BANK = "bank"
    EXAM = "exam"
    BLOCK = "block"
    POSITION = "position"
    SECONDS = "seconds"
    OTHERS_SECONDS = "others_seconds"
    PERCENT_OTHERS = "percent_others"


FIELD_NAMES: Mapping[Field, str] = {
    Field.NOTHING: "not read",
    Field.ID: "question id",
    Field.OUTCOME: "result",
    Field.DATE: "date",
    Field.SYSTEM: "organ system",
    Field.TOPIC: "topic",
    Field.SUBJECT: "subject",
    Field.CATEGORY: "category",
    Field.REASON: "reason",
    Field.CONFIDENCE: "confidence",
    Field.BANK: "question bank",
    Field.EXAM: "exam",
    Field.BLOCK: "block or test",
    Field.POSITION: "position in the block",
    Field.SECONDS: "time",
    Field.OTHERS_SECONDS: "others' time",
    Field.PERCENT_OTHERS: "% of others correct",
}


class Basis(Enum):
    """What a guess is based on."""

    NAME = "its name"
    CONTENT = "what stands in it"
    NONE = ""


@dataclass(frozen=True)
class ColumnMapping:
    """How to read a log: the student's own choices, or a guess.

    `fields` has one entry for each column. `bank` and `exam` (keys) count for rows that do not say
    them, `outcome` for rows without a result; None: ask. `day_first` says which way round dates
    such as 3/4/2026 are, None: find out from all of them. `reasons` and `outcomes` map words (as
    `reasons.word_key` writes them) that are not clear by themselves; an empty reason, or None,
    means that the student leaves it open.
    """

    fields: tuple[Field, ...] = ()
    bank: str | None = None
    exam: str | None = None
    outcome: Outcome | None = None
    day_first: bool | None = None
    reasons: Mapping[str, str] = attribute(default_factory=dict)
    outcomes: Mapping[str, Outcome | None] = attribute(default_factory=dict)

    def columns(self, wanted: Field) -> tuple[int, ...]:
        """The places of the columns that hold `wanted`."""
        return tuple(i for i, field in enumerate(self.fields) if field is wanted)

    @property
    def names_questions(self) -> bool:
        """Whether there is a column that says which question, or at least what about."""
        about = (Field.ID, Field.SYSTEM, Field.TOPIC, Field.SUBJECT, Field.CATEGORY)
        return any(field in about for field in self.fields)

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "fields": [field.value for field in self.fields],
            "bank": self.bank,
            "exam": self.exam,
            "outcome": self.outcome.value if self.outcome else None,
            "day_first": self.day_first,
            "reasons": dict(self.reasons),
            "outcomes": {
                word: outcome.value if outcome else None for word, outcome in self.outcomes.items()
            },
        }

    @staticmethod
    def from_json(stored: object) -> ColumnMapping:
        """What `to_json` gave; whatever this version does not know counts as not chosen."""
        if not isinstance(stored, Mapping):
            return ColumnMapping()
        fields = stored.get("fields")
        day_first = stored.get("day_first")
        return ColumnMapping(
            tuple(
                _FIELDS.get(value, Field.NOTHING) if isinstance(value, str) else Field.NOTHING
                for value in (fields if isinstance(fields, list) else ())
            ),
            _known(stored.get("bank"), {bank.key for bank in BANKS}),
            _known(stored.get("exam"), {exam.key for exam in EXAMS}),
            _outcome(stored.get("outcome")),
            day_first if isinstance(day_first, bool) else None,
            {
                word: code
                for word, code in _words(stored.get("reasons"))
                if isinstance(code, str) and (not code or reasons.is_code(code))
            },
            {word: _outcome(value) for word, value in _words(stored.get("outcomes"))},
        )


_FIELDS = {field.value: field for field in Field}


def _known(value: object, keys: set[str]) -> str | None:
    return value if isinstance(value, str) and value in keys else None


def _outcome(value: object) -> Outcome | None:
    return next((outcome for outcome in Outcome if outcome.value == value), None)


def _words(value: object) -> list[tuple[str, object]]:
    pairs = value.items() if isinstance(value, Mapping) else ()
    return [(word, v) for word, v in pairs if isinstance(word, str)][:_MOST_REMEMBERED]


def header_fingerprint(header: Sequence[str]) -> str:
    """What a remembered mapping is kept by: the same for the same names in the same order."""
    plain = "\x1f".join(plain_name(name) for name in header)
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()[:16]


def plain_name(name: str) -> str:
    """A column's name in lower-case words: `examBlock`, `Exam_Block:` are `exam block`."""
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name[: _LONGEST_NAME * 2])
    name = unicodedata.normalize("NFKD", name).casefold()
    name = "".join(c for c in name if not unicodedata.combining(c))
    name = name.replace("%", " percent ").replace("#", " number ")
    return " ".join(re.findall(r"[^\W_]+", name)).replace("per cent", "percent")


# --- Names ----------------------------------------------------------------------------------

# Text of the bank: never kept.
_CONTENT = re.compile(
    r"\b(?:stems?|vignettes?|explanations?|choices?|options?|alternatives?|rationales?|objectives?"
    r"|attending tip|question (?:text|plain|html|body|content|stem)|answers?|letter|selected"
    r"|plain|html|images?|screenshots?)\b"
)
# The student's own notes, plans and lists.
_OWN_TEXT = re.compile(
    r"\b(?:notes?|next|fix|fixes|prevention|prevent|description|describe|tags?|priority|guide"
    r"|takeaways?|lessons?|learning points?|pearls?|links?|url|order|difficulty|comments?|pattern"
    r"|approach|strategy|plan|action|to ?do|repeat|redo|retest|summary|details?|thoughts?|anki"
    r"|cards?|files?|attachments?|created by|edited|updated|modified|email|user|due|deadline"
    r"|total items|attempt ?[2-9]|second attempt|educational|concept tags|review(?:ed)?|score"
    r"|version|bemerkung(?:en)?|notizen?|notas?|remarques?|comentarios?)\b"
)

_NAMES: tuple[tuple[Field, str], ...] = (
    (
        Field.ID,
        r"(?:.* )?q ?ids?(?: (?:number|numbers|missed|wrong|s))?|(?:.* )?question ids?(?: .*)?|ids?"
        r"|(?:.* )?question (?:code|codes|identifier)|(?:uworld|uw|amboss|qbank)(?: q(?:uestion)?)?"
        r" (?:ids?|numbers?|nos?)|ids? (?:number|of question)|missed (?:ids|questions)"
        r"|frage ?ids?|fragen ?ids?|id (?:de (?:la )?)?(?:pregunta|questao|question)|qids? missed",
    ),
    (
        Field.POSITION,
        r"item(?: number)?|item no|seq(?:uence)?|position|number|no|nr|row|q|questions?"
        r"|(?:question|q) ?(?:number|no|nr)|frage(?: ?(?:nr|nummer))?|pregunta|numero(?: de .*)?"
        r"|questao",
    ),
    (
        Field.OTHERS_SECONDS,
        r"(?:avg|average|mean)(?: .*)? time(?: .*)?|time(?: .*)? (?:others|avg|average|peers)"
        r"|others(?: .*)? time(?: .*)?",
    ),
    (
        Field.SECONDS,
        r"(?:my |your |total )?time(?: (?:spent|taken|used|per question|on question))*"
        r"(?: (?:s|sec|secs|seconds|min|mins|minutes))?|(?:s|sec|secs|seconds|minutes)|duration"
        r"|(?:seconds|secs|minutes) (?:spent|taken)|zeit|tiempo|temps|tempo",
    ),
    (
        Field.PERCENT_OTHERS,
        r"(?:national |global |peer |avg |average |user )?percent(?: .*)?|(?:.* )?percent"
        r"(?: (?:correct|right|others|of others|correct others|peers))*"
        r"|(?:others|national|peers?|users?)(?: (?:correct|average|avg|score|got right))+|p value"
        r"|correct others|percentage(?: .*)?|(?:national|global) (?:average|avg)"
        r"(?: .*)?",
    ),
    (
        Field.CONFIDENCE,
        r"(?:my )?confidence(?: .*)?|certainty|how (?:sure|confident).*|sure(?:ness)?|sicherheit"
        r"|confianza|confianca|confiance",
    ),
    (
        Field.REASON,
        r"(?:error|mistake|miss|missed|fault)"
        r" (?:types?|reasons?|category|categories|cause|class|kind)(?: .*)?"
        r"|(?:types?|reasons?|cause|category|kind|nature|source) (?:of|for)"
        r" (?:the |my )?(?:errors?|mistakes?|miss|missing|incorrect|missing it)(?: .*)?"
        r"|reasons?(?: (?:missed|wrong|incorrect|why|i missed it|for missing.*|code))*|root cause"
        r"|cause|errors?|mistakes?|deficit(?: type)?|why(?: .*)?|what went wrong|fehler(?:typ|art|"
        r"ursache|grund)?|grund|tipo de (?:error|erro)|motivo(?: .*)?|causa(?: .*)?"
        r"|type d erreur|raison|erro|gap type",
    ),
    (
        Field.OUTCOME,
        r"results?|outcomes?|(?:in)?correct(?: (?:in)?correct| or (?:in)?correct| y n)?"
        r"|right(?: or)?(?: wrong)?|wrong|missed|status|(?:was|is|got|answered|got it)"
        r" (?:it )?(?:in)?(?:correct|right|wrong)(?:ly)?|(?:first )?attempts?(?: ?1)?|1st attempt"
        r"|correctness|performance|ergebnis|resultado|resultat|richtig(?: falsch)?|correcto|acierto"
        r"|mark(?:ed)?|correct\?",
    ),
    (
        Field.DATE,
        r"(?:entry |test |session |block |exam |log )?dates?"
        r"(?: (?:done|missed|added|taken|of .*|time|completed|entered|logged"
        r"|attempted|created|answered))*|timestamp|zeitstempel|date time"
        r"|datum|fecha|data|day|when|created(?: (?:time|at|on|date))?|completed(?: (?:at|on|time))?"
        r"|erstellt(?: am)?|marca temporal|horodateur|carimbo de data hora|logged(?: (?:at|on))?",
    ),
    (
        Field.SYSTEM,
        r"(?:organ |body )?systems?(?: (?:tag|tags|null|organ|name))?|organ|organs|organ ?system.*"
        r"|system organ|sistemas?(?: .*)?|systeme(?: .*)?|aparato|organsystem|block system",
    ),
    (
        Field.CATEGORY,
        r"(?:sub ?)?categor(?:y|ies)|kategorien?|categorias?|sections?|sub ?systems?|chapter"
        r"|kapitel",
    ),
    (
        Field.TOPIC,
        r"(?:sub ?|main |video |specific )*topics?(?: (?:tag|tags|concept|name|area|missed|"
        r"tested))*|concepts?(?: tested)?|diagnos[ei]s|disease|condition|content area|thema|themen"
        r"|temas?|sujet|topico|video topic|assunto|content (?:description|topic)|theme",
    ),
    (
        Field.SUBJECT,
        r"subjects?(?: (?:null|area|name))?|disciplines?|fach|facher|asignaturas?|materias?|matiere"
        r"|rotations?|shelf|clerkships?|specialt(?:y|ies)|courses?",
    ),
    (
        Field.BANK,
        r"(?:question |q ?)banks?(?: (?:name|source))?|q ?banks?|banks?|sources?(?: .*)?|resources?"
        r"|question source|fuente|quelle|banco(?: .*)?|banque|platform|provider|fonte",
    ),
    (Field.EXAM, r"exams?(?: (?:name|type))?|steps?|levels?|prufung|examen|test type|which exam"),
    (
        Field.BLOCK,
        r"(?:exam |test |practice |q ?bank )?blocks?(?: (?:name|id|number|no))?"
        r"|(?:practice )?tests?(?: (?:name|id|number|no))?|sessions?(?: .*)?|forms?|nbme(?: form)?"
        r"|custom test(?: id)?|quiz(?: .*)?|assessment|bloque|bloco",
    ),
)
_PATTERNS = tuple((field, re.compile(pattern)) for field, pattern in _NAMES)
# What other readers know better.
_FOREIGN = frozenset({"content description", "exam take", "answer explanation"})


def is_content_name(name: str) -> bool:
    """Whether a column of this name holds the bank's own text, which is never kept."""
    plain = plain_name(name)
    return bool(_CONTENT.search(plain)) and not re.search(r"\bchang(?:e|ed)\b", plain)


def field_of_name(name: str) -> Field | None:
    """What a column of this name holds: NOTHING where it is known and not read, None if unknown."""
    plain = plain_name(name)
    if not plain or len(name) > _LONGEST_NAME:
        return None
    if is_content_name(name):
        return Field.NOTHING
    for field, pattern in _PATTERNS:
        if field is Field.TOPIC and _OWN_TEXT.search(plain) and not _strong(field, plain):
            break
        if pattern.fullmatch(plain) and not (_OWN_TEXT.search(plain) and not _strong(field, plain)):
            return field
    return Field.NOTHING if _OWN_TEXT.search(plain) else None


def _strong(field: Field, plain: str) -> bool:
    """Whether a name stands for its field although a word of it is used for notes."""
    return field in (Field.SYSTEM, Field.TOPIC) and plain.endswith(("tag", "tags"))


# --- Content --------------------------------------------------------------------------------


class ColumnGuess(NamedTuple):
    """What a column probably holds, and why; `is_banks_text` for one that may never be read."""

    field: Field
    basis: Basis
    is_banks_text: bool = False


class TableGuess(NamedTuple):
    """What a table probably is: `header` is the place of its row of names, None without one."""

    header: int | None
    columns: tuple[ColumnGuess, ...]
    certainty: float


def guess(rows: Sequence[Sequence[str]]) -> TableGuess:
    """What the first rows of a table show about its columns."""
    header = _header_of(rows)
    width = max((len(row) for row in rows), default=0)
    names = list(rows[header]) if header is not None else []
    names += [""] * (width - len(names))
    below = rows[header + 1 :] if header is not None else rows
    columns = [_Column(names[i], [row[i] for row in below if i < len(row)]) for i in range(width)]
    guesses = [column.guess() for column in columns]
    _settle(columns, guesses)
    return TableGuess(header, tuple(guesses), _certainty(names, guesses, len(below)))


def looks_like_a_log(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first rows of a table look like a log of questions."""
    return guess(rows).certainty >= 0.75


class _Column:
    """One column: its name, and which part of its values look like what."""

    def __init__(self, name: str, values: Iterable[str]) -> None:
        self.name = name
        self.by_name = field_of_name(name)
        values = [value for value in values if not log_cells.is_missing(value)][:_SAMPLE]
        self.values = values
        self.count = len(values)

    def share(self, test: Callable[[str], bool]) -> float:
        """Which part of the values passes, 0 to 1; 0 where there are none."""
        return sum(map(test, self.values)) / self.count if self.count else 0.0

    @property
    def has_ids(self) -> bool:
        """Most are question ids, and more than a row number could be."""
        return self.share(_looks_like_ids) > 0.6 and self.share(_is_large) > 0.4

    @property
    def counts_up(self) -> bool:
        numbers = [int(v) for v in self.values if v.isdecimal() and len(v) < 4]
        steps = sum(b - a == 1 for a, b in zip(numbers, numbers[1:]))
        return len(numbers) == self.count > 2 and steps > 0.6 * (len(numbers) - 1)

    def guess(self) -> ColumnGuess:
        """By the name where its content does not speak against it, else by the content."""
        named = self.by_name
        if is_content_name(self.name):
            if self.count > 1 and self.share(_is_outcome) > 0.8:
                return ColumnGuess(Field.OUTCOME, Basis.CONTENT)
            return ColumnGuess(Field.NOTHING, Basis.NAME, is_banks_text=True)
        if named is None:
            return self._by_content()
        if named is Field.NOTHING:
            return ColumnGuess(Field.NOTHING, Basis.NAME)
        return ColumnGuess(self._checked(named), Basis.NAME)

    def _checked(self, named: Field) -> Field:
        if not self.count:
            return named
        if named is Field.ID:
            if plain_name(self.name) not in ("id", "ids"):
                return named
            if self.count > 2 and self.share(_looks_like_ids) < 0.2:
                return Field.NOTHING  # a database's own ids
            return Field.POSITION if self.counts_up else named
        if named is Field.POSITION:
            if self.has_ids:
                return Field.ID
            # `#` counts the rows of the log, not the questions of a block.
            is_row = plain_name(self.name) in ("number", "no", "nr", "row")
            return named if self.share(_is_position) > 0.5 and not is_row else Field.NOTHING
        if named is Field.DATE and not self.share(_is_date):
            return Field.NOTHING
        if named is Field.CATEGORY:
            if self.share(_is_system) > 0.5:
                return Field.SYSTEM
            return Field.REASON if self.share(_is_reason) > 0.5 else named
        if named is Field.SECONDS and self.share(lambda v: log_cells.seconds(v) is not None) < 0.3:
            return Field.NOTHING
        if named is Field.PERCENT_OTHERS and self.share(_is_share) < 0.3:
            return Field.NOTHING
        if named is Field.OUTCOME and plain_name(self.name) in ("status", "marked", "mark"):
            return named if self.share(_is_outcome) > 0.3 else Field.NOTHING
        if named in (Field.BANK, Field.EXAM) and self.share(_is_topic_like) > 0.9:
            return Field.NOTHING
        if named in (Field.TOPIC, Field.SYSTEM, Field.SUBJECT) and not self.share(cells.is_name):
            return Field.NOTHING
        return named

    def _by_content(self) -> ColumnGuess:
        if self.count < 2:
            return ColumnGuess(Field.NOTHING, Basis.NONE)
        tests: tuple[tuple[Field, Callable[[str], bool]], ...] = (
            (Field.OUTCOME, _is_outcome),
            (Field.BANK, lambda v: log_cells.source_of(v).bank is not None),
            (Field.EXAM, lambda v: log_cells.source_of(v).exam is not None),
            (Field.DATE, _is_written_date),
            (Field.CONFIDENCE, lambda v: log_cells.confidence(v) is not None),
            (Field.SYSTEM, _is_system),
            (Field.REASON, _is_reason),
        )
        if self.has_ids:
            return ColumnGuess(Field.ID, Basis.CONTENT)
        for field, test in tests:
            if self.share(test) > 0.8:
                return ColumnGuess(field, Basis.CONTENT)
        return ColumnGuess(Field.NOTHING, Basis.NONE)


def _settle(columns: Sequence[_Column], guesses: list[ColumnGuess]) -> None:
    """Leaves one column for each field: the first by name, else the first by content."""
    nothing = ColumnGuess(Field.NOTHING, Basis.NONE)
    for field in Field:
        places = [i for i, one in enumerate(guesses) if one.field is field]
        if field is Field.NOTHING or len(places) < 2:
            continue
        named = [i for i in places if guesses[i].basis is Basis.NAME]
        if field is Field.ID and named:
            keep = set(named)  # `UWorld QIDs` and `COMLEX QIDs`
        else:
            full = [i for i in named or places if columns[i].count]
            keep = {(full or named or places)[0]}
        for i in places:
            if i not in keep:
                guesses[i] = nothing


def _certainty(names: Sequence[str], guesses: Sequence[ColumnGuess], rows: int) -> float:
    """How sure it is that this is a log of questions, 0 to 1."""
    if {plain_name(name) for name in names} & _FOREIGN or not rows:
        return 0.0
    named = {one.field for one in guesses if one.basis is Basis.NAME} - {Field.NOTHING}
    found = {one.field for one in guesses} - {Field.NOTHING}
    about = {Field.SYSTEM, Field.TOPIC, Field.SUBJECT, Field.CATEGORY}
    # What a bank's own results table does not have.
    own = {Field.REASON, Field.DATE, Field.CONFIDENCE, Field.BANK, Field.EXAM}
    if Field.ID in named and named & own:
        return 0.97
    if named & about and len(named & own) > 1:
        return 0.9
    if (Field.ID in named and len(named) > 1) or (named & about and Field.OUTCOME in named):
        return 0.85
    if named & about and named & own:
        return 0.8
    if Field.ID in named or (Field.ID in found and len(named) > 1):
        return 0.6
    return 0.25 if Field.ID in found and len(found) > 2 else 0.0


def _header_of(rows: Sequence[Sequence[str]]) -> int | None:
    """The place of the row of names: of the first rows the one with most known names."""
    best, most = None, 0
    for place, row in enumerate(rows[:_HEADER_WITHIN]):
        named = [cell for cell in row if cell]
        if not named or any(len(cell) > _LONGEST_NAME for cell in named):
            continue
        known = sum(field_of_name(cell) is not None for cell in named)
        # A row of data can hold a word or two that are names as well ("Missed", "Topic 3").
        if known > most and (known * 2 >= len(named) or known > 3 or _only_names(named)):
            best, most = place, known
    return best if most > 1 or (best == 0 and _only_names(rows[0])) else None


def _only_names(row: Sequence[str]) -> bool:
    """Whether all cells of a row are different words, as names are, and none is a value."""
    values = (_is_date, _is_share, _is_outcome, _looks_like_ids)
    different = len(set(row)) == len(row)
    return different and not any(test(cell) for cell in row for test in values)


def _looks_like_ids(value: str) -> bool:
    cell = log_cells.ids(value, None)
    return len(cell.ids) > len(cell.refused)


def _is_large(value: str) -> bool:
    return any(len(id) > 3 for id in log_cells.ids(value, None).ids)


def _is_position(value: str) -> bool:
    return log_cells.position(value) is not None


def _is_date(value: str) -> bool:
    return parse_date(value) is not None


def _is_written_date(value: str) -> bool:
    return not value.replace(".", "", 1).isdecimal() and _is_date(value)


def _is_share(value: str) -> bool:
    return log_cells.percent(value) is not None


def _is_outcome(value: str) -> bool:
    return log_cells.outcome(value) is not None


def _is_system(value: str) -> bool:
    return bool(systems_from_name(value)) or cells.is_system(value)


def _is_reason(value: str) -> bool:
    return reasons.code_from_words(value) is not None


def _is_topic_like(value: str) -> bool:
    return bool(systems_from_name(value) or disciplines_from_name(value))
