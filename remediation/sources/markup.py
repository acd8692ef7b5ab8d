"""The source of a web page, made safe to parse: only plain tags and text are left.

Nothing is rendered, loaded or run. Scripts, styles, comments, pictures and forms go with all they
hold, of attributes only what may carry a result stays, and what is not a whole tag is text. The
work is linear in the length, whatever the page holds, and the rest is small.
"""

from __future__ import annotations

import binascii
import quopri
import re

from ..model.progress import Progress, no_progress
from .reading import Document, UnusableInput

_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,500}?-->\s*){0,3}"
    r"<(?:!doctype\s+html|html|head|body|main|section|div|span|table|tbody|thead|tr|td|mat-[a-z]+"
    r"|app-[a-z]+)\b",
    re.IGNORECASE | re.DOTALL,
)
# Chrome and Edge save "Webpage, Single File" as a mail message.
_MAIL = re.compile(r"\s*(?:From: <Saved by |MIME-Version: )", re.IGNORECASE)
_BOUNDARY = re.compile(r'boundary="?([^"\s;]{1,100})', re.IGNORECASE)
_HTML_PART = re.compile(r"content-type:\s*text/html", re.IGNORECASE)
_ENCODING = re.compile(r"content-transfer-encoding:\s*([\w-]{1,30})", re.IGNORECASE)
_MOST_PARTS = 2_000
_HEAD_OF_MAIL = 5_000

# A results page of 1,000 questions has about 30 tags for each.
MOST_TAGS = 100_000
_TAGS_PER_REPORT = 5_000

_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>[A-Za-z][-\w:]{0,60})"
    r"(?P<attributes>[^<>\"']*(?:\"[^\"]*\"[^<>\"']*|'[^']*'[^<>\"']*)*)>"
)
# Comments, declarations, processing instructions.
_OTHER = re.compile(r"<!--|<[!?]")
_ATTRIBUTE = re.compile(
    r"(?<![-\w])(?P<name>class|title|aria-label|role|svgicon|fonticon|data-mat-icon-name)"
    r"\s*=\s*(?:\"(?P<a>[^\"]*)\"|'(?P<b>[^']*)'|(?P<c>[^\s\"'>]+))",
    re.IGNORECASE,
)
_LONGEST_ATTRIBUTE = 500
# Their content is no text of the page.
_SKIPPED = frozenset(
    ("script", "style", "template", "noscript", "svg", "iframe", "object", "textarea", "select")
)
_EMPTY = frozenset(("br", "hr", "img", "input", "link", "meta", "source", "wbr", "col", "area"))
_UNWANTED = re.compile(
    "[\0-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    "\ud800-\udfff\ufffe\uffff]"
)


def is_web_page(text: str) -> bool:
    """Whether `text` is the source of a web page, or a page saved as a single file."""
    return bool(_PAGE.match(text) or _MAIL.match(text))


def plain(text: str) -> str:
    """`text` on one line, without what cannot be seen or stored (NUL, half surrogates)."""
    return " ".join(_UNWANTED.sub("", text).split())


def cleaned(document: Document, progress: Progress = no_progress) -> str:
    """The tags and the text of a page, as described above.

    Calls `progress` every few thousand tags. Raises UnusableInput where there are more than
    MOST_TAGS or the page is nested too deeply.
    """
    text = _page_in_mail(document.text) if _MAIL.match(document.text) else document.text
    parts: list[str] = []
    tags = done = start = 0
    while True:
        start = text.find("<", start)
        if start < 0:
            break
        if start > done:
            parts.append(text[done:start].replace("<", "&lt;"))
            done = start
        tag = _TAG.match(text, start)
        if tag is None:
            end = _end_of_other(text, start)
            if end > start:
                done = end
            start = max(end, start + 1)
            continue
        tags += 1
        if tags % _TAGS_PER_REPORT == 0:
            progress("Reading", start, len(text))
        if tags > MOST_TAGS:
            raise UnusableInput(
                f"{document.name} is far larger than any results page (more than {MOST_TAGS:,} "
                "elements), and nothing was read from it. Open the page in the browser, select the "
                "table, copy it and paste it here."
            )
        start = done = tag.end()
        name = tag["name"].lower()
        if not tag["end"] and name in _SKIPPED:
            start = done = _end_of_element(text, name, done)
        elif name not in _EMPTY:
            parts.append(f"<{tag['end']}{name}{'' if tag['end'] else _attributes(tag)}>")
        else:
            parts.append(" ")
    parts.append(text[done:].replace("<", "&lt;"))
    return "".join(parts)


def _attributes(tag: re.Match[str]) -> str:
    kept = ""
    for found in _ATTRIBUTE.finditer(tag["attributes"]):
        value = (found["a"] or found["b"] or found["c"] or "")[:_LONGEST_ATTRIBUTE]
        kept += f' {found["name"].lower()}="{value.replace(chr(34), "")}"'
    return kept


def _end_of_other(text: str, start: int) -> int:
    """The end of a comment or declaration that begins at `start`; `start` where none does."""
    other = _OTHER.match(text, start)
    if other is None:
        return start
    close = "-->" if other.group() == "<!--" else ">"
    end = text.find(close, other.end())
    return len(text) if end < 0 else end + len(close)


def _end_of_element(text: str, name: str, start: int) -> int:
    end = re.compile(rf"</{name}\b[^<>]{{0,200}}>", re.IGNORECASE).search(text, start)
    return end.end() if end else len(text)


def _page_in_mail(text: str) -> str:
    """The first HTML part of a page saved as one file; empty where there is none."""
    boundary = _BOUNDARY.search(text, 0, _HEAD_OF_MAIL)
    parts = text.split(f"--{boundary.group(1)}", _MOST_PARTS) if boundary else [text]
    for part in parts:
        headers, _, body = part.strip().partition("\n\n")
        headers = headers[:_HEAD_OF_MAIL]
        if not _HTML_PART.search(headers):
            continue
        encoding = _ENCODING.search(headers)
        data = body.encode("utf-8", "replace")
        way = encoding.group(1).lower() if encoding else ""
        if way == "quoted-printable":
            data = quopri.decodestring(data)
        elif way == "base64":
            try:
                data = binascii.a2b_base64(data)
            except binascii.Error:
                continue
        return data.decode("utf-8", "replace")
    return ""
