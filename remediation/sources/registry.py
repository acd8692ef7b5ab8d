"""All readers, and which one reads what. A new format is added to READERS."""

from __future__ import annotations

from ..model.progress import Progress, no_progress
from .browser_json import BrowserJson
from .error_log import ErrorLog
from .free_120 import Free120
from .nbme_insights import NBMEInsights
from .nbme_report import NBMEReport
from .note_lists import NoteLists
from .question_ids import QuestionIds
from .reading import Document, Reader, Reading, UnusableInput
from .uworld_html import UWorldHtml
from .uworld_print import UWorldPrint
from .uworld_report import UWorldReport
from .uworld_table import UWorldTable

READERS: tuple[Reader, ...] = (
    UWorldHtml(),
    BrowserJson(),
    NBMEInsights(),
    UWorldTable(),
    UWorldPrint(),
    UWorldReport(),
    NBMEReport(),
    Free120(),
    ErrorLog(),
    NoteLists(),
    QuestionIds(),
)

_BY_KEY = {reader.key: reader for reader in READERS}


def reader_by_key(key: str) -> Reader:
    """The reader stored as `key`. Raises KeyError where there is none."""
    return _BY_KEY[key]


def detect(document: Document) -> tuple[Reader, ...]:
    """The readers that may understand `document`, the surest first; empty where none does.

    Where one is certain (1), the others would only misread it: numbers in a page's source, or in
    the stems that come with JSON, are no ids.
    """
    certainties = [(reader.certainty(document), reader) for reader in READERS]
    certainties.sort(key=lambda pair: -pair[0])
    if certainties[0][0] == 1:
        return (certainties[0][1],)
    return tuple(reader for certainty, reader in certainties if certainty > 0)


def read(
    document: Document, reader_key: str | None = None, progress: Progress = no_progress
) -> Reading:
    """Reads `document` with the reader stored as `reader_key`, or with the first that can.

    Raises UnusableInput where nothing can be used, Cancelled where `progress` does, KeyError where
    there is no such reader.
    """
    if reader_key is not None:
        return reader_by_key(reader_key).read(document, progress)
    refusal = None
    for reader in detect(document):
        try:
            return reader.read(document, progress)
        except UnusableInput as error:
            refusal = refusal or error
    if refusal is not None:
        raise refusal
    raise UnusableInput(
        f"Nothing in {document.name} looks like question ids or results. What can be read: "
        "question ids (2108, 118154, 8425); UWorld's results table, its results and reports "
        "printed to PDF, its saved pages; NBME question lists and score reports, Free 120 item "
        "numbers; lists of Anki notes (nid:…); and your own log as a table."
    )
