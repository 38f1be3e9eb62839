"""Scores of forecasts given as draws; a strength by its reports; what futures and record count.

Scores take draws (M,) or (M, case) and observations () or (case,). They are a few lines of numpy
each; ``tests/assess/test_score.py`` holds them against the package ``scoringrules``, which is no
dependency because importing it takes four seconds (docs/decisions/0006). What is scored, and
against what, stands in ``rolling``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from interpose.assess.accounting import collected, judged_years
from interpose.assess.over_time import Yearly
from interpose.play.theatre import ACTS, Floats
from interpose.record import Point, Record
from interpose.scenario import Scenario
from interpose.scenario.checks.rows import RECORD
from interpose.scenario.tables.record import RecordedIncident


def crps(draws: Floats, observed: Floats | float, groups: int | None = None) -> Floats:
    """Return the continuous ranked probability score, fair for any number of draws.

    ``mean|x - y| - sum|x_j - x_k| / (2 M (M - 1))``: the distance between what was said and what
    came, in the unit of the quantity; less is better, zero is perfect. For one draw it is the
    absolute error. Draws made of fewer futures are not independent: where draw j is made of group
    j modulo `groups`, only pairs of different groups are counted.

    Sources
    -------
    Gneiting & Raftery 2007, doi:10.1198/016214506000001437; fair form: Ferro 2014,
    doi:10.1002/qj.2270.
    """
    x = np.asarray(draws, dtype=np.float64)
    m, n = len(x), groups or len(x)
    error = np.abs(x - observed).mean(axis=0)
    if n == 1:
        return np.asarray(error)[()]
    pairs = _apart(x) - _apart(x.reshape(m // n, n, *x.shape[1:])).sum(axis=0)
    return np.asarray(error - pairs / (2.0 * m * m * (n - 1) / n))[()]


def _apart(draws: Floats) -> Floats:
    """Return the sum of the distances of all ordered pairs along the first axis."""
    m, x = len(draws), np.sort(draws, axis=0)
    # Sorted, the sum over pairs is a weighted sum: O(M log M) instead of O(M^2).
    rank = np.arange(1, m + 1).reshape(-1, *([1] * (x.ndim - 1)))
    return np.asarray(2.0 * ((2 * rank - m - 1) * x).sum(axis=0))


def coverage(draws: Floats, observed: Floats, level: float) -> float:
    """Return the share of cases inside the central interval of this level.

    A case at an end counts in part, so that it is `level` for calibrated forecasts of counts, too.
    """
    low, high = _below(draws, observed, np.array([1 - level, 1 + level]) / 2)
    return float(high - low)


def fifths(draws: Floats, seen: Floats, parts: int = 5) -> Floats:
    """Return the share of cases in each part of their forecast: all alike if it is calibrated."""
    return np.asarray(np.diff(_below(draws, seen, np.linspace(0, 1, parts + 1))))


def _below(draws: Floats, seen: Floats, ends: Floats) -> Floats:
    """Return the share of cases below each of these shares of their forecast.

    The probability integral transform for counts, which shares a case out over the ranks that its
    value has among the draws: Czado, Gneiting & Held 2009, doi:10.1111/j.1541-0420.2009.01191.x.
    """
    ranks = len(draws) + 1.0
    low, high = (draws < seen).sum(axis=0) / ranks, ((draws <= seen).sum(axis=0) + 1) / ranks
    return np.asarray(np.clip((ends[:, None] - low) / (high - low), 0.0, 1.0).mean(axis=1))


CHANCES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)


def reliability(chances: Floats, came: Floats) -> list[dict[str, float]]:
    """Return what came of forecasts of like chance: their mean, the share that came, how many."""
    which = np.clip(np.searchsorted(CHANCES, chances, side="right") - 1, 0, len(CHANCES) - 2)
    return [
        {
            "forecast": float(chances[which == i].mean()),
            "came": float(came[which == i].mean()),
            "cells": int((which == i).sum()),
        }
        for i in np.unique(which)
    ]


FEWEST_CASES = 6
"""Cases below which a bootstrap says nothing: there is no interval."""


def skill(
    ours: Floats, baseline: Floats, block: int = 3, repeats: int = 2000, seed: int = 0
) -> tuple[float, float, float]:
    """Return 1 - score/baseline over all cases, with its 90 % block-bootstrap interval.

    Scores are (case,), less being better; a `block` of neighbouring cases is drawn together, so
    that there are four or more blocks. Above zero is better than the baseline; minus infinity or
    NaN where the baseline is perfect. With fewer than `FEWEST_CASES` the interval is not a number.
    """
    cases = len(ours)
    block = max(1, min(block, cases // 4))
    rng = np.random.default_rng(seed)
    starts = rng.integers(0, cases, size=(repeats, -(-cases // block)))
    rows = (starts[:, :, None] + np.arange(block)).reshape(repeats, -1)[:, :cases] % cases
    with np.errstate(divide="ignore", invalid="ignore"):
        drawn = 1.0 - ours[rows].sum(axis=1) / baseline[rows].sum(axis=1)
        best = 1.0 - ours.sum() / baseline.sum()
    finite = drawn[np.isfinite(drawn)]
    known = len(finite) > 0 and cases >= FEWEST_CASES
    low, high = np.quantile(finite, [0.05, 0.95]) if known else (np.nan, np.nan)
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


# --- futures beside the record, year by year ------------------------------------------------------


@dataclass(frozen=True)
class Held:
    """A measure by year, held out from `first` on, on the same days on both sides.

    `recorded` (year,), `futures` (future, year); `days` (year,) are those that the record covers.
    `rows` are by year the ids of the rows of the record that are counted.
    """

    name: str
    years: NDArray[np.int64]
    recorded: Floats
    futures: Floats
    days: Floats
    first: int
    rows: Mapping[int, Sequence[str]]

    @property
    def seen(self) -> pd.Series[float]:
        """What was recorded, by year."""
        return pd.Series(self.recorded, index=self.years)


def measures(found: Yearly, scenario: Scenario, record: Record) -> Iterator[Held]:
    """Yield what the futures' reports and the record count alike, the sum of all acts first.

    Acts that the record does not collect are left out on both sides, as are years without a day.
    """
    years = judged_years(found.years, record)
    seen = collected(scenario, record)
    counts, every = seen.by_year(years), seen.days_by_year(years)
    acts = [act for act in ACTS if every[act].any()]
    days = every[acts].mean(axis=1) if acts else every.sum(axis=1)
    reported = found.reported[:, : len(years), found.reporters.index(RECORD)].astype(np.float64)
    both = reported[:, :, [ACTS.index(act) for act in acts]].sum(axis=2)
    dead = found.deaths_told(RECORD, acts)[:, : len(years)].astype(np.float64)

    def held(
        name: str, recorded: pd.Series[float], told: Floats, on: pd.Series[float],
        counted: Sequence[RecordedIncident],
    ) -> Held:  # fmt: skip
        some = np.asarray(on > 0)
        whole = years[some].tolist()
        rows = {year: [row.id for row in counted if row.begins.year == year] for year in whole}
        return Held(
            name, years[some], np.asarray(recorded, dtype=np.float64)[some], told[:, some],
            np.asarray(on, np.float64)[some],
            int((years[some] <= scenario.header.fit_until.year).sum()), rows,
        )  # fmt: skip

    yield held("incidents, all acts", counts[acts].sum(axis=1), both, days, seen.rows)
    yield held("deaths, with riots", seen.dead_by_year(years), dead, days, seen.deadly)
    for act in acts:
        told, rows = reported[:, :, ACTS.index(act)], [r for r in seen.rows if r.kind == act]
        yield held(act.replace("_", " "), counts[act], told, every[act], rows)
