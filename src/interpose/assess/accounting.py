"""Every row of the record accounted for: what uses it, or why nothing does.

Below stand the measures: what a recorded figure counts, in the words of the play.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from interpose.assess.coverage import RIOT, collected, covering, holds
from interpose.assess.score import scored_years
from interpose.play.processes.laws import mean_casualties
from interpose.record import Record
from interpose.record.periods import beginning, period_of
from interpose.record.record import STRENGTH
from interpose.scenario import Scenario
from interpose.scenario.checks.rows import RECORDS
from interpose.scenario.folder import read_tables
from interpose.scenario.parameters import Parameters, master_table
from interpose.scenario.tables.record import QUANTITIES, UNITS, Figure, RecordedIncident

Floats = NDArray[np.float64]


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
        return ("", why) if why else (f"fit: {row.quantity} ({row.community})", "")

    found: list[tuple[str, str, tuple[str, str]]] = []
    found += ((RECORDS[0], row.id, of_figure(row)) for row in record.figures)
    found += ((RECORDS[1], row.id, of_incident(row)) for row in record.incidents)
    act = "", "decisions and acts: interpose record alone reads them"
    found += ((RECORDS[2], row.id, act) for row in record.acts)
    return [Account(file, lines.get(name, 0), name, *use) for file, name, use in found]


def sums(rows: Iterable[Account]) -> list[tuple[str, str, int]]:
    """Return (file, what, how many) of used rows by reader and of others by reason."""
    counts = Counter(
        (row.file, row.used_by.partition(":")[0] if row.used_by else f"not used: {row.why_not}")
        for row in rows
    )
    order = sorted(counts.items(), key=lambda c: (c[0][0], c[0][1].startswith("not"), -c[1]))
    return [(file, what, many) for (file, what), many in order]


def told(rows: Sequence[Account], *, every: bool) -> list[str]:
    """Say what becomes of the rows of the record: in sums, or of `every` one."""
    if every:
        return [
            f"{row.file} line {row.line}, {row.id}: {row.used_by or 'not used: ' + row.why_not}"
            for row in rows
        ]
    counts = sums(rows)
    used = sum(many for _, what, many in counts if not what.startswith("not used"))
    head = f"The record has {len(rows):,} rows; {used:,} are used. What reads them, or why nothing:"
    return [head, *(f"  {many:6,} of {file}: {what}" for file, what, many in counts)]


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
    if figure.kind != "reported":
        return f"kind {figure.kind}: no report of what happened"
    if UNITS[figure.unit] not in {"count", "persons", *PER}:
        return f"unit {figure.unit}: neither a count nor a rate"
    if period.first < header.start:
        return f"begins before the mission, {header.start}"
    if period.last > header.fit_until:
        return f"ends after fit_until, {header.fit_until}"
    reporter = MEASURES[figure.quantity][0]
    parts = [part for act in ETHNIC if reporter for part in covering(scenario, act, reporter)]
    days = (period.first, period.last)
    if reporter and not all(any(holds(part, day) for part in parts) for day in days):
        return f"counts what reporter '{reporter}' reports, who does not cover all its days"
    if not weights(figure.quantity, figure.community, scenario, parameters).any():
        return "no incident type of the mission adds to it"
    return ""


# --- measures -------------------------------------------------------------------------------------

PER = {"per day": 1.0, "per week": 7.0, "per month": 30.44, "per year": 365.25}
"""Unit of a rate -> its days."""

DEADLY = frozenset({"armed_attack", "bombing"})
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


def _major_ethnic_crimes(scenario: Scenario, parameters: Parameters) -> Floats:
    """Count armed attacks and bombings between communities."""
    return _between(scenario, DEADLY)


def _potentially_ethnic_crimes(scenario: Scenario, parameters: Parameters) -> Floats:
    """Count what is reported of acts between communities."""
    return _between(scenario, ETHNIC)


MEASURES: dict[str, tuple[str, Callable[[Scenario, Parameters], Floats]]] = {
    "murders": ("", _murders),
    "political_murders": ("", _political_murders),
    "major_ethnic_crimes": ("", _major_ethnic_crimes),
    "potentially_ethnic_crimes": ("unmik_police", _potentially_ethnic_crimes),
}
"""Quantity of the record -> whose reports it counts (all that happens, if nobody's), and what an
incident of each type adds to it."""
