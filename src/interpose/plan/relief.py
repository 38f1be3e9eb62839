"""From units by month to assignments: which unit of a pool serves where, from day to day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from interpose.plan.matching import Spans
from interpose.plan.months import account_day, stay
from interpose.plan.problem import Key, Pool, Problem
from interpose.plan.result import Assignment
from interpose.plan.tours import Duty, duties

PROMISED = "\n"
"""Key of the line that stands for missions elsewhere; no id can be like it."""


def lay_tours(problem: Problem, units: Mapping[Key, int]) -> tuple[Assignment, ...]:
    """Lay tours on unit numbers, with relief in place and rest.

    Parameters
    ----------
    problem : Problem
    units : mapping of (line, offer, month) to int, units

    Returns
    -------
    tuple of Assignment
        In the order of line, begin, offer.
    """
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


def both(spans: Spans, begins: dt.date, ends: dt.date) -> Spans:
    """Return the parts of spans that lie in ``[begins, ends)``."""
    cut = ((max(a, begins), min(b, ends)) for a, b in spans)
    return tuple((a, b) for a, b in cut if a < b)


def joined(spans: list[tuple[dt.date, dt.date]]) -> list[tuple[dt.date, dt.date]]:
    """Return spans that touch or overlap as one."""
    found: list[tuple[dt.date, dt.date]] = []
    for begins, ends in sorted(spans):
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((begins, ends))
    return found


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
        found.append(
            Assignment(
                row.requirement, row.offer, row.units, row.unit_numbers, begins, ends, row.bites
            )
        )
    return found
