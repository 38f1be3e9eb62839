"""The p-median without capacity: bounds, then what they leave is solved exactly.

Bounds rule most sites out (`bounds`). Where many sites are opened the rest is a small ladder for
HiGHS (`ladder`); where few are, each site still serves many clients, the ladder is long, and
branching on sites with the same bounds is far quicker (docs/decisions/0013).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from interpose.plan.highs import Clock, Flags, Floats, Ints, solve
from interpose.plan.location.bounds import Bounds, Improve, Value, target, tighten
from interpose.plan.location.interchange import greedy, interchange, total_cost
from interpose.plan.location.ladder import ladder

ARCS_PER_CLIENT_FOR_BRANCHING = 12  # measured on pmed1-8 and graphs made like them
SITES_FOR_BRANCHING = 20
STEPS_OF_A_BRANCH = 60


def place(cost: Floats, p: int, kept: Ints, search: Clock) -> tuple[Ints, float, bool]:
    """Return the p sites of least total cost, a lower bound, and whether that is proved.

    Parameters
    ----------
    cost : (site, client) float
        All finite, 0 or more.
    p : int
        Sites to open, `kept` included; fewer than there are sites.
    kept : (k,) int
        Sites that are open anyway.
    search : Clock
        Clock and watcher.
    """
    whole = bool((cost == np.rint(cost)).all())
    sites, upper = interchange(cost, greedy(cost, p, kept), kept)
    near = np.sort(cost[sites], axis=0)
    bounds = Bounds(
        prices=(near[0] + near[min(1, p - 1)]) / 2.0,
        lower=-np.inf,
        upper=upper,
        best=sites,
        alive=np.arange(len(cost)),
        must=np.isin(np.arange(len(cost)), kept),
        worth=np.zeros(len(cost)),
    )

    def improve(chosen: Ints, prices: Floats) -> tuple[Ints, float]:
        return interchange(cost, chosen, kept)

    tighten(bounds, p, _worth_of(cost), improve, search, whole=whole)
    goal = target(bounds.upper, whole)
    if bounds.lower > goal:
        return bounds.best, bounds.upper, True
    if search.stop:
        return bounds.best, bounds.lower, False
    reach = bounds.prices + (goal - bounds.lower)
    arcs = int((cost[bounds.alive] <= reach).sum())
    if arcs > ARCS_PER_CLIENT_FOR_BRANCHING * cost.shape[1] and p <= SITES_FOR_BRANCHING:
        return _branch(cost, p, bounds, search, whole=whole)
    return _climb(cost, p, bounds, reach, search, whole=whole)


def _worth_of(cost: Floats) -> Value:
    """Return the function that values sites: a site takes every client that gains by it."""

    def value(prices: Floats, alive: Ints) -> tuple[Floats, Callable[[Ints], Floats]]:
        gains = cost[alive] - prices
        np.minimum(gains, 0.0, out=gains)

        def uses(chosen: Ints) -> Floats:
            count: Floats = np.count_nonzero(gains[chosen], axis=0).astype(np.float64)
            return count

        return gains.sum(axis=1), uses

    return value


def _climb(
    cost: Floats, p: int, bounds: Bounds, reach: Floats, search: Clock, *, whole: bool
) -> tuple[Ints, float, bool]:
    """Solve what is left as one ladder with HiGHS."""
    scale = 1.0 if whole else 1e4 / max(bounds.upper, 1e-9)
    made = ladder(cost[bounds.alive] * scale, bounds.must, p, reach * scale)
    if made is None:
        return bounds.best, bounds.upper, True
    model, constant = made
    gap = 0.999 if whole else 1e-6
    solved = solve(model, search, gap=gap, constant=constant)
    best, upper = bounds.best, bounds.upper
    if solved.values is not None:
        sites = bounds.alive[solved.values[: len(bounds.alive)] > 0.5]
        if total_cost(cost, sites) < upper:
            best, upper = sites, total_cost(cost, sites)
    if solved.proved or solved.infeasible:
        return best, upper, True
    lower = max(bounds.lower, solved.bound / scale)
    return best, min(lower, upper), False


def _branch(
    cost: Floats, p: int, root: Bounds, search: Clock, *, whole: bool
) -> tuple[Ints, float, bool]:
    """Open or close the most wanted site in turn, with bounds at every branch, depth first."""

    def as_it_is(chosen: Ints, prices: Floats) -> tuple[Ints, float]:
        return chosen, total_cost(cost, chosen)

    value: Value = _worth_of(cost)
    improve: Improve = as_it_is
    best, upper, waiting = root.best, root.upper, [root]
    while waiting:
        branch = waiting.pop()
        if branch.lower > target(upper, whole):
            continue
        elsewhere = min((other.lower for other in waiting), default=np.inf)
        if search.tell(upper, min(branch.lower, elsewhere)):
            return best, min(branch.lower, elsewhere), False
        branch.upper, branch.best, known = upper, best, branch.lower
        branch.lower = -np.inf
        tighten(
            branch, p, value, improve, search,
            whole=whole, step=0.5, most_steps=STEPS_OF_A_BRANCH, elsewhere=min(known, elsewhere),
        )  # fmt: skip
        branch.lower = max(branch.lower, known)
        best, upper = branch.best, branch.upper
        decided = _decided(branch, p)
        if decided is not None:
            if total_cost(cost, decided) < upper:
                best, upper = decided, total_cost(cost, decided)
        elif branch.lower <= target(upper, whole):
            waiting += _split(branch)
    return best, upper, True


def _decided(branch: Bounds, p: int) -> Ints | None:
    """Return the only choice that is left in a branch, or None while there are several."""
    if int(branch.must.sum()) >= p:
        return branch.alive[branch.must]
    return branch.alive if len(branch.alive) == p else None


def _split(branch: Bounds) -> tuple[Bounds, Bounds]:
    """Return the branch without its most wanted free site, and the branch with it open."""
    free = np.flatnonzero(~branch.must)
    wanted = int(free[np.argmin(branch.worth[free])])
    others: Flags = np.arange(len(branch.alive)) != wanted
    without = replace(
        branch,
        alive=branch.alive[others],
        must=branch.must[others],
        worth=branch.worth[others],
    )
    return without, replace(branch, must=branch.must | ~others)
