"""Room on a map: where frames of bases and names stand so that none lies on another.

Measured on the smallest map that is shown, that of a phone: on a larger one the marks move apart
and what is written keeps its size.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

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
