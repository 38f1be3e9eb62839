"""A quantity as a series: per date all that was reported, so that a score can use all of it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from interpose.record.counting import PLAIN, counts
from interpose.record.ground import Ground, prepare
from interpose.record.intervals import Interval
from interpose.record.reading import Record
from interpose.record.spans import Span
from interpose.scenario.tables.record import Figure
from interpose.scenario.tables.values import Confidence

HALF_WEIGHT = 0.1
"""Width of a date's intervals, as part of their middle, at which it counts half: as wide as one
figure that is called "about"."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one source says of a date, copies of its text among it.

    Attributes
    ----------
    values : tuple of float
        The figures as published; more than one where the source contradicts itself.
    interval : Interval
        From the lowest to the highest that they may mean.
    figures : tuple of str
        Their ids in the record.
    sources : tuple of str
        Who gives them: one, or several that carry one text.
    root : str
        The source at the beginning of these.
    confidence : {"high", "medium", "low"}
        The best that any of its figures has.
    """

    values: tuple[float, ...]
    interval: Interval
    figures: tuple[str, ...]
    sources: tuple[str, ...]
    root: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Point:
    """What was reported of one date.

    Attributes
    ----------
    span : Span
        The days that the date means.
    readings : tuple of Reading
        One for each independent source.
    around : Interval
        From the lowest to the highest reading of this and of all dates that share a day with it.
    """

    span: Span
    readings: tuple[Reading, ...]
    around: Interval

    @property
    def date(self) -> dt.date:
        """The first of its days."""
        return self.span.first

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


def points_of(record: Record, quantity: str, includes: str, community: str) -> tuple[Point, ...]:
    """Return the reported figures of a quantity by date; see `Record.series`."""
    ground = prepare(record, {})
    wanted = counts(includes)
    dates: dict[Span, list[Figure]] = defaultdict(list)
    for figure in record.figures_of(quantity, community):
        found = counts(figure.includes)
        alike = found == wanted or (found in PLAIN and wanted in PLAIN)
        if alike and figure.kind == "reported":
            dates[ground.span[figure.id]].append(figure)
    readings = {span: _readings(ground, dates[span]) for span in sorted(dates)}
    return tuple(
        Point(
            span,
            found,
            _hull(r.interval for day, some in readings.items() if day.holds(span) for r in some),
        )
        for span, found in readings.items()
    )


def _hull(intervals: Iterable[Interval]) -> Interval:
    known = list(intervals)
    return Interval(min(i.low for i in known), max(i.high for i in known))


def _readings(ground: Ground, figures: Iterable[Figure]) -> tuple[Reading, ...]:
    by_root: dict[str, list[Figure]] = defaultdict(list)
    for figure in figures:
        by_root[ground.figure_root[figure.id]].append(figure)
    return tuple(_reading(ground, root, rows) for root, rows in by_root.items())


def _reading(ground: Ground, root: str, rows: Sequence[Figure]) -> Reading:
    order: tuple[Confidence, ...] = ("high", "medium", "low")
    return Reading(
        values=tuple(dict.fromkeys(row.value for row in rows)),
        interval=_hull(ground.interval[row.id] for row in rows),
        figures=tuple(row.id for row in rows),
        sources=tuple(dict.fromkeys(row.source for row in rows)),
        root=root,
        confidence=min((row.confidence for row in rows), key=order.index),
    )
