"""Fewest sites that reach everyone: reductions first, then HiGHS on what is left.

A client whose sites include all sites of another needs no row of its own; a site that reaches no
more than another needs no column (Toregas and ReVelle 1972, doi:10.1007/BF01940127). Both are found
by one product of the table of who reaches whom, again and again until nothing goes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from interpose.plan.highs import Clock, Flags, Floats, Ints, Model, solve


@dataclass(frozen=True, slots=True)
class Cover:
    """Sites that reach every client, the least that any cover needs, and whether that is proved.

    `sites` is empty where no cover exists (proved) or none was found.
    """

    sites: Ints
    bound: float
    proved: bool


def needless_clients(reaches: Flags) -> Flags:
    """Return (client,) whether another client's sites all reach it too; the first of equals stays.

    Examples
    --------
    >>> needless_clients(np.array([[True, True, False], [False, True, True]]))
    array([False,  True, False])
    """
    table = reaches.astype(np.float32)
    shared = table.T @ table
    count = table.sum(axis=0)
    inside = shared == count[:, None]  # [k, i]: every site of k reaches i
    np.fill_diagonal(inside, val=False)
    index = np.arange(len(count))
    inside &= (count[:, None] < count) | (index[:, None] < index)
    found: Flags = inside.any(axis=0)
    return found


def needless_sites(reaches: Flags) -> Flags:
    """Return (site,) whether another site reaches all that it does; the first of equals stays."""
    table = reaches.astype(np.float32)
    shared = table @ table.T
    count = table.sum(axis=1)
    inside = shared == count[:, None]  # [j, l]: l reaches all that j does
    np.fill_diagonal(inside, val=False)
    index = np.arange(len(count))
    inside &= (count[:, None] < count) | (index[:, None] > index)
    found: Flags = inside.any(axis=1)
    return found


def reduced(reaches: Flags, times: int) -> tuple[Ints, Ints]:
    """Return sites and clients that are left after the reductions.

    Sites are left out only where one visit is enough: with more, a lesser site is a second one.
    """
    sites, clients = np.arange(reaches.shape[0]), np.arange(reaches.shape[1])
    while True:
        clients = clients[~needless_clients(reaches[np.ix_(sites, clients)])]
        gone = np.zeros(len(sites), dtype=np.bool_)
        if times == 1:
            gone = needless_sites(reaches[np.ix_(sites, clients)])
        sites = sites[~gone]
        if not gone.any():
            return sites, clients


def fewest(
    reaches: Flags, kept: Ints, search: Clock, *, times: int = 1, most: int | None = None
) -> Cover:
    """Return the fewest sites, `kept` included, that reach every client `times` times.

    Parameters
    ----------
    reaches : (site, client) bool
        Which site reaches which client; every client by at least `times` sites.
    kept : (k,) int
        Sites that are open anyway.
    search : Clock
        Clock and watcher.
    times : int
        Sites, each another one, that must reach every client.
    most : int or None
        Any cover with at most this many will do; where there is none, that alone is proved.
    """
    from scipy import sparse

    need = times - reaches[kept].sum(axis=0)
    wanted = np.flatnonzero(need > 0)
    others = np.setdiff1d(np.arange(len(reaches)), kept)
    nobody = np.zeros(0, dtype=np.int64)
    if not wanted.size:
        return Cover(kept, float(len(kept)), proved=True)
    if times == 1 or not len(kept):
        at, who = reduced(reaches[np.ix_(others, wanted)], times)
    else:  # needs differ between clients: none stands for another
        at, who = np.arange(len(others)), np.arange(len(wanted))
    others, wanted = others[at], wanted[who]
    left = np.inf if most is None else float(most - len(kept))
    table = sparse.csc_array(reaches[np.ix_(others, wanted)].T.astype(np.float64))
    count = len(others)
    model = Model(
        cost=np.ones(count),
        low=np.zeros(count),
        high=np.ones(count),
        whole=np.ones(count, dtype=np.bool_),
        rows=sparse.vstack([table, sparse.csc_array(np.ones((1, count)))]).tocsc(),
        row_low=np.append(need[wanted].astype(np.float64), 0.0),
        row_high=np.append(np.full(len(wanted), np.inf), left),
    )
    gap = 0.999 if most is None else max(left, 1.0)
    solved = solve(model, search, gap=gap, constant=float(len(kept)))
    if solved.values is None:
        bound = np.inf if solved.infeasible else max(solved.bound, len(kept))
        return Cover(nobody, float(bound), proved=solved.infeasible)
    chosen = np.sort(np.concatenate([kept, others[solved.values > 0.5]]))
    return Cover(chosen, float(np.ceil(solved.bound - 1e-6)), proved=solved.proved)


def fractional(reaches: Flags, kept: Ints, search: Clock) -> float:
    """Return a lower bound on the sites that reach everyone: parts of sites may be opened."""
    from scipy import sparse

    wanted = np.flatnonzero(~reaches[kept].any(axis=0))
    if not wanted.size:
        return float(len(kept))
    others = np.setdiff1d(np.arange(len(reaches)), kept)
    at, who = reduced(reaches[np.ix_(others, wanted)], 1)
    table: Floats = reaches[np.ix_(others[at], wanted[who])].T.astype(np.float64)
    model = Model(
        cost=np.ones(len(at)),
        low=np.zeros(len(at)),
        high=np.ones(len(at)),
        whole=np.zeros(len(at), dtype=np.bool_),
        rows=sparse.csc_array(table),
        row_low=np.ones(len(who)),
        row_high=np.full(len(who), np.inf),
    )
    solved = solve(model, search, constant=float(len(kept)))
    return solved.objective if solved.proved else float(len(kept))
