"""Displacement folders of Flee, read into one frozen instance, or all faults at once.

Flee (github.com/djgroen/flee, BSD-3) describes a refugee situation in a folder::

    input_csv/    sim_period, locations, routes, closures, conflicts, registration_corrections
    source_data/  data_layout, and a series of recorded people for each camp and for the total

``read_flee`` takes what Flee 3.1 takes: comment lines with ``#`` (also in quotes), spaces around
cells, columns that it does not know, names in ``conflicts.csv`` or ``data_layout.csv`` that are no
location, camps without a series. Where Flee stops half-way or goes on with nonsense, this says
file, line, value and what was wanted. ``tables.py`` holds the rows, ``series.py`` the
recorded numbers.

Three choices, where Flee's program and its documentation part:

* ``forced_redirection`` follows the documentation: 1 sends people from name2 on to name1, 2 from
  name1 on to name2. The program of 3.1 takes them the other way round and then never uses them.
* ``closure_end`` of -1, or not after the start, means that the closure lasts.
* a zone of conflict without a column in ``conflicts.csv`` is in conflict from its
  ``conflict_date`` on, to the end.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from interpose.errors import Fault, InterposeError, ScenarioError
from interpose.scenario.flee.series import LAYOUT, Series, read_layout
from interpose.scenario.flee.tables import (
    FleeClosure,
    FleeFolder,
    FleeLocation,
    FleeRoute,
    Intensities,
    read_closures,
    read_conflicts,
    read_locations,
    read_period,
    read_routes,
)
from interpose.scenario.phrases import shown

INPUT, RECORD = "input_csv", "source_data"

MANIFOLD = 2.0
"""Total and camps further apart than this factor count different people, or one has a slip."""


@dataclass(frozen=True, slots=True)
class FleeInstance:
    """One refugee situation in Flee's format.

    Attributes
    ----------
    name : str
        Last part of the folder's path.
    start : date
        Day 0.
    days : int, days
        Length of the period.
    locations : tuple of FleeLocation
        In the order of the file; routes and closures refer to them by name.
    routes : tuple of FleeRoute
    closures : tuple of FleeClosure
    conflict : tuple of tuple of float
        ``conflict[day][location]``: intensity, 0 where there is none.
    series : dict of str to Series
        Recorded people by camp, corrected for double registration; camps that have a series.
    total : Series
        Recorded people in all, not corrected, as in Flee.
    notes : tuple of str
        What was passed over, in a sentence each.
    """

    name: str
    start: dt.date
    days: int
    locations: tuple[FleeLocation, ...]
    routes: tuple[FleeRoute, ...]
    closures: tuple[FleeClosure, ...]
    conflict: Intensities
    series: dict[str, Series]
    total: Series
    notes: tuple[str, ...] = ()

    @property
    def camps(self) -> tuple[str, ...]:
        """Names of the camps that have a series, in the order of the locations."""
        return tuple(place.name for place in self.locations if place.name in self.series)

    def recorded(self) -> tuple[tuple[int, ...], ...]:
        """Return ``recorded[day][camp]``: people on that day, interpolated as Flee does."""
        columns = [self.series[name].daily(self.days) for name in self.camps]
        return tuple(zip(*columns, strict=True))

    def newly_displaced(self) -> tuple[int, ...]:
        """Return the people newly displaced each day, by Flee's default rule.

        The recorded total decides how many there are: on day 0 nobody beyond those already in
        the camps, then as many as the total has grown. A fall is a debt that later growth pays.
        """
        total = self.total.daily(self.days)
        highest = total[0]
        new = [0]
        for today in total[1:]:
            new.append(max(0, today - highest))
            highest = max(highest, today)
        return tuple(new)


def read_flee(folder: str | Path) -> FleeInstance:
    """Read a folder in Flee's format.

    Raises
    ------
    ScenarioError
        With every fault of every file.
    """
    root = Path(folder)
    if faults := {_no_folder(root, part) for part in (INPUT, RECORD) if not (root / part).is_dir()}:
        raise ScenarioError(str(folder), faults, "displace")
    reading = FleeFolder(root)
    period = read_period(reading, f"{INPUT}/sim_period.csv")
    start, days = (period.start, period.days) if period else (dt.date(2000, 1, 1), 0)
    places = read_locations(reading, f"{INPUT}/locations.csv")
    routes = read_routes(reading, f"{INPUT}/routes.csv", places)
    closures = read_closures(reading, f"{INPUT}/closures.csv", places)
    conflict = read_conflicts(reading, f"{INPUT}/conflicts.csv", places, start, days)
    record = read_layout(reading, RECORD, start)
    locations = tuple(place for place in places.values() if place)
    camps = [place.name for place in locations if place.is_camp]
    if not reading.faults:
        _check_whole(reading, camps, record, conflict)
    if reading.faults:
        raise ScenarioError(str(folder), reading.faults, "displace")
    _note_left_out(reading, camps, record)
    case = FleeInstance(
        name=root.resolve().name,
        start=start,
        days=days,
        locations=locations,
        routes=routes,
        closures=closures,
        conflict=conflict,
        series={name: record[name] for name in camps if name in record},
        total=record["total"],
    )
    if sum(map(any, zip(*conflict, strict=True))) == len(cut_off(case)):
        wanted = "Must lead from a place in conflict to a camp; else nobody arrives."
        fault = Fault(f"{INPUT}/routes.csv", 0, "", "", wanted)
        raise ScenarioError(str(folder), (fault,), "displace")
    return replace(case, notes=(*reading.notes, *_doubts(case)))


def read_flee_cases(folders: Sequence[str | Path]) -> list[FleeInstance]:
    """Read several folders in Flee's format; raise every fault of all of them at once.

    Raises
    ------
    ScenarioError
        With every fault; its file begins with the folder where there are several folders.
    InterposeError
        If two folders bear the same name, which is that of the case.
    """
    cases, faults = [], list[Fault]()
    for folder in folders:
        try:
            cases.append(read_flee(folder))
        except ScenarioError as error:
            if len(folders) == 1:
                raise
            faults += [replace(fault, file=f"{folder}/{fault.file}") for fault in error.faults]
    if faults:
        raise ScenarioError(" ".join(map(str, folders)), faults, "displace")
    for name, count in Counter(case.name for case in cases).items():
        if count > 1:
            msg = f"{count} folders are called {shown(name)}, and the case is; rename all but one."
            raise InterposeError(msg)
    return cases


def _no_folder(root: Path, part: str) -> Fault:
    wanted = "Must be a folder of Flee's format, with input_csv and source_data."
    return Fault(part if root.is_dir() else root.name, 0, "", "", wanted)


def _check_whole(
    reading: FleeFolder, camps: list[str], record: Mapping[str, Series], conflict: Intensities
) -> None:
    """Note a fault where every file is right and yet nothing could be played or scored."""
    if not camps:
        wanted = "Must hold at least one camp."
        reading.fault(f"{INPUT}/locations.csv", 0, "location_type", None, wanted)
    elif not any(name in record for name in camps):
        wanted = "Must name a series for at least one camp of locations.csv."
        reading.fault(f"{RECORD}/data_layout.csv", 0, "", None, wanted)
    if not any(any(day) for day in conflict):
        wanted = "Must hold a day on which a location is in conflict; else nobody flees."
        reading.fault(f"{INPUT}/conflicts.csv", 0, "", None, wanted)


def _note_left_out(reading: FleeFolder, camps: list[str], record: Mapping[str, Series]) -> None:
    """Say which series and camps are passed over."""
    reading.notes += [
        f"{RECORD}/data_layout.csv: {name!r} is no camp."
        for name in record
        if name not in camps and name != "total"
    ]
    reading.notes += [
        f"camp {name!r} has no series; it is not scored." for name in camps if name not in record
    ]


def _doubts(case: FleeInstance) -> Iterator[str]:
    """Yield where files that are right each by itself do not fit the period or each other."""
    layout, days = f"{RECORD}/{LAYOUT}", case.days
    for what, series in (("the total", case.total), *_camp_words(case)):
        covered = min(days, series.days[-1] + 1) - max(0, series.days[0])
        if not any(0 <= day < days for day in series.days):
            yield (
                f"{layout}: no record of {what} lies within the {days} days of the period; how many"
                " flee and the error say little."
            )
        elif covered < days / 2:
            yield (
                f"{layout}: {what} is recorded for {covered} of the {days} days; on the others its"
                " number stands still."
            )
    total, in_camps = sum(case.total.daily(days)), sum(map(sum, case.recorded()))
    if max(total, in_camps) > MANIFOLD * min(total, in_camps):
        yield (
            f"{layout}: on the mean day the total is {total / days:,.0f} people and the camps hold"
            f" {in_camps / days:,.0f}; so far apart, the error says little."
        )
    newly = case.newly_displaced()
    if not any(newly):
        yield f"{layout}: the total never rises, so nobody is newly displaced."
    calm = sum(bool(new) and not any(day) for new, day in zip(newly, case.conflict, strict=True))
    if calm:
        yield (
            f"{INPUT}/conflicts.csv: on {calm} of the days on which people flee no place is in"
            " conflict; they flee as on the last day that has one, or the first."
        )
    for name in cut_off(case):
        yield f"{INPUT}/routes.csv: no road leads from {name!r} to a camp; who flees there waits."
    roads = {frozenset((route.start, route.end)) for route in case.routes}
    for one in case.closures:
        what = f"{INPUT}/closures.csv: the closure {one.kind} {one.first} {one.second}".rstrip()
        if one.start >= days:
            yield f"{what} begins after the {days} days of the period."
        if one.kind == "link" and frozenset((one.first, one.second)) not in roads:
            yield f"{what} closes nothing: no road joins the two."


def _camp_words(case: FleeInstance) -> list[tuple[str, Series]]:
    return [(f"camp {name!r}", series) for name, series in case.series.items()]


def cut_off(case: FleeInstance) -> list[str]:
    """Return the places that are once in conflict and from which no road leads to a camp."""
    reached = {place.name for place in case.locations if place.is_camp}
    ends = [(route.start, route.end) for route in case.routes]
    while more := {a if b in reached else b for a, b in ends if (a in reached) != (b in reached)}:
        reached |= more
    return [
        place.name
        for place, days in zip(case.locations, zip(*case.conflict, strict=True), strict=True)
        if any(days) and place.name not in reached
    ]
