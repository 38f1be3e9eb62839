"""How far a published figure may be from the truth, by its own words.

The rule, with ``step`` the place of the last digit that is not zero (100 for 3,700) and ``margin``
the larger of 5 % and the step, the step counted for 10 % at most:

=====================  ======================================  ================================
words                  meaning                                 3,700 becomes
=====================  ======================================  ================================
a range                from its low to its high end            as published
exact                  itself                                  3,700
none                   half a step, at most 2.5 %              3,650 to 3,750
about, derived ...     5 %, or half a step if that is more     3,515 to 3,885
more than, over ...    from itself up by the margin            3,700 to 3,885
almost, just under     from itself down by the margin          3,515 to 3,700
up to                  from the low end, else 0, to itself     0 to 3,700
=====================  ======================================  ================================

The half step of "about" is counted for 10 % at most. A word that is not known here means none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from interpose.scenario.tables.record import Figure

ABOUT = 0.05
"""Part of itself by which a figure called "about" may be off."""

ROUNDED = 0.025
"""Part of itself by which a figure without qualifier may be rounded, at most."""

WIDEST = 0.1
"""Part of itself that the step of a very round figure is counted for, at most."""

WORDS: dict[str, str] = {
    r"exact": "exact",
    r"up to|at most|maximum|no more than|not more than": "up to",
    r"more than|over\b|above|at least|well over|minimum|exceed": "more than",
    r"almost|nearly|just under|slightly under|less than|fewer than|under\b|below": "almost",
    r"about|around|approx|some\b|circa|c\.|roughly|estimate|rund|etwa|derived|symbolic|close to":
        "about",
}  # fmt: skip
"""Published words -> the meaning that they have here; the first that is found counts."""


@dataclass(frozen=True, slots=True)
class Interval:
    """What a figure may mean, from `low` to `high`.

    Attributes
    ----------
    low, high : float
    """

    low: float
    high: float

    def meets(self, other: Interval) -> bool:
        """Return whether both can be true at once."""
        return self.low <= other.high and other.low <= self.high

    @property
    def middle(self) -> float:
        """The middle, for ordering alone: nothing is averaged."""
        return (self.low + self.high) / 2.0


def meaning(qualifier: str) -> str:
    """Return what a qualifier means: exact, more than, almost, up to, about, or nothing.

    Examples
    --------
    >>> meaning("just under"), meaning("around"), meaning("from 14,000")
    ('almost', 'about', '')
    """
    for pattern, word in WORDS.items():
        if re.search(pattern, qualifier.lower()):
            return word
    return ""


def interval(figure: Figure) -> Interval:
    """Return the interval that a published figure stands for; the rule is at the top of the file.

    Parameters
    ----------
    figure : Figure

    Returns
    -------
    Interval
        In the figure's unit.
    """
    value = figure.value
    if figure.low is not None and figure.high is not None:
        return Interval(figure.low, figure.high)
    word, size = meaning(figure.qualifier), abs(value)
    step = place(value)
    margin = max(ABOUT * size, min(step, WIDEST * size))
    if word == "exact":
        return Interval(value, value)
    if word == "more than":
        return Interval(value, value + margin)
    if word == "almost":
        return Interval(value - margin, value)
    if word == "up to":
        return Interval(figure.low if figure.low is not None else min(0.0, value), value)
    if word == "about":
        half = max(ABOUT * size, min(step / 2.0, WIDEST * size))
    else:
        half = min(step / 2.0, ROUNDED * size) * (1.0 - 1e-9)
    return Interval(value - half, value + half)


def place(value: float) -> float:
    """Return the place of the last digit that is not zero.

    Examples
    --------
    >>> place(3700), place(4273), place(0.25), place(0)
    (100.0, 1.0, 0.01, 0.0)
    """
    if value == 0:
        return 0.0
    digits, _, exponent = f"{abs(value):.9e}".partition("e")
    decimals = len(digits.rstrip("0").rstrip(".").partition(".")[2])
    return float(10.0 ** (int(exponent) - decimals))
