"""``load_record``: what was published about a mission, as published; and who repeats whom.

`Comparison` is what the rules on the record look at: its rows with their roots, periods, intervals.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar, get_args

from interpose.record.figures import interval
from interpose.record.periods import period_of, period_of_source
from interpose.scenario import read_record_tables
from interpose.scenario.tables.mission import Act, Place, Source
from interpose.scenario.tables.record import (
    Casualties,
    Crisis,
    Figure,
    NotMergeable,
    RecordedAct,
    RecordedIncident,
)
from interpose.scenario.tables.values import Row

if TYPE_CHECKING:
    import pandas as pd

ACTS: tuple[str, ...] = get_args(Act)
"""Kinds of recorded incident that a play has too; riots and political events are others."""

TOTAL = "total"
"""Name of the sum over all sides or acts; no side or community may bear it."""

STRENGTH = "force.strength"
"""Quantity under which the strength of the force stands in ``record/figures.csv``."""

AnyRow = Figure | RecordedIncident | RecordedAct

_R = TypeVar("_R", bound=Row)


@dataclass(frozen=True, slots=True)
class Record:
    """What was published, row by row; nothing is averaged and no conflict is settled.

    Rows name `sources` by id; `apart` are rows that look alike and must not be taken for one.
    `places` and `names` (of communities and contributors) are those of the scenario called `name`.
    """

    figures: tuple[Figure, ...]
    incidents: tuple[RecordedIncident, ...]
    casualties: tuple[Casualties, ...]
    sources: tuple[Source, ...]
    acts: tuple[RecordedAct, ...] = ()
    apart: tuple[NotMergeable, ...] = ()
    crises: tuple[Crisis, ...] = ()
    places: tuple[Place, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    name: str = ""

    @property
    def rows(self) -> tuple[AnyRow, ...]:
        """All figures, incidents and acts."""
        return (*self.figures, *self.incidents, *self.acts)

    @property
    def is_empty(self) -> bool:
        """Whether there is neither a figure nor an incident nor an act."""
        return not self.rows

    def figures_of(self, quantity: str, community: str = "all") -> tuple[Figure, ...]:
        """Return every figure of a quantity and a community by date, then as in the file."""
        found = [f for f in self.figures if (f.quantity, f.whom) == (quantity, community)]
        return tuple(sorted(found, key=lambda figure: figure.begins))

    def strength(self) -> tuple[Figure, ...]:
        """Return all figures of the strength of the force of any kind, conflicting ones too."""
        return self.figures_of(STRENGTH)

    def quantities(self) -> tuple[str, ...]:
        """Return the quantities of which there are figures, in the order of the alphabet."""
        return tuple(sorted({figure.quantity for figure in self.figures}))

    def yearly_incidents(self) -> pd.DataFrame:
        """Count the recorded incidents by the year in which they began; columns: the six acts.

        Rows are every year from the first to the last recorded incident of any kind. An incident
        that is part of a counted one is not counted again. A zero says that nothing was recorded,
        not that nothing happened.
        """
        found = Counter((row.begins.year, str(row.kind)) for row in self.counted())
        return self._by_year(found, ACTS)

    def counted(self) -> tuple[RecordedIncident, ...]:
        """Return the incidents of the six acts, without those that are part of another of them."""
        kinds = {row.id: row.kind for row in self.incidents}
        parents = {row.id: row.part_of for row in self.incidents}
        return tuple(
            row
            for row in self.incidents
            if row.kind in ACTS
            and not any(kinds.get(parent) in ACTS for parent in chain(row.id, parents)[1:])
        )

    def yearly_deaths(self, *, six_acts: bool = False) -> pd.DataFrame:
        """Count the recorded dead by the year in which the incident began.

        The totals of a parent hold those of its parts, so parts are left out. Counted are those of
        the `six_acts` alone, or those of any kind, riots among them. Columns: `TOTAL`, then each
        side of ``record/casualties.csv``; sides need not add to it, as not every total is split.
        Incidents whose dead were not reported add nothing.
        """
        whole = (row for row in self.incidents if not row.part_of)
        roots = {row.id: row for row in (self.counted() if six_acts else whole)}
        dead: Counter[tuple[int, str]] = Counter()
        for row in roots.values():
            dead[row.begins.year, TOTAL] += row.deaths or 0
        splits = [s for s in self.casualties if s.incident in roots and s.side != "all"]
        for split in splits:
            dead[roots[split.incident].begins.year, split.side] += split.deaths or 0
        return self._by_year(dead, [TOTAL, *dict.fromkeys(split.side for split in splits)])

    def _by_year(self, found: Counter[tuple[int, str]], names: Sequence[str]) -> pd.DataFrame:
        import pandas as pd

        begun = [row.begins.year for row in self.incidents]
        years = range(min(begun), max(begun) + 1) if begun else range(0)
        columns = {name: [found[year, name] for year in years] for name in names}
        return pd.DataFrame(columns, index=pd.Index(years, name="year", dtype=int))


def load_record(name_or_folder: str | Path) -> Record:
    """Read the record of a scenario; it is empty where there is no ``record`` folder.

    Raises
    ------
    UnknownNameError
        If it is a word that is no scenario.
    ScenarioError
        With all faults of the folder.
    """
    scenario, tables = read_record_tables(name_or_folder)
    return Record(
        figures=_rows(tables, "figures", Figure),
        incidents=_rows(tables, "incidents", RecordedIncident),
        casualties=_rows(tables, "casualties", Casualties),
        sources=scenario.sources,
        acts=_rows(tables, "acts", RecordedAct),
        apart=_rows(tables, "not_mergeable", NotMergeable),
        crises=_rows(tables, "crises", Crisis),
        places=scenario.places,
        names={nation.id: nation.name for nation in scenario.contributors}
        | {community.id: community.name for community in scenario.header.communities},
        name=scenario.header.name,
    )


def _rows(tables: dict[str, tuple[Row, ...]], table: str, model: type[_R]) -> tuple[_R, ...]:
    return tuple(row for row in tables[f"record/{table}.csv"] if isinstance(row, model))


# --- who repeats whom -----------------------------------------------------------------------------

SHINGLE_WORDS = 5
"""Words in a row that make a shingle: short enough to outlive an edit, long enough to be rare."""

ALIKE = 0.2
"""Share of the shorter text's shingles that stand in the longer one too, from which on it is a
copy. Measured on the five reports: 0.35 for the two that carry one agency text, below 0.01 for the
other nine pairs."""

FEWEST_SHINGLES = 30
"""A text with fewer shingles is too short to tell a copy from a stock phrase."""

SAID = 0.6
"""The same share, in runs of three words, from which on two short sentences are one."""

AFTER = dt.timedelta(days=31)
"""How long after a figure another one tells that it was out of date."""

YEAR_DAYS = 366

LARGEST_TEXT = 5_000_000
"""Bytes of a text file that is still read."""

Shingles = frozenset[tuple[str, ...]]


def chain(name: str, parents: Mapping[str, str]) -> list[str]:
    """Return a name, its parent, the parent of that and so on; a ring ends where it began."""
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


def likeness(one: Shingles, other: Shingles, fewest: int = FEWEST_SHINGLES) -> float:
    """Return the share of the shorter text's shingles that the longer one has; 0 if too short."""
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller >= fewest else 0.0


def copies_among(texts: Mapping[str, str]) -> list[tuple[str, str, float]]:
    """Return the pairs of sources whose texts are near-identical, with their likeness."""
    known = sorted((name, shingles(text)) for name, text in texts.items())
    found = ((a, b, likeness(ours, theirs)) for (a, ours), (b, theirs) in combinations(known, 2))
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


# --- rows to compare ------------------------------------------------------------------------------

FindingKind = Literal[
    "within_source", "between_sources", "impossible_order", "explained", "copy", "not_mergeable"
]

FINDING_KINDS: dict[FindingKind, str] = {
    "within_source": "One source contradicts itself",
    "between_sources": "Sources contradict each other",
    "impossible_order": "An order of dates that cannot be",
    "explained": "Only seems to disagree",
    "copy": "Counts once",
    "not_mergeable": "Not to be mixed up",
}
"""Kind -> what it says, in the order in which findings are listed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know before rows of the record are used together.

    `kind` is one of `FINDING_KINDS`; `rows` are the ids of the figures, incidents and acts that it
    is about, `sources` theirs; `why` is one plain sentence.
    """

    kind: FindingKind
    rows: tuple[str, ...]
    sources: tuple[str, ...]
    why: str


class Comparison:
    """A record with what is needed to compare its rows, worked out once.

    `texts` are texts of sources by id, as many as are at hand.
    """

    def __init__(self, record: Record, texts: Mapping[str, str] | None = None) -> None:
        self.record = record
        self.sources = {source.id: source for source in record.sources}
        self.found_copies = copies_among(texts or {})
        """Sources with near-identical texts, and how alike they are."""
        self.root = roots(record.sources, [(one, other) for one, other, _ in self.found_copies])
        """Source -> the source at the beginning of its copies."""
        self.figure_root = roots_of_figures(record.figures, self.root)
        self._repeats = {figure.id: figure.repeats for figure in record.figures}
        """Figure -> the root of its source, or of the figure that it repeats."""
        self.figures = {figure.id: figure for figure in record.figures}
        self.period = {figure.id: period_of(figure) for figure in record.figures}
        self.interval = {figure.id: interval(figure) for figure in record.figures}
        periods = {source.id: period_of_source(source) for source in record.sources}
        self.source_period = {name: period for name, period in periods.items() if period}
        self.acts = {act.id: act for act in record.acts}
        self.things: dict[tuple[str, str], list[Figure]] = defaultdict(list)
        """Quantity and community -> the figures of it, in the record's order."""
        for figure in record.figures:
            self.things[figure.quantity, figure.whom].append(figure)
        self.publisher = {
            name: source.publisher or name
            for name, source in self.sources.items()
            if source.standing != "primary"
        }
        """Source that does not count itself -> who publishes it."""
        self.stale = self._said_again()
        """Figure -> the earlier one that it says again, of another date."""
        self.row_source = {row.id: row.source for row in record.rows}
        self.apart = {frozenset((pair.a, pair.b)) for pair in record.apart}
        """Pairs of rows that must not be merged."""

    def _said_again(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for levels in map(self.levels, self.things):
            for earlier, later in combinations(levels, 2):
                past = self.period[earlier.id].last < self.period[later.id].first
                if (
                    earlier.value == later.value
                    and past
                    and (
                        earlier.id in chain(later.id, self._repeats)
                        or likeness(shingles(earlier.words, 3), shingles(later.words, 3), 4) >= SAID
                        or self._outdated(earlier, later)
                    )
                ):
                    found.setdefault(later.id, earlier.id)
        return found

    def levels(self, thing: tuple[str, str]) -> list[Figure]:
        """Return the reported figures of one quantity that are no totals over days, by date."""
        found = [f for f in self.things[thing] if f.kind == "reported" and f.ends is None]
        return sorted(found, key=lambda figure: self.period[figure.id])

    def _outdated(self, earlier: Figure, later: Figure) -> bool:
        """Return whether a publisher's second-hand figure comes again when others say otherwise."""
        ours = self.publisher.get(later.source)
        if ours is None or self.publisher.get(earlier.source) != ours:
            return False
        first, last = self.period[earlier.id].last, self.period[later.id].last
        since = [
            figure
            for figure in self.things[later.quantity, later.whom]
            if figure.kind == "reported" and figure.id != later.id
            if first < self.period[figure.id].first <= last + AFTER
        ]
        met = [self.interval[figure.id].meets(self.interval[later.id]) for figure in since]
        own = any(self.publisher.get(figure.source) == ours for figure in since)
        return bool(met) and not any(met) and not own and (last - first).days <= YEAR_DAYS

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
