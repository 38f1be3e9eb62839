"""Roads, and lines between armed forces: what changes by epoch, as arrays.

An epoch is a stretch of days on which people, places, sectors, forces and open roads stay the
same: a calendar year, or a part of it. A scenario without a line and without dated roads or places
has one a year.

Axes: epoch, place, force (armed), roads (a set of links that are open together).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from interpose.scenario import Scenario
from interpose.scenario.tables.lines import OF_A_LINE, ArmedForce
from interpose.scenario.tables.mission import IncidentType, Link, Place

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Roads:
    """Links between places; where none is dated, one set holds them all."""

    links: tuple[Link, ...]
    places: Mapping[str, int]
    is_open: NDArray[np.bool_]  # (roads, link)

    @cached_property
    def ends(self) -> Ints:
        """(link, 2) places at both ends."""
        ends = [(self.places[link.a], self.places[link.b]) for link in self.links]
        return np.array(ends, dtype=np.int64).reshape(-1, 2)

    def shortest_min(self, links: Iterable[int], start: Ints | None = None) -> Floats:
        """Return (place, place) minutes on some links; from the places of `start` if given."""
        some, size = list(links), len(self.places)
        minutes = [self.links[number].travel_min for number in some]
        graph = coo_array((minutes, tuple(self.ends[some].T)), shape=(size, size)).tocsr()
        return np.asarray(dijkstra(graph, directed=False, indices=start), dtype=np.float64)

    @cached_property
    def travel_min(self) -> Floats:
        """(place, place) shortest time on all links, whenever they are open, minutes."""
        return self.shortest_min(range(len(self.links)))

    @cached_property
    def travel_then(self) -> Floats:
        """(roads, place, place) shortest time on the links open together, minutes."""
        return np.array([self.shortest_min(np.flatnonzero(some)) for some in self.is_open])

    @cached_property
    def neighbours(self) -> tuple[Ints, Ints]:
        """CSR start and index of the places that share a link, whenever open, with each place."""
        near: list[set[int]] = [set() for _ in self.places]
        for a, b in self.ends.tolist():
            near[a].add(b)
            near[b].add(a)
        flat = [other for one in near for other in sorted(one)]
        return np.cumsum([0, *map(len, near)]), np.array(flat, dtype=np.int64)

    @cached_property
    def road_ends(self) -> tuple[Ints, Ints, Ints]:
        """CSR start by roads and place; link and other place of every open link of the place."""
        ends: list[list[tuple[int, int]]] = [
            [] for _ in range(len(self.is_open) * len(self.places))
        ]
        for roads, some in enumerate(self.is_open):
            for number in np.flatnonzero(some).tolist():
                a, b = (roads * len(self.places) + end for end in self.ends[number].tolist())
                ends[a].append((number, int(self.ends[number, 1])))
                ends[b].append((number, int(self.ends[number, 0])))
        flat = np.array([x for e in ends for x in e], dtype=np.int64).reshape(-1, 2)
        return np.cumsum([0, *map(len, ends)]), flat[:, 0].copy(), flat[:, 1].copy()

    def detours(self, start: Ints) -> tuple[Ints, Ints, Floats, Floats]:
        """Return whom the closing of each link delays on the way from the places of `start`.

        CSR start by roads and link; pair, which is ``number in start * places + place``; minutes
        with the link and without it.
        """
        pairs, with_it, without, count = [np.zeros(0, np.int64)], [np.zeros(0)], [np.zeros(0)], [0]
        for travel, some in zip(self.travel_then, self.is_open, strict=True):
            usual, opened = travel[start].ravel(), set(np.flatnonzero(some).tolist())
            for link in range(len(self.links)):
                longer = np.zeros(0, dtype=np.int64)
                if link in opened:
                    found = self.shortest_min(sorted(opened - {link}), start).ravel()
                    longer = np.flatnonzero(found > usual + 1e-9)
                    pairs.append(longer)
                    with_it.append(usual[longer])
                    without.append(found[longer])
                count.append(len(longer))
        times = np.concatenate(with_it), np.concatenate(without)
        return np.cumsum(count), np.concatenate(pairs), *times


# --- lines ----------------------------------------------------------------------------------------


class Lines(NamedTuple):
    """The line and the forces along it. Where no line runs, `km` is 0."""

    begins: Ints  # (epoch,) first day of each
    year: Ints  # (epoch,) calendar year, counted from that of the first day
    km: Floats  # (epoch, place)
    posts: Floats  # (epoch, place) posts, each counted as far as it sees
    sensors: Floats  # (epoch, place) share of the length
    consent: Floats  # (epoch, place) 0..1, of the force that consents least
    forces: tuple[str, ...]
    per_km: Floats  # (epoch, force, place) soldiers
    posture: Floats  # (epoch, force, place) factor
    there: Floats  # (epoch, place) 1 where a place is there, else 0
    roads: Ints  # (epoch,) which set of roads is open; one set if no link is dated
    is_open: NDArray[np.bool_]  # (roads, link)


def is_along(kind: IncidentType, forces: tuple[str, ...]) -> bool:
    """Return whether a type is counted along the line and not among inhabitants."""
    return kind.act in OF_A_LINE or kind.instigator in forces or kind.target in forces


def lines_of(scenario: Scenario, year_starts: NDArray[np.datetime64]) -> Lines:
    """Return the arrays of the line; `year_starts` are the first days of the years played."""
    begins = _epochs(scenario, year_starts)
    places = {place.id: c for c, place in enumerate(scenario.places)}
    forces = tuple(dict.fromkeys(row.force for row in scenario.armed_forces))
    shape = (len(begins), len(places))
    km, posts, sensors, consent = np.zeros(shape), np.zeros(shape), np.zeros(shape), np.ones(shape)
    per_km, posture = (np.zeros((shape[0], len(forces), shape[1])) for _ in range(2))
    first = scenario.header.start.toordinal()
    for e, day in enumerate(begins.tolist()):
        today = dt.date.fromordinal(first + day)
        length: dict[str, tuple[int, float]] = {}
        for row in scenario.lines:
            if row.begins <= today and (row.ends is None or today <= row.ends):
                c = places[row.place]
                km[e, c] += row.length_km
                posts[e, c] += row.posts * row.view
                sensors[e, c] += row.sensors * row.length_km
                length[row.sector] = (c, row.length_km)
        for force in scenario.armed_forces:
            if force.begins <= today and (force.ends is None or today <= force.ends):
                f = forces.index(force.force)
                for c, share in _shares(force, length):
                    per_km[e, f, c] += share * force.strength
                    posture[e, f, c] += share * force.strength * force.posture
                    consent[e, c] = min(consent[e, c], force.consent)
    sensors = np.divide(sensors, km, out=np.zeros(shape), where=km > 0)
    posture = np.divide(posture, per_km, out=np.zeros_like(posture), where=per_km > 0)
    per_km /= np.maximum(km, 1e-9)[:, None, :]
    years = np.searchsorted(_days_from(first, year_starts), begins, side="right") - 1
    there = _there(scenario.places, begins + first).astype(np.float64)
    is_open, of_epoch = np.unique(
        _there(scenario.links, begins + first), axis=0, return_inverse=True
    )
    roads = of_epoch.ravel().astype(np.int64)
    return Lines(
        begins, years, km, posts, sensors, consent, forces, per_km, posture, there, roads, is_open
    )


def _there(rows: Sequence[Place | Link], days: Ints) -> NDArray[np.bool_]:
    """Return which places or links are there on which days, (day, row)."""
    spans = [row.span() for row in rows]
    begins = np.array([span.begins.toordinal() for span in spans], dtype=np.int64)
    after = np.array([span.after.toordinal() for span in spans], dtype=np.int64)
    return np.asarray((begins <= days[:, None]) & (days[:, None] < after))


def usual_per_km(lines: Lines, days: int) -> float:
    """Return the mean soldiers a km of the forces along a line, over its length and days."""
    span = np.diff(np.append(lines.begins, days))[:, None] * lines.km
    each = (lines.per_km * span[:, None]).sum(axis=(0, 2)) / max(float(span.sum()), 1e-9)
    return float(each[each > 0].mean()) if (each > 0).any() else 0.0


def _shares(force: ArmedForce, length: dict[str, tuple[int, float]]) -> Iterator[tuple[int, float]]:
    """Yield place and share of a force's soldiers for each sector that is open today."""
    named = [*length] if force.sectors == "all" else force.sectors.split(";")
    there = [length[sector] for sector in named if sector in length]
    total = sum(km for _, km in there)
    for place, km in there:
        yield place, km / total


def _days_from(first: int, dates: NDArray[np.datetime64]) -> Ints:
    """Return dates as days counted from the first day played."""
    days = dates.astype("datetime64[D]") - np.datetime64(dt.date.fromordinal(first), "D")
    return np.asarray(np.maximum(days.astype(np.int64), 0))


def _epochs(scenario: Scenario, year_starts: NDArray[np.datetime64]) -> Ints:
    """Return the first day of every epoch."""
    first, last = scenario.header.start.toordinal(), scenario.header.end.toordinal()
    changes = {int(day) for day in _days_from(first, year_starts)}
    for row in (*scenario.links, *scenario.places, *scenario.lines, *scenario.armed_forces):
        span = row.span()
        changes |= {span.begins.toordinal() - first, span.after.toordinal() - first}
    return np.array(sorted(day for day in changes if 0 <= day <= last - first), dtype=np.int64)
