"""The arrays of unrest: its part of the world (`UnrestWorld`) and of the state (`UnrestState`).

They are nested in ``World.unrest`` and ``State.unrest``. A wave is one rumour on its way, with the
crowds that it brings out; a scene is a place where its crowds gather. At most `WAVES` waves are on
their way at a time; a further rumour finds nobody with time to listen and is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from interpose.play.draws import UInts, name_keys
from interpose.play.processes.presence import reach_of_bases
from interpose.play.theatre import (
    AUTHORITIES,
    NEVER,
    Floats,
    Ints,
    Theatre,
    axes,
    empty,
    same_named,
)
from interpose.scenario.parameters import Parameters

WAVES = 4
"""Rumours on their way at the same time, at most."""

WAKING_HOURS = 18
"""Hours of a day in which people are up; the media carry a rumour for one day."""

NORMAL_STEPS = 1024
"""Steps of the table of normal quantiles."""

ACTIVE, TELLING, COMMUNITY, FIRST_HOUR, ANSWERED_HOUR, RUMOUR = range(6)
"""Columns of ``UnrestState.waves``. Hours count from midnight of the first day. RUMOUR is a row of
rumours.csv, or -1: it came of an incident."""

RIOT_FIELDS = (
    "day",
    "hour",
    "place",
    "community",
    "target",
    "rumour",
    "hours",
    "crowd",
    "joined",
    "deaths_target",
    "deaths_instigator",
    "deaths_force",
    "injured_target",
    "injured_instigator",
    "injured_force",
    "houses",
    "sites",
    "displaced",
)
"""Columns of ``UnrestState.riots``."""


MOST_RIOTS = 20_000
"""With so many a future has run away."""


class UnrestWorld(NamedTuple):
    """What unrest needs and no day changes. Shapes name axes of ``theatre.py``."""

    # dated rumours
    rumour_day: Ints  # (rumour,)
    rumour_hour: Ints  # (rumour,) of the day
    rumour_community: Ints  # (rumour,)
    rumour_place: Ints  # (rumour,)
    rumour_against: NDArray[np.bool_]  # (rumour, target)
    rumour_media: Floats  # (rumour,) chance that the media reach a person in an hour
    rumour_answered: Floats  # (rumour,) hours until the counter-message
    rumour_keys: UInts  # (rumour,)
    # who, where
    people: Floats  # (year, place, community) persons
    place_keys: UInts  # (place,)
    seat: Floats  # (place,) 1 where authorities sit
    site: Floats  # (place,) 1 at a protected site
    near: Floats  # (place, place) 0..1, falls with travel time: who talks with whom
    march: Floats  # (place, place) 0..1, falls with travel time: who walks where
    reach: Floats  # (base, place) 0..1, falls with travel time: whom troops reach
    municipality_of_place: Ints  # (place,)
    month_of_day: Ints  # (day,)
    year_of_day: Ints  # (day,)
    type_instigator: Ints  # (type,) community, or -1
    type_target: Ints  # (type,) community, or -1
    riot_type: Ints  # (community, target) incident type whose answers a riot gets, or -1
    normal: Floats  # (step,) quantiles of the normal law
    # rumour
    contacts_left: float  # contacts with those who know that make a teller fall silent
    contacts_per_hour: float
    away_share: float
    first_tellers: float
    answer_effect: float
    fresh_hours: float
    casualties_least: float
    chance_after_incident: float
    # riot
    turnout: float
    rumour_sigma: float
    place_sigma: float
    site_pull: float
    least_crowd: float
    call_per_hour: float
    pull_per_hour: float
    news_share: float
    stay_hours: float
    police_hours: float
    troops_hours: float
    police_share: float
    plain_troops_weight: float
    arrest_ratio: float
    arrest_per_hour: float
    risk_aversion: float
    dead_share: float
    injured_share: float
    casualty_size: float
    force_share: float
    own_share: float
    houses_per_hour: float
    household_persons: float
    flight: float
    sites_per_hour: float
    sites_at_place: float
    provokes: float


class UnrestState(NamedTuple):
    """What unrest changes."""

    process_keys: UInts = axes("draw")  # of this future
    waves: Ints = axes(WAVES, 6)  # see ACTIVE and those after it
    keys: UInts = axes(WAVES)
    media: Floats = axes(WAVES)  # chance that the media reach a person in an hour
    strength: Floats = axes(WAVES)  # share of those who heard that is ready to come
    against: NDArray[np.bool_] = axes(WAVES, "target")
    # telling, at home
    persons: Floats = axes(WAVES, "place")  # of the community
    ignorant: Floats = axes(WAVES, "place")  # of them have not heard
    telling: Floats = axes(WAVES, "place")  # contacts with knowers left to tellers
    within: Floats = axes(WAVES, "place")  # persons near, weighted: whom tellers meet away
    # crowds, at scenes
    victims: Floats = axes(WAVES, "place")  # persons of the communities it is against
    draws_in: Floats = axes(WAVES, "place")  # how much a scene attracts
    pulls: Floats = axes(WAVES, "place")  # all that attracts who lives here, home too
    ready: Floats = axes(WAVES, "place")  # persons who heard and would come to this scene
    potential: Floats = axes(WAVES, "place")  # the same if all had heard; 0: no scene
    around: Floats = axes(WAVES, "place")  # potential near, weighted
    joined: Floats = axes(WAVES, "place")  # persons who came so far
    crowd: Floats = axes(WAVES, "place")  # persons in the street
    held: Floats = axes(WAVES, "place")  # share of the crowd that a force held last
    first: Ints = axes(WAVES, "place")  # hour of that, the first time; -1 before
    hours: Ints = axes(WAVES, "place")  # hours with such a crowd
    peak: Floats = axes(WAVES, "place")  # persons
    today: Floats = axes(WAVES, "place")  # largest crowd of the day, persons
    opposed: Floats = axes(WAVES, "place")  # person-hours of the crowd held by a force
    unopposed: Floats = axes(WAVES, "place")  # person-hours left alone
    # whom riots meet
    fit_of_base: Floats = axes("base")  # soldiers who can be sent, those for riots in full
    officers: Floats = axes("place")  # of its municipality, who can be sent
    # room to work
    contacts_made: Floats = axes("place")
    contacts_landed: Floats = axes("place")
    scenes_of_base: Floats = axes("base")  # scenes that ask for its troops, by reach; at least 1
    scenes_of_seat: Floats = axes("municipality")  # scenes that ask for its police; at least 1
    # what happened
    riots: NDArray[np.int32] = axes(MOST_RIOTS, len(RIOT_FIELDS))  # see RIOT_FIELDS
    filled: Ints = axes(1)  # rows of them in use
    toll: Ints = axes("month", 2)  # dead, injured


def new_state(theatre: Theatre, process_keys: UInts) -> UnrestState:
    """Return the state of unrest before anything happened."""
    return empty(UnrestState, theatre, process_keys=process_keys)


def new_world(theatre: Theatre, parameters: Parameters) -> UnrestWorld:
    """Put one value of every parameter of unrest on the arrays of the theatre."""
    places = theatre.scenario.places
    return UnrestWorld(
        **_rumours(theatre),
        people=theatre.people,
        place_keys=name_keys((place.id,) for place in places),
        seat=np.array([float(place.kind == "municipal_seat") for place in places]),
        site=np.array([float(place.kind == "protected_site") for place in places]),
        near=np.exp(-theatre.travel_min / parameters.scalar("rumour.distance_min")),
        march=np.exp(-theatre.travel_min / parameters.scalar("riot.march_min")),
        reach=reach_of_bases(theatre, parameters),
        municipality_of_place=theatre.municipality_of_place,
        month_of_day=theatre.month_of_day,
        year_of_day=theatre.year_of_day,
        **_types(theatre),
        normal=ndtri((np.arange(NORMAL_STEPS) + 0.5) / NORMAL_STEPS),
        **same_named(UnrestWorld, parameters, "riot.", "rumour."),
        **_per_person(parameters),
    )


def _per_person(parameters: Parameters) -> dict[str, Any]:
    """Return the fields that count per person or person-hour, where the parameter says 1000."""
    names = {
        "dead_share": "dead_per_1000",
        "injured_share": "injured_per_1000",
        "houses_per_hour": "houses_per_1000_hours",
        "sites_per_hour": "sites_per_1000_hours",
        "provokes": "provokes_per_1000",
    }
    return {field: parameters.scalar(f"riot.{name}") / 1000.0 for field, name in names.items()}


def _rumours(theatre: Theatre) -> dict[str, Any]:
    """Return the dated rumours of the scenario."""
    rows = theatre.scenario.rumours
    targets = (*theatre.communities, AUTHORITIES)
    against = [[target in row.against.split(";") for target in targets] for row in rows]
    return {
        "rumour_day": _whole(theatre.day_index(row.date) for row in rows),
        "rumour_hour": _whole(row.hour for row in rows),
        "rumour_community": _whole(theatre.communities.index(row.community) for row in rows),
        "rumour_place": _whole(theatre.place_index[row.place] for row in rows),
        "rumour_against": np.array(against, dtype=np.bool_).reshape(len(rows), len(targets)),
        "rumour_media": np.array(
            [1.0 - (1.0 - row.media_share) ** (1.0 / WAKING_HOURS) for row in rows],
            dtype=np.float64,
        ),
        "rumour_answered": np.array(
            [NEVER if hours is None else hours for hours in (r.answered_after_hours for r in rows)],
            dtype=np.float64,
        ),
        "rumour_keys": name_keys((row.id,) for row in rows),
    }  # fmt: skip


def _types(theatre: Theatre) -> dict[str, Any]:
    """Return whose acts the incident types are, and which of them a riot is answered like.

    The first type of the scenario with the riot's instigator and target: a riot provokes what
    such incidents provoke.
    """
    communities = theatre.communities
    targets = (*communities, AUTHORITIES)
    index = {name: i for i, name in enumerate(communities)}
    types = theatre.scenario.incident_types
    like = np.full((len(communities), len(targets)), -1, dtype=np.int64)
    for m, kind in reversed(list(enumerate(types))):
        if kind.instigator in index and kind.target in targets:
            like[index[kind.instigator], targets.index(kind.target)] = m
    return {
        "type_instigator": _whole(index.get(kind.instigator, -1) for kind in types),
        "type_target": _whole(index.get(kind.target, -1) for kind in types),
        "riot_type": like,
    }


def _whole(values: Iterable[int]) -> Ints:
    return np.array(list(values), dtype=np.int64)
