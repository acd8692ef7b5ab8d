"""How a record is written into a note's field so that it survives there.

Raw JSON in a field is damaged by Anki's editor, by Find and Replace and by the media check (which
takes `[sound:x]` for a file). Base64 has nothing they react to, and a checksum tells damage from
absence.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from typing import Any

_PREFIX = "v1"
# A record of 64 KB is at most a few MB of JSON; more is damage or an attack on memory.
_MOST_JSON_BYTES = 16 * 1024 * 1024
_NOT_OURS = re.compile(r"<[^<>]*>|&nbsp;|\s")
_ANY_PREFIX = re.compile(r"v[1-9][0-9]*")


class DamagedRecord(ValueError):
    """A field does not hold a whole record; the message says what is wrong with it."""


class NewerRecord(DamagedRecord):
    """A field holds a record in a form that only a newer version reads."""


def encode(record: dict[str, Any]) -> str:
    """The record as `v1.<crc32>.<urlsafe base64 of zlib JSON>`; equal records give equal text."""
    plain = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    # Text that comes from a PDF can hold half of a surrogate pair, which plain UTF-8 refuses.
    packed = zlib.compress(plain.encode("utf-8", "surrogatepass"), 9)
    packed_text = base64.urlsafe_b64encode(packed).decode()
    return f"{_PREFIX}.{_checksum(packed_text)}.{packed_text}"


def decode(text: str) -> dict[str, Any]:
    """The record that `encode` wrote. Line breaks and tags that an editor added are ignored.

    Raises DamagedRecord where the text was cut or altered, NewerRecord where a newer version wrote
    it.
    """
    prefix, _, rest = _NOT_OURS.sub("", text).partition(".")
    checksum, _, packed_text = rest.partition(".")
    if prefix != _PREFIX:
        kind = NewerRecord if _ANY_PREFIX.fullmatch(prefix) else DamagedRecord
        raise kind("written by another version, or not by this add-on")
    if checksum != _checksum(packed_text) and checksum != _first_checksum(packed_text):
        raise DamagedRecord("the checksum does not fit: the text was altered or cut")
    try:
        record = json.loads(_unpacked(packed_text))
    except (ValueError, zlib.error, RecursionError) as error:
        raise DamagedRecord(f"the text is not whole: {error}") from error
    if not isinstance(record, dict):
        raise DamagedRecord("not a record")
    return record


def _checksum(packed_text: str) -> str:
    """Of the text and not of its bytes: the last letter of base64 has bits that no byte uses."""
    return f"{zlib.crc32(packed_text.encode('utf-8', 'surrogatepass')):08x}"


def _first_checksum(packed_text: str) -> str | None:
    """As the first versions of the add-on wrote it: of the bytes; None where there are none."""
    try:
        return f"{zlib.crc32(_packed(packed_text)):08x}"
    except ValueError:
        return None


def _packed(packed_text: str) -> bytes:
    return base64.b64decode(packed_text.encode("ascii"), altchars=b"-_", validate=True)


def _unpacked(packed_text: str) -> bytes:
    inflater = zlib.decompressobj()
    plain = inflater.decompress(_packed(packed_text), _MOST_JSON_BYTES)
    if not inflater.eof:
        raise ValueError("the packed text is cut or too long")
    return plain
