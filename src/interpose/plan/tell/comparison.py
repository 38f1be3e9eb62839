"""What if: the same plan on tables changed in one thing, and the two laid side by side.

Each change is a function from tables to tables; `compare` says which cells changed, how many
persons, how many moves, and who could fill what has opened.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from interpose.errors import UnknownNameError
from interpose.plan.generate.gap_table import Standing, nearest_offers
from interpose.plan.generate.problem import Key, build_problem, units_by_month
from interpose.plan.months import first_day, month_of, months_of
from interpose.plan.result import Cell, CellState, Plan, PlanInputs
from interpose.scenario.tables.plan import Offer

Planner = Callable[[PlanInputs], Plan]
"""Makes a plan of tables, with mission, dates and aims already said."""


def nation_leaves(inputs: PlanInputs, contributor: str, day: dt.date) -> PlanInputs:
    """Return the tables with a nation gone from every mission on a day.

    Raises
    ------
    UnknownNameError
        If it offers nothing.
    """
    _known("contributor", contributor, {row.contributor for row in inputs.offers})
    return _ended(inputs, lambda row: row.contributor == contributor, day)


def base_closes(inputs: PlanInputs, base: str, day: dt.date) -> PlanInputs:
    """Return the tables with every offer gone on a day that comes to a base.

    Raises
    ------
    UnknownNameError
        If nobody comes to it.
    """
    _known("base", base, {row.base for row in inputs.offers if row.base})
    return _ended(inputs, lambda row: row.base == base, day)


def caveat_goes(inputs: PlanInputs, caveat: str) -> PlanInputs:
    """Return the tables with a caveat lifted by every nation that holds it.

    Raises
    ------
    UnknownNameError
        If there is no such caveat.
    """
    _known("caveat", caveat, {row.id for row in inputs.caveats})
    offers = tuple(
        row.model_copy(update={"caveats": ";".join(c for c in _named(row) if c != caveat)})
        for row in inputs.offers
    )
    return replace(inputs, offers=offers)


def fewer(inputs: PlanInputs, share: float) -> PlanInputs:
    """Return the tables with a share of all offered units gone, spread as evenly as can be.

    Each offer gives up its share rounded down; the units still missing come from the offers with
    the largest remainder, in the order of their ids.

    Examples
    --------
    >>> fewer(PlanInputs((), (), (), (), (), (), (), ()), 0.1).offers
    ()
    """
    rows = sorted(inputs.offers, key=lambda row: row.id)
    exact = {row.id: row.units * share for row in rows}
    cut = {name: int(value + 1e-9) for name, value in exact.items()}
    missing = round(sum(exact.values())) - sum(cut.values())
    by_rest = sorted(rows, key=lambda row: (cut[row.id] - exact[row.id], row.id))
    for row in by_rest[: max(0, missing)]:
        cut[row.id] += 1
    left = []
    for row in inputs.offers:
        units = row.units - cut[row.id]
        if units > 0:
            strength = round(row.strength * units / row.units)
            left.append(row.model_copy(update={"units": units, "strength": strength}))
    return replace(inputs, offers=tuple(left))


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that is not as it was.

    Attributes
    ----------
    before, after : Cell
    """

    before: Cell
    after: Cell


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two plans side by side.

    Attributes
    ----------
    changes : tuple of Change
        Cells whose state or strength changed.
    person_months : float
        Bound after, less bound before.
    moves : int, unit-months
        In which another unit serves, or none.
    helpers : tuple of (line, month, words)
        For each cell that opened: the nearest offers, what blocks each, and its notice.
    """

    changes: tuple[Change, ...]
    person_months: float
    moves: int
    helpers: tuple[tuple[str, dt.date, str], ...]

    @property
    def opened(self) -> tuple[Cell, ...]:
        """Cells that have fewer units than before."""
        return tuple(c.after for c in self.changes if c.after.present < c.before.present)


def compare(inputs: PlanInputs, before: Plan, changed: PlanInputs, after: Plan) -> Comparison:
    """Lay two plans of the same mission and dates side by side.

    Parameters
    ----------
    inputs, before
        The tables and their plan.
    changed, after
        The changed tables and theirs.
    """
    cells = {(cell.requirement, cell.month): cell for cell in before.cells}
    changes = tuple(
        Change(cells[cell.requirement, cell.month], cell)
        for cell in after.cells
        if (cell.requirement, cell.month) in cells
        and _face(cells[cell.requirement, cell.month]) != _face(cell)
    )
    months = months_of(after.begins, after.ends)
    was, now = units_by_month(before, months), units_by_month(after, months)
    moves = sum(abs(now.get(key, 0) - was.get(key, 0)) for key in was.keys() | now.keys())
    persons = _person_months(changed, now) - _person_months(inputs, was)
    found = Comparison(changes, persons, moves, ())
    return replace(found, helpers=_helpers(changed, after, now, found.opened))


@dataclass(frozen=True, slots=True)
class Price:
    """What a caveat costs.

    Attributes
    ----------
    caveat, words : str
    aims : tuple of (aim, float)
        Value with the caveat less value without it, aim by aim.
    comparison : Comparison
        From the plan with it to the plan without it.
    """

    caveat: str
    words: str
    aims: tuple[tuple[str, float], ...]
    comparison: Comparison


def prices_of_caveats(inputs: PlanInputs, plan: Plan, planner: Planner) -> tuple[Price, ...]:
    """Plan again without each caveat that any offer holds, and return what it costs.

    An aim further down may rise when one further up falls: read them in their order.
    """
    held = {name for row in inputs.offers for name in _named(row)}
    found = []
    for caveat in sorted(row.id for row in inputs.caveats if row.id in held):
        changed = caveat_goes(inputs, caveat)
        without = planner(changed)
        aims = tuple(
            (a.name, round(a.value - b.value, 6))
            for a, b in zip(plan.stages, without.stages, strict=True)
        )
        words = next(row.words for row in inputs.caveats if row.id == caveat)
        found.append(Price(caveat, words, aims, compare(inputs, plan, changed, without)))
    return tuple(found)


def _known(kind: str, name: str, known: set[str]) -> None:
    if name not in known:
        raise UnknownNameError(kind, name, sorted(known))


def _named(row: Offer) -> list[str]:
    return [name for name in row.caveats.split(";") if name]


def _ended(inputs: PlanInputs, gone: Callable[[Offer], bool], day: dt.date) -> PlanInputs:
    left = []
    for row in inputs.offers:
        if not gone(row):
            left.append(row)
        elif row.begins < day:
            left.append(row.model_copy(update={"ends": min(row.ends or day, day)}))
    return replace(inputs, offers=tuple(left))


def _face(cell: Cell) -> tuple[CellState, int, int]:
    return cell.state, cell.needed, cell.present


def _person_months(inputs: PlanInputs, units: dict[Key, int]) -> float:
    each = {row.id: row.strength / row.units for row in inputs.offers}
    return float(sum(each[offer] * count for (_, offer, _), count in units.items()))


def _helpers(
    inputs: PlanInputs, plan: Plan, units: dict[Key, int], opened: tuple[Cell, ...]
) -> tuple[tuple[str, dt.date, str], ...]:
    problem = build_problem(inputs, plan.mission, plan.begins, plan.ends)
    standing = Standing(problem, units)
    found = []
    for cell in opened:
        line = problem.lines.get(cell.requirement)
        if line is None:
            continue
        near = []
        for block in nearest_offers(standing, line, month_of(cell.month)):
            row = problem.offers[block.offer]
            days = row.notice_days + row.movement_days
            after = f", {days} days after an order" if days else ""
            near.append(f"{standing.names.offer(row)}{after}: {block.words}")
        words = "; ".join(near) if near else "nobody within a year"
        found.append((cell.requirement, first_day(month_of(cell.month)), words))
    return tuple(found)


Fact = TypeVar("Fact")


@dataclass(frozen=True, slots=True)
class Turned:
    """A line that is filled otherwise than before, over months in a row.

    Attributes
    ----------
    requirement : str
    first, last : date
        Months, by their first day.
    was, now : CellState
    before, after : int, units
    """

    requirement: str
    first: dt.date
    last: dt.date
    was: CellState
    now: CellState
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Moved:
    """An offer of which more or fewer units serve in a line than before, over months in a row.

    Attributes
    ----------
    offer, requirement : str
    first, last : date
        Months, by their first day.
    before, after : int, units
    """

    offer: str
    requirement: str
    first: dt.date
    last: dt.date
    before: int
    after: int


def turned(before: Plan, after: Plan) -> tuple[Turned, ...]:
    """Return the cells whose state or strength differs, in the order of line and month.

    Months and lines that only one of the plans has are left out.
    """
    was = {(cell.requirement, cell.month): cell for cell in before.cells}
    found: dict[str, dict[dt.date, tuple[CellState, CellState, int, int]]] = {}
    for cell in after.cells:
        old = was.get((cell.requirement, cell.month))
        if old is not None and _face(old) != _face(cell):
            fact = (old.state, cell.state, old.present, cell.present)
            found.setdefault(cell.requirement, {})[cell.month] = fact
    return tuple(
        Turned(line, first, last, *fact)
        for line, facts in found.items()
        for first, last, fact in _runs(facts)
    )


def moved(before: Plan, after: Plan) -> tuple[Moved, ...]:
    """Return who serves more or less in which line, in the order of offer, line and month.

    Only months that both plans cover are compared.
    """
    months = months_of(max(before.begins, after.begins), min(before.ends, after.ends))
    was, now = units_by_month(before, months), units_by_month(after, months)
    found: dict[tuple[str, str], dict[dt.date, tuple[int, int]]] = {}
    for key in sorted(was.keys() | now.keys()):
        line, offer, month = key
        fact = (was.get(key, 0), now.get(key, 0))
        if fact[0] != fact[1]:
            found.setdefault((offer, line), {})[first_day(month)] = fact
    return tuple(
        Moved(offer, line, first, last, *fact)
        for (offer, line), facts in sorted(found.items())
        for first, last, fact in _runs(facts)
    )


def lost_offers(before: Plan, offers: Iterable[str]) -> tuple[str, ...]:
    """Return the offers of a plan that the tables no longer have."""
    return tuple(sorted({row.offer for row in before.assignments} - set(offers)))


def _runs(facts: Mapping[dt.date, Fact]) -> list[tuple[dt.date, dt.date, Fact]]:
    """Return the first and last of months in a row that say the same."""
    found: list[tuple[dt.date, dt.date, Fact]] = []
    for month in sorted(facts):
        if found:
            first, last, fact = found[-1]
            follows = (last + dt.timedelta(days=32)).replace(day=1) == month
            if follows and fact == facts[month]:
                found[-1] = (first, month, fact)
                continue
        found.append((month, month, facts[month]))
    return found
