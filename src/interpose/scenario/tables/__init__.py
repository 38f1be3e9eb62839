"""The format of a scenario: one pydantic model a table, one row an object.

These models are the one definition. The loader, the checker, ``interpose schema`` and the column
tables in ``docs/scenario_format.md`` are all made from them. ``values.py`` says what may stand in a
cell and which rules a column can carry, ``mission.py`` holds the tables of the mission,
``lines.py`` those of a line of armed forces, ``record.py`` those under ``record/`` and counts of
murders, ``plan.py`` those under ``plan/``.
"""

from __future__ import annotations

from interpose.scenario.tables import lines, mission, plan, record
from interpose.scenario.tables.values import Row

TABLES: dict[str, tuple[type[Row], bool]] = {
    "sources.csv": (mission.Source, True),
    "places.csv": (mission.Place, True),
    "people.csv": (mission.People, True),
    "shares.csv": (mission.Share, False),
    "displaced.csv": (mission.Displaced, False),
    "links.csv": (mission.Link, True),
    "bases.csv": (mission.Base, True),
    "areas.csv": (mission.Area, False),
    "contributors.csv": (mission.Contributor, True),
    "contingents.csv": (mission.Contingent, True),
    "police.csv": (mission.Police, False),
    "shocks.csv": (mission.Shock, False),
    "incident_types.csv": (mission.IncidentType, True),
    "parameters.csv": (mission.ParameterRow, True),
    "posterior.csv": (mission.PosteriorRow, False),
    "reporting.csv": (mission.Reporting, False),
    "walkouts.csv": (mission.Walkout, False),
    "homicides.csv": (record.Homicide, False),
    "responsibilities.csv": (mission.Responsibility, False),
    "lines.csv": (lines.Sector, False),
    "armed_forces.csv": (lines.ArmedForce, False),
    "record/figures.csv": (record.Figure, False),
    "record/incidents.csv": (record.RecordedIncident, False),
    "record/casualties.csv": (record.Casualties, False),
    "record/crises.csv": (record.Crisis, False),
    "record/acts.csv": (record.RecordedAct, False),
    "record/not_mergeable.csv": (record.NotMergeable, False),
    "plan/capabilities.csv": (plan.Capability, False),
    "plan/missions.csv": (plan.Mission, False),
    "plan/standings.csv": (plan.Standing, False),
    "plan/caveats.csv": (plan.Caveat, False),
    "plan/requirements.csv": (plan.Requirement, False),
    "plan/workload.csv": (plan.Workload, False),
    "plan/offers.csv": (plan.Offer, False),
    "plan/accepted_risks.csv": (plan.AcceptedRisk, False),
}
"""File -> (model of a row, whether the file must be there)."""
