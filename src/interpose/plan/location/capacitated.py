"""The p-median with capacity: knapsack bounds, then sets of clients that a better answer could use.

With a price on each client, every site is a knapsack of its own, and the p best make a bound that
is stronger than that of the linear programme (Ceselli and Righini 2005, doi:10.1002/net.20059).
What is left is proved in `branches`, or in `pairs` where demands have no common unit.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from interpose.plan.highs import Clock, Floats, Ints
from interpose.plan.location.bounds import MOST_STEPS, Bounds, Value, target, tighten
from interpose.plan.location.branches import Branch, Proof
from interpose.plan.location.columns import Columns
from interpose.plan.location.filling import settle
from interpose.plan.location.interchange import greedy, interchange
from interpose.plan.location.knapsacks import Knapsacks
from interpose.plan.location.pairs import Pairs, close_pairs

MOST_CELLS = 4 * 10**7  # of one table of clients x room x sites, 8 bytes each
STEPS = 400  # of prices, before sets are generated


def place_with_room(
    cost: Floats, p: int, demand: Floats, capacity: Floats, kept: Ints, search: Clock
) -> tuple[Ints, Ints | None, float, bool]:
    """Return p sites, the site of each client, a lower bound, and whether that is proved.

    Parameters
    ----------
    cost : (site, client) float
        Infinite where a site cannot serve a client.
    p : int
        Sites to open, `kept` included.
    demand, capacity : (client,) and (site,) float
        Room that clients take and sites have.
    kept : (k,) int
        Sites that are open anyway.
    search : Clock
        Clock and watcher.

    Returns
    -------
    tuple
        The site of each client is None where nothing fits (if proved) or nothing was found.
    """
    finite = np.where(np.isfinite(cost), cost, 0.0)
    whole = bool((finite == np.rint(finite)).all())
    worst = float(finite.max(axis=0).sum()) * (1.0 + 1e-6) + 1.0  # no answer costs as much
    worst = float(np.ceil(worst)) if whole else worst
    start = np.where(np.isfinite(cost), cost, worst)
    sacks = Knapsacks.of(cost, demand, capacity)
    by_sets = sacks.exact and cost.size * (int(sacks.room.max()) + 1) <= MOST_CELLS
    answer: list[tuple[Ints, Ints, float]] = []

    def improve(chosen: Ints, prices: Floats) -> tuple[Ints, float]:
        settled = settle(cost, demand, capacity, chosen, kept)
        if settled is None:
            return chosen, worst
        if not answer or settled[2] < answer[-1][2]:
            answer.append(settled)
        return settled[0], settled[2]

    sites = interchange(start, greedy(start, p, kept), kept)[0]
    sites, upper = improve(sites, np.zeros(cost.shape[1]))
    near = np.sort(start[sites], axis=0)
    bounds = Bounds(
        prices=(near[0] + near[min(1, p - 1)]) / 2.0,
        lower=-np.inf,
        upper=upper,
        best=sites,
        alive=np.arange(len(cost)),
        must=np.isin(np.arange(len(cost)), kept),
        worth=np.zeros(len(cost)),
    )
    known = Columns()
    value = remembering(sacks, known) if by_sets else sacks.value
    most_steps = STEPS if by_sets else MOST_STEPS
    tighten(bounds, p, value, improve, search, whole=whole, most_steps=most_steps)
    found = answer[-1] if answer else None
    if found is not None:
        bounds.upper = found[2]
    proved = found is not None and bounds.lower > target(bounds.upper, whole)
    if not proved and by_sets and not search.stop:
        proof = Proof(sacks, p, whole, bounds.upper, found, search, known, bounds.lower)
        root = Branch(bounds.lower, bounds.prices, bounds.alive, bounds.must, cost)
        proved, found, bounds.lower = proof.run(root), proof.found, proof.lower
    elif not proved:
        pairs = Pairs(cost, p, demand, capacity, whole=whole)
        found, proved = close_pairs(bounds, sacks, pairs, found, search)
    if found is None:
        return bounds.best, None, bounds.lower, proved
    return found[0], found[1], min(bounds.lower, found[2]), proved


def remembering(sacks: Knapsacks, known: Columns) -> Value:
    """Return how sites are valued at prices, with the sets of the chosen sites remembered."""

    def value(prices: Floats, alive: Ints) -> tuple[Floats, Callable[[Ints], Floats]]:
        worth, members = sacks.sets(prices, alive)

        def uses(chosen: Ints) -> Floats:
            taken = members(chosen)
            known.add(alive[chosen], taken)
            count: Floats = taken.sum(axis=0).astype(np.float64)
            return count

        return worth, uses

    return value
