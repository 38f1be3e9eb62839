"""A plan becomes the scenario's contingents, so that it can be played: who, where, from when."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace

from interpose.errors import PlanError
from interpose.plan.deployments import ORDER, Placed, answers_calls, placed
from interpose.plan.laydown.placing import Camp, Laydown
from interpose.plan.laydown.terrain import usable_bases
from interpose.plan.result import Plan, PlanInputs
from interpose.plan.tell.files import plan_bytes
from interpose.scenario import Scenario
from interpose.scenario.tables.mission import Contingent

PLANNED = ("in_theatre", "reserve")
"""Stocks that a plan speaks of; rear areas and exercises stay as the scenario has them."""


def with_plan(
    scenario: Scenario, inputs: PlanInputs, plan: Plan, laydown: Laydown | None = None
) -> Scenario:
    """Return a scenario in which a plan's contingents stand in place of its own.

    Within the plan's dates the scenario's contingents in theatre and in reserve give way; before
    and after they stay. The digest changes with the plan, so that no run can be taken for another.

    Parameters
    ----------
    scenario : Scenario
    inputs : PlanInputs
    plan : Plan
    laydown : Laydown, optional
        Says at which bases units without a base of their own stand.

    Raises
    ------
    UnknownNameError
        If the plan names an offer or line that the inputs do not have.
    PlanError
        If no base is open when a contingent arrives.
    """
    rows = tuple(contingents(scenario, inputs, plan, laydown))
    kept = tuple(row for own in scenario.contingents for row in _outside(own, plan))
    told = [row.model_dump(mode="json") for row in rows]
    timeless = plan_bytes(replace(plan, stages=()))  # how it was sought changes nothing played
    text = scenario.digest + timeless.decode() + json.dumps(told, sort_keys=True)
    return replace(
        scenario,
        contingents=(*kept, *rows),
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )


def contingents(
    scenario: Scenario, inputs: PlanInputs, plan: Plan, laydown: Laydown | None = None
) -> Iterator[Contingent]:
    """Yield the rows of a plan as rows of contingents.csv, in the order of its assignments.

    A unit stands at its offer's base; else one that answers calls is spread over the camps of the
    laydown that answer in its area; else it stands with the headquarters of its area, or at the
    first open base. It is fit for riots if its kind keeps order or can stand in for one that does,
    and no caveat bars it from crowd control.
    """
    for n, row in enumerate(placed(inputs, plan)):
        if row.requirement.mission != plan.mission or not row.persons:
            continue
        for k, (base, strength) in enumerate(_spread(scenario, laydown, row)):
            if strength:
                yield _contingent(inputs, row, f"plan_{n}_{k}", base, strength)


def _contingent(inputs: PlanInputs, row: Placed, name: str, base: str, strength: int) -> Contingent:
    offer, arrives = row.offer, row.assignment.begins
    notified = arrives - dt.timedelta(offer.notice_days + offer.movement_days)
    return Contingent(
        id=name,
        contributor=offer.contributor,
        base=base,
        stock="reserve" if offer.reserve else "in_theatre",
        strength=strength,
        riot_capable=float(_keeps_order(inputs, row)),
        decided=min(offer.decided or notified, notified),
        notified=notified,
        arrives=arrives,
        departs=row.assignment.ends,
        basis=offer.basis,
        source=offer.source,
        note=f"By the plan: {offer.unit}, line {row.requirement.id}",
    )


def _keeps_order(inputs: PlanInputs, row: Placed) -> bool:
    symbols = {kind.id: kind.symbol for kind in inputs.capabilities}
    kinds = [row.capability.id, *filter(None, row.capability.serves_as.split(";"))]
    barred = {caveat.id for caveat in inputs.caveats if caveat.kind == "crowd_control"}
    able = any(symbols.get(kind, "")[10:14] in ORDER for kind in kinds)
    return able and not barred & set(row.offer.caveats.split(";"))


def _spread(scenario: Scenario, laydown: Laydown | None, row: Placed) -> list[tuple[str, int]]:
    """Return bases and persons there, largest remainders first, so that all persons stand."""
    day, place = row.assignment.begins, row.requirement.place
    open_ = [base.id for base in usable_bases(scenario, day)]
    if not open_:
        msg = f"No base is open on {day}, when {row.offer.unit} ({row.offer.id}) arrives."
        raise PlanError(msg)
    if row.offer.base in open_:
        return [(row.offer.base, row.persons)]
    here = [base.id for base in scenario.bases if base.place == place and base.id in open_]
    if here:
        return [(here[0], row.persons)]
    if laydown is not None and answers_calls(row.capability) and not row.offer.reserve:
        areas = {area.id for area in scenario.areas}
        camps = [c for c in laydown.camps if c.base in open_]
        own = [c for c in camps if place not in areas or c.area in ("", place)]
        if own or camps:
            return _shares(own or camps, row.persons)
    seats = [area.base for area in scenario.areas if area.id == place and area.base in open_]
    return [((seats or open_)[0], row.persons)]


def _shares(camps: list[Camp], persons: int) -> list[tuple[str, int]]:
    total = sum(camp.platoons for camp in camps)
    exact = [persons * camp.platoons / total for camp in camps]
    whole = [int(part) for part in exact]
    order = sorted(range(len(camps)), key=lambda i: (whole[i] - exact[i], camps[i].base))
    for i in order[: persons - sum(whole)]:
        whole[i] += 1
    return [(camp.base, part) for camp, part in zip(camps, whole, strict=True)]


def _outside(row: Contingent, plan: Plan) -> Iterator[Contingent]:
    """Yield what is left of a contingent before and after the plan."""
    if row.stock not in PLANNED:
        yield row
        return
    if row.arrives < plan.begins:
        ends = plan.begins if row.departs is None else min(row.departs, plan.begins)
        yield row.model_copy(update={"departs": ends})
    if row.departs is None or row.departs > plan.ends:
        arrives = max(row.arrives, plan.ends)
        name = row.id if row.arrives >= plan.ends else f"{row.id}.after"
        yield row.model_copy(update={"id": name, "arrives": arrives})
