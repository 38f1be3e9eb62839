"""Strip what surrounds an article: navigation, by-lines, credits, related posts, repeats."""

from __future__ import annotations

import re
from collections.abc import Iterable

from interpose.record.pages.dictionary import furniture_rules
from interpose.record.pages.language import fold
from interpose.record.pages.shapes import Line, Part

_ENDS = re.compile(r"[.!?:;,…\"”“’)\]]\s*$")
_SENTENCE_END = re.compile(r"(?:[.:;!,][\"'”“»)]*|[?][\"'”“»)]+)\s*$")
_SHORT_WORDS = 4
_SHORT_RUN = 4
_CUT_FROM = 0.35
_TITLE_CHARACTERS = 250


def article_lines(text: str, *, has_title: bool = False) -> list[Line]:
    """Return the paragraphs of a text that belong to its article, with their places in it.

    Parameters
    ----------
    text : str
        Decoded text, one paragraph a line.
    has_title : bool
        Whether the first line is known to be the title.

    Returns
    -------
    list of Line
        In order; nothing in them is changed.
    """
    lines = list(_paragraphs(text))
    kept: list[Line] = []
    seen: set[str] = set()
    short = _short_runs(text, lines)
    for number, line in enumerate(lines):
        words = text[line.start : line.end]
        plain = fold(words).text.casefold().strip(" \t:.-–—•*|»>…")
        if plain in furniture_rules().cut_after and line.start > _CUT_FROM * len(text):
            break
        if plain in seen or number in short or _is_furniture(words, plain):
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


def _short_runs(text: str, lines: list[Line]) -> set[int]:
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


def _is_furniture(words: str, plain: str) -> bool:
    rules = furniture_rules()
    if plain in rules.lines or not re.search(r"\w", words):
        return True
    return len(words) < 600 and any(rule.search(plain) for rule in rules.matching)


def _part(words: str, *, titled: bool) -> Part:
    if any(rule.search(words) for rule in furniture_rules().captions):
        return "caption"
    is_heading = len(words.split()) > _SHORT_WORDS and len(words) < _TITLE_CHARACTERS
    if not titled and is_heading and not _SENTENCE_END.search(words):
        return "title"
    return "text"
