"""What of the record counts, by what, and why not: the same answer for fit, score and report.

The rows of ``reporting.csv`` for the reporter ``record`` say which acts, days and municipalities
``record/incidents.csv`` covers. There a day without an incident is a zero; elsewhere, and for an
act of which the record has no incident at all, nothing is known.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from interpose.play.theatre import ACTS
from interpose.record import Record
from interpose.record.periods import beginning
from interpose.record.record import chain
from interpose.scenario import Scenario
from interpose.scenario.checks.rows import RECORD
from interpose.scenario.tables.mission import Reporting
from interpose.scenario.tables.record import RecordedIncident

NO_REPORTER = f"no reporter is called '{RECORD}' in reporting.csv"
PART = "part of another incident that counts"
RIOT = "riot"


@dataclass(frozen=True)
class Collected:
    """The incidents of the record that count, and the days on which they are collected.

    Attributes
    ----------
    rows : tuple of RecordedIncident
        Those of the six acts, each counted once, inside the mission and what is covered.
    why_not : mapping of str to str
        Id of every other incident -> the reason.
    riots : tuple of RecordedIncident
        Riots inside the mission, each counted once; only their dead are compared.
    in_riots : frozenset of str
        Ids of `rows` that are part of a riot, whose dead hold theirs.
    days : (act, day) bool
        From the first day played: what is collected.
    """

    scenario: Scenario
    rows: tuple[RecordedIncident, ...]
    why_not: Mapping[str, str]
    riots: tuple[RecordedIncident, ...]
    in_riots: frozenset[str]
    days: NDArray[np.bool_]

    def between(self, act: str, first: dt.date, last: dt.date) -> list[RecordedIncident]:
        """Return the rows of an act that began between two days, whichever day is meant."""
        return [
            row
            for row in self.rows
            if row.kind == act and first <= (begun := beginning(row)).first and begun.last <= last
        ]

    def by_year(self, years: Iterable[int]) -> pd.DataFrame:
        """Count the rows by year and act; not a number where nothing is collected."""
        found = Counter((row.begins.year, str(row.kind)) for row in self.rows)
        return self._known({act: [found[year, act] for year in years] for act in ACTS}, years)

    def dead_by_year(self, years: Iterable[int]) -> pd.Series[float]:
        """Add up the dead of rows and riots by year; not a number where nothing is collected."""
        dead: Counter[int] = Counter()
        for row in (*(r for r in self.rows if r.id not in self.in_riots), *self.riots):
            dead[row.begins.year] += row.deaths or 0
        known = self.days_by_year(years).any(axis=1)
        return pd.Series([dead[y] for y in years], index=known.index, dtype=float).where(known)

    def days_by_year(self, years: Iterable[int]) -> pd.DataFrame:
        """Return the days on which each act was collected, by year and act."""
        start = np.datetime64(self.scenario.header.start, "D")
        year_of = (start + np.arange(self.days.shape[1])).astype("datetime64[Y]").astype(int) + 1970
        counts = {a: [int(d[year_of == y].sum()) for y in years] for a, d in self._by_act}
        return pd.DataFrame(counts, index=pd.Index(list(years), name="year", dtype=int))

    @cached_property
    def _by_act(self) -> list[tuple[str, NDArray[np.bool_]]]:
        return list(zip(ACTS, self.days, strict=True))

    def _known(self, counts: Mapping[str, list[int]], years: Iterable[int]) -> pd.DataFrame:
        days = self.days_by_year(years)
        return pd.DataFrame(counts, index=days.index, dtype=float).where(days > 0)


def collected(scenario: Scenario, record: Record) -> Collected:
    """Return what of the recorded incidents counts in a scenario."""
    why_not = {row.id: _why_not(row, scenario, record) for row in record.incidents}
    once = {row.id for row in record.counted()}
    kinds = {row.id: row.kind for row in record.incidents}
    parents = {row.id: row.part_of for row in record.incidents}
    above = {name: {kinds.get(parent) for parent in chain(name, parents)[1:]} for name in kinds}
    for row in record.incidents:
        if row.kind in ACTS and row.id not in once:
            why_not[row.id] = PART
    rows = tuple(row for row in record.incidents if not why_not[row.id])
    riots = tuple(
        row
        for row in record.incidents
        if why_not[row.id] == RIOT and above[row.id].isdisjoint({"riot", *ACTS})
    )
    days = np.zeros((len(ACTS), (scenario.header.end - scenario.header.start).days + 1), np.bool_)
    for act in {row.kind for row in rows}:
        for part in covering(scenario, act):
            first = max((part.begins - scenario.header.start).days, 0)
            after = (part.ends - scenario.header.start).days if part.ends else days.shape[1]
            days[ACTS.index(act), first : max(after, 0)] = True
    inside = frozenset(row.id for row in rows if "riot" in above[row.id])
    return Collected(scenario, rows, {k: v for k, v in why_not.items() if v}, riots, inside, days)


def covering(scenario: Scenario, act: str, reporter: str = RECORD) -> list[Reporting]:
    """Return the rows by which a reporter reports some incidents of an act."""
    return [
        row
        for row in scenario.reporting
        if (row.reporter, row.act) == (reporter, act) and max(row.share, row.fatal_share) > 0
    ]


def holds(part: Reporting, day: dt.date) -> bool:
    """Return whether a row of ``reporting.csv`` holds on a day."""
    return part.begins <= day < part.span().after


def _why_not(row: RecordedIncident, scenario: Scenario, record: Record) -> str:
    """Return why a row does not count by itself; empty if it does."""
    begun, header = beginning(row), scenario.header
    if begun.last < header.start:
        return f"before the mission begins, {header.start}"
    if begun.first > header.end:
        return f"after the mission ends, {header.end}"
    if begun.first < header.start or begun.last > header.end:
        return "day not known; it may lie outside the mission"
    if row.kind not in ACTS:
        return RIOT if row.kind == "riot" else f"kind {row.kind}: the play has no such incident"
    if all(kind.act != row.kind for kind in scenario.incident_types):
        return f"incident_types.csv has no {row.kind}"
    if all(part.reporter != RECORD for part in scenario.reporting):
        return NO_REPORTER
    seat = next((p.municipality for p in scenario.places if p.id == row.place), "")
    parts = [
        part
        for part in covering(scenario, row.kind)
        if {"all", seat} & set(part.municipalities.split(";"))
    ]
    if all(any(holds(part, day) for part in parts) for day in (begun.first, begun.last)):
        return ""
    return f"reporter '{RECORD}' does not cover {row.kind} there and then (reporting.csv)"
