r"""Who answers whom, where and for how long: the offspring matrix and its spread over places.

The mean number of direct offspring of type m per incident of type m' is ``K[m, m']``. It is made
from five relations, each a parameter:

=============  =============================================================================
campaign       the same instigator strikes the same target again, by the same act
revenge        the struck community strikes back by the same act
outcry         the struck community protests or blocks a road
confrontation  after a protest or roadblock the same community attacks the force
response       a patrol that reaches the place in time prevents a share of all of these
=============  =============================================================================

An incident at place i is answered at place j with weight ``spread[m, i, j]``, which adds to one
over j: a near part that thins out with travel time, and a part that follows the news::

    spread[m, i, j] = s * near_ij w_mj / sum_k near_ik w_mk + (1 - s) * w_mj / sum_k w_mk
    near_ij = (1 + travel_ij / distance) ** -power

where w is the number of persons exposed to type m at j. So K is readable as it stands: what one
incident provokes in all, wherever it happens (METHODS: Reinhart 2018, doi:10.1214/17-STS629).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from interpose.scenario.parameters import Parameters
from interpose.scenario.tables.mission import IncidentType

Floats = NDArray[np.float64]

VIOLENT = frozenset({"harassment", "armed_attack", "bombing"})
OUTCRY = frozenset({"protest", "roadblock"})


def offspring_matrix(types: tuple[IncidentType, ...], parameters: Parameters) -> Floats:
    """Return the mean number of direct offspring, before any presence prevents some.

    Parameters
    ----------
    types : tuple of IncidentType
        The incident types of the scenario.
    parameters : Parameters
        Reads the rows ``retaliation.*``.

    Returns
    -------
    (type, type) float, incidents per incident
        ``K[child, parent]``.
    """
    K = np.zeros((len(types), len(types)))
    blocks = parameters.scalar("retaliation.roadblock_share")
    for p, parent in enumerate(types):
        K[p, p] += parameters.of_type("retaliation.campaign", parent)
        for c, child in enumerate(types):
            K[c, p] += _answer(child, parent, parameters, blocks)
    return K


def _answer(
    child: IncidentType, parent: IncidentType, parameters: Parameters, blocks: float
) -> float:
    """Return how many acts of type `child` one act of type `parent` provokes."""
    by_struck = child.instigator == parent.target and child.instigator != parent.instigator
    if by_struck and parent.act in VIOLENT:
        if child.act == parent.act and child.target == parent.instigator:
            return parameters.of_type("retaliation.revenge", parent)
        if child.act in OUTCRY:
            outcry = parameters.of_type("retaliation.outcry", parent)
            return outcry * (blocks if child.act == "roadblock" else 1.0 - blocks)
    if (
        parent.act in OUTCRY
        and child.act == "attack_on_force"
        and child.instigator == parent.instigator
    ):
        return parameters.of_type("retaliation.confrontation", parent)
    return 0.0


def spread_over_places(travel_min: Floats, exposed: Floats, parameters: Parameters) -> Floats:
    """Return where the offspring of an incident appear.

    Parameters
    ----------
    travel_min : (place, place) float, minutes
    exposed : (type, place) float, persons
        How many can be struck; a place with none is never answered at.
    parameters : Parameters
        Reads the rows ``spread.*``.

    Returns
    -------
    (type, place, place) float
        ``spread[m, i, j]``; rows add to one, or to zero for a type that nobody is exposed to.
    """
    near_share = parameters.scalar("spread.near_share")
    distance = parameters.scalar("spread.distance_min")
    near = (1.0 + travel_min / distance) ** -parameters.scalar("spread.distance_power")
    total = exposed.sum(axis=1, keepdims=True)
    news = np.divide(exposed, total, out=np.zeros_like(exposed), where=total > 0)
    roads = near[None, :, :] * exposed[:, None, :]
    roads /= np.maximum(roads.sum(axis=2, keepdims=True), 1e-300)
    roads *= near_share
    roads += (1.0 - near_share) * news[:, None, :]
    return roads
