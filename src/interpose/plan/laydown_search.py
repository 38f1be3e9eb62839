"""The three searches of a laydown, each with its bound: threshold, weighted mean, camps."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from interpose.errors import PlanError
from interpose.plan.assumptions import assumption
from interpose.plan.ground import Flags, Floats, Ground, Ints
from interpose.plan.laydown_model import Builder, Ladder, Posts
from interpose.plan.location.search import Search, Solved, solve
from interpose.plan.result import Stage

MISSING_TIMES = assumption("missing_platoon_times")
"""A platoon that cannot come counts as this many times the longest way there is."""


@dataclass(slots=True)
class Aims:
    """The lexicographic search.

    Attributes
    ----------
    ground : Ground
    posts : Posts
    backup : int
    give_up : float
        Share of the mean that the third aim may cost.
    search : Search
        The clock of all three.
    stages : list of Stage
        Filled by `seek`.
    unreached : (n,) int
        Protected places that too few platoons can reach; filled by `seek`.
    """

    ground: Ground
    posts: Posts
    backup: int
    give_up: float
    search: Search
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
        builder = Builder(self.ground, self.posts, self.backup)
        asked = np.flatnonzero(self.ground.protected)
        lacking = builder.cover_most(np.isfinite(self.posts.minutes[:, asked]).T)
        solved = solve(builder.model(), Search(max(self.search.left_s, 1.0)))
        if solved.values is None:
            msg = "The platoons cannot stand anywhere: bases and what is bound to them do not fit."
            raise PlanError(msg)
        self.unreached = asked[np.round(solved.values[lacking]).astype(int) > 0]
        return self._platoons(solved.values)

    def _worst(self, counts: Ints) -> tuple[float, Ints]:
        """Halve the list of times until the least is left at which all can be covered."""
        begun = self.search.seconds
        asked = self._asked()
        times = np.unique(self.posts.minutes[:, asked])
        times = times[np.isfinite(times)]
        low, high = 0, len(times) - 1  # times[high] can be had; what is below low cannot
        while low < high and not self.search.tell(float(times[high]), float(times[low])):
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
        builder = Builder(self.ground, self.posts, self.backup)
        builder.cover(reach)
        solved = solve(builder.model(), Search(max(self.search.left_s, 1.0)))
        return None if solved.values is None else self._platoons(solved.values)

    def _asked(self) -> Ints:
        return np.setdiff1d(np.flatnonzero(self.ground.protected), self.unreached)

    def _reach(self, limit: float) -> Flags:
        minutes = self.posts.minutes[:, self._asked()].T
        return np.isfinite(minutes) & (minutes <= limit)

    # --- second and third aim -------------------------------------------------------------

    def _mean(self, limit: float, start: Ints) -> Ints:
        begun = self.search.seconds
        builder = Builder(self.ground, self.posts, self.backup)
        builder.cover(self._reach(limit))
        ladder = self._ladder()
        prices, constant = builder.climb(ladder)
        for column, price in prices.items():
            builder.cost[column] = price
        first = self._start(builder, start)
        solved = solve(builder.model(), self.search, start=first, constant=constant)
        counts = self._better(start, solved, self._mean_of)
        words = f"minutes until {self._platoons_asked()} there, mean over people"
        self._close("mean response", words, self._mean_of(counts), solved, begun)
        return counts

    def _camps(self, limit: float, start: Ints) -> Ints:
        begun = self.search.seconds
        builder = Builder(self.ground, self.posts, self.backup)
        builder.cover(self._reach(limit))
        prices, constant = builder.climb(self._ladder())
        most = self._mean_of(start) * (1.0 + self.give_up) + 1e-6
        builder.row([*prices], [*prices.values()], -np.inf, most - constant)
        for column, price in zip(builder.camps, self.ground.camp_persons, strict=True):
            builder.cost[column] = float(price)
        first = self._start(builder, start)
        alike = bool((self.ground.camp_persons == self.ground.camp_persons[0]).all())
        gap = 0.99 * float(self.ground.camp_persons[0]) if alike else 0.0
        solved = solve(builder.model(), self.search, start=first, gap=gap)
        counts = self._better(start, solved, self._price)
        words = "camps opened" if alike and self.ground.camp_persons[0] == 1 else "persons in camps"
        words += f", giving up at most {100 * self.give_up:g} % of the mean response"
        self._close("camps", words, self._price(counts), solved, begun)
        return counts

    def _ladder(self) -> Ladder:
        """Return the weights: shares of the people, or of the places where nobody is counted."""
        can = np.isfinite(self.posts.minutes).any(axis=0)
        counted = self.ground.persons * can
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
        open_ = np.bincount(self.posts.base, counts, len(self.ground.bases)) > 0
        return float(self.ground.camp_persons[open_].sum())

    def _start(self, builder: Builder, counts: Ints) -> Floats:
        """Return all columns of a laydown that is known to be allowed."""
        first = np.zeros(len(builder.cost))
        first[builder.platoons] = counts
        first[builder.camps] = np.bincount(self.posts.base, counts, len(self.ground.bases)) > 0
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
        status = "optimal" if proved else self.search.stop or "time limit"
        seconds = self.search.seconds - begun
        self.stages.append(Stage(name, words, value, bound, status, seconds))
