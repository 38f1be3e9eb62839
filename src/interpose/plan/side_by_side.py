"""Two plans of one mission side by side: only what differs, months that say the same together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from interpose.plan.months import first_day, months_of
from interpose.plan.problem import units_by_month
from interpose.plan.result import Cell, CellState, Plan

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


def _face(cell: Cell) -> tuple[CellState, int, int]:
    return cell.state, cell.needed, cell.present


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
