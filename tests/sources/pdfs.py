"""PDFs for tests, made at test time: printed pages, scans, protected files."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from html import escape

from PyQt6.QtCore import QBuffer, QCoreApplication, QIODevice
from PyQt6.QtGui import QGuiApplication, QPageSize, QPainter, QPdfWriter, QTextDocument

_PASSWORD_PADDING = bytes.fromhex(
    "28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A"
)


def ensure_application() -> None:
    """Qt draws text only where an application object lives."""
    if QCoreApplication.instance() is None:
        globals()["_application"] = QGuiApplication(["tests", "-platform", "offscreen"])


def printed_html(html: str) -> bytes:
    """A page printed to PDF as a browser does it: cell by cell, names wrapped in their cells."""
    ensure_application()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    document = QTextDocument()
    document.setHtml(html)
    document.print(writer)
    buffer.close()
    return bytes(buffer.data().data())


def printed_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """Lines of text above a table, printed to PDF."""
    lines = "".join(f"<p>{escape(line)}</p>" for line in head)
    cells = ("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return printed_html(f"{lines}<table>{''.join(cells)}</table>")


def scan() -> bytes:
    """A PDF with a drawing and no text."""
    ensure_application()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    painter = QPainter(writer)
    painter.drawRect(100, 100, 2000, 1000)
    painter.end()
    buffer.close()
    return bytes(buffer.data().data())


def protected(password: bytes = b"secret", handler: bytes = b"Standard") -> bytes:
    """A one-page PDF that asks for `password` (RC4, 40 bits; PDF 1.4, algorithms 3.2 to 3.4)."""
    file_id = b"0123456789abcdef"
    permissions = -4
    owner = _rc4(hashlib.md5(_padded(b"owner")).digest()[:5], _padded(password))
    key = hashlib.md5(
        _padded(password) + owner + (permissions & 0xFFFFFFFF).to_bytes(4, "little") + file_id
    ).digest()[:5]
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>",
        b"<</Filter/%s/V 1/R 2/O <%s>/U <%s>/P %d>>"
        % (
            handler,
            owner.hex().encode(),
            _rc4(key, _PASSWORD_PADDING).hex().encode(),
            permissions,
        ),
    )
    pdf = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(pdf))
        pdf += b"%d 0 obj%sendobj\n" % (number, body)
    table = len(pdf)
    pdf += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    pdf += b"".join(b"%010d 00000 n \n" % place for place in places)
    pdf += (
        b"trailer<</Size %d/Root 1 0 R/Encrypt 4 0 R/ID[<%s><%s>]>>\nstartxref\n%d\n%%%%EOF\n"
        % (
            len(objects) + 1,
            file_id.hex().encode(),
            file_id.hex().encode(),
            table,
        )
    )
    return bytes(pdf)


def _padded(password: bytes) -> bytes:
    return (password + _PASSWORD_PADDING)[:32]


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) & 255
        state[i], state[j] = state[j], state[i]
    i = j = 0
    out = bytearray()
    for byte in data:
        i = (i + 1) & 255
        j = (j + state[i]) & 255
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) & 255])
    return bytes(out)
