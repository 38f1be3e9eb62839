"""Numbers as they were meant: 0.1 is one tenth, so that rounding up never adds one for nothing."""

from __future__ import annotations

import math
from fractions import Fraction

from interpose.errors import PlanError

Number = int | float | Fraction
"""A number as people write it."""

FINEST = 1_000_000  # a float is read as the nearest fraction with at most this below the line


def exact(name: str, value: Number, *, above: Number = 0, strictly: bool = False) -> Fraction:
    """Return a number exactly, or refuse it by name if it is below what is allowed.

    Examples
    --------
    >>> exact("overlap_months", 0.1)
    Fraction(1, 10)
    """
    try:
        number = Fraction(value).limit_denominator(FINEST)
    except (ValueError, OverflowError, TypeError):
        number = None
    if number is None or number < above or (strictly and number == above):
        wanted = f"more than {above}" if strictly else f"{above} or more"
        message = f"{name} is {value!r}: must be a number, {wanted}."
        raise PlanError(message) from None
    return number


HOURS_OF_A_DAY = 24
DAYS_OF_A_WEEK = 7


def post_hours(men: Number, hours: Number, days: Number, weeks: Number) -> Fraction:
    """Return the man-hours that a post takes: men x hours a day x days a week x weeks.

    Examples
    --------
    >>> int(post_hours(1, 16, 5, 52))
    4160
    """
    total = exact("men", men) * exact("hours", hours) * exact("days", days)
    return total * exact("weeks", weeks)


def strength_for_hours(hours: Number, productive_hours: Number) -> Fraction:
    """Return persons for a commitment of man-hours, by the hours that one person gives meanwhile.

    Examples
    --------
    >>> people(strength_for_hours(91_120, 1_874)), float(round(strength_for_hours(8736, 1874), 4))
    (49, 4.6617)
    """
    return exact("hours", hours) / exact("productive_hours", productive_hours, strictly=True)


def present_share(tour_days: Number, leave_days: Number) -> Fraction:
    """Return the share of a tour that a person is there, leave taken off."""
    tour = exact("tour_days", tour_days, strictly=True)
    return 1 - exact("leave_days", leave_days) / exact(
        "tour_days", tour, above=exact("leave_days", leave_days), strictly=True
    )


def post_strength(
    men: Number,
    shift_hours: Number,
    *,
    hours: Number = HOURS_OF_A_DAY,
    duty_days_per_week: Number = DAYS_OF_A_WEEK,
    leave_days: Number = 0,
    tour_days: Number = 183,
) -> Fraction:
    """Return persons for a post that is held every day of the tour.

    Parameters
    ----------
    men : number, persons
        On the post at any time.
    shift_hours : number, hours
        That one person stands in a day on duty.
    hours : number, hours
        That the post is held in a day.
    duty_days_per_week : number, days
        That one person is on duty.
    leave_days, tour_days : number, days
        Leave within a tour, and the tour (183 days: half a year).

    Examples
    --------
    >>> round(float(post_strength(1, 12, leave_days=14)), 4)
    2.1657
    """
    shifts = exact("hours", hours) / exact("shift_hours", shift_hours, strictly=True)
    week = DAYS_OF_A_WEEK / exact("duty_days_per_week", duty_days_per_week, strictly=True)
    return exact("men", men) * shifts * week / present_share(tour_days, leave_days)


def per_day(count: Number, days: Number) -> Fraction:
    """Return how many a day: 4,000 vehicle checks in 183 days are 21.86.

    Examples
    --------
    >>> round(float(per_day(4000, 183)), 2)
    21.86
    """
    return exact("count", count) / exact("days", days, strictly=True)


def patrol_strength(
    patrols_per_day: Number,
    men: Number,
    patrol_hours: Number,
    usable_hours: Number,
    *,
    preparation_hours: Number = 0,
    leave_days: Number = 0,
    tour_days: Number = 183,
) -> Fraction:
    """Return persons for a rhythm of patrols.

    Parameters
    ----------
    patrols_per_day, men : number
        Patrols, and persons on each.
    patrol_hours, preparation_hours : number, hours
        Out, and before and after it.
    usable_hours : number, hours
        That one person gives to patrols in a day.
    leave_days, tour_days : number, days
        As for `post_strength`.

    Examples
    --------
    >>> people(patrol_strength(9, 4, 5, 8, preparation_hours=1))
    27
    """
    each = exact("patrol_hours", patrol_hours) + exact("preparation_hours", preparation_hours)
    hours = exact("patrols_per_day", patrols_per_day) * exact("men", men) * each
    share = present_share(tour_days, leave_days)
    return hours / exact("usable_hours", usable_hours, strictly=True) / share


def reaction_strength(
    calls_at_once: Number, men: Number, shift_hours: Number, *, leave_days: Number = 0,
    tour_days: Number = 183,
) -> Fraction:  # fmt: skip
    """Return persons for a force that is ready at any hour for several calls at once.

    March 2004 broke out in many places at once: a force for one call would have shown too small.

    Examples
    --------
    >>> people(reaction_strength(3, 30, 12))
    180
    """
    ready = exact("calls_at_once", calls_at_once) * exact("men", men)
    return post_strength(ready, shift_hours, leave_days=leave_days, tour_days=tour_days)


def people(*parts: Number) -> int:
    """Return whole persons for parts of a task: added exactly, rounded up once at the end.

    Examples
    --------
    >>> people(Fraction(7, 2), Fraction(5, 2)), people(0.1, 0.2, 0.7), people(48.62)
    (6, 1, 49)
    """
    return math.ceil(sum((exact("part", part) for part in parts), Fraction(0)))
