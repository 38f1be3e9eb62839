"""The map that moves with time: roads, places, force, record, and the land that lies under them.

The land, that is boundaries, water and the names of neighbours, stands in ``map.geojson`` of a
scenario, a file of GeoJSON that a scenario may do without.

`Room` says where frames of bases and names stand so that none lies on another, measured on the
smallest map that is shown, that of a phone: on a larger one the marks move apart and what is
written keeps its size.
"""

from __future__ import annotations

import copy
import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from interpose.errors import ScenarioError
from interpose.report.interactive import Spec, filled
from interpose.report.page import shortened
from interpose.scenario import Scenario
from interpose.scenario.folder import MAP, read_land

NO_LAND = f"No boundaries are drawn: the scenario has no {MAP}."

LONGEST = 24
"""Letters that are written of a name, of each where a place has two."""

Lines = Sequence[tuple[float, float]]


def over_places(
    scenario: Scenario,
    years: Sequence[int],
    months: tuple[int, int],
    places: Sequence[Spec],
    force: Sequence[Spec],
    incidents: Sequence[Spec],
    *,
    what_if: bool,
    labels: int,
    communities: Sequence[str] = (),
    heading: str = "Where",
    closed: Sequence[Lines] = (),
    barricades: Sequence[Spec] = (),
) -> Spec:
    """Return a map that the signals ``year`` and ``month`` move; all years have one scale.

    Parameters
    ----------
    scenario : Scenario
        Whose roads and land are drawn.
    years : sequence of int
        Without gaps.
    months : (int, int)
        First and last month that is played: 12 times the year and those since January.
    places : sequence of dict
        ``name``, ``lon``, ``lat`` (degrees), and year by year in ``n`` the incidents to expect, in
        ``people`` how many of each of the `communities` live there; or ``state`` (``twice``,
        ``once`` or ``late``), ``protected``, ``changed`` and ``words``, from the month ``from``
        until before the month ``to``. What ``label`` says is written if there is room, the highest
        ``rank`` first.
    force : sequence of dict
        ``n`` soldiers of a ``nation`` at a base ``name``, ``lon``, ``lat``, from the month ``from``
        until before the month ``to``; ``infantry`` or not, where that is known.
    incidents : sequence of dict
        Of the record: ``lon``, ``lat``, what is told in ``parts``, the id and the ``title`` of the
        ``source``, the id of the ``row``, and the months ``from`` and ``last`` in which it is
        shown, the later first if only its year is known; a ``road`` block has its own mark.
    closed : sequence of ((lon, lat), ...)
        Roads that nobody passes at any time, besides those with dates.
    barricades : sequence of dict
        ``name``, ``lon``, ``lat``, and the days on which the futures have barricades there, on
        average: in ``years`` and in ``months``, from the first of each on.
    what_if : bool
        Whether the futures play something else than was done.
    labels : int
        Places that are named at most at a time.
    communities : sequence of str
        Their names.
    """
    lon, lat = ([float(place[axis]) for place in places] for axis in ("lon", "lat"))
    land = land_of(scenario)
    frame, bar, kilometres = _frame(lon, lat, land.get("bbox"))
    where = {place.id: (place.lon, place.lat) for place in scenario.places}
    roads = [(where[link.a], where[link.b]) for link in scenario.links]
    shapes = {
        name: [_line(one)] for name, one in (("frame", [frame]), ("roads", roads), ("bar", [bar]))
    }
    never = [_line(closed, **{"from": -1, "to": month_of(dt.date.max)})] if closed else []
    length = {"lon": (bar[0][0] + bar[1][0]) / 2, "lat": bar[0][1], "label": f"{kilometres:g} km"}
    room = Room(*frame[0], *frame[2])
    _give_room(room, [length], land["features"], force, places, labels)
    turn = [-_middle(lon), -(frame[0][1] + frame[2][1]) / 2, 0]
    spec = filled(
        "over_places.json",
        {
            "year": years[-1], "month": -1, "first": years[0], "months": list(months),
            "turn": turn, "heading": heading, "communities": list(communities),
            "lives": -1, "mostPeople": [
                max(row[i] for place in places for row in place["people"])
                for i in range(len(communities))
            ],
            "mostIncidents": max([1e-9, *(max(place.get("n", [0.0])) for place in places)]),
        },
        {
            "places": list(places), "force": list(force), "incidents": list(incidents),
            "barricades": list(barricades), "lengths": [length], "land": land["features"],
            "closed": [*never, *_closed(scenario, where)], **shapes,
        },
        what_if=what_if,
    )  # fmt: skip
    told = _people(len(communities))
    for step in (step for layer in spec["layer"] for step in layer.get("transform", ())):
        if step.get("calculate") == "":
            step["calculate"] = told[step["as"]]
    return {**spec, "usermeta": {"tall": room.tall}}


def _people(communities: int) -> dict[str, str]:
    """Return what Vega makes of the people of a place: all, and who is one in a hundred or more."""
    here = [f"datum.there[{i}]" for i in range(communities)]
    words = [
        f"({own} <= 0.005 * datum.all ? '' :"
        f" ', ' + communities[{i}] + ' ' + format(100 * {own} / datum.all, '.0f') + ' %')"
        for i, own in enumerate(here)
    ]
    return {
        "all": " + ".join(here) or "0",
        "shares": f"substring({' + '.join(words) or repr('')}, 2)",
    }


def _give_room(
    room: Room, lengths: Sequence[Spec], land: Sequence[Spec], force: Sequence[Spec],
    places: Sequence[Spec], labels: int,
) -> None:  # fmt: skip
    """Say where frames and names stand: those of places for every span of months apart."""
    for row in lengths:
        room.take(row, [BAR])
    names = [row["properties"] for row in land if row["properties"]["kind"] == "neighbour"]
    name_neighbours(room, names)
    taken = []
    for span in {(row.get("from"), row.get("to")) for row in places}:
        then = copy.deepcopy(room)
        now = [row for row in places if (row.get("from"), row.get("to")) == span]
        name_places(then, now, labels)
        taken += then.taken
    room.taken += taken
    raise_frames(room, force)


def land_of(scenario: Scenario) -> Mapping[str, Any]:
    """Return the land under the map of a scenario as GeoJSON; without features if it has none.

    Raises
    ------
    ScenarioError
        If the file of the land is faulty.
    """
    land = read_land(Path(scenario.folder))
    if isinstance(land, list):
        raise ScenarioError(str(scenario.folder), land)
    if land is None:
        return {"says": NO_LAND, "features": []}
    rows = [_turned(row.model_dump()) for row in land.features]
    return {"says": land.says, "bbox": land.bbox, "features": rows}


def _turned(row: Spec) -> Spec:
    """Return a feature as Vega fills it: outer rings clockwise, against the rule of GeoJSON."""
    shape, told = row["geometry"], row["properties"]
    if shape["type"] == "Point":
        lon, lat = shape["coordinates"]
        name = shortened(told["name"], LONGEST)
        return {"properties": {**told, "name": name, "lon": lon, "lat": lat}}
    rings = shape["coordinates"]
    if shape["type"] == "Polygon":
        rings = [ring[::-1] for ring in rings]
    elif shape["type"] == "MultiPolygon":
        rings = [[ring[::-1] for ring in one] for one in rings]
    return {**row, "geometry": {**shape, "coordinates": rings}}


def words_of_map(scenario: Scenario) -> str:
    """Return whose boundaries a map of a scenario shows."""
    return f"{land_of(scenario)['says']} {scenario.header.borders}"


def month_of(date: dt.date, *, half: bool = False) -> int:
    """Return 12 times the year and the months since January; `half`: the next from the 16th on.

    Examples
    --------
    >>> month_of(dt.date(1999, 6, 16)), month_of(dt.date(1999, 6, 16), half=True)
    (23993, 23994)
    """
    return 12 * date.year + date.month - 1 + (half and date.day > 15)


def _closed(scenario: Scenario, where: Mapping[str, Any]) -> Iterator[Spec]:
    """Yield the roads that are closed for a time, and from which month until before which."""
    for link in scenario.links:
        span = link.span()
        for first, after in ((dt.date.min, span.begins), (span.after, dt.date.max)):
            if first < after:
                shut = {"from": month_of(first, half=True), "to": month_of(after, half=True)}
                yield _line([(where[link.a], where[link.b])], **shut)


def _line(lines: Sequence[Lines], **told: int) -> Spec:
    """Return lines of places as Vega wants a shape."""
    shape = {"type": "MultiLineString", "coordinates": [list(one) for one in lines]}
    return {"type": "Feature", "geometry": shape, "properties": told}


def _middle(lon: Sequence[float]) -> float:
    """Return the mean of some longitudes, right across the date line too."""
    turn = [math.radians(one) for one in lon]
    return math.degrees(math.atan2(sum(map(math.sin, turn)), sum(map(math.cos, turn))))


def _frame(
    lon: Sequence[float], lat: Sequence[float], box: Sequence[float] | None
) -> tuple[Lines, Lines, float]:
    """Return a frame around places, or that of a box, and a bar of round length in it, km."""
    middle = _middle(lon)
    east = [(one - middle + 180.0) % 360.0 - 180.0 for one in lon]
    pad = 0.04 * max(max(lat) - min(lat), max(east) - min(east), 0.02)
    west, right, south, north = min(east) - pad, max(east) + pad, min(lat) - 2 * pad, max(lat) + pad
    if box:
        west, right, south, north = box[0] - middle, box[2] - middle, box[1], box[3]
    corners = [(west, south), (right, south), (right, north), (west, north), (west, south)]
    degree = 111.2 * math.cos(math.radians(south))
    power = 10.0 ** math.floor(math.log10((right - west) * degree / 4.0))
    fits = [s * power for s in (1.0, 2.0, 5.0) if s * power <= (right - west) * degree / 4.0]
    half = fits[-1] / degree / 2.0
    bar = [(middle + end, south + pad / 2) for end in (-half, half)]
    return [(middle + x, y) for x, y in corners], bar, fits[-1]


def spread(lon: float, lat: float, nth: int) -> tuple[float, float]:
    """Return where the nth mark of one place stands: on a spiral, some hundred metres apart."""
    turn, far = 2.4 * nth, 0.009 * math.sqrt(nth)
    return lon + far * math.cos(turn) / math.cos(math.radians(lat)), lat + far * math.sin(turn)


# --- room on the map ------------------------------------------------------------------------------

SMALLEST = (340.0, 370.0)
"""Width and height of the smallest map, pixels."""

LETTER, LINE = 7.0, 14.0
"""Width of a letter and height of a line, pixels."""

APART = 30.0
"""Pixels between two places that are both named, at least: else they read as one."""

FRAME = (-10.0, -21.0, 10.0, 7.0)
"""West, top, east and bottom of a frame with its size mark over it, around its middle, pixels."""

BAR = (-60.0, -25.0, 60.0, 4.0)
"""The same of the bar of lengths and its word."""

STAFFS = tuple(
    (round(far * 10 * math.sin(turn)), round(-far * 10 * math.cos(turn)))
    for far in (1.8, 2.7, 3.6, 4.5)
    for turn in (0.0, 0.9, -0.9, 1.7, -1.7, 2.6, -2.6)
)
"""From a base to the middle of its frame, pixels, in the order in which they are tried."""

Box = tuple[float, float, float, float]
Row = Mapping[str, Any]


class Room:
    """What is `taken` of a map between corners of some longitude and latitude."""

    def __init__(self, west: float, south: float, east: float, north: float) -> None:
        self._corner, self._wide = (west, north), math.cos(math.radians((south + north) / 2.0))
        width, height = (east - west) * self._wide, north - south
        self._scale = min(SMALLEST[0] / width, SMALLEST[1] / height)
        self._size = width * self._scale, height * self._scale
        self.tall = height / width
        self.taken: list[Box] = []

    def at(self, row: Row) -> tuple[float, float]:
        """Return where a row with ``lon`` and ``lat`` lies, pixels from the corner."""
        east = (row["lon"] - self._corner[0] + 180.0) % 360.0 - 180.0
        return east * self._wide * self._scale, (self._corner[1] - row["lat"]) * self._scale

    def take(self, row: Row, boxes: Iterable[Box], *, anyway: bool = False) -> int | None:
        """Take the first of some boxes around a row that is free; None, or the first, if none."""
        x, y = self.at(row)
        moved = [(x + box[0], y + box[1], x + box[2], y + box[3]) for box in boxes]
        found = next((i for i, box in enumerate(moved) if self._is_free(box)), None)
        if found is None and anyway:
            found = 0
        if found is not None:
            self.taken.append(moved[found])
        return found

    def _is_free(self, box: Box) -> bool:
        wide, tall = self._size
        if box[0] < 0.0 or box[1] < 0.0 or box[2] > wide or box[3] > tall:
            return False
        return all(
            box[2] <= one[0] or one[2] <= box[0] or box[3] <= one[1] or one[3] <= box[1]
            for one in self.taken
        )

    def inside(self, row: Row, half: float) -> float:
        """Return how far a word around a row moves sideways so that it lies inside, pixels."""
        x = self.at(row)[0]
        return max(half - x, 0.0) + min(self._size[0] - half - x, 0.0)


def raise_frames(room: Room, force: Sequence[dict[str, Any]]) -> None:
    """Give each base ``dx`` and ``dy``: where its frame stands beside it, tens of pixels."""
    found: dict[tuple[Any, ...], tuple[float, float]] = {}
    boxes = [(x + FRAME[0], y + FRAME[1], x + FRAME[2], y + FRAME[3]) for x, y in STAFFS]
    for row in force:
        key = row["name"], row["lon"], row["lat"]
        if key not in found:
            x, y = STAFFS[room.take(row, boxes, anyway=True) or 0]
            found[key] = x / 10.0, y / 10.0
        row["dx"], row["dy"] = found[key]


def name_neighbours(room: Room, rows: Iterable[dict[str, Any]]) -> None:
    """Give each neighbour ``dx``, so that its name lies on the map; `rows` are points."""
    for row in rows:
        half = LETTER * len(row["name"]) / 2.0
        row["dx"] = room.inside(row, half)
        room.take(row, [(row["dx"] - half, -LINE / 2, row["dx"] + half, LINE / 2)], anyway=True)


def name_places(room: Room, places: Iterable[dict[str, Any]], most: int) -> None:
    """Write the names of some places: those of highest ``rank`` that find room.

    Each row has a ``label``, with ``/`` between its lines, if it may be named, and keeps it if it
    is, with the side of the place on which it stands.
    """
    named: list[tuple[float, float]] = []
    rows = [row for row in places if "label" in row]
    for row in sorted(rows, key=lambda row: -row.pop("rank")):
        lines = row["label"].split("/")
        wide, tall = LETTER * max(map(len, lines)), LINE * len(lines)
        sides = {
            "center top 0 9": (-wide / 2, 9.0, wide / 2, 9.0 + tall),
            "left middle 11 0": (11.0, -tall / 2, 11.0 + wide, tall / 2),
            "right middle -11 0": (-11.0 - wide, -tall / 2, -11.0, tall / 2),
            "center bottom 0 -9": (-wide / 2, -9.0 - tall, wide / 2, -9.0),
        }
        near = any(math.dist(room.at(row), one) < APART for one in named)
        side = None if near or len(named) == most else room.take(row, sides.values())
        if side is None:
            del row["label"]
            continue
        named.append(room.at(row))
        align, baseline, dx, dy = list(sides)[side].split()
        row |= {"align": align, "baseline": baseline, "dx": int(dx), "dy": int(dy)}
