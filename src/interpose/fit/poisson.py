"""Poisson regression with many fixed effects, and intervals that are robust by cluster.

The estimator is Poisson pseudo maximum likelihood (Santos Silva & Tenreyro 2006,
doi:10.1162/rest.88.4.641) by iterated weighted least squares, with the fixed effects swept out of
each step (Correia, Guimaraes & Zylkin 2020, doi:10.1177/1536867X20909691)::

    E(y_i) = exp(x_i b + sum over groupings of a[group of i])

The spread of b is that of leaving out one cluster at a time (CR3), which stays honest where few
clusters carry the estimate; degrees of freedom are the effective number of clusters less one
(Carter, Schnepel & Steigerwald 2017, doi:10.1162/REST_a_00639).

`jumps_of` finds lasting jumps of a rate, by cutting a series in two again and again.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_STEPS = 60
"""Iterations of weighted least squares."""

LARGEST = 25.0
"""A coefficient beyond this, in spreads of its column, is one of a perfect prediction."""


@dataclass(frozen=True, slots=True)
class Poisson:
    """Coefficients with the spread between clusters.

    Attributes
    ----------
    b : (column,) float
        Change of the log rate per unit of the column.
    cov : (column, column) float
        Covariance of `b`.
    df : float
        Effective number of clusters, of the column that has fewest, less one.
    """

    b: Floats
    cov: Floats
    df: float

    def interval(self, column: int = 0, level: float = 0.95) -> tuple[float, float, float]:
        """Return low, middle and high of a coefficient."""
        reach = float(stats.t.ppf(0.5 + level / 2, self.df) * np.sqrt(self.cov[column, column]))
        middle = float(self.b[column])
        return middle - reach, middle, middle + reach

    def p_of(self, columns: Sequence[int]) -> float:
        """Return the p of the hypothesis that some coefficients are all nil."""
        some = list(columns)
        b = self.b[some]
        wald = float(b @ np.linalg.solve(self.cov[np.ix_(some, some)], b)) / len(some)
        return float(stats.f.sf(wald, len(some), max(self.df, 1.0)))


def poisson(y: Floats, x: Floats, groups: Sequence[Ints], cluster: Ints) -> Poisson | None:
    """Fit the model of this module; None where the data do not carry it.

    Parameters
    ----------
    y : (row,) float
        Counts.
    x : (row, column) float
        What is estimated.
    groups : sequence of (row,) int
        Each gives every row a fixed effect; rows of groups without any event say nothing.
    cluster : (row,) int
        Rows that may depend on each other.
    """
    kept = _with_events(y, groups)
    if kept.sum() <= x.shape[1]:
        return None
    y, x, cluster = y[kept], x[kept], np.unique(cluster[kept], return_inverse=True)[1]
    groups = [np.unique(group[kept], return_inverse=True)[1] for group in groups]
    spread = x.std(axis=0)
    if not (spread > 1e-12).all():
        return None
    x = x / spread
    mu = (y + y.mean()) / 2
    eta, b, old = np.log(mu), np.zeros(x.shape[1]), np.inf
    swept = last = np.zeros((len(y), 1 + x.shape[1]))
    for _ in range(MOST_STEPS):
        z = eta + (y - mu) / mu
        columns = np.column_stack([z, x])
        swept = _sweep(swept + columns - last, mu, groups)  # most is swept out already
        last = columns
        left, seen = swept[:, 1:], swept[:, 0]
        weighted = left * mu[:, None]
        bread = left.T @ weighted
        if np.linalg.matrix_rank(bread, tol=1e-7 * len(y) * mu.mean()) < x.shape[1]:
            return None
        b = np.linalg.solve(bread, weighted.T @ seen)
        eta = np.clip(z - seen + left @ b, -30, 30)
        mu = np.exp(eta)
        deviance = 2 * float((mu - y).sum() + (y[y > 0] * np.log(y[y > 0] / mu[y > 0])).sum())
        if abs(deviance - old) < 1e-8 * (1 + abs(deviance)):
            break
        old = deviance
    if np.abs(b).max() > LARGEST:
        return None
    return _with_spread(y, mu, left, bread, cluster, b, spread)


def _with_events(y: Floats, groups: Sequence[Ints]) -> NDArray[np.bool_]:
    kept = np.ones(len(y), dtype=bool)
    while True:
        alive = kept.copy()
        for group in groups:
            alive &= np.bincount(group, weights=y * kept)[group] > 0
        if (alive == kept).all():
            return kept
        kept = alive


def _sweep(columns: Floats, weight: Floats, groups: Sequence[Ints]) -> Floats:
    """Take weighted means by group out of columns, until they are nil for every grouping."""
    out = columns.copy()
    totals = [np.bincount(group, weights=weight) for group in groups]
    for _ in range(400):
        moved = 0.0
        for group, total in zip(groups, totals, strict=True):
            for j in range(out.shape[1]):
                mean = np.bincount(group, weights=weight * out[:, j]) / total
                out[:, j] -= mean[group]
                moved = max(moved, float(np.abs(mean).max()))
        if moved < 1e-7 or len(groups) == 1:
            break
    return out


def _with_spread(
    y: Floats, mu: Floats, left: Floats, bread: Floats, cluster: Ints, b: Floats, spread: Floats
) -> Poisson | None:
    """Leave out one cluster at a time, by one step from the estimate of all."""
    number, columns = int(cluster.max()) + 1, len(b)
    score = np.zeros((number, columns))
    np.add.at(score, cluster, left * (y - mu)[:, None])
    share = np.zeros((number, columns, columns))
    for i in range(columns):
        for j in range(columns):
            weights = left[:, i] * left[:, j] * mu
            share[:, i, j] = np.bincount(cluster, weights=weights, minlength=number)
    moved = np.zeros((number, columns))
    for g in range(number):
        without = bread - share[g]
        if np.linalg.cond(without) > 1e10:
            return None
        moved[g] = -np.linalg.solve(without, score[g])
    cov = (number - 1) / number * moved.T @ moved
    inverse = np.linalg.inv(bread)
    carried = np.einsum("ij,gjk,ki->gi", inverse, share, inverse)
    effective = carried.sum(axis=0) ** 2 / (carried**2).sum(axis=0)
    df = max(float(effective.min()) - 1, 0.5)
    return Poisson(b / spread, cov / np.outer(spread, spread), df)


# --- lasting jumps --------------------------------------------------------------------------------

JUMP_DAYS, MOST_JUMPS, JUMP_GAIN = 120, 3, 4.0
"""Days between lasting jumps of the rate at least; their number at most; what one must gain."""


def jumps_of(counts: Floats, edges: NDArray[np.int64], common: Floats) -> tuple[Floats, float]:
    """Return the log level that lasting jumps give to one place, by step, and what they cost.

    The best cut is kept while twice its gain in log likelihood, over the dispersion of what it
    leaves, passes a bound that grows with the number of possible cuts: as clusters of events are
    overdispersed, they seldom pass it.

    Parameters
    ----------
    counts : (day,) float
    common : (step,) float
        Log level of all places together.
    """
    days = np.diff(edges)
    by_step, size = np.add.reduceat(counts, edges[:-1]), np.exp(common) * days
    level, cuts, cost = np.zeros(len(days)), [0, len(days)], 0.0
    many = max(1, round(JUMP_DAYS / float(days.mean())))
    for _ in range(MOST_JUMPS):
        found = [
            (_gain(by_step[a:b], size[a:b], cut - a), cut)
            for a, b in itertools.pairwise(cuts)
            for cut in range(a + many, b - many + 1)
        ]
        if not found:
            break
        gain, cut = max(found)
        tried = sorted([*cuts, cut])
        rates = [by_step[a:b].sum() / size[a:b].sum() for a, b in itertools.pairwise(tried)]
        wide = np.repeat(np.maximum(rates, 0.5 / size.sum()), np.diff(tried))
        starts = np.arange(0, len(days), many)
        seen, mean = (np.add.reduceat(x, starts) for x in (by_step, wide * size))
        dispersion = max(1.0, float(((seen - mean) ** 2 / mean).sum()) / max(1, len(seen) - 2))
        if 2 * gain / dispersion < JUMP_GAIN + 2 * math.log(len(found)):
            break
        cuts, level, cost = tried, np.log(wide), cost + JUMP_GAIN / 2 + math.log(len(found))
    return np.asarray(level - level.mean()), cost


def _gain(counts: Floats, size: Floats, cut: int) -> float:
    """Return what a cut adds to the log likelihood of a constant rate."""

    def best(some: slice) -> float:
        total = float(counts[some].sum())
        return total * math.log(total / float(size[some].sum())) if total else 0.0

    return best(slice(cut)) + best(slice(cut, None)) - best(slice(None))
