"""How long it takes along the roads: open, closed by barricades, or under snow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from interpose.errors import PlanError, UnknownNameError
from interpose.scenario import Scenario

Floats = NDArray[np.float64]

Road = tuple[str, str]
"""Ids of the places at its two ends, in either order."""


def travel_min(
    scenario: Scenario,
    from_places: Sequence[str],
    *,
    closed: Iterable[Road] = (),
    winter_factor: float = 1.0,
) -> Floats:
    """Return the shortest time along open roads from some places to all.

    Parameters
    ----------
    scenario : Scenario
        Its links are the roads; both ways, at the speed of open traffic.
    from_places : sequence of str
        Ids of places.
    closed : iterable of (str, str)
        Roads that nobody passes, by a barricade or otherwise.
    winter_factor : float
        By what snow multiplies every time; 1 in summer.

    Returns
    -------
    (from, place) float, minutes
        Infinite where no open road leads; places in the order of the scenario.

    Raises
    ------
    UnknownNameError
        If a place is none of the scenario's.
    PlanError
        If there is no road between the ends of a closed one.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import dijkstra

    index = {place.id: i for i, place in enumerate(scenario.places)}
    shut = {_ends(road, index) for road in closed}
    minutes: dict[Road, float] = {}
    for link in scenario.links:
        ends = (min(link.a, link.b), max(link.a, link.b))
        minutes[ends] = min(link.travel_min * winter_factor, minutes.get(ends, np.inf))
    for ends in sorted(shut):
        if minutes.pop(ends, None) is None:
            msg = f"There is no road {ends[0]}-{ends[1]} in links.csv that could be closed."
            raise PlanError(msg)
    starts = np.array([_known(place, index) for place in from_places], dtype=np.int64)
    if not starts.size:
        return np.empty((0, len(index)))
    a = [index[ends[0]] for ends in minutes]
    b = [index[ends[1]] for ends in minutes]
    graph = coo_array((list(minutes.values()), (a, b)), shape=(len(index), len(index))).tocsr()
    return np.asarray(dijkstra(graph, directed=False, indices=starts), dtype=np.float64)


def _ends(road: Road, index: dict[str, int]) -> Road:
    a, b = (_id(place, index) for place in road)
    return min(a, b), max(a, b)


def _id(place: str, index: dict[str, int]) -> str:
    _known(place, index)
    return place


def _known(place: str, index: dict[str, int]) -> int:
    if place not in index:
        kind = "place"
        raise UnknownNameError(kind, place, index)
    return index[place]
