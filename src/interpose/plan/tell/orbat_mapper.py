"""``orbat_mapper.json``: the force of a plan as a scenario that ORBAT Mapper opens.

ORBAT Mapper (https://github.com/orbat-mapper/orbat-mapper, MIT) edits orders of battle in a
browser. Its format is described by ``src/types/scenarioModels.ts`` there; files of version 0.40.0
are among its own examples, and later versions upgrade them when they open them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from typing import Any

from interpose.errors import PlanError
from interpose.plan.deployments import Deployment, spread
from interpose.plan.laydown.placing import Camp
from interpose.plan.months import joined
from interpose.plan.result import Plan
from interpose.scenario import Scenario

VERSION = "0.40.0"

FRIEND = "3"
"""Standard identity of the force; communities and their bodies have none in a plan."""


def orbat_mapper(
    scenario: Scenario,
    plan: Plan,
    rows: tuple[Deployment, ...],
    camps: Sequence[Camp] = (),
    closed_bases: Collection[str] = (),
) -> dict[str, Any]:
    """Return the force of a plan as a scenario of ORBAT Mapper.

    Groups are the places of the lines; a unit is an offer in a line. It is on the map from each of
    its arrivals to the departure, where most of it stands by the laydown, and never else; a reserve
    at home is on no map. An embedded unit stands under its host.
    """
    where = {base.id: base.place for base in scenario.bases}
    spots = {place.id: [place.lon, place.lat] for place in scenario.places}

    def spot_of(row: Deployment) -> list[float] | None:
        try:
            bases = spread(scenario, camps, closed_bases, row)
        except PlanError:  # no base is open
            return None
        return spots[where[max(bases, key=lambda found: found[1])[0]]]

    units = {key: _unit(same, spot_of) for key, same in _grouped(rows).items()}
    hosts: dict[str, dict[str, Any]] = {}
    for (_, offer), unit in units.items():
        hosts.setdefault(offer, unit)
    groups: dict[str, list[dict[str, Any]]] = {}
    for (place, offer), unit in units.items():
        row = next(r for r in rows if r.offer.id == offer)
        host = hosts.get(row.offer.host)
        if host is not None and host is not unit:
            host["subUnits"].append(unit)
        else:
            groups.setdefault(place, []).append(unit)
    force = {
        "id": f"force.{plan.mission}",
        "name": scenario.header.title,
        "standardIdentity": FRIEND,
        "groups": [
            {"id": f"group.{place}", "name": place, "subUnits": found}
            for place, found in sorted(groups.items())
        ],
    }
    return {
        "id": f"interpose.{scenario.header.name}.{plan.mission}",
        "type": "ORBAT-mapper",
        "version": VERSION,
        "name": f"{scenario.header.title}: plan for {plan.mission}",
        "description": f"Written by interpose. {scenario.header.borders}",
        "startTime": _time(plan.begins),
        "timeZone": "UTC",
        "symbologyStandard": "app6",
        "sides": [force],
        "events": [],
        "layers": [],
        "mapLayers": [],
        "equipment": [],
        "personnel": [{"name": "Persons", "description": "Strength by the plan"}],
    }


def _grouped(rows: tuple[Deployment, ...]) -> dict[tuple[str, str], list[Deployment]]:
    found: dict[tuple[str, str], list[Deployment]] = {}
    for row in sorted(rows, key=lambda r: (r.requirement.place, r.offer.id, r.assignment.begins)):
        found.setdefault((row.requirement.place, row.offer.id), []).append(row)
    return found


def _unit(
    same: list[Deployment], spot_of: Callable[[Deployment], list[float] | None]
) -> dict[str, Any]:
    """Return one offer at one place over all its tours; tours that meet are one stay."""
    first = same[0]
    name = f"unit.{first.requirement.place}.{first.offer.id}"
    states: list[dict[str, Any]] = []
    for begins, ends in joined((r.assignment.begins, r.assignment.ends) for r in same):
        row = next(r for r in same if r.assignment.begins == begins)
        spot = None if first.offer.reserve else spot_of(row)
        there = "in reserve at home" if first.offer.reserve else "in place"
        for kind, day, title, at in (("in", begins, there, spot), ("out", ends, "gone", None)):
            state = {"id": f"{name}.{kind}.{day}", "t": _time(day), "title": title}
            states.append(state | {"location": at})
    return {
        "id": name,
        "name": first.offer.unit,
        "shortName": f"{first.offer.contributor.upper()} {first.capability.name}",
        "sidc": first.capability.symbol,
        "description": f"{first.offer.contributor.upper()}, line {first.requirement.id}; "
        f"source {first.offer.source}",
        "subUnits": [],
        "personnel": [{"name": "Persons", "count": max(row.persons for row in same)}],
        "state": states,
    }


def _time(day: dt.date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
