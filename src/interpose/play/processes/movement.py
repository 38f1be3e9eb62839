r"""Movement: trips fall with nearby violence and barricades; escorts make up and take patrols.

On the first day of a month every community k of a municipality m decides what share of the trips
that it wishes for it makes, after what it saw until then::

    H = sum over incidents against k of exp(-age / memory) exp(-travel / near)  per 1000 persons
    B = mean number of barricades a day on the roads of m in the month before
    free = exp(-(w_H H + w_B B) / (1 + G / half))

H counts persons of k with the same weights of travel; G are patrolling troops, international police
and local police whom people accept, per 1000 inhabitants, the mean over the places of m. A share of
the missed trips asks for an escort, more in the harvest months::

    hours a day = persons * trips * (1 - free) min(1, wish * harvest) / trips_a_convoy * hours_each

Bases within reach give them in proportion to their soldiers free of posts times reach, each at most
a share of its own::

    taken_b = min(asked_b / (soldiers_b * hours a soldier), most)
    share   = free + granted (1 - free) min(1, wish * harvest)

``granted_m`` is the share of what its bases are asked for that they give, by weight.

Trips are wished for to the people near, by all roads that the scenario has. Those to whom no road
leads on the first day of the month are not visited, with an escort or without::

    passable = sum over people exp(-travel then / near) / sum over people exp(-travel on all / near)

Soldiers on escort are not on patrol from the next day until the next month is planned
(``presence.py``): movement feeds back on incidents through presence only. Left out: trips that
nobody wishes for any more after years of fear.

Sources: UNMIK/PR/1554 of 24 May 2006 counts 1,408 escorted convoys from 1 January to 10 May 2006,
11 a day, six of them stoned; all other values are assumed.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from interpose.play.columns import Column, Columns, Table, coded
from interpose.play.compiled import State, World, inlined, part
from interpose.play.draws import UInts
from interpose.play.theatre import Floats, Ints, Theatre, axes, empty, same_named
from interpose.scenario.parameters import Parameters

NEEDS = ("movement.",)
READS = (
    "incidents.events",
    "incidents.counts",
    "presence.per_1000",
    "responsibility.free_troops",
    "barricades.blocked_days",
)
WRITES = ("movement", "presence.outdated")


class MovementWorld(NamedTuple):
    """Who would travel, and what escorts cost."""

    target: Ints  # (type,) community against which the act is, -1 for none
    near: Floats  # (roads, place, municipality) 0..1, falls with travel time
    near_thousands: Floats  # (epoch, community, municipality) thousand persons, weighted by near
    passable: Floats  # (epoch, municipality) share of the people near whom a road leads to
    persons: Floats  # (year, community, municipality)
    seat_reach: Floats  # (roads, base, municipality) reach of its seat
    municipality_of_place: Ints  # (place,)
    places_of: Floats  # (municipality,) number of places
    month_days: Floats  # (month,) days played
    month_ends: Ints  # (month,) first day of the next month
    fade: Floats  # (month,) share of fear that is left at its end
    memory_days: float
    harvest: Floats  # (month,) factor on the wish for escorts
    harm_weight: float  # 1000 persons per incident
    barricade_weight: float  # per barricade
    half_presence: float  # per 1000 inhabitants
    trips_per_person_day: float
    escort_wish_share: float
    convoy_trips: float
    convoy_platoon_hours: float
    soldier_hours: float  # platoon-hours a day of one available soldier
    escort_most_share: float


class MovementState(NamedTuple):
    """Trips of this month, and what has been added up."""

    harm: Floats = axes("community", "municipality")  # incidents, faded to the end of the month
    free: Floats = axes("community", "municipality")  # share of trips made alone this month
    blocked: Floats = axes("municipality")  # barricade-days already seen
    guard: Floats = axes("municipality")  # troops, police per 1000 inhabitants
    wanted: Floats = axes("municipality")  # platoon-hours a day
    pull: Floats = axes("municipality")  # soldiers within reach
    granted: Floats = axes("municipality")  # share of what is asked for that is given
    taken: Floats = axes("base")  # share of the available soldiers on escort
    share: Floats = axes("year", "community", "municipality")  # trips made, summed over months
    escorted: Floats = axes("year", "community", "municipality")  # trips under escort, likewise


def new_world(theatre: Theatre, parameters: Parameters) -> MovementWorld:
    """Return who travels where, and what escorts cost."""
    communities, seats = theatre.communities, theatre.municipality_of_place
    known = {community: i for i, community in enumerate(communities)}
    municipal = np.zeros((len(seats), len(theatre.municipalities)))
    municipal[np.arange(len(seats)), seats] = 1.0
    seat = np.array([theatre.place_index[m] for m in theatre.municipalities], dtype=np.int64)
    line, people, scale = theatre.lines, theatre.people, parameters.scalar("movement.near_min")
    near = np.exp(-theatre.travel_then[:, :, seat] / scale)
    around = [near[r].T @ people[year] for r, year in zip(line.roads, line.year, strict=True)]
    all_roads = np.exp(-theatre.travel_min[:, seat] / scale).T @ people[line.year]
    days = np.bincount(theatre.month_of_day).astype(np.float64)
    memory = parameters.scalar("movement.memory_days")
    decay = parameters.scalar("presence.travel_decay_min")
    begins, ends = (round(parameters.scalar(f"movement.harvest_{x}")) for x in ("begins", "ends"))
    number = theatre.month_starts.astype("datetime64[M]").astype(np.int64) % 12 + 1
    harvest = (number - begins) % 12 <= (ends - begins) % 12
    return MovementWorld(
        target=np.array([known.get(t.target, -1) for t in theatre.scenario.incident_types]),
        near=np.ascontiguousarray(near),
        near_thousands=_turned(np.maximum(np.array(around) / 1000.0, 1e-9)),
        passable=np.sum(around, axis=2) / np.maximum(all_roads.sum(axis=2), 1e-9),
        persons=_turned(municipal.T @ theatre.people),
        seat_reach=np.ascontiguousarray(
            np.exp(-theatre.travel_then[:, theatre.base_place][:, :, seat] / decay)
        ),
        municipality_of_place=seats,
        places_of=municipal.sum(axis=0),
        month_days=days,
        month_ends=np.cumsum(days).astype(np.int64),
        fade=np.exp(-days / memory),
        harvest=np.where(harvest, parameters.scalar("movement.harvest_factor"), 1.0),
        **same_named(MovementWorld, parameters, "movement."),
        soldier_hours=parameters.scalar("movement.platoon_hours_per_day")
        / parameters.scalar("movement.platoon_soldiers"),
    )


def _turned(values: Floats) -> Floats:
    """Put the last two axes, municipality and community, the other way round."""
    return np.ascontiguousarray(values.transpose(0, 2, 1))


def new_state(theatre: Theatre, process_keys: UInts) -> MovementState:
    """Return the state of the first morning: nobody has travelled."""
    state = empty(MovementState, theatre)
    state.free[:] = 1.0
    return state


@inlined
def step(state: State, world: World, day: int) -> None:
    """Plan the month on its first day; then remember today's incidents."""
    own, known, per_1000 = state.movement, world.movement, state.presence.per_1000
    blocked_days, free_troops = state.barricades.blocked_days, state.responsibility.free_troops
    counts, events = state.incidents.counts, state.incidents.events
    outdated = state.presence.outdated
    year, month, epoch = world.year_of_day[day], world.month_of_day[day], world.epoch_of_day[day]
    roads = world.roads_of_day[day]
    last = world.month_of_day[max(day - 1, 0)]
    if day == 0 or month != last:
        look(own, known, per_1000, blocked_days, last)
        wish(own, known, blocked_days, year, epoch, month)
        if escort(own, known, free_troops, known.seat_reach[roads]):
            outdated[0] = True
        travel(own, known, year, epoch, month)
    if counts[0] > counts[1]:
        remember(own, known, events, counts, known.near[roads], month, day)


@part
def remember(
    own: MovementState,
    known: MovementWorld,
    events: NDArray[np.int32],
    counts: Ints,
    nearness: Floats,
    month: int,
    day: int,
) -> None:
    """Add today's incidents to what people fear, as far as it is left at the month's end."""
    weight = math.exp(-(known.month_ends[month] - day) / known.memory_days)
    for row in range(counts[1], counts[0]):
        k = known.target[events[row, 2]]
        if k >= 0:
            harm, near = own.harm[k], nearness[events[row, 1]]
            for m in range(near.shape[0]):
                harm[m] += weight * near[m]


@part
def look(
    own: MovementState, known: MovementWorld, per_1000: Floats, blocked_days: Floats, last: int
) -> None:
    """See who patrols, and count the barricades of the month before as a daily mean."""
    own.guard[:] = 0.0
    for m in range(own.guard.shape[0]):
        own.blocked[m] = (blocked_days[m] - own.blocked[m]) / known.month_days[last]
    for c in range(per_1000.shape[1]):
        m = known.municipality_of_place[c]
        patrols = per_1000[0, c] + per_1000[1, c] + per_1000[2, c]
        own.guard[m] += patrols / known.places_of[m]


@part
def wish(
    own: MovementState,
    known: MovementWorld,
    blocked_days: Floats,
    year: int,
    epoch: int,
    month: int,
) -> None:
    """Set the share of trips made without escort, and the platoon-hours that are asked for."""
    asking = min(1.0, known.escort_wish_share * known.harvest[month])
    hours = known.trips_per_person_day * asking / known.convoy_trips * known.convoy_platoon_hours
    own.wanted[:] = 0.0
    for k in range(own.free.shape[0]):
        for m in range(own.free.shape[1]):
            fear = known.harm_weight * own.harm[k, m] / known.near_thousands[epoch, k, m]
            fear += known.barricade_weight * own.blocked[m]
            if fear > 0.0:
                own.free[k, m] = math.exp(-fear / (1.0 + own.guard[m] / known.half_presence))
            else:
                own.free[k, m] = 1.0
            own.wanted[m] += hours * known.persons[year, k, m] * (1.0 - own.free[k, m])
            own.harm[k, m] *= known.fade[month]
    for m in range(own.blocked.shape[0]):
        own.blocked[m] = blocked_days[m]


@part
def escort(
    own: MovementState, known: MovementWorld, free_troops: Floats, seat_reach: Floats
) -> bool:
    """Share what is asked for among the bases; return whether another share is on patrol now."""
    changed = False
    for m in range(own.pull.shape[0]):
        own.pull[m] = own.granted[m] = 0.0
    for b in range(own.taken.shape[0]):
        if free_troops[b] > 0.0:
            for m in range(own.pull.shape[0]):
                own.pull[m] += free_troops[b] * seat_reach[b, m]
    for m in range(own.pull.shape[0]):  # from here on: per soldier within reach
        own.pull[m] = 1.0 / own.pull[m] if own.pull[m] > 0.0 else 0.0
        own.wanted[m] *= own.pull[m]
    for b in range(own.taken.shape[0]):
        taken, troops = 0.0, free_troops[b]
        if troops > 0.0:
            asked = 0.0  # platoon-hours a day of one soldier
            for m in range(own.wanted.shape[0]):
                asked += own.wanted[m] * seat_reach[b, m]
            taken = min(asked / known.soldier_hours, known.escort_most_share)
            given = taken * known.soldier_hours / asked if asked > 0.0 else 1.0
            for m in range(own.granted.shape[0]):
                own.granted[m] += given * troops * seat_reach[b, m] * own.pull[m]
        if taken != own.taken[b]:
            own.taken[b] = taken
            changed = True
    return changed


@part
def travel(own: MovementState, known: MovementWorld, year: int, epoch: int, month: int) -> None:
    """Count the trips of the month, with and without escort."""
    asking = min(1.0, known.escort_wish_share * known.harvest[month])
    for k in range(own.free.shape[0]):
        for m in range(own.free.shape[1]):
            escorted = known.passable[epoch, m] * own.granted[m] * asking * (1.0 - own.free[k, m])
            own.share[year, k, m] += known.passable[epoch, m] * own.free[k, m] + escorted
            own.escorted[year, k, m] += escorted


TABLES: Columns = {
    "movement": (
        Column("year", "date", "date", "first day of the calendar year"),
        Column("municipality", "text", "1", "id of the municipality's seat"),
        Column("community", "text", "1", "id of the community"),
        Column("share", "float32", "ratio", "wished-for trips made, mean of months, to 0.001"),
        Column("escorted", "float32", "ratio", "wished-for trips made under escort, to 0.001"),
    )
}


def tables(theatre: Theatre, world: World, state: State) -> dict[str, Table]:
    """Return the trips of every year, municipality and community."""
    year, seat, community = np.nonzero(world.movement.persons.transpose(0, 2, 1) > 0.0)
    first = theatre.month_starts.astype("datetime64[Y]")
    months = np.unique(first, return_counts=True)[1]
    own = {
        name: np.round(total[year, community, seat] / months[year], 3)
        for name, total in (("share", state.movement.share), ("escorted", state.movement.escorted))
    }
    return {
        "movement": {
            "year": theatre.year_starts[year],
            "municipality": coded(seat, theatre.municipalities),
            "community": coded(community, theatre.communities),
            **own,
        }
    }
