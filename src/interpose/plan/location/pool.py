"""All sets of clients that a good answer could use: cut, thinned and chosen from by HiGHS.

Prices by inspection of a listed pool, tightened with cuts on three clients, as Baldacci, Mingozzi
and Roberti 2011 (doi:10.1287/opre.1110.0975) do for routes. The cuts: of the sets that hold two or
three of any three clients, an answer uses one at most (subset rows: Jepsen et al. 2008,
doi:10.1287/opre.1070.0449).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from interpose.plan.highs import Clock, Flags, Floats, Ints, Model, Solved, solve
from interpose.plan.location.columns import set_costs
from interpose.plan.location.master import Master, as_rows, limits

if TYPE_CHECKING:
    from scipy import sparse

FIRST = 3000  # sets that the master begins with
AT_ONCE = 500  # sets that are added to it at once
CUTS_AT_ONCE, CUTS_OF_A_CLIENT = 40, 5
MOST_CUTS = 800
VIOLATED = 0.02  # by less, a cut is not worth its row
FEW = 2500  # sets that HiGHS chooses from in a moment
STALLED = 0.02  # share of the way to the goal that a round of cuts must make


@dataclass(slots=True)
class Pool:
    """Sets of clients, what each costs, and the rows they are in.

    Attributes
    ----------
    at : (set,) int
        Site of each set, among those alive.
    cost : (set,) float
        What the set costs.
    rows : (set, row) sparse
        Clients, sites, the count of sets, and cuts.
    low, high : (row,) float
        Limits of the rows.
    clients : int
        Rows of clients.
    """

    at: Ints
    cost: Floats
    rows: sparse.csr_array
    low: Floats
    high: Floats
    clients: int
    cuts: set[tuple[int, int, int]] = field(default_factory=set)
    bound: float = -np.inf
    used: Floats = field(default_factory=lambda: np.zeros(0))
    reduced: Floats = field(default_factory=lambda: np.zeros(0))

    @classmethod
    def of(cls, cost: Floats, at: Ints, members: Flags, must: Flags, p: int) -> Pool:
        """Return the pool of sets at sites that are rows of `cost`."""
        rows = as_rows(members, at, len(cost))
        low, high = limits(members.shape[1], must, p)
        return cls(at, set_costs(cost, at, members), rows, low, high, members.shape[1])

    @property
    def members(self) -> sparse.csr_array:
        """(set, client): 1 for each member."""
        return self.rows[:, : self.clients]

    def price(self, prices: Floats) -> None:
        """Say how promising each set is at these prices of the clients."""
        self.reduced = self.cost - self.members @ prices

    def tighten(self, prices: Floats, goal: float, ends: Callable[[], bool]) -> bool:
        """Cut and thin until few sets are left or cuts no longer help; return whether none can do.

        None can: no answer costs `goal` or less.

        Raises
        ------
        NoOptimumError
            If HiGHS fails.
        """
        master = Master(self.low, self.high, 2.0 * max(goal, 1.0))
        if not len(self.cost):
            return True
        self.price(prices)
        inside = np.sort(np.argsort(self.reduced, kind="stable")[:FIRST])
        master.add(self.cost[inside], self.rows[inside])
        slack = 1e-6 * max(goal, 1.0)
        before = -np.inf
        while True:
            value, inside, used = self._solve(master, inside, ends)
            if ends():
                return False
            self.bound = max(self.bound, value)
            self.used = np.bincount(inside, used, len(self.cost)).astype(float)
            if value > goal + slack:
                return True
            keep = self.reduced <= goal + slack - value
            inside, used = self._thin(master, keep, inside, used)
            self.used = np.bincount(inside, used, len(self.cost)).astype(float)
            if len(self.cost) <= FEW or len(self.cuts) >= MOST_CUTS:
                return False
            if value - before < STALLED * (goal - value):
                return False
            before = value
            if not self._cut(master, inside):
                return False

    def _solve(
        self, master: Master, inside: Ints, ends: Callable[[], bool]
    ) -> tuple[float, Ints, Floats]:
        """Return the value, the sets in the master, and how much of each is used."""
        while True:
            value, duals, used = master.solve()
            self.reduced = self.cost - self.rows @ duals
            helps = self.reduced < -1e-8 * max(value, 1.0)
            helps[inside] = False
            bad = np.flatnonzero(helps)
            if not len(bad) or ends():
                return value, inside, used
            bad = bad[np.argsort(self.reduced[bad], kind="stable")[:AT_ONCE]]
            master.add(self.cost[bad], self.rows[bad])
            inside = np.concatenate([inside, bad])

    def _thin(self, master: Master, keep: Flags, inside: Ints, used: Floats) -> tuple[Ints, Floats]:
        """Leave sets out for good; return what the master holds, and how much is used."""
        stays = keep[inside]
        master.drop(np.flatnonzero(~stays))
        place = np.cumsum(keep) - 1
        self.at, self.cost, self.rows = self.at[keep], self.cost[keep], self.rows[keep]
        self.reduced = self.reduced[keep]
        return place[inside[stays]], used[stays]

    def _cut(self, master: Master, inside: Ints) -> bool:
        """Add cuts that what is used violates; return whether there were any."""
        from scipy import sparse

        triples = self._violated()
        if not triples:
            return False
        three = np.zeros((self.clients, len(triples)))
        for k, triple in enumerate(triples):
            three[list(triple), k] = 1.0
        counts = self.members @ sparse.csr_array(three)
        new = sparse.csr_array(counts >= 2.0).astype(np.float64)
        for column in np.asarray(new[inside].todense()).T:
            master.cut(column, 1.0)
        self.rows = sparse.csr_array(sparse.hstack([self.rows, new]))
        self.low = np.concatenate([self.low, np.full(len(triples), -np.inf)])
        self.high = np.concatenate([self.high, np.ones(len(triples))])
        self.cuts.update(triples)
        return True

    def _violated(self) -> list[tuple[int, int, int]]:
        """Return threes of clients whose cut is violated most, no client too often."""
        some = self.used > 1e-6
        members = self.members[some].toarray()
        share = self.used[some][:, None] * members
        pair = share.T @ members
        found: list[tuple[float, int, int, int]] = []
        for i in range(self.clients):
            of_three = (share * members[:, [i]]).T @ members
            over = pair[i][:, None] + pair[i] + pair - 2.0 * of_three - 1.0
            over[: i + 1], over[:, : i + 1] = 0.0, 0.0
            for k, m in np.argwhere(np.triu(over, 1) > VIOLATED).tolist():
                found.append((-round(float(over[k, m]), 9), i, k, m))
        often = np.zeros(self.clients, dtype=np.int64)
        chosen: list[tuple[int, int, int]] = []
        for _, *three in sorted(found):
            i, k, m = three
            if often[three].max() < CUTS_OF_A_CLIENT and (i, k, m) not in self.cuts:
                often[three] += 1
                chosen.append((i, k, m))
        return chosen[:CUTS_AT_ONCE]

    def best(self, search: Clock, nodes: int, *, whole: bool) -> tuple[Ints, Solved]:
        """Return the most promising sets, and what HiGHS chooses of them; values are by set."""
        some = np.sort(np.argsort(self.reduced, kind="stable")[:FEW])
        count = len(some)
        scale = 1.0 if whole else 1e4 / max(float(self.cost.max(initial=0.0)), 1e-9)
        model = Model(
            cost=self.cost[some] * scale,
            low=np.zeros(count),
            high=np.ones(count),
            whole=np.ones(count, dtype=np.bool_),
            rows=self.rows[some].T.tocsc(),
            row_low=self.low,
            row_high=self.high,
        )
        gap = 0.999 if whole else 1e-6
        quiet = Clock(search.left_s)
        solved = solve(model, quiet, gap=gap, options={"mip_max_nodes": nodes})
        if not solved.proved and solved.values is None:
            # HiGHS 1.15 ends some models without an answer in an error of its presolve
            options = {"mip_max_nodes": nodes, "presolve": "off"}
            solved = solve(model, quiet, gap=gap, options=options)
        return some, solved
