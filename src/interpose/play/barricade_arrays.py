"""What the process `barricades` keeps in the state and in the world of a future."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from interpose.play.draws import UInts, future_key
from interpose.play.theatre import ACTS, Floats, Ints, Theatre
from interpose.scenario.parameters import Parameters

BARRICADE_FIELDS = (
    "day",
    "place",
    "road",
    "type",
    "order",
    "last",
    "ended",
    "how",
    "injured_instigator",
    "injured_force",
)
"""Columns of ``rows``: `road` is a road end of the world (-1 where a place has none), `last` the
day on which it comes down if nobody removes it, `ended` the day on which it came down."""

ENDINGS = ("standing", "by itself", "negotiated", "removed")
"""How a barricade ended; the position is the number in `how`."""

LIFE_STEPS = 4096
"""Steps of the quantile table of durations."""


class BarricadeWorld(NamedTuple):
    """Roads and durations that a future does not change."""

    blocks: NDArray[np.bool_]  # (type,) whether the act puts up a barricade
    road_start: Ints  # (place + 1,) the roads of a place
    road_link: Ints  # (road end,)
    other_end: Ints  # (road end,) place
    detour_start: Ints  # (link + 1,) whom the closing of a link concerns
    detour_pair: Ints  # (entry,) base * places + place
    detour_reach: Floats  # (entry,) reach while the link is closed
    thousands: Floats  # (year, place) thousand inhabitants
    life: Floats  # (step,) days, quantiles
    negotiation: float  # per day
    operation: float  # per day and riot-capable soldier per 1000 inhabitants
    hurt_share: float
    hurt_scale: float  # persons
    force_share: float


class BarricadeState(NamedTuple):
    """What stands."""

    keys: UInts  # (1,)
    rows: NDArray[np.int32]  # (row, field)
    patience: Floats  # (row,) hazard of removal still to be met
    standing: NDArray[np.int32]  # (row,) rows that stand over night, the first counts[1] of them
    counts: Ints  # (2,) rows so far, standing over night
    reach: Floats  # (base, place) while any stands
    blocked_days: Floats  # (municipality,) barricade-days on its roads so far


def life_quantiles(median: float, sigma: float) -> Floats:
    """Return the log-normal duration at the middle of equal steps of probability, days.

    Examples
    --------
    >>> life = life_quantiles(3.0, 1.0)
    >>> len(life), bool(life[2047] < 3.0 < life[2048])
    (4096, True)
    """
    normal = ndtri((np.arange(LIFE_STEPS) + 0.5) / LIFE_STEPS)
    return np.asarray(median * np.exp(sigma * normal))


def barricade_world(theatre: Theatre, parameters: Parameters) -> BarricadeWorld:
    """Return the roads, what their closing does, and the laws of a barricade."""
    blocks = theatre.act_of_type == ACTS.index("roadblock")
    start, link, other = theatre.road_ends
    decay = parameters.scalar("presence.travel_decay_min")
    if blocks.any():
        begins, pair, minutes = theatre.detours
    else:  # nobody ever blocks a road: spare the search for ways round
        begins = np.zeros(len(theatre.scenario.links) + 1, dtype=np.int64)
        pair, minutes = np.zeros(0, dtype=np.int64), np.zeros(0)
    opened = theatre.travel_min[theatre.base_place].ravel()[pair]
    passing = opened + parameters.scalar("barricades.delay_min")
    mean = parameters.scalar("barricades.operation_injured")
    return BarricadeWorld(
        blocks=blocks,
        road_start=start,
        road_link=link,
        other_end=other,
        detour_start=begins,
        detour_pair=pair,
        detour_reach=np.exp(-np.minimum(minutes, passing) / decay),
        thousands=theatre.population / 1000.0,
        life=life_quantiles(
            parameters.scalar("barricades.life_median_days"),
            parameters.scalar("barricades.life_sigma"),
        ),
        negotiation=parameters.scalar("barricades.negotiation_per_day"),
        operation=parameters.scalar("barricades.operation_per_day"),
        hurt_share=parameters.scalar("barricades.operation_hurt_share"),
        hurt_scale=float(-1.0 / np.log1p(-1.0 / mean)) if mean > 1.0 else 0.0,
        force_share=parameters.scalar("barricades.operation_force_share"),
    )


def no_barricades(theatre: Theatre, seed: int, future: int, rows: int) -> BarricadeState:
    """Return the state of the first morning: nothing stands."""
    room = rows if "roadblock" in {t.act for t in theatre.scenario.incident_types} else 0
    return BarricadeState(
        keys=np.array([future_key(seed, future, "barricades")]),
        rows=np.zeros((room, len(BARRICADE_FIELDS)), dtype=np.int32),
        patience=np.zeros(room),
        standing=np.zeros(room, dtype=np.int32),
        counts=np.zeros(2, dtype=np.int64),
        reach=np.zeros((len(theatre.scenario.bases), len(theatre.scenario.places))),
        blocked_days=np.zeros(len(theatre.municipalities)),
    )


def more_barricades(state: BarricadeState) -> BarricadeState:
    """Return the same state with twice the room."""
    return state._replace(
        rows=np.concatenate([state.rows, np.zeros_like(state.rows)]),
        patience=np.concatenate([state.patience, np.zeros_like(state.patience)]),
        standing=np.concatenate([state.standing, np.zeros_like(state.standing)]),
    )
