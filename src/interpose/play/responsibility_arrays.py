"""Arrays of the process ``responsibility``: the posts of the force, and who stands on them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from interpose.play.theatre import Floats, Ints, Theatre
from interpose.scenario.parameters import Parameters


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
