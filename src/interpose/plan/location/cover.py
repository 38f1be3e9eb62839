"""set_cover and max_cover: reach every place within a radius, or most people with p units."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from interpose.plan.highs import Clock, Flags, Floats, Ints, Model, Solved, Watch, solve
from interpose.plan.location import checks
from interpose.plan.location.covering import fewest, needless_sites
from interpose.plan.location.median import TIME_LIMIT_S
from interpose.plan.location.result import Siting, found, infeasible, nothing_found


def set_cover(
    cost: ArrayLike,
    radius: float,
    *,
    cover_times: int = 1,
    open_sites: Sequence[int] = (),
    time_limit_s: float = TIME_LIMIT_S,
    watch: Watch | None = None,
) -> Siting:
    """Open the fewest sites so that every client lies within `radius` of one.

    Parameters
    ----------
    cost : (site, client) float
        Cost of reaching a client from a site (km, minutes), 0 or more.
    radius : float
        In the unit of `cost`; a client exactly at it is reached.
    cover_times : int
        Sites, each another one, that must reach every client: 2 is one and a backup (LSCP-B).
    open_sites, time_limit_s, watch
        As for `p_median`.

    Returns
    -------
    Siting
        `objective` is the number of sites; clients go to the cheapest, the first of equals.

    Raises
    ------
    ShapeError, PlanError
        If an argument has another shape or value than stated. Where some client is out of reach of
        all sites the status is ``"infeasible"``, with the client.

    Sources
    -------
    Toregas, Swain, ReVelle and Bergman 1971, doi:10.1287/opre.19.6.1363; backup: Hogan and ReVelle
    1986, doi:10.1287/mnsc.32.11.1434.

    Examples
    --------
    >>> minutes = [[0, 10, 40, 50], [10, 0, 30, 40], [40, 30, 0, 10], [50, 40, 10, 0]]
    >>> set_cover(minutes, 10).sites, set_cover(minutes, 10, cover_times=2).sites
    ((0, 2), (0, 1, 2, 3))
    """
    search = Clock(checks.not_negative("time_limit_s", time_limit_s), watch)
    table = checks.cost_table(cost)
    times = checks.count_of("cover_times", cover_times)
    kept = checks.already_open(open_sites, len(table))
    reaches = table <= checks.not_negative("radius", radius)
    short = np.flatnonzero(reaches.sum(axis=0) < times)
    if short.size:
        listed = ", ".join(str(i) for i in short[:10]) + (", ..." if short.size > 10 else "")
        what = "any site" if times == 1 else f"{times} sites"
        reason = f"{short.size} of {table.shape[1]} clients are not within {radius:g} of {what}"
        return infeasible(f"{reason}: {listed}.", search.seconds)
    cover = fewest(reaches, kept, search, times=times)
    if not len(cover.sites):
        return nothing_found(search.stop, cover.bound, search.seconds)
    served = cover.sites[table[cover.sites].argmin(axis=0)]
    count = float(len(cover.sites))
    return found(
        cover.sites, served, count, cover.bound,
        proved=cover.proved, stop=search.stop, seconds=search.seconds,
    )  # fmt: skip


def max_cover(
    cost: ArrayLike,
    demand: ArrayLike,
    p: int,
    radius: float,
    *,
    cover_times: int = 1,
    open_sites: Sequence[int] = (),
    time_limit_s: float = TIME_LIMIT_S,
    watch: Watch | None = None,
) -> Siting:
    """Open p sites so that most of the demand lies within `radius` of one.

    Parameters
    ----------
    cost : (site, client) float
        Cost of reaching a client from a site, 0 or more.
    demand : (client,) float or float
        People, or what else is counted, at each client; 0 or more.
    p : int
        Sites to open, `open_sites` included.
    radius, cover_times : float, int
        A client counts once `cover_times` sites lie within `radius` of it.
    open_sites, time_limit_s, watch
        As for `p_median`.

    Returns
    -------
    Siting
        `objective` is the demand reached; clients that do not count have assignment -1.

    Raises
    ------
    ShapeError, PlanError
        If an argument has another shape or value than stated.

    Sources
    -------
    Church and ReVelle 1974, doi:10.1007/BF01942293.

    Examples
    --------
    >>> minutes = [[0, 10, 40, 50], [10, 0, 30, 40], [40, 30, 0, 10], [50, 40, 10, 0]]
    >>> best = max_cover(minutes, [5, 1, 2, 2], p=1, radius=10)
    >>> best.sites, best.objective, best.assignment
    ((0,), 6.0, (0, 0, -1, -1))
    """
    search = Clock(checks.not_negative("time_limit_s", time_limit_s), watch)
    table = checks.cost_table(cost)
    people = checks.for_each("demand", demand, table.shape[1], "clients")
    p, times = checks.count_of("p", p), checks.count_of("cover_times", cover_times)
    kept = checks.already_open(open_sites, len(table))
    reason = checks.too_few_or_many(p, kept, len(table))
    if reason:
        return infeasible(reason, search.seconds)
    reaches = table <= checks.not_negative("radius", radius)
    solved, chosen = _most(reaches, people, p, times, kept, search)
    if chosen is None:
        return nothing_found(search.stop, float(people.sum()), search.seconds)
    spare = np.setdiff1d(np.arange(len(table)), chosen)[: p - len(chosen)]
    opened = np.sort(np.concatenate([chosen, spare]))
    counts = reaches[opened].sum(axis=0) >= times
    served = np.where(counts, opened[table[opened].argmin(axis=0)], -1)
    total = float(people[counts].sum())
    bound = max(-solved.bound, total)
    return found(
        opened, served, total, bound,
        proved=solved.proved, stop=search.stop, seconds=search.seconds,
    )  # fmt: skip


def _most(
    reaches: Flags, people: Floats, p: int, times: int, kept: Ints, search: Clock
) -> tuple[Solved, Ints | None]:
    """Return what HiGHS says of the demand reached (negative), and the sites it opens.

    Clients that the same sites reach are one; a site that reaches no more than another is left out
    where one visit is enough.
    """
    from scipy import sparse

    groups, member = np.unique(reaches, axis=1, return_inverse=True)
    weight = np.bincount(member.ravel(), people, minlength=groups.shape[1])
    used = (weight > 0.0) & groups.any(axis=0)
    groups, weight = groups[:, used], weight[used]
    stays = np.ones(len(reaches), dtype=np.bool_)
    if times == 1 and groups.size:
        stays = ~needless_sites(groups)
    stays[kept] = True
    sites = np.flatnonzero(stays)
    count, clients = len(sites), len(weight)
    # a client counts in full or not; with one visit that follows from whole sites
    reached = sparse.hstack(
        [sparse.csc_array(groups[sites].T.astype(float)), -float(times) * sparse.eye_array(clients)]
    )
    at_most = sparse.csc_array(np.concatenate([np.ones(count), np.zeros(clients)])[None, :])
    model = Model(
        cost=np.concatenate([np.zeros(count), -weight]),
        low=np.concatenate([np.isin(sites, kept).astype(float), np.zeros(clients)]),
        high=np.ones(count + clients),
        whole=np.arange(count + clients) < (count if times == 1 else count + clients),
        rows=sparse.csc_array(sparse.vstack([reached, at_most])),
        row_low=np.concatenate([np.zeros(clients), [0.0]]),
        row_high=np.concatenate([np.full(clients, np.inf), [float(p)]]),
    )
    whole = bool((people == np.rint(people)).all())
    solved = solve(model, search, gap=0.999 if whole else 1e-9 * max(float(people.sum()), 1e-9))
    if solved.values is None:
        return solved, None
    return solved, sites[solved.values[:count] > 0.5]
