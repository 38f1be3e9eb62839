"""One aim after another on HiGHS: each is sought, then held, and any stop keeps the best so far."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from interpose.plan.aims import Aim
from interpose.plan.result import Stage

if TYPE_CHECKING:
    import highspy
    import linopy

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

Progress = Callable[[str], None]
"""Told in words how far the search is: best so far and bound."""

HELD = 1e-6
"""How far an aim that is held may slip, as a share of its value or of one."""


class Search:
    """A program inside HiGHS, with its best answer so far.

    Attributes
    ----------
    solver : highspy.Highs
    best : (variable,) float or None
        Values of the best answer, None before there is one.
    stopped : bool
        Whether a person stopped it.
    """

    def __init__(self, program: linopy.Model, seed: int = 0) -> None:
        program.add_objective(0 * program.variables["open"].sum())
        self.solver: highspy.Highs = program.to_highspy()
        self.labels: Ints = np.asarray(program.matrices.vlabels)
        self.program = program
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("random_seed", seed),
        ):
            self.solver.setOptionValue(option, value)
        self.solver.HandleUserInterrupt = True
        self.best: Floats | None = None
        self.stopped = False

    def places(self, name: str) -> Ints:
        """Return the places of a variable's entries among the solver's columns."""
        labels = np.asarray(self.program.variables[name].labels.values).reshape(-1)
        return np.searchsorted(self.labels, labels)

    def suggest(self, name: str, values: Ints) -> None:
        """Give the solver a first answer for one variable; it finds the others."""
        places = self.places(name).astype(np.int32)
        self.solver.setSolution(len(places), places, np.asarray(values, dtype=float))

    def run(self, aim: Aim, seconds: float, gap: float, progress: Progress | None) -> Stage:
        """Seek one aim for so many seconds or to a gap, then hold what was found."""
        began = time.perf_counter()
        solver = self.solver
        cost = np.zeros(len(self.labels))
        for name, coefficients in aim.terms:
            cost[self.places(name)] += coefficients
        solver.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
        solver.setOptionValue("mip_rel_gap", gap)
        solver.setOptionValue("time_limit", max(seconds, 0.05))
        if self.best is not None:
            solver.setSolution(_solution(self.best))
        self._wait(aim.name, progress)
        return self._take(aim, cost, began)

    def _wait(self, name: str, progress: Progress | None) -> None:
        told = time.perf_counter()
        thread = self.solver.startSolve()
        done = False
        while not done:
            try:
                done, _ = self.solver.wait(0.05)
                if progress and time.perf_counter() - told > 1000.0:
                    told = time.perf_counter()
                    progress(f"{name}: searching")
            except KeyboardInterrupt:
                self.stopped = True
                self.solver.cancelSolve()
        thread.join()

    def _take(self, aim: Aim, cost: Floats, began: float) -> Stage:
        solver = self.solver
        info = solver.getInfo()
        status = solver.modelStatusToString(solver.getModelStatus())
        found = np.asarray(solver.getSolution().col_value, dtype=float)
        if info.primal_solution_status == 2 and len(found) == len(cost):
            self.best = found
        seconds = time.perf_counter() - began
        if self.best is None:
            return Stage(aim.name, aim.words, np.inf, -np.inf, status.lower(), seconds)
        value = float(cost @ self.best)
        bound = float(info.mip_dual_bound)
        if status == "Optimal":
            bound = min(bound, value)
        if not np.isfinite(bound):
            bound = 0.0  # every aim counts something that is never below nothing
        used = np.flatnonzero(cost)
        slip = HELD * max(1.0, abs(value))
        solver.addRow(
            -solver.inf, value + slip, len(used), used.astype(np.int32), cost[used]
        )
        return Stage(
            aim.name,
            aim.words,
            round(value + aim.constant, 6),
            round(bound + aim.constant, 6),
            status.lower(),
            seconds,
        )

    def infeasible(self) -> bool:
        """Whether the last run proved that nothing satisfies every rule."""
        return "nfeasible" in self.solver.modelStatusToString(self.solver.getModelStatus())

    def values(self, name: str) -> Floats:
        """Return the best values of a variable."""
        assert self.best is not None
        return self.best[self.places(name)]


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
        share = left / max(1.0, (len(aims) - number) / 2)
        stage = search.run(aim, 0.0 if search.stopped else share, gap, progress)
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


def _solution(values: Floats) -> Any:
    import highspy

    solution = highspy.HighsSolution()
    solution.col_value = list(values)
    return solution
