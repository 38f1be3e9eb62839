r"""Responsibility: a task that the force holds binds platoons to posts; the hand-over frees them.

A border, a protected site or the order of a place binds ``platoons * soldiers per platoon`` until
the morning on which the police take it over. Each post takes its soldiers from the nearest base
that has any left, then from the next; posts are manned in the order of the table::

    bound_pb = min(wanted_p - bound to p by nearer bases, available_b - bound by earlier posts)

Of those for riots as large a part is bound as of all. The soldiers left go on patrol; those bound
guard the place of their post and no other. They count there per 1000 people, like all troops; where
nobody lives, per 1000 of the people whom ``background.site_share`` exposes at such places.

Form: an account, nobody is counted twice. Left out: guards who are called away in a riot, and
joint posts of force and police in the weeks before a hand-over.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from interpose.play.compiled import FORCE_CHANGED, State, World, inlined, part
from interpose.play.theatre import Floats, Ints, Theatre
from interpose.scenario.parameters import Parameters

NEEDS = ("responsibility.soldiers_per_platoon",)
READS = ("base_troops", "base_riot")
WRITES = ("responsibility", "changed")


class ResponsibilityWorld(NamedTuple):
    """What a future does not change of the tasks that the force holds."""

    place: Ints  # (post,)
    handed_over: Ints  # (post,) first day on which the police hold it
    soldiers: Floats  # (post,) soldiers bound while the force holds it
    nearest: Ints  # (post, base) bases by travel time, nearest first
    guarded_thousands: Floats  # (year, place) thousand people whom a guard stands before


class ResponsibilityState(NamedTuple):
    """What a day changes of the tasks that the force holds."""

    free_troops: Floats  # (base,) available soldiers who are bound to no post
    free_riot: Floats  # (base,) of them for riots
    guards: Floats  # (place,) soldiers bound to posts there
    guards_riot: Floats  # (place,) of them for riots


def build_responsibility(theatre: Theatre, parameters: Parameters) -> ResponsibilityWorld:
    """Put the tasks of ``responsibilities.csv`` on arrays.

    Where nobody lives, a guard stands before those whom ``background.site_share`` exposes there.
    """
    rows = theatre.scenario.responsibilities
    places = np.array([theatre.place_index[row.place] for row in rows], dtype=np.int64)
    platoons = np.array([row.platoons for row in rows], dtype=np.float64)
    travel = theatre.travel_min[places][:, theatre.base_place]
    seats = theatre.municipality_population[:, theatre.municipality_of_place]
    bare = theatre.population.max(axis=0) <= 0
    near = parameters.scalar("background.site_share") * seats
    people = np.where(bare, near, theatre.population)
    return ResponsibilityWorld(
        place=places,
        handed_over=np.array([theatre.day_index(row.date) for row in rows], dtype=np.int64),
        soldiers=platoons * parameters.scalar("responsibility.soldiers_per_platoon"),
        nearest=np.argsort(travel, axis=1, kind="stable").astype(np.int64),
        guarded_thousands=np.maximum(people / 1000.0, 1e-9),
    )


def new_responsibility(theatre: Theatre) -> ResponsibilityState:
    """Return the posts of the first morning: nobody stands on them yet."""
    bases, places = len(theatre.scenario.bases), len(theatre.scenario.places)
    return ResponsibilityState(
        free_troops=np.zeros(bases),
        free_riot=np.zeros(bases),
        guards=np.zeros(places),
        guards_riot=np.zeros(places),
    )


@inlined
def step(state: State, world: World, day: int) -> None:
    """Man the posts anew on days when the force changed or a task was handed over."""
    for p in range(world.responsibility.place.shape[0]):
        if world.responsibility.handed_over[p] == day:
            state.changed[FORCE_CHANGED] = True
    if not state.changed[FORCE_CHANGED]:
        return
    state.responsibility.guards[:] = 0.0
    state.responsibility.guards_riot[:] = 0.0
    for b in range(state.base_troops.shape[0]):
        state.responsibility.free_troops[b] = state.base_troops[b]
        state.responsibility.free_riot[b] = state.base_riot[b]
    for p in range(world.responsibility.place.shape[0]):
        if day < world.responsibility.handed_over[p]:
            man(state, world, p)


@part
def man(state: State, world: World, p: int) -> None:
    """Bind soldiers to one post, from the nearest bases."""
    place = world.responsibility.place[p]
    wanted = world.responsibility.soldiers[p]
    for i in range(world.responsibility.nearest.shape[1]):
        b = world.responsibility.nearest[p, i]
        free = state.responsibility.free_troops[b]
        if wanted <= 0.0 or free <= 0.0:
            continue
        bound = min(wanted, free)
        riot = state.responsibility.free_riot[b] * (bound / free)
        state.responsibility.free_troops[b] = free - bound
        state.responsibility.free_riot[b] -= riot
        state.responsibility.guards[place] += bound
        state.responsibility.guards_riot[place] += riot
        wanted -= bound
