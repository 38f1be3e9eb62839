"""Flee's input tables: period, locations, routes, closures and conflicts, cell by cell.

Columns go by their place, not by their name, as in Flee. Every reader adds to one list of faults
and returns what it could read, so that one call of ``read_flee`` names everything that is wrong.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

from interpose.errors import Fault
from interpose.scenario.files import read_text
from interpose.scenario.phrases import did_you_mean, shown

Kind = Literal["conflict_zone", "town", "camp", "idpcamp", "forwarding_hub", "marker"]
ClosureKind = Literal["country", "location", "link", "camp", "idpcamp", "remove_forced_redirection"]
Intensities = tuple[tuple[float, ...], ...]

LONGEST_PERIOD = 36_525
"""Days: a hundred years."""

_KINDS: tuple[tuple[str, Kind], ...] = (
    ("idp", "idpcamp"),
    ("camp", "camp"),
    ("conflict", "conflict_zone"),
    ("forward", "forwarding_hub"),
    ("marker", "marker"),
    ("town", "town"),
    ("default", "town"),
)


@dataclass(frozen=True, slots=True)
class FleeLocation:
    """A place of the graph.

    Attributes
    ----------
    name, region, country : str
    latitude, longitude : float, degrees
        0 where the file has none.
    kind : Kind
    conflict_date : int, days
        First day of conflict of a zone without a column in ``conflicts.csv``.
    size : int, persons
        Capacity of a camp (0: without limit), else population.
    """

    name: str
    region: str
    country: str
    latitude: float
    longitude: float
    kind: Kind
    conflict_date: int
    size: int


@dataclass(frozen=True, slots=True)
class FleeRoute:
    """A road between two places, open both ways.

    Attributes
    ----------
    start, end : str
    km : float
    redirects : str
        Place from which everybody is sent on to the other end; empty where nobody is.
    """

    start: str
    end: str
    km: float
    redirects: str


@dataclass(frozen=True, slots=True)
class FleeClosure:
    """Something that is closed from a day on.

    Attributes
    ----------
    kind : ClosureKind
        ``country``: all routes between two countries; ``location``: all routes of a place;
        ``link``: one route; ``camp``: the camp is a mere town for the time;
        ``remove_forced_redirection``: nobody is sent on from first to second any more.
    first, second : str
        Countries or places; `second` is empty where it has no meaning.
    start, end : int, days
        Closed from `start` to the day before `end`; an `end` not after `start` is never reached.
    """

    kind: ClosureKind
    first: str
    second: str
    start: int
    end: int

    def active(self, day: int) -> bool:
        """Return whether it is closed on a day."""
        return self.start <= day and (self.end <= self.start or day < self.end)


def rows_of(
    root: Path, file: str, faults: list[Fault], most: int = 0
) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a file with their lines, cells stripped; comments are passed over.

    With `most`, a row must not have more filled cells than that, or than the first comment names.
    """
    for line, cells in _raw_rows(root, file, faults):
        row = [cell.strip() for cell in cells]
        if row[0].startswith("#"):
            most = max(most, len(row)) if most else 0
            continue
        if most and any(row[most:]):
            wanted = f"This row has {len(row)} cells; there are {most} columns."
            faults.append(Fault(file, line, "", shown(",".join(row)), wanted))
        yield line, row


def _raw_rows(root: Path, file: str, faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    """Yield every row that is not empty, comments too, until the file cannot be read on."""
    text = read_text(root, file) if (root / file).exists() else None
    if not isinstance(text, str):
        faults.append(text or Fault(file, 0, "", "", "This file is missing."))
        return
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error as error:
        faults.append(
            Fault(file, reader.line_num, "", "", f"Cannot be parted into cells: {error}.")
        )


def whole(text: str) -> int | None:
    """Return a cell as a whole number, None if it is none; ``12.0`` counts.

    Examples
    --------
    >>> whole("12.0"), whole("12.5"), whole("1,200"), whole("nan")
    (12, None, None, None)
    """
    value = decimal(text)
    return int(value) if value is not None and value.is_integer() else None


def decimal(text: str) -> float | None:
    """Return a cell as a finite number below 1e15, None if it is none."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < 1e15 and "_" not in text else None


def flee_day(text: str) -> dt.date | None:
    """Return a cell ``YYYY-MM-DD`` as a date, None if it is none; ``2014-3-1`` counts as in Flee.

    Examples
    --------
    >>> flee_day("2014-3-1"), flee_day("01.03.2014")
    (datetime.date(2014, 3, 1), None)
    """
    parts = text.split("-")
    if len(parts) != 3 or len(parts[0]) != 4 or not all(p.isascii() and p.isdigit() for p in parts):
        return None
    try:
        return dt.date(int(parts[0]), int(parts[1]), int(parts[2]))
    except ValueError:
        return None


def read_period(root: Path, file: str, faults: list[Fault]) -> tuple[dt.date, int]:
    """Read first day and length; the day 2000-01-01 and no days where they are at fault."""
    found = {
        row[0].lower(): (line, row[1] if len(row) > 1 else "")
        for line, row in rows_of(root, file, faults)
    }
    if not found and any(fault.file == file for fault in faults):
        return dt.date(2000, 1, 1), 0
    line, text = found.get("startdate", (0, ""))
    start = flee_day(text)
    if start is None:
        wanted = "Must be a row StartDate,YYYY-MM-DD."
        faults.append(Fault(file, line, "StartDate", shown(text) if line else "", wanted))
    line, text = found.get("length", (0, ""))
    days = whole(text)
    if days is None or not 1 <= days <= LONGEST_PERIOD:
        wanted = f"Must be a row Length,days with 1 to {LONGEST_PERIOD} days."
        faults.append(Fault(file, line, "Length", shown(text) if line else "", wanted))
        days = 0
    return start or dt.date(2000, 1, 1), days


def read_locations(root: Path, file: str, faults: list[Fault]) -> list[FleeLocation]:
    """Read the places; each name must be there once."""
    places: dict[str, FleeLocation] = {}
    before = len(faults)
    for line, row in rows_of(root, file, faults, most=8):
        if row[0].lower() == "name" and not places:
            continue  # a header without its '#'
        if len(row) < 6:
            wanted = "Must have name,region,country,latitude,longitude,location_type at least."
            faults.append(Fault(file, line, "", shown(",".join(row)), wanted))
        elif row[0] in places:
            faults.append(Fault(file, line, "name", shown(row[0]), "Is there already."))
        else:
            places[row[0]] = _location(file, line, row + [""] * 2, faults)
    if not places and len(faults) == before:
        faults.append(Fault(file, 0, "", "", "Must hold at least one location."))
    return list(places.values())


def _location(file: str, line: int, row: Sequence[str], faults: list[Fault]) -> FleeLocation:
    def number(column: int, name: str, low: float, high: float) -> float:
        value = decimal(row[column]) if row[column] else 0.0
        if value is None or not low <= value <= high:
            wanted = f"Must be a number from {low:g} to {high:g}, or empty."
            faults.append(Fault(file, line, name, shown(row[column]), wanted))
            return 0.0
        return value

    text = row[5].lower()
    kind = next((kind for word, kind in _KINDS if word in text), None)
    if not row[0]:
        faults.append(Fault(file, line, "name", "", "Must not be empty."))
    if kind is None:
        known = ", ".join(get_args(Kind))
        wanted = f"Must be one of: {known}.{did_you_mean(text, get_args(Kind))}"
        faults.append(Fault(file, line, "location_type", shown(row[5]), wanted))
    return FleeLocation(
        name=row[0],
        region=row[1],
        country=row[2] or "unknown",
        latitude=number(3, "latitude", -180, 180),
        longitude=number(4, "longitude", -180, 180),
        kind=kind or "town",
        conflict_date=int(number(6, "conflict_date", -1e6, 1e6)),
        size=int(number(7, "population", 0, 1e10)),
    )


def read_routes(
    root: Path, file: str, locations: Sequence[FleeLocation], faults: list[Fault]
) -> list[FleeRoute]:
    """Read the roads; both ends must be locations."""
    names = [place.name for place in locations]
    routes: list[FleeRoute] = []
    for line, row in rows_of(root, file, faults):
        if row[0].lower() == "name1" and not routes:
            continue
        if len(row) < 3:
            wanted = "Must have name1,name2,distance at least."
            faults.append(Fault(file, line, "", shown(",".join(row)), wanted))
            continue
        _known(file, line, row[:2], names, faults)
        km = decimal(row[2])
        if km is None or km < 0:
            wanted = "Must be a distance in km, 0 or more."
            faults.append(Fault(file, line, "distance", shown(row[2]), wanted))
        sent = (row[3] if len(row) > 3 else "") or "0"
        if whole(sent) not in (0, 1, 2):
            wanted = "Must be 0, 1 (from name2 to name1), 2 (from name1 to name2), or empty."
            faults.append(Fault(file, line, "forced_redirection", shown(sent), wanted))
        redirects = {1: row[1], 2: row[0]}.get(whole(sent) or 0, "")
        routes.append(FleeRoute(row[0], row[1], km or 0.0, redirects))
    return routes


def _known(
    file: str, line: int, found: Sequence[str], names: Sequence[str], faults: list[Fault]
) -> None:
    for column, name in enumerate(found, start=1):
        if names and name not in names:
            wanted = f"Is not in locations.csv.{did_you_mean(name, names)}"
            faults.append(Fault(file, line, f"name{column}", shown(name), wanted))


def read_closures(
    root: Path, file: str, locations: Sequence[FleeLocation], faults: list[Fault]
) -> list[FleeClosure]:
    """Read what is closed when; the names must be countries or locations of this folder."""
    places = [place.name for place in locations]
    countries = sorted({place.country for place in locations})
    closures: list[FleeClosure] = []
    for line, row in rows_of(root, file, faults):
        if row[0].lower() == "closure_type" and not closures:
            continue
        if len(row) < 5:
            wanted = "Must have closure_type,name1,name2,closure_start,closure_end."
            faults.append(Fault(file, line, "", shown(",".join(row)), wanted))
            continue
        kind, first, second = row[0], row[1], row[2]
        if kind not in get_args(ClosureKind):
            known = get_args(ClosureKind)
            wanted = f"Must be one of: {', '.join(known)}.{did_you_mean(kind, known)}"
            faults.append(Fault(file, line, "closure_type", shown(kind), wanted))
            continue
        if kind == "country":
            _known_countries(file, line, (first, second), countries, faults)
        else:
            two = kind in ("link", "remove_forced_redirection")
            _known(file, line, (first, second) if two else (first,), places, faults)
        days = []
        for name, text in (("closure_start", row[3]), ("closure_end", row[4])):
            days.append(whole(text))
            if days[-1] is None:
                faults.append(Fault(file, line, name, shown(text), "Must be a day, as a number."))
        closures.append(
            FleeClosure(cast(ClosureKind, kind), first, second, days[0] or 0, days[1] or 0)
        )
    return closures


def _known_countries(
    file: str, line: int, found: Sequence[str], countries: Sequence[str], faults: list[Fault]
) -> None:
    for column, name in enumerate(found, start=1):
        if countries and name not in countries:
            wanted = f"Is no country of locations.csv.{did_you_mean(name, countries)}"
            faults.append(Fault(file, line, f"name{column}", shown(name), wanted))


def read_conflicts(
    root: Path,
    file: str,
    locations: Sequence[FleeLocation],
    days: int,
    faults: list[Fault],
    notes: list[str],
) -> Intensities:
    """Read the intensity of conflict by day and location."""
    before = len(faults)
    table = _conflict_rows(root, file, faults)
    header = table[0] if table else []
    rows = [[decimal(cell) or 0.0 for cell in row] for row in table[1:]]
    if days and len(rows) < days and len(faults) == before:
        wanted = f"Must have a row for each of the {days} days of sim_period.csv."
        faults.append(Fault(file, 0, "", f"{len(rows)} rows", wanted))
    if len(faults) > before:
        return ()
    names = [place.name for place in locations]
    unknown = [name for name in header[1:] if name and name not in names]
    notes += [
        f"{file}: {name!r} is no location; its conflicts are passed over." for name in unknown
    ]
    column = {name: i for i, name in enumerate(header) if i and name}
    sources = [(place, column.get(place.name, 0)) for place in locations]
    return tuple(
        tuple(row[at] if at else _undated(place, day) for place, at in sources)
        for day, row in enumerate(rows[:days])
    )


def _conflict_rows(root: Path, file: str, faults: list[Fault]) -> list[list[str]]:
    """Return the header and every row below it that is no comment, as wide as the header."""
    table: list[list[str]] = []
    for line, cells in _raw_rows(root, file, faults):
        row = [cell.strip() for cell in cells]
        if not table:
            table.append(row)
        elif not row[0].startswith("#"):
            row = (row + [""] * len(table[0]))[: len(table[0])]
            for name, text in zip(table[0][1:], row[1:], strict=True):
                value = decimal(text)
                if name and (value is None or value < 0):
                    wanted = "Must be an intensity, 0 or more (0: no conflict)."
                    faults.append(Fault(file, line, name, shown(text), wanted))
            table.append(row)
    return table


def _undated(place: FleeLocation, day: int) -> float:
    return float(place.kind == "conflict_zone" and day >= place.conflict_date)
