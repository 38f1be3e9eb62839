"""Targets in words, such as ``P(riot week within a year) < 0.1``, and where a curve meets them.

A plain target, ``riots within a year < 20``, is met where it is more likely than not to be met: it
stands for ``P(20 or more riots within a year) < 0.5``. So every target is a chance under a limit.

A curve is the share of futures in which the event happens, by strength. It is met on straight
lines between the sizes played.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from interpose.assess.choices.differences import resampled
from interpose.ensemble.counted import MEASURES, WEEK_RIOTS
from interpose.errors import InterposeError, UnknownNameError

Floats = NDArray[np.float64]

COUNTED = (*MEASURES, "R")
"""What is known of each size: what happened within the time, and R on the first evening."""

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

RESAMPLES = 500
"""Of the futures, for the interval of the answer."""

STEP = 10
"""Soldiers to which an answer is rounded up."""

LIKELY = 0.5
"""Chance under which that of missing a plain target must be."""

EXAMPLES = (
    '"P(week with 5 riots within a year) < 0.2", "P(5 riots within 6 months) < 0.2", '
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
_WEEK = re.compile(r"(?:riot )?week (?:with|of) (?P<riots>\d+)(?: or more)? riots?", re.IGNORECASE)
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
            return f"a week in which {self.least:g} or more riots begin, within {_span(self.days)}"
        what = "persons displaced" if self.counted == "displaced" else self.counted
        return f"{self.least:,.0f} or more {what.replace('_', ' ')} within {_span(self.days)}"

    def binding(self, none: Floats, riots: Floats) -> Target | None:
        """Return the nearest target of this limit that no force at all does not meet.

        By counts (future,) with nobody in theatre, of what is counted and of riots: a week with
        one riot is a riot. None: there is none above nil.
        """
        n, step = len(none), 0.01 if self.counted == "R" else 1.0
        last = math.floor(self.limit * n) + 1 if self.reached else math.ceil(self.limit * n - 1e-9)
        edge = np.sort(none)[::-1][last - 1] if last <= n else -math.inf
        least = round(math.floor(edge / step + 1e-9) * step, 2) if np.isfinite(edge) else 0.0
        if self.counted == "riot_week" and least < 2.0:
            return replace(self, counted="riots").binding(riots, riots)
        return _named(replace(self, least=least)) if least >= step else None

    def loosened(self, chances: Floats) -> Target | None:
        """Return the strictest whole per cent that some force meets and none at all does not."""
        limit = (math.floor(100 * float(chances.min()) + 1e-9) + 1) / 100
        return _named(replace(self, limit=limit)) if limit <= chances[0] else None


def _span(days: int) -> str:
    """Return a time as a target is asked for it: in years, months or else days."""
    unit = next(name for name in ("year", "month", "day") if days % TIMES[name] == 0)
    count = days // TIMES[unit]
    return f"a {unit}" if count == 1 else f"{count} {unit}s"


def _named(target: Target) -> Target:
    """Return a target with the words that ask for it."""
    least, sign = f"{target.least:g}", "<=" if target.reached else "<"
    names = {v: k for k, v in EVENTS.items()} | {"riot_week": f"week with {least} riots"}
    name = names[target.counted]
    plural = "" if target.least == 1.0 or target.counted in ("displaced", "riot_week") else "s"
    what = name if target.counted == "riot_week" else f"{least} {name}{plural}"
    event = f"{what} within {_span(target.days)}"
    if target.counted == "R":
        event = f"R >= {least}"
    words = f"P({event}) {sign} {target.limit:g}"
    if target.counted == "R" and target.limit == LIKELY and not target.reached:
        words = f"R < {least}"
    return replace(target, words=words)


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
    ('riot_week', 33.0, 365, 0.1)
    >>> target_of("P(week with 5 riots within a year) < 0.2").event
    'a week in which 5 or more riots begin, within a year'
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
    week = _WEEK.fullmatch(" ".join(event["what"].split())) if event else None
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
        if counted == "riot_week":
            least = float(week["riots"]) if week else float(WEEK_RIOTS)
    if least <= 0:
        _refuse(words, "the event must be one or more")
    return Target(words, counted, least, days, limit, reached=said["sign"] == "<=")


def _counted(what: str) -> str:
    """Return what is counted for a name, in the singular or plural."""
    name = " ".join(what.split())
    if name.upper() == "R":
        return "R"
    if _WEEK.fullmatch(name):
        return "riot_week"
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


# --- where a curve meets a target -----------------------------------------------------------------


def answer_of(
    strengths: Sequence[int], missed: NDArray[np.bool_], target: Target
) -> dict[str, Any]:
    """Return the smallest strength that meets a target, from (future, strength) events.

    ``strength`` is None if none that was played does; ``low`` and ``high`` are its 95 % interval,
    None beyond the largest played; ``sure`` is the share of resamples that some size meets.
    """
    n = len(missed)
    strength = smallest(strengths, monotone(missed.mean(axis=0)), target)
    drawn = resampled(n, RESAMPLES) @ missed / n
    found = [smallest(strengths, monotone(row), target) for row in drawn]
    ends = np.sort([math.inf if one is None else one for one in found])
    low, high = (float(ends[round(q * (RESAMPLES - 1))]) for q in (0.025, 0.975))
    return {
        "strength": strength,
        "low": None if math.isinf(low) else round(low),
        "high": None if math.isinf(high) else round(high),
        "binds": strength != 0,
        "met_without_force": strength == 0,
        "sure": float(np.isfinite(ends).mean()),
    }


def first_met(
    strengths: Sequence[int], missed: NDArray[np.bool_], target: Target, above: float = -1.0
) -> int | None:
    """Return the smallest strength that was played and meets a target, as played and smoothed.

    So a stricter target never has a smaller one, and the answer is a force that was played.
    """
    raw = missed.mean(axis=0)
    rows = zip(strengths, raw, monotone(raw), strict=True)
    met = (s for s, own, smooth in rows if s > above and target.met(own) and target.met(smooth))
    return next(met, None)


def smallest(strengths: Sequence[int], chances: Floats, target: Target) -> int | None:
    """Return where a falling curve meets a target, rounded up to `STEP`; None: nowhere.

    Examples
    --------
    >>> target = target_of("P(a riot within a year) < 0.2")
    >>> smallest((0, 100, 200), np.array([0.5, 0.3, 0.1]), target)
    160
    """
    meets = [target.met(chance) for chance in chances]
    if not any(meets):
        return None
    i = meets.index(True)
    if i == 0:
        return 0
    gap = chances[i - 1] - chances[i]
    part = (chances[i - 1] - target.limit) / gap
    exact = strengths[i - 1] + part * (strengths[i] - strengths[i - 1])
    # Where the curve is at the limit it is not under it: one step more, and never none.
    return int(max(min((math.floor(exact / STEP) + 1) * STEP, strengths[i]), 1))


def monotone(chances: Floats) -> Floats:
    """Return the nearest chances that never rise with the strength (isotonic regression)."""
    return np.asarray(isotonic_regression(chances, increasing=False).x, dtype=np.float64)


def curve_of(strengths: Sequence[int], missed: NDArray[np.bool_]) -> list[dict[str, Any]]:
    """Return the chance by strength, monotone, with its 95 % interval, and as it was played."""
    raw = missed.mean(axis=0)
    rows = zip(strengths, monotone(raw), raw, strict=True)
    found = []
    for strength, chance, own in rows:
        low, high = wilson(chance, len(missed))
        found.append(
            {
                "strength": strength,
                "chance": float(chance),
                "low": low,
                "high": high,
                "raw": float(own),
            }
        )
    return found


def wilson(chance: float, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a chance that was seen in `n` futures (Wilson 1927).

    Examples
    --------
    >>> [round(end, 3) for end in wilson(0.1, 100)]
    [0.055, 0.174]
    """
    z = 1.96
    middle = (chance + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(chance * (1 - chance) / n + z * z / (4 * n * n))
    return float(max(middle - half, 0.0)), float(min(middle + half, 1.0))
