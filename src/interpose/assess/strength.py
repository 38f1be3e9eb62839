"""The strength played against all that was reported of it, date by date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from interpose.record import Point


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
    """Hold the strength played against a series of the record.

    What was played is known as the mean of each month, so a step on the day of a report shows in
    the month after: of the months of a date and the one that follows, the closest counts.

    Parameters
    ----------
    played : Series of float, persons
        By month, the index being the first day of each.
    series : sequence of Point
        ``series_of(record, "force.strength")``.
    most : int
        How many of the farthest dates to name.

    Returns
    -------
    StrengthScore or None
        None if no date of the series lies in the months played.
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
