"""Displacement folders of Flee, read into one frozen instance, or all faults at once.

Flee (github.com/djgroen/flee, BSD-3) describes a refugee situation in a folder::

    input_csv/    sim_period, locations, routes, closures, conflicts, registration_corrections
    source_data/  data_layout, and a series of recorded people for each camp and for the total

``read_flee`` takes what Flee 3.1 takes: comment lines with ``#`` (also in quotes), spaces around
cells, columns that it does not know, names in ``conflicts.csv`` or ``data_layout.csv`` that are no
location, camps without a series. Where Flee stops half-way or goes on with nonsense, this says
file, line, value and what was wanted. ``flee_tables.py`` holds the rows, ``flee_series.py`` the
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
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from interpose.errors import Fault, ScenarioError
from interpose.scenario.flee.series import Series, read_layout
from interpose.scenario.flee.tables import (
    FleeClosure,
    FleeLocation,
    FleeRoute,
    Intensities,
    read_closures,
    read_conflicts,
    read_locations,
    read_period,
    read_routes,
)

INPUT, RECORD = "input_csv", "source_data"


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

    Parameters
    ----------
    folder : str or Path
        It holds ``input_csv`` and ``source_data``.

    Returns
    -------
    FleeInstance

    Raises
    ------
    ScenarioError
        With every fault of every file.
    """
    root = Path(folder)
    faults: list[Fault] = []
    if missing := [part for part in (INPUT, RECORD) if not (root / part).is_dir()]:
        raise ScenarioError(str(folder), (_no_folder(root, part) for part in missing))
    start, days = read_period(root, f"{INPUT}/sim_period.csv", faults)
    locations = read_locations(root, f"{INPUT}/locations.csv", faults)
    routes = read_routes(root, f"{INPUT}/routes.csv", locations, faults)
    closures = read_closures(root, f"{INPUT}/closures.csv", locations, faults)
    notes: list[str] = []
    conflict = read_conflicts(root, f"{INPUT}/conflicts.csv", locations, days, faults, notes)
    record = read_layout(root, RECORD, start, faults, notes)
    camps = [place.name for place in locations if "camp" in place.kind]
    series = {name: record[name] for name in camps if name in record}
    if not faults:
        _check_whole(camps, series, conflict, faults)
        notes += [
            f"{RECORD}/data_layout.csv: {name!r} is no camp."
            for name in record
            if name not in series and name != "total"
        ]
        notes += [
            f"camp {name!r} has no series; it is not scored."
            for name in camps
            if name not in series
        ]
    if faults:
        raise ScenarioError(str(folder), faults)
    return FleeInstance(
        name=root.resolve().name,
        start=start,
        days=days,
        locations=tuple(locations),
        routes=tuple(routes),
        closures=tuple(closures),
        conflict=conflict,
        series=series,
        total=record["total"],
        notes=tuple(notes),
    )


def _no_folder(root: Path, part: str) -> Fault:
    wanted = "Must be a folder of Flee's format, with input_csv and source_data."
    return Fault(part if root.is_dir() else root.name, 0, "", "", wanted)


def _check_whole(
    camps: Iterable[str], series: dict[str, Series], conflict: Intensities, faults: list[Fault]
) -> None:
    """Add a fault where every file is right and yet nothing could be played or scored."""
    file = f"{INPUT}/locations.csv"
    if not any(camps):
        faults.append(Fault(file, 0, "location_type", "", "Must hold at least one camp."))
    elif not series:
        wanted = "Must name a series for at least one camp of locations.csv."
        faults.append(Fault(f"{RECORD}/data_layout.csv", 0, "", "", wanted))
    if not any(any(day) for day in conflict):
        wanted = "Must hold a day on which a location is in conflict; else nobody flees."
        faults.append(Fault(f"{INPUT}/conflicts.csv", 0, "", "", wanted))
