"""Rules on the tables under ``plan/``: dates in order, hosts without circles, facts that fit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import get_args

from interpose.errors import Fault
from interpose.scenario.folder import FILE_OF, Tables
from interpose.scenario.phrases import did_you_mean, shown
from interpose.scenario.tables.plan import (
    AcceptedRisk,
    Capability,
    Caveat,
    Framework,
    Mission,
    Offer,
    Requirement,
    Standing,
    Workload,
)
from interpose.scenario.tables.values import Row

FRAMEWORKS: tuple[str, ...] = get_args(Framework)

HOLDS_OF: dict[str, tuple[str, ...]] = {
    "member": ("framework",),
    "partner": ("framework",),
    "recognises": ("host",),
    "does_not_recognise": ("host",),
    "consents": ("mission",),
    "refuses": ("mission", "framework"),
    "legal_act": ("mission", "framework"),
    "trained": ("mission", "capability"),
    "invited": ("mission",),
    "ceiling": ("mission",),
}
"""Kind of standing -> what its ``of`` may name."""


def plan_periods_out_of_order(tables: Tables) -> Iterator[Fault]:
    """Yield each row of the plan that ends before it begins, or on the day it begins."""
    last_days: tuple[type[Row], ...] = (Mission, Standing)
    first_days_after: tuple[type[Row], ...] = (Requirement, AcceptedRisk, Workload, Offer)
    for model in (*last_days, *first_days_after):
        for line, row in tables.placed(model):
            begins: dt.date = getattr(row, "begins")  # noqa: B009 - six models share it
            ends: dt.date | None = getattr(row, "ends")  # noqa: B009
            if ends is None:
                continue
            if model in last_days and ends < begins:
                wanted = f"The last day; must not be before begins, {begins}."
                yield Fault(FILE_OF[model], line, "ends", str(ends), wanted)
            elif model in first_days_after and ends <= begins:
                wanted = f"The first day after; must be later than begins, {begins}."
                yield Fault(FILE_OF[model], line, "ends", str(ends), wanted)


def lines_within_a_month(tables: Tables) -> Iterator[Fault]:
    """Yield each requirement that does not begin and end with a month; cells are months."""
    for line, row in tables.placed(Requirement):
        for field in ("begins", "ends"):
            day: dt.date = getattr(row, field)
            if day.day != 1:
                wanted = f"Must be the first of a month, such as {day.replace(day=1)}."
                yield Fault("plan/requirements.csv", line, field, str(day), wanted)


def outside_their_mission(tables: Tables) -> Iterator[Fault]:
    """Yield each requirement or offer of which no day lies within its mission."""
    missions = {
        mission.id: mission
        for mission in tables.rows(Mission)
        if mission.ends is None or mission.begins <= mission.ends
    }
    for model in (Requirement, Offer):
        for line, row in tables.placed(model):
            mission = missions.get(getattr(row, "mission"))  # noqa: B009
            if mission is None:
                continue
            begins: dt.date = getattr(row, "begins")  # noqa: B009
            ends: dt.date | None = getattr(row, "ends")  # noqa: B009
            if mission.ends is not None and begins > mission.ends:
                wanted = f"Mission {mission.id} ends on {mission.ends} (plan/missions.csv)."
                yield Fault(FILE_OF[model], line, "begins", str(begins), wanted)
            elif ends is not None and ends <= mission.begins:
                wanted = f"Mission {mission.id} begins on {mission.begins} (plan/missions.csv)."
                yield Fault(FILE_OF[model], line, "ends", str(ends), wanted)


def faulty_standings(tables: Tables) -> Iterator[Fault]:
    """Yield each standing that holds of what it cannot hold of, and each ceiling without value.

    member and partner hold of a framework; recognises and does_not_recognise of the host of a
    mission; consents, invited and ceiling of a mission; refuses and legal_act of a mission or a
    framework; trained of a mission or a capability.
    """
    missions = tables.names("plan/missions.csv")
    hosts = tables.names("plan/missions.csv", "host")
    capabilities = tables.names("plan/capabilities.csv")
    known = {
        "framework": frozenset(FRAMEWORKS),
        "mission": missions,
        "host": hosts,
        "capability": capabilities,
    }
    file = FILE_OF[Standing]
    for line, row in tables.placed(Standing):
        lists = [known[what] for what in HOLDS_OF[row.kind]]
        allowed = frozenset[str]().union(*(names for names in lists if names is not None))
        if None not in lists and row.of not in allowed:
            what = " or ".join(f"a {name}" for name in HOLDS_OF[row.kind])
            wanted = f"A standing of kind {row.kind} names {what}.{did_you_mean(row.of, allowed)}"
            yield Fault(file, line, "of", shown(row.of), wanted)
        if row.kind == "ceiling" and row.value is None:
            wanted = "Must be given for a ceiling: the most persons allowed."
            yield Fault(file, line, "value", "", wanted)
        elif row.kind != "ceiling" and row.value is not None:
            wanted = f"Must be empty for kind {row.kind}; only a ceiling has a value."
            yield Fault(file, line, "value", str(row.value), wanted)


def faulty_caveats(tables: Tables) -> Iterator[Fault]:
    """Yield each caveat on areas or tasks that names none, and each other one that names some."""
    for line, row in tables.placed(Caveat):
        for kind, field in (("area", "places"), ("task", "tasks")):
            cell: str = getattr(row, field)
            if row.kind == kind and not cell:
                wanted = f"Must be given for kind {kind}: what is barred."
                yield Fault("plan/caveats.csv", line, field, "", wanted)
            elif row.kind != kind and cell:
                wanted = f"Must be empty for kind {row.kind}."
                yield Fault("plan/caveats.csv", line, field, shown(cell), wanted)


def faulty_missions(tables: Tables) -> Iterator[Fault]:
    """Yield each coalition without a lead, and each other mission with one."""
    for line, row in tables.placed(Mission):
        if row.framework == "coalition" and not row.lead:
            wanted = "Must be given for a coalition: the contributor that leads it."
            yield Fault("plan/missions.csv", line, "lead", "", wanted)
        elif row.framework != "coalition" and row.lead:
            wanted = f"Must be empty: {row.framework} leads this mission."
            yield Fault("plan/missions.csv", line, "lead", shown(row.lead), wanted)


def faulty_workload(tables: Tables) -> Iterator[Fault]:
    """Yield each quick reaction without minutes, and each other task with some."""
    for line, row in tables.placed(Workload):
        if row.kind == "quick_reaction" and row.reach_min is None:
            wanted = "Must be given for quick_reaction: minutes until it must be there."
            yield Fault("plan/workload.csv", line, "reach_min", "", wanted)
        elif row.kind != "quick_reaction" and row.reach_min is not None:
            wanted = f"Must be empty for kind {row.kind}."
            yield Fault("plan/workload.csv", line, "reach_min", f"{row.reach_min:g}", wanted)


def faulty_offers(tables: Tables) -> Iterator[Fault]:
    """Yield each offer whose persons, pool or host do not fit its units or mission."""
    missions = {offer.id: offer.mission for offer in tables.rows(Offer)}
    file = FILE_OF[Offer]
    for line, row in tables.placed(Offer):
        if row.strength < row.units:
            wanted = f"Must be at least a person a unit, {row.units}."
            yield Fault(file, line, "strength", str(row.strength), wanted)
        if row.pool_units is not None and row.pool_units < row.units:
            wanted = f"Must be at least units, {row.units}."
            yield Fault(file, line, "pool_units", str(row.pool_units), wanted)
        if missions.get(row.host, row.mission) != row.mission:
            wanted = f"Serves in {missions[row.host]}, this offer in {row.mission}."
            yield Fault(file, line, "host", shown(row.host), wanted)


def offers_in_a_ring(tables: Tables) -> Iterator[Fault]:
    """Yield each offer that is its own host or condition, also by way of others."""
    for field in ("host", "needs"):
        after = {offer.id: str(getattr(offer, field)) for offer in tables.rows(Offer)}
        for line, row in tables.placed(Offer):
            reached, step = set[str](), after[row.id]
            while step and step not in reached and step != row.id:
                reached.add(step)
                step = after.get(step, "")
            if step == row.id:
                wanted = "Leads back to the offer itself; none of them could come first."
                yield Fault(FILE_OF[Offer], line, field, shown(after[row.id]), wanted)


def capabilities_for_themselves(tables: Tables) -> Iterator[Fault]:
    """Yield each capability that is said to stand in for itself."""
    for line, row in tables.placed(Capability):
        if row.id in row.serves_as.split(";"):
            wanted = "It serves as itself anyway; name others only."
            yield Fault("plan/capabilities.csv", line, "serves_as", shown(row.serves_as), wanted)


def risks_outside_their_line(tables: Tables) -> Iterator[Fault]:
    """Yield each accepted risk of which no day lies within its requirement."""
    lines = {row.id: row for row in tables.rows(Requirement)}
    for line, risk in tables.placed(AcceptedRisk):
        row = lines.get(risk.requirement)
        if row and (risk.begins >= row.ends or risk.ends <= row.begins):
            wanted = f"The line is needed from {row.begins} to {row.ends} (plan/requirements.csv)."
            yield Fault(FILE_OF[AcceptedRisk], line, "begins", str(risk.begins), wanted)
