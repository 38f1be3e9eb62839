"""A page in, proposals for the record out. Nothing here adds a row to anything."""

from __future__ import annotations

import bisect
import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

from interpose.record.pages.acts import acts_found, casualties_found, hurt_in, movements_found
from interpose.record.pages.article import extract
from interpose.record.pages.clauses import deeds_of
from interpose.record.pages.dates import Date, PageDay, page_dates
from interpose.record.pages.figures import measures_found, people_found, specific
from interpose.record.pages.language import Folded, detect, fold, words_of
from interpose.record.pages.page import (
    PROPOSAL_TABLES,
    Article,
    Found,
    Line,
    Page,
    Proposal,
    UnreadError,
    open_page,
)
from interpose.record.pages.quotations import Speakers, quotations
from interpose.record.pages.sentences import Sentence, cut, doubt_of, sentences_of

FEWEST_FOR_POOL = 24
"""Fewer pages than this are read in one process: starting others takes as long."""

MOST_LIKELY = {
    **dict.fromkeys(("strength", "change", "request", "casualties"), 1e7), "displacement": 2e8,
}  # fmt: skip
"""Kind -> persons beyond which a number is doubted: no army, war or flight of today had so many."""

DOUBTED = 0.3
"""Confidence in what a page denies or supposes: a person may still take it, with a word on it."""

IN_PART = "figures, dates and quotations are read in this language, acts and deployments are not"


def read_page(path: str | Path, source: str = "") -> tuple[Page, list[Proposal]]:
    """Read one saved page, an .html, .txt or .pdf file, and propose rows for the record.

    A page that cannot be read is marked so, with the reason, and has no proposals; never raises for
    what a file holds. `source` is the id for the column source, made from the file name if empty.
    """
    page = Page(str(path), "unread", source=source or source_id(Path(path).stem))
    try:
        opened = open_page(Path(path))
        article = extract(opened)
    except UnreadError as reason:
        return replace(page, reason=str(reason)), []
    language = detect(article.text)
    page = replace(
        page, language=language.name, title=article.title, publisher=article.publisher,
        encoding=opened.encoding, text=article.text,
    )  # fmt: skip
    if not language.can_read:
        said = f"is in {language.name}" if language.name else "is in a language that is not known"
        reason_text = f"{said}; English, Albanian and Serbian are read."
        return replace(page, reason=reason_text), []
    words, folded = words_of(language.id), fold(article.text)
    head = fold(opened.text[:6000]).text if opened.kind == "txt" else folded.text[:3000]
    page_day, dates = page_dates(folded.text, head, article.date, words)
    is_cut = f"only its first {len(article.text):,} characters were read" if article.is_cut else ""
    doubts = filter(None, (is_cut, "" if language.id == "en" else IN_PART))
    page = replace(_dated(page, page_day), status="read", reason="; ".join(doubts))
    lines = _folded_lines(folded, article.lines)
    people = Speakers(folded.text, words)
    sentences = list(sentences_of(folded.text, lines, dates, page_day, words))
    found = [
        *_found_in_sentences(sentences, people),
        *map(_date_found, dates),
        *quotations(folded.text, lines, words, people),
    ]
    return page, [_source_proposal(page), *_proposals(found, page, article, folded)]


def read_pages(
    paths: Sequence[str | Path], source: str = "", workers: int = 1
) -> list[tuple[Page, list[Proposal]]]:
    """Read many pages, in the order given; from `FEWEST_FOR_POOL` on with so many processes."""
    if workers < 2 or len(paths) < FEWEST_FOR_POOL:
        return [read_page(path, source) for path in paths]
    with ProcessPoolExecutor(workers) as pool:
        return list(pool.map(read_page, paths, chunksize=max(1, len(paths) // (workers * 8))))


def source_id(stem: str) -> str:
    """Make an id for a source from a file name.

    Examples
    --------
    >>> source_id("004_053e1d64d12656fb"), source_id("KFOR – Троpе (1)")
    ('004_053e1d64d12656fb', 'kfor_trope_1')
    """
    plain = re.sub(r"[^a-z0-9_.-]+", "_", fold(stem).text.lower()).strip("_.-")
    return plain[:64].rstrip("_.-") or "page"


def _dated(page: Page, page_day: PageDay) -> Page:
    day = page_day.day.isoformat() if page_day.day else ""
    if day and not page_day.is_said:
        basis = f"no date on the page; the latest day in its text is {day}"
        return replace(page, date_basis=basis)
    return replace(page, date=day, date_basis=page_day.basis)


def _folded_lines(folded: Folded, lines: Sequence[Line]) -> list[Line]:
    """Move the spans of lines into the folded text, which is longer for Cyrillic."""
    if folded.starts is None:
        return list(lines)
    moved: list[Line] = []
    at = 0
    for text, line in zip(folded.text.split("\n"), lines, strict=False):
        moved.append(Line(at, at + len(text), line.part))
        at += len(text) + 1
    return moved


def _found_in_sentences(sentences: Sequence[Sentence], people: Speakers) -> Iterator[Found]:
    named = Counter(name for sentence in sentences for name in specific(sentence))
    before = {name: 0 for name, _ in named.most_common(1)}
    last = ""
    for sentence in sentences:
        hurt, deeds = hurt_in(sentence), deeds_of(sentence, people, last)
        last = next((deed.actor for deed in reversed(deeds) if deed.actor), last)
        for one in (
            *people_found(sentence, before, hurt, deeds),
            *casualties_found(sentence, hurt),
            *measures_found(sentence),
            *movements_found(sentence, deeds),
            *acts_found(sentence, deeds),
        ):
            doubted = _doubted(one, doubt_of(sentence, one.start, one.end) or one.doubt)
            yield replace(doubted, start=one.start + sentence.start, end=one.end + sentence.start)
        for name in specific(sentence):
            before[name] = before.pop(name, 0) + 1


def _doubted(one: Found, doubt: str) -> Found:
    """Return what the page takes back as such: hardly sure, and not said to be reported or done."""
    value = float(one.row.get("value") or 0)
    if value > MOST_LIKELY.get(one.kind, value):
        doubt = "; ".join(filter(None, (doubt, "more than there ever were")))
    if not doubt:
        return one
    said = "status" if "status" in one.row else "kind"
    note = "; ".join(filter(None, (one.row.get("note"), doubt)))
    row = {**one.row, said: "", "note": note}
    return replace(one, row=row, confidence=min(one.confidence, DOUBTED))


def _date_found(date: Date) -> Found:
    row = {"date": date.iso, **date.cells, "note": date.note}
    return Found("date", date.start, date.end, date.confidence, row)


def _source_proposal(page: Page) -> Proposal:
    """Propose the page itself as a source, so that accepted rows have one to name."""
    name = Path(page.file).name
    row = {
        "id": page.source,
        "title": page.title or name,
        "publisher": page.publisher,
        "date": page.date,
        "file": name,
        "note": page.date_basis,
    }
    at = page.text.find(page.title) if page.title else -1
    span = (at, at + len(page.title)) if at >= 0 else (0, 0)
    id_, confidence = _id(page, "source", span, page.title), 0.9 if page.date else 0.6
    return Proposal(id_, "source", page.file, span, None, page.title, "", confidence, row)


def _proposals(
    found: Sequence[Found], page: Page, article: Article, folded: Folded
) -> list[Proposal]:
    """Return one proposal for each kind and span, by kind and place."""
    proposals: dict[tuple[str, int, int], Proposal] = {}
    text = article.text
    sentences = [
        span for line in article.lines for span in cut(text[line.start : line.end], line.start)
    ]
    kinds = list(PROPOSAL_TABLES)
    for one in sorted(found, key=lambda one: (kinds.index(one.kind), one.start)):
        start, end = folded.back(one.start, one.end)
        said = text[start:end].strip()
        start += len(text[start:end]) - len(text[start:end].lstrip())
        span = start, start + len(said)
        if (one.kind, *span) in proposals:
            continue
        first = bisect.bisect_right(sentences, (span[0], math.inf)) - 1
        last = bisect.bisect_left(sentences, span[1], lo=max(first, 0), key=lambda s: s[1])
        start = sentences[first][0] if first >= 0 else span[0]
        end = sentences[last][1] if last < len(sentences) else span[1]
        proposals[one.kind, *span] = Proposal(
            _id(page, one.kind, span, said), one.kind, page.file, span, article.locate(*span), said,
            text[start:end], round(one.confidence, 2), _row(one, page, span, said), one.details,
        )  # fmt: skip
    return list(proposals.values())


def _row(one: Found, page: Page, span: tuple[int, int], said: str) -> dict[str, str]:
    row = {**one.row, "source": page.source}
    if one.kind == "quotation":
        row["words"] = said.strip("“”„«»\"' ")
    if PROPOSAL_TABLES[one.kind] in ("figures", "acts"):
        short = (row.get("quantity") or row.get("kind") or one.kind).replace(" ", "_")
        row["id"] = source_id(f"{short}.{page.source[:24]}.{span[0]}")
        row["confidence"] = "medium" if one.confidence >= 0.6 else "low"
    return row


def _id(page: Page, kind: str, span: tuple[int, int], text: str) -> str:
    key = f"{Path(page.file).name}|{kind}|{span[0]}|{span[1]}|{text}"
    return f"{kind}-{hashlib.sha1(key.encode(), usedforsecurity=False).hexdigest()[:10]}"
