"""One future, from the first day to the last: days in between reviews, then tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interpose.errors import RunawayError
from interpose.play import review
from interpose.play.columns import FUTURE, Coded, Column, Columns, Table, typed
from interpose.play.compiled import State, World
from interpose.play.day import (
    DAY,
    Days,
    Processes,
    build_world,
    day_of,
    new_state,
    with_part,
)
from interpose.play.draws import future_key, uniform_of
from interpose.play.processes.incidents import MOST_INCIDENTS
from interpose.play.reproduction import Reproduction
from interpose.play.theatre import Theatre
from interpose.policy import Policy
from interpose.scenario.parameters import Parameters

STATUS = ("done", "failed")
"""Words of the column `status` of the table ``futures``."""

_OF_FUTURE: Columns = {
    "futures": (
        Column("status", "text", "1", "done, or failed"),
        Column("error", "text", "1", "what went wrong; empty if done"),
        Column("incidents", "int64", "incidents", "incidents in all"),
        Column("riots", "int64", "riots", "riots in all"),
        Column("deaths", "int64", "persons", "dead in all, those in riots with them"),
        Column("injured", "int64", "persons", "injured in all, those in riots with them"),
    ),
}


def tables_of(processes: Processes) -> Columns:
    """Return the tables of a run whose days have these processes."""
    declared = (*with_part(processes, "TABLES").values(), review)
    own = {name: columns for one in declared for name, columns in one.TABLES.items()}
    return {name: (FUTURE, *columns) for name, columns in (own | _OF_FUTURE).items()}


TABLES = tables_of(DAY)
"""Table -> its columns. ``futures`` has, after these, one float64 column for every parameter that
was drawn, named like the parameter's row; its row is written last and says that a future is
done."""


@dataclass(frozen=True)
class Future:
    """What one future left behind: the tables of `TABLES`, with text columns as `Coded`."""

    number: int
    tables: Mapping[str, Mapping[str, NDArray[Any] | Coded]]


def play_future(
    theatre: Theatre,
    policy: Policy,
    seed: int,
    number: int,
    *,
    draw: bool = True,
    processes: Processes = DAY,
) -> Future:
    """Play one future of a scenario: the same seed and number give the same bits anywhere.

    With `draw`, parameters with a range get a value of their own.

    Raises
    ------
    RunawayError
        If more than `MOST_INCIDENTS` happen, or more in a day than there is room for.
    """
    parameters = theatre.scenario.parameters
    if draw:
        parameters = draw_parameters(parameters, seed, number)
    world = build_world(theatre, parameters, processes)
    state = new_state(theatre, seed, number, processes)
    reviews = review.Reviews(Reproduction(world))
    run_days(theatre, world, state, policy, reviews, processes)
    tables: dict[str, Table] = {}
    for process in with_part(processes, "tables").values():
        tables |= process.tables(theatre, world, state)
    tables |= review.tables(theatre, reviews)
    tables["futures"] = {
        "status": Coded(np.zeros(1, dtype=np.int16), STATUS),
        "error": Coded(np.zeros(1, dtype=np.int16), ("",)),
        **_totals(state),
        **(drawn_columns(parameters) if draw else {}),
    }
    columns = TABLES if processes == DAY else tables_of(processes)
    return Future(number, {name: typed(tables[name], columns[name], number) for name in columns})


def run_days(
    theatre: Theatre,
    world: World,
    state: State,
    policy: Policy,
    reviews: review.Reviews | None,
    processes: Processes = DAY,
    *,
    first: int = 0,
    last: int | None = None,
) -> None:
    """Play the days from `first` to the one before `last`, with reviews on their mornings."""
    days: Days = day_of(processes)
    reviews = reviews or review.Reviews(None)
    review.take_over(theatre, state, policy, reviews, first)
    day, last = first, theatre.days if last is None else last
    while day < last:
        stop = min(review.next_stop(theatre, reviews), last)
        day = days(state, world, day, stop)
        happened = int(state.incidents.counts[0])
        if (day < stop and not state.observe.called[0]) or happened > MOST_INCIDENTS:
            msg = (
                f"{happened} incidents by {theatre.dates[min(day, theatre.days - 1)]}: "
                "violence feeds itself (R above 1 for too long)."
            )
            raise RunawayError(msg)
        if day < last:
            review.step(theatre, state, policy, reviews, day)


def _totals(state: State) -> Table:
    """Return what happened in all, in one row."""
    incidents, deaths, injured = state.incidents.series.sum(axis=(0, 1))
    dead_in_riots, injured_in_riots = state.riots.toll.sum(axis=0)
    return {
        "incidents": np.array([incidents]),
        "riots": np.array([state.riots.filled[0]]),
        "deaths": np.array([deaths + dead_in_riots]),
        "injured": np.array([injured + injured_in_riots]),
    }


def drawn_columns(parameters: Parameters) -> Table:
    """Return the drawn value of every parameter with a range, as one-row columns."""
    return {row.name: np.array([row.value]) for row in parameters.rows() if row.low < row.high}


def draw_parameters(parameters: Parameters, seed: int, future: int) -> Parameters:
    """Give every parameter with a range a value of its own for one future.

    Rows of the posterior are drawn together: a future takes one of its vectors, and so many
    futures in a row take them all.
    Half of the futures lie below the value and half above it; none leaves ``low`` to ``high``.
    Positive ranges are drawn on a logarithmic scale. The draw is keyed by the name of the row, so
    a new parameter leaves all others as they were.
    """
    first = int(future_key(seed, 0, "posterior")) % 2**32
    drawn = parameters.vector(first + future)
    for row in parameters.rows():
        if row.low < row.high and row.name not in drawn:
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
