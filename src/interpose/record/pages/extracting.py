"""From an opened file to the text of its article, with the way back to the file."""

from __future__ import annotations

import bisect
import io
import logging
import re
from collections import Counter
from itertools import pairwise

from interpose.record.pages.aligning import HtmlPlaces
from interpose.record.pages.furniture import article_lines
from interpose.record.pages.opening import Opened
from interpose.record.pages.shapes import Extract, Line, Span, UnreadError

MISSING = (
    "needs a part that is not installed ({module}). Install it with: pip install 'interpose[read]'"
)
_META_DATE = re.compile(
    r"<meta[^>]{0,120}(?:published_time|datePublished|pubdate|[\"'](?:dc\.)?date)[^>]{0,120}?"
    r"content=[\"'](\d{4}-\d{2}-\d{2})",
    re.IGNORECASE,
)
_TIME_DATE = re.compile(r"<time[^>]{0,120}datetime=[\"'](\d{4}-\d{2}-\d{2})", re.IGNORECASE)
MOST_PDF_PAGES = 300
MOST_CHARACTERS = 400_000
"""Text beyond this, about a book, is not read; the page says so."""


def extract(opened: Opened) -> Extract:
    """Return the article of a page.

    Raises
    ------
    UnreadError
        If there is none in it, or a part to read it with is missing.
    """
    makers = {"html": _from_html, "pdf": _from_pdf, "txt": _from_text}
    found = makers[opened.kind](opened)
    if not re.search(r"\w", found.text):
        msg = "holds no text that belongs to an article."
        raise UnreadError(msg)
    return found


def _from_text(opened: Opened) -> Extract:
    body = opened.text[:MOST_CHARACTERS]
    lines = article_lines(body)
    text, placed = _joined(body, lines)
    starts = [line.start for line in placed]

    def locate(start: int, end: int) -> Span | None:
        first = bisect.bisect_right(starts, start) - 1
        last = bisect.bisect_left(starts, end) - 1
        shift = lines[first].start - placed[first].start
        # White space dropped between two lines: the span does not stand so in the file.
        if shift != lines[last].start - placed[last].start:
            return None
        return start + shift, end + shift

    title = next((text[line.start : line.end] for line in placed if line.part == "title"), "")
    return Extract(
        text,
        tuple(placed),
        locate,
        title,
        encoding=opened.encoding,
        is_cut=len(opened.text) > MOST_CHARACTERS,
    )


def _joined(text: str, lines: list[Line]) -> tuple[str, list[Line]]:
    """Put lines one under another and say where each now stands."""
    placed: list[Line] = []
    at = 0
    for line in lines:
        placed.append(Line(at, at + line.end - line.start, line.part))
        at += line.end - line.start + 1
    return "\n".join(text[line.start : line.end] for line in lines), placed


def _from_html(opened: Opened) -> Extract:
    try:
        import trafilatura
    except ImportError as error:
        raise UnreadError(MISSING.format(module=error.name)) from error
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
    try:
        document = trafilatura.bare_extraction(
            opened.text,
            include_comments=False,
            include_tables=True,
            with_metadata=True,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
        body = str(getattr(document, "text", None) or "")
        if not re.search(r"\w", body):
            body = str(trafilatura.html2txt(opened.text) or "")
    except Exception as error:
        msg = f"is HTML too broken to find an article in ({type(error).__name__})."
        raise UnreadError(msg) from error
    title, date, publisher = (
        " ".join(str(getattr(document, name, None) or "").split())
        for name in ("title", "date", "sitename")
    )
    date = date or _said_date(opened.text)
    with_title = bool(title) and title not in body[: len(title) + 200]
    whole = f"{title}\n{body}" if with_title else body
    body = whole[:MOST_CHARACTERS]
    text, placed = _joined(body, article_lines(body, has_title=with_title))
    places = HtmlPlaces(opened.text, text, placed)
    return Extract(
        text,
        tuple(placed),
        places.locate,
        title,
        date,
        "head of the page" if date else "",
        publisher,
        opened.encoding,
        is_cut=len(whole) > MOST_CHARACTERS,
    )


def _said_date(source: str) -> str:
    """Return the day that the head of a page gives, where the extractor would not take it."""
    found = _META_DATE.search(source[:60_000]) or _TIME_DATE.search(source[:60_000])
    return found.group(1) if found else ""


def _from_pdf(opened: Opened) -> Extract:
    try:
        import pypdf
    except ImportError as error:
        raise UnreadError(MISSING.format(module=error.name)) from error
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(opened.raw))
        if reader.is_encrypted and not reader.decrypt(""):
            msg = "is a PDF under a password."
            raise UnreadError(msg)
        is_cut = len(reader.pages) > MOST_PDF_PAGES
        sheets = [sheet.extract_text() for sheet in reader.pages[:MOST_PDF_PAGES]]
        title = str((reader.metadata and reader.metadata.title) or "")
    except UnreadError:
        raise
    except Exception as error:
        msg = f"is a PDF that cannot be opened ({type(error).__name__})."
        raise UnreadError(msg) from error
    whole = _flowing(sheets)
    body = whole[:MOST_CHARACTERS]
    if not re.search(r"\w{2}", body):
        msg = "is a PDF with no text (a scan?). Run character recognition on it first."
        raise UnreadError(msg)
    text, placed = _joined(body, article_lines(body))
    return Extract(
        text,
        tuple(placed),
        lambda _start, _end: None,
        title,
        is_cut=is_cut or len(whole) > MOST_CHARACTERS,
    )


def _flowing(sheets: list[str]) -> str:
    """Undo what printing did: running heads, page numbers, broken words and lines."""
    heads = Counter(line.strip() for sheet in sheets for line in set(sheet.splitlines()))
    often = {line for line, times in heads.items() if times > 2 and times > len(sheets) / 2}
    lines = [
        line.strip()
        for sheet in sheets
        for line in sheet.splitlines()
        if line.strip() not in often and not re.fullmatch(r"(?:page )?\W*\d{1,3}\W*", line.strip())
    ]
    out = lines[:1]
    usual = sorted(len(line) for line in lines)[len(lines) * 3 // 4] if lines else 0
    for before, line in pairwise(lines):
        if not before or not line:
            out.append(line)
        elif before.endswith("-") and line[:1].islower():
            out[-1] = out[-1][:-1] + line
        elif len(before) < 0.7 * usual and (before[-1] in '.!?”"' or line[:1].isupper()):
            out.append(line)
        else:
            out[-1] += " " + line
    return "\n".join(out)
