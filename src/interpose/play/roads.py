"""Roads: the links between places, and the sets of them that are open together.

Axes: roads (a set), place, link, road end (a link seen from one of its places).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from interpose.scenario.tables.mission import Link

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
