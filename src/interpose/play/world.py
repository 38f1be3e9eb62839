"""The world of one future: the theatre and one value for every parameter, as arrays for kernels.

A ``World`` is frozen while a future is played; what changes from day to day is in ``state.py``.
Rates are per day inside, whatever the tables say.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from interpose.play.draws import UInts, future_key, uniform_of
from interpose.play.processes.barricades import BarricadeWorld, barricade_world
from interpose.play.processes.marks import mark_tables
from interpose.play.processes.movement import MovementWorld, movement_world
from interpose.play.processes.people.start import PeopleWorld, people_world
from interpose.play.processes.police import PoliceWorld, build_police
from interpose.play.processes.responsibility import ResponsibilityWorld, build_responsibility
from interpose.play.processes.retaliation import offspring_matrix, spread_over_places
from interpose.play.processes.unrest.arrays import UnrestWorld, build_unrest
from interpose.play.theatre import Floats, Ints, Theatre
from interpose.scenario.parameters import Parameters
from interpose.scenario.tables.mission import IncidentType

FORCE_KINDS = ("troops", "international_police", "local_police")
"""Kinds of force, in the order of the axis `kind` of all effects."""

CHANNELS = ("background", "retaliation")
"""What presence damps, in the order of the first axis of all damping arrays."""

DAYS_PER_YEAR = 365.25

FORGOTTEN = 0.01
"""A shock ends when it raises the background by less than this share, and brings so few more."""


class World(NamedTuple):
    """What a future does not change. Shapes name axes of ``theatre.py``; rates are per day."""

    days: int
    month_of_day: Ints  # (day,)
    year_of_day: Ints  # (day,)
    first_ordinal: int
    cell_keys: UInts  # (type, place)
    # background
    exposure: Floats  # (year, type, place) 100,000 persons exposed * years per day
    level: Floats  # (type, month) incidents/year per 100,000 persons exposed, undamped
    # force
    contingent_base: Ints  # (contingent,)
    contingent_stock: Ints  # (contingent,)
    contingent_strength: Floats  # (contingent,) persons
    contingent_riot: Floats  # (contingent,) share
    available_share: float
    reach: Floats  # (base, place) 0..1, falls with travel time
    reached_thousands: Floats  # (year, base) thousand inhabitants, weighted by reach
    # international police
    police_municipality: Ints  # (segment,) -1 for all
    police_effective: Floats  # (segment,) officers that count
    police_begins: Ints  # (segment,) day
    police_ends: Ints  # (segment,) day
    municipality_of_place: Ints  # (place,)
    municipality_thousands: Floats  # (year, municipality) thousand inhabitants
    # effect of presence
    effect: Floats  # (channel, kind, type) per (1 per 1000 inhabitants)
    floor: Floats  # (channel, type)
    relocation: float
    neighbour_start: Ints  # (place + 1,)
    neighbour: Ints  # (road end,)
    response_reduction: float
    response_half: float  # soldiers per 1000 inhabitants
    # shocks
    shock_day: Ints  # (shock,)
    shock_size: Floats  # (shock,)
    shock_brings: Floats  # (shock,) incidents/year per 100,000 persons exposed, on its day
    shock_fade: Floats  # (shock,) days
    shock_ends: Ints  # (shock,) first day on which it is no longer felt
    shock_places: Floats  # (shock, place) 0 or 1
    shock_types: NDArray[np.bool_]  # (shock, type)
    # excitation
    offspring: Floats  # (child type, parent type) incidents/incident
    child_start: Ints  # (type + 1,) CSR by parent
    child: Ints  # (entry,)
    spread: Floats  # (child type, place, place)
    memory: Floats  # (type,) share of excitation kept from day to day
    size: Floats  # (type,) of the negative binomial law
    # marks
    fatal_share: Floats  # (type,)
    death_law: Floats  # (n,) cumulative
    injury_share: Floats  # (type,)
    injury_law: Floats  # (n,) cumulative
    instigator_share: Floats  # (type,)
    crowd: Floats  # (type, step) persons
    severity: Floats  # (type, casualties) factor on offspring
    unrest: UnrestWorld
    # reporting
    report_reporter: Ints  # (row,)
    report_type: NDArray[np.bool_]  # (row, type)
    report_share: Floats  # (row,)
    report_fatal_share: Floats  # (row,)
    report_delay: Floats  # (row,) days
    report_begins: Ints  # (row,) day
    report_ends: Ints  # (row,) day
    # processes with arrays of their own
    police: PoliceWorld
    responsibility: ResponsibilityWorld
    # barricades, movement
    barricades: BarricadeWorld
    movement: MovementWorld
    people: PeopleWorld


def draw_parameters(parameters: Parameters, seed: int, future: int) -> Parameters:
    """Give every parameter with a range a value of its own for one future.

    Half of the futures lie below the value and half above it; none leaves ``low`` to ``high``.
    Positive ranges are drawn on a logarithmic scale. The draw is keyed by the name of the row, so
    a new parameter leaves all others as they were.
    """
    drawn = {}
    for row in parameters.rows():
        if row.low < row.high:
            u = uniform_of(future_key(seed, future, f"parameter:{row.name}"))
            drawn[row.name] = _between(u, row.low, row.value, row.high)
    return parameters.with_values(drawn)


def _between(u: float, low: float, middle: float, high: float) -> float:
    """Return the value at quantile `u` of a law with this support and median.

    Examples
    --------
    >>> _between(0.5, 1.0, 10.0, 40.0), _between(0.25, 1.0, 100.0, 200.0)
    (10.0, 10.0)
    >>> _between(0.25, 0.0, 1.0, 4.0)
    0.5
    """
    start, end, part = (low, middle, 2 * u) if u < 0.5 else (middle, high, 2 * u - 1)
    if low > 0:
        return float(start * (end / start) ** part)
    return start + (end - start) * part


def persons_exposed(theatre: Theatre, parameters: Parameters) -> Floats:
    """Return how many persons can be struck, by year, type and place.

    For a target community: its persons, times the share that the instigator has among all people
    within reach. For other targets (the force, the authorities): the persons of the instigator.
    Crossings, sites and bases, where nobody lives, get a share of their municipality's.

    Returns
    -------
    (year, type, place) float, persons
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
    """Return the slow decline of the background from the first day to settled times.

    ``level(t) = rate + excess exp(-t / settling)``. It takes months or years, not days, so that
    it is not mistaken for retaliation; rate and excess add, so that each is known by itself, the
    one from quiet years and the other from the first.

    Returns
    -------
    (type, month) float, incidents/year per 100,000 persons exposed
    """
    level = np.empty((len(theatre.type_ids), len(theatre.month_starts)))
    for m, kind in enumerate(theatre.scenario.incident_types):
        excess = parameters.of_type("background.excess", kind)
        scale = parameters.of_type("background.settling_days", kind)
        level[m] = parameters.of_type("background.rate", kind)
        level[m] += excess * np.exp(-theatre.month_middle / scale)
    return level


def _per_type(name: str, types: tuple[IncidentType, ...], parameters: Parameters) -> Floats:
    return np.array([parameters.of_type(name, kind) for kind in types])


def _children(K: Floats) -> tuple[Ints, Ints]:
    """Return, for every parent type, which child types it has: CSR start and index."""
    lists = [np.flatnonzero(K[:, parent]) for parent in range(K.shape[1])]
    start = np.cumsum([0, *[len(x) for x in lists]])
    return start, np.concatenate(lists).astype(np.int64)


def build_world(theatre: Theatre, parameters: Parameters) -> World:
    """Put one value of every parameter on the arrays of the theatre.

    Parameters
    ----------
    theatre : Theatre
    parameters : Parameters
        Those of the scenario, or what `draw_parameters` made of them.

    Returns
    -------
    World
    """
    exposed = persons_exposed(theatre, parameters)
    force = _force(theatre, parameters)
    return World(
        days=theatre.days,
        month_of_day=theatre.month_of_day,
        year_of_day=theatre.year_of_day,
        first_ordinal=theatre.first_day,
        cell_keys=theatre.cell_keys,
        exposure=exposed / (1e5 * DAYS_PER_YEAR),
        level=background_level(theatre, parameters),
        **force,
        **_effects(theatre, parameters),
        **_shocks(theatre, parameters, exposed),
        **_excitation(theatre, parameters, exposed.mean(axis=0)),
        **mark_tables(theatre.scenario.incident_types, parameters),
        unrest=build_unrest(theatre, parameters, force["reach"]),
        **_reporting(theatre),
        police=build_police(theatre, parameters),
        responsibility=build_responsibility(theatre, parameters),
        barricades=barricade_world(theatre, parameters),
        movement=movement_world(theatre, parameters),
        people=people_world(theatre, parameters),
    )


def _force(theatre: Theatre, parameters: Parameters) -> dict[str, Any]:
    """Return contingents and police, and whom troops reach."""
    decay = parameters.scalar("presence.travel_decay_min")
    reach = np.exp(-theatre.travel_min[theatre.base_place] / decay)
    contingents, police = theatre.contingents, theatre.police
    return {
        "contingent_base": contingents["base"],
        "contingent_stock": contingents["stock"],
        "contingent_strength": contingents["strength"],
        "contingent_riot": contingents["riot_capable"],
        "available_share": parameters.scalar("presence.available_share"),
        "reach": reach,
        # Never zero, so that a base which reaches nobody divides by something.
        "reached_thousands": np.maximum(theatre.population @ reach.T / 1000.0, 1e-9),
        "police_municipality": police["municipality"],
        "police_effective": police["effective"],
        "police_begins": police["begins"],
        "police_ends": police["ends"],
        "municipality_of_place": theatre.municipality_of_place,
        "municipality_thousands": np.maximum(theatre.municipality_population / 1000.0, 1e-9),
    }


def _effects(theatre: Theatre, parameters: Parameters) -> dict[str, Any]:
    """Return what presence does to the two channels."""
    types = theatre.scenario.incident_types
    effect = [
        [_per_type(f"effect.{kind}.{channel}", types, parameters) for kind in FORCE_KINDS]
        for channel in CHANNELS
    ]
    start, neighbour = theatre.neighbours
    return {
        "effect": np.array(effect),
        "floor": np.array([_per_type(f"floor.{c}", types, parameters) for c in CHANNELS]),
        "relocation": parameters.scalar("relocation.share"),
        "neighbour_start": start,
        "neighbour": neighbour,
        "response_reduction": parameters.scalar("response.reduction"),
        "response_half": parameters.scalar("response.half_troops_per_1000"),
    }


def _shocks(theatre: Theatre, parameters: Parameters, exposed: Floats) -> dict[str, Any]:
    """Return the dated shocks, and the day on which each is forgotten."""
    shocks, scale = theatre.shocks, parameters.scalar("shocks.scale")
    size, brings = shocks["size"] * scale, shocks["brings"] * scale
    fade = shocks["fade_days"]
    felt_days = fade * np.log(np.maximum(np.maximum(size, brings) / FORGOTTEN, 1.0))
    year = theatre.year_of_day[np.clip(shocks["day"], 0, theatre.days - 1)]
    struck = np.einsum("sm,smc,sc->s", shocks["types"], exposed[year], shocks["places"])
    first_day = brings * -np.expm1(-1.0 / fade)
    per_person = np.divide(first_day, struck, out=np.zeros_like(brings), where=struck > 0)
    return {
        "shock_day": shocks["day"],
        "shock_size": size,
        "shock_brings": per_person * 1e5 * DAYS_PER_YEAR,
        "shock_fade": fade,
        "shock_ends": shocks["day"] + np.ceil(felt_days).astype(np.int64),
        "shock_places": shocks["places"],
        "shock_types": shocks["types"],
    }


def _excitation(theatre: Theatre, parameters: Parameters, exposed: Floats) -> dict[str, Any]:
    """Return who answers whom, where and for how long."""
    types = theatre.scenario.incident_types
    K = offspring_matrix(types, parameters)
    start, child = _children(K)
    return {
        "offspring": K,
        "child_start": start,
        "child": child,
        "spread": spread_over_places(theatre.travel_min, exposed, parameters),
        "memory": np.exp(-1.0 / _per_type("retaliation.memory_days", types, parameters)),
        "size": _per_type("incidents.size", types, parameters),
    }


def _reporting(theatre: Theatre) -> dict[str, Any]:
    """Return who reports what."""
    reporting = theatre.reporting
    return {
        "report_reporter": reporting["reporter"],
        "report_type": reporting["act"][:, None] == theatre.act_of_type[None, :],
        "report_share": reporting["share"],
        "report_fatal_share": reporting["fatal_share"],
        "report_delay": reporting["delay_days"],
        "report_begins": reporting["begins"],
        "report_ends": reporting["ends"],
    }
