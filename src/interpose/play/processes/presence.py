r"""Presence: troops reach places by road, police count where they serve, both per 1000 people.

Soldiers of a base are shared by all people whom they can reach, nearer ones more, so that none is
counted twice (the two-step floating catchment area of Luo & Wang 2003, doi:10.1068/b29120, with an
exponential decay). Soldiers bound to a post guard the place of the post alone, G_c::

    T_c = G_c / pop_c
        + sum_b  free_b * exp(-travel_bc / decay) / sum_k pop_k exp(-travel_bk / decay)

Summed over all people it gives the soldiers back. While barricades stand the travel times are those
of ``barricades.py``, and soldiers on escort (``movement.py``) are not on patrol. Presence
damps two things apart, the background (j = 0) and retaliation (j = 1), each with its own effect per
kind of force, down to a floor::

    D_j = floor_j + (1 - floor_j) * exp(-eta_jT T - eta_jP P - eta_jL L)

so that the thousandth soldier does less than the first. A patrol reaches an incident in time with
chance ``T / (T + half)``; it then prevents a share of that incident's offspring (Park et al. 2021,
doi:10.1080/01621459.2021.1898408).
"""

from __future__ import annotations

import math

from interpose.play.compiled import BACKGROUND_CHANGED, FORCE_CHANGED, State, World, inlined, part

NEEDS = (
    "presence.travel_decay_min",
    "effect.troops.background",
    "effect.troops.retaliation",
    "effect.international_police.background",
    "effect.international_police.retaliation",
    "effect.local_police.background",
    "effect.local_police.retaliation",
    "floor.background",
    "floor.retaliation",
    "response.half_troops_per_1000",
)
READS = ("responsibility", "police", "barricades", "movement", "changed")
WRITES = ("presence", "riot_presence", "damping", "reached", "changed")


@inlined
def step(state: State, world: World, day: int) -> None:
    """Reckon presence and damping anew on days when force, police or people changed."""
    new_year = day == 0 or world.year_of_day[day] != world.year_of_day[day - 1]
    police = False
    for s in range(world.police_begins.shape[0]):
        police = police or world.police_begins[s] == day or world.police_ends[s] == day
    if not (state.changed[FORCE_CHANGED] or new_year or police):
        return
    year = world.year_of_day[day]
    share_troops(state, world, year)
    share_police(state, world, year, day)
    damp(state, world)
    state.changed[FORCE_CHANGED] = False
    state.changed[BACKGROUND_CHANGED] = True


@part
def share_troops(state: State, world: World, year: int) -> None:
    """Share the free troops of every base among the people within its reach; add the guards."""
    places = state.presence.shape[1]
    for c in range(places):
        guarded = world.responsibility.guarded_thousands[year, c]
        state.presence[0, c] = state.responsibility.guards[c] / guarded
        state.riot_presence[c] = state.responsibility.guards_riot[c] / guarded
    blocked = state.barricades.counts[1] > 0
    for b in range(world.reach.shape[0]):
        reach, thousands = world.reach[b], world.reached_thousands[year, b]
        if blocked:
            reach = state.barricades.reach[b]
            thousands = 1e-9
            for c in range(places):
                thousands += world.barricades.thousands[year, c] * reach[c]
        patrols = 1.0 - state.movement.taken[b]
        troops = state.responsibility.free_troops[b] * patrols / thousands
        riot = state.responsibility.free_riot[b] * patrols / thousands
        if troops > 0.0:
            for c in range(places):
                state.presence[0, c] += troops * reach[c]
                state.riot_presence[c] += riot * reach[c]
    for c in range(places):
        state.reached[c] = state.presence[0, c] / (state.presence[0, c] + world.response_half)


@part
def share_police(state: State, world: World, year: int, day: int) -> None:
    """Spread the police of a municipality, or of all of them, over their inhabitants."""
    places = state.presence.shape[1]
    everybody = 0.0
    for m in range(world.municipality_thousands.shape[1]):
        everybody += world.municipality_thousands[year, m]
    for c in range(places):
        state.presence[1, c] = 0.0
        seat = world.municipality_of_place[c]
        officers = state.police.effective[seat]
        state.presence[2, c] = officers / world.municipality_thousands[year, seat]
    for s in range(world.police_begins.shape[0]):
        if not world.police_begins[s] <= day < world.police_ends[s]:
            continue
        seat = world.police_municipality[s]
        thousands = everybody if seat < 0 else world.municipality_thousands[year, seat]
        for c in range(places):
            if seat < 0 or world.municipality_of_place[c] == seat:
                state.presence[1, c] += world.police_effective[s] / thousands


@part
def damp(state: State, world: World) -> None:
    """Turn presence into damping, by channel, type and place."""
    for j in range(state.damping.shape[0]):
        for m in range(state.damping.shape[1]):
            if m > 0 and same_effects(world, j, m):  # most types share them: save the exponentials
                for c in range(state.damping.shape[2]):
                    state.damping[j, m, c] = state.damping[j, m - 1, c]
                continue
            floor = world.floor[j, m]
            for c in range(state.damping.shape[2]):
                prevented = 0.0
                for kind in range(3):
                    prevented += world.effect[j, kind, m] * state.presence[kind, c]
                state.damping[j, m, c] = floor + (1.0 - floor) * math.exp(-prevented)


@part
def same_effects(world: World, j: int, m: int) -> bool:
    """Return whether presence does to type m what it does to the type before it."""
    same = world.floor[j, m] == world.floor[j, m - 1]
    for kind in range(3):
        same = same and world.effect[j, kind, m] == world.effect[j, kind, m - 1]
    return bool(same)
