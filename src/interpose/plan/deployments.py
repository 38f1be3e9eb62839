"""Who is deployed by a plan, its platoons laid down over the bases, and its force to be played."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from interpose.errors import PlanError, UnknownNameError
from interpose.plan.laydown.placing import Camp, Detachment, Laydown, lay_down
from interpose.plan.laydown.terrain import PLATOON_PERSONS, Terrain, terrain_on, usable_bases
from interpose.plan.request import Request
from interpose.plan.result import Assignment, Plan, PlanInputs
from interpose.scenario import Scenario
from interpose.scenario.tables.mission import Contingent
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
    line_of = _lines_of_offers(scenario)
    units: dict[tuple[str, str], list[Deployment]] = {}
    for row in present_on(rows, day):
        if answers_calls(row.capability) and not row.offer.reserve:
            units.setdefault(_where(scenario, terrain, row), []).append(row)
    found = []
    for (area, base), own in sorted(units.items()):
        platoons = sum(row.persons for row in own) // PLATOON_PERSONS
        if platoons:
            largest = sorted(own, key=lambda row: (-row.persons, row.offer.id))
            offers = tuple(dict.fromkeys(line_of.get(r.offer.id, r.offer.id) for r in largest))
            name = f"{area or 'theatre'}{f' at {base}' if base else ''}"
            found.append(Detachment(name, platoons, area, base, offers))
    return tuple(found)


def _lines_of_offers(scenario: Scenario) -> dict[str, str]:
    """Return each offer with its line in the file, for faults."""
    file = Path(scenario.folder) / "plan" / "offers.csv"
    if not file.is_file():
        return {}
    with file.open(encoding="utf-8-sig", newline="") as text:
        reader = csv.reader(text)
        return {row[0]: f"{row[0]} (line {reader.line_num})" for row in reader if row}


def lay_plan_down(
    scenario: Scenario, inputs: PlanInputs, plan: Plan, request: Request
) -> tuple[dt.date, Laydown | None, str]:
    """Lay the platoons of the fullest month of a plan down over the bases open then.

    Returns the day, and None where no platoon that answers calls is there, or where they cannot be
    laid down: then the last says why, and what to change.
    """
    rows = tuple(r for r in deployments(inputs, plan) if r.requirement.mission == plan.mission)
    day = fullest_day(rows, plan)
    try:
        return day, laid_down(scenario, rows, day, request, {}), ""
    except PlanError as error:
        return day, None, str(error)


def laid_down(
    scenario: Scenario,
    rows: tuple[Deployment, ...],
    day: dt.date,
    request: Request,
    known: dict[Hashable, Laydown],
) -> Laydown | None:
    """Return the laydown of a day, if a platoon is there that answers calls.

    What is `known` of the same platoons over the same bases is not sought again.

    Raises
    ------
    PlanError
        If the platoons do not fit into the bases.
    """
    terrain = terrain_on(
        scenario,
        day,
        closed_bases=request.close_bases,
        closed_roads=request.closed_roads,
        winter_factor=request.winter_factor,
    )
    platoons = detachments(scenario, terrain, rows, day)
    key = terrain.bases, terrain.areas, terrain.protected.tobytes(), platoons
    if platoons and key not in known:
        known[key] = lay_down(
            terrain,
            platoons,
            backup=request.backup,
            may_cross_boundary=not request.stay_in_area,
            time_limit_s=request.time_limit_s,
        )
    return known.get(key)


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


# --- contingents of the scenario, to be played ------------------------------------------------

PLANNED = ("in_theatre", "reserve")
"""Stocks that a plan speaks of; rear areas and exercises stay as the scenario has them."""


def with_plan(
    scenario: Scenario,
    inputs: PlanInputs,
    plan: Plan,
    camps: Sequence[Camp] = (),
    closed_bases: Collection[str] = (),
) -> tuple[Contingent, ...]:
    """Return the contingents of a scenario in which those of a plan stand in place of its own.

    Within the plan's dates the scenario's contingents in theatre and in reserve give way; before
    and after they stay. From the plan's first day on nobody stands at a closed base: what the
    scenario has there moves to the largest camp, or else to the first open base. Contingents that
    no day of the scenario would see are left out.

    `inputs` are as the plan's request changes them; `camps` are those of its laydown, where units
    without a base of their own stand.

    Raises
    ------
    UnknownNameError
        If the plan names an offer or line that the inputs do not have.
    PlanError
        If no base is open when a contingent arrives, or no day of the scenario sees the plan.
    """
    start, end = scenario.header.start, scenario.header.end
    if plan.ends <= start or plan.begins > end:
        msg = (
            f"The plan runs from {plan.begins} to {plan.ends}, the scenario from {start} to {end}:"
            " no day of the scenario would see it."
        )
        raise PlanError(msg)
    camps = [camp for camp in camps if camp.base not in closed_bases]
    kept = (
        moved
        for own in scenario.contingents
        for row in _outside(own, plan)
        for moved in _off_closed(scenario, row, plan, camps, closed_bases)
    )
    rows = (*kept, *contingents(scenario, inputs, plan, camps, closed_bases))
    return tuple(r for r in rows if r.arrives <= end and (r.departs is None or r.departs > start))


def contingents(
    scenario: Scenario,
    inputs: PlanInputs,
    plan: Plan,
    camps: Sequence[Camp] = (),
    closed_bases: Collection[str] = (),
) -> Iterator[Contingent]:
    """Yield the rows of a plan as rows of contingents.csv, in the order of its assignments.

    A unit stands at its offer's base; else one that answers calls is spread over the camps of the
    laydown that answer in its area; else it stands with the headquarters of its area, or at the
    first open base. It is fit for riots if its kind keeps order or can stand in for one that does,
    and no caveat bars it from crowd control.
    """
    for n, row in enumerate(deployments(inputs, plan)):
        if row.requirement.mission != plan.mission or not row.persons:
            continue
        for k, (base, strength) in enumerate(spread(scenario, camps, closed_bases, row)):
            if strength:
                yield _contingent(inputs, row, f"plan_{n}_{k}", base, strength)


def _contingent(
    inputs: PlanInputs, row: Deployment, name: str, base: str, strength: int
) -> Contingent:
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


def _keeps_order(inputs: PlanInputs, row: Deployment) -> bool:
    symbols = {kind.id: kind.symbol for kind in inputs.capabilities}
    kinds = [row.capability.id, *filter(None, row.capability.serves_as.split(";"))]
    barred = {caveat.id for caveat in inputs.caveats if caveat.kind == "crowd_control"}
    able = any(symbols.get(kind, "")[10:14] in ORDER for kind in kinds)
    return able and not barred & set(row.offer.caveats.split(";"))


def spread(
    scenario: Scenario, camps: Sequence[Camp], closed: Collection[str], row: Deployment
) -> list[tuple[str, int]]:
    """Return bases and persons there, largest remainders first, so that all persons stand."""
    day, place = row.assignment.begins, row.requirement.place
    open_ = [base.id for base in usable_bases(scenario, day) if base.id not in closed]
    if not open_:
        msg = f"No base is open on {day}, when {row.offer.unit} ({row.offer.id}) arrives."
        raise PlanError(msg)
    if row.offer.base in open_:
        return [(row.offer.base, row.persons)]
    here = [base.id for base in scenario.bases if base.place == place and base.id in open_]
    if here:
        return [(here[0], row.persons)]
    if answers_calls(row.capability) and not row.offer.reserve:
        areas = {area.id for area in scenario.areas}
        standing = [c for c in camps if c.base in open_]
        own = [c for c in standing if place not in areas or c.area in ("", place)]
        if own or standing:
            return _shares(own or standing, row.persons)
    seats = [area.base for area in scenario.areas if area.id == place and area.base in open_]
    return [((seats or open_)[0], row.persons)]


def _shares(camps: list[Camp], persons: int) -> list[tuple[str, int]]:
    total = sum(camp.platoons for camp in camps)
    parts = [persons * camp.platoons / total for camp in camps]
    whole = [int(part) for part in parts]
    order = sorted(range(len(camps)), key=lambda i: (whole[i] - parts[i], camps[i].base))
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


def _off_closed(
    scenario: Scenario,
    row: Contingent,
    plan: Plan,
    camps: Sequence[Camp],
    closed: Collection[str],
) -> Iterator[Contingent]:
    """Yield a contingent of the scenario, moved off a closed base on the plan's first day."""
    leaves = max(row.arrives, plan.begins)
    if row.base not in closed or (row.departs is not None and row.departs <= plan.begins):
        yield row
        return
    if row.arrives < plan.begins:
        yield row.model_copy(update={"departs": plan.begins})
    largest = sorted(camps, key=lambda camp: (-camp.platoons, camp.base))
    ids = [base.id for base in usable_bases(scenario, leaves) if base.id not in closed]
    bases = [camp.base for camp in largest if camp.base in ids] or ids
    if not bases:
        msg = f"No base is open on {leaves} for {row.id}, which stands at the closed {row.base}."
        raise PlanError(msg)
    name = row.id if leaves == row.arrives else f"{row.id}.moved"
    yield row.model_copy(update={"id": name, "base": bases[0], "arrives": leaves})
