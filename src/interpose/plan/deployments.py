"""Who is deployed on a day by a plan, and the platoons among them laid down over the bases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from interpose.errors import UnknownNameError
from interpose.plan.laydown.placing import Detachment, Laydown, lay_down
from interpose.plan.laydown.terrain import PLATOON_PERSONS, Terrain, terrain_on
from interpose.plan.request import Request
from interpose.plan.result import Assignment, Plan, PlanInputs
from interpose.scenario import Scenario
from interpose.scenario.tables.plan import Capability, Offer, Requirement

MANOEUVRE, AVIATION = "12", ("1206", "1207", "1208")
"""Digits 11 and 12, or to 14, of the APP-6D code of a land unit that moves and fights."""

ORDER = ("1412", "1417")
"""Digits 11 to 14 of military police and of security units: crowd control and gendarmerie."""

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Deployment:
    """An assignment with what it refers to, and its part of the offer's persons.

    The capability is that of the offer, which may stand in for that of the line.
    """

    assignment: Assignment
    offer: Offer
    requirement: Requirement
    capability: Capability
    persons: int


def deployments(inputs: PlanInputs, plan: Plan) -> tuple[Deployment, ...]:
    """Return the assignments of a plan with what they refer to, in their order.

    Raises
    ------
    UnknownNameError
        If the plan names a line, offer or capability that the inputs do not have.
    """
    offers = {offer.id: offer for offer in inputs.offers}
    lines = {line.id: line for line in inputs.requirements}
    kinds = {kind.id: kind for kind in inputs.capabilities}
    found = []
    for row in plan.assignments:
        offer = _known("offer", row.offer, offers)
        line = _known("requirement", row.requirement, lines)
        kind = _known("capability", offer.capability, kinds)
        each = offer.strength / offer.units if offer.strength else kind.strength
        found.append(Deployment(row, offer, line, kind, round(each * row.units)))
    return tuple(found)


def _known(kind: str, name: str, known: Mapping[str, Found]) -> Found:
    if name not in known:
        raise UnknownNameError(kind, name, known)
    return known[name]


def present_on(rows: tuple[Deployment, ...], day: dt.date) -> Iterator[Deployment]:
    """Yield what is in place on a day; of one unit that hands over to itself, the later tour."""
    for row in rows:
        if row.assignment.begins <= day < row.assignment.ends:
            yield row


def fullest_day(rows: tuple[Deployment, ...], plan: Plan) -> dt.date:
    """Return the middle of the month with the most persons in place, the first of several."""
    months = sorted({cell.month.replace(day=15) for cell in plan.cells})
    persons = {m: sum(row.persons for row in present_on(rows, m)) for m in months}
    return max(months, key=lambda m: (persons[m], -m.toordinal()), default=plan.begins)


def answers_calls(kind: Capability) -> bool:
    """Return whether units of a kind go out when a place calls, by their symbol."""
    entity = kind.symbol[10:14]
    return entity in ORDER or (entity[:2] == MANOEUVRE and entity not in AVIATION)


def detachments(
    scenario: Scenario, terrain: Terrain, rows: tuple[Deployment, ...], day: dt.date
) -> tuple[Detachment, ...]:
    """Return the platoons that answer calls on a day, with the area or base they are meant for.

    Units that move and fight or keep order count, by persons: `PLATOON_PERSONS` make a platoon,
    what is left over in one area or base makes none. The place of a line may be an area, a base,
    or a place; a place means the base that stands there, else the area around it.
    """
    persons: dict[tuple[str, str], int] = {}
    for row in present_on(rows, day):
        if answers_calls(row.capability) and not row.offer.reserve:
            key = _where(scenario, terrain, row)
            persons[key] = persons.get(key, 0) + row.persons
    return tuple(
        Detachment(f"{area or 'theatre'}{f' at {base}' if base else ''}", count, area, base)
        for (area, base), people in sorted(persons.items())
        if (count := people // PLATOON_PERSONS)
    )


def lay_plan_down(
    scenario: Scenario, inputs: PlanInputs, plan: Plan, request: Request
) -> tuple[dt.date, Laydown | None]:
    """Lay the platoons of the fullest month of a plan down over the bases open then.

    Returns the day, and None where no platoon that answers calls is there.
    """
    rows = tuple(r for r in deployments(inputs, plan) if r.requirement.mission == plan.mission)
    day = fullest_day(rows, plan)
    terrain = terrain_on(
        scenario,
        day,
        closed_bases=request.close_bases,
        closed_roads=request.closed_roads,
        winter_factor=request.winter_factor,
    )
    platoons = detachments(scenario, terrain, rows, day)
    if not platoons:
        return day, None
    laydown = lay_down(
        terrain,
        platoons,
        backup=request.backup,
        may_cross_boundary=not request.stay_in_area,
        time_limit_s=request.time_limit_s,
    )
    return day, laydown


def _where(scenario: Scenario, terrain: Terrain, row: Deployment) -> tuple[str, str]:
    """Return the area and base that a unit is meant for; empty where it may be anywhere."""
    base = row.offer.base if row.offer.base in terrain.bases else ""
    place = row.requirement.place
    if place in terrain.bases:
        return "", base or place
    if place in terrain.areas:
        return place, base
    if place in terrain.places:
        here = [b.id for b in scenario.bases if b.place == place and b.id in terrain.bases]
        return terrain.areas[terrain.places.index(place)], base or (here[0] if here else "")
    return "", base
