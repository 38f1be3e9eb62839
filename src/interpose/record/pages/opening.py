"""Open a saved page: refuse what is no page, and find the encoding of what is one."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from interpose.record.pages.shapes import UnreadError

LIMIT_BYTES = 5_000_000
"""A saved news page is a tenth of this; one that is larger would take minutes."""

LIMIT_PDF_BYTES = 40_000_000
"""Pictures make a PDF large, its text stays small."""

_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|article|div|p)\b[^<]*>", re.IGNORECASE)
_LIKELY: dict[str, str] = {
    "cp1250": "šđčćžŠĐČĆŽëËçÇ„“”’–—äöüßéáíóúőűłśźż",
    "cp1252": "ëËçÇ“”‘’–—éèàäöüßñêôîÉáíóú",
    "cp1251": "абвгдђежзијклљмнњопрстћуфхцчџшАБВГДЂЕЖЗИЈКЛЉМНЊОПРСТЋУФХЦЧЏШ„“”’–—",
}
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Opened:
    """A file before its text is extracted: bytes of a PDF, or decoded text."""

    kind: Literal["html", "txt", "pdf"]
    raw: bytes
    text: str
    encoding: str


def open_page(path: Path) -> Opened:
    """Read a file and say what it is.

    Raises
    ------
    UnreadError
        If it is missing, no plain file, too large, empty or not text.
    """
    raw = _bytes(path)
    if raw[:1024].lstrip().startswith(b"%PDF-"):
        return Opened("pdf", raw, "", "")
    if len(raw) > LIMIT_BYTES:
        raise UnreadError(_too_large(len(raw), LIMIT_BYTES))
    text, encoding = decode(raw)
    if len(_CONTROLS.findall(text[:20_000])) > 0.02 * len(text[:20_000]):
        msg = "holds binary data, not text. Give an .html, .txt or .pdf file."
        raise UnreadError(msg)
    named = path.suffix.lower() in (".html", ".htm", ".xhtml")
    is_html = named or len(_HTML.findall(text[:20_000])) >= 2
    return Opened("html" if is_html else "txt", b"", text, encoding)


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            msg = "is a folder. Name the files in it."
            raise UnreadError(msg)
        if not path.exists():
            msg = "is not there."
            raise UnreadError(msg)
        if not path.is_file():
            msg = "is no plain file."
            raise UnreadError(msg)
        size = path.stat().st_size
        if size > LIMIT_PDF_BYTES:
            raise UnreadError(_too_large(size, LIMIT_PDF_BYTES))
        with path.open("rb") as file:
            raw = file.read(1024)
            if not raw.lstrip().startswith(b"%PDF-") and size > LIMIT_BYTES:
                raise UnreadError(_too_large(size, LIMIT_BYTES))
            raw += file.read(LIMIT_PDF_BYTES)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        msg = f"cannot be opened: {reason}."
        raise UnreadError(msg) from error
    if not raw.strip():
        msg = "is empty."
        raise UnreadError(msg)
    return raw


def _too_large(size: int, limit: int) -> str:
    return (
        f"holds {size / 1e6:.1f} MB; a page may hold {limit / 1e6:.0f} MB. "
        "Cut out the article, or save the page without its pictures."
    )


def decode(raw: bytes) -> tuple[str, str]:
    """Decode text of unknown encoding.

    A byte order mark counts first, then UTF-8 if it fits, then what the page says of itself, then
    the code page of Central Europe, the West or Cyrillic under which the letters look most usual.

    Returns
    -------
    tuple of str
        The text, and the name of its encoding.

    Examples
    --------
    >>> decode("Vučić".encode("cp1250"))
    ('Vučić', 'cp1250')
    >>> decode("Мир".encode("utf-16"))
    ('Мир', 'utf-16')
    """
    for bom, name in _BOMS:
        if raw.startswith(bom):
            return raw.decode(name, errors="replace"), name
    if (wide := _wide(raw)) is not None:
        return raw.decode(wide, errors="replace"), wide
    try:
        return raw.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    mended = raw.decode("utf-8", errors="replace")
    broken, sound = mended.count("�"), sum(c > "\x7f" for c in mended)
    if broken * 10 < sound:
        return mended, "utf-8, some bytes broken"
    return _code_page(raw)


def _wide(raw: bytes) -> str | None:
    """Return the byte order of UTF-16 text that has no mark: every other byte is then zero."""
    head = raw[:4000]
    even, odd = head[::2].count(0), head[1::2].count(0)
    half = max(1, len(head) // 2)
    if odd > 0.6 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.1 * half:
        return "utf-16-be"
    return None


def _code_page(raw: bytes) -> tuple[str, str]:
    if found := _CHARSET.search(raw[:4000]):
        said = found.group(1).decode("ascii")
        try:
            if codecs.lookup(said).name not in ("utf-8", "utf-16", "utf-32"):
                return raw.decode(said, errors="replace"), said.lower()
        except (LookupError, ValueError):
            pass
    best = max(_LIKELY, key=lambda name: _usual(raw, name))
    return raw.decode(best, errors="replace"), best


def _usual(raw: bytes, name: str) -> float:
    """Score an encoding: usual letters count for it, unusual ones against it."""
    text = raw[:200_000].decode(name, errors="replace")
    high = [c for c in text if c > "\x7f"]
    if name == "cp1251" and 3 * len(high) < sum(c.isalpha() for c in text):
        return -1e9  # Cyrillic pages are Cyrillic through and through
    usual = set(_LIKELY[name])
    return sum(1.0 if c in usual else -1.5 for c in high if not c.isspace())
