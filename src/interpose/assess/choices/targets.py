"""Targets in words, such as ``P(riot week within a year) < 0.1`` or ``R < 0.8``.

A plain target, ``riots within a year < 20``, is met where it is more likely than not to be met: it
stands for ``P(20 or more riots within a year) < 0.5``. So every target is a chance under a limit.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from interpose.ensemble.paired import WEEK_RIOTS
from interpose.ensemble.sizes import COUNTED
from interpose.errors import InterposeError, UnknownNameError

EVENTS = {
    "riot week": "riot_week",
    "riot": "riots",
    "political death": "political_deaths",
    "incident": "incidents",
    "displaced": "displaced",
    "R": "R",
}
"""What a target may name, in the singular -> what is counted."""

TIMES = {"day": 1, "week": 7, "month": 30, "year": 365}
"""Unit of time -> days."""

LIKELY = 0.5
"""Chance under which that of missing a plain target must be."""

EXAMPLES = (
    '"P(riot week within a year) < 0.1", "P(5 riots within 6 months) < 0.2", '
    '"political deaths within a year < 3" or "R < 0.8"'
)

_SIGN = r"(?P<sign><=?|>=?|=)\s*(?P<limit>[^\s%]+)\s*(?P<percent>%?)\s*$"
_CHANCE = re.compile(r"^\s*P\s*\((?P<event>.*)\)\s*" + _SIGN, re.IGNORECASE)
_PLAIN = re.compile(r"^\s*(?P<event>[^<>=]+?)\s*" + _SIGN)
_EVENT = re.compile(
    r"^\s*(?:(?P<count>an?|one|\d+)\s+(?:or more\s+)?)?(?P<what>.+?)"
    r"(?:\s+within\s+(?:(?P<number>an?|one|the|\d+)\s+)?(?P<unit>\w+))?\s*$",
    re.IGNORECASE,
)
_LARGE_R = re.compile(r"^\s*R\s*>=?\s*(?P<count>\S+)\s*$")


@dataclass(frozen=True)
class Target:
    """The chance of an event is to be under a limit.

    Attributes
    ----------
    words : str
        As it was given.
    counted : str
        One of `COUNTED`.
    least : float
        The event: so many or more.
    days : int
        Within which it happens; 1 for R, which is that of the first evening.
    limit : float, 0..1
    reached : bool
        Whether a chance at the limit meets it, too.
    """

    words: str
    counted: str
    least: float
    days: int
    limit: float
    reached: bool

    def missed(self, counts: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return whether the event happened, (...), by counts (..., counted)."""
        return np.asarray(counts[..., COUNTED.index(self.counted)] >= self.least)

    def met(self, chance: float) -> bool:
        """Return whether a chance is under the limit."""
        return chance <= self.limit if self.reached else chance < self.limit

    @property
    def event(self) -> str:
        """The event in words."""
        if self.counted == "R":
            return f"R of {self.least:g} or more on the first evening"
        if self.counted == "riot_week":
            return f"a week in which {WEEK_RIOTS} riots begin, within {self.days} days"
        what = "persons displaced" if self.counted == "displaced" else self.counted
        return f"{self.least:,.0f} or more {what.replace('_', ' ')} within {self.days} days"


def target_of(words: str) -> Target:
    """Read a target.

    Raises
    ------
    InterposeError
        If it is no target, with what was wanted.
    UnknownNameError
        If it names no event.

    Examples
    --------
    >>> target = target_of("P(riot week within a year) < 0.1")
    >>> target.counted, target.least, target.days, target.limit
    ('riot_week', 1.0, 365, 0.1)
    >>> target_of("R < 0.8").event
    'R of 0.8 or more on the first evening'
    """
    as_chance = _CHANCE.match(words)
    said = as_chance or _PLAIN.match(words)
    if said is None or said["sign"] not in ("<", "<="):
        _refuse(words, "must be a chance or a number that stays under a limit")
    limit = _number(words, said["limit"]) / (100.0 if said["percent"] else 1.0)
    large = _LARGE_R.match(said["event"]) if as_chance else None
    event = None if large else _EVENT.match(said["event"])
    counted = "R" if event is None else _counted(event["what"])
    if event is None and large is None:
        _refuse(words, "names no event")
    days = 1 if event is None else _days(words, event, counted)
    if not as_chance:
        if event is not None and event["count"]:
            _refuse(words, "counts twice; say riots within a year < 5")
        least = limit if counted == "R" or said["sign"] == "<" else math.floor(limit) + 1.0
        least = least if counted == "R" else math.ceil(least)
        if counted == "riot_week" or least <= 0:
            _refuse(words, "must be a chance under a limit, or a number above 0")
        return Target(words, counted, float(least), days, LIKELY, reached=False)
    if not 0.0 < limit <= 1.0:
        _refuse(words, f"a chance of {limit:g} is none: must be above 0 and at most 1")
    if large is not None:
        least = _number(words, large["count"])
    else:
        count = (event["count"] or "1").lower() if event else "1"
        least = 1.0 if count in ("a", "an", "one") else _number(words, count)
        if counted == "R":
            _refuse(words, 'R has a size: "P(R >= 0.8) < 0.1"')
        if counted == "riot_week" and least != 1.0:
            _refuse(words, "one riot week is what is counted")
    if least <= 0:
        _refuse(words, "the event must be one or more")
    return Target(words, counted, least, days, limit, reached=said["sign"] == "<=")


def _counted(what: str) -> str:
    """Return what is counted for a name, in the singular or plural."""
    name = " ".join(what.split())
    if name.upper() == "R":
        return "R"
    short = name.lower().removesuffix("s")
    short = "displaced" if short == "displaced person" or short == "person displaced" else short
    if short not in EVENTS:
        kind = "The event of a target"
        raise UnknownNameError(kind, name, EVENTS)
    return EVENTS[short]


def _days(words: str, event: re.Match[str], counted: str) -> int:
    unit = (event["unit"] or "").lower().removesuffix("s")
    if counted == "R":
        if unit:
            _refuse(words, "R is that of a day; leave out within")
        return 1
    if unit not in TIMES:
        _refuse(words, "must say within how many days, weeks, months or years: within a year")
    number = (event["number"] or "1").lower()
    days = TIMES[unit] * (int(number) if number.isdigit() else 1)
    if days < 1:
        _refuse(words, "the time must be a day or more")
    return days


def _number(words: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        _refuse(words, f"{text!r} must be a number")
    return value


def _refuse(words: str, why: str) -> NoReturn:
    msg = f"Target {words!r}: {why}. Write it as {EXAMPLES}."
    raise InterposeError(msg)
