"""The arrays of riots: what is known of people and shocks, what crowds do, and the odds."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from interpose.play.draws import UInts, name_keys
from interpose.play.processes.laws import mean_deaths
from interpose.play.theatre import ACTS, AUTHORITIES, Floats, Ints, Theatre, axes, empty, same_named
from interpose.scenario.parameters import Parameters
from interpose.scenario.tables.mission import Shock

FROM_SHOCK, FROM_PROTEST, FROM_REMOVAL, FROM_RIOT = range(4)
ORIGINS = ("shock", "protest", "removal", "riot elsewhere")
"""What brought a crowd; the position is the number in `origin`."""

CROWDS = 1024
"""Crowds of one day, at most; more find nobody to count them."""

PLACE, COMMUNITY, SHOCK, PROVOKED, ORIGIN, SIZE, RIOTS, ROW = range(8)
"""Columns of ``RiotsState.crowds``. SHOCK is a row of shocks.csv, or -1; RIOTS whether it
riots; ROW its row of the incidents if it is a protest of the background, else -1."""

RIOT_FIELDS = (
    "day",
    "place",
    "community",
    "target",
    "shock",
    "origin",
    "days",
    "crowd",
    "trained",
    "deaths_target",
    "deaths_instigator",
    "deaths_force",
    "injured_target",
    "injured_instigator",
    "injured_force",
    "houses",
    "sites",
    "displaced",
    "injured_police",
)
"""Columns of ``RiotsState.riots``."""

TARGET, DAYS, DISPLACED, HURT_POLICE = (
    RIOT_FIELDS.index(name) for name in ("target", "days", "displaced", "injured_police")
)

MOST_RIOTS = 20_000
"""With so many a future has run away."""

QUIET_DAYS = 30
"""Days after a riot in which no riot spreads to its place."""

LONGEST_DAYS = 30
LUCK_STEPS = 1024
OWN_ORDER = 2000
"""First ``order`` of incidents that a crowd is written as: those of the background come before."""


class RiotsWorld(NamedTuple):
    """Whom shocks concern and where, who can be sent, and the odds."""

    concerned: NDArray[np.bool_]  # (shock, place, community) whom it may bring out where
    against: NDArray[np.bool_]  # (shock, target)
    crowd: Floats  # (shock,) chance of a crowd in two days
    provoking: NDArray[np.bool_]  # (shock,) an operation, or a death laid to the other community
    in_talks: NDArray[np.bool_]  # (shock,)
    shock_keys: UInts  # (shock,)
    people: Floats  # (year, place, community) persons
    within: Floats  # (epoch, place, community) members within reach
    place_keys: UInts  # (place,)
    site: NDArray[np.bool_]  # (place,) a protected site
    seat: NDArray[np.bool_]  # (place,) where authorities sit
    municipality_of_place: Ints  # (place,)
    within_hour: float  # least reach of a base (see presence) within the hour
    crowd_type: NDArray[np.bool_]  # (type,) a protest or roadblock
    protests: NDArray[np.bool_]  # (type,) a protest
    type_instigator: Ints  # (type,) community, or -1
    protest_type: Ints  # (community,) incident type, or -1
    block_type: Ints  # (community,) the same
    armed_type: Ints  # (community,) the same
    riot_type: Ints  # (community, target) incident type that is answered as a riot is, or -1
    luck: Floats  # (step,) quantiles of the factor on a crowd's size
    waves: Floats  # (step,) quantiles of how far a wave spreads, riots/riot
    chance: float  # of a riot
    shock: float
    provoked: float
    hot: float
    force: float
    talks: float
    hot_days: float
    turnout: float
    least: float
    block_share: float
    police_share: float
    second_day: float
    later_day: float
    armed: float
    any_dead: float  # chance that a riot has dead
    injured: float  # persons/person and day
    injured_force: float  # persons/person and day
    casualty_size: float
    own_share: float
    force_share: float
    houses: float  # houses/person
    household_persons: float
    flight: float
    sites: float  # sites/person
    sites_at_place: float
    provokes: float  # incidents/person


class RiotsState(NamedTuple):
    """What crowds do."""

    process_keys: UInts = axes("draw")  # of this future
    crowds: Ints = axes(CROWDS, 8)  # of today; see PLACE and those after it
    trained: Floats = axes(CROWDS)  # riot-trained people who can face each within the hour
    police: Floats = axes(CROWDS)  # those of them who are police
    number: Ints = axes(1)  # crowds of today
    asked_of_base: Floats = axes("base")  # persons in today's crowds within its hour
    asked_of_seat: Floats = axes("municipality")  # the same
    going_on: Ints = axes(CROWDS)  # rows of riots under way on some day since yesterday
    under_way: Ints = axes(1)  # how many of them
    last: Ints = axes("place")  # last day of riot there
    violence: Ints = axes("municipality")  # last day on which somebody was hurt or killed
    riots: NDArray[np.int32] = axes(MOST_RIOTS, len(RIOT_FIELDS))  # see RIOT_FIELDS
    filled: Ints = axes(1)  # rows of them in use
    toll: Ints = axes("month", 2)  # dead, injured


def new_state(theatre: Theatre, process_keys: UInts) -> RiotsState:
    """Return the state before the first morning: nothing has happened for long."""
    state = empty(RiotsState, theatre, process_keys=process_keys)
    state.last[:] = state.violence[:] = -1000
    return state


def new_world(theatre: Theatre, parameters: Parameters) -> RiotsWorld:
    """Put shocks, people and one value of every parameter on arrays."""
    people = theatre.people
    within = theatre.people_near(parameters.scalar("crowd.march_min"))
    normal = ndtri((np.arange(LUCK_STEPS) + 0.5) / LUCK_STEPS)
    per_1000 = {
        name: parameters.scalar(f"riot.{name}_per_1000") / 1000.0
        for name in ("injured", "injured_force", "houses", "sites", "provokes")
    }
    named = same_named(RiotsWorld, parameters, "riot.")
    kinds = [place.kind for place in theatre.scenario.places]
    hour = parameters.scalar("riot.within_min") / parameters.scalar("presence.travel_decay_min")
    return RiotsWorld(
        **_shocks(theatre, within, parameters),
        people=people,
        within=within,
        place_keys=name_keys((place,) for place in theatre.place_ids),
        site=np.array([kind == "protected_site" for kind in kinds]),
        seat=np.array([kind == "municipal_seat" for kind in kinds]),
        municipality_of_place=theatre.municipality_of_place,
        within_hour=math.exp(-hour),
        **_types(theatre),
        luck=np.exp(parameters.scalar("crowd.sigma") * normal),
        waves=parameters.scalar("riot.spread")
        * np.exp(parameters.scalar("riot.spread_sigma") * normal),
        any_dead=min(1.0, parameters.scalar("riot.dead") / mean_deaths(parameters)),
        **same_named(RiotsWorld, parameters, "crowd.") | named | per_1000,
    )


def _shocks(theatre: Theatre, within: Floats, parameters: Parameters) -> dict[str, Any]:
    """Return what is known of each shock on its day."""
    rows, communities = theatre.scenario.shocks, theatre.communities
    names = [(row.community.split(";"), row.against.split(";")) for row in rows]
    mobilised = np.array(
        [[one in who for one in communities] for who, _ in names], dtype=np.bool_
    ).reshape(len(rows), len(communities))
    against = np.array(
        [[one in whom for one in (*communities, AUTHORITIES)] for _, whom in names], dtype=np.bool_
    ).reshape(len(rows), len(communities) + 1)
    operation = np.array([is_operation(row) for row in rows], dtype=np.bool_)
    blamed = [row.kind in ("killing", "rumour") for row in rows]
    chance, provoked = parameters.scalar("crowd.chance"), parameters.scalar("riot.provoked")
    odds = chance / (1.0 - chance) * np.where(operation, provoked, 1.0)
    standing = np.array([row.kind == "removal_of_barricade" for row in rows], dtype=np.bool_)
    return {
        "concerned": _concerned(
            theatre, mobilised, against, within, parameters.scalar("crowd.least")
        ),
        "against": against,
        "crowd": np.where(standing, 1.0, odds / (1.0 + odds)),
        "provoking": operation | (np.array(blamed, dtype=np.bool_) & against[:, :-1].any(axis=1)),
        "in_talks": np.array([row.talks for row in rows], dtype=np.bool_),
        "shock_keys": name_keys((row.id,) for row in rows),
    }


OPERATIONS = ("operation_by_force", "removal_of_barricade")
"""Kinds of shock with an operation under way."""


def is_operation(row: Shock) -> bool:
    """Return whether an operation is under way; an arrest is one where somebody acts."""
    return row.kind in OPERATIONS or (row.kind == "arrest" and row.acting != "")


CONCERNED_PERSONS = 1000.0
"""Members of a community within reach from which on a shock for 'all' places concerns one."""

TARGETED_PERSONS = 10.0
"""People of the other community at a place from which on it can be turned against them."""


def _concerned(
    theatre: Theatre,
    mobilised: NDArray[np.bool_],
    against: NDArray[np.bool_],
    within: Floats,
    least: float,
) -> NDArray[np.bool_]:
    """Return whom each shock concerns where, (shock, place, community).

    Those that its row names. For `all`: places with people or sites of a community that it is
    against, or else the seats of authorities, with members of the mobilised community in reach.
    A community of whom fewer than a crowd are within reach brings none.
    """
    kinds = np.array([place.kind for place in theatre.scenario.places])
    concerned = np.zeros((len(mobilised), *within.shape[1:]), dtype=np.bool_)
    at = {place: c for c, place in enumerate(theatre.place_ids)}
    for s, row in enumerate(theatre.scenario.shocks):
        where = row.places.split(";")
        day = min(max(theatre.day_index(row.date), 0), theatre.days - 1)
        year, epoch = theatre.year_of_day[day], theatre.epoch_of_day[day]
        enough = (within[epoch] >= least) & mobilised[s]
        if where != ["all"]:
            named = [at[place] for place in where if place in at]
            concerned[s, named] = enough[named]
            continue
        members = within[epoch][:, mobilised[s]].sum(axis=1) >= CONCERNED_PERSONS
        targets = theatre.people[year][:, against[s, :-1]].sum(axis=1) >= TARGETED_PERSONS
        communal = against[s, :-1].any()
        there = targets | (kinds == "protected_site") if communal else kinds == "municipal_seat"
        concerned[s] = enough & (members & there)[:, None]
    return concerned


def _types(theatre: Theatre) -> dict[str, Any]:
    """Return which incident types crowds, armed attacks and the answers to riots are."""
    communities = theatre.communities
    targets = (*communities, AUTHORITIES)
    types = theatre.scenario.incident_types
    first = {name: np.full(len(communities), -1) for name in ("protest", "roadblock", "armed")}
    like = np.full((len(communities), len(targets)), -1, dtype=np.int64)
    for m, kind in reversed(list(enumerate(types))):
        if kind.instigator not in communities:
            continue
        who = communities.index(kind.instigator)
        if kind.act in first:
            first[kind.act][who] = m
        if kind.act == "armed_attack" and kind.target in ("police", "force"):
            first["armed"][who] = m
        if kind.target in communities:
            like[who, targets.index(kind.target)] = m
    instigator = [communities.index(t.instigator) if t.instigator in communities else -1
                  for t in types]  # fmt: skip
    protests, blocks = (theatre.act_of_type == ACTS.index(act) for act in ("protest", "roadblock"))
    return {
        "crowd_type": protests | blocks,
        "protests": protests,
        "type_instigator": np.array(instigator, dtype=np.int64),
        "protest_type": first["protest"].astype(np.int64),
        "block_type": first["roadblock"].astype(np.int64),
        "armed_type": first["armed"].astype(np.int64),
        "riot_type": like,
    }
