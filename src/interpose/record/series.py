"""A quantity as a series: per date all that was reported, so that a score can use all of it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from interpose.errors import UnknownNameError
from interpose.record.figures import Interval, interval, same_scope, scope
from interpose.record.periods import Period, period_of_figure
from interpose.record.record import Record
from interpose.scenario.tables.record import Figure

HALF_WEIGHT = 0.1
"""Width of a date's intervals, as part of their middle, at which it counts half: as wide as one
figure that is called "about"."""


@dataclass(frozen=True, slots=True)
class Point:
    """What was reported of one date: the days that it means, and its figures as published.

    `interval` is from the lowest to the highest that any figure may mean; `around` the same of this
    and of all dates that share a day with it.
    """

    period: Period
    figures: tuple[Figure, ...]
    interval: Interval
    around: Interval

    @property
    def date(self) -> dt.date:
        """The first of its days."""
        return self.period.first

    @property
    def values(self) -> tuple[float, ...]:
        """Every value that was reported, each once, from the lowest up."""
        return tuple(sorted({figure.value for figure in self.figures}))

    @property
    def weight(self) -> float:
        """How much the date should count in a score.

        1 for an exact figure that stands alone, half for one called "about", less where sources
        disagree; half of that if no figure of the date is better than of low confidence.
        """
        middle, width = abs(self.around.middle), self.around.high - self.around.low
        spread = width / middle if middle else float(width > 0)
        trusted = any(figure.confidence != "low" for figure in self.figures)
        return (1.0 if trusted else 0.5) / (1.0 + spread / HALF_WEIGHT)

    def distance(self, value: float) -> float:
        """Return how far a value is from what was reported; 0 inside the interval."""
        return max(self.interval.low - value, value - self.interval.high, 0.0)


def series_of(
    record: Record, quantity: str, *, includes: str = "in_theatre", community: str = "all"
) -> tuple[Point, ...]:
    """Return what was reported of a quantity, date by date.

    Plans, limits, aims and peaks are left out. `includes` is what must be counted: a name of
    ``figures.SCOPES``, or words as published. Figures that do not say are taken with those in
    theatre, as that is what is meant by default.

    Raises
    ------
    UnknownNameError
        If there are no figures of that quantity.
    """
    if quantity not in record.quantities():
        raise UnknownNameError(kind="quantity", name=quantity, known=record.quantities())
    dates: dict[Period, list[Figure]] = defaultdict(list)
    for figure in record.figures_of(quantity, community):
        if figure.kind == "reported" and same_scope(scope(figure.includes), scope(includes)):
            dates[period_of_figure(figure)].append(figure)
    hulls = {date: _hull(map(interval, dates[date])) for date in sorted(dates)}
    return tuple(
        Point(
            date,
            tuple(dates[date]),
            hull,
            _hull(other for day, other in hulls.items() if day.overlaps(date)),
        )
        for date, hull in hulls.items()
    )


def _hull(intervals: Iterable[Interval]) -> Interval:
    known = list(intervals)
    return Interval(min(i.low for i in known), max(i.high for i in known))
