"""Which days a date means: a month is any of its days, a year any of its days."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from interpose.scenario.tables.mission import Source
from interpose.scenario.tables.record import Figure, RecordedAct
from interpose.scenario.tables.values import UNDATED

WHOLE = 0.8
"""Two counted periods are the same if they share this part of the days that either holds."""

MONTH = 31
"""Days of the longest month."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The days from `first` to `last`, on one or all of which something held.

    Attributes
    ----------
    first, last : date
    """

    first: dt.date
    last: dt.date

    def holds(self, other: Span) -> bool:
        """Return whether the two share a day."""
        return self.first <= other.last and other.first <= self.last

    def follows(self, other: Span) -> bool:
        """Return whether one begins on the day after the other, neither longer than a month."""
        short = all((span.last - span.first).days < MONTH for span in (self, other))
        gap = max(self.first, other.first) - min(self.last, other.last)
        return short and gap.days == 1

    def mostly(self, other: Span) -> bool:
        """Return whether the two are, but for a fifth of their days, the same period."""
        shared = (min(self.last, other.last) - max(self.first, other.first)).days + 1
        either = (max(self.last, other.last) - min(self.first, other.first)).days + 1
        return shared >= WHOLE * either


def span_of_day(day: dt.date, precision: str) -> Span:
    """Return the days that a date of a precision may mean.

    Examples
    --------
    >>> span_of_day(dt.date(2009, 9, 15), "month")
    Span(first=datetime.date(2009, 9, 1), last=datetime.date(2009, 9, 30))
    """
    if precision == "year":
        return Span(day.replace(month=1, day=1), day.replace(month=12, day=31))
    if precision == "month":
        return Span(day.replace(day=1), day.replace(day=_length(day.year, day.month)))
    return Span(day, day)


def span_of_text(text: str) -> Span:
    """Return the days that ``2004``, ``2004-03`` or ``2004-03-17`` means.

    Raises
    ------
    ValueError
        If it is none of these.

    Examples
    --------
    >>> span_of_text("2004-02").last
    datetime.date(2004, 2, 29)
    """
    if not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", text, re.ASCII):
        msg = f"{text!r} is not a day, month or year, such as 2004-03-17, 2004-03 or 2004."
        raise ValueError(msg)
    day = dt.date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    return span_of_day(day, ("year", "month", "day")[text.count("-")])


def span_of_figure(figure: Figure) -> Span:
    """Return the days for which a figure was published."""
    begins = span_of_day(figure.begins, figure.precision)
    if figure.ends is None:
        return begins
    return Span(begins.first, span_of_day(figure.ends, figure.precision).last)


def span_of_source(source: Source) -> Span | None:
    """Return the days on which a source may have come out; None if it gives none."""
    if not source.date or source.date == UNDATED:
        return None
    first = span_of_text(source.date)
    last = span_of_text(source.until) if source.until else first
    return Span(first.first, last.last)


def spans_of_act(act: RecordedAct) -> dict[str, Span]:
    """Return what an act says of its four dates, in their order; those not published are absent."""
    days = {
        "decided": act.decided,
        "notified": act.notified,
        "departed": act.departed,
        "arrived": act.arrived,
    }
    return {name: span_of_day(day, act.precision) for name, day in days.items() if day is not None}


def _length(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]
