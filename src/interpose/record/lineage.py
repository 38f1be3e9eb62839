"""Who repeats whom: lineage as given in sources.csv, and copies found where texts are at hand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import combinations
from pathlib import Path

from interpose.scenario.tables.mission import Source
from interpose.scenario.tables.record import Figure

SHINGLE_WORDS = 5
"""Words in a row that make a shingle: short enough to outlive an edit, long enough to be rare."""

ALIKE = 0.2
"""Share of the shorter text's shingles that stand in the longer one too, from which on it is a
copy. Measured on the five reports: 0.35 for the two that carry one agency text, below 0.01 for the
other nine pairs."""

FEWEST_SHINGLES = 30
"""A text with fewer shingles is too short to tell a copy from a stock phrase."""

LARGEST_TEXT = 5_000_000
"""Bytes of a text file that is still read."""

Shingles = frozenset[tuple[str, ...]]


def chain(name: str, parents: Mapping[str, str]) -> list[str]:
    """Return a name, its parent, the parent of that and so on; a ring ends where it began.

    Examples
    --------
    >>> chain("blog", {"blog": "paper", "paper": "agency", "agency": ""})
    ['blog', 'paper', 'agency']
    """
    found = [name]
    while (parent := parents.get(found[-1], "")) and parent not in found:
        found.append(parent)
    return found


def roots(sources: Iterable[Source], copies: Iterable[tuple[str, str]] = ()) -> dict[str, str]:
    """Return the root of every source: lineage as given, joined with copies that were found.

    `copies` are pairs of sources with near-identical texts.
    """
    lineage = {source.id: source.lineage for source in sources}
    found = {name: chain(name, lineage)[-1] for name in lineage}
    for one, other in copies:
        a, b = found.get(one, one), found.get(other, other)
        found = {name: a if top == b else top for name, top in found.items()}
    return found


def roots_of_figures(figures: Iterable[Figure], of_source: Mapping[str, str]) -> dict[str, str]:
    """Return the root of every figure: that of its source, or of the figure that it repeats."""
    known = {figure.id: figure for figure in figures}
    repeats = {name: figure.repeats for name, figure in known.items()}
    sources = {name: known.get(chain(name, repeats)[-1], known[name]).source for name in known}
    return {name: of_source.get(source, source) for name, source in sources.items()}


def shingles(text: str, words: int = SHINGLE_WORDS) -> Shingles:
    """Return all runs of so many words, in small letters and without marks.

    Examples
    --------
    >>> sorted(shingles("To Kuwait, to Kuwait!", words=2))
    [('kuwait', 'to'), ('to', 'kuwait')]
    """
    spoken = re.findall(r"\w+", text.lower().replace("’", "").replace("'", ""))
    return frozenset(zip(*(spoken[i:] for i in range(words)), strict=False))


def likeness(one: Shingles, other: Shingles) -> float:
    """Return the share of the shorter text's shingles that the longer one has; 0 if too short."""
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller >= FEWEST_SHINGLES else 0.0


def copies_among(texts: Mapping[str, str]) -> list[tuple[str, str, float]]:
    """Return the pairs of sources whose texts are near-identical, with their likeness."""
    known = {name: shingles(text) for name, text in texts.items()}
    pairs = combinations(sorted(known), 2)
    found = ((one, other, likeness(known[one], known[other])) for one, other in pairs)
    return [(one, other, share) for one, other, share in found if share >= ALIKE]


def read_texts(sources: Iterable[Source], folder: Path | str) -> dict[str, str]:
    """Read the files that sources name, as far as a folder has them; for `copies_among`.

    Files that are absent, large or outside the folder are passed over.
    """
    base = Path(folder).resolve()
    texts = {}
    for source in sources:
        path = (base / source.file).resolve()
        if not source.file or not path.is_relative_to(base) or not path.is_file():
            continue
        if path.stat().st_size <= LARGEST_TEXT:
            texts[source.id] = path.read_text(encoding="utf-8", errors="replace")
    return texts
