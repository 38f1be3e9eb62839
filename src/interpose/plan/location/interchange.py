"""Good sites quickly: greedy choice and interchange, the start of the exact search.

Teitz and Bart 1968, Operations Research 16(5), doi:10.1287/opre.16.5.955, with all swaps valued at
once as in Resende and Werneck 2007, doi:10.1016/j.ejor.2005.05.028.
"""

from __future__ import annotations

import numpy as np

from interpose.plan.highs import Floats, Ints


def total_cost(cost: Floats, sites: Ints) -> float:
    """Return what it costs to serve every client from the nearest of `sites`."""
    return float(cost[sites].min(axis=0).sum())


def greedy(cost: Floats, p: int, kept: Ints) -> Ints:
    """Open sites one by one, each the one that saves most; `kept` are open from the beginning."""
    chosen = [int(j) for j in kept]
    nearest = cost[chosen].min(axis=0) if chosen else np.full(cost.shape[1], cost.max() + 1.0)
    while len(chosen) < p:
        saved = np.maximum(nearest - cost, 0.0).sum(axis=1)
        saved[chosen] = -1.0
        best = int(saved.argmax())
        chosen.append(best)
        nearest = np.minimum(nearest, cost[best])
    return np.array(sorted(chosen), dtype=np.int64)


def interchange(cost: Floats, sites: Ints, kept: Ints) -> tuple[Ints, float]:
    """Swap one open site for a closed one while that lowers the cost; never swap `kept` away.

    Parameters
    ----------
    cost : (site, client) float
        All finite.
    sites : (p,) int
        Open sites to begin with.
    kept : (k,) int
        Sites that stay open.

    Returns
    -------
    tuple
        Sites in ascending order that no swap betters, and their cost.
    """
    sites = np.sort(sites)
    clients = np.arange(cost.shape[1])
    while True:
        here = cost[sites]
        first = here.argmin(axis=0)
        nearest = here[first, clients]
        second = (
            np.partition(here, 1, axis=0)[1] if len(sites) > 1 else np.full_like(nearest, np.inf)
        )
        objective = float(nearest.sum())
        value = _swap_values(cost, sites, first, nearest, second)
        value[:, np.isin(sites, kept)] = np.inf
        value[sites] = np.inf
        entering, leaving = np.unravel_index(int(value.argmin()), value.shape)
        if not value[entering, leaving] < -1e-9 * max(abs(objective), 1.0):
            return sites, objective
        sites = np.sort(np.append(np.delete(sites, leaving), entering))


def _swap_values(cost: Floats, sites: Ints, first: Ints, nearest: Floats, second: Floats) -> Floats:
    """Return (site, open site): by how much the cost changes when one comes for the other.

    A client keeps the better of its nearest site and the new one, unless its nearest is the one
    that goes: then the better of its second and the new one.
    """
    kept = np.minimum(cost, nearest)
    moved = np.minimum(cost, second) - kept
    order = np.argsort(first, kind="stable")
    counts = np.bincount(first, minlength=len(sites))
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    extra = np.zeros((cost.shape[0], len(sites)))
    used = np.flatnonzero(counts)
    extra[:, used] = np.add.reduceat(moved[:, order], starts[used], axis=1)
    change: Floats = (kept - nearest).sum(axis=1)[:, None] + extra
    return change
