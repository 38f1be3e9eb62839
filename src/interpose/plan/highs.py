"""Mixed-integer models for the solver HiGHS: add columns and rows, solve, see what is proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

OPTIMAL, INFEASIBLE = "optimal", "infeasible"


@dataclass(frozen=True, slots=True)
class Solved:
    """What HiGHS found and proved.

    Attributes
    ----------
    values : (column,) float or None
        The best answer; None where none was found.
    bound : float
        No answer costs less.
    status : str
        ``optimal`` and ``infeasible`` are proved; anything else says why the solver stopped.
    """

    values: Floats | None
    bound: float
    status: str

    @property
    def proved(self) -> bool:
        """Whether there is nothing better, or nothing at all."""
        return self.status in (OPTIMAL, INFEASIBLE)


class Model:
    """Minimise ``cost @ x`` within limits on columns and rows."""

    def __init__(self) -> None:
        self.cost: list[float] = []
        self.low: list[float] = []
        self.high: list[float] = []
        self.whole: list[bool] = []
        self.row_low: list[float] = []
        self.row_high: list[float] = []
        self._blocks: list[tuple[Ints, Ints, Floats]] = []

    def columns(
        self,
        cost: ArrayLike,
        *,
        low: ArrayLike = 0.0,
        high: ArrayLike = 1.0,
        whole: bool = False,
    ) -> Ints:
        """Add a column for each cost and return their numbers, in the shape of the costs."""
        costs = np.atleast_1d(np.asarray(cost, dtype=np.float64))
        first, count = len(self.cost), costs.size
        self.cost += costs.ravel().tolist()
        self.low += np.broadcast_to(np.asarray(low, dtype=np.float64), count).tolist()
        self.high += np.broadcast_to(np.asarray(high, dtype=np.float64), count).tolist()
        self.whole += [whole] * count
        return np.arange(first, first + count).reshape(costs.shape)

    def rows(
        self, columns: ArrayLike, entries: ArrayLike, low: float = -np.inf, high: float = np.inf
    ) -> None:
        """Add rows with as many entries each: (row, entry) columns, or (entry,) for one row."""
        at = np.atleast_2d(np.asarray(columns, dtype=np.int64))
        full = np.broadcast_to(np.asarray(entries, dtype=np.float64), at.shape)
        row = np.repeat(np.arange(len(at)), at.shape[1])
        self.entries(row, at.ravel(), full.ravel(), low, high, len(at))

    def entries(
        self, row: Ints, column: Ints, entry: Floats, low: ArrayLike, high: ArrayLike, count: int
    ) -> None:
        """Add `count` rows, given entry by entry; rows are counted from 0 among those added."""
        self._blocks.append((len(self.row_low) + row, column, entry))
        self.row_low += np.broadcast_to(np.asarray(low, dtype=np.float64), count).tolist()
        self.row_high += np.broadcast_to(np.asarray(high, dtype=np.float64), count).tolist()

    def solve(self, seconds: float, *, gap: float = 0.0, start: Floats | None = None) -> Solved:
        """Let HiGHS solve it: the same model gives the same.

        Seconds are of the clock, and the best answer so far is kept; it is proved as soon as cost
        and bound are no further apart than `gap`; `start` is an answer to begin with.
        """
        import highspy

        solver = quiet_solver(self.lp())
        limits = {"mip_rel_gap": 0.0, "mip_abs_gap": gap, "time_limit": min(max(seconds, 0.0), 1e9)}
        for name, value in limits.items():
            solver.setOptionValue(name, value)
        if start is not None:
            solver.setSolution(as_solution(start))
        solver.run()
        status, info = solver.getModelStatus(), solver.getInfo()
        kinds = highspy.HighsModelStatus
        if status in (kinds.kInfeasible, kinds.kUnboundedOrInfeasible):
            return Solved(None, np.inf, INFEASIBLE)
        words = {kinds.kOptimal: OPTIMAL, kinds.kTimeLimit: "time limit"}.get(status, "stopped")
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return Solved(
                None, float(info.mip_dual_bound), "stopped" if words == OPTIMAL else words
            )
        values = np.array(solver.getSolution().col_value)
        return Solved(values, float(info.mip_dual_bound), words)

    def lp(self) -> Any:  # noqa: ANN401 - highspy has no types
        """Return the model in the form of HiGHS."""
        import highspy
        from scipy.sparse import csc_array

        row, column, entry = (np.concatenate(part) for part in zip(*self._blocks, strict=True))
        matrix = csc_array((entry, (row, column)), shape=(len(self.row_low), len(self.cost)))
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_ = matrix.shape
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = map(np.array, (self.cost, self.low, self.high))
        lp.row_lower_, lp.row_upper_ = np.array(self.row_low), np.array(self.row_high)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_, lp.a_matrix_.index_ = matrix.indptr, matrix.indices
        lp.a_matrix_.value_ = matrix.data
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[whole] for whole in self.whole]
        return lp


def quiet_solver(lp: Any) -> Any:  # noqa: ANN401 - highspy has no types
    """Return HiGHS with a model, on one thread and with a fixed seed, telling nothing."""
    import highspy

    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 0)):
        solver.setOptionValue(option, value)
    solver.passModel(lp)
    return solver


def as_solution(values: Floats) -> Any:  # noqa: ANN401
    """Return values of all columns as an answer for HiGHS to begin with."""
    import highspy

    solution = highspy.HighsSolution()
    solution.col_value = list(values)
    return solution
