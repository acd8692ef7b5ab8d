"""Files, bytes and pasted text as Documents: decoded, cleaned, or refused with what to do."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

from ..model.attempts import Problem
from ..model.progress import Progress, no_progress
from . import spreadsheets
from .pdf import pdf_text
from .reading import Document, UnusableInput

# The largest honest file is a printed PDF with pictures; text files stay far below.
LARGEST = 50 * 1024 * 1024

_PASTE_INSTEAD = "Open it, select the questions, copy them and paste them here."

# What files that are not text begin with, what to call them and what to do. A format that gets a
# reader of its own leaves this list.
_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (
        b"{\\rtf",
        "a rich text document",
        "Save it as plain text, or copy its text and paste it here.",
    ),
    (b"\x89PNG", "a picture", _PASTE_INSTEAD),
    (b"\xff\xd8\xff", "a picture", _PASTE_INSTEAD),
    (b"GIF8", "a picture", _PASTE_INSTEAD),
    (b"BM", "a picture", _PASTE_INSTEAD),
    (b"II*\0", "a picture", _PASTE_INSTEAD),
    (b"MM\0*", "a picture", _PASTE_INSTEAD),
    (b"\x1f\x8b", "a compressed file", "Unpack it and open the file inside."),
    (b"7z\xbc\xaf", "a compressed file", "Unpack it and open the file inside."),
    (b"Rar!", "a compressed file", "Unpack it and open the file inside."),
    (b"SQLite format 3", "a database", _PASTE_INSTEAD),
)
_PICTURE_BRANDS = (b"WEBP", b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif")
_BYTE_ORDER_MARKS: tuple[tuple[bytes, str], ...] = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\0\0", "utf-32-le"),
    (b"\0\0\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
# More control characters than this, and more than this share, mean that the file is not text.
_MOST_CONTROLS = 10
_MOST_CONTROLS_SHARE = 0.01
_SAMPLE = 4_096

_LINE_ENDS = re.compile(r"\r\n?|[\v\x1c\x1d\x1e\x85\u2028\u2029]")
# Marks that change how text is shown, not what it says: directions, joiners, soft hyphens.
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200c-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_CONTROL = re.compile("[\0-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_UNDECODED = re.compile("[\udc80-\udcff]+")
_SURROGATE = re.compile("[\ud800-\udfff]")


def from_text(text: str, name: str = "pasted text") -> Document:
    """Pasted text, cleaned. Raises UnusableInput where it is empty, not text or huge."""
    if len(text) > LARGEST:
        raise _too_large(name)
    return _document(text, name, [])


def from_file(path: str | os.PathLike[str], progress: Progress = no_progress) -> Document:
    """The text of a file.

    Raises UnusableInput where the file cannot be read or is of no use, Cancelled where `progress`
    does.
    """
    path = Path(path)
    name = path.name or str(path)
    try:
        if path.is_dir():
            raise UnusableInput(f"{name} is a folder. Open a file inside it.")
        if path.exists() and not path.is_file():
            raise UnusableInput(f"{name} is not a file. {_PASTE_INSTEAD}")
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise UnusableInput(
            f"{name} is not there any more. If it was moved or renamed, open it again."
        ) from None
    except PermissionError:
        raise UnusableInput(
            f"{name} may not be read: the system denies access. If it is open in another "
            "program, close it there, or copy the file to another folder and open the copy."
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is not valid"
        raise UnusableInput(
            f"{name} could not be read ({reason}). Copy it to this computer and open the copy."
        ) from None
    return from_bytes(data, name, progress)


def from_bytes(data: bytes, name: str, progress: Progress = no_progress) -> Document:
    """The text of a file's content; `name` is what to call it in messages.

    Raises UnusableInput where it is of no use, Cancelled where `progress` does.
    """
    if len(data) > LARGEST:
        raise _too_large(name)
    if not data.strip(b"\0 \t\r\n\f"):
        raise _empty(name)
    if b"%PDF-" in data[:1024]:
        return _document(pdf_text(data, name, progress), name, [])
    if spreadsheets.is_zip(data):
        cells = spreadsheets.cells_of(data, name, progress)
        return _document(cells.text, name, cells.problems, kind="spreadsheet")
    if spreadsheets.is_older(data):
        raise spreadsheets.older_refusal(data, name)
    _refuse_other_formats(data, name)
    progress("Reading", 0, 0)
    decoded = _decoded(data)
    return _document(decoded.text, name, decoded.problems)


class _Decoded(NamedTuple):
    text: str
    problems: list[Problem]


def _document(text: str, name: str, problems: list[Problem], *, kind: str = "") -> Document:
    """Cleans `text`: one kind of line end, no control characters, nothing invisible."""
    text = _LINE_ENDS.sub("\n", text) if _LINE_ENDS.search(text) else text
    controls = _CONTROL.search(text)
    if controls:
        where = _line_of(text, controls.start())
        text, count = _CONTROL.subn("", text)
        if count > max(_MOST_CONTROLS, _MOST_CONTROLS_SHARE * len(text)):
            raise UnusableInput(
                f"{name} is not a text file, so nothing could be read from it. {_PASTE_INSTEAD}"
            )
        problems = [
            *problems,
            Problem(
                where,
                f"{count:,} characters that are not text (such as NUL), here first, were removed. "
                "Please check the ids on these lines.",
            ),
        ]
    if not text.isascii():
        text = _SURROGATE.sub("\ufffd", _INVISIBLE.sub("", text)).replace("\u200b", " ")
    if not text.strip():
        raise _empty(name)
    return Document(text, name, tuple(problems), kind)


def _refuse_other_formats(data: bytes, name: str) -> None:
    start = data[:16]
    for signature, what, advice in _SIGNATURES:
        if start.startswith(signature) and (signature != b"BM" or b"\0" in start):
            raise UnusableInput(f"{name} is {what}, which cannot be read. {advice}")
    if any(brand in start for brand in _PICTURE_BRANDS):
        raise UnusableInput(f"{name} is a picture, which cannot be read. {_PASTE_INSTEAD}")


def _decoded(data: bytes) -> _Decoded:
    """`data` as text: by its byte order mark, by where its NULs are, as UTF-8, as Windows-1252."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            data = data[len(mark) :]
            return _utf_8(data) if encoding == "utf-8" else _wide(data, encoding)
    sample = data[:_SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    is_paired = len(data) % 2 == 0 or len(data) > 100  # a longer one may be cut off
    if is_paired and max(even, odd) > len(sample) // 4 and min(even, odd) <= len(sample) // 40:
        return _wide(data, "utf-16-le" if odd > even else "utf-16-be")
    return _utf_8(data)


def _wide(data: bytes, encoding: str) -> _Decoded:
    text = data.decode(encoding, "replace")
    broken = text.find("\ufffd")
    if broken < 0:
        return _Decoded(text, [])
    problem = Problem(
        _line_of(text, broken),
        "From here on the file has characters that are broken, perhaps since it was cut off. "
        "Please check the ids here and at its end.",
    )
    return _Decoded(text, [problem])


def _utf_8(data: bytes) -> _Decoded:
    """UTF-8 where it is valid, Windows-1252 where it is not; a mixture of both is a problem."""
    try:
        return _Decoded(data.decode("utf-8"), [])
    except UnicodeDecodeError:
        text = data.decode("utf-8", "surrogateescape")
    if _UNDECODED.sub("", text).isascii():
        return _Decoded(data.decode("cp1252", "replace"), [])
    undecoded = _UNDECODED.search(text)
    where = _line_of(text, undecoded.start()) if undecoded else ""
    text = _UNDECODED.sub(_windows_1252, text)
    problem = Problem(
        where,
        "The file mixes two encodings (UTF-8 and, here first, Windows-1252). Both were read, but "
        "accents and signs such as ✓ can be wrong. Ids are not affected.",
    )
    return _Decoded(text, [problem])


def _windows_1252(undecoded: re.Match[str]) -> str:
    return undecoded.group().encode("utf-8", "surrogateescape").decode("cp1252", "replace")


def _line_of(text: str, position: int) -> str:
    """The place for messages, as `lines` counts it."""
    number = text.count("\n", text.rfind("\f", 0, position) + 1, position) + 1
    if "\f" not in text:
        return f"line {number}"
    return f"page {text.count(chr(12), 0, position) + 1}, line {number}"


def _empty(name: str) -> UnusableInput:
    return UnusableInput(
        f"There is no text in {name}. Copy the results table or the question ids and paste them."
    )


def _too_large(name: str) -> UnusableInput:
    return UnusableInput(
        f"{name} is larger than {LARGEST // (1024 * 1024)} MB, more than any list of questions, "
        "and was not read. Copy only the part with the questions and paste it here."
    )
