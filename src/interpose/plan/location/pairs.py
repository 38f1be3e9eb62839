"""The p-median with capacity over pairs of site and client, for HiGHS.

The way for demands that have no common unit, or too many of it, so that sets of clients cannot be
counted exactly: pairs that only a worse answer could use are left out, the rest is one model.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from interpose.plan.highs import Clock, Flags, Floats, Ints, Model, Solved, solve
from interpose.plan.location.bounds import Bounds, target
from interpose.plan.location.filling import all_p
from interpose.plan.location.knapsacks import Knapsacks

NODES_FOR_A_BETTER_ANSWER = 50  # of a smaller search before the proof, which then has less to do
ALL_NODES = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Pairs:
    """What is left, over the pairs of site and client that a better answer could use."""

    cost: Floats
    p: int
    demand: Floats
    capacity: Floats
    whole: bool

    def model(self, alive: Ints, must: Flags, at: Ints, client: Ints) -> Model:
        """Return the model: first a column for each pair, then one for each site."""
        from scipy import sparse

        count, sites, clients = len(at), len(alive), self.cost.shape[1]
        pair, site, one = np.arange(count), count + np.arange(sites), np.ones(count)

        def block(entries: Floats, rows: Ints, columns: Ints, height: int) -> sparse.coo_array:
            return sparse.coo_array((entries, (rows, columns)), shape=(height, count + sites))

        served_once = block(one, client, pair, clients)
        within_room = block(
            np.concatenate([self.demand[client], -self.capacity[alive]]),
            np.concatenate([at, np.arange(sites)]),
            np.concatenate([pair, site]),
            sites,
        )
        only_where_open = block(
            np.concatenate([one, -one]),
            np.concatenate([pair, pair]),
            np.concatenate([pair, site[at]]),
            count,
        )
        p_open = block(np.ones(sites), np.zeros(sites, dtype=np.int64), site, 1)
        none = np.zeros(sites + count)
        return Model(
            cost=np.concatenate([self.cost[alive[at], client], np.zeros(sites)]),
            low=np.concatenate([np.zeros(count), must.astype(float)]),
            high=np.ones(count + sites),
            whole=np.ones(count + sites, dtype=np.bool_),
            rows=sparse.vstack([served_once, within_room, only_where_open, p_open]).tocsc(),
            row_low=np.concatenate([np.ones(clients), none - np.inf, [-np.inf]]),
            row_high=np.concatenate([np.ones(clients), none, [float(self.p)]]),
        )

    def solve(
        self, bounds: Bounds, useful: Flags, nodes: int, search: Clock
    ) -> tuple[Solved, tuple[Ints, Ints, float] | None]:
        """Return what HiGHS says, and sites, site of each client and cost if it found an answer."""
        keep = useful.any(axis=1) | bounds.must
        alive, must = bounds.alive[keep], bounds.must[keep]
        if not useful.any(axis=0).all():
            return Solved(None, np.inf, np.inf, proved=True, infeasible=True), None
        at, client = np.nonzero(useful[keep])
        model = self.model(alive, must, at, client)
        scale = 1.0 if self.whole else 1e4 / max(float(model.cost.max(initial=0.0)), 1e-9)
        solved = solve(
            replace(model, cost=model.cost * scale),
            search,
            gap=0.999 if self.whole else 1e-6,
            options={"mip_max_nodes": nodes},
        )
        if solved.values is None:
            return solved, None
        got = solved.values[: len(at)] > 0.5
        served = np.empty(self.cost.shape[1], dtype=np.int64)
        served[client[got]] = alive[at[got]]
        total = float(self.cost[served, np.arange(len(served))].sum())
        opened = all_p(alive[solved.values[len(at) :] > 0.5], self.p, len(self.cost))
        return replace(solved, bound=solved.bound / scale), (opened, served, total)


def close_pairs(
    bounds: Bounds,
    sacks: Knapsacks,
    pairs: Pairs,
    found: tuple[Ints, Ints, float] | None,
    search: Clock,
) -> tuple[tuple[Ints, Ints, float] | None, bool]:
    """Close what the bounds left open: a short search for a better answer, then the proof.

    Returns the best answer and whether it is proved; `bounds` are brought up to date.
    """
    proved = found is not None and bounds.lower > target(bounds.upper, pairs.whole)
    for nodes in (NODES_FOR_A_BETTER_ANSWER, ALL_NODES):
        if proved or search.stop:
            break
        limit = target(bounds.upper, pairs.whole)
        if nodes != ALL_NODES:
            limit = (limit + bounds.lower) / 2.0
        solved, better = pairs.solve(bounds, sacks.useful(bounds, pairs.p, limit), nodes, search)
        if better is not None and better[2] < bounds.upper:
            found, bounds.upper = better, better[2]
        if nodes == ALL_NODES:
            proved = solved.proved
            bounds.lower = max(bounds.lower, min(solved.bound, bounds.upper))
        proved |= found is not None and bounds.lower > target(bounds.upper, pairs.whole)
    return found, proved
