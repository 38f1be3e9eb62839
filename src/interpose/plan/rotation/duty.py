"""Dated tasks to as few as can be who are qualified: interval tasks, no two at once.

Task: a requirement line with begin and end; worker: a contingent; qualified: right capability and
no caveat in the way. HiGHS proves all seven instances at hand in seconds, two of them open before
in the planning facts, so that no other solver is needed (docs/decisions/0014).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from interpose.errors import PlanError, ShapeError
from interpose.plan.location.result import Siting, Watch, found, infeasible, nothing_found
from interpose.plan.location.search import Flags, Floats, Ints, Model, Search, solve

TIME_LIMIT_S = 300.0


def fewest_on_duty(
    begin: ArrayLike,
    end: ArrayLike,
    qualified: ArrayLike,
    *,
    time_limit_s: float = TIME_LIMIT_S,
    watch: Watch | None = None,
) -> Siting:
    """Give every task to a qualified worker, none two tasks at once, with the fewest workers.

    Parameters
    ----------
    begin, end : (task,) float
        Half-open, [begin, end): a task that ends when another begins does not overlap it.
    qualified : (worker, task) bool
        Who may do what.
    time_limit_s, watch
        As for `location.p_median`.

    Returns
    -------
    Siting
        `sites` are the workers used, `assignment` the worker of each task.

    Raises
    ------
    ShapeError, PlanError
        If shapes do not fit or a task ends before it begins.

    Sources
    -------
    Krishnamoorthy, Ernst and Baatar 2012, doi:10.1016/j.ejor.2011.11.026; the largest set of tasks
    at once is a lower bound, and nearly always the answer.

    Examples
    --------
    >>> on_duty = fewest_on_duty([0, 2, 2], [2, 4, 5], [[1, 1, 0], [1, 1, 1], [0, 0, 1]])
    >>> on_duty.objective, on_duty.assignment[0] in on_duty.sites
    (2.0, True)
    """
    search = Search(float(time_limit_s), watch)
    starts, stops, may = _checked(begin, end, qualified)
    nobody = np.flatnonzero(~may.any(axis=0))
    if nobody.size:
        listed = ", ".join(str(task) for task in nobody[:10])
        return infeasible(f"Nobody is qualified for task {listed}.", search.seconds)
    crowds = busiest(starts, stops)
    model, worker, task = _model(may, crowds)
    solved = solve(model, search, gap=0.999)
    if solved.values is None and solved.infeasible:
        words = "Each task has somebody qualified, but not all of them at the same time."
        return infeasible(words, search.seconds)
    if solved.values is None:
        return nothing_found(search.stop, solved.bound, search.seconds)
    served = np.empty(len(starts), dtype=np.int64)
    given = solved.values[: len(worker)] > 0.5
    served[task[given]] = worker[given]
    used = np.unique(served)
    bound = min(float(np.ceil(solved.bound - 1e-6)), float(len(used)))
    return found(
        used.tolist(), served.tolist(), len(used), bound,
        proved=solved.proved, stop=search.stop, seconds=search.seconds,
    )  # fmt: skip


def _checked(
    begin: ArrayLike, end: ArrayLike, qualified: ArrayLike
) -> tuple[Floats, Floats, Flags]:
    """Return begins, ends and who may do what."""
    starts, stops = np.asarray(begin, dtype=np.float64), np.asarray(end, dtype=np.float64)
    may = np.asarray(qualified).astype(np.bool_)
    if starts.ndim != 1 or stops.shape != starts.shape or may.shape[1:] != starts.shape:
        message = (
            f"begin {starts.shape}, end {stops.shape} and qualified {may.shape} do not fit: "
            "wanted (task,), (task,) and (worker, task)."
        )
        raise ShapeError(message)
    late = np.flatnonzero(~(stops > starts))
    if late.size:
        k = int(late[0])
        message = f"Task {k} ends at {stops[k]:g}: must be after {starts[k]:g}, when it begins."
        raise PlanError(message)
    return starts, stops, may


def busiest(begin: Floats, end: Floats) -> list[Ints]:
    """Return the sets of tasks that go on at once, without those inside another such set.

    A set is largest just before a task ends; so only begins that an end follows need a look.

    Examples
    --------
    >>> [crowd.tolist() for crowd in busiest(np.array([0., 1., 3.]), np.array([2., 3., 4.]))]
    [[0, 1], [2]]
    """
    moments = sorted([(stop, 0) for stop in end] + [(start, 1) for start in begin])
    peaks = [
        time
        for (time, starts), (_, next_starts) in zip(
            moments, [*moments[1:], (np.inf, 0)], strict=True
        )
        if starts and not next_starts
    ]
    return [np.flatnonzero((begin <= time) & (end > time)) for time in peaks]


def _model(may: Flags, crowds: list[Ints]) -> tuple[Model, Ints, Ints]:
    """Return the model, and worker and task of its first columns; then a column for each worker."""
    from scipy import sparse

    worker, task = np.nonzero(may)
    pairs, (workers, tasks) = len(worker), may.shape
    column = np.full(may.shape, -1)
    column[worker, task] = np.arange(pairs)
    rows: list[Ints] = []
    columns: list[Ints] = []
    entries: list[Floats] = []
    count = 0
    for crowd in crowds:
        for one in range(workers):
            mine = column[one, crowd]
            mine = mine[mine >= 0]
            if mine.size:
                rows.append(np.full(len(mine) + 1, count))
                columns.append(np.append(mine, pairs + one))
                entries.append(np.append(np.ones(len(mine)), -1.0))
                count += 1
    at_once = sparse.coo_array(
        (np.concatenate(entries), (np.concatenate(rows), np.concatenate(columns))),
        shape=(count, pairs + workers),
    )
    once = sparse.coo_array(
        (np.ones(pairs), (task, np.arange(pairs))), shape=(tasks, pairs + workers)
    )
    used = sparse.coo_array(
        (np.ones(workers), (np.zeros(workers, dtype=np.int64), pairs + np.arange(workers))),
        shape=(1, pairs + workers),
    )
    model = Model(
        cost=np.concatenate([np.zeros(pairs), np.ones(workers)]),
        low=np.zeros(pairs + workers),
        high=np.ones(pairs + workers),
        whole=np.ones(pairs + workers, dtype=np.bool_),
        rows=sparse.vstack([once, at_once, used]).tocsc(),
        row_low=np.concatenate(
            [np.ones(tasks), np.full(count, -np.inf), [float(max(map(len, crowds)))]]
        ),
        row_high=np.concatenate([np.ones(tasks), np.zeros(count), [np.inf]]),
    )
    return model, worker, task
