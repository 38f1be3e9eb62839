"""The columns of the search: a line, an offer, and a run of months in which nothing changes.

Within such a run one answer serves every month, so it stands for all of them: windows, lines and
ceilings change at few dates. Months in which a pool must weigh tour against rest, or a guest waits
for its host to settle, stay months.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from interpose.plan.generate.problem import Problem

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Grid:
    """Columns and cells of the search.

    Attributes
    ----------
    periods : tuple of (first, last)
        Months, both within.
    span : (period,) int, months
    lines, offers : tuple of str
        Names behind the numbers below.
    line, offer, period : (column,) int
    cell : (column,) int
        Which cell it helps to fill.
    cell_line, cell_period : (cell,) int
    need : (cell,) int, units
    bites : (column,) bool
        Whether a caveat of the offer matters in the line.
    kept : (column,) int, units
        What the previous plan has there.
    fixed : (column,) int, units
        What stands already; -1 where open.
    outside : (column,) bool
        Whether it stands already although no rule lets it in any more.
    """

    periods: tuple[tuple[int, int], ...]
    span: Ints
    lines: tuple[str, ...]
    offers: tuple[str, ...]
    cell_line: Ints
    cell_period: Ints
    need: Ints
    line: Ints
    offer: Ints
    period: Ints
    cell: Ints
    kept: Ints
    fixed: Ints
    bites: npt.NDArray[np.bool_]
    outside: npt.NDArray[np.bool_]

    @property
    def weight(self) -> Ints:
        """(column,) int, months that each column stands for."""
        return self.span[self.period]


def lay_grid(problem: Problem) -> Grid:
    """Lay the columns and cells over the runs of months in which nothing changes."""
    periods = _periods(problem)
    lines, offers = tuple(problem.lines), tuple(problem.offers)
    line_at = {name: i for i, name in enumerate(lines)}
    offer_at = {name: i for i, name in enumerate(offers)}
    cells = [
        (line_at[line], p, problem.need[line, first])
        for p, (first, _) in enumerate(periods)
        for line in lines
        if problem.need.get((line, first), 0)
    ]
    cell_at = {(line, p): i for i, (line, p, _) in enumerate(cells)}
    rows = [
        (
            line_at[line],
            offer_at[offer],
            p,
            cell_at[line_at[line], p],
            problem.kept.get((line, offer, first), 0),
            problem.frozen.get((line, offer, first), 0) if first <= problem.frozen_to else -1,
            bool(fit.bites) or problem.offers[offer].reserve,
            first not in fit.months,
        )
        for (line, offer), fit in sorted(problem.fits.items())
        for p, (first, _) in enumerate(periods)
        if first in fit.months or problem.frozen.get((line, offer, first), 0)
        if (line_at[line], p) in cell_at
    ]
    *columns, bites, outside = np.array(rows, dtype=np.int64).reshape(-1, 8).T
    by_cell = np.array(cells, dtype=np.int64).reshape(-1, 3).T
    span = np.array([last - first + 1 for first, last in periods], dtype=np.int64)
    arrays = [*by_cell, *columns]
    flags = {"bites": bites.astype(bool), "outside": outside.astype(bool)}
    return Grid(periods, span, lines, offers, *arrays, **flags)


def _periods(problem: Problem) -> tuple[tuple[int, int], ...]:
    """Join neighbouring months that are alike in everything that binds."""
    single = _single_months(problem)
    by_month: dict[int, list[tuple[object, ...]]] = {}
    for bound in (problem.kept, problem.ceilings):
        for (*key, month), value in sorted(bound.items()):
            by_month.setdefault(month, []).append((*key, value))
    periods: list[tuple[int, int]] = []
    last_sign: object = None
    for month in problem.months:
        sign = (
            tuple(pair for pair, fit in sorted(problem.fits.items()) if month in fit.months),
            tuple(line for line in problem.lines if problem.need.get((line, month), 0)),
            tuple(by_month.get(month, ())),
            tuple(pool.taken.get(month, 0) for pool in problem.pools),
            month <= problem.frozen_to,
            month if month in single else None,
        )
        if periods and sign == last_sign:
            periods[-1] = (periods[-1][0], month)
        else:
            periods.append((month, month))
        last_sign = sign
    return tuple(periods)


def _single_months(problem: Problem) -> frozenset[int]:
    """Return the months in which a pool weighs tour against rest, or a guest waits for its host."""
    weighed = {offer for pool in problem.pools if not pool.steady for offer in pool.offers}
    waiting = {
        guest
        for guest, _, is_host in problem.companions
        if is_host and problem.offers[guest].settle_days
    }
    months: set[int] = set()
    for (_, offer), fit in problem.fits.items():
        if offer in weighed or offer in waiting:
            months |= fit.months
    return frozenset(months)


def columns_of(grid: Grid, offers: Collection[str]) -> Ints:
    """Return the columns of some offers."""
    members = np.array([name in offers for name in grid.offers], dtype=bool)
    return np.flatnonzero(members[grid.offer]) if len(grid.offer) else np.zeros(0, np.int64)


def columns_at(grid: Grid) -> dict[tuple[int, int], list[int]]:
    """Return the columns of each offer (by number) in each period."""
    found: dict[tuple[int, int], list[int]] = {}
    for column, (offer, period) in enumerate(zip(grid.offer, grid.period, strict=True)):
        found.setdefault((int(offer), int(period)), []).append(column)
    return found


def company_pairs(problem: Problem, grid: Grid) -> tuple[tuple[str, str, int, int], ...]:
    """Return (guest, other, guest's period, period in which the other must be there)."""
    at = columns_at(grid)
    offer_at = {name: i for i, name in enumerate(grid.offers)}
    first_month = problem.months[0] if problem.months else 0
    pairs = []
    for guest, other, is_host in problem.companions:
        for p, (first, last) in enumerate(grid.periods):
            if (offer_at[guest], p) not in at:
                continue
            lag = problem.lag(guest, other, first) if is_host else 0
            since = max(first - lag, first_month)
            pairs += [
                (guest, other, p, q)
                for q, (begins, ends) in enumerate(grid.periods)
                if begins <= last and ends >= since
            ]
    return tuple(pairs)
