"""Every row of the record accounted for: what uses it, or why nothing does.

The same answer for fit, score and report. The rows of ``reporting.csv`` for the reporter ``record``
say which acts, days and municipalities ``record/incidents.csv`` covers. There a day without an
incident is a zero; elsewhere, and for an act of which the record has no incident at all, nothing is
known. Below stand the measures: what a recorded figure counts, in the words of the play.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from interpose.play.processes.laws import mean_casualties
from interpose.play.theatre import ACTS, Floats
from interpose.record import Record
from interpose.record.periods import beginning, period_of
from interpose.record.record import STRENGTH, chain
from interpose.scenario import Scenario
from interpose.scenario.checks.rows import RECORD, RECORDS
from interpose.scenario.folder import read_tables
from interpose.scenario.parameters import Parameters, master_table
from interpose.scenario.tables.lines import OF_A_LINE
from interpose.scenario.tables.mission import Reporting
from interpose.scenario.tables.record import QUANTITIES, UNITS, Figure, RecordedIncident

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
        counts = {act: [found[year, act] for year in years] for act in ACTS}
        days = self.days_by_year(years)
        return pd.DataFrame(counts, index=days.index, dtype=float).where(days > 0)

    @property
    def deadly(self) -> list[RecordedIncident]:
        """The rows and riots whose dead add up, each of the dead once."""
        apart = (row for row in self.rows if row.id not in self.in_riots)
        return [row for row in (*apart, *self.riots) if row.deaths]

    def dead_by_year(self, years: Iterable[int]) -> pd.Series[float]:
        """Add up the dead of rows and riots by year; not a number where nothing is collected."""
        dead: Counter[int] = Counter()
        for row in self.deadly:
            dead[row.begins.year] += row.deaths or 0
        known = self.days_by_year(years).any(axis=1)
        return pd.Series([dead[y] for y in years], index=known.index, dtype=float).where(known)

    def days_by_year(self, years: Iterable[int]) -> pd.DataFrame:
        """Return the days on which each act was collected, by year and act."""
        start = np.datetime64(self.scenario.header.start, "D")
        year_of = (start + np.arange(self.days.shape[1])).astype("datetime64[Y]").astype(int) + 1970
        by_act = zip(ACTS, self.days, strict=True)
        counts = {act: [int(days[year_of == y].sum()) for y in years] for act, days in by_act}
        return pd.DataFrame(counts, index=pd.Index(list(years), name="year", dtype=int))


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


def judged_years(years: NDArray[np.int64], record: Record) -> NDArray[np.int64]:
    """Return the years that the record covers: up to its last incident, if that is past June.

    A record that ends in January says nothing about its last year. An incident of which only the
    year is known may be of January.
    """
    last = max((beginning(row).first for row in record.incidents), default=None)
    if last is None:
        return years[:0]
    return years[years <= (last.year if last.month > 6 else last.year - 1)]


def whole_years(scenario: Scenario, record: Record, seen: Collected) -> NDArray[np.int64]:
    """Return the latest unbroken row of whole years that the record covers: those judged."""
    every = np.arange(scenario.header.start.year, scenario.header.end.year + 1)
    days = seen.days_by_year(every).max(axis=1).to_numpy()
    whole = np.intersect1d(every[days >= 365], judged_years(every, record))
    breaks = np.flatnonzero(np.diff(whole) > 1)
    return whole[breaks[-1] + 1 :] if len(breaks) else whole


FEWEST_YEARS = 3
"""Years after the fit below which nothing is judged."""


def scored_years(scenario: Scenario, record: Record, seen: Collected) -> list[int]:
    """Return the years after the fit that are scored; none if they are too few."""
    years = whole_years(scenario, record, seen)
    after = years[years > max(scenario.header.fit_until.year, *years[:2].tolist(), 0)]
    return after.tolist() if len(after) >= FEWEST_YEARS else []


# --- what becomes of each row ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Account:
    """What becomes of one row of the record: what it is `used_by`, or `why_not`."""

    file: str
    line: int
    id: str
    used_by: str
    why_not: str


def account(scenario: Scenario, record: Record) -> list[Account]:
    """Return what uses each figure, incident and act of the record of a scenario, or why nothing.

    Rows stand in the order of their files; lines are those of the scenario's folder.
    """
    tables, _ = read_tables(Path(scenario.folder), master_table())
    lines = {
        getattr(row, "id"): line  # noqa: B009 - three models share it
        for file in RECORDS
        for line, row in tables[file].rows
    }
    seen = collected(scenario, record)
    judged = scored_years(scenario, record, seen)
    counting = {row.id for row in (*seen.rows, *seen.riots)}
    unfitted = "" if free_rows(scenario.parameters) else "up to fit_until, but nothing is fitted"

    def of_incident(row: RecordedIncident) -> tuple[str, str]:
        if row.id not in counting:
            is_part = seen.why_not[row.id] == RIOT
            return "", "part of a riot whose dead are scored" if is_part else seen.why_not[row.id]
        begun, fitted = beginning(row), scenario.header.fit_until
        if row.id in seen.why_not:  # a riot
            if not row.deaths:
                return "", "a riot without dead; no type"
            return ("score: deaths", "") if judged else ("", "a riot, and nothing is scored")
        if begun.last <= fitted:
            use = f"fit: recorded {row.kind} {begun.first.year}"
            return ("", unfitted) if unfitted else (use, "")
        if begun.first.year in judged:
            return f"score: {row.kind} {begun.first.year}", ""
        if begun.first <= fitted:
            return "", "day not known; it may lie after fit_until"
        return "", "after fit_until, in a year that is not scored"

    def of_figure(row: Figure) -> tuple[str, str]:
        reader = QUANTITIES.get(row.quantity, "fit")
        if row.quantity == STRENGTH and row.kind != "reported":
            reader = "report, strength of the force"
        if reader != "fit":
            inside = _meets(row, scenario)
            return (reader, "") if inside else ("", "no day of it lies within the mission")
        why = why_no_target(row, scenario, scenario.parameters) or unfitted
        return ("", why) if why else (f"fit: {row.quantity} ({row.whom})", "")

    found: list[tuple[str, str, tuple[str, str]]] = []
    found += ((RECORDS[0], row.id, of_figure(row)) for row in record.figures)
    found += ((RECORDS[1], row.id, of_incident(row)) for row in record.incidents)
    act = "", "decisions and acts: interpose record alone reads them"
    found += ((RECORDS[2], row.id, act) for row in record.acts)
    return [Account(file, lines.get(name, 0), name, *use) for file, name, use in found]


def told(rows: Sequence[Account], *, every: bool) -> list[str]:
    """Say what becomes of the rows: in sums by file and reader or reason, or of `every` one."""
    if every:
        return [
            f"{row.file} line {row.line}, {row.id}: {row.used_by or 'not used: ' + row.why_not}"
            for row in rows
        ]
    counts = Counter(
        (row.file, not row.used_by, row.used_by.partition(":")[0] or f"not used: {row.why_not}")
        for row in rows
    )
    used = sum(bool(row.used_by) for row in rows)
    order = sorted(counts.items(), key=lambda one: (*one[0][:2], -one[1]))
    head = f"The record has {len(rows):,} rows; {used:,} are used. What reads them, or why nothing:"
    return [head, *(f"  {many:6,} of {file}: {what}" for (file, _, what), many in order)]


def free_rows(parameters: Parameters) -> list[str]:
    """Return the names of the rows that the scenario calls fitted and gives a prior for."""
    return [r.name for r in parameters.rows() if r.basis == "fitted" and r.prior is not None]


def _meets(figure: Figure, scenario: Scenario) -> bool:
    period = period_of(figure)
    return period.last >= scenario.header.start and period.first <= scenario.header.end


def why_no_target(figure: Figure, scenario: Scenario, parameters: Parameters) -> str:
    """Return why the fit does not read a figure; empty if it does."""
    header, period = scenario.header, period_of(figure)
    if figure.quantity not in MEASURES:
        return "quantity that no measure of the fit reads"
    if figure.repeats:
        return "repeats another figure; both count once"
    if figure.community not in {"all", *(c.id for c in header.communities)}:
        return "community that is none of the mission"
    if figure.place and MEASURES[figure.quantity][0] != MISSION:
        return "count of one place: of the mission's counts alone these say where"
    if figure.kind != "reported":
        return f"kind {figure.kind}: no report of what happened"
    if UNITS[figure.unit] not in {"count", "persons", *PER}:
        return f"unit {figure.unit}: neither a count nor a rate"
    if period.first < header.start:
        return f"begins before the mission, {header.start}"
    if period.last > header.fit_until:
        return f"ends after fit_until, {header.fit_until}"
    reporter = MEASURES[figure.quantity][0]
    acts = ACTS_OF[figure.quantity] if reporter == MISSION else ETHNIC
    parts = [part for act in acts if reporter for part in covering(scenario, act, reporter)]
    days = (period.first, period.last)
    if reporter and not all(any(holds(part, day) for part in parts) for day in days):
        return f"counts what reporter '{reporter}' reports, who does not cover all its days"
    if not weights(figure.quantity, figure.community, scenario, parameters).any():
        return "no incident type of the mission adds to it"
    return ""


# --- measures -------------------------------------------------------------------------------------

PER = {"per day": 1.0, "per week": 7.0, "per month": 30.44, "per year": 365.25}
"""Unit of a rate -> its days."""


def count_of(figure: Figure, days: int) -> float:
    """Turn a published figure into a count over its days; a range counts by its middle."""
    value = figure.value
    if figure.low is not None and figure.high is not None:
        value = (figure.low + figure.high) / 2.0
    return value * days / PER[figure.unit] if figure.unit in PER else value


DEADLY = frozenset({"armed_attack", "bombing"})
DEAD = frozenset({"murders", "political_murders"})
"""Measures that count persons killed."""

ETHNIC = frozenset({"harassment", "armed_attack", "bombing"})


def weights(quantity: str, community: str, scenario: Scenario, parameters: Parameters) -> Floats:
    """Return how much one incident of each type, (type,), adds to a measure, in the mean.

    Community ``all`` counts everybody.
    """
    types = scenario.incident_types
    counted = np.array([community in ("all", t.target) for t in types], dtype=np.float64)
    return counted * MEASURES[quantity][1](scenario, parameters)


def _murders(scenario: Scenario, parameters: Parameters) -> Floats:
    """Count the dead of armed attacks and bombings, whoever did it."""
    types = scenario.incident_types
    deadly = np.array([t.act in DEADLY for t in types])
    return np.asarray(deadly * mean_casualties(types, parameters)[:, 0])


def _political_murders(scenario: Scenario, parameters: Parameters) -> Floats:
    """Count the dead of armed attacks and bombings by persons unknown."""
    unknown = np.array([t.instigator == "unattributed" for t in scenario.incident_types])
    return unknown * _murders(scenario, parameters)


def _between(scenario: Scenario, acts: frozenset[str]) -> Floats:
    """Count acts between two different communities that are named."""
    communities = {c.id for c in scenario.header.communities}
    sides = [{t.instigator, t.target} if t.act in acts else set() for t in scenario.incident_types]
    return np.array([len(two) == 2 and two <= communities for two in sides], dtype=np.float64)


MISSION = "mission"
"""The reporter whose counts of acts along a line, and against it, are figures of those acts."""

ACTS_OF = {
    **{act: frozenset({act}) for act in sorted(OF_A_LINE | {"attack_on_force"})},
    "military_violations": OF_A_LINE - {"civilians_in_zone", "restriction_of_movement"},
}
"""Quantity that the mission counts -> its acts."""


def _acts(quantity: str) -> tuple[str, Callable[[Scenario, Parameters], Floats]]:
    """Return the measure that counts acts along a line, as the mission reports them."""
    return MISSION, lambda scenario, _: np.array(
        [kind.act in ACTS_OF[quantity] for kind in scenario.incident_types], dtype=np.float64
    )


MEASURES: dict[str, tuple[str, Callable[[Scenario, Parameters], Floats]]] = {
    "murders": ("", _murders),
    "political_murders": ("", _political_murders),
    "major_ethnic_crimes": ("", lambda scenario, _: _between(scenario, DEADLY)),
    "potentially_ethnic_crimes": ("unmik_police", lambda scenario, _: _between(scenario, ETHNIC)),
    **{quantity: _acts(quantity) for quantity in ACTS_OF},
}
"""Quantity of the record -> whose reports it counts (all that happens, if nobody's), and what an
incident of each type adds to it."""
