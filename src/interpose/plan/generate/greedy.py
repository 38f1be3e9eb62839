"""A plan in one sweep: the most urgent cell first, the offer with the fewest other uses first.

It is a start for the search and a floor for it: never the plan itself, as it never moves a unit
that it has placed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from interpose.plan.generate.grid import Grid, company_pairs
from interpose.plan.generate.problem import Pool, Problem, persons_by_offer, steady_units
from interpose.plan.generate.tours import curves

Urgency = tuple[bool, bool, int, str, bool, int, float, str, int]
Ints = npt.NDArray[np.int64]


def fill(problem: Problem, grid: Grid) -> Ints:
    """Return (column,) units that keep every rule, beginning with nothing but what is frozen."""
    units = np.maximum(grid.fixed, 0)
    if len(units):
        ledger = _Ledger(problem, grid, units)
        for column in sorted(range(len(units)), key=_urgency(problem, grid)):
            ledger.add(column)
    return units


def _urgency(problem: Problem, grid: Grid) -> Callable[[int], Urgency]:
    uses: dict[int, set[int]] = defaultdict(set)
    choices: dict[int, int] = defaultdict(int)
    for line, offer, cell in zip(grid.line, grid.offer, grid.cell, strict=True):
        uses[int(offer)].add(int(line))
        choices[int(cell)] += 1
    persons = persons_by_offer(problem)
    guests = {guest for guest, _, _ in problem.companions}

    def key(column: int) -> Urgency:
        line = problem.lines[grid.lines[grid.line[column]]]
        offer = grid.offers[grid.offer[column]]
        return (
            offer in guests,
            not line.critical,
            line.priority,
            line.id,
            bool(grid.bites[column]),
            len(uses[int(grid.offer[column])]),
            persons[offer],
            offer,
            int(grid.period[column]),
        )

    return key


class _Ledger:
    """What is used up so far, and what a column may still add."""

    def __init__(self, problem: Problem, grid: Grid, units: Ints) -> None:
        self.problem, self.grid, self.units = problem, grid, units
        self.persons = persons_by_offer(problem)
        self.open = grid.need - np.bincount(grid.cell, units, len(grid.need)).astype(np.int64)
        self.used: dict[tuple[str, int], int] = defaultdict(int)
        self.sent: dict[tuple[str, str, int], float] = defaultdict(float)
        self.nations: dict[int, set[str]] = defaultdict(set)
        self.pool = {offer: pool for pool in problem.pools for offer in pool.offers}
        self.company: dict[tuple[str, int], list[tuple[str, int]]] = defaultdict(list)
        for guest, other, period, there in company_pairs(problem, grid):
            self.company[guest, period].append((other, there))
        for column in np.flatnonzero(units):
            self._book(int(column), int(units[column]))

    def add(self, column: int) -> None:
        """Add as many units to a column as every rule lets in."""
        grid, problem = self.grid, self.problem
        if grid.fixed[column] >= 0 or grid.outside[column]:
            return
        cell, period = int(grid.cell[column]), int(grid.period[column])
        name = grid.offers[grid.offer[column]]
        offer = problem.offers[name]
        line = problem.lines[grid.lines[grid.line[column]]]
        month = grid.periods[period][0]
        room = min(int(self.open[cell]), offer.units - self.used[name, period])
        most = problem.ceilings.get((offer.contributor, offer.mission, month))
        if most is not None and not offer.reserve and self.persons[name] > 0:
            free = most - self.sent[offer.contributor, offer.mission, period]
            room = min(room, int(free / self.persons[name] + 1e-9))
        others = self.nations[cell] - {offer.contributor}
        if room <= 0 or (others and not line.may_be_split) or not self._in_company(name, period):
            return
        room = min(room, self._rested(self.pool[name], period, month, room))
        if room > 0:
            self.units[column] += room
            self._book(column, room)
            self.open[cell] -= room

    def _book(self, column: int, units: int) -> None:
        grid = self.grid
        name = grid.offers[grid.offer[column]]
        offer, period = self.problem.offers[name], int(grid.period[column])
        self.used[name, period] += units
        self.nations[int(grid.cell[column])].add(offer.contributor)
        if not offer.reserve:
            key = (offer.contributor, offer.mission, period)
            self.sent[key] += units * self.persons[name]

    def _in_company(self, name: str, period: int) -> bool:
        return all(self.used[other, there] > 0 for other, there in self.company[name, period])

    def _rested(self, pool: Pool, period: int, month: int, wanted: int) -> int:
        """Return how many more units the pool can keep in place in a period."""
        here = sum(self.used[name, period] for name in pool.offers)
        room = pool.most - pool.taken.get(month, 0) - here
        if pool.steady or room <= 0:
            return room
        steady = steady_units(pool.units, pool.tour, pool.rest) - pool.taken.get(month, 0) - here
        for more in range(min(room, wanted), max(0, steady), -1):
            if self._bears(pool, period, more):
                return more
        return max(0, min(steady, wanted)) if self._bears(pool, period, steady) else 0

    def _bears(self, pool: Pool, period: int, more: int) -> bool:
        if more <= 0:
            return False
        wanted = [pool.taken.get(month, 0) for month in self.problem.months]
        start = self.problem.months[0]
        for p, (first, last) in enumerate(self.grid.periods):
            here = sum(self.used[name, p] for name in pool.offers) + (more if p == period else 0)
            for month in range(first, last + 1):
                wanted[month - start] += here
        return curves(wanted, pool.units, pool.tour, pool.rest, pool.most) is not None
