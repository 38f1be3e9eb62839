"""A rotation with dates: which unit holds which post when, who relieves it, where it is thin."""

from __future__ import annotations

import datetime as dt
import heapq
import math
from dataclasses import dataclass
from fractions import Fraction

from interpose.errors import PlanError
from interpose.plan.need.troops_to_task import Number, exact
from interpose.plan.rotation.pool import pool_size

DAYS_OF_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Tour:
    """One unit on one post.

    Attributes
    ----------
    post, unit : int
        Numbered from 0.
    arrives, leaves : datetime.date
        Half-open: there from the morning of `arrives` to that of `leaves`.
    relieves : int
        Unit that it takes over from; -1 for the first on a post.
    """

    post: int
    unit: int
    arrives: dt.date
    leaves: dt.date
    relieves: int


@dataclass(frozen=True, slots=True)
class ThinWeek:
    """A week on some day of which fewer are there than wanted.

    Attributes
    ----------
    begins : datetime.date
        Its first day.
    present, wanted : int
        Posts held on its worst day, and posts to be held.
    """

    begins: dt.date
    present: int
    wanted: int

    def __str__(self) -> str:
        return f"Week from {self.begins}: {self.present} of {self.wanted} posts held."


@dataclass(frozen=True, slots=True)
class Rotation:
    """Tours by date, the units that serve them, and the weeks in which too few are there."""

    tours: tuple[Tour, ...]
    units: int
    thin_weeks: tuple[ThinWeek, ...]


def plan_rotation(
    slots: int,
    begin: dt.date,
    end: dt.date,
    *,
    tour_days: Number,
    overlap_days: Number = 0,
    dwell_per_tour: Number = 2,
    units: int | None = None,
    staggered: bool = True,
) -> Rotation:
    """Lay out the tours of a line: the unit that has rested longest goes next.

    With staggered handovers the first tours are shorter, each by one more step, so that later
    handovers are spread evenly. Where the pool is too small a tour begins late, when the next unit
    has rested; those weeks are named.

    Parameters
    ----------
    slots : int
        Posts, each held by one unit.
    begin, end : datetime.date
        Of the line, half-open; the last tours run past the end.
    tour_days, overlap_days, dwell_per_tour
        As for `pool_size`, in days.
    units : int, optional
        Units there are; without it, as many as `pool_size` says.
    staggered : bool
        Whether handovers are spread.

    Returns
    -------
    Rotation
        The same for the same arguments: ties go to the lower number.

    Raises
    ------
    PlanError
        If an argument is out of range.

    Examples
    --------
    >>> day = dt.date.fromisoformat
    >>> plan = plan_rotation(1, day("2026-01-01"), day("2026-12-01"), tour_days=180, overlap_days=7)
    >>> [(tour.unit, str(tour.arrives), str(tour.leaves)) for tour in plan.tours]
    [(0, '2026-01-01', '2026-06-30'), (1, '2026-06-23', '2026-12-20')]
    """
    pool = pool_size(slots, tour_days, overlap_days, dwell_per_tour, staggered)
    count = pool if units is None else int(exact("units", units, above=1))
    if end <= begin:
        message = f"The line ends on {end}: must be after {begin}, when it begins."
        raise PlanError(message)
    tour, overlap = exact("tour_days", tour_days), exact("overlap_days", overlap_days)
    rest = tour * exact("dwell_per_tour", dwell_per_tour)
    spread = (tour - overlap) / slots if staggered else Fraction(0)
    rested = [(Fraction(0), unit) for unit in range(count)]
    due = [(Fraction(0), post, tour - post * spread, -1) for post in range(slots)]
    horizon, tours = Fraction((end - begin).days), []
    while due:
        wanted, post, length, before = heapq.heappop(due)
        if wanted >= horizon:
            continue
        ready, unit = heapq.heappop(rested)
        start = max(wanted, ready)
        leaves = start + length
        if start < horizon:
            tours.append(Tour(post, unit, _date(begin, start), _date(begin, leaves), before))
        heapq.heappush(rested, (leaves + rest, unit))
        heapq.heappush(due, (leaves - overlap, post, tour, unit))
    laid = tuple(sorted(tours, key=lambda one: (one.arrives, one.post)))
    return Rotation(laid, count, thin_weeks(laid, slots, begin, end))


def thin_weeks(
    tours: tuple[Tour, ...], wanted: int, begin: dt.date, end: dt.date
) -> tuple[ThinWeek, ...]:
    """Return the weeks, counted from `begin`, in which on some day fewer posts are held.

    A post with two units at a handover is held once.
    """
    days = (end - begin).days
    held = [set[int]() for _ in range(days)]
    for tour in tours:
        first, last = (tour.arrives - begin).days, (tour.leaves - begin).days
        for day in range(max(first, 0), min(last, days)):
            held[day].add(tour.post)
    found = []
    for week in range(0, days, DAYS_OF_A_WEEK):
        worst = min(len(posts) for posts in held[week : week + DAYS_OF_A_WEEK])
        if worst < wanted:
            found.append(ThinWeek(begin + dt.timedelta(days=week), worst, wanted))
    return tuple(found)


def _date(begin: dt.date, days: Fraction) -> dt.date:
    """Return the date on which a time falls; part days belong to the day that they begin in."""
    return begin + dt.timedelta(days=math.floor(days))
