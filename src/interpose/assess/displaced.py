"""How far simulated camps lie from recorded ones: the averaged relative difference of Flee."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class RelativeDifference(NamedTuple):
    """Mean over the days of the distance of all camps, as a share of the people recorded.

    Attributes
    ----------
    raw : float
        As simulated.
    rescaled : float
        After scaling each day's camps so that they add to the total recorded in camps.
    """

    raw: float
    rescaled: float


def relative_difference(simulated: NDArray[Any], recorded: NDArray[Any]) -> RelativeDifference:
    r"""Compare people in camps with the record, day by day.

    By Flee (``postprocessing/extract-validation-results.py`` of release 3.1), with camp c, day t::

        E(t) = sum_c |sim_c(t) - data_c(t)| / max(1, sum_c data_c(t))
        raw  = mean over t of E(t)

    and rescaled the same with ``sim_c(t) sum_c data_c(t) / sum_c sim_c(t)``, which is 0 where
    nobody is simulated.

    Parameters
    ----------
    simulated, recorded : (day, camp) number, persons

    Returns
    -------
    RelativeDifference

    Examples
    --------
    >>> relative_difference(np.array([[50, 0]]), np.array([[50, 50]]))
    RelativeDifference(raw=0.5, rescaled=1.0)
    """
    sim, data = np.asarray(simulated, dtype=float), np.asarray(recorded, dtype=float)
    held, counted = sim.sum(axis=1), data.sum(axis=1)
    scale = np.divide(counted, held, out=np.zeros_like(held), where=held > 0)
    least = np.maximum(counted, 1.0)
    raw = np.abs(sim - data).sum(axis=1) / least
    rescaled = np.abs(sim * scale[:, None] - data).sum(axis=1) / least
    return RelativeDifference(float(raw.mean()), float(rescaled.mean()))
