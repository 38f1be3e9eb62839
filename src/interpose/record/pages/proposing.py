"""A page in, proposals for the record out. Nothing here adds a row to anything."""

from __future__ import annotations

import bisect
import hashlib
import math
import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

from interpose.record.pages.acting import acts_found, level_changes
from interpose.record.pages.anchoring import Anchor, anchored, find_anchor, relative_dates
from interpose.record.pages.casualties import casualties_found, hurt_in
from interpose.record.pages.counting import Before, count_found
from interpose.record.pages.dates import Date, find_dates
from interpose.record.pages.dictionary import Words, words_of
from interpose.record.pages.extracting import extract
from interpose.record.pages.language import Folded, detect, fold
from interpose.record.pages.measures import measures_found
from interpose.record.pages.movements import movements_found
from interpose.record.pages.opening import open_page
from interpose.record.pages.quotations import quotations
from interpose.record.pages.sentences import cut, sentences_of
from interpose.record.pages.shapes import (
    KINDS,
    Extract,
    Found,
    Line,
    Page,
    Proposal,
    UnreadError,
)

FEWEST_FOR_POOL = 24
"""Fewer pages than this are read in one process: starting others takes as long."""


IN_PART = "figures, dates and quotations are read in this language, acts and deployments are not"


def read_page(path: str | Path, source: str = "") -> tuple[Page, list[Proposal]]:
    """Read one saved page and propose rows for the record.

    Parameters
    ----------
    path : str or Path
        An .html, .txt or .pdf file.
    source : str
        Id for the column source; empty: made from the file name.

    Returns
    -------
    tuple of Page and list of Proposal
        A page that cannot be read is marked so, with the reason, and has no proposals. Never
        raises for what a file holds.
    """
    name = str(path)
    source = source or source_id(Path(path).stem)
    try:
        opened = open_page(Path(path))
        found = extract(opened)
    except UnreadError as reason:
        return Page(name, "unread", str(reason), source=source), []
    language = detect(found.text)
    if not language.can_read:
        said = f"is in {language.name}" if language.name else "is in a language that is not known"
        reason_text = f"{said}; English, Albanian and Serbian are read."
        page = _page(name, found, Anchor(None), source)
        return replace(page, status="unread", reason=reason_text, language=language.name), []
    words = words_of(language.id)
    folded = fold(found.text)
    lines = _folded_lines(folded, found.lines)
    head = fold(opened.text[:6000]).text if opened.kind == "txt" else folded.text[:3000]
    dates = find_dates(folded.text, words)
    anchor = find_anchor(found.date, head, dates, words)
    dates = anchored(dates, anchor, folded.text, words)
    dates = sorted(
        [*dates, *relative_dates(folded.text, anchor, words, dates)], key=lambda d: d.start
    )
    page = replace(_page(name, found, anchor, source), language=language.name)
    if language.id != "en":
        page = replace(page, reason="; ".join(filter(None, (page.reason, IN_PART))))
    rules = list(_all_found(folded, lines, dates, anchor, words, found))
    return page, [_source_row(page), *_proposals(rules, page, found, folded)]


def read_pages(
    paths: Sequence[str | Path], source: str = "", workers: int = 1
) -> list[tuple[Page, list[Proposal]]]:
    """Read many pages, in the order given; with more workers, side by side.

    Parameters
    ----------
    paths : sequence of str or Path
    source : str
        As for `read_page`; only for a single page.
    workers : int
        Processes; used from `FEWEST_FOR_POOL` pages on.
    """
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


def _page(name: str, found: Extract, anchor: Anchor, source: str) -> Page:
    date = anchor.day.isoformat() if anchor.day and anchor.is_said else ""
    basis = anchor.basis if date else ""
    if anchor.day and not anchor.is_said:
        basis = f"no date on the page; the latest day in its text is {anchor.day.isoformat()}"
    reason = f"only its first {len(found.text):,} characters were read" if found.is_cut else ""
    return Page(
        name, "read", reason, "", found.title, date, basis, found.publisher, found.encoding, source,
        found.text,
    )  # fmt: skip


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


def _all_found(
    folded: Folded, lines: list[Line], dates: list[Date], anchor: Anchor, words: Words,
    found: Extract,
) -> Iterable[Found]:  # fmt: skip
    before = Before()
    for sentence in sentences_of(folded.text, lines, dates, words):
        hurt = hurt_in(sentence, words)
        figures = count_found(sentence, before, hurt, anchor, words)
        yield from figures
        yield from level_changes((f for f in figures if f.kind == "strength"), sentence, words)
        yield from casualties_found(sentence, hurt, anchor, words)
        yield from measures_found(sentence, anchor, words)
        yield from movements_found(sentence, words)
        yield from acts_found(sentence, words)
        before.add(sentence)
    for date in dates:
        yield _date_found(date)
    yield from quotations(folded.text, lines, words.language)


def _date_found(date: Date) -> Found:
    row = {
        "date": date.iso,
        "begins": date.begins.isoformat() if date.begins else "",
        "ends": date.ends.isoformat() if date.ends and date.ends != date.begins else "",
        "precision": date.precision,
        "note": date.note,
    }
    return Found("date", "dates", date.start, date.end, date.confidence, row)


def _source_row(page: Page) -> Proposal:
    """Propose the page itself as a source, so that accepted rows have one to name."""
    row = {
        "id": page.source,
        "title": page.title or Path(page.file).name,
        "publisher": page.publisher,
        "date": page.date,
        "file": Path(page.file).name,
        "note": page.date_basis,
    }
    at = page.text.find(page.title) if page.title else -1
    span = (at, at + len(page.title)) if at >= 0 else (0, 0)
    made = _id(page, "source", span, page.title)
    return Proposal(
        made, "source", "sources", page.file, span, None, page.title, "", 0.9 if page.date else 0.6,
        row,
    )  # fmt: skip


def _proposals(
    rules: Iterable[Found], page: Page, found: Extract, folded: Folded
) -> list[Proposal]:
    made: dict[tuple[str, int, int], Proposal] = {}
    bounds = [
        span for line in found.lines for span in cut(found.text[line.start : line.end], line.start)
    ]
    for one in sorted(rules, key=lambda r: (KINDS.index(r.kind), r.start)):
        span = folded.back(one.start, one.end)
        key = (one.kind, *span)
        if key not in made:
            made[key] = _proposal(one, span, page, found, bounds)
    return list(made.values())


def _proposal(
    one: Found, span: tuple[int, int], page: Page, found: Extract, bounds: list[tuple[int, int]]
) -> Proposal:
    first = bisect.bisect_right(bounds, (span[0], math.inf)) - 1
    last = bisect.bisect_left(bounds, span[1], lo=max(first, 0), key=lambda bound: bound[1])
    start = bounds[first][0] if first >= 0 else span[0]
    end = bounds[last][1] if last < len(bounds) else span[1]
    text = page.text[span[0] : span[1]]
    name = _id(page, one.kind, span, text)
    row = {**one.row, "source": page.source}
    if one.kind == "quotation":
        row["words"] = text.strip("“”„«»\"' ")
    if one.table in ("figures", "acts"):
        short = (one.row.get("quantity") or one.row.get("kind") or one.kind).replace(" ", "_")
        row["id"] = source_id(f"{short}.{page.source[:24]}.{span[0]}")
        row["confidence"] = "medium" if one.confidence >= 0.6 else "low"
    return Proposal(
        name, one.kind, one.table, page.file, span, found.locate(*span), text,
        page.text[start:end], round(one.confidence, 2), row, one.details,
    )  # fmt: skip


def _id(page: Page, kind: str, span: tuple[int, int], text: str) -> str:
    told = f"{Path(page.file).name}|{kind}|{span[0]}|{span[1]}|{text}"
    return f"{kind}-{hashlib.sha1(told.encode(), usedforsecurity=False).hexdigest()[:10]}"
