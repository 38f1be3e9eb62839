"""Rules on the tables under ``plan/``: standings, hosts, dates within the mission."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import get_args

from interpose.errors import Fault
from interpose.scenario.folder import FILE_OF, Tables
from interpose.scenario.phrases import did_you_mean, shown
from interpose.scenario.tables.plan import (
    AcceptedRisk,
    Framework,
    Mission,
    Offer,
    Requirement,
    Standing,
)

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
    """Yield each standing that holds of what it cannot hold of.

    member and partner hold of a framework; recognises and does_not_recognise of the host of a
    mission; consents, invited and ceiling of a mission; refuses and legal_act of a mission or a
    framework; trained of a mission or a capability.
    """
    known = {
        "framework": frozenset(get_args(Framework)),
        "mission": tables.names("plan/missions.csv"),
        "host": tables.names("plan/missions.csv", "host"),
        "capability": tables.names("plan/capabilities.csv"),
    }
    for line, row in tables.placed(Standing):
        lists = [known[what] for what in HOLDS_OF[row.kind]]
        allowed = frozenset[str]().union(*(names for names in lists if names is not None))
        if None not in lists and row.of not in allowed:
            what = " or ".join(f"a {name}" for name in HOLDS_OF[row.kind])
            wanted = f"A standing of kind {row.kind} names {what}.{did_you_mean(row.of, allowed)}"
            yield Fault(FILE_OF[Standing], line, "of", shown(row.of), wanted)


def hosts_elsewhere(tables: Tables) -> Iterator[Fault]:
    """Yield each offer that is embedded in a unit of another mission."""
    missions = {offer.id: offer.mission for offer in tables.rows(Offer)}
    for line, row in tables.placed(Offer):
        if missions.get(row.host, row.mission) != row.mission:
            wanted = f"Serves in {missions[row.host]}, this offer in {row.mission}."
            yield Fault(FILE_OF[Offer], line, "host", shown(row.host), wanted)


def risks_outside_their_line(tables: Tables) -> Iterator[Fault]:
    """Yield each accepted risk of which no day lies within its requirement."""
    lines = {row.id: row for row in tables.rows(Requirement)}
    for line, risk in tables.placed(AcceptedRisk):
        row = lines.get(risk.requirement)
        if row and (risk.begins >= row.ends or risk.ends <= row.begins):
            wanted = f"The line is needed from {row.begins} to {row.ends} (plan/requirements.csv)."
            yield Fault(FILE_OF[AcceptedRisk], line, "begins", str(risk.begins), wanted)
