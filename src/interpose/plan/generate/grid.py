"""The columns of the search: a line, an offer, and a run of months in which nothing changes.

Within such a run one answer serves every month, so it stands for all of them: windows, lines and
ceilings change at few dates. Months in which a pool must weigh tour against rest, or a guest waits
for its host to settle, stay months.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt

from interpose.plan.generate.problem import Problem, persons_by_offer

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Grid:
    """Columns and cells of the search.

    Attributes
    ----------
    periods : tuple of (first, last)
        Months, both within.
    span : (period,) int, months
    lines, offers : tuple of str
        Names behind the numbers below; `line_rows` and `offer_rows` are their rows.
    cell_line, cell_period : (cell,) int
    need : (cell,) int, units
    line, offer, period : (column,) int
    cell : (column,) int
        Which cell it helps to fill.
    kept : (column,) int, units
        What the previous plan has there.
    fixed : (column,) int, units
        What stands already; -1 where open.
    bites : (column,) bool
        Whether a caveat of the offer matters in the line, or it is a reserve at home.
    outside : (column,) bool
        Whether it stands already although no rule lets it in any more.
    month : (column,) int
        First of its period.
    weight : (column,) int, months
        That it stands for.
    persons : (column,) float, persons a unit
    limit : (column,) float, persons
        That its nation allows itself there; nan without a ceiling, and for reserves at home.
    most : (column,) float, units
        Whole ones that its offer could give there, all else at rest.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem, self.periods = problem, _periods(problem)
        self.span = np.array([last - first + 1 for first, last in self.periods], dtype=np.int64)
        self.lines, self.offers = tuple(problem.lines), tuple(problem.offers)
        self.line_rows, self.offer_rows = [*problem.lines.values()], [*problem.offers.values()]
        line_at = {name: i for i, name in enumerate(self.lines)}
        offer_at = {name: i for i, name in enumerate(self.offers)}
        cells = [
            (line_at[line], p, problem.need[line, first])
            for p, (first, _) in enumerate(self.periods)
            for line in self.lines
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
            for p, (first, _) in enumerate(self.periods)
            if first in fit.months or problem.frozen.get((line, offer, first), 0)
            if (line_at[line], p) in cell_at
        ]
        self.need: Ints
        self.fixed: Ints
        self.cell_line, self.cell_period, self.need = _columns(cells, 3)
        self.line, self.offer, self.period, self.cell, self.kept, self.fixed, *flags = _columns(
            rows, 8
        )
        self.bites, self.outside = (flag.astype(bool) for flag in flags)
        self.month = np.array([first for first, _ in self.periods], dtype=np.int64)[self.period]
        self.weight = self.span[self.period]
        each = persons_by_offer(problem)
        self.persons = np.array([each[name] for name in self.offers], dtype=float)[self.offer]
        self.limit = np.array([*map(self._limit, self.offer, self.month)], dtype=float)
        units = np.array([row.units for row in self.offer_rows], dtype=np.int64)[self.offer]
        self.most: Floats = np.minimum(units, self.need[self.cell]).astype(float)
        bound = np.isfinite(self.limit) & (self.persons > 0)
        allowed = np.floor(self.limit[bound] / self.persons[bound] + 1e-9)
        self.most[bound] = np.minimum(self.most[bound], allowed)

    def _limit(self, offer: int, month: int) -> float:
        row = self.offer_rows[offer]
        if row.reserve:
            return np.nan
        return self.problem.ceilings.get((row.contributor, row.mission, int(month)), np.nan)

    def columns_of(self, offers: Collection[str]) -> Ints:
        """Return the columns of some offers."""
        members = np.array([name in offers for name in self.offers], dtype=bool)
        return np.flatnonzero(members[self.offer]) if len(self.offer) else np.zeros(0, np.int64)

    def columns_at(self) -> dict[tuple[str, int], list[int]]:
        """Return the columns of each offer in each period."""
        found: dict[tuple[str, int], list[int]] = {}
        for column, (offer, period) in enumerate(zip(self.offer, self.period, strict=True)):
            found.setdefault((self.offers[offer], int(period)), []).append(column)
        return found

    def company(self) -> tuple[tuple[str, str, int, int], ...]:
        """Return (guest, other, guest's period, period in which the other must be there)."""
        at, problem = self.columns_at(), self.problem
        first_month = problem.months[0] if problem.months else 0
        pairs = []
        for guest, other, is_host in problem.companions:
            for p, (first, last) in enumerate(self.periods):
                if (guest, p) not in at:
                    continue
                lag = problem.lag(guest, other, first) if is_host else 0
                since = max(first - lag, first_month)
                pairs += [
                    (guest, other, p, q)
                    for q, (begins, ends) in enumerate(self.periods)
                    if begins <= last and ends >= since
                ]
        return tuple(pairs)


def _columns(rows: Sequence[Sequence[int]], count: int) -> Ints:
    return np.array(rows, dtype=np.int64).reshape(-1, count).T


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
