"""Marks of an incident: its dead, its injured and its crowd, as tables for inverse distributions.

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
    """Return the expected dead and injured of one incident of each type.

    Returns
    -------
    (type, 2) float, persons
        Dead, injured.
    """
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

    Returns
    -------
    dict
        ``death_law`` (n,), ``injury_law`` (n,): cumulative chances given that there are any;
        ``fatal_share``, ``injury_share``, ``instigator_share`` (type,);
        ``crowd`` (type, 1024) persons at the middle of equal steps of probability;
        ``severity`` (type, casualties): factor on the offspring of an incident with so many
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
