"""The text of a PDF, through Qt's own PDF module. Only this file needs Qt, and only when called."""

from __future__ import annotations

from typing import Any

from ..model.progress import Progress, no_progress
from .reading import UnusableInput

_COPY_INSTEAD = "Open it in a PDF viewer, select all, copy, and paste here."
# A text larger than this is no results page; reading on would only fill the memory.
_MOST_CHARACTERS = 50_000_000

# Qt's PDF module needs an application object, and one that is not kept alive ends at once.
_application: Any = None


def pdf_text(data: bytes, name: str, progress: Progress = no_progress) -> str:
    """The text of all pages of the PDF in `data`, form feeds between them.

    `name` is what to call it in messages. Calls `progress` page by page. Raises UnusableInput for
    a PDF that is protected, broken or holds no text, and where Qt has no PDF module.
    """
    try:
        from PyQt6.QtCore import QBuffer, QByteArray, QIODevice
        from PyQt6.QtPdf import QPdfDocument
    except ImportError:
        raise UnusableInput(
            f"{name} is a PDF, and this Anki was built without the part that reads PDFs. "
            f"{_COPY_INSTEAD}"
        ) from None
    _ensure_application()
    bytes_of_file = QByteArray(data)
    buffer = QBuffer(bytes_of_file)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    pdf = QPdfDocument(None)
    try:
        pdf.load(buffer)
        error = pdf.error()
        if error in (
            QPdfDocument.Error.IncorrectPassword,
            QPdfDocument.Error.UnsupportedSecurityScheme,
        ):
            raise UnusableInput(
                f"{name} is protected with a password and cannot be read. {_COPY_INSTEAD} Or print "
                "the results to PDF again, without a password."
            )
        if error != QPdfDocument.Error.None_ or pdf.pageCount() < 1:
            raise UnusableInput(
                f"{name} is a PDF that is damaged or was not saved to its end. Save or print it "
                f"again. If a viewer opens it: {_COPY_INSTEAD}"
            )
        return _text_of_pages(pdf, name, progress)
    finally:
        pdf.close()
        buffer.close()


def _text_of_pages(pdf: Any, name: str, progress: Progress) -> str:
    count = pdf.pageCount()
    pages = []
    characters = 0
    for page in range(count):
        progress("Reading pages", page, count)
        # Form feeds part pages; a hyphen at a line end comes as U+FFFE.
        text = pdf.getAllText(page).text().replace("\f", "\n").replace("\ufffe", "-")
        pages.append(text)
        characters += len(text)
        if characters > _MOST_CHARACTERS:
            raise UnusableInput(
                f"{name} holds far more text than any results page (given up on page {page + 1} of "
                f"{count}). Print only the results of one test, or copy them and paste here."
            )
    progress("Reading pages", count, count)
    if not any(text.strip() for text in pages):
        raise UnusableInput(
            f"{name} is a PDF without text: a scan or a picture. {_COPY_INSTEAD} If nothing can be "
            "selected in it, copy the results from the bank's own page."
        )
    return "\f".join(pages)


def _ensure_application() -> None:
    global _application
    from PyQt6.QtCore import QCoreApplication
    from PyQt6.QtGui import QGuiApplication

    if QCoreApplication.instance() is None:
        _application = QGuiApplication(["remediation", "-platform", "offscreen"])
