"""Lasting jumps of the rate of events at one place, found by cutting it in two again and again."""

from __future__ import annotations

import itertools
import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

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
