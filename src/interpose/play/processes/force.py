"""Force: contingents arrive on their day and leave on their day; stocks are counted apart.

A contingent is counted from the morning of ``arrives`` to the evening before ``departs``. Troops
in theatre, or there for an exercise, stand on their base and a share of them is available outside
the wire; troops in the rear or in reserve at home are counted, and reach nobody.

A review may set a level for the force in theatre, and for parts of it: the contingents of a part
are scaled alike, so that together they have its level; the whole less its parts is for the rest.
A reserve that was called stands on its new base on top of that. What is lost from outside is taken
off last, and nobody fills the gap.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from interpose.play.columns import Column, Columns, Table
from interpose.play.compiled import State, World, inlined, part
from interpose.play.draws import UInts
from interpose.play.theatre import STOCKS, Floats, Ints, Theatre, axes, empty
from interpose.scenario.parameters import Parameters
from interpose.scenario.policies import MOST_PARTS

NEEDS = ("presence.available_share",)
READS = ()
WRITES = ("force", "presence.outdated")

IN_THEATRE, REAR, RESERVE, EXERCISE = range(4)  # order of theatre.STOCKS, which a test checks


NOT_SCALED = -1
"""Part of contingents that no level counts: exercises, rear, reserves, and those called."""

AS_PLANNED = -1.0
"""Level of a part for which none was ordered: that of the table."""


class ForceWorld(NamedTuple):
    """What a future does not change of the contingents."""

    strength: Floats  # (contingent,) persons
    riot_share: Floats  # (contingent,)
    available_share: float


class ForceState(NamedTuple):
    """Who is there."""

    arrives: Ints = axes("contingent")  # day; a policy may move it
    departs: Ints = axes("contingent")  # day; a policy may move it
    base: Ints = axes("contingent")  # where it stands; that of a reserve changes when it is called
    stock: Ints = axes("contingent")  # likewise
    part: Ints = axes("contingent")  # whose level it is scaled to: 0 the whole, or `NOT_SCALED`
    left: Floats = axes("contingent")  # 0..1: share of it that was not lost from outside
    level: Floats = axes(MOST_PARTS)  # persons that were ordered; `AS_PLANNED` for none
    planned: Floats = axes(MOST_PARTS)  # persons that the table has today
    ordered: NDArray[np.bool_] = axes(1)  # whether a level, a reserve or a loss changed since
    stocks: Floats = axes("stock")  # persons
    base_troops: Floats = axes("base")  # available soldiers
    base_riot: Floats = axes("base")  # of them for riots
    stock_days: Floats = axes("month", "stock")  # person-days


def new_world(theatre: Theatre, parameters: Parameters) -> ForceWorld:
    """Return the contingents as arrays."""
    rows = theatre.contingents
    return ForceWorld(
        strength=rows["strength"],
        riot_share=rows["riot_capable"],
        available_share=parameters.scalar("presence.available_share"),
    )


def new_state(theatre: Theatre, process_keys: UInts) -> ForceState:
    """Return the state before the first morning: nobody has come."""
    rows = theatre.contingents
    given = {name: rows[name].copy() for name in ("arrives", "departs", "base", "stock")}
    part = np.where(rows["stock"] == IN_THEATRE, 0, NOT_SCALED)
    state = empty(ForceState, theatre, **given, part=part, left=np.ones(len(part)))
    state.level[:] = AS_PLANNED
    return state


@inlined
def step(state: State, world: World, day: int) -> None:
    """Let contingents arrive and leave; count person-days by stock."""
    own, known, outdated = state.force, world.force, state.presence.outdated
    month = world.month_of_day[day]
    moved = day == 0 or own.ordered[0]
    for c in range(own.arrives.shape[0]):
        moved = moved or own.arrives[c] == day or own.departs[c] == day
    if moved:
        muster(own, known, day)
        own.ordered[0] = False
        outdated[0] = True
    for stock in range(own.stocks.shape[0]):
        own.stock_days[month, stock] += own.stocks[stock]


@part
def muster(own: ForceState, known: ForceWorld, day: int) -> None:
    """Count who is there today, by stock and by base."""
    own.stocks[:] = 0.0
    own.base_troops[:] = 0.0
    own.base_riot[:] = 0.0
    own.planned[:] = 0.0
    for c in range(own.arrives.shape[0]):
        if own.arrives[c] <= day < own.departs[c] and own.part[c] >= 0:
            own.planned[own.part[c]] += known.strength[c]
    rest = own.level[0]
    for p in range(1, own.level.shape[0]):
        if own.planned[p] > 0.0:
            rest -= own.level[p] if own.level[p] >= 0.0 else own.planned[p]
    for c in range(own.arrives.shape[0]):
        if own.arrives[c] <= day < own.departs[c]:
            strength, stock, p = known.strength[c] * own.left[c], own.stock[c], own.part[c]
            if p >= 0 and own.level[p] >= 0.0 and own.planned[p] > 0.0:
                strength *= (max(rest, 0.0) if p == 0 else own.level[p]) / own.planned[p]
            own.stocks[stock] += strength
            if stock in (IN_THEATRE, EXERCISE):
                available = strength * known.available_share
                own.base_troops[own.base[c]] += available
                own.base_riot[own.base[c]] += available * known.riot_share[c]


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
