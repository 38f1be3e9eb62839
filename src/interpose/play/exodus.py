"""From a folder of Flee to the arrays of displacement, and through its days.

``play_flee`` is the door: an instance in, the people of every camp on every day out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from interpose.errors import require_known
from interpose.play.displacement import (
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
    """Where people were."""

    instance: FleeInstance
    people: People  # on the last day, in all camps and places
    displaced: int  # in the camps on day 0, and newly displaced since

    @property
    def counted(self) -> Ints:
        """(day, camp) persons at the end of each day in the camps with a series."""
        camps = _camps(self.instance)
        return self.people.counted[:, [camps.index(name) for name in self.instance.camps]]

    def at_places(self) -> Ints:
        """Return the displaced at every location at the end of each day, (day, place) int."""
        return self._with_camps(self.people.waited, self.people.counted)

    def arrivals(self) -> Ints:
        """Return who came that day, (day, place) int: into a camp, or newly displaced there."""
        return self._with_camps(self.people.fled, self.people.arrived)

    def _with_camps(self, at_places: Ints, at_camps: Ints) -> Ints:
        result = at_places.copy()
        result[:, [place.is_camp for place in self.instance.locations]] += at_camps
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
        If there is no parameter of a changed name.
    """
    values = {row.name: row.default or 0.0 for row in displacement_table()}
    require_known("parameter", changed or (), values)
    return values | {name: float(value) for name, value in (changed or {}).items()}


def play_flee(
    instance: FleeInstance,
    values: Mapping[str, float] | None = None,
    seed: int = 0,
    future: int = 0,
) -> PlayedSituation:
    """Play one future of a refugee situation, some parameters other than their rows say."""
    exodus = exodus_of(instance, displacement_values(values))
    start = in_camps_at_start(instance)
    people = new_people(exodus, start, future_key(seed, future, "displacement"))
    play_exodus(people, exodus, 0, instance.days)
    return PlayedSituation(instance, people, int(start.sum() + exodus.newly.sum()))


def _camps(instance: FleeInstance) -> list[str]:
    return [place.name for place in instance.locations if place.is_camp]


def in_camps_at_start(instance: FleeInstance) -> Ints:
    """Return the people in each camp on day 0, (camp,) int: as recorded, 0 without a series."""
    series = instance.series
    return np.array(
        [series[name].daily(1)[0] if name in series else 0 for name in _camps(instance)]
    )


def exodus_of(instance: FleeInstance, values: Mapping[str, float]) -> Exodus:
    """Return the arrays of an instance, with values for all parameters."""
    camps = [i for i, place in enumerate(instance.locations) if place.is_camp]
    period, first_days = periods(instance)
    km = np.stack([ways(instance, day)[:, camps] for day in first_days])
    open_way = np.isfinite(km)
    safe = np.where(open_way, km, 0.0)
    nearest = km.min(axis=2, keepdims=True, initial=np.inf)
    farther = safe - np.where(np.isfinite(nearest), nearest, 0.0)
    softened = np.where(open_way, farther, 0.0) + values["displacement.distance_softening_km"]
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
    """Return to which period of the same closures a day belongs, and the first day of each."""
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
    """Return (place, place) km of the shortest ways over the roads open on a day.

    Infinite where no way leads, and to places that take nobody: those from which people are sent
    on, and camps that are closed.
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
    np.fill_diagonal(km, 0.0)
    for through in range(len(km)):  # Floyd 1962; scipy takes a road of 0 km for none
        np.minimum(km, km[:, through, None] + km[None, through], out=km)
    km[:, [*sent_on, *closed]] = np.inf
    return km


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
