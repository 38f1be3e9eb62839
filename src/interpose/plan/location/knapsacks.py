"""Each site as a knapsack: which clients it would take at given prices, and every set worth taking.

With a price on each client, a site takes the set of clients that fit and are worth most. The sets
within a distance of the best are listed as in Baldacci, Christofides and Mingozzi 2008
(doi:10.1007/s10107-007-0178-5), who list routes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interpose.plan.highs import Flags, Floats, Ints
from interpose.plan.location.bounds import Bounds, chosen_sites

ROOM_STEPS = 400  # rungs of a knapsack; where whole units are more, they are rounded in its favour
DECIMALS = 6  # demands with no more places are counted in whole units
SLIP = 1e-6  # of sums of costs, so that no set is lost to the last binary place


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
    exact : bool
        Nothing was rounded: what fits here fits.
    """

    cost: Floats
    takes: Ints
    room: Ints
    exact: bool

    @classmethod
    def of(cls, cost: Floats, demand: Floats, capacity: Floats) -> Knapsacks:
        """Return knapsacks in the unit of the demands, or in `ROOM_STEPS` of the largest room."""
        unit = common_unit(demand)
        # more room than all clients take is no other than just as much
        room = np.minimum(capacity, demand.sum())
        exact = unit > 0.0 and float(room.max()) / unit <= ROOM_STEPS
        scale = unit if exact else max(float(room.max()), 1e-12) / ROOM_STEPS
        takes, holds = (np.floor(x / scale + 1e-9).astype(np.int64) for x in (demand, room))
        return cls(cost, takes, holds, exact)

    def sets(self, prices: Floats, alive: Ints) -> tuple[Floats, Callable[[Ints], Flags]]:
        """Return each site's worth, and a function from some sites to (site, client) who is taken.

        Sites are counted within `alive`; the worth is 0 or less.
        """
        most = int(self.room.max())
        gain = (self.cost[alive] - prices).T
        worth = np.zeros((most + 1, len(alive)))
        taken: list[Flags] = []
        for i, takes in enumerate(self.takes.tolist()):
            with_it = worth[: max(most + 1 - takes, 0)] + gain[i]
            taken.append(with_it < worth[takes:])
            worth[takes:] = np.minimum(worth[takes:], with_it)
        at_end = worth[self.room[alive], np.arange(len(alive))]

        def members(chosen: Ints) -> Flags:
            left = self.room[alive[chosen]].copy()
            count = np.zeros((len(chosen), len(prices)), dtype=np.bool_)
            for i in range(len(prices) - 1, -1, -1):
                takes = int(self.takes[i])
                fits = np.flatnonzero(left >= takes)
                got = fits[taken[i][left[fits] - takes, chosen[fits]]]
                left[got] -= takes
                count[got, i] = True
            return count

        return at_end, members

    def value(self, prices: Floats, alive: Ints) -> tuple[Floats, Callable[[Ints], Floats]]:
        """Return each site's worth, and a function from chosen sites to uses by client."""
        at_end, members = self.sets(prices, alive)
        return at_end, lambda chosen: members(chosen).sum(axis=0).astype(np.float64)

    def filled(self, prices: Floats, alive: Ints) -> Floats:
        """Return (client + 1, room, site): least worth of the first clients in so much room."""
        most = int(self.room.max())
        worth = np.zeros((len(prices) + 1, most + 1, len(alive)))
        gain = (self.cost[alive] - prices).T
        for i, takes in enumerate(self.takes.tolist()):
            worth[i + 1] = worth[i]
            if takes <= most:
                with_it = worth[i, : most + 1 - takes] + gain[i]
                worth[i + 1, takes:] = np.minimum(worth[i, takes:], with_it)
        return worth

    def useful(self, bounds: Bounds, p: int, goal: float) -> Flags:
        """Return (site of alive, client): pairs that an answer within `goal` could use."""
        worth = self.filled(bounds.prices, bounds.alive)[-1]
        at_end = worth[self.room[bounds.alive], np.arange(len(bounds.alive))]
        others = _of_the_others(bounds.prices, at_end, bounds.must, p)
        left = self.room[bounds.alive][:, None] - self.takes
        rest = np.take_along_axis(worth.T, np.maximum(left, 0), axis=1)
        gain = self.cost[bounds.alive] - bounds.prices
        within: Flags = (left >= 0) & (others[:, None] + gain + rest <= goal + SLIP)
        return within

    def within(
        self, prices: Floats, alive: Ints, must: Flags, p: int, goal: float, most: int
    ) -> tuple[Ints, Flags] | None:
        """Return every set of clients that an answer within `goal` could use, with its site.

        Parameters
        ----------
        prices : (client,) float
            Price of each client.
        alive : (site,) int
            Sites that may be open.
        must : (site of alive,) bool
            Sites that are.
        p : int
            Sites to open.
        goal : float
            Cost of an answer.
        most : int
            Give up beyond so many sets.

        Returns
        -------
        tuple or None
            (set,) site within `alive`, and (set, client) members; None where there are too many.
        """
        worth = self.filled(prices, alive)
        at_end = worth[-1, self.room[alive], np.arange(len(alive))]
        others = _of_the_others(prices, at_end, must, p)
        at = np.flatnonzero(others + at_end <= goal + SLIP)
        left, spent = self.room[alive[at]], others[at]
        steps: list[tuple[NDArray[np.int32], int]] = []
        for i in range(len(prices) - 1, -1, -1):
            # a set is kept while its best completion among the clients to come is within the goal
            without = np.flatnonzero(spent + worth[i, left, at] <= goal + SLIP)
            fits = np.flatnonzero(left >= self.takes[i])
            after = left[fits] - self.takes[i]
            cost = spent[fits] + self.cost[alive[at[fits]], i] - prices[i]
            good = cost + worth[i, after, at[fits]] <= goal + SLIP
            came_from = np.concatenate([without, fits[good]])
            steps.append((came_from.astype(np.int32), len(without)))
            at = at[came_from]
            left = np.concatenate([left[without], after[good]])
            spent = np.concatenate([spent[without], cost[good]])
            if len(at) > most:
                return None
        return at, _members(steps, len(at))


def _members(steps: list[tuple[NDArray[np.int32], int]], count: int) -> Flags:
    """Return (set, client) from, by step, what each set came from and how many did without."""
    members = np.zeros((count, len(steps)), dtype=np.bool_)
    here = np.arange(count, dtype=np.int32)
    for i, (came_from, without) in enumerate(reversed(steps)):
        members[:, i] = here >= without
        here = came_from[here]
    return members


def _of_the_others(prices: Floats, worth: Floats, must: Flags, p: int) -> Floats:
    """Return by site the part of the bound that stays when that site is in the answer."""
    chosen = chosen_sites(worth, must, p)
    is_chosen = np.zeros(len(worth), dtype=np.bool_)
    is_chosen[chosen] = True
    lower = float(prices.sum() + worth[chosen].sum())
    movable = worth[is_chosen & ~must]
    out = lower - movable.max() if movable.size else np.inf
    stays: Floats = np.where(is_chosen, lower - worth, out)
    return stays


def common_unit(demand: Floats) -> float:
    """Return the largest amount that every demand is a multiple of; 0 where there is none.

    Examples
    --------
    >>> float(common_unit(np.array([0.75, 1.5, 3.0]))), float(common_unit(np.array([2**0.5, 1.0])))
    (0.75, 0.0)
    """
    for places in range(DECIMALS + 1):
        scaled = demand * 10.0**places
        whole = np.rint(scaled)
        if np.abs(scaled - whole).max() <= 1e-9 * max(1.0, float(whole.max())):
            return float(np.gcd.reduce(whole.astype(np.int64))) / 10.0**places
    return 0.0
