"""One aim after another on HiGHS: each is sought, then held, and any stop keeps the best so far."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from interpose.plan.generate.aims import Aim
from interpose.plan.highs import as_solution, quiet_solver
from interpose.plan.result import Stage

if TYPE_CHECKING:
    from interpose.plan.generate.model import Program

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

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
