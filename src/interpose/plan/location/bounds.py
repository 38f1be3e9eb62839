"""Lagrangean bounds for p-median: how good can any choice be, and which sites cannot matter.

A price on each client replaces the rule that it is served once; the p best sites then give a lower
bound. Prices move along the subgradient (Held, Wolfe and Crowder 1974, doi:10.1007/BF01580223;
for p-median Cornuejols, Fisher and Nemhauser 1977, doi:10.1287/mnsc.23.8.789). A site whose reduced
cost exceeds the distance between bound and best answer is closed for good, or open for good.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from interpose.plan.highs import Clock, Flags, Floats, Ints

Value = Callable[[Floats, Ints], tuple[Floats, Callable[[Ints], Floats]]]
"""From prices and sites: each site's worth, and a function from chosen sites to uses by client."""
Improve = Callable[[Ints, Floats], tuple[Ints, float]]
"""From chosen sites and prices to a feasible answer and its cost."""

STEPS_WITHOUT_GAIN = 20  # then the step is halved; usual practice, tuned on pmed1-8
SMALLEST_STEP = 5e-4
MOST_STEPS = 3000


@dataclass(slots=True)
class Bounds:
    """State of the bounding: what is known so far.

    Attributes
    ----------
    prices : (client,) float
        Best prices found.
    lower, upper : float
        Bound, and cost of the best answer.
    best : (p,) int
        Sites of the best answer.
    alive : (site,) int
        Sites that are not ruled out.
    must : (site of alive,) bool
        Sites that every better answer opens.
    worth : (site of alive,) float
        Worth of each site at the best prices; the p smallest make the bound.
    """

    prices: Floats
    lower: float
    upper: float
    best: Ints
    alive: Ints
    must: Flags
    worth: Floats


def chosen_sites(worth: Floats, must: Flags, p: int) -> Ints:
    """Return which p sites make the bound: those that must be open, then the best by worth."""
    key = np.where(must, -np.inf, worth)
    return np.sort(np.argsort(key, kind="stable")[:p])


def target(upper: float, whole: bool) -> float:
    """Return the cost which a better answer must not exceed; costs are whole numbers or not."""
    return upper - 1.0 + 1e-6 if whole else upper - 1e-9 * max(upper, 1e-3)


def tighten(
    bounds: Bounds,
    p: int,
    value: Value,
    improve: Improve,
    search: Clock,
    *,
    whole: bool,
    step: float = 2.0,
    most_steps: int = MOST_STEPS,
    elsewhere: float = np.inf,
) -> None:
    """Raise the lower bound and lower the upper one until they meet or steps no longer help.

    `elsewhere` is the lowest bound of other branches of the search, for the watcher.
    """
    prices, idle = bounds.prices.copy(), 0
    for count in range(most_steps):
        worth, uses = value(prices, bounds.alive)
        chosen = chosen_sites(worth, bounds.must, p)
        lower = float(prices.sum() + worth[chosen].sum())
        if lower > bounds.lower + 1e-9 * abs(lower):
            idle = idle if lower < bounds.lower * (1.0 + 1e-7) else 0
            bounds.lower, bounds.prices, bounds.worth = lower, prices.copy(), worth
            _improve(bounds, chosen, prices, improve, often=count % 10 == 0)
        else:
            idle += 1
        if _fix(bounds, worth, lower, chosen, p, target(bounds.upper, whole)):
            continue
        if bounds.lower > target(bounds.upper, whole) or step < SMALLEST_STEP:
            return
        if count % 50 == 0 and search.tell(bounds.upper, min(bounds.lower, elsewhere)):
            return
        if idle >= STEPS_WITHOUT_GAIN:
            step, idle = step / 2.0, 0
            prices = bounds.prices.copy()
            continue
        slope = 1.0 - uses(chosen)
        norm = float(slope @ slope)
        if norm < 1e-12:
            return
        prices = prices + step * (1.02 * bounds.upper - lower) / norm * slope


def _improve(
    bounds: Bounds, chosen: Ints, prices: Floats, improve: Improve, *, often: bool
) -> None:
    """Now and then make a feasible answer of the sites that gave the bound."""
    if not often:
        return
    sites, cost = improve(bounds.alive[chosen], prices)
    if cost < bounds.upper * (1.0 - 1e-12):
        bounds.best, bounds.upper = sites, cost


def _fix(bounds: Bounds, worth: Floats, lower: float, chosen: Ints, p: int, goal: float) -> bool:
    """Rule sites out, or in, by their reduced cost; return whether sites went."""
    is_chosen = np.zeros(len(worth), dtype=np.bool_)
    is_chosen[chosen] = True
    free = ~bounds.must
    inside = worth[is_chosen & free]
    outside = worth[~is_chosen]
    if outside.size and inside.size:
        bounds.must |= is_chosen & (lower - worth + outside.min() > goal)
        gone = ~is_chosen & (lower + worth - inside.max() > goal)
    else:
        gone = ~is_chosen & (not inside.size)
    if not gone.any() or len(worth) - int(gone.sum()) < p:
        return False
    keep = ~gone
    bounds.alive, bounds.must, bounds.worth = (
        bounds.alive[keep],
        bounds.must[keep],
        bounds.worth[keep],
    )
    return True
