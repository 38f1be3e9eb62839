"""What the process `movement` keeps in the state and in the world of a future."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from interpose.play.theatre import Floats, Ints, Theatre
from interpose.scenario.parameters import Parameters


class MovementWorld(NamedTuple):
    """Who would travel, and what escorts cost."""

    target: Ints  # (type,) community against which the act is, -1 for none
    near: Floats  # (place, municipality) 0..1, falls with travel time
    near_thousands: Floats  # (year, community, municipality) thousand persons, weighted by near
    persons: Floats  # (year, community, municipality)
    seat_reach: Floats  # (base, municipality) reach of its seat on open roads
    places_of: Floats  # (municipality,) number of places
    month_days: Floats  # (month,) days played
    month_ends: Ints  # (month,) first day of the next month
    fade: Floats  # (month,) share of fear that is left at its end
    memory: float  # days
    harvest: Floats  # (month,) factor on the wish for escorts
    harm_weight: float  # 1000 persons per incident
    barricade_weight: float  # per barricade
    half_presence: float  # per 1000 inhabitants
    trips: float  # per person and day
    wish_share: float
    convoy_trips: float
    convoy_hours: float  # platoon-hours
    soldier_hours: float  # platoon-hours a day of one available soldier
    most_share: float


class MovementState(NamedTuple):
    """Trips of this month, and what has been added up."""

    harm: Floats  # (community, municipality) incidents, faded to the end of the month
    free: Floats  # (community, municipality) share of trips made without escort this month
    blocked: Floats  # (municipality,) barricade-days already seen
    guard: Floats  # (municipality,) troops, police per 1000 inhabitants
    wanted: Floats  # (municipality,) platoon-hours a day
    pull: Floats  # (municipality,) soldiers within reach
    granted: Floats  # (municipality,) share of what is asked for that is given
    taken: Floats  # (base,) share of the available soldiers on escort
    share: Floats  # (year, community, municipality) trips made, summed over months
    escorted: Floats  # (year, community, municipality) trips under escort, summed over months
    platoon_hours: Floats  # (month,) spent on escorts


def movement_world(theatre: Theatre, parameters: Parameters) -> MovementWorld:
    """Return who travels where, and what escorts cost."""
    communities, seats = theatre.communities, theatre.municipality_of_place
    known = {community: i for i, community in enumerate(communities)}
    municipal = np.zeros((len(seats), len(theatre.municipalities)))
    municipal[np.arange(len(seats)), seats] = 1.0
    seat = np.array([theatre.place_index[m] for m in theatre.municipalities], dtype=np.int64)
    near = np.exp(-theatre.travel_min[:, seat] / parameters.scalar("movement.near_min"))
    days = np.bincount(theatre.month_of_day).astype(np.float64)
    memory = parameters.scalar("movement.memory_days")
    decay = parameters.scalar("presence.travel_decay_min")
    begins, ends = (round(parameters.scalar(f"movement.harvest_{x}")) for x in ("begins", "ends"))
    number = theatre.month_starts.astype("datetime64[M]").astype(np.int64) % 12 + 1
    harvest = (number - begins) % 12 <= (ends - begins) % 12
    return MovementWorld(
        target=np.array([known.get(t.target, -1) for t in theatre.scenario.incident_types]),
        near=np.ascontiguousarray(near),
        near_thousands=_turned(np.maximum(near.T @ theatre.people / 1000.0, 1e-9)),
        persons=_turned(municipal.T @ theatre.people),
        seat_reach=np.ascontiguousarray(
            np.exp(-theatre.travel_min[theatre.base_place][:, seat] / decay)
        ),
        places_of=municipal.sum(axis=0),
        month_days=days,
        month_ends=np.cumsum(days).astype(np.int64),
        fade=np.exp(-days / memory),
        memory=memory,
        harvest=np.where(harvest, parameters.scalar("movement.harvest_factor"), 1.0),
        harm_weight=parameters.scalar("movement.harm_weight"),
        barricade_weight=parameters.scalar("movement.barricade_weight"),
        half_presence=parameters.scalar("movement.half_presence"),
        trips=parameters.scalar("movement.trips_per_person_day"),
        wish_share=parameters.scalar("movement.escort_wish_share"),
        convoy_trips=parameters.scalar("movement.convoy_trips"),
        convoy_hours=parameters.scalar("movement.convoy_platoon_hours"),
        soldier_hours=parameters.scalar("movement.platoon_hours_per_day")
        / parameters.scalar("movement.platoon_soldiers"),
        most_share=parameters.scalar("movement.escort_most_share"),
    )


def _turned(values: Floats) -> Floats:
    """Put the last two axes, municipality and community, the other way round."""
    return np.ascontiguousarray(values.transpose(0, 2, 1))


def no_movement(theatre: Theatre) -> MovementState:
    """Return the state of the first morning: nobody has travelled."""
    seats, communities = len(theatre.municipalities), len(theatre.communities)
    bases, years = len(theatre.scenario.bases), len(theatre.years)
    return MovementState(
        harm=np.zeros((communities, seats)),
        free=np.ones((communities, seats)),
        blocked=np.zeros(seats),
        guard=np.zeros(seats),
        wanted=np.zeros(seats),
        pull=np.zeros(seats),
        granted=np.zeros(seats),
        taken=np.zeros(bases),
        share=np.zeros((years, communities, seats)),
        escorted=np.zeros((years, communities, seats)),
        platoon_hours=np.zeros(len(theatre.month_starts)),
    )
