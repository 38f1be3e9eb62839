"""Four textbook models of location on plain arrays, solved by HiGHS to proof or with the gap.

`cost` is sites x clients (bases x places), 0 or more in the unit one travels in; infinite where
a site cannot serve a client. `open_sites` are rows of it that are open anyway. What cannot be done
is an answer with its reason, not an error.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from interpose.plan.highs import INFEASIBLE, OPTIMAL, Flags, Floats, Ints, Model, Solved

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


def _answer(chosen: Ints, served: Ints, objective: float, bound: float, status: str) -> Siting:
    """Return an answer, with its gap where the solver stopped before the proof."""
    gap = 0.0
    if status == OPTIMAL:
        bound = objective
    else:
        gap = abs(objective - bound) / max(abs(objective), 1e-12)
        status = f"{status}, gap {100 * gap:.2g} %"
    return Siting(tuple(chosen.tolist()), tuple(served.tolist()), objective, bound, status, gap)


def _no_answer(reason: str, status: str = INFEASIBLE, bound: float = math.nan) -> Siting:
    """Return that there is no answer, or that none was found in time."""
    if status != INFEASIBLE:
        reason = f"The search ended ({status}) before an answer was found or ruled out."
        status = f"{status}, nothing found"
    return Siting((), (), math.nan, bound, status, math.nan, reason)


def _arrays(cost: ArrayLike, open_sites: Sequence[int]) -> tuple[Floats, Ints]:
    return np.array(cost, dtype=np.float64), np.array(sorted({*open_sites}), dtype=np.int64)


def set_cover(
    cost: ArrayLike,
    radius: float,
    *,
    open_sites: Sequence[int] = (),
    time_limit_s: float = TIME_LIMIT_S,
) -> Siting:
    """Open the fewest sites so that every client lies within `radius` of one, or just on it.

    At the time limit the best answer so far is kept.

    Examples
    --------
    >>> set_cover([[0, 10, 40, 50], [10, 0, 30, 40], [40, 30, 0, 10], [50, 40, 10, 0]], 10).sites
    (0, 2)
    """
    table, kept = _arrays(cost, open_sites)
    chosen, solved = _fewest(table <= radius, kept, time_limit_s)
    if not chosen.size:
        none = f"Not every client is within {radius:g} of a site."
        return _no_answer(none, solved.status, solved.bound)
    served = chosen[table[chosen].argmin(axis=0)]
    bound = np.ceil(solved.bound - 1e-6)
    return _answer(chosen, served, float(len(chosen)), float(bound), solved.status)


def p_center(
    cost: ArrayLike,
    p: int,
    *,
    open_sites: Sequence[int] = (),
    time_limit_s: float = TIME_LIMIT_S,
) -> Siting:
    """Open p sites so that the client that is worst off is reached at the least cost.

    Halving over the costs that occur, each asked of a set cover: Minieka 1970,
    doi:10.1137/1012016.

    Examples
    --------
    >>> minutes = [[0, 10, 40, 50], [10, 0, 30, 40], [40, 30, 0, 10], [50, 40, 10, 0]]
    >>> p_center(minutes, 2).objective, p_center(minutes, 1).sites
    (10.0, (1,))
    """
    begun = time.perf_counter()
    table, kept = _arrays(cost, open_sites)
    radii = np.unique(table[np.isfinite(table)])
    low, high = int(np.searchsorted(radii, table.min(axis=0).max())), len(radii)
    best, status = np.zeros(0, dtype=np.int64), OPTIMAL
    while low < high and status == OPTIMAL:  # radii[high] can be had, less than radii[low] cannot
        middle = (low + high) // 2
        left_s = time_limit_s - (time.perf_counter() - begun)
        found, solved = _fewest(table <= radii[middle], kept, left_s, most=p)
        if found.size:
            best, high = found, int(np.searchsorted(radii, table[found].min(axis=0).max()))
        elif solved.proved:
            low = middle + 1
        else:
            status = solved.status
    if not best.size:
        none = f"No {p} sites reach every client."
        return _no_answer(
            none,
            INFEASIBLE if status == OPTIMAL else status,
            radii[low - (low == len(radii))],
        )
    chosen = _filled_up(best, p, len(table))
    served = chosen[table[chosen].argmin(axis=0)]
    worst = float(table[chosen].min(axis=0).max())
    return _answer(chosen, served, worst, float(radii[low]), status)


def max_cover(
    cost: ArrayLike,
    weight: ArrayLike,
    p: int,
    radius: float,
    *,
    open_sites: Sequence[int] = (),
    time_limit_s: float = TIME_LIMIT_S,
) -> Siting:
    """Open p sites so that as much as possible lies within `radius` of one.

    Church and ReVelle 1974, doi:10.1007/BF01942293. Clients that the same sites reach are one, and
    a site that reaches no more than another is left out.

    Examples
    --------
    >>> minutes = [[0, 10, 40, 50], [10, 0, 30, 40], [40, 30, 0, 10], [50, 40, 10, 0]]
    >>> best = max_cover(minutes, [5, 1, 2, 2], p=1, radius=10)
    >>> best.sites, best.objective, best.assignment
    ((0,), 6.0, (0, 0, -1, -1))
    """
    table, kept = _arrays(cost, open_sites)
    people = np.broadcast_to(np.asarray(weight, dtype=np.float64), table.shape[1])
    reaches = table <= radius
    groups, member = np.unique(reaches, axis=1, return_inverse=True)
    counted = np.bincount(member.ravel(), people, minlength=groups.shape[1])
    groups, counted = groups[:, counted > 0.0], counted[counted > 0.0]
    useful = ~_needless(groups)
    useful[kept] = True
    at = np.flatnonzero(useful)
    model = Model()
    sites = model.columns(np.zeros(len(at)), low=np.isin(at, kept), whole=True)
    model.rows(sites, 1.0, high=p)
    reached = model.columns(-counted)
    for client, column in enumerate(reached):
        mine = sites[groups[at, client]]
        model.rows([*mine, column], [*np.ones(len(mine)), -1.0], low=0.0)
    solved = model.solve(time_limit_s)
    if solved.values is None:
        return _no_answer("", solved.status, float(people.sum()))
    chosen = _filled_up(at[solved.values[sites] > 0.5], p, len(table))
    seen = reaches[chosen].any(axis=0)
    served = np.where(seen, chosen[table[chosen].argmin(axis=0)], -1)
    total = float(people[seen].sum())
    return _answer(chosen, served, total, -solved.bound, solved.status)


def p_median(
    cost: ArrayLike,
    p: int,
    *,
    weight: ArrayLike = 1.0,
    demand: ArrayLike = 1.0,
    capacity: ArrayLike | None = None,
    cover: tuple[float, float] | None = None,
    open_sites: Sequence[int] = (),
    time_limit_s: float = TIME_LIMIT_S,
) -> Siting:
    """Open p sites so that the cost of all clients is least, each served by one open site.

    Without capacity the sites beyond the nearest ``n - p + 1`` of a client never serve it.

    Parameters
    ----------
    cost : (site, client) float
    p : int
        Sites to open, `open_sites` included.
    weight : (client,) float
        How much each client counts.
    demand : (client,) float
        Room that each client takes, where there is a capacity.
    capacity : (site,) float, optional
        Room at each site; without it, any client may go to any site.
    cover : (radius, weight), optional
        At least so much weight must be served within the radius.

    Examples
    --------
    >>> minutes = [[0, 10, 40, 50], [10, 0, 30, 40], [40, 30, 0, 10], [50, 40, 10, 0]]
    >>> sited = p_median(minutes, p=2, weight=[5, 1, 2, 3])
    >>> sited.sites, sited.assignment, sited.objective, sited.status
    ((0, 3), (0, 0, 3, 3), 30.0, 'optimal')
    """
    table, kept = _arrays(cost, open_sites)
    sites, clients = table.shape
    counts, takes = (np.broadcast_to(np.asarray(x, np.float64), clients) for x in (weight, demand))
    room = None if capacity is None else np.broadcast_to(np.asarray(capacity, np.float64), sites)
    most = np.inf if room is None else np.sort(room)[::-1][:p].sum()
    if takes.sum() > most * (1 + 1e-9):  # sums of fractions are not exact
        return _no_answer(
            f"Clients take {takes.sum():,.9g}, but the {p} largest sites hold {most:,.9g}."
        )
    near = np.isfinite(table)
    if room is None:
        near &= table.argsort(axis=0, kind="stable").argsort(axis=0) <= sites - p
    site, client = np.nonzero(near)
    model = Model()
    opened = model.columns(np.zeros(sites), low=np.isin(np.arange(sites), kept), whole=True)
    model.rows(opened, 1.0, low=p, high=p)
    pairs = model.columns(table[site, client] * counts[client], whole=room is not None)
    model.rows(np.column_stack([pairs, opened[site]]), [1.0, -1.0], high=0.0)
    for i in range(clients):
        model.rows(pairs[client == i], 1.0, low=1.0, high=1.0)
    if room is not None:
        for j, holds in enumerate(room):
            mine = site == j
            model.rows([*pairs[mine], opened[j]], [*takes[client[mine]], -holds], high=0.0)
    if cover is not None:
        within = table[site, client] <= cover[0]
        model.rows(pairs[within], counts[client[within]], low=cover[1])
    solved = model.solve(time_limit_s)
    if solved.values is None:
        none = (
            f"No {p} sites can serve every client{' within their capacity' * (room is not None)}."
        )
        return _no_answer(none, solved.status, solved.bound)
    chosen = np.flatnonzero(solved.values[opened] > 0.5)
    served = chosen[table[chosen].argmin(axis=0)]
    if room is not None:
        given = solved.values[pairs] > 0.5
        served[client[given]] = site[given]
    total = float(table[served, np.arange(clients)] @ counts)
    return _answer(chosen, served, total, solved.bound, solved.status)


# --- covers -------------------------------------------------------------------------------------


def _fewest(
    reaches: Flags, kept: Ints, seconds: float, most: int | None = None
) -> tuple[Ints, Solved]:
    """Return the fewest sites, `kept` included, that reach every client, or any `most` that do.

    A client whose sites include all sites of another needs no row; a site that reaches no more
    than another needs no column (Toregas and ReVelle 1972, doi:10.1007/BF01940127). Both again and
    again until nothing goes.
    """
    if not reaches.any(axis=0).all():
        return np.zeros(0, dtype=np.int64), Solved(None, math.inf, INFEASIBLE)
    wanted = np.flatnonzero(~reaches[kept].any(axis=0))
    if not wanted.size:
        return kept, Solved(None, len(kept), OPTIMAL)
    others = np.setdiff1d(np.arange(len(reaches)), kept)
    before = (-1, -1)
    while before != (len(others), len(wanted)):
        before = (len(others), len(wanted))
        wanted = wanted[~_needless(~reaches[np.ix_(others, wanted)].T)]
        others = others[~_needless(reaches[np.ix_(others, wanted)])]
    model = Model()
    sites = model.columns(np.ones(len(others)), whole=True)
    for client in wanted:
        model.rows(sites[reaches[others, client]], 1.0, low=1.0)
    left = len(sites) if most is None else most - len(kept)
    model.rows(sites, 1.0, high=left)
    solved = model.solve(seconds, gap=0.0 if most is None else max(left, 1.0))
    found = Solved(solved.values, solved.bound + len(kept), solved.status)
    if solved.values is None:
        return np.zeros(0, dtype=np.int64), found
    return np.union1d(kept, others[solved.values > 0.5]), found


def _needless(reaches: Flags) -> Flags:
    """Return (site,) whether another site reaches all that it does; the first of equals stays."""
    table = reaches.astype(np.float32)
    count = table.sum(axis=1)
    inside = table @ table.T == count[:, None]  # [j, l]: l reaches all that j does
    index = np.arange(len(count))
    inside &= (count[:, None] < count) | ((count[:, None] == count) & (index[:, None] > index))
    found: Flags = inside.any(axis=1)
    return found


def _filled_up(chosen: Ints, p: int, sites: int) -> Ints:
    """Return p sites: those chosen, and the first of the others where fewer are enough."""
    return np.union1d(chosen, np.setdiff1d(np.arange(sites), chosen)[: p - len(chosen)])
