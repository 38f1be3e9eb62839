"""What the models of location take and give back: checked arguments, and answers with their gap."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from interpose.errors import PlanError, ShapeError
from interpose.plan.highs import INFEASIBLE, OPTIMAL, Floats, Ints

TIME_LIMIT_S = 60.0
"""Wall-clock limit of a search if none is given."""


@dataclass(frozen=True, slots=True)
class Siting:
    """Which sites to open, who serves whom, and how far from the best that can be.

    Attributes
    ----------
    sites : tuple of int
        Rows of `cost` that are open, in ascending order; none where nothing was found.
    assignment : tuple of int
        For each client (column of `cost`) the row that serves it; -1 where none does.
    objective, bound : float
        What was minimised or maximised, nan where nothing was found; no answer beats the bound.
    status : str
        ``optimal``, ``infeasible``, or why the solver stopped before the proof.
    gap : float
        Distance of bound and objective as a share of the objective; 0 where proved.
    reason : str
        In plain words why nothing was found; else empty.
    """

    sites: tuple[int, ...]
    assignment: tuple[int, ...]
    objective: float
    bound: float
    status: str
    gap: float
    reason: str = ""


# --- answers ------------------------------------------------------------------------------------


def answer(chosen: Ints, served: Ints, objective: float, bound: float, status: str) -> Siting:
    """Return an answer, with its gap where the solver stopped before the proof."""
    gap = 0.0
    if status == OPTIMAL:
        bound = objective
    else:
        gap = abs(objective - bound) / max(abs(objective), 1e-12)
        status = f"{status}, gap {100 * gap:.2g} %"
    return Siting(tuple(chosen.tolist()), tuple(served.tolist()), objective, bound, status, gap)


def out_of_reach(clients: Ints) -> str:
    """Say that no site can serve some clients."""
    return f"No site can serve client {clients[0]} ({clients.size} such clients)."


def no_answer(reason: str, status: str = INFEASIBLE, bound: float = math.nan) -> Siting:
    """Return that there is no answer, or that none was found in time."""
    if status != INFEASIBLE:
        reason = f"The search ended ({status}) before an answer was found or ruled out."
        status = f"{status}, nothing found"
    return Siting((), (), math.nan, bound, status, math.nan, reason)


# --- arguments ----------------------------------------------------------------------------------


def checked(cost: ArrayLike, open_sites: Sequence[int], p: int) -> tuple[Floats, Ints, int, str]:
    """Return the table, the sites that are open anyway, p, and why p cannot be or nothing."""
    table = cost_table(cost)
    kept = already_open(open_sites, len(table))
    if int(p) != p or p < 1:
        message = f"p is {p}: must be a whole number, 1 or more."
        raise PlanError(message)
    reason = ""
    if p > len(table):
        reason = f"{p} sites are to be opened, but there are only {len(table)}."
    elif len(kept) > p:
        reason = f"{len(kept)} sites are open already, but only {p} may be."
    return table, kept, int(p), reason


def cost_table(cost: ArrayLike) -> Floats:
    """Return (site, client) cost as floats; infinite where a site cannot serve a client."""
    table = np.array(cost, dtype=np.float64)
    if table.ndim != 2 or not table.size:
        message = f"cost has shape {table.shape}: wanted a table of sites x clients, not empty."
        raise ShapeError(message)
    bad = np.isnan(table) | (table < 0.0)
    if bad.any():
        site, client = np.argwhere(bad)[0]
        message = (
            f"cost[{site}, {client}] is {table[site, client]}: must be 0 or more, "
            f"inf where a site cannot serve ({int(bad.sum())} such entries)."
        )
        raise PlanError(message)
    return table


def already_open(open_sites: Sequence[int], sites: int) -> Ints:
    """Return the sites that are open anyway, each once, in ascending order."""
    for site in open_sites:
        if int(site) != site or not 0 <= site < sites:
            message = f"open_sites names {site}: sites are numbered 0 to {sites - 1}."
            raise PlanError(message)
    return np.array(sorted({int(site) for site in open_sites}), dtype=np.int64)


def for_each(name: str, values: ArrayLike, count: int, of_what: str) -> Floats:
    """Return one number, 0 or more, for each of `count` sites or clients; one serves all."""
    given = np.asarray(values, dtype=np.float64)
    if given.ndim and given.shape != (count,):
        message = (
            f"{name} has shape {given.shape}, but there are {count} {of_what}. "
            "cost is sites x clients; if its rows are clients, pass cost.T."
        )
        raise ShapeError(message)
    full = np.array(np.broadcast_to(given, (count,)))
    wrong = np.flatnonzero(~(full >= 0.0))
    if wrong.size:
        message = f"{name}[{wrong[0]}] is {full[wrong[0]]}: must be 0 or more."
        raise PlanError(message)
    return full


def at_least_0(name: str, value: float) -> float:
    """Return a number of 0 or more."""
    if not value >= 0.0:
        message = f"{name} is {value}: must be 0 or more."
        raise PlanError(message)
    return float(value)
