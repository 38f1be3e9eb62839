"""What the audit reads a plan from: rows by id, who is where when, and a few questions of them.

Part of ``checks.py``, which shares no line with what made the plan; nor does this.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterator

from interpose.plan.offer import eligibility
from interpose.plan.result import Assignment, Plan, PlanInputs
from interpose.scenario.tables.plan import Offer, Requirement

DAY_OF_ACCOUNT = 15
DAYS_A_MONTH = 365.25 / 12


class Roster:
    """A plan laid open: rows by id, and who is where on each day of account."""

    def __init__(self, inputs: PlanInputs, plan: Plan) -> None:
        self.inputs, self.plan = inputs, plan
        self.lines = {row.id: row for row in inputs.requirements}
        self.offers = {row.id: row for row in inputs.offers}
        self.days = list(days_of_account(plan.begins, plan.ends))
        self.known = [
            a for a in plan.assignments if a.requirement in self.lines and a.offer in self.offers
        ]
        self.on: dict[dt.date, list[Assignment]] = {
            day: [a for a in self.known if a.begins <= day < a.ends] for day in self.days
        }

    def pool_of(self, offer: Offer) -> str:
        """Return what an offer's unit numbers count in: its pool word or its own id."""
        return f"pool {offer.pool}" if offer.pool else offer.id

    def pools(self) -> dict[str, list[Offer]]:
        """Return all offers by pool."""
        found: dict[str, list[Offer]] = defaultdict(list)
        for offer in self.offers.values():
            found[self.pool_of(offer)].append(offer)
        return found


def days_of_account(begins: dt.date, ends: dt.date) -> Iterator[dt.date]:
    """Yield the 15th of every month of a plan."""
    day = begins.replace(day=DAY_OF_ACCOUNT)
    while day < ends:
        if day >= begins:
            yield day
        day = (day + dt.timedelta(days=31)).replace(day=DAY_OF_ACCOUNT)


def needed_units(line: Requirement, day: dt.date) -> int:
    """Return the units that a line needs on a day."""
    return line.units if line.begins <= day < line.ends else 0


def state(roster: Roster, line: Requirement, day: dt.date, present: int) -> str:
    """Return what a cell of the gap table ought to say."""
    needed = needed_units(line, day)
    if not needed:
        return "not_needed"
    if present >= needed:
        rows = [a for a in roster.on[day] if a.requirement == line.id]
        limited = any(a.bites or roster.offers[a.offer].reserve for a in rows)
        return "caveat" if limited else "filled"
    risks = roster.inputs.accepted_risks
    accepted = any(r.requirement == line.id and r.begins <= day < r.ends for r in risks)
    return "accepted" if accepted else "open"


def rest_of(offer: Offer) -> int:
    """Return the whole months between two tours of a unit, handover and all."""
    months = offer.dwell_per_tour * offer.tour_months + offer.handover_days / DAYS_A_MONTH
    return math.ceil(months - 1e-9)


def numbers_serving(roster: Roster, day: dt.date, pool: str) -> set[int]:
    """Return the numbers of a pool's units that serve on a day."""
    rows = [a for a in roster.on[day] if roster.pool_of(roster.offers[a.offer]) == pool]
    return {number for a in rows for number in a.unit_numbers}


def is_there(inputs: PlanInputs, offer: Offer, day: dt.date) -> bool:
    """Whether an offer may be in place on a day."""
    return any(begins <= day < ends for begins, ends in eligibility.window(inputs, offer))


def asked_offers(roster: Roster) -> set[str]:
    """Return the offers that some line asks for; others are there in their own windows."""
    stands_for = {row.id: {row.id, *row.serves_as.split(";")} for row in roster.inputs.capabilities}
    return {
        offer.id
        for offer in roster.offers.values()
        for line in roster.lines.values()
        if line.mission == offer.mission
        and line.capability in stands_for.get(offer.capability, {offer.capability})
    }


def accompanied(roster: Roster, other: str, there: set[str], asked: set[str], day: dt.date) -> bool:
    """Whether an offer that another needs is there on a day."""
    if other not in roster.offers:
        return False
    return other in there if other in asked else is_there(roster.inputs, roster.offers[other], day)


def before_the_plan(roster: Roster, host: str, begins: dt.date) -> dt.date:
    """Return since when a host is there that is in place when the plan begins."""
    spans = eligibility.window(roster.inputs, roster.offers[host])
    return min([begins, *(a for a, b in spans if a <= begins < b)])


def joined(spans: list[tuple[dt.date, dt.date]]) -> list[tuple[dt.date, dt.date]]:
    """Return spans that touch or overlap as one."""
    found: list[tuple[dt.date, dt.date]] = []
    for begins, ends in sorted(spans):
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((begins, ends))
    return found


def in_words(spans: tuple[tuple[dt.date, dt.date], ...]) -> str:
    """Say spans of days."""
    return ", ".join(f"{begins} to {ends}" for begins, ends in spans) or "never"
