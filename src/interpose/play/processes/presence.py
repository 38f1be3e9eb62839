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

    D_j = V (floor_j + (1 - floor_j) * exp(-eta_jT T - eta_jP P - eta_jL L))

so that the thousandth soldier does less than the first. Where the sum of the etas is negative,
presence provokes, and the same curve is turned about 1: it saturates at 2 - floor_j. V says how far
somebody is there to be struck: min(1, T / enough) for the force, min(1, (P + L) / enough) for the
police, and 1 where enough is 0 (in a null run); for a community what ``people.py`` says. Where
nobody of the target is left, nothing happens to it, and nothing at all at a place that is not
there yet, or not any more. A patrol reaches an incident in time with
chance ``T / (T + half)``; it then prevents a share of that incident's offspring (Park et al. 2021,
doi:10.1080/01621459.2021.1898408).

Acts along a line between armed forces know no inhabitants. The same soldiers are shared by the km
of the line within their reach, T'_c a km: all of a base whose nearest sector is less than the decay
time away, and none where it is twice as far. The posts, patrols and sensors there see the
share W_c, all as far as the forces consent (C_c, the least of theirs)::

    W_c = C (1 - (1 - sensors) T'_half / (T' + T'_half) exp(-posts view post_km / km))
    D_0 = V (floor_0 + (1 - floor_0) exp(-eta_0 C T' - omega_0 W))
    D_1 = V (floor_1 + (1 - floor_1) exp(-eta_1 C T' - omega_1 W)) (1 - liaison C)

so half the posts changes two things apart: what is seen (``observe.py``) and, by omega, what
happens. V is 0 where no line runs; for acts against the mission it is min(1, T' / enough).
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from interpose.play.compiled import State, World, inlined, part
from interpose.play.draws import UInts
from interpose.play.processes.barricades import BarricadeState
from interpose.play.processes.responsibility import ResponsibilityState
from interpose.play.roads_and_lines import is_along
from interpose.play.theatre import Floats, Ints, Theatre, axes, empty
from interpose.scenario.parameters import Parameters

NEEDS = (
    "presence.travel_decay_min",
    "effect.",
    "floor.",
    "response.half_troops_per_1000",
    "targets.enough_per_1000",
    "line.effect.",
    "line.watched.",
    "line.liaison",
    "line.post_km",
    "line.patrol_half",
    "line.enough_per_km",
)
READS = ("responsibility", "police.effective", "barricades", "movement.taken", "people.there")
WRITES = ("presence", "shocks.outdated")

FORCE_KINDS = ("troops", "international_police", "local_police")
"""Kinds of force, in the order of the axis `kind` of all effects."""

FORCE, POLICE, ANYBODY = -1, -2, -3
"""What ``PresenceWorld.target`` says where it is no community."""

CHANNELS = ("background", "retaliation")
"""What presence damps, in the order of the first axis of all damping arrays."""


class PresenceWorld(NamedTuple):
    """Whom troops and police reach, and what that prevents."""

    reach: Floats  # (roads, base, place) 0..1, falls with travel time
    reached_thousands: Floats  # (epoch, base) thousand inhabitants, weighted by reach
    thousands: Floats  # (year, place) thousand inhabitants
    municipality_thousands: Floats  # (year, municipality) thousand inhabitants
    municipality_of_place: Ints  # (place,)
    police_municipality: Ints  # (segment,) of international police; -1 for all
    police_effective: Floats  # (segment,) officers that count
    police_begins: Ints  # (segment,) day
    police_ends: Ints  # (segment,) day
    effect: Floats  # (channel, kind, type) per (1 per 1000 inhabitants)
    floor: Floats  # (channel, type)
    response_half: float  # soldiers per 1000 inhabitants
    target: Ints  # (type,) community, or FORCE, POLICE, ANYBODY
    enough_per_1000: float  # per 1000 inhabitants
    along: NDArray[np.bool_]  # (type,) whether it is counted along a line
    line_km: Floats  # (epoch, place)
    unseen: Floats  # (epoch, place) share of the line that posts and sensors do not see
    consent: Floats  # (epoch, place)
    there: Floats  # (epoch, place) 1 where a place is there, else 0
    line_effect: Floats  # (channel, type) per soldier a km
    watched: Floats  # (channel, type) of the share seen
    liaison: float
    patrol_half: float  # soldiers/km
    enough_per_km: float  # soldiers/km


class PresenceState(NamedTuple):
    """Who is where, and what that prevents."""

    outdated: NDArray[np.bool_] = axes(1)  # whether force, police or roads changed since
    per_1000: Floats = axes(len(FORCE_KINDS), "place")  # per 1000 inhabitants
    riot_per_1000: Floats = axes("place")  # soldiers for riots per 1000 inhabitants
    there: Floats = axes(len(CHANNELS), "type", "place")  # 0..1: how far anybody can be struck
    damping: Floats = axes(len(CHANNELS), "type", "place")  # 0..2, above 1 where it provokes
    reached: Floats = axes("place")  # share of incidents that a patrol reaches in time
    per_km: Floats = axes("place")  # soldiers per km of a line; 0 where none runs
    seen: Floats = axes("place")  # share of what happens along a line that the mission sees


def reach_of_bases(theatre: Theatre, parameters: Parameters) -> Floats:
    """Return whom troops reach, (roads, base, place) 0..1: it falls with travel time."""
    decay = parameters.scalar("presence.travel_decay_min")
    return np.ascontiguousarray(np.exp(-theatre.travel_then[:, theatre.base_place] / decay))


def reached_persons(theatre: Theatre, reach: Floats) -> Floats:
    """Return (epoch, base) the inhabitants whom each base reaches, weighted by reach."""
    line, result = theatre.lines, np.empty((len(theatre.lines.begins), reach.shape[1]))
    for roads, one in enumerate(reach):
        then = line.roads == roads
        result[then] = theatre.population[line.year[then]] @ one.T
    return result


def _along_a_line(theatre: Theatre, parameters: Parameters) -> dict[str, Any]:
    """Return what is known of the line, and what presence on it prevents."""
    line, types = theatre.lines, theatre.scenario.incident_types
    posts = line.posts * parameters.scalar("line.post_km") / np.maximum(line.km, 1e-9)
    effects = {
        name: np.array([theatre.per_type(f"line.{group}.{c}", parameters) for c in CHANNELS])
        for name, group in (("line_effect", "effect"), ("watched", "watched"))
    }
    return {
        "along": np.array([is_along(kind, line.forces) for kind in types]),
        "line_km": line.km,
        "unseen": (1.0 - line.sensors) * np.exp(-posts),
        "consent": line.consent,
        "there": line.there,
        "liaison": parameters.scalar("line.liaison"),
        "patrol_half": parameters.scalar("line.patrol_half"),
        "enough_per_km": parameters.scalar("line.enough_per_km"),
        **effects,
    }


def new_world(theatre: Theatre, parameters: Parameters) -> PresenceWorld:
    """Return whom every base reaches, the international police, and the effects."""
    reach, police = reach_of_bases(theatre, parameters), theatre.police
    known = {community: i for i, community in enumerate(theatre.communities)}
    known |= {"force": FORCE, "police": POLICE}
    effect = [
        [theatre.per_type(f"effect.{kind}.{channel}", parameters) for kind in FORCE_KINDS]
        for channel in CHANNELS
    ]
    return PresenceWorld(
        reach=reach,
        # Never zero, so that a base which reaches nobody divides by something.
        reached_thousands=np.maximum(reached_persons(theatre, reach) / 1000.0, 1e-9),
        thousands=theatre.population / 1000.0,
        municipality_thousands=np.maximum(theatre.municipality_population / 1000.0, 1e-9),
        municipality_of_place=theatre.municipality_of_place,
        police_municipality=police["municipality"],
        police_effective=police["effective"],
        police_begins=police["begins"],
        police_ends=police["ends"],
        effect=np.array(effect),
        floor=np.array([theatre.per_type(f"floor.{c}", parameters) for c in CHANNELS]),
        response_half=parameters.scalar("response.half_troops_per_1000"),
        target=np.array([known.get(t.target, ANYBODY) for t in theatre.scenario.incident_types]),
        enough_per_1000=parameters.scalar("targets.enough_per_1000"),
        **_along_a_line(theatre, parameters),
    )


def new_state(theatre: Theatre, process_keys: UInts) -> PresenceState:
    """Return the state before the first morning: nobody is anywhere."""
    state = empty(PresenceState, theatre)
    state.damping[:] = state.there[:] = state.outdated[:] = 1
    return state


@inlined
def step(state: State, world: World, day: int) -> None:
    """Compute presence and damping again on days when force, police or people changed."""
    own, known, shocks_outdated = state.presence, world.presence, state.shocks.outdated
    posts, guarded = state.responsibility, world.responsibility.guarded_thousands
    blocks, on_escort, officers = state.barricades, state.movement.taken, state.police.effective
    home, reach = state.people.there, known.reach
    year, epoch, roads = world.year_of_day[day], world.epoch_of_day[day], world.roads_of_day[day]
    changed = own.outdated[0] or day == 0 or epoch != world.epoch_of_day[max(day - 1, 0)]
    for s in range(known.police_begins.shape[0]):
        changed = changed or known.police_begins[s] == day or known.police_ends[s] == day
    if changed:
        share_troops(own, known, posts, guarded[year], blocks, on_escort, year, epoch, reach[roads])
        share_police(own, known, officers, year, day)
        look_for_targets(own, known, home, epoch)
        damp(own.damping, own.there, own.per_1000, known.effect, known.floor)
        watch_the_line(own, known, epoch)
        own.outdated[0] = False
        shocks_outdated[0] = True


@part
def share_troops(
    own: PresenceState,
    known: PresenceWorld,
    posts: ResponsibilityState,
    guarded_thousands: Floats,
    barricades: BarricadeState,
    on_escort: Floats,
    year: int,
    epoch: int,
    open_reach: Floats,
) -> None:
    """Share the free troops of every base among the people, and the line, within its reach."""
    places, line_km = own.per_1000.shape[1], known.line_km[epoch]
    for c in range(places):
        own.per_km[c] = posts.guards[c] / line_km[c] if line_km[c] > 0.0 else 0.0
        own.per_1000[0, c] = posts.guards[c] / guarded_thousands[c]
        own.riot_per_1000[c] = posts.guards_riot[c] / guarded_thousands[c]
    blocked = barricades.counts[1] > 0
    for b in range(open_reach.shape[0]):
        reach, thousands = open_reach[b], known.reached_thousands[epoch, b]
        if blocked:
            reach, thousands = barricades.reach[b], 1e-9
            for c in range(places):
                thousands += known.thousands[year, c] * reach[c]
        patrols = 1.0 - on_escort[b]
        troops = posts.free_troops[b] * patrols / thousands
        riot = posts.free_riot[b] * patrols / thousands
        if troops > 0.0:
            for c in range(places):
                own.per_1000[0, c] += troops * reach[c]
                own.riot_per_1000[c] += riot * reach[c]
            reached_km, nearest = 0.0, 0.0
            for c in range(places):
                reached_km += line_km[c] * reach[c]
                nearest = max(nearest, reach[c] if line_km[c] > 0.0 else 0.0)
            if reached_km > 0.0:
                near = max(0.0, min(1.0, 2.0 + math.log(nearest)))
                a_km = posts.free_troops[b] * patrols * near / reached_km
                for c in range(places):
                    if line_km[c] > 0.0:
                        own.per_km[c] += a_km * reach[c]
    for c in range(places):
        own.reached[c] = own.per_1000[0, c] / (own.per_1000[0, c] + known.response_half)


@part
def share_police(
    own: PresenceState, known: PresenceWorld, local_officers: Floats, year: int, day: int
) -> None:
    """Spread the police of a municipality, or of all of them, over their inhabitants."""
    places = own.per_1000.shape[1]
    everybody = 0.0
    for m in range(known.municipality_thousands.shape[1]):
        everybody += known.municipality_thousands[year, m]
    for c in range(places):
        own.per_1000[1, c] = 0.0
        seat = known.municipality_of_place[c]
        own.per_1000[2, c] = local_officers[seat] / known.municipality_thousands[year, seat]
    for s in range(known.police_begins.shape[0]):
        if not known.police_begins[s] <= day < known.police_ends[s]:
            continue
        seat = known.police_municipality[s]
        thousands = everybody if seat < 0 else known.municipality_thousands[year, seat]
        for c in range(places):
            if seat < 0 or known.municipality_of_place[c] == seat:
                own.per_1000[1, c] += known.police_effective[s] / thousands


@part
def look_for_targets(own: PresenceState, known: PresenceWorld, home: Floats, epoch: int) -> None:
    """Set how far somebody is there to be struck, by channel, type and place.

    The background of acts against a community follows its people by itself.
    """
    enough = known.enough_per_1000
    for m in range(own.there.shape[1]):
        target = known.target[m]
        for c in range(own.there.shape[2]):
            there = known.there[epoch, c]
            if there > 0.0 and target < 0 and target != ANYBODY and enough > 0.0:
                number = own.per_1000[0, c]
                if target == POLICE:
                    number = own.per_1000[1, c] + own.per_1000[2, c]
                there = min(1.0, number / enough)
            own.there[0, m, c] = own.there[1, m, c] = there
            if target >= 0:
                own.there[1, m, c] = there * home[target, known.municipality_of_place[c]]


@part
def damp(damping: Floats, there: Floats, per_1000: Floats, effect: Floats, floor: Floats) -> None:
    """Turn presence into damping, by channel, type and place."""
    for j in range(damping.shape[0]):
        for m in range(damping.shape[1]):
            same = m > 0 and floor[j, m] == floor[j, m - 1]
            for kind in range(3):
                same = same and effect[j, kind, m] == effect[j, kind, m - 1]
            if same:  # most types share their effects: save the exponentials
                for c in range(damping.shape[2]):
                    damping[j, m, c] = damping[j, m - 1, c]
                continue
            for c in range(damping.shape[2]):
                prevented = 0.0
                for kind in range(3):
                    prevented += effect[j, kind, m] * per_1000[kind, c]
                damping[j, m, c] = floor[j, m] + (1.0 - floor[j, m]) * math.exp(-abs(prevented))
                if prevented < 0.0:  # it provokes
                    damping[j, m, c] = 2.0 - damping[j, m, c]
        for m in range(damping.shape[1]):
            for c in range(damping.shape[2]):
                damping[j, m, c] *= there[j, m, c]


@part
def watch_the_line(own: PresenceState, known: PresenceWorld, epoch: int) -> None:
    """Set what the mission sees of the line, and the damping of the types along it."""
    km, places = known.line_km[epoch], own.seen.shape[0]
    for c in range(places):
        blind = known.patrol_half / (own.per_km[c] + known.patrol_half)
        own.seen[c] = known.consent[epoch, c] * (1.0 - known.unseen[epoch, c] * blind)
    for m in range(known.along.shape[0]):
        if not known.along[m]:
            continue
        for c in range(places):
            consent = known.consent[epoch, c]
            there = known.there[epoch, c] if km[c] > 0.0 else 0.0
            if there > 0.0 and known.target[m] == FORCE and known.enough_per_km > 0.0:
                there = min(1.0, own.per_km[c] / known.enough_per_km)
            for j in range(own.damping.shape[0]):
                prevented = known.line_effect[j, m] * consent * own.per_km[c]
                prevented += known.watched[j, m] * own.seen[c]
                left = known.floor[j, m] + (1.0 - known.floor[j, m]) * math.exp(-prevented)
                own.there[j, m, c] = there
                own.damping[j, m, c] = there * left
            own.damping[1, m, c] *= 1.0 - known.liaison * consent
