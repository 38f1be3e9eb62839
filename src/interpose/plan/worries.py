"""What is most likely to go wrong, in plain words: lines that a plan fills and may yet be open."""

from __future__ import annotations

from collections.abc import Sequence

from interpose.plan.chances import Chance, Mishap, Odds, Worry
from interpose.plan.months import month_of
from interpose.plan.result import Plan, PlanInputs
from interpose.scenario.tables.plan import Offer

MOST_NAMED = 5
"""Mishaps named for a line."""


def worries(inputs: PlanInputs, plan: Plan, rows: Sequence[Chance]) -> tuple[Worry, ...]:
    """Return the lines that the plan fills and that may be open, the most likely first.

    Critical lines come before others.

    Parameters
    ----------
    inputs : PlanInputs
    plan : Plan
    rows : sequence of Chance
        From `chances.chances` of the same plan.
    """
    lines = {line.id: line for line in inputs.requirements}
    own: dict[str, list[Chance]] = {}
    for row in rows:
        if row.present >= row.needed and row.open > 0:
            own.setdefault(row.requirement, []).append(row)
    odds = Odds(inputs, plan)
    found = [_worry(odds, of_line) for of_line in own.values()]
    return tuple(
        sorted(
            found,
            key=lambda w: (not lines[w.requirement].critical, -w.worst.open, w.requirement),
        )
    )


def _worry(odds: Odds, rows: Sequence[Chance]) -> Worry:
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
    return Worry(worst.requirement, worst, months, because, words)


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
    """Return a chance in words, never rounded to none or to certainty.

    Examples
    --------
    >>> percent(0.251), percent(0.001), percent(0.999)
    ('25 %', 'less than 1 %', 'more than 99 %')
    """
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
