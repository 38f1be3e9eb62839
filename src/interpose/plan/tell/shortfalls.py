"""What a reader must know first: months without requirement or force, lines short, lost offers."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import NamedTuple

from interpose.errors import Fault
from interpose.plan.deployments import deployments, present_on
from interpose.plan.months import account_day, first_day, in_words, months_of
from interpose.plan.offer import eligibility
from interpose.plan.result import Plan, PlanInputs
from interpose.plan.tell.names import Names
from interpose.scenario.phrases import listed, plural, shown

MOST_NAMED = 5
"""Lines named in one sentence; the gap table has all."""


class MonthOfForce(NamedTuple):
    """Persons asked for in a month, in the theatre on its 15th, and in reserve at home."""

    month: dt.date
    asked: int
    there: int
    at_home: int


def force_by_month(inputs: PlanInputs, plan: Plan) -> tuple[MonthOfForce, ...]:
    """Return the persons of every month of a plan, also of those in which nothing is needed."""
    lines = {row.id: row for row in inputs.requirements}
    strength = {row.id: row.strength for row in inputs.capabilities}
    rows = [r for r in deployments(inputs, plan) if r.requirement.mission == plan.mission]
    found = []
    for month in months_of(plan.begins, plan.ends):
        first, here = first_day(month), list(present_on(tuple(rows), account_day(month)))
        asked = sum(
            cell.needed * strength[lines[cell.requirement].capability]
            for cell in plan.cells
            if cell.month == first and lines[cell.requirement].mission == plan.mission
        )
        home = sum(row.persons for row in here if row.offer.reserve)
        found.append(MonthOfForce(first, asked, sum(r.persons for r in here) - home, home))
    return tuple(found)


def is_empty(inputs: PlanInputs, plan: Plan) -> bool:
    """Whether something is asked for, and no month has a soldier in the theatre."""
    months = force_by_month(inputs, plan)
    return any(row.asked for row in months) and not any(row.there for row in months)


def shortfalls(
    inputs: PlanInputs, plan: Plan, names: Names, laydown_fault: str = ""
) -> tuple[str, ...]:
    """Say in sentences what a plan lacks; nothing where it lacks nothing.

    Months in which nothing is asked for, months in which nobody is in the theatre, and critical
    lines under 100 %, the worst first. The front page of the plan, the terminal, ``run --plan`` and
    the report of its run say these sentences before anything else.
    """
    said = []
    months = force_by_month(inputs, plan)
    idle = [row.month for row in months if not row.asked and not row.there]
    bare = [row for row in months if row.asked and not row.there]
    if is_empty(inputs, plan):
        said.append("This plan has no soldier in the theatre in any month.")
    elif bare:
        asked, home = max(row.asked for row in bare), max(row.at_home for row in bare)
        words = f"Nobody is in the theatre in {in_words([row.month for row in bare])}"
        kept = f", {home:,} are in reserve at home" if home else ""
        said.append(f"{words}: up to {asked:,} persons are asked for{kept}.")
    if idle:
        said.append(f"Nothing is asked for in {in_words(idle)}: no line is needed then.")
    said += _critical(inputs, plan, names)
    if laydown_fault:
        said.append(f"Nothing is laid down over the bases. {laydown_fault}")
    return tuple(said)


def _critical(inputs: PlanInputs, plan: Plan, names: Names) -> list[str]:
    lines = {row.id: row for row in inputs.requirements if row.critical}
    cells = [cell for cell in plan.cells if cell.requirement in lines and cell.needed]
    needed = sum(cell.needed for cell in cells)
    short = sum(max(cell.needed - cell.present, 0) for cell in cells)
    if not short:
        return []
    opened: dict[str, list[dt.date]] = {}
    for cell in cells:
        if cell.present < cell.needed:
            opened.setdefault(cell.requirement, []).append(cell.month)
    named = [f"{names.line(line)} ({in_words(own)})" for line, own in opened.items()]
    more = f", and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    share = 100 * (needed - short) // needed
    return [
        f"Critical lines are filled to {share} % of their unit-months; short are"
        f" {listed(named[:MOST_NAMED])}{more}."
    ]


def lost_for_good(inputs: PlanInputs) -> tuple[Fault, ...]:
    """Say which offers may be in place on no day, and which table would let them in."""
    known = {row.contributor for row in inputs.standings}
    names = Names(inputs)
    said, unknown = [], Counter[str]()
    for offer in inputs.offers:
        if eligibility.window(inputs, offer):
            continue
        if offer.contributor not in known:
            unknown[offer.contributor] += 1
            continue
        why = eligibility.judge(inputs, offer, offer.begins).against
        words = f" On {offer.begins}: {why[0].words}" if why else ""
        wanted = f"May be in place on no day by plan/standings.csv.{words}"
        said.append(Fault("plan/offers.csv", 0, "id", shown(offer.id), wanted))
    for nation, offers in unknown.items():
        wanted = f"Has no row: none of its {plural(offers, 'offer')} may ever be in place."
        found = shown(names.nation(nation))
        said.append(Fault("plan/standings.csv", 0, "contributor", found, wanted))
    return tuple(said)
