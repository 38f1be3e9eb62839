"""Where everybody is on the first morning, and the arrays of the process `people`."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from interpose.play.draws import UInts
from interpose.play.theatre import DAYS_PER_YEAR, Floats, Ints, Theatre, axes, empty, same_named
from interpose.scenario.parameters import Parameters
from interpose.scenario.tables.mission import Displaced

STOCKS = (
    "staying",
    "ready",
    "underway",
    "sheltered",
    "inside",
    "abroad",
    "settled inside",
    "settled abroad",
)
"""Where people are, counted at the place where they belong; the first two are at home."""

GUESTS = ("underway", "sheltered", "inside", "settled inside")
"""Those of `STOCKS` who live with hosts elsewhere in the theatre."""

COUNTED = ("home", "inside", "abroad", "settled", "fled", "returned")
"""Last axis of ``months``."""


class PeopleWorld(NamedTuple):
    """Who belongs where, and how fast people move."""

    start: Floats  # (stock, community, place) persons on the first morning
    seat: Ints  # (place,) its municipality
    target: Ints  # (type,) community against which the act is, -1 for none
    near: Floats  # (place, municipality) 0..1, falls with travel time
    thousands: Floats  # (community, municipality) thousand who belong near
    hosts: Floats  # (community, municipality, municipality) where those of the first find shelter
    within: Floats  # (community, place) share of those who belong to its municipality
    present: Floats  # (community, place) persons who live there on the first morning
    enough: Floats  # (year, community, municipality) persons: with fewer, attacks on them fall
    places_of: Floats  # (municipality,) number of places
    month_ends: Ints  # (month,) first day of the next month
    casualty_weight: float
    memory_days: float
    per_incident: float  # 1/day per incident per 1000 persons
    underway: float  # 1/day
    abroad_share: float
    shelter_share: float
    most_per_day: float
    ramp: float  # days
    base: float
    guard_weight: float
    half_presence: float  # per 1000 inhabitants
    harm_weight: float
    minority_weight: float
    day_weight: float  # per day away
    after_riot_per_day: float
    settling: float  # 1/day
    growth: Floats  # (community,) 1/day, of those who live there


class PeopleState(NamedTuple):
    """Where everybody is, and what has been added up."""

    present: Floats = axes("community", "place")  # persons who live there, guests too
    guests: Floats = axes("community", "municipality")  # persons from elsewhere who live there
    moved: NDArray[np.bool_] = axes(1)  # whether anybody moved today
    there: Floats = axes("community", "municipality")  # 0..1: how far it is there to be struck
    where: Floats = axes(len(STOCKS), "community", "place")  # persons, by place of origin
    home: Floats = axes("community", "municipality")  # persons at home
    fear: Floats = axes("community", "municipality")  # incidents, by severity, faded
    fresh: Floats = axes("community", "municipality")  # the same, since people last moved
    away_days: Floats = axes("community", "municipality")  # mean, of those away
    guard: Floats = axes("municipality")  # troops and police per 1000 inhabitants
    leave: Floats = axes("community", "municipality")  # share of those ready that leaves
    back: Floats = axes("community", "municipality")  # share of those away that returns
    settled_share: Floats = axes("community", "municipality")  # of those away, that settles
    came: Floats = axes("community", "municipality")  # persons who joined those away
    held: Floats = axes("community", "municipality")  # persons away
    flow: Floats = axes(1)  # persons a day who moved last time
    seen: Ints = axes(2)  # first day on which nobody has moved yet, riots seen
    months: Floats = axes("month", "community", len(COUNTED))  # see COUNTED; persons
    residents: Floats = axes("year", "community", "municipality")  # persons who live there
    hosted: Floats = axes("year", "community", "municipality")  # of them displaced from elsewhere


def new_world(theatre: Theatre, parameters: Parameters) -> PeopleWorld:
    """Return who is where on the first morning, and one value of every parameter."""
    seat = np.array([theatre.place_index[m] for m in theatre.municipalities], dtype=np.int64)
    near = np.exp(-theatre.travel_min[:, seat] / parameters.scalar("flight.near_min"))
    hosts = _hosts(_by_municipality(theatre, theatre.people[0].T), near[seat])
    start = starting(theatre, parameters, hosts)
    types = theatre.scenario.incident_types
    known = {community: i for i, community in enumerate(theatre.communities)}
    grows = parameters.given("people.growth")
    within, present = _living(theatre, start, hosts)
    return PeopleWorld(
        start=start,
        seat=theatre.municipality_of_place,
        target=np.array([known.get(kind.target, -1) for kind in types], dtype=np.int64),
        near=np.ascontiguousarray(near),
        thousands=np.maximum(start.sum(axis=0) @ near / 1000.0, 1e-9),
        hosts=hosts,
        within=within,
        present=present,
        enough=parameters.scalar("targets.enough_home_share")
        * np.array([_by_municipality(theatre, people.T) for people in theatre.people]),
        places_of=np.bincount(theatre.municipality_of_place, minlength=len(seat)).astype(float),
        month_ends=np.cumsum(np.bincount(theatre.month_of_day)).astype(np.int64),
        underway=1.0 / parameters.scalar("flight.underway_days"),
        ramp=max(parameters.scalar("return.ramp_days"), 1.0),
        day_weight=parameters.scalar("return.year_weight") / DAYS_PER_YEAR,
        settling=parameters.scalar("return.settle_per_year") / DAYS_PER_YEAR,
        growth=np.array([grows.get(one, 0.0) for one in theatre.communities]) / DAYS_PER_YEAR,
        **same_named(PeopleWorld, parameters, "flight.", "return."),
    )


def starting(theatre: Theatre, parameters: Parameters, hosts: Floats) -> Floats:
    """Return where everybody is on the first morning.

    People of the first year are at home, those of ``displaced.csv`` taken out or added; a share of
    those who stayed is ready to leave all the same. Of those who are at home beyond ``people.csv``
    a share will flee inside the theatre; ``people.csv`` has them where they find shelter, so that
    as many are taken out there.

    ``displaced.range_position`` says where in the range of each row the truth lies: 0 low, 0.5
    persons, 1 high. Returns (stock, community, place) persons, never below zero.
    """
    position = parameters.scalar("displaced.range_position")
    people = np.ascontiguousarray(theatre.people[0].T)
    start = np.zeros((len(STOCKS), *people.shape))
    staying, ready = start[STOCKS.index("staying")], start[STOCKS.index("ready")]
    staying[:] = people
    rows = sorted(theatre.scenario.displaced, key=lambda row: row.origin == "all")
    for row in rows:  # those of one municipality first: 'all' shares out who is left
        k = theatre.communities.index(row.community)
        persons = np.interp(position, (0.0, 0.5, 1.0), (row.low, row.persons, row.high))
        if row.where == "home":
            ready[k] += persons * _shares(theatre, row, people[k])
        else:
            part = np.minimum(persons * _shares(theatre, row, staying[k]), staying[k])
            start[STOCKS.index(row.where), k] += part
            staying[k] -= part
    guests = (1.0 - parameters.scalar("flight.abroad_share")) * np.matmul(
        _by_municipality(theatre, ready)[:, None, :], hosts
    )[:, 0, :]
    there = _by_municipality(theatre, staying)
    counted = np.minimum(np.divide(guests, there, out=np.zeros_like(there), where=there > 0.0), 1.0)
    staying *= 1.0 - counted[:, theatre.municipality_of_place]
    ready += parameters.scalar("flight.ready_share") * staying
    staying *= 1.0 - parameters.scalar("flight.ready_share")
    return start


def _living(theatre: Theatre, start: Floats, hosts: Floats) -> tuple[Floats, Floats]:
    """Return the shares of places in guests, and who lives at which place on the first morning."""
    belong, seats = start.sum(axis=0), theatre.municipality_of_place
    total = _by_municipality(theatre, belong)
    first = np.array([theatre.place_ids[c] in theatre.municipalities for c in range(len(seats))])
    within = np.where(total[:, seats] > 0.0, belong / np.maximum(total[:, seats], 1e-300), first)
    guests = _by_municipality(theatre, start[[STOCKS.index(one) for one in GUESTS]].sum(axis=0))
    hosted = np.matmul(guests[:, None, :], hosts)[:, 0, :]
    present = start[0] + start[1] + hosted[:, seats] * within
    return within, present


def _by_municipality(theatre: Theatre, persons: Floats) -> Floats:
    """Add (community, place) up to (community, municipality)."""
    result = np.zeros((len(persons), len(theatre.municipalities)))
    np.add.at(result.T, theatre.municipality_of_place, persons.T)
    return result


def _shares(theatre: Theatre, row: Displaced, there: Floats) -> NDArray[Any]:
    """Return (place,) how the people of a row are shared out; all at the seat if none are there."""
    if row.origin == "all":
        here = there
    else:
        m = theatre.municipalities.index(row.origin)
        here = np.where(theatre.municipality_of_place == m, there, 0.0)
    total = here.sum()
    if total > 0.0:
        return np.asarray(here / total)
    at_one_place = np.zeros(len(there))
    at_one_place[theatre.place_index[row.origin] if row.origin != "all" else 0] = 1.0
    return at_one_place


def _hosts(persons: Floats, near: Floats) -> Floats:
    """Return where those who flee inside find shelter: near, with their own, where they are many.

    `persons` is (community, municipality), `near` (municipality, municipality). Rows add to one.
    """
    own = persons / np.maximum(persons.sum(axis=0), 1e-9)
    weight = near[None] * (persons * own)[:, None, :]
    total = weight.sum(axis=2, keepdims=True)
    at_home = np.broadcast_to(np.eye(len(near)), weight.shape)
    return np.where(total > 0.0, weight / np.where(total > 0.0, total, 1.0), at_home).copy()


def new_state(theatre: Theatre, process_keys: UInts) -> PeopleState:
    """Return the state before the first morning: the first day sets people where they are."""
    state = empty(PeopleState, theatre)
    state.there[:] = 1.0
    return state
