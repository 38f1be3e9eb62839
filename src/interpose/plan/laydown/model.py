"""The three aims of a laydown as models for HiGHS, each with its bound: threshold, mean, camps.

A place pays, for every step between two of its distances, the platoons it still lacks within the
nearer one: with `k` platoons asked for, the sum over steps is the minutes of its `k` nearest. This
is the ladder form of the p-median (Cornuejols, Nemhauser and Wolsey 1980, doi:10.1137/0601030),
here for `k` nearest platoons, several of which may stand in one camp.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from interpose.errors import PlanError
from interpose.plan.highs import Flags, Floats, Ints, Model, Solved
from interpose.plan.laydown.terrain import Terrain
from interpose.plan.result import Stage, assumption

MISSING_TIMES = assumption("missing_platoon_times")
"""A platoon that cannot come counts as this many times the longest way there is."""


@dataclass(frozen=True, slots=True)
class Posts:
    """Pairs of a base and a group of platoons that may stand there.

    Attributes
    ----------
    groups : tuple of str
        Area in which each group answers; empty: everywhere.
    minutes : (post, place) float, minutes
        Infinite where the group may not answer or no road leads.
    wanted : (group,) int, platoons
    least : (post,) int, platoons
        Bound to that base.
    """

    groups: tuple[str, ...]
    base: Ints
    group: Ints
    minutes: Floats
    wanted: Ints
    least: Ints


class Stand(Model):
    """Every platoon stands at a base that is open and holds it: what all three aims share."""

    def __init__(self, terrain: Terrain, posts: Posts, backup: int) -> None:
        super().__init__()
        self.posts, self.backup = posts, backup
        room = terrain.capacity
        self.platoons = self.columns(
            np.zeros(len(posts.base)), low=posts.least, high=room[posts.base], whole=True
        )
        self.camps = self.columns(np.zeros(len(room)), whole=True)
        self.lacking: list[tuple[int, Ints]] = []
        for g, wanted in enumerate(posts.wanted):
            self.rows(self.platoons[posts.group == g], 1.0, wanted, wanted)
        for b, holds in enumerate(room):
            here = self.platoons[posts.base == b]
            self.rows([*here, self.camps[b]], [*np.ones(len(here)), -holds], high=0.0)

    def cover(self, reach: Flags) -> None:
        """Each protected place has `backup` platoons within reach: (place, post) bool."""
        for able in reach:
            self.rows(self.platoons[able], 1.0, self.backup)

    def cover_most(self, reach: Flags) -> Ints:
        """Cover as many as can be, the first of them first; return the columns of the rest."""
        left_out = self.columns(1.0 + 1e-6 * np.arange(len(reach), 0, -1), whole=True)
        for able, lacking in zip(reach, left_out, strict=True):
            here = self.platoons[able]
            self.rows([*here, lacking], [*np.ones(len(here)), self.backup], self.backup)
        return left_out

    def climb(self, weight: Floats, missing_min: float) -> tuple[Ints, Floats, float]:
        """Add the ladder of every place that has a weight.

        Returns the columns, (column,) minutes that each adds to the mean for each platoon lacking,
        and the minutes that the mean has at least.
        """
        prices: list[float] = []
        constant = 0.0
        for i in np.flatnonzero(weight > 0):
            minutes = self.posts.minutes[:, i]
            able = np.flatnonzero(np.isfinite(minutes))
            able = able[np.argsort(minutes[able], kind="stable")]
            steps, starts = np.unique(minutes[able], return_index=True)
            ends = np.append(starts[1:], len(able))
            until = np.append(steps[1:], max(missing_min, float(steps[-1])))
            constant += weight[i] * float(steps[0])
            prices += (weight[i] * (until - steps) / self.backup).tolist()
            rungs = self.columns(np.zeros(len(steps)), high=self.backup)
            for k, (start, end) in enumerate(zip(starts, ends, strict=True)):
                near, before = able[start:end], rungs[k - 1 : k] if k else rungs[:0]
                entries = [*np.ones(len(near) + 1), *-np.ones(len(before))]
                self.rows([*near, rungs[k], *before], entries, 0.0 if k else self.backup)
                self.lacking.append((int(rungs[k]), able[:end]))
        return np.array([column for column, _ in self.lacking]), np.array(prices), constant

    def start(self, counts: Ints) -> Floats:
        """Return all columns of a laydown that is known to be allowed."""
        first = np.zeros(len(self.cost))
        first[self.platoons] = counts
        first[self.camps] = np.bincount(self.posts.base, counts, len(self.camps)) > 0
        for column, within in self.lacking:
            first[column] = max(0.0, self.backup - float(counts[within].sum()))
        return first

    def platoons_of(self, solved: Solved) -> Ints:
        """Return (post,) platoons of an answer."""
        assert solved.values is not None
        return np.round(solved.values[self.platoons]).astype(np.int64)


class Aims:
    """The three aims, one after the other; `unreached` are places that too few can reach."""

    def __init__(
        self, terrain: Terrain, posts: Posts, backup: int, give_up: float, time_limit_s: float
    ) -> None:
        self.terrain, self.posts, self.backup, self.give_up = terrain, posts, backup, give_up
        self.ends = time.perf_counter() + time_limit_s
        self.stages: list[Stage] = []
        self.unreached: Ints = np.empty(0, dtype=np.int64)
        can = np.isfinite(posts.minutes).any(axis=0)
        counted = terrain.persons * can
        weight = counted if counted.sum() > 0 else can.astype(np.float64)
        self.weight: Floats = np.asarray(weight / max(float(weight.sum()), 1e-12))
        longest = posts.minutes[np.isfinite(posts.minutes)].max(initial=0.0)
        self.missing_min = MISSING_TIMES * float(longest)

    def seek(self) -> Ints:
        """Return (post,) platoons after all three aims."""
        counts = self._out_of_reach()
        limit, counts = self._worst(counts)
        counts = self._mean(limit, counts)
        return self._camps(limit, counts)

    # --- first aim ------------------------------------------------------------------------

    def _out_of_reach(self) -> Ints:
        """Find the protected places that cannot be had, whatever the time; return a laydown."""
        model = Stand(self.terrain, self.posts, self.backup)
        asked = np.flatnonzero(self.terrain.protected)
        lacking = model.cover_most(np.isfinite(self.posts.minutes[:, asked]).T)
        solved = model.solve(max(self._left_s(), 1.0))
        if solved.values is None:
            msg = "The platoons cannot stand anywhere: bases and what is bound to them do not fit."
            raise PlanError(msg)
        self.unreached = asked[np.round(solved.values[lacking]).astype(int) > 0]
        return model.platoons_of(solved)

    def _worst(self, counts: Ints) -> tuple[float, Ints]:
        """Halve the list of times until the least is left at which all can be covered."""
        begun = time.perf_counter()
        asked = self._asked()
        times = np.unique(self.posts.minutes[:, asked])
        times = times[np.isfinite(times)]
        low, high = 0, len(times) - 1  # times[high] can be had; what is below low cannot
        while low < high and self._left_s() > 0:
            middle = (low + high) // 2
            found, proved = self._covered(float(times[middle]))
            if found is not None:
                high, counts = middle, found
            elif proved:
                low = middle + 1
            else:
                break
        value, bound = (float(times[high]), float(times[low])) if asked.size else (0.0, 0.0)
        which = "a platoon" if self.backup == 1 else f"platoon {self.backup}"
        words = f"minutes until {which} reaches the worst-covered protected place"
        self._close("worst protected place", words, value, bound, begun, proved=low >= high)
        return (value if asked.size else np.inf), counts

    def _covered(self, limit: float) -> tuple[Ints | None, bool]:
        """Return platoons that cover every protected place within a time, or whether none do."""
        reach = self._reach(limit)
        if (reach.sum(axis=1) == 0).any():
            return None, True
        model = Stand(self.terrain, self.posts, self.backup)
        model.cover(reach)
        solved = model.solve(max(self._left_s(), 1.0))
        return (None if solved.values is None else model.platoons_of(solved)), solved.proved

    def _asked(self) -> Ints:
        return np.setdiff1d(np.flatnonzero(self.terrain.protected), self.unreached)

    def _reach(self, limit: float) -> Flags:
        minutes = self.posts.minutes[:, self._asked()].T
        return np.isfinite(minutes) & (minutes <= limit)

    # --- second and third aim -------------------------------------------------------------

    def _mean(self, limit: float, start: Ints) -> Ints:
        begun = time.perf_counter()
        model = Stand(self.terrain, self.posts, self.backup)
        model.cover(self._reach(limit))
        lacking, prices, constant = model.climb(self.weight, self.missing_min)
        for column, price in zip(lacking, prices, strict=True):
            model.cost[column] = float(price)
        solved = model.solve(self._left_s(), start=model.start(start))
        counts = self._better(model, start, solved, self._mean_of)
        asked = "a platoon is" if self.backup == 1 else f"{self.backup} platoons are"
        words = f"minutes until {asked} there, mean over people"
        value, bound = self._mean_of(counts), solved.bound + constant
        self._close("mean response", words, value, bound, begun, proved=solved.proved)
        return counts

    def _camps(self, limit: float, start: Ints) -> Ints:
        begun = time.perf_counter()
        model = Stand(self.terrain, self.posts, self.backup)
        model.cover(self._reach(limit))
        lacking, prices, constant = model.climb(self.weight, self.missing_min)
        most = self._mean_of(start) * (1.0 + self.give_up) + 1e-6
        model.rows(lacking, prices, high=most - constant)
        for column in model.camps:
            model.cost[column] = 1.0
        solved = model.solve(self._left_s(), gap=0.99, start=model.start(start))
        counts = self._better(model, start, solved, self._open_camps)
        words = f"camps opened, giving up at most {100 * self.give_up:g} % of the mean response"
        value = self._open_camps(counts)
        self._close("camps", words, value, solved.bound, begun, proved=solved.proved)
        return counts

    def _mean_of(self, counts: Ints) -> float:
        """Return the mean over people of the mean minutes of the platoons asked for."""
        each = np.repeat(np.arange(len(counts)), np.minimum(counts, self.backup))
        lacking = np.full((self.backup, self.posts.minutes.shape[1]), np.inf)
        minutes = np.sort(np.vstack([self.posts.minutes[each], lacking]), axis=0)[: self.backup]
        minutes = np.where(np.isfinite(minutes), minutes, self.missing_min)
        return float(minutes.mean(axis=0) @ self.weight)

    def _open_camps(self, counts: Ints) -> float:
        return float(len(np.unique(self.posts.base[counts > 0])))

    def _better(
        self, model: Stand, start: Ints, solved: Solved, value: Callable[[Ints], float]
    ) -> Ints:
        """Return the laydown found, or the one it began with if that is no worse."""
        if solved.values is None:
            return start
        found = model.platoons_of(solved)
        return found if value(found) <= value(start) else start

    def _left_s(self) -> float:
        return max(self.ends - time.perf_counter(), 0.0)

    def _close(
        self, name: str, words: str, value: float, bound: float, begun: float, *, proved: bool
    ) -> None:
        bound = value if proved else min(max(bound, 0.0), value) if np.isfinite(bound) else 0.0
        status = "optimal" if proved else "time limit"
        seconds = time.perf_counter() - begun
        self.stages.append(Stage(name, words, value, bound, status, seconds))
