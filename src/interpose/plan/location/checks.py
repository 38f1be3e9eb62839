"""Arguments of the location functions: read, checked, and refused with one clear message."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from interpose.errors import PlanError, ShapeError
from interpose.plan.highs import Floats, Ints

SIDES = "cost is sites x clients; if its rows are clients, pass cost.T"


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


def for_each(name: str, values: ArrayLike, count: int, of_what: str) -> Floats:
    """Return one number, 0 or more, for each of `count` things; a single number serves all."""
    given = np.asarray(values, dtype=np.float64)
    if given.ndim and given.shape != (count,):
        message = f"{name} has shape {given.shape}, but there are {count} {of_what}. {SIDES}."
        raise ShapeError(message)
    full = np.array(np.broadcast_to(given, (count,)))
    if not (full >= 0.0).all():
        first = int(np.flatnonzero(~(full >= 0.0))[0])
        message = f"{name}[{first}] is {full[first]}: must be 0 or more."
        raise PlanError(message)
    return full


def count_of(name: str, value: int) -> int:
    """Return a whole number of at least 1."""
    if int(value) != value or value < 1:
        message = f"{name} is {value}: must be a whole number, 1 or more."
        raise PlanError(message)
    return int(value)


def not_negative(name: str, value: float) -> float:
    """Return a number of 0 or more."""
    if not value >= 0.0:
        message = f"{name} is {value}: must be 0 or more."
        raise PlanError(message)
    return float(value)


def already_open(open_sites: Sequence[int], sites: int) -> Ints:
    """Return sites that are open anyway, each once, in ascending order."""
    for site in open_sites:
        if int(site) != site or not 0 <= site < sites:
            message = f"open_sites names {site}: sites are numbered 0 to {sites - 1}."
            raise PlanError(message)
    return np.array(sorted({int(site) for site in open_sites}), dtype=np.int64)


def too_few_or_many(p: int, kept: Ints, sites: int) -> str:
    """Return in words why p sites cannot be opened, or nothing."""
    if p > sites:
        return f"{p} sites are to be opened, but there are only {sites}."
    if len(kept) > p:
        return f"{len(kept)} sites are open already, but only {p} may be."
    return ""
