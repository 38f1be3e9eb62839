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

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from interpose.plan.generate.problem import Key, Pool, Problem
from interpose.plan.months import account_day, both, joined, stay
from interpose.plan.result import Assignment

Ints = npt.NDArray[np.int64]


class Curves(NamedTuple):
    """(month,) int, units: how many have arrived and left up to and with each month."""

    arrived: Ints
    left: Ints


def curves(wanted: Sequence[int], pool: int, tour: int, rest: int, most: int) -> Curves | None:
    """Return the least curves that keep `wanted` units in place, or None where no pool can.

    Parameters
    ----------
    wanted : (month,) int, units
        How many are wanted in place each month.
    pool, most : int, units
        That rotate, and that may be in place at once.
    tour, rest : int, months
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


class Duty(NamedTuple):
    """A unit in a line in a month, counted from the first planned one.

    Units are numbered from 1; `tour` is which arrival of the pool this is; `relieves` says that it
    comes into a line that another has just left.
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

    `wanted` has for each month the units by line, in the order in which lines are served; the rest
    is that of `curves`.
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


PROMISED = "\n"
"""Key of the line that stands for missions elsewhere; no id can be like it."""


def lay_tours(problem: Problem, units: Mapping[Key, int]) -> tuple[Assignment, ...]:
    """Lay tours on unit numbers, with relief in place and rest; by line, begin and offer."""
    found: list[Assignment] = []
    for pool in problem.pools:
        found += _of_pool(problem, pool, units)
    found = _with_hosts(problem, found)
    return tuple(sorted(found, key=lambda a: (a.requirement, a.begins, a.offer, a.unit_numbers)))


def _of_pool(problem: Problem, pool: Pool, units: Mapping[Key, int]) -> list[Assignment]:
    start = problem.months[0] if problem.months else 0
    wanted: list[dict[str, int]] = [{} for _ in problem.months]
    for (line, offer, month), count in sorted(units.items()):
        if offer in pool.offers:
            wanted[month - start][f"{line}\t{offer}"] = count
    if not any(wanted):
        return []
    promised = [{**lines, PROMISED: pool.taken.get(start + i, 0)} for i, lines in enumerate(wanted)]
    given = duties(promised, pool.units, pool.tour, pool.rest, pool.most)
    if given is None:  # what is promised elsewhere is more than the pool bears; not ours to mend
        given = duties(wanted, pool.units, pool.tour, pool.rest, pool.most)
    return _assignments(problem, [duty for duty in given or () if duty.line != PROMISED])


def _assignments(problem: Problem, given: list[Duty]) -> list[Assignment]:
    stays: dict[tuple[str, int, int, bool], list[int]] = {}
    runs: dict[tuple[str, int, int], tuple[int, int, bool]] = {}
    closed: list[tuple[str, int, int, int, bool]] = []
    for duty in given:
        key = (duty.line, duty.unit, duty.tour)
        first, last, relieves = runs.get(key, (duty.month, duty.month - 1, duty.relieves))
        if duty.month != last + 1:
            closed.append((duty.line, duty.unit, first, last, relieves))
            first, relieves = duty.month, duty.relieves
        runs[key] = (first, duty.month, relieves)
    closed += [(line, unit, *run) for (line, unit, _), run in runs.items()]
    for line, unit, first, last, relieves in closed:
        stays.setdefault((line, first, last, relieves), []).append(unit)
    return [_assignment(problem, key, sorted(numbers)) for key, numbers in sorted(stays.items())]


def _assignment(
    problem: Problem, key: tuple[str, int, int, bool], numbers: list[int]
) -> Assignment:
    name, first, last, relieves = key
    line, offer = name.split("\t")
    start = problem.months[0]
    spans = both(problem.windows[offer], problem.lines[line].begins, problem.lines[line].ends)
    begins, ends = stay(spans, start + first, start + last)
    row = problem.offers[offer]
    if relieves and first > 0 and row.handover_days:
        since = [opens for opens, closes in spans if opens <= account_day(start + first) < closes]
        earlier = begins - dt.timedelta(days=row.handover_days)
        begins = min(begins, max([earlier, *since]))
    bites = problem.fits[line, offer].bites
    return Assignment(line, offer, len(numbers), tuple(numbers), begins, ends, bites)


def _with_hosts(problem: Problem, rows: list[Assignment]) -> list[Assignment]:
    """Cut the days of embedded units to those of their hosts, once these have settled."""
    hosts = {guest: host for guest, host, is_host in problem.companions if is_host}
    if not hosts:
        return rows
    there = {
        host: joined([(a.begins, a.ends) for a in rows if a.offer == host])
        for host in hosts.values()
    }
    found = []
    for row in rows:
        settle = dt.timedelta(days=problem.offers[row.offer].settle_days)
        begins, ends = row.begins, row.ends
        for opens, closes in there.get(hosts.get(row.offer, ""), ()):
            if opens < ends and begins < closes:
                begins, ends = max(begins, opens + settle), min(ends, closes)
                break
        found.append(replace(row, begins=begins, ends=ends))
    return found
