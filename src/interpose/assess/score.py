"""Scores of forecasts given as draws, and the two plain baselines that a model has to beat.

All functions take draws (M,) or (M, case) and observations () or (case,). They are a few lines of
numpy each; ``tests/assess/test_score.py`` holds them against the package ``scoringrules``, which
is no dependency because importing it takes four seconds (docs/decisions/0006).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from interpose.record import Point

Floats = NDArray[np.float64]


def crps(draws: Floats, observed: Floats | float) -> Floats:
    """Return the continuous ranked probability score, fair for any number of draws.

    ``mean|x - y| - sum|x_j - x_k| / (2 M (M - 1))``: the distance between what was said and what
    came, in the unit of the quantity; less is better, zero is perfect. For one draw it is the
    absolute error.

    Sources
    -------
    Gneiting & Raftery 2007, doi:10.1198/016214506000001437; fair form: Ferro 2014,
    doi:10.1002/qj.2270.

    Examples
    --------
    >>> crps(np.array([1.0, 3.0]), 2.0)
    np.float64(0.0)
    >>> crps(np.array([5.0]), 2.0)
    np.float64(3.0)
    """
    x = np.sort(np.asarray(draws, dtype=np.float64), axis=0)
    m = len(x)
    error = np.abs(x - observed).mean(axis=0)
    if m == 1:
        return np.asarray(error)[()]
    # Sorted, the sum over pairs is a weighted sum: O(M log M) instead of O(M^2).
    rank = np.arange(1, m + 1).reshape(-1, *([1] * (x.ndim - 1)))
    pairs = 2.0 * ((2 * rank - m - 1) * x).sum(axis=0)
    return np.asarray(error - pairs / (2.0 * m * (m - 1)))[()]


def coverage(draws: Floats, observed: Floats, level: float) -> float:
    """Return the share of cases inside the central interval of this level.

    Examples
    --------
    >>> coverage(np.arange(101.0)[:, None] * [1, 1], np.array([50.0, 99.0]), 0.9)
    0.5
    """
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return float(((observed >= low) & (observed <= high)).mean())


def same_as_last(series: Floats, first: int, draws: int, seed: int) -> Floats:
    """Forecast every case of the record, (case,), from `first` on by the one before it.

    The draws, (draw, case - first), have Poisson spread.
    """
    rng = np.random.default_rng(seed)
    means = np.asarray(series[first - 1 : -1], dtype=np.float64)
    return rng.poisson(means, size=(draws, len(means))).astype(np.float64)


def mean_of_the_past(series: Floats, first: int, draws: int, seed: int) -> Floats:
    """Forecast every case from `first` on by drawing from all cases before it.

    The "conflictology" baseline of the VIEWS competition (Hegre et al. 2024, arXiv:2407.11045).
    """
    rng = np.random.default_rng(seed)
    columns = [rng.choice(series[:end], size=draws) for end in range(first, len(series))]
    return np.stack(columns, axis=1).astype(np.float64)


def skill(
    ours: Floats, baseline: Floats, block: int = 3, repeats: int = 2000, seed: int = 0
) -> tuple[float, float, float]:
    """Return 1 - score/baseline over all cases, with its 90 % block-bootstrap interval.

    Scores are (case,), less being better; a `block` of neighbouring cases is drawn together. Above
    zero is better than the baseline; minus infinity or NaN where the baseline is perfect.
    """
    cases = len(ours)
    block = min(block, cases)
    rng = np.random.default_rng(seed)
    starts = rng.integers(0, cases, size=(repeats, -(-cases // block)))
    rows = (starts[:, :, None] + np.arange(block)).reshape(repeats, -1)[:, :cases] % cases
    with np.errstate(divide="ignore", invalid="ignore"):
        drawn = 1.0 - ours[rows].sum(axis=1) / baseline[rows].sum(axis=1)
        best = 1.0 - ours.sum() / baseline.sum()
    finite = drawn[np.isfinite(drawn)]
    low, high = np.quantile(finite, [0.05, 0.95]) if len(finite) else (np.nan, np.nan)
    return float(best), float(low), float(high)


@dataclass(frozen=True, slots=True)
class StrengthScore:
    """How the played strength stands to a reported series.

    Attributes
    ----------
    dates : int
        Dates with reports that lie in the months played.
    inside : float
        Share of them at which the played strength lies within what was reported.
    inside_weighted : float
        The same, dates on which reports disagree widely counting less.
    distance : float, persons
        Mean distance from the nearest end of what was reported, with the same weights.
    farthest : tuple of (Point, float)
        The dates with the largest distances, and the strength played then.
    """

    dates: int
    inside: float
    inside_weighted: float
    distance: float
    farthest: tuple[tuple[Point, float], ...]


def score_strength(
    played: pd.Series[float], series: Sequence[Point], most: int = 3
) -> StrengthScore | None:
    """Hold the strength played against ``series_of(record, "force.strength")``.

    What was played is known as the mean of each month, indexed by its first day, so a step on the
    day of a report shows in the month after: of the months of a date and the one that follows, the
    closest counts. The `most` farthest dates are named. None if the series has no month played.
    """
    months = pd.DatetimeIndex(played.index).to_period("M")
    levels = played.to_numpy(dtype=float)
    rows: list[tuple[Point, float, float]] = []
    for point in series:
        first, last = (pd.Period(day, "M") for day in (point.period.first, point.period.last))
        held = levels[(months >= first) & (months <= last + 1)]
        if last < months[0] or first > months[-1]:
            continue
        if len(held):
            level = float(min(held, key=point.distance))
            rows.append((point, level, point.distance(level)))
    if not rows:
        return None
    weights = np.array([point.weight for point, _, _ in rows])
    distances = np.array([distance for _, _, distance in rows])
    inside = distances == 0.0
    far = sorted((row for row in rows if row[2] > 0), key=lambda row: -row[2])[:most]
    return StrengthScore(
        dates=len(rows),
        inside=float(inside.mean()),
        inside_weighted=float(np.average(inside, weights=weights)),
        distance=float(np.average(distances, weights=weights)),
        farthest=tuple((point, level) for point, level, _ in far),
    )
