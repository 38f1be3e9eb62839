"""Numbers as they were meant: 0.1 is one tenth, so that rounding up never adds one for nothing."""

from __future__ import annotations

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
