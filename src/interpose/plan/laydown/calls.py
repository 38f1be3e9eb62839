"""Several calls for help at once: March 2004, not one call an area.

A plan in which each area can answer one call looks covered on any map of response times and fails
on the day on which two of its villages call. Here each platoon answers one call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from interpose.errors import UnknownNameError
from interpose.plan.laydown.placing import Laydown


@dataclass(frozen=True, slots=True)
class Answer:
    """What becomes of one call.

    Attributes
    ----------
    place : str
    base : str
        Where the platoon comes from; empty if none is left that may and can come.
    minutes : float
        Infinite without a platoon.
    in_time : bool
    words : str
        The same in a sentence.
    """

    place: str
    base: str
    minutes: float
    in_time: bool
    words: str


def simultaneous_cover(
    laydown: Laydown, calls: Sequence[str], *, within_min: float
) -> tuple[Answer, ...]:
    """Return which of several calls at the same time are answered in time.

    Platoons are sent so that as many calls as possible are answered in time, and then so that the
    minutes of all are fewest.

    Parameters
    ----------
    laydown : Laydown
    calls : sequence of str
        Ids of the places that call; a place that calls for two platoons stands there twice.
    within_min : float, minutes
        In time is what takes no longer.

    Returns
    -------
    tuple of Answer
        In the order of the calls.

    Raises
    ------
    UnknownNameError
        If a place is not one of the laydown's.
    """
    from scipy.optimize import linear_sum_assignment

    terrain = laydown.terrain
    index = {place: i for i, place in enumerate(terrain.places)}
    for place in calls:
        if place not in index:
            kind = "place"
            raise UnknownNameError(kind, place, terrain.places)
    teams = [camp for camp in laydown.camps for _ in range(min(camp.platoons, len(calls)))]
    minutes = np.full((len(calls), len(teams)), np.inf)
    for k, place in enumerate(calls):
        for t, camp in enumerate(teams):
            if camp.area in ("", terrain.areas[index[place]]):
                minutes[k, t] = terrain.minutes[terrain.bases.index(camp.base), index[place]]
    longest = minutes[np.isfinite(minutes)].max(initial=within_min) + 1.0
    late = longest * (len(calls) + 1)  # one late call weighs more than all minutes together
    cost = np.where(minutes <= within_min, minutes, late + np.minimum(minutes, longest))
    cost = np.where(np.isfinite(minutes), cost, 2.0 * late + longest)
    sent = dict(zip(*(x.tolist() for x in linear_sum_assignment(cost)), strict=True))
    return tuple(
        _answer(place, teams[sent[k]].base, float(minutes[k, sent[k]]), within_min)
        if k in sent and np.isfinite(minutes[k, sent[k]])
        else _unanswered(place, laydown)
        for k, place in enumerate(calls)
    )


def _answer(place: str, base: str, minutes: float, within_min: float) -> Answer:
    in_time = minutes <= within_min
    verdict = "in time" if in_time else f"too late: asked for within {within_min:.0f}"
    words = f"{place}: a platoon from {base} after {minutes:.0f} minutes, {verdict}."
    return Answer(place, base, minutes, in_time, words)


def _unanswered(place: str, laydown: Laydown) -> Answer:
    why = "" if laydown.may_cross_boundary else " that may leave its area"
    words = f"{place}: not answered; no platoon is left{why} and can reach it."
    return Answer(place, "", float("inf"), False, words)
