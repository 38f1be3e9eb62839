"""Open a saved page: refuse what is no page, and find the encoding of what is one."""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from interpose.record.pages.page import UnreadError

LIMIT_BYTES = 5_000_000
"""A saved news page is a tenth of this; one that is larger would take minutes."""

LIMIT_PDF_BYTES = 40_000_000
"""Pictures make a PDF large, its text stays small."""

_HEAD = 20_000
_MARKED = ("utf-8-sig", "utf-16", "utf-32")
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
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

    Examples
    --------
    >>> decode("Vučić".encode("cp1250"))
    ('Vučić', 'cp1250')
    >>> decode("Мир".encode("utf-16"))
    ('Мир', 'utf-16')
    """
    name: str = json.detect_encoding(raw)
    text = raw.decode(name, errors="replace")
    broken, beyond_ascii = text.count("\ufffd"), sum(c > "\x7f" for c in text)
    # A byte order mark is believed; zeros that look like UTF-16 may be binary data.
    if not broken or name in _MARKED or (name != "utf-8" and broken < 0.01 * len(text)):
        return text, name
    if name == "utf-8" and broken * 10 < beyond_ascii:
        return text, "utf-8, some bytes broken"
    name = _declared(raw) or max(_USUAL_LETTERS, key=lambda name: _usual(raw, name))
    return raw.decode(name, errors="replace"), name


def _declared(raw: bytes) -> str | None:
    """Return the encoding that an HTML page says it has, unless that cannot be."""
    if not (found := _CHARSET.search(raw[:4000])):
        return None
    name = found.group(1).decode("ascii")
    try:
        wide = codecs.lookup(name).name in ("utf-8", "utf-16", "utf-32")
        raw.decode(name, errors="replace")
    except (LookupError, ValueError):
        return None
    return None if wide else name.lower()


def _usual(raw: bytes, name: str) -> float:
    """Score an encoding: usual letters count for it, unusual ones against it."""
    text = raw[:200_000].decode(name, errors="replace")
    high = [c for c in text if c > "\x7f"]
    if name == "cp1251" and 3 * len(high) < sum(c.isalpha() for c in text):
        return -1e9  # Cyrillic pages are Cyrillic through and through
    usual = set(_USUAL_LETTERS[name])
    return sum(1.0 if c in usual else -1.5 for c in high if not c.isspace())
