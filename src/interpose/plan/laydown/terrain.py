"""What a laydown stands on: open bases, places, people, areas, and the minutes between them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from interpose.errors import PlanError, require_known
from interpose.plan.highs import Flags, Floats, Ints
from interpose.plan.result import assumption
from interpose.scenario import Scenario
from interpose.scenario.loading import inhabitants
from interpose.scenario.tables.mission import Base

Road = tuple[str, str]
"""Ids of the places at its two ends, in either order."""

PLATOON_PERSONS = round(assumption("platoon_persons"))
"""Persons of a platoon on the map: row ``plan.platoon_persons``."""

PROTECTED = ("protected_site", "crossing")
"""Kinds of place that are protected unless the planner names others.

A crossing only until the police hold it (responsibilities.csv): the force then leaves it, and no
laydown was ever made to reach it. A site always: the force still answers when a site calls.
"""

IN_THEATRE = ("in_theatre", "exercise")
"""Stocks of contingents that are seen in the streets."""


@dataclass(frozen=True, slots=True)
class Terrain:
    """Where platoons can stand and whom they must reach.

    Attributes
    ----------
    minutes : (base, place) float, minutes
        Along open roads; infinite where none leads.
    persons : (place,) float, persons
        How much a place counts in the mean response.
    protected : (place,) bool
        Places whose worst response comes first.
    capacity : (base,) int, platoons
    areas : tuple of str
        Id of the area of each place; empty where it lies in none.
    winter_factor : float
        What every time was multiplied by.
    """

    bases: tuple[str, ...]
    places: tuple[str, ...]
    minutes: Floats
    persons: Floats
    protected: Flags
    capacity: Ints
    areas: tuple[str, ...]
    closed_roads: tuple[Road, ...] = ()
    winter_factor: float = 1.0


def terrain_on(
    scenario: Scenario,
    day: dt.date,
    *,
    capacity: Mapping[str, int] | None = None,
    closed_bases: Iterable[str] = (),
    closed_roads: Iterable[Road] = (),
    winter_factor: float = 1.0,
) -> Terrain:
    """Return the terrain of a scenario on a day; people are those of its year.

    Parameters
    ----------
    capacity : dict of str to int, optional
        Base to platoons it can hold; for others, the most that ever stood there at once.
    closed_bases, closed_roads
        Bases that may not be used, and roads between two places that are barred.
    winter_factor : float
        By what snow multiplies every time.

    Raises
    ------
    UnknownNameError
        If a base or place is none of the scenario's.
    PlanError
        If no base is open.
    """
    given = dict(capacity or {})
    shut = set(closed_bases)
    require_known("base", (*shut, *given), [base.id for base in scenario.bases])
    bases = [base for base in usable_bases(scenario, day) if base.id not in shut]
    if not bases:
        msg = f"No base is open in the theatre on {day}: there is nowhere to lay platoons down."
        raise PlanError(msg)
    roads = tuple(sorted((min(a, b), max(a, b)) for a, b in closed_roads))
    held = _most_held(scenario)
    room = [given.get(b.id, held.get(b.id, 0) // PLATOON_PERSONS or 1) for b in bases]
    return Terrain(
        bases=tuple(base.id for base in bases),
        places=tuple(place.id for place in scenario.places),
        minutes=travel_min(
            scenario, [base.place for base in bases], closed=roads, winter_factor=winter_factor
        ),
        persons=people_at(scenario, day.year).sum(axis=1),
        protected=_protected(scenario, day),
        capacity=np.array(room, dtype=np.int64),
        areas=_areas(scenario, day),
        closed_roads=roads,
        winter_factor=winter_factor,
    )


def usable_bases(scenario: Scenario, day: dt.date) -> list[Base]:
    """Return the bases open on a day inside the theatre.

    A base where the scenario's contingents are only ever in the rear or in reserve stands outside.
    """
    stocks: dict[str, set[str]] = {}
    for row in scenario.contingents:
        stocks.setdefault(row.base, set()).add(row.stock)
    return [
        base
        for base in scenario.bases
        if base.opens <= day
        and (base.closes is None or day <= base.closes)
        and (base.id not in stocks or stocks[base.id] & set(IN_THEATRE))
    ]


def people_at(scenario: Scenario, year: int) -> Floats:
    """Return (place, community) persons of a year; straight lines between the years given."""
    places = {place.id: i for i, place in enumerate(scenario.places)}
    groups = {group.id: i for i, group in enumerate(scenario.header.communities)}
    persons = np.zeros((len(places), len(groups)))
    for row in inhabitants(scenario):
        here = float(np.interp(year, row.years, row.persons))
        persons[places[row.place], groups[row.community]] += row.share * here
    return persons


def _most_held(scenario: Scenario) -> dict[str, int]:
    """Return the most persons that ever stood at each base at once, by the scenario's table."""
    steps: dict[str, dict[dt.date, int]] = {}
    for row in scenario.contingents:
        if row.stock not in IN_THEATRE:
            continue
        at = steps.setdefault(row.base, {})
        at[row.arrives] = at.get(row.arrives, 0) + row.strength
        if row.departs is not None:
            at[row.departs] = at.get(row.departs, 0) - row.strength
    most = {}
    for base, at in steps.items():
        sums = np.cumsum([at[day] for day in sorted(at)])
        most[base] = int(sums.max())
    return most


def _protected(scenario: Scenario, day: dt.date) -> Flags:
    """Return (place,) which are sites, or crossings that the police have not taken over."""
    left = {
        row.place
        for row in scenario.responsibilities
        if row.task == "border" and row.date is not None and row.date <= day
    }
    kept = [place.kind in PROTECTED and place.id not in left for place in scenario.places]
    return np.array(kept, dtype=bool)


def _areas(scenario: Scenario, day: dt.date) -> tuple[str, ...]:
    """Return the area of each place: the first of areas.csv that holds its municipality."""
    of_seat: dict[str, str] = {}
    for area in scenario.areas:
        if area.begins <= day and (area.ends is None or day <= area.ends):
            for seat in area.municipalities.split(";"):
                of_seat.setdefault(seat, area.id)
    return tuple(of_seat.get(place.municipality, "") for place in scenario.places)


def travel_min(
    scenario: Scenario,
    from_places: Sequence[str],
    *,
    closed: Iterable[Road] = (),
    winter_factor: float = 1.0,
) -> Floats:
    """Return (from, place) minutes of the shortest way along open roads, at open traffic's speed.

    Roads lead both ways; infinite where none does. Snow multiplies every time by `winter_factor`.

    Raises
    ------
    UnknownNameError
        If a place is none of the scenario's.
    PlanError
        If there is no road between the ends of a closed one, or the winter factor is none.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import dijkstra

    if not 0.0 < winter_factor < np.inf:
        msg = f"winter factor {winter_factor:g}: must be a number more than 0; 1 is summer."
        raise PlanError(msg)
    index = {place.id: i for i, place in enumerate(scenario.places)}
    shut = [(min(road), max(road)) for road in closed]
    require_known("place", [*(end for road in shut for end in road), *from_places], [*index])
    minutes: dict[Road, float] = {}
    for link in scenario.links:
        ends = (min(link.a, link.b), max(link.a, link.b))
        minutes[ends] = min(link.travel_min * winter_factor, minutes.get(ends, np.inf))
    for ends in sorted({*shut}):
        if minutes.pop(ends, None) is None:
            msg = f"There is no road {ends[0]}-{ends[1]} in links.csv that could be closed."
            raise PlanError(msg)
    if not from_places:
        return np.empty((0, len(index)))
    graph = coo_array(
        (list(minutes.values()), ([index[a] for a, _ in minutes], [index[b] for _, b in minutes])),
        shape=(len(index), len(index)),
    ).tocsr()
    starts = [index[place] for place in from_places]
    return np.asarray(dijkstra(graph, directed=False, indices=starts), dtype=np.float64)
