"""The integer program of force generation in linopy: one constraint, one function.

The grid's columns are the only real decisions: units of an offer in a line in a run of months.
Open units are slacks, so a plan always exists, and the slacks are the gap table. Formulations that
were tried and their times: docs/decisions/0015.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from interpose.plan.generate.grid import Grid, columns_at, columns_of, company_pairs
from interpose.plan.generate.problem import Pool, Problem, persons_by_offer
from interpose.plan.generate.tours import curves

if TYPE_CHECKING:
    import linopy
    import xarray as xr

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(slots=True)
class Model:
    """The program, its variables, and what each group of rows means in words.

    Attributes
    ----------
    program : linopy.Model
    units : linopy.Variable
        (column,) units of an offer in a line.
    open : linopy.Variable
        (cell,) units still open.
    words : mapping of constraint name to words by row
        What each row of a constraint says, for the smallest conflict.
    """

    program: linopy.Model
    units: linopy.Variable
    open: linopy.Variable
    words: dict[str, list[str]] = field(default_factory=dict)


def build_model(problem: Problem, grid: Grid) -> Model:
    """Build the program; aims are laid over it by `interpose.plan.generate.aims`."""
    import linopy

    program = linopy.Model()
    upper = np.where(grid.fixed >= 0, grid.need.max(initial=0), most_units(problem, grid))
    units = program.add_variables(lower=0, upper=over(upper, "column"), integer=True, name="units")
    gaps = program.add_variables(lower=0, upper=over(grid.need.astype(float), "cell"), name="open")
    model = Model(program, units, gaps)
    for constraint in CONSTRAINTS:
        constraint(model, problem, grid)
    return model


def most_units(problem: Problem, grid: Grid) -> Floats:
    """Return (column,) float: whole units that an offer could give there, all else at rest."""
    persons = persons_by_offer(problem)
    most = []
    for name, p, cell in zip(grid.offer, grid.period, grid.cell, strict=True):
        offer, month = problem.offers[grid.offers[name]], grid.periods[p][0]
        units = min(offer.units, int(grid.need[cell]))
        ceiling = problem.ceilings.get((offer.contributor, offer.mission, month))
        if ceiling is not None and not offer.reserve and persons[offer.id] > 0:
            units = min(units, int(ceiling / persons[offer.id] + 1e-9))
        most.append(float(units))
    return np.array(most)


def fill_or_open(model: Model, problem: Problem, grid: Grid) -> None:
    """Every unit that a line needs is filled or open."""
    del problem
    asked = over(grid.need.astype(float), "cell")
    if len(grid.cell):
        filled = sum_by(model.units, np.ones(len(grid.cell)), grid.cell, "cell", len(grid.need))
        model.program.add_constraints(filled + model.open == asked, name="fill")
    else:
        model.program.add_constraints(model.open == asked, name="fill")
    model.words["fill"] = [
        f"{grid.lines[line]} asks for {need} units"
        for line, need in zip(grid.cell_line, grid.need, strict=True)
    ]


def offered_units(model: Model, problem: Problem, grid: Grid) -> None:
    """Keep an offer to the units that it offers."""
    most = np.array([problem.offers[name].units for name in grid.offers], dtype=float)
    keys, group = _groups(grid.offer, grid.period)
    _at_most(
        model,
        "offered",
        group,
        np.ones(len(group)),
        most[keys[:, 0]],
        [f"{grid.offers[o]} offers {most[o]:.0f} units" for o, _ in keys],
    )


def shared_pools(model: Model, problem: Problem, grid: Grid) -> None:
    """Offers of one pool share its units, also with missions elsewhere."""
    short = [
        pool
        for pool in problem.pools
        if any(pool.taken.values())
        or pool.most < sum(problem.offers[name].units for name in pool.offers)
    ]
    for number, pool in enumerate(short):
        picked = columns_of(grid, pool.offers)
        keys, group = _groups(grid.period[picked])
        room = [_room(pool, grid.periods[p][0]) for p in keys[:, 0]]
        words = [f"{pool.name} has {most} units for this mission" for most in room]
        name = f"pool_{number}"
        _at_most(model, name, group, np.ones(len(group)), np.array(room, float), words, picked)


def tours_and_rest(model: Model, problem: Problem, grid: Grid) -> None:
    """Let a pool that is short keep tour and rest: two rising curves, arrived and left.

    Rows of differences have whole solutions wherever the units are whole: the curves stay
    continuous.
    """
    for number, pool in enumerate(p for p in problem.pools if not p.steady):
        picked = columns_of(grid, pool.offers)
        if not len(picked):
            continue
        months = len(problem.months)
        taken = _bearable(pool, problem.months)
        top = float(pool.units * months)
        at = f"month_{number}"
        arrived = model.program.add_variables(
            lower=0, upper=top, coords=_range(at, months), name=f"arrived_{number}"
        )
        left = model.program.add_variables(
            lower=0, upper=top, coords=_range(at, months), name=f"left_{number}"
        )
        here = arrived - left
        words = f"{pool.name}: {pool.units} units, tours of {pool.tour} months, {pool.rest} of rest"

        def row(
            expression: linopy.constraints.ConstraintBase,
            name: str,
            number: int = number,
            words: str = words,
            at: str = at,
        ) -> None:
            label = f"tours_{number}_{name}"
            added = model.program.add_constraints(expression, name=label)
            model.words[label] = [words] * int(added.labels.size)

        start = problem.months[0]
        keys, group = _groups(grid.period[picked])
        serving = sum_by(
            model.units.isel(column=picked), np.ones(len(picked)), group, "stretch", len(keys)
        )
        firsts = np.array([grid.periods[p][0] - start for p in keys[:, 0]])
        there = _renamed(here.isel({at: firsts}), at, "stretch")
        row(there - serving >= over(taken[firsts], "stretch"), "serving")
        row(here <= float(pool.most), "most")
        row(here >= over(taken, at), "promised")
        _shifted(row, arrived, arrived, at, months, 1, "arrived_grows")
        _shifted(row, left, left, at, months, 1, "left_grows")
        _shifted(row, left, arrived, at, months, pool.tour, "tour")
        first = min(pool.rest, months)
        row(arrived.isel({at: slice(0, first)}) <= float(pool.units), "pool")
        _shifted(row, left, arrived, at, months, -pool.rest, "rest", float(pool.units))


def _shifted(
    row: Callable[..., None],
    later: linopy.Variable,
    earlier: linopy.Variable,
    at: str,
    months: int,
    lag: int,
    name: str,
    slack: float = 0.0,
) -> None:
    """Add ``later[t + lag] >= earlier[t] - slack`` wherever both months are planned."""
    if abs(lag) >= months:
        return
    n = months - abs(lag)
    low, high = (slice(0, n), slice(lag, None)) if lag > 0 else (slice(-lag, None), slice(0, n))
    index = _range(at, n)
    a = later.isel({at: high}).assign_coords(index)
    b = earlier.isel({at: low}).assign_coords(index)
    row(a - b >= -slack, name)


def national_ceilings(model: Model, problem: Problem, grid: Grid) -> None:
    """Keep a nation to the persons it allows itself in a mission; reserves stay at home."""
    persons = persons_by_offer(problem)
    rows = [problem.offers[name] for name in grid.offers]
    nations = sorted({(row.contributor, row.mission) for row in rows})
    nation = np.array([nations.index((row.contributor, row.mission)) for row in rows])
    each = np.array([persons[row.id] for row in rows])
    away = np.array([not row.reserve for row in rows], dtype=bool)
    if not len(grid.offer):
        return
    limited = {(c, m) for c, m, _ in problem.ceilings}
    has = np.array([pair in limited for pair in nations])
    picked = np.flatnonzero(has[nation[grid.offer]] & away[grid.offer])
    keys, group = _groups(nation[grid.offer[picked]], grid.period[picked])
    limits, words = [], []
    for n, p in keys:
        most = problem.ceilings.get((*nations[n], grid.periods[p][0]))
        limits.append(np.inf if most is None else float(most))
        words.append(f"ceiling of {nations[n][0]} in {nations[n][1]}: {most} persons")
    bound = np.array(limits)
    kept = np.isfinite(bound)
    number = np.cumsum(kept) - 1
    use = kept[group] if len(group) else np.zeros(0, bool)
    _at_most(
        model,
        "ceiling",
        number[group[use]],
        each[grid.offer[picked[use]]],
        bound[kept],
        [w for w, k in zip(words, kept, strict=True) if k],
        picked[use],
    )


def one_nation_a_line(model: Model, problem: Problem, grid: Grid) -> None:
    """Fill a line that may not be split by one nation at a time.

    A nation that is chosen gives no more than it has there, not than is needed: so half a choice
    gives half of that, and the relaxation is far tighter.
    """
    if not len(grid.offer):
        return
    nations = sorted({row.contributor for row in problem.offers.values()})
    nation = np.array([nations.index(problem.offers[o].contributor) for o in grid.offers])
    whole = np.array([not problem.lines[line].may_be_split for line in grid.lines])
    column_nation = nation[grid.offer]
    picked = np.flatnonzero(whole[grid.line] & (grid.need[grid.cell] > 1))
    cells = (
        [set(column_nation[grid.cell == c]) for c in range(len(grid.need))] if len(picked) else []
    )
    picked = np.array([k for k in picked if len(cells[grid.cell[k]]) > 1], dtype=np.int64)
    if not len(picked):
        return
    keys, group = _groups(grid.cell[picked], column_nation[picked])
    chosen = model.program.add_variables(
        binary=True, coords=_range("choice", len(keys)), name="chosen"
    )
    most = most_units(problem, grid)[picked]
    room = np.minimum(grid.need[keys[:, 0]], np.bincount(group, most, len(keys)))
    filled = sum_by(
        model.units.isel(column=picked), np.ones(len(picked)), group, "choice", len(keys)
    )
    model.program.add_constraints(filled - chosen * over(room, "choice") <= 0, name="split")
    names = [grid.lines[grid.cell_line[c]] for c in keys[:, 0]]
    model.words["split"] = [f"{name} may not be split between nations" for name in names]
    line_keys, line_group = _groups(keys[:, 0])
    one = sum_by(chosen, np.ones(len(keys)), line_group, "whole", len(line_keys))
    model.program.add_constraints(one <= 1, name="whole")
    model.words["whole"] = [
        f"{grid.lines[grid.cell_line[c]]} may not be split between nations" for c in line_keys[:, 0]
    ]


def company(model: Model, problem: Problem, grid: Grid) -> None:
    """Who needs another, or is embedded in it, comes only while it is there and has settled."""
    pairs = company_pairs(problem, grid)
    if not pairs:
        return
    offer_at = {name: i for i, name in enumerate(grid.offers)}
    at = columns_at(grid)
    others = sorted({(offer_at[other], p) for _, other, _, p in pairs})
    there = model.program.add_variables(
        binary=True, coords=_range("there", len(others)), name="there"
    )
    number = {key: i for i, key in enumerate(others)}
    for key, i in number.items():
        label, flag, columns = f"there_{i}", there.isel(there=i), at.get(key, [])
        if columns:
            total = model.units.isel(column=columns).sum()
            model.program.add_constraints(total - flag >= 0, name=label)
        else:
            model.program.add_constraints(flag <= 0, name=label)
        model.words[label] = [f"{grid.offers[key[0]]} is there only where it fills a line"]
    for i, (guest, other, period, host_period) in enumerate(pairs):
        flag = there.isel(there=number[offer_at[other], host_period])
        columns = at[offer_at[guest], period]
        total = model.units.isel(column=columns).sum()
        label = f"company_{i}"
        most = float(problem.offers[guest].units)
        model.program.add_constraints(total - most * flag <= 0, name=label)
        model.words[label] = [f"{guest} comes only while {other} is there"]


def standing_months(model: Model, problem: Problem, grid: Grid) -> None:
    """Months that are frozen stay as they were."""
    fixed = np.flatnonzero(grid.fixed >= 0)
    if len(fixed):
        model.program.add_constraints(
            model.units.isel(column=fixed)
            == over(grid.fixed[fixed].astype(float), "column", fixed),
            name="frozen",
        )
        model.words["frozen"] = [
            f"frozen: {grid.fixed[k]} of {grid.offers[grid.offer[k]]} in {grid.lines[grid.line[k]]}"
            for k in fixed
        ]
    barred = np.flatnonzero(grid.outside)
    if len(barred):
        model.program.add_constraints(model.units.isel(column=barred) <= 0, name="window")
        model.words["window"] = [f"{grid.offers[grid.offer[k]]} may not be there" for k in barred]


CONSTRAINTS: tuple[Callable[[Model, Problem, Grid], None], ...] = (
    fill_or_open,
    offered_units,
    shared_pools,
    tours_and_rest,
    national_ceilings,
    one_nation_a_line,
    company,
    standing_months,
)
"""Every rule that binds a plan, in the order in which it is laid down."""


def _room(pool: Pool, month: int) -> int:
    return max(0, pool.most - pool.taken.get(month, 0))


def _bearable(pool: Pool, months: tuple[int, ...]) -> Floats:
    """Return what is promised elsewhere, or nothing where the pool could not even keep that."""
    taken = [min(pool.taken.get(month, 0), pool.most) for month in months]
    keeps = curves(taken, pool.units, pool.tour, pool.rest, pool.most) is not None
    return np.array(taken if keeps else [0] * len(months), dtype=float)


def _groups(*keys: Ints) -> tuple[Ints, Ints]:
    """Return the distinct rows of keys, sorted, and the number of each one's row."""
    stacked = np.stack(keys, axis=1)
    distinct, group = np.unique(stacked, axis=0, return_inverse=True)
    return distinct, group.reshape(-1)


def _at_most(
    model: Model,
    name: str,
    group: Ints,
    weight: Floats,
    bound: Floats,
    words: list[str],
    picked: Ints | None = None,
) -> None:
    """Add, for every group of columns, that its weighted units stay within a bound."""
    if not len(group):
        return
    units = model.units if picked is None else model.units.isel(column=picked)
    total = sum_by(units, weight, group, "row", len(bound))
    model.program.add_constraints(total <= over(bound, "row"), name=name)
    model.words[name] = words


def sum_by(
    variable: linopy.Variable, weight: Floats, group: Ints, to: str, size: int
) -> linopy.LinearExpression:
    """Return the weighted sums of a one-dimensional variable by group, as an expression."""
    import xarray as xr

    axis = str(variable.dims[0])
    coords = {axis: variable.coords[axis].values}
    weights = xr.DataArray(weight, dims=axis, coords=coords)
    labels = xr.DataArray(group, dims=axis, coords=coords, name=to)
    sums = (variable * weights).groupby(labels).sum()
    if sums.sizes[to] == size:
        return sums
    return sums.reindex({to: np.arange(size)}).fillna(0)


def over(values: Floats, axis: str, labels: Ints | None = None) -> xr.DataArray:
    """Return values along an axis, numbered or labelled."""
    import xarray as xr

    index = np.arange(len(values)) if labels is None else labels
    return xr.DataArray(np.asarray(values, dtype=float), dims=axis, coords={axis: index})


def _range(axis: str, size: int) -> dict[str, Ints]:
    return {axis: np.arange(size)}


def _renamed(expression: linopy.LinearExpression, axis: str, to: str) -> linopy.LinearExpression:
    size = expression.sizes[axis]
    renamed: linopy.LinearExpression = expression.rename({axis: to}).assign_coords(_range(to, size))
    return renamed
