"""Forecasts of a year from its futures and the record; and baselines that know the record alone.

A forecast is futures brought to the level of the record. Retaliation, presence and shocks say how
years differ; how much of it all the record would hold is a level, a Gamma law that every recorded
year moves, (a, b) -> (a + count, b + expectation), and that forgets: `KEPT` of it stays from one
year to the next, the rest goes back to the mean of all years so far. This is the exact filter of
Harvey & Fernandes 1989 (doi:10.1080/07350015.1989.10509750), with a mean to return to. Regions get
their recorded part of it, as far as counts allow. Draws of the level and of the futures together
are the forecast; with the lead it grows wider.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from interpose.play.theatre import Floats

KEPT = 0.7
"""Part of the level that stays from one year to the next. This and the numbers below were chosen
on the years up to 2010 of Kosovo, where little hangs on them (docs/decisions/0041)."""

WORTH = 10.0
"""Months with an event that weigh, between regions, as much as what the futures say of them."""

PAST_YEARS = 8
"""Years from which a baseline learns: those of Kosovo's settled years up to 2010."""

MOST = 10.0
"""The largest factor by which the level of the record may be above that of the futures."""

DRAWS = 1000
"""Draws of a forecast, at least, and of a baseline."""

GROUPS = 5
"""Groups of futures that no draw mixes, draw j being of group j modulo this number: what draws of
different groups have in common is the law that they are drawn from, so the score is fair."""

LAST, PAST, STILL, ROLLING, DATED = (
    "same as last year",
    "mean of the past",
    "frozen negative binomial",
    "rolling negative binomial",
    "dated shocks",
)


# --- the forecast ---------------------------------------------------------------------------------


def level(seen: Floats, expected: Floats, ahead: int) -> tuple[float, float, Floats]:
    """Return shape and rate of the level's Gamma law, and the weight of each region.

    `seen` (year, month, region) is recorded, and `expected` (year, region) the mean number of
    months with any event, up to the origin; the law is that of the year `ahead`. Months count and
    not events, since what comes in lumps says no more than once that it came. With no year seen
    the level is 1, give or take 100 %.
    """
    months = (seen > 0).sum(axis=1).astype(np.float64)
    rate = (expected.sum() + 1) / (months.sum() + 1)
    a, b = 1.0, rate
    for count, mean in zip(months.sum(axis=1), expected.sum(axis=1), strict=True):
        a, b = 1 + KEPT * (a - 1), rate + KEPT * (b - rate)
        a, b = a + count, b + mean
    for _ in range(ahead):
        a, b = 1 + KEPT * (a - 1), rate + KEPT * (b - rate)
    part = (expected.sum(axis=0) + 1e-9) / (expected.sum() + 1e-9 * expected.shape[1])
    weights = (months.sum(axis=0) + WORTH * part) / (months.sum() + WORTH) / part
    return a, b, weights


def brought(futures: Floats, factor: Floats, rng: np.random.Generator) -> Floats:
    """Return futures (future, month, region) with counts changed by a factor (future, region).

    Counts are thinned; of a factor above 1 the whole part adds the next futures of the same
    group, `MOST` at most: what futures hardly hold no factor makes true.
    """
    out, given = np.zeros(futures.shape), futures.astype(np.int64)
    left = np.minimum(factor, MOST)[:, None]
    while (left > 0).any():
        share = np.broadcast_to(np.clip(left, 0.0, 1.0), futures.shape)
        out += rng.binomial(given, share)
        given, left = np.roll(given, GROUPS, axis=0), left - 1.0
    return out


def forecast(
    futures: Floats, seen: Floats, expected: Floats, ahead: int, rng: np.random.Generator
) -> Floats:
    """Return draws (draw, month, region) of the year `ahead` from its futures.

    Every group has as many, so up to `GROUPS` - 1 futures are left out; of fewer than `GROUPS`,
    which are too few for a fair score, some are in two groups.
    """
    a, b, weights = level(seen, expected, ahead)
    even = max(len(futures) - len(futures) % GROUPS, GROUPS)
    many = np.tile(futures[np.arange(even) % len(futures)], (-(-DRAWS // even), 1, 1))
    levels = rng.gamma(a, 1.0 / b, len(many))
    return brought(many, levels[:, None] * weights, rng)


# --- baselines ------------------------------------------------------------------------------------


def negative_binomial(
    mean: Floats, variance: Floats, shape: tuple[int, ...], rng: np.random.Generator
) -> Floats:
    """Draw counts of this mean and variance; Poisson where the variance is not above the mean."""
    more = np.maximum(variance - mean, 0.0)
    size = np.where(more > 0, mean**2 / np.where(more > 0, more, 1.0), np.inf)
    wide = np.broadcast_to(np.isfinite(size), shape)
    rates = np.broadcast_to(mean, shape).copy()
    size = np.broadcast_to(np.where(np.isfinite(size), size, 1.0), shape)
    rates[wide] = rng.gamma(size[wide], (rates / size)[wide])
    return rng.poisson(rates).astype(np.float64)


def baseline(name: str, past: Floats, rng: np.random.Generator) -> Floats:
    """Return draws (draw, part, region) of a year from the years before it, (year, part, region).

    Parts of a year, months or the whole, are alike: only regions differ.
    """
    shape = (DRAWS, *past.shape[1:])
    if name == LAST:
        return rng.poisson(past[-1].mean(axis=0), shape).astype(np.float64)
    alike = past[-PAST_YEARS:].reshape(-1, past.shape[2])
    if name == PAST:
        rows = rng.integers(len(alike), size=shape)
        return np.asarray(np.take_along_axis(alike, rows.reshape(-1, shape[2]), 0)).reshape(shape)
    mean = (alike.sum(axis=0) + 0.5) / len(alike)
    spread = alike.var(axis=0, ddof=1) if len(alike) > 1 else mean
    return negative_binomial(mean, spread, shape, rng)


def baselines(past: Floats, first: int, rng: np.random.Generator) -> dict[str, Floats]:
    """Return draws by name, from the years up to an origin; `first` are those of the first one."""
    found = {name: baseline(name, past, rng) for name in (LAST, PAST, ROLLING)}
    return found | {STILL: baseline(STILL, past[:first], rng)}


def dated_shocks(
    past: Floats, shocks: NDArray[np.bool_], coming: NDArray[np.bool_], rng: np.random.Generator
) -> Floats:
    """Return draws (draw, month, region): so many times more in the months with a dated shock.

    The factor is the Mantel-Haenszel ratio of rates over regions, of all years before.
    """
    on, events = shocks.sum(axis=(0, 1)), (past * shocks).sum(axis=(0, 1))
    months, every = shocks.shape[0] * shocks.shape[1], past.sum(axis=(0, 1))
    up = (events * (months - on)).sum() / months + 0.5
    down = ((every - events) * on).sum() / months + 0.5
    factor = up / down
    recent, then = past[-PAST_YEARS:], 1 + (factor - 1) * shocks[-PAST_YEARS:]
    quiet = (recent.sum(axis=(0, 1)) + 0.5) / then.sum(axis=(0, 1))
    means = quiet * then
    over = ((recent - means) ** 2).sum() / means.sum()
    mean = quiet * (1 + (factor - 1) * coming)
    return negative_binomial(mean, np.maximum(over, 1.0) * mean, (DRAWS, *mean.shape), rng)
