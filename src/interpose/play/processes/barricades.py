r"""Barricades: a roadblock stands until it ends, is negotiated away or removed; roads close.

Every incident of the act ``roadblock`` puts up a barricade on one of the roads of its place, all
equally likely. It stands on D days, the day on which it goes up being the first::

    D = max(1, ceil(L)),   L ~ LogNormal(ln median, sigma)

unless, from the second day on, it is removed first: competing risks with the daily hazards

    h_n = negotiation,   h_o = operation * (riot-capable soldiers per 1000 inhabitants, there)

It is removed on the day on which the sum of hazards exceeds -ln(1 - u), by the one or the other in
proportion to the hazards of that day. An operation hurts people with a chance; their number is
geometric, and each is of the force with a chance. They are counted in the table ``barricades``
and not among the injured of incidents.

A barricade that stands over night closes its road from the next morning on. To pass it, or to use
tracks round it, takes ``delay`` minutes more; whoever is quicker by another road takes that. For
one closed road the travel time is exact::

    t'_bc = min(t_bc without the road, t_bc + delay)

Where several are closed the worst of these is taken, place by place: a lower bound, since the way
round one may lead over another. Troops reach places by t', and each base's soldiers are shared
again by all people whom they still reach. Where a place has no road nothing is closed. A road
that is not there on a day gets no barricade, and one that goes takes its barricade with it.

Theory: where incidents are Poisson with a rate and nobody removes anything, the number that
stands is Poisson(rate E D), whatever the law of D (M/G/infinity; Little 1961,
doi:10.1287/opre.9.3.383).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from interpose.play.columns import Column, Columns, Table, coded
from interpose.play.compiled import State, World, inlined, kernel, part
from interpose.play.draws import UInts, day_key, mix, of_instigator, uniform
from interpose.play.processes.incidents import ROOM_FOR_A_DAY
from interpose.play.theatre import ACTS, Floats, Ints, Theatre, axes, empty, same_named
from interpose.scenario.parameters import Parameters

NEEDS = ("barricades.",)
READS = ("incidents.events", "incidents.counts", "presence.riot_per_1000")
WRITES = ("barricades", "presence.outdated")
DRAWS = ("barricades",)

BY_ITSELF, NEGOTIATED, REMOVED = 1, 2, 3  # order of ENDINGS, which a test checks
DRAWS_OF_ONE = 8
"""Draws set aside for one barricade; seven are used."""
ROAD, LIFE, PATIENCE, CAUSE, HURT, HOW_MANY, WHOSE = range(7)


BARRICADE_FIELDS = (
    "day",
    "place",
    "road",
    "type",
    "order",
    "last",
    "ended",
    "how",
    "injured_instigator",
    "injured_force",
)
"""Columns of ``rows``: `road` is a road end of the world (-1 where a place has none), `last` the
day on which it comes down if nobody removes it, `ended` the day on which it came down."""

ENDINGS = ("standing", "by itself", "negotiated", "removed")
"""How a barricade ended; the position is the number in `how`."""

MOST_BARRICADES = 200_000
"""With so many a future has run away."""

LIFE_STEPS = 4096
"""Steps of the quantile table of durations."""


class BarricadeWorld(NamedTuple):
    """Roads and durations that a future does not change."""

    blocks: NDArray[np.bool_]  # (type,) whether the act puts up a barricade
    is_open: NDArray[np.bool_]  # (roads, link)
    road_start: Ints  # (roads and place, and one more) the roads of a place
    road_link: Ints  # (road end,)
    other_end: Ints  # (road end,) place
    detour_start: Ints  # (roads and link, and one more) whom the closing of a link concerns
    detour_pair: Ints  # (entry,) base * places + place
    detour_reach: Floats  # (entry,) reach while the link is closed
    cell_keys: UInts  # (type, place)
    first_ordinal: int
    municipality_of_place: Ints  # (place,)
    life: Floats  # (step,) days, quantiles
    negotiation_per_day: float
    operation_per_day: float
    operation_hurt_share: float
    hurt_scale: float  # persons
    operation_force_share: float


class BarricadeState(NamedTuple):
    """What stands."""

    process_keys: UInts = axes(1)  # of this future
    rows: NDArray[np.int32] = axes(MOST_BARRICADES, len(BARRICADE_FIELDS))
    patience: Floats = axes(MOST_BARRICADES)  # hazard of removal still to be met
    standing: NDArray[np.int32] = axes(MOST_BARRICADES)  # rows that stand over night
    counts: Ints = axes(2)  # rows so far, standing over night
    seen: Ints = axes(1)  # incidents looked at so far
    removed: Ints = axes("place")  # last day on which troops removed one there
    removed_type: Ints = axes("place")  # incident type that had put it up
    reach: Floats = axes("base", "place")  # while any stands
    blocked_days: Floats = axes("municipality")  # barricade-days on its roads so far


def life_quantiles(median: float, sigma: float) -> Floats:
    """Return the log-normal duration at the middle of equal steps of probability, days."""
    normal = ndtri((np.arange(LIFE_STEPS) + 0.5) / LIFE_STEPS)
    return np.asarray(median * np.exp(sigma * normal))


def new_world(theatre: Theatre, parameters: Parameters) -> BarricadeWorld:
    """Return the roads, what their closing does, and the laws of a barricade."""
    blocks = theatre.act_of_type == ACTS.index("roadblock")
    start, link, other = theatre.roads.road_ends
    decay = parameters.scalar("presence.travel_decay_min")
    if blocks.any():
        begins, pair, opened, minutes = theatre.detours
    else:  # nobody ever blocks a road: spare the search for ways round
        begins = np.zeros(theatre.lines.is_open.size + 1, dtype=np.int64)
        pair, opened, minutes = np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0)
    passing = opened + parameters.scalar("barricades.delay_min")
    mean = parameters.scalar("barricades.operation_injured")
    return BarricadeWorld(
        blocks=blocks,
        is_open=theatre.lines.is_open,
        road_start=start,
        road_link=link,
        other_end=other,
        detour_start=begins,
        detour_pair=pair,
        detour_reach=np.exp(-np.minimum(minutes, passing) / decay),
        cell_keys=theatre.cell_keys,
        first_ordinal=theatre.first_day,
        municipality_of_place=theatre.municipality_of_place,
        life=life_quantiles(
            parameters.scalar("barricades.life_median_days"),
            parameters.scalar("barricades.life_sigma"),
        ),
        **same_named(BarricadeWorld, parameters, "barricades."),
        hurt_scale=float(-1.0 / np.log1p(-1.0 / mean)) if mean > 1.0 else 0.0,
    )


def new_state(theatre: Theatre, process_keys: UInts) -> BarricadeState:
    """Return the state of the first morning: nothing stands."""
    state = empty(BarricadeState, theatre, process_keys=process_keys)
    state.removed[:] = -1
    return state


@inlined
def has_room(own: BarricadeState) -> bool:
    """Return whether a day's barricades find room."""
    return bool(own.rows.shape[0] - own.counts[0] >= ROOM_FOR_A_DAY)


@inlined
def step(state: State, world: World, day: int) -> None:
    """Let barricades stand a day or end, put up today's, and close the roads they stand on."""
    own, known = state.barricades, world.barricades
    roads, tomorrow = world.roads_of_day[day], world.roads_of_day[min(day + 1, world.days - 1)]
    open_reach = world.presence.reach[tomorrow]
    riot_per_1000, outdated = state.presence.riot_per_1000, state.presence.outdated
    counts, events = state.incidents.counts, state.incidents.events
    moved = roads != tomorrow
    for row in range(own.seen[0], counts[1]):  # of the crowds that gathered after this process
        if known.blocks[events[row, 2]]:
            moved = put_up(own, known, events[row], roads) or moved
    if own.counts[1] > 0:
        moved = stand(own, known, riot_per_1000, day, known.is_open[roads]) or moved
    for row in range(counts[1], counts[0]):
        if known.blocks[events[row, 2]]:
            moved = put_up(own, known, events[row], roads) or moved
    own.seen[0] = counts[0]
    if moved:
        close_roads(own, known, open_reach, tomorrow)
        outdated[0] = True


@inlined
def draw_of(own: BarricadeState, known: BarricadeWorld, row: int, purpose: int) -> float:
    """Draw the number of one barricade for one purpose: keyed by its incident."""
    one = own.rows[row]
    up = day_key(own.process_keys[0], known.first_ordinal + one[0])
    key = mix(known.cell_keys[one[3], one[1]] + up)
    return uniform(key, one[4] * DRAWS_OF_ONE + purpose)  # type: ignore[no-any-return]


@part
def put_up(
    own: BarricadeState, known: BarricadeWorld, event: NDArray[np.int32], open_roads: int
) -> bool:
    """Put up the barricade of an incident; return whether it stands over night."""
    up, place, row = event[0], event[1], own.counts[0]
    if row >= own.rows.shape[0]:
        return False  # has_room ends the future tomorrow
    one = own.rows[row]
    one[0], one[1], one[3], one[4] = up, place, event[2], event[8]
    at = open_roads * known.municipality_of_place.shape[0] + place
    first = known.road_start[at]
    roads = known.road_start[at + 1] - first
    one[2] = -1
    if roads > 0:
        one[2] = first + int(draw_of(own, known, row, ROAD) * roads)
    life = known.life[int(draw_of(own, known, row, LIFE) * LIFE_STEPS)]
    one[5] = up + max(1, math.ceil(min(life, 1e6))) - 1
    one[6], one[7], one[8], one[9] = -1, 0, 0, 0
    own.patience[row] = -math.log(1.0 - draw_of(own, known, row, PATIENCE))
    own.counts[0] += 1
    block(own, known, row)
    if one[5] == up:
        one[6], one[7] = up, BY_ITSELF
        return False
    own.standing[own.counts[1]] = row
    own.counts[1] += 1
    return True


@part
def block(own: BarricadeState, known: BarricadeWorld, row: int) -> None:
    """Count a day on which a barricade stands, in the municipalities at both ends of its road."""
    one = own.rows[row]
    here = known.municipality_of_place[one[1]]
    own.blocked_days[here] += 1.0
    if one[2] >= 0:
        there = known.municipality_of_place[known.other_end[one[2]]]
        if there != here:
            own.blocked_days[there] += 1.0


@part
def stand(
    own: BarricadeState,
    known: BarricadeWorld,
    riot_per_1000: Floats,
    day: int,
    is_open: NDArray[np.bool_],
) -> bool:
    """Let every barricade of yesterday stand today; return whether one ended this evening."""
    left = 0
    for n in range(own.counts[1]):
        row = int(own.standing[n])
        one = own.rows[row]
        if one[2] >= 0 and not is_open[known.road_link[one[2]]]:
            one[6], one[7] = day - 1, BY_ITSELF  # its road is gone
            continue
        block(own, known, row)
        operation = known.operation_per_day * riot_per_1000[one[1]]
        hazard = known.negotiation_per_day + operation
        own.patience[row] -= hazard
        if own.patience[row] < 0.0:
            one[6], one[7] = day, NEGOTIATED
            if draw_of(own, known, row, CAUSE) * hazard < operation:
                one[7] = REMOVED
                own.removed[one[1]], own.removed_type[one[1]] = day, one[3]
                hurt(own, known, row)
        elif one[5] <= day:
            one[6], one[7] = day, BY_ITSELF
        else:
            own.standing[left] = row
            left += 1
    ended = left < own.counts[1]
    own.counts[1] = left
    return bool(ended)


@part
def hurt(own: BarricadeState, known: BarricadeWorld, row: int) -> None:
    """Count who is hurt in an operation, by side."""
    if draw_of(own, known, row, HURT) >= known.operation_hurt_share:
        return
    u = draw_of(own, known, row, HOW_MANY)
    number = 1 + int(-math.log(1.0 - u) * known.hurt_scale)
    u = draw_of(own, known, row, WHOSE)
    of_force = of_instigator(u, number, known.operation_force_share)
    one = own.rows[row]
    one[8], one[9] = number - of_force, of_force


@kernel
def close_roads(
    own: BarricadeState, known: BarricadeWorld, open_reach: Floats, open_roads: int
) -> None:
    """Set whom every base reaches with the roads that are closed from tomorrow on."""
    places = own.reach.shape[1]
    for b in range(own.reach.shape[0]):
        for c in range(places):
            own.reach[b, c] = open_reach[b, c]
    for n in range(own.counts[1]):
        end = own.rows[own.standing[n], 2]
        if end < 0:
            continue
        link = open_roads * known.is_open.shape[1] + known.road_link[end]
        for k in range(known.detour_start[link], known.detour_start[link + 1]):
            b = known.detour_pair[k] // places
            c = known.detour_pair[k] - b * places
            own.reach[b, c] = min(own.reach[b, c], known.detour_reach[k])


TABLES: Columns = {
    "barricades": (
        Column("date", "date", "date", "day on which the barricade went up"),
        Column("place", "text", "1", "id of the place"),
        Column("other_end", "text", "1", "id of the place at the other end of its road"),
        Column("days", "int16", "days", "days on which it stood; 1: gone on its first evening"),
        Column("ended", "text", "1", "by itself, negotiated, removed; standing: on the last day"),
        Column(
            "injured_instigator", "int16", "persons", "injured in its removal, who had built it"
        ),
        Column("injured_force", "int16", "persons", "injured in its removal, of the force"),
    )
}


def tables(theatre: Theatre, world: World, state: State) -> dict[str, Table]:
    """Return every barricade."""
    rows = state.barricades.rows[: int(state.barricades.counts[0])]
    one = {name: rows[:, i] for i, name in enumerate(BARRICADE_FIELDS)}
    ends = np.append(world.barricades.other_end, 0)[one["road"]]
    last = np.where(one["ended"] < 0, theatre.days - 1, one["ended"])
    return {
        "barricades": {
            "date": theatre.dates[one["day"]],
            "place": coded(one["place"], theatre.place_ids),
            # A place without roads blocks itself.
            "other_end": coded(np.where(one["road"] < 0, one["place"], ends), theatre.place_ids),
            "days": last - one["day"] + 1,
            "ended": coded(one["how"], ENDINGS),
            "injured_instigator": one["injured_instigator"],
            "injured_force": one["injured_force"],
        }
    }
