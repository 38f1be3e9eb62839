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
anew by all people whom they still reach. Where a place has no road nothing is closed.

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

from interpose.play.compiled import FORCE_CHANGED, State, World, inlined, part
from interpose.play.draws import UInts, day_key, future_key, mix, uniform
from interpose.play.processes.incidents import of_instigator
from interpose.play.theatre import ACTS, Floats, Ints, Theatre
from interpose.scenario.parameters import Parameters

NEEDS = (
    "barricades.life_median_days",
    "barricades.life_sigma",
    "barricades.negotiation_per_day",
    "barricades.operation_per_day",
    "barricades.operation_hurt_share",
    "barricades.operation_injured",
    "barricades.operation_force_share",
    "barricades.delay_min",
)
READS = ("events", "counts", "riot_presence")
WRITES = ("barricades", "changed")

BY_ITSELF, NEGOTIATED, REMOVED = 1, 2, 3  # order of ENDINGS, which a test checks
DRAWS = 8
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

LIFE_STEPS = 4096
"""Steps of the quantile table of durations."""


class BarricadeWorld(NamedTuple):
    """Roads and durations that a future does not change."""

    blocks: NDArray[np.bool_]  # (type,) whether the act puts up a barricade
    road_start: Ints  # (place + 1,) the roads of a place
    road_link: Ints  # (road end,)
    other_end: Ints  # (road end,) place
    detour_start: Ints  # (link + 1,) whom the closing of a link concerns
    detour_pair: Ints  # (entry,) base * places + place
    detour_reach: Floats  # (entry,) reach while the link is closed
    thousands: Floats  # (year, place) thousand inhabitants
    life: Floats  # (step,) days, quantiles
    negotiation: float  # per day
    operation: float  # per day and riot-capable soldier per 1000 inhabitants
    hurt_share: float
    hurt_scale: float  # persons
    force_share: float


class BarricadeState(NamedTuple):
    """What stands."""

    keys: UInts  # (1,)
    rows: NDArray[np.int32]  # (row, field)
    patience: Floats  # (row,) hazard of removal still to be met
    standing: NDArray[np.int32]  # (row,) rows that stand over night, the first counts[1] of them
    counts: Ints  # (2,) rows so far, standing over night
    reach: Floats  # (base, place) while any stands
    blocked_days: Floats  # (municipality,) barricade-days on its roads so far


def life_quantiles(median: float, sigma: float) -> Floats:
    """Return the log-normal duration at the middle of equal steps of probability, days.

    Examples
    --------
    >>> life = life_quantiles(3.0, 1.0)
    >>> len(life), bool(life[2047] < 3.0 < life[2048])
    (4096, True)
    """
    normal = ndtri((np.arange(LIFE_STEPS) + 0.5) / LIFE_STEPS)
    return np.asarray(median * np.exp(sigma * normal))


def barricade_world(theatre: Theatre, parameters: Parameters) -> BarricadeWorld:
    """Return the roads, what their closing does, and the laws of a barricade."""
    blocks = theatre.act_of_type == ACTS.index("roadblock")
    start, link, other = theatre.road_ends
    decay = parameters.scalar("presence.travel_decay_min")
    if blocks.any():
        begins, pair, minutes = theatre.detours
    else:  # nobody ever blocks a road: spare the search for ways round
        begins = np.zeros(len(theatre.scenario.links) + 1, dtype=np.int64)
        pair, minutes = np.zeros(0, dtype=np.int64), np.zeros(0)
    opened = theatre.travel_min[theatre.base_place].ravel()[pair]
    passing = opened + parameters.scalar("barricades.delay_min")
    mean = parameters.scalar("barricades.operation_injured")
    return BarricadeWorld(
        blocks=blocks,
        road_start=start,
        road_link=link,
        other_end=other,
        detour_start=begins,
        detour_pair=pair,
        detour_reach=np.exp(-np.minimum(minutes, passing) / decay),
        thousands=theatre.population / 1000.0,
        life=life_quantiles(
            parameters.scalar("barricades.life_median_days"),
            parameters.scalar("barricades.life_sigma"),
        ),
        negotiation=parameters.scalar("barricades.negotiation_per_day"),
        operation=parameters.scalar("barricades.operation_per_day"),
        hurt_share=parameters.scalar("barricades.operation_hurt_share"),
        hurt_scale=float(-1.0 / np.log1p(-1.0 / mean)) if mean > 1.0 else 0.0,
        force_share=parameters.scalar("barricades.operation_force_share"),
    )


def no_barricades(theatre: Theatre, seed: int, future: int, rows: int) -> BarricadeState:
    """Return the state of the first morning: nothing stands."""
    room = rows if "roadblock" in {t.act for t in theatre.scenario.incident_types} else 0
    return BarricadeState(
        keys=np.array([future_key(seed, future, "barricades")]),
        rows=np.zeros((room, len(BARRICADE_FIELDS)), dtype=np.int32),
        patience=np.zeros(room),
        standing=np.zeros(room, dtype=np.int32),
        counts=np.zeros(2, dtype=np.int64),
        reach=np.zeros((len(theatre.scenario.bases), len(theatre.scenario.places))),
        blocked_days=np.zeros(len(theatre.municipalities)),
    )


def more_barricades(state: BarricadeState) -> BarricadeState:
    """Return the same state with twice the room."""
    return state._replace(
        rows=np.concatenate([state.rows, np.zeros_like(state.rows)]),
        patience=np.concatenate([state.patience, np.zeros_like(state.patience)]),
        standing=np.concatenate([state.standing, np.zeros_like(state.standing)]),
    )


@inlined
def step(state: State, world: World, day: int) -> None:
    """Let barricades stand a day or end, put up today's, and close the roads they stand on."""
    moved = False
    if state.barricades.counts[1] > 0:
        moved = stand(state, world, day)
    for row in range(state.counts[1], state.counts[0]):
        if world.barricades.blocks[state.events[row, 2]]:
            moved = put_up(state, world, day, row) or moved
    if moved:
        close_roads(state, world)
        state.changed[FORCE_CHANGED] = True


@part
def draw_of(state: State, world: World, row: int, purpose: int) -> float:
    """Draw the number of one barricade for one purpose: keyed by its incident."""
    one = state.barricades.rows[row]
    up = day_key(state.barricades.keys[0], world.first_ordinal + one[0])
    key = mix(world.cell_keys[one[3], one[1]] + up)
    return uniform(key, one[4] * DRAWS + purpose)  # type: ignore[no-any-return]


@part
def put_up(state: State, world: World, day: int, event_row: int) -> bool:
    """Put up the barricade of an incident; return whether it stands over night."""
    own, event = state.barricades, state.events[event_row]
    place, row = event[1], own.counts[0]
    one = own.rows[row]
    one[0], one[1], one[3], one[4] = day, place, event[2], event[8]
    first = world.barricades.road_start[place]
    roads = world.barricades.road_start[place + 1] - first
    one[2] = -1
    if roads > 0:
        one[2] = first + int(draw_of(state, world, row, ROAD) * roads)
    life = world.barricades.life[int(draw_of(state, world, row, LIFE) * LIFE_STEPS)]
    one[5] = day + max(1, math.ceil(min(life, 1e6))) - 1
    one[6], one[7], one[8], one[9] = -1, 0, 0, 0
    own.patience[row] = -math.log(1.0 - draw_of(state, world, row, PATIENCE))
    own.counts[0] += 1
    block(state, world, row)
    if one[5] == day:
        one[6], one[7] = day, BY_ITSELF
        return False
    own.standing[own.counts[1]] = row
    own.counts[1] += 1
    return True


@part
def block(state: State, world: World, row: int) -> None:
    """Count a day on which a barricade stands, in the municipalities at both ends of its road."""
    one = state.barricades.rows[row]
    here = world.municipality_of_place[one[1]]
    state.barricades.blocked_days[here] += 1.0
    if one[2] >= 0:
        there = world.municipality_of_place[world.barricades.other_end[one[2]]]
        if there != here:
            state.barricades.blocked_days[there] += 1.0


@part
def stand(state: State, world: World, day: int) -> bool:
    """Let every barricade of yesterday stand today; return whether one ended this evening."""
    own = state.barricades
    left = 0
    for n in range(own.counts[1]):
        row = own.standing[n]
        one = own.rows[row]
        block(state, world, row)
        operation = world.barricades.operation * state.riot_presence[one[1]]
        hazard = world.barricades.negotiation + operation
        own.patience[row] -= hazard
        if own.patience[row] < 0.0:
            one[6], one[7] = day, NEGOTIATED
            if draw_of(state, world, row, CAUSE) * hazard < operation:
                one[7] = REMOVED
                hurt(state, world, row)
        elif one[5] <= day:
            one[6], one[7] = day, BY_ITSELF
        else:
            own.standing[left] = row
            left += 1
    ended = left < own.counts[1]
    own.counts[1] = left
    return bool(ended)


@part
def hurt(state: State, world: World, row: int) -> None:
    """Count who is hurt in an operation, by side."""
    if draw_of(state, world, row, HURT) >= world.barricades.hurt_share:
        return
    u = draw_of(state, world, row, HOW_MANY)
    number = 1 + int(-math.log(1.0 - u) * world.barricades.hurt_scale)
    u = draw_of(state, world, row, WHOSE)
    of_force = of_instigator(u, number, world.barricades.force_share)
    one = state.barricades.rows[row]
    one[8], one[9] = number - of_force, of_force


@inlined
def close_roads(state: State, world: World) -> None:
    """Reckon whom every base reaches with the roads that are closed from tomorrow on."""
    own, roads = state.barricades, world.barricades
    places = own.reach.shape[1]
    for b in range(own.reach.shape[0]):
        for c in range(places):
            own.reach[b, c] = world.reach[b, c]
    for n in range(own.counts[1]):
        end = own.rows[own.standing[n], 2]
        if end < 0:
            continue
        link = roads.road_link[end]
        for k in range(roads.detour_start[link], roads.detour_start[link + 1]):
            b = roads.detour_pair[k] // places
            c = roads.detour_pair[k] - b * places
            own.reach[b, c] = min(own.reach[b, c], roads.detour_reach[k])
