"""What may go wrong: the chance that a line is open because an offer comes late or is withdrawn.

Each offer may be late once, when it first comes, by its `delay_days`; and it may be withdrawn for
good, at a constant rate that gives its `withdrawal_chance` a year, counted from its decision (or
its first day), but not from before the plan. All these mishaps are independent of each other. Who
is embedded in another offer, or needs it, goes and comes late with it; so two offers of a line may
hang on one mishap. Nobody replaces an absent unit: that would be another plan.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Literal, NamedTuple

import numpy as np

from interpose.plan.generate.problem import units_by_month
from interpose.plan.months import account_day, first_day, month_of
from interpose.plan.result import GapCell, Plan, PlanInputs
from interpose.scenario.tables.plan import Offer

DAYS_OF_A_YEAR = 365.25


class Mishap(NamedTuple):
    """One thing that may happen to one offer."""

    offer: str
    kind: Literal["late", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Chance:
    """The chance that a line has less than it needs on the worst day of a month.

    Attributes
    ----------
    month : date
        Its first day.
    needed, present : int, units
        As in the gap table.
    open : float, probability
        1 where the plan itself leaves the line open.
    day : date
        The worst day.
    """

    requirement: str
    month: dt.date
    needed: int
    present: int
    open: float
    day: dt.date


@dataclass(frozen=True, slots=True)
class LineAtRisk:
    """A line that the plan fills and that may yet be open.

    Attributes
    ----------
    worst : Chance
        Of the month in which it is most likely open.
    open_months : float, months
        In which it is open in the mean, of those in which the plan fills it.
    because : tuple of (Mishap, float)
        What could go wrong, and by how much the chance would fall without it; most first.
    """

    requirement: str
    worst: Chance
    open_months: float
    because: tuple[tuple[Mishap, float], ...]
    words: str


class Odds:
    """The mishaps of a plan's offers, and the chance of each line in each month."""

    def __init__(self, inputs: PlanInputs, plan: Plan) -> None:
        self.inputs, self.plan = inputs, plan
        self._offers = {row.id: row for row in inputs.offers}
        self._first: dict[str, dt.date] = {}
        for row in plan.assignments:
            earlier = self._first.get(row.offer, row.begins)
            self._first[row.offer] = min(row.begins, earlier)

    @cached_property
    def served(self) -> dict[tuple[str, int], dict[str, int]]:
        """Units by offer of each line and month, no more than the offer keeps in place."""
        months = {month_of(cell.month) for cell in self.plan.cells}
        found: dict[tuple[str, int], dict[str, int]] = {}
        for (line, offer, month), units in units_by_month(self.plan, months).items():
            found.setdefault((line, month), {})[offer] = min(units, self._offers[offer].units)
        return found

    def of(self, cell: GapCell, without: Mishap | None = None) -> Chance:
        """Return the chance of a line on the worst day of a month, one mishap left out or none."""
        month = month_of(cell.month)
        served = self.served.get((cell.requirement, month), {})
        found = []
        for day in self._days(served, month):
            hangs = {offer: self.hangs_on(offer, day) for offer in served}
            for own in hangs.values():
                if without is not None:
                    own.pop(without, None)
            found.append((chance_of_less(served, hangs, cell.needed), day))
        chance, day = max(found, key=lambda row: (row[0], -row[1].toordinal()))
        return Chance(cell.requirement, cell.month, cell.needed, cell.present, chance, day)

    def _days(self, served: Mapping[str, int], month: int) -> list[dt.date]:
        """Return the days of a month on which the chance may be largest."""
        first, last = first_day(month), first_day(month + 1) - dt.timedelta(days=1)
        arrivals = [self._first[offer] for offer in served]
        inside = {day for day in arrivals if first <= day <= last}
        return sorted({first, account_day(month), last, *inside})

    def hangs_on(self, offer: str, day: dt.date) -> dict[Mishap, float]:
        """Return what would keep an offer away on a day, each with its chance."""
        found: dict[Mishap, float] = {}
        for name, settle in self._company(offer):
            row = self._offers[name]
            mishap = Mishap(name, "withdrawn")
            found[mishap] = withdrawn_by(row, self.plan.begins, day)
            comes = self._first.get(name, row.begins)
            until = comes + dt.timedelta(days=row.delay_days + settle)
            serving = self._first.get(offer, row.begins) <= day < until
            if serving and self._comes_within(row, comes):
                found[Mishap(name, "late")] = row.delay_chance
        return {m: p for m, p in found.items() if p > 0}

    def _comes_within(self, row: Offer, comes: dt.date) -> bool:
        """Whether an offer first comes within the plan; who is there already is not late."""
        return comes > self.plan.begins or row.begins >= self.plan.begins

    def _company(self, offer: str) -> list[tuple[str, int]]:
        """Return an offer and all it hangs on, each with the days that it settles for."""
        found, ahead = {offer: 0}, [offer]
        while ahead:
            name = ahead.pop()
            row = self._offers[name]
            for other in (row.host, row.needs):
                if other and other not in found and other in self._offers:
                    found[other] = found[name] + (row.settle_days if other == row.host else 0)
                    ahead.append(other)
        return sorted(found.items())


def withdrawn_by(offer: Offer, begins: dt.date, day: dt.date) -> float:
    """Return the chance that an offer is withdrawn up to a day, at a constant rate.

    Parameters
    ----------
    begins : date
        First day of the plan; an offer decided or begun later can be withdrawn only from then on.

    Examples
    --------
    After two years at 0.1 a year, 0.1 and 0.1 of the rest:

    >>> from interpose.scenario import read_plan_tables
    >>> offer = read_plan_tables("kosovo").offers[0].model_copy(update={"withdrawal_chance": 0.1})
    >>> round(withdrawn_by(offer, dt.date(2020, 1, 1), dt.date(2022, 1, 1)), 3)
    0.19
    """
    since = max(begins, offer.decided or offer.begins)
    years = max(0, (day - since).days) / DAYS_OF_A_YEAR
    if years == 0:
        return 0.0
    return float(1.0 - (1.0 - offer.withdrawal_chance) ** years)


def chance_of_less(
    served: Mapping[str, int], hangs: Mapping[str, Mapping[Mishap, float]], needed: int
) -> float:
    """Return the chance that fewer units are there than needed.

    A mishap that several offers share is taken to happen, and not to happen, and both are weighed;
    offers that share none are added up one after the other.

    Parameters
    ----------
    served : mapping of offer to int, units
    hangs : mapping of offer to mapping of Mishap to float
        What keeps it away, each with its chance; independent of each other.
    needed : int, units

    Examples
    --------
    >>> late = {name: {Mishap(name, "late"): 0.5} for name in "ab"}
    >>> chance_of_less({"a": 1, "b": 1}, late, 2), chance_of_less({"a": 1, "b": 1}, late, 1)
    (0.75, 0.25)
    """
    if sum(served.values()) < needed:
        return 1.0
    counts = Counter(m for offer in served for m in sorted(hangs[offer]))
    mishap, times = max(counts.items(), key=lambda pair: pair[1], default=(None, 0))
    if mishap is None or times < 2:
        there = [(n, prod(1.0 - p for p in hangs[o].values())) for o, n in served.items()]
        return _fewer(there, needed)
    chance = next(hangs[offer][mishap] for offer in served if mishap in hangs[offer])
    left = {offer: units for offer, units in served.items() if mishap not in hangs[offer]}
    rest = {o: {m: p for m, p in own.items() if m != mishap} for o, own in hangs.items()}
    return chance * chance_of_less(left, rest, needed) + (1.0 - chance) * chance_of_less(
        served, rest, needed
    )


def _fewer(there: Sequence[tuple[int, float]], needed: int) -> float:
    """Return the chance that independent offers of (units, chance) bring fewer than needed."""
    below = np.zeros(needed)  # chance of so many units; with enough of them all is well
    below[:1] = 1.0
    for units, chance in there:
        more = np.zeros(needed)
        if units < needed:
            more[units:] = below[: needed - units]
        below = (1.0 - chance) * below + chance * more
    return float(below.sum())


def chances(inputs: PlanInputs, plan: Plan) -> tuple[Chance, ...]:
    """Return the chance of each line and month that it is open, where it is needed."""
    odds = Odds(inputs, plan)
    return tuple(odds.of(cell) for cell in plan.cells if cell.needed)


MOST_NAMED = 5
"""Mishaps named for a line."""


def lines_at_risk(inputs: PlanInputs, plan: Plan, rows: Sequence[Chance]) -> tuple[LineAtRisk, ...]:
    """Return the lines that the plan fills and that may be open: critical, then likely first."""
    lines = {line.id: line for line in inputs.requirements}
    own: dict[str, list[Chance]] = {}
    for row in rows:
        if row.present >= row.needed and row.open > 0:
            own.setdefault(row.requirement, []).append(row)
    odds = Odds(inputs, plan)
    found = [_line_at_risk(odds, of_line) for of_line in own.values()]
    return tuple(
        sorted(
            found,
            key=lambda w: (not lines[w.requirement].critical, -w.worst.open, w.requirement),
        )
    )


def _line_at_risk(odds: Odds, rows: Sequence[Chance]) -> LineAtRisk:
    worst = max(rows, key=lambda row: (row.open, -row.month.toordinal()))
    because = _because(odds, worst)
    months = sum(row.open for row in rows)
    offers = {row.id: row for row in odds.inputs.offers}
    named = "; ".join(_said(offers[m.offer], m) for m, _ in because[:MOST_NAMED])
    more = f"; and {len(because) - MOST_NAMED} more" if len(because) > MOST_NAMED else ""
    words = (
        f"{percent(worst.open)} that fewer than {worst.needed} units are there in"
        f" {worst.month:%B %Y}: {named}{more}."
    )
    return LineAtRisk(worst.requirement, worst, months, because, words)


def _because(odds: Odds, worst: Chance) -> tuple[tuple[Mishap, float], ...]:
    key = (worst.requirement, worst.month)
    cell = next(cell for cell in odds.plan.cells if (cell.requirement, cell.month) == key)
    served = odds.served[worst.requirement, month_of(worst.month)]
    mishaps = {m for offer in served for m in odds.hangs_on(offer, worst.day)}
    found = [(m, worst.open - odds.of(cell, without=m).open) for m in sorted(mishaps)]
    return tuple(sorted(found, key=lambda pair: (-pair[1], pair[0])))


def _said(offer: Offer, mishap: Mishap) -> str:
    if mishap.kind == "late":
        return f"{offer.unit} may be {offer.delay_days} days late ({percent(offer.delay_chance)})"
    return f"{offer.unit} may be withdrawn ({percent(offer.withdrawal_chance)} a year)"


def percent(chance: float) -> str:
    """Return a chance in words, never rounded to none or to certainty."""
    if 0 < chance < 0.01:
        return "less than 1 %"
    if 0.99 < chance < 1:
        return "more than 99 %"
    return f"{round(100 * chance)} %"


def without_chances(inputs: PlanInputs, plan: Plan) -> tuple[tuple[str, ...], int]:
    """Return the offers that serve and give no chance of mishap, and how many serve in all."""
    serving = {row.offer for row in plan.assignments}
    silent = tuple(
        row.id
        for row in inputs.offers
        if row.id in serving and not row.delay_chance and not row.withdrawal_chance
    )
    return silent, len(serving)
