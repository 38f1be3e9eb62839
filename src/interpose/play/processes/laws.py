"""The laws of incidents: who answers whom and where, and the dead, injured and crowd of each.

The mean number of direct offspring of type m per incident of type m' is ``K[m, m']``. It is made
from five relations, each a parameter:

=============  =============================================================================
campaign       the same instigator strikes the same target again, by the same act
revenge        the struck community strikes back by the same act
outcry         the struck community protests or blocks a road
confrontation  after a protest, roadblock or fire across a line the same side attacks the force
response       a patrol that reaches the place in time prevents a share of all of these
=============  =============================================================================

An incident at place i is answered at place j with weight ``spread[m, i, j]``, which adds to one
over j: a near part that thins out with travel time, and a part that follows the news::

    spread[m, i, j] = s * near_ij w_mj / sum_k near_ik w_mk + (1 - s) * w_mj / sum_k w_mk
    near_ij = (1 + travel_ij / distance) ** -power

where w is the number of persons exposed to type m at j. So K is readable as it stands: what one
incident provokes in all, wherever it happens (METHODS: Reinhart 2018, doi:10.1214/17-STS629).

Deaths and injuries are zero with some chance and otherwise follow a power law with a cut-off;
crowds are log-normal. The exponent of the dead is disputed (2 against 2.5) and is therefore a
parameter with a range. An exponent of 2 or less has no mean without the cut-off.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from interpose.scenario.parameters import Parameters
from interpose.scenario.tables.mission import IncidentType

Floats = NDArray[np.float64]

VIOLENT = frozenset({"harassment", "armed_attack", "bombing", "violation_by_fire"})
CLIMBS = frozenset({"protest", "roadblock", "violation_by_fire"})
"""Acts that may lead on to an attack on the force by the same side."""
ANSWERED = VIOLENT | {"violation_by_movement", "violation_by_air", "overmanning"}
"""Acts that the struck side answers in kind."""
OUTCRY = frozenset({"protest", "roadblock"})


CALM = 0.75
"""R up to which what one act leads to, 1 / (1 - R), is close to a parabola in what it provokes."""


def offspring_matrix(types: tuple[IncidentType, ...], parameters: Parameters) -> Floats:
    """Return ``K[child, parent]``, the mean number of direct offspring before any is prevented."""
    K = np.zeros((len(types), len(types)))
    blocks = parameters.scalar("retaliation.roadblock_share")
    for p, parent in enumerate(types):
        K[p, p] += parameters.of_type("retaliation.campaign", parent)
        for c, child in enumerate(types):
            K[c, p] += _answer(child, parent, parameters, blocks)
    return K


def most_times(
    types: tuple[IncidentType, ...], parameters: Parameters, name: str, times: float
) -> float:
    """Return how many `times` its value a row may be, at most, while violence stays below `CALM`.

    At least 1.1, even if there is more violence than that.
    """
    value = parameters.values[name].value
    while times > 1.1:
        K = offspring_matrix(types, parameters.with_values({name: value * times}))
        if np.abs(np.linalg.eigvals(K)).max() <= CALM:
            break
        times = max(0.95 * times, 1.1)
    return times


def _answer(
    child: IncidentType, parent: IncidentType, parameters: Parameters, blocks: float
) -> float:
    """Return how many acts of type `child` one act of type `parent` provokes."""
    by_struck = child.instigator == parent.target and child.instigator != parent.instigator
    if by_struck and parent.act in ANSWERED:
        if child.act == parent.act and child.target == parent.instigator:
            return parameters.of_type("retaliation.revenge", parent)
        if child.act in OUTCRY and parent.act in VIOLENT:
            outcry = parameters.of_type("retaliation.outcry", parent)
            return outcry * (blocks if child.act == "roadblock" else 1.0 - blocks)
    if (
        parent.act in CLIMBS
        and child.act == "attack_on_force"
        and child.instigator == parent.instigator
    ):
        return parameters.of_type("retaliation.confrontation", parent)
    return 0.0


def spread_over_places(travel_min: Floats, exposed: Floats, parameters: Parameters) -> Floats:
    """Return where offspring appear, ``spread[m, i, j]``, from ``exposed`` (type, place) persons.

    Rows add to one, or to zero for a type that nobody is exposed to.
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


CROWD_STEPS = 1024
"""Steps of the crowd's quantile table: a draw is off by less than one part in a thousand."""


def power_law(exponent: float, cutoff: int) -> Floats:
    """Return P(X = 1), ..., P(X = cutoff) of the truncated zeta law x^-exponent.

    Examples
    --------
    >>> power_law(2.0, 2)
    array([0.8, 0.2])
    """
    weights = np.arange(1, cutoff + 1, dtype=np.float64) ** -exponent
    return np.asarray(weights / weights.sum())


def mean_casualties(types: tuple[IncidentType, ...], parameters: Parameters) -> Floats:
    """Return (type, 2): the expected dead and injured of one incident."""
    dead, hurt = _laws(parameters)
    means = [float((np.arange(1, len(law) + 1) * law).sum()) for law in (dead, hurt)]
    return np.array(
        [
            [
                parameters.of_type("marks.fatal_share", t) * means[0],
                parameters.of_type("marks.injury_share", t) * means[1],
            ]
            for t in types
        ]
    )


def mean_deaths(parameters: Parameters) -> float:
    """Return the expected dead of an incident that has any."""
    law = _laws(parameters)[0]
    return float((np.arange(1, len(law) + 1) * law).sum())


def _laws(parameters: Parameters) -> tuple[Floats, Floats]:
    return (
        power_law(
            parameters.scalar("marks.death_exponent"),
            round(parameters.scalar("marks.death_cutoff")),
        ),
        power_law(
            parameters.scalar("marks.injury_exponent"),
            round(parameters.scalar("marks.injury_cutoff")),
        ),
    )


def mark_tables(types: tuple[IncidentType, ...], parameters: Parameters) -> dict[str, Any]:
    """Return everything that a kernel needs to draw marks by inverse distributions.

    ``death_law`` and ``injury_law`` are cumulative chances given that there are any; ``crowd`` is
    at the middle of equal steps of probability; ``severity`` is a factor on offspring, by
    casualties, of mean one over the incidents of the type.
    """
    dead, hurt = _laws(parameters)
    fatal = np.array([parameters.of_type("marks.fatal_share", t) for t in types])
    injured = np.array([parameters.of_type("marks.injury_share", t) for t in types])
    side = np.array([parameters.of_type("marks.instigator_share", t) for t in types])
    normal = ndtri((np.arange(CROWD_STEPS) + 0.5) / CROWD_STEPS)
    median = np.array([parameters.of_type("marks.crowd_median", t) for t in types])
    sigma = np.array([parameters.of_type("marks.crowd_sigma", t) for t in types])
    weight = (1.0 + np.arange(len(dead) + len(hurt) + 1)) ** parameters.scalar("severity.exponent")
    severity = np.empty((len(types), len(weight)))
    for i in range(len(types)):
        law = np.convolve(
            np.concatenate([[1 - fatal[i]], fatal[i] * dead]),
            np.concatenate([[1 - injured[i]], injured[i] * hurt]),
        )
        severity[i] = weight / (law * weight).sum()
    return {
        "death_law": np.cumsum(dead),
        "injury_law": np.cumsum(hurt),
        "fatal_share": fatal,
        "injury_share": injured,
        "instigator_share": side,
        "crowd": median[:, None] * np.exp(sigma[:, None] * normal[None, :]),
        "severity": severity,
    }
