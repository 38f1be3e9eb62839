"""What the rules on the record look at: all rows with their roots, periods and intervals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from interpose.record.figures import interval
from interpose.record.periods import period_of_figure, period_of_source
from interpose.record.record import Record, copies_among, roots, roots_of_figures

FindingKind = Literal[
    "within_source", "between_sources", "explained", "impossible_order", "copy", "not_mergeable"
]

FINDING_KINDS: tuple[FindingKind, ...] = get_args(FindingKind)
"""In the order in which findings are listed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know before rows of the record are used together.

    Attributes
    ----------
    kind : str
        One of `FINDING_KINDS`.
    rows : tuple of str
        Ids of the figures, incidents and acts that it is about.
    sources : tuple of str
        Their sources.
    why : str
        One plain sentence.
    """

    kind: FindingKind
    rows: tuple[str, ...]
    sources: tuple[str, ...]
    why: str


class Comparison:
    """A record with what is needed to compare its rows, worked out once.

    Parameters
    ----------
    record : Record
    texts : dict of str to str, optional
        Texts of sources by id, as many as are at hand.
    """

    def __init__(self, record: Record, texts: Mapping[str, str] | None = None) -> None:
        self.record = record
        self.sources = {source.id: source for source in record.sources}
        self.found_copies = copies_among(texts or {})
        """Sources with near-identical texts, and how alike they are."""
        self.root = roots(record.sources, [(one, other) for one, other, _ in self.found_copies])
        """Source -> the source at the beginning of its copies."""
        self.figure_root = roots_of_figures(record.figures, self.root)
        """Figure -> the root of its source, or of the figure that it repeats."""
        self.period = {figure.id: period_of_figure(figure) for figure in record.figures}
        self.interval = {figure.id: interval(figure) for figure in record.figures}
        periods = {source.id: period_of_source(source) for source in record.sources}
        self.source_period = {name: period for name, period in periods.items() if period}
        self.acts = {act.id: act for act in record.acts}
        self.row_source = {
            row.id: row.source
            for rows in (record.figures, record.incidents, record.acts)
            for row in rows
        }
        self.apart = {frozenset((pair.a, pair.b)) for pair in record.apart}
        """Pairs of rows that must not be merged."""

    def title(self, source: str) -> str:
        """Return a source's title, or its id where it is not listed."""
        return self.sources[source].title if source in self.sources else source

    def finding(
        self, kind: FindingKind, rows: Iterable[str], why: str, sources: Iterable[str] = ()
    ) -> Finding:
        """Return a finding on some rows, with their sources in the same order."""
        named = tuple(dict.fromkeys(rows))
        theirs = tuple(dict.fromkeys(filter(None, map(self.row_source.get, named))))
        return Finding(kind, named, theirs or tuple(sources), why)
