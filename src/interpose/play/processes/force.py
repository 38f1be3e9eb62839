"""Force: contingents arrive on their day and leave on their day; stocks are counted apart.

A contingent is counted from the morning of ``arrives`` to the evening before ``departs``. Troops
in theatre, or there for an exercise, stand on their base and a share of them is available outside
the wire; troops in the rear or in reserve at home are counted, and reach nobody.
"""

from __future__ import annotations

from interpose.play.compiled import FORCE_CHANGED, State, World, inlined

NEEDS = ("presence.available_share",)
READS = ("arrives", "departs")
WRITES = ("stocks", "base_troops", "base_riot", "stock_days", "changed")

IN_THEATRE, REAR, RESERVE, EXERCISE = range(4)  # order of theatre.STOCKS, which a test checks


@inlined
def step(state: State, world: World, day: int) -> None:
    """Let contingents arrive and leave; count person-days by stock."""
    moved = day == 0
    for c in range(state.arrives.shape[0]):
        moved = moved or state.arrives[c] == day or state.departs[c] == day
    if moved:
        state.stocks[:] = 0.0
        state.base_troops[:] = 0.0
        state.base_riot[:] = 0.0
        for c in range(state.arrives.shape[0]):
            if state.arrives[c] <= day < state.departs[c]:
                strength = world.contingent_strength[c]
                stock = world.contingent_stock[c]
                state.stocks[stock] += strength
                if stock in (IN_THEATRE, EXERCISE):
                    available = strength * world.available_share
                    base = world.contingent_base[c]
                    state.base_troops[base] += available
                    state.base_riot[base] += available * world.contingent_riot[c]
        state.changed[FORCE_CHANGED] = True
    month = world.month_of_day[day]
    for stock in range(state.stocks.shape[0]):
        state.stock_days[month, stock] += state.stocks[stock]
