"""The choice among sets of clients, as a linear programme that grows: columns and cuts are added.

Set partitioning form of the p-median with capacity (Lorena and Senne 2004,
doi:10.1016/S0305-0548(03)00039-X; Ceselli and Righini 2005, doi:10.1002/net.20059): a column is a
site with the clients it serves; every client is in one column, every site in one at most.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from interpose.plan.highs import Flags, Floats, Ints

if TYPE_CHECKING:
    from scipy import sparse


def as_rows(members: Flags, at: Ints, sites: int) -> sparse.csr_array:
    """Return (set, row): 1 in the rows of its clients, in that of its site, and in the last."""
    from scipy import sparse

    count = len(at)
    site = sparse.csr_array((np.ones(count), at, np.arange(count + 1)), shape=(count, sites))
    one = sparse.csr_array(np.ones((count, 1)))
    return sparse.csr_array(sparse.hstack([sparse.csr_array(members).astype(float), site, one]))


def limits(clients: int, must: Flags, p: int) -> tuple[Floats, Floats]:
    """Return least and most of each row: every client once, each site once at most, p in all."""
    low = np.concatenate([np.ones(clients), np.where(must, 1.0, -np.inf), [-np.inf]])
    return low, np.concatenate([np.ones(clients + len(must)), [float(p)]])


class NoOptimumError(Exception):
    """HiGHS ended a linear programme without its optimum, so that nothing may be concluded."""


class Master:
    """A linear programme over sets that are added and dropped; HiGHS keeps its basis in between.

    Parameters
    ----------
    low, high : (row,) float
        Limits of the rows.
    left_out : float
        Price of leaving out a client, or a site that must be open, so that there is an answer.
    """

    def __init__(self, low: Floats, high: Floats, left_out: float) -> None:
        from highspy import Highs
        from scipy import sparse

        self.solver: Any = Highs()  # type: ignore[no-untyped-call]
        self.solver.silent()
        for name, value in {"threads": 1, "random_seed": 0}.items():
            self.solver.setOptionValue(name, value)
        none = np.zeros(0, np.int32)
        self.solver.addRows(len(low), low, high, 0, none, none, np.zeros(0))
        wanted = np.flatnonzero(low > 0.0)
        self.spare = len(wanted)
        one_each = sparse.csr_array(sparse.eye_array(len(low)))[wanted]
        self.add(np.full(self.spare, left_out), one_each)

    def add(self, cost: Floats, columns: sparse.csr_array) -> None:
        """Add columns."""
        count = len(cost)
        self._taken(
            self.solver.addCols(
                count,
                cost,
                np.zeros(count),
                np.full(count, np.inf),
                columns.nnz,
                columns.indptr[:-1].astype(np.int32),
                columns.indices.astype(np.int32),
                columns.data.astype(np.float64),
            )
        )

    def cut(self, coefficients: Floats, most: float) -> None:
        """Add a row: the sum of coefficients (by column added, in order) is at most `most`."""
        index = np.flatnonzero(coefficients)
        columns = (self.spare + index).astype(np.int32)
        self._taken(self.solver.addRow(-np.inf, most, len(index), columns, coefficients[index]))

    def drop(self, gone: Ints) -> None:
        """Take columns out, by their place in the order in which they were added."""
        self._taken(self.solver.deleteCols(len(gone), (self.spare + gone).astype(np.int32)))

    def _taken(self, status: Any) -> None:  # noqa: ANN401 - highspy has no types
        """Make sure that HiGHS took what it was given."""
        from highspy import HighsStatus

        if status == HighsStatus.kError:
            raise NoOptimumError

    def solve(self) -> tuple[float, Floats, Floats]:
        """Return the value, the price of each row, and how much of each column is used.

        Raises
        ------
        NoOptimumError
            If HiGHS does not call it optimal, not even when it begins anew. What it then holds is
            neither a bound nor an answer.
        """
        from highspy import HighsModelStatus

        self.solver.run()
        if self.solver.getModelStatus() != HighsModelStatus.kOptimal:
            self.solver.clearSolver()  # its basis goes, the model stays
            self.solver.run()
        if self.solver.getModelStatus() != HighsModelStatus.kOptimal:
            raise NoOptimumError
        solution = self.solver.getSolution()
        value = float(self.solver.getInfo().objective_function_value)
        return value, np.array(solution.row_dual), np.array(solution.col_value)[self.spare :]
