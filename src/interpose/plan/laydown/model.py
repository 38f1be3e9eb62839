"""The three aims of a laydown as models for HiGHS, each with its bound: threshold, mean, camps.

A place pays, for every step between two of its distances, the platoons it still lacks within the
nearer one: with `k` platoons asked for, the sum over steps is the minutes of its `k` nearest. This
is the ladder form of the p-median (Cornuejols, Nemhauser and Wolsey 1980, doi:10.1137/0601030),
here for `k` nearest platoons, several of which may stand in one camp.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from interpose.errors import PlanError
from interpose.plan.assumptions import assumption
from interpose.plan.highs import Clock, Model, Solved, solve
from interpose.plan.laydown.terrain import Flags, Floats, Ints, Terrain
from interpose.plan.result import Stage

MISSING_TIMES = assumption("missing_platoon_times")
"""A platoon that cannot come counts as this many times the longest way there is."""


@dataclass(slots=True)
class Aims:
    """The three aims, one after the other.

    Attributes
    ----------
    terrain : Terrain
    posts : Posts
    backup : int
    give_up : float
        Share of the mean that the third aim may cost.
    clock : Clock
        The clock of all three.
    stages : list of Stage
        Filled by `seek`.
    unreached : (n,) int
        Protected places that too few platoons can reach; filled by `seek`.
    """

    terrain: Terrain
    posts: Posts
    backup: int
    give_up: float
    clock: Clock
    stages: list[Stage] = field(default_factory=list)
    unreached: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    def seek(self) -> Ints:
        """Return (post,) platoons after all three aims."""
        counts = self._out_of_reach()
        limit, counts = self._worst(counts)
        counts = self._mean(limit, counts)
        return self._camps(limit, counts)

    # --- first aim ------------------------------------------------------------------------

    def _out_of_reach(self) -> Ints:
        """Find the protected places that cannot be had, whatever the time; return a laydown."""
        builder = Builder(self.terrain, self.posts, self.backup)
        asked = np.flatnonzero(self.terrain.protected)
        lacking = builder.cover_most(np.isfinite(self.posts.minutes[:, asked]).T)
        solved = solve(builder.model(), Clock(max(self.clock.left_s, 1.0)))
        if solved.values is None:
            msg = "The platoons cannot stand anywhere: bases and what is bound to them do not fit."
            raise PlanError(msg)
        self.unreached = asked[np.round(solved.values[lacking]).astype(int) > 0]
        return self._platoons(solved.values)

    def _worst(self, counts: Ints) -> tuple[float, Ints]:
        """Halve the list of times until the least is left at which all can be covered."""
        begun = self.clock.seconds
        asked = self._asked()
        times = np.unique(self.posts.minutes[:, asked])
        times = times[np.isfinite(times)]
        low, high = 0, len(times) - 1  # times[high] can be had; what is below low cannot
        while low < high and not self.clock.tell(float(times[high]), float(times[low])):
            middle = (low + high) // 2
            found = self._covered(float(times[middle]))
            if found is None:
                low = middle + 1
            else:
                high, counts = middle, found
        value, bound = (float(times[high]), float(times[low])) if asked.size else (0.0, 0.0)
        words = f"minutes until {self._platoon()} reaches the worst-covered protected place"
        self._told("worst protected place", words, value, bound, begun, proved=low >= high)
        return (value if asked.size else np.inf), counts

    def _covered(self, limit: float) -> Ints | None:
        """Return platoons that cover every protected place within a time, if there are such."""
        reach = self._reach(limit)
        if (reach.sum(axis=1) == 0).any():
            return None
        builder = Builder(self.terrain, self.posts, self.backup)
        builder.cover(reach)
        solved = solve(builder.model(), Clock(max(self.clock.left_s, 1.0)))
        return None if solved.values is None else self._platoons(solved.values)

    def _asked(self) -> Ints:
        return np.setdiff1d(np.flatnonzero(self.terrain.protected), self.unreached)

    def _reach(self, limit: float) -> Flags:
        minutes = self.posts.minutes[:, self._asked()].T
        return np.isfinite(minutes) & (minutes <= limit)

    # --- second and third aim -------------------------------------------------------------

    def _mean(self, limit: float, start: Ints) -> Ints:
        begun = self.clock.seconds
        builder = Builder(self.terrain, self.posts, self.backup)
        builder.cover(self._reach(limit))
        ladder = self._ladder()
        prices, constant = builder.climb(ladder)
        for column, price in prices.items():
            builder.cost[column] = price
        first = self._start(builder, start)
        solved = solve(builder.model(), self.clock, start=first, constant=constant)
        counts = self._better(start, solved, self._mean_of)
        words = f"minutes until {self._platoons_asked()} there, mean over people"
        self._close("mean response", words, self._mean_of(counts), solved, begun)
        return counts

    def _camps(self, limit: float, start: Ints) -> Ints:
        begun = self.clock.seconds
        builder = Builder(self.terrain, self.posts, self.backup)
        builder.cover(self._reach(limit))
        prices, constant = builder.climb(self._ladder())
        most = self._mean_of(start) * (1.0 + self.give_up) + 1e-6
        builder.row([*prices], [*prices.values()], -np.inf, most - constant)
        for column, price in zip(builder.camps, self.terrain.camp_persons, strict=True):
            builder.cost[column] = float(price)
        first = self._start(builder, start)
        alike = bool((self.terrain.camp_persons == self.terrain.camp_persons[0]).all())
        gap = 0.99 * float(self.terrain.camp_persons[0]) if alike else 0.0
        solved = solve(builder.model(), self.clock, start=first, gap=gap)
        counts = self._better(start, solved, self._price)
        words = (
            "camps opened" if alike and self.terrain.camp_persons[0] == 1 else "persons in camps"
        )
        words += f", giving up at most {100 * self.give_up:g} % of the mean response"
        self._close("camps", words, self._price(counts), solved, begun)
        return counts

    def _ladder(self) -> Ladder:
        """Return the weights: shares of the people, or of the places where nobody is counted."""
        can = np.isfinite(self.posts.minutes).any(axis=0)
        counted = self.terrain.persons * can
        weight = counted if counted.sum() > 0 else can.astype(np.float64)
        finite = self.posts.minutes[np.isfinite(self.posts.minutes)]
        longest = float(finite.max()) if finite.size else 0.0
        return Ladder(np.asarray(weight / max(float(weight.sum()), 1e-12)), MISSING_TIMES * longest)

    def _mean_of(self, counts: Ints) -> float:
        """Return the mean over people of the mean minutes of the platoons asked for."""
        ladder = self._ladder()
        each = np.repeat(np.arange(len(counts)), np.minimum(counts, self.backup))
        lacking = np.full((self.backup, self.posts.minutes.shape[1]), np.inf)
        minutes = np.sort(np.vstack([self.posts.minutes[each], lacking]), axis=0)[: self.backup]
        minutes = np.where(np.isfinite(minutes), minutes, ladder.missing_min)
        return float(minutes.mean(axis=0) @ ladder.weight)

    def _price(self, counts: Ints) -> float:
        open_ = np.bincount(self.posts.base, counts, len(self.terrain.bases)) > 0
        return float(self.terrain.camp_persons[open_].sum())

    def _start(self, builder: Builder, counts: Ints) -> Floats:
        """Return all columns of a laydown that is known to be allowed."""
        first = np.zeros(len(builder.cost))
        first[builder.platoons] = counts
        first[builder.camps] = np.bincount(self.posts.base, counts, len(self.terrain.bases)) > 0
        rows = list(zip(builder.rows, builder.columns, builder.entries, strict=True))
        at: dict[int, list[tuple[int, float]]] = {}
        for row, column, entry in rows:
            at.setdefault(row, []).append((column, entry))
        begin = int(builder.camps[-1]) + 1
        for row, terms in at.items():  # rungs stand in order: each from the one before
            own = [c for c, e in terms if c >= begin and e > 0]
            if len(own) == 1 and len(terms) < len(builder.cost) - begin:
                known = sum(e * first[c] for c, e in terms if c != own[0])
                first[own[0]] = max(0.0, builder.row_low[row] - known)
        return first

    def _better(self, start: Ints, solved: Solved, value: object) -> Ints:
        """Return the laydown found, or the one it began with if that is no worse."""
        assert callable(value)
        if solved.values is None:
            return start
        found = self._platoons(solved.values)
        return found if value(found) <= value(start) else start

    def _platoons(self, values: Floats) -> Ints:
        return np.asarray(np.round(values[: len(self.posts.base)]).astype(np.int64))

    # --- words ----------------------------------------------------------------------------

    def _platoon(self) -> str:
        return "a platoon" if self.backup == 1 else f"platoon {self.backup}"

    def _platoons_asked(self) -> str:
        return "a platoon is" if self.backup == 1 else f"{self.backup} platoons are"

    def _close(self, name: str, words: str, value: float, solved: Solved, begun: float) -> None:
        bound = solved.bound if np.isfinite(solved.bound) else 0.0
        bound = value if solved.proved else min(max(bound, 0.0), value)
        self._told(name, words, value, bound, begun, proved=solved.proved)

    def _told(
        self, name: str, words: str, value: float, bound: float, begun: float, *, proved: bool
    ) -> None:
        status = "optimal" if proved else self.clock.stop or "time limit"
        seconds = self.clock.seconds - begun
        self.stages.append(Stage(name, words, value, bound, status, seconds))


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

    def __init__(self, terrain: Terrain, posts: Posts, backup: int) -> None:
        self.terrain, self.posts, self.backup = terrain, posts, backup
        bases = len(terrain.bases)
        self.platoons = np.arange(len(posts.base))
        self.camps = len(posts.base) + np.arange(bases)
        self.cost = [0.0] * (len(posts.base) + bases)
        self.low = [*posts.least.astype(float).tolist(), *([0.0] * bases)]
        room = terrain.capacity[posts.base].astype(float).tolist()
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
        for b, room in enumerate(self.terrain.capacity.tolist()):
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
