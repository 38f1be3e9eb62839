"""Clients to sites with limited room, quickly: by regret, then shifts, swaps and better sites.

Regret: Martello and Toth 1981, the usual first answer of the generalised assignment problem.
"""

from __future__ import annotations

import numpy as np

from interpose.plan.highs import Floats, Ints


def fill(cost: Floats, demand: Floats, capacity: Floats, sites: Ints) -> Ints | None:
    """Return the site of each client, clients with most to lose first; None where some is left."""
    here, room = cost[sites], capacity[sites].copy()
    ordered = np.sort(here, axis=0)
    if not np.isfinite(ordered[0]).all():
        return None
    regret = ordered[min(1, len(sites) - 1)] - ordered[0]
    for order in (np.argsort(-regret, kind="stable"), np.argsort(-demand, kind="stable")):
        left, served = room.copy(), np.full(cost.shape[1], -1)
        for i in order:
            price = np.where(left >= demand[i], here[:, i], np.inf)
            best = int(price.argmin())
            if not np.isfinite(price[best]):
                break
            served[i] = best
            left[best] -= demand[i]
        else:
            return polish(here, demand, room, served)
    return None


def polish(here: Floats, demand: Floats, room: Floats, served: Ints) -> Ints:
    """Shift one client or swap two, the best first, while that lowers the cost and all fit.

    Parameters
    ----------
    here : (open site, client) float
        Cost; infinite where a site cannot serve.
    demand, room : (client,) and (open site,) float
        What clients take and what sites have.
    served : (client,) int
        Open site of each client, all fitting.

    Returns
    -------
    (client,) int
        Open site of each client.
    """
    clients = np.arange(here.shape[1])
    served = served.copy()
    while True:
        load = np.bincount(served, demand, minlength=len(room))
        now = here[served, clients]
        shift = np.where(load[:, None] + demand <= room[:, None] + 1e-9, here - now, 0.0)
        after = load[served] - demand
        crossed = here[served]  # [k, i]: client i at the site of k
        fits = after[:, None] + demand <= room[served][:, None] + 1e-9
        swap = np.where(fits & fits.T, crossed + crossed.T - now - now[:, None], 0.0)
        if min(shift.min(), swap.min()) > -1e-9:
            return served
        if shift.min() <= swap.min():
            site, i = np.unravel_index(int(shift.argmin()), shift.shape)
            served[i] = site
        else:
            i, k = np.unravel_index(int(swap.argmin()), swap.shape)
            served[i], served[k] = served[k], served[i]


def settle(
    cost: Floats, demand: Floats, capacity: Floats, sites: Ints, kept: Ints
) -> tuple[Ints, Ints, float] | None:
    """Fill sites, move each to where its clients want it, and again while that lowers the cost.

    Returns
    -------
    tuple or None
        Sites in ascending order, the site of each client, and the cost; None where nothing fits.
    """
    best: tuple[Ints, Ints, float] | None = None
    while True:
        sites = np.sort(sites)
        served = fill(cost, demand, capacity, sites)
        if served is None:
            return best
        total = float(cost[sites[served], np.arange(cost.shape[1])].sum())
        if best is not None and total >= best[2] - 1e-9:
            return best
        best = (sites, sites[served], total)
        sites = _moved(cost, demand, capacity, sites, served, kept)


def _moved(
    cost: Floats, demand: Floats, capacity: Floats, sites: Ints, served: Ints, kept: Ints
) -> Ints:
    """Return for each open site the site that serves its clients at the least cost."""
    moved = sites.copy()
    for at, site in enumerate(sites):
        mine = served == at
        if site in kept or not mine.any():
            continue
        price = cost[:, mine].sum(axis=1)
        price[capacity < demand[mine].sum() - 1e-9] = np.inf
        price[np.delete(moved, at)] = np.inf
        moved[at] = int(price.argmin())
    return moved


def all_p(opened: Ints, p: int, sites: int) -> Ints:
    """Return the open sites with closed ones added, lowest index first, until there are p."""
    spare = np.setdiff1d(np.arange(sites), opened)[: p - len(opened)]
    return np.sort(np.concatenate([opened, spare]))
