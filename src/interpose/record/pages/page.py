"""A saved page: what reading it gives, and opening its file in the right encoding."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Part = Literal["text", "title", "caption"]
"""Where a line stands. Captions are often of another time than the text above them."""

PROPOSAL_TABLES: dict[str, str] = {
    **dict.fromkeys(("strength", "change", "request", "nations"), "figures"),
    **dict.fromkeys(("casualties", "displacement", "measure"), "figures"),
    **{"date": "dates", "deployment": "acts", "act": "acts"},
    **{"quotation": "quotations", "source": "sources"},
}
"""Kind of proposal -> the table its row is for, in the order in which kinds are listed."""

Span = tuple[int, int]
"""First character, and the one after the last."""


class UnreadError(Exception):
    """A page cannot be read; the text says why and what to do. Never leaves this package."""


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph of a text, from `start` to `end`."""

    start: int
    end: int
    part: Part = "text"


@dataclass(frozen=True, slots=True)
class Article:
    """The text of a page without its furniture, a paragraph a line.

    `locate` turns a span of it into one of the decoded file, or None where that is not known.
    Title, ISO date and publisher are as the head of the page gives them, or empty; `is_cut` says
    that the page goes on after the text that was read.
    """

    text: str
    lines: tuple[Line, ...] = ()
    locate: Callable[[int, int], Span | None] = lambda _start, _end: None
    title: str = ""
    date: str = ""
    publisher: str = ""
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A file that was tried, whether it could be read or not.

    `reason` is why it is unread, or what is doubtful about a page that was read; `date_basis` where
    its date was found; `source` the id under which its rows name it; `text` the extracted text, in
    which all spans count. What is not known is empty.
    """

    file: str
    status: Literal["read", "unread"]
    reason: str = ""
    language: str = ""
    title: str = ""
    date: str = ""
    date_basis: str = ""
    publisher: str = ""
    encoding: str = ""
    source: str = ""
    text: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Found:
    """What one rule saw, before it becomes a `Proposal`; the span counts in what the rule read."""

    kind: str
    start: int
    end: int
    confidence: float
    row: dict[str, str]
    details: dict[str, str] = field(default_factory=dict)
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A row for the record that a page suggests; a person accepts or rejects it.

    The id is the same whenever the same file is read, the kind one of `PROPOSAL_TABLES`. `span` is
    where it stands in the extracted text, `file_span` in the decoded file, or None where that is
    not known. `confidence`, 0 to 1, says how sure the rule is. A cell of `row` is empty where the
    text says nothing; `details` are what was found besides: size, destination, months of a tour.
    """

    id: str
    kind: str
    file: str
    span: Span
    file_span: Span | None
    text: str
    sentence: str
    confidence: float
    row: dict[str, str]
    details: dict[str, str] = field(default_factory=dict)

    @property
    def table(self) -> str:
        """The table the row is for; ``dates`` and ``quotations`` are kept beside the record."""
        return PROPOSAL_TABLES[self.kind]


# --- opening a file -------------------------------------------------------------------------------

LIMIT_BYTES = 5_000_000
"""A saved news page is a tenth of this; one that is larger would take minutes."""

LIMIT_PDF_BYTES = 40_000_000
"""Pictures make a PDF large, its text stays small."""

_HEAD = 20_000
_MARKED = ("utf-8-sig", "utf-8", "utf-16", "utf-32")
_CHARSET = re.compile(
    rb"(?:<meta[^>]{0,200}charset|<\?xml[^>]{0,100}encoding)\s*=\s*[\"']?([\w.:-]{2,40})",
    re.IGNORECASE,
)
_AS_BROWSERS = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874",
    "gb2312": "gbk", "euc_kr": "cp949", "shift_jis": "cp932",
}  # fmt: skip
"""Encoding that a page names -> what browsers read it as (WHATWG Encoding Standard)."""
_C1 = re.compile(r"[\x80-\x9f]")
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|article|div|p)\b[^<]*>", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_USUAL_LETTERS: dict[str, str] = {
    "cp1250": "šđčćžŠĐČĆŽëËçÇ„“”’–—äöüßéáíóúőűłśźż",
    "cp1252": "ëËçÇ“”‘’–—éèàäöüßñêôîÉáíóú",
    "cp1251": "абвгдђежзијклљмнњопрстћуфхцчџшАБВГДЂЕЖЗИЈКЛЉМНЊОПРСТЋУФХЦЧЏШ„“”’–—",
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A file before its article is found: bytes of a PDF, or decoded text."""

    kind: Literal["html", "txt", "pdf"]
    raw: bytes = b""
    text: str = ""
    encoding: str = ""


def open_page(path: Path) -> Opened:
    """Read a file and say what it is.

    Raises
    ------
    UnreadError
        If it is missing, no plain file, too large, empty or not text.
    """
    raw = _bytes(path)
    if _is_pdf(raw):
        return Opened("pdf", raw)
    text, encoding = decode(raw)
    head = text[:_HEAD]
    if len(_CONTROLS.findall(head)) > 0.02 * len(head):
        msg = "holds binary data, not text. Give an .html, .txt or .pdf file."
        raise UnreadError(msg)
    named = path.suffix.lower() in (".html", ".htm", ".xhtml")
    is_html = named or len(_HTML.findall(head)) >= 2
    return Opened("html" if is_html else "txt", b"", text, encoding)


def _bytes(path: Path) -> bytes:
    try:
        for is_wrong, why in (
            (path.is_dir(), "is a folder. Name the files in it."),
            (not path.exists(), "is not there."),
            (not path.is_file(), "is no plain file."),
        ):
            if is_wrong:
                raise UnreadError(why)
        size = path.stat().st_size
        with path.open("rb") as file:
            raw = file.read(1024)
            limit = LIMIT_PDF_BYTES if _is_pdf(raw) else LIMIT_BYTES
            if size > limit:
                msg = (
                    f"holds {size / 1e6:.1f} MB; a page may hold {limit / 1e6:.0f} MB. "
                    "Cut out the article, or save the page without its pictures."
                )
                raise UnreadError(msg)
            raw += file.read(limit)
    except (OSError, ValueError) as error:
        msg = f"cannot be opened: {getattr(error, 'strerror', None) or error}."
        raise UnreadError(msg) from error
    if not raw.strip():
        msg = "is empty."
        raise UnreadError(msg)
    return raw


def _is_pdf(raw: bytes) -> bool:
    return raw[:1024].lstrip().startswith(b"%PDF-")


def decode(raw: bytes) -> tuple[str, str]:
    """Decode text of unknown encoding; return the text and the name of its encoding.

    A byte order mark counts first, then UTF-8 if it fits, then what the page says of itself, then
    the code page of Central Europe, the West or Cyrillic under which the letters look most usual.
    """
    name: str = json.detect_encoding(raw)
    text = raw.decode(name, errors="replace")
    broken, beyond_ascii = text.count("\ufffd"), sum(c > "\x7f" for c in text)
    # A byte order mark is believed; zeros that look like UTF-16 may be binary data.
    if not broken or (name != "utf-8" and (name in _MARKED or broken < 0.01 * len(text))):
        return text, name
    if name == "utf-8" and broken * 10 < beyond_ascii:
        return text, "utf-8, some bytes broken"
    name = _declared(raw) or max(_USUAL_LETTERS, key=lambda name: _usual(raw, name))
    if _C1.search(raw.decode(name, errors="replace")):  # no text has these: quotes of windows
        name = max(_USUAL_LETTERS, key=lambda name: _usual(raw, name))
    return raw.decode(name, errors="replace"), name


def _declared(raw: bytes) -> str | None:
    """Return the encoding that an HTML page says it has, unless that cannot be."""
    if not (found := _CHARSET.search(raw[:4000])):
        return None
    name = found.group(1).decode("ascii")
    try:
        known = codecs.lookup(name).name
        raw.decode(known, errors="replace")
    except (LookupError, ValueError):
        return None
    return None if known.startswith(_MARKED) else _AS_BROWSERS.get(known, known)


def _usual(raw: bytes, name: str) -> float:
    """Score an encoding: usual letters count for it, unusual ones against it."""
    text = raw[:200_000].decode(name, errors="replace")
    high = [c for c in text if c > "\x7f"]
    if name == "cp1251" and 3 * len(high) < sum(c.isalpha() for c in text):
        return -1e9  # Cyrillic pages are Cyrillic through and through
    usual = set(_USUAL_LETTERS[name])
    return sum(1.0 if c in usual else -1.5 for c in high if not c.isspace())
