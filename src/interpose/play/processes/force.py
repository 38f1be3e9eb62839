"""Force: contingents arrive on their day and leave on their day; stocks are counted apart.

A contingent is counted from the morning of ``arrives`` to the evening before ``departs``. Troops
in theatre, or there for an exercise, stand on their base and a share of them is available outside
the wire; troops in the rear or in reserve at home are counted, and reach nobody.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from interpose.play.columns import Column, Columns, Table
from interpose.play.compiled import State, World, inlined, part
from interpose.play.draws import UInts
from interpose.play.theatre import STOCKS, Floats, Ints, Theatre, axes, empty
from interpose.scenario.parameters import Parameters

NEEDS = ("presence.available_share",)
READS = ()
WRITES = ("force", "presence.outdated")

IN_THEATRE, REAR, RESERVE, EXERCISE = range(4)  # order of theatre.STOCKS, which a test checks


class ForceWorld(NamedTuple):
    """What a future does not change of the contingents."""

    base: Ints  # (contingent,)
    stock: Ints  # (contingent,)
    strength: Floats  # (contingent,) persons
    riot_share: Floats  # (contingent,)
    available_share: float


class ForceState(NamedTuple):
    """Who is there."""

    arrives: Ints = axes("contingent")  # day; a policy may move it
    departs: Ints = axes("contingent")  # day; a policy may move it
    stocks: Floats = axes("stock")  # persons
    base_troops: Floats = axes("base")  # available soldiers
    base_riot: Floats = axes("base")  # of them for riots
    stock_days: Floats = axes("month", "stock")  # person-days


def new_world(theatre: Theatre, parameters: Parameters) -> ForceWorld:
    """Return the contingents as arrays."""
    rows = theatre.contingents
    return ForceWorld(
        base=rows["base"],
        stock=rows["stock"],
        strength=rows["strength"],
        riot_share=rows["riot_capable"],
        available_share=parameters.scalar("presence.available_share"),
    )


def new_state(theatre: Theatre, process_keys: UInts) -> ForceState:
    """Return the state before the first morning: nobody has come."""
    dates = {name: theatre.contingents[name].copy() for name in ("arrives", "departs")}
    return empty(ForceState, theatre, **dates)


@inlined
def step(state: State, world: World, day: int) -> None:
    """Let contingents arrive and leave; count person-days by stock."""
    own, known, outdated = state.force, world.force, state.presence.outdated
    month = world.month_of_day[day]
    moved = day == 0
    for c in range(own.arrives.shape[0]):
        moved = moved or own.arrives[c] == day or own.departs[c] == day
    if moved:
        muster(own, known, day)
        outdated[0] = True
    for stock in range(own.stocks.shape[0]):
        own.stock_days[month, stock] += own.stocks[stock]


@part
def muster(own: ForceState, known: ForceWorld, day: int) -> None:
    """Count who is there today, by stock and by base."""
    own.stocks[:] = 0.0
    own.base_troops[:] = 0.0
    own.base_riot[:] = 0.0
    for c in range(own.arrives.shape[0]):
        if own.arrives[c] <= day < own.departs[c]:
            strength, stock = known.strength[c], known.stock[c]
            own.stocks[stock] += strength
            if stock in (IN_THEATRE, EXERCISE):
                available = strength * known.available_share
                own.base_troops[known.base[c]] += available
                own.base_riot[known.base[c]] += available * known.riot_share[c]


_WHERE = ("in theatre", "in rear areas", "in reserve at home", "there for an exercise")

TABLES: Columns = {
    "force": (
        Column("month", "date", "date", "first day of the calendar month"),
        *(
            Column(stock, "float32", "persons", f"mean strength {where}")
            for stock, where in zip(STOCKS, _WHERE, strict=True)
        ),
    )
}


def tables(theatre: Theatre, world: World, state: State) -> dict[str, Table]:
    """Return the mean strength of every month."""
    mean = state.force.stock_days / np.bincount(theatre.month_of_day)[:, None]
    stocks = {stock: mean[:, i] for i, stock in enumerate(STOCKS)}
    return {"force": {"month": theatre.month_starts, **stocks}}
