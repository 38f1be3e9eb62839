"""Measures: what a recorded figure counts, said in the words of the play.

A figure of the record can be compared with the play only if both count the same thing. Each
measure here names a quantity of ``record/figures.csv`` and says which incidents of the play it
counts, and how: the incidents, their dead, or those that one reporter would report.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from interpose.play.processes.laws import mean_casualties
from interpose.scenario import Scenario
from interpose.scenario.parameters import Parameters
from interpose.scenario.tables.mission import IncidentType

Floats = NDArray[np.float64]

DEADLY = frozenset({"armed_attack", "bombing"})
ETHNIC = frozenset({"harassment", "armed_attack", "bombing"})

RECORD = "record"
"""The reporter whose reports stand for the incidents of ``record/incidents.csv``."""


def weights(
    quantity: str, community: str, scenario: Scenario, parameters: Parameters
) -> Floats | None:
    """Return how much one incident of each type adds to a measure, in the mean.

    Parameters
    ----------
    quantity, community : str
        As in ``record/figures.csv``; community ``all`` counts everybody.
    scenario : Scenario
    parameters : Parameters
        For the dead of an incident.

    Returns
    -------
    (type,) float, or None
        None if the play has nothing that counts the same.
    """
    measure = MEASURES.get(quantity)
    types = scenario.incident_types
    communities = {c.id for c in scenario.header.communities}
    if measure is None or (community != "all" and community not in communities):
        return None
    counted = np.array([community in ("all", t.target) for t in types], dtype=np.float64)
    return counted * measure(scenario, parameters)


def _murders(scenario: Scenario, parameters: Parameters) -> Floats:
    """Count the dead of armed attacks and bombings, whoever did it."""
    types = scenario.incident_types
    deadly = np.array([t.act in DEADLY for t in types])
    return np.asarray(deadly * mean_casualties(types, parameters)[:, 0])


def _between(scenario: Scenario, acts: frozenset[str]) -> NDArray[np.bool_]:
    """Tell which types are acts between two different communities that are named."""
    communities = {c.id for c in scenario.header.communities}

    def counts(kind: IncidentType) -> bool:
        sides = {kind.instigator, kind.target}
        return kind.act in acts and len(sides) == 2 and sides <= communities

    return np.array([counts(t) for t in scenario.incident_types])


def _major_ethnic_crimes(scenario: Scenario, parameters: Parameters) -> Floats:
    """Count armed attacks and bombings between communities."""
    return _between(scenario, DEADLY).astype(np.float64)


def _potentially_ethnic_crimes(scenario: Scenario, parameters: Parameters) -> Floats:
    """Count what the UN police would report of acts between communities."""
    return _between(scenario, ETHNIC) * reported_share(scenario, parameters, "unmik_police")[0]


MEASURES: dict[str, Callable[[Scenario, Parameters], Floats]] = {
    "murders": _murders,
    "major_ethnic_crimes": _major_ethnic_crimes,
    "potentially_ethnic_crimes": _potentially_ethnic_crimes,
}
"""Quantity of the record -> what an incident of each type adds to it."""


def reported_share(
    scenario: Scenario, parameters: Parameters, reporter: str
) -> tuple[Floats, Floats]:
    """Return what a reporter reports of one incident of each type, in the mean.

    Returns
    -------
    incidents : (type,) float
        Chance that an incident is reported.
    deaths : (type,) float, persons
        Mean dead of an incident that are reported.
    """
    types = scenario.incident_types
    rows = {r.act: r for r in scenario.reporting if r.reporter == reporter}
    fatal = np.array([parameters.of_type("marks.fatal_share", t) for t in types])
    share = np.array([rows[t.act].share if t.act in rows else 0.0 for t in types])
    deadly = np.array([rows[t.act].fatal_share if t.act in rows else 0.0 for t in types])
    dead = mean_casualties(types, parameters)[:, 0]
    return (1 - fatal) * share + fatal * deadly, dead * deadly
