"""What a plan is sought for, first things first; and the search of one aim after another on HiGHS.

Each aim is a row of coefficients. The order is the one in which planners weigh it: what is
critical, what is worst, what is at risk, whose caveats bite, how many people, how evenly, and how
little changes. Never one blended score: an aim is sought, then held, and any stop keeps the best so
far.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from interpose.plan.generate.model import Floats, Grid, Ints, Program
from interpose.plan.highs import as_solution, quiet_solver
from interpose.plan.months import account_day
from interpose.plan.result import Stage

AIMS = ("critical", "worst", "risk", "caveats", "people", "strain", "change")
"""The aims in their order; a caller may leave some out."""

ROLLING = (*AIMS[:-2], "change", "strain")
"""Their order where a plan is there already: to even nations out must not move units about."""

LOWEST_PRIORITY = 9


@dataclass(frozen=True, slots=True)
class Aim:
    """One aim: the smaller, the better.

    Attributes
    ----------
    name, words : str
        The aim, and what its number means with its unit.
    constant : float
        Added to the sum.
    """

    name: str
    words: str
    terms: tuple[tuple[Ints, Floats], ...]
    constant: float = 0.0


def lay_aims(program: Program, grid: Grid, names: Sequence[str]) -> tuple[Aim, ...]:
    """Return the aims asked for, adding to the program what they need to be measured."""
    return tuple(MAKERS[name](program, grid) for name in names)


def critical_open(program: Program, grid: Grid) -> Aim:
    """Open unit-months of critical lines, where nobody accepted the risk."""
    weight = np.array([float(grid.line_rows[line].critical) for line in grid.cell_line])
    months = _unaccepted_months(grid)
    words = "unit-months of critical lines that stay open and that nobody accepted"
    return Aim("critical", words, ((program.open, weight * months),))


def worst_line(program: Program, grid: Grid) -> Aim:
    """Open share of the line that is worst off, among those that any offer can fill.

    What a line lacks even if all that could serve in it did is a bound on it from the start.
    """
    fillable = np.isin(np.arange(len(grid.lines)), grid.line)
    span = grid.span[grid.cell_period].astype(float)
    needed = np.bincount(grid.cell_line, grid.need * span, minlength=len(grid.lines))
    picked = np.flatnonzero(fillable[grid.cell_line])
    room = np.bincount(grid.cell, grid.most, len(grid.need))
    lacks = np.maximum(grid.need - room, 0) * span
    unmet = np.bincount(grid.cell_line[picked], lacks[picked], minlength=len(grid.lines))
    least = float((unmet / np.maximum(needed, 1)).max(initial=0.0))
    worst = program.columns(np.zeros(1), low=least)
    names, group = np.unique(grid.cell_line[picked], return_inverse=True)
    weight = span[picked] / needed[grid.cell_line[picked]]
    _no_more(program, (group, program.open[picked], weight), worst, len(names))
    lost = int(np.isin(np.arange(len(grid.lines)), grid.cell_line).sum()) - int(
        np.isin(np.unique(grid.cell_line), np.flatnonzero(fillable)).sum()
    )
    words = "share of its unit-months that is open in the worst line"
    if lost:
        words += f", leaving out {lost} that no offer can fill"
    return Aim("worst", words, ((worst, np.ones(1)),))


def open_risk(program: Program, grid: Grid) -> Aim:
    """Open unit-months, each times ten less its line's priority."""
    priority = np.array([grid.line_rows[line].priority for line in grid.cell_line])
    weight = (LOWEST_PRIORITY + 1 - priority) * grid.span[grid.cell_period]
    words = "open unit-months, weighted 9 for priority 1 down to 1 for priority 9"
    return Aim("risk", words, ((program.open, weight.astype(float)),))


def bitten(program: Program, grid: Grid) -> Aim:
    """Unit-months filled where a caveat bites, or from a reserve at home."""
    words = "unit-months filled where a caveat bites, or from a reserve at home"
    return Aim("caveats", words, ((program.units, (grid.bites * grid.weight).astype(float)),))


def people(program: Program, grid: Grid) -> Aim:
    """Person-months bound."""
    words = "person-months bound"
    return Aim("people", words, ((program.units, grid.persons * grid.weight),))


def strain(program: Program, grid: Grid) -> Aim:
    """Largest share that is used of what a nation offers."""
    offered: dict[str, float] = {}
    for name, row in grid.problem.offers.items():
        months = {m for (_, o), fit in grid.problem.fits.items() if o == name for m in fit.months}
        offered[row.contributor] = offered.get(row.contributor, 0.0) + row.strength * len(months)
    nations = sorted(name for name, total in offered.items() if total > 0)
    number = {name: i for i, name in enumerate(nations)}
    most = program.columns(np.zeros(1), high=np.inf)
    nation = np.array([number.get(row.contributor, -1) for row in grid.offer_rows], int)
    picked = np.flatnonzero(nation[grid.offer] >= 0)
    group = nation[grid.offer[picked]]
    totals = np.array([offered[name] for name in nations])
    weight = (grid.persons * grid.weight)[picked] / totals[group]
    _no_more(program, (group, program.units[picked], weight), most, len(nations))
    words = "largest share that any nation gives of the person-months it could give here"
    return Aim("strain", words, ((most, np.ones(1)),))


def change(program: Program, grid: Grid) -> Aim:
    """Unit-months that differ from the previous plan; without one, arrivals in lines."""
    moved = program.columns(np.zeros(len(grid.line)), high=np.inf)
    row = np.arange(len(moved))
    if grid.problem.kept:
        gone = sum(grid.problem.kept.values()) - int((grid.kept * grid.weight).sum())
        for sign in (-1.0, 1.0):
            terms = [(row, moved, 1.0), (row, program.units, sign)]
            program.keep(terms, sign * grid.kept, np.inf, len(row))
        words = f"unit-months that differ from the previous plan, {gone} of them by need"
        return Aim("change", words, ((moved, grid.weight.astype(float)),), float(gone))
    earlier = _column_before(grid)
    has, first = np.flatnonzero(earlier >= 0), np.flatnonzero(earlier < 0)
    then = program.units[earlier[has]]
    for now, others in ((has, [(np.arange(len(has)), then, 1.0)]), (first, [])):
        at = np.arange(len(now))
        terms = [(at, moved[now], 1.0), (at, program.units[now], -1.0), *others]
        program.keep(terms, 0.0, np.inf, len(now))
    words = "units that come into a line they were not in the month before"
    return Aim("change", words, ((moved, np.ones(len(grid.line))),))


def _no_more(program: Program, terms: tuple[Ints, Ints, Floats], most: Ints, rows: int) -> None:
    """Keep each sum of terms to one column that is to be small."""
    largest = (np.arange(rows), np.repeat(most, rows), -1.0)
    program.keep([terms, largest], -np.inf, 0.0, rows)


MAKERS: dict[str, Callable[[Program, Grid], Aim]] = {
    "critical": critical_open,
    "worst": worst_line,
    "risk": open_risk,
    "caveats": bitten,
    "people": people,
    "strain": strain,
    "change": change,
}


def _unaccepted_months(grid: Grid) -> Floats:
    months = []
    for line, p in zip(grid.cell_line, grid.cell_period, strict=True):
        first, last = grid.periods[p]
        rows = [r for r in grid.problem.inputs.accepted_risks if r.requirement == grid.lines[line]]
        accepted = [
            m
            for m in range(first, last + 1)
            if any(r.begins <= account_day(m) < r.ends for r in rows)
        ]
        months.append(last - first + 1 - len(accepted))
    return np.array(months, dtype=float)


def _column_before(grid: Grid) -> npt.NDArray[np.int64]:
    keys = zip(grid.line, grid.offer, grid.period, strict=True)
    at = {(int(line), int(o), int(p)): i for i, (line, o, p) in enumerate(keys)}
    return np.array([at.get((line, o, p - 1), -1) for line, o, p in at], dtype=np.int64)


# --- the search -----------------------------------------------------------------------------------

Progress = Callable[[str], None]
"""Told in words how far the search is: best so far and bound."""

HELD = 1e-6
"""How far an aim that is held may slip, as a share of its value or of one."""


class Search:
    """A program inside HiGHS, with its best answer so far, and whether a person stopped it."""

    def __init__(self, program: Program) -> None:
        self.low, self.high = np.array(program.low), np.array(program.high)
        self.whole: Ints = np.flatnonzero(program.whole)
        self.solver = quiet_solver(program.lp())
        self.solver.HandleUserInterrupt = True
        self.best: Floats | None = None
        self.found: tuple[int, Floats] = (0, np.zeros(0))
        self.status = ""
        self.stopped = False

    def start(self, columns: Ints, values: Ints) -> None:
        """Take values of some columns as the first answer, if they keep every rule."""
        fixed = np.asarray(values, dtype=float)
        self._solve(60.0, 0.0, np.zeros(len(self.low)), (columns, fixed, fixed))
        self._keep()

    def run(self, aim: Aim, seconds: float, gap: float) -> Stage:
        """Seek one aim for so many seconds or to a gap, then hold what was found.

        The relaxation gives the bound and is nearly whole. So the neighbourhood of its answer
        comes first, each whole variable up or down to the next whole number; only where that
        leaves a gap is everything searched.
        """
        began = time.perf_counter()
        cost = np.zeros(len(self.low))
        for columns, coefficients in aim.terms:
            cost[columns] += coefficients
        bound, status = self._approach(cost, seconds, gap)
        left = seconds - (time.perf_counter() - began)
        if not self._within(cost, bound, gap) and not self.stopped:
            self._solve(left, gap, cost)
            status = self.status
            self._keep(cost)
            bound = max(bound, float(self.solver.getInfo().mip_dual_bound))
        return self._hold(aim, cost, bound, status, began)

    def _approach(self, cost: Floats, seconds: float, gap: float) -> tuple[float, str]:
        """Return the relaxation's bound, having searched next to its answer."""
        began = time.perf_counter()
        self.solver.setOptionValue("solve_relaxation", True)
        self._solve(seconds + self.solver.getRunTime(), gap, cost)
        self.solver.setOptionValue("solve_relaxation", False)
        status = self.status
        if status != "Optimal":
            return -np.inf, status
        bound = float(self.solver.getInfo().objective_function_value)
        if self._within(cost, bound, gap):
            return bound, status
        near = np.asarray(self.solver.getSolution().col_value)[self.whole]
        low, high = self.low[self.whole], np.ceil(near - 1e-6)
        if self.best is not None:
            high = np.maximum(high, np.rint(self.best[self.whole]))
        left = (seconds - (time.perf_counter() - began)) / 2
        self._solve(left, gap / 2, cost, (self.whole, low, high))
        self._keep(cost)
        return bound, status

    def _within(self, cost: Floats, bound: float, gap: float) -> bool:
        """Whether the best answer is as near to a bound as was asked."""
        if self.best is None:
            return False
        value = float(cost @ self.best)
        return value - bound <= max(gap * abs(value), HELD * max(1.0, abs(value)))

    def _solve(
        self,
        seconds: float,
        gap: float,
        cost: Floats,
        within: tuple[Ints, Floats, Floats] | None = None,
    ) -> None:
        """Run the solver, some variables held within bounds meanwhile."""
        solver = self.solver
        solver.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
        solver.setOptionValue("mip_rel_gap", gap)
        solver.setOptionValue("time_limit", max(seconds, 0.05))
        if within is None:
            if self.best is not None:
                solver.setSolution(as_solution(self.best))
            self._wait()
            return
        places = within[0].astype(np.int32)
        solver.changeColsBounds(len(places), places, within[1], within[2])
        self._wait()
        solver.changeColsBounds(len(places), places, self.low[places], self.high[places])

    def _wait(self) -> None:
        """Run the solver in a thread of its own, so that a person may stop it."""
        thread = self.solver.startSolve()
        done = False
        while not done:
            try:
                done, _ = self.solver.wait(0.05)
            except KeyboardInterrupt:
                self.stopped = True
                self.solver.cancelSolve()
        thread.join()
        self.status = self.solver.modelStatusToString(self.solver.getModelStatus())
        values = np.asarray(self.solver.getSolution().col_value, dtype=float)
        self.found = (self.solver.getInfo().primal_solution_status, values)

    def _keep(self, cost: Floats | None = None) -> None:
        """Keep the last answer if it keeps every rule and is better than the best."""
        feasible, values = self.found
        if feasible != 2 or len(values) != len(self.low):
            return
        if self.best is None or cost is None or cost @ values < cost @ self.best:
            self.best = values

    def _hold(self, aim: Aim, cost: Floats, bound: float, status: str, began: float) -> Stage:
        seconds = time.perf_counter() - began
        if self.best is None:
            return Stage(aim.name, aim.words, np.inf, -np.inf, status.lower(), seconds)
        value = float(cost @ self.best)
        used = np.flatnonzero(cost)
        slip = HELD * max(1.0, abs(value))
        self.solver.addRow(
            -self.solver.inf, value + slip, len(used), used.astype(np.int32), cost[used]
        )
        bound = min(bound, value) if np.isfinite(bound) else 0.0  # no aim is ever below nothing
        best, least = (round(number + aim.constant, 6) for number in (value, bound))
        status = "stopped by hand" if self.stopped else status.lower()
        return Stage(aim.name, aim.words, best, least, status, seconds)


def seek(
    search: Search,
    aims: Sequence[Aim],
    seconds: float,
    gap: float,
    progress: Progress | None,
) -> tuple[Stage, ...]:
    """Seek the aims in turn; the time that one leaves over goes to the next."""
    began = time.perf_counter()
    stages: list[Stage] = []
    for number, aim in enumerate(aims):
        left = seconds - (time.perf_counter() - began)
        share = left * min(1.0, 1.5 / (len(aims) - number))
        stage = search.run(aim, 0.0 if search.stopped else share, gap)
        stages.append(stage)
        if progress:
            progress(say(stage))
        if search.best is None:
            break
    return tuple(stages)


def say(stage: Stage) -> str:
    """Say in one line how far an aim got.

    Examples
    --------
    >>> say(Stage("people", "person-months bound", 1200.0, 1190.0, "time limit reached", 2.0))
    'people: best 1200, bound 1190 (gap 0.8 %), time limit reached, after 2.0 s'
    """
    return (
        f"{stage.name}: best {stage.value:g}, bound {stage.bound:g} (gap {100 * stage.gap:.1f} %), "
        f"{stage.status}, after {stage.seconds:.1f} s"
    )
