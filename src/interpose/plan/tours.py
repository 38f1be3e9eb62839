"""Who of a pool is in place when: tours, relief and rest, given how many are wanted each month.

The units of a pool are alike, so two rising curves say everything: how many have arrived, and how
many have left, up to each month. Every rule is a difference of two points on them:

- as many in place as wanted, and no more than allowed: ``n[t] <= A[t] - E[t] <= most``
- nobody stays longer than a tour: ``E[t + tour] >= A[t]``
- who comes has rested: ``A[t] <= pool + E[t - rest]``

Such rules have a least solution, found by raising the curves until all hold; whole numbers come of
themselves. First come, first gone then names the units.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


def steady_units(pool: int, tour: int, rest: int) -> int:
    """Return how many units a pool keeps in place for ever, with tours staggered.

    Examples
    --------
    Six-month tours, four tours of rest: five units a post, or six with a handover of a week.

    >>> steady_units(5, 6, 24), steady_units(5, 6, 25), steady_units(32, 6, 13)
    (1, 0, 10)
    """
    return pool * tour // (tour + rest)


def pool_for(units: int, tour: int, rest: int) -> int:
    """Return the smallest pool that keeps `units` in place for ever."""
    return -(-units * (tour + rest) // tour)


@dataclass(frozen=True, slots=True)
class Curves:
    """How many units have arrived and left up to and with each month.

    Attributes
    ----------
    arrived, left : (month,) int, units
    """

    arrived: Ints
    left: Ints


def curves(wanted: Sequence[int], pool: int, tour: int, rest: int, most: int) -> Curves | None:
    """Return the least curves that keep `wanted` units in place, or None where no pool can.

    Parameters
    ----------
    wanted : (month,) int, units
        How many are wanted in place each month.
    pool : int, units
    tour, rest : int, months
    most : int, units
        No more than these in place at once.
    """
    months = len(wanted)
    need = np.asarray(wanted, dtype=np.int64)
    arrived = np.zeros(months, dtype=np.int64)
    left = np.zeros(months, dtype=np.int64)
    limit = int(need.sum()) + pool + 1
    while True:
        before = (arrived.copy(), left.copy())
        np.maximum(arrived, left + need, out=arrived)
        arrived = np.maximum.accumulate(arrived)
        np.maximum(left, arrived - most, out=left)
        if months > tour:
            left[tour:] = np.maximum(left[tour:], arrived[: months - tour])
        if months > rest:
            left[: months - rest] = np.maximum(left[: months - rest], arrived[rest:] - pool)
        left = np.maximum.accumulate(left)
        if months and (arrived[: min(rest, months)].max(initial=0) > pool or arrived[-1] > limit):
            return None
        if (left > arrived).any():
            arrived = np.maximum(arrived, left)
        if np.array_equal(before[0], arrived) and np.array_equal(before[1], left):
            return Curves(arrived, left)
        if most < need.max(initial=0):
            return None


@dataclass(frozen=True, slots=True)
class Duty:
    """A unit in a line in a month.

    Attributes
    ----------
    month : int
        Counted from the first planned one.
    unit : int
        Its number, from 1.
    tour : int
        Which arrival of the pool this is.
    line : str
        Key of the line.
    relieves : bool
        Whether it comes into a line that another has just left.
    """

    month: int
    unit: int
    tour: int
    line: str
    relieves: bool


def duties(
    wanted: Sequence[dict[str, int]], pool: int, tour: int, rest: int, most: int
) -> tuple[Duty, ...] | None:
    """Give unit numbers to what each line wants each month; None where the pool cannot.

    Parameters
    ----------
    wanted : (month,) of units by line
        Keys of lines in the order in which they are served.
    pool : int, units
    tour, rest : int, months
    most : int, units
        No more than these in place at once.
    """
    found = curves([sum(month.values()) for month in wanted], pool, tour, rest, most)
    if found is None:
        return None
    resting = list(range(1, pool + 1))  # the longest rested first
    here: list[int] = []  # the longest in place first
    post: dict[int, str] = {}
    tour_of: dict[int, int] = {}
    duty = []
    arrived = left = 0
    for month, lines in enumerate(wanted):
        gone = here[: max(0, int(found.left[month]) - left)]
        here = here[len(gone) :]
        vacated = [post.pop(unit) for unit in gone if unit in post]
        resting += gone  # before others come: without any rest, who leaves may come again
        come = int(found.arrived[month]) - arrived
        fresh, resting = resting[:come], resting[come:]
        here += fresh
        tour_of.update({unit: arrived + i for i, unit in enumerate(fresh)})
        arrived, left = int(found.arrived[month]), int(found.left[month])
        post = _posted(lines, here, post, set(fresh))
        for unit in sorted(post):
            relief = unit in fresh and post[unit] in vacated
            if relief:
                vacated.remove(post[unit])
            duty.append(Duty(month, unit, tour_of[unit], post[unit], relief))
    return tuple(duty)


def _posted(
    lines: dict[str, int], here: list[int], before: dict[int, str], fresh: set[int]
) -> dict[int, str]:
    """Return who serves in which line: those in it already stay, the longest in place first."""
    open_units = dict(lines)
    after: dict[int, str] = {}
    for unit in here:
        line = before.get(unit, "")
        if open_units.get(line, 0) > 0:
            after[unit] = line
            open_units[line] -= 1
    free = [unit for unit in here if unit not in after]
    free.sort(key=lambda unit: (unit not in fresh, here.index(unit)))
    for line, units in open_units.items():
        for _ in range(units):
            after[free.pop(0)] = line
    return after
