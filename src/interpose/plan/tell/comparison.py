"""Two plans of one mission side by side: what changed, who serves elsewhere, who could help."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from interpose.plan.generate.gap_table import MonthlyForce, nearest_offers
from interpose.plan.generate.problem import Problem, units_by_month
from interpose.plan.months import first_day, month_of, months_of, stretches
from interpose.plan.request import caveat_goes
from interpose.plan.result import GapCell, GapState, Names, Plan, PlanInputs

MOST_HELPERS = 3
"""Offers named for each line that opened; the gap table names the others."""


class LineChange(NamedTuple):
    """A line that has other units or another state than before, from month to month."""

    requirement: str
    first: dt.date
    last: dt.date
    was: GapState
    now: GapState
    before: int
    after: int


class UnitMove(NamedTuple):
    """An offer of which more or fewer units serve in a line than before, from month to month."""

    offer: str
    requirement: str
    first: dt.date
    last: dt.date
    before: int
    after: int


def changed_cells(before: Plan, after: Plan) -> tuple[tuple[GapCell, GapCell], ...]:
    """Return the cells whose state or strength differs, old and new, by line and month.

    Months and lines that only one of the plans has are left out.
    """
    old = {(cell.requirement, cell.month): cell for cell in before.cells}
    pairs = ((old.get((cell.requirement, cell.month)), cell) for cell in after.cells)
    return tuple(
        (was, now)
        for was, now in pairs
        if was is not None
        and (was.state, was.needed, was.present) != (now.state, now.needed, now.present)
    )


def line_changes(before: Plan, after: Plan) -> tuple[LineChange, ...]:
    """Return the changed cells with months in a row that say the same together."""
    facts: dict[str, dict[dt.date, tuple[GapState, GapState, int, int]]] = {}
    for was, now in changed_cells(before, after):
        fact = (was.state, now.state, was.present, now.present)
        facts.setdefault(now.requirement, {})[now.month] = fact
    return tuple(
        LineChange(line, first, last, *fact)
        for line, by_month in facts.items()
        for first, last, fact in stretches(by_month)
    )


def unit_moves(before: Plan, after: Plan) -> tuple[UnitMove, ...]:
    """Return who serves more or less in which line, in the order of offer, line and month.

    Only months that both plans cover are compared.
    """
    months = months_of(max(before.begins, after.begins), min(before.ends, after.ends))
    was, now = units_by_month(before, months), units_by_month(after, months)
    facts: dict[tuple[str, str], dict[dt.date, tuple[int, int]]] = {}
    for key in sorted(was.keys() | now.keys()):
        line, offer, month = key
        fact = (was.get(key, 0), now.get(key, 0))
        if fact[0] != fact[1]:
            facts.setdefault((offer, line), {})[first_day(month)] = fact
    return tuple(
        UnitMove(offer, line, first, last, *fact)
        for (offer, line), by_month in sorted(facts.items())
        for first, last, fact in stretches(by_month)
    )


def lost_offers(before: Plan, offers: Iterable[str]) -> tuple[str, ...]:
    """Return the offers of a plan that the tables no longer have."""
    return tuple(sorted({row.offer for row in before.assignments} - set(offers)))


# --- a what-if -------------------------------------------------------------------------------


def changes_made(
    names: Names, inputs: PlanInputs, before: Plan, changed: PlanInputs, after: Plan
) -> tuple[str, ...]:
    """Say what a change of the tables did to a plan: lines, persons, moves, and who could help.

    Both plans are of the same mission and dates. Where a line has less than before, the nearest
    offers of the first such month are named, what blocks each, and its notice.
    """
    months = months_of(after.begins, after.ends)
    was, now = units_by_month(before, months), units_by_month(after, months)
    moves = sum(abs(now.get(key, 0) - was.get(key, 0)) for key in was.keys() | now.keys())

    def bound(tables: PlanInputs, units: Mapping[tuple[str, str, int], int]) -> float:
        each = {row.id: row.strength / row.units for row in tables.offers}
        return float(sum(each[offer] * count for (_, offer, _), count in units.items()))

    force = MonthlyForce(Problem(changed, after.mission, after.begins, after.ends), now)
    opened: dict[str, GapCell] = {}
    for old, new in changed_cells(before, after):
        if new.present < old.present:
            opened.setdefault(new.requirement, new)
    return (
        *_lines_in_words(names, before, after),
        f"{bound(changed, now) - bound(inputs, was):+,.0f} person-months;"
        f" {moves} unit-months move.",
        *(
            f"Who is nearest for {names.marked_line(line)}: {_who_is_near(force, cell)}"
            for line, cell in sorted(opened.items())
        ),
    )


def _who_is_near(force: MonthlyForce, cell: GapCell) -> str:
    near = []
    line = force.problem.lines[cell.requirement]
    for name, block in nearest_offers(force, line, month_of(cell.month)):
        row = force.problem.offers[name]
        days = row.notice_days + row.movement_days
        after = f", {days} days after an order" if days else ""
        near.append(f"{force.names.offer(row)}{after}: {block.words}")
    return "; ".join(near[:MOST_HELPERS]) if near else "nobody within a year"


@dataclass(frozen=True, slots=True)
class Price:
    """What a caveat costs.

    Attributes
    ----------
    aims : tuple of (aim, float)
        Value with the caveat less value without it, aim by aim.
    """

    caveat: str
    words: str
    aims: tuple[tuple[str, float], ...]


def prices_of_caveats(
    inputs: PlanInputs, plan: Plan, planner: Callable[[PlanInputs], Plan]
) -> tuple[Price, ...]:
    """Plan again without each caveat that any offer holds, and return what it costs.

    An aim further down may rise when one further up falls: read them in their order.
    """
    held = {name for row in inputs.offers for name in row.caveats.split(";")}
    found = []
    for row in sorted((row for row in inputs.caveats if row.id in held), key=lambda row: row.id):
        stages = zip(plan.stages, planner(caveat_goes(inputs, row.id)).stages, strict=True)
        aims = tuple((a.name, round(a.value - b.value, 6)) for a, b in stages)
        found.append(Price(row.id, row.words, aims))
    return tuple(found)


# --- in words --------------------------------------------------------------------------------


def changes_since(names: Names, previous: Plan, inputs: PlanInputs, plan: Plan) -> tuple[str, ...]:
    """Say what differs from a previous plan, which may be of other tables and months."""
    lines = _lines_in_words(names, previous, plan)
    lines += [
        f"{names.offer(row.offer)}: {row.before} becomes {row.after} in"
        f" {names.line(row.requirement)}, {_span(row)}"
        for row in unit_moves(previous, plan)
    ]
    lost = lost_offers(previous, (row.id for row in inputs.offers))
    lines += [f"{offer} is no longer offered" for offer in lost]
    return tuple(lines) or ("nothing, against the previous plan",)


def _lines_in_words(names: Names, before: Plan, after: Plan) -> list[str]:
    lines = []
    for row in line_changes(before, after):
        state = f"still {row.now}" if row.was == row.now else f"{row.was} becomes {row.now}"
        more = row.after - row.before
        units = "unit" if abs(more) == 1 else "units"
        line = names.marked_line(row.requirement)
        lines.append(f"{line}: {state}, {more:+d} {units}, {_span(row)}")
    return lines


def _span(row: LineChange | UnitMove) -> str:
    return f"{row.first:%Y-%m}" + (f" to {row.last:%Y-%m}" if row.last > row.first else "")
