"""Force generation: nations' offers to dated lines, first things first, audited before it is given.

Nations decide: an offer, a caveat, a ceiling is an input here, never a decision. What no offer can
fill stays open and is named. The program is in ``model.py``, its aims in ``aims.py``, the search in
``search.py``; who relieves whom is laid afterwards by ``tours.py``.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from interpose.errors import AuditError, ConflictError, UnknownNameError
from interpose.plan import audit as checks
from interpose.plan.generate import gap_table, greedy
from interpose.plan.generate.aims import AIMS, ROLLING, lay_aims
from interpose.plan.generate.grid import Grid, Ints, lay_grid
from interpose.plan.generate.model import build_program
from interpose.plan.generate.problem import Key, Problem, build_problem
from interpose.plan.generate.search import Progress, Search, seek
from interpose.plan.generate.tours import lay_tours
from interpose.plan.months import first_day
from interpose.plan.result import Plan, PlanInputs, Stage


def generate(
    inputs: PlanInputs,
    mission: str,
    begins: dt.date,
    ends: dt.date,
    *,
    aims: Sequence[str] | None = None,
    time_limit_s: float = 60.0,
    gap: float = 0.01,
    previous: Plan | None = None,
    frozen_until: dt.date | None = None,
    progress: Progress | None = None,
) -> Plan:
    """Fill dated lines with offers, and say of every month of every line why it stands as it does.

    Parameters
    ----------
    mission : str
        Whose lines; missions with lines that draw on the same pools are planned with it.
    begins, ends : date
        First day planned, and the first day after. Months count by their 15th.
    aims : sequence of str, optional
        From ``aims.AIMS``, in the order in which they are sought and held. Default: all, with
        change before strain where there is a previous plan.
    time_limit_s : float, seconds
        For making and searching in all; the best so far is kept. Words and audit come on top.
    gap : float
        Share of an aim's value at which it is good enough; 0 proves each.
    previous, frozen_until : Plan and date, optional
        The plan so far, from which as little as possible is changed, and until when not at all.

    Raises
    ------
    UnknownNameError
        If there is no such mission or aim.
    ConflictError
        If frozen months contradict what binds today.
    AuditError
        If the plan broke a rule: a fault of ours, never of the input.
    """
    if aims is None:
        aims = AIMS if previous is None else ROLLING
    for name in set(aims) - set(AIMS):
        kind = "aim"
        raise UnknownNameError(kind, name, AIMS)
    until = time.perf_counter() + time_limit_s
    problem = build_problem(inputs, mission, begins, ends, previous, frozen_until)
    grid = lay_grid(problem)
    columns, stages = _searched(problem, grid, aims, until, gap, progress, previous)
    units = by_month(grid, columns)
    tours, cells = lay_tours(problem, units), gap_table.cells(problem, units)
    plan = Plan(mission, begins, ends, tours, cells, stages)
    findings = checks.audit(inputs, plan)
    if findings:
        raise AuditError(str(finding) for finding in findings)
    return plan


def _searched(
    problem: Problem,
    grid: Grid,
    aims: Sequence[str],
    until: float,
    gap: float,
    progress: Progress | None,
    previous: Plan | None,
) -> tuple[Ints, tuple[Stage, ...]]:
    if not len(grid.need):
        return np.zeros(0, dtype=np.int64), ()
    program = build_program(problem, grid)
    laid = lay_aims(program, problem, grid, aims)
    search = Search(program)
    first = greedy.fill(problem, grid)
    search.start(program.units, first)
    if search.best is None and problem.frozen:
        broken = broken_by_frozen(problem, previous)
        if broken:
            raise ConflictError(broken)
    stages = seek(search, laid, until - time.perf_counter(), gap, progress)
    columns = first if search.best is None else np.rint(search.best[program.units]).astype(np.int64)
    return columns, stages


def by_month(grid: Grid, columns: Ints) -> dict[Key, int]:
    """Return units by line, offer and month, from units by column; zeros left out."""
    found: dict[Key, int] = {}
    for k in np.flatnonzero(columns):
        first, last = grid.periods[grid.period[k]]
        for month in range(first, last + 1):
            found[grid.lines[grid.line[k]], grid.offers[grid.offer[k]], month] = int(columns[k])
    return found


def broken_by_frozen(problem: Problem, previous: Plan | None) -> tuple[str, ...]:
    """Return the rules of today that the frozen months break, each by its first month."""
    if previous is None or problem.frozen_to < 0:
        return ()
    ends = first_day(problem.frozen_to + 1)
    rows = (replace(a, ends=min(a.ends, ends)) for a in previous.assignments if a.begins < ends)
    frozen = Plan(problem.mission, first_day(problem.months[0]), ends, tuple(rows), (), ())
    found: dict[tuple[str, str], str] = {}
    for finding in checks.audit(problem.inputs, frozen):
        if finding.rule != "cells":
            found.setdefault((finding.rule, finding.where.rpartition(",")[0]), str(finding))
    return tuple(sorted(found.values()))
