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

from interpose.play.compiled import State, World, inlined, part
from interpose.play.draws import UInts
from interpose.play.theatre import Floats, Ints, Theatre, axes, empty
from interpose.scenario.parameters import Parameters

NEEDS = ("responsibility.",)
READS = ("force.base_troops", "force.base_riot")
WRITES = ("responsibility", "presence.outdated")


class ResponsibilityWorld(NamedTuple):
    """What a future does not change of the tasks that the force holds."""

    place: Ints  # (post,)
    handed_over: Ints  # (post,) first day on which the police hold it
    soldiers: Floats  # (post,) soldiers bound while the force holds it
    nearest: Ints  # (post, base) bases by travel time, nearest first
    guarded_thousands: Floats  # (year, place) thousand people whom a guard stands before


class ResponsibilityState(NamedTuple):
    """What a day changes of the tasks that the force holds."""

    free_troops: Floats = axes("base")  # available soldiers who are bound to no post
    free_riot: Floats = axes("base")  # of them for riots
    guards: Floats = axes("place")  # soldiers bound to posts there
    guards_riot: Floats = axes("place")  # of them for riots


def new_world(theatre: Theatre, parameters: Parameters) -> ResponsibilityWorld:
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


def new_state(theatre: Theatre, process_keys: UInts) -> ResponsibilityState:
    """Return the posts of the first morning: nobody stands on them yet."""
    return empty(ResponsibilityState, theatre)


@inlined
def step(state: State, world: World, day: int) -> None:
    """Man the posts again on days when the force changed or a task was handed over."""
    own, known, outdated = state.responsibility, world.responsibility, state.presence.outdated
    troops, riot = state.force.base_troops, state.force.base_riot
    for p in range(known.place.shape[0]):
        if known.handed_over[p] == day:
            outdated[0] = True
    if outdated[0]:
        man_posts(own, known, troops, riot, day)


@part
def man_posts(
    own: ResponsibilityState, known: ResponsibilityWorld, troops: Floats, riot: Floats, day: int
) -> None:
    """Bind the soldiers of each post that the force still holds, from the nearest bases."""
    own.guards[:] = 0.0
    own.guards_riot[:] = 0.0
    for b in range(troops.shape[0]):
        own.free_troops[b] = troops[b]
        own.free_riot[b] = riot[b]
    for p in range(known.place.shape[0]):
        wanted = known.soldiers[p] if day < known.handed_over[p] else 0.0
        for i in range(known.nearest.shape[1]):
            b = known.nearest[p, i]
            free = own.free_troops[b]
            if wanted <= 0.0 or free <= 0.0:
                continue
            bound = min(wanted, free)
            bound_riot = own.free_riot[b] * (bound / free)
            own.free_troops[b] = free - bound
            own.free_riot[b] -= bound_riot
            own.guards[known.place[p]] += bound
            own.guards_riot[known.place[p]] += bound_riot
            wanted -= bound
