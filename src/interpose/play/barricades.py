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

from interpose.play.barricade_arrays import LIFE_STEPS
from interpose.play.compiled import inlined, part
from interpose.play.draws import day_key, mix, uniform
from interpose.play.incidents import of_instigator
from interpose.play.state import FORCE_CHANGED, State
from interpose.play.world import World

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
