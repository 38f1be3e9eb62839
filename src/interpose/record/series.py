"""A quantity as a series: per date all that was reported, so that a score can use all of it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from interpose.errors import UnknownNameError
from interpose.record.figures import Interval, same_scope, scope
from interpose.record.periods import Period
from interpose.record.record import Comparison, Record
from interpose.scenario.tables.record import Figure
from interpose.scenario.tables.values import Confidence

HALF_WEIGHT = 0.1
"""Width of a date's intervals, as part of their middle, at which it counts half: as wide as one
figure that is called "about"."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one source says of a date, copies of its text among it.

    `values` are the figures as published, more than one where the source contradicts itself, and
    `interval` the lowest to the highest that they may mean; `figures` are their ids in the record.
    `sources` give them: one, or several that carry one text, with `root` at the beginning of these.
    `confidence` is the best that any of its figures has.
    """

    values: tuple[float, ...]
    interval: Interval
    figures: tuple[str, ...]
    sources: tuple[str, ...]
    root: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Point:
    """What was reported of one date: the days that it means, a reading for each independent source.

    `around` is from the lowest to the highest reading of this and of all dates that share a day.
    """

    period: Period
    readings: tuple[Reading, ...]
    around: Interval

    @property
    def date(self) -> dt.date:
        """The first of its days."""
        return self.period.first

    @property
    def values(self) -> tuple[float, ...]:
        """Every value that was reported, each once, from the lowest up."""
        return tuple(sorted({value for reading in self.readings for value in reading.values}))

    @property
    def interval(self) -> Interval:
        """From the lowest to the highest that any source may mean."""
        return _hull(reading.interval for reading in self.readings)

    @property
    def spread(self) -> float:
        """Width of `around` as part of its middle: 0.1 for one figure that is called "about"."""
        middle = abs(self.around.middle)
        width = self.around.high - self.around.low
        return width / middle if middle else float(width > 0)

    @property
    def weight(self) -> float:
        """How much the date should count in a score.

        1 for an exact figure that stands alone, half for one called "about", less where sources
        disagree; half of that if no source of the date is better than of low confidence.
        """
        trusted = any(reading.confidence != "low" for reading in self.readings)
        return (1.0 if trusted else 0.5) / (1.0 + self.spread / HALF_WEIGHT)

    def distance(self, value: float) -> float:
        """Return how far a value is from what was reported; 0 inside the interval."""
        return max(self.interval.low - value, value - self.interval.high, 0.0)


def series_of(
    record: Record, quantity: str, *, includes: str = "in_theatre", community: str = "all"
) -> tuple[Point, ...]:
    """Return what was reported of a quantity, date by date, with intervals and sources.

    Plans, limits, aims and peaks are left out; copies of one text are one reading. `includes` is
    what must be counted: a name of ``figures.SCOPES``, or words as published. Figures that do not
    say are taken with those in theatre, as that is what is meant by default.

    Raises
    ------
    UnknownNameError
        If there are no figures of that quantity.
    """
    if quantity not in record.quantities():
        raise UnknownNameError(kind="quantity", name=quantity, known=record.quantities())
    compared = Comparison(record)
    dates: dict[Period, list[Figure]] = defaultdict(list)
    for figure in record.figures_of(quantity, community):
        if figure.kind == "reported" and same_scope(scope(figure.includes), scope(includes)):
            dates[compared.period[figure.id]].append(figure)
    readings = {date: _readings(compared, dates[date]) for date in sorted(dates)}
    return tuple(
        Point(
            date,
            found,
            _hull(r.interval for day, some in readings.items() if day.overlaps(date) for r in some),
        )
        for date, found in readings.items()
    )


def _hull(intervals: Iterable[Interval]) -> Interval:
    known = list(intervals)
    return Interval(min(i.low for i in known), max(i.high for i in known))


def _readings(compared: Comparison, figures: Iterable[Figure]) -> tuple[Reading, ...]:
    by_root: dict[str, list[Figure]] = defaultdict(list)
    for figure in figures:
        by_root[compared.figure_root[figure.id]].append(figure)
    order: tuple[Confidence, ...] = ("high", "medium", "low")
    return tuple(
        Reading(
            values=tuple(dict.fromkeys(row.value for row in rows)),
            interval=_hull(compared.interval[row.id] for row in rows),
            figures=tuple(row.id for row in rows),
            sources=tuple(dict.fromkeys(row.source for row in rows)),
            root=root,
            confidence=min((row.confidence for row in rows), key=order.index),
        )
        for root, rows in by_root.items()
    )
