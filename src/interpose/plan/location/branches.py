"""The proof of a p-median with capacity: list all sets that matter, choose; branch if too many.

Where the distance of bound and answer is small, the sets of clients that an answer in between could
use are few enough to be listed and chosen from. Where it is not, the bound is raised as far as they
are, and then a site is opened here and closed there, or a client barred from half of its sites
(Ceselli and Righini 2005, doi:10.1002/net.20059).
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass, replace

import numpy as np

from interpose.plan.highs import Clock, Flags, Floats, Ints
from interpose.plan.location.bounds import Bounds, target
from interpose.plan.location.columns import Columns, generate
from interpose.plan.location.filling import all_p, settle
from interpose.plan.location.knapsacks import SLIP, Knapsacks
from interpose.plan.location.master import NoOptimumError
from interpose.plan.location.pool import FEW, Pool

Answer = tuple[Ints, Ints, float]
"""Open sites, the site of each client, and the cost."""

MOST_SETS = 1_000_000  # that are listed at once
ENOUGH = 0.3  # of the most; with fewer, a wider distance is tried
WIDER = 1.2
NARROWER = 0.85  # the distance is cut to this share until the sets are few enough
TIMES = 30  # then it is cut to nearly nothing
HALVES = 0.05  # a site that is open by less, or more than 1 less that, counts as whole
NODES = 2000  # of HiGHS, for a choice among the sets that are left


@dataclass(frozen=True, slots=True)
class Branch:
    """A part of all answers: which sites are closed or open, who is barred from where.

    Attributes
    ----------
    lower : float
        No answer of this part costs less.
    prices : (client,) float
        Prices to begin with.
    alive : (site,) int
        Sites that may be open.
    must : (site of alive,) bool
        Sites that are.
    cost : (site, client) float
        Infinite where a client is barred from a site.
    """

    lower: float
    prices: Floats
    alive: Ints
    must: Flags
    cost: Floats


@dataclass(slots=True)
class Proof:
    """The search over branches, lowest bound first.

    Attributes
    ----------
    sacks : Knapsacks
        The task.
    p : int
        Sites to open.
    whole : bool
        Costs are whole numbers.
    upper : float
        Cost of the best answer, or more than any answer costs.
    found : Answer or None
        The best answer.
    search : Clock
        Clock and watcher.
    """

    sacks: Knapsacks
    p: int
    whole: bool
    upper: float
    found: Answer | None
    search: Clock
    known: Columns
    lower: float = -math.inf
    looked: bool = False
    width: float = math.inf

    def run(self, root: Branch) -> bool:
        """Clock until the answer is proved or the search must end; return whether it is."""
        waiting = [(root.lower, 0, root)]
        count = 1
        while waiting:
            self.lower, _, branch = waiting[0]
            if self.lower > self.goal:
                break
            if self._ends():
                return False
            heapq.heappop(waiting)
            parts = self._close(branch)
            if self.search.stop:
                return False
            for part in parts:
                heapq.heappush(waiting, (part.lower, count, part))
                count += 1
        return True

    @property
    def goal(self) -> float:
        """What a better answer may cost."""
        return target(self.upper, self.whole)

    def _ends(self) -> bool:
        return self.search.tell(self.upper, self.lower)

    def _close(self, branch: Branch) -> list[Branch]:
        """Find the best answer of a branch, or return parts of it that are left to do."""
        bounds, sacks = self._at(branch)
        try:
            generate(bounds, sacks, self.p, self.goal, self.known, self._ends)
            branch = replace(branch, lower=max(bounds.lower, branch.lower), prices=bounds.prices)
            if branch.lower > self.goal or self.search.stop:
                return []
            branch = self._thinned(branch, bounds, sacks)
            listed = self._listed(branch, bounds.lower)
            return self._halved(branch) if listed is None else self._cut(branch, *listed)
        except NoOptimumError:
            # what HiGHS held is no bound; those of the prices stand, and the parts are tried
            lower = max(bounds.lower, branch.lower)
            return self._halved(replace(branch, lower=lower, prices=bounds.prices))

    def _cut(self, branch: Branch, pool: Pool, reach: float) -> list[Branch]:
        """Choose from all sets that an answer up to `reach` could use; return what is left."""
        before, lower = self.upper, branch.lower
        if not self.looked:
            pool.price(branch.prices)
            self._chosen(pool, branch.alive)
            self.looked = True
            reach = min(reach, self.goal)
        if pool.tighten(branch.prices, reach, self._ends):
            lower = max(lower, self._beyond(reach))
        else:
            lower = max(lower, pool.bound)
            all_of_them = len(pool.cost) <= FEW
            proved, least = self._chosen(pool, branch.alive)
            if proved and all_of_them:
                lower = math.inf if least <= reach else max(lower, self._beyond(reach))
        if lower > self.goal or self.search.stop:
            return []
        branch = replace(branch, lower=lower)
        self._settled(branch, pool)
        return [branch] if self.upper < before else self._parts(branch, pool)

    def _at(self, branch: Branch) -> tuple[Bounds, Knapsacks]:
        """Return the state of the bounding at the beginning of a branch, and its knapsacks."""
        bounds = Bounds(
            prices=branch.prices,
            lower=-math.inf,
            upper=self.upper,
            best=branch.alive,
            alive=branch.alive,
            must=branch.must,
            worth=np.zeros(len(branch.alive)),
        )
        return bounds, replace(self.sacks, cost=branch.cost)

    def _thinned(self, branch: Branch, bounds: Bounds, sacks: Knapsacks) -> Branch:
        """Bar pairs that no better answer uses, and close sites that are left without a client."""
        useful = sacks.useful(bounds, self.p, self.goal)
        keep = useful.any(axis=1) | branch.must
        cost = branch.cost.copy()
        cost[branch.alive] = np.where(useful, cost[branch.alive], np.inf)
        return replace(branch, alive=branch.alive[keep], must=branch.must[keep], cost=cost)

    def _listed(self, branch: Branch, at_prices: float) -> tuple[Pool, float] | None:
        """Return the sets that an answer up to some cost could use, and that cost.

        That cost is the goal where the sets are not too many; None where they always are.
        `at_prices` is the bound that the prices give.
        """
        sacks, goal = replace(self.sacks, cost=branch.cost), self.goal - at_prices
        width, listed = min(goal, self.width), None
        for _ in range(TIMES):
            reach = self.goal if width >= goal else at_prices + width
            more = sacks.within(branch.prices, branch.alive, branch.must, self.p, reach, MOST_SETS)
            if more is None and listed is not None:
                break
            if more is None:
                width *= NARROWER
                continue
            listed, self.width = (more, reach), width
            if width >= goal or len(more[0]) > ENOUGH * MOST_SETS:
                break
            width = min(goal, width * WIDER)
        if listed is None:
            return None
        cost = branch.cost[branch.alive]
        return Pool.of(cost, *listed[0], branch.must, self.p), listed[1]

    def _beyond(self, reach: float) -> float:
        """Return the least that a better answer costs which costs more than `reach`."""
        if reach >= self.goal:
            return math.inf
        return math.floor(reach + SLIP) + 1.0 if self.whole else reach

    def _chosen(self, pool: Pool, alive: Ints) -> tuple[bool, float]:
        """Choose among the best that is left; return whether that is proved, and its cost."""
        some, solved = pool.best(self.search, NODES, whole=self.whole)
        if solved.values is None:
            return solved.infeasible, math.inf
        used = some[solved.values > 0.5]
        served = np.empty(pool.clients, dtype=np.int64)
        which, who = pool.members[used].nonzero()
        served[who] = alive[pool.at[used][which]]
        total = float(self.sacks.cost[served, np.arange(pool.clients)].sum())
        if total < self.upper:
            opened = all_p(alive[pool.at[used]], self.p, len(self.sacks.cost))
            self.found, self.upper = (opened, served, total), total
        return solved.proved, total

    def _settled(self, branch: Branch, pool: Pool) -> None:
        """Try the p sites that are most open, filled quickly: a better answer leaves less to do."""
        opened = np.bincount(pool.at, pool.used, minlength=len(branch.alive)) + branch.must
        most = branch.alive[np.argsort(-opened, kind="stable")[: self.p]]
        room, takes = self.sacks.room.astype(float), self.sacks.takes.astype(float)
        kept = branch.alive[branch.must]
        settled = settle(self.sacks.cost, takes, room, most, kept)
        if settled is not None and settled[2] < self.upper:
            self.found, self.upper = settled, settled[2]

    def _parts(self, branch: Branch, pool: Pool) -> list[Branch]:
        """Divide a branch: a site that is half open, or a client that is in halves."""
        pair = np.zeros((len(branch.alive), pool.clients))
        members = pool.members.multiply(pool.used[:, None]).tocsr()
        np.add.at(pair, pool.at, members.toarray())
        opened = np.bincount(pool.at, pool.used, minlength=len(branch.alive))
        open_half = np.where(branch.must, 1.0, np.abs(opened - 0.5))
        if open_half.min() < 0.5 - HALVES:
            at = int(open_half.argmin())
            rest = np.arange(len(branch.alive)) != at
            shut = replace(branch, alive=branch.alive[rest], must=branch.must[rest])
            return [replace(branch, must=branch.must | ~rest), shut]
        split = pair.max(axis=0)
        split[np.isfinite(branch.cost[branch.alive]).sum(axis=0) < 2] = np.inf
        client = int(split.argmin())
        if np.isinf(split[client]):
            return self._halved(branch)
        return self._barred(branch, client, np.argsort(-pair[:, client], kind="stable"))

    def _halved(self, branch: Branch) -> list[Branch]:
        """Divide by the client that could be served at most sites; where all is said, look."""
        able = np.isfinite(branch.cost[branch.alive]).sum(axis=0)
        if able.min(initial=1) < 1:
            return []
        if able.max() > 1:
            return self._barred(branch, int(able.argmax()), np.arange(len(branch.alive)))
        served = branch.alive[np.isfinite(branch.cost[branch.alive]).argmax(axis=0)]
        load = np.bincount(served, self.sacks.takes, len(self.sacks.cost))
        opened = np.union1d(served, branch.alive[branch.must])
        total = float(self.sacks.cost[served, np.arange(len(served))].sum())
        if len(opened) <= self.p and (load <= self.sacks.room).all() and total < self.upper:
            opened = all_p(opened, self.p, len(self.sacks.cost))
            self.found, self.upper = (opened, served, total), total
        return []

    def _barred(self, branch: Branch, client: int, order: Ints) -> list[Branch]:
        """Divide by where a client is served: at every second site of `order`, or at the others."""
        able = order[np.isfinite(branch.cost[branch.alive[order], client])]
        parts = []
        for half in (able[::2], able[1::2]):
            cost = branch.cost.copy()
            cost[branch.alive[half], client] = np.inf
            parts.append(replace(branch, cost=cost))
        return parts
