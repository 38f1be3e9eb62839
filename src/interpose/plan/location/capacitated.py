"""The p-median with capacity: knapsack bounds, then the pairs that still matter go to HiGHS.

With a price on each client, every site is a knapsack of its own, and the p best make a bound that
is stronger than that of the linear programme (Ceselli and Righini 2005, doi:10.1002/net.20059).
Sites and pairs of site and client that only a worse answer could use are left out of the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from interpose.plan.location.bounds import Bounds, chosen_sites, target, tighten
from interpose.plan.location.filling import settle
from interpose.plan.location.interchange import greedy, interchange
from interpose.plan.location.search import Flags, Floats, Ints, Model, Search, Solved, solve

ROOM_STEPS = 400  # rungs of a knapsack; where whole units are more, they are rounded in its favour
NODES_FOR_A_BETTER_ANSWER = 50  # of a smaller search before the proof, which then has less to do
ALL_NODES = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Knapsacks:
    """Clients that take room, and sites that have it, in whole units that never overstate.

    Attributes
    ----------
    cost : (site, client) float
        Infinite where a site cannot serve.
    takes : (client,) int
        Room of each client, rounded down.
    room : (site,) int
        Room of each site, rounded down after the same scale.
    """

    cost: Floats
    takes: Ints
    room: Ints

    def filled(self, prices: Floats, alive: Ints) -> tuple[Floats, list[NDArray[np.bool_]]]:
        """Return (site, room) least worth with at most that room, and by client who was taken."""
        most = int(self.room.max())
        worth = np.zeros((len(alive), most + 1))
        taken = []
        for i, takes in enumerate(self.takes.tolist()):
            gain = (self.cost[alive, i] - prices[i])[:, None]
            if takes > most:
                taken.append(np.zeros((len(alive), 0), dtype=np.bool_))
                continue
            with_it = worth[:, : most + 1 - takes] + gain
            better = with_it < worth[:, takes:]
            np.minimum(worth[:, takes:], with_it, out=worth[:, takes:])
            taken.append(better)
        return worth, taken

    def value(self, prices: Floats, alive: Ints) -> tuple[Floats, Callable[[Ints], Floats]]:
        """Return each site's worth, and a function from chosen sites to uses by client."""
        worth, taken = self.filled(prices, alive)
        at_end = worth[np.arange(len(alive)), self.room[alive]]

        def uses(chosen: Ints) -> Floats:
            left = self.room[alive[chosen]].copy()
            count = np.zeros(len(prices))
            for i in range(len(prices) - 1, -1, -1):
                takes = int(self.takes[i])
                fits = left >= takes
                got = np.zeros(len(chosen), dtype=np.bool_)
                if fits.any():
                    got[fits] = taken[i][chosen[fits], left[fits] - takes]
                left[got] -= takes
                count[i] = got.sum()
            return count

        return at_end, uses

    def useful(self, bounds: Bounds, p: int, goal: float) -> Flags:
        """Return (site of alive, client): pairs that an answer within `goal` could use."""
        worth, _ = self.filled(bounds.prices, bounds.alive)
        at_end = worth[np.arange(len(bounds.alive)), self.room[bounds.alive]]
        chosen = chosen_sites(at_end, bounds.must, p)
        is_chosen = np.zeros(len(at_end), dtype=np.bool_)
        is_chosen[chosen] = True
        lower = float(bounds.prices.sum() + at_end[chosen].sum())
        movable = at_end[is_chosen & ~bounds.must]
        others = np.where(is_chosen, lower - at_end, lower - movable.max(initial=-np.inf))
        left = self.room[bounds.alive][:, None] - self.takes
        rest = np.take_along_axis(worth, np.maximum(left, 0), axis=1)
        gain = self.cost[bounds.alive] - bounds.prices
        within: Flags = (left >= 0) & (others[:, None] + gain + rest <= goal)
        return within


def place_with_room(
    cost: Floats, p: int, demand: Floats, capacity: Floats, kept: Ints, search: Search
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
    search : Search
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
    scale = max(1.0, float(capacity.max()) / ROOM_STEPS)
    if (demand != np.rint(demand)).any():
        scale = max(float(capacity.max()), 1e-12) / ROOM_STEPS
    sacks = Knapsacks(
        cost,
        np.floor(demand / scale + 1e-9).astype(np.int64),
        np.floor(capacity / scale + 1e-9).astype(np.int64),
    )
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
    tighten(bounds, p, sacks.value, improve, search, whole=whole)
    pairs = Pairs(cost, p, demand, capacity, whole=whole)
    return _finish(bounds, sacks, pairs, answer[-1] if answer else None, search)


def _finish(
    bounds: Bounds,
    sacks: Knapsacks,
    pairs: Pairs,
    found: tuple[Ints, Ints, float] | None,
    search: Search,
) -> tuple[Ints, Ints | None, float, bool]:
    """Close what the bounds left open: a short search for a better answer, then the proof."""
    if found is not None:
        bounds.upper = found[2]
    proved = bounds.lower > target(bounds.upper, pairs.whole)
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
        proved |= bounds.lower > target(bounds.upper, pairs.whole)
    if found is None:
        return bounds.best, None, bounds.lower, proved
    return found[0], found[1], min(bounds.lower, found[2]), proved


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
        self, bounds: Bounds, useful: Flags, nodes: int, search: Search
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
        opened = self._all_p(alive[solved.values[len(at) :] > 0.5])
        return replace(solved, bound=solved.bound / scale), (opened, served, total)

    def _all_p(self, opened: Ints) -> Ints:
        """Return the open sites with closed ones added, lowest index first, until there are p."""
        spare = np.setdiff1d(np.arange(len(self.cost)), opened)[: self.p - len(opened)]
        return np.sort(np.concatenate([opened, spare]))
