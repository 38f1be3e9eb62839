r"""Shocks: a dated political event raises the background where it is felt, and fades.

On day t after a shock of size A the background of the acts and places that it names is raised by
the share ``A exp(-t / fade)``; several shocks add. Besides, the background declines over months
and years from the level of the first days to that of settled times (``world.background_level``)::

    mu = exposed * (level(t) * (1 + sum_s A_s exp(-(t - t_s) / fade_s)) + a(t))

A share of next to nothing is nothing: where settled times say little of an act, a shock may bring N
incidents of its own besides, over all its days, types and places, before presence prevents any::

    a(t) = sum_s N_s (1 - exp(-1 / fade_s)) exp(-(t - t_s) / fade_s) / exposed_s

with all who are exposed at its places to its types on its day for exposed_s.

Shocks raise the background, not retaliation, so that a fit cannot mistake one for the other.
"""

from __future__ import annotations

import math

from interpose.play.compiled import BACKGROUND_CHANGED, BOOSTED, State, World, inlined, part

NEEDS = (
    "background.rate",
    "background.excess",
    "background.settling_days",
    "background.contact_min",
    "background.site_share",
    "shocks.scale",
)
READS = ("damping", "changed", "boosted")
WRITES = ("boost", "brought", "boosted", "raw", "base", "changed")


@inlined
def step(state: State, world: World, day: int) -> None:
    """Add up the shocks still felt, then reckon anew the background of the types that moved."""
    felt = False
    for s in range(world.shock_day.shape[0]):
        felt = felt or world.shock_day[s] <= day < world.shock_ends[s]
    new_month = day == 0 or world.month_of_day[day] != world.month_of_day[day - 1]
    all_types = new_month or state.changed[BACKGROUND_CHANGED]
    if not (felt or all_types or state.changed[BOOSTED]):
        return
    add_up(state, world, day)
    exposure = world.exposure[world.year_of_day[day]]
    month = world.month_of_day[day]
    for m in range(state.raw.shape[0]):
        if all_types or state.boosted[m] > 0:  # felt today, or yesterday for the last time
            level = world.level[m, month]
            raw, base, boost = state.raw[m], state.base[m], state.boost[m]
            exposed, damping, brought = exposure[m], state.damping[0, m], state.brought[m]
            for c in range(raw.shape[0]):
                raw[c] = exposed[c] * (level * boost[c] + brought[c])
                base[c] = raw[c] * damping[c]
    state.changed[BACKGROUND_CHANGED] = False
    state.changed[BOOSTED] = felt


@part
def add_up(state: State, world: World, day: int) -> None:
    """Set today's boost, and what shocks bring besides, from those still felt."""
    for m in range(state.boosted.shape[0]):
        if state.boosted[m] > 0:
            state.boost[m, :] = 1.0
            state.brought[m, :] = 0.0
            state.boosted[m] -= 1
    for s in range(world.shock_day.shape[0]):
        if not world.shock_day[s] <= day < world.shock_ends[s]:
            continue
        fresh = math.exp(-(day - world.shock_day[s]) / world.shock_fade[s])
        left, brings = world.shock_size[s] * fresh, world.shock_brings[s] * fresh
        places = world.shock_places[s]
        for m in range(state.boosted.shape[0]):
            if world.shock_types[s, m]:
                state.boosted[m] = 2
                boost, brought = state.boost[m], state.brought[m]
                for c in range(boost.shape[0]):
                    boost[c] += left * places[c]
                    brought[c] += brings * places[c]
