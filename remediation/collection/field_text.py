"""Fields of notes are HTML; what the student writes is plain text."""

from __future__ import annotations

import html
import re

from bs4 import BeautifulSoup

_LINE_BREAK = re.compile(r"<br\s*/?>|</(?:div|p|li)>(?=\s*\S)", re.IGNORECASE)


def text_of_field(field: str) -> str:
    """A field's text without its HTML: the student may have edited it in Anki."""
    if "<" not in field and "&" not in field:
        return field.strip()
    soup = BeautifulSoup(_LINE_BREAK.sub("\n", field), "html.parser")
    return soup.get_text().replace("\xa0", " ").strip()


def field_of_text(text: str) -> str:
    """Text as a field holds it."""
    return html.escape(text, quote=False).replace("\n", "<br>")
