r"""Shocks: a dated political event raises the background where it is felt, and fades.

On day t after a shock of size A the background of the acts and places that it names is raised by
the share ``A exp(-t / fade)``; several shocks add. Besides, the background declines over months
and years from the level of the first days to that of settled times (`background_level`)::

    mu = exposed * (level(t) * (1 + sum_s A_s exp(-(t - t_s) / fade_s)) + a(t))

A share of next to nothing is nothing: where settled times say little of an act, a shock may bring N
incidents of its own besides, over all its days, types and places, before presence prevents any::

    a(t) = sum_s N_s (1 - exp(-1 / fade_s)) exp(-(t - t_s) / fade_s) / exposed_s

with all who are exposed at its places to its types on its day for exposed_s.

Shocks raise the background, not retaliation, so that a fit cannot mistake one for the other.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from interpose.play.compiled import State, World, inlined, part
from interpose.play.draws import UInts
from interpose.play.theatre import DAYS_PER_YEAR, Floats, Ints, Theatre, axes, empty
from interpose.scenario.parameters import Parameters

NEEDS = ("background.", "shocks.")
READS = ("presence.damping",)
WRITES = ("shocks",)

FORGOTTEN = 0.01
"""A shock ends when it raises the background by less than this share, and brings so few more."""

FELT, FADED = 2, 1
"""Values of ``shock_status``: a shock is felt today; it was until yesterday. 0: none was."""


class ShocksWorld(NamedTuple):
    """The background of settled times, and the shocks that raise it."""

    exposure: Floats  # (year, type, place) 100,000 persons exposed * years per day
    level: Floats  # (type, month) incidents/year per 100,000 persons exposed, undamped
    day: Ints  # (shock,)
    size: Floats  # (shock,)
    brings: Floats  # (shock,) incidents/year per 100,000 persons exposed, on its day
    fade_days: Floats  # (shock,)
    ends: Ints  # (shock,) first day on which it is no longer felt
    places: Floats  # (shock, place) 0 or 1
    types: NDArray[np.bool_]  # (shock, type)


class ShocksState(NamedTuple):
    """The background of today."""

    outdated: NDArray[np.bool_] = axes(1)  # whether presence changed since
    shock_felt: NDArray[np.bool_] = axes(1)  # whether one was yesterday
    shock_status: NDArray[np.int8] = axes("type")  # see FELT
    shock_factor: Floats = axes("type", "place")  # on the background
    shock_added: Floats = axes("type", "place")  # incidents/year per 100,000 persons exposed
    background_undamped: Floats = axes("type", "place")  # incidents/day, before damping
    background: Floats = axes("type", "place")  # incidents/day, after damping


def new_world(theatre: Theatre, parameters: Parameters) -> ShocksWorld:
    """Return who is exposed to what, and the day on which each shock is forgotten."""
    exposed = persons_exposed(theatre, parameters)
    shocks, scale = theatre.shocks, parameters.scalar("shocks.scale")
    size, brings = shocks["size"] * scale, shocks["brings"] * scale
    fade = shocks["fade_days"]
    felt_days = fade * np.log(np.maximum(np.maximum(size, brings) / FORGOTTEN, 1.0))
    year = theatre.year_of_day[np.clip(shocks["day"], 0, theatre.days - 1)]
    struck = np.einsum("sm,smc,sc->s", shocks["types"], exposed[year], shocks["places"])
    first_day = brings * -np.expm1(-1.0 / fade)
    per_person = np.divide(first_day, struck, out=np.zeros_like(brings), where=struck > 0)
    return ShocksWorld(
        exposure=exposed / (1e5 * DAYS_PER_YEAR),
        level=background_level(theatre, parameters),
        day=shocks["day"],
        size=size,
        brings=per_person * 1e5 * DAYS_PER_YEAR,
        fade_days=fade,
        ends=shocks["day"] + np.ceil(felt_days).astype(np.int64),
        places=shocks["places"],
        types=shocks["types"],
    )


def new_state(theatre: Theatre, process_keys: UInts) -> ShocksState:
    """Return the state before the first morning: no background is known yet."""
    state = empty(ShocksState, theatre)
    state.outdated[:] = state.shock_felt[:] = state.shock_factor[:] = 1
    return state


def persons_exposed(theatre: Theatre, parameters: Parameters) -> Floats:
    """Return how many persons can be struck, (year, type, place).

    For a target community: its persons, times the share that the instigator has among all people
    within reach. For other targets (the force, the authorities): the persons of the instigator.
    Crossings, sites and bases, where nobody lives, get a share of their municipality's.
    """
    people = theatre.people
    near = np.exp(-theatre.travel_min / parameters.scalar("background.contact_min"))
    within = np.matmul(near, people)  # (year, place, community)
    share = within / np.maximum(within.sum(axis=2, keepdims=True), 1e-9)
    communities = theatre.communities
    exposed = np.zeros((len(theatre.years), len(theatre.type_ids), people.shape[1]))
    for m, kind in enumerate(theatre.scenario.incident_types):
        if kind.target in communities:
            struck = people[:, :, communities.index(kind.target)]
            known = kind.instigator in communities
            met = share[:, :, communities.index(kind.instigator)] if known else 1.0
            exposed[:, m] = struck * met
        elif kind.instigator in communities:
            exposed[:, m] = people[:, :, communities.index(kind.instigator)]
        else:
            exposed[:, m] = people.sum(axis=2)
    return _with_sites(theatre, exposed, parameters.scalar("background.site_share"))


def _with_sites(theatre: Theatre, exposed: Floats, site_share: float) -> Floats:
    """Give places without inhabitants a share of what their municipality is exposed to."""
    bare = theatre.population.max(axis=0) <= 0
    seats = theatre.municipality_of_place
    for place in np.flatnonzero(bare):
        there = (seats == seats[place]) & ~bare
        exposed[:, :, place] = site_share * exposed[:, :, there].sum(axis=2)
    return exposed


def background_level(theatre: Theatre, parameters: Parameters) -> Floats:
    """Return (type, month) incidents/year per 100,000 persons exposed: a slow decline.

    ``level(t) = rate + excess exp(-t / settling)``. It takes months or years, not days, so that
    it is not mistaken for retaliation; rate and excess add, so that each is known by itself, the
    one from quiet years and the other from the first.
    """
    level = np.empty((len(theatre.type_ids), len(theatre.month_starts)))
    for m, kind in enumerate(theatre.scenario.incident_types):
        excess = parameters.of_type("background.excess", kind)
        scale = parameters.of_type("background.settling_days", kind)
        level[m] = parameters.of_type("background.rate", kind)
        level[m] += excess * np.exp(-theatre.month_middle / scale)
    return level


@inlined
def step(state: State, world: World, day: int) -> None:
    """Add up the shocks still felt, then compute the background of the types that moved."""
    own, known, damping = state.shocks, world.shocks, state.presence.damping
    month, last = world.month_of_day[day], world.month_of_day[max(day - 1, 0)]
    year = world.year_of_day[day]
    felt = False
    for s in range(known.day.shape[0]):
        felt = felt or known.day[s] <= day < known.ends[s]
    all_types = own.outdated[0] or day == 0 or month != last
    if felt or all_types or own.shock_felt[0]:
        add_up(own, known, day)
        set_background(own, known.level, known.exposure[year], damping[0], month, all_types)
        own.outdated[0] = False
        own.shock_felt[0] = felt


@part
def set_background(
    own: ShocksState, levels: Floats, exposure: Floats, damping: Floats, month: int, all_types: bool
) -> None:
    """Set today's background, of all types or of those with a shock today or until yesterday."""
    for m in range(levels.shape[0]):
        if all_types or own.shock_status[m] > 0:
            level, exposed, damped = levels[m, month], exposure[m], damping[m]
            undamped, background = own.background_undamped[m], own.background[m]
            factor, added = own.shock_factor[m], own.shock_added[m]
            for c in range(exposed.shape[0]):
                undamped[c] = exposed[c] * (level * factor[c] + added[c])
                background[c] = undamped[c] * damped[c]


@part
def add_up(own: ShocksState, known: ShocksWorld, day: int) -> None:
    """Set today's factor, and what shocks bring besides, from those still felt."""
    for m in range(own.shock_status.shape[0]):
        if own.shock_status[m] > 0:
            own.shock_factor[m, :] = 1.0
            own.shock_added[m, :] = 0.0
            own.shock_status[m] -= 1
    for s in range(known.day.shape[0]):
        if not known.day[s] <= day < known.ends[s]:
            continue
        fresh = math.exp(-(day - known.day[s]) / known.fade_days[s])
        left, brings = known.size[s] * fresh, known.brings[s] * fresh
        places = known.places[s]
        for m in range(own.shock_status.shape[0]):
            if known.types[s, m]:
                own.shock_status[m] = FELT
                factor, added = own.shock_factor[m], own.shock_added[m]
                for c in range(factor.shape[0]):
                    factor[c] += left * places[c]
                    added[c] += brings * places[c]
