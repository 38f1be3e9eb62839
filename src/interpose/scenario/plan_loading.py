"""``read_plan_tables``: the tables under ``plan/`` and what their rows name, checked.

They are not part of a `Scenario` nor of its digest: a future that is played without a plan must
not change because an offer was written down.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from interpose.scenario.loading import read_sound
from interpose.scenario.models import Area, Contributor, Source
from interpose.scenario.plan_rows import (
    AcceptedRisk,
    Capability,
    Caveat,
    Mission,
    Offer,
    Requirement,
    Standing,
    Workload,
)


@dataclass(frozen=True, slots=True)
class PlanInputs:
    """What a plan is made from: rows of the tables of those names, read or made by hand.

    Rows stand in the order of the file; a table that is absent is empty. The last three give
    names of nations and sources, and the places of an area; without them ids stand in the
    sentences, and an area caveat knows only the place that it names.
    """

    capabilities: tuple[Capability, ...]
    missions: tuple[Mission, ...]
    standings: tuple[Standing, ...]
    caveats: tuple[Caveat, ...]
    requirements: tuple[Requirement, ...]
    workload: tuple[Workload, ...]
    offers: tuple[Offer, ...]
    accepted_risks: tuple[AcceptedRisk, ...]
    contributors: tuple[Contributor, ...] = ()
    areas: tuple[Area, ...] = ()
    sources: tuple[Source, ...] = ()


def read_plan_tables(name_or_folder: str | Path) -> PlanInputs:
    """Read the tables of a scenario from which plans are made.

    Parameters
    ----------
    name_or_folder : str or Path
        As for `load`.

    Returns
    -------
    PlanInputs
        Frozen, checked together with the whole scenario.

    Raises
    ------
    UnknownNameError
        If it is a word that is neither a scenario nor a folder.
    ScenarioError
        With all faults of the folder.

    Examples
    --------
    >>> inputs = read_plan_tables("kosovo")
    >>> next(mission.name for mission in inputs.missions if mission.id == "kfor")
    'Kosovo Force'
    """
    _, tables = read_sound(name_or_folder)
    return PlanInputs(
        capabilities=tables.rows(Capability),
        missions=tables.rows(Mission),
        standings=tables.rows(Standing),
        caveats=tables.rows(Caveat),
        requirements=tables.rows(Requirement),
        workload=tables.rows(Workload),
        offers=tables.rows(Offer),
        accepted_risks=tables.rows(AcceptedRisk),
        contributors=tables.rows(Contributor),
        areas=tables.rows(Area),
        sources=tables.rows(Source),
    )
