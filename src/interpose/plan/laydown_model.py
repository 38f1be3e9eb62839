"""The integer model behind a laydown: platoons, camps, shortages, and the ladder of minutes.

A place pays, for every step between two of its distances, the platoons it still lacks within the
nearer one: with `k` platoons asked for, the sum over steps is the minutes of its `k` nearest. This
is the ladder form of the p-median (Cornuejols, Nemhauser and Wolsey 1980, doi:10.1137/0601030),
here for `k` nearest platoons, several of which may stand in one camp.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from interpose.plan.ground import Flags, Floats, Ground, Ints
from interpose.plan.location.search import Model


@dataclass(frozen=True, slots=True)
class Posts:
    """Pairs of a base and a group of platoons that may stand there.

    Attributes
    ----------
    groups : tuple of str
        Area in which each group answers; empty: everywhere.
    base, group : (post,) int
    minutes : (post, place) float, minutes
        Infinite where the group may not answer or no road leads.
    wanted : (group,) int, platoons
        All of which stand somewhere.
    least : (post,) int, platoons
        Bound to that base.
    """

    groups: tuple[str, ...]
    base: Ints
    group: Ints
    minutes: Floats
    wanted: Ints
    least: Ints


@dataclass(frozen=True, slots=True)
class Ladder:
    """The steps of every place that counts.

    Attributes
    ----------
    weight : (place,) float
        Adds to 1; places of no weight have no steps.
    missing_min : float, minutes
        What a platoon counts that cannot come at all.
    """

    weight: Floats
    missing_min: float


class Builder:
    """Collects rows and columns; the first columns are platoons of posts, then camps."""

    def __init__(self, ground: Ground, posts: Posts, backup: int) -> None:
        self.ground, self.posts, self.backup = ground, posts, backup
        bases = len(ground.bases)
        self.platoons = np.arange(len(posts.base))
        self.camps = len(posts.base) + np.arange(bases)
        self.cost = [0.0] * (len(posts.base) + bases)
        self.low = [*posts.least.astype(float).tolist(), *([0.0] * bases)]
        room = ground.capacity[posts.base].astype(float).tolist()
        self.high = [*room, *([1.0] * bases)]
        self.whole = [True] * len(self.cost)
        self.entries: list[float] = []
        self.rows: list[int] = []
        self.columns: list[int] = []
        self.row_low: list[float] = []
        self.row_high: list[float] = []
        self._stand_somewhere()

    def column(self, cost: float, high: float, *, whole: bool = False) -> int:
        """Add a column from zero up and return its number."""
        self.cost.append(cost)
        self.low.append(0.0)
        self.high.append(high)
        self.whole.append(whole)
        return len(self.cost) - 1

    def row(self, columns: list[int], entries: list[float], low: float, high: float) -> None:
        """Add a row."""
        self.rows += [len(self.row_low)] * len(columns)
        self.columns += columns
        self.entries += entries
        self.row_low.append(low)
        self.row_high.append(high)

    def _stand_somewhere(self) -> None:
        """Every platoon stands at a base that is open and holds it."""
        for g, wanted in enumerate(self.posts.wanted.tolist()):
            mine = np.flatnonzero(self.posts.group == g).tolist()
            self.row(mine, [1.0] * len(mine), wanted, wanted)
        for b, room in enumerate(self.ground.capacity.tolist()):
            here = np.flatnonzero(self.posts.base == b).tolist()
            self.row([*here, int(self.camps[b])], [*[1.0] * len(here), -float(room)], -np.inf, 0.0)

    def cover(self, reach: Flags) -> None:
        """Each protected place has `backup` platoons within reach: (place, post) bool."""
        for able in reach:
            posts = np.flatnonzero(able).tolist()
            self.row(posts, [1.0] * len(posts), self.backup, np.inf)

    def cover_most(self, reach: Flags) -> Ints:
        """Cover as many as can be, the first of them first; return the columns of the rest."""
        left_out = []
        for i, able in enumerate(reach):
            posts = np.flatnonzero(able).tolist()
            lacking = self.column(1.0 + 1e-6 * (len(reach) - i), 1.0, whole=True)
            entries = [*[1.0] * len(posts), float(self.backup)]
            self.row([*posts, lacking], entries, self.backup, np.inf)
            left_out.append(lacking)
        return np.array(left_out, dtype=np.int64)

    def climb(self, ladder: Ladder) -> tuple[dict[int, float], float]:
        """Add the ladder of every place.

        Returns
        -------
        dict of int to float
            Column to minutes it adds to the mean for each platoon lacking.
        float, minutes
            What the mean has at least.
        """
        prices: dict[int, float] = {}
        constant = 0.0
        for i in np.flatnonzero(ladder.weight > 0).tolist():
            minutes = self.posts.minutes[:, i]
            able = np.flatnonzero(np.isfinite(minutes))
            able = able[np.argsort(minutes[able], kind="stable")]
            steps, starts = np.unique(minutes[able], return_index=True)
            ends = [*steps[1:].tolist(), max(ladder.missing_min, float(steps[-1]))]
            constant += ladder.weight[i] * float(steps[0])
            before = None
            for near, here, there in zip(np.split(able, starts[1:]), steps, ends, strict=True):
                lacking = self.column(0.0, self.backup)
                prices[lacking] = ladder.weight[i] * (there - float(here)) / self.backup
                columns, entries = [*near.tolist(), lacking], [1.0] * (len(near) + 1)
                if before is None:
                    self.row(columns, entries, self.backup, np.inf)
                else:
                    self.row([*columns, before], [*entries, -1.0], 0.0, np.inf)
                before = lacking
        return prices, constant

    def model(self) -> Model:
        """Return what the solver takes."""
        from scipy.sparse import csc_array

        shape = (len(self.row_low), len(self.cost))
        return Model(
            cost=np.array(self.cost),
            low=np.array(self.low),
            high=np.array(self.high),
            whole=np.array(self.whole),
            rows=csc_array((self.entries, (self.rows, self.columns)), shape=shape),
            row_low=np.array(self.row_low, dtype=np.float64),
            row_high=np.array(self.row_high, dtype=np.float64),
        )
