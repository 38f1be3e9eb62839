"""``load_record``: what was published about a mission, as it was published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, get_args

from interpose.record.lineage import chain
from interpose.scenario import load, read_record_tables
from interpose.scenario.tables.mission import Act, Source
from interpose.scenario.tables.record import (
    Casualties,
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

STRENGTH = "force.strength"
"""Quantity under which the strength of the force stands in ``record/figures.csv``."""

_R = TypeVar("_R", bound=Row)


@dataclass(frozen=True, slots=True)
class Record:
    """What was published, row by row; nothing is averaged and no conflict is settled.

    Rows name `sources` by id; `apart` are rows that look alike and must not be taken for one.
    """

    figures: tuple[Figure, ...]
    incidents: tuple[RecordedIncident, ...]
    casualties: tuple[Casualties, ...]
    sources: tuple[Source, ...]
    acts: tuple[RecordedAct, ...] = ()
    apart: tuple[NotMergeable, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is neither a figure nor an incident nor an act."""
        return not (self.figures or self.incidents or self.acts)

    def figures_of(self, quantity: str, community: str = "all") -> tuple[Figure, ...]:
        """Return every figure of a quantity and a community by date, then as in the file."""
        found = [f for f in self.figures if (f.quantity, f.community) == (quantity, community)]
        return tuple(sorted(found, key=lambda figure: figure.begins))

    def strength(self) -> tuple[Figure, ...]:
        """Return all points of the strength of the force, conflicting ones among them.

        Each says what kind it is (reported, planned, ceiling, peak, target), what it includes, with
        which qualifier it was published and by whom.
        """
        return self.figures_of(STRENGTH)

    def quantities(self) -> tuple[str, ...]:
        """Return the quantities of which there are figures, in the order of the alphabet."""
        return tuple(sorted({figure.quantity for figure in self.figures}))

    def yearly_incidents(self) -> pd.DataFrame:
        """Count the recorded incidents of the six acts by the year in which they began.

        An incident that is part of a counted one is not counted again.

        Returns
        -------
        DataFrame
            Rows: every year from the first to the last recorded incident of any kind. Columns: the
            six acts. A zero says that nothing was recorded, not that nothing happened.
        """
        found = Counter((row.begins.year, row.kind) for row in self.counted())
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

        The totals of a parent hold those of its parts, so parts are left out.

        Parameters
        ----------
        six_acts : bool
            Count those of the six acts alone; else those of any kind, riots among them.

        Returns
        -------
        DataFrame
            Rows: years, as in `yearly_incidents`. Columns: ``all``, then each side of
            ``record/casualties.csv``. Sides need not add to ``all``: not every total is split.
            Incidents whose dead were not reported add nothing.
        """
        roots = {row.id: row for row in self.incidents if not row.part_of}
        if six_acts:
            roots = {row.id: row for row in self.counted()}
        dead: Counter[tuple[int, str]] = Counter()
        for row in roots.values():
            dead[row.begins.year, "all"] += row.deaths or 0
        splits = [s for s in self.casualties if s.incident in roots and s.side != "all"]
        for split in splits:
            dead[roots[split.incident].begins.year, split.side] += split.deaths or 0
        return self._by_year(dead, ["all", *dict.fromkeys(split.side for split in splits)])

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
    tables = read_record_tables(name_or_folder)
    return Record(
        figures=_rows(tables, "figures", Figure),
        incidents=_rows(tables, "incidents", RecordedIncident),
        casualties=_rows(tables, "casualties", Casualties),
        sources=load(name_or_folder).sources,
        acts=_rows(tables, "acts", RecordedAct),
        apart=_rows(tables, "not_mergeable", NotMergeable),
    )


def _rows(tables: dict[str, tuple[Row, ...]], table: str, model: type[_R]) -> tuple[_R, ...]:
    return tuple(row for row in tables[f"record/{table}.csv"] if isinstance(row, model))
