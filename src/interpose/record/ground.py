"""What every rule on the record looks at, made once: roots, spans, intervals; and a finding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from interpose.record.intervals import Interval, interval
from interpose.record.lineage import copies_among, roots, roots_of_figures
from interpose.record.reading import Record
from interpose.record.spans import Span, span_of_figure, span_of_source
from interpose.scenario.tables.mission import Source
from interpose.scenario.tables.record import Figure, RecordedAct, RecordedIncident

Kind = Literal[
    "within_source", "between_sources", "explained", "impossible_order", "copy", "not_mergeable"
]

KINDS: tuple[Kind, ...] = (
    "within_source",
    "between_sources",
    "explained",
    "impossible_order",
    "copy",
    "not_mergeable",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know before rows of the record are used together.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    rows : tuple of str
        Ids of the figures, incidents and acts that it is about.
    sources : tuple of str
        Their sources.
    why : str
        One plain sentence.
    """

    kind: Kind
    rows: tuple[str, ...]
    sources: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Ground:
    """A record with what is needed to compare its rows.

    Attributes
    ----------
    record : Record
    sources : dict of str to Source
    root : dict of str to str
        Source -> the source at the beginning of its copies.
    figure_root : dict of str to str
        Figure -> the same, or that of the figure that it repeats.
    found_copies : list of (str, str, float)
        Sources with near-identical texts, and how alike they are.
    span, interval : dict
        Of every figure.
    source_span : dict of str to Span
        Of every source with a date.
    acts : dict of str to RecordedAct
    row_source : dict of str to str
        Figure, incident or act -> its source.
    apart : set of frozenset of str
        Pairs of rows that must not be merged.
    """

    record: Record
    sources: Mapping[str, Source]
    root: Mapping[str, str]
    figure_root: Mapping[str, str]
    found_copies: list[tuple[str, str, float]]
    span: Mapping[str, Span]
    interval: Mapping[str, Interval]
    source_span: Mapping[str, Span]
    acts: Mapping[str, RecordedAct]
    row_source: Mapping[str, str]
    apart: frozenset[frozenset[str]]

    def source_of(self, row: str) -> str:
        """Return the source of a row by its id; nothing if there is no such row."""
        return self.row_source.get(row, "")

    def title(self, source: str) -> str:
        """Return a source's title, or its id where it is not listed."""
        return self.sources[source].title if source in self.sources else source

    def finding(self, kind: Kind, rows: Iterable[str], why: str) -> Finding:
        """Return a finding on some rows, with their sources in the same order."""
        named = tuple(dict.fromkeys(rows))
        sources = dict.fromkeys(self.source_of(row) for row in named)
        return Finding(kind, named, tuple(s for s in sources if s), why)


def prepare(record: Record, texts: Mapping[str, str]) -> Ground:
    """Return the ground on which a record is examined.

    Parameters
    ----------
    record : Record
    texts : dict of str to str
        Texts of sources, as many as are at hand.
    """
    found = copies_among(texts)
    root = roots(record.sources, [(one, other) for one, other, _ in found])
    rows: tuple[Figure | RecordedIncident | RecordedAct, ...] = (
        *record.figures,
        *record.incidents,
        *record.acts,
    )
    spans = {source.id: span_of_source(source) for source in record.sources}
    return Ground(
        record=record,
        sources={source.id: source for source in record.sources},
        root=root,
        figure_root=roots_of_figures(record.figures, root),
        found_copies=found,
        span={figure.id: span_of_figure(figure) for figure in record.figures},
        interval={figure.id: interval(figure) for figure in record.figures},
        source_span={name: span for name, span in spans.items() if span is not None},
        acts={act.id: act for act in record.acts},
        row_source={row.id: row.source for row in rows},
        apart=frozenset(frozenset((pair.a, pair.b)) for pair in record.apart),
    )
