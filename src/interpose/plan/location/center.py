"""p_center: where to base p units so that the worst journey is shortest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from interpose.plan.highs import Clock, Floats, Ints, Watch
from interpose.plan.location import checks
from interpose.plan.location.covering import Cover, fewest, fractional
from interpose.plan.location.median import TIME_LIMIT_S
from interpose.plan.location.result import Siting, found, infeasible, nothing_found


def p_center(
    cost: ArrayLike,
    p: int,
    *,
    open_sites: Sequence[int] = (),
    time_limit_s: float = TIME_LIMIT_S,
    watch: Watch | None = None,
) -> Siting:
    """Open p sites so that the client that is worst off is reached at the least cost.

    The smallest radius within which p sites reach everyone: halving over the radii that occur, each
    asked of a set cover; first with parts of sites allowed, which settles most radii at once.

    Parameters
    ----------
    cost : (site, client) float
        Cost of reaching a client from a site, 0 or more; infinite where it cannot.
    p, open_sites, time_limit_s, watch
        As for `p_median`.

    Returns
    -------
    Siting
        `objective` is the radius; clients go to the cheapest open site, the first of equals.

    Raises
    ------
    ShapeError, PlanError
        If an argument has another shape or value than stated.

    Sources
    -------
    Minieka 1970, doi:10.1137/1012016; Elloumi, Labbe and Pochet 2004, doi:10.1287/ijoc.1030.0028.

    Examples
    --------
    >>> minutes = [[0, 10, 40, 50], [10, 0, 30, 40], [40, 30, 0, 10], [50, 40, 10, 0]]
    >>> p_center(minutes, 2).objective, p_center(minutes, 1).sites
    (10.0, (1,))
    """
    search = Clock(checks.not_negative("time_limit_s", time_limit_s), watch)
    table = checks.cost_table(cost)
    p = checks.count_of("p", p)
    kept = checks.already_open(open_sites, len(table))
    reason = checks.too_few_or_many(p, kept, len(table))
    alone = np.flatnonzero(~np.isfinite(table).any(axis=0))
    if not reason and alone.size:
        reason = f"No site can serve client {alone[0]} ({alone.size} such clients)."
    if reason:
        return infeasible(reason, search.seconds)
    radii = np.unique(table[np.isfinite(table)])
    low = int(np.searchsorted(radii, table.min(axis=0).max()))
    low = _least_with_parts(table, p, kept, radii, low, search)
    cover, low = _least(table, p, kept, radii, low, search)
    if cover is None:
        if search.stop:
            return nothing_found(search.stop, float(radii[low]), search.seconds)
        return infeasible(f"No {p} sites reach every client.", search.seconds)
    spare = np.setdiff1d(np.arange(len(table)), cover)[: p - len(cover)]
    opened = np.sort(np.concatenate([cover, spare]))
    served = opened[table[opened].argmin(axis=0)]
    radius = float(table[opened].min(axis=0).max())
    bound = min(float(radii[low]), radius)
    proved = bound >= radius
    return found(
        opened, served, radius, bound, proved=proved, stop=search.stop, seconds=search.seconds
    )


def _least_with_parts(
    table: Floats, p: int, kept: Ints, radii: Floats, low: int, search: Clock
) -> int:
    """Return the place in `radii` of a radius that no p sites can beat: parts of sites cannot."""
    high = len(radii)
    while low < high and not search.stop:
        middle = (low + high) // 2
        if fractional(table <= radii[middle], kept, search) > p + 1e-6:
            low = middle + 1
        else:
            high = middle
        search.tell(np.inf, float(radii[min(low, len(radii) - 1)]))
    return min(low, len(radii) - 1)


def _least(
    table: Floats, p: int, kept: Ints, radii: Floats, low: int, search: Clock
) -> tuple[Ints | None, int]:
    """Return the cover of the smallest radius found, and the place of the least radius possible.

    The bound with parts is nearly always the answer or next to it, so steps from there double.
    """
    best: Ints | None = None
    high, step, middle = len(radii), 1, low
    while low < high and not search.stop:
        cover: Cover = fewest(table <= radii[middle], kept, search, most=p)
        if len(cover.sites):
            best = cover.sites
            worst = float(table[best].min(axis=0).max())
            high = int(np.searchsorted(radii, worst))
        elif cover.proved:
            low = middle + 1
        else:
            break
        search.tell(
            np.inf if best is None else float(radii[high]), float(radii[low - (low == high)])
        )
        middle = (low + high) // 2 if high < len(radii) else min(low + step - 1, len(radii) - 1)
        step *= 2
    return best, min(low, len(radii) - 1)
