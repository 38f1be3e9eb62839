"""p_median: where to base p units so that all travel together is least."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from interpose.plan.highs import Clock, Floats, Ints, Watch
from interpose.plan.location import checks
from interpose.plan.location.capacitated import place_with_room
from interpose.plan.location.covering import fewest
from interpose.plan.location.result import Siting, found, infeasible, nothing_found
from interpose.plan.location.uncapacitated import place

TIME_LIMIT_S = 300.0


def p_median(
    cost: ArrayLike,
    p: int,
    capacity: ArrayLike | None = None,
    demand: ArrayLike | None = None,
    *,
    weight: ArrayLike | None = None,
    open_sites: Sequence[int] = (),
    time_limit_s: float = TIME_LIMIT_S,
    watch: Watch | None = None,
) -> Siting:
    """Open p sites so that the cost of serving every client from one of them is least.

    Parameters
    ----------
    cost : (site, client) float
        Cost of serving a client from a site (km, minutes), 0 or more; infinite where it cannot.
        Where every place is both, as in OR-Library, the square table of distances.
    p : int
        Sites to open, `open_sites` included.
    capacity : (site,) float or float, optional
        Room of each site; a client is served whole by one site. Without it, sites take everyone.
    demand : (client,) float or float, optional
        Room that a client takes, in the unit of `capacity`; 1 where only capacity is given.
    weight : (client,) float or float, optional
        How much a client's cost counts. Not given, it is 1 with capacity (cost is that of the whole
        client, as in OR-Library's pmedcap) and `demand` without, or 1 where that is not given.
    open_sites : sequence of int
        Sites that are open already.
    time_limit_s : float, seconds
        Afterwards the best so far is returned, with its gap.
    watch : callable, optional
        Hears of (seconds, objective, bound); see `Watch`.

    Returns
    -------
    Siting
        Clients go to the cheapest open site, the first of equals (without capacity).

    Raises
    ------
    ShapeError, PlanError
        If an argument has another shape or value than stated. An impossible task is no error: its
        status is ``"infeasible"``, with the reason.

    Examples
    --------
    >>> minutes = [[0, 10, 40, 50], [10, 0, 30, 40], [40, 30, 0, 10], [50, 40, 10, 0]]
    >>> sited = p_median(minutes, 2)
    >>> sited.sites, sited.assignment, sited.objective, sited.status
    ((1, 2), (1, 1, 2, 2), 20.0, 'optimal')
    """
    search = Clock(checks.not_negative("time_limit_s", time_limit_s), watch)
    table = checks.cost_table(cost)
    sites, clients = table.shape
    p = checks.count_of("p", p)
    kept = checks.already_open(open_sites, sites)
    takes = checks.for_each("demand", 1.0 if demand is None else demand, clients, "clients")
    if weight is None:
        counts = takes if capacity is None else np.ones(clients)
    else:
        counts = checks.for_each("weight", weight, clients, "clients")
    table = np.where(np.isfinite(table), table * counts, np.inf)
    reason = checks.too_few_or_many(p, kept, sites) or _unreached(table, p, kept, search)
    if reason:
        return infeasible(reason, search.seconds)
    if capacity is None:
        return _free(table, p, kept, search)
    room = checks.for_each("capacity", capacity, sites, "sites")
    return _limited(table, p, takes, room, kept, search)


def _unreached(cost: Floats, p: int, kept: Ints, search: Clock) -> str:
    """Return in words why p sites cannot reach every client, or nothing."""
    reaches = np.isfinite(cost)
    if reaches.all():
        return ""
    alone = np.flatnonzero(~reaches.any(axis=0))
    if alone.size:
        return f"No site can serve client {alone[0]} ({alone.size} such clients)."
    needed = fewest(reaches, kept, search)
    if needed.proved and len(needed.sites) > p:
        return f"At least {len(needed.sites)} sites are needed to reach every client, not {p}."
    return ""


def _free(cost: Floats, p: int, kept: Ints, search: Clock) -> Siting:
    """Return the answer without capacity."""
    finite = np.isfinite(cost)
    far = float(np.where(finite, cost, 0.0).max(axis=0).sum()) + 1.0
    full = np.where(finite, cost, far)
    if p == len(cost):
        opened, lower, proved = np.arange(p), 0.0, True
    else:
        opened, lower, proved = place(full, p, kept, search)
    served = opened[full[opened].argmin(axis=0)]
    total = float(full[served, np.arange(full.shape[1])].sum())
    if total >= far:
        return nothing_found(search.stop, lower, search.seconds)
    return found(
        opened, served, total, lower, proved=proved, stop=search.stop, seconds=search.seconds
    )


def _limited(
    cost: Floats, p: int, demand: Floats, room: Floats, kept: Ints, search: Clock
) -> Siting:
    """Return the answer with capacity."""
    most = float(np.sort(room)[::-1][:p].sum())
    if demand.sum() > most * (1.0 + 1e-9):
        reason = f"Clients take {demand.sum():g}, but the {p} largest sites hold {most:g}."
        return infeasible(reason, search.seconds)
    cost = np.where(room[:, None] >= demand, cost, np.inf)
    if not np.isfinite(cost).any(axis=0).all():
        first = int(np.flatnonzero(~np.isfinite(cost).any(axis=0))[0])
        reason = f"Client {first} takes {demand[first]:g}: no site that can serve it has that room."
        return infeasible(reason, search.seconds)
    opened, served, lower, proved = place_with_room(cost, p, demand, room, kept, search)
    if served is None and proved:
        reason = (
            f"No choice of {p} sites fits every client whole, although {demand.sum():g} is to be "
            f"held and {most:g} could be: the parts do not go into the rooms."
        )
        return infeasible(reason, search.seconds)
    if served is None:
        return nothing_found(search.stop, lower, search.seconds)
    total = float(cost[served, np.arange(len(served))].sum())
    return found(
        opened, served, total, lower, proved=proved, stop=search.stop, seconds=search.seconds
    )
