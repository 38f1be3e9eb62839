"""From an opened file to its article: without navigation, by-lines, credits and repeats.

Every span of the article leads back into the file, but for PDF.
"""

from __future__ import annotations

import bisect
import html
import io
import logging
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import accumulate, pairwise

from interpose.record.pages.language import fold, furniture
from interpose.record.pages.page import Article, Line, Opened, Part, Span, UnreadError

_C1 = {code: bytes([code]).decode("cp1252", errors="ignore") for code in range(0x80, 0xA0)}
"""Control letters -> what pages that write them as numbers mean, as in &#147;."""

MISSING = (
    "needs a part that is not installed ({module}). Install it with: pip install 'interpose[read]'"
)
MOST_PDF_PAGES = 300
MOST_MARKUP = 700_000
"""Characters of HTML, without scripts and styles, beyond which a page is cut."""
MOST_CHARACTERS = 400_000
"""Text beyond this, about a book, is not read; the page says so."""

_ENDS = re.compile(r"[.!?:;,…\"”“’)\]]\s*$")
_SENTENCE_END = re.compile(r"(?:[.:;!,][\"'”“»)]*|[?][\"'”“»)]+)\s*$")
_PARTED = re.compile(r"[^\W\d_]-$|\d[,.]-$")
_PARTED_IN_SOURCE = re.compile(
    r"(?<=[^\W\d_])-[ \t]*\r?\n[ \t]*(?=[a-z\u00df-\u017f\u0430-\u045f])|(?<=\d[,.])-\s*\n\s*(?=\d)"
)
_NO_TEXT = re.compile(
    r"<(script|style|svg|template)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL | re.IGNORECASE
)
_WRAPPED = 0.3
_SHORT_WORDS = 4
_SHORT_RUN = 4
_CUT_FROM = 0.35
_TITLE_CHARACTERS = 250


def extract(opened: Opened) -> Article:
    """Return the article of a page.

    Raises
    ------
    UnreadError
        If there is none in it, or a part to read it with is missing.
    """
    readers = {"html": _from_html, "pdf": _from_pdf}
    whole = readers.get(opened.kind, _from_text)(opened)
    title, body = whole.title, whole.text[:MOST_CHARACTERS]
    lines = article_lines(body, has_title=bool(title) and body.startswith(f"{title}\n"))
    text = "\n".join(body[line.start : line.end] for line in lines)
    if not re.search(r"\w", text):
        msg = "holds no text that belongs to an article."
        raise UnreadError(msg)
    placed: list[Line] = []
    for line in lines:
        at = placed[-1].end + 1 if placed else 0
        placed.append(Line(at, at + line.end - line.start, line.part))
    locate = Places(opened, text, placed).locate if opened.text else whole.locate
    if opened.kind == "txt":
        title = next((text[line.start : line.end] for line in placed if line.part == "title"), "")
    is_cut = whole.is_cut or len(whole.text) > MOST_CHARACTERS
    return replace(whole, text=text, lines=tuple(placed), locate=locate, title=title, is_cut=is_cut)


# --- the formats ----------------------------------------------------------------------------------


def _from_text(opened: Opened) -> Article:
    """Join lines that were wrapped: then many go on with a small letter."""
    lines = [line.strip() for line in opened.text.splitlines()]
    follows = [two[:1].islower() for one, two in pairwise(lines) if one and two]
    return Article(_flowing(lines, is_wrapped=sum(follows) > 1 + _WRAPPED * len(follows)))


def _from_html(opened: Opened) -> Article:
    try:
        import trafilatura
    except ImportError as error:
        raise UnreadError(MISSING.format(module=error.name or error)) from error
    for name in ("trafilatura", "htmldate"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    markup = _PARTED_IN_SOURCE.sub("", opened.text)
    is_cut = len(markup) > MOST_MARKUP and len(markup := _NO_TEXT.sub(" ", markup)) > MOST_MARKUP
    markup = markup[:MOST_MARKUP]
    try:
        document = trafilatura.bare_extraction(
            markup,
            include_comments=False,
            include_tables=True,
            with_metadata=True,
            date_extraction_params={
                "extensive_search": False,
                "original_date": True,
                "max_date": "2099-12-31",
            },
        )
        body = str(getattr(document, "text", None) or "")
        if not re.search(r"\w", body):
            body = str(trafilatura.html2txt(markup) or "")
    except Exception as error:
        msg = f"is HTML too broken to find an article in ({type(error).__name__})."
        raise UnreadError(msg) from error
    title, date, publisher = (
        " ".join(str(getattr(document, name, None) or "").split())
        for name in ("title", "date", "sitename")
    )
    body = _flowing(body.translate(_C1).splitlines(), is_wrapped=False)
    if title and title not in body[: len(title) + 200]:
        body = f"{title}\n{body}"
    return Article(body, title=title, date=date, publisher=publisher, is_cut=is_cut)


def _from_pdf(opened: Opened) -> Article:
    try:
        import pypdf
    except ImportError as error:
        raise UnreadError(MISSING.format(module=error.name or error)) from error
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
    body = _flowing(_printed(sheets), is_wrapped=True)
    if not re.search(r"\w{2}", body[:MOST_CHARACTERS]):
        msg = "is a PDF with no text (a scan?). Run character recognition on it first."
        raise UnreadError(msg)
    return Article(body, title=title, is_cut=is_cut)


def _printed(sheets: list[str]) -> list[str]:
    """Return the lines of printed sheets without running heads and page numbers."""
    heads = Counter(line.strip() for sheet in sheets for line in set(sheet.splitlines()))
    often = {line for line, times in heads.items() if times > 2 and times > len(sheets) / 2}
    stripped = (line.strip() for sheet in sheets for line in sheet.splitlines())
    return [
        line
        for line in stripped
        if line not in often and not re.fullmatch(r"(?:page )?\W*\d{1,3}\W*", line)
    ]


def _flowing(lines: list[str], *, is_wrapped: bool) -> str:
    """Join words that were parted at the ends of lines and, where lines are wrapped, the lines."""
    usual = sorted(len(line) for line in lines)[len(lines) * 3 // 4] if lines else 0
    parts = lines[:1]
    for before, line in pairwise(lines):
        link = "\n"
        if not before or not line:
            pass
        elif _PARTED.search(before) and (line[0].islower() or line[0].isdigit()):
            parts[-1], link = before[:-1], ""
        elif re.search(r"\d-$", before) and line[0].isalnum():
            link = ""
        elif is_wrapped:
            is_last = before[-1] in '.!?”"' or line[0].isupper()
            link = "\n" if is_last and len(before) < 0.7 * usual else " "
        parts += [link, line]
    return "".join(parts)


# --- furniture ------------------------------------------------------------------------------------


def article_lines(text: str, *, has_title: bool = False) -> list[Line]:
    """Return the paragraphs of a text that belong to its article, in order and unchanged.

    `has_title` says that the first line is known to be the title.
    """
    lines = list(_paragraphs(text))
    kept: list[Line] = []
    seen: set[str] = set()
    menus = _menu_lines(text, lines)
    rules = furniture()
    for number, line in enumerate(lines):
        words = text[line.start : line.end]
        plain = fold(words).text.casefold().strip(" \t:.-–—•*|»>…")
        if plain in rules.cut_after and line.start > _CUT_FROM * len(text):
            break
        if plain in seen or number in menus or plain in rules.lines or not re.search(r"\w", words):
            continue
        if len(words) < 600 and rules.matching.search(plain):
            continue
        seen.add(plain)
        titled = any(one.part == "title" for one in kept)
        kept.append(Line(line.start, line.end, _part(words, titled=titled)))
    if has_title and kept:
        kept[0] = Line(kept[0].start, kept[0].end, "title")
    return kept


def _paragraphs(text: str) -> Iterable[Line]:
    for found in re.finditer(r"[^\r\n\u2028\u2029\x0b\x0c]+", text):
        words = found.group()
        start = found.start() + len(words) - len(words.lstrip())
        end = found.start() + len(words.rstrip())
        if end > start:
            yield Line(start, end)


def _menu_lines(text: str, lines: list[Line]) -> set[int]:
    """Return the numbers of lines in runs of short ones without an end, as menus are."""
    found: set[int] = set()
    run: list[int] = []
    for number, line in enumerate([*lines, None]):
        words = text[line.start : line.end] if line else ""
        if line and len(words.split()) <= _SHORT_WORDS and not _ENDS.search(words):
            run.append(number)
            continue
        if len(run) >= _SHORT_RUN:
            found.update(run)
        run = []
    return found


def _part(words: str, *, titled: bool) -> Part:
    if furniture().captions.search(words):
        return "caption"
    is_heading = len(words.split()) > _SHORT_WORDS and len(words) < _TITLE_CHARACTERS
    return "title" if not titled and is_heading and not _SENTENCE_END.search(words) else "text"


# --- the way back into the file -------------------------------------------------------------------

_TOKENS = {
    "html": re.compile(
        r"<!--.*?(?:-->|\Z)|<(script|style|noscript|template)\b.*?(?:</\1\s*>|\Z)|<[^>]*(?:>|\Z)"
        r"|(?P<entity>&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});)|(?P<plain>[^\s<&]+|&)",
        re.DOTALL | re.IGNORECASE,
    ),
    "txt": re.compile(r"(?P<plain>\S+)(?P<entity>(?!))?"),
}


class Places:
    """Places of a page's text in its file, worked out when first asked for.

    The letters of the file outside tags, without white space and hyphens, are matched line by line
    with those of the extracted text; a line that was changed on the way has no place, nor have
    words of a plain text that do not stand so in the file.
    """

    def __init__(self, opened: Opened, text: str, lines: list[Line]) -> None:
        self._opened, self._text, self._lines = opened, text, lines
        self._spans: list[Span] = []
        self._found: list[int] = []
        self._before: list[int] = []

    def locate(self, start: int, end: int) -> Span | None:
        """Return the span in the file that a span of the text stands for, or None."""
        if not self._found:
            self._read()
        number = bisect.bisect_right(self._lines, start, key=lambda line: line.start) - 1
        line, at, before = self._lines[number], self._found[number], self._before
        first = at + before[start] - before[line.start]
        last = first + before[min(end, line.end)] - before[start] - 1
        is_there = at >= 0 and first <= last < len(self._spans) and end <= line.end
        if not is_there:
            return None
        found = self._spans[first][0], self._spans[last][1]
        is_same = self._opened.text[slice(*found)] == self._text[start:end]
        return found if is_same or self._opened.kind == "html" else None

    def _read(self) -> None:
        """Find every line among the letters of the file, if it can be after the line before."""
        kept: list[str] = []
        for token in _TOKENS[self._opened.kind].finditer(self._opened.text):
            start, end = token.span()
            if plain := token["plain"]:
                kept.append(_letters(plain))
                places = enumerate(plain, start)
                self._spans += [(place, place + 1) for place, one in places if one not in "-\xad"]
            elif token["entity"]:
                kept.append(_letters(html.unescape(token["entity"])))
                self._spans += [(start, end)] * len(kept[-1])
        kept_letters = (not one.isspace() and one not in "-\xad" for one in self._text)
        self._before = [*accumulate(kept_letters, initial=0)]
        letters, after = "".join(kept), 0
        for line in self._lines:
            wanted = _letters(self._text[line.start : line.end])
            at = letters.find(wanted, after)
            self._found.append(at if at >= 0 else letters.find(wanted))
            after = at + len(wanted) if at >= 0 else after


def _letters(text: str) -> str:
    return "".join(text.replace("-", "").replace("\xad", "").split())
