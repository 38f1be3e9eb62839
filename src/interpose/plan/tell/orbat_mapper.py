"""``orbat_mapper.json``: the force of a plan as a scenario that ORBAT Mapper opens.

ORBAT Mapper (https://github.com/orbat-mapper/orbat-mapper, MIT) edits orders of battle in a
browser. Its format is described by ``src/types/scenarioModels.ts`` there; files of version 0.40.0
are among its own examples, and later versions upgrade them when they open them.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from interpose.plan.deployments import Deployment
from interpose.plan.result import Plan
from interpose.scenario import Scenario

VERSION = "0.40.0"

FRIEND = "3"
"""Standard identity of the force; communities and their bodies have none in a plan."""


def orbat_mapper(scenario: Scenario, plan: Plan, rows: tuple[Deployment, ...]) -> dict[str, Any]:
    """Return the force of a plan as a scenario of ORBAT Mapper.

    Groups are the places of the lines; a unit is an offer in a line, with a state at each of its
    arrivals and departures. An embedded unit stands under its host.

    Parameters
    ----------
    scenario : Scenario
        Where its bases are.
    rows : tuple of Deployment
        Of that plan.
    """
    units = {key: _unit(scenario, same) for key, same in _grouped(rows).items()}
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


def _unit(scenario: Scenario, same: list[Deployment]) -> dict[str, Any]:
    """Return one offer at one place over all its tours."""
    first = same[0]
    unit: dict[str, Any] = {
        "id": f"unit.{first.requirement.place}.{first.offer.id}",
        "name": first.offer.unit,
        "shortName": f"{first.offer.contributor.upper()} {first.capability.name}",
        "sidc": first.capability.symbol,
        "description": f"{first.offer.contributor.upper()}, line {first.requirement.id}; "
        f"source {first.offer.source}",
        "subUnits": [],
        "personnel": [{"name": "Persons", "count": max(row.persons for row in same)}],
        "state": [
            {"id": f"{first.offer.id}.{kind}.{day}", "t": _time(day), "title": title}
            for row in same
            for kind, day, title in (
                ("in", row.assignment.begins, f"{row.offer.unit}: in place"),
                ("out", row.assignment.ends, f"{row.offer.unit}: gone"),
            )
        ],
    }
    where = _location(scenario, first)
    if where is not None:
        unit["location"] = where
    return unit


def _location(scenario: Scenario, row: Deployment) -> list[float] | None:
    """Return longitude and latitude of the base, or else of the place, if there is one."""
    bases = {base.id: base.place for base in scenario.bases}
    areas = {area.id: bases[area.base] for area in scenario.areas}
    wanted = row.requirement.place
    place = bases.get(row.offer.base) or areas.get(wanted, wanted)
    for found in scenario.places:
        if found.id == place:
            return [found.lon, found.lat]
    return None


def _time(day: dt.date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
