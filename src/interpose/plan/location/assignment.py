"""assign: jobs to agents with limited capacity, at least cost or most profit."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from interpose.errors import PlanError, ShapeError, UnknownNameError
from interpose.plan.highs import Clock, Flags, Floats, Ints, Model, Solved, Watch, solve
from interpose.plan.location import checks
from interpose.plan.location.median import TIME_LIMIT_S
from interpose.plan.location.result import Siting, found, infeasible, nothing_found

SENSES = ("min", "max")


def assign(
    cost: ArrayLike,
    weight: ArrayLike,
    capacity: ArrayLike,
    sense: str = "min",
    *,
    time_limit_s: float = TIME_LIMIT_S,
    watch: Watch | None = None,
) -> Siting:
    """Give every job to one agent within the agents' capacity: the generalised assignment problem.

    Parameters
    ----------
    cost : (agent, job) float
        Cost, or profit with ``sense="max"``; infinite (or nan) where an agent cannot do a job.
    weight : (agent, job) or (job,) float
        What a job takes of an agent's capacity.
    capacity : (agent,) float or float
        What each agent has.
    sense : {"min", "max"}
        Whether `cost` is to be small or large. Either way every job is done, once.
    time_limit_s, watch
        As for `p_median`.

    Returns
    -------
    Siting
        `assignment` holds the agent of each job, `sites` the agents with work.

    Raises
    ------
    ShapeError, PlanError, UnknownNameError
        If an argument has another shape or value than stated.

    Sources
    -------
    Ross and Soland 1975, doi:10.1007/BF01580430; instances: OR-Library, gapinfo.

    Examples
    --------
    >>> assign([[4, 1, 2], [2, 3, 2]], [2, 2, 2], [4, 4]).assignment
    (1, 0, 0)
    >>> assign([[1, 1]], [2, 2], [3]).reason
    'Jobs take at least 4 in all, but the agents hold 3.'
    """
    search = Clock(checks.not_negative("time_limit_s", time_limit_s), watch)
    if sense not in SENSES:
        kind = "sense"
        raise UnknownNameError(kind, sense, SENSES)
    price = np.array(cost, dtype=np.float64)
    if price.ndim != 2 or not price.size:
        message = f"cost has shape {price.shape}: wanted a table of agents x jobs, not empty."
        raise ShapeError(message)
    takes = _weights(weight, price)
    room = checks.for_each("capacity", capacity, len(price), "agents")
    can = np.isfinite(price) & (takes <= room[:, None] * (1.0 + 1e-12))
    reason = _impossible(can, takes, room)
    if reason:
        return infeasible(reason, search.seconds)
    sign = 1.0 if sense == "min" else -1.0
    solved, served = _solved(sign * price, can, takes, room, search)
    if served is None and solved.infeasible:
        reason = "No way to give every job whole to one agent keeps all within their capacity."
        return infeasible(reason, search.seconds)
    if served is None:
        return nothing_found(search.stop, sign * solved.bound, search.seconds)
    total = float(price[served, np.arange(len(served))].sum())
    bound = sign * min(solved.bound, sign * total)
    return found(
        np.unique(served).tolist(), served.tolist(), total, bound,
        proved=solved.proved, stop=search.stop, seconds=search.seconds,
    )  # fmt: skip


def _weights(weight: ArrayLike, price: Floats) -> Floats:
    """Return (agent, job) what each job takes of each agent."""
    given = np.asarray(weight, dtype=np.float64)
    if given.shape not in (price.shape, price.shape[1:], ()):
        message = f"weight has shape {given.shape}: wanted {price.shape} or {price.shape[1:]}."
        raise ShapeError(message)
    full: Floats = np.array(np.broadcast_to(given, price.shape))
    if not (full >= 0.0).all():
        agent, job = np.argwhere(~(full >= 0.0))[0]
        message = f"weight of agent {agent}, job {job} is {full[agent, job]}: must be 0 or more."
        raise PlanError(message)
    return full


def _impossible(can: Flags, takes: Floats, room: Floats) -> str:
    """Return in words why the jobs plainly cannot all be done, or nothing."""
    nobody = np.flatnonzero(~can.any(axis=0))
    if nobody.size:
        listed = ", ".join(str(j) for j in nobody[:10])
        return f"No agent can do job {listed}: not allowed, or more than any capacity."
    least = float(np.where(can, takes, np.inf).min(axis=0).sum())
    if least > room.sum() * (1.0 + 1e-12):
        return f"Jobs take at least {least:g} in all, but the agents hold {room.sum():g}."
    return ""


def _solved(
    price: Floats, can: Flags, takes: Floats, room: Floats, search: Clock
) -> tuple[Solved, Ints | None]:
    """Return what HiGHS says, and the agent of each job if it found any."""
    from scipy import sparse

    agent, job = np.nonzero(can)
    agents, jobs = price.shape
    pair = np.arange(len(agent))
    once = sparse.coo_array((np.ones(len(pair)), (job, pair)), shape=(jobs, len(pair)))
    within = sparse.coo_array((takes[agent, job], (agent, pair)), shape=(agents, len(pair)))
    paid = price[agent, job]
    whole = bool((paid == np.rint(paid)).all())
    scale = 1.0 if whole else 1e4 / max(float(np.abs(paid).sum()), 1e-9)
    model = Model(
        cost=paid * scale,
        low=np.zeros(len(pair)),
        high=np.ones(len(pair)),
        whole=np.ones(len(pair), dtype=np.bool_),
        rows=sparse.vstack([once, within]).tocsc(),
        row_low=np.concatenate([np.ones(jobs), np.full(agents, -np.inf)]),
        row_high=np.concatenate([np.ones(jobs), room]),
    )
    solved = solve(model, search, gap=0.999 if whole else 1e-7)
    solved = Solved(
        solved.values, solved.objective, solved.bound / scale, solved.proved, solved.infeasible
    )
    if solved.values is None:
        return solved, None
    served = np.empty(jobs, dtype=np.int64)
    served[job[solved.values > 0.5]] = agent[solved.values > 0.5]
    return solved, served
