"""Flee's input tables: period, locations, routes, closures and conflicts.

Columns go by their place, not by their name, as in Flee. A `FleeFolder` keeps every fault that a
reader meets and every note, so that one call of ``read_flee`` names everything that is wrong.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, ValidationError

from interpose.errors import Fault
from interpose.scenario.files import faulty_cells, read_text
from interpose.scenario.phrases import did_you_mean, shown
from interpose.scenario.tables.values import Number, Row, Whole

Kind = Literal["conflict_zone", "town", "camp", "idpcamp", "forwarding_hub", "marker"]
ClosureKind = Literal["country", "location", "link", "camp", "idpcamp", "remove_forced_redirection"]
Intensities = tuple[tuple[float, ...], ...]

LONGEST_PERIOD = 36_525
"""Days: a hundred years."""

_WORDS_OF_KINDS: tuple[tuple[str, Kind], ...] = (
    ("idp", "idpcamp"),
    ("camp", "camp"),
    ("conflict", "conflict_zone"),
    ("forward", "forwarding_hub"),
    ("marker", "marker"),
    ("town", "town"),
    ("default", "town"),
)

_REPEATED = "Stands in line {} already; each may be there once."


def _kind(text: object) -> object:
    if "flood" in str(text).lower():
        msg = "Floods are not played: nobody flees from a flood_zone here. Must be another type."
        raise ValueError(msg)
    found = (kind for word, kind in _WORDS_OF_KINDS if word in str(text).lower())
    return next(found, text)


def _day(text: object) -> dt.date:
    """Take ``2014-3-1`` as Flee does; refuse every other way to write a day."""
    parts = str(text).split("-")
    try:
        if len(parts[0]) == 4 and all(part.isascii() and part.isdigit() for part in parts):
            year, month, day = (int(part) for part in parts)
            return dt.date(year, month, day)
    except ValueError:
        pass
    msg = "Must be a day written YYYY-MM-DD."
    raise ValueError(msg)


def _redirection(number: int) -> int:
    if number in (0, 1, 2):
        return number
    msg = "Must be 0, 1 (from name2 to name1), 2 (from name1 to name2), or empty."
    raise ValueError(msg)


FleeDay = Annotated[dt.date, BeforeValidator(_day)]
Cut = Annotated[Number, AfterValidator(int)]
"""A number of which Flee takes the whole part."""


class FleeRow(Row):
    """A row of Flee's; columns by their alias where their name says too little."""

    model_config = ConfigDict(populate_by_name=True)


class FleePeriod(FleeRow):
    """First day and length of a situation."""

    start: FleeDay = Field(alias="StartDate")
    days: Whole = Field(alias="Length", ge=1, le=LONGEST_PERIOD)


class FleeLocation(FleeRow):
    """A place of the graph; its size is the capacity of a camp (0: no limit) or a population."""

    name: str = Field(min_length=1)
    region: str = ""
    country: str = "unknown"
    latitude: Number = Field(default=0, ge=-180, le=180)
    longitude: Number = Field(default=0, ge=-180, le=180)
    kind: Annotated[Kind, BeforeValidator(_kind)] = Field(alias="location_type")
    conflict_date: Cut = Field(default=0, ge=-1e6, le=1e6)
    size: Cut = Field(default=0, alias="population", ge=0, le=1e10)

    @property
    def is_camp(self) -> bool:
        """Whether it takes displaced people."""
        return "camp" in self.kind


class FleeRoute(FleeRow):
    """A road between two places, open both ways."""

    start: str = Field(alias="name1")
    end: str = Field(alias="name2")
    km: Number = Field(alias="distance", ge=0)
    forced_redirection: Annotated[Whole, AfterValidator(_redirection)] = 0

    @property
    def redirects(self) -> str:
        """Place from which everybody is sent on to the other end; empty where nobody is."""
        return ("", self.end, self.start)[self.forced_redirection]


class FleeClosure(FleeRow):
    """Something that is closed from its start to the day before its end.

    ``country``: all routes between two countries; ``location``: all routes of a place; ``link``:
    one route; ``camp``: the camp is a mere town for the time; ``remove_forced_redirection``:
    nobody is sent on from first to second any more. An end not after the start is never reached.
    """

    kind: ClosureKind = Field(alias="closure_type")
    first: str = Field(default="", alias="name1")
    second: str = Field(default="", alias="name2")
    start: Whole = Field(alias="closure_start")
    end: Whole = Field(alias="closure_end")

    def active(self, day: int) -> bool:
        """Return whether it is closed on a day."""
        return self.start <= day and (self.end <= self.start or day < self.end)


Places = dict[str, FleeLocation | None]
"""Locations by name, None where a row is faulty."""

AnyRow = TypeVar("AnyRow", bound=FleeRow)


def names_of(model: type[FleeRow]) -> list[str]:
    """Return the columns of a row as Flee calls them."""
    return [field.alias or name for name, field in model.model_fields.items()]


class FleeFolder:
    """A folder under reading, with the faults and notes so far.

    Attributes
    ----------
    root : Path
    faults : list of Fault
    notes : list of str
        What is passed over, in a sentence each.
    columns : int
        Of the widest comment so far in the file that is read.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.faults: list[Fault] = []
        self.notes: list[str] = []
        self.columns = 0

    def fault(self, file: str, line: int, field: str, found: object, wanted: str) -> None:
        """Note one more fault."""
        self.faults.append(Fault(file, line, field, shown(found), wanted))

    def cells(self, file: str) -> Iterator[tuple[int, list[str]]]:
        """Yield the stripped cells of every row, comments too, until the file cannot be read."""
        text = read_text(self.root, file) if (self.root / file).exists() else None
        if not isinstance(text, str):
            self.faults.append(text or Fault(file, 0, "", "", "This file is missing."))
            return
        reader = csv.reader(io.StringIO(text, newline=""))
        try:
            for row in reader:
                if any(cell.strip() for cell in row):
                    yield reader.line_num, [cell.strip() for cell in row]
        except csv.Error as error:
            self.fault(file, reader.line_num, "", None, f"Cannot be parted into cells: {error}.")

    def rows(self, file: str, headers: Sequence[str] = ()) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows below the comments and below headers, which begin with one of these."""
        self.columns, first = 0, True
        for line, row in self.cells(file):
            if row[0].startswith("#"):
                self.columns = max(self.columns, len(row))
            elif not (first and row[0].lower() in headers):
                first = False
                yield line, row

    def read(
        self, file: str, model: type[AnyRow]
    ) -> Iterator[tuple[int, list[str], AnyRow | None]]:
        """Yield line, cells and row of every row that is wide enough; None where it is faulty."""
        names = names_of(model)
        fields = enumerate(model.model_fields.values(), 1)
        least = max(i for i, field in fields if field.is_required())
        for line, cells in self.rows(file, names[:1]):
            if len(cells) < least:
                wanted = f"Must have {','.join(names[:least])} at least."
                self.fault(file, line, "", ",".join(cells), wanted)
            else:
                yield line, cells, self.row(file, line, cells, model)

    def row(self, file: str, line: int, cells: list[str], model: type[AnyRow]) -> AnyRow | None:
        """Return one row, or note its faults."""
        try:
            named = zip(names_of(model), cells, strict=False)
            return model(**{name: cell for name, cell in named if cell})
        except ValidationError as error:
            self.faults += faulty_cells(file, line, error)
            return None

    def unknown(
        self, file: str, line: int, names: dict[str, str], known: Collection[str], what: str = "in"
    ) -> None:
        """Note each name (by its column) that is not known, if anything is known."""
        for column, name in names.items():
            if known and name not in known:
                wanted = f"Is not {what} locations.csv.{did_you_mean(name, known)}"
                self.fault(file, line, column, name, wanted)


def read_period(folder: FleeFolder, file: str) -> FleePeriod | None:
    """Read first day and length."""
    lines: dict[str, int] = {}
    cells: dict[str, str] = {}
    before = len(folder.faults)
    for line, row in folder.rows(file):
        name = {"startdate": "StartDate", "length": "Length"}.get(row[0].lower())
        if name and (first := lines.setdefault(name, line)) != line:
            folder.fault(file, line, name, None, _REPEATED.format(first))
        elif name:
            cells[name] = row[1] if len(row) > 1 else ""
    if len(folder.faults) > before and not cells:
        return None
    try:
        return FleePeriod.model_validate(cells)
    except ValidationError as error:
        for fault in faulty_cells(file, 0, error):
            line = lines.get(fault.field, 0)
            wanted = fault.wanted if line else "Must be a row StartDate,YYYY-MM-DD or Length,days."
            folder.faults.append(Fault(file, line, fault.field, fault.found, wanted))
        return None


def read_locations(folder: FleeFolder, file: str) -> Places:
    """Read the places; each name must be there once."""
    found: Places = {}
    lines: dict[str, int] = {}
    before = len(folder.faults)
    for line, cells, place in folder.read(file, FleeLocation):
        most = max(len(FleeLocation.model_fields), folder.columns)
        if any(cells[most:]):
            wanted = f"This row has {len(cells)} cells; there are {most} columns."
            folder.fault(file, line, "", ",".join(cells), wanted)
        if (first := lines.setdefault(cells[0], line)) != line:
            folder.fault(file, line, "name", cells[0], _REPEATED.format(first))
        found.setdefault(cells[0], place)
    if not found and len(folder.faults) == before:
        folder.fault(file, 0, "", None, "Must hold at least one location.")
    return found


def read_routes(folder: FleeFolder, file: str, places: Places) -> tuple[FleeRoute, ...]:
    """Read the roads; both ends must be locations."""
    routes = []
    lines: dict[frozenset[str], int] = {}
    for line, cells, route in folder.read(file, FleeRoute):
        folder.unknown(file, line, {"name1": cells[0], "name2": cells[1]}, places)
        if (first := lines.setdefault(frozenset(cells[:2]), line)) != line:
            ends = f"{shown(cells[0])} to {shown(cells[1])}"
            folder.notes.append(
                f"{file} line {line}: {ends} stands in line {first} already; the shorter counts."
            )
        routes += [route] if route else []
    return tuple(routes)


def read_closures(folder: FleeFolder, file: str, places: Places) -> tuple[FleeClosure, ...]:
    """Read what is closed when; the names must be countries or locations of this folder."""
    closures = []
    countries = {place.country for place in places.values() if place}
    for line, cells, closure in folder.read(file, FleeClosure):
        names = {"name1": cells[1], "name2": cells[2]}
        if cells[0] == "country" and None not in places.values():
            folder.unknown(file, line, names, countries, "a country of")
        elif cells[0] in get_args(ClosureKind):
            two = cells[0] in ("link", "remove_forced_redirection")
            folder.unknown(file, line, names if two else {"name1": cells[1]}, places)
        closures += [closure] if closure else []
    return tuple(closures)


def read_conflicts(
    folder: FleeFolder, file: str, places: Places, start: dt.date, days: int
) -> Intensities:
    """Read the intensity of conflict by day and location."""
    before = len(folder.faults)
    table = _conflict_rows(folder, file, start)
    header, rows = (table[0], table[1:]) if table else ([], [])
    if not rows and len(folder.faults) == before:
        folder.fault(file, 0, "", None, "Must have a row for each day of sim_period.csv.")
    if len(folder.faults) > before:
        return ()
    if len(rows) < days:
        folder.notes.append(
            f"{file} ends after {len(rows)} of the {days} days; its last row holds on the others."
        )
        rows += [rows[-1]] * (days - len(rows))
    folder.notes += [
        f"{file}: {name!r} is no location; its conflicts are passed over."
        for name in header[1:]
        if name and name not in places
    ]
    column = {name: i for i, name in enumerate(header) if i and name}
    sources = [(place, column.get(place.name, 0)) for place in places.values() if place]
    return tuple(
        tuple(float(row[at]) if at else _undated(place, day) for place, at in sources)
        for day, row in enumerate(rows[:days])
    )


def _conflict_rows(folder: FleeFolder, file: str, start: dt.date) -> list[list[Any]]:
    """Return the header and every row below it that is no comment, as wide as the header."""
    table: list[list[str]] = []
    last: int | None = None
    for line, cells in folder.cells(file):
        if not table:
            for name in {name for name in cells[1:] if name and cells[1:].count(name) > 1}:
                folder.fault(file, line, "", name, "This column is there more than once.")
            table.append(cells)
        elif not cells[0].startswith("#"):
            day = _number_of_day(cells[0], start)
            if last is None and day is not None:
                last = day - 1 if cells[0].isdecimal() else -1
            if day is not None and last is not None and day != last + 1:
                wanted = f"Must be the day after that of the row before, the first {start}."
                folder.fault(file, line, table[0][0], cells[0], wanted)
            last = day
            row = (cells + [""] * len(table[0]))[: len(table[0])]
            for name, text in zip(table[0][1:], row[1:], strict=True):
                if name and not _is_intensity(text):
                    wanted = "Must be an intensity, 0 or more (0: no conflict)."
                    folder.fault(file, line, name, text, wanted)
            table.append(row)
    return table


def _number_of_day(text: str, start: dt.date) -> int | None:
    """Return the day that a number or date means; None for other words, as Flee reads none."""
    try:
        return int(text) if text.isdecimal() else (_day(text) - start).days
    except ValueError:
        return None


def _is_intensity(text: str) -> bool:
    try:
        return 0 <= float(text) < 1e15 and "_" not in text
    except ValueError:
        return False


def _undated(place: FleeLocation, day: int) -> float:
    return float(place.kind == "conflict_zone" and day >= place.conflict_date)
