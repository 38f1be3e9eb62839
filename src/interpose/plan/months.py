"""Months as the grain of a plan, numbered and counted by one day of each; and spans of days.

A unit counts in a month, and a line is needed in it, where that holds on its 15th: the day of
account. A tour from 9 March to 9 September so counts in six months, not five or seven. Shorter
holes than half a month lie below the grain.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from interpose.scenario.phrases import listed

Fact = TypeVar("Fact")

ACCOUNT_DAY = 15
MEAN_DAYS = 365.25 / 12


def month_of(day: dt.date) -> int:
    """Return the number of the month that a day lies in.

    Examples
    --------
    >>> first_day(month_of(dt.date(2021, 3, 9)))
    datetime.date(2021, 3, 1)
    """
    return day.year * 12 + day.month - 1


def first_day(month: int) -> dt.date:
    """Return the first day of a month."""
    return dt.date(month // 12, month % 12 + 1, 1)


def account_day(month: int) -> dt.date:
    """Return the day on which a month is counted."""
    return dt.date(month // 12, month % 12 + 1, ACCOUNT_DAY)


def months_of(begins: dt.date, ends: dt.date) -> tuple[int, ...]:
    """Return the months whose day of account lies in ``[begins, ends)``.

    Examples
    --------
    >>> len(months_of(dt.date(2021, 3, 9), dt.date(2021, 9, 9)))
    6
    """
    months = range(month_of(begins), month_of(ends) + 1)
    return tuple(month for month in months if begins <= account_day(month) < ends)


def holds(spans: Iterable[tuple[dt.date, dt.date]], month: int) -> bool:
    """Whether a month's day of account lies in one of the half-open spans."""
    day = account_day(month)
    return any(begins <= day < ends for begins, ends in spans)


def stay(
    spans: Iterable[tuple[dt.date, dt.date]], first: int, last: int
) -> tuple[dt.date, dt.date]:
    """Return the days of a stay that is counted in the months from `first` to `last`.

    From the first of a month to the first of a month, but where a span begins or ends less than
    half a month away, on its very day.

    Examples
    --------
    >>> spans = [(dt.date(2021, 3, 9), dt.date(2021, 9, 9))]
    >>> stay(spans, month_of(dt.date(2021, 3, 1)), month_of(dt.date(2021, 8, 1)))
    (datetime.date(2021, 3, 9), datetime.date(2021, 9, 9))
    """
    begins, ends = first_day(first), first_day(last + 1)
    for opens, closes in spans:
        if account_day(first - 1) < opens <= account_day(first):
            begins = opens
        if account_day(last) < closes <= account_day(last + 1):
            ends = closes
    return begins, ends


Spans = tuple[tuple[dt.date, dt.date], ...]
"""Half-open spans of days."""


def both(spans: Spans, begins: dt.date, ends: dt.date) -> Spans:
    """Return the parts of spans that lie in ``[begins, ends)``."""
    cut = ((max(a, begins), min(b, ends)) for a, b in spans)
    return tuple((a, b) for a, b in cut if a < b)


def joined(spans: Iterable[tuple[dt.date, dt.date]]) -> Spans:
    """Return spans that touch or overlap as one, the earliest first."""
    found: list[tuple[dt.date, dt.date]] = []
    for begins, ends in sorted(spans):
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((begins, ends))
    return tuple(found)


def uncovered(
    begins: dt.date, ends: dt.date, spans: list[tuple[dt.date, dt.date]]
) -> list[tuple[dt.date, dt.date]]:
    """Return the parts of ``[begins, ends)`` outside half-open spans.

    Examples
    --------
    >>> day = dt.date.fromisoformat
    >>> spans = uncovered(day("2010-01-01"), day("2012-01-01"),
    ...                   [(day("2010-06-01"), day("2011-01-01"))])
    >>> [(str(a), str(b)) for a, b in spans]
    [('2010-01-01', '2010-06-01'), ('2011-01-01', '2012-01-01')]
    """
    found = []
    for opens, closes in sorted(spans):
        if begins < min(opens, ends):
            found.append((begins, min(opens, ends)))
        begins = max(begins, closes)
    if begins < ends:
        found.append((begins, ends))
    return found


def stretches(facts: Mapping[dt.date, Fact]) -> list[tuple[dt.date, dt.date, Fact]]:
    """Return the first and last of months in a row of which the same holds, each by its first day.

    Examples
    --------
    >>> may, june = dt.date(2023, 5, 1), dt.date(2023, 6, 1)
    >>> [(f"{a:%b}", f"{b:%b}", fact) for a, b, fact in stretches({june: "open", may: "open"})]
    [('May', 'Jun', 'open')]
    """
    found: list[tuple[dt.date, dt.date, Fact]] = []
    for month in sorted(facts):
        first, last, fact = found[-1] if found else (month, month, facts[month])
        if found and month_of(last) + 1 == month_of(month) and fact == facts[month]:
            found[-1] = (first, month, fact)
        else:
            found.append((month, month, facts[month]))
    return found


MOST_STRETCHES = 3
"""Stretches of months that a sentence names; more are counted."""


def in_words(months: Sequence[dt.date]) -> str:
    """Say months, each by its first day, by the first and last of every stretch.

    Examples
    --------
    >>> in_words([dt.date(2023, m, 1) for m in (6, 7, 8, 11)])
    'June to August 2023 and November 2023'
    """
    found = stretches(dict.fromkeys(months))
    if len(found) > MOST_STRETCHES:
        return f"{len(months)} months within {_stretch(found[0][0], found[-1][1])}"
    return listed(_stretch(first, last) for first, last, _ in found)


def _stretch(first: dt.date, last: dt.date) -> str:
    if first == last:
        return f"{first:%B %Y}"
    return f"{first:%B}{'' if first.year == last.year else f' {first:%Y}'} to {last:%B %Y}"
