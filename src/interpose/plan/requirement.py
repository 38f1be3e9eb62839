"""The force requirement: troops to task, and why each number is what it is.

Persons of a row of ``plan/workload.csv``, with away share `a`, productive hours a week `H`,
preparation `v` hours and `r` reliefs:

- post: ``count * persons * hours * 7 / H / (1 - a)``
- patrol, escort: ``count * persons * (hours + v) * 7 / H / (1 - a)``
- quick_reaction: ``count * persons * r * (hours / 24) / (1 - a)``; count is how many calls at once
- liaison, camp: ``count * persons / (1 - a)``
- staff: ``count * persons``; a post at a desk is not relieved

Persons are exact fractions, added up over tasks and rounded up to whole units once, at the end.

Source of the arithmetic of posts: US Army correspondence course MP1000C, computation of security
force requirements (armymilitarypolice.tpub.com/MP1000C).
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

from interpose.plan.months import joined, uncovered
from interpose.plan.result import PlanInputs, assumption
from interpose.scenario import Scenario
from interpose.scenario.tables.plan import Requirement, Workload, WorkloadKind

Number = int | float | Fraction
"""A number as people write it."""

FINEST = 1_000_000
"""A float is read as the nearest fraction with at most this below the line."""

DAYS_OF_A_WEEK, HOURS_OF_A_DAY = 7, 24


def exact(value: Number) -> Fraction:
    """Return a number as it was meant: 0.1 is one tenth, so that rounding up adds nothing."""
    return Fraction(value).limit_denominator(FINEST)


class Rhythm(NamedTuple):
    """What a soldier gives, from the rows ``plan.*`` of ``scenario/plan.csv``.

    Attributes
    ----------
    away_share : float, share of the soldiers
    preparation_hours : float, hours before and after a patrol
    reaction_reliefs : float
        How many times a quick-reaction force is kept.
    """

    productive_hours_per_week: float
    away_share: float
    preparation_hours: float
    reaction_reliefs: float


RHYTHM = Rhythm(*map(assumption, Rhythm._fields))


SUMS: dict[WorkloadKind, str] = {
    "post": "{n:g} posts x {p:g} persons x {h:g} h x 7 days / {H:g} h a week",
    "patrol": "{n:g} patrols a day x {p:g} persons x ({h:g} + {v:g} h) x 7 / {H:g} h",
    "escort": "{n:g} escorts a day x {p:g} persons x ({h:g} + {v:g} h) x 7 / {H:g} h",
    "quick_reaction": "{n:g} calls at once x {p:g} persons x {r:g} reliefs x {h:g}/24 h,"
    " there in {m:g} min",
    "liaison": "{n:g} teams x {p:g} persons",
    "camp": "{n:g} camps x {p:g} persons who run and guard it",
    "staff": "{n:g} x {p:g} posts",
}
"""Kind of task -> the sum in words, before leave."""


def persons_of(row: Workload, at: Rhythm = RHYTHM) -> Fraction:
    """Return the persons that a task takes, not rounded."""
    there = exact(row.count) * exact(row.persons)
    if row.kind == "staff":
        return there
    hours = exact(row.hours)
    if row.kind in ("patrol", "escort"):
        hours += exact(at.preparation_hours)
    if row.kind in ("post", "patrol", "escort"):
        week = exact(at.productive_hours_per_week)
        there *= hours * DAYS_OF_A_WEEK / week
    elif row.kind == "quick_reaction":
        there *= exact(at.reaction_reliefs) * hours / HOURS_OF_A_DAY
    return there / (1 - exact(at.away_share))


@dataclass(frozen=True, slots=True)
class Need:
    """What one row of the workload asks for, not rounded, and the sum so that it can be redone."""

    row: Workload
    persons: Fraction
    words: str


@dataclass(frozen=True, slots=True)
class Fall:
    """What a cut takes from one task: persons before and after."""

    row: Workload
    before: Fraction
    after: Fraction
    words: str


def need(row: Workload, at: Rhythm = RHYTHM) -> Need:
    """Return the persons that a task takes."""
    persons = persons_of(row, at)
    words = SUMS[row.kind].format(
        n=row.count,
        p=row.persons,
        h=row.hours,
        m=row.reach_min or 0,
        H=at.productive_hours_per_week,
        v=at.preparation_hours,
        r=at.reaction_reliefs,
    )
    if row.count == 1:  # one post, not one posts
        words = re.sub(r"^1 (post|patrol|escort|call|team|camp)s\b", r"1 \1", words)
    if at.away_share and row.kind != "staff":
        words += f" / {1 - at.away_share:g} share present"
    return Need(row, persons, f"{words} = {float(persons):.1f} persons")


def why(inputs: PlanInputs, day: dt.date) -> tuple[Need, ...]:
    """Answer "why this number": every task of a day with its sum, in the order of the table."""
    return tuple(need(row) for row in inputs.workload if row.begins <= day < row.ends)


def what_falls_first(inputs: PlanInputs, cut_share: float, day: dt.date) -> tuple[Fall, ...]:
    """Answer "what falls first if so much is cut": tasks that shrink, the first to go first.

    Tasks without which the mission fails fall last; among the others the highest number of
    priority falls first, then the later name. A task falls whole before the next one shrinks.

    `cut_share` is a share of all persons needed on that day, from 0 to 1.
    """
    tasks = sorted(why(inputs, day), key=lambda n: n.row.id, reverse=True)
    tasks.sort(key=lambda n: (n.row.critical, -n.row.priority))
    left = Fraction(cut_share) * sum(task.persons for task in tasks)
    falls: list[Fall] = []
    for task in tasks:
        taken = min(left, task.persons)
        if taken <= 0:
            break
        left -= taken
        kept = task.persons - taken
        state = f"keeps {float(kept):.1f} of {float(task.persons):.1f}"
        if kept == 0:
            state = f"falls away, {float(taken):.1f}"
        kind = "the mission fails without it" if task.row.critical else "not critical"
        words = f"{state} persons (priority {task.row.priority}, {kind})"
        falls.append(Fall(task.row, task.persons, kept, words))
    return tuple(falls)


def lines(inputs: PlanInputs, mission: str) -> tuple[Requirement, ...]:
    """Make requirement lines of the workload: one for each capability, place, span and urgency.

    Units are rounded up once; the order is that of the first tasks in the table.
    """
    strength = {row.id: row.strength for row in inputs.capabilities}
    groups: dict[tuple[object, ...], list[Need]] = defaultdict(list)
    for row in inputs.workload:
        key = (row.capability, row.place, row.begins, row.ends, row.critical)
        groups[key].append(need(row))
    return tuple(
        _line(mission, group, strength[group[0].row.capability]) for group in groups.values()
    )


def _line(mission: str, group: list[Need], strength: int) -> Requirement:
    first = group[0].row
    persons = sum((task.persons for task in group), Fraction(0))
    tasks = {task.row.task for task in group}
    urgency = "critical" if first.critical else "other"
    named = f"{first.capability}.{first.place}.{first.begins:%Y%m}.{urgency}"
    return Requirement(
        id=named[:64],
        mission=mission,
        capability=first.capability,
        units=max(1, math.ceil(persons / strength)),
        place=first.place,
        task=tasks.pop() if len(tasks) == 1 else "",
        begins=first.begins,
        ends=first.ends,
        readiness_days=0,
        priority=min(task.row.priority for task in group),
        critical=first.critical,
        may_be_split=True,
        basis="assumed",
        source=first.source,
        note=f"{float(persons):.1f} persons for {', '.join(task.row.id for task in group)}",
    )


@dataclass(frozen=True, slots=True)
class ForceRequirement:
    """What a scenario's tasks need on a day, guard posts among them.

    Attributes
    ----------
    first_day : date
        On which any task is done.
    falls : tuple of Fall
        What a reduction takes, the first to go first; none where the list is not whole.
    lines : tuple of Requirement
        In whole units.
    missing : str
        What the list of tasks does not cover on that day, in a sentence; empty where it is whole.
        With it the sum of the needs is no requirement of a force.
    """

    day: dt.date
    first_day: dt.date
    needs: tuple[Need, ...]
    falls: tuple[Fall, ...]
    lines: tuple[Requirement, ...]
    missing: str

    @property
    def persons(self) -> float | None:
        """Of all needs, or None where they are not the whole list."""
        return None if self.missing else float(sum(need.persons for need in self.needs))


def force_requirement(
    scenario: Scenario, inputs: PlanInputs, day: dt.date | None = None, cut_share: float = 0.0
) -> ForceRequirement:
    """Return troops to task of a day; by default of the last day on which a task begins."""
    posts = guard_posts(scenario, inputs)
    begins = [row.begins for row in inputs.workload]
    on = day or max(begins, default=dt.date.min)
    missing = not_covered(inputs.workload, on)
    inputs = replace(inputs, workload=(*inputs.workload, *posts))
    home = next((row.id for row in inputs.missions), "")
    return ForceRequirement(
        day=on,
        first_day=min((row.begins for row in inputs.workload), default=dt.date.min),
        needs=why(inputs, on),
        falls=() if missing else what_falls_first(inputs, cut_share, on),
        lines=tuple(row for row in lines(inputs, home) if row.begins <= on < row.ends),
        missing=missing,
    )


def not_covered(tasks: Sequence[Workload], day: dt.date) -> str:
    """Say what a list of tasks leaves out on a day, against the day on which it is longest."""
    running = sum(row.begins <= day < row.ends for row in tasks)
    starts = {row.begins: sum(r.begins <= row.begins < r.ends for r in tasks) for row in tasks}
    longest = max(starts, key=lambda when: (starts[when], when), default=day)
    if running >= starts.get(longest, 0):
        return ""
    spans = "; ".join(f"{a} to {b}" for a, b in joined((r.begins, r.ends) for r in tasks))
    if not running:
        return (
            f"plan/workload.csv lists no task on {day}; its rows run {spans}. What the force does"
            " then besides guards that responsibilities.csv leaves to it is not known."
        )
    return (
        f"plan/workload.csv lists {running} of its tasks on {day}, and {starts[longest]} on"
        f" {longest}. What else the force does on {day} is not listed."
    )


def guard_posts(scenario: Scenario, inputs: PlanInputs) -> tuple[Workload, ...]:
    """Return the posts of the force until they are handed over, as rows of a workload.

    In the order of responsibilities.csv, a row for each span that the workload leaves. The first
    mission is the one whose force stands there.

    Examples
    --------
    >>> from interpose.scenario import load, read_plan_tables
    >>> posts = guard_posts(load("kosovo"), read_plan_tables("kosovo"))
    >>> day = dt.date(2010, 9, 1)
    >>> sum(row.begins <= day < row.ends for row in posts)
    9
    """
    places = {row.place for row in scenario.responsibilities}
    like = next((w for w in inputs.workload if w.kind == "post" and w.place in places), None)
    if like is None or not inputs.missions:
        return ()
    home = inputs.missions[0]
    last = home.ends or dt.date.max
    found = []
    for row in scenario.responsibilities:
        own = [(w.begins, w.ends) for w in inputs.workload if w.kind == "post"
               and w.place == row.place]  # fmt: skip
        for begins, ends in uncovered(home.begins, row.date or last, own):
            changed = {
                "id": f"{row.id}_{begins:%Y%m%d}"[:64],
                "task": row.task,
                "place": row.place,
                "count": float(row.platoons),
                "begins": begins,
                "ends": ends,
                "basis": "assumed",
                "source": row.source,
                "note": f"Guarded as {like.id} until it is handed over",
            }
            found.append(like.model_copy(update=changed))
    return tuple(found)
