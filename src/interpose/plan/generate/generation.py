"""Force generation: nations' offers to dated lines, first things first, audited before it is given.

Nations decide: an offer, a caveat, a ceiling is an input here, never a decision. What no offer can
fill stays open and is named. The program is in ``model.py``, its aims and the search in
``search.py``; who relieves whom is laid afterwards by ``tours.py``.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from interpose.errors import AuditError, ConflictError, require_known
from interpose.plan import audit as checks
from interpose.plan.generate import gap_table
from interpose.plan.generate.model import Grid, Ints, build_program
from interpose.plan.generate.problem import (
    Key,
    Pool,
    Problem,
    steady_units,
)
from interpose.plan.generate.search import AIMS, ROLLING, Progress, Search, lay_aims, seek
from interpose.plan.generate.tours import curves, lay_tours
from interpose.plan.months import first_day
from interpose.plan.result import Plan, PlanInputs, Stage


def generate(
    inputs: PlanInputs,
    mission: str,
    begins: dt.date,
    ends: dt.date,
    *,
    aims: Sequence[str] | None = None,
    time_limit_s: float = 60.0,
    gap: float = 0.01,
    previous: Plan | None = None,
    frozen_until: dt.date | None = None,
    progress: Progress | None = None,
) -> Plan:
    """Fill dated lines with offers, and say of every month of every line why it stands as it does.

    Parameters
    ----------
    mission : str
        Whose lines; missions with lines that draw on the same pools are planned with it.
    begins, ends : date
        First day planned, and the first day after. Months count by their 15th.
    aims : sequence of str, optional
        From ``search.AIMS``, in the order in which they are sought and held. Default: all, with
        change before strain where there is a previous plan.
    time_limit_s : float, seconds
        For making and searching in all; the best so far is kept. Words and audit come on top.
    gap : float
        Share of an aim's value at which it is good enough; 0 proves each.
    previous, frozen_until : Plan and date, optional
        The plan so far, from which as little as possible is changed, and until when not at all.

    Raises
    ------
    UnknownNameError
        If there is no such mission or aim.
    ConflictError
        If frozen months contradict what binds today.
    AuditError
        If the plan broke a rule: a fault of ours, never of the input.
    """
    if aims is None:
        aims = AIMS if previous is None else ROLLING
    require_known("aim", aims, AIMS)
    until = time.perf_counter() + time_limit_s
    problem = Problem(inputs, mission, begins, ends, previous, frozen_until)
    grid = Grid(problem)
    columns, stages = _searched(grid, aims, until, gap, progress, previous)
    units = by_month(grid, columns)
    tours, cells = lay_tours(problem, units), gap_table.cells(problem, units)
    plan = Plan(mission, begins, ends, tours, cells, stages)
    findings = checks.audit(inputs, plan)
    if findings:
        raise AuditError(str(finding) for finding in findings)
    return plan


def _searched(
    grid: Grid,
    aims: Sequence[str],
    until: float,
    gap: float,
    progress: Progress | None,
    previous: Plan | None,
) -> tuple[Ints, tuple[Stage, ...]]:
    if not len(grid.need):
        return np.zeros(0, dtype=np.int64), ()
    program = build_program(grid)
    laid = lay_aims(program, grid, aims)
    search = Search(program)
    first = filled_once(grid)
    search.start(program.units, first)
    if search.best is None and grid.problem.frozen:
        broken = broken_by_frozen(grid.problem, previous)
        if broken:
            raise ConflictError(broken)
    stages = seek(search, laid, until - time.perf_counter(), gap, progress)
    columns = first if search.best is None else np.rint(search.best[program.units]).astype(np.int64)
    return columns, stages


def by_month(grid: Grid, columns: Ints) -> dict[Key, int]:
    """Return units by line, offer and month, from units by column; zeros left out."""
    found: dict[Key, int] = {}
    for k in np.flatnonzero(columns):
        first, last = grid.periods[grid.period[k]]
        for month in range(first, last + 1):
            found[grid.lines[grid.line[k]], grid.offers[grid.offer[k]], month] = int(columns[k])
    return found


def broken_by_frozen(problem: Problem, previous: Plan | None) -> tuple[str, ...]:
    """Return the rules of today that the frozen months break, each by its first month."""
    if previous is None or problem.frozen_to < 0:
        return ()
    ends = first_day(problem.frozen_to + 1)
    rows = (replace(a, ends=min(a.ends, ends)) for a in previous.assignments if a.begins < ends)
    frozen = Plan(problem.mission, first_day(problem.months[0]), ends, tuple(rows), (), ())
    found: dict[tuple[str, str], str] = {}
    for finding in checks.audit(problem.inputs, frozen):
        if finding.rule != "cells":
            found.setdefault((finding.rule, finding.where.rpartition(",")[0]), str(finding))
    return tuple(sorted(found.values()))


# --- a plan in one sweep: a start for the search and a floor for it ---------------------------
#
# The most urgent cell first, the offer with the fewest other uses first. It is never the plan
# itself, as it never moves a unit that it has placed.

Urgency = tuple[bool, bool, int, str, bool, int, float, str, int]


def filled_once(grid: Grid) -> Ints:
    """Return (column,) units that keep every rule, beginning with nothing but what is frozen."""
    units = np.maximum(grid.fixed, 0)
    if len(units):
        ledger = _Ledger(grid, units)
        for column in sorted(range(len(units)), key=_urgency(grid)):
            ledger.add(column)
    return units


def _urgency(grid: Grid) -> Callable[[int], Urgency]:
    uses: dict[int, set[int]] = defaultdict(set)
    choices: dict[int, int] = defaultdict(int)
    for line, offer, cell in zip(grid.line, grid.offer, grid.cell, strict=True):
        uses[int(offer)].add(int(line))
        choices[int(cell)] += 1
    guests = {guest for guest, _, _ in grid.problem.companions}

    def key(column: int) -> Urgency:
        line = grid.line_rows[grid.line[column]]
        offer = grid.offers[grid.offer[column]]
        return (
            offer in guests,
            not line.critical,
            line.priority,
            line.id,
            bool(grid.bites[column]),
            len(uses[int(grid.offer[column])]),
            float(grid.persons[column]),
            offer,
            int(grid.period[column]),
        )

    return key


class _Ledger:
    """What is used up so far, and what a column may still add."""

    def __init__(self, grid: Grid, units: Ints) -> None:
        self.problem, self.grid, self.units = grid.problem, grid, units
        self.open = grid.need - np.bincount(grid.cell, units, len(grid.need)).astype(np.int64)
        self.used: dict[tuple[str, int], int] = defaultdict(int)
        self.sent: dict[tuple[str, str, int], float] = defaultdict(float)
        self.nations: dict[int, set[str]] = defaultdict(set)
        self.pool = {offer: pool for pool in grid.problem.pools for offer in pool.offers}
        self.company: dict[tuple[str, int], list[tuple[str, int]]] = defaultdict(list)
        for guest, other, period, there in grid.company():
            self.company[guest, period].append((other, there))
        for column in np.flatnonzero(units):
            self._book(int(column), int(units[column]))

    def add(self, column: int) -> None:
        """Add as many units to a column as every rule lets in."""
        grid = self.grid
        if grid.fixed[column] >= 0 or grid.outside[column]:
            return
        cell, period = int(grid.cell[column]), int(grid.period[column])
        offer, line = grid.offer_rows[grid.offer[column]], grid.line_rows[grid.line[column]]
        name, month, persons = offer.id, int(grid.month[column]), float(grid.persons[column])
        room = min(int(self.open[cell]), offer.units - self.used[name, period])
        if np.isfinite(grid.limit[column]) and persons > 0:
            free = grid.limit[column] - self.sent[offer.contributor, offer.mission, period]
            room = min(room, int(free / persons + 1e-9))
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
        offer, period = grid.offer_rows[grid.offer[column]], int(grid.period[column])
        self.used[offer.id, period] += units
        self.nations[int(grid.cell[column])].add(offer.contributor)
        if not offer.reserve:
            key = (offer.contributor, offer.mission, period)
            self.sent[key] += units * float(grid.persons[column])

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
