"""From a folder of Flee to the arrays of displacement, and through its days.

``play_flee`` is the door: an instance in, the people of every camp on every day out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from interpose.errors import UnknownNameError
from interpose.play.displacement import (
    NEEDS,
    Exodus,
    Floats,
    Ints,
    People,
    new_people,
    play_exodus,
)
from interpose.play.draws import future_key, name_keys
from interpose.play.future import draw_parameters
from interpose.scenario import FleeInstance, displacement_table
from interpose.scenario.parameters import resolve


@dataclass(frozen=True, slots=True)
class PlayedSituation:
    """Where people were.

    Attributes
    ----------
    camps : tuple of str
        Camps with a series, in the order of the locations.
    counted : (day, camp) int, persons
        People in those camps at the end of each day.
    people : People
        Everybody on the last day, in all camps and places.
    displaced : int, persons
        In the camps on day 0, and newly displaced since.
    people_days : int
        Displaced people, summed over the days: what was simulated.
    """

    camps: tuple[str, ...]
    counted: Ints
    people: People
    displaced: int
    people_days: int

    def at_places(self, instance: FleeInstance) -> Ints:
        """Return the displaced at every location at the end of each day, (day, place) int."""
        return _with_camps(instance, self.people.waited, self.people.counted)

    def arrivals(self, instance: FleeInstance) -> Ints:
        """Return who came that day, (day, place) int: into a camp, or newly displaced there."""
        return _with_camps(instance, self.people.fled, self.people.arrived)


def _with_camps(instance: FleeInstance, at_places: Ints, at_camps: Ints) -> Ints:
    camps = [i for i, place in enumerate(instance.locations) if place.is_camp]
    result = at_places.copy()
    result[:, camps] += at_camps
    return result


def draw_values(seed: int, future: int) -> dict[str, float]:
    """Return values of displacement drawn from their ranges for one future."""
    known = resolve(displacement_table(), (), {}, {"scalar": ((),)})
    return {row.name: row.value for row in draw_parameters(known, seed, future).rows()}


def displacement_values(changed: Mapping[str, float] | None = None) -> dict[str, float]:
    """Return the values of displacement by full name, some of them changed.

    Raises
    ------
    UnknownNameError
        If a changed name is none of ``NEEDS``.
    """
    values = {row.name: row.default or 0.0 for row in displacement_table()}
    for name, value in (changed or {}).items():
        if name not in values:
            kind = "parameter"
            raise UnknownNameError(kind, name, values)
        values[name] = float(value)
    return {name: values[name] for name in NEEDS}


def play_flee(
    instance: FleeInstance,
    values: Mapping[str, float] | None = None,
    seed: int = 0,
    future: int = 0,
) -> PlayedSituation:
    """Play one future of a refugee situation.

    Parameters
    ----------
    instance : FleeInstance
    values : dict of str to float, optional
        Parameters other than the rows of ``displacement.csv`` say, by full name.
    seed, future : int
        Together they name the future.

    Returns
    -------
    PlayedSituation
    """
    exodus = exodus_of(instance, displacement_values(values))
    start = in_camps_at_start(instance)
    people = new_people(exodus, start, future_key(seed, future, "displacement"))
    play_exodus(people, exodus, 0, instance.days)
    total = int(start.sum()) + np.cumsum(exodus.newly)
    return PlayedSituation(
        camps=instance.camps,
        counted=people.counted[:, _with_series(instance)],
        people=people,
        displaced=int(total[-1]),
        people_days=int(total.sum()),
    )


def in_camps_at_start(instance: FleeInstance) -> Ints:
    """Return the people in each camp on day 0, (camp,) int: as recorded, 0 without a series."""
    camps = [place.name for place in instance.locations if place.is_camp]
    series = instance.series
    return np.array([series[name].daily(1)[0] if name in series else 0 for name in camps])


def _with_series(instance: FleeInstance) -> list[int]:
    camps = [place.name for place in instance.locations if place.is_camp]
    return [camps.index(name) for name in instance.camps]


def exodus_of(instance: FleeInstance, values: Mapping[str, float]) -> Exodus:
    """Return the arrays of an instance.

    Parameters
    ----------
    instance : FleeInstance
    values : dict of str to float
        Every parameter of ``NEEDS``.
    """
    camps = [i for i, place in enumerate(instance.locations) if place.is_camp]
    period, first_days = periods(instance)
    km = np.stack([ways(instance, day)[:, camps] for day in first_days])
    open_way = np.isfinite(km)
    safe = np.where(open_way, km, 0.0)
    softened = safe + values["displacement.distance_softening_km"]
    with np.errstate(divide="ignore"):
        draw = np.where(open_way, softened ** -values["displacement.distance_power"], 0.0)
    outside = np.setdiff1d(np.arange(len(instance.locations)), camps)
    return Exodus(
        newly=np.array(instance.newly_displaced(), dtype=np.int64),
        origin=origins(instance),
        period=period,
        draw_of_camp=np.minimum(draw, 1e12),
        travel_days=(safe // values["displacement.speed_km_per_day"]).astype(np.int64),
        camp_place=np.array(camps, dtype=np.int64),
        admits=np.asarray(open_way[:, outside].any(axis=1)),
        capacity=np.array([instance.locations[i].size for i in camps], dtype=np.int64),
        place_keys=name_keys(("displacement", place.name) for place in instance.locations),
        settle_share=values["displacement.settle_share"],
        leave_share=values["displacement.leave_share"],
        onward_share=values["displacement.onward_share"],
        nearly_full=values["displacement.nearly_full"],
    )


def periods(instance: FleeInstance) -> tuple[Ints, list[int]]:
    """Part the days into periods with the same closures.

    Returns
    -------
    period : (day,) int
    first_days : list of int
        First day of each period.
    """
    number: dict[tuple[bool, ...], int] = {}
    period = np.zeros(instance.days, dtype=np.int64)
    first_days = []
    for day in range(instance.days):
        closed = tuple(closure.active(day) for closure in instance.closures)
        if closed not in number:
            number[closed] = len(number)
            first_days.append(day)
        period[day] = number[closed]
    return period, first_days


def ways(instance: FleeInstance, day: int) -> Floats:
    """Return the shortest way between any two places over the roads open on a day.

    Returns
    -------
    (place, place) float, km
        Infinite where no way leads, and to places that take nobody: those from which people are
        sent on, and camps that are closed.
    """
    index = {place.name: i for i, place in enumerate(instance.locations)}
    active = [closure for closure in instance.closures if closure.active(day)]
    shut = {closure.first for closure in active if closure.kind == "location"}
    pairs = {
        frozenset((closure.first, closure.second))
        for closure in active
        if closure.kind in ("country", "link")
    }
    lifted = {
        (closure.first, closure.second)
        for closure in active
        if closure.kind == "remove_forced_redirection"
    }
    km = np.full((len(index), len(index)), np.inf)
    sent_on: dict[int, int] = {}
    for route in instance.routes:
        start, end = index[route.start], index[route.end]
        countries = (instance.locations[start].country, instance.locations[end].country)
        if {route.start, route.end} & shut or frozenset((route.start, route.end)) in pairs:
            continue
        if countries[0] != countries[1] and frozenset(countries) in pairs:
            continue
        km[start, end] = km[end, start] = min(km[start, end], route.km)
        other = route.end if route.redirects == route.start else route.start
        if route.redirects and (route.redirects, other) not in lifted:
            sent_on[index[route.redirects]] = index[other]
    for place, goal in sent_on.items():
        only = km[place, goal]
        km[place] = np.inf
        km[place, goal] = only
    closed = [index[c.first] for c in active if c.kind in ("camp", "idpcamp")]
    return shortest(km, [*sent_on, *closed])


def shortest(km: Floats, no_goal: list[int]) -> Floats:
    """Return all shortest ways (Floyd 1962) and cut those that end in `no_goal`."""
    way = km.copy()
    np.fill_diagonal(way, 0.0)
    for through in range(way.shape[0]):
        np.minimum(way, way[:, through, None] + way[None, through], out=way)
    way[:, no_goal] = np.inf
    return way


def origins(instance: FleeInstance) -> Floats:
    """Return each place's weight as origin: population times intensity, as in Flee.

    On days without any conflict the last such weights hold, before the first the first ones. If no
    place in conflict has a population, intensity alone decides.
    """
    population = np.array(
        [0 if place.is_camp else place.size for place in instance.locations], dtype=float
    )
    intensity = np.array(instance.conflict)
    weight = intensity * population
    if not weight.any():
        weight = intensity
    known = weight.any(axis=1)
    days = np.arange(instance.days)
    latest = np.maximum.accumulate(np.where(known, days, -1))
    return np.asarray(weight[np.where(latest < 0, int(np.argmax(known)), latest)])
