"""A search: its clock, its watcher, and one call of the solver HiGHS."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy import sparse

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

Watch = Callable[[float, float, float], bool | None]
"""Called as ``watch(seconds, objective, bound)`` while a search runs; True ends it."""


@dataclass(slots=True)
class Clock:
    """The clock of one search, and what may end it before the proof.

    Attributes
    ----------
    time_limit_s : float, seconds
        Wall-clock limit; infinite is allowed.
    watch : callable or None
        See `Watch`.
    """

    time_limit_s: float
    watch: Watch | None = None
    begun: float = field(default_factory=time.perf_counter)
    stop: str = ""

    @property
    def seconds(self) -> float:
        """Wall-clock seconds since the search began."""
        return time.perf_counter() - self.begun

    @property
    def left_s(self) -> float:
        """Wall-clock seconds that remain."""
        return max(self.time_limit_s - self.seconds, 0.0)

    def tell(self, objective: float, bound: float) -> bool:
        """Tell the watcher; return whether the search must end."""
        if self.watch is not None and not self.stop and self.watch(self.seconds, objective, bound):
            self.stop = "stopped"
        if not self.stop and self.left_s <= 0.0:
            self.stop = "time limit"
        return bool(self.stop)


@dataclass(frozen=True, slots=True)
class Model:
    """Minimise ``cost @ x`` where ``row_low <= rows @ x <= row_high`` and ``low <= x <= high``.

    Attributes
    ----------
    cost, low, high : (column,) float
        Price and limits of each column.
    whole : (column,) bool
        Columns that must be whole numbers.
    rows : (row, column) sparse
        Coefficients.
    row_low, row_high : (row,) float
        Limits of each row.
    """

    cost: Floats
    low: Floats
    high: Floats
    whole: Flags
    rows: sparse.csc_array
    row_low: Floats
    row_high: Floats


@dataclass(frozen=True, slots=True)
class Solved:
    """Values (None where nothing was found), objective, lower bound, and what was proved."""

    values: Floats | None
    objective: float
    bound: float
    proved: bool
    infeasible: bool


def solve(
    model: Model,
    search: Clock,
    *,
    gap: float = 0.0,
    start: Floats | None = None,
    options: dict[str, Any] | None = None,
    constant: float = 0.0,
) -> Solved:
    """Solve a model with HiGHS: one thread and a fixed seed, so that the same data give the same.

    Parameters
    ----------
    model : Model
        What to solve; without whole columns it is a linear programme.
    search : Clock
        Its clock is the time limit, its watcher hears of every new bound.
    gap : float
        Proved as soon as objective and bound are no further apart than this.
    start : (column,) float or None
        A feasible point to begin with.
    options : dict or None
        More options of HiGHS by name.
    constant : float
        Added to what the watcher hears and to what is returned.
    """
    import highspy

    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.silent()
    settings: dict[str, Any] = {
        "threads": 1,
        "random_seed": 0,
        "mip_rel_gap": 0.0,
        "mip_abs_gap": gap,
        "time_limit": min(search.left_s, 1e9),
        **(options or {}),
    }
    for name, value in settings.items():
        solver.setOptionValue(name, value)
    solver.passModel(_lp(model))
    if start is not None:
        first = highspy.HighsSolution()
        first.col_value = start
        solver.setSolution(first)
    if search.watch is not None and model.whole.any():
        _listen(solver, search, constant)
    solver.run()
    return _read(solver, search, bool(model.whole.any()), constant)


def _lp(model: Model) -> Any:  # noqa: ANN401 - highspy has no types
    """Return the model in the form of HiGHS."""
    import highspy

    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = model.rows.shape
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = model.cost, model.low, model.high
    lp.row_lower_, lp.row_upper_ = model.row_low, model.row_high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = model.rows.indptr
    lp.a_matrix_.index_ = model.rows.indices
    lp.a_matrix_.value_ = model.rows.data
    if model.whole.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[whole] for whole in model.whole.astype(int).tolist()]
    return lp


def _listen(solver: Any, search: Clock, constant: float) -> None:  # noqa: ANN401
    """Let the watcher hear of the bound now and then, and end the search."""

    def heard(event: Any) -> None:  # noqa: ANN401
        out = event.data_out
        objective, bound = out.mip_primal_bound + constant, out.mip_dual_bound + constant
        if search.tell(objective if abs(objective) < 1e30 else math.inf, bound):
            event.interrupt()

    solver.cbMipInterrupt += heard


def _read(solver: Any, search: Clock, whole: bool, constant: float) -> Solved:  # noqa: ANN401
    """Return what HiGHS found."""
    import highspy

    status, info = solver.getModelStatus(), solver.getInfo()
    kinds = highspy.HighsModelStatus
    if status in (kinds.kInfeasible, kinds.kUnboundedOrInfeasible):
        return Solved(None, math.inf, math.inf, proved=True, infeasible=True)
    proved = status == kinds.kOptimal
    if status == kinds.kTimeLimit and not search.stop:
        search.stop = "time limit"
    has_values = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = np.array(solver.getSolution().col_value) if has_values else None
    objective = info.objective_function_value + constant if has_values else math.inf
    bound = (info.mip_dual_bound if whole else info.objective_function_value) + constant
    return Solved(values, objective, bound, proved=proved and has_values, infeasible=False)
