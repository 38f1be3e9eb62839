"""Which days a published date means: a month is any of its days, a year any of its days."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from interpose.scenario.tables.mission import Source
from interpose.scenario.tables.record import Figure, RecordedAct, RecordedIncident
from interpose.scenario.tables.values import UNDATED

SAME_SHARE = 0.8
"""Two counted periods are the same if they share this part of the days that either holds."""

LONGEST_MONTH_DAYS = 31

ACT_DATES = ("decided", "notified", "departed", "arrived")
"""The dates of an act, in the order in which they should follow each other."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from `first` to `last`, on one or all of which something held."""

    first: dt.date
    last: dt.date

    def overlaps(self, other: Period) -> bool:
        """Return whether the two share a day."""
        return self.first <= other.last and other.first <= self.last

    def adjoins(self, other: Period) -> bool:
        """Return whether one begins on the day after the other, neither longer than a month."""
        short = all((one.last - one.first).days < LONGEST_MONTH_DAYS for one in (self, other))
        gap = max(self.first, other.first) - min(self.last, other.last)
        return short and gap.days == 1

    def days_shared(self, other: Period) -> int:
        """Return how many days the two share; 0 or less if none."""
        return (min(self.last, other.last) - max(self.first, other.first)).days + 1

    def nearly_equals(self, other: Period) -> bool:
        """Return whether the two are, but for a fifth of their days, the same period."""
        either = (max(self.last, other.last) - min(self.first, other.first)).days + 1
        return self.days_shared(other) >= SAME_SHARE * either


NEVER = Period(dt.date.max, dt.date.max)
"""For ordering: what has no date comes last."""


def period_of_day(day: dt.date, precision: str) -> Period:
    """Return the days that a date of a precision (day, month or year) may mean.

    Examples
    --------
    >>> period_of_day(dt.date(2009, 9, 15), "month")
    Period(first=datetime.date(2009, 9, 1), last=datetime.date(2009, 9, 30))
    """
    if precision == "year":
        return Period(day.replace(month=1, day=1), day.replace(month=12, day=31))
    if precision == "month":
        length = calendar.monthrange(day.year, day.month)[1]
        return Period(day.replace(day=1), day.replace(day=length))
    return Period(day, day)


def period_of_text(text: str) -> Period:
    """Return the days that ``2004``, ``2004-03`` or ``2004-03-17`` means.

    Raises
    ------
    ValueError
        If it is none of these.

    Examples
    --------
    >>> period_of_text("2004-02").last
    datetime.date(2004, 2, 29)
    """
    if not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", text, re.ASCII):
        msg = f"{text!r} is not a day, month or year, such as 2004-03-17, 2004-03 or 2004."
        raise ValueError(msg)
    day = dt.date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    return period_of_day(day, ("year", "month", "day")[text.count("-")])


def period_of(row: Figure | RecordedIncident) -> Period:
    """Return the days for which a figure was published, or that an incident may have had."""
    ended = period_of_day(row.ends or row.begins, row.precision)
    return Period(beginning(row).first, ended.last)


def beginning(row: Figure | RecordedIncident) -> Period:
    """Return the days on one of which a row begins: more than one where only the month is known."""
    return period_of_day(row.begins, row.precision)


def began_between(row: RecordedIncident, first: dt.date, last: dt.date) -> bool:
    """Whether an incident began between two days, whichever day of its month or year is meant."""
    begun = beginning(row)
    return first <= begun.first and begun.last <= last


def period_of_source(source: Source) -> Period | None:
    """Return the days on which a source may have come out; None if it gives none."""
    if not source.date or source.date == UNDATED:
        return None
    first = period_of_text(source.date)
    return Period(first.first, period_of_text(source.until or source.date).last)


def periods_of_act(act: RecordedAct) -> dict[str, Period]:
    """Return what an act says of `ACT_DATES`, in that order; those not published are absent."""
    days = {name: getattr(act, name) for name in ACT_DATES}
    return {name: period_of_day(day, act.precision) for name, day in days.items() if day}


def first_date(act: RecordedAct) -> Period | None:
    """Return the first of the dates of an act, if any was published."""
    return next(iter(periods_of_act(act).values()), None)


def period_words(*periods: Period) -> str:
    """Return the days from the first to the last of some periods, as short as can be.

    Examples
    --------
    >>> period_words(period_of_text("2009-06")), period_words(period_of_text("2009"))
    ('2009-06', '2009')
    """
    first, last = min(p.first for p in periods), max(p.last for p in periods)
    for precision, length in (("day", 10), ("month", 7), ("year", 4)):
        if Period(first, last) == period_of_day(first, precision):
            return str(first)[:length]
    return f"{first} to {last}"


def in_words(period: Period) -> str:
    """Return days as a newspaper writes them.

    Examples
    --------
    >>> in_words(period_of_text("2004-03-17")), in_words(period_of_text("2004-03"))
    ('17 March 2004', 'March 2004')
    >>> in_words(Period(dt.date(2004, 3, 17), dt.date(2004, 3, 19)))
    '17 to 19 March 2004'
    """
    first, last = period.first, period.last
    for precision, written in (("day", "%d %B %Y"), ("month", "%B %Y"), ("year", "%Y")):
        if period == period_of_day(first, precision):
            return first.strftime(written).lstrip("0")
    if first == dt.date.min:
        return f"until {in_words(Period(last, last))}"
    if last == dt.date.max:
        return f"since {in_words(Period(first, first))}"
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return f"{first.year} to {last.year}"
    same = "%d" if (first.year, first.month) == (last.year, last.month) else "%d %B"
    begun = first.strftime(same if first.year == last.year else "%d %B %Y")
    return f"{begun.lstrip('0')} to {last.strftime('%d %B %Y').lstrip('0')}"
