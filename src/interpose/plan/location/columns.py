"""Column generation: sets of clients are added until no site has a set that would help.

The prices of the linear programme over the sets so far swing, so sites are asked at prices between
those and the best so far (Wentges 1997, doi:10.1016/S0969-6016(97)00001-4); every such question
gives a Lagrangean bound as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from interpose.plan.highs import Flags, Floats, Ints
from interpose.plan.location.bounds import Bounds, chosen_sites
from interpose.plan.location.knapsacks import Knapsacks
from interpose.plan.location.master import Master, as_rows, limits

TOWARDS_BEST = 0.5  # weight of the best prices so far; 0.3 to 0.7 did about as well
CLOSE = 1e-5  # distance of bound and value, as a share, at which no more sets are sought
SMALL = 1e-8  # the same for one set


@dataclass(slots=True)
class Columns:
    """All sets seen so far, each with its site; later searches begin with those that still fit.

    Attributes
    ----------
    at : list of int
        Site of each set.
    members : list of (client,) bool
        Who is in it.
    seen : set
        The same, to know which are new.
    """

    at: list[int] = field(default_factory=list)
    members: list[Flags] = field(default_factory=list)
    seen: set[tuple[int, bytes]] = field(default_factory=set)

    def add(self, sites: Ints, members: Flags) -> Flags:
        """Remember sets, and return which of them are new."""
        new = np.zeros(len(sites), dtype=np.bool_)
        for k, (site, who) in enumerate(zip(sites.tolist(), members, strict=True)):
            key = (site, np.packbits(who).tobytes())
            if key not in self.seen:
                self.seen.add(key)
                self.at.append(site)
                self.members.append(who)
                new[k] = True
        return new

    def fitting(self, sacks: Knapsacks, bounds: Bounds) -> tuple[Ints, Flags]:
        """Return site within `alive`, and members, of the sets that the bounds allow."""
        if not self.at:
            return np.zeros(0, np.int64), np.zeros((0, sacks.cost.shape[1]), np.bool_)
        at, members = np.array(self.at), np.array(self.members)
        place = np.full(len(sacks.cost), -1)
        place[bounds.alive] = np.arange(len(bounds.alive))
        allowed = (place[at] >= 0) & np.isfinite(set_costs(sacks.cost, at, members))
        return place[at[allowed]], members[allowed]


def set_costs(cost: Floats, sites: Ints, members: Flags) -> Floats:
    """Return (set,) what it costs to serve its members from its site."""
    which, who = np.nonzero(members)
    total = np.bincount(which, cost[sites[which], who], minlength=len(members))
    return total.astype(np.float64)


def generate(
    bounds: Bounds,
    sacks: Knapsacks,
    p: int,
    goal: float,
    known: Columns,
    ends: Callable[[], bool],
) -> None:
    """Raise the lower bound to that of all sets, or beyond `goal`; the best prices are kept.

    Sets that were found on the way are added to `known`; the search ends early
    where `ends` says so.

    Raises
    ------
    NoOptimumError
        If HiGHS fails; `bounds` hold what was reached before.
    """
    clients, sites = sacks.cost.shape[1], len(bounds.alive)
    left_out = 2.0 * max(bounds.upper, 1.0)
    master = Master(*limits(clients, bounds.must, p), left_out)
    master_cost = sacks.cost[bounds.alive]
    new = known.fitting(sacks, bounds)
    at_best = TOWARDS_BEST
    while not ends():
        master.add(set_costs(master_cost, *new), as_rows(new[1], new[0], sites))
        value, duals, _ = master.solve()
        if min(value, goal) <= bounds.lower + CLOSE * abs(value):
            return
        while True:
            prices = at_best * bounds.prices + (1.0 - at_best) * duals[:clients]
            worth, members = sacks.sets(prices, bounds.alive)
            chosen = chosen_sites(worth, bounds.must, p)
            lower = float(prices.sum() + worth[chosen].sum())
            if lower > bounds.lower:
                bounds.lower, bounds.prices, bounds.worth = lower, prices, worth
            at, who = _helpful(members(np.arange(sites)), master_cost, duals, value)
            fresh = known.add(bounds.alive[at], who)
            new = at[fresh], who[fresh]
            if len(new[0]) or at_best == 0.0:
                break
            at_best = 0.0  # the master's own prices, before it is believed
        if not len(new[0]):
            bounds.lower = max(bounds.lower, value - CLOSE * abs(value))
            return
        at_best = TOWARDS_BEST


def _helpful(members: Flags, cost: Floats, duals: Floats, value: float) -> tuple[Ints, Flags]:
    """Return sites and members of the sets that the master would use at its prices."""
    clients, sites = members.shape[1], len(members)
    site = np.arange(sites)
    reduced = set_costs(cost, site, members) - members @ duals[:clients]
    reduced -= duals[clients : clients + sites] + duals[-1]
    good = np.flatnonzero(reduced < -SMALL * max(abs(value), 1.0))
    return good, members[good]
