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
from interpose.plan.generate.model import Model, most_units, over, sum_by
from interpose.plan.generate.problem import Problem, persons_by_offer
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
    terms : tuple of (variable name, coefficients)
    constant : float
        Added to the sum.
    """

    name: str
    words: str
    terms: tuple[tuple[str, Floats], ...]
    constant: float = 0.0


def lay_aims(model: Model, problem: Problem, grid: Grid, names: Sequence[str]) -> tuple[Aim, ...]:
    """Return the aims asked for, adding to the program what they need to be measured."""
    return tuple(MAKERS[name](model, problem, grid) for name in names)


def critical_open(model: Model, problem: Problem, grid: Grid) -> Aim:
    """Open unit-months of critical lines, where nobody accepted the risk."""
    del model
    weight = np.array([float(problem.lines[grid.lines[line]].critical) for line in grid.cell_line])
    months = _unaccepted_months(problem, grid)
    words = "unit-months of critical lines that stay open and that nobody accepted"
    return Aim("critical", words, (("open", weight * months),))


def worst_line(model: Model, problem: Problem, grid: Grid) -> Aim:
    """Open share of the line that is worst off, among those that any offer can fill.

    What a line lacks even if all that could serve in it did is a bound on it from the start.
    """
    fillable = np.isin(np.arange(len(grid.lines)), grid.line)
    span = grid.span[grid.cell_period].astype(float)
    needed = np.bincount(grid.cell_line, grid.need * span, minlength=len(grid.lines))
    picked = np.flatnonzero(fillable[grid.cell_line])
    room = np.bincount(grid.cell, most_units(problem, grid), len(grid.need))
    lacks = np.maximum(grid.need - room, 0) * span
    alone = np.bincount(grid.cell_line[picked], lacks[picked], minlength=len(grid.lines))
    least = float((alone / np.maximum(needed, 1)).max(initial=0.0))
    worst = model.program.add_variables(lower=least, upper=1, name="worst")
    if len(picked):
        names, group = np.unique(grid.cell_line[picked], return_inverse=True)
        weight = span[picked] / needed[grid.cell_line[picked]]
        share = sum_by(model.open.isel(cell=picked), weight, group, "line", len(names))
        model.program.add_constraints(share - worst <= 0, name="worst_line")
    lost = int(np.isin(np.arange(len(grid.lines)), grid.cell_line).sum()) - int(
        np.isin(np.unique(grid.cell_line), np.flatnonzero(fillable)).sum()
    )
    words = "share of its unit-months that is open in the worst line"
    if lost:
        words += f", leaving out {lost} that no offer can fill"
    return Aim("worst", words, (("worst", np.ones(1)),))


def open_risk(model: Model, problem: Problem, grid: Grid) -> Aim:
    """Open unit-months, each times ten less its line's priority."""
    del model
    priority = np.array([problem.lines[grid.lines[line]].priority for line in grid.cell_line])
    weight = (LOWEST_PRIORITY + 1 - priority) * grid.span[grid.cell_period]
    words = "open unit-months, weighted 9 for priority 1 down to 1 for priority 9"
    return Aim("risk", words, (("open", weight.astype(float)),))


def bitten(model: Model, problem: Problem, grid: Grid) -> Aim:
    """Unit-months filled where a caveat bites, or from a reserve at home."""
    del model, problem
    words = "unit-months filled where a caveat bites, or from a reserve at home"
    return Aim("caveats", words, (("units", (grid.bites * grid.weight).astype(float)),))


def people(model: Model, problem: Problem, grid: Grid) -> Aim:
    """Person-months bound."""
    del model
    words = "person-months bound"
    return Aim("people", words, (("units", _persons(problem, grid) * grid.weight),))


def strain(model: Model, problem: Problem, grid: Grid) -> Aim:
    """Largest share that is used of what a nation offers."""
    offered: dict[str, float] = {}
    for name, row in problem.offers.items():
        months = {m for (_, o), fit in problem.fits.items() if o == name for m in fit.months}
        offered[row.contributor] = offered.get(row.contributor, 0.0) + row.strength * len(months)
    nations = sorted(name for name, total in offered.items() if total > 0)
    number = {name: i for i, name in enumerate(nations)}
    most = model.program.add_variables(lower=0, name="strain")
    nation = np.array([number.get(problem.offers[o].contributor, -1) for o in grid.offers], int)
    if len(grid.offer):
        picked = np.flatnonzero(nation[grid.offer] >= 0)
        group = nation[grid.offer[picked]]
        totals = np.array([offered[name] for name in nations])
        weight = (_persons(problem, grid) * grid.weight)[picked] / totals[group]
        used = sum_by(model.units.isel(column=picked), weight, group, "nation", len(nations))
        model.program.add_constraints(used - most <= 0, name="strain_of_nation")
    words = "largest share that any nation gives of the person-months it could give here"
    return Aim("strain", words, (("strain", np.ones(1)),))


def change(model: Model, problem: Problem, grid: Grid) -> Aim:
    """Unit-months that differ from the previous plan; without one, arrivals in lines."""
    moved = model.program.add_variables(
        lower=0, coords={"column": np.arange(len(grid.line))}, name="moved"
    )
    if problem.kept:
        gone = sum(problem.kept.values()) - int((grid.kept * grid.weight).sum())
        if len(grid.line):
            before = over(grid.kept.astype(float), "column")
            model.program.add_constraints(moved - model.units >= -before, name="more")
            model.program.add_constraints(moved + model.units >= before, name="fewer")
        words = f"unit-months that differ from the previous plan, {gone} of them by need"
        return Aim("change", words, (("moved", grid.weight.astype(float)),), float(gone))
    earlier = _column_before(grid)
    has = np.flatnonzero(earlier >= 0)
    first = np.flatnonzero(earlier < 0)
    if len(has):
        axis = {"column": has}
        now = model.units.isel(column=has)
        then = model.units.isel(column=earlier[has]).assign_coords(axis)
        model.program.add_constraints(moved.isel(column=has) - now + then >= 0, name="come")
    if len(first):
        now = model.units.isel(column=first)
        model.program.add_constraints(moved.isel(column=first) - now >= 0, name="come_first")
    words = "units that come into a line they were not in the month before"
    return Aim("change", words, (("moved", np.ones(len(grid.line))),))


MAKERS: dict[str, Callable[[Model, Problem, Grid], Aim]] = {
    "critical": critical_open,
    "worst": worst_line,
    "risk": open_risk,
    "caveats": bitten,
    "people": people,
    "strain": strain,
    "change": change,
}


def _persons(problem: Problem, grid: Grid) -> Floats:
    persons = persons_by_offer(problem)
    return np.array([persons[grid.offers[o]] for o in grid.offer], dtype=float)


def _unaccepted_months(problem: Problem, grid: Grid) -> Floats:
    months = []
    for line, p in zip(grid.cell_line, grid.cell_period, strict=True):
        first, last = grid.periods[p]
        rows = [r for r in problem.inputs.accepted_risks if r.requirement == grid.lines[line]]
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
