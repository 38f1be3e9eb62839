"""The integer program of force generation on HiGHS: one constraint, one function.

The grid's columns are the only real decisions: units of an offer in a line in a run of months.
Open units are slacks, so a plan always exists, and the slacks are the gap table. Formulations that
were tried and their times: docs/decisions/0015.

A column is a line, an offer, and a run of months in which nothing changes: one answer serves them
all, as windows, lines and ceilings change at few dates. Months in which a pool must weigh tour
against rest, or a guest waits for its host to settle, stay months.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import numpy as np
import numpy.typing as npt

from interpose.plan.generate.problem import Pool, Problem, persons_by_offer
from interpose.plan.generate.tours import curves
from interpose.plan.highs import Model

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


# --- the program ----------------------------------------------------------------------------------


class Program(Model):
    """The program and its two main variables.

    Attributes
    ----------
    units : (column of the grid,) int
        Columns of the program: units of an offer in a line.
    open : (cell,) int
        Columns of the program: units still open.
    """

    def __init__(self, grid: Grid) -> None:
        super().__init__()
        most = np.where(grid.fixed >= 0, grid.need.max(initial=0), grid.most)
        self.units = self.columns(np.zeros(len(most)), high=most, whole=True)
        self.open = self.columns(np.zeros(len(grid.need)), high=grid.need)

    def keep(
        self,
        terms: Sequence[tuple[Ints, Ints, npt.ArrayLike]],
        low: npt.ArrayLike,
        high: npt.ArrayLike,
        rows: int,
    ) -> None:
        """Add rows, each a sum of terms (row, column, coefficient) within its bounds."""
        parts = [(r, c, np.broadcast_to(np.asarray(w, float), len(r))) for r, c, w in terms]
        row, column, entry = (np.concatenate(part) for part in zip(*parts, strict=True))
        self.entries(row, column, entry, low, high, rows)


def build_program(grid: Grid) -> Program:
    """Build the program; aims are laid over it by ``search.py``."""
    program = Program(grid)
    for constraint in CONSTRAINTS:
        constraint(program, grid)
    return program


def fill_or_open(program: Program, grid: Grid) -> None:
    """Every unit that a line needs is filled or open."""
    cells = np.arange(len(grid.need))
    terms = [(grid.cell, program.units, 1.0), (cells, program.open, 1.0)]
    program.keep(terms, grid.need, grid.need, len(cells))


def offered_units(program: Program, grid: Grid) -> None:
    """Keep an offer to the units that it offers."""
    most = np.array([row.units for row in grid.offer_rows], dtype=float)
    keys, group = _groups(grid.offer, grid.period)
    program.keep([(group, program.units, 1.0)], -np.inf, most[keys[:, 0]], len(keys))


def shared_pools(program: Program, grid: Grid) -> None:
    """Offers of one pool share its units, also with missions elsewhere."""
    for pool in grid.problem.pools:
        offered = sum(grid.problem.offers[name].units for name in pool.offers)
        if not any(pool.taken.values()) and pool.most >= offered:
            continue
        picked = grid.columns_of(pool.offers)
        keys, group = _groups(grid.period[picked])
        room = [_room(pool, grid.periods[p][0]) for p in keys[:, 0]]
        program.keep([(group, program.units[picked], 1.0)], -np.inf, room, len(keys))


def tours_and_rest(program: Program, grid: Grid) -> None:
    """Let a pool that is short keep tour and rest: two rising curves, arrived and left.

    Rows of differences have whole solutions wherever the units are whole: the curves stay
    continuous.
    """
    months = len(grid.problem.months)
    for pool in grid.problem.pools:
        picked = grid.columns_of(pool.offers)
        if pool.steady or not len(picked):
            continue
        taken = _bearable(pool, grid.problem.months)
        top = float(pool.units * months)
        arrived = program.columns(np.zeros(months), high=top)
        left = program.columns(np.zeros(months), high=top)

        def differ(more: Ints, less: Ints, low: npt.ArrayLike, high: float = np.inf) -> None:
            row = np.arange(len(more))
            program.keep([(row, more, 1.0), (row, less, -1.0)], low, high, len(more))

        keys, group = _groups(grid.period[picked])
        firsts = np.array([grid.periods[p][0] - grid.problem.months[0] for p in keys[:, 0]])
        row = np.arange(len(keys))
        serving = (group, program.units[picked], -1.0)
        here = [(row, arrived[firsts], 1.0), (row, left[firsts], -1.0)]
        program.keep([*here, serving], taken[firsts], np.inf, len(keys))
        differ(arrived, left, -np.inf, float(pool.most))
        differ(arrived, left, taken)
        differ(arrived[1:], arrived[:-1], 0.0)
        differ(left[1:], left[:-1], 0.0)
        differ(left[pool.tour :], arrived[: max(0, months - pool.tour)], 0.0)
        first = arrived[: pool.rest]
        program.keep([(np.arange(len(first)), first, 1.0)], -np.inf, pool.units, len(first))
        differ(left[: max(0, months - pool.rest)], arrived[pool.rest :], -float(pool.units))


def national_ceilings(program: Program, grid: Grid) -> None:
    """Keep a nation to the persons it allows itself in a mission; reserves stay at home."""
    whose = [(row.contributor, row.mission) for row in grid.offer_rows]
    nations = sorted({*whose})
    nation = np.array([nations.index(key) for key in whose], dtype=int)
    picked = np.flatnonzero(np.isfinite(grid.limit))
    keys, group = _groups(nation[grid.offer[picked]], grid.period[picked])
    bound = np.zeros(len(keys))
    bound[group] = grid.limit[picked]
    terms = [(group, program.units[picked], grid.persons[picked])]
    program.keep(terms, -np.inf, bound, len(keys))


def one_nation_a_line(program: Program, grid: Grid) -> None:
    """Fill a line that may not be split by one nation at a time.

    A nation that is chosen gives no more than it has there, not than is needed: so half a choice
    gives half of that, and the relaxation is far tighter.
    """
    nations = sorted({row.contributor for row in grid.offer_rows})
    nation = np.array([nations.index(row.contributor) for row in grid.offer_rows], int)
    whole = np.array([not row.may_be_split for row in grid.line_rows], bool)
    by_column = nation[grid.offer]
    choices: dict[int, set[int]] = {}
    for cell, chosen_from in zip(grid.cell, by_column, strict=True):
        choices.setdefault(int(cell), set()).add(int(chosen_from))
    asked = np.flatnonzero(whole[grid.line] & (grid.need[grid.cell] > 1))
    picked = np.array([k for k in asked if len(choices[int(grid.cell[k])]) > 1], dtype=np.int64)
    keys, group = _groups(grid.cell[picked], by_column[picked])
    chosen = program.columns(np.zeros(len(keys)), whole=True)
    given = np.bincount(group, grid.most[picked], len(keys))
    room = np.asarray(np.minimum(grid.need[keys[:, 0]], given), dtype=np.float64)
    in_line, choice = (group, program.units[picked], 1.0), (np.arange(len(keys)), chosen, -room)
    program.keep([in_line, choice], -np.inf, 0.0, len(keys))
    lines, of_line = _groups(keys[:, 0])
    program.keep([(of_line, chosen, 1.0)], -np.inf, 1.0, len(lines))


def company(program: Program, grid: Grid) -> None:
    """Who needs another, or is embedded in it, comes only while it is there and has settled."""
    pairs, at = grid.company(), grid.columns_at()
    number = {name: i for i, name in enumerate(grid.offers)}
    others = sorted({(number[other], p) for _, other, _, p in pairs})
    there = program.columns(np.zeros(len(others)), whole=True)
    flags = {(grid.offers[n], p): flag for (n, p), flag in zip(others, there.tolist(), strict=True)}
    for key, flag in flags.items():  # the other is there only where it fills a line
        here = program.units[at.get(key, [])]
        program.rows([*here, flag], [*np.ones(len(here)), -1.0], low=0.0)
    for guest, other, period, host_period in pairs:
        here = program.units[at[guest, period]]
        most = float(grid.problem.offers[guest].units)
        entries = [*np.ones(len(here)), -most]
        program.rows([*here, flags[other, host_period]], entries, high=0.0)


def standing_months(program: Program, grid: Grid) -> None:
    """Months that are frozen stay as they were."""
    fixed, barred = np.flatnonzero(grid.fixed >= 0), np.flatnonzero(grid.outside)
    at = [(np.arange(len(fixed)), program.units[fixed], 1.0)]
    program.keep(at, grid.fixed[fixed], grid.fixed[fixed], len(fixed))
    at = [(np.arange(len(barred)), program.units[barred], 1.0)]
    program.keep(at, -np.inf, 0.0, len(barred))


CONSTRAINTS: tuple[Callable[[Program, Grid], None], ...] = (
    fill_or_open,
    offered_units,
    shared_pools,
    tours_and_rest,
    national_ceilings,
    one_nation_a_line,
    company,
    standing_months,
)
"""Every rule that binds a plan, in the order in which it is laid down."""


def _room(pool: Pool, month: int) -> int:
    return max(0, pool.most - pool.taken.get(month, 0))


def _bearable(pool: Pool, months: tuple[int, ...]) -> Floats:
    """Return what is promised elsewhere, or nothing where the pool could not even keep that."""
    taken = [min(pool.taken.get(month, 0), pool.most) for month in months]
    keeps = curves(taken, pool.units, pool.tour, pool.rest, pool.most) is not None
    return np.array(taken if keeps else [0] * len(months), dtype=float)


def _groups(*keys: Ints) -> tuple[Ints, Ints]:
    """Return the distinct rows of keys, sorted, and the number of each one's row."""
    distinct, group = np.unique(np.stack(keys, axis=1), axis=0, return_inverse=True)
    return distinct, group.reshape(-1)
