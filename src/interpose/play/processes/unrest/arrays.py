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
from interpose.play.theatre import AUTHORITIES, NEVER, Floats, Ints, Theatre
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
    lives: float  # contacts with those who know that make a teller fall silent
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
    plain_weight: float
    arrest_ratio: float
    arrest_per_hour: float
    risk_aversion: float
    dead_share: float
    injured_share: float
    casualty_size: float
    force_share: float
    own_share: float
    houses_per_hour: float
    household: float
    flight: float
    sites_per_hour: float
    sites_at_place: float
    provokes: float


class UnrestState(NamedTuple):
    """What unrest changes."""

    process_keys: UInts  # (1,) of this future
    waves: Ints  # (wave, field) see ACTIVE and those after it
    keys: UInts  # (wave,)
    media: Floats  # (wave,) chance that the media reach a person in an hour
    strength: Floats  # (wave,) share of those who heard that is ready to come
    against: NDArray[np.bool_]  # (wave, target)
    # telling, at home
    persons: Floats  # (wave, place) of the community
    ignorant: Floats  # (wave, place) of them have not heard
    telling: Floats  # (wave, place) contacts with those who know that tellers still bear
    within: Floats  # (wave, place) persons near, weighted: whom tellers meet away
    # crowds, at scenes
    victims: Floats  # (wave, place) persons of the communities it is against
    draws_in: Floats  # (wave, place) how much a scene attracts
    pulls: Floats  # (wave, place) all that attracts a person who lives here, and home itself
    ready: Floats  # (wave, place) persons who heard and would come to this scene
    potential: Floats  # (wave, place) the same if all had heard; 0: no scene
    around: Floats  # (wave, place) potential near, weighted
    joined: Floats  # (wave, place) persons who came so far
    crowd: Floats  # (wave, place) persons in the street
    held: Floats  # (wave, place) share of the crowd that a force held last
    first: Ints  # (wave, place) hour of that, the first time; -1 before
    hours: Ints  # (wave, place) hours with such a crowd
    peak: Floats  # (wave, place) persons
    today: Floats  # (wave, place) largest crowd of the day, persons
    opposed: Floats  # (wave, place) person-hours of the crowd held by a force
    unopposed: Floats  # (wave, place) person-hours left alone
    # whom riots meet
    fit_of_base: Floats  # (base,) soldiers who can be sent, those for riots in full
    officers: Floats  # (place,) of its municipality, who can be sent
    # room to work
    contacts_made: Floats  # (place,)
    contacts_landed: Floats  # (place,)
    scenes_of_base: Floats  # (base,) scenes that ask for its troops, by reach; at least 1
    scenes_of_seat: Floats  # (municipality,) scenes that ask for its police; at least 1
    # what happened
    riots: NDArray[np.int32]  # (row, field) see RIOT_FIELDS
    filled: Ints  # (1,) rows of them in use
    toll: Ints  # (month, 2) dead, injured


def new_state(theatre: Theatre, process_keys: UInts, rows: int = 1024) -> UnrestState:
    """Return the state of unrest before anything happened, with room for so many riots."""
    places, targets = len(theatre.scenario.places), len(theatre.communities) + 1
    shapes = {
        "media": (WAVES,),
        "strength": (WAVES,),
        "fit_of_base": (len(theatre.scenario.bases),),
        "officers": (places,),
        "contacts_made": (places,),
        "contacts_landed": (places,),
        "scenes_of_base": (len(theatre.scenario.bases),),
        "scenes_of_seat": (len(theatre.municipalities),),
    }
    given = {
        "process_keys": process_keys,
        "waves": np.zeros((WAVES, 6), dtype=np.int64),
        "keys": np.zeros(WAVES, dtype=np.uint64),
        "against": np.zeros((WAVES, targets), dtype=np.bool_),
        **{name: np.zeros((WAVES, places), dtype=np.int64) for name in ("first", "hours")},
        "riots": np.zeros((max(rows, WAVES * places), len(RIOT_FIELDS)), dtype=np.int32),
        "filled": np.zeros(1, dtype=np.int64),
        "toll": np.zeros((len(theatre.month_starts), 2), dtype=np.int64),
    }
    fields: dict[str, Any] = {
        name: given.get(name, np.zeros(shapes.get(name, (WAVES, places))))
        for name in UnrestState._fields
    }
    return UnrestState(**fields)


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
        **_numbers(parameters),
    )


_SCALARS = {
    "lives": "rumour.contacts_left",
    "contacts_per_hour": "rumour.contacts_per_hour",
    "away_share": "rumour.away_share",
    "first_tellers": "rumour.first_tellers",
    "answer_effect": "rumour.answer_effect",
    "fresh_hours": "rumour.fresh_hours",
    "casualties_least": "rumour.casualties_least",
    "chance_after_incident": "rumour.chance_after_incident",
    "turnout": "riot.turnout",
    "rumour_sigma": "riot.rumour_sigma",
    "place_sigma": "riot.place_sigma",
    "site_pull": "riot.site_pull",
    "least_crowd": "riot.least_crowd",
    "call_per_hour": "riot.call_per_hour",
    "pull_per_hour": "riot.pull_per_hour",
    "news_share": "riot.news_share",
    "stay_hours": "riot.stay_hours",
    "police_hours": "riot.police_hours",
    "troops_hours": "riot.troops_hours",
    "police_share": "riot.police_share",
    "plain_weight": "riot.plain_troops_weight",
    "arrest_ratio": "riot.arrest_ratio",
    "arrest_per_hour": "riot.arrest_per_hour",
    "risk_aversion": "riot.risk_aversion",
    "casualty_size": "riot.casualty_size",
    "force_share": "riot.force_share",
    "own_share": "riot.own_share",
    "household": "riot.household_persons",
    "flight": "riot.flight",
    "sites_at_place": "riot.sites_at_place",
}
"""Field of `UnrestWorld` -> name of its parameter."""

_PER_THOUSAND = {
    "dead_share": "riot.dead_per_1000",
    "injured_share": "riot.injured_per_1000",
    "houses_per_hour": "riot.houses_per_1000_hours",
    "sites_per_hour": "riot.sites_per_1000_hours",
    "provokes": "riot.provokes_per_1000",
}
"""The same, where the parameter counts per 1000 persons or person-hours and the field per one."""


def _numbers(parameters: Parameters) -> dict[str, Any]:
    """Return the fields that hold one number."""
    single = {field: parameters.scalar(name) for field, name in _SCALARS.items()}
    return single | {
        field: parameters.scalar(name) / 1000.0 for field, name in _PER_THOUSAND.items()
    }


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
