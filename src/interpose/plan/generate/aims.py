"""What a plan is sought for, first things first, each aim as a row of coefficients.

The order is the one in which planners weigh it: what is critical, what is worst, what is at risk,
whose caveats bite, how many people, how evenly, and how little changes. Never one blended score.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from interpose.plan.generate.grid import Grid
from interpose.plan.generate.model import Ints, Program
from interpose.plan.months import account_day

Floats = npt.NDArray[np.float64]

AIMS = ("critical", "worst", "risk", "caveats", "people", "strain", "change")
"""The aims in their order; a caller may leave some out."""

ROLLING = (*AIMS[:-2], "change", "strain")
"""Their order where a plan is there already: to even nations out must not move units about."""

LOWEST_PRIORITY = 9


@dataclass(frozen=True, slots=True)
class Aim:
    """One aim: the smaller, the better.

    Attributes
    ----------
    name, words : str
        The aim, and what its number means with its unit.
    constant : float
        Added to the sum.
    """

    name: str
    words: str
    terms: tuple[tuple[Ints, Floats], ...]
    constant: float = 0.0


def lay_aims(program: Program, grid: Grid, names: Sequence[str]) -> tuple[Aim, ...]:
    """Return the aims asked for, adding to the program what they need to be measured."""
    return tuple(MAKERS[name](program, grid) for name in names)


def critical_open(program: Program, grid: Grid) -> Aim:
    """Open unit-months of critical lines, where nobody accepted the risk."""
    weight = np.array([float(grid.line_rows[line].critical) for line in grid.cell_line])
    months = _unaccepted_months(grid)
    words = "unit-months of critical lines that stay open and that nobody accepted"
    return Aim("critical", words, ((program.open, weight * months),))


def worst_line(program: Program, grid: Grid) -> Aim:
    """Open share of the line that is worst off, among those that any offer can fill.

    What a line lacks even if all that could serve in it did is a bound on it from the start.
    """
    fillable = np.isin(np.arange(len(grid.lines)), grid.line)
    span = grid.span[grid.cell_period].astype(float)
    needed = np.bincount(grid.cell_line, grid.need * span, minlength=len(grid.lines))
    picked = np.flatnonzero(fillable[grid.cell_line])
    room = np.bincount(grid.cell, grid.most, len(grid.need))
    lacks = np.maximum(grid.need - room, 0) * span
    unmet = np.bincount(grid.cell_line[picked], lacks[picked], minlength=len(grid.lines))
    least = float((unmet / np.maximum(needed, 1)).max(initial=0.0))
    worst = program.columns(np.zeros(1), low=least)
    names, group = np.unique(grid.cell_line[picked], return_inverse=True)
    weight = span[picked] / needed[grid.cell_line[picked]]
    _no_more(program, (group, program.open[picked], weight), worst, len(names))
    lost = int(np.isin(np.arange(len(grid.lines)), grid.cell_line).sum()) - int(
        np.isin(np.unique(grid.cell_line), np.flatnonzero(fillable)).sum()
    )
    words = "share of its unit-months that is open in the worst line"
    if lost:
        words += f", leaving out {lost} that no offer can fill"
    return Aim("worst", words, ((worst, np.ones(1)),))


def open_risk(program: Program, grid: Grid) -> Aim:
    """Open unit-months, each times ten less its line's priority."""
    priority = np.array([grid.line_rows[line].priority for line in grid.cell_line])
    weight = (LOWEST_PRIORITY + 1 - priority) * grid.span[grid.cell_period]
    words = "open unit-months, weighted 9 for priority 1 down to 1 for priority 9"
    return Aim("risk", words, ((program.open, weight.astype(float)),))


def bitten(program: Program, grid: Grid) -> Aim:
    """Unit-months filled where a caveat bites, or from a reserve at home."""
    words = "unit-months filled where a caveat bites, or from a reserve at home"
    return Aim("caveats", words, ((program.units, (grid.bites * grid.weight).astype(float)),))


def people(program: Program, grid: Grid) -> Aim:
    """Person-months bound."""
    words = "person-months bound"
    return Aim("people", words, ((program.units, grid.persons * grid.weight),))


def strain(program: Program, grid: Grid) -> Aim:
    """Largest share that is used of what a nation offers."""
    offered: dict[str, float] = {}
    for name, row in grid.problem.offers.items():
        months = {m for (_, o), fit in grid.problem.fits.items() if o == name for m in fit.months}
        offered[row.contributor] = offered.get(row.contributor, 0.0) + row.strength * len(months)
    nations = sorted(name for name, total in offered.items() if total > 0)
    number = {name: i for i, name in enumerate(nations)}
    most = program.columns(np.zeros(1), high=np.inf)
    nation = np.array([number.get(row.contributor, -1) for row in grid.offer_rows], int)
    picked = np.flatnonzero(nation[grid.offer] >= 0)
    group = nation[grid.offer[picked]]
    totals = np.array([offered[name] for name in nations])
    weight = (grid.persons * grid.weight)[picked] / totals[group]
    _no_more(program, (group, program.units[picked], weight), most, len(nations))
    words = "largest share that any nation gives of the person-months it could give here"
    return Aim("strain", words, ((most, np.ones(1)),))


def change(program: Program, grid: Grid) -> Aim:
    """Unit-months that differ from the previous plan; without one, arrivals in lines."""
    moved = program.columns(np.zeros(len(grid.line)), high=np.inf)
    row = np.arange(len(moved))
    if grid.problem.kept:
        gone = sum(grid.problem.kept.values()) - int((grid.kept * grid.weight).sum())
        for sign in (-1.0, 1.0):
            terms = [(row, moved, 1.0), (row, program.units, sign)]
            program.keep(terms, sign * grid.kept, np.inf, len(row))
        words = f"unit-months that differ from the previous plan, {gone} of them by need"
        return Aim("change", words, ((moved, grid.weight.astype(float)),), float(gone))
    earlier = _column_before(grid)
    has, first = np.flatnonzero(earlier >= 0), np.flatnonzero(earlier < 0)
    then = program.units[earlier[has]]
    for now, others in ((has, [(np.arange(len(has)), then, 1.0)]), (first, [])):
        at = np.arange(len(now))
        terms = [(at, moved[now], 1.0), (at, program.units[now], -1.0), *others]
        program.keep(terms, 0.0, np.inf, len(now))
    words = "units that come into a line they were not in the month before"
    return Aim("change", words, ((moved, np.ones(len(grid.line))),))


def _no_more(program: Program, terms: tuple[Ints, Ints, Floats], most: Ints, rows: int) -> None:
    """Keep each sum of terms to one column that is to be small."""
    largest = (np.arange(rows), np.repeat(most, rows), -1.0)
    program.keep([terms, largest], -np.inf, 0.0, rows)


MAKERS: dict[str, Callable[[Program, Grid], Aim]] = {
    "critical": critical_open,
    "worst": worst_line,
    "risk": open_risk,
    "caveats": bitten,
    "people": people,
    "strain": strain,
    "change": change,
}


def _unaccepted_months(grid: Grid) -> Floats:
    months = []
    for line, p in zip(grid.cell_line, grid.cell_period, strict=True):
        first, last = grid.periods[p]
        rows = [r for r in grid.problem.inputs.accepted_risks if r.requirement == grid.lines[line]]
        accepted = [
            m
            for m in range(first, last + 1)
            if any(r.begins <= account_day(m) < r.ends for r in rows)
        ]
        months.append(last - first + 1 - len(accepted))
    return np.array(months, dtype=float)


def _column_before(grid: Grid) -> npt.NDArray[np.int64]:
    keys = zip(grid.line, grid.offer, grid.period, strict=True)
    at = {(int(line), int(o), int(p)): i for i, (line, o, p) in enumerate(keys)}
    return np.array([at.get((line, o, p - 1), -1) for line, o, p in at], dtype=np.int64)
