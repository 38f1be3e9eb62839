"""One future, from the first day to the last: days in between reviews, then tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interpose.errors import RunawayError
from interpose.play import review
from interpose.play.columns import TABLES
from interpose.play.columns import Coded as Coded
from interpose.play.day import has_room, play_days
from interpose.play.processes.barricades import BARRICADE_FIELDS, ENDINGS
from interpose.play.processes.people.people import people_table, residents_table
from interpose.play.processes.unrest.arrays import RIOT_FIELDS
from interpose.play.reproduction import Reproduction
from interpose.play.state import EVENT_FIELDS, State, more_rows, new_state
from interpose.play.theatre import AUTHORITIES, STOCKS, Theatre
from interpose.play.world import World, build_world, draw_parameters
from interpose.policy import Policy
from interpose.scenario.parameters import Parameters

Table = dict[str, NDArray[Any]]

STATUS = ("done", "failed")
"""Words of the column `status` of the table ``futures``."""

MOST_INCIDENTS = 500_000
"""More than any mission on record has seen; beyond it a future has run away."""


@dataclass(frozen=True)
class Future:
    """What one future left behind.

    Attributes
    ----------
    number : int
    tables : mapping of str to dict of str to array
        The tables of ``columns.TABLES``. Text columns are `Coded`.
    """

    number: int
    tables: Mapping[str, Mapping[str, NDArray[Any] | Coded]]


def play_future(
    theatre: Theatre,
    policy: Policy,
    seed: int,
    number: int,
    *,
    draw: bool = True,
    days: Callable[[State, World, int, int], int] = play_days,
) -> Future:
    """Play one future of a scenario.

    Parameters
    ----------
    theatre : Theatre
    policy : Policy
    seed, number : int
        Name the future: the same two give the same bits anywhere.
    draw : bool
        Whether parameters with a range get a value of their own; else all have theirs from the
        tables.
    days : callable
        ``day.play_days``, or what ``day.day_of`` made of other processes.

    Returns
    -------
    Future

    Raises
    ------
    RunawayError
        If more than `MOST_INCIDENTS` happen, or more in a day than there is room for.
    """
    parameters = theatre.scenario.parameters
    if draw:
        parameters = draw_parameters(parameters, seed, number)
    world = build_world(theatre, parameters)
    state = new_state(theatre, seed, number)
    reviews = review.Reviews(Reproduction(world))
    state = run_days(theatre, world, state, policy, reviews, days)
    return Future(
        number, _tables(theatre, world, state, reviews, parameters if draw else None, number)
    )


def run_days(
    theatre: Theatre,
    world: World,
    state: State,
    policy: Policy,
    reviews: review.Reviews,
    days: Callable[[State, World, int, int], int] = play_days,
) -> State:
    """Play all days, with reviews on their mornings; return the state of the last evening."""
    stops = review.review_days(theatre)
    day = 0
    for stop in [*stops, theatre.days]:
        while day < stop:
            reached = days(state, world, day, stop)
            happened = int(state.counts[0])
            if happened > MOST_INCIDENTS or happened >= len(state.events):
                msg = (
                    f"{happened} incidents by {theatre.dates[min(reached, theatre.days - 1)]}: "
                    "violence feeds itself (R above 1 for too long)."
                )
                raise RunawayError(msg)
            if reached == day and has_room(state):
                msg = f"the days stand still at {theatre.dates[day]}"
                raise RunawayError(msg)
            day = reached
            if not has_room(state):
                state = more_rows(state)
        if stop < theatre.days:
            review.step(theatre, state, policy, reviews, stop)
    return state


def _tables(
    theatre: Theatre,
    world: World,
    state: State,
    reviews: review.Reviews,
    drawn: Parameters | None,
    number: int,
) -> dict[str, dict[str, NDArray[Any] | Coded]]:
    """Turn the state of the last evening into the tables of a run."""
    incidents = _incidents(theatre, state)
    tables: dict[str, dict[str, Any]] = {
        "series": _series(theatre, state),
        "reports": _reports(theatre, state),
        "force": _force(theatre, state),
        "reviews": {
            "date": theatre.dates[reviews.days],
            "in_theatre": np.array([s[STOCKS.index("in_theatre")] for s in reviews.stocks]),
            "R": np.array(reviews.r),
        },
        "municipalities": _municipalities(theatre, reviews),
        "incidents": incidents,
        "riots": _riots(theatre, state),
        "barricades": _barricades(theatre, world, state),
        "movement": _movement(theatre, world, state),
        "people": people_table(theatre, state),
        "residents": residents_table(theatre, state),
        "futures": {
            "status": Coded(np.zeros(1, dtype=np.int16), STATUS),
            "error": Coded(np.zeros(1, dtype=np.int16), ("",)),
            **_totals(state),
            **(drawn_columns(drawn) if drawn is not None else {}),
        },
    }
    return {name: _typed(name, table, number) for name, table in tables.items()}


def _totals(state: State) -> Table:
    """Return what happened in all, in one row."""
    incidents, deaths, injured = state.series.sum(axis=(0, 1))
    dead_in_riots, injured_in_riots = state.unrest.toll.sum(axis=0)
    return {
        "incidents": np.array([incidents]),
        "riots": np.array([state.unrest.filled[0]]),
        "deaths": np.array([deaths + dead_in_riots]),
        "injured": np.array([injured + injured_in_riots]),
    }


def drawn_columns(parameters: Parameters) -> Table:
    """Return the drawn value of every parameter with a range, as one-row columns."""
    return {row.name: np.array([row.value]) for row in parameters.rows() if row.low < row.high}


def _typed(name: str, table: dict[str, Any], number: int) -> dict[str, NDArray[Any] | Coded]:
    """Give every column its type and its place; put the number of the future in front."""
    rows = len(next(iter(table.values())))
    table = {"future": np.full(rows, number), **table}
    typed: dict[str, NDArray[Any] | Coded] = {}
    for column in TABLES[name]:
        values = table.pop(column.name)
        if column.type == "text":
            typed[column.name] = values
        elif column.type == "date":
            typed[column.name] = values.astype("datetime64[D]")
        else:
            typed[column.name] = np.asarray(values).astype(column.type)
    return {**typed, **table}


def _series(theatre: Theatre, state: State) -> dict[str, Any]:
    months, types, _ = state.series.shape
    flat = state.series.reshape(months * types, 3)
    return {
        "month": np.repeat(theatre.month_starts, types),
        "type": Coded(np.tile(np.arange(types, dtype=np.int16), months), theatre.type_ids),
        "incidents": flat[:, 0],
        "deaths": flat[:, 1],
        "injured": flat[:, 2],
    }


def _reports(theatre: Theatre, state: State) -> dict[str, Any]:
    reporter, month, kind = np.nonzero(state.reported[..., 0])
    return {
        "month": theatre.month_starts[month],
        "reporter": Coded(reporter.astype(np.int16), theatre.reporters),
        "type": Coded(kind.astype(np.int16), theatre.type_ids),
        "reported": state.reported[reporter, month, kind, 0],
        "deaths": state.reported[reporter, month, kind, 1],
    }


def _force(theatre: Theatre, state: State) -> dict[str, Any]:
    mean = state.stock_days / np.bincount(theatre.month_of_day)[:, None]
    stocks = {stock: mean[:, i] for i, stock in enumerate(STOCKS)}
    return {"month": theatre.month_starts, **stocks}


def _municipalities(theatre: Theatre, reviews: review.Reviews) -> dict[str, Any]:
    seats, held = len(theatre.municipalities), len(reviews.days)
    return {
        "date": np.repeat(theatre.dates[reviews.days], seats),
        "municipality": Coded(
            np.tile(np.arange(seats, dtype=np.int16), held), theatre.municipalities
        ),
        "troops": np.ravel(reviews.troops),
        "R": np.ravel(reviews.municipal),
        "local_police": np.ravel(reviews.police),
    }


def _incidents(theatre: Theatre, state: State) -> dict[str, Any]:
    count = int(state.counts[0])
    events = {name: state.events[:count, i] for i, name in enumerate(EVENT_FIELDS)}
    places = tuple(place.id for place in theatre.scenario.places)
    return {
        "date": theatre.dates[events["day"]],
        "place": Coded(events["place"].astype(np.int16), places),
        "type": Coded(events["type"].astype(np.int16), theatre.type_ids),
        **{
            f"{what}_{side}": events[f"{what}_{side}"]
            for what in ("deaths", "injured")
            for side in ("target", "instigator")
        },
        "crowd": events["crowd"],
        "background": state.event_background[:count],
    }


def _riots(theatre: Theatre, state: State) -> dict[str, Any]:
    count = int(state.unrest.filled[0])
    riots = {name: state.unrest.riots[:count, i] for i, name in enumerate(RIOT_FIELDS)}
    places = tuple(place.id for place in theatre.scenario.places)
    rumours = (*(rumour.id for rumour in theatre.scenario.rumours), "")
    return {
        **{name: riots[name] for name in RIOT_FIELDS if name != "day"},
        "date": theatre.dates[riots["day"]],
        "place": Coded(riots["place"].astype(np.int16), places),
        "community": Coded(riots["community"].astype(np.int16), theatre.communities),
        "target": Coded(riots["target"].astype(np.int16), (*theatre.communities, AUTHORITIES)),
        "rumour": Coded((riots["rumour"] % len(rumours)).astype(np.int16), rumours),
    }


def _barricades(theatre: Theatre, world: World, state: State) -> dict[str, Any]:
    rows = state.barricades.rows[: int(state.barricades.counts[0])]
    one = {name: rows[:, i] for i, name in enumerate(BARRICADE_FIELDS)}
    places = tuple(place.id for place in theatre.scenario.places)
    ends = np.append(world.barricades.other_end, 0)[one["road"]]
    last = np.where(one["ended"] < 0, theatre.days - 1, one["ended"])
    return {
        "date": theatre.dates[one["day"]],
        "place": Coded(one["place"].astype(np.int16), places),
        # A place without roads blocks itself.
        "other_end": Coded(np.where(one["road"] < 0, one["place"], ends).astype(np.int16), places),
        "days": last - one["day"] + 1,
        "ended": Coded(one["how"].astype(np.int16), ENDINGS),
        "injured_instigator": one["injured_instigator"],
        "injured_force": one["injured_force"],
    }


def _movement(theatre: Theatre, world: World, state: State) -> dict[str, Any]:
    year, seat, community = np.nonzero(world.movement.persons.transpose(0, 2, 1) > 0.0)
    first = theatre.month_starts.astype("datetime64[Y]")
    months = np.unique(first, return_counts=True)[1]
    own = {
        name: np.round(total[year, community, seat] / months[year], 3)
        for name, total in (("share", state.movement.share), ("escorted", state.movement.escorted))
    }
    return {
        "year": (np.datetime64("1970", "Y") + (theatre.years - 1970))[year],
        "municipality": Coded(seat.astype(np.int16), theatre.municipalities),
        "community": Coded(community.astype(np.int16), theatre.communities),
        **own,
    }
